//! What a plan says: done items and phases.

use std::ops::Range;

use super::{
    entries::{self, Entry, Task},
    paths::{self, Reference},
    sections::{Section, SectionStyle, Sections},
};
use crate::{
    markdown::{BlockId, BlockKind, Markdown},
    template::{SectionName, normalize_heading},
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The items of every done section.
    pub done: Vec<DoneItem>,
    /// `Phase N: Name` sections.
    pub phases: Vec<PhaseSection>,
    pub references: Vec<Reference>,
}

/// One way to see that the phase is finished.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoneItem {
    /// Bytes of its words, on its first line.
    pub range: Range<usize>,
    pub task: Option<Task>,
    /// Whether it has inline code or a fence.
    pub has_command: bool,
    /// Whether it says what should happen, besides the command.
    pub has_outcome: bool,
    pub is_placeholder: bool,
}

/// A `Phase N: Name` section of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhaseSection {
    /// Index among the sections.
    pub section: usize,
    pub has_tasks: bool,
    /// Whether it has a Verification label or a done section of its own.
    pub has_verification: bool,
}

impl Plan {
    pub fn read(text: &str, markdown: &Markdown, sections: &Sections) -> Self {
        let reader = Reader { text, markdown, sections };
        let done = sections.named(SectionName::DefinitionOfDone).filter(|section| !reader.is_nested_done(section));
        Self {
            done: done.flat_map(|section| reader.done_items(section)).collect(),
            phases: reader.phases(),
            references: paths::read(text, markdown, sections),
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    markdown: &'a Markdown,
    sections: &'a Sections,
}

impl Reader<'_> {
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
                BlockKind::Heading(_) if self.begins_other_section(section, at) => {
                    at = self.end_of_section_at(at).unwrap_or(next);
                    continue;
                }
                BlockKind::Fence { .. } | BlockKind::IndentedCode => match items.last_mut() {
                    Some(last) => last.has_command = true,
                    None => items.push(DoneItem { has_command: true, ..self.item_of(at, block.range(), None) }),
                },
                _ => {
                    for entry in entries::of(self.text, self.markdown, at..next) {
                        self.push_entry(&entry, &mut items);
                    }
                }
            }
            at = next;
        }
        items
    }

    /// A canonical section inside the done section, such as its Out of scope, keeps its own items.
    fn begins_other_section(&self, done: &Section, block: BlockId) -> bool {
        let own = [Some(SectionName::DefinitionOfDone), Some(SectionName::Verification), None];
        self.sections.children(done).any(|child| child.block == block && !own.contains(&child.name))
    }

    fn end_of_section_at(&self, block: BlockId) -> Option<BlockId> {
        self.sections.all.iter().find(|section| section.block == block).map(|section| section.body.end)
    }

    /// The item, and those with boxes nested in it; a plain item above boxes only groups them.
    fn push_entry(&self, entry: &Entry, items: &mut Vec<DoneItem>) {
        let nested: Vec<Entry> = entries::nested(self.text, self.markdown, entry.block)
            .into_iter()
            .filter(|entry| entry.task.is_some())
            .collect();
        if entry.task.is_some() || nested.is_empty() {
            items.push(self.item_of(entry.block, entry.range.clone(), entry.task.clone()));
        }
        for entry in &nested {
            self.push_entry(entry, items);
        }
    }

    fn item_of(&self, block: BlockId, range: Range<usize>, task: Option<Task>) -> DoneItem {
        let words = &self.text[range.clone()];
        let first_line = words.lines().next().unwrap_or_default().trim_end();
        DoneItem {
            has_command: entries::has_code(self.markdown, block),
            has_outcome: self.says_outcome(block, &range),
            is_placeholder: words.trim().starts_with('<') && words.trim().ends_with('>')
                || !words.contains(char::is_alphanumeric),
            range: range.start..range.start + first_line.len(),
            task,
        }
    }

    /// Whether words besides the command say what should happen; `Run` and the like say nothing.
    fn says_outcome(&self, block: BlockId, range: &Range<usize>) -> bool {
        let paragraphs = self.markdown.descendants(block).filter(|(_, block)| {
            matches!(block.kind, BlockKind::Paragraph | BlockKind::Cell) && block.range().start >= range.start
        });
        let mut ranges: Vec<Range<usize>> = paragraphs.map(|(_, block)| block.range()).collect();
        if ranges.is_empty() {
            ranges.push(range.clone());
        }
        ranges.into_iter().any(|range| {
            let prose = entries::prose(self.text, self.markdown, range).to_lowercase();
            let mut words =
                prose.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().any(char::is_alphabetic));
            words.any(|word| !EMPTY_WORDS.contains(&word))
        })
    }

    fn phases(&self) -> Vec<PhaseSection> {
        let sections = self.sections.all.iter().enumerate();
        let phases = sections.filter(|(_, section)| section.phase().is_some());
        phases
            .map(|(index, section)| PhaseSection {
                section: index,
                has_tasks: self.has_tasks(section),
                has_verification: self.has_verification(section),
            })
            .collect()
    }

    fn has_tasks(&self, section: &Section) -> bool {
        self.markdown.within(section.body.clone()).any(|(_, block)| block.kind == BlockKind::Item)
    }

    /// A Verification label may be a heading, a lead-in, an item, or a line that a list swallowed.
    fn has_verification(&self, section: &Section) -> bool {
        let is_checked = |section: &Section| {
            matches!(section.name, Some(SectionName::Verification | SectionName::DefinitionOfDone))
                || section.style == SectionStyle::Heading && begins_with_verification(&section.normalized)
        };
        let start = self.sections.all.partition_point(|other| other.range.start <= section.range.start);
        let inside = self.sections.all[start..].iter().take_while(|other| other.range.start < section.range.end);
        inside.clone().any(is_checked)
            || self
                .markdown
                .within(section.body.clone())
                .filter(|(_, block)| matches!(block.kind, BlockKind::Paragraph | BlockKind::Cell))
                .any(|(_, block)| self.text[block.range()].lines().any(is_verification_label))
    }
}

const EMPTY_WORDS: &[&str] = &[
    "run",
    "runs",
    "execute",
    "command",
    "commands",
    "verify",
    "check",
    "with",
    "via",
    "and",
    "then",
    "using",
    "by",
    "the",
    "a",
    "an",
    "on",
    "in",
    "to",
    "of",
    "test",
    "verification",
    "cmd",
    "or",
    "for",
];

fn begins_with_verification(normalized: &str) -> bool {
    ["verification", "verify", "acceptance", "exit criteria", "definition of done", "done when", "success criteria"]
        .iter()
        .any(|word| normalized.starts_with(word))
}

/// `Verification: …`, `- **Verify**: …`.
fn is_verification_label(line: &str) -> bool {
    let Some((label, _)) = line.split_once([':', '：']) else { return false };
    label.len() <= 60 && begins_with_verification(&normalize_heading(label))
}
