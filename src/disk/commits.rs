//! The repository of a root as rules may ask it. No key waits for it: in the server answers come from
//! a cache, which a thread of its own brings up to date while somebody asks.

use std::{
    cell::RefCell,
    collections::HashMap,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{Arc, Condvar, Mutex},
    thread,
    time::{Duration, Instant},
};

use jiff::civil::DateTime;

use super::files::{TreeReading, lock};
use crate::{
    repository::Repository,
    workspace::commits::{Commit, Commits, Lookup},
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
pub struct RootCommits {
    shared: Arc<Shared>,
    reading: Arc<TreeReading>,
}

struct Shared {
    root: PathBuf,
    cache: Mutex<Cache>,
    /// Somebody asked for a hash that nobody looked up yet.
    asked: Condvar,
}

#[derive(Default)]
struct Cache {
    /// By hash as it was asked for, in lower case.
    found: HashMap<Box<str>, Lookup>,
    /// Whether nobody looked up some of them yet.
    has_new: bool,
    newest: Option<Commit>,
    /// When the repository was looked at, and how long that took.
    read: Option<(Instant, Duration)>,
    is_being_read: bool,
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
    Repository::open(&super::git_folder::git_folder(&super::repository(root)?)?)
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
        let shared = Shared { root, cache: Mutex::default(), asked: Condvar::new() };
        Self { shared: Arc::new(shared), reading }
    }

    /// Has the repository looked at soon; `cache` is what the caller holds locked.
    fn look(&self, cache: &mut Cache) {
        if std::mem::replace(&mut cache.is_being_read, true) {
            return;
        }
        let (shared, reading) = (self.shared.clone(), self.reading.clone());
        thread::spawn(move || {
            loop {
                let look = shared.look();
                if let (true, TreeReading::InBackground(tell)) = (look.changed, &*reading) {
                    tell();
                }
                if !look.has_more {
                    break;
                }
            }
        });
    }
}

/// What a look at the repository came to.
struct Look {
    /// Whether a rule would see the difference.
    changed: bool,
    /// Whether hashes came meanwhile.
    has_more: bool,
}

impl Shared {
    /// Waits until it is time, then looks at the repository.
    fn look(&self) -> Look {
        let mut cache = lock(&self.cache);
        while !cache.wait().is_zero() {
            let wait = cache.wait();
            cache = self.asked.wait_timeout(cache, wait).map_or_else(|error| error.into_inner().0, |(cache, _)| cache);
        }
        cache.has_new = false;
        let is_known = |found: &Lookup| matches!(found, Lookup::Known(_));
        let answered = cache.found.iter().map(|(hash, found)| (hash.clone(), is_known(found))).collect();
        let newest = cache.newest.clone();
        drop(cache);
        let began = Instant::now();
        // What the reader of a broken repository makes of it must not end all looks.
        let answers = catch_unwind(AssertUnwindSafe(|| read(&self.root, &newest, answered))).unwrap_or_default();
        let mut cache = lock(&self.cache);
        let mut changed = cache.newest != answers.newest;
        for (hash, found) in answers.found {
            let before = cache.found.insert(hash, found.clone());
            changed |= (found == Lookup::Missing) != (before == Some(Lookup::Missing));
        }
        cache.newest = answers.newest;
        cache.read = Some((Instant::now(), began.elapsed()));
        cache.is_being_read = cache.has_new;
        Look { changed, has_more: cache.is_being_read }
    }
}

#[derive(Default)]
struct Answers {
    found: Vec<(Box<str>, Lookup)>,
    newest: Option<Commit>,
}

/// Looks up what may have changed: after a commit all of it, else what was not known.
fn read(root: &Path, newest: &Option<Commit>, answered: Vec<(Box<str>, bool)>) -> Answers {
    let repository = open(root);
    let now = repository.as_ref().and_then(|repository| repository.newest().cloned());
    let has_moved = now != *newest;
    let again = answered.into_iter().filter(|(_, is_known)| has_moved || !is_known);
    let look_up = |hash: Box<str>| {
        let found = repository.as_ref().map_or(Lookup::Untold, |repository| repository.find(&hash));
        (hash, found)
    };
    Answers { found: again.map(|(hash, _)| look_up(hash)).collect(), newest: now }
}

impl Commits for RootCommits {
    fn find(&self, hash: &str) -> Lookup {
        if hash.len() > LONGEST_HASH {
            return Lookup::Untold;
        }
        if let TreeReading::AtOnce = &*self.reading {
            return ask(&self.shared.root, |repository| repository.find(hash)).unwrap_or(Lookup::Untold);
        }
        let mut cache = lock(&self.shared.cache);
        let hash = hash.to_ascii_lowercase();
        let found = cache.found.get(hash.as_str()).cloned();
        if found.is_none() && cache.found.len() < MOST_HASHES {
            cache.found.insert(hash.as_str().into(), Lookup::Untold);
            cache.has_new = true;
            self.shared.asked.notify_all();
        }
        self.look(&mut cache);
        found.unwrap_or(Lookup::Untold)
    }

    fn newest(&self) -> Option<Commit> {
        if let TreeReading::AtOnce = &*self.reading {
            return ask(&self.shared.root, |repository| repository.newest().cloned()).flatten();
        }
        let mut cache = lock(&self.shared.cache);
        self.look(&mut cache);
        cache.newest.clone()
    }

    fn since(&self, after: Option<DateTime>, most: usize) -> Vec<Commit> {
        open(&self.shared.root).map(|repository| repository.since(after, most)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
