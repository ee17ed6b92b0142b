//! What a hostile repository, a full disk or a concurrent writer must not cause.

use std::fs;

use super::{
    history::History,
    phasemark,
    project::{Project, Ran},
};

const NOTES: &str = "# Phase 1 - Work Notes\n\n## Status\n\n- [x] In progress\n\n## Session log\n\n## Commits\n";
const PROMPT: &str = "# P\n\n## Context\n\n- Reference implementation(s): `src/main.rs`\n";

/// Runs the program in a shell that says something first, such as a limit.
#[cfg(unix)]
fn run_after(project: &Project, before: &str, args: &[&str]) -> Ran {
    let script = format!("{before}; exec \"$0\" \"$@\"");
    let mut command = std::process::Command::new("sh");
    command.args(["-c", &script, env!("CARGO_BIN_EXE_phasemark")]).args(args).current_dir(project.folder());
    let output = command.output().expect("sh starts");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ran { code: output.status.code().expect("an exit code"), out: text(&output.stdout), err: text(&output.stderr) }
}

#[test]
fn entries_that_are_written_at_once_all_land() {
    let project = Project::new(&[("work-notes/phase-1.md", NOTES), ("phasemark.toml", "")]);
    let start = |n: usize| {
        let message = format!("entry {n} of a session");
        let mut command = phasemark(&["log", "phase-1", "--message", &message]);
        command.current_dir(project.folder()).stdout(std::process::Stdio::null()).spawn().expect("it starts")
    };
    let running: Vec<_> = (0..8).map(start).collect();
    for mut log in running {
        assert!(log.wait().expect("it ends").success());
    }
    let notes = project.read("work-notes/phase-1.md");
    for n in 0..8 {
        assert_eq!(notes.matches(&format!("entry {n} of")).count(), 1, "{notes}");
    }
    assert_eq!(project.names(), ["phasemark.toml", "work-notes/phase-1.md"]);
}

#[cfg(unix)]
#[test]
fn a_full_disk_leaves_nothing_behind() {
    let project = Project::new(&[("work-notes/phase-1.md", NOTES), ("phasemark.toml", "")]);
    let before = project.files();
    // No file may grow: what a full disk says, too.
    let written = [&["check", "--write-baseline"][..], &["check", "--output", "phasemark.toml"]];
    for args in [&["new", "phase-2"][..], &["init"], &["log", "phase-1", "-m", "x"]].into_iter().chain(written) {
        let ran = run_after(&project, "trap '' XFSZ; ulimit -f 0", args);
        assert_eq!(ran.code, 2, "{args:?} {}", ran.err);
        assert_eq!(project.files(), before, "{args:?}");
        assert!(!project.path("plan").exists(), "{args:?}");
    }
    let ran = project.run(&["new", "phase-2"]);
    assert_eq!((ran.code, &*ran.err), (0, ""));
    assert_eq!(ran.out.matches("created").count(), 3, "{}", ran.out);
}

/// A path that is too long stands for what may not be read, as that cannot be forbidden to root.
#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_cannot_be_read_is_named() {
    use rustix::fs::{CWD, Mode, OFlags, mkdirat, openat};

    let project = Project::new(&[("plan/phase-1.md", "# P\n"), ("plan/billing/a.txt", ""), ("phasemark.toml", "")]);
    let mut folder = openat(CWD, project.path("plan/billing"), OFlags::DIRECTORY, Mode::empty()).expect("a folder");
    let name = "x".repeat(250);
    for _ in 0..17 {
        mkdirat(&folder, &*name, Mode::RWXU).expect("a folder");
        folder = openat(&folder, &*name, OFlags::DIRECTORY, Mode::empty()).expect("a folder");
    }
    let ran = project.run(&["check"]);
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert!(ran.err.starts_with("error: plan/billing/xxx"), "{}", ran.err);
    let ran = project.run(&["check", "plan/phase-1.md"]);
    assert_ne!(ran.code, 2, "{}", ran.err);
}

/// More folders than a process may have open at once.
#[cfg(unix)]
#[test]
fn deep_folders_are_read() {
    let deep = format!("plan/{}phase-1.md", "a/".repeat(100));
    let project = Project::new(&[(&deep, "# P\n\n- <Goal 1>\n"), ("phasemark.toml", "")]);
    let ran = run_after(&project, "ulimit -n 40", &["check"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.out.contains(&deep), "{}", ran.out);
}

#[cfg(unix)]
#[test]
fn a_name_that_is_not_utf8_is_read_and_left() {
    use std::os::unix::ffi::OsStrExt;

    let project = Project::new(&[("plan/phase-1.md", "# P\n"), ("phasemark.toml", "")]);
    let name = std::ffi::OsStr::from_bytes(b"phase-2-caf\xe9.md");
    fs::write(project.path("plan").join(name), "# P\n\n- <Goal 1>\n").expect("a file");
    let ran = project.run(&["check"]);
    assert!(ran.out.contains("plan/phase-2-caf\u{fffd}.md"), "{}", ran.out);
    assert_eq!((ran.code, &*ran.err), (1, ""));
}

#[cfg(unix)]
#[test]
fn an_artifact_that_leads_out_of_the_repository_is_named_and_never_missing() {
    let outside = Project::new(&[("p.md", "# Outside\n")]);
    let project = Project::new(&[("prompts/phase-1.md", "# P\n"), ("plan/phase-2.md", "# P\n")]);
    std::os::unix::fs::symlink(outside.path("p.md"), project.path("plan/phase-1.md")).expect("a link");
    let ran = project.run(&["check"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.starts_with("error: plan/phase-1.md: a link leads out of the repository; move it into the root"),
        "{}",
        ran.err
    );
    let ran = project.run(&["check", "--format", "json"]);
    let found: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    let says_missing = |finding: &&serde_json::Value| {
        finding["code"] == "missing-counterpart" && finding["path"] == "prompts/phase-1.md"
    };
    assert_eq!(found["diagnostics"].as_array().expect("a list").iter().find(says_missing), None, "{}", ran.out);
    let ran = project.run(&["new", "1"]);
    assert_eq!(ran.code, 2, "{}", ran.out);
    assert!(ran.err.contains("plan/phase-1.md: a link leads out"), "{}", ran.err);
    assert_eq!(outside.read("p.md"), "# Outside\n");
}

#[cfg(unix)]
#[test]
fn templates_and_configuration_from_outside_are_not_read() {
    let outside = Project::new(&[("t.md", "# OUTSIDE\n"), ("p.toml", "[rules]\nOUTSIDE = 1\n")]);
    let link = |project: &Project, to: &str, path: &str| {
        std::os::unix::fs::symlink(outside.path(to), project.path(path)).expect("a link");
    };
    let project = Project::new(&[("plan/phase-1.md", "# P\n"), ("phasemark.toml", "[templates]\nplan = \"t.md\"\n")]);
    link(&project, "t.md", "t.md");
    let ran = project.run(&["new", "phase-2"]);
    assert_eq!(ran.code, 2, "{}", ran.out);
    assert!(ran.err.contains("`t.md` cannot be read: a link leads out of the repository"), "{}", ran.err);
    assert_eq!(project.names(), ["phasemark.toml", "plan/phase-1.md", "t.md"]);

    let project = Project::new(&[("plan/phase-1.md", "# P\n")]);
    link(&project, "p.toml", "phasemark.toml");
    let ran = project.run(&["check"]);
    assert_eq!(ran.code, 2, "{}", ran.out);
    assert!(ran.err.contains("phasemark.toml: a link leads out of the repository"), "{}", ran.err);
    assert!(!ran.out.contains("OUTSIDE"), "{}", ran.out);
}

/// A configuration may speak of submodules.
#[test]
fn a_root_with_a_repository_of_its_own_keeps_the_configuration_above_it() {
    let project = Project::new(&[
        ("phasemark.toml", "[layout]\nroots = [\"services/*\"]\nplan = [\"docs/plans\"]\n"),
        ("services/a/docs/plans/phase-1.md", "# P\n\n- <Goal 1>\n"),
        ("services/a/.git/HEAD", "ref: refs/heads/main\n"),
    ]);
    fs::create_dir(project.path(".git")).expect("a folder");
    let ran = project.run(&["check", "--fail-on", "never"]);
    assert_eq!((ran.code, &*ran.err), (0, ""), "{}", ran.out);
    assert!(ran.out.contains("\n1 artifact in 1 phase"), "{}", ran.out);
}

#[test]
fn a_root_that_is_ignored_is_looked_into() {
    let project = Project::new(&[
        (".gitignore", "/private/\n"),
        ("private/src/deep/main.rs", ""),
        ("private/plan/phase-1.md", "# P\n"),
    ]);
    project.write("private/prompts/phase-1.md", PROMPT.replace("src/main.rs", "deep/main.rs"));
    fs::create_dir(project.path(".git")).expect("a folder");
    let ran = project.run_in("private", &["check"]);
    assert!(!ran.out.contains("broken-reference"), "{}", ran.out);
}

#[cfg(unix)]
#[test]
fn ignore_files_are_those_of_the_repository_and_regular() {
    let project = Project::new(&[("app/plan/phase-1.md", "# P\n"), ("app/src/main.rs", ""), (".gitignore", "*\n")]);
    project.write("app/prompts/phase-1.md", PROMPT.replace("src/main.rs", "main.rs"));
    fs::create_dir(project.path("app/.git")).expect("a folder");
    let broken = |project: &Project| project.run_in("app", &["check"]).out.contains("broken-reference");
    assert!(!broken(&project), "the home folder ignores everything, the repository does not");
    std::os::unix::fs::symlink("/dev/zero", project.path("app/.gitignore")).expect("a link");
    std::os::unix::fs::symlink("/dev/zero", project.path("app/src/.ignore")).expect("a link");
    assert!(!broken(&project));
}

#[cfg(unix)]
#[test]
fn commits_of_another_repository_are_not_told() {
    let other = Project::new(&[("a", "")]);
    History::new(other.folder()).commit("2026-01-21T14:00:00+00:00", "A secret of another repository");
    let project = Project::new(&[("work-notes/phase-1.md", NOTES)]);
    std::os::unix::fs::symlink(other.path(".git"), project.path(".git")).expect("a link");
    let ran = project.run(&["log", "phase-1"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(!project.read("work-notes/phase-1.md").contains("secret"));
    assert!(ran.err.starts_with("warning: the entry names no commits: .git leads to another"), "{}", ran.err);
}

#[test]
fn nothing_that_ci_reads_along_is_a_command_of_a_file() {
    let hostile =
        "# Phase 1 <!-- phasemark-ignore log-order -->\n::error::from a line\n\n## Task\n\n##[error]from text\n";
    let project = Project::new(&[("prompts/phase-1.md", hostile), ("phasemark.toml", "")]);
    let is_command = |line: &str| line.trim().starts_with("::") || line.contains("##[");
    let formats =
        ["text", "concise", "gitlab", "sarif", "junit"].map(|format| ["check", "--show", "hint", "--format", format]);
    let checks = formats.iter().map(|args| &args[..]);
    for args in [&["resume", "phase-1"][..], &["check", "--diff"], &["check", "--format", "json"], &["status"]]
        .into_iter()
        .chain(checks)
    {
        let mut command = phasemark(args);
        let output = command.current_dir(project.folder()).env("GITHUB_ACTIONS", "true").output().expect("it starts");
        let out = String::from_utf8(output.stdout).expect("UTF-8");
        assert!(!out.split(['\n', '\r']).any(is_command), "{args:?} {out}");
    }
}

/// A name can hold a line end, and a line a lone CR, which ends no line of a patch.
#[cfg(unix)]
#[test]
fn a_patch_is_about_one_file_whatever_its_name() {
    let project = Project::new(&[
        ("plan/phase-1-\n::error::pwned.md", "# P <!-- phasemark-ignore log-order -->\n\n- a\rb\n"),
        ("phasemark.toml", ""),
    ]);
    let patch = project.run(&["check", "--diff"]).out;
    assert!(patch.starts_with("--- \"plan/phase-1-\\n::error::pwned.md\"\n"), "{patch}");
    assert!(patch.contains("\n - a\rb\n"), "{patch:?}");
}
