//! Files as they are now: the only reader of the disk, but for commits, which `repository` reads.
//!
//! Nothing outside a root and the repository around it is read, and nothing is ever written here.

use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::Arc,
    thread,
};

use crate::{
    artifact::Vocabulary,
    config::{self, Config},
    diagnostic::{Diagnostic, Severity},
    rules,
    template::{Kind, PerKind},
    workspace::{Document, Index, Workspace},
};

mod commits;
mod files;
mod roots;
mod tree;

pub use files::{RootFiles, TreeReading};
pub use roots::{CONFIG_FILE, Configs, OnDisk, RootLocation, find_root, repository, sub_roots};

/// The text of a file. Any bytes are readable: those that are not UTF-8 become U+FFFD.
///
/// # Errors
/// Those of the file system, and for what is no file: a pipe that nobody writes to would be waited for.
pub fn read_text(path: &Path) -> io::Result<String> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a file"));
    }
    let bytes = fs::read(path)?;
    Ok(String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

/// The beginning of a file below `root`, at most `most` bytes of it; `None` for what is no text, cannot
/// be read or lies elsewhere. `path`: relative to the root.
pub fn read_head(root: &Path, path: &str, most: usize) -> Option<String> {
    let path = root.join(path);
    if !is_own_file(root, &path) {
        return None;
    }
    let mut bytes = Vec::new();
    fs::File::open(&path).ok()?.take(most as u64).read_to_end(&mut bytes).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    (!bytes.contains(&0)).then(|| text.trim_end_matches('\u{fffd}').to_owned())
}

/// `path` relative to `root`, with `/`; `None` if it is not below it.
pub fn relative(root: &Path, path: &Path) -> Option<String> {
    let relative = path.strip_prefix(root).ok()?;
    let parts: Vec<_> = relative.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    Some(parts.join("/"))
}

/// A file that lies in an artifact folder and has the name of an artifact.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// Relative to the root, with `/`.
    pub path: Arc<str>,
    pub kind: Kind,
}

/// All candidates below a root, by path. What git ignores is looked at all the same.
pub fn candidates(root: &Path, config: &Config) -> Vec<Candidate> {
    let mut found = Vec::new();
    for folder in Kind::ALL.iter().flat_map(|kind| config.layout.get(*kind)) {
        visit_folder(root, folder, &mut |path| {
            found.extend(relative(root, path).and_then(|path| candidate(config, path)));
            true
        });
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn candidate(config: &Config, path: String) -> Option<Candidate> {
    let kind = config.kind_of(&path)?;
    Some(Candidate { path: path.into(), kind })
}

/// Visits the files of an artifact folder, unless it is a link that leads out of the repository.
fn visit_folder(root: &Path, folder: &str, each: &mut dyn FnMut(&Path) -> bool) {
    let path = root.join(folder);
    if is_own(root, &path) {
        visit(root, &path, each);
    }
}

/// Calls `each` for every file below `folder` until it returns false. Links are followed to files of
/// the same repository, never to folders: those may loop.
fn visit(root: &Path, folder: &Path, each: &mut dyn FnMut(&Path) -> bool) -> bool {
    let Ok(entries) = fs::read_dir(folder) else { return true };
    for entry in entries.flatten() {
        let path = entry.path();
        let goes_on = match entry.file_type() {
            Ok(kind) if kind.is_dir() => visit(root, &path, each),
            // A link that leads nowhere is input that cannot be read.
            Ok(kind) if kind.is_file() || kind.is_symlink() && (is_own_file(root, &path) || !path.exists()) => {
                each(&path)
            }
            _ => true,
        };
        if !goes_on {
            return false;
        }
    }
    true
}

/// Whether a link leads to a file inside the root or its repository.
fn is_own_file(root: &Path, link: &Path) -> bool {
    link.is_file() && is_own(root, link)
}

/// Whether a path, its links followed, is inside the root or its repository.
pub fn is_own(root: &Path, path: &Path) -> bool {
    let home = repository(root).unwrap_or_else(|| root.to_path_buf());
    match (fs::canonicalize(path), fs::canonicalize(home)) {
        (Ok(target), Ok(home)) => target.starts_with(home),
        _ => false,
    }
}

/// A configuration as it was read.
#[derive(Clone, Debug, Default)]
pub struct LoadedConfig {
    pub config: Arc<Config>,
    /// `None` without a file.
    pub text: Option<Arc<str>>,
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads the configuration of a root. `open` is the file's text in an editor, which wins over the
/// disk; `base` what holds where the file is silent; `last_good` what holds where it is wrong.
///
/// # Errors
/// If there is a file that cannot be read.
pub fn load_config(
    location: &RootLocation,
    open: Option<Arc<str>>,
    base: &Config,
    last_good: Option<&Config>,
) -> io::Result<LoadedConfig> {
    let text = match (open, location.config_path()) {
        (Some(text), _) => text,
        (None, Some(path)) => read_text(&path)?.into(),
        (None, None) => {
            return Ok(LoadedConfig { config: Arc::new(base.clone()), ..LoadedConfig::default() });
        }
    };
    let (mut config, mut diagnostics) = config::read(&text, &rules::specs(), base, last_good);
    config.prefix = location.prefix();
    diagnostics.extend(missing_templates(location, &config));
    Ok(LoadedConfig { config: Arc::new(config), text: Some(text), diagnostics })
}

/// Templates that the configuration names and nobody can read: ours would silently take their place.
fn missing_templates(location: &RootLocation, config: &Config) -> Vec<Diagnostic> {
    let missing = |kind| {
        let (template, place) = (config.templates.get(kind).as_ref()?, config.template_places.get(kind).clone()?);
        let error = read_text(&template_folder(location).join(template)).err()?;
        let message = format!("The template `{template}` cannot be read: {error}.");
        Some(Diagnostic::new(config::RULE, Severity::Error, place, message))
    };
    Kind::ALL.into_iter().filter_map(missing).collect()
}

/// What the paths of `[templates]` are relative to.
pub fn template_folder(location: &RootLocation) -> &Path {
    location.config_folder.as_ref().unwrap_or(&location.path)
}

/// A snapshot of a root without its index: what a few looks at the disk tell.
pub fn open_workspace(location: &RootLocation, config: Arc<Config>) -> Workspace {
    let root = &location.path;
    let has_markdown = |kind: Kind| {
        config.layout.get(kind).iter().any(|folder| {
            let mut found = false;
            visit_folder(root, folder, &mut |path| {
                found = relative(root, path).is_some_and(|path| config.kind_of(&path) == Some(kind));
                !found
            });
            found
        })
    };
    let template = |kind| read_text(&template_folder(location).join(config.templates.get(kind).as_ref()?)).ok();
    Workspace {
        vocabulary: Arc::new(Vocabulary::new(&config, PerKind::from_fn(template))),
        is_established: Kind::ALL.into_iter().filter(|kind| has_markdown(*kind)).count() >= 2,
        has_folder: PerKind::from_fn(|kind| config.layout.get(kind).iter().any(|folder| root.join(folder).is_dir())),
        config,
        ..Workspace::default()
    }
}

/// What reading one candidate came to.
pub type ReadResult = (Candidate, io::Result<Document>);

/// Reads candidates on all processors; `each` is called for every one, on some thread, in no order.
pub fn read_all(root: &Path, vocabulary: &Vocabulary, candidates: &[Candidate], each: &(dyn Fn(ReadResult) + Sync)) {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(8);
    thread::scope(|scope| {
        for part in candidates.chunks(candidates.len().div_ceil(threads).max(1)) {
            scope.spawn(move || {
                for candidate in part {
                    each((candidate.clone(), read_document(root, vocabulary, candidate)));
                }
            });
        }
    });
}

/// Reads one candidate.
///
/// # Errors
/// Those of the file system, and for a link that leads out of the repository.
pub fn read_document(root: &Path, vocabulary: &Vocabulary, candidate: &Candidate) -> io::Result<Document> {
    let path = root.join(&*candidate.path);
    if path.is_symlink() && path.exists() && !is_own_file(root, &path) {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "a link that leads elsewhere"));
    }
    let text = read_text(&path)?;
    Ok(Document::read(candidate.path.clone(), candidate.kind, text.into(), vocabulary))
}

/// Adds a document to an index if it counts as an artifact; says whether it does.
pub fn add_to_index(workspace: &Workspace, index: &mut Index, document: &Document) -> bool {
    let facts = document.facts();
    let counts = workspace.is_artifact(&document.path, facts.canonical_sections);
    if let Some(stem) = workspace.config.stem(&document.path).filter(|_| counts) {
        index.insert(document.path.clone(), stem, Arc::new(facts));
    }
    counts
}

/// An absolute path without `.` and `..`, links left as they are.
///
/// # Errors
/// If the current folder is unknown.
pub fn absolute(path: &Path) -> io::Result<PathBuf> {
    let mut clean = PathBuf::new();
    for part in std::path::absolute(path)?.components() {
        match part {
            std::path::Component::ParentDir => {
                clean.pop();
            }
            std::path::Component::CurDir => {}
            part => clean.push(part),
        }
    }
    Ok(clean)
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_are_followed_inside_the_repository_only() {
        let outside = tempfile::tempdir().expect("a folder");
        fs::write(outside.path().join("phase-1.md"), "# Elsewhere").expect("a file");
        let root = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(root.path().join("notes")).expect("a folder");
        fs::write(root.path().join("notes/phase-2.md"), "# Here").expect("a file");
        symlink(outside.path(), root.path().join("plan")).expect("a link");
        symlink(root.path().join("notes"), root.path().join("work-notes")).expect("a link");
        symlink(root.path(), root.path().join("notes/loop")).expect("a link");
        symlink(outside.path().join("phase-1.md"), root.path().join("notes/phase-1.md")).expect("a link");
        let found = candidates(root.path(), &Config::default());
        let paths: Vec<_> = found.iter().map(|candidate| &*candidate.path).collect();
        assert_eq!(paths, ["work-notes/phase-2.md"]);
    }
}
