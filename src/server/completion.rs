//! `textDocument/completion` and `completionItem/resolve`.

use std::sync::Arc;

use jiff::Zoned;
use serde::{Deserialize, Serialize};
use tower_lsp::{
    jsonrpc::Result,
    lsp_types::{
        Command, CompletionItem, CompletionItemKind, CompletionList, CompletionParams, CompletionTextEdit,
        Documentation as LspDocumentation, InsertTextFormat, InsertTextMode, MarkupContent, MarkupKind, Url,
    },
};

use super::{
    answer::{Question, answer, blocking},
    convert,
    convert::Place,
    edits::text_edit,
    features::{Features, SUGGEST_AGAIN},
    open_document::{Analysis, Subject, Task},
    pull,
    state::State,
};
use crate::{
    completion::{self, Documentation, Inside, Item, ItemKind, List, Request},
    disk, rules, secrets,
    syntax_tree::Node,
    text::Edit,
    workspace::Files,
};

/// What a client sends back for the documentation of an item.
#[derive(Serialize, Deserialize)]
struct Data {
    /// The folder of the root.
    root: Url,
    /// A file, relative to it.
    path: Box<str>,
}

/// The most that is shown of a file, in bytes and in lines.
const HEAD: (usize, usize) = (4096, 20);

pub async fn complete(state: &Arc<State>, params: CompletionParams) -> Result<Option<CompletionList>> {
    let at = params.text_document_position;
    let uri = convert::canonical(at.text_document.uri);
    let permit = state.limits.may_compute().await?;
    let Some(analysis) = pull::analysis(state, &uri).await? else { return Ok(None) };
    let question = Question { task: Task::Completion, uri, analysis };
    let list = answer(state, permit, question, move |state, Question { uri, analysis, .. }, files| {
        let place = analysis.place(state.features())?;
        let offset = place.offset(at.position);
        // Of other files no tree is made.
        let around = || state.nodes_around(uri, analysis.version, offset);
        let list = list(analysis, files, offset, &around);
        let items = list.items.into_iter().enumerate();
        let items = items.map(|(n, item)| convert(item, n, place, analysis, state.features())).collect();
        Some(CompletionList { is_incomplete: list.is_incomplete, items })
    });
    Ok(list.await?.flatten())
}

/// `around`: the blocks around the cursor in the concrete tree.
fn list(analysis: &Analysis, files: &dyn Files, offset: usize, around: &dyn Fn() -> Vec<Node>) -> List {
    match &analysis.subject {
        Subject::Artifact { root, document, .. } => {
            let (workspace, now) = (root.workspace(), Zoned::now());
            completion::complete(&Request {
                document,
                workspace: &workspace,
                files,
                offset,
                inside: Inside::among(&around(), document, offset),
                now: &now,
            })
        }
        Subject::Config { text, .. } => {
            let rules = rules::all().iter().map(|rule| (&rule.spec, rule.summary())).collect::<Vec<_>>();
            let rules: Vec<_> = rules.iter().map(|(spec, summary)| (*spec, summary.as_str())).collect();
            completion::complete_config(text, offset, &rules, files)
        }
        Subject::Other => List::default(),
    }
}

/// The `n`-th item.
fn convert(item: Item, n: usize, place: Place, analysis: &Analysis, features: &Features) -> CompletionItem {
    // Neovim 0.11 takes only the first word of plain text, and all of a snippet.
    let has_words = item.insert.text().contains(char::is_whitespace);
    let is_snippet = features.snippets && (item.insert.has_stops() || has_words);
    let new_text = if is_snippet { item.insert.syntax() } else { item.insert.text().to_owned() };
    let edit = text_edit(place, &Edit::replace(item.range, new_text));
    let (documentation, data) = match item.documentation {
        Documentation::None => (None, None),
        Documentation::AtHand(text) => (Some(markup(text, features)), None),
        Documentation::FileHead(path) => {
            let root = analysis.root().and_then(|root| convert::uri(root.path()));
            (None, root.and_then(|root| serde_json::to_value(Data { root, path }).ok()))
        }
    };
    let also: Vec<_> = item.also.iter().map(|edit| text_edit(place, edit)).collect();
    let again = Command { title: "Suggest".to_owned(), command: SUGGEST_AGAIN.to_owned(), arguments: None };
    CompletionItem {
        label: item.label,
        kind: Some(kind(item.kind)),
        detail: item.detail,
        documentation,
        sort_text: Some(format!("{n:04}")),
        filter_text: item.filter,
        insert_text_format: Some(if is_snippet { InsertTextFormat::SNIPPET } else { InsertTextFormat::PLAIN_TEXT }),
        insert_text_mode: features.inserts_as_is.then_some(InsertTextMode::AS_IS),
        text_edit: Some(CompletionTextEdit::Edit(edit)),
        additional_text_edits: (!also.is_empty()).then_some(also),
        command: (item.goes_on && features.suggests_again).then_some(again),
        data,
        ..CompletionItem::default()
    }
}

fn markup(text: String, features: &Features) -> LspDocumentation {
    let kind = if features.markdown_documentation { MarkupKind::Markdown } else { MarkupKind::PlainText };
    LspDocumentation::MarkupContent(MarkupContent { kind, value: text })
}

fn kind(kind: ItemKind) -> CompletionItemKind {
    match kind {
        ItemKind::Section => CompletionItemKind::CLASS,
        ItemKind::Entry => CompletionItemKind::SNIPPET,
        ItemKind::Status => CompletionItemKind::ENUM_MEMBER,
        ItemKind::Commit => CompletionItemKind::REFERENCE,
        ItemKind::Question => CompletionItemKind::EVENT,
        ItemKind::Word => CompletionItemKind::KEYWORD,
        ItemKind::Command => CompletionItemKind::FUNCTION,
        ItemKind::File => CompletionItemKind::FILE,
        ItemKind::Folder => CompletionItemKind::FOLDER,
        ItemKind::Rule => CompletionItemKind::CONSTANT,
        ItemKind::Key => CompletionItemKind::PROPERTY,
        ItemKind::Value => CompletionItemKind::VALUE,
    }
}

/// Fills in the documentation of a file's item: its first lines.
pub async fn resolve(state: &Arc<State>, mut item: CompletionItem) -> Result<CompletionItem> {
    let data = item.data.clone().and_then(|data| serde_json::from_value::<Data>(data).ok());
    let Some(data) = data else { return Ok(item) };
    let reader = state.clone();
    item.documentation = blocking(state, state.limits.may_compute().await?, move || {
        let state = reader;
        let root = convert::path(&data.root)?;
        // Only of roots that are open: what comes back from a client is not ours.
        let root = state.roots().into_iter().find(|known| known.path() == root)?;
        let head = disk::read_head(root.files.bounds(), &data.path, HEAD.0)?;
        let head = secrets::masked(&head, &secrets::hidden(&head, &[]));
        let lines: Vec<&str> = head.lines().take(HEAD.1).collect();
        Some(markup(fenced(&data.path, &lines.join("\n")), state.features()))
    })
    .await?;
    Ok(item)
}

/// Code in a fence that nothing inside it closes.
fn fenced(path: &str, code: &str) -> String {
    let longest = code.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    let language = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    format!("{fence}{language}\n{code}\n{fence}")
}
