//! Analyses the newest version of each document, stores the result, and publishes.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use tower_lsp::lsp_types::Url;

use super::{
    convert, index,
    open_document::{Analysis, OpenDocument, Subject, Task},
    queue::{Job, Reply},
    roots::Root,
    state::State,
};
use crate::{
    artifact::Document,
    diagnostic::Diagnostic,
    disk::{self, CONFIG_FILE},
    rules,
    text::LineIndex,
    workspace::Files,
};

/// A result that is out of date is dropped if the client had one this recently; otherwise it would
/// see none at all during typing in a large document.
const RECENT: Duration = Duration::from_millis(200);
/// A configuration applies once nothing was typed into it for so long.
const QUIET: Duration = Duration::from_millis(200);

mod outside;

/// Does the work at the [desk](super::desk).
pub struct Analyst {
    state: Arc<State>,
    /// Something changed that a client which pulls has to be told.
    needs_refresh: bool,
    /// Something changed that such a client asks for by itself, unless it waits for the whole workspace.
    has_news: bool,
    /// The mistakes of configuration files may be others.
    has_other_configs: bool,
    /// When artifacts were last looked through, where no watcher tells of changes.
    scanned: Option<Instant>,
    /// Configuration files whose mistakes the client was shown while they were not open.
    shown_configs: Vec<Url>,
}

/// What a document is, and what was found in it.
type Read = (Subject, Vec<Diagnostic>);

impl Analyst {
    pub fn new(state: Arc<State>) -> Self {
        Self {
            state,
            needs_refresh: false,
            has_news: false,
            has_other_configs: false,
            scanned: None,
            shown_configs: Vec::new(),
        }
    }

    pub fn run(&mut self, job: Job) {
        match job {
            Job::Analyse(uri) => {
                self.analyse(&uri);
            }
            Job::Recheck(uri) => {
                self.recheck(&uri);
            }
            Job::RecheckAll => {
                self.state.roots().iter().for_each(|root| root.forget_all_pulled());
                self.recheck_all();
            }
            Job::Pull(uri, replies) => answer(replies, self.pull(&uri)),
            Job::Read(uri, replies) => answer(replies, self.newest(&uri)),
            Job::Saved(uri) => self.saved(&uri),
            Job::Closed(uri, document) => self.closed(&uri, document),
            Job::Folders => self.reopen_roots(),
            Job::Found(search, locations) => {
                self.state.open_found(search, locations);
                self.has_other_configs = true;
            }
            Job::Indexed(indexed) => self.indexed(*indexed),
            Job::Rescan => self.rescan(),
            Job::Watched(events) => self.watched(events),
            Job::Settings(settings) => self.settings(settings),
            Job::Config(path) => self.apply_config(&path),
        }
    }

    /// Nothing waits any more: tells those who wait for news.
    pub fn settle(&mut self) {
        if self.has_other_configs && !self.state.is_searching() {
            self.has_other_configs = false;
            self.show_configs();
        }
        let needs_refresh = std::mem::take(&mut self.needs_refresh);
        if std::mem::take(&mut self.has_news) || needs_refresh {
            self.state.news.send_modify(|count| *count += 1);
        }
        if needs_refresh && self.state.features().pulls_diagnostics {
            let state = self.state.clone();
            self.state.runtime.spawn(async move {
                state.refresh.ask(|| state.client.workspace_diagnostic_refresh(), drop).await;
            });
        }
    }

    /// Reads the newest version of a document and runs the rules over it.
    fn analyse(&mut self, uri: &Url) -> Option<Arc<Analysis>> {
        let (newest, begun) = self.newest_version(uri)?;
        let path = newest.path.as_deref();
        if is_config(uri) {
            self.notice_config(path);
        }
        let home = newest.home.clone();
        let home = home.filter(|home| home.as_ref().is_none_or(|root| self.state.is_current(root)));
        let root = home.unwrap_or_else(|| self.find_home(uri, path));
        if let Some(root) = &root {
            self.look_again(root);
        }
        let has_gone = self.has_gone(uri);
        self.state.update(uri, |document| document.has_gone = has_gone);
        let read = match (path, root) {
            (Some(path), Some(root)) if root.config_path().as_deref() == Some(path) => {
                self.read_config(&root, newest.buffer.text().into())
            }
            (Some(path), Some(root)) if has_gone => self.let_go(&root, path),
            (Some(path), Some(root)) => self.read_artifact(&root, path, newest.buffer.text().into(), &root.files),
            _ => (Subject::Other, Vec::new()),
        };
        self.store_timed(uri, (newest.opening, newest.version), begun, read)
    }

    /// The same for an edited artifact where nothing has to be asked of the disk: it never waits. Says whether that
    /// was so.
    pub fn analyse_what_is_known(&mut self, uri: &Url) -> bool {
        let Some((newest, begun)) = self.newest_version(uri) else { return true };
        let (Some(path), Some(Some(root))) = (newest.path.as_deref(), &newest.home) else { return false };
        let is_settled = self.state.is_current(root) && root.workspace().is_indexed && !self.is_stale(root);
        let is_typed = newest.is_edited && !newest.has_gone;
        if !is_settled || !is_typed || is_config(uri) || root.config_path().as_deref() == Some(path) {
            return false;
        }
        let known = root.files.known();
        let read = self.read_artifact(root, path, newest.buffer.text().into(), &known);
        if known.had_to_ask() || self.relates_to_closed(root, &read.1) {
            return false;
        }
        self.store_timed(uri, (newest.opening, newest.version), begun, read);
        true
    }

    /// A document as it is now, and when that is; `None` of what was closed.
    fn newest_version(&self, uri: &Url) -> Option<(OpenDocument, Instant)> {
        Some((self.state.documents.get(uri)?.clone(), Instant::now()))
    }

    /// Whether a finding names a place in a file that has to be read for it.
    fn relates_to_closed(&self, root: &Root, diagnostics: &[Diagnostic]) -> bool {
        let is_open = |path: &str| {
            let uri = convert::uri(&root.path().join(path));
            uri.is_none_or(|uri| self.state.documents.contains_key(&uri))
        };
        let mut related = diagnostics.iter().flat_map(|diagnostic| &diagnostic.related);
        self.state.features().related_information && related.any(|related| !is_open(&related.path))
    }

    fn store_timed(&mut self, uri: &Url, version: (u64, i32), begun: Instant, read: Read) -> Option<Arc<Analysis>> {
        let analysis = self.store(uri, version, read);
        self.state.note_time(uri, Task::Analysis, begun.elapsed());
        analysis
    }

    /// Whether a document that is as it was on disk is there no more.
    fn has_gone(&self, uri: &Url) -> bool {
        let had_file = self.state.documents.get(uri).is_some_and(|document| document.had_file && !document.is_edited);
        had_file && !self.has_file(uri)
    }

    /// Whether the file of a document is in its root, once that was looked for.
    fn has_file(&self, uri: &Url) -> bool {
        let place = self.state.documents.get(uri).and_then(|document| document.place());
        let file = place.and_then(|(path, root)| root.files.kind(&disk::relative(root.path(), &path)?));
        file.is_some()
    }

    fn notice_file(&self, uri: &Url) {
        let has_file = self.has_file(uri);
        self.state.update(uri, |document| document.had_file |= has_file);
    }

    /// Nothing of a file that has gone counts.
    fn let_go(&mut self, root: &Arc<Root>, path: &Path) -> Read {
        if let Some(path) = disk::relative(root.path(), path)
            && root.set_open(&path.as_str().into(), None)
        {
            self.recheck_others(root, &path);
        }
        (Subject::Other, Vec::new())
    }

    /// A configuration file that was not there before may move roots.
    fn notice_config(&mut self, path: Option<&Path>) {
        let is_known = self.state.roots().iter().any(|root| root.config_path().as_deref() == path);
        if path.is_some() && !is_known {
            self.reopen_roots();
        }
    }

    fn find_home(&self, uri: &Url, path: Option<&Path>) -> Option<Arc<Root>> {
        let root = path.and_then(|path| self.state.root_of(path));
        if let Some(root) = &root {
            root.files.look_again();
        }
        self.state.update(uri, |document| document.home = Some(root.clone()));
        self.notice_file(uri);
        root
    }

    /// Whether it is time to look for what changed outside the editor, where the client does not watch.
    fn is_stale(&self, root: &Root) -> bool {
        !self.state.features().registers_watchers && root.is_stale()
    }

    /// Looks for that, all at once so that rules agree.
    fn look_again(&self, root: &Arc<Root>) {
        if self.is_stale(root) {
            root.files.look_again();
            index::begin(&self.state, root);
        }
    }

    fn read_artifact(&mut self, root: &Arc<Root>, path: &Path, text: Arc<str>, files: &dyn Files) -> Read {
        let other = (Subject::Other, Vec::new());
        let Some(path) = disk::relative(root.path(), path) else { return other };
        let workspace = root.workspace();
        let Some(kind) = workspace.config.kind_of(&path) else { return other };
        let document = Document::read(path.into(), kind, text, &workspace.vocabulary);
        let facts = document.facts();
        let counts = workspace.is_artifact(&document.path, facts.canonical_sections);
        if !workspace.is_indexed {
            root.preload_counterparts(&document.path);
        }
        if root.set_open(&document.path, counts.then_some(facts)) {
            self.recheck_others(root, &document.path);
        }
        if !counts && !workspace.has_convention() && !document.artifact.is_empty(&document.text) {
            return other;
        }
        let found = counts.then(|| rules::run(&root.workspace(), &document, files));
        let subject = Subject::Artifact { root: root.clone(), document: Arc::new(document), counts };
        (subject, found.unwrap_or_default())
    }

    fn read_config(&mut self, root: &Arc<Root>, text: Arc<str>) -> Read {
        if root.loaded_config().text.as_ref() != Some(&text) {
            root.note_config(&self.state.base_config(root.path()), &text);
            self.state.queue.push_later(Job::Config(root.path().to_path_buf()), QUIET);
        }
        let diagnostics = root.loaded_config().findings();
        let subject = Subject::Config { root: root.clone(), lines: LineIndex::new(&text), text };
        (subject, diagnostics)
    }

    /// Stores a result and publishes it, unless the document was closed since, or closed and opened again: its
    /// versions then count anew.
    fn store(&mut self, uri: &Url, (opening, version): (u64, i32), read: Read) -> Option<Arc<Analysis>> {
        let (subject, diagnostics) = read;
        let analysis = Arc::new(Analysis { version, subject, diagnostics });
        let pulls = self.state.features().pulls_diagnostics;
        let (is_wanted, spelled, before) = {
            let mut document = self.state.documents.get_mut(uri).filter(|document| document.opening == opening)?;
            let was_shown = document.last_published.is_some();
            let is_stale =
                document.version != version && document.last_published.is_some_and(|at| at.elapsed() < RECENT);
            let before = document.analysis.replace(analysis.clone());
            // Of other files diagnostics are only taken back.
            let is_wanted = !pulls && !is_stale && (analysis.is_checked() || was_shown);
            if is_wanted {
                document.last_published = Some(Instant::now());
            }
            (is_wanted, document.uri.clone(), before)
        };
        if pulls {
            let features = self.state.features();
            self.has_news |= before.is_none_or(|before| before.shown(features) != analysis.shown(features));
        }
        if is_wanted {
            self.state.publish(spelled, self.state.diagnostics(&analysis), Some(version));
        }
        Some(analysis)
    }

    /// The analysis of the newest version; reads it if that has not happened yet.
    fn newest(&mut self, uri: &Url) -> Option<Arc<Analysis>> {
        let newest = self.state.newest_analysis(uri);
        newest.or_else(|| self.analyse(uri))
    }

    /// Runs the rules again over what was read; publishes if something changed.
    fn recheck(&mut self, uri: &Url) -> Option<Arc<Analysis>> {
        let (opening, version, analysis, has_gone) = {
            let document = self.state.documents.get(uri)?;
            let is_newest = |analysis: &Arc<Analysis>| analysis.version == document.version;
            let analysis = document.analysis.clone().filter(is_newest);
            (document.opening, document.version, analysis, document.has_gone)
        };
        let Some(analysis) = analysis.filter(|_| has_gone == self.has_gone(uri)) else { return self.analyse(uri) };
        let (root, document) = match &analysis.subject {
            Subject::Artifact { root, document, counts: true } => (root, document),
            Subject::Other if !has_gone && self.may_become_artifact(uri) => return self.analyse(uri),
            _ => return Some(analysis),
        };
        let diagnostics = rules::run(&root.workspace(), document, &root.files);
        if diagnostics == analysis.diagnostics {
            return Some(analysis);
        }
        self.needs_refresh = true;
        let subject = Subject::Artifact { root: root.clone(), document: document.clone(), counts: true };
        self.store(uri, (opening, version), (subject, diagnostics))
    }

    /// Whether a document lies in the folder of a role, in a root that has a convention by now.
    fn may_become_artifact(&self, uri: &Url) -> bool {
        let place = self.state.documents.get(uri).and_then(|document| document.place());
        place.is_some_and(|(path, root)| {
            let workspace = root.workspace();
            let path = disk::relative(root.path(), &path);
            workspace.has_convention() && path.is_some_and(|path| workspace.config.kind_of(&path).is_some())
        })
    }

    fn recheck_all(&mut self) {
        self.state.push_for_open(Job::Recheck);
        self.needs_refresh = true;
    }

    /// What one artifact says is news to the others that are open.
    fn recheck_others(&mut self, root: &Arc<Root>, path: &str) {
        let own = convert::uri(&root.path().join(path));
        for uri in self.state.open_uris().into_iter().filter(|uri| Some(uri) != own.as_ref()) {
            self.state.queue.push(Job::Recheck(uri));
        }
        self.needs_refresh = true;
    }

    /// The analysis of the newest version, with referenced files looked at again.
    fn pull(&mut self, uri: &Url) -> Option<Arc<Analysis>> {
        let home = self.state.documents.get(uri)?.home.clone().flatten();
        if let Some(root) = home {
            root.files.look_again();
            self.look_again(&root);
        }
        self.recheck(uri)
    }
}

fn answer(replies: Vec<Reply>, analysis: Option<Arc<Analysis>>) {
    if let Some(analysis) = analysis {
        for reply in replies {
            let _ = reply.send(analysis.clone());
        }
    }
}

fn is_config(uri: &Url) -> bool {
    uri.path().rsplit('/').next() == Some(CONFIG_FILE)
}
