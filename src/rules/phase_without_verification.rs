use super::{Context, Sink};
use crate::{
    artifact::{plan::Plan, questions::puts_off, sections::Section},
    diagnostic::Fix,
    convention,
    text::Edit,
};

rule! {
    /// A phase with open tasks says how it is verified, where others do.
    ///
    /// ### Why
    ///
    /// Phases are executed one at a time, often by a model that sees only that phase. Where the plan verifies
    /// at least half of its phases one by one, a phase without a `Verification:` block (or `Verify`, `Gate`, `Checkpoint`,
    /// `Independent Test`, `Run:` and `Expected:` steps) does not tell whether to go on.
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
    /// **Gate:** `helm lint charts/gateway` prints no warning
    ///
    /// ## Phase 2: Probes
    /// - [x] Add the probes
    /// ```
    "phase-without-verification", severity = Warning, check = Plan(check), about_absence = true
}

fn check(ctx: &Context, plan: &Plan, out: &mut Sink) {
    let sections = &ctx.artifact().sections;
    let verified = plan.phases.iter().filter(|phase| phase.has_verification).count();
    if 2 * verified < plan.phases.len() {
        return;
    }
    let is_exempt = |section: &Section| {
        let heading = ctx.slice(section.heading.clone());
        is_chore(&section.normalized) || puts_off(heading) || heading.contains("(opt-in")
    };
    for phase in plan.phases.iter().filter(|phase| phase.has_open_tasks && !phase.has_verification) {
        let section = &sections.all[phase.section];
        if is_exempt(section) {
            continue;
        }
        let id = section.phase().unwrap_or_default();
        let message = format!("Phase {id} has open tasks and no verification: say how to check that they are done.");
        let at = section.range.end;
        let block = format!("\n\n{}", convention::built_in().blocks.verification);
        let edit = Edit::insert(at, block.replace('\n', ctx.line_end_at(at)));
        out.report(section.heading.clone(), message).fix(Fix::new("Insert a Verification block", vec![edit]));
    }
}

/// Whether a phase prepares, tidies or verifies by its name: its verification is not missed.
fn is_chore(heading: &str) -> bool {
    const CHORES: &[&str] = &[
        "setup", "set up", "polish", "cleanup", "clean up", "clean-up", "docs", "documentation", "research", "discovery",
        "planning", "verif", "validat", "test", "qa", "review", "release", "rollout",
    ];
    CHORES.iter().any(|chore| heading.contains(chore))
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
## 2. Phase 2a — 😀 Scaffold (core)
   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ phase-without-verification
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
## Phase 10+ (optional)
- d
## Phase 11 (future)
- d
## Phase 20: cloud (opt-in; not built without consent)
- [ ] d
## Phase 21: opt-in dialog
   ^^^^^^^^^^^^^^^^^^^^^^^ phase-without-verification
- [ ] d
## Phase 7: done ones
- [x] e
## Phase 8 (done)
- f
## Phase 9
- g

**Gate:** `make`
## Phase 10
Verify: h
## Phase 11
Verify: i
## Phase 12
Verify: j
## Phase 13
Verify: k
## Phase 14: docs
- l
## Phase 15
Verify: m
## Phase 16
Verify: n
//- plan/phase-2.md
## Phase 1
- none of its phases is verified
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
            "- **Gate:** all tests pass",
            "**Independent Test**: open the page",
            "Run: `make`\nExpected: PASS",
            "Success gating: `a.md` exists.",
        ] {
            let other = "## Phase 2\n- b\n\n**Verify:** c\n";
            check("phase-without-verification", &format!("//- plan/phase-1.md\n## Phase 1\n- a\n\n{form}\n\n{other}"));
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
            "//- plan/phase-1.md\n## Phase 1\r\n- a\r\n  - b\r\n\r\n## Phase 2\r\n\r\nVerify: c\r\n",
            "## Phase 1\r\n- a\r\n  - b\r\n\r\n**Verification:**\r\n\r\n- [ ] <Verification command + expected outcome>\r\n\r\n## Phase 2\r\n\r\nVerify: c\r\n",
        );
    }
}
