//! The entries that a log has: which bytes and blocks are theirs, and in which form they stand.

use std::ops::Range;

use super::{first_line::FirstLine, source::Source};
use crate::{
    artifact::notes::LogEntry,
    markdown::{BlockId, BlockKind, Markdown},
    text::{end_of_line, start_of_line},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// With its level.
    Heading(u8),
    Item,
    Row,
    Paragraph,
}

/// An entry of the log in its text.
#[derive(Clone, Debug)]
pub struct Shape<'a> {
    pub entry: &'a LogEntry,
    pub form: Form,
    /// The heading, item, row or paragraph.
    pub block: BlockId,
    /// The blocks below its first line; a paragraph of several lines is among its own.
    pub body: Range<BlockId>,
    /// Byte where its first line begins, markers and indentation included.
    pub start: usize,
    /// Bytes of the first line's words.
    pub words: Range<usize>,
    /// Byte where the line ends that its last words stand on.
    pub end: usize,
}

impl<'a> Shape<'a> {
    /// `limit`: the block that the entry ends before at the latest; `next`: the byte where the next one begins.
    pub fn of(source: &Source<'a>, entry: &'a LogEntry, limit: BlockId, next: usize) -> Option<Self> {
        let (text, markdown) = (source.text, source.markdown);
        let (form, block) = form(markdown, entry)?;
        let start = start_of_line(text, entry.heading.start);
        let (words, body) = match form {
            Form::Heading(_) => {
                let section = source.artifact.sections.opened_by(block);
                (entry.heading.clone(), section.map_or(markdown.next(block)..limit, |section| section.body.clone()))
            }
            Form::Item => (entry.heading.clone(), markdown.inside(block)),
            Form::Row => (entry.heading.clone(), block..block),
            Form::Paragraph => {
                let ends = |(id, block): &(BlockId, &crate::markdown::Block)| {
                    *id >= limit || matches!(block.kind, BlockKind::Heading(_))
                };
                let around = markdown.parent(block).map_or(limit, |parent| markdown.next(parent).min(limit));
                let end = markdown.siblings(block..around).find(ends).map_or(around, |(id, _)| id);
                let is_line = markdown.block(block).range().end > next;
                (entry.heading.clone(), if is_line { block..block } else { block..end })
            }
        };
        let own = markdown.block(block).range();
        let end = match form {
            Form::Item | Form::Row => own.end,
            // Other entries are lines of the same paragraph.
            Form::Paragraph if own.end > next => text[..start_of_line(text, next)].trim_end().len(),
            _ => own.end.max(end_of_words(text, markdown, body.clone())),
        };
        Some(Self { entry, form, block, body, start, words, end: end_of_line(text, end) })
    }

    pub fn line(&self, text: &'a str) -> FirstLine<'a> {
        let words = &text[self.words.clone()];
        let date = self
            .entry
            .date
            .as_ref()
            .filter(|date| self.words.start <= date.range.start && date.range.end <= self.words.end);
        let start = self.words.start;
        FirstLine { words, date: date.map(|date| date.range.start - start..date.range.end - start) }
    }
}

fn form(markdown: &Markdown, entry: &LogEntry) -> Option<(Form, BlockId)> {
    let inner = markdown.block_at(entry.heading.start)?;
    let mut around = std::iter::once(inner).chain(markdown.ancestors(inner));
    around.find_map(|id| match markdown.block(id).kind {
        BlockKind::Heading(level) if entry.level > 0 => Some((Form::Heading(level), id)),
        BlockKind::Item => Some((Form::Item, id)),
        BlockKind::Row { .. } => Some((Form::Row, id)),
        BlockKind::Paragraph => {
            let item = markdown.parent(id).filter(|parent| markdown.block(*parent).kind == BlockKind::Item);
            Some(item.map_or((Form::Paragraph, id), |item| (Form::Item, item)))
        }
        _ => None,
    })
}

/// Where the last of `blocks` ends that is neither a rule nor a comment; 0 if there is none.
pub fn end_of_words(text: &str, markdown: &Markdown, blocks: Range<BlockId>) -> usize {
    let says = |kind: BlockKind, range: Range<usize>| {
        kind != BlockKind::Rule && !(kind == BlockKind::Html && text[range].starts_with("<!--"))
    };
    let words = markdown.siblings(blocks).filter(|(_, block)| says(block.kind, block.range()));
    words.last().map_or(0, |(_, block)| block.range().end)
}
