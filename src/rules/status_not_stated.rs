use super::{Context, Sink};
use crate::{
    artifact::{
        Document,
        notes::{Status, WorkNotes},
    },
    diagnostic::Fix,
    markdown::BlockKind,
    template::SectionName,
    text::Edit,
};

rule! {
    /// Work notes of a phase that has begun state its status.
    ///
    /// ### Why
    ///
    /// Without a status the phase in progress cannot be found: neither by a person who resumes it nor by the rules that
    /// compare the status with the log and the done items. Notes that have a Status section, or follow the
    /// template, should state one as soon as there is a log entry, a decision or a ticked item.
    ///
    /// ### Fires
    ///
    /// ```md
    /// ## Status
    /// - [ ] Not started
    /// - [ ] In progress
    /// - [ ] Blocked
    /// - [ ] Complete
    ///
    /// ## Session log
    /// ### 2026-01-15 10:00
    /// - What changed: the chart renders
    /// ```
    ///
    /// ### Quiet
    ///
    /// ```md
    /// ## Status
    /// - [ ] Not started
    /// - [x] In progress
    /// - [ ] Blocked
    /// - [ ] Complete
    ///
    /// ## Session log
    /// ### 2026-01-15 10:00
    /// - What changed: the chart renders
    /// ```
    "status-not-stated", severity = Information, check = WorkNotes(check), about_absence = true
}

fn check(ctx: &Context, notes: &WorkNotes, out: &mut Sink) {
    let Document { artifact, .. } = ctx.document;
    if !notes.statuses.is_empty() || notes.states_status || says_something(ctx) || ctx.document.has_one_purpose() {
        return;
    }
    let has_section = artifact.sections.has(SectionName::Status);
    if !has_section && !ctx.workspace.follows_template(ctx.document) {
        return;
    }
    let unit = ctx.unit();
    let has_begun = !notes.log.is_empty() || unit.ticked() > 0 || !ctx.document.decisions().is_empty();
    if !has_begun || unit.stating().is_some() {
        return;
    }
    let place = ctx.place_of_absence(Some(SectionName::Status));
    let finding = out.report(place, "The status is not stated, though the phase has begun: set it, such as `In progress`.");
    let mut edits = ctx.document.set_status(Status::InProgress);
    if edits.is_empty() && !has_section {
        let item = format!("- [ ] {}", Status::InProgress);
        let tick = |edit: Edit| Edit { replacement: edit.replacement.replace(&item, &item.replace("[ ]", "[x]")), ..edit };
        edits = ctx.insert_sections()(&[SectionName::Status], true).into_iter().map(tick).collect();
    }
    if !edits.is_empty() {
        finding.fix(Fix::new(format!("Set the status to `{}`", Status::InProgress), edits));
    }
}

/// Whether a Status section has words of its own: they state something, though in no words that are known.
fn says_something(ctx: &Context) -> bool {
    let Document { markdown, artifact, .. } = ctx.document;
    artifact.sections_named(SectionName::Status).any(|section| {
        let is_text = |kind: &BlockKind| matches!(kind, BlockKind::Paragraph | BlockKind::Row { .. } | BlockKind::Fence { .. });
        let has_boxes = !artifact.notes.status_boxes.is_empty();
        let mut blocks = markdown.within(section.body.clone());
        !section.after_label.is_empty() || !has_boxes && blocks.any(|(_, block)| is_text(&block.kind))
    })
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn notes_that_have_begun_state_a_status() {
        check(
            "status-not-stated",
            "
//- work-notes/phase-1.md
## Status
   ^^^^^^ status-not-stated

## Decisions
- Use a, because b
//- plan/phase-2.md
## Definition of done
- [x] `make` exits 0
- [ ] `make doc` exits 0
//- work-notes/phase-2.md
# Notes
## Status
   ^^^^^^ status-not-stated
- [ ] Not started
- [ ] In progress
",
        );
        check(
            "status-not-stated",
            "
//- work-notes/phase-3.md
# Notes
  ^^^^^ status-not-stated
## Decisions
- Use a, because b
## Open questions
## Session log
",
        );
    }

    #[test]
    fn nothing_is_asked_of_others() {
        check(
            "status-not-stated",
            "
//- work-notes/phase-1.md
## Status
- [ ] Not started
- [ ] In progress

## Session log
//- work-notes/phase-2.md
## Status
Waits for the owner's word

## Decisions
- Use a, because b
//- work-notes/phase-3.md
# Notes
## Decisions
- Use a, because b
//- work-notes/SESSION_LOG.md
# Session log

## 2026-03-02 - First
- Done: the page
//- work-notes/DECISIONS.md
# Decisions
## D1 - One store (2026-03-02)
Because two drift apart.
//- plan/phase-5.md
**Status:** In progress
//- work-notes/phase-5.md
## Status

## Decisions
- Use a, because b
",
        );
    }

    #[test]
    fn the_fix_sets_in_progress() {
        check_fix(
            "status-not-stated",
            "//- work-notes/phase-1.md\n## Status\n- [ ] Not started\n- [ ] In progress\n\n## Decisions\n- a: b\n",
            "## Status\n- [ ] Not started\n- [x] In progress\n\n## Decisions\n- a: b\n",
        );
        check_fix(
            "status-not-stated",
            "//- work-notes/phase-1.md\n# N\n\n## Decisions\n\n- a: b\n\n## Open questions\n\n## Commits\n",
            "# N\n\n## Status\n\n- [ ] Not started\n- [x] In progress\n- [ ] Blocked\n- [ ] Complete\n\n## Decisions\n\n- a: b\n\n## Open questions\n\n## Commits\n",
        );
    }
}
