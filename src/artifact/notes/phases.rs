//! What a file says of phases that have files of their own: a roadmap, a table of progress.

use std::{collections::HashMap, ops::Range};

use super::{
    Reader, Status, StatusMark,
    status::{EMPTY_BOXES, FULL_BOXES, is_status_label, status_value},
};
use crate::{
    artifact::{
        entries, paths, phase_id,
        sections::{Section, SectionStyle, Sections},
    },
    convention::{SectionName, normalize_heading},
    markdown::{BlockId, BlockKind, InlineKind, Markdown},
    text::lines_in,
};

/// Where another phase stands, as an overview has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatedPhase {
    pub phase: Phase,
    pub status: Status,
    /// Its words, or the name of what a mark means.
    pub words: Box<str>,
    /// Bytes of the words, or of the mark.
    pub range: Range<usize>,
}

/// How an overview names a phase.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// By a link to its file; relative to the root.
    File(Box<str>),
    /// By its id: `2a`.
    Id(Box<str>),
    /// By the code that the name of its file begins with, in lower case: `p-008` of `P-008-one-shot.md`.
    Code(Box<str>),
}

impl Phase {
    /// Its id; `None` for a file without one, and for a code.
    pub fn id(&self) -> Option<String> {
        match self {
            Self::File(path) => phase_id(path.rsplit('/').next().unwrap_or(path)),
            Self::Id(id) => Some(id.to_string()),
            Self::Code(_) => None,
        }
    }
}

/// What the file at `path` says of other phases, in rows below `Status`, in headings and items that begin with
/// `Phase 2`; nothing of a phase of which it says two things.
pub fn read(path: &str, text: &str, markdown: &Markdown, sections: &Sections) -> Vec<StatedPhase> {
    let reader = Reader { text, markdown, sections };
    let tables = markdown.all().filter(|(_, block)| block.kind == BlockKind::Table);
    let rows = tables.flat_map(|(id, _)| reader.table(path, id));
    let items = markdown.all().filter(|(_, block)| block.kind == BlockKind::Item);
    let items = items.filter_map(|(id, _)| reader.named(entries::item(text, markdown, id)?.range));
    let headings = sections.all.iter().filter(|section| section.phase().is_some());
    let headings = headings.filter_map(|section| reader.headed(section));
    let mut found: Vec<StatedPhase> = rows.chain(items).chain(headings).collect();
    found.retain(|stated| !reader.is_of_its_time(stated.range.start));
    let mut said: HashMap<Phase, Option<Status>> = HashMap::new();
    for stated in &found {
        let one = said.entry(stated.phase.clone()).or_insert(Some(stated.status));
        *one = one.filter(|status| *status == stated.status);
    }
    found.retain(|stated| said[&stated.phase].is_some());
    found
}

/// The sections with tasks of which their heading, or a label right below it, states that status, with the bytes that
/// say so; those of log entries were true on their day.
pub fn sections_stating<'s>(
    stated: Status,
    text: &str,
    markdown: &Markdown,
    sections: &'s Sections,
) -> Vec<(&'s Section, Range<usize>)> {
    let reader = Reader { text, markdown, sections };
    let has_tasks = |section: &&Section| !markdown.tasks_within(section.body.clone()).is_empty();
    let headings = sections.all.iter().filter(|section| section.style == SectionStyle::Heading).filter(has_tasks);
    let found = headings.filter_map(|section| {
        let (status, range) = reader.labelled(section).or_else(|| reader.behind(section))?;
        (status == stated && !reader.is_of_its_time(section.heading.start)).then_some((section, range))
    });
    found.collect()
}

/// The status that words end with, behind a dash or in brackets: ``Seed the shop - `completed` ``.
pub fn status_behind(
    text: &str,
    markdown: &Markdown,
    sections: &Sections,
    words: Range<usize>,
) -> Option<(Status, Range<usize>)> {
    let start = last_part(&text[words.clone()], begins_remark);
    let reader = Reader { text, markdown, sections };
    (start > 0).then(|| reader.whole_status(words.start + start..words.end))?
}

/// `p-008` for a cell that holds `P-008` alone.
fn code(cell: &str) -> Option<String> {
    let code = cell.trim_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '`'));
    let (letters, number) = code.split_once('-')?;
    let is_code = (1..=8).contains(&letters.len())
        && letters.bytes().all(|byte| byte.is_ascii_alphabetic())
        && (1..=4).contains(&number.len())
        && number.bytes().all(|byte| byte.is_ascii_digit());
    (is_code && !letters.eq_ignore_ascii_case("phase")).then(|| code.to_ascii_lowercase())
}

impl Reader<'_> {
    /// The status of a label in the first paragraph of a section.
    fn labelled(&self, section: &Section) -> Option<(Status, Range<usize>)> {
        let (_, first) = self.markdown.siblings(section.body.clone()).next()?;
        let range = (first.kind == BlockKind::Paragraph).then(|| first.range())?;
        lines_in(self.text, range).find_map(|line| self.labelled_on(line))
    }

    /// The status behind a label on a line.
    fn labelled_on(&self, line: Range<usize>) -> Option<(Status, Range<usize>)> {
        let start = line.start + status_value(&self.text[line.clone()])?;
        Status::find(&self.text[start..line.end]).map(|(status, length)| (status, start..start + length))
    }

    /// The status that a heading ends with: `Ground - done`, `Ground ✅`, `Ground ✅ done`, `Ground ✅ (early)`. Behind the
    /// name of a section a mark is drawn for what it is about: `Exit criteria ✅`.
    fn behind(&self, section: &Section) -> Option<(Status, Range<usize>)> {
        let heading = section.heading.clone();
        let words = &self.text[heading.clone()];
        let words = match words.trim_end_matches(['_', '*']).strip_suffix(')').and_then(|rest| rest.rfind('(')) {
            Some(note)
                if words[..note].trim_end_matches(['\u{fe0f}', '_', '*', ' ']).ends_with(FULL_BOXES)
                    && !is_of_a_part(&words[note..]) =>
            {
                &words[..note]
            }
            _ => words,
        };
        let words = words.trim_end_matches(['\u{fe0f}', '_', '*', ' ']);
        let (at, last) = words.char_indices().next_back()?;
        if FULL_BOXES.contains(&last) && at > 0 {
            let mark = heading.start + at..heading.start + words.len();
            return section.name.is_none().then_some((Status::Complete, mark));
        }
        let start = match last_part(words, begins_remark) {
            0 => last_part(words, |c| FULL_BOXES.contains(&c)),
            start => start,
        };
        (start > 0).then(|| self.whole_status(heading.start + start..heading.end))?
    }

    /// Whether what stands there was true on a day, and need not be today.
    fn is_of_its_time(&self, offset: usize) -> bool {
        let is_of_day = |section: &Section| section.is(SectionName::SessionLog) || section.date.is_some();
        self.sections.around(offset).any(is_of_day)
    }

    /// The rows of a table with a column for the status.
    fn table(&self, path: &str, table: BlockId) -> Vec<StatedPhase> {
        let mut rows = self.markdown.children(table).map(|(id, _)| id);
        let header = rows.next().map(|row| entries::header(self.text, self.markdown, row)).unwrap_or_default();
        let column = header.iter().position(|name| is_status_label(name));
        column.map(|column| rows.filter_map(|row| self.row(path, row, &header, column)).collect()).unwrap_or_default()
    }

    fn row(&self, path: &str, row: BlockId, header: &[String], column: usize) -> Option<StatedPhase> {
        let cells = entries::cells(self.text, self.markdown, row);
        let cell = cells.get(column).filter(|cell| !entries::is_struck(self.text, self.markdown, cell))?;
        let (status, range) = self.whole_status(cell.clone())?;
        let inlines = self.markdown.inlines_in(self.markdown.block(row).range()).iter();
        let links = inlines.filter(|inline| matches!(inline.kind, InlineKind::Link { .. }));
        let mut files = links.filter_map(|link| {
            let file = self.markdown.destination(link).split('#').next().filter(|file| file.ends_with(".md"))?;
            paths::join(path, file)
        });
        let phase = match files.next() {
            Some(file) => Phase::File(file.into()),
            None if let Some(code) = cells.first().and_then(|cell| code(&self.text[cell.clone()])) => {
                Phase::Code(code.into())
            }
            None => cells.iter().zip(header).find_map(|(cell, name)| {
                let words = normalize_heading(&self.text[cell.clone()]);
                let is_number =
                    matches!(name.as_str(), "phase" | "#") && words.starts_with(|c: char| c.is_ascii_digit());
                let id = if is_number { phase_id(&format!("phase {words}")) } else { phase_id(&words) };
                Some(Phase::Id(id?.into()))
            })?,
        };
        Some(self.stated(phase, status, range))
    }

    /// `Phase 2: Receipts` with a status below it or behind it.
    fn headed(&self, section: &Section) -> Option<StatedPhase> {
        match self.labelled(section) {
            Some((status, range)) => Some(self.stated(Phase::Id(section.phase()?.into()), status, range)),
            None => self.named(section.heading.clone()),
        }
    }

    /// `Phase 2: Receipts - done`, `**Phase 2 ✅** …`: what begins with the name of a phase and ends its first line,
    /// or what is strong of it, with a status.
    fn named(&self, range: Range<usize>) -> Option<StatedPhase> {
        let line = entries::first_line(self.text, &range);
        // As few items do.
        if !names_phase(&self.text[line.clone()]) {
            return None;
        }
        if entries::is_struck(self.text, self.markdown, &line) {
            return None;
        }
        let mut strong =
            self.markdown.inlines_in(line.clone()).iter().filter(|inline| inline.kind == InlineKind::Strong);
        let strong = strong.next().filter(|strong| strong.range().start == line.start).map(|strong| strong.content());
        let range = strong.unwrap_or(line);
        let words = &self.text[range.clone()];
        let first = words.split_whitespace().find(|word| word.contains(char::is_alphanumeric))?;
        // `✅ phase-2.md: what is to be done` is about a document.
        let id = phase_id(&normalize_heading(words)).filter(|_| !first.contains(".md"))?;
        let last = last_part(words, |c| matches!(c, '—' | '–' | ':' | '：' | '(' | '[' | '·' | '|'));
        let stated = if last > 0 { self.whole_status(range.start + last..range.end) } else { None };
        let (status, range) = stated.or_else(|| self.mark(range))?;
        Some(self.stated(Phase::Id(id.into()), status, range))
    }

    /// The status that a title ends with: `Phase 2: Receipts (complete)`.
    pub(super) fn status_behind_phase(&self, title: Range<usize>) -> Option<StatusMark> {
        let stated = self.named(title)?;
        Some(StatusMark { status: stated.status, range: stated.range, task: None })
    }

    fn stated(&self, phase: Phase, status: Status, range: Range<usize>) -> StatedPhase {
        StatedPhase { phase, status, words: status.in_words(&self.text[range.clone()]), range }
    }

    /// A status that is all that a range says, but for a date behind it; a mark alone is one.
    fn whole_status(&self, range: Range<usize>) -> Option<(Status, Range<usize>)> {
        let words = self.text[range.clone()]
            .trim_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '_' | '`' | ')' | ']' | '.'));
        let start = words.as_ptr() as usize - self.text.as_ptr() as usize;
        let range = start..start + words.len();
        if !words.contains(char::is_alphanumeric) {
            return self.mark(range);
        }
        let (status, length) = Status::find(words)?;
        let rest = words[length..].trim_start_matches(['*', '_', '`']);
        (!rest.contains(char::is_alphabetic)).then_some((status, range))
    }

    /// A drawn box at the end or the start.
    fn mark(&self, range: Range<usize>) -> Option<(Status, Range<usize>)> {
        let words = self.text[range.clone()].trim_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '\u{fe0f}'));
        let mut ends = [words.char_indices().next_back(), words.char_indices().next()].into_iter().flatten();
        let status = |c: char| match c {
            _ if FULL_BOXES.contains(&c) => Some(Status::Complete),
            _ if EMPTY_BOXES.contains(&c) => Some(Status::NotStarted),
            _ => None,
        };
        let offset = words.as_ptr() as usize - self.text.as_ptr() as usize;
        ends.find_map(|(at, c)| Some((status(c)?, offset + at..offset + at + c.len_utf8())))
    }
}

/// Whether what stands behind `c` may be the status of what stands before it.
fn begins_remark(c: char) -> bool {
    matches!(c, '—' | '–' | '(' | '[' | '（')
}

/// Where words begin that stand behind the last dash, or sign that sets apart; 0 if there is none.
fn last_part(words: &str, sets_apart: fn(char) -> bool) -> usize {
    let sign = words.char_indices().rev().find(|(_, c)| sets_apart(*c)).map_or(0, |(at, c)| at + c.len_utf8());
    let dash = words.as_bytes().windows(3).rposition(|three| three == b" - ");
    sign.max(dash.map_or(0, |at| at + 3))
}

fn names_phase(words: &str) -> bool {
    let mut places = memchr::memchr2_iter(b'p', b'P', words.as_bytes());
    places.any(|at| words.as_bytes()[at..].get(..5).is_some_and(|word| word.eq_ignore_ascii_case(b"phase")))
}

/// Whether a note behind a mark says that it is for a part: `(partially)`, `(3 of 5)`, `(3/5)`, `(in progress)`.
fn is_of_a_part(note: &str) -> bool {
    let says_other = |(status, _)| status != Status::Complete;
    if Status::find(note.trim_start_matches('(')).is_some_and(says_other) {
        return true;
    }
    let lower = note.to_lowercase();
    let is_less = |(at, sign): (usize, &str)| {
        let (before, after) = (lower[..at].trim_end(), lower[at + sign.len()..].trim_start());
        let done = before.rsplit(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
        let all = after.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
        done.parse::<u32>().is_ok_and(|done| all.parse::<u32>().is_ok_and(|all| done < all))
    };
    lower.contains("partial") || ["of", "/"].iter().any(|sign| lower.match_indices(sign).any(is_less))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{convention::Kind, testing::document};

    fn stated(text: &str) -> Vec<(String, Status, &str)> {
        let document = document(Kind::Plan, text);
        let found = read("docs/plan/ROADMAP.md", text, &document.markdown, &document.artifact.sections).into_iter();
        found
            .map(|stated| {
                let phase = match stated.phase {
                    Phase::File(file) => file.into_string(),
                    Phase::Id(id) | Phase::Code(id) => id.into_string(),
                };
                (phase, stated.status, &text[stated.range])
            })
            .collect()
    }

    fn check(text: &str, expected: &[(&str, Status, &str)]) {
        let found = stated(text);
        let found: Vec<(&str, Status, &str)> =
            found.iter().map(|(phase, status, words)| (&**phase, *status, *words)).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_row_says_it_below_a_heading() {
        check(
            "\
| # | Status | Where |
|---|---|---|
| 1 | **Done** | [till](./phase-1.md#top) |
| 2 | 🚧 in progress | [receipts](phases/phase-2.md) |
| 3 | built, awaiting a look | [tax](phase-3.md) |
| 4 | ✅ | soon |
| | done | all |
",
            &[
                ("docs/plan/phase-1.md", Status::Complete, "Done"),
                ("docs/plan/phases/phase-2.md", Status::InProgress, "🚧 in progress"),
                ("4", Status::Complete, "✅"),
            ],
        );
        check("| Phase | 状态 |\n|---|---|\n| Phase 2b: Tax | 已完成 |\n", &[("2b", Status::Complete, "已完成")]);
        check(
            "\
| ID | Title | Status |
|---|---|---|
| `P-008` | Till | Done |
| T-1..T-4 | Tests | Done |
| Phase-3 | Tax | Done |
",
            &[("p-008", Status::Complete, "Done"), ("3", Status::Complete, "Done")],
        );
        check("| Phase | Owner |\n|---|---|\n| Phase 2b | done |\n", &[]);
    }

    #[test]
    fn a_heading_or_an_item_says_it_behind_the_name() {
        check(
            "\
# Roadmap

- **Phase 0 — ✅ done.** Schema, seed loader.
- Phase 1: Receipts (complete, 2026-03-01)
- ✅ Phase 2: Tax
- ✅ phase-8.md: Phase 8, what is to be done
- Phase 3 depends on the tax
- ~~Phase 4: Mail - done~~

## Phase 5: Print ✅
## Phase 6: Mail

**Owner:** Ada · **Status:** in progress

## Phase 7: What is done
",
            &[
                ("0", Status::Complete, "✅ done"),
                ("1", Status::Complete, "complete, 2026-03-01"),
                ("2", Status::Complete, "✅"),
                ("5", Status::Complete, "✅"),
                ("6", Status::InProgress, "in progress"),
            ],
        );
    }

    #[test]
    fn what_was_so_on_a_day_or_is_said_twice_says_nothing() {
        check("# Log\n\n## 2026-01-02\n\n- Phase 1 - done\n\n## Session log\n\n- Phase 2 - done\n", &[]);
        check("- Phase 1: done\n- Phase 1: in progress\n- Phase 2: done\n", &[("2", Status::Complete, "done")]);
    }
}
