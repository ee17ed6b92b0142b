//! The sections in the order of the template, each with all that is below it, byte for byte. What
//! phasemark does not know stays behind the section that it follows.

use super::{ActionKind, Change, Context, Offers};
use crate::{
    artifact::Document,
    edit::order::{is_unsorted, sort_sections},
};

pub fn offer(ctx: &Context, offers: &mut Offers) {
    let (document, vocabulary) = (ctx.document, &*ctx.workspace.vocabulary);
    if document.has_open_end() || !is_unsorted(document, vocabulary) {
        return;
    }
    offers.offer_costly(ActionKind::Rewrite, "Sort sections into template order", || {
        let edits = sort_sections(document, vocabulary);
        let again = document.after(&edits, vocabulary);
        // What never ends, such as a comment, may swallow what it was moved above.
        let is_same = names(&again) == names(document)
            && again.facts().open_questions.len() == document.facts().open_questions.len();
        is_same.then(|| Change::from(edits))
    });
}

/// The headings of all sections, sorted.
fn names(document: &Document) -> Vec<(u8, &str)> {
    let sections = document.artifact.sections.all.iter();
    let mut names: Vec<_> = sections.map(|section| (section.level, &*section.normalized)).collect();
    names.sort_unstable();
    names
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        artifact::Vocabulary,
        convention::Kind,
        testing::{check_action, check_no_action, document},
        text,
    };

    const TITLE: &str = "Sort sections into template order";

    #[test]
    fn a_byte_order_mark_stays_in_front() {
        let before = "//- plan/phase-1.md\n\u{feff}## Non-goals\n- z\n\n## Goals$0\n- g\n";
        check_action(TITLE, before, "\u{feff}## Goals\n- g\n\n## Non-goals\n- z\n");
    }

    #[test]
    fn line_ends_of_two_kinds_do_not_become_one() {
        check_action(
            TITLE,
            "//- plan/phase-1.md\n## Non-goals\n- z\n\r## Goals$0\n- g\r",
            "## Goals\n- g\n\r## Non-goals\n- z\r",
        );
    }

    #[test]
    fn it_is_offered_only_where_it_does_something() {
        for text in [
            "# P$0\n\n## Goals\n\n## Notes\n\n## Non-goals\n",
            "# P$0\n\n## Non-goals\n\n## Goals\n\n```\n",
            "# P$0\n\n## Non-goals\n\n# Part 2\n\n## Goals\n",
            "# P$0\n\n- a\n",
            "# P$0\n\n## 1. Non-goals\n\n## 2. Goals\n",
            "# P$0\n\n## Non-goals\n\n<details>\n\n## Overview\n\n</details>\n\n## Goals\n",
            "# P$0\n\n## Non-goals\n\n<!-- BEGIN x -->\n\n## Overview\n\n<!-- END x -->\n\n## Goals\n",
        ] {
            check_no_action(TITLE, &format!("//- plan/phase-1.md\n{text}"));
        }
    }

    fn messy() -> impl Strategy<Value = String> {
        const PIECES: &[&str] = &[
            "## Open questions\n",
            "## Status\n",
            "## Decisions:\n\n",
            "Commits\n---\n",
            "## Session log\n\n",
            "### Log\n",
            "## Other\n",
            "# N\n",
            "- [x] Blocked\n",
            "- a?\n\n",
            "b\n",
            "\n",
            "   \n",
            "> q\n",
            "| a |\n|---|\n| b |\n",
            "<!-- c -->\n",
            "<div>\n",
            "```\nx\n```\n",
            "**Assumptions:** d\n\n",
            "    code\n",
            "c  \n",
            "\u{feff}",
            "---\n",
            "\n---\n\n",
            "<details>\n\n",
            "</details>\n\n",
        ];
        proptest::collection::vec(proptest::sample::select(PIECES), 0..25).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_sorting_again_changes_nothing(text in messy(), crlf: bool, cut: bool) {
            let text = if crlf { text.replace('\n', "\r\n") } else { text };
            let text = if cut { text.trim_end().to_owned() } else { text };
            let vocabulary = Vocabulary::built_in();
            let before = document(Kind::WorkNotes, &text);
            let sorted = text::apply(&text, &sort_sections(&before, &vocabulary));
            let lines = |text: &str| {
                let mut lines: Vec<_> = text.trim_start_matches('\u{feff}').lines().filter(|line| !line.is_empty()).map(str::to_owned).collect();
                lines.sort_unstable();
                lines
            };
            prop_assert_eq!(lines(&text), lines(&sorted));
            prop_assert_eq!(text.ends_with('\n'), sorted.ends_with('\n'));
            let after = document(Kind::WorkNotes, &sorted);
            if names(&after) == names(&before) {
                prop_assert!(!is_unsorted(&after, &vocabulary), "{:?}", sorted);
                prop_assert_eq!(&text::apply(&sorted, &sort_sections(&after, &vocabulary)), &sorted);
            }
            if crlf {
                prop_assert_eq!(sorted.matches('\n').count(), sorted.matches("\r\n").count());
            }
        }
    }
}
