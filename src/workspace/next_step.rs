//! What is to be done next, in a few words.

use std::ops::Range;

use super::Document;
use crate::{
    artifact::{
        entries::{plain_words, says_none},
        notes::FieldName,
    },
    text::{lines_in, trimmed_range},
};

/// Characters that are kept: of ten thousand artifacts, too.
const LONGEST: usize = 120;

/// The next step that work notes or a plan name; a prompt names none.
pub fn of(document: &Document) -> Option<Box<str>> {
    let value = of_newest_entry(document).or_else(|| of_plan(document))?;
    let line = lines(&document.text, value).find(|line| document.text[line.clone()].contains(char::is_alphanumeric))?;
    let words = plain_words(&document.text, &document.markdown, line);
    (!says_none(&words)).then(|| shortened(&words))
}

/// Bytes of what the newest entry says is next.
fn of_newest_entry(document: &Document) -> Option<Range<usize>> {
    let entry = document.artifact.notes.newest_entry()?;
    let next = entry.fields.iter().find(|field| field.name == FieldName::Next && !field.is_empty)?;
    // The cell of a row stands below its label.
    let start = if next.range == next.label { next.range.start } else { next.label.end };
    let value = document.slice(start..next.range.end).trim_start_matches([':', '：', '*', '_']);
    Some(next.range.end - value.len()..next.range.end)
}

/// Bytes of the first done item whose box is empty.
fn of_plan(document: &Document) -> Option<Range<usize>> {
    let mut items = document.artifact.plan()?.done.iter().filter(|item| !item.is_placeholder);
    let item = items.find(|item| item.task.as_ref().is_some_and(|task| !task.ticked))?;
    Some(item.range.clone())
}

/// The lines of a range without what marks them as items.
fn lines(text: &str, range: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    lines_in(text, range).map(|line| {
        let line = trimmed_range(text, line);
        line.end - without_marker(&text[line.clone()]).len()..line.end
    })
}

fn without_marker(line: &str) -> &str {
    let bullets = ["- ", "* ", "+ ", "> "];
    let mut words = bullets.iter().find_map(|bullet| line.strip_prefix(bullet)).unwrap_or(line).trim_start();
    if let Some((number, rest)) = words.split_once(['.', ')'])
        && !number.is_empty()
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && rest.starts_with(' ')
    {
        words = rest.trim_start();
    }
    let boxes = ["[ ]", "[x]", "[X]"];
    boxes.iter().find_map(|mark| words.strip_prefix(mark)).unwrap_or(words).trim_start()
}

fn shortened(words: &str) -> Box<str> {
    match words.char_indices().nth(LONGEST) {
        None => words.into(),
        Some((at, _)) => {
            let kept = words[..at].trim_end();
            // A code span that is cut still ends.
            let end = if kept.matches('`').count() % 2 == 1 { "…`" } else { "…" };
            format!("{kept}{end}").into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{convention::Kind, testing::document};

    fn next(kind: Kind, text: &str) -> Option<Box<str>> {
        of(&document(kind, text))
    }

    #[test]
    fn the_newest_entry_says_it_in_whatever_form() {
        for (entry, expected) in [
            ("- Next: the `Deployment`, then [probes](a.md)", Some("the `Deployment`, then probes")),
            ("- **Next:** *measure* it", Some("measure it")),
            ("- Next:\r\n  1. [ ] render the 漢字 chart\r\n  2. lint", Some("render the 漢字 chart")),
            ("\n#### Next steps\n\n- fix 😀 <b>it</b>\n", Some("fix 😀 it")),
            ("- Next: none", None),
            ("- Next:", None),
            ("- Next: <Next>", None),
            ("- Why: because", None),
        ] {
            let text = format!("## Session log\n\n### 2026-01-05\n\n- What changed: x\n{entry}\n");
            let older = "\n### 2026-01-04\n\n- Next: the old one\n";
            assert_eq!(next(Kind::WorkNotes, &(text + older)).as_deref(), expected, "{entry}");
        }
        let table = "## Session log\n\n| Date | Changed | Next |\n|---|---|---|\n| 2026-01-05 | x | lint `it` |\n";
        assert_eq!(next(Kind::WorkNotes, table).as_deref(), Some("lint `it`"));
    }

    #[test]
    fn a_plan_says_it_by_its_first_empty_box() {
        let plan = "## Definition of done\n\n- [x] a\n- [ ] `make` passes\n- [ ] b";
        assert_eq!(next(Kind::Plan, plan).as_deref(), Some("`make` passes"));
        assert_eq!(next(Kind::Plan, "## Definition of done\n\n- [x] a\n- b\n"), None);
        assert_eq!(next(Kind::Prompt, "## Task\n\n- [ ] a\n"), None);
    }

    #[test]
    fn it_is_short() {
        let long = next(Kind::Plan, &format!("## DoD\n\n- [ ] {}\n", "漢 ".repeat(900))).unwrap();
        assert_eq!(long.chars().count(), LONGEST);
        assert!(long.ends_with('…'));
        let cut = next(Kind::Plan, &format!("## DoD\n\n- [ ] `make {}` passes\n", "a".repeat(200))).unwrap();
        assert!(cut.starts_with("`make a") && cut.ends_with("a…`"), "{cut}");
    }
}
