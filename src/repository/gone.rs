//! Paths that a history once had: where they went, or that they were removed.

use std::collections::HashMap;

use gix::{ObjectId, revision::walk::Sorting, traverse::commit::simple::CommitTimeOrder};

use crate::workspace::commits::Whereabouts;

/// No more commits, entries of trees and paths than these are looked at; older ones are not known.
const MOST_COMMITS: usize = 5_000;
const MOST_ENTRIES: usize = 3_000_000;
const MOST_PATHS: usize = 200_000;
/// No path is moved more often.
const MOST_MOVES: usize = 20;

/// The files and folders that commits behind the one that is checked out removed or moved.
#[derive(Debug, Default)]
pub struct Gone {
    /// Where each went, if that is known.
    paths: HashMap<Box<str>, Option<Box<str>>>,
    /// Whether what is not among them was never there.
    is_whole: bool,
}

impl Gone {
    /// Where there is no repository, nothing was ever there.
    pub fn nothing() -> Self {
        Self { is_whole: true, ..Self::default() }
    }

    /// `is_whole`: whether the repository has all of its history.
    pub fn read(git: &gix::Repository, is_whole: bool) -> Self {
        let mut reader = Reader { git, entries: 0, gone: Self { is_whole, ..Self::default() } };
        if reader.walk().is_none() {
            reader.gone.is_whole = false;
        }
        reader.gone
    }

    /// What became of the file or folder at `path`, relative to the repository, that is not there now.
    pub fn find(&self, path: &str) -> Whereabouts {
        match self.paths.get(path) {
            Some(to) => {
                let next = |path: &&str| self.paths.get(*path)?.as_deref();
                let moves = std::iter::successors(to.as_deref(), next).take(MOST_MOVES);
                moves.last().map_or(Whereabouts::Removed, |to| Whereabouts::Moved(to.into()))
            }
            None if self.is_whole => Whereabouts::Never,
            None => Whereabouts::Untold,
        }
    }
}

struct Reader<'a> {
    git: &'a gix::Repository,
    entries: usize,
    gone: Gone,
}

/// What one commit took away and brought.
#[derive(Default)]
struct Changes {
    removed: Vec<(String, ObjectId)>,
    added: Vec<(String, ObjectId)>,
    folders: Vec<String>,
}

type Tree = HashMap<Box<[u8]>, (ObjectId, bool)>;

impl Reader<'_> {
    /// `None` where the walk ended before the first commit.
    fn walk(&mut self) -> Option<()> {
        let Ok(head) = self.git.head_id() else {
            // Before the first commit nothing was there.
            self.gone.is_whole = true;
            return Some(());
        };
        let sorting = Sorting::ByCommitTime(CommitTimeOrder::NewestFirst);
        let walk = self.git.rev_walk([head.detach()]).sorting(sorting).all().ok()?;
        for (n, info) in walk.enumerate() {
            let info = info.ok()?;
            if n == MOST_COMMITS {
                return None;
            }
            let Some(parent) = info.parent_ids.first() else { continue };
            let (before, after) = (self.tree_of(*parent)?, self.tree_of(info.id)?);
            let mut changes = Changes::default();
            self.compare(Some(before), Some(after), "", &mut changes)?;
            self.add(changes)?;
        }
        Some(())
    }

    /// The newest commit that took a path away says where it went.
    fn add(&mut self, changes: Changes) -> Option<()> {
        let mut by_content: HashMap<ObjectId, &str> = HashMap::new();
        let mut by_name: HashMap<&str, Option<&str>> = HashMap::new();
        if !changes.removed.is_empty() {
            for (path, id) in &changes.added {
                by_content.insert(*id, path);
                // One of several is a guess.
                by_name.entry(name(path)).and_modify(|only| *only = None).or_insert(Some(path));
            }
        }
        for (path, id) in &changes.removed {
            let to = by_content.get(id).copied().or_else(|| by_name.get(name(path)).copied().flatten());
            self.gone.paths.entry(path.as_str().into()).or_insert_with(|| to.map(Into::into));
        }
        for folder in changes.folders {
            self.gone.paths.entry(folder.into()).or_insert(None);
        }
        (self.gone.paths.len() < MOST_PATHS).then_some(())
    }

    fn compare(
        &mut self,
        before: Option<ObjectId>,
        after: Option<ObjectId>,
        at: &str,
        changes: &mut Changes,
    ) -> Option<()> {
        if before == after {
            return Some(());
        }
        let old = before.map_or(Some(Tree::new()), |id| self.entries(id))?;
        let mut new = after.map_or(Some(Tree::new()), |id| self.entries(id))?;
        for (name, (id, is_folder)) in old {
            let other = new.remove(&name);
            if other == Some((id, is_folder)) {
                continue;
            }
            let path = join(at, &name);
            let as_folder = other.filter(|(_, is_folder)| *is_folder).map(|(id, _)| id);
            if is_folder {
                if as_folder.is_none() {
                    changes.folders.push(path.clone());
                }
                self.compare(Some(id), as_folder, &path, changes)?;
            } else if let Some(folder) = as_folder {
                changes.removed.push((path.clone(), id));
                self.compare(None, Some(folder), &path, changes)?;
            } else if other.is_none() {
                changes.removed.push((path, id));
            }
        }
        for (name, (id, is_folder)) in new {
            let path = join(at, &name);
            if is_folder { self.compare(None, Some(id), &path, changes)? } else { changes.added.push((path, id)) }
        }
        Some(())
    }

    fn tree_of(&self, commit: ObjectId) -> Option<ObjectId> {
        Some(self.git.find_object(commit).ok()?.try_into_commit().ok()?.tree_id().ok()?.detach())
    }

    fn entries(&mut self, id: ObjectId) -> Option<Tree> {
        let tree = self.git.find_object(id).ok()?.try_into_tree().ok()?;
        let mut entries = Tree::new();
        for entry in tree.iter() {
            let entry = entry.ok()?;
            entries.insert(entry.filename().to_vec().into(), (entry.object_id(), entry.mode().is_tree()));
        }
        self.entries += entries.len();
        (self.entries < MOST_ENTRIES).then_some(entries)
    }
}

fn join(folder: &str, name: &[u8]) -> String {
    let name = String::from_utf8_lossy(name);
    if folder.is_empty() { name.into_owned() } else { format!("{folder}/{name}") }
}

fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
