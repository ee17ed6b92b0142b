//! `phasemark.toml`, open or on disk, and the client's settings.

use serde_json::{Value, json};

use crate::client::{Client, Folder, configured, found, pull, push, watching};

const RULE: &str = "leftover-placeholder";
const PLAN: &str = "plan/phase-1.md";
const TEXT: &str = "# Phase 1\n\n- <Goal 1>\n";
const PLACE: &str = "2:2-10";

/// A configuration, or settings, that set the severity of the rule.
fn toml(level: &str) -> String {
    format!("[rules]\n{RULE} = \"{level}\"\n")
}

fn settings(level: &str) -> Value {
    json!({ "rules": { RULE: level } })
}

/// Waits until the plan's placeholder has a severity: 1 is an error, `None` no finding.
fn until_severity(client: &mut Client, expected: Option<i64>) {
    client.until(&format!("severity {expected:?}"), |client| {
        let latest = client.latest(PLAN)?;
        let mut findings = latest["diagnostics"].as_array()?.iter().filter(|finding| finding["code"] == RULE);
        (findings.next().and_then(|finding| finding["severity"].as_i64()) == expected).then_some(())
    });
}

#[test]
fn an_open_configuration_applies_while_it_is_typed() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, push());
    client.open(PLAN, TEXT);
    client.open("phasemark.toml", "");
    until_severity(&mut client, Some(2));
    for (level, severity) in [("error", Some(1)), ("off", None), ("hint", Some(4))] {
        client.replace("phasemark.toml", &toml(level));
        until_severity(&mut client, severity);
    }
    // What was never saved is gone with its buffer.
    client.close("phasemark.toml");
    until_severity(&mut client, Some(2));
    client.finish();
}

#[test]
fn an_open_configuration_wins_over_the_one_on_disk() {
    let folder = Folder::new(&[("phasemark.toml", &toml("error"))]);
    let mut client = Client::start(&folder, watching(push()));
    client.open(PLAN, TEXT);
    until_severity(&mut client, Some(1));
    client.open("phasemark.toml", &toml("off"));
    until_severity(&mut client, None);
    folder.write("phasemark.toml", &toml("information"));
    client.watched("phasemark.toml", 2);
    client.replace(PLAN, &format!("{TEXT}\n"));
    assert!(found(&client.version(PLAN, 2), RULE).is_empty());
    client.close("phasemark.toml");
    until_severity(&mut client, Some(3));
    client.finish();
}

#[test]
fn a_mistake_is_shown_at_its_key_and_the_last_good_value_stays() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, push());
    client.open(PLAN, TEXT);
    client.open("phasemark.toml", &toml("error"));
    until_severity(&mut client, Some(1));
    client.replace("phasemark.toml", &toml("loud"));
    client.until_found("phasemark.toml", "invalid-config", &["1:23-29"]);
    let version = client.replace(PLAN, &format!("{TEXT}\n"));
    client.version(PLAN, version);
    until_severity(&mut client, Some(1));
    // Not even TOML; and other keys go on applying.
    client.replace("phasemark.toml", "[rules");
    client.until("a mistake", |client| {
        let latest = client.latest("phasemark.toml")?;
        (latest["version"] == 3 && found(latest["diagnostics"].as_array()?, "invalid-config").len() == 1).then_some(())
    });
    let version = client.replace(PLAN, TEXT);
    client.version(PLAN, version);
    until_severity(&mut client, Some(1));
    client.replace("phasemark.toml", &format!("{}missing-definition-of-done = \"off\"\n", toml("loud")));
    client.until("the other key", |client| {
        let latest = client.latest(PLAN)?;
        found(latest["diagnostics"].as_array()?, "missing-definition-of-done").is_empty().then_some(())
    });
    until_severity(&mut client, Some(1));
    client.finish();
}

#[test]
fn the_last_good_value_survives_saving_the_mistake() {
    let folder = Folder::new(&[("phasemark.toml", &toml("error"))]);
    let mut client = Client::start(&folder, push());
    client.open(PLAN, TEXT);
    client.open_file("phasemark.toml");
    until_severity(&mut client, Some(1));
    client.replace("phasemark.toml", &toml("loud"));
    folder.write("phasemark.toml", &toml("loud"));
    client.save("phasemark.toml");
    client.until_found("phasemark.toml", "invalid-config", &["1:23-29"]);
    let version = client.replace(PLAN, &format!("{TEXT}\n"));
    client.version(PLAN, version);
    until_severity(&mut client, Some(1));
    client.finish();
}

#[test]
fn mistakes_in_a_closed_configuration_are_shown_and_taken_back() {
    let folder = Folder::new(&[("phasemark.toml", "# 😀\nnonsense = 1\n")]);
    let mut client = Client::start(&folder, watching(push()));
    client.until_found("phasemark.toml", "invalid-config", &["1:0-8"]);
    folder.write("phasemark.toml", "");
    client.watched("phasemark.toml", 2);
    client.until_found("phasemark.toml", "invalid-config", &[]);
    client.finish();
}

#[test]
fn a_configuration_that_comes_changes_and_goes_on_disk_applies() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, watching(push()));
    client.open(PLAN, TEXT);
    until_severity(&mut client, Some(2));
    folder.write("phasemark.toml", &toml("error"));
    client.watched("phasemark.toml", 1);
    until_severity(&mut client, Some(1));
    folder.write("phasemark.toml", &toml("off"));
    client.watched("phasemark.toml", 2);
    until_severity(&mut client, None);
    folder.remove("phasemark.toml");
    client.watched("phasemark.toml", 3);
    until_severity(&mut client, Some(2));
    client.finish();
}

#[test]
fn without_a_watcher_a_save_notices_the_configuration() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, push());
    client.open(PLAN, TEXT);
    until_severity(&mut client, Some(2));
    folder.write("phasemark.toml", &toml("error"));
    client.save(PLAN);
    until_severity(&mut client, Some(1));
    folder.write("phasemark.toml", &toml("hint"));
    client.save(PLAN);
    until_severity(&mut client, Some(4));
    folder.remove("phasemark.toml");
    client.save(PLAN);
    until_severity(&mut client, Some(2));
    client.finish();
}

/// Whoever looks first for the root of another document finds it without its configuration.
#[test]
fn a_configuration_that_went_unseen_applies_to_nothing_when_a_document_is_opened() {
    let folder = Folder::new(&[("phasemark.toml", &toml("off"))]);
    let mut client = Client::start(&folder, push());
    client.open(PLAN, TEXT);
    client.open("README.md", TEXT);
    client.version(PLAN, 1);
    until_severity(&mut client, None);
    folder.remove("phasemark.toml");
    client.open("CHANGELOG.md", TEXT);
    until_severity(&mut client, Some(2));
    client.finish();
}

#[test]
fn a_save_notices_a_configuration_further_up() {
    let folder = Folder::new(&[("service/plan/phase-1.md", TEXT)]);
    let params = json!({ "workspaceFolders": null, "rootUri": null });
    let mut client = Client::start_with(&folder, push(), params, Value::Null);
    client.open("ideas/cache.md", TEXT);
    client.open_file("service/plan/phase-1.md");
    client.until_found("service/plan/phase-1.md", RULE, &[PLACE]);
    folder.write("phasemark.toml", "[layout]\nplan = [\"ideas\"]\n");
    client.save("service/plan/phase-1.md");
    client.until_found("ideas/cache.md", RULE, &[PLACE]);
    client.until_found("service/plan/phase-1.md", RULE, &[]);
    client.finish();
}

#[test]
fn folders_of_a_configuration_hold_artifacts_at_once() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, push());
    client.open("docs/ideas/cache.md", "- <Goal 1>\n");
    client.open("phasemark.toml", "[layout]\nplan = [\"docs/ideas\"]\n");
    client.until_found("docs/ideas/cache.md", RULE, &["0:2-10"]);
    client.replace("phasemark.toml", "");
    client.until_found("docs/ideas/cache.md", RULE, &[]);
    client.finish();
}

#[test]
fn files_and_patterns_of_a_configuration_are_artifacts() {
    let toml = "[layout]\nplan = [\"README.md\", \"docs/**/plan.md\"]\n";
    let folder = Folder::new(&[("phasemark.toml", toml), ("README.md", "- <Goal 1>\n")]);
    let mut client = Client::start(&folder, watching(push()));
    client.open("docs/a/b/plan.md", "- <Goal 1>\n");
    client.until_found("docs/a/b/plan.md", RULE, &["0:2-10"]);
    client.open_file("README.md");
    client.until_found("README.md", RULE, &["0:2-10"]);
    client.open("docs/other.md", "- <Goal 1>\n");
    // That nothing is there is told until something is.
    client.until_found("phasemark.toml", "invalid-config", &["1:21-38"]);
    folder.write("docs/c/plan.md", "# C\n");
    client.watched("docs/c/plan.md", 1);
    client.until_found("phasemark.toml", "invalid-config", &[]);
    client.open("phasemark.toml", &toml.replace("README", "READ"));
    client.until_found("phasemark.toml", "invalid-config", &["1:8-17"]);
    client.until_found("README.md", RULE, &[]);
    assert!(client.published("docs/other.md").is_empty());
    client.finish();
}

#[test]
fn initialization_options_are_settings() {
    let folder = Folder::new(&[]);
    let options = json!({ "initializationOptions": settings("error") });
    let mut client = Client::start_with(&folder, push(), options, Value::Null);
    client.open(PLAN, TEXT);
    until_severity(&mut client, Some(1));
    client.finish();
}

#[test]
fn initialization_options_stay_where_the_client_has_no_settings() {
    let folder = Folder::new(&[]);
    let options = json!({ "initializationOptions": settings("error") });
    let mut client = Client::start_with(&folder, configured(push()), options, Value::Null);
    client.first("workspace/configuration");
    client.open(PLAN, TEXT);
    until_severity(&mut client, Some(1));
    client.set_settings(settings("hint"));
    client.notify("workspace/didChangeConfiguration", json!({ "settings": null }));
    until_severity(&mut client, Some(4));
    client.set_settings(Value::Null);
    client.notify("workspace/didChangeConfiguration", json!({ "settings": null }));
    until_severity(&mut client, Some(1));
    client.finish();
}

#[test]
fn settings_are_asked_for_and_asked_for_again() {
    let folder = Folder::new(&[]);
    let mut client = Client::start_with(&folder, configured(push()), json!({}), settings("error"));
    client.open(PLAN, TEXT);
    until_severity(&mut client, Some(1));
    let registered = client.first("client/registerCapability");
    assert_eq!(registered["registrations"][0]["method"], "workspace/didChangeConfiguration");
    client.set_settings(settings("off"));
    client.notify("workspace/didChangeConfiguration", json!({ "settings": null }));
    until_severity(&mut client, None);
    client.set_settings(Value::Null);
    client.notify("workspace/didChangeConfiguration", json!({ "settings": null }));
    until_severity(&mut client, Some(2));
    client.finish();
}

#[test]
fn mistakes_in_settings_are_told_once() {
    let folder = Folder::new(&[]);
    let wrong = json!({ "rules": { RULE: "error", "log-ordr": "off", "stale-notes": "loud" } });
    let mut client = Client::start_with(&folder, configured(push()), json!({}), wrong.clone());
    client.open(PLAN, TEXT);
    until_severity(&mut client, Some(1));
    let told = client.first("window/showMessage");
    let message = told["message"].as_str().expect("a message");
    assert!(message.starts_with("phasemark settings: ") && message.contains("did you mean `log-order`"), "{message}");
    assert!(message.contains("stale-notes") && told["type"] == 2, "{told}");
    // The same again is not told again, another mistake is.
    for (level, severity) in [("hint", 4), ("warning", 2)] {
        let mut settings = wrong.clone();
        settings["rules"][RULE] = level.into();
        client.set_settings(settings);
        client.notify("workspace/didChangeConfiguration", json!({ "settings": null }));
        until_severity(&mut client, Some(severity));
    }
    assert_eq!(client.count("window/showMessage"), 1);
    client.set_settings(json!({ "rules": { RULE: "error" }, "layuot": {} }));
    client.notify("workspace/didChangeConfiguration", json!({ "settings": null }));
    client.until("the other mistake", |client| (client.count("window/showMessage") == 2).then_some(()));
    client.finish();
}

#[test]
fn settings_may_come_with_their_notification() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, push());
    client.open(PLAN, TEXT);
    client.notify("workspace/didChangeConfiguration", json!({ "settings": { "phasemark": settings("error") } }));
    until_severity(&mut client, Some(1));
    client.notify("workspace/didChangeConfiguration", json!({ "settings": settings("hint") }));
    until_severity(&mut client, Some(4));
    client.notify("workspace/didChangeConfiguration", json!({ "settings": { "phasemark": {} } }));
    until_severity(&mut client, Some(2));
    client.notify("workspace/didChangeConfiguration", json!({ "settings": { "phasemark": { "rules": 5 } } }));
    client.replace(PLAN, &format!("{TEXT}\n"));
    client.version(PLAN, 2);
    until_severity(&mut client, Some(2));
    assert_eq!(client.count("workspace/configuration"), 0);
    assert_eq!(client.count("client/registerCapability"), 0);
    client.finish();
}

#[test]
fn the_file_wins_over_settings() {
    let folder = Folder::new(&[("phasemark.toml", "[rules]\nmissing-definition-of-done = \"off\"\n")]);
    let mut client = Client::start_with(&folder, configured(watching(push())), json!({}), settings("error"));
    client.open(PLAN, TEXT);
    // Where it is silent, they hold.
    until_severity(&mut client, Some(1));
    folder.write("phasemark.toml", &toml("hint"));
    client.watched("phasemark.toml", 2);
    until_severity(&mut client, Some(4));
    // They still hold in roots that were opened again.
    folder.write("phasemark.toml", "");
    client.watched("phasemark.toml", 2);
    until_severity(&mut client, Some(1));
    client.finish();
}

#[test]
fn whoever_pulls_is_told_of_a_configuration() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, pull());
    client.open(PLAN, TEXT);
    client.until_pulled(PLAN, RULE, &[PLACE]);
    client.open("phasemark.toml", &toml("off"));
    client.until_pulled(PLAN, RULE, &[]);
    client.replace("phasemark.toml", &toml("loud"));
    client.until_pulled("phasemark.toml", "invalid-config", &["1:23-29"]);
    client.until_pulled(PLAN, RULE, &[]);
    client.finish();
}

#[test]
fn a_template_counts_from_the_moment_that_it_is_there() {
    let folder = Folder::new(&[("phasemark.toml", "[templates]\nplan = \"docs/plan.md\"\n")]);
    let mut client = Client::start(&folder, watching(push()));
    client.open_file("phasemark.toml");
    client.until_found("phasemark.toml", "invalid-config", &["1:7-21"]);
    client.open(PLAN, "# P\n\n- <Why now>\n");
    client.until_found(PLAN, "leftover-placeholder", &[]);
    folder.write("docs/plan.md", "# <Phase Name>\n\n## Why\n\n- <Why now>\n");
    client.watched("docs/plan.md", 1);
    client.until_found("phasemark.toml", "invalid-config", &[]);
    client.until_found(PLAN, "leftover-placeholder", &["2:2-11"]);
    client.finish();
}

#[test]
fn keys_in_a_configuration_cost_one_analysis_of_the_others() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, push());
    client.open(PLAN, TEXT);
    client.open("phasemark.toml", &toml("error"));
    until_severity(&mut client, Some(1));
    let before = client.published(PLAN).len();
    let typed = |n: usize| format!("# {}\n{}loud = 1\n", "x".repeat(n), toml("hint"));
    let version = (1..=40).map(|n| client.replace("phasemark.toml", &typed(n))).last().expect("a version");
    // Its own mistakes are shown at once.
    assert_eq!(found(&client.version("phasemark.toml", version), "invalid-config").len(), 1);
    until_severity(&mut client, Some(4));
    let analyses = client.published(PLAN).len() - before;
    assert!(analyses < 20, "{analyses} analyses for 40 keys");
    client.finish();
}

#[test]
fn settings_that_never_come_are_not_asked_for_again_and_again() {
    let folder = Folder::new(&[]);
    let mut client = Client::spawn(&folder);
    client.stop_answering();
    let params = json!({ "rootUri": folder.uri(""), "capabilities": configured(push()) });
    client.request("initialize", params).expect("initialized");
    client.notify("initialized", json!({}));
    client.first("workspace/configuration");
    (0..200).for_each(|_| client.notify("workspace/didChangeConfiguration", json!({ "settings": null })));
    client.open(PLAN, TEXT);
    until_severity(&mut client, Some(2));
    assert!(client.count("workspace/configuration") <= 2);
    client.finish();
}
