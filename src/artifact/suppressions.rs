//! `<!-- phasemark-ignore RULE: reason -->`.

use std::{borrow::Cow, ops::Range};

use crate::{
    markdown::{BlockId, BlockKind, InlineKind, Markdown},
    text,
};

/// A comment that silences rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// Bytes of the comment.
    pub range: Range<usize>,
    /// Bytes of each rule's name.
    pub rules: Vec<Range<usize>>,
    /// Where a further name would stand.
    pub names_end: usize,
    /// Bytes that it covers, empty if nothing follows; `None` for the whole file.
    pub scope: Option<Range<usize>>,
}

impl Suppression {
    /// Whether a finding that begins at `offset` is covered.
    pub fn covers(&self, offset: usize) -> bool {
        self.scope.as_ref().is_none_or(|scope| !scope.is_empty() && (scope.start..=scope.end).contains(&offset))
    }
}

const MARK: &str = "phasemark-ignore";
const OPEN: &str = "<!--";
const CLOSE: &str = "-->";

pub fn read(text: &str, markdown: &Markdown) -> Vec<Suppression> {
    let (mut found, mut blocks) = (Vec::new(), Vec::new());
    let mut done = 0;
    for mark in memchr::memmem::find_iter(text.as_bytes(), MARK) {
        let Some((start, block)) = comment_at(text, markdown, mark).filter(|_| mark >= done) else { continue };
        let block_end = markdown.block(block).range().end;
        let end = text[mark..block_end].find(CLOSE).map(|at| mark + at + CLOSE.len());
        done = end.unwrap_or(block_end);
        if let Some(suppression) = end.and_then(|end| suppression(text, start..end, mark)) {
            found.push(suppression);
            blocks.push(block);
        }
    }
    // From the end, so that of many comments above one another each has to look at the next only.
    let mut below = None;
    for (suppression, block) in found.iter_mut().zip(blocks).rev() {
        let scope = match &below {
            Some((same, scope)) if *same == block => Range::clone(scope),
            _ if markdown.block(block).kind == BlockKind::Html => own_line_scope(text, markdown, block, below.as_ref()),
            _ => around(markdown, block),
        };
        below = Some((block, scope.clone()));
        suppression.scope = suppression.scope.is_some().then_some(scope);
    }
    found
}

/// Where the comment that opens right before the mark begins, with its block. In code it is text, and
/// so it is in another comment.
fn comment_at(text: &str, markdown: &Markdown, mark: usize) -> Option<(usize, BlockId)> {
    let start = text[..mark].trim_end().strip_suffix(OPEN)?.len();
    let block = markdown.block_at(start)?;
    // A comment that never closes ends with the item around it.
    if mark >= markdown.block(block).range().end {
        return None;
    }
    let before = &text[markdown.block(block).range().start.min(start)..start];
    if before.rfind(OPEN).is_some_and(|open| !before[open..].contains(CLOSE)) {
        return None;
    }
    let is_inline = || markdown.inlines_in(start..start + 1).iter().any(|inline| inline.kind == InlineKind::Html);
    (markdown.block(block).kind == BlockKind::Html || is_inline()).then_some((start, block))
}

/// The suppression in the comment `range`, without what it covers.
fn suppression(text: &str, range: Range<usize>, mark: usize) -> Option<Suppression> {
    let mut names = mark + MARK.len()..range.end - CLOSE.len();
    let is_file = text[names.clone()].starts_with("-file");
    names.start += if is_file { "-file".len() } else { 0 };
    // Another word, such as `phasemark-ignored`.
    if text[names.clone()].starts_with(|c: char| !c.is_whitespace() && c != ':') {
        return None;
    }
    let start = names.start;
    let rules = rule_names(text, names);
    let names_end = rules.last().map_or(start, |last| last.end);
    Some(Suppression { range, rules, names_end, scope: (!is_file).then_some(0..0) })
}

/// The names up to a colon, a dash or a bracket; what follows is the reason.
fn rule_names(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let names = text[range.clone()].split(':').next().unwrap_or_default();
    let mut at = range.start;
    let mut found = Vec::new();
    for word in names.split_inclusive([' ', ',', '\n', '\r', '\t']) {
        let name = word.trim_matches([' ', ',', '\n', '\r', '\t', '`', '\u{feff}', '\u{a0}']);
        if matches!(name, "-" | "--" | "–" | "—") || name.starts_with('(') {
            break;
        }
        if !name.is_empty() {
            let start = at + word.find(name).unwrap_or(0);
            found.push(start..start + name.len());
        }
        at += word.len();
    }
    found
}

/// What a comment inside `block` covers: the block; in an item's own words or in a cell, the item or
/// the row.
pub fn around(markdown: &Markdown, block: BlockId) -> Range<usize> {
    let is_whole = |id: &BlockId| matches!(markdown.block(*id).kind, BlockKind::Item | BlockKind::Row { .. });
    let whole = markdown.parent(block).filter(is_whole).unwrap_or(block);
    markdown.block(whole).range()
}

/// Alone on its line, a comment covers what comes next; with words after it, its own block.
fn own_line_scope(
    text: &str,
    markdown: &Markdown,
    comment: BlockId,
    below: Option<&(BlockId, Range<usize>)>,
) -> Range<usize> {
    if is_comments(&text[markdown.block(comment).range()]) {
        next_scope(markdown, comment, below)
    } else {
        markdown.block(comment).range()
    }
}

/// The next leaf block or item. At the end of an item there is none inside it: then the item.
fn next_scope(markdown: &Markdown, comment: BlockId, below: Option<&(BlockId, Range<usize>)>) -> Range<usize> {
    let around = markdown.parent(comment);
    let mut at = markdown.next(comment);
    while at < around.map_or(markdown.end(), |around| markdown.next(around)) {
        let block = markdown.block(at);
        match (block.kind, below) {
            (BlockKind::List { .. } | BlockKind::Quote, _) => {
                let Some((child, _)) = markdown.children(at).next() else { break };
                at = child;
            }
            // Comments above one another cover the same block.
            (BlockKind::Html, Some((id, scope))) if *id == at => return scope.clone(),
            _ => return block.range(),
        }
    }
    // Last in an item, it stands above the next one.
    let item = around.filter(|id| markdown.block(*id).kind == BlockKind::Item);
    let next = item.map(|item| markdown.next(item)).filter(|next| *next < markdown.end());
    let next = next.filter(|next| markdown.block(*next).kind == BlockKind::Item).or(item);
    let end = markdown.block(comment).range().end;
    next.map_or(end..end, |item| markdown.block(item).range())
}

/// Whether a block holds comments that suppress, and nothing else.
fn is_comments(html: &str) -> bool {
    let mut rest = html.trim();
    while let Some(comment) = rest.strip_prefix(OPEN).filter(|comment| comment.trim_start().starts_with(MARK)) {
        let Some(end) = comment.find(CLOSE) else { return false };
        rest = comment[end + CLOSE.len()..].trim_start();
    }
    rest.is_empty()
}

/// The text with spaces instead of its suppressions: to all that reads an artifact they are not there.
pub fn blanked<'t>(text: &'t str, suppressions: &[Suppression]) -> Cow<'t, str> {
    text::blanked(text, suppressions.iter().map(|suppression| suppression.range.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names and covered text of each suppression; `FILE` for the whole file.
    fn read_all(text: &str) -> Vec<(Vec<&str>, &str)> {
        let markdown = Markdown::parse(text, &|_| false);
        let part = |suppression: &Suppression| {
            let names = suppression.rules.iter().map(|name| &text[name.clone()]).collect();
            (names, suppression.scope.clone().map_or("FILE", |scope| &text[scope]))
        };
        read(text, &markdown).iter().map(part).collect()
    }

    #[test]
    fn names_end_where_the_reason_begins() {
        for (comment, names) in [
            ("<!-- phasemark-ignore a-b -->", &["a-b"][..]),
            ("<!--phasemark-ignore a-b c: d e-->", &["a-b", "c"]),
            ("<!--  phasemark-ignore a-b, `c` — d e -->", &["a-b", "c"]),
            ("<!-- phasemark-ignore a-b -- d e -->", &["a-b"]),
            ("<!-- phasemark-ignore a-b (for d) -->", &["a-b"]),
            ("<!--\nphasemark-ignore\r\n  a-b\n  c:\nlong\n-->", &["a-b", "c"]),
            ("<!-- phasemark-ignore -->", &[]),
            ("<!-- phasemark-ignore: reason -->", &[]),
            ("<!-- phasemark-ignore-->", &[]),
            ("<!-- phasemark-ignore 漢字 -->", &["漢字"]),
        ] {
            assert_eq!(read_all(&format!("{comment}\n\nx\n")), [(names.to_vec(), "x")], "{comment}");
        }
        assert_eq!(read_all("x\n\n<!-- phasemark-ignore-file a b: c -->"), [(vec!["a", "b"], "FILE")]);
        assert_eq!(read_all("x <!-- phasemark-ignore-file -->"), [(vec![], "FILE")]);
    }

    #[test]
    fn other_text_is_no_suppression() {
        for text in [
            "<!-- phasemark-ignored a -->",
            "<!-- phasemark-ignore-next a -->",
            "<!-- see phasemark-ignore a -->",
            "phasemark-ignore a -->",
            "`<!-- phasemark-ignore a -->`",
            "```\n<!-- phasemark-ignore a -->\n```",
            "    <!-- phasemark-ignore a -->",
            "---\na: b # <!-- phasemark-ignore a -->\n---\n",
            "<!-- phasemark-ignore a",
        ] {
            assert_eq!(read_all(text), [], "{text}");
        }
    }

    #[test]
    fn inside_a_block_the_block_is_covered() {
        const C: &str = "<!-- phasemark-ignore a -->";
        for (text, scope) in [
            ("one C two\nthree\n\nfour", "one C two\nthree"),
            ("## one C\n\ntwo", "## one C"),
            ("one C\n---\n\ntwo", "one C\n---"),
            ("- one\n- two C\n  - three\n- four", "- two C\n  - three"),
            ("- one\n  - two C\n- three", "- two C"),
            ("1. one\n\n   two C\n\n   three\n2. four", "1. one\n\n   two C\n\n   three"),
            ("- [ ] one 😀\n      C\n- two", "- [ ] one 😀\n      C"),
            ("> one C\n\ntwo", "one C"),
            ("| a | b |\n|---|---|\n| 漢 | d C |\n| e | f |", "| 漢 | d C |"),
            ("**Status:** done C\n- one", "**Status:** done C"),
            ("C one\n\ntwo", "C one"),
            ("<div>\nC one\n</div>\n\ntwo", "<div>\nC one\n</div>"),
            ("- C\n\n  one\n- two", "one"),
            ("one\r\ntwo C\r\n\r\nthree", "one\r\ntwo C"),
        ] {
            let (text, scope) = (text.replace('C', C), scope.replace('C', C));
            assert_eq!(read_all(&text), [(vec!["a"], &*scope)], "{text}");
        }
    }

    #[test]
    fn alone_on_its_line_the_next_block_or_item_is_covered() {
        const C: &str = "<!-- phasemark-ignore a -->";
        for (text, scope) in [
            ("C\none\ntwo\n\nthree", "one\ntwo"),
            ("C\n\n\n## one\n\ntwo", "## one"),
            ("zero\nC\none", "one"),
            ("C\n- one\n  - two\n- three", "- one\n  - two"),
            ("- one\nC\n- two\n- three", "- two"),
            ("- one\n  C\n  - two\n  - three\n- four", "- two"),
            ("- one\n  - two\n  C\n  - three", "- three"),
            ("- one\n\n  C\n\n  two\n- three", "two"),
            ("- one\n  C\n- two", "- two"),
            ("- one\n\n  C\n\n- two", "- two"),
            ("- one\n\n  C", "- one\n\n  C"),
            ("C\n> - one\n> - two", "- one"),
            ("> C\n>\n> one\n\ntwo", "one"),
            ("C\n| a |\n|---|\n| b |\n\nc", "| a |\n|---|\n| b |"),
            ("C\n```\none\n```\n", "```\none\n```"),
            ("C\n\n<div>\none\n</div>\n\ntwo", "<div>\none\n</div>"),
            ("C\n\n<!-- other -->\n\ntwo", "<!-- other -->"),
            ("C\r\n\r\n### one\r\n", "### one"),
            ("one\n\nC\n", ""),
            ("> C\n\none", ""),
        ] {
            let (text, scope) = (text.replace('C', C), scope.replace('C', C));
            assert_eq!(read_all(&text), [(vec!["a"], &*scope)], "{text}");
        }
    }

    #[test]
    fn comments_above_and_beside_one_another_cover_the_same() {
        let text = "<!-- phasemark-ignore a -->\n<!-- phasemark-ignore b --> <!-- phasemark-ignore-file c -->\n\n\
                    <!-- phasemark-ignore d -->\none <!-- phasemark-ignore e --> <!-- phasemark-ignore f -->";
        let one = "one <!-- phasemark-ignore e --> <!-- phasemark-ignore f -->";
        let expected = [
            (vec!["a"], one),
            (vec!["b"], one),
            (vec!["c"], "FILE"),
            (vec!["d"], one),
            (vec!["e"], one),
            (vec!["f"], one),
        ];
        assert_eq!(read_all(text), expected);
    }

    #[test]
    fn a_comment_that_an_item_ends_holds_nothing_of_what_is_below() {
        for text in
            ["* <!--\nphasemark-ignore-file", "- a\n- <!--\n\nphasemark-ignore a -->", "> <!--\nphasemark-ignore a"]
        {
            assert_eq!(read_all(text), [], "{text}");
        }
    }

    #[test]
    fn to_other_readers_a_suppression_is_not_there() {
        let text = "é <!-- phasemark-ignore\r\n a: é -->漢\n";
        let found = read(text, &Markdown::parse(text, &|_| false));
        let blanked = blanked(text, &found);
        assert_eq!(blanked.trim_end(), format!("é {}\r\n{}漢", " ".repeat(21), " ".repeat(10)));
        assert_eq!(blanked.len(), text.len());
    }
}
