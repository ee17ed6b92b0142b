//! The artifacts that the phase still lacks, made from their templates: all at once, or one of them.

use super::{ActionKind, Change, Context, Offers, quick_fixes::fresh};
use crate::convention::Kind;

pub fn offer(ctx: &Context, offers: &mut Offers) {
    // Before all files are known, one of another name may be the phase's.
    if !ctx.workspace.is_indexed {
        return;
    }
    let mut missing = ctx.workspace.missing_artifacts(&ctx.document.path);
    missing.retain(|(_, path)| ctx.files.kind(path).is_none());
    let change = |missing: &[(Kind, Box<str>)]| {
        let new_files = missing.iter().map(|(_, path)| fresh(ctx, path)).collect();
        Change { new_files, ..Change::default() }
    };
    if missing.len() > 1 {
        let names: Vec<&str> = missing.iter().map(|(kind, _)| kind.name()).collect();
        offers.offer(ActionKind::Insert, format!("Create the {}", names.join(" and the ")), change(&missing));
    }
    for one in &missing {
        let (kind, path) = one;
        offers.offer(ActionKind::Insert, format!("Create the {kind} `{path}`"), change(std::slice::from_ref(one)));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check_action, check_no_action};

    #[test]
    fn one_or_all_are_made_from_their_templates() {
        let fixture = "\
//- phasemark.toml
[sections.prompt]
required = [\"Role\"]
[sections.work-notes]
required = [\"Status\"]
//- plan/billing/phase-2-api.md
# Pl$0an
";
        let notes = "\
//- work-notes/billing/phase-2-api.md
# Phase 2 api - Work Notes

## Status

- [ ] Not started
- [ ] In progress
- [ ] Blocked
- [ ] Complete
";
        let prompt = "\
//- prompts/billing/phase-2-api.md
# Phase 2 api - Execution Prompt

## Role

You are a senior software engineer.
";
        check_action("Create the work notes `work-notes/billing/phase-2-api.md`", fixture, notes);
        check_action("Create the prompt and the work notes", fixture, &format!("{prompt}{notes}"));
    }

    #[test]
    fn what_may_be_there_under_another_name_is_not_made() {
        let fixture = "//- prompts/phase-1.md\n$0# P\n//- plan/phase-1-a.md\n# A\n//- plan/phase-1-b.md\n# B\n";
        check_no_action("Create the plan `plan/phase-1.md`", fixture);
        check_no_action("Create the plan and the work notes", fixture);
    }

    #[test]
    fn the_first_folder_of_the_layout_is_taken_and_no_file_is_overwritten() {
        let layout = "//- phasemark.toml\n[layout]\nplan = [\"docs/plans\", \"plan\"]\nexclude = [\"prompts/x.md\"]\n";
        let fixture = format!("{layout}//- work-notes/x.md\n# N$0\n//- prompts/x.md\nother\n");
        check_no_action("Create the prompt `prompts/x.md`", &fixture);
        let required = "[sections.plan]\nrequired = [\"Goals\"]\n";
        check_action(
            "Create the plan `docs/plans/x.md`",
            &fixture.replace("//- work-notes", &format!("{required}//- work-notes")),
            "//- docs/plans/x.md\n# X: Plan\n\n## Goals\n\n- <Goal 1>\n- <Goal 2>\n",
        );
    }
}
