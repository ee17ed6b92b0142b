use std::collections::HashSet;

use super::{Context, Sink};
use crate::{
    artifact::{
        Artifact,
        paths::{Reference, Role, Usage},
        prompt::LabelName,
    },
    diagnostic::Fix,
    convention::{Kind, SectionName},
    workspace::{
        FileKind,
        resolve::{End, PathSet, Target, readings},
    },
};

rule! {
    /// What the text says to follow is among the declared references.
    ///
    /// ### Why
    ///
    /// A restarted session hands the model the declared references and nothing else. A file that the middle of
    /// the task says to follow, copy, mirror or read is missing then. Only paths with a `/` that exist
    /// count, and only where others are declared: in a prompt's Context, in References, or in a reading
    /// list. A file that follows another template says itself what to read. A declared folder covers all that is below it, the files of the phase itself need no
    /// declaration, and what the text only names, or says to change, run or not to touch, is left alone.
    ///
    /// ### Fires
    ///
    /// ```md
    /// //- src/queue.rs
    /// //- src/retry.rs
    /// //- prompts/phase-1.md
    /// # Phase 1 - Execution Prompt
    ///
    /// ## Role
    /// You are an engineer.
    ///
    /// ## Context
    /// - Reference implementation(s): `src/queue.rs`
    ///
    /// ## Task
    /// Copy the pauses of `src/retry.rs`.
    /// ```
    ///
    /// ### Quiet
    ///
    /// ```md
    /// //- src/queue.rs
    /// //- src/retry.rs
    /// //- prompts/phase-1.md
    /// # Phase 1 - Execution Prompt
    ///
    /// ## Role
    /// You are an engineer.
    ///
    /// ## Context
    /// - Reference implementation(s): `src/queue.rs`, `src/retry.rs`
    ///
    /// ## Task
    /// Copy the pauses of `src/retry.rs:10-20`.
    /// ```
    "undeclared-reference", severity = Warning, check = Declaring(check), law = Template, about_absence = true
}

fn check(ctx: &Context, artifact: &Artifact, out: &mut Sink) {
    let (resolver, file) = (ctx.resolver(), &*ctx.document.path);
    let counting: Vec<&Reference> = resolver.counting(file, artifact.references()).collect();
    if !counting.iter().any(|reference| is_among_declared(artifact, reference)) && !has_label(artifact) {
        return;
    }
    let mut declared = None;
    let mut seen = HashSet::new();
    let mut slot = None;
    for reference in counting.into_iter().filter(|reference| is_relied_on(artifact, reference)) {
        let Some(target) = existing(ctx, reference) else { continue };
        let declared = declared.get_or_insert_with(|| declared_by_phase(ctx, artifact));
        let is_known = declared.covers(&target.path) || is_of_phase(ctx, &target.path);
        let is_ignored = ctx.workspace.config.ignores_reference(&target.path);
        if is_known || is_ignored || seen.contains(&target.path) {
            continue;
        }
        let usage = reference.usage(ctx.text());
        // What is only named may be what the work makes or changes.
        if !matches!(usage, Usage::Followed | Usage::Compared)
            || reference.is_forbidden(ctx.text(), &artifact.sections)
        {
            continue;
        }
        seen.insert(target.path.clone());
        let path = &target.path;
        let message = format!("`{path}` is not among the declared references.");
        let finding = out.report(reference.place.clone(), message);
        if let Some(place) = slot.get_or_insert_with(|| ctx.document.slot_for_reference()) {
            let edit = place.fill(file, path, target.kind == FileKind::Folder);
            *place = place.following();
            let title = format!("Add `{path}` to the declared references");
            let is_safe = usage == Usage::Followed;
            finding.fix(if is_safe { Fix::safe(title, vec![edit]) } else { Fix::new(title, vec![edit]) });
        }
    }
}

/// Whether the path stands where this kind of document declares what it follows. The Files of a plan are to be
/// changed.
fn is_among_declared(artifact: &Artifact, reference: &Reference) -> bool {
    const OF_PLAN: &[SectionName] = &[SectionName::References, SectionName::RequiredReading];
    let is_plan = artifact.kind == Kind::Plan;
    reference.role == Role::Declared && (!is_plan || artifact.sections.is_within(reference.place.start, OF_PLAN))
}

/// Whether a prompt has a place for them, if only a placeholder stands there.
fn has_label(artifact: &Artifact) -> bool {
    artifact.prompt().is_some_and(|prompt| prompt.label(LabelName::Reference).is_some())
}

/// Other phases, and what is out of scope, is named so that nothing relies on it; a command that proves the work runs
/// what it names.
fn is_relied_on(artifact: &Artifact, reference: &Reference) -> bool {
    const ELSEWHERE: &[SectionName] = &[
        SectionName::OutOfScope,
        SectionName::DependsOn,
        SectionName::DefinitionOfDone,
        SectionName::Verification,
        SectionName::Commits,
        SectionName::SessionLog,
    ];
    reference.role == Role::Mentioned
        && reference.path.contains('/')
        && !artifact.sections.is_within(reference.place.start, ELSEWHERE)
}

fn existing(ctx: &Context, reference: &Reference) -> Option<Target> {
    let resolver = ctx.resolver();
    let places = readings(&ctx.document.path, reference);
    let target = places.iter().find_map(|place| resolver.at(place))?;
    target.path.contains('/').then_some(target)
}

/// What this document and its counterpart declare or will create.
fn declared_by_phase<'a>(ctx: &Context<'a>, artifact: &Artifact) -> PathSet<'a> {
    let file = &*ctx.document.path;
    let mut declared = ctx.resolver().path_set();
    declared.insert_references(file, artifact.references(), &[Role::Declared, Role::Created]);
    let other = if artifact.kind == Kind::Plan { Kind::Prompt } else { Kind::Plan };
    if let Some((_, facts)) = ctx.workspace.counterpart_facts(file, other) {
        facts.declared.iter().chain(&facts.created).for_each(|path| declared.insert(path, End::IfMissing));
    }
    declared
}

/// Whether `path` is an artifact of the document's own phase.
fn is_of_phase(ctx: &Context, path: &str) -> bool {
    let Some(kind) = ctx.workspace.config.kind_of(path) else { return false };
    ctx.workspace.counterpart(&ctx.document.path, kind).is_some_and(|own| &*own == path)
}

#[cfg(test)]
mod tests {
    use crate::{
        edit::numbering::counted_on,
        testing::{check, check_cases, check_fix, findings, fixed},
        text,
    };

    const FILES: &str = "\
//- phasemark.toml
[sections]
prompt.strict = true
//- src/a.rs
//- src/b.rs
//- src/größe.py
//- charts/x/values.yaml
//- docs/並び順.md
//- README.md
";

    #[test]
    fn existing_paths_outside_the_declared_ones_are_found_once() {
        let fixture = r#"
//- prompts/phase-1.md
## Context
- Plan: plan/phase-1.md
- Reference implementation(s): `src/a.rs:1-9`, charts/
## Task
### As in `src/b.rs` 😀
           ^^^^^^^^ undeclared-reference
Again `src/b.rs`, declared `src/a.rs` and `charts/x/values.yaml`, no path `README.md`, no file `src/none.rs`.
Read the [größe](../src/größe.py#L1).
                 ^^^^^^^^^^^^^^^ undeclared-reference

"#;
        check("undeclared-reference", &format!("{FILES}{}", fixture.trim_start()));
    }

    #[test]
    fn the_phase_itself_the_plan_and_forbidden_lines_are_quiet() {
        let fixture = r#"
//- plan/phase-1-api.md
## References
- src/b.rs
- `a.rs`
## Files
### New
- `docs/`
## Goals
- Like `charts/x/values.yaml`
        ^^^^^^^^^^^^^^^^^^^^ undeclared-reference
## Out of scope
- `src/größe.py`
## Definition of done
- `make`
//- plan/phase-2.md
## References
- src/b.rs
## Rows
- Like `charts/x/values.yaml`
//- work-notes/phase-1.md
# Notes
//- prompts/phase-1.md
## Context
## Task
Like `src/a.rs` and `src/b.rs`, write `docs/並び順.md`, `plan/phase-1-api.md` and work-notes/phase-1.md.
- MUST NOT change `charts/x/values.yaml`
- Don’t touch `src/größe.py`
## Do not touch
- `charts/x/`
"#;
        check("undeclared-reference", &format!("{FILES}{}", fixture.trim_start()));
    }

    #[test]
    fn what_the_text_changes_or_runs_is_no_reference() {
        for (task, is_one) in [
            ("Take the pauses from `src/b.rs`.", true),
            ("Refactor `src/a.rs` the way `src/b.rs` does it.", true),
            ("Update the tests as `src/b.rs` does.", true),
            ("Replace the loop in `src/a.rs`; the ports are in `src/b.rs`.", false),
            ("Change the sum in `src/a.rs` and use the ports of `src/b.rs`.", true),
            ("Refactor `src/b.rs` the way `src/a.rs` does it.", false),
            ("- Extend `src/a.rs` and `src/b.rs`", false),
            ("- Moving the type out of `src/b.rs`", false),
            ("- In `src/b.rs`, replace the loop", false),
            ("- `src/b.rs`: add the field", false),
            ("- `src/b.rs` — update imports", false),
            ("The type in `src/b.rs` is renamed.", false),
            ("Run `src/b.rs` before each commit.", false),
            ("- Create: `src/b.rs`", false),
            ("| `src/b.rs` | new |\n|---|---|", false),
            ("Set up the build: `src/b.rs`", false),
            ("Document the pauses in `src/b.rs`.", false),
            ("## Verification\n- [ ] `src/b.rs` exits 0", false),
        ] {
            let prompt = format!("## Context\n- Reference: `src/a.rs`\n\n## Task\n{task}\n");
            let found = findings(&format!("{FILES}//- prompts/phase-1.md\n{prompt}"));
            assert_eq!(found.iter().any(|(_, finding)| finding.rule == "undeclared-reference"), is_one, "{task}");
        }
    }

    #[test]
    fn only_what_is_to_be_followed_is_declared_unasked() {
        for (task, is_safe) in [
            ("Follow `src/b.rs`.", true),
            ("- [ ] Mirror the layout of `src/b.rs`", true),
            ("Read\n`src/b.rs` first.", true),
            ("Copying `src/b.rs` is fine.", true),
            ("Reuse the pauses of `src/b.rs`.", false),
            ("See `src/b.rs`.", false),
        ] {
            let prompt = format!("## Context\n- Reference: `src/a.rs`\n\n## Task\n{task}\n");
            let found = findings(&format!("{FILES}//- prompts/phase-1.md\n{prompt}"));
            let finding = found.iter().find(|(_, finding)| finding.rule == "undeclared-reference");
            assert_eq!(finding.map(|(_, finding)| finding.fixes[0].safe), Some(is_safe), "{task}");
        }
    }

    #[test]
    fn a_section_without_a_path_declares_nothing() {
        for context in ["Prose.", "- Three gaps\n\n## References\n- the RFC, [R1] and (#anchor)", "### References\n- <path 1>"] {
            check(
                "undeclared-reference",
                &format!("{FILES}//- prompts/phase-1.md\n## Context\n{context}\n\n## Task\nFollow `src/b.rs`.\n"),
            );
        }
        for list in ["Files to Read", "Source documents", "Key files", "Required reading"] {
            let fixture = format!(
                "\
{FILES}//- prompts/phase-1.md
## {list}
- `src/a.rs`
- `src/b.rs`
## Task
Follow `src/b.rs` and `docs/並び順.md`.
                       ^^^^^^^^^^^ undeclared-reference
"
            );
            check("undeclared-reference", &fixture);
        }
    }

    #[test]
    fn a_document_that_declares_nothing_anywhere_is_left_to_missing_section() {
        check(
            "undeclared-reference",
            &format!("\
{FILES}//- plan/phase-1.md
## Goals
- `src/a.rs`
//- prompts/phase-1.md
## Task
`src/a.rs`
"),
        );
    }

    #[test]
    fn line_ends_may_be_bare_carriage_returns() {
        let text = "## Context\r- Reference: `src/a.rs`\r## Task\rUse `src/b.rs`.\r- MUST NOT stop\r";
        let after = text.replace("`src/a.rs`", "`src/a.rs`, `src/b.rs`");
        check_fix("undeclared-reference", &format!("{FILES}//- prompts/phase-1.md\n{text}"), &after);
    }

    #[test]
    fn the_fix_writes_as_the_file_does() {
        check_cases("fixes/undeclared-reference", |case| {
            let [above, below] =
                ["## Context\n", "\n## Task\nSee `src/b.rs`.\n"].map(|text| text.replace('\n', case.line_end));
            let fixture = format!("{FILES}//- prompts/phase-1.md\n{above}{}{below}", case.before);
            let fixed = fixed("undeclared-reference", &fixture);
            let context = fixed.strip_prefix(&above).and_then(|fixed| fixed.strip_suffix(&below));
            context.expect("what is around it stays").to_owned()
        });
    }

    #[test]
    fn what_the_fix_writes_is_read() {
        for name in ["a b", "R&D", "it's (1)", "a, b", "100%", "__x__", "caf\u{e9}"] {
            let link = format!("[x](<../docs/{name}.md>)").replace('%', "%25");
            for reference in ["`src/a.rs`", "src/a.rs", "[a](../src/a.rs)"] {
                let prompt = format!("## Context\n- Reference: {reference}\n\n## Task\nSee {link}.\n");
                let files = format!("{FILES}//- docs/{name}.md\n");
                let found = findings(&format!("{files}//- prompts/phase-1.md\n{prompt}"));
                let finding = found.iter().find(|(_, finding)| finding.rule == "undeclared-reference");
                let fixed = text::apply(&prompt, finding.expect("a finding").1.fixes[0].edits());
                check("undeclared-reference", &format!("{files}//- prompts/phase-1.md\n{fixed}"));
            }
        }
    }

    #[test]
    fn all_fixes_can_be_applied_at_once() {
        for (declared, after) in [
            ("- Reference: <paths>", "- Reference: `src/a.rs`, `src/b.rs`, `charts/x/`"),
            ("- Plan: plan/phase-1.md", "- Plan: plan/phase-1.md\n- Reference implementation(s): src/a.rs, src/b.rs, charts/x/"),
            ("- Reference:\n  - <path 1>", "- Reference:\n  - `src/a.rs`, `src/b.rs`, `charts/x/`"),
            ("- Reference: `README.md`", "- Reference: `README.md`, `src/a.rs`, `src/b.rs`, `charts/x/`"),
            ("- `README.md`", "- `README.md`\n- `src/a.rs`\n- `src/b.rs`\n- `charts/x/`"),
        ] {
            let file = |lines: &str| format!("## Context\n{lines}\n\n## Task\nRead `src/a.rs`, read `src/b.rs`, read `charts/x`\n");
            let fixture = format!("{FILES}//- prompts/phase-1.md\n{}", file(declared));
            let found = findings(&fixture);
            let edits: Vec<_> = found
                .iter()
                .filter(|(_, finding)| finding.rule == "undeclared-reference")
                .flat_map(|(_, finding)| finding.fixes[0].edits().to_vec())
                .collect();
            let fixed = text::apply(&file(declared), &counted_on(&file(declared), edits, &|_| false));
            assert_eq!(fixed, file(after));
            check("undeclared-reference", &format!("{FILES}//- prompts/phase-1.md\n{fixed}"));
        }
    }
}
