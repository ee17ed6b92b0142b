//! The words by which a heading, a title or a status keeps something for later.

use super::asks;
use crate::{convention::Words, text::places_of};

/// Words of a heading of questions: `Questions to revisit, not answer now`.
static LATER: Words = Words::new("later");

/// The same where words are not set apart.
const LATER_CJK: &[&str] = &["保留", "后续", "以后", "後で", "将来", "나중"];

/// What a place that only collects is called, whatever else its name says.
const COLLECTIONS: &[&str] = &["parking lot", "someday", "icebox", "wishlist", "wish list"];

/// What such a name begins with, where few words follow: `Future product scope`, `Ideas`.
const FIRST_WORDS: &[&str] = &["future", "later", "idea", "ideas", "parked", "ideen"];

/// What it begins with only where nothing is deferred by it: `Deferred loading` is about loading.
const ALONE: &[&str] = &["deferred", "postponed", "backlog", "nice to have", "for later"];
const BEHIND_ALONE: &[&str] = &["", "to", "until", "items", "work", "features", "questions"];

/// Whether a heading of questions puts them off. One that asks does not: `Is it decided later?`
pub fn says(heading: &str) -> bool {
    if asks(heading) {
        return false;
    }
    let words = words(heading);
    contains(&words, &LATER) || !heading.is_ascii() && LATER_CJK.iter().any(|word| heading.contains(word))
}

/// Whether a title, a status or a heading is the name of a place for what comes later.
pub fn is_name(name: &str) -> bool {
    let words = words(name);
    let words = words.trim();
    let after = |first: &str| words.strip_prefix(first).filter(|rest| rest.is_empty() || rest.starts_with(' '));
    let next = |rest: &str| rest.split_whitespace().next().unwrap_or_default().to_owned();
    contains(words, COLLECTIONS)
        || words.split_whitespace().count() <= MOST_WORDS && FIRST_WORDS.iter().any(|word| after(word).is_some())
        || ALONE.iter().any(|word| after(word).is_some_and(|rest| BEHIND_ALONE.contains(&&*next(rest))))
}

/// Longer names are sentences.
const MOST_WORDS: usize = 4;

/// In lower case, with blanks for whatever is no letter or digit.
fn words(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect()
}

/// Whether one of `phrases` stands in [`words`], apart from others.
fn contains(words: &str, phrases: &[&str]) -> bool {
    let begins = |rest: &str| {
        phrases
            .iter()
            .any(|phrase| rest.strip_prefix(phrase).is_some_and(|rest| rest.is_empty() || rest.starts_with(' ')))
    };
    begins(words) || places_of(words, " ").any(|at| begins(&words[at + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_put_questions_off() {
        for heading in [
            "Questions to revisit",
            "Loose open questions (to revisit, not answer now)",
            "Open questions for later",
            "Open questions (non-blocking)",
            "Open questions (resolve in the design doc, not here)",
            "Offene Fragen – später",
            "保留事項",
        ] {
            assert!(says(heading), "{heading}");
        }
        for heading in ["Open questions", "Is it decided later?", "Questions on collateral", "Blocking questions"] {
            assert!(!says(heading), "{heading}");
        }
    }

    #[test]
    fn names_of_places_for_later() {
        for name in
            ["Parking lot", "Future Product Scope", "Ideas", "Deferred to v2", "Deferred", "Backlog", "Someday / maybe"]
        {
            assert!(is_name(name), "{name}");
        }
        for name in [
            "Deferred loading",
            "The idea board",
            "Backlog service",
            "Future proofing the index of all public tables",
            "Phase 1",
        ] {
            assert!(!is_name(name), "{name}");
        }
    }
}
