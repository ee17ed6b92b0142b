//! The words by which a text asks, or says that something is undecided.

use crate::{convention::Words, text::holds};

/// Words that ask or leave something open: at the start of a sentence, and anywhere in a topic.
pub(super) static OPEN: Words = Words::new("open");

/// What else a question or a pending decision begins with, where no question mark tells.
static ASKING: Words = Words::new("asking");

/// What a sentence behind the first begins with that asks: `Supabase project - needed for login. Confirm the region.`
const REQUESTS: &[&str] = &["decide", "confirm", "choose", "clarify", "please", "need to decide", "needs a decision"];

/// Words of what is undecided, wherever they stand.
static LEFT_OPEN: Words = Words::new("left-open");

/// The same where words are not set apart.
const LEFT_OPEN_CJK: &[&str] =
    &["か。", "待定", "未定", "未決", "未决", "検討", "是否", "还是", "確認", "确认", "미정"];

/// Whether words, in lower case, begin as a question does.
pub(super) fn begins_to_ask(lower: &str) -> bool {
    OPEN.likely(lower).chain(ASKING.likely(lower)).any(|start| begins_with(lower, start))
}

fn begins_with(words: &str, start: &str) -> bool {
    words.strip_prefix(start).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
}

/// `Q2: storage`
fn is_numbered(lower: &str) -> bool {
    let number = lower.strip_prefix('q').unwrap_or_default();
    let rest = number.trim_start_matches(|c: char| c.is_ascii_digit());
    rest.len() < number.len() && !rest.starts_with(char::is_alphanumeric)
}

/// Whether words ask, or say that something is undecided.
pub(super) fn says_open(words: &str) -> bool {
    let lower = words.trim_start_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let mut sentences = lower
        .split(['.', ':', ';', '—', '–'])
        .map(|sentence| sentence.trim_start_matches(|c: char| !c.is_alphanumeric()));
    asks(words)
        || begins_to_ask(&lower)
        || is_numbered(&lower)
        || sentences.any(|sentence| REQUESTS.iter().any(|start| begins_with(sentence, start)))
        || is_left_open(&lower)
}

/// Whether words, in lower case, say that something is undecided.
pub(super) fn is_left_open(lower: &str) -> bool {
    LEFT_OPEN.iter().any(|word| holds(lower, word))
        || !lower.is_ascii() && LEFT_OPEN_CJK.iter().any(|word| lower.contains(word))
}

/// Whether there is a question mark, and not that of an address: `?page=2`.
pub fn asks(text: &str) -> bool {
    let ends =
        |at: usize| !text[at + 1..].starts_with(|c: char| c.is_alphanumeric() || matches!(c, '=' | '.' | '?' | '`'));
    text.contains('？') || memchr::memchr_iter(b'?', text.as_bytes()).any(ends)
}
