//! What holds for every rule: its name, its documentation and the examples in it.

use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::{prelude::*, test_runner::TestCaseError};

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

/// What stands in the innermost blocks of a document, sorted: with its kind, without indentation.
fn leaves(document: &Document) -> Vec<String> {
    let Document { text, markdown, .. } = document;
    let leaves = markdown.all().filter(|(id, _)| markdown.inside(*id).is_empty());
    let words = |range: Range<usize>| text[range].lines().map(str::trim).collect::<Vec<_>>().join("\n");
    let mut leaves: Vec<_> = leaves.map(|(_, block)| format!("{:?} {}", block.kind, words(block.range()))).collect();
    leaves.sort_unstable();
    leaves
}

/// Sections and what stands in them, of which much is misplaced, there twice or to be filled in.
fn untidy(pieces: &'static [&'static str]) -> impl Strategy<Value = String> {
    let text = proptest::collection::vec(proptest::sample::select(pieces), 4..25).prop_map(|pieces| pieces.concat());
    (text, any::<bool>(), any::<bool>()).prop_map(|(text, has_crlf, is_cut)| {
        let text = if is_cut { text.trim_end() } else { &text };
        if has_crlf { text.replace('\n', "\r\n") } else { text.to_owned() }
    })
}

/// Blocks that take lines around them for their own.
macro_rules! untidy {
    ($($piece:literal),*) => {
        untidy(&[
            $($piece),*, "\n", "\n", "\n", "a\n", "b 漢\n\n", "- x\n", "- y\n\n", "  - z\n", "* s\n", "1. n\n", "> q\n", "    c\n",
            "  d\n", "```\nf\n```\n", "<div>\n", "<!-- c -->\n", "<details>\n\n", "</details>\n", "| t |\n|---|\n| u |\n", "\n---\n\n", "---\n",
            "**L:**\n", "[r]: u\n", "#### S\n", "```\n",
        ])
    };
}

/// Applies every fix of a rule by itself, and compares what the file says before and after.
fn check_fixes(rule: &str, path: &str, text: &str, gone: impl Fn(&str) -> bool) -> Result<(), TestCaseError> {
    let text = &*if text.contains('\r') { text.replace('\r', "").replace('\n', "\r\n") } else { text.to_owned() };
    let fixture = |text: &str| Fixture::around(path, text);
    let document = |fixture: &Fixture| {
        let (workspace, documents) = fixture.workspace();
        let document = documents.into_iter().find(|document| &*document.path == path).expect("an artifact");
        let found = run(&workspace, &document, fixture);
        (document, found)
    };
    let (before, found) = document(&fixture(text));
    let count = |found: &[Diagnostic]| found.iter().filter(|finding| finding.rule == rule).count();
    for fix in found.iter().filter(|finding| finding.rule == rule).flat_map(|finding| &finding.fixes) {
        let fixed = crate::text::apply(text, fix.edits());
        let (after, left) = document(&fixture(&fixed));
        let what = format!("{}: {text:?} became {fixed:?}", fix.title);
        prop_assert!(count(&left) < count(&found), "{}: {:?}", what, left);
        let (mut before, mut rest) = (leaves(&before), leaves(&after));
        before.retain(|leaf| !gone(leaf) || rest.contains(leaf));
        rest.retain(|leaf| !gone(leaf) || before.contains(leaf));
        let few = before.len().saturating_sub(rest.len()) <= 2;
        before.dedup();
        rest.dedup();
        prop_assert!(few && before == rest, "{}: {:?} became {:?}", what, before, rest);
        let without_ends = if text.contains('\r') { fixed.replace("\r\n", "") } else { fixed.replace('\n', "") };
        prop_assert!(!without_ends.contains(['\r', '\n']), "{}", what);
        prop_assert_eq!(text.ends_with('\n'), fixed.ends_with('\n'), "{}", what);
    }
    Ok(())
}

proptest::proptest! {
    #[test]
    fn entries_are_moved_whole(
        headings in untidy!["### 2026-01-02\n", "### 2026-01-05\n\n", "### 2026-01-09\n", "### 2026-01-03\n", "### 2026-01-04\n", "2026-01-07\n---\n", "### M\n", "## Commits\n"],
        items in untidy!["- 2026-01-02: i\n", "- 2026-01-05: i\n", "- 2026-01-09: i\n", "- 2026-01-03: i\n", " - 2026-01-04: i\n"],
        words in untidy!["**2026-01-02** w\n", "\n**2026-01-05** w\n", "**2026-01-09** w\n\n", "**2026-01-03**\n\n", "\n**2026-01-04**\n", "### M\n"],
    ) {
        for text in [headings, items, words] {
            check_fixes("log-order", "work-notes/phase-1.md", &format!("## Log\n{text}"), |_| false)?;
        }
    }

    #[test]
    fn placeholders_go_by_themselves(text in untidy!["<Goal 1>\n", "- <Goal 2>\n", "- <Goal 3>\n\n", "<Goal 4>\n\n", "  - <Goal 1>\n", "## Goals\n"]) {
        check_fixes("leftover-placeholder", "plan/phase-1.md", &format!("## Goals\n{text}"), |leaf| leaf.starts_with("Paragraph") && leaf.contains("<Goal"))?;
    }

    #[test]
    fn sections_are_merged_whole(text in untidy!["## Goals\n", "## Goals\n\n", "## Risks\n", "### Sub\n", "Goals\n---\n"]) {
        check_fixes("duplicate-section", "plan/phase-1.md", &format!("## Goals\n{text}"), |leaf| leaf.starts_with("Heading(2) ") || leaf == "Rule ---")?;
    }
}
