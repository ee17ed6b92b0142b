//! What a document says: its blocks and inlines with byte ranges, as CommonMark and GitHub read it.
//!
//! [`Markdown`] is a compact tree: blocks stand in document order, each knows where its descendants
//! end. Text is not copied; every range points into the text that was parsed.
//!
//! Architecture invariant: this is the only module that knows pulldown-cmark.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, LinkType, Options, Parser, Tag, TagEnd};

mod masking;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockKind {
    /// With its level, 1 to 6.
    Heading(u8),
    /// A paragraph, or the text of a tight list item.
    Paragraph,
    Quote,
    List {
        ordered: bool,
    },
    Item,
    Fence {
        closed: bool,
    },
    IndentedCode,
    Html,
    Table,
    Row {
        header: bool,
    },
    Cell,
    Rule,
}

/// A block; its descendants are the blocks after it up to `next`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    pub kind: BlockKind,
    start: u32,
    end: u32,
    /// Index of the first block that is not inside this one.
    next: u32,
    parent: u32,
    /// The check box of an item, or the info string of a fence; empty if there is none.
    extra: (u32, u32),
    inlines: (u32, u32),
}

const NO_PARENT: u32 = u32::MAX;

impl Block {
    /// Bytes of the block, without the line end after it.
    pub fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The check box `[x]` of an item.
    pub fn task_marker(&self) -> Option<Range<usize>> {
        (self.kind == BlockKind::Item && self.extra.0 < self.extra.1).then(|| self.extra())
    }

    /// The info string of a fence.
    pub fn info(&self) -> Option<Range<usize>> {
        (matches!(self.kind, BlockKind::Fence { .. }) && self.extra.0 < self.extra.1).then(|| self.extra())
    }

    fn extra(&self) -> Range<usize> {
        self.extra.0 as usize..self.extra.1 as usize
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InlineKind {
    Code,
    /// Its destination is at this index of the destinations.
    Link {
        destination: u32,
    },
    Image {
        destination: u32,
    },
    Strong,
    Emphasis,
    Strikethrough,
    Html,
}

/// An inline that is more than text. Nested ones follow the one that holds them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inline {
    pub kind: InlineKind,
    start: u32,
    end: u32,
    content: (u32, u32),
}

impl Inline {
    /// Bytes with the markup around it.
    pub fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Bytes between the markup: the code, the link text, the emphasised words.
    pub fn content(&self) -> Range<usize> {
        self.content.0 as usize..self.content.1 as usize
    }
}

/// Front matter at the very top of a file, between two lines of `---`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrontMatter {
    /// Bytes with both fences.
    pub range: Range<usize>,
    /// Bytes between the fences.
    pub content: Range<usize>,
}

/// A parsed document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Markdown {
    blocks: Vec<Block>,
    inlines: Vec<Inline>,
    /// Where links and images lead, one after the other, and where each ends.
    destinations: String,
    destination_ends: Vec<u32>,
    pub front_matter: Option<FrontMatter>,
    /// Placeholders such as `<Goal 1>`, with their brackets, wherever they stand; in order.
    placeholders: Vec<Range<usize>>,
}

/// Index of a block in its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlockId(u32);

impl Markdown {
    /// Parses `text`. `is_placeholder` is asked for the inside of each `<…>`.
    pub fn parse(text: &str, is_placeholder: &dyn Fn(&str) -> bool) -> Self {
        let bom = if text.starts_with('\u{feff}') { 3 } else { 0 };
        let front_matter = front_matter(text, bom);
        let start = front_matter.as_ref().map_or(bom, |front| front.range.end);
        let placeholders = masking::placeholders(text, start, is_placeholder);
        let masked = masking::mask(&text[start..], start, &placeholders);
        let masked = masking::with_line_feeds(masked.as_deref().unwrap_or(&text[start..])).or(masked);
        let options = Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS | Options::ENABLE_STRIKETHROUGH;
        let mut builder = Builder::new(text, start);
        for (event, range) in Parser::new_ext(masked.as_deref().unwrap_or(&text[start..]), options).into_offset_iter() {
            builder.event(event, range.start + start..range.end + start);
        }
        let mut markdown = builder.markdown;
        markdown.front_matter = front_matter;
        markdown.placeholders = placeholders;
        markdown
    }

    pub fn block(&self, id: BlockId) -> &Block {
        &self.blocks[id.0 as usize]
    }

    /// All blocks, in document order.
    pub fn all(&self) -> impl DoubleEndedIterator<Item = (BlockId, &Block)> {
        self.blocks.iter().enumerate().map(|(n, block)| (BlockId(n as u32), block))
    }

    /// The blocks of the document itself.
    pub fn top_level(&self) -> Children<'_> {
        self.siblings(BlockId(0)..self.end())
    }

    /// The blocks directly inside `id`.
    pub fn children(&self, id: BlockId) -> Children<'_> {
        self.siblings(BlockId(id.0 + 1)..BlockId(self.block(id).next))
    }

    /// The outermost blocks of `range`, which must not begin inside a block that began before it.
    pub fn siblings(&self, range: Range<BlockId>) -> Children<'_> {
        Children { markdown: self, at: range.start.0, end: range.end.0 }
    }

    /// The blocks inside `id`, at any depth.
    pub fn descendants(&self, id: BlockId) -> impl Iterator<Item = (BlockId, &Block)> {
        self.within(BlockId(id.0 + 1)..BlockId(self.block(id).next))
    }

    /// The blocks of `range`, at any depth.
    pub fn within(&self, range: Range<BlockId>) -> impl Iterator<Item = (BlockId, &Block)> {
        (range.start.0..range.end.0).map(|n| (BlockId(n), &self.blocks[n as usize]))
    }

    /// One past the last block.
    pub fn end(&self) -> BlockId {
        BlockId(self.blocks.len() as u32)
    }

    /// The first block that is not inside `id`.
    pub fn next(&self, id: BlockId) -> BlockId {
        BlockId(self.block(id).next)
    }

    pub fn parent(&self, id: BlockId) -> Option<BlockId> {
        let parent = self.block(id).parent;
        (parent != NO_PARENT).then_some(BlockId(parent))
    }

    /// The blocks around `id`, innermost first.
    pub fn ancestors(&self, id: BlockId) -> impl Iterator<Item = BlockId> {
        std::iter::successors(self.parent(id), |id| self.parent(*id))
    }

    /// The ids of the blocks inside `id`.
    pub fn inside(&self, id: BlockId) -> Range<BlockId> {
        BlockId(id.0 + 1)..self.next(id)
    }

    /// The innermost block that holds byte `offset`.
    pub fn block_at(&self, offset: usize) -> Option<BlockId> {
        let before = self.blocks.partition_point(|block| block.start as usize <= offset);
        let last = BlockId(before.checked_sub(1)? as u32);
        let mut around = std::iter::once(last).chain(self.ancestors(last));
        around.find(|id| offset < self.block(*id).end as usize)
    }

    /// The inlines of a block and of the blocks inside it.
    pub fn inlines(&self, id: BlockId) -> &[Inline] {
        let last = self.block(id).next as usize - 1;
        &self.inlines[self.block(id).inlines.0 as usize..self.blocks[last].inlines.1 as usize]
    }

    /// The inlines that begin in `range` (bytes).
    pub fn inlines_in(&self, range: Range<usize>) -> &[Inline] {
        let from = self.inlines.partition_point(|inline| (inline.start as usize) < range.start);
        let to = self.inlines.partition_point(|inline| (inline.start as usize) < range.end);
        &self.inlines[from..to.max(from)]
    }

    /// Where a link or image leads, escapes resolved; empty for other inlines.
    pub fn destination(&self, inline: &Inline) -> &str {
        match inline.kind {
            InlineKind::Link { destination } | InlineKind::Image { destination } => {
                let ends = &self.destination_ends;
                let start = destination.checked_sub(1).map_or(0, |before| ends[before as usize]);
                &self.destinations[start as usize..ends[destination as usize] as usize]
            }
            _ => "",
        }
    }

    /// Bytes of every placeholder outside code, with its brackets, in order.
    pub fn placeholders(&self) -> impl Iterator<Item = Range<usize>> {
        self.placeholders.iter().filter(|range| !self.is_code(range.start)).cloned()
    }

    /// Whether byte `offset` is inside code: a span, a fence or an indented block.
    pub fn is_code(&self, offset: usize) -> bool {
        let block = self.block_at(offset).map(|id| self.block(id).kind);
        if matches!(block, Some(BlockKind::Fence { .. } | BlockKind::IndentedCode)) {
            return true;
        }
        let before = self.inlines.partition_point(|inline| inline.start as usize <= offset);
        // Inlines that hold a code span begin before it; those after a span end before `offset`.
        self.inlines[..before]
            .iter()
            .rev()
            .take(8)
            .any(|inline| inline.kind == InlineKind::Code && inline.range().contains(&offset))
    }
}

/// Blocks side by side, in document order.
#[derive(Clone)]
pub struct Children<'a> {
    markdown: &'a Markdown,
    at: u32,
    end: u32,
}

impl<'a> Iterator for Children<'a> {
    type Item = (BlockId, &'a Block);

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.end {
            return None;
        }
        let id = BlockId(self.at);
        let block = self.markdown.block(id);
        self.at = block.next;
        Some((id, block))
    }
}

/// Turns the parser's events into a tree.
struct Builder<'a> {
    text: &'a str,
    markdown: Markdown,
    /// Open blocks, outermost first.
    open: Vec<u32>,
    /// Open inlines.
    spans: Vec<u32>,
    /// Whether the innermost open block is a paragraph that the parser does not know of: the text
    /// of a tight list item.
    implied: bool,
    /// Where the inline ends that was closed last.
    closed: u32,
    /// The end of a block, and the end of its words; blocks that are nested often end together.
    trimmed: (usize, usize),
}

impl<'a> Builder<'a> {
    fn new(text: &'a str, start: usize) -> Self {
        let size = text.len() - start;
        let markdown = Markdown {
            blocks: Vec::with_capacity(size / 40),
            inlines: Vec::with_capacity(size / 80),
            ..Markdown::default()
        };
        Self { text, markdown, open: Vec::new(), spans: Vec::new(), implied: false, closed: 0, trimmed: (0, 0) }
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag),
            Event::TaskListMarker(_) => self.task_marker(range),
            Event::Rule => {
                self.open_block(BlockKind::Rule, range);
                self.close_block();
            }
            Event::Html(_) => {}
            Event::Code(_) => {
                let content = code_content(self.text, range.clone());
                self.inline_text(&range);
                self.push_leaf(InlineKind::Code, range, content);
            }
            Event::InlineHtml(_) => {
                self.inline_text(&range);
                self.push_leaf(InlineKind::Html, range.clone(), range);
            }
            _ => self.inline_text(&range),
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        let kind = match tag {
            Tag::Paragraph => BlockKind::Paragraph,
            Tag::Heading { level, .. } => BlockKind::Heading(level as u8),
            Tag::BlockQuote(_) => BlockKind::Quote,
            Tag::CodeBlock(kind) => return self.code_block(kind, range),
            Tag::HtmlBlock => BlockKind::Html,
            Tag::List(first) => BlockKind::List { ordered: first.is_some() },
            Tag::Item => BlockKind::Item,
            Tag::Table(_) => BlockKind::Table,
            Tag::TableHead => BlockKind::Row { header: true },
            Tag::TableRow => BlockKind::Row { header: false },
            Tag::TableCell => BlockKind::Cell,
            Tag::Emphasis => return self.open_span(InlineKind::Emphasis, range, 1),
            Tag::Strong => return self.open_span(InlineKind::Strong, range, 2),
            Tag::Strikethrough => {
                let width = if self.text[range.clone()].starts_with("~~") { 2 } else { 1 };
                return self.open_span(InlineKind::Strikethrough, range, width);
            }
            Tag::Link { link_type, dest_url, .. } => {
                let destination = self.push_destination(&dest_url, link_type);
                return self.open_span(InlineKind::Link { destination }, range, 1);
            }
            Tag::Image { link_type, dest_url, .. } => {
                let destination = self.push_destination(&dest_url, link_type);
                return self.open_span(InlineKind::Image { destination }, range, 2);
            }
            // Extensions that are switched off.
            _ => BlockKind::Paragraph,
        };
        self.open_block(kind, range);
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough => {
                if let Some(id) = self.spans.pop() {
                    self.closed = self.markdown.inlines[id as usize].end;
                }
            }
            TagEnd::Link | TagEnd::Image => self.close_link(),
            _ => {
                self.close_implied();
                self.close_block();
            }
        }
    }

    fn open_block(&mut self, kind: BlockKind, range: Range<usize>) {
        self.close_implied();
        let inlines = self.markdown.inlines.len() as u32;
        let parent = self.open.last().copied().unwrap_or(NO_PARENT);
        let end = self.end_of_words(&range);
        self.open.push(self.markdown.blocks.len() as u32);
        self.markdown.blocks.push(Block {
            kind,
            start: range.start as u32,
            end: end as u32,
            next: 0,
            parent,
            extra: (0, 0),
            inlines: (inlines, inlines),
        });
    }

    /// Where a block ends without the white space at its end.
    fn end_of_words(&mut self, range: &Range<usize>) -> usize {
        if self.trimmed.0 != range.end {
            self.trimmed = (range.end, range.start + self.text[range.clone()].trim_end().len());
        }
        self.trimmed.1.max(range.start)
    }

    fn close_block(&mut self) {
        let Some(id) = self.open.pop() else { return };
        let next = self.markdown.blocks.len() as u32;
        let inlines = self.markdown.inlines.len() as u32;
        let block = &mut self.markdown.blocks[id as usize];
        block.next = next;
        block.inlines.1 = inlines;
    }

    fn code_block(&mut self, kind: CodeBlockKind<'_>, range: Range<usize>) {
        let CodeBlockKind::Fenced(info) = kind else { return self.open_block(BlockKind::IndentedCode, range) };
        let closed = is_closed(&self.text[range.clone()]);
        self.open_block(BlockKind::Fence { closed }, range.clone());
        let line_end = self.text[range.clone()].find(['\n', '\r']).unwrap_or(range.len());
        let line = &self.text[range.start..range.start + line_end];
        let fence = line.len() - line.trim_start_matches(['`', '~']).len();
        let info_text = line[fence..].trim();
        if !info.is_empty() && !info_text.is_empty() {
            let at = range.start + fence + line[fence..].find(info_text).unwrap_or(0);
            self.last_block().extra = (at as u32, (at + info_text.len()) as u32);
        }
    }

    fn last_block(&mut self) -> &mut Block {
        self.markdown.blocks.last_mut().expect("a block was just opened")
    }

    fn task_marker(&mut self, range: Range<usize>) {
        let item = self.open.iter().rev().find(|id| self.markdown.blocks[**id as usize].kind == BlockKind::Item);
        if let Some(id) = item {
            self.markdown.blocks[*id as usize].extra = (range.start as u32, range.end as u32);
        }
    }

    /// Inline content directly inside an item is the text of a tight list: it gets a paragraph.
    fn inline_text(&mut self, range: &Range<usize>) {
        let Some(parent) = self.open.last().copied() else { return };
        if self.implied {
            let end = &mut self.markdown.blocks[parent as usize].end;
            *end = (*end).max(range.start as u32 + self.text[range.clone()].trim_end().len() as u32);
        } else if self.markdown.blocks[parent as usize].kind == BlockKind::Item {
            self.open_block(BlockKind::Paragraph, range.clone());
            self.implied = true;
        }
    }

    fn close_implied(&mut self) {
        if std::mem::take(&mut self.implied) {
            self.close_block();
        }
    }

    fn push_inline(&mut self, kind: InlineKind, range: Range<usize>, content: Range<usize>) {
        self.markdown.inlines.push(Inline {
            kind,
            start: range.start as u32,
            end: range.end as u32,
            content: (content.start as u32, content.end as u32),
        });
    }

    fn push_leaf(&mut self, kind: InlineKind, range: Range<usize>, content: Range<usize>) {
        self.closed = range.end as u32;
        self.push_inline(kind, range, content);
    }

    /// `markup`: bytes of the delimiter on either side.
    fn open_span(&mut self, kind: InlineKind, range: Range<usize>, markup: usize) {
        self.inline_text(&range);
        self.spans.push(self.markdown.inlines.len() as u32);
        let start = (range.start + markup).min(range.end);
        let content = start..range.end.saturating_sub(markup).max(start);
        self.push_inline(kind, range, content);
    }

    /// The text of `[text](destination)` ends where a bracket closes it.
    fn close_link(&mut self) {
        let Some(id) = self.spans.pop() else { return };
        let link = &mut self.markdown.inlines[id as usize];
        // After what was closed inside it.
        let from = self.closed.max(link.content.0);
        let rest = &self.text.as_bytes()[from as usize..link.end as usize];
        let before = |next| memchr::memchr_iter(b']', rest).find(|at| rest.get(at + 1) == Some(&next));
        let close = before(b'(').or_else(|| before(b'[')).or_else(|| memchr::memchr(b']', rest));
        link.content.1 = from + close.unwrap_or(rest.len().saturating_sub(1)) as u32;
        self.closed = link.end;
    }

    fn push_destination(&mut self, destination: &str, link_type: LinkType) -> u32 {
        if link_type != LinkType::Email {
            self.markdown.destinations.push_str(destination);
        }
        self.markdown.destination_ends.push(self.markdown.destinations.len() as u32);
        self.markdown.destination_ends.len() as u32 - 1
    }
}

/// Whether the last line of a fenced block closes it.
fn is_closed(block: &str) -> bool {
    let marker = block.as_bytes().first().copied().unwrap_or(b'`') as char;
    let opening = block.len() - block.trim_start_matches(marker).len();
    let body = block.trim_end();
    let Some(last) = body.rfind(['\n', '\r']).map(|at| &body[at + 1..]) else { return false };
    // The fence of a fence inside a quote follows the quote's markers.
    let last = last.trim_start_matches([' ', '\t', '>']);
    last.len() >= opening && last.chars().all(|c| c == marker)
}

/// The code between the backticks of a code span.
fn code_content(text: &str, range: Range<usize>) -> Range<usize> {
    let span = &text[range.clone()];
    let ticks = span.len() - span.trim_start_matches('`').len();
    let inner = range.start + ticks..(range.end - ticks.min(span.len())).max(range.start + ticks);
    let code = &text[inner.clone()];
    let padded = code.len() > 2 && code.starts_with(' ') && code.ends_with(' ') && !code.trim().is_empty();
    if padded { inner.start + 1..inner.end - 1 } else { inner }
}

fn front_matter(text: &str, start: usize) -> Option<FrontMatter> {
    let is_fence = |line: &str| line.trim_end() == "---";
    let mut lines = text[start..].split_inclusive('\n');
    let first = lines.next().filter(|line| is_fence(line))?;
    let content = start + first.len();
    let mut at = content;
    for line in lines {
        if is_fence(line) || line.trim_end() == "..." {
            return Some(FrontMatter { range: start..at + line.len(), content: content..at });
        }
        at += line.len();
    }
    None
}

#[cfg(test)]
mod tests;
