//! Whole sessions over pipes, against a server that does as it is told.

use std::io::{PipeWriter, Write, pipe};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;

use serde_json::Value;
use tokio::runtime::Runtime;
use tower_lsp::jsonrpc::Result;
use tower_lsp::lsp_types::*;
use tower_lsp::{Client, async_trait};

use super::{outgoing::Output, *};

mod lifecycle;

/// Far more than any step takes; only a hang gets there.
const HANG: Duration = Duration::from_secs(20);

/// What must not come is given this long to come.
const QUIET: Duration = Duration::from_millis(50);

/// `workspace/executeCommand` names what to do; opened documents are noted in order.
struct Obedient {
    client: Client,
    outgoing: Outgoing,
    opened: Mutex<Vec<String>>,
}

#[async_trait]
impl LanguageServer for Obedient {
    async fn initialize(&self, params: InitializeParams) -> Result<InitializeResult> {
        if let Some(options) = params.initialization_options {
            match options.as_str() {
                Some("never") => std::future::pending().await,
                _ => panic!("no such option"),
            }
        }
        Ok(InitializeResult::default())
    }

    async fn shutdown(&self) -> Result<()> {
        Ok(())
    }

    async fn did_open(&self, params: DidOpenTextDocumentParams) {
        let text = params.text_document.text;
        assert_ne!(text, "panic", "told to");
        self.opened.lock().unwrap().push(text);
    }

    async fn execute_command(&self, params: ExecuteCommandParams) -> Result<Option<Value>> {
        match params.command.as_str() {
            "opened" => return Ok(Some(json!(*self.opened.lock().unwrap()))),
            "ask" => return Ok(Some(json!(self.client.workspace_folders().await?))),
            "notify" => self.outgoing.notify("test/note", &params.arguments),
            "late" => tokio::time::sleep(Duration::from_millis(1)).await,
            "never" => std::future::pending().await,
            "panic" => panic!("told to"),
            "late panic" => {
                tokio::task::yield_now().await;
                panic!("told {}", "later")
            }
            other => panic!("unknown command {other}"),
        }
        Ok(Some(json!("done")))
    }
}

fn obedient(outgoing: &Outgoing) -> (LspService<Obedient>, ClientSocket) {
    let (outgoing, opened) = (outgoing.clone(), Mutex::default());
    LspService::new(|client| Obedient { client, outgoing, opened })
}

fn file(pipe: PipeWriter) -> std::fs::File {
    #[cfg(windows)]
    return std::os::windows::io::OwnedHandle::from(pipe).into();
    #[cfg(not(windows))]
    return std::os::fd::OwnedFd::from(pipe).into();
}

/// The client's side of a session.
struct Peer {
    to_server: Option<PipeWriter>,
    messages: Receiver<Value>,
    exit_code: Receiver<i32>,
    _runtime: Runtime,
}

impl Peer {
    fn start() -> Self {
        Self::watched(())
    }

    fn watched(observer: impl Observer) -> Self {
        let (from_client, to_server) = pipe().unwrap();
        let (from_server, to_client) = pipe().unwrap();
        let outgoing = Outgoing::start(file(to_client));
        let (service, socket) = obedient(&outgoing);
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_time().build().unwrap();
        let (handle, (exit, exit_code)) = (runtime.handle().clone(), channel());
        thread::spawn(move || exit.send(serve(service, socket, from_client, &outgoing, &handle, observer)));
        let (received, messages) = channel();
        thread::spawn(move || {
            let mut frames = FrameReader::new(from_server);
            while let Ok(Frame::Body(body)) = frames.read() {
                let _ = received.send(serde_json::from_slice(&body).unwrap());
            }
        });
        Peer { to_server: Some(to_server), messages, exit_code, _runtime: runtime }
    }

    /// A session past `initialize`.
    fn initialized() -> Self {
        Self::start().initialize()
    }

    fn initialize(mut self) -> Self {
        let peer = &mut self;
        peer.request(0, "initialize", json!({"capabilities": {}}));
        assert_eq!(peer.receive()["result"], json!({"capabilities": {}}));
        peer.notify("initialized", json!({}));
        self
    }

    fn write(&mut self, bytes: &[u8]) {
        self.to_server.as_mut().unwrap().write_all(bytes).unwrap();
    }

    fn send_body(&mut self, body: &str) {
        self.write(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    }

    fn request(&mut self, id: impl Into<Value>, method: &str, params: Value) {
        let id: Value = id.into();
        self.send_body(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}).to_string());
    }

    fn notify(&mut self, method: &str, params: Value) {
        self.send_body(&json!({"jsonrpc": "2.0", "method": method, "params": params}).to_string());
    }

    fn command(&mut self, id: impl Into<Value>, command: &str) {
        self.request(id, "workspace/executeCommand", json!({"command": command, "arguments": []}));
    }

    fn open(&mut self, text: &str) {
        let document = json!({"uri": "file:///a.md", "languageId": "markdown", "version": 1, "text": text});
        self.notify("textDocument/didOpen", json!({"textDocument": document}));
    }

    fn receive(&self) -> Value {
        self.messages.recv_timeout(HANG).expect("a message")
    }

    /// Receives an error reply, and returns its id and code.
    fn receive_error(&self) -> (Value, i64) {
        let reply = self.receive();
        let code = reply["error"]["code"].as_i64();
        (reply["id"].clone(), code.unwrap_or_else(|| panic!("no error: {reply}")))
    }

    /// Makes sure that nothing waits, and that the server answers.
    fn assert_alive(&mut self) {
        self.command("alive", "opened");
        assert_eq!(self.receive()["id"], "alive");
    }

    fn assert_exits(&mut self, code: i32) {
        assert_eq!(self.exit_code.recv_timeout(HANG), Ok(code));
    }
}

#[test]
fn handles_notifications_in_order_before_what_follows() {
    let mut peer = Peer::initialized();
    let texts: Vec<String> = (0..200).map(|n| n.to_string()).collect();
    texts.iter().for_each(|text| peer.open(text));
    peer.command(1, "opened");
    assert_eq!(peer.receive()["result"], json!(texts));
}

#[test]
fn answers_each_request_with_its_own_id() {
    let mut peer = Peer::initialized();
    peer.command("a string", "late");
    assert_eq!(peer.receive(), json!({"jsonrpc": "2.0", "id": "a string", "result": "done"}));
    peer.command(i64::MAX, "late");
    assert_eq!(peer.receive()["id"], i64::MAX);
}

#[test]
fn sends_a_handlers_notification_before_its_reply() {
    let mut peer = Peer::initialized();
    peer.command(1, "notify");
    assert_eq!(peer.receive(), json!({"jsonrpc": "2.0", "method": "test/note", "params": []}));
    assert_eq!(peer.receive()["id"], 1);
}

#[test]
fn reads_what_arrives_byte_by_byte() {
    let mut peer = Peer::initialized();
    let body = r#"{"jsonrpc":"2.0","id":1,"method":"workspace/executeCommand","params":{"command":"opened"}}"#;
    for byte in format!("Content-Length: {}\r\n\r\n{body}", body.len()).bytes() {
        peer.write(&[byte]);
    }
    assert_eq!(peer.receive()["id"], 1);
}

#[test]
fn cancels_one_of_many_pending_requests() {
    let mut peer = Peer::initialized();
    (1..=8).for_each(|id| peer.command(id, "never"));
    peer.command("slow", "never");
    peer.assert_alive();
    peer.notify("$/cancelRequest", json!({"id": 5}));
    assert_eq!(peer.receive_error(), (json!(5), -32800));
    peer.notify("$/cancelRequest", json!({"id": "slow"}));
    assert_eq!(peer.receive_error(), (json!("slow"), -32800));
    peer.notify("$/cancelRequest", json!({"id": 5}));
    peer.assert_alive();
    assert_eq!(peer.messages.recv_timeout(QUIET), Err(RecvTimeoutError::Timeout));
}

#[test]
fn answers_a_panic_and_lives() {
    let mut peer = Peer::initialized();
    peer.open("before");
    for command in ["panic", "late panic"] {
        peer.command(1, command);
        let reply = peer.receive();
        assert_eq!((&reply["id"], &reply["error"]["code"]), (&json!(1), &json!(-32603)), "{command}");
        assert!(reply["error"]["message"].as_str().unwrap().starts_with("Internal error: told "), "{reply}");
        // The id is free again.
        peer.command(1, "late");
        assert_eq!(peer.receive()["result"], "done", "{command}");
    }
    peer.open("panic");
    peer.open("after");
    peer.command(2, "opened");
    assert_eq!(peer.receive()["result"], json!(["before", "after"]));
}

#[test]
fn routes_answers_to_who_asked() {
    let mut peer = Peer::initialized();
    peer.command(1, "ask");
    let question = peer.receive();
    assert_eq!(question["method"], "workspace/workspaceFolders");
    peer.send_body(r#"{"jsonrpc":"2.0","id":"unknown","result":null}"#);
    peer.send_body(r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"what?"}}"#);
    let folder = json!([{"uri": "file:///a", "name": "a"}]);
    peer.send_body(&json!({"jsonrpc": "2.0", "id": question["id"], "result": folder}).to_string());
    assert_eq!(peer.receive(), json!({"jsonrpc": "2.0", "id": 1, "result": folder}));

    peer.command(2, "ask");
    let question = peer.receive();
    let error = json!({"code": 7, "message": "no"});
    peer.send_body(&json!({"jsonrpc": "2.0", "id": question["id"], "error": error}).to_string());
    assert_eq!(peer.receive(), json!({"jsonrpc": "2.0", "id": 2, "error": error}));
}

#[test]
fn survives_an_answer_to_a_cancelled_request() {
    let mut peer = Peer::initialized();
    peer.command(1, "ask");
    let question = peer.receive();
    peer.notify("$/cancelRequest", json!({"id": 1}));
    assert_eq!(peer.receive_error(), (json!(1), -32800));
    peer.send_body(&json!({"jsonrpc": "2.0", "id": question["id"], "result": null}).to_string());
    peer.assert_alive();
}

/// Notes each end of edits.
struct Ends(std::sync::mpsc::Sender<bool>);

impl Observer for Ends {
    fn edits_end(&self, is_burst: bool) {
        let _ = self.0.send(is_burst);
    }
}

#[test]
fn edits_end_with_any_other_message_and_where_no_input_is_at_hand() {
    let (ends, ended) = channel();
    let mut peer = Peer::watched(Ends(ends)).initialize();
    peer.assert_alive();
    // Before the read that waits for what follows.
    while ended.recv_timeout(QUIET).is_ok() {}
    let notification = |method: &str| json!({"jsonrpc": "2.0", "method": method, "params": {}});
    let messages = ["didChange", "didChange", "didSave", "didChange", "didSave"].map(|name| {
        let body = notification(&format!("textDocument/{name}")).to_string();
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    });
    // A pipe takes them at once, and gives them back at once.
    peer.write(messages.concat().as_bytes());
    let ends: Vec<bool> = (0..3).map(|_| ended.recv_timeout(HANG).unwrap()).collect();
    assert_eq!(ends, [true, false, false], "a save with more behind it, a save, the wait for more");
    assert!(ended.recv_timeout(QUIET).is_err());
}

#[test]
fn refuses_unknown_methods_and_bad_params() {
    let mut peer = Peer::initialized();
    for method in ["no/such", "$/no/such"] {
        peer.notify(method, json!({}));
        peer.request(1, method, json!({}));
        assert_eq!(peer.receive_error(), (json!(1), -32601), "{method}");
    }
    for params in [json!({"command": 5}), json!(null), json!([]), json!("command")] {
        peer.notify("textDocument/didOpen", params.clone());
        peer.request(2, "workspace/executeCommand", params);
        assert_eq!(peer.receive_error(), (json!(2), -32602));
    }
    peer.assert_alive();
}

#[test]
fn answers_broken_messages_and_lives() {
    let mut peer = Peer::initialized();
    for (body, id, code) in [
        ("{", Value::Null, -32700),
        ("", Value::Null, -32700),
        (r#"{"jsonrpc":"2.0","id":1,"method":5}"#, json!(1), -32600),
        (r#"[{"jsonrpc":"2.0","id":1,"method":"shutdown"}]"#, Value::Null, -32600),
    ] {
        peer.send_body(body);
        assert_eq!(peer.receive_error(), (id, code), "{body}");
    }
    peer.write(b"Content-Length: 1\r\n\r\n\xff");
    assert_eq!(peer.receive_error(), (Value::Null, -32700));
    peer.assert_alive();
}

#[test]
fn answers_broken_headers_once_and_lives() {
    let mut peer = Peer::initialized();
    for header in ["garbage", "Content-Length: -5", "Content-Length: five", "Content-Type: x"] {
        peer.write(format!("{header}\r\n\r\n").as_bytes());
        // Told before the next header comes.
        assert_eq!(peer.receive_error(), (Value::Null, -32700), "{header}");
        peer.write(b"{\"jsonrpc\":\"2.0\"}");
        peer.assert_alive();
    }
}

#[test]
fn skips_a_huge_message_and_lives() {
    let mut peer = Peer::initialized();
    let length = frame::MAX_BODY + 1;
    peer.write(format!("Content-Length: {length}\r\n\r\n").as_bytes());
    assert_eq!(peer.receive_error(), (Value::Null, -32600));
    let piece = vec![b' '; 1 << 20];
    (0..length >> 20).for_each(|_| peer.write(&piece));
    peer.write(b" ");
    peer.assert_alive();
}
