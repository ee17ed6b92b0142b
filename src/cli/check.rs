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
    workspace::{Workspace, purpose::folder_of},
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
        let places = Places { outermost: &self.chosen.outermost, root: folder };
        Some(places.report(&path, disk::repository(&path).as_deref(), text, found))
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
        let places = Places { outermost: &self.chosen.outermost, root: self.root.path() };
        let (repositories, filter) = (repositories(places.root, &chosen), self.filter);
        // Documents are dropped as they are checked, and leave their memory to the findings.
        report.files.extend(pool::on_all_processors(chosen, |document| {
            let found = run_rules(&workspace, &document, &files, filter);
            let unit = unit_of.get(&*document.path).map(|stem| (*stem).into());
            let repository = repositories[folder_of(&document.path)].as_deref();
            let path = places.root.join(&*document.path);
            places.report(&path, repository, document.text, found).of_unit(unit)
        }));
        let root = shown_folder(&self.chosen.outermost, self.root.path());
        report.units.extend(units.into_iter().map(|unit| unit.below(&root)));
    }
}

/// Where the reported files of one root are.
struct Places<'a> {
    outermost: &'a Path,
    root: &'a Path,
}

impl Places<'_> {
    /// The report of a file. Without a repository its path in that is the one that is shown.
    fn report(&self, path: &Path, repository: Option<&Path>, text: Arc<str>, found: Vec<Diagnostic>) -> FileReport {
        let (root, shown) = (shown_folder(self.outermost, self.root), shown(self.outermost, path));
        let in_repository = repository.and_then(|home| disk::relative(home, path));
        FileReport::new(&root, &shown, in_repository.as_deref().unwrap_or(&shown), text, found)
    }
}

/// Where the phases stand that have one of these documents.
fn units(workspace: &Workspace, documents: &[Document]) -> Vec<PhaseStatus> {
    let chosen: HashSet<&str> = documents.iter().map(|document| &*document.path).collect();
    let mut units = overview::status(workspace, Zoned::now().date()).phases;
    units.retain(|unit| unit.artifacts.iter().any(|artifact| chosen.contains(&*artifact.path)));
    units
}

/// The repository around each folder with documents, by its path below `root`.
fn repositories(root: &Path, documents: &[Document]) -> HashMap<Box<str>, Option<PathBuf>> {
    let folders: HashSet<&str> = documents.iter().map(|document| folder_of(&document.path)).collect();
    folders.into_iter().map(|folder| (folder.into(), disk::repository(&root.join(folder)))).collect()
}

fn run_rules(workspace: &Workspace, document: &Document, files: &RootFiles, filter: &Filter) -> Vec<Diagnostic> {
    let mut found = rules::run_kept(workspace, document, files, &|rule| filter.keeps(rule));
    let fixes = found.iter_mut().flat_map(|finding| &mut finding.fixes);
    fixes.for_each(|fix| actions::settle(workspace, document, fix));
    found
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
