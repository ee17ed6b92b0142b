//! A log entry, the missing sections, all that is safe to fix.

use phasemark::{
    actions::{Change, fix_all::fix_all, log_entry},
    artifact::Document,
    convention::Kind,
    diagnostic::Diagnostic,
    markdown::BlockKind,
    text::{self, Edit},
};

use super::{
    Case,
    checks::{applied, expect_pure_insertion, inserted, lost_lines, new_findings},
};

pub fn try_all(case: &mut Case) {
    let findings = case.findings(case.document);
    if case.document.kind == Kind::WorkNotes {
        try_log_entry(case, &findings);
    }
    try_sections(case, &findings);
    try_fix_all(case, &findings);
}

fn try_log_entry(case: &mut Case, findings: &[Diagnostic]) {
    let change = log_entry::insert(case.document, case.workspace, case.files, case.now, None, &[]);
    let change = match change {
        Ok(insertion) => Change::from(insertion),
        Err(_) if case.document.has_open_end() => return case.count("log entries refused: something never closes"),
        Err(obstacle) => return case.expect(false, || format!("no log entry: {obstacle}")),
    };
    case.count("log entries");
    expect_pure_insertion(case, "log entry", &change.edits);
    let after = applied(case, "log entry", &change.edits);
    case.keep_diff("log", &after);
    let again = case.read(&after);
    let new_text = inserted(&change.edits);
    let is_within = |at: usize| new_text.iter().any(|new| new.contains(&at));
    let (old, new) = (case.document.artifact.work_notes(), again.artifact.work_notes());
    let (Some(old), Some(new)) = (old, new) else { return case.expect(false, || "no work notes".to_owned()) };
    let (n, more) = (old.log.len(), new.log.len());
    case.expect(more == n + 1, || format!("log entry: {n} entries before, {more} after"));
    let newest = new.newest_entry().map(|entry| entry.heading.start);
    case.expect(newest.is_some_and(is_within), || "the new log entry is not the newest".to_owned());
    case.expect(change.cursor.is_some_and(|at| new_text[0].start <= at && at <= new_text[0].end), || {
        "log entry: the cursor is elsewhere".to_owned()
    });
    expect_same_sections(case, "log entry", &again, &new_text);
    let after_findings = case.findings(&again);
    expect_no_new(case, "log entry", findings, &after_findings, &new_text);
    for rule in ["missing-session-log-entry", "malformed-log-entry", "log-order"] {
        let count = |findings: &[Diagnostic]| findings.iter().filter(|finding| finding.rule == rule).count();
        case.expect(count(&after_findings) <= count(findings), || format!("log entry: more of {rule}"));
    }
    case.expect(after_findings.iter().all(|finding| finding.rule != "missing-session-log-entry"), || {
        "log entry: still missing".to_owned()
    });
}

fn try_sections(case: &mut Case, findings: &[Diagnostic]) {
    let missing = |finding: &&Diagnostic| finding.rule.starts_with("missing-section");
    let Some(finding) = findings.iter().find(missing) else {
        case.count("artifacts without missing sections, or with an open end");
        return;
    };
    for fix in &finding.fixes {
        let is_all = fix.title.contains(" all ") || finding.fixes.len() == 1;
        let what = if is_all { "sections" } else { "one section" };
        case.count(what);
        expect_pure_insertion(case, what, fix.edits());
        let after = applied(case, what, fix.edits());
        if is_all {
            case.keep_diff(what, &after);
        }
        let again = case.read(&after);
        let new_text = inserted(fix.edits());
        expect_same_sections(case, &fix.title, &again, &new_text);
        let after_findings = case.findings(&again);
        expect_no_new(case, &fix.title, findings, &after_findings, &new_text);
        let is_left =
            after_findings.iter().any(|left| left.rule == "missing-section" && left.message == finding.message);
        case.expect(!is_left, || format!("{}: as much is missing as before", fix.title));
        let vocabulary = &case.workspace.vocabulary;
        let left = again.artifact.missing_sections(vocabulary);
        let before = case.document.artifact.missing_sections(vocabulary);
        case.expect(if is_all { left.is_empty() } else { left.len() + 1 == before.len() }, || {
            format!("{}: {left:?} are missing", fix.title)
        });
    }
}

fn try_fix_all(case: &mut Case, findings: &[Diagnostic]) {
    let fixed = fix_all(case.workspace, case.document, case.files, findings);
    if fixed.repaired == 0 {
        case.expect(fixed.text == case.text(), || "fix all: repairs nothing, changes something".to_owned());
        return case.count("artifacts without safe fixes");
    }
    case.count("fix all");
    let edits = text::differences(case.text(), &fixed.text);
    let after = applied(case, "fix all", &edits);
    case.keep_diff("fix-all", &after);
    let again = case.read(&after);
    let headings = |document: &Document| {
        let blocks = document.markdown.all().map(|(_, block)| block.kind);
        blocks.filter(|kind| matches!(kind, BlockKind::Heading(_))).count()
    };
    let (before, now) = (headings(case.document), headings(&again));
    case.expect(before == now, || format!("fix all: {before} headings before, {now} after"));
    let left = case.findings(&again);
    let mut workspace = case.workspace.clone();
    workspace.set_open(&again.path, Some(again.facts()));
    let twice = fix_all(&workspace, &again, case.files, &left);
    case.expect(twice.text == after, || "fix all: twice is not once".to_owned());
    let safe: Vec<_> = left.iter().filter(|finding| finding.fixes.iter().any(|fix| fix.safe)).collect();
    case.expect(safe.is_empty(), || format!("fix all: left {:?}", safe[0].message));
    expect_no_new(case, "fix all", findings, &left, &inserted(&edits));
    // Lines that a fix changes are lines of its finding.
    let own = findings.iter().filter(|finding| finding.fixes.iter().any(|fix| fix.safe));
    let replaced: Vec<Edit> = own.flat_map(|finding| finding.fixes[0].edits().to_vec()).collect();
    let replaced = replaced.iter().filter(|edit| !edit.range.is_empty()).count();
    let lost = lost_lines(case.text(), &after);
    case.expect(lost <= replaced, || format!("fix all: {lost} lines are lost, {replaced} fixes replace text"));
}

fn expect_no_new(
    case: &mut Case,
    what: &str,
    before: &[Diagnostic],
    after: &[Diagnostic],
    new_text: &[std::ops::Range<usize>],
) {
    let new: Vec<_> = new_findings(before, after, new_text);
    let is_told = |finding: &&&Diagnostic| {
        // What was counted in the message, was silent while something was missing, or before an entry began the unit.
        !matches!(
            finding.rule,
            "missing-section" | "missing-definition-of-done" | "plan-too-long" | "status-not-stated"
        )
    };
    let told: Vec<_> = new.iter().filter(is_told).map(|finding| (finding.rule, &finding.message)).collect();
    case.expect(told.is_empty(), || format!("{what}: new findings elsewhere: {told:?}"));
}

/// Asserts that what was a section is the same one: its name, its level, the section around it.
fn expect_same_sections(case: &mut Case, what: &str, after: &Document, new_text: &[std::ops::Range<usize>]) {
    type Seen = (String, u8, Option<String>, Option<phasemark::convention::SectionName>);
    fn seen(document: &Document, is_old: &dyn Fn(usize) -> bool) -> Vec<Seen> {
        let all = &document.artifact.sections.all;
        let own = all.iter().filter(|section| is_old(section.heading.start));
        own.map(|section| {
            let around = section.parent.map(|parent| all[parent].normalized.to_string());
            (section.normalized.to_string(), section.level, around, section.name)
        })
        .collect()
    }
    let is_old = |at: usize| !new_text.iter().any(|new| new.contains(&at));
    let (old, new) = (seen(case.document, &|_| true), seen(after, &is_old));
    let first = old.iter().zip(&new).find(|(old, new)| old != new);
    case.expect(old == new, || {
        format!("{what}: sections are read in another way: {first:?} {} {}", old.len(), new.len())
    });
}
