//! The commands that a palette calls.

use serde_json::{Value, json};

use crate::client::{Client, Folder, edited, editing, merged, push};

const INVALID_PARAMS: i64 = -32602;
const INVALID_REQUEST: i64 = -32600;

fn run(client: &mut Client, command: &str, argument: Value) -> Result<Value, Value> {
    client.request("workspace/executeCommand", json!({ "command": command, "arguments": [argument] }))
}

fn message(reply: Result<Value, Value>) -> String {
    let error = reply.expect_err("refused");
    assert_eq!(error["code"], INVALID_PARAMS);
    error["message"].as_str().expect("a message").to_owned()
}

#[test]
fn a_new_phase_is_made_in_an_empty_folder_and_shown() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, editing(push()));
    let reply = run(&mut client, "phasemark.newPhase", json!({ "stem": "phase-1" })).expect("a reply");
    assert_eq!(reply["created"][0], client.uri("plan/phase-1.md"));
    let asked = client.first("workspace/applyEdit");
    let operations = asked["edit"]["documentChanges"].as_array().expect("operations");
    assert_eq!(operations.len(), 6, "three files, each created and filled");
    assert_eq!(operations[0]["kind"], "create");
    assert_eq!(operations[0]["options"], json!({ "overwrite": false, "ignoreIfExists": false }));
    let text = operations[1]["edits"][0]["newText"].as_str().expect("text");
    assert!(text.starts_with("# Phase 1: Plan\n\n## Overview\n"), "{text}");
    let shown = client.first("window/showDocument");
    assert_eq!(shown["uri"], client.uri("plan/phase-1.md"));
    let blank = json!({ "start": { "line": 4, "character": 0 }, "end": { "line": 4, "character": 36 } });
    assert_eq!(shown["selection"], blank, "what is typed takes the place of the placeholder");
    assert_eq!(asked["metadata"], Value::Null);
    client.finish();
}

#[test]
fn only_an_edit_that_creates_files_is_called_a_refactoring_where_the_client_can_tell() {
    let folder = Folder::new(&[("work-notes/phase-1.md", "# N\n\n## Session log\n")]);
    let metadata = json!({ "workspace": { "workspaceEdit": { "metadataSupport": true } } });
    let mut client = Client::start(&folder, merged(editing(push()), metadata));
    for (command, expected) in [("insertSessionLogEntry", Value::Null), ("newPhase", json!({ "isRefactoring": true }))]
    {
        run(&mut client, &format!("phasemark.{command}"), json!("phase-1")).expect("a reply");
        client.until("an edit", |client| {
            let asked = client.all("workspace/applyEdit").pop()?;
            (asked["metadata"] == expected).then_some(())
        });
    }
    client.finish();
}

#[test]
fn a_client_learns_what_to_ask_for() {
    let folder = Folder::new(&[("plan/phase-1.md", "# P\n"), ("README.md", "# R\n")]);
    let mut client = Client::start(&folder, editing(push()));
    for (command, argument, lacks) in [
        ("resumePrompt", Value::Null, json!("phase")),
        ("resumePrompt", json!({ "uri": client.uri("README.md") }), json!("phase")),
        ("insertSessionLogEntry", json!({ "uri": "file:///nowhere.md" }), json!("phase")),
        ("insertSessionLogEntry", json!("phase-1"), json!("work-notes")),
        ("resumePrompt", json!("phase-7"), Value::Null),
    ] {
        let refused = run(&mut client, &format!("phasemark.{command}"), argument.clone()).expect_err("refused");
        assert_eq!(refused["data"]["lacks"], lacks, "{command} {argument}");
        if lacks == "work-notes" {
            run(&mut client, "phasemark.insertSessionLogEntry", refused["data"]["about"].clone()).expect("an entry");
            let asked = client.first("workspace/applyEdit");
            let operations = asked["edit"]["documentChanges"].as_array().expect("operations");
            assert_eq!(operations.len(), 2, "the work notes and nothing else");
            let text = operations[1]["edits"][0]["newText"].as_str().expect("text");
            assert!(text.contains("## Session log\n\n### 2") && text.contains("\n- Next:\n"), "{text}");
            let shown = client.first("window/showDocument");
            assert_eq!(shown["uri"], client.uri("work-notes/phase-1.md"));
            let line = shown["selection"]["start"]["line"].as_u64().expect("a line") as usize;
            assert_eq!(text.lines().nth(line), Some("- What changed:"));
        }
    }
    client.finish();
}

#[test]
fn rules_are_listed_and_explained() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, push());
    let command = "phasemark.explainRule";
    let listed = client.request("workspace/executeCommand", json!({ "command": command })).expect("a list");
    let names: Vec<_> = listed.as_array().expect("a list").iter().map(|rule| rule["name"].clone()).collect();
    assert!(names.len() > 30 && names.contains(&json!("broken-reference")), "{names:?}");
    let text = run(&mut client, command, json!("broken-reference")).expect("a text");
    let text = text.as_str().expect("a text");
    assert!(text.starts_with("# broken-reference\n") && text.contains("### Fixes"), "{text}");
    client.finish();
}

#[test]
fn what_is_there_is_never_made_again() {
    let folder = Folder::new(&[("plan/phase-2-api.md", "# P\n"), ("prompts/phase-2.md", "# P\n")]);
    let mut client = Client::start(&folder, editing(push()));
    let reply = run(&mut client, "phasemark.newPhase", json!("2")).expect("a reply");
    assert_eq!(reply["created"], json!([client.uri("work-notes/phase-2-api.md")]));
    folder.write("work-notes/phase-2-api.md", "# N\n");
    folder.write("prompts/phase-3.md", "# N\n");
    client.save("plan/phase-2-api.md");
    client.until("the new file is noticed, and the plan shown", |client| {
        let reply = run(client, "phasemark.newPhase", json!("2")).expect("a reply");
        (reply["created"] == json!([]) && reply["uri"] == client.uri("plan/phase-2-api.md")).then_some(())
    });
    client.until("the plan is shown", |client| {
        let plan = client.uri("plan/phase-2-api.md");
        client.all("window/showDocument").iter().any(|shown| shown["uri"] == plan).then_some(())
    });
    client.finish();
}

#[test]
fn a_name_is_suggested_and_judged_before_anything_is_created() {
    let folder = Folder::new(&[
        ("plan/phase-3-api.md", "# P\n"),
        ("prompts/phase-3-api.md", "# P\n"),
        ("plan/billing/phase-7.md", "# P\n"),
    ]);
    let mut client = Client::start(&folder, editing(push()));
    let root = client.uri("").trim_end_matches('/').to_owned();
    let mut name = |argument: Value| run(&mut client, "phasemark.namePhase", argument).expect("a reply");
    assert_eq!(name(Value::Null), json!({ "stem": "phase-4-" }));
    let files = |stem: &str, existing: &[&str], missing: &[&str]| json!({ "root": root, "stem": stem, "existing": existing, "missing": missing });
    let existing = ["plan/phase-3-api.md", "prompts/phase-3-api.md"];
    assert_eq!(name(json!("3")), files("phase-3-api", &existing, &["work-notes/phase-3-api.md"]));
    let missing = ["plan/phase-4.md", "prompts/phase-4.md", "work-notes/phase-4.md"];
    assert_eq!(name(json!("phase-4-")), files("phase-4", &[], &missing));
    let problem = "'a:b' holds ':', which not every file system takes";
    assert_eq!(name(json!("a:b")), json!({ "problem": problem }));
    let here = json!({ "uri": client.uri("plan/billing/phase-7.md") });
    let near = run(&mut client, "phasemark.namePhase", here).expect("a reply");
    assert_eq!(near["stem"], "billing/phase-8");
    assert_eq!(client.count("workspace/applyEdit"), 0);
    client.finish();
}

#[test]
fn bad_arguments_get_a_clear_error() {
    let folder = Folder::new(&[("plan/phase-1.md", "# P\n"), ("README.md", "# R\n")]);
    let mut client = Client::start(&folder, editing(push()));
    for (command, argument, words) in [
        ("newPhase", Value::Null, "no phase given"),
        ("newPhase", json!({ "stem": "../out" }), "leads out of the artifact folders"),
        ("newPhase", json!({ "stm": "phase-2" }), "unknown field"),
        ("newPhase", json!(5), "5 is neither"),
        ("resumePrompt", Value::Null, "no phase given"),
        ("resumePrompt", json!("phase-7"), "no phase is called 'phase-7'"),
        ("resumePrompt", json!({ "uri": client.uri("README.md") }), "README.md belongs to no phase"),
        ("resumePrompt", json!({ "uri": "untitled:1" }), "is no file"),
        ("insertSessionLogEntry", json!("phase-1"), "'phase-1' has no work notes"),
        ("explainRule", json!("no-such"), "no rule is called \"no-such\""),
        ("statusReport", json!({ "uri": "file:///nowhere/at/all.md" }), "is in no root"),
        ("statusReport", json!("phase-7"), "no phase is called 'phase-7'"),
        ("showCursor", json!({}), "takes a URI and a position"),
    ] {
        let said = message(run(&mut client, &format!("phasemark.{command}"), argument));
        assert!(said.contains(words), "{command}: {said}");
    }
    let several = json!({ "command": "phasemark.statusReport", "arguments": ["a", "b"] });
    assert!(message(client.request("workspace/executeCommand", several)).contains("expected one argument, got 2"));
    client.finish();
}

#[test]
fn no_arguments_may_be_said_in_any_way() {
    let folder = Folder::new(&[("plan/phase-1.md", "# P\n")]);
    let mut client = Client::start(&folder, editing(push()));
    let mut execute = |mut params: Value, command: &str| {
        params["command"] = json!(format!("phasemark.{command}"));
        client.request("workspace/executeCommand", params)
    };
    for none in [json!({ "arguments": null, "workDoneToken": null }), json!({}), json!({ "arguments": [] })] {
        let report = execute(none.clone(), "statusReport").expect("a report");
        assert_eq!(report["phases"][0]["stem"], "phase-1", "{none}");
        assert!(message(execute(none, "resumePrompt")).contains("no phase given"));
    }
    assert!(message(execute(json!({ "arguments": 5 }), "statusReport")).contains("expected a sequence"));
    client.finish();
}

#[test]
fn an_entry_is_written_into_open_and_closed_notes() {
    const NOTES: &str = "\u{feff}# N 😀\r\n\r\n## Session log\r\n\r\n### 2026-01-02\r\n- Next: a\r\n- Why: b";
    let folder = Folder::new(&[("work-notes/phase-1.md", NOTES), ("plan/phase-1.md", "# P\n")]);
    let mut client = Client::start(&folder, editing(push()));
    for opens in [false, true] {
        if opens {
            client.open("work-notes/phase-1.md", NOTES);
        }
        let argument = json!({ "uri": client.uri("plan/phase-1.md"), "message": "Add the chart" });
        let edits_before = client.count("workspace/applyEdit");
        run(&mut client, "phasemark.insertSessionLogEntry", argument).expect("a reply");
        client.until("an edit", |client| (client.count("workspace/applyEdit") > edits_before).then_some(()));
        let asked = client.all("workspace/applyEdit").pop().expect("it came").clone();
        let change = &asked["edit"]["documentChanges"][0];
        assert_eq!(change["textDocument"]["version"], if opens { json!(1) } else { Value::Null });
        // An editor drops the mark when it opens a file.
        let text = if opens { NOTES } else { NOTES.trim_start_matches('\u{feff}') };
        let after = edited(text, &change["edits"]);
        assert!(after.starts_with(text) && after.contains("Add the chart"), "{after}");
        assert!(!after.replace("\r\n", "").contains(['\r', '\n']), "{after:?}");
    }
    client.until("the cursor is placed", |client| (client.count("window/showDocument") == 2).then_some(()));
    client.finish();
}

#[test]
fn an_entry_without_a_place_is_refused() {
    let folder = Folder::new(&[("work-notes/phase-1.md", "# N\n\n<pre>\nx\n")]);
    let mut client = Client::start(&folder, editing(push()));
    let refused = run(&mut client, "phasemark.insertSessionLogEntry", json!("phase-1")).expect_err("refused");
    assert_eq!(refused["code"], INVALID_REQUEST);
    let message = "work-notes/phase-1.md:3: unclosed HTML: close it, then add the entry";
    assert_eq!(refused["message"], message);
    client.finish();
}

#[test]
fn a_message_is_cleaned_before_it_is_written() {
    let folder = Folder::new(&[("work-notes/phase-1.md", "# N\n\n## Session log\n")]);
    let mut client = Client::start(&folder, editing(push()));
    let message = json!(["a\u{1b}[31m\u{202e}b", "c\rd\u{2028}e", " "]);
    let argument = json!({ "stem": "phase-1", "message": message });
    run(&mut client, "phasemark.insertSessionLogEntry", argument).expect("a reply");
    let asked = client.first("workspace/applyEdit");
    let text = asked["edit"]["documentChanges"][0]["edits"][0]["newText"].as_str().expect("text");
    assert!(text.contains("- a [31mb\n") && text.contains("- c\n") && text.contains("- e\n"), "{text:?}");
    client.finish();
}

#[test]
fn reports_come_as_text_for_a_person_and_data_for_a_program() {
    let folder = Folder::copy_of("helm-chart");
    let mut client = Client::start(&folder, push());
    let report = run(&mut client, "phasemark.statusReport", Value::Null).expect("a report");
    assert_eq!(report["version"], 1);
    assert!(report["phases"].as_array().expect("phases").len() > 1);
    assert!(report["markdown"].as_str().expect("text").contains("| --- |"));
    assert_eq!(report["root"], client.uri("").trim_end_matches('/'));
    let stem = report["phases"][0]["stem"].clone();
    let own = run(&mut client, "phasemark.statusReport", stem.clone()).expect("a report");
    assert_eq!(own["phases"], json!([report["phases"][0]]));
    let prompt = run(&mut client, "phasemark.resumePrompt", stem).expect("a text");
    assert!(prompt.as_str().expect("text").starts_with("# Resume: "), "{prompt}");
    // This client takes no edits.
    let refused = run(&mut client, "phasemark.newPhase", json!("phase-77")).expect_err("refused");
    assert_eq!(refused["code"], INVALID_REQUEST);
    client.finish();
}
