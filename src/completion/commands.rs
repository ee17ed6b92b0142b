//! Verification commands of the workspace: as done items, and after a backtick of one.
//!
//! On a new item of a Definition of done or a Verification section the whole item is offered, in the
//! form that the items beside it have, in a table the whole row; its expected outcome is a tab stop. After a
//! backtick it is only the command. Commands are read from manifests and never run.

use std::ops::Range;

use super::{
    Item, ItemKind, List, Request, Snippet,
    cursor::{Marker, TypedEntry},
    place::{self, Open},
};
use crate::{
    artifact::{
        entries::{self, Entry},
        sections::Section,
    },
    convention::{Kind, SectionName},
    text::words::closing_ticks,
};

mod folder;
mod manifests;
mod recipes;
mod scripts;

#[cfg(test)]
mod tests;

/// A command that shows whether something works.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Command {
    words: String,
    /// What it should do, as it stands behind the command.
    outcome: &'static str,
    source: Source,
    usefulness: Usefulness,
}

/// Where a command was found.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Source {
    /// A file, relative to the root.
    Manifest(Box<str>),
    /// A folder, relative to the root, that the document names and that is not made yet.
    Planned(Box<str>),
}

/// The most useful first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Usefulness {
    Test,
    Check,
    Build,
    Other,
}

impl Usefulness {
    /// What a script or target does, by its name. `None`: it runs on, or changes things.
    fn of_name(name: &str) -> Option<Self> {
        let lower = name.to_lowercase().replace("type-check", "typecheck").replace("pre-commit", "precommit");
        let words = || lower.split([':', '-', '_', '.', '/']);
        let is_endless = |word| {
            matches!(
                word,
                "dev"
                    | "start"
                    | "serve"
                    | "server"
                    | "watch"
                    | "preview"
                    | "run"
                    | "up"
                    | "down"
                    | "publish"
                    | "release"
                    | "deploy"
                    | "clean"
                    | "install"
                    | "uninstall"
                    | "push"
                    | "eject"
                    | "help"
                    | "default"
            )
        };
        let is_test = |word| matches!(word, "test" | "tests" | "e2e" | "spec" | "unit" | "integration" | "coverage");
        let of_word = |word| match word {
            "build" | "compile" => Some(Self::Build),
            "check" | "lint" | "typecheck" | "types" | "tsc" | "clippy" | "vet" | "fmt" | "format" | "verify"
            | "validate" | "ci" | "audit" | "eslint" | "prettier" | "mypy" | "ruff" | "precommit" => Some(Self::Check),
            _ => None,
        };
        match () {
            () if words().any(is_endless) => None,
            () if words().any(is_test) => Some(Self::Test),
            () => Some(words().find_map(of_word).unwrap_or(Self::Other)),
        }
    }

    fn outcome(self) -> &'static str {
        match self {
            Self::Test => "passes",
            Self::Check => "reports no problem",
            Self::Build | Self::Other => "exits 0",
        }
    }
}

impl Command {
    fn new(words: impl Into<String>, usefulness: Usefulness, manifest: &str) -> Self {
        let source = Source::Manifest(manifest.into());
        Self { words: words.into(), outcome: usefulness.outcome(), source, usefulness }
    }

    fn with_outcome(self, outcome: &'static str) -> Self {
        Self { outcome, ..self }
    }
}

/// Where a command may stand.
struct Location {
    /// Bytes that are replaced.
    range: Range<usize>,
    /// What stands before the cursor of them.
    typed: String,
    form: Form,
}

enum Form {
    /// A whole item beside `others`.
    Item { marker: Marker, task: &'static str, others: Vec<Entry> },
    /// A whole row, cell by cell.
    Row { cells: Vec<Cell> },
    /// The words alone, and what closes their code span.
    Words { closing: String },
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Cell {
    Command,
    Outcome,
    /// `[ ]`.
    Box,
    Empty,
}

pub(super) fn offer(request: &Request, list: &mut List) {
    let done = request.section_around(&[SectionName::DefinitionOfDone, SectionName::Verification]);
    let Some(section) = done.filter(|_| place::is_in_text(request)) else { return };
    let Some(location) = location(request, section) else { return };
    let start = section.heading.start;
    let end = section.range.end.max(start);
    let around = [
        &request.text()[start..location.range.start.clamp(start, end)],
        &request.text()[location.range.end.clamp(start, end)..end],
    ];
    let is_listed = |words: &str| {
        around.iter().any(|text| text.contains(&format!("`{words}`")) || text.lines().any(|line| line.trim() == words))
    };
    // What is not known yet is asked for with the next key.
    list.is_incomplete |= request.files.tree().is_none();
    let mut commands = manifests::commands(request.files, request.document.artifact.references());
    commands.retain(|command| !is_listed(&command.words));
    if !commands.iter().any(|command| has_letters(&command.words, &location.typed)) {
        return;
    }
    list.items.extend(commands.iter().map(|command| item(request, command, &location)));
}

/// Whether the letters of `typed` are in `words`, in this order.
fn has_letters(words: &str, typed: &str) -> bool {
    let mut letters = words.chars().flat_map(char::to_lowercase);
    typed.chars().flat_map(char::to_lowercase).all(|typed| letters.any(|letter| letter == typed))
}

fn location(request: &Request, section: &Section) -> Option<Location> {
    let line = request.line();
    let words = &request.text()[line.clone()];
    let cursor = request.offset - line.start;
    match place::open_markup(words, cursor) {
        Some(Open::Code { content, ticks })
            if place::marker(words).is_some() || words.trim_start().starts_with('|') =>
        {
            return Some(in_code(words, line.start, content, cursor, ticks));
        }
        Some(_) => return None,
        None => {}
    }
    let others = request.other_entries(section);
    let above = others.iter().rfind(|entry| entry.range.end < line.start);
    if let Some(last) = above.filter(|entry| entry.is_row) {
        return row(request, last);
    }
    let TypedEntry { range, marker } = request.entry_at_any_depth()?;
    let typed = request.text()[range.start..request.offset].to_owned();
    let is_fresh = marker == Marker::Missing;
    // Alone in a plan's Definition of done, it gets a box.
    let is_done = section.name == Some(SectionName::DefinitionOfDone) && request.document.kind == Kind::Plan;
    let beside = place::marker(words).and_then(|own| has_box_above(request, section, own.indent));
    let last = || others.iter().rfind(|entry| !entry.is_row).map(|entry| entry.task.is_some());
    let has_box = beside.or_else(last).unwrap_or(is_done || is_fresh);
    let form = Form::Item { marker, task: if has_box { "[ ] " } else { "" }, others };
    (!is_fresh || typed.is_empty()).then_some(Location { range, typed, form })
}

/// Whether the nearest item above the cursor's line that stands as deep has a box. `indent`: bytes before its marker.
fn has_box_above(request: &Request, section: &Section, indent: usize) -> Option<bool> {
    let (text, lines) = (request.text(), request.document.lines());
    let above = lines.line(section.heading.end) + 1..lines.line(request.offset);
    let mut markers = above.rev().filter_map(|line| place::marker(&text[lines.range(text, line)]));
    markers.find(|marker| marker.indent == indent).map(|marker| marker.task.is_some())
}

/// Another row of the table whose last row is `last`.
fn row(request: &Request, last: &Entry) -> Option<Location> {
    let (text, markdown) = (request.text(), &request.document.markdown);
    let header = entries::header(text, markdown, last.block);
    let values = last.cells(text, markdown);
    let is_called = |name: &String, words: &[&str]| words.iter().any(|word| name.contains(word));
    let command = values.iter().position(|value| value.contains('`'));
    let command = command.or_else(|| header.iter().position(|name| is_called(name, &["command", "check", "test"])))?;
    let cell = |(n, name): (usize, &String)| match values.get(n) {
        _ if n == command => Cell::Command,
        _ if is_called(name, &["expect", "outcome", "result", "pass"]) => Cell::Outcome,
        Some(value) if ["[ ]", "[x]", "[X]"].contains(&value.trim()) => Cell::Box,
        _ => Cell::Empty,
    };
    let form = Form::Row { cells: header.iter().enumerate().map(cell).collect() };
    Some(Location { range: request.row()?.range, typed: String::new(), form })
}

fn in_code(words: &str, line_start: usize, content: usize, cursor: usize, ticks: usize) -> Location {
    let close = closing_ticks(words, cursor, ticks);
    let closing = if close.is_none() { "`".repeat(ticks) } else { String::new() };
    let range = line_start + content..line_start + close.unwrap_or(cursor);
    Location { range, typed: words[content..cursor].to_owned(), form: Form::Words { closing } }
}

fn item(request: &Request, command: &Command, location: &Location) -> Item {
    let words = &command.words;
    let insert = match &location.form {
        Form::Item { marker, task, others } => {
            let text = request.as_item(&format!("`{words}` {}", command.outcome), *marker, task, others);
            let end = text.trim_end().len();
            Snippet::with_stop(text, end - command.outcome.len()..end)
        }
        Form::Row { cells } => {
            let (mut text, mut stops) = ("|".to_owned(), Vec::new());
            let has_outcome = cells.contains(&Cell::Outcome);
            for cell in cells {
                text.push(' ');
                let start = text.len();
                match cell {
                    Cell::Command if has_outcome => text.push_str(&format!("`{}`", words.replace('|', "\\|"))),
                    Cell::Command => text.push_str(&format!("`{}` {}", words.replace('|', "\\|"), command.outcome)),
                    Cell::Outcome => text.push_str(command.outcome),
                    Cell::Box => text.push_str("[ ]"),
                    Cell::Empty => {}
                }
                let is_stop = *cell == Cell::Outcome || *cell == Cell::Command && !has_outcome;
                stops.extend(is_stop.then(|| text.len() - command.outcome.len()..text.len()));
                text.push_str(if text.len() == start { "|" } else { " |" });
            }
            Snippet::new(text, stops)
        }
        Form::Words { closing } => Snippet::plain(format!("{words}{closing}")),
    };
    let (detail, found) = match &command.source {
        Source::Manifest(path) => (path.to_string(), format!("Found in `{path}`.")),
        Source::Planned(path) => (format!("{path} (not there yet)"), format!("`{path}` is not there yet.")),
    };
    // An editor compares with all that is replaced, a pipe included.
    let filter = if matches!(location.form, Form::Row { .. }) { format!("| {words}") } else { words.clone() };
    Item::new(ItemKind::Command, words, location.range.clone(), insert)
        .with_detail(detail)
        .with_documentation(format!("`{words}` {}\n\n{found}", command.outcome))
        .with_filter(filter)
}
