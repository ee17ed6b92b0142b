//! `source.fixAll.phasemark`: every safe fix of a document at once.

use std::{
    collections::{BTreeSet, VecDeque},
    ops::Range,
};

use super::{ActionKind, Change, Context, Offers};
use crate::{
    artifact::{Document, suppressions},
    diagnostic::{Diagnostic, MOST_FINDINGS},
    markdown::BlockKind,
    rules,
    text::{self, Edit},
    workspace::{Files, Workspace},
};

/// Fixes that overlap need a round each.
const MOST_ROUNDS: usize = 500;
/// So many choices of fixes are tried in a round.
const MOST_TRIES: usize = 30;

pub fn offer(ctx: &Context, offers: &mut Offers) {
    if ctx.diagnostics.iter().any(|finding| SafeFix::of(finding).is_some()) {
        offers.offer_costly(ActionKind::FixAll, "Apply all safe fixes", || {
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
    fix_some(workspace, document, files, findings, &|_| true)
}

/// The same, of what they uncover only where `keeps` says so.
pub fn fix_some(
    workspace: &Workspace,
    document: &Document,
    files: &dyn Files,
    findings: &[Diagnostic],
    keeps: &dyn Fn(&Diagnostic) -> bool,
) -> Fixed {
    let check = |workspace: &Workspace, document: &Document| {
        let mut found = rules::run_for_fixes(workspace, document, files);
        found.retain(keeps);
        found
    };
    if findings.len() < MOST_FINDINGS {
        return fix_all_with(workspace, document, findings, &check);
    }
    // Those that are not shown are fixed as well.
    fix_all_with(workspace, document, &check(workspace, document), &check)
}

/// `check` finds what is wrong with a document. A round applies the fixes that do not overlap, or as many of them as
/// help together, and looks again.
fn fix_all_with(
    workspace: &Workspace,
    document: &Document,
    findings: &[Diagnostic],
    check: &dyn Fn(&Workspace, &Document) -> Vec<Diagnostic>,
) -> Fixed {
    let mut document = document.clone();
    let (mut workspace, mut findings, mut repaired) = (workspace.clone(), findings.to_vec(), 0);
    let outline = headings(&document);
    for _ in 0..MOST_ROUNDS {
        let applied = choices(&findings).take(MOST_TRIES).find_map(|fixes| {
            let edits: Vec<Edit> = fixes.iter().flat_map(|fix| fix.edits).cloned().collect();
            let edits = super::to_be_applied(&workspace, &document.text, edits);
            let again = document.after(&edits, &workspace.vocabulary);
            let mut after = workspace.clone();
            after.set_open(&again.path, Some(again.facts()));
            let left = check(&after, &again);
            let helps = headings(&again) == outline && help(&fixes, &findings, &left);
            helps.then_some((again, after, left, repaired + fixes.len()))
        });
        let Some(applied) = applied else { break };
        (document, workspace, findings, repaired) = applied;
    }
    Fixed { text: document.text.to_string(), repaired }
}

/// The safe fix of a finding.
#[derive(Clone, Copy)]
struct SafeFix<'f> {
    finding: &'f Diagnostic,
    edits: &'f [Edit],
    /// From its first edit to the end of its last one.
    start: usize,
    end: usize,
}

impl<'f> SafeFix<'f> {
    fn of(finding: &'f Diagnostic) -> Option<Self> {
        let edits = finding.fixes.iter().find(|fix| fix.safe)?.edits();
        let start = edits.iter().map(|edit| edit.range.start).min()?;
        let end = edits.iter().map(|edit| edit.range.end).max()?;
        Some(Self { finding, edits, start, end })
    }

    fn removes_its_finding(&self) -> bool {
        let Range { start, end } = self.finding.range;
        let is_around = |edit: &Edit| edit.range.start <= start && end <= edit.range.end;
        self.edits.iter().any(|edit| edit.replacement.is_empty() && is_around(edit))
    }

    /// Whether it can be applied together with the one before it. Fixes of a rule that touch are often made for that;
    /// but what begins where an insertion is may stand on either side of it.
    fn is_clear_of(&self, before: &Self) -> bool {
        before.end < self.start || self.touches(before) && self.finding.rule == before.finding.rule
    }

    fn touches(&self, before: &Self) -> bool {
        before.end == self.start && (before.start < self.start || self.start == self.end)
    }
}

/// Which fixes to apply together: those that do not overlap, from the top; then those of each rule, each half of these,
/// and so on down to single ones; then what they overlapped.
fn choices(findings: &[Diagnostic]) -> impl Iterator<Item = Vec<SafeFix<'_>>> {
    let mut rest: Vec<_> = findings.iter().filter_map(SafeFix::of).collect();
    rest.sort_by_key(|fix| (fix.start, fix.end));
    let mut waiting: VecDeque<Vec<SafeFix>> = VecDeque::new();
    std::iter::from_fn(move || {
        let fixes = waiting.pop_front().unwrap_or_else(|| {
            let mut clear: Vec<SafeFix> = Vec::new();
            rest.retain(|fix| {
                let is_clear = clear.last().is_none_or(|last| fix.is_clear_of(last));
                clear.extend(is_clear.then_some(*fix));
                !is_clear
            });
            clear
        });
        if let [first, _, ..] = fixes[..] {
            let is_of_rule = |fix: &SafeFix| fix.finding.rule == first.finding.rule;
            let (own, others): (Vec<_>, Vec<_>) = fixes.iter().copied().partition(is_of_rule);
            match others.is_empty() {
                true => waiting.extend(own.chunks(own.len().div_ceil(2)).map(<[SafeFix]>::to_vec)),
                false => waiting.extend([own, others]),
            }
        }
        (!fixes.is_empty()).then_some(fixes)
    })
}

/// Whether each rule of these fixes has less to find than before; as much less as was fixed where they touch.
fn help(fixes: &[SafeFix], before: &[Diagnostic], after: &[Diagnostic]) -> bool {
    let rules: BTreeSet<&str> = fixes.iter().map(|fix| fix.finding.rule).collect();
    rules.into_iter().all(|rule| {
        let own: Vec<&SafeFix> = fixes.iter().filter(|fix| fix.finding.rule == rule).collect();
        let count = |findings: &[Diagnostic]| findings.iter().filter(|finding| finding.rule == rule).count();
        // What is removed may have hidden others, as a comment in front of code does.
        let removed = own.iter().filter(|fix| fix.removes_its_finding()).count();
        let do_touch = own.windows(2).any(|pair| pair[1].touches(pair[0]));
        count(before).saturating_sub(count(after)).max(removed) >= if do_touch { own.len() } else { 1 }
    })
}

/// The headings of a document, with their levels, without suppressions. Nothing that is applied unasked changes
/// them: an empty heading says that a section is there, and silences what asks for it.
fn headings(document: &Document) -> Vec<(u8, String)> {
    let Document { text, markdown, artifact, .. } = document;
    let text = suppressions::blanked(text, &artifact.suppressions);
    let words = |range: Range<usize>| text[range].split_whitespace().collect::<Vec<_>>().join(" ");
    let headings = markdown.all().filter_map(|(_, block)| match block.kind {
        BlockKind::Heading(level) => Some((level, words(block.range()))),
        _ => None,
    });
    headings.collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        diagnostic::{Fix, Severity},
        testing::{Fixture, artifact_texts, check_action},
        text::bom_length,
    };

    const PATHS: [&str; 3] = ["plan/phase-1.md", "prompts/phase-1.md", "work-notes/phase-1.md"];

    fn fixed(path: &str, text: &str) -> (String, Vec<Diagnostic>) {
        let fixture = Fixture::around(path, text);
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
        // A mark that nobody sees goes along with the comment that stood before it at the top.
        let (before, after) = (before.replace('\u{feff}', ""), after.replace('\u{feff}', ""));
        // A reference is added at the end of an entry, which may be a line that continues it.
        let is_kept = |line: &str, other: &str| {
            let added = other.strip_prefix(line.trim_end_matches(['\n', '\r']));
            other == line || added.is_some_and(|added| added.starts_with(", "))
        };
        let count =
            |text: &str, line: &str| text.split_inclusive(['\n', '\r']).filter(|other| is_kept(line, other)).count();
        let own = before.split_inclusive(['\n', '\r']).filter(|line| line.ends_with(['\n', '\r']));
        let own = own.filter(|line| !line.contains(['/', ':', '<']) && !line.trim().is_empty());
        own.into_iter().all(|line| count(&after, line) >= count(&before, line))
    }

    #[test]
    fn all_that_is_safe_is_fixed_at_once() {
        check_action(
            "Apply all safe fixes",
            "//- phasemark.toml\n[sections]\nprompt.strict = true\n//- src/a.rs\n//- plan/phase-1.md\n# P\n\n## Goals\n\n## Constraints\n\n## DoD\n\n## Non-goals\n//- work-notes/phase-1.md\n# N\n\
             //- prompts/phase-1.md\n\u{feff}# P$0\r\n\r\n## Context\r\n- Plan: plan/phase-1.md <!-- phasemark-ignore log-order -->\r\n\r\n## Task\r\nRead src/a.rs.",
            "\u{feff}# P\r\n\r\n## Context\r\n- Plan: plan/phase-1.md\r\n- Work notes: work-notes/phase-1.md\r\n- Reference implementation(s): src/a.rs\r\n\r\n\
             ## Task\r\nRead src/a.rs.",
        );
    }

    /// As many references as `count` that nobody declared, and comments that silence nothing.
    fn full_of_findings(count: usize) -> Fixture {
        let lines: String =
            (0..count).map(|n| format!("- Follow `src/f{n}.rs`. <!-- phasemark-ignore log-order -->\n")).collect();
        let text = format!("# P\n\n## Context\n- Plan: plan/phase-1.md\n- Reference: <paths>\n\n## Task\n{lines}");
        let mut fixture = Fixture::around("prompts/phase-1.md", &text);
        fixture.files.extend((0..count).map(|n| (format!("src/f{n}.rs"), String::new())));
        fixture
    }

    #[test]
    fn many_findings_are_fixed_in_a_few_rounds() {
        let fixture = full_of_findings(300);
        let (workspace, documents) = fixture.workspace();
        let document = documents.iter().find(|document| &*document.path == "prompts/phase-1.md").expect("a prompt");
        let findings = rules::run(&workspace, document, &fixture);
        let runs = std::cell::Cell::new(0);
        let fixed = fix_all_with(&workspace, document, &findings, &|workspace, document| {
            runs.set(runs.get() + 1);
            rules::run_for_fixes(workspace, document, &fixture)
        });
        assert!(fixed.repaired > 600, "{}", fixed.repaired);
        assert!(runs.get() < 10, "{} runs", runs.get());
        assert!(!fixed.text.contains("phasemark-ignore") && fixed.text.contains(", src/f299.rs\n"), "{}", fixed.text);
    }

    #[test]
    fn findings_that_are_too_many_to_show_are_fixed_as_well() {
        let fixture = full_of_findings(MOST_FINDINGS);
        let (workspace, documents) = fixture.workspace();
        let document = documents.iter().find(|document| &*document.path == "prompts/phase-1.md").expect("a prompt");
        let findings = rules::run(&workspace, document, &fixture);
        assert_eq!(findings.len(), MOST_FINDINGS);
        let fixed = fix_all(&workspace, document, &fixture, &findings);
        assert!(fixed.repaired > 2 * MOST_FINDINGS, "{}", fixed.repaired);
        assert!(!fixed.text.contains("phasemark-ignore"));
    }

    #[test]
    fn no_heading_comes_or_goes_even_where_a_rule_calls_that_safe() {
        let text = "# P\n\n## Goals\n\n- a <!-- phasemark-ignore log-order -->\n";
        let fixture = Fixture::around("plan/phase-1.md", text);
        let (workspace, documents) = fixture.workspace();
        let document = documents.iter().find(|document| &*document.path == "plan/phase-1.md").expect("a plan");
        let check = |_: &Workspace, document: &Document| {
            let mut found = rules::run_for_fixes(&workspace, document, &fixture);
            let end = document.text.len();
            for edit in [Edit::insert(end, "\n## Overview\n"), Edit::insert(end, "\nRisks\n---\n"), Edit::delete(5..14)]
            {
                let mut finding = Diagnostic::new("some-rule", Severity::Warning, 0..1, "");
                finding.fix(Fix::safe("", vec![edit]));
                found.push(finding);
            }
            found
        };
        let fixed = fix_all_with(&workspace, document, &check(&workspace, document), &check);
        assert_eq!(fixed.text, "# P\n\n## Goals\n\n- a\n");
    }

    #[test]
    fn what_did_not_help_is_tried_again_when_the_text_is_another() {
        let text = "- Work notes: work-notes/other.md\n# Phase 1\n## Context\na\n  - > ---\nowner: me\n---\n";
        let once = fixed("prompts/phase-1.md", text).0;
        assert!(once.contains("  - Plan: plan/phase-1.md\n"), "{once}");
        assert_eq!(fixed("prompts/phase-1.md", &once).0, once);
    }

    #[test]
    fn the_time_grows_with_the_number_of_findings() {
        crate::testing::check_growth(".", 100, |length| {
            let fixture = full_of_findings(length.len());
            let (workspace, documents) = fixture.workspace();
            let document = documents.iter().find(|document| &*document.path == "prompts/phase-1.md").expect("a prompt");
            fix_all(&workspace, document, &fixture, &rules::run(&workspace, document, &fixture));
        });
    }

    #[test]
    fn what_a_removed_comment_hid_is_removed_in_turn() {
        let text = "# P\n\n- a\n<!-- phasemark-ignore x: b -->\n  ```\n  y\n<!-- phasemark-ignore y: b -->\n";
        assert_eq!(fixed("plan/phase-1.md", text).0, "# P\n\n- a\n  ```\n  y\n");
        let alike = text.replace("y: b", "x: b");
        assert_eq!(fixed("plan/phase-1.md", &alike).0, "# P\n\n- a\n  ```\n  y\n");
    }

    #[test]
    fn edits_that_overlap_take_turns() {
        let finding = |rule| Diagnostic::new(rule, Severity::Warning, 0..0, "");
        let (one, other) = (finding("a"), finding("b"));
        let fix = |range: Range<usize>| SafeFix { finding: &one, edits: &[], start: range.start, end: range.end };
        for (before, range, is_apart, do_touch) in [
            (0..3, 4..6, true, false),
            (0..4, 4..6, false, true),
            (4..4, 4..6, false, false),
            (4..6, 5..5, false, false),
            (4..6, 6..6, false, true),
            (4..6, 6..8, false, true),
            (6..9, 9..9, false, true),
            (4..6, 7..8, true, false),
            (8..10, 9..9, false, false),
            (9..9, 9..9, false, true),
            (9..9, 9..10, false, false),
            (12..15, 15..15, false, true),
            (3..20, 4..6, false, false),
        ] {
            let (before, own) = (fix(before), fix(range));
            assert_eq!(own.touches(&before), do_touch, "{}..{} {}..{}", before.start, before.end, own.start, own.end);
            assert_eq!(own.is_clear_of(&before), is_apart || do_touch);
            assert_eq!(SafeFix { finding: &other, ..own }.is_clear_of(&before), is_apart);
        }
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
            prop_assert!(keeps_lines(&text, &once), "{:?} became {:?}", text, once);
            let outline = |text: &str| {
                let fixture = Fixture::around(path, text);
                let (_, documents) = fixture.workspace();
                headings(documents.iter().find(|document| &*document.path == path).expect("an artifact"))
            };
            prop_assert_eq!(outline(&text), outline(&once), "{:?} became {:?}", text, once);
            if !text.contains('\n') {
                prop_assert!(!once.contains('\n') || !text.contains('\r'), "{:?} {:?}", text, once);
            }
            // Without the comments that are removed a line end has to be left to go by.
            let has_line_end = text.split_inclusive('\n').any(|line| line.ends_with('\n') && !line.contains("phasemark-ignore"));
            if has_line_end && text.matches('\n').count() == text.matches("\r\n").count() && text.contains('\n') && text.matches('\r').count() == text.matches("\r\n").count() {
                prop_assert_eq!(once.matches('\n').count(), once.matches("\r\n").count(), "{:?} {:?}", text, once);
            }
        }
    }
}
