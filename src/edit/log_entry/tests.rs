use jiff::{
    Zoned,
    civil::date,
    tz::{Offset, TimeZone},
};

use super::*;
use crate::{
    artifact::notes::FieldName,
    testing::{check_cases, document},
    text,
};

mod properties;

/// Tuesday, 3 February 2026, 14:05, one hour east of Greenwich.
fn now() -> Zoned {
    at(2026, 2, 3, 14)
}

fn at(year: i16, month: i8, day: i8, hour: i8) -> Zoned {
    let zone = TimeZone::fixed(Offset::constant(1));
    date(year, month, day).at(hour, 5, 9, 0).to_zoned(zone).expect("a moment")
}

fn notes(text: &str) -> Document {
    document(Kind::WorkNotes, text)
}

fn try_insert_at(text: &str, now: &Zoned, lines: &[&str]) -> Result<Insertion, Obstacle> {
    let what_changed: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
    let entry = NewEntry { now, what_changed: &what_changed, fields: &[] };
    insert_log_entry(&notes(text), &Vocabulary::built_in(), &entry)
}

fn insert_at(text: &str, now: &Zoned, lines: &[&str]) -> Insertion {
    let insertion = try_insert_at(text, now, lines).expect("a place");
    assert!(insertion.edit.range.is_empty());
    insertion
}

/// The text with the entry, and `$0` where the cursor is.
fn inserted(text: &str, lines: &[&str]) -> String {
    with_cursor(text, insert_at(text, &now(), lines))
}

fn with_cursor(text: &str, insertion: Insertion) -> String {
    let mut after = text::apply(text, &[insertion.edit]);
    after.insert_str(insertion.cursor, "$0");
    after
}

#[test]
fn entries_are_as_their_authors_write_them() {
    let (now, vocabulary) = (now(), Vocabulary::built_in());
    check_cases("log-entry", |case| {
        let field = |(name, key)| case.all(key).into_iter().map(move |text| (name, text));
        let fields: Vec<_> = [(FieldName::Why, "why"), (FieldName::Next, "next")].into_iter().flat_map(field).collect();
        let entry = NewEntry { now: &now, what_changed: &case.all("what changed"), fields: &fields };
        let insertion = insert_log_entry(&notes(&case.before), &vocabulary, &entry).expect("a place");
        with_cursor(&case.before, insertion)
    });
}

#[test]
fn a_byte_order_mark_stays_in_front() {
    let section = "## Session log\n\n### 2026-02-03 14:05\n\n- What changed:$0\n- Why:\n- Blockers:\n- Next:";
    assert_eq!(inserted("\u{feff}", &[]), format!("\u{feff}{section}"));
    assert_eq!(
        inserted("\u{feff}## 2026-01-21 — b\n\n- x\n\n## 2026-01-20 — a\n", &["c"]),
        "\u{feff}## 2026-02-03 — c$0\n\n## 2026-01-21 — b\n\n- x\n\n## 2026-01-20 — a\n"
    );
}

#[test]
fn where_only_what_is_indented_follows_the_section_is_a_paragraph() {
    assert_eq!(
        inserted("## Status\n\n  ## Commits\n", &["a"]),
        "## Status\n\n## Session log\n\n### 2026-02-03 14:05\n\nWhat changed: a$0\n\n  ## Commits\n"
    );
}

#[test]
fn an_entry_tears_nothing_apart_that_never_closes() {
    for before in [
        "text\n```\ncode\n",
        "## Log\n### 2026-01-20\n- a\n```\ncargo test\n",
        "## Log\n\n### 2026-01-20\n\n- a\n\n```\ncargo test\n\n## Commits\n",
        "# N\n\n## Risks\n\n```yaml\na: b\n\n## Session log\n",
        "# N\n\n<pre>\nx\n",
        "# N\n\n## Risks\n\n<STYLE>\nx\n\n## Session log\n",
    ] {
        let at = before.find(['`', '<']).expect("a fence or a tag");
        assert_eq!(try_insert_at(before, &now(), &[]), Err(Obstacle::NeverClosed(at)), "{before}");
    }
}

#[test]
fn what_closes_at_the_end_of_the_log_is_left_above_the_entry() {
    for block in ["<pre>\nx\n</pre>", "<script>\nx\n</script>", "<style>\n\nx\n</style>"] {
        let log = format!("## Log\n\n### 2026-01-19\n\n- a\n\n### 2026-01-20\n\n- b\n\n{block}\n");
        assert_eq!(inserted(&log, &[]), format!("{log}\n### 2026-02-03\n\n-$0\n"));
    }
}

#[test]
fn the_end_of_the_file_stays_as_it_is() {
    assert_eq!(
        inserted("## Log\r\n- 2026-01-20: a\r\n- 2026-01-21: b", &[]),
        "## Log\r\n- 2026-01-20: a\r\n- 2026-01-21: b\r\n- 2026-02-03:$0"
    );
    assert_eq!(
        inserted("## Log\n\n### 2026-01-20\n\n- a", &[]),
        "## Log\n\n### 2026-01-20\n\n- a\n\n### 2026-02-03\n\n-$0"
    );
    assert_eq!(
        inserted("\u{feff}## Log\r\r- 2026-01-20: a\r", &[]),
        "\u{feff}## Log\r\r- 2026-01-20: a\r- 2026-02-03:$0\r"
    );
}

#[test]
fn an_entry_alone_has_its_stops() {
    let text = "## Log\r\n\r\n- 2026-01-20: a\r\n  - Next: b\r\n";
    let now = now();
    let entry = NewEntry { now: &now, what_changed: &[], fields: &[] };
    let (entry, direction) = entry_text(&notes(text), &Vocabulary::built_in(), &entry);
    assert_eq!(entry, Fragment { text: "- 2026-02-03: \n  - Next: ".to_owned(), stops: vec![14, 25] });
    assert_eq!(direction, Direction::NewestLast);
    // The edit leaves out the blanks that an editor has its cursor behind.
    let Insertion { edit, template, .. } = insert_at(text, &now, &[]);
    assert_eq!(edit.replacement, "\r\n- 2026-02-03:\r\n  - Next:");
    assert_eq!(template.text, "\r\n- 2026-02-03: \r\n  - Next: ");
    assert_eq!(template.stops, [16, 28]);
}

#[test]
fn the_time_grows_with_the_length() {
    for part in [
        "### 2026-01-02 — a (b)\n\n- Next: c\n\n",
        "- 2026-01-02: a\n  - Why: b\n",
        "**2026-01-02** a\n\n",
        "- What changed: a\n",
        "**A:** b\n",
        "#### Next\n",
        "Session 1, ",
        "(",
        "（[(",
        "**",
        "*a ",
        "> - ",
        "- ",
        "| 2026-01-02 | a |\n",
        "### January 2026\n#### 2026-01-02\n",
        "### Session 1\n",
        "<!-- a -->\n",
        "---\n\n",
        "```\n",
        " ",
        "\n",
        "— ",
    ] {
        for opening in ["", "### 2026-01-01 ", "### 2026-01-01\n", "- 2026-01-01 ", "| Date | B |\n|---|---|\n"] {
            crate::testing::check_growth(part, 1_600, |words| {
                let _ = try_insert_at(&format!("## Session log\n\n{opening}{words}]"), &now(), &[]);
            });
        }
    }
}

#[test]
fn plans_and_prompts_get_no_log_but_may_have_one() {
    let vocabulary = Vocabulary::built_in();
    let plan = |text: &str| document(Kind::Plan, text);
    let now = now();
    let entry = NewEntry { now: &now, what_changed: &[], fields: &[] };
    assert_eq!(insert_log_entry(&plan("# P\n"), &vocabulary, &entry), Err(Obstacle::NoLog));
    let text = "# P\n## Goals\n- a\n## What happened\n### 2026-01-20\n- b\n### 2026-01-21\n- c\n## Constraints\n";
    let edit = insert_log_entry(&plan(text), &vocabulary, &entry).unwrap().edit;
    assert_eq!(edit.range.start, text.find("\n## Constraints").unwrap());
}
