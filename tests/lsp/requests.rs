//! Requests side by side: slow ones, cancelled ones, panicking ones; and hover.

use serde_json::{Value, json};

use crate::client::{Client, Folder, push};

const SLEEP: &str = "phasemark.test.sleep";
const PANIC: &str = "phasemark.test.panic";

const CANCELLED: i64 = -32800;
const INTERNAL_ERROR: i64 = -32603;

fn command(name: &str) -> Value {
    json!({ "command": name, "arguments": [] })
}

#[test]
fn slow_requests_delay_nobody() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, push());
    let sleeping: Vec<_> = (0..8).map(|_| client.send("workspace/executeCommand", command(SLEEP))).collect();
    client.open("plan/phase-1.md", "- <Goal 1>\n");
    let hover = client.hover("plan/phase-1.md", 0, 4).expect("a hover");
    assert!(hover.contains("leftover-placeholder"), "{hover}");
    client.version("plan/phase-1.md", 1);
    assert!(!sleeping.iter().any(|id| client.has_reply(*id)));
    for id in &sleeping {
        client.notify("$/cancelRequest", json!({ "id": id }));
    }
    for id in sleeping {
        assert_eq!(client.reply(id).expect_err("cancelled")["code"], CANCELLED);
    }
    client.finish();
}

#[test]
fn a_cancel_overtakes_a_hundred_waiting_requests() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, push());
    let sleeping: Vec<_> = (0..100).map(|_| client.send("workspace/executeCommand", command(SLEEP))).collect();
    client.notify("$/cancelRequest", json!({ "id": sleeping[99] }));
    assert_eq!(client.reply(sleeping[99]).expect_err("cancelled")["code"], CANCELLED);
    client.finish();
}

#[test]
fn a_panic_is_an_error_reply_and_nothing_else() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, push());
    client.open("plan/phase-1.md", "# P\n\n- <Goal 1>\n");
    client.version("plan/phase-1.md", 1);
    for _ in 0..3 {
        assert_eq!(client.refusal("workspace/executeCommand", command(PANIC)), INTERNAL_ERROR);
    }
    let insert = json!({ "start": { "line": 1, "character": 0 }, "end": { "line": 1, "character": 0 } });
    client.change("plan/phase-1.md", json!([{ "range": insert, "text": "\n" }]));
    client.until_found("plan/phase-1.md", "leftover-placeholder", &["3:2-10"]);
    assert!(client.hover("plan/phase-1.md", 3, 4).is_some());
    client.finish();
}

#[test]
fn an_unknown_command_is_refused() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, push());
    assert_eq!(client.refusal("workspace/executeCommand", command("phasemark.test.no-such")), -32602);
    client.finish();
}

#[test]
fn a_diagnostic_is_explained_on_hover() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, push());
    client.open("plan/phase-1.md", "# P 😀\n\n- 😀 <Goal 1> x\n\n## Goals\n- [ ] y\n");
    let hover = client.hover("plan/phase-1.md", 2, 5).expect("a hover");
    let expected = "**leftover-placeholder**: Template text is filled in.\n\n\
                    Reasons, examples and fixes: `phasemark explain leftover-placeholder`";
    assert_eq!(hover, expected);
    assert!(client.hover("plan/phase-1.md", 0, 3).expect("a hover").contains("**missing-definition-of-done**"));
    for (line, character) in [(2, 2), (2, 14), (1, 0), (900, 900)] {
        assert_eq!(client.hover("plan/phase-1.md", line, character), None, "{line}:{character}");
    }
    // The text of the newest version counts, however recent.
    client.replace("plan/phase-1.md", "\n\n\n- <Goal 1>\n");
    assert!(client.hover("plan/phase-1.md", 3, 4).is_some());
    client.finish();
}

#[test]
fn the_name_of_a_rule_is_explained_where_it_is_suppressed_or_configured() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, push());
    client.open("plan/phase-1.md", "# P\n\n<!-- phasemark-ignore premature-complete: old -->\n\ntext\n");
    for character in [22, 30, 40] {
        let hover = client.hover("plan/phase-1.md", 2, character).expect("a hover");
        assert!(hover.starts_with("# premature-complete\n"), "{hover}");
    }
    assert_eq!(client.hover("plan/phase-1.md", 2, 43), None);
    client.open("phasemark.toml", "# 😀\n[rules]\npremature-complete = \"off\"\nno-such = \"off\"\n");
    for character in [0, 9, 18] {
        let hover = client.hover("phasemark.toml", 2, character).expect("a hover");
        assert!(hover.starts_with("# premature-complete\n"), "{hover}");
    }
    assert_eq!(client.hover("phasemark.toml", 1, 3), None);
    assert_eq!(client.hover("phasemark.toml", 2, 24), None);
    client.finish();
}

#[test]
fn a_client_without_markdown_is_answered_in_plain_text() {
    let folder = Folder::new(&[]);
    let mut capabilities = push();
    capabilities["textDocument"]["hover"]["contentFormat"] = json!(["plaintext"]);
    let mut client = Client::start(&folder, capabilities);
    client.open("plan/phase-1.md", "- <Goal 1>\n");
    let params = json!({
        "textDocument": { "uri": client.uri("plan/phase-1.md") },
        "position": { "line": 0, "character": 4 },
    });
    let hover = client.request("textDocument/hover", params).expect("an answer");
    assert_eq!(hover["contents"]["kind"], "plaintext");
    assert_eq!(
        hover["range"],
        json!({ "start": { "line": 0, "character": 2 }, "end": { "line": 0, "character": 10 } })
    );
    client.finish();
}
