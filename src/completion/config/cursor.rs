//! Where in a `phasemark.toml` the cursor is, as the tokens show it: of a table, a key or a value
//! that is not finished, too.

use std::{collections::HashSet, ops::Range};

use toml_parser::lexer::TokenKind;

/// An element of a list, in a path of keys.
pub(super) const ELEMENT: &str = "[]";

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Spot {
    Header {
        /// Bytes of the header, with its brackets.
        range: Range<usize>,
        is_list: bool,
        /// The parts of its name before the one at the cursor.
        parts: Vec<String>,
        /// The tables that the file has elsewhere.
        used: Vec<Vec<String>>,
    },
    Key {
        table: Vec<String>,
        /// Bytes of the key as far as it is written, with its quotes.
        range: Range<usize>,
        /// Whether a value, or more of the key, stands behind it.
        is_followed: bool,
        /// The other keys of its table.
        used: Vec<String>,
        /// The tables that the file has.
        headers: Vec<Vec<String>>,
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
pub(super) fn find(text: &str, offset: usize) -> Option<Spot> {
    let tokens: Vec<Token> = toml_parser::Source::new(text)
        .lex()
        .map(|token| Token { kind: token.kind(), range: token.span().start()..token.span().end() })
        .filter(|token| token.kind != TokenKind::Eof)
        .collect();
    let mut scanner = Scanner { text, offset, tokens: &tokens, ..Scanner::default() };
    scanner.scan();
    scanner.spot()
}

#[derive(Clone, Debug)]
struct Token {
    kind: TokenKind,
    range: Range<usize>,
}

impl Token {
    fn is_string(&self) -> bool {
        matches!(self.kind, TokenKind::BasicString | TokenKind::LiteralString)
    }

    fn is_word(&self) -> bool {
        self.is_string() || self.kind == TokenKind::Atom
    }
}

/// What keys stand in: a table of the file, told apart by its path and number, or an inline one.
type TableId = (Vec<String>, usize);

#[derive(Debug)]
enum Container {
    Inline { path: Vec<String>, id: TableId },
    List { path: Vec<String>, elements: Vec<Range<usize>>, id: usize },
}

#[derive(Default)]
struct Scanner<'a> {
    text: &'a str,
    offset: usize,
    tokens: &'a [Token],
    table: TableId,
    around: Vec<Container>,
    /// Where the outermost container is closed; `None` if it is not.
    outermost_end: Option<usize>,
    /// The parts of the key that is being read, and whether a dot stands behind the last.
    parts: Vec<String>,
    is_dotted: bool,
    is_value: bool,
    /// The value has been read.
    is_done: bool,
    is_captured: bool,
    captured: Option<Captured>,
    /// Every first part of a key, with the table that it stands in and its bytes.
    keys: Vec<(TableId, String, Range<usize>)>,
    headers: Vec<(Vec<String>, Range<usize>)>,
    /// Elements of every list, by number.
    elements: Vec<(usize, Range<usize>)>,
    count: usize,
}

enum Captured {
    Header { range: Range<usize>, is_list: bool, parts: Vec<String> },
    Key { table: Vec<String>, id: TableId, range: Range<usize>, is_followed: bool, is_first: bool },
    Value { path: Vec<String>, range: Range<usize>, quotes: Quotes, list: Option<usize> },
}

impl Scanner<'_> {
    fn scan(&mut self) {
        let mut at = 0;
        while let Some(token) = self.tokens.get(at) {
            let token = token.clone();
            let begins_statement = self.around.is_empty() && !self.is_value && self.parts.is_empty();
            if begins_statement
                && token.kind == TokenKind::LeftSquareBracket
                && token.range.start < self.offset.max(token.range.end)
            {
                if !self.is_captured && token.range.start >= self.offset {
                    self.capture(None, at);
                }
                at = self.header(at);
                continue;
            }
            if !self.is_captured {
                let is_partial = token.range.start < self.offset && self.offset <= self.partial_end(&token);
                if is_partial || token.range.start >= self.offset {
                    self.capture(is_partial.then_some(&token), at);
                }
            }
            self.token(&token, at);
            at += 1;
        }
        if !self.is_captured {
            self.capture(None, self.tokens.len());
        }
    }

    /// Up to where a cursor is still in this token.
    fn partial_end(&self, token: &Token) -> usize {
        let words = &self.text[token.range.clone()];
        match token.kind {
            TokenKind::Atom => token.range.end,
            _ if token.is_string() && is_closed(words) => token.range.end - 1,
            TokenKind::BasicString | TokenKind::LiteralString => token.range.start + words.trim_end_matches('\r').len(),
            TokenKind::Comment => token.range.end,
            TokenKind::MlBasicString | TokenKind::MlLiteralString => {
                let is_closed = words.len() >= 6 && words.ends_with(&words[..3]);
                token.range.end - usize::from(is_closed)
            }
            _ => 0,
        }
    }

    /// Reads a header up to the end of its line; returns the place of the token after it.
    fn header(&mut self, start: usize) -> usize {
        let ends = |token: &Token| {
            let kind = token.kind;
            matches!(
                kind,
                TokenKind::Newline | TokenKind::Comment | TokenKind::MlBasicString | TokenKind::MlLiteralString
            )
        };
        let end = self.tokens[start..].iter().position(ends).map_or(self.tokens.len(), |n| start + n);
        let tokens = &self.tokens[start..end];
        let is_list = tokens.get(1).is_some_and(|token| token.kind == TokenKind::LeftSquareBracket);
        let written = tokens.iter().rfind(|token| token.kind != TokenKind::Whitespace);
        let range = tokens[0].range.start..written.map_or(tokens[0].range.end, |token| token.range.end);
        let (mut parts, mut before) = (Vec::new(), Vec::new());
        for token in tokens {
            if token.is_word() {
                parts.push(self.word(token));
            }
            if token.kind == TokenKind::Dot && token.range.end <= self.offset {
                before.clone_from(&parts);
            }
        }
        let closes = tokens.iter().find(|token| token.kind == TokenKind::RightSquareBracket);
        let inside_end = closes.map_or(range.end, |close| close.range.start);
        let inside_start = range.start + 1;
        if !self.is_captured && self.offset <= tokens.last().map_or(range.end, |last| last.range.end) {
            self.is_captured = true;
            if (inside_start..=inside_end).contains(&self.offset) {
                self.captured = Some(Captured::Header { range: range.clone(), is_list, parts: before });
            }
        }
        self.count += 1;
        if let Some((last, outer)) = parts.split_last() {
            self.keys.push(((outer.to_vec(), 0), last.clone(), range.clone()));
        }
        self.headers.push((parts.clone(), range));
        self.table = (parts, if is_list { self.count } else { 0 });
        end
    }

    fn token(&mut self, token: &Token, at: usize) {
        match token.kind {
            TokenKind::Newline => {
                if !self.around.is_empty() && self.outermost_end.is_none() {
                    self.around.clear();
                }
                if self.around.is_empty() {
                    self.begin_statement();
                }
            }
            TokenKind::Equals if !self.is_value => (self.is_value, self.is_done) = (true, false),
            TokenKind::Dot if !self.is_value => self.is_dotted = true,
            TokenKind::Comma => {
                self.is_done = false;
                if let Some(Container::Inline { .. }) = self.around.last() {
                    self.begin_statement();
                }
            }
            TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket if self.is_value => self.open(token, at),
            TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket => self.close(),
            _ if token.is_word() && self.is_value => {
                self.is_done = true;
                if let Some(Container::List { elements, id, .. }) = self.around.last_mut() {
                    elements.push(token.range.clone());
                    self.elements.push((*id, token.range.clone()));
                }
            }
            _ if token.is_word() => {
                let word = self.word(token);
                if self.parts.is_empty() {
                    let (_, id) = self.container();
                    self.keys.push((id, word.clone(), token.range.clone()));
                }
                self.parts.push(word);
                self.is_dotted = false;
            }
            _ => {}
        }
    }

    fn begin_statement(&mut self) {
        self.parts.clear();
        (self.is_dotted, self.is_value, self.is_done) = (false, false, false);
    }

    fn open(&mut self, token: &Token, at: usize) {
        if self.around.is_empty() {
            self.outermost_end = self.end_of_container(at);
        }
        let path = self.value_path();
        self.count += 1;
        if token.kind == TokenKind::LeftCurlyBracket {
            let id = (path.clone(), self.count);
            self.around.push(Container::Inline { path, id });
            self.begin_statement();
        } else {
            self.around.push(Container::List { path, elements: Vec::new(), id: self.count });
            self.is_done = false;
        }
    }

    fn close(&mut self) {
        if self.around.pop().is_some() {
            self.parts.clear();
            (self.is_value, self.is_done) = (true, true);
        }
    }

    /// Where the container that opens at token `at` is closed. A line that begins like a header ends
    /// the search: lists of lists are no part of this file.
    fn end_of_container(&self, at: usize) -> Option<usize> {
        let mut depth = 0;
        let mut begins_line = false;
        for token in &self.tokens[at..] {
            match token.kind {
                TokenKind::LeftSquareBracket if begins_line => return None,
                TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket => depth += 1,
                TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket => {
                    depth -= 1;
                    if depth == 0 {
                        return Some(token.range.end);
                    }
                }
                _ => {}
            }
            begins_line = token.kind == TokenKind::Newline || begins_line && token.kind == TokenKind::Whitespace;
        }
        None
    }

    /// The table that a key here would stand in.
    fn container(&self) -> (Vec<String>, TableId) {
        match self.around.last() {
            Some(Container::Inline { path, id }) => (path.clone(), id.clone()),
            _ => (self.table.0.clone(), self.table.clone()),
        }
    }

    fn value_path(&self) -> Vec<String> {
        match self.around.last() {
            Some(Container::List { path, .. }) => [&path[..], &[ELEMENT.to_owned()]].concat(),
            _ => [self.container().0, self.parts.clone()].concat(),
        }
    }

    /// Notes what is asked for at the cursor. `partial`: the token that it is in; `at`: the place of
    /// that, or of the one behind the cursor.
    fn capture(&mut self, partial: Option<&Token>, at: usize) {
        self.is_captured = true;
        if partial.is_some_and(|token| !token.is_word()) || self.is_done {
            return;
        }
        let range = partial.map_or(self.offset..self.offset, |token| token.range.clone());
        if self.is_value {
            let quotes = match partial.filter(|token| token.is_string()) {
                None => Quotes::None,
                Some(token) if is_closed(&self.text[token.range.clone()]) => Quotes::Closed,
                Some(token) => Quotes::Open(if token.kind == TokenKind::BasicString { '"' } else { '\'' }),
            };
            let range = match quotes {
                Quotes::None => range,
                Quotes::Open(_) => range.start + 1..self.end_of_open(&range),
                Quotes::Closed => range.start + 1..range.end - 1,
            };
            let range = range.start..range.end.max(self.offset);
            let list = match self.around.last() {
                Some(Container::List { id, .. }) => Some(*id),
                _ => None,
            };
            self.captured = Some(Captured::Value { path: self.value_path(), range, quotes, list });
            return;
        }
        // Behind a key only `=` or a dot may follow.
        if !self.parts.is_empty() && !self.is_dotted {
            return;
        }
        let behind = &self.tokens[(at + usize::from(partial.is_some())).min(self.tokens.len())..];
        let next = behind.iter().find(|token| token.kind != TokenKind::Whitespace);
        let is_followed = next.is_some_and(|token| matches!(token.kind, TokenKind::Equals | TokenKind::Dot));
        let (path, id) = self.container();
        let table = [path, self.parts.clone()].concat();
        let is_first = self.parts.is_empty();
        self.captured = Some(Captured::Key { table, id, range, is_followed, is_first });
    }

    /// Where a string without its second quote ends: what closes a list or table is none of it.
    fn end_of_open(&self, range: &Range<usize>) -> usize {
        let rest = self.text[self.offset..range.end].trim_end_matches(|c: char| c.is_whitespace() || "]},".contains(c));
        self.offset + rest.len()
    }

    /// A bare or quoted word as it is meant; escapes are left as they are.
    fn word(&self, token: &Token) -> String {
        let words = &self.text[token.range.clone()];
        match token.kind {
            TokenKind::Atom => words.to_owned(),
            _ => words.trim_end().trim_matches(['"', '\'']).to_owned(),
        }
    }

    fn spot(self) -> Option<Spot> {
        let text = self.text;
        let is_at = |range: &Range<usize>| range.start <= self.offset && self.offset <= range.end;
        Some(match self.captured? {
            Captured::Header { range, is_list, parts } => {
                let others = self.headers.into_iter().filter(|(_, other)| *other != range);
                Spot::Header { is_list, parts, used: others.map(|(path, _)| path).collect(), range }
            }
            Captured::Key { table, id, range, is_followed, is_first } => {
                let same = self.keys.into_iter().filter(|(of, _, at)| is_first && *of == id && !is_at(at));
                let headers = self.headers.into_iter().map(|(path, _)| path).collect();
                Spot::Key { table, range, is_followed, used: same.map(|(_, key, _)| key).collect(), headers }
            }
            Captured::Value { path, range, quotes, list } => {
                let same = self.elements.iter().filter(|(of, at)| Some(*of) == list && !is_at(at));
                let used =
                    same.map(|(_, at)| text[at.clone()].trim_end().trim_matches(['"', '\'']).to_owned()).collect();
                let table = path.get(..2).unwrap_or_default();
                let keys = self.keys.iter().filter(|((of, _), ..)| of == table);
                let mut seen = HashSet::new();
                let sections = keys.map(|(_, key, _)| key.clone()).filter(|key| seen.insert(key.clone())).collect();
                Spot::Value { path, range, quotes, used, sections }
            }
        })
    }
}

fn is_closed(string: &str) -> bool {
    let quote = string.chars().next().unwrap_or_default();
    string.len() >= 2 && string.ends_with(quote) && (quote == '\'' || !ends_in_escape(&string[1..string.len() - 1]))
}

/// Whether the quote behind `inside` is escaped.
fn ends_in_escape(inside: &str) -> bool {
    inside.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1
}
