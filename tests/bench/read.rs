//! What reading, indexing, checking and editing cost, next to pulldown-cmark alone on the same text.
//!
//! `cargo bench`, or `cargo bench -- whole` for some of it.

use std::{collections::BTreeSet, fmt, sync::Arc};

use divan::{
    Bencher, black_box,
    counter::{BytesCount, ItemsCount},
};
use phasemark::{
    actions,
    artifact::{Artifact, Document, Vocabulary},
    convention::Kind,
    markdown::Markdown,
    rules,
    syntax_tree::SyntaxTree,
    text::{ByteEdit, EditBuffer, LineIndex, Position, PositionEncoding},
    workspace::{FileKind, Files, Index, SuffixMatch, Workspace},
};
use pulldown_cmark::{Options, Parser};

mod generate;

fn main() {
    divan::main();
}

/// A document to read.
#[derive(Clone, Copy)]
struct Case {
    kind: Kind,
    size: usize,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {} KB", self.kind, self.size / 1000)
    }
}

impl Case {
    fn text(self) -> String {
        generate::artifact(self.kind, 1, self.size)
    }

    fn path(self) -> Arc<str> {
        format!("{}/phase-1.md", self.kind.folder()).into()
    }

    fn document(self) -> Document {
        Document::read(self.path(), self.kind, self.text().into(), &vocabulary())
    }
}

const SIZES: [usize; 3] = [3_000, 100_000, 1_000_000];

fn cases() -> impl Iterator<Item = Case> {
    SIZES.into_iter().flat_map(|size| Kind::ALL.map(|kind| Case { kind, size }))
}

fn vocabulary() -> Vocabulary {
    Vocabulary::built_in()
}

mod read {
    use super::*;

    #[divan::bench(args = cases())]
    fn a_pulldown_cmark_alone(bencher: Bencher, case: Case) {
        let text = case.text();
        let options = Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS | Options::ENABLE_STRIKETHROUGH;
        bencher.counter(BytesCount::of_str(&text)).bench_local(|| {
            Parser::new_ext(&text, options).into_offset_iter().for_each(|event| drop(black_box(event)))
        });
    }

    /// From the text of an open document to the facts: what one key press costs.
    #[divan::bench(args = cases())]
    fn b_whole(bencher: Bencher, case: Case) {
        let (text, path, vocabulary) = (case.text(), case.path(), vocabulary());
        let buffer = EditBuffer::new(&text);
        bencher.counter(BytesCount::of_str(&text)).bench_local(|| {
            let document = Document::read(path.clone(), case.kind, buffer.text().into(), &vocabulary);
            let facts = document.facts();
            (document, facts)
        });
    }

    #[divan::bench(args = cases())]
    fn c_markdown(bencher: Bencher, case: Case) {
        let (text, vocabulary) = (case.text(), vocabulary());
        bencher
            .counter(BytesCount::of_str(&text))
            .bench_local(|| Markdown::parse(&text, &|inside| vocabulary.is_placeholder(inside)));
    }

    #[divan::bench(args = cases())]
    fn d_artifact(bencher: Bencher, case: Case) {
        let (document, vocabulary) = (case.document(), vocabulary());
        bencher
            .counter(BytesCount::of_str(&document.text))
            .bench_local(|| Artifact::read(case.kind, &document.text, &document.markdown, &vocabulary));
    }

    #[divan::bench(args = cases())]
    fn e_facts(bencher: Bencher, case: Case) {
        let document = case.document();
        bencher.counter(BytesCount::of_str(&document.text)).bench_local(|| document.facts());
    }

    #[divan::bench(args = SIZES)]
    fn f_lines(bencher: Bencher, size: usize) {
        let text = Case { kind: Kind::WorkNotes, size }.text();
        bencher.counter(BytesCount::of_str(&text)).bench_local(|| LineIndex::new(&text));
    }
}

/// A disk that holds every file that is asked for.
struct Everything;

impl Files for Everything {
    fn kind(&self, _path: &str) -> Option<FileKind> {
        Some(FileKind::File)
    }

    fn with_suffix(&self, _suffix: &str) -> SuffixMatch {
        SuffixMatch::Found
    }

    fn nearest(&self, _path: &str) -> Option<String> {
        None
    }
}

/// A disk that holds nothing.
struct Nothing;

impl Files for Nothing {
    fn kind(&self, _path: &str) -> Option<FileKind> {
        None
    }

    fn with_suffix(&self, _suffix: &str) -> SuffixMatch {
        SuffixMatch::Missing
    }

    fn nearest(&self, _path: &str) -> Option<String> {
        None
    }
}

/// What, repeated, once cost the square of its length: ten times as much has to take ten times as long.
mod many {
    use super::*;

    const SHAPES: [(&str, &str, &str); 7] = [
        ("sub-headings", "## Open questions\n", "### Which?\nx\n"),
        ("sub-headings beside decisions", "## Decisions\n### Use it\n## Open questions\n", "### Which?\nx\n"),
        ("boxes in a group", "## Open questions\n### Naming\n", "- [ ] Which?\n"),
        ("comments", "## Open questions\n", "- Which? <!-- phasemark-ignore log-order -->\n"),
        ("lead-ins with comments", "## Open questions\n", "**Which?**\n\nx <!-- phasemark-ignore log-order -->\n\n"),
        ("rows", "## Open questions\n| Question | Status |\n|---|---|\n", "| Which? | open |\n"),
        ("names", "<!-- phasemark-ignore ", "nope "),
    ];

    #[derive(Clone, Copy)]
    struct Shape(usize, usize);

    impl fmt::Display for Shape {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "{:5} {}", self.1, SHAPES[self.0].0)
        }
    }

    fn shapes() -> impl Iterator<Item = Shape> {
        (0..SHAPES.len()).flat_map(|shape| [1_000, 10_000].map(|times| Shape(shape, times)))
    }

    /// As fix-all asks, which wants every finding.
    #[divan::bench(args = shapes())]
    fn findings(bencher: Bencher, Shape(shape, times): Shape) {
        let (_, before, unit) = SHAPES[shape];
        let text = format!("# Phase 1\n\n{before}{}-->\n", unit.repeat(times));
        let workspace = Workspace { vocabulary: Arc::new(vocabulary()), is_indexed: true, ..Workspace::default() };
        let document =
            Document::read("work-notes/phase-1.md".into(), Kind::WorkNotes, text.into(), &workspace.vocabulary);
        bencher.counter(ItemsCount::new(times)).bench_local(|| {
            (rules::run(&workspace, &document, &Nothing), rules::run_for_fixes(&workspace, &document, &Nothing))
        });
    }

    /// Marking each question, and moving each to Decisions.
    #[divan::bench(args = shapes())]
    fn changes(bencher: Bencher, Shape(shape, times): Shape) {
        let (_, before, unit) = SHAPES[shape];
        let text = format!("# Phase 1\n\n{before}{}-->\n", unit.repeat(times));
        let workspace = Workspace { vocabulary: Arc::new(vocabulary()), ..Workspace::default() };
        let document =
            Document::read("work-notes/phase-1.md".into(), Kind::WorkNotes, text.into(), &workspace.vocabulary);
        bencher.counter(ItemsCount::new(times)).bench_local(|| {
            let (changes, decisions) = (document.question_changes(), document.move_to_decisions(&workspace.vocabulary));
            for question in &document.artifact.questions {
                black_box((changes.resolve(question), decisions.as_ref().map(|to| to.change(question))));
            }
        });
    }
}

/// The plans, prompts and work notes of so many phases.
fn artifacts(phases: usize) -> Vec<(String, Kind, Arc<str>)> {
    let of = |phase| {
        let path = |kind: Kind| format!("{}/phase-{phase}.md", kind.folder());
        Kind::ALL.map(|kind| (path(kind), kind, generate::artifact(kind, phase, 1600).into()))
    };
    (1..=phases).flat_map(of).collect()
}

fn index(artifacts: &[(String, Kind, Arc<str>)], workspace: &Workspace) -> Index {
    let mut index = Index::default();
    for (path, kind, text) in artifacts {
        let document = Document::read(path.as_str().into(), *kind, text.clone(), &workspace.vocabulary);
        let stem = workspace.config.stem(path).unwrap_or_default();
        index.insert(document.path.clone(), stem, Arc::new(document.facts()));
    }
    index
}

fn workspace(phases: usize) -> Workspace {
    let mut workspace =
        Workspace { vocabulary: vocabulary().into(), is_indexed: true, is_established: true, ..Workspace::default() };
    workspace.index = index(&artifacts(phases), &workspace).into();
    workspace
}

/// A disk of so many files in folders of 40, git's own left out.
struct Tree(Arc<Vec<Box<str>>>);

impl Tree {
    fn new(files: usize) -> Self {
        let folder = |n: usize| format!("services/team-{}/module_{}/", n / 400 % 25, n / 40);
        let path = |n: usize| format!("{}{}_{n}.rs", folder(n), ["queue", "gateway", "tide", "store"][n % 4]);
        let mut paths: BTreeSet<Box<str>> = (0..files).map(|n| path(n).into()).collect();
        for folder in (0..files).step_by(40).map(folder) {
            paths.extend(folder.match_indices('/').map(|(at, _)| folder[..=at].into()));
        }
        Self(Arc::new(paths.into_iter().collect()))
    }
}

impl Files for Tree {
    fn kind(&self, path: &str) -> Option<FileKind> {
        self.0.binary_search_by(|entry| (**entry).cmp(path)).is_ok().then_some(FileKind::File)
    }

    fn with_suffix(&self, _path: &str) -> SuffixMatch {
        SuffixMatch::Unknown
    }

    fn nearest(&self, _path: &str) -> Option<String> {
        None
    }

    fn tree(&self) -> Option<Arc<Vec<Box<str>>>> {
        Some(self.0.clone())
    }
}

mod check {
    use super::*;

    #[divan::bench(args = cases())]
    fn all_rules(bencher: Bencher, case: Case) {
        let (workspace, document) = (workspace(300), case.document());
        bencher
            .counter(BytesCount::of_str(&document.text))
            .bench_local(|| rules::run(&workspace, &document, &Everything));
    }

    #[divan::bench(sample_count = 20)]
    fn index_of_1000_artifacts(bencher: Bencher) {
        let (workspace, artifacts) = (workspace(0), artifacts(334));
        bencher.counter(ItemsCount::new(artifacts.len())).bench_local(|| index(&artifacts, &workspace));
    }
}

mod act {
    use super::*;

    /// What each move of the cursor costs: every action at a place in the middle.
    #[divan::bench(args = cases())]
    fn list(bencher: Bencher, case: Case) {
        let (workspace, document) = (workspace(300), case.document());
        let diagnostics = rules::run(&workspace, &document, &Everything);
        let middle = document.text.char_indices().nth(document.text.len() / 2).map_or(0, |(at, _)| at);
        let context = actions::Context {
            document: &document,
            workspace: &workspace,
            files: &Everything,
            diagnostics: &diagnostics,
            selection: middle..middle,
            asked: Vec::new(),
            now: &jiff::Zoned::default(),
        };
        bencher.counter(BytesCount::of_str(&document.text)).bench_local(|| actions::list(&context, &|_| true, false));
    }
}

mod complete {
    use jiff::Zoned;
    use phasemark::completion::{Inside, Request, complete, complete_config};

    use super::*;

    /// Beside 60,000 files and 9,999 artifacts.
    #[divan::bench(args = ["`services/team-7/mod", "`tide", "`t", "`", "[x](../services/team-7/", "- [ ] "])]
    fn paths_and_commands(bencher: Bencher, typed: &str) {
        let (files, workspace) = (Tree::new(60_000), workspace(3333));
        let section = if typed.starts_with('-') { "## Definition of done" } else { "## Goals" };
        let text = format!("# Phase 1\n\n{section}\n\n{typed}");
        let offset = text.len();
        let document = Document::read("plan/phase-1.md".into(), Kind::Plan, text.into(), &workspace.vocabulary);
        let now = Zoned::default();
        let request = Request {
            document: &document,
            workspace: &workspace,
            files: &files,
            offset,
            inside: Inside::Words,
            now: &now,
        };
        bencher.bench_local(|| complete(&request));
    }

    #[divan::bench]
    fn config(bencher: Bencher) {
        let summaries: Vec<String> = rules::all().iter().map(|rule| rule.summary()).collect();
        let all: Vec<_> =
            rules::all().iter().zip(&summaries).map(|(rule, words)| (&rule.spec, words.as_str())).collect();
        let text = "[layout]\nplan = [\"docs\"]\n\n[rules]\nlog-";
        bencher.bench_local(|| complete_config(text, text.len(), &all, &Everything));
    }

    /// What is typed in the last section of the document.
    const TYPED: [&str; 3] = ["\n\n#", "\n- ", "\n\n"];

    fn typed() -> impl Iterator<Item = (usize, usize)> {
        SIZES.into_iter().flat_map(|size| (0..TYPED.len()).map(move |typed| (size, typed)))
    }

    fn run(bencher: Bencher, section: &str, (size, typed): (usize, usize)) {
        let case = Case { kind: Kind::WorkNotes, size };
        let text = format!("{}\n\n## {section}\n{}", case.text().trim_end(), TYPED[typed]);
        let (workspace, offset, now) = (workspace(0), text.len(), Zoned::default());
        let document = Document::read(case.path(), case.kind, text.into(), &workspace.vocabulary);
        bencher.bench_local(|| {
            let inside = Inside::of(&document, offset);
            let (document, workspace, files) = (&document, &workspace, &Everything);
            complete(&Request { document, workspace, files, offset, inside, now: &now })
        });
    }

    #[divan::bench(args = typed())]
    fn in_decisions(bencher: Bencher, at: (usize, usize)) {
        run(bencher, "Decisions", at);
    }

    #[divan::bench(args = typed())]
    fn in_commits(bencher: Bencher, at: (usize, usize)) {
        run(bencher, "Commits", at);
    }

    #[divan::bench(args = typed())]
    fn in_session_log(bencher: Bencher, at: (usize, usize)) {
        run(bencher, "Session log", at);
    }
}

const ENCODINGS: [PositionEncoding; 3] = [PositionEncoding::Utf8, PositionEncoding::Utf16, PositionEncoding::Utf32];

fn encodings() -> impl Iterator<Item = (usize, &'static str)> {
    SIZES.into_iter().flat_map(|size| ["UTF-8", "UTF-16", "UTF-32"].map(|encoding| (size, encoding)))
}

fn encoding(name: &str) -> PositionEncoding {
    ENCODINGS[["UTF-8", "UTF-16", "UTF-32"].iter().position(|other| *other == name).unwrap_or_default()]
}

mod places {
    use super::*;

    /// So many places are asked for, spread over the text.
    const PLACES: usize = 1000;

    fn offsets(text: &str) -> Vec<usize> {
        let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        (0..PLACES).map(|n| starts[starts.len() / PLACES * n]).collect()
    }

    #[divan::bench(args = encodings())]
    fn position_of_offset(bencher: Bencher, (size, name): (usize, &str)) {
        let text = Case { kind: Kind::WorkNotes, size }.text();
        let (lines, offsets) = (LineIndex::new(&text), offsets(&text));
        bencher.counter(ItemsCount::new(PLACES)).bench_local(|| {
            offsets.iter().map(|at| lines.position(&text, *at, encoding(name)).column as usize).sum::<usize>()
        });
    }

    #[divan::bench(args = encodings())]
    fn offset_of_position(bencher: Bencher, (size, name): (usize, &str)) {
        let text = Case { kind: Kind::WorkNotes, size }.text();
        let lines = LineIndex::new(&text);
        let positions: Vec<Position> =
            offsets(&text).iter().map(|at| lines.position(&text, *at, encoding(name))).collect();
        bencher.counter(ItemsCount::new(PLACES)).bench_local(|| {
            positions.iter().map(|position| lines.offset(&text, *position, encoding(name))).sum::<usize>()
        });
    }
}

mod edit {
    use super::*;

    /// A word typed in the middle, one change a key.
    #[divan::bench(args = encodings())]
    fn typed_word(bencher: Bencher, (size, name): (usize, &str)) {
        let text = Case { kind: Kind::WorkNotes, size }.text();
        let line = LineIndex::new(&text).line(text.len() / 2) as u32;
        let word = "because";
        bencher.counter(ItemsCount::new(word.len())).with_inputs(|| EditBuffer::new(&text)).bench_local_refs(
            |buffer| {
                for column in 0..word.len() {
                    let at = Position { line, column: column as u32 };
                    buffer.change(Some((at, at)), &word[column..=column], encoding(name));
                }
            },
        );
    }

    #[divan::bench(args = SIZES)]
    fn to_text(bencher: Bencher, size: usize) {
        let text = Case { kind: Kind::WorkNotes, size }.text();
        let buffer = EditBuffer::new(&text);
        bencher.counter(BytesCount::of_str(&text)).bench_local(|| buffer.text());
    }
}

mod syntax_tree {
    use super::*;

    #[divan::bench(args = cases())]
    fn read_anew(bencher: Bencher, case: Case) {
        let text = case.text();
        bencher.counter(BytesCount::of_str(&text)).bench_local(|| {
            let mut tree = SyntaxTree::new();
            assert!(tree.update(&text, &mut || false));
            tree
        });
    }

    /// A letter in the middle, typed and deleted in turn: what it costs to have the tree after a key.
    #[divan::bench(args = cases())]
    fn one_key(bencher: Bencher, case: Case) {
        let without = case.text();
        let at = without.floor_char_boundary(without.len() / 2);
        let with = format!("{}x{}", &without[..at], &without[at..]);
        let mut tree = SyntaxTree::new();
        tree.update(&without, &mut || false);
        let mut has_letter = false;
        bencher.bench_local(|| {
            has_letter = !has_letter;
            let (old, new, text) = if has_letter { (0, 1, &with) } else { (1, 0, &without) };
            tree.note_edit(ByteEdit { start: at, old_end: at + old, new_end: at + new });
            assert!(tree.update(text, &mut || false));
        });
    }

    #[divan::bench(args = cases())]
    fn nodes_around(bencher: Bencher, case: Case) {
        let text = case.text();
        let mut tree = SyntaxTree::new();
        tree.update(&text, &mut || false);
        bencher.bench_local(|| tree.around(black_box(text.len() / 2)));
    }
}
