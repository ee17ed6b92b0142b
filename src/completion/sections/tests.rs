use crate::completion::tests::{accepted, check_silent, item, labels};

const PLAN: &str = "plan/phase-1.md";
const PROMPT: &str = "prompts/phase-1.md";
const NOTES: &str = "work-notes/phase-1.md";

#[test]
fn required_ones_come_first_and_of_these_the_one_that_belongs_here() {
    let notes = "# N\n\n## Status\n\n## Decisions\n\n$0\n\n## Session log\n\n## Commits\n";
    assert_eq!(labels(NOTES, notes), ["Assumptions", "Open questions"]);
    let plan = "# P\n\n## Goals\n- a\n\n#$0\n\n## Definition of done\n\n## Out of scope\n";
    assert_eq!(
        labels(PLAN, plan),
        [
            "Constraints",
            "Overview",
            "Phase 1",
            "References",
            "Required reading",
            "Depends on",
            "Files",
            "Deliverables",
            "Verification",
            "Open questions"
        ]
    );
    assert_eq!(
        labels(PLAN, "# P\n\n## Goals\n- a\n\n##$0\n")[..4],
        ["Constraints", "Definition of done", "Out of scope", "Overview"]
    );
    assert_eq!(
        labels(PROMPT, "# P\n\n## Role\n\n$0\n\n## Task\n")[..3],
        ["Context", "Constraints", "Session management"]
    );
}

#[test]
fn half_a_heading_is_replaced_with_its_skeleton() {
    for (before, after) in [
        ("# P\n\n#$0\n", "# P\n\n## Goals\n\n- ${1:<Goal 1>}\n- ${2:<Goal 2>}\n"),
        ("# P\n\n## Go$0", "# P\n\n## Goals\n\n- ${1:<Goal 1>}\n- ${2:<Goal 2>}"),
        ("# P\r\n\r\n## Go$0\r\n", "# P\r\n\r\n## Goals\r\n\r\n- ${1:<Goal 1>}\r\n- ${2:<Goal 2>}\r\n"),
        ("# P\n\n### g$0\n", "# P\n\n### Goals\n\n- ${1:<Goal 1>}\n- ${2:<Goal 2>}\n"),
        ("# P\n\n### Overview\n\n# $0\n", "# P\n\n### Overview\n\n### Goals\n\n- ${1:<Goal 1>}\n- ${2:<Goal 2>}\n"),
        (
            "# P 😀\ntext\n## Goals$0\n## DoD\n",
            "# P 😀\ntext\n\n## Goals\n\n- ${1:<Goal 1>}\n- ${2:<Goal 2>}\n\n## DoD\n",
        ),
        // What is below becomes its body.
        ("# P\n\n## Go$0\n- 漢字\n\n## DoD\n", "# P\n\n## Goals\n\n- 漢字\n\n## DoD\n"),
        ("# P\n$0", "# P\n\n## Goals\n\n- ${1:<Goal 1>}\n- ${2:<Goal 2>}"),
        ("# P\n\n$0\n\n## DoD\n", "# P\n\n## Goals\n\n- ${1:<Goal 1>}\n- ${2:<Goal 2>}\n\n## DoD\n"),
        (
            "---\na: b\n---\n# P\n\n- a\n$0\n",
            "---\na: b\n---\n# P\n\n- a\n\n## Goals\n\n- ${1:<Goal 1>}\n- ${2:<Goal 2>}\n",
        ),
    ] {
        assert_eq!(accepted(PLAN, before, "Goals").1, after, "{before}");
    }
    let (plain, _) = accepted(PLAN, "# P\n\n#$0\n", "Goals");
    assert_eq!(plain, "# P\n\n## Goals\n\n- <Goal 1>\n- <Goal 2>\n");
    assert_eq!(accepted(NOTES, "# N\n\n## As$0\n", "Assumptions").0, "# N\n\n## Assumptions\n");
}

#[test]
fn what_is_typed_is_found_in_names_and_aliases() {
    assert_eq!(labels(NOTES, "# N\n\n## De$0\n"), ["Decisions"]);
    assert_eq!(labels(NOTES, "# N\n\n## log$0\n"), ["Session log"]);
    assert_eq!(labels(PLAN, "# P\n\n## non$0\n"), ["Constraints", "Out of scope"]);
    let filter = |text: &str, label: &str| item(PLAN, text, label).filter.unwrap();
    assert_eq!(filter("# P\n\n## Exit$0\n", "Definition of done"), "## Exit criteria");
    assert_eq!(filter("# P\n\n## De$0\n", "Definition of done"), "## Definition of done");
    assert_eq!(filter("# P\n\n#$0\n", "Goals"), "## Goals");
    assert_eq!(filter("# P\n\n### Overview\n\n## $0\n", "Goals"), "## Goals");
}

#[test]
fn a_plan_is_offered_its_next_phase() {
    let body = "\n\n1. ${2:<Task 1>}\n2. ${3:<Task 2>}\n\n**Verification:**\n\n- [ ] ${4:<Verification command + expected outcome>}";
    for (before, heading) in [
        ("# P\n\n## Ph$0", "## Phase 1: ${1:<Name>}"),
        ("# P\n\n### Phase 1 — a\n\n### Phase 2b — c\n\n#$0", "### Phase 3 — ${1:<Name>}"),
    ] {
        let label = if heading.contains('3') { "Phase 3" } else { "Phase 1" };
        let start = &before[..before.rfind('\n').unwrap() + 1];
        assert_eq!(accepted(PLAN, before, label).1, format!("{start}{heading}{body}"));
    }
    assert!(!labels(PROMPT, "# P\n\n## Ph$0").iter().any(|label| label.starts_with("Phase")));
}

#[test]
fn sections_inside_others_are_theirs() {
    assert_eq!(labels(PLAN, "# P\n\n## Files\n\n### $0\n"), ["New", "Modified", "Referenced"]);
    assert_eq!(labels(PLAN, "# P\n\n## Phase 1: a\n\n### V$0\n"), ["Verification"]);
    check_silent(PLAN, "# P\n\n## Goals\n\n### De$0\n");
}

#[test]
fn where_lead_ins_open_sections_an_empty_line_offers_lead_ins() {
    let text = "**Role:** engineer\n\n$0\n";
    assert_eq!(accepted(PROMPT, text, "Task").1, "**Role:** engineer\n\n**Task:**\n\n${1:<Task 1>}\n");
    assert_eq!(labels(PROMPT, text)[..2], ["Context", "Task"]);
}

#[test]
fn an_empty_file_is_offered_its_template() {
    for text in ["$0", "#$0", "\n$0\n", "---\na: b\n---\n$0"] {
        assert_eq!(labels(PLAN, text), ["Template of a plan"], "{text}");
    }
    let (plain, snippet) = accepted(NOTES, "$0", "Template of a work-notes file");
    assert!(plain.starts_with("# Phase 1 - Work Notes\n\n## Status\n\n- [ ] Not started\n"), "{plain}");
    assert!(plain.ends_with("\n## Commits\n") && plain == snippet);
    let (plain, snippet) = accepted("plan/a/phase-2-api.md", "\u{feff}#$0\r\n", "Template of a plan");
    assert!(plain.starts_with("\u{feff}# Phase 2 api: Plan\r\n\r\n## Overview\r\n") && snippet.contains("${1:<One"));
    assert!(plain.ends_with("phase>\r\n"), "{plain:?}");
}

#[test]
fn a_file_without_a_title_is_offered_one() {
    let text = "#$0\n\n## Goals\n- a\n";
    assert_eq!(labels(PLAN, text)[0], "Phase 1: Plan");
    assert_eq!(accepted(PLAN, text, "Phase 1: Plan").0, "# Phase 1: Plan\n\n## Goals\n- a\n");
    assert!(!labels(PLAN, "# P\n\n#$0\n").contains(&"Phase 1: Plan".to_owned()));
}

#[test]
fn what_is_there_in_any_form_is_not_offered() {
    let notes = "---\nstatus: done\n---\n# N\n\n## Decisions and assumptions\n\n**Questions:** none\n\n$0\n";
    assert_eq!(labels(NOTES, notes), ["Session log", "Commits"]);
}

#[test]
fn other_places_are_left_alone() {
    for text in [
        "# P\n\nDe$0\n",
        "# P\n\n#De$0\n",
        "# P\n\n#12$0\n",
        "# P\n\n## The day$0\n",
        "# De$0\n",
        "# P\n\n## D$0e\n",
        "# P\n\n$0## De\n",
        "# P\n\n- a\n$0\n- b\n",
        "# P\n\n- a\n  $0\n",
        "# P\n\n## Goals\n\n$0\ntext\n",
        "# P\n\n- # De$0\n",
        "# P\n\n> ## De$0\n",
        "# P\n\n    ## De$0\n",
        "# P\n\n```\n## De$0\n```\n",
        "# P\n\n```\n## De$0\n",
        "# P\n\n```\n\n$0",
        "# P\n\n<!--\n## De$0\n-->\n",
        "# P\n\n<!--\n## De$0",
        "---\n# De$0\n---\n# P\n",
        "# P\n\n## `De$0`\n",
    ] {
        check_silent(PLAN, text);
    }
}
