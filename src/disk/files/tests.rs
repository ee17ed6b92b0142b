use std::fs;

use super::*;

#[test]
fn what_was_asked_is_remembered_whoever_asks_next() {
    let folder = tempfile::tempdir().unwrap();
    let files = RootFiles::new(Bounds::around(folder.path()), TreeReading::AtOnce);
    files.kind("src/tide.rs");
    files.with_suffix("values.yaml");
    files.look_again();
    files.kind("src/other.rs");
    for path in ["src/tide.rs", "src", "charts/gateway/values.yaml", "values.yaml"] {
        assert!(files.was_asked(path), "{path}");
    }
    for path in ["tide.rs", "src/tide", "sr", "src/tide.rs.orig", "charts/old-values.yaml"] {
        assert!(!files.was_asked(path), "{path}");
    }
}

#[test]
fn what_is_not_known_is_left_out_and_that_is_noted() {
    let (_folder, files) = disk(&[("Makefile", "check:\n"), ("src/tide.rs", "")]);
    let asks = |ask: &dyn Fn(&dyn Files) -> bool| {
        let known = files.known();
        (ask(&known), known.had_to_ask())
    };
    let kind = |files: &dyn Files| files.kind("src/tide.rs").is_some();
    let text = |files: &dyn Files| files.text("Makefile").is_some();
    assert_eq!([asks(&kind), asks(&text)], [(false, true); 2]);
    assert!(files.was_asked("src/tide.rs"));
    // It was looked at just now; on a busy machine that may be too long ago at once.
    let is_known = |ask: &dyn Fn(&dyn Files) -> bool| (0..100).any(|_| ask(&files) && asks(ask) == (true, false));
    assert!(is_known(&kind) && is_known(&text));
    assert_eq!(asks(&|files| !files.children("src/").is_empty()), (false, true));
    assert_eq!(asks(&|files| !files.commits().since(None, 1).is_empty()), (false, true));
    assert_eq!(asks(&|files| files.with_suffix("tide.rs") == SuffixMatch::Found), (true, false));
    let noted = files.noted();
    assert!(!noted.children("src/").is_empty() && noted.had_to_ask());
}

#[test]
fn files_are_found_by_suffix_and_by_nearness() {
    let folder = tempfile::tempdir().unwrap();
    for path in ["charts/gateway/values.yaml", "charts/gateway/Chart.yaml", "ignored/values.yaml"] {
        fs::create_dir_all(folder.path().join(path).parent().unwrap()).unwrap();
        fs::write(folder.path().join(path), "").unwrap();
    }
    fs::write(folder.path().join(".gitignore"), "ignored/\n").unwrap();
    let files = RootFiles::new(Bounds::around(folder.path()), TreeReading::AtOnce);
    assert_eq!(files.with_suffix("gateway/values.yaml"), SuffixMatch::Found);
    assert_eq!(files.with_suffix("gateway"), SuffixMatch::Found);
    assert_eq!(files.with_suffix("way/values.yaml"), SuffixMatch::Missing);
    assert_eq!(files.with_suffix("ignored/values.yaml"), SuffixMatch::Missing);
    assert_eq!(files.nearest("charts/gatway/values.yaml").as_deref(), Some("charts/gateway/values.yaml"));
    assert_eq!(files.nearest("charts/gateway/vales.yaml").as_deref(), Some("charts/gateway/values.yaml"));
    assert_eq!(files.nearest("src/main.rs"), None);
    assert_eq!(files.kind("charts/gateway"), Some(FileKind::Folder));
    assert_eq!(files.kind("ignored/values.yaml"), Some(FileKind::File));
    assert_eq!(files.kind("nowhere"), None);
}

#[test]
fn of_more_paths_than_are_kept_any_was_asked() {
    let folder = tempfile::tempdir().unwrap();
    let files = RootFiles::new(Bounds::around(folder.path()), TreeReading::AtOnce);
    (0..=MOST_ASKED).for_each(|n| files.note_asked(&n.to_string()));
    assert!(files.was_asked("7") && files.was_asked("another"));
    assert!(lock(&files.shared.asked).paths.is_empty());
}

fn disk(paths: &[(&str, &str)]) -> (tempfile::TempDir, RootFiles) {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in paths {
        fs::create_dir_all(folder.path().join(path).parent().unwrap()).unwrap();
        fs::write(folder.path().join(path), text).unwrap();
    }
    let files = RootFiles::new(Bounds::around(folder.path()), TreeReading::AtOnce);
    (folder, files)
}

#[test]
fn a_folder_is_listed_as_the_tree_has_it() {
    let (_folder, files) = disk(&[
        (".gitignore", "target/\n/src/generated.rs\n"),
        (".git/config", ""),
        (".github/workflows/ci.yml", ""),
        ("src/.gitignore", "*.tmp\n"),
        ("src/a b.rs", ""),
        ("src/generated.rs", ""),
        ("src/x.tmp", ""),
        ("src/server/x.tmp", ""),
        ("src/server/並び順.rs", ""),
        ("src-old/a.rs", ""),
        ("target/debug/out.txt", ""),
    ]);
    let listed = |folder: &str| files.children(folder).join(" ");
    assert_eq!(listed(""), ".github/ .gitignore src-old/ src/");
    assert_eq!(listed("src/"), "src/.gitignore src/a b.rs src/server/");
    assert_eq!(listed("src/server/"), "src/server/並び順.rs");
    for nothing in ["target/", "target/debug/", "nowhere/", "../", "/", "src/../../", ".git/"] {
        assert_eq!(listed(nothing), "", "{nothing}");
    }
    let tree = files.tree().unwrap();
    for folder in ["", "src/", "src/server/", ".github/"] {
        let below = tree.iter().filter(|path| path.len() > folder.len() && path.starts_with(folder));
        let direct = below.filter(|path| !path[folder.len()..].trim_end_matches('/').contains('/'));
        assert_eq!(direct.cloned().collect::<Vec<_>>(), files.children(folder), "{folder}");
    }
}

#[test]
fn texts_are_read_inside_the_root_and_kept_for_a_moment() {
    let large = "x".repeat(LARGEST_TEXT as usize + 1);
    let (folder, files) = disk(&[("Makefile", "test:\n"), ("large.json", &large), ("src/a", "b")]);
    assert_eq!(files.text("Makefile").as_deref(), Some("test:\n"));
    for other in ["large.json", "src", "nowhere", "../Makefile", "src/../Makefile", "/etc/hostname"] {
        assert_eq!(files.text(other), None, "{other}");
    }
    fs::write(folder.path().join("Makefile"), b"lint:\xff\n").unwrap();
    assert_eq!(files.text("Makefile").as_deref(), Some("test:\n"));
    files.look_again();
    assert_eq!(files.text("Makefile").as_deref(), Some("lint:\u{fffd}\n"));
}

#[cfg(unix)]
#[test]
fn links_out_and_closed_folders_hold_nothing() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let (outside, _) = disk(&[("secret.json", "{}"), ("folder/a.rs", "")]);
    let (folder, files) = disk(&[("own.json", "[]"), ("closed/a.rs", "")]);
    symlink(outside.path().join("secret.json"), folder.path().join("package.json")).unwrap();
    symlink(outside.path().join("folder"), folder.path().join("linked")).unwrap();
    symlink(folder.path().join("own.json"), folder.path().join("alias.json")).unwrap();
    symlink(folder.path(), folder.path().join("loop")).unwrap();
    fs::set_permissions(folder.path().join("closed"), fs::Permissions::from_mode(0o000)).unwrap();
    let closed = files.children("closed/");
    let is_closed = fs::read_dir(folder.path().join("closed")).is_err();
    fs::set_permissions(folder.path().join("closed"), fs::Permissions::from_mode(0o755)).unwrap();
    assert!(closed.is_empty() || !is_closed, "{closed:?}");
    assert_eq!(files.text("package.json"), None);
    assert_eq!(files.text("linked/a.rs"), None);
    assert_eq!(files.text("alias.json").as_deref(), Some("[]"));
    assert!(files.children("linked/").is_empty());
    assert!(files.children("loop/").is_empty());
}

#[test]
fn nobody_waits_for_the_tree() {
    let (folder, _) = disk(&[("src/a.rs", "")]);
    let (tell, told) = std::sync::mpsc::channel();
    let tell = move || tell.send(()).unwrap_or_default();
    let files = RootFiles::new(Bounds::around(folder.path()), TreeReading::InBackground(Box::new(tell)));
    // The first who asks begins the reading and has the folder alone.
    assert_eq!(files.tree(), None);
    assert_eq!(files.children("src/"), ["src/a.rs".into()]);
    told.recv_timeout(Duration::from_secs(20)).unwrap();
    assert_eq!(files.tree().unwrap().len(), 2);
}
