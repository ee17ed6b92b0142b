use std::{collections::HashSet, ops::Range};

use super::{
    Context, Sink,
    missing_path::{MissingPaths, Standing},
};
use crate::{
    artifact::{
        Artifact,
        paths::{self, Reference, ReferenceStyle, Role},
    },
    diagnostic::{Fix, Severity},
    convention::Kind,
    text::Edit,
    workspace::resolve::{readings, readings_of_either},
};

rule! {
    /// Links and images lead to files that exist.
    ///
    /// ### Why
    ///
    /// A link to a document that was renamed or never written stops a reader, and makes a model guess what
    /// stands there. Relative links and images are looked at, wherever they stand; those that declare a
    /// reference are for `broken-reference`. A path is looked for beside the file, then from the root; one that
    /// begins with `/` may be a page of a website and is left alone, as are anchors, files that the plan will
    /// create, and what a build writes. Of links to files of one machine, the first is reported.
    ///
    /// ### Fires
    ///
    /// ```md
    /// //- docs/roadmap.md
    /// //- plan/phase-1.md
    /// # Phase 1: Plan
    ///
    /// As [the roadmap](../docs/raodmap.md) says.
    /// ```
    ///
    /// ### Quiet
    ///
    /// ```md
    /// //- docs/roadmap.md
    /// //- plan/phase-1.md
    /// # Phase 1: Plan
    ///
    /// As [the roadmap](../docs/roadmap.md#goals) says.
    /// ```
    "broken-link", severity = Warning, check = Artifact(check)
}

fn check<'a>(ctx: &Context<'a>, artifact: &'a Artifact, out: &mut Sink<'a>) {
    report_machine_links(ctx, out);
    // Links of a file that is quoted lead from its own folder.
    if ctx.document.torn_fence().is_some() {
        return;
    }
    let is_there = |places: &[String]| places.is_empty() || places.iter().any(|place| exists(ctx, place));
    let file = &*ctx.document.path;
    let leads_there = |path: &str, whole: Option<&str>| is_there(&readings_of_either(file, path, whole, ReferenceStyle::Link));
    // As in most files.
    if paths::all_lead_to(&ctx.document.markdown, leads_there) {
        return;
    }
    let links = paths::links(ctx.text(), &ctx.document.markdown, &artifact.sections);
    let mut missing = MissingPaths::new(ctx, artifact);
    let mut reported = HashSet::new();
    for link in links.into_iter().filter(|link| !is_declared(artifact, link) && is_sure(ctx, link)) {
        // Of links that are written alike, the first one is reported.
        if reported.contains(ctx.slice(link.range.clone())) {
            continue;
        }
        let places = readings(file, &link);
        // None is left of a path that leaves the root.
        if is_there(&places) || missing.is_expected(&link, &places) {
            continue;
        }
        let standing = missing.standing(&link, &places);
        if standing == Standing::Past {
            continue;
        }
        reported.insert(ctx.slice(link.range.clone()));
        let (range, place) = (link.range.clone(), link.place.clone());
        let finding = out.report_lazily(range.clone(), missing.describe(link));
        if standing == Standing::Begun {
            finding.severity = Severity::Hint;
        }
        if place != range {
            finding.relate(&ctx.document.path, place, "Used here.");
        }
    }
}

/// Whether `broken-reference` looks at it, or the file is to be made.
fn is_declared(artifact: &Artifact, link: &Reference) -> bool {
    artifact.kind != Kind::WorkNotes && link.role == Role::Declared || link.role == Role::Created
}

/// Whether the target can only be a file of the project: `../issues/12` is a page, `dist/a.js` is built.
fn is_sure(ctx: &Context, link: &Reference) -> bool {
    const BUILT: &[&str] = &["node_modules", "target", "dist", "build", "out", "coverage", "_site", "public"];
    let is_page = ctx.slice(link.range.clone()).starts_with('/');
    let is_open = link.path.contains(['[', ']', '#']) || link.path.split('/').any(|part| BUILT.contains(&part));
    let has_folder = || {
        readings(&ctx.document.path, link).iter().any(|place| {
            place.rsplit_once('/').is_some_and(|(folder, _)| ctx.files.kind(folder).is_some())
        })
    };
    !is_page && !is_open && (link.is_folder || paths::is_known_file(&link.path) || has_folder())
}

/// Whether a file or folder is there; a page may be named without its extension.
fn exists(ctx: &Context, place: &str) -> bool {
    let resolver = ctx.resolver();
    let is_page = || paths::extension(place).is_none() && [".md", ".mdx", ".html"].iter().any(|extension| resolver.at(&format!("{place}{extension}")).is_some());
    place.is_empty() || resolver.at(place).is_some() || is_page()
}

/// A link to a file by the path that it has on one machine.
struct MachineLink<'a> {
    destination: &'a str,
    range: Range<usize>,
}

fn report_machine_links(ctx: &Context, out: &mut Sink) {
    let markdown = &ctx.document.markdown;
    let links = markdown.links().filter_map(|inline| {
        let destination = markdown.destination(inline);
        let range = is_of_machine(destination).then(|| markdown.destination_range(inline))??;
        Some(MachineLink { destination, range })
    });
    let mut seen = HashSet::new();
    let links: Vec<MachineLink> = links.filter(|link| seen.insert(link.range.start)).collect();
    let Some(first) = links.first() else { return };
    let more = match links.len() - 1 {
        0 => String::new(),
        1 => " (and 1 more link)".to_owned(),
        more => format!(" (and {more} more links)"),
    };
    let message = format!("`{}` is on one machine only{more}: link relative to this file.", first.destination);
    let finding = out.report(first.range.clone(), message);
    let edits: Option<Vec<Edit>> = links.iter().map(|link| relative(ctx, link)).collect();
    if let Some(edits) = edits {
        finding.fix(Fix::new("Replace with relative links", edits));
    }
}

/// `file:///home/a/b.md`, `/Users/a/b.md`, `C:\a\b.md`.
fn is_of_machine(destination: &str) -> bool {
    let bytes = destination.as_bytes();
    let is_drive = bytes.len() > 3 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':' && matches!(bytes[2], b'\\' | b'/');
    let is_address = destination.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("file:"));
    // What is below a dot-folder of its user, such as the memory of an agent, is kept on that machine on purpose.
    let in_home = ["/home/", "/Users/"].iter().find_map(|homes| destination.split_once(homes)?.1.split_once('/'));
    let is_kept_there = in_home.is_some_and(|(_, path)| path.starts_with('.'));
    let begins_at_home = || ["/Users/", "/home/", "/root/"].iter().any(|home| destination.starts_with(home));
    (is_address || is_drive && bytes[3] != b'/' || begins_at_home()) && !is_kept_there
}

/// The edit that lets the link lead to the file of this project whose path is the longest end of its own.
fn relative(ctx: &Context, link: &MachineLink) -> Option<Edit> {
    let path = paths::decode(link.destination).replace('\\', "/");
    let (path, anchor) = path.split_once('#').map_or((&*path, None), |(path, anchor)| (path, Some(anchor)));
    let mut ends = path.match_indices('/').map(|(at, _)| path[at + 1..].trim_end_matches('/'));
    let found = ends.find(|end| end.contains('/') && ctx.resolver().at(end).is_some())?;
    let anchor = anchor.map_or(String::new(), |anchor| format!("#{anchor}"));
    Some(Edit::replace(link.range.clone(), format!("{}{anchor}", paths::relative(&ctx.document.path, found))))
}

#[cfg(test)]
mod tests;
