//! Reads single values of the configuration, and notes what is wrong with them.

use super::{
    Config, RuleSpec,
    mistake::Mistakes,
    path,
    tree::{Entry, Node, Place, Value},
};
use crate::convention::Kind;

/// More than real configurations list. What is read for each file, or each pair, stays cheap.
pub(super) const MOST_ELEMENTS: usize = 1000;
/// Patterns in the whole file.
const MOST_PATTERNS: usize = 2000;

pub(super) struct Reader<'a> {
    pub rules: &'a [&'a RuleSpec],
    pub last_good: &'a Config,
    /// Whether the client's settings are read, not the file.
    pub of_client: bool,
    pub mistakes: Mistakes,
    /// How many patterns may follow.
    patterns_left: usize,
}

impl<'a> Reader<'a> {
    pub fn new(rules: &'a [&'a RuleSpec], last_good: &'a Config, of_client: bool) -> Self {
        Self { rules, last_good, of_client, mistakes: Mistakes::default(), patterns_left: MOST_PATTERNS }
    }
}

impl Reader<'_> {
    /// The first `most` of them; that there are more is a mistake.
    pub fn few<'n, T>(&mut self, all: &'n [T], most: usize, what: &str, place: &Place) -> &'n [T] {
        if all.len() > most {
            let message = format!("Expected at most {most} {what}, found {}: those after them are ignored", all.len());
            self.mistakes.add(place, message, None);
        }
        &all[..all.len().min(most)]
    }

    /// The entries of a table; else a mistake.
    pub fn table<'n>(&mut self, node: &'n Node<'n>, expected: &str) -> Option<&'n [Entry<'n>]> {
        match &node.value {
            Value::Table(entries) => Some(entries),
            Value::Empty => Some(&[]),
            _ => {
                self.mistakes.wrong_type(node, expected);
                None
            }
        }
    }

    /// The kind that a key of `[sections]` or `[templates]` names; else a mistake.
    pub fn kind(&mut self, entry: &Entry<'_>) -> Option<Kind> {
        let kind = Kind::ALL.into_iter().find(|kind| kind.key() == entry.key);
        if kind.is_none() {
            self.mistakes.unknown("Unknown key", entry, Kind::ALL.into_iter().map(Kind::key));
        }
        kind
    }

    /// A string as `parse` reads it; else a mistake.
    pub fn text<T>(&mut self, node: &Node<'_>, expected: &str, parse: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        let Value::Text(text) = &node.value else {
            self.mistakes.wrong_type(node, expected);
            return None;
        };
        parse(text).map_err(|message| self.mistakes.add(&node.place, message, None)).ok()
    }

    /// The good elements of a list of strings, or of one string; `None` for another type and for a
    /// list of nothing but mistakes.
    pub fn list<T>(
        &mut self,
        node: &Node<'_>,
        expected: &str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<Vec<T>> {
        match &node.value {
            Value::List(list) => {
                let list = self.few(list, MOST_ELEMENTS, "elements", &node.place);
                let good: Vec<T> = list.iter().filter_map(|node| self.text(node, "a string", &parse)).collect();
                (list.is_empty() || !good.is_empty()).then_some(good)
            }
            Value::Text(_) => self.text(node, expected, parse).map(|one| vec![one]),
            Value::Empty => Some(Vec::new()),
            _ => {
                self.mistakes.wrong_type(node, expected);
                None
            }
        }
    }

    /// Counts patterns; that they are too many is a mistake.
    pub fn takes_patterns(&mut self, count: usize, place: &Place) -> bool {
        let takes = count <= self.patterns_left;
        if takes {
            self.patterns_left -= count;
        } else {
            self.mistakes.add(place, format!("Expected at most {MOST_PATTERNS} patterns in all"), None);
        }
        takes
    }

    pub fn patterns(&mut self, node: &Node<'_>) -> Option<globset::GlobSet> {
        let patterns = self.list(node, "a list of patterns", path::file_pattern)?;
        if !self.takes_patterns(patterns.len(), &node.place) {
            return None;
        }
        let set = path::set(&patterns);
        if set.is_none() {
            self.mistakes.add(&node.place, "Expected fewer patterns: together they are too large", None);
        }
        set
    }
}
