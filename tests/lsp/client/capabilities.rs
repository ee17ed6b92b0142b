//! What clients say that they can do.

use serde_json::{Value, json};

/// A client that is pushed to, such as Neovim 0.11.
pub fn push() -> Value {
    json!({
        "general": { "positionEncodings": ["utf-16"] },
        "textDocument": {
            "synchronization": { "didSave": true, "dynamicRegistration": false },
            "publishDiagnostics": { "relatedInformation": true, "versionSupport": true },
            "hover": { "contentFormat": ["markdown", "plaintext"] },
        },
        "workspace": { "workspaceFolders": true },
    })
}

/// A client that pulls and can be told to pull again, such as VS Code.
pub fn pull() -> Value {
    let pulls = json!({
        "textDocument": { "diagnostic": { "dynamicRegistration": true, "relatedDocumentSupport": false } },
        "workspace": { "diagnostics": { "refreshSupport": true } },
    });
    merged(push(), pulls)
}

pub fn encoded(encoding: &str) -> Value {
    merged(push(), json!({ "general": { "positionEncodings": [encoding, "utf-16"] } }))
}

/// A client that also watches files.
pub fn watching(capabilities: Value) -> Value {
    merged(capabilities, json!({ "workspace": { "didChangeWatchedFiles": { "dynamicRegistration": true } } }))
}

/// A client that also answers `workspace/configuration`.
pub fn configured(capabilities: Value) -> Value {
    let configured =
        json!({ "workspace": { "configuration": true, "didChangeConfiguration": { "dynamicRegistration": true } } });
    merged(capabilities, configured)
}

/// A client that also takes edits, all that there is of them.
pub fn editing(capabilities: Value) -> Value {
    let edits = json!({
        "textDocument": {
            "codeAction": {
                "codeActionLiteralSupport": { "codeActionKind": { "valueSet": ["", "quickfix", "refactor", "source"] } },
                "isPreferredSupport": true,
                "dataSupport": true,
                "resolveSupport": { "properties": ["edit"] },
            },
            "completion": { "completionItem": {
                "snippetSupport": true,
                "documentationFormat": ["markdown", "plaintext"],
                "resolveSupport": { "properties": ["documentation"] },
            } },
        },
        "workspace": {
            "applyEdit": true,
            "workspaceEdit": { "documentChanges": true, "resourceOperations": ["create", "rename", "delete"] },
        },
        "window": { "showDocument": { "support": true } },
    });
    merged(capabilities, edits)
}

/// A client that also shows progress.
pub fn showing_progress(capabilities: Value) -> Value {
    merged(capabilities, json!({ "window": { "workDoneProgress": true } }))
}

pub fn merged(mut into: Value, from: Value) -> Value {
    match (&mut into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                let old = into.remove(&key).unwrap_or(Value::Null);
                into.insert(key, merged(old, value));
            }
        }
        (into, from) => *into = from,
    }
    into
}
