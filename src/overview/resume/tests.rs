use super::*;
use crate::testing::Fixture;

fn resumed(fixture: &str) -> String {
    resumed_of(fixture, "")
}

/// Of the artifacts whose path has `part` in it.
fn resumed_of(fixture: &str, part: &str) -> String {
    let fixture = Fixture::parse(fixture);
    let (workspace, documents) = fixture.workspace();
    let of = |kind| documents.iter().find(|document| document.kind == kind && document.path.contains(part));
    resume(&PerKind::from_fn(of), &workspace, &fixture).text()
}

#[test]
fn all_that_restarts_work_is_there() {
    insta::assert_snapshot!(resumed("\
//- plan/phase-2.md
# Phase 2: Plan

## Definition of done

- [x] `make lint` passes
- [ ] `make test` passes
  - with the new image
  - [ ] on arm64
- [ ] <Verification command + expected outcome>

## Open questions

- Who signs?
//- prompts/phase-2.md
---
model: any
---
# Phase 2 - Execution Prompt

## Role

You are careful.

Task
----

### Steps

1. Do it.

## Context

- Plan: plan/phase-2.md
- Reference implementation(s):
  - src/gone.rs
  - src/here.rs
//- src/here.rs
fn main() {}
//- work-notes/phase-2.md
# Phase 2 - Work Notes

## Status

- [x] In progress

## Decisions

### Port

- Use 80, because the old chart does.

## Assumptions

- <Assumption>

## Open questions

- [x] Settled?
- Which port?
  - 80 or 8080

### Is it fast?

Nobody measured.

## Session log

### 2026-01-20

- What changed: old

### 2026-01-21 14:30 afternoon

- What changed: the chart renders
- Why: it had to
- Blockers: mesh team
- Next: write the probe,
  then test it

## Commits

- `1a2b3c4` chart: probe
"), @r"
    # Resume: Phase 2

    - Plan: `plan/phase-2.md`
    - Prompt: `prompts/phase-2.md`
    - Work notes: `work-notes/phase-2.md`

    ## Where we stopped

    - Status: In progress
    - Last session: 2026-01-21 14:30
    - Next: write the probe, then test it
    - Blockers: mesh team

    ### Last session: 2026-01-21 14:30 afternoon

    - What changed: the chart renders
    - Why: it had to
    - Blockers: mesh team
    - Next: write the probe,
      then test it

    ## Left of the definition of done (1 of 3 done)

    - [ ] `make test` passes
      - with the new image
      - [ ] on arm64

    ## Open questions

    - Which port?
      - 80 or 8080
    - Is it fast?

      Nobody measured.
    - Who signs?

    ## Decisions

    ### Port

    - Use 80, because the old chart does.

    ## References

    - `src/gone.rs` (does not exist)
    - `src/here.rs`

    ## Commits

    - `1a2b3c4` chart: probe

    ## Prompt

    ### Phase 2 - Execution Prompt

    #### Role

    You are careful.

    #### Task

    ##### Steps

    1. Do it.

    #### Context

    - Plan: plan/phase-2.md
    - Reference implementation(s):
      - src/gone.rs
      - src/here.rs
    ");
}

#[test]
fn what_is_missing_is_said_plainly() {
    insta::assert_snapshot!(resumed("//- plan/phase-2-api.md\n# Plan\n\n## DoD\n\n- `make` passes\n"), @r"
    # Resume: Phase 2 api

    - Plan: `plan/phase-2-api.md`
    - Prompt: missing
    - Work notes: missing

    ## Where we stopped

    - Status: not stated

    ## Definition of done

    - `make` passes
    ");
    insta::assert_snapshot!(resumed("//- work-notes/phase-2.md\n# Notes\n\n## Session log\n\n## Decisions\n\n- None yet\n"), @r"
    # Resume: Phase 2

    - Plan: missing
    - Prompt: missing
    - Work notes: `work-notes/phase-2.md`

    ## Where we stopped

    - Status: not stated
    - Session log: no entry
    ");
}

const PLAN: &str = "\
//- plan/phase-2.md
# Plan

## Overview

The gateway moves.

### Goals

- Serve `/metrics`

## Goals

- <Goal 1>

## Constraints

- MUST NOT touch billing

## Out of scope

- None

## Definition of done

- [ ] `make` passes
//- prompts/phase-2.md
## Role

You are careful, and read all of this before you begin with anything.
";

#[test]
fn the_plan_says_what_the_work_is_about() {
    insta::assert_snapshot!(resumed(PLAN), @r"
    # Resume: Phase 2

    - Plan: `plan/phase-2.md`
    - Prompt: `prompts/phase-2.md`
    - Work notes: missing

    ## Where we stopped

    - Status: not stated
    - Next, by the definition of done: `make` passes

    ## Overview

    The gateway moves.

    ### Goals

    - Serve `/metrics`

    ## Constraints

    - MUST NOT touch billing

    ## Left of the definition of done (0 of 1 done)

    - [ ] `make` passes

    ## Prompt

    ### Role

    You are careful, and read all of this before you begin with anything.
    ");
}

#[test]
fn a_complete_phase_says_which_is_next_and_no_more_of_what_was_to_do() {
    let complete = "//- work-notes/phase-2.md\n- Status: complete\n\n## Decisions\n\n- Port 80, as before\n\n\
                    ## Session log\n\n### 2026-01-05\n\n- What changed: all\n- Next: an old step\n";
    let next = |others: &str| {
        let text = resumed_of(&format!("{PLAN}{complete}{others}"), "phase-2");
        assert!(!text.contains("## Prompt") && !text.contains("## Overview"), "{text}");
        assert!(text.contains("## Decisions") && text.contains("## Left of the definition of done (0 of 1"), "{text}");
        let line = text.lines().find_map(|line| line.strip_prefix("- Next phase: ")).map(str::to_owned);
        assert!(!text.split("### Last session").next().unwrap().contains("old step"), "{text}");
        line.expect("a next phase")
    };
    let notes = |id: u8, status: &str| format!("//- work-notes/phase-{id}.md\n- Status: {status}\n");
    assert_eq!(next(""), "none; every phase is complete");
    assert_eq!(next(&notes(1, "complete")), "none; every phase is complete");
    assert_eq!(next("//- plan/phase-3.md\n# Three\n//- plan/phase-1.md\n# One\n"), "`phase-3` (no status)");
    assert_eq!(next(&notes(1, "not started")), "`phase-1` (not started)");
    assert_eq!(next(&(notes(3, "not started") + &notes(4, "blocked"))), "`phase-4` (blocked)");
}

#[test]
fn a_budget_is_kept_by_leaving_out_whole_parts() {
    let fixture = Fixture::parse(PLAN);
    let (workspace, documents) = fixture.workspace();
    let of = |kind| documents.iter().find(|document| document.kind == kind);
    let whole = resume(&PerKind::from_fn(of), &workspace, &fixture);
    let length = whole.text().chars().count();
    for budget in 0..length + 10 {
        let mut cut = whole.clone();
        cut.keep_to(budget);
        let text = cut.text();
        assert!(text.chars().count() <= budget || cut.parts.len() == 1, "{budget}: {text}");
        assert_eq!(cut.parts.len() + cut.left_out.len(), whole.parts.len());
        for part in &cut.left_out {
            let name = part.heading.split(" (").next().unwrap();
            assert!(text.contains(name) && !text.contains(&format!("\n## {name}")), "{name}: {text}");
        }
        assert_eq!(budget >= length, text == whole.text(), "{budget}");
    }
    let mut cut = whole;
    cut.keep_to(330);
    insta::assert_snapshot!(cut.text(), @r"
    # Resume: Phase 2

    - Plan: `plan/phase-2.md`
    - Prompt: `prompts/phase-2.md`
    - Work notes: missing
    - Left out to keep to 330 characters: Overview, Constraints, Prompt

    ## Where we stopped

    - Status: not stated
    - Next, by the definition of done: `make` passes

    ## Left of the definition of done (0 of 1 done)

    - [ ] `make` passes
    ");
}

#[test]
fn what_is_quoted_swallows_nothing() {
    let notes = "//- work-notes/phase-1.md\r\n## Session log\r\n\r\n### 2026-01-05\r\n\r\n```sh\r\nmake\r\n";
    let text = resumed(&format!("{notes}//- prompts/phase-1.md\n## Role\n\nYou.\n"));
    assert!(text.contains("````md\n```sh\nmake\n````\n\n## Prompt\n"), "{text}");
    let notes = "//- work-notes/phase-1.md\n## Decisions\n\n<!-- left open\n";
    let text = resumed(&format!("{notes}//- prompts/phase-1.md\n## Role\n\nYou.\n"));
    assert!(!text.contains("<!--") || text.contains("```md\n<!-- left open\n```"), "{text}");
}

#[test]
fn entries_of_every_form_are_quoted() {
    let bullet = "## Session log\n\n- 2026-01-05: the chart\n  - Next: lint\n- 2026-01-04: old\n";
    let text = resumed(&format!("//- work-notes/phase-1.md\n{bullet}"));
    assert!(text.contains("### Last session\n\n- 2026-01-05: the chart\n  - Next: lint\n"), "{text}");
    assert!(!text.contains("old"), "{text}");
    let table = "## Session log\n\n| Date | Changed | Next |\n|---|---|---|\n| 2026-01-05 | the chart | lint |\n";
    let text = resumed(&format!("//- work-notes/phase-1.md\n{table}"));
    assert!(text.contains("- Date: 2026-01-05\n- Changed: the chart\n- Next: lint\n"), "{text}");
}

#[test]
fn secrets_are_masked() {
    let token = format!("ghp_{}", "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8");
    for fixture in [
        format!("//- prompts/phase-1.md\n## Role\n\nUse {token} here\n"),
        format!("//- work-notes/phase-1.md\n## Decisions\n\n- Keep {token}, because\n"),
        format!("//- work-notes/phase-1.md\n## Session log\n\n### 2026-01-05\n\n- Next: revoke {token}\n- Why: x\n"),
        format!("//- plan/phase-1.md\n## DoD\n\n- [ ] `curl {token}` works\n"),
    ] {
        let text = resumed(&fixture);
        assert!(!text.contains("ghp_") && text.contains("****"), "{text}");
    }
}

proptest::proptest! {
    /// Our parts stay parts, whatever stands in the files; and any text is quoted without panic.
    #[test]
    fn the_structure_survives_any_text(pieces in proptest::collection::vec(proptest::sample::select(&[
        "# A\n", "## Decisions\n", "## Session log\n", "### 2026-01-05\n", "- Next: x\n", "```\n", "~~~~\n", "<!--\n",
        "-->\n", "- [ ] a\n", "  - b\n", "> c\n", "> # q\n", "T\n===\n", "a\nb\n---\n", "| a | b |\n|---|---|\n| 2026-01-06 | 漢 |\n",
        "\r\n", "\n", "    code\n", "## Open questions\n", "- who?\n", "1. x\n", "<pre>\n", "😀", "## Commits\n", "\u{feff}",
    ][..]), 0..24)) {
        let text = pieces.concat();
        let at = |path: &str, kind| Document::read(path.into(), kind, text.as_str().into(), &crate::artifact::Vocabulary::built_in());
        let (plan, prompt, notes) =
            (at("plan/phase-1.md", Kind::Plan), at("prompts/phase-1.md", Kind::Prompt), at("work-notes/phase-1.md", Kind::WorkNotes));
        let workspace = Workspace { vocabulary: std::sync::Arc::new(crate::artifact::Vocabulary::built_in()), ..Workspace::default() };
        let fixture = Fixture::parse("");
        let written = resume(
            &PerKind { plan: Some(&plan), prompt: Some(&prompt), work_notes: Some(&notes) },
            &workspace,
            &fixture,
        )
        .text();
        let markdown = Markdown::parse(&written, &|_| false);
        let headings: Vec<_> = markdown
            .top_level()
            .filter(|(_, block)| matches!(block.kind, BlockKind::Heading(1 | 2)))
            .map(|(_, block)| written[block.range()].trim().to_owned())
            .collect();
        proptest::prop_assert_eq!(headings.iter().filter(|heading| heading.starts_with("# ")).count(), 1);
        let ours = ["# Resume: Phase 1", "## Where we stopped", "## Open questions", "## Decisions", "## Commits", "## Prompt"];
        for heading in &headings {
            let is_ours = ours.contains(&&**heading) || heading.starts_with("## Left of") || heading.starts_with("## Definition");
            proptest::prop_assert!(is_ours, "{} in {}", heading, written);
        }
        // Every part that was written is still a heading.
        let parts = ours.iter().filter(|heading| written.contains(&format!("\n{heading}\n"))).count();
        proptest::prop_assert!(headings.len() > parts.min(1) , "{}", written);
    }
}
