use jiff::{
    Zoned,
    civil::date,
    tz::{Offset, TimeZone},
};

use super::*;
use crate::{artifact::notes::FieldName, text};

mod places;
mod properties;

/// Tuesday, 3 February 2026, 14:05, one hour east of Greenwich.
fn now() -> Zoned {
    at(2026, 2, 3, 14)
}

fn at(year: i16, month: i8, day: i8, hour: i8) -> Zoned {
    let zone = TimeZone::fixed(Offset::constant(1));
    date(year, month, day).at(hour, 5, 9, 0).to_zoned(zone).expect("a moment")
}

fn read(text: &str) -> Document {
    Document::read("work-notes/phase-1.md".into(), Kind::WorkNotes, text.into(), &Vocabulary::built_in())
}

fn try_insert_at(text: &str, now: &Zoned, lines: &[&str]) -> Result<Insertion, Obstacle> {
    let what_changed: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
    let entry = NewEntry { now, what_changed: &what_changed, fields: &[] };
    insert_log_entry(&read(text), &Vocabulary::built_in(), &entry)
}

fn insert_at(text: &str, now: &Zoned, lines: &[&str]) -> Insertion {
    let insertion = try_insert_at(text, now, lines).expect("a place");
    assert!(insertion.edit.range.is_empty());
    insertion
}

/// The text with the entry, and `$0` where the cursor is.
fn inserted(text: &str, lines: &[&str]) -> String {
    let insertion = insert_at(text, &now(), lines);
    let mut after = text::apply(text, &[insertion.edit]);
    after.insert_str(insertion.cursor, "$0");
    after
}

/// `case`: a text in which the lines of the edit begin with `»`, and the cursor is `$0`.
#[track_caller]
fn check_with(lines: &[&str], case: &str) {
    let case = case.strip_prefix('\n').unwrap_or(case);
    let before: String = case.split_inclusive('\n').filter(|line| !line.starts_with('»')).collect();
    let after = case.replace('»', "");
    let actual = inserted(&before, lines);
    assert!(actual == after, "--- expected\n{after}\n--- actual\n{actual}\n---");
    let crlf = inserted(&before.replace('\n', "\r\n"), lines);
    assert_eq!(crlf, after.replace('\n', "\r\n"));
}

#[track_caller]
fn check(cases: &[&str]) {
    let mut wrong = Vec::new();
    for case in cases {
        if let Err(panic) = std::panic::catch_unwind(|| check_with(&[], case)) {
            wrong.push(panic.downcast_ref::<String>().cloned().unwrap_or_default());
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn an_empty_log_gets_a_heading_and_four_items() {
    check(&[
        "# N\n\n## Session log\n»\n»### 2026-02-03 14:05\n»\n»- What changed:$0\n»- Why:\n»- Blockers:\n»- Next:\n\n## Commits\n\n- x\n",
        "## Log\n»### 2026-02-03 14:05\n»- What changed:$0\n»- Why:\n»- Blockers:\n»- Next:\n## Commits\n- x\n",
        "# N\n### Work log\n\nNothing yet.\n»\n»#### 2026-02-03 14:05\n»\n»- What changed:$0\n»- Why:\n»- Blockers:\n»- Next:\n\n---\n\n## Commits\n\n- x\n",
        "## Session log\n\n<!-- newest last -->\n»\n»### 2026-02-03 14:05\n»\n»- What changed:$0\n»- Why:\n»- Blockers:\n»- Next:\n",
        "**Status:** done\n\n**Session log:**\n»\n»- 2026-02-03 14:05\n»  - What changed:$0\n»  - Why:\n»  - Blockers:\n»  - Next:\n\n**Commits:**\n\n- x\n",
        "## Session log\n\n| Date | What changed | Next |\n|------|--------------|------|\n»| 2026-02-03 14:05 | $0 |  |\n\n## Commits\n",
        "# Session log\n»\n»## 2026-02-03 14:05\n»\n»- What changed:$0\n»- Why:\n»- Blockers:\n»- Next:\n",
    ]);
}

#[test]
fn headings_are_followed() {
    check(&[
        // The newest last, and first.
        "## Session log\n\n### 2026-01-20\n\n- a\n\n### 2026-01-21\n\n- b\n»\n»### 2026-02-03\n»\n»-$0\n\n## Commits\n",
        "## Session log\n\n»### 2026-02-03\n»\n»-$0\n»\n### 2026-01-21\n\n- b\n\n### 2026-01-20\n\n- a\n\n## Commits\n",
        "## Log\n»#### 2026-02-03 14:05:09\n»*$0\n#### 2026-01-21 10:00:00\n* b\n#### 2026-01-20 11:00:00\n* a\n## Commits\n",
        // Topics go, shared words stay.
        "## Session log\n\n### 2026-01-20 — gateway (Claude)\n\n- a\n\n### 2026-01-21 — parser (Claude)\n\n- b\n»\n»### 2026-02-03 (Claude)\n»\n»-$0\n",
        "## Session log\n\n### 2026-01-20: gateway\n\n- a\n»\n»### 2026-02-03\n»\n»-$0\n",
        // A heading that is a log without being called one.
        "# Handoff\n\n## Start here\n\n»### Live (2026-02-03, session 3)\n»\n»-$0\n»\n### Live (2026-01-21, session 2) — b\n\n- x\n\n### Live (2026-01-20, session 1) — a\n\n- y\n\n### Notes\n",
        // Sessions are counted.
        "## Session log\n\n### Session 2 — 2026-01-20\n\n- a\n\n### Session 3 — 2026-01-21\n\n- b\n»\n»### Session 4 — 2026-02-03\n»\n»-$0\n",
        "## Session log\n\n»### Session 04 (2026-02-03)\n»\n»-$0\n»\n### Session 03 (2026-01-21)\n\n- b\n\n### Session 02 (2026-01-20)\n\n- a\n",
        "## Session log\n\n### Session 1: gateway\n\n- a\n\n### Session 2: parser\n\n- b\n»\n»### Session 3 — 2026-02-03 14:05\n»\n»-$0\n",
        "## Session log\n\n»### Session 3 — 2026-02-03 14:05\n»\n»-$0\n»\n### Session 2: parser\n\n- b\n\n### Session 1: gateway\n\n- a\n",
        "## Session log\n\n### Session 7: gateway\n\n**Date:** 2026-01-21\n\n- a\n»\n»### Session 8\n»\n»**Date:** 2026-02-03\n»\n»-$0\n",
        "## Session log\n\n### 2026-01-20 Session 1\n- a\n\n### 2026-01-20 Session 2\n- a\n\n### 2026-01-21 Session 1\n- b\n»\n»### 2026-02-03 Session 1\n»-$0\n",
        "## Session log\n\n### 🚀 Day 3 — Jan 21, 2026\n\n- a\n»\n»### 🚀 Day 4 — Feb 3, 2026\n»\n»-$0\n",
        // Other dates.
        "## Log\n\n### 2026-01-21 08:00–09:30\n\n- a\n»\n»### 2026-02-03 14:05\n»\n»-$0\n",
        "## Log\n\n### [2026-01-21] Session 3: ports\n\n- a\n»\n»### [2026-02-03] Session 4\n»\n»-$0\n",
        "## Log\n\n### 2026/1/21\n\n- a\n»\n»### 2026/2/3\n»\n»-$0\n",
        "## Log\n\n»### 03/02/2026\n»\n»-$0\n»\n### 21/01/2026\n\n- a\n\n### 05/01/2026\n\n- b\n",
        "## Log\n\n- 1/21/2026: a\n- 2/1/2026: b\n»- 2/3/2026:$0\n",
        "## Log\n\n### 2/1/2026 — gateway\n\n- a\n»\n»### 2026-02-03 14:05\n»\n»-$0\n",
        "## Log\n\n### 2026-01-32\n\n- a\n»\n»### 2026-02-03\n»\n»-$0\n",
        "## Log\n\n### Wed 2026-01-21\n\n- a\n»\n»### Tue 2026-02-03\n»\n»-$0\n",
        "## Log\n\n### Wednesday, 21st January 2026\n\n- a\n»\n»### Tuesday, 3rd February 2026\n»\n»-$0\n",
        "## Log\n\n### 2026年1月21日（水）\n\n- a\n»\n»### 2026年2月3日（火）\n»\n»-$0\n",
        "## Log\n\n### 2026-01-21 10:00 UTC — gateway\n\n- a\n»\n»### 2026-02-03 13:05 UTC\n»\n»-$0\n",
        "## Log\n\n### 2026-01-21T10:00:00Z\n\n- a\n»\n»### 2026-02-03T13:05:09Z\n»\n»-$0\n",
        "## Log\n\n### 2026-01-21 10:00 +02:00\n\n- a\n»\n»### 2026-02-03 14:05 +01:00\n»\n»-$0\n",
        "## Log\n\n### **2026-01-21** | *ports*\n\n- a\n»\n»### **2026-02-03**\n»\n»-$0\n",
        "## Log\n\n### 5. Januar 2026\n\n- a\n\n### 6. Januar 2026\n\n- b\n»\n»### 3. Februar 2026\n»\n»-$0\n",
        "## Log\n\n### Session 1: a\n\n- **Date:** 2026-01-20\n- **Next:** b\n\n### Session 2\n\n- **Date:** 2026-01-21\n- **Next:** c\n»\n»### Session 3\n»\n»- **Date:** 2026-02-03\n»- **Next:**$0\n",
        "## Log\n\n### 2026-01-20\n\n- **Changes** - a\n- **Next** - b\n\n### 2026-01-21\n\n- **Changes** - a\n- **Next** - b\n»\n»### 2026-02-03\n»\n»- **Changes** -$0\n»- **Next** -\n",
        // A date that we do not read is none that we count on.
        "## Log\n\n### Mon Jan 19\n\n- a\n\n### Tue Jan 20\n\n- b\n»\n»### 2026-02-03 14:05\n»\n»-$0\n",
        // Other headings.
        "## Log\n\n### 2026-01-21 ###\n\n- a\n»\n»### 2026-02-03 ###\n»\n»-$0\n",
        "## Log\n\n### 2026-01-20\n- x\n---\n### 2026-01-21\ny\n»\n»---\n»### 2026-02-03\n»-$0\n",
        "## Log\n2026-01-20\n---\n- x\n»## 2026-02-03\n»-$0\n",
        "# Session log\n\n2026-01-20\n----------\n\n- a\n\n2026-01-21\n----------\n\n- a\n»\n»## 2026-02-03\n»\n»-$0\n",
        "# Session Log\n\n»## 2026-02-03\n»\n»### Completed\n»\n»-$0\n»\n»### Resume here\n»\n»---\n»\n## 2026-01-21 — gateway\n\n### Completed\n\n- **Next:** a\n\n### Resume here\n\n1. b\n2. c\n\n---\n\n## 2026-01-20 — parser\n\n### Completed\n\n- a\n\n### Surprises\n\nNone.\n\n### Resume here\n\n1. b\n",
    ]);
}

#[test]
fn bodies_are_followed() {
    check(&[
        "## Log\n\n### 2026-01-21\n\n- **What changed:** a\n- **Why:** b\n- **Blockers:** none\n- **Next:** c\n»\n»### 2026-02-03\n»\n»- **What changed:**$0\n»- **Why:**\n»- **Blockers:**\n»- **Next:**\n\n---\n\n## Commits\n",
        "## Log\n\n### 2026-01-20\n**What was done**:\n- a\n\n**Files touched**:\n- `b`\n\n**Next**: c\n\n### 2026-01-21\n**What was done**:\n- a\n\n**Diagnosis**: odd\n\n**Files touched**:\n- `b`\n\n**Next**: c\n»\n»### 2026-02-03\n»**What was done**:$0\n»\n»**Files touched**:\n»\n»**Next**:\n",
        "## Log\n\n### 2026-01-21\n\n#### What changed\n\n* a\n\n#### Next\n\nProse.\n»\n»### 2026-02-03\n»\n»#### What changed\n»\n»*$0\n»\n»#### Next\n",
        "## Log\n\n### 2026-01-21\n\n- **Next** — c\n  - d\n- **What changed** — a\n»\n»### 2026-02-03\n»\n»- **Next** —$0\n»- **What changed** —\n",
        "## Log\n\n### 2026-01-21\n\n- What changed – a\n- Why – b — c\n»\n»### 2026-02-03\n»\n»- What changed –$0\n»- Why –\n",
        "## Log\n\n### 2026-01-21\n\n- 変更：あ\n- 次：い\n»\n»### 2026-02-03\n»\n»- 変更：$0\n»- 次：\n",
        "## Log\n\n### 2026-01-21\nWhat changed: a\nWhy: b\nNext: c\n»\n»### 2026-02-03\n»What changed:$0\n»Why:\n»Next:\n",
        "## Log\n\n### 2026-01-21\n\n- did a\n- did b\n\nNext: c\n»\n»### 2026-02-03\n»\n»-$0\n»\n»Next:\n",
        "## Log\n\n### 2026-01-21\n\n- **Done**\n  - x\n- **Next**\n  - y\n»\n»### 2026-02-03\n»\n»- **Done**$0\n»- **Next**\n",
        "## Log\n\n### 2026-01-21\n\n**What changed:** a  \n**Next:** c\n»\n»### 2026-02-03\n»\n»**What changed:**$0\n»**Next:**\n",
        "## Log\n\n### 2026-01-20\n\n1. **What changed:** a\n2. **Next:** c\n»\n»### 2026-02-03\n»\n»1. **What changed:**$0\n»2. **Next:**\n",
        "## Log\n\n### 2026-01-20\n> - What changed: a\n> - Next: b\n»\n»### 2026-02-03\n»> - What changed:$0\n»> - Next:\n",
        "## Log\n\n### 2026-01-21\n\n- b\n»\n»### 2026-02-03\n»\n»-$0\n\n### Notes\n\ntext\n",
        "## Log\n\nNewest first.\n\n»### 2026-02-03\n»\n»-$0\n»\n### 2026-01-21\n\n- b\n\n### 2026-01-20\n\n- b\n\n<!-- older ones elsewhere -->\n",
        "## Log\n\n#### Log entry 12: 2026-01-21 10:00–11:30\n\nText.\n»\n»#### Log entry 13: 2026-02-03 14:05\n»\n»-$0\n",
        "## Log\n\n### 2026-01-21\n\nWe moved the port.\n»\n»### 2026-02-03\n»\n»-$0\n",
        "## Log\n\n### 2026-01-20\n\n### 2026-01-21\n»\n»### 2026-02-03\n»\n»- What changed:$0\n»- Why:\n»- Blockers:\n»- Next:\n",
        "## Log\n\n### <YYYY-MM-DD HH:MM>\n\n- What changed:\n- Next steps:\n»\n»### 2026-02-03 14:05\n»\n»- What changed:$0\n»- Next steps:\n",
        "## Log\n\n### 2026-01-20\n\n- x\n\n---\n\n### 2026-01-21\n\n- y\n»\n»---\n»\n»### 2026-02-03\n»\n»-$0\n\n---\n\n## Commits\n",
    ]);
}

#[test]
fn items_rows_and_paragraphs_are_followed() {
    check(&[
        "**Session log:**\n\n»**2026-02-03**\n»\n»-$0\n»\n**2026-01-21**\n- b\n\n**2026-01-20**\n- a\n\n**Commits:**\n- x\n",
        "**Session log:**\n\n»**2026-02-03**\n»\n»- What changed:$0\n»- Why:\n»- Blockers:\n»- Next:\n»\n**2026-01-21** \n\n**2026-01-20** a\n",
        "## Log\n\n- 2026-01-20: a\n- 2026-01-21: b\n»- 2026-02-03:$0\n\n## Commits\n",
        "## Log\n\n»* **2026-02-03** —$0\n* **2026-01-21** — b\n* **2026-01-20** — a\n",
        "## Log\n- **2026-01-20:** a\n- **2026-01-21:** b\n»- **2026-02-03:**$0\n",
        "## Log\n\n1. 2026-01-20 a\n2. 2026-01-21 b\n»3. 2026-02-03$0\n",
        "## Log\n\n- 2026-01-21\n  - What changed: a\n  - Next: b\n»- 2026-02-03\n»  - What changed:$0\n»  - Next:\n",
        "## Log\n\n- 2026-01-21: gateway\n\t- What changed: a\n\t- Next: b\n»- 2026-02-03:$0\n»\t- What changed:\n»\t- Next:\n",
        "> ## Log\n>\n\n## Session log\n\n> - 2026-01-20: a\n> - 2026-01-21: b\n»> - 2026-02-03:$0\n",
        "## Log\n\n**2026-01-20**\n\n- a\n\n**2026-01-21**\n\n- b\n»\n»**2026-02-03**\n»\n»-$0\n\n## Commits\n",
        "## Log\n\n**2026-01-20 — ports** a\n\n**2026-01-21 — charts** b\n»\n»**2026-02-03**$0\n",
        "## Log\n\n- **2026-01-20 — ports**\n- **2026-01-21 — charts**\n»- **2026-02-03 — $0**\n",
        "## Log\n\n- [2026-01-20 - ports](a.md)\n- [2026-01-21 - charts](b.md)\n»- [2026-02-03 - $0]\n",
        "## Log\n\n**[2026-01-20 10:00]** a\n\n**[2026-01-21 11:00]** b\n»\n»**[2026-02-03 14:05]**$0\n",
        "## Log\n\n- **Session 1 (2026-01-20):** a\n- **Session 2 (2026-01-21):** b\n»- **Session 3 (2026-02-03):**$0\n",
        "## Log\n\n- [x] 2026-01-20: a\n- [x] 2026-01-21: b\n»- [x] 2026-02-03:$0\n",
        "## Log\n\n2026-01-20: a\n\n2026-01-21: b\n»\n»2026-02-03:$0\n",
        "## Log\n\n| Date | What changed | Next |\n|---|---|---|\n| 2026-01-20 | a | b |\n| 2026-01-21 | a | b |\n»| 2026-02-03 | $0 |  |\n\ntext\n",
        "## Log\n\n| # | Date       | Time  | Summary |\n|---|------------|-------|---------|\n»| 3 | 2026-02-03 | 14:05 | $0 |\n| 2 | 2026-01-21 | 10:00 | ports   |\n| 1 | 2026-01-20 | 10:00 | charts  |\n",
        "## Log\n\nDate|Work\n-|-\n2026-01-20|a\n2026-01-21|b\n»2026-02-03|$0\n",
        // Who wrote it.
        "## Log\n\n- 2026-01-20 (Ada): a\n- 2026-01-21 (Bob): b\n»- 2026-02-03:$0\n",
        "## Log\n\n- 2026-01-20 (Ada): a\n- 2026-01-21 (Ada): b\n»- 2026-02-03 (Ada):$0\n",
        "## Log\n\n- 2026-01-21 (Ada) asked: why\n»- 2026-02-03$0\n",
        // A date at the end.
        "## Log\n\n- did a (2026-01-20)\n- did b (2026-01-21)\n»- $0 (2026-02-03)\n",
        "## Log\n\n»- $0 — 2026-02-03\n- did b, then c — 2026-01-21\n- did a — 2026-01-20\n",
        "## Log\n\n- Session 1 — 2026-01-21\n»- Session 2 — 2026-02-03$0\n",
        "## Log\n\n- **ports (2026-01-21)**\n  - b\n»- **(2026-02-03)**\n»  -$0\n",
        // Rows that wait for words.
        "## Log\n\n| Date | Work | Next |\n|---|---|---|\n»| 2026-02-03 14:05 | $0 |  |\n| | | |\n\ntext\n",
        "## Log\n\n| Date | Work |\n|---|---|\n»| 2026-02-03 14:05 | $0 |\n| YYYY-MM-DD | <what> |\n",
        "## Log\n\n| Date | Work |\n|---|---|\n| 2026-01-21 | b |\n»| 2026-02-03 | $0 |\n| | |\n",
        // Groups.
        "## Log\n\n### February 2026\n\n#### 2026-02-01\n\n- b\n»\n»#### 2026-02-03\n»\n»-$0\n\n## Commits\n",
        "## Log\n\n### January 2026\n\n#### 2026-01-20\n\n- a\n\n#### 2026-01-21\n\n- b\n»\n»### February 2026\n»\n»#### 2026-02-03\n»\n»-$0\n\n## Commits\n",
        "## Log\n\n»### February 2026\n»\n»#### 2026-02-03\n»\n»-$0\n»\n### January 2026\n\n#### 2026-01-21\n\n- a\n\n#### 2026-01-20\n\n- b\n",
    ]);
}

#[test]
fn what_changed_is_filled_in() {
    for (lines, case) in [
        (
            &["Add a | b"][..],
            "## Log\n»### 2026-02-03 14:05\n»- What changed: Add a | b\n»- Why:$0\n»- Blockers:\n»- Next:\n## Commits\n- x\n",
        ),
        (
            &["# Add", "1. go"],
            "## Log\n»### 2026-02-03 14:05\n»- What changed:\n»  - \\# Add\n»  - 1\\. go\n»- Why:$0\n»- Blockers:\n»- Next:\n## Commits\n- x\n",
        ),
        (
            &["a|b", "c"],
            "## Log\n\n| Date | Work | Next |\n|---|---|---|\n| 2026-01-20 | a | b |\n»| 2026-02-03 | a\\|b; c | $0 |\n",
        ),
        (&["a"], "## Log\n\n- 2026-01-20: a\n- 2026-01-21: b\n»- 2026-02-03: a$0\n"),
        (&["a", "b"], "## Log\n\n- 2026-01-20: a\n- 2026-01-21: b\n»- 2026-02-03: a; b$0\n"),
        (&["a", "b"], "## Log\n\n### 2026-01-20\n\n* x\n»\n»### 2026-02-03\n»\n»* a\n»* b$0\n"),
        (&["a"], "## Log\n\n### 2026-01-20\n\nWe moved.\n»\n»### 2026-02-03\n»\n»a$0\n"),
        (
            &["a", "b"],
            "## Log\n\n### 2026-01-20\n**What changed**:\n1. x\n\n**Next**: y\n»\n»### 2026-02-03\n»**What changed**:\n»1. a\n»2. b\n»\n»**Next**:$0\n",
        ),
        (
            &["a", "b"],
            "## Log\n\n### 2026-01-20\n\n**What changed:** x\n\n**Next:** y\n»\n»### 2026-02-03\n»\n»**What changed:**\n»- a\n»- b\n»\n»**Next:**$0\n",
        ),
        (
            &["a", "b"],
            "## Log\n\n### 2026-01-20\nWhat changed: x\nNext: y\n»\n»### 2026-02-03\n»What changed: a; b\n»Next:$0\n",
        ),
        (
            &["a", "b"],
            "# Progress\n\n»## 2026-02-03 — a\n»\n»- b$0\n»\n## 2026-01-21 — b\n\n- x\n\n## 2026-01-20 — a\n\n- y\n",
        ),
        (
            &["a", "b"],
            "# Log\n\n## 2026-01-20 — a\n\n**Done:** x\n\n**Next:** y\n\n## 2026-01-21 — b\n\n**Done:** x\n\n**Next:** y\n»\n»## 2026-02-03 — a\n»\n»**Done:**\n»- a\n»- b\n»\n»**Next:**$0\n",
        ),
        (
            &["a"],
            "# Session Log\n\n## 2026-01-21\n\n### Completed\n\n- a\n\n### Resume here\n\n- b\n\n## 2026-01-22\n\n### Completed\n\n- a\n\n### Resume here\n\n- b\n»\n»## 2026-02-03\n»\n»### Completed\n»\n»- a\n»\n»### Resume here$0\n",
        ),
    ] {
        check_with(lines, case);
    }
}

#[test]
fn what_was_done_is_the_title_where_entries_have_one() {
    for case in [
        "# Progress\n\n»## 2026-02-03 — Add it$0\n»\n## 2026-01-21 — b\n\n- x\n\n## 2026-01-20 — a\n\n- y\n",
        "# Dev log\n\n---\n\n## 2026-01-20 · v1.2 · a\n\nx\n\n---\n\n## 2026-01-21 · v1.3 · b\n\nx\n»\n»---\n»\n»## 2026-02-03 · Add it$0\n\n---\n\n## How to append\n\n```\n## YYYY-MM-DD · title\n```\n",
        "# Session log\n\n## Session 1: a (2026-01-20)\n\n### What was done\n- x\n\n### Next steps\n- y\n\n## Session 2: b (2026-01-21)\n\n### What was done\n- x\n\n### Next steps\n- y\n»\n»## Session 3: Add it (2026-02-03)\n»\n»### What was done\n»- Add it\n»\n»### Next steps$0\n",
        "# Log\n\n## [2026-01-20] — a\n- **Status:** DONE\n- **What:** x\n\n## [2026-01-21] — b\n- **Status:** DONE\n- **What:** y\n»\n»## [2026-02-03] — Add it\n»- **Status:** DONE\n»- **What:** Add it$0\n",
        "# Log\n\n»## ✅ Add it — 2026-02-03$0\n»\n## ✅ b — 2026-01-21 → 2026-01-22\n\nx\n\n## ✅ a — 2026-01-20\n\ny\n",
        "# Log\n\n## 2026-01-20 Session — a\n\nx\n\n## 2026-01-20 Session B — b\n\nx\n»\n»## 2026-02-03 Session — Add it$0\n",
        "# Log\n\n## 2026-01-20 #01 — a\n\nx\n\n## 2026-01-20 #02 — b\n\nx\n\n## 2026-01-21 #01 — b\n\nx\n»\n»## 2026-02-03 #01 — Add it$0\n",
        "# Status\n\n## Done so far\n»- 2026-02-03: Add it$0\n- 2026-01-21: b\n- Goal: c\n- 2026-01-20: a\n\n## Next\n\n- d\n",
        "# Progress\n\n[2026-01-20 10:00] - a\n[2026-01-21 10:00] - b\n»\n»[2026-02-03 14:05] - Add it$0\n",
        "# Log\n\n## 5. Januar 2026: a\n\nx\n\n## 16. Januar 2026: b\n\nx\n»\n»## 3. Februar 2026: Add it$0\n",
        "# Log 2026\n\n## Jan 20 - a\n\nx\n\n## Jan 21 - b\n\nx\n»\n»## Feb 3 - Add it$0\n",
        "# Log\n\n## 20260120 a\n\nx\n\n## 20260121 b\n\nx\n»\n»## 20260203 Add it$0\n",
        "## Log\n\n### Session 1: a\n\nx\n\n### Session 2: b\n\nx\n»\n»### Session 3: Add it — 2026-02-03 14:05$0\n",
        // What one entry alone has is no title.
        "# Log\n\n## 2026-01-20 (later)\n\n- x\n\n## 2026-01-21\n\n- x\n»\n»## 2026-02-03\n»\n»- Add it$0\n",
        // Facts of a machine say nothing of the work.
        "# Log\n\n## 2026-01-20\n**Session ID:** 1\n\n### Last commits\n\n## 2026-01-21\n**Session ID:** 2\n\n### Last commits\n»\n»## 2026-02-03\n»\n»- Add it$0\n",
        "# Log\n\n## 2026-01-20\n\n- [x] a\n\n## 2026-01-21\n\n- [x] b\n»\n»## 2026-02-03\n»\n»- [x] Add it$0\n",
    ] {
        check_with(&["Add it"], case);
    }
}

#[test]
fn other_fields_stand_where_the_log_has_them_or_beside_what_was_done() {
    let fields = [(FieldName::Why, "because".to_owned()), (FieldName::Next, "go".to_owned())];
    for case in [
        "## Session log\n»\n»### 2026-02-03 14:05\n»\n»- What changed: a\n»- Why: because\n»- Blockers:\n»- Next: go\n",
        "# Log\n\n## 2026-01-21 — b\n\n**What shipped:** b\n\n**Planned next:** c\n»\n»## 2026-02-03 — a\n»\n»**What shipped:**\n»- a\n»- Why: because\n»\n»**Planned next:** go\n",
        "# Log\n\n## 2026-01-21\n\n### Done\n- b\n\n### Next steps\n- c\n»\n»## 2026-02-03\n»\n»### Done\n»- a\n»- Why: because\n»\n»### Next steps\n»- go\n",
        "## Log\n\n| Date | Work | Why | Next |\n|---|---|---|---|\n| 2026-01-20 | a | b | c |\n»| 2026-02-03 | a | because | go |\n",
        "## Log\n\n- 2026-01-20: b\n- 2026-01-21: c\n»- 2026-02-03: a; Why: because; Next: go\n",
    ] {
        let before: String = case.split_inclusive('\n').filter(|line| !line.starts_with('»')).collect();
        let (now, what_changed) = (now(), ["a".to_owned()]);
        let entry = NewEntry { now: &now, what_changed: &what_changed, fields: &fields };
        let edit = insert_log_entry(&read(&before), &Vocabulary::built_in(), &entry).expect("a place").edit;
        assert_eq!(text::apply(&before, &[edit]), case.replace('»', ""));
    }
}

#[test]
fn what_changed_is_added_to_entries_that_do_not_say_it() {
    for (lines, case) in [
        (
            &["Add the chart"][..],
            "## Log\n\n### 2026-01-02\n\n- Next: a\n- Why: b\n»\n»### 2026-02-03\n»\n»- What changed: Add the chart\n»- Next:$0\n»- Why:\n",
        ),
        (
            &["a", "b"],
            "## Log\n\n### 2026-01-02\n- Next: a\n- Why: b\n»\n»### 2026-02-03\n»- What changed:\n»  - a\n»  - b\n»- Next:$0\n»- Why:\n",
        ),
        (&["a"], "## Log\n\n### 2026-01-02\n\nNEXT: c\n»\n»### 2026-02-03\n»\n»WHAT CHANGED: a\n»\n»NEXT:$0\n"),
        (
            &["a"],
            "## Log\n\n### 2026-01-02\n\n**Next:** c  \n**Why:** d\n»\n»### 2026-02-03\n»\n»**What changed:** a  \n»**Next:**$0\n»**Why:**\n",
        ),
        (
            &["a"],
            "## Log\n\n### 2026-01-02\n\n#### Next\n\n- b\n\n#### Why\n\n- c\n»\n»### 2026-02-03\n»\n»#### What changed\n»\n»- a\n»\n»#### Next\n»\n»#### Why$0\n",
        ),
        (
            &["a"],
            "## Log\n\n### Session 7\n\n**Date:** 2026-01-21\n**Next:** c\n**Why:** d\n»\n»### Session 8\n»\n»**Date:** 2026-02-03\n»**What changed:** a\n»**Next:**$0\n»**Why:**\n",
        ),
        (&["a"], "## Log\n\n- 2026-01-20: x\n  - Next: b\n»- 2026-02-03: a\n»  - Next:$0\n"),
        (&["a"], "## Log\n\n- 2026-01-20\n  - Next: b\n»- 2026-02-03\n»  - What changed: a\n»  - Next:$0\n"),
        (
            &["a"],
            "## Log\n\n### 2026-01-02\n\n**Next:** c\n\n**Files:** d\n»\n»### 2026-02-03\n»\n»**What changed:** a\n»\n»**Next:**$0\n»\n»**Files:**\n",
        ),
        (&["a | b"], "## Log\n\n| Date |\n|---|\n| 2026-01-20 |\n»| 2026-02-03 — a \\| b |$0\n"),
        (&["a"], "## Log\n\n| # | Date |\n|---|---|\n| 1 | 2026-01-20 |\n»| 2 | 2026-02-03 — a |$0\n"),
        (
            &["a"],
            "## Log\n\n- 2026-01-20: What changed: x. Why: y\n- 2026-01-21: What changed: z. Why: y\n»- 2026-02-03: What changed: a$0\n",
        ),
    ] {
        check_with(lines, case);
    }
}

#[test]
fn lines_below_an_item_stay_its_own() {
    for case in [
        "## Log\n\n- 2026-01-20\n\n  did b\n\n- 2026-01-21\n\n  did c\n»\n»- 2026-02-03\n»\n»  a$0\n",
        "## Log\n\n- 2026-01-20\n\n  did b\n»\n»- 2026-02-03\n»\n»  a$0\n",
        "## Log\n\n»- **2026-02-03**\n»  a$0\n- **2026-01-21**\n  did b\n- **2026-01-20**\n  did c\n",
        "## Log\n\n- **2026-01-21**\\\n  did b\n»- **2026-02-03**\\\n»  a$0\n",
        "## Log\n\n-   2026-01-21  \n    did b\n»-   2026-02-03  \n»    a$0\n",
        "## Log\n\n> - 2026-01-21\n>   did b\n»> - 2026-02-03\n»>   a$0\n",
        "## Log\n\n8. 2026-01-21\n   - Done: b\n   - Next: c\n»9. 2026-02-03\n»   - Done: a\n»   - Next:$0\n",
    ] {
        check_with(&["a"], case);
    }
    check_with(&["a", "b"], "## Log\n\n- 2026-01-20\n\n  did b\n»\n»- 2026-02-03\n»\n»  - a\n»  - b$0\n\n## Commits\n");
}

#[test]
fn what_is_indented_below_does_not_become_part_of_the_entry() {
    check(&[
        "## Session log\n»\n»### 2026-02-03 14:05\n»\n»What changed:$0\n\n   ## Commits\n\n- x\n",
        "**Session log:**\n»\n»2026-02-03 14:05\n»\n»What changed:$0\n\n  **Commits:** none\n",
        "# Session log\n\n### 2026-01-02 ###\n»\n»### 2026-02-03 ###\n»\n»What changed:$0\n\n  ## Commits\n",
    ]);
    assert_eq!(
        inserted("## Status\n\n  ## Commits\n", &["a"]),
        "## Status\n\n## Session log\n\n### 2026-02-03 14:05\n\nWhat changed: a$0\n\n  ## Commits\n"
    );
}

#[test]
fn labels_that_say_who_and_how_long_stay_empty() {
    for case in [
        "## Log\n\n### 2026-01-20\n\n**Author:** Ada\n\n- b\n\n### 2026-01-21\n\n**Author:** Ada\n\n- b\n»\n»### 2026-02-03\n»\n»**Author:** Ada\n»\n»- a$0\n",
        "## Log\n\n### 2026-01-20\nDuration: 2h\n- b\n\n### 2026-01-21\nDuration: 1h\n- b\n»\n»### 2026-02-03\n»Duration:$0\n»- a\n",
        "## Log\n\n### Session 6\n\n**Date:** 2026-01-20\n**Author:** Ada\n\n- b\n\n### Session 7\n\n**Date:** 2026-01-21\n**Author:** Ada\n\n- b\n»\n»### Session 8\n»\n»**Date:** 2026-02-03\n»**Author:** Ada\n»\n»- a$0\n",
    ] {
        check_with(&["a"], case);
    }
}

#[test]
fn the_labels_of_a_single_entry_are_followed() {
    for case in [
        "## Log\n\n### 2026-01-21\n\n- Did: b\n- Todo: c\n»\n»### 2026-02-03\n»\n»- Did: a\n»- Todo:$0\n",
        "## Log\n\n### Session 1\n\n- Date: 2026-01-21\n- What: b\n- Rest: c\n»\n»### Session 2\n»\n»- Date: 2026-02-03\n»- What: a\n»- Rest:$0\n",
        "## Sessions\n\n### Session 1 (2026-01-21)\n\n**Goal**: b\n\n**Outcome**: c\n»\n»### Session 2 (2026-02-03)\n»\n»**Goal**:$0\n»\n»**Outcome**: a\n",
        "## Log\n\n### 2026-01-21\n\n- `did`: b\n- the rest: it waits\n»\n»### 2026-02-03\n»\n»- a$0\n",
    ] {
        check_with(&["a"], case);
    }
}

#[test]
fn an_entry_alone_has_its_stops() {
    let text = "## Log\r\n\r\n- 2026-01-20: a\r\n  - Next: b\r\n";
    let now = now();
    let entry = NewEntry { now: &now, what_changed: &[], fields: &[] };
    let (entry, direction) = entry_text(&read(text), &Vocabulary::built_in(), &entry);
    assert_eq!(entry, Fragment { text: "- 2026-02-03: \n  - Next: ".to_owned(), stops: vec![14, 25] });
    assert_eq!(direction, Direction::NewestLast);
}

#[test]
fn of_several_logs_the_one_with_the_newest_entry_grows() {
    check(&[
        "## Log\n\n### 2026-01-20\n\n- a\n\n## Session log\n\n### 2026-01-22\n\n- b\n»\n»### 2026-02-03\n»\n»-$0\n\n## Sessions\n",
        "## Log\n\n## Session log\n\n### 2026-01-22\n\n- b\n»\n»### 2026-02-03\n»\n»-$0\n",
    ]);
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
    let plan = |text: &str| Document::read("plan/phase-1.md".into(), Kind::Plan, text.into(), &vocabulary);
    let now = now();
    let entry = NewEntry { now: &now, what_changed: &[], fields: &[] };
    assert_eq!(insert_log_entry(&plan("# P\n"), &vocabulary, &entry), Err(Obstacle::NoLog));
    let text = "# P\n## Goals\n- a\n## What happened\n### 2026-01-20\n- b\n### 2026-01-21\n- c\n## Constraints\n";
    let edit = insert_log_entry(&plan(text), &vocabulary, &entry).unwrap().edit;
    assert_eq!(edit.range.start, text.find("\n## Constraints").unwrap());
}
