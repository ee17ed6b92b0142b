use super::{Context, Sink};
use crate::{
    artifact::notes::{Status, WorkNotes},
    diagnostic::Fix,
    convention::SectionName,
    text::words::counted,
};

rule! {
    /// Work notes in progress keep up with the commits.
    ///
    /// ### Why
    ///
    /// Commits that are days younger than the newest entry of the session log are work that is not written
    /// down: the next session starts from what was true before it. The days are those of the newest commit
    /// behind the one that is checked out that touches more than artifacts, on its committer's clock.
    /// Nothing is said without a repository, if no entry has a date, or if the work waits or is over.
    ///
    /// ### Fires
    ///
    /// If `git log` begins with this commit, six days are not in the notes:
    ///
    /// ```md
    /// //- git log
    /// 5b1e0c7 2026-01-20 Add the values
    /// //- work-notes/phase-1.md
    /// ## Status
    /// - [x] In progress
    ///
    /// ## Session log
    /// ### 2026-01-14 10:00
    /// - What changed: the chart renders
    /// ```
    ///
    /// ### Quiet
    ///
    /// ```md
    /// //- git log
    /// 5b1e0c7 2026-01-16 Add the values
    /// //- work-notes/phase-1.md
    /// ## Status
    /// - [x] In progress
    ///
    /// ## Session log
    /// ### 2026-01-14 10:00
    /// - What changed: the chart renders
    /// ```
    "stale-notes", severity = Hint, check = WorkNotes(check), about_absence = true,
    options = ["days": Integer(3) = "How many days younger a commit may be."]
}

fn check(ctx: &Context, notes: &WorkNotes, out: &mut Sink) {
    // Without a status an entry shows that the work has begun, where a log of sessions is kept.
    let is_log = notes.log_region.as_ref().is_none_or(|region| region.is_named);
    let is_in_progress = match notes.status() {
        Some(status) => status == Status::InProgress,
        None => is_log && !notes.states_status,
    };
    if !is_in_progress {
        return;
    }
    let Some(entry) = notes.newest_entry() else { return };
    let Some(written) = entry.moment() else { return };
    let is_artifact = |path: &str| ctx.workspace.config.kind_of(path).is_some();
    let mut commits = ctx.files.commits().recent().into_iter();
    let Some(commit) = commits.find(|commit| !commit.is_of_artifacts(is_artifact)) else { return };
    let committed = commit.time.date();
    let days = written.date.until(committed).map_or(0, |span| span.get_days());
    if let Some(days) = usize::try_from(days).ok().filter(|days| *days > ctx.integer("days")) {
        let days = counted(days, "day", "days");
        let message = format!("The newest commit ({committed}) is {days} younger than the newest log entry.");
        out.report(ctx.place_of_absence(Some(SectionName::SessionLog)), message)
            .relate(&ctx.document.path, entry.heading.clone(), "The newest entry.")
            .fix(Fix::insert_log_entry());
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        diagnostic::Repair,
        testing::{check, findings},
    };

    const LOG: &str = "//- git log\n1a2b3c4 2026-01-20T10:00 x\n0a2b3c4 2026-01-19 y\n//- work-notes/phase-1.md\n";

    #[test]
    fn notes_that_commits_left_behind_are_marked_at_the_log() {
        check(
            "stale-notes",
            r#"
//- git log
1a2b3c4 2026-01-20T10:00 索引
//- work-notes/phase-1.md
**Status:** 🟡 In progress

## 5. 📓 Work log:
   ^^^^^^^^^^^^^^ stale-notes

### 2026-01-16 23:59

### 2026-01-02
//- work-notes/phase-2.md
---
status: in progress
---
**Session log:**
  ^^^^^^^^^^^^ stale-notes

- January 3, 2026: began
//- work-notes/phase-3.md
Status: In progress
## Session log
### 2026-01-17
"#,
        );
    }

    #[test]
    fn what_is_not_in_progress_or_has_no_date_is_quiet() {
        let log = "## Session log\n### 2025-01-01\n";
        for notes in [
            format!("Status: Blocked\n{log}"),
            format!("Status: Not started\n{log}"),
            format!("Status: Complete\n{log}"),
            format!("Status: soon\n{log}"),
            "# Decision log\n## 2025-01-01 — a\n## 2025-01-02 — b\n".to_owned(),
            "# Findings\n## 2025-01-01 — a\n## 2025-01-02 — b\n".to_owned(),
            "Status: In progress\n## Session log\n### first evening\n".to_owned(),
            "Status: In progress\n## Session log\n".to_owned(),
            "Status: In progress\n".to_owned(),
            // Entries may be younger than all commits.
            "Status: In progress\n## Session log\n### 2027-01-01\n".to_owned(),
            format!("Status: In progress\n{log}```\nnever closed\n"),
        ] {
            check("stale-notes", &format!("{LOG}{notes}"));
        }
        check("stale-notes", &format!("//- work-notes/phase-1.md\nStatus: In progress\n{log}"));
    }

    #[test]
    fn commits_of_artifacts_alone_are_no_news() {
        check(
            "stale-notes",
            r#"
//- git log
1a2b3c4 2026-01-20 Log -- work-notes/phase-1.md plan/phase-1.md
1a2b3c3 2026-01-19 Docs -- README.md
1a2b3c2 2026-01-10 x
//- work-notes/phase-1.md
## Session log
   ^^^^^^^^^^^ stale-notes
### 2026-01-15
//- work-notes/phase-2.md
## Session log
### 2026-01-16
"#,
        );
    }

    #[test]
    fn the_days_are_an_option() {
        let notes = |days: u32, date: &str| {
            let config = format!("//- phasemark.toml\n[rules]\nstale-notes = {{ days = {days} }}\n");
            let found = findings(&format!("{config}{LOG}Status: In progress\n## Log\n### {date}\n"));
            found.into_iter().find(|(_, finding)| finding.rule == "stale-notes").map(|(_, finding)| finding.message)
        };
        assert_eq!(notes(5, "2026-01-15"), None);
        let message = "The newest commit (2026-01-20) is 5 days younger than the newest log entry.";
        assert_eq!(notes(4, "2026-01-15").as_deref(), Some(message));
        let message = "The newest commit (2026-01-20) is 1 day younger than the newest log entry.";
        assert_eq!(notes(0, "2026-01-19").as_deref(), Some(message));
        assert_eq!(notes(0, "2026-01-20"), None);
        assert_eq!(notes(0, "0000-01-01").map(|message| message.contains(" is 740001 days ")), Some(true));
    }

    #[test]
    fn the_newest_entry_is_related_and_another_one_is_offered() {
        let notes = "Status: In progress\r\n## Log\r\n### 2026-01-02\r\n### 2026-01-03\r\n";
        let found = findings(&format!("{LOG}{notes}"));
        let finding = &found.iter().find(|(_, finding)| finding.rule == "stale-notes").unwrap().1;
        assert_eq!(&notes[finding.related[0].range.clone()], "2026-01-03");
        assert_eq!(finding.fixes.iter().map(|fix| &fix.repair).collect::<Vec<_>>(), [&Repair::InsertLogEntry]);
    }
}
