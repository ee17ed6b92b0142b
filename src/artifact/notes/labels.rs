//! Labels such as `**Next:**` that begin lines of a log entry, and how their author writes them.

use std::{borrow::Cow, ops::Range};

use super::{FieldName, LogEntry};
use crate::{
    artifact::{
        dates,
        labels::{LINE_MARKUP, LONGEST, LabelStyle, label_on},
    },
    convention::normalize_heading,
    markdown::{BlockId, BlockKind, Markdown},
    text::{is_apart, lines_in},
};

/// `**What changed:**` of an entry, with its line and what it introduces.
#[derive(Clone, Debug)]
pub struct Label<'a> {
    pub block: BlockId,
    pub field: Option<FieldName>,
    /// The words as labels are compared.
    pub key: String,
    pub style: LabelStyle<'a>,
    pub words: Cow<'a, str>,
    /// How deep it stands: headings, then lines, then items inside items.
    pub depth: usize,
    /// What follows on its line.
    pub rest: &'a str,
    /// Two spaces or a backslash that break the line.
    pub line_break: &'a str,
    /// A date on the same line, behind a label for dates.
    pub date: Option<&'a str>,
    /// The block below that holds its value.
    pub value: Option<BlockId>,
    /// Whether a blank line stands above.
    pub is_apart: bool,
}

impl LogEntry {
    /// Every label that begins a line below the first one.
    pub fn labels<'a>(&self, text: &'a str, markdown: &Markdown) -> Vec<Label<'a>> {
        let mut found = Vec::new();
        for (id, block) in markdown.within(self.body.clone()) {
            let depth = match block.kind {
                BlockKind::Heading(level) => usize::from(level),
                BlockKind::Paragraph => {
                    10 + markdown.ancestors(id).filter(|id| markdown.block(*id).kind == BlockKind::Item).count()
                }
                _ => continue,
            };
            let lines = lines_in(text, block.range()).take(if depth < 10 { 1 } else { usize::MAX });
            let below = lines.filter(|line| line.start > self.heading.end);
            found.extend(below.filter_map(|line| label(text, markdown, id, line, depth)));
        }
        found
    }
}

/// The label that begins `line`, a line of block `id`.
fn label<'a>(text: &'a str, markdown: &Markdown, id: BlockId, line: Range<usize>, depth: usize) -> Option<Label<'a>> {
    let is_heading = matches!(markdown.block(id).kind, BlockKind::Heading(_));
    let is_last = line.end >= markdown.block(id).range().end;
    let (label, style) = if is_heading {
        let start = line.end - text[line.clone()].trim_start_matches(LINE_MARKUP).len();
        let words = text[start..line.end].trim_end_matches(['#', ' ', '\t', ':', '：', '*', '_']);
        (start..start + words.len(), LabelStyle::of(text, start..start + words.len()))
    } else {
        label_on(text, line.clone())?
    };
    let (words, value_start) = (&text[label.clone()], label.end + style.suffix.len());
    let rest = &text[value_start..line.end.max(value_start)];
    let is_set_off = rest.is_empty() || rest.starts_with([' ', '\t']) || style.suffix.ends_with('：');
    let is_short = words.split_whitespace().count() <= 6 && !words.contains(['.', '`', '<', '[', '|', '"']);
    let may_be_label = is_heading || is_set_off && is_short;
    if !may_be_label || words.len() > 2 * LONGEST || !words.contains(char::is_alphabetic) {
        return None;
    }
    let key = normalize_heading(words);
    let line_break = match rest.trim_end() {
        said if said.ends_with('\\') => "\\",
        said if rest.len() >= said.len() + 2 && !is_last => &rest[said.len()..],
        _ => "",
    };
    let is_dated = matches!(&*key, "date" | "when");
    let date = if is_dated { dates::find(rest).map(|date| &rest[date.range]) } else { None };
    let next = markdown.next(id);
    let is_bare = is_last && (is_heading || rest.trim().is_empty());
    let holds = is_bare && next < markdown.end() && markdown.parent(next) == markdown.parent(id);
    let is_value = |id: &BlockId| !matches!(markdown.block(*id).kind, BlockKind::Heading(_) | BlockKind::Rule);
    let value = holds.then_some(next).filter(is_value);
    let field = FieldName::read(words);
    let is_apart = is_apart(text, line.start);
    Some(Label { block: id, field, key, style, words: words.into(), depth, rest, line_break, date, value, is_apart })
}
