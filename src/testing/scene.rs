//! What actions do to a text, for properties: what is offered where, and what the reader makes of the
//! text before and after.

use std::{collections::BTreeSet, ops::Range};

use proptest::{
    prelude::{prop_assert, prop_assert_eq},
    test_runner::TestCaseError,
};

use super::{Fixture, now};
use crate::{
    actions::{self, ActionKind, Change},
    artifact::{Document, dates::Moment, entries, notes::Status, sections::Section},
    convention::SectionName,
    diagnostic::{Diagnostic, Severity},
    markdown::BlockKind,
    rules,
    text::{self, bom_length},
    workspace::Workspace,
};

impl Fixture {
    /// A text in a workspace in which each kind has counterparts, and paths that the texts name exist.
    pub fn around(path: &str, text: &str) -> Self {
        let mut fixture = Self::parse("");
        let files = [
            ("plan/phase-1.md", "# Phase 1: Plan\n\n## Files\n### New\n- `src/new.rs`\n"),
            ("prompts/phase-1.md", "# Phase 1\n\n## Context\n- Plan: plan/phase-1.md\n"),
            ("work-notes/phase-1.md", "# Phase 1\n\n## Status\n- [x] In progress\n"),
            ("plan/phase-2.md", "# Phase 2: Plan\n"),
            ("work-notes/other.md", "# Other\n\n## Status\n"),
            ("src/a.rs", ""),
            ("src/é.rs", ""),
            ("src/sub/b.rs", ""),
            (path, text),
        ];
        fixture.files.extend(files.map(|(path, text)| (path.to_owned(), text.to_owned())));
        fixture
    }
}

/// One document, with all that an action may know of it.
pub struct Scene {
    fixture: Fixture,
    workspace: Workspace,
    pub document: Document,
    findings: Vec<Diagnostic>,
}

/// An action that is offered, with its change.
#[derive(Debug)]
pub struct Offered {
    pub title: String,
    pub change: Change,
}

impl Scene {
    pub fn new(path: &str, text: &str) -> Self {
        let fixture = Fixture::around(path, text);
        let (workspace, documents) = fixture.workspace();
        let document = documents.into_iter().find(|document| &*document.path == path).expect("an artifact");
        let findings = rules::run(&workspace, &document, &fixture);
        Self { fixture, workspace, document, findings }
    }

    pub fn text(&self) -> &str {
        &self.document.text
    }

    /// What is offered of a kind for a selection (bytes).
    pub fn offered(&self, selection: Range<usize>, kind: ActionKind) -> Vec<Offered> {
        let ctx = actions::Context {
            document: &self.document,
            workspace: &self.workspace,
            files: &self.fixture,
            diagnostics: &self.findings,
            selection,
            asked: Vec::new(),
            now: &now(),
        };
        let actions = actions::list(&ctx, &|offered| offered == kind, true);
        let with_change = |action: actions::Action| Some(Offered { title: action.title, change: action.change? });
        actions.into_iter().filter_map(with_change).collect()
    }

    /// The refactoring of that title at byte `at`, if it is offered.
    pub fn rewrite(&self, at: usize, title: &str) -> Option<Offered> {
        self.offered(at..at, ActionKind::Rewrite).into_iter().find(|offered| offered.title == title)
    }

    /// The document after a change, of which that is asserted which holds for all: its edits can be applied,
    /// change something, and leave alone how the file is written; nothing in it misleads that did not before.
    pub fn after(&self, offered: &Offered) -> Result<Self, TestCaseError> {
        let before = self.text();
        let mut edits: Vec<_> = offered.change.edits.iter().collect();
        edits.sort_by_key(|edit| edit.range.start);
        prop_assert!(
            edits.windows(2).all(|pair| pair[0].range.end <= pair[1].range.start),
            "{edits:?} overlap in {before:?}"
        );
        prop_assert!(edits.iter().all(|edit| before.get(edit.range.clone()).is_some()), "{edits:?} in {before:?}");
        let after = text::apply(before, &offered.change.edits);
        let what = format!("{}: {before:?} became {after:?}", offered.title);
        prop_assert!(before != after, "{}", what);
        prop_assert!(offered.change.cursor.is_none_or(|cursor| after.is_char_boundary(cursor)), "{}", what);
        prop_assert_eq!(bom_length(before), bom_length(&after), "{}", what);
        prop_assert_eq!(before.ends_with(['\n', '\r']), after.ends_with(['\n', '\r']), "{}", what);
        let allowed = Some(line_ends(before)).filter(|ends| !ends.is_empty()).unwrap_or_else(|| BTreeSet::from(["\n"]));
        prop_assert!(line_ends(&after).is_subset(&allowed), "{}", what);
        let scene = Self::new(&self.document.path, &after);
        for rule in scene.misleading() {
            let count = |scene: &Self| scene.misleading().filter(|other| *other == rule).count();
            prop_assert!(count(&scene) <= count(self), "{}: {}", rule, what);
        }
        Ok(scene)
    }

    /// The rules of all errors. That a phase is called complete too early is what a person may well say, and
    /// is told then.
    fn misleading(&self) -> impl Iterator<Item = &'static str> {
        let errors = self.findings.iter().filter(|finding| finding.severity == Severity::Error);
        errors.map(|finding| finding.rule).filter(|rule| *rule != "premature-complete")
    }

    /// Whether a paragraph of a section ends in a colon, so that a list below it is part of what it says.
    pub fn introduces_list(&self, name: SectionName) -> bool {
        let Document { artifact, markdown, text, .. } = &self.document;
        let mut blocks = artifact.sections_named(name).flat_map(|section| markdown.within(section.body.clone()));
        blocks.any(|(_, block)| block.kind == BlockKind::Paragraph && text[block.range()].ends_with(':'))
    }

    pub fn reading(&self) -> Reading {
        Reading::of(&self.document)
    }
}

/// The kinds of line end in a text.
fn line_ends(text: &str) -> BTreeSet<&'static str> {
    let pairs = text.matches("\r\n").count();
    let count =
        [("\r\n", pairs), ("\n", text.matches('\n').count() - pairs), ("\r", text.matches('\r').count() - pairs)];
    count.into_iter().filter(|(_, count)| *count > 0).map(|(end, _)| end).collect()
}

/// What is written in a text, sorted, without numbers, marks and the comments that silence a finding.
pub fn words(text: &str) -> Vec<String> {
    let text = text.replace("[x]", "").replace("[X]", "");
    let mut parts = text.split("<!-- phasemark-ignore");
    let first = parts.next().unwrap_or_default().to_owned();
    let visible = parts.fold(first, |words, part| words + part.split_once("-->").map_or("", |(_, after)| after));
    let words = visible.split(|c: char| !c.is_alphanumeric()).filter(|word| word.starts_with(char::is_alphabetic));
    let mut words: Vec<String> = words.map(str::to_owned).collect();
    words.sort_unstable();
    words
}

/// What the reader makes of a document, without its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    pub statuses: Vec<Status>,
    /// The words of each question, and whether it is resolved.
    pub questions: Vec<(String, bool)>,
    pub decisions: Vec<String>,
    pub assumptions: Vec<String>,
    pub log: Vec<(String, Option<Moment>)>,
    pub commits: Vec<String>,
    /// Levels and words of the headings.
    pub sections: Vec<(u8, String)>,
}

impl Reading {
    fn of(document: &Document) -> Self {
        let Document { text, artifact, markdown, .. } = document;
        let words = |range: &Range<usize>| words(&text[range.clone()]).join(" ");
        let notes = artifact.work_notes();
        let assumptions = |section: &Section| entries::of(text, markdown, section.body.clone());
        let assumptions = artifact.sections_named(SectionName::Assumptions).flat_map(assumptions);
        let log = notes.map(|notes| &notes.log[..]).unwrap_or_default();
        Self {
            statuses: notes.iter().flat_map(|notes| &notes.statuses).map(|mark| mark.status).collect(),
            questions: artifact.questions.iter().map(|question| (words(&question.range), question.resolved)).collect(),
            decisions: document
                .decisions()
                .iter()
                .filter(|_| notes.is_some())
                .map(|decision| words(&decision.range))
                .collect(),
            assumptions: assumptions.filter(|entry| !entry.is_none(text)).map(|entry| words(&entry.range)).collect(),
            log: log.iter().map(|entry| (words(&entry.heading), entry.moment())).collect(),
            commits: notes.iter().flat_map(|notes| &notes.commits).map(|commit| words(&commit.range)).collect(),
            sections: artifact.sections.all.iter().map(|section| (section.level, words(&section.heading))).collect(),
        }
    }
}
