//! Resolution on disks of either kind, on every platform.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use super::*;
use crate::{artifact::Vocabulary, convention::Kind, workspace::Document};

/// A disk that holds these files; it may ignore case, as those of Windows and macOS do.
struct Disk {
    files: &'static [&'static str],
    ignores_case: bool,
}

impl Disk {
    fn fold(&self, path: &str) -> String {
        if self.ignores_case { path.to_lowercase() } else { path.to_owned() }
    }
}

impl Files for Disk {
    fn kind(&self, path: &str) -> Option<FileKind> {
        let path = self.fold(path);
        self.files.iter().map(|file| self.fold(file)).find_map(|file| {
            let rest = file.strip_prefix(path.as_str())?;
            if rest.is_empty() { Some(FileKind::File) } else { rest.starts_with('/').then_some(FileKind::Folder) }
        })
    }

    fn with_suffix(&self, suffix: &str) -> SuffixMatch {
        let suffix = format!("/{}", self.fold(suffix));
        let found = self.files.iter().any(|file| self.fold(file).ends_with(&suffix));
        if found { SuffixMatch::Found } else { SuffixMatch::Missing }
    }

    fn nearest(&self, _: &str) -> Option<String> {
        None
    }

    fn ignores_case(&self) -> bool {
        self.ignores_case
    }
}

const FILES: &[&str] = &["src/deep/A.rs", "docs/größe.md", "plan/phase-1.md", "prompts/beside.md", "docs/a#b.md"];

fn workspace() -> Workspace {
    let vocabulary = Arc::new(Vocabulary::built_in());
    let mut workspace = Workspace { vocabulary, ..Workspace::default() };
    let document = Document::read("plan/phase-1.md".into(), Kind::Plan, "".into(), &workspace.vocabulary);
    let index = Arc::make_mut(&mut workspace.index);
    index.insert("plan/phase-1.md".into(), "phase-1", Arc::new(document.facts()));
    workspace
}

/// What the only path in a prompt's Context resolves to.
fn resolve(written: &str, ignores_case: bool) -> Resolution {
    let workspace = workspace();
    let text = format!("## Context\n- {written}\n");
    let document = Document::read("prompts/phase-1.md".into(), Kind::Prompt, text.into(), &workspace.vocabulary);
    let disk = Disk { files: FILES, ignores_case };
    let reference = document.artifact.references().first().expect("a path");
    Resolver { workspace: &workspace, files: &disk }.resolve(&document.path, reference)
}

fn file(path: &str) -> Resolution {
    Resolution::Found(Target { path: path.to_owned(), kind: FileKind::File })
}

#[test]
fn places_are_tried_in_order() {
    let folder = Resolution::Found(Target { path: "src/deep".to_owned(), kind: FileKind::Folder });
    for (written, expected) in [
        ("`src/deep/A.rs`", file("src/deep/A.rs")),
        ("`./src\\deep\\A.rs`", file("src/deep/A.rs")),
        ("src/deep/", folder),
        ("`deep/A.rs`", Resolution::Somewhere),
        ("`beside.md`", file("prompts/beside.md")),
        ("[b](beside.md)", file("prompts/beside.md")),
        ("[b](..\\docs\\größe.md)", file("docs/größe.md")),
        ("[b](docs/gr%C3%B6%C3%9Fe.md)", file("docs/größe.md")),
        ("`docs/a#b.md`", file("docs/a#b.md")),
        ("[b](../docs/a%23b.md#top)", file("docs/a#b.md")),
        ("`../plan/phase-1.md`", file("plan/phase-1.md")),
        ("`../plan/phase-2.md`", Resolution::Missing),
        ("`../other/phase-2.md`", Resolution::Unknown),
        ("[o](../other/phase-2.md)", Resolution::Missing),
        ("[o](../../other/phase-2.md)", Resolution::Unknown),
        ("`src/deep/B.rs`", Resolution::Missing),
        ("`src/deep/a.rs`", Resolution::Missing),
        ("`Plan/Phase-1.md`", Resolution::Missing),
    ] {
        assert_eq!(resolve(written, false), expected, "{written}");
    }
}

#[test]
fn case_counts_only_where_the_disk_says_so() {
    for (written, expected) in [
        ("`Plan/Phase-1.md`", file("plan/phase-1.md")),
        ("`..\\PLAN\\PHASE-1.MD`", file("plan/phase-1.md")),
        ("`src\\DEEP\\a.rs`", file("src/DEEP/a.rs")),
        ("`DEEP/a.rs`", Resolution::Somewhere),
        ("DOCS/GRÖẞE.md", file("DOCS/GRÖẞE.md")),
        ("`src/deep/b.rs`", Resolution::Missing),
    ] {
        assert_eq!(resolve(written, true), expected, "{written}");
    }
}

#[test]
fn a_path_set_covers_what_is_below_and_short_forms() {
    for ignores_case in [false, true] {
        let (workspace, disk) = (workspace(), Disk { files: FILES, ignores_case });
        let mut set = Resolver { workspace: &workspace, files: &disk }.path_set();
        set.insert("src/a.rs", End::Never);
        set.insert("charts/x", End::Never);
        set.insert("deep/b.rs", End::Always);
        set.insert_short_forms("docs/new/c.md");
        for covered in ["src/a.rs", "charts/x", "charts/x/y/z.yaml", "deep/b.rs", "src/deep/b.rs", "c.md", "new/c.md"] {
            assert!(set.covers(covered), "{covered}");
        }
        for other in ["src", "src/a.rsx", "x/charts/x", "charts/xy", "b.rs", "notdeep/b.rs", "docs", "ew/c.md"] {
            assert!(!set.covers(other), "{other}");
        }
        assert_eq!(set.covers("Charts/X/y"), ignores_case);
    }
}

/// A disk with `a/0.rs` alone, which counts what is asked of it.
#[derive(Default)]
struct Counting(AtomicUsize);

impl Files for Counting {
    fn kind(&self, path: &str) -> Option<FileKind> {
        self.0.fetch_add(1, Ordering::Relaxed);
        (path == "a/0.rs").then_some(FileKind::File)
    }

    fn with_suffix(&self, _: &str) -> SuffixMatch {
        SuffixMatch::Missing
    }

    fn nearest(&self, _: &str) -> Option<String> {
        None
    }
}

#[test]
fn a_path_stands_for_others_if_nothing_is_there_and_only_then_the_disk_is_asked() {
    let (workspace, files) = (workspace(), Counting::default());
    let mut set = Resolver { workspace: &workspace, files: &files }.path_set();
    (0..100).for_each(|n| set.insert(&format!("a/{n}.rs"), End::IfMissing));
    assert!(set.covers("a/0.rs") && set.covers("a/1.rs") && !set.covers("b/1.rs"));
    assert_eq!(files.0.load(Ordering::Relaxed), 0);
    assert!(!set.covers("src/a/0.rs"), "it is another file");
    assert!(set.covers("src/a/1.rs") && set.covers("src/a/1.rs/x"));
    assert_eq!(files.0.load(Ordering::Relaxed), 3);
}

#[test]
fn what_artifacts_will_create_is_counted() {
    let mut workspace = workspace();
    let facts = |text: &str| {
        let document = Document::read("plan/phase-2.md".into(), Kind::Plan, text.into(), &workspace.vocabulary);
        Arc::new(document.facts())
    };
    let (one, two) = (facts("## Deliverables\n- `src/new/a.rs`\n"), facts("## Deliverables\n- `src/new/`\n"));
    let index = Arc::make_mut(&mut workspace.index);
    index.insert("plan/phase-2.md".into(), "phase-2", one.clone());
    index.insert("plan/phase-3.md".into(), "phase-3", one);
    index.insert("plan/phase-3.md".into(), "phase-3", two);
    assert!(workspace.will_create("src/new") && workspace.will_create("src/new/b.rs"));
    Arc::make_mut(&mut workspace.index).remove("plan/phase-3.md", "phase-3");
    assert!(workspace.will_create("src/new/a.rs") && workspace.will_create("src/new"));
    assert!(!workspace.will_create("src/new/b.rs"));
    Arc::make_mut(&mut workspace.index).remove("plan/phase-2.md", "phase-2");
    assert!(!workspace.will_create("src/new/a.rs") && !workspace.will_create("src"));
}
