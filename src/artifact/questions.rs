//! Open questions, and how people mark them resolved.

use std::ops::Range;

use jiff::civil::Date;

use super::{
    entries::{self, Entry, Task},
    notes::WorkNotes,
    sections::{MOST_LEVEL, Section, SectionStyle, Sections},
};
use crate::{
    convention::{SectionName, normalize_heading},
    markdown::{BlockId, BlockKind, InlineKind, Markdown},
    text::holds,
};

mod asking;
mod labelled;
mod later;
pub mod markers;
mod settled;
mod statements;

pub use self::{
    asking::asks,
    settled::{TICKS, after_settled, closing_tick, names_state, says_settled},
};
use self::{
    asking::{begins_to_ask, is_left_open, says_open},
    markers::{Resolution, is_pending},
    settled::{
        is_open_group, is_resolved_group, is_ticked, names_answer, names_defaults, says_all_resolved, says_resolved,
    },
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Bytes of its words, on its first line; of a row, the cell that asks.
    pub range: Range<usize>,
    /// Whether it is `[NEEDS CLARIFICATION: …]` in a text about something else.
    pub is_mark: bool,
    /// Whether its words ask, or a box or label says that it is open; others are topics.
    pub is_asked: bool,
    /// The item, row or heading.
    pub block: BlockId,
    /// The check box of an item.
    pub task: Option<Task>,
    pub resolved: bool,
}

/// Every question under Open questions, resolved or not, and every mark that asks for clarification.
pub fn read(text: &str, markdown: &Markdown, sections: &Sections) -> Vec<Question> {
    let mut reader = Reader { text, markdown, sections, is_joined: false, found: Vec::new() };
    let newest = newest_by_level(sections);
    let is_over = |(date, level): (Date, u8)| Some(date) < newest[usize::from(level)];
    for section in sections.named(SectionName::OpenQuestions) {
        let is_nested = sections.enclosing(section).skip(1).any(|outer| outer.is(SectionName::OpenQuestions));
        // What an entry of a log leaves open, a later one takes up.
        let day = section.parent.and_then(|around| day_of(sections, &sections.all[around]));
        // `**Question:** Where are they?` in a report of what was found.
        let is_reported = is_lead_in(section) && &*section.normalized == "question" && !section.after_label.is_empty();
        if !is_nested && !day.is_some_and(is_over) && !is_reported {
            // An entry of a log notes there what is left to do, too; below one question are its options.
            let is_one_of_two =
                section.also.is_some() || ["decision", "question"].iter().all(|word| section.normalized.contains(word));
            reader.is_joined =
                is_joined(&section.normalized) || is_one_of_two || day.is_some() || &*section.normalized == "question";
            let heading = &text[section.heading.clone()];
            let is_for_later = sections.enclosing(section).skip(1).any(|around| later::is_name(&around.normalized));
            let is_settled = says_resolved(heading) || names_defaults(heading);
            reader.section(section, is_for_later || later::says(heading) || is_settled);
        }
    }
    reader.labelled(|section| day_of(sections, section).is_some_and(is_over));
    reader.marks();
    reader.found
}

/// The day of the log entry that a section is or is inside of, with the level of its heading.
fn day_of(sections: &Sections, section: &Section) -> Option<(Date, u8)> {
    sections.enclosing(section).find_map(|around| Some((date_of(around)?, around.level)))
}

/// Whether words say of what they name that it is left for later: `(deferred to 0.4)`.
pub fn puts_off(words: &str) -> bool {
    const WAITS: [&str; 6] = ["gated on", "moved to", "carried over", "carried into", "out of scope", "optional"];
    let lower = words.to_lowercase();
    later::says(words) || WAITS.iter().any(|wait| lower.contains(wait))
}

/// Whether the whole file is kept for later: by its title, or by its status.
pub fn are_put_off(text: &str, sections: &Sections, notes: &WorkNotes) -> bool {
    let title = sections.title.clone().into_iter();
    let statuses = notes.statuses.iter().map(|mark| mark.range.clone());
    title.chain(statuses).any(|words| later::is_name(&normalize_heading(&text[words])))
}

fn date_of(section: &Section) -> Option<Date> {
    section.date.as_ref()?.moment.map(|moment| moment.date)
}

/// The newest day that headings of each level name.
fn newest_by_level(sections: &Sections) -> [Option<Date>; MOST_LEVEL as usize + 1] {
    let mut newest = [None; _];
    for section in &sections.all {
        let known = &mut newest[usize::from(section.level)];
        *known = date_of(section).max(*known);
    }
    newest
}

/// Whether a section holds something else, too: `Risks / Open questions`.
fn is_joined(heading: &str) -> bool {
    let others = [
        "risk",
        "assumption",
        "constraint",
        "dependenc",
        "limitation",
        "note",
        "issue",
        "follow",
        "next step",
        "blocker",
        "trade",
        "concern",
        // `Still open`, in a handoff: what is left to do.
        "still open",
    ];
    others.iter().any(|other| holds(heading, other))
}

struct Reader<'a> {
    text: &'a str,
    markdown: &'a Markdown,
    sections: &'a Sections,
    /// Whether the section at hand holds more than questions: only what asks is one there.
    is_joined: bool,
    found: Vec<Question>,
}

impl Reader<'_> {
    /// The questions of a section, or of a sub-heading that groups questions.
    fn section(&mut self, section: &Section, settled: bool) {
        let children: Vec<&Section> = self.sections.children(section).collect();
        let own_end = children.first().map_or(section.body.end, |child| child.block);
        let first = self.found.len();
        let after_label = &self.text[section.after_label.clone()];
        if is_lead_in(section) && (asks(after_label) || labelled::is_one(&section.normalized, after_label)) {
            // `Open question: which port?` is all there is.
            let resolved = settled || self.resolves(section.block..section.body.end);
            let words = entries::first_line(self.text, &section.after_label);
            return self.push(words, section.block, None, resolved);
        }
        self.entries(section.body.start..own_end, settled, first);
        if self.found.len() == first && children.is_empty() {
            self.paragraphs(section.body.clone(), settled);
        }
        // Where lead-ins ask, those between them belong to the question above: `**Options:**`.
        let lead_ins_ask = children.iter().any(|child| is_lead_in(child) && asks(&self.text[child.heading.clone()]));
        for child in children {
            let is_detail = is_lead_in(child) && lead_ins_ask && !asks(&self.text[child.heading.clone()]);
            if is_lead_in(child) && (is_detail || self.label_resolves(child)) {
                self.detail(child, settled, first);
            } else {
                self.sub_heading(child, settled);
            }
        }
    }

    /// Without any item, the paragraphs that end in a question are the questions.
    fn paragraphs(&mut self, blocks: Range<BlockId>, settled: bool) {
        for (id, block) in self.markdown.siblings(blocks).filter(|(_, block)| block.kind == BlockKind::Paragraph) {
            let words = self.text[block.range()].trim_end_matches(['*', '_', ' ']);
            let is_marked = settled || is_ticked(words) || self.is_struck(&block.range());
            if words.ends_with(['?', '？']) || asks(words) && markers::resolution(words, true) != Resolution::Open {
                let resolved = is_marked || self.resolves(id..self.markdown.next(id));
                self.push(entries::first_line(self.text, &block.range()), id, None, resolved);
            }
        }
    }

    fn push(&mut self, range: Range<usize>, block: BlockId, task: Option<Task>, resolved: bool) {
        self.found.push(Question { range, is_mark: false, is_asked: true, block, task, resolved });
    }

    /// The same for what stands below the heading: a topic may be meant.
    fn push_listed(&mut self, range: Range<usize>, words: &str, block: BlockId, task: Option<Task>, resolved: bool) {
        let is_asked = task.is_some() && !self.is_joined || says_open(words);
        self.found.push(Question { range, is_mark: false, is_asked, block, task, resolved });
    }

    /// Marks that ask for clarification, outside of what is a question already.
    fn marks(&mut self) {
        let ranges: Vec<Range<usize>> =
            self.found.iter().map(|question| self.markdown.block(question.block).range()).collect();
        for range in entries::clarifications(self.text, self.markdown) {
            let before = ranges.partition_point(|question| question.start <= range.start);
            let is_known = before > 0 && range.start < ranges[before - 1].end;
            let Some(block) = self.markdown.block_at(range.start).filter(|_| !is_known) else { continue };
            let resolved = self.is_gone(&range);
            self.found.push(Question { range, is_mark: true, is_asked: true, block, task: None, resolved });
        }
        self.found.sort_by_key(|question| question.range.start);
    }

    /// Whether a mark is struck through.
    fn is_gone(&self, mark: &Range<usize>) -> bool {
        let Some(block) = self.markdown.block_at(mark.start) else { return false };
        let mut struck = self.markdown.inlines(block).iter().filter(|inline| inline.kind == InlineKind::Strikethrough);
        struck.any(|struck| struck.range().start <= mark.start && mark.end <= struck.range().end)
    }

    /// Whether words ask, as those of a section that holds risks, too, have to; elsewhere a topic will do, but no
    /// sentence that only states something.
    fn is_asked(&self, words: &str) -> bool {
        let lower = words.trim_start_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        let is_topic = || is_left_open(&lower) || !statements::states(&lower);
        begins_to_ask(&lower) || asks(words) || !self.is_joined && is_topic()
    }

    /// Whether a lead-in is a marker such as `**Answer:** 80`.
    fn label_resolves(&self, lead_in: &Section) -> bool {
        let words = &self.text[lead_in.heading.start..lead_in.after_label.end];
        markers::resolution(words, true) != Resolution::Open && !asks(words)
    }

    /// A lead-in that is part of the question above it: its own words may resolve that one. Items
    /// after an answer on its line are further questions.
    fn detail(&mut self, lead_in: &Section, settled: bool, first: usize) {
        let words = &self.text[lead_in.heading.start..lead_in.after_label.end];
        let answers = match markers::resolution(words, true) {
            Resolution::Open => false,
            Resolution::Resolved => true,
            Resolution::Below => lead_in.body.start < lead_in.body.end,
        };
        if answers && let Some(question) = self.found[first..].last_mut() {
            question.resolved = true;
        }
        if answers && !lead_in.after_label.is_empty() {
            self.entries(lead_in.body.clone(), settled, first);
        }
    }

    fn sub_heading(&mut self, section: &Section, settled: bool) {
        let heading = &self.text[section.heading.clone()];
        let settled =
            settled || is_resolved_group(&section.normalized) || says_resolved(heading) || later::says(heading);
        if section.name.is_some_and(|name| name != SectionName::OpenQuestions) || entries::says_none(heading) {
            return;
        }
        if sorts_questions(self.text, section) || section.is(SectionName::OpenQuestions) || self.has_boxes(section) {
            // Beside risks and recommendations only a group that is called so holds questions.
            let names = ["question", "open", "decision", "unresolved", "decide"];
            let is_named =
                section.is(SectionName::OpenQuestions) || names.iter().any(|name| section.normalized.contains(name));
            if !self.is_joined || is_named || self.has_boxes(section) {
                let around = self.is_joined;
                self.is_joined = around && !is_named;
                self.section(section, settled);
                self.is_joined = around;
            }
            return;
        }
        let is_remark = is_lead_in(section) && !asks(&self.text[section.heading.start..section.after_label.end]);
        if is_remark {
            return;
        }
        let is_marked = is_ticked(heading) || self.is_struck(&section.heading);
        let resolved = settled || is_marked || self.resolves(section.block..section.body.end);
        if self.is_asked(&self.text[section.heading.start..section.after_label.end]) {
            let words = &self.text[section.heading.start..section.range.end.max(section.heading.end)];
            self.push_listed(section.heading.clone(), words, section.block, None, resolved);
        }
    }

    fn has_boxes(&self, section: &Section) -> bool {
        !self.markdown.tasks_within(section.body.clone()).is_empty()
    }

    /// Whether a heading, paragraph, item or cell among the blocks says that the question is resolved.
    fn resolves(&self, blocks: Range<BlockId>) -> bool {
        let end = blocks.end;
        // `A:` beside `B:` is an option.
        let has_options = std::cell::LazyCell::new(|| self.has_options(blocks.clone()));
        self.markdown.within(blocks.clone()).any(|(id, block)| {
            if !matches!(block.kind, BlockKind::Paragraph | BlockKind::Heading(_) | BlockKind::Cell) {
                return false;
            }
            let words = &self.text[block.range()];
            match markers::resolution(words, true) {
                Resolution::Open => false,
                Resolution::Below => {
                    let next = self.markdown.next(id);
                    let is_next =
                        |block: &BlockKind| !matches!(block, BlockKind::Heading(_) | BlockKind::Item | BlockKind::Rule);
                    next < end
                        && is_next(&self.markdown.block(next).kind)
                        && !is_pending(&self.text[self.markdown.block(next).range()])
                }
                Resolution::Resolved => !(markers::begins_with_a(words) && *has_options),
            }
        })
    }

    fn has_options(&self, blocks: Range<BlockId>) -> bool {
        let mut paragraphs = self.markdown.within(blocks).filter(|(_, block)| block.kind == BlockKind::Paragraph);
        paragraphs.any(|(_, block)| self.text[block.range()].split(['\n', '\r']).any(is_option_b))
    }

    fn entries(&mut self, blocks: Range<BlockId>, settled: bool, first: usize) {
        let mut is_resolved = false;
        for (id, block) in self.markdown.siblings(blocks) {
            if block.kind == BlockKind::Paragraph {
                // `**Resolved, as the owner reads it.** Both hold:` speaks of the list below it.
                is_resolved = markers::resolution(&self.text[block.range()], true) == Resolution::Resolved;
                continue;
            }
            for entry in entries::of(self.text, self.markdown, id..self.markdown.next(id)) {
                self.entry(&entry, settled || is_resolved, first);
            }
            is_resolved = false;
        }
    }

    /// `first`: the first question of the section.
    fn entry(&mut self, entry: &Entry, settled: bool, first: usize) {
        let words = entry.text(self.text);
        let says_nothing = !words.contains(char::is_alphanumeric) || is_to_be_filled_in(words);
        if entry.is_none(self.text) || says_nothing || says_all_resolved(words) {
            return;
        }
        let blocks = entry.block..self.markdown.next(entry.block);
        if entry.is_row {
            let resolved = settled || self.row_resolves(entry);
            let range = self.question_cell(entry);
            return if self.is_asked(words) {
                self.push_listed(range, words, entry.block, None, resolved)
            };
        }
        // `- A: 80` below `- Q: which port?` is its answer.
        if markers::begins_with_a(words) && self.found.len() > first && !asks(words) {
            let question = self.found.last_mut().expect("there is one");
            question.resolved |= markers::resolution(words, true) == Resolution::Resolved;
            return;
        }
        let nested = entries::nested(self.text, self.markdown, entry.block);
        if entry.task.is_none() && !asks(words) && nested.iter().any(|entry| entry.task.is_some()) {
            let settled = settled || markers::resolution(words, true) == Resolution::Resolved;
            return nested.iter().for_each(|entry| self.entry(entry, settled, first));
        }
        if !self.is_asked(words) {
            return;
        }
        let is_ticked = entry.task.as_ref().is_some_and(|task| task.ticked || task.dropped) || is_ticked(words);
        let resolved = settled || is_ticked || self.is_struck(&entry.range) || self.resolves(blocks);
        let range = entries::first_line(self.text, &entry.range);
        self.push_listed(range, words, entry.block, entry.task.clone(), resolved);
    }

    /// Whether the words begin with struck-through text, and ask nothing after it.
    fn is_struck(&self, range: &Range<usize>) -> bool {
        let mut inlines = self.markdown.inlines_in(range.clone()).iter();
        inlines.find(|inline| inline.kind == InlineKind::Strikethrough).is_some_and(|struck| {
            let struck = struck.range();
            let before = &self.text[range.start..struck.start];
            !before.contains(char::is_alphanumeric) && !asks(&self.text[struck.end..range.end.max(struck.end)])
        })
    }

    fn row_resolves(&self, row: &Entry) -> bool {
        let header = entries::header(self.text, self.markdown, row.block);
        let cells = entries::cells(self.text, self.markdown, row.block);
        cells.iter().enumerate().any(|(n, range)| {
            let (column, cell) = (header.get(n).map_or("", String::as_str), &self.text[range.clone()]);
            self.is_struck(range)
                || markers::resolution(cell, true) == Resolution::Resolved
                || names_answer(column) && !is_pending(cell) && !entries::says_none(cell)
                || names_state(column) && says_settled(cell)
        })
    }

    fn question_cell(&self, row: &Entry) -> Range<usize> {
        let headings = ["question", "questions", "issue", "topic"];
        entries::main_cell(self.text, self.markdown, row.block, &headings).unwrap_or_else(|| row.range.clone())
    }
}

/// Whether words would be an open question as an item: they are no answer, and not marked as resolved.
pub fn is_open(words: &str) -> bool {
    let marks = words.split(char::is_alphanumeric).next().unwrap_or_default();
    !marks.contains('~')
        && !marks.contains(TICKS)
        && !is_ticked(words)
        && !markers::begins_with_a(words)
        && !says_all_resolved(words)
        && !statements::states(&words.to_lowercase())
        && markers::resolution(words, true) == Resolution::Open
}

/// Whether a sub-heading would be a question without the boxes of an item below it.
pub fn is_group_by_boxes_of(item: BlockId, text: &str, markdown: &Markdown, sections: &Sections) -> bool {
    let start = markdown.block(item).range().start;
    let Some(innermost) = sections.at(start) else { return false };
    let own = item..markdown.next(item);
    let needs_it = |section: &Section| {
        let boxes = markdown.tasks_within(section.body.clone());
        let are_own = boxes.first().zip(boxes.last()).is_some_and(|ends| own.contains(ends.0) && own.contains(ends.1));
        are_own && !sorts_questions(text, section)
    };
    sections.is_within(start, &[SectionName::OpenQuestions])
        && sections.enclosing(innermost).take_while(|section| section.name.is_none()).any(needs_it)
}

/// Whether a sub-heading is no question, whatever stands below it: `Open`, `**For the team:**`.
fn sorts_questions(text: &str, section: &Section) -> bool {
    let is_label = is_lead_in(section) && section.after_label.is_empty() && !asks(&text[section.heading.clone()]);
    is_label || is_open_group(&section.normalized) || is_resolved_group(&section.normalized)
}

fn is_lead_in(section: &Section) -> bool {
    section.style == SectionStyle::LeadIn
}

fn is_option_b(line: &str) -> bool {
    let line = line.trim_start_matches(|c: char| !c.is_alphanumeric());
    line.starts_with(['B', 'b']) && line[1..].trim_start_matches('*').starts_with([':', '：'])
}

/// `Question 2?` of a template.
fn is_to_be_filled_in(words: &str) -> bool {
    let mut words = words.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let is_numbered = words.next().is_some_and(|word| word.eq_ignore_ascii_case("question"))
        && words.next().is_some_and(|number| number.bytes().all(|c| c.is_ascii_digit()));
    is_numbered && words.next().is_none()
}

#[cfg(test)]
mod tests;
