//! Words by what they mean, as `common.toml` lists them.

use std::{ops::Deref, sync::OnceLock};

use foldhash::HashSet;

use super::built_in;

/// The words of one list.
pub struct Words {
    list: &'static str,
    read: OnceLock<Read>,
}

struct Read {
    /// One after another in memory: a key looks through many lists, most of which nothing else has touched since the
    /// key before.
    words: Box<[&'static str]>,
    /// Bit `n`: whether a word begins with byte `n`.
    first_bytes: [u64; 4],
    /// The same, where it is asked for single words: lists are long, and asked for every word of a text.
    set: OnceLock<HashSet<&'static str>>,
}

impl Words {
    /// `list`: its key in `common.toml`.
    pub const fn new(list: &'static str) -> Self {
        Self { list, read: OnceLock::new() }
    }

    fn read(&self) -> &Read {
        self.read.get_or_init(|| {
            let words = built_in().words.get(self.list).map_or(&[][..], |words| words);
            let mut rest: &'static str = Box::leak(words.concat().into_boxed_str());
            let mut first_bytes = [0; 4];
            let take = |length: usize| {
                let (word, behind) = rest.split_at(length);
                rest = behind;
                if let Some(first) = word.bytes().next() {
                    first_bytes[usize::from(first / 64)] |= 1 << (first % 64);
                }
                word
            };
            let words: Box<[_]> = words.iter().map(|word| word.len()).map(take).collect();
            Read { words, first_bytes, set: OnceLock::new() }
        })
    }

    /// Whether a word begins as `text` does.
    fn may_begin(&self, text: &str) -> bool {
        let first_bytes = &self.read().first_bytes;
        text.bytes().next().is_some_and(|first| first_bytes[usize::from(first / 64)] >> (first % 64) & 1 == 1)
    }

    /// The words that `text` may begin with, in the order of the list: those with its first byte.
    pub fn likely(&self, text: &str) -> impl Iterator<Item = &'static str> {
        let words = if self.may_begin(text) { &**self } else { &[] };
        let first = text.bytes().next();
        words.iter().copied().filter(move |word| word.bytes().next() == first)
    }

    /// Whether it has `word`.
    pub fn contains(&self, word: &str) -> bool {
        let set = || self.read().set.get_or_init(|| self.iter().copied().collect());
        self.may_begin(word) && set().contains(word)
    }

    /// Whether it has `word`, or what an `s` at its end makes the plural of.
    pub fn contains_singular(&self, word: &str) -> bool {
        self.contains(word) || word.strip_suffix('s').is_some_and(|singular| self.contains(singular))
    }
}

impl Deref for Words {
    type Target = [&'static str];

    fn deref(&self) -> &Self::Target {
        &self.read().words
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::Words;
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
    fn what_a_text_may_begin_with_is_told_by_its_first_byte() {
        static LISTS: [Words; 2] = [Words::new("later"), Words::new("answers")];
        for list in &LISTS {
            for word in list.iter() {
                let text = format!("{word} and more");
                assert!(list.likely(&text).any(|likely| likely == *word), "{word}");
                assert!(list.contains(word) && list.contains_singular(&format!("{word}s")), "{word}");
            }
            assert_eq!((list.likely("").count(), list.likely("\u{1}").count(), list.contains("")), (0, 0, false));
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
