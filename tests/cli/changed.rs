//! `check --changed`: what differs from the merge base.

use serde_json::Value;

use super::{
    history::History,
    project::{Project, Ran},
};

const PLAN: &str = "# Phase 1: Plan\n\n## Goals\n\n- <Goal 1>\n";
const NOTES: &str = "# Notes\n\n**Status:** In progress\n\n## Open questions\n\n- [ ] Which port?\n";
const UPSTREAM: &str = "\
[core]
\trepositoryformatversion = 0
[remote \"origin\"]
\turl = https://example.com/x.git
\tfetch = +refs/heads/*:refs/remotes/origin/*
[branch \"main\"]
\tremote = origin
\tmerge = refs/heads/main
";

/// Three plans; `origin/main` is the first commit, the second changed one, and one is new and not committed.
fn project() -> (Project, History) {
    let project = Project::new(&[(".gitignore", "plan/private.md\n"), ("phasemark.toml", "")]);
    let history = History::new(project.folder());
    history.write("config", UPSTREAM);
    history.write("HEAD", "ref: refs/heads/main\n");
    let before = [("plan/phase-1.md", PLAN), ("plan/phase-2.md", PLAN), ("work-notes/phase-1.md", NOTES)];
    let base = history.commit_files("2026-01-20T10:00:00+00:00", "before", &before);
    history.write("refs/remotes/origin/main", &format!("{base}\n"));
    let after = PLAN.replace("Plan", "The plan");
    let now = [("plan/phase-1.md", PLAN), ("plan/phase-2.md", &*after), ("work-notes/phase-1.md", NOTES)];
    history.commit_files("2026-01-21T10:00:00+00:00", "after", &now);
    now.iter().for_each(|(path, text)| project.write(path, text));
    project.write("plan/phase-3.md", PLAN);
    project.write("plan/private.md", PLAN);
    (project, history)
}

fn files(ran: &Ran) -> Vec<String> {
    let report: Value = serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{ran:?}"));
    let found = report["diagnostics"].as_array().expect("a list").iter();
    let mut files: Vec<String> = found.map(|found| found["path"].as_str().expect("a path").to_owned()).collect();
    files.dedup();
    files
}

#[test]
fn only_what_changed_since_the_upstream_is_checked() {
    let (project, _) = project();
    let ran = project.run(&["check", "--changed", "--format", "json"]);
    assert_eq!(files(&ran), ["plan/phase-2.md", "plan/phase-3.md"]);
    assert_eq!((ran.code, &*ran.err), (1, "2 artifacts changed since the merge base with origin/main\n"));
    // Not committed yet.
    project.write("work-notes/phase-1.md", NOTES.replace("port", "host"));
    let ran = project.run_in("plan", &["check", "--changed", "--format", "json", "../work-notes"]);
    assert_eq!(files(&ran), ["work-notes/phase-1.md"]);
}

#[test]
fn a_commit_may_be_named() {
    let (project, history) = project();
    let files_since = |name: &str| files(&project.run(&["check", "--format", "json", &format!("--changed={name}")]));
    assert_eq!(files_since("HEAD~1"), ["plan/phase-2.md", "plan/phase-3.md"]);
    assert_eq!(files_since("HEAD"), ["plan/phase-3.md"]);
    assert_eq!(files_since("main"), ["plan/phase-3.md"]);
    // What happened there meanwhile does not count.
    let base = std::fs::read_to_string(history.path("refs/remotes/origin/main")).expect("a ref");
    let theirs = history.commit_on("2026-01-22T10:00:00+00:00", "theirs", &[base.trim().to_owned()]);
    history.write("refs/remotes/origin/main", &format!("{theirs}\n"));
    assert_eq!(files_since("origin/main"), ["plan/phase-2.md", "plan/phase-3.md"]);
}

#[test]
fn facts_still_come_from_the_whole_root() {
    let (project, _) = project();
    let prompt = "# P\n\n## Context\n\n- Plan: plan/phase-1.md\n- Reference implementation(s): plan/phase-9.md\n";
    project.write("prompts/phase-1.md", prompt);
    let ran = project.run(&["check", "--changed", "prompts"]);
    assert!(
        ran.out.contains("`plan/phase-9.md` does not exist") && !ran.out.contains("missing-counterpart"),
        "{ran:?}"
    );
}

#[test]
fn nothing_changed_is_no_mistake() {
    let (project, _) = project();
    for args in [&["check", "--changed=HEAD", "work-notes"][..], &["check", "--diff", "--changed=HEAD", "work-notes"]] {
        let ran = project.run(args);
        assert_eq!(ran.code, 0, "{ran:?}");
    }
    let ran = project.run(&["check", "--changed=HEAD", "--strict-paths", "plan/phase-1.md"]);
    assert_eq!((ran.code, &*ran.err), (0, "0 artifacts changed since the merge base with HEAD\n"), "it is an artifact");
    // Git may write other line ends than it keeps.
    project.write("work-notes/phase-1.md", NOTES.replace('\n', "\r\n"));
    let ran = project.run(&["check", "--changed", "work-notes"]);
    assert!(ran.err.starts_with("0 artifacts changed since"), "{ran:?}");
}

#[test]
fn only_what_changed_is_fixed_and_entries_of_the_rest_are_kept() {
    let (project, _) = project();
    let comment = "\nA chart. <!-- phasemark-ignore log-order -->\n";
    project.write("plan/phase-3.md", PLAN.to_owned() + comment);
    project.run(&["check", "--fix", "--changed=HEAD"]);
    assert!(!project.read("plan/phase-3.md").contains("<!--"));
    project.run(&["check", "--write-baseline"]);
    let ran = project.run(&["check", "--changed=HEAD"]);
    assert!(ran.code == 0 && !ran.out.contains("out of date"), "{ran:?}");
}

#[test]
fn what_cannot_be_compared_is_said() {
    let error = |project: &Project, argument: &str| {
        let ran = project.run(&["check", argument]);
        assert_eq!((ran.code, &*ran.out), (2, ""), "{ran:?}");
        ran.err.strip_prefix("error: --changed: ").expect("it begins so").trim_end().to_owned()
    };
    let alone = Project::new(&[("plan/phase-1.md", PLAN)]);
    assert!(error(&alone, "--changed").starts_with("no git repository around "));
    let history = History::new(alone.folder());
    assert_eq!(error(&alone, "--changed"), "the repository has no commit yet");
    history.commit("2026-01-20T10:00:00+00:00", "first");
    assert!(error(&alone, "--changed").starts_with("the branch has no upstream to compare with; name a commit"));
    assert_eq!(error(&alone, "--changed=relaese"), "no commit is called 'relaese' here");
    let other = history.commit_on("2026-01-20T10:00:00+00:00", "unrelated", &[]);
    history.write("refs/heads/other", &format!("{other}\n"));
    assert!(error(&alone, "--changed=other").starts_with("'other' and what is checked out have no commit in common"));
}
