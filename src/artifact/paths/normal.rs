//! Paths as text: normalized, joined, encoded.

use std::borrow::Cow;

/// A path with `/`, without `./`, `a/../` and trailing `/`. A leading `../` stays.
pub fn normalize(path: &str) -> String {
    normalized(path).into_owned()
}

pub(super) fn normalized(path: &str) -> Cow<'_, str> {
    let plain = path.strip_suffix('/').unwrap_or(path);
    if is_normal(plain) {
        return Cow::Borrowed(plain);
    }
    let mut parts: Vec<&str> = Vec::new();
    let mut empty_inside = false;
    for part in path.trim_end_matches(['/', '\\']).split(['/', '\\']) {
        match part {
            "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            "" => empty_inside = true,
            _ => parts.push(part),
        }
    }
    Cow::Owned(if empty_inside && parts.is_empty() { String::new() } else { parts.join("/") })
}

/// Whether after `../` no part is empty or begins with a dot, as in most paths: then there is nothing to do.
fn is_normal(path: &str) -> bool {
    let mut inside = path;
    while let Some(rest) = inside.strip_prefix("../") {
        inside = rest;
    }
    let bytes = inside.as_bytes();
    let begins_part = |at: usize| bytes.get(at).is_some_and(|byte| !matches!(byte, b'/' | b'.'));
    begins_part(0)
        && memchr::memchr(b'\\', bytes).is_none()
        && memchr::memchr_iter(b'/', bytes).all(|at| begins_part(at + 1))
}

/// `path`, relative to the folder of `file`, as a path relative to the root; `None` if it leaves it.
pub fn join(file: &str, path: &str) -> Option<String> {
    let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
    let joined = format!("{folder}/{path}");
    let joined = normalized(&joined);
    let joined = joined.trim_start_matches('/');
    (!joined.starts_with("..")).then(|| joined.to_owned())
}

/// `path`, relative to the root, as a link in `file` writes it.
pub fn relative(file: &str, path: &str) -> String {
    encode(&from_folder_of(file, path))
}

/// `path`, relative to the root, as seen from the folder of `file`.
pub fn from_folder_of(file: &str, path: &str) -> String {
    let mut own: Vec<&str> = file.split('/').collect();
    own.pop();
    let other: Vec<&str> = path.split('/').collect();
    let shared = own.iter().zip(&other[..other.len() - 1]).take_while(|(a, b)| a == b).count();
    let up = own.len() - shared;
    [vec![".."; up], other[shared..].to_vec()].concat().join("/")
}

/// A path as the destination of a link, without what ends one or begins something else.
pub fn encode(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for c in path.chars() {
        match c {
            ' ' | '#' | '%' | '?' | '(' | ')' | '<' | '>' => out.push_str(&format!("%{:02X}", c as u32)),
            c => out.push(c),
        }
    }
    out
}

/// No extension is longer (bytes).
pub(super) const LONGEST_EXTENSION: usize = 12;

/// What follows the last dot of a file's name, if it looks like an extension.
pub fn extension(path: &str) -> Option<&str> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let (stem, extension) = name.rsplit_once('.')?;
    let is_extension = (1..=LONGEST_EXTENSION).contains(&extension.len())
        && extension.bytes().all(|b| b.is_ascii_alphanumeric())
        && extension.bytes().any(|b| b.is_ascii_alphabetic());
    (is_extension && (!stem.is_empty() || path.contains('/'))).then_some(extension)
}

/// `%20` and the like as the characters that they stand for.
pub fn decode(written: &str) -> Cow<'_, str> {
    if !written.contains('%') {
        return Cow::Borrowed(written);
    }
    let hex = |at: usize| written.get(at + 1..at + 3).and_then(|digits| u8::from_str_radix(digits, 16).ok());
    let mut bytes = Vec::with_capacity(written.len());
    let mut at = 0;
    while let Some(byte) = written.as_bytes().get(at) {
        let decoded = hex(at).filter(|_| *byte == b'%');
        bytes.push(decoded.unwrap_or(*byte));
        at += if decoded.is_some() { 3 } else { 1 };
    }
    String::from_utf8(bytes).map_or(Cow::Borrowed(written), Cow::Owned)
}
