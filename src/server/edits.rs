//! A change of the workspace as LSP has it.

use std::collections::HashMap;

use serde_json::{Value, json};
use tower_lsp::lsp_types::{
    Command, CreateFile, CreateFileOptions, DocumentChangeOperation, DocumentChanges, OneOf,
    OptionalVersionedTextDocumentIdentifier, Position, Range, ResourceOp, TextDocumentEdit, TextEdit, Url,
    WorkspaceEdit,
};

use super::{commands::names, convert, convert::Place, features::Features, roots::Root};
use crate::{
    actions::{Change, NewFile},
    completion::Snippet,
    edit::Fragment,
    text::{self, Edit, LineIndex, start_of_line},
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

/// An edit that the client is asked for.
pub struct Request {
    /// A `WorkspaceEdit`; lsp-types does not have the snippets of LSP 3.18 yet.
    pub edit: Value,
    pub creates_files: bool,
    /// What is selected before it: an editor takes a snippet for one only in the document that it shows.
    pub before: Option<(Url, Range)>,
    /// What is selected once it is made.
    pub after: Option<(Url, Range)>,
}

impl Target<'_> {
    /// The request for a change, as a template where the client fills in templates; `None` if it cannot create the
    /// files that it needs.
    pub fn request(&self, change: &Change, features: &Features) -> Option<Request> {
        if features.snippet_edits
            && let Some(request) = self.template_request(change)
        {
            return Some(request);
        }
        let edit = self.workspace_edit(change, features)?;
        Some(Request {
            creates_files: !change.new_files.is_empty(),
            edit: serde_json::to_value(edit).ok()?,
            before: None,
            after: self.cursor(change).map(|(uri, at)| (uri, Range { start: at, end: at })),
        })
    }

    /// `None` for a change without a template, and where an editor would indent it.
    fn template_request(&self, change: &Change) -> Option<Request> {
        let [edit] = &change.edits[..] else { return None };
        let (at, template) = unindented(self.place.text, edit.range.start, change.template.clone()?)?;
        let range = self.place.range(&(at..at));
        let snippet = json!({ "kind": "snippet", "value": Snippet::of_fragment(&template).syntax() });
        let document = json!({ "uri": self.uri, "version": self.version });
        let edits = [json!({ "range": range, "snippet": snippet })];
        Some(Request {
            edit: json!({ "documentChanges": [{ "textDocument": document, "edits": edits }] }),
            creates_files: false,
            before: Some((self.uri.clone(), range)),
            after: None,
        })
    }

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
        Some(names::show_cursor(uri, position))
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

/// The request for an edit that creates files and nothing else, then selects something; `None` if the client cannot do
/// that.
pub fn creation(root: &Root, files: &[NewFile], features: &Features, after: Option<(Url, Range)>) -> Option<Request> {
    let edit = serde_json::to_value(of_operations(creations(root, files, features)?)).ok()?;
    Some(Request { edit, creates_files: true, before: None, after })
}

/// An insertion into a text at a place where editors do not indent it: they give each line of a snippet the blanks that
/// stand on its first line before it. What begins with a line end is the same in front of the line below.
fn unindented(text: &str, at: usize, mut template: Fragment) -> Option<(usize, Fragment)> {
    if !text[start_of_line(text, at)..at].starts_with([' ', '\t']) {
        return Some((at, template));
    }
    let line_end = ["\r\n", "\n"].into_iter().find(|line_end| text[at..].starts_with(line_end))?;
    template.text = format!("{}{line_end}", template.text.strip_prefix(line_end)?);
    template.stops.iter_mut().for_each(|stop| *stop -= line_end.len());
    Some((at + line_end.len(), template))
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The snippet, put where it goes.
    fn put(text: &str, at: usize, template: &str) -> Option<String> {
        let stops = template.match_indices('$').enumerate().map(|(n, (stop, _))| stop - n).collect();
        let template = Fragment { text: template.replace('$', ""), stops };
        let (at, template) = unindented(text, at, template)?;
        Some(format!("{}«{}»{}", &text[..at], Snippet::of_fragment(&template).syntax(), &text[at..]))
    }

    #[test]
    fn a_snippet_begins_where_an_editor_does_not_indent_it() {
        let flat = "- a\n- b\n";
        assert_eq!(put(flat, 3, "\n- $").as_deref(), Some("- a«\n- ${1}»\n- b\n"));
        let nested = "- a\n  - b\n- c\n";
        assert_eq!(put(nested, 9, "\n- $\n  - $").as_deref(), Some("- a\n  - b\n«- ${1}\n  - ${2}\n»- c\n"));
        assert_eq!(put(nested, 10, "- $\n").as_deref(), Some("- a\n  - b\n«- ${1}\n»- c\n"));
        let crlf = "- a\r\n\t- b\r\n";
        assert_eq!(put(crlf, 9, "\r\n- $").as_deref(), Some("- a\r\n\t- b\r\n«- ${1}\r\n»"));
        // The last line has no end that could be taken.
        assert_eq!(put("- a\n  - b", 9, "\n- $"), None);
    }
}
