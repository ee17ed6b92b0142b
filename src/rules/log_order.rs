use std::{cell::LazyCell, rc::Rc};

use super::{Context, Sink};
use crate::{
    artifact::notes::{Direction, LogEntry, WorkNotes},
    diagnostic::Fix,
    edit::log_order::Moves,
};

rule! {
    /// Entries of a session log follow the log's own order.
    ///
    /// ### Why
    ///
    /// The next session reads the entry at the end that grows. A log may have its newest
    /// entry first or last; the direction that most entries follow is the file's own. Nothing is said with
    /// fewer than three dated entries, or where no direction is clear.
    ///
    /// ### Fires
    ///
    /// ```md
    /// ## Session log
    /// ### 2026-01-12
    /// ### 2026-01-15
    /// ### 2026-01-13
    /// ### 2026-01-16
    /// ```
    ///
    /// ### Quiet
    ///
    /// ```md
    /// ## Session log
    /// ### 2026-01-16
    /// ### 2026-01-15
    /// ### 2026-01-12
    /// ```
    "log-order", severity = Hint, check = WorkNotes(check)
}

fn check<'a>(ctx: &Context<'a>, notes: &'a WorkNotes, out: &mut Sink<'a>) {
    let order = Rc::new(notes.log_order());
    let (document, direction) = (ctx.document, order.direction);
    let moves = Rc::new(LazyCell::new({
        let order = order.clone();
        move || (!document.has_open_end()).then(|| Moves::of(document, &order))
    }));
    let day = |index: usize| notes.log[index].moment().map(|moment| moment.date);
    // `Work of yesterday (2026-04-23)` among headings that begin with their date is a part of an entry.
    let is_in_brackets = |entry: &LogEntry| {
        entry.date.as_ref().is_some_and(|date| ctx.slice(entry.heading.start..date.range.start).ends_with(['(', '（']))
    };
    let bracketed = notes.log.iter().filter(|entry| is_in_brackets(entry)).count();
    let is_usual = |entry: &LogEntry| !is_in_brackets(entry) || 2 * bracketed >= notes.log.len();
    // Several of one day that stand together have one mistake.
    for group in order.misplaced.chunk_by(|a, b| a + 1 == *b && day(*a) == day(*b)) {
        let group = group[0]..group[0] + group.len();
        let entry = &notes.log[group.start];
        let Some(date) = entry.date.as_ref().filter(|_| is_usual(entry)) else { continue };
        let (moves, entries) = (moves.clone(), group.clone());
        let finding = out.report_lazily(date.range.clone(), move |finding| {
            let runs = match direction {
                Direction::NewestFirst => "newest to oldest",
                Direction::NewestLast => "oldest to newest",
            };
            finding.message = format!("This entry is out of order: the log runs from {runs}.");
            let title = match entries.len() {
                1 => "Move the entry to its place".to_owned(),
                count => format!("Move the {count} entries of this day to their place"),
            };
            let edits = moves.as_ref().as_ref().and_then(|moves| moves.to_place(entries));
            finding.fixes.extend(edits.map(|edits| Fix::new(title, edits)));
        });
        if let Some((neighbour, message)) = wrong_neighbour(&notes.log, group.start, direction) {
            finding.relate(&document.path, neighbour.heading.clone(), message);
        }
    }
}

/// The dated entry above, or else below, that shows what is wrong.
fn wrong_neighbour(log: &[LogEntry], index: usize, direction: Direction) -> Option<(&LogEntry, &'static str)> {
    let own = log[index].moment()?;
    let above = log[..index].iter().rev().find(|entry| entry.moment().is_some());
    let below = log[index + 1..].iter().find(|entry| entry.moment().is_some());
    let is_older = |entry: &&LogEntry| entry.moment() < Some(own);
    let is_newer = |entry: &&LogEntry| entry.moment() > Some(own);
    match direction {
        Direction::NewestLast => above
            .filter(is_newer)
            .map(|entry| (entry, "This entry is newer, but stands above."))
            .or_else(|| below.filter(is_older).map(|entry| (entry, "This entry is older, but stands below."))),
        Direction::NewestFirst => above
            .filter(is_older)
            .map(|entry| (entry, "This entry is older, but stands above."))
            .or_else(|| below.filter(is_newer).map(|entry| (entry, "This entry is newer, but stands below."))),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_cases, findings, fixed};

    #[test]
    fn the_fix_moves_what_stands_together() {
        check_cases("fixes/log-order", |case| {
            fixed("log-order", &format!("//- work-notes/phase-1.md\n{}", case.before))
        });
        let found = findings("\
//- work-notes/phase-1.md
## Log
- 2026-01-01: a
- 2026-01-03: b
- 2026-01-02: c

```
");
        assert!(found.iter().any(|(_, finding)| finding.rule == "log-order" && finding.fixes.is_empty()));
    }

    #[test]
    fn entries_that_break_the_order_are_marked() {
        check(
            "log-order",
            r#"
//- work-notes/phase-1.md
## Session log
### 2026-01-16
### 2026-01-13T18:30 索引
### 😀 Dover, 2026-01-15
             ^^^^^^^^^^ log-order
### before Christmas
### 2026-01-09 09:00
//- work-notes/phase-2.md
## Session log
- 2026/1/14: a
- 2026/1/16: b
- 2026/1/15: c
  ^^^^^^^^^ log-order
- 2026/1/19: d
//- work-notes/phase-3.md
## Session log
### 2026-01-16
### 2026-01-17
//- work-notes/phase-5.md
## Session log
### 2026-01-16
### Work of yesterday (2026-01-15)
### 2026-01-16 evening
### 2026-01-17
### 2026-01-18
//- work-notes/phase-4.md
## Session log
### 2026-01-16 14:00
### 2026-01-16
### 2026-01-16 09:00
### 2026-02-30
"#,
        );
    }

    #[test]
    fn the_neighbour_that_shows_it_is_related() {
        let related = |dates: &[&str]| {
            let entries: String = dates.iter().map(|date| format!("### {date}\n")).collect();
            let text = format!("## Session log\n{entries}");
            let found = findings(&format!("//- work-notes/phase-1.md\n{text}"));
            let (_, finding) = found.into_iter().find(|(_, finding)| finding.rule == "log-order").unwrap();
            let related = &finding.related[0];
            format!("{}: {}", &text[related.range.clone()], related.message)
        };
        assert_eq!(
            related(&["2026-01-01", "2026-01-03", "2026-01-02", "2026-01-04"]),
            "2026-01-03: This entry is newer, but stands above."
        );
        assert_eq!(
            related(&["2026-01-01", "2026-01-04", "2026-01-03", "2026-01-02"]),
            "2026-01-04: This entry is newer, but stands below."
        );
    }
}
