//! The disk as rules may ask it, with what was asked lately kept.

use std::{
    collections::{BTreeSet, HashMap},
    fs::Metadata,
    io::{self, ErrorKind},
    iter,
    ops::{Bound, ControlFlow},
    path::{Component, Path, PathBuf},
    sync::{Arc, Condvar, Mutex, OnceLock, PoisonError},
    time::{Duration, Instant},
};

use super::{
    bounds::{self, Bounds},
    commits::RootCommits,
    pool,
    reading::{TreeReading, lock},
    tree::Tree,
    walk::{self, Found},
};
use jiff::{Zoned, civil::DateTime};

use crate::{
    text::nfc,
    workspace::{FileKind, Files, SuffixMatch, commits::Commits},
};

mod known;

pub use self::known::Known;

/// During typing a file is looked at again at most this often.
const FRESH: Duration = Duration::from_secs(1);
/// A tree with more entries is not searched by suffix.
const LARGEST_TREE: usize = 100_000;
/// A file with more bytes is no manifest that a person wrote.
const LARGEST_TEXT: u64 = 1_000_000;
/// No more paths are kept in mind than these.
const MOST_ASKED: usize = 200_000;
/// The tree is read again when it is asked for and this old.
const TREE_FRESH: Duration = Duration::from_secs(20);

/// The files below one root.
pub struct RootFiles {
    shared: Arc<Shared>,
    reading: Arc<TreeReading>,
    commits: RootCommits,
}

struct Shared {
    bounds: Bounds,
    asked: Mutex<Asked>,
    kinds: Mutex<Recent<Option<FileKind>>>,
    folders: Mutex<Recent<Folder>>,
    texts: Mutex<Recent<Option<Arc<str>>>>,
    tree: Mutex<Reading>,
    tree_read: Condvar,
}

/// The paths and suffixes that findings depend on.
#[derive(Default)]
struct Asked {
    paths: BTreeSet<Box<str>>,
    /// There were too many, and any path may have been among them.
    all: bool,
}

/// Where the files of a folder are looked for.
#[derive(Clone)]
enum Folder {
    At(Arc<Listed>),
    Missing,
    /// Behind a link that leads elsewhere, or not to be looked at.
    Closed,
}

/// A folder, with its names where they are needed.
struct Listed {
    place: PathBuf,
    /// Its names beyond ASCII, as the disk spells them, by their NFC.
    names: OnceLock<HashMap<Box<str>, Box<str>>>,
}

impl Listed {
    /// The name as the disk spells it, if it has one like it.
    fn spelling<'n>(&'n self, name: &'n str) -> Option<&'n str> {
        if name.is_ascii() {
            return Some(name);
        }
        let names = self.names.get_or_init(|| {
            let names = bounds::names(&self.place).filter(|name| !name.is_ascii());
            names.map(|name| (nfc(&name).into(), name.into())).collect()
        });
        names.get(&*nfc(name)).map(|name| &**name)
    }
}

/// What was found at paths lately.
struct Recent<T> {
    by_path: HashMap<Box<str>, T>,
    since: Option<Instant>,
}

impl<T> Default for Recent<T> {
    fn default() -> Self {
        Self { by_path: HashMap::new(), since: None }
    }
}

impl<T> Recent<T> {
    fn is_fresh(&self) -> bool {
        self.since.is_some_and(|since| since.elapsed() <= FRESH)
    }
}

/// What is known of `path`, or where that is too long ago what `look` finds, which is not called under the lock.
fn recent<T: Clone>(known: &Mutex<Recent<T>>, path: &str, look: impl FnOnce() -> T) -> T {
    let mut recent = lock(known);
    if !recent.is_fresh() {
        *recent = Recent { by_path: HashMap::new(), since: Some(Instant::now()) };
    }
    if let Some(found) = recent.by_path.get(path) {
        return found.clone();
    }
    drop(recent);
    let found = look();
    lock(known).by_path.insert(path.into(), found.clone());
    found
}

#[derive(Default)]
struct Reading {
    /// `None` while not read or too large.
    tree: Option<Arc<Tree>>,
    read_at: Option<Instant>,
    is_being_read: bool,
}

/// Whether there is nothing. What lies behind a link that leads elsewhere, or may not be looked at, is not ours to check:
/// it counts as there.
fn is_missing(error: &io::Error) -> bool {
    error.kind() != ErrorKind::PermissionDenied
}

fn is_inside(path: &str) -> bool {
    Path::new(path).components().all(|part| matches!(part, Component::Normal(_)))
}

impl RootFiles {
    pub fn new(bounds: Bounds, reading: TreeReading) -> Self {
        let reading = Arc::new(reading);
        let commits = RootCommits::new(bounds.root().to_path_buf(), reading.clone());
        let shared = Shared {
            bounds,
            asked: Mutex::default(),
            kinds: Mutex::default(),
            folders: Mutex::default(),
            texts: Mutex::default(),
            tree: Mutex::default(),
            tree_read: Condvar::new(),
        };
        Self { shared: Arc::new(shared), reading, commits }
    }

    pub fn bounds(&self) -> &Bounds {
        &self.shared.bounds
    }

    /// Forgets what single files were: they are looked at again when somebody asks.
    pub fn look_again(&self) {
        *lock(&self.shared.kinds) = Recent::default();
        *lock(&self.shared.folders) = Recent::default();
        *lock(&self.shared.texts) = Recent::default();
    }

    /// Also forgets the tree: files were created, moved or deleted.
    pub fn forget_tree(&self) {
        self.look_again();
        lock(&self.shared.tree).read_at = None;
    }

    /// Whether somebody asked for this path, for an end of it, or for something below it.
    pub fn was_asked(&self, path: &str) -> bool {
        let path = &*nfc(path);
        let asked = lock(&self.shared.asked);
        if asked.all {
            return true;
        }
        let below = format!("{path}/");
        let first_below = asked.paths.range::<str, _>((Bound::Included(&*below), Bound::Unbounded)).next();
        let mut ends = iter::successors(Some(path), |end| Some(end.split_once('/')?.1));
        first_below.is_some_and(|other| other.starts_with(&below)) || ends.any(|end| asked.paths.contains(end))
    }

    /// What is known of them at this moment.
    pub fn known(&self) -> Known<'_> {
        Known::of(self, false)
    }

    /// The files themselves, with a note of whether more was asked than is known.
    pub fn noted(&self) -> Known<'_> {
        Known::of(self, true)
    }

    fn note_asked(&self, path: &str) {
        let path = &*nfc(path.trim_end_matches('/'));
        let mut asked = lock(&self.shared.asked);
        if asked.all || asked.paths.contains(path) {
            return;
        }
        if asked.paths.len() < MOST_ASKED {
            asked.paths.insert(path.into());
        } else {
            *asked = Asked { all: true, ..Asked::default() };
        }
    }

    /// The tree, as far as it may be waited for.
    fn known_tree(&self) -> Option<Arc<Tree>> {
        let mut reading = lock(&self.shared.tree);
        let is_stale = reading.read_at.is_none_or(|at| at.elapsed() > TREE_FRESH);
        match &*self.reading {
            TreeReading::AtOnce => {
                while reading.is_being_read {
                    reading = self.shared.tree_read.wait(reading).unwrap_or_else(PoisonError::into_inner);
                }
                if reading.read_at.is_none() {
                    reading.is_being_read = true;
                    drop(reading);
                    self.shared.read_tree();
                    reading = lock(&self.shared.tree);
                }
            }
            TreeReading::InBackground(_) if is_stale && !reading.is_being_read => {
                reading.is_being_read = true;
                let (shared, reading) = (self.shared.clone(), self.reading.clone());
                pool::run(move || {
                    let changed = shared.read_tree();
                    if let (true, TreeReading::InBackground(tell)) = (changed, &*reading) {
                        tell();
                    }
                });
            }
            TreeReading::InBackground(_) => {}
        }
        reading.tree.clone()
    }
}

impl Shared {
    /// Relative to the root, a folder's ending in `/`.
    fn path_of(&self, found: &Found) -> Option<Box<str>> {
        let mut path = super::relative(self.bounds.root(), &found.path)?;
        if found.kind.is_dir() {
            path.push('/');
        }
        Some(path.into())
    }

    fn look_at(&self, path: &str) -> Option<FileKind> {
        match self.resolve(path) {
            Ok((_, found)) if found.is_dir() => Some(FileKind::Folder),
            Ok(_) => Some(FileKind::File),
            Err(error) => (!is_missing(&error)).then_some(FileKind::File),
        }
    }

    /// The place of a path, by way of its folder.
    fn resolve(&self, path: &str) -> io::Result<(PathBuf, Metadata)> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let missing = || io::Error::from(ErrorKind::NotFound);
        match self.folder(folder) {
            Folder::At(folder) => {
                let name = folder.spelling(name).ok_or_else(missing)?;
                self.bounds.resolve_in(&folder.place, Path::new(name))
            }
            Folder::Missing => Err(missing()),
            Folder::Closed => Err(ErrorKind::PermissionDenied.into()),
        }
    }

    /// A text names many files of few folders.
    fn folder(&self, path: &str) -> Folder {
        let root = || self.bounds.resolve(self.bounds.root());
        recent(&self.folders, path, || match if path.is_empty() { root() } else { self.resolve(path) } {
            Ok((place, _)) => Folder::At(Arc::new(Listed { place, names: OnceLock::new() })),
            Err(error) if is_missing(&error) => Folder::Missing,
            Err(_) => Folder::Closed,
        })
    }

    fn read_text(&self, path: &str) -> Option<Arc<str>> {
        let bytes = self.bounds.read(&self.bounds.root().join(path), LARGEST_TEXT).ok().filter(|_| is_inside(path))?;
        Some(String::from_utf8_lossy(&bytes).into())
    }

    /// Reads the tree without what git ignores; says whether it differs from the one before.
    fn read_tree(&self) -> bool {
        let mut entries: Vec<Box<str>> = Vec::new();
        walk::unignored(&self.bounds, &mut |found| {
            entries.extend(self.path_of(found));
            if entries.len() > LARGEST_TREE { ControlFlow::Break(()) } else { ControlFlow::Continue(true) }
        });
        let new = (entries.len() <= LARGEST_TREE).then(|| Arc::new(Tree::new(entries)));
        let mut reading = lock(&self.tree);
        let entries = |tree: &Option<Arc<Tree>>| tree.as_ref().map(|tree| tree.entries.clone());
        let changed = entries(&reading.tree) != entries(&new);
        *reading = Reading { tree: new, read_at: Some(Instant::now()), is_being_read: false };
        self.tree_read.notify_all();
        changed
    }
}

impl Files for RootFiles {
    fn kind(&self, path: &str) -> Option<FileKind> {
        self.note_asked(path);
        recent(&self.shared.kinds, path, || self.shared.look_at(path))
    }

    fn commits(&self) -> &dyn Commits {
        &self.commits
    }

    fn now(&self) -> Option<DateTime> {
        Some(Zoned::now().datetime())
    }

    fn tree(&self) -> Option<Arc<Vec<Box<str>>>> {
        Some(self.known_tree()?.entries.clone())
    }

    /// The walk goes down from the root, so that what is ignored there is ignored here.
    fn children(&self, folder: &str) -> Vec<Box<str>> {
        if !is_inside(folder) {
            return Vec::new();
        }
        let found = walk::unignored_children(&self.shared.bounds, &self.shared.bounds.root().join(folder));
        let mut found: Vec<_> = found.iter().filter_map(|found| self.shared.path_of(found)).collect();
        found.sort_unstable();
        found
    }

    fn text(&self, path: &str) -> Option<Arc<str>> {
        recent(&self.shared.texts, path, || self.shared.read_text(path))
    }

    /// As these systems come; a folder may be set otherwise, which costs a miss at most.
    fn ignores_case(&self) -> bool {
        cfg!(any(windows, target_os = "macos"))
    }

    fn with_suffix(&self, suffix: &str) -> SuffixMatch {
        self.note_asked(suffix);
        match self.known_tree() {
            Some(tree) if tree.has_suffix(suffix) => SuffixMatch::Found,
            Some(_) => SuffixMatch::Missing,
            None => SuffixMatch::Unknown,
        }
    }

    fn nearest(&self, path: &str) -> Option<String> {
        self.known_tree()?.nearest(path).map(str::to_owned)
    }
}

#[cfg(test)]
mod tests;
