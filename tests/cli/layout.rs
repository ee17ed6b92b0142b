//! Folders, files and patterns in `[layout]`.

use serde_json::Value;

use super::project::Project;

const TOML: &str = "\
[layout]
plan = [\"PLAN.md\", \"docs/*/plan.md\"]
prompts = [\"prompts/*.md\"]
work-notes = [\"notes\", \"README.md\"]
";

fn units(project: &Project) -> Vec<String> {
    let ran = project.run(&["status", "--format", "json"]);
    let report: Value = serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{ran:?}"));
    let phases = report["phases"].as_array().expect("a list").iter();
    let paths = |phase: &Value| {
        let all = phase["artifacts"].as_array().expect("a list").iter();
        all.map(|artifact| format!(" {}", artifact["path"].as_str().expect("a path"))).collect::<String>()
    };
    phases.map(|phase| format!("{}:{}", phase["stem"].as_str().expect("a stem"), paths(phase))).collect()
}

#[test]
fn files_and_patterns_are_artifacts() {
    let project = Project::new(&[
        ("phasemark.toml", TOML),
        ("PLAN.md", "# P\n\n## Goals\n- <Goal 1>\n"),
        ("README.md", "# N\n\n## Decisions\n- <Decision>: <Rationale>\n"),
        ("docs/billing/plan.md", "# P\n\n## Goals\n- <Goal 1>\n"),
        ("docs/billing/other.md", "# P\n\n## Goals\n- <Goal 1>\n"),
        ("docs/node_modules/plan.md", "# P\n\n## Goals\n- <Goal 1>\n"),
        ("prompts/phase-1.md", "# P\n\n## Task\nShip it.\n"),
        ("notes/phase-1.md", "# N\n\n## Status\nIn progress\n"),
    ]);
    let ran = project.run(&["check", "--format", "json"]);
    let report: Value = serde_json::from_str(&ran.out).expect("JSON");
    let findings = report["diagnostics"].as_array().expect("a list").iter();
    let placeholders = findings.clone().filter(|found| found["code"] == "leftover-placeholder");
    let mut paths: Vec<_> = placeholders.map(|found| found["path"].as_str().expect("a path")).collect();
    paths.dedup();
    assert_eq!(paths, ["PLAN.md", "README.md", "docs/billing/plan.md"]);
    assert!(findings.clone().all(|found| found["code"] != "invalid-config"), "{}", ran.out);
    assert_eq!(
        units(&project),
        [
            "phase-1: prompts/phase-1.md notes/phase-1.md",
            "PLAN: PLAN.md",
            "README: README.md",
            "billing/plan: docs/billing/plan.md",
        ]
    );
}

#[test]
fn new_files_go_where_the_layout_has_room_for_them() {
    let project = Project::new(&[("phasemark.toml", TOML), ("PLAN.md", "# P\n"), ("README.md", "# N\n")]);
    let ran = project.run(&["new", "phase-2"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let made = ["PLAN.md", "README.md", "notes/phase-2.md", "phasemark.toml", "prompts/phase-2.md"];
    assert_eq!(project.names(), made);
    assert!(project.read("prompts/phase-2.md").contains("- Plan: PLAN.md\n"));
    let project = Project::new(&[(
        "phasemark.toml",
        "[layout]\nplan = \"PLAN.md\"\nprompts = \"PROMPT.md\"\nwork-notes = \"NOTES.md\"\n",
    )]);
    let ran = project.run(&["new", "phase-2"]);
    assert_eq!((ran.code, project.names()), (2, vec!["phasemark.toml".to_owned()]));
    assert!(ran.err.contains("[layout] names no folder"), "{}", ran.err);
    let ran = project.run(&["init"]);
    assert_eq!((ran.code, project.names()), (0, vec!["phasemark.toml".to_owned()]), "{ran:?}");
}

#[test]
fn an_entry_that_matches_nothing_is_a_warning_and_no_bad_configuration() {
    let toml = "[layout]\nplan = [\"plan\", \"plans/*.md\", \"PLN.md\"]\n";
    let project =
        Project::new(&[("phasemark.toml", toml), ("PLAN.md", "# P\n"), ("plan/phase-1.md", "# Phase 1\n\nShip it.\n")]);
    let ran = project.run(&["check"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.out.contains("No Markdown file matches `plans/*.md`, did you mean `plan/*.md`?"), "{}", ran.out);
    assert!(ran.out.contains("`PLN.md` does not exist, did you mean `PLAN.md`?"), "{}", ran.out);
    assert_eq!(project.run(&["check", "--fail-on", "error"]).code, 0);
    assert_eq!(project.run(&["new", "phase-2"]).code, 0, "files are written all the same");
}

/// What `init` makes is what the layout asks for.
#[test]
fn a_fresh_set_has_all_that_its_layout_names() {
    for toml in ["", "[layout]\nplan = [\"docs/plans\"]\nwork-notes = [\"notes/*.md\"]\n"] {
        let project = Project::new(&[("phasemark.toml", toml)]);
        assert_eq!(project.run(&["init"]).code, 0);
        let ran = project.run(&["check", "--format", "json"]);
        assert!(!ran.out.contains("invalid-config"), "{}", ran.out);
    }
}
