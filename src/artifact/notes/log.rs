//! The session log: its entries, their dates and fields, and the order they stand in.

use std::{collections::HashSet, ops::Range};

use super::{Field, FieldName, Reader};
use crate::{
    artifact::{
        dates::{self, DateText, Moment},
        entries::{self, Entry},
        labels::label_on,
        sections::{Section, SectionStyle},
    },
    convention::{SectionName, normalize_heading},
    markdown::{Block, BlockId, BlockKind},
    text::{bom_length, end_of_line, lines_in, start_of_line},
};

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// With its level.
    Heading(u8),
    Item,
    Row,
    /// One that begins with its date; or one of its lines, which do.
    Paragraph,
}

/// One session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    pub form: Form,
    /// The heading, item, row or paragraph.
    pub block: BlockId,
    /// The blocks below its first line; a paragraph of several lines is among its own.
    pub body: Range<BlockId>,
    /// Bytes from the start of its first line, markers included, to the end of the line of its last words.
    pub range: Range<usize>,
    /// Bytes of the heading's words, or of the first line of a bullet, row or paragraph.
    pub heading: Range<usize>,
    /// Its bytes in the document.
    pub date: Option<DateText>,
    pub fields: Vec<Field>,
}

impl LogEntry {
    /// Where it ends is known once the others are.
    fn new(
        form: Form,
        block: BlockId,
        body: Range<BlockId>,
        heading: Range<usize>,
        date: Option<DateText>,
        fields: Vec<Field>,
    ) -> Self {
        Self { form, block, body, range: heading.clone(), heading, date, fields }
    }

    pub fn moment(&self) -> Option<Moment> {
        self.date.as_ref()?.moment
    }

    /// Whether it follows the form of four fields; a lone `Next:` or `Done:` does not make it so.
    pub fn uses_fields(&self) -> bool {
        self.fields.len() >= 2 || self.has(FieldName::WhatChanged)
    }

    pub fn has(&self, name: FieldName) -> bool {
        self.fields.iter().any(|field| field.name == name)
    }
}

/// The part of a document that is the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogRegion {
    /// The level of the headings around its entries; 0 without any.
    pub level: u8,
    /// The heading above it; `None` in a file without a title.
    pub heading: Option<BlockId>,
    pub body: Range<BlockId>,
    /// Whether the heading or title above it names a log of sessions, no record of decisions.
    pub is_named: bool,
}

impl Reader<'_> {
    /// The log, and where it stands.
    pub fn log(&self) -> (Vec<LogEntry>, Option<LogRegion>) {
        let (mut entries, region) = self.log_entries();
        self.date_by_neighbours(&mut entries);
        self.bound(&mut entries);
        let texts = entries.iter().filter_map(|entry| Some(&self.text[entry.date.as_ref()?.range.clone()]));
        let order = dates::slash_order(texts);
        for date in entries.iter_mut().filter_map(|entry| entry.date.as_mut()) {
            date.settle(&self.text[date.range.clone()], order);
        }
        let region = region.or_else(|| self.region_of_section(&entries));
        (entries, region)
    }

    /// The section of the log; of several the one with the newest entry, else the first one with a heading.
    fn region_of_section(&self, entries: &[LogEntry]) -> Option<LogRegion> {
        let sections = || self.sections.named(SectionName::SessionLog);
        let newest = entries.iter().max_by_key(|entry| entry.moment()).map(|entry| entry.heading.start);
        let with_newest = newest.and_then(|at| sections().filter(|section| section.range.contains(&at)).last());
        let with_heading = || sections().find(|section| section.style == SectionStyle::Heading);
        let section = with_newest.or_else(with_heading).or_else(|| sections().next())?;
        let (heading, body) = (Some(section.block), section.body.clone());
        Some(LogRegion { level: section.level, heading, body, is_named: true })
    }

    /// Named sections first, then what stands behind an empty one, then the file by its title, then whatever has
    /// the form of a log.
    fn log_entries(&self) -> (Vec<LogEntry>, Option<LogRegion>) {
        let sections = || self.sections.named(SectionName::SessionLog).filter(|section| section.date.is_none());
        let mut entries: Vec<LogEntry> = sections().flat_map(|section| self.log_of(section)).collect();
        if !entries.is_empty() {
            // A log inside another, such as `### Sessions` below `## Log`, was read with that one, too.
            entries.sort_by_key(|entry| entry.heading.start);
            entries.dedup_by_key(|entry| entry.block);
            return (entries, None);
        }
        let behind = || sections().find_map(|section| self.log_behind(section));
        let unnamed = || if sections().next().is_none() { self.found_log() } else { None };
        match behind().or_else(|| self.log_of_file()).or_else(unnamed) {
            Some((entries, region)) => (entries, Some(region)),
            None => (entries, None),
        }
    }

    /// Sub-headings are the entries; if none has a date, the dated bullets, rows and paragraphs.
    fn log_of(&self, section: &Section) -> Vec<LogEntry> {
        let mut headings = Vec::new();
        self.push_entry_headings(section, &mut headings);
        let is_heading = |child: &Section| child.style == SectionStyle::Heading;
        let (dated_headings, dated_lead_ins): (Vec<&Section>, Vec<&Section>) =
            headings.iter().filter(|child| child.date.is_some()).partition(|child| is_heading(child));
        // `- Date: 2026-01-02` below `### Session 1` is its date, no entry.
        let has_date_field = |child: &&Section| is_heading(child) && self.date_field(child.body.clone()).is_some();
        if dated_headings.is_empty() && !headings.iter().any(has_date_field) {
            let mut dated = self.dated_blocks(section.body.clone());
            if !dated_lead_ins.is_empty() {
                self.add_lead_ins(&dated_lead_ins, &mut dated);
            }
            if !dated.is_empty() {
                return dated;
            }
        }
        headings.into_iter().map(|child| self.heading_entry(child)).collect()
    }

    /// Adds the dated lead-ins to dated blocks: `**2026-01-02**` beside `**2026-01-03** a`. Items and rows
    /// below a lead-in are what its entry says.
    fn add_lead_ins(&self, lead_ins: &[&Section], dated: &mut Vec<LogEntry>) {
        let paragraph = |entry: &LogEntry| (entry.form == Form::Paragraph).then_some(entry.block);
        let starts: HashSet<BlockId> = dated.iter().filter_map(paragraph).collect();
        let others = lead_ins.iter().filter(|section| !starts.contains(&section.block));
        dated.extend(others.map(|section| self.heading_entry(section)));
        dated.sort_by_key(|entry| entry.heading.start);
        let openings: HashSet<BlockId> = lead_ins.iter().map(|section| section.block).collect();
        let mut is_below = false;
        dated.retain(|entry| {
            let id = paragraph(entry);
            is_below = id.map_or(is_below, |id| openings.contains(&id));
            id.is_some() || !is_below
        });
    }

    /// The headings of entries; one without a date above others with dates, such as a month, groups them.
    fn push_entry_headings<'s>(&'s self, section: &'s Section, headings: &mut Vec<&'s Section>) {
        for child in self.sections.children(section) {
            let is_field = child.name.is_some() || FieldName::read(&child.normalized).is_some();
            if child.date.is_some() {
                headings.push(child);
            } else if self.sections.children(child).any(|inner| inner.date.is_some()) {
                self.push_entry_headings(child, headings);
            } else if child.style == SectionStyle::Heading && !is_field {
                headings.push(child);
            }
        }
    }

    pub(super) fn heading_entry(&self, section: &Section) -> LogEntry {
        let body = section.body.clone();
        let (form, start) = match section.style {
            SectionStyle::Heading => (Form::Heading(section.level), body.start),
            _ => (Form::Paragraph, section.block),
        };
        let date = section.date.as_deref().cloned().or_else(|| self.date_field(body.clone()));
        let fields = self.fields(body.clone());
        LogEntry::new(form, section.block, start..body.end, section.heading.clone(), date, fields)
    }

    /// Ends each entry before the next one, and in front of rules and comments below its last words.
    fn bound(&self, entries: &mut [LogEntry]) {
        let starts: Vec<usize> = entries.iter().skip(1).map(|entry| entry.heading.start).chain([usize::MAX]).collect();
        for (entry, next) in entries.iter_mut().zip(starts) {
            let own = self.markdown.block(entry.block).range();
            // Other entries are lines of the same paragraph.
            let is_line = entry.form == Form::Paragraph && own.end > next;
            if is_line {
                entry.body = entry.block..entry.block;
            } else if entry.form == Form::Paragraph {
                let mut blocks = self.markdown.siblings(entry.body.clone());
                let next =
                    blocks.find(|(_, block)| block.range().end > next || matches!(block.kind, BlockKind::Heading(_)));
                entry.body.end = next.map_or(entry.body.end, |(id, _)| id);
            }
            let end = match entry.form {
                Form::Item | Form::Row => own.end,
                _ if is_line => self.text[..start_of_line(self.text, next)].trim_end().len(),
                _ => own.end.max(self.end_of_words(entry.body.clone())),
            };
            let start = start_of_line(self.text, entry.heading.start).max(bom_length(self.text));
            entry.range = start..end_of_line(self.text, end);
        }
    }

    /// Where the last of `blocks` ends that is neither a rule nor a comment; 0 if there is none.
    fn end_of_words(&self, blocks: Range<BlockId>) -> usize {
        let is_comment = |range: Range<usize>| {
            let html = &self.text[range];
            html.starts_with("<!--") || html.trim().is_empty()
        };
        let says = |block: &Block| match block.kind {
            BlockKind::Rule => false,
            BlockKind::Html => !is_comment(block.range()),
            _ => true,
        };
        let words = self.markdown.siblings(blocks).filter(|(_, block)| says(block));
        words.last().map_or(0, |(_, block)| block.range().end)
    }

    /// Dates those entries whose headings name a day and no year, such as `Jan 21`, by the year of the nearest
    /// entry that has one.
    fn date_by_neighbours(&self, entries: &mut [LogEntry]) {
        let year = |entry: &LogEntry| Some(entry.moment()?.date.year());
        let mut near: Option<i16> = entries.iter().find_map(year).or_else(|| {
            let title = self.sections.title.clone()?;
            dates::year_in(&self.text[title])
        });
        for entry in entries {
            if entry.date.is_none()
                && let Some(year) = near
                && let Some(mut date) = dates::find_without_year(&self.text[entry.heading.clone()], year)
            {
                date.range = entry.heading.start + date.range.start..entry.heading.start + date.range.end;
                entry.date = Some(date);
            }
            near = year(entry).or(near);
        }
    }

    /// `Date: 2026-01-21` among the first blocks of an entry whose heading has no date.
    fn date_field(&self, body: Range<BlockId>) -> Option<DateText> {
        let paragraphs = self.markdown.within(body).filter(|(_, block)| block.kind == BlockKind::Paragraph).take(4);
        paragraphs.into_iter().find_map(|(_, block)| {
            let line = entries::first_line(self.text, &block.range());
            let (label, _) = label_on(self.text, line.clone())?;
            let is_date = matches!(normalize_heading(&self.text[label]).as_str(), "date" | "when");
            if is_date { dates::find_in(self.text, line) } else { None }
        })
    }

    /// Bullets, rows and paragraphs that a date heads.
    pub(super) fn dated_blocks(&self, body: Range<BlockId>) -> Vec<LogEntry> {
        let mut found = Vec::new();
        for (id, block) in self.markdown.siblings(body.clone()) {
            let next = self.markdown.next(id);
            if block.kind == BlockKind::Paragraph {
                let first = self.dated_block(id, block.range(), id..body.end);
                let others = first.as_ref().map(|first| self.dated_lines(first));
                found.extend(first);
                found.extend(others.unwrap_or_default());
            } else {
                let entries = entries::of(self.text, self.markdown, id..next);
                found.extend(entries.iter().filter_map(|entry| self.dated_entry(entry)));
            }
        }
        found
    }

    fn dated_entry(&self, entry: &Entry) -> Option<LogEntry> {
        let body = entry.block..self.markdown.next(entry.block);
        if !entry.is_row {
            return self.dated_block(entry.block, entry.range.clone(), body);
        }
        let heading = entry.range.clone();
        let date = dates::find_in(self.text, heading.clone())?;
        let (block, fields) = (entry.block, self.row_fields(entry.block));
        Some(LogEntry::new(Form::Row, block, block..block, heading, Some(date), fields))
    }

    fn dated_block(&self, block: BlockId, words: Range<usize>, body: Range<BlockId>) -> Option<LogEntry> {
        let heading = entries::first_line(self.text, &words);
        let date = dates::find_in(self.text, heading.clone())?;
        // A date far inside a sentence heads no entry; a paragraph's stands at its very start.
        let before = &self.text[heading.start..date.range.start];
        let form = if self.markdown.block(block).kind == BlockKind::Item { Form::Item } else { Form::Paragraph };
        let is_head = if form == Form::Item { before.len() <= 30 } else { !before.contains(char::is_alphanumeric) };
        is_head.then(|| {
            let body = self.dated_body(body);
            let fields = self.fields(body.clone());
            let body = if form == Form::Item { self.markdown.inside(block) } else { body };
            LogEntry::new(form, block, body, heading, Some(date), fields)
        })
    }

    /// The further lines of a paragraph that begin as its first one does: `[2026-01-21 10:00] - a`.
    fn dated_lines(&self, first: &LogEntry) -> Vec<LogEntry> {
        let block = self.markdown.block(first.block).range();
        let opening = |line: &Range<usize>| {
            let date = dates::find_in(self.text, line.clone())?;
            Some((&self.text[line.start..date.range.start], self.text[date.range.end..].chars().next(), date))
        };
        let Some((before, after, _)) = opening(&first.heading) else { return Vec::new() };
        let mut found = Vec::new();
        for line in lines_in(self.text, first.heading.end..block.end) {
            let start = line.end - self.text[line].trim_start_matches([' ', '\t', '>']).len();
            let line = entries::first_line(self.text, &(start..block.end));
            let date = opening(&line).filter(|(b, a, _)| (*b, *a) == (before, after)).map(|(.., date)| Some(date));
            let entry =
                |date| LogEntry::new(first.form, first.block, first.body.clone(), line.clone(), date, Vec::new());
            found.extend(date.map(entry));
        }
        found
    }

    /// The blocks of a dated paragraph reach to the next one.
    fn dated_body(&self, body: Range<BlockId>) -> Range<BlockId> {
        let mut blocks = self.markdown.siblings(body.clone()).skip(1);
        let next = blocks.find(|(_, block)| {
            let line = || &self.text[entries::first_line(self.text, &block.range())];
            block.kind == BlockKind::Paragraph && dates::heads(line())
        });
        body.start..next.map_or(body.end, |(id, _)| id)
    }
}

#[cfg(test)]
mod tests {
    use super::{super::tests::read, *};

    #[test]
    fn entries_are_headings_or_dated_bullets_rows_and_paragraphs() {
        for (text, count) in [
            ("## Session log\n### 2026-01-02\n#### Next\n### later\n", 2),
            ("## Session log\n- 2026-01-02: a\n- no date\n- [2026-01-03] b\n", 2),
            ("## Session log\n\n| Date | What |\n|---|---|\n| 2026-01-02 | a |\n", 1),
            ("## Log\n\n**2026-01-02**\n\n- a\n\n**2026-01-03 10:00**\n", 2),
            ("## Log\n\n**2026-01-02** — a\n\n2026-01-03: b\n", 2),
            ("**Log:**\n\n**2026-01-02**\n\n- a\n\n**2026-01-03**\n\n**Commits:**\n\n**2026-01-04**\n", 2),
            ("## Log\n\n**2026-01-02**\n\n- 2026-01-01: a\n\n**2026-01-03** — b\n\n**Session 3 (2026-01-04)**\n", 3),
            ("# Session log\n## 2026-01-02\n### Done 2026-01-01\n## Notes\n## 2026-01-03\n", 2),
            ("# Session log\n- 2026-01-02: a\n", 1),
            ("## Log\n### Sessions\n#### 2026-01-02\n", 1),
            ("# Session log\n## 2026-01-02\n## Log\n### 2026-01-03\n", 1),
            ("# Notes\n## 2026-01-02\n", 0),
            ("## Log\n### January 2026\n#### 2026-01-02\n#### 2026-01-03\n", 2),
            ("## Log\n- 2026-01-02: a\n- 2026-01-03: b\n### Notes\n", 2),
            ("## Log\n### What changed\n- a\n### Next\n- b\n", 0),
            ("## Log\n### Session 1\n- **Date:** 2026-01-02\n- Next: b\n### Session 2\n- **Date:** 2026-01-03\n", 2),
            ("## Log\n- **Date:** 2026-01-02\n  Next: b\n- Date: 2026-01-03\n### Notes\n", 2),
            ("## Session log\n\nNothing yet.\n", 0),
            (
                "\
## Session log

We begin on 2026-01-02.
- The plan said 30 days, counted from the 2026-01-02 kickoff
",
                0,
            ),
            ("## Session log\n```\n### 2026-01-02\n```\n", 0),
        ] {
            assert_eq!(read(text).log.len(), count, "{text}");
        }
    }

    #[test]
    fn a_date_field_dates_an_entry() {
        let notes = read("## Log\n### Session 1\n\n**Date:** 2026-01-02\n");
        assert!(notes.log[0].moment().is_some());
    }

    #[test]
    fn days_and_months_are_told_apart_by_all_dates_of_the_log() {
        for (text, expected) in [
            ("## Log\n### 02/01/2026\n### 21/01/2026 9:30\n", "2026-01-02 2026-01-21"),
            ("## Log\n### 01/02/2026 9:30\n### 01/21/2026\n", "2026-01-02 2026-01-21"),
            ("## Log\n- 21/01/2026: a\n- 1/3/2026: b\n", "2026-01-21 2026-03-01"),
            ("## Log\n- 2026-01-02: a\n- 1/3/2026: b\n", "2026-01-02 -"),
            ("## Log\n### 31/02/2026\n### 1/3/2026\n", "- 2026-03-01"),
        ] {
            let day = |entry: &LogEntry| match &entry.date {
                Some(date) => date.moment.map_or("-".to_owned(), |moment| moment.date.to_string()),
                None => "none".to_owned(),
            };
            assert_eq!(read(text).log.iter().map(day).collect::<Vec<_>>().join(" "), expected, "{text}");
        }
    }
}
