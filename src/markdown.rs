//! What a document says: its blocks and inlines with byte ranges, as CommonMark and GitHub read it.
//!
//! [`Markdown`] is a compact tree: blocks stand in document order, each knows where its descendants
//! end. Text is not copied; every range points into the text that was parsed.
//!
//! Architecture invariant: this is the only module that knows pulldown-cmark.

use std::ops::Range;

use pulldown_cmark::{Options, Parser};

mod builder;
mod masking;

use self::builder::Builder;
pub use self::masking::TagLine;
use crate::text::bom_length;

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
    /// Bytes of the block, without the indentation before it and the line end after it.
    pub fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Whether it is code or HTML that goes on to the end of whatever holds it, since nothing closes it. `text`: that of
    /// the document.
    pub fn never_closes(&self, text: &str) -> bool {
        const TAGS: [(&str, &str); 8] = [
            ("<!--", "-->"),
            ("<![cdata[", "]]>"),
            ("<?", "?>"),
            ("<script", "</script>"),
            ("<pre", "</pre>"),
            ("<style", "</style>"),
            ("<textarea", "</textarea>"),
            ("<!", ">"),
        ];
        match self.kind {
            BlockKind::Fence { closed } => !closed,
            BlockKind::Html => {
                let html = text[self.range()].to_lowercase();
                let tag = TAGS.iter().find(|(open, _)| html.starts_with(open));
                tag.is_some_and(|(_, close)| !html.contains(close))
            }
            _ => false,
        }
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

/// Front matter at the very top of a file, between two lines of `---`: YAML whose first line is a key,
/// perhaps with comments right above it, or nothing but blank lines. Else the first `---` is a rule, as a
/// `#` below a blank line begins a heading.
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
    /// The items with a check box, in order.
    tasks: Vec<BlockId>,
    /// Where links and images lead, one after the other, and where each ends.
    destinations: String,
    destination_ends: Vec<u32>,
    /// Where each is written (bytes).
    destination_ranges: Vec<(u32, u32)>,
    pub front_matter: Option<FrontMatter>,
    /// Pairs of XML-like tags on lines of their own, wherever they stand; in order. Those that are no code are
    /// blocks, too: rules.
    tags: Vec<TagLine>,
    /// Placeholders such as `<Goal 1>`, with their brackets, wherever they stand; in order.
    placeholders: Vec<Range<usize>>,
}

/// Index of a block in its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlockId(u32);

impl Markdown {
    /// Parses `text`. `is_placeholder` is asked for the inside of each `<…>`.
    pub fn parse(text: &str, is_placeholder: &dyn Fn(&str) -> bool) -> Self {
        let bom = bom_length(text);
        let front_matter = front_matter(text, bom);
        let start = front_matter.as_ref().map_or(bom, |front| front.range.end);
        let placeholders = masking::placeholders(text, start, is_placeholder);
        let mut tags = masking::tag_lines(text, start);
        tags.retain(|tag| placeholders.binary_search_by_key(&tag.range.start, |range| range.start).is_err());
        let masked = masking::mask(&text[start..], start, &placeholders);
        let masked = masking::without_tags(masked.as_deref().unwrap_or(&text[start..]), start, &tags).or(masked);
        let masked = masking::with_line_feeds(masked.as_deref().unwrap_or(&text[start..])).or(masked);
        let options = Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS | Options::ENABLE_STRIKETHROUGH;
        let mut builder = Builder::new(text, start);
        let mut events = Parser::new_ext(masked.as_deref().unwrap_or(&text[start..]), options).into_offset_iter();
        while let Some((event, range)) = events.next() {
            builder.event(event, range.start + start..range.end + start, events.reference_definitions());
        }
        let mut markdown = builder.markdown;
        markdown.front_matter = front_matter;
        markdown.placeholders = placeholders;
        markdown.tags = tags;
        markdown
    }

    pub fn block(&self, id: BlockId) -> &Block {
        &self.blocks[id.0 as usize]
    }

    /// The XML-like tag that is the block `id`.
    pub fn tag(&self, id: BlockId) -> Option<&TagLine> {
        let start = self.block(id).range().start;
        let at = self.tags.binary_search_by_key(&start, |tag| tag.range.start).ok()?;
        (self.block(id).kind == BlockKind::Rule).then(|| &self.tags[at])
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

    /// The items with a check box, in order.
    pub fn tasks(&self) -> &[BlockId] {
        &self.tasks
    }

    /// Those among the blocks of `range`, at any depth.
    pub fn tasks_within(&self, range: Range<BlockId>) -> &[BlockId] {
        let place = |id: BlockId| self.tasks.partition_point(|task| *task < id);
        let from = place(range.start);
        &self.tasks[from..place(range.end).max(from)]
    }

    /// One past the last block.
    pub fn end(&self) -> BlockId {
        BlockId(self.blocks.len() as u32)
    }

    /// The links and images, in document order.
    pub fn links(&self) -> impl Iterator<Item = &Inline> {
        let inlines = if self.destination_ends.is_empty() { &[] } else { &self.inlines[..] };
        inlines.iter().filter(|inline| matches!(inline.kind, InlineKind::Link { .. } | InlineKind::Image { .. }))
    }

    /// The first block that is not inside `id`.
    pub fn next(&self, id: BlockId) -> BlockId {
        BlockId(self.block(id).next)
    }

    pub fn parent(&self, id: BlockId) -> Option<BlockId> {
        let parent = self.block(id).parent;
        (parent != NO_PARENT).then_some(BlockId(parent))
    }

    /// The block right before `id` in the same block, if it holds no blocks itself.
    pub fn previous_sibling_leaf(&self, id: BlockId) -> Option<BlockId> {
        let before = BlockId(id.0.checked_sub(1)?);
        (self.block(before).parent == self.block(id).parent).then_some(before)
    }

    /// The blocks around `id`, innermost first.
    pub fn ancestors(&self, id: BlockId) -> impl Iterator<Item = BlockId> {
        std::iter::successors(self.parent(id), |id| self.parent(*id))
    }

    /// The ids of the blocks inside `id`.
    pub fn inside(&self, id: BlockId) -> Range<BlockId> {
        BlockId(id.0 + 1)..self.next(id)
    }

    /// The last block that begins at or before byte `offset`.
    pub fn last_begun(&self, offset: usize) -> Option<BlockId> {
        let before = self.blocks.partition_point(|block| block.start as usize <= offset);
        Some(BlockId(before.checked_sub(1)? as u32))
    }

    /// The block that begins after `id`, wherever it stands; may be [`Self::end`].
    pub fn after(&self, id: BlockId) -> BlockId {
        BlockId(id.0 + 1)
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

    /// Bytes of what [`Self::destination`] was written as: of a link that refers to a definition, there.
    pub fn destination_range(&self, inline: &Inline) -> Option<Range<usize>> {
        let (InlineKind::Link { destination } | InlineKind::Image { destination }) = inline.kind else { return None };
        let (start, end) = self.destination_ranges[destination as usize];
        Some(start as usize..end as usize)
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

fn front_matter(text: &str, start: usize) -> Option<FrontMatter> {
    let is_fence = |line: &str| line.trim_end() == "---";
    let mut lines = text[start..].split_inclusive('\n');
    let first = lines.next().filter(|line| is_fence(line))?;
    let content = start + first.len();
    let (mut has_key, mut may_comment) = (false, true);
    let mut at = content;
    for line in lines {
        if is_fence(line) || line.trim_end() == "..." {
            let is_yaml = has_key || text[content..at].trim().is_empty();
            return is_yaml.then(|| FrontMatter { range: start..at + line.len(), content: content..at });
        }
        at += line.len();
        match line.trim() {
            _ if has_key => {}
            "" => may_comment = false,
            words if words.starts_with('#') && may_comment => {}
            words if is_key(words) => has_key = true,
            _ => return None,
        }
    }
    None
}

/// Whether a line of YAML begins with a key.
fn is_key(line: &str) -> bool {
    let ends_key = |(at, _): &(usize, &str)| line[at + 1..].chars().next().is_none_or(char::is_whitespace);
    let key = line.match_indices(':').find(ends_key).map(|(at, _)| &line[..at]);
    let is_name = |c: char| c.is_alphanumeric() || "_-. \"'/$@".contains(c);
    key.is_some_and(|key| (1..=60).contains(&key.len()) && !key.starts_with(['-', ' ']) && key.chars().all(is_name))
}

#[cfg(test)]
mod tests;
