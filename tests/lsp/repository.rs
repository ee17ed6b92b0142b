//! What the repository around a root tells, while it changes.

use crate::{
    client::{Client, Folder, pull, push},
    history::History,
};

const NOTES: &str = "work-notes/phase-1.md";
const UNKNOWN: &str = "unknown-commit";
const STALE: &str = "stale-notes";

fn notes(hash: &str) -> String {
    format!("## Status\n- [x] In progress\n## Session log\n### 2026-01-20\n## Commits\n- `{hash}` Add it\n")
}

/// A repository that has made a commit, and the hash that its next one will have.
fn history(folder: &Folder) -> (History, String) {
    let history = History::new(folder.path());
    history.commit("2026-01-20T10:00:00+00:00", "first");
    let ahead = Folder::new(&[]);
    let same = History::new(ahead.path());
    same.commit("2026-01-20T10:00:00+00:00", "first");
    (history, same.commit("2026-01-28T10:00:00+00:00", "second"))
}

#[test]
fn a_hash_is_unknown_until_it_is_committed() {
    let folder = Folder::new(&[]);
    let (history, next) = history(&folder);
    let mut client = Client::start(&folder, push());
    client.open(NOTES, &notes(&next[..8]));
    client.until_found(NOTES, UNKNOWN, &["5:3-11"]);
    assert_eq!(history.commit("2026-01-28T10:00:00+00:00", "second"), next);
    client.save(NOTES);
    client.until_found(NOTES, UNKNOWN, &[]);
    client.until_found(NOTES, STALE, &["2:3-14"]);
    client.finish();
}

#[test]
fn another_hash_is_looked_up_as_it_is_typed() {
    let folder = Folder::new(&[]);
    let (history, _) = history(&folder);
    let second = history.commit("2026-01-20T11:00:00+00:00", "second");
    let mut client = Client::start(&folder, push());
    client.open(NOTES, &notes("0123456"));
    client.until_found(NOTES, UNKNOWN, &["5:3-10"]);
    client.replace(NOTES, &notes(&second.to_lowercase()));
    client.until_found(NOTES, UNKNOWN, &[]);
    client.replace(NOTES, &notes("01234567"));
    client.until_found(NOTES, UNKNOWN, &["5:3-11"]);
    client.finish();
}

#[test]
fn a_repository_may_come_and_go() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, push());
    client.open(NOTES, &notes("0123456"));
    client.version(NOTES, 1);
    let (_, _) = history(&folder);
    client.save(NOTES);
    client.until_found(NOTES, UNKNOWN, &["5:3-10"]);
    folder.remove(".git");
    client.save(NOTES);
    client.until_found(NOTES, UNKNOWN, &[]);
    client.finish();
}

#[test]
fn whoever_pulls_is_told_to_pull_again() {
    let folder = Folder::new(&[]);
    let (_, next) = history(&folder);
    let mut client = Client::start(&folder, pull());
    client.open(NOTES, &notes(&next));
    client.first("workspace/diagnostic/refresh");
    client.until_pulled(NOTES, UNKNOWN, &["5:3-43"]);
    client.finish();
}
