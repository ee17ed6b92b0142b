//! An entry as a row of a table.

use jiff::Zoned;

use super::{
    first_line::{Content, Lines},
    new_entry::NewEntry,
    words::{self, Class, pieces},
};
use crate::{
    artifact::{
        Document,
        dates::{self, style},
        entries,
        notes::FieldName,
    },
    edit::{
        another::escaped,
        fragment::{Fragment, joined},
    },
    markdown::BlockId,
    text::start_of_line,
};

/// Columns that say what was done, if none is called so.
const DONE: [&str; 9] = ["what", "change", "summary", "work", "done", "description", "notes", "activity", "progress"];
/// Columns that count entries.
const COUNTS: [&str; 9] = ["#", "no", "no.", "nr", "session", "s", "n", "entry", "run"];

/// The row of a new entry. `samples`: the newest first; there may be none.
pub fn row(document: &Document, table: BlockId, samples: &[BlockId], lines: &Lines, new: &NewEntry) -> Fragment {
    let Document { text, markdown, .. } = document;
    let header = markdown.children(table).next().map_or(table, |(header, _)| header);
    let read = |row: &BlockId| entries::cells(text, markdown, *row).into_iter().map(|cell| &text[cell]).collect();
    let names: Vec<String> = Vec::into_iter(read(&header)).map(str::to_lowercase).collect();
    let rows: Vec<Vec<&str>> = samples.iter().map(read).collect();
    let cell = |(column, name): (usize, &String)| {
        let cells: Vec<&str> = rows.iter().filter_map(|row| row.get(column).copied()).collect();
        self::cell(name, &cells, lines, new.now)
    };
    let mut cells: Vec<Option<String>> = names.iter().enumerate().map(cell).collect();
    let named = |field: FieldName| names.iter().position(|name| FieldName::read(name) == Some(field));
    let mut is_said = Vec::new();
    for (field, words) in new.fields {
        if let Some(column) = named(*field).filter(|column| cells[*column].is_none()) {
            cells[column] = Some(escaped(words));
            is_said.push(*field);
        }
    }
    let said = new.lines(|field| is_said.contains(&field));
    let is_done = |column: &usize| DONE.iter().any(|word| names[*column].contains(word));
    let free: Vec<usize> = (0..cells.len()).filter(|column| cells[*column].is_none()).collect();
    let done = named(FieldName::WhatChanged).filter(|column| free.contains(column));
    match done.or_else(|| free.iter().copied().find(is_done)).or(free.first().copied()) {
        _ if said.is_empty() => {}
        Some(column) => cells[column] = Some(escaped(&joined(&said))),
        // No column is left for it: it follows the date, as a topic does.
        None => {
            let is_dated = |cell: &Option<String>| cell.as_ref().is_some_and(|cell| dates::find(cell).is_some());
            let column = cells.iter().position(is_dated).unwrap_or_default();
            if let Some(Some(cell)) = cells.get_mut(column) {
                *cell += &format!(" — {}", escaped(&joined(&said)));
            }
        }
    }
    let model = markdown.block(samples.first().copied().unwrap_or(header)).range();
    let (sample, header) = (&text[model.clone()], &text[markdown.block(header).range()]);
    let space = if header.contains("| ") || header.contains(" |") { " " } else { "" };
    let mut out = Fragment::default();
    out.push(&text[start_of_line(text, model.start)..model.start]);
    out.push(&if sample.starts_with('|') { format!("|{space}") } else { String::new() });
    for (n, cell) in cells.iter().enumerate() {
        out.push(&if n > 0 { format!("{space}|{space}") } else { String::new() });
        match cell {
            Some(words) => out.push(words),
            None => out.stop(),
        }
    }
    out.push(&if sample.ends_with('|') { format!("{space}|") } else { String::new() });
    out
}

pub fn is_date_column(name: &str) -> bool {
    name.contains("date") || name == "when" || name == "day"
}

/// What the column called `name` says, `cells` those of the samples; `None` for what a person writes.
fn cell(name: &str, cells: &[&str], lines: &Lines, now: &Zoned) -> Option<String> {
    let Some(model) = cells.first() else {
        return match name.trim_matches('*') {
            name if is_date_column(name) => Some(style::plain(now.datetime())),
            "time" => Some(now.strftime("%H:%M").to_string()),
            "#" | "no" | "session" => Some("1".to_owned()),
            _ => None,
        };
    };
    let date = |words: &str| dates::find(words).map(|date| date.range);
    let is_dated = date(model).is_some_and(|date| words::bare(&model[..date.start]).len() <= 12);
    if !is_dated && COUNTS.contains(&name) && model.parse::<u16>().is_ok() {
        let highest = cells.iter().filter_map(|cell| cell.parse::<u32>().ok()).max().unwrap_or_default();
        let width = if model.starts_with('0') { model.len() } else { 1 };
        return Some(format!("{:0width$}", highest.saturating_add(1)));
    }
    let is_clock = model.contains(':') && model.len() <= 11 && model.starts_with(|c: char| c.is_ascii_digit());
    if !is_dated && is_clock && (name.contains("time") || name == "when") {
        return Some(style::time_like(model, now.datetime(), lines.habits));
    }
    let samples = cells.iter().filter(|cell| date(cell).is_some() == is_dated);
    let samples: Vec<_> = samples.map(|cell| pieces(cell, date(cell))).collect();
    let is_written = |class: &Class| matches!(class, Class::Weekday | Class::Counter(_));
    let is_known = is_dated || samples[0].iter().all(|piece| is_written(&piece.class));
    let lines = Lines { all: samples.clone(), samples, newest: lines.newest, habits: lines.habits };
    (is_known && !model.is_empty()).then(|| lines.next(now, Content::Topic, !is_dated).text)
}
