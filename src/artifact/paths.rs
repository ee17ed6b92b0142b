//! Paths that an artifact names.
//!
//! A token is a candidate by its shape alone; whether the file exists is asked elsewhere.

use std::{borrow::Cow, ops::Range};

use super::sections::{Section, Sections};
use crate::{
    markdown::{Block, BlockId, BlockKind, Inline, InlineKind, Markdown},
    template::SectionName,
};

mod hints;
mod introductions;
mod shape;

pub use self::shape::decode;
use self::{hints::Lines, introductions::Introductions, shape::PathText};

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
    /// The path that it is instead if its `#` begins no anchor: `docs/a#b.md`.
    pub whole: Option<Box<str>>,
    /// Whether it was written as a folder, with a trailing `/`.
    pub is_folder: bool,
    pub style: ReferenceStyle,
    pub role: Role,
    /// The path is what its item, cell or line is about, not a word in a sentence.
    pub is_entry: bool,
    /// Where its paragraph, heading or cell begins (byte).
    block_start: usize,
    /// The words that introduce a list around it forbid what the list names.
    is_under_prohibition: bool,
}

impl Reference {
    /// Whether its sentence, the words that introduce its list, or a heading above it, say that the path is not to be touched.
    pub fn is_forbidden(&self, text: &str, sections: &Sections) -> bool {
        let forbids = |section: &Section| section.normalized.len() < 100 && hints::forbids(&section.normalized);
        let section = sections.at(self.range.start);
        self.is_under_prohibition
            || hints::is_forbidden(text, self.block_start, &self.range)
            || section.is_some_and(|section| sections.enclosing(section).any(forbids))
    }

    /// Whether the words around it say that it need not exist: it is made or removed, or only an example.
    pub fn is_fleeting(&self, text: &str, sections: &Sections) -> bool {
        let makes = |section: &Section| hints::heading_makes(&section.normalized);
        hints::is_fleeting(text, &self.range) || sections.at(self.range.start).is_some_and(makes)
    }
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
    let mut reader = Reader {
        text,
        markdown,
        sections,
        lines: Lines::default(),
        around: Introductions::default(),
        found: Vec::new(),
        in_block: Vec::new(),
    };
    for (id, block) in markdown.all() {
        reader.around.enter(text, markdown, id, block);
        if matches!(block.kind, BlockKind::Paragraph | BlockKind::Heading(_) | BlockKind::Cell) {
            reader.block(id, block);
        }
    }
    reader.found
}

struct Reader<'a> {
    text: &'a str,
    markdown: &'a Markdown,
    sections: &'a Sections,
    lines: Lines,
    /// What stands around the block that is being read.
    around: Introductions,
    found: Vec<Reference>,
    /// Those of the block that is being read; kept for its memory.
    in_block: Vec<Found>,
}

type Found = (Range<usize>, PathText, ReferenceStyle);

impl Reader<'_> {
    fn block(&mut self, id: BlockId, block: &Block) {
        let inlines = self.markdown.inlines(id);
        let mut found = std::mem::take(&mut self.in_block);
        self.push_in_markup(inlines, &mut found);
        push_bare(self.text, block.range(), inlines, &mut found);
        if !found.is_empty() {
            self.push_references(block.range(), &mut found);
        }
        self.in_block = found;
    }

    fn push_references(&mut self, block: Range<usize>, found: &mut Vec<Found>) {
        found.sort_by_key(|(range, ..)| range.start);
        let role = match self.role(block.start) {
            Role::Declared if self.around.creates() => Role::Created,
            role => role,
        };
        let (block_start, is_under_prohibition) = (block.start, self.around.forbids());
        for (token, path, style) in found.drain(..) {
            let range = token.start + path.used.start..token.start + path.used.end;
            let is_entry = self.lines.is_entry(self.text, &range, &block);
            let (path, whole, is_folder) = (path.path, path.whole, path.is_folder);
            self.found.push(Reference {
                range,
                path,
                whole,
                is_folder,
                style,
                role,
                is_entry,
                block_start,
                is_under_prohibition,
            });
        }
    }

    /// Paths in code spans and links. The text of a link says what its destination is, and struck
    /// words are withdrawn: neither names a path.
    fn push_in_markup(&self, inlines: &[Inline], found: &mut Vec<Found>) {
        let mut hidden = 0;
        for inline in inlines {
            let is_hidden = inline.range().start < hidden;
            match inline.kind {
                InlineKind::Code if !is_hidden => {
                    let code = inline.content();
                    if let Some(path) = shape::in_code(&self.text[code.clone()]) {
                        found.push((code, path, ReferenceStyle::Code));
                    }
                }
                InlineKind::Link { .. } if !is_hidden => {
                    found.extend(self.link(inline));
                    hidden = inline.range().end;
                }
                InlineKind::Image { .. } | InlineKind::Strikethrough => hidden = hidden.max(inline.range().end),
                _ => {}
            }
        }
    }

    /// The path that a link leads to: of a definition, its use counts.
    fn link(&self, inline: &Inline) -> Option<Found> {
        let destination = self.markdown.destination(inline);
        let rest = inline.content().end..inline.range().end;
        let written = &self.text[rest.clone()];
        let is_right_there = written.strip_prefix("](").is_some_and(|written| written.starts_with(destination));
        let at = if is_right_there { Some(2) } else { written.find(destination) };
        let at = at.filter(|_| !destination.is_empty());
        let range = at.map_or(inline.content(), |at| rest.start + at..rest.start + at + destination.len());
        let mut path = shape::destination(destination)?;
        if at.is_none() {
            path.used = 0..range.len();
        }
        Some((range, path, ReferenceStyle::Link))
    }

    fn role(&self, offset: usize) -> Role {
        self.sections.at(offset).map_or(Role::Mentioned, |section| role_in(self.text, self.sections, section))
    }
}

/// What the sections around a path make of it: the innermost one that says anything decides.
pub fn role_in(text: &str, sections: &Sections, section: &Section) -> Role {
    let role = sections.enclosing(section).find_map(|section| match section.name {
        Some(name) if CREATING.contains(&name) => Some(Role::Created),
        // A normalised heading has lost its bracket.
        Some(SectionName::Files) if is_called_new(&text[section.heading.clone()]) => Some(Role::Created),
        Some(name) if DECLARING.contains(&name) => Some(Role::Declared),
        None if CREATING_HEADINGS.contains(&&*section.normalized) => Some(Role::Created),
        _ => None,
    });
    role.unwrap_or(Role::Mentioned)
}

/// Headings that list new files even where no `Files` heading stands above them.
const CREATING_HEADINGS: &[&str] = &["new files", "files to create", "files created", "files to add"];

/// `Files (New)`.
fn is_called_new(heading: &str) -> bool {
    let words = heading.trim_end_matches(|c: char| c.is_whitespace() || "*_:：#".contains(c));
    let bracket = words.len().checked_sub("(new)".len()).and_then(|at| words.get(at..));
    bracket.is_some_and(|bracket| bracket.eq_ignore_ascii_case("(new)"))
}

/// The paths among the tokens of running text that hold a slash.
fn push_bare(text: &str, block: Range<usize>, inlines: &[Inline], found: &mut Vec<Found>) {
    let mut spans = inlines
        .iter()
        .filter(|inline| {
            matches!(
                inline.kind,
                InlineKind::Code
                    | InlineKind::Link { .. }
                    | InlineKind::Image { .. }
                    | InlineKind::Html
                    | InlineKind::Strikethrough
            )
        })
        .map(Inline::range)
        .peekable();
    // Where the text may begin that the next token is taken from.
    let mut open = block.start;
    for at in memchr::memchr2_iter(b'/', b'\\', &text.as_bytes()[block.clone()]).map(|at| at + block.start) {
        if at < open {
            continue;
        }
        while let Some(span) = spans.next_if(|span| span.start <= at) {
            open = open.max(span.end);
        }
        if at < open {
            continue;
        }
        let end = spans.peek().map_or(block.end, |span| span.start);
        let token = token_around(text, open..end, at);
        open = open.max(token.end);
        if let Some(path) = shape::bare(&text[token.clone()]) {
            found.push((token, path, ReferenceStyle::Bare));
        }
    }
}

/// The word around byte `at`, without the punctuation of the sentence. Scripts without blanks run on
/// to the path and from it: it ends with its ASCII extension, and its first folder is the ASCII part.
fn token_around(text: &str, within: Range<usize>, at: usize) -> Range<usize> {
    let is_part = |c: char| c.is_alphanumeric() || "._-/\\+@~$%#&=:*?{}<>".contains(c);
    let from = text[within.start..at].rfind(|c| !is_part(c));
    let from = from
        .map_or(within.start, |n| within.start + n + text[within.start + n..].chars().next().map_or(1, char::len_utf8));
    let to = text[at..within.end].find(|c| !is_part(c)).map_or(within.end, |n| at + n);
    let to = before_running_text(text, at, to);
    let to = from + text[from..to].trim_end_matches(['.', ':', '?', '*', '_', ',']).len();
    let from = to - text[from..to].trim_start_matches(['*', '_']).len();
    let folder = &text[from..at.clamp(from, to)];
    let glued = folder.rfind(is_unspaced).filter(|_| !folder.ends_with(is_unspaced));
    let from = from + glued.map_or(0, |n| n + folder[n..].chars().next().map_or(1, char::len_utf8));
    from..to.max(from)
}

/// Where the letters of a script without blanks go on after an extension: `docs/a.mdを見る`.
fn before_running_text(text: &str, at: usize, to: usize) -> usize {
    let Some(dot) = text[at..to].rfind('.').map(|dot| at + dot) else { return to };
    let extension = text[dot + 1..to].bytes().take_while(u8::is_ascii_alphanumeric).count();
    let rest = &text[dot + 1 + extension..to];
    if extension > 0 && rest.starts_with(is_unspaced) { dot + 1 + extension } else { to }
}

/// Kana, Han, Hangul: from the first such block on.
fn is_unspaced(c: char) -> bool {
    c >= '\u{2e80}'
}

/// A path with `/`, without `./`, `a/../` and trailing `/`. A leading `../` stays.
pub fn normalize(path: &str) -> String {
    normalized(path).into_owned()
}

fn normalized(path: &str) -> Cow<'_, str> {
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
    let joined = normalize(&format!("{folder}/{path}"));
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

/// A path relative to the root as the file `file` would name it, a folder with `/` at its end.
pub fn spell(style: ReferenceStyle, file: &str, path: &str, is_folder: bool) -> String {
    let slash = if is_folder { "/" } else { "" };
    let reads_back = |token: &str| {
        shape::bare(token).is_some_and(|found| found.used.len() == token.len())
            && token.bytes().all(|b| b.is_ascii_alphanumeric() || b"/._-".contains(&b))
    };
    match style {
        ReferenceStyle::Link => {
            let name = path.rsplit('/').next().unwrap_or(path);
            format!("[{name}]({}{slash})", relative(file, path))
        }
        ReferenceStyle::Bare if reads_back(&format!("{path}{slash}")) => format!("{path}{slash}"),
        ReferenceStyle::Bare | ReferenceStyle::Code => format!("`{path}{slash}`"),
    }
}

/// What takes the place of a reference's bytes so that it leads to `path`, in the same spelling.
pub fn respell(file: &str, written: &str, reference: &Reference, path: &str) -> String {
    let is_relative = reference.style == ReferenceStyle::Link || reference.path.starts_with("..");
    let mut spelled = if is_relative { relative(file, path) } else { path.to_owned() };
    if reference.is_folder {
        spelled.push('/');
    }
    if written.contains('\\') && !written.contains('/') { spelled.replace('/', "\\") } else { spelled }
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

#[cfg(test)]
mod tests;
