//! The commits that work notes list.

use std::ops::Range;

use super::Reader;
use crate::{
    artifact::entries::{self, Entry},
    convention::SectionName,
    markdown::InlineKind,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitItem {
    /// Bytes of its words, on its first line.
    pub range: Range<usize>,
    /// Bytes of the hash.
    pub hash: Option<Range<usize>>,
    /// Whether the repository at hand cannot know it: a commit of another one, or a change of jj.
    pub is_foreign: bool,
    pub has_message: bool,
    /// Commits of one section share it: its first byte.
    pub list: usize,
}

impl Reader<'_> {
    /// Items and rows under Commits; one whose box is empty is yet to be made, and `+6` counts the rest.
    pub fn commits(&self) -> Vec<CommitItem> {
        let is_planned = |entry: &Entry| entry.task.as_ref().is_some_and(|task| !task.ticked);
        let sections = self.sections.named(SectionName::Commits);
        let made = sections.flat_map(|section| {
            let entries = entries::of(self.text, self.markdown, section.body.clone()).into_iter();
            let made = entries.filter(|entry| {
                let is_remark = self.is_summary(entry) || self.is_labelled(entry);
                let is_listed = !entry.is_none(self.text) && !is_planned(entry) && !is_remark;
                is_listed && !self.is_below_commit(entry)
            });
            made.map(|entry| self.commit(&entry, section.range.start))
        });
        made.collect()
    }

    /// Whether it tells of the commit whose hash the heading above it has.
    fn is_below_commit(&self, entry: &Entry) -> bool {
        let heading = self.sections.at(entry.range.start).map(|section| &self.text[section.heading.clone()]);
        heading.is_some_and(|heading| find_hash(heading).is_some())
    }

    fn is_summary(&self, entry: &Entry) -> bool {
        let cells = entry.cells(self.text, self.markdown);
        let words = cells.iter().find(|cell| !cell.is_empty()).copied().unwrap_or_else(|| entry.text(self.text));
        let words = words.trim_start_matches(['*', '_', '`', '(']).to_lowercase();
        let number = words.trim_start_matches(['+', '~', '≈']);
        let rest = number.trim_start_matches(|c: char| c.is_ascii_digit());
        let is_counted = rest.len() < number.len();
        let is_plus = is_counted && words.starts_with('+') && !rest.starts_with(char::is_alphanumeric);
        let names = ["more", "other", "others", "further", "commit", "commits", "earlier", "total"];
        let next = rest.split(|c: char| !c.is_alphabetic()).find(|word| !word.is_empty()).unwrap_or_default();
        is_plus
            || is_counted && names.contains(&next)
            || ["…", "...", "and ", "see ", "total"].iter().any(|start| words.starts_with(start))
                && find_hash(&words).is_none()
    }

    /// Whether it names something else than a commit: ``Live: `shop.example.com` ``, `Branch: [till](…)`.
    fn is_labelled(&self, entry: &Entry) -> bool {
        let words = entry.text(self.text).trim_start_matches(['*', '_']);
        let label = words.find(|c: char| !c.is_alphabetic()).unwrap_or_default();
        let value = words[label..].trim_start_matches(['*', '_']).strip_prefix(':').unwrap_or_default();
        let value = value.trim_start_matches(['*', '_', ' ']);
        let end = match value.chars().next() {
            Some('`') => value[1..].find('`').map(|at| at + 2),
            Some('[') => value.find(')').map(|at| at + 1),
            _ => value.starts_with("http").then(|| value.find(' ').unwrap_or(value.len())),
        };
        // More words behind it are those of a commit: ``Fix: `parser` drops spaces``.
        let is_all = |end: usize| value[end..].trim_start().is_empty() || value[end..].trim_start().starts_with('(');
        words.starts_with(char::is_uppercase) && end.is_some_and(is_all) && find_hash(words).is_none()
    }

    fn commit(&self, entry: &Entry, list: usize) -> CommitItem {
        let end = self.markdown.block(entry.block).range().end.max(entry.range.end);
        let words = &self.text[entry.range.start..end];
        let found = find_hash(words).map(|hash| (words[..hash.start].ends_with('@'), hash));
        let found = found.or_else(|| find_change(words).map(|change| (true, change)));
        let (is_foreign, hash) = found.map_or((false, None), |(is_foreign, hash)| (is_foreign, Some(hash)));
        let hash = hash.map(|hash| entry.range.start + hash.start..entry.range.start + hash.end);
        let has_message = self.words(entry.range.start..end, hash.as_ref());
        CommitItem { range: entries::first_line(self.text, &entry.range), hash, is_foreign, has_message, list }
    }

    /// Whether words besides the hash and addresses say something.
    fn words(&self, range: Range<usize>, hash: Option<&Range<usize>>) -> bool {
        let links = self.markdown.inlines_in(range.clone()).iter();
        let links = links.filter(|inline| matches!(inline.kind, InlineKind::Link { .. } | InlineKind::Image { .. }));
        let mut skipped: Vec<Range<usize>> = links.map(|link| link.content().end..link.range().end).collect();
        skipped.extend(hash.cloned());
        skipped.sort_by_key(|skip| skip.start);
        let mut at = range.start;
        for skip in skipped {
            if skip.start >= at && says_something(&self.text[at..skip.start]) {
                return true;
            }
            at = at.max(skip.end);
        }
        says_something(&self.text[at.min(range.end)..range.end])
    }
}

fn says_something(text: &str) -> bool {
    let mut words = text.split_whitespace().filter(|word| !word.contains("://"));
    let labels = ["commit", "hash", "sha"];
    words.any(|word| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        word.contains(char::is_alphabetic) && !labels.iter().any(|label| word.eq_ignore_ascii_case(label))
    })
}

/// The first word that can be a commit's hash; one of digits alone, which may be a date or a number, only
/// if there is no other.
fn find_hash(text: &str) -> Option<Range<usize>> {
    let mut number = None;
    let mut at = 0;
    for part in text.split_inclusive(|c: char| !c.is_alphanumeric()) {
        let word = part.trim_end_matches(|c: char| !c.is_alphanumeric());
        let range = at..at + word.len();
        at += part.len();
        if !is_hash(text, &range) {
            continue;
        }
        if word.bytes().any(|b| b.is_ascii_alphabetic()) {
            return Some(range);
        }
        number = number.or(Some(range));
    }
    number
}

/// 7 to 64 hexadecimal digits, in any case, with a decimal one among them unless they are code, on their own: no
/// part of a ticket's name, an id or a path.
fn is_hash(text: &str, range: &Range<usize>) -> bool {
    let word = &text[range.clone()];
    let (before, after) = (&text[..range.start], &text[range.end..]);
    let is_hexadecimal = (7..=64).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_hexdigit());
    let is_part = before.ends_with(['-', '#', '_', '.']) && !before.ends_with("..")
        || before.ends_with('/') && !before.ends_with("commit/")
        || after.starts_with('-') && !after.starts_with("- ");
    is_hexadecimal && !is_part && (before.ends_with('`') || word.bytes().any(|b| b.is_ascii_digit()))
}

/// The id of a change in jj, in code or as the first word: 8 to 32 letters from `k` to `z`.
fn find_change(text: &str) -> Option<Range<usize>> {
    let is_id = |word: &str| (8..=32).contains(&word.len()) && word.bytes().all(|b| (b'k'..=b'z').contains(&b));
    let first = text.trim_start_matches(['*', '|', ' ', '`', '(']);
    let start = text.len() - first.len();
    let end = start + first.find(|c: char| !c.is_alphanumeric()).unwrap_or(first.len());
    let code = || {
        let open = text.find('`')? + 1;
        let close = open + text[open..].find('`')?;
        Some(open..close)
    };
    std::iter::once(start..end).chain(code()).find(|range| is_id(&text[range.clone()]))
}

#[cfg(test)]
mod tests {
    use super::super::tests::read;

    #[test]
    fn commits_have_a_hash_and_a_message() {
        for (item, expected) in [
            ("- `1a2b3c4` Add chart", Some((Some("1a2b3c4"), true))),
            ("- `deadbee`: Add chart", Some((Some("deadbee"), true))),
            ("- 1a2b3c4", Some((Some("1a2b3c4"), false))),
            ("- Add chart", Some((None, true))),
            ("- [1a2b3c4](https://example.com/commit/1a2b3c4) feat: y", Some((Some("1a2b3c4"), true))),
            ("- [`1a2b3c4`](https://example.com/commit/1a2b3c4)", Some((Some("1a2b3c4"), false))),
            ("- https://example.com/commit/1a2b3c4d", Some((Some("1a2b3c4d"), false))),
            ("- 2026-01-02 1a2b3c4 🎉 索引を追加", Some((Some("1a2b3c4"), true))),
            ("- Commit: 1a2b3c4", Some((Some("1a2b3c4"), false))),
            ("- 20260102 `1a2b3c4` x", Some((Some("1a2b3c4"), true))),
            ("- 1234567 numbers", Some((Some("1234567"), true))),
            ("- JIRA-1234567 numbers", Some((None, true))),
            ("- 0a1b2c3d-0000-4000-8000-000000000000 an id", Some((None, true))),
            ("- Add chart\n  - `1a2b3c4`", Some((Some("1a2b3c4"), true))),
            ("- [x] 1a2b3c4 Add chart", Some((Some("1a2b3c4"), true))),
            ("- defaced the feature", Some((None, true))),
            ("- `1A2B3C4` Add chart", Some((Some("1A2B3C4"), true))),
            ("- acme/api@1a2b3c4 Add route", Some((Some("1a2b3c4"), true))),
            ("- `kntqzsqt` Add chart", Some((Some("kntqzsqt"), true))),
            (
                "- `0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef` x",
                Some((Some("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"), true)),
            ),
            ("- +6 metadata and docs", None),
            ("- … and 4 more", None),
            ("- 12 more commits", None),
            ("| Hash | Message |\n|---|---|\n| +6 | metadata and docs |", None),
            ("- [ ] Add chart", None),
            ("- None yet", None),
            ("- <hash> <message>", None),
            ("| Hash | Message |\n|---|---|\n| `1a2b3c4` | |", Some((Some("1a2b3c4"), false))),
        ] {
            let text = format!("## Commits\n\n{item}\n");
            let commits = read(&text).commits;
            let found = commits.first().map(|commit| (commit.hash.clone().map(|hash| &text[hash]), commit.has_message));
            assert_eq!(found, expected, "{item}");
            assert!(commits.len() <= 1, "{item}");
        }
    }
}
