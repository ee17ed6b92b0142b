use super::{Context, MOST_RELATED, Sink};
use crate::{
    artifact::{
        Artifact, Document, boxes, entries,
        notes::{Status, phases},
    },
    convention::SectionName,
    diagnostic::Fix,
    text::Edit,
};

rule! {
    /// The box of a task agrees with what is said of it.
    ///
    /// ### Why
    ///
    /// A task with an open box that ends in `- done` is looked at again, where other boxes of the file are ticked.
    ///
    /// A roadmap, a to-do list or a record of progress says in the same words what the plan of a phase lists. Where one
    /// is ticked and the other is not, the next session does the work again, or takes it for done. Tasks of the same
    /// words are compared, four words at least, each of which stands once in its file. Where no box of the file nor of
    /// others beside it was ever ticked, they are part of the text.
    ///
    /// ### Fires
    ///
    /// ```md
    /// //- phasemark.toml
    /// //- plan/ROADMAP.md
    /// - [x] Print the receipt at the till
    /// //- plan/phase-1.md
    /// - [ ] Print the receipt at the till
    /// ```
    ///
    /// ### Quiet
    ///
    /// ```md
    /// //- phasemark.toml
    /// //- plan/ROADMAP.md
    /// - [x] Print the receipt at the till
    /// //- plan/phase-1.md
    /// - [x] Print the receipt at the till
    /// ```
    "conflicting-box", severity = Information, check = Artifact(check), law = End
}

fn check(ctx: &Context, artifact: &Artifact, out: &mut Sink) {
    report_own_words(ctx, artifact, out);
    if ctx.workspace.leaves_boxes_alone(ctx.document) {
        return;
    }
    for state in ctx.workspace.tasks_in_other_states(ctx.document) {
        let (here, there) = if state.are_ticked { ("ticked", "open") } else { ("open", "ticked") };
        let path = &state.path;
        let message = match state.tasks.len() - 1 {
            0 => format!("This task is {here} here and {there} in `{path}`."),
            1 => format!("This task and 1 more are {here} here and {there} in `{path}`."),
            more => format!("This task and {more} more are {here} here and {there} in `{path}`."),
        };
        let (first, ..) = &state.tasks[0];
        let finding = out.report(first.range.clone(), message);
        for (_, _, place) in state.tasks.iter().take(MOST_RELATED) {
            finding.relate(path, place.clone(), format!("It is {there} here."));
        }
        let boxes = state.tasks.iter().map(|(_, own, _)| own.marker.clone());
        let mark = if state.are_ticked { "[ ]" } else { "[x]" };
        let edits: Vec<Edit> = boxes.map(|marker| Edit::replace(marker, mark)).collect();
        let what = if state.are_ticked { "Untick" } else { "Tick" };
        let these = if edits.len() == 1 { "the task".to_owned() } else { format!("the {} tasks", edits.len()) };
        finding.fix(Fix::new(format!("{what} {these} as in `{path}`"), edits));
    }
}

/// Tasks that say themselves that they are done, whose box is open. What stands behind a command, or in a done section,
/// is what is expected.
fn report_own_words(ctx: &Context, artifact: &Artifact, out: &mut Sink) {
    let Document { text, markdown, .. } = ctx.document;
    if ctx.document.is_archived() || !ctx.document.has_tick() {
        return;
    }
    for id in markdown.tasks() {
        let entry = entries::item(text, markdown, *id).filter(|entry| !entry.is_ticked());
        let Some(entry) = entry.filter(|_| markdown.tasks_within(markdown.inside(*id)).is_empty()) else { continue };
        let line = entries::first_line(text, &entry.range);
        let stated = phases::status_behind(text, markdown, &artifact.sections, line.clone());
        let Some((_, words)) = stated.filter(|(status, _)| *status == Status::Complete) else { continue };
        let before = text[line.start..words.start].trim_end_matches('`');
        let is_expected = before.contains('`')
            || artifact.sections.around(line.start).any(|section| section.is(SectionName::DefinitionOfDone));
        let is_mark = !text[words.clone()].contains(char::is_alphabetic);
        if is_expected || is_mark || !boxes::counts(text, markdown, artifact, &entry) {
            continue;
        }
        let Some(task) = entry.task else { continue };
        let message = format!("This task says `{}`, but its box is open.", Status::Complete.in_words(ctx.slice(words)));
        out.report(line, message).fix(Fix::new("Tick the task", vec![Edit::replace(task.marker, "[x]")]));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn a_task_that_says_that_it_is_done_is_ticked() {
        check(
            "conflicting-box",
            "\
//- plan/phase-1.md
- [x] C1 Sign in with a code - `completed`
- [ ] C4 Seed data for a new shop - `completed`
      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ conflicting-box
- [ ] C5 Print the sum ✅ (done)
      ^^^^^^^^^^^^^^^^^^^^^^^^^ conflicting-box
- [ ] C6 Print the price (pending)
- [ ] C7 Tell when it is done
- [ ] C8 Ask until done - as before
- [ ] C8 Show a badge (✅)
- [ ] `kubectl get job seed` - Completed
- [x] C10 Print bills
## Definition of done
- [ ] The job is listed - completed
## Later
- [ ] C9 Print in colour - done
",
        );
        check("conflicting-box", "//- plan/phase-1.md\n- [ ] Sign in - done\n");
        let backlog = |mark: &str| format!("- [x] a - done\r\n* [{mark}] b (done)\r\n");
        check_fix("conflicting-box", &format!("//- plan/phase-1.md\n{}", backlog(" ")), &backlog("x"));
    }

    #[test]
    fn boxes_that_are_never_ticked_are_part_of_the_text() {
        let overview = "//- phasemark.toml\n//- plan/ROADMAP.md\n# Roadmap\n- [x] Print the receipt at the till\n";
        let phase =
            |n: usize| format!("//- plan/phases/phase-{n}.md\n# Phase {n}\n- [ ] Print the receipt at the till\n");
        check("conflicting-box", &[overview, &phase(1), &phase(2)].concat());
        let marked = format!("      {} conflicting-box\n", "^".repeat("Print the receipt at the till".len()));
        check("conflicting-box", &[overview, &phase(1), &marked].concat());
    }

    #[test]
    fn tasks_of_the_same_words_have_one_state() {
        check(
            "conflicting-box",
            "
//- phasemark.toml
//- plan/ROADMAP.md
# Roadmap
- [x] Print the receipt at the **till**
- [ ] Add the tax to every line
      ^^^^^^^^^^^^^^^^^^^^^^^^^ conflicting-box
- [x] Update docs
- [x] Count the drawer in the evening
- [x] Mail the receipt to the customer
- [ ] Mail the receipt to the customer
//- plan/layer-1-todo.md
# To do
- [ ] Print the receipt at the till [Priority: High]
      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ conflicting-box
- [x] Add the tax to every line
//- plan/2026-01-02-notes.md
- [x] Open the drawer with a key
//- plan/phase-1.md
# Phase 1
- [ ] 1. Print the receipt at the till
      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ conflicting-box
- [x] Add the tax to every line
      ^^^^^^^^^^^^^^^^^^^^^^^^^ conflicting-box
- [ ] Update docs
- [ ] Count the drawer in the evening
- [ ] Mail the receipt to the customer
- [ ] Open the drawer with a key
## Later
- [ ] Weigh the fruit at the till
",
        );
    }

    #[test]
    fn the_fix_ticks_them_all() {
        check_fix(
            "conflicting-box",
            "
//- phasemark.toml
//- plan/TODO.md
- [x] Print the receipt at the till
- [x] Count the drawer in the evening
//- plan/phase-1.md
- [ ] Print the receipt at the till
- [ ] Count the drawer in the evening
",
            "\
- [x] Print the receipt at the till
- [x] Count the drawer in the evening
",
        );
    }
}
