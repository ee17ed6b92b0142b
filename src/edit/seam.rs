//! Where an edit meets its neighbours: what Markdown needs between them, so that each is read as before.

use std::ops::Range;

use crate::{
    artifact::{Document, entries},
    markdown::{BlockId, BlockKind},
    text::{Edit, end_of_blanks, line_end_at, start_of_line, words_below},
};

/// A place between blocks, and what stands around that which is put there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seam {
    /// Bytes that are replaced; mostly none.
    pub range: Range<usize>,
    pub before: String,
    pub after: String,
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
