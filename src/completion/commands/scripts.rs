//! Cargo, the package managers of JavaScript, pytest and Go.

use globset::GlobBuilder;
use serde_json::Value as Json;

use super::{
    Command, Usefulness,
    manifests::{Folder, is_plain},
};
use crate::config::parse_manifest;

/// So many scripts of one file are offered.
const MOST: usize = 20;

const CARGO: &str = "Cargo.toml";

fn toml_of(folder: &Folder, name: &str) -> Option<toml::Table> {
    let (_, text) = folder.read(&[name])?;
    parse_manifest(&text)
}

/// What a workspace manifest takes as its members.
struct Members {
    members: globset::GlobSet,
    exclude: globset::GlobSet,
}

impl Members {
    fn read(manifest: &toml::Table) -> Option<Self> {
        let workspace = manifest.get("workspace")?.as_table()?;
        let globs = |key: &str| {
            let mut set = globset::GlobSetBuilder::new();
            let patterns = workspace.get(key).and_then(toml::Value::as_array).into_iter().flatten();
            for pattern in patterns.filter_map(toml::Value::as_str) {
                let pattern = pattern.trim_start_matches("./").trim_end_matches('/');
                set.add(GlobBuilder::new(pattern).literal_separator(true).build().ok()?);
            }
            set.build().ok()
        };
        Some(Self { members: globs("members")?, exclude: globs("exclude")? })
    }

    fn has(&self, path: &str) -> bool {
        self.members.is_match(path) && !self.exclude.is_match(path)
    }
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
    let root = folders.iter().find(|folder| folder.path.is_empty());
    let members = root.and_then(|root| Members::read(&toml_of(root, CARGO)?));
    if members.is_some_and(|members| members.has(folder.path)) {
        let name = package.filter(|name| is_plain(name));
        return name
            .map(|name| Command::new(format!("cargo test -p {name}"), Usefulness::Test, &source))
            .into_iter()
            .collect();
    }
    // The member of a workspace of its own is tested with it.
    let is_around = |other: &&Folder| {
        !other.path.is_empty() && folder.path.strip_prefix(other.path).is_some_and(|rest| rest.starts_with('/'))
    };
    let mut around = folders.iter().filter(is_around).filter_map(|other| toml_of(other, CARGO));
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
    let root = folders.iter().find(|folder| folder.path.is_empty());
    let by_lock = |folder: &Folder| {
        MANAGERS.iter().find(|manager| manager.lock_files.iter().any(|lock_file| folder.has(lock_file)))
    };
    let by_name = MANAGERS.iter().find(|manager| Some(manager.name) == named);
    by_name.or_else(|| by_lock(folder)).or_else(|| by_lock(root?)).unwrap_or(&MANAGERS[MANAGERS.len() - 1])
}

pub(super) fn packages(folder: &Folder, folders: &[Folder]) -> Vec<Command> {
    let Some((source, text)) = folder.read(&["package.json"]) else { return Vec::new() };
    let Ok(manifest) = serde_json::from_str::<Json>(text.trim_start_matches('\u{feff}')) else { return Vec::new() };
    let Some(scripts) = manifest.get("scripts").and_then(Json::as_object) else { return Vec::new() };
    let manager = manager(folder, folders, &manifest);
    let call = match folder.path {
        "" => manager.name.to_owned(),
        path => format!("{} {} {path}", manager.name, manager.folder),
    };
    let names: Vec<&String> = scripts.keys().collect();
    let mut sorted: Vec<_> = scripts.iter().collect();
    sorted.sort_by_key(|(name, _)| (*name != "test", name.len()));
    let mut found: Vec<Command> = sorted
        .into_iter()
        .filter(|(name, _)| is_plain(name) && !is_hook(name, &names))
        .filter(|(_, body)| body.as_str().is_some_and(|body| !body.contains("no test specified")))
        .filter_map(|(name, _)| {
            // `bun test` is a runner of its own.
            let run = if name == "test" && manager.name != "bun" { "" } else { "run " };
            Some(Command::new(format!("{call} {run}{name}"), Usefulness::of_name(name)?, &source))
        })
        .collect();
    found.sort_by_key(|command| command.usefulness);
    found.truncate(MOST);
    found
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
    let root = folders.iter().find(|folder| folder.path.is_empty());
    let has_lock = |name: &str| folder.has(name) || root.is_some_and(|root| root.has(name));
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
    let call = if folder.path.is_empty() { "go".to_owned() } else { format!("go -C {}", folder.path) };
    let source = folder.path_of("go.mod");
    vec![
        Command::new(format!("{call} test ./..."), Usefulness::Test, &source),
        Command::new(format!("{call} vet ./..."), Usefulness::Check, &source),
        Command::new(format!("{call} build ./..."), Usefulness::Build, &source),
    ]
}
