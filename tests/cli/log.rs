//! `log`.

use super::{history::History, project::Project};

const NOTES: &str = "work-notes/phase-1.md";

fn log(text: &str, args: &[&str]) -> (String, String) {
    let project = Project::new(&[(NOTES, text)]);
    let ran = project.run(&[&["log", "phase-1"], args].concat());
    assert_eq!((ran.code, &*ran.err), (0, ""), "{}", ran.out);
    (project.read(NOTES), ran.out)
}

/// What was inserted, after asserting that nothing else changed.
#[track_caller]
fn inserted(before: &str, after: &str) -> String {
    let start = before.bytes().zip(after.bytes()).take_while(|(a, b)| a == b).count();
    let added = after.len() - before.len();
    let found = (0..=start).rev().find(|at| format!("{}{}", &after[..*at], &after[at + added..]) == before);
    let at = found.expect("one insertion");
    after[at..at + added].to_owned()
}

#[test]
fn an_entry_is_inserted_in_the_style_of_the_file() {
    for (text, newline) in [
        (
            "\
# Notes

## Session log

### 2026-01-05 10:00

- What changed: a
- Why: b
- Blockers: none
- Next: c
",
            "\n",
        ),
        (
            "\u{feff}# Notes\r\n\r\n## Session log\r\n\r\n### 2026-01-05\r\n\r\n- What changed: a\r\n\r\n## Commits\r\n",
            "\r\n",
        ),
        ("# Notes\n\n## Log\n\n- 2026-01-06: newer\n- 2026-01-05: older", "\n"),
        ("# Notes\n\nNothing yet 😀", "\n"),
    ] {
        let (after, out) = log(text, &["-m", "the chart renders"]);
        let entry = inserted(text, &after);
        assert!(entry.contains("the chart renders"), "{entry}");
        assert_eq!(entry.matches('\n').count(), entry.matches(newline).count(), "{entry:?}");
        let (place, shown) = out.split_once("\n\n").expect("a place and an entry");
        let line: usize = place.strip_prefix("work-notes/phase-1.md:").expect("the path").parse().expect("a line");
        let first = shown.lines().next().expect("a line");
        assert_eq!(after.lines().nth(line - 1), Some(first), "{out}");
    }
}

#[test]
fn several_messages_are_one_entry() {
    let (after, _) = log("## Session log\n", &["--message", "one\ntwo", "-m", "\u{1b}[31m three", "-m", " "]);
    assert!(after.contains("one\n") && after.contains("two\n") && after.contains("[31m three\n"), "{after}");
    assert_eq!(after.matches("What changed").count(), 1);
    assert!(!after.contains('\u{1b}'));
}

#[test]
fn other_fields_are_said_by_options() {
    let (after, _) = log("## Session log\n", &["-m", "a", "--why", "b", "--blockers", "none", "--next", "c"]);
    assert!(after.ends_with("\n\n- What changed: a\n- Why: b\n- Blockers: none\n- Next: c\n"), "{after}");
    let (after, _) = log("## Session log\n", &["-m", "a"]);
    assert!(after.lines().all(|line| line == line.trim_end()), "{after}");
}

#[test]
fn a_file_that_is_no_log_is_refused() {
    for (path, text) in [
        ("work-notes/STATUS.md", "# Status\n\n## Project\n\n- Phase 1\n\n## Open questions\n\n## Decisions\n"),
        ("work-notes/DECISIONS.md", "# Decisions\n\n## D1 - One store (2026-03-02)\n\nBecause two drift apart.\n"),
        ("work-notes/report.md", "# Report\n\n## Findings\n\n- a\n"),
    ] {
        let project = Project::new(&[("phasemark.toml", ""), (path, text)]);
        let ran = project.run(&["log", path, "-m", "a"]);
        assert_eq!(ran.code, 2, "{}{}", ran.out, ran.err);
        assert!(ran.err.contains(&format!("{path} has no session log; add a heading `Session log`")), "{}", ran.err);
        assert_eq!(project.read(path), text);
    }
}

#[test]
fn the_log_of_a_plan_is_written_where_there_are_no_notes() {
    let text = "# Plan\n\n## Goals\n\n- a\n\n## Session log\n\n### 2026-01-20\n\n- b\n\n## Constraints\n\n- c\n";
    let project = Project::new(&[("phasemark.toml", ""), ("plan/phase-1.md", text)]);
    let ran = project.run(&["log", "1", "-m", "a"]);
    assert_eq!((ran.code, &*ran.err), (0, ""));
    let after = project.read("plan/phase-1.md");
    assert!(after.contains("\n\n- b\n\n### ") && after.contains("\n\n- a\n\n## Constraints\n"), "{after}");
}

#[test]
fn the_first_entry_tells_of_the_commits_since_the_unit_began() {
    let text = "# Notes\n\n## Session log\n";
    let project = Project::new(&[("phasemark.toml", ""), (NOTES, text)]);
    let history = History::new(project.folder());
    history.commit_files("2026-01-19T10:00:00+00:00", "Before", &[("a.rs", "")]);
    history.commit_files("2026-01-20T10:00:00+00:00", "Begin", &[("a.rs", ""), (NOTES, "")]);
    history.commit_files("2026-01-20T11:00:00+00:00", "Replace <Goal 1>", &[("a.rs", "1"), (NOTES, "")]);
    history.commit_files("2026-01-20T12:00:00+00:00", "Take notes", &[("a.rs", "1"), (NOTES, text)]);
    let ran = project.run(&["log", "1"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let entry = inserted(text, &project.read(NOTES));
    assert!(entry.contains("- What changed: Replace \\<Goal 1\\>\n"), "{entry}");
    assert!(!project.run(&["check"]).out.contains("leftover-placeholder"));
}

#[test]
fn an_entry_without_a_place_is_refused() {
    let text = "# Notes\n\n## Risks\n\n```yaml\na: b\n\n## Session log\n";
    let project = Project::new(&[(NOTES, text)]);
    let ran = project.run(&["log", "phase-1", "-m", "a"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("work-notes/phase-1.md:5: unclosed code block"), "{}", ran.err);
    assert_eq!(project.read(NOTES), text);
}

#[test]
fn commits_since_the_last_entry_are_what_changed() {
    let text = "## Session log\n\n### 2026-01-20 12:00\n\n- What changed: `aaa`\n- Next: b\n";
    let project = Project::new(&[(NOTES, text)]);
    let history = History::new(project.folder());
    history.commit("2026-01-20T10:00:00+00:00", "Before the entry");
    history.commit("2026-01-20T14:00:00+00:00", "Add the chart\n\nWith a body.");
    history.commit("2026-01-21T14:00:00+00:00", "Render 漢字");
    let ran = project.run(&["log", "1"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let entry = inserted(text, &project.read(NOTES));
    assert!(entry.contains("Add the chart") && entry.contains("Render 漢字") && !entry.contains("Before"), "{entry}");
    assert!(entry.find("Add the chart") < entry.find("Render 漢字"), "{entry}");
    let before = project.read(NOTES);
    project.run(&["log", "1"]);
    assert!(!inserted(&before, &project.read(NOTES)).contains("chart"), "what is mentioned is not said again");
    project.run(&["log", "1", "-m", "by hand"]);
    assert_eq!(project.read(NOTES).matches("Add the chart").count(), 1);
}

#[test]
fn what_cannot_be_written_stays_as_it_is() {
    let bytes = b"## Session log\n\n### 2026-01-05\n\n- caf\xe9\n";
    let project = Project::empty();
    project.write(NOTES, bytes);
    let ran = project.run(&["log", "phase-1"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("work-notes/phase-1.md: not UTF-8"), "{}", ran.err);
    assert_eq!(project.files()[NOTES], bytes);
}

#[test]
fn a_phase_without_notes_is_told_how_to_get_them() {
    let project = Project::new(&[("plan/phase-1.md", "# Plan\n"), ("plan/phase-2.md", "# Plan\n")]);
    let ran = project.run(&["log", "phase-1"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("'phasemark new phase-1' creates them"), "{}", ran.err);
    assert!(project.run(&["log", "phase-3"]).err.contains("did you mean 'phase-1' or 'phase-2'?"));
    assert_eq!(project.run(&["new", "phase-1"]).code, 0);
    assert_eq!(project.run_in("work-notes", &["log", "phase-1.md"]).code, 0);
}

#[test]
fn a_message_may_begin_as_an_option_does() {
    let (after, _) = log("## Session log\n", &["-m", "- a bullet", "--message", "--fix works"]);
    assert!(after.contains("- a bullet\n") && after.contains("--fix works\n"), "{after}");
}

#[test]
fn a_configuration_with_mistakes_writes_no_entry() {
    let text = "## Journal\n\n### 2026-01-05\n";
    let toml = "[sections.work-notes]\n\"Session log\" = { alias = [\"Journal\"] }\n";
    let project = Project::new(&[("phasemark.toml", toml), (NOTES, text)]);
    let ran = project.run(&["log", "phase-1"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("nothing written; fix the configuration first: "), "{}", ran.err);
    assert_eq!(project.read(NOTES), text);
}
