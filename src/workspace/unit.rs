//! The artifacts that belong together, and what is open in them: what the rules about a status ask.

use std::{ops::Range, sync::Arc};

use super::{Document, Workspace};
use crate::{
    artifact::{boxes::Boxes, notes::Status},
    convention::Kind,
};

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
