use std::ops::Range;

use super::{Context, MOST_RELATED, Sink};
use crate::{
    artifact::{
        Artifact, Document, boxes, entries,
        notes::{Status, phases},
        questions::Question,
        sections::Section,
    },
    convention::SectionName,
    diagnostic::Fix,
    markdown::{Block, BlockId, BlockKind},
    text::{Edit, after_words},
};

rule! {
    /// The status follows the work.
    ///
    /// ### Why
    ///
    /// When every box is ticked and every question answered, the phase is complete; so it is, most often, when a later
    /// phase is complete and no box is open; when two boxes are ticked (those of prerequisites aside), or the files that it
    /// is to create are there, it has begun. A status that still says otherwise keeps it among those to do, for readers and
    /// for tools. A section that says itself that it is in progress is looked at likewise, by its own boxes, and a file
    /// that calls itself a draft by the phases that it lists.
    ///
    /// ### Fires
    ///
    /// ```md
    /// //- plan/phase-1.md
    /// ## Definition of done
    /// - [x] `helm lint charts/gateway` prints no warning
    /// //- work-notes/phase-1.md
    /// **Status:** In progress
    /// ```
    ///
    /// ### Quiet
    ///
    /// ```md
    /// //- plan/phase-1.md
    /// ## Definition of done
    /// - [x] `helm lint charts/gateway` prints no warning
    /// //- work-notes/phase-1.md
    /// **Status:** Complete
    /// ```
    "stale-status", severity = Information, check = Artifact(check), law = End
}

fn check<'a>(ctx: &Context<'a>, artifact: &'a Artifact, out: &mut Sink<'a>) {
    report_draft(ctx, out);
    if artifact.notes.status().is_none() {
        report_sections(ctx, out);
    }
    if artifact.notes.status().is_none_or(|status| status == Status::Complete) {
        return;
    }
    let ctx = *ctx;
    let unit = ctx.unit();
    let Some(stating) = unit.stating().filter(|part| part.path == ctx.document.path) else { return };
    let is_all_done = unit.ticked() > 0
        && unit.open_boxes().next().is_none()
        && unit.open_questions().next().is_none()
        && unit.worked_on().all(|part| !part.boxes.has_plain_item);
    let Some((status, range)) = stating.status.clone() else { return };
    if !is_all_done {
        return match status {
            Status::NotStarted if unit.ticked() == 0 => report_made(ctx, artifact, range, out),
            Status::NotStarted => report_begun(&ctx, range, out),
            Status::InProgress if unit.open_boxes().next().is_none() => report_passed(ctx, range, out),
            _ => {}
        };
    }
    if says_what_is_left(ctx.text(), range.end) {
        return;
    }
    let place = range.clone();
    out.report_lazily(range, move |finding| {
        let stated = status.in_words(ctx.slice(place.clone()));
        finding.message = format!("Every box is ticked and no question is open, but the status is `{stated}`.");
        let words = words_of_siblings(&ctx);
        let reword = |edit: Edit| match &words {
            Some(words) if edit.replacement.eq_ignore_ascii_case(Status::Complete.name()) => Edit { replacement: words.to_string(), ..edit },
            _ => edit,
        };
        let edits: Vec<Edit> = ctx.document.set_status(Status::Complete).into_iter().map(reword).collect();
        if !edits.is_empty() {
            finding.fix(Fix::new(format!("Set the status to `{}`", Status::Complete), edits));
        }
    });
}

/// Whether the line of a status names what is left behind it: `Built, awaiting a test on the device`.
fn says_what_is_left(text: &str, end: usize) -> bool {
    const LEFT: &[&str] =
        &["await", "pending", "not yet", "not tested", "untested", "wait", "until", "need", "remain", "left", "todo", "review"];
    let line = text[end..].lines().next().unwrap_or_default().to_lowercase();
    LEFT.iter().any(|word| line.contains(word))
}

/// Says that a phase has begun whose files are all there, though none was to be before.
fn report_made<'a>(ctx: Context<'a>, artifact: &'a Artifact, range: Range<usize>, out: &mut Sink<'a>) {
    let Some(count) = ctx.resolver().all_made(&ctx.document.path, artifact.references()) else { return };
    let stated = Status::NotStarted.in_words(ctx.slice(range.clone()));
    let finding = out.report(range, format!("The status is `{stated}`, but the {count} files that the phase creates exist."));
    finding.fixes.extend(ctx.status_fix(Status::InProgress));
}

/// Sections that say that they are in progress, where all of their boxes are ticked and nothing else is left.
fn report_sections(ctx: &Context, out: &mut Sink) {
    let Document { text, markdown, artifact, .. } = ctx.document;
    if ctx.document.is_archived() || !ctx.document.has_tick() || names_what_is_left(ctx) {
        return;
    }
    let mut end = 0;
    for (section, stated) in phases::sections_stating(Status::InProgress, text, markdown, &artifact.sections) {
        // One inside another that was looked at says nothing further.
        if section.range.start < end {
            continue;
        }
        let (ticked, open) = boxes::of_section(text, markdown, artifact, section);
        let is_question = |question: &Question| !question.resolved && section.range.contains(&question.range.start);
        let is_open = !open.is_empty()
            || artifact.questions.iter().any(is_question)
            || text[section.range.clone()].contains("[ ]")
            || has_plain_item(ctx.document, section);
        if ticked.len() < 2 || is_open || says_what_is_left(text, stated.end) {
            continue;
        }
        end = section.range.end;
        let words = Status::InProgress.in_words(ctx.slice(stated.clone()));
        out.report(stated, format!("Every box of this section is ticked, but it says `{words}`."));
    }
}

/// Whether an item of the section, below none with a box, has no box.
fn has_plain_item(document: &Document, section: &Section) -> bool {
    let markdown = &document.markdown;
    let is_plain = |(id, block): (BlockId, &Block)| {
        let is_below_task = || markdown.ancestors(id).any(|above| markdown.block(above).task_marker().is_some());
        block.kind == BlockKind::Item && block.task_marker().is_none() && !is_below_task()
    };
    markdown.within(section.body.clone()).any(is_plain)
}

/// Says that what is called a draft has phases that are complete, two at least.
fn report_draft(ctx: &Context, out: &mut Sink) {
    let Some(word) = ctx.document.draft_word().filter(|_| !ctx.document.is_archived()) else { return };
    let complete = ctx.document.stated_phases().into_iter().filter(|stated| stated.status == Status::Complete);
    let complete: Vec<_> = complete.collect();
    if complete.len() < 2 {
        return;
    }
    let message = format!("The status is `{}`, but {} phases are complete here.", ctx.slice(word.clone()), complete.len());
    let finding = out.report(word, message);
    for stated in complete.into_iter().take(MOST_RELATED) {
        finding.relate(&ctx.document.path, stated.range, "Complete.");
    }
}

/// Says that a phase has begun some of whose boxes are ticked.
fn report_begun(ctx: &Context, range: Range<usize>, out: &mut Sink) {
    const BEFORE: &[&str] = &["prerequisite", "entry criteri", "before", "requirement", "voraussetz", "prérequis", "requisito"];
    let Document { text, markdown, artifact, .. } = ctx.document;
    let is_of_before = |section: &Section| {
        section.is(SectionName::DependsOn) || BEFORE.iter().any(|word| section.normalized.contains(word))
    };
    let ticked = markdown.tasks().iter().filter_map(|id| entries::item(text, markdown, *id)).filter(|item| {
        let is_before = || artifact.sections.around(item.range.start).any(is_of_before);
        item.is_ticked() && boxes::counts(text, markdown, artifact, item) && !is_before()
    });
    let ticked = ticked.count();
    // One may be of what was to be there first, wherever it stands.
    if ticked < 2 || says_what_is_left(text, range.end) {
        return;
    }
    let stated = Status::NotStarted.in_words(ctx.slice(range.clone()));
    let finding = out.report(range, format!("The status is `{stated}`, but {ticked} boxes are ticked."));
    finding.fixes.extend(ctx.status_fix(Status::InProgress));
}

/// Says that a phase is in progress though a later one is complete, where no open box says what is left.
fn report_passed<'a>(ctx: Context<'a>, range: Range<usize>, out: &mut Sink<'a>) {
    if names_what_is_left(&ctx) {
        return;
    }
    let Some((number, later)) = ctx.workspace.later_complete(ctx.document) else { return };
    let stated = Status::InProgress.in_words(ctx.slice(range.clone()));
    let finding = out.report(range, format!("The status is `{stated}`, but phase {number} is complete."));
    if let Some(place) = ctx.workspace.facts(&later).and_then(|facts| facts.status_at.clone()) {
        finding.relate(&later, place, format!("`{}` here.", Status::Complete));
    }
    finding.fixes.extend(ctx.status_fix(Status::Complete));
}

/// Whether a heading names what is left: `Remaining deliverables`.
fn names_what_is_left(ctx: &Context) -> bool {
    const LEFT: &[&str] =
        &["remaining", "outstanding", "left", "to do", "todo", "still open", "not done", "pending", "deferred"];
    let sections = &ctx.artifact().sections.all;
    sections.iter().any(|section| LEFT.iter().any(|word| after_words(&section.normalized, word, &[]).is_some()))
}

/// How other artifacts of the kind call what is complete, most often; of several the first.
fn words_of_siblings(ctx: &Context) -> Option<Box<str>> {
    let facts = ctx.workspace.index.iter().map(|(_, facts)| facts).filter(|facts| facts.kind == ctx.document.kind);
    let complete = facts.filter_map(|facts| facts.complete_words.as_ref());
    let mut counts = std::collections::BTreeMap::<&str, usize>::new();
    complete.for_each(|words| *counts.entry(words).or_default() += 1);
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map(|(words, _)| words.into())
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn a_phase_with_ticks_has_begun() {
        let plan = |status: &str, marks: [&str; 3]| {
            let [a, b, c] = marks;
            format!("**Status:** {status}\n## Tasks\n- [{a}] a\n- [{b}] b\n- [{c}] c\n")
        };
        let check = |text: String| check("stale-status", &format!("//- plan/phase-1.md\n{text}"));
        check(plan("Planned\n            ^^^^^^^ stale-status", ["x", "x", " "]));
        check(plan("Planned", ["x", " ", " "]));
        check(plan("Planned", ["x", "x", " "]).replace("## Tasks", "## Prerequisites"));
        check(plan("In progress", ["x", "x", " "]));
        let (before, after) = (plan("Planned", ["x", "x", " "]), plan("In progress", ["x", "x", " "]));
        check_fix("stale-status", &format!("//- plan/phase-1.md\n{before}"), &after);
    }

    #[test]
    fn a_draft_has_no_phases_that_are_complete() {
        let table = "| Phase | Status |\n|---|---|\n| Phase 1 | Complete |\n| Phase 2 | Draft |\n";
        let roadmap = |head: &str| format!("//- phasemark.toml\n//- plan/ROADMAP.md\n# Road\n\n{head}\n\n## Phases\n\n{table}");
        check("stale-status", &roadmap("*Status: Draft, the order is not confirmed*"));
        let two = |head: &str| format!("{}| Phase 3 | Done |\n", roadmap(head));
        check("stale-status", &two("*Status: Draft, the order is not confirmed*\n         ^^^^^ stale-status"));
        check("stale-status", &two("**Status:** Draft\n            ^^^^^ stale-status"));
        for settled in ["agreed", "Draft 2 approved", "Drafting the last phase", "Planning done", "Proposed changes"] {
            check("stale-status", &two(&format!("Status: {settled}")));
        }
    }

    #[test]
    fn a_section_whose_boxes_are_all_ticked_is_not_in_progress() {
        check(
            "stale-status",
            "\
//- plan/phase-1.md
## Fase 1 — Letras (en curso)
                    ^^^^^^^^ stale-status
- [x] a
- [x] b
## Fase 2 — Palabras (en curso)
- [x] a
- [ ] b
## Fase 3 — Frases (en curso)
- [x] a
## Fase 4 — Textos (en curso)
- [x] a
- [x] b
- Leer el primer texto
",
        );
    }

    #[test]
    fn a_phase_whose_files_are_there_has_begun() {
        let plan = "\
**Status:** Not started
            ^^^^^^^^^^^ stale-status

## Files
### New
- src/a.rs
- src/b.rs
- src/c.rs
";
        let files = "//- src/a.rs\n//- src/b.rs\n";
        check("stale-status", &format!("{files}//- src/c.rs\n//- plan/phase-1.md\n{plan}"));
        let plan = plan.replace("            ^^^^^^^^^^^ stale-status\n", "");
        check("stale-status", &format!("{files}//- plan/phase-1.md\n{plan}"));
        check_fix("stale-status", &format!("{files}//- src/c.rs\n//- plan/phase-1.md\n{plan}"), &plan.replace("Not started", "In progress"));
    }

    #[test]
    fn a_status_behind_the_work_is_seen() {
        check(
            "stale-status",
            "
//- plan/phase-1.md
## Definition of done
- [x] `make` exits 0
- [-] `make doc` exits 0
//- work-notes/phase-1.md
## Status
- [x] In progress
      ^^^^^^^^^^^ stale-status
- [ ] Complete
//- plan/phase-2.md
---
status: pending
        ^^^^^^^ stale-status
---
# Phase 2
## Steps
- [x] Build the till
//- plan/phase-3.md
## Definition of done
- [x] `make` exits 0
- `make doc` exits 0
//- work-notes/phase-3.md
**Status:** In progress
//- plan/phase-4.md
## Definition of done
- [x] `make` exits 0
## Open questions
- Port?
//- work-notes/phase-4.md
**Status:** In progress
//- plan/phase-5.md
## Definition of done
- [ ] `make` exits 0
- [x] `make doc` exits 0
//- work-notes/phase-5.md
**Status:** In progress
//- plan/phase-6.md
**Status:** Draft
## Definition of done
- [x] `make` exits 0
",
        );
    }

    #[test]
    fn a_phase_is_passed_when_a_later_one_is_complete() {
        check(
            "stale-status",
            "
//- plan/phase-1.md
**Status:** in progress
            ^^^^^^^^^^^ stale-status
//- plan/phase-2.md
**Status:** in progress
## Tasks
- [ ] Print the receipt
//- plan/phase-3.md
**Status:** planned
//- plan/phase-4.md
**Status:** done
//- plan/phase-5.md
**Status:** in progress
//- plan/mobile/phase-1.md
**Status:** in progress
//- plan/phase-0.md
**Status:** in progress
## Remaining deliverables
- The receipt in colour
",
        );
    }

    #[test]
    fn a_status_that_says_what_is_left_is_not_stale() {
        check(
            "stale-status",
            "
//- plan/phase-1.md
Status: **built, gate not yet tested**.
## Definition of done
- [x] `make`
//- plan/phase-2.md
Status: **built**, 2026-10-09
          ^^^^^ stale-status
## Definition of done
- [x] `make`
",
        );
    }

    #[test]
    fn the_fix_uses_the_words_of_other_phases() {
        let phase = "//- plan/phase-2.md\n---\nstatus: PENDING\n---\n# P\n## Steps\n- [x] a\n";
        let after = |status: &str| format!("---\nstatus: {status}\n---\n# P\n## Steps\n- [x] a\n");
        check_fix("stale-status", phase, &after("COMPLETE"));
        let other = "//- plan/phase-1.md\n---\nstatus: COMPLETED\n---\n# P\n";
        check_fix("stale-status", &format!("{other}{phase}"), &after("COMPLETED"));
    }
}
