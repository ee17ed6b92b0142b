//! What waits for the worker.

use std::{
    collections::VecDeque,
    path::PathBuf,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use serde_json::Value;
use tokio::sync::oneshot;
use tower_lsp::lsp_types::{FileEvent, Url};

use super::{
    roots::Root,
    state::{Analysis, OpenDocument},
};
use crate::workspace::Index;

/// One piece of work.
pub enum Job {
    /// A document was opened or changed.
    Analyse(Url),
    /// Something that a document's diagnostics depend on changed.
    Recheck(Url),
    /// The same, for all open documents.
    RecheckAll,
    /// A client asks for diagnostics, which files that changed unseen may change.
    Pull(Url, oneshot::Sender<Arc<Analysis>>),
    /// A client asks for what depends on the text: its newest version has to be read.
    Read(Url, oneshot::Sender<Arc<Analysis>>),
    /// A document, by canonical URI like all of these, was saved.
    Saved(Url),
    /// With what it was.
    Closed(Url, Box<OpenDocument>),
    /// The workspace folders are known, or others than before.
    Folders,
    Indexed {
        root: Arc<Root>,
        generation: u64,
        index: Box<Index>,
    },
    /// Time to look for what changed outside the editor, where nobody tells.
    Rescan,
    /// Files changed outside the editor.
    Watched(Vec<FileEvent>),
    /// Client settings by root.
    Settings(Vec<(PathBuf, Value)>),
}

/// Jobs in their order; rechecks wait until nothing else does.
#[derive(Default)]
pub struct Queue {
    jobs: Mutex<VecDeque<Job>>,
    work: Condvar,
    busy: AtomicBool,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, VecDeque<Job>> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a job, unless the same is waiting: of several versions only the newest is analysed.
    pub fn push(&self, job: Job) {
        let mut jobs = self.lock();
        let waits = jobs.iter().any(|other| match (other, &job) {
            (Job::Analyse(a), Job::Analyse(b)) | (Job::Recheck(a), Job::Recheck(b)) => a == b,
            (Job::RecheckAll, Job::RecheckAll) => true,
            _ => false,
        });
        if !waits {
            self.busy.store(true, Ordering::Release);
            jobs.push_back(job);
            self.work.notify_one();
        }
    }

    /// The next job; waits for one.
    pub fn pop(&self) -> Job {
        let mut jobs = self.lock();
        loop {
            let urgent = jobs.iter().position(|job| !matches!(job, Job::Recheck(_) | Job::RecheckAll));
            if let Some(job) = jobs.remove(urgent.unwrap_or(0)) {
                return job;
            }
            self.busy.store(false, Ordering::Release);
            jobs = self.work.wait(jobs).unwrap_or_else(PoisonError::into_inner);
        }
    }

    pub fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    /// Whether the worker has something to do: indexing makes way.
    pub fn is_busy(&self) -> bool {
        self.busy.load(Ordering::Acquire)
    }
}
