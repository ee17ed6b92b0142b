//! The log that an entry is for: where it stands, and which entries the new one is made like.

use super::{
    body::Body,
    first_line::{Content, Lines},
    new_entry::NewEntry,
    row::{is_date_column, row},
    words::{Piece, pieces},
};
use crate::{
    artifact::{
        Document, Vocabulary,
        dates::style::{self, DateHabits},
        entries::{self, next_marker},
        notes::{Direction, FieldName, Form, LogEntry, LogRegion},
    },
    convention::SectionName,
    edit::{
        fragment::{Fragment, escaped, joined},
        seam::{Seam, is_spaced},
        section::seam_in_new_section,
    },
    markdown::{BlockId, BlockKind},
    text::end_of_line,
};

/// Writes entries for one log.
pub struct Log<'a> {
    pub document: &'a Document,
    pub vocabulary: &'a Vocabulary,
    /// `None` where the section is missing.
    pub region: Option<&'a LogRegion>,
    /// The newest first: the one that a new entry stands beside, and its neighbours in the same form.
    pub near: Vec<&'a LogEntry>,
    /// All of this log.
    all: Vec<&'a LogEntry>,
    pub direction: Direction,
    pub is_spaced: bool,
}

/// Enough entries to tell what they share.
const NEAR: usize = 3;

impl<'a> Log<'a> {
    pub fn of(document: &'a Document, vocabulary: &'a Vocabulary) -> Self {
        let notes = &document.artifact.notes;
        let region = notes.log_region.as_ref();
        let is_inside = |entry: &&LogEntry| region.is_some_and(|region| region.body.contains(&entry.block));
        let all: Vec<&LogEntry> = notes.log.iter().filter(is_inside).collect();
        let is_dated = all.iter().any(|entry| entry.date.is_some());
        let mut near: Vec<&LogEntry> = all.iter().copied().filter(|entry| entry.date.is_some() == is_dated).collect();
        let direction =
            if is_dated { notes.log_order().direction } else { direction_of_numbers(&document.text, &near) };
        if direction == Direction::NewestLast {
            near.reverse();
        }
        near.truncate(NEAR);
        let form = near.first().map(|first| first.form);
        near.retain(|entry| Some(entry.form) == form);
        Self { document, vocabulary, region, near, all, direction, is_spaced: is_spaced(document) }
    }

    fn text(&self) -> &'a str {
        &self.document.text
    }

    /// The entry in the log's own form. `in_words`: without items, which may be taken for entries as they begin
    /// with a date, or take what is indented below them.
    pub fn entry(&self, new: &NewEntry, in_words: bool) -> Fragment {
        let (mut out, lines) = (Fragment::default(), self.lines());
        let table = match self.near.first() {
            Some(model) if model.form == Form::Row => self.document.markdown.parent(model.block),
            Some(_) => None,
            None => self.empty_table().filter(|_| !in_words),
        };
        let samples = || self.near.iter().map(|entry| entry.block).collect::<Vec<_>>();
        let model = match (table, self.near.first()) {
            (Some(table), _) => return row(self.document, table, &samples(), &lines, new),
            (None, None) => return self.plain(new, in_words),
            (None, Some(model)) => model,
        };
        let body = Body::of(self.document, &self.near);
        let content = match model.form {
            _ if in_words => Content::Topic,
            Form::Heading(_) if new.what_changed.is_empty() => Content::Topic,
            Form::Heading(_) => Content::Title,
            Form::Item if body.is_empty() => Content::Anywhere,
            _ => Content::Behind,
        };
        let line = lines.next(new.now, content, body.has_date() && !in_words);
        // What the log has no label for stands beside what was done.
        let all = new.lines(|name| body.has_field(name));
        let mut rest = &all[..];
        self.push_opening(&mut out, model);
        let (before, after) = line.text.split_at(line.content.unwrap_or(line.text.len()));
        out.push(before);
        if line.content.is_some() {
            // Where neighbours say something on their first line, what was done stands there, and once more where a
            // label asks for it; of several things the first is the title.
            let is_said_alone = content == Content::Behind && self.near.len() > 1 && new.what_changed.len() == 1;
            if content == Content::Title || is_said_alone {
                out.push(&joined(&all[..1]));
                rest = if body.done().is_some() { &all } else { &all[1..] };
            } else if body.leaves_to_first_line(rest) && !rest.is_empty() {
                out.push(&joined(rest));
                rest = &[];
            } else {
                out.stop();
            }
        }
        out.push(after);
        self.push_closing(&mut out, model, body.continues() && !in_words);
        if in_words {
            self.push_done(&mut out, new);
        } else if !body.labels.is_empty() || line.content.map_or(!body.is_empty(), |_| !rest.is_empty()) {
            body.write(&mut out, new, lines.habits, rest);
        } else if line.content.is_none() && model.form == Form::Item {
            out.push(if rest.is_empty() { "" } else { ": " });
            out.push_or_stop(rest);
        } else if line.content.is_none() {
            push_fields(&mut out, "", self.is_spaced, new);
        }
        out
    }

    /// The entry in the form of those who showed none: a heading and four items, or an item with four below it
    /// where no heading fits.
    pub fn plain(&self, new: &NewEntry, in_words: bool) -> Fragment {
        let mut out = Fragment::default();
        let level = self.level();
        let marker = level.map_or(if in_words { "" } else { "- " }.to_owned(), |level| "#".repeat(level.into()) + " ");
        out.push(&(marker + &style::plain(new.now.datetime())));
        match level {
            _ if in_words => self.push_done(&mut out, new),
            Some(_) => push_fields(&mut out, "", self.is_spaced, new),
            None => push_fields(&mut out, "  ", false, new),
        }
        out
    }

    /// `What changed: ` as a paragraph.
    fn push_done(&self, out: &mut Fragment, new: &NewEntry) {
        out.end_line(self.is_spaced || !out.text.starts_with('#'));
        out.push(&format!("{}: ", FieldName::WhatChanged.name()));
        out.push_or_stop(&new.lines(|_| new.what_changed.is_empty()));
    }

    fn level(&self) -> Option<u8> {
        let level = self.region.map(|region| region.level).or_else(|| self.spot_in_new_section().1);
        level.filter(|level| *level < 6).map(|level| level + 1)
    }

    pub fn spot_in_new_section(&self) -> (Seam, Option<u8>) {
        seam_in_new_section(self.document, self.vocabulary, SectionName::SessionLog)
    }

    fn lines(&self) -> Lines<'a> {
        let text = self.text();
        let log = &self.document.artifact.notes.log;
        let dates = log.iter().filter_map(|entry| Some(&text[entry.date.as_ref()?.range.clone()]));
        let line = |entry: &&'a LogEntry| -> Vec<Piece<'a>> {
            let (start, date) = (entry.heading.start, entry.date.as_ref().map(|date| &date.range));
            let date = date.filter(|date| entry.heading.contains(&date.start));
            pieces(&text[entry.heading.clone()], date.map(|date| date.start - start..date.end - start))
        };
        Lines {
            samples: self.near.iter().map(line).collect(),
            all: self.all.iter().map(line).collect(),
            newest: self.near.first().and_then(|entry| entry.moment()).map(|moment| moment.date),
            habits: DateHabits::of(dates),
        }
    }

    /// The markers in front of the first line's words; the number of an item counts on.
    fn push_opening(&self, out: &mut Fragment, model: &LogEntry) {
        let opening = |entry: &LogEntry| &self.text()[entry.range.start..entry.heading.start];
        let own = opening(model);
        match model.form {
            Form::Item => {
                let next = next_marker(own);
                // Another width would move what is indented below; a list may repeat one number.
                let is_repeated = self.near.get(1).is_some_and(|other| opening(other) == own);
                let counts = self.direction == Direction::NewestLast && next.len() == own.len() && !is_repeated;
                out.push(if counts { &next } else { own });
            }
            // One that a line underlines is followed by one with `#`s.
            Form::Heading(level) if own.trim_start().is_empty() => out.push(&("#".repeat(level.into()) + " ")),
            // What is indented would belong to an item above it.
            _ => out.push(own.trim_start_matches(' ')),
        }
    }

    /// What stands behind the first line's words: closing `#`s or emphasis, and a line break where words follow.
    fn push_closing(&self, out: &mut Fragment, model: &LogEntry, continues: bool) {
        let (text, end) = (self.text(), model.heading.end);
        let rest = &text[end..end_of_line(text, end)];
        let (marks, blanks) = rest.split_at(rest.trim_end_matches([' ', '\t', '\\']).len());
        out.push(marks);
        let is_break = continues && (blanks == "\\" || blanks.len() >= 2);
        out.push(if is_break { blanks } else { "" });
    }

    /// A table that has a column for dates, and no rows but blank ones and placeholders.
    pub fn empty_table(&self) -> Option<BlockId> {
        let Document { text, markdown, .. } = self.document;
        let cells = |row: BlockId| entries::cells(text, markdown, row).into_iter().map(|cell| &text[cell]);
        let says_nothing = |cell: &str| cell.is_empty() || entries::is_placeholder(cell) || cell.contains("YYYY");
        let is_date = |name: &str| is_date_column(&name.to_lowercase());
        let is_empty = |table: BlockId| {
            let mut rows = markdown.children(table).map(|(row, _)| row);
            let names_date = rows.next().is_some_and(|header| cells(header).any(is_date));
            names_date && rows.all(|row| cells(row).all(says_nothing))
        };
        let mut blocks = markdown.siblings(self.region?.body.clone());
        blocks.find(|(id, block)| block.kind == BlockKind::Table && is_empty(*id)).map(|(id, _)| id)
    }
}

/// Without dates the numbers of the sessions tell how a log grows.
fn direction_of_numbers(text: &str, entries: &[&LogEntry]) -> Direction {
    let number = |entry: &&LogEntry| pieces(&text[entry.heading.clone()], None).iter().find_map(Piece::number);
    match entries.first().and_then(number) > entries.last().and_then(number) {
        true => Direction::NewestFirst,
        false => Direction::NewestLast,
    }
}

/// The four fields as items.
fn push_fields(out: &mut Fragment, indent: &str, is_apart: bool, new: &NewEntry) {
    for (n, field) in FieldName::ALL.into_iter().enumerate() {
        out.end_line(is_apart && n == 0);
        out.push(&format!("{indent}- {}:", field.name()));
        match if n == 0 { new.what_changed } else { new.field(Some(field)) } {
            lines @ ([] | [_]) => {
                out.push(" ");
                out.push_or_stop(lines);
            }
            lines => lines.iter().for_each(|line| out.push(&format!("\n{indent}  - {}", escaped(line)))),
        }
    }
}
