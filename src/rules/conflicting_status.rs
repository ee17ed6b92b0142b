use super::{Context, Sink};
use crate::{
    artifact::{
        notes::{StatusMark, WorkNotes},
        status_change,
    },
    diagnostic::Fix,
    text::Edit,
    workspace::Document,
};

rule! {
    /// Only one status may be ticked.
    ///
    /// ### Why
    ///
    /// A phase that is both in progress and blocked is neither: whoever resumes it has to read
    /// everything to find out, and tools take the status that is furthest on.
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
    "conflicting-status", severity = Warning, check = WorkNotes(check), law = End
}

/// More than anybody ticks; each of them is related to all others.
const MOST_BOXES: usize = 50;

fn check(ctx: &Context, notes: &WorkNotes, out: &mut Sink) {
    let ticked: Vec<&StatusMark> =
        notes.statuses.iter().filter(|mark| mark.task.is_some()).take(MOST_BOXES).collect();
    if ticked.iter().all(|mark| mark.status == ticked[0].status) {
        return;
    }
    let Document { text, markdown, artifact, .. } = ctx.document;
    for mark in &ticked {
        let others = || ticked.iter().filter(|other| other.range != mark.range);
        let finding =
            out.report(mark.range.clone(), format!("{} statuses are ticked; a phase has only one.", ticked.len()));
        for other in others() {
            finding.relate(&ctx.document.path, other.range.clone(), "Also ticked.");
        }
        let boxes = others().filter_map(|other| other.task.as_ref());
        let mut edits: Vec<Edit> = boxes.map(|task| Edit::replace(task.marker.clone(), "[ ]")).collect();
        edits.extend(status_change::reword(text, markdown, artifact, mark.status));
        finding.fix(Fix::new(format!("Keep `{}`", mark.status), edits));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix, findings};

    #[test]
    fn every_ticked_status_is_marked() {
        check(
            "conflicting-status",
            r#"
//- work-notes/phase-1.md
## Status:
- [x] 🟡 In progress
      ^^^^^^^^^^^^^ conflicting-status
- [X] Complete (2026-01-02)
      ^^^^^^^^ conflicting-status
- [ ] Blocked
//- work-notes/phase-2.md
---
status: done
---
## Status
- [x] In progress
  - [x] Complete
//- work-notes/phase-3.md
## Status
- [x] Complete the chart
- [x] Started the helpers
- [x] Blocked on review? No
"#,
        );
    }

    #[test]
    fn the_others_are_related() {
        let found = findings("//- work-notes/phase-1.md\n## Status\n- [x] Blocked\n- [x] Complete\n");
        let (_, finding) = found.iter().find(|(_, finding)| finding.rule == "conflicting-status").unwrap();
        assert_eq!(finding.message, "2 statuses are ticked; a phase has only one.");
        assert_eq!(finding.related.len(), 1);
        assert_eq!(finding.related[0].range, 30..38);
    }

    #[test]
    fn the_fix_keeps_this_one() {
        check_fix(
            "conflicting-status",
            "//- work-notes/phase-1.md\n## Status\r\n- [x] Not started\r\n- [X] Blocked\r\n- [x] Complete\r\n",
            "## Status\r\n- [x] Not started\r\n- [ ] Blocked\r\n- [ ] Complete\r\n",
        );
    }

    #[test]
    fn what_states_the_status_elsewhere_follows_the_box_that_is_kept() {
        check_fix(
            "conflicting-status",
            "//- work-notes/phase-1.md\n---\nstatus: done\n---\n## Status\n- [x] In progress\n- [x] Complete\n",
            "---\nstatus: in-progress\n---\n## Status\n- [x] In progress\n- [ ] Complete\n",
        );
    }
}
