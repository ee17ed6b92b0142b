use super::{Context, Sink};
use crate::artifact::{
    dates, entries,
    notes::{LogEntry, WorkNotes},
};

rule! {
    /// A log entry has a date that can be read.
    ///
    /// ### Why
    ///
    /// The date says which entry is the newest, and whether the notes still describe the work.
    /// `2026-01-15`, `2026-01-15 10:00`, `2026/1/15` and `January 15, 2026` are read, before or after other
    /// words; a day that no calendar has is a slip. `15/1/2026` and `1/15/2026` are read as well, and tell
    /// what `2/1/2026` means in the same log; alone, it may be either day. It speaks of an entry without a date where
    /// two others, and at least half of the log's entries, have one. A section of the log that stands apart from its dated entries,
    /// such as `How to append` above them, is no entry.
    ///
    /// ### Fires
    ///
    /// ```md
    /// ## Session log
    /// ### Second session
    /// ### 2026-02-30
    /// ```
    ///
    /// ### Quiet
    ///
    /// ```md
    /// ## Session log
    /// ### Second session (2026-02-28 14:30)
    /// ```
    "malformed-log-entry", severity = Hint, check = WorkNotes(check)
}

fn check(ctx: &Context, notes: &WorkNotes, out: &mut Sink) {
    // A heading that is still a placeholder is left to `leftover-placeholder`.
    let is_written = |entry: &&LogEntry| entry.date.is_some() || !entries::is_placeholder(ctx.slice(entry.heading.clone()));
    let written: Vec<&LogEntry> = notes.log.iter().filter(is_written).collect();
    let dated = written.iter().filter(|entry| entry.date.is_some()).count();
    for entry in written.iter().filter(|entry| entry.moment().is_none()) {
        match &entry.date {
            Some(date) => {
                let words = ctx.slice(date.range.clone());
                let is_ambiguous = dates::find(words).is_some_and(|date| date.moment.is_some());
                out.report(date.range.clone(), match is_ambiguous {
                    true => format!("`{words}` may be either of two days: write it as `2026-01-15`."),
                    false => format!("There is no such date as `{words}`."),
                })
            }
            None if dated < 2 || 2 * dated < written.len() => continue,
            None => out.report(entry.heading.clone(), "This log entry has no date that can be read, such as `2026-01-15`."),
        };
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn entries_without_a_readable_or_possible_date_are_found() {
        check(
            "malformed-log-entry",
            r#"
//- work-notes/phase-1.md
## Progress log
### 😀 before Christmas
    ^^^^^^^^^^^^^^^^^^ malformed-log-entry
### ports [2026-02-29]
           ^^^^^^^^^^ malformed-log-entry
### 2026年1月21日
### 21 January 2026, 14:30
### 2026-01-22T09:00Z — done
#### Next
### Session 7
**Date:** 2026-01-23
//- work-notes/phase-2.md
## Session log
- January 32, 2026: a
  ^^^^^^^^^^^^^^^^ malformed-log-entry
- no date at all
- 2026/1/5: b
//- work-notes/phase-3.md
## Session log
### What changed
- a
### Next
- b
//- work-notes/phase-4.md
## Session log
### <YYYY-MM-DD HH:MM>
### [<YYYY-MM-DD>] - <Title>
### 2026-01-15
### 2026-01-15 25:61
    ^^^^^^^^^^^^^^^^ malformed-log-entry
### <YYYY-MM-DD> or so
    ^^^^^^^^^^^^^^^^^^ malformed-log-entry
//- work-notes/phase-5.md
## Session log
- 5/1/2026: a
- 15/1/2026: b
//- work-notes/phase-7.md
## Session log
### Session 1
### Session 2
### 2026-01-15
//- work-notes/phase-6.md
## Session log
| Date | What |
|---|---|
| 5/1/2026 10:00 | a |
  ^^^^^^^^^^^^^^ malformed-log-entry
| 2026-01-15 | b |
| 5/5/2026 | c |
"#,
        );
    }
}
