use crate::completion::tests::{accepted, check_silent, item, labels};

mod acceptance;

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
            "Open questions",
            "Status",
            "Decisions",
            "Assumptions",
            "Session log",
            "Commits"
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
fn half_a_heading_may_have_other_marks() {
    for (before, label, after) in [
        ("# P\n\n## Go$0 ##\n", "Goals", "# P\n\n## Goals\n\n- ${1:<Goal 1>}\n- ${2:<Goal 2>}\n"),
        ("# P\n\n## 🎯 Go$0\n", "Goals", "# P\n\n## 🎯 Goals\n\n- ${1:<Goal 1>}\n- ${2:<Goal 2>}\n"),
        ("# P\n\n## 🎯 $0\n", "Goals", "# P\n\n## 🎯 Goals\n\n- ${1:<Goal 1>}\n- ${2:<Goal 2>}\n"),
        (
            "**Overview:** a\n\n**Go$0**\n",
            "Goals",
            "**Overview:** a\n\n**Goals:**\n\n- ${1:<Goal 1>}\n- ${2:<Goal 2>}\n",
        ),
        ("**Overview:** a\n\n**$0", "Goals", "**Overview:** a\n\n**Goals:**\n\n- ${1:<Goal 1>}\n- ${2:<Goal 2>}"),
        (
            "# P\n\n## 完了$0\n",
            "Definition of done",
            "\
# P

## 完了条件

- [ ] ${1:<Verification command + expected outcome>}
- [ ] ${2:<Verification command + expected outcome>}
",
        ),
    ] {
        assert_eq!(accepted(PLAN, before, label).1, after, "{before}");
    }
    assert_eq!(item(PLAN, "**Overview:** a\n\n**Go$0**\n", "Goals").filter.as_deref(), Some("**Goals"));
    assert_eq!(item(PLAN, "# P\n\n## 🎯 Go$0\n", "Goals").filter.as_deref(), Some("## 🎯 Goals"));
    for text in ["# P\n\n**Go$0**\n", "**Overview:** a\n\nb\n**Go$0**\n", "**Overview:** a\n\n**a** **Go$0**\n"] {
        check_silent(PLAN, text);
    }
}

#[test]
fn what_is_typed_is_found_in_names_and_aliases() {
    assert_eq!(labels(NOTES, "# N\n\n## De$0\n"), ["Decisions", "Open questions", "Session log"]);
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
    let body = "

1. ${2:<Task 1>}
2. ${3:<Task 2>}

**Verification:**

- [ ] ${4:<Verification command + expected outcome>}";
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
    assert_eq!(labels(PLAN, "# P\n\n## Files\n\n### Server\n\n#### $0\n"), [""; 0]);
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
        "---\na: b\n# De$0\n---\n# P\n",
        "# P\n\n## `De$0`\n",
    ] {
        check_silent(PLAN, text);
    }
}

/// What is inserted for `label` at `$0`, as plain text: the heading's line alone.
#[track_caller]
fn heading(path: &str, text: &str, label: &str) -> String {
    let inserted = item(path, text, label).insert;
    inserted.text().trim_start().lines().next().unwrap_or_default().to_owned()
}

#[test]
fn headings_have_the_capitals_of_the_others() {
    let title = "# P\n\n## Out of Scope\n\n## Required Reading\n\n";
    assert_eq!(heading(PLAN, &format!("{title}$0\n"), "Definition of done"), "## Definition of Done");
    assert_eq!(heading(PLAN, &format!("{title}#$0\n"), "Open questions"), "## Open Questions");
    // What is being written does not count.
    assert_eq!(
        heading(PLAN, "# P\n\n## Out of scope\n\n## Definition Of$0", "Definition of done"),
        "## Definition of done"
    );
    let upper = "# P\r\n\r\n## OVERVIEW\r\n\r\n## DEPENDS ON\r\n\r\n## de$0\r\n";
    assert_eq!(heading(PLAN, upper, "Definition of done"), "## DEFINITION OF DONE");
    assert_eq!(heading(PLAN, &format!("{title}$0\n"), "Depends on"), "## Depends On");
    // Other levels show it where there is none as deep, or none of several words.
    assert_eq!(heading(PLAN, "# P\n\n## Open Questions\n\n# D$0\n", "Definition of done"), "## Definition of Done");
    assert_eq!(heading(PLAN, "# P\n\n## Key Results\n\n### D$0\n", "Definition of done"), "### Definition of Done");
    assert_eq!(
        heading(PLAN, "# P\n\n## Goals\n\n### Key Results\n\n## $0\n", "Definition of done"),
        "## Definition of Done"
    );
    let labels_of_prompt = "**Session Management:** none\n\n**Role:** engineer\n\n$0\n";
    assert_eq!(heading(PROMPT, labels_of_prompt, "Commit discipline"), "**Commit Discipline:**");
    assert_eq!(heading(PLAN, "# P\n\n## PHASE 1: A\n\n## RISKS\n\n$0\n", "Phase 2"), "## PHASE 2: <Name>");
}

#[test]
fn numbers_go_on_behind_the_others_and_those_that_are_typed_stay() {
    let numbered = "# P\n\n## 1. Overview\n\n## 2. Goals\n\n";
    for (end, inserted) in [
        ("$0", "## 3. Constraints"),
        ("#$0", "## 3. Constraints"),
        ("## Con$0", "## 3. Constraints"),
        ("## 3. con$0", "## 3. Constraints"),
        ("## 3.$0", "## 3. Constraints"),
        ("## 3) $0", "## 3) Constraints"),
        ("## 7. $0", "## 7. Constraints"),
        ("## 2.1 Con$0", "## 2.1 Constraints"),
    ] {
        assert_eq!(heading(PLAN, &format!("{numbered}{end}\n"), "Constraints"), inserted, "{end}");
    }
    assert_eq!(heading(PLAN, &format!("{numbered}#$0\n"), "Phase 1"), "## 3. Phase 1: <Name>");
    for (text, inserted) in [
        // In between, and below another part.
        ("# P\n\n## 1. Overview\n\n#$0\n\n## 2. Goals\n", "## Constraints"),
        ("# P\n\n## 1. Overview\n\n## 2. Goals\n\n# Appendix\n\n## $0\n", "## Constraints"),
        ("# P\n\n## 1) Overview\n\n## Goals\n\n#$0\n", "## Constraints"),
    ] {
        assert_eq!(heading(PLAN, text, "Constraints"), inserted, "{text}");
    }
    assert!(!labels(PLAN, &format!("{numbered}## 3. The day$0")).contains(&"Constraints".to_owned()));
}

#[test]
fn anchors_follow_the_other_headings() {
    let text = "# P\n\n## Overview {#overview}\n\n## Goals {#aims}\n\n";
    assert_eq!(heading(PLAN, &format!("{text}## out$0"), "Out of scope"), "## Out of scope {#out-of-scope}");
    assert_eq!(heading(PLAN, &format!("{text}$0"), "Phase 1"), "## Phase 1: <Name> {#phase-1}");
    let (_, snippet) = accepted(PLAN, &format!("{text}## con$0"), "Constraints");
    assert!(snippet.contains("## Constraints {#constraints\\}\n\n- ${1:<Constraint 1>}"), "{snippet}");
}

#[test]
fn bodies_stand_right_below_where_the_others_do() {
    let tight = "# P\n\n## Overview\na\n\n## Constraints\n- b\n\n";
    for (end, after) in [
        ("#$0\n", "## Goals\n- <Goal 1>\n- <Goal 2>\n"),
        ("# go$0\n- 漢字", "## Goals\n- 漢字"),
        ("- x\n$0\n## DoD\n", "- x\n\n## Goals\n- <Goal 1>\n- <Goal 2>\n\n## DoD\n"),
    ] {
        assert_eq!(accepted(PLAN, &format!("{tight}{end}"), "Goals").0, format!("{tight}{after}"));
    }
}

#[test]
fn an_empty_line_gets_an_underlined_heading_where_the_others_are() {
    let text = "P\n===\n\nOverview\n--------\n\na\n\n";
    let item_at = |end: &str| item(PLAN, &format!("{text}{end}"), "Out of scope");
    assert!(item_at("$0").insert.text().starts_with("Out of scope\n------------\n\n- <Thing"));
    assert_eq!(item_at("$0").filter.unwrap(), "Out of scope");
    assert!(item_at("#$0").insert.text().starts_with("## Out of scope\n\n- <Thing"));
    assert_eq!(item_at("#$0").filter.unwrap(), "## Out of scope");
}

#[test]
fn a_heading_is_as_deep_as_the_fix_would_make_it() {
    for (text, inserted) in [
        ("# P\n\n### Notes\n\n$0\n", "### Goals"),
        ("# P\n\n## Notes\n\n### Phase 1\n\n#### Verification\n\n## Ends\n\n$0\n", "## Goals"),
        ("# P\n\n**Constraints:** none\n\n## Notes\n\n$0\n", "## Goals"),
        ("# P\n\n**Constraints:** none\n\n**Out of scope:** x\n\n$0\n", "**Goals:**"),
        ("# P\n\n**Constraints:** none\n\n**Out of scope:** x\n\n#$0\n", "## Goals"),
        ("# P\n\n# Overview\n\n# Go$0\n", "# Goals"),
        // Not within what is no home of sections.
        ("# P\n\n## Head\n\n### Overview\n\n### Constraints\n\n$0\n\n## Steps\n", "### Goals"),
        ("# P\n\n## Head\n\n### Overview\n\n### Constraints\n\n## Steps\n\n#$0\n", "## Goals"),
        ("# P\n\n#$0\n\n## Head\n\n### Overview\n\n### Constraints\n", "## Goals"),
    ] {
        assert_eq!(heading(PLAN, text, "Goals"), inserted, "{text}");
    }
}

#[test]
fn the_filter_goes_on_from_what_is_typed() {
    let filter = |end: &str, label: &str| {
        let text = format!("# P\n\n## 1. Depends On\n\n## 2. Required Reading\n\n{end}");
        item(PLAN, &text, label).filter.unwrap()
    };
    for (typed, label, expected) in [
        ("$0", "Out of scope", "## Out of Scope"),
        ("#$0", "Out of scope", "## Out of Scope"),
        ("# $0", "Out of scope", "# Out of Scope"),
        ("##$0", "Out of scope", "## Out of Scope"),
        ("## out o$0", "Out of scope", "## out of Scope"),
        ("##  OUT$0", "Out of scope", "##  OUT of Scope"),
        ("  ##\tOu$0", "Out of scope", "  ##\tOut of Scope"),
        ("## 3.$0", "Out of scope", "## 3. Out of Scope"),
        ("## 3. o$0", "Out of scope", "## 3. out of Scope"),
        ("# De$0", "Definition of done", "# Definition of Done"),
        ("## done$0", "Definition of done", "## done"),
        ("## exit$0", "Definition of done", "## exit Criteria"),
        ("## ph$0", "Phase 1", "## phase 1"),
    ] {
        assert_eq!(filter(typed, label), expected, "{typed}");
    }
}
