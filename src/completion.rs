//! Completions: the list of providers, and what they have in common.
//!
//! A provider looks at a [`Request`] and adds [`Item`]s; where it has nothing to say it is silent at
//! once. Items are ordered by provider, then as they were added: the most useful first.
//!
//! Architecture invariant: no LSP types, no clock and no disk here: all of it is handed in.

use std::ops::Range;

use jiff::Zoned;

use crate::{
    text::{Edit, line_end_at},
    workspace::{Document, Files, Workspace},
};

mod commands;
mod config;
mod paths;
mod place;
mod snippet;

pub use self::{config::complete_config, snippet::Snippet};

/// What is asked: completions for a cursor in an artifact.
pub struct Request<'a> {
    pub document: &'a Document,
    pub workspace: &'a Workspace,
    pub files: &'a dyn Files,
    /// The cursor, a byte of the document's text.
    pub offset: usize,
    /// Now, on the clock of whoever asks.
    pub now: &'a Zoned,
}

/// What an item is; each has its symbol in an editor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemKind {
    Section,
    Entry,
    Status,
    Commit,
    Question,
    Word,
    Command,
    File,
    Folder,
    Rule,
    Key,
    Value,
}

/// One thing to insert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub label: String,
    pub kind: ItemKind,
    /// A few words beside the label.
    pub detail: Option<String>,
    pub documentation: Documentation,
    /// What is replaced: bytes on the line of the cursor, around it.
    pub range: Range<usize>,
    pub insert: Snippet,
    /// What is typed is compared with this; `None`: with the label.
    pub filter: Option<String>,
    /// Edits elsewhere that belong to it, clear of `range`.
    pub also: Vec<Edit>,
    /// Whether the editor should ask for the next step at once, as behind a folder.
    pub goes_on: bool,
}

/// What an item says about itself, Markdown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Documentation {
    #[default]
    None,
    AtHand(String),
    /// The first lines of a file, by path relative to the root: read when somebody looks at the item.
    FileHead(Box<str>),
}

impl Item {
    pub fn new(kind: ItemKind, label: impl Into<String>, range: Range<usize>, insert: Snippet) -> Self {
        Self {
            label: label.into(),
            kind,
            detail: None,
            documentation: Documentation::None,
            range,
            insert,
            filter: None,
            also: Vec::new(),
            goes_on: false,
        }
    }
}

/// What is offered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List {
    /// The most useful first.
    pub items: Vec<Item>,
    /// Further typing may bring others: the client has to ask again.
    pub is_incomplete: bool,
}

impl Request<'_> {
    pub fn text(&self) -> &str {
        &self.document.text
    }

    /// The bytes of the cursor's line, without its end.
    pub fn line(&self) -> Range<usize> {
        let lines = &self.document.lines;
        lines.range(self.text(), lines.line(self.offset))
    }

    /// What stands on the line before the cursor.
    pub fn before(&self) -> &str {
        &self.text()[self.line().start..self.offset]
    }
}

type Provider = fn(&Request, &mut List);

/// Every provider, the most useful first.
const ALL: &[Provider] = &[commands::provide, paths::provide];

/// The completions at a cursor that stands in no code, comment or front matter: whoever asks knows
/// that from the concrete tree.
pub fn complete(request: &Request) -> List {
    let mut list = List::default();
    for provider in ALL {
        provider(request, &mut list);
    }
    let line_end = line_end_at(request.text(), request.offset);
    for item in &mut list.items {
        item.insert.set_line_end(line_end);
    }
    list
}
