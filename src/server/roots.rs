//! A root as the server keeps it: files, configuration, snapshot.

use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use crate::{
    config::Config,
    convention::Kind,
    diagnostic::Diagnostic,
    disk::{self, LoadedConfig, RootFiles, RootLocation, Stamp, TreeReading},
    workspace::{Facts, Workspace},
};

/// Where no watcher tells of changes, artifacts are looked through again at most this often.
const FRESH: Duration = Duration::from_secs(1);
/// Files that are looked at to tell that a pattern which is being typed matches nothing.
const LOOKED_AT_WHILE_TYPING: usize = 2000;
/// And at most this part of the time.
const MOST_BUSY: u32 = 20;

/// One root. Only the thread at the desk swaps the snapshot; all others read it.
pub struct Root {
    pub location: RootLocation,
    pub files: RootFiles,
    held: Mutex<Held>,
}

/// Locked for an instant, never while anything is read or analysed.
#[derive(Default)]
struct Held {
    workspace: Arc<Workspace>,
    loaded: LoadedConfig,
    /// Counts index runs: the result of an earlier one is dropped.
    generation: u64,
    /// Files that changed since the last index run began, which may have read them before.
    changed: HashSet<Box<str>>,
    /// What the index was read from.
    stamps: Arc<Stamps>,
    /// When the last index run began, and how long the last whole one took.
    began: Option<Instant>,
    took: Duration,
    is_indexing: bool,
    /// Diagnostics of closed files for workspace pulls, by path.
    pulled: HashMap<Arc<str>, Pulled>,
    /// Counts how often some of them were forgotten: what was computed before is not kept after.
    epoch: u64,
}

impl Held {
    fn forget_pulled(&mut self, paths: Option<&[Arc<str>]>) {
        self.epoch += 1;
        match paths {
            Some(paths) => self.pulled.retain(|path, _| !paths.contains(path)),
            None => self.pulled.clear(),
        }
    }

    /// Notes which entries of a configuration match nothing, unless another one is in force by now; says whether that
    /// is news.
    fn set_unmatched(&mut self, config: &Arc<Config>, unmatched: Vec<Diagnostic>) -> bool {
        let is_news = Arc::ptr_eq(config, &self.loaded.config) && self.loaded.unmatched != unmatched;
        if is_news {
            self.loaded.unmatched = unmatched;
        }
        is_news
    }
}

/// Which version of each file was read.
pub type Stamps = HashMap<Arc<str>, Stamp>;

/// What a root was when an index run began.
pub struct Start {
    pub generation: u64,
    pub workspace: Arc<Workspace>,
    /// What its index was read from.
    pub stamps: Arc<Stamps>,
}

/// What came of a run.
pub struct Indexed {
    pub root: Arc<Root>,
    pub generation: u64,
    pub workspace: Workspace,
    /// The entries of `[layout]` that match nothing.
    pub unmatched: Vec<Diagnostic>,
    pub stamps: Stamps,
    /// Whether a rule would see the difference.
    pub is_news: bool,
    /// What counts as an artifact may have changed.
    pub has_other_folders: bool,
    pub took: Duration,
}

/// A pulled report of a closed file.
#[derive(Clone)]
pub struct Pulled {
    pub result_id: String,
    pub items: Arc<Vec<tower_lsp::lsp_types::Diagnostic>>,
}

impl Root {
    /// Opens a root: reads its configuration and looks at its folders, not at its files. `last`: the
    /// configuration when it was open before.
    pub fn open(
        location: RootLocation,
        base: &Config,
        last: LoadedConfig,
        open_config: Option<Arc<str>>,
        tree_read: Box<dyn Fn() + Send + Sync>,
    ) -> Self {
        let root = Self {
            files: RootFiles::new(location.bounds(), TreeReading::InBackground(tree_read)),
            location,
            held: Mutex::new(Held { loaded: last, ..Held::default() }),
        };
        root.load_config(base, open_config);
        root
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn path(&self) -> &Path {
        &self.location.path
    }

    /// The snapshot of this moment.
    pub fn workspace(&self) -> Arc<Workspace> {
        self.held().workspace.clone()
    }

    pub fn loaded_config(&self) -> LoadedConfig {
        self.held().loaded.clone()
    }

    /// Reads the configuration again; what is wrong in it keeps its last good value.
    pub fn load_config(&self, base: &Config, open: Option<Arc<str>>) {
        let last = self.held().loaded.clone();
        let last_good = last.text.is_some().then_some(&*last.config);
        let mut loaded = disk::load_config(&self.location, open, base, last_good).unwrap_or_else(|error| {
            tracing::warn!("{}: {error}", self.path().display());
            last.clone()
        });
        loaded.unmatched = disk::unmatched(&self.location, &loaded.config, usize::MAX);
        let fresh = disk::open_workspace(&self.location, loaded.config.clone());
        let mut held = self.held();
        // The old index serves until the new one is there, if it is about the same folders.
        let old = held.workspace.clone();
        held.workspace = Arc::new(if old.config.layout == fresh.config.layout {
            Workspace { index: old.index.clone(), open: old.open.clone(), is_indexed: old.is_indexed, ..fresh }
        } else {
            fresh
        });
        held.loaded = loaded;
        held.generation += 1;
        held.stamps = Arc::default();
        held.forget_pulled(None);
    }

    /// Reads a configuration that is being typed: its mistakes are known at once, it applies by [`Self::load_config`].
    pub fn note_config(&self, base: &Config, text: &Arc<str>) {
        let last = self.held().loaded.clone();
        let last_good = last.text.is_some().then_some(&*last.config);
        if let Ok(mut loaded) = disk::load_config(&self.location, Some(text.clone()), base, last_good) {
            loaded.unmatched = disk::unmatched(&self.location, &loaded.config, LOOKED_AT_WHILE_TYPING);
            self.held().loaded = loaded;
        }
    }

    /// Looks again which kinds have Markdown and which entries of `[layout]` match nothing; says whether that is news.
    pub fn look_at_folders(&self) -> bool {
        let before = self.workspace();
        let is_established = disk::is_established(self.files.bounds(), &before.config);
        let changed = is_established != before.is_established;
        if changed {
            self.update(|workspace| workspace.is_established = is_established);
            self.held().stamps = Arc::default();
        }
        let unmatched = disk::unmatched(&self.location, &before.config, usize::MAX);
        self.held().set_unmatched(&before.config, unmatched) || changed
    }

    /// Begins an index run in place of the one that may be under way.
    pub fn begin_index(&self) -> Start {
        let mut held = self.held();
        held.generation += 1;
        held.changed.clear();
        held.began = Some(Instant::now());
        held.is_indexing = true;
        Start { generation: held.generation, workspace: held.workspace.clone(), stamps: held.stamps.clone() }
    }

    /// Whether the result of an index run still counts.
    pub fn is_current_run(&self, generation: u64) -> bool {
        self.held().generation == generation
    }

    /// An index run has failed: the next one is not to wait for it.
    pub fn give_up_index(&self, generation: u64) {
        let mut held = self.held();
        held.is_indexing &= held.generation != generation;
    }

    /// Stops the index run that may be under way: the root is forgotten.
    pub fn retire(&self) {
        self.held().generation += 1;
    }

    /// Whether it is time to look for artifacts that changed outside the editor.
    pub fn is_stale(&self) -> bool {
        let held = self.held();
        let fresh = FRESH.max(held.took.saturating_mul(MOST_BUSY));
        !held.is_indexing && held.began.is_some_and(|began| began.elapsed() > fresh)
    }

    /// Takes the result of an index run; says whether it still counted.
    pub fn finish_index(&self, indexed: Indexed) -> bool {
        let mut held = self.held();
        if held.generation != indexed.generation {
            return false;
        }
        held.set_unmatched(&indexed.workspace.config, indexed.unmatched);
        let workspace = Workspace { open: held.workspace.open.clone(), is_indexed: true, ..indexed.workspace };
        held.workspace = Arc::new(workspace);
        held.stamps = Arc::new(indexed.stamps);
        held.took = indexed.took;
        held.is_indexing = false;
        if indexed.is_news {
            held.forget_pulled(None);
        }
        let changed = std::mem::take(&mut held.changed);
        drop(held);
        changed.iter().for_each(|path| self.reread(path));
        true
    }

    /// Swaps the snapshot for a changed copy.
    pub fn update(&self, change: impl FnOnce(&mut Workspace)) {
        let mut workspace = (*self.workspace()).clone();
        change(&mut workspace);
        self.held().workspace = Arc::new(workspace);
    }

    /// Notes what an open document says now; `None` when it is closed or no artifact. Says whether
    /// that is news to other files.
    pub fn set_open(&self, path: &Arc<str>, facts: Option<Facts>) -> bool {
        let mut is_news = false;
        self.update(|workspace| is_news = workspace.set_open(path, facts));
        if is_news {
            self.forget_pulled(path);
        }
        is_news
    }

    /// Before the index is there: reads the files of the same stem, which rules ask for first.
    pub fn preload_counterparts(&self, path: &str) {
        let workspace = self.workspace();
        let Some((own, stem)) = workspace.config.artifact(path).filter(|_| !workspace.is_indexed) else { return };
        let mut index = (*workspace.index).clone();
        let before = index.len();
        for kind in Kind::ALL.into_iter().filter(|kind| *kind != own) {
            let own = |path: &String| workspace.config.artifact(path) == Some((kind, stem));
            for path in workspace.config.layout.places(kind, stem).filter(own) {
                let candidate = disk::Candidate::new(path, kind);
                if index.get(&candidate.path).is_none()
                    && let Ok(document) = disk::read_document(self.files.bounds(), &workspace.vocabulary, &candidate)
                {
                    disk::add_to_index(&workspace, &mut index, &document);
                }
            }
        }
        if index.len() > before {
            self.update(|workspace| workspace.index = Arc::new(index));
        }
    }

    /// Reads one file again that changed outside the editor.
    pub fn reread(&self, path: &str) {
        let workspace = self.workspace();
        let Some((kind, stem)) = workspace.config.artifact(path) else { return };
        let candidate = disk::Candidate::new(path, kind);
        let mut index = (*workspace.index).clone();
        index.remove(path, stem);
        if let Ok(document) = disk::read_document(self.files.bounds(), &workspace.vocabulary, &candidate) {
            disk::add_to_index(&workspace, &mut index, &document);
        }
        self.update(|workspace| workspace.index = Arc::new(index));
        let mut held = self.held();
        Arc::make_mut(&mut held.stamps).remove(path);
        held.changed.insert(path.into());
        held.forget_pulled(None);
    }

    /// The report of a closed file; keeps one that is read, unless what it may depend on changed meanwhile.
    pub fn pulled(&self, path: &Arc<str>, read: impl FnOnce() -> Option<Pulled>) -> Option<Pulled> {
        let (known, epoch) = {
            let held = self.held();
            (held.pulled.get(path).cloned(), held.epoch)
        };
        known.or_else(|| {
            let pulled = read()?;
            let mut held = self.held();
            if held.epoch == epoch {
                held.pulled.insert(path.clone(), pulled.clone());
            }
            Some(pulled)
        })
    }

    /// What is known of the phase of `path` is out of date.
    fn forget_pulled(&self, path: &str) {
        let workspace = self.workspace();
        let phase: Vec<_> = Kind::ALL.into_iter().filter_map(|kind| workspace.counterpart(path, kind)).collect();
        self.held().forget_pulled(Some(&phase));
    }

    /// Any closed file may be told something else now: files were created or deleted.
    pub fn forget_all_pulled(&self) {
        self.held().forget_pulled(None);
    }

    /// Whether the file is one of the team's own templates.
    pub fn has_template(&self, path: &Path) -> bool {
        let config = &self.workspace().config;
        let folder = disk::template_folder(&self.location);
        let mut templates = Kind::ALL.into_iter().filter_map(|kind| config.templates.get(kind).as_ref());
        templates.any(|template| folder.join(template) == path)
    }

    pub fn config_path(&self) -> Option<PathBuf> {
        self.location.config_path()
    }
}
