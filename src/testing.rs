//! Fixtures: several files in one string, and marks for the findings they should have. Texts before and after an edit
//! are files of `tests/edits`, read by [`check_cases`].
//!
//! ```text
//! //- plan/phase-1.md
//! # Phase 1
//!   ^^^^^^^ missing-definition-of-done
//! ```
//!
//! A line `//- path` begins a file, but `//- git log` the commits of the repository, newest first:
//! `1a2b3c4 2026-01-20T10:00 Subject`, or with a day alone; below `//- git gone` stand the paths that are gone, each with
//! the one that it was moved to, if any: `src/a.rs src/b.rs`; `shallow` says that there may be more. A line of carets and a rule's name marks a finding on the line
//! above; columns count Unicode scalar values. A finding of several lines is marked to the end of
//! its first one; an empty one, and one on an empty line, by a single caret.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::Arc,
    time::Duration,
};

use crate::{
    actions::{self, Action, Change},
    artifact::{Document, Encoding, Vocabulary},
    config::{self, Config},
    convention::{Kind, PerKind},
    diagnostic::Diagnostic,
    rules,
    text::{self, Edit, PositionEncoding, nfc},
    workspace::{
        FileKind, Files, Index, SuffixMatch, Workspace,
        commits::{Commit, Commits, Lookup, Whereabouts},
    },
};
use jiff::{
    Zoned,
    civil::{self, Date, DateTime},
    tz::TimeZone,
};

mod cases;
mod examples;
mod scene;
mod texts;

pub use self::{
    cases::check_cases,
    examples::{example_fixture, examples},
    scene::{Offered, Reading, Scene, words},
    texts::{artifact_texts, plain_artifact_texts, sectioned_texts},
};

/// The files of a fixture, without its marks.
pub struct Fixture {
    pub files: BTreeMap<String, String>,
    /// File, line from 0, column range, rule.
    marks: BTreeSet<(String, usize, usize, usize, String)>,
    history: History,
    now: Option<DateTime>,
}

/// The commits of a fixture, newest first; none without a repository, or before the first one.
#[derive(Default)]
struct History {
    commits: Vec<Commit>,
    gone: Option<BTreeMap<String, Option<String>>>,
}

impl Fixture {
    /// At that moment.
    pub fn at(self, now: &str) -> Self {
        Self { now: Some(now.parse().expect("a time")), ..self }
    }

    pub fn parse(fixture: &str) -> Self {
        let mut parsed =
            Self { files: BTreeMap::new(), marks: BTreeSet::new(), history: History::default(), now: None };
        let mut path = "plan/phase-1.md".to_owned();
        let mut lines = 0;
        for line in fixture.strip_prefix('\n').unwrap_or(fixture).split_inclusive('\n') {
            if let Some(name) = line.strip_prefix("//- ") {
                path = name.trim().to_owned();
                parsed.files.insert(path.clone(), String::new());
                lines = 0;
            } else if let Some((columns, rule)) = mark(line) {
                let above = usize::max(lines, 1) - 1;
                parsed.marks.insert((path.clone(), above, columns.start, columns.end, rule.to_owned()));
            } else {
                parsed.files.entry(path.clone()).or_default().push_str(line);
                lines += 1;
            }
        }
        if let Some(log) = parsed.files.remove("git log") {
            parsed.history = History::parse(&log);
        }
        parsed.history.gone = parsed.files.remove("git gone").map(|gone| {
            let words = |line: &str| {
                line.split_once(' ').map_or((line.to_owned(), None), |(from, to)| (from.into(), Some(to.into())))
            };
            gone.lines().map(words).collect()
        });
        parsed
    }

    pub fn workspace(&self) -> (Workspace, Vec<Document>) {
        let config = match self.files.get("phasemark.toml") {
            Some(text) => {
                let (config, mistakes) = config::read(text, &rules::specs(), &Config::default(), None);
                assert_eq!(mistakes, [], "the fixture's phasemark.toml");
                config
            }
            None => Config::default(),
        };
        let vocabulary = Arc::new(Vocabulary::new(&config, PerKind::default()));
        let mut workspace = Workspace { vocabulary, is_indexed: true, ..Workspace::default() };
        let has = |kind: &Kind| self.files.keys().any(|path| config.kind_of(path) == Some(*kind));
        workspace.is_established = Kind::ALL.iter().filter(|kind| has(kind)).count() >= 2;
        workspace.config = Arc::new(config);
        let mut index = Index::default();
        let mut documents = Vec::new();
        for (path, text) in &self.files {
            let Some((kind, stem)) = workspace.config.artifact(path) else { continue };
            let mut document = Document::read(path.as_str().into(), kind, text.as_str().into(), &workspace.vocabulary);
            // As if bytes had been read that are not UTF-8.
            if text.contains(char::REPLACEMENT_CHARACTER) {
                document.encoding = Encoding::Other;
            }
            let facts = document.facts();
            if workspace.is_artifact(path, facts.canonical_sections) {
                index.insert(document.path.clone(), stem, Arc::new(facts));
                documents.push(document);
            }
        }
        workspace.index = Arc::new(index);
        (workspace, documents)
    }
}

/// The columns and the rule of a mark.
fn mark(line: &str) -> Option<(std::ops::Range<usize>, &str)> {
    let start = line.len() - line.trim_start_matches(' ').len();
    let carets = line[start..].len() - line[start..].trim_start_matches('^').len();
    let rule = line[start + carets..].strip_prefix(' ')?.trim_end();
    let is_rule = carets > 0
        && !rule.is_empty()
        && rule.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    is_rule.then_some((start..start + carets, rule))
}

impl History {
    fn parse(log: &str) -> Self {
        let commit = |line: &str| {
            let mut words = line.splitn(3, ' ');
            let mut word = || words.next().unwrap_or_else(|| panic!("hash, time and subject: {line}"));
            let (hash, time, subject) = (word(), word(), word());
            let time = time.parse().or_else(|_| time.parse::<Date>().map(DateTime::from)).expect("a time");
            let (subject, paths) = subject.split_once(" -- ").map_or((subject, None), |(s, paths)| (s, Some(paths)));
            let markdown = paths.map(|paths| paths.split(' ').map(Into::into).collect());
            Commit { hash: hash.into(), subject: subject.into(), time, markdown }
        };
        Self { commits: log.lines().map(commit).collect(), gone: None }
    }
}

impl Commits for History {
    fn find(&self, hash: &str) -> Lookup {
        let hash = hash.to_ascii_lowercase();
        let is_it = |commit: &&Commit| commit.hash.starts_with(&hash);
        match self.commits.iter().find(is_it) {
            Some(commit) => Lookup::Known(commit.clone()),
            None if self.commits.is_empty() => Lookup::Untold,
            None => Lookup::Missing,
        }
    }

    fn recent(&self) -> Vec<Commit> {
        let first_of_work = self.commits.iter().position(|commit| commit.markdown.is_none());
        self.commits.iter().take(first_of_work.map_or(usize::MAX, |at| at + 1)).cloned().collect()
    }

    fn added(&self, _: &[&str]) -> Option<DateTime> {
        None
    }

    fn since(&self, after: Option<DateTime>, most: usize) -> Vec<Commit> {
        self.commits.iter().filter(|commit| after.is_none_or(|after| commit.time > after)).take(most).cloned().collect()
    }

    fn titled(&self, subject: &str) -> Option<Box<str>> {
        let mut titled = self.commits.iter().filter(|commit| &*commit.subject == subject);
        titled.next().filter(|_| titled.next().is_none()).map(|commit| commit.hash.clone())
    }

    fn whereabouts(&self, path: &str) -> Whereabouts {
        let Some(gone) = &self.gone else { return Whereabouts::Never };
        match gone.get(path) {
            Some(Some(to)) => Whereabouts::Moved(to.as_str().into()),
            Some(None) => Whereabouts::Removed,
            None if gone.contains_key("shallow") => Whereabouts::Untold,
            None => Whereabouts::Never,
        }
    }
}

impl Files for Fixture {
    fn commits(&self) -> &dyn Commits {
        &self.history
    }

    fn now(&self) -> Option<DateTime> {
        self.now
    }

    fn kind(&self, path: &str) -> Option<FileKind> {
        let path = &*nfc(path);
        if self.files.keys().any(|file| nfc(file) == path) {
            return Some(FileKind::File);
        }
        let folder = format!("{path}/");
        self.files.keys().any(|file| nfc(file).starts_with(&folder)).then_some(FileKind::Folder)
    }

    fn with_suffix(&self, suffix: &str) -> SuffixMatch {
        let suffix = nfc(suffix);
        let (inside, folder) = (format!("/{suffix}"), format!("/{suffix}/"));
        if self.files.keys().map(|file| nfc(file)).any(|file| file.ends_with(&inside) || file.contains(&folder)) {
            SuffixMatch::Found
        } else {
            SuffixMatch::Missing
        }
    }

    fn tree(&self) -> Option<Arc<Vec<Box<str>>>> {
        let folders = self.files.keys().flat_map(|file| file.match_indices('/').map(|(at, _)| file[..=at].into()));
        let all: BTreeSet<Box<str>> = folders.chain(self.files.keys().map(|file| file.as_str().into())).collect();
        Some(Arc::new(all.into_iter().collect()))
    }

    fn text(&self, path: &str) -> Option<Arc<str>> {
        self.files.get(path).map(|text| text.as_str().into())
    }

    fn nearest(&self, path: &str) -> Option<String> {
        let distance = |file: &&String| strsim::damerau_levenshtein(file, path);
        self.files.keys().min_by_key(distance).filter(|file| distance(file) <= 3).cloned()
    }
}

/// Every finding of every artifact of a fixture, with its file.
pub fn findings(fixture: &str) -> Vec<(String, Diagnostic)> {
    let fixture = Fixture::parse(fixture);
    let (workspace, documents) = fixture.workspace();
    let of = |document: &Document| {
        let path = document.path.to_string();
        let found = rules::run(&workspace, document, &fixture);
        found.into_iter().map(move |diagnostic| (path.clone(), diagnostic)).collect::<Vec<_>>()
    };
    documents.iter().flat_map(of).collect()
}

/// Asserts that the findings of `rule` in all files of the fixture are the marked ones.
#[track_caller]
pub fn check(rule: &str, fixture: &str) {
    check_places(rule, fixture, |finding| vec![finding.range.clone()]);
}

/// As [`check`], with the related places in the same file marked, too.
#[track_caller]
pub fn check_with_related(rule: &str, fixture: &str) {
    let places = |finding: &Diagnostic| {
        let related = finding.related.iter().map(|related| related.range.clone());
        std::iter::once(finding.range.clone()).chain(related).collect()
    };
    check_places(rule, fixture, places);
}

#[track_caller]
fn check_places(rule: &str, fixture: &str, places: impl Fn(&Diagnostic) -> Vec<Range<usize>>) {
    assert!(rules::find(rule).is_some(), "no such rule: {rule}");
    let parsed = Fixture::parse(fixture);
    let found = findings(fixture).into_iter().filter(|(_, diagnostic)| diagnostic.rule == rule);
    let of = |(path, diagnostic): (String, Diagnostic)| {
        let places = places(&diagnostic).into_iter();
        places.map(|range| place(&parsed.files[&path], path.clone(), range, rule)).collect::<Vec<_>>()
    };
    let actual: BTreeSet<_> = found.flat_map(of).collect();
    assert_eq!(actual, parsed.marks, "left: found, right: marked (file, line from 0, columns, rule)");
}

fn place(text: &str, path: String, range: Range<usize>, rule: &str) -> (String, usize, usize, usize, String) {
    let lines = crate::text::LineIndex::new(text);
    let start = lines.position(text, range.start, PositionEncoding::Utf32);
    let end = lines.position(text, range.end, PositionEncoding::Utf32);
    let line = start.line as usize;
    let last = if end.line == start.line { end.column as usize } else { text[lines.range(text, line)].chars().count() };
    let first = start.column as usize;
    (path, line, first, last.max(first + 1), rule.to_owned())
}

/// Asserts that the first fix of the first finding of `rule` turns its file into `after`, and that
/// the finding is gone then.
#[track_caller]
pub fn check_fix(rule: &str, fixture: &str, after: &str) {
    check_fix_titled(rule, "", fixture, after);
}

/// As [`check_fix`], with the first fix whose title begins so.
#[track_caller]
pub fn check_fix_titled(rule: &str, title: &str, fixture: &str, after: &str) {
    assert_eq!(fixed_as(rule, title, fixture), after);
}

/// The file of the first finding of `rule` after its first fix, which cures it.
#[track_caller]
pub fn fixed(rule: &str, fixture: &str) -> String {
    fixed_as(rule, "", fixture)
}

#[track_caller]
fn fixed_as(rule: &str, title: &str, fixture: &str) -> String {
    let mut parsed = Fixture::parse(fixture);
    let found = findings(fixture);
    let (path, finding) =
        found.iter().find(|(_, diagnostic)| diagnostic.rule == rule).unwrap_or_else(|| panic!("{rule} does not fire"));
    let fix = finding.fixes.iter().find(|fix| fix.title.starts_with(title)).expect("a fix");
    let fixed = text::apply(&parsed.files[path], fix.edits());
    parsed.files.insert(path.clone(), fixed.clone());
    let (workspace, documents) = parsed.workspace();
    let document = documents.iter().find(|document| &*document.path == path.as_str()).expect("still an artifact");
    let again = rules::run(&workspace, document, &parsed);
    let same =
        again.iter().filter(|diagnostic| diagnostic.rule == rule && diagnostic.message == finding.message).count();
    assert_eq!(same, 0, "the fix does not cure the finding");
    fixed
}

/// The processor time of this thread so far: a machine that is busy with other things cannot fail a test.
#[cfg(unix)]
fn work_done() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

#[cfg(not(unix))]
fn work_done() -> Duration {
    static START: std::sync::LazyLock<std::time::Instant> = std::sync::LazyLock::new(std::time::Instant::now);
    START.elapsed()
}

/// A document of `kind`, read with the built-in names.
pub fn document(kind: Kind, text: &str) -> Document {
    Document::read("file.md".into(), kind, text.into(), &Vocabulary::built_in())
}

/// The clock of all fixtures.
pub fn now() -> Zoned {
    civil::date(2026, 1, 31).at(9, 5, 0, 0).to_zoned(TimeZone::UTC).expect("a time")
}

/// Runs `look` with what an action sees at the `$0`s of a fixture.
fn with_context<T>(fixture: &str, look: impl FnOnce(&actions::Context) -> T) -> T {
    let mut parsed = Fixture::parse(fixture);
    let with_cursor = parsed.files.iter_mut().find(|(_, text)| text.contains("$0"));
    let (path, text) = with_cursor.map(|(path, text)| (path.clone(), text)).expect("a cursor `$0`");
    let start = text.find("$0").unwrap_or_default();
    text.replace_range(start..start + 2, "");
    let end = text.find("$0");
    if let Some(end) = end {
        text.replace_range(end..end + 2, "");
    }
    let (workspace, documents) = parsed.workspace();
    let document = documents.iter().find(|document| *document.path == *path).expect("an artifact");
    let now = now();
    look(&actions::Context {
        document,
        workspace: &workspace,
        files: &parsed,
        diagnostics: &rules::run(&workspace, document, &parsed),
        selection: start..end.unwrap_or(start),
        asked: Vec::new(),
        now: &now,
    })
}

/// The titles of all actions at the cursor of a fixture, in their order.
pub fn action_titles(fixture: &str) -> Vec<String> {
    let titles = |actions: Vec<Action>| actions.into_iter().map(|action| action.title).collect();
    with_context(fixture, |ctx| titles(actions::list(ctx, &|_| true, false)))
}

/// The titles of the actions at the cursor of a fixture whose change a client has to ask for.
pub fn costly_titles(fixture: &str) -> Vec<String> {
    let costly = |actions: Vec<Action>| actions.into_iter().filter(|action| action.change.is_none());
    with_context(fixture, |ctx| costly(actions::list(ctx, &|_| true, false)).map(|action| action.title).collect())
}

/// Asserts that the action called `title` is offered at the cursor and turns the document into
/// `after`, where `$0` is the cursor if the action places it. New files stand in `after` with their
/// paths, as in a fixture.
#[track_caller]
pub fn check_action(title: &str, fixture: &str, after: &str) {
    assert_eq!(acted(title, fixture), after);
}

/// What the action called `title` makes of the document at the cursor of a fixture, as [`check_action`] has it.
#[track_caller]
pub fn acted(title: &str, fixture: &str) -> String {
    with_context(fixture, |ctx| {
        let offered = actions::list(ctx, &|_| true, false);
        let titles: Vec<_> = offered.iter().map(|action| &action.title).collect();
        let action = offered.iter().find(|action| action.title == title);
        let action = action.unwrap_or_else(|| panic!("{title} is not among {titles:?}"));
        let change = actions::resolve(ctx, action.kind, title).expect("a change");
        let after = written(&ctx.document.text, &change);
        let at_once = actions::list(ctx, &|_| true, true).into_iter().find(|action| action.title == title);
        assert_eq!(at_once.and_then(|action| action.change), Some(change), "listed with costly changes");
        after
    })
}

/// Asserts that no action of that title is offered at the cursor.
#[track_caller]
pub fn check_no_action(title: &str, fixture: &str) {
    let titles = action_titles(fixture);
    assert!(!titles.iter().any(|offered| offered == title), "{titles:?}");
}

/// What a change makes of a document, the cursor marked, or else the files that it makes.
fn written(text: &str, change: &Change) -> String {
    if change.edits.is_empty() {
        return change.new_files.iter().map(|file| format!("//- {}\n{}", file.path, file.text)).collect();
    }
    let mut sorted: Vec<&Edit> = change.edits.iter().collect();
    sorted.sort_by_key(|edit| edit.range.start);
    assert!(sorted.windows(2).all(|pair| pair[0].range.end <= pair[1].range.start), "edits overlap: {sorted:?}");
    let mut after = text::apply(text, &change.edits);
    if let Some(cursor) = change.cursor {
        after.insert_str(cursor, "$0");
    }
    after
}

/// Asserts that `run`, over an input of four times the length, takes nowhere near sixteen times as
/// long: the work grows with the input, not with its square. `length`: bytes of the shorter input.
#[track_caller]
pub fn check_growth(unit: &str, length: usize, run: impl Fn(&str)) {
    let time = |input: &str| {
        let start = work_done();
        run(input);
        work_done() - start
    };
    let (short_input, long_input) = (unit.repeat(length / unit.len()), unit.repeat(4 * length / unit.len()));
    let (mut short, mut long) = (Duration::MAX, Duration::MAX);
    // A busy machine has bad moments: the best of several runs counts, of as few as will do.
    for _ in 0..10 {
        for _ in 0..2 {
            short = short.min(time(&short_input));
            long = long.min(time(&long_input));
        }
        // Below a millisecond the clock says more about the machine.
        if long < 10 * short.max(Duration::from_millis(1)) {
            return;
        }
    }
    panic!("{unit:?}: {short:?} for {length} bytes, {long:?} for four times as many");
}
