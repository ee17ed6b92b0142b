//! Diagnostics for clients that ask for them, and for those that are told: never both.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::client::{Client, Folder, encoded, found, merged, pull, push};

const PREMATURE: &str = "premature-complete";
const PLACEHOLDER: &str = "leftover-placeholder";

const OPEN_PLAN: &str = "# Phase 1\n\n## Definition of done\n- [ ] `make` passes\n";
const DONE_PLAN: &str = "# Phase 1\n\n## Definition of done\n- [x] `make` passes\n";
const COMPLETE_NOTES: &str = "# Phase 1\n\n## Status\n- [x] Complete\n";
/// Where [`COMPLETE_NOTES`] say so.
const COMPLETE: &str = "3:6-14";

/// What a client knows of the whole workspace: the last report of each file.
#[derive(Default)]
struct Known(BTreeMap<String, Value>);

impl Known {
    /// Asks `workspace/diagnostic`, for what is not known yet.
    fn ask(&self, client: &mut Client) -> i64 {
        let previous = self.0.iter().map(|(uri, report)| json!({ "uri": uri, "value": report["resultId"] }));
        let params = json!({ "identifier": "phasemark", "previousResultIds": previous.collect::<Vec<_>>() });
        client.send("workspace/diagnostic", params)
    }

    fn learn(&mut self, client: &mut Client, id: i64) {
        let report = client.reply(id).expect("a report");
        let mut seen = BTreeSet::new();
        for report in report["items"].as_array().expect("items") {
            let uri = report["uri"].as_str().expect("a uri").to_owned();
            assert!(seen.insert(uri.clone()), "two reports of {uri}");
            if report["kind"] == "full" {
                self.0.insert(uri, report.clone());
            } else {
                assert_eq!(report["resultId"], self.0[&uri]["resultId"]);
            }
        }
    }

    /// Asks until it is as it should be; the server answers when there is news.
    fn until(client: &mut Client, is_right: impl Fn(&Self) -> bool) -> Self {
        let mut known = Self::default();
        let id = known.ask(client);
        known.learn_until(client, id, is_right);
        known
    }

    /// Learns from what was asked, and asks on until it is as it should be.
    fn learn_until(&mut self, client: &mut Client, mut id: i64, is_right: impl Fn(&Self) -> bool) {
        loop {
            self.learn(client, id);
            if is_right(self) {
                return;
            }
            id = self.ask(client);
        }
    }

    fn places(&self, uri: &str, rule: &str) -> Vec<String> {
        let report = self.0.get(uri).and_then(|report| report["items"].as_array());
        report.map(|items| found(items, rule)).unwrap_or_default()
    }
}

#[test]
fn a_report_is_full_then_unchanged_then_full_again() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, pull());
    client.open("plan/phase-1.md", "- <Goal 1>\n");
    let first = client.pull("plan/phase-1.md", None);
    assert_eq!(first["kind"], "full");
    assert_eq!(found(first["items"].as_array().expect("items"), PLACEHOLDER), ["0:2-10"]);
    let id = first["resultId"].as_str().expect("an id");
    assert_eq!(client.pull("plan/phase-1.md", Some(id)), json!({ "kind": "unchanged", "resultId": id }));
    assert_eq!(client.pull("plan/phase-1.md", Some("of another session"))["kind"], "full");
    client.replace("plan/phase-1.md", "\n- <Goal 1>\n");
    let second = client.pull("plan/phase-1.md", Some(id));
    assert_eq!(second["kind"], "full");
    assert_eq!(found(second["items"].as_array().expect("items"), PLACEHOLDER), ["1:2-10"]);
    assert_eq!(client.count("textDocument/publishDiagnostics"), 0);
    client.finish();
}

#[test]
fn whoever_pulls_is_never_pushed_to() {
    let folder = Folder::new(&[("plan/phase-1.md", OPEN_PLAN), ("phasemark.toml", "nonsense = 1\n")]);
    let mut client = Client::start(&folder, pull());
    client.open_file("plan/phase-1.md");
    client.open("work-notes/phase-1.md", COMPLETE_NOTES);
    client.until_pulled("work-notes/phase-1.md", PREMATURE, &[COMPLETE]);
    client.replace("plan/phase-1.md", DONE_PLAN);
    client.until_pulled("work-notes/phase-1.md", PREMATURE, &[]);
    client.save("plan/phase-1.md");
    client.close("plan/phase-1.md");
    client.until_pulled("work-notes/phase-1.md", PREMATURE, &[COMPLETE]);
    client.close("work-notes/phase-1.md");
    Known::until(&mut client, |known| known.places(&folder.uri("phasemark.toml"), "invalid-config").len() == 1);
    assert_eq!(client.count("textDocument/publishDiagnostics"), 0);
    client.finish();
}

#[test]
fn what_changes_elsewhere_is_told_by_a_refresh() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, pull());
    client.open("plan/phase-1.md", OPEN_PLAN);
    client.open("work-notes/phase-1.md", COMPLETE_NOTES);
    let before = client.until_pulled("work-notes/phase-1.md", PREMATURE, &[COMPLETE]);
    let refreshes = client.count("workspace/diagnostic/refresh");
    client.replace("plan/phase-1.md", DONE_PLAN);
    client.until("a refresh", |client| (client.count("workspace/diagnostic/refresh") > refreshes).then_some(()));
    let after = client.pull("work-notes/phase-1.md", before["resultId"].as_str());
    assert_eq!(after["kind"], "full");
    assert!(found(after["items"].as_array().expect("items"), PREMATURE).is_empty());
    client.finish();
}

#[test]
fn what_changes_elsewhere_is_published_again() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, push());
    client.open("plan/phase-1.md", OPEN_PLAN);
    client.open("work-notes/phase-1.md", COMPLETE_NOTES);
    client.until_found("work-notes/phase-1.md", PREMATURE, &[COMPLETE]);
    client.replace("plan/phase-1.md", DONE_PLAN);
    client.until_found("work-notes/phase-1.md", PREMATURE, &[]);
    client.replace("plan/phase-1.md", OPEN_PLAN);
    client.until_found("work-notes/phase-1.md", PREMATURE, &[COMPLETE]);
    let latest = client.latest("work-notes/phase-1.md").expect("diagnostics");
    let finding = latest["diagnostics"].as_array().expect("diagnostics").iter().find(|f| f["code"] == PREMATURE);
    let related = &finding.expect("the finding")["relatedInformation"][0]["location"];
    assert_eq!(related["uri"], client.uri("plan/phase-1.md"));
    assert_eq!(related["range"]["start"]["line"], 3);
    assert_eq!(client.count("workspace/diagnostic/refresh"), 0);
    client.finish();
}

#[test]
fn a_client_that_cannot_show_related_places_is_not_sent_any() {
    let folder = Folder::new(&[]);
    let mut capabilities = push();
    capabilities["textDocument"]["publishDiagnostics"] = json!({});
    let mut client = Client::start(&folder, capabilities);
    client.open("plan/phase-1.md", OPEN_PLAN);
    client.open("work-notes/phase-1.md", COMPLETE_NOTES);
    client.until_found("work-notes/phase-1.md", PREMATURE, &[COMPLETE]);
    let latest = client.latest("work-notes/phase-1.md").expect("diagnostics");
    assert!(!latest.to_string().contains("relatedInformation"), "{latest}");
    client.finish();
}

#[test]
fn the_whole_workspace_is_open_closed_and_configured() {
    let folder = Folder::new(&[
        ("plan/phase-1.md", "on disk\n"),
        ("plan/phase-2.md", "- 😀 <Goal 1>\n"),
        ("plan/README.md", "- <Goal 1>\n"),
        ("docs/phase-2.md", "- <Goal 1>\n"),
        ("phasemark.toml", "[rules]\nno-such-rule = \"off\"\n"),
    ]);
    let mut client = Client::start(&folder, pull());
    client.open("plan/phase-1.md", "- <Goal 1>\n");
    client.open("prompts/phase-9.md", "- <Task 1>\n");
    let known = Known::until(&mut client, |known| known.0.len() == 4);
    let places = |path: &str, rule: &str| known.places(&folder.uri(path), rule);
    assert_eq!(places("plan/phase-1.md", PLACEHOLDER), ["0:2-10"]);
    assert_eq!(places("prompts/phase-9.md", PLACEHOLDER), ["0:2-10"]);
    assert_eq!(places("plan/phase-2.md", PLACEHOLDER), ["0:5-13"]);
    assert_eq!(places("phasemark.toml", "invalid-config"), ["1:0-12"]);
    assert_eq!(known.0[&folder.uri("plan/phase-1.md")]["version"], 1);
    assert_eq!(known.0[&folder.uri("plan/phase-2.md")]["version"], Value::Null);
    // One document alone is told the same.
    for path in ["plan/phase-1.md", "plan/phase-2.md", "phasemark.toml"] {
        assert_eq!(client.pull(path, None)["items"], known.0[&folder.uri(path)]["items"], "{path}");
    }
    client.finish();
}

#[test]
fn a_workspace_pull_waits_for_news() {
    let folder = Folder::new(&[("plan/phase-1.md", OPEN_PLAN), ("work-notes/phase-1.md", COMPLETE_NOTES)]);
    let mut client = Client::start(&folder, pull());
    let notes = folder.uri("work-notes/phase-1.md");
    let mut known = Known::until(&mut client, |known| known.places(&notes, PREMATURE) == [COMPLETE]);
    let id = known.ask(&mut client);
    client.open("plan/phase-1.md", OPEN_PLAN);
    client.pull("plan/phase-1.md", None);
    assert!(!client.has_reply(id), "an opened document says what it said before");
    client.replace("plan/phase-1.md", DONE_PLAN);
    known.learn_until(&mut client, id, |known| known.places(&notes, PREMATURE).is_empty());
    client.finish();
}

#[test]
fn a_bom_that_no_editor_shows_has_no_column() {
    for capabilities in [pull(), merged(pull(), encoded("utf-8"))] {
        let folder = Folder::new(&[("plan/phase-1.md", "\u{feff}<Goal 1>\n\n- <Goal 2>\n")]);
        let mut client = Client::start(&folder, capabilities);
        client.until_pulled("plan/phase-1.md", PLACEHOLDER, &["0:0-8", "2:2-10"]);
        client.open_file("plan/phase-1.md");
        client.until_pulled("plan/phase-1.md", PLACEHOLDER, &["0:0-8", "2:2-10"]);
        client.finish();
    }
}

#[test]
fn a_typed_finding_is_news() {
    let folder = Folder::new(&[("plan/phase-1.md", OPEN_PLAN)]);
    let mut client = Client::start(&folder, pull());
    client.open_file("plan/phase-1.md");
    let plan = folder.uri("plan/phase-1.md");
    let mut known = Known::until(&mut client, |known| known.0.contains_key(&plan));
    let id = known.ask(&mut client);
    // Nothing that another file could care about.
    client.replace("plan/phase-1.md", &format!("{OPEN_PLAN}\n<Goal 1>\n"));
    known.learn_until(&mut client, id, |known| known.places(&plan, PLACEHOLDER) == ["5:0-8"]);
    client.finish();
}

#[test]
fn a_waiting_workspace_pull_can_be_cancelled() {
    let folder = Folder::new(&[("plan/phase-1.md", OPEN_PLAN)]);
    let mut client = Client::start(&folder, pull());
    let known = Known::until(&mut client, |known| known.0.len() == 1);
    let id = known.ask(&mut client);
    client.notify("$/cancelRequest", json!({ "id": id }));
    assert_eq!(client.reply(id).expect_err("cancelled")["code"], -32800);
    client.open("plan/phase-1.md", "- <Goal 1>\n");
    client.until_pulled("plan/phase-1.md", PLACEHOLDER, &["0:2-10"]);
    client.finish();
}

#[test]
fn a_file_that_is_gone_is_reported_empty_once() {
    let folder = Folder::new(&[("plan/phase-1.md", "- <Goal 1>\n")]);
    let mut client = Client::start(&folder, pull());
    let plan = folder.uri("plan/phase-1.md");
    let mut known = Known::until(&mut client, |known| known.places(&plan, PLACEHOLDER) == ["0:2-10"]);
    folder.remove("plan/phase-1.md");
    let id = known.ask(&mut client);
    client.watched("plan/phase-1.md", 3);
    known.learn_until(&mut client, id, |known| known.0[&plan]["items"] == json!([]));
    client.finish();
}
