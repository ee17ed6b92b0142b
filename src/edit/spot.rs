//! Places between blocks.

use super::{
    fragment::Fragment,
    seam::runs_on,
    section::{Body, insert_section, insert_sections},
};
use crate::{
    artifact::{Document, Vocabulary},
    markdown::{BlockId, BlockKind},
    template::SectionName,
    text::{Edit, bom_length, is_apart, line_end_at, words_below},
};

/// A byte of a document, and what is written before and after that which goes there; lines end with `\n`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    pub at: usize,
    pub before: String,
    pub after: String,
}

/// One insertion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Insertion {
    /// Its range is empty: no other byte changes.
    pub edit: Edit,
    /// The first place where a person writes, or the end of what is inserted: a byte of the text after the edit.
    pub cursor: usize,
}

impl Spot {
    pub fn behind(at: usize, before: impl Into<String>) -> Self {
        Self { at, before: before.into(), after: String::new() }
    }

    /// Below a new heading of the section `name`, where that belongs; and the level of the heading, unless it is
    /// a lead-in.
    pub fn in_new_section(document: &Document, vocabulary: &Vocabulary, name: SectionName) -> (Self, Option<u8>) {
        let text = &*document.text;
        let heading = insert_section(document, vocabulary, name, Body::None).edit.replacement;
        let heading = heading.trim();
        let edit = insert_sections(document, vocabulary, &[name], None).remove(0);
        let end = edit.replacement.find(heading).map_or(edit.replacement.len(), |at| at + heading.len());
        let (before, after) = edit.replacement.split_at(end);
        let is_first = edit.range.start <= bom_length(text);
        let before = if is_first { before.trim_start() } else { before };
        let gap = if is_spaced(document) { "\n\n" } else { "\n" };
        let level = heading.len() - heading.trim_start_matches('#').len();
        let spot = Self { at: edit.range.start, before: plain_lines(before) + gap, after: plain_lines(after) };
        (spot, u8::try_from(level).ok().filter(|level| *level > 0))
    }

    /// The edit that puts the fragment there, with blank lines between what Markdown would join: a rule makes a
    /// heading of the paragraph above it, and words go on with those above.
    pub fn put(mut self, document: &Document, fragment: Fragment) -> Insertion {
        let Document { text, markdown, .. } = document;
        let above = document.block_above(self.at);
        let is_item = |id: BlockId| markdown.ancestors(id).any(|id| markdown.block(id).kind == BlockKind::Item);
        match above.map(|id| markdown.block(id).kind) {
            Some(BlockKind::Paragraph) if begins_with_rule(&self.before) && !above.is_some_and(is_item) => {
                self.before.insert(0, '\n');
            }
            // A tag takes the lines below it, up to a blank one.
            Some(BlockKind::Html) if self.before == "\n" => self.before.push('\n'),
            _ => {}
        }
        let (ends_in_item, ends_in_paragraph) = (fragment.ends_in_item(), fragment.ends_in_paragraph());
        let line_end = match &*self.after {
            "\n" => self.at.checked_sub(1),
            "" => Some(self.at),
            _ => None,
        };
        let below = |end: usize| words_below(text, end).and_then(|words| markdown.block_at(text.len() - words.len()));
        let is_row = |id: BlockId| matches!(markdown.block(id).kind, BlockKind::Row { .. } | BlockKind::Cell);
        let goes_on =
            line_end.is_some_and(|end| !below(end).is_some_and(is_row) && runs_on(document, end, ends_in_item));
        if ends_in_paragraph && (begins_with_rule(&self.after) || goes_on) || ends_in_item && goes_on {
            self.after.insert(0, '\n');
        }
        let fragment = fragment.trimmed();
        let stop = self.before.len() + fragment.stops.first().copied().unwrap_or(fragment.text.len());
        let lines = self.before + &fragment.text + &self.after;
        let line_end = line_end_at(text, self.at);
        let cursor = self.at + lines[..stop].replace('\n', line_end).len();
        Insertion { edit: Edit::insert(self.at, lines.replace('\n', line_end)), cursor }
    }
}

/// The text with every line ended by `\n`.
pub fn plain_lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

fn begins_with_rule(gap: &str) -> bool {
    let first = gap.strip_prefix('\n').and_then(|lines| lines.lines().next()).unwrap_or_default().trim();
    !first.is_empty() && first.bytes().all(|byte| byte == b'-')
}

/// Whether blank lines follow the headings of the document; mostly so if there is no other.
pub fn is_spaced(document: &Document) -> bool {
    let mut counts = [0, 0];
    let mut blocks = document.markdown.top_level().peekable();
    while let Some((_, block)) = blocks.next() {
        if let (BlockKind::Heading(_), Some((_, next))) = (block.kind, blocks.peek()) {
            counts[usize::from(is_apart(&document.text, next.range().start))] += 1;
        }
    }
    counts[1] >= counts[0]
}
