//! "Ignore this here": the edit that silences one finding.

use crate::{
    artifact::{
        Document,
        suppressions::{self, Suppression},
    },
    diagnostic::Diagnostic,
    markdown::{BlockId, BlockKind},
    rules::{self, unused_suppression},
    text::{self, Edit},
    workspace::{Files, Workspace},
};

/// The smallest edit after which `finding` is silenced: its name in a comment that is there already,
/// a comment in its block or above it, or one for the whole file.
pub fn ignore_here(workspace: &Workspace, document: &Document, files: &dyn Files, finding: &Diagnostic) -> Edit {
    let in_content = super::places(document, finding).filter(|at| *at >= document.artifact.content_start);
    // The definition of a link is in no block; its use is.
    let block = in_content.filter_map(|at| document.markdown.block_at(at)).next();
    let candidates = block.into_iter().flat_map(|block| {
        let beside = beside(document, block, finding.rule);
        [add_name(document, block, finding.rule), beside, Some(above(document, block, finding.rule))]
    });
    let silences = |edit: &Edit| silences(workspace, document, files, edit, finding);
    candidates.flatten().find(silences).unwrap_or_else(|| ignore_in_file(document, finding.rule))
}

/// Whether the finding is in a block, which a comment can be put beside; front matter has none.
pub fn has_block(document: &Document, finding: &Diagnostic) -> bool {
    let mut in_content = super::places(document, finding).filter(|at| *at >= document.artifact.content_start);
    in_content.any(|at| document.markdown.block_at(at).is_some())
}

fn comment(rule: &str) -> String {
    format!("<!-- phasemark-ignore {rule} -->")
}

/// Into a comment that covers just this block.
fn add_name(document: &Document, block: BlockId, rule: &str) -> Option<Edit> {
    let markdown = &document.markdown;
    let scopes = [markdown.block(block).range(), suppressions::around(markdown, block)];
    let is_here = |suppression: &&Suppression| suppression.scope.as_ref().is_some_and(|scope| scopes.contains(scope));
    let here = document.artifact.suppressions.iter().find(is_here)?;
    Some(Edit::insert(here.names_end, format!(" {rule}")))
}

/// At the end of a paragraph or a cell. A heading would take the comment for words.
fn beside(document: &Document, block: BlockId, rule: &str) -> Option<Edit> {
    let markdown = &document.markdown;
    let block = match markdown.block(block).kind {
        BlockKind::Row { .. } => markdown.children(block).next()?.0,
        BlockKind::Item => markdown.children(block).next().filter(|(_, child)| child.kind == BlockKind::Paragraph)?.0,
        _ => block,
    };
    let is_words = matches!(markdown.block(block).kind, BlockKind::Paragraph | BlockKind::Cell);
    is_words.then(|| Edit::insert(markdown.block(block).range().end, format!(" {}", comment(rule))))
}

/// On a line of its own, as deep in quotes and lists as the block.
fn above(document: &Document, block: BlockId, rule: &str) -> Edit {
    let block = document.markdown.block(block);
    let line = document.lines().range(&document.text, document.lines().line(block.range().start)).start;
    // As deep as indented code, the comment would be code.
    let is_indented =
        block.kind == BlockKind::IndentedCode && document.text[line..block.range().start].trim().is_empty();
    let start = if is_indented { line } else { block.range().start };
    let margin = document.text[line..start].trim_start_matches('\u{feff}');
    let margin: String = margin.chars().map(|c| if matches!(c, '>' | '\t') { c } else { ' ' }).collect();
    Edit::insert(start, format!("{}{}{margin}", comment(rule), text::line_end_at(&document.text, start)))
}

/// The edit that silences `rule` for the whole file: its name in a comment that does so already, or a
/// comment above the content.
pub fn ignore_in_file(document: &Document, rule: &str) -> Edit {
    let artifact = &document.artifact;
    if let Some(existing) = artifact.suppressions.iter().find(|suppression| suppression.scope.is_none()) {
        return Edit::insert(existing.names_end, format!(" {rule}"));
    }
    let start = artifact.content_start;
    let line_end = text::line_end_at(&document.text, start);
    let (before, after) = (&document.text[..start], &document.text[start..]);
    let opening = if before.is_empty() || before.ends_with(['\n', '\r', '\u{feff}']) { "" } else { line_end };
    let blank = if after.is_empty() || after.starts_with(['\n', '\r']) { "" } else { line_end };
    Edit::insert(start, format!("{opening}<!-- phasemark-ignore-file {rule} -->{line_end}{blank}"))
}

/// Whether the edit takes the finding away and leaves no comment unused.
fn silences(workspace: &Workspace, document: &Document, files: &dyn Files, edit: &Edit, finding: &Diagnostic) -> bool {
    let after = document.after(std::slice::from_ref(edit), &workspace.vocabulary);
    let mut workspace = workspace.clone();
    workspace.set_open(&after.path, Some(after.facts()));
    let mut left = rules::run(&workspace, &after, files);
    left.retain(|left| left.rule == finding.rule || left.rule == unused_suppression::RULE.name());
    let offset = text::offset_after(&[edit.clone(), Edit::insert(finding.range.start, "")], 1, 0);
    let is_it = |left: &Diagnostic| left.rule == finding.rule && left.range.start == offset;
    let is_new = |left: &Diagnostic| {
        edit.range.start <= left.range.start && left.range.start < edit.range.start + edit.replacement.len()
    };
    !left.iter().any(|left| is_it(left) || is_new(left))
}
