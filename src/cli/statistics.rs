//! `--statistics`: how often each rule speaks.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use super::{
    report::Report,
    terminal::{BOLD, DIM, RESET},
    text,
};
use crate::diagnostic::Severity;

#[derive(Default)]
struct Count {
    findings: usize,
    /// Those that `--fix` repairs.
    safe: usize,
}

/// A line for each rule and severity, the most frequent first, and the summary.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut counts: BTreeMap<(&str, Severity), Count> = BTreeMap::new();
    for (_, found) in report.shown() {
        let count = counts.entry((found.rule, found.severity)).or_default();
        count.findings += 1;
        count.safe += usize::from(found.fixes.iter().any(|fix| fix.safe));
    }
    let mut rows: Vec<_> = counts.into_iter().collect();
    rows.sort_by(|(a, first), (b, second)| second.findings.cmp(&first.findings).then_with(|| b.1.cmp(&a.1)));
    let wide = rows.first().map_or(0, |(_, count)| count.findings.to_string().len());
    for ((rule, severity), Count { findings, safe }) in &rows {
        let fixable = if *safe > 0 { format!("{DIM}  ({safe} with --fix){RESET}") } else { String::new() };
        writeln!(out, "{findings:>wide$}  {:11}  {BOLD}{rule}{RESET}{fixable}", severity.name())?;
    }
    if !rows.is_empty() {
        writeln!(out)?;
    }
    text::write_summary(report, out)
}

#[cfg(test)]
mod tests {
    use anstream::adapter::strip_str;

    use super::*;
    use crate::cli::samples::{self, diagnostic, file};

    #[test]
    fn the_most_frequent_rule_comes_first() {
        let hints = (0..10).map(|at| diagnostic("code-in-plan", Severity::Hint, at..at + 1, "x"));
        let error = diagnostic("broken-reference", Severity::Error, 0..1, "x");
        let mut report = samples::messy();
        report.files.push(file("plan/b.md", "0123456789", hints.chain([error]).collect()));
        let mut out = Vec::new();
        write(&report, &mut out).unwrap();
        insta::assert_snapshot!(strip_str(std::str::from_utf8(&out).unwrap()).to_string(), @"
        10  hint         code-in-plan
         2  error        broken-reference
         1  error        premature-complete
         1  warning      leftover-placeholder
         1  information  missing-section  (1 with --fix)
         1  hint         unknown-to-the-list

        3 artifacts in 1 phase: 1 of 2 done items ticked, 1 open question, 4 references
        3 errors, 1 warning, 1 information, 11 hints; 1 fixable with --fix; 1 path could not be read
        ");
    }
}
