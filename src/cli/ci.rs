//! Escapes output, so that no line from a file is a command to a CI service that reads it.
//!
//! GitHub's runner takes a line that begins with `::`, blanks aside, and `##[` anywhere in one, for a command. It ends
//! lines at a lone CR, too.

use std::{
    env,
    io::{self, Write},
};

/// How the mark of a command is broken up in one kind of output.
#[derive(Clone, Copy, Debug)]
pub enum Escape {
    /// An invisible space.
    Text,
    /// Another spelling of the same character.
    Json,
    Xml,
}

impl Escape {
    /// What stands for `##[`, and for `::` at the start of a line. No line of JSON begins so.
    fn replacements(self) -> [&'static str; 2] {
        match self {
            Self::Text => ["#\u{200b}#[", ":\u{200b}:"],
            Self::Json => ["#\\u0023[", "::"],
            Self::Xml => ["#&#35;[", "&#58;:"],
        }
    }
}

/// A line of standard error, without what CI would take for a command.
pub fn escaped(line: &str) -> String {
    if is_read_by_ci() { line.replace("##[", Escape::Text.replacements()[0]) } else { line.to_owned() }
}

fn is_read_by_ci() -> bool {
    env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true")
}

/// `out`, which leads to standard output, guarded where a CI service reads that.
pub fn guarded<'w>(out: impl Write + 'w, escape: Escape) -> Box<dyn Write + 'w> {
    if is_read_by_ci() && !stdout_is_file() { Box::new(Guard { out, escape, line: Vec::new() }) } else { Box::new(out) }
}

/// A patch or a report that is written to a file is for other programs, and stays as it is.
fn stdout_is_file() -> bool {
    #[cfg(unix)]
    return rustix::fs::fstat(io::stdout())
        .is_ok_and(|found| rustix::fs::FileType::from_raw_mode(found.st_mode) == rustix::fs::FileType::RegularFile);
    #[cfg(not(unix))]
    false
}

/// Holds a line back until it is whole.
struct Guard<W: Write> {
    out: W,
    escape: Escape,
    line: Vec<u8>,
}

impl<W: Write> Guard<W> {
    fn write_line(&mut self) -> io::Result<()> {
        let line = std::mem::take(&mut self.line);
        let line = String::from_utf8_lossy(&line);
        let [anywhere, at_start] = self.escape.replacements();
        let line = line.replace("##[", anywhere);
        let rest = line.trim_start();
        match rest.strip_prefix("::") {
            Some(rest) => write!(self.out, "{}{at_start}{rest}", &line[..line.len() - rest.len() - 2]),
            None => self.out.write_all(line.as_bytes()),
        }
    }
}

impl<W: Write> Write for Guard<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for part in bytes.split_inclusive(|byte| matches!(byte, b'\n' | b'\r')) {
            self.line.extend_from_slice(part);
            if part.ends_with(b"\n") || part.ends_with(b"\r") {
                self.write_line()?;
            }
        }
        Ok(bytes.len())
    }

    /// To be called at the end: what it finds of a line counts as whole.
    fn flush(&mut self) -> io::Result<()> {
        self.write_line()?;
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str, escape: Escape) -> String {
        let mut out = Vec::new();
        let mut guard = Guard { out: &mut out, escape, line: Vec::new() };
        // However it is cut.
        text.as_bytes().chunks(3).for_each(|chunk| guard.write_all(chunk).unwrap());
        guard.flush().unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn no_line_is_a_command() {
        for text in ["::error::x", "a\n \t::error::x\n", "a\r::error::x", "a ##[error]x", "\u{a0}::error::\n"] {
            let guarded = written(text, Escape::Text);
            assert!(!guarded.contains("##["), "{guarded:?}");
            assert!(!guarded.split(['\n', '\r']).any(|line| line.trim().starts_with("::")), "{guarded:?}");
            assert_eq!(guarded.replace('\u{200b}', ""), text);
        }
    }

    #[test]
    fn other_text_stays() {
        for text in ["", "a::b\r\n\r\n# ## [x]\n", "- Next: `std::fs`"] {
            assert_eq!(written(text, Escape::Text), text);
        }
    }

    #[test]
    fn documents_say_the_same() {
        let json = serde_json::to_string("##[error]::x").unwrap();
        let guarded = written(&json, Escape::Json);
        assert_ne!(guarded, json);
        assert_eq!(serde_json::from_str::<String>(&guarded).unwrap(), "##[error]::x");
        assert_eq!(written("<a>\n::error::##[x]", Escape::Xml), "<a>\n&#58;:error::#&#35;[x]");
    }
}
