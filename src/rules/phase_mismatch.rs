use std::sync::Arc;

use super::{Context, Sink};
use crate::{
    artifact::{
        Artifact,
        paths::{self, Reference},
        phase_id,
        prompt::{Label, LabelName, Prompt},
    },
    config::markdown_stem,
    diagnostic::Fix,
    convention::Kind,
    text::Edit,
};

rule! {
    /// A title, and the Plan and Work notes of a prompt, are those of the own phase.
    ///
    /// ### Why
    ///
    /// Artifacts are copied from the phase before, and one path or the title is forgotten. The model then works to
    /// the wrong definition of done, or writes into notes that are closed. A path that leads nowhere is for
    /// `broken-reference` to report. A title is compared where the file of the phase that it names has that title, too.
    ///
    /// ### Fires
    ///
    /// ```md
    /// //- plan/phase-1.md
    /// # Phase 1: Plan
    /// //- plan/phase-2.md
    /// # Phase 2: Plan
    /// //- prompts/phase-2.md
    /// # Phase 2 - Execution Prompt
    ///
    /// ## Context
    /// - Plan: plan/phase-1.md
    /// ```
    ///
    /// ### Quiet
    ///
    /// ```md
    /// //- plan/phase-2-api.md
    /// # Phase 2: Plan
    /// //- prompts/phase-2.md
    /// # Phase 2 - Execution Prompt
    ///
    /// ## Context
    /// - Plan: plan/phase-2-api.md
    /// ```
    "phase-mismatch", severity = Warning, check = Artifact(check)
}

fn check(ctx: &Context, artifact: &Artifact, out: &mut Sink) {
    report_title(ctx, artifact, out);
    if let Some(prompt) = artifact.prompt() {
        report_labels(ctx, prompt, out);
    }
}

/// Says that a title names the phase of another file; where titles count otherwise than file names do, that one
/// does not name its own.
fn report_title(ctx: &Context, artifact: &Artifact, out: &mut Sink) {
    let stem = ctx.workspace.config.stem(&ctx.document.path).unwrap_or_default();
    let (Some(title), Some(own)) = (ctx.document.titled_phase(), phase_id(stem)) else { return };
    if title.starts_with(&*own) || own.starts_with(&*title) {
        return;
    }
    let (folder, _) = stem.rsplit_once('/').unwrap_or_default();
    let theirs = if folder.is_empty() { format!("phase-{title}") } else { format!("{folder}/phase-{title}") };
    let others = ctx.workspace.all_with_id_of(&theirs, artifact.kind);
    let is_theirs = |path: &Arc<str>| ctx.workspace.facts(path).is_some_and(|facts| facts.is_titled_as_stem);
    let (Some(other), Some(range)) = (others.iter().find(|path| is_theirs(path)), artifact.sections.title.clone()) else { return };
    let finding = out.report(range.clone(), format!("The title names phase {title}, but this file is phase {own}; phase {title} is `{other}`."));
    let words = ctx.slice(range.clone());
    let number = words.to_ascii_lowercase().find("phase").and_then(|at| {
        let start = at + words[at..].find(|c: char| c.is_ascii_digit())?;
        let written = words[start..].len() - words[start..].trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '.').len();
        Some(range.start + start..range.start + start + words[start..start + written].trim_end_matches('.').len())
    });
    if let Some(number) = number {
        finding.fix(Fix::new(format!("Replace with phase {own}"), vec![Edit::replace(number, own)]));
    }
}

fn report_labels(ctx: &Context, prompt: &Prompt, out: &mut Sink) {
    for label in &prompt.labels {
        let kind = match label.name {
            LabelName::Plan => Kind::Plan,
            LabelName::WorkNotes => Kind::WorkNotes,
            LabelName::Reference => continue,
        };
        let named = artifacts_of(ctx, prompt, label, kind);
        let Some((reference, path)) = named.first() else { continue };
        let own = ctx.workspace.counterpart(&ctx.document.path, kind);
        if named.iter().any(|(_, path)| is_own(ctx, path, own.as_deref())) {
            continue;
        }
        let finding = out.report(reference.range.clone(), format!("`{path}` belongs to another phase."));
        if reference.place != reference.range {
            finding.relate(&ctx.document.path, reference.place.clone(), "Used here.");
        }
        let Some(own) = own else { continue };
        finding.message =
            format!("`{path}` belongs to another phase; the {kind} of this one {} `{own}`.", is_or_are(kind));
        let edit = correct(ctx, reference, path, &own);
        finding.fix(Fix::safe(format!("Replace with `{}`", edit.replacement), vec![edit]));
    }
}

fn is_or_are(kind: Kind) -> &'static str {
    if kind == Kind::WorkNotes { "are" } else { "is" }
}

/// The existing artifacts of that kind that a label names.
fn artifacts_of<'p>(ctx: &Context, prompt: &'p Prompt, label: &Label, kind: Kind) -> Vec<(&'p Reference, String)> {
    let (resolver, file) = (ctx.resolver(), &*ctx.document.path);
    let named = resolver.counting(file, prompt.references_of(label));
    named
        .filter_map(|reference| Some((reference, resolver.artifact(file, reference)?)))
        .filter(|(_, path)| ctx.workspace.config.kind_of(path) == Some(kind) && ctx.workspace.facts(path).is_some())
        .collect()
}

/// Whether an artifact may be meant: it is the phase's own, or no phase that another prompt belongs
/// to, such as a plan of the whole project.
fn is_own(ctx: &Context, path: &str, own: Option<&str>) -> bool {
    let id = |path: &str| phase_id(path.rsplit('/').next().unwrap_or(path));
    let (theirs, ours) = (id(path), id(&ctx.document.path));
    own == Some(path) || theirs.is_none() && ours.is_some() || own.is_none() && (theirs == ours || ours.is_none())
}

/// Only the stem changes if the folder is the same.
fn correct(ctx: &Context, reference: &Reference, wrong: &str, right: &str) -> Edit {
    let written = ctx.slice(reference.range.clone());
    let config = &ctx.workspace.config;
    let tail = |path: &str| Some((markdown_stem(path)?.len() - config.stem(path)?.len(), config.stem(path)?.to_owned()));
    if let (Some((wrong_start, stem)), Some((right_start, other))) = (tail(wrong), tail(right))
        && wrong[..wrong_start] == right[..right_start]
        && let Some(head) = written.replace('\\', "/").strip_suffix(&wrong[wrong_start..])
        && stem.matches('/').count() == other.matches('/').count()
    {
        let separator = if written.contains('\\') { "\\" } else { "/" };
        let spelled = format!("{}{}", &written[..head.len()], right[right_start..].replace('/', separator));
        return Edit::replace(reference.range.clone(), spelled);
    }
    Edit::replace(reference.range.clone(), paths::respell(&ctx.document.path, ctx.text(), reference, right))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_title_names_its_own_phase() {
        check(
            "phase-mismatch",
            "
//- work-notes/phase-7.md
# Phase 7 - Draw
//- work-notes/phase-8.md
# Phase 7 - Erase
  ^^^^^^^^^^^^^^^ phase-mismatch
//- work-notes/phase-9a.md
# Phase 9 - Save
//- plan/phase-0.md
# Phase 1: Till
//- plan/phase-1.md
# Phase 2: Stock
",
        );
        check_fix(
            "phase-mismatch",
            "//- work-notes/phase-7.md\n# Phase 7\n//- work-notes/phase-8.md\n# 🎨 Phase 07: Erase\n",
            "# 🎨 Phase 8: Erase\n",
        );
    }

    use crate::testing::{check, check_fix};

    #[test]
    fn paths_of_another_phase_are_marked() {
        check(
            "phase-mismatch",
            r#"
//- plan/phase-1.md
# P
//- plan/billing/phase-1.md
# P
//- plan/refunds/phase-1.md
# P
//- plan/roadmap.md
# P
//- work-notes/phase-1.md
# N
//- prompts/phase-2.md
## Context
- Plan: plan/phase-1.md
        ^^^^^^^^^^^^^^^ phase-mismatch
- **Work notes:** [notes](../work-notes/phase-1.md#log)
                          ^^^^^^^^^^^^^^^^^^^^^^^^ phase-mismatch
- Reference: plan/phase-1.md
//- prompts/phase_01.md
## Context
- Plan: plan/phase-1.md
- Work notes: work-notes/phase-9.md
//- prompts/refunds/phase-1.md
## Context
Plan: `plan\billing\phase-1.md` 😀
       ^^^^^^^^^^^^^^^^^^^^^^^ phase-mismatch
//- prompts/phase-3.md
## Context
- Plan: plan/roadmap.md
//- prompts/kickoff.md
## Context
- Plan: plan/phase-1.md
"#,
        );
    }

    #[test]
    fn a_definition_and_a_name_with_blanks_are_corrected_where_they_stand() {
        for (context, after) in [
            ("- Plan: [plan][p]\n\n[p]: ../plan/phase-2.md", "- Plan: [plan][p]\n\n[p]: ../plan/phase-1.md"),
            ("- Plan: plan/phase 3.md", "- Plan: plan/phase-1.md"),
            ("- Plan: `plan/phase 3.md`", "- Plan: `plan/phase-1.md`"),
        ] {
            let others = "//- plan/phase-1.md\n# P\n//- plan/phase-2.md\n# P\n//- plan/phase 3.md\n# P\n";
            check_fix(
                "phase-mismatch",
                &format!("{others}//- prompts/phase-1.md\n## Context\n{context}\n"),
                &format!("## Context\n{after}\n"),
            );
        }
    }

    #[test]
    fn one_right_path_is_enough() {
        check(
            "phase-mismatch",
            "\
//- plan/phase-1.md
# P
//- plan/phase-2.md
# P
//- prompts/phase-2.md
## Context
- Plan: plan/phase-2.md (follows plan/phase-1.md)
",
        );
    }

    #[test]
    fn the_fix_corrects_the_stem() {
        for (written, after) in [
            ("- Plan: plan/phase-1.md (go)", "- Plan: plan/phase-2-api.md (go)"),
            ("- Plan: `plan\\phase-1.md`", "- Plan: `plan\\phase-2-api.md`"),
            ("- Plan: [p](../plan/phase-1.md#goals)", "- Plan: [p](../plan/phase-2-api.md#goals)"),
            ("- Plan: ./plan/phase-1.md", "- Plan: ./plan/phase-2-api.md"),
            ("- Plan: `plan/old/phase-1.md`", "- Plan: `plan/phase-2-api.md`"),
        ] {
            let file = |line: &str| format!("## Context\r\n{line}\r\n");
            check_fix(
                "phase-mismatch",
                &format!("\
//- plan/phase-1.md
# P
//- plan/old/phase-1.md
# P
//- plan/phase-2-api.md
# P
//- prompts/phase-2.md
{}", file(written)),
                &file(after),
            );
        }
    }
}
