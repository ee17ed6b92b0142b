//! Where a phase stands, wherever people write it.

use std::{fmt, ops::Range, sync::LazyLock};

use foldhash::{HashMap, HashMapExt};

use super::Reader;
use crate::{
    artifact::{
        dates,
        entries::{self, Entry, Task},
        phase_named_in,
        sections::{Section, SectionStyle},
    },
    convention::{self, SectionName, StatusWords, normalize_heading},
    markdown::{Block, BlockId, BlockKind, InlineKind},
    text::{after_words, lines_in, trimmed_range},
};

/// Where a phase stands, in the order in which it gets there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    NotStarted,
    InProgress,
    Blocked,
    Complete,
}

/// How people say it, in lower case, by the first byte of the words: few begin alike, all others are passed quickly.
type ByFirst = HashMap<u8, Vec<(Status, &'static str)>>;

static WORDS: LazyLock<ByFirst> = LazyLock::new(|| {
    let StatusWords { not_started, in_progress, blocked, complete } = &convention::built_in().statuses;
    let mut words = ByFirst::new();
    for (status, synonyms) in Status::ALL.into_iter().zip([not_started, in_progress, blocked, complete]) {
        for synonym in synonyms.iter().filter(|synonym| !synonym.is_empty()) {
            words.entry(synonym.as_bytes()[0]).or_default().push((status, synonym));
        }
    }
    words
});

/// Words that may follow a status; before others it is part of a sentence: `Complete the chart`.
const FOLLOWERS: &[&str] = &[
    "on", "by", "until", "since", "as", "for", "at", "in", "because", "due", "yet", "again", "still", "and", "but",
    "pending", "waiting", "over", "behind",
];
/// What may follow that something is complete: `Done with two deferrals`.
const RESERVATIONS: &[&str] = &["with", "except"];

/// Boxes that are drawn, not typed, and empty.
pub const EMPTY_BOXES: [char; 5] = ['☐', '⬜', '🔲', '□', '◻'];
/// Boxes that are drawn and ticked.
pub(super) const FULL_BOXES: [char; 7] = ['☑', '☒', '✅', '✔', '🔳', '⬛', '◼'];

impl Status {
    pub const ALL: [Self; 4] = [Self::NotStarted, Self::InProgress, Self::Blocked, Self::Complete];

    pub fn name(self) -> &'static str {
        ["Not started", "In progress", "Blocked", "Complete"][self as usize]
    }

    /// A status as its author words it, without marks; its name where a mark is all.
    pub fn in_words(self, written: &str) -> Box<str> {
        let words = written.trim_matches(|c: char| !c.is_alphanumeric());
        if words.is_empty() { self.name().into() } else { words.into() }
    }

    /// The status that `text` begins with, after emoji and markup.
    pub fn read(text: &str) -> Option<Self> {
        Self::find(text).map(|(status, _)| status)
    }

    /// The status that `text` begins with, and the byte after its words.
    pub(super) fn find(text: &str) -> Option<(Self, usize)> {
        let words = text.trim_start_matches(|c: char| !c.is_alphanumeric());
        let start = text.len() - words.len();
        if text[..start].contains(EMPTY_BOXES) {
            return None;
        }
        let mut letter = [0; 4];
        let first = words.chars().next()?.to_lowercase().next()?.encode_utf8(&mut letter).as_bytes()[0];
        let mut likely = WORDS.get(&first)?.iter();
        let end = likely.find_map(|(status, synonym)| {
            let length = begins_with(words, synonym, *status)?;
            Some((*status, start + length))
        });
        end.filter(|(_, end)| !is_menu(&text[*end..]))
    }
}

/// Whether the words behind a status offer others: `In progress | Done`, `Not started → Complete`.
fn is_menu(rest: &str) -> bool {
    let line = rest.split(['\n', '\r']).next().unwrap_or_default();
    let after = line.trim_start_matches(['*', '_', '`', ' ']);
    let is_list = ["|", "/", "→", "->"].iter().any(|mark| after.starts_with(mark));
    is_list
        && after.split(['|', '/', '→', '>']).skip(1).any(|option| {
            !option.contains([':', '：']) && Status::find(option.trim_start_matches(['-', ' '])).is_some()
        })
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The length of a status's words at the start of `text`, in any case, hyphens for spaces, if they go on
/// like a status and not like a sentence.
fn begins_with(text: &str, synonym: &str, status: Status) -> Option<usize> {
    let rest = after_words(text, synonym, &['-', '_'])?;
    ends_status(rest, status).then(|| text.len() - rest.len())
}

fn ends_status(rest: &str, status: Status) -> bool {
    if rest.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
        return false;
    }
    let line = rest.split(['\n', '\r']).next().unwrap_or_default();
    let next = line.trim_start_matches(|c: char| c.is_whitespace() || c == '*' || c == '_');
    let length = next.find(|c: char| !c.is_alphabetic()).unwrap_or(next.len());
    let word = &next[..length];
    // `Complete and reviewed: tasks 0 to 5` is about those.
    let is_partial = word.eq_ignore_ascii_case("and") && next.contains(": ");
    let is_word = |known: &&str| known.eq_ignore_ascii_case(word);
    let has_reservation = status == Status::Complete && RESERVATIONS.iter().any(is_word);
    let goes_on = word.is_empty() || has_reservation || FOLLOWERS.iter().any(is_word);
    !next.starts_with('?') && goes_on && !is_partial
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

/// A box that names a status, ticked or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusBox {
    pub status: Status,
    pub task: Task,
    /// Bytes of the words behind it, up to the next box of its line.
    pub words: Range<usize>,
    /// Its item, if it is not one of several on a line.
    pub item: Option<BlockId>,
    /// Boxes of one section, or one label, belong together.
    pub group: usize,
}

impl Reader<'_> {
    /// Every status that is stated, and the boxes that name one; in document order.
    pub fn statuses(&self) -> (Vec<StatusMark>, Vec<StatusBox>) {
        let mut found = Found::default();
        found.marks.extend(self.front_matter_status());
        self.opening().for_each(|part| self.opening_statuses(part, &mut found));
        let is_label = |section: &&Section| {
            let heading = &self.text[section.heading.clone()];
            heading.split_once([':', '：']).is_some_and(|(label, _)| is_status_label(label))
        };
        let headings = self.sections.all.iter().filter(|section| section.level <= 2).filter(is_label);
        let titles = headings.map(|section| section.heading.clone()).chain(self.sections.title.clone());
        titles.for_each(|title| self.labelled_status(title, &mut found));
        for section in self.status_sections() {
            self.section_statuses(section, &mut found);
        }
        found.boxes.sort_by_key(|own| own.task.marker.start);
        found.boxes.dedup_by_key(|own| own.task.marker.start);
        let ticked = found.boxes.iter().filter(|own| own.task.ticked);
        found.marks.extend(
            ticked.filter_map(|own| {
                Some(StatusMark { task: Some(own.task.clone()), ..self.status_at(own.words.clone())? })
            }),
        );
        if found.marks.is_empty() && found.boxes.is_empty() {
            found.marks.extend(self.sections.title.clone().and_then(|title| self.status_behind_phase(title)));
        }
        found.marks.sort_by_key(|mark| mark.range.start);
        // `## Status: blocked` is a heading with a label, and a section with a value.
        found.marks.dedup_by_key(|mark| mark.range.start);
        (found.marks, found.boxes)
    }

    /// The sections that say where the whole stands: not those of another phase, of an entry of a log, or of one
    /// part among several.
    fn status_sections(&self) -> Vec<&Section> {
        let title = self.sections.title.clone().map_or("", |title| &self.text[title]);
        let is_own = |section: &&Section| {
            let phase = phase_named_in(&section.normalized);
            let mut around = self.sections.enclosing(section).skip(1);
            (phase.is_none() || phase == phase_named_in(title))
                && !around.any(|around| {
                    around.is(SectionName::SessionLog) || around.phase().is_some() || around.date.is_some()
                })
        };
        let mut own: Vec<&Section> = self.sections.named(SectionName::Status).filter(is_own).collect();
        if own.len() > 1 {
            let is_status = |section: &Section| section.is(SectionName::Status);
            own.retain(|section| section.parent.is_none_or(|parent| is_status(&self.sections.all[parent])));
        }
        own
    }

    pub fn states_status(&self) -> bool {
        let front = self.markdown.front_matter.as_ref().map_or(0..0, |front| front.content.clone());
        let is_labelled = |line: &str| status_value(line).is_some();
        let mut opening = self.opening().flat_map(Opening::blocks).flat_map(|blocks| self.markdown.within(blocks));
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
    fn opening(&self) -> impl Iterator<Item = Opening> {
        let sections = self.sections;
        // `**Owner:** Ada · **Status:** done`
        let lead_ins = sections.all.iter().take_while(|section| section.style == SectionStyle::LeadIn);
        let lead_ins = lead_ins.map(|section| section.block..self.markdown.next(section.block)).collect();
        let first = sections.all.first().filter(|first| {
            let is_plain = first.style == SectionStyle::Heading && first.name.is_none() && first.phase().is_none();
            is_plain && first.date.is_none()
        });
        let below = first.map(|first| {
            let end = sections.children(first).next().map_or(first.body.end, |child| child.block);
            Opening { is_preamble: false, own: Some(first.body.start..end), lead_ins: Vec::new() }
        });
        let preamble = Opening { is_preamble: true, own: sections.preamble.clone(), lead_ins };
        [Some(preamble), below].into_iter().flatten()
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

    /// The statuses that the opening is labelled with; many are those of entries or parts. Below the title, the first
    /// words may be one without a label: `In progress, 2026-09-23.`
    fn opening_statuses(&self, opening: Opening, found: &mut Found) {
        let mut own = Found::default();
        let preamble = opening.own.clone().filter(|_| opening.is_preamble);
        opening.blocks().for_each(|blocks| self.labelled_statuses(blocks, &mut own));
        if own.marks.len() > 2 {
            return;
        }
        if own.marks.is_empty() && own.boxes.is_empty() {
            let mut blocks =
                preamble.into_iter().flat_map(|blocks| self.markdown.siblings(blocks)).map(|(_, block)| block);
            let first = blocks.find(|block| !matches!(block.kind, BlockKind::Heading { .. }));
            own.marks.extend(first.and_then(|first| self.bare_status(first)));
        }
        found.marks.append(&mut own.marks);
        found.boxes.append(&mut own.boxes);
    }

    /// A short line that is a status, or begins with one and gives a date; `Idea` and `Pending` may begin any text.
    fn bare_status(&self, block: &Block) -> Option<StatusMark> {
        let words = &self.text[block.range()];
        let is_line = block.kind == BlockKind::Paragraph && words.len() <= 100 && !words.trim().contains('\n');
        self.status_at(block.range()).filter(|mark| {
            let rest = self.text[mark.range.end..block.range().end].trim_start_matches(['*', '_', '`', ' ']);
            let ends = rest.trim_end().is_empty() || rest.starts_with(['.', ',', ';', '(', '—', '–']);
            is_line && mark.status != Status::NotStarted && (ends || dates::find(words).is_some())
        })
    }

    /// `Status: in progress` at the starts of lines, and `| Status | in progress |`.
    fn labelled_statuses(&self, blocks: Range<BlockId>, found: &mut Found) {
        for (id, block) in self.markdown.within(blocks) {
            match block.kind {
                BlockKind::Paragraph => self.labelled_status(block.range(), found),
                BlockKind::Row { .. } => {
                    let cells = entries::cells(self.text, self.markdown, id);
                    if let [label, value] = &cells[..]
                        && is_status_label(&self.text[label.clone()])
                    {
                        self.value(value.clone(), found);
                    }
                }
                _ => {}
            }
        }
    }

    /// The first field of a block that is labelled as a status, at the start of a line or behind others:
    /// `Owner: Ada · Status: done`.
    fn labelled_status(&self, block: Range<usize>, found: &mut Found) {
        let value = |line: Range<usize>| Some(line.start + status_value(&self.text[line.clone()])?..line.end);
        if let Some(value) = lines_in(self.text, block).find_map(value) {
            self.value(value.start..value.start + self.text[value].trim_end().len(), found);
        }
    }

    /// The value of a label: boxes on its line, or words.
    fn value(&self, range: Range<usize>, found: &mut Found) {
        let boxes = self.boxes_on(range.clone(), range.start);
        if boxes.is_empty() {
            found.marks.extend(self.status_at(range));
        } else {
            found.boxes.extend(boxes);
        }
    }

    /// Boxes; without any that names a status, the words themselves.
    fn section_statuses(&self, section: &Section, found: &mut Found) {
        let entries = entries::of(self.text, self.markdown, section.body.clone());
        let group = section.range.start;
        let boxes = self.listed_boxes(&entries, group);
        if !boxes.is_empty() {
            return found.boxes.extend(boxes);
        }
        if entries.iter().any(|entry| entry.task.is_some()) {
            return;
        }
        let known = (found.marks.len(), found.boxes.len());
        self.labelled_statuses(section.body.clone(), found);
        if (found.marks.len(), found.boxes.len()) != known {
            return;
        }
        if !section.after_label.is_empty() {
            let label = section.after_label.clone();
            let start = label.end - self.text[label.clone()].trim_start().len();
            self.value(entries::first_line(self.text, &(start..label.end)), found);
        }
        let first = self.markdown.siblings(section.body.clone()).next().map(|(_, first)| first);
        let paragraph = first.filter(|first| first.kind == BlockKind::Paragraph).map(|first| first.range());
        let drawn = paragraph.clone().map(|paragraph| self.lined_boxes(paragraph, group)).unwrap_or_default();
        if !drawn.is_empty() {
            found.boxes.extend(drawn);
        }
        if (found.marks.len(), found.boxes.len()) != known {
            return;
        }
        let paragraph = paragraph.and_then(|paragraph| self.status_at(entries::first_line(self.text, &paragraph)));
        let single = || if let [entry] = &entries[..] { self.status_at(entry.range.clone()) } else { None };
        found.marks.extend(paragraph.or_else(single));
    }

    /// The boxes of items, and those behind them on their lines.
    fn listed_boxes(&self, entries: &[Entry], group: usize) -> Vec<StatusBox> {
        let boxed = entries.iter().filter_map(|entry| Some((entry, entry.task.as_ref()?)));
        boxed
            .flat_map(|(entry, task)| {
                let end = entries::first_line(self.text, &entry.range).end.max(task.marker.end);
                let mut boxes = self.boxes_on(task.marker.start..end, group);
                if let [only] = &mut boxes[..] {
                    only.item = Some(entry.block);
                }
                boxes
            })
            .collect()
    }

    /// The boxes of the lines that a paragraph begins with; where an empty one is drawn, any emoji is a box.
    fn lined_boxes(&self, paragraph: Range<usize>, group: usize) -> Vec<StatusBox> {
        let is_drawn = self.text[paragraph.clone()].contains(EMPTY_BOXES);
        let mut found = Vec::new();
        let lines = lines_in(self.text, paragraph).map(|line| trimmed_range(self.text, line));
        for range in lines.filter(|line| !line.is_empty()) {
            let mut boxes = self.boxes_on(range.clone(), group);
            let words = self.text[range.clone()].trim_start_matches(|c: char| !c.is_ascii());
            let marker = range.start..range.end - words.len();
            if boxes.is_empty()
                && is_drawn
                && !marker.is_empty()
                && let Some(status) = Status::read(words)
            {
                let task = Task { ticked: true, dropped: false, marker: marker.clone() };
                boxes.push(StatusBox { status, task, words: marker.end..range.end, item: None, group });
            }
            if boxes.is_empty() {
                break;
            }
            found.append(&mut boxes);
        }
        found
    }

    /// The boxes on a line that name a status, typed or, beside an empty one, drawn.
    fn boxes_on(&self, line: Range<usize>, group: usize) -> Vec<StatusBox> {
        let words = &self.text[line.clone()];
        let mut tasks: Vec<Task> = Vec::new();
        let mut is_apart = true;
        for (at, c) in words.char_indices() {
            let at = line.start + at;
            if is_apart && c == '[' {
                tasks.extend(Task::begins(self.text, &(at..line.end)));
            } else if is_apart && (EMPTY_BOXES.contains(&c) || FULL_BOXES.contains(&c)) {
                let end = at + c.len_utf8();
                let end = end + if self.text[end..].starts_with('\u{fe0f}') { '\u{fe0f}'.len_utf8() } else { 0 };
                tasks.push(Task { ticked: FULL_BOXES.contains(&c), dropped: false, marker: at..end });
            }
            is_apart = c.is_whitespace() || matches!(c, '|' | '*' | '\u{b7}');
        }
        let is_typed = |task: &Task| self.text[task.marker.clone()].starts_with('[');
        let is_drawn = !tasks.iter().any(is_typed) && words.contains(EMPTY_BOXES);
        tasks.retain(|task| is_typed(task) || is_drawn);
        let ends: Vec<usize> = tasks.iter().skip(1).map(|task| task.marker.start).chain([line.end]).collect();
        let named = tasks.into_iter().zip(ends).filter_map(|(task, end)| {
            let words = task.marker.end..end;
            let status = self.status_at(words.clone())?.status;
            Some(StatusBox { status, task, words, item: None, group })
        });
        named.collect()
    }

    /// The status that a range begins with; struck words do not count.
    fn status_at(&self, range: Range<usize>) -> Option<StatusMark> {
        let mut start = range.start;
        for inline in self.markdown.inlines_in(range.clone()) {
            if inline.kind == InlineKind::Strikethrough
                && !self.text[start..inline.range().start.max(start)].contains(char::is_alphanumeric)
            {
                start = inline.range().end.min(range.end);
            }
        }
        let (status, end) = Status::find(&self.text[start..range.end])?;
        let words = &self.text[start..start + end];
        let start = start + words.len() - words.trim_start_matches(['*', '_', '`', ' ', '"', '\'']).len();
        let end = start + words.trim_start_matches(['*', '_', '`', ' ', '"', '\'']).len();
        Some(StatusMark { status, range: start..end, task: None })
    }
}

/// A part that may begin with the status of the whole.
struct Opening {
    is_preamble: bool,
    own: Option<Range<BlockId>>,
    /// The paragraphs of the lead-ins that follow.
    lead_ins: Vec<Range<BlockId>>,
}

impl Opening {
    fn blocks(self) -> impl Iterator<Item = Range<BlockId>> {
        self.own.into_iter().chain(self.lead_ins)
    }
}

/// What has been read so far.
#[derive(Default)]
struct Found {
    marks: Vec<StatusMark>,
    boxes: Vec<StatusBox>,
}

/// Byte of `line` at which the value behind `Status:` begins, in its first field or behind a `·` or `|`.
pub(super) fn status_value(line: &str) -> Option<usize> {
    let mut start = 0;
    for field in line.split_inclusive(['·', '|', '•']) {
        if let Some((label, _)) = field.split_once([':', '：'])
            && is_status_label(label)
        {
            let value = line[start + label.len()..].trim_start_matches([':', '：', '*', '_', ' ', '\t', '`']);
            return Some(line.len() - value.len());
        }
        start += field.len();
    }
    None
}

/// Whether words are what statuses stand behind or below: `Status`, `**Estado**`, `> 状态`.
pub(super) fn is_status_label(label: &str) -> bool {
    label.len() <= 40 && convention::is_status(&normalize_heading(label))
}

#[cfg(test)]
mod tests;
