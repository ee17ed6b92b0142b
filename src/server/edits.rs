//! A change of the workspace as LSP has it.

use std::collections::HashMap;

use tower_lsp::lsp_types::{
    Command, CreateFile, CreateFileOptions, DocumentChangeOperation, DocumentChanges, OneOf,
    OptionalVersionedTextDocumentIdentifier, Position, Range, ResourceOp, TextDocumentEdit, TextEdit, Url,
    WorkspaceEdit,
};

use super::{commands, convert, convert::Place, features::Features, roots::Root};
use crate::{
    actions::{Change, NewFile},
    text::{self, Edit, LineIndex},
};

/// A document that a change is for.
pub struct Target<'a> {
    pub root: &'a Root,
    /// As the client spells it.
    pub uri: Url,
    /// `None` for a document that is not open.
    pub version: Option<i32>,
    pub place: Place<'a>,
}

impl Target<'_> {
    /// The edit of a change; `None` if the client cannot create the files that it needs.
    pub fn workspace_edit(&self, change: &Change, features: &Features) -> Option<WorkspaceEdit> {
        let edits: Vec<TextEdit> = change.edits.iter().map(|edit| text_edit(self.place, edit)).collect();
        if !features.document_changes && change.new_files.is_empty() {
            let changes = Some(HashMap::from([(self.uri.clone(), edits)]));
            return Some(WorkspaceEdit { changes, ..WorkspaceEdit::default() });
        }
        let mut operations = Vec::new();
        if !edits.is_empty() {
            let id = OptionalVersionedTextDocumentIdentifier { uri: self.uri.clone(), version: self.version };
            operations.push(edit_operation(id, edits));
        }
        operations.extend(creations(self.root, &change.new_files, features)?);
        Some(of_operations(operations))
    }

    /// The command that places the cursor once the edit is made, where the client can do that.
    pub fn cursor_command(&self, change: &Change, features: &Features) -> Option<Command> {
        let (uri, position) = self.cursor(change).filter(|_| features.shows_documents)?;
        Some(commands::show_cursor(&uri, position))
    }

    /// Where the cursor goes once the edit is made.
    pub fn cursor(&self, change: &Change) -> Option<(Url, Position)> {
        let offset = change.cursor?;
        if change.edits.is_empty() {
            let file = change.new_files.first()?;
            let lines = LineIndex::new(&file.text);
            let place = Place { text: &file.text, lines: &lines, ..self.place };
            return Some((new_uri(self.root, file)?, place.range(&(offset..offset)).start));
        }
        let after = text::apply(self.place.text, &change.edits);
        let place = Place { text: &after, lines: &LineIndex::new(&after), ..self.place };
        Some((self.uri.clone(), place.range(&(offset..offset)).start))
    }
}

/// The edit that creates files and nothing else; `None` if the client cannot do that.
pub fn creation(root: &Root, files: &[NewFile], features: &Features) -> Option<WorkspaceEdit> {
    creations(root, files, features).map(of_operations)
}

/// Whether an edit creates a file.
pub fn creates_files(edit: &WorkspaceEdit) -> bool {
    let Some(DocumentChanges::Operations(operations)) = &edit.document_changes else { return false };
    operations.iter().any(|operation| matches!(operation, DocumentChangeOperation::Op(ResourceOp::Create(_))))
}

fn of_operations(operations: Vec<DocumentChangeOperation>) -> WorkspaceEdit {
    WorkspaceEdit { document_changes: Some(DocumentChanges::Operations(operations)), ..WorkspaceEdit::default() }
}

fn creations(root: &Root, files: &[NewFile], features: &Features) -> Option<Vec<DocumentChangeOperation>> {
    if !features.creates_files && !files.is_empty() {
        return None;
    }
    let each: Option<Vec<_>> = files.iter().map(|file| create_operations(root, file)).collect();
    Some(each?.into_iter().flatten().collect())
}

pub fn text_edit(place: Place, edit: &Edit) -> TextEdit {
    TextEdit { range: place.range(&edit.range), new_text: edit.replacement.clone() }
}

fn edit_operation(
    text_document: OptionalVersionedTextDocumentIdentifier,
    edits: Vec<TextEdit>,
) -> DocumentChangeOperation {
    let edits = edits.into_iter().map(OneOf::Left).collect();
    DocumentChangeOperation::Edit(TextDocumentEdit { text_document, edits })
}

/// Creates a file, never over another one, and fills it.
fn create_operations(root: &Root, file: &NewFile) -> Option<Vec<DocumentChangeOperation>> {
    let uri = new_uri(root, file)?;
    let options = CreateFileOptions { overwrite: Some(false), ignore_if_exists: Some(false) };
    let create = CreateFile { uri: uri.clone(), options: Some(options), annotation_id: None };
    let mut operations = vec![DocumentChangeOperation::Op(ResourceOp::Create(create))];
    if !file.text.is_empty() {
        let start = Position::default();
        let fill = TextEdit { range: Range::new(start, start), new_text: file.text.clone() };
        operations.push(edit_operation(OptionalVersionedTextDocumentIdentifier { uri, version: None }, vec![fill]));
    }
    Some(operations)
}

pub fn new_uri(root: &Root, file: &NewFile) -> Option<Url> {
    convert::uri(&root.path().join(&*file.path))
}
