//! The words by which a text says that a question is resolved.

use super::TICKS;
use crate::{artifact::dates, convention::Words};

/// What the markers in a text say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    Open,
    Resolved,
    /// The text ends in a label such as `Answer:`: what stands below it decides.
    Below,
}

/// Reads the markers of `text` that count: at the start of a line or sentence, in brackets, after a
/// dash or after a question mark. `at_start`: whether the text begins a line.
pub fn resolution(text: &str, at_start: bool) -> Resolution {
    if is_settled_elsewhere(text) {
        return Resolution::Resolved;
    }
    let mut may_start = at_start;
    let (mut is_bracketed, mut is_asked) = (false, false);
    let mut in_code = false;
    let last_tick = text.rfind('`');
    let mut found = Resolution::Open;
    for (at, c) in text.char_indices() {
        if c == '`' {
            // One that nothing closes opens none.
            in_code = !in_code && Some(at) < last_tick;
        }
        if is_asked && TICKS.contains(&c) {
            return Resolution::Resolved;
        }
        if may_start && !in_code {
            match marker(&text[at..], is_bracketed, at > 0) {
                Resolution::Open => {}
                Resolution::Resolved => return Resolution::Resolved,
                Resolution::Below => found = Resolution::Below,
            }
        }
        let is_markup = matches!(c, ' ' | '*' | '_' | '`');
        is_bracketed = matches!(c, '(' | '[' | '（') || is_bracketed && is_markup;
        is_asked = matches!(c, '?' | '？' | '\n') || is_asked && is_markup;
        may_start = match c {
            '\n' | '\r' | '?' | '？' | '(' | '[' | '（' | '—' | '–' | '。' | '|' => true,
            '.' | '!' | ';' => text[at + 1..].starts_with([' ', '\n', '\r']),
            '-' => text[at + 1..].starts_with(' ') && (at == 0 || text[..at].ends_with([' ', '\n'])),
            // The marks of a heading are part of its line.
            ' ' | '\t' | '#' | '*' | '_' | '~' | '✅' | '☑' | '✔' | '✓' | '\u{fe0f}' | '"' => may_start,
            '>' => may_start,
            _ => false,
        };
    }
    found
}

/// `It does not block this phase; it is settled in [Phase 3](phase-3.md)`: where it is answered is a link.
fn is_settled_elsewhere(text: &str) -> bool {
    const VERBS: [&str; 5] = ["settled in", "decided in", "answered in", "resolved in", "tracked in"];
    let leads_there = |verb: &str| {
        let mut found = text.match_indices(verb);
        found.any(|(at, _)| text[at + verb.len()..].trim_start().starts_with('['))
    };
    text.contains('[') && VERBS.into_iter().any(leads_there)
}

/// Whether a text begins with `A:` or `Answer:`.
pub fn begins_with_a(text: &str) -> bool {
    let text = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    let length = text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len());
    let is_answer = ["a", "answer"].iter().any(|word| text[..length].eq_ignore_ascii_case(word));
    is_answer && text[length..].trim_start_matches(['*', '_']).starts_with([':', '：'])
}

/// The marker that `text` begins with. `is_bracketed`: whether a bracket stands before it; `is_behind`: whether
/// anything does.
fn marker(text: &str, is_bracketed: bool, is_behind: bool) -> Resolution {
    if let Some(answer) = ["->", "→", "=>", "⇒"].iter().find_map(|arrow| text.strip_prefix(arrow)) {
        return value(answer);
    }
    if !text.starts_with(char::is_alphabetic) {
        return Resolution::Open;
    }
    let lower = lower_start(text);
    let word = |words: &[&str]| after_word(text, &lower, words.iter().copied());
    let listed = |words: &Words| after_word(text, &lower, words.likely(&lower));
    if let Some(behind) = word(STATES) {
        let after = behind.trim_start_matches(['*', '_']);
        return match labelled(after) {
            Some(rest) if rest.trim().is_empty() => Resolution::Below,
            Some(_) => Resolution::Resolved,
            None if stands_apart(behind) => Resolution::Resolved,
            None if is_question(after) => Resolution::Open,
            None => Resolution::Resolved,
        };
    }
    let put_off = || listed(&PUT_OFF).or_else(|| in_turn(text, &lower, DECIDING, AT_ANOTHER_TIME));
    if is_behind && put_off().is_some_and(|behind| !is_question(behind)) {
        return Resolution::Resolved;
    }
    let proposal = || listed(&PROPOSES).or_else(|| in_turn(text, &lower, PROPOSERS, &PROPOSES));
    if is_behind && proposal().is_some_and(proposes_something) {
        return Resolution::Resolved;
    }
    if let Some(behind) = listed(&MARKS).filter(|_| is_bracketed) {
        let after = behind.trim_start_matches(['*', '_', ' ']);
        if after.starts_with([')', ']', '）', ':', '—', '–', ',', '-'])
            || after.starts_with(|c: char| c.is_ascii_digit())
        {
            return Resolution::Resolved;
        }
    }
    let qualified = || in_turn(text, &lower, QUALIFIERS, &LABELS).and_then(labelled);
    listed(&LABELS).and_then(labelled).or_else(qualified).map_or(Resolution::Open, value)
}

/// What follows a word of `first` and then one of `second`: see [`after_word`].
fn in_turn<'t>(text: &'t str, lower: &str, first: &[&str], second: &[&str]) -> Option<&'t str> {
    let rest = after_word(text, lower, first.iter().copied())?.trim_start_matches(' ');
    after_word(rest, &lower_start(rest), second.iter().copied())
}

/// What follows one of `words` at the start of `text`, apart from it; `lower`: the start of `text` in lower case.
fn after_word<'t, 'w>(text: &'t str, lower: &str, mut words: impl Iterator<Item = &'w str>) -> Option<&'t str> {
    let is_apart = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '-');
    let word = words.find(|word| lower.strip_prefix(*word).is_some_and(is_apart))?;
    // Lower case may be longer than what was written.
    let length: usize = text.chars().take(word.chars().count()).map(char::len_utf8).sum();
    text.get(length..)
}

/// No marker is longer than this.
const LONGEST_MARKER: usize = 24;

/// As much of `text` as a marker may be, in lower case.
fn lower_start(text: &str) -> String {
    let end = text.char_indices().nth(LONGEST_MARKER).map_or(text.len(), |(at, _)| at);
    text[..end].to_lowercase()
}

/// Words that say by themselves that a question is resolved.
const STATES: &[&str] =
    &["resolved", "decided", "deferred", "answered", "geklärt", "entschieden", "已解决", "解決済み"];

/// `Which store? Decide once the load is known.`: what is decided at another time.
const DECIDING: &[&str] = &["decide", "to be decided", "tbd"];
const AT_ANOTHER_TIME: &[&str] =
    &["when", "once", "after", "before", "during", "at", "in", "if", "later", "as", "with"];

/// What else a sentence behind a question begins with that puts it off.
static PUT_OFF: Words = Words::new("put-off");

/// Who proposes an answer.
const PROPOSERS: &[&str] = &["i'd", "i'm", "i", "we"];
/// What proposes an answer behind a question, which work goes on with as with a chosen default: `Embedded or
/// separate? I recommend embedded`.
static PROPOSES: Words = Words::new("proposes");

/// Words that do so in brackets only: `[LOCKED]`, `(closed, 2 March)`.
static MARKS: Words = Words::new("settling-marks");

/// Words in front of such labels: `our answer`, `recommended default`.
const QUALIFIERS: &[&str] =
    &["our", "my", "final", "current", "initial", "working", "default", "proposed", "suggested", "recommended"];

/// Labels that an answer stands behind.
static LABELS: Words = Words::new("answers");

/// Whether what follows `recommend` is an answer, and does not leave it to others: `recommend asking the owner`.
fn proposes_something(behind: &str) -> bool {
    const LEAVES_OPEN: [&str; 9] =
        ["ask", "discuss", "decid", "clarif", "confirm", "check", "investigat", "revisit", "review"];
    let words = behind.trim_start_matches(|c: char| is_markup(c) || c == '`');
    let lower = lower_start(words);
    lower.starts_with(char::is_alphanumeric)
        && !is_question(words)
        && !LEAVES_OPEN.iter().any(|word| lower.starts_with(word))
}

/// Whether a word is set off from the question behind it: `**Resolved** Which port?`, `Resolved —
/// which port?`. A small letter after emphasis goes on with the sentence.
fn stands_apart(behind: &str) -> bool {
    let rest = behind.trim_start_matches(['*', '_']);
    let is_emphasis = rest.len() < behind.len();
    let words = rest.trim_start_matches([' ', '\t']);
    words.starts_with(['—', '–'])
        || rest.len() > words.len() && words.starts_with("- ")
        || is_emphasis && !words.starts_with(char::is_lowercase)
}

/// What follows the colon of a label, which may have a note or a date in front of it: `Resolution
/// (2026-04-25):`, `Resolved 2026-04-25:`.
fn labelled(after: &str) -> Option<&str> {
    let after = after.trim_start_matches(['*', '_']).trim_start_matches([' ', '\t']);
    if after.starts_with(|c: char| c.is_ascii_digit())
        && let Some(date) = dates::at_start(after)
    {
        return after[date.range.end..].trim_start_matches(['*', '_', ' ']).strip_prefix([':', '：']);
    }
    let note = after.strip_prefix('(').and_then(|note| {
        let end = note.find([')', '\n', '\r'])?;
        note[end..].strip_prefix(')')
    });
    note.unwrap_or(after).trim_start_matches(['*', '_', ' ']).strip_prefix([':', '：'])
}

/// What an answer's words say: nothing yet, that it is pending, or the answer.
fn value(words: &str) -> Resolution {
    // More need not be read to know.
    let words = words.char_indices().nth(200).map_or(words, |(at, _)| &words[..at]);
    let line = words.split(['\n', '\r']).next().unwrap_or_default();
    if !line.contains(char::is_alphanumeric) && line.trim_matches(is_markup).is_empty() {
        let rest = &words[line.len()..];
        return if rest.contains(char::is_alphanumeric) && !is_pending(rest) {
            Resolution::Resolved
        } else {
            Resolution::Below
        };
    }
    if is_pending(line) { Resolution::Open } else { Resolution::Resolved }
}

fn is_markup(c: char) -> bool {
    c.is_whitespace() || matches!(c, '*' | '_' | '~')
}

/// Whether a sentence asks: "Resolved names are cached where?"
fn is_question(sentence: &str) -> bool {
    // A sentence is no longer than this.
    let mut chars = sentence.chars().take(500);
    chars
        .find(|c| matches!(c, '.' | '?' | '？' | '!' | '\n' | '\r' | ')' | ']' | '。'))
        .is_some_and(|c| matches!(c, '?' | '？'))
}

/// Whether words say that the answer is not there yet.
pub fn is_pending(words: &str) -> bool {
    let lower: String =
        words.trim_start_matches(|c: char| !c.is_alphanumeric()).chars().take(40).collect::<String>().to_lowercase();
    let says = |word: &&str, alone: bool| {
        lower.strip_prefix(*word).is_some_and(|rest| {
            let rest = rest.trim_start_matches(['*', '_']);
            let goes_on = if alone { rest.trim_start() } else { rest };
            !goes_on.starts_with(char::is_alphanumeric)
        })
    };
    // "Open" may also begin an answer: "open a second port".
    const ALONE: [&str; 6] = ["open", "unknown", "undecided", "unresolved", "todo", "later"];
    const ANYWHERE: [&str; 8] =
        ["tbd", "tba", "pending", "none yet", "not yet", "to be decided", "to be determined", "waiting"];
    lower.is_empty() || ALONE.iter().any(|word| says(word, true)) || ANYWHERE.iter().any(|word| says(word, false))
}

#[cfg(test)]
mod tests;
