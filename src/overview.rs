//! Phases as a whole: which ones there are, where each stands, and what it takes to go on.
//!
//! Command line and server ask here alike.
//!
//! Architecture invariant: no I/O and no clock. [`status`] reads [`Facts`](crate::workspace::Facts)
//! only, so it is as quick for ten thousand artifacts as for three.

use std::{
    borrow::Cow,
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use crate::{
    convention::Kind,
    text::nfc,
    workspace::{Facts, Workspace},
};

mod files;
mod next_stem;
mod resume;
mod standing;
mod status;
mod stem;

pub use self::{
    files::{PhaseFile, PhaseFiles, phase_files},
    next_stem::next_stem,
    resume::{Part, Resume, resume},
    standing::{Standing, in_progress},
    status::{ArtifactPath, PhaseStatus, StatusReport, Words, in_words, status},
    stem::{UnknownPhase, check_stem, find_phase},
};

/// The artifacts that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phase {
    /// That of its plan if it has one, else of its prompt, else of its work notes.
    pub stem: Box<str>,
    /// Paths relative to the root; plans first, then prompts, then work notes.
    pub artifacts: Vec<(Kind, Arc<str>)>,
}

impl Phase {
    /// Its artifact of that kind; of several, the first by path.
    pub fn artifact(&self, kind: Kind) -> Option<&Arc<str>> {
        self.artifacts.iter().find(|(own, _)| *own == kind).map(|(_, path)| path)
    }

    fn facts<'a>(&'a self, workspace: &'a Workspace) -> impl Iterator<Item = &'a Facts> {
        self.artifacts.iter().filter_map(|(_, path)| workspace.facts(path)).map(|facts| &**facts)
    }
}

/// Every phase of a root, each once, in natural order: `phase-2` before `phase-10`, those of a folder
/// after those above it.
pub fn phases(workspace: &Workspace) -> Vec<Phase> {
    let mut by_stem: BTreeMap<Cow<'_, str>, BTreeSet<(Kind, &Arc<str>)>> = BTreeMap::new();
    let paths: BTreeSet<&Arc<str>> =
        workspace.index.iter().chain(workspace.open.iter()).map(|(path, _)| path).collect();
    for path in paths {
        if let Some((kind, stem)) = workspace.config.artifact(path) {
            by_stem.entry(nfc(stem)).or_default().insert((kind, path));
        }
    }
    let mut phases: Vec<Phase> =
        join_by_id(workspace, by_stem).into_iter().map(|artifacts| phase(workspace, artifacts)).collect();
    phases.sort_by(|a, b| natural_order(&a.stem, &b.stem));
    phases
}

/// Joins stems whose artifacts are counterparts of one another by their phase id, and have no kind in common.
fn join_by_id<'a>(
    workspace: &Workspace,
    by_stem: BTreeMap<Cow<'a, str>, BTreeSet<(Kind, &'a Arc<str>)>>,
) -> Vec<BTreeSet<(Kind, &'a Arc<str>)>> {
    let mut group_of: HashMap<&str, usize> = HashMap::new();
    let mut groups = Vec::with_capacity(by_stem.len());
    for (group, artifacts) in by_stem.into_values().enumerate() {
        group_of.extend(artifacts.iter().map(|(_, path)| (&***path, group)));
        groups.push(artifacts);
    }
    for group in 0..groups.len() {
        let Some((_, path)) = groups[group].first().copied() else { continue };
        for kind in Kind::ALL {
            if groups[group].iter().any(|(own, _)| *own == kind) {
                continue;
            }
            let Some(other) = workspace.counterpart(path, kind).and_then(|path| group_of.get(&*path).copied()) else {
                continue;
            };
            let is_disjoint = |(kind, _): &(Kind, _)| groups[group].iter().all(|(own, _)| own != kind);
            if other != group && groups[other].iter().all(is_disjoint) {
                let joined = std::mem::take(&mut groups[other]);
                group_of.extend(joined.iter().map(|(_, path)| (&***path, group)));
                groups[group].extend(joined);
            }
        }
    }
    groups.retain(|group| !group.is_empty());
    groups
}

fn phase(workspace: &Workspace, artifacts: BTreeSet<(Kind, &Arc<str>)>) -> Phase {
    let artifacts: Vec<(Kind, Arc<str>)> = artifacts.into_iter().map(|(kind, path)| (kind, path.clone())).collect();
    let stem = artifacts.first().and_then(|(_, path)| workspace.config.stem(path)).unwrap_or_default().into();
    Phase { stem, artifacts }
}

/// Numbers by their value, `-`, `_` and case aside; what stands in a folder after what does not.
fn natural_order(a: &str, b: &str) -> Ordering {
    let parts = |stem: &str| {
        let (folder, name) = stem.rsplit_once('/').unwrap_or(("", stem));
        let folders: Vec<Vec<Chunk>> = folder.split('/').filter(|part| !part.is_empty()).map(chunks).collect();
        (folders, chunks(name))
    };
    parts(a).cmp(&parts(b)).then_with(|| a.cmp(b))
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Chunk {
    /// How many digits without leading zeros, and those.
    Number(usize, String),
    Letter(char),
}

fn chunks(name: &str) -> Vec<Chunk> {
    let mut chunks = Vec::new();
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        if digits > 0 {
            let number = rest[..digits].trim_start_matches('0');
            chunks.push(Chunk::Number(number.len(), number.to_owned()));
            rest = &rest[digits..];
        } else {
            let letter = if first == '_' { '-' } else { first };
            chunks.extend(letter.to_lowercase().map(Chunk::Letter));
            rest = &rest[first.len_utf8()..];
        }
    }
    chunks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Fixture;

    fn listed(paths: &[&str]) -> Vec<String> {
        let fixture: String = paths.iter().map(|path| format!("//- {path}\n# Phase\n")).collect();
        let (workspace, _) = Fixture::parse(&fixture).workspace();
        let show = |phase: &Phase| {
            let paths: Vec<&str> = phase.artifacts.iter().map(|(_, path)| &**path).collect();
            format!("{}: {}", phase.stem, paths.join(" "))
        };
        phases(&workspace).iter().map(show).collect()
    }

    #[test]
    fn numbers_count_and_folders_stay_together() {
        let stems = [
            "phase-10",
            "billing/phase-2",
            "Phase_3",
            "phase-2",
            "phase-2a-x",
            "billing/phase-10",
            "a-note",
            "billing/api/phase-1",
            "phase-002",
            "phase-99999999999999999999999",
        ];
        let mut sorted = stems;
        sorted.sort_by(|a, b| natural_order(a, b));
        assert_eq!(
            sorted,
            [
                "a-note",
                "phase-002",
                "phase-2",
                "phase-2a-x",
                "Phase_3",
                "phase-10",
                "phase-99999999999999999999999",
                "billing/phase-2",
                "billing/phase-10",
                "billing/api/phase-1",
            ]
        );
    }

    #[test]
    fn a_phase_is_joined_by_stem_or_by_an_unambiguous_id() {
        assert_eq!(
            listed(&[
                "plan/phase-1-gateway.md",
                "prompts/phase_01.md",
                "work-notes/phase-1.md",
                "plan/phase-2.md",
                "work-notes/phase-2.md",
                "prompts/billing/phase-2.md",
            ]),
            [
                "phase-1-gateway: plan/phase-1-gateway.md prompts/phase_01.md work-notes/phase-1.md",
                "phase-2: plan/phase-2.md work-notes/phase-2.md",
                "billing/phase-2: prompts/billing/phase-2.md",
            ]
        );
    }

    #[test]
    fn every_artifact_appears_once_even_where_ids_are_ambiguous() {
        assert_eq!(
            listed(&[
                "plan/phase-3-a.md",
                "plan/phase-3-b.md",
                "prompts/phase-3.md",
                "plan/phase-4.md",
                "prompts/phase-4-x.md",
                "prompts/phase-4-y.md",
                "work-notes/phase-4-x.md",
            ]),
            [
                "phase-3: prompts/phase-3.md",
                "phase-3-a: plan/phase-3-a.md",
                "phase-3-b: plan/phase-3-b.md",
                "phase-4: plan/phase-4.md prompts/phase-4-x.md work-notes/phase-4-x.md",
                "phase-4-y: prompts/phase-4-y.md",
            ]
        );
    }

    #[test]
    fn two_files_of_one_kind_and_stem_are_one_phase() {
        assert_eq!(
            listed(&["plan/phase-1.md", "docs/plans/phase-1.md"]),
            ["phase-1: plan/phase-1.md"],
            "docs/plans is no artifact folder here"
        );
        let toml = "//- phasemark.toml\n[layout]\nplan = [\"plan\", \"docs/plans\"]\n";
        let files = "//- plan/phase-1.md\n# P\n//- docs/plans/phase-1.md\n# P\n//- prompts/phase-1.md\n# R\n";
        let (workspace, _) = Fixture::parse(&format!("{toml}{files}")).workspace();
        let found = phases(&workspace);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].artifacts.len(), 3);
    }
}
