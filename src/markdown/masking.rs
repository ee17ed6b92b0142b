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

/// Elements of HTML that stand alone on a line; every other tag there is a section's: `<success_criteria>`.
const ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "address",
    "article",
    "aside",
    "audio",
    "b",
    "base",
    "blockquote",
    "body",
    "br",
    "button",
    "canvas",
    "caption",
    "center",
    "code",
    "col",
    "colgroup",
    "dd",
    "details",
    "dialog",
    "div",
    "dl",
    "dt",
    "em",
    "embed",
    "fieldset",
    "figcaption",
    "figure",
    "font",
    "footer",
    "form",
    "frame",
    "frameset",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "i",
    "iframe",
    "img",
    "input",
    "ins",
    "kbd",
    "label",
    "legend",
    "li",
    "link",
    "main",
    "map",
    "mark",
    "menu",
    "meta",
    "nav",
    "noscript",
    "object",
    "ol",
    "optgroup",
    "option",
    "p",
    "param",
    "picture",
    "pre",
    "q",
    "s",
    "samp",
    "script",
    "section",
    "select",
    "small",
    "source",
    "span",
    "strike",
    "strong",
    "style",
    "sub",
    "summary",
    "sup",
    "svg",
    "table",
    "tbody",
    "td",
    "template",
    "textarea",
    "tfoot",
    "th",
    "thead",
    "time",
    "title",
    "tr",
    "track",
    "tt",
    "u",
    "ul",
    "var",
    "video",
];

/// An XML-like tag on a line of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagLine {
    /// Bytes of the tag with its brackets.
    pub range: Range<usize>,
    pub closes: bool,
}

impl TagLine {
    /// The name in the tag.
    pub fn name<'t>(&self, text: &'t str) -> &'t str {
        let inside = text[self.range.clone()].trim_matches(['<', '>', '/']);
        inside.split(|c: char| c.is_whitespace()).next().unwrap_or_default()
    }
}

/// Pairs of XML-like tags, each on a line of its own, from byte `start` on; in order. To CommonMark such a line
/// begins HTML, and a fence right below it is no fence.
pub fn tag_lines(text: &str, start: usize) -> Vec<TagLine> {
    let bytes = text.as_bytes();
    let mut found: Vec<TagLine> = Vec::new();
    // Open tags, as indexes of `found`.
    let mut open: Vec<usize> = Vec::new();
    let mut is_paired: Vec<bool> = Vec::new();
    for at in memchr::memchr_iter(b'<', &bytes[start..]).map(|at| at + start) {
        let indentation = bytes[..at].iter().rev().take_while(|byte| **byte == b' ').count();
        let is_first =
            at == indentation + start || at > indentation && matches!(bytes[at - indentation - 1], b'\n' | b'\r');
        if indentation > 3 || !is_first {
            continue;
        }
        let Some(range) = tag_at(text, at) else { continue };
        let tag = TagLine { closes: bytes[at + 1] == b'/', range };
        let name = tag.name(text);
        if tag.closes {
            let Some(opened) = open.iter().rposition(|opened| found[*opened].name(text) == name) else { continue };
            is_paired[open[opened]] = true;
            open.truncate(opened);
        } else {
            open.push(found.len());
        }
        is_paired.push(tag.closes);
        found.push(tag);
    }
    let mut is_paired = is_paired.into_iter();
    found.retain(|_| is_paired.next().unwrap_or_default());
    found
}

/// The tag that begins at byte `at` and ends its line, unless it is HTML.
fn tag_at(text: &str, at: usize) -> Option<Range<usize>> {
    let window = &text.as_bytes()[at..text.len().min(at + LONGEST)];
    let length = memchr::memchr3(b'>', b'\n', b'\r', window).filter(|length| window[*length] == b'>')? + 1;
    let line_end =
        memchr::memchr2(b'\n', b'\r', &text.as_bytes()[at + length..]).map_or(text.len(), |end| at + length + end);
    let inside = text.get(at + 1..at + length - 1)?;
    let name = inside.strip_prefix('/').unwrap_or(inside);
    let name = name.split(' ').next().unwrap_or_default();
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    let is_tag = is_name
        && inside.len() > 1
        && !inside.ends_with('/')
        && !ELEMENTS.contains(&name.to_ascii_lowercase().as_str());
    (is_tag && text[at + length..line_end].trim().is_empty()).then_some(at..at + length)
}

/// `text` with the tags as thematic breaks: they end what is above them, and begin nothing. `start` as in [`mask`].
pub fn without_tags(text: &str, start: usize, tags: &[TagLine]) -> Option<String> {
    if tags.is_empty() {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for tag in tags {
        out.push_str(&text[at..tag.range.start - start]);
        out.push_str("***");
        out.extend(std::iter::repeat_n(' ', tag.range.len() - 3));
        at = tag.range.end - start;
    }
    out.push_str(&text[at..]);
    Some(out)
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
