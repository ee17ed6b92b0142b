//! Values of names such as `password`, and passwords in URLs: only on request, since any word may
//! be a password.

use std::{ops::Range, sync::LazyLock};

use aho_corasick::AhoCorasick;

use super::{Secret, examples, scan, shapes};

/// The ends of names whose values are secret.
const NAMES: [&str; 15] = [
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "secret",
    "token",
    "apikey",
    "api_key",
    "api-key",
    "accesskey",
    "access_key",
    "access-key",
    "private_key",
    "secret_key",
    "://",
];

const SHORTEST: usize = 8;

static FINDER: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder().ascii_case_insensitive(true).build(NAMES).expect("names are short and few")
});

pub fn add(text: &str, secrets: &mut Vec<Secret>) {
    for name in FINDER.find_iter(text) {
        let is_url = text[name.range()].starts_with(':');
        let found = if is_url { url_password(text, name.end()) } else { value(text, name.end()) };
        let Some(range) = found.filter(|range| is_secret(&text[range.clone()])) else { continue };
        let variable = if is_url { "PASSWORD".to_owned() } else { variable(text, name.end()) };
        secrets.push(Secret { range, name: "a password or key", shown: 0, variable });
    }
    *secrets = scan::without_overlap(std::mem::take(secrets));
}

/// The value that is assigned to the name that ends at `end`.
fn value(text: &str, end: usize) -> Option<Range<usize>> {
    let start = end + shapes::assignment(&text.as_bytes()[end..])?;
    let quote = text[..start].chars().next_back().filter(|c| matches!(c, '"' | '\'' | '`'));
    let line = text[start..].lines().next().unwrap_or_default();
    let length = match quote {
        Some(quote) => line.find(quote)?,
        None => line.find(|c: char| c.is_whitespace() || "\"'`,;)|".contains(c)).unwrap_or(line.len()),
    };
    Some(start..start + length)
}

/// The password of `scheme://user:password@host`.
fn url_password(text: &str, start: usize) -> Option<Range<usize>> {
    let authority = text[start..].split(|c: char| c.is_whitespace() || "/\"'`<>)".contains(c)).next()?;
    let (login, _) = authority.rsplit_once('@')?;
    let (user, password) = login.split_once(':')?;
    let from = start + user.len() + 1;
    Some(from..from + password.len())
}

/// Long, no reference to a value elsewhere, no word of prose, no example.
fn is_secret(value: &str) -> bool {
    let starts = ["$", "<", "{", "[", "(", "%", "env.", "process.", "os.", "http", "/", "./", "*"];
    let has_other = value.bytes().any(|byte| !byte.is_ascii_alphabetic() && !matches!(byte, b'-' | b'_' | b'.'));
    let lower = value.to_ascii_lowercase();
    value.len() >= SHORTEST
        && value.is_ascii()
        && !value.contains([' ', '(', '<', '{'])
        && !starts.iter().any(|start| value.starts_with(start))
        && has_other
        && !examples::has_word(&lower)
        && examples::longest_run(lower.as_bytes()) < 5
        && examples::entropy(value.as_bytes()) >= 2.5
}

/// The name itself, as an environment would call it.
fn variable(text: &str, end: usize) -> String {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let length = text.as_bytes()[..end].iter().rev().take(40).take_while(|byte| is_part(byte)).count();
    text[end - length..end].to_ascii_uppercase().replace('-', "_")
}
