//! `check`: what is looked at, what is shown, where it goes.

use serde_json::Value;

use super::project::{Project, Ran};

/// One error, three warnings, two hints and one information.
const PLAN: &str = "# Phase 1: Plan

## Overview

A chart. <!-- phasemark-ignore log-order -->

## Goals

- <Goal 1>
- <Goal 2>

## Definition of done

- [ ] `make` passes
- [ ] It looks good

## Open questions

- [ ] Which port?
";
const PROMPT: &str = "# Phase 1: Prompt

## Context

- Plan: plan/phase-1.md
- Reference implementation(s): `src/gone.rs`
";

fn project() -> Project {
    Project::new(&[
        ("phasemark.toml", "[layout]\nexclude = [\"**/archive/**\"]\n"),
        ("plan/phase-1.md", PLAN),
        ("plan/archive/phase-0.md", PLAN),
        ("prompts/phase-1.md", PROMPT),
        ("src/main.rs", ""),
    ])
}

fn rules(ran: &Ran) -> Vec<String> {
    let report: Value = serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{ran:?}"));
    let found = report["diagnostics"].as_array().expect("a list").iter();
    let mut rules: Vec<String> = found.map(|found| found["code"].as_str().expect("a rule").to_owned()).collect();
    rules.sort();
    rules.dedup();
    rules
}

#[test]
fn rules_are_selected_and_ignored() {
    let project = project();
    let run = |args: &[&str]| rules(&project.run(&[&["check", "--format", "json"], args].concat()));
    let two = ["broken-reference", "leftover-placeholder"];
    assert_eq!(run(&["--select", "leftover-placeholder,broken-reference"]), two);
    assert_eq!(run(&["--select", "leftover-placeholder", "--select", "broken-reference"]), two);
    assert_eq!(run(&["--select", "leftover-placeholder,broken-reference", "--ignore", "broken-reference"]), two[1..]);
    let all = run(&[]);
    let rest = run(&["--ignore", "leftover-placeholder"]);
    assert_eq!(rest.len() + 1, all.len(), "{rest:?} {all:?}");
}

#[test]
fn what_is_selected_is_found_behind_a_thousand_others() {
    let placeholders = "- <Goal 1>\n".repeat(1100);
    let plan = format!("# P\n\n## Goals\n\n{placeholders}\n## References\n\n- `src/gone.rs`\n");
    let project = Project::new(&[("src/lib.rs", ""), ("plan/phase-1.md", &plan)]);
    let found = |args: &[&str]| rules(&project.run(&[&["check", "--format", "json"], args].concat()));
    let last = "broken-reference".to_owned();
    assert!(!found(&[]).contains(&last));
    assert!(found(&["--ignore", "leftover-placeholder"]).contains(&last));
}

#[test]
fn what_is_left_decides_the_exit_code() {
    let project = project();
    assert_eq!(project.run(&["check", "--select", "unresolved-question"]).code, 0);
    assert_eq!(project.run(&["check", "--select", "leftover-placeholder"]).code, 1);
    assert_eq!(project.run(&["check", "--exit-zero"]).code, 0);
    assert_eq!(project.run(&["check", "--exit-zero", "no/such.md"]).code, 2);
}

#[test]
fn a_rule_that_does_not_exist_is_a_usage_error() {
    let ran = project().run(&["check", "--ignore", "broken-refrence"]);
    assert_eq!((ran.code, &*ran.out), (2, ""));
    assert_eq!(ran.err, "error: no rule is called 'broken-refrence'; did you mean 'broken-reference'?\n");
}

#[test]
fn only_what_was_selected_is_fixed() {
    let project = project();
    project.run(&["check", "--fix", "--select", "broken-reference"]);
    assert_eq!(project.read("plan/phase-1.md"), PLAN);
    project.run(&["check", "--fix", "--ignore", "broken-reference"]);
    assert_ne!(project.read("plan/phase-1.md"), PLAN);
}

#[test]
fn text_lists_warnings_and_counts_the_rest() {
    let project = project();
    let ran = project.run(&["check"]);
    assert!(!ran.out.contains("information[") && !ran.out.contains("hint["), "{}", ran.out);
    assert!(ran.out.ends_with(" more below warning; --show hint\n"), "{}", ran.out);
    let ran = project.run(&["check", "--show", "hint"]);
    assert!(ran.out.contains("information[unresolved-question]"), "{}", ran.out);
    assert!(!ran.out.contains(" more below"), "{}", ran.out);
    let ran = project.run(&["check", "--show", "error"]);
    assert!(!ran.out.contains("warning[") && ran.out.contains(" more below error"), "{}", ran.out);
    let ran = project.run(&["check", "--fail-on", "information"]);
    assert!(ran.out.contains("information[unresolved-question]"), "what fails is shown: {}", ran.out);
    let all = rules(&project.run(&["check", "--format", "json"]));
    assert!(all.contains(&"unresolved-question".to_owned()), "a program gets everything: {all:?}");
}

#[test]
fn statistics_count_each_rule() {
    let ran = project().run(&["check", "--statistics"]);
    let first = ran.out.lines().next().expect("a line");
    assert_eq!(first, "2  warning      leftover-placeholder");
    assert!(ran.out.contains("\n1  error        broken-reference\n"), "{}", ran.out);
    assert!(ran.out.contains("\n1  warning      unused-suppression  (1 with --fix)\n"), "{}", ran.out);
    assert!(ran.out.contains("information  unresolved-question"), "all of them: {}", ran.out);
    assert_eq!(ran.code, 1);
}

#[test]
fn paths_are_those_of_the_current_folder() {
    let project = project();
    let ran = project.run_in("plan", &["check"]);
    assert!(ran.out.contains("--> phase-1.md:9:3") && ran.out.contains("--> ../prompts/phase-1.md:6:"), "{}", ran.out);
    let ran = project.run_in("plan", &["check", "phase-1.md:9:3"]);
    assert!(ran.out.contains("--> phase-1.md:9:3") && !ran.out.contains("prompts"), "{}", ran.out);
    let ran = project.run_in("plan", &["check", "--format", "json"]);
    assert!(ran.out.contains("\"plan/phase-1.md\""), "of the root, for programs: {}", ran.out);
}

#[test]
fn our_own_output_can_be_pasted() {
    let project = project();
    for path in ["plan/phase-1.md:4", "plan/phase-1.md:4:2", "plan/phase-1.md:4:2:"] {
        let ran = project.run(&["check", path]);
        assert!(ran.code == 1 && ran.out.contains("\n1 artifact in 1 phase"), "{path}: {ran:?}");
    }
    let ran = project.run(&["check", "plan/phase-9.md:4"]);
    assert!(ran.code == 2 && ran.err.starts_with("error: plan/phase-9.md:4: "), "{ran:?}");
}

#[test]
fn what_is_excluded_is_checked_if_it_is_named() {
    let project = project();
    assert!(!project.run(&["check"]).out.contains("archive"));
    assert!(!project.run(&["check", "plan/archive", "plan"]).out.contains("archive/phase-0.md"));
    let ran = project.run(&["check", "plan/archive/phase-0.md"]);
    assert!(ran.code == 1 && ran.out.contains("--> plan/archive/phase-0.md:5:32"), "{ran:?}");
    let ran = project.run(&["check", "--force-exclude", "plan/archive/phase-0.md"]);
    assert_eq!((ran.code, &*ran.err), (0, "plan/archive/phase-0.md: skipped, not an artifact\n"));
    let stdin = ["check", "--stdin-filename", "plan/archive/phase-9.md"];
    assert!(project.pipe(PLAN, &stdin).out.contains("\n1 artifact "));
    assert!(project.pipe(PLAN, &[&stdin[..], &["--force-exclude"]].concat()).err.contains("skipped"));
}

#[test]
fn a_file_that_is_no_artifact_fails_on_request() {
    let project = project();
    let ran = project.run_in("plan", &["check", "--strict-paths", "../src/main.rs", "phase-1.md"]);
    assert_eq!((ran.code, &*ran.err), (2, "error: ../src/main.rs: not an artifact\n"));
    assert_eq!(project.run(&["check", "--strict-paths", "--diff", "src/main.rs"]).code, 2);
    // Far from any root.
    let elsewhere = Project::new(&[("a.txt", "")]);
    assert_eq!(elsewhere.run(&["check", "a.txt"]).err, "a.txt: skipped, not an artifact\n");
}

#[test]
fn a_report_is_written_to_a_file() {
    let project = project();
    let expected = project.run(&["check", "--format", "sarif"]);
    let ran = project.run(&["check", "--format", "sarif", "--output", "phasemark.sarif"]);
    assert_eq!((ran.code, &*ran.out), (1, ""));
    assert!(ran.err.starts_with("Wrote phasemark.sarif: 1 error, "), "{}", ran.err);
    assert_eq!(project.read("phasemark.sarif"), expected.out);
    // Another time, in its place.
    project.run(&["check", "--output", "phasemark.sarif"]);
    assert_eq!(project.read("phasemark.sarif"), project.run(&["check"]).out);
    let ran = project.run(&["check", "--output", "no/such/folder/x.json"]);
    assert!(ran.code == 2 && ran.err.contains("error: no/such/folder/x.json: "), "{ran:?}");
    assert_eq!(project.run(&["check", "--output", "plan"]).code, 2);
}

#[test]
fn text_from_standard_input_is_judged_as_the_artifact() {
    let project = project();
    let stdin = ["check", "--stdin-filename", "plan/phase-1.md", "--format", "json"];
    assert_eq!(
        rules(&project.pipe(PLAN, &stdin)),
        rules(&project.run(&["check", "plan/phase-1.md", "--format", "json"]))
    );
    let fixed = PLAN.replace("<Goal 1>", "Render").replace("<Goal 2>", "Ship");
    assert!(!rules(&project.pipe(&fixed, &stdin)).contains(&"leftover-placeholder".to_owned()));
    // One that is not on disk yet, beside those that are.
    let ran = project
        .pipe(PROMPT.replace("src/gone.rs", "src/main.rs"), &["check", "--stdin-filename", "prompts/phase-2.md"]);
    assert!(ran.out.contains("[phase-mismatch]") && !ran.out.contains("[broken-reference]"), "{ran:?}");
    assert_eq!(project.read("plan/phase-1.md"), PLAN);
    assert!(!project.path("prompts/phase-2.md").exists());
}

#[test]
fn fixes_of_standard_input_go_to_standard_output() {
    let project = project();
    let args = ["check", "--fix", "--exit-zero", "--stdin-filename", "plan/phase-1.md"];
    let ran = project.pipe(PLAN, &args);
    assert_eq!((ran.code, &*ran.out), (0, &*PLAN.replace(" <!-- phasemark-ignore log-order -->", "")));
    assert!(ran.err.starts_with("Fixed 1 finding in 1 file; "), "{}", ran.err);
    assert_eq!(project.read("plan/phase-1.md"), PLAN);
    // Whoever replaces a buffer by the output loses nothing.
    let other = project.pipe("fn main() {}\r\n", &["check", "--fix", "--stdin-filename", "src/main.rs"]);
    assert_eq!((other.code, &*other.out), (0, "fn main() {}\r\n"));
    assert!(other.err.contains("src/main.rs: skipped, not an artifact"), "{}", other.err);
    let diff = project.pipe(PLAN, &["check", "--diff", "--stdin-filename", "plan/phase-1.md"]);
    assert!(diff.code == 1 && diff.out.contains("\n+A chart.\n"), "{diff:?}");
}

#[test]
fn standard_input_that_is_not_utf_8_stays_as_it_is() {
    let bytes = b"# Plan caf\xe9 <!-- phasemark-ignore log-order -->\n";
    let mut command = super::phasemark(&["check", "--fix", "--stdin-filename", "plan/phase-1.md"]);
    let project = project();
    project.write("in.md", bytes);
    let input = std::fs::File::open(project.path("in.md")).expect("a file");
    let output = command.current_dir(project.folder()).stdin(input).output().expect("it starts");
    assert_eq!(output.stdout, bytes);
}
