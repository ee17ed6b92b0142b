use std::ops::Range;

use super::{Context, MOST_RELATED, Sink};
use crate::{
    artifact::{
        Artifact, Document,
        boxes, entries,
        notes::{Status, phases},
    },
    diagnostic::{Fix, Severity},
    text::{Edit, words::counted},
};

rule! {
    /// A phase is not called complete while work is open.
    ///
    /// ### Why
    ///
    /// A complete phase is not looked at again. If its plan still has unticked done items, or its
    /// questions are still open, the next phase builds on something that was never there. A phase that states no status
    /// itself has that of a roadmap or a table of progress. A section whose heading says so (`## Ground - done`) is looked at
    /// where other boxes of it are ticked, or all of another section that says so. Where no box of the phase was ever
    /// ticked, its author hardly keeps them: then the finding is information only, and in an archive, or beside other
    /// files whose boxes are never ticked either, there is none.
    ///
    /// ### Fires
    ///
    /// ```md
    /// # Phase 1 - Work Notes
    ///
    /// ## Status
    /// - [x] Complete
    ///
    /// ## Open questions
    /// - Which port does the probe use?
    /// ```
    ///
    /// ### Quiet
    ///
    /// ```md
    /// # Phase 1 - Work Notes
    ///
    /// ## Status
    /// - [x] Complete
    ///
    /// ## Open questions
    /// - Which port does the probe use? Resolved: 8080.
    /// ```
    "premature-complete", severity = ByFinding, check = Artifact(check), law = End
}

fn check(ctx: &Context, artifact: &Artifact, out: &mut Sink) {
    match artifact.notes.status() {
        Some(Status::Complete) => {}
        Some(_) => return check_sections(ctx, out),
        None => {
            check_sections(ctx, out);
            return check_overviews(ctx, artifact, out);
        }
    }
    let path = &ctx.document.path;
    let unit = ctx.unit();
    let Some(stating) = unit.stating().filter(|part| part.path == *path) else { return };
    let (unticked, questions) = (unit.open_boxes().count(), unit.open_questions().count());
    let mut open = Vec::new();
    if unticked > 0 {
        let all = unticked + unit.ticked();
        open.push(format!("{unticked} of {} not ticked", boxes_in_words(all, unticked)));
    }
    if questions > 0 {
        open.push(counted(questions, "question is open", "questions are open"));
    }
    let (false, Some((_, range))) = (open.is_empty(), stating.status.clone()) else { return };
    let is_untouched = unticked > 0 && unit.ticked() == 0;
    // What was put away without a tick is not ticked afterwards, nor are boxes that are never ticked.
    let are_left_alone = || ctx.document.is_archived() || ctx.workspace.leaves_boxes_alone(ctx.document);
    if is_untouched && questions == 0 && are_left_alone() {
        return;
    }
    let severity = if is_untouched { Severity::Information } else { Severity::Error };
    let stated = Status::Complete.in_words(ctx.slice(range.clone()));
    let finding = out.report_at(severity, range, format!("The status is `{stated}`, but {}.", open.join(" and ")));
    for (part, place) in unit.open_boxes().take(MOST_RELATED) {
        finding.relate(&part.path, place.clone(), "Not ticked.");
    }
    for (part, place) in unit.open_questions().take(MOST_RELATED) {
        finding.relate(&part.path, place.clone(), "Still open.");
    }
    finding.fixes.extend(ctx.status_fix(Status::InProgress));
}

/// A phase of which only overviews say that it is complete: the boxes that say when it is done count.
fn check_overviews(ctx: &Context, artifact: &Artifact, out: &mut Sink) {
    let is_kept = !ctx.document.is_archived() && !ctx.workspace.leaves_boxes_alone(ctx.document);
    let Some(plan) = artifact.plan().filter(|_| is_kept) else { return };
    let boxes = || plan.done.iter().filter_map(|item| Some((item, item.task.as_ref().filter(|task| !task.dropped)?)));
    let open: Vec<_> = boxes().filter(|(_, task)| !task.ticked).map(|(item, _)| item.range.clone()).collect();
    let Some(first) = open.first() else { return };
    let stated = ctx.workspace.stated_elsewhere(ctx.document);
    let all_say_so = stated.iter().all(|other| other.status == Status::Complete);
    let Some(other) = stated.into_iter().next().filter(|_| all_say_so && ctx.unit().stating().is_none()) else { return };
    let all = boxes().count();
    let severity = if open.len() == all { Severity::Information } else { Severity::Warning };
    let boxes = boxes_in_words(all, open.len());
    let message = format!("`{}` says `{}`, but {} of {boxes} not ticked.", other.path, other.words, open.len());
    let finding = out.report_at(severity, first.clone(), message);
    finding.relate(&other.path, other.range, format!("`{}` here.", other.words));
    for place in open.into_iter().skip(1).take(MOST_RELATED) {
        finding.relate(&ctx.document.path, place, "Not ticked.");
    }
}

/// Sections that say that they are complete, where other boxes of theirs are ticked.
fn check_sections(ctx: &Context, out: &mut Sink) {
    let Document { text, markdown, artifact, .. } = ctx.document;
    if ctx.document.is_archived() || !ctx.document.has_tick() {
        return;
    }
    let stated = phases::sections_stating(Status::Complete, text, markdown, &artifact.sections);
    let with_boxes =
        |(section, stated)| (section, stated, boxes::of_section(text, markdown, artifact, section));
    let stated: Vec<_> = stated.into_iter().map(with_boxes).collect();
    // What is complete has its boxes ticked here, so boxes of which none is ticked are no part of the text.
    let ticks_all = |level: u8| {
        let mut others = stated.iter().filter(|(section, ..)| section.level == level);
        others.any(|(.., (ticked, open))| !ticked.is_empty() && open.is_empty())
    };
    let mut end = 0;
    for (section, stated, (ticked, open)) in &stated {
        // One inside another that was looked at says nothing further.
        let is_untouched = ticked.is_empty() && (open.len() < 2 || !ticks_all(section.level));
        if section.range.start < end || open.is_empty() || is_untouched {
            continue;
        }
        end = section.range.end;
        let words = Status::Complete.in_words(ctx.slice(stated.clone()));
        let boxes = boxes_in_words(ticked.len() + open.len(), open.len());
        let message = format!("This section says `{words}`, but {} of {boxes} not ticked.", open.len());
        let severity = if ticked.is_empty() { Severity::Information } else { Severity::Warning };
        let finding = out.report_at(severity, stated.clone(), message);
        finding.fix(reopen(text, stated.clone()));
        for item in open.iter().take(MOST_RELATED) {
            finding.relate(&ctx.document.path, entries::first_line(text, &item.range), "Not ticked.");
        }
    }
}

/// Words make room for others, a mark goes with the blanks before it.
fn reopen(text: &str, stated: Range<usize>) -> Fix {
    if text[stated.clone()].contains(char::is_alphabetic) {
        return Fix::new("Change to `In progress`", vec![Edit::replace(stated, "In progress")]);
    }
    let start = text[..stated.start].trim_end_matches([' ', '\t']).len();
    Fix::new(format!("Remove the `{}`", &text[stated.clone()]), vec![Edit::replace(start..stated.end, "")])
}

fn boxes_in_words(all: usize, open: usize) -> String {
    format!("{} {}", counted(all, "box", "boxes"), if open == 1 { "is" } else { "are" })
}

#[cfg(test)]
mod tests;
