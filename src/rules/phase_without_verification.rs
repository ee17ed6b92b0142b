use super::{Context, Sink};
use crate::{
    artifact::plan::Plan,
    diagnostic::Fix,
    template::{SectionName, VERIFICATION},
    text::Edit,
};

rule! {
    /// A phase with tasks must say how it is verified.
    ///
    /// ### Why
    ///
    /// Phases are executed one at a time, often by a model that sees only that phase. Without a
    /// `Verification:` block it cannot tell whether it may go on. A done section or a Verification
    /// section for the whole plan serves all phases.
    ///
    /// ### Fires
    ///
    /// ```md
    /// # Gateway chart
    ///
    /// ## Phase 1: Scaffold
    /// - Copy the reference chart
    ///
    /// Verification:
    /// - `helm lint charts/gateway` prints no warning
    ///
    /// ## Phase 2: Probes
    /// - Add the probes
    /// ```
    ///
    /// ### Quiet
    ///
    /// ```md
    /// # Gateway chart
    ///
    /// ## Phase 1: Scaffold
    /// - Copy the reference chart
    ///
    /// **Verification:** `helm lint charts/gateway` prints no warning
    /// ```
    "phase-without-verification", severity = Warning, check = Plan(check), about_absence = true
}

fn check(ctx: &Context, plan: &Plan, out: &mut Sink) {
    let sections = &ctx.artifact().sections;
    if sections.has(SectionName::DefinitionOfDone) || plan.is_verified_as_a_whole {
        return;
    }
    for phase in plan.phases.iter().filter(|phase| phase.has_tasks && !phase.has_verification) {
        let section = &sections.all[phase.section];
        let id = section.phase().unwrap_or_default();
        let message = format!("Phase {id} has tasks, but no Verification that says how to see that they are done.");
        let at = section.range.end;
        let block = format!("\n\n{VERIFICATION}");
        let edit = Edit::insert(at, block.replace('\n', ctx.line_end_at(at)));
        out.report(section.heading.clone(), message).fix(Fix::new("Insert a Verification block", vec![edit]));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn phases_with_tasks_and_nothing_else() {
        check(
            "phase-without-verification",
            "
//- plan/phase-9.md
# Phase 1: Plan
## Goals
- a
## 2. Phase 2a — 😀 Scaffold (later)
   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ phase-without-verification
1. a
## PHASE_3
   ^^^^^^^ phase-without-verification
### Tasks
- [ ] b
## Phase 4: nothing to do yet
Later.
## Phase 5
```
- c
```
## Phase overview for phase 6
- d
",
        );
    }

    #[test]
    fn every_form_of_verification_counts() {
        for form in [
            "Verification:\n- `make`",
            "**Verification:** `make`",
            "**Verify**\n\n`make`",
            "### Verification (manual)\nx",
            "- **Verification:** `make`",
            "Verification: `make`",
            "### 1.3 Acceptance criteria\n- a",
            "### Verification steps for this phase\n- a",
            "How we know it worked:\n\n- a",
            "### How will we know that it is done?\n- a",
            "- [ ] **Done when:** a",
            "| Verification: | `make` |\n|---|---|",
        ] {
            check("phase-without-verification", &format!("//- plan/phase-1.md\n## Phase 1\n- a\n\n{form}\n"));
        }
    }

    #[test]
    fn a_done_section_or_a_verification_of_the_plan_serves_all() {
        for end in [
            "## Exit criteria\n- a",
            "## Verification\n```sh\nmake\n```",
            "## Verification and acceptance criteria\n- a",
            "## Phase 1: Verification\n- `make` passes",
        ] {
            check("phase-without-verification", &format!("//- plan/phase-1.md\n## Phase 1: Tasks\n- a\n\n{end}\n"));
        }
    }

    #[test]
    fn phases_within_phases_and_in_other_sections() {
        check(
            "phase-without-verification",
            "
//- plan/phase-9.md
## Phase 1
### Phase 1a
- a
### Phase 1b
- b
**Verification:** `make`
## Phase 2
### Phase 2a
    ^^^^^^^^ phase-without-verification
- a
## Out of scope
### Phase 3
- later
",
        );
    }

    #[test]
    fn the_fix_puts_the_block_at_the_end_of_the_phase() {
        check_fix(
            "phase-without-verification",
            "//- plan/phase-1.md\n## Phase 1\r\n- a\r\n  - b\r\n\r\n## Phase 2\r\n",
            "## Phase 1\r\n- a\r\n  - b\r\n\r\n**Verification:**\r\n\r\n- [ ] <Verification command + expected outcome>\r\n\r\n## Phase 2\r\n",
        );
    }
}
