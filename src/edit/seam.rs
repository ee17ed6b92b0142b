//! Where an edit meets its neighbours: what Markdown needs between them, so that each is read as before.

use std::ops::Range;

use super::fragment::Fragment;
use crate::{
    artifact::{Document, entries},
    markdown::{BlockId, BlockKind},
    text::{Edit, end_of_blanks, is_apart, line_end_at, start_of_line, words_below},
};

/// A place between blocks, and what stands around that which is put there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seam {
    /// Bytes that are replaced; mostly none.
    pub range: Range<usize>,
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
    /// The inserted text for an editor that goes from one empty place to the next: with the blanks before them, which
    /// the edit leaves out.
    pub template: Fragment,
}

impl Seam {
    pub fn at(offset: usize, before: impl Into<String>) -> Self {
        Self { range: offset..offset, before: before.into(), after: String::new() }
    }

    /// Another item right below `item`: `before` ends in its marker.
    pub fn below_item(document: &Document, item: BlockId) -> Self {
        let range = document.markdown.block(item).range();
        let end = end_of_blanks(&document.text, range.end);
        let line_end = line_end_at(&document.text, range.end);
        let (marker, _) = entries::marker_below(document.slice(range.clone()));
        let before = format!("{line_end}{}{marker}", margin(document, range.start));
        let after = if runs_on(document, end, true) { line_end_at(&document.text, end) } else { "" };
        Self { range: end..end, before, after: after.to_owned() }
    }

    pub fn put(&self, words: &str) -> Edit {
        Edit::replace(self.range.clone(), format!("{}{words}{}", self.before, self.after))
    }

    /// The edit that puts the fragment there where nothing is replaced and lines end with `\n`, with blank lines between
    /// what Markdown would join: a rule makes a heading of the paragraph above it, and words go on with those above.
    pub fn insert(mut self, document: &Document, fragment: Fragment) -> Insertion {
        let Document { text, markdown, .. } = document;
        let at = self.range.start;
        let above = document.block_above(at);
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
            "\n" => at.checked_sub(1),
            "" => Some(at),
            _ => None,
        };
        let below = |end: usize| words_below(text, end).and_then(|words| markdown.block_at(text.len() - words.len()));
        let is_row = |id: BlockId| matches!(markdown.block(id).kind, BlockKind::Row { .. } | BlockKind::Cell);
        let goes_on =
            line_end.is_some_and(|end| !below(end).is_some_and(is_row) && runs_on(document, end, ends_in_item));
        if ends_in_paragraph && (begins_with_rule(&self.after) || goes_on) || ends_in_item && goes_on {
            self.after.insert(0, '\n');
        }
        let between = |fragment: Fragment| {
            let mut lines = fragment.below(&self.before);
            lines.push(&self.after);
            lines.with_line_ends(line_end_at(text, at))
        };
        let template = between(fragment.clone());
        let mut lines = fragment.trimmed();
        if lines.stops.is_empty() {
            lines.stop();
        }
        let lines = between(lines);
        Insertion { cursor: at + lines.cursor(), edit: Edit::insert(at, lines.text), template }
    }
}

/// What further lines of the item that begins at byte `item` begin with, up to its marker: quote marks, and the markers
/// of items around it as blanks.
pub fn margin(document: &Document, item: usize) -> String {
    let line = start_of_line(&document.text, item);
    entries::margin(document.slice(line..item).trim_start_matches('\u{feff}'))
}

/// Whether the line below byte `at` would go on with a paragraph that ends there, or with that of an item:
/// it holds words, and no block that may interrupt a paragraph.
pub fn runs_on(document: &Document, at: usize, is_item: bool) -> bool {
    let Some(words) = words_below(&document.text, at) else { return false };
    let start = document.text.len() - words.len();
    let block = document.markdown.last_begun(start).map(|id| document.markdown.block(id));
    !block.filter(|block| block.range().start == start).is_some_and(|block| match block.kind {
        BlockKind::Heading(_) => words.starts_with('#'),
        BlockKind::Html => words.starts_with("<!--"),
        // Below a paragraph it would be an underline.
        BlockKind::Rule => is_item,
        BlockKind::Item | BlockKind::Quote | BlockKind::Fence { .. } => true,
        _ => false,
    })
}

/// Whether blank lines stand between the first items of a list.
pub fn is_loose(document: &Document, list: BlockId) -> bool {
    let mut items = document.markdown.children(list).map(|(_, item)| item.range());
    let (Some(first), Some(second)) = (items.next(), items.next()) else { return false };
    let between = document.slice(first.start..second.start);
    let gap = &between[between.trim_end().len()..];
    gap.matches('\n').count().max(gap.matches('\r').count()) > 1
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
