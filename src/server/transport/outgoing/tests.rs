use super::*;
use std::sync::mpsc::{Receiver, Sender, channel};
use tower_lsp::lsp_types::Diagnostic;

/// Hands each write to the test, which lets it through by a send.
struct Gate {
    writes: Sender<String>,
    open: Receiver<()>,
}

impl Write for Gate {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let _ = self.writes.send(String::from_utf8(bytes.to_vec()).unwrap());
        let opened = self.open.recv();
        opened.map(|()| bytes.len()).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Output for Gate {}

/// A way out whose writer is within its first write, of the notification `first`.
fn stuck(max_waiting: usize) -> (Outgoing, Receiver<String>, Sender<()>) {
    let ((writes, written), (opener, open)) = (channel(), channel());
    let outgoing = Outgoing::with_limit(Gate { writes, open }, max_waiting);
    outgoing.notify("first", &());
    assert!(next(&written).contains("first"));
    (outgoing, written, opener)
}

fn next(written: &Receiver<String>) -> String {
    written.recv_timeout(Duration::from_secs(20)).expect("a write")
}

fn diagnostics(path: &str, message: &str) -> PublishDiagnosticsParams {
    let diagnostic = Diagnostic { message: message.into(), ..Diagnostic::default() };
    let uri = Url::parse(path).unwrap();
    PublishDiagnosticsParams { uri, diagnostics: vec![diagnostic], version: None }
}

#[test]
fn writes_what_waits_at_once_and_in_order() {
    let (outgoing, written, opener) = stuck(MAX_WAITING);
    outgoing.notify("second", &"é");
    outgoing.notify("third", &());
    opener.send(()).unwrap();
    let second = r#"{"jsonrpc":"2.0","method":"second","params":"é"}"#;
    let third = r#"{"jsonrpc":"2.0","method":"third","params":null}"#;
    let frames = [second, third].map(|body| format!("Content-Length: {}\r\n\r\n{body}", body.len()));
    assert_eq!(next(&written), frames.concat());
}

#[cfg(unix)]
#[test]
fn the_sender_writes_what_fits_and_never_waits() {
    let (mut client, to_client) = io::pipe().unwrap();
    let outgoing = Outgoing::start(File::from(std::os::fd::OwnedFd::from(to_client)));
    outgoing.notify("first", &());
    assert!(outgoing.0.lock().is_empty(), "written by this very thread");
    // Far more than a pipe holds, of lengths that fill it in parts; nothing is read meanwhile.
    let sizes = (0..400).map(|n| n * 37 % 5000 + n);
    sizes.clone().for_each(|size| outgoing.notify("more", &"x".repeat(size)));
    assert!(!outgoing.0.lock().is_empty());
    let reader = thread::spawn(move || {
        let mut all = Vec::new();
        io::Read::read_to_end(&mut client, &mut all).map(|_| all)
    });
    outgoing.close(Duration::from_secs(20));
    drop(outgoing);
    let bodies = sizes.map(|size| format!(r#"{{"jsonrpc":"2.0","method":"more","params":"{}"}}"#, "x".repeat(size)));
    let mut expected = Vec::new();
    push_frame(&mut expected, br#"{"jsonrpc":"2.0","method":"first","params":null}"#);
    bodies.for_each(|body| push_frame(&mut expected, body.as_bytes()));
    assert!(reader.join().unwrap().unwrap() == expected);
}

#[test]
fn replaces_waiting_diagnostics_of_the_same_document() {
    let (outgoing, written, opener) = stuck(MAX_WAITING);
    outgoing.publish_diagnostics(&diagnostics("file:///a", "a1"));
    outgoing.publish_diagnostics(&diagnostics("file:///b", "b1"));
    outgoing.publish_diagnostics(&diagnostics("file:///a", "a2"));
    opener.send(()).unwrap();
    let write = next(&written);
    assert!(!write.contains("a1"), "{write}");
    assert!(write.find("b1").unwrap() < write.find("a2").unwrap(), "{write}");
    // What is being written no longer waits.
    outgoing.publish_diagnostics(&diagnostics("file:///a", "a3"));
    opener.send(()).unwrap();
    assert!(next(&written).contains("a3"));
    assert!(outgoing.0.lock().diagnostics.is_empty());
}

#[test]
fn bounds_waiting_diagnostics_by_documents() {
    let (outgoing, _written, _opener) = stuck(1000);
    (0..1000).for_each(|_| outgoing.publish_diagnostics(&diagnostics("file:///a", "again")));
    assert!(!outgoing.overflowed());
    assert_eq!(outgoing.0.lock().waiting.len(), 1);
}

#[test]
fn gives_up_on_a_client_that_does_not_read() {
    let (outgoing, _written, _opener) = stuck(1000);
    outgoing.notify("big", &"x".repeat(900));
    assert!(!outgoing.overflowed());
    outgoing.notify("big", &"x".repeat(100));
    assert!(outgoing.overflowed());
    outgoing.notify("big", &"x".repeat(100));
    assert!(outgoing.0.lock().waiting.is_empty());
    // Still stuck in its write, which must not keep us.
    outgoing.close(Duration::from_millis(1));
}

#[test]
fn lets_a_worker_wait_for_room() {
    let (outgoing, written, opener) = stuck(MAX_WAITING);
    outgoing.wait_for_room();
    outgoing.notify("big", &"x".repeat(ROOM));
    let worker = thread::spawn({
        let outgoing = outgoing.clone();
        move || outgoing.wait_for_room()
    });
    thread::sleep(Duration::from_millis(20));
    assert!(!worker.is_finished());
    opener.send(()).unwrap();
    next(&written);
    opener.send(()).unwrap();
    worker.join().unwrap();
}

#[test]
fn wakes_a_waiting_worker_when_the_client_is_gone() {
    let (outgoing, _written, opener) = stuck(MAX_WAITING);
    outgoing.notify("big", &"x".repeat(ROOM));
    drop(opener);
    outgoing.wait_for_room();
    outgoing.notify("to nobody", &());
    assert!(outgoing.0.lock().waiting.is_empty());
    assert!(!outgoing.overflowed());
}

#[test]
fn waits_for_the_write_under_way_before_closing() {
    let (outgoing, _written, opener) = stuck(MAX_WAITING);
    let closing = thread::spawn(move || outgoing.close(Duration::from_secs(20)));
    thread::sleep(Duration::from_millis(20));
    assert!(!closing.is_finished());
    opener.send(()).unwrap();
    closing.join().unwrap();
}

#[test]
fn closes_when_all_is_written() {
    let (outgoing, written, opener) = stuck(MAX_WAITING);
    outgoing.notify("last", &());
    opener.send(()).unwrap();
    opener.send(()).unwrap();
    outgoing.close(Duration::from_secs(20));
    assert!(written.try_recv().unwrap().contains("last"));
    outgoing.notify("too late", &());
    assert!(outgoing.0.lock().waiting.is_empty());
}
