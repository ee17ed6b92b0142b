//! Cargo, the package managers of JavaScript, pytest and Go.

use serde_json::Value as Json;

use super::{
    Command, Usefulness,
    folder::{Folder, is_plain, named, root},
};
use crate::config::{folder_globs, parse_manifest};

const CARGO: &str = "Cargo.toml";

fn toml_of(folder: &Folder, name: &str) -> Option<toml::Table> {
    let (_, text) = folder.read(&[name])?;
    parse_manifest(&text)
}

/// Whether a workspace takes the package in a folder as a member.
fn has_member(manifest: &toml::Table, path: &str) -> Option<bool> {
    let workspace = manifest.get("workspace")?.as_table()?;
    let is_among = |key: &str| {
        let patterns = workspace.get(key).and_then(toml::Value::as_array).into_iter().flatten();
        folder_globs(patterns.filter_map(toml::Value::as_str)).is_match(path)
    };
    Some(is_among("members") && !is_among("exclude"))
}

pub(super) fn cargo(folder: &Folder, folders: &[Folder]) -> Vec<Command> {
    let Some(manifest) = toml_of(folder, CARGO) else { return Vec::new() };
    let source = folder.path_of(CARGO);
    let package = manifest.get("package").and_then(|package| package.get("name")).and_then(toml::Value::as_str);
    let is_workspace = manifest.contains_key("workspace");
    if package.is_none() && !is_workspace {
        return Vec::new();
    }
    if folder.path.is_empty() {
        return vec![
            Command::new("cargo test", Usefulness::Test, &source),
            Command::new("cargo clippy --all-targets -- -D warnings", Usefulness::Check, &source)
                .with_outcome("prints no warning"),
            Command::new("cargo fmt --check", Usefulness::Check, &source).with_outcome("shows no difference"),
            Command::new("cargo build", Usefulness::Build, &source),
        ];
    }
    if root(folders).and_then(|root| has_member(&toml_of(root, CARGO)?, folder.path)) == Some(true) {
        let name = package.filter(|name| is_plain(name)).into_iter();
        return name.map(|name| Command::new(format!("cargo test -p {name}"), Usefulness::Test, &source)).collect();
    }
    // The member of a workspace of its own is tested with it.
    let around = folders.iter().filter(|other| !other.path.is_empty() && folder.is_inside(other));
    let mut around = around.filter_map(|other| toml_of(other, CARGO));
    if around.any(|manifest| manifest.contains_key("workspace")) {
        return Vec::new();
    }
    vec![Command::new(format!("cargo test --manifest-path {source}"), Usefulness::Test, &source)]
}

/// How a package manager is called, in the root and in a folder.
struct Manager {
    name: &'static str,
    lock_files: &'static [&'static str],
    /// What names a folder.
    folder: &'static str,
}

const MANAGERS: &[Manager] = &[
    Manager { name: "pnpm", lock_files: &["pnpm-lock.yaml"], folder: "--dir" },
    Manager { name: "yarn", lock_files: &["yarn.lock"], folder: "--cwd" },
    Manager { name: "bun", lock_files: &["bun.lock", "bun.lockb"], folder: "--cwd" },
    Manager { name: "npm", lock_files: &[], folder: "--prefix" },
];

/// The manager that the folder's lock file is of, or that of the root's; npm without any.
fn manager(folder: &Folder, folders: &[Folder], manifest: &Json) -> &'static Manager {
    let named = manifest.get("packageManager").and_then(Json::as_str).and_then(|named| named.split('@').next());
    let by_lock = |folder: &Folder| {
        MANAGERS.iter().find(|manager| manager.lock_files.iter().any(|lock_file| folder.has(lock_file)))
    };
    let by_name = MANAGERS.iter().find(|manager| Some(manager.name) == named);
    by_name.or_else(|| by_lock(folder)).or_else(|| by_lock(root(folders)?)).unwrap_or(&MANAGERS[MANAGERS.len() - 1])
}

pub(super) fn packages(folder: &Folder, folders: &[Folder]) -> Vec<Command> {
    let Some((source, text)) = folder.read(&["package.json"]) else { return Vec::new() };
    let Ok(manifest) = serde_json::from_str::<Json>(text.trim_start_matches('\u{feff}')) else { return Vec::new() };
    let Some(scripts) = manifest.get("scripts").and_then(Json::as_object) else { return Vec::new() };
    let manager = manager(folder, folders, &manifest);
    let call = folder.call(manager.name, |path| format!("{} {} {path}", manager.name, manager.folder));
    let names: Vec<&String> = scripts.keys().collect();
    let mut sorted: Vec<_> = scripts.iter().collect();
    sorted.sort_by_key(|(name, _)| (*name != "test", name.len()));
    sorted.retain(|(name, body)| {
        let does_something = body.as_str().is_some_and(|body| !body.contains("no test specified"));
        is_plain(name) && !is_hook(name, &names) && does_something
    });
    let commands = sorted.into_iter().map(|(name, _)| {
        // `bun test` is a runner of its own.
        let run = if name == "test" && manager.name != "bun" { "" } else { "run " };
        (format!("{call} {run}{name}"), &**name)
    });
    named(commands, &source)
}

/// A script that runs before or after another one, or when packages are installed.
fn is_hook(name: &str, names: &[&String]) -> bool {
    let of_other = ["pre", "post"].iter().filter_map(|start| name.strip_prefix(start));
    let mut of_other = of_other.filter(|other| names.iter().any(|name| name == other));
    of_other.next().is_some() || ["prepare", "postinstall", "preinstall", "prepublishOnly", "prepack"].contains(&name)
}

pub(super) fn pytest(folder: &Folder, folders: &[Folder]) -> Vec<Command> {
    let says_so = |name: &&&str| {
        let Some((_, text)) = folder.read(&[name]) else { return false };
        match **name {
            "setup.cfg" => text.contains("[tool:pytest]"),
            "tox.ini" => text.lines().any(|line| line.trim() == "[pytest]"),
            "pyproject.toml" => text.contains("pytest") || folder.has_tests,
            _ => true,
        }
    };
    let files = ["pytest.ini", "pyproject.toml", "setup.cfg", "tox.ini", "conftest.py"];
    let Some(name) = files.iter().find(says_so) else { return Vec::new() };
    // The tests of the root take those of a folder in, unless it is a project of its own.
    let is_project = folder.has("pyproject.toml") || folder.has("pytest.ini");
    if !folder.path.is_empty() && !is_project {
        return Vec::new();
    }
    let has_lock = |name: &str| folder.has(name) || root(folders).is_some_and(|root| root.has(name));
    let command = match folder.path {
        "" if has_lock("uv.lock") => "uv run pytest".to_owned(),
        "" if has_lock("poetry.lock") => "poetry run pytest".to_owned(),
        "" => "pytest".to_owned(),
        path if has_lock("uv.lock") => format!("uv run --directory {path} pytest"),
        path if has_lock("poetry.lock") => format!("poetry -C {path} run pytest"),
        path => format!("pytest {path}"),
    };
    vec![Command::new(command, Usefulness::Test, &folder.path_of(name))]
}

pub(super) fn go(folder: &Folder) -> Vec<Command> {
    if !folder.has("go.mod") {
        return Vec::new();
    }
    let call = folder.call("go", |path| format!("go -C {path}"));
    let source = folder.path_of("go.mod");
    vec![
        Command::new(format!("{call} test ./..."), Usefulness::Test, &source),
        Command::new(format!("{call} vet ./..."), Usefulness::Check, &source),
        Command::new(format!("{call} build ./..."), Usefulness::Build, &source),
    ]
}
