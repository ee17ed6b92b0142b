//! What holds for every rule: its name, its documentation and the examples in it.

use super::*;
use crate::{
    config::{self, Config},
    testing::{findings, plain_artifact_texts},
};

#[test]
fn rules_stand_in_alphabetical_order_and_have_names_like_one_another() {
    let names: Vec<_> = all().iter().map(|rule| rule.name()).collect();
    assert!(names.is_sorted(), "{names:?}");
    for name in names {
        assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{name}");
    }
}

/// The fenced examples below a heading of a rule's documentation.
pub(super) fn examples(rule: &Rule, heading: &str) -> Vec<String> {
    let documentation = documentation::text(rule);
    let mut found = Vec::new();
    let mut open: Option<(String, String)> = None;
    let mut is_inside = false;
    for line in documentation.lines() {
        let ticks: String = line.chars().take_while(|c| *c == '`').collect();
        match &mut open {
            None if line.starts_with("### ") => is_inside = line == format!("### {heading}"),
            None if !is_inside => {}
            None if ticks.len() >= 3 => open = Some((ticks, String::new())),
            Some((fence, _)) if line == fence => found.push(open.take().expect("open").1),
            Some((_, example)) => *example += &format!("{line}\n"),
            None => {}
        }
    }
    found
}

/// The path that an example stands for unless it names its files.
fn default_path(rule: &Rule) -> &'static str {
    match rule.kind() {
        Some(Kind::Prompt) => "prompts/phase-1.md",
        Some(Kind::WorkNotes) => "work-notes/phase-1.md",
        _ => "plan/phase-1.md",
    }
}

/// What the rule finds in an example.
pub(super) fn found(rule: &Rule, example: &str) -> Vec<Diagnostic> {
    if rule.name() == config::RULE {
        return config::read(example, &specs(), &Config::default(), None).1;
    }
    let fixture =
        if example.contains("//- ") { example.to_owned() } else { format!("//- {}\n{example}", default_path(rule)) };
    let fixture = if rule.spec.severity == Level::Off && !example.contains("//- phasemark.toml") {
        format!("{fixture}\n//- phasemark.toml\n[rules]\n{} = \"warning\"\n", rule.name())
    } else {
        fixture
    };
    let found = findings(&fixture).into_iter().map(|(_, diagnostic)| diagnostic);
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
        for option in rule.spec.options {
            assert!(rule.documentation.contains(&format!("`{}`", option.name)), "{name}: documents {}", option.name);
        }
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
