//! What a sentence wants with a path that it names.

use crate::convention::Words;
use std::ops::Range;

use super::hints::{after_on_line, before, is_form, last_sentence};

/// What is to be done with a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usage {
    /// To be followed, copied, mirrored or read.
    Followed,
    /// To be changed, moved or removed: it is no model.
    Changed,
    /// To be run.
    Run,
    /// It is a model: `the way …`, `as in …`.
    Compared,
    /// Something else, or nothing.
    Named,
}

/// Verbs in their first form, and words that compare with a path: it is a model, but not one that has to be read.
static FOLLOWING: Words = Words::new("following");
static COMPARING: Words = Words::new("comparing");
static CHANGING: Words = Words::new("changing");
static RUNNING: Words = Words::new("running");
static USAGES: [(&Words, Usage); 4] =
    [(&FOLLOWING, Usage::Followed), (&COMPARING, Usage::Compared), (&CHANGING, Usage::Changed), (&RUNNING, Usage::Run)];
/// Words in front of a path that say where something is to be done.
const PLACING: &[&str] = &["in", "inside", "within", "open", "into", "to"];
/// As much of a sentence as is looked at (bytes).
const SENTENCE: usize = 400;
const BEHIND: usize = 80;

/// What the sentence says that the path at `place` is for; of the words in front of it, the nearest one decides.
pub fn usage(text: &str, block_start: usize, place: &Range<usize>) -> Usage {
    let near = before(text, block_start, place, SENTENCE);
    let sentence = &near[last_sentence(near)..];
    let sentence = sentence.rfind("; ").map_or(sentence, |at| &sentence[at..]);
    // Other paths and code are no words.
    fn words(words: &str) -> impl DoubleEndedIterator<Item = String> {
        let plain = words.split_whitespace().filter(|word| !word.contains(['`', '/', '\\']));
        let bare = plain.map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase());
        bare.filter(|word| !word.is_empty())
    }
    let behind = after_on_line(text, place, BEHIND);
    let is_one = |table: &Words, word: &str| table.likely(word).any(|verb| is_form(word, verb));
    let said = |word: String| USAGES.iter().find(|(table, _)| is_one(table, &word));
    if let Some((_, usage)) = words(sentence).rev().find_map(said) {
        return *usage;
    }
    // `In `x`, replace`, ``x`: add`, ``x` is renamed`.
    let is_place = words(sentence).next_back().is_none_or(|word| PLACING.contains(&&*word));
    let end = behind.find(". ").unwrap_or(behind.len());
    let after = || words(&behind[..end]);
    let changes_later = is_place && after().take(3).any(|word| is_one(&CHANGING, &word));
    let is_passive = || after().take(4).any(|word| word.ends_with("ed") && is_one(&CHANGING, &word));
    if changes_later || is_passive() { Usage::Changed } else { Usage::Named }
}
