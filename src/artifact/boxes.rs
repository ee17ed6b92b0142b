//! The boxes of an artifact that say how far the work is.

use std::ops::Range;

use super::{
    Artifact,
    entries::{self, Entry, Task},
    questions::puts_off,
    sections::Section,
};
use crate::{
    convention::SectionName,
    markdown::{Block, BlockId, BlockKind, Markdown},
    text::holds,
};

/// The boxes that say how far the work is: those of the done section; where it has none, those of the tasks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Boxes {
    pub open: Box<[Range<usize>]>,
    pub ticked: usize,
    /// Whether a done item has no box: then the ticks do not tell whether all is done.
    pub has_plain_item: bool,
}

impl Boxes {
    pub fn read(text: &str, markdown: &Markdown, artifact: &Artifact) -> Self {
        let done = artifact.plan().map(|plan| &plan.done[..]).unwrap_or_default();
        let done = || done.iter().filter(|item| !item.is_placeholder);
        let mut count = Count::default();
        for item in done() {
            count.add(text, item.task.as_ref(), &item.range);
        }
        if count.ticked == 0 && count.open.is_empty() {
            count.add_tasks(text, markdown, artifact);
        }
        let has_plain_item = done().any(|item| item.task.is_none());
        Self { open: count.open.into(), ticked: count.ticked, has_plain_item }
    }

    /// Whether all work is done: every item has a box, and every box is ticked.
    pub fn are_all_ticked(&self) -> bool {
        self.ticked > 0 && self.open.is_empty() && !self.has_plain_item
    }

    /// Whether there is any box.
    pub fn any(&self) -> bool {
        self.ticked > 0 || !self.open.is_empty()
    }
}

/// Boxes while they are counted.
#[derive(Default)]
struct Count {
    open: Vec<Range<usize>>,
    ticked: usize,
}

impl Count {
    fn add(&mut self, text: &str, task: Option<&Task>, words: &Range<usize>) {
        match task {
            Some(task) if task.dropped => {}
            Some(task) if task.ticked => self.ticked += 1,
            Some(_) if is_put_off(&text[words.clone()]) => {}
            Some(_) => self.open.push(words.clone()),
            None => {}
        }
    }

    fn add_tasks(&mut self, text: &str, markdown: &Markdown, artifact: &Artifact) {
        let begins_with_box = |id: BlockId, block: &Block| {
            let mut inside = markdown.children(id);
            block.task_marker().is_some()
                || inside.next().is_some_and(|(_, first)| text[first.range()].starts_with('['))
        };
        let items = markdown.all().filter(|(_, block)| block.kind == BlockKind::Item);
        for (id, _) in items.filter(|(id, block)| begins_with_box(*id, block)) {
            let Some(entry) = entries::item(text, markdown, id).filter(|entry| entry.task.is_some()) else { continue };
            if is_work(text, markdown, artifact, &entry.range) {
                self.add(text, entry.task.as_ref(), &entries::first_line(text, &entry.range));
            }
        }
    }
}

/// Whether words say that what they ask for is done elsewhere, at another time: `Overlay is deferred to Phase 6`.
fn is_put_off(words: &str) -> bool {
    const ELSEWHERE: [&str; 6] =
        ["deferred to", "deferred until", "postponed to", "postponed until", "moved to phase", "(deferred"];
    let lower = words.to_ascii_lowercase();
    ELSEWHERE.iter().any(|start| holds(&lower, start))
}

/// The tasks of a section, those that are ticked and those that are open; without what is dropped or put off.
pub fn of_section(text: &str, markdown: &Markdown, artifact: &Artifact, section: &Section) -> (Vec<Entry>, Vec<Entry>) {
    let tasks = markdown.tasks_within(section.body.clone()).iter();
    let tasks = tasks.filter_map(|id| entries::item(text, markdown, *id));
    tasks.filter(|item| counts(text, markdown, artifact, item)).partition(Entry::is_ticked)
}

/// Whether an item has a box that says how far the work is: it is neither dropped nor put off.
pub fn counts(text: &str, markdown: &Markdown, artifact: &Artifact, item: &Entry) -> bool {
    let is_kept = |task: &Task| !task.dropped && (task.ticked || !puts_off(item.text(text)));
    item.task.as_ref().is_some_and(is_kept) && is_work(text, markdown, artifact, &item.range)
}

/// Whether a box before `words` is a task: not struck, and not one of questions, a status, commits, or what is left for
/// later.
pub fn is_work(text: &str, markdown: &Markdown, artifact: &Artifact, words: &Range<usize>) -> bool {
    use SectionName::*;
    let others = [Status, OpenQuestions, Assumptions, Decisions, Commits, SessionLog, OutOfScope];
    #[rustfmt::skip]
    const LATER: &[&str] = &[
        "roadmap", "future", "later", "backlog", "follow-up", "follow up", "next step", "next up", "next phase", "ideas", "deferred", "향후", "추후",
        "今後", "将来", "次の", "后续", "未来", "下一步", "à venir", "próxim", "zukünftig", "ausblick", "nächste",
    ];
    let is_other = |section: &Section| {
        // Behind `Status: in progress` its boxes are not below it.
        let is_stated = section.is(Status) && !section.after_label.is_empty();
        !is_stated && others.iter().any(|name| section.is(*name))
            || LATER.iter().any(|word| section.normalized.contains(word))
            || ["next", "up next", "what's next"].contains(&&*section.normalized)
    };
    !artifact.sections.around(words.start).any(is_other) && !entries::is_struck(text, markdown, words)
}
