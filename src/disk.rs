//! Files as they are now: the only reader of the disk, but for commits, which `repository` reads.
//!
//! Nothing outside a root and the repository around it is read, and nothing is ever written here.

use std::{
    fs::Metadata,
    io::{self, Read},
    ops::ControlFlow,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    artifact::{Document, Vocabulary, encoding_of},
    config::{self, Config},
    convention::{Kind, PerKind},
    diagnostic::{Diagnostic, Severity},
    rules,
    workspace::{Facts, Index, Workspace},
};

mod bounds;
mod changes;
mod commits;
mod files;
mod git_folder;
mod ignores;
mod layout;
mod likely;
pub mod pool;
mod reading;
mod roots;
mod stamp;
mod tree;
mod walk;

pub use bounds::{Bounds, is_outside};
pub use changes::Changes;
pub use files::RootFiles;
pub use layout::unmatched;
pub use likely::{Likely, likely};
pub use reading::TreeReading;
pub use roots::{CONFIG_FILE, Configs, OnDisk, RootLocation, find_root, repository, sub_roots};
pub use stamp::Stamp;

/// A larger text, in bytes, is not read; no message of a client may be larger either.
const LARGEST_TEXT: u64 = 256_000_000;

/// The text of a file. Any bytes are readable: those that are not UTF-8 become U+FFFD.
///
/// # Errors
/// Those of [`Bounds::read`].
pub fn read_text(bounds: &Bounds, path: &Path) -> io::Result<String> {
    Ok(as_text(bounds.read(path, LARGEST_TEXT)?))
}

/// Bytes that are not UTF-8 become U+FFFD.
fn as_text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// The beginning of a file, at most `most` bytes of it; `None` for what is no text or cannot be read. `path`: relative
/// to the root.
pub fn read_head(bounds: &Bounds, path: &str, most: usize) -> Option<String> {
    let mut bytes = Vec::new();
    let file = bounds.open(&bounds.root().join(path)).ok()?;
    file.take(most as u64).read_to_end(&mut bytes).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    (!bytes.contains(&0)).then(|| text.trim_end_matches('\u{fffd}').to_owned())
}

/// Whether commits are not read although there is a `.git`.
pub fn has_closed_repository(root: &Path) -> bool {
    repository(root).is_some_and(|home| git_folder::git_folder(&home).is_none())
}

/// `path` relative to `root`, with `/`; `None` if it is not below it.
pub fn relative(root: &Path, path: &Path) -> Option<String> {
    let relative = path.strip_prefix(root).ok()?;
    let parts: Vec<_> = relative.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    Some(parts.join("/"))
}

/// A file that lies where artifacts are and has the name of one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// Relative to the root, with `/`.
    pub path: Arc<str>,
    pub kind: Kind,
    /// The file itself, where its name is not UTF-8 and `path` only resembles it.
    place: Option<Arc<Path>>,
}

impl Candidate {
    /// `path`: relative to the root, with `/`.
    pub fn new(path: impl Into<Arc<str>>, kind: Kind) -> Self {
        Self { path: path.into(), kind, place: None }
    }

    /// As [`Bounds::resolve`].
    ///
    /// # Errors
    /// Those of [`Bounds::resolve`].
    pub fn resolve(&self, bounds: &Bounds) -> io::Result<(PathBuf, Metadata)> {
        match &self.place {
            Some(place) => bounds.resolve(place),
            None => bounds.resolve(&bounds.root().join(&*self.path)),
        }
    }
}

/// A folder or file that cannot be read.
#[derive(Debug)]
pub struct Unread {
    pub path: PathBuf,
    pub error: io::Error,
}

/// All candidates below a root, by path, and the places of artifacts that cannot be read. What git ignores is looked at
/// all the same.
pub fn candidates(bounds: &Bounds, config: &Config) -> (Vec<Candidate>, Vec<Unread>) {
    let (mut candidates, mut unread) = (Vec::new(), Vec::new());
    visit_artifacts(bounds, config, &Kind::ALL, &mut |found| {
        match found {
            Ok(candidate) => candidates.push(candidate),
            Err(folder) => unread.push(folder),
        }
        ControlFlow::Continue(())
    });
    candidates.sort_unstable();
    candidates.dedup();
    (candidates, unread)
}

/// Visits the candidates of `kinds`, and some others, until `each` breaks off.
fn visit_artifacts(
    bounds: &Bounds,
    config: &Config,
    kinds: &[Kind],
    each: &mut dyn FnMut(Result<Candidate, Unread>) -> ControlFlow<()>,
) {
    let entries = || config.layout.all().filter(|(kind, _)| kinds.contains(kind)).map(|(_, entry)| entry);
    let mut each = |found: layout::Found| match found {
        Ok(place) => candidate(bounds.root(), config, &place).map_or(ControlFlow::Continue(()), |own| each(Ok(own))),
        Err(unread) => each(Err(unread)),
    };
    let literal = entries().filter(|entry| !entry.is_pattern());
    let patterns = layout::areas(entries().filter(|entry| entry.is_pattern()));
    for area in literal.map(layout::Area::of).chain(patterns) {
        if area.visit(bounds, &mut each).is_break() {
            return;
        }
    }
}

fn candidate(root: &Path, config: &Config, place: &Path) -> Option<Candidate> {
    let path = relative(root, place)?;
    let kind = config.kind_of(&path)?;
    let place = place.to_str().is_none().then(|| place.into());
    Some(Candidate { path: path.into(), kind, place })
}

/// A configuration as it was read.
#[derive(Clone, Debug, Default)]
pub struct LoadedConfig {
    pub config: Arc<Config>,
    /// `None` without a file.
    pub text: Option<Arc<str>>,
    pub diagnostics: Vec<Diagnostic>,
    /// What [`unmatched`] found, where that was asked for.
    pub unmatched: Vec<Diagnostic>,
}

impl LoadedConfig {
    /// All that is to be told of the file.
    pub fn findings(&self) -> Vec<Diagnostic> {
        let mut findings = [&*self.diagnostics, &*self.unmatched].concat();
        findings.sort_by_key(|finding| (finding.range.start, finding.range.end));
        findings
    }
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
        (None, Some(path)) => read_text(&location.bounds(), &path)?.into(),
        (None, None) => {
            return Ok(LoadedConfig { config: Arc::new(base.clone()), ..LoadedConfig::default() });
        }
    };
    let (mut config, mut diagnostics) = config::read(&text, &rules::specs(), base, last_good);
    config.prefix = location.prefix();
    diagnostics.extend(missing_templates(location, &config));
    Ok(LoadedConfig { config: Arc::new(config), text: Some(text), diagnostics, unmatched: Vec::new() })
}

/// Templates that the configuration names and that cannot be read: ours would silently take their place.
fn missing_templates(location: &RootLocation, config: &Config) -> Vec<Diagnostic> {
    let bounds = location.bounds();
    let missing = |kind| {
        let (template, place) = (config.templates.get(kind).as_ref()?, config.template_places.get(kind).clone()?);
        let error = read_text(&bounds, &template_folder(location).join(template)).err()?;
        let message = format!("The template `{template}` cannot be read: {error}.");
        Some(Diagnostic::new(config::RULE, Severity::Error, place, message))
    };
    Kind::ALL.into_iter().filter_map(missing).collect()
}

/// What the paths of `[templates]` are relative to.
pub fn template_folder(location: &RootLocation) -> &Path {
    location.config_folder.as_ref().unwrap_or(&location.path)
}

/// Whether two of the three kinds have Markdown.
pub fn is_established(bounds: &Bounds, config: &Config) -> bool {
    let has_markdown = |kind: &Kind| {
        let mut found = false;
        visit_artifacts(bounds, config, &[*kind], &mut |candidate| {
            found = candidate.is_ok_and(|candidate| candidate.kind == *kind);
            if found { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        found
    };
    Kind::ALL.iter().filter(|kind| has_markdown(kind)).count() >= 2
}

/// A snapshot of a root without its index: what a few looks at the disk tell.
pub fn open_workspace(location: &RootLocation, config: Arc<Config>) -> Workspace {
    let bounds = location.bounds();
    let template =
        |kind| read_text(&bounds, &template_folder(location).join(config.templates.get(kind).as_ref()?)).ok();
    Workspace {
        vocabulary: Arc::new(Vocabulary::new(&config, PerKind::from_fn(template))),
        is_established: is_established(&bounds, &config),
        config,
        ..Workspace::default()
    }
}

/// A candidate, and what reading it came to: a document with its facts, if it counts as an artifact.
pub type ReadResult = (Candidate, io::Result<Option<(Document, Facts)>>);

/// Reads candidates on all processors, in their order.
pub fn read_all(bounds: &Bounds, workspace: &Workspace, candidates: Vec<Candidate>) -> Vec<ReadResult> {
    pool::on_all_processors(candidates, |candidate| {
        let document = read_document(bounds, &workspace.vocabulary, &candidate);
        (candidate, document.map(|document| with_facts(workspace, document)))
    })
}

/// Reads one candidate.
///
/// # Errors
/// Those of [`Bounds::read`].
pub fn read_document(bounds: &Bounds, vocabulary: &Vocabulary, candidate: &Candidate) -> io::Result<Document> {
    read_resolved(candidate.resolve(bounds)?, vocabulary, candidate)
}

/// Reads a candidate that was resolved.
///
/// # Errors
/// Those of [`Bounds::read`].
pub fn read_resolved(
    resolved: (PathBuf, Metadata),
    vocabulary: &Vocabulary,
    candidate: &Candidate,
) -> io::Result<Document> {
    let bytes = bounds::read(resolved, LARGEST_TEXT)?;
    let encoding = encoding_of(&bytes);
    let mut document = Document::read(candidate.path.clone(), candidate.kind, as_text(bytes).into(), vocabulary);
    document.encoding = encoding;
    Ok(document)
}

/// Adds a document to an index if it counts as an artifact.
pub fn add_to_index(workspace: &Workspace, index: &mut Index, document: &Document) {
    if let (Some(facts), Some(stem)) = (artifact_facts(workspace, document), workspace.config.stem(&document.path)) {
        index.insert(document.path.clone(), stem, Arc::new(facts));
    }
}

/// A document with what it says to others, if it counts as an artifact.
pub fn with_facts(workspace: &Workspace, document: Document) -> Option<(Document, Facts)> {
    let facts = artifact_facts(workspace, &document)?;
    Some((document, facts))
}

/// What a document says to others, if it counts as an artifact.
pub fn artifact_facts(workspace: &Workspace, document: &Document) -> Option<Facts> {
    let facts = document.facts();
    workspace.is_artifact(&document.path, facts.canonical_sections).then_some(facts)
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
mod tests;
