//! Plain types as LSP has them.

use std::path::{Path, PathBuf};

use tower_lsp::lsp_types::{
    self, DiagnosticRelatedInformation, DiagnosticSeverity, Location, NumberOrString, Position, Range, Url,
};

use super::features::Features;
use crate::{
    artifact::Document,
    diagnostic::{Diagnostic, Related, Severity},
    text::{self, LineIndex, PositionEncoding},
};

const BOM: char = '\u{feff}';

/// A text with what its positions need.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    pub text: &'a str,
    pub lines: &'a LineIndex,
    pub encoding: PositionEncoding,
    /// The text is that of a file which no editor holds. An editor that opens it drops the BOM.
    pub is_closed: bool,
}

impl<'a> Place<'a> {
    pub fn of(document: &'a Document, features: &Features, is_closed: bool) -> Self {
        Self { text: &document.text, lines: document.lines(), encoding: features.encoding, is_closed }
    }

    pub fn range(&self, range: &std::ops::Range<usize>) -> Range {
        Range { start: self.position(range.start), end: self.position(range.end) }
    }

    fn position(&self, offset: usize) -> Position {
        let position = self.lines.position(self.text, offset, self.encoding);
        let bom = if self.is_closed && position.line == 0 && self.text.starts_with(BOM) {
            self.lines.position(self.text, BOM.len_utf8(), self.encoding).column
        } else {
            0
        };
        Position { line: position.line, character: position.column.saturating_sub(bom) }
    }

    /// The byte offset of a position, clamped.
    pub fn offset(&self, position: Position) -> usize {
        self.lines.offset(self.text, self::position(position), self.encoding)
    }
}

pub fn position(position: Position) -> text::Position {
    text::Position { line: position.line, column: position.character }
}

/// Turns a related place into a location.
pub type Relate<'a> = &'a dyn Fn(&Related) -> Option<Location>;

/// A diagnostic; `relate` turns a related place into a location, where the client wants them.
pub fn diagnostic(place: Place, diagnostic: &Diagnostic, relate: Option<Relate>) -> lsp_types::Diagnostic {
    let related = relate.map(|relate| {
        let related = diagnostic.related.iter();
        related.filter_map(|related| Some((relate(related)?, related.message.clone()))).collect::<Vec<_>>()
    });
    let related = related.filter(|related| !related.is_empty()).map(|related| {
        related.into_iter().map(|(location, message)| DiagnosticRelatedInformation { location, message }).collect()
    });
    lsp_types::Diagnostic {
        range: place.range(&diagnostic.range),
        severity: Some(severity(diagnostic.severity)),
        code: Some(NumberOrString::String(diagnostic.rule.to_owned())),
        source: Some("phasemark".to_owned()),
        message: diagnostic.message.clone(),
        related_information: related,
        ..lsp_types::Diagnostic::default()
    }
}

fn severity(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Error => DiagnosticSeverity::ERROR,
        Severity::Warning => DiagnosticSeverity::WARNING,
        Severity::Information => DiagnosticSeverity::INFORMATION,
        Severity::Hint => DiagnosticSeverity::HINT,
    }
}

/// The path of a file; `None` for what is no file, such as an untitled buffer or a revision of one.
pub fn path(uri: &Url) -> Option<PathBuf> {
    uri.to_file_path().ok().filter(|_| uri.scheme() == "file")
}

/// The one spelling of a file's URI that we compare: editors differ in what they encode.
pub fn canonical(uri: Url) -> Url {
    path(&uri).and_then(|path| self::uri(&path)).unwrap_or(uri)
}

/// The URI of a file; `None` for a path that has none, such as a relative one.
pub fn uri(path: &Path) -> Option<Url> {
    Url::from_file_path(path).ok()
}
