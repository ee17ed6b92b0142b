//! `status` and `resume`.

use serde_json::Value;

use super::{history::History, project::Project};

const PLAN: &str = "# Plan\n\n## Definition of done\n\n- [x] `make` passes\n- [ ] `make 漢字` passes\n";
const NOTES: &str = "\
# Notes

## Status

- [x] In progress

## Open questions

- Which port?

## Session log

### 2026-01-05 10:00

- What changed: a
- Next: the 😀 probe
";

fn project() -> Project {
    Project::new(&[
        ("plan/phase-10.md", PLAN),
        ("plan/phase-2-索引.md", PLAN),
        ("work-notes/phase-2.md", NOTES),
        ("prompts/phase-2.md", "# Prompt\n\n## Role\n\nYou.\n"),
    ])
}

/// A day before or after today.
fn day(ago: i64) -> String {
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    (today - jiff::ToSpan::days(ago)).to_string()
}

/// Work notes with an entry of that many days ago.
fn notes(status: &str, ago: i64) -> String {
    format!("# Notes\n\nStatus: {status}\n\n## Session log\n\n### {}\n\n- Next: write `{status}`\n", day(ago))
}

#[test]
fn status_is_a_table_of_what_is_worked_on_what_waits_and_what_is_complete() {
    let project = Project::new(&[
        ("plan/phase-1.md", "# One\n\n## Definition of done\n\n- [x] `make` passes\n"),
        ("work-notes/phase-1.md", &notes("Complete", 40)),
        ("plan/phase-10.md", PLAN),
        ("work-notes/phase-10.md", &notes("In progress", 3)),
        ("plan/phase-9-索引.md", "# Nine\n\n## Definition of done\n\n- [ ] `make 漢字` passes\n- [ ] b\n"),
        ("work-notes/phase-9-索引.md", &notes("Blocked", 1)),
        ("plan/phase-11.md", "# Phase 11: <Phase name>\n\n## Goals\n\n- <Goal 1>\n- <Goal 2>\n"),
    ]);
    let ran = project.run(&["status"]);
    assert_eq!((ran.code, &*ran.err), (0, ""));
    let [first, second, last] = [1, 3, 40].map(day);
    let expected = format!(
        "\
Phase         Status       Done    Left to fill in  Last entry                Next step
phase-9-索引  Blocked      0 of 2                   {first} (yesterday)    write `Blocked`
phase-10      In progress  1 of 2                   {second} (3 days ago)   write `In progress`
phase-11                           2 placeholders
phase-1       Complete     1 of 1                   {last} (40 days ago)
"
    );
    assert_eq!(ran.out, expected);
    assert_eq!(project.run_in("plan", &["status"]).out, expected);
    assert_eq!(project.run_in("plan", &["status", ".."]).out, expected);
    let stems = |args: &[&str]| {
        let ran = project.run(&[&["status"], args].concat());
        assert_eq!(ran.code, 0, "{}", ran.err);
        let stems = ran.out.lines().skip(1).map(|line| line.split(' ').next().unwrap_or_default().to_owned());
        stems.collect::<Vec<_>>()
    };
    assert_eq!(stems(&["plan/phase-10.md"]), ["phase-10"]);
    assert_eq!(stems(&["1", "索引", "plan/phase-11.md"]), ["phase-9-索引", "phase-11", "phase-1"]);
    assert_eq!(stems(&["--open"]), ["phase-9-索引", "phase-10", "phase-11"]);
    assert_eq!(stems(&["--stale"]), [""; 0], "three days are allowed");
    project.write("phasemark.toml", "[rules]\nstale-notes = { days = 2 }\n");
    assert_eq!(stems(&["--stale"]), ["phase-10"]);
    project.write("work-notes/phase-11.md", "Status: in progress\n");
    assert_eq!(stems(&["--stale"]), ["phase-10", "phase-11"], "it has no entry at all");
}

#[test]
fn what_status_does_not_show_is_said() {
    let project = project();
    for (args, said) in [
        (&["--stale", "10"][..], "no phase in progress has a session log that is out of date"),
        (&["--format", "json", "--stale", "10"], "no phase in progress has a session log that is out of date"),
        (&["prompts/none.md"], "no phase has an artifact there"),
    ] {
        project.write("prompts/README.md", "# None\n");
        let args: Vec<&str> =
            args.iter().map(|arg| if *arg == "prompts/none.md" { "prompts/README.md" } else { arg }).collect();
        let ran = project.run(&[&["status"], &args[..]].concat());
        assert_eq!((ran.code, ran.err.trim_end()), (0, said));
    }
    let ran = project.run(&["status", "gatway", "10"]);
    assert_eq!(ran.code, 2);
    assert!(ran.out.contains("phase-10") && !ran.out.contains("phase-2"), "{}", ran.out);
    assert_eq!(ran.err, "error: no phase is called 'gatway'\n");
    let ran = services().run(&["status", "2", "3"]);
    assert_eq!(ran.code, 2);
    assert_eq!(ran.err, "error: '2' may be billing/phase-2 or shop/phase-2\n");
    assert!(!ran.out.contains("phase-2 ") && ran.out.contains("phase-3-gateway"), "{}", ran.out);
    let ran = services().run(&["status", "2", "billing/2"]);
    assert!(ran.code == 2 && ran.out.contains("billing/phase-2") && !ran.out.contains("shop/"), "{}", ran.out);
}

#[test]
fn phases_of_several_roots_are_told_apart() {
    let toml = "[layout]\nroots = [\"services/*\"]\n";
    let [a, b] = ["services/a/plan/phase-1.md", "services/b/plan/phase-1.md"];
    let project = Project::new(&[("phasemark.toml", toml), (a, PLAN), (b, PLAN), ("services/b/plan/phase-2.md", PLAN)]);
    let ran = project.run(&["status", "1"]);
    assert_eq!((ran.code, &*ran.out), (2, ""));
    assert_eq!(ran.err, "error: '1' may be services/a/phase-1 or services/b/phase-1\n");
    let ran = project.run(&["status", "2"]);
    assert!(ran.code == 0 && ran.out.starts_with("services/b/\n"), "{} {}", ran.out, ran.err);
}

#[test]
fn control_characters_of_a_next_step_never_reach_the_terminal() {
    let notes = "## Session log\n\n### 2026-01-05\n\n- Next: a \u{1b}[31m`b\u{7}` \u{202e}c\n";
    let project = Project::new(&[("plan/phase-1.md", PLAN), ("work-notes/phase-1.md", notes)]);
    for format in ["text", "json", "markdown", "html"] {
        let ran = project.run(&["status", "--format", format]);
        let is_control = |c: char| c.is_control() && c != '\n';
        assert!(ran.code == 0 && !ran.out.contains(is_control), "{:?}", ran.out);
    }
}

#[test]
fn status_is_coloured_on_request_only() {
    let project = project();
    assert!(project.run(&["status", "--color", "always"]).out.contains("\u{1b}[36mIn progress\u{1b}[0m"));
    assert!(!project.run(&["status"]).out.contains('\u{1b}'));
}

#[test]
fn status_is_json_too() {
    let ran = project().run(&["status", "--format", "json"]);
    let report: Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(report["version"], 1);
    let phase = &report["phases"][0];
    assert_eq!(phase["stem"], "phase-2-索引");
    assert_eq!(phase["artifacts"][2]["path"], "work-notes/phase-2.md");
    assert_eq!((phase["status"].as_str(), phase["done_ticked"].as_u64()), (Some("in_progress"), Some(1)));
    assert_eq!(phase["last_entry"], "2026-01-05T10:00");
    assert_eq!(report["phases"][1]["status"], Value::Null);
    assert!(project().run(&["status", "--format", "markdown"]).out.contains("| phase-10 "));
}

#[test]
fn each_root_has_its_heading() {
    let toml = "[layout]\nroots = [\"services/*\"]\n";
    let project = Project::new(&[
        ("phasemark.toml", toml),
        ("services/b/plan/phase-1.md", PLAN),
        ("services/a/plan/phase-1.md", PLAN),
    ]);
    let ran = project.run(&["status"]);
    let headings: Vec<&str> = ran.out.lines().filter(|line| line.ends_with('/')).collect();
    assert_eq!(headings, ["services/a/", "services/b/"]);
    let report: Value = serde_json::from_str(&project.run(&["status", "--format", "json"]).out).expect("JSON");
    assert_eq!(report["phases"][1]["root"], "services/b/");
    assert_eq!(report["phases"][1]["artifacts"][0]["path"], "services/b/plan/phase-1.md");
    let resumed = project.run(&["resume", "services/b/plan/phase-1.md"]);
    assert_eq!(resumed.code, 0, "{}", resumed.err);
    assert_eq!(project.run(&["new", "services/b/plan/phase-2.md"]).code, 0);
    assert!(project.path("services/b/work-notes/phase-2.md").exists());
}

#[test]
fn without_artifacts_status_fails_as_check_does() {
    let ran = Project::empty().run(&["status"]);
    assert_eq!((ran.code, &*ran.out), (2, ""));
    assert!(ran.err.contains("no artifact found"), "{}", ran.err);
    let ran = Project::empty().run(&["status", "--format", "json"]);
    assert_eq!(ran.code, 2);
    serde_json::from_str::<Value>(&ran.out).expect("JSON");
}

#[test]
fn resume_prints_what_restarts_the_phase() {
    let project = project();
    for name in ["2", "phase-2", "phase-2-索引", "plan/phase-2-索引.md", "work-notes/phase-2.md"] {
        let ran = project.run(&["resume", name]);
        assert_eq!((ran.code, &*ran.err), (0, ""), "{name}");
        assert!(ran.out.starts_with("# Resume: Phase 2 索引\n\n- Plan: `plan/phase-2-索引.md`\n"), "{}", ran.out);
        assert!(ran.out.ends_with("## Prompt\n\n### Prompt\n\n#### Role\n\nYou.\n"), "{}", ran.out);
        assert!(
            ran.out.contains("- Next: the 😀 probe\n") && ran.out.contains("- [ ] `make 漢字` passes\n"),
            "{}",
            ran.out
        );
    }
    let ran = project.run(&["resume", "10"]);
    assert!(ran.out.contains("- Prompt: missing\n- Work notes: missing\n"), "{}", ran.out);
    let ran = project.run(&["resume", "phase-1"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("did you mean 'phase-10'"), "{}", ran.err);
}

#[test]
fn mistakes_of_the_configuration_are_said() {
    let project = project();
    project.write("phasemark.toml", "[layout]\nplans = [\"x\"]\n");
    for args in [&["status"][..], &["resume", "2"]] {
        let ran = project.run(args);
        assert_eq!(ran.code, 2, "{args:?}");
        assert!(ran.err.contains("Unknown key `plans`") && ran.out.contains("probe"), "{}", ran.err);
    }
}

#[cfg(unix)]
#[test]
fn notes_that_cannot_be_read_are_not_called_missing() {
    let project = Project::new(&[("plan/phase-1.md", PLAN), ("plan/phase-2.md", PLAN), ("work-notes/x.md", NOTES)]);
    std::os::unix::fs::symlink("nowhere.md", project.path("work-notes/phase-1.md")).expect("a link");
    for args in [&["resume", "1"][..], &["log", "1"]] {
        let ran = project.run(args);
        assert_eq!(ran.code, 2, "{args:?}");
        assert!(ran.err.starts_with("error: work-notes/phase-1.md: "), "{}", ran.err);
    }
    assert_eq!(project.run(&["resume", "2"]).code, 0);
}

#[test]
fn status_is_a_table_for_a_document_and_a_page_for_a_browser() {
    let project = Project::new(&[
        ("plan/phase-2.md", PLAN),
        ("work-notes/phase-2.md", &notes("In progress", 5)),
        ("prompts/phase-2.md", "# Prompt\n\n## Open questions\n\n- Is `a | b` <b>it</b> & so on?\n"),
    ]);
    let entry = day(5);
    let expected = format!(
        "\
# Status

1 phase: 1 in progress; 1 of 2 done items ticked, 1 open question, 1 session log out of date.

| Phase   | Status      | Done   | Open questions | Left to fill in | Last entry              | Next step |
| ------- | ----------- | ------ | -------------- | --------------- | ----------------------- | --- |
| phase-2 | In progress | 1 of 2 | 1              |                 | {entry} (5 days ago) | write `In progress` |
"
    );
    assert_eq!(project.run(&["status", "--format", "markdown"]).out, expected);
    let ran = project.run(&["status", "--format", "html"]);
    assert_eq!((ran.code, &*ran.err), (0, ""));
    let name = project.folder().file_name().expect("a name").to_string_lossy();
    for part in [
        "<!doctype html>\n",
        &format!("<h1>{name}: where we stand</h1>"),
        "1 of 2 done items ticked",
        "<th scope=\"row\">phase-2</th>",
        "<span style=\"width:50%\">",
        "<li>Is <code>a | b</code> it &amp; so on?</li>",
        "5 days ago, out of date",
        "write <code>In progress</code>",
        "</html>\n",
    ] {
        assert!(ran.out.contains(part), "{part}: {}", ran.out);
    }
    assert!(!ran.out.contains("http") || ran.out.matches("http").count() == 1, "nothing but http-equiv");
}

/// Two services whose phases have the same names.
fn services() -> Project {
    Project::new(&[
        ("plan/billing/phase-2.md", PLAN),
        ("plan/shop/phase-2.md", PLAN),
        ("plan/shop/phase-3-gateway.md", PLAN),
        ("plan/été.md", PLAN),
        ("work-notes/shop/phase-3-gateway.md", NOTES),
    ])
}

#[test]
fn a_phase_is_addressed_by_any_end_of_its_name_that_no_other_has() {
    let project = services();
    for (name, title) in [
        ("billing/phase-2", "Phase 2"),
        ("BILLING/2", "Phase 2"),
        ("3", "Phase 3 gateway"),
        ("phase-3", "Phase 3 gateway"),
        ("3-gateway", "Phase 3 gateway"),
        ("Gateway", "Phase 3 gateway"),
        ("e\u{301}te\u{301}", "été"),
        ("Été", "été"),
    ] {
        let ran = project.run(&["resume", name]);
        assert_eq!((ran.code, &*ran.err), (0, ""), "{name}");
        assert!(ran.out.to_lowercase().contains(&title.to_lowercase()), "{name}: {}", ran.out);
    }
    for args in [&["resume", "2"][..], &["log", "2"], &["resume", "PHASE-2"]] {
        let ran = project.run(args);
        assert_eq!((ran.code, &*ran.out), (2, ""));
        assert_eq!(ran.err, format!("error: '{}' may be billing/phase-2 or shop/phase-2\n", args[1]));
    }
    let before = project.files();
    let ran = project.run(&["new", "2"]);
    assert_eq!(ran.code, 2);
    assert_eq!(ran.err, "error: '2' may be billing/phase-2 or shop/phase-2; 'phase-2' is a new one\n");
    assert!(project.files() == before, "nothing was written");
    assert_eq!(project.run(&["new", "3"]).out.lines().next(), Some("kept plan/shop/phase-3-gateway.md"));
    assert_eq!(project.run(&["new", "phase-2"]).out.lines().next(), Some("created plan/phase-2.md"));
}

#[test]
fn new_makes_no_third_phase_of_an_id() {
    let project = Project::new(&[("plan/phase-1-a.md", PLAN), ("plan/phase-1-b.md", PLAN)]);
    for name in ["1", "phase-1", "Phase_01"] {
        let ran = project.run(&["new", name]);
        assert_eq!(ran.code, 2);
        assert_eq!(ran.err, format!("error: '{name}' may be phase-1-a or phase-1-b\n"));
    }
    assert_eq!(project.names().len(), 2);
}

#[test]
fn without_a_name_the_phase_in_progress_is_meant() {
    let project = services();
    for args in [&["resume"][..], &["log", "--message", "x"]] {
        let ran = project.run(args);
        assert_eq!((ran.code, &*ran.err), (0, ""));
        assert!(ran.out.contains("phase-3-gateway"), "{}", ran.out);
    }
    assert!(project.read("work-notes/shop/phase-3-gateway.md").contains("- What changed: x\n"));
    assert!(project.run_in("plan/shop", &["resume"]).out.contains("# Resume: Phase 3"));
    project.write("work-notes/billing/phase-2.md", NOTES);
    let ran = project.run(&["resume"]);
    assert_eq!((ran.code, &*ran.out), (2, ""));
    assert_eq!(ran.err, "error: billing/phase-2 and shop/phase-3-gateway are in progress; name one\n");
    let none = Project::new(&[("plan/phase-1.md", "# P\n"), ("plan/phase-2.md", "# P\n")]).run(&["log"]);
    assert_eq!(none.err, "error: no phase is in progress; name one: phase-1 or phase-2\n");
}

#[test]
fn resume_tells_of_the_commits_since_the_last_entry() {
    let project = project();
    let history = History::new(project.folder());
    history.commit("2026-01-04T09:00:00+00:00", "Before");
    history.commit("2026-01-06T09:00:00+00:00", "Add the \u{1b}[31mprobe");
    history.commit_files("2026-01-07T09:00:00+00:00", "Notes", &[("plan/phase-10.md", PLAN)]);
    let ran = project.run(&["resume", "2"]);
    assert!(ran.out.contains("\n## Commits since then\n\n- Add the [31mprobe\n\n## Left"), "{}", ran.out);
}

#[test]
fn resume_keeps_to_a_budget_and_is_json_too() {
    let project = project();
    let whole = project.run(&["resume"]).out;
    let ran = project.run(&["resume", "--budget", "400"]);
    assert_eq!((ran.code, &*ran.err), (0, ""));
    assert!(
        ran.out.chars().count() <= 400 && ran.out.contains("\n- Left out to keep to 400 characters: "),
        "{}",
        ran.out
    );
    assert_eq!(project.run(&["resume", "--budget", "100000"]).out, whole);
    let ran = project.run(&["resume", "--format", "json", "--budget", "400"]);
    let resume: Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!((&resume["version"], &resume["phase"]["stem"]), (&1.into(), &"phase-2-索引".into()));
    assert_eq!(resume["parts"][0]["heading"], "Where we stopped");
    assert!(!resume["left_out"].as_array().expect("parts").is_empty());
    assert_eq!(resume["next_phase"], Value::Null);
}
