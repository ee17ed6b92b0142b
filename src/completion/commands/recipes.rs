//! Targets of a Makefile and recipes of a justfile, read line by line.

use super::{
    Command,
    folder::{Folder, is_plain, named},
};

pub(super) fn make(folder: &Folder) -> Vec<Command> {
    let Some((source, text)) = folder.read(&["GNUmakefile", "makefile", "Makefile"]) else { return Vec::new() };
    let call = folder.call("make", |path| format!("make -C {path}"));
    named(targets(&text).iter().map(|name| (format!("{call} {name}"), &**name)), &source)
}

pub(super) fn just(folder: &Folder) -> Vec<Command> {
    let Some((source, text)) = folder.read(&["justfile", "Justfile", ".justfile"]) else { return Vec::new() };
    let call = folder.call("just", |path| format!("just --justfile {source} --working-directory {path}"));
    named(recipes(&text).iter().map(|name| (format!("{call} {name}"), &**name)), &source)
}

/// The text with each line that a backslash continues as one.
fn logical_lines(text: &str) -> String {
    text.replace("\\\r\n", " ").replace("\\\n", " ")
}

/// The targets that a Makefile names by plain words, in its order. Variables, patterns, special
/// targets, files and what `define` holds are none.
fn targets(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut phony: Vec<String> = Vec::new();
    let mut is_defining = false;
    for line in logical_lines(text).lines() {
        let first = line.split_whitespace().next().unwrap_or_default();
        if first == "define" || first == "endef" {
            is_defining = first == "define";
        }
        if is_defining || line.starts_with(['\t', ' ', '#']) {
            continue;
        }
        let line = line.split('#').next().unwrap_or_default();
        let Some((names, rest)) = line.split_once(':') else { continue };
        let is_assignment = names.contains('=') || rest.trim_start_matches(':').starts_with('=');
        if is_assignment || names.contains('$') {
            continue;
        }
        if names.trim() == ".PHONY" {
            phony.extend(rest.split_whitespace().map(str::to_owned));
            continue;
        }
        for name in names.split_whitespace() {
            if is_target(name) && !found.iter().any(|known| known == name) {
                found.push(name.to_owned());
            }
        }
    }
    // A name with a dot or a slash is a file, unless it is said to be none.
    found.retain(|name| !name.contains(['.', '/']) || phony.contains(name));
    found
}

fn is_target(name: &str) -> bool {
    is_plain(name) && !name.starts_with(['.', '_']) && !name.contains([':', '=', '@'])
}

/// The recipes of a justfile that can be run without arguments, in its order; private ones are none.
fn recipes(text: &str) -> Vec<String> {
    const WORDS: &[&str] = &["set", "export", "alias", "import", "mod", "unexport"];
    let mut found = Vec::new();
    let mut is_private = false;
    for line in logical_lines(text).lines() {
        if line.starts_with('[') {
            is_private |= line.contains("private");
            continue;
        }
        if line.starts_with(['\t', ' ', '#']) || line.trim().is_empty() {
            continue;
        }
        let was_private = std::mem::take(&mut is_private);
        let Some((head, rest)) = line.split_once(':') else { continue };
        let mut words = head.split_whitespace();
        let name = words.next().unwrap_or_default().trim_start_matches('@');
        let needs_argument = words.any(|word| !word.contains('=') && !word.starts_with('*'));
        let is_recipe = !rest.starts_with('=') && !WORDS.contains(&name) && is_target(name);
        if is_recipe && !needs_argument && !was_private && !name.contains(['.', '/']) {
            found.push(name.to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_plain_words() {
        let text = "VERSION := 1:2\nURL ?= http://x\nA::=b\nexport X=y:z\n.PHONY: test lint \\\n  api.check\n# old: x\n\
                    test: build ## runs: all\n\tgo test: x\nbuild lint:\n\t@echo\n%.o: %.c\n$(OUT)/x: y\nbin/tool: src\n\
                    api.check:\n.DEFAULT_GOAL := all\n_private:\ndefine HELP\nusage: x\nendef\nall:: test\r\n\
                    test: more\ninclude other.mk\nlong \\\n  name: x\nifeq (a,b)\ntést: x\nt`x: y\n";
        assert_eq!(targets(text), ["test", "build", "lint", "api.check", "all", "long", "name", "tést"]);
        assert!(targets("").is_empty() && targets(":\n::\n\\").is_empty());
    }

    #[test]
    fn recipes_run_without_arguments() {
        let text = "\
set shell := ['bash', '-c']
version := '1'
alias t := test
export A := 'b'
# c: d
default: test

@test *args: build
  cargo test: {{args}}
lint kind='all':
    x
release version:
  y
_hidden:
[private]
also-hidden:
[linux]
[group: 'x']
fmt-check:

build target=\"a\" \\
  other=\"b\":
";
        assert_eq!(recipes(text), ["default", "test", "lint", "fmt-check", "build"]);
    }
}
