//! Paths that an artifact names.
//!
//! A token is a candidate by its shape alone; whether the file exists is asked elsewhere.

use std::ops::Range;

use foldhash::{HashSet, HashSetExt};

use unicode_normalization::char::is_combining_mark;

use super::sections::{Section, SectionStyle, Sections};
use crate::{
    convention::SectionName,
    markdown::{Block, BlockId, BlockKind, Inline, InlineKind, Markdown},
};

mod hints;
mod introductions;
mod making;
mod normal;
mod shape;
mod spelling;
mod usage;

use self::{hints::Lines, introductions::Introductions, making::Making, shape::PathText};
pub use self::{
    normal::{decode, encode, extension, from_folder_of, join, normalize, relative},
    shape::is_known_file,
    spelling::{respell, spell},
    usage::Usage,
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
    /// Bytes of the path as written, without line suffix or anchor; of a link that refers to a definition,
    /// those in the definition.
    pub range: Range<usize>,
    /// Bytes where the text names it: `range`, or the words of a link that refers to a definition.
    pub place: Range<usize>,
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
    /// A path only if such a file exists, and references inside it then do not count: `docs/meeting notes.md`.
    pub is_guess: bool,
    /// Where its paragraph, heading or cell begins (byte).
    block_start: usize,
    /// The words that introduce a list around it forbid what the list names.
    is_under_prohibition: bool,
}

impl Reference {
    /// Whether its sentence, the words that introduce its list, or a heading above it, say that the path is not to be touched.
    pub fn is_forbidden(&self, text: &str, sections: &Sections) -> bool {
        let forbids = |section: &Section| section.normalized.len() < 100 && hints::forbids(&section.normalized);
        self.is_under_prohibition
            || hints::is_forbidden(text, self.block_start, &self.place)
            || sections.around(self.place.start).any(forbids)
    }

    /// Whether no label is in force at it, or one of a file: what `Branch:` or `Memory:` names is none of the tree.
    pub fn is_labelled_as_path(&self, text: &str) -> bool {
        hints::label_in_force(text, self.block_start, &self.place).is_none_or(hints::is_label_of_paths)
    }

    /// What its sentence wants with it.
    pub fn usage(&self, text: &str) -> Usage {
        usage::usage(text, self.block_start, &self.place)
    }

    /// Whether the words around it say that it need not exist: it is made or removed, or only an example.
    pub fn is_fleeting(&self, text: &str, sections: &Sections) -> bool {
        let makes = |section: &Section| hints::heading_makes(&section.normalized);
        hints::is_fleeting(text, &self.place) || sections.at(self.place.start).is_some_and(makes)
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
/// No label is longer (bytes).
const LONGEST_LABEL: usize = 60;

/// All paths of the document, in order.
pub fn read(text: &str, markdown: &Markdown, sections: &Sections) -> Vec<Reference> {
    Reader::read(text, markdown, sections, false)
}

/// The files that links and images lead to, in order, whatever the kind of document.
pub fn links(text: &str, markdown: &Markdown, sections: &Sections) -> Vec<Reference> {
    Reader::read(text, markdown, sections, true)
}

/// Whether every link and image that leads to a file leads to one that is there; `is_there` is asked for the path
/// and for the one that it is if its `#` begins no anchor. Cheaper than to read [`links`].
pub fn all_lead_to(markdown: &Markdown, is_there: impl Fn(&str, Option<&str>) -> bool) -> bool {
    let mut asked = HashSet::new();
    let mut destinations = markdown.links().map(|inline| markdown.destination(inline));
    destinations.all(|destination| {
        let is_known = !asked.insert(destination);
        let is_right = || {
            shape::destination(destination, destination).is_none_or(|path| is_there(&path.path, path.whole.as_deref()))
        };
        is_known || is_right()
    })
}

struct Reader<'a> {
    text: &'a str,
    markdown: &'a Markdown,
    sections: &'a Sections,
    /// Whether only links and images are looked at.
    of_links: bool,
    /// What stands around the block that is being read.
    around: Introductions,
    found: Vec<Reference>,
}

impl Reference {
    /// `token`: bytes that the path was taken from. What the words around it say of it is noted once its block is read.
    fn new(token: &Range<usize>, text: PathText, style: ReferenceStyle) -> Self {
        let range = token.start + text.used.start..token.start + text.used.end;
        Self {
            place: range.clone(),
            range,
            path: text.path,
            whole: text.whole,
            is_folder: text.is_folder,
            style,
            role: Role::Mentioned,
            is_entry: false,
            is_guess: false,
            block_start: 0,
            is_under_prohibition: false,
        }
    }

    fn guess(token: &Range<usize>, text: PathText, style: ReferenceStyle) -> Self {
        Self { is_guess: true, ..Self::new(token, text, style) }
    }
}

impl<'a> Reader<'a> {
    fn read(text: &'a str, markdown: &'a Markdown, sections: &'a Sections, of_links: bool) -> Vec<Reference> {
        let around = Introductions::default();
        let mut reader = Self { text, markdown, sections, of_links, around, found: Vec::new() };
        for (id, block) in markdown.all() {
            reader.around.enter(text, markdown, id, block);
            if matches!(block.kind, BlockKind::Paragraph | BlockKind::Heading(_) | BlockKind::Cell) {
                reader.block(id, block);
            }
        }
        reader.found
    }

    fn block(&mut self, id: BlockId, block: &Block) {
        let (first, inlines) = (self.found.len(), self.markdown.inlines(id));
        self.push_in_markup(inlines);
        if !self.of_links {
            push_bare(self.text, block.range(), inlines, &mut self.found);
            self.push_guesses(id, block);
        }
        if self.found.len() > first {
            self.note_words_around(block.range(), first);
        }
    }

    /// Notes what the words around them say of the paths of a block, those from `first` on.
    fn note_words_around(&mut self, block: Range<usize>, first: usize) {
        let of_section = match self.role(block.start) {
            _ if self.around.creates() => Role::Created,
            _ if self.around.is_step() => Role::Mentioned,
            role => role,
        };
        let (mut lines, mut making) = (Lines::default(), Making::in_block(block.start));
        let found = &mut self.found[first..];
        // What may hold others comes before them.
        found.sort_by_key(|found| (found.place.start, !found.is_guess, std::cmp::Reverse(found.place.end)));
        for found in found {
            found.is_entry = found.is_guess || lines.is_entry(self.text, &found.place, &block);
            let makes = making.makes(self.text, &found.place);
            found.role = if makes { Role::Created } else { of_section };
            (found.block_start, found.is_under_prohibition) = (block.start, self.around.forbids());
        }
    }

    /// Paths in code spans and links. The text of a link says what its destination is, and struck
    /// words are withdrawn: neither names a path.
    fn push_in_markup(&mut self, inlines: &[Inline]) {
        let mut hidden = 0;
        for inline in inlines {
            let is_hidden = inline.range().start < hidden;
            match inline.kind {
                InlineKind::Code if !is_hidden && !self.of_links => {
                    let code = inline.content();
                    let words = &self.text[code.clone()];
                    if !shape::may_name_path(words) {
                        continue;
                    }
                    let path = shape::in_code(words);
                    let guess = shape::guess(words).filter(|guess| is_more(guess, path.as_ref()));
                    let guess = guess.or_else(|| shape::mention(words));
                    self.found.extend(guess.map(|guess| Reference::guess(&code, guess, ReferenceStyle::Code)));
                    self.found.extend(path.map(|path| Reference::new(&code, path, ReferenceStyle::Code)));
                }
                InlineKind::Link { .. } if !is_hidden => {
                    self.found.extend(link(self.text, self.markdown, inline));
                    // The words of a link are no path, but a picture in them is a file.
                    hidden = if self.of_links { hidden } else { inline.range().end };
                }
                InlineKind::Image { .. } if self.of_links && !is_hidden => {
                    self.found.extend(link(self.text, self.markdown, inline));
                }
                InlineKind::Image { .. } | InlineKind::Strikethrough => hidden = hidden.max(inline.range().end),
                _ => {}
            }
        }
    }

    /// Items, cells and the values of labels that are one path, though words and signs that end a path in
    /// running text are in it.
    fn push_guesses(&mut self, id: BlockId, block: &Block) {
        let around = self.markdown.parent(id).map(|around| self.markdown.block(around).kind);
        let is_whole = block.kind == BlockKind::Cell || around == Some(BlockKind::Item);
        if matches!(block.kind, BlockKind::Heading(_)) {
            return;
        }
        let Range { start: first, end } = block.range();
        let bytes = self.text.as_bytes();
        let mut at = first;
        // Only lines with a separator hold a path.
        while let Some(separator) = memchr::memchr2(b'/', b'\\', &bytes[at..end]) {
            let separator = at + separator;
            let start = memchr::memrchr2(b'\n', b'\r', &bytes[first..separator]).map_or(first, |end| first + end + 1);
            at = memchr::memchr2(b'\n', b'\r', &bytes[separator..end]).map_or(end, |end| separator + end + 1);
            let line = &self.text[start..at];
            let colon = [line.find(':'), line.find('：')].into_iter().flatten().min();
            let label = colon.filter(|colon| *colon < LONGEST_LABEL && !line[..*colon].contains(['/', '\\', '`']));
            let value = match label.filter(|colon| !line[*colon..].starts_with("://")) {
                Some(colon) => line[colon..].trim_start_matches([':', '：', '*', '_']),
                None if is_whole && line.len() == block.range().len() => line,
                None => continue,
            };
            let value = value.trim_start_matches(|c: char| c.is_whitespace() || c == '*');
            let start = start + line.len() - value.len();
            let value = value.trim_end_matches(|c: char| c.is_whitespace() || "*.,;".contains(c));
            // The path alone, or with a note behind it.
            let begins_note = |at: &usize| {
                let rest = &value[at + 1..];
                let is_dash = || rest.strip_prefix(['—', '–', '-']).is_some_and(|rest| rest.starts_with(' '));
                rest.starts_with(['(', '[']) || is_dash()
            };
            let note = memchr::memchr_iter(b' ', value.as_bytes()).find(begins_note);
            for end in [Some(value.len()), note].into_iter().flatten() {
                let guess = shape::guess(&value[..end]);
                self.found
                    .extend(guess.map(|guess| Reference::guess(&(start..start + end), guess, ReferenceStyle::Bare)));
            }
        }
    }

    fn role(&self, offset: usize) -> Role {
        self.sections.at(offset).map_or(Role::Mentioned, |section| role_in(self.text, self.sections, section))
    }
}

/// The path that a link leads to.
fn link(text: &str, markdown: &Markdown, inline: &Inline) -> Option<Reference> {
    let written = markdown.destination_range(inline)?;
    let path = shape::destination(markdown.destination(inline), &text[written.clone()])?;
    let found = Reference::new(&written, path, ReferenceStyle::Link);
    let is_inside = inline.range().contains(&written.start);
    Some(if is_inside { found } else { Reference { place: inline.content(), ..found } })
}

/// Whether a guess reads more of the words than is sure to be a path.
fn is_more(guess: &PathText, sure: Option<&PathText>) -> bool {
    sure.is_none_or(|sure| sure.used.len() < guess.used.len() && sure.whole.is_none())
}

/// What the sections around a path make of it: the innermost one that says anything decides.
pub fn role_in(text: &str, sections: &Sections, section: &Section) -> Role {
    if sections.enclosing(section).any(is_past) {
        return Role::Mentioned;
    }
    let role = sections.enclosing(section).find_map(|section| match section.name {
        Some(name) if CREATING.contains(&name) => Some(Role::Created),
        // A normalised heading has lost its bracket.
        Some(SectionName::Files) if is_called_new(&text[section.heading.clone()]) => Some(Role::Created),
        Some(name) if DECLARING.contains(&name) => Some(Role::Declared),
        None if making::is_heading(&section.normalized) => Some(Role::Created),
        _ => None,
    });
    role.unwrap_or(Role::Mentioned)
}

/// Whether a section says what was done: a log, or an entry of one.
fn is_past(section: &Section) -> bool {
    const PAST: &[SectionName] = &[SectionName::SessionLog, SectionName::Commits];
    const PAST_HEADINGS: &[&str] =
        &["files changed", "changed files", "files modified", "files created", "files touched"];
    section.name.is_some_and(|name| PAST.contains(&name))
        || PAST_HEADINGS.contains(&&*section.normalized) && section.style == SectionStyle::LeadIn
        || section.heading.len() < LONGEST_LABEL * 2 && section.date.is_some()
}

/// `Files (New)`, `Files to create/modify`: what is new among them cannot be told from the rest.
fn is_called_new(heading: &str) -> bool {
    const NEW: &[&str] = &["new", "create", "created", "added", "generated", "neu", "neue"];
    let mut words = heading.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
    let is_of_files = words.next().is_some_and(|word| word.starts_with("file"));
    is_of_files && words.any(|word| NEW.contains(&&*word))
}

/// The paths among the tokens of running text that hold a slash.
fn push_bare(text: &str, block: Range<usize>, inlines: &[Inline], found: &mut Vec<Reference>) {
    let is_prose = |inline: &&Inline| matches!(inline.kind, InlineKind::Emphasis | InlineKind::Strong);
    let mut spans = inlines.iter().filter(|inline| !is_prose(inline)).map(Inline::range).peekable();
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
        if let Some((target, path)) = wiki_around(text, open..end, at) {
            open = target.end;
            found.push(Reference::guess(&target, path, ReferenceStyle::Bare));
            continue;
        }
        let token = token_around(text, open..end, at);
        let token = token.start + emphasis(text, &token, inlines)..token.end;
        open = open.max(token.end);
        if let Some(path) = shape::bare(&text[token.clone()]) {
            found.push(Reference::new(&token, path, ReferenceStyle::Bare));
        } else if let Some(path) = shape::mention(&text[token.clone()]).filter(|_| !text[..token.start].ends_with('>'))
        {
            found.push(Reference::guess(&token, path, ReferenceStyle::Bare));
        }
    }
}

/// The target of a wiki link around byte `at`: `[[plan/phase-1]]`.
fn wiki_around(text: &str, within: Range<usize>, at: usize) -> Option<(Range<usize>, PathText)> {
    const LONGEST: usize = 200;
    let from = text.ceil_char_boundary(within.start.max(at.saturating_sub(LONGEST)));
    let to = text.floor_char_boundary(within.end.min(at + LONGEST));
    let (before, after) = (&text[from..at], &text[at..to]);
    let open = before.rfind("[[").filter(|open| !before[*open..].contains(['\n', '\r', ']']))?;
    let close = after.find("]]").filter(|close| !after[..*close].contains(['\n', '\r', '[']))?;
    let target = from + open + 2..at + close;
    let path = shape::wiki(&text[target.clone()])?;
    Some((target, path))
}

/// How many bytes in front of the token's path are the marks of an emphasis that goes to its end or beyond.
/// Underscores of one that ends inside it belong to a name: `__tests__/a.ts`.
fn emphasis(text: &str, token: &Range<usize>, inlines: &[Inline]) -> usize {
    let words = &text[token.clone()];
    let marks = words.len() - words.trim_start_matches(['*', '_']).len();
    if marks == 0 {
        return 0;
    }
    let first = inlines.partition_point(|inline| inline.range().start < token.start);
    let at_marks = inlines[first..].iter().take_while(|inline| inline.range().start < token.start + marks);
    let around = at_marks.filter(|inline| {
        matches!(inline.kind, InlineKind::Emphasis | InlineKind::Strong) && inline.range().end >= token.end
    });
    let used = around.map(|inline| inline.content().start - token.start).max().unwrap_or(0);
    // No name has an asterisk.
    let rest = &words[used..];
    used + rest.len() - rest.trim_start_matches('*').len()
}

/// The word around byte `at`, without the punctuation of the sentence. Scripts without blanks run on
/// to the path and from it: it ends with its ASCII extension, and its first folder is the ASCII part.
fn token_around(text: &str, within: Range<usize>, at: usize) -> Range<usize> {
    let is_part =
        |c: char| c.is_alphanumeric() || "._-/\\+@~$%#&=:*?{}<>".contains(c) || !c.is_ascii() && is_combining_mark(c);
    let from = text[within.start..at].rfind(|c| !is_part(c));
    let from = from
        .map_or(within.start, |n| within.start + n + text[within.start + n..].chars().next().map_or(1, char::len_utf8));
    let to = text[at..within.end].find(|c| !is_part(c)).map_or(within.end, |n| at + n);
    let to = before_running_text(text, at, to);
    let to = from + text[from..to].trim_end_matches(['.', ':', '?', '*', '_', ',']).len();
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

#[cfg(test)]
mod tests;
