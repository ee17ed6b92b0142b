//! From `initialize` to `exit`.

use super::*;

#[test]
fn refuses_what_comes_before_initialize() {
    let mut peer = Peer::start();
    peer.open("too early");
    for method in ["workspace/executeCommand", "shutdown", "no/such", "$/no/such"] {
        peer.request(1, method, json!({"command": "opened"}));
        assert_eq!(peer.receive_error(), (json!(1), -32002), "{method}");
    }
    peer.request(2, "initialize", json!({"capabilities": {}}));
    assert_eq!(peer.receive()["id"], 2);
    peer.command(3, "opened");
    assert_eq!(peer.receive()["result"], json!([]));
}

#[test]
fn initializes_once() {
    let mut peer = Peer::initialized();
    peer.request(1, "initialize", json!({"capabilities": {}}));
    assert_eq!(peer.receive_error(), (json!(1), -32600));
    peer.assert_alive();
}

#[test]
fn takes_no_second_initialize_while_the_first_is_pending() {
    let mut peer = Peer::start();
    peer.request(1, "initialize", json!({"capabilities": {}, "initializationOptions": "never"}));
    peer.request(2, "initialize", json!({"capabilities": {}}));
    assert_eq!(peer.receive_error(), (json!(2), -32600));
    peer.command(3, "opened");
    assert_eq!(peer.receive_error(), (json!(3), -32002));
}

#[test]
fn initializes_after_a_failed_attempt() {
    let mut peer = Peer::start();
    peer.request(1, "initialize", json!([5]));
    assert_eq!(peer.receive_error(), (json!(1), -32602));
    peer.request(2, "initialize", json!({"capabilities": {}, "initializationOptions": "panic"}));
    assert_eq!(peer.receive_error(), (json!(2), -32603));
    peer.request(3, "initialize", json!({"capabilities": {}}));
    assert_eq!(peer.receive()["result"], json!({"capabilities": {}}));
    peer.assert_alive();
}

#[test]
fn refuses_what_comes_after_shutdown() {
    let mut peer = Peer::initialized();
    peer.command(1, "never");
    peer.request(2, "shutdown", Value::Null);
    assert_eq!(peer.receive(), json!({"jsonrpc": "2.0", "id": 2, "result": null}));
    for method in ["workspace/executeCommand", "shutdown", "initialize", "no/such"] {
        peer.request(3, method, json!({"command": "opened"}));
        assert_eq!(peer.receive_error(), (json!(3), -32600), "{method}");
    }
    peer.open("too late");
    peer.notify("$/cancelRequest", json!({"id": 1}));
    assert_eq!(peer.receive_error(), (json!(1), -32800));
    peer.notify("exit", Value::Null);
    peer.assert_exits(0);
}

#[test]
fn exits_with_requests_in_flight_and_the_input_open() {
    let mut peer = Peer::initialized();
    (1..=8).for_each(|id| peer.command(id, "never"));
    peer.notify("exit", json!({}));
    peer.assert_exits(1);
    assert!(peer.to_server.is_some());
}

#[test]
fn exits_cleanly_after_shutdown_having_said_all() {
    let mut peer = Peer::initialized();
    peer.command(1, "opened");
    peer.request(2, "shutdown", json!({}));
    peer.notify("exit", Value::Null);
    peer.assert_exits(0);
    assert_eq!((&peer.receive()["id"], &peer.receive()["id"]), (&json!(1), &json!(2)));
}

/// An output that takes its time.
struct Slow(Arc<Mutex<Vec<u8>>>);

impl Write for Slow {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        thread::sleep(QUIET);
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Output for Slow {}

#[test]
fn returns_only_when_the_last_reply_is_written() {
    let written = Arc::default();
    let outgoing = Outgoing::start(Slow(Arc::clone(&written)));
    let (service, socket) = obedient(&outgoing);
    let runtime = Runtime::new().unwrap();
    let body = r#"{"jsonrpc":"2.0","id":"last","method":"shutdown"}"#;
    let input = format!("Content-Length: {}\r\n\r\n{body}", body.len());
    serve(service, socket, input.as_bytes(), &outgoing, runtime.handle(), ());
    let written = String::from_utf8(written.lock().unwrap().clone()).unwrap();
    assert!(written.contains(r#""id":"last""#), "{written}");
}

#[test]
fn exits_before_initialize() {
    let mut peer = Peer::start();
    peer.notify("exit", Value::Null);
    peer.assert_exits(1);
}

#[test]
fn ends_where_the_input_ends() {
    let mut peer = Peer::initialized();
    peer.command(1, "never");
    peer.write(b"Content-Le");
    peer.to_server = None;
    peer.assert_exits(1);

    let mut peer = Peer::initialized();
    peer.request(1, "shutdown", Value::Null);
    peer.to_server = None;
    peer.assert_exits(0);
}

#[test]
fn exits_while_the_client_does_not_read() {
    let (from_client, mut to_server) = pipe().unwrap();
    let (_unread, to_client) = pipe().unwrap();
    let outgoing = Outgoing::start(file(to_client));
    let mut input = String::new();
    let mut add = |body: Value| {
        let body = body.to_string();
        input += &format!("Content-Length: {}\r\n\r\n{body}", body.len());
    };
    // Each reply is an error; together they fill the pipe many times over.
    (0..20_000).for_each(|id| add(json!({"jsonrpc": "2.0", "id": id, "method": "no/such"})));
    add(json!({"jsonrpc": "2.0", "method": "exit"}));
    let (service, socket) = obedient(&outgoing);
    let runtime = Runtime::new().unwrap();
    let (handle, (exit, exit_code)) = (runtime.handle().clone(), channel());
    thread::spawn(move || exit.send(serve(service, socket, from_client, &outgoing, &handle, ())));
    thread::spawn(move || to_server.write_all(input.as_bytes()));
    assert_eq!(exit_code.recv_timeout(HANG), Ok(1));
}
