use super::{Context, Sink};
use crate::{
    artifact::{
        Artifact, Document,
        notes::Status,
    },
    diagnostic::Fix,
    markdown::BlockKind,
    convention::{Kind, SectionName},
    text::Edit,
};

rule! {
    /// A phase that has begun states its status.
    ///
    /// ### Why
    ///
    /// Without a status the phase in progress cannot be found: neither by a person who resumes it nor by the rules that
    /// compare the status with the log and the done items. Notes that have a Status section, or follow the
    /// template, should state one as soon as there is a log entry, a decision or a ticked item; so should any phase
    /// where nearly all others in its folder do.
    ///
    /// ### Fires
    ///
    /// ```md
    /// //- work-notes/phase-1.md
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
    /// //- work-notes/phase-1.md
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
    "status-not-stated", severity = Information, check = Artifact(check), about_absence = true
}

fn check(ctx: &Context, artifact: &Artifact, out: &mut Sink) {
    let notes = &artifact.notes;
    if !notes.statuses.is_empty() || notes.states_status || says_something(ctx) || ctx.document.has_one_purpose() {
        return;
    }
    let is_of_notes = artifact.kind == Kind::WorkNotes;
    let has_section = is_of_notes && artifact.sections.has(SectionName::Status);
    let is_asked = has_section || is_of_notes && ctx.workspace.follows_template(ctx.document);
    if !is_asked && !ctx.workspace.status_is_stated_beside(ctx.document) {
        return;
    }
    let unit = ctx.unit();
    let has_begun = !notes.log.is_empty() || unit.ticked() > 0 || !ctx.document.decisions().is_empty();
    if !has_begun || unit.stating().is_some() {
        return;
    }
    let place = ctx.place_of_absence(Some(SectionName::Status));
    if !is_asked {
        out.report(place, "The status is not stated, as it is in the other phases, though this one has begun.");
        return;
    }
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
    fn a_phase_states_what_the_others_beside_it_state() {
        let others = |count: usize| -> String {
            (2..2 + count).map(|n| format!("//- plan/phase-{n}.md\n**Status:** Done\n")).collect()
        };
        let begun = "# Phase 1: Till\n## Exit criteria\n- [x] Print the receipt\n- [ ] Print the tax\n";
        let asked = begun.replacen('\n', "\n  ^^^^^^^^^^^^^ status-not-stated\n", 1);
        check("status-not-stated", &format!("{}//- plan/phase-1.md\n{asked}", others(3)));
        check("status-not-stated", &format!("{}//- plan/phase-1.md\n{begun}", others(2)));
        check("status-not-stated", &format!("{}//- plan/phase-1.md\n{}", others(3), begun.replace("[x]", "[ ]")));
        check("status-not-stated", &format!("{}//- plan/PLAN.md\n{begun}", others(3)));
        let stated = begun.replace("\n## Exit", "\n**Status:** 📝 draft\n## Exit");
        check("status-not-stated", &format!("{}//- plan/phase-1.md\n{stated}", others(3)));
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
            "\
# N

## Status

- [ ] Not started
- [x] In progress
- [ ] Blocked
- [ ] Complete

## Decisions

- a: b

## Open questions

## Commits
",
        );
    }
}
