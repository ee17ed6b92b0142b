//! Headings as they are compared.

use std::borrow::Cow;

use crate::text::{holds, nfc};

/// A heading as it is compared: case, numbering, emoji, anchors, links, a trailing parenthesis, markup
/// and punctuation around it are dropped.
pub fn normalize_heading(text: &str) -> String {
    if is_bare(text) { text.to_ascii_lowercase() } else { without_ornaments(text) }
}

fn without_ornaments(text: &str) -> String {
    let text = nfc(text);
    let text = without_links(&text);
    let mut text = text.trim();
    if text.ends_with('}')
        && let Some(open) = text.rfind("{#")
    {
        text = text[..open].trim_end();
    }
    text = without_shortcodes(text).trim_end_matches(is_decoration);
    // Not for `Reference implementation(s)`: a parenthesis that hangs on a word belongs to it.
    while text.ends_with([')', '）'])
        && let Some(open) = text.rfind(['(', '（']).filter(|open| *open > 0)
    {
        if !text[..open].ends_with([' ', '*', '_', '`']) && !text[open..].starts_with('（') {
            break;
        }
        text = text[..open].trim_end_matches(is_decoration);
    }
    text = strip_numbering(text.trim_start_matches(is_decoration));
    text = text.trim_start_matches(is_decoration);
    let mut out = String::with_capacity(text.len());
    let mut space = false;
    for c in text.chars().filter(|c| !matches!(c, '*' | '`' | '\u{fe0f}' | '\u{200d}')) {
        if c.is_whitespace() || c == '_' {
            space = true;
            continue;
        }
        if std::mem::take(&mut space) && !out.is_empty() {
            out.push(' ');
        }
        if c.is_ascii() {
            out.push(c.to_ascii_lowercase());
        } else if c == '’' {
            out.push('\'');
        } else {
            out.extend(c.to_lowercase());
        }
    }
    out
}

/// Whether nothing but case can be dropped, as in most headings: ASCII words or a date, between them single blanks
/// and signs that are kept there.
fn is_bare(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_kept = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'*' | b'_' | b'`' | b'<' | b'[' | b'&');
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let first_word = bytes.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let first_number = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let is_numbered = match first_word {
        0 => !(first_number > 0 && bytes.get(first_number) == Some(&b'-') && is_digit(first_number + 1)),
        _ => matches!(bytes.get(first_word), Some(b'.' | b')')),
    };
    !is_numbered
        && bytes.last().is_some_and(u8::is_ascii_alphanumeric)
        && bytes.windows(2).all(|pair| is_kept(pair[0]) || pair[0] == b' ' && pair[1] != b' ')
}

/// `text` without HTML anchors and the targets of links, hard spaces as spaces. Other tags stay: they
/// may be placeholders.
fn without_links(text: &str) -> Cow<'_, str> {
    if !["<", "](", "&nbsp;"].iter().any(|mark| holds(text, mark)) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    // The last bracket that opened, in `out`: remembered, so that no bracket is searched for twice.
    let mut open = None;
    // What closes nothing further on is not searched for: time stays linear.
    let (last_tag, last_link) = (text.rfind('>').unwrap_or(0), text.rfind(')').unwrap_or(0));
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        if rest.starts_with("&nbsp;") {
            out.push(' ');
            at += "&nbsp;".len();
        } else if at < last_tag
            && is_anchor(rest)
            && let Some(end) = rest.find('>')
        {
            at += end + 1;
        } else if at < last_link
            && rest.starts_with("](")
            && let Some(opened) = open.take()
            && let Some(end) = rest.find(')')
        {
            out.remove(opened);
            at += end + 1;
        } else {
            if c == '[' {
                open = Some(out.len());
            }
            out.push(c);
            at += c.len_utf8();
        }
    }
    out.into()
}

/// Whether `text` begins with the tag of an anchor.
fn is_anchor(text: &str) -> bool {
    let Some(tag) = text.strip_prefix('<') else { return false };
    let tag = tag.strip_prefix('/').unwrap_or(tag);
    tag.strip_prefix(['a', 'A']).is_some_and(|rest| rest.starts_with([' ', '>', '/']))
}

/// Punctuation, symbols and emoji around a heading's words. Brackets that close stay.
fn is_decoration(c: char) -> bool {
    !c.is_alphanumeric() && !matches!(c, '(' | ')' | '（' | '）' | '?' | '？' | ']' | '[' | '{' | '}' | '<' | '>')
}

/// Drops emoji that are written as `:dart:` around the words.
fn without_shortcodes(mut text: &str) -> &str {
    let is_name = |name: &str| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+-".contains(&byte))
    };
    while let Some((name, rest)) = text.strip_prefix(':').and_then(|rest| rest.split_once(':'))
        && is_name(name)
    {
        text = rest.trim_start();
    }
    while let Some((rest, name)) = text.strip_suffix(':').and_then(|rest| rest.rsplit_once(':'))
        && is_name(name)
        && rest.ends_with(' ')
    {
        text = rest.trim_end();
    }
    text
}

/// Drops `3.`, `3.1`, `3)`, `§3`, `A.`, `IV.`, `二、`, `３．` in front of words.
fn strip_numbering(text: &str) -> &str {
    let is_ideographic = |c: char| "一二三四五六七八九十百０１２３４５６７８９".contains(c);
    let after = text.trim_start_matches(is_ideographic);
    if after.len() < text.len()
        && let Some(words) = after.strip_prefix(['、', '．', '.', '，', '：', ' '])
        && !words.trim_start().is_empty()
    {
        return words.trim_start();
    }
    let body = text.trim_start_matches('(');
    let number = body.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(body.len());
    let (number, rest) = if number > 0 && body.starts_with(|c: char| c.is_ascii_digit()) {
        body.split_at(number)
    } else {
        let letters = body.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(body.len());
        let roman = !body[..letters].is_empty() && body[..letters].bytes().all(|b| b"IVXivx".contains(&b));
        match body[letters..].chars().next() {
            Some('.' | ')') if letters == 1 || roman => body.split_at(letters),
            _ => return text,
        }
    };
    let stripped = rest.trim_start_matches(|c: char| c.is_whitespace() || ".):-–—\u{fe0f}\u{20e3}".contains(c));
    // `3D models` is a word, `2026-01-15` a date; both keep their digits.
    let is_number = !stripped.is_empty() && (stripped.len() < rest.len() || number.ends_with('.'));
    if is_number && !stripped.starts_with(|c: char| c.is_ascii_digit()) { stripped } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_compared_without_their_ornaments() {
        for (heading, expected) in [
            ("## 3. Exit criteria".trim_start_matches("## "), "exit criteria"),
            ("Exit Criteria {#dod}", "exit criteria"),
            ("✅ Definition of **Done**:", "definition of done"),
            ("Constraints (follow exactly)", "constraints"),
            ("Constraints (follow exactly):", "constraints"),
            ("3.1) Goals", "goals"),
            ("A. Goals", "goals"),
            ("IV. Goals", "goals"),
            ("Reference implementation(s)", "reference implementation(s)"),
            ("Reference implementation(s):", "reference implementation(s)"),
            ("OPEN  QUESTIONS ❓", "open questions"),
            ("3D models", "3d models"),
            ("2026-01-15", "2026-01-15"),
            ("受け入れ基準（必須）", "受け入れ基準"),
            ("Goals 🎯 {#goals}", "goals"),
            ("1️⃣ Goals", "goals"),
            ("`Status`", "status"),
            ("Definition of done <a id=\"dod\"></a>", "definition of done"),
            ("<a name=\"dod\"></a>Definition of done", "definition of done"),
            ("[Definition of done](#x)", "definition of done"),
            ("3. [Definition of **done**](#x) (all)", "definition of done"),
            ("Definition&nbsp;of done", "definition of done"),
            ("<A>Goals</A> [é]", "goals [é]"),
            ("<Another name>", "<another name>"),
            ("[Goals](x", "[goals](x"),
            ("<a Goals", "<a goals"),
            ("I think so", "i think so"),
            ("5", "5"),
            ("", ""),
        ] {
            assert_eq!(normalize_heading(heading), expected, "{heading}");
        }
    }

    proptest::proptest! {
        #[test]
        fn nothing_but_case_is_dropped_from_a_bare_heading(text in "[0-9]{0,4}[-iVa.) ]?[a-zA-Z0-9]{0,2}[ -~\t]{0,8}[a0-9]") {
            if is_bare(&text) {
                assert_eq!(without_ornaments(&text), text.to_ascii_lowercase());
            }
        }
    }
}
