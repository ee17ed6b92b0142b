//! What may stand at a path of keys, as the JSON Schema says it.

use serde_json::{Map, Value as Json};

use super::{super::Snippet, cursor::ELEMENT};

/// References of references that are followed.
const DEEPEST: usize = 8;

pub(super) struct Shape<'a> {
    root: &'a Json,
}

impl<'a> Shape<'a> {
    pub fn new(schema: &'a Json) -> Self {
        Self { root: schema }
    }

    /// What the schema says at `path`, references and choices opened.
    fn at(&self, path: &[String]) -> Vec<&'a Json> {
        let mut nodes = self.opened(self.root);
        for key in path {
            nodes = nodes.into_iter().flat_map(|node| self.step(node, key)).collect();
        }
        nodes
    }

    fn step(&self, node: &'a Json, key: &str) -> Vec<&'a Json> {
        if key == ELEMENT {
            return node.get("items").map(|element| self.opened(element)).unwrap_or_default();
        }
        if let Some(element) = node.get("items") {
            // The tables of a list are written as one table each.
            return self.opened(element).into_iter().flat_map(|node| self.step(node, key)).collect();
        }
        let named = node.get("properties").and_then(|properties| properties.get(key));
        let any = || node.get("additionalProperties").filter(|any| any.is_object());
        named.or_else(any).map(|node| self.opened(node)).unwrap_or_default()
    }

    /// The node itself, or what it refers to and chooses from.
    fn opened(&self, node: &'a Json) -> Vec<&'a Json> {
        let mut open = vec![(node, 0)];
        let mut found = Vec::new();
        while let Some((node, depth)) = open.pop() {
            let reference = node.get("$ref").and_then(Json::as_str).and_then(|at| at.strip_prefix('#'));
            let referred = reference.and_then(|at| self.root.pointer(at)).into_iter();
            let choices = ["anyOf", "oneOf"].into_iter().filter_map(|key| node.get(key)?.as_array()).flatten();
            let inside: Vec<_> = referred.chain(choices).collect();
            if inside.is_empty() || node.get("properties").is_some() {
                found.push(node);
            }
            if depth < DEEPEST {
                open.extend(inside.into_iter().rev().map(|node| (node, depth + 1)));
            }
        }
        found
    }

    /// What the tables around say of the key at the end of `path`; an element of a list counts as the list.
    fn own(&self, path: &[String], what: &str) -> Option<&'a Json> {
        let (key, table) = path.split_last()?;
        if key == ELEMENT {
            return self.own(table, what);
        }
        let tables = self.tables_at(table);
        tables.iter().find_map(|node| node.get("properties")?.get(key)?.get(what))
    }

    /// The tables at `path`, those of a list, too.
    fn tables_at(&self, path: &[String]) -> Vec<&'a Json> {
        let opened = |node: &'a Json| node.get("items").map_or_else(|| vec![node], |element| self.opened(element));
        self.at(path).into_iter().flat_map(opened).collect()
    }

    pub fn description(&self, path: &[String]) -> Option<&'a str> {
        let inside = || self.at(path).into_iter().find_map(|node| node.get("description"));
        self.own(path, "description").or_else(inside).and_then(Json::as_str)
    }

    pub fn default(&self, path: &[String]) -> Option<&'a Json> {
        self.own(path, "default")
    }

    fn properties(node: &'a Json) -> impl Iterator<Item = (&'a String, &'a Json)> {
        node.get("properties").and_then(Json::as_object).into_iter().flat_map(Map::iter)
    }

    /// The keys of the table at `path`.
    pub fn keys(&self, path: &[String]) -> Vec<&'a str> {
        let mut keys: Vec<&'a str> = Vec::new();
        for (key, _) in self.tables_at(path).into_iter().flat_map(Self::properties) {
            if !keys.contains(&key.as_str()) {
                keys.push(key);
            }
        }
        keys
    }

    fn has_type(&self, path: &[String], kind: &str) -> bool {
        self.at(path).into_iter().any(|node| is_of(node, kind))
    }

    fn tables(&self, path: &[String]) -> impl Iterator<Item = &'a Json> {
        self.at(path).into_iter().filter(|node| is_of(node, "object"))
    }

    /// Whether a table with known keys may stand there.
    pub fn has_table(&self, path: &[String]) -> bool {
        self.tables(path).any(|node| Self::properties(node).any(|(key, _)| key != "severity"))
    }

    pub fn is_list_of_tables(&self, path: &[String]) -> bool {
        self.has_type(&[path, &[ELEMENT.to_owned()]].concat(), "object")
    }

    /// Whether a table holds tables and nothing else, as `sections`.
    pub fn is_group(&self, path: &[String]) -> bool {
        let is_table = |path: &[String]| self.at(path).into_iter().all(|node| is_of(node, "object"));
        let keys = self.keys(path);
        is_table(path) && !keys.is_empty() && keys.iter().all(|key| is_table(&[path, &[(*key).to_owned()]].concat()))
    }

    /// The words that a value may be.
    pub fn texts(&self, path: &[String]) -> Vec<&'a str> {
        let choices = self.at(path).into_iter().filter_map(|node| node.get("enum")?.as_array()).flatten();
        choices.filter_map(Json::as_str).collect()
    }

    pub fn booleans(&self, path: &[String]) -> &'static [&'static str] {
        if self.has_type(path, "boolean") { &["true", "false"] } else { &[] }
    }

    /// The default of a number.
    pub fn integer(&self, path: &[String]) -> Option<String> {
        self.default(path).filter(|_| self.has_type(path, "integer")).map(Json::to_string)
    }

    pub fn takes_list(&self, path: &[String]) -> bool {
        self.has_type(path, "array") && !self.is_list_of_tables(path)
    }

    /// An inline table there, with its keys if they are few.
    pub fn table(&self, path: &[String]) -> Option<(String, Snippet)> {
        let table = self.tables(path).next()?;
        let keys: Vec<_> = Self::properties(table).map(|(key, _)| key).collect();
        let is_of_rule = keys.iter().any(|key| *key == "severity");
        if is_of_rule && keys.len() == 1 {
            return None;
        }
        if !is_of_rule {
            return Some(("{ }".to_owned(), Snippet::with_stop("{  }", 2..2)));
        }
        let (mut text, mut stops) = ("{ ".to_owned(), Vec::new());
        let (severity, options): (Vec<_>, Vec<_>) = keys.into_iter().partition(|key| *key == "severity");
        for key in severity.into_iter().chain(options) {
            let of_key = [path, std::slice::from_ref(key)].concat();
            let default = self.default(if key == "severity" { path } else { &of_key });
            let fallback = Json::from("warning");
            let value = default.filter(|value| value.as_str() != Some("off")).unwrap_or(&fallback).to_string();
            let before = if stops.is_empty() { "" } else { ", " };
            text.push_str(&format!("{before}{key} = "));
            let quote = usize::from(value.starts_with('"'));
            stops.push(text.len() + quote..text.len() + value.len() - quote);
            text.push_str(&value);
        }
        text.push_str(" }");
        Some(("{ severity, … }".to_owned(), Snippet::new(text, stops)))
    }

    /// A key with what its value begins as, and whether the value is asked for next.
    pub fn assignment(&self, key: &str, path: &[String]) -> (Snippet, bool) {
        let start = format!("{key} = ");
        if !self.texts(path).is_empty() || !self.booleans(path).is_empty() {
            return (Snippet::plain(start), true);
        }
        let (value, stop) = if let Some(number) = self.integer(path) {
            (number.clone(), 0..number.len())
        } else if self.takes_list(path) {
            ("[\"\"]".to_owned(), 2..2)
        } else if let Some(table) = self.tables(path).next() {
            match &Self::properties(table).map(|(key, _)| key.as_str()).collect::<Vec<_>>()[..] {
                ["aliases"] => ("{ aliases = [\"\"] }".to_owned(), 14..14),
                _ => ("{  }".to_owned(), 2..2),
            }
        } else {
            ("\"\"".to_owned(), 1..1)
        };
        let goes_on = value.starts_with('{') || path.last().is_some_and(|key| key == "required");
        let at = start.len();
        (Snippet::with_stop(start + &value, at + stop.start..at + stop.end), goes_on)
    }
}

fn is_of(node: &Json, kind: &str) -> bool {
    if kind == "object" && node.get("properties").is_some() {
        return true;
    }
    match node.get("type") {
        Some(Json::String(own)) => own == kind,
        Some(Json::Array(kinds)) => kinds.iter().any(|own| own == kind),
        _ => false,
    }
}
