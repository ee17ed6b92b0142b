//! What stands around a cursor: the kind of text it is in, its line, and the sections it is in.

use std::ops::Range;

use super::{Request, place};
use crate::{
    artifact::{
        Document,
        entries::{self, Entry, marker_length, next_marker},
        sections::Section,
    },
    convention::SectionName,
    markdown::{BlockId, BlockKind, InlineKind},
    syntax_tree::{Node, NodeKind},
    text::bom_length,
};

/// The kind of text that a cursor is in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Inside {
    /// Headings, lists, paragraphs, tables, and the space between them; inline code, too.
    #[default]
    Words,
    /// A fenced or indented code block, its fences included.
    Code,
    /// A block of HTML, a comment or a tag.
    Html,
    /// The front matter, its fences included.
    FrontMatter,
}

impl Inside {
    /// What the blocks around the cursor say, outermost first; without any, what the document says.
    pub fn among(nodes: &[Node], document: &Document, offset: usize) -> Self {
        if nodes.is_empty() {
            return Self::of(document, offset);
        }
        let of_node = |node: &Node| match node.kind {
            NodeKind::Fence | NodeKind::IndentedCode => Some(Self::Code),
            NodeKind::Html => Some(Self::Html),
            NodeKind::FrontMatter => Some(Self::FrontMatter),
            _ => None,
        };
        // Comments within a line are no blocks.
        let within_line = || Some(Self::of(document, offset)).filter(|inside| *inside == Self::Html);
        nodes.iter().find_map(of_node).or_else(within_line).unwrap_or_default()
    }

    /// As far as the document says that is parsed whole; the concrete tree knows better about text
    /// that is being typed. `offset`: a byte of the document's text.
    pub fn of(document: &Document, offset: usize) -> Self {
        let (text, markdown) = (&*document.text, &document.markdown);
        let line = document.lines().range(text, document.lines().line(offset));
        if markdown.front_matter.as_ref().is_some_and(|front| line.start < front.range.end) {
            return Self::FrontMatter;
        }
        let is_within = |range: Range<usize>| range.start < offset && offset < range.end;
        let start = text.ceil_char_boundary(offset.saturating_sub(1000));
        let mut inlines = markdown.inlines_in(start..offset).iter();
        if inlines.any(|inline| inline.kind == InlineKind::Html && is_within(inline.range())) {
            return Self::Html;
        }
        let Some(id) = markdown.last_begun(line.end) else { return Self::Words };
        let block = markdown.block(id);
        let inside = match block.kind {
            BlockKind::Fence { .. } | BlockKind::IndentedCode => Self::Code,
            BlockKind::Html => Self::Html,
            _ => return Self::Words,
        };
        let is_on_line = line.start <= block.range().end && block.range().start <= line.end;
        // What never closes swallows the blank lines at its end, those of its item if they are indented.
        let is_swallowed = || {
            let is_indented = text[line].starts_with([' ', '\t']);
            block.never_closes(text) && (markdown.parent(id).is_none() || is_indented)
        };
        if is_on_line || is_swallowed() { inside } else { Self::Words }
    }
}

/// What the cursor's line is so far. Ranges are bytes of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Typed {
    /// Nothing, perhaps but white space.
    Nothing,
    /// `## De`: its level, and its words up to the line's end.
    Heading { level: u8, words: Range<usize> },
    /// `- [ ] De`.
    Item(TypedItem),
    /// `| a |`.
    Row,
    /// Anything else.
    Words,
}

/// An item of a list on the cursor's line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypedItem {
    /// Its words up to the line's end, without white space around them.
    pub words: Range<usize>,
    /// Whether a blank stands between the marker, or its box, and the words or the cursor.
    pub is_set_off: bool,
    pub has_box: bool,
}

impl Request<'_> {
    /// What the cursor's line is so far.
    pub fn typed(&self) -> Typed {
        let line = self.line();
        let source = &self.text()[line.clone()];
        let words = source.trim_start_matches([' ', '\t']);
        let start = line.end - words.len();
        let trimmed = |from: usize| {
            let rest = &self.text()[from..line.end];
            let start = line.end - rest.trim_start().len();
            start..start + rest.trim().len()
        };
        if words.trim().is_empty() {
            return Typed::Nothing;
        }
        let hashes = words.len() - words.trim_start_matches('#').len();
        let is_heading = (1..=6).contains(&hashes) && source.len() - words.len() <= 3;
        if is_heading && (words.len() == hashes || words[hashes..].starts_with([' ', '\t'])) {
            return Typed::Heading { level: hashes as u8, words: trimmed(start + hashes) };
        }
        if words.starts_with('|') {
            return Typed::Row;
        }
        let Some(marker) = place::marker(words).filter(|marker| marker.indent == 0) else { return Typed::Words };
        let is_set_off = words[..marker.words].ends_with([' ', '\t']);
        Typed::Item(TypedItem { words: trimmed(start + marker.words), is_set_off, has_box: marker.task.is_some() })
    }

    /// Where another entry of a section may be written: its words are replaced, and those up to the
    /// cursor are compared. `None` where there is more on the line than its beginning, and in other items.
    pub fn entry(&self) -> Option<TypedEntry> {
        self.entry_at_any_depth().filter(|entry| entry.marker == Marker::Missing || !self.is_nested())
    }

    /// The same, in other items, too.
    pub fn entry_at_any_depth(&self) -> Option<TypedEntry> {
        let rest = self.text()[self.offset..self.line().end].trim();
        let (range, marker) = match self.typed() {
            Typed::Nothing if !self.is_in_item() => (self.line(), Marker::Missing),
            Typed::Words if self.begins_paragraph() => (self.line(), Marker::Missing),
            Typed::Item(TypedItem { words, is_set_off, has_box }) => {
                let start = if words.is_empty() { self.offset } else { words.start };
                (start..words.end.max(start), Marker::There { is_set_off, has_box })
            }
            _ => return None,
        };
        let before = self.text().get(range.start..self.offset)?;
        // An editor closes a backtick as soon as it is typed.
        let is_in_code = rest == "`" && before.starts_with('`') && before.matches('`').count() == 1;
        let is_at_end = rest.is_empty() && !self.document.markdown.is_code(self.offset);
        (is_at_end || is_in_code).then(|| TypedEntry { range: range.start..range.end.max(self.offset), marker })
    }

    /// Where another row of a table may be written: a row that is begun, or an empty line right below.
    pub fn row(&self) -> Option<TypedEntry> {
        let range = self.line();
        let is_at_end = self.text()[self.offset..range.end].trim().is_empty();
        let is_fresh = match self.typed() {
            Typed::Nothing => range.is_empty() && is_written(self.line_beside(false)),
            Typed::Row => self.before().matches('|').count() == 1,
            _ => false,
        };
        (is_at_end && is_fresh).then_some(TypedEntry { range, marker: Marker::Missing })
    }

    /// Whether the words on the cursor's line belong to nothing above or below.
    pub fn begins_paragraph(&self) -> bool {
        let above = self.line_beside(false).filter(|line| is_written(Some(line)) && !line.starts_with('#'));
        above.is_none() && !is_written(self.line_beside(true)) && !self.is_in_item()
    }

    /// Whether the cursor's line is an item inside another.
    fn is_nested(&self) -> bool {
        let markdown = &self.document.markdown;
        let Some(id) = markdown.last_begun(self.line().end) else { return false };
        let around = std::iter::once(id).chain(markdown.ancestors(id));
        around.filter(|id| markdown.block(*id).kind == BlockKind::Item).count() > 1
    }

    /// Whether white space on the cursor's line makes it part of an item.
    fn is_in_item(&self) -> bool {
        self.before().starts_with([' ', '\t'])
    }

    /// The sections that text on the cursor's line belongs to, innermost first; not one that the line
    /// opens.
    pub fn sections_around(&self) -> impl Iterator<Item = &Section> {
        let sections = &self.document.artifact.sections;
        let line = self.line();
        let before = sections.all.partition_point(|section| section.range.start < line.start);
        let last = sections.all[..before].last();
        let is_open = move |section: &&Section| {
            let end = section.range.end.max(section.heading.end);
            end >= line.start || self.text()[end..line.start].trim().is_empty()
        };
        last.into_iter().flat_map(|last| sections.enclosing(last)).filter(is_open)
    }

    /// The innermost section around the cursor that has a name, if it is one of `names`.
    pub fn section_around(&self, names: &[SectionName]) -> Option<&Section> {
        let named = self.sections_around().find(|section| section.name.is_some())?;
        named.name.filter(|name| names.contains(name)).map(|_| named)
    }

    /// The line above the cursor's or the one below, without its end and without a byte order mark.
    fn line_beside(&self, below: bool) -> Option<&str> {
        let lines = self.document.lines();
        let own = lines.line(self.offset);
        let other = if below { own + 1 } else { own.checked_sub(1)? };
        let bom = if other == 0 { bom_length(self.text()) } else { 0 };
        (other < lines.len()).then(|| &self.text()[lines.range(self.text(), other)][bom..])
    }

    /// The blank lines that Markdown asks for around a block on the cursor's line: above and below.
    pub fn blank_lines(&self) -> (&'static str, &'static str) {
        let blank = |line| if is_written(line) { "\n" } else { "" };
        (blank(self.line_beside(false)), blank(self.line_beside(true)))
    }

    /// The entries of a section that do not touch the cursor's line.
    pub fn other_entries(&self, section: &Section) -> Vec<Entry> {
        let line = self.line();
        let mut entries = entries::of(self.text(), &self.document.markdown, section.body.clone());
        entries.retain(|entry| entry.range.end < line.start || line.end < entry.range.start);
        entries
    }

    /// The text of an entry for the cursor's line, with the box `task`: its marker as the neighbours `others` write
    /// theirs, as far as it is not there yet.
    pub fn as_item(&self, words: &str, marker: Marker, task: &str, others: &[Entry]) -> String {
        match marker {
            Marker::There { is_set_off, has_box } => {
                format!("{}{}{words}", if is_set_off { "" } else { " " }, if has_box { "" } else { task })
            }
            Marker::Missing => {
                let text = format!("{}{task}{words}", self.marker_of(others.last().filter(|entry| !entry.is_row)));
                // A line of words right below would become part of the item.
                let next = self.line_beside(true).map(str::trim_start).unwrap_or_default();
                let is_swallowed = !next.is_empty() && marker_length(next).is_none() && !next.starts_with('#');
                if is_swallowed { text + "\n" } else { text }
            }
        }
    }

    /// The marker for an item beside `neighbour`: the next number, or its bullet.
    fn marker_of(&self, neighbour: Option<&Entry>) -> String {
        let Some(entry) = neighbour else { return "- ".to_owned() };
        let source = &self.text()[self.document.markdown.block(entry.block).range()];
        let marker = &source[..marker_length(source).unwrap_or(0)];
        if marker.is_empty() { "- ".to_owned() } else { next_marker(marker) + " " }
    }

    /// The first block that begins below the cursor's line.
    pub fn block_below(&self) -> Option<BlockId> {
        let markdown = &self.document.markdown;
        let first = || markdown.all().next().map(|(id, _)| id);
        let below = markdown.last_begun(self.line().end).map(|id| markdown.after(id)).or_else(first);
        below.filter(|id| *id < markdown.end())
    }
}

fn is_written(line: Option<&str>) -> bool {
    line.is_some_and(|line| !line.trim_matches([' ', '\t']).is_empty())
}

/// The beginning of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypedEntry {
    /// What is replaced: bytes on the cursor's line, up to the cursor or beyond.
    pub range: Range<usize>,
    pub marker: Marker,
}

impl TypedEntry {
    /// What stands before the cursor: `marks`, with which an editor compares as well, and words.
    pub fn typed<'r>(&self, request: &'r Request, marks: &[char]) -> (&'r str, &'r str) {
        let before = &request.text()[self.range.start..request.offset];
        before.split_at(before.len() - before.trim_start_matches(marks).len())
    }

    /// Whether `typed` begins `words`; in an item one of the words in them will do, but a paragraph may
    /// become a sentence of any kind.
    pub fn begins(&self, words: &str, typed: &str) -> bool {
        match self.marker {
            Marker::Missing => begin_of(words, typed) == Some(0),
            _ => begins(words, typed),
        }
    }
}

/// How much of an item's marker is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marker {
    /// The line is empty, or has words alone.
    Missing,
    /// `-`, perhaps with a blank behind it, or with a box.
    There { is_set_off: bool, has_box: bool },
}

/// Whether `typed` begins `words`, or one of the words in them, in any case.
pub fn begins(words: &str, typed: &str) -> bool {
    begin_of(words, typed).is_some()
}

/// The first byte of `words` at which `typed` begins them, or one of the words in them, in any case.
pub fn begin_of(words: &str, typed: &str) -> Option<usize> {
    let is_begun = |rest: &str| {
        let mut rest = rest.chars().flat_map(char::to_lowercase);
        typed.chars().flat_map(char::to_lowercase).all(|c| rest.next() == Some(c))
    };
    if typed.is_empty() {
        return Some(0);
    }
    let mut before = None;
    let begins = words.char_indices().filter(|(_, c)| !before.replace(*c).is_some_and(char::is_alphanumeric));
    begins.map(|(at, _)| at).find(|at| is_begun(&words[*at..]))
}
