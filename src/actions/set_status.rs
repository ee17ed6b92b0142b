//! Another status for the phase, written as the work notes write theirs. Offered in the Status
//! section, on the title, and wherever a status stands: a `Status:` line, front matter.

use super::{ActionKind, Context, Offers};
use crate::{
    artifact::{notes::Status, status_change::set_status},
    template::SectionName,
    workspace::Document,
};

pub fn offer(ctx: &Context, offers: &mut Offers) {
    let Document { text, markdown, artifact, .. } = ctx.document;
    let Some(notes) = artifact.work_notes() else { return };
    let line = ctx.selected_lines();
    let is_here = notes.statuses.iter().any(|mark| line.start <= mark.range.start && mark.range.end <= line.end);
    let is_within = |place| artifact.sections.is_within(place, &[SectionName::Status]);
    let is_title =
        || artifact.sections.title.as_ref().is_some_and(|title| line.start <= title.start && title.end <= line.end);
    if !is_here && !is_title() && !ctx.place().is_some_and(is_within) {
        return;
    }
    let current = notes.status().filter(|_| notes.statuses.len() == 1);
    for status in Status::ALL.into_iter().filter(|status| Some(*status) != current) {
        let edits = set_status(text, markdown, artifact, status);
        if !edits.is_empty() {
            offers.offer(ActionKind::Rewrite, format!("Set the status to `{status}`"), edits);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{action_titles, check_action, check_no_action};

    #[test]
    fn ticking_one_status_unticks_the_others() {
        check_action(
            "Set the status to `Complete`",
            "//- work-notes/phase-1.md\n# N\r\n\r\n## Status\r\n- [ ] Not started\r\n- [x] In progress\r\n- [ ] Complete$0\r\n",
            "# N\r\n\r\n## Status\r\n- [ ] Not started\r\n- [ ] In progress\r\n- [x] Complete\r\n",
        );
    }

    #[test]
    fn a_line_and_front_matter_are_reworded() {
        check_action(
            "Set the status to `Blocked`",
            "//- work-notes/phase-1.md\n---\nstatus: wip$0\n---\n# N\n\n**Status:** 🚧 In progress\n",
            "---\nstatus: blocked\n---\n# N\n\n**Status:** ⛔ Blocked\n",
        );
    }

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
        assert_eq!(statuses("# N$0\n\n## Status\n- [x] Blocked\n").len(), 3);
        assert_eq!(statuses("# N$0\n\n## Log\n- a\n"), [""; 0]);
        check_no_action("Set the status to `Blocked`", "//- plan/phase-1.md\nStatus: wip$0\n");
    }
}
