//! Takes names, or whole comments, out again.

use std::{cell::OnceCell, ops::Range};

use super::{Comment, Name, Verdict};
use crate::{
    artifact::Document,
    diagnostic::Fix,
    text::{Edit, bom_length, end_of_line, next_line},
};

/// Makes the fixes of one comment.
pub struct Remover<'d> {
    document: &'d Document,
    comment: Comment<'d>,
    /// The first name that is of use.
    first_kept: Option<usize>,
    /// Bytes of the whole comment with what goes along.
    whole: OnceCell<Range<usize>>,
}

impl<'d> Remover<'d> {
    pub fn new(document: &'d Document, comment: Comment<'d>) -> Self {
        let first_kept = comment.names.iter().position(|name| name.verdict == Verdict::Kept);
        Self { document, comment, first_kept, whole: OnceCell::new() }
    }

    pub fn names(&self) -> &[Name<'d>] {
        &self.comment.names
    }

    /// Removes the name `n`; the whole comment if none of its names is of use.
    pub fn remove(&self, n: usize) -> Fix {
        let names = &self.comment.names;
        let Some(first_kept) = self.first_kept else {
            let range = self.whole.get_or_init(|| self.whole_comment());
            return Fix::safe("Remove the comment", vec![Edit::delete(range.clone())]);
        };
        // Fixes of several names are applied together, so no two may take the same blank.
        let range = if n < first_kept {
            names[n].range.start..names[n + 1].range.start
        } else {
            names[n - 1].range.end..names[n].range.end
        };
        Fix::safe(format!("Remove `{}` from the comment", names[n].word), vec![Edit::delete(range)])
    }

    fn whole_comment(&self) -> Range<usize> {
        let mut range = with_line(self.document, &self.comment.suppression.range);
        if range.start == 0 {
            // At the start of the file it would be a byte order mark, which the file does not have.
            let rest = &self.document.text[range.end..];
            range.end += rest.len() - rest.trim_start_matches('\u{feff}').len();
        }
        range
    }
}

/// The text without its comments.
pub fn all(document: &Document) -> String {
    let comments = document.artifact.suppressions.iter();
    let edits: Vec<_> = comments.map(|suppression| Edit::delete(suppression.range.clone())).collect();
    crate::text::apply(&document.text, &edits)
}

/// The comment with its line, if it has one of its own; otherwise with the blanks before it.
fn with_line(document: &Document, comment: &Range<usize>) -> Range<usize> {
    let (text, lines) = (&*document.text, document.lines());
    let line_start = lines.range(text, lines.line(comment.start)).start;
    let line_end = lines.range(text, lines.line(comment.end)).end;
    let (before, after) = (&text[line_start..comment.start], &text[comment.end..line_end]);
    // Elsewhere than at the top it is a character like others.
    let mark = if line_start == 0 { bom_length(text) } else { 0 };
    let is_margin = before[mark.min(before.len())..].chars().all(|c| matches!(c, ' ' | '\t' | '>'));
    if !is_margin {
        return comment.start - (before.len() - before.trim_end().len())..comment.end;
    }
    if !after.trim().is_empty() {
        return comment.start..comment.end + (after.len() - after.trim_start().len());
    }
    let (start, mut end) = (line_start + mark, next_line(text, line_end));
    // Of the blank lines before and after it, one is enough.
    let last_line = text[..start].trim_end_matches(['\n', '\r']);
    let is_after_blank = start == mark || blank_lines(&text[last_line.len()..start]) > 1;
    let next_end = end_of_line(text, end);
    if is_after_blank && end < text.len() && text[end..next_end].trim().is_empty() {
        end = next_line(text, next_end);
    }
    start..end
}

fn blank_lines(line_ends: &str) -> usize {
    line_ends.matches('\n').count().max(line_ends.matches('\r').count())
}
