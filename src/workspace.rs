//! One root as an immutable snapshot: its configuration, and the facts of all its artifacts.
//!
//! A [`Document`] is an artifact read whole. Of artifacts that nobody looks at, only their
//! [`Facts`] are kept: what rules about other files need to know.
//!
//! Architecture invariant: no I/O here. What the disk says is asked through [`Files`].

use std::{
    ops::Range,
    sync::{Arc, OnceLock},
};

use foldhash::HashMap;
use jiff::civil::DateTime;

use crate::{
    artifact::{
        Document, Vocabulary,
        boxes::Boxes,
        dates::{self, Moment},
        notes::{
            LogEntry, Status,
            phases::{self, StatedPhase},
        },
        paths::Role,
        phase_id,
        prompt::LabelName,
    },
    config::Config,
    convention::{Kind, PerKind, SectionName},
    text::nfc,
};

pub mod commits;
pub mod laws;
mod next_step;
pub mod progress;
pub mod purpose;
pub mod resolve;
pub mod tasks;
pub mod unit;
pub mod what_changed;

use self::{
    commits::{Commits, NoRepository},
    laws::Tallies,
    resolve::{PathCounts, readings},
};

impl Document {
    /// Whether it may tell how all phases are: it is about none of them, and not written for one day.
    fn is_overview(&self) -> bool {
        let stem = purpose::file_stem(&self.path);
        phase_id(stem).is_none() && dates::find(stem).is_none() && !self.is_archived()
    }

    /// What it says of other phases, if it may.
    pub fn stated_phases(&self) -> Vec<StatedPhase> {
        let read = || phases::read(&self.path, &self.text, &self.markdown, &self.artifact.sections);
        if self.is_overview() { read() } else { Vec::new() }
    }

    /// What other files may ask about this one.
    pub fn facts(&self) -> Facts {
        let artifact = &self.artifact;
        let notes = artifact.work_notes();
        let stated = artifact.notes.status_mark();
        let done = artifact.plan().map(|plan| plan.done.as_slice()).unwrap_or_default();
        let overview = || Overview {
            phases: self.stated_phases().into(),
            tasks: self.listed_tasks().into_iter().map(|(task, _)| task).collect(),
        };
        let real = || done.iter().filter(|item| !item.is_placeholder);
        let paths_as = |role: Role| -> Box<[Box<str>]> {
            let references = artifact.references().iter().filter(move |reference| reference.role == role);
            references.flat_map(|reference| readings(&self.path, reference)).map(Into::into).collect()
        };
        let mut names: Vec<_> = artifact.sections.all.iter().filter_map(|section| section.name).collect();
        names.sort_unstable();
        names.dedup();
        Facts {
            kind: self.kind,
            has_one_purpose: self.has_one_purpose(),
            canonical_sections: names.len(),
            has_half_of_template: artifact.has_half_of_template(),
            required_there: artifact.required_there.clone(),
            says_when_done: artifact.plan().is_some_and(|plan| plan.says_when_done),
            status: artifact.notes.status(),
            status_at: stated.map(|mark| mark.range.clone()),
            complete_words: stated
                .filter(|mark| mark.status == Status::Complete && mark.task.is_none())
                .map(|mark| self.slice(mark.range.clone()).into()),
            work: self.boxes().clone(),
            overview: self.is_overview().then(overview).filter(Overview::says_something).map(Box::new),
            has_log_entry: !artifact.notes.log.is_empty(),
            has_commits: notes.is_some_and(|notes| !notes.commits.is_empty()),
            has_tick: self.has_tick(),
            newest_entry: artifact.notes.newest_entry().and_then(LogEntry::moment),
            done_items: real().count(),
            done_ticked: real().filter(|item| item.task.as_ref().is_some_and(|task| task.ticked)).count(),
            done_unticked: real().filter(|item| item.task.as_ref().is_some_and(|task| !task.ticked)).count(),
            open_questions: artifact.questions.iter().filter(|q| !q.resolved).map(|q| q.range.clone()).collect(),
            placeholders: artifact.placeholders.len(),
            declared: paths_as(Role::Declared),
            created: paths_as(Role::Created),
            labels: [LabelName::Plan, LabelName::WorkNotes]
                .map(|name| artifact.prompt().is_some_and(|prompt| prompt.label(name).is_some())),
            references: artifact.references().iter().filter(|r| r.role != Role::Mentioned && !r.is_guess).count(),
            title: artifact.sections.title.clone(),
            is_titled_as_stem: self
                .titled_phase()
                .is_some_and(|title| phase_id(purpose::file_stem(&self.path)) == Some(title)),
            next_step: next_step::of(self),
        }
    }
}

/// What is kept of an artifact for rules about other files. Ranges are bytes of its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    pub kind: Kind,
    /// Whether it is a log, a record of decisions, a handoff: it has no counterparts.
    pub has_one_purpose: bool,
    /// How many different canonical sections of its kind it has.
    pub canonical_sections: usize,
    /// Whether it has at least half of the required sections of its kind.
    pub has_half_of_template: bool,
    /// The required sections of its kind that it has.
    pub required_there: Box<[SectionName]>,
    /// Whether a plan says when it is done.
    pub says_when_done: bool,
    /// The status that it states.
    pub status: Option<Status>,
    pub status_at: Option<Range<usize>>,
    /// The words that say it is complete, where no box is ticked for it.
    pub complete_words: Option<Box<str>>,
    pub work: Boxes,
    /// What it says of other phases, which few do.
    pub overview: Option<Box<Overview>>,
    pub has_log_entry: bool,
    pub has_commits: bool,
    /// Whether a box is ticked, wherever it stands.
    pub has_tick: bool,
    pub newest_entry: Option<Moment>,
    /// Done items that are no placeholders.
    pub done_items: usize,
    pub done_ticked: usize,
    /// Done items whose box is empty.
    pub done_unticked: usize,
    pub open_questions: Box<[Range<usize>]>,
    /// Placeholders that are left; no rule about other files asks for it.
    pub placeholders: usize,
    /// Declared references, relative to the root; every place that one may mean.
    pub declared: Box<[Box<str>]>,
    /// Files that the phase will create, relative to the root; every place that one may mean.
    pub created: Box<[Box<str>]>,
    /// Whether a prompt has a label for its plan, and for its work notes.
    pub labels: [bool; 2],
    /// How many references it declares.
    pub references: usize,
    pub title: Option<Range<usize>>,
    /// Whether the title begins with the id of its stem: `Phase 2: …` in `phase-2.md`.
    pub is_titled_as_stem: bool,
    /// What is to be done next, in a few words: the newest entry says it, or the first done item whose
    /// box is empty. No rule asks for it.
    pub next_step: Option<Box<str>>,
}

/// What an artifact of no phase says of phases with files of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overview {
    /// Their statuses.
    pub phases: Box<[StatedPhase]>,
    /// Their tasks, by their words.
    pub tasks: Box<[tasks::ListedTask]>,
}

impl Overview {
    fn says_something(&self) -> bool {
        !self.phases.is_empty() || !self.tasks.is_empty()
    }
}

impl Facts {
    /// Whether the work has begun: a status other than not started, a ticked box, a log entry or a commit.
    pub fn has_begun(&self) -> bool {
        let is_stated = self.status.is_some_and(|status| status != Status::NotStarted);
        is_stated || self.has_tick || self.has_log_entry || self.has_commits
    }

    /// What it says of the statuses of other phases.
    pub fn stated_phases(&self) -> impl Iterator<Item = &StatedPhase> {
        self.overview.iter().flat_map(|overview| &overview.phases)
    }

    /// Whether rules about other files see no difference.
    fn are_as_good_as(&self, other: &Self) -> bool {
        *self == Self { next_step: self.next_step.clone(), placeholders: self.placeholders, ..other.clone() }
    }
}

/// The artifacts of a root by path, stem and phase id.
#[derive(Clone, Debug, Default)]
pub struct Index {
    files: HashMap<Arc<str>, Arc<Facts>>,
    stems: HashMap<Box<str>, PerKind<Option<Arc<str>>>>,
    /// By folder below the artifact folder and phase id: `billing/` and `1` for `billing/phase-1`.
    ids: HashMap<Box<str>, PerKind<Vec<Arc<str>>>>,
    /// By [`folded`] path, where that is another one.
    folded: HashMap<Box<str>, Arc<str>>,
    /// What the artifacts will create.
    created: PathCounts,
    /// Counted when first asked for.
    tallies: OnceLock<Tallies>,
}

impl Index {
    pub fn insert(&mut self, path: Arc<str>, stem: &str, facts: Arc<Facts>) {
        self.tallies.take();
        let kind = facts.kind;
        *self.stems.entry(nfc(stem).into()).or_default().get_mut(kind) = Some(path.clone());
        if let Some(key) = id_key(stem) {
            let same = self.ids.entry(key.into()).or_default().get_mut(kind);
            if !same.contains(&path) {
                if same.is_empty() {
                    // Hardly ever more than one.
                    same.reserve_exact(1);
                }
                same.push(path.clone());
            }
        }
        let folded = folded(&path);
        if *folded != *path {
            self.folded.insert(folded.into(), path.clone());
        }
        self.created.add(&facts.created);
        if let Some(before) = self.files.insert(path, facts) {
            self.created.subtract(&before.created);
        }
    }

    pub fn remove(&mut self, path: &str, stem: &str) {
        let Some(facts) = self.files.remove(path) else { return };
        self.tallies.take();
        self.folded.remove(folded(path).as_str());
        self.created.subtract(&facts.created);
        if let Some(kinds) = self.stems.get_mut(&*nfc(stem)) {
            *kinds.get_mut(facts.kind) = None;
        }
        if let Some(kinds) = id_key(stem).and_then(|key| self.ids.get_mut(key.as_str())) {
            kinds.get_mut(facts.kind).retain(|other| &**other != path);
        }
    }

    /// The artifact whose [`folded`] path that is.
    fn with_folded(&self, path: &str) -> Option<&Arc<str>> {
        self.folded.get(path).or_else(|| self.files.get_key_value(path).map(|(path, _)| path))
    }

    pub fn get(&self, path: &str) -> Option<&Arc<Facts>> {
        self.files.get(path)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&Arc<str>, &Arc<Facts>)> {
        self.files.iter()
    }

    pub fn len(&self) -> usize {
        self.files.len()
    }

    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

/// `billing/1` for `billing/phase-1-api`.
fn id_key(stem: &str) -> Option<String> {
    let (folder, name) = stem.rsplit_once('/').unwrap_or(("", stem));
    phase_id(name).map(|id| [&nfc(folder), "/", &id].concat())
}

/// A path as disks compare it that ignore case or how Unicode is normalised.
fn folded(path: &str) -> String {
    nfc(path).to_lowercase()
}

/// What is at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    File,
    Folder,
}

/// Whether some file's path ends in what was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SuffixMatch {
    Found,
    Missing,
    /// The tree has not been looked through, or is too large to be.
    Unknown,
}

/// The disk, as rules may ask it. Paths are relative to the root, with `/`, and never leave it.
pub trait Files: Send + Sync {
    fn kind(&self, path: &str) -> Option<FileKind>;

    /// Whether a file or folder below the root has a path that ends in `/suffix`.
    fn with_suffix(&self, suffix: &str) -> SuffixMatch;

    /// The existing path most like `path`; `None` if none is close or the tree is not known.
    fn nearest(&self, path: &str) -> Option<String>;

    /// Every path below the root that git does not ignore, by bytes, those of folders ending in `/`.
    /// `None` while nobody knows them, and where they are too many; nobody waits.
    fn tree(&self) -> Option<Arc<Vec<Box<str>>>> {
        None
    }

    /// The paths, in the form and order of [`Self::tree`], of what is directly in `folder`: empty for
    /// the root, else ending in `/`. For where the tree is not known.
    fn children(&self, _folder: &str) -> Vec<Box<str>> {
        Vec::new()
    }

    /// The text of a file of moderate size; `None` for others, and for a link that leads elsewhere.
    fn text(&self, _path: &str) -> Option<Arc<str>> {
        None
    }

    /// The repository that the root lies in.
    fn commits(&self) -> &dyn Commits {
        &NoRepository
    }

    /// The time of day where the user is; `None` where rules should not depend on it.
    fn now(&self) -> Option<DateTime> {
        None
    }

    /// Whether `A.md` and `a.md` are one file to this disk, as on Windows and macOS.
    fn ignores_case(&self) -> bool {
        false
    }
}

/// A root at one moment.
#[derive(Clone, Debug, Default)]
pub struct Workspace {
    pub config: Arc<Config>,
    pub vocabulary: Arc<Vocabulary>,
    /// What is on disk.
    pub index: Arc<Index>,
    /// Open documents; they win over the disk.
    pub open: Arc<Index>,
    /// Whether `index` is complete; rules about other files wait for it.
    pub is_indexed: bool,
    /// Whether two of the three kinds have Markdown.
    pub is_established: bool,
}

impl Workspace {
    pub fn facts(&self, path: &str) -> Option<&Arc<Facts>> {
        self.open.get(path).or_else(|| self.index.get(path))
    }

    /// Notes what an open document says now; `None` when it is closed or no artifact. Says whether
    /// that is news to other files.
    pub fn set_open(&mut self, path: &Arc<str>, facts: Option<Facts>) -> bool {
        let known = self.open.get(path);
        if known.map(|known| &**known) == facts.as_ref() {
            return false;
        }
        let is_news = !known.zip(facts.as_ref()).is_some_and(|(known, facts)| known.are_as_good_as(facts));
        let config = self.config.clone();
        let Some(stem) = config.stem(path) else { return false };
        let open = Arc::make_mut(&mut self.open);
        open.remove(path, stem);
        if let Some(facts) = facts {
            open.insert(path.clone(), stem, Arc::new(facts));
        }
        is_news
    }

    /// The artifact at `path` as its file is spelled, however Unicode is normalised and, if that is wanted,
    /// whatever the case.
    pub fn spelling(&self, path: &str, ignores_case: bool) -> Option<&Arc<str>> {
        if path.is_ascii() && !ignores_case {
            return None;
        }
        let folded = folded(path);
        let found = self.open.with_folded(&folded).or_else(|| self.index.with_folded(&folded));
        found.filter(|found| ignores_case || nfc(found) == nfc(path))
    }

    /// Whether an artifact says that the file or folder `path` will be created.
    pub fn will_create(&self, path: &str) -> bool {
        self.open.created.covers(path) || self.index.created.covers(path)
    }

    /// Whether the root is proven to follow the convention, by a configuration or an artifact.
    pub fn has_convention(&self) -> bool {
        self.config.from_file || !self.index.is_empty() || !self.open.is_empty()
    }

    /// Whether a Markdown file in an artifact folder counts as one: a folder alone proves nothing.
    pub fn is_artifact(&self, path: &str, canonical_sections: usize) -> bool {
        let proven = self.config.from_file || self.is_established;
        self.config.stem(path).is_some_and(|stem| {
            let name = stem.rsplit('/').next().unwrap_or(stem);
            proven || phase_id(name).is_some() || self.config.layout.names(path) || canonical_sections >= 2
        })
    }

    /// The artifact of another kind of the phase that `path` belongs to.
    pub fn counterpart(&self, path: &str, kind: Kind) -> Option<Arc<str>> {
        let (own_kind, stem) = self.config.artifact(path)?;
        if own_kind == kind {
            return Some(path.into());
        }
        self.with_stem(stem, kind).or_else(|| self.with_id_of(stem, own_kind, kind))
    }

    /// The artifact of that kind and stem.
    pub fn with_stem(&self, stem: &str, kind: Kind) -> Option<Arc<str>> {
        let stem = &*nfc(stem);
        let find = |index: &Index| index.stems.get(stem).and_then(|kinds| kinds.get(kind).clone());
        find(&self.open).or_else(|| find(&self.index))
    }

    /// The only artifact of that kind with the same phase id, if `stem` is also the only one of its own.
    fn with_id_of(&self, stem: &str, own_kind: Kind, kind: Kind) -> Option<Arc<str>> {
        let mut candidates = self.all_with_id_of(stem, kind);
        (candidates.len() == 1 && self.all_with_id_of(stem, own_kind).len() <= 1).then(|| candidates.remove(0))
    }

    /// Every artifact of that kind with the phase id of `stem`, in the same folder.
    pub fn all_with_id_of(&self, stem: &str, kind: Kind) -> Vec<Arc<str>> {
        let Some(key) = id_key(stem) else { return Vec::new() };
        let find = |index: &Index| index.ids.get(key.as_str()).map(|kinds| kinds.get(kind).clone()).unwrap_or_default();
        let mut paths = find(&self.open);
        paths.extend(find(&self.index));
        paths.sort_unstable();
        paths.dedup();
        paths
    }

    /// The kinds of artifact that the phase of `path` lacks, with the paths that they would have. One
    /// that may be there under another name is not among them.
    pub fn missing_artifacts(&self, path: &str) -> Vec<(Kind, Box<str>)> {
        let Some((own, stem)) = self.config.artifact(path) else { return Vec::new() };
        let is_missing = |kind: &Kind| {
            *kind != own && self.counterpart(path, *kind).is_none() && self.all_with_id_of(stem, *kind).is_empty()
        };
        let with_path = |kind: Kind| Some((kind, self.config.path_of(kind, stem)?));
        Kind::ALL.into_iter().filter(is_missing).filter_map(with_path).collect()
    }

    /// The facts of a phase's artifact of that kind, with its path.
    pub fn counterpart_facts(&self, path: &str, kind: Kind) -> Option<(Arc<str>, &Arc<Facts>)> {
        let counterpart = self.counterpart(path, kind)?;
        let facts = self.facts(&counterpart)?;
        Some((counterpart, facts))
    }
}

#[cfg(test)]
mod tests;
