//! What the laws ask of a project: who follows the template, which roles go together, what is over.

use std::{collections::HashMap, sync::Arc};

use super::{
    Document, Facts, Index, Workspace, id_key,
    progress::Progress,
    purpose::{file_stem, folder_of, names_report},
};
use crate::{
    artifact::{notes::Status, phase_id},
    convention::{Kind, PerKind, SectionName},
    text::nfc,
};

/// Folders of units that are over.
const ARCHIVES: &[&str] = &["archive", "archived", "_archive", "completed", "done"];

/// Counts over all artifacts of an index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tallies {
    /// By kind: how many artifacts, and how many of them have half of the template.
    templates: PerKind<(usize, usize)>,
    /// By kind: in how many artifacts each required section is.
    sections: PerKind<HashMap<SectionName, usize>>,
    /// Units with a phase id.
    with_id: UnitTally,
    /// Units without one.
    without_id: UnitTally,
    pub(super) progress: Progress,
    /// Of plans of no phase, and of those of a phase: how many, and how many have a section that says when they are
    /// done.
    done_sections: [(usize, usize); 2],
}

fn is_of_phase(path: &str) -> bool {
    phase_id(file_stem(path)).is_some()
}

fn has_done_section(facts: &Facts) -> bool {
    facts.required_there.contains(&SectionName::DefinitionOfDone)
}

/// How many units have both of two kinds; of one kind, how many have it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct UnitTally(PerKind<PerKind<usize>>);

impl UnitTally {
    fn add(&mut self, has: impl Fn(Kind) -> bool) {
        for one in Kind::ALL.into_iter().filter(|kind| has(*kind)) {
            for other in Kind::ALL.into_iter().filter(|kind| has(*kind)) {
                *self.0.get_mut(one).get_mut(other) += 1;
            }
        }
    }
}

impl Index {
    pub(super) fn tallies(&self) -> &Tallies {
        self.tallies.get_or_init(|| {
            let mut tallies = Tallies::default();
            for (path, facts) in &self.files {
                tallies.progress.note(path, facts);
                if facts.kind == Kind::Plan {
                    let (plans, with) = &mut tallies.done_sections[usize::from(is_of_phase(path))];
                    *plans += 1;
                    *with += usize::from(has_done_section(facts));
                }
                let (files, following) = tallies.templates.get_mut(facts.kind);
                *files += 1;
                *following += usize::from(facts.has_half_of_template);
                for name in &facts.required_there {
                    *tallies.sections.get_mut(facts.kind).entry(*name).or_default() += 1;
                }
            }
            for (key, kinds) in &self.ids {
                tallies.with_id.add(|kind| !kinds.get(kind).is_empty());
                let mut files = Kind::ALL.into_iter().flat_map(|kind| kinds.get(kind));
                let has_begun = files.any(|path| self.files.get(path).is_some_and(|facts| facts.has_begun()));
                tallies.progress.note_phase(key, has_begun);
            }
            let unnumbered = self.stems.iter().filter(|(stem, _)| id_key(stem).is_none());
            for (_, kinds) in unnumbered {
                let is_unit = |path: &Arc<str>| self.files.get(path).is_none_or(|facts| !facts.has_one_purpose);
                tallies.without_id.add(|kind| kinds.get(kind).as_ref().is_some_and(is_unit));
            }
            tallies
        })
    }
}

impl Document {
    /// Whether it is in a folder of units that are over.
    pub fn is_archived(&self) -> bool {
        is_archived(&self.path)
    }
}

/// Whether a folder around it is one for what is over.
pub fn is_archived(path: &str) -> bool {
    let is_archive = |folder: &str| ARCHIVES.iter().any(|archive| archive.eq_ignore_ascii_case(folder));
    folder_of(path).split('/').any(is_archive)
}

impl Workspace {
    /// Whether a file has earned to be compared with the template: it has half of the required sections and belongs
    /// to a phase, unless others follow another one, or two of them where most other files of its kind have half, or
    /// template text that is not filled in, or the configuration says so.
    pub fn follows_template(&self, document: &Document) -> bool {
        let artifact = &document.artifact;
        if self.config.sections.get(document.kind).strict {
            return true;
        }
        let is_of_unit = || document.is_phase() || self.unit(&document.path).nth(1).is_some();
        if artifact.has_half_of_template() && is_of_unit() && !self.has_another_template(document) {
            return true;
        }
        if !artifact.placeholders.is_empty() {
            return artifact.has_known_section();
        }
        artifact.template_sections.0 >= 2 && {
            let own = usize::from(self.index.get(&document.path).is_some());
            let (files, following) = *self.index.tallies().templates.get(document.kind);
            let others = files.saturating_sub(own);
            others > 0 && 2 * following > others
        }
    }

    /// Whether at least two other artifacts of the document's kind are there, and none follows the template.
    fn has_another_template(&self, document: &Document) -> bool {
        let own = self.index.get(&document.path);
        let (files, following) = *self.index.tallies().templates.get(document.kind);
        let following = following - usize::from(own.is_some_and(|own| own.has_half_of_template));
        files - usize::from(own.is_some()) >= 2 && following == 0
    }

    /// Whether other artifacts of the document's kind follow the template, and none of them has a section of that
    /// name: then the project does without.
    pub fn does_without(&self, document: &Document, name: SectionName) -> bool {
        let tallies = self.index.tallies();
        let own = self.index.get(&document.path);
        let others =
            tallies.templates.get(document.kind).1 - usize::from(own.is_some_and(|own| own.has_half_of_template));
        let with = tallies.sections.get(document.kind).get(&name).copied().unwrap_or_default();
        others > 0 && with == usize::from(own.is_some_and(|own| own.required_there.contains(&name)))
    }

    /// How many other plans there are, of phases or of no phase as this one, and how many of them have a section that
    /// says when they are done.
    pub fn others_with_done_section(&self, path: &str) -> (usize, usize) {
        let own = self.index.get(path).filter(|own| own.kind == Kind::Plan);
        let (plans, with) = self.index.tallies().done_sections[usize::from(is_of_phase(path))];
        (plans - usize::from(own.is_some()), with - usize::from(own.is_some_and(|own| has_done_section(own))))
    }

    /// Whether another plan in the same folder below the artifact folder says when it is done: the files of such
    /// a folder belong together.
    pub fn says_when_done_beside(&self, path: &str) -> bool {
        let is_in_folder = self.config.stem(path).is_some_and(|stem| stem.contains('/'));
        let Some((folder, _)) = path.rsplit_once('/').filter(|_| is_in_folder) else { return false };
        let is_beside = |other: &str| other != path && other.rsplit_once('/').is_some_and(|(other, _)| other == folder);
        self.index.iter().any(|(other, facts)| facts.says_when_done && is_beside(other))
    }

    /// Whether units that have a file of the kind of `path` have one of `kind`, too: at least two, or one whose files
    /// have one stem, and nine of ten of the others. Where a file is missing here and there, authors do without on
    /// purpose.
    pub fn has_pairs(&self, path: &str, kind: Kind) -> bool {
        let Some((own, stem)) = self.config.artifact(path) else { return false };
        let key = id_key(stem);
        let has = |index: &Index, kind: Kind| match &key {
            Some(key) => index.ids.get(key.as_str()).is_some_and(|kinds| !kinds.get(kind).is_empty()),
            None => index.stems.get(&*nfc(stem)).is_some_and(|kinds| kinds.get(kind).is_some()),
        };
        let count = |index: &Index| {
            let tallies = index.tallies();
            let tally = if key.is_some() { &tallies.with_id } else { &tallies.without_id };
            // Of the others only.
            let is_counted = usize::from(has(index, own));
            let both = is_counted * usize::from(has(index, kind));
            let with = tally.0.get(own);
            (with.get(own).saturating_sub(is_counted), with.get(kind).saturating_sub(both))
        };
        let (units, with) = count(&self.index);
        let (units, with) = if units == 0 { count(&self.open) } else { (units, with) };
        (with > 1 || with == 1 && self.has_pair_of_one_stem(stem, own, kind)) && 10 * with >= 9 * units
    }

    /// Whether some other stem than `stem` has files of both kinds.
    fn has_pair_of_one_stem(&self, stem: &str, one: Kind, other: Kind) -> bool {
        [&*self.index, &*self.open]
            .into_iter()
            .flat_map(|index| &index.stems)
            .any(|(paired, kinds)| **paired != *nfc(stem) && kinds.get(one).is_some() && kinds.get(other).is_some())
    }

    /// Whether a file of `kind` would be there by now: a prompt is of no use once there are notes, unless they say
    /// that nothing has begun, and notes may wait until the phase has begun, unless those of another phase did not.
    pub fn is_due(&self, path: &str, kind: Kind) -> bool {
        match kind {
            Kind::Plan => true,
            Kind::Prompt => {
                let mut notes = self.unit(path).filter(|facts| facts.kind == Kind::WorkNotes);
                notes.all(|facts| facts.status == Some(Status::NotStarted))
            }
            Kind::WorkNotes => {
                let mut notes = self.index.iter().filter(|(_, facts)| facts.kind == Kind::WorkNotes);
                self.unit(path).any(Facts::has_begun)
                    || notes.any(|(_, facts)| !facts.has_one_purpose && !facts.has_begun())
            }
        }
    }

    /// Whether `path` belongs to the unit of a shorter stem: `phase-1-report` to `phase-1`.
    pub fn is_attachment(&self, path: &str) -> bool {
        let Some((kind, stem)) = self.config.artifact(path) else { return false };
        let shorter = |other: &Arc<str>| {
            let other = self.config.stem(other).unwrap_or_default();
            other.len() < stem.len() && stem.starts_with(other)
        };
        self.all_with_id_of(stem, kind).iter().any(shorter)
    }

    /// Whether the phase of `path` is a part of another one that is there, too: 2a or 2.1 of phase 2.
    pub fn is_part_of_phase(&self, path: &str) -> bool {
        let Some(key) = self.config.stem(path).and_then(id_key) else { return false };
        let whole = key.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let whole = whole.rsplit_once('.').map_or(whole, |(whole, _)| whole);
        whole.len() < key.len() && [&*self.open, &*self.index].iter().any(|index| index.ids.contains_key(whole))
    }

    /// The facts of all artifacts of the unit that `path` belongs to, its own among them.
    pub fn unit<'a>(&'a self, path: &'a str) -> impl Iterator<Item = &'a Facts> {
        let own = self.facts(path).map(|facts| &**facts);
        let kind = own.map(|facts| facts.kind).or_else(|| Some(self.config.artifact(path)?.0));
        let others = Kind::ALL.into_iter().filter(move |other| Some(*other) != kind);
        own.into_iter().chain(others.filter_map(move |kind| Some(&**self.counterpart_facts(path, kind)?.1)))
    }

    /// Whether the unit of the document is over: archived, complete by its status, or by its ticks.
    pub fn is_over(&self, document: &Document) -> bool {
        document.is_archived() || {
            let unit: Vec<&Facts> = self.unit(&document.path).collect();
            unit.iter().any(|facts| facts.status == Some(Status::Complete))
                || is_over_by_ticks(&unit)
                || self.is_reported(&document.path)
        }
    }

    /// Whether a report of the phase stands beside its artifacts: it is written at the end.
    fn is_reported(&self, path: &str) -> bool {
        let Some((_, stem)) = self.config.artifact(path) else { return false };
        let Some(key) = id_key(stem) else { return false };
        let of_id = |index: &'_ Index| {
            let kinds = index.ids.get(key.as_str());
            kinds.is_some_and(|kinds| {
                let mut others = Kind::ALL.into_iter().flat_map(|kind| kinds.get(kind));
                others.any(|other| &**other != path && names_report(other))
            })
        };
        of_id(&self.open) || of_id(&self.index)
    }
}

/// Whether every box of the unit's done section, or where that has none of its tasks, is ticked, and no question is
/// open.
pub fn is_over_by_ticks(unit: &[&Facts]) -> bool {
    let plan = unit.iter().find(|facts| facts.kind == Kind::Plan);
    plan.is_some_and(|plan| plan.work.are_all_ticked()) && unit.iter().all(|facts| facts.open_questions.is_empty())
}
