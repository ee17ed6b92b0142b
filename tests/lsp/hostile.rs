//! What would kill or hang a server that trusts its input.

use std::{fs, process::Stdio};

use serde_json::json;

use crate::client::{Client, Folder, found, pull, push};

const RULE: &str = "leftover-placeholder";

/// Everything still works, disk included.
fn assert_lives(mut client: Client) {
    client.open("plan/phase-77.md", "- <Goal 1>\n");
    client.until_found("plan/phase-77.md", RULE, &["0:2-10"]);
    client.finish();
}

#[test]
fn a_document_of_twenty_megabytes_is_edited() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, push());
    let line = "Words in a paragraph that goes on and on, without any end in sight.\n";
    client.open("plan/phase-1.md", &format!("- <Goal 1>\n\n{}", line.repeat(20_000_000 / line.len())));
    assert_eq!(found(&client.version("plan/phase-1.md", 1), RULE), ["0:2-10"]);
    let insert = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 0 } });
    client.change("plan/phase-1.md", json!([{ "range": insert, "text": "\n" }]));
    assert_eq!(found(&client.version("plan/phase-1.md", 2), RULE), ["1:2-10"]);
    assert_lives(client);
}

#[test]
fn deep_nesting_is_read() {
    let folder = Folder::new(&[("plan/phase-2.md", &format!("{} <Goal 1>\n", ">".repeat(10_000)))]);
    let mut client = Client::start(&folder, push());
    client.open_file("plan/phase-2.md");
    client.version("plan/phase-2.md", 1);
    for text in ["- ".repeat(10_000), "[".repeat(10_000), "*a **b ".repeat(5_000), "\n".repeat(100_000)] {
        client.open("plan/phase-1.md", &text);
        client.version("plan/phase-1.md", 1);
        client.close("plan/phase-1.md");
    }
    assert_lives(client);
}

#[test]
fn bytes_that_are_no_text_are_read() {
    let folder = Folder::new(&[("plan/phase-1.md", "")]);
    let bytes = [b"# \xff\xfe\n\n- \xf0\x9f <Goal 1>\n".as_slice(), &[0; 100], b"\x80\x80\r"].concat();
    fs::write(folder.path().join("plan/phase-1.md"), bytes).expect("written");
    let mut client = Client::start(&folder, pull());
    client.until_pulled("plan/phase-1.md", RULE, &["2:4-12"]);
    client.finish();
}

#[cfg(unix)]
#[test]
fn links_in_circles_and_to_nowhere_are_left_alone() {
    use std::os::unix::fs::symlink;

    let folder = Folder::new(&[("plan/a/phase-1.md", "- [ ] x\n"), ("work-notes/phase-1.md", "")]);
    let link = |to: &str, from: &str| symlink(to, folder.path().join(from)).expect("a link");
    link("..", "plan/a/again");
    link("../..", "plan/a/everything.md");
    link("b.md", "plan/a.md");
    link("a.md", "plan/b.md");
    link("nowhere.md", "plan/phase-9.md");
    let mut client = Client::start(&folder, push());
    client.open_file("plan/a/phase-1.md");
    client.version("plan/a/phase-1.md", 1);
    client.open_file("work-notes/phase-1.md");
    client.save("work-notes/phase-1.md");
    assert_lives(client);
}

#[cfg(unix)]
#[test]
fn a_pipe_that_nobody_writes_to_is_no_artifact() {
    let folder = Folder::new(&[("plan/phase-2.md", "## Definition of done\n- [ ] `make` passes\n")]);
    let made = std::process::Command::new("mkfifo").arg(folder.path().join("plan/phase-1.md")).status();
    assert!(made.expect("mkfifo starts").success());
    let mut client = Client::start(&folder, push());
    client.open("work-notes/phase-2.md", "Status: complete\n");
    client.until_found("work-notes/phase-2.md", "premature-complete", &["0:8-16"]);
    client.open("work-notes/phase-1.md", "- <Goal 1>\n");
    client.version("work-notes/phase-1.md", 1);
    assert_lives(client);
}

#[test]
fn a_configuration_that_is_no_file_moves_nothing() {
    let folder = Folder::new(&[("phasemark.toml", "")]);
    let mut client = Client::start(&folder, push());
    for uri in ["untitled:phasemark.toml", "git:///somewhere/phasemark.toml", "untitled:/plan/phase-1.md"] {
        client.open(uri, "[rules]\nleftover-placeholder = \"off\"\n");
        client.hover(uri, 0, 3);
        client.replace(uri, "- <Goal 1>\n");
        client.close(uri);
    }
    client.open("plan/phase-1.md", "- <Goal 1>\n");
    client.version("plan/phase-1.md", 1);
    client.open("untitled:phasemark.toml", "");
    (0..20).for_each(|_| drop(client.hover("plan/phase-1.md", 0, 4)));
    assert!(client.published("plan/phase-1.md").len() < 10, "the roots are opened again and again");
    assert_lives(client);
}

#[test]
fn a_revision_of_a_file_is_not_the_file() {
    let folder = Folder::new(&[("plan/phase-1.md", "## Definition of done\n- [ ] `make` passes\n")]);
    let mut client = Client::start(&folder, push());
    client.open("work-notes/phase-1.md", "Status: complete\n");
    client.until_found("work-notes/phase-1.md", "premature-complete", &["0:8-16"]);
    let revision = folder.uri("plan/phase-1.md").replace("file://", "git://");
    client.open(&revision, "## Definition of done\n- [x] `make` passes\n\n- <Goal 1>\n");
    assert_eq!(client.hover(&revision, 3, 4), None);
    let version = client.replace("work-notes/phase-1.md", "\nStatus: complete\n");
    assert_eq!(found(&client.version("work-notes/phase-1.md", version), "premature-complete"), ["1:8-16"]);
    assert_eq!(client.latest(&revision), None);
    client.finish();
}

#[test]
fn a_uri_may_be_spelled_in_several_ways() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, pull());
    // As VS Code has it: more is encoded than has to be.
    let spelled = |path: &str| folder.uri(path).replace("phase", "%70hase").replace("%C3%A9", "%c3%a9");
    let (plan, notes) = (spelled("plan/phase-1.md"), spelled("work-notes/phase-1.md"));
    client.open(&spelled("phasemark.toml"), "[rules]\nleftover-placeholder = \"error\"\n");
    client.open(&plan, "- <Goal 1>\n\n## Definition of done\n- [ ] `make` passes\n");
    client.open(&notes, "Status: complete\n");
    client.until_pulled(&notes, "premature-complete", &["0:8-16"]);
    client.replace(&notes, "Status: in progress\n");
    let report = client.until_pulled(&plan, RULE, &["0:2-10"]);
    let finding = report["items"].as_array().expect("items").iter().find(|finding| finding["code"] == RULE);
    assert_eq!(finding.expect("a finding")["severity"], 1);
    // One document, whatever it is called.
    folder.write("plan/phase-1.md", "on disk\n");
    let params = json!({ "previousResultIds": [] });
    let reports = client.request("workspace/diagnostic", params).expect("reports")["items"].clone();
    let uris: Vec<_> = reports.as_array().expect("items").iter().filter_map(|report| report["uri"].as_str()).collect();
    assert_eq!(uris.iter().filter(|uri| uri.contains("hase-1.md")).count(), 2, "{uris:?}");
    assert!(uris.contains(&&*plan), "{uris:?}");
    client.change(
        &folder.uri("plan/phase-1.md").replace("phase", "%70hase").replace("%C3%A9", "%c3%a9"),
        json!([{ "text": "" }]),
    );
    client.until_pulled(&plan, RULE, &[]);
    client.finish();
}

#[test]
fn a_log_that_is_not_read_stops_nothing() {
    let folder = Folder::new(&[]);
    for level in ["warn", "trace"] {
        let mut client = Client::spawn_with(&folder, level, Stdio::piped());
        let params = json!({ "rootUri": folder.uri(""), "capabilities": push() });
        client.request("initialize", params).expect("initialized");
        client.notify("initialized", json!({}));
        let document = json!({ "uri": folder.uri("plan/phase-1.md"), "version": 1 });
        let never_opened = json!({ "textDocument": document, "contentChanges": [] });
        // More than a pipe holds.
        (0..5000).for_each(|_| client.notify("textDocument/didChange", never_opened.clone()));
        assert_lives(client);
    }
}

/// As a client that is stuck does, until it reads again.
#[test]
fn requests_that_wait_are_answered_however_many() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, push());
    client.open("plan/phase-1.md", "- <Goal 1>\n");
    let position = json!({ "line": 0, "character": 4 });
    let params = json!({ "textDocument": { "uri": client.uri("plan/phase-1.md") }, "position": position });
    let ids: Vec<_> = (0..2000).map(|_| client.send("textDocument/completion", params.clone())).collect();
    for id in ids.iter().skip(1).step_by(2) {
        client.notify("$/cancelRequest", json!({ "id": id }));
    }
    for id in ids {
        let _ = client.reply(id);
    }
    assert_lives(client);
}
