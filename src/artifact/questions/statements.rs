//! What stands below Open questions and leaves nothing open: a sentence that states something, a topic with its answer.

use crate::convention::Words;

use super::asking::{OPEN, asks};

/// Words of what is undecided, besides those of [`OPEN`].
static UNDECIDED: Words = Words::new("undecided");

/// The same where words are not set apart.
const UNDECIDED_CJK: &[&str] = &["か", "未", "待", "検討", "是否", "还是", "確認", "确认", "미정"];

/// Words that a whole sentence does not state a fact with, besides.
const DOUBTFUL: &[&str] = &["decided", "must", "not", "no", "default"];

/// Whether words, in lower case, state something.
pub fn states(words: &str) -> bool {
    is_statement(words) || is_answered_topic(words)
}

/// `A bare total is treated as all-employer.`
fn is_statement(words: &str) -> bool {
    let is_sentence = words.trim_end_matches(['*', '_', '`', ')', ' ']).ends_with('.') && words.is_ascii();
    let mut all = each(words);
    is_sentence && all.clone().count() >= 8 && !all.any(|word| is_undecided(word) || DOUBTFUL.contains(&word))
}

/// `Zoom: at the pointer`, and not `Q1: zoom`.
fn is_answered_topic(words: &str) -> bool {
    let Some((topic, value)) = words.split_once([':', '：']).or_else(|| bold_topic(words)) else { return false };
    // `**Indents for k: items**` is one topic.
    let is_whole = topic.matches("**").count() % 2 == 0 || value.starts_with("**");
    let topic = topic.trim_matches(|c: char| !c.is_alphanumeric());
    let is_topic = is_whole
        && topic.chars().count() <= 40
        && topic.chars().filter(|c| c.is_alphabetic()).count() >= 2
        && !topic.contains(|c: char| c.is_ascii_digit() || matches!(c, '[' | '`' | '.'));
    let leaves_open = |words: &str| {
        asks(words)
            || words.contains(" / ")
            || each(words).any(is_undecided)
            || UNDECIDED_CJK.iter().any(|word| words.contains(word))
    };
    // What asks on a further line may be a table of its own.
    let value = value.lines().next().unwrap_or_default();
    // `(resolved)` behind the colon is a mark.
    let value = value.trim_start_matches(['*', ' ', '`', '"']);
    is_topic && value.starts_with(char::is_alphanumeric) && !leaves_open(topic) && !leaves_open(value)
}

/// `**Source of the times** — read the server's`
fn bold_topic(words: &str) -> Option<(&str, &str)> {
    let (topic, rest) = words.trim_start().strip_prefix("**")?.split_once("**")?;
    Some((topic, rest.trim_start().strip_prefix(['—', '–'])?))
}

fn is_undecided(word: &str) -> bool {
    OPEN.contains(word) || UNDECIDED.contains(word)
}

fn each(words: &str) -> impl Iterator<Item = &str> + Clone {
    words.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_with_its_answer_leaves_nothing_open() {
        for answered in [
            "puppeteer + chrome: yes (rob: go)",
            "ズーム: マウス中心",
            "**storage:** one file per day",
            "**source of the times** — read those of the server",
        ] {
            assert!(states(answered), "{answered}");
        }
        for open in [
            "storage: one file or many",
            "storage: which one",
            "**storage** — one file or many",
            "storage: s3 / disk",
            "storage: tbd",
            "storage",
            "storage:",
            "q1: storage of the tiles",
            "**indents for k: items in that mode**",
            "**lean context:**",
            "decide: the storage",
            "ズーム: 未定",
            "macでも ctrl: 維持でok？",
        ] {
            assert!(!states(open), "{open}");
        }
    }
}
