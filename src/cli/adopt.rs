//! A repository that has plans, prompts and notes already: where they seem to be, and the `phasemark.toml` that says so.

use std::path::{Path, PathBuf};

use super::{
    outcome::Outcome,
    roots::{Root, shown_from_here},
    terminal::harmless,
    write::{self, Created},
};
use crate::{
    config::{self, Config},
    convention::{Kind, PerKind},
    disk::{self, Likely, RootLocation},
    rules,
    text::words::counted,
};

/// No more folders or files of one kind are shown; `--adopt` takes all.
const MOST_SHOWN: usize = 6;

/// What to say where no artifact is found, a line each.
pub fn no_artifact() -> String {
    let root = Root::here().ok();
    let here = root.as_ref().filter(|root| !root.loaded.config.from_file);
    let found = here.map(|root| disk::likely(&root.location.bounds())).filter(|found| !is_empty(found));
    match (found, root) {
        (Some(found), _) => format!("no artifact found in plan/, prompts/ or work-notes/\n{}", advice(&found)),
        (None, Some(root)) if root.loaded.config.from_file => {
            let entries = root.loaded.config.layout.all().map(|(_, entry)| harmless(&entry.written));
            format!("no artifact found; [layout] of phasemark.toml names {}", entries.collect::<Vec<_>>().join(", "))
        }
        _ => "no artifact found in plan/, prompts/ or work-notes/\n'phasemark init' creates them; if your plans are \
              elsewhere, name the folder: phasemark init --plan DIR"
            .to_owned(),
    }
}

/// Why `init` creates nothing in a root that seems to have artifacts elsewhere; `None` if there are none.
pub fn rivals(root: &Root) -> Option<String> {
    let found = disk::likely(&root.location.bounds());
    let is_new = !root.loaded.config.from_file && !is_empty(&found);
    is_new.then(|| {
        format!(
            "nothing created: there may be artifacts already\n{}\nTo start with plan/, prompts/ and work-notes/ beside \
             them: phasemark init --fresh",
            advice(&found)
        )
    })
}

/// Writes a `phasemark.toml` that names what looks like artifacts.
///
/// # Errors
/// As [`write_layout`]; also if nothing does.
pub fn adopt(root: &Root) -> Result<Outcome, String> {
    let found = disk::likely(&root.location.bounds());
    if is_empty(&found) {
        return Err("nothing here looks like artifacts; name them: phasemark init --plan DIR".to_owned());
    }
    let path = |likely: &Likely| root.path().join(&likely.path);
    let entries = PerKind::from_fn(|kind| found.get(kind).iter().map(path).collect::<Vec<_>>());
    write_layout(root, &PerKind::from_fn(|kind| &**entries.get(kind)))
}

fn is_empty(found: &PerKind<Vec<Likely>>) -> bool {
    Kind::ALL.into_iter().all(|kind| found.get(kind).is_empty())
}

fn advice(found: &PerKind<Vec<Likely>>) -> String {
    let mut lines = vec!["These look like artifacts:".to_owned()];
    let shown = PerKind::from_fn(|kind| found.get(kind).iter().take(MOST_SHOWN).collect::<Vec<_>>());
    for kind in Kind::ALL {
        for Likely { path, files } in shown.get(kind) {
            let count = match files {
                _ if config::markdown_stem(path).is_some() => String::new(),
                files => format!(", {}", counted(*files, "file", "files")),
            };
            lines.push(format!("  {} ({kind}{count})", harmless(path)));
        }
        let more = found.get(kind).len() - shown.get(kind).len();
        if more > 0 {
            lines.push(format!("  {more} more ({kind})"));
        }
    }
    let all = Kind::ALL.into_iter().flat_map(|kind| shown.get(kind).iter().map(move |likely| (kind, &*likely.path)));
    lines.push("If they are, name them in phasemark.toml:".to_owned());
    let written = |kind: Kind| shown.get(kind).iter().map(|likely| likely.path.clone()).collect();
    lines.extend(layout(&PerKind::from_fn(written)).lines().map(|line| format!("  {}", harmless(line))));
    let options: Vec<String> = all.map(|(kind, path)| format!("--{} {}", kind.folder(), quoted(path))).collect();
    lines.push(format!("or run: phasemark init {}", options.join(" ")));
    lines.push("All of them at once: phasemark init --adopt".to_owned());
    lines.join("\n")
}

/// The `[layout]` table with entries of each kind.
fn layout(entries: &PerKind<Vec<String>>) -> String {
    let mut text = "[layout]\n".to_owned();
    for kind in Kind::ALL.into_iter().filter(|kind| !entries.get(*kind).is_empty()) {
        let values = entries.get(kind).iter().map(|entry| toml::Value::String(entry.clone()).to_string());
        text.push_str(&format!("{} = [{}]\n", kind.folder(), values.collect::<Vec<_>>().join(", ")));
    }
    text
}

/// A path as one word of a shell.
fn quoted(path: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '_' | '-');
    if path.chars().all(is_plain) { path.to_owned() } else { format!("'{}'", harmless(path).replace('\'', "'\\''")) }
}

/// Writes a `phasemark.toml` whose `[layout]` names `entries`: folders, files and patterns, seen from the current folder.
///
/// # Errors
/// What to say if there is one already, an entry matches nothing, or the file cannot be written. Nothing is written then.
pub fn write_layout(root: &Root, entries: &PerKind<&[PathBuf]>) -> Result<Outcome, String> {
    let place = place(root, entries);
    let mut named = PerKind::<Vec<String>>::default();
    for kind in Kind::ALL {
        for entry in *entries.get(kind) {
            let below = below(&place, entry).filter(|path| !path.is_empty());
            let outside = || format!("{}: not below the root {}", entry.display(), place.display());
            named.get_mut(kind).push(below.ok_or_else(outside)?);
        }
    }
    let text = layout(&named);
    let path = place.join(disk::CONFIG_FILE);
    let (config, mistakes) = config::read(&text, &rules::specs(), &Config::default(), None);
    let location = RootLocation { path: place.clone(), config_folder: Some(place) };
    let unmatched = disk::unmatched(&location, &config, usize::MAX);
    if let Some(mistake) = mistakes.iter().chain(&unmatched).next() {
        return Err(format!("nothing written: {}", mistake.message));
    }
    if root.loaded.config.from_file {
        let lines = text.trim_end();
        return Err(format!("{} exists already; name them in its [layout] table:\n{lines}", path.display()));
    }
    match write::create(&location.bounds(), &path, &text) {
        Ok(Created::Yes) => {}
        Ok(Created::Existed) => return Err(format!("{} exists already", path.display())),
        Err(error) => return Err(format!("{}: {error}", path.display())),
    }
    let mut outcome = Outcome::default();
    outcome.say(&format!("created {}\n\n{text}", shown_from_here(&path)));
    outcome.say("Next: 'phasemark check' checks what is there, 'phasemark status' shows where each phase stands.");
    Ok(outcome)
}

/// The folder of the new file: the root around the current folder, or its repository where an entry lies outside.
fn place(root: &Root, entries: &PerKind<&[PathBuf]>) -> PathBuf {
    let mut all = Kind::ALL.into_iter().flat_map(|kind| *entries.get(kind));
    let is_around = all.all(|entry| below(root.path(), entry).is_some());
    let repository = disk::repository(root.path()).filter(|_| !is_around);
    repository.unwrap_or_else(|| root.path().to_owned())
}

/// An entry, seen from the current folder, as `root` sees it; what a pattern names need not exist.
fn below(root: &Path, entry: &Path) -> Option<String> {
    disk::relative(root, &disk::absolute(entry).ok()?)
}
