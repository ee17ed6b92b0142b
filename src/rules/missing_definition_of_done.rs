use super::{Context, Sink};
use crate::{artifact::plan::Plan, diagnostic::Fix, convention::SectionName};

rule! {
    /// A plan with work in it says when it is done.
    ///
    /// ### Why
    ///
    /// Without a definition of done a phase never ends, and a model that is asked to finish it guesses. It speaks
    /// about a plan where at least three of four others have a section that says when they are done, about the only
    /// plan if it is one of a phase (`phase-1`, or a title that begins so) with tasks or boxes and at least one
    /// heading that is known, and about one that follows the template; an outline of a whole project, a report, a
    /// review or the findings of research are no such plans, nor is one of a phase that the work has gone past, or
    /// whose files are all there. Any done section will do (`Exit criteria`, `Done
    /// when`, `Test plan`, …), as a heading, a bold lead-in, a label before a list or an XML-like tag; so will a
    /// section about tests, a `Verification:` label in a phase, steps with `Run:` and `Expected:`, scenarios, or a
    /// last task that verifies the whole.
    ///
    /// ### Fires
    ///
    /// ```md
    /// # Phase 1: Gateway chart
    ///
    /// ## Goals
    /// - A chart that installs
    ///
    /// ## Tasks
    /// - [ ] Copy the reference chart
    /// ```
    ///
    /// ### Quiet
    ///
    /// ```md
    /// # Phase 1: Gateway chart
    ///
    /// ## Tasks
    /// - [ ] Copy the reference chart
    ///
    /// ## 4. Exit criteria for the chart
    /// - [ ] `helm lint charts/gateway` prints no warning
    /// ```
    "missing-definition-of-done", severity = Warning, check = Plan(check), about_absence = true
}

fn check(ctx: &Context, plan: &Plan, out: &mut Sink) {
    const NAME: SectionName = SectionName::DefinitionOfDone;
    let artifact = ctx.artifact();
    let is_required = ctx.workspace.vocabulary.required(ctx.document.kind).contains(&NAME);
    if !is_required || plan.says_when_done {
        return;
    }
    if ctx.document.is_report() || ctx.workspace.is_attachment(&ctx.document.path) {
        return;
    }
    let has_work = || plan.has_work(&artifact.sections) || ctx.document.boxes().any();
    let is_phase = ctx.document.is_phase();
    // Beside phases that all say it, it is missed in one without tasks, too; without others, in the plan of a phase.
    let is_asked = || match ctx.workspace.others_with_done_section(&ctx.document.path) {
        (0, _) => is_phase && has_work(),
        (others, with) => with >= 2 && 4 * with >= 3 * others && (is_phase || has_work()),
    };
    if !(ctx.workspace.follows_template(ctx.document) || artifact.has_known_section() && is_asked()) {
        return;
    }
    // Work that went on to a later phase, or is there, needs no end any more.
    let is_made = || ctx.resolver().all_made(&ctx.document.path, artifact.references()).is_some();
    let is_past = || ctx.workspace.is_passed(ctx.document) || is_made();
    if ctx.workspace.says_when_done_beside(&ctx.document.path) || is_past() {
        return;
    }
    let mut insert = ctx.insert_sections();
    out.report(ctx.place_of_absence(None), "This plan does not say when it is done: add a Definition of done.")
        .fix(Fix::new("Insert the section `Definition of done`", insert(&[NAME], false)))
        .fix(Fix::new("Insert the section `Definition of done` from the template", insert(&[NAME], true)));
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn the_title_is_marked_or_the_first_line() {
        for fixture in [
            "\
---
owner: x
---

# Phase 1: 😀 Chart
  ^^^^^^^^^^^^^^^^ missing-definition-of-done

## Goals
- [ ] a
",
            "\nWords first\n^^^^^^^^^^^ missing-definition-of-done\n\n## Goals\n## Phase 1: x\n",
            "# Notes\n\n- [ ] a\n",
            "# Report\n\n## Goals\n- a\n",
            "# Phase 1\n\n## Goals\n- [ ] the roadmap's \"Done when\": a worker finds work\n",
        ] {
            check("missing-definition-of-done", &format!("//- plan/phase-1.md\n{fixture}"));
        }
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
            "<success_criteria>\n- a\n</success_criteria>",
            "## Testing\n- a",
            "## Task 1\n\nRun: `make`\nExpected: PASS",
            "### Scenario: a\n- b",
            "## Task 1\n\n## Task 2: Final verification\n- b",
            "## 验收标准\n- b",
            "| Step | Acceptance criteria |\n|---|---|\n| a | b |",
        ] {
            check("missing-definition-of-done", &format!("//- plan/phase-1.md\n# Phase 1\n\n## Goals\n- [ ] x\n\n{form}\n"));
        }
    }

    #[test]
    fn headings_that_are_not_read_do_not_count() {
        for form in ["```\n## Definition of done\n```", "<!--\n## Definition of done\n-->", "> ## Definition of done"] {
            check(
                "missing-definition-of-done",
                &format!("\
//- plan/phase-1.md
# Phase 1
  ^^^^^^^ missing-definition-of-done

## Goals
- [ ] b

{form}
"),
            );
        }
    }

    #[test]
    fn the_fix_inserts_the_heading_in_template_order() {
        check_fix(
            "missing-definition-of-done",
            "//- plan/phase-1.md\n# P\r\n\r\n### 2. Constraints\r\n- 😀\r\n\r\n#### Why\r\n- [ ] x\r\n\r\n### Non-goals\r\n- a",
            "# P\r\n\r\n### 2. Constraints\r\n- 😀\r\n\r\n#### Why\r\n- [ ] x\r\n\r\n### Definition of done\r\n\r\n### Non-goals\r\n- a",
        );
    }

    #[test]
    fn a_plan_of_the_whole_is_not_compared_with_those_of_phases() {
        let phase = |n: usize| format!("//- plan/phase-{n}.md\n## Tasks\n- [ ] x\n## Definition of done\n- `make`\n");
        let whole = "## Goals\n- one\n## Tasks\n- [x] Phase 1\n- [ ] Phase 2\n";
        let phases: String = (1..4).map(phase).collect();
        check("missing-definition-of-done", &format!("//- phasemark.toml\n{phases}//- plan/PLAN.md\n# Plan\n{whole}"));
        let mark = "  ^^^^^^^ missing-definition-of-done\n";
        check("missing-definition-of-done", &format!("//- phasemark.toml\n{phases}//- plan/phase-4.md\n# Phase 4\n{mark}{whole}"));
    }

    #[test]
    fn an_outline_of_a_project_is_not_asked() {
        let outline = "\
# Implementation plan

## Overview
A till.

## Goals
- a

## Phase 1: Till
- [ ] x

## Phase 2: Stock
- [ ] y
";
        check("missing-definition-of-done", &format!("//- plan/outline.md\n{outline}"));
        // Unless the other plans say when they are done.
        let done = "## Goals\n- a\n\n## Definition of done\n- `make` exits 0\n";
        let marked = outline.replacen("plan\n", "plan\n  ^^^^^^^^^^^^^^^^^^^ missing-definition-of-done\n", 1);
        check("missing-definition-of-done", &format!("//- plan/till.md\n{done}//- plan/stock.md\n{done}//- plan/outline.md\n{marked}"));
    }
}
