//! `[layout]`: which folders hold which kind of artifact.

use super::{
    Config, path,
    read::{MOST_ELEMENTS, Reader},
    tree::{Node, Place, Value},
};
use crate::template::Kind;

/// The keys beside the kinds.
pub(super) const OTHERS: &[&str] = &["roots", "exclude"];

/// A folder and where it was named.
type Folder = (String, Place);

pub(super) fn read(reader: &mut Reader<'_>, node: &Node<'_>, config: &mut Config) {
    let last_good = reader.last_good;
    let Some(entries) = reader.table(node, "a table of folders") else {
        config.layout.clone_from(&last_good.layout);
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
                Some(kind) => named.push((kind, folders(reader, &entry.node))),
                None => {
                    let known = Kind::ALL.into_iter().map(Kind::folder).chain(OTHERS.iter().copied());
                    reader.mistakes.unknown("Unknown key", entry, known);
                }
            },
        }
    }
    assign(reader, named, config);
}

/// The good folders that a kind names.
fn folders(reader: &mut Reader<'_>, node: &Node<'_>) -> Vec<Folder> {
    let (elements, expected) = match &node.value {
        Value::List(list) => (list.as_slice(), "a string"),
        Value::Empty => (&[] as &[_], ""),
        _ => (std::slice::from_ref(node), "a folder or a list of folders"),
    };
    if elements.is_empty() {
        reader.mistakes.add(&node.place, "Expected at least one folder", None);
    }
    let elements = reader.few(elements, MOST_ELEMENTS, "folders", &node.place);
    let folder = |node: &Node<'_>| Some((reader.text(node, expected, path::normalize)?, node.place.clone()));
    elements.iter().filter_map(folder).collect()
}

/// Gives every kind its folders; one that another kind has is a mistake where it is named (last).
fn assign(reader: &mut Reader<'_>, named: Vec<(Kind, Vec<Folder>)>, config: &mut Config) {
    let silent = |kind: &Kind| named.iter().all(|(other, _)| other != kind);
    let mut taken: Vec<(Kind, String)> = Vec::new();
    for kind in Kind::ALL.into_iter().filter(silent) {
        taken.extend(config.layout.get(kind).iter().map(|folder| (kind, folder.clone())));
    }
    for (kind, folders) in named {
        let mut own: Vec<String> = Vec::new();
        for (folder, place) in folders {
            if let Some((holder, _)) = taken.iter().find(|(_, other)| *other == folder) {
                let message = format!("`{folder}` is already the folder of `{}`", holder.folder());
                reader.mistakes.add(&place, message, None);
            } else if !own.contains(&folder) {
                own.push(folder);
            }
        }
        if own.is_empty() {
            own.clone_from(reader.last_good.layout.get(kind));
        }
        taken.extend(own.iter().map(|folder| (kind, folder.clone())));
        *config.layout.get_mut(kind) = own;
    }
}
