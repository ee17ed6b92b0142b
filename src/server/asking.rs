//! How much may be asked and computed at a time, whatever the client sends and leaves unanswered.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower_lsp::jsonrpc::{Error, Result};

/// Requests of the client that are computed at a time; the others wait, and may be cancelled meanwhile.
pub const COMPUTED: usize = 4;

/// Requests of ours that may be pending.
const ASKED: usize = 16;

pub struct Limits {
    computed: Arc<Semaphore>,
    asked: Arc<Semaphore>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { computed: Arc::new(Semaphore::new(COMPUTED)), asked: Arc::new(Semaphore::new(ASKED)) }
    }
}

/// The right to compute.
pub struct Permit(#[expect(dead_code, reason = "given back by its end")] OwnedSemaphorePermit);

impl Limits {
    /// Waits until few others compute. To be asked for before anything large is held.
    pub async fn may_compute(&self) -> Result<Permit> {
        self.computed.clone().acquire_owned().await.map(Permit).map_err(|_| Error::internal_error())
    }

    /// The right to ask the client something, unless it has left many questions unanswered.
    pub fn may_ask(&self) -> Option<Permit> {
        let permit = self.asked.clone().try_acquire_owned().ok();
        if permit.is_none() {
            tracing::warn!("{ASKED} requests to the client are unanswered");
        }
        permit.map(Permit)
    }
}

/// A question that is asked repeatedly: one at a time, plus one more if it came up meanwhile.
#[derive(Default)]
pub struct Turn(AtomicU8);

const IDLE: u8 = 0;
const ASKING: u8 = 1;
const AGAIN: u8 = 2;

impl Turn {
    /// Asks, unless that is under way: then once more afterwards.
    pub async fn ask<F: Future>(&self, question: impl Fn() -> F, mut answered: impl FnMut(F::Output)) {
        if self.0.swap(AGAIN, Ordering::AcqRel) != IDLE {
            return;
        }
        loop {
            self.0.store(ASKING, Ordering::Release);
            answered(question().await);
            if self.0.compare_exchange(ASKING, IDLE, Ordering::AcqRel, Ordering::Acquire).is_ok() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, time::Duration};

    use super::*;

    #[test]
    fn who_asks_while_it_is_asked_is_answered_by_one_more_question() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
        let (turn, asked) = (Turn::default(), Cell::new(0));
        let question = || {
            asked.set(asked.get() + 1);
            tokio::time::sleep(Duration::from_millis(1))
        };
        let ask = || turn.ask(question, |()| ());
        runtime.unwrap().block_on(async {
            futures_util::join!(ask(), ask(), ask(), ask());
            assert_eq!(asked.get(), 2);
            ask().await;
            assert_eq!(asked.get(), 3);
        });
    }
}
