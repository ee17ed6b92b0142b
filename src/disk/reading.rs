//! What waits while the disk is read.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Who waits while the tree of files or the repository is read.
pub enum TreeReading {
    /// The caller: the command line.
    AtOnce,
    /// No one: the answer is unknown until it is read, then this is called.
    InBackground(Box<dyn Fn() + Send + Sync>),
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
