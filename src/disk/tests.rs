use std::{fs, os::unix::fs::symlink};

use super::*;

fn root(files: &[&str]) -> tempfile::TempDir {
    let root = tempfile::tempdir().expect("a folder");
    for path in files {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder around it")).expect("a folder");
        fs::write(path, "# Here").expect("a file");
    }
    root
}

/// The candidates of a root: those that can be read, and after them those that cannot, with why.
fn read(root: &Path) -> (Vec<String>, Vec<String>) {
    let (candidates, unread) = candidates(&Bounds::around(root), &Config::default());
    let shown = |path: &Path| relative(root, path).expect("below the root");
    let mut failed: Vec<_> = unread.iter().map(|unread| format!("{}: {}", shown(&unread.path), unread.error)).collect();
    let mut whole = Vec::new();
    for candidate in &candidates {
        match read_document(&Bounds::around(root), &Vocabulary::default(), candidate) {
            Ok(_) => whole.push(candidate.path.to_string()),
            Err(error) => failed.push(format!("{}: {error}", candidate.path)),
        }
    }
    (whole, failed)
}

#[test]
fn links_are_followed_inside_the_repository_only() {
    let outside = root(&["phase-1.md"]);
    let root = root(&["notes/phase-2.md"]);
    symlink(outside.path(), root.path().join("plan")).expect("a link");
    symlink("notes", root.path().join("work-notes")).expect("a link");
    symlink(root.path(), root.path().join("notes/loop")).expect("a link");
    symlink(outside.path().join("phase-1.md"), root.path().join("notes/phase-1.md")).expect("a link");
    symlink("phase-2.md", root.path().join("notes/phase-3.md")).expect("a link");
    let (whole, failed) = read(root.path());
    assert_eq!(whole, ["work-notes/phase-2.md", "work-notes/phase-3.md"]);
    assert_eq!(
        failed,
        ["plan: a link leads out of the repository", "work-notes/phase-1.md: a link leads out of the repository"]
    );
}

/// The server is told of single files: no link on the way to one leads out either.
#[test]
fn a_file_behind_a_linked_folder_is_not_read() {
    let outside = root(&["phase-1.md"]);
    let root = root(&["plan/phase-2.md"]);
    symlink(outside.path(), root.path().join("plan/billing")).expect("a link");
    let candidate = Candidate::new("plan/billing/phase-1.md", Kind::Plan);
    let error =
        read_document(&Bounds::around(root.path()), &Vocabulary::default(), &candidate).expect_err("it is outside");
    assert!(is_outside(&error), "{error}");
}

#[test]
fn what_is_no_file_is_not_read() {
    let root = root(&["plan/phase-1.md"]);
    let pipe = root.path().join("plan/phase-2.md");
    rustix::fs::mknodat(rustix::fs::CWD, pipe, rustix::fs::FileType::Fifo, 0o600.into(), 0).expect("a pipe");
    symlink("nowhere", root.path().join("plan/phase-3.md")).expect("a link");
    let (whole, failed) = read(root.path());
    assert_eq!(whole, ["plan/phase-1.md"]);
    assert_eq!(failed[0], "plan/phase-2.md: not a regular file");
    assert!(failed[1].starts_with("plan/phase-3.md: "), "{failed:?}");
}

#[test]
fn folders_that_begin_with_a_dot_are_a_tools_own() {
    let root = root(&["plan/phase-1.md", "plan/.obsidian/phase-2.md"]);
    assert_eq!(read(root.path()), (vec!["plan/phase-1.md".to_owned()], Vec::new()));
}

#[test]
fn names_that_are_not_utf8_are_read() {
    use std::os::unix::ffi::OsStrExt;

    let root = root(&["plan/phase-1.md"]);
    let name = std::ffi::OsStr::from_bytes(b"phase-2-caf\xe9.md");
    fs::write(root.path().join("plan").join(name), "# Coffee").expect("a file");
    assert_eq!(read(root.path()).0, ["plan/phase-1.md", "plan/phase-2-caf\u{fffd}.md"]);
}

/// More than a process may have open at once on some systems.
#[test]
fn deep_folders_are_read() {
    let deep = format!("plan/{}phase-1.md", "a/".repeat(1500));
    let root = root(&[]);
    let mut folder = root.path().to_path_buf();
    fs::create_dir_all(root.path().join(&deep).parent().expect("a folder")).expect("folders");
    folder.push(&deep);
    fs::write(&folder, "# Deep").expect("a file");
    assert_eq!(read(root.path()), (vec![deep], Vec::new()));
}
