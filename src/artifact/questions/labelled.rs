//! Questions outside of their sections that a label calls open: `**Open question:** which port?`

use std::ops::Range;

use super::{Reader, is_open, is_ticked, markers};
use crate::{
    artifact::{
        entries::{self, Task},
        sections::{Section, SectionStyle},
    },
    convention::{SectionName, Words},
    markdown::BlockKind,
    text::after_words,
};

/// What an open question is labelled with, in lower case, beginning with one of [`FIRST_LETTERS`]. `Question` alone
/// opens a report's answers, too.
static LABELS: Words = Words::new("questions");
const FIRST_LETTERS: [char; 11] = ['o', 'O', 'u', 'U', 'q', 'Q', 'p', 'P', 'о', 'О', '未'];

impl Reader<'_> {
    /// Adds the labelled questions of paragraphs and items, but for those of log entries that `is_over` says have
    /// newer ones.
    pub(super) fn labelled(&mut self, is_over: impl Fn(&Section) -> bool) {
        let holds_questions = [SectionName::OpenQuestions, SectionName::Decisions];
        let paragraphs = self.markdown.all().filter(|(_, block)| block.kind == BlockKind::Paragraph);
        let known: Vec<Range<usize>> = self.found.iter().map(|question| question.range.clone()).collect();
        let lines = paragraphs.flat_map(|(id, block)| lines(self.text, block.range()).map(move |line| (id, line)));
        for (id, line) in lines {
            let Some(question) = behind_label(&self.text[line.clone()]) else { continue };
            let item = self.markdown.parent(id).and_then(|item| entries::item(self.text, self.markdown, item));
            let item = item.filter(|item| item.range.start <= line.start && line.start <= item.range.start + 4);
            let section = self.sections.at(line.start);
            // A lead-in holds what follows it up to the next one, and that may be about something else.
            let is_read = |around: &Section| {
                around.style != SectionStyle::LeadIn && holds_questions.iter().any(|name| around.is(*name))
            };
            let before = known.partition_point(|known| known.start < line.end);
            let is_known = before > 0 && line.start < known[before - 1].end;
            if is_known || self.sections.around(line.start).any(is_read) || section.is_some_and(&is_over) {
                continue;
            }
            let task = item.as_ref().and_then(|item| item.task.clone()).or_else(|| Task::begins(self.text, &line));
            let own = item.as_ref().map_or(id, |item| item.block);
            let is_settled = task.as_ref().is_some_and(|task| task.ticked || task.dropped)
                || is_ticked(&self.text[line.clone()])
                || self.is_struck(&line)
                || markers::resolution(question, true) == markers::Resolution::Resolved
                || self.resolves(own..self.markdown.next(own));
            if !entries::says_none(question) {
                self.push(line, own, item.and_then(|item| item.task), is_settled);
            }
        }
        self.found.sort_by_key(|question| question.range.start);
    }
}

/// Whether a label is one of a single question, with the question behind it.
pub(super) fn is_one(label: &str, question: &str) -> bool {
    LABELS.contains(label) && question.contains(char::is_alphanumeric) && !entries::says_none(question)
}

/// The lines of a range that may begin with a label, as few do, without the marks of a quote around them.
fn lines(text: &str, range: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let may_begin = |words: &str| {
        let first = words.bytes().find(|byte| !b" \t>*_[]".contains(byte));
        first.is_some_and(|byte| !byte.is_ascii() || FIRST_LETTERS.contains(&char::from(byte)))
    };
    let words = &text[range.clone()];
    let starts = std::iter::once(0).chain(memchr::memchr_iter(b'\n', words.as_bytes()).map(|at| at + 1));
    starts.filter(move |start| may_begin(&words[*start..])).filter_map(move |start| {
        let rest = words[start..].trim_start_matches(['>', ' ', '\t']);
        let (line, start) = (rest.lines().next()?.trim_end(), range.end - rest.len());
        Some(start..start + line.len())
    })
}

/// The words behind a label at the start of a line.
fn behind_label(line: &str) -> Option<&str> {
    let is_markup = |c: char| matches!(c, '*' | '_' | ' ' | '\t' | '>' | '❓' | '\u{fe0f}');
    let words = line.trim_start_matches(is_markup);
    let words = words.strip_prefix("[ ]").unwrap_or(words).trim_start_matches(is_markup);
    if !words.starts_with(FIRST_LETTERS) {
        return None;
    }
    let rest = LABELS.iter().find_map(|label| after_words(words, label, &[]))?.trim_start_matches(['*', '_', ' ']);
    // `Open question (unanswered):`; one `(see PLAN.md)` is asked there.
    let is_asked_here = |remark: &str| is_open(remark) && after_words(remark, "see ", &[]).is_none();
    let remark =
        rest.strip_prefix('(').and_then(|rest| rest.split_once(')')).filter(|(remark, _)| is_asked_here(remark));
    let rest = remark.map_or(rest, |(_, rest)| rest.trim_start_matches(['*', '_', ' ']));
    let question = rest.strip_prefix([':', '：', '—', '–', '-'])?.trim_matches(is_markup);
    question.contains(char::is_alphanumeric).then_some(question)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_label_is_found_in_any_case() {
        for label in LABELS.iter() {
            let mut chars = label.chars();
            let capital: String = chars.next().unwrap().to_uppercase().chain(chars).collect();
            for written in [format!("{label}: x"), format!("> **{capital}:** x"), format!("[ ] {capital} - x")] {
                assert_eq!(behind_label(&written), Some("x"), "{written}");
            }
        }
        for other in [
            "Open questions: x",
            "Open question",
            "Open question: ",
            "Question: x",
            "Order: x",
            "Open question (see `PLAN.md`): x",
        ] {
            assert_eq!(behind_label(other), None, "{other}");
        }
    }
}
