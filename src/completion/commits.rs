//! Commits of the repository that the Commits section does not list yet, newest first.
//!
//! Each is written as the item above writes its own: the hash as long, in the same markup, with the same
//! mark before the message; in a table as a row.

use super::{Item, ItemKind, List, Request, Snippet, cursor::TypedEntry};
use crate::{
    artifact::{
        dates,
        entries::{self, Entry},
    },
    convention::SectionName,
    workspace::commits::Commit,
};

/// As many as a person looks through.
const MOST: usize = 20;
/// No more are asked for, however many are listed.
const MOST_READ: usize = 500;

pub fn offer(request: &Request, list: &mut List) {
    let Some(section) = request.section_around(&[SectionName::Commits]) else { return };
    let others = request.other_entries(section);
    let is_in_table = others.last().is_some_and(|entry| entry.is_row);
    let (entry, form) = if is_in_table {
        let Some(entry) = request.row() else { return };
        (entry, Form::of_row(request, &others))
    } else {
        let Some(entry) = request.entry() else { return };
        (entry, Form::of_items(request, &others))
    };
    let (marks, typed) = entry.typed(request, &['`', '|', ' ']);
    let typed = typed.trim_end();
    // Two backticks are two thirds of a fence.
    if typed.contains('`') || marks.contains("``") {
        return;
    }
    let end_of_typed = request.text()[..request.offset].trim_end_matches([' ', '\t']).len();
    let listed = hashes(&request.text()[section.range.clone()], end_of_typed.checked_sub(section.range.start));
    for commit in unlisted(request, &listed) {
        let is_begun = commit.hash.starts_with(&typed.to_lowercase()) || entry.begins(&commit.subject, typed);
        if is_begun {
            let item = item(request, &commit, &entry, &form, &others);
            list.items.push(item.with_filter(format!("{marks}{} {}", commit.hash, commit.subject)));
        }
    }
}

fn item(request: &Request, commit: &Commit, entry: &TypedEntry, form: &Form, others: &[Entry]) -> Item {
    let short = &commit.hash[..7.min(commit.hash.len())];
    let written = form.write(commit);
    let task = others.last().and_then(|entry| entry.task.as_ref()).map(|task| &request.text()[task.marker.clone()]);
    let task = task.map(|task| format!("{task} ")).unwrap_or_default();
    let insert = if form.is_row { written } else { request.as_item(&written, entry.marker, &task, others) };
    let label = format!("{short} {}", commit.subject);
    Item::new(ItemKind::Commit, label, entry.range.clone(), Snippet::plain(insert))
        .with_detail(commit.time.strftime("%Y-%m-%d %H:%M").to_string())
        .with_documentation(format!("Commit `{}`\n\n```\n{}\n```", commit.hash, commit.subject))
}

/// The newest commits that are not listed.
fn unlisted(request: &Request, listed: &[&str]) -> Vec<Commit> {
    let found = request.files.commits().since(None, (listed.len() + MOST).min(MOST_READ));
    let is_listed = |commit: &Commit| listed.iter().any(|hash| commit.hash.starts_with(&hash.to_lowercase()));
    found.into_iter().filter(|commit| !is_listed(commit)).take(MOST).collect()
}

/// Words of 7 to 40 hexadecimal digits, but the one that is typed at byte `cursor`.
fn hashes(text: &str, cursor: Option<usize>) -> Vec<&str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let is_typed = |word: &&str| {
        let end = word.as_ptr() as usize - text.as_ptr() as usize + word.len();
        Some(end) == cursor
    };
    let is_hash = |word: &&str| (7..=40).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_hexdigit());
    words.filter(is_hash).filter(|word| !is_typed(word)).collect()
}

/// How the section writes a commit.
struct Form {
    pieces: Vec<Piece>,
    /// Digits of a hash.
    length: usize,
    is_row: bool,
}

enum Piece {
    Text(String),
    Hash,
    FullHash,
    Date,
    Message,
}

fn text(text: &str) -> Piece {
    Piece::Text(text.to_owned())
}

impl Form {
    fn plain() -> Self {
        Self { pieces: vec![text("`"), Piece::Hash, text("` "), Piece::Message], length: 7, is_row: false }
    }

    /// As the last item with a hash is written; where there is none, as the templates would.
    fn of_items(request: &Request, others: &[Entry]) -> Self {
        let of_item =
            |entry: &Entry| Self::of_words(&request.text()[entries::first_line(request.text(), &entry.range)]);
        others.iter().rev().filter(|entry| !entry.is_row).find_map(of_item).unwrap_or_else(Self::plain)
    }

    /// `2026-01-02 [`1a2b3c4`](…/1a2b3c4): message`, or the message first.
    fn of_words(words: &str) -> Option<Self> {
        let first = hashes(words, None).into_iter().find(|word| word.bytes().any(|b| b.is_ascii_digit()))?;
        let start = first.as_ptr() as usize - words.as_ptr() as usize;
        let (before, after) = (&words[..start], &words[start + first.len()..]);
        let form = |pieces| Some(Self { pieces, length: first.len(), is_row: false });
        let is_said = |text: &str| text.contains(char::is_alphanumeric);
        let date = dates::find(before).map(|date| date.range);
        let has_message_before = match &date {
            Some(date) => is_said(&before[..date.start]) || is_said(&before[date.end..]),
            None => is_said(before),
        };
        if has_message_before {
            // `message (1a2b3c4)`.
            let message = before.trim_end_matches(|c: char| !c.is_alphanumeric());
            if date.is_some() || is_said(after) {
                return None;
            }
            return form(vec![Piece::Message, text(&before[message.len()..]), Piece::Hash, text(after)]);
        }
        let mut pieces = match date {
            Some(date) => vec![text(&before[..date.start]), Piece::Date, text(&before[date.end..]), Piece::Hash],
            None => vec![text(before), Piece::Hash],
        };
        let mut rest = after;
        // The address of a link names the commit once more.
        if let Some((head, tail)) = link_of(rest) {
            let again = hashes(head, None).into_iter().find(|word| word.starts_with(first) || first.starts_with(word));
            let again = again?;
            let at = again.as_ptr() as usize - head.as_ptr() as usize;
            let hash = if again.len() > first.len() { Piece::FullHash } else { Piece::Hash };
            pieces.extend([text(&head[..at]), hash, text(&head[at + again.len()..])]);
            rest = tail;
        }
        let message = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
        let between = &rest[..rest.len() - message.len()];
        // Ornaments and what opens belong to that message.
        let is_mark = |c: char| c.is_ascii() && !"([{<\"'#@".contains(c) || "—–：".contains(c);
        let mark = &between[..between.find(|c| !is_mark(c)).unwrap_or(between.len())];
        let mark = if message.is_empty() { between.trim_end().to_owned() + " " } else { mark.to_owned() };
        pieces.extend([Piece::Text(mark), Piece::Message]);
        form(pieces)
    }

    /// A row with the cells of the header's names filled.
    fn of_row(request: &Request, others: &[Entry]) -> Self {
        let (source, markdown) = (request.text(), &request.document.markdown);
        let mut form = Self { pieces: Vec::new(), length: 7, is_row: true };
        let Some(row) = others.last() else { return form };
        let header = entries::header(source, markdown, row.block);
        let cells = row.cells(source, markdown);
        let hash_of = |cell: &str| hashes(cell, None).into_iter().next().map(str::len);
        let names = |name: &str, words: &[&str]| name.split_whitespace().any(|word| words.contains(&word));
        let mut has_message = false;
        for (n, name) in header.iter().enumerate() {
            let cell = cells.get(n).copied().unwrap_or_default();
            form.pieces.push(text(if n == 0 { "| " } else { " | " }));
            if names(name, &["hash", "commit", "sha", "id", "revision"]) && !names(name, &["message"]) {
                let mark = if cell.is_empty() || cell.contains('`') { "`" } else { "" };
                form.length = hash_of(cell).unwrap_or(7);
                form.pieces.extend([text(mark), Piece::Hash, text(mark)]);
            } else if names(name, &["date", "when", "time"]) {
                form.pieces.push(Piece::Date);
            } else if !has_message && names(name, &["message", "subject", "description", "summary", "what", "change"]) {
                has_message = true;
                form.pieces.push(Piece::Message);
            }
        }
        form.pieces.push(text(" |"));
        form
    }

    fn write(&self, commit: &Commit) -> String {
        let mut out = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Hash => out.push_str(commit.hash.get(..self.length).unwrap_or(&commit.hash)),
                Piece::FullHash => out.push_str(&commit.hash),
                Piece::Date => out.push_str(&commit.time.date().to_string()),
                Piece::Message if self.is_row => out.push_str(&commit.subject.replace('|', "\\|")),
                Piece::Message => out.push_str(&commit.subject),
            }
        }
        out
    }
}

/// What closes a link behind its text, address included, and what follows it.
fn link_of(text: &str) -> Option<(&str, &str)> {
    let open = text.find("](").filter(|open| !text[..*open].contains(char::is_alphanumeric))?;
    let close = open + text[open..].find(')')? + 1;
    Some(text.split_at(close))
}

#[cfg(test)]
mod tests {
    use crate::completion::tests::{accepted, check_silent, item, labels, labels_without_repository};

    const NOTES: &str = "work-notes/phase-1.md";

    /// The commits of the tests' repository, newest first.
    const C: &str = "c0ffee1 Escape | in cells";
    const B: &str = "b16b00b Probe the gateway 漢字";
    const A: &str = "a1b2c3d Add the chart";

    #[test]
    fn those_that_are_not_listed_are_offered_newest_first() {
        assert_eq!(labels(NOTES, "## Commits\n- $0\n"), [C, B, A]);
        assert_eq!(labels(NOTES, "## Commits\n\n$0")[..3], [C, B, A]);
        // Some begin with the newest.
        assert_eq!(labels(NOTES, "## Commits\n- `b16b00b` x\n- $0\n"), [C, A]);
        assert_eq!(labels(NOTES, "## Commits\n- `A1B2C3D4` x\n- c0ffee1 y\n- $0\n"), [B]);
        assert_eq!(labels(NOTES, "## Commits\n- b1$0\n"), [B]);
        assert_eq!(labels(NOTES, "## Commits\n- `b1$0\n"), [B]);
        assert_eq!(labels(NOTES, "## Commits\n- pro$0\n"), [B]);
        assert_eq!(labels(NOTES, "## Commits\n- b16b00b$0\n"), [B]);
        assert_eq!(item(NOTES, "## Commits\n- `b1$0\n", B).filter.unwrap()[..4], *"`b16");
    }

    #[test]
    fn they_are_written_as_the_item_above() {
        for (before, after) in [
            ("- $0\n", "- `b16b00b` Probe the gateway 漢字\n"),
            ("-$0\n", "- `b16b00b` Probe the gateway 漢字\n"),
            ("\n$0\n", "\n- `b16b00b` Probe the gateway 漢字\n"),
            ("- `b1$0", "- `b16b00b` Probe the gateway 漢字"),
            ("- `b1$0`\n", "- `b16b00b` Probe the gateway 漢字\n"),
            ("- `$0`\n", "- `b16b00b` Probe the gateway 漢字\n"),
            ("- b16b00b $0\n", "- `b16b00b` Probe the gateway 漢字\n"),
            ("\nb1$0\n", "\n- `b16b00b` Probe the gateway 漢字\n"),
            ("* a1b2c3d: Add\n* pro$0\n", "* a1b2c3d: Add\n* b16b00b: Probe the gateway 漢字\n"),
            ("* a1b2c3d - Add\r\n$0\r\n", "* a1b2c3d - Add\r\n* b16b00b - Probe the gateway 漢字\r\n"),
            ("1. **a1b2c3d5** — Add\n$0", "1. **a1b2c3d5** — Add\n2. **b16b00b5** — Probe the gateway 漢字"),
            ("- [x] `a1b2c3d` Add\n- $0\n", "- [x] `a1b2c3d` Add\n- [x] `b16b00b` Probe the gateway 漢字\n"),
            (
                "- [a1b2c3d](https://e.org/c/a1b2c3d5) 🎉 Add\n- $0\n",
                "\
- [a1b2c3d](https://e.org/c/a1b2c3d5) 🎉 Add
- [b16b00b](https://e.org/c/b16b00b500000000000000000000000000000000) Probe the gateway 漢字
",
            ),
            ("- Add (a1b2c3d)\n- $0\n", "- Add (a1b2c3d)\n- Probe the gateway 漢字 (b16b00b)\n"),
            (
                "- 2026-01-01 `a1b2c3d` A\n- $0\n",
                "- 2026-01-01 `a1b2c3d` A\n- 2026-01-22 `b16b00b` Probe the gateway 漢字\n",
            ),
            ("- None\n- $0\n", "- None\n- `b16b00b` Probe the gateway 漢字\n"),
        ] {
            let text = |body: &str| format!("## Commits\n{body}");
            let text = |body: &str| if body.contains('\r') { text(body).replacen('\n', "\r\n", 1) } else { text(body) };
            assert_eq!(accepted(NOTES, &text(before), B).0, text(after), "{before}");
        }
    }

    #[test]
    fn a_table_gets_a_row() {
        let table = "## Commits\n\n| Hash | Message | When |\n|---|---|---|\n| a1b2c3d | x | 2026-01-01 |\n";
        for typed in ["$0\n", "|$0\n", "| $0"] {
            let after =
                format!("{table}| c0ffee1 | Escape \\| in cells | 2026-01-23 |{}", typed.split("$0").last().unwrap());
            assert_eq!(accepted(NOTES, &format!("{table}{typed}"), C).0, after);
        }
        check_silent(NOTES, &format!("{table}| a | $0 |\n"));
    }

    #[test]
    fn sentences_and_other_places_are_left_alone() {
        for text in [
            "## Commits\n- Rename$0\n",
            "## Commits\n- b16b00b Pr$0obe\n",
            "## Commits\n- $0 b16b00b Probe\n",
            "## Commits\n- `b16b00b`$0\n",
            "## Commits\n``$0\n",
            "## Commits\n- ``$0\n",
            "## Commits\n- a `b1$0`\n",
            "## Commits\n- a\n  - b1$0\n",
            "## Commits\n- a\nb1$0\n",
            "## Commits\nprobe$0 it\n",
            "## Commits\n\n## Other\n- b1$0\n",
            "## Decisions\n- b1$0\n",
            "## Commits\n```\n- b1$0\n```\n",
            "## Commits\n```\n- b1$0\n",
            "## Commits\n<!--\n- b1$0\n-->\n",
        ] {
            check_silent(NOTES, text);
        }
        check_silent("prompts/phase-1.md", "## Commits\n- b1$0\n");
        assert!(labels_without_repository(NOTES, "## Commits\n- $0\n").is_empty());
    }
}
