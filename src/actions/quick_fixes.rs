//! Quick fixes: what the rules themselves offer for their findings.

use super::{ActionKind, Change, Context, NewFile, Offers};
use crate::diagnostic::Repair;

pub fn offer(ctx: &Context, offers: &mut Offers) {
    let touches = |range: &std::ops::Range<usize>| range.start <= ctx.selection.end && ctx.selection.start <= range.end;
    for (n, finding) in ctx.diagnostics.iter().enumerate().filter(|(_, finding)| touches(&finding.range)) {
        for (k, fix) in finding.fixes.iter().enumerate() {
            let change = match &fix.repair {
                Repair::Edits(edits) => Change::from(edits.clone()),
                Repair::CreateFiles(paths) => {
                    let new_files = paths.iter().map(|path| fresh(ctx, path)).collect();
                    Change { new_files, ..Change::default() }
                }
                Repair::InsertLogEntry => continue,
            };
            let action = offers.offer(ActionKind::QuickFix, &*fix.title, change);
            action.repairs.push(n);
            action.is_preferred = k == 0;
        }
    }
}

/// A new file: an artifact from its template, any other empty.
fn fresh(ctx: &Context, path: &str) -> NewFile {
    let artifact = ctx.workspace.config.artifact(path);
    let text = artifact.map(|(kind, stem)| ctx.workspace.vocabulary.fresh(kind, stem)).unwrap_or_default();
    NewFile { path: path.into(), text }
}
