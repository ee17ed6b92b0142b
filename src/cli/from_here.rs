//! Paths as a reader in the current folder opens them.

use std::path::{Path, PathBuf};

use crate::disk;

/// How the current folder lies to the folder that paths of a report are relative to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum FromHere {
    #[default]
    Same,
    /// It is that folder's sub-folder of this name.
    Below(String),
    /// That folder is its own sub-folder of this name.
    Above(String),
    Elsewhere(PathBuf),
}

impl FromHere {
    pub fn new(here: &Path, outermost: &Path) -> Self {
        match (disk::relative(outermost, here), disk::relative(here, outermost)) {
            (Some(below), _) if below.is_empty() => Self::Same,
            (Some(below), _) => Self::Below(below),
            (None, Some(above)) => Self::Above(above),
            (None, None) => Self::Elsewhere(outermost.to_path_buf()),
        }
    }

    /// `path` has `/`, also for a folder at its end.
    pub fn path(&self, path: &str) -> String {
        if Path::new(path).is_absolute() {
            return path.to_owned();
        }
        match self {
            Self::Same => path.to_owned(),
            Self::Above(folder) => format!("{folder}/{path}"),
            Self::Elsewhere(folder) => folder.join(path).display().to_string(),
            Self::Below(folder) => {
                let (mut here, mut rest) = (folder.split('/').peekable(), path);
                while let Some((first, below)) = rest.split_once('/').filter(|(first, _)| here.peek() == Some(first)) {
                    debug_assert!(!first.is_empty(), "a relative path");
                    here.next();
                    rest = below;
                }
                "../".repeat(here.count()) + rest
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_relative_to_where_the_reader_is() {
        let seen = |here: &str, path: &str| FromHere::new(Path::new(here), Path::new("/p")).path(path);
        assert_eq!(seen("/p", "plan/a.md"), "plan/a.md");
        assert_eq!(seen("/p/plan", "plan/a.md"), "a.md");
        assert_eq!(seen("/p/plan", "plan/b/a.md"), "b/a.md");
        assert_eq!(seen("/p/plan/b", "plan/a.md"), "../a.md");
        assert_eq!(seen("/p/pla", "plan/a.md"), "../plan/a.md");
        assert_eq!(seen("/p/src/deep", "README.md"), "../../README.md");
        assert_eq!(seen("/", "plan/a.md"), "p/plan/a.md");
        assert_eq!(seen("/q", "plan/a.md"), Path::new("/p").join("plan/a.md").display().to_string());
    }

    #[test]
    fn absolute_paths_stay() {
        let path = std::env::temp_dir().join("a.md").display().to_string();
        assert_eq!(FromHere::Below("plan".into()).path(&path), path);
    }
}
