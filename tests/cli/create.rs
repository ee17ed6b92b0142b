//! `init` and `new`.

use std::fs;

use serde_json::Value;

use super::project::Project;

const FIRST: [&str; 3] = ["plan/phase-1.md", "prompts/phase-1.md", "work-notes/phase-1.md"];

#[test]
fn an_empty_folder_gets_a_first_phase_that_is_quiet() {
    let project = Project::empty();
    let ran = project.run(&["init"]);
    assert_eq!((ran.code, &*ran.err), (0, ""));
    assert!(ran.out.starts_with("created plan/phase-1.md\ncreated prompts/phase-1.md\n"), "{}", ran.out);
    assert_eq!(project.names(), FIRST);
    let report: Value = serde_json::from_str(&project.run(&["check", "--format", "json"]).out).expect("JSON");
    let mut codes: Vec<&str> =
        report["diagnostics"].as_array().expect("a list").iter().map(|found| found["code"].as_str().unwrap()).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes, ["empty-definition-of-done", "leftover-placeholder"]);
}

/// What `check` says of the files that `init` and `new` made, by the names of the rules.
fn said_of_fresh(toml: &str, command: &[&str]) -> Vec<String> {
    let project = Project::new(&[("phasemark.toml", toml)]);
    let ran = project.run(command);
    assert_eq!((ran.code, &*ran.err), (0, ""), "{toml} {command:?}");
    let report: Value = serde_json::from_str(&project.run(&["check", "--format", "json"]).out).expect("JSON");
    let findings = report["diagnostics"].as_array().expect("a list").iter();
    let mut codes: Vec<_> = findings.map(|found| found["code"].as_str().expect("a rule").to_owned()).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

#[test]
fn fresh_files_are_quiet_whatever_signs_are_in_their_names() {
    let quiet = ["empty-definition-of-done", "leftover-placeholder"];
    for stem in
        ["phase 99", "phase-1 R&D", "it's, well (1) #2", "100%", "phase_1_", "a--b ~c~", "caf\u{e9}", "cafe\u{301}"]
    {
        assert_eq!(said_of_fresh("", &["new", stem]), quiet, "{stem}");
    }
    for folder in
        ["my plans", "_plan", "__plan__", "docs/R&D plans", ".github/plan", "(plans)", "c# plans", "pl\u{e4}ne"]
    {
        assert_eq!(said_of_fresh(&format!("[layout]\nplan = [\"{folder}\"]\n"), &["init"]), quiet, "{folder}");
    }
}

/// As after a copy from macOS, whose names are decomposed.
#[test]
fn names_are_found_however_unicode_is_normalised() {
    for (on_disk, written) in [("cafe\u{301}", "caf\u{e9}"), ("caf\u{e9}", "cafe\u{301}")] {
        let prompt = format!(
            "\
# P

## Context
- Plan: {written}/{written}.md
- Work notes: work-notes/{written}.md
- Reference: `docs/{written}/a.rs`, `{written}/a.rs`
"
        );
        let project = Project::new(&[
            ("phasemark.toml", &format!("[layout]\nplan = [\"{written}\"]\n")),
            (&format!("{on_disk}/{on_disk}.md"), "# P\n"),
            (&format!("prompts/{written}.md"), &prompt),
            (&format!("work-notes/{on_disk}.md"), "# N\n\n## Decisions\n- <Decision>: <Rationale>\n"),
            (&format!("docs/{on_disk}/a.rs"), "x"),
        ]);
        let report: Value = serde_json::from_str(&project.run(&["check", "--format", "json"]).out).expect("JSON");
        let findings = report["diagnostics"].as_array().expect("a list").iter();
        let codes: Vec<_> = findings.map(|found| found["code"].as_str().expect("a rule")).collect();
        let about_files = ["broken-reference", "missing-context-link", "missing-counterpart", "phase-mismatch"];
        assert!(!codes.is_empty() && !codes.iter().any(|code| about_files.contains(code)), "{codes:?}");
        let status = project.run(&["status"]).out;
        assert_eq!(status.lines().count(), 2, "{status}");
        assert_eq!(project.run(&["resume", written]).code, 0);
        assert_eq!(project.run(&["resume", on_disk]).code, 0);
    }
}

#[test]
fn twice_changes_nothing() {
    let project = Project::empty();
    project.run(&["init"]);
    let before = project.files();
    let again = project.run(&["init"]);
    assert_eq!(again.code, 0);
    assert!(again.out.contains("kept plan/phase-1.md\n") && again.out.contains("Nothing to do."), "{}", again.out);
    assert_eq!(project.files(), before);
}

#[test]
fn only_folders_without_artifacts_are_filled() {
    let mine = "# Mine\n\n## Goals\n\n- Be kept\n";
    let project =
        Project::new(&[("plan/phase-4-gateway.md", mine), ("plan/phase-5.md", mine), ("prompts/README.md", "x")]);
    let ran = project.run(&["init"]);
    assert_eq!(ran.code, 0);
    let files = ["plan/phase-4-gateway.md", "plan/phase-5.md", "prompts/README.md", "prompts/phase-4-gateway.md"];
    assert_eq!(project.names(), [&files[..], &["work-notes/phase-4-gateway.md"]].concat());
    assert!(ran.out.contains("kept plan/phase-4-gateway.md"), "{}", ran.out);
    assert_eq!(project.read("plan/phase-4-gateway.md"), mine);
}

#[test]
fn the_layout_and_the_templates_of_a_team_are_followed() {
    let toml =
        "[layout]\nplan = [\"docs/plans\", \"plan\"]\nwork-notes = [\"notes\"]\n\n[templates]\nplan = \"docs/t.md\"\n";
    let project =
        Project::new(&[("phasemark.toml", toml), ("docs/t.md", "# <Phase Name>\r\n\r\n## Why\r\n\r\n<Why now>\r\n")]);
    assert_eq!(project.run(&["init"]).code, 0);
    let made = ["docs/plans/phase-1.md", "docs/t.md", "notes/phase-1.md", "phasemark.toml", "prompts/phase-1.md"];
    assert_eq!(project.names(), made);
    assert_eq!(project.read("docs/plans/phase-1.md"), "# Phase 1\n\n## Why\n\n<Why now>\n");
    assert!(project.read("prompts/phase-1.md").contains("- Plan: docs/plans/phase-1.md\n"));
}

#[test]
fn a_template_that_is_missing_is_not_replaced_by_ours() {
    let project = Project::new(&[("phasemark.toml", "[templates]\nplan = \"docs/t.md\"\n")]);
    let ran = project.run(&["init"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("`docs/t.md` cannot be read"), "{}", ran.err);
    assert_eq!(project.names(), ["phasemark.toml"]);
}

#[test]
fn a_configuration_with_mistakes_stops_it() {
    let project = Project::new(&[("phasemark.toml", "[layout]\nplans = [\"x\"]\n")]);
    for args in [&["init"][..], &["new", "phase-1"]] {
        let ran = project.run(args);
        assert_eq!(ran.code, 2, "{args:?}");
        assert!(ran.err.contains("nothing written") && ran.err.contains("Unknown key `plans`"), "{}", ran.err);
        assert_eq!(project.names(), ["phasemark.toml"]);
    }
}

#[test]
fn a_file_in_the_place_of_a_folder_is_an_error_and_stays() {
    let project = Project::new(&[("plan", "I am a file")]);
    let ran = project.run(&["init"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("plan/phase-1.md: "), "{}", ran.err);
    assert_eq!(project.read("plan"), "I am a file");
    assert_eq!(project.names(), ["plan", "prompts/phase-1.md", "work-notes/phase-1.md"]);
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_is_an_error() {
    use std::os::unix::fs::PermissionsExt;

    let project = Project::new(&[("prompts/README.md", "")]);
    fs::set_permissions(project.path("prompts"), fs::Permissions::from_mode(0o555)).expect("permissions");
    if fs::write(project.path("prompts/probe"), "").is_ok() {
        return; // The superuser may write everywhere.
    }
    let ran = project.run(&["init"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("prompts/phase-1.md: "), "{}", ran.err);
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link_out_of_the_repository() {
    let (project, outside) = (Project::empty(), Project::empty());
    std::os::unix::fs::symlink(outside.folder(), project.path("plan")).expect("a link");
    for args in [&["init"][..], &["new", "phase-2"], &["new", "a/b/phase-2"]] {
        let ran = project.run(args);
        assert_eq!(ran.code, 2, "{args:?}: {}", ran.out);
        assert!(ran.err.contains("leads out of the repository"), "{}", ran.err);
    }
    assert_eq!(outside.names(), [""; 0]);
}

#[test]
fn a_phase_gets_what_it_lacks() {
    let project = Project::new(&[("plan/phase-2-gateway.md", "# Mine\n"), ("work-notes/phase-1.md", "# Mine\n")]);
    let ran = project.run(&["new", "2"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let expected = "kept plan/phase-2-gateway.md\ncreated prompts/phase-2-gateway.md\n\
                    created work-notes/phase-2-gateway.md\n";
    assert_eq!(ran.out, expected);
    let again = project.run(&["new", "phase-2-gateway"]);
    assert_eq!(again.code, 1);
    assert!(again.err.contains("'phase-2-gateway' has all its files already"), "{}", again.err);
    assert_eq!(project.read("plan/phase-2-gateway.md"), "# Mine\n");
}

#[test]
fn a_phase_may_have_a_folder_and_be_named_by_a_path() {
    let project = Project::new(&[("phasemark.toml", ""), ("src/billing/x.rs", "")]);
    assert_eq!(project.run_in("src/billing", &["new", "billing/phase-1"]).code, 0);
    assert_eq!(project.run(&["new", "plan/phase-3.md"]).code, 0);
    assert_eq!(project.run_in("plan", &["new", "索引-😀.md"]).code, 0);
    let plans: Vec<String> = project.names().into_iter().filter(|name| name.starts_with("plan/")).collect();
    assert_eq!(plans, ["plan/billing/phase-1.md", "plan/phase-3.md", "plan/索引-😀.md"]);
}

#[test]
fn hostile_names_are_refused_and_nothing_is_written() {
    let project = Project::new(&[("phasemark.toml", "[layout]\nexclude = [\"plan/old/**\"]\n"), ("sub/x", "")]);
    for name in [
        "../x",
        "..",
        "/tmp/x",
        "",
        ".md",
        "README",
        "plan/README.md",
        "a\\b",
        "a\nb",
        "a\u{1b}b",
        "_x",
        "con",
        "plan/../../x.md",
        "old/x",
        "a/",
        "C:\\x",
    ] {
        for command in ["new", "log", "resume"] {
            let ran = project.run_in("sub", &[command, name]);
            assert_eq!(ran.code, 2, "{command} {name:?}: {}", ran.out);
            assert!(ran.err.starts_with("error: "), "{command} {name:?}: {}", ran.err);
            assert!(!ran.err.contains('\u{1b}'), "{}", ran.err);
        }
    }
    assert_eq!(project.names(), ["phasemark.toml", "sub/x"]);
}

#[test]
fn outside_any_root_only_init_helps() {
    let project = Project::empty();
    for args in [&["new", "phase-1"][..], &["log", "phase-1"], &["resume", "phase-1"]] {
        let ran = project.run(args);
        assert_eq!(ran.code, 2, "{args:?}");
        assert!(ran.err.contains("not a phasemark project") && ran.err.contains("phasemark init"), "{}", ran.err);
    }
    assert_eq!(project.names(), [""; 0]);
}
