//! The entries of a section: items, table rows, sub-headings; and placeholders.

use std::ops::Range;

use crate::{
    convention::Words,
    markdown::{BlockId, BlockKind, InlineKind, Markdown},
};

mod placeholders;

pub use self::placeholders::{Placeholder, clarifications, placeholders};

/// The check box of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// Whether it holds an `x`; every other mark, and white space, leaves it open.
    pub ticked: bool,
    /// Whether it holds a dash: the item counts no more.
    pub dropped: bool,
    /// Bytes of `[x]`.
    pub marker: Range<usize>,
}

impl Task {
    /// The box at bytes `marker`.
    pub fn at(text: &str, marker: Range<usize>) -> Self {
        let inside = &text[marker.start + 1..marker.end - 1];
        Self { ticked: inside.eq_ignore_ascii_case("x"), dropped: inside == "-", marker }
    }

    /// The box that bytes `range` begin with: white space, `x`, or a mark such as `/` or `?` in brackets, and
    /// nothing right behind it.
    pub fn begins(text: &str, range: &Range<usize>) -> Option<Self> {
        let words = &text[range.clone()];
        let inside = words.strip_prefix('[')?.chars().next()?;
        let is_mark =
            matches!(inside, ' ' | '\t' | 'x' | 'X' | '-' | '/' | '~' | '>' | '<' | '?' | '!' | '*' | '+' | '.');
        let after = words[1 + inside.len_utf8()..].strip_prefix(']')?;
        let is_apart = after.is_empty() || after.starts_with(char::is_whitespace);
        (is_mark && is_apart).then(|| Self::at(text, range.start..range.start + 3))
    }
}

/// An item of a list or a row of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub block: BlockId,
    /// Bytes of the words: an item's first paragraph without its box, or the row.
    pub range: Range<usize>,
    pub task: Option<Task>,
    pub is_row: bool,
}

/// The items and rows that stand directly in `body`, in document order; those nested in other items
/// are not among them.
pub fn of(text: &str, markdown: &Markdown, body: Range<BlockId>) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut at = body.start;
    while at < body.end {
        match markdown.block(at).kind {
            BlockKind::List { .. } => {
                entries.extend(markdown.children(at).filter_map(|(item, _)| self::item(text, markdown, item)));
            }
            BlockKind::Table => {
                let rows = markdown.children(at).filter(|(_, row)| row.kind == BlockKind::Row { header: false });
                entries.extend(rows.map(|(row, block)| Entry {
                    block: row,
                    range: block.range(),
                    task: None,
                    is_row: true,
                }));
            }
            // What is quoted stands beside the quote's neighbours.
            BlockKind::Quote => {
                at = markdown.inside(at).start;
                continue;
            }
            _ => {}
        }
        at = markdown.next(at);
    }
    entries
}

/// The items nested directly in an item.
pub fn nested(text: &str, markdown: &Markdown, item: BlockId) -> Vec<Entry> {
    of(text, markdown, markdown.inside(item))
}

/// One item; `None` if it is empty.
pub fn item(text: &str, markdown: &Markdown, id: BlockId) -> Option<Entry> {
    let block = markdown.block(id);
    let first = markdown.children(id).next().map(|(_, first)| (first.kind, first.range()));
    let own = first.clone().filter(|(kind, _)| *kind == BlockKind::Paragraph).map(|(_, range)| range);
    let task = match block.task_marker() {
        Some(marker) => Some(Task::at(text, marker)),
        None => own.as_ref().and_then(|own| Task::begins(text, own)),
    };
    let range = match (own, first) {
        (Some(own), _) => words(text, own),
        (None, Some((_, first))) => first,
        (None, None) => {
            let at = task.as_ref().map_or(block.range().end, |task| task.marker.end);
            at..at
        }
    };
    let is_empty = range.is_empty() && task.is_none();
    (!is_empty).then_some(Entry { block: id, range, task, is_row: false })
}

/// A paragraph without the box that an item's first paragraph begins with.
fn words(text: &str, range: Range<usize>) -> Range<usize> {
    let start = Task::begins(text, &range).map_or(range.start, |task| task.marker.end);
    let body = &text[start..range.end];
    range.end - body.trim_start().len()..range.end
}

/// What people write behind an item that is struck through because it is no longer done.
static DROPPED: Words = Words::new("dropped");

/// Whether the words in `range` are struck through, with no more than a remark behind them: `~~old~~ (dropped)`.
/// `~~old~~ new` says something else.
pub fn is_struck(text: &str, markdown: &Markdown, range: &Range<usize>) -> bool {
    let mut inlines = markdown.inlines_in(range.clone()).iter();
    let Some(struck) = inlines.find(|inline| inline.kind == InlineKind::Strikethrough).map(|inline| inline.range())
    else {
        return false;
    };
    let before = &text[range.start..struck.start];
    let after = text.get(struck.end..range.end).unwrap_or_default();
    let line = after.split(['\n', '\r']).next().unwrap_or_default();
    let remark = line.trim_start_matches(['*', '_', ' ', '.']).to_lowercase();
    let is_remark = remark.is_empty()
        || remark.starts_with(['(', '—', '–', '-', '['])
        || DROPPED.likely(&remark).any(|word| remark.starts_with(word));
    !before.contains(char::is_alphanumeric) && is_remark
}

impl Entry {
    /// The entry's words, as written.
    pub fn text<'a>(&self, text: &'a str) -> &'a str {
        &text[self.range.clone()]
    }

    /// Whether its box is ticked.
    pub fn is_ticked(&self) -> bool {
        self.task.as_ref().is_some_and(|task| task.ticked)
    }

    /// The cells of a row, trimmed.
    pub fn cells<'a>(&self, text: &'a str, markdown: &Markdown) -> Vec<&'a str> {
        if !self.is_row {
            return Vec::new();
        }
        cells(text, markdown, self.block).into_iter().map(|cell| &text[cell]).collect()
    }

    /// Whether the entry says nothing: `None`, `N/A`, `-`, a placeholder, a row of empty cells.
    pub fn is_none(&self, text: &str) -> bool {
        let words = self.text(text);
        let is_none = |words: &str| says_none(words) || is_placeholder(words);
        if self.is_row { words.split('|').all(is_none) } else { is_none(words) }
    }
}

/// The marker of the next item: `4.` after `3.`; other markers stay.
pub fn next_marker(marker: &str) -> String {
    let Some(start) = marker.find(|c: char| c.is_ascii_digit()) else { return marker.to_owned() };
    let end = marker[start..].find(|c: char| !c.is_ascii_digit()).map_or(marker.len(), |at| start + at);
    match marker[start..end].parse::<u32>() {
        Ok(number) => format!("{}{}{}", &marker[..start], number.saturating_add(1), &marker[end..]),
        Err(_) => marker.to_owned(),
    }
}

/// What stands before an item's words, such as `> 1. `, with its markers as blanks: what its further lines
/// begin with.
pub fn margin(before: &str) -> String {
    before.chars().map(|c| if matches!(c, '\t' | '>') { c } else { ' ' }).collect()
}

/// The marker of an item below `item`, with as many blanks behind it; and the bytes before the words of `item`.
pub fn marker_below(item: &str) -> (String, usize) {
    let line = item.split(['\n', '\r']).next().unwrap_or_default();
    let marker = marker_length(line).unwrap_or(0);
    let blank = line[marker..].len() - line[marker..].trim_start().len();
    let spaced = if (1..=4).contains(&blank) { &line[marker..marker + blank] } else { " " };
    (next_marker(&line[..marker]) + spaced, marker + blank)
}

/// Bytes of the marker of a list's item that `words` begin with, without the blank behind it.
pub fn marker_length(words: &str) -> Option<usize> {
    let length = match number(words) {
        Some(number) => number.len() + 1,
        None if words.starts_with(['-', '*', '+']) => 1,
        None => return None,
    };
    let rest = &words[length..];
    (rest.is_empty() || rest.starts_with([' ', '\t', '\n', '\r'])).then_some(length)
}

/// Bytes of an item's marker with the blanks that belong to it.
pub fn marker_width(item: &str) -> usize {
    let marker = marker_length(item).unwrap_or(1).min(item.len());
    let blank = item[marker..].len() - item[marker..].trim_start_matches(' ').len();
    marker + if (1..=4).contains(&blank) { blank } else { blank.min(1) }
}

/// The digits that the item of an ordered list begins with: at most nine.
pub fn number(item: &str) -> Option<&str> {
    let digits = item.bytes().take_while(u8::is_ascii_digit).count();
    ((1..=9).contains(&digits) && item[digits..].starts_with(['.', ')'])).then(|| &item[..digits])
}

/// Words that begin a text which says that there is nothing.
static NOTHING: Words = Words::new("nothing");

/// Words that may stand before them.
const LEADING: &[&str] = &["there", "are", "is", "currently"];

/// Words that may go with them and add nothing.
static FILLERS: Words = Words::new("beside-nothing");

/// Whether `text` says that there is nothing: its first clause is a word such as `None`, and no more
/// than fillers. "None of the probes answers" says something.
pub fn says_none(text: &str) -> bool {
    let text = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    let ends_clause = |c| matches!(c, '.' | ',' | ';' | ':' | '(' | '—' | '–' | '\n' | '\r' | '。' | '、' | '（');
    let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    // As most texts: the first word tells.
    let first = text.split(|c: char| c.is_whitespace() || ends_clause(c)).next().unwrap_or_default();
    let first = first.trim_end_matches(|c: char| !c.is_alphanumeric());
    let lower = (!first.is_ascii()).then(|| first.to_lowercase());
    let first = lower.as_deref().unwrap_or(first);
    if !LEADING.iter().chain(&*NOTHING).any(|known| known.eq_ignore_ascii_case(first)) {
        return text.is_empty();
    }
    let clause = text.split(ends_clause).next().unwrap_or_default();
    let mut words = clause.split_whitespace().map(bare).take_while(|word| !word.is_empty()).peekable();
    while words.next_if(|word| LEADING.contains(&word.as_str())).is_some() {}
    let Some(first) = words.next() else { return text.is_empty() };
    let is_nothing = NOTHING.contains(first.as_str()) && (first != "not" || words.peek().is_some());
    // "None blocking for this phase" leaves none that matters.
    let is_harmless = first == "none" && words.next_if(|word| word == "blocking").is_some();
    is_nothing && (is_harmless || words.all(|word| FILLERS.contains_singular(&word)))
}

/// Whether `text` is nothing but placeholders, numbers and the markup around them: `<Decision>: <Rationale>`.
pub fn is_placeholder(text: &str) -> bool {
    let mut rest = text;
    let mut found = false;
    while let Some((before, after)) = rest.split_once('<') {
        let Some((inside, after)) = after.split_once('>') else { return false };
        // An autolink is no placeholder.
        let is_autolink = inside.contains(['@', ':']) && !inside.contains(' ');
        if is_autolink || before.contains(char::is_alphabetic) {
            return false;
        }
        found = true;
        rest = after;
    }
    found && !rest.contains(char::is_alphabetic)
}

/// The first line of a range, without white space or a backslash that breaks the line at its end.
pub fn first_line(text: &str, range: &Range<usize>) -> Range<usize> {
    let words = &text[range.clone()];
    let line = match memchr::memchr2(b'\n', b'\r', words.as_bytes()) {
        Some(end) => {
            let line = &words[..end];
            let before = line.trim_end_matches('\\');
            if (line.len() - before.len()) % 2 == 1 { &line[..line.len() - 1] } else { line }
        }
        None => words,
    };
    range.start..range.start + line.trim_end().len()
}

/// The cells of a row without the white space and pipes around them.
pub fn cells(text: &str, markdown: &Markdown, row: BlockId) -> Vec<Range<usize>> {
    let padding = ['|', ' ', '\t'];
    let trim = |range: Range<usize>| {
        let cell = text[range.clone()].trim_start_matches(padding);
        let start = range.end - cell.len();
        start..start + cell.trim_end_matches(padding).len()
    };
    markdown.children(row).map(|(_, cell)| trim(cell.range())).collect()
}

/// The cell of a row that says what it is about: the one below a heading with one of these words,
/// else the first that is neither empty nor a number, an id or a date.
pub fn main_cell(text: &str, markdown: &Markdown, row: BlockId, headings: &[&str]) -> Option<Range<usize>> {
    let cells = cells(text, markdown, row);
    let header = header(text, markdown, row);
    let named = header.iter().position(|name| name.split_whitespace().any(|word| headings.contains(&word)));
    let says = |cell: &&Range<usize>| {
        let words = &text[(*cell).clone()];
        let is_id = words.len() <= 5 && !words.contains(' ') && !words.contains(char::is_alphabetic)
            || words.len() <= 5 && words.contains(|c: char| c.is_ascii_digit());
        words.contains(char::is_alphanumeric)
            && !is_id
            && super::dates::find(words).is_none_or(|date| date.range.len() != words.len())
    };
    named
        .and_then(|n| cells.get(n))
        .filter(|cell| !cell.is_empty())
        .or_else(|| cells.iter().find(says))
        .or(cells.first())
        .cloned()
}

/// The header cells of the table that holds `row`, trimmed and in lower case.
pub fn header(text: &str, markdown: &Markdown, row: BlockId) -> Vec<String> {
    let Some(table) = markdown.parent(row) else { return Vec::new() };
    let Some((head, _)) = markdown.children(table).next() else { return Vec::new() };
    markdown.children(head).map(|(_, cell)| text[cell.range()].trim().trim_matches('|').trim().to_lowercase()).collect()
}

/// Whether the block or anything inside it has a fence or a code span.
pub fn has_code(markdown: &Markdown, id: BlockId) -> bool {
    markdown.inlines(id).iter().any(|inline| inline.kind == InlineKind::Code)
        || markdown
            .descendants(id)
            .any(|(_, block)| matches!(block.kind, BlockKind::Fence { .. } | BlockKind::IndentedCode))
}

/// The words of a range without its code spans, tags and comments.
pub fn prose(text: &str, markdown: &Markdown, range: Range<usize>) -> String {
    let mut out = String::with_capacity(range.len());
    let mut at = range.start;
    let is_markup = |kind| matches!(kind, InlineKind::Code | InlineKind::Html);
    for inline in markdown.inlines_in(range.clone()).iter().filter(|inline| is_markup(inline.kind)) {
        let code = inline.range();
        if code.start >= at {
            out.push_str(&text[at..code.start]);
            out.push(' ');
        }
        at = code.end.clamp(at, range.end);
    }
    out.push_str(&text[at..range.end]);
    out
}

/// The words of a range as a reader sees them: on one line, without markup but that of code.
pub fn plain_words(text: &str, markdown: &Markdown, range: Range<usize>) -> String {
    let mut markup: Vec<Range<usize>> = Vec::new();
    for inline in markdown.inlines_in(range.clone()) {
        match inline.kind {
            InlineKind::Html => markup.push(inline.range()),
            InlineKind::Code => {}
            _ => {
                markup.extend([inline.range().start..inline.content().start, inline.content().end..inline.range().end])
            }
        }
    }
    markup.sort_by_key(|markup| markup.start);
    let (mut words, mut at) = (String::new(), range.start);
    for skip in markup {
        words.push_str(text.get(at..skip.start.min(range.end)).unwrap_or_default());
        at = at.max(skip.end);
    }
    words.push_str(text.get(at..range.end).unwrap_or_default());
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
