//! What is hidden from the parser: placeholders in angle brackets, and carriage returns alone.
//!
//! CommonMark sees HTML in `<paths>`, and `<One sentence: …>` alone on a line even swallows the
//! heading after it. So the brackets of known placeholders are overwritten before parsing, by
//! punctuation of the same length that means nothing to Markdown.

use std::{collections::HashMap, ops::Range};

/// No placeholder is longer (bytes); a team's own ones are bounded by this, too.
const LONGEST: usize = 200;

/// Bytes of all placeholders from `start` on, with their brackets.
pub fn placeholders(text: &str, start: usize, is_placeholder: &dyn Fn(&str) -> bool) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut closed_tags: HashMap<&str, bool> = HashMap::new();
    for open in memchr::memchr_iter(b'<', &bytes[start..]).map(|at| at + start) {
        let window = &bytes[open + 1..bytes.len().min(open + 1 + LONGEST)];
        let Some(length) = memchr::memchr3(b'>', b'<', b'\n', window).filter(|at| window[*at] == b'>') else {
            continue;
        };
        let inside = &text[open + 1..open + 1 + length];
        // `<Command>` that is closed by `</Command>` is a tag that somebody uses.
        let mut is_closed = || *closed_tags.entry(inside).or_insert_with(|| text.contains(&format!("</{inside}>")));
        if is_placeholder(inside) && (inside.contains(' ') || !is_closed()) {
            found.push(open..open + length + 2);
        }
    }
    found
}

/// `text` with the brackets of the placeholders hidden; `None` if there are none. `start` is where
/// `text` begins in the document that the ranges belong to.
pub fn mask(text: &str, start: usize, placeholders: &[Range<usize>]) -> Option<String> {
    if placeholders.is_empty() {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for range in placeholders {
        let (open, close) = (range.start - start, range.end - start - 1);
        out.push_str(&text[at..open]);
        out.push(',');
        out.push_str(&text[open + 1..close]);
        out.push(',');
        at = close + 1;
    }
    out.push_str(&text[at..]);
    Some(out)
}

/// `text` with a line feed for each carriage return that ends a line alone: the parser knows those
/// in some places only. `None` if there are none.
pub fn with_line_feeds(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let is_lone = |at: &usize| bytes.get(at + 1) != Some(&b'\n');
    let first = memchr::memchr_iter(b'\r', bytes).find(is_lone)?;
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for at in memchr::memchr_iter(b'\r', &bytes[first..]).map(|at| at + first).filter(is_lone) {
        out.push_str(&text[from..at]);
        out.push('\n');
        from = at + 1;
    }
    out.push_str(&text[from..]);
    Some(out)
}
