//! Paths among the values: folders of artifacts, templates, and the files that patterns begin with,
//! step by step.

use super::{
    super::{Item, Snippet, paths::entries_in},
    cursor::{ELEMENT, Quotes},
};
use crate::{config::markdown_stem, workspace::Files};

/// What the paths of a key lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Folder,
    /// Folders and Markdown files, or patterns, which begin so.
    Artifacts,
    /// Patterns, which begin as the path of a file or folder.
    Pattern,
    Markdown,
}

/// What is asked for by the value at `path`; `None` where it is no path.
pub(super) fn target(path: &[String]) -> Option<Target> {
    let keys: Vec<&str> = path.iter().map(|key| &**key).filter(|key| *key != ELEMENT).collect();
    match keys[..] {
        ["layout", "exclude"] | ["references", "ignore"] | ["overrides", "files"] => Some(Target::Pattern),
        ["layout", "roots"] => Some(Target::Folder),
        ["layout", _] => Some(Target::Artifacts),
        ["templates", _] => Some(Target::Markdown),
        _ => None,
    }
}

impl Target {
    /// What stands in the folder that is typed and has a name that begins like the rest. `used`: what is
    /// listed already.
    pub fn steps(self, files: &dyn Files, typed: &str, quotes: Quotes, used: &[String]) -> Vec<Item> {
        let start = typed.strip_prefix("./").unwrap_or(typed);
        // All paths are below the root; with `/`, which needs no escape, on Windows, too.
        if start.starts_with('/') || start.contains('\\') || start.split('/').any(|part| part == "..") {
            return Vec::new();
        }
        let (folder, name) = start.split_at(start.rfind('/').map_or(0, |at| at + 1));
        let tree = files.tree();
        let mut entries = entries_in(files, tree.as_deref().map(Vec::as_slice), folder);
        entries.retain(|entry| self.takes(entry, entry[folder.len()..].trim_end_matches('/'), name));
        entries.retain(|entry| !used.iter().any(|used| used.trim_end_matches('/') == entry.trim_end_matches('/')));
        entries.sort_by_key(|entry| !entry.ends_with('/'));
        let before = &typed[..typed.len() - start.len()];
        entries.iter().map(|entry| item(&format!("{before}{entry}"), entry, &entry[folder.len()..], quotes)).collect()
    }

    fn takes(self, entry: &str, own: &str, name: &str) -> bool {
        // What TOML would escape, and what means more than itself in a pattern.
        let special: &[char] = match self {
            Self::Pattern | Self::Artifacts => &['"', '\'', '\\', '*', '?', '[', '{'],
            Self::Folder | Self::Markdown => &['"', '\'', '\\'],
        };
        let is_of_kind = match self {
            Self::Folder => entry.ends_with('/'),
            Self::Pattern => true,
            Self::Artifacts | Self::Markdown => entry.ends_with('/') || markdown_stem(entry).is_some(),
        };
        is_of_kind
            && own != ".git"
            && (name.starts_with('.') || !own.starts_with('.'))
            && own.to_lowercase().starts_with(&name.to_lowercase())
            && !entry.contains(|c: char| special.contains(&c) || c.is_control())
    }
}

/// `written`: all of the path in the value. A folder leaves the quotes open for the next step.
fn item(written: &str, entry: &str, label: &str, quotes: Quotes) -> Item {
    let is_folder = entry.ends_with('/');
    let insert = match quotes {
        Quotes::None => {
            let (text, end) = (quotes.around(written), written.len() + 1);
            if is_folder { Snippet::with_stop(text, end..end) } else { Snippet::plain(text) }
        }
        Quotes::Open(_) if is_folder => Snippet::plain(written),
        _ => Snippet::plain(quotes.around(written)),
    };
    Item::of_path(entry, label, 0..0, insert).with_filter(written)
}
