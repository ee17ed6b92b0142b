//! The threads that read in the background: a few, whatever the number of roots.

use std::{
    collections::BTreeMap,
    iter,
    num::NonZero,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

type Job = Box<dyn FnOnce() + Send>;

static POOL: Pool = Pool { state: Mutex::new(State::new()), work: Condvar::new() };

struct Pool {
    state: Mutex<State>,
    work: Condvar,
}

struct State {
    /// By when they are due, then by order.
    jobs: BTreeMap<(Instant, u64), Job>,
    next: u64,
    threads: usize,
    idle: usize,
}

/// How many threads one piece of work may spread over. The pool has one more, so that short jobs need not wait for it.
pub fn threads() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get).clamp(2, 8)
}

/// What `work` makes of each item, in their order, on all processors at once. Each takes the next item, so that none
/// waits for one that got the larger ones.
pub fn on_all_processors<T: Send, R: Send>(items: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(8).min(items.len());
    let items = Mutex::new(items.into_iter().enumerate());
    let next = || items.lock().unwrap_or_else(PoisonError::into_inner).next();
    let work = || iter::from_fn(next).map(|(at, item)| (at, work(item))).collect::<Vec<_>>();
    let mut done: Vec<(usize, R)> = thread::scope(|scope| {
        let parts: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        parts.into_iter().flat_map(|part| part.join().expect("no reader and no rule panics")).collect()
    });
    done.sort_unstable_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, done)| done).collect()
}

/// Runs a job when a thread is free, in the order of the calls.
pub fn run(job: impl FnOnce() + Send + 'static) {
    run_after(Duration::ZERO, job);
}

/// As [`run`], at least so much later.
pub fn run_after(wait: Duration, job: impl FnOnce() + Send + 'static) {
    let mut state = POOL.lock();
    let order = state.next;
    state.next += 1;
    state.jobs.insert((Instant::now() + wait, order), Box::new(job));
    if state.jobs.len() > state.idle && state.threads <= threads() {
        state.threads += 1;
        thread::spawn(|| POOL.work());
    }
    drop(state);
    // Not just one: it may be the one that waits for a later job.
    POOL.work.notify_all();
}

impl State {
    const fn new() -> Self {
        Self { jobs: BTreeMap::new(), next: 0, threads: 0, idle: 0 }
    }
}

impl Pool {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self) {
        loop {
            let job = self.next();
            // A panic in one job must not end the thread; the panic hook has logged it.
            let _ = catch_unwind(AssertUnwindSafe(job));
        }
    }

    /// Waits for a job that is due.
    fn next(&self) -> Job {
        let mut state = self.lock();
        loop {
            let wait = state.jobs.first_key_value().map(|((due, _), _)| due.saturating_duration_since(Instant::now()));
            if wait.is_some_and(|wait| wait.is_zero())
                && let Some((_, job)) = state.jobs.pop_first()
            {
                return job;
            }
            state.idle += 1;
            state = match wait {
                Some(wait) => self.work.wait_timeout(state, wait).unwrap_or_else(PoisonError::into_inner).0,
                None => self.work.wait(state).unwrap_or_else(PoisonError::into_inner),
            };
            state.idle -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::HashSet, sync::mpsc::channel};

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(20);

    #[test]
    fn any_number_of_jobs_runs_on_a_few_threads() {
        let (sender, done) = channel();
        for _ in 0..1000 {
            let sender = sender.clone();
            run(move || sender.send(thread::current().id()).unwrap_or_default());
        }
        let ran: HashSet<_> = (0..1000).map(|_| done.recv_timeout(PATIENCE).expect("it runs")).collect();
        assert!(ran.len() <= threads() + 1);
    }

    #[test]
    fn a_later_job_keeps_no_thread_and_a_panic_ends_none() {
        let (sender, done) = channel();
        let later = sender.clone();
        run_after(Duration::from_millis(50), move || later.send("later").unwrap_or_default());
        for _ in 0..2 * threads() {
            run_after(2 * PATIENCE, || ());
            run(|| panic!("told to"));
        }
        run(move || sender.send("now").unwrap_or_default());
        let mut ran = [done.recv_timeout(PATIENCE).unwrap(), done.recv_timeout(PATIENCE).unwrap()];
        ran.sort_unstable();
        assert_eq!(ran, ["later", "now"]);
    }
}
