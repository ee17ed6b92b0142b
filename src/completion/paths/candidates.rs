//! Which paths there are for what is typed, the likeliest first.

use std::{borrow::Cow, collections::HashSet, sync::Arc};

use nucleo_matcher::{
    Config, Matcher, Utf32Str,
    pattern::{AtomKind, CaseMatching, Normalization, Pattern},
};

use super::super::Request;
use crate::{convention::Kind, workspace::Files};

/// A file or folder that may be offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Candidate<'a> {
    /// Relative to the root, without a `/` at its end.
    pub path: Cow<'a, str>,
    pub is_folder: bool,
}

impl<'a> Candidate<'a> {
    pub fn file(path: &'a str) -> Self {
        Self { path: path.into(), is_folder: false }
    }

    fn of_entry(entry: Cow<'a, str>) -> Self {
        let is_folder = entry.ends_with('/');
        let path = match entry {
            Cow::Borrowed(entry) => entry.trim_end_matches('/').into(),
            Cow::Owned(entry) => entry.trim_end_matches('/').to_owned().into(),
        };
        Self { path, is_folder }
    }
}

/// What there is below the root. Artifacts are there even if git ignores them.
pub(super) struct Candidates<'a> {
    request: &'a Request<'a>,
    /// In the order and form of [`Files::tree`].
    tree: Option<&'a [Box<str>]>,
    left_out: &'a HashSet<String>,
}

impl<'a> Candidates<'a> {
    pub fn new(request: &'a Request<'a>, tree: Option<&'a [Box<str>]>, left_out: &'a HashSet<String>) -> Self {
        Self { request, tree, left_out }
    }

    /// What is directly in `folder` and has a name like `name`: what begins with it, folders first,
    /// then, if `is_fuzzy`, what has its letters.
    pub fn children(&self, folder: &str, name: &str, is_fuzzy: bool) -> Vec<Candidate<'a>> {
        let mut entries = entries_in(self.request.files, self.tree, folder);
        let artifacts = artifact_paths(self.request).filter(|path| path.starts_with(folder));
        let steps = artifacts.map(|path| {
            let end = path[folder.len()..].find('/').map_or(path.len(), |at| folder.len() + at + 1);
            &path[..end]
        });
        // Many artifacts share few folders.
        entries.extend(steps.collect::<HashSet<_>>().into_iter().map(Cow::Borrowed));
        entries.sort_unstable();
        entries.dedup();
        let shows_hidden = name.starts_with('.');
        let is_offered = |entry: &Cow<str>| {
            let own = entry[folder.len()..].trim_end_matches('/');
            own != ".git"
                && (shows_hidden || !own.starts_with('.'))
                && !self.left_out.contains(entry.trim_end_matches('/'))
        };
        entries.retain(is_offered);
        let folded = name.to_lowercase();
        let begins = |entry: &Cow<str>| entry[folder.len()..].to_lowercase().starts_with(&folded);
        let (mut begin, others): (Vec<_>, Vec<_>) = entries.into_iter().partition(begins);
        begin.sort_by_key(|entry| !entry.ends_with('/'));
        if is_fuzzy && !name.is_empty() {
            let names: Vec<&str> = others.iter().map(|entry| &entry[folder.len()..]).collect();
            let best = best(&names, name, usize::MAX);
            begin.extend(best.into_iter().map(|at| others[at].clone()));
        }
        begin.into_iter().map(Candidate::of_entry).collect()
    }

    /// The paths of the whole tree that have the letters of `needle`, at most `most`.
    pub fn anywhere(&self, needle: &str, most: usize) -> Vec<Candidate<'a>> {
        let shows_hidden = needle.starts_with('.') || needle.contains("/.");
        let is_offered = |entry: &&'a str| {
            let is_hidden = entry.starts_with('.') || entry.contains("/.");
            let is_of_git = || entry.split('/').any(|part| part == ".git");
            (!is_hidden || shows_hidden && !is_of_git()) && !self.left_out.contains(entry.trim_end_matches('/'))
        };
        let mut matcher = FuzzyMatcher::new(needle);
        let tree = self.tree.unwrap_or_default().iter().map(|entry| (&**entry, false));
        let artifacts = artifact_paths(self.request).map(|path| (path, true));
        let scored = tree.chain(artifacts).filter_map(|(entry, is_artifact)| {
            // Artifacts that may be in the tree, too, are looked up there only if they have the letters.
            let score = matcher.score(entry)?;
            let is_new = !is_artifact || !is_in(self.tree, entry);
            (is_new && is_offered(&entry)).then_some((score, entry))
        });
        first_by_score(scored.collect(), most, |entry| *entry).map(|entry| Candidate::of_entry(entry.into())).collect()
    }
}

fn is_in(tree: Option<&[Box<str>]>, path: &str) -> bool {
    tree.is_some_and(|tree| tree.binary_search_by(|entry| (**entry).cmp(path)).is_ok())
}

fn artifact_paths<'a>(request: &Request<'a>) -> impl Iterator<Item = &'a str> {
    let workspace = request.workspace;
    workspace.index.iter().chain(workspace.open.iter()).map(|(path, _)| &**path)
}

/// What is directly in `folder`, in the order and form of [`Files::tree`], if need be from the disk.
pub(in crate::completion) fn entries_in<'a>(
    files: &dyn Files,
    tree: Option<&'a [Box<str>]>,
    folder: &str,
) -> Vec<Cow<'a, str>> {
    match tree {
        Some(tree) => direct_children(tree, folder).map(Cow::Borrowed).collect(),
        None => files.children(folder).into_iter().map(|path| Cow::Owned(path.into())).collect(),
    }
}

/// The entries right below `folder`: what is deeper is skipped by search, not by looking at it.
fn direct_children<'a>(tree: &'a [Box<str>], folder: &str) -> impl Iterator<Item = &'a str> {
    let start = tree.partition_point(|entry| **entry < *folder);
    let below = tree[start..].partition_point(|entry| entry.starts_with(folder));
    let mut rest = &tree[start..start + below];
    let length = folder.len();
    std::iter::from_fn(move || {
        loop {
            let (first, others) = rest.split_first()?;
            rest = others;
            let Some(slash) = first[length..].find('/') else {
                if first.len() > length {
                    return Some(&**first);
                }
                continue;
            };
            let child = &first[..length + slash + 1];
            rest = &rest[rest.partition_point(|entry| entry.starts_with(child))..];
            return (!child.is_empty()).then_some(child);
        }
    })
}

/// The artifacts of a kind that have the letters of `needle`: those of the same phase first.
pub(super) fn artifacts(request: &Request, kind: Kind, needle: &str) -> Vec<Arc<str>> {
    let (workspace, file) = (request.workspace, &request.document.path);
    let all = workspace.index.iter().chain(workspace.open.iter());
    let mut found: Vec<Arc<str>> = all.filter(|(_, facts)| facts.kind == kind).map(|(path, _)| path.clone()).collect();
    found.sort_unstable();
    found.dedup();
    let stem = workspace.config.stem(file).unwrap_or_default();
    let mut of_phase: Vec<Arc<str>> = workspace.counterpart(file, kind).into_iter().collect();
    for other in workspace.all_with_id_of(stem, kind) {
        if !of_phase.contains(&other) {
            of_phase.push(other);
        }
    }
    found.retain(|path| !of_phase.contains(path));
    of_phase = matching(&of_phase, needle).cloned().collect();
    of_phase.extend(best(&found, needle, super::MOST).into_iter().map(|at| found[at].clone()));
    of_phase
}

/// Those that have the letters of `needle`, in their own order.
pub(super) fn matching<'p, P: AsRef<str>>(paths: &'p [P], needle: &str) -> impl Iterator<Item = &'p P> {
    let mut matcher = FuzzyMatcher::new(needle);
    paths.iter().filter(move |path| matcher.score(path.as_ref()).is_some())
}

/// The indices of those that have the letters of `needle`, the best first; without it, in their own order.
fn best<P: AsRef<str>>(paths: &[P], needle: &str, most: usize) -> Vec<usize> {
    if needle.is_empty() {
        return (0..paths.len().min(most)).collect();
    }
    let mut matcher = FuzzyMatcher::new(needle);
    let scored = paths.iter().enumerate();
    let scored = scored.filter_map(|(at, path)| Some((matcher.score(path.as_ref())?, at)));
    first_by_score(scored.collect(), most, |at| paths[*at].as_ref()).collect()
}

/// The best `most`; of two equally good paths the shorter one is likelier.
fn first_by_score<'p, T>(
    mut found: Vec<(u32, T)>,
    most: usize,
    path: impl Fn(&T) -> &'p str,
) -> impl Iterator<Item = T> {
    let order = |(score, item): &(u32, T), (other_score, other): &(u32, T)| {
        let (path, other) = (path(item), path(other));
        other_score.cmp(score).then(path.len().cmp(&other.len())).then(path.cmp(other))
    };
    if found.len() > most {
        found.select_nth_unstable_by(most, order);
        found.truncate(most);
    }
    found.sort_by(order);
    found.into_iter().map(|(_, item)| item)
}

struct FuzzyMatcher {
    matcher: Matcher,
    pattern: Pattern,
    wide: Vec<char>,
}

impl FuzzyMatcher {
    fn new(needle: &str) -> Self {
        let matcher = Matcher::new(Config::DEFAULT.match_paths());
        let pattern = Pattern::new(needle, CaseMatching::Ignore, Normalization::Smart, AtomKind::Fuzzy);
        Self { matcher, pattern, wide: Vec::new() }
    }

    fn score(&mut self, path: &str) -> Option<u32> {
        self.pattern.score(Utf32Str::new(path, &mut self.wide), &mut self.matcher)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn children_are_found_by_search() {
        let tree: Vec<Box<str>> = [
            "a",
            "src-x/",
            "src-x/b",
            "src.rs",
            "src/",
            "src/a.rs",
            "src/b/",
            "src/b/c",
            "src/b/d/",
            "src/b/d/e",
            "src/b.rs",
            "src/並/",
            "src/並/x",
            "z/",
        ]
        .map(Into::into)
        .into();
        let mut tree = tree;
        tree.sort_unstable();
        let children = |folder: &str| direct_children(&tree, folder).collect::<Vec<_>>().join(" ");
        assert_eq!(children(""), "a src-x/ src.rs src/ z/");
        assert_eq!(children("src/"), "src/a.rs src/b.rs src/b/ src/並/");
        assert_eq!(children("src/b/d/"), "src/b/d/e");
        assert_eq!(children("z/"), "");
        assert_eq!(children("nowhere/"), "");
        assert_eq!(direct_children(&[], "").count(), 0);
    }
}
