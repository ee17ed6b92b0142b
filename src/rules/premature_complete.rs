use super::{Context, Sink};
use crate::{
    artifact::{
        notes::{Status, WorkNotes},
        status_change::set_status,
    },
    diagnostic::Fix,
    template::Kind,
    workspace::Document,
};

rule! {
    /// A phase must not be called complete while work is open.
    ///
    /// ### Why
    ///
    /// Nobody looks at a complete phase again. If its plan still has unticked done items, or its
    /// questions are still open, the next phase builds on something that was never there.
    ///
    /// ### Fires
    ///
    /// ```md
    /// # Phase 1 - Work Notes
    ///
    /// ## Status
    /// - [x] Complete
    ///
    /// ## Open questions
    /// - Which port does the probe use?
    /// ```
    ///
    /// ### Quiet
    ///
    /// ```md
    /// # Phase 1 - Work Notes
    ///
    /// ## Status
    /// - [x] Complete
    ///
    /// ## Open questions
    /// - Which port does the probe use? Resolved: 8080.
    /// ```
    "premature-complete", severity = Error, check = WorkNotes(check), law = End
}

/// As many places as a reader will follow.
const MOST_RELATED: usize = 10;

fn check(ctx: &Context, notes: &WorkNotes, out: &mut Sink) {
    let Some(mark) = notes.statuses.iter().rfind(|mark| mark.status == Status::Complete) else { return };
    let path = &*ctx.document.path;
    let own: Vec<_> = ctx.artifact().questions.iter().filter(|question| !question.resolved).collect();
    let plan = ctx.workspace.counterpart_facts(path, Kind::Plan);
    let (plan_path, unticked, asked) = match &plan {
        Some((plan_path, facts)) => (&**plan_path, &facts.unticked[..], &facts.open_questions[..]),
        None => ("", &[][..], &[][..]),
    };
    let questions = own.len() + asked.len();
    let mut open = Vec::new();
    if !unticked.is_empty() {
        open.push(format!("{} of the plan {} not ticked", count(unticked.len(), "done item"), is_or_are(unticked.len())));
    }
    if questions > 0 {
        open.push(format!("{} {} open", count(questions, "question"), is_or_are(questions)));
    }
    if open.is_empty() {
        return;
    }
    let finding = out.report(mark.range.clone(), format!("The phase is called complete, but {}.", open.join(" and ")));
    for range in unticked.iter().take(MOST_RELATED) {
        finding.relate(plan_path, range.clone(), "Not ticked.");
    }
    for question in own.iter().take(MOST_RELATED) {
        finding.relate(path, question.range.clone(), "Still open.");
    }
    for range in asked.iter().take(MOST_RELATED) {
        finding.relate(plan_path, range.clone(), "Still open.");
    }
    let Document { text, markdown, artifact, .. } = ctx.document;
    let reopened = set_status(text, markdown, artifact, Status::InProgress);
    if !reopened.is_empty() {
        finding.fix(Fix::new(format!("Set the status to `{}`", Status::InProgress), reopened));
    }
}

fn count(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

fn is_or_are(n: usize) -> &'static str {
    if n == 1 { "is" } else { "are" }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix, findings};

    #[test]
    fn unticked_items_of_the_plan_count_but_plain_ones_do_not() {
        check(
            "premature-complete",
            r#"
//- plan/phase-1.md
## Exit criteria
- [ ] `make` passes
- [x] `make lint` passes
- `make docs` passes
//- work-notes/phase_01.md
**Status:** ✅ Done
            ^^^^^^ premature-complete
//- plan/phase-2.md
## Exit criteria
- `make docs` passes
- [x] `make` passes
//- work-notes/phase-2.md
## Status
- [x] Complete
"#,
        );
    }

    #[test]
    fn unticked_boxes_in_rows_count() {
        check(
            "premature-complete",
            r#"
//- plan/phase-1.md
## Exit criteria

| # | Check | Done |
|---|---|---|
| 1 | `make` passes | [ ] |
//- work-notes/phase-1.md
**Status:** Done
            ^^^^ premature-complete
//- plan/phase-2.md
## Exit criteria

| # | Check | Done |
|---|---|---|
| 1 | `make` passes | [x] |
| 2 | `make docs` passes | |
//- work-notes/phase-2.md
**Status:** Done
"#,
        );
    }

    #[test]
    fn the_status_can_be_opened_again() {
        let questions = "\r\n## Questions\r\n- Port?";
        check_fix(
            "premature-complete",
            &format!("//- work-notes/phase-1.md\n## Status\r\n- [ ] In progress\r\n- [x] Complete\r\n{questions}"),
            &format!("## Status\r\n- [x] In progress\r\n- [ ] Complete\r\n{questions}"),
        );
        check_fix(
            "premature-complete",
            &format!("//- work-notes/phase-1.md\n**Status:** ✅ Done\r\n{questions}"),
            &format!("**Status:** 🚧 In progress\r\n{questions}"),
        );
    }

    #[test]
    fn the_open_places_are_related() {
        let found = findings(
            "//- plan/phase-1.md\n## DoD\n- [ ] `make` passes\n//- work-notes/phase-1.md\n## Status\n- [x] Complete\n## Questions\n- Port?\n",
        );
        let (_, finding) = found.iter().find(|(_, finding)| finding.rule == "premature-complete").unwrap();
        assert_eq!(
            finding.message,
            "The phase is called complete, but 1 done item of the plan is not ticked and 1 question is open."
        );
        let places: Vec<_> = finding.related.iter().map(|related| (&*related.path, &*related.message)).collect();
        assert_eq!(places, [("plan/phase-1.md", "Not ticked."), ("work-notes/phase-1.md", "Still open.")]);
    }
}
