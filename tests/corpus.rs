//! Everything that writes, tried on a folder of real Markdown files.
//!
//! `PHASEMARK_CORPUS=folder cargo test --test corpus -- --ignored --nocapture`
//!
//! Every `*.md` of the folder is placed as plan, prompt and work notes of one phase. In each of the three a
//! log entry and the missing sections are inserted, all is fixed, and a sample of the other actions and of
//! the completions is tried: as the file is, and with other line ends, a byte order mark and no final line
//! end. With `PHASEMARK_CORPUS_DIFFS=folder` what changed is written there, to be read by a person.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use jiff::Zoned;
use phasemark::{
    artifact::Document,
    convention::Kind,
    disk::{self, RootFiles},
    rules,
    workspace::{Index, Workspace},
};

#[path = "corpus/actions.rs"]
mod actions;
#[path = "corpus/checks.rs"]
mod checks;
#[path = "corpus/completions.rs"]
mod completions;
#[path = "corpus/insertions.rs"]
mod insertions;

/// What was tried and what was found.
#[derive(Default)]
pub struct Summary {
    /// How often each thing was tried.
    tried: BTreeMap<String, usize>,
    /// How many findings each title repairs, or cursors have it.
    titles: BTreeMap<String, usize>,
    wrong: BTreeSet<String>,
}

impl Summary {
    pub fn count(&mut self, what: &str) {
        *self.tried.entry(what.to_owned()).or_default() += 1;
    }

    fn add(&mut self, other: Self) {
        for (what, n) in other.tried {
            *self.tried.entry(what).or_default() += n;
        }
        for (title, n) in other.titles {
            *self.titles.entry(title).or_default() += n;
        }
        self.wrong.extend(other.wrong);
    }

    fn print(&self) {
        for (name, counts) in [("tried", &self.tried), ("titles", &self.titles)] {
            println!("{name}:");
            counts.iter().for_each(|(what, n)| println!("{n:>8}  {what}"));
        }
        println!("wrong: {}", self.wrong.len());
        self.wrong.iter().for_each(|wrong| println!("  {wrong}"));
    }
}

/// One artifact in its workspace.
pub struct Case<'a> {
    /// The file of the corpus, its kind, and how it was changed.
    pub name: String,
    pub workspace: &'a Workspace,
    pub files: &'a RootFiles,
    pub document: &'a Document,
    pub now: &'a Zoned,
    diffs: Option<&'a Path>,
    summary: &'a mut Summary,
}

impl Case<'_> {
    pub fn text(&self) -> &str {
        &self.document.text
    }

    /// The document with another text.
    pub fn read(&self, text: &str) -> Document {
        Document::read(self.document.path.clone(), self.document.kind, text.into(), &self.workspace.vocabulary)
    }

    pub fn findings(&self, document: &Document) -> Vec<phasemark::diagnostic::Diagnostic> {
        let mut workspace = self.workspace.clone();
        workspace.set_open(&document.path, Some(document.facts()));
        rules::run(&workspace, document, self.files)
    }

    pub fn count(&mut self, what: &str) {
        self.summary.count(what);
    }

    pub fn count_title(&mut self, title: String) {
        *self.summary.titles.entry(title).or_default() += 1;
    }

    pub fn expect(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.summary.wrong.insert(format!("{}: {}", self.name, what()));
        }
    }

    /// Keeps what changed, for a person to read.
    pub fn keep_diff(&self, what: &str, after: &str) {
        if let Some(folder) = self.diffs {
            let diff = similar::TextDiff::from_lines(self.text(), after);
            let shown = diff.unified_diff().context_radius(3).to_string();
            fs::write(folder.join(format!("{}.{what}.diff", self.name)), shown).expect("the diff can be written");
        }
    }
}

/// The same words with other line ends, a byte order mark, and without the last line end.
fn disguised(text: &str) -> String {
    let words = text.trim_start_matches('\u{feff}').trim_end_matches(['\n', '\r']);
    format!("\u{feff}{}", words.replace("\r\n", "\n").replace('\n', "\r\n"))
}

/// A root in which `text` is plan, prompt and work notes of one phase.
fn placed(text: &str) -> (tempfile::TempDir, Workspace, RootFiles, Vec<Document>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder can be made");
        fs::write(path, text).expect("a file can be written");
    };
    Kind::ALL.iter().for_each(|kind| write(&format!("{}/phase-7.md", kind.folder()), text));
    for (path, text) in [
        ("Cargo.toml", "[package]\nname = \"sample\"\n"),
        ("Makefile", "check:\n\ttrue\n"),
        ("src/main.rs", ""),
        ("docs/design.md", ""),
    ] {
        write(path, text);
    }
    let root = fs::canonicalize(folder.path()).expect("it is there");
    let location = disk::find_root(&root, None, &disk::OnDisk).expect("a root");
    let mut workspace = disk::open_workspace(&location, Arc::default());
    let mut index = Index::default();
    let (candidates, _) = disk::candidates(&location.bounds(), &workspace.config);
    let read = disk::read_all(&location.bounds(), &workspace, candidates).into_iter();
    let mut documents: Vec<_> = read.filter_map(|(_, read)| Some(read.expect("it can be read")?.0)).collect();
    documents.sort_by_key(|document| document.kind);
    documents.iter().for_each(|document| disk::add_to_index(&workspace, &mut index, document));
    workspace.index = Arc::new(index);
    workspace.is_indexed = true;
    (folder, workspace, RootFiles::new(location.bounds(), disk::TreeReading::AtOnce), documents)
}

/// Tries everything on one file.
fn try_file(name: &str, text: &str, diffs: Option<&Path>) -> Summary {
    let mut summary = Summary::default();
    let now: Zoned = "2031-05-06T14:30[UTC]".parse().expect("a time");
    for (how, text) in [("", text.to_owned()), (".disguised", disguised(text))] {
        let (_folder, workspace, files, documents) = placed(&text);
        for document in &documents {
            let name = format!("{name}.{}{how}", document.kind.folder());
            let diffs = diffs.filter(|_| how.is_empty());
            let mut case =
                Case { name, workspace: &workspace, files: &files, document, now: &now, diffs, summary: &mut summary };
            case.count("artifacts");
            insertions::try_all(&mut case);
            actions::try_at_cursors(&mut case);
            completions::try_at_cursors(&mut case);
        }
    }
    summary
}

/// The Markdown files of a folder by their names.
fn corpus(folder: &Path) -> Vec<(String, String)> {
    let all = fs::read_dir(folder).expect("the corpus can be listed").flatten().map(|entry| entry.path());
    let mut paths: Vec<PathBuf> = all.filter(|path| path.extension().is_some_and(|end| end == "md")).collect();
    paths.sort();
    let named = paths.into_iter().map(|path| {
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        (name, fs::read_to_string(&path).expect("it can be read"))
    });
    named.collect()
}

#[test]
#[ignore = "needs a folder of Markdown files: PHASEMARK_CORPUS=folder"]
fn real_files_keep_every_byte_that_nobody_asked_to_change() {
    let Some(folder) = env::var_os("PHASEMARK_CORPUS") else {
        println!("skipped: PHASEMARK_CORPUS names no folder of Markdown files");
        return;
    };
    let diffs = env::var_os("PHASEMARK_CORPUS_DIFFS").map(PathBuf::from);
    diffs.iter().for_each(|folder| fs::create_dir_all(folder).expect("a folder can be made"));
    let files = corpus(Path::new(&folder));
    assert!(!files.is_empty(), "no Markdown file in {}", folder.display());
    let (queue, total) = (Mutex::new(files.iter()), Mutex::new(Summary::default()));
    let work = || {
        while let Some((name, text)) = { queue.lock().expect("no thread fails").next() } {
            let summary = try_file(name, text, diffs.as_deref());
            total.lock().expect("no thread fails").add(summary);
        }
    };
    std::thread::scope(|scope| (0..2).for_each(|_| drop(scope.spawn(work))));
    let total = total.into_inner().expect("no thread fails");
    println!("{} files", files.len());
    total.print();
    assert!(total.wrong.is_empty(), "{} wrong, listed above", total.wrong.len());
}
