//! The words and marks by which headings, cells and notes say that questions are settled.

use crate::{
    artifact::entries,
    convention::Words,
    text::{holds, places_of},
};

/// What is said of a question that needs no answer any more.
static SETTLED: Words = Words::new("settled");

/// What follows such a word at the start of `words`, which are in lower case.
pub fn after_settled(words: &str) -> Option<&str> {
    let rest = SETTLED.likely(words).find_map(|word| words.strip_prefix(word))?;
    (!rest.starts_with(char::is_alphanumeric)).then_some(rest)
}

/// Drawn marks that settle what they stand before.
pub const TICKS: [char; 4] = ['✅', '☑', '✔', '✓'];

/// Where a tick at the end of `words` begins, with the blanks in front of it.
pub fn closing_tick(words: &str) -> Option<usize> {
    let before = words.strip_suffix('\u{fe0f}').unwrap_or(words).strip_suffix(TICKS)?;
    Some(before.trim_end().len()).filter(|end| *end > 0)
}

/// Whether words begin with a tick, or their first line ends in one.
pub(super) fn is_ticked(words: &str) -> bool {
    let line = words.split(['\n', '\r']).next().unwrap_or_default();
    words.starts_with(TICKS) || closing_tick(line.trim_end()).is_some()
}

/// A sub-heading that only sorts questions: `Open`, `Unresolved`.
pub(super) fn is_open_group(normalized: &str) -> bool {
    [
        "open",
        "unresolved",
        "outstanding",
        "pending",
        "still open",
        "active",
        "offen",
        "オープン",
        "未解決",
        "待定",
        "未决",
    ]
    .contains(&normalized)
}

/// A sub-heading whose questions are all settled: `Resolved`, `Answered questions`.
pub(super) fn is_resolved_group(normalized: &str) -> bool {
    after_settled(normalized).is_some_and(|rest| rest.is_empty() || rest.starts_with(" question"))
}

/// A heading that says that nothing below is open: `Open questions (all resolved)`, `Open questions: none`.
pub(super) fn says_resolved(heading: &str) -> bool {
    let marks = ["(", "（", "—", "–", ":", "：", "[", " - "];
    let tails = marks.iter().flat_map(|mark| places_of(heading, mark).map(|at| &heading[at + mark.len()..]));
    // `（plan.md 裁决）` says where they were ruled.
    let is_ruled = heading.contains(['（', '(']) && ["裁决", "裁決", "已定"].iter().any(|word| heading.contains(word));
    let begins = |tail: &str| {
        let words = tail.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        let words = ["all ", "both ", "now ", "fully "]
            .iter()
            .fold(&*words, |words, start| words.strip_prefix(start).unwrap_or(words));
        !words.is_empty() && (after_settled(words).is_some() || entries::says_none(words))
    };
    // `Open questions deferred`, without a mark.
    let name = heading
        .split(['(', '（', '—', '–', '['])
        .next()
        .unwrap_or_default()
        .trim_end_matches(|c: char| !c.is_alphanumeric());
    let last = name.rsplit(' ').next().unwrap_or_default().to_lowercase();
    is_ruled || tails.into_iter().any(begins) || name.contains(' ') && after_settled(&last) == Some("")
}

/// A heading that says, behind its name, that each question has its answer with it:
/// `Open questions (defaults in bold)`.
pub(super) fn names_defaults(heading: &str) -> bool {
    let behind = heading.find(['(', '（', '—', '–', ':', '[']).map_or("", |at| &heading[at..]).to_lowercase();
    ["default", "recommend", "proposed answer", "suggested answer"].iter().any(|word| holds(&behind, word))
}

/// `All resolved.` where questions would stand.
pub(super) fn says_all_resolved(text: &str) -> bool {
    let lower = text.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    lower.strip_prefix("all ").is_some_and(|rest| {
        let rest = ["open ", "questions ", "are ", "have been ", "were "]
            .iter()
            .fold(rest, |rest, word| rest.strip_prefix(word).unwrap_or(rest));
        after_settled(rest).is_some()
    })
}

/// A column that holds answers, proposed ones too; `Decision needed by` does not.
pub(super) fn names_answer(column: &str) -> bool {
    const ANSWERS: [&str; 10] = [
        "answer",
        "answers",
        "resolution",
        "decision",
        "outcome",
        "conclusion",
        "recommendation",
        "proposal",
        "suggestion",
        "default",
    ];
    let mut words = column.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).peekable();
    let is_proposed = words.next_if(|word| ["proposed", "recommended", "suggested"].contains(word)).is_some();
    words.next_if(|word| ["our", "final"].contains(word));
    words.next().map_or(is_proposed, |word| ANSWERS.contains(&word))
        && !words.any(|word| ["needed", "by", "due", "owner", "date", "maker", "deadline", "required"].contains(&word))
}

/// A column that says whether the question is settled.
pub fn names_state(column: &str) -> bool {
    ["status", "state", "resolved", "answered", "closed", "done"].iter().any(|word| column.starts_with(word))
}

/// A status cell that closes its question.
pub fn says_settled(cell: &str) -> bool {
    let lower = cell.trim_start_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let word = lower.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    cell.contains(TICKS) || after_settled(&lower).is_some() || matches!(word, "done" | "yes")
}
