//! Every path below a root, with what finds some of them without a look at all.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

use crate::text::nfc;

/// Beside its entries it takes 12 bytes for each of them.
pub(super) struct Tree {
    /// Paths with `/` by bytes, those of folders ending in it.
    pub entries: Arc<Vec<Box<str>>>,
    /// The hash of each entry's name with the index of the entry, in order.
    by_name: Vec<(u32, u32)>,
    /// The [`letters`] of each entry.
    letters: Vec<u32>,
}

impl Tree {
    /// `entries`: in any order.
    pub fn new(mut entries: Vec<Box<str>>) -> Self {
        entries.sort_unstable();
        let mut by_name: Vec<_> = (0..).zip(&entries).map(|(at, entry)| (hash(&nfc(name(entry))), at)).collect();
        by_name.sort_unstable();
        let letters = entries.iter().map(|entry| letters(without_slash(entry))).collect();
        Self { entries: Arc::new(entries), by_name, letters }
    }

    /// The entries whose last part is `wanted`.
    fn named<'a>(&'a self, wanted: &'a str) -> impl Iterator<Item = &'a str> {
        let wanted = nfc(wanted);
        let hash = hash(&wanted);
        let start = self.by_name.partition_point(|(other, _)| *other < hash);
        let same = self.by_name[start..].iter().take_while(move |(other, _)| *other == hash);
        same.map(|(_, at)| &*self.entries[*at as usize]).filter(move |entry| nfc(name(entry)) == wanted)
    }

    /// Whether the path of an entry is `suffix` or ends in `/suffix`.
    pub fn has_suffix(&self, suffix: &str) -> bool {
        let suffix = &*nfc(suffix);
        let name = suffix.rsplit('/').next().unwrap_or_default();
        self.named(name).any(|entry| {
            let entry = nfc(without_slash(entry));
            let before = entry.strip_suffix(suffix);
            before.is_some_and(|before| before.is_empty() || before.ends_with('/'))
        })
    }

    /// The path most like `path`: its name is the same somewhere else, or a few letters of it differ.
    pub fn nearest<'a>(&'a self, path: &'a str) -> Option<&'a str> {
        let few = (path.len() / 5).clamp(1, 6);
        let own = letters(path);
        let is_alike = |(entry, letters): &(&str, u32)| {
            let (more, less) = ((letters & !own).count_ones(), (own & !letters).count_ones());
            let has_few_others = more.max(less) as usize <= few;
            // The slash of a folder does not count, but costs a look at the path itself.
            let may_fit = has_few_others && entry.len().abs_diff(path.len()) <= few + 1;
            may_fit && without_slash(entry).len().abs_diff(path.len()) <= few
        };
        let entries = self.entries.iter().map(|entry| &**entry);
        let alike = entries.zip(self.letters.iter().copied()).filter(is_alike).map(|(entry, _)| (entry, few));
        // Of several files of that name, which one is meant only the folders tell.
        let is_only = self.named(name(path)).nth(1).is_none();
        let namesakes = self.named(name(path)).map(|entry| (entry, if is_only { path.len() } else { few }));
        let mut best: Option<(usize, &str)> = None;
        for (entry, most) in namesakes.chain(alike) {
            let most = best.map_or(most, |(distance, _)| distance.min(most));
            let found = without_slash(entry);
            if letters_apart(found, path) > most || !have_like_names(found, path) {
                continue;
            }
            let distance = strsim::damerau_levenshtein(found, path);
            if distance <= most && best.is_none_or(|best| (distance, entry) < best) {
                best = Some((distance, entry));
            }
        }
        best.map(|(_, entry)| without_slash(entry))
    }
}

/// `README.md` is no misspelt `CLAUDE.md`, though few letters of their paths differ, nor `phase-6.md` a misspelt
/// `phase-0.md`.
fn have_like_names(a: &str, b: &str) -> bool {
    let (a, b) = (name(a), name(b));
    a == b || numbers(a).eq(numbers(b)) && strsim::damerau_levenshtein(a, b) <= (b.len() / 3).max(1)
}

/// The numbers in a name, without leading zeros.
fn numbers(name: &str) -> impl Iterator<Item = &str> {
    let runs = name.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty());
    runs.map(|run| run.trim_start_matches('0'))
}

fn without_slash(path: &str) -> &str {
    path.trim_end_matches('/')
}

fn name(path: &str) -> &str {
    without_slash(path).rsplit('/').next().unwrap_or_default()
}

fn hash(name: &str) -> u32 {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    hasher.finish() as u32
}

/// A bit for each character that occurs, some sharing one: what another path lacks of them differs.
fn letters(path: &str) -> u32 {
    path.chars().fold(0, |bits, c| bits | 1 << (c as u32 % 32))
}

/// How many characters at least differ, wherever they stand: never more than the edit distance, and
/// much quicker to tell.
fn letters_apart(a: &str, b: &str) -> usize {
    let mut counts = [0i32; 256];
    a.chars().for_each(|c| counts[c as usize % 256] += 1);
    b.chars().for_each(|c| counts[c as usize % 256] -= 1);
    let (more, less) = counts.iter().fold((0, 0), |(more, less), count| (more + count.max(&0), less - count.min(&0)));
    more.max(less) as usize
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// As it was before there was an index.
    fn linear_suffix(entries: &[Box<str>], suffix: &str) -> bool {
        entries.iter().any(|entry| {
            let entry = entry.strip_suffix('/').unwrap_or(entry);
            entry.strip_suffix(suffix).is_some_and(|before| before.is_empty() || before.ends_with('/'))
        })
    }

    fn linear_nearest(entries: &[Box<str>], path: &str) -> Option<String> {
        let distance = |entry: &str| {
            let entry = entry.trim_end_matches('/');
            let is_only = entries.iter().filter(|entry| name(entry) == name(path)).count() == 1;
            let most = if is_only && name(entry) == name(path) { path.len() } else { (path.len() / 5).clamp(1, 6) };
            let is_possible = name(entry) == name(path) || entry.len().abs_diff(path.len()) <= most;
            let is_possible = is_possible && have_like_names(entry, path);
            is_possible.then(|| strsim::damerau_levenshtein(entry, path)).filter(|distance| *distance <= most)
        };
        let near = entries.iter().filter_map(|entry| Some((distance(entry)?, entry)));
        near.min().map(|(_, entry)| entry.trim_end_matches('/').to_owned())
    }

    proptest! {
        #[test]
        fn letters_apart_never_exceed_the_distance(a in "[a-cé漢/]{0,12}", b in "[a-cé漢/]{0,12}") {
            prop_assert!(letters_apart(&a, &b) <= strsim::damerau_levenshtein(&a, &b));
        }

        #[test]
        fn the_index_finds_what_a_look_at_all_finds(
            entries in prop::collection::btree_set("[a-cé漢.]{1,3}(/[a-cé漢.]{1,3}){0,3}/?", 0..24),
            path in "/?[a-cé漢.]{0,3}(/[a-cé漢.]{1,4}){0,3}/?",
        ) {
            let tree = Tree::new(entries.iter().map(|entry| entry.as_str().into()).collect());
            let suffixes = entries.iter().flat_map(|entry| entry.match_indices('/').map(|(at, _)| &entry[at + 1..]));
            for suffix in suffixes.chain([path.as_str(), path.trim_end_matches('/'), ""]) {
                prop_assert_eq!(tree.has_suffix(suffix), linear_suffix(&tree.entries, suffix), "{}", suffix);
            }
            for path in entries.iter().take(3).map(|entry| entry.as_str()).chain([path.as_str()]) {
                let near = tree.nearest(path).map(str::to_owned);
                prop_assert_eq!(near, linear_nearest(&tree.entries, path), "{}", path);
            }
        }
    }
}
