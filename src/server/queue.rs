//! What waits for the worker.

use std::{
    collections::VecDeque,
    path::PathBuf,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use serde_json::Value;
use tokio::sync::oneshot;
use tower_lsp::lsp_types::{FileEvent, Url};

use super::{
    open_document::Analysis,
    roots::{Indexed, Root},
};
use crate::disk::RootLocation;

/// Whoever waits for an analysis.
pub type Reply = oneshot::Sender<Arc<Analysis>>;

/// One piece of work.
pub enum Job {
    /// A document was opened or changed.
    Analyse(Url),
    /// Something that a document's diagnostics depend on changed.
    Recheck(Url),
    /// The same, for all open documents.
    RecheckAll,
    /// A client asks for diagnostics, which files that changed unseen may change.
    Pull(Url, Vec<Reply>),
    /// A client asks for what depends on the text: its newest version has to be read.
    Read(Url, Vec<Reply>),
    /// A document, by canonical URI like all of these, was saved.
    Saved(Url),
    Closed(Url, Closed),
    /// The workspace folders are known, or others than before.
    Folders,
    /// Roots of the workspace folders are found; the number of the search.
    Found(u64, VecDeque<RootLocation>),
    Indexed(Box<Indexed>),
    /// Time to look for what changed outside the editor, where nobody tells.
    Rescan,
    /// Files changed outside the editor.
    Watched(Vec<FileEvent>),
    /// Client settings by root.
    Settings(Vec<(PathBuf, Value)>),
    /// An open configuration has not changed for a while.
    Config(PathBuf),
}

/// What a document was that is closed.
pub struct Closed {
    /// As the client spells it.
    pub uri: Url,
    pub path: Option<PathBuf>,
    pub home: Option<Arc<Root>>,
}

/// The most events of files that wait; more of them mean that anything may have changed.
const MOST_EVENTS: usize = 100_000;

/// The most jobs that wait. More come only from a client that opens and closes, and reads nothing.
const MOST_JOBS: usize = 100_000;

/// An index run waits at most so long before each file.
const MAKING_WAY: Duration = Duration::from_millis(50);

/// Jobs in order, equal ones merged; background jobs come last.
#[derive(Default)]
pub struct Queue {
    waiting: Mutex<Waiting>,
    work: Condvar,
    idle: Condvar,
    busy: AtomicBool,
}

#[derive(Default)]
struct Waiting {
    jobs: VecDeque<Job>,
    later: Vec<(Instant, Job)>,
}

impl Job {
    /// Merges an equivalent job; returns any other.
    fn merge(&mut self, other: Job) -> Option<Job> {
        match (self, other) {
            (Job::Pull(a, replies), Job::Pull(b, more)) | (Job::Read(a, replies), Job::Read(b, more)) if *a == b => {
                replies.retain(|reply| !reply.is_closed());
                replies.extend(more);
            }
            (Job::Closed(a, closed), Job::Closed(b, newer)) if *a == b => *closed = newer,
            (Job::Watched(events), Job::Watched(more)) => events.extend(more),
            (Job::Settings(settings), Job::Settings(newer)) => {
                settings.retain(|(folder, _)| newer.iter().all(|(other, _)| other != folder));
                settings.extend(newer);
            }
            (this, other) if this.is_same(&other) => {}
            (_, other) => return Some(other),
        }
        None
    }

    fn is_same(&self, other: &Job) -> bool {
        match (self, other) {
            (Job::Analyse(a), Job::Analyse(b))
            | (Job::Recheck(a), Job::Recheck(b))
            | (Job::Saved(a), Job::Saved(b)) => a == b,
            (Job::Config(a), Job::Config(b)) => a == b,
            (Job::RecheckAll, Job::RecheckAll) | (Job::Folders, Job::Folders) | (Job::Rescan, Job::Rescan) => true,
            _ => false,
        }
    }

    fn is_urgent(&self) -> bool {
        !matches!(self, Job::Recheck(_) | Job::RecheckAll | Job::Found(..))
    }
}

impl Waiting {
    fn push(&mut self, mut job: Job) {
        for other in &mut self.jobs {
            match other.merge(job) {
                Some(unlike) => job = unlike,
                None => {
                    if matches!(other, Job::Watched(events) if events.len() > MOST_EVENTS) {
                        *other = Job::Folders;
                    }
                    return;
                }
            }
        }
        self.jobs.push_back(job);
    }

    /// The next job, else how long until there is one.
    fn next(&mut self) -> Result<Job, Option<Duration>> {
        let now = Instant::now();
        while let Some(due) = self.later.iter().position(|(due, _)| *due <= now) {
            let (_, job) = self.later.swap_remove(due);
            self.push(job);
        }
        let urgent = self.jobs.iter().position(Job::is_urgent);
        let wait = self.later.iter().map(|(due, _)| *due).min().map(|due| due - now);
        self.jobs.remove(urgent.unwrap_or(0)).ok_or(wait)
    }
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a job to the same that waits, if there is one: of several versions only the newest is analysed.
    pub fn push(&self, job: Job) {
        let mut waiting = self.lock();
        self.busy.store(true, Ordering::Release);
        waiting.push(job);
        self.work.notify_one();
    }

    /// Adds a job after a delay, which restarts when the job is added again.
    pub fn push_later(&self, job: Job, wait: Duration) {
        let mut waiting = self.lock();
        waiting.later.retain(|(_, other)| !other.is_same(&job));
        waiting.later.push((Instant::now() + wait, job));
        self.work.notify_one();
    }

    /// The next job; waits for one.
    pub fn pop(&self) -> Job {
        let mut waiting = self.lock();
        loop {
            let wait = match waiting.next() {
                Ok(job) => {
                    self.busy.store(true, Ordering::Release);
                    return job;
                }
                Err(wait) => wait,
            };
            self.busy.store(false, Ordering::Release);
            self.idle.notify_all();
            waiting = match wait {
                Some(wait) => self.work.wait_timeout(waiting, wait).unwrap_or_else(PoisonError::into_inner).0,
                None => self.work.wait(waiting).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }

    /// Whether nothing waits, nor is being done by the worker.
    pub fn is_idle(&self) -> bool {
        !self.busy.load(Ordering::Acquire)
    }

    /// As [`Queue::pop`] where nothing waits, without waiting for anything.
    #[cfg(test)]
    pub fn rest(&self) {
        self.busy.store(false, Ordering::Release);
    }

    pub fn is_empty(&self) -> bool {
        self.lock().jobs.is_empty()
    }

    /// Whether the client asks for more than can be done.
    pub fn is_overfull(&self) -> bool {
        self.lock().jobs.len() > MOST_JOBS
    }

    /// Waits while the worker is busy: edits go before indexing.
    pub fn make_way(&self) {
        if self.busy.load(Ordering::Acquire) {
            let is_busy = |_: &mut Waiting| self.busy.load(Ordering::Acquire);
            drop(self.idle.wait_timeout_while(self.lock(), MAKING_WAY, is_busy));
        }
    }
}

#[cfg(test)]
mod tests {
    use tower_lsp::lsp_types::FileChangeType;

    use super::*;

    fn uri(name: &str) -> Url {
        Url::parse(&format!("file:///{name}")).unwrap()
    }

    fn length(queue: &Queue) -> usize {
        queue.lock().jobs.len()
    }

    #[test]
    fn what_is_asked_for_again_and_again_waits_once() {
        let queue = Queue::default();
        let mut answers = Vec::new();
        for n in 0..100 {
            let (reply, answer) = oneshot::channel();
            let path = Some(PathBuf::from(n.to_string()));
            answers.push(answer);
            queue.push(Job::Analyse(uri("a")));
            queue.push(Job::Read(uri("a"), vec![reply]));
            queue.push(Job::Saved(uri("a")));
            queue.push(Job::Closed(uri("a"), Closed { uri: uri("a"), path, home: None }));
            queue.push(Job::Folders);
            queue.push(Job::Settings(vec![(PathBuf::new(), n.into())]));
            queue.push(Job::Watched(vec![FileEvent::new(uri("b"), FileChangeType::CHANGED)]));
        }
        assert_eq!(length(&queue), 7);
        let jobs: Vec<_> = (0..7).map(|_| queue.pop()).collect();
        assert!(jobs.iter().any(|job| matches!(job, Job::Read(_, replies) if replies.len() == 100)));
        assert!(
            jobs.iter().any(|job| matches!(job, Job::Settings(newest) if newest[..] == [(PathBuf::new(), 99.into())]))
        );
        let newest = Some(PathBuf::from("99"));
        assert!(jobs.iter().any(|job| matches!(job, Job::Closed(_, closed) if closed.path == newest)));
    }

    #[test]
    fn answers_to_cancelled_requests_are_dropped() {
        let queue = Queue::default();
        for _ in 0..100 {
            let (reply, _) = oneshot::channel();
            queue.push(Job::Pull(uri("a"), vec![reply]));
        }
        assert!(matches!(queue.pop(), Job::Pull(_, replies) if replies.len() == 1));
    }

    #[test]
    fn too_many_events_mean_that_anything_changed() {
        let queue = Queue::default();
        let many = vec![FileEvent::new(uri("b"), FileChangeType::CHANGED); MOST_EVENTS];
        queue.push(Job::Watched(many.clone()));
        queue.push(Job::Watched(many));
        assert!(matches!(queue.pop(), Job::Folders));
    }

    #[test]
    fn a_job_that_was_taken_counts_until_the_next_is_asked_for() {
        let queue = Queue::default();
        assert!(queue.is_idle());
        queue.push(Job::Rescan);
        assert!(!queue.is_idle());
        queue.pop();
        assert!(queue.is_empty() && !queue.is_idle());
        std::thread::scope(|scope| {
            scope.spawn(|| queue.pop());
            while !queue.is_idle() {
                std::thread::yield_now();
            }
            queue.push(Job::Rescan);
        });
    }

    #[test]
    fn rechecks_wait_for_all_else() {
        let queue = Queue::default();
        queue.push(Job::Recheck(uri("a")));
        queue.push(Job::Found(1, VecDeque::new()));
        queue.push(Job::Analyse(uri("b")));
        assert!(matches!(queue.pop(), Job::Analyse(_)));
        assert!(matches!(queue.pop(), Job::Recheck(_)));
        assert!(matches!(queue.pop(), Job::Found(..)));
    }

    #[test]
    fn a_later_job_waits_until_it_is_not_asked_for_again() {
        let queue = Queue::default();
        let config = || Job::Config(PathBuf::from("phasemark.toml"));
        for _ in 0..100 {
            queue.push_later(config(), Duration::from_millis(20));
        }
        assert!(queue.is_empty());
        queue.push(Job::Folders);
        assert!(matches!(queue.pop(), Job::Folders));
        assert!(matches!(queue.pop(), Job::Config(_)));
        assert!(queue.lock().later.is_empty());
    }
}
