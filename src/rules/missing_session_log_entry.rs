use super::{Context, Sink};
use crate::{
    artifact::notes::{Status, WorkNotes},
    diagnostic::Fix,
    convention::{Kind, SectionName},
};

rule! {
    /// Work that has begun needs an entry in the session log.
    ///
    /// ### Why
    ///
    /// The session log is what the next session starts from. If the phase is in progress, blocked or
    /// complete, commits are listed or items of the plan are ticked, and no entry says what happened, it starts
    /// from nothing. An entry is a heading, or an item, row or line with a date.
    ///
    /// ### Fires
    ///
    /// ```md
    /// ## Status
    /// - [x] In progress
    ///
    /// ## Session log
    /// ```
    ///
    /// ### Quiet
    ///
    /// ```md
    /// ## Status
    /// - [x] In progress
    ///
    /// ## Session log
    /// ### 2026-01-15 10:00
    /// - What changed: the chart renders
    /// ```
    "missing-session-log-entry", severity = Warning, check = WorkNotes(check), law = End, about_absence = true
}

fn check(ctx: &Context, notes: &WorkNotes, out: &mut Sink) {
    // Who keeps the log in another section has one.
    let mut logs = ctx.artifact().sections_named(SectionName::SessionLog).peekable();
    if !notes.log.is_empty() || logs.peek().is_none() {
        return;
    }
    let reason = match notes.status() {
        Some(Status::InProgress) => "The phase is in progress",
        Some(Status::Blocked) => "The phase is blocked",
        Some(Status::Complete) => "The phase is complete",
        Some(Status::NotStarted) | None if !notes.commits.is_empty() => "Commits are listed",
        Some(Status::NotStarted) | None if has_ticks(ctx) => "The plan has ticked items",
        Some(Status::NotStarted) | None => return,
    };
    let is_bare = logs.all(|section| section.body.start == section.body.end);
    let missing = if is_bare { "no entry" } else { "no entry with a heading or a date" };
    out.report(
        ctx.place_of_absence(Some(SectionName::SessionLog)),
        format!("{reason}, but the session log has {missing}."),
    )
    .fix(Fix::insert_log_entry());
}

fn has_ticks(ctx: &Context) -> bool {
    let plan = ctx.workspace.counterpart_facts(&ctx.document.path, Kind::Plan);
    plan.is_some_and(|(_, facts)| facts.has_tick)
}

#[cfg(test)]
mod tests {
    use crate::{
        diagnostic::Repair,
        testing::{check, findings},
    };

    #[test]
    fn begun_work_without_an_entry_is_found() {
        check(
            "missing-session-log-entry",
            r#"
//- work-notes/phase-1.md
**Status:** ⛔ Blocked

## 5. Work log:
   ^^^^^^^^^^^^ missing-session-log-entry

Nothing yet.
//- work-notes/phase-2.md
## Session log
   ^^^^^^^^^^^ missing-session-log-entry
## Commits
- `1a2b3c4` Add chart
//- work-notes/phase-3.md
---
status: done
---
## Session log
   ^^^^^^^^^^^ missing-session-log-entry
- set up the chart
//- plan/phase-4.md
## Definition of done
- [x] `make` exits 0
- [ ] `make lint` exits 0
//- work-notes/phase-4.md
## Session log
   ^^^^^^^^^^^ missing-session-log-entry
//- plan/phase-5.md
## Definition of done
- [ ] `make` exits 0
//- work-notes/phase-5.md
## Session log
//- work-notes/phase-6.md
Status: In progress
## Session log
<!-- newest first -->
## Session 2026-01-15
"#,
        );
    }

    #[test]
    fn nothing_is_missing_before_the_work_begins_or_where_the_section_itself_is() {
        for body in [
            "## Status\n- [ ] Not started\n- [ ] In progress\n\n## Session log\n\n## Commits\n",
            "## Status\n- [x] Not started\n\n## Session log\n\n## Commits\nNone yet.\n",
            "## Status\n- [x] In progress\n\n## Commits\n- `1a2b3c4` x\n",
            "## Status\n- [x] In progress\n\n## Log\n- 2026/1/5: x\n",
            "## Status\n- [x] In progress\n\n## Log\n### first evening\n",
            "## Status\n- [x] In progress\n\n## Log\n\n| When | What |\n|---|---|\n| January 5, 2026 | x |\n",
            "## Status\n- [x] In progress\n\n## Session log\n```\nnever closed\n",
        ] {
            check("missing-session-log-entry", &format!("//- work-notes/phase-1.md\n{body}"));
        }
    }

    #[test]
    fn an_entry_is_offered() {
        let found = findings("//- work-notes/phase-1.md\nStatus: done\n\n## Log\n");
        let finding = &found.iter().find(|(_, finding)| finding.rule == "missing-session-log-entry").unwrap().1;
        assert_eq!(finding.fixes.iter().map(|fix| &fix.repair).collect::<Vec<_>>(), [&Repair::InsertLogEntry]);
    }

    #[test]
    fn the_message_says_why_an_entry_is_due() {
        let message = |body: &str| {
            let found = findings(&format!("//- work-notes/phase-1.md\n{body}"));
            let finding = found.into_iter().find(|(_, finding)| finding.rule == "missing-session-log-entry");
            finding.unwrap().1.message
        };
        assert_eq!(message("Status: done\n\n## Log\n"), "The phase is complete, but the session log has no entry.");
        assert_eq!(
            message("## Log\n- set up\n## Commits\n- x\n"),
            "Commits are listed, but the session log has no entry with a heading or a date."
        );
    }
}
