use crate::{
    diagnostic::Severity,
    testing::{check, check_fix, findings},
};

#[test]
fn boxes_that_are_never_ticked_are_part_of_the_text() {
    let phase =
        |n: usize| format!("//- plan/phase-{n}.md\n**Status:** Done\n## Exit criteria\n- [ ] `make` passes\n");
    check("premature-complete", &[phase(1), phase(2)].concat());
    let marked = phase(1).replacen("Done\n", "Done\n            ^^^^ premature-complete\n", 1);
    check("premature-complete", &marked);
    check("premature-complete", &[marked, phase(2).replace("[ ]", "[x]")].concat());
}

#[test]
fn what_is_done_elsewhere_is_not_left_open() {
    check(
        "premature-complete",
        r#"
//- plan/phase-2.md
# Phase 2: Till

**Status:** Done

## Definition of done
- [x] `make test` passes
- [ ] **The overlay is deferred to Phase 6** - out of scope here.
"#,
    );
}

#[test]
fn unticked_items_of_the_plan_count_but_plain_ones_do_not() {
    check(
        "premature-complete",
        r#"
//- plan/phase-1.md
## Exit criteria
- [ ] `make` passes
- [x] `make lint` passes
- `make docs` passes
//- work-notes/phase_01.md
**Status:** ✅ Done
            ^^^^^^ premature-complete
//- plan/phase-2.md
## Exit criteria
- `make docs` passes
- [x] `make` passes
//- work-notes/phase-2.md
## Status
- [x] Complete
"#,
    );
}

#[test]
fn unticked_boxes_in_rows_count() {
    check(
        "premature-complete",
        r#"
//- plan/phase-1.md
## Exit criteria

| # | Check | Done |
|---|---|---|
| 1 | `make` passes | [ ] |
//- work-notes/phase-1.md
**Status:** Done
            ^^^^ premature-complete
//- plan/phase-2.md
## Exit criteria

| # | Check | Done |
|---|---|---|
| 1 | `make` passes | [x] |
| 2 | `make docs` passes | |
//- work-notes/phase-2.md
**Status:** Done
"#,
    );
}

#[test]
fn the_whole_unit_counts_wherever_the_status_stands() {
    check(
        "premature-complete",
        "
//- plan/phase-1.md
---
status: completed
        ^^^^^^^^^ premature-complete
---
# Phase 1
## Steps
- [x] Build the till
- [ ] Test the till
//- plan/phase-2.md
# Phase 2
## Status

Complete.
^^^^^^^^ premature-complete

## Open questions
- Which port?
//- plan/phase-3.md
# Phase 3
**Status:** Complete
## Out of scope
- [ ] A second till
## Definition of done
- [x] `make` exits 0
- [-] `make doc` exits 0
- [ ] ~~`make night` exits 0~~ (dropped)
## Steps
- [ ] Build the till
//- plan/phase-4.md
# Phase 4
## Definition of done
- [x] `make` exits 0
- [/] `make doc` exits 0
- [\t] `make night` exits 0
//- work-notes/phase-4.md
**Status:** Complete
            ^^^^^^^^ premature-complete
//- plan/phase-5.md
# Phase 5
**Status:** ~~Complete~~ In progress
## Definition of done
- [ ] `make` exits 0
",
    );
}

#[test]
fn where_no_box_was_ever_ticked_it_is_information() {
    for (boxes, severity) in [("- [ ] a\n- [ ] b", Severity::Information), ("- [x] a\n- [ ] b", Severity::Error)] {
        let found = findings(&format!("//- plan/phase-1.md\n---\nstatus: COMPLETED\n---\n# P\n## Steps\n{boxes}\n"));
        let (_, finding) = found.iter().find(|(_, finding)| finding.rule == "premature-complete").unwrap();
        assert_eq!(finding.severity, severity, "{boxes}");
    }
}

#[test]
fn the_status_can_be_opened_again() {
    let questions = "\r\n## Questions\r\n- Port?";
    check_fix(
        "premature-complete",
        &format!("//- work-notes/phase-1.md\n## Status\r\n- [ ] In progress\r\n- [x] Complete\r\n{questions}"),
        &format!("## Status\r\n- [x] In progress\r\n- [ ] Complete\r\n{questions}"),
    );
    check_fix(
        "premature-complete",
        &format!("//- work-notes/phase-1.md\n**Status:** ✅ Done\r\n{questions}"),
        &format!("**Status:** 🚧 In progress\r\n{questions}"),
    );
}

#[test]
fn the_open_places_are_related() {
    let found = findings(
        "\
//- plan/phase-1.md
## DoD
- [ ] `make` passes
//- work-notes/phase-1.md
## Status
- [x] Complete
## Questions
- Port?
",
    );
    let (_, finding) = found.iter().find(|(_, finding)| finding.rule == "premature-complete").unwrap();
    assert_eq!(
        finding.message,
        "The status is `Complete`, but 1 of 1 box is not ticked and 1 question is open."
    );
    let places: Vec<_> = finding.related.iter().map(|related| (&*related.path, &*related.message)).collect();
    assert_eq!(places, [("plan/phase-1.md", "Not ticked."), ("work-notes/phase-1.md", "Still open.")]);
}

#[test]
fn what_was_archived_without_a_tick_stays_so() {
    let text = |ticked: &str| format!("**Status:** Complete\n\n## Definition of done\n- [ ] a\n{ticked}");
    check("premature-complete", &format!("//- plan/archive/phase-1.md\n{}", text("")));
    let marked = text("- [x] b\n").replacen("Complete\n", "Complete\n            ^^^^^^^^ premature-complete\n", 1);
    check("premature-complete", &format!("//- plan/archive/phase-1.md\n{marked}"));
}

#[test]
fn a_number_within_a_name_makes_no_unit() {
    check(
        "premature-complete",
        "\
//- plan/phase-0.md
## Exit criteria
- [ ] `make` exits 0
//- work-notes/CR-001-phase0-approval.md
## Status
- [x] Proposed
- [x] Applied
",
    );
}

#[test]
fn an_overview_may_say_that_a_phase_is_complete() {
    check(
        "premature-complete",
        r#"
//- phasemark.toml
//- plan/ROADMAP.md
# Progress

| Phase | Status |
|---|---|
| 1 | ✅ Done |
| 2 | ✅ Done |
| 3 | In progress |
| 4 | ✅ Done |
//- plan/phase-1.md
# Phase 1
## Definition of done
- [x] `make` passes
- [ ] `make lint` passes
      ^^^^^^^^^^^^^^^^^^ premature-complete
//- plan/phase-2.md
# Phase 2
## Definition of done
- [x] `make` passes
## Afterwards
- [ ] Merge it
//- plan/phase-3.md
# Phase 3
## Definition of done
- [ ] `make` passes
//- plan/phase-4.md
# Phase 4
**Status:** In progress
## Definition of done
- [ ] `make` passes
"#,
    );
    let fixture = "\
//- phasemark.toml
//- plan/ROADMAP.md
| Phase | Status |
|---|---|
| 1 | Done |
//- plan/phase-1.md
# P
## DoD
- [ ] `make` passes
- [ ] a
";
    let found = findings(fixture);
    let (_, finding) = found.iter().find(|(_, finding)| finding.rule == "premature-complete").unwrap();
    assert_eq!(finding.message, "`plan/ROADMAP.md` says `Done`, but 2 of 2 boxes are not ticked.");
    assert_eq!((finding.severity, finding.related.len()), (Severity::Information, 2));
}

#[test]
fn a_mark_for_a_part_says_nothing_of_the_whole() {
    let section = |heading: &str| format!("//- plan/phase-1.md\n# P\n{heading}\n- [x] a\n- [ ] b\n");
    for note in ["(3 of 5)", "(3/5)", "(partially)", "(in Arbeit)"] {
        check("premature-complete", &section(&format!("## Ground ✅ {note}")));
    }
    check("premature-complete", &section("## Ground ✅ (5 of 5)\n          ^ premature-complete"));
}

#[test]
fn a_section_is_opened_again() {
    for (before, after) in [
        ("## Ground ✅", "## Ground"),
        ("## Ground ✅ _(landed early)_", "## Ground _(landed early)_"),
        ("## Ground - done", "## Ground - In progress"),
        ("## Ground (✅ Done)", "## Ground (In progress)"),
        ("## Ground\n**Owner:** Ada\r\n**Status:** COMPLETE\n", "## Ground\n**Owner:** Ada\r\n**Status:** In progress\n"),
    ] {
        let text = |heading: &str| format!("# Till\n\n{heading}\n- [x] a\n- [ ] b\n");
        let fixture = format!("//- plan/phase-1.md\n{}", text(before));
        check_fix("premature-complete", &fixture, &text(after));
    }
}

#[test]
fn a_section_that_says_so_is_looked_at_where_its_boxes_are_kept() {
    check(
        "premature-complete",
        r#"
//- plan/phase-1.md
# Till

## Ground ✅
          ^ premature-complete
- [x] Draw the till
### Drawer - done
- [ ] Build the drawer
- [ ] Paint it (deferred to the next phase)

## Walls (in progress)
- [x] Draw the walls
- [ ] Build the walls

## Roof
**Owner:** Ada
**Status:** ✅ Complete, 2 March
            ^^^^^^^^^^ premature-complete
- [x] Draw the roof
- [ ] Build the roof

## Exit criteria ✅
- [x] `make` passes
- [ ] `make lint` passes

## ✅ Checks
- [x] Draw it
- [ ] Weigh it

## Cellar - done
- [ ] Dig

## Garden - complete
- [x] Sow
- [ ] ~~Mow~~
- [ ] Reap *(gated on the harvest)*

## Later ✅
- [x] Sow
- [ ] Harvest
//- work-notes/phase-1.md
# Notes
## 2026-01-02 - the till ✅
- [x] Draw the till
- [ ] Paint the till
"#,
    );
}

#[test]
fn a_section_without_a_tick_is_open_where_what_is_complete_is_ticked() {
    let plan = "//- plan/phase-0.md\n## Phase 0: Setup ✅ **COMPLETED**\n- [x] a\n- [x] b\n";
    let next = "## Phase 1: Core (day 1) ✅\n- [ ] c\n- [ ] d\n";
    check("premature-complete", &[plan, "## Phase 1: Core\n- [ ] c\n"].concat());
    let marked = next.replace("✅\n", "✅\n                         ^ premature-complete\n");
    check("premature-complete", &[plan, &marked].concat());
    // Half of the first one is ticked: boxes are not always ticked here.
    let half = plan.replace("[x] b", "[ ] b").replace("✅ **COMPLETED**", "");
    check("premature-complete", &[&half, next].concat());
}
