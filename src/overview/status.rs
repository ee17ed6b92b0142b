//! Where every phase of a root stands.

use serde::Serialize;

use super::{Phase, phases, standing};
use crate::{
    artifact::{dates::Moment, notes::Status},
    rules::possible_secret,
    template::Kind,
    workspace::{Facts, Workspace},
};

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
    /// Done items of the plan that are no placeholders.
    pub done_items: usize,
    pub done_ticked: usize,
    /// Those with a box, ticked or not.
    #[serde(skip)]
    pub done_boxes: usize,
    pub open_questions: usize,
    /// The newest entry of the session log: `2026-01-21` or `2026-01-21T14:30`.
    pub last_entry: Option<String>,
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

/// Where every phase of a root stands, in natural order.
pub fn status(workspace: &Workspace) -> StatusReport {
    let phases = phases(workspace);
    StatusReport { version: 1, phases: phases.iter().map(|phase| phase_status(phase, workspace)).collect() }
}

pub(super) fn phase_status(phase: &Phase, workspace: &Workspace) -> PhaseStatus {
    let facts: Vec<&Facts> = phase.facts(workspace).collect();
    let sum = |count: fn(&Facts) -> usize| facts.iter().map(|facts| count(facts)).sum();
    let status = standing::stated(&facts);
    let artifact = |(kind, path): &(Kind, std::sync::Arc<str>)| ArtifactPath { kind: *kind, path: path.to_string() };
    PhaseStatus {
        root: String::new(),
        stem: phase.stem.to_string(),
        artifacts: phase.artifacts.iter().map(artifact).collect(),
        status,
        done_items: sum(|facts| facts.done_items),
        done_ticked: sum(|facts| facts.done_ticked),
        done_boxes: sum(|facts| facts.done_ticked + facts.done_unticked),
        open_questions: sum(|facts| facts.open_questions.len()),
        last_entry: facts.iter().filter_map(|facts| facts.newest_entry).max().map(iso),
        next_step: next_step(&facts, status),
    }
}

/// The work notes say what is next, else the plan does while the phase is not complete.
fn next_step(facts: &[&Facts], status: Option<Status>) -> Option<String> {
    let of =
        |kind: Kind| facts.iter().filter(move |facts| facts.kind == kind).find_map(|facts| facts.next_step.as_deref());
    let of_plan = || of(Kind::Plan).filter(|_| status != Some(Status::Complete));
    let step = of(Kind::WorkNotes).or_else(of_plan)?;
    Some(possible_secret::masked(step, &possible_secret::hidden(step, &[])))
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

    /// `3 of 5`; `– of 5` where no item has a box; empty without items.
    pub fn done(&self) -> String {
        match (self.done_items, self.done_boxes) {
            (0, _) => String::new(),
            (items, 0) => format!("– of {items}"),
            (items, _) => format!("{} of {items}", self.done_ticked),
        }
    }

    /// The cells of its row; empty where there is nothing to say. Those of [`StatusReport::COLUMNS`].
    pub fn cells(&self) -> [String; 6] {
        let questions = if self.open_questions > 0 { self.open_questions.to_string() } else { String::new() };
        [
            self.stem.clone(),
            self.status.map(Status::name).unwrap_or_default().to_owned(),
            self.done(),
            questions,
            self.last_entry.clone().unwrap_or_default().replace('T', " "),
            self.next_step.clone().unwrap_or_default(),
        ]
    }
}

impl StatusReport {
    pub const COLUMNS: [&str; 6] = ["Phase", "Status", "Done", "Open questions", "Last entry", "Next step"];

    /// A table for editors, one for each root.
    pub fn markdown(&self) -> String {
        let mut out = String::from("# Status\n");
        for of_root in self.phases.chunk_by(|a, b| a.root == b.root) {
            if let Some(root) = of_root.first().map(|phase| &phase.root).filter(|root| !root.is_empty()) {
                out.push_str(&format!("\n## `{root}`\n"));
            }
            out.push_str(&format!("\n| {} |\n|{}\n", Self::COLUMNS.join(" | "), " --- |".repeat(Self::COLUMNS.len())));
            for phase in of_root {
                let cells = phase.cells().map(|cell| escaped(&cell));
                out.push_str(&format!("| {} |\n", cells.join(" | ")));
            }
        }
        if self.phases.is_empty() {
            out.push_str("\nNo phase yet.\n");
        }
        out
    }
}

/// Text that is nothing but text in a Markdown table.
fn escaped(cell: &str) -> String {
    let mut out = String::with_capacity(cell.len());
    for c in cell.chars() {
        if matches!(c, '|' | '*' | '_' | '`' | '<' | '[' | ']' | '\\' | '~') {
            out.push('\\');
        }
        out.push(if c.is_control() { ' ' } else { c });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Fixture;

    const PHASES: &str = "\
//- plan/phase-10.md
# Ten
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
        status(&Fixture::parse(PHASES).workspace().0)
    }

    #[test]
    fn every_phase_has_a_row() {
        insta::assert_snapshot!(report().markdown(), @r"
        # Status

        | Phase | Status | Done | Open questions | Last entry | Next step |
        | --- | --- | --- | --- | --- | --- |
        | phase-2 | In progress | 1 of 2 | 2 | 2026-01-21 14:30 | write the \<probe> \| test 漢字 |
        | phase-3 | Complete | – of 1 |  | 2026-01-22 |  |
        | phase-10 |  |  |  |  |  |
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
              "last_entry": "2026-01-21T14:30",
              "next_step": "write the <probe> | test 漢字"
            },
            {
              "root": "services/a/",
              "stem": "phase-10",
              "artifacts": [
                {
                  "kind": "plan",
                  "path": "services/a/plan/phase-10.md"
                }
              ],
              "status": null,
              "done_items": 0,
              "done_ticked": 0,
              "open_questions": 0,
              "last_entry": null,
              "next_step": null
            }
          ]
        }
        "#);
    }

    #[test]
    fn a_next_step_never_shows_a_secret() {
        let token = format!("ghp_{}", "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8");
        let fixture =
            format!("//- work-notes/phase-1.md\n## Session log\n\n### 2026-01-05\n\n- Next: revoke {token}\n");
        let report = status(&Fixture::parse(&fixture).workspace().0);
        let step = report.phases[0].next_step.as_deref().unwrap();
        assert!(step.starts_with("revoke ") && step.ends_with("****"), "{step}");
    }
}
