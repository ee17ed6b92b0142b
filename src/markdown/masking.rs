//! Placeholders in angle brackets, hidden from the parser.
//!
//! CommonMark sees HTML in `<paths>`, and `<One sentence: …>` alone on a line even swallows the
//! heading after it. So the brackets of known placeholders are overwritten before parsing, by
//! punctuation of the same length that means nothing to Markdown.

use std::ops::Range;

/// No placeholder is longer (bytes); a team's own ones are bounded by this, too.
const LONGEST: usize = 200;

/// Bytes of all placeholders from `start` on, with their brackets.
pub fn placeholders(text: &str, start: usize, is_placeholder: &dyn Fn(&str) -> bool) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    for open in memchr::memchr_iter(b'<', &bytes[start..]).map(|at| at + start) {
        let window = &bytes[open + 1..bytes.len().min(open + 1 + LONGEST)];
        let Some(length) = memchr::memchr3(b'>', b'<', b'\n', window).filter(|at| window[*at] == b'>') else {
            continue;
        };
        let inside = &text[open + 1..open + 1 + length];
        // `<Command>` that is closed by `</Command>` is a tag that somebody uses.
        let is_tag = || !inside.contains(' ') && text.contains(&format!("</{inside}>"));
        if is_placeholder(inside) && !is_tag() {
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
