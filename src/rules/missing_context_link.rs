use super::{Context, Sink};
use crate::{
    artifact::prompt::{LabelName, Prompt},
    diagnostic::Fix,
    convention::{Kind, SectionName},
    workspace::{Facts, purpose::names_report},
};

rule! {
    /// A prompt names its plan and its work notes.
    ///
    /// ### Why
    ///
    /// The prompt is what a session starts from. Without the path of the plan the model does not know
    /// when it is done, and without the work notes it does not know what was decided before. Any path
    /// in the prompt that leads to a plan or to work notes will do. Only a plan and work notes that exist are missed.
    ///
    /// ### Fires
    ///
    /// ```md
    /// //- plan/phase-1.md
    /// # Phase 1: Plan
    /// //- prompts/phase-1.md
    /// # Phase 1 - Execution Prompt
    ///
    /// ## Context
    /// - Reference implementation(s): src/queue.rs
    /// ```
    ///
    /// ### Quiet
    ///
    /// ```md
    /// //- plan/phase-1.md
    /// # Phase 1: Plan
    /// //- work-notes/phase-1.md
    /// # Phase 1 - Work Notes
    /// //- prompts/phase-1.md
    /// # Phase 1 - Execution Prompt
    ///
    /// ## Context
    /// - Plan: plan/phase-1.md
    /// - Reference implementation(s): src/queue.rs
    ///
    /// ## Session management
    /// Read `work-notes/phase-1.md` before you start.
    /// ```
    "missing-context-link", severity = Warning, check = Prompt(check), law = Pair, about_absence = true
}

fn check(ctx: &Context, prompt: &Prompt, out: &mut Sink) {
    let sections = &ctx.artifact().sections;
    if sections.all.iter().all(|section| section.name.is_none()) {
        return;
    }
    let has_context = sections.has(SectionName::Context);
    let mut place_of_label = None;
    for (name, kind, what) in
        [(LabelName::Plan, Kind::Plan, "its plan"), (LabelName::WorkNotes, Kind::WorkNotes, "its work notes")]
    {
        let Some(path) = ctx.workspace.counterpart(&ctx.document.path, kind) else { continue };
        // A report is written afterwards.
        if names_report(&path) || !is_habit(ctx, prompt, kind) || leads_to(ctx, prompt, name, kind) {
            continue;
        }
        let label = prompt.label(name);
        let place = label.map_or_else(|| ctx.place_of_absence(Some(SectionName::Context)), |label| label.range.clone());
        let speaker = if has_context { "The Context" } else { "This prompt" };
        let finding = out.report(place, format!("{speaker} does not name {what}, `{path}`."));
        let title = format!("Insert the path of {what}, `{path}`");
        if let Some(slot) = ctx.document.slot_for_label(name, &mut place_of_label) {
            let edits = vec![slot.fill(&ctx.document.path, &path, false)];
            // Without a Context the place is a guess.
            finding.fix(if has_context { Fix::safe(title, edits) } else { Fix::new(title, edits) });
        }
    }
}

/// Whether the file follows the template, is the only prompt, has labels of such files, or another prompt has one for
/// that kind or declares an artifact of it.
fn is_habit(ctx: &Context, prompt: &Prompt, kind: Kind) -> bool {
    let workspace = ctx.workspace;
    let is_other = |path: &str, facts: &Facts| facts.kind == Kind::Prompt && path != &*ctx.document.path;
    let mut others = workspace.index.iter().filter(|(path, facts)| is_other(path, facts)).peekable();
    others.peek().is_none()
        || workspace.follows_template(ctx.document)
        || [LabelName::Plan, LabelName::WorkNotes].iter().any(|name| prompt.label(*name).is_some())
        || others.any(|(_, facts)| facts.labels[usize::from(kind != Kind::Plan)] || facts.declared.iter().any(|path| workspace.config.kind_of(path) == Some(kind)))
}

/// Whether the label has a path, a link to elsewhere or `none`, or any path in the prompt leads to such an
/// artifact.
fn leads_to(ctx: &Context, prompt: &Prompt, name: LabelName, kind: Kind) -> bool {
    let (resolver, file) = (ctx.resolver(), &*ctx.document.path);
    let mut labels = prompt.labels.iter().filter(|label| label.name == name);
    let has_value = labels.any(|label| {
        let is_elsewhere = ctx.slice(label.value.clone()).contains("://");
        let names_path = || resolver.counting(file, prompt.references_of(label)).next().is_some();
        is_elsewhere || label.is_none && !label.is_empty || names_path()
    });
    has_value
        || resolver.counting(file, &prompt.references).any(|reference| {
            let artifact = resolver.artifact(file, reference);
            artifact.is_some_and(|path| ctx.workspace.config.kind_of(&path) == Some(kind))
        })
}

#[cfg(test)]
mod tests {
    use crate::testing::{acted, check, check_cases, findings, fixed};

    #[test]
    fn the_context_or_the_empty_label_is_marked() {
        check(
            "missing-context-link",
            r#"
//- plan/phase-1.md
# P
//- plan/phase-2.md
# P
//- plan/phase-3.md
# P
//- plan/phase-5.md
# P
//- plan/phase-6.md
# P
//- work-notes/phase-1.md
# N
//- work-notes/phase-2.md
# N
//- prompts/phase-1.md
## 1. Context
   ^^^^^^^^^^ missing-context-link
- Plan: the one of last week
  ^^^^ missing-context-link
//- prompts/phase-2.md
## Context
- **Plan**:
    ^^^^ missing-context-link
- Work notes: <path>
  ^^^^^^^^^^ missing-context-link
//- prompts/phase-3.md
# Three
  ^^^^^ missing-context-link
## Task
no context
### Inputs
- `BASE`: the base
//- prompts/phase-4.md
## Context
no plan, no notes
//- prompts/phase-5.md
# Five
## Task
Do what `plan/phase-5.md` says.
//- prompts/phase-6.md
# Six
## Findings
no heading that is known
"#,
        );
    }

    #[test]
    fn any_path_that_leads_there_counts() {
        for context in [
            "Plan: plan/phase-1.md\nWork notes: work-notes/phase-1.md",
            "- [Plan](../plan/phase-1.md)\n- [notes](../work-notes/phase-1.md)",
            "Read `plan/phase-1.md`, then work-notes/phase-9.md.",
            "| a | b |\n|---|---|\n| `plan\\phase-1.md` | `work-notes/phase-1.md` |",
            "- Plan: docs/roadmap.md\n- Work notes: https://example.com/notes",
            "- Plan: none\n- Work notes: N/A",
            "- Plan: plan/phase-1-検索.md\n- Work notes: work-notes/phase-1-検索.md",
            "- Plan: plan\\phase-1.md\n- Work notes: work-notes\\phase-1.md",
            "- Plan: @plan/phase-1.md\n- Work notes: `@work-notes/phase-1.md`",
            "- Plan: [[plan/phase-1]]\n- Work notes: [[work-notes/phase-1#log|the notes]]",
            "- Plan: `/plan/phase-1.md`\n- Work notes: /work-notes/phase-1.md",
            "Per [[work-notes/phase-1.md]], the plan is plan/phase-1.md and all is well.",
        ] {
            let files = "//- plan/phase-1.md\n# P\n//- work-notes/phase-1.md\n# N\n";
            check("missing-context-link", &format!("{files}//- prompts/phase-1.md\n## Context\n{context}\n"));
        }
    }

    #[test]
    fn the_fix_writes_the_label_as_the_others() {
        check_cases("fixes/missing-context-link", |case| {
            let files = "//- plan/phase-1-api.md\n# P\n//- work-notes/phase-1.md\n# N\n//- prompts/phase-1.md\n";
            let [above, below] = ["## Context\n", "\n## Task\n"].map(|text| text.replace('\n', case.line_end));
            let fixed = fixed("missing-context-link", &format!("{files}{above}{}{below}", case.before));
            let context = fixed.strip_prefix(&above).and_then(|fixed| fixed.strip_suffix(&below));
            context.expect("what is around it stays").to_owned()
        });
    }

    #[test]
    fn names_with_blanks_and_signs_count() {
        for stem in ["phase 1", "R&D, it's (1) #2", "100%"] {
            for context in [
                format!("- Plan: plan/{stem}.md\n- Work notes: `work-notes/{stem}.md`"),
                format!("Plan: plan/{stem}.md\nWork notes: work-notes/{stem}.md"),
                format!("- `plan/{stem}.md`\n- work-notes/{stem}.md"),
            ] {
                let files = format!("//- plan/{stem}.md\n# P\n//- work-notes/{stem}.md\n# N\n");
                check("missing-context-link", &format!("{files}//- prompts/{stem}.md\n## Context\n{context}\n"));
                // It is said where they are, though they are not there.
                check("missing-context-link", &format!("//- prompts/{stem}.md\n## Context\n{context}\n"));
            }
        }
    }

    #[test]
    fn links_are_counted_on_or_get_a_list_of_their_own() {
        check_cases("fixes/links-of-a-prompt", |case| {
            let files = "//- plan/phase-1.md\n# P\n//- work-notes/phase-1.md\n# N\n//- prompts/phase-1.md\n";
            let others = "\n## Task\n\n## Constraints\n\n## Session management\n\n## Commit discipline\n";
            let [above, below] =
                ["## Role\n\n## Context$0\n", others].map(|text| text.replace('\n', case.line_end));
            let after = acted(&case.the("action"), &format!("{files}{above}{}{below}", case.before));
            let context = after.strip_prefix(&above.replace("$0", "")).and_then(|after| after.strip_suffix(&below));
            context.expect("what is around it stays").to_owned()
        });
    }

    #[test]
    fn without_a_context_the_links_stand_below_the_title() {
        let files = "//- plan/phase-1.md\n# P\n//- work-notes/phase-1.md\n# N\n//- prompts/phase-1.md\n";
        let prompt = "# One\n\n## Task\nGo.\n";
        let found = findings(&format!("{files}{prompt}"));
        let found: Vec<_> = found.iter().filter(|(_, finding)| finding.rule == "missing-context-link").collect();
        assert!(found.iter().all(|(_, finding)| !finding.fixes[0].safe));
        let edits = found.iter().flat_map(|(_, finding)| finding.fixes[0].edits().to_vec()).collect::<Vec<_>>();
        let fixed = crate::text::apply(prompt, &edits);
        assert_eq!(fixed, "\
# One

- Plan: `plan/phase-1.md`
- Work notes: `work-notes/phase-1.md`

## Task
Go.
");
        check("missing-context-link", &format!("{files}{fixed}"));
    }

    #[test]
    fn a_project_earns_it_where_another_prompt_names_such_a_file() {
        let notes = "//- work-notes/phase-1.md\n# N\n//- work-notes/phase-2.md\n# N\n";
        let prompt = "## Context\n- Read the code\n\n## Output\n";
        check("missing-context-link", &format!("\
{notes}//- prompts/phase-1.md
{prompt}//- prompts/phase-2.md
{prompt}"));
        let marked = prompt.replacen('\n', "\n   ^^^^^^^ missing-context-link\n", 1);
        check("missing-context-link", &format!("\
{notes}//- prompts/phase-1.md
## Context
- Work notes: work-notes/phase-1.md
//- prompts/phase-2.md
{marked}"));
    }

    #[test]
    fn a_report_is_not_missed() {
        check("missing-context-link", "\
//- work-notes/phase-1-report.md
# Report
//- prompts/phase-1.md
## Context
- Plan: none
");
    }
}
