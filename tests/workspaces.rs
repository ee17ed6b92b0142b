//! What `phasemark check` finds in every test workspace, against the list beside it.
//!
//! `UPDATE=1 cargo test --test workspaces` writes the lists anew: read what changed before you commit it.

use std::{fs, path::Path, process::Command};

use serde_json::Value;

/// One line a finding, as a person would look for it.
fn findings(workspace: &Path) -> String {
    // Outside of this repository, which is a root of its own.
    let copy = tempfile::tempdir().expect("a temporary folder");
    copy_folder(workspace, copy.path());
    let run = Command::new(env!("CARGO_BIN_EXE_phasemark"))
        .args(["check", "--format", "json"])
        .current_dir(copy.path())
        .output()
        .expect("the binary runs");
    let report: Value = serde_json::from_slice(&run.stdout).expect("JSON");
    let mut lines = vec![format!("exit code {}, {}", run.status.code().expect("an exit code"), report["summary"])];
    for finding in report["diagnostics"].as_array().expect("a list") {
        let text = |key: &str| finding[key].to_string().trim_matches('"').to_owned();
        let place =
            format!("{}:{}:{}-{}:{}", text("path"), text("line"), text("column"), text("end_line"), text("end_column"));
        lines.push(format!(
            "{place} {} [{}] {}",
            text("severity"),
            text("code"),
            finding["message"].as_str().expect("text")
        ));
    }
    lines.join("\n") + "\n"
}

fn copy_folder(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            fs::create_dir(&target).expect("a folder can be made");
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a file can be copied");
        }
    }
}

#[test]
fn every_workspace_has_the_findings_on_its_list() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/workspaces");
    let mut checked = 0;
    for entry in fs::read_dir(&folder).expect("the test workspaces").flatten().filter(|entry| entry.path().is_dir()) {
        let list = entry.path().with_extension("txt");
        let found = findings(&entry.path());
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&list, &found).expect("the list can be written");
        }
        let expected = fs::read_to_string(&list).unwrap_or_default().replace("\r\n", "\n");
        assert_eq!(found, expected, "{} (left: found, right: listed)", entry.path().display());
        checked += 1;
    }
    assert!(checked >= 9, "only {checked} workspaces were found");
}
