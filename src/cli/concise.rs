//! `--format concise`: a line for each finding, as compilers write them and editors read them.

use std::io::{self, Write};

use super::{report::Report, terminal::one_line};

pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for (file, found) in report.shown() {
        let (path, place) = (one_line(&report.from_here.path(&file.path)), file.place(&found.range));
        let (line, column, message) = (place.line, place.column, one_line(&found.message));
        writeln!(out, "{path}:{line}:{column}: {}[{}] {message}", found.severity, found.rule)?;
    }
    Ok(())
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
    fn a_finding_is_a_line() {
        insta::assert_snapshot!(written(&samples::messy()), @r#"
        plan/ph #1, 漢:é.md:1:3: information[missing-section] No "Overview"
        plan/ph #1, 漢:é.md:5:3: warning[leftover-placeholder] 100 % left:: over
        plan/ph #1, 漢:é.md:6:7: error[broken-reference] `plan/x.md` does not exist
        plan/ph #1, 漢:é.md:5:1: hint[unknown-to-the-list] from here to the end
        work-notes/phase-1.md:5:7: error[premature-complete] Goals are open
        "#);
    }

    #[test]
    fn nothing_that_a_terminal_obeys_gets_through() {
        let report = samples::finding("plan/\u{1b}[1m\n.md", "x", "x", "a\u{9b}2J\r\nb");
        assert_eq!(written(&report), "plan/␛[1m .md:1:1: warning[sample-rule] a\u{fffd}2J b\n");
    }
}
