//! Whatever section is accepted wherever it is offered: it is there, and nothing else has changed.

use proptest::prelude::*;

use crate::{
    artifact::{Document, sections::Section},
    completion::{
        Item, ItemKind,
        tests::{Disk, PIECES, complete_in, read},
    },
    convention::{Kind, normalize_heading},
    text::{Edit, apply},
    workspace::Workspace,
};

const WORDS: &[&str] = &[
    "Status",
    "Decisions",
    "Open Questions",
    "Open questions",
    "SESSION LOG",
    "COMMITS",
    "Goals",
    "Out of Scope",
    "Out Of Scope",
    "Depends on",
    "Files",
    "Phase 1: A",
    "Phase 2 — B",
    "Role",
    "Required Reading",
    "Risks to Watch",
    "Ziele 漢字",
    "",
];

const TYPED: &[&str] =
    &["", "#", "##", "# ", "## ", "## De", "### o", "## 3. ", "# Go", "##  phase", " ## s", "## 2.1 c"];

/// The form, the words and the end of a heading, and what stands below it.
type Part = (&'static str, &'static str, &'static str, Vec<&'static str>);

fn part() -> impl Strategy<Value = Part> {
    let forms = proptest::sample::select(&["#", "##", "##", "##", "###", "**", "---", "==="][..]);
    let ends = proptest::sample::select(&["", "", "", " {#a}", " ##", ":"][..]);
    let body = proptest::collection::vec(proptest::sample::select(PIECES), 0..4);
    (forms, proptest::sample::select(WORDS), ends, body)
}

fn written((form, words, end, body): &Part, number: &str) -> String {
    let body = body.concat();
    match *form {
        "**" => format!("**{words}:** {body}\n"),
        line if !line.starts_with('#') => format!("\n{words}{end}\n{line}\n{body}\n"),
        hashes => format!("{hashes} {number}{words}{end}\n{body}\n"),
    }
}

/// Sections in one form or in several, with anything below them, and a line on which one is begun.
fn text_of_sections() -> impl Strategy<Value = String> {
    let parts = proptest::collection::vec(part(), 0..6);
    let typed = proptest::sample::select(TYPED);
    let line_ends = proptest::sample::select(&["\n", "\n", "\r\n", "\r"][..]);
    let shared_form = proptest::option::of(part());
    (parts, shared_form, any::<(bool, bool)>(), 0..6usize, typed, line_ends).prop_map(
        |(mut parts, shared, (has_title, is_numbered), at, typed, line_end)| {
            if let Some((form, _, end, _)) = shared {
                parts.iter_mut().for_each(|part| (part.0, part.2) = (form, end));
            }
            let number = |n: usize| if is_numbered { format!("{}. ", n + 1) } else { String::new() };
            let mut parts: Vec<_> = parts.iter().enumerate().map(|(n, part)| written(part, &number(n))).collect();
            parts.insert(at.min(parts.len()), format!("{typed}\n"));
            let text = if has_title { "# P\n\n" } else { "" }.to_owned() + &parts.concat();
            text.replace("\r\n", "\n").replace('\n', line_end)
        },
    )
}

/// What has to hold for what is offered at a cursor: the section is there once it is accepted, nothing
/// else is touched, and the item is shown where only what begins like it is.
fn check_accepted(workspace: &Workspace, document: &Document, offset: usize, item: &Item) {
    let text = &*document.text;
    let insert = item.insert.text();
    let after = apply(text, &[Edit::replace(item.range.clone(), insert)]);
    let expected = format!("{}{insert}{}", &text[..item.range.start], &text[item.range.end..]);
    assert_eq!(after, expected, "more than its line is changed");
    let typed = text[item.range.start..offset].trim_end();
    let filter = item.filter.as_deref().expect("a filter");
    assert!(filter.starts_with(typed), "{filter:?} does not begin with {typed:?}");
    let again = Document::read(document.path.clone(), document.kind, (&*after).into(), &workspace.vocabulary);
    let new = item.range.start..item.range.start + insert.len();
    let mut inserted = again.artifact.sections.all.iter().filter(|section| new.contains(&section.range.start));
    let normalized = normalize_heading(&item.label);
    let is_it = |section: &Section| match workspace.vocabulary.section(document.kind, &normalized) {
        Some(name) => section.name == Some(name),
        None => section.phase().is_some_and(|phase| item.label == format!("Phase {phase}")),
    };
    let is_there = match item.detail.as_deref() {
        Some("title") => again.artifact.sections.title.as_ref().is_some_and(|title| new.contains(&title.start)),
        Some("whole file") => inserted.next().is_some(),
        _ => inserted.next().is_some_and(is_it),
    };
    assert!(is_there, "{:?} at {offset} of {text:?} is not in {after:?}", item.label);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 80, ..ProptestConfig::default() })]
    #[test]
    fn sections_that_are_accepted_are_there(text in text_of_sections()) {
        for kind in Kind::ALL {
            let (workspace, document) = read(&format!("{}/phase-1.md", kind.folder()), &text);
            for line in 0..document.lines().len() {
                let offset = document.lines().range(&text, line).end;
                let list = complete_in(&workspace, &document, offset, &Disk::new());
                for item in list.items.iter().filter(|item| item.kind == ItemKind::Section) {
                    check_accepted(&workspace, &document, offset, item);
                }
            }
        }
    }
}
