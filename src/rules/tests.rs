//! What holds for every rule: its name, its documentation and the examples in it.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::{
    config::{self, Config},
    testing::{Fixture, example_fixture, examples, findings, plain_artifact_texts},
    workspace::{FileKind, SuffixMatch},
};

#[test]
fn rules_stand_in_alphabetical_order_and_have_names_like_one_another() {
    let names: Vec<_> = all().iter().map(|rule| rule.name()).collect();
    assert!(names.is_sorted(), "{names:?}");
    for name in names {
        assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'), "{name}");
    }
}

/// What the rule finds in an example.
pub(super) fn found(rule: &Rule, example: &str) -> Vec<Diagnostic> {
    if rule.name() == config::RULE {
        return config::read(example, &specs(), &Config::default(), None).1;
    }
    let found = findings(&example_fixture(rule, example)).into_iter().map(|(_, diagnostic)| diagnostic);
    found.filter(|diagnostic| diagnostic.rule == rule.name()).collect()
}

fn fires(rule: &Rule, example: &str) -> bool {
    !found(rule, example).is_empty()
}

#[test]
fn documentation_says_what_and_why_and_its_examples_are_true() {
    for rule in all() {
        let name = rule.name();
        assert!(rule.summary().ends_with('.'), "{name}: the first paragraph is a sentence");
        assert!(rule.documentation.contains("### Why\n"), "{name}: says why");
        let (bad, good) = (examples(rule, "Fires"), examples(rule, "Quiet"));
        assert!(!bad.is_empty() && !good.is_empty(), "{name}: has examples");
        for example in bad {
            assert!(fires(rule, &example), "{name} is quiet on\n{example}");
        }
        for example in good {
            assert!(!fires(rule, &example), "{name} fires on\n{example}");
        }
        assert!(!rule.documentation.contains("### Options"), "{name}: options are documented where they are declared");
        let told = rule.spec.options.iter().all(|option| option.description.ends_with('.'));
        assert!(told, "{name}: an option is a sentence");
    }
}

#[test]
fn findings_are_limited_and_the_last_one_says_so() {
    let found = findings(&format!("//- plan/phase-1.md\n# P\n{}", "- <Goal 1>\n".repeat(1200)));
    assert_eq!(found.len(), MOST_FINDINGS);
    assert!(found.last().unwrap().1.message.ends_with("more findings in this file are not shown)"));
}

proptest::proptest! {
    #[test]
    fn any_artifact_is_checked_and_line_ends_change_only_offsets(text in plain_artifact_texts()) {
        for path in ["plan/phase-1.md", "prompts/phase-1.md", "work-notes/phase-1.md"] {
            let check = |text: &str| {
                let found = findings(&format!("//- git log\n0a2b3c4 2026-01-20 x\n//- {path}\n{text}"));
                found.into_iter().map(|(_, finding)| (finding.rule, finding.severity, text.get(finding.range).map(|words| words.replace('\r', "")))).collect::<Vec<_>>()
            };
            let found = check(&text);
            proptest::prop_assert!(found.iter().all(|(.., words)| words.is_some()), "{:?}", found);
            proptest::prop_assert_eq!(found, check(&text.replace('\n', "\r\n")));
        }
    }
}

/// No disk, which counts how often the nearest path is looked for.
#[derive(Default)]
struct Nothing {
    asked: AtomicUsize,
}

impl Files for Nothing {
    fn kind(&self, _path: &str) -> Option<FileKind> {
        None
    }

    fn with_suffix(&self, _suffix: &str) -> SuffixMatch {
        SuffixMatch::Missing
    }

    fn nearest(&self, path: &str) -> Option<String> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        Some(format!("{path}.bak"))
    }
}

#[test]
fn only_findings_that_are_shown_are_described() {
    let paths: String = (0..1200).map(|n| format!("- `src/f{n}.rs`\n")).collect();
    let fixture = Fixture::parse(&format!("//- prompts/phase-1.md\n## Context\n{paths}"));
    let (workspace, documents) = fixture.workspace();
    let files = Nothing::default();
    let found = run(&workspace, &documents[0], &files);
    assert!(found.iter().filter(|finding| finding.rule == "broken-reference").all(Diagnostic::is_fixable));
    assert!((900..=MOST_FINDINGS).contains(&files.asked.into_inner()));

    let files = Nothing::default();
    let found = run_for_fixes(&workspace, &documents[0], &files);
    assert!(found.len() >= 1200, "{}", found.len());
    assert_eq!(files.asked.into_inner(), 0, "no such fix is safe");
}

#[test]
fn safe_fixes_are_made_for_all_findings() {
    let names: String = (0..1200).map(|n| format!("no-rule-{n} ")).collect();
    let text = format!("# P\n\n<!-- phasemark-ignore leftover-placeholder {names}-->\n- <Goal 1>\n");
    let fixture = Fixture::parse(&format!("//- plan/phase-1.md\n{text}"));
    let (workspace, documents) = fixture.workspace();
    let found = run_for_fixes(&workspace, &documents[0], &fixture);
    let unknown: Vec<_> = found.iter().filter(|finding| finding.rule == "unknown-rule").collect();
    assert_eq!(unknown.len(), 1200);
    assert!(unknown.iter().all(|finding| finding.fixes.iter().any(|fix| fix.safe)));
}
