//! What the entries of `[layout]` are on disk, and which of them match nothing.

use std::{
    io,
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use super::{Bounds, CONFIG_FILE, OnDisk, RootLocation, Unread, bounds, relative, sub_roots, walk};
use crate::{
    config::{self, Config, Entry},
    diagnostic::{Diagnostic, Fix, Severity},
    text::Edit,
};

/// A file, or what cannot be read.
pub type Found = Result<PathBuf, Unread>;

/// Where to look for artifacts.
#[derive(Debug)]
pub struct Area<'e> {
    /// A folder or a file, relative to the root; empty for the root.
    path: &'e str,
    /// How many folders further down files may lie; `None` for any number.
    depth: Option<usize>,
    /// Whether it is looked through for patterns, not named itself.
    is_searched: bool,
}

/// The areas of patterns: each folder is looked through once.
pub fn areas<'e>(patterns: impl Iterator<Item = &'e Entry>) -> Vec<Area<'e>> {
    let mut areas: Vec<Area<'e>> = Vec::new();
    for entry in patterns {
        let area = Area::of(entry);
        match areas.iter_mut().find(|other| other.path == area.path) {
            Some(other) => other.depth = other.depth.zip(area.depth).map(|(a, b)| a.max(b)),
            None => areas.push(area),
        }
    }
    areas
}

impl<'e> Area<'e> {
    /// The whole root.
    pub fn whole() -> Self {
        Self { path: "", depth: None, is_searched: true }
    }

    pub fn of(entry: &'e Entry) -> Self {
        match entry.is_pattern() {
            true => Self { path: entry.folder(), depth: entry.depth(), is_searched: true },
            false => Self { path: &entry.written, depth: None, is_searched: false },
        }
    }

    /// Visits the files there until `each` breaks off.
    pub fn visit(&self, bounds: &Bounds, each: &mut dyn FnMut(Found) -> ControlFlow<()>) -> ControlFlow<()> {
        let path = bounds.spelling(bounds.root().join(self.path));
        match bounds.resolve(&path) {
            Ok((_, found)) if found.is_dir() => {}
            Ok((_, found)) if found.is_file() && !self.is_searched => return each(Ok(path)),
            Ok(_) => return ControlFlow::Continue(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound && path.symlink_metadata().is_err() => {
                return ControlFlow::Continue(());
            }
            Err(error) => return each(Err(Unread { path, error })),
        }
        let enters = |folder: &Path, depth: usize| {
            if !self.is_searched {
                return !walk::is_hidden(folder);
            }
            self.depth.is_none_or(|deepest| depth <= deepest)
                && !folder.file_name().is_some_and(|name| config::is_never_entered(&name.to_string_lossy()))
                && !is_other_root(folder)
        };
        walk::all(path, &enters, &mut |found| {
            each(found.map(|found| found.path).map_err(|(path, error)| Unread { path, error }))
        })
    }
}

/// Whether a folder below a root is one of its own.
fn is_other_root(folder: &Path) -> bool {
    [".git", CONFIG_FILE].iter().any(|name| folder.join(name).symlink_metadata().is_ok())
}

/// Findings about entries of `[layout]` that match nothing, at the entries. `most`: how many files are looked at to tell
/// that of patterns, which are left alone beyond.
pub fn unmatched(location: &RootLocation, config: &Config, most: usize) -> Vec<Diagnostic> {
    // Roots that share a file leave it to the one beside it.
    if location.config_folder.as_ref() != Some(&location.path) {
        return Vec::new();
    }
    // What is not there may come, so that it is no error.
    let severity = config.rules_for(CONFIG_FILE).set_severity(config::RULE).unwrap_or(Some(Severity::Warning));
    let Some(severity) = severity else { return Vec::new() };
    let mut left: Vec<&Entry> = config.layout.all().map(|(_, entry)| entry).collect();
    left.retain(|entry| entry.place.is_some());
    retain_unmatched(&location.bounds(), config, &mut left, most);
    if !left.is_empty() {
        for below in sub_roots(location, config, &OnDisk) {
            if below.config_folder == location.config_folder {
                retain_unmatched(&below.bounds(), config, &mut left, most);
            }
        }
    }
    left.iter().filter_map(|entry| finding(&location.bounds(), entry, severity)).collect()
}

/// Leaves only the entries that match nothing below this root.
fn retain_unmatched(bounds: &Bounds, config: &Config, left: &mut Vec<&Entry>, most: usize) {
    let is_there = |entry: &Entry| match bounds.resolve(&bounds.root().join(&entry.written)) {
        Ok((_, found)) => found.is_dir() || entry.is_file(),
        // One that cannot be read is told of elsewhere.
        Err(error) => error.kind() != io::ErrorKind::NotFound,
    };
    left.retain(|entry| entry.is_pattern() || !is_there(entry));
    let patterns: Vec<&Entry> = left.iter().copied().filter(|entry| entry.is_pattern()).collect();
    let mut looked_at = 0;
    for area in areas(patterns.into_iter()) {
        let is_whole = area.visit(bounds, &mut |found| {
            looked_at += 1;
            if let Some(path) = found.ok().and_then(|place| relative(bounds.root(), &place)) {
                config.layout.matching(&path).for_each(|(_, entry, _)| left.retain(|other| *other != entry));
            }
            let is_done = looked_at >= most || left.iter().all(|entry| !is_in(entry, &area));
            if is_done { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        if is_whole.is_break() {
            left.retain(|entry| !is_in(entry, &area));
        }
    }
}

fn is_in(entry: &Entry, area: &Area<'_>) -> bool {
    entry.is_pattern() && entry.folder() == area.path
}

fn finding(bounds: &Bounds, entry: &Entry, severity: Severity) -> Option<Diagnostic> {
    let written = &entry.written;
    let fact = match bounds.resolve(&bounds.root().join(written)) {
        _ if entry.is_pattern() => format!("No Markdown file matches `{written}`"),
        Ok(_) => format!("`{written}` is neither a folder nor a Markdown file"),
        Err(_) => format!("`{written}` does not exist"),
    };
    let near = nearest(bounds, entry);
    let message = match &near {
        Some(near) => format!("{fact}, did you mean `{near}`?"),
        None => fact,
    };
    let place = entry.place.clone()?;
    let fix = |near: String| {
        let value = toml::Value::String(near.clone()).to_string();
        Fix::new(format!("Change to `{near}`"), vec![Edit::replace(place.clone(), value)])
    };
    let mut finding = Diagnostic::new(config::RULE, severity, place.clone(), message);
    finding.fixes.extend(near.map(fix));
    Some(finding)
}

/// The entry with the first part of its path that does not exist in place of one that does and is much alike.
fn nearest(bounds: &Bounds, entry: &Entry) -> Option<String> {
    let literal = if entry.is_pattern() { entry.folder() } else { &entry.written };
    let exists = |path: &str| bounds.resolve(&bounds.root().join(path)).is_ok();
    let parts: Vec<&str> = literal.split('/').filter(|part| !part.is_empty()).collect();
    let missing = (0..parts.len()).find(|at| !exists(&parts[..=*at].join("/")))?;
    let folder = parts[..missing].join("/");
    let (place, _) = bounds.resolve(&bounds.root().join(&folder)).ok()?;
    let is_last = missing + 1 == parts.len() && !entry.is_pattern();
    let is_wanted = |name: &String| {
        let found = bounds.resolve(&place.join(name)).ok();
        let is_markdown = || is_last && config::markdown_stem(name).is_some();
        !config::is_never_entered(name) && found.is_some_and(|(_, found)| found.is_dir() || is_markdown())
    };
    let names: Vec<String> = bounds::names(&place).filter(|name| name.len() > 1).collect();
    let lower: Vec<String> = names.iter().map(|name| name.to_lowercase()).collect();
    let mut near: Vec<(&str, &String)> = lower.iter().map(String::as_str).zip(&names).collect();
    near.sort_unstable();
    near.retain(|(_, name)| is_wanted(name));
    let alike = config::nearest(parts[missing], near.iter().map(|(lower, _)| *lower))?;
    let (_, name) = near.iter().find(|(lower, _)| *lower == alike)?;
    let rest = &entry.written[parts[..=missing].join("/").len()..];
    let start = if folder.is_empty() { folder } else { folder + "/" };
    Some(format!("{start}{name}{rest}"))
}
