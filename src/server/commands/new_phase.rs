//! A new phase: what it is called, and its files.

use std::{ops::Range, sync::Arc};

use jiff::Zoned;
use serde_json::{Value, json};
use tower_lsp::{
    jsonrpc::{Error, Result},
    lsp_types::{self, Position, Url},
};

use super::{State, about::About};
use crate::{
    actions::NewFile,
    artifact::Document,
    disk,
    overview::{self, PhaseFile, PhaseFiles},
    server::{answer::blocking, convert, convert::Place, edits, requests, requests::refused, roots::Root},
    text::LineIndex,
    workspace::Files,
};

/// Creates the files that a phase lacks, and shows the first of them; of a phase that has all, its plan.
pub async fn new_phase(state: &Arc<State>, about: About) -> Result<Value> {
    let Some(name) = about.stem.clone() else {
        return Err(Error::invalid_params(r#"no phase given: pass its stem, as in {"stem": "phase-2"}"#));
    };
    let root = about.root(state).await?;
    let found = find(state, &root, name).await?.map_err(Error::invalid_params)?;
    let Found { stem, existing, missing, blank } = found;
    if !missing.is_empty() {
        let created = create(state, &root, &missing, &blank)?;
        return Ok(json!({ "stem": stem, "created": created, "uri": created.first() }));
    }
    let uri = existing.first().and_then(|path| convert::uri(&root.path().join(&**path)));
    if let Some(uri) = &uri {
        requests::show(state, state.spelled(uri), Position::default());
    }
    Ok(json!({ "stem": stem, "created": [], "uri": uri }))
}

/// What a new phase may be called; of a name, what [`new_phase`] would make of it.
pub async fn name_phase(state: &Arc<State>, about: About) -> Result<Value> {
    let root = about.root(state).await?;
    let Some(name) = about.stem.clone() else {
        let near = about.path().and_then(|path| disk::relative(root.path(), &path));
        let next = move || overview::next_stem(&root.workspace(), near.as_deref(), Zoned::now().date());
        return Ok(json!({ "stem": blocking(state, state.limits.may_compute().await?, next).await? }));
    };
    Ok(match find(state, &root, name).await? {
        Ok(Found { stem, existing, missing, .. }) => {
            let missing: Vec<_> = missing.into_iter().map(|file| file.path).collect();
            let root = convert::uri(root.path());
            json!({ "root": root, "stem": stem, "existing": existing, "missing": missing })
        }
        Err(problem) => json!({ "problem": problem }),
    })
}

/// Has the client create files, and select something in the first of them.
///
/// # Errors
/// `InvalidRequest` if it cannot.
pub fn create(state: &Arc<State>, root: &Root, files: &[NewFile], selection: &Range<usize>) -> Result<Vec<Url>> {
    let features = state.features();
    let selection = files.first().and_then(|file| {
        let lines = LineIndex::new(&file.text);
        let place = Place { text: &file.text, lines: &lines, encoding: features.encoding, is_closed: false };
        Some((edits::new_uri(root, file)?, place.range(selection))) as Option<(Url, lsp_types::Range)>
    });
    let Some(request) = edits::creation(root, files, features, selection).filter(|_| features.applies_edits) else {
        return Err(refused("the client cannot create files; run `phasemark new` instead"));
    };
    requests::apply(state, request)?;
    Ok(files.iter().filter_map(|file| edits::new_uri(root, file)).collect())
}

/// What a name stands for.
struct Found {
    stem: Box<str>,
    /// Paths relative to the root, the plan first.
    existing: Vec<Box<str>>,
    missing: Vec<NewFile>,
    /// The first placeholder of the first file that is missing, to be typed over.
    blank: Range<usize>,
}

/// Within: why no phase may have that name.
async fn find(state: &Arc<State>, root: &Arc<Root>, name: String) -> Result<std::result::Result<Found, String>> {
    let root = root.clone();
    blocking(state, state.limits.may_compute().await?, move || find_files(&root, &name)).await
}

fn find_files(root: &Root, name: &str) -> std::result::Result<Found, String> {
    let workspace = root.workspace();
    let PhaseFiles { stem, files } = overview::phase_files(&workspace, name).map_err(|refusal| refusal.to_string())?;
    // A client that finds something in the place of one file would make none of them.
    let is_there = |file: &PhaseFile| file.is_there || root.files.kind(&file.path).is_some();
    let (existing, missing): (Vec<_>, Vec<_>) = files.into_iter().partition(is_there);
    let first = missing.first().map(|file| file.kind);
    let new_file = |file: PhaseFile| NewFile { text: workspace.vocabulary.fresh(file.kind, &stem), path: file.path };
    let missing: Vec<_> = missing.into_iter().map(new_file).collect();
    let blank = first.zip(missing.first()).and_then(|(kind, file)| {
        let document = Document::read((&*file.path).into(), kind, (&*file.text).into(), &workspace.vocabulary);
        Some(document.artifact.placeholders.first()?.range.clone())
    });
    let existing = existing.into_iter().map(|file| file.path).collect();
    Ok(Found { stem, existing, missing, blank: blank.unwrap_or(0..0) })
}
