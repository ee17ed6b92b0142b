//! Reports made by hand, for the tests of the formats.

use std::ops::Range;

use jiff::civil::date;

use crate::{
    cli::{
        report::{FileReport, Report, Summary},
        roots::Failure,
    },
    config::{Level, RuleSpec},
    diagnostic::{Diagnostic, Fix, Related, Severity},
    overview::{self, PhaseStatus},
    rules::Rule,
    testing::Fixture,
    text::Edit,
};

pub fn diagnostic(rule: &'static str, severity: Severity, range: Range<usize>, message: &str) -> Diagnostic {
    Diagnostic { rule, severity, range, message: message.to_owned(), related: Vec::new(), fixes: Vec::new() }
}

pub fn file(path: &str, text: &str, diagnostics: Vec<Diagnostic>) -> FileReport {
    FileReport::new("", path, path, text.into(), diagnostics)
}

/// A report of one file with one finding on `marked`.
pub fn finding(path: &str, text: &str, marked: &str, message: &str) -> Report {
    let at = text.find(marked).expect("marked text");
    let found = diagnostic("sample-rule", Severity::Warning, at..at + marked.len(), message);
    report(vec![file(path, text, vec![found])])
}

pub fn report(files: Vec<FileReport>) -> Report {
    let summary = Summary { artifacts: files.len(), ..Summary::default() };
    Report { files, summary, units: vec![unit()], ..Report::default() }
}

/// A phase in progress.
pub fn unit() -> PhaseStatus {
    let plan = "//- plan/phase-1.md\n# P\n\n## Definition of done\n- [x] `a`\n- [ ] `b`\n";
    let notes = "//- work-notes/phase-1.md\n# N\n\nStatus: In progress\n\n## Session log\n### 2026-01-05\n- Next: c\n";
    let (workspace, _) = Fixture::parse(&format!("{plan}{notes}")).workspace();
    overview::status(&workspace, date(2026, 1, 6)).phases.remove(0)
}

/// A report of one file with one finding of a rule.
pub fn of_rule(rule: &'static str) -> Report {
    report(vec![file("plan/a.md", "x", vec![diagnostic(rule, Severity::Warning, 0..1, "found")])])
}

const PLAN: &str = "\u{feff}# 😀 Phase 1: Plan\r\n\r\n## Goals\r\n\r\n- <Goal 1>\ttab\r\n- 漢字 `plan/x.md`\r\nend";
const NOTES: &str = "# Notes\n\n## Status\n\n- [x] Complete\n";

/// Two files with one of everything that is hard to write down.
pub fn messy() -> Report {
    let at = |part: &str| PLAN.find(part).expect("part of the plan");
    let span = |part: &str| at(part)..at(part) + part.len();
    let mut missing = diagnostic("missing-section", Severity::Information, span("😀 Phase"), "No \"Overview\"");
    missing.fixes = vec![
        Fix::safe("Insert the heading \"Overview\"", vec![Edit::insert(at("## Goals"), "## Overview\r\n\r\n")]),
        Fix::new("Insert all", vec![Edit::delete(span("<Goal 1>")), Edit::insert(0, "x")]),
    ];
    let placeholder = diagnostic("leftover-placeholder", Severity::Warning, span("<Goal 1>"), "100 % left::\nover");
    let broken = diagnostic("broken-reference", Severity::Error, span("plan/x.md"), "`plan/x.md` does not exist");
    let lines = at("- <Goal")..PLAN.len();
    let long = diagnostic("unknown-to-the-list", Severity::Hint, lines, "from here to the end");
    let done = NOTES.find("Complete").expect("status");
    let mut premature = diagnostic("premature-complete", Severity::Error, done..done + 8, "Goals are open");
    let goals = span("## Goals");
    premature.related = vec![
        Related { path: "plan/ph #1, 漢:é.md".into(), range: goals, message: "the goals".into() },
        Related { path: "src/lib.rs".into(), range: 0..4, message: "not checked itself".into() },
    ];
    let mut files = vec![
        file("plan/ph #1, 漢:é.md", PLAN, vec![missing, placeholder, broken, long]),
        file("work-notes/phase-1.md", NOTES, vec![premature]),
        file("prompts/empty.md", "", vec![]),
    ];
    for file in &mut files {
        file.repository_path.insert_str(0, "sub dir/");
    }
    let summary = Summary { artifacts: 3, done_items: 2, done_ticked: 1, open_questions: 1, references: 4 };
    Report {
        files,
        summary,
        units: vec![unit()],
        failures: vec![Failure::new("plan/locked.md", "Permission denied (os error 13)")],
        ..Report::default()
    }
}

macro_rules! rule {
    ($name:ident, $text:literal, $severity:expr, $documentation:literal) => {
        pub static $name: Rule = Rule {
            spec: RuleSpec { name: $text, severity: $severity, options: &[] },
            law: crate::rules::law::Law::None,
            is_about_absence: false,
            check: crate::rules::Check::Elsewhere,
            documentation: $documentation,
        };
    };
}

rule!(
    BROKEN_REFERENCE,
    "broken-reference",
    Level::At(Severity::Error),
    "A declared reference must lead\nsomewhere.\n\n### Why\nNobody can read it.\n\n### Fires\n```md\n## Context\n- `gone.rs`\n```\n"
);
rule!(CODE_IN_PLAN, "code-in-plan", Level::Off, "A plan holds no code.\n\n### Why\nCode goes stale.\n");
rule!(
    MISSING_SECTION,
    "missing-section",
    Level::ByFinding,
    "A required section is there.\n\n### Why\nIt is asked for.\n"
);

pub const RULES: &[&Rule] = &[&BROKEN_REFERENCE, &CODE_IN_PLAN, &MISSING_SECTION];
