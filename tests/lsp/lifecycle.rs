//! The life of a session, from the first byte to the exit code.

use serde_json::{Value, json};

use crate::client::{Client, Folder, push};

const NOT_INITIALIZED: i64 = -32002;
const INVALID_REQUEST: i64 = -32600;
const METHOD_NOT_FOUND: i64 = -32601;
const PARSE_ERROR: i64 = -32700;

fn initialize(client: &mut Client) {
    client.request("initialize", json!({ "capabilities": push(), "rootUri": client.uri("") })).expect("initialized");
    client.notify("initialized", json!({}));
}

/// Everything works: a document is opened, analysed and closed.
fn assert_lives(client: &mut Client) {
    let before = client.published("plan/phase-77.md").len();
    client.open("plan/phase-77.md", "- <Goal 1>\n");
    client.until_found("plan/phase-77.md", "leftover-placeholder", &["0:2-10"]);
    client.close("plan/phase-77.md");
    client.until("the document to be cleared", |client| {
        let published = client.published("plan/phase-77.md");
        let is_cleared = published.len() > before && published.last()?["diagnostics"] == json!([]);
        is_cleared.then_some(())
    });
}

#[test]
fn nothing_is_served_before_initialize() {
    let folder = Folder::new(&[]);
    let mut client = Client::spawn(&folder);
    for method in ["textDocument/hover", "shutdown", "no/such/method", "$/unknown"] {
        assert_eq!(client.refusal(method, json!({})), NOT_INITIALIZED, "{method}");
    }
    client.open("plan/phase-1.md", "- <Goal 1>\n");
    initialize(&mut client);
    assert_lives(&mut client);
    assert!(client.published("plan/phase-1.md").is_empty());
    client.finish();
}

#[test]
fn the_server_is_initialized_once() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, push());
    assert_eq!(client.refusal("initialize", json!({ "capabilities": {} })), INVALID_REQUEST);
    assert_lives(&mut client);
    client.finish();
}

#[test]
fn nothing_is_served_after_shutdown() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, push());
    // eglot's way.
    assert_eq!(client.request("shutdown", Value::Null), Ok(Value::Null));
    for method in ["textDocument/hover", "shutdown", "initialize", "no/such/method"] {
        assert_eq!(client.refusal(method, json!({})), INVALID_REQUEST, "{method}");
    }
    // With stdin still open.
    client.notify("exit", Value::Null);
    assert_eq!(client.exit_code(), 0);
}

#[test]
fn exit_alone_ends_the_process_with_1() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, push());
    client.notify("exit", Value::Null);
    assert_eq!(client.exit_code(), 1);
    let mut client = Client::spawn(&folder);
    client.notify("exit", json!({}));
    assert_eq!(client.exit_code(), 1);
}

#[test]
fn exit_does_not_wait_for_requests() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, push());
    client.send("workspace/executeCommand", json!({ "command": "phasemark.test.sleep" }));
    client.request("shutdown", json!(null)).expect("shut down");
    client.notify("exit", Value::Null);
    assert_eq!(client.exit_code(), 0);
}

#[test]
fn the_end_of_input_ends_the_process() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, push());
    client.close_stdin();
    assert_eq!(client.exit_code(), 1);
    let mut client = Client::start(&folder, push());
    client.request("shutdown", json!(null)).expect("shut down");
    client.close_stdin();
    assert_eq!(client.exit_code(), 0);
    let mut client = Client::spawn(&folder);
    client.write(b"Content-Length: 1000\r\n\r\n{\"jsonrpc\"");
    client.close_stdin();
    assert_eq!(client.exit_code(), 1);
}

#[test]
fn malformed_messages_cost_an_error_reply_each() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, push());
    let body = |body: &str| format!("Content-Length: {}\r\n\r\n{body}", body.len());
    for (bytes, code) in [
        (body("{"), PARSE_ERROR),
        (body("not json"), PARSE_ERROR),
        (body("[]"), INVALID_REQUEST),
        (body("{}"), INVALID_REQUEST),
        (body("\"a\""), INVALID_REQUEST),
        ("Content-Length: many\r\n\r\n".to_owned(), PARSE_ERROR),
        ("what is this?\r\n\r\n".to_owned(), PARSE_ERROR),
        ("X-Length: 3\r\n\r\n".to_owned(), PARSE_ERROR),
    ] {
        client.write(bytes.as_bytes());
        let error = client.reply(Value::Null).expect_err("an error");
        assert_eq!(error["code"], code, "{bytes}");
        assert_lives(&mut client);
    }
    client.write(&[b"Content-Length: 2\r\n\r\n".as_slice(), &[0xff, 0xfe]].concat());
    assert_eq!(client.reply(Value::Null).expect_err("an error")["code"], PARSE_ERROR);
    assert_lives(&mut client);
    client.finish();
}

#[test]
fn unknown_methods_and_bad_params_are_refused() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, push());
    for method in ["no/such/method", "$/unknown", "workspace/noSuchMethod"] {
        assert_eq!(client.refusal(method, json!({})), METHOD_NOT_FOUND, "{method}");
    }
    for params in
        [json!({}), json!([1, 2]), json!({ "textDocument": 5 }), json!({ "textDocument": { "uri": "no uri" } })]
    {
        assert_eq!(client.refusal("textDocument/hover", params.clone()), -32602, "{params}");
    }
    // To notifications nobody replies.
    client.notify("no/such/method", json!({}));
    client.notify("textDocument/didOpen", json!({ "textDocument": "?" }));
    client.notify("textDocument/didChange", json!({}));
    client.notify("textDocument/didClose", json!({ "textDocument": { "uri": client.uri("plan/phase-5.md") } }));
    client.notify("$/setTrace", json!({ "value": "verbose" }));
    client.notify("$/cancelRequest", json!({ "id": 4711 }));
    assert_lives(&mut client);
    client.finish();
}

#[cfg(unix)]
#[test]
fn the_server_does_not_outlive_its_client() {
    use std::process::Command;

    let folder = Folder::new(&[]);
    let mut editor = Command::new("sleep").arg("1000").spawn().expect("sleep starts");
    let mut client = Client::start_with(&folder, push(), json!({ "processId": editor.id() }), Value::Null);
    assert_lives(&mut client);
    editor.kill().expect("it runs");
    editor.wait().expect("it ends");
    // With stdin still open.
    assert_eq!(client.exit_code(), 1);
    // One that is not there was never seen: it lives in another container.
    let mut client = Client::start_with(&folder, push(), json!({ "processId": editor.id() }), Value::Null);
    assert_lives(&mut client);
    client.finish();
}

#[test]
fn odd_capabilities_of_a_client_are_ignored() {
    let folder = Folder::new(&[]);
    for odd in [
        json!({ "trace": "compact", "processId": null }),
        json!({ "processId": "none", "clientInfo": 5, "locale": [], "rootPath": {}, "workDoneToken": {} }),
        json!({ "capabilities": { "workspace": { "symbol": { "symbolKind": { "valueSet": [0, 99, null] } } }, "textDocument": { "rename": 5 } } }),
        json!({ "workspaceFolders": [null, { "uri": "no uri" }, { "uri": folder.uri(""), "name": 5 }] }),
    ] {
        let mut client = Client::start_with(&folder, push(), odd, Value::Null);
        assert_lives(&mut client);
        client.finish();
    }
}
