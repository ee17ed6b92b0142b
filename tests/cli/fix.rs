//! `check --fix` and `check --diff`.

use std::path::Path;

use super::project::Project;

const PLAN: &str = "# Plan\r\n\r\n## Overview\r\n\r\nA chart. <!-- phasemark-ignore log-order -->\r\n\r\n## Definition of done\r\n\r\n- [ ] `make` passes\r\n";
/// It silences nothing.
const COMMENT: &str = " <!-- phasemark-ignore log-order -->";
const PROMPT: &str = "\
# Prompt

## Role

You.

## Context

- Plan: plan/phase-2.md
- Work notes: work-notes/phase-1.md
- Reference implementation(s): src/a.rs

## Task

Read `src/b.rs` first.

## Constraints

- MUST

## Session management

x

## Commit discipline

x";

fn project() -> Project {
    Project::new(&[
        ("plan/phase-1.md", PLAN),
        ("plan/phase-2.md", PLAN),
        ("prompts/phase-1.md", PROMPT),
        ("work-notes/phase-1.md", "# Notes\n"),
        ("src/a.rs", ""),
        ("src/b.rs", ""),
    ])
}

#[test]
fn safe_fixes_are_written_and_the_second_time_changes_nothing() {
    let project = project();
    let ran = project.run(&["check", "--fix", "--fail-on", "error"]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    let last = ran.out.lines().last().expect("a line");
    assert!(last.starts_with("Fixed ") && last.contains(" in 3 files"), "{last}");
    let prompt = project.read("prompts/phase-1.md");
    assert!(
        prompt.contains("- Plan: plan/phase-1.md\n") && prompt.contains("src/b.rs`") && prompt.ends_with("\n\nx"),
        "{prompt}"
    );
    assert_eq!(project.read("plan/phase-1.md"), PLAN.replace(COMMENT, ""));
    let fixed = project.files();
    let again = project.run(&["check", "--fix", "--fail-on", "error"]);
    assert!(again.out.lines().last().expect("a line").starts_with("No safe fixes"), "{}", again.out);
    assert_eq!(project.files(), fixed);
    assert_eq!(project.run(&["check", "--diff"]).code, 0);
}

/// Every file of a folder, written into a project.
pub fn copy(from: &Path, to: &Project, below: &str) {
    for entry in std::fs::read_dir(from).expect("a folder").flatten() {
        let path = format!("{below}{}", entry.file_name().to_str().expect("UTF-8"));
        if entry.path().is_dir() {
            copy(&entry.path(), to, &format!("{path}/"));
        } else {
            to.write(&path, std::fs::read(entry.path()).expect("a file"));
        }
    }
}

#[test]
fn no_heading_is_added() {
    let workspaces = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/workspaces");
    let folders = std::fs::read_dir(workspaces).expect("a folder").flatten().filter(|entry| entry.path().is_dir());
    let copies = folders.map(|entry| {
        let project = Project::empty();
        copy(&entry.path(), &project, "");
        project
    });
    for project in copies.chain([project()]) {
        expect_no_heading(&project);
    }
}

fn expect_no_heading(project: &Project) {
    let is_heading =
        |line: &&str| line.starts_with('#') || !line.is_empty() && line.trim_end_matches(['=', '-']).is_empty();
    let headings = || -> Vec<Vec<String>> {
        let words = |line: &str| line.split(" <!--").next().unwrap_or_default().to_owned();
        let texts = project.files().into_values().map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        texts.map(|text| text.split(['\n', '\r']).filter(is_heading).map(words).collect()).collect()
    };
    let before = headings();
    project.run(&["check", "--fix"]);
    assert_eq!(headings(), before);
}

#[test]
fn every_fix_is_listed_and_those_that_are_applied_unasked_are_marked() {
    let project = Project::new(&[("phasemark.toml", ""), ("plan/phase-1.md", PLAN)]);
    let ran = project.run(&["check"]);
    assert!(ran.out.contains("= help: Remove the comment (--fix)\n"), "{}", ran.out);
    assert!(ran.out.contains("; 1 fixable with --fix"), "{}", ran.out);
    let json: serde_json::Value = serde_json::from_str(&project.run(&["check", "--format", "json"]).out).expect("JSON");
    let of_rule = |found: &&serde_json::Value| found["code"] == "unused-suppression";
    let unused = json["diagnostics"].as_array().expect("a list").iter().find(of_rule).expect("it is there");
    let edit = serde_json::json!({ "line": 5, "column": 9, "end_line": 5, "end_column": 45, "text": "" });
    assert_eq!(unused["fixes"], serde_json::json!([{ "title": "Remove the comment", "safe": true, "edits": [edit] }]));
}

#[test]
fn files_that_are_no_artifacts_are_skipped_with_a_note() {
    let project = project();
    for args in [&["check", "src/a.rs"][..], &["check", "--diff", "src/a.rs"], &["check", "--fix", "src/a.rs"]] {
        let ran = project.run(args);
        assert_eq!(ran.code, 0, "{args:?}: {}", ran.err);
        assert!(ran.err.contains("src/a.rs: skipped, not an artifact"), "{args:?}: {}", ran.err);
    }
    let ran = project.run(&["check", "src/a.rs", "plan/phase-1.md"]);
    assert!(ran.err.contains("src/a.rs: skipped") && ran.out.contains("1 artifact "), "{} {}", ran.out, ran.err);
    let ran = project.run(&["check", "src"]);
    assert_eq!(ran.code, 2, "{}", ran.err);
}

#[test]
fn without_a_path_the_whole_root_is_meant() {
    let project = project();
    for command in ["check", "status"] {
        let whole = project.run(&[command]);
        for folder in ["src", "work-notes"] {
            let ran = project.run_in(folder, &[command]);
            let expected = whole.out.replace("--> ", "--> ../").replace(&format!("--> ../{folder}/"), "--> ");
            assert_eq!((ran.code, ran.out), (whole.code, expected), "{command} in {folder}: {}", ran.err);
        }
    }
    assert_ne!(project.run_in("work-notes", &["check", "."]).out, project.run(&["check"]).out);
}

#[test]
fn a_diff_writes_nothing_and_says_what_fixing_does() {
    let project = project();
    let before = project.files();
    let ran = project.run(&["check", "--diff"]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.starts_with("Would fix "), "{}", ran.err);
    assert_eq!(project.files(), before);
    project.run(&["check", "--fix"]);
    let mut expected = String::new();
    for (path, after) in project.files() {
        let [old, new] = [&before[&path], &after].map(|bytes| std::str::from_utf8(bytes).expect("UTF-8"));
        let diff = similar::TextDiff::from_lines(old, new);
        expected.push_str(&diff.unified_diff().context_radius(3).header(&path, &path).to_string());
    }
    assert_eq!(ran.out, expected);
    assert_ne!(ran.out, "");
}

#[test]
fn a_diff_applies_where_it_was_made() {
    let project = project();
    let ran = project.run_in("plan", &["check", "--diff"]);
    let files: Vec<&str> = ran.out.lines().filter_map(|line| line.strip_prefix("+++ ")).collect();
    assert!(!files.is_empty() && files.iter().all(|file| project.path("plan").join(file).is_file()), "{files:?}");
}

#[test]
fn only_what_was_chosen_is_fixed() {
    let project = project();
    let before = project.files();
    project.run_in("src", &["check", "--fix", "../plan/phase-2.md"]);
    let after = project.files();
    let changed: Vec<&String> =
        after.iter().filter(|(path, bytes)| before[*path] != **bytes).map(|(path, _)| path).collect();
    assert_eq!(changed, ["plan/phase-2.md"]);
}

#[test]
fn a_file_that_is_not_utf_8_is_left_and_said() {
    let bytes = b"# Notes caf\xe9 <!-- phasemark-ignore log-order -->\n\n## Status\n\n- [x] In progress\n";
    let project = Project::empty();
    project.write("work-notes/phase-1.md", bytes);
    project.write("plan/phase-1.md", PLAN);
    for args in [&["check", "--diff"][..], &["check", "--fix", "--fail-on", "never"]] {
        let ran = project.run(args);
        assert!(ran.err.contains("warning: work-notes/phase-1.md: not UTF-8"), "{}", ran.err);
        assert_eq!(project.files()["work-notes/phase-1.md"], bytes);
    }
    assert_ne!(project.read("plan/phase-1.md"), PLAN);
}

#[test]
fn other_formats_stay_what_they_are() {
    let project = project();
    let ran = project.run(&["check", "--fix", "--format", "json"]);
    serde_json::from_str::<serde_json::Value>(&ran.out).expect("JSON");
    assert!(ran.err.contains("Fixed "), "{}", ran.err);
    let ran = project.run(&["check", "--diff", "--format", "json"]);
    assert_eq!((ran.code, &*ran.out), (2, ""));
    assert!(ran.err.contains("--format"), "{}", ran.err);
}

#[test]
fn the_configuration_is_never_written() {
    let toml = "[rules]\nmissing-sectoin = \"off\"\n";
    let project = Project::new(&[("phasemark.toml", toml), ("plan/phase-1.md", PLAN)]);
    assert_eq!(project.run(&["check", "--fix"]).code, 2);
    assert_eq!(project.read("phasemark.toml"), toml);
}

#[test]
fn nothing_to_look_at_is_no_success() {
    let project = Project::empty();
    for args in [&["check", "--fix"][..], &["check", "--diff"], &["check", "--diff", "no/such/file.md"]] {
        let ran = project.run(args);
        assert_eq!(ran.code, 2, "{args:?}");
        assert!(ran.err.starts_with("error: "), "{}", ran.err);
    }
}

#[test]
fn a_secret_is_in_no_diff() {
    let token = format!("ghp_{}", "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8");
    let project = Project::new(&[("plan/phase-1.md", &format!("{PLAN}- [ ] `curl {token}` works{COMMENT}\r\n"))]);
    let ran = project.run(&["check", "--diff"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("`curl ****") && !ran.out.contains("ghp_"), "{}", ran.out);
    project.run(&["check", "--fix"]);
    assert!(project.read("plan/phase-1.md").contains(&token));
}

#[test]
fn a_configuration_with_mistakes_fixes_nothing() {
    // With the mistake, the rule is on; its owner wants it off.
    let toml = "[rules]\nunused-suppression = \"of\"\n";
    let project = Project::new(&[("phasemark.toml", toml), ("plan/phase-1.md", PLAN)]);
    for args in [&["check", "--fix"][..], &["check", "--fix", "--fail-on", "never"], &["check", "--diff"]] {
        let ran = project.run(args);
        assert_eq!(ran.code, 2, "{args:?}");
        assert!(
            ran.err.contains("nothing written; fix the configuration first: ") && ran.err.contains("`of`"),
            "{}",
            ran.err
        );
        assert_eq!(project.read("plan/phase-1.md"), PLAN);
    }
}

#[test]
fn a_file_that_is_read_only_is_left_and_said() {
    let project = project();
    let path = project.path("plan/phase-1.md");
    let mut permissions = std::fs::metadata(&path).expect("a file").permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&path, permissions).expect("permissions");
    let ran = project.run(&["check", "--fix", "--fail-on", "error"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.err.contains("warning: plan/phase-1.md: read-only"), "{}", ran.err);
    assert!(!ran.out.contains("could not be read"), "{}", ran.out);
    assert_eq!(project.read("plan/phase-1.md"), PLAN);
}

#[test]
fn no_difference_is_no_silence() {
    let project = Project::empty();
    project.run(&["init"]);
    let ran = project.run(&["check", "--diff"]);
    assert_eq!((ran.code, &*ran.out, &*ran.err), (0, "", "Would fix nothing\n"));
}
