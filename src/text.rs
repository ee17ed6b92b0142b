//! Text, byte ranges and positions.
//!
//! Inside the crate a place is a byte offset into UTF-8 text. Lines and columns exist only at the
//! edges: [`LineIndex`] turns offsets into [`Position`]s for a reader, [`EditBuffer`] turns a
//! client's positions into edits. Both count lines as LSP does: `\n`, `\r\n` and a lone `\r` end one.
//!
//! Architecture invariant: this module knows nothing of Markdown, of LSP types or of files.

use std::{borrow::Cow, ops::Range};

use ropey::Rope;
use unicode_normalization::{UnicodeNormalization, is_nfc};

pub mod words;

/// What a column counts. LSP 3.17, `PositionEncodingKind`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PositionEncoding {
    Utf8,
    #[default]
    Utf16,
    /// Unicode scalar values; the command line counts these, too.
    Utf32,
}

impl PositionEncoding {
    fn width(self, text: &str) -> usize {
        match self {
            Self::Utf8 => text.len(),
            _ if text.is_ascii() => text.len(),
            // Four bytes are two units.
            Self::Utf16 => text.chars().count() + text.bytes().filter(|byte| *byte >= 0xf0).count(),
            Self::Utf32 => text.chars().count(),
        }
    }

    /// The byte offset of a column of `line` (no terminator), clamped to its end; a column inside
    /// a character counts as the character's start.
    fn offset(self, line: &str, column: usize) -> usize {
        let near = column.min(line.len());
        if line.as_bytes()[..near].is_ascii() {
            return near;
        }
        let mut seen = 0;
        for (at, c) in line.char_indices() {
            seen += match self {
                Self::Utf8 => c.len_utf8(),
                Self::Utf16 => c.len_utf16(),
                Self::Utf32 => 1,
            };
            if seen > column {
                return at;
            }
        }
        line.len()
    }
}

/// Line and column, both from 0; the column in units of a [`PositionEncoding`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    pub line: u32,
    pub column: u32,
}

/// Replaces the bytes of `range` by `replacement`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    pub range: Range<usize>,
    pub replacement: String,
}

impl Edit {
    pub fn insert(at: usize, text: impl Into<String>) -> Self {
        Self { range: at..at, replacement: text.into() }
    }

    pub fn replace(range: Range<usize>, text: impl Into<String>) -> Self {
        Self { range, replacement: text.into() }
    }

    pub fn delete(range: Range<usize>) -> Self {
        Self { range, replacement: String::new() }
    }
}

/// Where a text was edited: the bytes from `start` to `old_end` became those from `start` to `new_end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ByteEdit {
    pub start: usize,
    pub old_end: usize,
    pub new_end: usize,
}

impl ByteEdit {
    /// One edit that covers this one and the `next`, with what lies between them.
    pub fn then(self, next: Self) -> Self {
        // What the next one touched, in the text before this one: only the part behind it is moved.
        let old_end = self.old_end + next.old_end.saturating_sub(self.new_end);
        let new_end = next.new_end + self.new_end.saturating_sub(next.old_end);
        Self { start: self.start.min(next.start), old_end, new_end }
    }

    /// Whether nothing lies between this one and the `next`.
    pub fn touches(self, next: Self) -> bool {
        next.start <= self.new_end && self.start <= next.old_end
    }
}

/// Applies edits that do not overlap, in any order; those at the same place in the given order.
pub fn apply(text: &str, edits: &[Edit]) -> String {
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort_by_key(|edit| edit.range.start);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in sorted {
        out.push_str(&text[at..edit.range.start]);
        out.push_str(&edit.replacement);
        at = edit.range.end;
    }
    out.push_str(&text[at..]);
    out
}

/// The same change in edits of which none begins or ends between the two bytes of a line end: there
/// is no position between them, and a client would put such an edit elsewhere.
pub fn at_positions(text: &str, edits: &[Edit]) -> Vec<Edit> {
    let splits = |at: usize| at > 0 && text.as_bytes().get(at - 1..=at) == Some(b"\r\n");
    if !edits.iter().any(|edit| splits(edit.range.start) || splits(edit.range.end)) {
        return edits.to_vec();
    }
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort_by_key(|edit| edit.range.start);
    let mut out: Vec<Edit> = Vec::with_capacity(edits.len());
    // Where the last of `out` ended before it took the line feed.
    let mut split_end = None;
    for edit in sorted {
        match out.last_mut() {
            // Both would take the line end that they meet in.
            Some(last) if split_end == Some(edit.range.start) => {
                last.replacement.pop();
                last.replacement.push_str(&edit.replacement);
                last.range.end = edit.range.end;
            }
            _ if splits(edit.range.start) => {
                out.push(Edit::replace(edit.range.start - 1..edit.range.end, format!("\r{}", edit.replacement)));
            }
            _ => out.push(edit.clone()),
        }
        split_end = splits(edit.range.end).then_some(edit.range.end);
        if let (Some(last), Some(_)) = (out.last_mut(), split_end) {
            last.range.end += 1;
            last.replacement.push('\n');
        }
    }
    out
}

/// The byte of the text after the edits that is byte `at` of the replacement of `edits[which]`.
pub fn offset_after(edits: &[Edit], which: usize, at: usize) -> usize {
    let start = edits[which].range.start;
    let before = edits.iter().enumerate().filter(|(n, edit)| (edit.range.start, *n) < (start, which));
    let shifted = before
        .fold(start as isize, |start, (_, edit)| start + edit.replacement.len() as isize - edit.range.len() as isize);
    usize::try_from(shifted).unwrap_or_default() + at
}

/// The edits that turn `before` into `after`, as small as whole lines tell them apart.
pub fn differences(before: &str, after: &str) -> Vec<Edit> {
    let diff = similar::TextDiff::from_lines(before, after);
    let starts = |lines: &mut dyn Iterator<Item = &str>| {
        let mut starts = vec![0];
        for line in lines {
            starts.push(starts[starts.len() - 1] + line.len());
        }
        starts
    };
    let (old, new) = (starts(&mut diff.iter_old_slices()), starts(&mut diff.iter_new_slices()));
    let changes = diff.ops().iter().filter(|op| op.tag() != similar::DiffTag::Equal);
    let edits: Vec<Edit> = changes
        .map(|op| {
            let (from, to) = (op.old_range(), op.new_range());
            trimmed(before, old[from.start]..old[from.end], &after[new[to.start]..new[to.end]])
        })
        .collect();
    at_positions(before, &edits)
}

/// The edit without what the text and its replacement begin and end with alike.
fn trimmed(text: &str, range: Range<usize>, replacement: &str) -> Edit {
    let alike = |a: &mut dyn Iterator<Item = char>, b: &mut dyn Iterator<Item = char>| -> usize {
        a.zip(b).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum()
    };
    let old = &text[range.clone()];
    let start = alike(&mut old.chars(), &mut replacement.chars());
    let (old, new) = (&old[start..], &replacement[start..]);
    let end = alike(&mut old.chars().rev(), &mut new.chars().rev());
    Edit::replace(range.start + start..range.end - end, &new[..new.len() - end])
}

/// The line end to use at byte `at`: that of the line it stands on, else that of the line above.
pub fn line_end_at(text: &str, at: usize) -> &'static str {
    let bytes = text.as_bytes();
    let below = memchr::memchr2(b'\n', b'\r', &bytes[at..]).map(|n| at + n);
    let Some(found) = below.or_else(|| memchr::memrchr2(b'\n', b'\r', &bytes[..at])) else { return "\n" };
    match (bytes[found], bytes.get(found + 1)) {
        (b'\r', Some(b'\n')) => "\r\n",
        (b'\r', _) => "\r",
        _ if found > 0 && bytes[found - 1] == b'\r' => "\r\n",
        _ => "\n",
    }
}

/// The byte where the line of byte `at` begins; lines end as CommonMark has them.
pub fn start_of_line(text: &str, at: usize) -> usize {
    memchr::memrchr2(b'\n', b'\r', &text.as_bytes()[..at]).map_or(0, |found| found + 1)
}

/// The byte where the line of byte `at` ends, before what ends it.
pub fn end_of_line(text: &str, at: usize) -> usize {
    memchr::memchr2(b'\n', b'\r', &text.as_bytes()[at..]).map_or(text.len(), |found| at + found)
}

/// Whether nothing, a blank line or one of a quote stands above the line of byte `at`.
pub fn is_apart(text: &str, at: usize) -> bool {
    let start = start_of_line(text, at);
    if start <= bom_length(text) {
        return true;
    }
    let above = text[..start].trim_end_matches(|c: char| c.is_whitespace() || c == '>');
    let gap = &text[above.len()..at];
    gap.matches('\n').count().max(gap.matches('\r').count()) > 1
}

/// The text with spaces instead of these bytes, line ends kept. `ranges`: in the order of their starts.
pub fn blanked(text: &str, ranges: impl Iterator<Item = Range<usize>>) -> Cow<'_, str> {
    let mut out = String::new();
    let mut at = 0;
    for range in ranges {
        let range = range.start.max(at)..range.end.max(at);
        out.push_str(&text[at..range.start]);
        out.extend(
            text[range.clone()].bytes().map(|byte| if matches!(byte, b'\n' | b'\r') { byte.into() } else { ' ' }),
        );
        at = range.end;
    }
    if at == 0 {
        return text.into();
    }
    out.push_str(&text[at..]);
    out.into()
}

/// The text as it is compared: macOS may spell `é` as two characters where others have one.
pub fn nfc(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || is_nfc(text) { text.into() } else { text.nfc().collect::<String>().into() }
}

/// Where `words`, which are not empty, stand in `text`, overlapping or not. For short texts cheaper than
/// [`str::match_indices`], which prepares each search.
pub fn places_of(text: &str, words: &str) -> impl Iterator<Item = usize> {
    let (text, words) = (text.as_bytes(), words.as_bytes());
    memchr::memchr_iter(words[0], text).filter(move |at| text[*at..].starts_with(words))
}

/// `text` without `end`, however often it ends so: as [`str::trim_end_matches`], which prepares a search.
pub fn without_end<'t>(mut text: &'t str, end: &str) -> &'t str {
    while let Some(rest) = text.strip_suffix(end) {
        text = rest;
    }
    text
}

/// Whether `words`, which are not empty, stand in the short text `text`: see [`places_of`].
pub fn holds(text: &str, words: &str) -> bool {
    places_of(text, words).next().is_some()
}

/// The lines in bytes `range` as CommonMark tells them apart, without what ends them.
pub fn lines_in(text: &str, range: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let mut next = Some(range.start);
    std::iter::from_fn(move || {
        let start = next?;
        let end = memchr::memchr2(b'\n', b'\r', &text.as_bytes()[start..range.end]).map(|length| start + length);
        next = end.map(|end| next_line(&text[..range.end], end));
        Some(start..end.unwrap_or(range.end))
    })
}

/// The same of a whole text.
pub fn split_lines(text: &str) -> impl Iterator<Item = &str> {
    lines_in(text, 0..text.len()).map(|line| &text[line])
}

/// Where the line after the line end at `at` begins.
pub fn next_line(text: &str, at: usize) -> usize {
    let rest = &text[at..];
    at + if rest.starts_with("\r\n") { 2 } else { usize::from(!rest.is_empty()) }
}

/// The range without the white space at its ends.
pub fn trimmed_range(text: &str, range: Range<usize>) -> Range<usize> {
    let words = text[range.clone()].trim_end();
    let end = range.start + words.len();
    end - words.trim_start().len()..end
}

/// What follows `words`, which are in lower case, at the start of `text`, in any case; `blanks` may stand for theirs.
pub fn after_words<'t>(text: &'t str, words: &str, blanks: &[char]) -> Option<&'t str> {
    let mut rest = text.chars();
    for expected in words.chars() {
        let c = rest.next()?;
        if c != expected && !c.to_lowercase().eq([expected]) && !(expected == ' ' && blanks.contains(&c)) {
            return None;
        }
    }
    Some(rest.as_str())
}

/// Whether `word`, or what an `s` at its end makes the plural of, is one of `words`.
pub fn is_among(words: &[&str], word: &str) -> bool {
    words.contains(&word) || word.strip_suffix('s').is_some_and(|singular| words.contains(&singular))
}

/// Whether a text is written in Latin letters: it has some, and no others.
pub fn is_latin(text: &str) -> bool {
    const LAST_LATIN: char = '\u{24f}';
    let mut letters = text.chars().filter(|c| c.is_alphabetic()).peekable();
    letters.peek().is_some() && letters.all(|c| c <= LAST_LATIN)
}

/// Bytes of the byte order mark that a text begins with, if it does.
pub fn bom_length(text: &str) -> usize {
    if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 }
}

/// Where the lines of one text begin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineIndex {
    /// Byte offset of each line's first character; the first is 0.
    starts: Vec<u32>,
}

impl LineIndex {
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = Vec::with_capacity(bytes.len() / 40 + 1);
        starts.push(0);
        for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
            if bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n') {
                starts.push(at as u32 + 1);
            }
        }
        Self { starts }
    }

    /// Lines in the text; a final line terminator opens one more, empty line.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    pub fn is_empty(&self) -> bool {
        false
    }

    /// The line, from 0, that holds byte `offset`.
    pub fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start as usize <= offset).saturating_sub(1)
    }

    /// The bytes of a line (from 0) without its terminator; empty past the end.
    pub fn range(&self, text: &str, line: usize) -> Range<usize> {
        let Some(start) = self.starts.get(line).map(|start| *start as usize) else {
            return text.len()..text.len();
        };
        let end = self.starts.get(line + 1).map_or(text.len(), |next| *next as usize);
        let trimmed = text[start..end].trim_end_matches(['\n', '\r']).len();
        start..start + trimmed
    }

    /// The position of byte `offset`, clamped into the text; between the two bytes of a line end, that
    /// of the line end.
    pub fn position(&self, text: &str, offset: usize, encoding: PositionEncoding) -> Position {
        let mut offset = text.floor_char_boundary(offset);
        if text[offset..].starts_with('\n') && text[..offset].ends_with('\r') {
            offset -= 1;
        }
        let line = self.line(offset);
        let start = self.starts[line] as usize;
        Position { line: line as u32, column: encoding.width(&text[start..offset]) as u32 }
    }

    /// The byte offset of a position; out of range is clamped to the line's or the text's end.
    pub fn offset(&self, text: &str, position: Position, encoding: PositionEncoding) -> usize {
        let range = self.range(text, position.line as usize);
        range.start + encoding.offset(&text[range.clone()], position.column as usize)
    }
}

/// The text of an open document while it is edited.
#[derive(Clone, Debug, Default)]
pub struct EditBuffer {
    rope: Rope,
}

impl EditBuffer {
    pub fn new(text: &str) -> Self {
        Self { rope: Rope::from_str(text) }
    }

    /// Applies one change of `textDocument/didChange`, the whole text without a range; returns
    /// which bytes that were. Positions out of range are clamped, and a range that ends before it
    /// starts is read as the same range turned round.
    pub fn change(&mut self, range: Option<(Position, Position)>, text: &str, encoding: PositionEncoding) -> ByteEdit {
        let Some((start, end)) = range else {
            let edit = ByteEdit { start: 0, old_end: self.len(), new_end: text.len() };
            self.rope = Rope::from_str(text);
            return edit;
        };
        let (a, b) = (self.char_at(start, encoding), self.char_at(end, encoding));
        let (start, end) = (a.min(b), a.max(b));
        let (first, old_end) = (self.rope.char_to_byte(start), self.rope.char_to_byte(end));
        self.rope.remove(start..end);
        self.rope.insert(start, text);
        ByteEdit { start: first, old_end, new_end: first + text.len() }
    }

    /// The character index of a position.
    fn char_at(&self, position: Position, encoding: PositionEncoding) -> usize {
        let line = position.line as usize;
        if line >= self.rope.len_lines() {
            return self.rope.len_chars();
        }
        let slice = self.rope.line(line);
        let mut length = slice.len_chars();
        while length > 0 && matches!(slice.char(length - 1), '\n' | '\r') {
            length -= 1;
        }
        let start = self.rope.line_to_char(line);
        let column = position.column as usize;
        let within = match encoding {
            PositionEncoding::Utf32 => column.min(length),
            PositionEncoding::Utf16 => {
                let most = slice.char_to_utf16_cu(length);
                slice.utf16_cu_to_char(column.min(most))
            }
            PositionEncoding::Utf8 => {
                let most = slice.char_to_byte(length);
                slice.byte_to_char(column.min(most))
            }
        };
        start + within
    }

    pub fn text(&self) -> String {
        self.rope.to_string()
    }

    /// Length in bytes.
    pub fn len(&self) -> usize {
        self.rope.len_bytes()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The end of the blanks that stand at byte `at`, on its line.
pub fn end_of_blanks(text: &str, at: usize) -> usize {
    text.len() - text[at..].trim_start_matches([' ', '\t']).len()
}

/// What stands on the line below that of byte `at`, at whose end that is but for blanks, and behind that
/// line; without the blanks before it. `None` if the line is blank or missing.
pub fn words_below(text: &str, at: usize) -> Option<&str> {
    let rest = &text[end_of_blanks(text, at)..];
    let below = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix(['\n', '\r']))?;
    let words = below.trim_start_matches([' ', '\t']);
    (!words.is_empty() && !words.starts_with(['\n', '\r'])).then_some(words)
}

#[cfg(test)]
mod tests;
