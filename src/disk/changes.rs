//! Which files differ from those of a commit: what `git diff` and `git status` would list, without starting git.

use super::{Bounds, RootLocation, git_folder, ignores::Ignores, relative, repository};
use crate::repository::{Base, Repository};

/// A larger file, in bytes, counts as changed.
const LARGEST_FILE: u64 = 256_000_000;

/// The files below one root that differ from those of a commit.
pub struct Changes {
    repository: Repository,
    base: Base,
    bounds: Bounds,
}

impl Changes {
    /// Since the newest commit in common with `name`; by default with the upstream.
    ///
    /// # Errors
    /// What to say if that commit cannot be found.
    pub fn since(root: &RootLocation, name: Option<&str>) -> Result<Self, String> {
        let top = repository(&root.path).ok_or_else(|| format!("no git repository around {}", root.path.display()))?;
        let folder = relative(&top, &root.path).unwrap_or_default();
        let opened = git_folder::git_folder(&top).and_then(|git| Repository::open(&git));
        let repository = opened.ok_or_else(|| format!("the git repository at {} cannot be read", top.display()))?;
        let repository = repository.below(&folder);
        let base = repository.base(name).map_err(|none| none.to_string())?;
        Ok(Self { repository, base, bounds: root.bounds() })
    }

    /// What the commit to compare with is called.
    pub fn base_name(&self) -> &str {
        &self.base.name
    }

    /// Whether the file at `path`, relative to the root, is another than it was, or new and not ignored.
    pub fn has(&self, path: &str) -> bool {
        let place = self.bounds.root().join(path);
        match self.repository.file_in(&self.base, path) {
            Some(before) => match self.bounds.read(&place, LARGEST_FILE) {
                // Git may have written other line ends than it keeps.
                Ok(now) => now != before && without_returns(&now) != without_returns(&before),
                Err(_) => true,
            },
            None => self.repository.is_committed(path) || !self.ignores(path),
        }
    }

    fn ignores(&self, path: &str) -> bool {
        let place = self.bounds.root().join(path);
        let folder = place.parent().unwrap_or(self.bounds.root());
        Ignores::below_root(&self.bounds, folder).is_none_or(|ignores| ignores.ignore(&place, false))
    }
}

/// The bytes without the returns at the ends of lines.
fn without_returns(bytes: &[u8]) -> Vec<u8> {
    let mut rest = bytes.iter().copied().peekable();
    let mut kept = Vec::with_capacity(bytes.len());
    while let Some(byte) = rest.next() {
        if byte != b'\r' || rest.peek() != Some(&b'\n') {
            kept.push(byte);
        }
    }
    kept
}
