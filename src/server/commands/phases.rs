//! The commands about phases.

use std::sync::Arc;

use jiff::Zoned;
use serde_json::{Value, json};
use tower_lsp::jsonrpc::{Error, Result};

use super::{
    State,
    about::{About, current, documents},
    new_phase::create,
};
use crate::{
    actions::{self, Change, NewFile},
    artifact::Document,
    convention::{Kind, PerKind},
    overview::{self, Phase},
    server::{answer::blocking, convert, convert::Place, edits::Target, requests, requests::refused, roots::Root},
    text,
};

/// Writes an entry into the session log of a phase.
pub async fn insert_log_entry(state: &Arc<State>, mut about: About) -> Result<Value> {
    let message = std::mem::take(&mut about.message).said();
    let root = about.root(state).await?;
    let phase = about.phase(&root)?;
    let Some(path) = phase.artifact(Kind::WorkNotes).cloned() else {
        return create_notes(state, &root, &phase, about.create, message).await;
    };
    if !state.features().applies_edits {
        return Err(refused("the client does not support `workspace/applyEdit`; run `phasemark log` instead"));
    }
    let notes = current(state, &root, Kind::WorkNotes, &path).await?;
    let edited = state.clone();
    let written = blocking(state, state.limits.may_compute().await?, move || {
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
            place: Place::of(document, state.features(), notes.version.is_none()),
        };
        let applied = requests::apply(&state, target.request(&change, state.features())?);
        Some(applied.map(|()| json!({ "uri": target.uri })))
    });
    written.await?.unwrap_or_else(|| Err(Error::internal_error()))
}

/// Creates the work notes of a phase with a first entry, if that was asked for.
async fn create_notes(
    state: &Arc<State>,
    root: &Arc<Root>,
    phase: &Phase,
    is_wanted: bool,
    message: Option<Vec<String>>,
) -> Result<Value> {
    let refusal = format!("'{}' has no work notes", phase.stem);
    let workspace = root.workspace();
    let Some(path) = workspace.config.path_of(Kind::WorkNotes, &phase.stem) else {
        return Err(Error::invalid_params(refusal + ", and the configuration has no place for them"));
    };
    if !is_wanted {
        let about = json!({ "uri": convert::uri(root.path()), "stem": phase.stem, "create": true });
        let data = Some(json!({ "lacks": Kind::WorkNotes.key(), "about": about }));
        return Err(Error { data, ..Error::invalid_params(refusal) });
    }
    let text = workspace.vocabulary.fresh(Kind::WorkNotes, &phase.stem);
    let files = root.clone();
    let write = move || {
        let document = Document::read((&*path).into(), Kind::WorkNotes, (&*text).into(), &workspace.vocabulary);
        let now = Zoned::now();
        let entry = actions::log_entry::insert(&document, &workspace, &files.files, &now, message.as_deref(), &[])?;
        let text = text::apply(&document.text, &[entry.edit]);
        Ok::<_, String>((NewFile { path, text }, entry.cursor))
    };
    let (notes, cursor) = blocking(state, state.limits.may_compute().await?, write).await?.map_err(refused)?;
    let created = create(state, root, &[notes], &(cursor..cursor))?;
    Ok(json!({ "uri": created.first(), "created": created }))
}

/// The text that restarts work on a phase.
pub async fn resume_prompt(state: &Arc<State>, about: About) -> Result<Value> {
    let root = about.root(state).await?;
    let phase = about.phase(&root)?;
    let documents: PerKind<Option<Arc<Document>>> = documents(state, &root, &phase).await?;
    blocking(state, state.limits.may_compute().await?, move || {
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
