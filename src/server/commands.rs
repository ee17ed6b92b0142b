//! `workspace/executeCommand`. For now there are only commands that tests of the server need; they
//! exist where the environment says so.

use std::time::Duration;

use serde_json::Value;
use tower_lsp::jsonrpc::{Error, Result};

/// Tests set it for the server that they start.
const TEST_COMMANDS: &str = "PHASEMARK_TEST_COMMANDS";
const PANIC: &str = "phasemark.test.panic";
const SLEEP: &str = "phasemark.test.sleep";

pub fn names() -> Vec<String> {
    if std::env::var_os(TEST_COMMANDS).is_some() { vec![PANIC.to_owned(), SLEEP.to_owned()] } else { Vec::new() }
}

/// # Errors
/// -32602 for a command that does not exist.
pub async fn execute(command: &str) -> Result<Option<Value>> {
    if !names().iter().any(|name| name == command) {
        return Err(Error::invalid_params(format!("there is no command {command:?}")));
    }
    match command {
        PANIC => panic!("asked to panic"),
        _ => tokio::time::sleep(Duration::from_secs(60)).await,
    }
    Ok(None)
}
