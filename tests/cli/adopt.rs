//! A repository that has plans already, in folders of its own.

use super::project::Project;

fn existing() -> Project {
    Project::new(&[
        (".git/HEAD", "ref: refs/heads/main\n"),
        ("PLAN.md", "# Plan\n\n## Goals\n- Sell one item\n"),
        ("docs/plans/README.md", "# Plans\n"),
        ("docs/plans/phase-1.md", "# Phase 1\n\n## Goals\n- Sell one item\n"),
        ("docs/plans/phase-2.md", "# Phase 2\n\n## Goals\n- Sell two items\n"),
        ("docs/our notes/SESSION_LOG.md", "# Session log\n"),
        ("docs/devlog/today.md", "# Today\n"),
        ("node_modules/a/plans/phase-1.md", "# Phase 1\n"),
    ])
}

#[test]
fn what_looks_like_artifacts_is_named_with_the_lines_to_paste() {
    let project = existing();
    for args in [&["check"][..], &["check", "--diff"], &["status"]] {
        let ran = project.run(args);
        assert_eq!(ran.code, 2, "{ran:?}");
        assert_eq!(
            ran.err,
            "error: no artifact found in plan/, prompts/ or work-notes/
These look like artifacts:
  docs/plans (plan, 2 files)
  PLAN.md (plan)
  docs/devlog (work notes, 1 file)
If they are, name them in phasemark.toml:
  [layout]
  plan = [\"docs/plans\", \"PLAN.md\"]
  work-notes = [\"docs/devlog\"]
or run: phasemark init --plan docs/plans --plan PLAN.md --work-notes docs/devlog
All of them at once: phasemark init --adopt
"
        );
    }
}

#[test]
fn folders_that_are_not_shown_are_adopted_too() {
    let modules = (1..=9).map(|n| (format!("module-{n}/plans/phase-{n}.md"), "# Plan\n\n## Goals\n- Sell one item\n"));
    let modules: Vec<(String, &str)> = modules.collect();
    let project = Project::new(&modules.iter().map(|(path, text)| (&**path, *text)).collect::<Vec<_>>());
    let ran = project.run(&["check"]);
    assert_eq!((ran.code, &*ran.out), (2, ""), "{ran:?}");
    assert!(ran.err.contains("\n  3 more (plan)\n"), "{}", ran.err);
    assert_eq!(project.run(&["init", "--adopt"]).code, 0);
    assert!(project.run(&["check"]).out.starts_with("9 artifacts in 9 phases"));
}

#[test]
fn init_makes_no_rival_folders() {
    let project = existing();
    let before = project.names();
    let ran = project.run(&["init"]);
    assert_eq!((ran.code, project.names()), (2, before), "{ran:?}");
    assert!(ran.err.contains("phasemark init --plan docs/plans") && ran.err.contains("--fresh"), "{}", ran.err);
    assert_eq!(project.run(&["init", "--fresh"]).code, 0);
    assert!(project.names().contains(&"plan/phase-1.md".to_owned()));
}

#[test]
fn init_names_what_is_there() {
    let project = existing();
    let args = ["init", "--plan", "plans", "--plan", "../*.md", "--work-notes", "our notes/SESSION_LOG.md"];
    let ran = project.run_in("docs", &args);
    assert_eq!((ran.code, &*ran.err), (0, ""), "{ran:?}");
    let toml = "[layout]\nplan = [\"docs/plans\", \"*.md\"]\nwork-notes = [\"docs/our notes/SESSION_LOG.md\"]\n";
    assert_eq!(project.read("phasemark.toml"), toml);
    assert!(project.run(&["check"]).out.starts_with("4 artifacts in 4 phases"));
    // What is there stays, and says what to add.
    let again = project.run(&["init", "--plan", "docs/devlog"]);
    assert_eq!((again.code, project.read("phasemark.toml")), (2, toml.to_owned()));
    assert!(again.err.ends_with("[layout]\nplan = [\"docs/devlog\"]\n"), "{}", again.err);
}

#[test]
fn init_adopts_what_it_lists() {
    let project = existing();
    let ran = project.run(&["init", "--adopt"]);
    assert_eq!((ran.code, &*ran.err), (0, ""), "{ran:?}");
    let toml = "[layout]\nplan = [\"docs/plans\", \"PLAN.md\"]\nwork-notes = [\"docs/devlog\"]\n";
    assert_eq!(project.read("phasemark.toml"), toml);
    assert_eq!(project.run(&["init", "--adopt"]).code, 2, "what is there stays");
    let empty = Project::new(&[]);
    let ran = empty.run(&["init", "--adopt"]);
    assert_eq!((ran.code, empty.names()), (2, Vec::new()), "{ran:?}");
    assert!(ran.err.contains("nothing here looks like artifacts"), "{}", ran.err);
}

#[test]
fn an_entry_that_matches_nothing_is_not_written() {
    let project = existing();
    let before = project.names();
    for (entry, message) in [
        ("docs/plan", "`docs/plan` does not exist, did you mean `docs/plans`?"),
        ("docs/nothing/*.md", "No Markdown file matches `docs/nothing/*.md`"),
        ("..", "not below the root"),
        ("docs/{", "Not a valid pattern"),
    ] {
        let ran = project.run(&["init", "--plan", entry]);
        assert_eq!((ran.code, project.names()), (2, before.clone()), "{ran:?}");
        assert!(ran.err.contains(message), "{}", ran.err);
    }
}
