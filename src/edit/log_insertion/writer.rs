//! The text of a new entry while it is written, and the places in it where a person goes on.

/// Lines end with `\n` here, whatever the file has.
#[derive(Debug, Default)]
pub struct Writer {
    pub text: String,
    /// Bytes of the places where a person writes, in order.
    pub stops: Vec<usize>,
    /// What blank lines have inside a quote: `>`.
    pub quote: String,
}

impl Writer {
    pub fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub fn stop(&mut self) {
        self.stops.push(self.text.len());
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

    /// Puts `width` spaces in front of every line but the first.
    pub fn indent_below(&mut self, width: usize) {
        if width == 0 {
            return;
        }
        let spaces = " ".repeat(width);
        let line_starts: Vec<usize> = self.text.match_indices('\n').map(|(at, _)| at + 1).collect();
        for start in line_starts.into_iter().rev() {
            if !self.text[start..].starts_with('\n') {
                self.text.insert_str(start, &spaces);
                self.stops.iter_mut().filter(|stop| **stop >= start).for_each(|stop| *stop += width);
            }
        }
    }

    /// A space, unless there is one.
    pub fn space(&mut self) {
        if !self.text.ends_with([' ', '\t', '：', '\n']) {
            self.push(" ");
        }
    }

    /// Ends the line, and with `is_apart` leaves a blank one.
    pub fn end_line(&mut self, is_apart: bool) {
        self.push("\n");
        if is_apart {
            let quote = self.quote.clone();
            self.push(&quote);
            self.push("\n");
        }
    }

    /// Whether the last line is one of a paragraph that begins the line, which a dash below makes a heading.
    pub fn ends_in_paragraph(&self) -> bool {
        let lines = self.text.trim_end_matches('\n');
        let line = &lines[lines.rfind('\n').map_or(0, |at| at + 1)..];
        let line = line.trim_start_matches([' ', '\t', '>']);
        !line.starts_with('#') && !line.trim_end_matches(['-', '=']).is_empty() && !self.ends_in_item()
    }

    /// Whether the last line is an item of a list, which a line right below would continue.
    pub fn ends_in_item(&self) -> bool {
        let lines = self.text.trim_end_matches('\n');
        let line = &lines[lines.rfind('\n').map_or(0, |at| at + 1)..];
        let line = line.trim_start_matches([' ', '\t', '>']);
        let digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
        line.starts_with(["- ", "* ", "+ "].map(|marker| marker.as_bytes()[0] as char)) && line[1..].starts_with(' ')
            || digits.len() < line.len() && digits.starts_with(['.', ')'])
    }
}

/// Somebody's words at the start of an item or paragraph, so that they stay words.
pub fn escaped(line: &str) -> String {
    let line = flat(line);
    let digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
    if digits.len() < line.len() && digits.starts_with(['.', ')']) {
        let number = line.len() - digits.len();
        return format!("{}\\{}", &line[..number], digits);
    }
    let is_markup = line.starts_with(['#', '>', '+', '-', '|', '=', '~', '<', '['])
        || line.starts_with("* ")
        || line.starts_with("**") && line.trim_matches(['*', ' ']).is_empty()
        || line == "*"
        || line.starts_with("__") && line.trim_matches(['_', ' ']).is_empty()
        || line.starts_with("_ ") && line.trim_matches(['_', ' ']).is_empty()
        || line.starts_with("```");
    if is_markup { format!("\\{line}") } else { line }
}

/// Several lines as one.
pub fn joined(lines: &[String]) -> String {
    lines.iter().map(|line| flat(line)).collect::<Vec<_>>().join("; ")
}

/// One line, without white space around it.
fn flat(line: &str) -> String {
    line.split(['\n', '\r']).map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}
