//! Placeholders, and marks that ask for clarification.

use std::ops::Range;

use crate::{
    markdown::Markdown,
    text::{end_of_line, start_of_line},
};

/// A placeholder that nobody replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placeholder {
    /// Bytes with the brackets.
    pub range: Range<usize>,
}

/// The placeholders that count: those of several words anywhere outside code, those of one word
/// where nothing else stands, and several that a colon joins: `<Decision>: <Rationale>` is one thing to write.
pub fn placeholders(text: &str, markdown: &Markdown) -> Vec<Placeholder> {
    let all: Vec<Range<usize>> = markdown.placeholders().collect();
    let mut line = Line::default();
    let are_joined = |a: &Range<usize>, b: &Range<usize>| {
        let between = text.get(a.end..b.start).unwrap_or_default();
        between.len() <= 8 && between.contains([':', '：']) && between.chars().all(|c| " :：*_".contains(c))
    };
    let mut found = Vec::new();
    for group in all.chunk_by(are_joined) {
        let (first, last) = (&group[0], &group[group.len() - 1]);
        let counts =
            group.len() > 1 || text[first.clone()].contains(' ') || line.stands_alone(text, markdown, first, &all);
        if counts {
            found.push(Placeholder { range: first.start..last.end });
        }
    }
    found
}

/// The line that was looked at last: placeholders come in order, so each line is read only once.
#[derive(Default)]
struct Line {
    range: Range<usize>,
    /// Where the value of its label begins.
    value: usize,
    /// Whether the line, or the value, is nothing but placeholders.
    is_alone: bool,
    is_value_alone: bool,
}

impl Line {
    /// Whether an item, cell, paragraph or value of a label is nothing but placeholders.
    fn stands_alone(&mut self, text: &str, markdown: &Markdown, range: &Range<usize>, all: &[Range<usize>]) -> bool {
        if !self.range.contains(&range.start) {
            let Some(block) = markdown.block_at(range.start).map(|id| markdown.block(id).range()) else { return false };
            *self = Self::around(text, block, range, all);
        }
        if self.value <= range.start { self.is_value_alone } else { self.is_alone }
    }

    fn around(text: &str, block: Range<usize>, range: &Range<usize>, all: &[Range<usize>]) -> Self {
        let start = start_of_line(text, range.start).max(block.start);
        let end = end_of_line(text, range.end).min(block.end);
        let value = start + after_label(&text[start..end]).unwrap_or(0);
        let is_alone = |from| is_only(text, from..end, all);
        Self { range: start..end, value, is_alone: is_alone(start), is_value_alone: is_alone(value) }
    }
}

/// Where the value of a short label begins: `Name: `, `**Name:** `, `Name：`.
fn after_label(line: &str) -> Option<usize> {
    let mut colons = line.match_indices([':', '：']).map(|(at, colon)| (at + colon.len(), colon));
    colons.by_ref().take_while(|(at, _)| *at <= 60).find_map(|(at, colon)| {
        // The markup of a bold label may close behind its colon.
        let value = line[at..].trim_start_matches(['*', '_']);
        let ends_label = colon == "：" || value.starts_with(' ');
        ends_label.then_some(line.len() - value.len())
    })
}

/// Whether no words stand in `range` outside these placeholders.
fn is_only(text: &str, range: Range<usize>, placeholders: &[Range<usize>]) -> bool {
    let first = placeholders.partition_point(|other| other.start < range.start);
    let mut at = range.start;
    for other in placeholders[first..].iter().take_while(|other| other.end <= range.end) {
        if text[at..other.start].contains(char::is_alphanumeric) {
            return false;
        }
        at = other.end;
    }
    !text[at..range.end].contains(char::is_alphanumeric)
}

/// `[NEEDS CLARIFICATION]` and `[NEEDS CLARIFICATION: …]` outside code, where they ask and are not spoken of: `No [NEEDS
/// CLARIFICATION] markers remain`.
pub fn clarifications(text: &str, markdown: &Markdown) -> Vec<Range<usize>> {
    const MARK: &str = "[NEEDS CLARIFICATION";
    // A longer one that wraps is rather a bracket that nobody closed.
    const LONGEST_WRAPPED: usize = 300;
    // The next bracket and line end; also those of the marks in front of them.
    let (mut close, mut line_end) = (0, 0);
    let next = |from: usize, c: char| text[from..].find(c).map_or(text.len(), |at| from + at);
    memchr::memmem::find_iter(text.as_bytes(), MARK)
        .filter_map(|start| {
            let end = start + MARK.len();
            if close < end {
                close = next(end, ']');
            }
            if line_end < end {
                line_end = next(end, '\n');
            }
            let is_near = close < line_end
                || close - start < LONGEST_WRAPPED
                    && markdown.block_at(start).is_some_and(|id| close < markdown.block(id).range().end);
            let is_closed = is_near && text[close..].starts_with(']');
            let is_mark = is_closed && (close == end || text[end..].starts_with(':'));
            let range = start..close + 1;
            (is_mark && !markdown.is_code(start) && !is_spoken_of(text, &range, close == end)).then_some(range)
        })
        .collect()
}

/// Whether a sentence is about the mark. `is_bare`: it has no question of its own.
fn is_spoken_of(text: &str, mark: &Range<usize>, is_bare: bool) -> bool {
    const BEFORE: &[&str] = &[
        "no",
        "any",
        "all",
        "the",
        "with",
        "use",
        "using",
        "as",
        "a",
        "an",
        "each",
        "every",
        "add",
        "zero",
        "without",
        "of",
        "remaining",
        "these",
        "or",
        "for",
        "无",
        "の",
    ];
    const BEHIND: &[&str] =
        &["mark", "marks", "marker", "markers", "item", "items", "tag", "tags", "is", "are", "left", "remain"];
    let line = &text[start_of_line(text, mark.start)..mark.start];
    let before = line.trim_end_matches(['*', '_', '"', '(', ' ', '“']);
    let before = before.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_lowercase();
    let behind = text[mark.end..].trim_start_matches(['*', '_', '"', ')', ' ', '”']);
    let behind = behind.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_lowercase();
    BEFORE.contains(&&*before) || is_bare && BEHIND.contains(&&*behind)
}
