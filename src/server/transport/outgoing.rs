//! The way out: the sender writes as much as the pipe takes at once; the rest waits for a thread that writes.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use serde::Serialize;
use tower_lsp::lsp_types::{PublishDiagnosticsParams, Url};

/// Bytes that may wait for a client that does not read; past that we end the session.
const MAX_WAITING: usize = 256 << 20;

/// Bytes that may wait before [`Outgoing::wait_for_room`] makes a worker wait.
const ROOM: usize = 4 << 20;

/// Bytes after which no further message joins a write.
const MAX_WRITE: usize = 1 << 20;

/// Sends messages to the client; cheap to clone.
///
/// Sending never blocks, so neither the reading thread nor a worker that holds a lock can be stopped by a client that
/// does not read. Where nothing else waits the calling thread writes: that spares the way over another one. Memory stays bounded all the same: diagnostics replace those of the same document that still wait,
/// workers that produce much ask for [room](Outgoing::wait_for_room) first, and a client that leaves 256 MB unread
/// counts as gone: what waits is dropped, and the session ends with the next frame.
#[derive(Clone)]
pub struct Outgoing(Arc<Shared>);

struct Shared {
    queue: Mutex<Queue>,
    /// The queue has something to write, or is closed.
    work: Condvar,
    /// The writer took or finished something.
    progress: Condvar,
    /// Locked by whoever has set [`Queue::writing`].
    output: Mutex<Box<dyn Output>>,
    max_waiting: usize,
}

/// Where messages are written to.
pub trait Output: Write + Send {
    /// Writes as much as fits without waiting for the client: nothing where that cannot be told.
    ///
    /// # Errors
    /// Those of writing.
    fn write_what_fits(&mut self, _bytes: &[u8]) -> io::Result<usize> {
        Ok(0)
    }
}

#[cfg(test)]
impl Output for io::Sink {}

impl Output for File {
    /// After `POLLOUT` a pipe and a socket take [`PIPE_BUF`](rustix::pipe::PIPE_BUF) at once.
    #[cfg(unix)]
    fn write_what_fits(&mut self, bytes: &[u8]) -> io::Result<usize> {
        use rustix::{
            event::{PollFd, PollFlags, Timespec, poll},
            pipe::PIPE_BUF,
        };
        const AT_ONCE: Timespec = Timespec { tv_sec: 0, tv_nsec: 0 };
        let mut written = 0;
        while written < bytes.len() {
            let mut ready = [PollFd::new(&*self, PollFlags::OUT)];
            let is_ready = poll(&mut ready, Some(&AT_ONCE)).is_ok() && ready[0].revents() == PollFlags::OUT;
            if !is_ready {
                break;
            }
            written += match self.write(&bytes[written..bytes.len().min(written + PIPE_BUF)]) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                length => length?,
            };
        }
        Ok(written)
    }
}

#[derive(Default)]
struct Queue {
    /// What is left of a frame whose beginning is written.
    rest: Vec<u8>,
    /// By order of sending.
    waiting: BTreeMap<u64, Waiting>,
    /// The waiting diagnostics of each document.
    diagnostics: HashMap<Url, u64>,
    next: u64,
    /// Total of the rest and of the waiting bodies.
    bytes: usize,
    /// Somebody is within a write.
    writing: bool,
    link: Link,
}

struct Waiting {
    body: Vec<u8>,
    /// The document whose diagnostics these are.
    document: Option<Url>,
}

#[derive(Default, Clone, Copy, PartialEq)]
enum Link {
    #[default]
    Open,
    /// We are done: the writer ends when nothing waits.
    Closing,
    /// The client closed its end.
    Broken,
    /// The client does not read.
    Overflowed,
}

/// A message without an id, as JSON-RPC 2.0 section 4.1 has it.
#[derive(Serialize)]
struct Notification<'a, P> {
    jsonrpc: &'static str,
    method: &'a str,
    params: &'a P,
}

impl Outgoing {
    /// Starts the thread that writes to `output`, flushing after each write.
    pub fn start(output: impl Output + 'static) -> Self {
        Self::with_limit(output, MAX_WAITING)
    }

    /// As [`Outgoing::start`], with at most `max_waiting` bytes waiting.
    pub fn with_limit(output: impl Output + 'static, max_waiting: usize) -> Self {
        let outgoing = Outgoing(Arc::new(Shared {
            queue: Mutex::default(),
            work: Condvar::new(),
            progress: Condvar::new(),
            output: Mutex::new(Box::new(output)),
            max_waiting,
        }));
        let shared = outgoing.0.clone();
        thread::spawn(move || shared.write_what_waits());
        outgoing
    }

    /// Sends a notification, in the order of the calls.
    pub fn notify(&self, method: &str, params: &impl Serialize) {
        self.send(&Notification { jsonrpc: "2.0", method, params });
    }

    /// Sends `textDocument/publishDiagnostics` in place of those that still wait for the same document.
    pub fn publish_diagnostics(&self, params: &PublishDiagnosticsParams) {
        let method = "textDocument/publishDiagnostics";
        self.send_for(&Notification { jsonrpc: "2.0", method, params }, Some(&params.uri));
    }

    /// Sends nothing further, and has the session end: the client cannot be kept up with.
    pub fn give_up(&self) {
        self.0.give_up(self.0.lock(), Link::Overflowed);
    }

    /// Blocks while more than 4 MB wait for the client. For worker threads that hold no lock: the reading thread and
    /// those of the runtime must not be held up by a client that does not read.
    pub fn wait_for_room(&self) {
        let queue = self.0.lock();
        let full = |queue: &mut Queue| queue.bytes > ROOM && queue.link == Link::Open;
        drop(self.0.progress.wait_while(queue, full));
    }

    /// Whether nothing waits for the client.
    pub fn is_idle(&self) -> bool {
        self.0.lock().is_empty()
    }

    /// Sends a whole JSON-RPC message.
    pub(super) fn send(&self, message: &impl Serialize) {
        self.send_for(message, None);
    }

    fn send_for(&self, message: &impl Serialize, document: Option<&Url>) {
        match serde_json::to_vec(message) {
            Ok(body) => self.0.write_or_push(body, document),
            Err(error) => tracing::error!("a message cannot be written as JSON: {error}"),
        }
    }

    /// True when the client left too much unread; nothing will reach it any more.
    pub(super) fn overflowed(&self) -> bool {
        self.0.lock().link == Link::Overflowed
    }

    /// Accepts nothing further, and waits at most `patience` for the rest to be written.
    pub(super) fn close(&self, patience: Duration) {
        let mut queue = self.0.lock();
        if queue.link == Link::Open {
            queue.link = Link::Closing;
        }
        self.0.work.notify_all();
        self.0.progress.notify_all();
        let unwritten = |queue: &mut Queue| queue.writing || !queue.is_empty();
        drop(self.0.progress.wait_timeout_while(queue, patience, unwritten));
    }
}

impl Shared {
    /// A panic cannot leave the queue half changed, so its poison is no news.
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_or_push(&self, body: Vec<u8>, document: Option<&Url>) {
        let mut queue = self.lock();
        if queue.link != Link::Open {
            return;
        }
        if !queue.writing && queue.is_empty() {
            queue.writing = true;
            drop(queue);
            return self.write_at_once(&body);
        }
        queue.push(Waiting { body, document: document.cloned() });
        if queue.bytes > self.max_waiting {
            tracing::error!("the client left {} bytes unread: giving up", queue.bytes);
            self.give_up(queue, Link::Overflowed);
        } else if !queue.writing {
            self.work.notify_one();
        }
    }

    fn give_up(&self, mut queue: MutexGuard<'_, Queue>, link: Link) {
        *queue = Queue { link, writing: queue.writing, ..Queue::default() };
        self.work.notify_all();
        self.progress.notify_all();
    }

    /// Writes what fits, and leaves the rest to the writer; the caller has set [`Queue::writing`].
    fn write_at_once(&self, body: &[u8]) {
        let mut frame = Vec::with_capacity(body.len() + 32);
        push_frame(&mut frame, body);
        let written = self.output().write_what_fits(&frame);
        self.written(written.map(|length| &frame[length..]));
    }

    fn write_what_waits(&self) {
        while let Some(frames) = self.next_frames() {
            let mut output = self.output();
            let written = output.write_all(&frames).and_then(|()| output.flush());
            drop(output);
            if !self.written(written.map(|()| &[][..])) {
                return;
            }
        }
    }

    fn output(&self) -> MutexGuard<'_, Box<dyn Output>> {
        self.output.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes the rest of what was written under [`Queue::writing`]; false if the client closed its end.
    fn written(&self, rest: io::Result<&[u8]>) -> bool {
        let mut queue = self.lock();
        queue.writing = false;
        match rest {
            Ok(rest) if queue.link != Link::Overflowed => queue.begin_with(rest),
            Ok(_) => {}
            Err(error) => {
                tracing::warn!("writing to the client failed: {error}");
                self.give_up(queue, Link::Broken);
                return false;
            }
        }
        if !queue.is_empty() || queue.link != Link::Open {
            self.work.notify_one();
        }
        drop(queue);
        self.progress.notify_all();
        true
    }

    /// What waits, as frames, up to [`MAX_WRITE`] and one message; blocks until there is some. `None` after the last.
    fn next_frames(&self) -> Option<Vec<u8>> {
        let idle = |queue: &mut Queue| queue.writing || queue.is_empty() && queue.link == Link::Open;
        let queue = self.work.wait_while(self.lock(), idle);
        let mut queue = queue.unwrap_or_else(PoisonError::into_inner);
        let mut frames = std::mem::take(&mut queue.rest);
        queue.bytes -= frames.len();
        while frames.len() < MAX_WRITE
            && let Some(body) = queue.pop()
        {
            push_frame(&mut frames, &body);
        }
        queue.writing = !frames.is_empty();
        queue.writing.then_some(frames)
    }
}

fn push_frame(frames: &mut Vec<u8>, body: &[u8]) {
    // Into memory, so it cannot fail.
    let _ = write!(frames, "Content-Length: {}\r\n\r\n", body.len());
    frames.extend_from_slice(body);
}

impl Queue {
    fn is_empty(&self) -> bool {
        self.rest.is_empty() && self.waiting.is_empty()
    }

    fn begin_with(&mut self, rest: &[u8]) {
        self.bytes += rest.len();
        self.rest = rest.to_vec();
    }

    fn push(&mut self, message: Waiting) {
        if let Some(uri) = &message.document {
            let older = self.diagnostics.insert(uri.clone(), self.next);
            let superseded = older.and_then(|older| self.waiting.remove(&older));
            self.bytes -= superseded.map_or(0, |message| message.body.len());
        }
        self.bytes += message.body.len();
        self.waiting.insert(self.next, message);
        self.next += 1;
    }

    fn pop(&mut self) -> Option<Vec<u8>> {
        let (_, message) = self.waiting.pop_first()?;
        self.bytes -= message.body.len();
        if let Some(uri) = message.document {
            self.diagnostics.remove(&uri);
        }
        Some(message.body)
    }
}

/// Standard output without the line buffer of [`io::stdout`], which would cut each frame into two writes.
///
/// # Errors
/// Those of duplicating the handle.
pub fn stdout() -> io::Result<File> {
    #[cfg(windows)]
    let handle = std::os::windows::io::AsHandle::as_handle(&io::stdout()).try_clone_to_owned();
    #[cfg(not(windows))]
    let handle = std::os::fd::AsFd::as_fd(&io::stdout()).try_clone_to_owned();
    handle.map(File::from)
}

#[cfg(test)]
mod tests;
