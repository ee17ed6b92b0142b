//! The commands about phases.

use std::{borrow::Cow, ops, sync::Arc};

use jiff::Zoned;
use serde_json::{Value, json};
use tower_lsp::{
    jsonrpc::{Error, ErrorCode, Result},
    lsp_types::{Range, Url},
};

use super::{
    State,
    about::{About, current, documents},
    requests,
};
use crate::{
    actions::{self, Change, NewFile},
    overview::{self, PhaseFile, PhaseFiles},
    server::{
        asking::blocking,
        convert,
        convert::Place,
        edits::{self, Target},
        roots::Root,
    },
    template::{Kind, PerKind},
    text::{LineIndex, PositionEncoding},
    workspace::{Document, Files},
};

/// Creates the files that a phase lacks, and shows the first of them.
pub async fn new_phase(state: &Arc<State>, about: About) -> Result<Value> {
    let Some(name) = about.stem.clone() else {
        return Err(Error::invalid_params(r#"no phase given: pass its stem, as in {"stem": "phase-2"}"#));
    };
    let root = about.root(state).await?;
    let missing = {
        let root = root.clone();
        move || missing_files(&root, &name)
    };
    let Missing { stem, files, blank } =
        blocking(state, state.may_compute().await?, missing).await?.map_err(Error::invalid_params)?;
    let features = state.features();
    let edit = edits::creation(&root, &files, features).filter(|_| features.applies_edits);
    let Some(edit) = edit else {
        return Err(refused("the client cannot create files; run `phasemark new` instead"));
    };
    let created: Vec<_> = files.iter().filter_map(|file| edits::new_uri(&root, file)).collect();
    let selection = files.first().and_then(|file| selection(&root, file, &blank, features.encoding));
    requests::apply(state, edit, selection)?;
    Ok(json!({ "stem": stem, "created": created }))
}

fn refused(message: impl Into<Cow<'static, str>>) -> Error {
    Error { code: ErrorCode::InvalidRequest, message: message.into(), data: None }
}

/// What a new phase takes.
struct Missing {
    stem: Box<str>,
    files: Vec<NewFile>,
    /// The first placeholder of the first file, to be typed over.
    blank: ops::Range<usize>,
}

/// The files that the phase lacks which a name stands for.
fn missing_files(root: &Root, name: &str) -> std::result::Result<Missing, String> {
    let workspace = root.workspace();
    let PhaseFiles { stem, files } = overview::phase_files(&workspace, name).map_err(|refusal| refusal.to_string())?;
    // A client that finds something in the place of one file would make none of them.
    let is_missing = |file: &PhaseFile| !file.is_there && root.files.kind(&file.path).is_none();
    let missing: Vec<_> = files.into_iter().filter(is_missing).collect();
    let Some(first) = missing.first().map(|file| file.kind) else {
        return Err(format!("'{stem}' has all its files already"));
    };
    let new_file = |file: PhaseFile| NewFile { text: workspace.vocabulary.fresh(file.kind, &stem), path: file.path };
    let files: Vec<_> = missing.into_iter().map(new_file).collect();
    let document = Document::read((&*files[0].path).into(), first, (&*files[0].text).into(), &workspace.vocabulary);
    let blank = document.artifact.placeholders.first().map_or(0..0, |placeholder| placeholder.range.clone());
    Ok(Missing { stem, files, blank })
}

fn selection(
    root: &Root,
    file: &NewFile,
    range: &ops::Range<usize>,
    encoding: PositionEncoding,
) -> Option<(Url, Range)> {
    let place = Place { text: &file.text, lines: &LineIndex::new(&file.text), encoding, is_closed: false };
    Some((edits::new_uri(root, file)?, place.range(range)))
}

/// Writes an entry into the session log of a phase.
pub async fn insert_log_entry(state: &Arc<State>, mut about: About) -> Result<Value> {
    let message = std::mem::take(&mut about.message).said();
    let root = about.root(state).await?;
    let phase = about.phase(&root)?;
    let Some(path) = phase.artifact(Kind::WorkNotes).cloned() else {
        let message = format!("'{}' has no work notes", phase.stem);
        let about = json!({ "uri": convert::uri(root.path()), "stem": phase.stem });
        let data = Some(json!({ "lacks": Kind::WorkNotes.key(), "about": about }));
        return Err(Error { data, ..Error::invalid_params(message) });
    };
    if !state.features().applies_edits {
        return Err(refused("the client does not support `workspace/applyEdit`; run `phasemark log` instead"));
    }
    let notes = current(state, &root, Kind::WorkNotes, &path).await?;
    let edited = state.clone();
    let written = blocking(state, state.may_compute().await?, move || {
        let (state, document) = (edited, &notes.document);
        let (workspace, now) = (root.workspace(), Zoned::now());
        let insertion = actions::log_entry::insert(document, &workspace, &root.files, &now, message.as_deref(), &[]);
        let change = match insertion {
            Ok(insertion) => Change::from(insertion),
            Err(obstacle) => return Some(Err(refused(obstacle))),
        };
        let uri = convert::uri(&root.path().join(&*path))?;
        let target = Target {
            root: &root,
            uri: state.spelled(&uri),
            version: notes.version,
            place: Place {
                text: &document.text,
                lines: &document.lines,
                encoding: state.features().encoding,
                is_closed: notes.version.is_none(),
            },
        };
        let edit = target.workspace_edit(&change, state.features())?;
        let cursor = target.cursor(&change).map(|(uri, at)| (uri, Range { start: at, end: at }));
        let applied = requests::apply(&state, edit, cursor);
        Some(applied.map(|()| json!({ "uri": target.uri })))
    });
    written.await?.unwrap_or_else(|| Err(Error::internal_error()))
}

/// The text that restarts work on a phase.
pub async fn resume_prompt(state: &Arc<State>, about: About) -> Result<Value> {
    let root = about.root(state).await?;
    let phase = about.phase(&root)?;
    let documents: PerKind<Option<Arc<Document>>> = documents(state, &root, &phase).await?;
    blocking(state, state.may_compute().await?, move || {
        let of = |kind| documents.get(kind).as_deref();
        Value::from(overview::resume(&PerKind::from_fn(of), &root.workspace(), &root.files).text())
    })
    .await
}

/// Where every phase of a root stands, for a person and for a program.
pub async fn status_report(state: &Arc<State>, about: About) -> Result<Value> {
    let root = about.root(state).await?;
    let mut report = overview::status(&root.workspace(), Zoned::now().date());
    let uri = convert::uri(root.path());
    if about.stem.is_some() {
        let phase = about.phase(&root)?;
        report.phases.retain(|other| *other.stem == *phase.stem);
    }
    Ok(json!({ "root": uri, "markdown": report.markdown(), "version": report.version, "phases": report.phases }))
}
