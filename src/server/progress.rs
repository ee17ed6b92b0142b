//! Work-done progress for the first index of a large workspace.

use std::{path::Path, sync::Arc};

use tokio::sync::oneshot;
use tower_lsp::lsp_types::{
    NumberOrString, ProgressParams, ProgressParamsValue, WorkDoneProgress, WorkDoneProgressBegin,
    WorkDoneProgressCreateParams, WorkDoneProgressEnd, notification, request,
};

use super::state::State;

/// Below this, indexing is over before anybody could read about it.
const LARGE: usize = 2000;

/// What the client is told of once it agrees, until this is dropped; nothing for small roots and clients that show none.
pub struct Progress(#[expect(dead_code, reason = "its end is the message")] Option<oneshot::Sender<()>>);

impl Progress {
    pub fn begin(state: &Arc<State>, root: &Path, files: usize) -> Self {
        if files < LARGE || !state.features().work_done_progress {
            return Self(None);
        }
        let Some(permit) = state.limits.may_ask() else { return Self(None) };
        let token = NumberOrString::String(format!("phasemark/index/{}", root.display()));
        let (progress, over) = oneshot::channel();
        let asking = state.clone();
        state.runtime.spawn(async move {
            let _permit = permit;
            let create = WorkDoneProgressCreateParams { token: token.clone() };
            if asking.client.send_request::<request::WorkDoneProgressCreate>(create).await.is_err() {
                return;
            }
            let begin = WorkDoneProgressBegin {
                title: "phasemark".to_owned(),
                message: Some(format!("indexing {files} files")),
                cancellable: Some(false),
                percentage: None,
            };
            send(&asking, &token, WorkDoneProgress::Begin(begin));
            let _ = over.await;
            send(&asking, &token, WorkDoneProgress::End(WorkDoneProgressEnd { message: None }));
        });
        Self(Some(progress))
    }
}

fn send(state: &State, token: &NumberOrString, progress: WorkDoneProgress) {
    let params = ProgressParams { token: token.clone(), value: ProgressParamsValue::WorkDone(progress) };
    let method = <notification::Progress as notification::Notification>::METHOD;
    state.outgoing.notify(method, &params);
}
