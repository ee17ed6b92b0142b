//! What is being edited: the concrete block tree of one open document, kept up to date by edits.
//!
//! It answers where a cursor is. What a document says is read by [`crate::markdown`]; diagnostics
//! never depend on this tree, so it may be missing where its parser takes too long.
//!
//! The parser sees the text with one line end more. Then no last line is unfinished, and a cursor
//! behind a final line end stands on a line of its own, which belongs to whatever is still open
//! there: to a fence without an end, but not to a closed one.
//!
//! The block grammar has no inlines: a comment within a paragraph is text to it.
//!
//! Architecture invariant: this module reads no clock; whoever asks for the tree says when to stop.

use std::ops::{ControlFlow, Range};

use tree_sitter::{InputEdit, ParseOptions, Parser, Point, Tree, TreeCursor};

use crate::text::ByteEdit;

#[cfg(test)]
mod tests;

/// The incremental concrete tree of one open document.
pub struct SyntaxTree {
    parser: Parser,
    tree: Option<Tree>,
    /// Bytes of the text that the tree stands for, its noted edits included.
    length: usize,
    /// No edit was noted since the last update, whether that left a tree or was stopped.
    is_settled: bool,
}

/// A block, or a part of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    pub kind: NodeKind,
    /// Bytes of the text, the line end of the last line included. A [`NodeKind::Row`] and a
    /// [`NodeKind::Cell`] end before it.
    pub range: Range<usize>,
}

/// Blocks in the words of CommonMark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// The whole text.
    Document,
    /// A `#` heading with all that follows it, up to the next of the same level or above; also what
    /// stands before the first one. Underlined headings open none.
    Section,
    Heading,
    Paragraph,
    List,
    /// With the empty lines after it: what is typed there, indented, belongs to it.
    Item,
    /// Fenced code, the lines of its fences included.
    Fence,
    IndentedCode,
    /// An HTML block, such as a comment on lines of its own.
    Html,
    /// YAML or TOML at the very top, or after a byte order mark.
    FrontMatter,
    Quote,
    Table,
    /// A line of a table: its head, the dashes below (which have no cells), or one of its body.
    Row,
    /// From one `|` to the next.
    Cell,
    /// A thematic break.
    Rule,
    LinkDefinition,
    /// What the grammar could not read.
    Other,
}

impl NodeKind {
    /// `None` for what is part of a block.
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "document" => Self::Document,
            "section" => Self::Section,
            "atx_heading" | "setext_heading" => Self::Heading,
            "paragraph" => Self::Paragraph,
            "list" => Self::List,
            "list_item" => Self::Item,
            "fenced_code_block" => Self::Fence,
            "indented_code_block" => Self::IndentedCode,
            "html_block" => Self::Html,
            "minus_metadata" | "plus_metadata" => Self::FrontMatter,
            "block_quote" => Self::Quote,
            "pipe_table" => Self::Table,
            "pipe_table_header" | "pipe_table_delimiter_row" | "pipe_table_row" => Self::Row,
            "thematic_break" => Self::Rule,
            "link_reference_definition" => Self::LinkDefinition,
            "ERROR" => Self::Other,
            _ => return None,
        })
    }

    /// Whether blocks or rows are within.
    fn is_container(self) -> bool {
        matches!(
            self,
            Self::Document | Self::Section | Self::List | Self::Item | Self::Quote | Self::Table | Self::Other
        )
    }
}

impl Default for SyntaxTree {
    fn default() -> Self {
        Self::new()
    }
}

impl SyntaxTree {
    pub fn new() -> Self {
        let mut parser = Parser::new();
        // A grammar for another version of the library would parse nothing; a test would see it.
        let _ = parser.set_language(&tree_sitter_md::LANGUAGE.into());
        Self { parser, tree: None, length: 0, is_settled: false }
    }

    /// Notes an edit of the text, in the order of the edits, without parsing.
    pub fn note_edit(&mut self, edit: ByteEdit) {
        self.is_settled = false;
        let Some(tree) = &mut self.tree else { return };
        let is_within = edit.start <= edit.old_end && edit.start <= edit.new_end && edit.old_end <= self.length;
        let is_all = edit.start == 0 && edit.old_end == self.length;
        if !is_within || is_all || edit.new_end >= MOST_BYTES {
            return self.forget();
        }
        self.length = self.length - edit.old_end + edit.new_end;
        tree.edit(&InputEdit {
            start_byte: edit.start,
            old_end_byte: edit.old_end,
            new_end_byte: edit.new_end,
            // The grammar never asks for a column, and whatever an edit touches gets its own points
            // when it is read again; so these need not be looked up.
            start_position: Point::default(),
            old_end_position: Point::default(),
            new_end_position: Point::default(),
        });
    }

    /// Forgets everything: the next update reads the whole text.
    pub fn forget(&mut self) {
        self.parser.reset();
        self.tree = None;
        self.is_settled = false;
    }

    /// Brings the tree up to date with `text`, which is what the noted edits led to; says whether
    /// there is a tree now. `should_stop` is asked every now and then, and must not panic; after it
    /// said yes there is no tree until the text changes.
    pub fn update(&mut self, text: &str, should_stop: &mut dyn FnMut() -> bool) -> bool {
        if self.is_settled && self.length == text.len() {
            return self.tree.is_some();
        }
        // Otherwise some edit was not noted.
        let old = self.tree.take().filter(|_| self.length == text.len());
        self.length = text.len();
        self.is_settled = true;
        self.tree = if text.len() < MOST_BYTES { self.parse(text, old.as_ref(), should_stop) } else { None };
        // How the parser goes on after what it cannot read depends on what it kept of the old tree.
        if old.is_some() && self.tree.as_ref().is_some_and(|tree| tree.root_node().has_error()) {
            self.tree = self.parse(text, None, should_stop);
        }
        self.tree.is_some()
    }

    fn parse(&mut self, text: &str, old: Option<&Tree>, should_stop: &mut dyn FnMut() -> bool) -> Option<Tree> {
        let mut read = |offset: usize, _| match text.as_bytes().get(offset..) {
            Some([]) => b"\n",
            Some(rest) => rest,
            None => b"",
        };
        let mut go_on = |_: &_| if should_stop() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
        let options = ParseOptions::new().progress_callback(&mut go_on);
        let tree = self.parser.parse_with_options(&mut read, old, Some(options));
        if tree.is_none() {
            self.parser.reset();
        }
        tree
    }

    /// The nodes around byte `offset`, outermost first; none without a tree. They are those that a
    /// character typed there would stand in: a node holds the places before each of its characters,
    /// and so the end of its last line, but not the beginning of the line below. A row and a cell
    /// hold their own end, too. Where a line begins with the marks of a quote or with indentation,
    /// these belong to what goes on in that line.
    pub fn around(&self, offset: usize) -> Vec<Node> {
        let Some(tree) = self.tree.as_ref().filter(|_| self.is_settled) else { return Vec::new() };
        let offset = offset.min(self.length);
        // A byte order mark and empty lines at the top are no part of the parser's document.
        let mut nodes = vec![Node { kind: NodeKind::Document, range: 0..self.length }];
        let mut cursor = tree.walk();
        let mut kind = NodeKind::Document;
        while kind.is_container() {
            // A row ends before its line end.
            let is_in_table = kind == NodeKind::Table;
            if cursor.goto_first_child_for_byte(offset - usize::from(is_in_table && offset > 0)).is_none() {
                break;
            }
            let Some(inner) = NodeKind::of(cursor.node().kind()) else { break };
            let range = cursor.node().start_byte()..end(&cursor);
            let holds = range.contains(&offset) || is_in_table && range.end == offset;
            if !holds {
                break;
            }
            kind = inner;
            nodes.push(Node { kind, range: range.start..range.end.min(self.length) });
        }
        if kind == NodeKind::Row {
            nodes.extend(cell(&mut cursor, offset));
        }
        nodes
    }
}

/// Offsets are 32 bits wide to the parser.
const MOST_BYTES: usize = u32::MAX as usize;

/// Where a node ends. To the grammar, the last block in a container also has the marks of the
/// container that begin the line below; here it has not.
fn end(cursor: &TreeCursor) -> usize {
    let end = cursor.node().end_byte();
    let mut last = cursor.clone();
    while last.goto_last_child() && last.node().end_byte() == end {
        if last.node().kind() == "block_continuation" {
            return last.node().start_byte();
        }
    }
    end
}

/// The cell of a row that holds `offset`; the cursor stands on the row.
fn cell(cursor: &mut TreeCursor, offset: usize) -> Option<Node> {
    let row = cursor.node();
    if row.kind() == "pipe_table_delimiter_row" {
        return None;
    }
    let mut start = row.start_byte();
    for child in row.children(cursor).filter(|child| child.kind() == "|") {
        if start <= offset && offset <= child.start_byte() && start < child.start_byte() {
            return Some(Node { kind: NodeKind::Cell, range: start..child.start_byte() });
        }
        start = child.end_byte();
    }
    // After the last bar there is a cell only if something stands there.
    let is_last = start <= offset && start < row.end_byte();
    is_last.then(|| Node { kind: NodeKind::Cell, range: start..row.end_byte() })
}

/// Edits that a tree has yet to note. A tree may be busy; these are kept beside it, so that a key
/// never waits. There are few of them, however long nobody asks for the tree.
#[derive(Clone, Debug, Default)]
pub struct PendingEdits {
    edits: Vec<ByteEdit>,
}

impl PendingEdits {
    /// More places than this are taken together.
    const MOST: usize = 64;

    pub fn push(&mut self, edit: ByteEdit) {
        let is_full = self.edits.len() >= Self::MOST;
        match self.edits.last_mut() {
            Some(last) if is_full || last.touches(edit) => *last = last.then(edit),
            _ => self.edits.push(edit),
        }
    }

    /// Hands them over to the tree.
    pub fn note_in(self, tree: &mut SyntaxTree) {
        self.edits.into_iter().for_each(|edit| tree.note_edit(edit));
    }
}
