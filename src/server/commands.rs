//! `workspace/executeCommand`: what an editor's palette, or an action, calls by name.

use std::{sync::Arc, time::Duration};

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tower_lsp::{
    jsonrpc::{Error, Result},
    lsp_types::ExecuteCommandParams,
};

use self::{about::About, names::Cursor};
use super::{code_action, requests, state::State};
use crate::rules;

mod about;
pub mod names;
mod new_phase;
mod phases;

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
    if !names::all().contains(&params.command) {
        return Err(Error::invalid_params(format!("unknown command {:?}", params.command)));
    }
    match &*params.command {
        names::NEW_PHASE => new_phase::new_phase(state, About::read(&params)?).await.map(Some),
        names::NAME_PHASE => new_phase::name_phase(state, About::read(&params)?).await.map(Some),
        names::INSERT_LOG_ENTRY => phases::insert_log_entry(state, About::read(&params)?).await.map(Some),
        names::RESUME_PROMPT => phases::resume_prompt(state, About::read(&params)?).await.map(Some),
        names::STATUS_REPORT => phases::status_report(state, About::read(&params)?).await.map(Some),
        names::EXPLAIN_RULE => explain_rule(&params.arguments).map(Some),
        names::APPLY_ACTION => {
            code_action::apply(state, first(params, "an action")?).await?;
            Ok(None)
        }
        names::SHOW_CURSOR => {
            let cursor: Cursor = first(params, "a URI and a position")?;
            requests::show(state, cursor.uri, cursor.position);
            Ok(None)
        }
        names::PANIC => panic!("asked to panic"),
        _ => {
            tokio::time::sleep(Duration::from_secs(60)).await;
            Ok(None)
        }
    }
}
