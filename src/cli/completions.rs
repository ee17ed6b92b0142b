//! Completions in a shell: a script that asks phasemark with each key, so that phases and rules complete, too.
//!
//! The script loads the one of the program that is installed: what both say to each other may change with the
//! version, and people keep the script in a file.

use std::ffi::OsStr;

use clap::{Arg, ArgAction, Command, CommandFactory};
use clap_complete::{ArgValueCompleter, CompleteEnv, CompletionCandidate, Shell};
use jiff::Zoned;

use super::{Cli, roots::Root};
use crate::{overview, rules};

/// Names the shell for which completions are wanted.
const VARIABLE: &str = "PHASEMARK_COMPLETE";
/// Arguments that name phases.
const PHASES: &[&str] = &["stem", "unit"];
/// Arguments that name rules.
const RULES: &[&str] = &["rule", "select", "ignore"];

/// Answers a shell, and ends the process, if one asks.
pub fn answer() {
    CompleteEnv::with_factory(command).var(VARIABLE).complete();
}

/// The command line with what completes its arguments.
fn command() -> Command {
    // Those that clap adds come too late to be hidden.
    let flag = |name, letter, help, action| Arg::new(name).long(name).short(letter).help(help).action(action);
    let with_help = |command: Command| {
        let help = flag("help", 'h', "Print help", ArgAction::Help);
        command.disable_help_flag(true).arg(help).mut_args(completed)
    };
    let version = flag("version", 'V', "Print version", ArgAction::Version);
    with_help(Cli::command().disable_version_flag(true).arg(version)).mut_subcommands(with_help)
}

fn completed(arg: Arg) -> Arg {
    let arg = match arg.get_id().as_str() {
        id if PHASES.contains(&id) => arg.add(ArgValueCompleter::new(phases)),
        id if RULES.contains(&id) => arg.add(ArgValueCompleter::new(rule_names)),
        _ => arg,
    };
    // What is hidden is offered where there is nothing else: options behind `-` only, where a value may stand.
    let is_option = !arg.is_positional();
    arg.hide(is_option)
}

/// The phases of the root around the current folder that begin with what is typed; none where they cannot be read.
fn phases(typed: &OsStr) -> Vec<CompletionCandidate> {
    let Ok(root) = Root::here() else { return Vec::new() };
    let (workspace, _) = root.read_all(&mut Vec::new());
    let phases = overview::status(&workspace, Zoned::now().date()).phases.into_iter();
    let candidate = |phase: overview::PhaseStatus| {
        let status = phase.status.map(|status| status.name().into());
        CompletionCandidate::new(phase.stem).help(status)
    };
    let typed = typed.to_string_lossy();
    phases.filter(|phase| phase.stem.starts_with(&*typed) && is_plain(&phase.stem)).map(candidate).collect()
}

/// Whether a name needs no quotes in any shell, and cannot move a cursor.
fn is_plain(name: &str) -> bool {
    name.chars().all(|c| c.is_alphanumeric() || "-_./+".contains(c))
}

fn rule_names(typed: &OsStr) -> Vec<CompletionCandidate> {
    let typed = typed.to_string_lossy();
    let rules = rules::all().iter().filter(|rule| rule.name().starts_with(&*typed));
    rules.map(|rule| CompletionCandidate::new(rule.name()).help(Some(rule.summary().into()))).collect()
}

/// The script for a shell.
pub fn script(shell: Shell) -> String {
    match shell {
        Shell::Fish => format!("{VARIABLE}=fish phasemark | source\n"),
        Shell::Elvish => format!("eval (env {VARIABLE}=elvish phasemark | slurp)\n"),
        Shell::PowerShell => format!(
            "$env:{VARIABLE} = \"powershell\"\nphasemark | Out-String | Invoke-Expression\n\
             Remove-Item Env:\\{VARIABLE}\n"
        ),
        // In a folder of $fpath it is the function that is called, for its first time.
        Shell::Zsh => format!(
            "#compdef phasemark\neval \"$({VARIABLE}=zsh phasemark)\"\n\
             [[ $funcstack[1] != _phasemark ]] || _clap_dynamic_completer_phasemark \"$@\"\n"
        ),
        // Not `source <(…)`, which the bash of macOS reads as empty.
        _ => format!("eval \"$({VARIABLE}=bash phasemark)\"\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offered(words: &[&str]) -> Vec<String> {
        let words: Vec<_> = ["phasemark"].iter().chain(words).map(Into::into).collect();
        let last = words.len() - 1;
        let found = clap_complete::engine::complete(&mut command(), words, last, None).unwrap();
        found.iter().map(|candidate| candidate.get_value().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn the_arguments_are_sound() {
        command().debug_assert();
    }

    #[test]
    fn rules_complete_wherever_one_is_named() {
        assert_eq!(offered(&["explain", "missing-se"]), ["missing-section", "missing-session-log-entry"]);
        assert_eq!(offered(&["check", "--ignore", "stale-n"]), ["stale-notes"]);
        assert_eq!(offered(&["check", "--select", "log-order,stale-n"]), ["log-order,stale-notes"]);
        assert_eq!(offered(&["explain", ""]).len(), rules::all().len(), "no option beside them");
    }

    #[test]
    fn options_are_offered_where_one_is_begun() {
        assert!(offered(&[""]).iter().all(|word| !word.starts_with('-')));
        assert_eq!(offered(&["--v"]), ["--version"]);
        assert_eq!(offered(&["check", "--he"]), ["--help"]);
        assert_eq!(offered(&["check", "--fi"]), ["--fix"]);
        assert_eq!(offered(&["check", "--format", "js"]), ["json", "json-schema"]);
    }

    #[test]
    fn names_that_a_shell_would_read_otherwise_are_left_out() {
        assert!(is_plain("billing/phase-6.5_é"));
        for name in ["a b", "$(x)", "a;b", "it's", "a\u{1b}[1m", "a:b", "*"] {
            assert!(!is_plain(name), "{name}");
        }
    }
}
