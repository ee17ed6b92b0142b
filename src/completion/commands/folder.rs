//! A folder with manifests, and the commands of one of its files.

use std::collections::BTreeSet;

use super::{Command, Usefulness};
use crate::workspace::Files;

/// So many commands of one file are offered.
const MOST_OF_ONE: usize = 20;

/// A folder with manifests in it.
pub(super) struct Folder<'a> {
    /// Relative to the root, without a `/` at its end; empty for the root.
    pub path: &'a str,
    pub names: &'a BTreeSet<String>,
    /// Whether it has a folder `tests`.
    pub has_tests: bool,
    pub files: &'a dyn Files,
}

impl Folder<'_> {
    pub fn has(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// The path of a file in it, relative to the root.
    pub fn path_of(&self, name: &str) -> String {
        self.call(name, |path| format!("{path}/{name}"))
    }

    /// How a program is called in the root or, with the path, in another folder.
    pub fn call(&self, at_root: &str, elsewhere: impl FnOnce(&str) -> String) -> String {
        if self.path.is_empty() { at_root.to_owned() } else { elsewhere(self.path) }
    }

    pub fn is_inside(&self, other: &Folder) -> bool {
        self.path.strip_prefix(other.path).is_some_and(|rest| rest.starts_with('/'))
    }

    /// The first of these files that is there, and its text.
    pub fn read(&self, names: &[&str]) -> Option<(String, std::sync::Arc<str>)> {
        let path = self.path_of(names.iter().find(|name| self.has(name))?);
        let text = self.files.text(&path)?;
        Some((path, text))
    }
}

pub(super) fn root<'a>(folders: &'a [Folder<'a>]) -> Option<&'a Folder<'a>> {
    folders.iter().find(|folder| folder.path.is_empty())
}

/// The commands of scripts or targets, from their words and names: of one file only so many, the most useful ones.
pub(super) fn named<'n>(all: impl Iterator<Item = (String, &'n str)>, source: &str) -> Vec<Command> {
    let command = |(words, name): (String, &str)| Some(Command::new(words, Usefulness::of_name(name)?, source));
    let mut found: Vec<Command> = all.filter_map(command).collect();
    found.sort_by_key(|command| command.usefulness);
    found.truncate(MOST_OF_ONE);
    found
}

/// Whether a shell reads a word as it is written.
pub(super) fn is_plain(word: &str) -> bool {
    let is_safe = |c: char| c.is_alphanumeric() || "._-/:@+=".contains(c);
    word.chars().all(is_safe) && !word.starts_with('-')
}
