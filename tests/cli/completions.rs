//! What shells are told with each Tab.

use std::process::Command;

use super::{project::Project, stdout};

const SHELLS: [&str; 5] = ["bash", "zsh", "fish", "powershell", "elvish"];

fn project() -> Project {
    Project::new(&[
        ("plan/phase-1.md", "# Phase 1\n"),
        ("plan/phase-2-gateway.md", "# Phase 2\n"),
        ("work-notes/phase-1.md", "# Notes\n\n## Status\n\n- [x] In progress\n"),
        ("plan/billing/phase-1.md", "# Phase 1\n"),
    ])
}

/// What the program answers to a shell; `words`: the line with the word that is being typed at its end.
fn answer(project: &Project, folder: &str, shell: &str, words: &[&str]) -> String {
    let mut command = super::phasemark(&["--", "phasemark"]);
    command.args(words).env("PHASEMARK_COMPLETE", shell).env("_CLAP_IFS", "\n");
    command.env("_CLAP_COMPLETE_INDEX", words.len().to_string()).current_dir(project.path(folder));
    let output = command.output().expect("the program starts");
    assert_eq!((output.status.code(), super::stderr(&output)), (Some(0), ""), "{shell} {words:?}");
    stdout(&output).to_owned()
}

#[test]
fn phases_complete_from_any_folder_of_the_root() {
    let project = project();
    for folder in ["", "plan/billing"] {
        for command in ["resume", "log", "new"] {
            let found = answer(&project, folder, "bash", &[command, ""]);
            assert_eq!(found, "phase-1\nphase-2-gateway\nbilling/phase-1", "{command}");
        }
    }
    assert_eq!(answer(&project, "", "bash", &["resume", "bill"]), "billing/phase-1");
    assert_eq!(answer(&project, "", "fish", &["resume", "phase-1"]), "phase-1\tIn progress\n");
    assert_eq!(answer(&Project::empty(), "", "fish", &["new", "x"]), "");
}

#[test]
fn rules_complete_in_every_shell() {
    let project = Project::empty();
    for shell in SHELLS {
        let found = answer(&project, "", shell, &["explain", "missing-sec"]);
        assert!(found.starts_with("missing-section"), "{shell}: {found}");
        let found = answer(&project, "", shell, &["check", "--select", "log-order,broken-l"]);
        assert!(found.starts_with("log-order,broken-link"), "{shell}: {found}");
    }
}

#[test]
fn the_script_loads_that_of_the_program() {
    for shell in SHELLS {
        let script = super::run(&["completions", shell]);
        assert_eq!(script.status.code(), Some(0), "{shell}");
        assert!(stdout(&script).contains("PHASEMARK_COMPLETE"), "{shell}: {}", stdout(&script));
        let loaded = super::phasemark(&[]).env("PHASEMARK_COMPLETE", shell).output().expect("the program starts");
        assert_eq!(loaded.status.code(), Some(0), "{shell}");
        assert!(stdout(&loaded).contains("PHASEMARK_COMPLETE"), "{shell}: {}", stdout(&loaded));
    }
}

/// Runs a script in a shell that finds the program; `None` without that shell.
fn in_shell(shell: &str, project: &Project, script: &str) -> Option<String> {
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_phasemark"));
    let own = program.parent().expect("a folder").to_path_buf();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths([own].into_iter().chain(std::env::split_paths(&path))).expect("folders");
    let mut command = Command::new(shell);
    command.args(["-c", script]).env("PATH", path).env("HOME", project.folder()).current_dir(project.folder());
    let Ok(output) = command.output() else {
        eprintln!("skipped: {shell} is not installed");
        return None;
    };
    assert!(output.status.success(), "{shell}: {}", super::stderr(&output));
    Some(stdout(&output).to_owned())
}

#[test]
#[cfg(unix)]
fn real_shells_complete() {
    let project = project();
    // As bash calls it on Tab.
    let script = r#"eval "$(phasemark completions bash)"
        [[ $(complete -p phasemark) =~ -F\ ([^ ]+) ]]
        COMP_WORDS=(phasemark resume ph) COMP_CWORD=2 COMP_TYPE=9
        "${BASH_REMATCH[1]}" phasemark ph resume
        printf '%s\n' "${COMPREPLY[@]}""#;
    if let Some(found) = in_shell("bash", &project, script) {
        assert_eq!(found, "phase-1\nphase-2-gateway\n");
    }
    let script = "phasemark completions fish | source; complete -C 'phasemark resume ph'";
    if let Some(found) = in_shell("fish", &project, script) {
        assert_eq!(found, "phase-1\tIn progress\nphase-2-gateway\n");
    }
    // Its completions run in a line editor only; what is registered can be seen.
    let script = "autoload -U compinit && compinit -u -D\n                  mkdir f && phasemark completions zsh > f/_phasemark && source f/_phasemark && echo $_comps[phasemark]";
    if let Some(found) = in_shell("zsh", &project, script) {
        assert_eq!(found, "_clap_dynamic_completer_phasemark\n");
    }
}
