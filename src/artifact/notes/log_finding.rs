//! Logs that no section is named after: recognised by the title of the file, or by their entries.

use std::{collections::HashMap, ops::Range};

use super::{
    Reader,
    log::{Form, LogEntry, LogRegion},
};
use crate::{
    artifact::{
        dates, entries,
        sections::{Section, SectionStyle},
    },
    convention::{SectionName, Words, normalize_heading},
    markdown::{BlockId, BlockKind},
    text::{is_among, without_end},
};

/// Words that end the name of a log.
static LOGS: Words = Words::new("logs");
/// Words before those that make another thing of it.
const OTHER_LOGS: &[&str] = &["change", "release", "audit", "error", "event", "git", "commit", "math"];
/// Words in a heading whose dates are no sessions.
static NO_LOGS: Words = Words::new("no-logs");
/// Words of a heading above decisions.
const DECISIONS: &[&str] = &["decision", "decisionlog", "adr", "决策日志", "決定"];
/// Words before the date of what is planned, not of what was done.
const PLANNED: &[&str] = &["phase", "milestone", "sprint", "release", "version", "week", "part", "step", "task", "due"];
/// Columns whose dates say when something was done.
const WHEN: &[&str] =
    &["date", "day", "when", "time", "timestamp", "datum", "日期", "日付", "时间", "日時", "fecha", "data", "дата"];
/// Bytes of words before a date that still heads its line.
const LONGEST_OPENING: usize = 40;
/// A longer heading is a paragraph that a rule underlines by accident.
const LONGEST_HEADING: usize = 300;

type Found = (Vec<LogEntry>, LogRegion);

impl Reader<'_> {
    /// The entries that are siblings of an empty section for them.
    pub(super) fn log_behind(&self, section: &Section) -> Option<Found> {
        let siblings = self.headings().filter(|other| other.parent == section.parent && other.level == section.level);
        let behind = siblings.skip_while(|other| other.block <= section.block);
        let dated: Vec<&Section> = behind.filter(|other| other.date.is_some()).collect();
        let last = dated.last()?;
        let body = self.markdown.next(section.block)..last.body.end;
        let region =
            LogRegion { level: section.level.saturating_sub(1), heading: Some(section.block), body, is_named: true };
        Some((self.entries_of(&dated), region))
    }

    /// The log of a file whose title names one: its dated headings, else what is dated below the title. A file
    /// without headings waits for its first entry.
    pub(super) fn log_of_file(&self) -> Option<Found> {
        let title = self.sections.title.clone()?;
        if !names_a_log(&self.text[title.clone()]) {
            return None;
        }
        let block = self.markdown.block_at(title.start)?;
        let is_named = !has_word(&normalize_heading(&self.text[title.clone()]), DECISIONS);
        let region = |level| LogRegion { level, heading: Some(block), body: self.below(block), is_named };
        let headings = || self.headings().filter(|section| section.block > block);
        let has_year = dates::year_in(&self.text[title]).is_some() || headings().any(|section| section.date.is_some());
        let names_day = |section: &Section| {
            let date = dates::find_without_year(&self.text[section.heading.clone()], 2000).filter(|_| has_year);
            date.is_some_and(|date| date.range.start <= 4)
        };
        let dated = || headings().filter(|section| section.date.is_some() || names_day(section));
        if let Some(outermost) = dated().map(|section| section.level).min() {
            let dated: Vec<&Section> = dated().filter(|section| section.level == outermost).collect();
            return Some((self.entries_of(&dated), region(outermost.saturating_sub(1))));
        }
        let first_heading = headings().map(|section| section.block).next();
        let preamble = self.markdown.next(block)..first_heading.unwrap_or(self.markdown.end());
        let lines = || {
            let mut all = self.dated_blocks(self.below(block));
            all.retain(|entry| entry.form == Form::Paragraph);
            all
        };
        let found = Some(self.dated_blocks(preamble)).filter(|found| !found.is_empty());
        let found = found.or_else(|| Some(lines()).filter(|found| found.len() > 1));
        match found {
            Some(found) => Some((found, region(1))),
            None if first_heading.is_none() => Some((Vec::new(), region(1))),
            None => self.found_log(),
        }
    }

    /// The dated headings, items, rows or lines that are a log by their form: of several the longest.
    pub(super) fn found_log(&self) -> Option<Found> {
        let title = self.sections.title.clone().map(|title| normalize_heading(&self.text[title]));
        if title.is_some_and(|title| names_no_log(&title)) {
            return None;
        }
        self.dated_series().or_else(|| self.dated_lists())
    }

    /// The longest series of dated headings under one heading.
    fn dated_series(&self) -> Option<Found> {
        // As in most files.
        if !self.headings().any(|section| section.date.is_some()) {
            return None;
        }
        let mut groups: HashMap<(Option<usize>, u8), Vec<&Section>> = HashMap::new();
        for section in self.headings().filter(|section| section.heading.len() <= LONGEST_HEADING) {
            groups.entry((section.parent, section.level)).or_default().push(section);
        }
        let logs = groups.into_iter().filter_map(|((parent, level), siblings)| {
            let around = parent.map(|parent| &self.sections.all[parent]);
            let dated = self.series(&siblings).filter(|_| around.is_none_or(|around| self.may_be_log(around)))?;
            Some((dated, around, level))
        });
        let (dated, around, level) = logs.max_by_key(|(dated, ..)| (dated.len(), std::cmp::Reverse(dated[0].block)))?;
        let title = self.sections.title.as_ref().and_then(|title| self.markdown.block_at(title.start));
        let title = title.filter(|title| *title < dated[0].block);
        let heading = around.map(|around| around.block).or(title);
        let body =
            around.map_or_else(|| title.map_or(self.all_blocks(), |title| self.below(title)), |s| s.body.clone());
        Some((self.entries_of(&dated), LogRegion { level: level.saturating_sub(1), heading, body, is_named: false }))
    }

    /// The dated ones of sibling headings, if they are a series: most of them, or most from the first to the last.
    fn series<'s>(&self, siblings: &[&'s Section]) -> Option<Vec<&'s Section>> {
        let dated: Vec<&Section> = siblings.iter().copied().filter(|section| self.heads_entry(section)).collect();
        let [first, .., last] = &dated[..] else { return None };
        let span = siblings.iter().filter(|section| (first.block..=last.block).contains(&section.block)).count();
        let is_most = dated.len() * 2 > siblings.len() || first.block == siblings[0].block && dated.len() == span;
        let is_run = dated.len() > 2 && dated.len() * 2 > span;
        (is_most || is_run).then_some(dated)
    }

    /// Whether a heading outside any log is one of an entry: a date begins or ends it, and what stands before the
    /// date is no version, id or phase.
    fn heads_entry(&self, section: &Section) -> bool {
        let Some(date) = section.date.as_ref().filter(|_| section.name.is_none()) else { return false };
        let before = &self.text[section.heading.start..date.range.start];
        let after = &self.text[date.range.end..section.heading.end];
        let is_head = before.len() <= LONGEST_OPENING || !after.contains(char::is_alphanumeric);
        is_head && !is_of_another_kind(before)
    }

    /// The longest list, table or sequence of lines whose entries begin with a date.
    fn dated_lists(&self) -> Option<Found> {
        let title = self.sections.title.as_ref().and_then(|title| self.markdown.block_at(title.start));
        let first = self.headings().next().map_or(self.markdown.end(), |section| section.block);
        let top = title.map_or(self.all_blocks().start, |title| self.markdown.next(title));
        let preamble =
            (top < first).then_some(LogRegion { level: 1, heading: title, body: top..first, is_named: false });
        let sections = self.headings().filter(|section| self.may_be_log(section)).map(|section| {
            let own_end = self.sections.children(section).find(|child| child.style == SectionStyle::Heading);
            let end = own_end.map_or(section.body.end, |child| child.block);
            let (level, heading) = (section.level, Some(section.block));
            LogRegion { level, heading, body: section.body.start..end, is_named: false }
        });
        let found = preamble.into_iter().chain(sections).map(|region| (self.dated_run(region.body.clone()), region));
        let found = found.filter(|(entries, _)| entries.len() > 1);
        // A log of decisions beside one of work is not the one of sessions.
        let is_of_work = |region: &LogRegion| {
            let section = region.heading.and_then(|heading| self.sections.opened_by(heading));
            !section.is_some_and(|section| has_word(&section.normalized, DECISIONS))
        };
        found.max_by_key(|(entries, region)| (is_of_work(region), entries.len(), std::cmp::Reverse(region.body.start)))
    }

    /// The dated blocks of `body` that are of one form, unless most of what stands beside them has no date.
    fn dated_run(&self, body: Range<BlockId>) -> Vec<LogEntry> {
        let is_log = |(id, kind): (BlockId, BlockKind)| match kind {
            BlockKind::List { .. } => self.is_dated_list(id),
            BlockKind::Table => self.has_dates_first(id),
            BlockKind::Paragraph => true,
            _ => false,
        };
        let blocks =
            self.markdown.siblings(body.clone()).map(|(id, block)| (id, block.kind)).filter(|block| is_log(*block));
        let mut found: Vec<LogEntry> =
            blocks.flat_map(|(id, _)| self.dated_blocks(id..self.markdown.next(id))).collect();
        let first_is_line = found.first().map(|first| first.form == Form::Paragraph);
        found.retain(|entry| Some(entry.form == Form::Paragraph) == first_is_line && entry.moment().is_some());
        let paragraphs = found.iter_mut().filter(|entry| entry.form == Form::Paragraph);
        paragraphs.for_each(|entry| entry.body.end = body.end);
        found
    }

    /// Whether dates head the items, but for those that say more of the one above: `- Goal: …`.
    fn is_dated_list(&self, list: BlockId) -> bool {
        let items = entries::of(self.text, self.markdown, list..self.markdown.next(list));
        let first_line = |item: &entries::Entry| &self.text[entries::first_line(self.text, &item.range)];
        // As most lists.
        if !items.first().is_some_and(|first| dates::heads(first_line(first))) {
            return false;
        }
        let has_label = |line: &str| line.find([':', '：']).is_some_and(|at| at <= LONGEST_OPENING);
        // What is to be done by a day was not done on it.
        let is_open = |item: &entries::Entry| item.task.as_ref().is_some_and(|task| !task.ticked);
        let dated = items.iter().filter(|item| dates::heads(first_line(item))).count();
        let others = items.iter().map(first_line).filter(|line| !dates::heads(line) && !has_label(line)).count();
        !items.iter().any(is_open) && dated > others
    }

    /// Whether the first column of a table says when.
    fn has_dates_first(&self, table: BlockId) -> bool {
        let row = self.markdown.children(table).nth(1).map(|(row, _)| row);
        let header = row.map(|row| entries::header(self.text, self.markdown, row)).unwrap_or_default();
        header.first().is_some_and(|name| WHEN.contains(&&*normalize_heading(name)))
    }

    /// Whether what stands in the section may be a log: it has no other name, and is not about what is to come.
    fn may_be_log(&self, section: &Section) -> bool {
        let mut around = self.sections.enclosing(section);
        around.all(|section| {
            let is_other = section.name.is_some_and(|name| name != SectionName::SessionLog);
            !is_other && !names_no_log(&section.normalized)
        })
    }

    fn entries_of(&self, headings: &[&Section]) -> Vec<LogEntry> {
        headings.iter().map(|section| self.heading_entry(section)).collect()
    }

    fn headings(&self) -> impl Iterator<Item = &Section> {
        self.sections.all.iter().filter(|section| section.style == SectionStyle::Heading)
    }

    fn below(&self, block: BlockId) -> Range<BlockId> {
        self.markdown.next(block)..self.markdown.end()
    }

    fn all_blocks(&self) -> Range<BlockId> {
        let first = self.markdown.top_level().next().map(|(id, _)| id);
        first.unwrap_or(self.markdown.end())..self.markdown.end()
    }
}

/// Whether a title ends in the name of a log, or begins with one: `Acme session log`, `SESSION_LOG.md: Acme`.
pub fn names_a_log(title: &str) -> bool {
    let parts = title.split([':', '：', '—', '–', '|', '(', '（', ')', '）']).flat_map(|part| part.split(" - "));
    parts.map(|part| without_end(part.trim_end_matches(['#', ' ', '*', '`']), ".md").to_lowercase()).any(|part| {
        let mut words = part.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).rev();
        let Some(last) = words.find(|word| !word.bytes().all(|byte| byte.is_ascii_digit())) else { return false };
        let is_name = |name: &&str| {
            last == *name || !name.is_ascii() && last.ends_with(*name) || last.strip_prefix("decision") == Some(*name)
        };
        LOGS.iter().any(is_name) && !words.next().is_some_and(|word| OTHER_LOGS.contains(&word))
    })
}

/// Whether the words before a date are those of a version (`[1.2.0]`), an id (`D1`) or a phase.
fn is_of_another_kind(before: &str) -> bool {
    let word = before.split(|c: char| c.is_whitespace() || c == ':').find(|word| word.contains(char::is_alphanumeric));
    let Some(word) = word.map(|word| word.trim_matches(|c: char| !c.is_alphanumeric())) else { return false };
    let is_number = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    let is_version = word.contains('.') && is_number(word.trim_start_matches(['v', 'V']));
    let letters = word.trim_start_matches(|c: char| c.is_ascii_uppercase());
    let is_id = letters.len() < word.len() && is_number(letters.trim_start_matches(['-', '_']));
    is_version || is_id || PLANNED.contains(&&*word.to_lowercase())
}

/// Whether a heading has a word whose dates are no sessions.
fn names_no_log(normalized: &str) -> bool {
    normalized.split(|c: char| !c.is_alphanumeric()).any(|word| NO_LOGS.contains_singular(word))
}

fn has_word(normalized: &str, words: &[&str]) -> bool {
    normalized.split(|c: char| !c.is_alphanumeric()).any(|word| is_among(words, word))
}

#[cfg(test)]
mod tests {
    use super::{super::tests::read, *};

    #[test]
    fn dated_headings_items_rows_and_lines_are_a_log_whatever_stands_above() {
        for text in [
            "# Progress\n## 2026-01-02 — a\n## 2026-01-03 — b\n",
            "## 2026-01-02\n## 2026-01-03\n",
            "# Plan\n## Goals\n## What happened\n### 2026-01-02\n### Jan 3, 2026\n## Constraints\n",
            "\
# Handoff
## Start here
### LIVE (2026-01-03, session 2) — a
### LIVE (2026-01-02, session 1) — b
### Notes
",
            "# Status\n## Completed work\n- 2026-01-02: a\n- Goal: b\n- Next task: c\n- 2026-01-03: d\n- Goal: e\n",
            "# Progress\n\n[2026-01-02 10:00] - a\n- b\n\n[2026-01-03 10:00] - c\n",
            "# Progress\n\n[2026-01-02 10:00] - a\n[2026-01-03 10:00] - c\n",
            "# Decision Log\n\n## Decision\n\n---\n\n[2026-01-02 10:00] - a\n\n## Decision\n\n[2026-01-03 10:00] - c\n",
            "# Notes\n\n| Date | What |\n|---|---|\n| 2026-01-02 | a |\n| 2026-01-03 | b |\n",
            "# Sessions\n\n## Sessions\n\n<!-- newest last -->\n\n## Session 2026-01-02\n\n## Session 2026-01-03\n",
            "# Acme Session Log\n## How to append\n## 2026-01-02\n## 2026-01-03\n",
            "# SESSION_LOG.md: Acme rolling log\n## Template\n## Session YYYY-MM-DD\n## 2026-01-02\n## 2026-01-03\n",
            "# セッションログ\n## 2026年1月2日\n## 2026年1月3日\n",
        ] {
            assert_eq!(read(text).log.len(), 2, "{text}");
        }
    }

    #[test]
    fn other_dates_are_none() {
        for text in [
            "# Plan\n## Overview\n## 2026-03-02 review\n## Goals\n## Constraints\n## 2026-03-09 review\n## Tasks\n",
            "# Plan\n## Notes\n## Findings (2026-03-02)\n## Goals\n",
            "# Changelog\n## 2026-03-02\n## 2026-03-01\n",
            "# P\n## [1.2.0] - 2026-03-02\n## [1.1.0] - 2026-03-01\n",
            "# P\n## Milestones\n\n| Date | What |\n|---|---|\n| 2026-01-02 | a |\n| 2026-01-03 | b |\n",
            "# P\n## Work\n\n| Milestone | Due |\n|---|---|\n| a | 2026-01-02 |\n| b | 2026-01-03 |\n",
            "# P\n## Phase 1 (2026-03-02)\n## Phase 2 (2026-03-09)\n",
            "# Decisions\n## D1 - x (2026-03-02)\n## D2 - y (2026-03-03)\n",
            "# N\n## Decisions\n### 2026-03-02: a\n### 2026-03-03: b\n",
            "# P\n## Next\n- [ ] 2026-03-02: a\n- [ ] 2026-03-03: b\n",
            "# P\n## Notes\n- a\n- 2026-03-02: b\n- c\n- 2026-03-03: d\n",
            "# Spec\n## Clarifications\n### Session 2026-03-02\n### Session 2026-03-03\n",
            "```\n## 2026-03-02\n## 2026-03-03\n```\n",
        ] {
            assert!(read(text).log.is_empty(), "{text}");
        }
    }

    #[test]
    fn titles_name_a_log_at_their_end_or_before_a_colon() {
        let logs = "SESSION_LOG.md: Acme rolling log|SESSION LOG - Ada|Acme Session Log|DEVLOG|セッションログ|Ritsu 决策日志|Decision Log|\
                    Dev Log — RBF_MAX|Evalyn — Progress Journal|`SESSION_LOG.md`|Work log 2026|Sessions";
        assert_eq!(logs.split('|').filter(|title| !names_a_log(title)).collect::<Vec<_>>(), [""; 0]);
        let others = "Log rotation|Change log|Changelog|Login|Catalog|Plan|Audit log|Phase 1 - Notes|2026";
        assert_eq!(others.split('|').filter(|title| names_a_log(title)).collect::<Vec<_>>(), [""; 0]);
    }
}
