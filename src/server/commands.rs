//! `workspace/executeCommand`: what an editor's palette, or an action, calls by name.

use std::{borrow::Cow, sync::Arc, time::Duration};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use tower_lsp::{
    jsonrpc::{Error, ErrorCode, Result},
    lsp_types::{CodeAction, Command, ExecuteCommandParams, Position, Url},
};

use self::about::About;
use super::{code_action, state::State};
use crate::rules;

mod about;
mod new_phase;
mod phases;
pub mod requests;

/// Creates the files that a phase lacks.
const NEW_PHASE: &str = "phasemark.newPhase";
/// Answers with what a new phase may be called, or with what a name would lead to.
const NAME_PHASE: &str = "phasemark.namePhase";
/// Writes an entry into the session log of a phase.
const INSERT_LOG_ENTRY: &str = "phasemark.insertSessionLogEntry";
/// Answers with the text that restarts work on a phase.
const RESUME_PROMPT: &str = "phasemark.resumePrompt";
/// Answers with where every phase stands.
const STATUS_REPORT: &str = "phasemark.statusReport";
/// Answers with the documentation of a rule, or with the list of all rules.
const EXPLAIN_RULE: &str = "phasemark.explainRule";
/// Makes the edit of an action whose empty places are tab stops; only actions of ours call it.
const APPLY_ACTION: &str = "phasemark.applyAction";
/// Places the cursor; only actions of ours call it, after their edit.
const SHOW_CURSOR: &str = "phasemark.showCursor";

/// Tests set it for the server that they start.
const TEST_COMMANDS: &str = "PHASEMARK_TEST_COMMANDS";
const PANIC: &str = "phasemark.test.panic";
const SLEEP: &str = "phasemark.test.sleep";

pub fn names() -> Vec<String> {
    let mut names = vec![NEW_PHASE, NAME_PHASE, INSERT_LOG_ENTRY, RESUME_PROMPT, STATUS_REPORT, EXPLAIN_RULE];
    names.extend([APPLY_ACTION, SHOW_CURSOR]);
    if std::env::var_os(TEST_COMMANDS).is_some() {
        names.extend([PANIC, SLEEP]);
    }
    names.into_iter().map(str::to_owned).collect()
}

#[derive(Serialize, Deserialize)]
struct Cursor {
    uri: Url,
    position: Position,
}

/// The command that places the cursor.
pub fn show_cursor(uri: &Url, position: Position) -> Command {
    let cursor = Cursor { uri: uri.clone(), position };
    let arguments = serde_json::to_value(cursor).ok().map(|cursor| vec![cursor]);
    Command { title: "Place the cursor".to_owned(), command: SHOW_CURSOR.to_owned(), arguments }
}

/// The command that makes the edit of an action, which can be resolved.
pub fn apply_action(action: &CodeAction) -> Command {
    let arguments = serde_json::to_value(action).ok().map(|action| vec![action]);
    Command { title: action.title.clone(), command: APPLY_ACTION.to_owned(), arguments }
}

fn refused(message: impl Into<Cow<'static, str>>) -> Error {
    Error { code: ErrorCode::InvalidRequest, message: message.into(), data: None }
}

fn explain_rule(arguments: &[Value]) -> Result<Value> {
    let [name] = arguments else {
        let rules = rules::all().iter();
        return Ok(rules.map(|rule| json!({ "name": rule.name(), "summary": rule.summary() })).collect());
    };
    let rule = name.as_str().and_then(rules::find);
    let rule = rule.ok_or_else(|| Error::invalid_params(format!("no rule is called {name}")))?;
    Ok(rules::documentation::with_fixes(rule).into())
}

/// The only argument of a command. `takes`: what that is.
fn first<T: DeserializeOwned>(params: ExecuteCommandParams, takes: &str) -> Result<T> {
    let first = params.arguments.into_iter().next().unwrap_or_default();
    let read = serde_json::from_value(first);
    read.map_err(|error| Error::invalid_params(format!("{} takes {takes}: {error}", params.command)))
}

/// # Errors
/// `InvalidParams` for a command that does not exist, for arguments that it does not take, and for
/// phases that are not there; `InvalidRequest` for what the client cannot do.
pub async fn execute(state: &Arc<State>, params: ExecuteCommandParams) -> Result<Option<Value>> {
    if !names().contains(&params.command) {
        return Err(Error::invalid_params(format!("unknown command {:?}", params.command)));
    }
    match &*params.command {
        NEW_PHASE => new_phase::new_phase(state, About::read(&params)?).await.map(Some),
        NAME_PHASE => new_phase::name_phase(state, About::read(&params)?).await.map(Some),
        INSERT_LOG_ENTRY => phases::insert_log_entry(state, About::read(&params)?).await.map(Some),
        RESUME_PROMPT => phases::resume_prompt(state, About::read(&params)?).await.map(Some),
        STATUS_REPORT => phases::status_report(state, About::read(&params)?).await.map(Some),
        EXPLAIN_RULE => explain_rule(&params.arguments).map(Some),
        APPLY_ACTION => {
            code_action::apply(state, first(params, "an action")?).await?;
            Ok(None)
        }
        SHOW_CURSOR => {
            let cursor: Cursor = first(params, "a URI and a position")?;
            requests::show(state, cursor.uri, cursor.position);
            Ok(None)
        }
        PANIC => panic!("asked to panic"),
        _ => {
            tokio::time::sleep(Duration::from_secs(60)).await;
            Ok(None)
        }
    }
}
