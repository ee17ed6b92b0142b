//! What holds for any mix of what real logs are made of.

use std::ops::Range;

use proptest::prelude::*;

use super::*;
use crate::{
    artifact::{Document, notes::LogEntry},
    rules,
    testing::Fixture,
    workspace::Workspace,
};

const PIECES: &[&str] = &[
    "# Session log\n",
    "# Notes\n",
    "## Session log\n",
    "### Work log\n",
    "**Session log:**\n\n",
    "## Commits\n",
    "### 2026-01-02\n",
    "### 2026-01-05 10:00 UTC — ports\n",
    "#### [2026-01-03] Session 3\n",
    "### Session 2\n",
    "### <YYYY-MM-DD HH:MM>\n",
    "###### 2026-01-06\n",
    "### January 2026\n",
    "2026-01-04\n---\n",
    "### 2/1/2026\n",
    "### 2026-01-32 — a\n",
    "| 2/1/2026 | a |\n",
    "- 21/01/2026: a\n",
    "### 01/21/2026 9:30\n",
    "- 2026-01-04: a 漢字 😀\n",
    "- **2026-01-05** — b\n  - Next: c\n",
    "1. 2026-01-01 a\n",
    "> - 2026-01-04: quoted\n",
    "**2026-01-07**\n\n",
    "**2026-01-07 (b)** c\n\n",
    "| Date | What changed |\n|---|---|\n",
    "| Date |\n|---|\n",
    "| 2026-01-03 | a |\n",
    "- What changed: a\n",
    "- Next: a\n- Why: b\n",
    "**Next:** a  \n**Why:** b\n",
    "1. Next: a\n",
    "- 2026-01-06: What changed: a. Why: b\n",
    "* **Next**:\n",
    "**What changed:**\n- a\n\n",
    "Why: b  \n",
    "#### Next\n",
    "- a\n",
    "text\n",
    "None yet.\n",
    "\n",
    "\n\n",
    "---\n",
    "```\n",
    "<!-- a -->\n",
    "<!-- ",
    "<div>\n",
    "\t- b\n",
    "  ",
    "\u{feff}",
];

fn texts() -> impl Strategy<Value = String> {
    let pieces = proptest::collection::vec(proptest::sample::select(PIECES), 0..14);
    (pieces, any::<bool>(), prop_oneof![Just("\n"), Just("\r\n"), Just("\r")]).prop_map(|(pieces, has_log, end)| {
        let log = if has_log { "## Session log\n\n" } else { "" };
        format!("{log}{}", pieces.concat()).replace('\n', end)
    })
}

/// A log in an entry of another log has no place that is right in both.
fn has_several_logs(text: &str) -> bool {
    text.matches("ession log").count() + text.matches("Work log").count() > 1
}

/// More where the environment asks for more.
fn at_least_400_cases() -> ProptestConfig {
    let asked = ProptestConfig::default();
    ProptestConfig { cases: asked.cases.max(400), ..asked }
}

/// The findings of the rules about entries.
/// How many findings of a rule begin within `range` (bytes).
fn findings(text: &str, rule: &str, range: &Range<usize>) -> usize {
    let vocabulary = std::sync::Arc::new(Vocabulary::built_in());
    let workspace = Workspace { vocabulary, is_indexed: true, is_established: true, ..Workspace::default() };
    let document = Document::read("work-notes/phase-1.md".into(), Kind::WorkNotes, text.into(), &workspace.vocabulary);
    rules::run(&workspace, &document, &Fixture::parse(""))
        .iter()
        .filter(|finding| finding.rule == rule && range.contains(&finding.range.start))
        .count()
}

proptest! {
    #![proptest_config(at_least_400_cases())]

    #[test]
    fn any_mix_gets_one_entry_more_and_nothing_else_changes(
        text in texts(),
        lines in proptest::collection::vec(proptest::sample::select(&["Add the chart", "# x | y", "- z", "1. q", "`", "___", "*", "a\nb", "2024-05-06 dated"][..]), 0..3),
    ) {
        let before = notes(&text).artifact;
        let insertion = match try_insert_at(&text, &now(), &lines) {
            Ok(insertion) => insertion,
            Err(obstacle) => {
                let Obstacle::NeverClosed(at) = obstacle else { panic!("{obstacle:?}") };
                prop_assert!(text[at..].starts_with(['`', '~', '<']));
                return Ok(());
            }
        };
        let edit = &insertion.edit;
        let after = text::apply(&text, std::slice::from_ref(edit));
        let inserted = edit.range.start..edit.range.start + edit.replacement.len();
        prop_assert_eq!(format!("{}{}", &after[..inserted.start], &after[inserted.end..]), text.clone());
        prop_assert!(after.is_char_boundary(insertion.cursor));
        prop_assert!(inserted.start < insertion.cursor && insertion.cursor <= inserted.end);
        if has_several_logs(&text) {
            return Ok(());
        }
        let artifact = notes(&after).artifact;
        let (old, new) = (before.work_notes().unwrap(), artifact.work_notes().unwrap());
        let index = new.log.iter().position(|entry| inserted.contains(&entry.heading.start));
        prop_assert!(index.is_some(), "{}", after);
        let index = index.unwrap();
        prop_assert_eq!(new.log.len(), old.log.len() + 1, "{}", after);
        prop_assert_eq!(new.log[index].moment().map(|moment| moment.date), Some(now().date()));
        prop_assert_eq!(new.newest_entry(), Some(&new.log[index]), "{}", after);
        prop_assert!(!new.log_order().misplaced.contains(&index), "{}", after);
        let mut others = new.log.clone();
        others.remove(index);
        let headings = |artifact: &Artifact, text: &str| {
            let others = artifact.sections.all.iter().filter(|section| !inserted.contains(&section.range.start) || text != after);
            others.map(|section| text[section.heading.clone()].to_owned()).collect::<Vec<_>>()
        };
        prop_assert_eq!(headings(&artifact, &after), headings(&before, &text), "{}", after);
        let dates = |entries: &[LogEntry]| entries.iter().map(LogEntry::moment).collect::<Vec<_>>();
        prop_assert_eq!(dates(&others), dates(&old.log), "{}", after);
        let words = |text: &str| text.replace('\\', "").split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let (said, given) = (words(&edit.replacement), lines.iter().flat_map(|line| words(line)));
        // What is joined with others has a semicolon behind it.
        let says = |word: &str| said.iter().any(|other| other.trim_end_matches(';') == word);
        for word in given {
            prop_assert!(says(&word), "{} is not said: {}", word, after);
        }
        prop_assert_eq!(findings(&after, "malformed-log-entry", &inserted), 0, "{}", after);
    }

    #[test]
    fn two_entries_stand_in_the_order_of_the_log(text in texts().prop_filter("a log", |text| !has_several_logs(text))) {
        let Ok(first) = try_insert_at(&text, &now(), &[]) else { return Ok(()) };
        let once = text::apply(&text, &[first.edit]);
        let later = at(2026, 3, 4, 9);
        let Ok(second) = try_insert_at(&once, &later, &["a"]) else { return Ok(()) };
        let twice = text::apply(&once, &[second.edit]);
        let artifact = notes(&twice).artifact;
        let notes = artifact.work_notes().unwrap();
        prop_assert_eq!(notes.newest_entry().and_then(LogEntry::moment).map(|moment| moment.date), Some(later.date()), "{}", twice);
        let order = notes.log_order();
        let place = |now: &Zoned| notes.log.iter().position(|entry| entry.moment().is_some_and(|moment| moment.date == now.date()));
        let (one, two) = (place(&now()), place(&later));
        prop_assert!(one.is_some() && two.is_some(), "{}", twice);
        prop_assert!(!order.misplaced.contains(&two.unwrap()), "{}", twice);
    }
}
