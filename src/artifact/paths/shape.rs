//! Which words are paths, by their shape alone.

use std::{borrow::Cow, ops::Range};

use super::normal::{LONGEST_EXTENSION, decode, extension, normalized};
use crate::{convention::Words, text::holds};

/// No path is longer (bytes) or deeper.
const LONGEST: usize = 1024;
const DEEPEST: usize = 64;

/// A path taken apart.
pub struct PathText {
    pub path: Box<str>,
    pub is_folder: bool,
    /// Bytes of the token that are the path.
    pub used: Range<usize>,
    /// The path that it is if the `#` is part of a name: `docs/a#b.md`.
    pub whole: Option<Box<str>>,
}

/// The path in a code span: the whole span, but for a line suffix or a note in brackets.
pub fn in_code(code: &str) -> Option<PathText> {
    let start = code.len() - code.trim_start().len();
    let word = code.trim();
    let bytes = word.as_bytes();
    let note = |open| memchr::memchr_iter(b' ', bytes).find(|at| bytes.get(at + 1) == Some(&open));
    let note = note(b'(').or_else(|| note(b'['));
    let word = note.map_or(word, |at| word[..at].trim_end());
    if has_blank(word, classes(word)) {
        return None;
    }
    let found = path(word, start, Source::Code)?;
    // An anchor has no extension, so that for most it is clear what the `#` is.
    let may_be_whole = word.contains('#') && extension(word).is_some();
    let whole = may_be_whole.then(|| without_anchor(word, 0, Source::Code)).flatten();
    Some(PathText { whole: whole.map(|whole| whole.path), ..found })
}

/// The path that the words are if there is such a file: any signs may be in it, and blanks.
pub fn guess(words: &str) -> Option<PathText> {
    let start = words.len() - words.trim_start().len();
    let word = without_line(words.trim())?;
    let is_folder = word.ends_with(['/', '\\']);
    // As most words and sentences.
    if !is_folder && !may_have_extension(word) {
        return None;
    }
    let classes = classes(word);
    let is_odd = classes & FOREIGN != 0 || has_blank(word, classes);
    let is_none = || {
        let is_none = |c: char| c.is_control() || matches!(c, '*' | '?' | '<' | '>' | '|' | '"' | ':');
        word.contains(is_none) || word.starts_with(['/', '\\'])
    };
    if !is_odd || is_none() || word.len() > LONGEST || word.starts_with("~/") {
        return None;
    }
    let normalized = normalized(word);
    let mut places = [""; DEEPEST];
    let parts = parts(&normalized, &mut places)?;
    let is_file = extension(&normalized).is_some() && (parts.len() > 1 || is_file_name(&normalized));
    let is_path = (is_file || is_folder) && !parts.iter().any(|part| part.is_empty() || part.trim() != *part);
    let used = start..start + word.len();
    is_path.then(|| PathText { is_folder, used, path: normalized.into(), whole: None })
}

/// Whether words may end in an [`extension`], or in a dot that is a folder's name.
fn may_have_extension(words: &str) -> bool {
    let bytes = words.as_bytes();
    let end = &bytes[bytes.len().saturating_sub(LONGEST_EXTENSION + 1)..];
    end.last().is_some_and(|last| last.is_ascii_alphanumeric() || *last == b'.') && end.contains(&b'.')
}

/// Whether code may name a path: one has a slash or an extension.
pub fn may_name_path(code: &str) -> bool {
    memchr::memchr3(b'/', b'.', b'\\', code.as_bytes()).is_some()
}

/// The path that a mention such as `@plan/a.md`, or one that begins at the root, is if there is such a file:
/// `@scope/package` and `/api/users` are written alike.
pub fn mention(word: &str) -> Option<PathText> {
    let rest = word.strip_prefix(['@', '/']).filter(|rest| !rest.contains(char::is_whitespace))?;
    let found = path(rest, 1, Source::Code)?;
    (found.is_folder || extension(&found.path).is_some()).then_some(found)
}

/// The path of a wiki link `[[plan/phase-1]]`, without the brackets, if there is such a file.
pub fn wiki(target: &str) -> Option<PathText> {
    let end = target.find(['#', '|']).unwrap_or(target.len());
    let name = target[..end].trim_end();
    let is_plain = !name.contains(|c: char| c.is_control() || "*?<>\":[]{}".contains(c)) && !name.starts_with('/');
    let normalized = normalized(name);
    let path = if extension(&normalized).is_some() { normalized.into() } else { format!("{normalized}.md") };
    let is_path = is_plain && path.contains('/') && path.len() <= LONGEST && !path.starts_with("//");
    is_path.then(|| PathText { path: path.into(), is_folder: false, used: 0..name.len(), whole: None })
}

/// The path of a link's destination, escapes resolved. `/docs/a.md` begins at the root. `source`: how it is
/// written.
pub fn destination(destination: &str, source: &str) -> Option<PathText> {
    let before_anchor = |text: &str| text.split(['#', '?']).next().unwrap_or_default().len();
    let path = &destination[..before_anchor(destination)];
    let word = decode(path.strip_prefix('/').unwrap_or(path));
    // The anchor is gone: a `#` that was written as `%23` belongs to a name.
    let found = without_anchor(&word, 0, Source::Link)?;
    Some(PathText { used: 0..before_anchor(source), ..found })
}

/// A token in running text needs a folder and an extension, or a slash at its end.
pub fn bare(token: &str) -> Option<PathText> {
    let found = path(token, 0, Source::Text)?;
    let is_file = found.path.contains('/') && extension(&found.path).is_some();
    (is_file || found.is_folder).then_some(found)
}

/// Where a word comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    Code,
    /// There is nothing but a path that it could be.
    Link,
    /// Backslashes may hide punctuation.
    Text,
}

/// Splits line suffix and anchor off a token and says what path it is; `None` if it is no path.
fn path(token: &str, offset: usize, source: Source) -> Option<PathText> {
    without_anchor(memchr::memchr(b'#', token.as_bytes()).map_or(token, |at| &token[..at]), offset, source)
}

/// Splits the line suffix off a word that has no anchor.
fn without_anchor(token: &str, offset: usize, source: Source) -> Option<PathText> {
    let mut word = token;
    let mut classes = classes(token);
    if classes & CUT != 0 {
        word = without_line(token)?;
        classes = self::classes(word);
    }
    let is_other = matches!(
        word.bytes().next()?,
        b'#' | b'/' | b'@' | b'~' | b'$' | b'-' | b'%' | b'\\' | b'&' | b'=' | b':' | b'+'
    );
    let is_sign =
        classes & FOREIGN != 0 && (source != Source::Link || word.contains(|c: char| "*?{}<>$|\"`:".contains(c)));
    let is_foreign = is_sign || classes & WIDE != 0 && word.contains('…');
    if is_other || is_foreign || word.len() > LONGEST {
        return None;
    }
    let written = if source == Source::Text && classes & BACKSLASH != 0 {
        Cow::Owned(unescape(word))
    } else {
        Cow::Borrowed(word)
    };
    let normalized = normalized(&written);
    let is_folder = written.ends_with(['/', '\\']);
    let mut places = [""; DEEPEST];
    let parts = parts(&normalized, &mut places)?;
    let first = parts.iter().find(|part| **part != "..")?;
    let is_path = !first.is_empty()
        && (parts.len() > 1 || is_folder || is_file_name(&normalized))
        && !parts.iter().any(|part| part.is_empty() || *part != ".." && holds(part, ".."))
        && !(classes & PATTERN != 0 && parts.iter().any(|part| stands_for_any(part)))
        && !is_host(parts)
        && !is_media_type(parts)
        && normalized.contains(char::is_alphanumeric)
        && !is_version_or_ratio(parts)
        && !normalized.starts_with("path/to");
    is_path.then(|| PathText { is_folder, used: offset..offset + word.len(), path: normalized.into(), whole: None })
}

/// The parts between the slashes; `None` if they are too many.
fn parts<'p, 'a>(path: &'a str, places: &'p mut [&'a str; DEEPEST]) -> Option<&'p [&'a str]> {
    let mut from = 0;
    let mut count = 0;
    for at in memchr::memchr_iter(b'/', path.as_bytes()).chain([path.len()]) {
        *places.get_mut(count)? = &path[from..at];
        from = at + 1;
        count += 1;
    }
    Some(&places[..count])
}

/// What bytes say of the word that they stand in.
const CLASSES: [u8; 256] = {
    let mut table = [0; 256];
    let classes: [(&[u8], u8); 5] = [
        (b"*?{}<>$|\"'`=&()[],;:!%", FOREIGN),
        (b"#:", CUT),
        (b"\\", BACKSLASH),
        (b"NXY", PATTERN),
        (b" \t\n\x0b\x0c\r", BLANK),
    ];
    let mut n = 0;
    while n < classes.len() {
        let (bytes, class) = classes[n];
        let mut at = 0;
        while at < bytes.len() {
            table[bytes[at] as usize] |= class;
            at += 1;
        }
        n += 1;
    }
    let mut wide = 0x80;
    while wide < 256 {
        table[wide] = WIDE;
        wide += 1;
    }
    table
};
/// It is a pattern, a command or a value, and no path.
const FOREIGN: u8 = 1;
/// Something follows the path.
const CUT: u8 = 2;
const BACKSLASH: u8 = 4;
/// A part may stand for any other.
const PATTERN: u8 = 8;
const WIDE: u8 = 16;
const BLANK: u8 = 32;

fn classes(word: &str) -> u8 {
    word.bytes().fold(0, |seen, byte| seen | CLASSES[byte as usize])
}

fn has_blank(word: &str, classes: u8) -> bool {
    classes & BLANK != 0 || classes & WIDE != 0 && word.contains(char::is_whitespace)
}

/// `src/foo\_bar.md` in running text is `src/foo_bar.md`: a backslash hides punctuation.
fn unescape(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    let mut chars = word.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\\' || !chars.peek().is_some_and(char::is_ascii_punctuation) {
            out.push(c);
        }
    }
    out
}

/// `src/a.rs:12-40`, `src/a.rs:12:3`, `src/a.rs::Type`, `src/a.rs:main` without what follows the path.
/// `None` for an address: `https://example.com`.
fn without_line(word: &str) -> Option<&str> {
    let Some(at) = memchr::memchr(b':', word.as_bytes()) else { return Some(word) };
    if word.contains("://") {
        return None;
    }
    let is_position = word[at + 1..].starts_with(|c: char| c.is_ascii_digit());
    Some(if at > 1 && (is_position || extension(&word[..at]).is_some()) { &word[..at] } else { word })
}

/// Extensions of files that projects keep, and that are no methods: `a.map` may be one.
const EXTENSIONS: &[&str] = &[
    "md", "rs", "toml", "yaml", "yml", "json", "ts", "tsx", "js", "jsx", "mjs", "cjs", "py", "go", "sh", "txt", "tpl",
    "lock", "sql", "html", "css", "scss", "c", "h", "cc", "cpp", "hpp", "java", "kt", "swift", "rb", "php", "cs",
    "proto", "tf", "lua", "vue", "svelte", "ini", "cfg", "env", "xml", "csv", "lst", "mk", "gradle", "ex", "exs", "hs",
    "ml",
];
/// Extensions that say so only behind a folder.
static BELOW_FOLDERS: Words = Words::new("extensions-below-folders");

/// A name without a folder: `config.toml` is a file, `foo.bar` may be a method, `Node.js` a product.
fn is_file_name(name: &str) -> bool {
    let is_product = name.ends_with(".js") && name.starts_with(|c: char| c.is_uppercase());
    !is_product && extension(name).is_some_and(|extension| EXTENSIONS.contains(&extension))
}

/// Whether a path ends like a file, and not like a symbol: `net/http.Client`.
pub fn is_known_file(path: &str) -> bool {
    extension(path)
        .map(str::to_ascii_lowercase)
        .is_some_and(|extension| EXTENSIONS.contains(&&*extension) || BELOW_FOLDERS.contains(&extension))
}

/// `phase-N.md`, `phase-NUMBER.md`, `YYYY-MM-DD.md`, `XXX`: a part that the reader has to fill in.
fn stands_for_any(part: &str) -> bool {
    const NAMES: [&str; 8] = ["NUMBER", "NUM", "NAME", "SLUG", "TOPIC", "TITLE", "DATE", "ID"];
    let stem = part.rsplit_once('.').map_or(part, |(stem, _)| stem);
    // In `USER_NAME.md` all words are written so.
    let has_small = || stem.contains(|c: char| c.is_ascii_lowercase());
    // Most parts have no capital, and need not be taken apart.
    part.contains(|c: char| c.is_ascii_uppercase())
        && part.split(['-', '_', '.', ' ']).any(|word| {
            matches!(word, "N" | "X" | "YYYY" | "YYYYMMDD")
                || NAMES.contains(&word) && has_small()
                || word.len() > 1 && word.bytes().all(|b| b == b'N')
                || word.len() > 1 && word.bytes().all(|b| b == b'X')
        })
}

/// `github.com` in front of a slash: a place on the net.
fn is_host(parts: &[&str]) -> bool {
    const TOP_LEVEL: &[&str] =
        &["com", "org", "net", "io", "dev", "ai", "app", "co", "gov", "edu", "sh", "local", "internal"];
    let [first, _, ..] = parts else { return false };
    let name = first.strip_prefix("www.").unwrap_or(first);
    *first == "localhost"
        || name.rsplit_once('.').is_some_and(|(host, last)| !host.is_empty() && TOP_LEVEL.contains(&last))
}

/// `text/plain`; `text/plain.md` is a file.
fn is_media_type(parts: &[&str]) -> bool {
    const TYPES: &[&str] = &["application", "text", "image", "audio", "video", "font", "multipart"];
    matches!(parts, [first, second] if TYPES.contains(first) && extension(second).is_none())
}

/// `1/2`, `v1/v2`, `24/7`: parts that are all numbers.
fn is_version_or_ratio(parts: &[&str]) -> bool {
    parts.iter().all(|part| part.trim_start_matches('v').bytes().all(|b| b.is_ascii_digit() || b == b'.'))
}
