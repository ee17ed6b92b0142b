//! What opens on one line and closes on another, with Markdown in between: HTML elements such as
//! `<details>`, and pairs of comments such as `<!-- BEGIN x -->` and `<!-- END x -->`.

/// Elements that people put around Markdown.
const ELEMENTS: &[&str] = &["article", "aside", "blockquote", "center", "details", "div", "section", "table"];
const OPENING_WORDS: &[&str] = &["begin", "start", "disable"];
const CLOSING_WORDS: &[&str] = &["end", "stop", "enable"];

/// The containers of one kind: an element of [`ELEMENTS`] or, last, a pair of comments.
#[derive(Clone, Default)]
struct Tally {
    /// The first bytes of the lines on which those begin that stay open.
    open: Vec<usize>,
    /// How many close that were not opened.
    unopened: usize,
}

/// The byte of the line in `above` on which the first container opens that closes only in `below`, the text
/// behind it.
pub fn first_open(above: &str, below: &str) -> Option<usize> {
    let above = tallies(above);
    if above.iter().all(|tally| tally.open.is_empty()) {
        return None;
    }
    let closing = tallies(below).into_iter().map(|tally| tally.unopened);
    // Of several the inner ones close first.
    let held = above.into_iter().zip(closing).filter_map(|(tally, closing)| {
        let outermost = tally.open.len().saturating_sub(closing);
        tally.open.get(outermost).copied()
    });
    held.min()
}

/// Whether every container that opens within `text` closes there, and the other way round.
pub fn are_whole(text: &str) -> bool {
    tallies(text).iter().all(|tally| tally.open.is_empty() && tally.unopened == 0)
}

fn tallies(text: &str) -> Vec<Tally> {
    let mut tallies = vec![Tally::default(); ELEMENTS.len() + 1];
    let (mut line, mut last) = (0, 0);
    for (at, _) in text.match_indices('<') {
        let line_end = text[last..at].rfind(['\n', '\r']).map(|end| last + end + 1);
        // In the middle of a line a tag that opens is mostly spoken of.
        let is_first = (line_end.is_some() || last == 0) && text[line_end.unwrap_or(line)..at].trim().is_empty();
        line = line_end.unwrap_or(line);
        last = at;
        let words = &text[at + 1..];
        let found = match words.strip_prefix('/') {
            Some(name) => element(name).map(|kind| (kind, false)),
            None if is_first => comment(words).or_else(|| element(words).map(|kind| (kind, true))),
            None => None,
        };
        let Some((kind, opens)) = found else { continue };
        let tally = &mut tallies[kind];
        if opens {
            tally.open.push(line);
        } else if tally.open.pop().is_none() {
            tally.unopened += 1;
        }
    }
    tallies
}

/// The element whose name `text` begins with.
fn element(text: &str) -> Option<usize> {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '-')?;
    ELEMENTS.iter().position(|element| element.eq_ignore_ascii_case(&text[..end]))
}

/// Whether a comment on one line is the first or the second of a pair. `text`: behind its `<`.
fn comment(text: &str) -> Option<(usize, bool)> {
    let words = text.strip_prefix("!--")?;
    let (words, _) = words.split(['\n', '\r']).next()?.split_once("-->")?;
    let mut words = words.split(|c: char| !c.is_alphanumeric());
    words.find_map(|word| {
        let is_one_of = |words: &[&str]| words.iter().any(|other| other.eq_ignore_ascii_case(word));
        let opens = is_one_of(OPENING_WORDS);
        (opens || is_one_of(CLOSING_WORDS)).then_some((ELEMENTS.len(), opens))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_opens_and_does_not_close_is_found() {
        for (text, open, whole) in [
            ("a\n<details>\n<summary>S</summary>\n", Some(2), false),
            ("<details><summary>S</summary>\n\nx\n\n</DETAILS>\n", None, true),
            ("x\n</details>\n", None, false),
            ("x\n\n  <div class=\"a\">\n<details>\n</details>\n", Some(3), false),
            ("<div>\n<details>\n</div>\n", Some(6), false),
            ("Wrap it in `<details>` or <details>.\n", None, true),
            ("<https://details.org> <b>x</b> < y\n<<details>\n", None, true),
            ("<details-menu>\n<!-- details -->\n", None, true),
            ("<!-- BEGIN generated -->\nx\n<!-- END generated -->\n", None, true),
            ("<!-- prettier-ignore-start -->\nx\n", Some(0), false),
            ("x\n<!-- markdownlint-enable -->\n", None, false),
            ("<!-- send by the end", None, true),
        ] {
            assert_eq!(first_open(text, "x\n</details>\n</div>\n<!-- prettier-ignore-end -->\n"), open, "{text}");
            assert_eq!(are_whole(text), whole, "{text}");
        }
        assert_eq!(first_open("<div>\n\n<details>\n\n", "\n\n<div>\n\n</div>\n\n</details>\n"), Some(7));
        assert_eq!(first_open("<br>\n\n<div>\n", "<details>\n</details>\n"), None);
    }
}
