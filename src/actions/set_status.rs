//! Another status for the phase, written as the artifact writes its own. Offered in the Status
//! section, on the title, and wherever a status stands: a `Status:` line, front matter.

use super::{ActionKind, Context, Offers};
use crate::{
    artifact::{Document, notes::Status},
    convention::SectionName,
    edit::status::boxed_on,
};

pub fn offer(ctx: &Context, offers: &mut Offers) {
    let Document { artifact, .. } = ctx.document;
    let notes = &artifact.notes;
    let line = ctx.selected_lines();
    let is_here = notes.statuses.iter().any(|mark| line.start <= mark.range.start && mark.range.end <= line.end);
    let is_within = |place| artifact.sections.is_within(place, &[SectionName::Status]);
    let is_title =
        || artifact.sections.title.as_ref().is_some_and(|title| line.start <= title.start && title.end <= line.end);
    if !is_here && !is_title() && !ctx.place().is_some_and(is_within) {
        return;
    }
    let current = notes.status().filter(|_| notes.statuses.len() == 1);
    // That of the box at the cursor comes first.
    let boxed = boxed_on(artifact, &line);
    let mut others: Vec<Status> = Status::ALL.into_iter().filter(|status| Some(*status) != current).collect();
    others.sort_by_key(|status| Some(*status) != boxed);
    for status in others {
        let edits = ctx.document.set_status(status);
        if !edits.is_empty() {
            offers.offer(ActionKind::Rewrite, format!("Set the status to `{status}`"), edits);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::{prelude::*, test_runner::TestCaseError};

    use super::*;
    use crate::{
        convention::Kind,
        testing::{Reading, Scene, action_titles, check_action, check_no_action, sectioned_texts, words},
    };

    #[test]
    fn every_other_status_is_offered_where_a_status_stands() {
        let statuses = |fixture: &str| -> Vec<String> {
            let titles = action_titles(&format!("//- work-notes/phase-1.md\n{fixture}"));
            titles.into_iter().filter_map(|title| Some(title.strip_prefix("Set the status to ")?.to_owned())).collect()
        };
        assert_eq!(statuses("## Status$0: blocked\n"), ["`Not started`", "`In progress`", "`Complete`"]);
        assert_eq!(statuses("# N\n\n## Status\n$0\n## Log\n"), [""; 0], "the blank line is no part of it");
        assert_eq!(statuses("# N\n\n## Sta$0tus\n\n## Log\n").len(), 4);
        assert_eq!(statuses("## Status\n- [x] Blocked\n\n## Log\n- a$0\n"), [""; 0]);
        let boxes = "## Status\n- [ ] Not started\n- [x] In progress\n- [ ] Complete$0\n";
        assert_eq!(statuses(boxes), ["`Complete`", "`Not started`", "`Blocked`"]);
        assert_eq!(statuses("# N$0\n\n## Status\n- [x] Blocked\n").len(), 3);
        assert_eq!(statuses("# N$0\n\n## Log\n- a\n"), [""; 0]);
        check_action(
            "Set the status to `Blocked`",
            "//- plan/phase-1.md\n# P\n\nStatus: wip$0\n",
            "# P\n\nStatus: blocked\n",
        );
        check_no_action("Set the status to `Blocked`", "//- plan/phase-1.md\n# P$0\n");
    }

    /// The document with another status, if that is offered where a status stands, in the Status section
    /// or on the title.
    fn with_status(scene: &Scene, status: Status) -> Result<Option<Scene>, TestCaseError> {
        let artifact = &scene.document.artifact;
        let stated = artifact.work_notes().and_then(|notes| notes.statuses.first()).map(|mark| mark.range.start);
        let section = || artifact.sections_named(SectionName::Status).next().map(|section| section.heading.start);
        let title = || artifact.sections.title.as_ref().map(|title| title.start);
        let Some(at) = stated.or_else(section).or_else(title) else { return Ok(None) };
        let Some(offered) = scene.rewrite(at, &format!("Set the status to `{status}`")) else { return Ok(None) };
        for edit in &offered.change.edits {
            let own = &scene.text()[edit.range.clone()];
            prop_assert!(Status::read(own).is_some() || words(own).is_empty(), "{:?} in {:?}", edit, scene.text());
        }
        scene.after(&offered).map(Some)
    }

    /// All but the status; a heading may hold it, and its boxes may stand below another section.
    fn others(scene: &Scene) -> Reading {
        let reading = scene.reading();
        let artifact = &scene.document.artifact;
        let mut stated = artifact.sections_named(SectionName::Status);
        let around = [SectionName::Assumptions, SectionName::Commits];
        let is_nested = stated.any(|section| artifact.sections.is_within(section.range.start, &around));
        let own = |entries: Vec<String>| if is_nested { Vec::new() } else { entries };
        let (assumptions, commits) = (own(reading.assumptions), own(reading.commits));
        let sections = reading.sections.into_iter().filter(|(_, heading)| !heading.to_lowercase().contains("status"));
        Reading { statuses: Vec::new(), assumptions, commits, sections: sections.collect(), ..reading }
    }

    /// Whether the notes say the status in the words that we write.
    fn is_in_our_words(scene: &Scene) -> bool {
        let notes = scene.document.artifact.work_notes();
        let mut marks = notes.iter().flat_map(|notes| &notes.statuses);
        !scene.text().contains("[X]")
            && marks.all(|mark| scene.text()[mark.range.clone()].ends_with(mark.status.name()))
    }

    proptest! {
        #[test]
        fn the_new_status_is_read_and_nothing_else_changes(text in sectioned_texts(Kind::WorkNotes)) {
            let scene = Scene::new("work-notes/phase-1.md", &text);
            let before = scene.reading();
            for status in Status::ALL {
                let Some(set) = with_status(&scene, status)? else { continue };
                let after = set.reading();
                prop_assert!(!after.statuses.is_empty() && after.statuses.iter().all(|stated| *stated == status), "{:?} became {:?}", text, set.text());
                prop_assert_eq!(others(&set), others(&scene), "{:?} became {:?}", text, set.text());
                let [old] = before.statuses[..] else { continue };
                let Some(back) = with_status(&set, old)? else {
                    return Err(TestCaseError::fail(format!("no way back from {:?}", set.text())));
                };
                prop_assert!(back.reading().statuses.iter().all(|stated| *stated == old), "{:?} became {:?}", text, back.text());
                prop_assert_eq!(others(&back), others(&scene), "{:?} became {:?}", text, back.text());
                let is_longer = |other: &Scene| other.text().len() > text.len();
                if is_in_our_words(&scene) && !is_longer(&back) && back.reading().statuses.len() == 1 {
                    prop_assert_eq!(back.text(), &text);
                }
                let again = with_status(&back, status)?.expect("it was offered before");
                let again = with_status(&again, old)?.expect("it was offered before");
                prop_assert_eq!(again.text(), back.text(), "there and back: {:?}", text);
            }
        }
    }
}
