//! `workspace/executeCommand`: what an editor's palette, or an action, calls by name.

use std::{sync::Arc, time::Duration};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use tower_lsp::{
    jsonrpc::{Error, Result},
    lsp_types::{Command, ExecuteCommandParams, Position, Range, ShowDocumentParams, Url},
};

use super::state::State;

/// Places the cursor; only actions of ours call it, after their edit.
const SHOW_CURSOR: &str = "phasemark.showCursor";

/// Tests set it for the server that they start.
const TEST_COMMANDS: &str = "PHASEMARK_TEST_COMMANDS";
const PANIC: &str = "phasemark.test.panic";
const SLEEP: &str = "phasemark.test.sleep";

pub fn names() -> Vec<String> {
    let mut names = vec![SHOW_CURSOR];
    if std::env::var_os(TEST_COMMANDS).is_some() {
        names.extend([PANIC, SLEEP]);
    }
    names.into_iter().map(str::to_owned).collect()
}

#[derive(Serialize, Deserialize)]
struct Cursor {
    uri: Url,
    position: Position,
}

/// The command that places the cursor.
pub fn show_cursor(uri: &Url, position: Position) -> Command {
    let cursor = Cursor { uri: uri.clone(), position };
    let arguments = serde_json::to_value(cursor).ok().map(|cursor| vec![cursor]);
    Command { title: "Place the cursor".to_owned(), command: SHOW_CURSOR.to_owned(), arguments }
}

/// # Errors
/// `InvalidParams` for a command that does not exist, and for arguments that it does not take.
pub async fn execute(state: &Arc<State>, params: ExecuteCommandParams) -> Result<Option<Value>> {
    if !names().contains(&params.command) {
        return Err(Error::invalid_params(format!("there is no command {:?}", params.command)));
    }
    match &*params.command {
        SHOW_CURSOR => {
            let cursor: Cursor = argument(&params, "a document and a position")?;
            show(state, cursor.uri, cursor.position);
        }
        PANIC => panic!("asked to panic"),
        _ => tokio::time::sleep(Duration::from_secs(60)).await,
    }
    Ok(None)
}

/// The first argument of a command.
fn argument<T: DeserializeOwned>(params: &ExecuteCommandParams, what: &str) -> Result<T> {
    let first = params.arguments.first().cloned().unwrap_or_default();
    serde_json::from_value(first)
        .map_err(|error| Error::invalid_params(format!("{} takes {what}: {error}", params.command)))
}

/// Shows a document with the cursor at a place; never waited for in a handler.
fn show(state: &Arc<State>, uri: Url, position: Position) {
    if !state.features().shows_documents {
        return;
    }
    let client = state.client.clone();
    let selection = Some(Range { start: position, end: position });
    state.runtime.spawn(async move {
        let params = ShowDocumentParams { uri, external: None, take_focus: Some(true), selection };
        if let Err(error) = client.show_document(params).await {
            tracing::warn!("the client shows no document: {error}");
        }
    });
}
