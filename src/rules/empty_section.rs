use super::{Context, Sink};
use crate::{
    artifact::{Artifact, sections::Section},
    diagnostic::Fix,
    convention::SectionName,
    text::Edit,
};

rule! {
    /// A required section says something.
    ///
    /// ### Why
    ///
    /// A heading with nothing below it promises what the next session will look for. In files that follow the
    /// template only; Open questions, Assumptions, Decisions, Commits and the session log may be empty, and an
    /// empty Definition of done has a rule of its own, `empty-definition-of-done`.
    ///
    /// ### Fires
    ///
    /// ```md
    /// # Phase 1: Plan
    ///
    /// ## Overview
    /// A chart that installs.
    ///
    /// ## Goals
    ///
    /// ## Constraints
    /// - No new image
    ///
    /// ## Definition of done
    /// - [ ] `helm lint charts/gateway` prints no warning
    ///
    /// ## Out of scope
    /// - Dashboards
    /// ```
    ///
    /// ### Quiet
    ///
    /// ```md
    /// //- work-notes/phase-1.md
    /// # Phase 1 - Work Notes
    ///
    /// ## Status
    /// - [x] Not started
    ///
    /// ## Decisions
    ///
    /// ## Assumptions
    ///
    /// ## Open questions
    ///
    /// ## Session log
    ///
    /// ## Commits
    /// ```
    "empty-section", severity = Information, check = Artifact(check), law = Template, about_absence = true
}

/// Sections that may be empty, or whose emptiness another rule speaks of.
const MAY_BE_EMPTY: &[SectionName] = &[
    SectionName::OpenQuestions,
    SectionName::Assumptions,
    SectionName::Decisions,
    SectionName::Commits,
    SectionName::SessionLog,
    SectionName::Status,
    SectionName::DefinitionOfDone,
];

fn check<'a>(ctx: &Context<'a>, artifact: &'a Artifact, out: &mut Sink<'a>) {
    let vocabulary = &ctx.workspace.vocabulary;
    for name in vocabulary.required(artifact.kind).iter().filter(|name| !MAY_BE_EMPTY.contains(name)) {
        // Of several of one name, one that says something is enough.
        let mut sections = artifact.sections_named(*name);
        if artifact.sections_named(*name).any(|section| !is_empty(ctx, section)) {
            continue;
        }
        let Some(section) = sections.next().filter(|section| section.also.is_none()) else { continue };
        let called = vocabulary.name(artifact.kind, *name);
        let finding = out.report(section.heading.clone(), format!("The section `{called}` is empty."));
        let stem = ctx.workspace.config.stem(&ctx.document.path).unwrap_or_default();
        let skeleton = vocabulary.skeleton(artifact.kind, *name, stem);
        if !skeleton.is_empty() && !ctx.document.has_open_end() {
            let at = ctx.document.markdown.block(section.block).range().end;
            let words = format!("\n\n{skeleton}").replace('\n', ctx.line_end_at(at));
            finding.fix(Fix::new(format!("Insert the skeleton of `{called}`"), vec![Edit::insert(at, words)]));
        }
    }
}

fn is_empty(ctx: &Context, section: &Section) -> bool {
    section.after_label.is_empty() && section.body.is_empty() && !ctx.slice(section.heading.clone()).contains([':', '：'])
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    const REST: &str = "## Constraints\n- b\n\n## Definition of done\n- c\n\n## Out of scope\n- d\n";

    #[test]
    fn only_where_the_template_is_followed() {
        check("empty-section", &format!("//- plan/phase-1.md\n# P\n\n## Goals\n   ^^^^^ empty-section\n\n{REST}"));
        check("empty-section", "//- plan/phase-1.md\n# P\n\n## Goals\n\n## Notes\n- a\n");
    }

    #[test]
    fn what_says_something_is_not_empty() {
        for goals in ["## Goals\n- a", "## Goals\n### First\n- a", "## Goal: one list", "**Goals:** one list", "## Goals\n\n## Goal\nx"] {
            check("empty-section", &format!("//- plan/phase-1.md\n# P\n\n{goals}\n\n{REST}"));
        }
    }

    #[test]
    fn the_skeleton_goes_below_the_heading() {
        check_fix(
            "empty-section",
            &format!("//- plan/phase-1.md\n# P\n\n## Goals\n\n{REST}"),
            &format!("# P\n\n## Goals\n\n- <Goal 1>\n- <Goal 2>\n\n{REST}"),
        );
    }
}
