//! Code actions, as a client gets and resolves them.

use phasemark::text::PositionEncoding;
use serde_json::{Value, json};

use crate::client::{Client, Folder, edited, edited_in, editing, encoded, merged, push};

const PLAN: &str = "plan/phase-1.md";
const PROMPT: &str = "prompts/phase-1.md";
const CONTENT_MODIFIED: i64 = -32801;
const INVALID_PARAMS: i64 = -32602;

/// 😀 is two UTF-16 units, four bytes, one character; CRLF; the last line has no end.
const MESSY_PROMPT: &str = "# P\r\n\r\n## Role\r\nx\r\n## Context\r\n- Plan: plan/phase-2.md 😀\r\n## Task\r\n😀 x";

fn edits(action: &Value) -> &Value {
    &action["edit"]["documentChanges"][0]["edits"]
}

#[test]
fn a_quick_fix_names_its_diagnostics_and_the_version_that_it_is_for() {
    let folder = Folder::new(&[(PLAN, "# P\n"), ("plan/phase-2.md", "# P\n")]);
    let mut client = Client::start(&folder, editing(push()));
    client.open(PROMPT, MESSY_PROMPT);
    client.until_found(PROMPT, "phase-mismatch", &["5:8-23"]);
    let action = client.action(PROMPT, (5, 10), "Replace by `plan/phase-1.md`");
    assert_eq!(action["kind"], "quickfix");
    assert_eq!(action["isPreferred"], true);
    assert_eq!(action["diagnostics"][0]["code"], "phase-mismatch");
    let change = &action["edit"]["documentChanges"][0];
    assert_eq!(change["textDocument"], json!({ "uri": client.uri(PROMPT), "version": 1 }));
    let after = edited(MESSY_PROMPT, edits(&action));
    assert_eq!(after, MESSY_PROMPT.replace("phase-2", "phase-1"));
    client.finish();
}

#[test]
fn edits_are_right_in_every_encoding() {
    let text = "# P\n\n## Context\n- 😀 <Goal 1> Plan: <paths>\n- Work notes: 😀\n## Task\n";
    for (name, encoding) in
        [("utf-8", PositionEncoding::Utf8), ("utf-16", PositionEncoding::Utf16), ("utf-32", PositionEncoding::Utf32)]
    {
        let folder = Folder::new(&[(PLAN, "# P\n")]);
        let mut client = Client::start(&folder, editing(encoded(name)));
        client.open(PROMPT, text);
        let found = client.actions(PROMPT, ((0, 0), (9, 0)), Some(&["source.fixAll"]));
        assert_eq!(found.len(), 1, "{found:#?}");
        assert_eq!(found[0].get("edit"), None, "costly: only when asked for");
        let action = client.request("codeAction/resolve", found[0].clone()).expect("resolved");
        let after = edited_in(text, edits(&action), encoding);
        assert!(after.contains("## Session management\n") && after.contains("- 😀 <Goal 1>"), "{after}");
        client.finish();
    }
}

#[test]
fn fix_all_is_refused_once_the_text_is_another_one() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, editing(push()));
    client.open(PLAN, "# P\n\n## Goals\n");
    let found = client.actions(PLAN, ((0, 0), (0, 0)), Some(&["source.fixAll.phasemark"]));
    client.replace(PLAN, "# P\n\n## Goals\n\n- a\n");
    assert_eq!(client.refusal("codeAction/resolve", found[0].clone()), CONTENT_MODIFIED);
    client.finish();
}

#[test]
fn only_the_kinds_that_are_asked_for_are_offered() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, editing(push()));
    client.open(PLAN, "# P\n\n## Goals\n");
    let mut kinds = |only: Option<&[&str]>| {
        let found = client.actions(PLAN, ((0, 2), (0, 2)), only);
        let mut kinds: Vec<_> =
            found.iter().map(|action| action["kind"].as_str().expect("a kind").to_owned()).collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    };
    assert!(kinds(None).contains(&"quickfix".to_owned()));
    assert_eq!(kinds(Some(&["quickfix"])), ["quickfix"]);
    assert_eq!(kinds(Some(&["source"])), ["source.fixAll.phasemark"]);
    assert_eq!(kinds(Some(&["source.fixAll"])), ["source.fixAll.phasemark"]);
    assert_eq!(kinds(Some(&["source.fixAll.other", "source.organizeImports", "refactor.extract"])), [""; 0]);
    client.finish();
}

#[test]
fn a_client_that_cannot_resolve_gets_the_edit_at_once() {
    let folder = Folder::new(&[]);
    let mut capabilities = editing(push());
    capabilities["textDocument"]["codeAction"]["resolveSupport"] = Value::Null;
    capabilities["workspace"]["workspaceEdit"] = json!({});
    let mut client = Client::start(&folder, capabilities);
    let text = "# P\n\n## Goals\n";
    client.open(PLAN, text);
    let found = client.actions(PLAN, ((0, 0), (0, 0)), Some(&["source.fixAll"]));
    let after = edited(text, &found[0]["edit"]["changes"][client.uri(PLAN)]);
    assert!(after.starts_with("# P\n\n## Overview\n\n## Goals\n\n## Constraints"), "{after}");
    client.finish();
}

#[test]
fn what_is_no_artifact_gets_nothing_and_old_clients_are_offered_nothing() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, editing(push()));
    client.open("README.md", "# P\n\n- <Goal 1>\n");
    assert_eq!(client.actions("README.md", ((0, 0), (2, 5)), None), [Value::Null; 0]);
    client.finish();
    let mut client = Client::spawn(&folder);
    let capabilities = merged(push(), json!({ "textDocument": { "codeAction": {} } }));
    let params = json!({ "processId": null, "rootUri": null, "capabilities": capabilities });
    let reply = client.request("initialize", params).expect("initialized");
    assert_eq!(reply["capabilities"].get("codeActionProvider"), None);
    client.finish();
}

#[test]
fn data_that_was_never_sent_is_refused() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, editing(push()));
    client.open(PLAN, "# 😀 P\n\nWords. 漢字\n");
    let wrong = [(3, 9), (17, 18), (8, 2), (0, 99), (1_000_000_000, 1_000_000_000)];
    for kind in ["quickfix", "refactor.insert", "refactor.rewrite", "source.fixAll.phasemark"] {
        for (start, end) in wrong {
            let data = json!({ "uri": client.uri(PLAN), "version": 1, "selection": { "start": start, "end": end } });
            let action = json!({ "title": "Fix all that is safe to fix", "kind": kind, "data": data });
            assert_eq!(client.refusal("codeAction/resolve", action), INVALID_PARAMS, "{kind} {start}..{end}");
        }
    }
    client.finish();
}

#[test]
fn what_others_say_of_a_line_costs_no_action() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, editing(push()));
    client.open(PLAN, "- <Goal 1>\n");
    client.until_found(PLAN, "leftover-placeholder", &["0:2-10"]);
    // The index is there, too.
    client.request("workspace/executeCommand", json!({ "command": "phasemark.statusReport" })).expect("a report");
    let range = json!({ "start": { "line": 0, "character": 4.0 }, "end": { "line": 0, "character": 4 } });
    let mut titles = |diagnostics: Value| {
        let context = json!({ "diagnostics": diagnostics, "triggerKind": 3 });
        let document = json!({ "uri": client.uri(PLAN) });
        let params = json!({ "textDocument": document, "range": range, "context": context });
        let found = client.request("textDocument/codeAction", params).expect("actions");
        found.as_array().expect("a list").iter().map(|action| action["title"].clone()).collect::<Vec<_>>()
    };
    let usual = titles(json!([]));
    assert!(!usual.is_empty());
    let other = json!({ "range": range, "message": "m", "source": "other", "codeDescription": { "href": "" } });
    for odd in [json!([other]), json!([null, 5, other]), json!(null), json!([{ "range": null, "code": {} }])] {
        assert_eq!(titles(odd.clone()), usual, "{odd}");
    }
    client.finish();
}
