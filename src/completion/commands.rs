//! Verification commands of the workspace: as done items, and after a backtick of one.
//!
//! On a new item of a Definition of done or a Verification section the whole item is offered, in the
//! form that the items beside it have, in a table the whole row; its expected outcome is a tab stop. After a
//! backtick it is only the command. Commands are read from manifests and never run.

use std::ops::Range;

use super::{
    Item, ItemKind, List, Request, Snippet,
    place::{self, Marker, Open},
};
use crate::{
    artifact::{
        entries::{self, next_marker},
        sections::Section,
    },
    template::{Kind, SectionName},
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
    /// A whole item: what goes before the command.
    Item { before: String },
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
    list.items.extend(commands.iter().map(|command| item(command, &location)));
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
    let marker = place::marker(words);
    match place::open_markup(words, cursor) {
        Some(Open::Code { content, ticks }) if marker.is_some() || words.trim_start().starts_with('|') => {
            return Some(in_code(words, line.start, content, cursor, ticks));
        }
        Some(_) => return None,
        None => {}
    }
    if let Some(location) = row(request, section) {
        return location;
    }
    let Some(marker) = marker else {
        let is_empty = words.trim_matches([' ', '\t']).is_empty();
        return is_empty.then(|| {
            let before = bullet_beside(request, section).unwrap_or_else(|| "- [ ] ".to_owned());
            Location { range: request.offset..request.offset, typed: String::new(), form: Form::Item { before } }
        });
    };
    // A new item holds nothing but what is typed now.
    let has_more = cursor < marker.words && cursor != words.len() || !words[cursor..].trim().is_empty();
    if has_more {
        return None;
    }
    let start = marker.words.min(cursor);
    let is_spaced = words[..start].ends_with([' ', '\t']);
    let task = if marker.task.is_none() && has_boxes(request, section, &marker) { "[ ] " } else { "" };
    let before = format!("{}{task}", if is_spaced { "" } else { " " });
    let typed = words[start..cursor].to_owned();
    Some(Location { range: line.start + start..request.offset, typed, form: Form::Item { before } })
}

/// Another row of the table that the section ends with; `Some(None)` where that takes none.
fn row(request: &Request, section: &Section) -> Option<Option<Location>> {
    let (text, markdown, line) = (request.text(), &request.document.markdown, request.line());
    let mut others = entries::of(text, markdown, section.body.clone());
    others.retain(|entry| entry.range.end < line.start);
    let last = others.last().filter(|entry| entry.is_row)?;
    let Some(typed) = request.row() else { return Some(None) };
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
    let cells = header.iter().enumerate().map(cell).collect();
    Some(Some(Location { range: typed.range, typed: String::new(), form: Form::Row { cells } }))
}

fn in_code(words: &str, line_start: usize, content: usize, cursor: usize, ticks: usize) -> Location {
    let close = closing_ticks(words, cursor, ticks);
    let closing = if close.is_none() { "`".repeat(ticks) } else { String::new() };
    let range = line_start + content..line_start + close.unwrap_or(cursor);
    Location { range, typed: words[content..cursor].to_owned(), form: Form::Words { closing } }
}

/// The markers of the section's items, in its order; without that of the cursor's line.
fn markers<'a>(request: &'a Request, section: &Section) -> impl Iterator<Item = (&'a str, Marker)> {
    let (lines, text) = (&request.document.lines, request.text());
    let own = lines.line(request.offset);
    let all = lines.line(section.heading.end)..=lines.line(section.range.end.max(section.heading.end));
    let others = all.filter(move |line| *line != own).map(|line| &text[lines.range(text, line)]);
    others.filter_map(|line| Some((line, place::marker(line)?)))
}

/// Whether the items beside a new one have boxes; alone in a plan's Definition of done, it gets one.
fn has_boxes(request: &Request, section: &Section, own: &Marker) -> bool {
    let beside = markers(request, section).filter(|(_, marker)| marker.indent == own.indent);
    let last = beside.map(|(_, marker)| marker.task.is_some()).last();
    let is_done = section.name == Some(SectionName::DefinitionOfDone) && request.document.kind == Kind::Plan;
    last.unwrap_or(is_done && own.bullet.len() == 2)
}

/// The marker of another item like those beside it.
fn bullet_beside(request: &Request, section: &Section) -> Option<String> {
    let (line, marker) = markers(request, section).filter(|(_, marker)| marker.indent == 0).last()?;
    let bullet = next_marker(line[marker.bullet.clone()].trim_end());
    let task = if marker.task.is_some() { "[ ] " } else { "" };
    Some(format!("{bullet} {task}"))
}

fn item(command: &Command, location: &Location) -> Item {
    let words = &command.words;
    let insert = match &location.form {
        Form::Item { before } => {
            let text = format!("{before}`{words}` ");
            let stop = text.len()..text.len() + command.outcome.len();
            Snippet::new(text + command.outcome, vec![stop])
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
