//! `check --format`: what other programs read.

use std::path::Path;

use serde_json::Value;

use super::project::Project;

const PLAN: &str = "# Phase 1: Plan\n\n## Goals\n\n- <Goal 1>\n\n## Open questions\n\n- [ ] Which port?\n";

fn project() -> Project {
    Project::new(&[
        ("phasemark.toml", ""),
        ("plan/phase-1-gateway.md", PLAN),
        ("plan/phase-2.md", PLAN),
        ("work-notes/phase-1.md", "# Notes\n\n## Status\n\n- [x] Complete\n\n## Open questions\n\n- [ ] Which host?\n"),
    ])
}

/// Every object closed: a field that the schema does not describe is a mistake.
fn close(schema: &mut Value) {
    if let Value::Object(object) = schema {
        if object.contains_key("properties") {
            object.insert("additionalProperties".to_owned(), false.into());
        }
        object.values_mut().for_each(close);
    }
}

#[test]
fn json_is_what_its_schema_says() {
    let ran = super::run(&["check", "--format", "json-schema"]);
    assert_eq!(ran.status.code(), Some(0));
    let mut schema: Value = serde_json::from_slice(&ran.stdout).expect("JSON");
    close(&mut schema);
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let workspaces = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/workspaces");
    let folders = std::fs::read_dir(workspaces).expect("a folder").flatten().filter(|entry| entry.path().is_dir());
    let copies = folders.map(|entry| {
        let project = Project::empty();
        super::fix::copy(&entry.path(), &project, "");
        project
    });
    let mut fields = 0;
    for project in copies.chain([project(), Project::empty()]) {
        let ran = project.run(&["check", "--format", "json"]);
        let report: Value = serde_json::from_str(&ran.out).expect("JSON");
        let errors: Vec<_> =
            validator.iter_errors(&report).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{errors:#?}");
        let status = project.run(&["status", "--format", "json"]);
        let status: Value = serde_json::from_str(&status.out).unwrap_or_else(|_| serde_json::json!({ "phases": [] }));
        assert_eq!(report["units"], status["phases"]);
        assert_eq!(report["summary"]["phases"], report["units"].as_array().expect("a list").len());
        let found = report["diagnostics"].as_array().expect("a list").iter();
        fields = fields.max(found.map(|found| found.as_object().expect("an object").len()).max().unwrap_or_default());
    }
    let described = schema["$defs"]["diagnostic"]["properties"].as_object().expect("properties").len();
    assert_eq!(fields, described, "some finding has all that there is");
}

#[test]
fn a_finding_says_what_a_program_needs_to_act_on_it() {
    let project = project();
    let ran = project.run_in("plan", &["check", "--format", "json"]);
    let report: Value = serde_json::from_str(&ran.out).expect("JSON");
    let root = std::path::absolute(project.folder()).expect("a path");
    assert_eq!(report["root"].as_str().map(Path::new), Some(&*root));
    let found = report["diagnostics"].as_array().expect("a list");
    let of_rule =
        |rule: &str| found.iter().find(|found| found["code"] == rule).unwrap_or_else(|| panic!("{}", ran.out));
    let premature = of_rule("premature-complete");
    assert_eq!(premature["path"], "work-notes/phase-1.md");
    assert_eq!(premature["unit"], "phase-1-gateway", "as status calls it");
    assert!(premature["help"].as_str().is_some_and(|help| help.ends_with('.')), "{premature}");
    assert_eq!(premature["related"][0]["line"], 9, "{premature}");
}

#[test]
fn concise_is_a_line_for_each_finding() {
    let ran = project().run_in("work-notes", &["check", "--format", "concise"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.lines().all(|line| line.contains(".md:")), "{}", ran.out);
    let placeholder = "../plan/phase-2.md:5:3: warning[leftover-placeholder] Placeholder `<Goal 1>` is not filled in.";
    assert!(ran.out.lines().any(|line| line == placeholder), "{}", ran.out);
    assert!(ran.err.contains(" more below warning; --show hint\n"), "{}", ran.err);
}

#[test]
fn gitlab_gets_issues_that_outlive_a_move() {
    let project = project();
    let prints = || -> Vec<String> {
        let ran = project.run(&["check", "--format", "gitlab", "plan"]);
        let issues: Value = serde_json::from_str(&ran.out).expect("JSON");
        let issues = issues.as_array().expect("a list").iter();
        issues.map(|issue| issue["fingerprint"].as_str().expect("a name").to_owned()).collect()
    };
    let before = prints();
    assert!(!before.is_empty());
    project.write("plan/phase-2.md", PLAN.replace("## Goals", "A chart.\n\n## Goals"));
    assert_eq!(prints(), before);
}

#[test]
fn junit_fails_what_fails_the_run() {
    let project = project();
    let failures = |args: &[&str]| {
        let ran = project.run(&[&["check", "--format", "junit", "plan"], args].concat());
        (ran.out.matches("<failure").count(), ran.out.matches("<skipped").count())
    };
    let (failed, skipped) = failures(&[]);
    assert!(failed > 0 && skipped > 0, "{failed} {skipped}");
    assert_eq!(failures(&["--fail-on", "hint"]), (failed + skipped, 0));
    assert_eq!(failures(&["--fail-on", "never"]), (0, failed + skipped));
}
