use super::*;
use crate::testing::document;

fn read(kind: Kind, text: &str) -> Sections {
    document(kind, text).artifact.sections
}

#[test]
fn headings_with_links_and_anchors_are_known() {
    for heading in [
        "Definition of done <a id=\"dod\"></a>",
        "<a name=\"dod\"></a>Definition of done",
        "[Definition of done](#x)",
        "Definition&nbsp;of done",
        "Definition of done <!-- omit in toc -->",
        "<!-- 4 --> Definition of done",
        "<!-- a: b --> 4. <span id=\"x\">Definition of done</span><br/> (all)",
        "![](done.svg) Definition <!-- c -->of done",
        "Definition of done <!-- c -->\n---",
    ] {
        let sections = read(Kind::Plan, &format!("# P\n\n## {heading}\n\n- x\n"));
        assert!(sections.has(SectionName::DefinitionOfDone), "{heading}");
    }
}

#[test]
fn labels_with_comments_are_known() {
    for label in [
        "**Definition of done** <!-- a -->\n\n- x",
        "**Definition of done <!-- a -->:** x",
        "Definition of done: <!-- a -->\n\n- x",
        "## Definition of done <!-- a --> — x",
    ] {
        let sections = read(Kind::Plan, &format!("# P\n\n{label}\n"));
        assert!(sections.has(SectionName::DefinitionOfDone), "{label}");
    }
    let text = "# P <!-- a -->\n\n## Goals <!-- b -->";
    let sections = read(Kind::Plan, text);
    assert_eq!(sections.named(SectionName::Goals).next().map(|goals| goals.range.end), Some(text.len()));
}

#[test]
fn labels_of_one_paragraph_open_a_section_each() {
    let text = "# P\n\n**Owner:** 😀\r\n**Role:** engineer\r\nof charts\r\n**Note:** none\n**Task**: build\n\n- x\n";
    let sections = read(Kind::Prompt, text);
    let found: Vec<_> =
        sections.all.iter().map(|s| (s.name, &text[s.heading.clone()], &text[s.after_label.clone()])).collect();
    assert_eq!(
        found,
        [
            (None, "Owner:", "😀"),
            (Some(SectionName::Role), "Role:", "engineer\r\nof charts\r\n**Note:** none"),
            (Some(SectionName::Task), "Task", "build"),
        ]
    );
    assert!(sections.all.windows(2).all(|pair| pair[0].range.end <= pair[1].range.start));
    assert!(sections.all[0].body.is_empty() && !sections.all[2].body.is_empty());
}

#[test]
fn labels_in_a_canonical_section_are_its_own_words() {
    let sections = read(Kind::WorkNotes, "## Open questions\n\n**Q1:** which?\n**Decision:** this one\n");
    assert_eq!(sections.all.len(), 2);
}

#[test]
fn a_value_after_a_canonical_name_leaves_it_a_section() {
    for (heading, name) in [
        ("## Status: accepted", Some(SectionName::Status)),
        ("## 2. Open questions — none", Some(SectionName::OpenQuestions)),
        ("## Assumptions：没有", Some(SectionName::Assumptions)),
        ("## Decision: use TLS", None),
        ("## Session log: 2026-01-02", None),
        ("## Statuses: two", None),
        ("## Next - Status", None),
    ] {
        assert_eq!(read(Kind::WorkNotes, &format!("{heading}\n")).all[0].name, name, "{heading}");
    }
}

#[test]
fn a_heading_may_cover_two_sections() {
    let covers = |heading: &str| {
        let sections = read(Kind::Plan, &format!("## {heading}\n"));
        (sections.has(SectionName::Goals), sections.has(SectionName::OutOfScope))
    };
    assert_eq!(covers("Goals and non-goals"), (true, true));
    assert_eq!(covers("4. Goals / Non-Goals:"), (true, true));
    assert_eq!(covers("Risks & Out of scope"), (false, true));
    assert_eq!(covers("Goals"), (true, false));
    assert_eq!(covers("Stretch goals"), (false, false));
}

#[test]
fn phases_have_a_number_right_after_the_word() {
    for (heading, id) in [
        ("Phase 2a: Scaffold", Some("2a")),
        ("3. PHASE-07", Some("7")),
        ("Phase overview for phase 2", None),
        ("Phases 1 to 3", None),
        ("Phased 1", None),
    ] {
        assert_eq!(read(Kind::Plan, &format!("## {heading}\n")).all[0].phase().as_deref(), id, "{heading}");
    }
}
