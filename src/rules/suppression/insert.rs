//! "Ignore this here": the edit that silences one finding.

use std::ops::Range;

use crate::{
    artifact::suppressions::{self, Suppression},
    diagnostic::Diagnostic,
    markdown::{BlockId, BlockKind, Markdown},
    text::{self, Edit},
    workspace::{Document, Workspace},
};

/// The smallest edit after which `finding` is silenced: its name in a comment that is there already,
/// a comment in its block or above it, or one for the whole file.
pub fn ignore_here(workspace: &Workspace, document: &Document, finding: &Diagnostic) -> Edit {
    let offset = finding.range.start;
    let block = document.markdown.block_at(offset).filter(|_| offset >= document.artifact.content_start);
    let candidates = block.into_iter().flat_map(|block| {
        let beside = beside(document, block, finding.rule);
        [add_name(document, block, finding.rule), beside, Some(above(document, block, finding.rule))]
    });
    let silences = |edit: &Edit| silences(workspace, document, edit, finding);
    candidates.flatten().find(silences).unwrap_or_else(|| ignore_in_file(document, finding.rule))
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
    let start = document.markdown.block(block).range().start;
    let line = document.lines.range(&document.text, document.lines.line(start)).start;
    let margin = document.text[line..start].trim_start_matches('\u{feff}');
    let margin: String = margin.chars().map(|c| if matches!(c, '>' | '\t') { c } else { ' ' }).collect();
    Edit::insert(start, format!("{}{}{margin}", comment(rule), line_end(document)))
}

/// The edit that silences `rule` for the whole file: its name in a comment that does so already, or a
/// comment above the content.
pub fn ignore_in_file(document: &Document, rule: &str) -> Edit {
    let artifact = &document.artifact;
    if let Some(existing) = artifact.suppressions.iter().find(|suppression| suppression.scope.is_none()) {
        return Edit::insert(existing.names_end, format!(" {rule}"));
    }
    let (start, line_end) = (artifact.content_start, line_end(document));
    let (before, after) = (&document.text[..start], &document.text[start..]);
    let opening = if before.is_empty() || before.ends_with(['\n', '\r', '\u{feff}']) { "" } else { line_end };
    let blank = if after.is_empty() || after.starts_with(['\n', '\r']) { "" } else { line_end };
    Edit::insert(start, format!("{opening}<!-- phasemark-ignore-file {rule} -->{line_end}{blank}"))
}

fn line_end(document: &Document) -> &'static str {
    if document.text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// Whether a comment covers the finding once the edit is made.
fn silences(workspace: &Workspace, document: &Document, edit: &Edit, finding: &Diagnostic) -> bool {
    let after = text::apply(&document.text, std::slice::from_ref(edit));
    let markdown = Markdown::parse(&after, &|inside| workspace.vocabulary.is_placeholder(inside));
    let is_behind = finding.range.start >= edit.range.start;
    let offset = finding.range.start + if is_behind { edit.replacement.len() } else { 0 };
    let names_it = |names: &[Range<usize>]| names.iter().any(|name| after[name.clone()] == *finding.rule);
    suppressions::read(&after, &markdown)
        .iter()
        .any(|suppression| suppression.scope.is_some() && suppression.covers(offset) && names_it(&suppression.rules))
}
