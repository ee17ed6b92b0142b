//! The server and the command line say the same about the same files.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    process::Command,
};

use serde_json::{Value, json};

#[allow(dead_code)]
#[path = "lsp/client.rs"]
mod client;

use client::{Client, Folder, pull, push};

/// Path, line and column of start and end from 1 in scalar values, severity, code, message.
type Finding = (String, [u64; 4], String, String, String);

fn workspaces() -> Vec<String> {
    let all = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/workspaces")).expect("the workspaces");
    let folders = all.flatten().filter(|entry| entry.path().is_dir());
    folders.map(|entry| entry.file_name().into_string().expect("UTF-8")).collect()
}

fn of_command_line(folder: &Folder) -> Vec<Finding> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_phasemark"));
    let output = command.args(["check", "--format", "json"]).current_dir(folder.path()).output().expect("it starts");
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let finding = |found: &Value| {
        let place = ["line", "column", "end_line", "end_column"].map(|name| found[name].as_u64().expect("a number"));
        (text(&found["path"]), place, text(&found["severity"]), text(&found["code"]), text(&found["message"]))
    };
    sorted(report["diagnostics"].as_array().expect("diagnostics").iter().map(finding).collect())
}

fn sorted(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort();
    findings
}

/// Findings of the server about a file, as the command line would write them.
fn as_written(folder: &Folder, uri: &str, diagnostics: &Value) -> Vec<Finding> {
    let file = tower_lsp::lsp_types::Url::parse(uri).expect("a uri").to_file_path().expect("a file");
    let path = file.strip_prefix(folder.path()).expect("below the folder").to_str().expect("UTF-8").replace('\\', "/");
    let text = String::from_utf8_lossy(&fs::read(&file).expect("the file is there")).into_owned();
    // Editors know no BOM: it belongs to the encoding.
    let lines = lines(text.trim_start_matches('\u{feff}'));
    let column = |position: &Value| {
        let line = position["line"].as_u64().expect("a line");
        let units = position["character"].as_u64().expect("a column") as usize;
        let before: Vec<u16> = lines[line as usize].encode_utf16().take(units).collect();
        assert_eq!(before.len(), units, "{path}: a column behind the end of line {line}");
        let column = String::from_utf16(&before).expect("no half of a character").chars().count() as u64;
        [line + 1, column + 1]
    };
    let finding = |found: &Value| {
        let ([line, column_], [end_line, end_column]) =
            (column(&found["range"]["start"]), column(&found["range"]["end"]));
        let severities = ["error", "warning", "information", "hint"];
        let severity = severities[found["severity"].as_u64().expect("a severity") as usize - 1];
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        let place = [line, column_, end_line, end_column];
        (path.clone(), place, severity.to_owned(), text(&found["code"]), text(&found["message"]))
    };
    diagnostics.as_array().expect("diagnostics").iter().map(finding).collect()
}

/// The lines as LSP counts them, without their ends.
fn lines(text: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut rest = text;
    while let Some(end) = rest.find(['\n', '\r']) {
        lines.push(&rest[..end]);
        rest = rest[end..].strip_prefix("\r\n").unwrap_or(&rest[end + 1..]);
    }
    lines.push(rest);
    lines
}

/// Every Markdown and configuration file of a folder, relative to it.
fn files(folder: &Path, below: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(below).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(folder, &path));
        } else if path.extension().is_some_and(|extension| extension == "md" || extension == "toml") {
            found.push(path.strip_prefix(folder).expect("below").to_str().expect("UTF-8").to_owned());
        }
    }
    found
}

/// Waits until the server says what the command line said; fails with the difference.
fn assert_agree(
    workspace: &str,
    expected: &[Finding],
    client: &mut Client,
    mut look: impl FnMut(&mut Client) -> Vec<Finding>,
) {
    let mut last = Vec::new();
    let agreed = client.try_until(|client| {
        last = sorted(look(client));
        (last == expected).then_some(())
    });
    if agreed.is_none() {
        let (server, command_line): (BTreeSet<_>, BTreeSet<_>) = (last.iter().collect(), expected.iter().collect());
        panic!(
            "{workspace}: only the server says {:#?}, only the command line {:#?}",
            server.difference(&command_line).collect::<Vec<_>>(),
            command_line.difference(&server).collect::<Vec<_>>(),
        );
    }
}

#[test]
fn open_documents_are_told_what_the_command_line_says() {
    for workspace in workspaces() {
        let folder = Folder::copy_of(&workspace);
        let mut expected = of_command_line(&folder);
        // An editor hands over text, however its bytes spelled it.
        expected.retain(|(_, _, _, code, _)| code != "not-utf-8");
        let mut client = Client::start(&folder, push());
        for path in files(folder.path(), folder.path()) {
            client.open_file(&path);
        }
        assert_agree(&workspace, &expected, &mut client, |client| {
            let published = client.all("textDocument/publishDiagnostics");
            let latest: BTreeMap<_, _> = published
                .into_iter()
                .map(|params| (params["uri"].as_str().expect("a uri"), &params["diagnostics"]))
                .collect();
            latest.into_iter().flat_map(|(uri, diagnostics)| as_written(&folder, uri, diagnostics)).collect()
        });
        client.finish();
    }
}

#[test]
fn whoever_pulls_the_workspace_is_told_what_the_command_line_says() {
    for workspace in workspaces() {
        let folder = Folder::copy_of(&workspace);
        let expected = of_command_line(&folder);
        let mut client = Client::start(&folder, pull());
        let mut waiting = None;
        let mut known = BTreeMap::new();
        assert_agree(&workspace, &expected, &mut client, |client| {
            if let Some(report) = waiting.and_then(|id: i64| client.replies.remove(&id.to_string())) {
                waiting = None;
                for report in report["result"]["items"].as_array().expect("items") {
                    if report["kind"] == "full" {
                        known.insert(report["uri"].as_str().expect("a uri").to_owned(), report.clone());
                    }
                }
            }
            let of_file = |(uri, report): (&String, &Value)| as_written(&folder, uri, &report["items"]);
            let all: Vec<_> = known.iter().flat_map(of_file).collect();
            waiting.get_or_insert_with(|| {
                let previous = known.iter().map(|(uri, report)| json!({ "uri": uri, "value": report["resultId"] }));
                client.send("workspace/diagnostic", json!({ "previousResultIds": previous.collect::<Vec<_>>() }))
            });
            all
        });
        client.finish();
    }
}
