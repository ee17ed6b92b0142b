use std::sync::Arc;

use super::*;
use crate::{
    config::RuleSetting,
    diagnostic::Severity,
    rules,
    testing::{Fixture, check, check_fix, check_growth, findings},
    text,
};

/// Rules found in the first file.
fn rules_of(fixture: &str) -> Vec<&'static str> {
    let found = findings(fixture);
    found.iter().map(|(_, finding)| finding.rule).filter(|rule| *rule != "missing-section").collect()
}

#[test]
fn a_comment_silences_what_it_covers_and_no_more() {
    check(
        "leftover-placeholder",
        r#"
//- plan/phase-1.md
# Phase 1

## Goals

- <Goal 1> <!-- phasemark-ignore leftover-placeholder: wait -->
- <Goal 2>
  ^^^^^^^^ leftover-placeholder
<!-- phasemark-ignore leftover-placeholder -->
- <Goal 3>
  - nested <Goal 4>
- <Goal 5> <!-- phasemark-ignore missing-definition-of-done -->
  ^^^^^^^^ leftover-placeholder

<!-- phasemark-ignore missing-definition-of-done -->
<!-- phasemark-ignore leftover-placeholder -->
<!-- phasemark-ignore possible-secret -->
| <Name> | b |
|---|---|
| <Task 1> | <Task 2> |

| <Name> | b |
  ^^^^^^ leftover-placeholder
|---|---|
| <Task 1> <!-- phasemark-ignore leftover-placeholder --> | <Task 2> |
| <Task 3> | d |
  ^^^^^^^^ leftover-placeholder
//- plan/phase-2.md
<!-- phasemark-ignore-file leftover-placeholder: a template -->

# Phase 2

- <Goal 1>
- <Goal 2>
"#,
    );
}

#[test]
fn errors_and_findings_of_absence_are_silenced_too() {
    let secret = "gh".to_owned() + "p_" + "k3Vt9QmZx2LrB7wNc5YdHs8Jf4GpTqKu6EaR";
    assert_eq!(
        rules_of(&format!("//- work-notes/a-1.md\n```\n{secret}\n```\n## Status\n## Commits\n")),
        ["possible-secret"]
    );
    for fixture in [
        format!("//- work-notes/phase-1.md\n<!-- phasemark-ignore possible-secret -->\n```\n{secret}\n```\n"),
        format!("//- work-notes/phase-1.md\n<!-- phasemark-ignore possible-secret -->\n<!-- {secret} -->\n"),
        format!("//- work-notes/phase-1.md\n---\na: {secret}\n---\n<!-- phasemark-ignore-file possible-secret -->\n"),
        "\
//- plan/phase-1.md
<!-- phasemark-ignore missing-definition-of-done -->
# Phase 1

## Goals
- [ ] a
".into(),
        "\
//- plan/phase-1.md
<!-- phasemark-ignore missing-definition-of-done -->

Goals first

## Goals
- [ ] a
".into(),
        "//- plan/phase-1.md\n\n# Phase 1 <!-- phasemark-ignore missing-definition-of-done -->\r\n\n## Goals\n- [ ] a\n".into(),
        "\
//- work-notes/phase-1.md
**Status:** ✅ Done <!-- phasemark-ignore premature-complete: x -->

## Questions
- Port?
".into(),
        "\
//- work-notes/phase-1.md
## Status <!-- phasemark-ignore-file premature-complete: x -->
- [x] Complete

## Questions
- Port?
"
            .into(),
    ] {
        let mut rules = rules_of(&fixture);
        rules.retain(|rule| *rule != "unresolved-question");
        assert_eq!(rules, [""; 0], "{fixture}");
    }
}

#[test]
fn headings_and_labels_are_read_as_if_the_comment_were_not_there() {
    const C: &str = "<!-- phasemark-ignore possible-secret: why -->";
    for form in [
        "## Exit criteria C",
        "## Exit criteria: C ##",
        "**Definition of done:** C\n\n- a",
        "Done when: C\n- a",
        "DoD C\n---",
    ] {
        check("missing-definition-of-done", &format!("//- plan/phase-1.md\n# Phase 1\n\n{}\n", form.replace('C', C)));
    }
}

#[test]
fn a_name_that_silences_nothing_is_unused() {
    check(
        "unused-suppression",
        r#"
//- plan/phase-1.md
# Phase 1
<!-- phasemark-ignore-file premature-complete missing-definition-of-done: b -->
                           ^^^^^^^^^^^^^^^^^^ unused-suppression
                                              ^^^^^^^^^^^^^^^^^^^^^^^^^^ unused-suppression

- words <!-- phasemark-ignore leftover-placeholder, possible-secret -->
                              ^^^^^^^^^^^^^^^^^^^^ unused-suppression
                                                    ^^^^^^^^^^^^^^^ unused-suppression
- <Goal 1> <!-- phasemark-ignore leftover-placeholder possible-secret: b -->
                                                      ^^^^^^^^^^^^^^^ unused-suppression

<!-- phasemark-ignore -->
^^^^^^^^^^^^^^^^^^^^^^^^^ unused-suppression
<!-- phasemark-ignore-file: only a reason -->
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ unused-suppression
words
`<!-- phasemark-ignore leftover-placeholder -->`

<!-- phasemark-ignore leftover-placeholder: nothing follows -->
                      ^^^^^^^^^^^^^^^^^^^^ unused-suppression
//- plan/phase-2.md
# Phase 2

```
<!-- phasemark-ignore leftover-placeholder -->
<!-- phasemark-ignore -->
```
"#,
    );
}

#[test]
fn a_comment_may_speak_of_comments() {
    check(
        "unused-suppression",
        r#"
//- plan/phase-1.md
- words <!-- phasemark-ignore leftover-placeholder unused-suppression: soon -->
- words <!-- phasemark-ignore unused-suppression: soon -->
                              ^^^^^^^^^^^^^^^^^^ unused-suppression
- words <!-- phasemark-ignore leftover-placeholders unknown-rule: soon -->
- words <!-- phasemark-ignore unknown-rule: soon -->
                              ^^^^^^^^^^^^ unused-suppression

<!-- phasemark-ignore leftover-placeholder unused-suppression: soon -->
words
//- plan/phase-2.md
<!-- phasemark-ignore-file unused-suppression: a template -->
<!-- phasemark-ignore-file leftover-placeholder -->
<!-- phasemark-ignore -->
//- plan/phase-3.md
<!-- phasemark-ignore-file unknown-rule: of a newer version -->
<!-- phasemark-ignore-file something-new -->
//- plan/phase-4.md
<!-- phasemark-ignore-file unused-suppression: a template -->
                           ^^^^^^^^^^^^^^^^^^ unused-suppression
"#,
    );
}

#[test]
fn unknown_names_are_marked_and_the_nearest_is_offered() {
    let fixture = r#"
//- plan/phase-1.md
- <Goal 1> <!-- phasemark-ignore Leftover_Placeholder nonsense: b -->
                                 ^^^^^^^^^^^^^^^^^^^^ unknown-rule
                                                      ^^^^^^^^ unknown-rule
- 漢 <!-- phasemark-ignore 漢字 -->
                          ^^ unknown-rule
"#;
    check("unknown-rule", fixture);
    let found = findings(fixture);
    let said: Vec<_> = found.iter().filter(|(_, f)| f.rule == "unknown-rule").map(|(_, f)| &*f.message).collect();
    assert_eq!(
        said,
        [
            "There is no rule `Leftover_Placeholder`. Did you mean `leftover-placeholder`?",
            "There is no rule `nonsense`. A reason follows a colon.",
            "There is no rule `漢字`. A reason follows a colon.",
        ]
    );
    check_fix(
        "unknown-rule",
        "//- plan/phase-1.md\n- <Goal 1> <!-- phasemark-ignore leftover-placehold: b -->\n",
        "- <Goal 1> <!-- phasemark-ignore leftover-placeholder: b -->\n",
    );
}

#[test]
fn fixes_take_the_name_or_the_comment_with_its_line() {
    const C: &str = "<!-- phasemark-ignore possible-secret: why -->";
    for (before, after) in [
        ("# P\n\nC\n\nwords\n", "# P\n\nwords\n"),
        ("# P\nC\nwords\n", "# P\nwords\n"),
        ("C\n\nwords\n", "words\n"),
        ("\u{feff}C\n\nwords\n", "\u{feff}words\n"),
        ("# P\r\n\r\nC\r\n\r\nwords\r\n", "# P\r\n\r\nwords\r\n"),
        ("words\n\nC", "words\n\n"),
        ("words\n\nC\n", "words\n\n"),
        ("- a 😀 C\n- b\n", "- a 😀\n- b\n"),
        ("- a\n  C\n- b\n", "- a\n- b\n"),
        ("> a\n> C\n> b\n", "> a\n> b\n"),
        ("C words\n", "words\n"),
        ("## A C\n", "## A\n"),
        ("| a |\n|---|\n| b C |\n", "| a |\n|---|\n| b |\n"),
        ("- C\n- b\n", "-\n- b\n"),
        ("words <!--\nphasemark-ignore possible-secret\n--> more\n", "words more\n"),
        (
            "- <Goal 1> <!-- phasemark-ignore leftover-placeholder possible-secret: why -->\n",
            "- <Goal 1> <!-- phasemark-ignore leftover-placeholder: why -->\n",
        ),
        (
            "- <Goal 1> <!-- phasemark-ignore possible-secret, leftover-placeholder -->\n",
            "- <Goal 1> <!-- phasemark-ignore leftover-placeholder -->\n",
        ),
    ] {
        let before = before.replace('C', C);
        check_fix("unused-suppression", &format!("//- plan/phase-1.md\n{before}"), after);
    }
}

#[test]
fn all_fixes_at_once_leave_the_used_names() {
    let fixture = Fixture::parse(
        "//- plan/phase-1.md\n- <Goal 1> <!-- phasemark-ignore a b leftover-placeholder possible-secret, c: why -->\n\
         - two <!-- phasemark-ignore a possible-secret: why -->\n",
    );
    let (workspace, documents) = fixture.workspace();
    let found = rules::run(&workspace, &documents[0], &fixture);
    let about_comments = found.iter().filter(|finding| ["unused-suppression", "unknown-rule"].contains(&finding.rule));
    let safe = about_comments.filter_map(|finding| finding.fixes.iter().find(|fix| fix.safe));
    let mut edits: Vec<_> = safe.flat_map(|fix| fix.edits().to_vec()).collect();
    edits.dedup();
    assert_eq!(
        text::apply(&documents[0].text, &edits),
        "- <Goal 1> <!-- phasemark-ignore leftover-placeholder: why -->\n- two\n"
    );
}

/// Severities of the first file's findings, with some set for the whole root.
fn with_severities(text: &str, settings: &[(&'static str, Option<Severity>)]) -> Vec<(&'static str, Severity)> {
    let fixture = Fixture::parse(text);
    let (mut workspace, documents) = fixture.workspace();
    let config = Arc::make_mut(&mut workspace.config);
    for (rule, severity) in settings {
        config.rules.insert(rule, RuleSetting { severity: Some(*severity), ..RuleSetting::default() });
    }
    let found = rules::run(&workspace, &documents[0], &fixture);
    found.iter().filter(|f| f.rule.starts_with("un")).map(|finding| (finding.rule, finding.severity)).collect()
}

#[test]
fn configuration_decides() {
    let text = "//- plan/phase-1.md\n# P <!-- phasemark-ignore leftover-placeholder nonsense -->\n";
    let (unknown, unused) = ("unknown-rule", "unused-suppression");
    assert_eq!(with_severities(text, &[]), [(unused, Severity::Warning), (unknown, Severity::Warning)]);
    let set = with_severities(text, &[(unknown, Some(Severity::Hint)), (unused, Some(Severity::Error))]);
    assert_eq!(set, [(unused, Severity::Error), (unknown, Severity::Hint)]);
    assert_eq!(with_severities(text, &[(unknown, None), (unused, None)]), []);
    let off = with_severities(text, &[("leftover-placeholder", None)]);
    assert_eq!(off, [(unknown, Severity::Warning)], "a rule that is off may be named");
}

#[test]
fn nothing_is_unused_that_may_be_in_use_soon() {
    let unused = |text: &str, is_indexed: bool| {
        let fixture = Fixture::parse(text);
        let (mut workspace, documents) = fixture.workspace();
        workspace.is_indexed = is_indexed;
        rules::run(&workspace, &documents[0], &fixture).iter().any(|finding| finding.rule == "unused-suppression")
    };
    let comment = "<!-- phasemark-ignore-file premature-complete -->";
    assert!(unused(&format!("//- plan/phase-1.md\n# P\n\n{comment}\n"), true));
    assert!(!unused(&format!("//- plan/phase-1.md\n# P\n\n{comment}\n"), false), "the index is incomplete");
    assert!(!unused(&format!("//- plan/phase-1.md\n# P\n\n{comment}\n\n```\n"), true), "a fence is open");
    let empty = "<!-- phasemark-ignore-file empty-artifact -->";
    assert!(!unused(&format!("//- plan/phase-1.md\n\n{empty}\n"), true), "without it the file is empty");
    assert!(unused(&format!("//- plan/phase-1.md\n\n{empty}\n\nwords\n"), true));
}

#[test]
fn in_history_a_comment_on_a_hidden_finding_is_in_use() {
    let notes = "\
//- work-notes/phase-1.md
# N

## Status
- [x] Complete

## Session log
### 2026-01-01
- <Task 1> COMMENT
";
    let unused = [("unused-suppression", Some(Severity::Error))];
    let used = notes.replace("COMMENT", "<!-- phasemark-ignore leftover-placeholder -->");
    assert_eq!(with_severities(&used, &unused), []);
    let other = notes.replace("COMMENT", "<!-- phasemark-ignore possible-secret -->");
    assert_eq!(with_severities(&other, &unused), [("unused-suppression", Severity::Error)]);
    assert_eq!(with_severities(&other, &[]), [("unused-suppression", Severity::Warning)]);
}

#[test]
fn ignore_here_silences_the_finding_with_the_smallest_edit() {
    for (before, after) in [
        ("- 😀 <Goal 1>\n- b\n", "- 😀 <Goal 1> <!-- phasemark-ignore leftover-placeholder -->\n- b\n"),
        ("- a\n  <Goal 1>\r\n- b\n", "- a\n  <Goal 1> <!-- phasemark-ignore leftover-placeholder -->\r\n- b\n"),
        ("one <Goal 1>\ntwo\n", "one <Goal 1>\ntwo <!-- phasemark-ignore leftover-placeholder -->\n"),
        ("# P\n\n## A <Goal 1>\n", "# P\n\n<!-- phasemark-ignore leftover-placeholder -->\n## A <Goal 1>\n"),
        ("A <Goal 1>\r\n---\r\n", "<!-- phasemark-ignore leftover-placeholder -->\r\nA <Goal 1>\r\n---\r\n"),
        ("> ## A <Goal 1>\n", "> <!-- phasemark-ignore leftover-placeholder -->\n> ## A <Goal 1>\n"),
        ("- ## A <Goal 1>\n", "- <!-- phasemark-ignore leftover-placeholder -->\n  ## A <Goal 1>\n"),
        ("| a |\n|---|\n| <Goal 1> |\n", "| a |\n|---|\n| <Goal 1> <!-- phasemark-ignore leftover-placeholder --> |\n"),
        (
            "- <Goal 1> <!-- phasemark-ignore possible-secret: b -->\n",
            "- <Goal 1> <!-- phasemark-ignore possible-secret leftover-placeholder: b -->\n",
        ),
        (
            "<!-- phasemark-ignore possible-secret -->\n# <Goal 1>\n",
            "<!-- phasemark-ignore possible-secret leftover-placeholder -->\n# <Goal 1>\n",
        ),
    ] {
        ignore("leftover-placeholder", before, after);
    }
}

#[test]
fn ignore_here_falls_back_to_the_file() {
    let secret = "gh".to_owned() + "p_" + "k3Vt9QmZx2LrB7wNc5YdHs8Jf4GpTqKu6EaR";
    for (before, after) in [
        ("---\na: S\n---\n# P\n", "---\na: S\n---\n<!-- phasemark-ignore-file possible-secret -->\n\n# P\n"),
        ("---\na: S\n---", "---\na: S\n---\n<!-- phasemark-ignore-file possible-secret -->\n"),
        (
            "---\na: S\n---\n<!-- phasemark-ignore-file log-order: b -->\n",
            "---\na: S\n---\n<!-- phasemark-ignore-file log-order possible-secret: b -->\n",
        ),
        ("```\nS\n```\n", "<!-- phasemark-ignore possible-secret -->\n```\nS\n```\n"),
        (
            "1. ```\r\n   S\r\n   ```\r\n",
            "1. <!-- phasemark-ignore possible-secret -->\r\n   ```\r\n   S\r\n   ```\r\n",
        ),
        ("\u{feff}<!-- S -->\n", "\u{feff}<!-- phasemark-ignore possible-secret -->\n<!-- S -->\n"),
    ] {
        ignore("possible-secret", &before.replace('S', &secret), &after.replace('S', &secret));
    }
}

#[track_caller]
fn ignore(rule: &str, before: &str, after: &str) {
    let mut fixture = Fixture::parse(&format!("//- plan/phase-1.md\n{before}"));
    let (workspace, documents) = fixture.workspace();
    let found = rules::run(&workspace, &documents[0], &fixture);
    let finding = found.iter().find(|finding| finding.rule == rule).expect("a finding");
    let edit = ignore_here(&workspace, &documents[0], &fixture, finding);
    let ignored = text::apply(before, &[edit]);
    assert_eq!(ignored, after);
    fixture.files.insert("plan/phase-1.md".into(), ignored);
    let (workspace, documents) = fixture.workspace();
    let again = rules::run(&workspace, &documents[0], &fixture);
    assert!(again.iter().all(|finding| finding.rule != rule), "{again:?}");
}

#[test]
fn the_work_grows_with_the_comments() {
    for unit in [
        "- <Goal 1> <!-- phasemark-ignore leftover-placeholder -->\n",
        "<!-- phasemark-ignore possible-secret -->\n",
        "<!-- phasemark-ignore possible-secret --> ",
        "a <!-- phasemark-ignore empty-artifact",
        "<div><!-- phasemark-ignore ",
        "<!-- phasemark-ignore a b c d -->",
    ] {
        check_growth(unit, 10_000, |text| {
            let fixture = Fixture::parse(&format!("//- plan/phase-1.md\n{text}"));
            let (workspace, documents) = fixture.workspace();
            rules::run(&workspace, &documents[0], &fixture);
        });
    }
}
