//! Work-done progress for the first index of a large workspace.

use std::{path::Path, time::Duration};

use tower_lsp::lsp_types::{
    NumberOrString, ProgressParams, ProgressParamsValue, WorkDoneProgress, WorkDoneProgressBegin,
    WorkDoneProgressCreateParams, WorkDoneProgressEnd, notification, request,
};

use super::state::State;

/// Below this, indexing is over before anybody could read about it.
const LARGE: usize = 2000;

/// A client that takes longer to say yes is indexed for without progress.
const PATIENCE: Duration = Duration::from_secs(1);

/// A progress that the client was told of; nothing for small roots and clients that show none.
pub struct Progress(Option<NumberOrString>);

impl Progress {
    pub fn begin(state: &State, root: &Path, files: usize) -> Self {
        if files < LARGE || !state.features().work_done_progress {
            return Self(None);
        }
        let token = NumberOrString::String(format!("phasemark/index/{}", root.display()));
        let create = WorkDoneProgressCreateParams { token: token.clone() };
        // Waits on a thread of the index, never in a handler; and not for ever.
        let created = state.client.send_request::<request::WorkDoneProgressCreate>(create);
        let created = state.runtime.block_on(async { tokio::time::timeout(PATIENCE, created).await });
        if !matches!(created, Ok(Ok(()))) {
            return Self(None);
        }
        let begin = WorkDoneProgressBegin {
            title: "phasemark".to_owned(),
            message: Some(format!("indexing {files} files")),
            cancellable: Some(false),
            percentage: None,
        };
        send(state, &token, WorkDoneProgress::Begin(begin));
        Self(Some(token))
    }

    pub fn end(self, state: &State) {
        if let Some(token) = self.0 {
            send(state, &token, WorkDoneProgress::End(WorkDoneProgressEnd { message: None }));
        }
    }
}

fn send(state: &State, token: &NumberOrString, progress: WorkDoneProgress) {
    let params = ProgressParams { token: token.clone(), value: ProgressParamsValue::WorkDone(progress) };
    let method = <notification::Progress as notification::Notification>::METHOD;
    state.outgoing.notify(method, &params);
}
