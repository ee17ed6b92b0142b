//! `[layout]` as it is asked: which kind of artifact a path is, and where a new one belongs.

use std::ops::Range;

use globset::{Glob, GlobSet};

use super::path;
use crate::{
    convention::{Kind, PerKind},
    text::nfc,
};

/// Folders that no pattern enters, beside those that begin with a dot.
const NEVER_ENTERED: &[&str] = &["node_modules", "target"];

/// One entry of a kind: a folder, a file or a pattern of files.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Relative to the root, with `/`.
    pub written: String,
    /// Where `phasemark.toml` names it (bytes).
    pub place: Option<Range<usize>>,
    pattern: Option<Glob>,
}

/// The entries of every kind, at least one each.
#[derive(Clone, Debug)]
pub struct Layout {
    entries: PerKind<Vec<Entry>>,
    /// Those that are patterns, of all kinds.
    patterns: GlobSet,
    /// Which entry each pattern is.
    of_pattern: Vec<(Kind, usize)>,
}

impl Entry {
    pub(super) fn new(written: String, pattern: Option<Glob>, place: Option<Range<usize>>) -> Self {
        Self { written, place, pattern }
    }

    /// As a message calls it.
    pub(super) fn what(&self) -> &'static str {
        match () {
            () if self.is_pattern() => "pattern",
            () if self.is_file() => "file",
            () => "folder",
        }
    }

    pub fn is_pattern(&self) -> bool {
        self.pattern.is_some()
    }

    /// Whether it is one file by its name; a folder that is called so is one all the same.
    pub fn is_file(&self) -> bool {
        !self.is_pattern() && markdown_stem(&self.written).is_some()
    }

    fn is_folder(&self) -> bool {
        !self.is_pattern() && !self.is_file()
    }

    /// The longest folder around all that it may hold, which stems are seen from: empty for the root.
    pub fn folder(&self) -> &str {
        if self.is_folder() {
            return &self.written;
        }
        let literal = self.written.find(path::IN_PATTERNS).unwrap_or(self.written.len());
        self.written[..literal].rfind('/').map_or("", |end| &self.written[..end])
    }

    /// How many folders below [`Self::folder`] a file may lie in; `None` for any number.
    pub fn depth(&self) -> Option<usize> {
        let is_deep = self.is_folder() || self.is_pattern() && self.written.contains("**");
        (!is_deep).then(|| self.rest().matches('/').count())
    }

    /// What follows the folder of a file or pattern.
    fn rest(&self) -> &str {
        self.written[self.folder().len()..].trim_start_matches('/')
    }

    fn below<'p>(&self, path: &'p str) -> Option<&'p str> {
        match self.folder() {
            "" => Some(path),
            folder => path::strip_folder(path, folder).filter(|below| !below.is_empty()),
        }
    }

    /// The file of a new artifact.
    fn new_path(&self, stem: &str) -> String {
        match self.folder() {
            "" => format!("{stem}.md"),
            folder => format!("{folder}/{stem}.md"),
        }
    }

    /// Whether a pattern means the file `below` its folder that has a name which folders of artifacts leave out: it
    /// spells such a name itself.
    fn means(&self, below: &str) -> bool {
        let rest = self.rest();
        let last = rest.rsplit('/').next().unwrap_or(rest).to_lowercase();
        let (folders, name) = below.rsplit_once('/').unwrap_or(("", below));
        let stem = markdown_stem(name).unwrap_or(name);
        let spells_underscore = rest.split(['/', '{', ',']).any(|part| part.starts_with('_'));
        (!is_about_its_folder(stem) || last.contains(&stem.to_lowercase()))
            && (!name.starts_with('.') || last.starts_with('.'))
            && (spells_underscore || !below.split('/').any(|part| part.starts_with('_')))
            && !folders.split('/').any(is_never_entered)
    }

    /// Whether a folder at `path` would hold artifacts, or lie among them.
    fn concerns(&self, path: &str) -> bool {
        let folder = if self.is_pattern() { self.folder() } else { &self.written };
        if folder.is_empty() || path::strip_folder(path, folder).is_some() {
            return !self.is_pattern() || self.may_enter(path);
        }
        path::strip_folder(folder, path).is_some()
    }

    /// Whether a pattern may hold files of a folder at `path`. A name with a dot is taken for that of a file, or every
    /// file that comes or goes would concern a pattern of the whole root.
    fn may_enter(&self, path: &str) -> bool {
        let Some(below) = self.below(path) else { return true };
        let parts = below.split('/').count();
        let name = below.rsplit('/').next().unwrap_or(below);
        self.depth().is_none_or(|depth| parts <= depth)
            && !name.contains('.')
            && !below.split('/').any(is_never_entered)
    }
}

/// By what is written.
impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.written == other.written
    }
}

impl PartialEq for Layout {
    fn eq(&self, other: &Self) -> bool {
        self.entries == other.entries
    }
}

impl Default for Layout {
    fn default() -> Self {
        let entries = PerKind::from_fn(|kind| vec![Entry::new(kind.folder().to_owned(), None, None)]);
        Self { entries, patterns: GlobSet::empty(), of_pattern: Vec::new() }
    }
}

impl Layout {
    /// `None` where the patterns are too large together.
    pub(super) fn new(entries: PerKind<Vec<Entry>>) -> Option<Self> {
        let all = Kind::ALL.into_iter().flat_map(|kind| entries.get(kind).iter().enumerate().map(move |e| (kind, e)));
        let (of_pattern, patterns): (Vec<_>, Vec<_>) =
            all.filter_map(|(kind, (at, entry))| Some(((kind, at), entry.pattern.as_ref()?))).unzip();
        let patterns = GlobSet::new(patterns).ok()?;
        Some(Self { entries, patterns, of_pattern })
    }

    /// The same, told nowhere in a text that has changed.
    pub(super) fn without_places(&self) -> Self {
        let mut layout = self.clone();
        for kind in Kind::ALL {
            layout.entries.get_mut(kind).iter_mut().for_each(|entry| entry.place = None);
        }
        layout
    }

    pub fn get(&self, kind: Kind) -> &[Entry] {
        self.entries.get(kind)
    }

    /// The entries of a kind as they are written.
    #[cfg(test)]
    pub fn written(&self, kind: Kind) -> Vec<&str> {
        self.get(kind).iter().map(|entry| &*entry.written).collect()
    }

    /// All entries with their kinds.
    pub fn all(&self) -> impl Iterator<Item = (Kind, &Entry)> {
        Kind::ALL.into_iter().flat_map(|kind| self.get(kind).iter().map(move |entry| (kind, entry)))
    }

    /// The kind and the stem of the file at `path`. Of several entries the more exact one decides: a file before a
    /// pattern, a pattern before a folder, and what lies in a longer folder before what lies in a shorter one.
    pub(super) fn find<'p>(&self, path: &'p str) -> Option<(Kind, &'p str)> {
        let stem = markdown_stem(path)?;
        let mut folder: Option<(Kind, &str)> = None;
        for (kind, entry) in self.all().filter(|(_, entry)| !entry.is_pattern()) {
            match path::strip_folder(path, &entry.written) {
                Some("") => return Some((kind, stem.rsplit('/').next().unwrap_or(stem))),
                Some(below) if folder.is_none_or(|(_, other)| below.len() < other.len()) => {
                    folder = Some((kind, below))
                }
                _ => {}
            }
        }
        let by_pattern = self.matching(path).min_by_key(|(_, _, below)| below.len());
        if let Some((kind, _, below)) = by_pattern {
            return Some((kind, markdown_stem(below)?));
        }
        let (kind, below) = folder?;
        let stem = markdown_stem(below)?;
        let name = stem.rsplit('/').next().unwrap_or(stem);
        let is_set_aside = stem.split('/').any(|part| part.starts_with(['_', '.']));
        (!is_about_its_folder(name) && !is_set_aside).then_some((kind, stem))
    }

    /// The patterns that hold the file at `path`, with its path below their folders.
    pub fn matching<'l, 'p>(&'l self, path: &'p str) -> impl Iterator<Item = (Kind, &'l Entry, &'p str)> + use<'l, 'p> {
        let is_asked = !self.of_pattern.is_empty() && markdown_stem(path).is_some();
        let matched = if is_asked { self.patterns.matches(&*nfc(path)) } else { Vec::new() };
        matched.into_iter().filter_map(move |at| {
            let (kind, at) = self.of_pattern[at];
            let entry = &self.get(kind)[at];
            let below = entry.below(path)?;
            entry.means(below).then_some((kind, entry, below))
        })
    }

    /// Whether an entry is this file itself.
    pub fn names(&self, path: &str) -> bool {
        let is_itself = |entry: &Entry| entry.is_file() && path::strip_folder(path, &entry.written) == Some("");
        self.all().any(|(_, entry)| is_itself(entry))
    }

    /// Where artifacts of that kind and stem may be, the likeliest first: in the folders, then where patterns are.
    pub fn places<'l>(&'l self, kind: Kind, stem: &'l str) -> impl Iterator<Item = String> + use<'l> {
        let folders = self.get(kind).iter().filter(|entry| entry.is_folder());
        let patterns = self.get(kind).iter().filter(|entry| entry.is_pattern());
        folders.chain(patterns).map(|entry| entry.new_path(stem))
    }

    /// The path that other artifacts name: of a new file, or else of the only one that there is.
    pub fn path_in_texts(&self, kind: Kind, stem: &str) -> Option<String> {
        let mut own = self.places(kind, stem).filter(|path| self.find(path) == Some((kind, stem)));
        let file = || self.get(kind).iter().find(|entry| entry.is_file()).map(|entry| entry.written.clone());
        own.next().or_else(file)
    }

    /// The folder that new artifacts of a kind are made in.
    pub fn first_folder(&self, kind: Kind) -> Option<&str> {
        self.get(kind).iter().find(|entry| entry.is_folder()).map(|entry| &*entry.written)
    }

    /// Whether a folder at `path` would hold artifacts, or lie among them.
    pub(super) fn concerns_folder(&self, path: &str) -> bool {
        self.all().any(|(_, entry)| entry.concerns(path))
    }
}

/// The path of a Markdown file without its extension; `None` for any other.
pub fn markdown_stem(path: &str) -> Option<&str> {
    let (stem, extension) = path.rsplit_once('.')?;
    let is_markdown = ["md", "markdown"].iter().any(|known| extension.eq_ignore_ascii_case(known));
    (is_markdown && !stem.is_empty() && !stem.ends_with('/')).then_some(stem)
}

/// Files that tell what a folder is about.
pub fn is_about_its_folder(stem: &str) -> bool {
    ["readme", "index"].iter().any(|other| stem.eq_ignore_ascii_case(other))
}

/// Whether no pattern looks for files in a folder of this name.
pub fn is_never_entered(folder: &str) -> bool {
    folder.starts_with('.') || NEVER_ENTERED.contains(&folder)
}
