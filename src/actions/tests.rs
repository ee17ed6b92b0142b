//! What holds for every refactoring, whatever the text and the place.

use proptest::{prelude::*, sample::Index};

use super::ActionKind;
use crate::testing::{Scene, artifact_texts, check_action, costly_titles};

/// The byte of a text that an index chooses, at the boundary of a character.
fn place(text: &str, index: &Index) -> usize {
    let mut at = index.index(text.len() + 1);
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[test]
fn a_change_of_many_edits_is_made_when_it_is_asked_for() {
    let title = "Set the status to `In progress`";
    let notes = |boxes: usize, cursor: &str, mark: &str| {
        let others = format!("- {mark} In progress\n").repeat(boxes);
        format!("# N\n\n## Status\n- {mark} Complete{cursor}\n- [x] In progress\n{others}")
    };
    for (boxes, is_costly) in [(3, false), (500, true)] {
        let fixture = format!("//- work-notes/phase-1.md\n{}", notes(boxes, "$0", "[x]"));
        assert_eq!(costly_titles(&fixture).iter().any(|costly| costly == title), is_costly, "{boxes}");
        check_action(title, &fixture, &notes(boxes, "", "[ ]"));
    }
}

proptest! {
    #[test]
    fn every_refactoring_keeps_how_the_file_is_written(
        text in artifact_texts(),
        path in proptest::sample::select(&["plan/phase-1.md", "prompts/phase-1.md", "work-notes/phase-1.md"][..]),
        (a, b, is_cursor) in any::<(Index, Index, bool)>(),
    ) {
        let scene = Scene::new(path, &text);
        let (a, b) = (place(&text, &a), place(&text, &b));
        let selection = if is_cursor { a..a } else { a.min(b)..a.max(b) };
        for offered in scene.offered(selection, ActionKind::Rewrite) {
            scene.after(&offered)?;
        }
    }
}
