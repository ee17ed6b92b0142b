//! Logging that never waits: a client that does not read our stderr, or closed it, stops no handler.

use std::{
    backtrace::Backtrace,
    collections::VecDeque,
    io::{self, Write},
    panic,
    sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError},
    thread,
    time::Duration,
};

use tracing_subscriber::EnvFilter;

/// Bytes that may be buffered; further lines are dropped.
const MOST_WAITING: usize = 1 << 20;

/// How long the last lines may take to be written once the session is over.
const LAST_LINES: Duration = Duration::from_millis(100);

static LOG: OnceLock<Log> = OnceLock::new();

/// Sends events and panics to stderr, as standard output belongs to the protocol. `PHASEMARK_LOG=debug` says more.
pub fn start() {
    let log = LOG.get_or_init(|| Log::start(io::stderr(), MOST_WAITING));
    let filter = EnvFilter::try_from_env("PHASEMARK_LOG").unwrap_or_else(|_| "warn".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(|| log.clone()).with_ansi(false).init();
    // The usual hook would wait for stderr.
    panic::set_hook(Box::new(|panic| tracing::error!("{panic}\n{}", Backtrace::capture())));
}

/// Has the last lines written, unless that takes long.
pub fn finish() {
    if let Some(log) = LOG.get() {
        log.wait_until_written(LAST_LINES);
    }
}

/// The lines on their way to a thread that writes them.
#[derive(Clone)]
struct Log(Arc<Shared>);

struct Shared {
    lines: Mutex<Lines>,
    changed: Condvar,
    most_waiting: usize,
}

#[derive(Default)]
struct Lines {
    waiting: VecDeque<Vec<u8>>,
    bytes: usize,
    dropped: u64,
    is_writing: bool,
    /// The reader has gone.
    is_closed: bool,
}

impl Log {
    fn start(output: impl Write + Send + 'static, most_waiting: usize) -> Self {
        let log = Self(Arc::new(Shared { lines: Mutex::default(), changed: Condvar::new(), most_waiting }));
        let shared = log.0.clone();
        thread::spawn(move || shared.write_lines(output));
        log
    }

    fn wait_until_written(&self, patience: Duration) {
        let is_unwritten = |lines: &mut Lines| !lines.is_closed && (lines.is_writing || !lines.waiting.is_empty());
        drop(self.0.changed.wait_timeout_while(self.0.lock(), patience, is_unwritten));
    }
}

/// One write is one event.
impl Write for Log {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut lines = self.0.lock();
        if lines.bytes + line.len() > self.0.most_waiting {
            lines.dropped += 1;
        } else if !lines.is_closed {
            lines.bytes += line.len();
            lines.waiting.push_back(line.to_vec());
            self.0.changed.notify_all();
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_lines(&self, mut output: impl Write) {
        loop {
            let line = self.next_line();
            let written = output.write_all(&line).and_then(|()| output.flush());
            let mut lines = self.lock();
            lines.is_writing = false;
            lines.is_closed = written.is_err();
            self.changed.notify_all();
            if lines.is_closed {
                lines.waiting.clear();
                return;
            }
        }
    }

    /// Waits for one; how many were dropped is said before the next.
    fn next_line(&self) -> Vec<u8> {
        let is_empty = |lines: &mut Lines| lines.waiting.is_empty();
        let waited = self.changed.wait_while(self.lock(), is_empty);
        let mut lines = waited.unwrap_or_else(PoisonError::into_inner);
        let mut line = lines.waiting.pop_front().unwrap_or_default();
        lines.bytes -= line.len();
        lines.is_writing = true;
        let dropped = std::mem::take(&mut lines.dropped);
        if dropped > 0 {
            line.splice(0..0, format!("{dropped} lines of the log were dropped: stderr was not read\n").into_bytes());
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};

    use super::*;

    /// Far more than a write takes.
    const PATIENCE: Duration = Duration::from_secs(20);

    /// Hands each write to the test, which lets it through by a send.
    struct Gate(Sender<String>, Receiver<()>);

    impl Write for Gate {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let _ = self.0.send(String::from_utf8(bytes.to_vec()).unwrap());
            self.1.recv().map(|()| bytes.len()).map_err(|_| io::ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn stuck(most_waiting: usize) -> (Log, Receiver<String>, Sender<()>) {
        let ((writes, written), (opener, open)) = (channel(), channel());
        let mut log = Log::start(Gate(writes, open), most_waiting);
        log.write_all(b"first\n").unwrap();
        assert_eq!(written.recv_timeout(PATIENCE).unwrap(), "first\n");
        (log, written, opener)
    }

    #[test]
    fn a_reader_that_does_not_read_costs_lines_and_no_time() {
        let (mut log, written, opener) = stuck(14);
        for line in ["second\n", "third\n", "fourth\n", "5\n"] {
            log.write_all(line.as_bytes()).unwrap();
        }
        assert!(log.0.lock().bytes <= 14);
        opener.send(()).unwrap();
        let told = "2 lines of the log were dropped: stderr was not read\nsecond\n";
        assert_eq!(written.recv_timeout(PATIENCE).unwrap(), told);
        opener.send(()).unwrap();
        assert_eq!(written.recv_timeout(PATIENCE).unwrap(), "third\n");
        opener.send(()).unwrap();
        log.wait_until_written(PATIENCE);
        assert_eq!(log.0.lock().bytes, 0);
    }

    #[test]
    fn a_reader_that_has_gone_is_written_to_no_more() {
        let (mut log, _written, opener) = stuck(100);
        log.write_all(b"second\n").unwrap();
        drop(opener);
        log.wait_until_written(PATIENCE);
        assert!(log.0.lock().is_closed);
        log.write_all(b"third\n").unwrap();
        assert!(log.0.lock().waiting.is_empty());
    }
}
