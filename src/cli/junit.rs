//! `--format junit`: a suite for each file, a case for each finding, which fails if the run does for it.

use std::io::{self, Write};

use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use super::{
    report::{FileReport, Report},
    terminal::one_line,
};
use crate::diagnostic::{Diagnostic, Severity};

/// `fails_on`: the least severity that fails a test.
pub fn write(report: &Report, fails_on: Option<Severity>, out: &mut dyn Write) -> io::Result<()> {
    let mut junit = quick_junit::Report::new("phasemark");
    junit.add_test_suites(report.files.iter().map(|file| suite(report, file, fails_on)));
    let complaints = report.complaints();
    if !complaints.is_empty() {
        junit.add_test_suite(errors(&complaints));
    }
    let xml = junit.to_string().map_err(io::Error::other)?;
    out.write_all(xml.as_bytes())
}

fn suite(report: &Report, file: &FileReport, fails_on: Option<Severity>) -> TestSuite {
    let path = xml(&file.path);
    let mut suite = TestSuite::new(&path);
    let shown = file.diagnostics.iter().filter(|found| report.shows(found));
    suite.add_test_cases(shown.map(|found| case(file, &path, found, fails_on)));
    if suite.test_cases.is_empty() {
        let mut clean = TestCase::new("no findings", TestCaseStatus::success());
        clean.set_classname(&path);
        suite.add_test_case(clean);
    }
    suite
}

fn case(file: &FileReport, path: &str, found: &Diagnostic, fails_on: Option<Severity>) -> TestCase {
    let (place, message) = (file.place(&found.range), xml(&found.message));
    let (line, column, rule) = (place.line, place.column, found.rule);
    let fails = fails_on.is_some_and(|least| found.severity >= least);
    let mut status = match fails {
        true => TestCaseStatus::non_success(NonSuccessKind::Failure),
        false => TestCaseStatus::skipped(),
    };
    status.set_message(&message);
    status.set_type(found.severity.name());
    status.set_description(format!("{path}:{line}:{column}: {}[{rule}]: {message}", found.severity));
    let mut case = TestCase::new(format!("{rule} ({line}:{column})"), status);
    case.set_classname(path);
    case
}

/// What is wrong with the run itself.
fn errors(complaints: &[String]) -> TestSuite {
    let mut suite = TestSuite::new("phasemark");
    for complaint in complaints {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_message(xml(complaint));
        let mut case = TestCase::new("check", status);
        case.set_classname("phasemark");
        suite.add_test_case(case);
    }
    suite
}

/// Text without the characters that XML 1.0 has no way to write.
fn xml(text: &str) -> String {
    one_line(text).replace(['\u{fffe}', '\u{ffff}'], "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::samples;

    fn written(report: &Report) -> String {
        let mut out = Vec::new();
        write(report, Some(Severity::Warning), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn one_of_everything() {
        insta::assert_snapshot!(written(&samples::messy()), @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="phasemark" tests="7" skipped="2" failures="3" errors="1">
            <testsuite name="plan/ph #1, 漢:é.md" tests="4" skipped="2" errors="0" failures="2">
                <testcase name="missing-section (1:3)" classname="plan/ph #1, 漢:é.md">
                    <skipped message="No &quot;Overview&quot;" type="information">plan/ph #1, 漢:é.md:1:3: information[missing-section]: No &quot;Overview&quot;</skipped>
                </testcase>
                <testcase name="leftover-placeholder (5:3)" classname="plan/ph #1, 漢:é.md">
                    <failure message="100 % left:: over" type="warning">plan/ph #1, 漢:é.md:5:3: warning[leftover-placeholder]: 100 % left:: over</failure>
                </testcase>
                <testcase name="broken-reference (6:7)" classname="plan/ph #1, 漢:é.md">
                    <failure message="`plan/x.md` does not exist" type="error">plan/ph #1, 漢:é.md:6:7: error[broken-reference]: `plan/x.md` does not exist</failure>
                </testcase>
                <testcase name="unknown-to-the-list (5:1)" classname="plan/ph #1, 漢:é.md">
                    <skipped message="from here to the end" type="hint">plan/ph #1, 漢:é.md:5:1: hint[unknown-to-the-list]: from here to the end</skipped>
                </testcase>
            </testsuite>
            <testsuite name="work-notes/phase-1.md" tests="1" skipped="0" errors="0" failures="1">
                <testcase name="premature-complete (5:7)" classname="work-notes/phase-1.md">
                    <failure message="Goals are open" type="error">work-notes/phase-1.md:5:7: error[premature-complete]: Goals are open</failure>
                </testcase>
            </testsuite>
            <testsuite name="prompts/empty.md" tests="1" skipped="0" errors="0" failures="0">
                <testcase name="no findings" classname="prompts/empty.md"/>
            </testsuite>
            <testsuite name="phasemark" tests="1" skipped="0" errors="1" failures="0">
                <testcase name="check" classname="phasemark">
                    <error message="plan/locked.md: Permission denied (os error 13)"/>
                </testcase>
            </testsuite>
        </testsuites>
        "#);
    }

    #[test]
    fn no_artifact_is_no_success() {
        assert!(written(&Report::default()).contains(r#"errors="1""#));
    }

    #[test]
    fn what_xml_forbids_is_removed() {
        let report = samples::finding("plan/<a>&\"b\".md", "x", "x", "]]> \0\u{1b}[31m\u{ffff}\u{b}<b>\tz");
        insta::assert_snapshot!(written(&report), @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="phasemark" tests="1" skipped="0" failures="1" errors="0">
            <testsuite name="plan/&lt;a&gt;&amp;&quot;b&quot;.md" tests="1" skipped="0" errors="0" failures="1">
                <testcase name="sample-rule (1:1)" classname="plan/&lt;a&gt;&amp;&quot;b&quot;.md">
                    <failure message="]]&gt; ␀␛[31m␋&lt;b&gt; z" type="warning">plan/&lt;a&gt;&amp;&quot;b&quot;.md:1:1: warning[sample-rule]: ]]&gt; ␀␛[31m␋&lt;b&gt; z</failure>
                </testcase>
            </testsuite>
        </testsuites>
        "#);
    }
}
