//! What has to hold of every edit, whatever it does.

use std::collections::BTreeMap;

use phasemark::{
    diagnostic::Diagnostic,
    text::{self, Edit},
};

use super::Case;

/// The text with the edits; says what no edit may do.
pub fn applied(case: &mut Case, what: &str, edits: &[Edit]) -> String {
    let before = case.text().to_owned();
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort_by_key(|edit| (edit.range.start, edit.range.end));
    let is_apart = sorted.windows(2).all(|pair| pair[0].range.end <= pair[1].range.start);
    case.expect(is_apart, || format!("{what}: edits overlap: {sorted:?}"));
    let is_char = |at: usize| before.is_char_boundary(at);
    let is_sound = sorted.iter().all(|edit| is_char(edit.range.start) && is_char(edit.range.end));
    case.expect(is_sound, || format!("{what}: edits outside of the text or within a character"));
    if !is_apart || !is_sound {
        return before;
    }
    let after = text::apply(&before, edits);
    case.expect(after != before, || format!("{what}: changes nothing"));
    case.expect(text::bom_length(&after) == text::bom_length(&before), || format!("{what}: byte order mark"));
    let ends = |text: &str| text.ends_with(['\n', '\r']);
    case.expect(ends(&after) == ends(&before), || format!("{what}: line end at the end of the file"));
    case.expect(line_ends(&after).is_subset_of(&line_ends(&before)), || format!("{what}: other line ends"));
    after
}

/// Asserts that nothing is deleted and nothing replaced.
pub fn expect_pure_insertion(case: &mut Case, what: &str, edits: &[Edit]) {
    let replaced: Vec<_> = edits.iter().filter(|edit| !edit.range.is_empty()).cloned().collect();
    case.expect(replaced.is_empty(), || format!("{what}: replaces text: {replaced:?}"));
}

/// Bytes of the text after the edits that are new.
pub fn inserted(edits: &[Edit]) -> Vec<std::ops::Range<usize>> {
    let new = |n: usize| {
        let start = text::offset_after(edits, n, 0);
        start..start + edits[n].replacement.len()
    };
    (0..edits.len()).map(new).collect()
}

struct LineEnds {
    lf: bool,
    crlf: bool,
    cr: bool,
}

impl LineEnds {
    fn is_subset_of(&self, other: &Self) -> bool {
        let has_none = !(other.lf || other.crlf || other.cr);
        has_none && !self.crlf && !self.cr
            || !has_none && (!self.lf || other.lf) && (!self.crlf || other.crlf) && (!self.cr || other.cr)
    }
}

fn line_ends(text: &str) -> LineEnds {
    let crlf = text.matches("\r\n").count();
    LineEnds { lf: text.matches('\n').count() > crlf, crlf: crlf > 0, cr: text.matches('\r').count() > crlf }
}

/// Lines without their ends, with how often they occur.
pub fn line_counts(text: &str) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for line in text.trim_start_matches('\u{feff}').split(['\n', '\r']).filter(|line| !line.trim().is_empty()) {
        *counts.entry(line).or_default() += 1;
    }
    counts
}

/// How many lines of `before` are no longer there.
pub fn lost_lines(before: &str, after: &str) -> usize {
    let after = line_counts(after);
    let lost = |(line, n): (&str, usize)| n.saturating_sub(after.get(line).copied().unwrap_or_default());
    line_counts(before).into_iter().map(lost).sum()
}

/// The findings of `after` that `before` has not, but for those at the new text.
pub fn new_findings<'d>(
    before: &[Diagnostic],
    after: &'d [Diagnostic],
    new_text: &[std::ops::Range<usize>],
) -> Vec<&'d Diagnostic> {
    let mut known: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for finding in before {
        *known.entry((finding.rule, &finding.message)).or_default() += 1;
    }
    let is_new = |finding: &&'d Diagnostic| {
        let left = known.entry((finding.rule, &finding.message)).or_default();
        let is_known = *left > 0;
        *left = left.saturating_sub(1);
        let is_at_new = new_text.iter().any(|new| new.start <= finding.range.start && finding.range.start <= new.end);
        !is_known && !is_at_new
    };
    after.iter().filter(is_new).collect()
}
