//! What a prompt says: the labels of its Context, and its references.

use std::ops::Range;

use super::{
    entries::says_none,
    paths::{self, Reference},
    sections::{Section, Sections},
};
use crate::{
    markdown::{BlockKind, Markdown},
    template::{SectionName, normalize_heading},
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prompt {
    /// The labels of the Context section, in document order.
    pub labels: Vec<Label>,
    pub references: Vec<Reference>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabelName {
    Plan,
    WorkNotes,
    Reference,
}

/// `Plan: plan/phase-1.md` in the Context section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    pub name: LabelName,
    /// Bytes of the label's words, without the colon.
    pub range: Range<usize>,
    /// Bytes of what follows the colon, up to the end of the item or paragraph; nested items included.
    pub value: Range<usize>,
    /// The value is missing or a placeholder.
    pub is_empty: bool,
    /// The value says that there is nothing: `none`.
    pub is_none: bool,
}

impl Prompt {
    pub fn read(text: &str, markdown: &Markdown, sections: &Sections) -> Self {
        let contexts = sections.named(SectionName::Context);
        Self {
            labels: contexts.flat_map(|section| labels(text, markdown, section)).collect(),
            references: paths::read(text, markdown, sections),
        }
    }

    pub fn label(&self, name: LabelName) -> Option<&Label> {
        self.labels.iter().find(|label| label.name == name)
    }
}

fn labels(text: &str, markdown: &Markdown, context: &Section) -> Vec<Label> {
    let mut found = Vec::new();
    for (id, block) in markdown.within(context.body.clone()) {
        let is_text = matches!(block.kind, BlockKind::Paragraph | BlockKind::Heading(_));
        if !is_text {
            continue;
        }
        // What a label's nested items say belongs to its value.
        let item = markdown.parent(id).filter(|parent| markdown.block(*parent).kind == BlockKind::Item);
        let end = item.map_or_else(|| end_of_value(markdown, id, context), |item| markdown.block(item).range().end);
        found.extend(labels_of_block(text, block.range(), end));
    }
    found
}

/// A paragraph that is only a label is followed by its list.
fn end_of_value(markdown: &Markdown, id: crate::markdown::BlockId, context: &Section) -> usize {
    let own = markdown.block(id).range().end;
    let next = markdown.next(id);
    if next >= context.body.end {
        return own;
    }
    let following = markdown.block(next);
    if matches!(following.kind, BlockKind::List { .. }) { following.range().end } else { own }
}

/// The labels at the starts of a block's lines; the last one's value goes to `end`.
fn labels_of_block(text: &str, block: Range<usize>, end: usize) -> Vec<Label> {
    let mut found: Vec<Label> = Vec::new();
    let mut at = block.start;
    for line in text[block.clone()].split_inclusive('\n') {
        if let Some((name, range, value)) = label(text, at, line) {
            if let Some(last) = found.last_mut() {
                last.value.end = at;
            }
            found.push(Label { name, range, value: value..end, is_empty: false, is_none: false });
        }
        at += line.len();
    }
    for label in &mut found {
        let value = text[label.value.clone()].trim();
        let words = value.trim_start_matches(['*', '_', '-', ' ', '\n', '\r']);
        label.value.end = label.value.start + text[label.value.clone()].trim_end().len();
        label.is_empty = words.is_empty() || words.starts_with('<') && words.ends_with('>');
        label.is_none = !words.is_empty() && says_none(words.lines().next().unwrap_or_default());
    }
    found
}

/// The label that a line begins with, and where its value begins.
fn label(text: &str, at: usize, line: &str) -> Option<(LabelName, Range<usize>, usize)> {
    let start = line.len() - line.trim_start_matches(['*', '_', ' ', '#', '-', '\t', '>']).len();
    let colon = line.find([':', '：'])?;
    let words = line.get(start..colon)?;
    let name = match normalize_heading(words).as_str() {
        "plan" | "phase plan" | "plan document" | "plan file" | "the plan" => LabelName::Plan,
        "work notes" | "work note" | "notes" | "work-notes" | "worknotes" => LabelName::WorkNotes,
        other if other.starts_with("reference") => LabelName::Reference,
        _ => return None,
    };
    let label_end = at + start + words.trim_end_matches(['*', '_', ' ']).len();
    let after = at + colon + line[colon..].chars().next().map_or(1, char::len_utf8);
    let rest = &text[after..at + line.len()];
    let value = after + (rest.len() - rest.trim_start_matches(['*', '_', ' ', '\t']).len());
    Some((name, at + start..label_end, value))
}
