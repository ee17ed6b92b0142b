//! What the words above a list, and the head of a table's column, say about the paths below.

use super::{hints, making};
use crate::markdown::{Block, BlockId, BlockKind, Markdown};

/// What is known about the lists and the table around the block that was entered last; blocks come
/// in document order, so that each is looked at once.
#[derive(Default)]
pub struct Introductions {
    lists: Vec<List>,
    /// Whether the columns of the last table list new files.
    columns: Vec<bool>,
    is_header: bool,
    /// Whether a cell of the row says that its file is new.
    row_creates: bool,
    /// The column of the cell; `None` outside of tables.
    column: Option<usize>,
}

/// An open list, those around it included.
struct List {
    /// The first block after it.
    next: BlockId,
    creates: bool,
    forbids: bool,
    /// Whether its first item has a box.
    is_of_tasks: bool,
    /// Whether the item that is being read is a step below a list of files: it alone has a box.
    in_step: bool,
}

impl Introductions {
    pub fn enter(&mut self, text: &str, markdown: &Markdown, id: BlockId, block: &Block) {
        while self.lists.pop_if(|list| list.next <= id).is_some() {}
        match block.kind {
            BlockKind::List { .. } => self.enter_list(text, markdown, id),
            BlockKind::Item => {
                let depth = self.lists.len();
                let is_around = depth > 1 && self.lists[depth - 2].in_step;
                if let Some(list) = self.lists.last_mut() {
                    list.in_step = is_around || block.task_marker().is_some() && !list.is_of_tasks;
                }
            }
            BlockKind::Table => self.columns.clear(),
            BlockKind::Row { header } => {
                (self.is_header, self.column) = (header, None);
                let mut cells = markdown.children(id);
                self.row_creates = !header && cells.any(|(_, cell)| making::is_cell(&text[cell.range()]));
            }
            BlockKind::Cell => {
                self.column = Some(self.column.map_or(0, |column| column + 1));
                if self.is_header {
                    self.columns.push(making::is_label(&text[block.range()]));
                }
            }
            _ => self.column = None,
        }
    }

    fn enter_list(&mut self, text: &str, markdown: &Markdown, id: BlockId) {
        let (mut creates, mut forbids) =
            self.lists.last().map_or((false, false), |around| (around.creates, around.forbids));
        if let Some(before) = markdown.previous_sibling_leaf(id)
            && markdown.block(before).kind == BlockKind::Paragraph
        {
            let range = markdown.block(before).range();
            let is_in_item = markdown.parent(id).is_some_and(|around| markdown.block(around).kind == BlockKind::Item);
            creates |= is_in_item && making::is_label(&text[range.clone()]);
            forbids |= hints::introduces_forbidden(text, &range);
        }
        let is_of_tasks = markdown.children(id).next().is_some_and(|(_, first)| first.task_marker().is_some());
        self.lists.push(List { next: markdown.next(id), creates, forbids, is_of_tasks, in_step: false });
    }

    /// Whether the path's list or column is one of new files.
    pub fn creates(&self) -> bool {
        let column = self.column.filter(|_| !self.is_header);
        let in_table = column.is_some_and(|column| self.row_creates || self.columns.get(column) == Some(&true));
        in_table || self.lists.last().is_some_and(|list| list.creates)
    }

    /// Whether it stands in a step that Markdown takes for a part of the list of files above it.
    pub fn is_step(&self) -> bool {
        self.lists.last().is_some_and(|list| list.in_step)
    }

    /// Whether the words above a list around the path forbid what it names.
    pub fn forbids(&self) -> bool {
        self.lists.last().is_some_and(|list| list.forbids)
    }
}
