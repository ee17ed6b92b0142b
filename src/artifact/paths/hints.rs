//! What the words around a path say about it.

use std::ops::Range;

use crate::{
    convention::{Words, normalize_heading},
    text::{end_of_line, holds, start_of_line},
};

/// What is known about the line that was looked at last; paths come in document order.
#[derive(Default)]
pub struct Lines {
    line: Range<usize>,
    /// Where the last path on the line ended, and whether it was an entry.
    previous: Option<(usize, bool)>,
}

/// As far as a word still speaks about a path (bytes).
const NEAR: usize = 80;
/// As much of a line as says what is not to be touched (bytes, before and after the path).
const LINE: usize = 400;

impl Lines {
    /// `path`: bytes of the path; `block`: bytes of the paragraph, heading or cell around it.
    pub fn is_entry(&mut self, text: &str, path: &Range<usize>, block: &Range<usize>) -> bool {
        if !self.line.contains(&path.start) {
            self.line = start_of_line(text, path.start)..end_of_line(text, path.start);
            self.previous = None;
        }
        let start = self.line.start.max(block.start);
        let previous = self.previous.filter(|(end, _)| (start..=path.start).contains(end));
        let is_entry = match previous {
            Some((end, was_entry)) => was_entry && only_separates(&text[end..path.start]),
            None => begins_entry(before(text, start, path, NEAR)) && !wraps(&text[block.start..start]),
        };
        self.previous = Some((path.end, is_entry));
        is_entry
    }
}

/// Whether the sentence before a line goes on with it: `updated to include\n`a.md``.
fn wraps(before: &str) -> bool {
    const OPEN: &[&str] = &[
        "include",
        "includes",
        "including",
        "mention",
        "mentions",
        "mentioning",
        "name",
        "names",
        "to",
        "of",
        "in",
        "from",
        "and",
        "or",
        "with",
        "by",
        "for",
        "the",
        "a",
        "as",
        "like",
        "into",
        "see",
        "at",
        "than",
        "via",
    ];
    let words = before.trim_end();
    let last = words.rsplit(|c: char| c.is_whitespace()).next().unwrap_or_default();
    OPEN.contains(&last)
}

/// Whether the line, or the sentence that ends on it, says that the path is not to be touched.
/// `block_start`: where the paragraph, heading or cell around the path begins.
pub fn is_forbidden(text: &str, block_start: usize, path: &Range<usize>) -> bool {
    let line = path.start - before_on_line(text, path, LINE).len();
    let start = line.min(sentence_start(text, block_start, path));
    let end = path.end + after_on_line(text, path, LINE).len();
    forbids(&text[start..end])
}

/// Whether the paragraph's last sentence forbids what the list after it names: `You MUST NOT change:`.
pub fn introduces_forbidden(text: &str, paragraph: &Range<usize>) -> bool {
    let end = paragraph.start
        + text[paragraph.clone()].trim_end_matches(|c: char| c.is_whitespace() || "*_".contains(c)).len();
    let colon = &text[paragraph.start..end];
    colon.ends_with([':', '：']) && {
        let start = before(text, paragraph.start, &(end..end), LINE).len();
        let near = end - start..end;
        forbids(&text[near.start + last_sentence(&text[near])..end])
    }
}

/// Where the sentence begins that the path's line goes on with, in its paragraph (byte).
fn sentence_start(text: &str, block_start: usize, path: &Range<usize>) -> usize {
    let near = before(text, block_start, path, LINE);
    path.start - near.len() + last_sentence(near)
}

/// Where the last sentence of the text begins. A hard break and a label at the start of a line end
/// one, too: such lines stand for themselves.
pub fn last_sentence(text: &str) -> usize {
    let mut start = 0;
    let mut before = None;
    for (at, c) in text.char_indices() {
        let rest = &text[at + c.len_utf8()..];
        let ends_sentence = c == '。' || c.is_whitespace() && matches!(before, Some('.' | '!' | '?'));
        let ends_line = matches!(c, '\n' | '\r');
        let is_hard = || text[..at].ends_with(['\\']) || text[..at].ends_with("  ");
        if ends_sentence || ends_line && (is_hard() || begins_label(rest)) {
            start = at + c.len_utf8();
        }
        before = Some(c);
    }
    start
}

/// Whether a line begins as `**Label` or `Label:`.
fn begins_label(rest: &str) -> bool {
    let line = rest.trim_start();
    let line = line.find(['\n', '\r']).map_or(line, |at| &line[..at]);
    line.starts_with("**") || line.starts_with(char::is_uppercase) && line.contains([':', '：'])
}

/// Labels that paths stand behind, as headings are compared; longer ones may begin or end so.
static LABELS_OF_PATHS: Words = Words::new("names-paths");

/// Whether a label says that what follows is a path of the project.
pub fn is_label_of_paths(label: &str) -> bool {
    let label = normalize_heading(label);
    let mut words = label.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let (first, last) = (words.next(), words.next_back());
    label.is_empty() || [first, last].into_iter().flatten().any(|word| LABELS_OF_PATHS.contains_singular(word))
}

/// The label that the path's line, or one above it in its block, begins with.
pub fn label_in_force<'a>(text: &'a str, block_start: usize, path: &Range<usize>) -> Option<&'a str> {
    const LONGEST: usize = 40;
    let near = before(text, block_start, path, LINE);
    near.rsplit(['\n', '\r']).find_map(|line| {
        let words = line.trim_start_matches(|c: char| c.is_whitespace() || "-*_>+[]xX0123456789.)".contains(c));
        let label = &words[..words.find([':', '：'])?];
        let is_label = label.len() <= LONGEST && !label.contains(['/', '`', '.', ',']);
        is_label.then(|| label.trim_end_matches(['*', '_', ' ']))
    })
}

/// Whether the words around the path say that it is made or removed by the work, or only an example.
pub fn is_fleeting(text: &str, path: &Range<usize>) -> bool {
    comes_or_goes(before_on_line(text, path, NEAR), after_on_line(text, path, NEAR))
}

/// At most `most` bytes between `start` and the path.
pub fn before<'a>(text: &'a str, start: usize, path: &Range<usize>, most: usize) -> &'a str {
    &text[text.ceil_char_boundary(start.max(path.start.saturating_sub(most)))..path.start]
}

fn before_on_line<'a>(text: &'a str, path: &Range<usize>, most: usize) -> &'a str {
    let near = before(text, 0, path, most);
    memchr::memrchr2(b'\n', b'\r', near.as_bytes()).map_or(near, |at| &near[at + 1..])
}

pub fn after_on_line<'a>(text: &'a str, path: &Range<usize>, most: usize) -> &'a str {
    let near = &text[path.end..text.floor_char_boundary(path.end + most)];
    memchr::memchr2(b'\n', b'\r', near.as_bytes()).map_or(near, |at| &near[..at])
}

/// Whether a line or a heading says that what it names is not to be touched.
pub fn forbids(line: &str) -> bool {
    // A part of each phrase below, in any case; most lines have none.
    let may_forbid = |part: &[u8]| {
        let lower = [part[0] | 0x20, part[1] | 0x20, part[2] | 0x20];
        matches!(&lower, b"not" | b"nev" | b"stn" | b"don" | b"alo" | b"off" | b"wit" | b"unt")
    };
    if !line.as_bytes().windows(3).any(may_forbid) {
        return false;
    }
    let line = line.to_lowercase().replace('’', "'").replace('*', "");
    // A phrase may be wrapped.
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    const PHRASES: &[&str] = &[
        "must not",
        "must never",
        "mustn't",
        "leave alone",
        "off limits",
        "off-limits",
        "without touching",
        "without changing",
        "untouched",
    ];
    const NEGATIONS: &[&str] = &["not ", "don't ", "never "];
    const VERBS: &[&str] = &["touch", "modify", "change", "edit", "rewrite", "alter"];
    PHRASES.iter().any(|phrase| line.contains(phrase))
        || NEGATIONS.iter().any(|negation| {
            line.match_indices(negation)
                .any(|(at, _)| VERBS.iter().any(|verb| line[at + negation.len()..].starts_with(verb)))
        })
}

/// Verbs, in their first form, whose object is a file that is not there yet.
pub const CREATING: [&str; 6] = ["create", "add", "generate", "write", "scaffold", "produce"];
/// Verbs of what comes or goes besides.
const MOVING: [&str; 6] = ["delete", "remove", "rename", "move", "output", "introduce"];
/// Words that say the same right after a path, in brackets or in the next cell.
static MADE: Words = Words::new("made");
/// The same, whatever else stands behind the path.
pub const TO_BE_MADE: [&str; 6] =
    ["to be created", "to be added", "to be written", "to be generated", "gets created", "is created"];
static MADE_LATER: Words = Words::new("made-later");
const EXAMPLE_BEFORE: &[&str] = &["e.g.", "for example", "for instance", "such as", "i.e."];

/// Whether the words say that the path is made or removed by the work, or only an example.
fn comes_or_goes(before: &str, after: &str) -> bool {
    let (before, after) = (before.to_lowercase(), after.to_lowercase());
    let made = after.split(['|', '(', ')', ',', ';', '–', '—', '[', ']', ':']).any(|part| {
        let first = part.split(|c: char| !c.is_alphanumeric()).find(|word| !word.is_empty());
        first.is_some_and(|word| MADE.contains(word))
    });
    let has = |text: &str, phrases: &[&str]| phrases.iter().any(|phrase| holds(text, phrase));
    made || says_making(&before) || has(&before, EXAMPLE_BEFORE) || has(&after, &MADE_LATER) || has(&after, &TO_BE_MADE)
}

/// Whether one of the words is a making one; the parts of other paths are not words.
fn says_making(text: &str) -> bool {
    text.split_whitespace()
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .any(|word| MADE.contains(word) || CREATING.iter().chain(&MOVING).any(|verb| is_form(word, verb)))
}

/// Whether a word is a form of a verb: `copy`, `copies`, `moved`, `splitting`.
pub fn is_form(word: &str, verb: &str) -> bool {
    if word.as_bytes().first() != verb.as_bytes().first() {
        return false;
    }
    let stem = verb.trim_end_matches(['e', 'y']);
    let Some(ending) = word.strip_prefix(stem) else { return false };
    word == verb
        || matches!(ending, "s" | "es" | "ed" | "ing" | "ies" | "ied" | "ying" | "ting" | "ping" | "ning")
        || word.strip_prefix(verb) == Some("s")
}

/// Whether a heading says that what stands below comes or goes: `To create`, `Deleted files`.
pub fn heading_makes(normalized: &str) -> bool {
    normalized.len() < 100 && says_making(normalized)
}

/// Whether nothing but markup or a label stands between the start of a line and its first path.
fn begins_entry(before: &str) -> bool {
    let before = without_opening_markup(before);
    let before = ["[ ]", "[x]", "[X]"].iter().find_map(|task| before.trim().strip_prefix(task)).unwrap_or(before);
    before.ends_with([':', '：']) || !before.contains(char::is_alphabetic)
}

/// Whether two paths stand next to each other in an enumeration.
pub fn only_separates(between: &str) -> bool {
    let note = match (between.find(['(', '[']), between.rfind([')', ']'])) {
        (Some(open), Some(close)) if open < close => open..close + 1,
        _ => 0..0,
    };
    let (before, after) = (&between[..note.start], &between[note.end..]);
    before
        .split(|c: char| !c.is_alphabetic())
        .chain(after.split(|c: char| !c.is_alphabetic()))
        .all(|word| matches!(word, "" | "and" | "or" | "und" | "y" | "et"))
}

pub fn without_opening_markup(before: &str) -> &str {
    before.trim_end_matches(|c: char| c.is_whitespace() || "`*_[(\"'“<".contains(c))
}
