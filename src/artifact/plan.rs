//! What a plan says: done items and phases.

mod done;
mod words;

use std::{collections::HashSet, ops::Range};

pub use self::done::DoneItem;
use self::words::{ALL_TASKS, CLOSED, TASK_HEADINGS, VERIFICATION, VERIFIES};
use super::{
    entries,
    paths::{self, Reference},
    sections::{Section, SectionStyle, Sections},
};
use crate::{
    convention::{SectionName, normalize_heading},
    markdown::{Block, BlockKind, Markdown},
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The items of every done section.
    pub done: Vec<DoneItem>,
    /// The done sections that stand in no other one.
    pub done_sections: Vec<DoneSection>,
    /// Whether it says in any accepted form when it is done.
    pub says_when_done: bool,
    /// `Phase N: Name` sections.
    pub phases: Vec<PhaseSection>,
    pub references: Vec<Reference>,
}

/// A section that says when the phase is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoneSection {
    /// Index among the sections.
    pub section: usize,
    /// Its items in [`Plan::done`].
    pub items: Range<usize>,
}

/// Sections that say when the phase, or a part of it, is done.
const SAY_WHEN_DONE: [SectionName; 3] =
    [SectionName::DefinitionOfDone, SectionName::Verification, SectionName::Testing];

/// A `Phase N: Name` section of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhaseSection {
    /// Index among the sections.
    pub section: usize,
    /// Whether it has tasks that are not ticked, besides those of phases inside it.
    pub has_open_tasks: bool,
    /// Whether it, or a phase around it, has a Verification label or a done section.
    pub has_verification: bool,
}

impl Plan {
    pub fn read(text: &str, markdown: &Markdown, sections: &Sections) -> Self {
        let reader = Reader { text, markdown, sections };
        let (mut done, mut done_sections) = (Vec::new(), Vec::new());
        for (index, section) in sections.all.iter().enumerate() {
            if section.name == Some(SectionName::DefinitionOfDone) && !reader.is_nested_done(section) {
                let first = done.len();
                done.extend(reader.done_items(section));
                done_sections.push(DoneSection { section: index, items: first..done.len() });
            }
        }
        let references = paths::read(text, markdown, sections);
        let phases = reader.phases();
        let says_when_done = reader.says_when_done(&phases);
        Self { done, done_sections, says_when_done, phases, references }
    }

    /// Whether it has phases or tasks, boxes aside.
    pub fn has_work(&self, sections: &Sections) -> bool {
        !self.phases.is_empty() || sections.all.iter().any(is_task)
    }
}

struct Reader<'a> {
    text: &'a str,
    markdown: &'a Markdown,
    sections: &'a Sections,
}

impl Reader<'_> {
    /// A section about verification, a verification label or `Expected:` in a phase or a step, a scenario, or a
    /// last task that verifies the whole.
    fn says_when_done(&self, phases: &[PhaseSection]) -> bool {
        let (sections, text) = (self.sections, self.text);
        SAY_WHEN_DONE.iter().any(|name| sections.has(*name))
            || phases.iter().any(|phase| phase.has_verification)
            || sections.all.iter().any(|section| section.normalized.starts_with("scenario"))
            || self.ends_with_verification()
            || self.has_column_of_verification()
            || text.lines().any(|line| is_expectation(line) || is_verification_label(line))
            // `Goal ("done when" per the roadmap): a worker finds work.`
            || text.as_bytes().windows(9).any(|words| words.eq_ignore_ascii_case(b"done when"))
    }

    /// Whether a table says it step by step: in a column such as `Acceptance criteria`.
    fn has_column_of_verification(&self) -> bool {
        let headers = self.markdown.all().filter(|(_, block)| block.kind == BlockKind::Row { header: true });
        let mut cells = headers.flat_map(|(id, _)| entries::cells(self.text, self.markdown, id));
        cells.any(|cell| begins_with_verification(&normalize_heading(&self.text[cell])))
    }

    /// Whether the last heading or box that is a task verifies: `Task 9: Final verification`.
    fn ends_with_verification(&self) -> bool {
        let verifies = |words: &str| {
            let words = words.to_lowercase();
            VERIFIES.iter().any(|word| words.contains(word))
        };
        let last_task = self.sections.all.iter().rev().find(|section| is_task(section));
        let last_item = self.markdown.all().rev().find(|(_, block)| block.task_marker().is_some());
        let last_of_list = last_task.and_then(|section| {
            let items = self.markdown.within(section.body.clone());
            items.filter(|(_, block)| block.kind == BlockKind::Item).last()
        });
        let last_item = last_item.or(last_of_list);
        last_task.is_some_and(|section| verifies(&section.normalized))
            || last_item.is_some_and(|(_, block)| verifies(self.text[block.range()].lines().next().unwrap_or_default()))
    }

    fn phases(&self) -> Vec<PhaseSection> {
        let mut phases: Vec<PhaseSection> = Vec::new();
        let mut verified_ids = HashSet::new();
        // Those around the section at hand; whether each is verified.
        let mut around: Vec<(usize, usize)> = Vec::new();
        for (index, section) in self.sections.all.iter().enumerate() {
            while around.pop_if(|(end, _)| *end <= section.range.start).is_some() {}
            let Some(id) = section.phase().filter(|_| self.is_work(section)) else { continue };
            let outer = around.last().map(|(_, phase)| *phase);
            let own = self.has_verification(section);
            if own || names_verification(&section.normalized) {
                verified_ids.insert(id);
            }
            let has_verification = own || outer.is_some_and(|outer: usize| phases[outer].has_verification);
            around.push((section.range.end, phases.len()));
            phases.push(PhaseSection {
                section: index,
                has_open_tasks: self.has_open_tasks(section),
                has_verification,
            });
        }
        for phase in &mut phases {
            let id = self.sections.all[phase.section].phase();
            phase.has_verification |= id.is_some_and(|id| verified_ids.contains(&id));
        }
        phases
    }

    /// What a canonical section such as Out of scope says of later phases is no work of this plan.
    fn is_work(&self, section: &Section) -> bool {
        self.sections.enclosing(section).all(|section| section.name.is_none())
    }

    /// Items are tasks; where some have boxes, those whose box is empty.
    fn has_open_tasks(&self, section: &Section) -> bool {
        if CLOSED.iter().any(|word| self.text[section.heading.clone()].contains(word)) {
            return false;
        }
        let mut inner_end = section.body.start;
        let (mut has_item, mut has_box, mut has_open_box) = (false, false, false);
        for (id, block) in self.markdown.within(section.body.clone()) {
            if id >= inner_end && matches!(block.kind, BlockKind::Heading(_)) {
                let inner = self.sections.opened_by(id).filter(|inner| inner.phase().is_some());
                inner_end = inner.map_or(inner_end, |inner| inner.body.end);
            }
            if id < inner_end || !matches!(block.kind, BlockKind::Item | BlockKind::Row { header: false }) {
                continue;
            }
            has_item = true;
            let marker = block.task_marker();
            has_box |= marker.is_some();
            has_open_box |= marker.is_some_and(|marker| !self.text[marker].contains(['x', 'X']));
        }
        if has_box { has_open_box } else { has_item }
    }

    /// A Verification label may be a heading, a lead-in, an item, or a line that a list swallowed.
    fn has_verification(&self, section: &Section) -> bool {
        let is_checked = |section: &Section| {
            section.name.is_some_and(|name| SAY_WHEN_DONE.contains(&name))
                || section.style == SectionStyle::Heading && begins_with_verification(&section.normalized)
        };
        let start = self.sections.all.partition_point(|other| other.range.start <= section.range.start);
        let inside = self.sections.all[start..].iter().take_while(|other| other.range.start < section.range.end);
        let is_text = |block: &Block| matches!(block.kind, BlockKind::Paragraph | BlockKind::Cell);
        let says_so = |line: &str| is_verification_label(line) || is_expectation(line);
        let mut blocks = self.markdown.within(section.body.clone()).filter(|(_, block)| is_text(block));
        inside.clone().any(is_checked) || blocks.any(|(_, block)| self.text[block.range()].lines().any(says_so))
    }
}

/// `Phase 2: Verification`, a section of its own beside `Phase 2: Tasks`.
fn names_verification(heading: &str) -> bool {
    let name = heading.trim_start_matches(|c: char| !c.is_ascii_digit());
    let name = name.trim_start_matches(char::is_alphanumeric).trim_start_matches(|c: char| !c.is_alphanumeric());
    begins_with_verification(name)
}

/// Whether a heading is that of a task, `Task 3: Parser`, or of all tasks.
fn is_task(section: &Section) -> bool {
    let heading = &*section.normalized;
    let first = heading.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let word = first.trim_end_matches(|c: char| c.is_ascii_digit());
    let rest = heading[word.len()..].trim_start_matches([' ', '-', '#', '_']);
    let is_numbered = rest.starts_with(|c: char| c.is_ascii_digit()) || rest.len() <= 2;
    section.style != SectionStyle::LeadIn
        && (TASK_HEADINGS.contains_singular(word) && (is_numbered || rest.is_empty()) || ALL_TASKS.contains(heading))
}

fn begins_with_verification(normalized: &str) -> bool {
    let begins = |word: &&str| {
        normalized.strip_prefix(*word).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
    };
    // `How we will know that it is done`, `How the user knows it worked`.
    let asks_how = normalized.starts_with("how ")
        && normalized.contains(" know")
        && ["work", "done", "finished", "complete"].iter().any(|word| normalized.contains(word));
    asks_how || normalized == "validation" || VERIFICATION.iter().any(begins)
}

/// `Expected: PASS` below `Run: …`.
fn is_expectation(line: &str) -> bool {
    let words = line.trim_start_matches([' ', '-', '*', '_', '>']);
    ["Expected:", "Expected**", "Expected result", "Expected output", "Expect:"]
        .iter()
        .any(|word| words.starts_with(word))
}

/// `Verification: …`, `- **Verify**: …`.
fn is_verification_label(line: &str) -> bool {
    let Some((label, _)) = line.split_once([':', '：']) else { return false };
    label.len() <= 60 && begins_with_verification(&normalize_heading(label))
}

#[cfg(test)]
mod tests;
