//! The parser's events as a tree.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, LinkType, RefDefs, Tag, TagEnd};

use super::{Block, BlockId, BlockKind, Inline, InlineKind, Markdown, NO_PARENT};

/// Turns the parser's events into a tree.
pub struct Builder<'a> {
    text: &'a str,
    /// Where the parser's text begins in `text`.
    offset: usize,
    pub markdown: Markdown,
    /// Open blocks, outermost first.
    open: Vec<u32>,
    /// Open inlines.
    spans: Vec<u32>,
    /// Whether the innermost open block is a paragraph that the parser does not know of: the text
    /// of a tight list item.
    implied: bool,
    /// Where the inline ends that was closed last.
    closed: u32,
    /// Where the lines of the fenced block end that the parser has read so far, without a fence that closes it.
    code_end: usize,
    /// The end of a block, and the end of its words; blocks that are nested often end together.
    trimmed: (usize, usize),
}

impl<'a> Builder<'a> {
    pub fn new(text: &'a str, start: usize) -> Self {
        let size = text.len() - start;
        let markdown = Markdown {
            blocks: Vec::with_capacity(size / 40),
            inlines: Vec::with_capacity(size / 80),
            ..Markdown::default()
        };
        Self {
            text,
            offset: start,
            markdown,
            open: Vec::new(),
            spans: Vec::new(),
            implied: false,
            closed: 0,
            code_end: 0,
            trimmed: (0, 0),
        }
    }

    /// `definitions`: those that links and images may refer to.
    pub fn event(&mut self, event: Event<'_>, range: Range<usize>, definitions: &RefDefs<'_>) {
        match event {
            Event::Start(tag) => self.start(tag, range, definitions),
            Event::End(tag) => self.end(tag),
            Event::TaskListMarker(_) => self.task_marker(range),
            Event::Rule => {
                self.open_block(BlockKind::Rule, range);
                self.close_block();
            }
            Event::Html(_) => {}
            Event::Text(_) => {
                self.code_end = range.end;
                self.inline_text(&range);
            }
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

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>, definitions: &RefDefs<'_>) {
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
            Tag::Link { link_type, dest_url, id, .. } => {
                let destination = self.push_destination(&dest_url, link_type, &id, definitions);
                return self.open_span(InlineKind::Link { destination }, range, 1);
            }
            Tag::Image { link_type, dest_url, id, .. } => {
                let destination = self.push_destination(&dest_url, link_type, &id, definitions);
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
            TagEnd::CodeBlock => {
                self.close_fence();
                self.close_block();
            }
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
        // The parser puts the cells that a short row lacks behind it.
        let bound = self.markdown.blocks.get(parent as usize).map_or(range.end, |block| block.end as usize);
        let range = range.start.min(bound)..range.end;
        let end = self.end_of_words(&range).min(bound);
        // Of all blocks, the parser counts the indentation in only for these.
        let is_indented = matches!(kind, BlockKind::List { .. } | BlockKind::Item);
        let indentation =
            if is_indented { end - range.start - self.text[range.start..end].trim_start().len() } else { 0 };
        self.open.push(self.markdown.blocks.len() as u32);
        self.markdown.blocks.push(Block {
            kind,
            start: (range.start + indentation) as u32,
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
        self.open_block(BlockKind::Fence { closed: false }, range.clone());
        let line_end = self.text[range.clone()].find(['\n', '\r']).unwrap_or(range.len());
        self.code_end = range.start + line_end;
        let line = &self.text[range.start..range.start + line_end];
        let fence = line.len() - line.trim_start_matches(['`', '~']).len();
        let info_text = line[fence..].trim();
        if !info.is_empty() && !info_text.is_empty() {
            let at = range.start + fence + line[fence..].find(info_text).unwrap_or(0);
            self.last_block().extra = (at as u32, (at + info_text.len()) as u32);
        }
    }

    /// The fence that closes a block is the only line of it that is not among its code.
    fn close_fence(&mut self) {
        let Block { kind, start, end, .. } = *self.last_block();
        if matches!(kind, BlockKind::Fence { .. }) {
            let marker = if self.text[start as usize..].starts_with('~') { '~' } else { '`' };
            let rest = self.text.get(self.code_end..end as usize).unwrap_or_default();
            self.last_block().kind = BlockKind::Fence { closed: rest.contains(marker) };
        }
    }

    fn last_block(&mut self) -> &mut Block {
        self.markdown.blocks.last_mut().expect("a block was just opened")
    }

    fn task_marker(&mut self, range: Range<usize>) {
        let item = self.open.iter().rev().find(|id| self.markdown.blocks[**id as usize].kind == BlockKind::Item);
        if let Some(id) = item.copied() {
            self.markdown.blocks[id as usize].extra = (range.start as u32, range.end as u32);
            self.markdown.tasks.push(BlockId(id));
        }
    }

    /// Inline content directly inside an item is the text of a tight list: it gets a paragraph.
    fn inline_text(&mut self, range: &Range<usize>) {
        let Some(parent) = self.open.last().copied() else { return };
        if self.implied {
            let words = self.text[range.clone()].trim_end();
            // White space that Markdown takes for words, such as U+00A0, ends no block.
            if !words.is_empty() {
                let end = &mut self.markdown.blocks[parent as usize].end;
                *end = (*end).max(range.start as u32 + words.len() as u32);
            }
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
        let (InlineKind::Link { destination } | InlineKind::Image { destination }) = link.kind else { return };
        let written = &mut self.markdown.destination_ranges[destination as usize];
        if *written != NOT_FOUND {
            return;
        }
        let text = &self.text[..link.end as usize];
        *written = match text[link.content.1 as usize..].strip_prefix("](") {
            Some(after) => {
                let (start, found) = (text.len() - after.len(), destination_in(after));
                ((start + found.start) as u32, (start + found.end) as u32)
            }
            // An address in angle brackets.
            None => link.content,
        };
    }

    fn push_destination(&mut self, destination: &str, link_type: LinkType, label: &str, definitions: &RefDefs) -> u32 {
        if link_type != LinkType::Email {
            self.markdown.destinations.push_str(destination);
        }
        self.markdown.destination_ends.push(self.markdown.destinations.len() as u32);
        let refers = matches!(link_type, LinkType::Reference | LinkType::Collapsed | LinkType::Shortcut);
        let definition = if refers { definitions.get(label) } else { None };
        self.markdown.destination_ranges.push(definition.map_or(NOT_FOUND, |definition| {
            let start = definition.span.start + self.offset;
            let found = destination_of_definition(&self.text[start..definition.span.end + self.offset]);
            ((start + found.start) as u32, (start + found.end) as u32)
        }));
        self.markdown.destination_ends.len() as u32 - 1
    }
}

/// Where a destination is written, while that is not known.
const NOT_FOUND: (u32, u32) = (0, 0);

/// Bytes of the destination in `[label]: destination`.
fn destination_of_definition(definition: &str) -> Range<usize> {
    let bytes = definition.as_bytes();
    let closes = |at: &usize| bytes.get(at + 1) == Some(&b':') && *at > 0 && bytes[at - 1] != b'\\';
    let close = memchr::memchr_iter(b']', bytes).find(closes).map_or(definition.len(), |at| at + 2);
    let after = &definition[close..];
    let mut words = after.trim_start_matches([' ', '\t']);
    // A destination with a line of its own stands behind the marks of the quotes around it.
    if words.starts_with(['\n', '\r']) {
        words = words.trim_start_matches(|c: char| c.is_whitespace() || c == '>');
    }
    let start = definition.len() - words.len();
    let found = destination_in(words);
    start + found.start..start + found.end
}

/// Bytes of the destination that `text` begins with, behind blanks and without its angle brackets.
fn destination_in(text: &str) -> Range<usize> {
    let words = text.trim_start();
    let inside = words.strip_prefix('<');
    let is_angled = inside.is_some();
    let words = inside.unwrap_or(words);
    let (mut depth, mut is_escaped) = (0, false);
    let end = words.find(|c: char| {
        if std::mem::take(&mut is_escaped) {
            return false;
        }
        match c {
            '\\' => is_escaped = true,
            '>' => return is_angled,
            _ if is_angled => {}
            '(' => depth += 1,
            ')' if depth == 0 => return true,
            ')' => depth -= 1,
            _ => return c.is_ascii_whitespace(),
        }
        false
    });
    let start = text.len() - words.len();
    start..start + end.unwrap_or(words.len())
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
