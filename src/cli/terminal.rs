//! What a terminal may be sent: nothing that comes from a file can move its cursor or change its colours.

use std::io::{self, Write};

use anstream::{AutoStream, ColorChoice};

use super::ci;

pub const BOLD: &str = "\u{1b}[1m";
pub const DIM: &str = "\u{1b}[2m";
pub const RESET: &str = "\u{1b}[0m";

/// When output is coloured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Color {
    /// On a terminal, or everywhere with FORCE_COLOR or CLICOLOR_FORCE; never with NO_COLOR
    #[default]
    Auto,
    Always,
    Never,
}

impl Color {
    /// Whether standard output gets colour.
    pub fn on_stdout(self) -> bool {
        match self {
            Self::Auto => AutoStream::choice(&io::stdout()) != ColorChoice::Never,
            Self::Always => true,
            Self::Never => false,
        }
    }
}

/// Lets FORCE_COLOR do what CLICOLOR_FORCE does, for help and errors, too: NO_COLOR wins over both.
pub fn heed_force_color() {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if is_set("FORCE_COLOR") && !is_set("NO_COLOR") {
        ColorChoice::Always.write_global();
    }
}

/// Standard output, buffered, for text with or without styles; old Windows consoles included.
pub fn stdout(styled: bool) -> impl Write {
    io::BufWriter::new(AutoStream::new(io::stdout().lock(), color_choice(styled)))
}

pub fn color_choice(styled: bool) -> ColorChoice {
    if styled { ColorChoice::Always } else { ColorChoice::Never }
}

/// Writes what holds nothing of a file.
pub fn write_plain(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()
}

/// Says on standard error what went wrong; a closed standard error is no reason to panic.
///
/// What follows a line end stands on lines of its own.
pub fn complain(message: &str) {
    let (first, more) = message.split_once('\n').unwrap_or((message, ""));
    let _ = writeln!(io::stderr(), "error: {}", ci::escaped(&harmless(first)));
    more.lines().for_each(note);
}

/// Says on standard error what the user should know although nothing failed.
pub fn warn(message: &str) {
    let _ = writeln!(io::stderr(), "warning: {}", ci::escaped(&harmless(message)));
}

/// Says on standard error what was done.
pub fn note(message: &str) {
    let _ = writeln!(io::stderr(), "{}", ci::escaped(&harmless(message)));
}

/// The columns of the terminal that standard output is, if it is one.
pub fn width() -> Option<usize> {
    terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| usize::from(width.0))
}

/// The text as a terminal may be sent it, its lines and tabs kept.
pub fn shown(text: &str) -> String {
    text.chars().map(|c| if matches!(c, '\n' | '\t') { c } else { visible(c) }).collect()
}

/// The text on one line, with control characters made visible.
pub fn harmless(text: &str) -> String {
    text.chars().map(visible).collect()
}

/// A character that a terminal shows instead of obeying it.
pub fn visible(c: char) -> char {
    match c {
        '\0'..='\x1f' => char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}'),
        '\x7f' => '␡',
        // C1 controls, line and paragraph separators, and what turns the direction of later text round.
        '\u{80}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        _ => c,
    }
}

/// A message on one line: line ends and tabs are spaces, other control characters are visible.
pub fn one_line(message: &str) -> String {
    message
        .replace("\r\n", " ")
        .chars()
        .map(|c| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { visible(c) })
        .collect()
}
