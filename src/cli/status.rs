//! `status`: where all phases stand.

use std::{
    collections::HashSet,
    io::{self, Write},
    path::PathBuf,
};

use jiff::civil::Date;

use super::{
    adopt,
    chosen::{Chosen, Scope, existing, whole_root},
    roots::{Failure, shown_folder},
};
use crate::{
    overview::{self, PhaseStatus, Standing, StatusReport, UnknownPhase},
    workspace::Workspace,
};

mod html;
mod table;

pub use self::{html::write_html, table::write_text};

/// Which phases are shown.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Phases by their names, and files and folders; none means all.
    pub names: Vec<PathBuf>,
    pub stale_only: bool,
    pub open_only: bool,
}

impl Selection {
    fn shows(&self, phase: &PhaseStatus) -> bool {
        (!self.stale_only || phase.stale) && (!self.open_only || phase.standing != Standing::Over)
    }

    /// What to say where phases are there and none is shown.
    fn nothing(&self) -> &'static str {
        match (self.stale_only, self.open_only) {
            (true, _) => "no phase in progress has a session log that is out of date",
            (_, true) => "every phase is complete",
            _ => "no phase has an artifact there",
        }
    }
}

/// What `status` found.
pub struct Found {
    pub report: StatusReport,
    pub notes: Vec<&'static str>,
    /// What could not be read, and names that lead to no phase.
    pub complaints: Vec<String>,
    /// The folder that it is about, by its name.
    pub project: String,
}

/// The phases that are selected.
pub fn status(selection: &Selection, today: Date) -> Found {
    let mut failures: Vec<Failure> = Vec::new();
    let mut found = Found {
        report: StatusReport { version: 1, phases: Vec::new() },
        notes: Vec::new(),
        complaints: Vec::new(),
        project: String::new(),
    };
    let (paths, names): (Vec<_>, Vec<_>) =
        selection.names.iter().cloned().partition(|name| existing(name).is_ok() || name.to_str().is_none());
    let mut scope = Scope::of(&paths);
    if !names.is_empty() {
        scope.paths.push(whole_root());
    }
    match Chosen::open(&scope, &mut failures) {
        Ok(chosen) => {
            let of_paths = paths.iter().filter_map(|path| existing(path).ok()).collect::<Vec<_>>();
            let of_names: Vec<&str> = names.iter().filter_map(|name| name.to_str()).collect();
            let mistakes = collect(&chosen, &of_paths, &of_names, today, &mut found, &mut failures);
            found.complaints.splice(0..0, failures.iter().map(Failure::to_string).chain(mistakes));
            found.project = chosen.outermost.file_name().map(|name| name.to_string_lossy().into()).unwrap_or_default();
        }
        Err(mistake) => found.complaints.push(mistake),
    }
    if found.report.phases.is_empty() && found.complaints.is_empty() && selection.names.is_empty() {
        found.complaints.push(adopt::no_artifact());
    }
    found.report.phases.retain(|phase| selection.shows(phase));
    if found.report.phases.is_empty() && found.complaints.is_empty() {
        found.notes.push(selection.nothing());
    }
    found.complaints.dedup();
    found
}

/// Adds the phases of all roots that have a file at or below one of `paths`, or one of `names`; without either, all.
/// Returns what is wrong with configurations.
fn collect(
    chosen: &Chosen,
    paths: &[PathBuf],
    names: &[&str],
    today: Date,
    found: &mut Found,
    failures: &mut Vec<Failure>,
) -> Vec<String> {
    let mut mistakes = Vec::new();
    let mut of_names: Vec<Named> = names.iter().map(|name| Named { name, ..Named::default() }).collect();
    let is_all = paths.is_empty() && names.is_empty();
    for root in chosen.roots.values() {
        let (workspace, documents) = chosen.read(root, failures);
        mistakes.extend(root.mistake());
        let folder = shown_folder(&chosen.outermost, root.path());
        of_names.iter_mut().for_each(|named| named.look(&root.name(named.name), &workspace, &folder));
        let mut report = overview::status(&workspace, today);
        report.ask(&documents);
        let is_below =
            |phase: &PhaseStatus| phase.artifacts.iter().any(|artifact| root.is_chosen(&artifact.path, paths));
        let phases = report.phases.into_iter().map(|phase| (is_all || is_below(&phase), phase.below(&folder)));
        found.report.phases.extend(phases.filter_map(|(is_chosen, phase)| {
            let is_named = || of_names.iter().any(|named| named.found.contains(&called(&phase.root, &phase.stem)));
            (is_chosen || is_named()).then_some(phase)
        }));
    }
    let mut ambiguous = HashSet::new();
    for named in of_names.iter().filter(|named| named.found.len() != 1) {
        found.complaints.push(named.message());
        ambiguous.extend(&named.found);
    }
    if !ambiguous.is_empty() {
        let is_meant = |phase: &PhaseStatus| of_names.iter().any(|named| named.is(phase));
        let is_guess = |phase: &PhaseStatus| ambiguous.contains(&called(&phase.root, &phase.stem));
        found.report.phases.retain(|phase| !is_guess(phase) || is_meant(phase));
    }
    mistakes
}

/// How a phase is told from those of other roots.
fn called(root: &str, stem: &str) -> String {
    format!("{root}{stem}")
}

/// A name, and the phases of all roots that it may stand for.
#[derive(Default)]
struct Named<'n> {
    name: &'n str,
    found: Vec<String>,
    /// What the first root that has no such phase says.
    unknown: Option<String>,
}

impl Named<'_> {
    /// `name`: as it is seen from the root.
    fn look(&mut self, name: &str, workspace: &Workspace, root: &str) {
        match overview::find_phase(workspace, name) {
            Ok(phase) => self.found.push(called(root, &phase.stem)),
            Err(UnknownPhase::Ambiguous(stems)) => self.found.extend(stems.iter().map(|stem| called(root, stem))),
            Err(unknown) if self.unknown.is_none() => self.unknown = Some(unknown.message(self.name)),
            Err(_) => {}
        }
    }

    fn is(&self, phase: &PhaseStatus) -> bool {
        self.found.len() == 1 && self.found[0] == called(&phase.root, &phase.stem)
    }

    fn message(&self) -> String {
        if self.found.len() > 1 {
            let stems = self.found.iter().map(|stem| stem.as_str().into()).collect();
            return UnknownPhase::Ambiguous(stems).message(self.name);
        }
        self.unknown.clone().unwrap_or_else(|| format!("no phase is called '{}'", self.name))
    }
}

/// Writes the report as one object.
pub fn write_json(report: &StatusReport, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, report)?;
    writeln!(out)
}
