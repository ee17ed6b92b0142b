//! The built program as a shell sees it.

use std::{
    io,
    process::{Command, Output},
};

mod adopt;
mod baseline;
mod changed;
mod check;
mod completions;
mod create;
mod fix;
mod formats;
#[path = "../history/mod.rs"]
mod history;
mod layout;
mod log;
mod overview;
mod project;
mod safety;
mod watch;

fn phasemark(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_phasemark"));
    command.args(args);
    for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "FORCE_COLOR", "PHASEMARK_COMPLETE"] {
        command.env_remove(variable);
    }
    command
}

fn run(args: &[&str]) -> Output {
    phasemark(args).output().expect("the program starts")
}

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).expect("UTF-8")
}

fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).expect("UTF-8")
}

#[test]
fn bad_usage_exits_2() {
    for args in [
        &["no-such-command"][..],
        &["check", "--no-such-flag"],
        &["check", "--format", "yaml"],
        &["check", "--fail-on", "fatal"],
        &["completions"],
        &["completions", "no-such-shell"],
        &["explain", "one", "two"],
        &["new"],
        &["log"],
        &["log", "phase-1", "--message"],
        &["resume"],
        &["status", "--format", "sarif"],
        &["check", "--diff", "--format", "json"],
        &["check", "--statistics", "--format", "json"],
        &["check", "--select", "no-such-rule"],
        &["check", "--show", "everything"],
        &["check", "plan", "--stdin-filename", "plan/phase-1.md"],
        &[],
    ] {
        let output = run(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert_eq!(stdout(&output), "", "{args:?}");
        assert_ne!(stderr(&output), "", "{args:?}");
    }
}

#[test]
fn help_and_version_go_to_standard_output() {
    for args in [&["--help"][..], &["help", "check"], &["check", "--help"], &["explain", "-h"], &["--version"]] {
        let output = run(args);
        assert_eq!(output.status.code(), Some(0), "{args:?}");
        assert_ne!(stdout(&output), "", "{args:?}");
    }
    assert_eq!(stdout(&run(&["--version"])), format!("phasemark {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn help_names_every_command_format_and_severity() {
    let output = run(&["--help"]);
    for command in
        ["server", "check", "init", "new", "log", "status", "resume", "explain", "config-schema", "completions", "man"]
    {
        assert!(stdout(&output).contains(command), "{command}");
    }
    let output = run(&["check", "--help"]);
    for value in [
        "text",
        "concise",
        "json",
        "sarif",
        "github",
        "gitlab",
        "junit",
        "json-schema",
        "error",
        "warning",
        "information",
        "hint",
        "never",
    ] {
        assert!(stdout(&output).contains(value), "{value}");
    }
}

#[test]
fn there_is_a_manual_page_for_each_command() {
    let help = run(&["--help"]);
    let (_, commands) = stdout(&help).split_once("Commands:\n").expect("a list");
    let names = commands.lines().take_while(|line| !line.is_empty());
    let names: Vec<_> =
        names.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help").collect();
    assert!(names.len() > 10, "{names:?}");
    let program = run(&["man"]);
    for name in names {
        assert!(stdout(&program).contains(&format!("phasemark\\-{}(1)", name.replace('-', "\\-"))), "{name}");
        let page = run(&["man", name]);
        assert_eq!(page.status.code(), Some(0), "{name}");
        assert!(stdout(&page).contains(&format!("\n.TH phasemark-{name} 1 ")), "{name}: {}", stdout(&page));
    }
    let unknown = run(&["man", "no-such\u{1b}"]);
    assert_eq!((unknown.status.code(), stdout(&unknown)), (Some(2), ""));
    assert!(stderr(&unknown).starts_with("error: no command is called 'no-such␛'"), "{}", stderr(&unknown));
}

#[test]
fn colour_is_what_the_environment_and_the_option_say() {
    let is_coloured = |args: &[&str], set: &[&str]| {
        let output = phasemark(args).envs(set.iter().map(|name| (name, "1"))).output().expect("the program starts");
        [output.stdout, output.stderr].concat().contains(&0x1b)
    };
    for args in [
        &["explain"][..],
        &["explain", "--help"],
        &["explain", "--no-such"],
        &["status", "tests/workspaces/helm-chart"],
    ] {
        assert!(!is_coloured(args, &[]), "{args:?}");
        assert!(is_coloured(args, &["FORCE_COLOR"]), "{args:?}");
        assert!(is_coloured(args, &["CLICOLOR_FORCE"]), "{args:?}");
        assert!(!is_coloured(args, &["FORCE_COLOR", "CLICOLOR_FORCE", "NO_COLOR"]), "{args:?}");
    }
    assert!(!is_coloured(&["explain", "--color", "never"], &["FORCE_COLOR"]));
    assert!(is_coloured(&["explain", "--color", "always"], &["NO_COLOR"]));
    assert!(!is_coloured(&["explain", "--format", "json", "--color", "always"], &[]));
}

#[test]
fn the_schema_is_json() {
    let output = run(&["config-schema"]);
    assert_eq!(output.status.code(), Some(0));
    serde_json::from_str::<serde_json::Value>(stdout(&output)).expect("JSON");
}

#[test]
fn an_unknown_rule_exits_2() {
    let output = run(&["explain", "no-such\u{1b}-rule"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(stdout(&output), "");
    assert!(stderr(&output).starts_with("error: no rule is called 'no-such␛-rule'"), "{}", stderr(&output));
}

#[test]
fn no_artifact_is_no_success() {
    let empty = tempfile::tempdir().expect("a folder");
    let output = phasemark(&["check"]).current_dir(&empty).output().expect("the program starts");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(stdout(&output), "");
    assert!(stderr(&output).contains("no artifact found"), "{}", stderr(&output));
}

#[test]
fn a_reader_that_left_is_no_error() {
    for args in [&["completions", "zsh"][..], &["config-schema"], &["explain"], &["--help"]] {
        let (reader, writer) = io::pipe().expect("a pipe");
        drop(reader);
        let output = phasemark(args).stdout(writer).stderr(std::process::Stdio::piped()).output().expect("starts");
        assert_eq!(output.status.code(), Some(0), "{args:?}");
        assert_eq!(stderr(&output), "", "{args:?}");
    }
}

/// Even the verdict survives: `phasemark check --format json | head` fails where `check` fails.
#[test]
fn a_reader_that_left_does_not_change_the_exit_code() {
    let empty = tempfile::tempdir().expect("a folder");
    for format in ["text", "concise", "json", "sarif", "github", "gitlab", "junit"] {
        let (reader, writer) = io::pipe().expect("a pipe");
        drop(reader);
        let mut command = phasemark(&["check", "--format", format]);
        let output = command.current_dir(&empty).stdout(writer).stderr(std::process::Stdio::piped()).output();
        let output = output.expect("the program starts");
        assert_eq!(output.status.code(), Some(2), "{format}");
        assert!(stderr(&output).starts_with("error: no artifact found"), "{format}: {}", stderr(&output));
        assert!(!stderr(&output).contains("panicked"), "{format}: {}", stderr(&output));
    }
}
