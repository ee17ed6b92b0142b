//! Which phases are being worked on, wait or are over.

use super::{Phase, phases};
use crate::{
    artifact::notes::Status,
    convention::Kind,
    text::words::listed,
    workspace::{Facts, Workspace, laws},
};

/// The order in which phases are of interest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// In progress or blocked.
    Begun,
    Waiting,
    /// Complete, or archived.
    Over,
}

/// How many phases a message names.
const MOST_NAMED: usize = 8;

/// The status that a phase states: the work notes say it, else the plan.
pub(super) fn stated(facts: &[&Facts]) -> Option<Status> {
    let of = |kind: Kind| facts.iter().filter(move |facts| facts.kind == kind).filter_map(|facts| facts.status).max();
    of(Kind::WorkNotes).or_else(|| of(Kind::Plan)).or_else(|| of(Kind::Prompt))
}

/// Where a phase stands: by its archive folder and its status, without these by its ticks and its log.
pub(super) fn standing(phase: &Phase, facts: &[&Facts]) -> Standing {
    let is_archived = phase.artifacts.iter().any(|(_, path)| laws::is_archived(path));
    let has_begun = |facts: &&&Facts| !facts.has_one_purpose && facts.has_begun();
    match stated(facts) {
        _ if is_archived => Standing::Over,
        Some(Status::Complete) => Standing::Over,
        Some(Status::InProgress | Status::Blocked) => Standing::Begun,
        Some(Status::NotStarted) => Standing::Waiting,
        None if laws::is_over_by_ticks(facts) => Standing::Over,
        None if facts.iter().any(|facts| has_begun(&facts)) => Standing::Begun,
        None => Standing::Waiting,
    }
}

/// The phase that is in progress.
///
/// # Errors
/// What to say if none is, or more than one.
pub fn in_progress(workspace: &Workspace) -> Result<Phase, String> {
    let mut all: Vec<(Option<Status>, Standing, Phase)> = Vec::new();
    for phase in phases(workspace) {
        let facts: Vec<&Facts> = phase.facts(workspace).collect();
        all.push((stated(&facts), standing(&phase, &facts), phase));
    }
    let is_stated =
        |phase: &(Option<Status>, Standing, Phase)| phase.0 == Some(Status::InProgress) && phase.1 == Standing::Begun;
    // Where none says so, ticks and log entries do.
    let is_found = |phase: &(Option<Status>, Standing, Phase)| match all.iter().any(is_stated) {
        true => is_stated(phase),
        false => phase.0.is_none() && phase.1 == Standing::Begun,
    };
    let found: Vec<&Phase> = all.iter().filter(|phase| is_found(phase)).map(|(_, _, phase)| phase).collect();
    match &found[..] {
        [phase] => Ok((*phase).clone()),
        [] => {
            let open: Vec<&Phase> = all.iter().filter(|(_, to, _)| *to != Standing::Over).map(|(.., it)| it).collect();
            match open.len() {
                0 => Err("no phase is in progress".to_owned()),
                1 => Err(format!("no phase is in progress; '{}' is not complete", open[0].stem)),
                _ => Err(format!("no phase is in progress; name one: {}", named(&open, "or"))),
            }
        }
        several => Err(format!("{} are in progress; name one", named(several, "and"))),
    }
}

fn named(phases: &[&Phase], last: &str) -> String {
    let stems = phases.iter().take(MOST_NAMED).map(|phase| phase.stem.clone());
    match phases.len().saturating_sub(MOST_NAMED) {
        0 => listed(&stems.collect::<Vec<_>>(), last),
        more => listed(&stems.chain([format!("{more} more").into()]).collect::<Vec<_>>(), last),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Fixture;

    fn found(fixture: &str) -> String {
        in_progress(&Fixture::parse(fixture).workspace().0).map_or_else(|why| why, |phase| phase.stem.into())
    }

    fn phase(number: usize, status: &str) -> String {
        format!("//- plan/phase-{number}.md\n# P\n//- work-notes/phase-{number}.md\n# N\n\nStatus: {status}\n")
    }

    #[test]
    fn one_phase_in_progress_is_meant() {
        let two = phase(1, "Complete") + &phase(2, "In progress");
        assert_eq!(found(&two), "phase-2");
        let archived = "//- plan/archive/phase-7.md\n# P\n\nStatus: In progress\n";
        assert_eq!(found(&(two.clone() + archived)), "phase-2");
        assert_eq!(found(&(two.clone() + &phase(3, "Blocked") + &phase(4, "Not started"))), "phase-2");
        assert_eq!(found(&(two + &phase(10, "In progress"))), "phase-2 and phase-10 are in progress; name one");
    }

    #[test]
    fn what_says_no_status_is_in_progress_by_its_ticks_and_its_log() {
        let ticks = "//- plan/phase-1.md\n## Definition of done\n- [x] `a`\n//- plan/phase-2.md\n\
                     ## Definition of done\n- [x] `a`\n- [ ] `b`\n//- plan/phase-3.md\n# P\n";
        assert_eq!(found(ticks), "phase-2");
        let log = "//- work-notes/phase-3.md\n## Session log\n### 2026-01-05\n- Next: x\n";
        assert_eq!(found(&format!("{ticks}{log}")), "phase-2 and phase-3 are in progress; name one");
        assert_eq!(found(&format!("{ticks}{log}{}", phase(4, "In progress"))), "phase-4");
        let rolling = "//- work-notes/session-log.md\n# Session log\n\n## 2026-01-05\n- Next: x\n";
        assert_eq!(found(&format!("{ticks}{rolling}")), "phase-2");
    }

    #[test]
    fn where_none_is_in_progress_the_others_are_named() {
        assert_eq!(found(&phase(1, "Complete")), "no phase is in progress");
        assert_eq!(found(&phase(2, "Blocked")), "no phase is in progress; 'phase-2' is not complete");
        let all: String = (1..=10).map(|number| phase(number, "Not started")).collect();
        assert_eq!(
            found(&all),
            "no phase is in progress; name one: phase-1, phase-2, phase-3, phase-4, phase-5, phase-6, phase-7, phase-8 \
             or 2 more"
        );
    }
}
