//! The roots that a command is about, opened and read.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use globset::GlobSet;

use super::stdin::Stdin;
use crate::{
    artifact::Document,
    config::{Config, markdown_stem},
    disk::{self, Candidate, LoadedConfig, OnDisk, RootFiles, RootLocation, TreeReading},
    overview::{self, Phase},
    workspace::{Index, Workspace},
};

const NO_ROOT: &str = "not a phasemark project: found no phasemark.toml, artifact folder or .git here or in any parent \
                       folder; run 'phasemark init'";

pub fn current_folder() -> Result<PathBuf, String> {
    disk::absolute(Path::new(".")).map_err(|error| format!("the current folder: {error}"))
}

/// `path` as output has it: relative to `outermost` if it lies there, with `/`.
pub fn shown(outermost: &Path, path: &Path) -> String {
    disk::relative(outermost, path).unwrap_or_else(|| path.display().to_string())
}

/// The same from the current folder, as an editor opens it.
pub fn shown_from_here(path: &Path) -> String {
    shown(&current_folder().unwrap_or_default(), path)
}

/// `path` as [`shown`], of a folder: empty, or ending in `/`.
pub fn shown_folder(outermost: &Path, folder: &Path) -> String {
    let folder = shown(outermost, folder);
    if folder.is_empty() { folder } else { folder + "/" }
}

/// A phase with all that its root holds.
pub struct PhaseReading {
    pub workspace: Workspace,
    pub documents: Vec<Document>,
    pub phase: Phase,
    /// Files of the phase that cannot be read, by path relative to the root.
    pub unread: Vec<Failure>,
}

/// What is to be read of a root.
pub struct Reading<'a> {
    /// Files and folders, absolute.
    pub chosen: &'a [PathBuf],
    /// Whether excluded files are left out although they were named.
    pub force_exclude: bool,
    pub stdin: Option<&'a Stdin>,
}

/// Input that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub path: String,
    pub message: String,
}

/// A root with its configuration.
pub struct Root {
    pub location: RootLocation,
    pub loaded: LoadedConfig,
}

impl Root {
    /// The root that the name of a phase means: that of the artifact whose path it is, else of the current folder.
    ///
    /// # Errors
    /// What to say if there is none, or its configuration cannot be read.
    pub fn of(name: &str) -> Result<Self, String> {
        let here = current_folder()?;
        // A file that is yet to be made belongs where its folder does.
        let path = here.join(name);
        let folder = path.ancestors().skip(1).find(|folder| folder.is_dir()).filter(|_| markdown_stem(name).is_some());
        let folder = folder.and_then(|folder| disk::absolute(folder).ok()).filter(|folder| *folder != here);
        let location = folder.and_then(|folder| disk::find_root(&folder, None, &OnDisk));
        match location.or_else(|| disk::find_root(&here, None, &OnDisk)) {
            Some(location) => Self::load(location),
            None => Err(NO_ROOT.to_owned()),
        }
    }

    /// The root around the current folder, or that folder itself.
    ///
    /// # Errors
    /// What to say if the folder is unknown or the root's configuration cannot be read.
    pub fn here() -> Result<Self, String> {
        let here = current_folder()?;
        let location = disk::find_root(&here, None, &OnDisk);
        Self::load(location.unwrap_or(RootLocation { path: here, config_folder: None }))
    }

    /// # Errors
    /// What to say if its configuration cannot be read.
    pub fn load(location: RootLocation) -> Result<Self, String> {
        let shown = location.config_path().unwrap_or_default();
        let loaded = disk::load_config(&location, None, &Config::default(), None);
        let loaded = loaded.map_err(|error| format!("{}: {error}", shown.display()))?;
        Ok(Self { location, loaded })
    }

    /// `name` as a phase may be called: an artifact's path, seen from the current folder, becomes one
    /// that is relative to the root.
    pub fn name(&self, name: &str) -> String {
        let path = disk::absolute(Path::new(name)).ok().and_then(|path| disk::relative(self.path(), &path));
        path.filter(|path| self.loaded.config.artifact(path).is_some()).unwrap_or_else(|| name.to_owned())
    }

    /// What is wrong with the configuration, if anything: folders, templates and sections may not be
    /// those that were meant, so nothing should be written.
    pub fn mistake(&self) -> Option<String> {
        let path = self.location.config_path()?;
        let message = match (&self.loaded.text, self.loaded.diagnostics.first()) {
            (_, Some(mistake)) => &*mistake.message,
            (None, None) => "cannot be read",
            (Some(_), None) => return None,
        };
        Some(format!("{}: {message}", path.display()))
    }

    /// # Errors
    /// With what to say if nothing should be written because of [`Self::mistake`].
    pub fn may_be_written(&self) -> Result<(), String> {
        self.mistake().map_or(Ok(()), |mistake| Err(format!("nothing written; fix the configuration first: {mistake}")))
    }

    /// Reads the phase that `name` means; see [`overview::find_phase`]. Without a name, the one that is in progress.
    ///
    /// # Errors
    /// What to say if there is none, or several may be meant.
    pub fn read_phase(&self, name: Option<&str>) -> Result<PhaseReading, String> {
        let mut failures = Vec::new();
        let (workspace, documents) = self.read_all(&mut failures);
        let found = match name {
            Some(name) => overview::find_phase(&workspace, name).map_err(|unknown| unknown.message(name)),
            None => overview::in_progress(&workspace),
        };
        let phase = found.map_err(|message| {
            // A file of the phase that cannot be read may be what was asked for.
            let unread = failures.first().map(|failure| format!(" ({failure})"));
            message + &unread.unwrap_or_default()
        })?;
        failures.retain(|failure| workspace.config.stem(&failure.path) == Some(&*phase.stem));
        Ok(PhaseReading { workspace, documents, phase, unread: failures })
    }

    /// A line that says where the root is, unless that is the current folder.
    pub fn place(&self) -> Option<String> {
        let here = current_folder().ok()?;
        (here != self.path()).then(|| format!("root: {}", self.path().display()))
    }

    pub fn path(&self) -> &Path {
        &self.location.path
    }

    pub fn files(&self) -> RootFiles {
        RootFiles::new(self.location.bounds(), TreeReading::AtOnce)
    }

    /// Whether the artifact at `path`, relative to this root, lies at or below one of `chosen`.
    pub fn is_chosen(&self, path: &str, chosen: &[PathBuf]) -> bool {
        // Compared as shown: a name that is not UTF-8 is only resembled by `path`.
        let is_below = |chosen: &PathBuf| match disk::relative(self.path(), chosen) {
            Some(chosen) => Path::new(path).starts_with(chosen),
            None => self.path().starts_with(chosen),
        };
        chosen.iter().any(is_below)
    }

    /// The root's snapshot, and its artifacts by path. What cannot be read is a failure.
    pub fn read_all(&self, failures: &mut Vec<Failure>) -> (Workspace, Vec<Document>) {
        let reading = Reading { chosen: &[self.path().to_path_buf()], force_exclude: true, stdin: None };
        self.read(&reading, self.path(), failures)
    }

    /// The root's snapshot, and its artifacts by path. What is chosen and cannot be read is a failure.
    pub fn read(
        &self,
        reading: &Reading<'_>,
        outermost: &Path,
        failures: &mut Vec<Failure>,
    ) -> (Workspace, Vec<Document>) {
        let chosen = reading.chosen;
        let mut workspace = disk::open_workspace(&self.location, self.config(reading));
        let bounds = self.location.bounds();
        let (mut candidates, unread) = disk::candidates(&bounds, &workspace.config);
        for folder in unread.iter().filter(|folder| concerns(&folder.path, chosen)) {
            failures.push(not_read(shown(outermost, &folder.path), &folder.error));
        }
        // Of what is excluded, only what was named.
        candidates.retain(|candidate| {
            self.loaded.config.kind_of(&candidate.path).is_some() || self.is_named(&candidate.path, chosen)
        });
        let from_stdin = reading.stdin.and_then(|stdin| {
            let path = disk::relative(self.path(), &stdin.path)?;
            let kind = workspace.config.kind_of(&path)?;
            let candidate = Candidate::new(path, kind);
            candidates.retain(|other| other.path != candidate.path);
            let document = stdin.document(&candidate, &workspace);
            Some((candidate, Ok(disk::with_facts(&workspace, document))))
        });
        let mut read = disk::read_all(&bounds, &workspace, candidates);
        read.extend(from_stdin);
        read.sort_by(|(a, _), (b, _)| a.path.cmp(&b.path));
        let mut index = Index::default();
        let mut documents = Vec::with_capacity(read.len());
        for (candidate, document) in read {
            match document {
                Ok(Some((document, facts))) => {
                    if let Some(stem) = workspace.config.stem(&document.path) {
                        index.insert(document.path.clone(), stem, Arc::new(facts));
                    }
                    documents.push(document);
                }
                Ok(None) => {}
                Err(error) if self.is_chosen(&candidate.path, chosen) => {
                    let path = shown(outermost, &self.path().join(&*candidate.path));
                    failures.push(not_read(path, &error));
                }
                Err(_) => {}
            }
        }
        workspace.index = index.into();
        workspace.is_indexed = true;
        (workspace, documents)
    }

    /// The configuration, without its `exclude` if files were named that are excluded.
    fn config(&self, reading: &Reading<'_>) -> Arc<Config> {
        let config = &self.loaded.config;
        let all = Config { exclude: GlobSet::empty(), ..Config::clone(config) };
        let is_excluded = |path: &PathBuf| {
            let is_file = reading.stdin.is_some() || path.is_file();
            let path = disk::relative(self.path(), path).filter(|_| is_file);
            path.is_some_and(|path| config.kind_of(&path).is_none() && all.kind_of(&path).is_some())
        };
        let is_lifted = !reading.force_exclude && reading.chosen.iter().any(is_excluded);
        if is_lifted { all.into() } else { config.clone() }
    }

    /// Whether the file itself is one of `chosen`.
    fn is_named(&self, path: &str, chosen: &[PathBuf]) -> bool {
        chosen.iter().any(|chosen| disk::relative(self.path(), chosen).as_deref() == Some(path))
    }
}

/// What is said of a file or folder that could not be read.
fn not_read(path: String, error: &io::Error) -> Failure {
    let way_out =
        if disk::is_outside(error) { "; move it into the root, or change [layout] in phasemark.toml" } else { "" };
    Failure::new(path, format!("{error}{way_out}"))
}

/// Whether a folder lies at, below or above one of `chosen`.
fn concerns(folder: &Path, chosen: &[PathBuf]) -> bool {
    chosen.iter().any(|chosen| folder.starts_with(chosen) || chosen.starts_with(folder))
}
