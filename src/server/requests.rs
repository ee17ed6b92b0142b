//! What the client is asked to do: to make an edit, to show a document. It is never waited for in a handler.

use std::{borrow::Cow, sync::Arc};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tower_lsp::{
    jsonrpc::{Error, ErrorCode, Result},
    lsp_types::{ApplyWorkspaceEditResponse, MessageType, Position, Range, ShowDocumentParams, Url, request::Request},
};

use super::{edits, state::State};

/// `workspace/applyEdit` with the `metadata` and the snippets of LSP 3.18, which lsp-types does not have yet.
enum ApplyEdit {}

impl Request for ApplyEdit {
    type Params = ApplyEditParams;
    type Result = ApplyWorkspaceEditResponse;
    const METHOD: &'static str = "workspace/applyEdit";
}

#[derive(Serialize, Deserialize)]
struct ApplyEditParams {
    edit: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<EditMetadata>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct EditMetadata {
    is_refactoring: bool,
}

/// The error of a request that cannot be met as things are.
pub fn refused(message: impl Into<Cow<'static, str>>) -> Error {
    Error { code: ErrorCode::InvalidRequest, message: message.into(), data: None }
}

/// Shows a document with the cursor at a place.
pub fn show(state: &Arc<State>, uri: Url, position: Position) {
    let Some(permit) = state.limits.may_ask() else { return };
    let state = state.clone();
    state.runtime.clone().spawn(async move {
        let _permit = permit;
        show_now(&state, uri, Range { start: position, end: position }).await;
    });
}

/// Has the client make an edit, and select something; a person is told if it does not.
///
/// # Errors
/// If it has left many requests unanswered.
pub fn apply(state: &Arc<State>, request: edits::Request) -> Result<()> {
    let Some(permit) = state.limits.may_ask() else {
        return Err(refused("the editor has not answered earlier requests"));
    };
    let state = state.clone();
    state.runtime.clone().spawn(async move {
        let _permit = permit;
        let edits::Request { edit, creates_files: is_refactoring, before, after } = request;
        if let Some((uri, range)) = before {
            show_now(&state, uri, range).await;
        }
        // Files that are created and not saved would be empty for everybody else.
        let metadata = (is_refactoring && state.features().edit_metadata).then_some(EditMetadata { is_refactoring });
        let why = match state.client.send_request::<ApplyEdit>(ApplyEditParams { edit, metadata }).await {
            Ok(reply) if reply.applied => {
                if let Some((uri, range)) = after {
                    show_now(&state, uri, range).await;
                }
                return;
            }
            Ok(reply) => reply.failure_reason.unwrap_or_else(|| "the editor did not say why".to_owned()),
            Err(error) => error.to_string(),
        };
        state.client.show_message(MessageType::ERROR, format!("phasemark: the edit was not made: {why}")).await;
    });
    Ok(())
}

async fn show_now(state: &State, uri: Url, selection: Range) {
    if !state.features().shows_documents {
        return;
    }
    let params = ShowDocumentParams { uri, external: None, take_focus: Some(true), selection: Some(selection) };
    if let Err(error) = state.client.show_document(params).await {
        tracing::warn!("window/showDocument failed: {error}");
    }
}
