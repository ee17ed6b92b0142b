use super::*;
use crate::{
    convention::Kind,
    testing::{check_cases, document},
    text,
};

/// The text with all missing sections.
fn inserted(kind: Kind, text: &str, skeletons: bool) -> String {
    let vocabulary = Vocabulary::built_in();
    let document = document(kind, text);
    let missing = document.artifact.missing_sections(&vocabulary);
    let edits = insert_sections(&document, &vocabulary, &missing, skeletons.then_some("phase-1"));
    text::apply(text, &edits)
}

#[test]
fn sections_are_inserted_as_the_others_are_written() {
    check_cases("missing-sections", |case| inserted(case.kind(), &case.before, false));
}

#[test]
fn the_anchor_of_a_new_section_is_made_as_those_of_the_others() {
    let plan = "## Split the sidebar {#split}\n\n### Phase overview {#phase-overview}\n\n#### Context {#context}\na\n\n\
        #### Success criteria {#success-criteria}\n- b\n\n#### Non-goals {#non-goals}\n- c\n\n\
        #### Constraints {#constraints}\n- d\n\n---\n\n### Open questions {#open-questions}\n";
    let after = inserted(Kind::Plan, plan, false);
    assert!(after.contains("\n#### Goals {#goals}\n"), "{after}");
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
        "\
# P

## Overview
a

## Goals
- b

## Constraints
- c

## Exit criteria
- d

## Out of scope
- <Thing we will not do in this phase>

## Scope

"
    );
    let loose = before.replace("\n- ", "\n\n- ").replace("\na", "\n\na");
    assert!(inserted(Kind::Plan, &loose, true).contains("## Out of scope\n\n- <Thing"));
}
