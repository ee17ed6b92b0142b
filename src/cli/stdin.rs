//! `--stdin-filename`: the text of an artifact as an editor holds it.

use std::{
    io::{self, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    artifact::{Document, Encoding, encoding_of},
    disk::{self, Candidate},
    workspace::Workspace,
};

/// A text that takes the place of a file, be that there or not.
#[derive(Clone, Debug)]
pub struct Stdin {
    /// Absolute.
    pub path: PathBuf,
    /// As they came in.
    pub bytes: Arc<[u8]>,
}

impl Stdin {
    /// Reads standard input to its end.
    ///
    /// # Errors
    /// Those of reading, and of a current folder that is unknown.
    pub fn read(path: &Path) -> io::Result<Self> {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes)?;
        Ok(Self { path: disk::absolute(path)?, bytes: bytes.into() })
    }

    pub fn is_utf_8(&self) -> bool {
        encoding_of(&self.bytes) == Encoding::Utf8
    }

    pub fn document(&self, candidate: &Candidate, workspace: &Workspace) -> Document {
        let text = String::from_utf8_lossy(&self.bytes).into();
        let mut document = Document::read(candidate.path.clone(), candidate.kind, text, &workspace.vocabulary);
        document.encoding = encoding_of(&self.bytes);
        document
    }
}
