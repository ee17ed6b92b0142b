//! Standard input and output around tower-lsp's service: frames, order, panics, exit.
//!
//! tower-lsp brings a `Server`, too; ours differs in what an editor notices. The calling thread reads. It starts each
//! call and polls it once in place: a notification's handler is done by then, so edits keep their order, and a quick
//! request is answered without a hop to another thread. What is not done goes on in the runtime, any number at a time.
//! A broken frame or message costs an error reply and a panic costs its own request; `exit` ends the session even
//! with the input open, and neither a slow request nor a client that does not read can stop it.

mod body;
mod frame;
mod message;
mod outgoing;
mod params;

use std::any::Any;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures_util::{FutureExt, SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::runtime::Handle;
use tower_lsp::jsonrpc::{Error, ErrorCode, Id, Request, Response};
use tower_lsp::{ClientSocket, ExitedError, LanguageServer, LspService};
use tower_service::Service;

use frame::{Frame, FrameReader};
use message::{Message, build_request, explained, invalid_request, parse_error, without_null};
pub use outgoing::{Outgoing, stdout};
pub use params::NO_VERSION;

/// How long the last messages may take to be written once the session is over.
const LAST_WRITES: Duration = Duration::from_millis(500);

/// Calls that may wait for their answer; further requests are refused.
const MOST_CALLS: usize = 1 << 15;

/// LSP 3.17, `ServerNotInitialized`; tower-lsp keeps its own to itself.
const SERVER_NOT_INITIALIZED: i64 = -32002;

/// Serves until `exit`, the end of `input`, or a client that left too much unread, and returns the exit code that LSP
/// 3.17 asks for: 0 after `shutdown`, otherwise 1.
///
/// Requests may still be in flight then: the caller ends the process, rather than waiting for the runtime. To be
/// called from a thread outside of the runtime, as reading blocks.
///
/// Two things are asked of handlers, as their first poll is on the reading thread. Those of notifications do not wait
/// for anything, or else what follows may overtake them; and nobody computes for long before the first `await`, or
/// else nothing else is read meanwhile: such work belongs into `spawn_blocking`.
pub fn serve<S: LanguageServer>(
    service: LspService<S>,
    socket: ClientSocket,
    input: impl Read,
    outgoing: &Outgoing,
    runtime: &Handle,
    observer: impl Observer,
) -> i32 {
    let (requests, mut answers) = socket.split();
    let to_client = outgoing.clone();
    // Requests and notifications that handlers send by tower-lsp's `Client`.
    let forwarder = runtime.spawn(requests.for_each(move |request| {
        to_client.send(&without_null(request));
        std::future::ready(())
    }));
    let session = Session::new(service, outgoing.clone(), runtime.clone(), observer);
    let _context = runtime.enter();
    session.read(FrameReader::new(Watched { input, session: &session }), |answer| {
        // tower-lsp panics when whoever asked has been cancelled.
        let delivered = catch_unwind(AssertUnwindSafe(|| answers.send(answer).now_or_never()));
        if delivered.is_err() {
            tracing::debug!("nobody waits for this answer any more");
        }
    });
    forwarder.abort();
    outgoing.close(LAST_WRITES);
    session.exit_code()
}

/// Is told, by the reading thread, what handlers do not see.
pub trait Observer: Send + Sync + 'static {
    /// The params of `initialize` as they came, before lsp-types reads them.
    fn initialize(&self, _params: &Value) {}

    /// No further `didChange` follows at once: another message does, or none is at hand. `is_burst`: more was read
    /// than that message.
    fn edits_end(&self, _is_burst: bool) {}
}

impl Observer for () {}

/// Input that is asked for more when all of it was handled.
struct Watched<'a, I, S, O> {
    input: I,
    session: &'a Session<S, O>,
}

impl<I: Read, S, O: Observer> Read for Watched<'_, I, S, O> {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        self.session.end_edits(false);
        self.input.read(target)
    }
}

/// Shared by the reading thread and the calls that go on in the runtime.
struct Session<S, O> {
    state: Mutex<State<S>>,
    outgoing: Outgoing,
    runtime: Handle,
    observer: O,
    /// The calls that go on in the runtime.
    pending: AtomicUsize,
}

/// Locked for an instant, never while a handler runs.
struct State<S> {
    service: LspService<S>,
    lifecycle: Lifecycle,
}

/// Kept beside tower-lsp's own, which cannot be asked, takes a second `initialize` while the first runs, and lets
/// unknown methods through at any time.
#[derive(Clone, Copy, PartialEq)]
enum Lifecycle {
    Uninitialized,
    Initializing,
    Running,
    ShutDown,
}

/// How a handler ended: tower-lsp's answer, or what it panicked with.
type Outcome = Result<Result<Option<Response>, ExitedError>, Box<dyn Any + Send>>;

impl<S, O: Observer> Session<S, O> {
    /// Panics of an observer cost no more than those of a handler.
    fn end_edits(&self, is_burst: bool) {
        let ended = catch_unwind(AssertUnwindSafe(|| self.observer.edits_end(is_burst)));
        if let Err(panic) = ended {
            tracing::error!("after edits: {}", panic_text(panic.as_ref()));
        }
    }
}

impl<S: LanguageServer, O: Observer> Session<S, O> {
    fn new(service: LspService<S>, outgoing: Outgoing, runtime: Handle, observer: O) -> Arc<Self> {
        let lifecycle = Lifecycle::Uninitialized;
        let (state, pending) = (Mutex::new(State { service, lifecycle }), AtomicUsize::new(0));
        Arc::new(Session { state, outgoing, runtime, observer, pending })
    }

    /// A panic while locked is caught and answered like any other, so the poison is no news.
    fn state(&self) -> MutexGuard<'_, State<S>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn exit_code(&self) -> i32 {
        i32::from(self.state().lifecycle != Lifecycle::ShutDown)
    }

    fn read(self: &Arc<Self>, mut frames: FrameReader<impl Read>, mut answered: impl FnMut(Response)) {
        while !self.outgoing.overflowed() {
            let refused = match frames.read() {
                Ok(Frame::Body(body)) => match self.receive(body, frames.has_more(), &mut answered) {
                    ControlFlow::Continue(()) => continue,
                    ControlFlow::Break(()) => return,
                },
                Ok(Frame::Malformed(why)) => parse_error(why),
                Ok(Frame::TooLarge(length)) => invalid_request(format!("{length} bytes are too many for a message")),
                Ok(Frame::End) => return,
                Err(error) => return tracing::warn!("reading from the client failed: {error}"),
            };
            self.outgoing.send(&Response::from_error(Id::Null, refused));
        }
    }

    fn receive(
        self: &Arc<Self>,
        body: Vec<u8>,
        is_burst: bool,
        answered: &mut impl FnMut(Response),
    ) -> ControlFlow<()> {
        let message = Message::parse(body);
        if !matches!(&message, Ok(Message::Call(request)) if request.method() == "textDocument/didChange") {
            self.end_edits(is_burst);
        }
        match message {
            Ok(Message::Call(request)) if request.method() == "exit" => {
                return ControlFlow::Break(());
            }
            Ok(Message::Call(request)) => self.call(request),
            Ok(Message::Answer(answer)) => answered(answer),
            Err(refusal) => self.outgoing.send(&refusal),
        }
        ControlFlow::Continue(())
    }

    /// Starts a handler, and answers at once if it is done at once.
    fn call(self: &Arc<Self>, request: Request) {
        let (method, id, params) = request.into_parts();
        let is_crowded = id.is_some() && self.pending.load(Ordering::Relaxed) >= MOST_CALLS && method != "shutdown";
        let crowded = || Err(invalid_request("too many requests wait for their answer"));
        let admitted = if is_crowded { crowded() } else { self.admit(&method) };
        if let Err(error) = admitted {
            return self.reply(id.map(|id| Response::from_error(id, error)));
        }
        if method == "initialize" {
            self.observer.initialize(params.as_ref().unwrap_or(&Value::Null));
        }
        let params = params::fit(&method, params);
        let request = build_request(method.to_string(), id.clone(), params);
        let session = self.clone();
        let handler = async move {
            let started = session.state().start(request);
            started.await
        };
        let mut handler = AssertUnwindSafe(handler).catch_unwind().boxed();
        match handler.poll_unpin(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(outcome) => self.finish(&method, id, outcome),
            Poll::Pending => {
                let session = self.clone();
                self.pending.fetch_add(1, Ordering::Relaxed);
                self.runtime.spawn(async move {
                    let outcome = handler.await;
                    session.pending.fetch_sub(1, Ordering::Relaxed);
                    session.finish(&method, id, outcome);
                });
            }
        }
    }

    /// Moves the lifecycle on, or says why the method may not be called now.
    fn admit(&self, method: &str) -> Result<(), Error> {
        let lifecycle = &mut self.state().lifecycle;
        match (*lifecycle, method) {
            (_, "$/cancelRequest") => {}
            (Lifecycle::Uninitialized, "initialize") => *lifecycle = Lifecycle::Initializing,
            (_, "initialize") => return Err(invalid_request("the server is initialized once")),
            (Lifecycle::Running, "shutdown") => *lifecycle = Lifecycle::ShutDown,
            (Lifecycle::Running, _) => {}
            (Lifecycle::ShutDown, _) => return Err(invalid_request("the server is shut down")),
            (Lifecycle::Uninitialized | Lifecycle::Initializing, _) => {
                let code = ErrorCode::ServerError(SERVER_NOT_INITIALIZED);
                return Err(explained(code, "the server is not initialized"));
            }
        }
        Ok(())
    }

    fn finish(&self, method: &str, id: Option<Id>, outcome: Outcome) {
        if let Err(panic) = &outcome {
            tracing::error!("{method} panicked: {}", panic_text(panic.as_ref()));
        }
        let panicked = outcome.is_err();
        let reply = id.clone().map(|id| reply_to(method, id, outcome));
        if method == "initialize" {
            let initialized = reply.as_ref().is_some_and(Response::is_ok);
            self.state().lifecycle = if initialized { Lifecycle::Running } else { Lifecycle::Uninitialized };
        }
        if panicked && let Some(id) = id {
            self.forget(id);
        }
        self.reply(reply);
    }

    /// tower-lsp keeps the id of a request that panicked, and would refuse it from then on; a cancel clears it.
    fn forget(&self, id: Id) {
        let cancel = build_request("$/cancelRequest".into(), None, Some(json!({ "id": id })));
        let cancelled = self.state().start(cancel);
        cancelled.now_or_never();
    }

    fn reply(&self, reply: Option<Response>) {
        if let Some(reply) = reply {
            self.outgoing.send(&reply);
        }
    }
}

impl<S: LanguageServer> State<S> {
    fn start(&mut self, request: Request) -> <LspService<S> as Service<Request>>::Future {
        // Always ready, but tower wants to be asked.
        let _ = self.service.poll_ready(&mut Context::from_waker(Waker::noop()));
        self.service.call(request)
    }
}

/// Every request gets exactly one reply, whatever became of its handler.
fn reply_to(method: &str, id: Id, outcome: Outcome) -> Response {
    let error = match outcome {
        Ok(Ok(Some(reply))) => return reply,
        // tower-lsp leaves an unknown `$/…` request unanswered; LSP wants the error.
        Ok(Ok(None)) => explained(ErrorCode::MethodNotFound, method),
        Ok(Err(exited)) => invalid_request(exited.to_string()),
        Err(panic) => explained(ErrorCode::InternalError, panic_text(panic.as_ref())),
    };
    Response::from_error(id, error)
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("panic")
}

#[cfg(test)]
mod tests;
