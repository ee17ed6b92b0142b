//! What becomes of the question at the cursor: answered, moved to Decisions, marked as resolved as this file marks
//! its own, or opened again. The first three are quick fixes of `unresolved-question`, too; here they
//! are offered where that rule is off or the phase is history.

use super::{ActionKind, Context, Offers};
use crate::{
    artifact::{Document, questions::Question},
    text::Edit,
};

pub fn offer(ctx: &Context, offers: &mut Offers) {
    let Some((n, question)) = question(ctx) else { return };
    let changes = ctx.document.question_changes();
    let mut others = resolved(ctx.document);
    if question.resolved {
        others[n] = false;
        if let Some(edits) = changes.reopen(question).filter(|edits| reads(ctx, edits, &others)) {
            offers.offer(ActionKind::Rewrite, "Reopen the question", edits);
        }
        return;
    }
    if let Some(change) = changes.answer(question).filter(|(edits, _)| reads(ctx, edits, &others)) {
        offers.offer(ActionKind::Rewrite, "Answer the question", change);
    }
    let decisions = ctx.document.move_to_decisions(&ctx.workspace.vocabulary);
    others.remove(n);
    let moved = decisions.and_then(|decisions| decisions.change(question));
    if let Some(change) = moved.filter(|(edits, _)| reads(ctx, edits, &others)) {
        offers.offer(ActionKind::Rewrite, "Move the question to Decisions", change);
    }
    if let Some(edits) = changes.resolve(question) {
        offers.offer(ActionKind::Rewrite, "Mark the question as resolved", edits);
    }
}

/// Whether each question of the document, in its order, is resolved.
fn resolved(document: &Document) -> Vec<bool> {
    document.artifact.questions.iter().map(|question| question.resolved).collect()
}

/// Whether the questions read so after the edits. The words of an answer, or the heading above it, may
/// resolve a question as well, and what stands below an item that goes may become another's.
fn reads(ctx: &Context, edits: &[Edit], expected: &[bool]) -> bool {
    resolved(&ctx.document.after(edits, &ctx.workspace.vocabulary)) == expected
}

/// The innermost question around the cursor, and which one it is; of a sub-heading its own line only.
fn question<'a>(ctx: &Context<'a>) -> Option<(usize, &'a Question)> {
    let (markdown, block) = (&ctx.document.markdown, ctx.block_at_cursor()?);
    let mut around = std::iter::once(block).chain(markdown.ancestors(block));
    around.find_map(|id| ctx.document.artifact.questions.iter().enumerate().find(|(_, question)| question.block == id))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        artifact::sections::Section,
        convention::{Kind, SectionName},
        markdown::BlockKind,
        testing::{Reading, Scene, action_titles, check_action, check_fix_titled, sectioned_texts, words},
        text,
    };

    const RESOLVE: &str = "Mark the question as resolved";
    const MOVE: &str = "Move the question to Decisions";
    const REOPEN: &str = "Reopen the question";

    #[track_caller]
    fn notes(title: &str, before: &str, after: &str) {
        check_action(title, &format!("//- work-notes/phase-1.md\n{before}"), after);
    }

    #[test]
    fn a_question_is_resolved_as_the_file_resolves_its_own() {
        for (before, after) in [
            ("- ~~Host?~~\r\n- Po$0rt?\r\n", "- ~~Host?~~\r\n- ~~Port?~~\r\n"),
            ("- ~~Host?~~\n- Port\n  now?$0 <!-- a -->\n", "- ~~Host?~~\n- ~~Port\n  now? <!-- a -->~~\n"),
            ("- [X] Host?\n- [ ] Port?$0\n", "- [X] Host?\n- [X] Port?\n"),
            ("- Host? (RESOLVED)\n- Port?$0", "- Host? (RESOLVED)\n- Port? (RESOLVED)"),
            ("- **Resolved** — which host?\n- Port?$0\n", "- **Resolved** — which host?\n- **Resolved** — Port?\n"),
            ("- ✅ Host 1 or 2?\n- Port?$0\n", "- ✅ Host 1 or 2?\n- ✅ Port?\n"),
            ("- - **Resolved** — which host?\n- Port?$0\n", "- - **Resolved** — which host?\n- [x] Port?\n"),
            ("- Host? Resolved: a.\n- Port?$0\n", "- Host? Resolved: a.\n- Port? (resolved)\n"),
            ("- [x](a.md)?$0\n", "- [x] [x](a.md)?\n"),
            ("- Host?\n- Port?$0\n  - maybe\n", "- Host?\n- [x] Port?\n  - maybe\n"),
            ("**Port:** which one?$0\n", "**Port:** which one? (resolved)\n"),
            ("### ~~Host?~~\n\n### Port?$0\n", "### ~~Host?~~\n\n### ~~Port?~~\n"),
            (
                "| Q | Status |\n|---|---|\n| Host? | ✅ |\n| Port?$0 | open |\n",
                "| Q | Status |\n|---|---|\n| Host? | ✅ |\n| Port? | ✅ |\n",
            ),
            ("| Q | State |\n|---|---|\n| Port?$0\n", "| Q | State |\n|---|---|\n| Port? (resolved)\n"),
            ("| | State |\n|---|---|\n| [ ] | Port?$0 |\n", "| | State |\n|---|---|\n| [ ] | Port? (resolved) |\n"),
            ("| Q | State |\n|---|---|\n| Port?$0 | |\n", "| Q | State |\n|---|---|\n| Port? | Resolved |\n"),
        ] {
            let text = |body: &str| format!("# N\n\n## Open questions\n\n{body}");
            notes(RESOLVE, &text(before), &text(after));
            let fixture = format!("//- work-notes/phase-1.md\n{}", text(&before.replace("$0", "")));
            if fixture.matches("Port").count() == 1 && !before.starts_with("- Host?\n") {
                check_fix_titled("unresolved-question", RESOLVE, &fixture, &text(after));
            }
        }
    }

    #[test]
    fn an_answer_is_begun_behind_the_question() {
        for (before, after) in [
            ("- [ ] Port?$0\n- Host?\n", "- [ ] Port? Answer:$0\n- Host?\n"),
            ("- Which\r\n  port?$0\r\n- Host?\r\n", "- Which\r\n  port? Answer:$0\r\n- Host?\r\n"),
            ("- Port?$0\n  - maybe 80\n- Host?\n", "- Port?\n  - maybe 80\n  - Answer:$0\n- Host?\n"),
            ("- Host? **Decision:** a\n- Port?$0\n", "- Host? **Decision:** a\n- Port? **Decision:**$0\n"),
            ("### Port?$0\n\nWe asked.\n\n### Host?\n", "### Port?\n\nWe asked.\n\nAnswer:$0\n\n### Host?\n"),
            ("Which port?$0\n", "Which port? Answer:$0\n"),
            ("- Whether to keep the port$0\n- Host?\n", "- Whether to keep the port. Answer:$0\n- Host?\n"),
            ("- **Which port?**$0\n- Host?\n", "- **Which port?** Answer:$0\n- Host?\n"),
        ] {
            notes(
                "Answer the question",
                &format!("## Open questions\n{before}"),
                &format!("## Open questions\n{after}"),
            );
        }
        for question in [
            "- Port? Answer:$0",
            "| Question | Answer |\n|---|---|\n| Port?$0 | |",
            "- FR-1 [NEEDS CLARIFICATION: a$0?]",
        ] {
            let titles = action_titles(&format!("//- work-notes/phase-1.md\n## Open questions\n{question}\n"));
            let is_answer = |title: &String| title == "Answer the question";
            assert_eq!(titles.iter().any(is_answer), question.contains("FR-1"), "{question}: {titles:?}");
        }
    }

    #[test]
    fn ticking_comes_last() {
        let titles = action_titles("//- work-notes/phase-1.md\n## Decisions\n\n## Open questions\n- [ ] Port?$0\n");
        let own: Vec<_> = titles.iter().filter(|title| title.contains("the question")).collect();
        assert_eq!(own, ["Answer the question", MOVE, RESOLVE]);
    }

    #[test]
    fn what_was_moved_is_one_thing_to_write() {
        let moved = "## Decisions\n- Use a, because b\n- **Port?** <Decision>: <Rationale>\n\n## Open questions\n";
        let found = crate::testing::findings(&format!("//- work-notes/phase-1.md\n{moved}"));
        let own: Vec<_> = found
            .iter()
            .filter(|(_, finding)| ["leftover-placeholder", "decision-without-rationale"].contains(&finding.rule))
            .collect();
        assert_eq!(own.len(), 1, "{own:?}");
        assert_eq!(&moved[own[0].1.range.clone()], "<Decision>: <Rationale>");
    }

    #[test]
    fn a_resolved_question_is_opened_again() {
        for (before, after) in [
            ("- [x] Port?$0\r\n", "- [ ] Port?\r\n"),
            ("- ~~Port?~~$0\n", "- Port?\n"),
            ("- Port? (resolved)$0", "- Port?"),
            ("- ✅ Port?$0\n", "- Port?\n"),
            ("- ✅ **Port?**$0\n", "- **Port?**\n"),
            ("- Port\r\n  now? (resolved)$0\r\n", "- Port\r\n  now?\r\n"),
            ("- ~~Host~~ Port? (resolved)$0\n", "- ~~Host~~ Port?\n"),
            ("- ~~Port\n  now?~~$0\n", "- Port\n  now?\n"),
            ("### Po$0rt? [answered]\n", "### Port?\n"),
        ] {
            notes(REOPEN, &format!("## Open questions\n{before}"), &format!("## Open questions\n{after}"));
        }
    }

    #[test]
    fn what_no_mark_decides_has_no_mark_changed() {
        for question in ["- Port? Resolved: 80.$0", "### Resolved\n- [x] Port?$0", "- [x] Port?$0\n  - Answer: 80"] {
            let titles = action_titles(&format!("//- work-notes/phase-1.md\n## Open questions\n{question}\n"));
            assert!(!titles.iter().any(|title| title == REOPEN), "{question}: {titles:?}");
        }
        for question in ["- ```\n  Port?$0\n  ```", "- [a]: b\n  Port?$0"] {
            let titles = action_titles(&format!("//- work-notes/phase-1.md\n## Open questions\n{question}\n"));
            assert!(!titles.iter().any(|title| title == RESOLVE), "{question}: {titles:?}");
        }
    }

    #[test]
    fn what_would_lose_words_is_not_moved() {
        for text in [
            "\
//- work-notes/phase-1.md
## Decisions

## Questions
| Question | By |
|---|---|
| Port?$0 | Anke |
",
            "//- work-notes/phase-1.md\n## Decisions\n\n## Questions\n> - Port?$0\n> - b\n",
            "//- work-notes/phase-1.md\n## Decisions\n\n## Questions\n- - Port?$0\n",
            "//- work-notes/phase-1.md\n## Decisions\n\n## Questions\n- [a]: src/a.rs\n  Port?$0\n",
            "//- work-notes/phase-1.md\n## Decisions\n\n## Questions\n### Naming\n- [ ] Port?$0\n",
            "//- work-notes/phase-1.md\n## Decisions\n\n## Questions\n### Naming\nFirst:\n- [ ] Port?$0\n",
            "//- work-notes/phase-1.md\n## Decisions\n\n## Questions\n- Port?$0\n\n```\nx\n",
            "//- plan/phase-1.md\n## Questions\n- Port?$0\n",
        ] {
            let titles = action_titles(text);
            assert!(!titles.iter().any(|title| title == MOVE), "{text}: {titles:?}");
        }
    }

    fn paths() -> impl Strategy<Value = &'static str> {
        proptest::sample::select(&["work-notes/phase-1.md", "work-notes/phase-1.md", "plan/phase-1.md"][..])
    }

    fn questions(scene: &Scene) -> impl Iterator<Item = (usize, &Question)> {
        scene.document.artifact.questions.iter().enumerate()
    }

    /// All but the words of question `n`, and the sections if it is one.
    fn others(scene: &Scene, n: usize) -> Reading {
        let mut reading = scene.reading();
        let artifact = &scene.document.artifact;
        reading.questions[n] = (String::new(), false);
        let is_own = |section: &Section| section.block == artifact.questions[n].block;
        if let Some(own) = artifact.sections.all.iter().position(is_own) {
            reading.sections.remove(own);
        }
        reading
    }

    /// Whether a question is no item, or one that begins with a paragraph.
    fn can_be_marked(scene: &Scene, question: &Question) -> bool {
        let markdown = &scene.document.markdown;
        let is_item = markdown.block(question.block).kind == BlockKind::Item;
        !is_item || scene.document.begins_with_words(question.block)
    }

    /// How often each of `some` stands in `all`, at least as often as it does in `some`.
    fn holds_all(all: &[String], some: &[String]) -> bool {
        let count = |words: &[String], word: &String| words.iter().filter(|other| *other == word).count();
        some.iter().all(|word| count(all, word) >= count(some, word))
    }

    proptest! {
        #[test]
        fn one_question_is_resolved_or_opened_and_all_others_stay(text in sectioned_texts(Kind::WorkNotes), path in paths()) {
            let scene = Scene::new(path, &text);
            for (n, question) in questions(&scene) {
                let title = if question.resolved { REOPEN } else { RESOLVE };
                let Some(offered) = scene.rewrite(question.range.start, title) else {
                    prop_assert!(question.resolved || !can_be_marked(&scene, question), "{:?} cannot be resolved in {:?}", &text[question.range.clone()], text);
                    continue;
                };
                let block = scene.document.markdown.block(question.block);
                let is_own = |edit: &Edit| block.range().start <= edit.range.start && edit.range.end <= block.range().end;
                prop_assert!(offered.change.edits.iter().all(is_own), "{:?} in {:?}", offered, text);
                let after = scene.after(&offered)?;
                prop_assert_eq!(after.reading().questions.len(), scene.reading().questions.len(), "{}: {:?} became {:?}", title, text, after.text());
                prop_assert_eq!(after.document.artifact.questions[n].resolved, !question.resolved, "{}: {:?} became {:?}", title, text, after.text());
                prop_assert_eq!(others(&after, n), others(&scene, n), "{}: {:?} became {:?}", title, text, after.text());
                let is_row = matches!(block.kind, BlockKind::Row { .. });
                if question.resolved || is_row {
                    continue;
                }
                prop_assert!(holds_all(&words(after.text()), &words(&text)), "{:?} became {:?}", text, after.text());
                let question = &after.document.artifact.questions[n];
                let reopen = after.rewrite(question.range.start, REOPEN);
                let Some(reopen) = reopen else {
                    // Behind `Resolved` or a tick stands an answer if it does not ask.
                    let mark = &offered.change.edits[0].replacement;
                    prop_assert!(mark.starts_with("**Resolved") || mark.starts_with('✅'), "no way back from {:?} to {:?}", after.text(), text);
                    continue;
                };
                let back = after.after(&reopen)?;
                // A box that was put in stays.
                let boxes = offered.change.edits.iter().filter(|edit| edit.replacement == "[x] " || edit.replacement == "[X] ");
                let boxes: Vec<Edit> = boxes.map(|edit| Edit::insert(edit.range.start, "[ ] ")).collect();
                prop_assert_eq!(back.text(), text::apply(&text, &boxes));
                prop_assert_eq!(others(&back, n), others(&scene, n));
                prop_assert!(!back.document.artifact.questions[n].resolved);
            }
        }

        #[test]
        fn a_question_that_is_moved_is_one_decision_more(text in sectioned_texts(Kind::WorkNotes)) {
            let scene = Scene::new("work-notes/phase-1.md", &text);
            for (n, question) in questions(&scene) {
                let Some(offered) = scene.rewrite(question.range.start, MOVE) else { continue };
                // As a heading it would be that section.
                if words(&text[question.range.clone()]) == ["Status"] {
                    continue;
                }
                let after = scene.after(&offered)?;
                let (mut old, mut new) = (scene.reading(), after.reading());
                // What stands below a heading goes with it.
                old.statuses.sort_unstable();
                new.statuses.sort_unstable();
                let mut left = old.questions.clone();
                left.remove(n);
                prop_assert_eq!(&new.questions, &left, "{:?} became {:?}", text, after.text());
                // A list that a sentence introduces is part of what that says.
                if scene.introduces_list(SectionName::Decisions) {
                    continue;
                }
                prop_assert_eq!(new.decisions.len(), old.decisions.len() + 1, "{:?} became {:?}", text, after.text());
                prop_assert!(new.decisions.iter().any(|decision| holds_all(&words(decision), &words(&old.questions[n].0))), "{:?} became {:?}", text, after.text());
                prop_assert_eq!((&new.statuses, &new.log, &new.commits, &new.assumptions), (&old.statuses, &old.log, &old.commits, &old.assumptions), "{:?} became {:?}", text, after.text());
                // What said that there are none, and the heading of a section that was missing.
                let mut expected = words(&text);
                let insertion = &offered.change.edits[0];
                for word in words(&text[insertion.range.clone()]) {
                    expected.remove(expected.binary_search(&word).expect("it is there"));
                }
                expected.extend(["Decision", "Rationale"].map(str::to_owned));
                // Behind a decision `Q1` it is counted as the next.
                expected.extend(insertion.replacement.contains("Q2:").then(|| "Q2".to_owned()));
                if scene.document.artifact.sections_named(SectionName::Decisions).next().is_none() {
                    expected.push("Decisions".to_owned());
                }
                expected.sort_unstable();
                prop_assert_eq!(words(after.text()), expected, "{:?} became {:?}", text, after.text());
            }
        }
    }
}
