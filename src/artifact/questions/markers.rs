//! The words by which a text says that a question is resolved.

use crate::artifact::dates;

/// What the markers in a text say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    Open,
    Resolved,
    /// The text ends in a label such as `Answer:`: what stands below it decides.
    Below,
}

/// Reads the markers of `text` that count: at the start of a line or sentence, in brackets, after a
/// dash or after a question mark. `at_start`: whether the text begins a line.
pub fn resolution(text: &str, at_start: bool) -> Resolution {
    let mut may_start = at_start;
    let mut in_code = false;
    let last_tick = text.rfind('`');
    let mut found = Resolution::Open;
    for (at, c) in text.char_indices() {
        if c == '`' {
            // One that nothing closes opens none.
            in_code = !in_code && Some(at) < last_tick;
        }
        if may_start && !in_code {
            match marker(&text[at..]) {
                Resolution::Open => {}
                Resolution::Resolved => return Resolution::Resolved,
                Resolution::Below => found = Resolution::Below,
            }
        }
        may_start = match c {
            '\n' | '\r' | '?' | '？' | '(' | '[' | '（' | '—' | '–' | '。' | '|' => true,
            '.' | '!' | ';' => text[at + 1..].starts_with([' ', '\n', '\r']),
            '-' => text[at + 1..].starts_with(' ') && (at == 0 || text[..at].ends_with([' ', '\n'])),
            // The marks of a heading are part of its line.
            ' ' | '\t' | '#' | '*' | '_' | '~' | '✅' | '☑' | '✔' | '✓' | '\u{fe0f}' | '"' => may_start,
            '>' => may_start,
            _ => false,
        };
    }
    found
}

/// Whether a text begins with `A:` or `Answer:`.
pub fn begins_with_a(text: &str) -> bool {
    let text = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    let length = text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len());
    let is_answer = ["a", "answer"].iter().any(|word| text[..length].eq_ignore_ascii_case(word));
    is_answer && text[length..].trim_start_matches(['*', '_']).starts_with([':', '：'])
}

/// The marker that `text` begins with.
fn marker(text: &str) -> Resolution {
    if let Some(answer) = ["->", "→", "=>", "⇒"].iter().find_map(|arrow| text.strip_prefix(arrow)) {
        return value(answer);
    }
    if !text.starts_with(char::is_alphabetic) {
        return Resolution::Open;
    }
    // No marker is longer than this.
    let length =
        text.char_indices().take(12).find(|(_, c)| !c.is_alphabetic()).map_or(text.len().min(12), |(at, _)| at);
    let Some((word, after)) = text.split_at_checked(length) else { return Resolution::Open };
    let behind = after;
    let after = after.trim_start_matches(['*', '_']);
    match word.to_lowercase().as_str() {
        "resolution" | "decision" | "answer" | "a" => labelled(after).map_or(Resolution::Open, value),
        "resolved" | "decided" | "deferred" | "answered" => match labelled(after) {
            Some(rest) if rest.trim().is_empty() => Resolution::Below,
            Some(_) => Resolution::Resolved,
            None if stands_apart(behind) => Resolution::Resolved,
            None if is_question(after) => Resolution::Open,
            None => Resolution::Resolved,
        },
        _ => Resolution::Open,
    }
}

/// Whether a word is set off from the question behind it: `**Resolved** Which port?`, `Resolved —
/// which port?`. A small letter after emphasis goes on with the sentence.
fn stands_apart(behind: &str) -> bool {
    let rest = behind.trim_start_matches(['*', '_']);
    let is_emphasis = rest.len() < behind.len();
    let words = rest.trim_start_matches([' ', '\t']);
    words.starts_with(['—', '–'])
        || rest.len() > words.len() && words.starts_with("- ")
        || is_emphasis && !words.starts_with(char::is_lowercase)
}

/// What follows the colon of a label, which may have a note or a date in front of it: `Resolution
/// (2026-04-25):`, `Resolved 2026-04-25:`.
fn labelled(after: &str) -> Option<&str> {
    let after = after.trim_start_matches([' ', '\t']);
    if after.starts_with(|c: char| c.is_ascii_digit())
        && let Some(date) = dates::find(after).filter(|date| date.range.start == 0)
    {
        return after[date.range.end..].trim_start_matches(['*', '_', ' ']).strip_prefix([':', '：']);
    }
    let note = after.strip_prefix('(').and_then(|note| {
        let end = note.find([')', '\n', '\r'])?;
        note[end..].strip_prefix(')')
    });
    note.unwrap_or(after).trim_start_matches(['*', '_', ' ']).strip_prefix([':', '：'])
}

/// What an answer's words say: nothing yet, that it is pending, or the answer.
fn value(words: &str) -> Resolution {
    // More need not be read to know.
    let words = words.char_indices().nth(200).map_or(words, |(at, _)| &words[..at]);
    let line = words.split(['\n', '\r']).next().unwrap_or_default();
    if !line.contains(char::is_alphanumeric) && line.trim_matches(is_markup).is_empty() {
        let rest = &words[line.len()..];
        return if rest.contains(char::is_alphanumeric) && !is_pending(rest) {
            Resolution::Resolved
        } else {
            Resolution::Below
        };
    }
    if is_pending(line) { Resolution::Open } else { Resolution::Resolved }
}

fn is_markup(c: char) -> bool {
    c.is_whitespace() || matches!(c, '*' | '_' | '~')
}

/// Whether a sentence asks: "Resolved names are cached where?"
fn is_question(sentence: &str) -> bool {
    // A sentence is no longer than this.
    let mut chars = sentence.chars().take(500);
    chars
        .find(|c| matches!(c, '.' | '?' | '？' | '!' | '\n' | '\r' | ')' | ']' | '。'))
        .is_some_and(|c| matches!(c, '?' | '？'))
}

/// Whether words say that the answer is not there yet.
pub fn is_pending(words: &str) -> bool {
    let lower: String =
        words.trim_start_matches(|c: char| !c.is_alphanumeric()).chars().take(40).collect::<String>().to_lowercase();
    let says = |word: &&str, alone: bool| {
        lower.strip_prefix(*word).is_some_and(|rest| {
            let rest = rest.trim_start_matches(['*', '_']);
            let goes_on = if alone { rest.trim_start() } else { rest };
            !goes_on.starts_with(char::is_alphanumeric)
        })
    };
    // "Open" may also begin an answer: "open a second port".
    const ALONE: [&str; 6] = ["open", "unknown", "undecided", "unresolved", "todo", "later"];
    const ANYWHERE: [&str; 8] =
        ["tbd", "tba", "pending", "none yet", "not yet", "to be decided", "to be determined", "waiting"];
    lower.is_empty() || ALONE.iter().any(|word| says(word, true)) || ANYWHERE.iter().any(|word| says(word, false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_count_where_they_state_something() {
        use Resolution::*;
        for (text, expected) in [
            ("Resolved: 80", Resolved),
            ("Resolved 2026-04-25: which port?", Resolved),
            ("**Resolved 25/04/2026:** which port?", Resolved),
            ("Resolved 80 names, where?", Open),
            ("## Resolved: which port?", Resolved),
            ("Port? Resolved, 80.", Resolved),
            ("Port? **Resolution (2026-04-25, step 5):** 80", Resolved),
            ("Port? (DEFERRED)", Resolved),
            ("Port? (OPEN — ask Anke)", Open),
            ("Resolution: OPEN — ask Anke", Open),
            ("Answer: open a second one", Resolved),
            ("Answer: TBD", Open),
            ("Answer:", Below),
            ("**Decision:**", Below),
            ("Answer:\n80", Resolved),
            ("Port? ->", Below),
            ("Port? → 80", Resolved),
            ("Port? -> ?", Open),
            ("Port? -> none, refuse", Resolved),
            ("Rename foo -> bar?", Open),
            ("A port or a socket?", Open),
            ("Decided by whom?", Open),
            ("Resolved names are cached where?", Open),
            ("**RESOLVED** Which port? 8080", Resolved),
            ("**Resolved** — which port? 8080", Resolved),
            ("Resolved — which port? 8080", Resolved),
            ("Resolved - which port? 8080", Resolved),
            ("**Resolved** names are cached where?", Open),
            ("**Resolved names** are cached where?", Open),
            ("Resolved-names cache, where?", Open),
            ("Is `Answer: x` code?", Open),
            ("決定は？ → 八十", Resolved),
            ("Which 😀? A: the harbour office.", Resolved),
            ("Port — resolved", Resolved),
            ("Port - RESOLVED", Resolved),
            ("Port `80? (resolved)", Resolved),
            ("Port `80? (resolved)`", Open),
            ("unresolved", Open),
            ("Decision tables, or formulas?", Open),
            ("", Open),
        ] {
            assert_eq!(resolution(text, true), expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read(text in "[ADRa\\->→?？:(*`\\n é決]{0,24}|(resolved|answer|decided)[é決a-z ]{0,12}") {
            resolution(&text, true);
            is_pending(&text);
            begins_with_a(&text);
        }
    }
}
