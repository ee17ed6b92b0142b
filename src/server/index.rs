//! Index runs: all artifacts of a root are read in the background, again only those that changed.
//!
//! All roots share a few threads. A run that a newer one of its root replaced stops at its next file, and before each
//! file it makes way for the worker.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Instant, SystemTime},
};

use super::{
    progress::Progress,
    queue::Job,
    roots::{Indexed, Root, Stamps, Start},
    state::State,
};
use crate::{
    diagnostic::Diagnostic,
    disk::{self, Candidate, Stamp, pool},
    workspace::{Index, Workspace},
};

/// Fewer files are read by one thread.
const PART: usize = 64;

struct Run {
    state: Arc<State>,
    root: Arc<Root>,
    start: Start,
    workspace: Workspace,
    unmatched: Vec<Diagnostic>,
    candidates: Vec<Candidate>,
    next: AtomicUsize,
    /// The files that are not read yet.
    left: AtomicUsize,
    found: Mutex<(Index, Stamps)>,
    is_news: AtomicBool,
    began: Instant,
    _progress: Progress,
}

/// Begins a run in place of the one of this root that may be under way.
pub fn begin(state: &Arc<State>, root: &Arc<Root>) {
    let start = root.begin_index();
    let (state, root) = (state.clone(), root.clone());
    pool::run(move || {
        let generation = start.generation;
        if !root.is_current_run(generation) {
            return;
        }
        let begun = catch_unwind(AssertUnwindSafe(|| Run::new(state, root.clone(), start).spread()));
        if begun.is_err() {
            root.give_up_index(generation);
        }
    });
}

impl Run {
    fn new(state: Arc<State>, root: Arc<Root>, start: Start) -> Self {
        let began = Instant::now();
        let (known, config) = (&start.workspace, start.workspace.config.clone());
        let is_established = disk::is_established(root.files.bounds(), &config);
        let workspace = Workspace { is_established, index: Arc::default(), open: Arc::default(), ..(**known).clone() };
        let unmatched = disk::unmatched(&root.location, &config, usize::MAX);
        let (candidates, unread) = disk::candidates(root.files.bounds(), &workspace.config);
        for disk::Unread { path, error } in unread {
            tracing::warn!("{}: {error}", path.display());
        }
        // Progress is shown for the first run only: later ones read what changed.
        let files = if known.is_indexed { 0 } else { candidates.len() };
        Self {
            _progress: Progress::begin(&state, root.path(), files),
            state,
            root,
            start,
            workspace,
            unmatched,
            left: AtomicUsize::new(candidates.len()),
            candidates,
            next: AtomicUsize::new(0),
            found: Mutex::default(),
            is_news: AtomicBool::new(false),
            began,
        }
    }

    /// Reads on as many threads as there is work for.
    fn spread(self) {
        if self.candidates.is_empty() {
            return self.finish();
        }
        let run = Arc::new(self);
        for _ in 1..run.candidates.len().div_ceil(PART).min(pool::threads()) {
            let run = run.clone();
            pool::run(move || run.work());
        }
        run.work();
    }

    fn work(&self) {
        while let Some(candidate) = self.candidates.get(self.next.fetch_add(1, Ordering::Relaxed))
            && self.root.is_current_run(self.start.generation)
        {
            self.state.queue.make_way();
            // A panic on one file must not stop the index.
            let _ = catch_unwind(AssertUnwindSafe(|| self.read(candidate)));
            if self.left.fetch_sub(1, Ordering::AcqRel) == 1 {
                self.finish();
            }
        }
    }

    fn has_other_folders(&self) -> bool {
        self.start.workspace.is_established != self.workspace.is_established
    }

    fn read(&self, candidate: &Candidate) {
        let Candidate { path, .. } = candidate;
        let now = SystemTime::now();
        let resolved = candidate.resolve(self.root.files.bounds());
        let stamp = resolved.as_ref().ok().and_then(|(_, found)| Stamp::of(found, now));
        let known = self.start.workspace.index.get(path);
        let is_same = stamp.is_some() && self.start.stamps.get(path) == stamp.as_ref() && !self.has_other_folders();
        // One that cannot be read now may be so the next time, with the same stamp.
        let mut is_read = true;
        let facts = if is_same {
            known.cloned()
        } else {
            let document = resolved.and_then(|found| disk::read_resolved(found, &self.workspace.vocabulary, candidate));
            is_read = document.is_ok();
            document.ok().and_then(|document| disk::artifact_facts(&self.workspace, &document)).map(Arc::new)
        };
        if facts.as_ref() != known {
            self.is_news.store(true, Ordering::Relaxed);
        }
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if let (Some(facts), Some(stem)) = (facts, self.workspace.config.stem(path)) {
            found.0.insert(path.clone(), stem, facts);
        }
        if let Some(stamp) = stamp.filter(|_| is_read) {
            found.1.insert(path.clone(), stamp);
        }
    }

    fn finish(&self) {
        if !self.root.is_current_run(self.start.generation) {
            return;
        }
        let (index, stamps) = std::mem::take(&mut *self.found.lock().unwrap_or_else(PoisonError::into_inner));
        let before = &self.start.workspace;
        let has_other_folders = self.has_other_folders() || self.root.loaded_config().unmatched != self.unmatched;
        let is_other = has_other_folders || !before.is_indexed || index.len() != before.index.len();
        self.state.queue.push(Job::Indexed(Box::new(Indexed {
            root: self.root.clone(),
            generation: self.start.generation,
            has_other_folders,
            unmatched: self.unmatched.clone(),
            workspace: Workspace { index: Arc::new(index), ..self.workspace.clone() },
            stamps,
            is_news: is_other || self.is_news.load(Ordering::Relaxed),
            took: self.began.elapsed(),
        })));
    }
}
