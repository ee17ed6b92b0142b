//! `status` and `resume`.

use serde_json::Value;

use super::project::Project;

const PLAN: &str = "# Plan\n\n## Definition of done\n\n- [x] `make` passes\n- [ ] `make 漢字` passes\n";
const NOTES: &str = "# Notes\n\n## Status\n\n- [x] In progress\n\n## Open questions\n\n- Which port?\n\n## Session log\n\n\
                     ### 2026-01-05 10:00\n\n- What changed: a\n- Next: the 😀 probe\n";

fn project() -> Project {
    Project::new(&[
        ("plan/phase-10.md", PLAN),
        ("plan/phase-2-索引.md", PLAN),
        ("work-notes/phase-2.md", NOTES),
        ("prompts/phase-2.md", "# Prompt\n\n## Role\n\nYou.\n"),
    ])
}

#[test]
fn status_is_a_table_in_natural_order() {
    let ran = project().run(&["status"]);
    assert_eq!((ran.code, &*ran.err), (0, ""));
    let expected = "\
Phase         Status       Done    Open questions  Last entry        Next step
phase-2-索引  In progress  1 of 2  1               2026-01-05 10:00  the 😀 probe
phase-10                   1 of 2                                    make 漢字 passes
";
    assert_eq!(ran.out, expected);
    assert_eq!(project().run_in("plan", &["status", ".."]).out, expected);
    let of_file = project().run(&["status", "plan/phase-10.md"]);
    assert!(!of_file.out.contains("phase-2") && of_file.out.contains("phase-10"), "{}", of_file.out);
}

#[test]
fn status_is_coloured_on_request_only() {
    let project = project();
    assert!(project.run(&["status", "--color", "always"]).out.contains("\u{1b}[36mIn progress\u{1b}[0m"));
    assert!(!project.run(&["status"]).out.contains('\u{1b}'));
}

#[test]
fn status_is_json_too() {
    let ran = project().run(&["status", "--format", "json"]);
    let report: Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(report["version"], 1);
    let phase = &report["phases"][0];
    assert_eq!(phase["stem"], "phase-2-索引");
    assert_eq!(phase["artifacts"][2]["path"], "work-notes/phase-2.md");
    assert_eq!((phase["status"].as_str(), phase["done_ticked"].as_u64()), (Some("in_progress"), Some(1)));
    assert_eq!(phase["last_entry"], "2026-01-05T10:00");
    assert_eq!(report["phases"][1]["status"], Value::Null);
    assert!(project().run(&["status", "--format", "markdown"]).out.contains("| phase-10 |"));
}

#[test]
fn each_root_has_its_heading() {
    let toml = "[layout]\nroots = [\"services/*\"]\n";
    let project = Project::new(&[
        ("phasemark.toml", toml),
        ("services/b/plan/phase-1.md", PLAN),
        ("services/a/plan/phase-1.md", PLAN),
    ]);
    let ran = project.run(&["status"]);
    let headings: Vec<&str> = ran.out.lines().filter(|line| line.ends_with('/')).collect();
    assert_eq!(headings, ["services/a/", "services/b/"]);
    let report: Value = serde_json::from_str(&project.run(&["status", "--format", "json"]).out).expect("JSON");
    assert_eq!(report["phases"][1]["root"], "services/b/");
    assert_eq!(report["phases"][1]["artifacts"][0]["path"], "services/b/plan/phase-1.md");
    let resumed = project.run(&["resume", "services/b/plan/phase-1.md"]);
    assert_eq!(resumed.code, 0, "{}", resumed.err);
    assert_eq!(project.run(&["new", "services/b/plan/phase-2.md"]).code, 0);
    assert!(project.path("services/b/work-notes/phase-2.md").exists());
}

#[test]
fn without_artifacts_status_fails_as_check_does() {
    let ran = Project::empty().run(&["status"]);
    assert_eq!((ran.code, &*ran.out), (2, ""));
    assert!(ran.err.contains("no artifact found"), "{}", ran.err);
    let ran = Project::empty().run(&["status", "--format", "json"]);
    assert_eq!(ran.code, 2);
    serde_json::from_str::<Value>(&ran.out).expect("JSON");
}

#[test]
fn resume_prints_what_restarts_the_phase() {
    let project = project();
    for name in ["2", "phase-2", "phase-2-索引", "plan/phase-2-索引.md", "work-notes/phase-2.md"] {
        let ran = project.run(&["resume", name]);
        assert_eq!((ran.code, &*ran.err), (0, ""), "{name}");
        assert!(ran.out.starts_with("# Resume: Phase 2 索引\n\n- Plan: `plan/phase-2-索引.md`\n"), "{}", ran.out);
        assert!(ran.out.ends_with("## Prompt\n\n### Prompt\n\n#### Role\n\nYou.\n"), "{}", ran.out);
        assert!(
            ran.out.contains("- Next: the 😀 probe\n") && ran.out.contains("- [ ] `make 漢字` passes\n"),
            "{}",
            ran.out
        );
    }
    let ran = project.run(&["resume", "10"]);
    assert!(ran.out.contains("- Prompt: missing\n- Work notes: missing\n"), "{}", ran.out);
    let ran = project.run(&["resume", "phase-1"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("did you mean 'phase-10'"), "{}", ran.err);
}

#[test]
fn mistakes_of_the_configuration_are_said() {
    let project = project();
    project.write("phasemark.toml", "[layout]\nplans = [\"x\"]\n");
    for args in [&["status"][..], &["resume", "2"]] {
        let ran = project.run(args);
        assert_eq!(ran.code, 2, "{args:?}");
        assert!(ran.err.contains("Unknown key `plans`") && ran.out.contains("probe"), "{}", ran.err);
    }
}

#[cfg(unix)]
#[test]
fn notes_that_cannot_be_read_are_not_called_missing() {
    let project = Project::new(&[("plan/phase-1.md", PLAN), ("plan/phase-2.md", PLAN), ("work-notes/x.md", NOTES)]);
    std::os::unix::fs::symlink("nowhere.md", project.path("work-notes/phase-1.md")).expect("a link");
    for args in [&["resume", "1"][..], &["log", "1"]] {
        let ran = project.run(args);
        assert_eq!(ran.code, 2, "{args:?}");
        assert!(ran.err.starts_with("error: work-notes/phase-1.md: "), "{}", ran.err);
    }
    assert_eq!(project.run(&["resume", "2"]).code, 0);
}

/// Two services whose phases have the same names.
fn services() -> Project {
    Project::new(&[
        ("plan/billing/phase-2.md", PLAN),
        ("plan/shop/phase-2.md", PLAN),
        ("plan/shop/phase-3-gateway.md", PLAN),
        ("plan/été.md", PLAN),
        ("work-notes/shop/phase-3-gateway.md", NOTES),
    ])
}

#[test]
fn a_phase_is_addressed_by_any_end_of_its_name_that_no_other_has() {
    let project = services();
    for (name, title) in [
        ("billing/phase-2", "Phase 2"),
        ("BILLING/2", "Phase 2"),
        ("3", "Phase 3 gateway"),
        ("phase-3", "Phase 3 gateway"),
        ("3-gateway", "Phase 3 gateway"),
        ("Gateway", "Phase 3 gateway"),
        ("e\u{301}te\u{301}", "été"),
        ("Été", "été"),
    ] {
        let ran = project.run(&["resume", name]);
        assert_eq!((ran.code, &*ran.err), (0, ""), "{name}");
        assert!(ran.out.to_lowercase().contains(&title.to_lowercase()), "{name}: {}", ran.out);
    }
    for args in [&["resume", "2"][..], &["log", "2"], &["resume", "PHASE-2"]] {
        let ran = project.run(args);
        assert_eq!((ran.code, &*ran.out), (2, ""));
        assert_eq!(ran.err, format!("error: '{}' may be billing/phase-2 or shop/phase-2\n", args[1]));
    }
    let before = project.files();
    let ran = project.run(&["new", "2"]);
    assert_eq!(ran.code, 2);
    assert_eq!(ran.err, "error: '2' may be billing/phase-2 or shop/phase-2; 'phase-2' is a new one\n");
    assert!(project.files() == before, "nothing was written");
    assert_eq!(project.run(&["new", "3"]).out.lines().next(), Some("kept plan/shop/phase-3-gateway.md"));
    assert_eq!(project.run(&["new", "phase-2"]).out.lines().next(), Some("created plan/phase-2.md"));
}

#[test]
fn new_makes_no_third_phase_of_an_id() {
    let project = Project::new(&[("plan/phase-1-a.md", PLAN), ("plan/phase-1-b.md", PLAN)]);
    for name in ["1", "phase-1", "Phase_01"] {
        let ran = project.run(&["new", name]);
        assert_eq!(ran.code, 2);
        assert_eq!(ran.err, format!("error: '{name}' may be phase-1-a or phase-1-b\n"));
    }
    assert_eq!(project.names().len(), 2);
}

#[test]
fn without_a_name_the_phase_in_progress_is_meant() {
    let project = services();
    for args in [&["resume"][..], &["log", "--message", "x"]] {
        let ran = project.run(args);
        assert_eq!((ran.code, &*ran.err), (0, ""));
        assert!(ran.out.contains("phase-3-gateway"), "{}", ran.out);
    }
    assert!(project.read("work-notes/shop/phase-3-gateway.md").contains("- What changed: x\n"));
    assert!(project.run_in("plan/shop", &["resume"]).out.contains("# Resume: Phase 3"));
    project.write("work-notes/billing/phase-2.md", NOTES);
    let ran = project.run(&["resume"]);
    assert_eq!((ran.code, &*ran.out), (2, ""));
    assert_eq!(ran.err, "error: billing/phase-2 and shop/phase-3-gateway are in progress; name one\n");
    let none = Project::new(&[("plan/phase-1.md", "# P\n"), ("plan/phase-2.md", "# P\n")]).run(&["log"]);
    assert_eq!(none.err, "error: no phase is in progress; name one: phase-1 or phase-2\n");
}
