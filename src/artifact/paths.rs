//! Paths that an artifact names.
//!
//! A token is a candidate by its shape alone; whether the file exists is asked elsewhere.

use std::ops::Range;

use super::sections::Sections;
use crate::{
    markdown::{BlockKind, Inline, InlineKind, Markdown},
    template::SectionName,
};

/// How a path is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReferenceStyle {
    Code,
    Link,
    Bare,
}

/// What a path is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Named in passing.
    Mentioned,
    /// Stands in a section that declares what the work may rely on.
    Declared,
    /// Stands in a list of files that the work will create.
    Created,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Bytes of the path as written, without line suffix or anchor.
    pub range: Range<usize>,
    /// With `/`, no `./` and no trailing `/`; relative to the root or to the file, may begin with `../`.
    pub path: Box<str>,
    /// Whether it was written as a folder, with a trailing `/`.
    pub is_folder: bool,
    pub style: ReferenceStyle,
    pub role: Role,
    /// The line says that the path is not to be touched.
    pub is_forbidden: bool,
}

const DECLARING: &[SectionName] = &[
    SectionName::Context,
    SectionName::References,
    SectionName::RequiredReading,
    SectionName::Files,
    SectionName::FilesModified,
    SectionName::FilesReferenced,
];
const CREATING: &[SectionName] = &[SectionName::FilesNew, SectionName::Deliverables];

/// All paths of the document, in order.
pub fn read(text: &str, markdown: &Markdown, sections: &Sections) -> Vec<Reference> {
    let mut found: Vec<(Range<usize>, PathText, ReferenceStyle)> = Vec::new();
    let inlines = markdown.inlines_in(0..text.len());
    for inline in inlines {
        match inline.kind {
            InlineKind::Code => {
                let code = inline.content();
                if let Some(path) = in_code(&text[code.clone()]) {
                    found.push((code, path, ReferenceStyle::Code));
                }
            }
            InlineKind::Link { .. } => {
                if let Some((range, path)) = link(text, markdown, inline) {
                    found.push((range, path, ReferenceStyle::Link));
                }
            }
            _ => {}
        }
    }
    for range in bare_tokens(text, markdown, inlines) {
        if let Some(path) = bare(&text[range.clone()]) {
            found.push((range, path, ReferenceStyle::Bare));
        }
    }
    found.sort_by_key(|(range, ..)| range.start);
    found.dedup_by(|later, earlier| later.0.start < earlier.0.end);
    found.into_iter().map(|(range, path, style)| reference(text, sections, range, path, style)).collect()
}

fn reference(text: &str, sections: &Sections, range: Range<usize>, path: PathText, style: ReferenceStyle) -> Reference {
    let role = role(sections, range.start);
    Reference {
        range: range.start + path.used.start..range.start + path.used.end,
        path: path.path,
        is_folder: path.is_folder,
        style,
        role,
        is_forbidden: is_forbidden(line_of(text, range.start)),
    }
}

/// The innermost section that says anything about paths decides.
fn role(sections: &Sections, offset: usize) -> Role {
    let Some(section) = sections.at(offset) else { return Role::Mentioned };
    let names = sections.enclosing(section).filter_map(|section| section.name);
    for name in names {
        if CREATING.contains(&name) {
            return Role::Created;
        }
        if DECLARING.contains(&name) {
            return Role::Declared;
        }
    }
    Role::Mentioned
}

fn line_of(text: &str, offset: usize) -> &str {
    let start = text[..offset].rfind('\n').map_or(0, |at| at + 1);
    let end = text[offset..].find('\n').map_or(text.len(), |at| offset + at);
    &text[start..end]
}

fn is_forbidden(line: &str) -> bool {
    let line = line.to_lowercase();
    [
        "must not",
        "do not touch",
        "don't touch",
        "do not modify",
        "do not change",
        "do not edit",
        "never touch",
        "never edit",
        "never modify",
        "leave alone",
        "off limits",
    ]
    .iter()
    .any(|words| line.contains(words))
}

/// A path taken apart.
struct PathText {
    path: Box<str>,
    is_folder: bool,
    /// Bytes of the token that are the path.
    used: Range<usize>,
}

/// The path in a code span: the whole span, but for a line suffix or a note in brackets.
fn in_code(code: &str) -> Option<PathText> {
    let start = code.len() - code.trim_start().len();
    let word = code.trim();
    let word = word.split_once(" (").map_or(word, |(path, _)| path);
    if word.contains(char::is_whitespace) {
        return None;
    }
    path(word, start)
}

/// The path that a link leads to: of a definition, its use counts.
fn link(text: &str, markdown: &Markdown, inline: &Inline) -> Option<(Range<usize>, PathText)> {
    let destination = markdown.destination(inline);
    let rest = inline.content().end..inline.range().end;
    let at = text[rest.clone()].find(destination).filter(|_| !destination.is_empty());
    let range = at.map_or(inline.content(), |at| rest.start + at..rest.start + at + destination.len());
    let written = destination.split(['#', '?']).next().unwrap_or_default();
    let word = written.strip_prefix('/').unwrap_or(written).replace("%20", " ");
    let mut found = path(&word, 0)?;
    found.used = 0..if at.is_some() { written.len() } else { range.len() };
    Some((range, found))
}

/// A token in running text needs a folder and an extension, or a slash at its end.
fn bare(token: &str) -> Option<PathText> {
    let found = path(token, 0)?;
    let is_file = found.path.contains('/') && extension(&found.path).is_some();
    (is_file || found.is_folder).then_some(found)
}

/// The tokens of running text that hold a slash.
fn bare_tokens(text: &str, markdown: &Markdown, inlines: &[Inline]) -> Vec<Range<usize>> {
    let is_part = |c: char| {
        c.is_ascii_alphanumeric() || "._-/\\+@~$%#&=:*?{}<>".contains(c) || (c.is_alphabetic() && c < '\u{2e80}')
    };
    let mut tokens: Vec<Range<usize>> = Vec::new();
    let mut spans = inlines
        .iter()
        .filter(|inline| {
            matches!(
                inline.kind,
                InlineKind::Code | InlineKind::Link { .. } | InlineKind::Image { .. } | InlineKind::Html
            )
        })
        .map(Inline::range)
        .peekable();
    let start = markdown.front_matter.as_ref().map_or(0, |front| front.range.end);
    for at in memchr::memchr_iter(b'/', &text.as_bytes()[start..]).map(|at| at + start) {
        if tokens.last().is_some_and(|last| at < last.end) {
            continue;
        }
        while spans.next_if(|span| span.end <= at).is_some() {}
        let block = markdown.block_at(at).map(|id| markdown.block(id).kind);
        let in_text = matches!(block, Some(BlockKind::Paragraph | BlockKind::Heading(_) | BlockKind::Cell));
        if !in_text || spans.peek().is_some_and(|span| span.start <= at) {
            continue;
        }
        let from =
            text[..at].rfind(|c| !is_part(c)).map_or(0, |n| n + text[n..].chars().next().map_or(1, char::len_utf8));
        let to = text[at..].find(|c| !is_part(c)).map_or(text.len(), |n| at + n);
        let to = from + text[from..to].trim_end_matches(['.', ':', '?', '*', '_', ',']).len();
        let from = to - text[from..to].trim_start_matches(['*', '_']).len();
        // `[a/b]` without a destination and the labels of definitions are text.
        tokens.push(from..to.max(from));
    }
    tokens
}

/// Splits line suffix and anchor off a token and says what path it is; `None` if it is no path.
fn path(token: &str, offset: usize) -> Option<PathText> {
    let word = token.split('#').next().unwrap_or_default();
    if word.contains("://") || word.starts_with(['/', '@', '~', '$', '-', '%', '#', '\\', '&', '=', ':', '+']) {
        return None;
    }
    let (word, _suffix) = split_line_suffix(word);
    if word.is_empty()
        || word.contains([
            '*', '?', '{', '}', '<', '>', '$', '|', '"', '\'', '`', '=', '&', '(', ')', '[', ']', ',', ';', ':', '!',
            '%', '…',
        ])
    {
        return None;
    }
    let normalized = normalize(word);
    let is_folder = word.ends_with(['/', '\\']);
    let parts: Vec<&str> = normalized.split('/').collect();
    let first = parts.iter().find(|part| **part != "..")?;
    let is_path = !first.is_empty()
        && (parts.len() > 1 || is_folder || has_known_extension(&normalized))
        && !parts.iter().any(|part| part.starts_with("...") || part.is_empty())
        && !is_host(first)
        && normalized.contains(char::is_alphanumeric)
        && !is_version_or_ratio(&parts)
        && !normalized.starts_with("path/to");
    is_path.then(|| PathText { is_folder, used: offset..offset + word.len(), path: normalized.into() })
}

/// `src/a.rs:12-40`, `src/a.rs:12:3`, `src/a.rs::Type`, `src/a.rs:main` without what follows the path.
fn split_line_suffix(word: &str) -> (&str, &str) {
    match word.find(':') {
        Some(at) if at > 1 && extension(&word[..at]).is_some() => word.split_at(at),
        Some(at) if at > 1 && word[at + 1..].starts_with(|c: char| c.is_ascii_digit()) => word.split_at(at),
        _ => (word, ""),
    }
}

/// A path with `/`, without `./`, `a/../` and trailing `/`. A leading `../` stays.
pub fn normalize(path: &str) -> String {
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
    if empty_inside && parts.is_empty() { String::new() } else { parts.join("/") }
}

/// `path`, relative to the folder of `file`, as a path relative to the root; `None` if it leaves it.
pub fn join(file: &str, path: &str) -> Option<String> {
    let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
    let joined = normalize(&format!("{folder}/{path}"));
    let joined = joined.trim_start_matches('/');
    (!joined.starts_with("..")).then(|| joined.to_owned())
}

/// What follows the last dot of a file's name, if it looks like an extension.
pub fn extension(path: &str) -> Option<&str> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let (stem, extension) = name.rsplit_once('.')?;
    let is_extension = (1..=12).contains(&extension.len())
        && extension.bytes().all(|b| b.is_ascii_alphanumeric())
        && extension.bytes().any(|b| b.is_ascii_alphabetic());
    (is_extension && (!stem.is_empty() || path.contains('/'))).then_some(extension)
}

/// For a name without a folder: `config.toml` is a file, `foo.bar` may be a method.
fn has_known_extension(path: &str) -> bool {
    const KNOWN: &[&str] = &[
        "md", "rs", "toml", "yaml", "yml", "json", "ts", "tsx", "js", "jsx", "mjs", "cjs", "py", "go", "sh", "txt",
        "tpl", "lock", "sql", "html", "css", "scss", "c", "h", "cc", "cpp", "hpp", "java", "kt", "swift", "rb", "php",
        "cs", "proto", "tf", "lua", "vue", "svelte", "ini", "cfg", "env", "xml", "csv", "lst", "mk", "gradle", "ex",
        "exs", "hs", "ml",
    ];
    extension(path).is_some_and(|extension| KNOWN.contains(&extension))
}

/// `github.com` in front of a slash: a place on the net.
fn is_host(first: &str) -> bool {
    const TOP_LEVEL: &[&str] =
        &["com", "org", "net", "io", "dev", "ai", "app", "co", "gov", "edu", "sh", "local", "internal"];
    let is_media_type = ["application", "text", "image", "audio", "video", "font", "multipart"].contains(&first);
    let name = first.strip_prefix("www.").unwrap_or(first);
    is_media_type
        || first == "localhost"
        || name.rsplit_once('.').is_some_and(|(host, last)| !host.is_empty() && TOP_LEVEL.contains(&last))
}

/// `1/2`, `v1/v2`, `24/7`: parts that are all numbers.
fn is_version_or_ratio(parts: &[&str]) -> bool {
    parts.iter().all(|part| part.trim_start_matches('v').bytes().all(|b| b.is_ascii_digit() || b == b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{artifact::Vocabulary, config::Config, template::Kind};

    fn references(text: &str) -> Vec<Reference> {
        let vocabulary = Vocabulary::new(&Config::default(), &[]);
        let markdown = Markdown::parse(text, &|text| vocabulary.is_placeholder(text));
        read(text, &markdown, &Sections::read(Kind::Prompt, text, &markdown, &vocabulary))
    }

    fn found(text: &str) -> Vec<String> {
        let folder = |reference: &Reference| if reference.is_folder { "/" } else { "" };
        references(text).iter().map(|reference| format!("{}{}", reference.path, folder(reference))).collect()
    }

    #[test]
    fn paths_are_found_in_code_links_and_text() {
        let text = "See `src/a.rs:12-40`, [b](../docs/b%20c.md#top \"t\"), charts/x/values.yaml, and charts/y/.\n\
            Also `./src/c.rs#L3`, `src\\win\\d.rs`, `README.md`, `src/e.rs::Type` and (src/é/f.py).";
        assert_eq!(
            found(text),
            [
                "src/a.rs",
                "../docs/b c.md",
                "charts/x/values.yaml",
                "charts/y/",
                "src/c.rs",
                "src/win/d.rs",
                "README.md",
                "src/e.rs",
                "src/é/f.py"
            ]
        );
    }

    #[test]
    fn what_only_looks_like_a_path_is_none() {
        let text = "`https://a.b/c.html` https://a.b/c.html `src/**/*.rs` `a/{b,c}.rs` `@scope/pkg` `~/x.rs` `$HOME/x.rs` `/api/v1`\n\
            /api/v1/x.json `cargo test src/a.rs` `foo.bar` and/or client/server `github.com/a/b.md` `text/plain` 1/2 24/7 `v1/v2`\n\
            `plan/<phase>.md` `.../x.rs` `-f/x.rs` `a=b/c.rs` `--out=x/y.md` n/a `1.2.3` `path/to/file.rs` `%APPDATA%/x.rs` `C:\\x\\y.rs`\n\n\
            ```\nsrc/fenced.rs\n```\n<a href=\"src/html.rs\">x</a>\n";
        assert_eq!(found(text), Vec::<String>::new());
    }

    #[test]
    fn ranges_hold_the_path_alone() {
        let text = "é [x](docs/a.md#b) `src/a.rs:3` `src/b.rs (new)`";
        let ranges: Vec<_> = references(text).iter().map(|reference| &text[reference.range.clone()]).collect();
        assert_eq!(ranges, ["docs/a.md", "src/a.rs", "src/b.rs"]);
    }

    #[test]
    fn roles_follow_the_sections() {
        let text = "# P\n\n## Context\n- `a/b.rs`\n\n## Task\nuse `c/d.rs`\n- MUST NOT change `e/f.rs`\n\n## Files\n### New\n- `g/h.rs`\n### Modified\n- `i/j.rs`\n\n## Deliverables\n- `k/l.rs`\n";
        let roles: Vec<_> = references(text).iter().map(|reference| (reference.role, reference.is_forbidden)).collect();
        let (mentioned, declared, created) = (Role::Mentioned, Role::Declared, Role::Created);
        assert_eq!(
            roles,
            [
                (declared, false),
                (mentioned, false),
                (mentioned, true),
                (created, false),
                (declared, false),
                (created, false)
            ]
        );
    }

    #[test]
    fn paths_are_joined_inside_the_root() {
        assert_eq!(join("plan/a.md", "../src/b.rs").as_deref(), Some("src/b.rs"));
        assert_eq!(join("plan/a.md", "b.md").as_deref(), Some("plan/b.md"));
        assert_eq!(join("a.md", "./b.md").as_deref(), Some("b.md"));
        assert_eq!(join("plan/a.md", "../../b.md"), None);
        assert_eq!(normalize("a//b/./c/../d/"), "a/b/d");
    }

    proptest::proptest! {
        #[test]
        fn ranges_lie_in_the_text(text in "[a-c`/.:#()\\[\\]é😀 \\n-]{0,60}") {
            for reference in references(&text) {
                assert!(text.get(reference.range.clone()).is_some(), "{reference:?}");
            }
        }
    }
}
