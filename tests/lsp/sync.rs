//! The handshake, and documents that stay the same on both sides.

use serde_json::{Value, json};

use crate::client::{Client, Folder, encoded, found, pull, push};

const RULE: &str = "leftover-placeholder";
const PLAN: &str = "plan/phase-1.md";

/// Opens `text` as a plan and says where its placeholders are.
fn places(capabilities: Value, text: &str) -> Vec<String> {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, capabilities);
    client.open("plan/phase-1.md", text);
    let diagnostics = client.version("plan/phase-1.md", 1);
    client.finish();
    [RULE, "unresolved-question"].iter().flat_map(|rule| found(&diagnostics, rule)).collect()
}

fn range(start: (u32, u32), end: (u32, u32)) -> Value {
    let position = |(line, character)| json!({ "line": line, "character": character });
    json!({ "start": position(start), "end": position(end) })
}

#[test]
fn the_server_introduces_itself() {
    let folder = Folder::new(&[]);
    let mut client = Client::spawn(&folder);
    let result = client.request("initialize", json!({ "capabilities": push() })).expect("initialized");
    assert_eq!(result["serverInfo"], json!({ "name": "phasemark", "version": env!("CARGO_PKG_VERSION") }));
    let capabilities = &result["capabilities"];
    assert_eq!(capabilities["positionEncoding"], "utf-16");
    assert_eq!(capabilities["textDocumentSync"]["change"], 2);
    assert_eq!(capabilities["textDocumentSync"]["openClose"], true);
    assert_eq!(capabilities["workspace"]["workspaceFolders"]["changeNotifications"], true);
    assert_eq!(capabilities["diagnosticProvider"], Value::Null);
}

#[test]
fn only_a_client_that_can_refresh_is_offered_pulling() {
    let folder = Folder::new(&[]);
    let mut client = Client::spawn(&folder);
    let result = client.request("initialize", json!({ "capabilities": pull() })).expect("initialized");
    let provider = &result["capabilities"]["diagnosticProvider"];
    assert_eq!(provider["interFileDependencies"], true);
    assert_eq!(provider["workspaceDiagnostics"], true);
}

#[test]
fn columns_are_counted_as_agreed() {
    let text = "# P\n\n- 😀漢 <Goal 1>\n- e\u{301}𝕏 [NEEDS CLARIFICATION: 😀?]\n";
    assert_eq!(places(encoded("utf-8"), text), ["2:10-18", "3:10-38"]);
    assert_eq!(places(encoded("utf-16"), text), ["2:6-14", "3:7-33"]);
    assert_eq!(places(encoded("utf-32"), text), ["2:5-13", "3:6-31"]);
    assert_eq!(places(encoded("utf-7"), text), ["2:6-14", "3:7-33"]);
}

#[test]
fn every_line_end_ends_a_line() {
    assert_eq!(places(push(), "# P\r\n\r\n- <Goal 1>\r\n- 😀 <Goal 2>\r\n"), ["2:2-10", "3:5-13"]);
    assert_eq!(places(push(), "# P\n\r\n- <Goal 1>\n- <Goal 2>\r\n"), ["2:2-10", "3:2-10"]);
    assert_eq!(places(push(), "# P\r\r- <Goal 1>\r- <Goal 2>"), ["2:2-10", "3:2-10"]);
}

#[test]
fn a_bom_in_an_open_document_is_one_of_its_characters() {
    let text = "\u{feff}<Goal 1>\r\n\r\n- <Goal 2>\r\n";
    assert_eq!(places(encoded("utf-8"), text), ["0:3-11", "2:2-10"]);
    assert_eq!(places(encoded("utf-16"), text), ["0:1-9", "2:2-10"]);
}

#[test]
fn published_diagnostics_say_their_version() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, push());
    client.open("plan/phase-1.md", "# P\n- <Goal 1>\n");
    let diagnostics = client.version("plan/phase-1.md", 1);
    let finding = diagnostics.iter().find(|finding| finding["code"] == RULE).expect("a finding");
    assert_eq!((&finding["source"], &finding["severity"]), (&json!("phasemark"), &json!(2)));
    for version in 2..6 {
        client.replace("plan/phase-1.md", &format!("# P\n{}- <Goal 1>\n", "\n".repeat(version)));
        let diagnostics = client.version("plan/phase-1.md", version as i64);
        assert_eq!(found(&diagnostics, RULE), [format!("{}:2-10", version + 1)]);
    }
    client.finish();
}

#[test]
fn edits_are_applied_one_after_the_other() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, push());
    client.open("plan/phase-1.md", "# P\r\n\r\n- 😀 one\r\n");
    client.version("plan/phase-1.md", 1);
    // Each range is one of the text that the change before left.
    let changes = json!([
        { "range": range((2, 5), (2, 8)), "text": "<Goal 1>" },
        { "range": range((0, 3), (0, 3)), "text": "\r\n- 漢 " },
        { "range": range((1, 4), (1, 4)), "text": "<Goal 2>" },
        { "range": range((3, 2), (3, 4)), "text": "é" },
    ]);
    let version = client.change("plan/phase-1.md", changes);
    assert_eq!(found(&client.version("plan/phase-1.md", version), RULE), ["1:4-12", "3:4-12"]);
    // From the middle of one line to the middle of another.
    let version = client.change("plan/phase-1.md", json!([{ "range": range((1, 4), (3, 4)), "text": "" }]));
    assert_eq!(found(&client.version("plan/phase-1.md", version), RULE), ["1:4-12"]);
    client.finish();
}

#[test]
fn positions_out_of_range_are_clamped() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, push());
    client.open("plan/phase-1.md", "# P\n\n- \n- x");
    let most = u32::MAX;
    let changes = json!([
        { "range": range((2, 900), (2, most)), "text": "<Goal 1>" },
        { "range": range((900, 3), (most, most)), "text": "\n- <Goal 2>\n" },
        { "range": range((3, 3), (3, 2)), "text": "y" },
    ]);
    let version = client.change("plan/phase-1.md", changes);
    assert_eq!(found(&client.version("plan/phase-1.md", version), RULE), ["2:2-10", "4:2-10"]);
    // Within a surrogate pair.
    client.replace("plan/phase-1.md", "😀<Goal 1>\n");
    let version = client.change("plan/phase-1.md", json!([{ "range": range((0, 1), (0, 2)), "text": "- " }]));
    assert_eq!(found(&client.version("plan/phase-1.md", version), RULE), ["0:2-10"]);
    client.finish();
}

#[test]
fn a_change_without_a_range_is_the_whole_text() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, push());
    client.open("plan/phase-1.md", "# P\n");
    let whole =
        json!([{ "text": "x" }, { "text": "# P\n\n- <Goal>\n" }, { "range": range((2, 7), (2, 7)), "text": " 7" }]);
    let version = client.change("plan/phase-1.md", whole);
    assert_eq!(found(&client.version("plan/phase-1.md", version), RULE), ["2:2-10"]);
    client.finish();
}

#[test]
fn what_is_none_of_ours_is_left_alone() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, push());
    let others =
        ["README.md", "plan/README.md", "plan/_phase-1.md", "src/phase-1.md", "untitled:Untitled-1", "plan/x.txt"];
    for path in others {
        client.open(path, "- <Goal 1>\n");
    }
    client.open("plan/phase-1.md", "- <Goal 1>\n");
    client.version("plan/phase-1.md", 1);
    for path in others {
        assert_eq!(client.hover(path, 0, 4), None);
        assert_eq!(client.latest(path), None, "{path}");
    }
    client.finish();
}

#[test]
fn five_hundred_keys_end_with_the_last_one() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, push());
    client.open("plan/phase-1.md", "# P\n\n");
    for _ in 0..500 {
        client.change("plan/phase-1.md", json!([{ "range": range((1, 0), (1, 0)), "text": "\n" }]));
    }
    let last = client.change("plan/phase-1.md", json!([{ "range": range((501, 0), (501, 0)), "text": "- <Goal 1>" }]));
    assert_eq!(found(&client.version("plan/phase-1.md", last), RULE), ["501:2-10"]);
    let published = client.published("plan/phase-1.md");
    let versions: Vec<_> = published.iter().map(|params| params["version"].as_i64().expect("a version")).collect();
    assert!(versions.is_sorted(), "{versions:?}");
    assert!(versions.len() < 500, "{} of 501 versions were published", versions.len());
    client.finish();
}

#[test]
fn a_burst_into_a_large_document_is_analysed_a_few_times() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, push());
    client.open(
        "plan/phase-1.md",
        &format!("# P\n\n- <Goal 1>\n{}", "Words, and `code`, and more words.\n\n".repeat(20_000)),
    );
    client.version("plan/phase-1.md", 1);
    for _ in 0..100 {
        client.change("plan/phase-1.md", json!([{ "range": range((1, 0), (1, 0)), "text": "\n" }]));
    }
    assert_eq!(found(&client.version("plan/phase-1.md", 101), RULE), ["102:2-10"]);
    let published = client.published("plan/phase-1.md").len();
    assert!(published < 40, "{published} of 100 edits were published");
    client.finish();
}

/// `JSON.stringify` of Node escapes half a character so.
/// As from an editor that was busy: each question is about the key before it.
#[test]
fn keys_and_questions_of_one_write_are_answered_in_order() {
    let bad = "# Phase 1\n\n## Status\n- [x] In progress\n- [x] Complete\n";
    let good = bad.replace("[x] Complete", "[ ] Complete");
    let path = "work-notes/phase-1.md";
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, push());
    client.open(path, bad);
    let at = client.version(path, 1)[0]["range"]["start"].clone();
    let mut frames = String::new();
    let mut add = |message: Value| {
        let body = message.to_string();
        frames += &format!("Content-Length: {}\r\n\r\n{body}", body.len());
    };
    for version in 2..60 {
        let text = if version % 2 == 0 { &*good } else { bad };
        let document = json!({ "uri": client.uri(path), "version": version });
        let params = json!({ "textDocument": document, "contentChanges": [{ "text": text }] });
        add(json!({ "jsonrpc": "2.0", "method": "textDocument/didChange", "params": params }));
        let params = json!({ "textDocument": document, "position": at });
        add(json!({ "jsonrpc": "2.0", "id": 1000 + version, "method": "textDocument/hover", "params": params }));
    }
    client.write(frames.as_bytes());
    // Whoever asks while more is being read is told of a later version at most.
    for version in 2..59 {
        client.reply(1000 + version).expect("an answer");
    }
    assert!(client.reply(1059).expect("an answer")["contents"].is_object());
    assert_eq!(client.version(path, 59).len(), 1);
    client.finish();
}

#[test]
fn half_a_character_loses_no_edit() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, push());
    let send = |client: &Client, method: &str, params: String| {
        let body = format!(r#"{{"jsonrpc":"2.0","method":"{method}","params":{params}}}"#);
        client.write(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    };
    let uri = client.uri(PLAN);
    let item = format!(r#"{{"uri":"{uri}","languageId":"markdown","version":1,"text":"- \ud83d <Goal 1>\n"}}"#);
    send(&client, "textDocument/didOpen", format!(r#"{{"textDocument":{item}}}"#));
    assert_eq!(found(&client.version(PLAN, 1), RULE), ["0:4-12"]);
    let at = r#"{"line":0,"character":3}"#;
    let change = format!(r#"{{"range":{{"start":{at},"end":{at}}},"text":"\ude00\\ud83d\ud83d\ude00"}}"#);
    let document = format!(r#"{{"uri":"{uri}","version":2}}"#);
    send(&client, "textDocument/didChange", format!(r#"{{"textDocument":{document},"contentChanges":[{change}]}}"#));
    assert_eq!(found(&client.version(PLAN, 2), RULE), ["0:13-21"]);
    client.finish();
}

#[test]
fn a_client_that_counts_no_versions_loses_no_edit() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, push());
    client.open(PLAN, "");
    client.version(PLAN, 1);
    for (version, text) in
        [(json!(null), "- <Goal 1>\n"), (json!(1), "\n- <Goal 1>\n"), (json!(1.0), "\n\n- <Goal 1>\n")]
    {
        let document = json!({ "uri": client.uri(PLAN), "version": version });
        client.notify(
            "textDocument/didChange",
            json!({ "textDocument": document, "contentChanges": [{ "text": text }] }),
        );
        client.until_found(PLAN, RULE, &[&format!("{}:2-10", text.lines().count() - 1)]);
    }
    client.finish();
}
