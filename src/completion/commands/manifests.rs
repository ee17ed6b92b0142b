//! Which commands the manifests of a workspace have.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Command, Source, Usefulness,
    folder::{Folder, is_plain},
    recipes, scripts,
};
use crate::{artifact::paths::Reference, workspace::Files};

/// Manifests are looked for down to so many folders below the root; a chart's one deeper.
const DEEPEST: usize = 2;
/// Where the tree is not known, so many folders of the root are looked into, and of the folders in them.
const MOST_FOLDERS: usize = 40;
/// So many folders with manifests are read.
const MOST_READ: usize = 60;
/// More commands than this are no help.
const MOST_COMMANDS: usize = 100;

const NAMES: &[&str] = &[
    "Cargo.toml",
    "package.json",
    "pnpm-lock.yaml",
    "yarn.lock",
    "bun.lock",
    "bun.lockb",
    "Makefile",
    "makefile",
    "GNUmakefile",
    "justfile",
    "Justfile",
    ".justfile",
    "Chart.yaml",
    "pyproject.toml",
    "pytest.ini",
    "setup.cfg",
    "tox.ini",
    "conftest.py",
    "uv.lock",
    "poetry.lock",
    "go.mod",
];

/// The manifests of a folder, by its path.
type Found = BTreeMap<String, (BTreeSet<String>, bool)>;

/// Every command, the most useful first, those of the root before others. `references`: what the document names; of the
/// charts among them that are not there yet, the commands come first.
pub(super) fn commands(files: &dyn Files, references: &[Reference]) -> Vec<Command> {
    let found = find(files);
    let folders = found.iter().map(|(path, (names, tests))| Folder { path, names, has_tests: *tests, files });
    let mut folders: Vec<Folder> = folders.collect();
    folders.sort_by_key(|folder| (depth(folder.path), folder.path));
    folders.truncate(MOST_READ);
    let mut commands: Vec<(usize, Command)> = Vec::new();
    for (place, folder) in folders.iter().enumerate() {
        let mut add = |found: Vec<Command>| commands.extend(found.into_iter().map(|command| (place, command)));
        add(scripts::cargo(folder, &folders));
        add(scripts::packages(folder, &folders));
        add(recipes::make(folder));
        add(recipes::just(folder));
        add(chart(folder, &folders));
        add(scripts::pytest(folder, &folders));
        add(scripts::go(folder));
    }
    // Root first; there, and in all other folders, tests first.
    commands.sort_by_key(|(place, command)| (*place > 0, command.usefulness, *place));
    let planned = planned_charts(&folders, references);
    let planned = planned.iter().filter(|path| files.kind(path).is_none()).flat_map(|path| {
        helm(path, "").map(|command| Command { source: Source::Planned(path.as_str().into()), ..command })
    });
    let mut commands: Vec<Command> = planned.chain(commands.into_iter().map(|(_, command)| command)).collect();
    let mut seen = BTreeSet::new();
    commands.retain(|command| seen.insert(command.words.clone()));
    commands.truncate(MOST_COMMANDS);
    commands
}

fn find(files: &dyn Files) -> Found {
    let mut found = Found::new();
    match files.tree() {
        Some(tree) => tree.iter().for_each(|entry| note(entry, &mut found)),
        None => {
            let root = files.children("");
            let folders = root.iter().filter(|entry| entry.ends_with('/') && !entry.starts_with('.'));
            let inside: Vec<_> = folders.take(MOST_FOLDERS).flat_map(|folder| files.children(folder)).collect();
            let folders = inside.iter().filter(|entry| entry.ends_with('/')).take(MOST_FOLDERS);
            let deeper: Vec<_> = folders.flat_map(|folder| files.children(folder)).collect();
            root.iter().chain(&inside).chain(&deeper).for_each(|entry| note(entry, &mut found));
        }
    }
    found.retain(|path, (names, _)| !names.is_empty() && is_plain(path));
    found
}

/// Folders below the root.
fn depth(folder: &str) -> usize {
    if folder.is_empty() { 0 } else { 1 + folder.matches('/').count() }
}

fn note(entry: &str, found: &mut Found) {
    let (folder, name) = entry.trim_end_matches('/').rsplit_once('/').unwrap_or(("", entry.trim_end_matches('/')));
    let is_tests = name == "tests" && entry.ends_with('/');
    if !is_tests && !NAMES.contains(&name) {
        return;
    }
    let is_near = depth(folder) <= DEEPEST || name == "Chart.yaml" && depth(folder) <= DEEPEST + 1;
    let is_foreign =
        folder.split('/').any(|part| part.starts_with('.') || matches!(part, "node_modules" | "vendor" | "target"));
    if !is_near || is_foreign {
        return;
    }
    let (names, has_tests) = found.entry(folder.to_owned()).or_default();
    if is_tests {
        *has_tests = true;
    } else {
        names.insert(name.to_owned());
    }
}

/// A chart that is no part of another one.
fn chart(folder: &Folder, folders: &[Folder]) -> Vec<Command> {
    let is_around = |other: &Folder| other.has("Chart.yaml") && folder.is_inside(other);
    if !folder.has("Chart.yaml") || folders.iter().any(is_around) {
        return Vec::new();
    }
    helm(&folder.call(".", str::to_owned), &folder.path_of("Chart.yaml")).into()
}

fn helm(place: &str, manifest: &str) -> [Command; 2] {
    [
        Command::new(format!("helm lint {place}"), Usefulness::Check, manifest).with_outcome("prints no warning"),
        Command::new(format!("helm template {place}"), Usefulness::Build, manifest)
            .with_outcome("renders without errors"),
    ]
}

/// The folders beside charts that the document names, or names a file in.
fn planned_charts(folders: &[Folder], references: &[Reference]) -> BTreeSet<String> {
    let charts = folders.iter().filter(|folder| folder.has("Chart.yaml"));
    let beside: BTreeSet<&str> = charts.filter_map(|chart| Some(chart.path.rsplit_once('/')?.0)).collect();
    let planned = |reference: &Reference| {
        let path = &*reference.path;
        let (parent, rest) =
            beside.iter().find_map(|parent| Some((parent, path.strip_prefix(parent)?.strip_prefix('/')?)))?;
        let name = rest.split('/').next()?;
        let is_folder = reference.is_folder || rest.len() > name.len() || !name.contains('.');
        (is_folder && is_plain(name)).then(|| format!("{parent}/{name}"))
    };
    references.iter().filter(|reference| !reference.is_guess).filter_map(planned).collect()
}
