use std::{collections::BTreeMap, fs};

use gix::{
    objs::{
        Tree,
        tree::{Entry, EntryKind},
    },
    prelude::Write,
};
use jiff::civil::date;

use super::*;
use crate::{history::History, workspace::commits::Whereabouts};

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

fn open(history: &History) -> Repository {
    Repository::open(&history.path("")).expect("a repository")
}

/// What a look-up came to: the subject, or what is not known.
fn told(found: Lookup) -> String {
    match found {
        Lookup::Known(commit) => commit.subject.into(),
        Lookup::Missing => "missing".into(),
        Lookup::Untold => "untold".into(),
    }
}

fn find(history: &History, hash: &str) -> String {
    told(Repository::open(&history.path("")).map_or(Lookup::Untold, |repository| repository.find(hash)))
}

const MISSING: &str = "0123456789abcdef0123456789abcdef01234567";

#[test]
fn commits_are_found_by_whole_and_short_hashes_in_any_case() {
    let folder = folder();
    let history = History::new(folder.path());
    let first = history.commit("2026-01-20T23:30:00-05:00", "Add the chart\n\nBecause of the tide.\n");
    let second = history.commit("2026-01-21T10:00:00+09:00", "索引 \u{1b}[31mred\u{202e}\u{1b}[0m\ttab\r\nbody");
    for hash in [&first, &first.to_uppercase(), &first[..4], &first[..7], &first[..12].to_uppercase(), &first[..39]] {
        assert_eq!(find(&history, hash), "Add the chart", "{hash}");
    }
    assert_eq!(find(&history, &second), "索引 [31mred[0m tab");
    assert_eq!(find(&history, MISSING), "missing");
    assert_eq!(find(&history, &MISSING[..7]), "missing");
    for hash in ["", "012", "wxyz123", "é123456", &format!("{MISSING}0"), &MISSING.repeat(3)] {
        assert_eq!(find(&history, hash), "untold", "{hash}");
    }
    let repository = open(&history);
    let Lookup::Known(commit) = repository.find(&first) else { panic!("it is there") };
    assert_eq!((&*commit.hash, commit.time), (&*first, date(2026, 1, 20).at(23, 30, 0, 0)), "on the committer's clock");
    let newest = repository.newest().expect("a commit");
    assert_eq!((&*newest.hash, newest.time), (&*second, date(2026, 1, 21).at(10, 0, 0, 0)));
}

#[test]
fn other_objects_are_no_commits_but_tags_lead_to_one() {
    let folder = folder();
    let history = History::new(folder.path());
    let hash = history.commit("2026-01-20T10:00:00+00:00", "Add");
    let git = gix::open(folder.path()).expect("a repository");
    let blob = git.write_blob("text").expect("a blob").to_string();
    let tree = git.write_object(gix::objs::Tree::empty()).expect("a tree").to_string();
    let tag = |target: &str, kind: &str| {
        let text = format!("object {target}\ntype {kind}\ntag v1\ntagger A <a@example.com> 1768903200 +0000\n\nOne\n");
        git.write_buf(ObjectKind::Tag, text.as_bytes()).expect("a tag").to_string()
    };
    assert_eq!([find(&history, &blob), find(&history, &tree[..8])], ["missing", "missing"]);
    assert_eq!(find(&history, &tag(&hash, "commit")), "Add");
    assert_ne!(find(&history, &tag(&blob, "blob")), "Add");
}

#[test]
fn one_of_several_commits_is_enough() {
    let folder = folder();
    let history = History::new(folder.path());
    history.commit("2026-01-20T10:00:00+00:00", "first");
    // Some two of a few hundred begin with the same four digits.
    let all: Vec<String> =
        (0..1200).map(|n| history.commit_on("2026-01-20T10:00:00+00:00", &format!("n {n}"), &[])).collect();
    let mut starts: Vec<&str> = all.iter().map(|hash| &hash[..4]).collect();
    starts.sort_unstable();
    let twice = starts.windows(2).find(|pair| pair[0] == pair[1]).expect("two of them")[0];
    assert!(find(&history, twice).starts_with("n "));
}

#[test]
fn nothing_is_told_of_empty_shallow_absent_and_broken_repositories() {
    let folder = folder();
    let history = History::new(folder.path());
    assert_eq!(find(&history, MISSING), "untold", "no commit yet");
    assert!(open(&history).newest().is_none() && open(&history).since(None, 9).is_empty());
    let hash = history.commit("2026-01-20T10:00:00+00:00", "Add");
    assert_eq!(find(&history, MISSING), "missing");
    history.write("shallow", &format!("{hash}\n"));
    assert_eq!(find(&history, MISSING), "untold", "shallow");
    assert_eq!(open(&history).newest().map(|newest| &*newest.subject), Some("Add"));
    fs::remove_file(history.path("shallow")).unwrap();
    history.write(&history.branch(), &format!("{MISSING}\n"));
    assert_eq!(find(&history, &hash), "untold", "HEAD leads nowhere");
    assert!(open(&history).since(None, 9).is_empty());
    for (path, garbage) in [("HEAD", "\0\u{1}garbage"), ("config", "[core\n\0"), ("HEAD", "ref: ../../etc/passwd")] {
        let folder = self::folder();
        let history = History::new(folder.path());
        history.commit("2026-01-20T10:00:00+00:00", "Add");
        history.write(path, garbage);
        assert_eq!(find(&history, MISSING), "untold", "{path}: {garbage:?}");
    }
    let other = self::folder();
    let history = History::new(other.path());
    history.commit("2026-01-20T10:00:00+00:00", "Add");
    history.write("objects/info/alternates", "/nowhere/objects\n");
    assert_eq!(find(&history, MISSING), "untold", "objects that it lends from a repository which is gone");
    history.write("objects/info/alternates", &format!("{}\n", folder.path().join(".git/objects").display()));
    assert_eq!([find(&history, &hash), find(&history, MISSING)], ["Add", "missing"], "lent");
    assert!(Repository::open(&folder.path().join("nowhere/.git")).is_none());
    fs::remove_dir_all(history.path("objects")).unwrap();
    assert_eq!(find(&history, MISSING), "untold");
}

#[test]
fn a_repository_of_another_hash_is_not_read() {
    let folder = folder();
    let history = History::new(folder.path());
    history.commit("2026-01-20T10:00:00+00:00", "Add");
    history.write("config", "[core]\n\trepositoryformatversion = 1\n[extensions]\n\tobjectFormat = sha256\n");
    assert!(Repository::open(&history.path("")).is_none());
}

#[test]
fn packed_references_detached_heads_and_worktrees_are_read() {
    let folder = folder();
    let history = History::new(&folder.path().join("main"));
    let first = history.commit("2026-01-20T10:00:00+00:00", "first");
    let second = history.commit("2026-01-21T10:00:00+00:00", "second");
    let newest = |git: &Path| Repository::open(git).expect("a repository").newest().expect("a commit").clone().subject;
    let branch = history.branch();
    fs::remove_file(history.path(&branch)).unwrap();
    history.write("packed-refs", &format!("# pack-refs with: peeled fully-peeled sorted \n{second} {branch}\n"));
    assert_eq!(&*newest(&history.path("")), "second");
    history.write("HEAD", &format!("{first}\n"));
    assert_eq!(&*newest(&history.path("")), "first");
    // As `git worktree add` leaves it.
    let worktree = folder.path().join("worktree");
    fs::create_dir(&worktree).unwrap();
    let own = history.path("worktrees/worktree");
    fs::write(worktree.join(".git"), format!("gitdir: {}\n", own.display())).unwrap();
    history.write("worktrees/worktree/HEAD", &format!("ref: {branch}\n"));
    history.write("worktrees/worktree/commondir", "../..\n");
    history.write("worktrees/worktree/gitdir", &format!("{}\n", worktree.join(".git").display()));
    assert_eq!(&*newest(&worktree.join(".git")), "second");
    assert_eq!(told(Repository::open(&worktree.join(".git")).unwrap().find(MISSING)), "missing");
    history.write("shallow", &format!("{first}\n"));
    assert_eq!(told(Repository::open(&worktree.join(".git")).unwrap().find(MISSING)), "untold", "shallow in common");
}

#[test]
fn commits_since_a_moment_come_newest_first_without_merges() {
    let folder = folder();
    let history = History::new(folder.path());
    let first = history.commit("2026-01-20T10:00:00+00:00", "first");
    let side = history.commit_on("2026-01-21T12:00:00+00:00", "side", std::slice::from_ref(&first));
    let second = history.commit("2026-01-21T10:00:00+00:00", "second");
    let merge = history.commit_on("2026-01-22T10:00:00+00:00", "merge", &[second, side]);
    history.write(&history.branch(), &merge);
    // Later than all, and yet 8:00 of the same day where it was made.
    history.commit("2026-01-22T08:00:00-10:00", "afar");
    let repository = open(&history);
    let since = |after: Option<DateTime>, most| -> Vec<String> {
        repository.since(after, most).into_iter().map(|commit| commit.subject.into()).collect()
    };
    assert_eq!(since(None, 9), ["afar", "side", "second", "first"]);
    assert_eq!(since(None, 2), ["afar", "side"]);
    assert_eq!(since(None, 0), [""; 0]);
    assert_eq!(since(Some(date(2026, 1, 20).at(10, 0, 0, 0)), 9), ["afar", "side", "second"]);
    assert_eq!(since(Some(date(2026, 1, 21).at(11, 0, 0, 0)), 9), ["afar", "side"]);
    assert_eq!(since(Some(date(2026, 1, 22).at(8, 0, 0, 0)), 9), [""; 0]);
    assert_eq!(since(Some(DateTime::MIN), 9).len(), 4);
    assert_eq!(since(Some(DateTime::MAX), 9).len(), 0);
}

#[test]
fn history_ends_where_an_object_is_missing() {
    let folder = folder();
    let history = History::new(folder.path());
    let first = history.commit("2026-01-20T10:00:00+00:00", "first");
    history.commit("2026-01-21T10:00:00+00:00", "second");
    fs::remove_file(history.path(&format!("objects/{}/{}", &first[..2], &first[2..]))).unwrap();
    let subjects: Vec<_> = open(&history).since(None, 9).into_iter().map(|commit| commit.subject).collect();
    assert!(subjects.len() <= 1 && subjects.iter().all(|subject| &**subject == "second"), "{subjects:?}");
}

#[test]
fn impossible_times_become_possible_ones() {
    for (seconds, offset) in [(i64::MAX, 0), (i64::MIN, 0), (0, i32::MAX), (i64::MAX, 93_599), (i64::MIN, -93_599)] {
        civil(gix::date::Time { seconds, offset });
    }
    assert_eq!(civil(gix::date::Time { seconds: 0, offset: 3600 }), date(1970, 1, 1).at(1, 0, 0, 0));
}

#[test]
fn subjects_are_one_plain_line() {
    assert_eq!(subject(b"\n\n  Add \xff it  \nbody"), "Add \u{fffd} it");
    assert_eq!(subject(b""), "");
    assert_eq!(subject(&[b'a'; 9999]).len(), LONGEST_SUBJECT);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

    #[test]
    fn no_damage_makes_it_panic(at in 0.0..1.0f64, byte: u8, cut: bool, which: proptest::sample::Index) {
        let folder = folder();
        let history = History::new(folder.path());
        let hash = history.commit("2026-01-20T10:00:00+00:00", "first");
        history.commit("2026-01-21T10:00:00+00:00", "second");
        let object = |hash: &str| format!("objects/{}/{}", &hash[..2], &hash[2..]);
        let files = ["HEAD".to_owned(), "config".to_owned(), history.branch(), object(&hash)];
        let path = history.path(&files[which.index(files.len())]);
        let mut bytes = fs::read(&path).unwrap();
        let at = (at * bytes.len() as f64) as usize;
        if cut { bytes.truncate(at) } else { bytes[at] = byte }
        fs::remove_file(&path).unwrap();
        fs::write(&path, bytes).unwrap();
        if let Some(repository) = Repository::open(&history.path("")) {
            proptest::prop_assert!(!matches!(repository.find(&hash), Lookup::Missing));
            repository.since(None, 9);
        }
    }
}

/// Commits these files, each with its text, and no others, on top of what is checked out.
fn commit_files(history: &History, time: &str, files: &[(&str, &str)]) -> String {
    let below = history.commit(time, "Change files");
    let git = gix::open(history.path("")).expect("a repository");
    let mut commit: gix::objs::Commit = git
        .find_commit(ObjectId::from_hex(below.as_bytes()).expect("a hash"))
        .expect("a commit")
        .decode()
        .expect("a commit")
        .try_into()
        .expect("a commit");
    commit.tree = tree(&git, files);
    let hash = git.write_object(commit).expect("a commit").to_string();
    history.write(&history.branch(), &format!("{hash}\n"));
    hash
}

/// Writes the tree of these files.
fn tree(git: &gix::Repository, files: &[(&str, &str)]) -> ObjectId {
    let mut folders: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
    let mut entries = Vec::new();
    for (path, text) in files {
        if let Some((folder, rest)) = path.split_once('/') {
            folders.entry(folder).or_default().push((rest, text));
            continue;
        }
        let oid = git.write_blob(text).expect("a blob").detach();
        entries.push(Entry { mode: EntryKind::Blob.into(), filename: (*path).into(), oid });
    }
    for (folder, files) in folders {
        entries.push(Entry { mode: EntryKind::Tree.into(), filename: folder.into(), oid: tree(git, &files) });
    }
    entries.sort();
    git.write_object(Tree { entries }).expect("a tree").detach()
}

#[test]
fn paths_that_are_gone_are_followed_to_where_they_are() {
    let folder = folder();
    let history = History::new(folder.path());
    let day = |day: u8| format!("2026-01-{day:02}T10:00:00+00:00");
    commit_files(
        &history,
        &day(1),
        &[("a.rs", "1"), ("src/b.rs", "2"), ("src/c.rs", "3"), ("doc/d.md", "4"), ("e.rs", "5")],
    );
    // Moved as it is, moved and changed, removed.
    commit_files(&history, &day(2), &[("lib/a2.rs", "1"), ("lib/b.rs", "changed"), ("src/c.rs", "3"), ("e.rs", "5")]);
    // Moved once more, and a folder left.
    commit_files(&history, &day(3), &[("core/a3.rs", "1"), ("lib/b.rs", "changed"), ("e.rs", "6")]);
    let gone = open(&history).gone();
    for (path, expected) in [
        ("a.rs", Whereabouts::Moved("core/a3.rs".into())),
        ("lib/a2.rs", Whereabouts::Moved("core/a3.rs".into())),
        ("src/b.rs", Whereabouts::Moved("lib/b.rs".into())),
        ("src/c.rs", Whereabouts::Removed),
        ("src", Whereabouts::Removed),
        ("doc/d.md", Whereabouts::Removed),
        ("doc", Whereabouts::Removed),
        ("src/none.rs", Whereabouts::Never),
    ] {
        assert_eq!(gone.find(path), expected, "{path}");
    }
    history.write("shallow", &format!("{}\n", commit_files(&history, &day(4), &[])));
    assert_eq!(open(&history).gone().find("src/none.rs"), Whereabouts::Untold);
}

#[test]
fn commits_say_whether_they_touch_markdown_alone() {
    let folder = folder();
    let history = History::new(folder.path());
    let files = |code: &'static str, notes: &'static str| {
        [("src/a/b.rs", code), ("app/work-notes/phase-1.md", notes), ("README.md", "a")]
    };
    history.commit_files("2026-01-20T10:00:00+00:00", "Begin", &files("1", "1"));
    history.commit_files("2026-01-21T10:00:00+00:00", "Work", &files("2", "2"));
    history.commit_files("2026-01-22T10:00:00+00:00", "Notes", &files("2", "3"));
    let told = |folder: &str| {
        let commits = open(&history).below(folder).since(None, 9);
        let markdown = |commit: &Commit| commit.markdown.as_ref().map_or("-".to_owned(), |paths| paths.join(" "));
        commits.iter().map(|commit| format!("{} {}", commit.subject, markdown(commit))).collect::<Vec<_>>()
    };
    assert_eq!(told(""), ["Notes app/work-notes/phase-1.md", "Work -", "Begin -"]);
    assert_eq!(told("app"), ["Notes work-notes/phase-1.md", "Work -", "Begin -"]);
    assert_eq!(told("src"), ["Notes -", "Work -", "Begin -"]);
    let recent = |folder: &str| open(&history).below(folder).recent().len();
    assert_eq!((recent("app"), recent("src")), (2, 1));
}

#[test]
fn the_moment_is_known_at_which_a_file_was_added() {
    let folder = folder();
    let history = History::new(folder.path());
    history.commit("2026-01-20T10:00:00+00:00", "Begin");
    history.commit_files("2026-01-21T10:00:00+00:00", "Plan", &[("app/plan/phase-1.md", "a")]);
    history.commit_files("2026-01-22T10:00:00+00:00", "Work", &[("app/plan/phase-1.md", "b"), ("b.rs", "")]);
    let added = |paths: &[&str]| open(&history).below("app").added(paths);
    assert_eq!(added(&["work-notes/phase-1.md", "plan/phase-1.md"]), Some(date(2026, 1, 21).at(10, 0, 0, 0)));
    assert_eq!(added(&["work-notes/phase-1.md"]), None);
}
