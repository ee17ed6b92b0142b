//! What the server knows: open documents, roots, what the client can do.
//!
//! Architecture invariants: the reading thread edits documents; everything that is computed is
//! stored by the thread that has taken the [desk](super::desk). No guard of the map or of a lock is held over an `.await`.

use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use dashmap::DashMap;
use serde_json::Value;
use tokio::{runtime::Handle, sync::watch};
use tower_lsp::{
    Client,
    lsp_types::{
        Diagnostic, DidChangeTextDocumentParams, Location, MessageType, PublishDiagnosticsParams, ShowMessageParams,
        TextDocumentItem, Url,
    },
};

use super::{
    asking::{Limits, Turn},
    convert::{self, Place, Relate},
    features::Features,
    open_document::{Analysis, OpenDocument, Subject, Task},
    queue::{Closed, Job, Queue},
    roots::Root,
    transport::{NO_VERSION, Outgoing},
};
use crate::{
    config::{self, Config},
    diagnostic::Related,
    disk::{self, Configs, LoadedConfig, RootLocation},
    rules,
    syntax_tree::PendingEdits,
    text::{EditBuffer, LineIndex},
};

mod roots;

/// What took less the last time is done by the thread that reads the messages.
const QUICK: Duration = Duration::from_millis(1);

pub struct State {
    pub client: Client,
    pub outgoing: Outgoing,
    pub runtime: Handle,
    /// By canonical URI.
    pub documents: DashMap<Url, OpenDocument>,
    /// Documents that the reading thread edited just now, by canonical URI.
    edited: Mutex<Vec<Url>>,
    /// Counts what is opened, for [`OpenDocument::opening`].
    openings: AtomicU64,
    pub queue: Queue,
    /// Counts changes that any diagnostic may depend on; workspace pulls wait for it.
    pub news: watch::Sender<u64>,
    /// Counts workspace pulls: the newest is the one that waits.
    pub workspace_pull: watch::Sender<u64>,
    features: OnceLock<Features>,
    /// The params of `initialize` as they came.
    raw_params: Mutex<Value>,
    roots: Mutex<Vec<Arc<Root>>>,
    /// The last good configuration of roots that were forgotten, until those of the folders are found again.
    former_configs: Mutex<Vec<(RootLocation, LoadedConfig)>>,
    /// Counts searches for the roots of the workspace folders: what an earlier one finds is dropped.
    search: AtomicU64,
    /// The last search whose roots are all open.
    searched: AtomicU64,
    pub limits: Limits,
    pub refresh: Turn,
    pub configuration: Turn,
    /// Held while a root is opened, so that it is opened once.
    opening: Mutex<()>,
    folders: Mutex<Vec<PathBuf>>,
    /// The settings that came with `initialize`; they hold where the client has no others.
    initial_settings: OnceLock<Value>,
    /// Client settings by workspace folder; those of the empty path hold everywhere else.
    settings: Mutex<HashMap<PathBuf, Value>>,
    /// Mistakes in settings that the user was told.
    told: Mutex<HashSet<String>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl State {
    pub fn new(client: Client, outgoing: Outgoing, runtime: Handle) -> Self {
        Self {
            client,
            outgoing,
            runtime,
            documents: DashMap::new(),
            edited: Mutex::default(),
            queue: Queue::default(),
            news: watch::Sender::new(0),
            workspace_pull: watch::Sender::new(0),
            features: OnceLock::new(),
            raw_params: Mutex::default(),
            roots: Mutex::default(),
            former_configs: Mutex::default(),
            openings: AtomicU64::default(),
            // The first one is still to come.
            search: AtomicU64::new(1),
            searched: AtomicU64::new(0),
            limits: Limits::default(),
            refresh: Turn::default(),
            configuration: Turn::default(),
            opening: Mutex::default(),
            folders: Mutex::default(),
            initial_settings: OnceLock::new(),
            settings: Mutex::default(),
            told: Mutex::default(),
        }
    }

    pub fn set_raw_params(&self, params: Value) {
        *lock(&self.raw_params) = params;
    }

    pub fn raw_params(&self) -> Value {
        std::mem::take(&mut *lock(&self.raw_params))
    }

    pub fn set_features(&self, features: Features) {
        // A second `initialize` never gets here.
        let _ = self.features.set(features);
    }

    pub fn features(&self) -> &Features {
        static BEFORE: OnceLock<Features> = OnceLock::new();
        self.features.get().unwrap_or_else(|| BEFORE.get_or_init(Features::default))
    }

    // Open documents: called by the reading thread, in the order of the messages.

    pub fn open(&self, item: TextDocumentItem) {
        let uri = convert::canonical(item.uri.clone());
        let document = OpenDocument {
            path: convert::path(&uri),
            uri: item.uri,
            opening: self.openings.fetch_add(1, Ordering::Relaxed),
            version: item.version,
            buffer: EditBuffer::new(&item.text),
            syntax: Arc::default(),
            pending: PendingEdits::default(),
            home: None,
            analysis: None,
            is_edited: false,
            had_file: false,
            has_gone: false,
            last_published: None,
            took: [None; 3],
        };
        self.documents.insert(uri.clone(), document);
        self.queue.push(Job::Analyse(uri));
    }

    pub fn change(&self, params: DidChangeTextDocumentParams) {
        let uri = convert::canonical(params.text_document.uri);
        let encoding = self.features().encoding;
        {
            let Some(mut document) = self.documents.get_mut(&uri) else {
                return tracing::warn!("didChange for {uri}, which is not open");
            };
            for change in params.content_changes {
                let range = change.range.map(|range| (convert::position(range.start), convert::position(range.end)));
                let edit = document.buffer.change(range, &change.text, encoding);
                document.pending.push(edit);
            }
            document.is_edited = true;
            // A client that counts nothing, or counts wrong, must not have an old analysis taken for the newest.
            document.version = match params.text_document.version {
                version if version == NO_VERSION || version == document.version => document.version.wrapping_add(1),
                version => version,
            };
        }
        let mut edited = lock(&self.edited);
        if !edited.contains(&uri) {
            edited.push(uri);
        }
    }

    /// What was edited and is to be analysed.
    pub fn take_edited(&self) -> Vec<Url> {
        std::mem::take(&mut *lock(&self.edited))
    }

    pub fn close(&self, uri: Url) {
        if let Some((uri, document)) = self.documents.remove(&convert::canonical(uri)) {
            if self.queue.is_overfull() {
                tracing::error!(
                    "more documents were closed than can be told to a client that does not read: giving up"
                );
                return self.outgoing.give_up();
            }
            let home = document.home.flatten();
            self.queue.push(Job::Closed(uri, Closed { uri: document.uri, path: document.path, home }));
        }
    }

    /// Whether a task is done in an instant, as far as the last time tells; by canonical URI.
    pub fn is_quick(&self, uri: &Url, task: Task) -> bool {
        let took = self.documents.get(uri).and_then(|document| document.took[task as usize]);
        took.is_some_and(|took| took < QUICK)
    }

    pub fn note_time(&self, uri: &Url, task: Task, took: Duration) {
        self.update(uri, |document| document.took[task as usize] = Some(took));
    }

    /// Notes something of a document that may have been closed, by canonical URI.
    pub fn update(&self, uri: &Url, note: impl FnOnce(&mut OpenDocument)) {
        if let Some(mut document) = self.documents.get_mut(uri) {
            note(&mut document);
        }
    }

    /// A canonical URI as the client spells it.
    pub fn spelled(&self, uri: &Url) -> Url {
        self.documents.get(uri).map_or_else(|| uri.clone(), |document| document.uri.clone())
    }

    /// The analysis of a document, by canonical URI, if its newest version was analysed.
    pub fn newest_analysis(&self, uri: &Url) -> Option<Arc<Analysis>> {
        let document = self.documents.get(uri)?;
        document.analysis.clone().filter(|analysis| analysis.version == document.version)
    }

    pub fn open_uris(&self) -> Vec<Url> {
        self.documents.iter().map(|entry| entry.key().clone()).collect()
    }

    /// Has something done with every open document.
    pub fn push_for_open(&self, job: fn(Url) -> Job) {
        self.open_uris().into_iter().for_each(|uri| self.queue.push(job(uri)));
    }

    /// The diagnostics of an open document.
    pub fn diagnostics(&self, analysis: &Analysis) -> Vec<Diagnostic> {
        let features = self.features();
        let (Some(place), Some(root)) = (analysis.place(features), analysis.root()) else { return Vec::new() };
        let relate = |related: &Related| self.locate(root, related);
        let relate: Option<Relate> = if features.related_information { Some(&relate) } else { None };
        analysis.diagnostics.iter().map(|found| convert::diagnostic(place, found, relate)).collect()
    }

    /// The mistakes in a configuration file that no editor holds; `None` if there is no such file.
    pub fn config_diagnostics(&self, loaded: &LoadedConfig) -> Option<Vec<Diagnostic>> {
        let (text, encoding) = (loaded.text.as_ref()?, self.features().encoding);
        let place = Place { text, lines: &LineIndex::new(text), encoding, is_closed: true };
        Some(loaded.findings().iter().map(|found| convert::diagnostic(place, found, None)).collect())
    }

    /// Publishes the diagnostics of a document, by its URI as the client spells it.
    pub fn publish(&self, uri: Url, diagnostics: Vec<Diagnostic>, version: Option<i32>) {
        self.outgoing.publish_diagnostics(&PublishDiagnosticsParams { uri, diagnostics, version });
    }

    // Folders and settings.

    pub fn set_folders(&self, folders: Vec<PathBuf>) {
        *lock(&self.folders) = folders;
    }

    pub fn change_folders(&self, added: Vec<PathBuf>, removed: &[PathBuf]) {
        let mut folders = lock(&self.folders);
        folders.retain(|folder| !removed.contains(folder));
        folders.extend(added);
    }

    pub fn folders(&self) -> Vec<PathBuf> {
        lock(&self.folders).clone()
    }

    pub fn set_initial_settings(&self, settings: Value) {
        // A second `initialize` never gets here.
        let _ = self.initial_settings.set(settings);
    }

    /// Says whether they differ from those before; `null` where the client has none.
    pub fn set_settings(&self, folder: PathBuf, new: Value) -> bool {
        let mut settings = lock(&self.settings);
        let before = if new.is_object() { settings.insert(folder, new.clone()) } else { settings.remove(&folder) };
        before.unwrap_or_default() != if new.is_object() { new } else { Value::Null }
    }

    /// The configuration where a root's file is silent: the client's settings over the defaults.
    pub fn base_config(&self, root: &Path) -> Config {
        let settings = {
            let settings = lock(&self.settings);
            let around = settings.iter().filter(|(folder, _)| root.starts_with(folder));
            let nearest = around.max_by_key(|(folder, _)| folder.as_os_str().len());
            nearest.map(|(_, settings)| settings.clone()).or_else(|| self.initial_settings.get().cloned())
        };
        let Some(settings) = settings else { return Config::default() };
        let (config, mistakes) = config::from_client(&settings, &rules::specs(), &Config::default());
        self.tell_mistakes(mistakes);
        config
    }

    /// Shows mistakes in the client's settings, each once a session: there is no document to mark them in.
    fn tell_mistakes(&self, mut mistakes: Vec<String>) {
        {
            let mut told = lock(&self.told);
            mistakes.retain(|mistake| told.insert(mistake.clone()));
        }
        if !mistakes.is_empty() {
            let message = format!("phasemark settings: {}", mistakes.join("; "));
            self.outgoing.notify("window/showMessage", &ShowMessageParams { typ: MessageType::WARNING, message });
        }
    }

    // Texts.

    /// The text of an open document of that path.
    pub fn open_text(&self, path: &Path) -> Option<Arc<str>> {
        let document = self.documents.get(&convert::uri(path)?)?;
        Some(document.buffer.text().into())
    }

    /// The place of a related finding; reads the file if it is not open.
    pub fn locate(&self, root: &Root, related: &Related) -> Option<Location> {
        let path = root.path().join(&*related.path);
        let uri = convert::uri(&path)?;
        let open = self.documents.get(&uri).map(|document| (document.uri.clone(), document.analysis.clone()));
        let (uri, analysis) = open.unwrap_or((uri, None));
        let range = match analysis.as_deref() {
            Some(Analysis { subject: Subject::Artifact { document, .. }, .. }) => {
                Place::of(document, self.features(), false).range(&related.range)
            }
            _ => {
                let text = disk::read_text(root.files.bounds(), &path).ok()?;
                let encoding = self.features().encoding;
                Place { text: &text, lines: &LineIndex::new(&text), encoding, is_closed: true }.range(&related.range)
            }
        };
        Some(Location { uri, range })
    }
}

/// Open documents win over the disk, whether saved or not.
impl Configs for State {
    fn exists(&self, path: &Path) -> bool {
        path.is_file() || convert::uri(path).is_some_and(|uri| self.documents.contains_key(&uri))
    }

    fn text(&self, path: &Path) -> Option<String> {
        let open = self.open_text(path).map(|text| text.to_string());
        open.or_else(|| disk::OnDisk.text(path))
    }
}
