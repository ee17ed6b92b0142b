//! Whatever stands in a document, the time to read and check it grows with its length.

use std::sync::Arc;

use crate::{
    artifact::{Document, Vocabulary},
    convention::Kind,
    rules,
    testing::{Fixture, check_growth},
    text::PositionEncoding,
    workspace::Workspace,
};

/// What, repeated, has made readers of Markdown slow, or might.
const PARTS: &[&str] = &[
    "a/b/c.d ",
    "a/b/c.d\n",
    "a/b.md漢",
    "/",
    "../",
    "\\",
    ".",
    "`a/b.rs`, ",
    "[a](b/c.md) ",
    "![",
    "[",
    "[a](",
    "<Goal 1> ",
    "<Goal 1>",
    "<paths>",
    "<paths> x ",
    "<",
    "`",
    "` ",
    "`` a ` ",
    "*",
    "**a** ",
    "**a:** b\n",
    "_a",
    "~~a~~ ",
    "> ",
    ">\n",
    "- ",
    "- a\n",
    "- a: b/c.d\n\n",
    "- [ ] a\n",
    "- [x] Complete `a`: b\n  - [ ] c\n",
    "1. a\n\n   b\n",
    "# a\n",
    "### a\n\n",
    "### Phase 1: a\n",
    "#### 2026-01-02\n- Next:\n",
    "## Definition of done\n",
    "## Open questions\n- a?\n",
    "## Decisions\n### a\n",
    "a:\n- b\n",
    "a\n===\n",
    "| a | b |\n|---|---|\n| c | d |\n\n",
    "| a ",
    "|a|\n|-|\n",
    "```\n",
    "~~~ a\n\n",
    "    a\n\n",
    "<div>\n\n",
    "<!-- ",
    "<!-- a --> ",
    "<!-- phasemark-ignore ",
    "<!-- phasemark-ignore a --> ",
    "<!-- phasemark-ignore a -->\n\n",
    "[NEEDS CLARIFICATION",
    "[NEEDS CLARIFICATION] ",
    "[a]: b/c.md\n",
    "[a] [a][b] ",
    "a:",
    "a: ",
    "(resolved ",
    "(resolved? ",
    "Resolved\n",
    "-> ",
    "- a -> ",
    "A: ",
    "1 ",
    "2026-01-0",
    "- 2026-01-02: a\n",
    "- 1a2b3c4\n",
    "1a2b3c4 ",
    "1 january ",
    " - ",
    " — so the ",
    "(a) ",
    "a ",
    "é",
    "😀",
    "\n",
    "\r",
    "\t",
    " ",
    "--- \n",
    "&amp;",
    "token=\"aB3dE5gH7jK9mN1pQ3sT5vX7\" ",
    "-----BEGIN PRIVATE KEY-----\n",
    "AAAA",
    "http://a.b/c ",
    "must not ",
    "a@b.c ",
];

/// The sections whose words are read: each holds the repeated part.
fn sections(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Plan => &["Goals", "Definition of done", "Files", "Phase 1: a"],
        Kind::Prompt => &["Context", "Task", "Constraints"],
        Kind::WorkNotes => &["Status", "Decisions", "Open questions", "Session log", "Commits"],
    }
}

/// `words` below each section; `end` stops a search for it, or does not.
fn document(kind: Kind, words: &str, end: &str) -> String {
    sections(kind).iter().map(|section| format!("## {section}\n\n{words}{end}\n\n")).collect()
}

/// Reads a text, runs the rules and says where the findings are.
fn run(workspace: &Workspace, kind: Kind, text: String) {
    let path: Arc<str> = format!("{}/phase-1.md", kind.folder()).into();
    let document = Document::read(path, kind, text.into(), &workspace.vocabulary);
    document.facts();
    for finding in rules::run(workspace, &document, &Fixture::parse("")) {
        document.lines().position(&document.text, finding.range.start, PositionEncoding::Utf16);
    }
}

/// `length`: bytes of the shorter of two documents.
fn check(kind: Kind, length: usize, ends: &[&str]) {
    let vocabulary = Arc::new(Vocabulary::built_in());
    let workspace = Workspace { vocabulary, is_indexed: true, is_established: true, ..Workspace::default() };
    for part in PARTS {
        for end in ends {
            check_growth(part, length / sections(kind).len(), |words| {
                run(&workspace, kind, document(kind, words, end))
            });
        }
    }
}

#[test]
fn plans_are_read_in_linear_time() {
    check(Kind::Plan, 8_000, &["?"]);
}

#[test]
fn prompts_are_read_in_linear_time() {
    check(Kind::Prompt, 8_000, &["?"]);
}

#[test]
fn work_notes_are_read_in_linear_time() {
    check(Kind::WorkNotes, 8_000, &["?"]);
}

/// Slow; finds what is fast enough to hide in short documents:
/// `cargo test --release --lib growth -- --ignored`.
#[test]
#[ignore = "takes minutes"]
fn a_megabyte_is_read_in_linear_time() {
    Kind::ALL.into_iter().for_each(|kind| check(kind, 250_000, &["", "?", "-->"]));
}
