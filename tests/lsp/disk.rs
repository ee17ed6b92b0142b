//! Files that change outside the editor, and open documents that win over them.

use serde_json::{Value, json};

use crate::client::{Client, Folder, found, pull, push, watching};

const PREMATURE: &str = "premature-complete";
const PLACEHOLDER: &str = "leftover-placeholder";
const BROKEN: &str = "broken-reference";

const OPEN_PLAN: &str = "# Phase 1\n\n## Definition of done\n- [ ] `make` passes\n";
const DONE_PLAN: &str = "# Phase 1\n\n## Definition of done\n- [x] `make` passes\n";
const COMPLETE_NOTES: &str = "# Phase 1\n\n## Status\n- [x] Complete\n";
const COMPLETE: &str = "3:6-14";

const PLAN: &str = "plan/phase-1.md";
const NOTES: &str = "work-notes/phase-1.md";

#[test]
fn watchers_are_registered_where_that_is_offered() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, watching(push()));
    let registered = client.first("client/registerCapability");
    let registrations = registered["registrations"].as_array().expect("registrations");
    assert_eq!(registrations.len(), 1);
    assert_eq!(registrations[0]["method"], "workspace/didChangeWatchedFiles");
    let watchers = registrations[0]["registerOptions"]["watchers"].as_array().expect("watchers");
    let globs: Vec<_> = watchers.iter().filter_map(|watcher| watcher["globPattern"].as_str()).collect();
    assert!(globs.contains(&"**/*.md") && globs.contains(&"**/phasemark.toml"), "{globs:?}");
    client.finish();
}

#[test]
fn nothing_is_registered_where_it_is_not_offered() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, push());
    client.open(PLAN, DONE_PLAN);
    client.version(PLAN, 1);
    client.hover(PLAN, 0, 0);
    assert_eq!(client.count("client/registerCapability"), 0);
    assert_eq!(client.count("workspace/configuration"), 0);
    client.finish();
}

#[test]
fn a_watched_artifact_that_comes_changes_and_goes_is_noticed() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, watching(push()));
    client.open(NOTES, COMPLETE_NOTES);
    client.until_found(NOTES, PREMATURE, &[]);
    folder.write(PLAN, OPEN_PLAN);
    client.watched(PLAN, 1);
    client.until_found(NOTES, PREMATURE, &[COMPLETE]);
    folder.write(PLAN, DONE_PLAN);
    client.watched(PLAN, 2);
    client.until_found(NOTES, PREMATURE, &[]);
    folder.write(PLAN, OPEN_PLAN);
    client.watched(PLAN, 2);
    client.until_found(NOTES, PREMATURE, &[COMPLETE]);
    folder.remove(PLAN);
    client.watched(PLAN, 3);
    client.until_found(NOTES, PREMATURE, &[]);
    client.finish();
}

/// As with a checkout: one index run reads them all.
#[test]
fn artifacts_that_come_and_go_by_the_hundred_are_noticed() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, watching(push()));
    client.open(NOTES, COMPLETE_NOTES);
    client.until_found(NOTES, PREMATURE, &[]);
    let plans: Vec<String> = (1..=100).map(|n| format!("plan/phase-{n}.md")).collect();
    let tell = |client: &mut Client, kind: u8| {
        let changes: Vec<_> = plans.iter().map(|path| json!({ "uri": client.uri(path), "type": kind })).collect();
        client.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes }));
    };
    plans.iter().for_each(|path| folder.write(path, OPEN_PLAN));
    tell(&mut client, 1);
    client.until_found(NOTES, PREMATURE, &[COMPLETE]);
    plans.iter().for_each(|path| folder.write(path, DONE_PLAN));
    tell(&mut client, 2);
    client.until_found(NOTES, PREMATURE, &[]);
    plans.iter().for_each(|path| folder.write(path, OPEN_PLAN));
    tell(&mut client, 2);
    client.until_found(NOTES, PREMATURE, &[COMPLETE]);
    plans.iter().for_each(|path| folder.remove(path));
    tell(&mut client, 3);
    client.until_found(NOTES, PREMATURE, &[]);
    client.finish();
}

#[test]
fn a_folder_that_goes_takes_its_artifacts_along() {
    let folder = Folder::new(&[("plan/a/phase-1.md", OPEN_PLAN)]);
    let mut client = Client::start(&folder, watching(push()));
    client.open("work-notes/a/phase-1.md", COMPLETE_NOTES);
    client.until_found("work-notes/a/phase-1.md", PREMATURE, &[COMPLETE]);
    // VS Code tells of the folder alone.
    folder.remove("plan/a");
    client.watched("plan/a", 3);
    client.until_found("work-notes/a/phase-1.md", PREMATURE, &[]);
    folder.write("plan/a/phase-1.md", OPEN_PLAN);
    client.watched("plan", 1);
    client.until_found("work-notes/a/phase-1.md", PREMATURE, &[COMPLETE]);
    client.finish();
}

#[test]
fn a_second_artifact_folder_proves_the_first() {
    let folder = Folder::new(&[("prompts/ideas.md", "- <Task 1>\n")]);
    let mut client = Client::start(&folder, watching(push()));
    client.open_file("prompts/ideas.md");
    client.hover("prompts/ideas.md", 0, 4);
    assert_eq!(client.latest("prompts/ideas.md"), None);
    folder.write(PLAN, DONE_PLAN);
    client.watched(PLAN, 1);
    client.until_found("prompts/ideas.md", PLACEHOLDER, &["0:2-10"]);
    folder.remove(PLAN);
    client.watched(PLAN, 3);
    client.until_found("prompts/ideas.md", PLACEHOLDER, &[]);
    client.finish();
}

#[test]
fn an_open_document_wins_over_the_disk() {
    let folder = Folder::new(&[(PLAN, OPEN_PLAN)]);
    let mut client = Client::start(&folder, watching(push()));
    client.open(NOTES, COMPLETE_NOTES);
    client.until_found(NOTES, PREMATURE, &[COMPLETE]);
    client.open(PLAN, DONE_PLAN);
    client.until_found(NOTES, PREMATURE, &[]);
    client.watched(PLAN, 2);
    client.save(PLAN);
    let version = client.replace(NOTES, &format!("{COMPLETE_NOTES}\n"));
    assert!(found(&client.version(NOTES, version), PREMATURE).is_empty());
    // The disk's view is back when it is closed.
    client.close(PLAN);
    client.until_found(NOTES, PREMATURE, &[COMPLETE]);
    let cleared = client.latest(PLAN).expect("diagnostics");
    assert_eq!(cleared["diagnostics"], Value::Array(Vec::new()));
    client.finish();
}

/// A hidden buffer of Neovim, a document that VS Code closes some minutes after its tab.
#[test]
fn an_open_document_whose_file_goes_is_not_there_until_something_is_typed() {
    for watches in [true, false] {
        let folder = Folder::new(&[(PLAN, OPEN_PLAN), (NOTES, COMPLETE_NOTES)]);
        let mut client = Client::start(&folder, if watches { watching(push()) } else { push() });
        client.open_file(NOTES);
        client.open_file(PLAN);
        client.until_found(NOTES, PREMATURE, &[COMPLETE]);
        client.hover(PLAN, 0, 0); // it has been read
        let tell =
            |client: &mut Client, kind: u8| if watches { client.watched(PLAN, kind) } else { client.save(NOTES) };
        folder.remove(PLAN);
        tell(&mut client, 3);
        client.until_found(NOTES, PREMATURE, &[]);
        let cleared = client.latest(PLAN).expect("diagnostics");
        assert_eq!(cleared["diagnostics"], Value::Array(Vec::new()), "{watches}");
        // It comes back, by itself or by what is typed.
        folder.write(PLAN, OPEN_PLAN);
        tell(&mut client, 1);
        client.until_found(NOTES, PREMATURE, &[COMPLETE]);
        folder.remove(PLAN);
        tell(&mut client, 3);
        client.until_found(NOTES, PREMATURE, &[]);
        client.replace(PLAN, OPEN_PLAN);
        client.until_found(NOTES, PREMATURE, &[COMPLETE]);
        tell(&mut client, 3);
        client.replace(NOTES, &format!("{COMPLETE_NOTES}\n"));
        client.until_found(NOTES, PREMATURE, &[COMPLETE]);
        client.finish();
    }
}

/// A buffer that was never saved.
#[test]
fn an_open_document_without_a_file_is_there() {
    let folder = Folder::new(&[(NOTES, COMPLETE_NOTES)]);
    let mut client = Client::start(&folder, push());
    client.open_file(NOTES);
    client.open(PLAN, OPEN_PLAN);
    client.until_found(NOTES, PREMATURE, &[COMPLETE]);
    client.save(NOTES);
    client.replace(NOTES, &format!("{COMPLETE_NOTES}\n"));
    client.until_found(NOTES, PREMATURE, &[COMPLETE]);
    client.finish();
}

#[test]
fn closing_clears_the_findings() {
    let folder = Folder::new(&[(PLAN, "- <Goal 1>\n")]);
    let mut client = Client::start(&folder, push());
    client.open_file(PLAN);
    client.until_found(PLAN, PLACEHOLDER, &["0:2-10"]);
    client.close(PLAN);
    client.until_found(PLAN, PLACEHOLDER, &[]);
    client.open_file(PLAN);
    client.until_found(PLAN, PLACEHOLDER, &["0:2-10"]);
    client.finish();
}

#[test]
fn a_document_that_is_opened_and_closed_at_once_leaves_nothing_behind() {
    let folder = Folder::new(&[(PLAN, OPEN_PLAN)]);
    let mut client = Client::start(&folder, push());
    client.open(NOTES, COMPLETE_NOTES);
    client.until_found(NOTES, PREMATURE, &[COMPLETE]);
    for round in 0..50 {
        client.open(PLAN, DONE_PLAN);
        if round % 2 == 0 {
            client.replace(PLAN, &format!("{DONE_PLAN}\n"));
        }
        client.close(PLAN);
    }
    client.save(NOTES);
    let version = client.replace(NOTES, &format!("{COMPLETE_NOTES}\n"));
    client.version(NOTES, version);
    client.until_found(NOTES, PREMATURE, &[COMPLETE]);
    client.finish();
}

#[test]
fn without_a_watcher_a_save_notices_what_changed() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, push());
    client.open(NOTES, COMPLETE_NOTES);
    client.until_found(NOTES, PREMATURE, &[]);
    folder.write(PLAN, OPEN_PLAN);
    client.save(NOTES);
    client.until_found(NOTES, PREMATURE, &[COMPLETE]);
    folder.write(PLAN, DONE_PLAN);
    client.save(NOTES);
    client.until_found(NOTES, PREMATURE, &[]);
    client.finish();
}

#[test]
fn a_closed_artifact_that_changes_is_pulled_anew() {
    let folder = Folder::new(&[(NOTES, COMPLETE_NOTES)]);
    let mut client = Client::start(&folder, watching(pull()));
    // What is over shows mistakes in suppressions still.
    client.open(PLAN, "# Phase 1\n\n<!-- phasemark-ignore log-order -->\n");
    client.until_pulled(PLAN, "unused-suppression", &["2:22-31"]);
    client.until_pulled(NOTES, PREMATURE, &[]);
    client.replace(PLAN, OPEN_PLAN);
    client.until_pulled(NOTES, PREMATURE, &[COMPLETE]);
    folder.write(NOTES, "# Phase 1\n\n## Status\n- [ ] Complete\n");
    client.watched(NOTES, 2);
    client.until_pulled(NOTES, PREMATURE, &[]);
    client.finish();
}

const REFERENCES: &str = "# Phase 1\n\n## Context\n- Reference implementation(s): `src/tide.rs`\n";

#[test]
fn a_watched_file_that_an_artifact_names_is_noticed() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, watching(push()));
    client.open("prompts/phase-1.md", REFERENCES);
    client.until_found("prompts/phase-1.md", BROKEN, &["3:32-43"]);
    // What others ask meanwhile is no reason to forget it.
    client.open("prompts/phase-2.md", "# Phase 2\n\n## Context\n- Reference implementation(s): `src/no.rs`\n");
    client.until_found("prompts/phase-2.md", BROKEN, &["3:32-41"]);
    folder.write("src/tide.rs", "");
    client.watched("src/tide.rs", 1);
    client.until_found("prompts/phase-1.md", BROKEN, &[]);
    folder.remove("src");
    client.watched("src", 3);
    client.until_found("prompts/phase-1.md", BROKEN, &["3:32-43"]);
    client.finish();
}

#[test]
fn without_a_watcher_a_save_looks_for_the_files_that_artifacts_name() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, push());
    client.open("prompts/phase-1.md", REFERENCES);
    client.until_found("prompts/phase-1.md", BROKEN, &["3:32-43"]);
    folder.write("src/tide.rs", "");
    client.save("prompts/phase-1.md");
    client.until_found("prompts/phase-1.md", BROKEN, &[]);
    client.finish();
}

#[test]
fn without_a_watcher_typing_looks_for_other_artifacts() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, push());
    client.open(NOTES, COMPLETE_NOTES);
    client.until_found(NOTES, PREMATURE, &[]);
    folder.write(PLAN, OPEN_PLAN);
    client.type_until(NOTES, COMPLETE_NOTES, "the open plan", |all| found(all, PREMATURE) == [COMPLETE]);
    folder.write(PLAN, DONE_PLAN);
    client.type_until(NOTES, COMPLETE_NOTES, "the finished plan", |all| found(all, PREMATURE).is_empty());
    // By id, so that no path is known before.
    folder.remove(PLAN);
    folder.write("plan/phase-1-tides.md", OPEN_PLAN);
    client.type_until(NOTES, COMPLETE_NOTES, "the renamed plan", |all| found(all, PREMATURE) == [COMPLETE]);
    client.finish();
}

#[test]
fn without_a_watcher_rules_agree_on_what_is_there() {
    let folder = Folder::new(&[("plan/phase-2.md", DONE_PLAN), ("prompts/phase-2.md", REFERENCES)]);
    let prompt = "\
# Phase 1

## Context
- Reference implementation(s): none

## Task
Work off [the plan](../plan/phase-1.md).
";
    let mut client = Client::start(&folder, push());
    client.open("prompts/phase-1.md", prompt);
    let lacks_a_plan = |found: &Value| {
        found["code"] == "missing-counterpart" && found["message"].as_str().is_some_and(|m| m.contains("no plan"))
    };
    client.until("both findings", |client| {
        let latest = client.latest("prompts/phase-1.md")?["diagnostics"].as_array()?.clone();
        (latest.iter().any(lacks_a_plan) && !found(&latest, "broken-link").is_empty()).then_some(())
    });
    folder.write(PLAN, DONE_PLAN);
    client.type_until("prompts/phase-1.md", prompt, "the plan", |all| {
        found(all, "broken-link").is_empty() && !all.iter().any(lacks_a_plan)
    });
    client.finish();
}
