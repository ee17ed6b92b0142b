//! What a plan says: done items and phases.

mod words;

use std::{collections::HashSet, ops::Range};

use self::words::{ALL_TASKS, CLOSED, EMPTY_WORDS, TASK_HEADINGS, VERIFICATION, VERIFIES};
use super::{
    entries::{self, Entry, Task},
    paths::{self, Reference},
    sections::{Section, SectionStyle, Sections, heading_text},
};
use crate::{
    markdown::{Block, BlockId, BlockKind, InlineKind, Markdown},
    template::{SectionName, normalize_heading},
    text::{lines_in, trimmed_range},
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

/// One way to see that the phase is finished.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoneItem {
    /// Bytes of its words, on its first line.
    pub range: Range<usize>,
    pub task: Option<Task>,
    /// Whether it has inline code or a fence.
    pub has_command: bool,
    /// Whether that is something to run, as `make test` is, and not only a name.
    pub can_be_run: bool,
    /// Whether it says what should happen, besides the command.
    pub has_outcome: bool,
    /// A step of a scenario; those are run as one test, so that no single one names the command.
    pub is_step: bool,
    pub is_placeholder: bool,
}

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

    fn is_nested_done(&self, section: &Section) -> bool {
        let mut outer = self.sections.enclosing(section).skip(1);
        outer.any(|section| section.name == Some(SectionName::DefinitionOfDone))
    }

    fn done_items(&self, section: &Section) -> Vec<DoneItem> {
        let mut items = Vec::new();
        if section.after_label.len() > 1 {
            items.push(self.item_of(section.block, section.after_label.clone(), None));
        }
        let mut at = section.body.start;
        while at < section.body.end {
            let next = self.markdown.next(at);
            let block = self.markdown.block(at);
            match block.kind {
                BlockKind::Heading(_) => {
                    at = self.end_of_other_section(at).unwrap_or(next);
                    continue;
                }
                BlockKind::Fence { .. } | BlockKind::IndentedCode => match items.last_mut() {
                    Some(last) => (last.has_command, last.can_be_run) = (true, true),
                    None => items.push(self.fenced_item(at, section)),
                },
                BlockKind::Paragraph => items.extend(self.marked_lines(at)),
                _ => {
                    for entry in entries::of(self.text, self.markdown, at..next) {
                        self.push_entry(&entry, &mut items);
                    }
                }
            }
            at = next;
        }
        if items.is_empty() { self.sentences(section).into_iter().collect() } else { items }
    }

    /// Commands in a fence; what stands above it says what they should show: `All of these exit 0:`.
    fn fenced_item(&self, fence: BlockId, section: &Section) -> DoneItem {
        let range = self.markdown.block(fence).range();
        let above = self.markdown.siblings(section.body.clone()).take_while(|(id, _)| *id < fence).last();
        let is_introduced = above
            .is_some_and(|(id, above)| above.kind == BlockKind::Paragraph && self.says_outcome(id, &above.range()));
        let has_remark = self.text[range.clone()]
            .lines()
            .any(|line| ["# ", "// ", "→ ", "=> "].iter().any(|mark| line.contains(mark)));
        let item = self.item_of(fence, range, None);
        DoneItem { has_command: true, can_be_run: true, has_outcome: is_introduced || has_remark, ..item }
    }

    /// The lines of a paragraph that begin with a drawn box, a tick or a cross: an item each.
    fn marked_lines(&self, paragraph: BlockId) -> Vec<DoneItem> {
        const MARKS: [char; 12] = ['✅', '☑', '✔', '✓', '❌', '✗', '✘', '❎', '☐', '⬜', '🔲', '☒'];
        let lines = lines_in(self.text, self.markdown.block(paragraph).range());
        let lines = lines.map(|line| trimmed_range(self.text, line));
        let marked = lines.filter(|line| {
            self.text[line.clone()].starts_with(MARKS) && !entries::is_struck(self.text, self.markdown, line)
        });
        let item = |line: Range<usize>| {
            let is_box = |task: &Task| !self.text[task.marker.clone()].starts_with('✅');
            let task = box_of(self.text, line.clone()).filter(is_box);
            let words = &self.text[task.as_ref().map_or(line.start, |task| task.marker.end)..line.end];
            let words = words.trim_start_matches(|c: char| c == '\u{fe0f}' || c == ' ' || MARKS.contains(&c));
            self.item_in(paragraph, line.end - words.len()..line.end, task)
        };
        marked.map(item).collect()
    }

    /// Without any item, the sentences of the section count as one; without those, its sub-headings do.
    fn sentences(&self, section: &Section) -> Option<DoneItem> {
        let mut at = section.body.start;
        let (mut found, mut headings): (Option<DoneItem>, Option<DoneItem>) = (None, None);
        while at < section.body.end {
            let block = self.markdown.block(at);
            let range = block.range();
            match block.kind {
                BlockKind::Heading(_) => {
                    if let Some(end) = self.end_of_other_section(at) {
                        at = end;
                        continue;
                    }
                    let words = heading_text(self.text, range);
                    headings = headings.or_else(|| (!words.is_empty()).then(|| self.item_of(at, words, None)));
                }
                BlockKind::Paragraph if says_when(&self.text[range.clone()]) => {
                    let item = self.item_of(at, range, None);
                    found = Some(match found {
                        Some(first) => DoneItem {
                            has_command: first.has_command || item.has_command,
                            can_be_run: first.can_be_run || item.can_be_run,
                            has_outcome: first.has_outcome || item.has_outcome,
                            is_placeholder: first.is_placeholder && item.is_placeholder,
                            ..first
                        },
                        None => item,
                    });
                }
                _ => {}
            }
            at = if block.kind == BlockKind::Quote { self.markdown.inside(at).start } else { self.markdown.next(at) };
        }
        found.or(headings)
    }

    /// A canonical section inside the done section, such as its Out of scope, keeps its own items.
    fn end_of_other_section(&self, heading: BlockId) -> Option<BlockId> {
        let section = self.sections.opened_by(heading)?;
        let is_own = section.name.is_none_or(|name| SAY_WHEN_DONE.contains(&name));
        (!is_own).then_some(section.body.end)
    }

    /// The item, and those with boxes nested in it; a plain item above boxes only groups them. What is dropped,
    /// or struck through, counts no more.
    fn push_entry(&self, entry: &Entry, items: &mut Vec<DoneItem>) {
        let mut nested = entries::nested(self.text, self.markdown, entry.block);
        nested.retain(|entry| entry.task.is_some());
        let task = if entry.is_row { self.box_in_row(entry.block) } else { entry.task.clone() };
        let is_dropped = task.as_ref().is_some_and(|task| task.dropped) || self.is_struck(entry);
        if !is_dropped && (task.is_some() || nested.is_empty()) {
            items.push(self.item_of(entry.block, entry.range.clone(), task));
        }
        for entry in &nested {
            self.push_entry(entry, items);
        }
    }

    fn is_struck(&self, entry: &Entry) -> bool {
        if !entry.is_row {
            return entries::is_struck(self.text, self.markdown, &entry.range);
        }
        let main = entries::main_cell(self.text, self.markdown, entry.block, &[]);
        main.is_some_and(|cell| entries::is_struck(self.text, self.markdown, &cell))
    }

    /// The box in a cell of a row. Of several an empty one counts: something is left to do.
    fn box_in_row(&self, row: BlockId) -> Option<Task> {
        let cells = entries::cells(self.text, self.markdown, row);
        let mut boxes = cells.into_iter().filter_map(|cell| box_of(self.text, cell)).peekable();
        let first = boxes.peek().cloned();
        boxes.find(|task| !task.ticked).or(first)
    }

    fn item_of(&self, block: BlockId, range: Range<usize>, task: Option<Task>) -> DoneItem {
        let item = self.item_in(block, range.clone(), task);
        DoneItem {
            has_command: entries::has_code(self.markdown, block),
            can_be_run: self.can_be_run(block),
            has_outcome: item.is_step || self.says_outcome(block, &range),
            ..item
        }
    }

    /// An item that is a line of a paragraph.
    fn item_in(&self, block: BlockId, range: Range<usize>, task: Option<Task>) -> DoneItem {
        let words = &self.text[range.clone()];
        let first_line = words.lines().next().unwrap_or_default().trim_end();
        let code = || self.markdown.inlines_in(range.clone()).iter().filter(|inline| inline.kind == InlineKind::Code);
        DoneItem {
            has_command: code().next().is_some(),
            can_be_run: code().any(|code| is_command(&self.text[code.content()])),
            has_outcome: self.says_outcome(block, &range),
            is_step: task.is_none() && is_scenario_step(words),
            is_placeholder: entries::is_placeholder(words) || !words.contains(char::is_alphanumeric),
            range: range.start..range.start + first_line.len(),
            task,
        }
    }

    /// Whether the block has code to run.
    fn can_be_run(&self, block: BlockId) -> bool {
        let code = |kind: &BlockKind| matches!(kind, BlockKind::Fence { .. } | BlockKind::IndentedCode);
        let mut inlines = self.markdown.inlines(block).iter().filter(|inline| inline.kind == InlineKind::Code);
        inlines.any(|inline| is_command(&self.text[inline.content()]))
            || self.markdown.descendants(block).any(|(_, block)| code(&block.kind))
    }

    /// Whether words besides the command say what should happen; `Run` and the like say nothing.
    fn says_outcome(&self, block: BlockId, range: &Range<usize>) -> bool {
        let paragraphs = self.markdown.descendants(block).filter(|(_, block)| {
            matches!(block.kind, BlockKind::Paragraph | BlockKind::Cell) && block.range().start >= range.start
        });
        let mut ranges: Vec<Range<usize>> = paragraphs.map(|(_, block)| block.range()).collect();
        if ranges.is_empty() && self.markdown.block(block).kind == BlockKind::Paragraph {
            ranges.push(range.clone());
        }
        let mut after_code = false;
        ranges.into_iter().any(|range| {
            let prose = entries::prose(self.text, self.markdown, range.clone()).to_lowercase();
            let mut words =
                prose.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().any(char::is_alphabetic));
            // A number in a cell after the command is what it should print, one before it an id.
            let is_number = after_code && prose.contains(char::is_numeric);
            after_code |= self.markdown.inlines_in(range).iter().any(|inline| inline.kind == InlineKind::Code);
            is_number || words.any(|word| !EMPTY_WORDS.contains(&word)) || points_at_a_result(&prose)
        })
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

/// The box that a cell or a line begins with; `[x](y)` and `[x]y` are none.
fn box_of(text: &str, cell: Range<usize>) -> Option<Task> {
    const DRAWN: [(&str, bool); 7] =
        [("☐", false), ("⬜", false), ("🔲", false), ("☑", true), ("☒", true), ("✔", true), ("✅", true)];
    let words = &text[cell.clone()];
    let drawn = || {
        DRAWN.iter().find_map(|(mark, ticked)| {
            let after = words.strip_prefix(mark)?.trim_start_matches('\u{fe0f}');
            let is_box = after.chars().next().is_none_or(char::is_whitespace);
            is_box.then(|| Task { ticked: *ticked, dropped: false, marker: cell.start..cell.start + mark.len() })
        })
    };
    Task::begins(text, &cell).or_else(drawn)
}

/// Whether a paragraph says when it is done: `TBD` and the introduction of a list do not.
fn says_when(words: &str) -> bool {
    let lower = words.trim().to_lowercase();
    let is_open = ["to be ", "todo", "coming soon", "fill in"].iter().any(|start| lower.starts_with(start));
    !is_open && !entries::says_none(words) && !lower.trim_end_matches(['*', '_']).ends_with([':', '：'])
}

/// Programs that are run by their name alone.
const PROGRAMS: &[&str] = &[
    "make",
    "just",
    "pytest",
    "tox",
    "nox",
    "ruff",
    "mypy",
    "eslint",
    "tsc",
    "vitest",
    "jest",
    "mocha",
    "rake",
    "rspec",
    "phpunit",
    "pre-commit",
    "ctest",
    "gradle",
    "mvn",
];

/// Whether code is a command line, and not a name, a value or an expression.
fn is_command(code: &str) -> bool {
    let code = code.trim().trim_start_matches("$ ");
    let (program, rest) = code.split_once(char::is_whitespace).unwrap_or((code, ""));
    let program = program.trim_start_matches("./");
    let is_program = program.starts_with(|c: char| c.is_ascii_lowercase())
        && program.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '+'));
    let is_expression = rest.trim_start().starts_with(['=', '<', '>', ':', '+', '&', '?', '→', '(', '!', '*'])
        || rest.starts_with("- ")
        || rest.starts_with("-> ");
    is_program && !is_expression && (!rest.trim().is_empty() || PROGRAMS.contains(&program))
}

/// `Phase 2: Verification`, a section of its own beside `Phase 2: Tasks`.
fn names_verification(heading: &str) -> bool {
    let name = heading.trim_start_matches(|c: char| !c.is_ascii_digit());
    let name = name.trim_start_matches(char::is_alphanumeric).trim_start_matches(|c: char| !c.is_alphanumeric());
    begins_with_verification(name)
}

/// Whether an arrow or a sign after code leads to something: `` `curl …` -> 200 ``. `prose` is
/// what stands outside code.
fn points_at_a_result(prose: &str) -> bool {
    let has_arrow = ["→", "⇒", "➜", "->", "=>", "=="].iter().any(|arrow| prose.contains(arrow));
    let mut signs = prose.match_indices([':', '=', '：']);
    has_arrow || signs.any(|(at, sign)| prose[at + sign.len()..].trim_start().starts_with(|c: char| c.is_ascii_digit()))
}

/// `**WHEN** the probe fails`: Gherkin's words, as specifications shout them.
fn is_scenario_step(words: &str) -> bool {
    let first =
        words.trim_start_matches(['*', '_']).split(|c: char| !c.is_ascii_uppercase()).next().unwrap_or_default();
    ["GIVEN", "WHEN", "THEN", "AND", "BUT"].contains(&first)
}

/// Whether a heading is that of a task, `Task 3: Parser`, or of all tasks.
fn is_task(section: &Section) -> bool {
    let heading = &*section.normalized;
    let first = heading.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let word = first.trim_end_matches(|c: char| c.is_ascii_digit());
    let rest = heading[word.len()..].trim_start_matches([' ', '-', '#', '_']);
    let is_numbered = rest.starts_with(|c: char| c.is_ascii_digit()) || rest.len() <= 2;
    section.style != SectionStyle::LeadIn
        && (TASK_HEADINGS.contains(&word) && (is_numbered || rest.is_empty()) || ALL_TASKS.contains(&heading))
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

/// `Verification: …`, `- **Verify**: …`.
/// `Expected: PASS` below `Run: …`.
fn is_expectation(line: &str) -> bool {
    let words = line.trim_start_matches([' ', '-', '*', '_', '>']);
    ["Expected:", "Expected**", "Expected result", "Expected output", "Expect:"]
        .iter()
        .any(|word| words.starts_with(word))
}

fn is_verification_label(line: &str) -> bool {
    let Some((label, _)) = line.split_once([':', '：']) else { return false };
    label.len() <= 60 && begins_with_verification(&normalize_heading(label))
}

#[cfg(test)]
mod tests;
