//! Words with code in them, as next steps and questions are kept.

use crate::text::words::{closing_ticks, ticks_at};

/// A part of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Words<'w> {
    Text(&'w str),
    /// What stands between backticks.
    Code(&'w str),
}

/// The parts of a line; backticks that nothing closes are text.
pub fn in_words(line: &str) -> Vec<Words<'_>> {
    let mut parts = Vec::new();
    let (mut rest, mut from) = (line, 0);
    while let Some(at) = rest[from..].find('`').map(|at| at + from) {
        let length = ticks_at(rest, at);
        let start = at + length;
        match closing_ticks(rest, start, length) {
            Some(end) => {
                if at > 0 {
                    parts.push(Words::Text(&rest[..at]));
                }
                parts.push(Words::Code(rest[start..end].trim()));
                rest = &rest[end + length..];
                from = 0;
            }
            None => from = start,
        }
    }
    if !rest.is_empty() {
        parts.push(Words::Text(rest));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::{Words::*, in_words};

    #[test]
    fn code_is_told_from_text() {
        assert_eq!(in_words("run `make`, then `x`"), [Text("run "), Code("make"), Text(", then "), Code("x")]);
        assert_eq!(in_words("`` a`b `` c"), [Code("a`b"), Text(" c")]);
        assert_eq!(in_words("a ` b `` c"), [Text("a ` b `` c")]);
        assert_eq!(in_words("漢 ` b `` c ` d"), [Text("漢 "), Code("b `` c"), Text(" d")]);
        assert_eq!(in_words(""), []);
    }
}
