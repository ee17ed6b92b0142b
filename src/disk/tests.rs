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

/// The candidates of a root with this `[layout]`.
fn laid_out(root: &Path, layout: &str) -> Vec<String> {
    let (config, mistakes) = config::read(&format!("[layout]\n{layout}"), &rules::specs(), &Config::default(), None);
    assert_eq!(mistakes, []);
    let (candidates, unread) = candidates(&Bounds::around(root), &config);
    assert!(unread.is_empty(), "{unread:?}");
    candidates.iter().map(|candidate| format!("{} {}", candidate.kind.folder(), candidate.path)).collect()
}

#[test]
fn files_and_patterns_are_found_where_they_are() {
    let root = root(&[
        "PLAN.md",
        "README.md",
        "docs/a/plan.md",
        "docs/a/b/plan.md",
        "docs/README.md",
        "docs/node_modules/x/plan.md",
        "docs/.cache/plan.md",
        "docs/other/.git/HEAD",
        "docs/other/plan.md",
        "docs/own/phasemark.toml",
        "docs/own/plan.md",
        "notes/log.md",
        "notes/log.txt",
    ]);
    symlink("../docs/a", root.path().join("docs/link")).expect("a link");
    let layout = "\
plan = ['PLAN.md', 'gone.md', 'docs/**/plan.md']
prompts = 'docs/*.md'
work-notes = ['notes/log.md', 'notes/l*.md']
";
    let expected = ["plan PLAN.md", "plan docs/a/b/plan.md", "plan docs/a/plan.md", "work-notes notes/log.md"];
    assert_eq!(laid_out(root.path(), layout), expected);
    assert_eq!(laid_out(root.path(), "plan = 'README.md'\nwork-notes = 'x/*.md'\n"), ["plan README.md"]);
    let shallow = "plan = ['docs/*/plan.md']\nwork-notes = ['x']\n";
    assert_eq!(laid_out(root.path(), shallow), ["plan docs/a/plan.md"]);
}

#[test]
fn a_named_file_that_leads_out_is_told_of() {
    let outside = root(&["phase-1.md"]);
    let root = root(&["plan/phase-2.md"]);
    symlink(outside.path().join("phase-1.md"), root.path().join("PLAN.md")).expect("a link");
    let (config, _) = config::read("layout.plan = 'PLAN.md'", &rules::specs(), &Config::default(), None);
    let (candidates, unread) = candidates(&Bounds::around(root.path()), &config);
    assert!(candidates.is_empty() && is_outside(&unread[0].error), "{unread:?}");
}

/// What is told of the entries that match nothing, each with what its fix writes.
fn told(root: &Path, layout: &str) -> Vec<String> {
    let text = format!("[layout]\n{layout}");
    fs::write(root.join(CONFIG_FILE), &text).expect("a file");
    let location = RootLocation { path: root.to_path_buf(), config_folder: Some(root.to_path_buf()) };
    let loaded = load_config(&location, None, &Config::default(), None).expect("a configuration");
    let told = |found: Diagnostic| {
        assert_eq!((found.rule, found.severity), (config::RULE, Severity::Warning));
        let fixed = found.fixes.iter().flat_map(|fix| fix.edits()).map(|edit| format!(" => {}", edit.replacement));
        format!("{}: {}{}", &text[found.range.clone()], found.message, fixed.collect::<String>())
    };
    unmatched(&location, &loaded.config, usize::MAX).into_iter().map(told).collect()
}

#[test]
fn entries_that_match_nothing_are_told_of_with_what_is_near() {
    let root = root(&["docs/plans/a.md", "PLAN.md", "notes/log.txt", "services/a/work/x.md", "docs/.hidden/b.md"]);
    fs::create_dir(root.path().join("empty")).expect("a folder");
    for (layout, expected) in [
        ("plan = ['docs/plans', 'PLAN.md', 'docs/*/a.md', 'empty']\n", &[][..]),
        ("# nothing\n", &[]),
        (
            "plan = 'docs/plnas'\n",
            &["'docs/plnas': `docs/plnas` does not exist, did you mean `docs/plans`? => \"docs/plans\""],
        ),
        (
            "plan = 'doc/plans/a.md'\n",
            &[
                "'doc/plans/a.md': `doc/plans/a.md` does not exist, did you mean `docs/plans/a.md`? => \"docs/plans/a.md\"",
            ],
        ),
        ("plan = ['Plan.md']\n", &["'Plan.md': `Plan.md` does not exist, did you mean `PLAN.md`? => \"PLAN.md\""]),
        ("plan = ['PLAN.md', 'x.md']\n", &["'x.md': `x.md` does not exist"]),
        (
            "plan = 'doc/*.md'\n",
            &["'doc/*.md': No Markdown file matches `doc/*.md`, did you mean `docs/*.md`? => \"docs/*.md\""],
        ),
        ("plan = ['docs/*.md', '**/a.md']\n", &["'docs/*.md': No Markdown file matches `docs/*.md`"]),
        ("plan = 'notes/log.txt'\n", &["'notes/log.txt': `notes/log.txt` is neither a folder nor a Markdown file"]),
        ("plan = 'notes/*'\n", &["'notes/*': No Markdown file matches `notes/*`"]),
        ("roots = ['services/*']\nwork-notes = 'work'\n", &[]),
        ("roots = ['services/*']\nwork-notes = 'wrk'\n", &["'wrk': `wrk` does not exist"]),
        ("plan = 'x'\n[rules]\ninvalid-config = 'off'\n", &[]),
    ] {
        assert_eq!(told(root.path(), layout), expected, "{layout}");
    }
}
