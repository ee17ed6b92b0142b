//! `--format gitlab`: a Code Quality report, which GitLab shows in merge requests.

use std::io::{self, Write};

use serde::Serialize;

use super::{fingerprint::Fingerprints, report::Report, terminal::one_line};
use crate::diagnostic::Severity;

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    /// The same while the line is, wherever it moves.
    fingerprint: String,
    severity: &'static str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    /// Relative to the repository.
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut fingerprints = Fingerprints::default();
    let issues = report.shown().map(|(file, found)| {
        let place = file.place(&found.range);
        Issue {
            description: one_line(&found.message),
            check_name: found.rule,
            fingerprint: fingerprints.next(file, found),
            severity: severity(found.severity),
            location: Location { path: &file.repository_path, lines: Lines { begin: place.line, end: place.end_line } },
        }
    });
    let issues: Vec<Issue> = issues.collect();
    serde_json::to_writer_pretty(&mut *out, &issues)?;
    writeln!(out)
}

/// Ours has no words for `critical` and `blocker`.
fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "major",
        Severity::Warning => "minor",
        Severity::Information | Severity::Hint => "info",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::cli::samples::{self, diagnostic, file};

    fn written(report: &Report) -> Value {
        let mut out = Vec::new();
        write(report, &mut out).unwrap();
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn issues_have_what_gitlab_asks_for() {
        let issues = written(&samples::messy());
        assert_eq!(
            issues[1],
            json!({
                "description": "100 % left:: over",
                "check_name": "leftover-placeholder",
                "fingerprint": issues[1]["fingerprint"],
                "severity": "minor",
                "location": { "path": "sub dir/plan/ph #1, 漢:é.md", "lines": { "begin": 5, "end": 5 } },
            })
        );
        assert_eq!(written(&Report::default()), json!([]));
    }

    #[test]
    fn fingerprints_differ_and_outlive_a_move() {
        let prints = |text: &str| -> Vec<String> {
            let found = text.match_indices('?').map(|(at, _)| diagnostic("r", Severity::Hint, at..at + 1, "open"));
            let issues = written(&samples::report(vec![file("plan/a.md", text, found.collect())]));
            let issues = issues.as_array().unwrap().clone();
            issues.iter().map(|issue| issue["fingerprint"].as_str().unwrap().to_owned()).collect()
        };
        let before = prints("why?\nwhy?\n");
        assert_eq!(before, prints("# New\n\nwhy?\n\n  why?\n"));
        assert_ne!(before[0], before[1]);
    }
}
