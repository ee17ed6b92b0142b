//! What a reference leads to.
//!
//! A path is looked for from the root, then by its end, then beside the file that names it; the path
//! of a link beside the file first. Rules and navigation both ask here.

use std::collections::HashSet;

use foldhash::{HashMap, HashMapExt};

use super::{FileKind, Files, SuffixMatch, Workspace};
use crate::{
    artifact::paths::{self, Reference, ReferenceStyle, Role},
    text::nfc,
};

/// Whether a file is read by people: `README.md`, `LICENSE`, and not `Makefile`.
fn is_document(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    match name.rsplit_once('.') {
        Some((_, extension)) => {
            matches!(&*extension.to_ascii_lowercase(), "md" | "markdown" | "mdx" | "txt" | "rst" | "cff")
        }
        None => !name.contains(char::is_lowercase),
    }
}

/// The places, relative to the root, that a reference in `file` may mean, likeliest first. None
/// where it leaves the root.
pub fn readings(file: &str, reference: &Reference) -> Vec<String> {
    readings_of_either(file, &reference.path, reference.whole.as_deref(), reference.style)
}

/// The same for a path, and the one that it is if its `#` begins no anchor.
pub fn readings_of_either(file: &str, path: &str, whole: Option<&str>, style: ReferenceStyle) -> Vec<String> {
    // A file whose name has the `#` is the more exact reading.
    let mut places = whole.map(|whole| readings_of(file, whole, style)).unwrap_or_default();
    places.extend(readings_of(file, path, style));
    places
}

fn readings_of(file: &str, path: &str, style: ReferenceStyle) -> Vec<String> {
    let path = &*nfc(path);
    let beside = paths::join(&nfc(file), path);
    if path.starts_with("..") {
        return beside.into_iter().collect();
    }
    let from_root = path.to_owned();
    let mut places = match style {
        ReferenceStyle::Link => [beside, Some(from_root)],
        ReferenceStyle::Code | ReferenceStyle::Bare => [Some(from_root), beside],
    };
    if places[0] == places[1] {
        places[1] = None;
    }
    places.into_iter().flatten().collect()
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolution {
    Found(Target),
    /// A path in the tree ends like this one.
    Somewhere,
    Missing,
    /// It leads out of the root, or the tree is not known.
    Unknown,
}

/// An existing file or folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Relative to the root; an artifact's as its file is spelled.
    pub path: String,
    pub kind: FileKind,
}

/// Looks paths up in one root.
#[derive(Clone, Copy)]
pub struct Resolver<'a> {
    pub workspace: &'a Workspace,
    pub files: &'a dyn Files,
}

impl<'a> Resolver<'a> {
    pub fn resolve(&self, file: &str, reference: &Reference) -> Resolution {
        let places = readings(file, reference);
        match self.resolve_among(file, reference, &places) {
            // What is in a submodule may not be checked out.
            Resolution::Missing if places.iter().any(|place| self.is_in_submodule(place)) => Resolution::Unknown,
            resolution => resolution,
        }
    }

    fn is_in_submodule(&self, place: &str) -> bool {
        let Some(modules) = self.files.text(".gitmodules") else { return false };
        let mut values =
            modules.lines().filter_map(|line| line.trim().strip_prefix("path")?.trim_start().strip_prefix('='));
        values.any(|folder| place.strip_prefix(folder.trim()).is_some_and(|rest| rest.starts_with('/')))
    }

    fn resolve_among(&self, file: &str, reference: &Reference, places: &[String]) -> Resolution {
        // A suffix does not say which file it is, so the places that do are asked first.
        if let Some(target) = places.iter().find_map(|place| self.at(place)) {
            return Resolution::Found(target);
        }
        if reference.path.starts_with("..") {
            return self.resolve_upwards(file, reference, places.last());
        }
        if reference.whole.as_ref().is_some_and(|whole| self.files.with_suffix(whole) == SuffixMatch::Found) {
            return Resolution::Somewhere;
        }
        match self.files.with_suffix(&reference.path) {
            SuffixMatch::Found => Resolution::Somewhere,
            _ if self.is_end_of_open(&reference.path) => Resolution::Somewhere,
            SuffixMatch::Missing => Resolution::Missing,
            SuffixMatch::Unknown => Resolution::Unknown,
        }
    }

    /// The references that apply, of those of the document at `file`: a guess only if its target exists or is this
    /// phase's own artifact; it then hides those inside it.
    pub fn counting<'r>(&self, file: &str, references: &'r [Reference]) -> impl Iterator<Item = &'r Reference> {
        let mut covered = 0;
        references.iter().filter(move |reference| {
            let counts = reference.place.start >= covered && (!reference.is_guess || self.is_right(file, reference));
            if counts && reference.is_guess {
                covered = reference.place.end;
            }
            counts
        })
    }

    fn is_right(&self, file: &str, guess: &Reference) -> bool {
        let config = &self.workspace.config;
        readings(file, guess).iter().any(|place| {
            let own = || config.artifact(file).zip(config.kind_of(place));
            let is_of_phase = own().is_some_and(|((own, stem), kind)| {
                own != kind && config.path_of(kind, stem).is_some_and(|path| nfc(&path) == nfc(place))
            });
            is_of_phase || self.at(place).is_some()
        })
    }

    /// `../other/a.md` may mean a place beside the root, unless it is a link, which begins at its file.
    fn resolve_upwards(&self, file: &str, reference: &Reference, place: Option<&String>) -> Resolution {
        let Some(place) = place else { return Resolution::Unknown };
        let ups = reference.path.split('/').take_while(|part| *part == "..").count();
        let kept = file.matches('/').count().saturating_sub(ups);
        // The first folder that it goes down into.
        let entered = place.match_indices('/').nth(kept).map(|(at, _)| &place[..at]);
        let is_inside = entered.is_none_or(|folder| self.at(folder).is_some());
        if reference.style == ReferenceStyle::Link || is_inside { Resolution::Missing } else { Resolution::Unknown }
    }

    /// How many files the references of the document at `file` are to create, where all are there and they are too many
    /// to have been there before. Documents do not count: a phase most often writes on in those that are there.
    pub fn all_made(&self, file: &str, references: &[Reference]) -> Option<usize> {
        const FEWEST: usize = 3;
        let created = references.iter().filter(|reference| reference.role == Role::Created && !reference.is_guess);
        let mut made = HashSet::new();
        let mut folder = "";
        for path in created.filter(|reference| !reference.is_folder).map(|reference| &*reference.path) {
            let mut places = readings_of_either(file, path, None, ReferenceStyle::Code);
            // `src/door.h`, `door.cpp`: a bare name may follow the path of its neighbour.
            if !path.contains('/') {
                places.push([folder, path].concat());
            }
            folder = path.rfind('/').map_or(folder, |at| &path[..=at]);
            if !is_document(path) {
                made.insert(places.into_iter().find(|place| self.at(place).is_some())?);
            }
        }
        (made.len() >= FEWEST).then_some(made.len())
    }

    /// What is at a path relative to the root: on disk, or open in an editor and not saved yet.
    pub fn at(&self, path: &str) -> Option<Target> {
        if self.workspace.facts(path).is_some() {
            return Some(Target { path: path.to_owned(), kind: FileKind::File });
        }
        if let Some(artifact) = self.workspace.spelling(path, self.files.ignores_case()) {
            return Some(Target { path: artifact.to_string(), kind: FileKind::File });
        }
        self.files.kind(path).map(|kind| Target { path: path.to_owned(), kind })
    }

    /// The artifact that a reference leads to; of one that leads nowhere, the one that its likeliest place would be.
    pub fn artifact(&self, file: &str, reference: &Reference) -> Option<String> {
        let places = readings(file, reference);
        let existing = places.iter().find_map(|place| self.at(place)).map(|target| target.path);
        let likeliest = existing.or_else(|| places.into_iter().next());
        likeliest.filter(|path| self.workspace.config.kind_of(path).is_some())
    }

    fn is_end_of_open(&self, suffix: &str) -> bool {
        let suffix = &*nfc(suffix);
        let ends_so = |path: &str| path.strip_suffix(suffix).is_some_and(|rest| rest.ends_with('/'));
        self.workspace.open.iter().any(|(path, _)| ends_so(&nfc(path)))
    }

    /// An empty set that compares as this disk does.
    pub fn path_set(self) -> PathSet<'a> {
        PathSet { resolver: self, ignores_case: self.files.ignores_case(), paths: HashMap::new() }
    }
}

/// Paths, each with all that is below it.
pub struct PathSet<'a> {
    resolver: Resolver<'a>,
    ignores_case: bool,
    paths: HashMap<String, End>,
}

/// Whether a path stands for every path that ends like it, too.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    Never,
    /// If nothing is there. The disk is asked only about a path that another one ends like.
    IfMissing,
    Always,
}

impl PathSet<'_> {
    /// Adds what the document at `file` says of paths in one of `roles`.
    pub fn insert_references(&mut self, file: &str, references: &[Reference], roles: &[Role]) {
        for reference in references.iter().filter(|reference| roles.contains(&reference.role)) {
            readings(file, reference).iter().for_each(|place| self.insert(place, End::IfMissing));
        }
    }

    pub fn insert(&mut self, path: &str, end: End) {
        let known = self.paths.entry(self.key(path)).or_insert(end);
        *known = end.max(*known);
    }

    /// Every path that may be a short form of `path`.
    pub fn insert_short_forms(&mut self, path: &str) {
        ends_of(path).for_each(|end| self.insert(end, End::Never));
    }

    pub fn covers(&self, path: &str) -> bool {
        let path = self.key(path);
        let is_end = |path: &str| match self.paths.get(path) {
            Some(End::Always) => true,
            Some(End::IfMissing) => self.resolver.at(path).is_none(),
            Some(End::Never) | None => false,
        };
        ancestors(&path).any(|ancestor| self.paths.contains_key(ancestor) || ends_of(ancestor).any(is_end))
    }

    fn key(&self, path: &str) -> String {
        let path = nfc(path);
        if self.ignores_case { path.to_lowercase() } else { path.into_owned() }
    }
}

/// `a/b/c`, `a/b`, `a`.
fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |path| path.rsplit_once('/').map(|(folder, _)| folder))
}

/// `b/c` and `c` of `a/b/c`.
fn ends_of(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[at + 1..])
}

/// How many artifacts name a path, and how many name one below it.
#[derive(Clone, Debug, Default)]
pub struct PathCounts {
    named: HashMap<Box<str>, u32>,
    around: HashMap<Box<str>, u32>,
}

impl PathCounts {
    pub fn add(&mut self, paths: &[Box<str>]) {
        for path in paths {
            *self.named.entry(path.clone()).or_default() += 1;
            for folder in ancestors(path).skip(1) {
                *self.around.entry(folder.into()).or_default() += 1;
            }
        }
    }

    pub fn subtract(&mut self, paths: &[Box<str>]) {
        let subtract = |counts: &mut HashMap<Box<str>, u32>, path: &str| {
            if let Some(count) = counts.get_mut(path) {
                *count -= 1;
                if *count == 0 {
                    counts.remove(path);
                }
            }
        };
        for path in paths {
            subtract(&mut self.named, path);
            for folder in ancestors(path).skip(1) {
                subtract(&mut self.around, folder);
            }
        }
    }

    /// Whether `path`, a folder around it or a file below it is named.
    pub fn covers(&self, path: &str) -> bool {
        self.around.contains_key(path) || ancestors(path).any(|ancestor| self.named.contains_key(ancestor))
    }
}

#[cfg(test)]
mod tests;
