//! `--format text`: findings with the lines that they are about, for people.

use std::{
    io::{self, Write},
    ops::Range,
};

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::{
    excerpt::Excerpt,
    report::{ByPath, Counts, FileReport, Report},
    terminal::{harmless, one_line},
};
use crate::{
    diagnostic::{Diagnostic, Fix, Related, Severity},
    disk::pool,
    text::words::counted,
};

/// Columns; the renderer cuts lines so that the marked text fits.
const WIDTH: usize = 120;

/// Findings that are rendered before they are written.
const AT_ONCE: usize = 2000;

pub fn write(report: &Report, styled: bool, out: &mut dyn Write) -> io::Result<()> {
    let renderer = if styled { Renderer::styled() } else { Renderer::plain() }.term_width(WIDTH);
    let files = report.by_path();
    let shown: Vec<_> = report.shown().collect();
    for some in shown.chunks(AT_ONCE) {
        let rendered =
            pool::on_all_processors(some.to_vec(), |(file, found)| renderer.render(&groups(file, found, &files)));
        rendered.iter().try_for_each(|finding| writeln!(out, "{finding}\n"))?;
    }
    write_summary(report, out)
}

/// What was recognised and how much was found, in two lines.
pub fn write_summary(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let summary = report.summary;
    // What to do instead is said on standard error.
    if report.failures.is_empty() && report.found_nothing() {
        return Ok(());
    }
    let done_items = match counted(summary.done_items, "done item", "done items") {
        none if summary.done_items == 0 => none,
        items => format!("{} of {items} ticked", summary.done_ticked),
    };
    writeln!(
        out,
        "{} in {}: {}, {}, {}",
        counted(summary.artifacts, "artifact", "artifacts"),
        counted(report.units.len(), "phase", "phases"),
        done_items,
        counted(summary.open_questions, "open question", "open questions"),
        counted(summary.references, "reference", "references"),
    )?;
    let counts = report.counts();
    let mut line = found(&counts, report.least_shown);
    for (number, way) in [(counts.safe, "with --fix"), (counts.fixable - counts.safe, "in an editor")] {
        if number > 0 {
            line.push_str(&format!("; {number} fixable {way}"));
        }
    }
    if !report.failures.is_empty() {
        line.push_str(&format!("; {} could not be read", counted(report.failures.len(), "path", "paths")));
    }
    writeln!(out, "{line}")?;
    hidden(report).iter().try_for_each(|line| writeln!(out, "{line}"))?;
    report.about_known().iter().try_for_each(|line| writeln!(out, "{line}"))
}

/// How many findings are not listed, if any, and how to see them.
pub fn hidden(report: &Report) -> Option<String> {
    let hidden = report.findings().count() - report.shown().count();
    let least = report.least_shown.filter(|_| hidden > 0)?;
    Some(format!("{hidden} more below {least}; --show hint"))
}

/// How many findings of each severity there are, as far as they are listed.
pub fn found(counts: &Counts, least: Option<Severity>) -> String {
    let found: Vec<String> = [
        (Severity::Error, counts.errors, "errors"),
        (Severity::Warning, counts.warnings, "warnings"),
        (Severity::Information, counts.information, "information"),
        (Severity::Hint, counts.hints, "hints"),
    ]
    .into_iter()
    .filter(|(severity, number, _)| *number > 0 && least.is_none_or(|least| *severity >= least))
    .map(|(severity, number, many)| counted(number, severity.name(), many))
    .collect();
    match least {
        _ if !found.is_empty() => found.join(", "),
        Some(least) if counts.total() > 0 => format!("nothing at or above {least}"),
        _ => "no findings".to_owned(),
    }
}

/// The finding itself, then each place that it is also about.
fn groups<'a>(file: &FileReport, found: &'a Diagnostic, files: &ByPath<'_>) -> Vec<Group<'a>> {
    let title = level(found.severity).primary_title(one_line(&found.message)).id(found.rule);
    let mut main = place(Group::with_title(title), file, &found.range, files);
    for help in help(&found.fixes) {
        main = main.element(Level::HELP.message(help));
    }
    let mut groups = vec![main];
    groups.extend(found.related.iter().map(|related| note(file, related, files)));
    groups
}

fn note<'a>(from: &FileReport, related: &Related, files: &ByPath<'_>) -> Group<'a> {
    let title = Group::with_title(Level::NOTE.secondary_title(one_line(&related.message)));
    match files.related(from, related) {
        Some(file) => place(title, file, &related.range, files),
        None => {
            let path = files.from_here.path(&format!("{}{}", from.root, related.path));
            title.element(Origin::path(harmless(&path)))
        }
    }
}

/// Adds where a range is and what stands there.
fn place<'a>(group: Group<'a>, file: &FileReport, range: &Range<usize>, files: &ByPath<'_>) -> Group<'a> {
    let (place, excerpt) = (file.place(range), Excerpt::new(file, range));
    let path = harmless(&files.from_here.path(&file.path));
    let marked = AnnotationKind::Primary.span(excerpt.marked);
    let snippet = Snippet::source(excerpt.source).line_start(place.line).annotation(marked);
    if excerpt.beheaded {
        let origin = Origin::path(path).line(place.line).char_column(place.column);
        group.element(origin).element(snippet)
    } else {
        group.element(snippet.path(path))
    }
}

/// More fixes than these are only counted.
const MOST_FIXES: usize = 4;

/// What may be done, in the order of an editor's menu.
fn help(fixes: &[Fix]) -> Vec<String> {
    let title = |fix: &Fix| one_line(&fix.title) + if fix.safe { " (--fix)" } else { "" };
    let mut lines: Vec<String> = fixes.iter().take(MOST_FIXES).map(title).collect();
    let more = fixes.len() - lines.len();
    if more > 0 {
        lines.push(format!("{more} more in an editor or with --format json"));
    }
    lines
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Information => Level::INFO.with_name(severity.name()),
        Severity::Hint => Level::NOTE.with_name(severity.name()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{
        report::Summary,
        samples::{self, diagnostic, file, finding, report},
    };

    fn written(report: &Report) -> String {
        let mut out = Vec::new();
        write(report, false, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn one_of_everything() {
        insta::assert_snapshot!(written(&samples::messy()), @r#"
        information[missing-section]: No "Overview"
         --> plan/ph #1, 漢:é.md:1:3
          |
        1 | # 😀 Phase 1: Plan
          |   ^^^^^^^^
          |
          = help: Insert the heading "Overview" (--fix)
          = help: Insert all

        warning[leftover-placeholder]: 100 % left:: over
         --> plan/ph #1, 漢:é.md:5:3
          |
        5 | - <Goal 1>    tab
          |   ^^^^^^^^

        error[broken-reference]: `plan/x.md` does not exist
         --> plan/ph #1, 漢:é.md:6:7
          |
        6 | - 漢字 `plan/x.md`
          |         ^^^^^^^^^

        hint[unknown-to-the-list]: from here to the end
         --> plan/ph #1, 漢:é.md:5:1
          |
        5 | / - <Goal 1>    tab
        6 | | - 漢字 `plan/x.md`
        7 | | end
          | |___^

        error[premature-complete]: Goals are open
         --> work-notes/phase-1.md:5:7
          |
        5 | - [x] Complete
          |       ^^^^^^^^
          |
        note: the goals
         --> plan/ph #1, 漢:é.md:3:1
          |
        3 | ## Goals
          | ^^^^^^^^
        note: not checked itself
         --> src/lib.rs

        3 artifacts in 1 phase: 1 of 2 done items ticked, 1 open question, 4 references
        2 errors, 1 warning, 1 information, 1 hint; 1 fixable with --fix; 1 path could not be read
        "#);
    }

    #[test]
    fn wide_characters_and_tabs_keep_the_mark_in_place() {
        insta::assert_snapshot!(written(&finding("plan/a.md", "😀\t漢字👩‍💻 `x/y.md` é", "x/y.md", "after")), @"
        warning[sample-rule]: after
         --> plan/a.md:1:10
          |
        1 | 😀    漢字👩💻 `x/y.md` é
          |                 ^^^^^^

        1 artifact in 1 phase: 0 done items, 0 open questions, 0 references
        1 warning
        ");
        insta::assert_snapshot!(written(&finding("plan/a.md", "a 漢字 b", "漢字", "on")), @"
        warning[sample-rule]: on
         --> plan/a.md:1:3
          |
        1 | a 漢字 b
          |   ^^^^

        1 artifact in 1 phase: 0 done items, 0 open questions, 0 references
        1 warning
        ");
    }

    #[test]
    fn the_end_of_the_file_can_be_marked() {
        let end = diagnostic("unclosed-fence", Severity::Warning, 7..7, "never closes");
        insta::assert_snapshot!(written(&report(vec![file("plan/a.md", "```\nrun", vec![end])])), @"
        warning[unclosed-fence]: never closes
         --> plan/a.md:2:4
          |
        2 | run
          |    ^

        1 artifact in 1 phase: 0 done items, 0 open questions, 0 references
        1 warning
        ");
        let empty = diagnostic("empty-artifact", Severity::Warning, 0..0, "empty");
        insta::assert_snapshot!(written(&report(vec![file("plan/a.md", "", vec![empty])])), @"
        warning[empty-artifact]: empty
         --> plan/a.md:1:1
          |
        1 |
          | ^

        1 artifact in 1 phase: 0 done items, 0 open questions, 0 references
        1 warning
        ");
    }

    #[test]
    fn long_ranges_are_folded() {
        let text = "```sh\r\n".to_owned() + &"cargo test\r\n".repeat(40) + "```\r\n";
        insta::assert_snapshot!(written(&finding("plan/a.md", &text, &text, "40 lines")), @"
        warning[sample-rule]: 40 lines
          --> plan/a.md:1:1
           |
         1 | / ```sh
         2 | | cargo test
         3 | | cargo test
         4 | | cargo test
        ...  |
        41 | | cargo test
        42 | | ```
           | |___^

        1 artifact in 1 phase: 0 done items, 0 open questions, 0 references
        1 warning
        ");
    }

    #[test]
    fn overlapping_ranges_stand_apart() {
        let outer = diagnostic("outer", Severity::Hint, 0..9, "outer");
        let inner = diagnostic("inner", Severity::Hint, 4..14, "inner");
        insta::assert_snapshot!(written(&report(vec![file("plan/a.md", "one two three\nfour", vec![outer, inner])])), @"
        hint[outer]: outer
         --> plan/a.md:1:1
          |
        1 | one two three
          | ^^^^^^^^^

        hint[inner]: inner
         --> plan/a.md:1:5
          |
        1 | one two three
          |     ^^^^^^^^^

        1 artifact in 1 phase: 0 done items, 0 open questions, 0 references
        2 hints
        ");
    }

    #[test]
    fn long_lines_keep_the_true_column() {
        let text = format!("{}MARK {}", "lorem ipsum ".repeat(40), "dolor ".repeat(4_000));
        insta::assert_snapshot!(written(&finding("plan/a.md", &text, "MARK", "out")), @"
        warning[sample-rule]: out
         --> plan/a.md:1:481
          |
        1 | ...psum lorem ipsum lorem ipsum lorem ipsum lorem ipsum MARK dolor dolor dolor dolor dolor dolor dolor dolor dolo...
          |                                                         ^^^^

        1 artifact in 1 phase: 0 done items, 0 open questions, 0 references
        1 warning
        ");
        let text = format!("{}MARK {}", "lorem ipsum ".repeat(4_000), "dolor ".repeat(4_000));
        insta::assert_snapshot!(written(&finding("plan/a.md", &text, "MARK", "far out")), @"
        warning[sample-rule]: far out
         --> plan/a.md:1:48001
          |
         ::: 
        1 | …psum lorem ipsum lorem ipsum lorem ipsum MARK dolor dolor dolor dolor dolor dolor dolor dolor dolor dolor dolor ...
          |                                           ^^^^

        1 artifact in 1 phase: 0 done items, 0 open questions, 0 references
        1 warning
        ");
    }

    #[test]
    fn long_lines_of_wide_characters_keep_the_true_column() {
        let text = format!("{}MARK漢字{}", "漢字😀é ".repeat(40), "漢字".repeat(4_000));
        insta::assert_snapshot!(written(&finding("plan/a.md", &text, "MARK漢字", "out")), @"
        warning[sample-rule]: out
         --> plan/a.md:1:201
          |
        1 | ... é 漢字😀é 漢字😀é 漢字😀é 漢字😀é 漢字😀é 漢字😀é MARK漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢...
          |                                                       ^^^^^^^^

        1 artifact in 1 phase: 0 done items, 0 open questions, 0 references
        1 warning
        ");
        let text = format!("- {}", "漢字".repeat(4_000));
        insta::assert_snapshot!(written(&finding("plan/a.md", &text, &text, "all of it")), @"
        warning[sample-rule]: all of it
         --> plan/a.md:1:1
          |
        1 | - 漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢…
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

        1 artifact in 1 phase: 0 done items, 0 open questions, 0 references
        1 warning
        ");
    }

    #[test]
    fn nothing_that_a_terminal_obeys_gets_through() {
        let text = "a\u{1b}[31mred\u{7} \u{9b}2J \u{202e}x";
        let mut report = finding("plan/\u{1b}]0;title\u{7}\n.md", text, "red", "say \u{1b}[2J\u{202e}");
        report.files[0].diagnostics[0].related =
            vec![Related { path: "\u{1b}[1m".into(), range: 0..0, message: "\u{1b}[1m\r\nx".into() }];
        report.files[0].diagnostics[0].fixes = vec![Fix::new("do \u{1b}[1m", vec![])];
        let text = written(&report);
        assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
        insta::assert_snapshot!(text, @"
        warning[sample-rule]: say ␛[2J�
         --> plan/␛]0;title␇␊.md:1:7
          |
        1 | a␛[31mred␇ �2J �x
          |       ^^^
          |
          = help: do ␛[1m
        note: ␛[1m x
         --> ␛[1m

        1 artifact in 1 phase: 0 done items, 0 open questions, 0 references
        1 warning; 1 fixable in an editor
        ");
    }

    #[test]
    fn colours_only_where_asked() {
        let mut out = Vec::new();
        write(&finding("plan/a.md", "x\n", "x", "found"), true, &mut out).unwrap();
        assert!(String::from_utf8(out).unwrap().contains("\u{1b}["));
    }

    #[test]
    fn what_is_not_listed_is_counted() {
        let least = |least| Report { least_shown: Some(least), ..samples::messy() };
        assert!(written(&least(Severity::Error)).ends_with(
            "\n2 errors; 1 fixable with --fix; 1 path could not be read\n3 more below error; --show hint\n"
        ));
        let hint = diagnostic("r", Severity::Hint, 0..1, "x");
        let mut report = report(vec![file("plan/a.md", "x", vec![hint])]);
        report.least_shown = Some(Severity::Warning);
        assert!(
            written(&report).ends_with("\nnothing at or above warning\n1 more below warning; --show hint\n"),
            "{}",
            written(&report)
        );
    }

    #[test]
    fn numbers_agree_with_their_nouns() {
        let summary = Summary { artifacts: 3, done_items: 2, done_ticked: 1, open_questions: 1, references: 4 };
        let mut report = Report { summary, units: vec![samples::unit()], ..Report::default() };
        insta::assert_snapshot!(written(&report), @"
        3 artifacts in 1 phase: 1 of 2 done items ticked, 1 open question, 4 references
        no findings
        ");
        (report.summary, report.units) = (Summary::default(), Vec::new());
        report.changed_since = Some("main".to_owned());
        insta::assert_snapshot!(written(&report), @"
        0 artifacts in 0 phases: 0 done items, 0 open questions, 0 references
        no findings
        ");
    }

    #[test]
    fn no_artifact_at_all_is_no_run_without_findings() {
        assert_eq!(written(&Report::default()), "");
    }
}
