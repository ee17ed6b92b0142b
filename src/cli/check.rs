//! Runs the engine over files on disk.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    thread,
};

use super::report::{Failure, FileReport, Report, Summary};
use crate::{
    config::Config,
    diagnostic::Diagnostic,
    disk::{self, LoadedConfig, OnDisk, RootFiles, RootLocation, TreeReading},
    rules,
    template::Kind,
    workspace::{Document, Index, Workspace},
};

/// Checks the artifacts at and below `paths`.
pub fn check(paths: &[PathBuf]) -> Report {
    let mut report = Report::default();
    let mut chosen = Vec::new();
    for path in paths {
        match disk::absolute(path).and_then(|absolute| absolute.metadata().map(|_| absolute)) {
            Ok(absolute) => chosen.push(absolute),
            Err(error) => report.failures.push(Failure::new(path.display().to_string(), error.to_string())),
        }
    }
    let roots = roots_of(&chosen, &mut report.failures);
    let Some(outermost) =
        common_folder(roots.values().map(|root| root.location.config_folder.as_ref().unwrap_or(&root.location.path)))
    else {
        return report;
    };
    let mut configs = BTreeSet::new();
    for root in roots.values() {
        let checker = Checker { root, outermost: &outermost, chosen: &chosen };
        if root.location.config_path().is_some_and(|path| configs.insert(path)) {
            report.files.extend(checker.config_report());
        }
        checker.run(&mut report);
    }
    if report.summary.artifacts == 0 && report.failures.is_empty() {
        report.failures.extend(chosen.iter().filter_map(|path| nothing_at(path, &roots)));
    }
    report
}

/// Why nothing was checked at a path inside a root; at a root itself there is no more to say.
fn nothing_at(path: &Path, roots: &BTreeMap<PathBuf, Root>) -> Option<Failure> {
    let root = roots.keys().rev().find(|root| path.starts_with(root) && path != root.as_path())?;
    let kind = if path.is_dir() { "holds no artifact" } else { "is no artifact" };
    Some(Failure::new(path.display().to_string(), format!("{kind} of the root {}", root.display())))
}

/// A root with its configuration.
struct Root {
    location: RootLocation,
    loaded: LoadedConfig,
}

/// The roots of the chosen paths by path, with those below that a configuration names.
fn roots_of(chosen: &[PathBuf], failures: &mut Vec<Failure>) -> BTreeMap<PathBuf, Root> {
    let mut roots = BTreeMap::new();
    for path in chosen {
        let Some(location) = disk::find_root(path, None, &OnDisk) else { continue };
        let config = add_root(&mut roots, location.clone(), failures);
        for sub_root in disk::sub_roots(&location, &config, &OnDisk) {
            if sub_root.path.starts_with(path) {
                add_root(&mut roots, sub_root, failures);
            }
        }
    }
    roots
}

fn add_root(
    roots: &mut BTreeMap<PathBuf, Root>,
    location: RootLocation,
    failures: &mut Vec<Failure>,
) -> std::sync::Arc<Config> {
    if let Some(root) = roots.get(&location.path) {
        return root.loaded.config.clone();
    }
    let loaded = disk::load_config(&location, None, &Config::default(), None).unwrap_or_else(|error| {
        let path = location.config_path().unwrap_or_default();
        failures.push(Failure::new(path.display().to_string(), error.to_string()));
        LoadedConfig::default()
    });
    let config = loaded.config.clone();
    roots.insert(location.path.clone(), Root { location, loaded });
    config
}

/// The deepest folder that holds all of `paths`.
fn common_folder<'a>(mut paths: impl Iterator<Item = &'a PathBuf>) -> Option<PathBuf> {
    let first = paths.next()?.clone();
    Some(paths.fold(first, |common, path| {
        common.ancestors().find(|folder| path.starts_with(folder)).unwrap_or(Path::new("")).to_path_buf()
    }))
}

/// Checks one root.
struct Checker<'a> {
    root: &'a Root,
    /// What paths in the output are relative to.
    outermost: &'a Path,
    chosen: &'a [PathBuf],
}

impl Checker<'_> {
    fn path(&self) -> &Path {
        &self.root.location.path
    }

    /// The mistakes in `phasemark.toml`, if there are any.
    fn config_report(&self) -> Option<FileReport> {
        let loaded = &self.root.loaded;
        let text = loaded.text.clone().filter(|_| !loaded.diagnostics.is_empty())?;
        let path = self.root.location.config_path()?;
        let folder = self.root.location.config_folder.as_deref()?;
        Some(FileReport::new(
            &self.shown_folder(folder),
            &self.shown(&path),
            &self.shown_in_repository(&path),
            text,
            loaded.diagnostics.clone(),
        ))
    }

    fn run(&self, report: &mut Report) {
        let (workspace, documents) = self.read(report);
        let files = RootFiles::new(self.path().to_path_buf(), TreeReading::AtOnce);
        let chosen: Vec<Document> = documents.into_iter().filter(|document| self.is_chosen(&document.path)).collect();
        summarize(&workspace, &chosen, &mut report.summary);
        let root = self.shown_folder(self.path());
        for (path, text, diagnostics) in run_rules(&workspace, chosen, &files) {
            let path = self.path().join(&*path);
            report.files.push(FileReport::new(
                &root,
                &self.shown(&path),
                &self.shown_in_repository(&path),
                text,
                diagnostics,
            ));
        }
    }

    fn is_chosen(&self, path: &str) -> bool {
        let path = self.path().join(path);
        self.chosen.iter().any(|chosen| path.starts_with(chosen))
    }

    /// The root's snapshot, and its artifacts by path.
    fn read(&self, report: &mut Report) -> (Workspace, Vec<Document>) {
        let mut workspace = disk::open_workspace(&self.root.location, self.root.loaded.config.clone());
        let candidates = disk::candidates(self.path(), &workspace.config);
        let read = Mutex::new(Vec::with_capacity(candidates.len()));
        disk::read_all(self.path(), &workspace.vocabulary, &candidates, &|result| {
            read.lock().expect("no reader panics").push(result);
        });
        let mut read = read.into_inner().expect("no reader panics");
        read.sort_by(|(a, _), (b, _)| a.path.cmp(&b.path));
        let mut index = Index::default();
        let mut documents = Vec::with_capacity(read.len());
        for (candidate, document) in read {
            match document {
                Ok(document) if disk::add_to_index(&workspace, &mut index, &document) => documents.push(document),
                Ok(_) => {}
                Err(error) if self.is_chosen(&candidate.path) => {
                    let path = self.shown(&self.path().join(&*candidate.path));
                    report.failures.push(Failure::new(path, error.to_string()));
                }
                Err(_) => {}
            }
        }
        workspace.index = index.into();
        workspace.is_indexed = true;
        (workspace, documents)
    }

    fn shown(&self, path: &Path) -> String {
        disk::relative(self.outermost, path).unwrap_or_else(|| path.display().to_string())
    }

    /// As [`FileReport::repository_path`] has it; without a repository, as it is shown.
    fn shown_in_repository(&self, path: &Path) -> String {
        let in_repository = disk::repository(path).and_then(|home| disk::relative(&home, path));
        in_repository.unwrap_or_else(|| self.shown(path))
    }

    /// As [`FileReport::root`] has it.
    fn shown_folder(&self, folder: &Path) -> String {
        let folder = self.shown(folder);
        if folder.is_empty() { folder } else { folder + "/" }
    }
}

/// A document's path, text and findings.
type Checked = (Arc<str>, Arc<str>, Vec<Diagnostic>);

/// Documents are dropped as they are checked, and leave their memory to the findings.
fn run_rules(workspace: &Workspace, documents: Vec<Document>, files: &RootFiles) -> Vec<Checked> {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(8);
    let size = documents.len().div_ceil(threads).max(1);
    let check = |document: Document| {
        let found = rules::run(workspace, &document, files);
        (document.path, document.text, found)
    };
    let mut documents = documents.into_iter();
    thread::scope(|scope| {
        let mut parts = Vec::new();
        while documents.len() > 0 {
            let part: Vec<Document> = documents.by_ref().take(size).collect();
            parts.push(scope.spawn(move || part.into_iter().map(check).collect::<Vec<Checked>>()));
        }
        parts.into_iter().flat_map(|part| part.join().expect("no rule panics")).collect()
    })
}

/// Adds what was recognised.
fn summarize(workspace: &Workspace, documents: &[Document], summary: &mut Summary) {
    let mut phases = BTreeSet::new();
    for document in documents {
        let counterparts = Kind::ALL.into_iter().find_map(|kind| workspace.counterpart(&document.path, kind));
        phases.insert(counterparts.unwrap_or_else(|| document.path.clone()));
        let Some(facts) = workspace.facts(&document.path) else { continue };
        summary.artifacts += 1;
        summary.done_items += facts.done_items;
        summary.done_ticked += facts.done_ticked;
        summary.open_questions += facts.open_questions.len();
        summary.references += facts.references;
    }
    summary.phases += phases.len();
}
