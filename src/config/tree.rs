//! A configuration as it was written, from either source: `phasemark.toml`, where every key and
//! value has its place, or the client's settings, where it has a name.

use std::{borrow::Cow, ops::Range};

use serde_json::Value as Json;
use toml::de::{DeTable, DeValue};
use toml_parser::lexer::TokenKind;

/// Nothing that configuration knows lies deeper than `overrides[0].rules.RULE.OPTION`.
const DEEPEST: usize = 10;

/// Parts of a dotted key.
const MOST_PARTS: usize = 10;

/// Where something was written.
#[derive(Clone, Debug)]
pub(super) enum Place {
    /// Bytes of `phasemark.toml`.
    File(Range<usize>),
    /// The client's setting, such as `phasemark.layout.plan`.
    Client(String),
}

#[derive(Debug)]
pub(super) struct Node<'a> {
    pub place: Place,
    pub value: Value<'a>,
}

#[derive(Debug)]
pub(super) enum Value<'a> {
    Text(Cow<'a, str>),
    Integer(i64),
    Boolean(bool),
    List(Vec<Node<'a>>),
    /// In the order of the file.
    Table(Vec<Entry<'a>>),
    /// A list or a table without content: Lua, which writes many clients' settings, has one for both.
    Empty,
    /// What no key wants, as a message names it: "a date".
    Other(&'static str),
}

/// A key and its value.
#[derive(Debug)]
pub(super) struct Entry<'a> {
    pub key: Cow<'a, str>,
    pub place: Place,
    pub node: Node<'a>,
}

impl Value<'_> {
    /// As a message names it.
    pub fn describe(&self) -> &'static str {
        match self {
            Self::Text(_) => "a string",
            Self::Integer(_) => "an integer",
            Self::Boolean(_) => "a boolean",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
            Self::Empty => "nothing",
            Self::Other(what) => what,
        }
    }
}

/// Parses a file; the error is the first thing in it that is no TOML, and its bytes.
pub(super) fn parse(text: &str) -> Result<toml::Spanned<DeTable<'_>>, (Range<usize>, String)> {
    if let Some(key) = overlong_key(text) {
        return Err((key, format!("Expected a key of at most {MOST_PARTS} parts")));
    }
    DeTable::parse(text).map_err(|error| {
        let range = error.span().unwrap_or(text.len()..text.len());
        let message = match text.get(range.clone()) {
            Some(key) if error.message() == "duplicate key" => format!("`{}` is set twice", shorten(key)),
            Some("") if error.message().starts_with("string values") => "Not valid TOML: a value is missing".to_owned(),
            _ => format!("Not valid TOML: {}", error.message()),
        };
        (range, message)
    })
}

/// Parses some other file; `None` for what is no TOML, or is written to break a reader.
pub fn parse_manifest(text: &str) -> Option<toml::Table> {
    if overlong_key(text).is_some() {
        return None;
    }
    text.parse().ok()
}

/// A dotted key with too many parts. The parser bounds the parts of a key and the depth of inline
/// tables, but not their product, and a table of thousands of levels overflows the stack when it is
/// dropped.
pub fn overlong_key(text: &str) -> Option<Range<usize>> {
    let (mut start, mut dots) = (0, 0);
    for token in toml_parser::Source::new(text).lex() {
        let span = token.span();
        match token.kind() {
            TokenKind::Dot => dots += 1,
            TokenKind::Atom | TokenKind::Whitespace | TokenKind::BasicString | TokenKind::LiteralString => {}
            _ => (start, dots) = (span.end(), 0),
        }
        if dots == MOST_PARTS {
            return Some(start..span.end());
        }
    }
    None
}

pub(super) fn from_toml<'a>(table: &'a DeTable<'_>) -> Vec<Entry<'a>> {
    toml_entries(table, DEEPEST)
}

fn toml_entries<'a>(table: &'a DeTable<'_>, depth: usize) -> Vec<Entry<'a>> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    let entry = |(key, value): (&'a toml::Spanned<toml::de::DeString<'_>>, &'a toml::Spanned<DeValue<'_>>)| Entry {
        key: Cow::Borrowed(key.get_ref()),
        place: Place::File(key.span()),
        node: toml_node(value.get_ref(), value.span(), depth),
    };
    entries.into_iter().map(entry).collect()
}

fn toml_node<'a>(value: &'a DeValue<'_>, span: Range<usize>, depth: usize) -> Node<'a> {
    let value = match value {
        DeValue::Array(_) | DeValue::Table(_) if depth == 0 => Value::Other("a value nested too deeply"),
        DeValue::String(text) => Value::Text(Cow::Borrowed(text)),
        DeValue::Integer(integer) => match i64::from_str_radix(integer.as_str(), integer.radix()) {
            Ok(integer) => Value::Integer(integer),
            Err(_) => Value::Other("a number out of range"),
        },
        DeValue::Boolean(boolean) => Value::Boolean(*boolean),
        DeValue::Float(_) => Value::Other("a float"),
        DeValue::Datetime(_) => Value::Other("a date or time"),
        DeValue::Array(list) => {
            Value::List(list.iter().map(|value| toml_node(value.get_ref(), value.span(), depth - 1)).collect())
        }
        DeValue::Table(table) => Value::Table(toml_entries(table, depth - 1)),
    };
    Node { place: Place::File(span), value }
}

/// `name` is what the client calls the whole, such as `phasemark`. A null says nothing and is left out.
pub(super) fn from_json<'a>(value: &'a Json, name: String) -> Node<'a> {
    json_node(value, name, DEEPEST)
}

fn json_node<'a>(value: &'a Json, name: String, depth: usize) -> Node<'a> {
    let value = match value {
        Json::Array(_) | Json::Object(_) if depth == 0 => Value::Other("a value nested too deeply"),
        Json::Null => Value::Other("null"),
        Json::Array(list) if list.is_empty() => Value::Empty,
        Json::Object(table) if table.is_empty() => Value::Empty,
        Json::String(text) => Value::Text(Cow::Borrowed(text)),
        Json::Number(number) => json_number(number),
        Json::Bool(boolean) => Value::Boolean(*boolean),
        Json::Array(list) => {
            let some = list.iter().enumerate().filter(|(_, value)| !value.is_null());
            Value::List(some.map(|(n, value)| json_node(value, format!("{name}[{n}]"), depth - 1)).collect())
        }
        Json::Object(table) => {
            let some = table.iter().filter(|(_, value)| !value.is_null());
            let entry = |(key, value): (&'a String, &'a Json)| {
                let name = format!("{name}.{key}");
                let node = json_node(value, name.clone(), depth - 1);
                Entry { key: Cow::Borrowed(key), place: Place::Client(name), node }
            };
            Value::Table(some.map(entry).collect())
        }
    };
    Node { place: Place::Client(name), value }
}

/// Lua and JavaScript know no integers: `300.0` is one.
fn json_number(number: &serde_json::Number) -> Value<'static> {
    if let Some(integer) = number.as_i64() {
        return Value::Integer(integer);
    }
    match number.as_f64() {
        Some(float) if float.fract() == 0.0 && float.abs() < 1e15 => Value::Integer(float as i64),
        Some(float) if float.fract() == 0.0 => Value::Other("a number out of range"),
        _ => Value::Other("a float"),
    }
}

/// Bytes of a word; longer ones are no slip for a known one.
pub(super) const LONGEST_WORD: usize = 64;

/// A message stays readable, whatever was pasted.
pub(super) fn shorten(text: &str) -> String {
    let line: String = text.chars().take(LONGEST_WORD).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if line.len() < text.len() { line + "…" } else { line }
}
