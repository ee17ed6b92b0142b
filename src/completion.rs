//! Completions: the list of providers, and what they have in common.
//!
//! A provider looks at a [`Request`] and adds [`Item`]s; where it has nothing to say it is silent at
//! once. Items are ordered by provider, then as they were added: the most useful first.
//!
//! Architecture invariant: no LSP types, no clock and no disk here: all of it is handed in.

use std::ops::Range;

use jiff::Zoned;

use crate::{
    artifact::Document,
    text::{Edit, bom_length, line_end_at, words::fenced},
    workspace::{Files, Workspace},
};

mod commands;
mod commits;
mod config;
mod constraint_words;
mod cursor;
mod log_entry;
mod paths;
mod place;
mod questions;
mod rule_names;
mod sections;
mod snippet;
mod statuses;

pub use self::{config::complete_config, cursor::Inside, snippet::Snippet};

/// What is asked: completions for a cursor in an artifact.
pub struct Request<'a> {
    pub document: &'a Document,
    pub workspace: &'a Workspace,
    pub files: &'a dyn Files,
    /// The cursor, a byte of the document's text.
    pub offset: usize,
    /// What the cursor is in.
    pub inside: Inside,
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

    /// A file, or a folder, whose path ends in `/` and is gone on with. `path`: relative to the root.
    fn of_path(path: &str, label: impl Into<String>, range: Range<usize>, insert: Snippet) -> Self {
        let is_folder = path.ends_with('/');
        let kind = if is_folder { ItemKind::Folder } else { ItemKind::File };
        let documentation = if is_folder { Documentation::None } else { Documentation::FileHead(path.into()) };
        Self { documentation, goes_on: is_folder, ..Self::new(kind, label, range, insert) }
    }

    fn with_detail(self, detail: impl Into<String>) -> Self {
        Self { detail: Some(detail.into()), ..self }
    }

    fn with_documentation(self, markdown: impl Into<String>) -> Self {
        Self { documentation: Documentation::AtHand(markdown.into()), ..self }
    }

    fn with_filter(self, filter: impl Into<String>) -> Self {
        Self { filter: Some(filter.into()), ..self }
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

    /// The bytes of the cursor's line, without its end and without a byte order mark.
    pub fn line(&self) -> Range<usize> {
        let lines = self.document.lines();
        let line = lines.range(self.text(), lines.line(self.offset));
        let bom = if line.start == 0 { bom_length(self.text()) } else { 0 };
        line.start + bom..line.end
    }

    /// Whether the cursor stands on its line: nothing stands before a byte order mark, nor between the two
    /// characters of a line's end.
    fn is_on_line(&self) -> bool {
        let line = self.line();
        line.start <= self.offset && self.offset <= line.end
    }

    /// What stands on the line before the cursor.
    pub fn before(&self) -> &str {
        &self.text()[self.line().start..self.offset]
    }

    /// The stem of the document's phase.
    pub fn stem(&self) -> &str {
        self.workspace.config.stem(&self.document.path).unwrap_or_default()
    }

    /// A template with its placeholders as tab stops.
    pub fn skeleton(&self, text: String) -> Snippet {
        Snippet::of_template(text, |inside| self.workspace.vocabulary.is_placeholder(inside))
    }
}

type Provider = fn(&Request, &mut List);

/// Every provider, the most useful first.
const ALL: &[Provider] = &[
    rule_names::offer,
    statuses::offer,
    log_entry::offer,
    commits::offer,
    questions::offer,
    commands::offer,
    paths::offer,
    constraint_words::offer,
    sections::offer,
];

/// The completions at a cursor. In code there are none; in comments and front matter only from the
/// provider that is made for them.
pub fn complete(request: &Request) -> List {
    let mut list = List::default();
    let providers: &[Provider] = match request.inside {
        Inside::Words => ALL,
        Inside::Html => &[rule_names::offer],
        Inside::FrontMatter => &[statuses::offer],
        Inside::Code => &[],
    };
    for provider in providers.iter().filter(|_| request.is_on_line()) {
        provider(request, &mut list);
    }
    let line_end = line_end_at(request.text(), request.offset);
    for item in &mut list.items {
        item.insert.set_line_end(line_end);
    }
    list
}

#[cfg(test)]
mod tests;
