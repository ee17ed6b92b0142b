//! Where in a `phasemark.toml` the cursor is.
//!
//! A file that is being written is seldom TOML. So each statement is parsed by itself, the one at the cursor with
//! a word in place of what is typed: the parser recovers, and where it puts that word is what is asked for.

use std::ops::Range;

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};
use toml_parser::{
    Source,
    lexer::{Token, TokenKind},
};

use crate::config::overlong_key;

/// An element of a list, in a path of keys.
pub(super) const ELEMENT: &str = "[]";

/// What the cursor's words are read as: a value or a key that something follows, or else a new key.
const READ_AS: [&str; 2] = ["x", "x = 0, "];

pub(super) struct Cursor {
    pub spot: Spot,
    /// The tables that the file has elsewhere.
    pub headers: Vec<Vec<String>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Spot {
    Header {
        /// Bytes of the header, with its brackets.
        range: Range<usize>,
        is_list: bool,
        /// The parts of its name before the one at the cursor.
        parts: Vec<String>,
    },
    Key {
        table: Vec<String>,
        /// Bytes of the key as far as it is written, with its quotes.
        range: Range<usize>,
        /// Whether a value, or more of the key, stands behind it.
        is_followed: bool,
        /// The other keys of its table.
        used: Vec<String>,
    },
    Value {
        /// Its keys, and [`ELEMENT`] in a list.
        path: Vec<String>,
        /// Bytes of the value as far as it is written, without its quotes.
        range: Range<usize>,
        quotes: Quotes,
        /// The other elements of its list.
        used: Vec<String>,
        /// The keys of the table at the first two keys of the path.
        sections: Vec<String>,
    },
}

/// The quotes around the cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quotes {
    None,
    /// They are not closed yet.
    Open(char),
    Closed,
}

impl Quotes {
    /// A text as it goes between them.
    pub fn around(self, text: &str) -> String {
        match self {
            Self::None => toml::Value::String(text.to_owned()).to_string(),
            Self::Open(quote) => format!("{text}{quote}"),
            Self::Closed => text.to_owned(),
        }
    }
}

/// The spot at byte `offset`; `None` in comments and behind values.
pub(super) fn find(text: &str, offset: usize) -> Option<Cursor> {
    if overlong_key(text).is_some() {
        return None;
    }
    let tokens: Vec<Token> = Source::new(text).lex().collect();
    let typed = Typed::at(text, offset, &tokens)?;
    let mut reader = Reader::default();
    let mut headers = Vec::new();
    let mut spot = None;
    let mut at_cursor = None;
    let mut rest = &tokens[..];
    while let Some(first) = rest.first() {
        let (statement, behind) = rest.split_at(end_of_statement(rest));
        let range = first.span().start()..behind[0].span().start();
        rest = &behind[1..];
        let is_at_cursor = range.start <= offset && offset <= range.end;
        match header(statement) {
            Some(header) => {
                let start = header[0].span().start();
                let path = path_of_header(&text[start..range.end]);
                if !is_at_cursor || offset <= start {
                    at_cursor = at_cursor.or(is_at_cursor.then(|| (range.start..start, reader.table.clone())));
                    headers.push(path.clone());
                } else {
                    spot = Some(header_spot(text, offset, header)?);
                }
                reader.begin_table(path, is_list(header));
            }
            None if is_at_cursor => at_cursor = Some((range, reader.table.clone())),
            None => reader.read(&text[range], None),
        }
    }
    if let Some((range, table)) = at_cursor {
        reader.table = table;
        spot = typed.spot(text, range, reader);
    }
    Some(Cursor { spot: spot?, headers })
}

/// The place of the token that ends the first statement: lists and inline tables go on over lines if they are
/// closed. A line that begins like a header ends the search: lists of lists are no part of this file.
fn end_of_statement(tokens: &[Token]) -> usize {
    let ends_line = |token: &Token| matches!(token.kind(), TokenKind::Newline | TokenKind::Eof);
    let first_line = tokens.iter().position(ends_line).unwrap_or_default();
    let mut depth = 0;
    let mut begins_line = true;
    for (at, token) in tokens.iter().enumerate() {
        match token.kind() {
            TokenKind::LeftSquareBracket if begins_line => break,
            TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket => depth += 1,
            TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket => depth -= 1,
            TokenKind::Newline | TokenKind::Eof if depth <= 0 => return at,
            _ => {}
        }
        begins_line = token.kind() == TokenKind::Newline || begins_line && token.kind() == TokenKind::Whitespace;
    }
    first_line
}

/// The tokens of a header, from its first bracket, without what no header has.
fn header(statement: &[Token]) -> Option<&[Token]> {
    use TokenKind::{Comment, MlBasicString, MlLiteralString, Whitespace};
    let start = statement.iter().position(|token| token.kind() != Whitespace)?;
    let ends = |token: &Token| matches!(token.kind(), Comment | MlBasicString | MlLiteralString);
    let header = statement[start..].split(ends).next()?;
    header.first().is_some_and(|token| token.kind() == TokenKind::LeftSquareBracket).then_some(header)
}

fn is_list(header: &[Token]) -> bool {
    header.get(1).is_some_and(|token| token.kind() == TokenKind::LeftSquareBracket)
}

/// The keys of a header as far as it is written; behind a dot the last one is empty.
fn path_of_header(header: &str) -> Vec<String> {
    let (root, _) = DeTable::parse_recoverable(header);
    let mut table = Some(root.get_ref());
    let mut path = Vec::new();
    while let Some((key, value)) = table.and_then(|table| table.iter().next()) {
        path.push(key.get_ref().to_string());
        table = value.get_ref().as_table();
    }
    path
}

fn header_spot(text: &str, offset: usize, header: &[Token]) -> Option<Spot> {
    let written = header.iter().rfind(|token| token.kind() != TokenKind::Whitespace)?;
    let (start, end) = (header[0].span().start(), written.span().end());
    let close = header.iter().find(|token| token.kind() == TokenKind::RightSquareBracket);
    let mut parts = path_of_header(&text[start..offset]);
    parts.pop();
    let is_inside = offset <= close.map_or(end, |close| close.span().start());
    is_inside.then(|| Spot::Header { range: start..end, is_list: is_list(header), parts })
}

/// What is typed at the cursor.
struct Typed {
    /// Its bytes, with its quotes.
    range: Range<usize>,
    /// The same without them; what closes a list or table is no part of a string that is open.
    inside: Range<usize>,
    quotes: Quotes,
}

impl Typed {
    /// `None` in comments and in strings of several lines.
    fn at(text: &str, offset: usize, tokens: &[Token]) -> Option<Self> {
        let nothing = Self { range: offset..offset, inside: offset..offset, quotes: Quotes::None };
        let around = tokens.iter().find(|token| token.span().start() < offset && offset <= token.span().end());
        let Some(token) = around else { return Some(nothing) };
        let range = token.span().start()..token.span().end();
        let quote = match token.kind() {
            TokenKind::Atom => return Some(Self { inside: range.clone(), range, quotes: Quotes::None }),
            TokenKind::BasicString => '"',
            TokenKind::LiteralString => '\'',
            TokenKind::Comment | TokenKind::MlBasicString | TokenKind::MlLiteralString => return None,
            _ => return Some(nothing),
        };
        if is_closed(&text[range.clone()]) {
            let inside = range.start + 1..range.end - 1;
            return Some(if offset < range.end { Self { range, inside, quotes: Quotes::Closed } } else { nothing });
        }
        let rest = text[offset..range.end].trim_end_matches(|c: char| c.is_whitespace() || "]},".contains(c));
        Some(Self { inside: range.start + 1..offset + rest.len(), range, quotes: Quotes::Open(quote) })
    }

    /// The spot in the statement at `range`.
    fn spot(self, text: &str, range: Range<usize>, mut reader: Reader) -> Option<Spot> {
        let end = if self.quotes == Quotes::Closed { self.range.end } else { self.inside.end };
        let found = READ_AS.iter().find_map(|word| {
            let marked = [&text[range.start..self.range.start], word, &text[end..range.end]].concat();
            reader.read(&marked, Some(self.range.start - range.start));
            reader.found.take()
        })?;
        Some(match found {
            Found::Key { path } => {
                let used = reader.keys_of(&path, Some(reader.table.1));
                let is_followed = text[self.range.end..range.end].trim_start().starts_with(['=', '.']);
                Spot::Key { table: path, range: self.range, is_followed, used }
            }
            Found::Value { path, used } => {
                let sections = reader.keys_of(path.get(..2).unwrap_or_default(), None);
                Spot::Value { path, range: self.inside, quotes: self.quotes, used, sections }
            }
        })
    }
}

/// The keys of a table, and a number that tells those of a list apart.
type Table = (Vec<String>, usize);

enum Found {
    Key { path: Vec<String> },
    Value { path: Vec<String>, used: Vec<String> },
}

/// Reads statements, and where the cursor is in them.
#[derive(Default)]
struct Reader {
    /// The table that statements are in.
    table: Table,
    /// Every key, with its table.
    keys: Vec<(Table, String)>,
    /// Where the word at the cursor begins, a byte of the statement.
    cursor: Option<usize>,
    found: Option<Found>,
}

impl Reader {
    fn begin_table(&mut self, path: Vec<String>, is_list: bool) {
        if let Some((last, outer)) = path.split_last() {
            self.keys.push(((outer.to_vec(), 0), last.clone()));
        }
        self.table = (path, if is_list { self.keys.len() } else { 0 });
    }

    fn keys_of(&self, path: &[String], number: Option<usize>) -> Vec<String> {
        let is_meant = |(own, n): &Table| own == path && number.is_none_or(|number| number == *n);
        self.keys.iter().filter(|(table, _)| is_meant(table)).map(|(_, key)| key.clone()).collect()
    }

    fn read(&mut self, statement: &str, cursor: Option<usize>) {
        self.cursor = cursor;
        let (parsed, _) = DeTable::parse_recoverable(statement);
        self.table(parsed.get_ref(), &mut self.table.0.clone(), statement);
    }

    fn table(&mut self, parsed: &DeTable, path: &mut Vec<String>, statement: &str) {
        for (key, value) in parsed {
            if self.is_at_cursor(key.span()) {
                self.found = Some(Found::Key { path: path.clone() });
                continue;
            }
            self.keys.push(((path.clone(), self.table.1), key.get_ref().to_string()));
            path.push(key.get_ref().to_string());
            self.value(value, path, statement);
            path.pop();
        }
    }

    fn value(&mut self, value: &Spanned<DeValue>, path: &mut Vec<String>, statement: &str) {
        match value.get_ref() {
            DeValue::Table(parsed) => self.table(parsed, path, statement),
            DeValue::Array(list) => {
                path.push(ELEMENT.to_owned());
                list.iter().for_each(|element| self.value(element, path, statement));
                if let Some(own) = list.iter().position(|element| self.is_at_cursor(element.span())) {
                    let others = list.iter().filter(|element| !self.is_at_cursor(element.span()));
                    let used = others.filter_map(|other| Some(other.get_ref().as_str()?.to_owned())).collect();
                    let before = own.checked_sub(1).and_then(|before| list.get(before)).map(Spanned::span);
                    let is_set_off = |before: Range<usize>| statement[before.end..list[own].span().start].contains(',');
                    let found = Found::Value { path: path.clone(), used };
                    self.found = before.is_none_or(is_set_off).then_some(found);
                }
                path.pop();
            }
            DeValue::String(_) if self.is_at_cursor(value.span()) => {
                self.found = Some(Found::Value { path: path.clone(), used: Vec::new() });
            }
            _ => {}
        }
    }

    fn is_at_cursor(&self, range: Range<usize>) -> bool {
        self.cursor == Some(range.start)
    }
}

fn is_closed(string: &str) -> bool {
    let quote = string.chars().next().unwrap_or_default();
    let ends_in_escape = |inside: &str| inside.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1;
    string.len() >= 2 && string.ends_with(quote) && (quote == '\'' || !ends_in_escape(&string[1..string.len() - 1]))
}
