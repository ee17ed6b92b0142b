//! "Ignore `RULE` here" and "Ignore `RULE` in this file": a comment that silences a finding.
//!
//! They come last and are never the preferred ones. A comment that silences nothing had better be
//! removed than silenced, and a comment in an empty file would make it a file that lacks everything.

use super::{ActionKind, Change, Context, Offers, quick_fixes::findings_at};
use crate::rules::suppression;

pub fn offer(ctx: &Context, offers: &mut Offers) {
    let mut rules: Vec<&str> = Vec::new();
    for (n, finding) in findings_at(ctx) {
        let rule = finding.rule;
        let is_silly = matches!(rule, "unused-suppression" | "empty-artifact") || crate::rules::find(rule).is_none();
        if is_silly || rules.contains(&rule) {
            continue;
        }
        rules.push(rule);
        let change = |edit| Some(Change::from(vec![edit]));
        if suppression::has_block(ctx.document, finding) {
            let here = offers.offer_costly(ActionKind::QuickFix, format!("Ignore `{rule}` here"), || {
                change(suppression::ignore_here(ctx.workspace, ctx.document, ctx.files, finding))
            });
            if let Some(action) = here {
                action.repairs.push(n);
            }
        }
        let title = format!("Ignore `{rule}` in this file");
        let in_file = offers
            .offer_costly(ActionKind::QuickFix, title, || change(suppression::ignore_in_file(ctx.document, rule)));
        if let Some(action) = in_file {
            let all = ctx.diagnostics.iter().enumerate().filter(|(_, other)| other.rule == rule);
            action.repairs.extend(all.map(|(n, _)| n));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::{
        diagnostic::Diagnostic,
        rules::{self, suppression},
        testing::{Fixture, action_titles, artifact_texts, check_action},
        text,
    };

    #[test]
    fn they_are_offered_last_and_once_for_each_rule() {
        let titles = action_titles("//- plan/phase-1.md\n## Goals\n- <Goal 1> $0<Goal 2>\n");
        assert_eq!(
            titles[titles.len() - 2..],
            ["Ignore `leftover-placeholder` here", "Ignore `leftover-placeholder` in this file"]
        );
        check_action(
            "Ignore `leftover-placeholder` in this file",
            "//- plan/phase-1.md\n\u{feff}# P\r\n- <Goal 1>$0",
            "\u{feff}<!-- phasemark-ignore-file leftover-placeholder -->\r\n\r\n# P\r\n- <Goal 1>",
        );
    }

    #[test]
    fn a_comment_for_the_whole_file_says_so() {
        let key = concat!("gh", "p_k3Vt9QmZx2LrB7wNc5YdHs8Jf4GpTqKu6EaR");
        let titles = |text: &str| -> Vec<String> {
            let titles = action_titles(&format!("//- plan/phase-1.md\n{text}"));
            titles.into_iter().filter(|title| title.starts_with("Ignore `possible-secret`")).collect()
        };
        assert_eq!(titles(&format!("---\nkey: {key}$0\n---\n# P\n")), ["Ignore `possible-secret` in this file"]);
        assert_eq!(titles(&format!("# P\n\n    key {key}$0\n")).len(), 2);
        check_action(
            "Ignore `possible-secret` here",
            &format!("//- plan/phase-1.md\n# P\n\n    key {key}$0\n"),
            &format!("# P\n\n<!-- phasemark-ignore possible-secret -->\n    key {key}\n"),
        );
    }

    #[test]
    fn what_a_comment_would_not_mend_has_none() {
        for fixture in ["//- plan/phase-1.md\n$0", "//- plan/phase-1.md\n# P <!-- phasemark-ignore$0 log-order -->\n"] {
            let titles = action_titles(fixture);
            assert!(
                !titles
                    .iter()
                    .any(|title| title.contains("empty-artifact` ") || title.contains("unused-suppression` ")),
                "{titles:?}"
            );
        }
    }

    fn findings(fixture: &Fixture, path: &str) -> Vec<Diagnostic> {
        let (workspace, documents) = fixture.workspace();
        let document = documents.iter().find(|document| &*document.path == path).expect("an artifact");
        rules::run(&workspace, document, fixture)
    }

    proptest! {
        #[test]
        fn what_is_ignored_is_gone(text in artifact_texts(), path in proptest::sample::select(&["plan/phase-1.md", "prompts/phase-1.md", "work-notes/phase-1.md"][..])) {
            let mut fixture = Fixture::parse("//- src/a.rs\n//- plan/phase-2.md\n# P\n//- prompts/phase-2.md\n# R\n");
            fixture.files.insert(path.to_owned(), text.clone());
            let (workspace, documents) = fixture.workspace();
            let document = documents.iter().find(|document| &*document.path == path).expect("an artifact");
            let found = rules::run(&workspace, document, &fixture);
            // The questions below a heading are one finding, with all but the first related.
            let count = |found: &[Diagnostic], rule| -> usize {
                let of_rule = found.iter().filter(|finding| finding.rule == rule);
                of_rule.map(|finding| 1 + finding.related.len()).sum()
            };
            for finding in found.iter().filter(|finding| !matches!(finding.rule, "unused-suppression" | "empty-artifact")) {
                let rule = finding.rule;
                for (edit, is_file) in [(suppression::ignore_here(&workspace, document, &fixture, finding), false), (suppression::ignore_in_file(document, rule), true)] {
                    let after = text::apply(&text, &[edit]);
                    let mut fixture = around(&fixture, path, &after);
                    let left = findings(&fixture, path);
                    let enough = if is_file { count(&left, rule) == 0 } else { count(&left, rule) < count(&found, rule) };
                    prop_assert!(enough, "{} is still there: {:?} became {:?}: {:?}", rule, text, after, left);
                    let unused = "unused-suppression";
                    prop_assert!(count(&left, unused) <= count(&found, unused), "{rule}: {text:?} became {after:?}: {left:?}");
                    fixture.files.clear();
                }
            }
        }
    }

    fn around(fixture: &Fixture, path: &str, text: &str) -> Fixture {
        let mut other = Fixture::parse("");
        other.files.clone_from(&fixture.files);
        other.files.insert(path.to_owned(), text.to_owned());
        other
    }
}
