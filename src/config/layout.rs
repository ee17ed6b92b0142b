//! `[layout]` as it is written: which folders, files and patterns hold which kind of artifact.

use super::{
    Config,
    entries::{Entry, Layout},
    path,
    reader::{MOST_ELEMENTS, Reader},
    tree::{Node, Place, Value},
};
use crate::convention::{Kind, PerKind};

/// The keys beside the kinds.
pub(super) const OTHERS: &[&str] = &["roots", "exclude"];

pub(super) fn read(reader: &mut Reader<'_>, node: &Node<'_>, config: &mut Config) {
    let last_good = reader.last_good;
    let Some(entries) = reader.table(node, "a table of folders, files and patterns") else {
        config.layout = last_good.layout.without_places();
        config.roots.clone_from(&last_good.roots);
        config.exclude.clone_from(&last_good.exclude);
        return;
    };
    let mut named = Vec::new();
    for entry in entries {
        match &*entry.key {
            "roots" => {
                let roots = reader.list(&entry.node, "a list of patterns", path::folder_pattern);
                config.roots = roots.unwrap_or_else(|| last_good.roots.clone());
            }
            "exclude" => config.exclude = reader.patterns(&entry.node).unwrap_or_else(|| last_good.exclude.clone()),
            key => match Kind::ALL.into_iter().find(|kind| kind.folder() == key) {
                Some(kind) => named.push((kind, read_entries(reader, &entry.node))),
                None => {
                    let known = Kind::ALL.into_iter().map(Kind::folder).chain(OTHERS.iter().copied());
                    reader.mistakes.unknown("Unknown key", entry, known);
                }
            },
        }
    }
    match Layout::new(assign(reader, named, config)) {
        Some(layout) => config.layout = layout,
        None => {
            reader.mistakes.add(&node.place, "Expected fewer patterns: together they are too large", None);
            config.layout = last_good.layout.without_places();
        }
    }
}

/// The good entries that a kind names.
fn read_entries(reader: &mut Reader<'_>, node: &Node<'_>) -> Vec<(Entry, Place)> {
    let (elements, expected) = match &node.value {
        Value::List(list) => (list.as_slice(), "a string"),
        Value::Empty => (&[] as &[_], ""),
        _ => (std::slice::from_ref(node), "a folder, a file or a pattern, or a list of them"),
    };
    if elements.is_empty() {
        reader.mistakes.add(&node.place, "Expected at least one folder, file or pattern", None);
    }
    let elements = reader.few(elements, MOST_ELEMENTS, "entries", &node.place);
    let entry = |node: &Node<'_>| {
        let (written, pattern) = reader.text(node, expected, path::layout_entry)?;
        let place = match &node.place {
            Place::File(place) => Some(place.clone()),
            Place::Client(_) => None,
        };
        if pattern.is_some() && !reader.takes_patterns(1, &node.place) {
            return None;
        }
        Some((Entry::new(written, pattern, place), node.place.clone()))
    };
    elements.iter().filter_map(entry).collect()
}

/// Gives every kind its entries; one that another kind has is a mistake where it is named (last).
fn assign(reader: &mut Reader<'_>, named: Vec<(Kind, Vec<(Entry, Place)>)>, config: &Config) -> PerKind<Vec<Entry>> {
    let mut entries = PerKind::from_fn(|kind| config.layout.get(kind).to_vec());
    let silent = |kind: &Kind| named.iter().all(|(other, _)| other != kind);
    let mut taken: Vec<(Kind, String)> = Vec::new();
    for kind in Kind::ALL.into_iter().filter(silent) {
        taken.extend(entries.get(kind).iter().map(|entry| (kind, entry.written.clone())));
    }
    for (kind, named) in named {
        let mut own: Vec<Entry> = Vec::new();
        for (entry, place) in named {
            if let Some((holder, _)) = taken.iter().find(|(_, other)| *other == entry.written) {
                let message = format!("`{}` is already the {} of `{}`", entry.written, entry.what(), holder.folder());
                reader.mistakes.add(&place, message, None);
            } else if !own.contains(&entry) {
                own.push(entry);
            }
        }
        if own.is_empty() {
            own = reader.last_good.layout.without_places().get(kind).to_vec();
        }
        taken.extend(own.iter().map(|entry| (kind, entry.written.clone())));
        *entries.get_mut(kind) = own;
    }
    entries
}
