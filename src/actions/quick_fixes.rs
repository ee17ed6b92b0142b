//! Quick fixes: what the rules themselves offer for their findings.

use std::ops::Range;

use super::{ActionKind, Change, Context, NewFile, Offers, log_entry};
use crate::diagnostic::{Diagnostic, Repair};

pub fn offer(ctx: &Context, offers: &mut Offers) {
    for (n, finding) in findings_at(ctx) {
        for (k, fix) in finding.fixes.iter().enumerate() {
            let (kind, title) = (ActionKind::QuickFix, &*fix.title);
            let offered = match &fix.repair {
                Repair::Edits(edits) => {
                    let change = Change { edits: edits.clone(), cursor: fix.cursor, ..Change::default() };
                    Some(offers.offer(kind, title, change))
                }
                Repair::CreateFiles(paths) => {
                    let new_files = paths.iter().map(|path| fresh(ctx, path)).collect();
                    Some(offers.offer(kind, title, Change { new_files, ..Change::default() }))
                }
                Repair::InsertLogEntry => log_entry::offer_as(kind, title, ctx, offers),
            };
            if let Some(action) = offered {
                action.repairs.push(n);
                // A file is nothing that one key should make.
                action.is_preferred = k == 0 && !matches!(fix.repair, Repair::CreateFiles(_));
            }
        }
    }
}

/// The findings that a menu is about, with their places: those at the selection, then those that the client
/// asks about by name, then the others on the selected lines.
pub fn findings_at<'a>(ctx: &Context<'a>) -> impl Iterator<Item = (usize, &'a Diagnostic)> {
    let touches = |range: &Range<usize>, other: &Range<usize>| range.start <= other.end && other.start <= range.end;
    let lines = ctx.selected_lines();
    // What ends with a line end has nothing on the next line.
    let is_on_lines =
        |range: &Range<usize>| touches(range, &lines) && (range.end > lines.start || range.start == lines.start);
    let rank = |n: usize, range: &Range<usize>| {
        let ranks = [touches(range, &ctx.selection), ctx.asked.binary_search(&n).is_ok(), is_on_lines(range)];
        ranks.into_iter().position(|is_it| is_it)
    };
    let mut found: Vec<_> = ctx
        .diagnostics
        .iter()
        .enumerate()
        .filter_map(|(n, finding)| Some((rank(n, &finding.range)?, n, finding)))
        .collect();
    found.sort_by_key(|(rank, ..)| *rank);
    found.into_iter().map(|(_, n, finding)| (n, finding))
}

/// A new file: an artifact from its template, any other empty.
pub fn fresh(ctx: &Context, path: &str) -> NewFile {
    let artifact = ctx.workspace.config.artifact(path);
    let text = artifact.map(|(kind, stem)| ctx.workspace.vocabulary.fresh(kind, stem)).unwrap_or_default();
    NewFile { path: path.into(), text }
}
