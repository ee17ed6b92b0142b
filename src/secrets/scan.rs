//! Finds credentials by their shape, at about the speed of reading.
//!
//! Every shape has its anchor in a long run of characters without a space, or in the one before it.
//! Prose has few of those: only they are searched.

use std::{ops::Range, sync::LazyLock};

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use super::{Secret, examples, private_key, shapes::SHAPES};

/// No secret's run is shorter than `SecretAccessKey:`.
const SHORTEST_RUN: usize = 16;

/// As far as a value may stand from its name.
const LONGEST_ASSIGNMENT: usize = 16;

static ANCHORS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let anchors = SHAPES.iter().map(|shape| shape.anchor);
    AhoCorasick::builder().kind(Some(AhoCorasickKind::DFA)).build(anchors).expect("anchors are short and few")
});

/// Every credential of `text`, in order, without overlap.
pub fn secrets(text: &str) -> Vec<Secret> {
    let mut found = Vec::new();
    let mut last = 0..0;
    for run in runs(text.as_bytes()) {
        // Random text of this length nearly always has a digit; most paths and compound words have none.
        let bytes = &text.as_bytes()[run.clone()];
        if bytes.iter().any(u8::is_ascii_digit) || changes_case(bytes) {
            let is_value = run.start - last.end <= LONGEST_ASSIGNMENT;
            search(text, if is_value { last.start..run.end } else { run.clone() }, &mut found);
        }
        last = run;
    }
    found.append(&mut private_key::find(text));
    without_overlap(found)
}

/// Whether letters change their case as often as chance makes them, behind a prefix such as `hf_`: the tokens of
/// Hugging Face have no digit, others may have none.
fn changes_case(run: &[u8]) -> bool {
    let Some(prefix) = run.iter().position(|byte| matches!(byte, b'_' | b'-')) else { return false };
    let body = &run[prefix..];
    if body.len() < SHORTEST_RUN {
        return false;
    }
    let (mut changes, mut in_a_row) = (0, 0);
    for pair in body.windows(2).filter(|pair| pair[1].is_ascii_uppercase()) {
        changes += usize::from(pair[0].is_ascii_lowercase());
        in_a_row += usize::from(pair[0].is_ascii_uppercase());
    }
    // `CamelCaseNames` have no two capitals in a row.
    changes * 8 >= body.len() && (in_a_row >= 2 || changes * 3 >= body.len())
}

/// Long runs of ASCII without white space.
fn runs(bytes: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    std::iter::from_fn(move || {
        while let Some(window) = bytes.get(start..start + SHORTEST_RUN) {
            if let Some(last) = last_gap(window) {
                start += last + 1;
                continue;
            }
            let end = start + SHORTEST_RUN;
            let end = (end..bytes.len()).find(|at| !bytes[*at].is_ascii_graphic()).unwrap_or(bytes.len());
            return Some(std::mem::replace(&mut start, end + 1)..end);
        }
        None
    })
}

/// The last byte of the window that no run has. From its end, a run that is too short shows itself
/// soonest; eight bytes at once, since branches on each are what takes time here.
fn last_gap(window: &[u8]) -> Option<usize> {
    let (low, high) = window.split_at(8);
    let last = |word: &[u8]| {
        let word = u64::from_le_bytes(word.try_into().expect("half a window"));
        // The high bit of each byte that is above the space, and ASCII.
        let in_run = ((word & LOW_BITS) + ABOVE_SPACE) & !word;
        let gaps = !in_run & !LOW_BITS;
        (gaps != 0).then(|| 7 - gaps.leading_zeros() as usize / 8)
    };
    last(high).map(|at| at + 8).or_else(|| last(low))
}

const LOW_BITS: u64 = 0x7f7f_7f7f_7f7f_7f7f;
/// Added to a byte above the space, sets its high bit.
const ABOVE_SPACE: u64 = 0x5f5f_5f5f_5f5f_5f5f;

fn search(text: &str, run: Range<usize>, found: &mut Vec<Secret>) {
    let mut seen = 0..0;
    for anchor in ANCHORS.find_overlapping_iter(&text[run.clone()]) {
        let (shape, at) = (&SHAPES[anchor.pattern()], run.start + anchor.start());
        // What stands inside something that had a shape is part of it.
        if at > seen.start && at < seen.end {
            continue;
        }
        let Some(range) = shape.matches(text, at) else { continue };
        seen = range.clone();
        let shown = if range.start == at { shape.anchor.len() } else { 0 };
        let token = &text[range.clone()];
        let is_random = token.bytes().any(|b| b.is_ascii_digit())
            || shape.anchor.ends_with(['_', '-']) && changes_case(token.as_bytes());
        if is_random && !examples::is_example(token, &token[shown..]) {
            let (name, variable) = (shape.name, shape.variable.to_owned());
            found.push(Secret { range, name, shown, variable });
        }
    }
}

/// Of those that overlap, the first; of those that begin together, the longest.
pub fn without_overlap(mut found: Vec<Secret>) -> Vec<Secret> {
    found.sort_by_key(|secret| (secret.range.start, usize::MAX - secret.range.end));
    let mut end = 0;
    found.retain(|secret| {
        let is_free = secret.range.start >= end;
        end = if is_free { secret.range.end } else { end };
        is_free
    });
    found
}
