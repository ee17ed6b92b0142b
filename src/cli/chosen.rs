//! What a command was asked to look at.

use std::{
    collections::{BTreeMap, HashSet},
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    from_here::FromHere,
    roots::{Failure, Reading, Root, current_folder, shown},
    stdin::Stdin,
};
use crate::{
    artifact::Document,
    config::Config,
    disk::{self, Changes, LoadedConfig, OnDisk, RootLocation},
    workspace::Workspace,
};

/// Which artifacts are meant, as the arguments say.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// Files and folders; none means the whole root around the current folder.
    pub paths: Vec<PathBuf>,
    /// Whether excluded files are left out although they were named.
    pub force_exclude: bool,
    /// What was handed over instead of paths.
    pub stdin: Option<Stdin>,
    /// Only what changed since a commit, by its name; without one, since the upstream.
    pub changed: Option<Option<String>>,
}

impl Scope {
    pub fn of(paths: &[PathBuf]) -> Self {
        Self { paths: paths.to_vec(), force_exclude: true, ..Self::default() }
    }
}

/// What a scope comes to on disk.
pub struct Chosen {
    /// Existing files and folders, absolute.
    pub paths: Vec<PathBuf>,
    pub roots: BTreeMap<PathBuf, Root>,
    /// What paths in the output are relative to.
    pub outermost: PathBuf,
    pub stdin: Option<Stdin>,
    force_exclude: bool,
    /// What changed in each root, if only that is meant.
    changes: Option<BTreeMap<PathBuf, Changes>>,
}

impl Chosen {
    /// The roots of the paths, or that of the current folder as a whole; paths that do not exist become failures.
    ///
    /// # Errors
    /// What to say if it cannot be told what changed.
    pub fn open(scope: &Scope, failures: &mut Vec<Failure>) -> Result<Self, String> {
        let whole = [whole_root()];
        let asked = if scope.paths.is_empty() { &whole[..] } else { &scope.paths };
        let mut paths: Vec<PathBuf> = scope.stdin.iter().map(|stdin| stdin.path.clone()).collect();
        for path in asked.iter().filter(|_| scope.stdin.is_none()) {
            match existing(path) {
                Ok(absolute) => paths.push(absolute),
                Err(error) => failures.push(Failure::new(path.display().to_string(), error.to_string())),
            }
        }
        let roots = roots_of(&paths, failures);
        let folders = roots.values().map(|root| root.location.config_folder.as_ref().unwrap_or(&root.location.path));
        let outermost = common_folder(folders).or_else(|| current_folder().ok()).unwrap_or_default();
        let since = |name: &Option<String>| {
            let changes = roots.values().map(|root| {
                let changes = Changes::since(&root.location, name.as_deref());
                changes.map(|changes| (root.path().to_path_buf(), changes))
            });
            changes.collect::<Result<_, _>>().map_err(|why| format!("--changed: {why}"))
        };
        let changes = scope.changed.as_ref().map(since).transpose()?;
        let (stdin, force_exclude) = (scope.stdin.clone(), scope.force_exclude);
        Ok(Self { paths, roots, outermost, stdin, force_exclude, changes })
    }

    /// The snapshot of one of the roots, with all its artifacts. What is chosen and cannot be read is a failure.
    pub fn read(&self, root: &Root, failures: &mut Vec<Failure>) -> (Workspace, Vec<Document>) {
        let reading = Reading { chosen: &self.paths, force_exclude: self.force_exclude, stdin: self.stdin.as_ref() };
        let before = failures.len();
        let read = root.read(&reading, &self.outermost, failures);
        let from_here = self.seen_from_here();
        failures[before..].iter_mut().for_each(|failure| failure.path = from_here.path(&failure.path));
        read
    }

    /// Those of a root's artifacts that are meant. All that were named, changed or not, are added to `artifacts`.
    pub fn select(&self, root: &Root, documents: Vec<Document>, artifacts: &mut HashSet<PathBuf>) -> Vec<Document> {
        let mut documents = documents;
        documents.retain(|document| root.is_chosen(&document.path, &self.paths));
        artifacts.extend(documents.iter().map(|document| root.path().join(&*document.path)));
        documents.retain(|document| self.is_changed(root, &document.path));
        documents
    }

    /// Whether the file at `path`, relative to the root, changed, if only such files are meant.
    pub fn is_changed(&self, root: &Root, path: &str) -> bool {
        let changes = self.changes.as_ref().and_then(|changes| changes.get(root.path()));
        changes.is_none_or(|changes| changes.has(path))
    }

    /// The name of the commit that changes are counted from, if only what changed is meant.
    pub fn changed_since(&self) -> Option<&str> {
        Some(self.changes.as_ref()?.values().next()?.base_name())
    }

    /// What is looked at as a whole, be it there or not, and the configurations.
    pub fn covered(&self) -> Vec<PathBuf> {
        if self.changes.is_some() {
            return Vec::new();
        }
        self.paths.iter().cloned().chain(self.roots.values().filter_map(|root| root.location.config_path())).collect()
    }

    /// How paths in the output are seen from the current folder.
    pub fn seen_from_here(&self) -> FromHere {
        current_folder().map(|here| FromHere::new(&here, &self.outermost)).unwrap_or_default()
    }

    /// A path as it is seen from the current folder.
    pub fn seen(&self, path: &Path) -> String {
        self.seen_from_here().path(&shown(&self.outermost, path))
    }

    /// The files that were named and are neither artifacts nor a configuration in use, as seen from the current folder.
    pub fn skipped(&self, artifacts: &HashSet<PathBuf>) -> Vec<String> {
        let from_here = self.seen_from_here();
        let configs: Vec<_> = self.roots.values().filter_map(|root| root.location.config_path()).collect();
        let is_there = |path: &PathBuf| path.is_file() || self.stdin.is_some();
        let is_skipped = |path: &&PathBuf| is_there(path) && !artifacts.contains(*path) && !configs.contains(path);
        self.paths.iter().filter(is_skipped).map(|path| from_here.path(&shown(&self.outermost, path))).collect()
    }
}

/// A path that exists, absolute; without the line and the column that may follow it, as in `plan/phase-1.md:4:1`.
pub fn existing(path: &Path) -> std::io::Result<PathBuf> {
    let absolute = disk::absolute(path)?;
    let missing = match absolute.metadata() {
        Ok(_) => return Ok(absolute),
        Err(error) => error,
    };
    let without_place = path.to_str().map(without_place).filter(|without| path.to_str() != Some(without));
    let file = without_place.and_then(|path| disk::absolute(Path::new(path)).ok());
    file.filter(|file| file.is_file()).ok_or(missing)
}

/// `path` without `:LINE`, `:LINE:COLUMN` and a colon at its end.
fn without_place(path: &str) -> &str {
    let mut rest = path.trim_end_matches(':');
    for _ in 0..2 {
        match rest.rsplit_once(':') {
            Some((before, number)) if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) => {
                rest = before;
            }
            _ => break,
        }
    }
    rest
}

/// The root around the current folder, else that folder.
pub fn whole_root() -> PathBuf {
    let root = current_folder().ok().and_then(|here| disk::find_root(&here, None, &OnDisk));
    root.map_or_else(|| PathBuf::from("."), |root| root.path)
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

fn add_root(roots: &mut BTreeMap<PathBuf, Root>, location: RootLocation, failures: &mut Vec<Failure>) -> Arc<Config> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_behind_a_path_is_cut_off() {
        for path in ["plan/a.md:4", "plan/a.md:4:12", "plan/a.md:4:12:", "plan/a.md:", "plan/a.md"] {
            assert_eq!(without_place(path), "plan/a.md", "{path}");
        }
        assert_eq!(without_place("plan/a.md:4:1:2"), "plan/a.md:4");
        assert_eq!(without_place("plan/a:b.md"), "plan/a:b.md");
        assert_eq!(without_place("4"), "4");
    }
}
