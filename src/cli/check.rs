//! Runs the engine over files on disk.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    path::{Path, PathBuf},
    sync::Arc,
};

use jiff::Zoned;

use super::{
    chosen::{Chosen, Scope},
    report::{FileReport, Report, Summary},
    roots::{Failure, Root, shown, shown_folder},
};
use crate::{
    actions,
    artifact::Document,
    diagnostic::Diagnostic,
    disk::{self, RootFiles, pool},
    overview::{self, PhaseStatus},
    rules,
    workspace::Workspace,
};

pub mod args;
mod baseline;
mod command;
mod filter;
mod watch;

pub use self::{args::CheckArgs, command::run, filter::Filter};

/// Checks the artifacts that are meant, by the rules that `filter` keeps.
///
/// # Errors
/// As [`Chosen::open`].
pub fn check(scope: &Scope, filter: &Filter) -> Result<Report, String> {
    let mut report = Report::default();
    let chosen = Chosen::open(scope, &mut report.failures)?;
    report.changed_since = chosen.changed_since().map(str::to_owned);
    report.from_here = chosen.seen_from_here();
    report.outermost.clone_from(&chosen.outermost);
    report.covered = chosen.covered();
    let (mut configs, mut artifacts) = (BTreeSet::new(), HashSet::new());
    for root in chosen.roots.values() {
        let checker = Checker { root, chosen: &chosen, filter };
        if root.location.config_path().is_some_and(|path| configs.insert(path)) {
            report.files.extend(checker.config_report());
            report.has_bad_config |= !root.loaded.diagnostics.is_empty();
        }
        checker.run(&mut report, &mut artifacts);
    }
    // Of a configuration nothing was left out so far.
    filter.apply(&mut report);
    if report.failures.is_empty() {
        report.skipped = chosen.skipped(&artifacts);
        if report.summary.artifacts == 0 && report.changed_since.is_none() {
            report.failures.extend(chosen.paths.iter().filter_map(|path| nothing_below(path, &chosen.roots)));
        }
    }
    Ok(report)
}

/// Why nothing was checked in a folder inside a root; at a root itself there is no more to say.
fn nothing_below(path: &Path, roots: &BTreeMap<PathBuf, Root>) -> Option<Failure> {
    let is_below = |root: &&PathBuf| path.starts_with(root) && path != root.as_path() && path.is_dir();
    let root = roots.keys().rev().find(is_below)?;
    let message = format!("no artifact below this folder; the root is {}", root.display());
    Some(Failure::new(path.display().to_string(), message))
}

/// Checks one root.
struct Checker<'a> {
    root: &'a Root,
    chosen: &'a Chosen,
    filter: &'a Filter,
}

impl Checker<'_> {
    /// The mistakes in `phasemark.toml`, if there are any.
    fn config_report(&self) -> Option<FileReport> {
        let mut loaded = self.root.loaded.clone();
        loaded.unmatched = disk::unmatched(&self.root.location, &loaded.config, usize::MAX);
        let found = loaded.findings();
        let text = loaded.text.filter(|_| !found.is_empty())?;
        let path = self.root.location.config_path()?;
        let is_old =
            disk::relative(self.root.path(), &path).is_some_and(|path| !self.chosen.is_changed(self.root, &path));
        if is_old && self.root.loaded.diagnostics.is_empty() {
            return None;
        }
        let folder = self.root.location.config_folder.as_deref()?;
        Some(self.report(folder, &path, text, found))
    }

    /// Checks the chosen artifacts.
    fn run(&self, report: &mut Report, artifacts: &mut HashSet<PathBuf>) {
        let (workspace, documents) = self.chosen.read(self.root, &mut report.failures);
        let files = self.root.files();
        let chosen = self.chosen.select(self.root, documents, artifacts);
        summarize(&workspace, &chosen, &mut report.summary);
        let units = units(&workspace, &chosen);
        let of_unit =
            units.iter().flat_map(|unit| unit.artifacts.iter().map(|artifact| (&*artifact.path, &*unit.stem)));
        let unit_of: HashMap<&str, &str> = of_unit.collect();
        for (path, text, diagnostics) in run_rules(&workspace, chosen, &files, self.filter) {
            let unit = unit_of.get(&*path).map(|stem| (*stem).into());
            let file = self.report(self.root.path(), &self.root.path().join(&*path), text, diagnostics);
            report.files.push(FileReport { unit, ..file });
        }
        let root = shown_folder(&self.chosen.outermost, self.root.path());
        report.units.extend(units.into_iter().map(|unit| unit.below(&root)));
    }

    /// The report of a file below `root`. Without a repository its path in that is the one that is shown.
    fn report(&self, root: &Path, path: &Path, text: Arc<str>, diagnostics: Vec<Diagnostic>) -> FileReport {
        let (root, shown) = (shown_folder(&self.chosen.outermost, root), shown(&self.chosen.outermost, path));
        let in_repository = disk::repository(path).and_then(|home| disk::relative(&home, path));
        FileReport::new(&root, &shown, in_repository.as_deref().unwrap_or(&shown), text, diagnostics)
    }
}

/// Where the phases stand that have one of these documents.
fn units(workspace: &Workspace, documents: &[Document]) -> Vec<PhaseStatus> {
    let chosen: HashSet<&str> = documents.iter().map(|document| &*document.path).collect();
    let mut units = overview::status(workspace, Zoned::now().date()).phases;
    units.retain(|unit| unit.artifacts.iter().any(|artifact| chosen.contains(&*artifact.path)));
    units
}

/// A document's path, text and findings.
type Checked = (Arc<str>, Arc<str>, Vec<Diagnostic>);

/// Documents are dropped as they are checked, and leave their memory to the findings.
fn run_rules(workspace: &Workspace, documents: Vec<Document>, files: &RootFiles, filter: &Filter) -> Vec<Checked> {
    pool::on_all_processors(documents, |document| {
        let mut found = rules::run_kept(workspace, &document, files, &|rule| filter.keeps(rule));
        let fixes = found.iter_mut().flat_map(|finding| &mut finding.fixes);
        fixes.for_each(|fix| actions::settle(workspace, &document, fix));
        (document.path, document.text, found)
    })
}

/// Adds what was recognised.
fn summarize(workspace: &Workspace, documents: &[Document], summary: &mut Summary) {
    for document in documents {
        let Some(facts) = workspace.facts(&document.path) else { continue };
        summary.artifacts += 1;
        summary.done_items += facts.done_items;
        summary.done_ticked += facts.done_ticked;
        summary.open_questions += facts.open_questions.len();
        summary.references += facts.references;
    }
}
