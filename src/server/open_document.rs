//! An open document, and the result of analysing one of its versions.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use tower_lsp::lsp_types::{Range, Url};

use super::{convert::Place, features::Features, roots::Root};
use crate::{
    artifact::Document,
    diagnostic::{Diagnostic, Severity},
    syntax_tree::{PendingEdits, SyntaxTree},
    text::{EditBuffer, LineIndex},
};

/// An open document.
#[derive(Clone)]
pub struct OpenDocument {
    /// As the client spells it.
    pub uri: Url,
    /// Tells what was opened again from what was closed: versions begin anew.
    pub opening: u64,
    pub version: i32,
    pub buffer: EditBuffer,
    /// Brought up to date when it is asked for. It may be busy: never wait for it while holding the document.
    pub syntax: Arc<Mutex<SyntaxTree>>,
    /// What became of the buffer since the tree was last brought up to date.
    pub pending: PendingEdits,
    /// `None` for what is no file, such as an untitled buffer.
    pub path: Option<PathBuf>,
    /// Its root, once that was looked for.
    pub home: Option<Option<Arc<Root>>>,
    pub analysis: Option<Arc<Analysis>>,
    /// Something was typed since it was opened or saved.
    pub is_edited: bool,
    /// Its file was seen on disk.
    pub had_file: bool,
    /// Its file has gone, and nothing was typed since: an editor may hold it without showing it.
    pub has_gone: bool,
    pub last_published: Option<Instant>,
    /// How long each task took the last time.
    pub took: [Option<Duration>; 3],
}

impl OpenDocument {
    /// Its path, and its root once that was looked for.
    pub fn place(&self) -> Option<(PathBuf, Arc<Root>)> {
        Some((self.path.clone()?, self.home.clone()??))
    }
}

/// What is done at once where that is quick.
#[derive(Clone, Copy)]
pub enum Task {
    Analysis,
    Completion,
    Actions,
}

/// The result of analysing one version.
pub struct Analysis {
    pub version: i32,
    pub subject: Subject,
    pub diagnostics: Vec<Diagnostic>,
}

/// What an open document is: an artifact, a configuration file, or neither.
pub enum Subject {
    /// A Markdown file in the folder of a role. `counts`: as an artifact; else it may become one, and gets
    /// completions and actions, but no diagnostics.
    Artifact {
        root: Arc<Root>,
        document: Arc<Document>,
        counts: bool,
    },
    Config {
        root: Arc<Root>,
        text: Arc<str>,
        lines: LineIndex,
    },
    Other,
}

impl Analysis {
    /// The text that positions belong to.
    pub fn place<'a>(&'a self, features: &Features) -> Option<Place<'a>> {
        let (text, lines) = match &self.subject {
            Subject::Artifact { document, .. } => (&document.text, document.lines()),
            Subject::Config { text, lines, .. } => (text, lines),
            Subject::Other => return None,
        };
        Some(Place { text, lines, encoding: features.encoding, is_closed: false })
    }

    /// Whether it is of a file that gets diagnostics.
    pub fn is_checked(&self) -> bool {
        !matches!(self.subject, Subject::Artifact { counts: false, .. } | Subject::Other)
    }

    pub fn root(&self) -> Option<&Arc<Root>> {
        match &self.subject {
            Subject::Artifact { root, .. } | Subject::Config { root, .. } => Some(root),
            Subject::Other => None,
        }
    }

    /// What a client sees of the diagnostics, their related places aside.
    pub fn shown(&self, features: &Features) -> Vec<(Range, Severity, &str, &str)> {
        let Some(place) = self.place(features) else { return Vec::new() };
        self.diagnostics.iter().map(|d| (place.range(&d.range), d.severity, d.rule, &*d.message)).collect()
    }
}
