//! Ticking an item with a box, or taking the tick away: the one that the cursor is in, or all that the
//! selected lines begin. Ticks of a status are set by the action that sets the status: a phase has only one.

use std::ops::Range;

use super::{ActionKind, Context, Offers};
use crate::{
    artifact::{Document, entries::Task, notes::Status},
    convention::SectionName,
    markdown::BlockKind,
    text::Edit,
};

pub fn offer(ctx: &Context, offers: &mut Offers) {
    let tasks = tasks(ctx);
    let is_tick = tasks.iter().any(|task| !task.ticked);
    let changed = tasks.iter().filter(|task| task.ticked != is_tick);
    let edits: Vec<Edit> = changed.map(|task| Edit::replace(task.marker.clone(), other(ctx, task))).collect();
    let title = match (is_tick, tasks.len()) {
        (_, 0) => return,
        (true, 1) => "Tick the item",
        (false, 1) => "Untick the item",
        (true, _) => "Tick the items",
        (false, _) => "Untick the items",
    };
    offers.offer(ActionKind::Rewrite, title, edits);
}

/// The same box with a tick, or without.
fn other(ctx: &Context, task: &Task) -> &'static str {
    match (task.ticked, ctx.document.text[task.marker.clone()].starts_with('[')) {
        (true, true) => "[ ]",
        (false, true) => "[x]",
        (true, false) => "☐",
        (false, false) => "☑",
    }
}

fn tasks(ctx: &Context) -> Vec<Task> {
    let Document { text, markdown, artifact, .. } = ctx.document;
    let lines = ctx.selected_lines();
    let is_within = |range: &Range<usize>| lines.start <= range.start && range.start <= lines.end;
    let rows = artifact.plan().map(|plan| &plan.done[..]).unwrap_or_default();
    let rows = rows.iter().filter_map(|item| item.task.clone()).filter(|task| is_within(&task.marker));
    let task = |marker: Range<usize>| Task::at(text, marker);
    let is_one_line = !text[lines.clone()].contains(['\n', '\r']);
    let mut found: Vec<Task> = if is_one_line {
        let block = ctx.block_at_cursor();
        let around = block.into_iter().flat_map(|id| std::iter::once(id).chain(markdown.ancestors(id)));
        around.filter_map(|id| markdown.block(id).task_marker()).take(1).map(task).collect()
    } else {
        let blocks = markdown.all().map(|(_, block)| block);
        let items = blocks.filter(|block| block.kind == BlockKind::Item && is_within(&block.range()));
        items.filter_map(|block| block.task_marker()).map(task).collect()
    };
    found.extend(rows);
    found.retain(|task| !is_status(ctx.document, task));
    found.sort_by_key(|task| task.marker.start);
    found.dedup();
    found
}

/// Whether a tick there would state a status.
fn is_status(document: &Document, task: &Task) -> bool {
    let words = document.text[task.marker.end..].split(['\n', '\r']).next().unwrap_or_default();
    !task.ticked
        && document.artifact.work_notes().is_some()
        && document.artifact.sections.is_within(task.marker.start, &[SectionName::Status])
        && Status::read(words).is_some()
}

#[cfg(test)]
mod tests {
    use proptest::{prelude::*, sample::Index, test_runner::TestCaseError};

    use super::*;
    use crate::{
        convention::Kind,
        testing::{Offered, Scene, check_action, check_no_action, sectioned_texts, words},
    };

    #[test]
    fn the_item_at_the_cursor_is_ticked_or_unticked() {
        for (title, before, after) in [
            ("Tick the item", "$0- [ ] 😀 a\r\n- [ ] b\r\n", "- [x] 😀 a\r\n- [ ] b\r\n"),
            ("Tick the item", "- [ ] a\n  more$0", "- [x] a\n  more"),
            ("Untick the item", "1. [X] a\n$0   - note\n", "1. [ ] a\n   - note\n"),
            ("Tick the item", "> - [x] a\n>   - [ ] 漢$0\n", "> - [x] a\n>   - [x] 漢\n"),
            ("Tick the item", "- [x] a\n  - [ ] b$0\r- [ ] c\r", "- [x] a\n  - [x] b\r- [ ] c\r"),
            ("Tick the items", "- [x$0] a\n- [ ] b\n\n* [ ] c$0\n- [ ] d", "- [x] a\n- [x] b\n\n* [x] c\n- [ ] d"),
            ("Untick the items", "$0- [x] a\n- [X] b\n$0- [x] c\n", "- [ ] a\n- [ ] b\n- [x] c\n"),
            ("Tick the item", "$0- [ ] a\n$0- [ ] b\n", "- [x] a\n- [ ] b\n"),
        ] {
            check_action(title, &format!("//- plan/phase-1.md\n# P\n\n{before}"), &format!("# P\n\n{after}"));
        }
    }

    #[test]
    fn rows_of_a_plan_may_have_boxes() {
        let table = |mark: &str, cursor: &str| {
            format!("## Done when\n\n| Check | Done |\n|---|---|\n| `make`{cursor} passes | {mark} |\n")
        };
        let fixture = format!("//- plan/phase-1.md\n{}", table("☐", "$0"));
        check_action("Tick the item", &fixture, &table("☑", ""));
    }

    #[test]
    fn what_has_no_box_cannot_be_ticked() {
        for text in
            ["- a$0\n", "$0\n- [ ] a\n", "```\n- [ ] a$0\n```\n", "- [x](y)$0\n", "# P$0\n- [ ] a\n", "a [ ]$0\n"]
        {
            for title in ["Tick the item", "Untick the item", "Tick the items"] {
                check_no_action(title, &format!("//- plan/phase-1.md\n{text}"));
            }
        }
        check_no_action("Tick the item", "//- work-notes/phase-1.md\n## Status\n- [ ] Blocked$0\n");
    }

    /// Ticks or unticks what a selection holds. That of a question has another name.
    fn offered(scene: &Scene, selection: &Range<usize>) -> Option<Offered> {
        let is_box = |edit: &Edit| {
            scene.text()[edit.range.clone()].starts_with(['[', '☐', '☑', '✅'])
                && edit.replacement.len() == edit.range.len()
        };
        let mut all = scene.offered(selection.clone(), ActionKind::Rewrite).into_iter();
        all.find(|offered| !offered.title.starts_with("Set the status") && offered.change.edits.iter().all(is_box))
    }

    const BOXES: [char; 3] = ['[', '☐', '☑'];

    proptest! {
        #[test]
        fn ticking_twice_gives_the_same_bytes(
            text in sectioned_texts(Kind::Plan).prop_filter("a box", |text| text.contains(BOXES)),
            path in proptest::sample::select(&["plan/phase-1.md", "work-notes/phase-1.md"][..]),
            (a, b, is_cursor) in any::<(Index, Index, bool)>(),
        ) {
            let scene = Scene::new(path, &text);
            let boxes: Vec<usize> = text.match_indices(BOXES).map(|(at, _)| at).collect();
            let (a, b) = (*a.get(&boxes), *b.get(&boxes));
            let selection = if is_cursor { a..a } else { a.min(b)..a.max(b) };
            let Some(first) = offered(&scene, &selection) else { return Ok(()) };
            for edit in &first.change.edits {
                let own = &text[edit.range.clone()];
                prop_assert!(words(own).is_empty() && own.len() == edit.replacement.len(), "{:?} in {:?}", edit, text);
            }
            let once = scene.after(&first)?;
            prop_assert_eq!(words(&text), words(once.text()));
            prop_assert_eq!(scene.reading().sections, once.reading().sections);
            // A box of a status is ticked by setting the status.
            let is_status = |edit: &Edit| once.document.artifact.sections.is_within(edit.range.start, &[SectionName::Status]);
            if first.change.edits.iter().any(is_status) {
                return Ok(());
            }
            let Some(second) = offered(&once, &selection) else {
                return Err(TestCaseError::fail(format!("no way back from {:?}", once.text())));
            };
            if second.change.edits.iter().any(is_status) {
                return Ok(());
            }
            let twice = once.after(&second)?;
            let were_alike = first.change.edits.len() == second.change.edits.len();
            let has_own_tick = |text: &str| text.contains("[X]") || text.contains('✅');
            if were_alike && !has_own_tick(&text) {
                prop_assert_eq!(twice.text(), &text);
            }
            if let Some(third) = offered(&twice, &selection) && !has_own_tick(once.text()) {
                let thrice = twice.after(&third)?;
                prop_assert_eq!(thrice.text(), once.text());
            }
        }
    }
}
