//! Listed commits completed as the others of their list are written.

use crate::{artifact::notes::CommitItem, text::Edit};

/// What stands between a hash and a message, with the markup around the hash.
const BETWEEN: &[char] = &[' ', '\t', '`', '*', '_', ':', ',', '—', '–', '-', '|', '(', ')', ']'];

/// How a list writes a commit on its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListStyle<'a> {
    /// What stands on both sides of the hash.
    around: (&'a str, &'a str),
    is_hash_first: bool,
    /// Bytes of a hash.
    length: usize,
}

/// The message that stands on the line of a commit, without its hash and markup.
pub fn message<'a>(text: &'a str, commit: &CommitItem) -> &'a str {
    let Some(hash) = commit.hash.clone().filter(|hash| hash.end <= commit.range.end) else {
        return text[commit.range.clone()].trim_matches(|c| " \t`*_".contains(c));
    };
    let [before, behind] = [commit.range.start..hash.start, hash.end..commit.range.end].map(|range| &text[range]);
    let behind = behind.trim_start_matches(BETWEEN).trim_end_matches([' ', '\t', '|']);
    if behind.is_empty() { before.trim_matches(BETWEEN) } else { behind }
}

impl<'a> ListStyle<'a> {
    /// That of the first commit with a hash and a message; `None` for tables, links and commits of other repositories.
    pub fn of(text: &'a str, list: &[CommitItem]) -> Option<Self> {
        let style = |commit: &CommitItem| {
            let hash = commit.hash.clone().filter(|hash| hash.end <= commit.range.end && !commit.is_foreign)?;
            let before = &text[commit.range.start..hash.start];
            let behind = &text[hash.end..commit.range.end];
            let between = &behind[..behind.len() - behind.trim_start_matches(BETWEEN).len()];
            let message = &before[..before.trim_end_matches(BETWEEN).len()];
            let is_hash_first = message.is_empty();
            let around = if is_hash_first { (before, between) } else { (&before[message.len()..], behind) };
            let is_plain = |part: &str| part.trim_matches(BETWEEN).is_empty() && !part.contains(['|', ']']);
            let is_whole = commit.has_message && is_plain(around.0) && is_plain(around.1);
            is_whole.then_some(Self { around, is_hash_first, length: hash.len() })
        };
        list.iter().find_map(style)
    }

    /// As many digits of a hash as the list has.
    pub fn short<'h>(&self, hash: &'h str) -> &'h str {
        hash.get(..self.length).unwrap_or(hash)
    }

    /// The edit that adds a hash to a message.
    pub fn add_hash(&self, text: &str, commit: &CommitItem, hash: &str) -> Edit {
        let (before, behind) = self.around;
        let words = format!("{before}{hash}{behind}");
        let end = commit.range.start + text[commit.range.clone()].trim_end().len();
        Edit::insert(if self.is_hash_first { commit.range.start } else { end }, words)
    }

    /// The edit that adds a message to a hash, where that stands first.
    pub fn add_message(&self, text: &str, commit: &CommitItem, message: &str) -> Option<Edit> {
        let between = self.around.1.trim_start_matches(['`', '*', '_', ')']);
        let end = commit.range.start + text[commit.range.clone()].trim_end().len();
        self.is_hash_first.then(|| Edit::insert(end, format!("{between}{message}")))
    }
}
