//! What a command is about: a root, a phase of it.

use std::{
    borrow::Cow,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use serde::Deserialize;
use serde_json::{Value, json};
use tower_lsp::{
    jsonrpc::{Error, Result},
    lsp_types::{ExecuteCommandParams, Url},
};

use super::State;
use crate::{
    artifact::Document,
    convention::{Kind, PerKind},
    disk::{self, RootLocation},
    overview::{self, Phase},
    server::{answer::blocking, convert, open_document::Subject, pull, roots::Root},
};

/// The argument of a command: `{"uri": …, "stem": …}`, or one of the two as a string.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// Any file or folder of the root; an artifact also stands for its phase.
    uri: Option<Url>,
    /// A phase, as [`overview::find_phase`] takes it.
    pub stem: Option<String>,
    /// What a log entry says, a line or several.
    #[serde(default)]
    pub message: Message,
    /// Whether the work notes that an entry belongs in are made if there are none.
    #[serde(default)]
    pub create: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(untagged)]
pub enum Message {
    #[default]
    None,
    One(String),
    Several(Vec<String>),
}

impl Message {
    /// What it says; `None` without a word: somebody just pressed Enter.
    pub fn said(self) -> Option<Vec<String>> {
        let said = match self {
            Self::None => Vec::new(),
            Self::One(line) => vec![line],
            Self::Several(lines) => lines,
        };
        said.iter().any(|text| !text.trim().is_empty()).then_some(said)
    }
}

/// How long a command waits for roots that are being opened, and for the index of one.
const PATIENCE: Duration = Duration::from_secs(10);

impl About {
    /// # Errors
    /// `InvalidParams`, with what the command takes.
    pub fn read(params: &ExecuteCommandParams) -> Result<Self> {
        let wrong = |why: &str| {
            let takes = r#"one argument: {"uri": "file:///…", "stem": "phase-2"}, or one of the two as a string"#;
            Error::invalid_params(format!("{} takes {takes}: {why}", params.command))
        };
        match &params.arguments[..] {
            [] | [Value::Null] => Ok(Self::default()),
            [Value::String(text)] => Ok(match Url::parse(text).ok().filter(|url| url.scheme() == "file") {
                Some(uri) => Self { uri: Some(uri), ..Self::default() },
                None => Self { stem: Some(text.clone()), ..Self::default() },
            }),
            [object @ Value::Object(_)] => {
                serde_json::from_value(object.clone()).map_err(|error| wrong(&error.to_string()))
            }
            [other] => Err(wrong(&format!("{other} is neither"))),
            several => Err(wrong(&format!("expected one argument, got {}", several.len()))),
        }
    }

    pub fn path(&self) -> Option<PathBuf> {
        self.uri.as_ref().and_then(convert::path)
    }

    /// The root that is meant, indexed: that of the URI, else the only one.
    ///
    /// # Errors
    /// `InvalidParams` if there is none, or none is said of several.
    pub async fn root(&self, state: &Arc<State>) -> Result<Arc<Root>> {
        let path = match &self.uri {
            Some(uri) => Some(convert::path(uri).ok_or_else(|| Error::invalid_params(format!("{uri} is no file")))?),
            None => None,
        };
        let deadline = Instant::now() + PATIENCE;
        if path.is_none() {
            wait_while(state, deadline, || state.is_searching()).await;
        }
        loop {
            let (finder, path) = (state.clone(), path.clone());
            let find = move || find_root(&finder, path.as_deref());
            let root = blocking(state, state.limits.may_compute().await?, find).await?.map_err(no_phase)?;
            wait_while(state, deadline, || !root.workspace().is_indexed && state.is_current(&root)).await;
            // It may have been opened anew.
            if root.workspace().is_indexed || Instant::now() > deadline {
                return Ok(root);
            }
        }
    }

    /// The phase that is meant.
    ///
    /// # Errors
    /// `InvalidParams` if there is none.
    pub fn phase(&self, root: &Root) -> Result<Phase> {
        let workspace = root.workspace();
        let path = self.path().and_then(|path| disk::relative(root.path(), &path));
        let name = match (&self.stem, path) {
            (Some(stem), _) => stem.clone(),
            (None, Some(path)) if workspace.config.artifact(&path).is_some() => path,
            (None, Some(path)) if !path.is_empty() => {
                return Err(no_phase(format!("{path} belongs to no phase")));
            }
            _ => return Err(no_phase("no phase given: pass its stem or the URI of one of its files")),
        };
        overview::find_phase(&workspace, &name).map_err(|unknown| Error::invalid_params(unknown.message(&name)))
    }
}

/// A client may then ask which phase is meant.
fn no_phase(message: impl Into<Cow<'static, str>>) -> Error {
    Error { data: Some(json!({ "lacks": "phase" })), ..Error::invalid_params(message) }
}

/// Waits for what the server does when it starts.
async fn wait_while(state: &State, deadline: Instant, is_busy: impl Fn() -> bool) {
    let mut news = state.news.subscribe();
    while is_busy() && Instant::now() < deadline {
        let _ = tokio::time::timeout(Duration::from_millis(50), news.changed()).await;
    }
}

/// What to say is the error.
fn find_root(state: &Arc<State>, path: Option<&Path>) -> std::result::Result<Arc<Root>, String> {
    if let Some(path) = path {
        // A folder in which nothing is yet becomes a root.
        let folder = || state.folders().into_iter().find(|folder| path.starts_with(folder));
        let new = || Some(state.open_root(RootLocation { path: folder()?, config_folder: None }));
        return state.root_of(path).or_else(new).ok_or_else(|| format!("{} is in no root", path.display()));
    }
    match (&state.roots()[..], &state.folders()[..]) {
        ([root], _) => Ok(root.clone()),
        ([], [folder]) => {
            let new = || RootLocation { path: folder.clone(), config_folder: None };
            Ok(state.open_root(state.find_root(folder).unwrap_or_else(new)))
        }
        ([], []) => Err("no folder is open".to_owned()),
        _ => Err("several roots are open: pass the URI of a file or folder in one of them".to_owned()),
    }
}

/// An artifact with the version that is open, if it is.
pub struct Current {
    pub document: Arc<Document>,
    pub version: Option<i32>,
}

/// The artifact at `path`, relative to the root: as it is in the editor, else as it is on disk.
///
/// # Errors
/// `InvalidParams` if it cannot be read.
pub async fn current(state: &Arc<State>, root: &Arc<Root>, kind: Kind, path: &Arc<str>) -> Result<Current> {
    let uri = convert::uri(&root.path().join(&**path));
    if let Some(uri) = uri
        && let Some(analysis) = pull::analysis(state, &uri).await?
        && let Subject::Artifact { document, .. } = &analysis.subject
    {
        return Ok(Current { document: document.clone(), version: Some(analysis.version) });
    }
    let (root, candidate) = (root.clone(), disk::Candidate::new(path.clone(), kind));
    let read = move || disk::read_document(root.files.bounds(), &root.workspace().vocabulary, &candidate);
    let document = blocking(state, state.limits.may_compute().await?, read)
        .await?
        .map_err(|error| Error::invalid_params(format!("{path}: {error}")))?;
    Ok(Current { document: Arc::new(document), version: None })
}

/// The artifacts of a phase, as far as it has them.
///
/// # Errors
/// As [`current`].
pub async fn documents(state: &Arc<State>, root: &Arc<Root>, phase: &Phase) -> Result<PerKind<Option<Arc<Document>>>> {
    let mut documents = PerKind::default();
    for kind in Kind::ALL {
        if let Some(path) = phase.artifact(kind) {
            *documents.get_mut(kind) = Some(current(state, root, kind, path).await?.document);
        }
    }
    Ok(documents)
}
