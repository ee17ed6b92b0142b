//! What changes outside of open documents: files, configurations, settings, folders.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::Value;
use tower_lsp::lsp_types::{FileChangeType, FileEvent, Url};

use super::{Analyst, is_config};
use crate::{
    disk::{self, Configs},
    server::{
        convert, index,
        queue::{Closed, Job},
        roots::{Indexed, Root},
    },
};

/// Without a watcher, all roots are looked through again at most this often.
const RESCAN: Duration = Duration::from_secs(2);
/// More events at once are not looked at one by one.
const MANY: usize = 32;

impl Analyst {
    pub(super) fn saved(&mut self, uri: &Url) {
        for root in self.state.roots() {
            root.files.look_again();
            root.forget_all_pulled();
        }
        self.state.update(uri, |document| document.is_edited = false);
        self.notice_file(uri);
        let is_template =
            convert::path(uri).is_some_and(|path| self.state.roots().iter().any(|root| root.has_template(&path)));
        let has_other_config = || self.state.roots().iter().any(|root| self.has_other_config(root));
        if is_template || is_config(uri) || self.state.roots_moved() || has_other_config() {
            self.reopen_roots();
        } else if !self.state.features().registers_watchers {
            self.rescan();
        }
        self.recheck_all();
    }

    /// Whether a root's configuration says something else on disk.
    pub(super) fn has_other_config(&self, root: &Root) -> bool {
        let Some(path) = root.config_path() else { return false };
        let is_open = || convert::uri(&path).is_some_and(|uri| self.state.documents.contains_key(&uri));
        !is_open() && disk::OnDisk.text(&path).as_deref() != root.loaded_config().text.as_deref()
    }

    pub(super) fn closed(&mut self, uri: &Url, document: Closed) {
        if self.state.documents.contains_key(uri) {
            return;
        }
        if !self.state.features().pulls_diagnostics {
            self.state.publish(document.uri, Vec::new(), None);
        }
        let Some(path) = document.path else { return };
        // It may have been closed before it was stored whose it is.
        let Some(root) = document.home.or_else(|| self.state.root_of(&path)) else { return };
        if root.config_path().as_ref() == Some(&path) {
            // What was never saved is gone.
            self.reopen_roots();
        } else if let Some(path) = disk::relative(root.path(), &path) {
            root.set_open(&path.as_str().into(), None);
            root.reread(&path);
        }
        self.recheck_all();
    }

    /// Roots may lie elsewhere now.
    pub(super) fn reopen_roots(&mut self) {
        self.state.forget_roots();
        self.state.search_folders();
        self.analyse_all();
    }

    pub(super) fn analyse_all(&mut self) {
        self.state.push_for_open(Job::Analyse);
        self.needs_refresh = true;
        self.has_other_configs = true;
    }

    /// Has the configuration that was typed apply to its root, and to the roots that share it.
    pub(super) fn apply_config(&mut self, root: &Path) {
        let roots = self.state.roots();
        let Some(root) = roots.iter().find(|other| other.path() == root) else { return };
        let Some(path) = root.config_path() else { return };
        let Some(text) = self.state.open_text(&path) else { return };
        let before = root.workspace().config.roots.clone();
        for root in roots.iter().filter(|other| other.config_path().as_ref() == Some(&path)) {
            root.load_config(&self.state.base_config(root.path()), Some(text.clone()));
            index::begin(&self.state, root);
        }
        if root.workspace().config.roots != before {
            return self.reopen_roots();
        }
        self.analyse_all();
    }

    pub(super) fn indexed(&mut self, indexed: Indexed) {
        let (root, is_news, has_other_folders) = (indexed.root.clone(), indexed.is_news, indexed.has_other_folders);
        if !root.finish_index(indexed) || !is_news {
            return;
        }
        root.files.look_again();
        let job = if has_other_folders { Job::Analyse } else { Job::Recheck };
        let is_below = |uri: &Url| convert::path(uri).is_some_and(|path| path.starts_with(root.path()));
        for uri in self.state.open_uris().into_iter().filter(is_below) {
            self.state.queue.push(job(uri));
        }
        self.needs_refresh = true;
        self.has_other_configs = true;
    }

    pub(super) fn settings(&mut self, settings: Vec<(PathBuf, Value)>) {
        let mut differ = false;
        for (root, settings) in settings {
            differ |= self.state.set_settings(root, settings);
        }
        if !differ {
            return;
        }
        for root in self.state.roots() {
            let open = root.config_path().and_then(|path| self.state.open_text(&path));
            root.load_config(&self.state.base_config(root.path()), open);
            index::begin(&self.state, &root);
        }
        self.analyse_all();
    }

    pub(super) fn watched(&mut self, events: Vec<FileEvent>) {
        let mut matters = false;
        let mut reopens = false;
        // Of many artifacts that change at once, as by a checkout, one index run reads all.
        let many = events.len() > MANY;
        let mut changed: Vec<Arc<Root>> = Vec::new();
        for event in events {
            let uri = convert::canonical(event.uri);
            let Some(path) = convert::path(&uri) else { continue };
            if is_config(&uri) {
                reopens |= !self.state.documents.contains_key(&uri);
                continue;
            }
            for root in self.state.roots() {
                reopens |= root.has_template(&path);
                let Some(path) = disk::relative(root.path(), &path) else { continue };
                if !many || !root.workspace().config.concerns_folder(&path) {
                    matters |= self.file_changed(&root, &path, event.typ);
                } else if !changed.iter().any(|other| Arc::ptr_eq(other, &root)) {
                    changed.push(root);
                }
            }
        }
        for root in changed {
            root.files.forget_tree();
            self.index_again(&root);
            matters = true;
        }
        if reopens {
            self.reopen_roots();
        } else if matters {
            self.recheck_all();
        }
    }

    /// Says whether that may change a finding.
    pub(super) fn file_changed(&mut self, root: &Arc<Root>, path: &str, change: FileChangeType) -> bool {
        let was_asked = root.files.was_asked(path);
        let workspace = root.workspace();
        let comes_or_goes = change != FileChangeType::CHANGED;
        if comes_or_goes {
            root.files.forget_tree();
        }
        if workspace.config.kind_of(path).is_some() {
            root.reread(path);
            if comes_or_goes && root.look_at_folders() {
                self.index_again(root);
            }
            return true;
        }
        // Of a folder that is moved or deleted, its files may not be told.
        if comes_or_goes && workspace.config.concerns_folder(path) {
            root.look_at_folders();
            self.index_again(root);
        }
        if comes_or_goes && was_asked {
            root.forget_all_pulled();
        }
        comes_or_goes && was_asked
    }

    /// What counts as an artifact may have changed.
    pub(super) fn index_again(&mut self, root: &Arc<Root>) {
        index::begin(&self.state, root);
        self.analyse_all();
    }

    /// Looks through all artifacts again, where no watcher tells of changes; soon, if that was done just now.
    pub(super) fn rescan(&mut self) {
        let wait = self.scanned.map_or(Duration::ZERO, |at| RESCAN.saturating_sub(at.elapsed()));
        if !wait.is_zero() {
            return self.state.queue.push_later(Job::Rescan, wait);
        }
        self.scanned = Some(Instant::now());
        for root in self.state.roots() {
            root.files.forget_tree();
            index::begin(&self.state, &root);
        }
        self.recheck_all();
    }

    /// Publishes the mistakes in configuration files that are not open, and takes back old ones.
    pub(super) fn show_configs(&mut self) {
        if self.state.features().pulls_diagnostics {
            return;
        }
        let (mut shown, folders) = (Vec::new(), self.state.folders());
        let is_wanted = |root: &Path| folders.is_empty() || folders.iter().any(|folder| root.starts_with(folder));
        for root in self.state.roots().into_iter().filter(|root| is_wanted(root.path())) {
            let Some(uri) = root.config_path().and_then(|path| convert::uri(&path)) else { continue };
            let is_silent = self.state.documents.contains_key(&uri) || shown.contains(&uri);
            let found =
                self.state.config_diagnostics(&root.loaded_config()).filter(|found| !found.is_empty() && !is_silent);
            let Some(diagnostics) = found else { continue };
            self.state.publish(uri.clone(), diagnostics, None);
            shown.push(uri);
        }
        for uri in std::mem::replace(&mut self.shown_configs, shown) {
            if !self.shown_configs.contains(&uri) && !self.state.documents.contains_key(&uri) {
                self.state.publish(uri, Vec::new(), None);
            }
        }
    }
}
