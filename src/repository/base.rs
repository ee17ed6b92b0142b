//! The commit that changes are measured against.

use std::fmt;

use gix::{ObjectId, Reference};

use super::Repository;

/// A larger file, in bytes, is not compared.
const LARGEST_FILE: u64 = 256_000_000;
/// What the remote's default branch is known as after a clone.
const DEFAULT_BRANCH: &str = "refs/remotes/origin/HEAD";

/// The newest commit that what is checked out has in common with another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    id: ObjectId,
    /// What the other commit is called.
    pub name: String,
}

/// Why there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoBase {
    NoCommit,
    NoUpstream,
    Unknown(String),
    Unrelated(String),
}

impl fmt::Display for NoBase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCommit => f.write_str("the repository has no commit yet"),
            Self::NoUpstream => {
                f.write_str("the branch has no upstream to compare with; name a commit: --changed=origin/main")
            }
            Self::Unknown(name) => write!(f, "no commit is called '{name}' here"),
            Self::Unrelated(name) => {
                write!(f, "'{name}' and what is checked out have no commit in common here; a shallow clone may lack it")
            }
        }
    }
}

impl Repository {
    /// The commit in common with `name`; by default with the upstream of the branch, else with the default branch of
    /// the remote.
    ///
    /// # Errors
    /// If there is none.
    pub fn base(&self, name: Option<&str>) -> Result<Base, NoBase> {
        let head = self.git.head_id().map_err(|_| NoBase::NoCommit)?.detach();
        let (name, other) = match name {
            Some(name) => {
                let found = self.git.rev_parse_single(name).ok().map(gix::Id::detach);
                (name.to_owned(), found)
            }
            None => {
                let mut upstream = self.upstream().ok_or(NoBase::NoUpstream)?;
                let name = upstream.name().shorten().to_string();
                (name, upstream.peel_to_id().ok().map(gix::Id::detach))
            }
        };
        let commit = other.and_then(|id| self.git.find_object(id).ok()?.peel_to_commit().ok());
        let Some(commit) = commit else { return Err(NoBase::Unknown(name)) };
        match self.git.merge_base(head, commit.id) {
            Ok(Some(id)) => Ok(Base { id: id.detach(), name }),
            _ => Err(NoBase::Unrelated(name)),
        }
    }

    /// What the branch that is checked out follows, where fetching puts it unless that was changed.
    fn upstream(&self) -> Option<Reference<'_>> {
        let followed = || {
            let branch = self.git.head_name().ok()??;
            let config = self.git.config_snapshot();
            let setting = |key| Some(config.string(format!("branch.{}.{key}", branch.shorten()).as_str())?.to_string());
            let (remote, merge) = (setting("remote")?, setting("merge")?);
            match merge.strip_prefix("refs/heads/") {
                // Another branch of the same repository.
                _ if remote == "." => Some(merge),
                Some(name) => Some(format!("refs/remotes/{remote}/{name}")),
                None => None,
            }
        };
        let find = |name: &str| self.git.try_find_reference(name).ok().flatten();
        followed().and_then(|name| find(&name)).or_else(|| find(DEFAULT_BRANCH))
    }

    /// The bytes of the file at `path`, relative to the root, in the commit `base`.
    pub fn file_in(&self, base: &Base, path: &str) -> Option<Vec<u8>> {
        self.read_file(base.id, path)
    }

    /// Whether what is checked out has a file at `path`, relative to the root.
    pub fn is_committed(&self, path: &str) -> bool {
        self.git.head_id().is_ok_and(|head| self.entry(head.detach(), path).is_some())
    }

    fn read_file(&self, commit: ObjectId, path: &str) -> Option<Vec<u8>> {
        let id = self.entry(commit, path)?;
        self.git.find_header(id).ok().filter(|header| header.size() <= LARGEST_FILE)?;
        Some(self.git.find_object(id).ok()?.detach().data)
    }

    /// The blob at `path`.
    fn entry(&self, commit: ObjectId, path: &str) -> Option<ObjectId> {
        let tree = self.git.find_object(commit).ok()?.peel_to_commit().ok()?.tree().ok()?;
        let entry = tree.lookup_entry_by_path(format!("{}{path}", self.folder)).ok().flatten()?;
        entry.mode().is_blob().then(|| entry.object_id())
    }
}
