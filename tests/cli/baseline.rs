//! `check --baseline`: an existing repository with what it has.

use serde_json::Value;

use super::project::Project;

const FILE: &str = ".phasemark-baseline.json";
const PLAN: &str = "# Phase 1: Plan\n\n## Goals\n\n- <Goal 1>\n\n## Definition of done\n\n- [ ] `make` passes\n";

fn project() -> Project {
    Project::new(&[
        ("phasemark.toml", ""),
        ("plan/phase-1.md", PLAN),
        ("prompts/phase-1.md", "# P\n\n## Context\n\n- Reference implementation(s): `src/gone.rs`\n"),
    ])
}

fn adopted() -> Project {
    let project = project();
    let ran = project.run(&["check", "--write-baseline"]);
    assert_eq!((ran.code, &*ran.err), (0, ""), "{ran:?}");
    assert!(ran.out.starts_with("Wrote .phasemark-baseline.json: "), "{}", ran.out);
    project
}

#[test]
fn only_new_findings_fail_the_run() {
    assert_eq!(project().run(&["check"]).code, 1);
    let project = adopted();
    let ran = project.run(&["check"]);
    assert_eq!((ran.code, &*ran.err), (0, ""), "{}", ran.out);
    let known = project.run(&["check", "--no-baseline", "--statistics"]);
    assert_eq!(known.code, 1);
    let expected = "no findings\n4 known findings hidden by the baseline\n";
    assert!(ran.out.ends_with(expected), "{} {}", ran.out, known.out);
    // Lines move, and one is new.
    project.write("plan/phase-1.md", PLAN.replace("## Goals\n", "## Overview\n\nA chart.\n\n## Goals\n\n- <Goal 2>"));
    let ran = project.run(&["check"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("<Goal 2>") && !ran.out.contains("<Goal 1>"), "{}", ran.out);
}

#[test]
fn every_format_has_only_new_findings() {
    let project = adopted();
    project.write("plan/phase-1.md", PLAN.replace("<Goal 1>", "<Goal 1>\n- <Goal 2>"));
    let json: Value = serde_json::from_str(&project.run(&["check", "--format", "json"]).out).expect("JSON");
    assert_eq!((json["diagnostics"].as_array().map(Vec::len), &json["summary"]["known"]), (Some(1), &4.into()));
    let ran = project.run(&["check", "--format", "sarif"]);
    let sarif: Value = serde_json::from_str(&ran.out).expect("JSON");
    let results = sarif["runs"][0]["results"].as_array().expect("results");
    assert_eq!((results.len(), &results[0]["baselineState"]), (1, &"new".into()));
    assert_eq!(ran.err, "4 known findings hidden by the baseline\n");
}

#[test]
fn entries_that_no_longer_occur_are_told_and_removed() {
    let project = adopted();
    project.write("plan/phase-1.md", PLAN.replace("<Goal 1>", "Render the chart"));
    let ran = project.run(&["check"]);
    assert_eq!(ran.code, 0);
    assert!(ran.out.ends_with("\n2 entries of the baseline are out of date; --write-baseline\n"), "{}", ran.out);
    assert!(!project.run(&["check", "prompts"]).out.contains("out of date"), "it was not looked at");
    project.run(&["check", "--write-baseline"]);
    assert!(!project.run(&["check"]).out.contains("out of date"));
    assert!(!project.read(FILE).contains("<Goal 1>"));
}

#[test]
fn one_file_or_rule_at_a_time() {
    let project = project();
    project.run(&["check", "--write-baseline", "prompts"]);
    let prompts = project.read(FILE);
    assert!(prompts.contains("prompts/phase-1.md") && !prompts.contains("plan/phase-1.md"), "{prompts}");
    project.run_in("plan", &["check", "--write-baseline", "--select", "leftover-placeholder"]);
    let both = project.read(FILE);
    assert_eq!(both.lines().count(), prompts.lines().count() + 1, "{both}");
    assert!(both.contains(r#"{"file":"plan/phase-1.md","rule":"leftover-placeholder","line":"- <Goal 1>","count":1}"#));
}

#[test]
fn the_file_may_lie_anywhere() {
    let project = project();
    let ran = project.run_in("plan", &["check", "--write-baseline", "--baseline", "../ci/known.json"]);
    assert!(ran.code == 2 && ran.err.contains("error: ../ci/known.json: "), "{ran:?}");
    let ran = project.run_in("plan", &["check", "--write-baseline", "--baseline", "../known.json"]);
    assert_eq!((ran.code, &*ran.out), (0, "Wrote ../known.json: 4 known findings\n"));
    assert_eq!(project.run(&["check"]).code, 1);
    assert_eq!(project.run(&["check", "--baseline", "known.json"]).code, 0);
    assert_eq!(project.run_in("prompts", &["check", "--baseline", "../known.json", "."]).code, 0);
    let ran = project.run(&["check", "--baseline", "unknown.json"]);
    assert_eq!((ran.code, &*ran.err), (2, "error: unknown.json: no such file; --write-baseline makes it\n"));
}

#[test]
fn a_broken_file_is_named_with_its_line_and_left() {
    let project = adopted();
    let broken = project.read(FILE).replacen("    {", "<<<<<<< HEAD\n    {", 1);
    project.write(FILE, &broken);
    for args in [&["check"][..], &["check", "--write-baseline"]] {
        let ran = project.run(args);
        assert_eq!((ran.code, &*ran.out), (2, ""), "{args:?}");
        assert!(ran.err.starts_with("error: .phasemark-baseline.json:4: not a baseline: "), "{}", ran.err);
        assert_eq!(project.read(FILE), broken);
    }
}

#[test]
fn nothing_is_known_of_what_cannot_be_read() {
    let project = project();
    project.write("phasemark.toml", "[rules]\nmissing-sectoin = \"off\"\n");
    for args in [&["check", "--write-baseline"][..], &["check", "--write-baseline", "no/such.md"]] {
        let ran = project.run(args);
        assert_eq!(ran.code, 2, "{args:?}");
        assert!(ran.err.contains("no baseline written"), "{}", ran.err);
        assert!(!project.path(FILE).exists());
    }
}
