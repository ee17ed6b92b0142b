use super::{Context, Sink};
use crate::{artifact::Artifact, diagnostic::Fix, convention::Kind};

rule! {
    /// A unit has the files that the other units have.
    ///
    /// ### Why
    ///
    /// The plan, the prompt and the work notes are the memory of a phase: what to do, how to ask for it, and
    /// what happened. Where nine of ten other phases have such a file, the one that is missing was most
    /// likely forgotten. A prompt is not asked for once the notes say that the phase has begun, nor notes before the phase has begun in a project
    /// that writes them then. It is said once for each phase, on the plan if there is one. A file that the phase's own
    /// artifacts name (`Plan: PLAN.md`) is not missing; `phase-1-report.md` beside `phase-1.md` is attached to
    /// that phase, and `phase-1a` a part of it; a log or a record of decisions belongs to none, and a handoff or a report asks for none.
    ///
    /// ### Fires
    ///
    /// ```md
    /// //- plan/phase-1.md
    /// # Phase 1: Plan
    /// //- plan/phase-2.md
    /// # Phase 2: Plan
    /// //- prompts/phase-1.md
    /// # Phase 1 - Execution Prompt
    /// ```
    ///
    /// ### Quiet
    ///
    /// ```md
    /// //- plan/phase-1-gateway.md
    /// # Phase 1: Plan
    /// //- prompts/phase-1.md
    /// # Phase 1 - Execution Prompt
    /// ```
    "missing-counterpart", severity = Information, check = Artifact(check), law = Pair
}

fn check(ctx: &Context, artifact: &Artifact, out: &mut Sink) {
    let (workspace, path) = (ctx.workspace, &ctx.document.path);
    let others = || Kind::ALL.into_iter().filter(|kind| *kind != artifact.kind);
    let says_another = others().any(|kind| speaks_before(kind, artifact.kind) && has(ctx, kind));
    let is_attached = workspace.is_attachment(path) || workspace.is_part_of_phase(path);
    if !workspace.is_indexed || says_another || ctx.document.has_one_purpose() || is_attached {
        return;
    }
    let mut files = workspace.missing_artifacts(path);
    // One that cannot be read, or was not read yet, is there all the same.
    let is_there = |kind| files.iter().any(|(own, path)| *own == kind && ctx.files.kind(path).is_some());
    let is_missing = |kind: &Kind| {
        workspace.has_pairs(path, *kind) && workspace.is_due(path, *kind) && !has(ctx, *kind) && !is_there(*kind) && !artifact.names_counterpart(*kind, ctx.text())
    };
    let missing: Vec<Kind> = others().filter(is_missing).collect();
    if missing.is_empty() {
        return;
    }
    let names: Vec<&str> = missing.iter().map(|kind| kind.name()).collect();
    let message = format!("This phase has no {}; most others do.", names.join(" and no "));
    let finding = out.report(ctx.place_of_absence(None), message);
    files.retain(|(kind, _)| missing.contains(kind));
    if files.len() > 1 {
        let names: Vec<&str> = files.iter().map(|(kind, _)| kind.name()).collect();
        let paths = files.iter().map(|(_, path)| path.clone()).collect();
        finding.fix(Fix::create_files(format!("Create the {}", names.join(" and the ")), paths));
    }
    for (kind, path) in files {
        finding.fix(Fix::create_files(format!("Create the {kind} `{path}`"), vec![path]));
    }
}

/// The plan speaks for its phase, else the prompt.
fn speaks_before(kind: Kind, other: Kind) -> bool {
    kind < other
}

/// Whether the phase has that artifact, or one that may be it: two of the same phase id leave it open.
fn has(ctx: &Context, kind: Kind) -> bool {
    let file = &ctx.document.path;
    ctx.workspace.counterpart(file, kind).is_some()
        || ctx.workspace.config.stem(file).is_some_and(|stem| !ctx.workspace.all_with_id_of(stem, kind).is_empty())
}

#[cfg(test)]
mod tests {
    use crate::{
        diagnostic::Repair,
        testing::{Fixture, check, findings},
    };

    #[test]
    fn it_is_said_once_for_each_phase_where_others_have_the_file() {
        let others = "\
//- plan/phase-1.md
# P
//- prompts/phase-1.md
# R
//- work-notes/phase-1.md
**Status:** Not started
";
        for lacking in [
            "//- plan/phase-2.md\n# Phase 2 😀\n  ^^^^^^^^^ missing-counterpart\n",
            "//- plan/phase-2.md\n# P\n  ^ missing-counterpart\n//- work-notes/phase-2.md\n**Status:** Not started\n",
            "//- prompts/phase-3.md\n# Other\n  ^^^^^ missing-counterpart\n",
            "//- plan/billing/phase-4.md\n---\na: b\n---\n# Billing\n  ^^^^^^^ missing-counterpart\n",
            "//- prompts/billing/phase-5.md\n## Role\n^^^^^^^ missing-counterpart\n",
        ] {
            check("missing-counterpart", &format!("{others}{lacking}"));
        }
        // Two that lack it, and an author who does without.
        check("missing-counterpart", &format!("{others}//- plan/phase-2.md\n# P\n//- plan/phase-3.md\n# P\n"));
    }

    #[test]
    fn a_project_earns_it_by_having_pairs() {
        let plans = "\
//- plan/phase-1.md
# A
//- plan/phase-2.md
# B
//- plan/phase-3.md
# C
//- plan/phase-4.md
# D
";
        check("missing-counterpart", &format!("{plans}//- work-notes/SESSION_LOG.md\n# Session log\n"));
        check("missing-counterpart", &format!("{plans}//- work-notes/phase-1.md\n# N\n"));
        check("missing-counterpart", "//- plan/menu.md\n# A\n//- plan/phase-1.md\n# B\n//- prompts/phase-1.md\n# C\n");
    }

    #[test]
    fn notes_wait_until_the_phase_has_begun_and_a_prompt_is_no_use_after_them() {
        let pair = "//- plan/phase-1.md\n# A\n//- work-notes/phase-1.md\n**Status:** In progress\n";
        check("missing-counterpart", &format!("{pair}//- plan/phase-2.md\n# B\n"));
        check("missing-counterpart", &format!("{pair}//- plan/phase-2.md\n# B\n  ^ missing-counterpart\n- [x] a\n- [ ] b\n"));
        let made = pair.replace("In progress", "Not started");
        check("missing-counterpart", &format!("{made}//- plan/phase-2.md\n# B\n  ^ missing-counterpart\n"));
        check("missing-counterpart", "\
//- prompts/phase-1.md
# A
//- work-notes/phase-1.md
# N
//- work-notes/phase-2.md
# N
");
    }

    #[test]
    fn a_file_that_is_named_or_attached_is_not_missed() {
        let pair = "//- plan/phase-1.md\n# A\n//- prompts/phase-1.md\n# B\n";
        check("missing-counterpart", &format!("{pair}//- plan/phase-1-report.md\n# R\n"));
        check("missing-counterpart", &format!("{pair}//- plan/phase-1b.md\n# R\n//- prompts/phase-1.2-fix.md\n# R\n"));
        check("missing-counterpart", &format!("{pair}//- plan/phase-2b.md\n# R\n  ^ missing-counterpart\n"));
        check("missing-counterpart", &format!("{pair}//- prompts/phase-2.md\n## Context\n- Plan: docs/PLAN.md\n"));
        check("missing-counterpart", &format!("{pair}//- plan/phase-2.md\n# P\n\n**Prompt:** prompts/all.md\n"));
    }

    #[test]
    fn what_was_written_at_the_end_of_a_phase_asks_for_no_plan() {
        let pair = "//- plan/phase-1.md\n# A\n//- work-notes/phase-1.md\n# N\n";
        for quiet in ["phase-2-report.md\n# N\n", "phase-2.md\n# Phase 2 Handoff - Windows\n", "phase-2.md\n# Completion report\n"] {
            check("missing-counterpart", &format!("{pair}//- work-notes/{quiet}"));
        }
        check("missing-counterpart", &format!("{pair}//- work-notes/phase-2.md\n# Reports by mail\n  ^^^^^^^^^^^^^^^ missing-counterpart\n"));
    }

    #[test]
    fn the_message_names_what_is_missing() {
        let pair = "//- plan/phase-1.md\n# P\n//- prompts/phase-1.md\n# R\n//- work-notes/phase-1.md\n# N\n";
        let found = findings(&format!("{pair}//- plan/phase-2.md\n# P\n"));
        let found = found.iter().find(|(_, finding)| finding.rule == "missing-counterpart");
        let (path, finding) = found.unwrap();
        assert_eq!((path.as_str(), &*finding.message), ("plan/phase-2.md", "This phase has no prompt and no work notes; most others do."));
    }

    #[test]
    fn one_or_all_can_be_created() {
        let found = findings("\
//- plan/a/phase-1.md
# P
//- plan/phase-2.md
# P
//- prompts/phase-2.md
# R
//- work-notes/phase-2.md
# N
");
        let fixes: Vec<_> = found
            .iter()
            .filter(|(path, finding)| path == "plan/a/phase-1.md" && finding.rule == "missing-counterpart")
            .flat_map(|(_, finding)| finding.fixes.iter().map(|fix| (&*fix.title, fix.repair.clone())))
            .collect();
        let (prompt, notes) = ("prompts/a/phase-1.md", "work-notes/a/phase-1.md");
        assert_eq!(
            fixes,
            [
                ("Create the prompt and the work notes", Repair::CreateFiles(vec![prompt.into(), notes.into()])),
                ("Create the prompt `prompts/a/phase-1.md`", Repair::CreateFiles(vec![prompt.into()])),
                ("Create the work notes `work-notes/a/phase-1.md`", Repair::CreateFiles(vec![notes.into()])),
            ]
        );
    }

    #[test]
    fn folders_that_do_not_exist_and_ambiguous_ids_are_quiet() {
        check("missing-counterpart", "//- plan/phase-1.md\n# P\n");
        check(
            "missing-counterpart",
            "//- plan/phase-1-a.md\n# P\n//- plan/phase-1-b.md\n# P\n//- prompts/phase-1.md\n# R\n",
        );
    }

    #[test]
    fn it_waits_for_the_index() {
        let fixture = Fixture::parse("\
//- plan/phase-1.md
# P
//- plan/phase-2.md
# P
//- prompts/phase-2.md
# R
//- prompts/phase-3.md
# R
");
        let (mut workspace, documents) = fixture.workspace();
        let count = |workspace: &_| {
            let found = documents.iter().flat_map(|document| crate::rules::run(workspace, document, &fixture));
            found.filter(|finding| finding.rule == "missing-counterpart").count()
        };
        assert_eq!(count(&workspace), 2);
        workspace.is_indexed = false;
        assert_eq!(count(&workspace), 0);
    }
}
