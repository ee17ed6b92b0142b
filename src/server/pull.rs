//! Diagnostics for clients that ask for them.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
    pin::pin,
    sync::Arc,
};

use futures_util::future::{Either, select};
use tokio::sync::oneshot;
use tower_lsp::{
    jsonrpc::{Error, Result},
    lsp_types::{
        Diagnostic, DocumentDiagnosticReport, FullDocumentDiagnosticReport, Location,
        RelatedFullDocumentDiagnosticReport, RelatedUnchangedDocumentDiagnosticReport,
        UnchangedDocumentDiagnosticReport, Url, WorkspaceDiagnosticReport, WorkspaceDocumentDiagnosticReport,
        WorkspaceFullDocumentDiagnosticReport, WorkspaceUnchangedDocumentDiagnosticReport,
    },
};

use super::{
    answer::blocking,
    convert::{self, Place},
    open_document::Analysis,
    queue::{Job, Reply},
    roots::{Pulled, Root},
    state::State,
};
use crate::{diagnostic::Related, disk, rules};

/// The analysis of the newest version of an open document, by canonical URI; `None` if it is not open.
pub async fn analysis(state: &State, uri: &Url) -> Result<Option<Arc<Analysis>>> {
    match state.newest_analysis(uri) {
        Some(analysis) => Ok(Some(analysis)),
        None => ask(state, uri, Job::Read).await,
    }
}

type Ask = fn(Url, Vec<Reply>) -> Job;

async fn ask(state: &State, uri: &Url, job: Ask) -> Result<Option<Arc<Analysis>>> {
    if !state.documents.contains_key(uri) {
        return Ok(None);
    }
    let (reply, answer) = oneshot::channel();
    state.queue.push(job(uri.clone(), vec![reply]));
    match answer.await {
        Ok(analysis) => Ok(Some(analysis)),
        // Closed meanwhile.
        Err(_) if !state.documents.contains_key(uri) => Ok(None),
        Err(_) => Err(Error::internal_error()),
    }
}

/// `textDocument/diagnostic`.
pub async fn document(state: &Arc<State>, uri: Url, previous: Option<String>) -> Result<DocumentDiagnosticReport> {
    let uri = convert::canonical(uri);
    let items = match ask(state, &uri, Job::Pull).await? {
        Some(analysis) => state.diagnostics(&analysis),
        None => closed_document(state, &uri).await?,
    };
    let result_id = result_id(&items);
    Ok(if previous.as_ref() == Some(&result_id) {
        let unchanged_document_diagnostic_report = UnchangedDocumentDiagnosticReport { result_id };
        RelatedUnchangedDocumentDiagnosticReport { related_documents: None, unchanged_document_diagnostic_report }
            .into()
    } else {
        let full_document_diagnostic_report = FullDocumentDiagnosticReport { result_id: Some(result_id), items };
        RelatedFullDocumentDiagnosticReport { related_documents: None, full_document_diagnostic_report }.into()
    })
}

async fn closed_document(state: &Arc<State>, uri: &Url) -> Result<Vec<Diagnostic>> {
    let Some(path) = convert::path(uri) else { return Ok(Vec::new()) };
    let reader = state.clone();
    let read = blocking(state, state.limits.may_compute().await?, move || {
        let root = reader.root_of(&path)?;
        if root.config_path().as_ref() == Some(&path) {
            return config_mistakes(&reader, &root);
        }
        let path = disk::relative(root.path(), &path)?;
        closed_file(&reader, &root, &path)
    });
    Ok(read.await?.map(|pulled| pulled.items.to_vec()).unwrap_or_default())
}

/// The diagnostics of a file that is not open; `None` if it is no artifact or cannot be read.
fn closed_file(state: &State, root: &Root, path: &str) -> Option<Pulled> {
    let workspace = root.workspace();
    let candidate = disk::Candidate::new(path, workspace.config.kind_of(path)?);
    let document = disk::read_document(root.files.bounds(), &workspace.vocabulary, &candidate).ok()?;
    if !workspace.is_artifact(path, document.facts().canonical_sections) {
        return None;
    }
    let place = Place::of(&document, state.features(), true);
    let relate = |related: &Related| -> Option<Location> { state.locate(root, related) };
    let found = rules::run(&workspace, &document, &root.files);
    Some(Pulled::new(found.iter().map(|found| convert::diagnostic(place, found, Some(&relate))).collect()))
}

/// `workspace/diagnostic`, with what the client has by canonical URI: waits until something differs from what the client has.
pub async fn workspace(state: &Arc<State>, previous: HashMap<Url, String>) -> Result<WorkspaceDiagnosticReport> {
    let mut news = state.news.subscribe();
    let mut newest = state.workspace_pull.subscribe();
    state.workspace_pull.send_modify(|count| *count += 1);
    newest.mark_unchanged();
    loop {
        news.mark_unchanged();
        let mut items = reports(state, &previous).await?;
        let is_news = |report: &WorkspaceDocumentDiagnosticReport| match report {
            WorkspaceDocumentDiagnosticReport::Full(full) => {
                let has_items = !full.full_document_diagnostic_report.items.is_empty();
                has_items || previous.contains_key(&full.uri)
            }
            WorkspaceDocumentDiagnosticReport::Unchanged(_) => false,
        };
        if previous.is_empty() || items.iter().any(is_news) {
            items.iter_mut().for_each(|report| spell(state, report));
            return Ok(WorkspaceDiagnosticReport { items });
        }
        drop(items);
        // A client waits once; what it forgot to cancel must not add up.
        if let Either::Right(_) = select(pin!(news.changed()), pin!(newest.changed())).await {
            return Ok(WorkspaceDiagnosticReport::default());
        }
    }
}

async fn reports(
    state: &Arc<State>,
    previous: &HashMap<Url, String>,
) -> Result<Vec<WorkspaceDocumentDiagnosticReport>> {
    let mut reports = Vec::new();
    let open = state.open_uris();
    for uri in &open {
        let Some(analysis) = analysis(state, uri).await? else { continue };
        if analysis.is_checked() {
            let pulled = Pulled::new(state.diagnostics(&analysis));
            reports.push(report(uri.clone(), Some(i64::from(analysis.version)), pulled, previous));
        }
    }
    let (worker, known) = (state.clone(), previous.clone());
    let closed = blocking(state, state.limits.may_compute().await?, move || {
        worker.roots().iter().flat_map(|root| closed_reports(&worker, root, &open, &known)).collect::<Vec<_>>()
    });
    reports.extend(closed.await?);
    // What the client still has of files that are gone.
    let gone: Vec<Url> =
        previous.keys().filter(|uri| !reports.iter().any(|report| report_uri(report) == *uri)).cloned().collect();
    reports.extend(gone.into_iter().map(|uri| report(uri, None, Pulled::new(Vec::new()), previous)));
    Ok(reports)
}

fn closed_reports(
    state: &State,
    root: &Root,
    open: &[Url],
    previous: &HashMap<Url, String>,
) -> Vec<WorkspaceDocumentDiagnosticReport> {
    let workspace = root.workspace();
    let mut paths: Vec<Arc<str>> = workspace.index.iter().map(|(path, _)| path.clone()).collect();
    paths.sort_unstable();
    let mut reports = Vec::new();
    // Roots that share a file leave it to the one beside it.
    let config = root.config_path().filter(|_| root.location.config_folder.as_deref() == Some(root.path()));
    let config = config.and_then(|path| convert::uri(&path)).filter(|uri| !open.contains(uri));
    let mistakes = config.and_then(|uri| Some(report(uri, None, config_mistakes(state, root)?, previous)));
    reports.extend(mistakes);
    for path in paths {
        let Some(uri) = convert::uri(&root.path().join(&*path)).filter(|uri| !open.contains(uri)) else { continue };
        if let Some(pulled) = root.pulled(&path, || closed_file(state, root, &path)) {
            reports.push(report(uri, None, pulled, previous));
        }
    }
    reports
}

/// The mistakes in a configuration file that is not open.
fn config_mistakes(state: &State, root: &Root) -> Option<Pulled> {
    Some(Pulled::new(state.config_diagnostics(&root.loaded_config())?))
}

impl Pulled {
    fn new(items: Vec<Diagnostic>) -> Self {
        Self { result_id: result_id(&items), items: Arc::new(items) }
    }
}

fn report(
    uri: Url,
    version: Option<i64>,
    pulled: Pulled,
    previous: &HashMap<Url, String>,
) -> WorkspaceDocumentDiagnosticReport {
    let Pulled { result_id, items } = pulled;
    if previous.get(&uri) == Some(&result_id) {
        let unchanged_document_diagnostic_report = UnchangedDocumentDiagnosticReport { result_id };
        return WorkspaceDocumentDiagnosticReport::Unchanged(WorkspaceUnchangedDocumentDiagnosticReport {
            uri,
            version,
            unchanged_document_diagnostic_report,
        });
    }
    let items = Arc::unwrap_or_clone(items);
    let full_document_diagnostic_report = FullDocumentDiagnosticReport { result_id: Some(result_id), items };
    WorkspaceDocumentDiagnosticReport::Full(WorkspaceFullDocumentDiagnosticReport {
        uri,
        version,
        full_document_diagnostic_report,
    })
}

/// Names an open document as the client does.
fn spell(state: &State, report: &mut WorkspaceDocumentDiagnosticReport) {
    if let Some(document) = state.documents.get(report_uri(report)) {
        match report {
            WorkspaceDocumentDiagnosticReport::Full(full) => full.uri = document.uri.clone(),
            WorkspaceDocumentDiagnosticReport::Unchanged(unchanged) => unchanged.uri = document.uri.clone(),
        }
    }
}

fn report_uri(report: &WorkspaceDocumentDiagnosticReport) -> &Url {
    match report {
        WorkspaceDocumentDiagnosticReport::Full(full) => &full.uri,
        WorkspaceDocumentDiagnosticReport::Unchanged(unchanged) => &unchanged.uri,
    }
}

/// The same for the same diagnostics, and only for those.
fn result_id(items: &[Diagnostic]) -> String {
    let mut hasher = DefaultHasher::new();
    serde_json::to_vec(items).unwrap_or_default().hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}
