//! Where a phase stands, as other artifacts have it: overviews, and the phases that come after it.

use std::{cell::LazyCell, collections::HashMap, ops::Range, sync::Arc};

use jiff::civil::Date;

use super::{
    Document, Facts, Index, Workspace, id_key,
    purpose::{file_stem, folder_of},
};
use crate::{
    artifact::{
        dates,
        notes::{
            Status,
            phases::{Phase, StatedPhase},
        },
        phase_id,
    },
    convention::PerKind,
};

/// What the artifacts of an index say together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Progress {
    /// Artifacts that state statuses of other phases, or list their tasks.
    overviews: Vec<Arc<str>>,
    furthest: PerKind<Furthest>,
    /// By folder below the artifact folders.
    reached: HashMap<Box<str>, Reached>,
    /// By folder: the latest date that the name of a file begins with.
    newest: PerKind<HashMap<Box<str>, Date>>,
    /// By folder: how many files of phases there are, and how many of them state their status.
    stating: PerKind<HashMap<Box<str>, (usize, usize)>>,
    /// By folder: how many files have boxes for work, and how many of them a tick.
    boxes: HashMap<Box<str>, (usize, usize)>,
}

/// The highest numbers of the phases of a folder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Reached {
    last: u32,
    /// Of those that have begun.
    begun: Option<u32>,
}

/// By folder: the phase with the highest number that is complete.
type Furthest = HashMap<Box<str>, (u32, Arc<str>)>;

/// A status that another artifact states.
pub struct StatedElsewhere {
    pub path: Arc<str>,
    pub status: Status,
    pub words: Box<str>,
    /// Bytes of that artifact.
    pub range: Range<usize>,
}

impl StatedElsewhere {
    fn new(path: &Arc<str>, stated: &StatedPhase) -> Self {
        let StatedPhase { status, words, range, .. } = stated.clone();
        Self { path: path.clone(), status, words, range }
    }

    /// Whether it cannot be true together with `status`: one of them is complete, or has not begun.
    pub fn disagrees(&self, status: Status) -> bool {
        let is_one = |of: Status| (self.status == of) != (status == of);
        let has_begun = [self.status, status].contains(&Status::InProgress);
        is_one(Status::Complete) || has_begun && is_one(Status::NotStarted)
    }
}

impl Progress {
    pub(super) fn note(&mut self, path: &Arc<str>, facts: &Facts) {
        if facts.overview.is_some() {
            self.overviews.push(path.clone());
        }
        if let Some(date) = date_of(path) {
            let newest = self.newest.get_mut(facts.kind).entry(folder_of(path).into()).or_insert(date);
            *newest = date.max(*newest);
        }
        if facts.work.any() {
            let (files, ticked) = self.boxes.entry(folder_of(path).into()).or_default();
            *files += 1;
            *ticked += usize::from(facts.has_tick);
        }
        if phase_id(file_stem(path)).is_some() {
            let (files, stating) = self.stating.get_mut(facts.kind).entry(folder_of(path).into()).or_default();
            *files += 1;
            *stating += usize::from(facts.status.is_some());
        }
        if facts.status == Some(Status::Complete)
            && let Some(number) = number(path)
        {
            let furthest = self.furthest.get_mut(facts.kind).entry(folder_of(path).into());
            let furthest = furthest.or_insert_with(|| (number, path.clone()));
            if number > furthest.0 {
                *furthest = (number, path.clone());
            }
        }
    }

    /// `key`: the folder and id of a phase, as `billing/2`.
    pub(super) fn note_phase(&mut self, key: &str, has_begun: bool) {
        if let Some((folder, number)) = folder_and_number(key) {
            let reached = self.reached.entry(folder.into()).or_default();
            reached.last = reached.last.max(number);
            reached.begun = reached.begun.max(has_begun.then_some(number));
        }
    }
}

impl Workspace {
    /// Whether the work is at a document now, as far as the files tell. Its phase says so, or else it is the last that
    /// has begun; where none has, and of plans with a date, it is the last that is there. Earlier ones were gone past,
    /// later ones have time.
    pub fn is_current(&self, document: &Document) -> bool {
        let path = &*document.path;
        let statuses: Vec<Status> = self.unit(path).filter_map(|facts| facts.status).collect();
        if statuses.iter().any(|status| matches!(status, Status::InProgress | Status::Blocked)) {
            return true;
        }
        let has_begun = self.unit(path).any(Facts::has_begun);
        if !has_begun && statuses.contains(&Status::NotStarted) {
            return false;
        }
        let key = self.config.stem(path).and_then(id_key);
        match key.as_deref().and_then(folder_and_number) {
            Some((folder, own)) => {
                let furthest = |of: fn(&Reached) -> Option<u32>| {
                    let in_index = |index: &Index| index.tallies().progress.reached.get(folder).and_then(of);
                    in_index(&self.open).max(in_index(&self.index))
                };
                match furthest(|reached| reached.begun) {
                    Some(begun) => has_begun && begun <= own,
                    None => furthest(|reached| Some(reached.last)) <= Some(own),
                }
            }
            None => !self.has_newer(document),
        }
    }

    /// Whether a later phase of the folder has begun.
    pub fn is_passed(&self, document: &Document) -> bool {
        let key = self.config.stem(&document.path).and_then(id_key);
        let Some((folder, own)) = key.as_deref().and_then(folder_and_number) else { return false };
        let begun = |index: &Index| index.tallies().progress.reached.get(folder).and_then(|reached| reached.begun);
        begun(&self.open).max(begun(&self.index)) > Some(own)
    }

    /// Whether a file of a later date lies beside a document that has one in its name.
    fn has_newer(&self, document: &Document) -> bool {
        let Some(own) = date_of(&document.path) else { return false };
        let newest =
            |index: &Index| index.tallies().progress.newest.get(document.kind).get(folder_of(&document.path)).copied();
        newest(&self.open).max(newest(&self.index)) > Some(own)
    }

    /// What overviews say of the status of a phase, by its file or, beside or above it, by its id.
    pub fn stated_elsewhere(&self, document: &Document) -> Vec<StatedElsewhere> {
        let path = &*document.path;
        let id = LazyCell::new(|| phase_id(file_stem(path)).filter(|_| self.has_id_alone(document)));
        let names = |overview: &str, phase: &Phase| match phase {
            Phase::File(file) => **file == *path,
            Phase::Id(stated) => id.as_deref() == Some(&**stated) && is_at_or_below(path, folder_of(overview)),
            Phase::Code(code) => begins_with_code(file_stem(path), code) && is_at_or_below(path, folder_of(overview)),
        };
        let mut found: Vec<_> = self
            .overviews()
            .filter(|(overview, _)| ***overview != *path)
            .flat_map(|(overview, facts)| {
                let stated = facts.stated_phases().filter(|stated| names(overview, &stated.phase));
                stated.map(|stated| StatedElsewhere::new(overview, stated))
            })
            .collect();
        found.sort_by(|one, other| one.path.cmp(&other.path));
        found
    }

    /// The phases of which a document, an overview itself, says that they are less far than another overview beside,
    /// above or below it has them. Only those that have files count: `Phase 1` of two roadmaps may be two things.
    pub fn further_elsewhere(&self, document: &Document) -> Vec<(StatedPhase, StatedElsewhere)> {
        if !document.is_overview() {
            return Vec::new();
        }
        let (path, folder) = (&*document.path, folder_of(&document.path));
        let is_near = |other: &str| is_at_or_below(path, folder_of(other)) || is_at_or_below(other, folder);
        let mut others: Vec<_> = self.overviews().filter(|(other, _)| ***other != *path && is_near(other)).collect();
        others.retain(|(_, facts)| facts.stated_phases().next().is_some());
        if others.is_empty() {
            return Vec::new();
        }
        others.sort_unstable_by_key(|(path, _)| *path);
        let own = document.stated_phases().into_iter().filter(|own| self.has_file(&own.phase));
        let further = |own: StatedPhase| {
            let id = own.phase.id()?;
            let all = others.iter().flat_map(|(path, facts)| facts.stated_phases().map(move |stated| (*path, stated)));
            let same: Vec<_> = all.filter(|(_, stated)| stated.phase.id().is_some_and(|other| other == id)).collect();
            let is_further = |stated: &StatedPhase| match own.status {
                Status::Complete => false,
                Status::NotStarted => matches!(stated.status, Status::Complete | Status::InProgress),
                _ => stated.status == Status::Complete,
            };
            let (path, stated) = same.first().filter(|_| same.iter().all(|(_, stated)| is_further(stated)))?;
            Some((own, StatedElsewhere::new(path, stated)))
        };
        own.filter_map(further).collect()
    }

    fn has_file(&self, phase: &Phase) -> bool {
        match phase {
            Phase::File(path) => self.facts(path).is_some(),
            Phase::Code(_) => false,
            Phase::Id(id) => {
                let key = format!("/{id}");
                [&*self.open, &*self.index].into_iter().any(|index| index.ids.contains_key(key.as_str()))
            }
        }
    }

    /// Whether boxes are written and not kept beside a document: it has no tick, nor has any other file in the folder
    /// that has boxes, one at least.
    pub fn leaves_boxes_alone(&self, document: &Document) -> bool {
        let count_others = |index: &Index| {
            let folders = &index.tallies().progress.boxes;
            let (files, ticked) = folders.get(folder_of(&document.path)).copied().unwrap_or_default();
            let own = index.get(&document.path).filter(|own| own.work.any());
            (files - usize::from(own.is_some()), ticked - usize::from(own.is_some_and(|own| own.has_tick)))
        };
        let (on_disk, open) = (count_others(&self.index), count_others(&self.open));
        !document.has_tick() && on_disk.0 + open.0 > 0 && on_disk.1 + open.1 == 0
    }

    /// Whether the other phases in the folder of a document state their status in files of its kind: at least three,
    /// and nine of ten.
    pub fn status_is_stated_beside(&self, document: &Document) -> bool {
        if phase_id(file_stem(&document.path)).is_none() {
            return false;
        }
        let count = |index: &Index| {
            let folders = index.tallies().progress.stating.get(document.kind);
            let (files, stating) = folders.get(folder_of(&document.path)).copied().unwrap_or_default();
            let own = index.get(&document.path);
            let states = own.is_some_and(|own| own.status.is_some());
            (files - usize::from(own.is_some()), stating - usize::from(states))
        };
        let (files, stating) = count(&self.index).max(count(&self.open));
        stating >= 3 && 10 * stating >= 9 * files
    }

    /// The phase of the highest number that is complete, in the folder of a document and of its kind, if it comes
    /// later: its number and file.
    pub fn later_complete(&self, document: &Document) -> Option<(u32, Arc<str>)> {
        let own = number(&document.path)?;
        let furthest = |index: &Index| {
            let furthest = index.tallies().progress.furthest.get(document.kind);
            furthest.get(folder_of(&document.path)).cloned()
        };
        let mut found = [furthest(&self.open), furthest(&self.index)].into_iter().flatten().filter(|(number, path)| {
            *number > own && self.facts(path).is_some_and(|facts| facts.status == Some(Status::Complete))
        });
        found.next()
    }

    /// The overviews that lie beside or above a document.
    pub(super) fn overviews_of(&self, document: &Document) -> impl Iterator<Item = (&Arc<str>, &Arc<Facts>)> {
        let path = document.path.clone();
        let is_other = move |overview: &str| *overview != *path && is_at_or_below(&path, folder_of(overview));
        self.overviews().filter(move |(overview, _)| is_other(overview))
    }

    fn overviews(&self) -> impl Iterator<Item = (&Arc<str>, &Arc<Facts>)> {
        let on_disk = self.index.tallies().progress.overviews.iter().filter(|path| self.open.get(path).is_none());
        let open = self.open.tallies().progress.overviews.iter();
        open.chain(on_disk).filter_map(|path| Some((path, self.facts(path)?)))
    }

    /// Whether no other artifact of its kind has the id of a document, so that the id alone says which is meant.
    fn has_id_alone(&self, document: &Document) -> bool {
        let Some((kind, stem)) = self.config.artifact(&document.path) else { return false };
        self.all_with_id_of(stem, kind).iter().all(|other| **other == *document.path)
    }
}

/// Whether a name begins with a code, such as `p-008`, as a word of its own.
fn begins_with_code(name: &str, code: &str) -> bool {
    let start = name.get(..code.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(code))
        && !name[code.len()..].starts_with(char::is_alphanumeric)
}

/// The date that the name of a file begins with: `2026-03-26-resume.md`.
fn date_of(path: &str) -> Option<Date> {
    Some(dates::at_start(file_stem(path))?.moment?.date)
}

/// The number of a phase: 2 for `plan/phase-2b.md`.
fn number(path: &str) -> Option<u32> {
    number_of(&phase_id(file_stem(path))?)
}

/// 2 for the id `2b`.
fn number_of(id: &str) -> Option<u32> {
    id.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// `billing` and 2 for the key `billing/2b`.
fn folder_and_number(key: &str) -> Option<(&str, u32)> {
    let (folder, id) = key.rsplit_once('/')?;
    Some((folder, number_of(id)?))
}

/// Whether a file lies in a folder, or in one of its folders.
fn is_at_or_below(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}
