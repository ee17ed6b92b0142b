//! Several roots: workspace folders that come and go, monorepos; and the first look at a large one.

use serde_json::{Value, json};

use crate::client::{Client, Folder, push, showing_progress};

const PREMATURE: &str = "premature-complete";
const PLACEHOLDER: &str = "leftover-placeholder";

const OPEN_PLAN: &str = "# Phase 1\n\n## Definition of done\n- [ ] `make` passes\n";
const COMPLETE_NOTES: &str = "# Phase 1\n\n## Status\n- [x] Complete\n";
const COMPLETE: &str = "3:6-14";

fn folders(client: &Client, paths: &[&str]) -> Value {
    paths.iter().map(|path| json!({ "uri": client.uri(path), "name": path })).collect()
}

/// A client of the workspace folders `a` and `b`, whose plans differ.
fn two_folders(folder: &Folder) -> Client {
    folder.write("a/plan/phase-1.md", OPEN_PLAN);
    folder.write("b/plan/phase-1.md", "# Phase 1\n");
    folder.write("b/phasemark.toml", "[rules]\nleftover-placeholder = \"hint\"\n");
    let folders = json!([{ "uri": folder.uri("a"), "name": "a" }, { "uri": folder.uri("b/"), "name": "b" }]);
    Client::start_with(folder, push(), json!({ "workspaceFolders": folders }), Value::Null)
}

#[test]
fn each_workspace_folder_is_a_root() {
    let folder = Folder::new(&[]);
    let mut client = two_folders(&folder);
    client.open("a/work-notes/phase-1.md", COMPLETE_NOTES);
    client.open("b/work-notes/phase-1.md", COMPLETE_NOTES);
    client.until_found("a/work-notes/phase-1.md", PREMATURE, &[COMPLETE]);
    client.until_found("b/work-notes/phase-1.md", PREMATURE, &[]);
    client.open("a/plan/phase-2.md", "- <Goal 1>\n");
    client.open("b/plan/phase-2.md", "- <Goal 1>\n");
    for (path, severity) in [("a/plan/phase-2.md", 2), ("b/plan/phase-2.md", 4)] {
        client.until_found(path, PLACEHOLDER, &["0:2-10"]);
        let latest = client.latest(path).expect("diagnostics");
        let findings = latest["diagnostics"].as_array().expect("diagnostics");
        let finding = findings.iter().find(|finding| finding["code"] == PLACEHOLDER);
        assert_eq!(finding.expect("a finding")["severity"], severity, "{path}");
    }
    client.finish();
}

#[test]
fn workspace_folders_come_and_go() {
    let folder = Folder::new(&[("c/phasemark.toml", "nonsense = 1\n"), ("c/plan/phase-1.md", OPEN_PLAN)]);
    let mut client = two_folders(&folder);
    client.open("a/work-notes/phase-1.md", COMPLETE_NOTES);
    client.until_found("a/work-notes/phase-1.md", PREMATURE, &[COMPLETE]);
    let event = json!({ "added": folders(&client, &["c"]), "removed": folders(&client, &["b"]) });
    client.notify("workspace/didChangeWorkspaceFolders", json!({ "event": event }));
    client.until_found("c/phasemark.toml", "invalid-config", &["0:0-8"]);
    client.open("c/work-notes/phase-1.md", COMPLETE_NOTES);
    client.until_found("c/work-notes/phase-1.md", PREMATURE, &[COMPLETE]);
    let event = json!({ "added": [], "removed": folders(&client, &["c"]) });
    client.notify("workspace/didChangeWorkspaceFolders", json!({ "event": event }));
    client.until_found("c/phasemark.toml", "invalid-config", &[]);
    client.replace("a/work-notes/phase-1.md", &format!("\n{COMPLETE_NOTES}"));
    client.until_found("a/work-notes/phase-1.md", PREMATURE, &["4:6-14"]);
    client.finish();
}

#[test]
fn without_a_workspace_folder_a_document_finds_its_root() {
    let folder = Folder::new(&[("x/plan/phase-1.md", OPEN_PLAN), ("x/work-notes/phase-1.md", COMPLETE_NOTES)]);
    let params = json!({ "workspaceFolders": null, "rootUri": null });
    let mut client = Client::start_with(&folder, push(), params, Value::Null);
    client.open_file("x/work-notes/phase-1.md");
    client.until_found("x/work-notes/phase-1.md", PREMATURE, &[COMPLETE]);
    client.finish();
}

#[test]
fn settings_belong_to_a_folder_and_all_roots_below() {
    let folder = Folder::new(&[
        ("phasemark.toml", "[layout]\nroots = [\"services/*\"]\n"),
        ("services/x/plan/phase-1.md", "- <Goal 1>\n"),
    ]);
    let capabilities = crate::client::configured(push());
    let settings = json!({ "rules": { PLACEHOLDER: "error" } });
    let mut client = Client::start_with(&folder, capabilities, json!({}), settings);
    client.open_file("services/x/plan/phase-1.md");
    client.until("an error", |client| {
        let latest = client.latest("services/x/plan/phase-1.md")?;
        let findings = latest["diagnostics"].as_array()?;
        let finding = findings.iter().find(|finding| finding["code"] == PLACEHOLDER)?;
        (finding["severity"] == 1).then_some(())
    });
    client.finish();
}

#[test]
fn a_monorepo_has_the_roots_that_its_configuration_names() {
    let folder = Folder::copy_of("monorepo");
    let mut client = Client::start(&folder, push());
    // The phase of the same stem in the outer root is another one.
    folder.write("services/billing/plan/phase-9.md", OPEN_PLAN);
    client.open("services/billing/work-notes/phase-9.md", COMPLETE_NOTES);
    client.open("work-notes/phase-9.md", COMPLETE_NOTES);
    client.until_found("services/billing/work-notes/phase-9.md", PREMATURE, &[COMPLETE]);
    client.until_found("work-notes/phase-9.md", PREMATURE, &[]);
    // Folders, exclusions and overrides are those of the configuration above.
    client.open("services/catalog/docs/plans/legacy/phase-9.md", "# P\n\n- <Goal 1>\n\n## Goals\n- [ ] x\n");
    client.until_found("services/catalog/docs/plans/legacy/phase-9.md", PLACEHOLDER, &["2:2-10"]);
    let latest = client.latest("services/catalog/docs/plans/legacy/phase-9.md").expect("diagnostics");
    let findings = latest["diagnostics"].as_array().expect("diagnostics");
    let hint = findings.iter().find(|finding| finding["code"] == "missing-definition-of-done");
    assert_eq!(hint.expect("a finding")["severity"], 4);
    client.open("services/billing/plan/archive/phase-9.md", "- <Goal 1>\n");
    client.hover("services/billing/plan/archive/phase-9.md", 0, 4);
    assert_eq!(client.latest("services/billing/plan/archive/phase-9.md"), None);
    // A root is named while the configuration is edited.
    client.open("phasemark.toml", "");
    client.until_found("services/billing/work-notes/phase-9.md", PREMATURE, &[]);
    client.replace("phasemark.toml", "[layout]\nroots = [\"services/*\"]\n");
    client.until_found("services/billing/work-notes/phase-9.md", PREMATURE, &[COMPLETE]);
    client.finish();
}

/// A folder of 2,500 artifacts, of which only the last has a finding.
fn large() -> Folder {
    let folder = Folder::new(&[("plan/phase-9999.md", OPEN_PLAN)]);
    (0..2499).for_each(|n| folder.write(&format!("plan/phase-{n}.md"), "# P\n"));
    folder
}

#[test]
fn a_large_workspace_is_indexed_with_progress() {
    let folder = large();
    let mut client = Client::start(&folder, showing_progress(push()));
    client.until("the end of the progress", |client| {
        client.all("$/progress").iter().any(|params| params["value"]["kind"] == "end").then_some(())
    });
    let created = client.first("window/workDoneProgress/create");
    let told = client.all("$/progress");
    assert!(told.iter().all(|params| params["token"] == created["token"]));
    let kinds: Vec<_> = told.iter().filter_map(|params| params["value"]["kind"].as_str()).collect();
    assert_eq!((kinds.first(), kinds.last()), (Some(&"begin"), Some(&"end")), "{kinds:?}");
    client.open("work-notes/phase-9999.md", COMPLETE_NOTES);
    client.until_found("work-notes/phase-9999.md", PREMATURE, &[COMPLETE]);
    client.finish();
}

#[test]
fn a_client_without_progress_is_not_told_of_any() {
    let folder = large();
    let mut client = Client::start(&folder, push());
    client.open("work-notes/phase-9999.md", COMPLETE_NOTES);
    client.until_found("work-notes/phase-9999.md", PREMATURE, &[COMPLETE]);
    assert_eq!(client.count("window/workDoneProgress/create") + client.count("$/progress"), 0);
    client.finish();
}

#[test]
fn a_client_that_does_not_answer_is_indexed_for_all_the_same() {
    // Of another stem, so that only the index knows of the plan.
    let folder = large();
    let mut client = Client::spawn(&folder);
    client.stop_answering();
    let params = json!({ "rootUri": folder.uri(""), "capabilities": showing_progress(push()) });
    client.request("initialize", params).expect("initialized");
    client.notify("initialized", json!({}));
    client.first("window/workDoneProgress/create");
    client.open("work-notes/phase_9999-b.md", COMPLETE_NOTES);
    client.until_found("work-notes/phase_9999-b.md", PREMATURE, &[COMPLETE]);
    assert_eq!(client.count("$/progress"), 0);
    client.finish();
}

#[test]
fn a_small_workspace_is_indexed_without_progress() {
    let folder = Folder::new(&[("plan/phase-1.md", OPEN_PLAN)]);
    let mut client = Client::start(&folder, showing_progress(push()));
    client.open("work-notes/phase-1.md", COMPLETE_NOTES);
    client.until_found("work-notes/phase-1.md", PREMATURE, &[COMPLETE]);
    assert_eq!(client.count("window/workDoneProgress/create"), 0);
    client.finish();
}
