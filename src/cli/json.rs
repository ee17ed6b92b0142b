//! `--format json`: a small schema of our own, version 1. Fields are only ever added with a new version.

use std::io::{self, Write};

use serde::Serialize;

use super::report::{FileReport, Report, fixable};
use crate::diagnostic::Diagnostic;

#[derive(Serialize)]
struct Json<'a> {
    version: u32,
    summary: JsonSummary,
    diagnostics: Vec<JsonDiagnostic<'a>>,
}

#[derive(Serialize)]
struct JsonSummary {
    phases: usize,
    artifacts: usize,
    done_items: usize,
    done_ticked: usize,
    open_questions: usize,
    references: usize,
    errors: usize,
    warnings: usize,
    information: usize,
    hints: usize,
}

#[derive(Serialize)]
struct JsonDiagnostic<'a> {
    path: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    severity: &'static str,
    code: &'a str,
    message: &'a str,
    fixable: bool,
}

pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let diagnostics = report.findings().map(|(file, found)| diagnostic(file, found)).collect();
    let json = Json { version: 1, summary: summary(report), diagnostics };
    serde_json::to_writer_pretty(&mut *out, &json)?;
    writeln!(out)
}

fn summary(report: &Report) -> JsonSummary {
    let (summary, counts) = (report.summary, report.counts());
    JsonSummary {
        phases: summary.phases,
        artifacts: summary.artifacts,
        done_items: summary.done_items,
        done_ticked: summary.done_ticked,
        open_questions: summary.open_questions,
        references: summary.references,
        errors: counts.errors,
        warnings: counts.warnings,
        information: counts.information,
        hints: counts.hints,
    }
}

fn diagnostic<'a>(file: &'a FileReport, found: &'a Diagnostic) -> JsonDiagnostic<'a> {
    let place = file.place(&found.range);
    JsonDiagnostic {
        path: &file.path,
        line: place.line,
        column: place.column,
        end_line: place.end_line,
        end_column: place.end_column,
        severity: found.severity.name(),
        code: found.rule,
        message: &found.message,
        fixable: fixable(found),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::samples;

    fn written(report: &Report) -> String {
        let mut out = Vec::new();
        write(report, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn one_of_everything() {
        insta::assert_snapshot!(written(&samples::messy()), @r#"
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
              "fixable": true
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
              "fixable": false
            }
          ]
        }
        "#);
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
          "diagnostics": []
        }
        "#);
    }
}
