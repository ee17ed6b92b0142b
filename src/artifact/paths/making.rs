//! Which paths the work is to make, by the words beside them.

use std::ops::Range;

use super::hints::{CREATING, TO_BE_MADE, after_on_line, is_form, only_separates, without_opening_markup};
use crate::{
    convention::{Words, normalize_heading},
    text::{is_among, split_lines, start_of_line},
};

/// Labels, headings, columns and cells of files that are to be made, as headings are compared.
static LABELS: Words = Words::new("makes-files");
/// The same, in the singular or plural.
static THINGS: Words = Words::new("things-made");
/// Of these, words that say it only of a file or of a list: as headings they are about anything.
const ONLY_BESIDE_PATHS: &[&str] = &["new", "add", "added", "test", "tests", "output", "outputs", "generated"];
/// Of these, words that a table's cell may hold for other reasons.
const NOT_IN_CELLS: &[&str] = &["test", "output", "deliverable"];
/// Words between such a verb and its object.
static FILLERS: Words = Words::new("between-making-and-path");
/// First words of a note behind a path.
const NOTES: &[&str] = &["new", "create", "created", "creates", "added", "generated", "neu"];
const WILL_BE: [&str; 4] = ["will be created", "will be added", "will be written", "will be generated"];
/// No label is longer (bytes).
const LONGEST_LABEL: usize = 80;
/// As far as a note behind a path reaches (bytes).
const NOTE: usize = 40;

fn names_new(label: &str) -> bool {
    LABELS.contains(label) || THINGS.contains_singular(label)
}

/// Whether the words are the head of a list of files that are to be made: `Create`, `Files (new)`.
pub fn is_label(written: &str) -> bool {
    written.len() <= LONGEST_LABEL && (names_new(&normalize_heading(written)) || super::is_called_new(written))
}

/// Whether a heading, as headings are compared, says it where no `Files` stands above it.
pub fn is_heading(normalized: &str) -> bool {
    names_new(normalized) && !ONLY_BESIDE_PATHS.contains(&normalized)
}

/// Whether a cell says it of the path beside it: `create`, `new (exports)`.
pub fn is_cell(written: &str) -> bool {
    let says = |cell: &str| names_new(cell) && !is_among(NOT_IN_CELLS, cell);
    written.len() <= LONGEST_LABEL && says(&normalize_heading(written))
}

/// What is known of the block that is being read; paths come in the order of the document, so that each word is
/// looked at once.
pub struct Making {
    /// Where the block begins (byte).
    start: usize,
    /// Up to where the words are known (byte).
    at: usize,
    /// Whether the label in force is one of files that are to be made.
    label: bool,
    /// Whether the last path is to be made.
    last: bool,
}

impl Making {
    /// `start`: where the block begins (byte).
    pub fn in_block(start: usize) -> Self {
        Self { start, at: start, label: false, last: false }
    }

    /// Whether the path at `place` is to be made.
    pub fn makes(&mut self, text: &str, place: &Range<usize>) -> bool {
        let between = &text[self.at.min(place.start)..place.start];
        let is_first = self.at == self.start;
        // Few words between two paths have a label.
        if between.contains(':') || between.contains('：') {
            for (n, line) in split_lines(between).enumerate() {
                if let Some(label) = label_of(line, n > 0 || is_first) {
                    self.label = is_label(label);
                }
            }
        }
        let is_next = !is_first && self.last && only_separates(between);
        self.last = self.label || is_next || ends_in_verb(between) || is_noted(text, place);
        self.at = place.end;
        self.last
    }
}

/// The label that a line begins with, or that begins another part of it: `Create: a; Modify: b`.
fn label_of(words: &str, begins_line: bool) -> Option<&str> {
    let bytes = words.as_bytes();
    let before_blank = memchr::memrchr_iter(b':', bytes).find(|at| bytes.get(at + 1) == Some(&b' '));
    let colon = before_blank.or_else(|| words.rfind('：')).or_else(|| words.trim_end().strip_suffix(':').map(str::len));
    let colon = colon.or_else(|| words.find(":**"))?;
    let before = &words[..colon];
    let part = before.rfind([';', '.', ',', '`', ')']).map_or(before, |at| &before[at + 1..]);
    let label = part.trim_start_matches(|c: char| c.is_whitespace() || "-*_>+0123456789.)[]xX".contains(c));
    let is_label = (begins_line || part.len() < before.len()) && label.len() <= LONGEST_LABEL && !label.contains('/');
    is_label.then(|| label.trim_end_matches(['*', '_', ' ']))
}

/// Whether the words end in `create the new file `, but for the markup of the path.
fn ends_in_verb(before: &str) -> bool {
    let line = &before[start_of_line(before, before.len())..];
    let words = without_opening_markup(line).split_whitespace().rev().take(6);
    let is_end = |word: &&str| word.ends_with(['.', ',', ';', '`', ')']);
    for word in words.take_while(|word| !is_end(word)) {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        if word == "new" || CREATING.iter().any(|verb| is_form(&word, verb)) {
            return true;
        }
        if !FILLERS.contains(&word) {
            return false;
        }
    }
    false
}

/// Whether a note behind the path says it: `(new)`, `— new module`, `(will be created)`.
fn is_noted(text: &str, place: &Range<usize>) -> bool {
    let after = after_on_line(text, place, NOTE);
    let after = after.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '`' | '*' | '_' | ')'));
    let note = after.trim_start_matches(|c: char| !c.is_alphanumeric());
    let marks = &after[..after.len() - note.len()];
    let first = note.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    // What follows a comma or a full stop is about something else.
    let is_note = !marks.is_empty() && !marks.contains(['`', ',', '.', ';', '|']);
    let is_first = |known: &&str| first.eq_ignore_ascii_case(known);
    let begins = |later: &&str| note.get(..later.len()).is_some_and(|start| start.eq_ignore_ascii_case(later));
    is_note && NOTES.iter().any(is_first) || TO_BE_MADE.iter().chain(&WILL_BE).any(begins)
}
