//! `source.fixAll.phasemark`: every safe fix of a document at once.

use super::{ActionKind, Change, Context, Offers};
use crate::{
    diagnostic::{Diagnostic, Fix},
    rules,
    text::{self, Edit},
    workspace::{Document, Files, Workspace},
};

/// Each round takes findings of one rule away; fixes that meet, such as two new items of one list, need
/// one each.
const MOST_ROUNDS: usize = 500;

pub fn offer(ctx: &Context, offers: &mut Offers) {
    if ctx.diagnostics.iter().any(|finding| safe_fix(finding).is_some()) {
        offers.offer_costly(ActionKind::FixAll, "Fix all that is safe to fix", || {
            let fixed = fix_all(ctx.workspace, ctx.document, ctx.files, ctx.diagnostics);
            Some(Change::from(text::differences(&ctx.document.text, &fixed.text)))
        });
    }
}

/// A document with all safe fixes applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fixed {
    pub text: String,
    /// How many findings were repaired.
    pub repaired: usize,
}

/// Applies the safe fixes of `findings`, then those of what they uncover, until none is left.
pub fn fix_all(workspace: &Workspace, document: &Document, files: &dyn Files, findings: &[Diagnostic]) -> Fixed {
    let mut fixed = Fixed { text: document.text.to_string(), repaired: 0 };
    let mut workspace = workspace.clone();
    let mut findings = findings.to_vec();
    // Rules whose fixes do not help here.
    let mut helpless: Vec<&str> = Vec::new();
    for _ in 0..MOST_ROUNDS {
        let is_fixable = |finding: &&Diagnostic| safe_fix(finding).is_some() && !helpless.contains(&finding.rule);
        let Some(rule) = findings.iter().find(is_fixable).map(|finding| finding.rule) else { break };
        let (edits, repaired) = safe_edits(findings.iter().filter(|finding| finding.rule == rule));
        let text = text::apply(&fixed.text, &edits);
        let again = Document::read(document.path.clone(), document.kind, text.as_str().into(), &workspace.vocabulary);
        let mut after = workspace.clone();
        after.set_open(&again.path, Some(again.facts()));
        let left = rules::run(&after, &again, files);
        let count = |findings: &[Diagnostic]| findings.iter().filter(|finding| finding.rule == rule).count();
        if count(&left) < count(&findings) {
            fixed = Fixed { text, repaired: fixed.repaired + repaired };
            (workspace, findings) = (after, left);
        } else {
            helpless.push(rule);
        }
    }
    fixed
}

fn safe_fix(finding: &Diagnostic) -> Option<&Fix> {
    finding.fixes.iter().find(|fix| fix.safe)
}

/// The first safe fix of each finding, as far as they do not meet; and of how many findings.
fn safe_edits<'f>(findings: impl Iterator<Item = &'f Diagnostic>) -> (Vec<Edit>, usize) {
    let mut chosen: Vec<Edit> = Vec::new();
    let mut repaired = 0;
    for fix in findings.filter_map(safe_fix) {
        let meets = |edit: &Edit| {
            chosen.iter().any(|other| edit.range.start <= other.range.end && other.range.start <= edit.range.end)
        };
        if !fix.edits().iter().any(meets) {
            chosen.extend_from_slice(fix.edits());
            repaired += 1;
        }
    }
    (chosen, repaired)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        testing::{Fixture, artifact_texts, check_action},
        text::bom_length,
    };

    const PATHS: [&str; 3] = ["plan/phase-1.md", "prompts/phase-1.md", "work-notes/phase-1.md"];

    /// A workspace in which each of the three has counterparts, and paths that they name exist.
    fn around(path: &str, text: &str) -> Fixture {
        let mut fixture = Fixture::parse("");
        let files = [
            ("plan/phase-1.md", "# Phase 1: Plan\n\n## Files\n### New\n- `src/new.rs`\n"),
            ("prompts/phase-1.md", "# Phase 1\n\n## Context\n- Plan: plan/phase-1.md\n"),
            ("work-notes/phase-1.md", "# Phase 1\n\n## Status\n- [x] In progress\n"),
            ("plan/phase-2.md", "# Phase 2: Plan\n"),
            ("work-notes/other.md", "# Other\n\n## Status\n"),
            ("src/a.rs", ""),
            ("src/é.rs", ""),
            ("src/sub/b.rs", ""),
            (path, text),
        ];
        fixture.files.extend(files.map(|(path, text)| (path.to_owned(), text.to_owned())));
        fixture
    }

    fn fixed(path: &str, text: &str) -> (String, Vec<Diagnostic>) {
        let fixture = around(path, text);
        let (workspace, documents) = fixture.workspace();
        let document = documents.iter().find(|document| &*document.path == path).expect("an artifact");
        let findings = rules::run(&workspace, document, &fixture);
        (fix_all(&workspace, document, &fixture, &findings).text, findings)
    }

    fn safe(findings: &[Diagnostic]) -> Vec<&Diagnostic> {
        findings.iter().filter(|finding| finding.fixes.iter().any(|fix| fix.safe)).collect()
    }

    /// Whether the lines that no fix has to do with are all there, with their ends.
    fn keeps_lines(before: &str, after: &str) -> bool {
        let (before, after) = (before.trim_start_matches('\u{feff}'), after.trim_start_matches('\u{feff}'));
        let count = |text: &str, line: &str| text.split_inclusive(['\n', '\r']).filter(|other| *other == line).count();
        let own = before.split_inclusive(['\n', '\r']).filter(|line| line.ends_with(['\n', '\r']));
        let own = own.filter(|line| !line.contains(['/', ':', '<']) && !line.trim().is_empty());
        own.into_iter().all(|line| count(after, line) >= count(before, line))
    }

    #[test]
    fn all_that_is_safe_is_fixed_at_once() {
        check_action(
            "Fix all that is safe to fix",
            "//- src/a.rs\n//- plan/phase-1.md\n# P\n\n## Goals\n\n## Constraints\n\n## DoD\n\n## Non-goals\n//- work-notes/phase-1.md\n# N\n\
             //- prompts/phase-1.md\n\u{feff}# P$0\r\n\r\n## Context\r\n- Plan: plan/phase-1.md <!-- phasemark-ignore log-order -->\r\n\r\n## Task\r\nSee src/a.rs.",
            "\u{feff}# P\r\n\r\n## Role\r\n\r\n## Context\r\n- Plan: plan/phase-1.md\r\n- Work notes: work-notes/phase-1.md\r\n- src/a.rs\r\n\r\n\
             ## Task\r\nSee src/a.rs.\r\n\r\n## Constraints\r\n\r\n## Session management\r\n\r\n## Commit discipline",
        );
    }

    proptest! {
        #[test]
        fn fixing_converges_and_keeps_what_it_does_not_own(text in artifact_texts(), path in proptest::sample::select(&PATHS[..])) {
            let (once, findings) = fixed(path, &text);
            let (twice, left) = fixed(path, &once);
            prop_assert_eq!(&twice, &once, "applying twice changes something: {:?}", &text);
            let rules: Vec<_> = safe(&findings).iter().map(|finding| finding.rule).collect();
            let again: Vec<_> = safe(&left).into_iter().filter(|finding| rules.contains(&finding.rule)).collect();
            prop_assert!(again.is_empty(), "{:?} became {:?}: {:?}", text, once, again);
            prop_assert_eq!(text::apply(&text, &text::differences(&text, &once)), once.clone());
            prop_assert_eq!(bom_length(&text), bom_length(&once));
            if !text.trim().is_empty() && !safe(&findings).iter().any(|finding| finding.rule == "unused-suppression" || finding.rule == "unknown-rule") {
                prop_assert_eq!(text.ends_with(['\n', '\r']), once.ends_with(['\n', '\r']), "{:?} {:?}", text, once);
            }
            prop_assert!(keeps_lines(&text, &once));
            if !text.contains('\n') {
                prop_assert!(!once.contains('\n') || !text.contains('\r'), "{:?} {:?}", text, once);
            }
            if text.matches('\n').count() == text.matches("\r\n").count() && text.contains('\n') && text.matches('\r').count() == text.matches("\r\n").count() {
                prop_assert_eq!(once.matches('\n').count(), once.matches("\r\n").count(), "{:?} {:?}", text, once);
            }
        }
    }
}
