//! Markdown that is about to be inserted, and the places in it where a person goes on.

use crate::artifact::entries::next_marker;

/// Lines end with `\n` here, whatever the file has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fragment {
    pub text: String,
    /// Bytes of the places where a person writes, in order.
    pub stops: Vec<usize>,
}

impl Fragment {
    pub fn new(text: &str) -> Self {
        Self { text: text.to_owned(), stops: Vec::new() }
    }

    pub fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub fn stop(&mut self) {
        self.stops.push(self.text.len());
    }

    /// The lines as one, or a stop where there is none.
    pub fn push_or_stop(&mut self, lines: &[String]) {
        if lines.is_empty() { self.stop() } else { self.push(&joined(lines)) }
    }

    /// Ends the line, and with `is_apart` leaves a blank one.
    pub fn end_line(&mut self, is_apart: bool) {
        self.push(if is_apart { "\n\n" } else { "\n" });
    }

    /// One item for each line, or an empty one; numbers count on.
    pub fn push_items(&mut self, marker: &str, lines: &[String]) {
        let mut marker = marker.to_owned();
        for (n, line) in lines.iter().enumerate() {
            self.push(if n > 0 { "\n" } else { "" });
            self.push(&marker);
            self.push(&escaped(line));
            marker = next_marker(&marker);
        }
        if lines.is_empty() {
            self.push(&marker);
            self.stop();
        }
    }

    /// With `prefix` in front of every line but the first; a quote's blank lines are quoted, too.
    pub fn within(self, prefix: &str) -> Self {
        let mut out = Self::default();
        let mut at = 0;
        for (n, line) in self.text.split('\n').enumerate() {
            let margin = if line.is_empty() { prefix.trim_end() } else { prefix };
            out.push(&if n > 0 { format!("\n{margin}") } else { String::new() });
            let stops = self.stops.iter().filter(|stop| (at..=at + line.len()).contains(*stop));
            out.stops.extend(stops.map(|stop| out.text.len() + stop - at));
            out.push(line);
            at += line.len() + 1;
        }
        out
    }

    pub fn below(mut self, above: &str) -> Self {
        self.text.insert_str(0, above);
        self.stops.iter_mut().for_each(|stop| *stop += above.len());
        self
    }

    /// With the line ends of a file.
    pub fn with_line_ends(self, line_end: &str) -> Self {
        if line_end == "\n" {
            return self;
        }
        let longer = line_end.len() - 1;
        let moved = |at: &usize| at + longer * self.text[..*at].matches('\n').count();
        Self { text: self.text.replace('\n', line_end), stops: self.stops.iter().map(moved).collect() }
    }

    /// The byte where a person goes on: the first place to write, else the end.
    pub fn cursor(&self) -> usize {
        self.stops.first().copied().unwrap_or(self.text.len())
    }

    /// Without blanks in front of the places at line ends where a person writes.
    pub fn trimmed(mut self) -> Self {
        for n in (0..self.stops.len()).rev() {
            let stop = self.stops[n];
            if self.text[stop..].is_empty() || self.text[stop..].starts_with('\n') {
                let line = self.text[..stop].trim_end_matches([' ', '\t']).len();
                self.text.replace_range(line..stop, "");
                self.stops[n] = line;
                self.stops[n + 1..].iter_mut().for_each(|later| *later -= stop - line);
            }
        }
        self
    }

    /// The last line, without its indentation.
    fn last_line(&self) -> &str {
        let line = self.text.trim_end_matches('\n').rsplit('\n').next().unwrap_or_default();
        line.trim_start_matches([' ', '\t', '>'])
    }

    /// Whether the last line is one of a paragraph that begins the line, which a dash below makes a heading.
    pub fn ends_in_paragraph(&self) -> bool {
        let line = self.last_line();
        !line.starts_with(['#', '|']) && !line.trim_end_matches(['-', '=']).is_empty() && !self.ends_in_item()
    }

    /// Whether the last line is an item of a list, which a line right below would continue.
    pub fn ends_in_item(&self) -> bool {
        let line = self.last_line();
        let behind = line.strip_prefix(['-', '*', '+']).or_else(|| behind_number(line));
        behind.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    }
}

/// What follows `12.` or `12)`, with which a line begins.
fn behind_number(line: &str) -> Option<&str> {
    let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
    rest.strip_prefix(['.', ')']).filter(|_| rest.len() < line.len())
}

/// A line at the start of an item or paragraph, so that its words stay words.
pub fn escaped(line: &str) -> String {
    let line = flat(line);
    if let Some(rest) = behind_number(&line) {
        let number = line.len() - rest.len() - 1;
        return format!("{}\\{}", &line[..number], &line[number..]);
    }
    let is_rule = line.starts_with(['*', '_']) && line.trim_matches(['*', '_', ' ']).is_empty();
    let is_markup = line.starts_with(['#', '>', '+', '-', '|', '=', '~', '<', '[']);
    if is_markup || is_rule || line.starts_with("* ") || line.starts_with("```") { format!("\\{line}") } else { line }
}

/// Several lines as one.
pub fn joined(lines: &[String]) -> String {
    lines.iter().map(|line| flat(line)).collect::<Vec<_>>().join("; ")
}

/// One line, without white space around it.
fn flat(line: &str) -> String {
    line.split(['\n', '\r']).map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}
