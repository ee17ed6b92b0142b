//! Keys and values of `phasemark.toml`.
//!
//! What there is, and what is said of it, comes from the JSON Schema of the file, so that both have
//! one source; where the cursor is, from the tokens alone, because a file that is being written is
//! seldom TOML.

use std::ops::Range;

use serde_json::Value as Json;

use super::{Documentation, Item, ItemKind, List, Snippet};
use crate::{
    config::{self, RuleSpec, key_text},
    convention::{self, Kind},
    workspace::Files,
};

mod cursor;
mod paths;
mod shape;

#[cfg(test)]
mod tests;

use self::{
    cursor::{Cursor, Quotes, Spot},
    shape::Shape,
};

/// The completions at byte `offset` of a `phasemark.toml`. `rules`: every rule with its summary; `files`:
/// those of its root.
pub fn complete_config(text: &str, offset: usize, rules: &[(&RuleSpec, &str)], files: &dyn Files) -> List {
    let schema = config::schema(rules.iter().copied());
    let config = Completion { text, offset, shape: Shape::new(&schema), files };
    let mut is_incomplete = false;
    let Some(Cursor { spot, headers }) = cursor::find(text, offset) else { return List::default() };
    let items = match spot {
        Spot::Header { range, is_list, parts } => config.headers(&range, is_list, &parts, &headers),
        // At the top of the file tables are begun.
        Spot::Key { table, range, is_followed: false, .. } if table.is_empty() => {
            config.headers(&range, false, &[], &headers)
        }
        Spot::Key { table, range, is_followed, used } => config.keys(&table, &range, is_followed, &used),
        Spot::Value { path, range, quotes, used, sections } => {
            // With the next letter another folder may have better ones.
            is_incomplete = paths::target(&path).is_some();
            config.values(&path, &range, quotes, &used, &sections)
        }
    };
    List { items, is_incomplete }
}

struct Completion<'a> {
    text: &'a str,
    offset: usize,
    shape: Shape<'a>,
    files: &'a dyn Files,
}

impl Completion<'_> {
    /// Tables for a header that is written at `range`, below the `parts` that end in a dot.
    fn headers(&self, range: &Range<usize>, is_list: bool, parts: &[String], used: &[Vec<String>]) -> Vec<Item> {
        let mut paths: Vec<(Vec<String>, bool)> = Vec::new();
        for key in self.shape.keys(parts) {
            let path = [parts, &[key.to_owned()]].concat();
            if self.shape.is_list_of_tables(&path) {
                paths.push((path, true));
            } else if self.shape.is_group(&path) {
                let inside = self.shape.keys(&path).into_iter().map(|key| [&path[..], &[key.to_owned()]].concat());
                paths.extend(inside.map(|path| (path, false)));
            } else if self.shape.has_table(&path) {
                paths.push((path, false));
            }
        }
        paths.retain(|(path, repeats)| *repeats || !is_list && !used.contains(path));
        let open = &self.text[range.start..self.offset];
        let open = &open[..open.len() - open.trim_start_matches(['[', ' ']).len()];
        let item = |(path, repeats): &(Vec<String>, bool)| {
            let name = path.iter().map(|part| key_text(part)).collect::<Vec<_>>().join(".");
            let header = if *repeats { format!("[[{name}]]") } else { format!("[{name}]") };
            let item = Item::new(ItemKind::Key, header.clone(), range.clone(), Snippet::plain(header));
            Item { documentation: self.documentation(path), ..item.with_filter(format!("{open}{name}")) }
        };
        paths.iter().map(item).collect()
    }

    fn keys(&self, table: &[String], range: &Range<usize>, is_followed: bool, used: &[String]) -> Vec<Item> {
        let keys = self.shape.keys(table).into_iter().filter(|key| !used.iter().any(|used| used == key));
        keys.map(|key| {
            let path = [table, &[key.to_owned()]].concat();
            let written = key_text(key);
            let (insert, goes_on) = match is_followed {
                true => (Snippet::plain(&*written), false),
                false => self.shape.assignment(&written, &path),
            };
            let is_quoted = self.text[range.start..self.offset].starts_with(['"', '\'']);
            let item = Item::new(ItemKind::Key, key, range.clone(), insert);
            Item {
                documentation: self.documentation(&path),
                goes_on: goes_on || paths::target(&path).is_some() && !is_followed,
                ..item.with_filter(if is_quoted { &written } else { key })
            }
        })
        .collect()
    }

    fn values(
        &self,
        path: &[String],
        range: &Range<usize>,
        quotes: Quotes,
        used: &[String],
        sections: &[String],
    ) -> Vec<Item> {
        let mut items = Vec::new();
        let documentation = self.documentation(path);
        let mut add = |label: &str, insert: Snippet, is_default: bool| {
            let item = Item::new(ItemKind::Value, label, range.clone(), insert);
            let detail = is_default.then(|| "default".to_owned());
            items.push(Item { detail, documentation: documentation.clone(), ..item });
        };
        let default = self.shape.default(path);
        let names = required_names(path, sections);
        let is_default = |text: &str| default.is_some_and(|default| default == text);
        for text in self.shape.texts(path).into_iter().chain(names.iter().map(String::as_str)) {
            if !used.iter().any(|used| used == text) {
                add(text, Snippet::plain(quotes.around(text)), is_default(text));
            }
        }
        if quotes == Quotes::None {
            if let Some(literal) = self.shape.integer(path) {
                add(&literal, Snippet::with_stop(literal.clone(), 0..literal.len()), true);
            }
            for literal in self.shape.booleans(path).iter().copied() {
                add(literal, Snippet::plain(literal), default == Some(&Json::Bool(literal == "true")));
            }
            if let Some((label, insert)) = self.shape.table(path) {
                add(&label, insert, false);
            }
            if self.shape.takes_list(path) && used.is_empty() {
                add("[\"\"]", Snippet::with_stop("[\"\"]", 2..2), false);
            }
        }
        if let Some(target) = paths::target(path) {
            let typed = &self.text[range.start..self.offset];
            let steps = target.steps(self.files, typed, quotes, used);
            items.extend(steps.into_iter().map(|step| Item { range: range.clone(), ..step }));
        }
        items
    }

    fn documentation(&self, path: &[String]) -> Documentation {
        self.shape.description(path).map_or(Documentation::None, |words| Documentation::AtHand(words.to_owned()))
    }
}

/// Names for a list of required sections: the built-in ones in template order, then the team's own.
fn required_names(path: &[String], own: &[String]) -> Vec<String> {
    let [first, kind, key, ..] = path else { return Vec::new() };
    let kind = Kind::ALL.into_iter().find(|other| other.key() == kind);
    let Some(kind) = kind.filter(|_| first == "sections" && key == "required") else { return Vec::new() };
    let mut names: Vec<String> = convention::sections(kind).iter().map(|spec| spec.name.to_string()).collect();
    for name in own {
        if name != "required" && !names.contains(name) {
            names.push(name.clone());
        }
    }
    names
}
