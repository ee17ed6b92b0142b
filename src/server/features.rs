//! What the client can do, and what we say that we can.

use serde_json::Value;
use tower_lsp::lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionProviderCapability, CompletionOptions, DiagnosticOptions,
    DiagnosticServerCapabilities, ExecuteCommandOptions, HoverProviderCapability, OneOf, PositionEncodingKind,
    SaveOptions, ServerCapabilities, TextDocumentSyncCapability, TextDocumentSyncKind, TextDocumentSyncOptions,
    TextDocumentSyncSaveOptions, WorkDoneProgressOptions, WorkspaceFoldersServerCapabilities,
    WorkspaceServerCapabilities,
};

use super::commands::names;
use crate::{actions::ActionKind, text::PositionEncoding};

/// The command of VS Code that asks for completions; its client says in `experimental` that it has it.
pub const SUGGEST_AGAIN: &str = "editor.action.triggerSuggest";

/// What was agreed on in `initialize`.
#[derive(Clone, Debug, Default)]
pub struct Features {
    pub encoding: PositionEncoding,
    /// The client asks for diagnostics; otherwise they are published. Never both.
    pub pulls_diagnostics: bool,
    pub related_information: bool,
    pub markdown_hover: bool,
    /// The client answers `workspace/configuration`.
    pub configuration: bool,
    pub registers_configuration: bool,
    pub registers_watchers: bool,
    pub work_done_progress: bool,
    /// Edits name the version that they are for; otherwise they come by URI alone.
    pub document_changes: bool,
    pub creates_files: bool,
    /// The client takes edits that it did not ask for.
    pub applies_edits: bool,
    /// Edits may say that they refactor: VS Code then saves the files, as its user has set it.
    pub edit_metadata: bool,
    pub shows_documents: bool,
    /// Edits that the client is asked to make may be snippets, as LSP 3.18 has it; it can show the document before.
    pub snippet_edits: bool,
    pub code_actions: bool,
    /// The edit of a code action can be asked for later.
    pub resolves_actions: bool,
    pub snippets: bool,
    pub markdown_documentation: bool,
    /// The text of a completion is inserted with the indentation that it has.
    pub inserts_as_is: bool,
    /// The client's own command that asks for completions again, where it has one.
    pub suggests_again: bool,
}

impl Features {
    /// `params`: those of `initialize` as they came. lsp-types misnames some members, and refuses all of them for one.
    pub fn negotiate(params: &Value) -> Self {
        let find = |pointer: &str| params.pointer(&format!("/capabilities{pointer}"));
        let has = |pointer: &str| find(pointer) == Some(&Value::Bool(true));
        let list = |pointer: &str| find(pointer).and_then(Value::as_array);
        let lists = |pointer: &str, value: Value| list(pointer).is_some_and(|found| found.contains(&value));
        // A client that pulls but cannot be told to pull again would miss what changes elsewhere.
        let refreshes = has("/workspace/diagnostics/refreshSupport");
        let encodings = list("/general/positionEncodings").into_iter().flatten();
        let item = "/textDocument/completion/completionItem";
        let action = "/textDocument/codeAction";
        let operations = find("/workspace/workspaceEdit/resourceOperations");
        let applies_edits = has("/workspace/applyEdit");
        let shows_documents = has("/window/showDocument/support");
        Self {
            // Whoever performs resource operations has document changes: Neovim does not say so.
            document_changes: has("/workspace/workspaceEdit/documentChanges")
                || operations.is_some_and(Value::is_array),
            creates_files: lists("/workspace/workspaceEdit/resourceOperations", "create".into()),
            applies_edits,
            edit_metadata: has("/workspace/workspaceEdit/metadataSupport"),
            shows_documents,
            snippet_edits: has("/workspace/workspaceEdit/snippetEditSupport") && applies_edits && shows_documents,
            code_actions: find(&format!("{action}/codeActionLiteralSupport")).is_some_and(Value::is_object),
            resolves_actions: has(&format!("{action}/dataSupport"))
                && lists(&format!("{action}/resolveSupport/properties"), "edit".into()),
            snippets: has(&format!("{item}/snippetSupport")),
            markdown_documentation: lists(&format!("{item}/documentationFormat"), "markdown".into()),
            inserts_as_is: lists(&format!("{item}/insertTextModeSupport/valueSet"), 1.into()),
            suggests_again: lists("/experimental/commands/commands", SUGGEST_AGAIN.into()),
            encoding: encodings.filter_map(Value::as_str).find_map(encoding).unwrap_or_default(),
            pulls_diagnostics: find("/textDocument/diagnostic").is_some_and(Value::is_object) && refreshes,
            // Pulled diagnostics have no such capability of their own in 3.17.
            related_information: has("/textDocument/publishDiagnostics/relatedInformation") || refreshes,
            markdown_hover: list("/textDocument/hover/contentFormat")
                .is_none_or(|formats| formats.contains(&"markdown".into())),
            configuration: has("/workspace/configuration"),
            registers_configuration: has("/workspace/didChangeConfiguration/dynamicRegistration"),
            registers_watchers: has("/workspace/didChangeWatchedFiles/dynamicRegistration"),
            work_done_progress: has("/window/workDoneProgress"),
        }
    }

    pub fn server_capabilities(&self) -> ServerCapabilities {
        let commands = names::all();
        ServerCapabilities {
            position_encoding: Some(match self.encoding {
                PositionEncoding::Utf8 => PositionEncodingKind::UTF8,
                PositionEncoding::Utf16 => PositionEncodingKind::UTF16,
                PositionEncoding::Utf32 => PositionEncodingKind::UTF32,
            }),
            text_document_sync: Some(TextDocumentSyncCapability::Options(TextDocumentSyncOptions {
                open_close: Some(true),
                change: Some(TextDocumentSyncKind::INCREMENTAL),
                save: Some(TextDocumentSyncSaveOptions::SaveOptions(SaveOptions { include_text: Some(false) })),
                ..TextDocumentSyncOptions::default()
            })),
            code_action_provider: self.code_actions.then(|| {
                CodeActionProviderCapability::Options(CodeActionOptions {
                    code_action_kinds: Some(ActionKind::ALL.map(|kind| CodeActionKind::new(kind.name())).to_vec()),
                    resolve_provider: Some(self.resolves_actions),
                    ..CodeActionOptions::default()
                })
            }),
            completion_provider: Some(CompletionOptions {
                resolve_provider: Some(true),
                trigger_characters: Some(TRIGGERS.map(str::to_owned).to_vec()),
                ..CompletionOptions::default()
            }),
            hover_provider: Some(HoverProviderCapability::Simple(true)),
            diagnostic_provider: self.pulls_diagnostics.then(|| {
                DiagnosticServerCapabilities::Options(DiagnosticOptions {
                    identifier: Some("phasemark".to_owned()),
                    inter_file_dependencies: true,
                    workspace_diagnostics: true,
                    work_done_progress_options: WorkDoneProgressOptions::default(),
                })
            }),
            execute_command_provider: (!commands.is_empty())
                .then(|| ExecuteCommandOptions { commands, ..ExecuteCommandOptions::default() }),
            workspace: Some(WorkspaceServerCapabilities {
                workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                    supported: Some(true),
                    change_notifications: Some(OneOf::Left(true)),
                }),
                file_operations: None,
            }),
            ..ServerCapabilities::default()
        }
    }
}

/// A heading, a path in code or in a link, the next folder, a comment, text and tables of TOML. Where
/// nothing of the kind can stand, the answer is empty and comes at once.
const TRIGGERS: [&str; 7] = ["#", "`", "/", "(", "!", "\"", "["];

fn encoding(kind: &str) -> Option<PositionEncoding> {
    match kind {
        "utf-8" => Some(PositionEncoding::Utf8),
        "utf-16" => Some(PositionEncoding::Utf16),
        "utf-32" => Some(PositionEncoding::Utf32),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn negotiate(raw: Value) -> Features {
        Features::negotiate(&raw)
    }

    #[test]
    fn the_first_known_encoding_wins_and_utf_16_is_the_default() {
        for (offered, chosen) in [
            (json!(["utf-7", "utf-32", "utf-8"]), PositionEncoding::Utf32),
            (json!(["utf-8"]), PositionEncoding::Utf8),
            (json!([null, 5, "utf-8"]), PositionEncoding::Utf8),
            (json!([]), PositionEncoding::Utf16),
            (json!(null), PositionEncoding::Utf16),
        ] {
            let raw = json!({"capabilities": {"general": {"positionEncodings": offered}}});
            assert_eq!(negotiate(raw).encoding, chosen);
        }
    }

    #[test]
    fn neovim_has_document_changes_though_it_does_not_say_so() {
        let features = |edit: Value| negotiate(json!({"capabilities": {"workspace": {"workspaceEdit": edit}}}));
        let neovim = features(json!({"resourceOperations": ["rename", "create", "delete"]}));
        assert!(neovim.document_changes && neovim.creates_files);
        let simple = features(json!({}));
        assert!(!simple.document_changes && !simple.creates_files);
    }

    #[test]
    fn snippets_in_edits_take_a_client_that_is_asked_for_edits_and_shows_documents() {
        let features = |applies: bool, shows: bool| {
            let edits = json!({"applyEdit": applies, "workspaceEdit": {"snippetEditSupport": true}});
            let window = json!({"showDocument": {"support": shows}});
            negotiate(json!({"capabilities": {"workspace": edits, "window": window}})).snippet_edits
        };
        assert!(features(true, true));
        assert!(!features(false, true) && !features(true, false));
    }

    #[test]
    fn only_a_client_that_pulls_and_refreshes_is_not_pushed_to() {
        let pulls = |refresh: Value, diagnostic: Value| {
            let raw = json!({"capabilities": {"textDocument": {"diagnostic": diagnostic},
                "workspace": {"diagnostics": {"refreshSupport": refresh}}}});
            negotiate(raw).pulls_diagnostics
        };
        assert!(pulls(json!(true), json!({})));
        assert!(!pulls(json!(false), json!({})));
        assert!(!pulls(json!(null), json!({})));
        assert!(!pulls(json!(true), json!(null)));
    }
}
