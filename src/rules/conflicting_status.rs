use super::{Context, MOST_RELATED, Sink};
use crate::{
    artifact::{
        Artifact, Document,
        notes::{Status, StatusMark, phases::StatedPhase},
    },
    diagnostic::Fix,
    text::{Edit, words::counted},
    workspace::progress::StatedElsewhere,
};

rule! {
    /// Only one status may be stated.
    ///
    /// ### Why
    ///
    /// A phase that is both in progress and blocked is neither: to find out, the next session has
    /// to read everything, and tools take the status that is furthest on. Ticked boxes, a `Status:` line and
    /// front matter are compared; between the artifacts of a phase, and with what a roadmap or a table of progress says
    /// of it, whether it is complete. Of two roadmaps that disagree, the one that is behind is marked.
    ///
    /// ### Fires
    ///
    /// ```md
    /// ## Status
    /// - [ ] Not started
    /// - [x] In progress
    /// - [x] Blocked (waiting for a review)
    /// - [ ] Complete
    /// ```
    ///
    /// ### Quiet
    ///
    /// ```md
    /// ## Status
    /// - [ ] Not started
    /// - [ ] In progress
    /// - [x] Blocked (waiting for a review)
    /// - [ ] Complete
    /// ```
    "conflicting-status", severity = Warning, check = Artifact(check), law = End
}

fn check(ctx: &Context, artifact: &Artifact, out: &mut Sink) {
    let Document { path, .. } = ctx.document;
    check_phases(ctx, out);
    let marks = &artifact.notes.statuses;
    let Some(first) = marks.first() else { return };
    let fix = |status: Status| Fix::new(format!("Keep `{status}`"), ctx.document.set_status(status));
    let others: Vec<&StatusMark> = marks.iter().filter(|mark| mark.status != first.status).collect();
    if !others.is_empty() {
        if are_steps(artifact) {
            return;
        }
        let mut stated: Vec<Status> = marks.iter().map(|mark| mark.status).collect();
        stated.sort_unstable();
        stated.dedup();
        let names: Vec<String> = stated.iter().map(|status| format!("`{status}`")).collect();
        let message = format!("The status is {} at once.", names.join(" and "));
        let finding = out.report(first.range.clone(), message);
        for other in others.iter().take(MOST_RELATED) {
            finding.relate(path, other.range.clone(), format!("`{}` here.", other.status));
        }
        stated.into_iter().rev().for_each(|status| _ = finding.fix(fix(status)));
        return;
    }
    let unit = ctx.unit();
    if unit.stating().is_none_or(|part| part.path != *path) {
        return;
    }
    let of_unit = unit.also_stating().filter_map(|part| {
        let (status, range) = part.status.clone()?;
        Some(StatedElsewhere { path: part.path.clone(), status, words: status.name().into(), range })
    });
    let of_unit = of_unit.filter(|other| (other.status == Status::Complete) != (first.status == Status::Complete));
    let of_overviews = ctx.workspace.stated_elsewhere(ctx.document).into_iter();
    let Some(other) = of_unit.chain(of_overviews.filter(|other| other.disagrees(first.status))).next() else { return };
    let own = first.status.in_words(ctx.slice(first.range.clone()));
    let message = format!("The status is `{own}` here and `{}` in `{}`.", other.words, other.path);
    let finding = out.report(first.range.clone(), message);
    finding.relate(&other.path, other.range, format!("`{}` here.", other.words));
    finding.fixes.extend(ctx.status_fix(other.status));
}

/// Of what two overviews say of the same phases, the one that is behind is marked, once.
fn check_phases(ctx: &Context, out: &mut Sink) {
    let further = ctx.workspace.further_elsewhere(ctx.document);
    let Some((own, other)) = further.first() else { return };
    let id = own.phase.id().unwrap_or_default();
    let more = match further.len() - 1 {
        0 => String::new(),
        more => format!(" {}.", counted(more, "more differs", "more differ")),
    };
    let message = format!("Phase {id} is `{}` here and `{}` in `{}`.{more}", own.words, other.words, other.path);
    let finding = out.report(own.range.clone(), message);
    for (_, other) in further.iter().take(MOST_RELATED) {
        finding.relate(&other.path, other.range.clone(), format!("`{}` here.", other.words));
    }
    let is_in_words = |(own, _): &&(StatedPhase, StatedElsewhere)| ctx.slice(own.range.clone()) == &*own.words;
    let edits: Vec<Edit> = further
        .iter()
        .filter(is_in_words)
        .map(|(own, other)| Edit::replace(own.range.clone(), other.words.to_string()))
        .collect();
    if edits.len() == further.len() {
        finding.fix(Fix::new(format!("Take over the status from `{}`", other.path), edits));
    }
}

/// Whether boxes are ticked one after the other as the work goes on, all up to the last of three or more.
fn are_steps(artifact: &Artifact) -> bool {
    let boxes = &artifact.notes.status_boxes;
    let ticked = boxes.iter().take_while(|own| own.task.ticked).count();
    let are_in_order = boxes.is_sorted_by_key(|own| own.status);
    let is_blocked = boxes.iter().any(|own| own.task.ticked && own.status == Status::Blocked);
    ticked >= 3
        && are_in_order
        && !is_blocked
        && boxes[ticked..].iter().all(|own| !own.task.ticked)
        && artifact.notes.statuses.iter().all(|mark| mark.task.is_some())
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix, findings};

    #[test]
    fn two_statuses_are_one_finding() {
        check(
            "conflicting-status",
            r#"
//- work-notes/phase-1.md
## Status:
- [x] 🟡 In progress
      ^^^^^^^^^^^^^ conflicting-status
- [X] Complete (2026-01-02)
- [ ] Blocked
//- work-notes/phase-2.md
---
status: done
        ^^^^ conflicting-status
---
## Status
- [x] In progress
  - [x] Complete
//- work-notes/phase-3.md
## Status
- [x] Complete the chart
- [x] Started the helpers
- [x] Blocked on review? No
//- plan/phase-4.md
# Plan

**Status:** WIP
            ^^^ conflicting-status

## Status

Complete.
"#,
        );
    }

    #[test]
    fn what_is_struck_dropped_or_a_step_is_no_second_status() {
        check(
            "conflicting-status",
            "
//- work-notes/phase-1.md
## Status
- [x] ~~Complete~~ In progress
- [-] Blocked
- [x] ~~Complete~~
//- work-notes/phase-2.md
## Status
- [x] Planned
- [x] In progress
- [x] Merged
- [ ] Deployed
//- work-notes/phase-3.md
## Status codes
- [x] 201 Complete
- [x] 409 Blocked
",
        );
    }

    #[test]
    fn artifacts_of_a_phase_agree_on_whether_it_is_complete() {
        check(
            "conflicting-status",
            "
//- plan/phase-1.md
---
status: completed
---
# Phase 1
//- work-notes/phase-1.md
**Status:** In progress
            ^^^^^^^^^^^ conflicting-status
//- plan/phase-2.md
**Status:** Planned
//- work-notes/phase-2.md
**Status:** In progress
",
        );
    }

    #[test]
    fn the_others_are_related() {
        let found = findings("//- work-notes/phase-1.md\n## Status\n- [x] Blocked\n- [x] Complete\n");
        let (_, finding) = found.iter().find(|(_, finding)| finding.rule == "conflicting-status").unwrap();
        assert_eq!(finding.message, "The status is `Blocked` and `Complete` at once.");
        assert_eq!(finding.related.len(), 1);
        assert_eq!(finding.related[0].range, 30..38);
        let titles: Vec<_> = finding.fixes.iter().map(|fix| &*fix.title).collect();
        assert_eq!(titles, ["Keep `Complete`", "Keep `Blocked`"]);
    }

    #[test]
    fn an_overview_agrees_on_whether_a_phase_is_complete() {
        check(
            "conflicting-status",
            "
//- phasemark.toml
//- plan/ROADMAP.md
| # | Status | Plan |
|---|---|---|
| 1 | Done | [till](phase-1.md) |
| 2 | Done | [receipts](phase-2.md) |
| 3 | in progress | [tax](phase-3.md) |
| 6 | 📝 Planned | [mail](phase-6.md) |
| 7 | planned | [print](phase-7.md) |

- **Phase 4 - done.** Mail.
//- plan/phase-1.md
**Status:** in progress
            ^^^^^^^^^^^ conflicting-status
//- plan/phase-2.md
**Status:** shipped
//- plan/phase-3.md
**Status:** blocked
//- plan/phase-4.md
**Status:** planned
            ^^^^^^^ conflicting-status
//- plan/phase-6.md
**Status:** 🔨 Built - awaiting a test
            ^^^^^^^ conflicting-status
//- plan/phase-7.md
**Status:** blocked
//- plan/phase-5.md
**Status:** planned

| Phase | Status |
|---|---|
| Phase 4 | planned |
| Phase 3 | complete |
//- plan/TRACKER.md
| ID | Title | Status |
|---|---|---|
| P-008 | Till | Done |
| P-009 | Drawer | In Progress |
//- plan/P-008-till.md
**Status:** In Progress
            ^^^^^^^^^^^ conflicting-status
//- plan/p-009.md
**Status:** In Progress
//- plan/P-0081.md
**Status:** In Progress
",
        );
    }

    #[test]
    fn the_fix_keeps_one() {
        check_fix(
            "conflicting-status",
            "//- work-notes/phase-1.md\n## Status\r\n- [x] Not started\r\n- [X] Blocked\r\n- [x] Complete\r\n",
            "## Status\r\n- [ ] Not started\r\n- [ ] Blocked\r\n- [x] Complete\r\n",
        );
        check_fix(
            "conflicting-status",
            "//- work-notes/phase-1.md\n---\nstatus: done\n---\n## Status\n- [x] In progress\n- [ ] Complete\n",
            "---\nstatus: done\n---\n## Status\n- [ ] In progress\n- [x] Complete\n",
        );
        check_fix(
            "conflicting-status",
            "//- plan/phase-1.md\nStatus: done\n//- work-notes/phase-1.md\nStatus: wip\n",
            "Status: complete\n",
        );
    }

    #[test]
    fn of_two_overviews_the_one_that_is_behind_is_marked() {
        let files = "\
//- phasemark.toml
//- plan/phase-1.md
# P
//- plan/phase-2.md
# P
//- plan/planner.md
# P
| Phase | Status |
|---|---|
| 1 | Done |
| 2 | In progress |
| 3 | Done |
";
        let table = |phases: [&str; 3]| {
            let [one, two, three] = phases;
            format!("{files}//- plan/roadmap.md\n# R\n| Phase | Status |\n|---|---|\n{one}{two}{three}")
        };
        let quiet = ["| 1 | Done |\n", "| 2 | In progress |\n", "| 3 | Pending |\n"];
        check("conflicting-status", &table(quiet));
        let behind = ["| 1 | Pending |\n      ^^^^^^^ conflicting-status\n", "| 2 | Pending |\n", "| 3 | Pending |\n"];
        check("conflicting-status", &table(behind));
        let fixture = table(["| 1 | Pending |\n", "| 2 | Pending |\n", "| 3 | Pending |\n"]);
        let found = findings(&fixture);
        let (_, finding) = found.iter().find(|(_, finding)| finding.rule == "conflicting-status").unwrap();
        assert_eq!(finding.message, "Phase 1 is `Pending` here and `Done` in `plan/planner.md`. 1 more differs.");
        let after = "# R\n| Phase | Status |\n|---|---|\n| 1 | Done |\n| 2 | In progress |\n| 3 | Pending |\n";
        check_fix("conflicting-status", &fixture, after);
    }
}
