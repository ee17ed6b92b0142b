//! Labels such as `**Next:**` that begin lines of a log entry, and how their author writes them.

use std::{borrow::Cow, ops::Range};

use super::{FieldName, LogEntry};
use crate::{
    artifact::dates,
    markdown::{BlockId, BlockKind, Markdown},
    template::normalize_heading,
    text::{is_apart, lines_in, start_of_line},
};

/// What stands on a label's line before and right after its words: `- **` and `:**`, or `** —`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LabelStyle<'a> {
    pub prefix: &'a str,
    pub suffix: &'a str,
    /// Byte where the label's line begins.
    pub line_start: usize,
}

impl<'a> LabelStyle<'a> {
    /// `label`: bytes of the label's words in `text`.
    pub fn of(text: &'a str, label: Range<usize>) -> Self {
        let line_start = start_of_line(text, label.start);
        let after = &text[label.end..];
        let marks = after.find(|c| !matches!(c, ':' | '：' | '*' | '_')).unwrap_or(after.len());
        // A hyphen behind bold words alone: others are in sentences.
        let hyphens: &[&str] = if after[..marks].contains('*') { &[" --", " -"] } else { &[] };
        let dash = [" —", " –"].iter().chain(hyphens).find(|dash| after[marks..].starts_with(**dash));
        let is_closed = after[..marks].contains([':', '：']);
        let length = marks + dash.filter(|_| !is_closed).map_or(0, |dash| dash.len());
        Self { prefix: &text[line_start..label.start], suffix: &after[..length], line_start }
    }

    /// Whether the label begins an item.
    pub fn is_item(&self) -> bool {
        let prefix = self.prefix.trim_start_matches([' ', '\t', '>']);
        prefix.starts_with(['-', '+']) || prefix.starts_with("* ") || prefix.contains(|c: char| c.is_ascii_digit())
    }

    /// Whether the label is a heading.
    pub fn is_heading(&self) -> bool {
        !self.prefix.trim_start_matches('#').contains(|c| c != ' ') && self.prefix.starts_with('#')
    }

    /// Whether the label begins a line of a paragraph.
    pub fn is_line(&self) -> bool {
        !self.is_item() && !self.is_heading()
    }

    /// Whether a further line can have this form: no cell, quote or number, no words before it.
    pub fn can_be_repeated(&self) -> bool {
        let is_line = !self.prefix.contains(|c: char| c.is_alphanumeric() || matches!(c, '#' | '|' | '>'));
        self.is_heading() || is_line && self.suffix.contains([':', '：', '—', '–', '-'])
    }
}

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

const LONGEST_LABEL: usize = 48;
/// What stands in front of a label on its line.
const LINE_MARKUP: [char; 6] = [' ', '\t', '>', '#', '*', '_'];

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

/// The words of the label that begins the line at bytes `line`, and how it is written.
pub(super) fn label_on(text: &str, line: Range<usize>) -> Option<(Range<usize>, LabelStyle<'_>)> {
    let words = text[line.clone()].trim_start_matches(LINE_MARKUP);
    let start = line.end - words.len();
    let label = start..start + length(words, text[line].trim_start())?;
    Some((label.clone(), LabelStyle::of(text, label)))
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
    if !may_be_label || words.len() > 2 * LONGEST_LABEL || !words.contains(char::is_alphabetic) {
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

/// Bytes of the label that `words` begin with: before a colon, a dash or the end of what is bold.
fn length(words: &str, line: &str) -> Option<usize> {
    let near = words.char_indices().map(|(at, _)| at).find(|at| *at > LONGEST_LABEL).unwrap_or(words.len());
    let dash = words[..near].find(['—', '–']).or_else(|| Some(words[..near].find("** -")? + "** ".len()));
    let dashed = dash.and_then(|dash| words[..dash].strip_suffix(' '));
    let dashed = dashed.filter(|label| label.ends_with("**") || FieldName::read(label).is_some());
    let bold = || words.trim_end().strip_suffix("**").filter(|bold| line.starts_with("**") && !bold.contains('*'));
    let label = dashed.or_else(|| words[..near].find([':', '：']).map(|at| &words[..at])).or_else(bold)?;
    Some(label.trim_end_matches(['*', '_', ' ']).len())
}
