use std::collections::HashSet;

use super::{Context, Sink};
use crate::{
    artifact::{
        paths::{self, ReferenceStyle, Role},
        prompt::{LabelName, Prompt},
        sections::Section,
    },
    diagnostic::Fix,
    convention::{Kind, SectionName},
    workspace::FileKind,
};

rule! {
    /// A prompt says which existing code to follow.
    ///
    /// ### Why
    ///
    /// Without a reference implementation a model writes what most code on the net looks like, not
    /// what this repository looks like. A path in the Context, a References section, or the references
    /// of the plan will do; plan and work notes themselves are no reference. Write `none` if there is
    /// nothing to follow. Only in prompts that follow the template.
    ///
    /// ### Fires
    ///
    /// ```md
    /// # Phase 1 - Execution Prompt
    ///
    /// ## Role
    /// You are a senior engineer.
    ///
    /// ## Context
    /// - Plan: plan/phase-1.md
    /// - Work notes: work-notes/phase-1.md
    ///
    /// ## Task
    /// Add the probes.
    /// ```
    ///
    /// ### Quiet
    ///
    /// ```md
    /// # Phase 1 - Execution Prompt
    ///
    /// ## Context
    /// - Plan: plan/phase-1.md
    /// - Work notes: work-notes/phase-1.md
    /// - Reference implementation(s): charts/event-processor/
    /// ```
    "no-declared-references", severity = Warning, check = Prompt(check), law = Template, about_absence = true
}

fn check(ctx: &Context, prompt: &Prompt, out: &mut Sink) {
    if !ctx.artifact().sections.has(SectionName::Context) || has_reference(ctx, prompt) {
        return;
    }
    let labels = || prompt.labels.iter().filter(|label| label.name == LabelName::Reference);
    if labels().any(|label| !label.is_empty) {
        return;
    }
    if let Some(label) = labels().next() {
        let placeholder = ctx.slice(label.value.clone()).find('<').map(|at| label.value.start + at..label.value.end);
        let place = placeholder.unwrap_or_else(|| label.range.clone());
        let message = "This prompt does not say which existing code to follow: name a path, or write `none`.";
        let finding = out.report(place, message);
        for (title, value) in values(ctx) {
            if let Some(slot) = ctx.document.slot_for_label(LabelName::Reference, &mut None) {
                finding.fix(Fix::new(title, vec![slot.fill_with(&value)]));
            }
        }
    } else if !is_declared_elsewhere(ctx) {
        let place = ctx.place_of_absence(Some(SectionName::Context));
        let message = "The Context names no reference implementation: no existing code to follow.";
        let finding = out.report(place, message);
        if let Some(slot) = ctx.document.slot_for_label(LabelName::Reference, &mut None) {
            finding.fix(Fix::new("Write that there is `none`", vec![slot.fill_with("none")]));
        }
    }
}

/// What may stand there, with the titles of the fixes: the references of the plan, or `none`.
fn values(ctx: &Context) -> Vec<(&'static str, String)> {
    const MOST: usize = 10;
    let plan = ctx.workspace.counterpart_facts(&ctx.document.path, Kind::Plan);
    let mut seen = HashSet::new();
    let declared = plan.into_iter().flat_map(|(_, facts)| facts.declared.iter());
    let existing = declared.filter_map(|path| ctx.resolver().at(path)).filter(|target| {
        ctx.workspace.config.kind_of(&target.path).is_none() && seen.insert(target.path.clone())
    });
    let spelled = existing.take(MOST).map(|target| {
        let is_folder = target.kind == FileKind::Folder;
        paths::spell(ReferenceStyle::Code, &ctx.document.path, &target.path, is_folder)
    });
    let of_plan = spelled.collect::<Vec<_>>().join(", ");
    let of_plan = (!of_plan.is_empty()).then_some(("Use the references of the plan", of_plan));
    of_plan.into_iter().chain([("Write `none`", "none".to_owned())]).collect()
}

/// Whether the prompt declares a path that is no artifact.
fn has_reference(ctx: &Context, prompt: &Prompt) -> bool {
    let resolver = ctx.resolver();
    let counting = resolver.counting(&ctx.document.path, &prompt.references);
    let mut declared = counting.filter(|reference| reference.role == Role::Declared);
    declared.any(|reference| resolver.artifact(&ctx.document.path, reference).is_none())
}

/// Whether a References section says anything, or the plan declares paths.
fn is_declared_elsewhere(ctx: &Context) -> bool {
    let own = [SectionName::References, SectionName::RequiredReading];
    let mut sections = own.into_iter().flat_map(|name| ctx.artifact().sections_named(name));
    let has_words = |section: &Section| {
        let body = ctx.slice(section.heading.end..section.range.end).trim_matches(|c: char| !c.is_alphanumeric() && c != '<');
        !body.is_empty() && !body.starts_with('<')
    };
    let plan = ctx.workspace.counterpart_facts(&ctx.document.path, Kind::Plan);
    let is_reference = |path: &str| ctx.workspace.config.kind_of(path).is_none();
    sections.any(has_words) || plan.is_some_and(|(_, facts)| facts.declared.iter().any(|path| is_reference(path)))
}

#[cfg(test)]
mod tests {
    use crate::{
        artifact::Vocabulary,
        convention::Kind,
        testing::{check, check_fix, findings},
    };

    #[test]
    fn the_placeholder_or_the_context_is_marked() {
        check(
            "no-declared-references",
            r#"
//- phasemark.toml
[sections.prompt]
strict = true
//- prompts/phase-1.md
## Context
- Plan: plan/phase-1.md
- **Reference implementation(s):**
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^ no-declared-references
//- prompts/phase-2.md
## 2. Context 😀
   ^^^^^^^^^^^^ no-declared-references
- Plan: [plan](../plan/phase-2.md)
- `work-notes/phase-2.md`
//- prompts/phase-3.md
## Context
Reference implementations:
^^^^^^^^^^^^^^^^^^^^^^^^^ no-declared-references

## Deliverables
- `src/new.rs`
//- prompts/phase-4.md
## Context
## References
//- prompts/phase-5.md
## Task
No context at all
"#
            .replace("## Context\n## References", "## Context\n   ^^^^^^^ no-declared-references\n## References")
            .as_str(),
        );
    }

    #[test]
    fn any_way_to_name_one_will_do() {
        for context in [
            "- Reference implementation(s): the parser of last week",
            "- Reference implementation(s): none, nothing like it exists",
            "- Reference: <https://example.com/a>",
            "- Reference:\n  - `src/a.rs`",
            "Look at `src/a.rs` first.",
            "| Plan | plan/phase-1.md |\n|---|---|\n| Pattern | src/a.rs |",
            "### References\n- the parser",
            "- Plan: plan/phase-1.md\n\n## Required reading\n- the RFC",
            "- Plan: plan/phase-1.md\n\n## Files\n### Modified\n- `src/a.rs`",
        ] {
            check("no-declared-references", &format!("//- prompts/phase-1.md\n## Context\n{context}\n"));
        }
        check(
            "no-declared-references",
            "\
//- plan/phase-1.md
## References
- src/a.rs
//- prompts/phase-1.md
## Context
- Plan: plan/phase-1.md
",
        );
    }

    #[test]
    fn the_fix_adds_the_entry() {
        check_fix(
            "no-declared-references",
            "//- prompts/phase-1.md\n## Context\r\n* **Plan:** plan/phase-1.md\r\n\r\n## Task\r\n\r\n## Role\r\n",
            "## Context\r\n* **Plan:** plan/phase-1.md\r\n* **Reference implementation(s):** none\r\n\r\n## Task\r\n\r\n## Role\r\n",
        );
    }

    #[test]
    fn fresh_templates_show_placeholders_only() {
        let file = |kind: Kind| format!("//- {}/phase-1.md\n{}", kind.folder(), Vocabulary::built_in().fresh(kind, "phase-1"));
        let found = findings(&Kind::ALL.map(file).concat());
        let rules: Vec<_> = found.iter().map(|(_, finding)| finding.rule).filter(|rule| !rule.starts_with("left")).collect();
        assert_eq!(rules, ["empty-definition-of-done"]);
    }
}
