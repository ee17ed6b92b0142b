//! The work notes that an entry is for.

use std::ops::Range;

use super::{body::is_apart, place::Place};
use crate::{
    artifact::{
        Artifact, Document, Vocabulary,
        notes::{LogRegion, WorkNotes},
        sections::{Section, SectionStyle},
    },
    markdown::{BlockId, BlockKind, Markdown},
    template::SectionName,
    text::{end_of_line, words_below},
};

/// A document with all that was read from it.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    pub document: &'a Document,
    pub text: &'a str,
    pub markdown: &'a Markdown,
    pub artifact: &'a Artifact,
    pub vocabulary: &'a Vocabulary,
    pub notes: &'a WorkNotes,
}

/// The section that holds the log, or the whole file if its title names one.
#[derive(Clone, Debug)]
pub struct Region {
    pub level: u8,
    pub is_lead_in: bool,
    /// Byte where the line of its heading ends.
    pub heading_end: usize,
    pub body: Range<BlockId>,
    /// Its heading; `None` in a file without a title.
    pub block: Option<BlockId>,
}

impl<'a> Source<'a> {
    pub fn new(document: &'a Document, vocabulary: &'a Vocabulary) -> Self {
        let Document { text, markdown, artifact, .. } = document;
        Self { document, text, markdown, artifact, vocabulary, notes: &artifact.notes }
    }

    /// Where the log is: of several sections the one with the newest entry, else with any, else the first.
    pub fn region(&self) -> Option<Region> {
        if let Some(LogRegion { level, heading, body, .. }) = self.notes.log_region.clone() {
            let heading_end = heading.map(|heading| end_of_line(self.text, self.markdown.block(heading).range().end));
            let heading_end = heading_end.unwrap_or(self.artifact.content_start);
            return Some(Region { level, is_lead_in: false, heading_end, body, block: heading });
        }
        let sections = || self.artifact.sections_named(SectionName::SessionLog);
        let holds = |section: &&Section, at: usize| section.range.contains(&at);
        let newest = self.notes.newest_entry().map(|entry| entry.heading.start);
        let with_newest = newest.and_then(|at| sections().filter(|section| holds(section, at)).last());
        let heading = || sections().find(|section| section.style == SectionStyle::Heading);
        if let Some(section) = with_newest.or_else(heading).or_else(|| sections().next()) {
            return Some(Region {
                level: section.level,
                is_lead_in: section.style == SectionStyle::LeadIn,
                heading_end: end_of_line(self.text, self.markdown.block(section.block).range().end),
                body: section.body.clone(),
                block: Some(section.block),
            });
        }
        None
    }

    /// The byte where the blocks after the region begin.
    pub fn end_of(&self, region: &Region) -> usize {
        let is_last = region.body.end >= self.markdown.end();
        if is_last { self.text.len() } else { self.markdown.block(region.body.end).range().start }
    }

    /// Whether blank lines follow the headings of the document; mostly so if there is no other.
    pub fn is_spaced(&self) -> bool {
        let mut counts = [0, 0];
        let mut blocks = self.markdown.top_level().peekable();
        while let Some((_, block)) = blocks.next() {
            if let (BlockKind::Heading(_), Some((_, next))) = (block.kind, blocks.peek()) {
                counts[usize::from(is_apart(self.text, next.range().start))] += 1;
            }
        }
        counts[1] >= counts[0]
    }

    /// The place, behind a fence that nobody closed, which what is put there closes: if what it swallowed has
    /// no headings.
    pub fn behind_fence(&self, place: Place) -> Option<Place> {
        let fence = self.swallowing().filter(|fence| self.text[fence.clone()].starts_with(['`', '~']))?;
        let code = &self.text[fence.clone()];
        let level = |line: &str| line.len() - line.trim_start_matches('#').len();
        let is_heading = |line: &str| (2..=6).contains(&level(line)) && line[level(line)..].starts_with(' ');
        if place.at < fence.start || code.split(['\n', '\r']).any(is_heading) {
            return None;
        }
        let marker = &code[..code.len() - code.trim_start_matches(['`', '~']).len()];
        Some(Place { before: format!("\n{marker}{}", place.before), ..place })
    }

    /// Whether the words above byte `at` are those of a paragraph in no list.
    pub fn has_paragraph_above(&self, at: usize) -> bool {
        let last = self.text[..at].trim_end().len().checked_sub(1);
        let Some(above) = last.and_then(|last| self.markdown.block_at(last)) else { return false };
        let is_item = |id| self.markdown.block(id).kind == BlockKind::Item;
        self.markdown.block(above).kind == BlockKind::Paragraph && !self.markdown.ancestors(above).any(is_item)
    }

    /// Whether the line below the one that ends at byte `at` is a row of a table.
    pub fn has_row_below(&self, at: usize) -> bool {
        let Some(words) = words_below(self.text, at) else { return false };
        let block = self.markdown.block_at(self.text.len() - words.len()).map(|id| self.markdown.block(id).kind);
        matches!(block, Some(BlockKind::Table | BlockKind::Row { .. } | BlockKind::Cell))
    }

    /// The block at the end that swallows whatever follows: a fence or comment that nobody closed.
    pub fn swallowing(&self) -> Option<Range<usize>> {
        let (_, last) = self.markdown.top_level().last()?;
        last.never_closes(self.text).then(|| last.range())
    }
}
