//! How an author writes the labels of a log entry.

use std::ops::Range;

use crate::text::start_of_line;

/// What stands on a label's line before and right after its words: `- **` and `:**`, or `** —`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LabelStyle<'a> {
    pub prefix: &'a str,
    pub suffix: &'a str,
    start: usize,
}

impl<'a> LabelStyle<'a> {
    /// `label`: bytes of the label's words in `text`.
    pub fn of(text: &'a str, label: Range<usize>) -> Self {
        let start = start_of_line(text, label.start);
        let after = &text[label.end..];
        let marks = after.find(|c| !matches!(c, ':' | '：' | '*' | '_')).unwrap_or(after.len());
        // A hyphen behind bold words alone: others are in sentences.
        let hyphens: &[&str] = if after[..marks].contains('*') { &[" --", " -"] } else { &[] };
        let dash = [" —", " –"].iter().chain(hyphens).find(|dash| after[marks..].starts_with(**dash));
        let is_closed = after[..marks].contains([':', '：']);
        let length = marks + dash.filter(|_| !is_closed).map_or(0, |dash| dash.len());
        Self { prefix: &text[start..label.start], suffix: &after[..length], start }
    }

    /// Byte where the label's line begins.
    pub fn line_start(&self) -> usize {
        self.start
    }

    /// Whether the label begins an item.
    pub fn is_item(&self) -> bool {
        let prefix = self.prefix.trim_start();
        prefix.starts_with(['-', '+']) || prefix.starts_with("* ")
    }

    /// Whether the label begins a line of a paragraph: no item, no heading.
    pub fn is_line(&self) -> bool {
        !self.prefix.contains(|c: char| c.is_ascii_digit() || matches!(c, '#' | '-' | '+'))
            && !self.prefix.trim_start_matches([' ', '\t', '>']).starts_with("* ")
    }

    /// The number of the item that the label begins.
    pub fn number(&self) -> Option<usize> {
        let prefix = self.prefix.trim_start_matches([' ', '\t', '>']);
        let length = prefix.find(|c: char| !c.is_ascii_digit()).filter(|length| *length > 0)?;
        prefix[length..].starts_with(['.', ')']).then(|| prefix[..length].parse().ok())?
    }

    /// What labels of the same form have in common, whatever their indentation.
    pub fn markup(&self) -> (&'a str, &'a str) {
        (self.prefix.trim_start(), self.suffix)
    }

    /// Whether the label is a heading.
    pub fn is_heading(&self) -> bool {
        !self.prefix.trim_start_matches('#').contains(|c| c != ' ') && self.prefix.starts_with('#')
    }

    /// Whether a further line can have this form: no cell, quote or number, no words before it.
    pub fn can_be_repeated(&self) -> bool {
        let is_line = !self.prefix.contains(|c: char| c.is_alphanumeric() || matches!(c, '#' | '|' | '>'));
        self.is_heading() || is_line && self.suffix.contains([':', '：', '—', '–', '-'])
    }
}
