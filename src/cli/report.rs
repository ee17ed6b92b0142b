//! What `check` found, before it is written in some format.

use std::{
    collections::HashMap,
    fmt,
    ops::Range,
    path::PathBuf,
    sync::{Arc, OnceLock},
};

use serde::Serialize;

use super::{adopt, from_here::FromHere, roots::Failure};
use crate::{
    diagnostic::{Diagnostic, Related, Severity},
    overview::PhaseStatus,
    secrets,
    text::{LineIndex, PositionEncoding, words::counted},
};

/// Everything that one run of `check` has to say.
#[derive(Debug, Default)]
pub struct Report {
    /// In the order in which they are shown.
    pub files: Vec<FileReport>,
    pub summary: Summary,
    /// Where the phases stand that the files belong to.
    pub units: Vec<PhaseStatus>,
    pub failures: Vec<Failure>,
    /// Files that were named and are no artifacts.
    pub skipped: Vec<String>,
    /// Whether a `phasemark.toml` does not apply as it is written.
    pub has_bad_config: bool,
    /// What paths are relative to.
    pub outermost: PathBuf,
    /// At and below these, every artifact was looked at.
    pub covered: Vec<PathBuf>,
    /// The commit that changes are counted from, if only what changed was looked at.
    pub changed_since: Option<String>,
    /// What a baseline took away, if one applies.
    pub known: Option<Known>,
    /// The least severity that is listed; `None` for all.
    pub least_shown: Option<Severity>,
    /// Where the reader is.
    pub from_here: FromHere,
}

/// What a baseline did to a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// How many findings it took away.
    pub hidden: usize,
    /// How many of its entries no longer occur.
    pub outdated: usize,
}

/// One file with its findings, in the order in which they are shown.
#[derive(Debug)]
pub struct FileReport {
    /// As shown: relative to the outermost root, with `/`.
    pub path: String,
    /// The part of `path` that is the file's own root: empty, or ending in `/`.
    pub root: String,
    /// Relative to the repository, with `/`.
    pub repository_path: String,
    /// The phase that it belongs to.
    pub unit: Option<Box<str>>,
    pub text: Arc<str>,
    lines: OnceLock<LineIndex>,
    pub diagnostics: Vec<Diagnostic>,
    /// Bytes of the text that no output may show, in order.
    pub secrets: Vec<Range<usize>>,
}

/// What was recognised, so that silence is never mistaken for success.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    pub artifacts: usize,
    pub done_items: usize,
    pub done_ticked: usize,
    pub open_questions: usize,
    pub references: usize,
}

/// Findings by severity, and those that come with a fix.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    pub errors: usize,
    pub warnings: usize,
    pub information: usize,
    pub hints: usize,
    #[serde(skip)]
    pub fixable: usize,
    /// Those that `--fix` repairs.
    #[serde(skip)]
    pub safe: usize,
}

impl Counts {
    pub fn total(&self) -> usize {
        self.errors + self.warnings + self.information + self.hints
    }
}

/// Where a range begins and ends: from 1, columns in Unicode scalar values. The end is exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    pub line: usize,
    pub column: usize,
    pub end_line: usize,
    pub end_column: usize,
}

const BOM: char = '\u{feff}';

impl FileReport {
    /// A file at `path` below `root`, both as [`FileReport::path`] and [`FileReport::root`] have them.
    pub fn new(root: &str, path: &str, repository_path: &str, text: Arc<str>, diagnostics: Vec<Diagnostic>) -> Self {
        let (root, path, repository_path) = (root.to_owned(), path.to_owned(), repository_path.to_owned());
        let secrets = secrets::hidden(&text, &diagnostics);
        Self { path, root, repository_path, unit: None, text, lines: OnceLock::new(), diagnostics, secrets }
    }

    /// The same of a file that belongs to a phase.
    pub fn of_unit(self, unit: Option<Box<str>>) -> Self {
        Self { unit, ..self }
    }

    /// Counted when first asked for.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }

    /// The lines and columns of a range of bytes, clamped into the text.
    pub fn place(&self, range: &Range<usize>) -> Place {
        let (line, column) = self.line_and_column(range.start);
        let (end_line, end_column) = self.line_and_column(range.end.max(range.start));
        Place { line, column, end_line, end_column }
    }

    fn line_and_column(&self, offset: usize) -> (usize, usize) {
        let position = self.lines().position(&self.text, offset, PositionEncoding::Utf32);
        let column = position.column as usize;
        // A BOM belongs to the encoding, not to the first line.
        let bom = usize::from(position.line == 0 && column > 0 && self.text.starts_with(BOM));
        (position.line as usize + 1, column + 1 - bom)
    }
}

impl Report {
    /// Every finding with its file, in order.
    pub fn findings(&self) -> impl Iterator<Item = (&FileReport, &Diagnostic)> {
        self.files.iter().flat_map(|file| file.diagnostics.iter().map(move |diagnostic| (file, diagnostic)))
    }

    /// Whether a finding is listed, and not only counted.
    pub fn shows(&self, diagnostic: &Diagnostic) -> bool {
        self.least_shown.is_none_or(|least| diagnostic.severity >= least)
    }

    /// The findings that are listed.
    pub fn shown(&self) -> impl Iterator<Item = (&FileReport, &Diagnostic)> {
        self.findings().filter(|(_, diagnostic)| self.shows(diagnostic))
    }

    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for (_, diagnostic) in self.findings() {
            *match diagnostic.severity {
                Severity::Error => &mut counts.errors,
                Severity::Warning => &mut counts.warnings,
                Severity::Information => &mut counts.information,
                Severity::Hint => &mut counts.hints,
            } += 1;
            counts.fixable += usize::from(diagnostic.is_fixable());
            counts.safe += usize::from(diagnostic.fixes.iter().any(|fix| fix.safe));
        }
        counts
    }

    /// 2 if the answer cannot be trusted: unreadable input, bad configuration, no artifact at all, unless files were
    /// named. Else 1 if a finding reaches `fail_on`, else 0.
    pub fn exit_code(&self, fail_on: Option<Severity>) -> u8 {
        if self.has_bad_config || !self.failures.is_empty() || self.found_nothing() {
            return 2;
        }
        let reached = |least| self.findings().any(|(_, diagnostic)| diagnostic.severity >= least);
        u8::from(fail_on.is_some_and(reached))
    }

    pub fn found_nothing(&self) -> bool {
        self.summary.artifacts == 0 && self.skipped.is_empty() && self.changed_since.is_none()
    }

    /// Why the answer cannot be trusted, apart from findings.
    pub fn complaints(&self) -> Vec<String> {
        let unread = self.failures.iter().map(Failure::to_string);
        let mut complaints: Vec<String> = unread.collect();
        if complaints.is_empty() && self.found_nothing() {
            complaints.push(adopt::no_artifact());
        }
        complaints
    }

    /// What is to be said of the baseline, a line each.
    pub fn about_known(&self) -> Vec<String> {
        let Some(Known { hidden, outdated }) = self.known else { return Vec::new() };
        let mut lines = Vec::new();
        if hidden > 0 {
            lines.push(format!("{} hidden by the baseline", counted(hidden, "known finding", "known findings")));
        }
        if outdated > 0 {
            let entries = counted(outdated, "entry of the baseline is", "entries of the baseline are");
            lines.push(format!("{entries} out of date; --write-baseline"));
        }
        lines
    }

    pub fn by_path(&self) -> ByPath<'_> {
        let files = self.files.iter().map(|file| (file.path.as_str(), file)).collect();
        ByPath { files, from_here: &self.from_here }
    }
}

/// The files of a report by their path as shown.
#[derive(Debug)]
pub struct ByPath<'a> {
    files: HashMap<&'a str, &'a FileReport>,
    pub from_here: &'a FromHere,
}

impl<'a> ByPath<'a> {
    /// The file that a finding in `from` also speaks about; `None` if it was not checked itself.
    pub fn related(&self, from: &FileReport, related: &Related) -> Option<&'a FileReport> {
        self.files.get(format!("{}{}", from.root, related.path).as_str()).copied()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.message)
    }
}

impl Failure {
    pub fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path: path.into(), message: message.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::samples::{diagnostic, file};

    fn one(severity: Severity) -> Report {
        let found = diagnostic("some-rule", severity, 0..1, "found");
        let summary = Summary { artifacts: 1, ..Summary::default() };
        Report { files: vec![file("plan/a.md", "text", vec![found])], summary, ..Report::default() }
    }

    #[test]
    fn a_finding_fails_the_run_if_it_is_grave_enough() {
        for (severity, fail_on, code) in [
            (Severity::Warning, Some(Severity::Warning), 1),
            (Severity::Error, Some(Severity::Warning), 1),
            (Severity::Information, Some(Severity::Warning), 0),
            (Severity::Hint, Some(Severity::Hint), 1),
            (Severity::Error, None, 0),
        ] {
            assert_eq!(one(severity).exit_code(fail_on), code, "{severity} {fail_on:?}");
        }
    }

    #[test]
    fn an_answer_that_cannot_be_trusted_is_no_success() {
        assert_eq!(Report::default().exit_code(None), 2);
        let mut report = one(Severity::Hint);
        report.failures.push(Failure::new("plan/b.md", "permission denied"));
        assert_eq!(report.exit_code(None), 2);
        let report = Report { has_bad_config: true, ..one(Severity::Hint) };
        assert_eq!(report.exit_code(None), 2);
    }

    #[test]
    fn places_count_scalar_values_and_no_bom() {
        let file = file("plan/a.md", "\u{feff}😀é# x\r\n\ty", vec![]);
        let at = |text: &str| file.text.find(text).unwrap();
        let place = file.place(&(at("#")..at("y")));
        assert_eq!(place, Place { line: 1, column: 3, end_line: 2, end_column: 2 });
        assert_eq!(file.place(&(0..3)), Place { line: 1, column: 1, end_line: 1, end_column: 1 });
        assert_eq!(file.place(&(900..901)), Place { line: 2, column: 3, end_line: 2, end_column: 3 });
    }

    #[test]
    fn related_files_are_found_below_the_same_root() {
        let nested = |path| FileReport::new("services/a/", path, path, "".into(), vec![]);
        let files = vec![nested("services/a/plan/x.md"), nested("services/a/work-notes/x.md")];
        let report = Report { files, ..Report::default() };
        let related = Related { path: "work-notes/x.md".into(), range: 0..0, message: String::new() };
        let found = report.by_path().related(&report.files[0], &related).unwrap();
        assert_eq!(found.path, "services/a/work-notes/x.md");
    }
}
