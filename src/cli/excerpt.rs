//! The part of a file that is shown to a reader: the lines of one range, cut to fit a terminal.

use std::ops::Range;

use super::{report::FileReport, terminal::visible};

/// Columns of a line that are shown from the beginning of the marked text.
const COLUMNS: usize = 90;
/// The renderer cuts what stands before the marked text, which takes its time: farther out than this
/// many bytes, only so many characters before it are kept.
const FAR: usize = 2_000;
const KEPT_BEFORE: usize = 40;
/// A range of more lines keeps this many at its beginning; those in the middle are left empty, since
/// the renderer folds them anyway.
const LINES: usize = 6;

/// Whole lines or part of them, free of control characters and line ends other than `\n`.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Excerpt {
    pub source: String,
    /// Bytes of `source` that are marked.
    pub marked: Range<usize>,
    /// Whether the first line lacks its beginning, so that columns cannot be counted in `source`.
    pub beheaded: bool,
}

impl Excerpt {
    pub fn new(file: &FileReport, range: &Range<usize>) -> Self {
        let range = trimmed(&file.text, range);
        let (first, mut last) = (file.lines().line(range.start), file.lines().line(range.end));
        if range.start - file.lines().range(&file.text, first).start > COLUMNS {
            // The renderer would show all of a line that is marked far out, and of lines marked early.
            last = first;
        }
        let mut excerpt = Self::default();
        for line in first..=last {
            if line > first {
                excerpt.source.push('\n');
            }
            if line < first + LINES || line + 1 >= last {
                let bytes = file.lines().range(&file.text, line);
                let marked = range.start.clamp(bytes.start, bytes.end)..range.end.clamp(bytes.start, bytes.end);
                let shown = excerpt.push_line(&file.text, bytes, marked, &file.secrets);
                excerpt.marked.start = if line == first { shown.start } else { excerpt.marked.start };
                excerpt.marked.end = shown.end;
            }
        }
        excerpt
    }

    /// Adds the bytes `line` of `text`; the answer is where `marked` of them stands in the excerpt.
    fn push_line(
        &mut self,
        text: &str,
        line: Range<usize>,
        marked: Range<usize>,
        secrets: &[Range<usize>],
    ) -> Range<usize> {
        let (start, end) = (kept_from(text, &line, &marked), cut(text, &line, &marked));
        if start > line.start {
            self.beheaded = true;
            self.source.push('…');
        }
        let (mut from, mut to) = (None, None);
        for (at, c) in text[start..end].char_indices().map(|(at, c)| (at + start, c)) {
            from = from.or((at >= marked.start).then_some(self.source.len()));
            to = to.or((at >= marked.end).then_some(self.source.len()));
            match c {
                '\u{feff}' if at == 0 => {}
                _ if secrets.iter().any(|secret| secret.contains(&at)) => self.source.push('*'),
                '\t' => self.source.push(c),
                _ => self.source.push(visible(c)),
            }
        }
        let shown = from.unwrap_or(self.source.len())..to.unwrap_or(self.source.len());
        if end < line.end {
            self.source.push('…');
        }
        shown
    }
}

/// The range clamped to characters of the text, without line ends at its end.
fn trimmed(text: &str, range: &Range<usize>) -> Range<usize> {
    let start = text.floor_char_boundary(range.start);
    let end = text.floor_char_boundary(range.end).max(start);
    let start = if text[..start].ends_with('\r') && text[start..].starts_with('\n') { start - 1 } else { start };
    start..start + text[start..end].trim_end_matches(['\n', '\r']).len()
}

/// Where the shown part of a line begins.
fn kept_from(text: &str, line: &Range<usize>, marked: &Range<usize>) -> usize {
    if marked.start - line.start <= FAR {
        return line.start;
    }
    text[line.start..marked.start].char_indices().rev().nth(KEPT_BEFORE).map_or(line.start, |(at, _)| line.start + at)
}

/// Where it ends: some way after the mark begins.
fn cut(text: &str, line: &Range<usize>, marked: &Range<usize>) -> usize {
    let mut left = COLUMNS;
    let mut rest = text[marked.start..line.end].char_indices();
    let mut fits = |(_, c): &(usize, char)| {
        left = left.saturating_sub(width(*c));
        left > 0
    };
    rest.find(|c| !fits(c)).map_or(line.end, |(at, _)| marked.start + at)
}

/// Columns of a terminal that a character may take, at most; tabs are shown as four spaces.
fn width(c: char) -> usize {
    match c {
        '\t' => 4,
        _ if c.is_ascii() => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        cli::samples::{diagnostic, file},
        diagnostic::Severity,
    };

    fn shown(text: &str, range: Range<usize>) -> (String, String) {
        let excerpt = Excerpt::new(&file("plan/a.md", text, vec![]), &range);
        let marked = excerpt.source[excerpt.marked].to_owned();
        (excerpt.source, marked)
    }

    fn pair(source: &str, marked: &str) -> (String, String) {
        (source.to_owned(), marked.to_owned())
    }

    #[test]
    fn lines_are_whole_and_without_their_ends() {
        assert_eq!(shown("one\r\ntwo\r\nthree", 6..8), pair("two", "wo"));
        assert_eq!(shown("one\r\ntwo\r\nthree", 1..10), pair("one\ntwo", "ne\ntwo"));
        assert_eq!(shown("one\n", 4..4), pair("", ""));
        assert_eq!(shown("", 0..0), pair("", ""));
        assert_eq!(shown("x", 0..100), pair("x", "x"));
    }

    #[test]
    fn a_bom_is_not_shown() {
        assert_eq!(shown("\u{feff}# T", 0..5), pair("# T", "# "));
    }

    #[test]
    fn long_lines_show_what_is_marked() {
        let text = format!("{}MARK{}", "a".repeat(50_000), "b".repeat(50_000));
        let (source, marked) = shown(&text, 50_000..50_004);
        assert_eq!(marked, "MARK");
        assert_eq!(source.chars().count(), 1 + KEPT_BEFORE + 1 + COLUMNS);
        let (source, marked) = shown(&text, 0..text.len());
        assert_eq!(source, format!("{}…", "a".repeat(COLUMNS - 1)));
        assert_eq!(marked.len(), COLUMNS - 1);
    }

    #[test]
    fn a_range_that_begins_far_out_shows_its_first_line_only() {
        let text = format!("{}MARK\nend", "a".repeat(50_000));
        let (source, marked) = shown(&text, 50_000..text.len());
        assert_eq!((source.chars().count(), marked.as_str()), (1 + KEPT_BEFORE + 1 + 4, "MARK"));
    }

    #[test]
    fn secrets_are_masked_in_every_finding_of_the_file() {
        let secret = diagnostic("possible-secret", Severity::Error, 5..9, "found");
        let file = file("plan/a.md", "key: s3cr, TODO", vec![secret]);
        assert_eq!(Excerpt::new(&file, &(11..15)).source, "key: ****, TODO");
    }

    #[test]
    fn secrets_that_nobody_reports_are_masked_too() {
        let token = "gh".to_owned() + "p_" + "k3Vt9QmZx2LrB7wNc5YdHs8Jf4GpTqKu6EaR";
        let file = file("plan/a.md", &format!("TODO {token}."), Vec::new());
        assert_eq!(Excerpt::new(&file, &(0..4)).source, format!("TODO {}.", "*".repeat(40)));
    }

    #[test]
    fn the_middle_of_a_long_range_is_left_out() {
        let text = "line\n".repeat(100);
        let (source, _) = shown(&text, 0..text.len());
        assert_eq!(source, format!("{}{}line\nline", "line\n".repeat(LINES), "\n".repeat(92)));
    }

    proptest! {
        #[test]
        fn any_range_of_any_text_can_be_shown(text in "(\\PC|[\r\n\t\u{1b}\u{9b}]){0,200}", a in 0usize..400, b in 0usize..400) {
            let (source, _) = shown(&text, a.min(b)..a.max(b));
            let obeyed = source.contains(['\r', '\u{1b}', '\u{9b}']);
            prop_assert!(!obeyed);
        }
    }
}
