//! What a rule says about a document, free of any protocol.

use std::{fmt, ops::Range, str::FromStr};

use crate::text::Edit;

/// How much a finding matters, least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Style.
    Hint,
    /// Open work.
    Information,
    /// A step of the workflow is missing.
    Warning,
    /// A reader or agent would be misled.
    Error,
}

impl Severity {
    pub const ALL: [Self; 4] = [Self::Hint, Self::Information, Self::Warning, Self::Error];

    pub fn name(self) -> &'static str {
        match self {
            Self::Hint => "hint",
            Self::Information => "information",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Severity {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|severity| severity.name() == name).ok_or(())
    }
}

/// One finding. Its severity is final: configuration has been applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The rule's name, the `code` of LSP.
    pub rule: &'static str,
    pub severity: Severity,
    /// Bytes of the document's text.
    pub range: Range<usize>,
    pub message: String,
    pub related: Vec<Related>,
    pub fixes: Vec<Fix>,
}

impl Diagnostic {
    pub fn new(rule: &'static str, severity: Severity, range: Range<usize>, message: impl Into<String>) -> Self {
        Self { rule, severity, range, message: message.into(), related: Vec::new(), fixes: Vec::new() }
    }

    /// Adds a second place; `range` is bytes of the text of the file `path`.
    pub fn relate(&mut self, path: &str, range: Range<usize>, message: impl Into<String>) -> &mut Self {
        self.related.push(Related { path: path.into(), range, message: message.into() });
        self
    }

    pub fn fix(&mut self, fix: Fix) -> &mut Self {
        self.fixes.push(fix);
        self
    }

    /// Whether one key repairs it.
    pub fn is_fixable(&self) -> bool {
        !self.fixes.is_empty()
    }
}

/// The most findings that one file may have.
pub const MOST_FINDINGS: usize = 1000;

/// Lets the last finding of a file say how many more there are, if any, that are not shown.
pub fn say_how_many_more(found: &mut [Diagnostic], more: usize) {
    if let Some(last) = found.last_mut().filter(|_| more > 0) {
        last.message.push_str(&format!(" ({more} more findings in this file are not shown)"));
    }
}

/// A second place that the finding is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// The file, relative to the root, with `/`.
    pub path: Box<str>,
    /// Bytes of that file's text.
    pub range: Range<usize>,
    pub message: String,
}

/// A repair that the finding's author can apply with one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    pub title: String,
    /// Whether it belongs to fix-all: it cannot change what the author means.
    pub safe: bool,
    pub repair: Repair,
    /// Where writing goes on: bytes of the document's text after the edits.
    pub cursor: Option<usize>,
}

/// What a fix does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Repair {
    /// Edits of the document itself, in any order, without overlap.
    Edits(Vec<Edit>),
    /// Creates files, by path relative to the root: artifacts from their templates, others empty.
    CreateFiles(Vec<Box<str>>),
    /// Another entry for the session log: whoever has a clock and the repository writes it.
    InsertLogEntry,
}

impl Fix {
    pub fn new(title: impl Into<String>, edits: Vec<Edit>) -> Self {
        Self { title: title.into(), safe: false, repair: Repair::Edits(edits), cursor: None }
    }

    pub fn safe(title: impl Into<String>, edits: Vec<Edit>) -> Self {
        Self { safe: true, ..Self::new(title, edits) }
    }

    /// `paths`: relative to the root, with `/`.
    pub fn create_files(title: impl Into<String>, paths: Vec<Box<str>>) -> Self {
        Self { title: title.into(), safe: false, repair: Repair::CreateFiles(paths), cursor: None }
    }

    pub fn insert_log_entry() -> Self {
        let title = "Insert session log entry".to_owned();
        Self { title, safe: false, repair: Repair::InsertLogEntry, cursor: None }
    }

    /// Puts the cursor at byte `at` of the text after the edits.
    pub fn with_cursor(self, at: usize) -> Self {
        Self { cursor: Some(at), ..self }
    }

    /// Its edits of the document, if that is what it does.
    pub fn edits(&self) -> &[Edit] {
        if let Repair::Edits(edits) = &self.repair { edits } else { &[] }
    }
}
