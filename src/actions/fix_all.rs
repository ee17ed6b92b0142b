//! `source.fixAll.phasemark`: every safe fix of a document at once.

use super::{ActionKind, Change, Context, Offers};
use crate::{
    diagnostic::Diagnostic,
    rules,
    text::{self, Edit},
    workspace::{Document, Files, Workspace},
};

/// More rounds than any rule needs: a safe fix never brings another finding of its own rule.
const MOST_ROUNDS: usize = 10;

pub fn offer(ctx: &Context, offers: &mut Offers) {
    if ctx.diagnostics.iter().any(|finding| finding.fixes.iter().any(|fix| fix.safe)) {
        offers.offer_costly(ActionKind::FixAll, "Fix all that is safe to fix", || {
            let fixed = fix_all(ctx.workspace, ctx.document, ctx.files, ctx.diagnostics);
            Some(Change::from(text::differences(&ctx.document.text, &fixed.text)))
        });
    }
}

/// A document with all safe fixes applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fixed {
    pub text: String,
    /// How many findings were repaired.
    pub repaired: usize,
}

/// Applies the safe fixes of `findings`, then those of what they uncover, until none is left.
pub fn fix_all(workspace: &Workspace, document: &Document, files: &dyn Files, findings: &[Diagnostic]) -> Fixed {
    let mut fixed = Fixed { text: document.text.to_string(), repaired: 0 };
    let mut workspace = workspace.clone();
    let mut findings = findings.to_vec();
    for _ in 0..MOST_ROUNDS {
        let (edits, repaired) = safe_edits(&findings);
        if edits.is_empty() {
            break;
        }
        fixed.text = text::apply(&fixed.text, &edits);
        fixed.repaired += repaired;
        let again =
            Document::read(document.path.clone(), document.kind, fixed.text.as_str().into(), &workspace.vocabulary);
        workspace.set_open(&again.path, Some(again.facts()));
        findings = rules::run(&workspace, &again, files);
    }
    fixed
}

/// The first safe fix of each finding, as far as they do not meet; and of how many findings.
fn safe_edits(findings: &[Diagnostic]) -> (Vec<Edit>, usize) {
    let mut chosen: Vec<Edit> = Vec::new();
    let mut repaired = 0;
    for fix in findings.iter().filter_map(|finding| finding.fixes.iter().find(|fix| fix.safe)) {
        let meets = |edit: &Edit| {
            chosen.iter().any(|other| edit.range.start <= other.range.end && other.range.start <= edit.range.end)
        };
        if !fix.edits().iter().any(meets) {
            chosen.extend_from_slice(fix.edits());
            repaired += 1;
        }
    }
    (chosen, repaired)
}
