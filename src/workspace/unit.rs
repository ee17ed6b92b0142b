//! The artifacts that belong together, and what is open in them: what the rules about a status ask.

use std::{ops::Range, sync::Arc};

use super::{Document, Workspace};
use crate::{
    artifact::{
        Artifact,
        entries::{self, Task},
        notes::Status,
        sections::Section,
    },
    markdown::{Block, BlockId, BlockKind, Markdown},
    template::{Kind, SectionName},
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
    fn read(text: &str, markdown: &Markdown, artifact: &Artifact) -> Self {
        let done = artifact.plan().map(|plan| &plan.done[..]).unwrap_or_default();
        let done = || done.iter().filter(|item| !item.is_placeholder);
        let mut count = Count::default();
        for item in done() {
            count.add(item.task.as_ref(), &item.range);
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
    fn add(&mut self, task: Option<&Task>, words: &Range<usize>) {
        match task {
            Some(task) if task.dropped => {}
            Some(task) if task.ticked => self.ticked += 1,
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
                self.add(entry.task.as_ref(), &entries::first_line(text, &entry.range));
            }
        }
    }
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
    let section = artifact.sections.at(words.start);
    !section.into_iter().flat_map(|section| artifact.sections.enclosing(section)).any(is_other)
        && !entries::is_struck(text, markdown, words)
}

impl Document {
    /// The boxes that say how far its work is, read when first asked for.
    pub fn boxes(&self) -> &Boxes {
        self.boxes.get_or_init(|| Boxes::read(&self.text, &self.markdown, &self.artifact))
    }
}

/// One artifact of a unit.
#[derive(Clone, Debug)]
pub struct Part {
    pub path: Arc<str>,
    pub kind: Kind,
    pub status: Option<(Status, Range<usize>)>,
    pub boxes: Boxes,
    pub questions: Box<[Range<usize>]>,
    pub has_log_entry: bool,
}

/// What belongs together: a plan, a prompt and work notes, as far as they are there.
#[derive(Clone, Debug)]
pub struct Unit {
    parts: Vec<Part>,
}

impl Unit {
    /// The unit of a document, read as it is now.
    pub fn of(workspace: &Workspace, document: &Document) -> Self {
        let own = Part::of(document);
        let others = Kind::ALL.into_iter().filter(|kind| *kind != document.kind);
        let facts = others.filter_map(|kind| workspace.counterpart_facts(&document.path, kind));
        let mut parts: Vec<Part> = facts
            .map(|(path, facts)| Part {
                path,
                kind: facts.kind,
                status: facts.status.zip(facts.status_at.clone()),
                boxes: facts.work.clone(),
                questions: facts.open_questions.clone(),
                has_log_entry: facts.has_log_entry,
            })
            .collect();
        parts.push(own);
        // The work notes say where the unit stands, else the plan.
        parts
            .sort_by_key(|part| [Kind::WorkNotes, Kind::Plan, Kind::Prompt].iter().position(|kind| *kind == part.kind));
        Self { parts }
    }

    /// The artifact that says where the unit stands.
    pub fn stating(&self) -> Option<&Part> {
        self.parts.iter().find(|part| part.status.is_some())
    }

    /// The other artifacts that state a status.
    pub fn also_stating(&self) -> impl Iterator<Item = &Part> {
        self.parts.iter().filter(|part| part.status.is_some()).skip(1)
    }

    /// Those whose boxes are the unit's work: a prompt's only where nothing else says where the unit stands, those of
    /// work notes only without a plan.
    pub fn worked_on(&self) -> impl Iterator<Item = &Part> {
        let has_plan = self.parts.iter().any(|part| part.kind == Kind::Plan);
        let states = self.stating().map(|part| part.kind);
        self.parts.iter().filter(move |part| match part.kind {
            Kind::Plan => true,
            Kind::Prompt => states == Some(Kind::Prompt),
            Kind::WorkNotes => !has_plan,
        })
    }

    /// Where questions are open, with the artifact.
    pub fn open_questions(&self) -> impl Iterator<Item = (&Part, &Range<usize>)> {
        self.parts.iter().flat_map(|part| part.questions.iter().map(move |question| (part, question)))
    }

    pub fn open_boxes(&self) -> impl Iterator<Item = (&Part, &Range<usize>)> {
        self.worked_on().flat_map(|part| part.boxes.open.iter().map(move |place| (part, place)))
    }

    pub fn ticked(&self) -> usize {
        self.worked_on().map(|part| part.boxes.ticked).sum()
    }
}

impl Part {
    fn of(document: &Document) -> Self {
        let Document { path, kind, artifact, .. } = document;
        let status = artifact.notes.status_mark().map(|mark| (mark.status, mark.range.clone()));
        Self {
            path: path.clone(),
            kind: *kind,
            status,
            boxes: document.boxes().clone(),
            questions: artifact.questions.iter().filter(|q| !q.resolved).map(|q| q.range.clone()).collect(),
            has_log_entry: !artifact.notes.log.is_empty(),
        }
    }
}
