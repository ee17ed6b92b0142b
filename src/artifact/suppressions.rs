//! `<!-- phasemark-ignore RULE: reason -->`.

use std::ops::Range;

use crate::markdown::{BlockId, BlockKind, InlineKind, Markdown};

/// A comment that silences rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// Bytes of the comment.
    pub range: Range<usize>,
    /// Bytes of each rule's name.
    pub rules: Vec<Range<usize>>,
    /// Bytes that it covers; `None` for the whole file.
    pub scope: Option<Range<usize>>,
}

const MARK: &str = "<!-- phasemark-ignore";

pub fn read(text: &str, markdown: &Markdown) -> Vec<Suppression> {
    memchr::memmem::find_iter(text.as_bytes(), MARK).filter_map(|start| suppression(text, markdown, start)).collect()
}

fn suppression(text: &str, markdown: &Markdown, start: usize) -> Option<Suppression> {
    let end = start + text[start..].find("-->")? + 3;
    let block = markdown.block_at(start)?;
    let is_block = markdown.block(block).kind == BlockKind::Html;
    let is_inline = || {
        markdown.inlines(block).iter().any(|inline| inline.kind == InlineKind::Html && inline.range().start == start)
    };
    if !is_block && !is_inline() {
        return None;
    }
    let body = start + MARK.len()..end - 3;
    let is_file = text[body.clone()].starts_with("-file");
    let names = body.start + if is_file { "-file".len() } else { 0 }..body.end;
    if !text[names.clone()].starts_with(|c: char| c.is_whitespace()) {
        return None;
    }
    let scope = if is_file {
        None
    } else if is_block {
        Some(next_scope(markdown, block))
    } else {
        Some(block_scope(markdown, block))
    };
    Some(Suppression { range: start..end, rules: rule_names(text, names), scope })
}

/// The names up to a colon; what follows is the reason.
fn rule_names(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let names = text[range.clone()].split(':').next().unwrap_or_default();
    let mut at = range.start;
    let mut found = Vec::new();
    for word in names.split_inclusive([' ', ',', '\n', '\r', '\t']) {
        let name = word.trim_matches([' ', ',', '\n', '\r', '\t']);
        if !name.is_empty() {
            found.push(at..at + name.len());
        }
        at += word.len();
    }
    found
}

/// A comment inside a block covers the block; in an item's own words, the item.
fn block_scope(markdown: &Markdown, id: BlockId) -> Range<usize> {
    let item = markdown.parent(id).filter(|parent| markdown.block(*parent).kind == BlockKind::Item);
    let row = markdown.parent(id).filter(|parent| matches!(markdown.block(*parent).kind, BlockKind::Row { .. }));
    markdown.block(item.or(row).unwrap_or(id)).range()
}

/// A comment alone on its line covers the next leaf block or item.
fn next_scope(markdown: &Markdown, comment: BlockId) -> Range<usize> {
    let end = markdown.block(comment).range().end;
    let mut at = markdown.next(comment);
    while at < markdown.end() {
        let block = markdown.block(at);
        match block.kind {
            BlockKind::List { .. } | BlockKind::Quote => {
                let Some((child, _)) = markdown.children(at).next() else { break };
                at = child;
            }
            // Comments above one another cover the same block.
            BlockKind::Html => at = markdown.next(at),
            _ => return block.range(),
        }
    }
    end..end
}
