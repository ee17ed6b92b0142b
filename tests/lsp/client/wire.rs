//! Messages as they travel.

use std::{
    io::{BufRead, Write},
    process::ChildStdin,
    sync::Mutex,
};

use serde_json::{Value, json};

/// What an editor answers to a request of the server.
pub(super) fn answer(method: &str, params: &Value, settings: &Value) -> Value {
    match (method, params["items"].as_array()) {
        ("workspace/configuration", Some(items)) => items.iter().map(|_| settings.clone()).collect(),
        ("workspace/applyEdit", _) => json!({ "applied": true }),
        ("window/showDocument", _) => json!({ "success": true }),
        _ => Value::Null,
    }
}

pub(super) fn send(to_server: &Mutex<Option<ChildStdin>>, message: &Value) {
    let body = message.to_string();
    // A server that ended is noticed where something is expected of it.
    if let Some(to_server) = to_server.lock().unwrap().as_mut() {
        let _ = write!(to_server, "Content-Length: {}\r\n\r\n{body}", body.len());
    }
}

pub(super) fn read_message(output: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        output.read_line(&mut line).ok().filter(|read| *read > 0)?;
        match line.trim_end() {
            "" => break,
            line => length = line.strip_prefix("Content-Length: ").expect("our only header").parse().expect("a number"),
        }
    }
    let mut body = vec![0; length];
    output.read_exact(&mut body).ok()?;
    Some(serde_json::from_slice(&body).expect("JSON"))
}
