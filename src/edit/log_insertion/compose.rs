//! The entry in the form of its neighbours.

use super::{
    NewEntry,
    body::Body,
    first_line::{Content, FirstLine, Lines, NewLine},
    row::Rows,
    shape::{Form, Shape},
    source::{Region, Source},
    words::{self, Class},
    writer::{Writer, joined},
};
use crate::{
    artifact::{
        dates::style::{self, DateHabits},
        entries,
        notes::{Direction, FieldName, LogEntry},
    },
    markdown::{BlockId, BlockKind},
    text::{end_of_line, start_of_line},
};

/// Writes entries for one log.
pub struct Composer<'a> {
    pub source: &'a Source<'a>,
    pub region: Region,
    /// The newest first: the one that a new entry stands beside, and its neighbours in the same form.
    pub near: Vec<Shape<'a>>,
    pub direction: Direction,
    pub is_spaced: bool,
    /// The header of a table that waits for its first row, though blank ones may stand there.
    pub empty_table: Option<BlockId>,
    lines: Lines<'a>,
}

/// Enough entries to tell what they share.
const NEAR: usize = 3;

impl<'a> Composer<'a> {
    pub fn new(source: &'a Source<'a>, region: Region) -> Self {
        let bytes = region.heading_end..source.end_of(&region);
        let all: Vec<&LogEntry> =
            source.notes.log.iter().filter(|entry| bytes.contains(&entry.heading.start)).collect();
        let is_dated = all.iter().any(|entry| entry.date.is_some());
        let counted: Vec<&LogEntry> = all.iter().copied().filter(|entry| entry.date.is_some() == is_dated).collect();
        let direction =
            if is_dated { source.notes.log_order().direction } else { direction_of_numbers(source, &counted) };
        let near = near(source, &region, &counted, direction);
        let lines = lines(source, &near, &all);
        let empty_table = empty_table(source, &region).filter(|_| near.is_empty());
        Self { source, region, near, direction, is_spaced: source.is_spaced(), empty_table, lines }
    }

    /// The entry in the log's own form.
    pub fn entry(&self, entry: &NewEntry) -> Writer {
        let Some(model) = self.near.first() else { return self.first_entry(entry) };
        let mut out = Writer { quote: quote(&self.source.text[model.start..model.words.start]), ..Writer::default() };
        if model.form == Form::Row {
            let rows: Vec<BlockId> = self.near.iter().map(|shape| shape.block).collect();
            if let Some(header) = self.source.markdown.parent(rows[0]).and_then(|table| self.header(table)) {
                self.write_row(&mut out, header, rows, entry);
            }
            return out;
        }
        let body = Body::of(self.source, &self.near);
        let content = match model.form {
            Form::Heading(_) if entry.what_changed.len() == 1 => Content::Title,
            Form::Heading(_) => Content::Topic,
            Form::Item if body.is_empty() => Content::Anywhere,
            _ => Content::Behind,
        };
        let line = self.lines.next(entry.now, content, body.has_date());
        // What the log has no label for stands beside what was done.
        let others = entry.fields.iter().filter(|(name, _)| !body.has_field(*name));
        let others: Vec<String> = others.map(|(name, text)| format!("{}: {text}", name.name())).collect();
        let all = [entry.what_changed, &others].concat();
        let mut lines = &all[..];
        self.write_opening(&mut out, model);
        let opening_width = out.text.len();
        let text = self.source.text;
        let says_more = |shape: &Shape| {
            let after =
                shape.entry.date.as_ref().map_or("", |date| &text[date.range.end..shape.words.end.max(date.range.end)]);
            shape.form != Form::Row && after.contains(char::is_alphanumeric)
        };
        // What is said on the first line of all is said there, once more where a label asks for it.
        let is_said_there = || self.near.len() > 1 && self.near.iter().all(says_more);
        let is_title = match content {
            Content::Title => true,
            Content::Behind => entry.what_changed.len() == 1 && is_said_there(),
            _ => false,
        };
        let goes_inline = if body.has_labels() { !body.takes_lines() } else { lines.len() <= 1 || !body.has_items() };
        match line.content {
            Some(at) => {
                out.push(&line.text[..at]);
                if is_title {
                    out.push(&joined(entry.what_changed));
                    lines = &others;
                } else if goes_inline && !lines.is_empty() {
                    out.push(&joined(lines));
                    lines = &[];
                } else {
                    out.stop();
                }
                out.push(&line.text[at..]);
            }
            None => out.push(&line.text),
        }
        self.write_closing(&mut out, model, &line, &body);
        if is_title && line.content.is_some() && body.says_done() {
            lines = &all;
        }
        if body.has_labels()
            || line.content.is_none() && !body.is_empty()
            || line.content.is_some() && !lines.is_empty()
        {
            body.write(&mut out, entry, self.lines.habits, lines);
        } else if line.content.is_none() {
            self.write_bare(&mut out, model, entry, lines);
        }
        if model.form == Form::Item && out.quote.is_empty() {
            // `10. ` needs more than the lines below `9. ` have.
            out.indent_below(opening_width.saturating_sub(model.words.start - model.start));
        }
        out
    }

    /// An entry below a heading, or a line with its date, whose items, as they begin with a date, would be
    /// taken for entries, or would take what is indented below them: a paragraph says what they say.
    pub fn labelled(&self, entry: &NewEntry) -> Option<Writer> {
        let model = self.near.first().filter(|model| matches!(model.form, Form::Paragraph | Form::Heading(_)))?;
        if self.source.text[model.start..model.words.start].contains('>') {
            return None;
        }
        let mut out = Writer::default();
        self.write_opening(&mut out, model);
        let line = self.lines.next(entry.now, Content::Topic, false);
        out.push(line.text.trim_end());
        self.write_closing(&mut out, model, &line, &Body::default());
        out.end_line(self.is_spaced || model.form == Form::Paragraph);
        write_done(&mut out, entry);
        Some(out)
    }

    /// The first entry of a log.
    fn first_entry(&self, entry: &NewEntry) -> Writer {
        let mut out = Writer::default();
        if let Some(header) = self.empty_table {
            self.write_row(&mut out, header, Vec::new(), entry);
            return out;
        }
        if let Some(prefix) = self.list_prefix() {
            out.push(prefix);
            out.push(&style::plain(entry.now.datetime()));
            out.push(": ");
            if entry.what_changed.is_empty() {
                out.stop()
            } else {
                out.push(&joined(&with_fields(entry)))
            }
            return out;
        }
        self.plain(entry)
    }

    /// The entry in the form of those who showed none.
    pub fn plain(&self, entry: &NewEntry) -> Writer {
        plain(self.level(), self.is_spaced, entry)
    }

    /// The level of the headings of those who showed no form.
    pub fn level(&self) -> Option<u8> {
        let has_room = !self.region.is_lead_in && self.region.level < 6;
        has_room.then_some(self.region.level + 1)
    }

    fn write_row(&self, out: &mut Writer, header: BlockId, samples: Vec<BlockId>, entry: &NewEntry) {
        let rows = Rows { source: self.source, header, samples, habits: self.lines.habits, newest: self.lines.newest };
        rows.write(out, entry);
    }

    fn header(&self, table: BlockId) -> Option<BlockId> {
        self.source.markdown.children(table).next().map(|(id, _)| id)
    }

    /// The markers in front of the first line's words; the number of an item counts on.
    fn write_opening(&self, out: &mut Writer, model: &Shape) {
        let text = self.source.text;
        let mut opening = &text[model.start..model.words.start];
        if model.form != Form::Item {
            // What is indented would belong to an item above it.
            opening = opening.trim_start_matches(' ');
        }
        let digits = |opening: &str| {
            let start = opening.find(|c: char| c.is_ascii_digit())?;
            let length = opening[start..].find(|c: char| !c.is_ascii_digit())?;
            Some((start, opening[start..start + length].parse::<u32>().ok()?, length))
        };
        let number = digits(opening).filter(|_| model.form == Form::Item);
        let is_last = self.direction == Direction::NewestLast;
        let counts = |number: u32| {
            let other = self.near.get(1).and_then(|other| digits(&text[other.start..other.words.start]));
            is_last && other.is_none_or(|(_, other, _)| other != number)
        };
        match number {
            Some((at, number, length)) if counts(number) => {
                out.push(&format!("{}{}{}", &opening[..at], number.saturating_add(1), &opening[at + length..]));
            }
            _ => out.push(opening),
        }
    }

    /// What stands behind the first line's words: closing `#`s, a line break, the line below a heading.
    fn write_closing(&self, out: &mut Writer, model: &Shape, line: &NewLine, body: &Body) {
        let (text, block) = (self.source.text, self.source.markdown.block(model.block).range());
        let first_end = end_of_line(text, model.words.end);
        let rest = &text[model.words.end..first_end];
        match model.form {
            Form::Heading(_) if text[block.clone()].starts_with('#') => out.push(rest.trim_end()),
            Form::Heading(_) => {
                let under = &text[first_end..block.end];
                let rule = under.trim_matches(['\n', '\r', ' ', '\t', '>']);
                let words = model.words.len().min(block.len());
                let is_as_long = rule.len() == text[model.words.start..model.words.start + words].chars().count();
                let length = if is_as_long { line.text.chars().count() } else { rule.len() };
                out.push("\n");
                out.push(
                    &under[..under.len() - under.trim_start_matches(['\n', '\r', ' ', '\t', '>']).len()]
                        .replace(['\n', '\r'], ""),
                );
                out.push(&rule[..rule.len().min(1)].repeat(length));
            }
            _ if (body.has_labels() || body.continues())
                && (rest == "\\" || rest.len() >= 2 && rest.trim().is_empty()) =>
            {
                out.push(rest)
            }
            _ => {}
        }
    }

    /// An entry whose kind has nothing but its first line.
    fn write_bare(&self, out: &mut Writer, model: &Shape, entry: &NewEntry, lines: &[String]) {
        match model.form {
            Form::Item if lines.is_empty() => out.stop(),
            Form::Item => {
                out.push(": ");
                out.push(&joined(lines));
            }
            _ => write_fields(out, "", self.is_spaced, entry),
        }
    }

    /// The marker of a list of undated items, which the log keeps so far.
    pub fn list_prefix(&self) -> Option<&'a str> {
        let (text, markdown) = (self.source.text, self.source.markdown);
        let blocks = markdown.siblings(self.region.body.clone());
        let (list, block) = blocks.filter(|(_, block)| block.kind != BlockKind::Rule).last()?;
        let items = entries::of(text, markdown, list..markdown.next(list));
        let item = items.first().filter(|_| matches!(block.kind, BlockKind::List { ordered: false }))?;
        let is_label = |words: &str| {
            words
                .split_once([':', '：'])
                .is_some_and(|(label, _)| FieldName::read(label.trim_matches(['*', '_'])).is_some())
        };
        let says = items.iter().all(|item| !item.is_none(text) && !is_label(item.text(text)) && item.task.is_none());
        let start = start_of_line(text, item.range.start);
        says.then(|| &text[start..item.range.start])
    }
}

/// The entry in the form of those who showed none: `### YYYY-MM-DD HH:MM` of `level` and four items,
/// or an item with four below it where no heading fits.
pub fn plain(level: Option<u8>, is_spaced: bool, entry: &NewEntry) -> Writer {
    let mut out = Writer::default();
    let date = style::plain(entry.now.datetime());
    match level {
        Some(level) => {
            out.push(&format!("{} {date}", "#".repeat(level.into())));
            write_fields(&mut out, "", is_spaced, entry);
        }
        None => {
            out.push(&format!("- {date}"));
            write_fields(&mut out, "  ", false, entry);
        }
    }
    out
}

/// The same without a list, which would take what is indented below it.
pub fn worded(level: Option<u8>, is_spaced: bool, entry: &NewEntry) -> Writer {
    let mut out = Writer::default();
    level.into_iter().for_each(|level| out.push(&format!("{} ", "#".repeat(level.into()))));
    out.push(&style::plain(entry.now.datetime()));
    out.end_line(is_spaced || level.is_none());
    write_done(&mut out, entry);
    out
}

/// `What changed: ` as a paragraph.
fn write_done(out: &mut Writer, entry: &NewEntry) {
    out.push(&format!("{}: ", FieldName::WhatChanged.name()));
    match entry.what_changed {
        [] => out.stop(),
        _ => out.push(&joined(&with_fields(entry))),
    }
}

/// What was done and what the other fields say, where no label stands for them.
fn with_fields(entry: &NewEntry) -> Vec<String> {
    let fields = entry.fields.iter().map(|(name, text)| format!("{}: {text}", name.name()));
    entry.what_changed.iter().cloned().chain(fields).collect()
}

fn write_fields(out: &mut Writer, indent: &str, is_apart: bool, entry: &NewEntry) {
    for (n, field) in FieldName::ALL.into_iter().enumerate() {
        out.end_line(is_apart && n == 0);
        out.push(&format!("{indent}- {}:", field.name()));
        let lines = match field {
            FieldName::WhatChanged => entry.what_changed,
            _ => entry.field(Some(field)),
        };
        match lines {
            [] => {
                out.push(" ");
                out.stop();
            }
            [line] => {
                out.push(" ");
                out.push(&joined(std::slice::from_ref(line)));
            }
            _ => {
                for line in lines {
                    out.push(&format!("\n{indent}  - {}", super::writer::escaped(line)));
                }
            }
        }
    }
}

/// The entries beside the new one, of the same form.
fn near<'a>(source: &Source<'a>, region: &Region, counted: &[&'a LogEntry], direction: Direction) -> Vec<Shape<'a>> {
    let limit = |n: usize| {
        let next = counted.get(n + 1).and_then(|next| source.markdown.block_at(next.heading.start));
        next.unwrap_or(region.body.end).min(region.body.end)
    };
    let next = |n: usize| counted.get(n + 1).map_or(usize::MAX, |next| next.heading.start);
    let shape = |n: usize| Shape::of(source, counted[n], limit(n), next(n));
    let mut near: Vec<Shape> = match direction {
        Direction::NewestFirst => (0..counted.len()).take(NEAR).filter_map(shape).collect(),
        Direction::NewestLast => (0..counted.len()).rev().take(NEAR).filter_map(shape).collect(),
    };
    let form = near.first().map(|first| first.form);
    near.retain(|shape| Some(shape.form) == form);
    near
}

/// Without dates the numbers of the sessions tell how a log grows.
fn direction_of_numbers(source: &Source, counted: &[&LogEntry]) -> Direction {
    let number = |entry: &&LogEntry| {
        let words = &source.text[entry.heading.clone()];
        let pieces = words::pieces(&FirstLine { words, date: None });
        let mut all = pieces.iter().filter_map(words::Piece::words);
        all.find_map(|words| match words::class(words) {
            Class::Counter(number) => words[number].parse::<u32>().ok(),
            _ => None,
        })
    };
    let (first, last) = (counted.first().and_then(number), counted.last().and_then(number));
    if first.zip(last).is_some_and(|(first, last)| first > last) {
        Direction::NewestFirst
    } else {
        Direction::NewestLast
    }
}

fn lines<'a>(source: &Source<'a>, near: &[Shape<'a>], all: &[&'a LogEntry]) -> Lines<'a> {
    let text = source.text;
    let dates = source.notes.log.iter().filter_map(|entry| Some(&text[entry.date.as_ref()?.range.clone()]));
    let line = |entry: &&'a LogEntry| {
        let words = &text[entry.heading.clone()];
        let date = entry.date.as_ref().map(|date| &date.range);
        let date = date.filter(|date| entry.heading.start <= date.start && date.end <= entry.heading.end);
        FirstLine { words, date: date.map(|date| date.start - entry.heading.start..date.end - entry.heading.start) }
    };
    Lines {
        samples: near.iter().map(|shape| shape.line(text)).collect(),
        all: all.iter().map(line).collect(),
        newest: near.first().and_then(|shape| shape.entry.moment()).map(|moment| moment.date),
        habits: DateHabits::of(dates),
    }
}

/// The header of a table that has a column for dates, and no rows but blank ones and placeholders.
fn empty_table(source: &Source, region: &Region) -> Option<BlockId> {
    let is_placeholder =
        |cell: &str| entries::is_placeholder(cell) || source.vocabulary.is_placeholder(cell) || cell.contains("YYYY");
    let says_nothing = |cell: &str| cell.trim().is_empty() || is_placeholder(cell);
    let mut blocks = source.markdown.siblings(region.body.clone());
    blocks.find_map(|(id, block)| {
        let mut rows = source.markdown.children(id).filter(|_| block.kind == BlockKind::Table);
        let (header, _) = rows.next()?;
        let is_empty = rows.all(|(row, _)| {
            let cells = entries::cells(source.text, source.markdown, row);
            cells.into_iter().all(|cell| says_nothing(&source.text[cell]))
        });
        let names = entries::cells(source.text, source.markdown, header);
        let is_date = |name: &std::ops::Range<usize>| {
            let name = source.text[name.clone()].to_lowercase();
            name.contains("date") || name == "when" || name == "day"
        };
        (is_empty && names.iter().any(is_date)).then_some(header)
    })
}

/// The marks of a quote around a line that begins with `opening`, as a blank line has them.
fn quote(opening: &str) -> String {
    opening.rfind('>').map_or_else(String::new, |at| opening[..=at].to_owned())
}
