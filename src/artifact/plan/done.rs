//! The items of a done section.

use std::ops::Range;

use super::{Reader, SAY_WHEN_DONE, words::EMPTY_WORDS};
use crate::{
    artifact::{
        entries::{self, Entry, Task},
        sections::{Section, heading_text},
    },
    convention::SectionName,
    markdown::{BlockId, BlockKind, InlineKind},
    text::{lines_in, trimmed_range},
};

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

impl Reader<'_> {
    pub(super) fn is_nested_done(&self, section: &Section) -> bool {
        let mut outer = self.sections.enclosing(section).skip(1);
        outer.any(|section| section.name == Some(SectionName::DefinitionOfDone))
    }

    pub(super) fn done_items(&self, section: &Section) -> Vec<DoneItem> {
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
        let item = self.item_of_words(range.clone(), task);
        DoneItem {
            has_command: entries::has_code(self.markdown, block),
            can_be_run: self.can_be_run(block),
            has_outcome: item.is_step || self.says_outcome(block, &range),
            ..item
        }
    }

    /// An item that is a line of a paragraph.
    fn item_in(&self, block: BlockId, range: Range<usize>, task: Option<Task>) -> DoneItem {
        let code = || self.markdown.inlines_in(range.clone()).iter().filter(|inline| inline.kind == InlineKind::Code);
        DoneItem {
            has_command: code().next().is_some(),
            can_be_run: code().any(|code| is_command(&self.text[code.content()])),
            has_outcome: self.says_outcome(block, &range),
            ..self.item_of_words(range.clone(), task)
        }
    }

    /// An item without what it says besides its first line.
    fn item_of_words(&self, range: Range<usize>, task: Option<Task>) -> DoneItem {
        let words = &self.text[range.clone()];
        let first_line = words.lines().next().unwrap_or_default().trim_end();
        DoneItem {
            has_command: false,
            can_be_run: false,
            has_outcome: false,
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
            is_number || words.any(|word| !EMPTY_WORDS.contains(word)) || points_at_a_result(&prose)
        })
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
