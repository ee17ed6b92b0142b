//! Every other action that is offered at a sample of cursors.

use std::collections::{BTreeMap, BTreeSet};

use phasemark::{
    actions::{self, Action, ActionKind, Change, Context},
    artifact::Document,
    diagnostic::{Diagnostic, Severity},
    text::Edit,
};

use super::{
    Case,
    checks::{applied, expect_pure_insertion, line_counts, lost_lines},
};

/// Lines, and findings, that are tried in one artifact.
const MOST_CURSORS: usize = 150;
/// Changes of one title, names in it aside, that are tried in one artifact.
const MOST_OF_A_TITLE: usize = 6;

/// At most `most` of the numbers below `count`, spread evenly.
pub fn sample(count: usize, most: usize) -> impl Iterator<Item = usize> {
    (0..count).step_by(count.div_ceil(most).max(1))
}

pub fn try_at_cursors(case: &mut Case) {
    let diagnostics = case.findings(case.document);
    for finding in &diagnostics {
        for fix in &finding.fixes {
            case.count_title(format!("{}: {}", finding.rule, shape(&fix.title)));
        }
    }
    let mut tried: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for offset in cursors(case, &diagnostics) {
        let context = Context {
            document: case.document,
            workspace: case.workspace,
            files: case.files,
            diagnostics: &diagnostics,
            selection: offset..offset,
            asked: Vec::new(),
            now: case.now,
        };
        case.count("cursors with actions asked");
        for action in actions::list(&context, &|_| true, false) {
            let shape = shape(&action.title);
            let known = tried.entry(shape.clone()).or_default();
            if known.len() >= MOST_OF_A_TITLE || action.kind == ActionKind::FixAll {
                continue;
            }
            let change = actions::resolve(&context, action.kind, &action.title);
            if !known.insert(format!("{change:?}")) {
                continue;
            }
            case.count(&format!("action: {shape}"));
            if action.kind != ActionKind::QuickFix {
                case.count_title(format!("(refactoring): {shape}"));
            }
            match change {
                Some(change) => try_one(case, offset, &action, &change, &diagnostics),
                // A costly one may find out that it cannot.
                None => case.count(&format!("taken back: {shape}")),
            }
        }
    }
}

/// Where lines and findings begin.
fn cursors(case: &Case, diagnostics: &[Diagnostic]) -> BTreeSet<usize> {
    let lines = case.document.lines();
    let of_lines = sample(lines.len(), MOST_CURSORS).map(|line| lines.range(case.text(), line).start);
    let of_findings = sample(diagnostics.len(), MOST_CURSORS).map(|n| diagnostics[n].range.start);
    of_lines.chain(of_findings).collect()
}

/// A title without the names in it.
fn shape(title: &str) -> String {
    let mut parts = title.split('`');
    let first = parts.next().unwrap_or_default().to_owned();
    let whole = parts.enumerate().fold(first, |shape, (n, part)| shape + if n % 2 == 0 { "`…`" } else { part });
    whole.replace(|c: char| c.is_ascii_digit(), "N")
}

/// What was asked, at which place.
struct Tried<'a> {
    title: &'a str,
    what: String,
    /// The lines of the cursor's block, from the outermost list item around it.
    line: std::ops::Range<usize>,
    edits: &'a [Edit],
}

fn try_one(case: &mut Case, offset: usize, action: &Action, change: &Change, diagnostics: &[Diagnostic]) {
    let line = case.document.lines().line(offset);
    let what = format!("{} at line {}", action.title, line + 1);
    let has_files = !change.new_files.is_empty();
    case.expect(has_files == change.edits.is_empty(), || format!("{what}: edits and files, or neither"));
    for file in &change.new_files {
        let is_there = case.files_has(&file.path);
        case.expect(!is_there, || format!("{what}: {} is there", file.path));
    }
    if change.edits.is_empty() {
        return;
    }
    let after = applied(case, &what, &change.edits);
    case.expect(change.cursor.is_none_or(|at| after.is_char_boundary(at)), || format!("{what}: the cursor is nowhere"));
    let again = case.read(&after);
    let line = case.document.lines().range(case.text(), line);
    let tried = Tried { title: &action.title, what, line, edits: &change.edits };
    expect_what_it_says(case, &tried, &again);
    if !action.repairs.is_empty() {
        // A question is answered once words stand at the cursor.
        let blank = change.cursor.filter(|_| action.title == "Answer the question");
        let filled = blank.map(|at| case.read(&format!("{} yes{}", &after[..at], &after[at..])));
        expect_repaired(case, &tried, action, diagnostics, filled.as_ref().unwrap_or(&again));
    }
}

/// Asserts that the action does what its title says, and nothing to other lines.
fn expect_what_it_says(case: &mut Case, tried: &Tried, again: &Document) {
    let Tried { title, what, edits, .. } = tried;
    let (before, after) = (case.text().to_owned(), again.text.to_string());
    let lost = lost_lines(&before, &after);
    let open = |document: &Document| document.facts().open_questions.len();
    let (open_before, open_after) = (open(case.document), open(again));
    if title.starts_with("Insert") || title.starts_with("Add") || title.starts_with("Note") {
        let is_template = title.ends_with("template");
        if !is_template {
            // `Label:` and a placeholder may be filled on their line.
            case.expect(lost <= 1, || format!("{what}: {lost} lines are lost"));
        }
        if title.contains("section") || title.contains("entry") && !title.contains("reference") {
            expect_pure_insertion(case, what, edits);
        }
    } else if title.starts_with("Ignore") {
        expect_pure_insertion(case, what, edits);
    } else if title.starts_with("Tick") || title.starts_with("Untick") {
        let is_box = |edit: &Edit| ["[ ]", "[x]", "[X]", "☐", "☑"].contains(&&before[edit.range.clone()]);
        case.expect(edits.len() == 1 && edits.iter().all(is_box), || format!("{what}: {edits:?}"));
    } else if title.starts_with("Sort") {
        case.expect(line_counts(&before) == line_counts(&after), || format!("{what}: lines are lost"));
    } else if title.starts_with("Mark the question") {
        case.expect(open_after < open_before, || format!("{what}: {open_before} open before, {open_after} after"));
        case.expect(lost <= 1, || format!("{what}: {lost} lines are lost"));
    } else if title.starts_with("Reopen the question") {
        case.expect(open_after > open_before, || format!("{what}: {open_before} open before, {open_after} after"));
    } else if title.starts_with("Move the question") {
        case.expect(open_after < open_before, || format!("{what}: {open_before} open before, {open_after} after"));
        expect_near(case, tried);
    } else if title.starts_with("Set the status") {
        let status = title.split('`').nth(1).unwrap_or_default();
        let found = again.artifact.notes.status().map(|status| status.to_string());
        case.expect(found.as_deref() == Some(status), || format!("{what}: the status is {found:?}"));
        case.expect(lost <= 4, || format!("{what}: {lost} lines are lost"));
    } else if title.starts_with("Turn") {
        expect_near(case, tried);
    } else {
        case.expect(lost <= 4, || format!("{what}: {lost} lines are lost"));
    }
}

/// Asserts that what is taken away is one stretch of text at the cursor.
fn expect_near(case: &mut Case, tried: &Tried) {
    let removed: Vec<_> = tried.edits.iter().filter(|edit| !edit.range.is_empty()).collect();
    let is_near = |edit: &&Edit| edit.range.start <= tried.line.end && tried.line.start <= edit.range.end;
    let (count, near) = (removed.len(), removed.iter().filter(|edit| is_near(edit)).count());
    case.expect(near >= 1 && count <= 2, || format!("{}: removes {removed:?}", tried.what));
}

/// Asserts that the findings it repairs are gone, and others do not come.
fn expect_repaired(case: &mut Case, tried: &Tried, action: &Action, diagnostics: &[Diagnostic], again: &Document) {
    let after = case.findings(again);
    for n in &action.repairs {
        let finding = &diagnostics[*n];
        let count = |all: &[Diagnostic]| {
            all.iter().filter(|other| other.rule == finding.rule && other.message == finding.message).count()
        };
        // What a repair uncovers, such as the next fence that never closes, stands elsewhere.
        let earlier = tried.edits.iter().filter(|edit| edit.range.end <= finding.range.start);
        let start = earlier.fold(finding.range.start as isize, |start, edit| {
            start + edit.replacement.len() as isize - edit.range.len() as isize
        });
        let is_there = |other: &Diagnostic| other.rule == finding.rule && other.range.start as isize == start;
        let is_gone = count(&after) < count(diagnostics) || !after.iter().any(is_there);
        let is_limited = diagnostics.len() >= phasemark::diagnostic::MOST_FINDINGS;
        case.expect(is_gone || is_limited, || {
            format!("{}: does not repair {}: {}", tried.what, finding.rule, finding.message)
        });
    }
    let new_text = super::checks::inserted(tried.edits);
    let new: Vec<_> = super::checks::new_findings(diagnostics, &after, &new_text);
    let errors = |all: &[Diagnostic]| all.iter().filter(|finding| finding.severity == Severity::Error).count();
    let (errors_before, errors_after) = (errors(diagnostics), errors(&after));
    // What a block of code hid is read once it is closed.
    let uncovers = action.repairs.iter().any(|n| diagnostics[*n].rule == "unclosed-fence");
    case.expect(errors_after <= errors_before || uncovers, || {
        format!("{}: {errors_before} errors before, {errors_after} after", tried.what)
    });
    let unwelcome = ["unused-suppression", "unknown-rule", "unclosed-fence", "log-order", "malformed-log-entry"];
    let new: Vec<_> = new.iter().filter(|finding| unwelcome.contains(&finding.rule)).collect();
    case.expect(new.is_empty(), || format!("{}: new findings {new:?}", tried.what));
}

impl Case<'_> {
    fn files_has(&self, path: &str) -> bool {
        use phasemark::workspace::Files;
        self.files.kind(path).is_some()
    }
}
