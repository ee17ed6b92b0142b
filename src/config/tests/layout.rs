//! Folders, files and patterns in `[layout]`: which files they hold, under which stem, and where new ones go.

use super::{good, read_alone};
use crate::convention::Kind;

/// The kind and stem of a path where `plan` is this list and `prompts` is `prompts`.
fn found(plan: &str, path: &str) -> Option<String> {
    let config = good(&format!("[layout]\nplan = {plan}\n"));
    let (kind, stem) = config.artifact(path)?;
    Some(if kind == Kind::Plan { stem.to_owned() } else { format!("{}: {stem}", kind.folder()) })
}

#[test]
fn stems_are_seen_from_the_longest_folder_that_is_spelled() {
    for (plan, path, expected) in [
        ("'PLAN.md'", "PLAN.md", Some("PLAN")),
        ("'PLAN.md'", "docs/PLAN.md", None),
        ("'PLAN.md'", "plan/phase-1.md", None),
        ("['plan', 'PLAN.md']", "plan/phase-1.md", Some("phase-1")),
        ("'./docs\\PLAN.md'", "docs/PLAN.md", Some("PLAN")),
        ("'docs/plans/*.md'", "docs/plans/phase-1.md", Some("phase-1")),
        ("'docs/plans/*.md'", "docs/plans/old/phase-1.md", None),
        ("'docs/plans/*.md'", "docs/plans/phase-1.txt", None),
        ("'docs/plans/*'", "docs/plans/phase-1.txt", None),
        ("'docs/plans/*'", "docs/plans/phase-1.md", Some("phase-1")),
        ("'docs/plans/*'", "docs/plans/old/phase-1.md", None),
        ("'docs/**/plan.md'", "docs/billing/plan.md", Some("billing/plan")),
        ("'docs/**/plan.md'", "docs/plan.md", Some("plan")),
        ("'docs/**/plan.md'", "docs/a/b/plan.md", Some("a/b/plan")),
        ("'docs/**/plan.md'", "doc/a/plan.md", None),
        ("'*-plan.md'", "search-plan.md", Some("search-plan")),
        ("'*-plan.md'", "docs/search-plan.md", None),
        ("'**/*-plan.md'", "docs/search-plan.md", Some("docs/search-plan")),
        ("'docs/phase-?.md'", "docs/phase-1.md", Some("phase-1")),
        ("'docs/phase-?.md'", "docs/phase-12.md", None),
        ("'docs/phase-[0-9].md'", "docs/phase-7.md", Some("phase-7")),
        ("'docs/phase-[!0-9].md'", "docs/phase-7.md", None),
        ("'{docs,notes}/plan.md'", "notes/plan.md", Some("notes/plan")),
        ("'docs/{a/b,c}.md'", "docs/a/b.md", Some("a/b")),
        ("'計画/*.md'", "計画/段階.md", Some("段階")),
        ("'pl\u{e4}ne/*.md'", "pla\u{308}ne/a.md", Some("a")),
        ("'pl\u{e4}n.md'", "pla\u{308}n.md", Some("pla\u{308}n")),
        ("'docs/[x].md'", "docs/x.md", Some("x")),
        ("'docs/a}.md'", "docs/a}.md", Some("a}")),
    ] {
        assert_eq!(found(plan, path).as_deref(), expected, "{plan} {path}");
    }
}

#[test]
fn a_name_that_folders_leave_out_counts_where_it_is_named() {
    for (plan, path, expected) in [
        ("'README.md'", "README.md", Some("README")),
        ("'docs/index.md'", "docs/index.md", Some("index")),
        ("'docs/_plan.md'", "docs/_plan.md", Some("_plan")),
        ("'.plan.md'", ".plan.md", Some(".plan")),
        ("'.agent/PLAN.md'", ".agent/PLAN.md", Some("PLAN")),
        ("'PLAN.MD'", "PLAN.MD", Some("PLAN")),
        ("'Plan.Markdown'", "Plan.Markdown", Some("Plan")),
        ("'docs/*.md'", "docs/README.md", None),
        ("'docs/*.md'", "docs/_draft.md", None),
        ("'docs/*.md'", "docs/.draft.md", None),
        ("'docs/*/README.md'", "docs/a/README.md", Some("a/README")),
        ("'docs/**/{readme,plan}.md'", "docs/a/readme.md", Some("a/readme")),
        ("'docs/_*.md'", "docs/_draft.md", Some("_draft")),
        ("'docs/*/*.md'", "docs/_old/a.md", None),
        ("'docs/*/_old/*.md'", "docs/a/_old/b.md", Some("a/_old/b")),
        ("'**/plan.md'", "node_modules/x/plan.md", None),
        ("'**/plan.md'", "a/target/plan.md", None),
        ("'**/plan.md'", ".venv/plan.md", None),
        ("'target/*.md'", "target/plan.md", Some("plan")),
    ] {
        assert_eq!(found(plan, path).as_deref(), expected, "{plan} {path}");
    }
}

#[test]
fn the_more_exact_entry_wins() {
    let config = good(
        "\
[layout]
plan = ['docs', 'docs/notes/PLAN.md', 'docs/deep/er/*.md']
prompts = ['docs/**/*.prompt.md', 'docs/deep']
work-notes = ['docs/notes/*.md', 'docs/*/er/*.md', 'docs/README.md']
",
    );
    for (path, expected) in [
        ("docs/a.md", Some((Kind::Plan, "a"))),
        ("docs/a.prompt.md", Some((Kind::Prompt, "a.prompt"))),
        ("docs/notes/a.md", Some((Kind::WorkNotes, "a"))),
        ("docs/notes/PLAN.md", Some((Kind::Plan, "PLAN"))),
        ("docs/notes/x.prompt.md", Some((Kind::WorkNotes, "x.prompt"))),
        ("docs/deep/a.md", Some((Kind::Prompt, "a"))),
        ("docs/deep/er/a.md", Some((Kind::Plan, "a"))),
        ("docs/README.md", Some((Kind::WorkNotes, "README"))),
        ("docs/other/README.md", None),
    ] {
        assert_eq!(config.artifact(path), expected, "{path}");
    }
    let config = good("[layout]\nplan = ['PLAN.md', 'docs/*.md']\nexclude = ['PLAN.md', 'draft-*']\n");
    assert_eq!(config.artifact("PLAN.md"), None, "exclude wins");
    assert_eq!(config.artifact("docs/draft-1.md"), None, "exclude wins");
}

#[test]
fn new_artifacts_go_to_the_first_folder_or_where_a_pattern_holds_them() {
    for (plan, stem, expected) in [
        ("['PLAN.md', '*.plan.md', 'docs/plans', 'plan']", "phase-1", Some("docs/plans/phase-1.md")),
        ("['PLAN.md', 'docs/plans/*.md']", "phase-1", Some("docs/plans/phase-1.md")),
        ("'docs/plans/*.md'", "billing/phase-1", None),
        ("'docs/plans/**/*.md'", "billing/phase-1", Some("docs/plans/billing/phase-1.md")),
        ("'docs/plan-*.md'", "phase-1", None),
        ("'docs/plan-*.md'", "plan-1", Some("docs/plan-1.md")),
        ("['docs/plan-*.md', 'docs/phases/*.md']", "phase-1", Some("docs/phases/phase-1.md")),
        ("'phase-*.md'", "phase-1", Some("phase-1.md")),
        ("'PLAN.md'", "phase-1", None),
        ("'PLAN.md'", "PLAN", None),
        ("'docs/*.md'", "README", None),
        ("'docs/*.markdown'", "phase-1", None),
    ] {
        let config = good(&format!("[layout]\nplan = {plan}\n"));
        assert_eq!(config.path_of(Kind::Plan, stem).as_deref(), expected, "{plan} {stem}");
    }
}

#[test]
fn folders_that_may_hold_artifacts_concern_a_layout() {
    let config = good("[layout]\nplan = ['docs/plans/*/plan.md', 'a/PLAN.md']\nwork-notes = ['notes/**/*.md']\n");
    for (path, expected) in [
        ("docs", true),
        ("docs/plans", true),
        ("docs/plans/x", true),
        ("docs/plans/x/y", false),
        ("docs/other", false),
        ("a", true),
        ("a/b", false),
        ("notes/x/y/z", true),
        ("notes/x/image.png", false),
        ("notes/node_modules/x", false),
        ("prompts/x", true),
        ("src", false),
    ] {
        assert_eq!(config.concerns_folder(path), expected, "{path}");
    }
}

#[test]
fn patterns_are_bounded() {
    let list = |count: usize| (0..count).map(|n| format!("'a{n}/*.md',")).collect::<String>();
    let (config, found) = read_alone(&format!(
        "[layout]\nplan = [{}]\nprompts = [{}]\nwork-notes = ['x/*.md', 'notes']\n",
        list(1000),
        list(1000).replace("'a", "'b")
    ));
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].message, "Expected at most 2000 patterns in all");
    assert_eq!(config.artifact("a999/x.md"), Some((Kind::Plan, "x")));
    assert_eq!(config.artifact("b999/x.md"), Some((Kind::Prompt, "x")));
    assert_eq!(config.layout.written(Kind::WorkNotes), ["notes"]);
}
