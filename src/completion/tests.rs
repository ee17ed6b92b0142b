//! What the tests of all providers share, and what holds for whatever is offered.

use jiff::{Zoned, civil::DateTime};
use proptest::prelude::*;

use super::*;
use crate::{
    convention::Kind,
    testing::{Fixture, check_growth},
    text::apply,
    workspace::{
        FileKind, SuffixMatch,
        commits::{Commit, Commits, Lookup},
    },
};

/// A disk with nothing but a repository of three commits, or without one.
pub struct Disk {
    commits: Vec<Commit>,
}

impl Disk {
    pub fn new() -> Self {
        let commit = |hash: &str, subject: &str, time: &str| Commit {
            hash: format!("{hash:0<40}").into(),
            subject: subject.into(),
            time: time.parse::<DateTime>().unwrap(),
            markdown: None,
        };
        let commits = vec![
            commit("c0ffee1", "Escape | in cells", "2026-01-23T10:00"),
            commit("b16b00b5", "Probe the gateway 漢字", "2026-01-22T10:00"),
            commit("a1b2c3d4", "Add the chart", "2026-01-21T10:00"),
        ];
        Self { commits }
    }
}

impl Files for Disk {
    fn kind(&self, _: &str) -> Option<FileKind> {
        None
    }

    fn with_suffix(&self, _: &str) -> SuffixMatch {
        SuffixMatch::Missing
    }

    fn nearest(&self, _: &str) -> Option<String> {
        None
    }

    fn commits(&self) -> &dyn Commits {
        self
    }
}

impl Commits for Disk {
    fn find(&self, hash: &str) -> Lookup {
        let hash = hash.to_lowercase();
        let found = self.commits.iter().find(|commit| commit.hash.starts_with(&hash));
        found.cloned().map_or(Lookup::Missing, Lookup::Known)
    }

    fn recent(&self) -> Vec<Commit> {
        self.commits.clone()
    }

    fn added(&self, _: &[&str]) -> Option<DateTime> {
        None
    }

    fn since(&self, after: Option<DateTime>, most: usize) -> Vec<Commit> {
        let later = self.commits.iter().filter(|commit| after.is_none_or(|after| commit.time > after));
        later.take(most).cloned().collect()
    }
}

fn now() -> Zoned {
    "2026-01-23T12:30[UTC]".parse().unwrap()
}

/// The document of a text, in a workspace where it is an artifact.
pub fn read(path: &str, text: &str) -> (Workspace, Document) {
    let (workspace, _) = Fixture::parse("//- plan/phase-1.md\n//- prompts/phase-1.md\n").workspace();
    let (kind, _) = workspace.config.artifact(path).unwrap();
    let document = Document::read(path.into(), kind, text.into(), &workspace.vocabulary);
    (workspace, document)
}

pub fn complete_in(workspace: &Workspace, document: &Document, offset: usize, files: &dyn Files) -> List {
    let inside = Inside::of(document, offset);
    complete(&Request { document, workspace, files, offset, inside, now: &now() })
}

/// The text without its `$0`, and what is offered there.
fn at_cursor(path: &str, text: &str, files: &dyn Files) -> (String, List) {
    let offset = text.find("$0").expect("a cursor");
    let text = text.replacen("$0", "", 1);
    let (workspace, document) = read(path, &text);
    let list = complete_in(&workspace, &document, offset, files);
    (text, list)
}

/// The labels at `$0`, in order.
pub fn labels(path: &str, text: &str) -> Vec<String> {
    at_cursor(path, text, &Disk::new()).1.items.into_iter().map(|item| item.label).collect()
}

pub fn labels_without_repository(path: &str, text: &str) -> Vec<String> {
    at_cursor(path, text, &Disk { commits: Vec::new() }).1.items.into_iter().map(|item| item.label).collect()
}

#[track_caller]
pub fn item(path: &str, text: &str, label: &str) -> Item {
    let (_, list) = at_cursor(path, text, &Disk::new());
    let labels: Vec<String> = list.items.iter().map(|item| item.label.clone()).collect();
    list.items.into_iter().find(|item| item.label == label).unwrap_or_else(|| panic!("{label} is not in {labels:?}"))
}

/// The text after an item was accepted: as plain text, and as snippet syntax.
#[track_caller]
pub fn accepted(path: &str, text: &str, label: &str) -> (String, String) {
    let item = item(path, text, label);
    let text = text.replacen("$0", "", 1);
    let with = |insert: String| {
        let mut edits = vec![Edit::replace(item.range.clone(), insert)];
        edits.extend(item.also.iter().cloned());
        apply(&text, &edits)
    };
    (with(item.insert.text().to_owned()), with(item.insert.syntax()))
}

#[track_caller]
pub fn check_silent(path: &str, text: &str) {
    assert_eq!(labels(path, text), [""; 0], "{text}");
}

/// What has to hold wherever a cursor is.
fn check_everywhere(workspace: &Workspace, document: &Document, offset: usize) {
    let (text, files, inside, now) = (&*document.text, Disk::new(), Inside::of(document, offset), now());
    let request = Request { document, workspace, files: &files, offset, inside, now: &now };
    let list = complete(&request);
    let line = document.lines().range(text, document.lines().line(offset));
    for item in &list.items {
        let range = &item.range;
        assert!(line.start <= range.start && range.end <= line.end, "{item:?} leaves its line");
        assert!(range.start <= offset && offset <= range.end, "{item:?} is not at {offset}");
        let says_more =
            item.documentation != Documentation::None || matches!(item.kind, ItemKind::Folder | ItemKind::Command);
        assert!(!item.label.is_empty() && says_more, "{item:?} says nothing");
        let mut owned = vec![Edit::replace(range.clone(), item.insert.text())];
        for edit in &item.also {
            assert!(edit.range.end < line.start || line.end < edit.range.start, "{item:?} meets its own edits");
            owned.push(edit.clone());
        }
        let after = apply(text, &owned);
        owned.sort_by_key(|edit| edit.range.start);
        let mut rest = &*after;
        let mut at = 0;
        for edit in &owned {
            rest = rest.strip_prefix(&text[at..edit.range.start]).expect("what is before is kept");
            rest = rest.strip_prefix(&*edit.replacement).expect("what is inserted is there");
            at = edit.range.end;
        }
        assert_eq!(rest, &text[at..]);
    }
    let prose = text[line.clone()].trim_start();
    let is_prose = prose.starts_with(char::is_alphabetic) && !prose.contains([':', '：', '<', '|', '-', '=']);
    // Names of rules stand in comments of several lines, too.
    let is_prose = is_prose && !text[..offset].contains("<!--");
    // A path may be typed anywhere, in code or as a link.
    let is_path = |item: &Item| matches!(item.kind, ItemKind::File | ItemKind::Folder) && prose.contains(['`', '(']);
    assert!(!is_prose || list.items.iter().all(is_path), "{:?} in prose: {prose:?}", list.items[0]);
    if inside == Inside::Code {
        assert_eq!(list.items, []);
    }
}

pub const PIECES: &[&str] = &[
    "# ",
    "## ",
    "#",
    "##",
    "### 2026-01-21",
    "\n",
    "\r\n",
    "\r",
    "\n\n",
    "- ",
    "-",
    "* ",
    "1. ",
    "  ",
    "    ",
    "\t",
    "> ",
    "```",
    "`",
    "<!--",
    "-->",
    "<!-- phasemark-ignore ",
    "phasemark-ignore-file",
    "<div>",
    "---\n",
    "status: ",
    "Status:",
    "**Status:** ",
    "**Goals:**",
    "**Decisions:**",
    "[ ] ",
    "[x] ",
    "| ",
    "|---|",
    "|",
    "Decision",
    "Why",
    "Status",
    "Decisions",
    "Open questions",
    "Commits",
    "Session log",
    "Constraints",
    "Phase 1: a",
    "Goals",
    "Definition of done",
    "Which port?",
    "a1b2c3d Add",
    "must",
    "In progress",
    "漢字",
    "😀",
    "\u{feff}",
    "\u{a0}",
    "a",
    "<Goal 1>",
    "===",
    "(a)",
];

fn messy() -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(PIECES), 0..24).prop_map(|pieces| pieces.concat())
}

/// Sections with messy bodies: what is offered in sections is met often, too.
fn in_sections() -> impl Strategy<Value = String> {
    const HEADINGS: &[&str] = &[
        "## Status\n",
        "## Decisions\n",
        "## Open questions\r\n- Which port?\r\n",
        "## Commits\n- a1b2c3d x\n",
        "## Session log\n",
        "## Constraints\n",
        "**Decisions:**\n",
        "## Goals\n",
        "### Phase 2\n",
    ];
    let section =
        (proptest::sample::select(HEADINGS), proptest::collection::vec(proptest::sample::select(PIECES), 0..5));
    let section = section.prop_map(|(heading, pieces)| format!("{heading}{}\n", pieces.concat()));
    proptest::collection::vec(section, 0..5).prop_map(|sections| sections.concat())
}

proptest! {
    #[test]
    fn items_stay_on_their_line_and_keep_the_rest(text in prop_oneof![messy(), in_sections()]) {
        for kind in Kind::ALL {
            let (workspace, document) = read(&format!("{}/phase-1.md", kind.folder()), &text);
            for offset in (0..=text.len()).filter(|offset| text.is_char_boundary(*offset)) {
                check_everywhere(&workspace, &document, offset);
            }
        }
    }
}

#[test]
fn the_text_around_a_cursor_has_a_kind() {
    use Inside::{Code, FrontMatter, Html, Words};
    for (text, expected) in [
        ("a $0b\n", Words),
        ("$0", Words),
        ("```\na$0\n```\n", Code),
        ("```r$0s\na\n```\n", Code),
        ("```\na\n```$0\n", Code),
        ("```\na\n```\n$0", Words),
        ("```\na\n\n$0", Code),
        ("```\r\na\r\n\r\n  $0\r\n", Code),
        ("- a\n  ```\n  b\n  $0", Code),
        ("- a\n  ```\n  b\n$0", Words),
        ("a\n\n    b$0\n", Code),
        ("a\n\n    b\n\n$0", Words),
        ("<!-- a$0 -->\n", Html),
        ("<!--\na\n\n$0\n-->\n", Html),
        ("<!--\na\n\n$0", Html),
        ("<!-- a -->\n\n$0", Words),
        ("<div>\na$0\n</div>\n", Html),
        ("a <!-- b$0 --> c\n", Html),
        ("a <!-- b --> c$0\n", Words),
        ("a `b$0`\n", Words),
        ("---\na: b$0\n---\n", FrontMatter),
        ("\u{feff}---\r\na: b\r\n---$0\r\n", FrontMatter),
        ("---\na: b\n---\n$0", Words),
        ("---\na: b$0\n", Words),
        ("| a | $0b |\n|---|---|\n", Words),
    ] {
        let offset = text.find("$0").unwrap();
        let (_, document) = read("plan/phase-1.md", &text.replacen("$0", "", 1));
        assert_eq!(Inside::of(&document, offset), expected, "{text:?}");
    }
}

#[test]
fn a_cursor_before_the_byte_order_mark_is_offered_nothing() {
    let (workspace, document) = read("plan/phase-1.md", "\u{feff}");
    assert_eq!(complete_in(&workspace, &document, 0, &Disk::new()).items, []);
    assert_eq!(complete_in(&workspace, &document, 3, &Disk::new()).items.len(), 1);
}

#[test]
fn completions_take_linear_time() {
    let words =
        ["- ", "- a\n", "# a\n", "\n", "- Which?\n", "- 1a2b3c4\n", "<!-- ", "`", "| a |\n", "**a:** b\n", "a\n\n"];
    for part in words {
        for section in ["Status", "Decisions", "Commits", "Session log", "Constraints"] {
            for end in ["\n- ", "\n\n#", "<!-- phasemark-ignore "] {
                check_growth(part, 8_000, |body| {
                    let text = format!("## Open questions\n\n- a?\n\n## {section}\n\n{body}{end}");
                    let (workspace, document) = read("work-notes/phase-1.md", &text);
                    let (files, offset) = (Disk::new(), text.len());
                    let inside = Inside::of(&document, offset);
                    let now = now();
                    complete(&Request {
                        document: &document,
                        workspace: &workspace,
                        files: &files,
                        offset,
                        inside,
                        now: &now,
                    });
                });
            }
        }
    }
}
