//! What a command asks of the client. It is never waited for in a handler.

use std::sync::Arc;

use tower_lsp::{
    jsonrpc::{Error, ErrorCode, Result},
    lsp_types::{MessageType, Position, Range, ShowDocumentParams, Url, WorkspaceEdit},
};

use super::State;

/// Shows a document with the cursor at a place.
pub fn show(state: &Arc<State>, uri: Url, position: Position) {
    let Some(permit) = state.may_ask() else { return };
    let state = state.clone();
    let runtime = state.runtime.clone();
    runtime.spawn(async move {
        let _permit = permit;
        show_now(&state, uri, position).await;
    });
}

/// Has the client make an edit, then place the cursor; a person is told if it does not.
///
/// # Errors
/// If it has left many requests unanswered.
pub fn apply(state: &Arc<State>, edit: WorkspaceEdit, cursor: Option<(Url, Position)>) -> Result<()> {
    let Some(permit) = state.may_ask() else {
        let message = "the editor has not answered earlier requests".into();
        return Err(Error { code: ErrorCode::InvalidRequest, message, data: None });
    };
    let state = state.clone();
    let runtime = state.runtime.clone();
    runtime.spawn(async move {
        let _permit = permit;
        let why = match state.client.apply_edit(edit).await {
            Ok(reply) if reply.applied => {
                if let Some((uri, position)) = cursor {
                    show_now(&state, uri, position).await;
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

async fn show_now(state: &State, uri: Url, position: Position) {
    if !state.features().shows_documents {
        return;
    }
    let selection = Some(Range { start: position, end: position });
    let params = ShowDocumentParams { uri, external: None, take_focus: Some(true), selection };
    if let Err(error) = state.client.show_document(params).await {
        tracing::warn!("window/showDocument failed: {error}");
    }
}
