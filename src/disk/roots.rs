//! Where roots are.

use std::{
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use globset::GlobSet;

use super::{Bounds, read_text, relative, walk};
use crate::{
    config::{self, Config},
    convention::Kind,
    rules,
};

pub const CONFIG_FILE: &str = "phasemark.toml";

/// No pattern with `**` looks deeper for roots.
const DEEPEST_ROOT: usize = 6;

/// A root and the configuration file in force there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RootLocation {
    pub path: PathBuf,
    /// The folder of its `phasemark.toml`: the root itself, or the one above that names it.
    pub config_folder: Option<PathBuf>,
}

/// The configuration files that there are: those on disk, and those that an editor holds.
pub trait Configs {
    /// Whether the configuration file `path` exists.
    fn exists(&self, path: &Path) -> bool {
        path.is_file()
    }

    /// Its text; `None` if it cannot be read.
    fn text(&self, path: &Path) -> Option<String> {
        read_text(&Bounds::around(path.parent()?), path).ok()
    }
}

/// The configuration files on disk.
pub struct OnDisk;

impl Configs for OnDisk {}

/// The `roots` patterns of a configuration file.
fn root_patterns(configs: &dyn Configs, path: &Path) -> GlobSet {
    let text = configs.text(path).unwrap_or_default();
    config::folder_globs(&config::read(&text, &rules::specs(), &Config::default(), None).0.roots)
}

impl RootLocation {
    fn plain(path: PathBuf, configs: &dyn Configs) -> Self {
        let config_folder = configs.exists(&path.join(CONFIG_FILE)).then(|| path.clone());
        Self { path, config_folder }
    }

    pub fn config_path(&self) -> Option<PathBuf> {
        self.config_folder.as_ref().map(|folder| folder.join(CONFIG_FILE))
    }

    /// What may be read for this root: the folder of its configuration and the repository around that, of which it
    /// may be a submodule.
    pub fn bounds(&self) -> Bounds {
        let home = self.config_folder.as_ref().unwrap_or(&self.path);
        Bounds::new(self.path.clone(), repository(home).unwrap_or_else(|| home.clone()))
    }

    /// The root's place below the folder of its configuration: empty, or ending in `/`.
    pub fn prefix(&self) -> String {
        let below = self.config_folder.as_ref().and_then(|folder| relative(folder, &self.path)).unwrap_or_default();
        if below.is_empty() { below } else { below + "/" }
    }
}

/// The repository that holds `path`.
pub fn repository(path: &Path) -> Option<PathBuf> {
    path.ancestors().find(|folder| folder.join(".git").exists()).map(Path::to_path_buf)
}

/// The root of a file or folder: the nearest folder around it with a `phasemark.toml`, else with an
/// artifact folder, else with `.git`; never above `boundary` or the repository.
pub fn find_root(path: &Path, boundary: Option<&Path>, configs: &dyn Configs) -> Option<RootLocation> {
    let start = if path.is_dir() { Some(path) } else { path.parent() };
    let mut around: Vec<&Path> = Vec::new();
    for folder in start.into_iter().flat_map(Path::ancestors) {
        around.push(folder);
        if Some(folder) == boundary || folder.join(".git").exists() {
            break;
        }
    }
    if let Some(config) = around.iter().find(|folder| configs.exists(&folder.join(CONFIG_FILE))) {
        let patterns = root_patterns(configs, &config.join(CONFIG_FILE));
        let named = around.iter().find(|folder| {
            folder.starts_with(config)
                && folder != &config
                && relative(config, folder).is_some_and(|path| patterns.is_match(path))
        });
        let path = named.unwrap_or(config).to_path_buf();
        return Some(RootLocation { path, config_folder: Some(config.to_path_buf()) });
    }
    let has_artifacts = |folder: &&&Path| !is_artifact_folder(folder) && holds_artifact_folder(folder);
    let last = around.last().filter(|folder| Some(**folder) == boundary || folder.join(".git").exists());
    around.iter().find(has_artifacts).or(last).map(|folder| RootLocation::plain(folder.to_path_buf(), configs))
}

fn holds_artifact_folder(folder: &Path) -> bool {
    Kind::ALL.iter().any(|kind| folder.join(kind.folder()).is_dir())
}

/// `plan/prompts/` does not make `plan` a root.
fn is_artifact_folder(folder: &Path) -> bool {
    folder.file_name().is_some_and(|name| Kind::ALL.iter().any(|kind| name == kind.folder()))
}

/// The further roots that a root's configuration names, by path.
pub fn sub_roots(location: &RootLocation, config: &Config, configs: &dyn Configs) -> Vec<RootLocation> {
    let Some(config_folder) = location.config_folder.clone().filter(|folder| *folder == location.path) else {
        return Vec::new();
    };
    if config.roots.is_empty() {
        return Vec::new();
    }
    let patterns = config::folder_globs(&config.roots);
    let depth = config
        .roots
        .iter()
        .map(|pattern| if pattern.contains("**") { DEEPEST_ROOT } else { pattern.split('/').count() });
    let deepest = depth.max().unwrap_or(0);
    let mut found = Vec::new();
    walk::unignored(&location.bounds(), &mut |entry| {
        if !entry.kind.is_dir() || walk::is_hidden(&entry.path) {
            return ControlFlow::Continue(false);
        }
        let path = relative(&location.path, &entry.path).unwrap_or_default();
        if patterns.is_match(&path) {
            found.push(match RootLocation::plain(entry.path.clone(), configs) {
                own @ RootLocation { config_folder: Some(_), .. } => own,
                inherits => RootLocation { config_folder: Some(config_folder.clone()), ..inherits },
            });
        }
        ControlFlow::Continue(path.split('/').count() < deepest)
    });
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn tree(paths: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for path in paths {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        folder
    }

    fn root(folder: &tempfile::TempDir, path: &str) -> Option<String> {
        let found = find_root(&folder.path().join(path), Some(folder.path()), &OnDisk)?;
        relative(folder.path(), &found.path)
    }

    #[test]
    fn the_nearest_configuration_wins_over_folders_and_those_over_the_repository() {
        let folder =
            tree(&["a/phasemark.toml", "a/b/plan/phase-1.md", "c/plan/prompts/x.md", "c/plan/phase-1.md", "d/e.md"]);
        assert_eq!(root(&folder, "a/b/plan/phase-1.md").as_deref(), Some("a"));
        assert_eq!(root(&folder, "c/plan/prompts/x.md").as_deref(), Some("c"));
        assert_eq!(root(&folder, "d/e.md").as_deref(), Some(""));
        fs::create_dir(folder.path().join("d/.git")).unwrap();
        assert_eq!(root(&folder, "d/e.md").as_deref(), Some("d"));
    }

    /// On a save the server looks whether roots lie where they were found.
    #[test]
    fn a_root_is_its_own_root() {
        let folder = tree(&[
            "phasemark.toml",
            "a/plan/phase-1.md",
            "services/a/plan/phase-1.md",
            "services/b/phasemark.toml",
            "services/b/plan/plan/phase-1.md",
            "services/c/d.md",
            "x/.git/HEAD",
            "x/plan/prompts/e.md",
            "x/y/work-notes/prompts/f.md",
        ]);
        fs::write(folder.path().join("phasemark.toml"), "[layout]\nroots = [\"services/*\"]\n").unwrap();
        for boundary in ["", "services", "services/b/plan", "x/y"] {
            let boundary = folder.path().join(boundary);
            for entry in ignore::WalkBuilder::new(&boundary).hidden(false).build().flatten() {
                let Some(found) = find_root(entry.path(), Some(&boundary), &OnDisk) else { continue };
                assert_eq!(find_root(&found.path, Some(&boundary), &OnDisk), Some(found), "{}", entry.path().display());
            }
        }
    }

    #[test]
    fn a_configuration_names_roots_below_its_own() {
        let folder =
            tree(&["phasemark.toml", "services/a/plan/phase-1.md", "services/b/x/plan/phase-1.md", "plan/phase-1.md"]);
        fs::write(folder.path().join("phasemark.toml"), "[layout]\nroots = [\"services/*\"]\n").unwrap();
        assert_eq!(root(&folder, "services/a/plan/phase-1.md").as_deref(), Some("services/a"));
        assert_eq!(root(&folder, "services/b/x/plan/phase-1.md").as_deref(), Some("services/b"));
        assert_eq!(root(&folder, "plan/phase-1.md").as_deref(), Some(""));
        let location = RootLocation::plain(folder.path().to_path_buf(), &OnDisk);
        let config = Config { roots: vec!["services/*/".into()], ..Config::default() };
        let found: Vec<_> = sub_roots(&location, &config, &OnDisk).iter().map(RootLocation::prefix).collect();
        assert_eq!(found, ["services/a/", "services/b/"]);
    }
}
