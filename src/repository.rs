//! Commits of a git repository, as they are now: the only user of gix.
//!
//! Architecture invariant: reads, and nothing else. No process is started, no network opened, and of
//! all configuration only that of the repository itself is looked at. Whatever is broken is unknown.

use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
};

use gix::{
    ObjectId,
    hash::{Kind as HashKind, Prefix},
    objs::Kind as ObjectKind,
    open::Options,
    revision::walk::Sorting,
    sec::Trust,
    traverse::commit::simple::CommitTimeOrder,
};
use jiff::{
    Timestamp,
    civil::DateTime,
    tz::{Offset, TimeZone},
};

use crate::workspace::commits::{Commit, Lookup};

mod base;
mod gone;

pub use self::{
    base::{Base, NoBase},
    gone::Gone,
};

/// No more commits than these are looked at in search of those since a moment.
const MOST_WALKED: usize = 5_000;
/// A larger commit, in bytes, is not read.
const LARGEST_COMMIT: u64 = 1 << 20;
/// Commits that touch Markdown alone, one after the other, of which more are not looked at.
const MOST_RECENT: usize = 30;
/// A commit that touches more files is one of more than artifacts.
const MOST_PATHS: usize = 100;
/// No subject is longer, in bytes.
const LONGEST_SUBJECT: usize = 500;
/// No two clocks of the world are further apart, in seconds.
const WIDEST_OFFSET: i64 = 26 * 60 * 60;

/// The hash of the commit with each subject; `None` for a subject of several.
pub type Subjects = HashMap<Box<str>, Option<Box<str>>>;

/// An open repository. It belongs to one thread, as all of gix does without locks.
pub struct Repository {
    git: gix::Repository,
    newest: Option<Commit>,
    /// The folder of the root in it: empty, or ending with a slash.
    folder: String,
    /// Whether what is not found is not there.
    is_whole: bool,
}

impl Repository {
    /// Opens the repository of `git`: the path of a `.git`, be it a folder or the file that a worktree
    /// or submodule has. `None` if there is none that can be read; one of SHA-256 cannot.
    pub fn open(git: &Path) -> Option<Self> {
        // Whoever owns it: it is only read, and the less its configuration may say, the better.
        let git = gix::open_opts(git, Options::isolated().with(Trust::Reduced)).ok()?;
        if git.object_hash() != HashKind::Sha1 {
            return None;
        }
        let newest = git.head_id().ok().and_then(|id| commit(&git, id.detach()));
        let is_cut_short = git.is_shallow().unwrap_or(true);
        let is_whole = newest.is_some() && !is_cut_short && has_all_stores(&git);
        Some(Self { git, newest, folder: String::new(), is_whole })
    }

    /// Asked from a root that lies in `folder` of the working tree.
    pub fn below(mut self, folder: &str) -> Self {
        self.folder = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        self
    }

    /// The commit whose hash begins with `hash`, 4 to 40 hexadecimal digits in any case; of several, one.
    pub fn find(&self, hash: &str) -> Lookup {
        match self.candidates(hash) {
            _ if !self.is_whole => Lookup::Untold,
            Some(candidates) => self.first_commit(candidates),
            None => Lookup::Untold,
        }
    }

    /// The objects whose hashes begin so; `None` if that cannot be told.
    fn candidates(&self, hash: &str) -> Option<Vec<ObjectId>> {
        let prefix = Prefix::from_hex(hash).ok().filter(|_| hash.len() <= HashKind::Sha1.len_in_hex())?;
        let mut found = Default::default();
        self.git.objects.lookup_prefix(prefix, Some(&mut found)).ok()?;
        Some(found.into_iter().collect())
    }

    fn first_commit(&self, candidates: Vec<ObjectId>) -> Lookup {
        let mut otherwise = Lookup::Missing;
        for id in candidates {
            let Ok(header) = self.git.find_header(id) else {
                otherwise = Lookup::Untold;
                continue;
            };
            if !matches!(header.kind(), ObjectKind::Commit | ObjectKind::Tag) {
                continue;
            }
            match commit(&self.git, id) {
                Some(commit) => return Lookup::Known(commit),
                None => otherwise = Lookup::Untold,
            }
        }
        otherwise
    }

    /// The paths that its history no longer has. Reads much of it.
    pub fn gone(&self) -> Gone {
        Gone::read(&self.git, self.is_whole)
    }

    /// The subjects of the commit that is checked out and of many behind it. Reads much of the history.
    pub fn subjects(&self) -> Subjects {
        let mut subjects = Subjects::new();
        let commits = self.walk().take(MOST_WALKED).filter_map(|info| commit(&self.git, info.id));
        for Commit { hash, subject, .. } in commits {
            subjects.entry(subject).and_modify(|hash| *hash = None).or_insert(Some(hash));
        }
        subjects
    }

    /// The commit that is checked out.
    pub fn newest(&self) -> Option<&Commit> {
        self.newest.as_ref()
    }

    /// Commits behind the one that is checked out, newest first, merges left out: those later than
    /// `after`, at most `most`.
    pub fn since(&self, after: Option<DateTime>, most: usize) -> Vec<Commit> {
        // Commits come in the order of their moments, and moments are compared by the clocks on the walls.
        let earliest = after.map(|after| seconds(after) - WIDEST_OFFSET);
        self.walk()
            .take(MOST_WALKED)
            .take_while(|info| earliest.is_none_or(|earliest| info.commit_time() > earliest))
            .filter(|info| info.parent_ids.len() <= 1)
            .filter_map(|info| self.commit(info.id))
            .filter(|commit| after.is_none_or(|after| commit.time > after))
            .take(most)
            .collect()
    }

    /// The commit that is checked out and those behind it, newest first, up to the first that touches more than
    /// Markdown.
    pub fn recent(&self) -> Vec<Commit> {
        let mut found = Vec::new();
        for info in self.walk().take(MOST_RECENT) {
            let Some(commit) = self.commit(info.id) else { break };
            let is_last = commit.markdown.is_none();
            found.push(commit);
            if is_last {
                break;
            }
        }
        found
    }

    /// When the first of `paths` came to be.
    pub fn added(&self, paths: &[&str]) -> Option<DateTime> {
        let has_any = |id: ObjectId| {
            let tree = self.git.find_object(id).ok()?.peel_to_commit().ok()?.tree().ok()?;
            let has =
                |path: &&str| tree.lookup_entry_by_path(format!("{}{path}", self.folder)).ok().flatten().is_some();
            Some(paths.iter().any(has))
        };
        let with = self.walk().take(MOST_WALKED).take_while(|info| has_any(info.id) == Some(true));
        Some(commit(&self.git, with.last()?.id)?.time)
    }

    fn walk(&self) -> impl Iterator<Item = gix::revision::walk::Info<'_>> {
        let sorting = Sorting::ByCommitTime(CommitTimeOrder::NewestFirst);
        let head = self.git.head_id().ok();
        let walk = head.and_then(|head| self.git.rev_walk([head.detach()]).sorting(sorting).all().ok());
        walk.into_iter().flatten().map_while(Result::ok)
    }

    fn commit(&self, id: ObjectId) -> Option<Commit> {
        let markdown = self.markdown(id).map(Vec::into_boxed_slice);
        Some(Commit { markdown, ..commit(&self.git, id)? })
    }

    /// The Markdown files below the root that a commit touched, if it touched nothing else.
    fn markdown(&self, id: ObjectId) -> Option<Vec<Box<str>>> {
        let commit = self.git.find_object(id).ok()?.peel_to_commit().ok()?;
        let mut parents = commit.parent_ids();
        let parent = parents.next();
        if parents.next().is_some() {
            return None;
        }
        let before = match parent {
            Some(parent) => Some(parent.object().ok()?.peel_to_commit().ok()?.tree_id().ok()?.detach()),
            None => None,
        };
        let mut found = Vec::new();
        self.compare(before, Some(commit.tree_id().ok()?.detach()), "", &mut found)?;
        (!found.is_empty()).then_some(found)
    }

    /// Collects what differs between two trees; `None` once that is anything but Markdown below the root.
    fn compare(
        &self,
        before: Option<ObjectId>,
        after: Option<ObjectId>,
        folder: &str,
        found: &mut Vec<Box<str>>,
    ) -> Option<()> {
        let read = |id: Option<ObjectId>| -> Option<BTreeMap<Vec<u8>, (bool, ObjectId)>> {
            let Some(id) = id else { return Some(BTreeMap::new()) };
            let tree = self.git.find_object(id).ok()?.try_into_tree().ok()?;
            let entry = |entry: gix::object::tree::EntryRef<'_, '_>| {
                (entry.filename().to_vec(), (entry.mode().is_tree(), entry.object_id()))
            };
            tree.iter().map(|each| each.ok().map(entry)).collect()
        };
        let (old, new) = (read(before)?, read(after)?);
        let changed = old.iter().filter(|(name, entry)| new.get(*name) != Some(entry));
        let added = new.keys().filter(|name| !old.contains_key(*name));
        for name in changed.map(|(name, _)| name).chain(added) {
            let path = format!("{folder}{}", std::str::from_utf8(name).ok()?);
            let sides = [old.get(name), new.get(name)];
            let tree = |side: usize| sides[side].filter(|(is_tree, _)| *is_tree).map(|(_, id)| *id);
            if sides.into_iter().flatten().any(|(is_tree, _)| !is_tree) {
                let is_markdown = [".md", ".markdown"].iter().any(|end| path.to_ascii_lowercase().ends_with(end));
                found.push(path.strip_prefix(&self.folder).filter(|_| is_markdown)?.into());
            }
            if found.len() > MOST_PATHS {
                return None;
            }
            if tree(0).is_some() || tree(1).is_some() {
                self.compare(tree(0), tree(1), &format!("{path}/"), found)?;
            }
        }
        Some(())
    }
}

/// Whether the repositories are there that lend their objects to this one.
fn has_all_stores(git: &gix::Repository) -> bool {
    git.objects.store_ref().alternate_db_paths().is_ok_and(|paths| paths.iter().all(|path| path.is_dir()))
}

/// The commit `id`, or the one that the tag `id` leads to.
fn commit(git: &gix::Repository, id: ObjectId) -> Option<Commit> {
    git.find_header(id).ok().filter(|header| header.size() <= LARGEST_COMMIT)?;
    let found = git.find_object(id).ok()?.peel_to_commit().ok()?;
    Some(Commit {
        hash: found.id.to_string().into(),
        subject: subject(found.message_raw().ok()?).into(),
        time: civil(found.time().ok()?),
        markdown: None,
    })
}

/// The first line of a message, without what a terminal or an editor would obey.
fn subject(message: &[u8]) -> String {
    let message = message.trim_ascii_start();
    let line = message.split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
    let line = String::from_utf8_lossy(&line[..line.len().min(LONGEST_SUBJECT)]);
    let line: String = line.chars().map(|c| if c == '\t' { ' ' } else { c }).filter(|c| !is_control(*c)).collect();
    line.trim().to_owned()
}

/// Also the marks that turn the direction of text around.
fn is_control(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

/// The time on the committer's own clock; an impossible one becomes the nearest that there is.
fn civil(time: gix::date::Time) -> DateTime {
    let offset = Offset::from_seconds(time.offset).unwrap_or(Offset::UTC);
    let clamped = time.seconds.clamp(Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
    offset.to_datetime(Timestamp::from_second(clamped).unwrap_or_default())
}

/// Seconds since 1970 as if the clock were that of UTC.
fn seconds(time: DateTime) -> i64 {
    time.to_zoned(TimeZone::UTC).map_or(i64::MIN / 2, |zoned| zoned.timestamp().as_second())
}

#[cfg(test)]
mod tests;
