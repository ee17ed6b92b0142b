//! The repository of a root as rules may ask it. No key waits for it: in the server answers come from
//! a cache, which is brought up to date in the background while it is in use.

use std::{
    cell::RefCell,
    collections::HashMap,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock},
    time::{Duration, Instant},
};

use jiff::civil::DateTime;

use super::{
    pool,
    reading::{TreeReading, lock},
};
use crate::{
    repository::{Gone, Repository, Subjects},
    workspace::commits::{Commit, Commits, Lookup, Whereabouts},
};

/// While somebody asks, the repository is looked at again at most this often.
const FRESH: Duration = Duration::from_secs(2);
/// And at most this part of the time.
const MOST_BUSY: u32 = 20;
/// Hashes beyond these stay untold.
const MOST_HASHES: usize = 50_000;
/// No longer text is a hash of the repositories that are read.
const LONGEST_HASH: usize = 40;

/// The repository around one root.
pub struct RootCommits(Arc<Shared>);

struct Shared {
    root: PathBuf,
    cache: Mutex<Cache>,
    reading: Arc<TreeReading>,
    /// What the command line knows of paths that are gone.
    gone: OnceLock<RootGone>,
    /// And of subjects.
    subjects: OnceLock<Subjects>,
}

#[derive(Default)]
struct Cache {
    /// By hash as it was asked for, in lower case.
    found: HashMap<Box<str>, Lookup>,
    /// Whether nobody looked up some of them yet.
    has_new: bool,
    recent: Vec<Commit>,
    /// The paths that are gone.
    gone: Slow<RootGone>,
    /// The commits by their subjects.
    subjects: Slow<Subjects>,
    /// When the repository was looked at, and how long that took.
    read: Option<(Instant, Duration)>,
    /// When the next look is due.
    due: Option<Instant>,
    is_being_read: bool,
}

/// What takes long to read: there once a rule has asked for it, as of the newest commit.
struct Slow<T> {
    read: Option<Arc<T>>,
    is_wanted: bool,
}

impl<T> Default for Slow<T> {
    fn default() -> Self {
        Self { read: None, is_wanted: false }
    }
}

impl<T> Slow<T> {
    /// Whether it is asked for, and for the first time.
    fn wanted(&self) -> Option<bool> {
        self.is_wanted.then_some(self.read.is_none())
    }

    /// Takes what was read, if it was; says whether.
    fn take(&mut self, new: Option<T>) -> bool {
        let is_new = new.is_some();
        self.read = new.map(Arc::new).or_else(|| self.read.take());
        is_new
    }
}

impl Cache {
    /// How long to wait before the repository is looked at; nothing if a hash waits.
    fn wait(&self) -> Duration {
        match self.read {
            Some((at, took)) if !self.has_new => FRESH.max(took.saturating_mul(MOST_BUSY)).saturating_sub(at.elapsed()),
            _ => Duration::ZERO,
        }
    }
}

/// The repository that `root` lies in.
fn open(root: &Path) -> Option<Repository> {
    let top = super::repository(root)?;
    let folder = super::relative(&top, root).unwrap_or_default();
    Some(Repository::open(&super::git_folder::git_folder(&top)?)?.below(&folder))
}

thread_local! {
    /// What this thread of the command line asked last: a repository stays on its thread.
    static OPENED: RefCell<Option<(PathBuf, Option<Repository>)>> = const { RefCell::new(None) };
}

/// Asks the repository of `root` now; it is opened once.
fn ask<T>(root: &Path, question: impl FnOnce(&Repository) -> T) -> Option<T> {
    OPENED.with_borrow_mut(|opened| {
        if opened.as_ref().is_none_or(|(of, _)| of != root) {
            *opened = Some((root.to_path_buf(), open(root)));
        }
        opened.as_ref()?.1.as_ref().map(question)
    })
}

impl RootCommits {
    pub fn new(root: PathBuf, reading: Arc<TreeReading>) -> Self {
        Self(Arc::new(Shared {
            root,
            cache: Mutex::default(),
            reading,
            gone: OnceLock::new(),
            subjects: OnceLock::new(),
        }))
    }
}

impl Shared {
    /// Has the repository looked at soon, once; `cache` is what the caller holds locked.
    fn look_soon(self: &Arc<Self>, cache: &mut Cache) {
        let wait = cache.wait();
        let due = Instant::now() + wait;
        if cache.is_being_read || cache.due.is_some_and(|other| other <= due) {
            return;
        }
        cache.due = Some(due);
        let shared = self.clone();
        pool::run_after(wait, move || {
            if let (true, TreeReading::InBackground(tell)) = (shared.look(due), &*shared.reading) {
                tell();
            }
        });
    }

    /// What is read already of what takes long; from now on it is read.
    fn slow<T>(self: &Arc<Self>, of: impl Fn(&mut Cache) -> &mut Slow<T>) -> Option<Arc<T>> {
        let mut cache = lock(&self.cache);
        cache.has_new |= !std::mem::replace(&mut of(&mut cache).is_wanted, true);
        self.look_soon(&mut cache);
        of(&mut cache).read.clone()
    }

    /// Looks at the repository, unless that was due earlier; says whether a rule would see the difference.
    fn look(self: &Arc<Self>, due: Instant) -> bool {
        let mut cache = lock(&self.cache);
        if cache.is_being_read || cache.due != Some(due) {
            return false;
        }
        (cache.due, cache.has_new, cache.is_being_read) = (None, false, true);
        let is_known = |found: &Lookup| matches!(found, Lookup::Known(_));
        let answered = cache.found.iter().map(|(hash, found)| (hash.clone(), is_known(found))).collect();
        let recent = cache.recent.clone();
        let wanted = Wanted { gone: cache.gone.wanted(), subjects: cache.subjects.wanted() };
        drop(cache);
        let began = Instant::now();
        // What the reader of a broken repository makes of it must not end all looks.
        let answers =
            catch_unwind(AssertUnwindSafe(|| read(&self.root, &recent, answered, wanted))).unwrap_or_default();
        let mut cache = lock(&self.cache);
        let mut changed = cache.recent != answers.recent;
        for (hash, found) in answers.found {
            let before = cache.found.insert(hash, found.clone());
            changed |= (found == Lookup::Missing) != (before == Some(Lookup::Missing));
        }
        cache.recent = answers.recent;
        changed |= cache.gone.take(answers.gone);
        changed |= cache.subjects.take(answers.subjects);
        cache.read = Some((Instant::now(), began.elapsed()));
        cache.is_being_read = false;
        if cache.has_new {
            self.look_soon(&mut cache);
        }
        changed
    }
}

#[derive(Default)]
struct Answers {
    found: Vec<(Box<str>, Lookup)>,
    recent: Vec<Commit>,
    gone: Option<RootGone>,
    subjects: Option<Subjects>,
}

/// Whether what takes long to read is asked for, and for the first time.
#[derive(Clone, Copy)]
struct Wanted {
    gone: Option<bool>,
    subjects: Option<bool>,
}

/// Looks up what may have changed: after a commit all of it, else what was not known.
fn read(root: &Path, recent: &[Commit], answered: Vec<(Box<str>, bool)>, wanted: Wanted) -> Answers {
    let repository = open(root);
    let hash = |commit: &Commit| commit.hash.clone();
    let newest = repository.as_ref().and_then(|repository| repository.newest()).map(hash);
    let has_moved = newest != recent.first().map(hash);
    let now = match &repository {
        Some(repository) if has_moved => repository.recent(),
        Some(_) => recent.to_vec(),
        None => Vec::new(),
    };
    let again = answered.into_iter().filter(|(_, is_known)| has_moved || !is_known);
    let look_up = |hash: Box<str>| {
        let found = repository.as_ref().map_or(Lookup::Untold, |repository| repository.find(&hash));
        (hash, found)
    };
    let found = again.map(|(hash, _)| look_up(hash)).collect();
    let is_due = |wanted: Option<bool>| wanted.is_some_and(|is_first| is_first || has_moved);
    let gone = is_due(wanted.gone).then(|| RootGone::read(root, repository.as_ref()));
    let subjects = is_due(wanted.subjects).then(|| repository.as_ref().map(Repository::subjects).unwrap_or_default());
    Answers { found, recent: now, gone, subjects }
}

/// The paths that are gone from the repository around a root.
#[derive(Default)]
struct RootGone {
    gone: Gone,
    /// The folder of the root in the repository, ending in `/`; empty for its top.
    folder: String,
}

impl RootGone {
    /// `repository`: what can be read of the one around `root`.
    fn read(root: &Path, repository: Option<&Repository>) -> Self {
        let Some(home) = super::repository(root) else { return Self { gone: Gone::nothing(), folder: String::new() } };
        let inside = root.strip_prefix(home).unwrap_or(Path::new(""));
        let folder = inside.iter().map(|part| format!("{}/", part.to_string_lossy())).collect();
        Self { gone: repository.map(Repository::gone).unwrap_or_default(), folder }
    }

    fn find(&self, path: &str) -> Whereabouts {
        match self.gone.find(&format!("{}{path}", self.folder)) {
            // What left the root is gone from it.
            Whereabouts::Moved(to) => {
                to.strip_prefix(&*self.folder).map_or(Whereabouts::Removed, |to| Whereabouts::Moved(to.into()))
            }
            other => other,
        }
    }
}

impl Commits for RootCommits {
    fn find(&self, hash: &str) -> Lookup {
        if hash.len() > LONGEST_HASH {
            return Lookup::Untold;
        }
        if let TreeReading::AtOnce = &*self.0.reading {
            return ask(&self.0.root, |repository| repository.find(hash)).unwrap_or(Lookup::Untold);
        }
        let mut cache = lock(&self.0.cache);
        let hash = hash.to_ascii_lowercase();
        let found = cache.found.get(hash.as_str()).cloned();
        if found.is_none() && cache.found.len() < MOST_HASHES {
            cache.found.insert(hash.as_str().into(), Lookup::Untold);
            cache.has_new = true;
        }
        self.0.look_soon(&mut cache);
        found.unwrap_or(Lookup::Untold)
    }

    fn recent(&self) -> Vec<Commit> {
        if let TreeReading::AtOnce = &*self.0.reading {
            return ask(&self.0.root, Repository::recent).unwrap_or_default();
        }
        let mut cache = lock(&self.0.cache);
        self.0.look_soon(&mut cache);
        cache.recent.clone()
    }

    fn since(&self, after: Option<DateTime>, most: usize) -> Vec<Commit> {
        open(&self.0.root).map(|repository| repository.since(after, most)).unwrap_or_default()
    }

    fn added(&self, paths: &[&str]) -> Option<DateTime> {
        open(&self.0.root)?.added(paths)
    }

    fn titled(&self, subject: &str) -> Option<Box<str>> {
        if let TreeReading::AtOnce = &*self.0.reading {
            let read = || ask(&self.0.root, Repository::subjects).unwrap_or_default();
            return self.0.subjects.get_or_init(read).get(subject)?.clone();
        }
        self.0.slow(|cache| &mut cache.subjects)?.get(subject)?.clone()
    }

    fn whereabouts(&self, path: &str) -> Whereabouts {
        if let TreeReading::AtOnce = &*self.0.reading {
            let root = &self.0.root;
            let read = || {
                let asked = ask(root, |repository| RootGone::read(root, Some(repository)));
                asked.unwrap_or_else(|| RootGone::read(root, None))
            };
            return self.0.gone.get_or_init(read).find(path);
        }
        self.0.slow(|cache| &mut cache.gone).map_or(Whereabouts::Untold, |gone| gone.find(path))
    }
}

#[cfg(test)]
mod tests;
