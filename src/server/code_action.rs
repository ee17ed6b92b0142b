//! `textDocument/codeAction` and `codeAction/resolve`.

use std::{collections::HashSet, ops, sync::Arc};

use jiff::Zoned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tower_lsp::{
    jsonrpc::{Error, ErrorCode, Result},
    lsp_types::{
        CodeAction, CodeActionContext, CodeActionKind, CodeActionOrCommand, CodeActionParams, Diagnostic,
        NumberOrString, Range, Url,
    },
};

use super::{
    answer::{Question, answer, blocking},
    commands::names,
    convert,
    edits::Target,
    open_document::{Analysis, Subject, Task},
    pull, requests,
    roots::Root,
    state::State,
};
use crate::{
    actions::{self, Action, ActionKind, Change, Context},
    artifact::Document,
    diagnostic::Diagnostic as Finding,
    workspace::Files,
};

/// What a client sends back for the edit of a costly action.
#[derive(Serialize, Deserialize)]
struct Data {
    uri: Url,
    version: i32,
    /// Bytes.
    selection: ops::Range<usize>,
    /// The findings that the client named.
    #[serde(default)]
    asked: Vec<Named>,
}

/// A finding as a client names it: findings may be counted anew before it comes back.
#[derive(Clone, Serialize, Deserialize)]
struct Named {
    rule: String,
    /// Bytes.
    range: ops::Range<usize>,
}

pub async fn list(state: &Arc<State>, params: CodeActionParams) -> Result<Vec<CodeActionOrCommand>> {
    let uri = convert::canonical(params.text_document.uri);
    let permit = state.limits.may_compute().await?;
    let Some(analysis) = pull::analysis(state, &uri).await? else { return Ok(Vec::new()) };
    let question = Question { task: Task::Actions, uri, analysis };
    let list = answer(state, permit, question, move |state, Question { uri, analysis, .. }, files| {
        let Some(lister) = Lister::new(state, files, uri, analysis) else { return Vec::new() };
        let (start, end) =
            (lister.target.place.offset(params.range.start), lister.target.place.offset(params.range.end));
        let selection = start.min(end)..end.max(start);
        let asked = lister.named(&params.context.diagnostics);
        let data = Data { uri: uri.clone(), version: analysis.version, selection, asked };
        lister.list(&data, &params.context)
    });
    Ok(list.await?.unwrap_or_default())
}

/// Fills in the edit of an action that was offered without one.
///
/// # Errors
/// `ContentModified` if the document is another one by now; `InvalidParams` for data that is not ours.
pub async fn resolve(state: &Arc<State>, action: CodeAction) -> Result<CodeAction> {
    if action.data.is_none() {
        return Ok(action);
    }
    with_change(state, action, |lister, mut action, change| {
        lister.fill(&mut action, change)?;
        Some(action)
    })
    .await
}

/// Has the client make the edit of an action that was offered as a command.
///
/// # Errors
/// As [`resolve`]; `InvalidRequest` if the client has left many requests unanswered.
pub async fn apply(state: &Arc<State>, action: CodeAction) -> Result<()> {
    let asked = state.clone();
    let ask = move |lister: &Lister, _, change: &Change| {
        Some(requests::apply(&asked, lister.target.request(change, asked.features())?))
    };
    with_change(state, action, ask).await?
}

/// What `then` makes of the change of an action that comes back from a client.
async fn with_change<T: Send + 'static>(
    state: &Arc<State>,
    action: CodeAction,
    then: impl FnOnce(&Lister, CodeAction, &Change) -> Option<T> + Send + 'static,
) -> Result<T> {
    let data = action.data.clone().unwrap_or_default();
    let data: Data = serde_json::from_value(data).map_err(|error| Error::invalid_params(error.to_string()))?;
    let permit = state.limits.may_compute().await?;
    let analysis = pull::analysis(state, &data.uri).await?.filter(|analysis| analysis.version == data.version);
    let Some(analysis) = analysis else { return Err(modified()) };
    // What comes back from a client need not be what it was given.
    let place = analysis.place(state.features());
    if place.is_some_and(|place| place.text.get(data.selection.clone()).is_none()) {
        return Err(Error::invalid_params("selection out of range"));
    }
    let lister = state.clone();
    let resolve = move || {
        let files = &analysis.root()?.files;
        let lister = Lister::new(&lister, files, &data.uri, &analysis)?;
        let change = lister.change(&action, &data)?;
        then(&lister, action, &change)
    };
    blocking(state, permit, resolve).await?.ok_or_else(modified)
}

fn modified() -> Error {
    Error {
        code: ErrorCode::ContentModified,
        message: "the document has changed since the action was offered".into(),
        data: None,
    }
}

/// Lists and resolves the actions of one document.
struct Lister<'a> {
    state: &'a State,
    files: &'a dyn Files,
    analysis: &'a Analysis,
    root: &'a Root,
    document: &'a Document,
    target: Target<'a>,
}

impl<'a> Lister<'a> {
    /// `uri`: canonical. `None` for what is no artifact.
    fn new(state: &'a State, files: &'a dyn Files, uri: &Url, analysis: &'a Analysis) -> Option<Self> {
        let Subject::Artifact { root, document, .. } = &analysis.subject else { return None };
        let place = analysis.place(state.features())?;
        let target = Target { root, uri: state.spelled(uri), version: Some(analysis.version), place };
        Some(Self { state, files, analysis, root, document, target })
    }

    fn with_context<T>(&self, data: &Data, ask: impl FnOnce(&Context) -> T) -> T {
        let (workspace, now) = (self.root.workspace(), Zoned::now());
        let named: HashSet<_> = data.asked.iter().map(|named| (&*named.rule, named.range.clone())).collect();
        let is_asked = |finding: &Finding| named.contains(&(finding.rule, finding.range.clone()));
        let findings = self.analysis.diagnostics.iter().enumerate();
        let asked = findings.filter(|(_, finding)| is_asked(finding)).map(|(n, _)| n).collect();
        ask(&Context {
            document: self.document,
            workspace: &workspace,
            files: self.files,
            diagnostics: &self.analysis.diagnostics,
            selection: data.selection.clone(),
            asked,
            now: &now,
        })
    }

    /// The findings that a client's diagnostics name, by code and range; those of others name none.
    fn named(&self, theirs: &[Diagnostic]) -> Vec<Named> {
        let key = |diagnostic: &Diagnostic| match &diagnostic.code {
            Some(NumberOrString::String(code)) => {
                let Range { start, end } = diagnostic.range;
                Some((code.clone(), [start.line, start.character, end.line, end.character]))
            }
            _ => None,
        };
        let theirs: HashSet<_> = theirs.iter().filter_map(key).collect();
        if theirs.is_empty() {
            return Vec::new();
        }
        let is_named = |finding: &&Finding| {
            key(&convert::diagnostic(self.target.place, finding, None)).is_some_and(|own| theirs.contains(&own))
        };
        let found = self.analysis.diagnostics.iter().filter(is_named);
        found.map(|finding| Named { rule: finding.rule.to_owned(), range: finding.range.clone() }).collect()
    }

    fn list(&self, data: &Data, context: &CodeActionContext) -> Vec<CodeActionOrCommand> {
        let features = self.state.features();
        // Whether an action needs new files has to be known at once where the client has none.
        let with_costly = !features.resolves_actions || !features.creates_files;
        let wants = |kind: ActionKind| is_wanted(kind, context.only.as_deref());
        let found = self.with_context(data, |ctx| actions::list(ctx, &wants, with_costly));
        let data = serde_json::to_value(data).unwrap_or_default();
        let found = found.into_iter().filter_map(|action| self.convert(action, context, &data));
        found.map(CodeActionOrCommand::CodeAction).collect()
    }

    /// `None` for one that needs what the client cannot do.
    fn convert(&self, action: Action, context: &CodeActionContext, data: &Value) -> Option<CodeAction> {
        let repaired = action.repairs.iter().filter_map(|n| self.analysis.diagnostics.get(*n));
        let diagnostics: Vec<_> = repaired
            .map(|finding| {
                let own = convert::diagnostic(self.target.place, finding, None);
                let same = |theirs: &&Diagnostic| theirs.code == own.code && theirs.range == own.range;
                let mut theirs = context.diagnostics.iter().filter(same);
                // Two may stand in one place.
                let exact = theirs.clone().find(|theirs| theirs.message == own.message);
                exact.or_else(|| theirs.next()).cloned().unwrap_or(own)
            })
            .collect();
        let mut converted = CodeAction {
            title: action.title,
            kind: Some(CodeActionKind::new(action.kind.name())),
            diagnostics: (!diagnostics.is_empty()).then_some(diagnostics),
            is_preferred: action.is_preferred.then_some(true),
            ..CodeAction::default()
        };
        match action.change {
            // Editors make the edit of an action by themselves; that of a request is handed to their plugins, which
            // know more of snippets: Neovim's own code knows none in edits.
            _ if action.is_template && self.state.features().snippet_edits => {
                let named = CodeAction { data: Some(data.clone()), diagnostics: None, ..converted.clone() };
                converted.command = Some(names::apply_action(&named));
            }
            Some(change) => self.fill(&mut converted, &change)?,
            None => converted.data = Some(data.clone()),
        }
        Some(converted)
    }

    fn fill(&self, action: &mut CodeAction, change: &Change) -> Option<()> {
        let features = self.state.features();
        action.edit = Some(self.target.workspace_edit(change, features)?);
        action.command = self.target.cursor_command(change, features);
        Some(())
    }

    fn change(&self, action: &CodeAction, data: &Data) -> Option<Change> {
        let kind = action.kind.as_ref()?.as_str();
        let kind = ActionKind::ALL.into_iter().find(|known| known.name() == kind)?;
        self.with_context(data, |ctx| actions::resolve(ctx, kind, &action.title))
    }
}

/// Whether a client that asks for `only` these kinds wants this one: `refactor` is also for
/// `refactor.rewrite`.
fn is_wanted(kind: ActionKind, only: Option<&[CodeActionKind]>) -> bool {
    let is_below = |wanted: &str| {
        let rest = kind.name().strip_prefix(wanted);
        rest.is_some_and(|rest| wanted.is_empty() || rest.is_empty() || rest.starts_with('.'))
    };
    only.is_none_or(|only| only.iter().any(|wanted| is_below(wanted.as_str())))
}
