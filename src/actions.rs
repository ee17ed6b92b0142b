//! Code actions: the list, and what they have in common.
//!
//! An action looks at a [`Context`] and makes [`Offers`]. What is cheap comes with its [`Change`];
//! what is costly is made when a client that can resolve asks for it.
//!
//! Architecture invariant: no LSP types, no clock and no disk here: all of it is handed in.

use std::ops::Range;

use jiff::Zoned;

use crate::{
    artifact::Document,
    diagnostic::{Diagnostic, Fix, Repair},
    edit::{Fragment, Insertion, numbering},
    markdown::BlockId,
    text::{self, Edit},
    workspace::{Files, Workspace},
};

mod create_artifacts;
pub mod fix_all;
mod ignore;
mod insert_sections;
pub mod log_entry;
mod questions;
mod quick_fixes;
mod set_status;
mod sort_sections;
mod statements;
mod tick;

/// All that an action may know.
pub struct Context<'a> {
    pub document: &'a Document,
    pub workspace: &'a Workspace,
    pub files: &'a dyn Files,
    /// Every finding of the document.
    pub diagnostics: &'a [Diagnostic],
    /// What is selected, bytes at the boundaries of characters; empty for a cursor.
    pub selection: Range<usize>,
    /// The findings that the client asks about by name, as places in `diagnostics`, in order.
    pub asked: Vec<usize>,
    /// Now, on the clock of whoever asks.
    pub now: &'a Zoned,
}

impl Context<'_> {
    /// The innermost block on the line of the cursor, or of the end of the selection, and there at the
    /// cursor.
    fn block_at_cursor(&self) -> Option<BlockId> {
        self.document.markdown.block_at(self.place()?)
    }

    /// The byte that the cursor is at, or the end of the selection, as a person sees it: the margin
    /// belongs to what it stands before, a line's end to what it ends. A blank line is no place.
    fn place(&self) -> Option<usize> {
        let (text, lines) = (&self.document.text, self.document.lines());
        let offset = self.last_selected();
        let line = lines.range(text, lines.line(offset));
        let words = text[line.clone()].trim_start_matches('\u{feff}');
        let start = line.end - words.trim_start().len();
        let end = start + words.trim().len();
        let last = text[start..end].chars().next_back().map_or(0, char::len_utf8);
        (start < end).then(|| offset.clamp(start, end - last))
    }

    /// The end of the selection; one that ends where a line begins ends with the line before.
    fn last_selected(&self) -> usize {
        let (text, end) = (&self.document.text, self.selection.end);
        let is_line_start = self.selection.start < end && text[..end].ends_with(['\n', '\r']);
        if !is_line_start {
            return end;
        }
        let before = &text[..end];
        let before = before.strip_suffix("\r\n").unwrap_or_else(|| &before[..end - 1]);
        before.len().max(self.selection.start)
    }

    /// Bytes of the lines that the selection is on, without the last one's end.
    fn selected_lines(&self) -> Range<usize> {
        let (text, lines) = (&self.document.text, self.document.lines());
        let start = lines.range(text, lines.line(self.selection.start)).start;
        start..lines.range(text, lines.line(self.last_selected())).end
    }
}

/// What an action is for; LSP 3.17, `CodeActionKind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActionKind {
    QuickFix,
    /// Puts something new into the workspace.
    Insert,
    /// Writes what is there in another way.
    Rewrite,
    FixAll,
}

impl ActionKind {
    pub const ALL: [Self; 4] = [Self::QuickFix, Self::Insert, Self::Rewrite, Self::FixAll];

    /// Kinds are hierarchical: `refactor` asks for `refactor.rewrite`, too.
    pub fn name(self) -> &'static str {
        ["quickfix", "refactor.insert", "refactor.rewrite", "source.fixAll.phasemark"][self as usize]
    }
}

/// What a client may do to a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    pub title: String,
    pub kind: ActionKind,
    /// The findings that it repairs, by their places in [`Context::diagnostics`].
    pub repairs: Vec<usize>,
    /// Whether it is the one that a key for "just fix it" should take.
    pub is_preferred: bool,
    /// `None`: costly, made by [`resolve`].
    pub change: Option<Change>,
    /// Whether its change has a template: editors that fill in templates have it made by the server.
    pub is_template: bool,
}

/// What an action does to the workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Edits of the document, in any order, without overlap.
    pub edits: Vec<Edit>,
    pub new_files: Vec<NewFile>,
    /// Where the cursor goes: bytes of the document's text after the edits, or of the first new
    /// file's if nothing is edited.
    pub cursor: Option<usize>,
    /// What the only edit inserts, with its empty places.
    pub template: Option<Fragment>,
}

/// A file that does not exist yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFile {
    /// Relative to the root, with `/`.
    pub path: Box<str>,
    pub text: String,
}

impl From<Insertion> for Change {
    fn from(insertion: Insertion) -> Self {
        let template = Some(insertion.template).filter(|template| !template.stops.is_empty());
        Self { edits: vec![insertion.edit], cursor: Some(insertion.cursor), template, ..Self::default() }
    }
}

/// Edits and the cursor after them.
impl From<(Vec<Edit>, usize)> for Change {
    fn from((edits, cursor): (Vec<Edit>, usize)) -> Self {
        Self { edits, cursor: Some(cursor), ..Self::default() }
    }
}

impl From<Vec<Edit>> for Change {
    fn from(edits: Vec<Edit>) -> Self {
        Self { edits, ..Self::default() }
    }
}

/// As many edits as go into every menu.
const FEW_EDITS: usize = 100;

/// Takes what the actions offer.
pub struct Offers<'a> {
    wanted: Wanted<'a>,
    found: Vec<Action>,
}

/// What whoever asks will do with an offer.
enum Wanted<'a> {
    /// Shows it; `with_costly`: and cannot ask again.
    All { with_costly: bool },
    /// Carries out the one of this kind and title.
    One(ActionKind, &'a str),
}

impl Offers<'_> {
    /// Offers a change that is at hand; one of many edits goes to a client that may ask for it only when it does.
    pub fn offer(&mut self, kind: ActionKind, title: impl Into<String>, change: impl Into<Change>) -> &mut Action {
        let (title, change) = (title.into(), change.into());
        let change = (change.edits.len() <= FEW_EDITS || self.wants(kind, &title)).then_some(change);
        self.push(kind, title, change)
    }

    fn push(&mut self, kind: ActionKind, title: String, change: Option<Change>) -> &mut Action {
        self.found.push(Action { title, kind, repairs: Vec::new(), is_preferred: false, change, is_template: false });
        self.found.last_mut().expect("an action was just pushed")
    }

    /// Whether the change is made now, whatever it costs.
    fn wants(&self, kind: ActionKind, title: &str) -> bool {
        match self.wanted {
            Wanted::All { with_costly } => with_costly,
            Wanted::One(wanted, wanted_title) => wanted == kind && wanted_title == title,
        }
    }

    /// Offers a change that `make` makes once somebody wants it; `None` from it takes the offer back.
    pub fn offer_costly(
        &mut self,
        kind: ActionKind,
        title: impl Into<String>,
        make: impl FnOnce() -> Option<Change>,
    ) -> Option<&mut Action> {
        let title = title.into();
        let change = if self.wants(kind, &title) { Some(make()?) } else { None };
        Some(self.push(kind, title, change))
    }
}

/// Every action for the selection of a kind that `wants`, the most useful first. `with_costly`: the
/// client cannot ask again, so that costly changes are made now.
pub fn list(ctx: &Context, wants: &dyn Fn(ActionKind) -> bool, with_costly: bool) -> Vec<Action> {
    run(ctx, wants, Wanted::All { with_costly })
}

/// The change of the action of that kind and title, if it is still offered.
pub fn resolve(ctx: &Context, kind: ActionKind, title: &str) -> Option<Change> {
    let actions = run(ctx, &|offered| offered == kind, Wanted::One(kind, title));
    actions.into_iter().find(|action| action.title == title)?.change
}

fn run(ctx: &Context, wants: &dyn Fn(ActionKind) -> bool, wanted: Wanted) -> Vec<Action> {
    let mut offers = Offers { wanted, found: Vec::new() };
    for (kinds, offer) in ALL {
        if kinds.iter().any(|kind| wants(*kind)) {
            offer(ctx, &mut offers);
        }
    }
    let mut found = distinct(offers.found.into_iter().filter(|action| wants(action.kind)));
    // An editor applies the preferred fix without a menu only if there is one.
    let mut preferred = found.iter_mut().filter(|action| action.is_preferred);
    preferred.next();
    preferred.for_each(|action| action.is_preferred = false);
    for action in &mut found {
        let Some(change) = &mut action.change else { continue };
        let (text, edits) = (&ctx.document.text, std::mem::take(&mut change.edits));
        change.edits = match action.kind {
            ActionKind::QuickFix | ActionKind::Insert => to_be_applied(ctx.workspace, text, edits),
            // What is moved keeps its numbers; fixes that were applied together have theirs.
            ActionKind::Rewrite | ActionKind::FixAll => text::at_positions(text, &edits),
        };
    }
    found
}

/// Gives a fix the edits that an editor gets.
pub fn settle(workspace: &Workspace, document: &Document, fix: &mut Fix) {
    if let Repair::Edits(edits) = &mut fix.repair {
        *edits = to_be_applied(workspace, &document.text, std::mem::take(edits));
    }
}

/// Edits of a text as they are applied together.
fn to_be_applied(workspace: &Workspace, text: &str, edits: Vec<Edit>) -> Vec<Edit> {
    let is_placeholder = |inside: &str| workspace.vocabulary.is_placeholder(inside);
    text::at_positions(text, &numbering::counted_on(text, edits, &is_placeholder))
}

/// A change is offered once, however many roads lead to it, and no menu has a title twice.
fn distinct(actions: impl Iterator<Item = Action>) -> Vec<Action> {
    let mut found: Vec<Action> = Vec::new();
    for action in actions {
        let is_same = |other: &&mut Action| {
            other.title == action.title || action.change.is_some() && other.change == action.change
        };
        match found.iter_mut().find(is_same) {
            Some(other) if other.change == action.change => {
                other.repairs.extend(action.repairs);
                other.repairs.sort_unstable();
                other.repairs.dedup();
            }
            Some(_) => {}
            None => found.push(action),
        }
    }
    found
}

type Offer = fn(&Context, &mut Offers);

/// Every action with the kinds that it offers, in the order in which a person sees them.
const ALL: &[(&[ActionKind], Offer)] = &[
    (&[ActionKind::QuickFix], quick_fixes::offer),
    (&[ActionKind::Rewrite], questions::offer),
    (&[ActionKind::Rewrite], set_status::offer),
    (&[ActionKind::Rewrite], tick::offer),
    // Offered everywhere, so it leaves the first places to what is about the cursor.
    (&[ActionKind::Insert], log_entry::offer),
    (&[ActionKind::Rewrite], statements::offer),
    (&[ActionKind::Insert], insert_sections::offer),
    (&[ActionKind::Insert], create_artifacts::offer),
    (&[ActionKind::Rewrite], sort_sections::offer),
    (&[ActionKind::FixAll], fix_all::offer),
    (&[ActionKind::QuickFix], ignore::offer),
];

#[cfg(test)]
mod tests;
