//! Paths that lead nowhere: whether that is expected, how much it matters, and what repairs it.

use std::{cell::OnceCell, collections::HashMap};

use super::Context;
use crate::{
    artifact::{
        Artifact,
        notes::Status,
        paths::{self, Reference, ReferenceStyle, Role},
        prompt::LabelName,
        sections::Section,
    },
    convention::Kind,
    diagnostic::{Diagnostic, Fix},
    text::Edit,
    workspace::{
        commits::Whereabouts,
        resolve::{End, PathSet, readings},
    },
};

/// How much it matters that a path leads nowhere.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Ahead,
    /// The file was there once, or that cannot be told, and its phase has begun; or its task is done.
    Begun,
    /// The file was there once, and its task is done.
    Past,
}

/// The paths of one document that lead nowhere.
pub struct MissingPaths<'a> {
    ctx: Context<'a>,
    artifact: &'a Artifact,
    created: OnceCell<PathSet<'a>>,
    has_begun: OnceCell<bool>,
    /// Whether every box of a section is ticked, by where it begins; none for one without boxes.
    ticked: HashMap<usize, Option<bool>>,
}

impl<'a> MissingPaths<'a> {
    pub fn new(ctx: &Context<'a>, artifact: &'a Artifact) -> Self {
        let (created, has_begun) = (OnceCell::new(), OnceCell::new());
        Self { ctx: *ctx, artifact, created, has_begun, ticked: HashMap::new() }
    }

    /// Whether the path need not exist: it is to be made, may go, is an example, or is ignored.
    pub fn is_expected(&self, reference: &Reference, places: &[String]) -> bool {
        let workspace = self.ctx.workspace;
        let created = || self.created.get_or_init(|| created_by_phase(&self.ctx, self.artifact));
        places.iter().any(|place| workspace.config.ignores_reference(place))
            || reference.is_fleeting(self.ctx.text(), &self.artifact.sections)
            || places.iter().any(|place| created().covers(place) || workspace.will_create(place))
    }

    pub fn standing(&mut self, reference: &Reference, places: &[String]) -> Standing {
        let is_ticked = self.is_ticked(reference.place.start);
        if !is_ticked && !self.has_begun() {
            return Standing::Ahead;
        }
        let known = places.iter().map(|place| self.ctx.files.commits().whereabouts(place));
        let known: Vec<_> = known.collect();
        let was_there = known.iter().any(|known| matches!(known, Whereabouts::Moved(_) | Whereabouts::Removed));
        if was_there && is_ticked {
            Standing::Past
        } else if was_there || is_ticked || known.contains(&Whereabouts::Untold) {
            Standing::Begun
        } else {
            Standing::Ahead
        }
    }

    /// Whether the task around a byte is done: its item is ticked, or every box of the innermost section with boxes.
    fn is_ticked(&mut self, offset: usize) -> bool {
        let Context { document, .. } = self.ctx;
        let markdown = &document.markdown;
        let is_ticked = |marker: std::ops::Range<usize>| document.slice(marker).contains(['x', 'X']);
        let block = markdown.block_at(offset);
        let around = block.into_iter().flat_map(|block| std::iter::once(block).chain(markdown.ancestors(block)));
        let own = around.filter_map(|id| markdown.block(id).task_marker()).map(is_ticked).next();
        if let Some(own) = own {
            return own;
        }
        let sections = &self.artifact.sections;
        let mut of_section = |section: &Section| {
            *self.ticked.entry(section.range.start).or_insert_with(|| {
                let tasks = markdown.tasks_within(section.body.clone());
                let mut markers = tasks.iter().filter_map(|task| markdown.block(*task).task_marker());
                (!tasks.is_empty()).then(|| markers.all(is_ticked))
            })
        };
        let around = sections.at(offset).into_iter().flat_map(|section| sections.enclosing(section));
        around.filter_map(&mut of_section).next().unwrap_or(false)
    }

    /// Whether the phase has begun: it says so, a box is ticked, or something was logged or committed.
    fn has_begun(&self) -> bool {
        *self.has_begun.get_or_init(|| {
            let Context { document, workspace, .. } = self.ctx;
            let mut others = Kind::ALL.into_iter().filter_map(|kind| workspace.counterpart_facts(&document.path, kind));
            let notes = &self.artifact.notes;
            document.has_tick()
                || notes.status().is_some_and(|status| status != Status::NotStarted)
                || !notes.log.is_empty()
                || others.any(|(_, facts)| facts.has_begun())
        })
    }

    /// Writes the message and the fixes of a finding.
    pub fn describe(&self, reference: Reference) -> impl FnOnce(&mut Diagnostic) + use<'a> {
        let (ctx, artifact) = (self.ctx, self.artifact);
        move |finding| describe(&ctx, artifact, &reference, finding)
    }
}

fn describe(ctx: &Context, artifact: &Artifact, reference: &Reference, finding: &mut Diagnostic) {
    let (file, written) = (&*ctx.document.path, ctx.slice(reference.range.clone()));
    let places = readings(file, reference);
    let moved = places.iter().find_map(|place| match ctx.files.commits().whereabouts(place) {
        Whereabouts::Moved(to) if ctx.files.kind(&to).is_some() => Some(to.into_string()),
        _ => None,
    });
    let found = match moved {
        Some(to) => Some((to, "it was moved to")),
        None => nearest(ctx, artifact, reference, &places).map(|path| (path, "the nearest path is")),
    };
    finding.message = format!("`{written}` does not exist.");
    if let Some((path, what)) = found.filter(|(path, _)| path != file) {
        let spelled = paths::respell(file, ctx.text(), reference, &path);
        finding.message = format!("`{written}` does not exist; {what} `{path}`.");
        let title = format!("Replace with `{spelled}`");
        finding.fix(Fix::new(title, vec![Edit::replace(reference.range.clone(), spelled)]));
    }
    if let Some(path) = places.iter().find(|place| can_be_created(ctx, reference, place)) {
        finding.fix(Fix::create_files(format!("Create `{path}`"), vec![path.as_str().into()]));
    }
}

/// The path that is most likely meant.
fn nearest(ctx: &Context, artifact: &Artifact, reference: &Reference, places: &[String]) -> Option<String> {
    // The range ends before a `#`, so that a suggestion is for what stands there.
    let mut near = places.iter().filter(|place| reference.whole.is_none() || !place.contains('#'));
    let mut by_letters = || near.find_map(|place| ctx.files.nearest(place));
    if let Some(kind) = kind_of_label(artifact, reference) {
        let own = ctx.workspace.counterpart(&ctx.document.path, kind).map(|own| own.to_string());
        // One of another phase would be wrong as well.
        let is_of_kind = |path: &String| ctx.workspace.config.kind_of(path) == Some(kind);
        return own.or_else(|| by_letters().filter(|path| !is_of_kind(path)));
    }
    places.iter().find_map(|place| nearest_of_phase(ctx, place)).or_else(by_letters)
}

/// Of which kind the artifact is that the label around a reference asks for.
fn kind_of_label(artifact: &Artifact, reference: &Reference) -> Option<Kind> {
    let prompt = artifact.prompt()?;
    let kinds = [(LabelName::Plan, Kind::Plan), (LabelName::WorkNotes, Kind::WorkNotes)];
    let holds = |name| prompt.label(name).is_some_and(|label| label.value.contains(&reference.place.start));
    kinds.into_iter().find(|(name, _)| holds(*name)).map(|(_, kind)| kind)
}

/// The only artifact of the phase that a missing one is named after: a phase is nearer than a letter.
fn nearest_of_phase(ctx: &Context, place: &str) -> Option<String> {
    let (kind, stem) = ctx.workspace.config.artifact(place)?;
    match &ctx.workspace.all_with_id_of(stem, kind)[..] {
        [only] => Some(only.to_string()),
        _ => None,
    }
}

/// Whether a file may be made at `place`: it looks like one, its folder is no guess, and every system
/// takes its name.
fn can_be_created(ctx: &Context, reference: &Reference, place: &str) -> bool {
    let is_placed = reference.style == ReferenceStyle::Link || reference.path.contains('/');
    let is_name = |part: &str| {
        !matches!(part, "" | "." | "..")
            && !part.ends_with(['.', ' '])
            && !part.contains(|c: char| c.is_control() || "<>:\"|?*\\#".contains(c))
    };
    let is_file = paths::extension(place).is_some() && !reference.is_folder;
    is_placed && is_file && place.split('/').all(is_name) && ctx.files.kind(place).is_none()
}

/// What the artifacts of this phase say will be created, under any shorter name, too; and the folders that are not there
/// yet and get a file by that.
fn created_by_phase<'a>(ctx: &Context<'a>, artifact: &Artifact) -> PathSet<'a> {
    let file = &*ctx.document.path;
    let own = artifact.references().iter().filter(|reference| reference.role == Role::Created && !reference.is_guess);
    let mut created = ctx.resolver().path_set();
    let mut insert = |by: &str, path: &str| {
        created.insert(path, End::Always);
        created.insert_short_forms(path);
        // A place beside the artifact is the less likely reading.
        let is_beside = by.rsplit_once('/').is_some_and(|(folder, _)| path.starts_with(&format!("{folder}/")));
        let mut folders = path.match_indices('/').map(|(at, _)| &path[..at]);
        if !is_beside && let Some(folder) = folders.find(|folder| ctx.files.kind(folder).is_none()) {
            created.insert(folder, End::Never);
        }
    };
    own.flat_map(|reference| readings(file, reference)).for_each(|path| insert(file, &path));
    for kind in [Kind::Plan, Kind::Prompt].into_iter().filter(|kind| *kind != artifact.kind) {
        if let Some((other, facts)) = ctx.workspace.counterpart_facts(file, kind) {
            facts.created.iter().for_each(|path| insert(&other, path));
        }
    }
    created
}

#[cfg(test)]
mod tests;
