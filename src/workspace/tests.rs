use super::*;

fn workspace(paths: &[&str]) -> Workspace {
    let mut workspace = Workspace::default();
    let mut index = Index::default();
    for path in paths {
        let (kind, stem) = workspace.config.artifact(path).unwrap();
        let document = Document::read((*path).into(), kind, "".into(), &workspace.vocabulary);
        index.insert((*path).into(), stem, Arc::new(document.facts()));
    }
    workspace.index = Arc::new(index);
    workspace
}

#[test]
fn counterparts_have_the_same_stem_or_an_unambiguous_id() {
    let workspace = workspace(&[
        "plan/phase-1.md",
        "prompts/phase-1.md",
        "prompts/phase-1-again.md",
        "plan/phase-2-scaffold.md",
        "prompts/phase_02.md",
        "plan/billing/phase-2.md",
        "plan/phase-3-a.md",
        "plan/phase-3-b.md",
        "prompts/phase-3.md",
        "plan/notes.md",
        "prompts/notes.md",
    ]);
    let prompt = |path: &str| workspace.counterpart(path, Kind::Prompt);
    assert_eq!(prompt("plan/phase-1.md").as_deref(), Some("prompts/phase-1.md"));
    assert_eq!(prompt("plan/phase-2-scaffold.md").as_deref(), Some("prompts/phase_02.md"));
    assert_eq!(prompt("plan/billing/phase-2.md"), None);
    assert_eq!(prompt("plan/phase-3-a.md"), None);
    assert_eq!(prompt("plan/notes.md").as_deref(), Some("prompts/notes.md"));
    assert_eq!(workspace.counterpart("prompts/phase-3.md", Kind::Plan), None);
}

#[test]
fn stems_are_compared_however_unicode_is_normalised() {
    let workspace = workspace(&[
        "plan/caf\u{e9}.md",
        "prompts/cafe\u{301}.md",
        "plan/e\u{301}/phase-1-a.md",
        "prompts/\u{e9}/phase-1.md",
    ]);
    let counterpart = |path: &str, kind: Kind| workspace.counterpart(path, kind).map(|path| path.to_string());
    assert_eq!(counterpart("plan/caf\u{e9}.md", Kind::Prompt).as_deref(), Some("prompts/cafe\u{301}.md"));
    assert_eq!(counterpart("prompts/cafe\u{301}.md", Kind::Plan).as_deref(), Some("plan/caf\u{e9}.md"));
    assert_eq!(counterpart("prompts/\u{e9}/phase-1.md", Kind::Plan).as_deref(), Some("plan/e\u{301}/phase-1-a.md"));
    assert_eq!(workspace.spelling("prompts/caf\u{e9}.md", false).map(|path| &**path), Some("prompts/cafe\u{301}.md"));
    assert_eq!(workspace.spelling("prompts/CAF\u{c9}.md", false), None);
}

#[test]
fn another_next_step_is_kept_and_no_news_to_other_files() {
    let mut workspace = Workspace { vocabulary: Arc::new(Vocabulary::built_in()), ..Workspace::default() };
    let path: Arc<str> = "work-notes/phase-1.md".into();
    let mut say = |text: &str| {
        let document = Document::read(path.clone(), Kind::WorkNotes, text.into(), &workspace.vocabulary);
        let is_news = workspace.set_open(&path, Some(document.facts()));
        (is_news, workspace.facts(&path).and_then(|facts| facts.next_step.clone()))
    };
    let log = "# Notes\n\n## Session log\n\n### 2026-01-05\n\n- What changed: x\n";
    assert_eq!(say(log), (true, None));
    assert_eq!(say(&format!("{log}- Next: the probe\n")), (false, Some("the probe".into())));
    assert_eq!(say(&format!("{log}- Next: the probe\n")), (false, Some("the probe".into())));
    assert_eq!(say("# Notes\n\n- Next: the probe\n"), (true, None));
}

#[test]
fn boxes_are_kept_where_another_file_has_a_tick_saved_or_not() {
    let vocabulary = Arc::new(Vocabulary::built_in());
    let plan = |n: usize, mark: &str| {
        let (path, text) =
            (format!("plan/phase-{n}.md"), format!("# P\n\n## Exit criteria\n- [{mark}] `make` passes\n"));
        Document::read(path.into(), Kind::Plan, text.into(), &vocabulary)
    };
    let mut workspace = workspace(&[]);
    let mut index = Index::default();
    for (n, mark) in [(1, "x"), (2, " "), (3, " ")] {
        let document = plan(n, mark);
        index.insert(document.path.clone(), &format!("phase-{n}"), Arc::new(document.facts()));
    }
    workspace.index = Arc::new(index);
    let own = plan(1, " ");
    workspace.set_open(&own.path, Some(own.facts()));
    assert!(workspace.leaves_boxes_alone(&own), "its own tick on disk is gone");
    assert!(!workspace.leaves_boxes_alone(&plan(2, " ")));
    let other = plan(3, "x");
    workspace.set_open(&other.path, Some(other.facts()));
    assert!(!workspace.leaves_boxes_alone(&own), "another has one that is not saved");
}
