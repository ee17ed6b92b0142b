//! The session log: its entries, their dates and fields, and the order they stand in.

use std::{collections::HashSet, ops::Range};

use super::Reader;
use crate::{
    artifact::{
        dates::{self, DateText, Moment},
        entries::{self, Entry},
        sections::{Section, SectionStyle},
    },
    markdown::{BlockId, BlockKind},
    template::{SectionName, normalize_heading},
};

/// One session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// Bytes of the heading's words, or of the first line of a bullet, row or paragraph.
    pub heading: Range<usize>,
    /// Heading level; 0 for the others.
    pub level: u8,
    /// Its bytes in the document.
    pub date: Option<DateText>,
    pub fields: Vec<Field>,
}

impl LogEntry {
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

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FieldName {
    WhatChanged,
    Why,
    Blockers,
    Next,
}

impl FieldName {
    pub const ALL: [Self; 4] = [Self::WhatChanged, Self::Why, Self::Blockers, Self::Next];

    pub fn name(self) -> &'static str {
        ["What changed", "Why", "Blockers", "Next"][self as usize]
    }

    /// The field that people label so.
    pub fn read(label: &str) -> Option<Self> {
        if label.len() > 40 {
            return None;
        }
        let find = |is_label: &dyn Fn(&str) -> bool| {
            let mut names = LABELS.iter().filter(|(_, labels)| labels.iter().any(|label| is_label(label)));
            names.next().map(|(name, _)| *name)
        };
        // Most labels are a single word, and are compared as they are.
        if label.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            return find(&|name| name.eq_ignore_ascii_case(label));
        }
        let normalized = normalize_heading(label);
        find(&|name| name == normalized)
    }
}

/// How people label the fields, normalised.
const LABELS: [(FieldName, &[&str]); 4] = [
    (
        FieldName::WhatChanged,
        &["what changed", "changed", "changes", "what was done", "変更", "変更点", "変更内容", "变更", "改动"],
    ),
    (FieldName::Why, &["why", "reason", "rationale", "理由", "原因"]),
    (FieldName::Blockers, &["blockers", "blocker", "blocked by", "ブロッカー", "阻塞"]),
    (
        FieldName::Next,
        &[
            "next",
            "next steps",
            "next step",
            "next session",
            "next up",
            "up next",
            "次",
            "次回",
            "次のステップ",
            "下一步",
        ],
    ),
];

/// `- Next: …` of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub name: FieldName,
    /// Bytes of the label's words.
    pub label: Range<usize>,
    /// Bytes from the label to the end of its value, nested items included.
    pub range: Range<usize>,
    pub is_empty: bool,
}

impl Reader<'_> {
    pub fn log(&self) -> Vec<LogEntry> {
        let mut entries = self.log_entries();
        let texts = entries.iter().filter_map(|entry| Some(&self.text[entry.date.as_ref()?.range.clone()]));
        let order = dates::slash_order(texts);
        for date in entries.iter_mut().filter_map(|entry| entry.date.as_mut()) {
            date.settle(&self.text[date.range.clone()], order);
        }
        entries
    }

    fn log_entries(&self) -> Vec<LogEntry> {
        if self.sections.is_titled(SectionName::SessionLog) {
            return self.log_of_file();
        }
        let sections = self.sections.named(SectionName::SessionLog);
        let mut entries: Vec<LogEntry> = sections.flat_map(|section| self.log_of(section)).collect();
        // A log inside another, such as `### Sessions` below `## Log`, was read with that one, too.
        entries.sort_by_key(|entry| entry.heading.start);
        entries.dedup_by_key(|entry| self.markdown.block_at(entry.heading.start));
        entries
    }

    /// The log of a file that is nothing else: its dated headings, else the dated blocks below the title.
    fn log_of_file(&self) -> Vec<LogEntry> {
        let title = self.sections.title.as_ref().map_or(0, |title| title.end);
        let headings = self.sections.all.iter().filter(|section| section.style == SectionStyle::Heading);
        let headings = headings.filter(|section| section.range.start >= title);
        let outermost = headings.clone().filter(|section| self.is_dated(section)).map(|section| section.level).min();
        if outermost.is_none() {
            let Some(blocks) = &self.sections.preamble else { return Vec::new() };
            let end = headings.map(|section| section.block).next().unwrap_or(self.markdown.end());
            let dated = self.dated_blocks(blocks.start..end.max(blocks.start));
            return dated.into_iter().filter(|entry| entry.heading.start >= title).collect();
        }
        let entries = headings.filter(|section| Some(section.level) == outermost && self.is_dated(section));
        entries.map(|section| self.heading_entry(section)).collect()
    }

    /// Sub-headings are the entries; if none has a date, the dated bullets, rows and paragraphs.
    fn log_of(&self, section: &Section) -> Vec<LogEntry> {
        let mut headings = Vec::new();
        self.push_entry_headings(section, &mut headings);
        let is_heading = |child: &Section| child.style == SectionStyle::Heading;
        let (dated_headings, dated_lead_ins): (Vec<&Section>, Vec<&Section>) =
            headings.iter().filter(|child| self.is_dated(child)).partition(|child| is_heading(child));
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
        let paragraph = |entry: &LogEntry| {
            let id = self.markdown.block_at(entry.heading.start)?;
            let block = self.markdown.block(id);
            (block.kind == BlockKind::Paragraph && self.markdown.parent(id).is_none()).then_some(id)
        };
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
            if self.is_dated(child) {
                headings.push(child);
            } else if self.sections.children(child).any(|inner| self.is_dated(inner)) {
                self.push_entry_headings(child, headings);
            } else if child.style == SectionStyle::Heading && !is_field {
                headings.push(child);
            }
        }
    }

    fn is_dated(&self, section: &Section) -> bool {
        dates::find(&self.text[section.heading.clone()]).is_some()
    }

    fn heading_entry(&self, section: &Section) -> LogEntry {
        let body = section.body.clone();
        LogEntry {
            heading: section.heading.clone(),
            level: if section.style == SectionStyle::Heading { section.level } else { 0 },
            date: self.date_in(section.heading.clone()).or_else(|| self.date_field(body.clone())),
            fields: self.fields(body),
        }
    }

    /// `Date: 2026-01-21` among the first blocks of an entry whose heading has no date.
    fn date_field(&self, body: Range<BlockId>) -> Option<DateText> {
        let paragraphs = self.markdown.within(body).filter(|(_, block)| block.kind == BlockKind::Paragraph).take(4);
        paragraphs.into_iter().find_map(|(_, block)| {
            let line = entries::first_line(self.text, &block.range());
            let (label, _) = self.text[line.clone()].split_once([':', '：'])?;
            let is_date = label.len() <= 20 && matches!(normalize_heading(label).as_str(), "date" | "when");
            if is_date { self.date_in(line) } else { None }
        })
    }

    /// Bullets, rows and paragraphs that a date heads.
    fn dated_blocks(&self, body: Range<BlockId>) -> Vec<LogEntry> {
        let mut found = Vec::new();
        for (id, block) in self.markdown.siblings(body.clone()) {
            let next = self.markdown.next(id);
            if block.kind == BlockKind::Paragraph {
                found.extend(self.dated_block(id, block.range(), id..body.end));
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
        let date = self.date_in(heading.clone())?;
        Some(LogEntry { heading, level: 0, date: Some(date), fields: self.row_fields(entry.block) })
    }

    fn dated_block(&self, block: BlockId, words: Range<usize>, body: Range<BlockId>) -> Option<LogEntry> {
        let heading = entries::first_line(self.text, &words);
        let date = self.date_in(heading.clone())?;
        // A date far inside a sentence heads no entry; a paragraph's stands at its very start.
        let before = &self.text[heading.start..date.range.start];
        let is_item = self.markdown.block(block).kind == BlockKind::Item;
        let is_head = if is_item { before.len() <= 30 } else { !before.contains(char::is_alphanumeric) };
        is_head.then(|| LogEntry { heading, level: 0, date: Some(date), fields: self.fields(self.dated_body(body)) })
    }

    /// The blocks of a dated paragraph reach to the next one.
    fn dated_body(&self, body: Range<BlockId>) -> Range<BlockId> {
        let mut blocks = self.markdown.siblings(body.clone()).skip(1);
        let next = blocks.find(|(_, block)| {
            block.kind == BlockKind::Paragraph && {
                let line = entries::first_line(self.text, &block.range());
                let date = dates::find(&self.text[line.clone()]);
                date.is_some_and(|date| {
                    !self.text[line.start..line.start + date.range.start].contains(char::is_alphanumeric)
                })
            }
        });
        body.start..next.map_or(body.end, |(id, _)| id)
    }

    fn date_in(&self, range: Range<usize>) -> Option<DateText> {
        let mut date = dates::find(&self.text[range.clone()])?;
        date.range = range.start + date.range.start..range.start + date.range.end;
        Some(date)
    }

    /// The fields among the blocks of `body`.
    fn fields(&self, body: Range<BlockId>) -> Vec<Field> {
        let labelled = self.labels_within(&body);
        let has_labels = |id| labelled.binary_search_by_key(&id, |(id, _)| *id).is_ok();
        let mut found: Vec<Field> = Vec::new();
        for (id, labels) in &labelled {
            let id = *id;
            let block = self.markdown.block(id);
            let ends = labels.iter().skip(1).map(|label| label.words.start).chain([block.range().end]);
            let last = labels.len().saturating_sub(1);
            let fields = labels.iter().zip(ends).enumerate().map(|(n, (label, end))| {
                let value = self.text[label.value..end].trim_matches(VALUE_MARKUP);
                let more = if n == last { self.continuation(id, &body, &has_labels) } else { None };
                let is_blank = value.is_empty() || entries::is_placeholder(value);
                Field {
                    name: label.name,
                    label: label.words.clone(),
                    range: label.words.start..more.unwrap_or(end),
                    is_empty: is_blank && more.is_none(),
                }
            });
            found.extend(fields);
        }
        found
    }

    /// The blocks of `body` with labels in them, in order. One that stands deeper than another of its name is
    /// part of what is said there: `Next: button moved` below `What changed`.
    fn labels_within(&self, body: &Range<BlockId>) -> Vec<(BlockId, Vec<Label>)> {
        let blocks = self.markdown.within(body.clone()).filter_map(|(id, block)| {
            let labels = match block.kind {
                BlockKind::Paragraph => self.labels(block.range()),
                BlockKind::Heading(_) => self.heading_label(block.range()),
                _ => return None,
            };
            (!labels.is_empty()).then(|| (id, self.markdown.ancestors(id).count(), labels))
        });
        let mut found: Vec<_> = blocks.collect();
        let mut shallowest = [usize::MAX; FieldName::ALL.len()];
        for (_, depth, labels) in &found {
            for label in labels {
                let least = &mut shallowest[label.name as usize];
                *least = (*least).min(*depth);
            }
        }
        found.retain_mut(|(_, depth, labels)| {
            labels.retain(|label| shallowest[label.name as usize] == *depth);
            !labels.is_empty()
        });
        found.into_iter().map(|(id, _, labels)| (id, labels)).collect()
    }

    /// The fields of a table's row: its columns of such names.
    fn row_fields(&self, row: BlockId) -> Vec<Field> {
        let header = entries::header(self.text, self.markdown, row);
        let cells = entries::cells(self.text, self.markdown, row);
        let fields = header.iter().zip(cells).filter_map(|(name, cell)| {
            let name = FieldName::read(name)?;
            Some(Field { name, is_empty: cell.is_empty(), label: cell.clone(), range: cell })
        });
        fields.collect()
    }

    /// Labels in a paragraph: any at the start of a line, the canonical ones also inside it.
    fn labels(&self, block: Range<usize>) -> Vec<Label> {
        let mut found = Vec::new();
        let mut from = block.start;
        let mut first_word = None;
        // No label begins after the last colon or dash; a wide one begins with byte EF, a dash with E2.
        let words = &self.text[block.clone()];
        let dash = words.rfind("** -").map(|at| at + "** ".len());
        let end = memchr::memrchr3(b':', 0xef, 0xe2, words.as_bytes()).max(dash);
        let end = end.map_or(block.start, |at| block.start + at + 1);
        for (at, c) in words.char_indices().map(|(at, c)| (block.start + at, c)).take_while(|(at, _)| *at < end) {
            let next = at + c.len_utf8();
            match c {
                ':' | '：' => {
                    let label = self.label(from..at, next);
                    let counts = |label: &Label| first_word == Some(label.words.start) || label.is_canonical(self.text);
                    found.extend(label.filter(counts));
                    from = next;
                }
                '\n' | '\r' => (from, first_word) = (next, None),
                // `**Next** — x`, at the start of a line alone.
                '—' | '–' => {
                    let is_set_off = self.text[from..at].ends_with(' ');
                    let is_bold = self.text[from..at].trim_end().ends_with("**");
                    let label = self.label(from..at, next).filter(|label| {
                        let begins_line = first_word == Some(label.words.start);
                        is_set_off && begins_line && (is_bold || label.is_canonical(self.text))
                    });
                    from = if label.is_some() || c == '—' { next } else { from };
                    found.extend(label);
                }
                // `**Next** - x` and `**Next** -- x`.
                '-' if first_word.is_some() && self.text[from..at].ends_with("** ") => {
                    let value = next + usize::from(self.text[next..].starts_with('-'));
                    let begins_line = |label: &Label| first_word == Some(label.words.start);
                    found.extend(self.label(from..at, value).filter(begins_line));
                    from = next;
                }
                '.' | ';' | '|' | '·' | '(' => from = next,
                c if c.is_alphanumeric() => first_word = first_word.or(Some(at)),
                _ => {}
            }
        }
        let line = entries::first_line(self.text, &block);
        if found.is_empty() && self.text[line.clone()].ends_with("**") {
            // `**Next**` alone on its line.
            found.extend(self.label(line.clone(), line.end));
        }
        found
    }

    fn heading_label(&self, block: Range<usize>) -> Vec<Label> {
        let line = entries::first_line(self.text, &block);
        let colon = self.text[line.clone()].find([':', '：']).map_or(line.end, |at| line.start + at);
        self.label(line.start..colon, colon).into_iter().collect()
    }

    /// The label in `range`, whose value begins at byte `value`.
    fn label(&self, range: Range<usize>, value: usize) -> Option<Label> {
        let words = self.text[range.clone()].trim_start_matches(LABEL_MARKUP);
        let start = range.end - words.len();
        let words = words.trim_end_matches(LABEL_MARKUP);
        Some(Label { name: FieldName::read(words)?, words: start..start + words.len(), value })
    }

    /// Where the blocks end that hold the value of a label in block `id`: nested items, or the list or text after it.
    fn continuation(&self, id: BlockId, body: &Range<BlockId>, has_labels: &dyn Fn(BlockId) -> bool) -> Option<usize> {
        let next = self.markdown.next(id);
        if next >= body.end || self.markdown.parent(next) != self.markdown.parent(id) {
            return None;
        }
        let following = self.markdown.block(next);
        let continues = match following.kind {
            BlockKind::Heading(_) | BlockKind::Rule => false,
            BlockKind::Paragraph => !has_labels(next),
            // A list of further fields.
            BlockKind::List { .. } => {
                let blocks = self.markdown.descendants(next).take(2);
                let mut words = blocks.filter(|(_, block)| block.kind == BlockKind::Paragraph);
                words.all(|(id, _)| !has_labels(id))
            }
            _ => true,
        };
        continues.then(|| following.range().end)
    }
}

const VALUE_MARKUP: [char; 8] = [':', '：', '*', '_', ' ', '\t', '\n', '\r'];
const LABEL_MARKUP: [char; 9] = ['#', '*', '_', ' ', '\t', '-', '+', '>', ','];

struct Label {
    name: FieldName,
    words: Range<usize>,
    /// Where its value begins.
    value: usize,
}

impl Label {
    fn is_canonical(&self, text: &str) -> bool {
        text[self.words.clone()].eq_ignore_ascii_case(self.name.name())
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
                "## Session log\n\nWe begin on 2026-01-02.\n- The plan said 30 days, counted from the 2026-01-02 kickoff\n",
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

    fn fields(text: &str) -> Vec<(FieldName, bool)> {
        read(text).log[0].fields.iter().map(|field| (field.name, field.is_empty)).collect()
    }

    #[test]
    fn fields_know_whether_they_are_empty() {
        use FieldName::*;
        let entry = |body: &str| fields(&format!("## Session log\n### 2026-01-02\n{body}"));
        assert_eq!(
            entry("- What changed: a\n- **Why:**\n- Blockers:\n  - b\n- Next: \n"),
            [(WhatChanged, false), (Why, true), (Blockers, false), (Next, true)]
        );
        assert_eq!(
            entry("**What changed**\n\n- a\n\n**Next:**\n\n#### Why\n"),
            [(WhatChanged, false), (Next, true), (Why, true)]
        );
        assert_eq!(
            entry("What changed: a\r\nWhy: <X>\r\nBlockers: -\r\nNext: c\r\n"),
            [(WhatChanged, false), (Why, true), (Blockers, false), (Next, false)]
        );
        assert_eq!(entry("- What changed: a. Why: b; Next: c\n"), [(WhatChanged, false), (Why, false), (Next, false)]);
        assert_eq!(entry("- Fixed the reason: it was late. Changes: none\n"), []);
        assert_eq!(entry("#### What changed\n\ntext\n\n#### Next\n"), [(WhatChanged, false), (Next, true)]);
        assert_eq!(entry("**Next**:\n- a\n"), [(Next, false)]);
        assert_eq!(
            entry("- **Changes** — a: b\n- Why – <X>\n- Next —\n"),
            [(WhatChanged, false), (Why, true), (Next, true)]
        );
        assert_eq!(
            entry("- **Changes** - a\n- **Why** -- b\n- **Next** -\n- **Blockers** --\n"),
            [(WhatChanged, false), (Why, false), (Next, true), (Blockers, true)]
        );
        // What stands deeper is part of what is said.
        assert_eq!(entry("- What changed:\n  - Next: button\n- Next: \n"), [(WhatChanged, false), (Next, true)]);
        assert_eq!(entry("- Today\n  - What changed: a\n  - Next: b\n"), [(WhatChanged, false), (Next, false)]);
        assert_eq!(entry("- Changes — a\n- The next — b\n- Next-door — c\n- Why—not\n"), []);
        assert_eq!(entry("- 変更：あ\n- 下一步：\n"), [(WhatChanged, false), (Next, true)]);
        assert_eq!(entry("- Next:\n\n  tomorrow\n"), [(Next, false)]);
        assert_eq!(entry("- Next:\n\nAn unrelated paragraph.\n"), [(Next, true)]);
        let row = "## Log\n\n| Date | What changed | Next |\n|---|---|---|\n| 2026-01-02 | a | |\n";
        assert_eq!(fields(row), [(WhatChanged, false), (Next, true)]);
        assert_eq!(fields("## Log\n- 2026-01-02: a\n  - Why: b\n  - Next:\n"), [(Why, false), (Next, true)]);
        assert_eq!(fields("## Log\n\n**2026-01-02**\n\nWhy: b\n\n**2026-01-03**\n\nNext: c\n"), [(Why, false)]);
    }
}
