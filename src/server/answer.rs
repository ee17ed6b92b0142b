//! Answers to the client, computed where they keep no message waiting.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tower_lsp::{
    jsonrpc::{Error, Result},
    lsp_types::Url,
};

use super::{
    asking::Permit,
    open_document::{Analysis, Task},
    state::State,
};
use crate::workspace::Files;

/// Runs what may read the disk or takes long where it keeps no message waiting, and not before the client has read
/// most of what it was sent.
///
/// # Errors
/// If it panics.
pub async fn blocking<T: Send + 'static>(
    state: &Arc<State>,
    permit: Permit,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T> {
    let outgoing = state.outgoing.clone();
    let work = move || {
        // Until it is done, even if the request was cancelled.
        let _permit = permit;
        outgoing.wait_for_room();
        work()
    };
    tokio::task::spawn_blocking(work).await.map_err(|_| Error::internal_error())
}

/// A question about an open document.
pub struct Question {
    pub task: Task,
    /// Canonical.
    pub uri: Url,
    pub analysis: Arc<Analysis>,
}

/// Answers where it was asked if that took an instant the last time and asks nothing of the disk, else as [`blocking`].
/// `None` of what is no file of a root.
///
/// # Errors
/// If it panics.
pub async fn answer<T: Send + 'static>(
    state: &Arc<State>,
    permit: Permit,
    question: Question,
    answer: impl Fn(&State, &Question, &dyn Files) -> T + Send + 'static,
) -> Result<Option<T>> {
    let Some(root) = question.analysis.root().cloned() else { return Ok(None) };
    if state.is_quick(&question.uri, question.task) && state.outgoing.is_idle() {
        let known = root.files.known();
        let answered = answer(state, &question, &known);
        if !known.had_to_ask() {
            return Ok(Some(answered));
        }
    }
    let asked = state.clone();
    let work = move || {
        let begun = Instant::now();
        let files = root.files.noted();
        let answered = answer(&asked, &question, &files);
        // What had to ask the disk is not tried at once the next time.
        let took = if files.had_to_ask() { Duration::MAX } else { begun.elapsed() };
        asked.note_time(&question.uri, question.task, took);
        answered
    };
    blocking(state, permit, work).await.map(Some)
}
