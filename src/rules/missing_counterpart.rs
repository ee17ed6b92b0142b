use super::{Context, Sink};
use crate::{artifact::Artifact, diagnostic::Fix, template::Kind};

rule! {
    /// A phase should have a plan, a prompt and work notes.
    ///
    /// ### Why
    ///
    /// The three files are the memory of a phase: what to do, how to ask for it, and what happened. A
    /// team that keeps all three folders has most likely forgotten the file that is missing. It is said
    /// once for each phase, on the plan if there is one, and only of folders that exist.
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
    "missing-counterpart", severity = Information, check = Artifact(check)
}

fn check(ctx: &Context, artifact: &Artifact, out: &mut Sink) {
    let others = || Kind::ALL.into_iter().filter(|kind| *kind != artifact.kind);
    let says_another = others().any(|kind| speaks_before(kind, artifact.kind) && has(ctx, kind));
    if !ctx.workspace.is_indexed || says_another {
        return;
    }
    let mut files = ctx.workspace.missing_artifacts(&ctx.document.path);
    // One that cannot be read, or was not read yet, is there all the same.
    let is_there = |kind| files.iter().any(|(own, path)| *own == kind && ctx.files.kind(path).is_some());
    let is_missing = |kind: &Kind| *ctx.workspace.has_folder.get(*kind) && !has(ctx, *kind) && !is_there(*kind);
    let missing: Vec<Kind> = others().filter(is_missing).collect();
    if missing.is_empty() {
        return;
    }
    let names: Vec<&str> = missing.iter().map(|kind| kind.name()).collect();
    let message = format!("This phase has no {}.", names.join(" and no "));
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
    fn it_is_said_once_for_each_phase() {
        check(
            "missing-counterpart",
            r#"
//- plan/phase-1.md
# Phase 1 😀
  ^^^^^^^^^ missing-counterpart
//- work-notes/phase-1.md
# Notes
//- prompts/phase-2.md
## Role
^^^^^^^ missing-counterpart
//- work-notes/phase-2.md
# Notes
//- work-notes/phase-3.md
# Notes
  ^^^^^ missing-counterpart
//- plan/billing/phase-4.md
---
a: b
---
# Billing
  ^^^^^^^ missing-counterpart
//- prompts/phase-4.md
# Other
  ^^^^^ missing-counterpart
"#,
        );
    }

    #[test]
    fn the_message_names_what_is_missing() {
        let found = findings("//- plan/phase-1.md\n# P\n//- prompts/phase-2.md\n# R\n//- work-notes/phase-2.md\n# N\n");
        let messages: Vec<_> = found
            .iter()
            .filter(|(_, finding)| finding.rule == "missing-counterpart")
            .map(|(path, finding)| (path.as_str(), finding.message.as_str()))
            .collect();
        assert_eq!(
            messages,
            [
                ("plan/phase-1.md", "This phase has no prompt and no work notes."),
                ("prompts/phase-2.md", "This phase has no plan.")
            ]
        );
    }

    #[test]
    fn one_or_all_can_be_created() {
        let found = findings("//- plan/a/phase-1.md\n# P\n//- prompts/phase-2.md\n# R\n//- work-notes/phase-2.md\n# N\n");
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
        let fixture = Fixture::parse("//- plan/phase-1.md\n# P\n//- prompts/phase-2.md\n# R\n");
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
