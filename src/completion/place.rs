//! Where the cursor stands, as the providers of paths and commands ask.

use std::ops::Range;

use super::{Inside, Request};
use crate::{
    artifact::entries::marker_length,
    markdown::BlockKind,
    text::words::{closing_ticks, ticks_at},
};

/// Whether the cursor stands in running text: among words, and in no heading.
pub(super) fn is_in_text(request: &Request) -> bool {
    if request.inside != Inside::Words || !request.is_on_line() {
        return false;
    }
    let (markdown, line) = (&request.document.markdown, request.line());
    let begun = markdown.all().rev().find(|(_, block)| block.range().start <= request.offset);
    let Some((_, block)) = begun.filter(|(_, block)| matches!(block.kind, BlockKind::Heading(_))) else { return true };
    let is_above = block.range().end < line.start;
    // The dash of a new item below a label makes a heading of it, for the moment.
    is_above || block.range().start < line.start && marker(&request.text()[line]).is_some()
}

/// What a list item begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Marker {
    /// Bytes of the text before the marker: indentation, marks of quotes.
    pub indent: usize,
    /// Bytes of `- ` or `12. `, its blank included.
    pub bullet: Range<usize>,
    /// Bytes of `[ ]`, without its blank.
    pub task: Option<Range<usize>>,
    /// Where its words begin.
    pub words: usize,
}

/// The marker that a line begins with.
pub(super) fn marker(line: &str) -> Option<Marker> {
    let indent = line.len() - line.trim_start_matches([' ', '\t', '>']).len();
    let length = marker_length(&line[indent..])?;
    let after = &line[indent + length..];
    let blank = after.len() - after.trim_start_matches([' ', '\t']).len();
    let bullet = indent..indent + length + blank;
    let after = &line[bullet.end..];
    let is_task = ["[ ]", "[x]", "[X]"].iter().any(|task| after.starts_with(task))
        && after[3..].chars().next().is_none_or(|c| matches!(c, ' ' | '\t'));
    let task = is_task.then(|| bullet.end..bullet.end + 3);
    let words = task.as_ref().map_or(bullet.end, |task| task.end);
    let words = line.len() - line[words..].trim_start_matches([' ', '\t']).len();
    Some(Marker { indent, bullet, task, words })
}

/// Markup that is open at the cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Open {
    /// A code span: where its content begins, and how many backticks it has.
    Code { content: usize, ticks: usize },
    /// The destination of a link: where it begins, its `<` left out.
    Link { content: usize, is_in_angles: bool },
}

/// What is open at byte `cursor` of a line, as the line alone shows it.
pub(super) fn open_markup(line: &str, cursor: usize) -> Option<Open> {
    let bytes = line.as_bytes();
    let mut link: Option<(usize, usize)> = None;
    let mut at = 0;
    while at < cursor {
        match bytes[at] {
            b'\\' if bytes.get(at + 1).is_some_and(u8::is_ascii_punctuation) => at += 1,
            b'`' => {
                let ticks = ticks_at(line, at);
                let content = at + ticks;
                // Backticks that an editor has paired around the cursor.
                if ticks <= 4 && cursor == at + ticks / 2 && ticks.is_multiple_of(2) {
                    return Some(Open::Code { content: cursor, ticks: ticks / 2 });
                }
                match closing_ticks(line, content, ticks) {
                    Some(close) if close + ticks <= cursor => at = close + ticks - 1,
                    // In the middle of the backticks themselves.
                    Some(close) if close < cursor => return None,
                    _ if content > cursor => return None,
                    None if ticks >= 3 => return None,
                    _ => return Some(Open::Code { content, ticks }),
                }
            }
            b']' if bytes.get(at + 1) == Some(&b'(') => {
                link = Some((at + 2, 0));
                at += 1;
            }
            b'(' => link = link.map(|(start, depth)| (start, depth + 1)),
            b')' => link = link.and_then(|(start, depth)| Some((start, usize::checked_sub(depth, 1)?))),
            _ => {}
        }
        at += 1;
    }
    let (content, _) = link.filter(|(content, _)| *content <= cursor)?;
    let is_in_angles = content < cursor && bytes[content] == b'<';
    Some(Open::Link { content: content + usize::from(is_in_angles), is_in_angles })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_are_told_from_text() {
        for (line, words, has_task) in [
            ("- a", Some(2), false),
            ("  > * [x] a", Some(10), true),
            ("12) [ ]", Some(7), true),
            ("-", Some(1), false),
            ("1.\t[ ]  並", Some(8), true),
            ("- [x](y)", Some(2), false),
            ("-a", None, false),
            ("1986", None, false),
            ("**Plan:** x", None, false),
            ("並- a", None, false),
            ("", None, false),
        ] {
            let found = marker(line);
            assert_eq!(found.as_ref().map(|marker| marker.words), words, "{line}");
            assert_eq!(found.is_some_and(|marker| marker.task.is_some()), has_task, "{line}");
        }
    }

    #[test]
    fn markup_is_open_up_to_its_end() {
        let code = |content, ticks| Some(Open::Code { content, ticks });
        let link = |content, is_in_angles| Some(Open::Link { content, is_in_angles });
        for (marked, expected) in [
            ("a `b$0", code(3, 1)),
            ("a `b$0`", code(3, 1)),
            ("a `b`$0", None),
            ("`a` `$0", code(5, 1)),
            ("``a`b$0", code(2, 2)),
            ("``a`$0`", None),
            ("`$0`", code(1, 1)),
            ("\\`b$0", None),
            ("```$0", None),
            ("`` ```sh$0 ``", code(2, 2)),
            ("[並](b$0)", link(6, false)),
            ("[a](<b c$0>)", link(5, true)),
            ("[a]($0<b>)", link(4, false)),
            ("[a](b (c) $0", link(4, false)),
            ("[a](b)$0", None),
            ("`[a](b`$0", None),
            ("[`a`](b$0", link(6, false)),
        ] {
            let cursor = marked.find("$0").unwrap();
            assert_eq!(open_markup(&marked.replace("$0", ""), cursor), expected, "{marked}");
        }
    }
}
