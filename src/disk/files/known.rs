//! The files of a root as far as they are known without asking the disk.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering},
};

use jiff::civil::DateTime;

use super::{Recent, RootFiles};
use crate::{
    disk::reading::lock,
    workspace::{
        FileKind, Files, SuffixMatch,
        commits::{Commit, Commits, Lookup, Whereabouts},
    },
};

/// The files as far as they are known: an answer that the disk or the repository would have to be read for is left
/// out unless it may be asked for, and that is noted.
pub struct Known<'a> {
    files: &'a RootFiles,
    may_ask: bool,
    had_to_ask: AtomicBool,
}

impl<'a> Known<'a> {
    pub(super) fn of(files: &'a RootFiles, may_ask: bool) -> Self {
        Self { files, may_ask, had_to_ask: AtomicBool::new(false) }
    }

    /// Whether something was asked that is not known.
    pub fn had_to_ask(&self) -> bool {
        self.had_to_ask.load(Ordering::Relaxed)
    }

    fn ask<T: Default>(&self, question: impl FnOnce(&RootFiles) -> T) -> T {
        self.had_to_ask.store(true, Ordering::Relaxed);
        if self.may_ask { question(self.files) } else { T::default() }
    }

    fn recall<T: Clone + Default>(
        &self,
        recent: &Mutex<Recent<T>>,
        path: &str,
        question: impl FnOnce(&RootFiles) -> T,
    ) -> T {
        let recent = lock(recent);
        let known = recent.is_fresh().then(|| recent.by_path.get(path).cloned()).flatten();
        drop(recent);
        known.unwrap_or_else(|| self.ask(question))
    }
}

impl Files for Known<'_> {
    fn kind(&self, path: &str) -> Option<FileKind> {
        self.files.note_asked(path);
        self.recall(&self.files.shared.kinds, path, |files| files.kind(path))
    }

    fn text(&self, path: &str) -> Option<Arc<str>> {
        self.recall(&self.files.shared.texts, path, |files| files.text(path))
    }

    fn children(&self, folder: &str) -> Vec<Box<str>> {
        self.ask(|files| files.children(folder))
    }

    fn tree(&self) -> Option<Arc<Vec<Box<str>>>> {
        self.files.tree()
    }

    fn with_suffix(&self, suffix: &str) -> SuffixMatch {
        self.files.with_suffix(suffix)
    }

    fn nearest(&self, path: &str) -> Option<String> {
        self.files.nearest(path)
    }

    fn commits(&self) -> &dyn Commits {
        self
    }

    fn now(&self) -> Option<DateTime> {
        self.files.now()
    }

    fn ignores_case(&self) -> bool {
        self.files.ignores_case()
    }
}

impl Commits for Known<'_> {
    fn find(&self, hash: &str) -> Lookup {
        self.files.commits.find(hash)
    }

    fn recent(&self) -> Vec<Commit> {
        self.files.commits.recent()
    }

    fn since(&self, after: Option<DateTime>, most: usize) -> Vec<Commit> {
        self.ask(|files| files.commits.since(after, most))
    }

    fn added(&self, paths: &[&str]) -> Option<DateTime> {
        self.ask(|files| files.commits.added(paths))
    }

    fn titled(&self, subject: &str) -> Option<Box<str>> {
        self.files.commits.titled(subject)
    }

    fn whereabouts(&self, path: &str) -> Whereabouts {
        self.files.commits.whereabouts(path)
    }
}
