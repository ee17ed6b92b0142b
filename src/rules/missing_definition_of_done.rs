use super::{Context, Sink};
use crate::{artifact::plan::Plan, diagnostic::Fix, template::SectionName};

rule! {
    /// A plan must say how we will know that it is done.
    ///
    /// ### Why
    ///
    /// Without a definition of done a phase ends when somebody is tired of it, and a model that is
    /// asked to finish it guesses. Any accepted heading will do (`Exit criteria`, `Done when`, …),
    /// as a heading, a bold lead-in or a label before a list; so will a `Verification:` label in a phase.
    ///
    /// ### Fires
    ///
    /// ```md
    /// # Phase 1: Gateway chart
    ///
    /// ## Goals
    /// - A chart that installs
    /// ```
    ///
    /// ### Quiet
    ///
    /// ```md
    /// # Phase 1: Gateway chart
    ///
    /// ## 4. Exit criteria {#exit}
    /// - [ ] `helm lint charts/gateway` prints no warning
    /// ```
    "missing-definition-of-done", severity = Warning, check = Plan(check), about_absence = true
}

fn check(ctx: &Context, plan: &Plan, out: &mut Sink) {
    const NAME: SectionName = SectionName::DefinitionOfDone;
    let is_required = ctx.workspace.vocabulary.required(ctx.document.kind).contains(&NAME);
    if !is_required || plan.says_when_done(&ctx.artifact().sections) {
        return;
    }
    let mut insert = ctx.insert_sections();
    out.report(ctx.place_of_absence(None), "This plan does not say when it is done: it has no Definition of done section.")
        .fix(Fix::new("Insert the section `Definition of done`", insert(&[NAME], false)))
        .fix(Fix::new("Insert the section `Definition of done` with its skeleton", insert(&[NAME], true)));
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn the_title_is_marked_or_the_first_line() {
        check(
            "missing-definition-of-done",
            "//- plan/phase-1.md\n---\nowner: x\n---\n\n# Phase 1: 😀 Chart\n  ^^^^^^^^^^^^^^^^ missing-definition-of-done\n\n## Goals\n\
             //- plan/phase-2.md\n\nGoals first\n^^^^^^^^^^^ missing-definition-of-done\n",
        );
    }

    #[test]
    fn every_accepted_form_counts() {
        for form in [
            "## DONE WHEN:",
            "### 3.2 Acceptance criteria (must)",
            "**Definition of done:**\n\n- a",
            "Exit criteria:\n- a",
            "# Success criteria",
            "Success criteria\n---",
            "## Phase 1: Scaffold\n- a\n\n**Verification:** `make`",
            "## Phase 1: Scaffold\n- a\nVerification: `make`",
        ] {
            check("missing-definition-of-done", &format!("//- plan/phase-1.md\n# Phase 1\n\n{form}\n"));
        }
    }

    #[test]
    fn headings_that_are_not_read_do_not_count() {
        for form in ["```\n## Definition of done\n```", "<!--\n## Definition of done\n-->", "> ## Definition of done"] {
            check(
                "missing-definition-of-done",
                &format!("//- plan/phase-1.md\n# Phase 1\n  ^^^^^^^ missing-definition-of-done\n\n{form}\n"),
            );
        }
    }

    #[test]
    fn the_fix_inserts_the_heading_in_template_order() {
        check_fix(
            "missing-definition-of-done",
            "//- plan/phase-1.md\n# P\r\n\r\n### 2. Constraints\r\n- 😀\r\n\r\n#### Why\r\nx\r\n\r\n### Non-goals\r\n- a",
            "# P\r\n\r\n### 2. Constraints\r\n- 😀\r\n\r\n#### Why\r\nx\r\n\r\n### Definition of done\r\n\r\n### Non-goals\r\n- a",
        );
    }
}
