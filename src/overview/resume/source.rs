//! What the artifacts of a phase say, as it may be quoted.

use std::ops::Range;

use crate::{
    artifact::{
        Document,
        entries::{self, says_none},
        notes::{Form, LogEntry},
        sections::Section,
    },
    markdown::{BlockKind, Markdown},
    rules, secrets,
    text::{start_of_line, words::fenced},
    workspace::{Files, Workspace},
};

/// A document that may be shown.
pub(super) struct Source<'a> {
    pub(super) document: &'a Document,
    /// Its text with every secret masked; places are the same.
    pub(super) text: String,
}

impl<'a> Source<'a> {
    pub(super) fn new(document: &'a Document, workspace: &Workspace, files: &dyn Files) -> Self {
        let findings = rules::run(workspace, document, files);
        let hidden = secrets::hidden(&document.text, &findings);
        Self { document, text: secrets::masked(&document.text, &hidden) }
    }

    /// Bytes of a section's content, without its heading.
    pub(super) fn content(&self, section: &Section) -> Range<usize> {
        let heading_end = self.document.markdown.block(section.block).range().end;
        let start = if section.after_label.is_empty() { heading_end } else { section.after_label.start };
        start.min(section.range.end)..section.range.end
    }

    /// Bytes of the item around `offset`, or of the block there; whole lines of a row.
    fn block_around(&self, offset: usize) -> (BlockKind, Range<usize>) {
        let markdown = &self.document.markdown;
        let Some(block) = markdown.block_at(offset) else { return (BlockKind::Paragraph, offset..offset) };
        let around = std::iter::once(block).chain(markdown.ancestors(block));
        let mut outer = around.filter(|id| matches!(markdown.block(*id).kind, BlockKind::Item | BlockKind::Row { .. }));
        let block = markdown.block(outer.next().unwrap_or(block));
        (block.kind, block.range())
    }

    /// A range with `\n` line ends, its further lines as far to the left as its first.
    fn dedented(&self, range: Range<usize>) -> String {
        let line_start = start_of_line(&self.text, range.start);
        let indent = self.text[line_start..range.start].chars().count();
        let mut lines = Vec::new();
        for (n, line) in with_plain_line_ends(&self.text[range]).lines().enumerate() {
            let cut =
                line.char_indices().take_while(|(at, c)| *at < indent && n > 0 && matches!(c, ' ' | '\t')).count();
            lines.push(line[cut..].trim_end().to_owned());
        }
        lines.join("\n").trim_end().to_owned()
    }

    /// What an item, a row or a block says, as an item of a list that begins with `marker`.
    pub(super) fn as_item(&self, offset: usize, marker: &str) -> (String, Range<usize>) {
        let (kind, range) = self.block_around(offset);
        let item = match kind {
            BlockKind::Item => self.dedented(range.clone()),
            BlockKind::Row { .. } => {
                let row = self.text[range.clone()].trim().trim_matches('|');
                let cells: Vec<&str> = row.split('|').map(str::trim).filter(|cell| !cell.is_empty()).collect();
                format!("{marker}{}", cells.join(" | "))
            }
            BlockKind::Fence { .. } | BlockKind::IndentedCode => self.quoted(range.clone(), 6),
            _ => format!("{marker}{}", self.dedented(range.clone()).replace('\n', "\n  ")),
        };
        (item, range)
    }

    /// A range as it may stand in another document: its headings below level `below`; in a fence where
    /// it would swallow what follows.
    pub(super) fn quoted(&self, range: Range<usize>, below: u8) -> String {
        let text = with_plain_line_ends(&self.text[range]);
        let text = text.trim_start_matches(LEADING).trim_end();
        let markdown = Markdown::parse(text, &|_| false);
        let text = demoted(text, &markdown, below);
        let end = format!("{text}\n\n# End\n");
        let stands_alone = Markdown::parse(&end, &|_| false)
            .top_level()
            .last()
            .is_some_and(|(_, block)| block.kind == BlockKind::Heading(1) && block.range().start > text.len());
        if stands_alone { text } else { fenced(&text) }
    }
}

/// What goes in front of a quotation: the mark, behind blank lines, is words as well.
pub(super) const LEADING: [char; 2] = ['\n', '\u{feff}'];

/// With `\n` line ends, and without a mark at its start that would be words in the middle of a text.
pub(super) fn with_plain_line_ends(text: &str) -> String {
    text.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n")
}

/// Moves the headings of `text` below level `below`, those above others still above them.
pub(super) fn demoted(text: &str, markdown: &Markdown, below: u8) -> String {
    let headings = || {
        markdown.all().filter_map(|(_, block)| match block.kind {
            BlockKind::Heading(level) => Some((level, block.range())),
            _ => None,
        })
    };
    let Some(highest) = headings().map(|(level, _)| level).min() else { return text.to_owned() };
    let shift = (below + 1).saturating_sub(highest);
    let (mut out, mut at) = (String::with_capacity(text.len() + 64), 0);
    for (level, range) in headings().filter(|_| shift > 0) {
        let hashes = "#".repeat(usize::from((level + shift).min(6)));
        out.push_str(&text[at..range.start]);
        let heading = text[range.clone()].trim_end();
        if heading.starts_with('#') {
            out.push_str(&hashes);
            out.push_str(heading.trim_start_matches('#'));
        } else {
            // An underline says the level of its words; they may take several lines.
            let words = heading.rsplit_once('\n').map_or(heading, |(words, _)| words);
            let words: Vec<&str> = words.lines().map(|line| line.trim_start_matches(['>', ' ']).trim_end()).collect();
            out.push_str(&format!("{hashes} {}", words.join(" ")));
        }
        at = range.end;
    }
    out + &text[at..]
}

/// A path as inline code, whatever is in its name.
pub(super) fn code(path: &str) -> String {
    if path.contains('`') { format!("`` {path} ``") } else { format!("`{path}`") }
}

/// The items around `offsets`, each once: one that stands inside another is shown with it.
pub(super) fn items_once(source: &Source, offsets: impl Iterator<Item = usize>, marker: &str) -> String {
    let (mut out, mut end) = (String::new(), 0);
    for offset in offsets {
        if offset < end {
            continue;
        }
        let (item, range) = source.as_item(offset, marker);
        end = range.end;
        out.push_str(&item);
        out.push('\n');
    }
    out
}

impl Source<'_> {
    /// Bytes below an entry's heading; `None` for an entry that is no heading.
    pub(super) fn entry_content(&self, entry: &LogEntry) -> Option<Range<usize>> {
        let section = self.document.artifact.sections.opened_by(entry.block)?;
        matches!(entry.form, Form::Heading(_)).then(|| self.content(section))
    }

    /// An entry that is an item, a paragraph or a row.
    pub(super) fn entry_block(&self, entry: &LogEntry) -> String {
        let markdown = &self.document.markdown;
        if entry.form == Form::Row {
            let row = entry.block;
            let cells = |row| entries::cells(&self.text, markdown, row).into_iter().map(|cell| &self.text[cell]);
            let header =
                markdown.parent(row).and_then(|table| markdown.children(table).next()).map_or(row, |(id, _)| id);
            let named = cells(header).zip(cells(row)).filter(|(_, cell)| !cell.is_empty());
            return named.map(|(name, cell)| format!("- {name}: {cell}")).collect::<Vec<_>>().join("\n");
        }
        let (_, range) = self.block_around(entry.heading.start);
        let end = entry.fields.iter().map(|field| field.range.end).max().unwrap_or_default().max(range.end);
        self.quoted(range.start..end, 3)
    }

    /// Whether anything stands there but placeholders and words such as `None`.
    pub(super) fn says_something(&self, range: Range<usize>) -> bool {
        let mut rest = self.text[range.clone()].to_owned();
        let placeholders =
            self.document.markdown.placeholders().filter(|at| range.start <= at.start && at.end <= range.end);
        for placeholder in placeholders.collect::<Vec<_>>().into_iter().rev() {
            rest.replace_range(placeholder.start - range.start..placeholder.end - range.start, "");
        }
        let comments = self.document.artifact.suppressions.iter().map(|suppression| &suppression.range);
        let is_comment_only = comments.clone().any(|comment| rest.trim() == self.text[comment.clone()].trim());
        !is_comment_only && rest.lines().any(|line| line.contains(char::is_alphanumeric) && !says_none(line))
    }
}
