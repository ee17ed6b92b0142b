//! Plans that are not agreed on yet, as their heads say.

use std::ops::Range;

use super::status::status_value;
use crate::{
    convention::Words,
    text::{after_words, lines_in},
};

/// What the status of a plan begins with that is not agreed on yet.
static DRAFTS: Words = Words::new("drafts");

/// The word by which the head of `text`, bytes `head`, says that it is a draft: `*Status: Draft, order not confirmed*`.
pub fn draft_word(text: &str, head: Range<usize>) -> Option<Range<usize>> {
    lines_in(text, head).find_map(|line| {
        let quote = text[line.clone()].find(|c| !matches!(c, '>' | ' ')).unwrap_or_default();
        let line = line.start + quote..line.end;
        let start = line.start + status_value(&text[line.clone()])?;
        let value = &text[start..line.end];
        let lower = value.to_lowercase();
        // `Draft, order not confirmed`, not `Draft 2 approved`, `Planning done` or `Drafting the last phase`.
        let stands_alone = |rest: &&str| !rest.trim_start().starts_with(char::is_alphanumeric);
        let is_settled = ["approved", "accepted", "agreed", "done", "complete", "in progress"];
        let behind = |word| after_words(value, word, &[]).filter(stands_alone);
        let rest = DRAFTS.likely(&lower).find_map(behind)?;
        (!is_settled.iter().any(|word| lower.contains(word))).then(|| start..line.end - rest.len())
    })
}
