//! What looks like artifacts in a repository that names none: the folders and files to put into `[layout]`.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::ControlFlow,
};

use super::{Bounds, layout::Area, relative};
use crate::{
    artifact::phase_id,
    config,
    convention::{Kind, PerKind},
};

/// No more files are looked at.
const MOST_FILES: usize = 20_000;
/// A single file is looked for in the root and in folders of it, no deeper.
const DEEPEST_FILE: usize = 1;

/// Folders of other people's files.
const FOREIGN: &[&str] = &["vendor", "third-party", "venv", "env", "site-packages", "dist", "build", "fixtures"];

/// One entry for `[layout]`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Likely {
    /// A folder or a file, relative to the root, with `/`.
    pub path: String,
    /// Markdown files that it holds; 1 for a file.
    pub files: usize,
}

/// The folders and files below a root that look like artifacts by their names, by path.
pub fn likely(bounds: &Bounds) -> PerKind<Vec<Likely>> {
    let mut paths = Vec::new();
    let _ = Area::whole().visit(bounds, &mut |found| {
        let path = found.ok().and_then(|place| relative(bounds.root(), &place));
        paths.extend(path.filter(|path| config::markdown_stem(path).is_some()));
        if paths.len() < MOST_FILES { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    among(paths.iter().map(String::as_str))
}

fn among<'p>(paths: impl Iterator<Item = &'p str>) -> PerKind<Vec<Likely>> {
    let mut folders: PerKind<BTreeMap<&str, usize>> = PerKind::default();
    let mut files: PerKind<BTreeSet<&str>> = PerKind::default();
    let mut phases: BTreeMap<&str, usize> = BTreeMap::new();
    for path in paths {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let stem = config::markdown_stem(name).unwrap_or(name);
        let is_foreign = folder.split('/').any(|part| FOREIGN.contains(&&*plain(part)));
        if is_foreign || config::is_about_its_folder(stem) || stem.starts_with('_') {
            continue;
        }
        if let Some((kind, folder)) = named_folder(folder) {
            *folders.get_mut(kind).entry(folder).or_default() += 1;
        } else if let Some(kind) = kind_of(stem, false).filter(|_| path.matches('/').count() <= DEEPEST_FILE) {
            files.get_mut(kind).insert(path);
        } else if phase_id(stem).is_some() {
            *phases.entry(folder).or_default() += 1;
        }
    }
    // In the root they are named one by one, or everything in it would count.
    let several = phases.into_iter().filter(|(folder, count)| *count >= 2 && !folder.is_empty());
    folders.get_mut(Kind::Plan).extend(several);
    PerKind::from_fn(|kind| {
        let folders = folders.get(kind).iter().map(|(path, files)| Likely { path: (*path).to_owned(), files: *files });
        let files = files.get(kind).iter().map(|path| Likely { path: (*path).to_owned(), files: 1 });
        folders.chain(files).collect()
    })
}

/// The innermost folder of a path that is called like one of artifacts.
fn named_folder(folder: &str) -> Option<(Kind, &str)> {
    let mut around = std::iter::successors(Some(folder), |folder| folder.rsplit_once('/').map(|(around, _)| around));
    around.find_map(|folder| Some((kind_of(folder.rsplit('/').next()?, true)?, folder)))
}

/// What a folder, or a file that stands alone, holds by its name.
fn kind_of(name: &str, is_folder: bool) -> Option<Kind> {
    let kind = match &*plain(name) {
        "plan" | "plans" | "roadmap" | "milestones" => Kind::Plan,
        "phase" | "phases" | "roadmaps" | "implementation-plans" | "exec-plans" if is_folder => Kind::Plan,
        "todo"
        | "tasks"
        | "implementation-plan"
        | "project-plan"
        | "master-plan"
        | "development-plan"
        | "build-plan"
            if !is_folder =>
        {
            Kind::Plan
        }
        "prompt" | "prompts" => Kind::Prompt,
        "work-notes" | "session-log" | "session-notes" | "progress" | "handoff" | "handover" | "worklog"
        | "work-log" | "devlog" | "dev-log" | "journal" => Kind::WorkNotes,
        "worknotes" | "devlogs" | "dev-logs" | "worklogs" | "journals" | "session" | "sessions" | "session-logs"
        | "handoffs" | "handovers"
            if is_folder =>
        {
            Kind::WorkNotes
        }
        "progress-log" | "decisions" | "decision-log" | "open-questions" | "status" if !is_folder => Kind::WorkNotes,
        _ => return None,
    };
    Some(kind)
}

/// In lower case, with `-` for `_` and blanks.
fn plain(name: &str) -> String {
    name.to_lowercase().replace(['_', ' '], "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `KIND PATH FILES` for each entry.
    fn found(paths: &[&str]) -> Vec<String> {
        let found = among(paths.iter().copied());
        let entries = Kind::ALL.into_iter().flat_map(|kind| found.get(kind).iter().map(move |entry| (kind, entry)));
        entries.map(|(kind, entry)| format!("{} {} {}", kind.folder(), entry.path, entry.files)).collect()
    }

    #[test]
    fn folders_and_files_are_told_by_their_names() {
        let paths = [
            "README.md",
            "PLAN.md",
            "docs/plans/README.md",
            "docs/plans/a.md",
            "docs/plans/done/b.md",
            "docs/plans/prompts/b.md",
            "docs/SESSION_LOG.md",
            "docs/deep/er/TODO.md",
            "docs/guide.md",
            "Work_Notes/phase-1.md",
            "vendor/lib/plans/a.md",
            "src/plans.rs.md",
        ];
        let expected = [
            "plan docs/plans 2",
            "plan PLAN.md 1",
            "prompts docs/plans/prompts 1",
            "work-notes Work_Notes 1",
            "work-notes docs/SESSION_LOG.md 1",
        ];
        assert_eq!(found(&paths), expected);
    }

    #[test]
    fn files_of_phases_make_a_folder_of_plans() {
        assert_eq!(found(&["docs/build/phase-1.md", "docs/x/phase-1.md", "docs/x/phase-2.md"]), ["plan docs/x 2"]);
        assert_eq!(found(&["phase-1.md", "phase-2.md", "docs/phase-1-theory.md", "docs/guide.md"]), [""; 0]);
    }
}
