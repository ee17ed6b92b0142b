//! Completions at a sample of cursors.

use std::collections::BTreeSet;

use phasemark::{
    completion::{self, Inside, Request},
    text::Edit,
};

use super::{Case, actions::sample, checks::expect_pure_insertion};

/// Cursors that are tried in one artifact.
const MOST_CURSORS: usize = 60;
/// Items of one list that are tried.
const MOST_ITEMS: usize = 40;

pub fn try_at_cursors(case: &mut Case) {
    let lines = case.document.lines().len();
    for line in sample(lines, MOST_CURSORS / 3) {
        let range = case.document.lines().range(case.text(), line);
        let words = &case.text()[range.clone()];
        let middle = words.char_indices().map(|(at, _)| at).nth(words.chars().count() / 2).unwrap_or_default();
        for offset in BTreeSet::from([range.start, range.start + middle, range.end]) {
            try_at(case, offset);
        }
    }
}

fn try_at(case: &mut Case, offset: usize) {
    let (document, now) = (case.document, case.now);
    let line = document.lines().range(&document.text, document.lines().line(offset));
    let inside = Inside::of(document, offset);
    let (workspace, files) = (case.workspace, case.files);
    let list = completion::complete(&Request { document, workspace, files, offset, inside, now });
    case.count("cursors with completions asked");
    for item in list.items.into_iter().take(MOST_ITEMS) {
        case.count(&format!("completions: {:?}", item.kind));
        let what = format!("completion {:?} at byte {offset}", item.label);
        let is_on_line = line.start <= item.range.start && item.range.end <= line.end;
        let is_around = item.range.start <= offset && offset <= item.range.end;
        case.expect(is_on_line && is_around, || format!("{what}: replaces {:?} of line {line:?}", item.range));
        let is_clear =
            item.also.iter().all(|edit| edit.range.end <= item.range.start || item.range.end <= edit.range.start);
        case.expect(is_clear, || format!("{what}: other edits meet it"));
        expect_pure_insertion(case, &what, &item.also);
        let insert = item.insert.text();
        let has_crlf = document.text.contains("\r\n");
        let bare = insert.matches('\n').count() - insert.matches("\r\n").count();
        case.expect(!has_crlf || bare == 0, || format!("{what}: other line ends"));
        let after = &document.text[offset..item.range.end];
        case.expect(after.trim().is_empty() || !after.contains(char::is_whitespace), || {
            format!("{what}: takes {after:?} away")
        });
        let edit = Edit::replace(item.range.clone(), insert);
        let replaced = &document.text[item.range.clone()];
        case.expect(!(replaced.is_empty() && edit.replacement.is_empty()), || format!("{what}: does nothing"));
    }
}
