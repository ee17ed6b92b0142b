//! Text with places in it that a person fills in.

use std::ops::Range;

use crate::edit::Fragment;

/// A text and its tab stops.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snippet {
    text: String,
    /// Bytes of `text` that are selected one after the other, in order and apart; an empty one is a
    /// place to type at.
    stops: Vec<Range<usize>>,
}

impl Snippet {
    /// Text without tab stops.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), stops: Vec::new() }
    }

    /// Text with one tab stop, bytes of it.
    pub fn with_stop(text: impl Into<String>, stop: Range<usize>) -> Self {
        Self { text: text.into(), stops: std::iter::once(stop).collect() }
    }

    /// `stops`: bytes of `text`, in order and apart.
    pub fn new(text: impl Into<String>, stops: Vec<Range<usize>>) -> Self {
        Self { text: text.into(), stops }
    }

    /// Text with its empty places.
    pub fn of_fragment(fragment: &Fragment) -> Self {
        Self { text: fragment.text.clone(), stops: fragment.stops.iter().map(|stop| *stop..*stop).collect() }
    }

    /// A template: each of its placeholders, brackets included, is a tab stop.
    pub fn of_template(text: impl Into<String>, is_placeholder: impl Fn(&str) -> bool) -> Self {
        let text = text.into();
        let mut stops = Vec::new();
        let mut at = 0;
        while let Some(open) = text[at..].find('<').map(|open| at + open) {
            let close = text[open + 1..].find(['<', '>', '\n']).map(|close| open + 1 + close);
            at = match close {
                Some(close) if text[close..].starts_with('>') && is_placeholder(&text[open + 1..close]) => {
                    stops.push(open..close + 1);
                    close + 1
                }
                _ => open + 1,
            };
        }
        Self { text, stops }
    }

    /// The text itself, for a client without snippets.
    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn has_stops(&self) -> bool {
        !self.stops.is_empty()
    }

    /// In the snippet syntax of LSP 3.17, where `$`, `}` and `\` are escaped.
    pub fn syntax(&self) -> String {
        let mut out = String::with_capacity(self.text.len() + 8 * self.stops.len());
        let mut at = 0;
        for (n, stop) in self.stops.iter().enumerate() {
            escape(&self.text[at..stop.start], &mut out);
            out.push_str(&format!("${{{}", n + 1));
            if !stop.is_empty() {
                out.push(':');
                escape(&self.text[stop.clone()], &mut out);
            }
            out.push('}');
            at = stop.end;
        }
        escape(&self.text[at..], &mut out);
        out
    }

    /// Ends its lines as the document does. The text has `\n` so far.
    pub fn set_line_end(&mut self, line_end: &str) {
        if line_end == "\n" {
            return;
        }
        let longer = line_end.len() - 1;
        let moved = |at: usize| at + longer * self.text[..at].matches('\n').count();
        self.stops = self.stops.iter().map(|stop| moved(stop.start)..moved(stop.end)).collect();
        self.text = self.text.replace('\n', line_end);
    }
}

fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        if matches!(c, '$' | '}' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_become_tab_stops_and_syntax_is_escaped() {
        let known = |inside: &str| inside.starts_with("Goal");
        let mut snippet = Snippet::of_template("- <Goal 1> costs $5 {a}\n- <b> \\ <Goal 2\n- <Goal 3>", known);
        assert_eq!(snippet.syntax(), "- ${1:<Goal 1>} costs \\$5 {a\\}\n- <b> \\\\ <Goal 2\n- ${2:<Goal 3>}");
        snippet.set_line_end("\r\n");
        assert_eq!(snippet.syntax(), "- ${1:<Goal 1>} costs \\$5 {a\\}\r\n- <b> \\\\ <Goal 2\r\n- ${2:<Goal 3>}");
        assert_eq!(snippet.text(), "- <Goal 1> costs $5 {a}\r\n- <b> \\ <Goal 2\r\n- <Goal 3>");
    }

    #[test]
    fn an_empty_stop_is_a_place_to_type_at() {
        assert_eq!(Snippet::new("- Why: \n- Next: \n", vec![7..7, 16..16]).syntax(), "- Why: ${1}\n- Next: ${2}\n");
        assert_eq!(Snippet::plain("${x}").syntax(), "\\${x\\}");
        assert!(!Snippet::plain("x").has_stops());
    }
}
