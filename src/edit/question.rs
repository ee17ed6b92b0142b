//! Changes of a question: marked as resolved, opened again, turned into a decision.

use std::{cell::RefCell, collections::HashMap, ops::Range};

use super::{
    another::EntryPlace,
    seam::{Seam, runs_on},
    take::{NewEntry, meet, removal_of_lines},
};
use crate::{
    artifact::{
        Document, Vocabulary,
        entries::{self, Task},
        questions::{self, Question, markers},
        sections::{Section, SectionStyle},
    },
    convention::{Kind, SectionName},
    markdown::{Block, BlockId, BlockKind, InlineKind, Markdown},
    text::{Edit, line_end_at, offset_after, split_lines, start_of_line},
};

/// How a file marks what it has resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Mark {
    Box,
    Struck,
    /// In front of the words: `✅ `, `**Resolved** — `.
    Prefix(String),
    /// After the words: `(resolved)`.
    Note(String),
}

/// Marks questions as the document marks its own.
pub struct QuestionChanges<'a> {
    document: &'a Document,
    item: Mark,
    heading: Mark,
    tick: &'a str,
    /// What was read of the tables that hold questions.
    tables: RefCell<HashMap<BlockId, Table<'a>>>,
}

/// How a table of questions says how each stands.
#[derive(Clone, Copy)]
struct Table<'a> {
    /// The column that does.
    state: Option<usize>,
    /// What is written there for one that is resolved.
    settled: &'a str,
}

impl<'a> QuestionChanges<'a> {
    pub fn new(document: &'a Document) -> Self {
        let kind = |question: &Question| document.markdown.block(question.block).kind;
        let is_item =
            |question: &&Question| kind(question) == BlockKind::Item && document.begins_with_words(question.block);
        let is_heading = |question: &&Question| matches!(kind(question), BlockKind::Heading(_));
        let resolved = || document.artifact.questions.iter().rev().filter(|question| question.resolved);
        let mark = |question: &Question| mark_of(document, question, &document.words_of_question(question));
        let ticked = |question: &Question| question.task.clone().filter(|task| task.ticked);
        Self {
            item: resolved().filter(is_item).find_map(mark).unwrap_or(Mark::Box),
            heading: resolved().filter(is_heading).find_map(mark).unwrap_or_else(note),
            tick: resolved().find_map(ticked).map_or("[x]", |task| document.slice(task.marker)),
            tables: RefCell::default(),
            document,
        }
    }

    /// The edits that mark an open question as resolved: a box is ticked, a cell that says how the
    /// question stands says so, and others get what resolved ones in this file have. `None` for an item that
    /// does not begin with words: in code no mark counts.
    pub fn resolve(&self, question: &Question) -> Option<Vec<Edit>> {
        if question.is_mark {
            return None;
        }
        if let Some(task) = &question.task {
            return Some(vec![Edit::replace(task.marker.clone(), self.tick)]);
        }
        let words = self.document.words_of_question(question);
        let mark = match self.document.markdown.block(question.block).kind {
            BlockKind::Item if self.document.begins_with_words(question.block) => &self.item,
            BlockKind::Item => return None,
            BlockKind::Row { .. } => return Some(vec![self.resolve_row(question)]),
            // A label stays one: the mark goes behind what it asks.
            BlockKind::Paragraph if words != question.range => {
                return Some(vec![Edit::insert(words.end, " (resolved)")]);
            }
            _ if self.heading == Mark::Box => &Mark::Struck,
            _ => &self.heading,
        };
        let can_be_struck = !self.document.text[words.clone()].contains("~~") && !words.is_empty();
        Some(match mark {
            Mark::Struck if can_be_struck => vec![Edit::insert(words.start, "~~"), Edit::insert(words.end, "~~")],
            Mark::Prefix(prefix) => vec![Edit::insert(words.start, &**prefix)],
            Mark::Note(note) => vec![Edit::insert(words.end, &**note)],
            Mark::Box => vec![Edit::insert(words.start, format!("{} ", self.tick))],
            Mark::Struck => vec![Edit::insert(words.end, " (resolved)")],
        })
    }

    /// The edit that puts an empty answer behind an open question, in the words of other answers, and the byte behind
    /// it in the text after the edit. `None` for a row, and where an answer is begun already.
    pub fn answer(&self, question: &Question) -> Option<(Vec<Edit>, usize)> {
        let Document { text, markdown, artifact, .. } = self.document;
        let (label, block) = (self.answer_label(), markdown.block(question.block));
        let section = artifact.sections.opened_by(question.block);
        let own = section.map_or_else(|| block.range(), |section| section.range.clone());
        // Of many marks in one paragraph, none has all of it read.
        let is_begun = || markers::resolution(&text[own], true) == markers::Resolution::Below;
        if question.is_mark || matches!(block.kind, BlockKind::Row { .. }) || is_begun() {
            return None;
        }
        let is_item = block.kind == BlockKind::Item;
        let (at, inserted) = match section {
            Some(section) => {
                let at = artifact.end_of(section, text);
                (at, line_end_at(text, at).repeat(2) + label)
            }
            None if is_item && !self.document.begins_with_words(question.block) => return None,
            None if is_item && markdown.children(question.block).nth(1).is_some() => {
                self.nested_answer(question.block, label)?
            }
            None => {
                let words = self.document.words_of_question(question);
                // An answer begins a sentence: `Whether to keep it. Answer: yes`.
                let bare = text[words.clone()].trim_end_matches(['*', '_', '~', '`', ')', '）', '"', '”', '»']);
                let is_ended = bare.ends_with(['?', '？', '.', '。', '!', '！', ':', '：']);
                (words.end, format!("{} {label}", if is_ended { "" } else { "." }))
            }
        };
        let cursor = at + inserted.len();
        Some((vec![Edit::insert(at, inserted)], cursor))
    }

    /// Below the items that are nested in a question already, as another one.
    fn nested_answer(&self, item: BlockId, label: &str) -> Option<(usize, String)> {
        let Document { text, markdown, .. } = self.document;
        let last = entries::nested(text, markdown, item).pop().filter(|entry| !entry.is_row)?;
        let range = markdown.block(last.block).range();
        let margin = &text[start_of_line(text, range.start)..range.start];
        let is_last = text[range.end..markdown.block(item).range().end].trim().is_empty();
        let end = range.start + text[range].trim_end().len();
        let seam = Seam::below_item(self.document, last.block);
        (is_last && margin.trim().is_empty()).then(|| (end, seam.before + label))
    }

    /// The label of an answer that the file gave before.
    fn answer_label(&self) -> &'static str {
        const LABELS: [&str; 8] = [
            "**Answer:**",
            "**Decision:**",
            "**Resolution:**",
            "**Resolved:**",
            "Decision:",
            "Resolution:",
            "Resolved:",
            "A:",
        ];
        let resolved = self.document.artifact.questions.iter().rev().filter(|question| question.resolved);
        let has = |own: &str, label: &str| own.match_indices(label).any(|(at, _)| own[..at].ends_with([' ', '\n']));
        let own = |question: &Question| self.document.slice(self.document.markdown.block(question.block).range());
        let label = |own: &str| LABELS.into_iter().find(|label| has(own, label));
        resolved.map(own).find_map(label).unwrap_or("Answer:")
    }

    /// In the cell of the row's state, in the words of other rows; else after the question.
    fn resolve_row(&self, question: &Question) -> Edit {
        let Document { text, markdown, .. } = self.document;
        let Table { state, settled } = self.table_of(question.block);
        let cells = entries::cells(text, markdown, question.block);
        // A row that is too short has no such cell: what is put there would be a row of its own.
        let row = markdown.block(question.block).range();
        let is_there = |cell: &&Range<usize>| {
            **cell != question.range
                && cell.end <= row.end
                && (!cell.is_empty() || text[row.start..cell.start].trim_end().ends_with('|'))
        };
        let Some(cell) = state.and_then(|state| cells.get(state)).filter(is_there) else {
            return Edit::insert(question.range.end, " (resolved)");
        };
        if cell.is_empty() {
            // Cells are trimmed of their blanks; one has to stand on either side.
            let before = if text[..cell.start].ends_with(' ') { "" } else { " " };
            let after = if text[cell.end..].starts_with([' ', '\n', '\r']) { "" } else { " " };
            return Edit::insert(cell.start, format!("{before}{settled}{after}"));
        }
        Edit::replace(cell.clone(), settled)
    }

    fn table_of(&self, row: BlockId) -> Table<'a> {
        let Document { text, markdown, .. } = self.document;
        let table = markdown.parent(row).unwrap_or(row);
        *self.tables.borrow_mut().entry(table).or_insert_with(|| {
            let header = entries::header(text, markdown, row);
            let state = header.iter().position(|name| questions::names_state(name));
            let settled = markdown.children(table).skip(1).find_map(|(row, _)| {
                let cell = entries::cells(text, markdown, row).get(state?)?.clone();
                Some(&text[cell]).filter(|words| questions::says_settled(words))
            });
            Table { state, settled: settled.unwrap_or("Resolved") }
        })
    }

    /// The edits that take the mark of a resolved question away, if that can be done. Something else, such
    /// as the heading above it, may resolve it still.
    pub fn reopen(&self, question: &Question) -> Option<Vec<Edit>> {
        if question.is_mark {
            return None;
        }
        if let Some(Task { ticked: true, marker, .. }) = &question.task {
            return Some(vec![Edit::replace(marker.clone(), "[ ]")]);
        }
        if matches!(self.document.markdown.block(question.block).kind, BlockKind::Row { .. }) {
            return None;
        }
        let words = self.document.words_of_question(question);
        match mark_of(self.document, question, &words)? {
            Mark::Box => None,
            Mark::Struck => {
                let (struck, content) = struck(&self.document.markdown, &words)?;
                Some(vec![Edit::delete(struck.start..content.start), Edit::delete(content.end..struck.end)])
            }
            Mark::Prefix(prefix) => Some(vec![Edit::delete(words.start..words.start + prefix.len())]),
            Mark::Note(note) if self.document.text[words.clone()].ends_with(&note) => {
                Some(vec![Edit::delete(words.end - note.len()..words.end)])
            }
            Mark::Note(_) => None,
        }
    }
}

fn note() -> Mark {
    Mark::Note(" (resolved)".to_owned())
}

impl Document {
    /// The words of a question: all lines of an item's first paragraph, or of a paragraph, without the comment behind
    /// them; what a label asks.
    pub fn words_of_question(&self, question: &Question) -> Range<usize> {
        let own = question.range.clone();
        let opened = self.artifact.sections.opened_by(question.block);
        if let Some(asked) = opened.map(|section| section.after_label.clone()).filter(|asked| !asked.is_empty()) {
            return asked;
        }
        let block = self.markdown.block(question.block);
        let first = match block.kind {
            BlockKind::Item => self.markdown.children(question.block).next().map(|(_, first)| first),
            BlockKind::Paragraph if opened.is_none() => Some(block),
            _ => None,
        };
        let is_paragraph = |first: &&Block| first.kind == BlockKind::Paragraph && !question.is_mark;
        let Some(first) = first.filter(is_paragraph) else { return own };
        let comment = self.artifact.suppression_before(first.range().end);
        let end = comment.map_or(first.range().end, |comment| comment.range.start).max(own.end);
        own.start..own.start + self.text[own.start..end].trim_end().len()
    }

    /// Marks its questions as resolved, or as open.
    pub fn question_changes(&self) -> QuestionChanges<'_> {
        QuestionChanges::new(self)
    }

    /// Turns its questions into decisions; `None` for a plan or a prompt, and where what is moved would
    /// become code or part of a comment.
    pub fn move_to_decisions(&self, vocabulary: &Vocabulary) -> Option<MoveToDecisions<'_>> {
        if self.has_open_end() || self.kind != Kind::WorkNotes {
            return None;
        }
        let section = self.artifact.sections_named(SectionName::Decisions).next();
        Some(MoveToDecisions {
            document: self,
            place: self.place_of_another(vocabulary, SectionName::Decisions),
            room: section.and_then(|section| Room::of(section, self)),
        })
    }
}

/// The first struck-through words and what is between their marks.
fn struck(markdown: &Markdown, words: &Range<usize>) -> Option<(Range<usize>, Range<usize>)> {
    let mut inlines = markdown.inlines_in(words.clone()).iter();
    let struck = inlines.find(|inline| inline.kind == InlineKind::Strikethrough)?;
    (struck.range().end <= words.end).then(|| (struck.range(), struck.content()))
}

/// How a resolved question is marked, as far as another could be marked alike.
fn mark_of(document: &Document, question: &Question, range: &Range<usize>) -> Option<Mark> {
    if question.task.as_ref().is_some_and(|task| task.ticked) {
        return Some(Mark::Box);
    }
    let words = document.slice(range.clone());
    if let Some(note) = bare_note(words) {
        return Some(Mark::Note(words[note..].to_owned()));
    }
    if words.starts_with("~~") && struck(&document.markdown, range).is_some() {
        return Some(Mark::Struck);
    }
    if let Some(prefix) = prefix(words) {
        return Some(Mark::Prefix(words[..prefix].to_owned()));
    }
    (markers::resolution(words, true) == markers::Resolution::Resolved).then(note)
}

/// Where a question begins behind `✅ `, `Resolved: ` or `**Resolved** — `.
fn prefix(words: &str) -> Option<usize> {
    let after_tick = words.trim_start_matches(|c: char| questions::TICKS.contains(&c) || "\u{fe0f} —–-:".contains(c));
    let tick = words.len() - after_tick.len();
    if words.starts_with(questions::TICKS)
        && words[..tick].ends_with(' ')
        && markers::resolution(after_tick, true) == markers::Resolution::Open
    {
        return Some(tick);
    }
    let body = words.trim_start_matches(|c: char| !c.is_alphanumeric());
    let length = body.find(|c: char| !c.is_alphabetic()).unwrap_or(body.len());
    let is_word = questions::after_settled(&body[..length].to_lowercase()) == Some("");
    let after = &body[length..];
    let question = after.trim_start_matches(['*', '_', ':', ' ', '—', '–']);
    let separator = &after[..after.len() - question.len()];
    let is_apart = separator.contains([':', '—', '–', '*']) && separator.ends_with(' ');
    (is_word && is_apart && question.contains(['?', '？'])).then(|| words.len() - question.len())
}

/// Where ` (resolved)`, ` [answered]` or ` ✅` begins, if words end in it.
fn bare_note(words: &str) -> Option<usize> {
    if let Some(start) = questions::closing_tick(words) {
        return Some(start);
    }
    let at = words.rfind(['(', '['])?;
    let inside = words[at + 1..].strip_suffix([')', ']'])?;
    let is_word = questions::after_settled(&inside.trim_matches(['*', '_']).to_lowercase()) == Some("");
    let start = words[..at].trim_end_matches([' ', '*', '_']).len();
    (is_word && start > 0 && start < at && words[start..at].trim().is_empty()).then_some(start)
}

/// Moves questions of work notes to Decisions.
pub struct MoveToDecisions<'a> {
    document: &'a Document,
    place: EntryPlace,
    /// Decisions that a sub-heading may end.
    room: Option<Room>,
}

/// The end of Decisions that have headings of one level only, or are empty.
struct Room {
    /// Bytes of the section.
    range: Range<usize>,
    level: u8,
    /// Where another one goes: behind the comments on the last line.
    end: usize,
}

impl Room {
    fn of(decisions: &Section, document: &Document) -> Option<Self> {
        let Document { text, artifact, .. } = document;
        let level = decisions.level + 1;
        let is_alike = |section: &Section, level: u8| section.style == SectionStyle::Heading && section.level == level;
        let has_room = is_alike(decisions, decisions.level)
            && artifact.sections.children(decisions).all(|child| is_alike(child, level));
        has_room.then(|| Self { range: decisions.range.clone(), level, end: artifact.end_of(decisions, text) })
    }
}

/// What the decision is, and why.
const TO_WRITE: (&str, &str) = ("<Decision>", "<Rationale>");

impl MoveToDecisions<'_> {
    /// The edits that turn a question into a decision that is still to be written, and the byte of the
    /// text after them where. What is nested in the question goes along. A row is not moved:
    /// its other cells would be lost.
    pub fn change(&self, question: &Question) -> Option<(Vec<Edit>, usize)> {
        if question.is_mark {
            return None;
        }
        match self.document.markdown.block(question.block).kind {
            BlockKind::Item => {
                let entry = self.document.entry_of(question.block)?;
                let (insertion, cursor) = self.place.fill(&NewEntry { to_write: Some(TO_WRITE), ..entry });
                together(vec![insertion, self.document.removal(question.block)], cursor)
            }
            BlockKind::Heading(level) => self.move_heading(question, level),
            BlockKind::Paragraph => self.move_lead_in(question),
            _ => None,
        }
    }

    /// A bold lead-in goes with what stands below it.
    fn move_lead_in(&self, question: &Question) -> Option<(Vec<Edit>, usize)> {
        let Document { text, markdown, artifact, .. } = self.document;
        let own = artifact.sections.opened_by(question.block)?;
        let words = markdown.block(question.block).range();
        let start = start_of_line(text, words.start);
        let end = artifact.end_of(own, text);
        let is_silenced = artifact.suppression_in(&(start..end)).is_some();
        if markdown.parent(question.block).is_some() || is_silenced || end < words.end {
            return None;
        }
        let below = split_lines(text[words.end..end].trim_end()).skip(1);
        let entry = NewEntry {
            rest: below.map(|line| if line.trim().is_empty() { String::new() } else { line.to_owned() }).collect(),
            words: split_lines(&text[words]).map(|line| line.trim().to_owned()).collect(),
            to_write: Some(TO_WRITE),
        };
        let (insertion, cursor) = self.place.fill(&entry);
        together(vec![insertion, removal_of_lines(text, start..end)], cursor)
    }

    /// A sub-heading goes as it is, to the end of Decisions that have headings of its level, or are empty.
    fn move_heading(&self, question: &Question, level: u8) -> Option<(Vec<Edit>, usize)> {
        let Document { text, artifact, .. } = self.document;
        let room = self.room.as_ref().filter(|room| room.level == level)?;
        let own = artifact.sections.opened_by(question.block)?;
        if meet(&own.range, &room.range) {
            return None;
        }
        let own_end = artifact.end_of(own, text);
        let line_end = line_end_at(text, room.end);
        let start = start_of_line(text, own.range.start);
        let (what, why) = TO_WRITE;
        let moved = format!("{line_end}{line_end}{}{line_end}{line_end}", &text[start..own_end]);
        // What is below, such as an underlined heading, would go on with the last line.
        let closing = if runs_on(self.document, room.end, false) { line_end } else { "" };
        let insertion = Edit::insert(room.end, format!("{moved}{what}: {why}{closing}"));
        together(vec![insertion, removal_of_lines(text, start..own_end)], moved.len())
    }
}

/// Both edits, and the cursor, a byte of the first one's replacement, as a byte of the text after them.
/// `None` if they meet.
pub fn together(edits: Vec<Edit>, cursor: usize) -> Option<(Vec<Edit>, usize)> {
    let [insertion, removal] = &edits[..] else { return None };
    let (at, gone) = (&insertion.range, &removal.range);
    let is_apart = at.end <= gone.start || at.start >= gone.end;
    let cursor = offset_after(&edits, 0, cursor);
    is_apart.then_some((edits, cursor))
}
