//! `--format json`: a small schema of our own, version 1. Fields may be added; a field that changes or goes makes a new
//! version.

use std::{
    collections::HashMap,
    io::{self, Write},
};

use serde::Serialize;

use super::report::{ByPath, Counts, FileReport, Place, Report, Summary};
use crate::{
    diagnostic::{Diagnostic, Fix, Related, Repair},
    overview::PhaseStatus,
    rules::Rule,
    text::Edit,
};

/// What is in it, for programs.
pub const SCHEMA: &str = include_str!("json/schema.json");

#[derive(Serialize)]
struct Json<'a> {
    version: u32,
    /// What paths are relative to.
    #[serde(skip_serializing_if = "String::is_empty")]
    root: String,
    summary: JsonSummary,
    /// As `status --format json` has them.
    units: &'a [PhaseStatus],
    diagnostics: Vec<JsonDiagnostic<'a>>,
}

#[derive(Serialize)]
struct JsonSummary {
    phases: usize,
    #[serde(flatten)]
    recognised: Summary,
    #[serde(flatten)]
    counts: Counts,
    /// Findings that a baseline hides, if one applies.
    #[serde(skip_serializing_if = "Option::is_none")]
    known: Option<usize>,
}

#[derive(Serialize)]
struct JsonDiagnostic<'a> {
    path: &'a str,
    #[serde(flatten)]
    place: Place,
    severity: &'static str,
    code: &'a str,
    message: &'a str,
    /// What the rule is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
    /// The phase that the file belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'a str>,
    fixable: bool,
    /// The other places that it is about.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related: Vec<JsonRelated<'a>>,
    /// As an editor offers them, best first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<JsonFix<'a>>,
}

#[derive(Serialize)]
struct JsonRelated<'a> {
    path: String,
    /// Missing in a file that was not checked itself.
    #[serde(flatten)]
    place: Option<Place>,
    message: &'a str,
}

#[derive(Serialize)]
struct JsonFix<'a> {
    title: &'a str,
    /// Whether `--fix` applies it.
    safe: bool,
    /// Of the file itself; empty where a fix creates files, needs a clock or would show a secret.
    edits: Vec<JsonEdit<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    creates: &'a [Box<str>],
}

#[derive(Serialize)]
struct JsonEdit<'a> {
    #[serde(flatten)]
    place: Place,
    text: &'a str,
}

pub fn write(report: &Report, rules: &[&Rule], out: &mut dyn Write) -> io::Result<()> {
    let files = report.by_path();
    let summaries: HashMap<&str, String> = rules.iter().map(|rule| (rule.name(), rule.summary())).collect();
    let diagnostics = report.shown().map(|(file, found)| JsonDiagnostic {
        help: summaries.get(found.rule).map(String::as_str),
        ..diagnostic(file, found, &files)
    });
    let diagnostics = diagnostics.collect();
    let root = report.outermost.display().to_string();
    let summary = JsonSummary {
        phases: report.units.len(),
        recognised: report.summary,
        counts: report.counts(),
        known: report.known.map(|known| known.hidden),
    };
    let json = Json { version: 1, root, summary, units: &report.units, diagnostics };
    serde_json::to_writer_pretty(&mut *out, &json)?;
    writeln!(out)
}

fn diagnostic<'a>(file: &'a FileReport, found: &'a Diagnostic, files: &ByPath<'_>) -> JsonDiagnostic<'a> {
    let related = |related: &'a Related| JsonRelated {
        path: format!("{}{}", file.root, related.path),
        place: files.related(file, related).map(|other| other.place(&related.range)),
        message: &related.message,
    };
    JsonDiagnostic {
        path: &file.path,
        place: file.place(&found.range),
        severity: found.severity.name(),
        code: found.rule,
        message: &found.message,
        help: None,
        unit: file.unit.as_deref(),
        fixable: found.is_fixable(),
        related: found.related.iter().map(related).collect(),
        fixes: found.fixes.iter().map(|listed| fix(file, listed)).collect(),
    }
}

fn fix<'a>(file: &FileReport, fix: &'a Fix) -> JsonFix<'a> {
    // Masked text must not be written into a file: such edits are left out.
    let has_secret =
        |edit: &Edit| file.secrets.iter().any(|range| edit.replacement.contains(&file.text[range.clone()]));
    let edits = if fix.edits().iter().any(has_secret) { &[] } else { fix.edits() };
    let edit = |edit: &'a Edit| JsonEdit { place: file.place(&edit.range), text: &edit.replacement };
    let creates = if let Repair::CreateFiles(paths) = &fix.repair { &paths[..] } else { &[] };
    JsonFix { title: &fix.title, safe: fix.safe, edits: edits.iter().map(edit).collect(), creates }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::samples;

    fn written(report: &Report) -> String {
        let mut out = Vec::new();
        write(report, samples::RULES, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn one_of_everything() {
        insta::assert_snapshot!(written(&samples::messy()), @r###"
        {
          "version": 1,
          "summary": {
            "phases": 1,
            "artifacts": 3,
            "done_items": 2,
            "done_ticked": 1,
            "open_questions": 1,
            "references": 4,
            "errors": 2,
            "warnings": 1,
            "information": 1,
            "hints": 1
          },
          "units": [
            {
              "root": "",
              "stem": "phase-1",
              "artifacts": [
                {
                  "kind": "plan",
                  "path": "plan/phase-1.md"
                },
                {
                  "kind": "work-notes",
                  "path": "work-notes/phase-1.md"
                }
              ],
              "status": "in_progress",
              "done_items": 2,
              "done_ticked": 1,
              "open_questions": 0,
              "placeholders": 0,
              "last_entry": "2026-01-05",
              "stale": false,
              "next_step": "c"
            }
          ],
          "diagnostics": [
            {
              "path": "plan/ph #1, 漢:é.md",
              "line": 1,
              "column": 3,
              "end_line": 1,
              "end_column": 10,
              "severity": "information",
              "code": "missing-section",
              "message": "No \"Overview\"",
              "help": "A required section is there.",
              "fixable": true,
              "fixes": [
                {
                  "title": "Insert the heading \"Overview\"",
                  "safe": true,
                  "edits": [
                    {
                      "line": 3,
                      "column": 1,
                      "end_line": 3,
                      "end_column": 1,
                      "text": "## Overview\r\n\r\n"
                    }
                  ]
                },
                {
                  "title": "Insert all",
                  "safe": false,
                  "edits": [
                    {
                      "line": 5,
                      "column": 3,
                      "end_line": 5,
                      "end_column": 11,
                      "text": ""
                    },
                    {
                      "line": 1,
                      "column": 1,
                      "end_line": 1,
                      "end_column": 1,
                      "text": "x"
                    }
                  ]
                }
              ]
            },
            {
              "path": "plan/ph #1, 漢:é.md",
              "line": 5,
              "column": 3,
              "end_line": 5,
              "end_column": 11,
              "severity": "warning",
              "code": "leftover-placeholder",
              "message": "100 % left::\nover",
              "fixable": false
            },
            {
              "path": "plan/ph #1, 漢:é.md",
              "line": 6,
              "column": 7,
              "end_line": 6,
              "end_column": 16,
              "severity": "error",
              "code": "broken-reference",
              "message": "`plan/x.md` does not exist",
              "help": "A declared reference must lead somewhere.",
              "fixable": false
            },
            {
              "path": "plan/ph #1, 漢:é.md",
              "line": 5,
              "column": 1,
              "end_line": 7,
              "end_column": 4,
              "severity": "hint",
              "code": "unknown-to-the-list",
              "message": "from here to the end",
              "fixable": false
            },
            {
              "path": "work-notes/phase-1.md",
              "line": 5,
              "column": 7,
              "end_line": 5,
              "end_column": 15,
              "severity": "error",
              "code": "premature-complete",
              "message": "Goals are open",
              "fixable": false,
              "related": [
                {
                  "path": "plan/ph #1, 漢:é.md",
                  "line": 3,
                  "column": 1,
                  "end_line": 3,
                  "end_column": 9,
                  "message": "the goals"
                },
                {
                  "path": "src/lib.rs",
                  "message": "not checked itself"
                }
              ]
            }
          ]
        }
        "###);
    }

    #[test]
    fn nothing_at_all() {
        insta::assert_snapshot!(written(&Report::default()), @r#"
        {
          "version": 1,
          "summary": {
            "phases": 0,
            "artifacts": 0,
            "done_items": 0,
            "done_ticked": 0,
            "open_questions": 0,
            "references": 0,
            "errors": 0,
            "warnings": 0,
            "information": 0,
            "hints": 0
          },
          "units": [],
          "diagnostics": []
        }
        "#);
    }
}
