use super::*;
use crate::{convention::Kind, testing::document, text};

/// The text with all missing sections.
fn inserted(kind: Kind, text: &str, skeletons: bool) -> String {
    let vocabulary = Vocabulary::built_in();
    let document = document(kind, text);
    let missing = document.artifact.missing_sections(&vocabulary);
    let edits = insert_sections(&document, &vocabulary, &missing, skeletons.then_some("phase-1"));
    text::apply(text, &edits)
}

#[track_caller]
fn check(kind: Kind, before: &str, after: &str) {
    assert_eq!(inserted(kind, before, false), after);
}

#[test]
fn a_status_line_above_headings_does_not_make_lead_ins_of_all() {
    check(
        Kind::WorkNotes,
        "# N\r\n\r\n**Owner:** é\r\n**Status:** In progress\r\n\r\n---\r\n\r\n## Tasks\r\n- a\r\n\r\n## Files\r\n- b",
        "# N\r\n\r\n**Owner:** é\r\n**Status:** In progress\r\n\r\n---\r\n\r\n## Decisions\r\n\r\n## Assumptions\r\n\r\n## Open questions\r\n\r\n\
         ## Tasks\r\n- a\r\n\r\n## Files\r\n- b\r\n\r\n## Session log\r\n\r\n## Commits",
    );
    check(
        Kind::Plan,
        "# P\n\n**Goal:** x\n\n**Constraints:** y\n\n**Done when:** z\n\n## Phase 1: A\n\n- b\n",
        "# P\n\n**Goal:** x\n\n**Constraints:** y\n\n**Done when:** z\n\n**Out of scope:**\n\n## Phase 1: A\n\n- b\n",
    );
}

#[test]
fn a_section_goes_where_most_of_the_others_are() {
    let plan = "## Split the sidebar {#split}\n\n### Phase overview {#phase-overview}\n\n#### Context {#context}\na\n\n\
        #### Success criteria {#success-criteria}\n- b\n\n#### Non-goals {#non-goals}\n- c\n\n\
        #### Constraints {#constraints}\n- d\n\n---\n\n### Open questions {#open-questions}\n";
    let after = inserted(Kind::Plan, plan, false);
    assert!(after.contains("\n#### Goals {#goals}\n"), "{after}");
    // One that holds another is still a section beside its siblings.
    check(
        Kind::Plan,
        "# P\n\n## Overview\na\n\n### Constraints\n- b\n\n## Goals\n- c\n\n## Done when\n- d\n",
        "# P\n\n## Overview\na\n\n### Constraints\n- b\n\n## Goals\n- c\n\n## Done when\n- d\n\n## Out of scope\n",
    );
}

#[test]
fn what_grows_stands_at_the_end_of_the_part() {
    check(
        Kind::WorkNotes,
        "# N\n\n## Status: accepted\n\n## Decision\nx\n\n## Assumptions\ny\n\n## Questions\nnone\n\n## Rationale\nz\n",
        "# N\n\n## Status: accepted\n\n## Decision\nx\n\n## Assumptions\ny\n\n## Questions\nnone\n\n## Rationale\nz\n\n## Session log\n\n## Commits\n",
    );
    check(
        Kind::WorkNotes,
        "# N\n\n## Work\n\n### Status\nx\n\n### Decisions\ny\n\n### Assumptions\n\n### Questions\n\n### Risks\nz\n\n---\n\n## Appendix\nq\n",
        "# N\n\n## Work\n\n### Status\nx\n\n### Decisions\ny\n\n### Assumptions\n\n### Questions\n\n### Risks\nz\n\n### Session log\n\n### Commits\n\n---\n\n## Appendix\nq\n",
    );
}

#[test]
fn a_new_section_stands_where_fewest_are_on_its_wrong_side() {
    for (before, after) in [
        ("Overview Goals Non-goals Files", "Overview Goals Constraints DoD Non-goals Files"),
        ("Overview References Goals Non-goals", "Overview References Goals Constraints DoD Non-goals"),
        ("Goals Overview DoD", "Goals Overview Constraints DoD Non-goals"),
        ("DoD Overview Goals", "DoD Overview Goals Constraints Non-goals"),
        ("Non-goals Goals DoD", "Non-goals Goals Constraints DoD"),
        ("Goals Files Assumptions", "Goals Constraints Files DoD Non-goals Assumptions"),
    ] {
        let file = |names: &str| {
            let names = names.split(' ').map(|name| format!("\n\n## {name}"));
            format!("# P{}", names.collect::<String>())
        };
        let sections = inserted(Kind::Plan, &file(before), false);
        let sections = sections.replace("Definition of done", "DoD").replace("Out of scope", "Non-goals");
        assert_eq!(sections, file(after));
    }
}

#[test]
fn a_new_section_is_put_before_the_details_that_hold_the_next_one() {
    check(
        Kind::Plan,
        "# P\n\n<details>\n<summary>S</summary>\n\n## Goals\n- x\n\n</details>\n\n## Constraints\n\n  <details><summary>T</summary>\n\n## Non-goals\n\n</details>\n",
        "# P\n\n<details>\n<summary>S</summary>\n\n## Goals\n- x\n\n</details>\n\n## Constraints\n\n## Definition of done\n\n  <details><summary>T</summary>\n\n## Non-goals\n\n</details>\n",
    );
    check(
        Kind::Plan,
        "# P\n\n## Overview\n\n## Goals\n\n## Constraints\n\n## DoD\n\n---\n\n<details>\n\n## Why\n\n</details>\n",
        "# P\n\n## Overview\n\n## Goals\n\n## Constraints\n\n## DoD\n\n## Out of scope\n\n---\n\n<details>\n\n## Why\n\n</details>\n",
    );
}

#[test]
fn what_every_part_has_is_no_neighbour() {
    check(
        Kind::Plan,
        "# P\n\n## Wants\n\n### Want 1\n\n#### Acceptance criteria\n1. a\n\n### Want 2\n\n#### Acceptance criteria\n1. b\n",
        "# P\n\n## Wants\n\n### Want 1\n\n#### Acceptance criteria\n1. a\n\n### Want 2\n\n#### Acceptance criteria\n1. b\n\n## Overview\n\n## Goals\n\n## Constraints\n\n## Out of scope\n",
    );
}

#[test]
fn rules_divide_new_sections_where_they_divide_the_others() {
    check(
        Kind::Plan,
        "# P\n\n## Goals\na\n\n---\n\n## Constraints\nb\n\n---\n\n## Exit criteria\nc",
        "# P\n\n## Goals\na\n\n---\n\n## Constraints\nb\n\n---\n\n## Exit criteria\nc\n\n---\n\n## Out of scope",
    );
    // One alone ends what stands above it.
    check(
        Kind::Plan,
        "# P\n\n## Overview\na\n\n## Goals\na\n\n***\n\n## Exit criteria\nc\n\n## Non-goals\n",
        "# P\n\n## Overview\na\n\n## Goals\na\n\n## Constraints\n\n***\n\n## Exit criteria\nc\n\n## Non-goals\n",
    );
}

#[test]
fn numbers_go_on_at_the_end_and_are_left_out_between() {
    check(
        Kind::Plan,
        "# P\n\n## 1. Overview\n\n## 2. Goals\n\n## 3. Limits\n",
        "# P\n\n## 1. Overview\n\n## 2. Goals\n\n## Constraints\n\n## Definition of done\n\n## Out of scope\n\n## 3. Limits\n",
    );
    check(
        Kind::Plan,
        "# P\n\n## 1) Risiken\n\n## 2) Goals\n\n## 3) Constraints\n",
        "# P\n\n## 1) Risiken\n\n## 2) Goals\n\n## 3) Constraints\n\n## 4) Definition of done\n\n## 5) Out of scope\n",
    );
    check(
        Kind::Plan,
        "# P\n\n## 1. Overview\n\n## Goals\n\n## 2. Constraints\n\n## 3. Done when\n",
        "# P\n\n## 1. Overview\n\n## Goals\n\n## 2. Constraints\n\n## 3. Done when\n\n## Out of scope\n",
    );
}

#[test]
fn headings_are_underlined_where_the_neighbour_is() {
    check(
        Kind::Plan,
        "P\r\n===\r\n\r\nGoals\r\n-----\r\na\r\n\r\nConstraints\r\n-----------\r\nb",
        "P\r\n===\r\n\r\nGoals\r\n-----\r\na\r\n\r\nConstraints\r\n-----------\r\nb\r\n\r\n\
         Definition of done\r\n------------------\r\n\r\nOut of scope\r\n------------",
    );
    // Below a line of words it would be a part of that.
    check(
        Kind::Plan,
        "- a\nOverview of all\n---\nx\n\n## Done when\n\n## Non-goals\n\n## Constraints\n",
        "- a\nOverview of all\n---\nx\n\n## Overview\n\n## Goals\n\n## Done when\n\n## Non-goals\n\n## Constraints\n",
    );
}

#[test]
fn capitals_and_anchors_follow_the_other_headings() {
    check(
        Kind::WorkNotes,
        "# My notes\n\n## Current Status\n\n## Key Decisions\n\n## Assumptions\n\n## Things to Try\n",
        "# My notes\n\n## Current Status\n\n## Key Decisions\n\n## Assumptions\n\n## Open Questions\n\n## Things to Try\n\n## Session Log\n\n## Commits\n",
    );
    check(
        Kind::Plan,
        "# P\n\n## SUMMARY\n\n## GOALS 🎯\n\n## CONSTRAINTS\n",
        "# P\n\n## SUMMARY\n\n## GOALS 🎯\n\n## CONSTRAINTS\n\n## DEFINITION OF DONE\n\n## OUT OF SCOPE\n",
    );
    check(
        Kind::Plan,
        "# P\n\n## Overview {#overview}\n\n## Exit criteria {#exit}\n\n## Limits {#out-of-scope}\n",
        "# P\n\n## Overview {#overview}\n\n## Goals {#goals}\n\n## Constraints {#constraints}\n\n## Exit criteria {#exit}\n\n## Out of scope\n\n## Limits {#out-of-scope}\n",
    );
}

#[test]
fn lead_ins_have_the_capitals_of_the_others() {
    check(
        Kind::Plan,
        "# P\n\n**Overview:** a\n\n**Goals:** b\n\n**Open Questions:** c\n",
        "# P\n\n**Overview:** a\n\n**Goals:** b\n\n**Constraints:**\n\n**Definition of Done:**\n\n**Out of Scope:**\n\n**Open Questions:** c\n",
    );
}

#[test]
fn lead_ins_close_as_the_others_do() {
    for end in [":**", "**:", "**"] {
        let file = |names: &[&str]| names.iter().map(|name| format!("**{name}{end}\n\n- a\n\n")).collect::<String>();
        let before = file(&["Overview", "Goals", "Constraints", "Done when"]);
        let after = inserted(Kind::Plan, &before, false);
        assert_eq!(after, format!("{}\n\n**Out of scope{end}\n\n", before.trim_end()), "{before}");
    }
}

#[test]
fn a_name_that_would_not_be_read_back_keeps_its_letters() {
    let text = "# P\n\n## 1. OVERVIEW\n\n## 2. GOALS\n";
    let document = document(Kind::Plan, text);
    let style = HeadingStyle::of_level(text, &document.artifact, 2, 0..0);
    assert_eq!(style.cased("Maßnahmen", None), "Maßnahmen");
    assert_eq!(style.cased("Ziele", None), "ZIELE");
    assert_eq!(style.heading("3. ", "3D models", "3D models"), "3D models");
    assert_eq!(style.number_behind(text.len(), 1).as_deref(), Some("4. "));
}

#[test]
fn skeletons_stand_right_below_where_other_text_does() {
    let before =
        "# P\n\n## Overview\na\n\n## Goals\n- b\n\n## Constraints\n- c\n\n## Exit criteria\n- d\n\n## Scope\n\n";
    assert_eq!(
        inserted(Kind::Plan, before, true),
        "# P\n\n## Overview\na\n\n## Goals\n- b\n\n## Constraints\n- c\n\n## Exit criteria\n- d\n\n## Out of scope\n- <Thing we will not do in this phase>\n\n## Scope\n\n"
    );
    let loose = before.replace("\n- ", "\n\n- ").replace("\na", "\n\na");
    assert!(inserted(Kind::Plan, &loose, true).contains("## Out of scope\n\n- <Thing"));
}
