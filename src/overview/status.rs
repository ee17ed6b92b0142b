//! Where every phase of a root stands.

use std::{collections::HashMap, ops::Range};

use jiff::civil::Date;
use serde::Serialize;

use super::{Phase, Standing, phases, standing};
use crate::{
    artifact::{Document, dates::Moment, entries::plain_words, notes::Status},
    config::OptionValue,
    convention::Kind,
    rules, secrets,
    text::words::counted,
    workspace::{Facts, Workspace},
};

mod markdown;
mod words;

pub use self::words::{Words, in_words};

/// What `status --format json` writes. Fields are only ever added with a new version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StatusReport {
    pub version: u32,
    pub phases: Vec<PhaseStatus>,
}

/// Where one phase stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PhaseStatus {
    /// The root that it belongs to: empty, or ending in `/`.
    pub root: String,
    pub stem: String,
    pub artifacts: Vec<ArtifactPath>,
    /// `None` where the work notes are missing or silent.
    #[serde(serialize_with = "as_key")]
    pub status: Option<Status>,
    #[serde(skip)]
    pub standing: Standing,
    /// Done items of the plan that are no placeholders.
    pub done_items: usize,
    pub done_ticked: usize,
    pub open_questions: usize,
    /// What they ask, as far as it was read: see [`StatusReport::ask`].
    #[serde(skip)]
    pub questions: Vec<String>,
    /// Template text that is left.
    pub placeholders: usize,
    /// The newest entry of the session log: `2026-01-21` or `2026-01-21T14:30`.
    pub last_entry: Option<String>,
    /// How many days ago that was.
    #[serde(skip)]
    pub age: Option<i32>,
    /// Whether work is going on, and the log is silent for longer than the rule `stale-notes` allows.
    pub stale: bool,
    /// `None` for a phase that is complete, too.
    pub next_step: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ArtifactPath {
    #[serde(serialize_with = "as_kind_key")]
    pub kind: Kind,
    /// Relative to the root, with `/`; [`PhaseStatus::below`] puts a folder before it.
    pub path: String,
}

fn as_key<S: serde::Serializer>(status: &Option<Status>, serializer: S) -> Result<S::Ok, S::Error> {
    status.map(|status| status.name().to_lowercase().replace(' ', "_")).serialize(serializer)
}

fn as_kind_key<S: serde::Serializer>(kind: &Kind, serializer: S) -> Result<S::Ok, S::Error> {
    kind.key().serialize(serializer)
}

/// Where every phase of a root stands: those that are worked on, those that wait, those that are complete; each in
/// natural order. `today`: where the user is.
pub fn status(workspace: &Workspace, today: Date) -> StatusReport {
    let mut phases: Vec<PhaseStatus> =
        phases(workspace).iter().map(|phase| phase_status(phase, workspace, Some(today))).collect();
    phases.sort_by_key(|phase| phase.standing);
    StatusReport { version: 1, phases }
}

pub(super) fn phase_status(phase: &Phase, workspace: &Workspace, today: Option<Date>) -> PhaseStatus {
    let facts: Vec<&Facts> = phase.facts(workspace).collect();
    let sum = |count: fn(&Facts) -> usize| facts.iter().map(|facts| count(facts)).sum();
    let (status, standing) = (standing::stated(&facts), standing::standing(phase, &facts));
    let artifact = |(kind, path): &(Kind, std::sync::Arc<str>)| ArtifactPath { kind: *kind, path: path.to_string() };
    let last_entry = facts.iter().filter_map(|facts| facts.newest_entry).max();
    let age = last_entry.and_then(|entry| Some(entry.date.until(today?).ok()?.get_days()));
    let is_going_on = match status {
        Some(status) => status == Status::InProgress && standing == Standing::Begun,
        // As for the rule: without a status, an entry shows that work goes on.
        None => standing == Standing::Begun && last_entry.is_some(),
    };
    PhaseStatus {
        root: String::new(),
        stem: phase.stem.to_string(),
        artifacts: phase.artifacts.iter().map(artifact).collect(),
        status,
        standing,
        done_items: sum(|facts| facts.done_items),
        done_ticked: sum(|facts| facts.done_ticked),
        open_questions: sum(|facts| facts.open_questions.len()),
        questions: Vec::new(),
        placeholders: sum(|facts| facts.placeholders),
        last_entry: last_entry.map(iso),
        age,
        stale: is_going_on && (last_entry.is_none() || age.is_some_and(|age| age > allowed_silence(phase, workspace))),
        next_step: next_step(&facts).filter(|_| standing != Standing::Over),
    }
}

/// Days without an entry that the rule about them allows.
fn allowed_silence(phase: &Phase, workspace: &Workspace) -> i32 {
    let rule = rules::find("stale-notes").expect("a rule");
    let path = phase.artifact(Kind::WorkNotes).or_else(|| phase.artifacts.first().map(|(_, path)| path));
    match workspace.config.rules_for(path.map_or("", |path| path)).option(&rule.spec, "days") {
        OptionValue::Integer(days) => i32::try_from(days).unwrap_or(i32::MAX),
        OptionValue::Boolean(_) => 0,
    }
}

/// The work notes say what is next, else the plan does.
fn next_step(facts: &[&Facts]) -> Option<String> {
    let of =
        |kind: Kind| facts.iter().filter(move |facts| facts.kind == kind).find_map(|facts| facts.next_step.as_deref());
    of(Kind::WorkNotes).or_else(|| of(Kind::Plan)).map(without_secrets)
}

pub(super) fn without_secrets(words: &str) -> String {
    secrets::masked(words, &secrets::hidden(words, &[]))
}

pub(super) fn iso(moment: Moment) -> String {
    match moment.time {
        Some(time) => format!("{}T{:02}:{:02}", moment.date, time.hour(), time.minute()),
        None => moment.date.to_string(),
    }
}

impl PhaseStatus {
    /// The same, seen from a folder above the root; `folder` is empty or ends in `/`.
    pub fn below(mut self, folder: &str) -> Self {
        for artifact in &mut self.artifacts {
            artifact.path.insert_str(0, folder);
        }
        self.root = folder.to_owned();
        self
    }

    /// `3 of 5`; empty without items.
    pub fn done(&self) -> String {
        if self.done_items == 0 { String::new() } else { format!("{} of {}", self.done_ticked, self.done_items) }
    }

    /// The status in words; empty where none is stated.
    pub fn status_name(&self) -> &'static str {
        self.status.map(Status::name).unwrap_or_default()
    }

    /// `9 placeholders`; empty where none is left.
    pub fn unfilled(&self) -> String {
        match self.placeholders {
            0 => String::new(),
            left => counted(left, "placeholder", "placeholders"),
        }
    }

    /// The day of the newest entry; empty without one.
    pub fn last_day(&self) -> &str {
        self.last_entry.as_deref().map(|entry| entry.split('T').next().unwrap_or(entry)).unwrap_or_default()
    }

    /// `2026-01-21 (3 days ago)`; empty without an entry.
    pub fn last_day_and_ago(&self) -> String {
        self.age.map(|age| format!("{} ({})", self.last_day(), ago(age))).unwrap_or_default()
    }

    /// `3 days ago`; empty without an entry.
    pub fn last_ago(&self) -> String {
        self.age.map(ago).unwrap_or_default()
    }
}

/// Days in words.
fn ago(days: i32) -> String {
    match days {
        ..-1 => format!("in {} days", -days),
        -1 => "tomorrow".to_owned(),
        0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        2..60 => format!("{days} days ago"),
        60..730 => format!("{} months ago", days / 30),
        _ => format!("{} years ago", days / 365),
    }
}

impl StatusReport {
    /// How many phases stand where, and what is left of them, in a line.
    pub fn summary(&self) -> String {
        let having = |is: &dyn Fn(&PhaseStatus) -> bool| self.phases.iter().filter(|phase| is(phase)).count();
        let is_archived = |phase: &PhaseStatus| {
            phase.standing == Standing::Over && phase.status.is_some_and(|it| it != Status::Complete)
        };
        let mut stand: Vec<String> = Vec::new();
        let mut count = |number: usize, words: &str| {
            if number > 0 {
                stand.push(format!("{number} {words}"));
            }
        };
        for status in [Status::InProgress, Status::Blocked, Status::NotStarted, Status::Complete] {
            let number = having(&|phase| phase.status == Some(status) && !is_archived(phase));
            count(number, &status.name().to_lowercase());
        }
        count(having(&is_archived), "archived");
        count(having(&|phase| phase.status.is_none()), "without a status");
        let sum = |count: fn(&PhaseStatus) -> usize| self.phases.iter().map(count).sum::<usize>();
        let (items, ticked) = (sum(|phase| phase.done_items), sum(|phase| phase.done_ticked));
        let (placeholders, stale) = (sum(|phase| phase.placeholders), having(&|phase| phase.stale));
        let questions = counted(sum(|phase| phase.open_questions), "open question", "open questions");
        let left = [
            (items > 0).then(|| format!("{ticked} of {} ticked", counted(items, "done item", "done items"))),
            Some(questions),
            (placeholders > 0).then(|| format!("{} left", counted(placeholders, "placeholder", "placeholders"))),
            (stale > 0).then(|| format!("{} out of date", counted(stale, "session log", "session logs"))),
        ];
        let left: Vec<String> = left.into_iter().flatten().collect();
        let phases = counted(self.phases.len(), "phase", "phases");
        let stand = if stand.is_empty() { String::new() } else { format!(": {}", stand.join(", ")) };
        format!("{phases}{stand}; {}", left.join(", "))
    }

    /// Adds what the open questions ask. `documents`: the artifacts of all phases.
    pub fn ask(&mut self, documents: &[Document]) {
        let by_path: HashMap<&str, &Document> = documents.iter().map(|document| (&*document.path, document)).collect();
        for phase in &mut self.phases {
            let of_phase = phase.artifacts.iter().filter_map(|artifact| by_path.get(&*artifact.path));
            phase.questions = of_phase.flat_map(|document| open_questions(document)).collect();
        }
    }
}

/// What a document asks, a line each.
fn open_questions(document: &Document) -> Vec<String> {
    let open = document.artifact.questions.iter().filter(|question| !question.resolved);
    let words = |range: Range<usize>| plain_words(&document.text, &document.markdown, range);
    open.map(|question| without_secrets(&words(question.range.clone()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Fixture;

    const TODAY: Date = jiff::civil::date(2026, 1, 24);
    const PHASES: &str = "\
//- plan/phase-10.md
# <Phase name>

- <Goal 1>
//- plan/phase-1.md
# One

## Definition of done

- [x] `make` passes
//- plan/phase-2.md
# Two

## Definition of done

- [x] `make lint` passes
- [ ] `make | test` passes
- [ ] <Verification command + expected outcome>

## Open questions

- Who?
//- work-notes/phase-2.md
## Status

- [x] In progress

## Open questions

- Which port?
- [x] Why?

## Session log

### 2026-01-21 14:30

- What changed: a
- Next: write the `<probe>` | test 漢字

### 2026-01-20

- Next: the old one
//- plan/phase-3.md
## Definition of done

- `make` passes
//- work-notes/phase-3.md
Status: done

## Session log

### 2026-01-22
";

    fn report() -> StatusReport {
        status(&Fixture::parse(PHASES).workspace().0, TODAY)
    }

    #[test]
    fn every_phase_has_a_row() {
        insta::assert_snapshot!(report().markdown(), @r"
        # Status

        4 phases: 1 in progress, 1 complete, 2 without a status; 2 of 4 done items ticked, 2 open questions, 2 placeholders left.

        | Phase    | Status      | Done   | Open questions | Left to fill in | Last entry              | Next step |
        | -------- | ----------- | ------ | -------------- | --------------- | ----------------------- | --- |
        | phase-2  | In progress | 1 of 2 | 2              | 1 placeholder   | 2026-01-21 (3 days ago) | write the `<probe>` \| test 漢字 |
        | phase-10 |             |        |                | 1 placeholder   |                         |  |
        | phase-1  |             | 1 of 1 |                |                 |                         |  |
        | phase-3  | Complete    | 0 of 1 |                |                 | 2026-01-22 (2 days ago) |  |
        ");
    }

    #[test]
    fn json_has_null_where_nothing_is_known() {
        let mut report = report();
        report.phases.remove(1);
        report.phases = report.phases.into_iter().map(|phase| phase.below("services/a/")).collect();
        insta::assert_snapshot!(serde_json::to_string_pretty(&report).unwrap(), @r#"
        {
          "version": 1,
          "phases": [
            {
              "root": "services/a/",
              "stem": "phase-2",
              "artifacts": [
                {
                  "kind": "plan",
                  "path": "services/a/plan/phase-2.md"
                },
                {
                  "kind": "work-notes",
                  "path": "services/a/work-notes/phase-2.md"
                }
              ],
              "status": "in_progress",
              "done_items": 2,
              "done_ticked": 1,
              "open_questions": 2,
              "placeholders": 1,
              "last_entry": "2026-01-21T14:30",
              "stale": false,
              "next_step": "write the `<probe>` | test 漢字"
            },
            {
              "root": "services/a/",
              "stem": "phase-1",
              "artifacts": [
                {
                  "kind": "plan",
                  "path": "services/a/plan/phase-1.md"
                }
              ],
              "status": null,
              "done_items": 1,
              "done_ticked": 1,
              "open_questions": 0,
              "placeholders": 0,
              "last_entry": null,
              "stale": false,
              "next_step": null
            },
            {
              "root": "services/a/",
              "stem": "phase-3",
              "artifacts": [
                {
                  "kind": "plan",
                  "path": "services/a/plan/phase-3.md"
                },
                {
                  "kind": "work-notes",
                  "path": "services/a/work-notes/phase-3.md"
                }
              ],
              "status": "complete",
              "done_items": 1,
              "done_ticked": 0,
              "open_questions": 0,
              "placeholders": 0,
              "last_entry": "2026-01-22",
              "stale": false,
              "next_step": null
            }
          ]
        }
        "#);
    }

    #[test]
    fn ages_are_in_words() {
        let ages = [-30, -1, 0, 1, 2, 59, 60, 729, 730].map(ago);
        let expected = ["in 30 days", "tomorrow", "today", "yesterday", "2 days ago", "59 days ago", "2 months ago"];
        assert_eq!(ages[..7], expected);
        assert_eq!(ages[7..], ["24 months ago", "2 years ago"]);
    }

    #[test]
    fn a_next_step_never_shows_a_secret() {
        let token = format!("ghp_{}", "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8");
        let fixture =
            format!("//- work-notes/phase-1.md\n## Session log\n\n### 2026-01-05\n\n- Next: revoke {token}\n");
        let report = status(&Fixture::parse(&fixture).workspace().0, TODAY);
        let step = report.phases[0].next_step.as_deref().unwrap();
        assert!(step.starts_with("revoke ") && step.ends_with("****"), "{step}");
    }
}
