//! Commits in work notes, checked against real repositories.

use std::{fs, path::Path, process::Command};

use serde_json::Value;

mod history;

use history::History;

const MISSING: &str = "0123456789abcdef0123456789abcdef01234567";

/// The findings of the two rules that ask the repository: rule and marked line.
fn check(root: &Path) -> Vec<String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_phasemark"));
    let output = command.args(["check", "--format", "json"]).current_dir(root).output().expect("it starts");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let found = report["diagnostics"].as_array().expect("diagnostics").iter();
    let of_repository =
        found.filter(|found| ["unknown-commit", "stale-notes"].iter().any(|rule| found["code"] == *rule));
    of_repository.map(|found| format!("{} {}", found["code"].as_str().expect("text"), found["line"])).collect()
}

fn write_notes(root: &Path, entry: &str, hashes: &[&str]) {
    let mut notes = format!("## Status\n- [x] In progress\n## Session log\n### {entry}\n## Commits\n");
    hashes.iter().for_each(|hash| notes += &format!("- `{hash}` Add it\n"));
    fs::create_dir_all(root.join("work-notes")).expect("a folder");
    fs::write(root.join("work-notes/phase-1.md"), notes).expect("a file");
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

#[test]
fn known_and_unknown_hashes_are_told_apart() {
    let folder = folder();
    let history = History::new(folder.path());
    let first = history.commit("2026-01-18T10:00:00+00:00", "first");
    let second = history.commit("2026-01-20T10:00:00+00:00", "second");
    write_notes(folder.path(), "2026-01-20", &[&first, &second[..7], MISSING, &MISSING[..9], &first[..12]]);
    assert_eq!(check(folder.path()), ["unknown-commit 8", "unknown-commit 9"]);
}

#[test]
fn notes_are_stale_by_the_clock_of_the_newest_commit() {
    let folder = folder();
    let history = History::new(folder.path());
    history.commit("2026-01-20T10:00:00+00:00", "first");
    write_notes(folder.path(), "2026-01-20 09:00", &[]);
    assert_eq!(check(folder.path()), [""; 0]);
    history.commit("2026-01-23T23:30:00-08:00", "the 24th elsewhere");
    assert_eq!(check(folder.path()), [""; 0]);
    history.commit("2026-01-24T00:30:00-08:00", "after midnight");
    assert_eq!(check(folder.path()), ["stale-notes 3"]);
}

#[test]
fn nothing_is_said_without_a_history_that_is_whole() {
    let folder = folder();
    write_notes(folder.path(), "2026-01-20", &[MISSING]);
    assert_eq!(check(folder.path()), [""; 0], "no repository");
    let history = History::new(folder.path());
    assert_eq!(check(folder.path()), [""; 0], "no commit");
    let hash = history.commit("2026-01-20T10:00:00+00:00", "first");
    assert_eq!(check(folder.path()), ["unknown-commit 6"]);
    history.write("shallow", &format!("{hash}\n"));
    assert_eq!(check(folder.path()), [""; 0], "shallow");
    fs::remove_file(history.path("shallow")).expect("removed");
    fs::remove_dir_all(history.path("objects")).expect("removed");
    assert_eq!(check(folder.path()), [""; 0], "without objects");
    fs::remove_dir_all(folder.path().join(".git")).expect("removed");
    fs::write(folder.path().join(".git"), "gitdir: nowhere\n").expect("a file");
    assert_eq!(check(folder.path()), [""; 0], "a file that leads nowhere");
}

#[test]
fn a_root_may_lie_anywhere_in_the_repository_and_head_may_be_detached_or_packed() {
    let folder = folder();
    let history = History::new(folder.path());
    let hash = history.commit("2026-01-28T10:00:00+00:00", "first");
    let root = folder.path().join("services/tide");
    write_notes(&root, "2026-01-20", &[&hash, MISSING]);
    let expected = ["stale-notes 3", "unknown-commit 7"];
    assert_eq!(check(&root), expected);
    let branch = history.branch();
    fs::remove_file(history.path(&branch)).expect("removed");
    history.write("packed-refs", &format!("{hash} {branch}\n"));
    assert_eq!(check(&root), expected, "packed");
    history.write("HEAD", &hash);
    assert_eq!(check(&root), expected, "detached");
}

#[test]
fn a_worktree_and_a_submodule_lead_to_their_repository() {
    let folder = folder();
    let main = folder.path().join("main");
    let history = History::new(&main);
    let hash = history.commit("2026-01-20T10:00:00+00:00", "first");
    let worktree = folder.path().join("worktree");
    write_notes(&worktree, "2026-01-20", &[&hash, MISSING]);
    let own = history.path("worktrees/worktree");
    fs::write(worktree.join(".git"), format!("gitdir: {}\n", own.display())).expect("a file");
    history.write("worktrees/worktree/HEAD", &format!("ref: {}\n", history.branch()));
    history.write("worktrees/worktree/commondir", "../..\n");
    history.write("worktrees/worktree/gitdir", &format!("{}\n", worktree.join(".git").display()));
    assert_eq!(check(&worktree), ["unknown-commit 7"]);
    // As a submodule has it: relative, below `modules`.
    let module = History::new(&folder.path().join("module"));
    let hash = module.commit("2026-01-20T10:00:00+00:00", "first");
    fs::create_dir(history.path("modules")).expect("a folder");
    fs::rename(module.path(""), history.path("modules/lib")).expect("moved");
    let config = fs::read_to_string(history.path("modules/lib/config")).expect("a file");
    history.write("modules/lib/config", &(config + "[core]\n\tworktree = ../../../lib\n"));
    write_notes(&main.join("lib"), "2026-01-20", &[&hash, MISSING]);
    fs::write(main.join("lib/.git"), "gitdir: ../.git/modules/lib\n").expect("a file");
    assert_eq!(check(&main.join("lib")), ["unknown-commit 7"]);
}

/// No configuration but the repository's own is read, and none of it runs anything.
#[test]
fn configuration_runs_nothing() {
    let folder = folder();
    let history = History::new(folder.path());
    history.commit("2026-01-20T10:00:00+00:00", "first");
    let mark = folder.path().join("mark");
    let touch = format!("touch {}", mark.display());
    let config = format!(
        "\
[core]
\trepositoryformatversion = 0
\tfsmonitor = \"{touch}\"
\tsshCommand = \"{touch}\"
[include]
\tpath = /dev/zero
[remote \"origin\"]
\turl = ext::{touch}
\tpromisor = true
[extensions]
\tpartialClone = origin
"
    );
    history.write("config", &config);
    write_notes(folder.path(), "2026-01-20", &[MISSING]);
    assert_eq!(check(folder.path()), ["unknown-commit 6"]);
    assert!(!mark.exists());
}
