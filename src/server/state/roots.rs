//! The roots that are open: how they are found, opened and forgotten.

use std::{
    collections::VecDeque,
    path::{Path, PathBuf},
    sync::{Arc, atomic::Ordering},
};

use super::{State, lock};
use crate::{
    disk::{self, LoadedConfig, RootLocation, pool},
    server::{index, open_document::OpenDocument, queue::Job, roots::Root},
};

impl State {
    pub fn roots(&self) -> Vec<Arc<Root>> {
        lock(&self.roots).clone()
    }

    /// Where the root of a file or folder is now.
    pub fn find_root(&self, path: &Path) -> Option<RootLocation> {
        let folders = self.folders();
        let boundary =
            folders.iter().filter(|folder| path.starts_with(folder)).max_by_key(|folder| folder.as_os_str().len());
        disk::find_root(path, boundary.map(PathBuf::as_path), self)
    }

    /// The root of a file; opens it if it is not open yet.
    pub fn root_of(self: &Arc<Self>, path: &Path) -> Option<Arc<Root>> {
        Some(self.open_root(self.find_root(path)?))
    }

    /// Whether a root was neither forgotten nor replaced.
    pub fn is_current(&self, root: &Arc<Root>) -> bool {
        lock(&self.roots).iter().any(|other| Arc::ptr_eq(other, root))
    }

    /// Whether roots lie elsewhere than when they were opened, or have another configuration file.
    pub fn roots_moved(&self) -> bool {
        let is_elsewhere =
            |path: &Path, home: Option<&Root>| self.find_root(path).as_ref() != home.map(|root| &root.location);
        let home = |document: &OpenDocument| Some((document.path.clone()?, document.home.clone()?));
        let homes: Vec<_> = self.documents.iter().filter_map(|document| home(&document)).collect();
        homes.iter().any(|(path, home)| is_elsewhere(path, home.as_deref()))
            || self.roots().iter().any(|root| is_elsewhere(root.path(), Some(root)))
    }

    /// Opens a root and begins to index it. It replaces one in the same place whose configuration file came or went.
    pub fn open_root(self: &Arc<Self>, location: RootLocation) -> Arc<Root> {
        let _alone = lock(&self.opening);
        if let Some(root) = lock(&self.roots).iter().find(|root| root.location == location) {
            return root.clone();
        }
        let last = self.last_config(&location);
        let open_config = self.open_config(&location);
        let state = Arc::downgrade(self);
        let tell = Box::new(move || {
            if let Some(state) = state.upgrade() {
                state.queue.push(Job::RecheckAll);
            }
        });
        let base = self.base_config(&location.path);
        let root = Arc::new(Root::open(location, &base, last.unwrap_or_default(), open_config, tell));
        let mut roots = lock(&self.roots);
        let replaced = roots.iter().position(|other| other.path() == root.path()).map(|at| roots.remove(at));
        roots.push(root.clone());
        drop(roots);
        if let Some(replaced) = replaced {
            replaced.retire();
            self.push_for_open(Job::Analyse);
        }
        index::begin(self, &root);
        root
    }

    /// Forgets all roots: where they are may have changed.
    pub fn forget_roots(&self) {
        let mut former = lock(&self.former_configs);
        for root in std::mem::take(&mut *lock(&self.roots)) {
            root.retire();
            former.retain(|(location, _)| *location != root.location);
            former.push((root.location.clone(), root.loaded_config()));
        }
        drop(former);
        for mut document in self.documents.iter_mut() {
            document.home = None;
        }
    }

    /// Looks for the roots of the workspace folders, with those that their configuration names. The worker opens them,
    /// those of open documents first.
    pub fn search_folders(self: &Arc<Self>) {
        let search = self.search.fetch_add(1, Ordering::AcqRel) + 1;
        let state = self.clone();
        pool::run(move || {
            let mut found = VecDeque::new();
            for location in state.folders().iter().filter_map(|folder| state.find_root(folder)) {
                if state.search.load(Ordering::Acquire) != search {
                    return;
                }
                let last = state.last_config(&location);
                let last_good = last.as_ref().filter(|last| last.text.is_some()).map(|last| &*last.config);
                let (open, base) = (state.open_config(&location), state.base_config(&location.path));
                let config = disk::load_config(&location, open, &base, last_good);
                let below =
                    config.map(|loaded| disk::sub_roots(&location, &loaded.config, &*state)).unwrap_or_default();
                found.push_back(location);
                found.extend(below);
            }
            state.queue.push(Job::Found(search, found));
        });
    }

    /// Opens the next of the roots that a search found.
    pub fn open_found(self: &Arc<Self>, search: u64, mut found: VecDeque<RootLocation>) {
        if self.search.load(Ordering::Acquire) != search {
            return;
        }
        if let Some(location) = found.pop_front() {
            // Its configuration may have been opened since it was found.
            if let Some(location) = self.find_root(&location.path) {
                self.open_root(location);
            }
            return self.queue.push(Job::Found(search, found));
        }
        lock(&self.former_configs).clear();
        self.searched.store(search, Ordering::Release);
    }

    /// Whether roots of the workspace folders are not open yet.
    pub fn is_searching(&self) -> bool {
        self.search.load(Ordering::Acquire) != self.searched.load(Ordering::Acquire)
    }

    /// The configuration of a root that is open or was.
    fn last_config(&self, location: &RootLocation) -> Option<LoadedConfig> {
        let open = lock(&self.roots).iter().find(|root| root.location == *location).map(|root| root.loaded_config());
        open.or_else(|| {
            let former = lock(&self.former_configs);
            former.iter().find(|(of, _)| of == location).map(|(_, last)| last.clone())
        })
    }

    fn open_config(&self, location: &RootLocation) -> Option<Arc<str>> {
        location.config_path().and_then(|path| self.open_text(&path))
    }
}
