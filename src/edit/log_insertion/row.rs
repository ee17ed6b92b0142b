//! An entry as a row of a table.

use std::ops::Range;

use jiff::{Zoned, civil::Date};

use super::{
    NewEntry,
    first_line::{Content, FirstLine, Lines},
    source::Source,
    words::{self, Class},
    writer::{Writer, joined},
};
use crate::{
    artifact::{
        dates::{
            self,
            style::{self, DateHabits},
        },
        entries,
        notes::FieldName,
    },
    markdown::BlockId,
    text::start_of_line,
};

/// The rows that a new one follows.
pub struct Rows<'a> {
    pub source: &'a Source<'a>,
    pub header: BlockId,
    /// The newest first; there may be none.
    pub samples: Vec<BlockId>,
    pub habits: DateHabits,
    pub newest: Option<Date>,
}

/// What a cell holds.
enum Cell {
    Text(String),
    WhatChanged,
    Empty,
}

/// Columns that say what was done, if none is called so.
const DONE: &[&str] = &["what", "change", "summary", "work", "done", "description", "notes", "activity", "progress"];

impl Rows<'_> {
    pub fn write(&self, out: &mut Writer, entry: &NewEntry) {
        let now = entry.now;
        let (text, markdown) = (self.source.text, self.source.markdown);
        let names = entries::cells(text, markdown, self.header);
        let mut cells: Vec<Cell> =
            (0..names.len()).map(|column| self.cell(column, &text[names[column].clone()], now)).collect();
        let name = |column: usize| text[names[column].clone()].to_lowercase();
        let mut others = Vec::new();
        for (field, words) in entry.fields {
            let column = (0..names.len()).find(|column| FieldName::read(&name(*column)) == Some(*field));
            match column.filter(|column| matches!(cells[*column], Cell::Empty)) {
                Some(column) => cells[column] = Cell::Text(words.replace('|', "\\|")),
                None => others.push(format!("{}: {words}", field.name())),
            }
        }
        let lines = &*[entry.what_changed, &others].concat();
        let is_free = |column: &usize| matches!(cells[*column], Cell::Empty);
        let is_field = |column: &usize| FieldName::read(&name(*column)) == Some(FieldName::WhatChanged);
        let says_done = |column: &usize| DONE.iter().any(|word| name(*column).contains(word));
        let free = || (0..names.len()).filter(is_free);
        if let Some(column) = free().find(is_field).or_else(|| free().find(says_done)).or_else(|| free().next()) {
            cells[column] = Cell::WhatChanged;
        } else if !lines.is_empty() {
            // No column is left for it: it follows the date, as a topic does.
            let is_dated = |cell: &Cell| matches!(cell, Cell::Text(words) if dates::find(words).is_some());
            let column = cells.iter().position(is_dated).unwrap_or(cells.len().saturating_sub(1));
            if let Some(Cell::Text(words)) = cells.get_mut(column) {
                words.push_str(&format!(" — {}", joined(lines).replace('|', "\\|")));
            }
        }
        self.write_cells(out, &names, &cells, lines);
    }

    fn write_cells(&self, out: &mut Writer, names: &[Range<usize>], cells: &[Cell], lines: &[String]) {
        let (text, markdown) = (self.source.text, self.source.markdown);
        let model = markdown.block(self.samples.first().copied().unwrap_or(self.header)).range();
        let header = markdown.block(self.header).range();
        let row = &text[model.clone()];
        let is_spaced = text[header.clone()].contains("| ") || text[header.clone()].contains(" |");
        let is_aligned = !self.samples.is_empty() && pipes(row).eq(pipes(&text[header.clone()]));
        out.push(&text[start_of_line(text, model.start)..model.start]);
        for (n, cell) in cells.iter().enumerate() {
            if n > 0 || row.starts_with('|') {
                out.push("|");
            }
            let is_outer = n == 0 && !row.starts_with('|');
            out.push(if is_spaced && !is_outer { " " } else { "" });
            let start = out.text.len();
            match cell {
                Cell::Text(words) => out.push(words),
                Cell::WhatChanged if !lines.is_empty() => out.push(&joined(lines).replace('|', "\\|")),
                _ => out.stop(),
            }
            let written = out.text[start..].chars().count();
            let width = if is_aligned { width(text, &names[n], &header) } else { 0 };
            out.push(&" ".repeat(width.saturating_sub(written)));
            let is_last = n + 1 == cells.len();
            out.push(if is_spaced && (!is_last || row.ends_with('|')) { " " } else { "" });
        }
        if row.ends_with('|') {
            out.push("|");
        }
    }

    fn cell(&self, column: usize, name: &str, now: &Zoned) -> Cell {
        let text = self.source.text;
        let all: Vec<Vec<Range<usize>>> =
            self.samples.iter().map(|row| entries::cells(text, self.source.markdown, *row)).collect();
        let cells: Vec<&str> = all.iter().filter_map(|row| row.get(column)).map(|cell| &text[cell.clone()]).collect();
        let name = name.to_lowercase();
        let is_clock = name.contains("time") || name == "when";
        let Some(model) = cells.first() else {
            return match name.trim_matches('*') {
                name if name.contains("date") || name == "when" || name == "day" => {
                    Cell::Text(style::plain(now.datetime()))
                }
                "time" => Cell::Text(now.strftime("%H:%M").to_string()),
                "#" | "no" | "session" => Cell::Text("1".to_owned()),
                _ => Cell::Empty,
            };
        };
        let date = |words: &str| dates::find(words).map(|date| date.range);
        if date(model).is_some_and(|date| words::bare(&model[..date.start]).len() <= 12) {
            let dated = |words: &'_ &'_ str| date(words).is_some();
            let samples: Vec<FirstLine> =
                cells.iter().copied().filter(dated).map(|words| FirstLine { words, date: date(words) }).collect();
            let lines = Lines { all: samples.clone(), samples, newest: self.newest, habits: self.habits };
            return Cell::Text(lines.next(now, Content::Topic, false).text);
        }
        if is_clock && model.contains(':') && model.starts_with(|c: char| c.is_ascii_digit()) && model.len() <= 11 {
            return Cell::Text(style::time_like(model, now.datetime(), self.habits));
        }
        if words::class(model) == Class::Weekday {
            return Cell::Text(words::weekday_like(model, now.date()));
        }
        self.counted(&name, &cells)
    }

    /// The next number, where a column counts.
    fn counted(&self, name: &str, cells: &[&str]) -> Cell {
        let model = cells[0];
        let is_number = |cell: &str| !cell.is_empty() && cell.len() <= 5 && cell.bytes().all(|b| b.is_ascii_digit());
        let counts = |name: &str| ["#", "no", "no.", "nr", "session", "s", "n", "entry", "run"].contains(&name);
        let number = match words::class(model) {
            Class::Counter(number) => number,
            _ if is_number(model) && counts(name) => 0..model.len(),
            _ => return Cell::Empty,
        };
        let digits = |cell: &str| cell.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap_or(0);
        let highest: u32 = cells.iter().map(|cell| digits(cell)).max().unwrap_or(0);
        let width = if model[number.clone()].starts_with('0') { number.len() } else { 1 };
        let next = highest.saturating_add(1);
        Cell::Text(format!("{}{next:0width$}{}", &model[..number.start], &model[number.end..]))
    }
}

/// The characters of a row before each of its pipes.
fn pipes(row: &str) -> impl Iterator<Item = usize> {
    row.chars().enumerate().filter(|(_, c)| *c == '|').map(|(at, _)| at)
}

/// Characters between a cell's first one and the space before its pipe.
fn width(text: &str, name: &Range<usize>, header: &Range<usize>) -> usize {
    let rest = &text[name.start..header.end];
    let cell = &rest[..rest[name.len()..].find('|').map_or(rest.len(), |at| name.len() + at)];
    cell.strip_suffix(' ').unwrap_or(cell).chars().count()
}
