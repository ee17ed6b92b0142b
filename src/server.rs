//! The language server: LSP in, plain types out.
//!
//! A message is read by [`transport`], turned into plain types here, and noted in [`state`]; the thread that has taken the
//! [`desk`] reads the newest version of what changed and publishes. Nothing is computed here.

use std::{io, path::PathBuf, sync::Arc};

use serde_json::Value;
use tower_lsp::{
    LanguageServer, LspService, async_trait,
    jsonrpc::Result,
    lsp_types::{
        CodeAction, CodeActionParams, CodeActionResponse, CompletionItem, CompletionParams, CompletionResponse,
        ConfigurationItem, DidChangeConfigurationParams, DidChangeTextDocumentParams, DidChangeWatchedFilesParams,
        DidChangeWatchedFilesRegistrationOptions, DidChangeWorkspaceFoldersParams, DidCloseTextDocumentParams,
        DidOpenTextDocumentParams, DidSaveTextDocumentParams, DocumentDiagnosticParams, DocumentDiagnosticReportResult,
        ExecuteCommandParams, FileSystemWatcher, GlobPattern, Hover, HoverParams, InitializeParams, InitializeResult,
        InitializedParams, Registration, ServerInfo, Url, WatchKind, WorkspaceDiagnosticParams,
        WorkspaceDiagnosticReportResult, WorkspaceFolder,
    },
};

mod analyst;
mod answer;
mod asking;
mod code_action;
mod commands;
mod completion;
mod convert;
mod desk;
mod edits;
mod features;
mod hover;
mod index;
mod log;
mod open_document;
mod parent;
mod progress;
mod pull;
mod queue;
mod requests;
mod roots;
mod state;
mod syntax;
pub mod transport;

use self::{desk::Desk, features::Features, queue::Job, state::State, transport::Outgoing};

/// The section of client settings.
const SECTION: &str = "phasemark";

/// Serves over standard input and output; returns the exit code.
///
/// # Errors
/// If standard output or the runtime cannot be had.
pub fn main() -> io::Result<i32> {
    log::start();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(asking::COMPUTED)
        .enable_time()
        .build()?;
    let outgoing = Outgoing::start(transport::stdout()?);
    let handle = runtime.handle().clone();
    let mut state = None;
    let (service, socket) = LspService::build(|client| {
        let shared = Arc::new(State::new(client, outgoing.clone(), handle));
        state = Some(shared.clone());
        Server { state: shared }
    })
    .custom_method("$/setTrace", Server::set_trace)
    .finish();
    let state = state.expect("the service was built");
    let desk = Desk::new(state);
    desk.start();
    let code = transport::serve(service, socket, io::stdin().lock(), &outgoing, runtime.handle(), desk);
    runtime.shutdown_background();
    log::finish();
    Ok(code)
}

/// What a server would share that writes to no client; its tasks run on `runtime`.
#[cfg(test)]
fn unconnected(runtime: &tokio::runtime::Runtime) -> Arc<State> {
    let mut state = None;
    LspService::new(|client| {
        let shared = Arc::new(State::new(client, Outgoing::start(io::sink()), runtime.handle().clone()));
        state = Some(shared.clone());
        Server { state: shared }
    });
    state.expect("the service was built")
}

struct Server {
    state: Arc<State>,
}

impl Server {
    /// Traces go to stderr by `PHASEMARK_LOG`, whatever the client asks.
    async fn set_trace(&self, _params: Value) {}

    fn register(&self) {
        let features = self.state.features();
        let mut registrations = Vec::new();
        if features.registers_watchers {
            registrations.push(Registration {
                id: "phasemark/watched-files".to_owned(),
                method: "workspace/didChangeWatchedFiles".to_owned(),
                register_options: serde_json::to_value(watchers()).ok(),
            });
        }
        if features.registers_configuration {
            registrations.push(Registration {
                id: "phasemark/configuration".to_owned(),
                method: "workspace/didChangeConfiguration".to_owned(),
                register_options: Some(serde_json::json!({ "section": SECTION })),
            });
        }
        if !registrations.is_empty() {
            let client = self.state.client.clone();
            self.state.runtime.spawn(async move {
                if let Err(error) = client.register_capability(registrations).await {
                    tracing::warn!("dynamic registration failed: {error}");
                }
            });
        }
    }

    /// Asks for the settings of every workspace folder; never waited for in a handler.
    fn ask_for_settings(&self) {
        let state = self.state.clone();
        self.state.runtime.spawn(async move {
            let question = async || {
                let mut folders = vec![PathBuf::new()];
                folders.extend(state.folders());
                let items = folders.iter().map(|folder| ConfigurationItem {
                    scope_uri: convert::uri(folder),
                    section: Some(SECTION.to_owned()),
                });
                let settings = state.client.configuration(items.collect()).await?;
                Result::Ok(folders.into_iter().zip(settings).collect())
            };
            let answered = |settings| match settings {
                // `null` where the user has set nothing, or nothing any more.
                Ok(settings) => state.queue.push(Job::Settings(settings)),
                Err(error) => tracing::warn!("workspace/configuration failed: {error}"),
            };
            state.configuration.ask(question, answered).await;
        });
    }
}

/// Artifacts and configuration in all their changes; of everything else, what comes and goes.
fn watchers() -> DidChangeWatchedFilesRegistrationOptions {
    let watcher = |glob: &str, kind| FileSystemWatcher { glob_pattern: GlobPattern::String(glob.to_owned()), kind };
    DidChangeWatchedFilesRegistrationOptions {
        watchers: vec![
            watcher("**/*.md", None),
            watcher("**/*.markdown", None),
            watcher("**/phasemark.toml", None),
            watcher("**/*", Some(WatchKind::Create | WatchKind::Delete)),
        ],
    }
}

fn end_with_client() {
    tracing::warn!("the client's process has ended: exiting");
    log::finish();
    std::process::exit(1);
}

/// The workspace folders in the params of `initialize`; without any list, the root.
fn folders(params: &Value) -> Vec<PathBuf> {
    let path = |uri: &Value| convert::path(&Url::parse(uri.as_str()?).ok()?);
    match params.get("workspaceFolders").and_then(Value::as_array) {
        Some(folders) => folders.iter().filter_map(|folder| path(folder.get("uri")?)).collect(),
        None => params.get("rootUri").and_then(path).into_iter().collect(),
    }
}

fn paths(folders: Vec<WorkspaceFolder>) -> Vec<PathBuf> {
    folders.into_iter().filter_map(|folder| convert::path(&folder.uri)).collect()
}

#[async_trait]
impl LanguageServer for Server {
    async fn initialize(&self, _: InitializeParams) -> Result<InitializeResult> {
        let params = self.state.raw_params();
        let features = Features::negotiate(&params);
        let capabilities = features.server_capabilities();
        self.state.set_features(features);
        self.state.set_folders(folders(&params));
        if let Some(settings) = params.get("initializationOptions").filter(|options| options.is_object()) {
            self.state.set_initial_settings(settings.clone());
        }
        if let Some(id) = params.get("processId").and_then(Value::as_u64).and_then(|id| u32::try_from(id).ok()) {
            parent::watch(&self.state.runtime, id, end_with_client);
        }
        let version = Some(env!("CARGO_PKG_VERSION").to_owned());
        Ok(InitializeResult { capabilities, server_info: Some(ServerInfo { name: "phasemark".to_owned(), version }) })
    }

    async fn initialized(&self, _: InitializedParams) {
        self.register();
        self.state.queue.push(Job::Folders);
        if self.state.features().configuration {
            self.ask_for_settings();
        }
    }

    async fn shutdown(&self) -> Result<()> {
        Ok(())
    }

    async fn did_open(&self, params: DidOpenTextDocumentParams) {
        self.state.open(params.text_document);
    }

    async fn did_change(&self, params: DidChangeTextDocumentParams) {
        self.state.change(params);
    }

    async fn did_save(&self, params: DidSaveTextDocumentParams) {
        self.state.queue.push(Job::Saved(convert::canonical(params.text_document.uri)));
    }

    async fn did_close(&self, params: DidCloseTextDocumentParams) {
        self.state.close(params.text_document.uri);
    }

    async fn did_change_watched_files(&self, params: DidChangeWatchedFilesParams) {
        self.state.queue.push(Job::Watched(params.changes));
    }

    async fn did_change_configuration(&self, params: DidChangeConfigurationParams) {
        if self.state.features().configuration {
            return self.ask_for_settings();
        }
        let settings = params.settings.get(SECTION).unwrap_or(&params.settings).clone();
        if settings.is_object() {
            self.state.queue.push(Job::Settings(vec![(PathBuf::new(), settings)]));
        }
    }

    async fn did_change_workspace_folders(&self, params: DidChangeWorkspaceFoldersParams) {
        self.state.change_folders(paths(params.event.added), &paths(params.event.removed));
        self.state.queue.push(Job::Folders);
        if self.state.features().configuration {
            self.ask_for_settings();
        }
    }

    async fn hover(&self, params: HoverParams) -> Result<Option<Hover>> {
        let at = params.text_document_position_params;
        let analysis = pull::analysis(&self.state, &convert::canonical(at.text_document.uri)).await?;
        Ok(analysis.and_then(|analysis| hover::hover(&analysis, self.state.features(), at.position)))
    }

    async fn diagnostic(&self, params: DocumentDiagnosticParams) -> Result<DocumentDiagnosticReportResult> {
        let report = pull::document(&self.state, params.text_document.uri, params.previous_result_id).await?;
        Ok(DocumentDiagnosticReportResult::Report(report))
    }

    async fn workspace_diagnostic(&self, params: WorkspaceDiagnosticParams) -> Result<WorkspaceDiagnosticReportResult> {
        let previous =
            params.previous_result_ids.into_iter().map(|id| (convert::canonical(id.uri), id.value)).collect();
        let report = pull::workspace(&self.state, previous).await?;
        Ok(WorkspaceDiagnosticReportResult::Report(report))
    }

    async fn completion(&self, params: CompletionParams) -> Result<Option<CompletionResponse>> {
        let list = completion::complete(&self.state, params).await?;
        Ok(list.map(CompletionResponse::List))
    }

    async fn completion_resolve(&self, item: CompletionItem) -> Result<CompletionItem> {
        completion::resolve(&self.state, item).await
    }

    async fn code_action(&self, params: CodeActionParams) -> Result<Option<CodeActionResponse>> {
        code_action::list(&self.state, params).await.map(Some)
    }

    async fn code_action_resolve(&self, action: CodeAction) -> Result<CodeAction> {
        code_action::resolve(&self.state, action).await
    }

    async fn execute_command(&self, params: ExecuteCommandParams) -> Result<Option<Value>> {
        commands::execute(&self.state, params).await
    }
}
