//! The commands by name, and those that actions carry.

use serde::{Deserialize, Serialize};
use tower_lsp::lsp_types::{CodeAction, Command, Position, Url};

/// Creates the files that a phase lacks.
pub const NEW_PHASE: &str = "phasemark.newPhase";
/// Answers with what a new phase may be called, or with what a name would lead to.
pub const NAME_PHASE: &str = "phasemark.namePhase";
/// Writes an entry into the session log of a phase.
pub const INSERT_LOG_ENTRY: &str = "phasemark.insertSessionLogEntry";
/// Answers with the text that restarts work on a phase.
pub const RESUME_PROMPT: &str = "phasemark.resumePrompt";
/// Answers with where every phase stands.
pub const STATUS_REPORT: &str = "phasemark.statusReport";
/// Answers with the documentation of a rule, or with the list of all rules.
pub const EXPLAIN_RULE: &str = "phasemark.explainRule";
/// Makes the edit of an action whose empty places are tab stops; only actions of ours call it.
pub const APPLY_ACTION: &str = "phasemark.applyAction";
/// Places the cursor; only actions of ours call it, after their edit.
pub const SHOW_CURSOR: &str = "phasemark.showCursor";

/// Tests set it for the server that they start.
const TEST_COMMANDS: &str = "PHASEMARK_TEST_COMMANDS";
pub const PANIC: &str = "phasemark.test.panic";
const SLEEP: &str = "phasemark.test.sleep";

pub fn all() -> Vec<String> {
    let mut names = vec![NEW_PHASE, NAME_PHASE, INSERT_LOG_ENTRY, RESUME_PROMPT, STATUS_REPORT, EXPLAIN_RULE];
    names.extend([APPLY_ACTION, SHOW_CURSOR]);
    if std::env::var_os(TEST_COMMANDS).is_some() {
        names.extend([PANIC, SLEEP]);
    }
    names.into_iter().map(str::to_owned).collect()
}

#[derive(Serialize, Deserialize)]
pub struct Cursor {
    pub uri: Url,
    pub position: Position,
}

/// The command that places the cursor.
pub fn show_cursor(uri: Url, position: Position) -> Command {
    let arguments = serde_json::to_value(Cursor { uri, position }).ok().map(|cursor| vec![cursor]);
    Command { title: "Place the cursor".to_owned(), command: SHOW_CURSOR.to_owned(), arguments }
}

/// The command that makes the edit of an action, which can be resolved.
pub fn apply_action(action: &CodeAction) -> Command {
    let arguments = serde_json::to_value(action).ok().map(|action| vec![action]);
    Command { title: action.title.clone(), command: APPLY_ACTION.to_owned(), arguments }
}
