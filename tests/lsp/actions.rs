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

/// A plan with a safe fix.
const FIXABLE: &str = "# P <!-- phasemark-ignore log-order -->\n\n## Goals\n";

fn edits(action: &Value) -> &Value {
    &action["edit"]["documentChanges"][0]["edits"]
}

#[test]
fn a_quick_fix_names_its_diagnostics_and_the_version_that_it_is_for() {
    let folder = Folder::new(&[(PLAN, "# P\n"), ("plan/phase-2.md", "# P\n")]);
    let mut client = Client::start(&folder, editing(push()));
    client.open(PROMPT, MESSY_PROMPT);
    client.until_found(PROMPT, "phase-mismatch", &["5:8-23"]);
    let action = client.action(PROMPT, (5, 10), "Replace with `plan/phase-1.md`");
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
    let text = "\
# P

## Context
- 😀 <Goal 1> Plan: <paths>
- Work notes: 😀 <!-- phasemark-ignore log-order --> 漢
## Task
";
    for (name, encoding) in
        [("utf-8", PositionEncoding::Utf8), ("utf-16", PositionEncoding::Utf16), ("utf-32", PositionEncoding::Utf32)]
    {
        let folder = Folder::new(&[(PLAN, "# P\n")]);
        let mut client = Client::start(&folder, editing(encoded(name)));
        client.open(PROMPT, text);
        // The index is there, too.
        client.request("workspace/executeCommand", json!({ "command": "phasemark.statusReport" })).expect("a report");
        let found = client.actions(PROMPT, ((0, 0), (9, 0)), Some(&["source.fixAll"]));
        assert_eq!(found.len(), 1, "{found:#?}");
        assert_eq!(found[0].get("edit"), None, "costly: only when asked for");
        let action = client.request("codeAction/resolve", found[0].clone()).expect("resolved");
        let expected = text.replace(" <!-- phasemark-ignore log-order -->", "");
        let expected = expected.replace("- Work notes", "- Plan: plan/phase-1.md\n- Work notes");
        assert_eq!(edited_in(text, edits(&action), encoding), expected);
        client.finish();
    }
}

#[test]
fn fix_all_is_refused_once_the_text_is_another_one() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, editing(push()));
    client.open(PLAN, FIXABLE);
    client.until_found(PLAN, "unused-suppression", &["0:26-35"]);
    let found = client.actions(PLAN, ((0, 0), (0, 0)), Some(&["source.fixAll.phasemark"]));
    client.replace(PLAN, &format!("{FIXABLE}\n- a\n"));
    assert_eq!(client.refusal("codeAction/resolve", found[0].clone()), CONTENT_MODIFIED);
    client.finish();
}

#[test]
fn only_the_kinds_that_are_asked_for_are_offered() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, editing(push()));
    client.open(PLAN, FIXABLE);
    client.until_found(PLAN, "unused-suppression", &["0:26-35"]);
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
    client.open(PLAN, FIXABLE);
    client.until_found(PLAN, "unused-suppression", &["0:26-35"]);
    let found = client.actions(PLAN, ((0, 0), (0, 0)), Some(&["source.fixAll"]));
    let after = edited(FIXABLE, &found[0]["edit"]["changes"][client.uri(PLAN)]);
    assert_eq!(after, "# P\n\n## Goals\n");
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
            let action = json!({ "title": "Apply all safe fixes", "kind": kind, "data": data });
            assert_eq!(client.refusal("codeAction/resolve", action), INVALID_PARAMS, "{kind} {start}..{end}");
        }
    }
    client.finish();
}

fn titles(actions: &[Value]) -> Vec<&str> {
    actions.iter().map(|action| action["title"].as_str().expect("a title")).collect()
}

#[test]
fn quick_fixes_are_offered_on_the_whole_line_of_a_finding() {
    let folder = Folder::new(&[(PLAN, "# P\n"), ("plan/phase-2.md", "# P\n")]);
    let mut client = Client::start(&folder, editing(push()));
    client.open(PROMPT, MESSY_PROMPT);
    client.until_found(PROMPT, "phase-mismatch", &["5:8-23"]);
    for column in [0, 10, 26] {
        let found = client.actions(PROMPT, ((5, column), (5, column)), Some(&["quickfix"]));
        let found = titles(&found);
        assert!(found[0].ends_with(" `plan/phase-1.md`"), "{column}: {found:?}");
        assert_eq!(found[1..], ["Ignore `phase-mismatch` here", "Ignore `phase-mismatch` in this file"]);
    }
    for line in [4, 6] {
        let found = client.actions(PROMPT, ((line, 0), (line, 0)), Some(&["quickfix"]));
        assert!(!titles(&found).iter().any(|title| title.contains("phase-mismatch")), "{found:#?}");
    }
    client.finish();
}

#[test]
fn findings_that_the_client_names_have_their_fixes_wherever_the_cursor_is() {
    let folder = Folder::new(&[(PLAN, "# P\n"), ("plan/phase-2.md", "# P\n")]);
    let mut client = Client::start(&folder, editing(push()));
    client.open(PROMPT, MESSY_PROMPT);
    client.until_found(PROMPT, "phase-mismatch", &["5:8-23"]);
    let published = client.latest(PROMPT).expect("diagnostics");
    let all = published["diagnostics"].as_array().expect("a list").clone();
    let mismatch = all.iter().find(|diagnostic| diagnostic["code"] == "phase-mismatch").expect("it is there").clone();
    let foreign = json!({ "range": mismatch["range"], "code": "MD001", "source": "markdownlint", "message": "m" });
    let moved = merged(mismatch.clone(), json!({ "range": { "end": { "line": 6, "character": 0 } } }));
    let top = json!({ "start": { "line": 1, "character": 0 }, "end": { "line": 1, "character": 0 } });
    for (named, is_ours) in [(json!([foreign, mismatch]), true), (json!([foreign, moved]), false)] {
        let context = json!({ "diagnostics": named, "only": ["quickfix"] });
        let params = json!({ "textDocument": { "uri": client.uri(PROMPT) }, "range": top, "context": context });
        let found = client.request("textDocument/codeAction", params).expect("actions");
        let found = found.as_array().expect("a list").clone();
        if !is_ours {
            assert_eq!(titles(&found), [""; 0]);
            continue;
        }
        assert!(titles(&found)[0].ends_with(" `plan/phase-1.md`"), "{found:#?}");
        assert_eq!(found[0]["diagnostics"], json!([mismatch]));
        // What is costly knows which finding it was for.
        let ignore = found.iter().find(|action| action["title"] == "Ignore `phase-mismatch` here").expect("offered");
        let ignore = client.request("codeAction/resolve", ignore.clone()).expect("resolved");
        let after = edited(MESSY_PROMPT, edits(&ignore));
        assert!(after.contains("plan/phase-2.md 😀 <!-- phasemark-ignore phase-mismatch"), "{after}");
    }
    client.finish();
}

#[test]
fn the_command_line_lists_the_fixes_of_the_menu_in_its_order() {
    let text =
        "# P\n\n## Goals\n- a\n\n## Context\n- Reference: `src/quue.rs`\n\n## Constraints\n- b\n\n## Task\n- [ ] c\n";
    let folder = Folder::new(&[("phasemark.toml", ""), (PLAN, text), (PROMPT, text), ("src/queue.rs", "")]);
    let check = std::process::Command::new(env!("CARGO_BIN_EXE_phasemark"))
        .args(["check", "--format", "json"])
        .current_dir(folder.path())
        .output()
        .expect("it starts");
    let report: Value = serde_json::from_slice(&check.stdout).expect("JSON");
    let mut client = Client::start(&folder, editing(push()));
    client.open(PROMPT, text);
    client.until_found(PROMPT, "broken-reference", &["6:14-25"]);
    let mut compared = 0;
    for finding in report["diagnostics"].as_array().expect("a list").iter().filter(|found| found["path"] == PROMPT) {
        let line = finding["line"].as_u64().expect("a line") as u32 - 1;
        let found = client.actions(PROMPT, ((line, 0), (line, 0)), Some(&["quickfix"]));
        let is_its = |action: &&Value| {
            let repairs = action["diagnostics"].as_array().expect("diagnostics");
            let is_ignore = action["title"].as_str().expect("a title").starts_with("Ignore `");
            !is_ignore && repairs.iter().any(|repaired| repaired["message"] == finding["message"])
        };
        let of_menu: Vec<_> = found.iter().filter(is_its).map(|action| &action["title"]).collect();
        let listed: Vec<_> = finding["fixes"]
            .as_array()
            .map(|fixes| fixes.iter().map(|fix| &fix["title"]).collect())
            .unwrap_or_default();
        assert_eq!(of_menu, listed, "{}", finding["code"]);
        compared += listed.len();
    }
    assert!(compared > 1);
    client.finish();
}

#[test]
fn where_findings_meet_one_fix_is_preferred_and_suppressions_come_last() {
    let folder = Folder::new(&[(PLAN, "# P\n"), ("plan/phase-2.md", "# P\n"), ("work-notes/phase-2.md", "# N\n")]);
    let mut client = Client::start(&folder, editing(push()));
    let text =
        "# P\n\n## Context\n- Plan: plan/phase-2.md, `src/gone.rs` and <!-- phasemark-ignore log-order --> more\n";
    client.open(PROMPT, text);
    client.until_found(PROMPT, "phase-mismatch", &["3:8-23"]);
    let found = client.actions(PROMPT, ((3, 0), (3, 0)), Some(&["quickfix"]));
    let is_ignore = |action: &&Value| action["title"].as_str().expect("a title").starts_with("Ignore `");
    let ignores = found.iter().filter(is_ignore).count();
    assert!(ignores >= 2 && found.len() > ignores + 1, "{found:#?}");
    assert!(found[found.len() - ignores..].iter().all(|action| is_ignore(&action)), "{:?}", titles(&found));
    let preferred: Vec<_> = found.iter().filter(|action| action["isPreferred"] == true).collect();
    assert_eq!(preferred, [&found[0]]);
    client.finish();
}

#[test]
fn a_file_that_may_become_an_artifact_gets_actions_and_completions_but_no_diagnostics() {
    // It proves the convention; what is beside it need not be a plan.
    let files = [(PLAN, "# Phase 1: Plan\n\n## Goals\n\n- a\n"), ("plan/ideas.md", "# Ideas\n")];
    let folder = Folder::new(&files);
    let mut client = Client::start(&folder, editing(push()));
    client.open("plan/ideas.md", "# Ideas\n\n#");
    // Once the other file is read; nothing is published then.
    let offers_sections = |client: &mut Client| {
        let found = client.actions("plan/ideas.md", ((0, 0), (0, 0)), Some(&["refactor"]));
        titles(&found).contains(&"Insert missing sections from the template")
    };
    let tries = (0..500).find(|_| {
        offers_sections(&mut client) || {
            std::thread::sleep(std::time::Duration::from_millis(20));
            false
        }
    });
    assert!(tries.is_some());
    let position = json!({ "line": 2, "character": 1 });
    let params = json!({ "textDocument": { "uri": client.uri("plan/ideas.md") }, "position": position });
    let list = client.request("textDocument/completion", params).expect("a reply");
    assert_eq!(list["items"][0]["label"], "Overview", "{list:#}");
    assert_eq!(client.published("plan/ideas.md").len(), 0);
    // Its first two sections make it a plan.
    client.replace("plan/ideas.md", "# Ideas\n\n## Goals\n- <Goal 1>\n\n## Constraints\n- b\n");
    client.until_found("plan/ideas.md", "leftover-placeholder", &["3:2-10"]);
    client.replace("plan/ideas.md", "# Ideas\n");
    client.until_found("plan/ideas.md", "leftover-placeholder", &[]);
    client.finish();
}

#[test]
fn an_empty_file_in_the_folder_of_a_role_gets_its_template_anywhere() {
    let folder = Folder::new(&[("plan/ideas.md", ""), ("docs/other.md", "")]);
    let mut client = Client::start(&folder, editing(push()));
    client.open("plan/ideas.md", "\n");
    let action = client.action("plan/ideas.md", (0, 0), "Insert the plan template");
    let after = edited("\n", edits(&action));
    assert!(after.contains("## Goals\n") && after.ends_with('\n'), "{after}");
    client.open("docs/other.md", "");
    assert_eq!(client.actions("docs/other.md", ((0, 0), (0, 0)), None), [Value::Null; 0]);
    // Nothing proves that words in such a folder are a plan.
    client.replace("plan/ideas.md", "# Ideas\n");
    assert_eq!(client.actions("plan/ideas.md", ((0, 0), (0, 0)), None), [Value::Null; 0]);
    assert_eq!(client.published("plan/ideas.md").len(), 0);
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

/// A client that also takes snippets in the edits that it is asked for.
fn filling_in(capabilities: Value) -> Value {
    merged(capabilities, json!({ "workspace": { "workspaceEdit": { "snippetEditSupport": true } } }))
}

/// The only edit of the last request for edits.
fn asked_for(client: &mut Client, count: usize) -> Value {
    client.until("an edit", |client| (client.count("workspace/applyEdit") == count).then_some(()));
    let asked = client.all("workspace/applyEdit").pop().expect("it came").clone();
    asked["edit"]["documentChanges"][0].clone()
}

#[test]
fn the_empty_places_of_a_log_entry_are_tab_stops_where_the_client_has_them() {
    const NOTES: &str = "work-notes/phase-1.md";
    let title = "Insert session log entry";
    let entry = |day: &str, why: &str| {
        format!("\r\n### 2026-01-{day} ($HOME}})\r\n- **Why \\ {{x}}:** {why}\r\n- **Next:** {why}\r\n")
    };
    let text = &format!("# N\r\n\r\n## Session log\r\n{}{}", entry("02", "a"), entry("03", "b"));
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, filling_in(editing(push())));
    client.open(NOTES, text);
    let found = client.actions(NOTES, ((0, 0), (0, 0)), Some(&["refactor.insert"]));
    let action = found.into_iter().find(|action| action["title"] == title).expect("offered");
    assert_eq!(action.get("edit"), None, "the client makes an edit of an action by itself");
    let command = action["command"].clone();
    let run = json!({ "command": command["command"], "arguments": command["arguments"] });
    client.request("workspace/executeCommand", run.clone()).expect("a reply");
    let change = asked_for(&mut client, 1);
    assert_eq!(change["textDocument"], json!({ "uri": client.uri(NOTES), "version": 1 }));
    let edit = &change["edits"][0];
    assert_eq!(edit["range"]["start"], json!({ "line": 10, "character": 13 }));
    assert_eq!(edit["snippet"]["kind"], "snippet");
    let snippet = edit["snippet"]["value"].as_str().expect("text");
    let (first, fields) = snippet.split_at(snippet.find("- ").expect("a field"));
    assert!(first.starts_with("\r\n\r\n### 20") && first.ends_with(" (\\$HOME\\})\r\n"), "{first:?}");
    assert_eq!(fields, "- **Why \\\\ {x\\}:** ${1}\r\n- **Next:** ${2}");
    // It is shown before: editors fill in what they show.
    let methods: Vec<_> = client.log.iter().filter_map(|message| message["method"].as_str()).collect();
    let place = |method: &str| methods.iter().position(|other| *other == method);
    assert!(place("window/showDocument") < place("workspace/applyEdit") && place("window/showDocument").is_some());
    client.replace(NOTES, "# N\n");
    assert_eq!(client.refusal("workspace/executeCommand", run), CONTENT_MODIFIED);
    client.finish();
}

#[test]
fn without_snippets_in_edits_a_log_entry_is_text() {
    const NOTES: &str = "work-notes/phase-1.md";
    let text = "# N\n\n## Session log\n\n### 2026-01-02\n- Why: a\n- Next: b\n";
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, editing(push()));
    client.open(NOTES, text);
    let action = client.action(NOTES, (0, 0), "Insert session log entry");
    let after = edited(text, edits(&action));
    assert!(after.ends_with("\n- Why:\n- Next:\n"), "{after}");
    assert_eq!(action["command"]["command"], "phasemark.showCursor");
    client.finish();
}

#[test]
fn no_snippet_is_sent_where_an_editor_would_indent_it() {
    const NOTES: &str = "work-notes/phase-1.md";
    let text = "## Session log\n\n- 2026-01-02\n  - Why: a\n  - Next: b";
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, filling_in(editing(push())));
    client.open(NOTES, text);
    let run = json!({ "command": "phasemark.insertSessionLogEntry", "arguments": [{ "uri": client.uri(NOTES) }] });
    client.request("workspace/executeCommand", run.clone()).expect("a reply");
    let change = asked_for(&mut client, 1);
    let after = edited(text, &change["edits"]);
    assert!(after.ends_with("\n  - Why:\n  - Next:"), "{after}");
    client.replace(NOTES, &format!("{text}\n"));
    client.request("workspace/executeCommand", run).expect("a reply");
    let change = asked_for(&mut client, 2);
    assert_eq!(change["edits"][0]["range"]["start"], json!({ "line": 5, "character": 0 }));
    let snippet = change["edits"][0]["snippet"]["value"].as_str().expect("text");
    assert!(snippet.starts_with("- 20") && snippet.ends_with("\n  - Why: ${1}\n  - Next: ${2}\n"), "{snippet}");
    client.finish();
}
