//! Where a phase stands, wherever people write it.

use std::{fmt, ops::Range};

use super::Reader;
use crate::{
    artifact::{
        dates,
        entries::{self, Entry, Task},
        sections::{Section, SectionStyle},
    },
    markdown::{BlockId, BlockKind},
    template::{SectionName, normalize_heading},
};

/// Where a phase stands, in the order in which it gets there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    NotStarted,
    InProgress,
    Blocked,
    Complete,
}

/// How people say it, in lower case.
const SYNONYMS: &[(Status, &[&str])] = &[
    (
        Status::NotStarted,
        &[
            "not started",
            "not yet started",
            "not begun",
            "todo",
            "to do",
            "planned",
            "pending",
            "draft",
            "backlog",
            "proposed",
            "new",
        ],
    ),
    (
        Status::InProgress,
        &[
            "in progress",
            "inprogress",
            "work in progress",
            "wip",
            "ongoing",
            "active",
            "started",
            "doing",
            "underway",
            "under way",
            "in review",
            "implementing",
        ],
    ),
    (Status::Blocked, &["blocked", "on hold", "stuck", "paused", "waiting"]),
    (
        Status::Complete,
        &["complete", "completed", "done", "finished", "shipped", "closed", "merged", "delivered", "implemented"],
    ),
];

/// Words that may follow a status; before others it is part of a sentence: `Complete the chart`.
const FOLLOWERS: &[&str] = &[
    "on", "by", "until", "since", "as", "for", "at", "in", "because", "due", "yet", "again", "still", "and", "but",
    "pending", "waiting", "over", "behind",
];

/// Boxes that are drawn, not typed, and empty.
pub const EMPTY_BOXES: [char; 5] = ['☐', '⬜', '🔲', '□', '◻'];

impl Status {
    pub const ALL: [Self; 4] = [Self::NotStarted, Self::InProgress, Self::Blocked, Self::Complete];

    pub fn name(self) -> &'static str {
        ["Not started", "In progress", "Blocked", "Complete"][self as usize]
    }

    /// The status that `text` begins with, after emoji and markup.
    pub fn read(text: &str) -> Option<Self> {
        Self::find(text).map(|(status, _)| status)
    }

    /// The status that `text` begins with, and the byte after its words.
    fn find(text: &str) -> Option<(Self, usize)> {
        let words = text.trim_start_matches(|c: char| !c.is_alphanumeric());
        let start = text.len() - words.len();
        if text[..start].contains(EMPTY_BOXES) {
            return None;
        }
        SYNONYMS.iter().find_map(|(status, synonyms)| {
            let length = synonyms.iter().find(|synonym| begins_with(words, synonym))?.len();
            Some((*status, start + length))
        })
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Whether `text` begins with the words of a status, in any case, hyphens for spaces, and goes on
/// like a status and not like a sentence.
fn begins_with(text: &str, synonym: &str) -> bool {
    let Some((head, rest)) = text.split_at_checked(synonym.len()) else { return false };
    let is_same = |(a, b): (u8, u8)| a.eq_ignore_ascii_case(&b) || b == b' ' && matches!(a, b'-' | b'_');
    head.bytes().zip(synonym.bytes()).all(is_same) && ends_status(rest)
}

fn ends_status(rest: &str) -> bool {
    if rest.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
        return false;
    }
    let next = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '*' || c == '_');
    let length = next.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(next.len());
    let word = &next[..length];
    !next.starts_with('?') && (word.is_empty() || FOLLOWERS.iter().any(|follower| follower.eq_ignore_ascii_case(word)))
}

/// One place that states the status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusMark {
    pub status: Status,
    /// Bytes of the words, with an emoji in front of them.
    pub range: Range<usize>,
    /// The ticked box, if it is one.
    pub task: Option<Task>,
}

impl Reader<'_> {
    pub fn statuses(&self) -> Vec<StatusMark> {
        let mut found = Vec::new();
        found.extend(self.front_matter_status());
        found.extend(self.opening().flat_map(|blocks| self.labelled_statuses(blocks)));
        let headings = self.sections.all.iter().filter(|section| section.level <= 2);
        found.extend(headings.filter_map(|section| self.labelled_status(section.heading.clone())));
        for section in self.sections.named(SectionName::Status) {
            found.extend(self.section_statuses(section));
        }
        found.sort_by_key(|mark| mark.range.start);
        // `## Status: blocked` is a heading with a label, and a section with a value.
        found.dedup_by_key(|mark| mark.range.start);
        found
    }

    pub fn states_status(&self) -> bool {
        let front = self.markdown.front_matter.as_ref().map_or(0..0, |front| front.content.clone());
        let is_labelled = |line: &str| line.split_once([':', '：']).is_some_and(|(label, _)| is_status_label(label));
        let mut opening = self.opening().flat_map(|blocks| self.markdown.within(blocks));
        self.text[front].lines().any(is_labelled)
            || opening.any(|(_, block)| match block.kind {
                BlockKind::Paragraph => {
                    self.text[block.range()].lines().any(|line| is_labelled(line.trim_start_matches(['>', ' '])))
                }
                BlockKind::Cell => is_status_label(&self.text[block.range()]),
                _ => false,
            })
    }

    /// What the notes begin with: above the sections, and right below the first heading if it opens none that
    /// has a meaning of its own, such as `## Metadata`.
    fn opening(&self) -> impl Iterator<Item = Range<BlockId>> {
        let first = self.sections.all.first().filter(|first| {
            let is_plain = first.style == SectionStyle::Heading && first.name.is_none() && first.phase().is_none();
            is_plain && dates::find(&self.text[first.heading.clone()]).is_none()
        });
        let below = first.map(|first| {
            let end = self.sections.children(first).next().map_or(first.body.end, |child| child.block);
            first.body.start..end
        });
        self.sections.preamble.clone().into_iter().chain(below)
    }

    /// `status: done` between the fences of the front matter.
    fn front_matter_status(&self) -> Option<StatusMark> {
        let front = self.markdown.front_matter.as_ref()?.content.clone();
        let is_status = |line: &&str| line.get(..7).is_some_and(|key| key.eq_ignore_ascii_case("status:"));
        let line = self.text[front.clone()].split(['\n', '\r']).find(is_status)?;
        let value = line[7..].trim_start_matches([' ', '\t', '"', '\'']);
        let end = line.as_ptr() as usize - self.text.as_ptr() as usize + line.len();
        self.status_at(end - value.len()..end)
    }

    /// `Status: in progress` at the starts of lines, and `| Status | in progress |`.
    fn labelled_statuses(&self, blocks: Range<BlockId>) -> Vec<StatusMark> {
        let mut found = Vec::new();
        for (id, block) in self.markdown.within(blocks) {
            match block.kind {
                BlockKind::Paragraph => found.extend(self.labelled_status(block.range())),
                BlockKind::Row { .. } => {
                    let cells = entries::cells(self.text, self.markdown, id);
                    if let [label, value] = &cells[..]
                        && is_status_label(&self.text[label.clone()])
                    {
                        found.extend(self.status_at(value.clone()));
                    }
                }
                _ => {}
            }
        }
        found
    }

    /// The first line of a block that is labelled as a status.
    fn labelled_status(&self, block: Range<usize>) -> Option<StatusMark> {
        let mut at = block.start;
        for line in self.text[block].split_inclusive(['\n', '\r']) {
            let end = at + line.trim_end().len();
            let labelled = line.split_once([':', '：']).filter(|(label, _)| is_status_label(label));
            if let Some((label, _)) = labelled {
                let value = line[label.len()..].trim_start_matches([':', '：', '*', '_', ' ', '\t', '`']);
                // A value that is yet to be written leaves white space only.
                return self.status_at((at + line.len() - value.len()).min(end)..end);
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
        let own = self.status_at(section.after_label.clone());
        let paragraph = || {
            let (_, first) = self.markdown.siblings(section.body.clone()).next()?;
            let lines = || self.lines(first.range());
            (first.kind == BlockKind::Paragraph).then(|| lines().find_map(|line| self.status_at(line))).flatten()
        };
        let single = || if let [entry] = &entries[..] { self.status_at(entry.range.clone()) } else { None };
        own.or_else(paragraph).or_else(single).into_iter().collect()
    }

    /// The lines of a block that an empty drawn box begins, and the first that none does.
    fn lines(&self, block: Range<usize>) -> impl Iterator<Item = Range<usize>> {
        let mut at = block.start;
        let lines = self.text[block].split_inclusive(['\n', '\r']).map(move |line| {
            at += line.len();
            at - line.len()..at
        });
        let mut is_over = false;
        lines.take_while(move |line| {
            let words = self.text[line.clone()].trim_start();
            // Nothing stands between the two bytes of a line end.
            let goes_on = words.is_empty() || words.starts_with(EMPTY_BOXES);
            !std::mem::replace(&mut is_over, !goes_on)
        })
    }

    fn ticked_status(&self, entry: &Entry) -> Option<StatusMark> {
        let task = entry.task.clone().filter(|task| task.ticked)?;
        Some(StatusMark { task: Some(task), ..self.status_at(entry.range.clone())? })
    }

    /// The status that a range begins with.
    fn status_at(&self, range: Range<usize>) -> Option<StatusMark> {
        let (status, end) = Status::find(&self.text[range.clone()])?;
        let words = &self.text[range.start..range.start + end];
        let start = range.start + words.len() - words.trim_start_matches(['*', '_', '`', ' ', '"', '\'']).len();
        Some(StatusMark { status, range: start..range.start + end, task: None })
    }
}

fn is_status_label(label: &str) -> bool {
    label.len() <= 40 && matches!(normalize_heading(label).as_str(), "status" | "current status" | "phase status")
}

#[cfg(test)]
mod tests {
    use super::{super::tests::read, *};

    #[test]
    fn a_status_is_read_wherever_people_write_it() {
        for (text, status, words) in [
            ("## Status\n- [ ] Not started\n- [x] In progress\n", Status::InProgress, "In progress"),
            ("## Status\r\n\r\n- [X] ✅ Complete (2026-01-02)\r\n", Status::Complete, "✅ Complete"),
            ("## Status\n\n🚧 **In progress** since Monday\n", Status::InProgress, "🚧 **In progress"),
            ("## Status: Blocked\n", Status::Blocked, "Blocked"),
            ("# P\n\n**Status:** ✅ Done · **Owner:** x\n", Status::Complete, "✅ Done"),
            ("# P\n\n- Owner: x\n- **Status**: WIP\n", Status::InProgress, "WIP"),
            ("# P\nOwner: x\nStatus: `blocked`\n", Status::Blocked, "blocked"),
            ("# P\n\n| Key | Value |\n|---|---|\n| Status | Done |\n", Status::Complete, "Done"),
            ("---\ntitle: x\nstatus: \"done\"\n---\n# P\n", Status::Complete, "done"),
            ("---\r\nStatus: in-progress 🚧 # since May\r\n---\r\n# P\r\n", Status::InProgress, "in-progress"),
            ("# P\n\n## Metadata\n\n- Owner: x\n- Status: WIP\n", Status::InProgress, "WIP"),
            ("## 状態\n\nStatus: done\n", Status::Complete, "done"),
            ("## Status\n- Blocked on review\n", Status::Blocked, "Blocked"),
            ("## Status\n☐ Not started\n☑ In progress\n☐ Complete\n", Status::InProgress, "☑ In progress"),
            ("## 状態\n\n## Status\n- [x] In progress （索引まで）\n", Status::InProgress, "In progress"),
        ] {
            let notes = read(text);
            let found: Vec<_> = notes.statuses.iter().map(|mark| (mark.status, &text[mark.range.clone()])).collect();
            assert_eq!(found, [(status, words)], "{text}");
        }
    }

    #[test]
    fn sentences_are_no_statuses() {
        for text in [
            "## Status\n- [ ] Not started\n",
            "## Status\nNearly done\n",
            "## Status\nComplete rewrite of the parser is under way\n",
            "## Status\nDone?\n",
            "## Status\n80% complete\n",
            "## Status\n- [x] Complete the chart\n- [x] Started the helper\n",
            "## Decisions\nStatus: done\n",
            "## Status: Accepted\n",
            "- **Status:** \nOwner: x\n",
            "Status: \r\n`",
            "---\nsubstatus: done\n---\n",
            "```\nStatus: done\n```\n",
            "<!--\nStatus: done\n-->\n",
            "",
        ] {
            assert_eq!(read(text).statuses, [], "{text}");
        }
    }

    #[test]
    fn every_canonical_name_is_read() {
        for status in Status::ALL {
            assert_eq!(Status::read(status.name()), Some(status));
        }
    }
}
