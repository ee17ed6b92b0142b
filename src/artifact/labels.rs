//! Labels that begin a line: `**Next:** x`, `Plan: x`, `**Next** — x`.

use std::ops::Range;

use super::notes::FieldName;
use crate::text::start_of_line;

/// No label is longer (bytes).
pub(super) const LONGEST: usize = 60;
/// What stands in front of a label on its line.
pub(super) const LINE_MARKUP: [char; 6] = [' ', '\t', '>', '#', '*', '_'];

/// What stands on a label's line before and right after its words: `- **` and `:**`, or `** —`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LabelStyle<'a> {
    pub prefix: &'a str,
    pub suffix: &'a str,
    /// Byte where the label's line begins.
    pub line_start: usize,
}

impl<'a> LabelStyle<'a> {
    /// `label`: bytes of the label's words in `text`.
    pub fn of(text: &'a str, label: Range<usize>) -> Self {
        let line_start = start_of_line(text, label.start);
        let after = &text[label.end..];
        let marks = after.find(|c| !matches!(c, ':' | '：' | '*' | '_')).unwrap_or(after.len());
        // A hyphen behind bold words alone: others are in sentences.
        let hyphens: &[&str] = if after[..marks].contains('*') { &[" --", " -"] } else { &[] };
        let dash = [" —", " –"].iter().chain(hyphens).find(|dash| after[marks..].starts_with(**dash));
        let is_closed = after[..marks].contains([':', '：']);
        let length = marks + dash.filter(|_| !is_closed).map_or(0, |dash| dash.len());
        Self { prefix: &text[line_start..label.start], suffix: &after[..length], line_start }
    }

    /// Whether the label begins an item.
    pub fn is_item(&self) -> bool {
        let prefix = self.prefix.trim_start_matches([' ', '\t', '>']);
        prefix.starts_with(['-', '+']) || prefix.starts_with("* ") || prefix.contains(|c: char| c.is_ascii_digit())
    }

    /// Whether the label is a heading.
    pub fn is_heading(&self) -> bool {
        !self.prefix.trim_start_matches('#').contains(|c| c != ' ') && self.prefix.starts_with('#')
    }

    /// Whether the label begins a line of a paragraph.
    pub fn is_line(&self) -> bool {
        !self.is_item() && !self.is_heading()
    }

    /// Whether a further line can have this form: no cell, quote or number, no words before it.
    pub fn can_be_repeated(&self) -> bool {
        let is_line = !self.prefix.contains(|c: char| c.is_alphanumeric() || matches!(c, '#' | '|' | '>'));
        self.is_heading() || is_line && self.suffix.contains([':', '：', '—', '–', '-'])
    }
}

/// The words of the label that begins the line at bytes `line`, and how it is written.
pub(super) fn label_on(text: &str, line: Range<usize>) -> Option<(Range<usize>, LabelStyle<'_>)> {
    let words = text[line.clone()].trim_start_matches(LINE_MARKUP);
    let start = line.end - words.len();
    let label = start..start + length(words, text[line].trim_start())?;
    Some((label.clone(), LabelStyle::of(text, label)))
}

/// Bytes of the label that `words` begin with: before a colon, a dash or the end of what is bold.
fn length(words: &str, line: &str) -> Option<usize> {
    let near = &words[..words.ceil_char_boundary(LONGEST + 1)];
    // Most lines have no label: one look passes them. The bytes are those that `：`, `—` and `–` begin with.
    let has_marks = memchr::memchr3(b':', 0xE2, 0xEF, near.as_bytes()).is_some();
    let has_stars = memchr::memchr(b'*', words.as_bytes()).is_some();
    if !has_marks && !has_stars {
        return None;
    }
    let dash = memchr::memchr_iter(0xE2, near.as_bytes()).find(|at| near[*at..].starts_with(['—', '–']));
    let dash = dash.or_else(|| Some(has_stars.then(|| near.find("** -")).flatten()? + "** ".len()));
    let dashed = dash.and_then(|dash| words[..dash].strip_suffix(' '));
    let dashed = dashed.filter(|label| label.ends_with("**") || FieldName::read(label).is_some());
    let bold = || words.trim_end().strip_suffix("**").filter(|bold| line.starts_with("**") && !bold.contains('*'));
    let label = dashed.or_else(|| colons(near).next().map(|(at, _)| &near[..at])).or_else(bold)?;
    Some(label.trim_end_matches(['*', '_', ' ']).len())
}

/// Where each `:` and `：` begins in `text`, and its length (bytes).
pub(super) fn colons(text: &str) -> impl Iterator<Item = (usize, usize)> {
    let is_one = |at: &usize| text.as_bytes()[*at] == b':' || text[*at..].starts_with('：');
    let length = |at: usize| if text.as_bytes()[at] == b':' { 1 } else { '：'.len_utf8() };
    memchr::memchr2_iter(b':', 0xEF, text.as_bytes()).filter(is_one).map(move |at| (at, length(at)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colons_of_either_width_are_found_among_other_characters() {
        let text = "a: 状態：完了 ﬁ：b:";
        let found: Vec<_> = colons(text).map(|(at, length)| &text[at..at + length]).collect();
        assert_eq!(found, [":", "：", "：", ":"]);
        assert_eq!(colons("￥ and ﬁ").count(), 0);
    }

    #[test]
    fn a_label_ends_at_a_colon_a_dash_or_the_end_of_what_is_bold() {
        for (line, label) in [
            ("**Next:** x", Some("Next")),
            ("Next：x", Some("Next")),
            ("**Next** — x", Some("Next")),
            ("**Next** - x", Some("Next")),
            ("**Next**", Some("Next")),
            ("Next - x", None),
            ("a sentence without any", None),
        ] {
            let found = label_on(line, 0..line.len()).map(|(words, _)| &line[words]);
            assert_eq!(found, label, "{line}");
        }
    }
}
