//! Words by what they mean, as `common.toml` lists them.

use std::{ops::Deref, sync::OnceLock};

use foldhash::HashSet;

/// The words of one list.
pub struct Words {
    list: &'static str,
    words: OnceLock<Vec<&'static str>>,
    /// The same: lists are long, and asked for every word of a text.
    set: OnceLock<HashSet<&'static str>>,
}

impl Words {
    /// `list`: its key in `common.toml`.
    pub const fn new(list: &'static str) -> Self {
        Self { list, words: OnceLock::new(), set: OnceLock::new() }
    }

    /// Whether it has `word`.
    pub fn contains(&self, word: &str) -> bool {
        self.set.get_or_init(|| self.iter().copied().collect()).contains(word)
    }

    /// Whether it has `word`, or what an `s` at its end makes the plural of.
    pub fn contains_singular(&self, word: &str) -> bool {
        self.contains(word) || word.strip_suffix('s').is_some_and(|singular| self.contains(singular))
    }
}

impl Deref for Words {
    type Target = [&'static str];

    fn deref(&self) -> &Self::Target {
        self.words.get_or_init(|| {
            let words = super::built_in().words.get(self.list);
            words.map(|words| words.iter().map(|word| &**word).collect()).unwrap_or_default()
        })
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use crate::convention::built_in;

    /// The keys of all lists that the source code asks for.
    fn asked(folder: &Path, found: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                asked(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let keys = text.split("Words::new(\"").skip(1).filter_map(|rest| rest.split('"').next());
                found.extend(keys.map(str::to_owned));
            }
        }
    }

    #[test]
    fn every_list_that_is_asked_for_is_there_and_no_other() {
        let mut found = BTreeSet::new();
        asked(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut found);
        found.remove("");
        let there: BTreeSet<String> = built_in().words.keys().map(|key| key.to_string()).collect();
        assert_eq!(found, there);
    }
}
