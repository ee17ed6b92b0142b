use std::{
    fs,
    sync::mpsc::{Receiver, channel},
    thread,
};

use super::*;
use crate::history::History;

const MISSING: &str = "0123456789abcdef0123456789abcdef01234567";
/// Far more than a look takes.
const PATIENCE: Duration = Duration::from_secs(20);

fn in_background(root: &Path) -> (RootCommits, Receiver<()>) {
    let (sender, told) = channel();
    let tell = Box::new(move || sender.send(()).unwrap_or(()));
    (RootCommits::new(root.to_path_buf(), Arc::new(TreeReading::InBackground(tell))), told)
}

/// Waits until no look is due any more.
fn settle(commits: &RootCommits) {
    until("quiet", || {
        let cache = lock(&commits.0.cache);
        !cache.is_being_read && cache.due.is_none()
    });
}

#[test]
fn whoever_may_wait_is_answered_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let history = History::new(folder.path());
    let hash = history.commit("2026-01-20T10:00:00+00:00", "Add");
    let commits = RootCommits::new(folder.path().join("below"), Arc::new(TreeReading::AtOnce));
    assert!(matches!(commits.find(&hash[..7]), Lookup::Known(_)));
    assert_eq!(commits.find(MISSING), Lookup::Missing);
    assert_eq!(commits.recent().into_iter().next().map(|newest| newest.hash), Some(hash.as_str().into()));
    assert_eq!(commits.since(None, 9).len(), 1);
    assert_eq!((commits.titled("Add").as_deref(), commits.titled("None")), (Some(&*hash), None));
    history.commit("2026-01-21T10:00:00+00:00", "Add");
    let commits = RootCommits::new(folder.path().join("other"), Arc::new(TreeReading::AtOnce));
    assert_eq!(commits.titled("Add"), None, "two are called so");
    let elsewhere = tempfile::tempdir().unwrap();
    let commits = RootCommits::new(elsewhere.path().to_path_buf(), Arc::new(TreeReading::AtOnce));
    assert_eq!((commits.find(MISSING), commits.recent().into_iter().next()), (Lookup::Untold, None));
    assert!(commits.since(None, 9).is_empty());
}

#[test]
fn nobody_waits_for_the_repository_and_news_are_told_once() {
    let folder = tempfile::tempdir().unwrap();
    let history = History::new(folder.path());
    let hash = history.commit("2026-01-20T10:00:00+00:00", "Add");
    let (commits, told) = in_background(folder.path());
    assert_eq!(commits.find(&hash), Lookup::Untold);
    commits.find(MISSING);
    told.recv_timeout(PATIENCE).expect("news");
    settle(&commits);
    // The second question may have come too late for the first look.
    while told.try_recv().is_ok() {}
    assert!(matches!(commits.find(&hash.to_uppercase()), Lookup::Known(_)));
    assert_eq!(commits.find(MISSING), Lookup::Missing);
    assert_eq!(commits.recent().into_iter().next().map(|newest| newest.hash), Some(hash.into()));
    // All of this had it looked at once more, and that was no news.
    settle(&commits);
    assert!(told.try_recv().is_err());
}

/// Asks as somebody who types does, until the answer is the right one.
fn until(what: &str, is_right: impl Fn() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !is_right() {
        assert!(Instant::now() < deadline, "never {what}");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn what_comes_later_becomes_known_and_what_goes_unknown() {
    let folder = tempfile::tempdir().unwrap();
    let history = History::new(folder.path());
    history.commit("2026-01-20T10:00:00+00:00", "first");
    let (commits, told) = in_background(folder.path());
    let loose = history.commit_on("2026-01-21T10:00:00+00:00", "loose", &[]);
    let path = history.path(&format!("objects/{}/{}", &loose[..2], &loose[2..]));
    let bytes = fs::read(&path).unwrap();
    fs::remove_file(&path).unwrap();
    until("missing", || commits.find(&loose) == Lookup::Missing);
    // As a fetch would, without moving HEAD.
    fs::write(&path, bytes).unwrap();
    until("fetched", || matches!(commits.find(&loose), Lookup::Known(_)));
    fs::remove_file(&path).unwrap();
    history.commit("2026-01-22T10:00:00+00:00", "second");
    until("missing again", || commits.find(&loose) == Lookup::Missing);
    assert_eq!(commits.recent().into_iter().next().map(|newest| newest.subject), Some("second".into()));
    fs::remove_dir_all(folder.path().join(".git")).unwrap();
    until("gone", || commits.find(&loose) == Lookup::Untold && commits.recent().is_empty());
    settle(&commits);
    assert_eq!(told.try_iter().count(), 4, "each was told once");
}

#[test]
fn a_commit_is_found_by_its_subject() {
    let folder = tempfile::tempdir().unwrap();
    let history = History::new(folder.path());
    let first = history.commit("2026-01-20T10:00:00+00:00", "first");
    let (commits, told) = in_background(folder.path());
    assert_eq!(commits.titled("first"), None);
    until("found", || commits.titled("first").as_deref() == Some(&*first));
    let second = history.commit("2026-01-21T10:00:00+00:00", "second");
    until("found, too", || commits.titled("second").as_deref() == Some(&*second));
    settle(&commits);
    assert_eq!(told.try_iter().count(), 2, "each was told once");
}

#[test]
fn memory_has_a_bound() {
    let folder = tempfile::tempdir().unwrap();
    let (commits, _told) = in_background(folder.path());
    for n in 0..MOST_HASHES + 10 {
        assert_eq!(commits.find(&format!("{n:07x}")), Lookup::Untold);
    }
    assert_eq!(commits.find(&"a".repeat(1 << 20)), Lookup::Untold);
    assert_eq!(lock(&commits.0.cache).found.len(), MOST_HASHES);
}
