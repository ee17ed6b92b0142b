//! What work notes say: status, session log, decisions, commits.

use std::{fmt, ops::Range};

use super::{
    dates::{self, DateText, Moment},
    entries::{self, Entry, Task},
    sections::{Section, SectionStyle, Sections},
};
use crate::{
    markdown::{BlockId, BlockKind, Markdown},
    template::{SectionName, normalize_heading},
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkNotes {
    /// Every status that the file states: ticked boxes, a line, front matter; in document order.
    pub statuses: Vec<StatusMark>,
    /// Whether a `Status:` line or front matter states one, in whatever words.
    pub states_status: bool,
    pub log: Vec<LogEntry>,
    pub decisions: Vec<Decision>,
    pub commits: Vec<CommitItem>,
}

/// Where a phase stands, in the order in which it gets there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    NotStarted,
    InProgress,
    Blocked,
    Complete,
}

impl Status {
    pub const ALL: [Self; 4] = [Self::NotStarted, Self::InProgress, Self::Blocked, Self::Complete];

    pub fn name(self) -> &'static str {
        ["Not started", "In progress", "Blocked", "Complete"][self as usize]
    }

    /// The status that the first words of `text` say.
    pub fn read(text: &str) -> Option<Self> {
        let lower = text.trim_start_matches(|c: char| !c.is_alphanumeric()).to_lowercase().replace(['-', '_'], " ");
        let says = |words: &[&str]| {
            words.iter().any(|word| {
                lower.strip_prefix(word).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
            })
        };
        if says(&[
            "not started",
            "not yet started",
            "todo",
            "to do",
            "planned",
            "pending",
            "draft",
            "backlog",
            "not begun",
            "proposed",
            "ready",
            "new",
        ]) {
            Some(Self::NotStarted)
        } else if says(&[
            "in progress",
            "inprogress",
            "wip",
            "ongoing",
            "active",
            "started",
            "doing",
            "under way",
            "underway",
            "in review",
            "implementing",
            "work in progress",
        ]) {
            Some(Self::InProgress)
        } else if says(&["blocked", "on hold", "stuck", "paused", "waiting"]) {
            Some(Self::Blocked)
        } else if says(&[
            "complete",
            "completed",
            "done",
            "finished",
            "shipped",
            "closed",
            "merged",
            "delivered",
            "implemented",
        ]) {
            Some(Self::Complete)
        } else {
            None
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One place that states the status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusMark {
    pub status: Status,
    /// Bytes of the words.
    pub range: Range<usize>,
    /// The ticked box, if it is one.
    pub task: Option<Task>,
}

/// One session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// Bytes of the heading's words, or of the first line of a bullet or row.
    pub heading: Range<usize>,
    /// Heading level; 0 for bullets and rows.
    pub level: u8,
    /// Its bytes in the document.
    pub date: Option<DateText>,
    pub fields: Vec<Field>,
}

impl LogEntry {
    pub fn moment(&self) -> Option<Moment> {
        self.date.as_ref()?.moment
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

    fn read(label: &str) -> Option<Self> {
        match normalize_heading(label).as_str() {
            "what changed" | "changed" | "changes" | "what" | "did" | "done" => Some(Self::WhatChanged),
            "why" | "reason" | "rationale" => Some(Self::Why),
            "blockers" | "blocker" | "blocked by" | "blocked" => Some(Self::Blockers),
            "next" | "next steps" | "next step" | "next session" | "up next" => Some(Self::Next),
            _ => None,
        }
    }
}

/// `- Next: …` of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub name: FieldName,
    /// Bytes of the label's words.
    pub label: Range<usize>,
    pub is_empty: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Bytes of its words, on its first line.
    pub range: Range<usize>,
    pub has_rationale: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitItem {
    /// Bytes of its words, on its first line.
    pub range: Range<usize>,
    /// Bytes of the hash.
    pub hash: Option<Range<usize>>,
    pub has_message: bool,
}

impl WorkNotes {
    pub fn read(text: &str, markdown: &Markdown, sections: &Sections) -> Self {
        let reader = Reader { text, markdown, sections };
        Self {
            statuses: reader.statuses(),
            states_status: reader.states_status(),
            log: reader.log(),
            decisions: reader.decisions(),
            commits: reader.commits(),
        }
    }

    /// The status in force; of several, the one furthest on.
    pub fn status(&self) -> Option<Status> {
        self.statuses.iter().map(|mark| mark.status).max()
    }

    /// The newest dated entry.
    pub fn newest_entry(&self) -> Option<&LogEntry> {
        self.log.iter().filter(|entry| entry.moment().is_some()).max_by_key(|entry| entry.moment())
    }
}

struct Reader<'a> {
    text: &'a str,
    markdown: &'a Markdown,
    sections: &'a Sections,
}

impl Reader<'_> {
    fn statuses(&self) -> Vec<StatusMark> {
        let mut found = Vec::new();
        found.extend(self.front_matter_status());
        if let Some(preamble) = self.sections.preamble.clone() {
            found.extend(self.labelled_statuses(preamble));
        }
        for section in self.sections.named(SectionName::Status) {
            found.extend(self.section_statuses(section));
        }
        found
    }

    fn states_status(&self) -> bool {
        let is_status =
            |label: &str| matches!(&*normalize_heading(label), "status" | "current status" | "phase status");
        let front = self.markdown.front_matter.as_ref().map_or(0..0, |front| front.content.clone());
        let has_key = self.text[front].lines().any(|line| line.split_once(':').is_some_and(|(key, _)| is_status(key)));
        let blocks =
            self.markdown.within(self.sections.preamble.clone().unwrap_or(self.markdown.end()..self.markdown.end()));
        let mut words = blocks.filter_map(|(_, block)| match block.kind {
            BlockKind::Paragraph => Some(self.text[block.range()].lines().any(|line| {
                line.trim_start_matches(['>', ' ']).split_once([':', '：']).is_some_and(|(label, _)| is_status(label))
            })),
            BlockKind::Cell => Some(is_status(self.text[block.range()].trim_matches(['|', ' ']))),
            _ => None,
        });
        has_key || words.any(|is_status| is_status)
    }

    /// `status: done` between the fences of the front matter.
    fn front_matter_status(&self) -> Option<StatusMark> {
        let front = self.markdown.front_matter.as_ref()?;
        let mut at = front.content.start;
        for line in self.text[front.content.clone()].split_inclusive('\n') {
            if let Some(value) = line.strip_prefix("status:").or_else(|| line.strip_prefix("Status:")) {
                let words = value.trim().trim_matches(['"', '\'']);
                let start = at + line.find(words).unwrap_or(0);
                return Some(StatusMark {
                    status: Status::read(words)?,
                    range: start..start + words.len(),
                    task: None,
                });
            }
            at += line.len();
        }
        None
    }

    /// `Status: in progress` at the starts of lines.
    fn labelled_statuses(&self, blocks: Range<BlockId>) -> Vec<StatusMark> {
        let paragraphs = self
            .markdown
            .within(blocks)
            .filter(|(_, block)| matches!(block.kind, BlockKind::Paragraph | BlockKind::Cell));
        paragraphs.filter_map(|(_, block)| self.labelled_status(block.range())).collect()
    }

    fn labelled_status(&self, block: Range<usize>) -> Option<StatusMark> {
        let mut at = block.start;
        for line in self.text[block].split_inclusive('\n') {
            let labelled = line.split_once([':', '：']).filter(|(label, _)| {
                matches!(normalize_heading(label).as_str(), "status" | "current status" | "phase status")
            });
            if let Some((label, value)) = labelled {
                let words = value.trim_matches(|c: char| c.is_whitespace() || c == '*');
                let start = at + label.len() + line[label.len()..].find(words).unwrap_or(0);
                return Some(StatusMark {
                    status: Status::read(words)?,
                    range: start..start + words.len(),
                    task: None,
                });
            }
            at += line.len();
        }
        None
    }

    /// Ticked boxes; without any box, the words themselves.
    fn section_statuses(&self, section: &Section) -> Vec<StatusMark> {
        let entries = entries::of(self.text, self.markdown, section.body.clone());
        if entries.iter().any(|entry| entry.task.is_some()) {
            return entries.iter().filter_map(|entry| self.ticked_status(entry)).collect();
        }
        let labelled = self.labelled_statuses(section.body.clone());
        if !labelled.is_empty() {
            return labelled;
        }
        let own = if section.after_label.is_empty() { None } else { self.status_of(section.after_label.clone()) };
        let paragraph = || {
            let (_, first) = self.markdown.siblings(section.body.clone()).next()?;
            (first.kind == BlockKind::Paragraph).then(|| self.status_of(first.range())).flatten()
        };
        let single = || (entries.len() == 1).then(|| self.status_of(entries[0].range.clone())).flatten();
        own.or_else(paragraph).or_else(single).into_iter().collect()
    }

    fn ticked_status(&self, entry: &Entry) -> Option<StatusMark> {
        let task = entry.task.clone().filter(|task| task.ticked)?;
        let status = Status::read(entry.text(self.text))?;
        Some(StatusMark { status, range: first_line(self.text, &entry.range), task: Some(task) })
    }

    fn status_of(&self, range: Range<usize>) -> Option<StatusMark> {
        let range = first_line(self.text, &range);
        Some(StatusMark { status: Status::read(&self.text[range.clone()])?, range, task: None })
    }

    fn log(&self) -> Vec<LogEntry> {
        let sections = self.sections.named(SectionName::SessionLog);
        sections.flat_map(|section| self.log_of(section)).collect()
    }

    /// Sub-headings are the entries; without any, dated bullets and rows.
    fn log_of(&self, section: &Section) -> Vec<LogEntry> {
        let headings: Vec<&Section> = self.sections.children(section).filter(|child| self.is_entry(child)).collect();
        if !headings.is_empty() {
            return headings.into_iter().map(|child| self.heading_entry(child)).collect();
        }
        let entries = entries::of(self.text, self.markdown, section.body.clone());
        entries.iter().filter_map(|entry| self.bullet_entry(entry)).collect()
    }

    fn is_entry(&self, child: &Section) -> bool {
        match child.style {
            SectionStyle::Heading => child.name.is_none(),
            SectionStyle::LeadIn => dates::find(&self.text[child.heading.clone()]).is_some(),
        }
    }

    fn heading_entry(&self, section: &Section) -> LogEntry {
        LogEntry {
            heading: section.heading.clone(),
            level: if section.style == SectionStyle::Heading { section.level } else { 0 },
            date: self.date_in(section.heading.clone()),
            fields: self.fields(section.body.clone()),
        }
    }

    fn bullet_entry(&self, entry: &Entry) -> Option<LogEntry> {
        let heading = first_line(self.text, &entry.range);
        let date = self.date_in(heading.clone())?;
        // A date far inside a sentence does not head an entry.
        let is_head = entry.is_row || date.range.start <= heading.start + 30;
        let body = entry.block..self.markdown.next(entry.block);
        is_head.then(|| LogEntry { heading, level: 0, date: Some(date), fields: self.fields(body) })
    }

    fn date_in(&self, range: Range<usize>) -> Option<DateText> {
        let mut date = dates::find(&self.text[range.clone()])?;
        date.range = range.start + date.range.start..range.start + date.range.end;
        Some(date)
    }

    fn fields(&self, body: Range<BlockId>) -> Vec<Field> {
        let blocks = self
            .markdown
            .within(body)
            .filter(|(_, block)| matches!(block.kind, BlockKind::Paragraph | BlockKind::Heading(_)));
        blocks.filter_map(|(id, block)| self.field(id, block.kind, block.range())).collect()
    }

    fn field(&self, id: BlockId, kind: BlockKind, range: Range<usize>) -> Option<Field> {
        let line = self.text[range.clone()].lines().next().unwrap_or_default();
        let start = line.len() - line.trim_start_matches(['#', '*', '_', ' ']).len();
        let colon = match line.find([':', '：']) {
            Some(colon) if colon >= start => colon,
            None if matches!(kind, BlockKind::Heading(_)) || line.ends_with("**") => line.len(),
            _ => return None,
        };
        let words = line[start..colon].trim_end_matches(['*', '_', ' ']);
        let name = FieldName::read(words)?;
        let label = range.start + start..range.start + start + words.len();
        let value = self.text[range.start + colon..range.end].trim_matches([':', '：', '*', '_', ' ', '\t']);
        let is_empty = (value.is_empty() || value.starts_with('<') && value.ends_with('>')) && !self.is_continued(id);
        Some(Field { name, label, is_empty })
    }

    /// Whether something below a label holds its value: nested items, or the list or text after it.
    fn is_continued(&self, id: BlockId) -> bool {
        let next = self.markdown.next(id);
        let parent = self.markdown.parent(id);
        if next >= self.markdown.end() || self.markdown.parent(next) != parent {
            return false;
        }
        let following = self.markdown.block(next);
        match following.kind {
            BlockKind::Heading(_) | BlockKind::Rule => false,
            BlockKind::Paragraph => self.field(next, following.kind, following.range()).is_none(),
            _ => true,
        }
    }

    fn decisions(&self) -> Vec<Decision> {
        let mut found = Vec::new();
        for section in self.sections.named(SectionName::Decisions) {
            let children: Vec<&Section> = self.sections.children(section).collect();
            let own_end = children.first().map_or(section.body.end, |child| child.block);
            for entry in entries::of(self.text, self.markdown, section.body.start..own_end) {
                found.extend(self.decision(&entry));
            }
            for child in children.iter().filter(|child| child.style == SectionStyle::Heading && child.name.is_none()) {
                let body = child.range.start..child.range.end;
                let has_rationale = says_why(&self.text[child.heading.clone()], true)
                    || says_why(&self.text[body], false)
                    || self.sections.children(child).any(|field| field.normalized.contains("why") || field.normalized.contains("ration"))
                    // A body of its own is where people explain.
                    || self.markdown.siblings(child.body.clone()).count() > 0;
                found.push(Decision { range: child.heading.clone(), has_rationale });
            }
        }
        found
    }

    fn decision(&self, entry: &Entry) -> Option<Decision> {
        let words = entry.text(self.text);
        if entry.is_none(self.text) || words.starts_with('<') && words.ends_with('>') {
            return None;
        }
        let block = self.markdown.block(entry.block).range();
        let has_rationale = if entry.is_row {
            let header = entries::header(self.text, self.markdown, entry.block);
            let cells = entry.cells(self.text, self.markdown);
            let explains = |n: usize| {
                ["why", "rationale", "reason", "because", "notes", "context"]
                    .iter()
                    .any(|word| header.get(n).is_some_and(|h| h.contains(word)))
            };
            cells.iter().enumerate().any(|(n, cell)| explains(n) && !entries::says_none(cell)) || says_why(words, false)
        } else {
            let nested = self.text[entry.range.end..block.end.max(entry.range.end)].contains(char::is_alphanumeric);
            nested || says_why(words, true)
        };
        Some(Decision { range: first_line(self.text, &entry.range), has_rationale })
    }

    fn commits(&self) -> Vec<CommitItem> {
        let sections = self.sections.named(SectionName::Commits);
        let entries = sections.flat_map(|section| entries::of(self.text, self.markdown, section.body.clone()));
        entries.filter(|entry| !entry.is_none(self.text)).map(|entry| self.commit(&entry)).collect()
    }

    fn commit(&self, entry: &Entry) -> CommitItem {
        let words = entry.text(self.text);
        let hash = find_hash(words).map(|hash| entry.range.start + hash.start..entry.range.start + hash.end);
        let rest = match &hash {
            Some(hash) => {
                format!("{} {}", &self.text[entry.range.start..hash.start], &self.text[hash.end..entry.range.end])
            }
            None => words.to_owned(),
        };
        let has_message = rest
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| word.chars().any(char::is_alphabetic) && !word.eq_ignore_ascii_case("commit"));
        CommitItem { range: first_line(self.text, &entry.range), hash, has_message }
    }
}

fn first_line(text: &str, range: &Range<usize>) -> Range<usize> {
    let line = text[range.clone()].lines().next().unwrap_or_default();
    range.start..range.start + line.trim_end().len()
}

/// The first word that can be a commit's hash: 7 to 40 hexadecimal digits, a decimal one among them.
fn find_hash(text: &str) -> Option<Range<usize>> {
    let mut at = 0;
    for word in text.split_inclusive(|c: char| !c.is_ascii_alphanumeric()) {
        let name = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        let is_hash = (7..=40).contains(&name.len())
            && name.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
            && (name.bytes().any(|b| b.is_ascii_digit()) || text[..at].ends_with('`'));
        if is_hash {
            return Some(at..at + name.len());
        }
        at += word.len();
    }
    None
}

/// Whether words give a reason. With `colon`, `X: why` counts, too.
fn says_why(text: &str, colon: bool) -> bool {
    let lower = text.to_lowercase();
    const REASONS: &[&str] = &[
        "because",
        "since ",
        "so that",
        "so we ",
        "so the ",
        "so it ",
        "rationale",
        "reason",
        "due to",
        "to avoid",
        "in order to",
        "why",
        "given that",
        "as it ",
        "as the ",
        "as we ",
        "as this ",
        "which keeps",
        "which lets",
        "which avoids",
        "otherwise",
        "to keep",
        "to prevent",
        "to allow",
        "to match",
        "to reduce",
        "to stay",
        "to make",
        "to ensure",
        "to support",
        "per ",
        "weil",
        "damit",
        "denn",
        "理由",
        "ため",
        "因为",
        "porque",
        "parce que",
    ];
    let has_reason = REASONS.iter().any(|reason| lower.contains(reason));
    let after_colon = || {
        text.match_indices([':', '：']).any(|(at, _)| {
            let label = &text[..at];
            let rest = text[at..].trim_start_matches([':', '：', '*', '_']);
            // A date, an id or `Decision 3:` in front is not yet the decision.
            let is_name = |word: &str| ["decision", "adr"].contains(&word.to_lowercase().as_str());
            label.split_whitespace().count() >= 2
                && label.split_whitespace().any(|word| word.starts_with(char::is_alphabetic) && !is_name(word))
                && rest.starts_with([' ', '\n'])
                && rest.split_whitespace().count() >= 2
        })
    };
    let after_dash = || {
        [" — ", " – ", " - ", "; "]
            .iter()
            .any(|dash| text.split_once(dash).is_some_and(|(_, why)| why.split_whitespace().count() >= 3))
    };
    let in_brackets = || text.split_once('(').is_some_and(|(_, note)| note.split_whitespace().count() >= 3);
    has_reason || colon && (after_colon() || after_dash() || in_brackets())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{artifact::Vocabulary, config::Config, template::Kind};

    fn read(text: &str) -> WorkNotes {
        let vocabulary = Vocabulary::new(&Config::default(), &[]);
        let markdown = Markdown::parse(text, &|text| vocabulary.is_placeholder(text));
        WorkNotes::read(text, &markdown, &Sections::read(Kind::WorkNotes, text, &markdown, &vocabulary))
    }

    #[test]
    fn a_status_is_read_wherever_people_write_it() {
        for (text, status) in [
            ("## Status\n- [ ] Not started\n- [x] In progress\n", Some(Status::InProgress)),
            ("## Status\n- [X] ✅ Complete (2026-01-02)\n", Some(Status::Complete)),
            ("## Status\n\n🚧 **In progress**\n", Some(Status::InProgress)),
            ("## Status: Blocked\n", Some(Status::Blocked)),
            ("# P\n\n**Owner:** x\n**Status:** WIP\n", Some(Status::InProgress)),
            ("# P\n\n**Status:** ✅ Done\n", Some(Status::Complete)),
            ("# P\n\n- Owner: x\n- Status: WIP\n", Some(Status::InProgress)),
            ("---\nstatus: \"done\"\n---\n# P\n", Some(Status::Complete)),
            ("## Status\n- Blocked on review\n", Some(Status::Blocked)),
            ("## Status\n- [ ] Not started\n", None),
            ("## Status\nNearly done\n", None),
            ("## Decisions\nStatus: done\n", None),
        ] {
            assert_eq!(read(text).status(), status, "{text}");
        }
    }

    #[test]
    fn log_entries_are_headings_or_dated_bullets_or_rows() {
        let count = |text: &str| read(text).log.len();
        assert_eq!(count("## Session log\n### 2026-01-02\n#### Next\n### later\n"), 2);
        assert_eq!(count("## Session log\n- 2026-01-02: a\n- no date\n- [2026-01-03] b\n"), 2);
        assert_eq!(count("## Session log\n\n| Date | What |\n|---|---|\n| 2026-01-02 | a |\n"), 1);
        assert_eq!(count("## Log\n\n**2026-01-02**\n\n- a\n\n**2026-01-03 10:00**\n"), 2);
        assert_eq!(count("## Session log\n\nNothing yet.\n"), 0);
    }

    #[test]
    fn fields_know_whether_they_are_empty() {
        let text = "## Session log\n### 2026-01-02\n- What changed: a\n- **Why:**\n- Blockers:\n  - b\n- Next: \n";
        let fields: Vec<_> = read(text).log[0].fields.iter().map(|field| (field.name, field.is_empty)).collect();
        assert_eq!(
            fields,
            [
                (FieldName::WhatChanged, false),
                (FieldName::Why, true),
                (FieldName::Blockers, false),
                (FieldName::Next, true)
            ]
        );
        let text = "## Session log\n### 2026-01-02\n**What changed**\n\n- a\n\n**Next:**\n\n#### Why\n";
        let fields: Vec<_> = read(text).log[0].fields.iter().map(|field| (field.name, field.is_empty)).collect();
        assert_eq!(fields, [(FieldName::WhatChanged, false), (FieldName::Next, true), (FieldName::Why, true)]);
    }

    #[test]
    fn decisions_without_a_reason_are_seen() {
        let text = "## Decisions\n- Use port 80: the old chart does\n- Use port 81\n- 2026-01-02: Use port 82\n- D3: Use x\n- Use y because z\n\
            - Use z\n  - Why: it is there\n- Use a — the operators know it\n- None\n### Use b\nIt is faster.\n### Use c\n";
        let decisions = read(text).decisions;
        let bare: Vec<_> = decisions.iter().filter(|d| !d.has_rationale).map(|d| &text[d.range.clone()]).collect();
        assert_eq!(bare, ["Use port 81", "2026-01-02: Use port 82", "D3: Use x", "Use c"]);
    }

    #[test]
    fn commits_have_a_hash_and_a_message() {
        let text = "## Commits\n- `1a2b3c4` Add chart\n- 1a2b3c4\n- Add chart\n- [1a2b3c4](x) feat: y\n- None yet\n- defaced the feature\n";
        let commits: Vec<_> = read(text).commits.iter().map(|c| (c.hash.is_some(), c.has_message)).collect();
        assert_eq!(commits, [(true, true), (true, false), (false, true), (true, true), (false, true)]);
    }
}
