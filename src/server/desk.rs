//! Who analyses: one thread at a time. Small documents are analysed by the thread that reads the messages, right after
//! their edits, as a switch to another thread takes as long as that; everything else is the worker's.
//!
//! Architecture invariant: the reading thread analyses only what is done in an instant and asks nothing of the disk,
//! and only while nothing waits for the worker: so nothing is overtaken, and a cancellation waits for an instant.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError},
    thread,
};

use serde_json::Value;
use tower_lsp::lsp_types::Url;

use super::{analyst::Analyst, open_document::Task, queue::Job, state::State, transport::Observer};

/// Where documents are analysed, by one thread at a time.
pub struct Desk {
    state: Arc<State>,
    analyst: Mutex<Analyst>,
}

impl Desk {
    pub fn new(state: Arc<State>) -> Arc<Self> {
        Arc::new(Self { analyst: Mutex::new(Analyst::new(state.clone())), state })
    }

    /// Starts the worker's thread.
    pub fn start(self: &Arc<Self>) {
        let desk = self.clone();
        thread::spawn(move || {
            loop {
                let job = desk.state.queue.pop();
                desk.work(&mut desk.analyst.lock().unwrap_or_else(PoisonError::into_inner), |analyst| analyst.run(job));
            }
        });
    }

    /// `None` if it panicked: its channel is closed, and the request gets an error.
    fn work<T>(&self, analyst: &mut Analyst, work: impl FnOnce(&mut Analyst) -> T) -> Option<T> {
        let done = catch_unwind(AssertUnwindSafe(|| work(analyst)));
        if done.is_err() {
            tracing::error!("the analysis panicked; continuing with the next document");
        }
        if self.state.queue.is_empty() {
            analyst.settle();
        }
        done.ok()
    }

    fn try_take(&self) -> Option<MutexGuard<'_, Analyst>> {
        match self.analyst.try_lock() {
            Ok(analyst) => Some(analyst),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    /// Analyses an edited document if that is done in an instant; says whether it is done.
    fn analyse_at_once(&self, uri: &Url) -> bool {
        if !self.state.is_quick(uri, Task::Analysis) || !self.state.queue.is_idle() {
            return false;
        }
        let Some(mut analyst) = self.try_take() else { return false };
        self.work(&mut analyst, |analyst| analyst.analyse_what_is_known(uri)).unwrap_or(true)
    }
}

impl Observer for Arc<Desk> {
    fn initialize(&self, params: &Value) {
        self.state.set_raw_params(params.clone());
    }

    fn edits_end(&self, is_burst: bool) {
        for uri in self.state.take_edited() {
            if is_burst || !self.analyse_at_once(&uri) {
                self.state.queue.push(Job::Analyse(uri));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{path::PathBuf, sync::mpsc::channel, time::Duration};

    use serde_json::json;
    use tower_lsp::lsp_types::{
        DidChangeTextDocumentParams, TextDocumentContentChangeEvent, TextDocumentItem, VersionedTextDocumentIdentifier,
    };

    use super::*;
    use crate::server::{self, convert, features::Features, open_document::Analysis};

    const NOTES: &str = "# Phase 1\n\n## Status\n\n- [x] In progress\n\n## Session log\n";

    /// A desk without the worker's thread: what is left to it waits until [`Session::work`].
    struct Session {
        desk: Arc<Desk>,
        state: Arc<State>,
        uri: Url,
        folder: PathBuf,
        _home: tempfile::TempDir,
        _runtime: tokio::runtime::Runtime,
    }

    impl Session {
        fn open() -> Self {
            Self::open_at("work-notes/phase-1.md")
        }

        /// A document that was analysed, in a root that is indexed.
        fn open_at(path: &str) -> Self {
            let home = tempfile::tempdir().unwrap();
            let folder = home.path().canonicalize().unwrap();
            std::fs::create_dir(folder.join(path).parent().unwrap()).unwrap();
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let state = server::unconnected(&runtime);
            let watches = json!({ "workspace": { "didChangeWatchedFiles": { "dynamicRegistration": true } } });
            state.set_features(Features::negotiate(&json!({ "capabilities": watches })));
            state.set_folders(vec![folder.clone()]);
            let uri = convert::uri(&folder.join(path)).unwrap();
            let desk = Desk::new(state.clone());
            let session = Self { desk, state, uri, folder, _home: home, _runtime: runtime };
            session.state.open(TextDocumentItem::new(session.uri.clone(), "markdown".to_owned(), 1, NOTES.to_owned()));
            while !session.state.roots().first().is_some_and(|root| root.workspace().is_indexed) {
                session.work_once();
            }
            session.work();
            session.state.note_time(&session.uri, Task::Analysis, Duration::ZERO);
            session
        }

        fn work_once(&self) {
            let job = self.state.queue.pop();
            self.desk.work(&mut self.desk.try_take().unwrap(), |analyst| analyst.run(job));
        }

        /// Does what is left to the worker, as its thread would.
        fn work(&self) {
            while !self.state.queue.is_empty() {
                self.work_once();
            }
            self.state.queue.rest();
        }

        fn edit(&self, version: i32, text: &str) {
            let change = TextDocumentContentChangeEvent { range: None, range_length: None, text: text.to_owned() };
            self.state.change(DidChangeTextDocumentParams {
                text_document: VersionedTextDocumentIdentifier::new(self.uri.clone(), version),
                content_changes: vec![change],
            });
        }

        fn newest(&self) -> Option<Arc<Analysis>> {
            self.state.newest_analysis(&self.uri)
        }

        fn is_left_to_the_worker(&self) -> bool {
            self.newest().is_none() && !self.state.queue.is_empty()
        }
    }

    #[test]
    fn edits_of_a_small_document_are_analysed_once_by_the_thread_that_reads() {
        let session = Session::open();
        (2..100).for_each(|version| session.edit(version, NOTES));
        session.edit(100, &NOTES.replace("[x] In progress", "[x] In progress\n- [x] Complete"));
        assert!(session.newest().is_none(), "not before the edits end");
        session.desk.edits_end(false);
        let analysis = session.newest().unwrap();
        assert!(analysis.diagnostics.iter().any(|found| found.rule == "conflicting-status"));
        assert!(session.state.queue.is_empty());
    }

    #[test]
    fn a_burst_is_left_to_the_worker() {
        let session = Session::open();
        session.edit(2, NOTES);
        session.desk.edits_end(true);
        assert!(session.is_left_to_the_worker());
        session.work();
        assert_eq!(session.newest().unwrap().version, 2);
    }

    #[test]
    fn a_document_that_took_long_is_left_to_the_worker() {
        let session = Session::open();
        session.state.note_time(&session.uri, Task::Analysis, Duration::from_millis(2));
        session.edit(2, NOTES);
        session.desk.edits_end(false);
        assert!(session.is_left_to_the_worker());
    }

    #[test]
    fn nothing_overtakes_what_waits_for_the_worker_or_is_being_done() {
        let session = Session::open();
        session.state.queue.push(Job::RecheckAll);
        session.edit(2, NOTES);
        session.desk.edits_end(false);
        assert!(session.is_left_to_the_worker());
        session.work();

        let (taken, is_taken) = channel();
        let (end, ended) = channel::<()>();
        let desk = session.desk.clone();
        let worker = thread::spawn(move || {
            let analyst = desk.try_take();
            taken.send(()).unwrap();
            let _ = ended.recv();
            drop(analyst);
        });
        is_taken.recv().unwrap();
        session.edit(3, NOTES);
        session.desk.edits_end(false);
        assert!(session.is_left_to_the_worker());
        drop(end);
        worker.join().unwrap();
        session.work();
        assert_eq!(session.newest().unwrap().version, 3);
    }

    #[test]
    fn where_the_disk_has_to_be_asked_the_worker_does_it() {
        let session = Session::open_at("prompts/phase-1.md");
        let names = |path: &str| format!("# Phase 1\n\n## Context\n- Reference implementation(s): `{path}`\n");
        let is_broken = || session.newest().unwrap().diagnostics.iter().any(|found| found.rule == "broken-reference");
        std::fs::write(session.folder.join("there.rs"), "").unwrap();
        session.edit(2, &names("there.rs"));
        session.desk.edits_end(false);
        assert!(session.is_left_to_the_worker());
        session.work();
        assert!(!is_broken());
        // What it has asked is known for a moment, which may be over on a busy machine.
        let is_known = (3..100).any(|version| {
            session.state.note_time(&session.uri, Task::Analysis, Duration::ZERO);
            session.edit(version, &names("there.rs").replace("# Phase", "# The phase"));
            session.desk.edits_end(false);
            let is_analysed = session.newest().is_some();
            session.work();
            is_analysed
        });
        assert!(is_known && !is_broken());
        session.state.note_time(&session.uri, Task::Analysis, Duration::ZERO);
        session.edit(100, &names("gone/away.rs"));
        session.desk.edits_end(false);
        assert!(session.is_left_to_the_worker());
    }

    #[test]
    fn a_document_that_was_closed_is_no_work() {
        let session = Session::open();
        session.edit(2, NOTES);
        session.state.close(session.uri.clone());
        session.desk.edits_end(false);
        session.work();
        assert!(session.newest().is_none());
    }

    #[test]
    fn a_panic_costs_one_analysis_and_the_desk_is_free_again() {
        let session = Session::open();
        let panicked = session.desk.work(&mut session.desk.try_take().unwrap(), |_| panic!("told to"));
        assert!(panicked.is_none());
        session.edit(2, NOTES);
        session.desk.edits_end(false);
        assert_eq!(session.newest().unwrap().version, 2);
    }
}
