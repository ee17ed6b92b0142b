//! `--format github`: workflow commands, which a job's log turns into annotations.

use std::io::{self, Write};

use super::{
    report::{FileReport, Report},
    terminal::visible,
    text,
};
use crate::diagnostic::{Diagnostic, Severity};

pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for (file, found) in report.shown() {
        write_finding(file, found, out)?;
    }
    for complaint in report.complaints() {
        writeln!(out, "::error title=phasemark::{}", data(&complaint))?;
    }
    // Plain lines are no commands; they only show up in the log.
    text::write_summary(report, out)
}

fn write_finding(file: &FileReport, found: &Diagnostic, out: &mut dyn Write) -> io::Result<()> {
    let command = match found.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Information | Severity::Hint => "notice",
    };
    let path = property(&file.repository_path);
    let place = file.place(&found.range);
    writeln!(
        out,
        "::{command} file={path},line={},endLine={},col={},endColumn={},title={}::{}",
        place.line,
        place.end_line,
        place.column,
        place.end_column,
        property(found.rule),
        data(&found.message),
    )
}

/// Text after the second `::`.
fn data(text: &str) -> String {
    escape(text, &['%', '\r', '\n'])
}

/// The value of a property.
fn property(text: &str) -> String {
    escape(text, &['%', '\r', '\n', ':', ','])
}

fn escape(text: &str, reserved: &[char]) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if reserved.contains(&c) {
            out.push_str(&format!("%{:02X}", u32::from(c)));
        } else {
            // Logs obey colour sequences, too.
            out.push(visible(c));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::samples;

    #[test]
    fn commands_are_escaped() {
        let mut out = Vec::new();
        write(&samples::messy(), &mut out).unwrap();
        insta::assert_snapshot!(String::from_utf8(out).unwrap(), @r#"
        ::notice file=sub dir/plan/ph #1%2C 漢%3Aé.md,line=1,endLine=1,col=3,endColumn=10,title=missing-section::No "Overview"
        ::warning file=sub dir/plan/ph #1%2C 漢%3Aé.md,line=5,endLine=5,col=3,endColumn=11,title=leftover-placeholder::100 %25 left::%0Aover
        ::error file=sub dir/plan/ph #1%2C 漢%3Aé.md,line=6,endLine=6,col=7,endColumn=16,title=broken-reference::`plan/x.md` does not exist
        ::notice file=sub dir/plan/ph #1%2C 漢%3Aé.md,line=5,endLine=7,col=1,endColumn=4,title=unknown-to-the-list::from here to the end
        ::error file=sub dir/work-notes/phase-1.md,line=5,endLine=5,col=7,endColumn=15,title=premature-complete::Goals are open
        ::error title=phasemark::plan/locked.md: Permission denied (os error 13)
        3 artifacts in 1 phase: 1 of 2 done items ticked, 1 open question, 4 references
        2 errors, 1 warning, 1 information, 1 hint; 1 fixable with --fix; 1 path could not be read
        "#);
    }

    #[test]
    fn a_message_cannot_start_a_command_of_its_own() {
        let text = "x\n";
        let report = samples::finding("plan/a.md", text, "x", "y\n::error::\r\n\u{1b}[31m 5%");
        let mut out = Vec::new();
        write(&report, &mut out).unwrap();
        insta::assert_snapshot!(String::from_utf8(out).unwrap(), @"
        ::warning file=plan/a.md,line=1,endLine=1,col=1,endColumn=2,title=sample-rule::y%0A::error::%0D%0A␛[31m 5%25
        1 artifact in 1 phase: 0 done items, 0 open questions, 0 references
        1 warning
        ");
    }
}
