//! The required sections that are missing, as bare headings or with the template's skeletons, where
//! they belong in the order of the template. Also where the rules about them are off.

use super::{ActionKind, Context, Offers};
use crate::{
    artifact::Document,
    edit::section::insert_sections,
    text::{self, Edit},
};

pub fn offer(ctx: &Context, offers: &mut Offers) {
    let Document { text, artifact, .. } = ctx.document;
    let vocabulary = &ctx.workspace.vocabulary;
    let stem = ctx.workspace.config.stem(&ctx.document.path);
    if text[artifact.content_start..].trim().is_empty() {
        return stem.into_iter().for_each(|stem| offer_template(ctx, stem, offers));
    }
    let missing = artifact.missing_sections(vocabulary);
    // An open fence may have swallowed them.
    if missing.is_empty() || ctx.document.has_open_end() {
        return;
    }
    let insert = |stem| insert_sections(ctx.document, vocabulary, &missing, stem);
    let title = if missing.len() == 1 { "Insert the missing section" } else { "Insert missing sections" };
    offers.offer(ActionKind::Insert, title, insert(None));
    if stem.is_some() {
        offers.offer(ActionKind::Insert, format!("{title} from the template"), insert(stem));
    }
}

/// In an empty file, also where it does not count as an artifact yet or the rule about it is off.
fn offer_template(ctx: &Context, stem: &str, offers: &mut Offers) {
    let Document { text, artifact, .. } = ctx.document;
    let fresh = ctx.workspace.vocabulary.fresh(artifact.kind, stem);
    let fresh = fresh.replace('\n', text::line_end_at(text, text.len()));
    let edit = Edit::replace(artifact.content_start..text.len(), fresh);
    offers.offer(ActionKind::Insert, format!("Insert the {} template", artifact.kind), vec![edit]);
}

#[cfg(test)]
mod tests {
    use crate::testing::{action_titles, check_action, check_no_action};

    #[test]
    fn they_are_inserted_where_the_rules_are_off() {
        let off = "//- phasemark.toml\n[rules]\nmissing-section = \"off\"\nmissing-definition-of-done = \"off\"\n";
        let fixture = format!("{off}//- plan/phase-1.md\n# P\r\n\r\n## Goals\r\n- a$0\r\n\r\n## Non-goals\r\n- b");
        check_action(
            "Insert missing sections",
            &fixture,
            "# P\r\n\r\n## Goals\r\n- a\r\n\r\n## Constraints\r\n\r\n## Definition of done\r\n\r\n## Non-goals\r\n- b",
        );
        check_action(
            "Insert the missing section from the template",
            &fixture.replace(
                "## Goals",
                "## Overview\r\nx\r\n\r\n## Constraints\r\n- y\r\n\r\n## DoD\r\n- z\r\n\r\n## Targets",
            ),
            "# P\r\n\r\n## Overview\r\nx\r\n\r\n## Goals\r\n- <Goal 1>\r\n- <Goal 2>\r\n\r\n## Constraints\r\n- y\r\n\r\n\
             ## DoD\r\n- z\r\n\r\n## Targets\r\n- a\r\n\r\n## Non-goals\r\n- b",
        );
    }

    #[test]
    fn nothing_is_offered_where_nothing_can_be_missing() {
        let title = "Insert missing sections";
        check_no_action(title, "//- plan/phase-1.md\n$0---\na: b\n---\n");
        check_no_action(title, "//- plan/phase-1.md\n# P$0\n\n```\n## Goals\n");
        check_no_action(
            title,
            "//- plan/phase-1.md\n# P$0\n## Overview\n## Goals\n## Constraints\n## DoD\n- a\n## Non-goals\n",
        );
    }

    #[test]
    fn no_menu_has_the_same_thing_twice() {
        let titles = action_titles("//- prompts/phase-1.md\n# P$0\n\n## Role\n\n## Context\n\n## Task\n");
        let inserts: Vec<_> =
            titles.iter().filter(|title| title.starts_with("Insert") && title.contains("missing")).collect();
        assert_eq!(inserts, ["Insert all 3 missing sections", "Insert all missing sections from the template"]);
    }
}
