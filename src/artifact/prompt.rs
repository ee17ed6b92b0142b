//! What a prompt says: the labels of its Context, and its references.

use std::ops::Range;

use super::{
    entries::{is_placeholder, says_none},
    labels::label_on,
    paths::{self, Reference},
    sections::{Section, Sections},
};
use crate::{
    convention::{SectionName, normalize_heading},
    markdown::{BlockKind, Markdown},
    text::lines_in,
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

    /// The paths in a label's value.
    pub fn references_of(&self, label: &Label) -> &[Reference] {
        let from = self.references.partition_point(|reference| reference.place.start < label.value.start);
        let to = self.references.partition_point(|reference| reference.place.start < label.value.end);
        &self.references[from..to.max(from)]
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

/// The labels at the starts of a block's lines; the last one's value goes to `end`. In running text,
/// which begins without a label, a colon is only a colon.
fn labels_of_block(text: &str, block: Range<usize>, end: usize) -> Vec<Label> {
    let mut found: Vec<Label> = Vec::new();
    for line in lines_in(text, block.clone()) {
        let (at, found_here) = (line.start, label(text, line.clone()));
        let line = &text[line];
        if let Some((name, range, value)) = found_here {
            end_value(&mut found, at);
            found.push(Label { name, range, value: value..end, is_empty: false, is_none: false });
        } else if is_other_label(line) {
            end_value(&mut found, at);
        } else if at == block.start && !line.trim_end().ends_with([':', '：']) {
            return found;
        }
    }
    for label in &mut found {
        let value = text[label.value.clone()].trim();
        let words = value.trim_start_matches(['*', '_', '-', ' ', '\n', '\r']);
        label.value.end = label.value.start + text[label.value.clone()].trim_end().len();
        label.is_empty = words.is_empty() || is_placeholder(words);
        label.is_none = !words.is_empty() && says_none(words.lines().next().unwrap_or_default());
    }
    found
}

fn end_value(labels: &mut [Label], at: usize) {
    if let Some(last) = labels.last_mut() {
        last.value.end = last.value.end.min(at);
    }
}

/// `Owner: Ada`: a few words and a colon, which begin something else.
fn is_other_label(line: &str) -> bool {
    line.split_once(": ").is_some_and(|(words, _)| words.len() < 40 && !words.contains(['/', '`', '.', ',', '(']))
}

/// `Reference implementation(s)`, `Existing implementation`, `Pattern to follow`.
fn is_reference(label: &str) -> bool {
    label.len() < 60
        && (label.starts_with("reference")
            || label.ends_with("references")
            || ["existing implementation", "example implementation", "prior art", "pattern", "follow the pattern"]
                .iter()
                .any(|words| label.starts_with(words)))
}

/// The label that a line begins with, and where its value begins.
fn label(text: &str, line: Range<usize>) -> Option<(LabelName, Range<usize>, usize)> {
    let (words, style) = label_on(text, line.clone())?;
    let after = words.end + style.suffix.len();
    let is_path_like = || text[after..line.end].trim().is_empty() || text[after..line.end].contains(['/', '<', '.']);
    let name = match normalize_heading(&text[words.clone()]).as_str() {
        "plan" | "phase plan" | "plan document" | "plan file" | "the plan" => LabelName::Plan,
        "work notes" | "work note" | "work-notes" | "worknotes" => LabelName::WorkNotes,
        // `Notes: keep it small` is a remark.
        "notes" if is_path_like() => LabelName::WorkNotes,
        other if is_reference(other) => LabelName::Reference,
        _ => return None,
    };
    // An underscore behind a blank may begin a name.
    let value = text[after..line.end].trim_start_matches(['*', ' ', '\t']);
    Some((name, words, line.end - value.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{convention::Kind, testing::document};

    fn found(context: &str) -> Vec<(LabelName, String, bool, bool)> {
        let text = format!("## Context\n{context}\n\n## Task\nPlan: x/y.md\n");
        let document = document(Kind::Prompt, &text);
        let prompt = document.artifact.prompt().expect("a prompt");
        let label = |label: &Label| (label.name, text[label.range.clone()].to_owned(), label.is_empty, label.is_none);
        prompt.labels.iter().map(label).collect()
    }

    fn value(context: &str) -> String {
        let text = format!("## Context\n{context}\n");
        let document = document(Kind::Prompt, &text);
        let prompt = document.artifact.prompt().expect("a prompt");
        text[prompt.labels[0].value.clone()].to_owned()
    }

    #[test]
    fn labels_stand_at_the_start_of_an_item_or_a_line() {
        use LabelName::{Plan, Reference, WorkNotes};
        for (context, expected) in [
            ("- Plan: plan/a.md\n- **Work notes**: `b.md`", vec![(Plan, "Plan"), (WorkNotes, "Work notes")]),
            ("Plan: plan/a.md\r\nwork-notes: b.md", vec![(Plan, "Plan"), (WorkNotes, "work-notes")]),
            ("- Existing implementation: x", vec![(Reference, "Existing implementation")]),
            ("- 📚 References： x", vec![(Reference, "📚 References")]),
            (
                "- Reference implementation for the queue and its own store: x",
                vec![(Reference, "Reference implementation for the queue and its own store")],
            ),
            ("Read these:\nPlan: plan/a.md", vec![(Plan, "Plan")]),
            ("- Notes: keep it small\n- Notes: work-notes/a.md", vec![(WorkNotes, "Notes")]),
            ("Numbers come from the load test, not the\nreference: it is bursty\nPlan: x", vec![]),
            ("- The plan: is good", vec![(Plan, "The plan")]),
            ("```\nPlan: x\n```", vec![]),
        ] {
            let labels: Vec<_> = found(context).into_iter().map(|(name, words, ..)| (name, words)).collect();
            let expected: Vec<_> = expected.into_iter().map(|(name, words)| (name, words.to_owned())).collect();
            assert_eq!(labels, expected, "{context}");
        }
    }

    #[test]
    fn values_may_be_empty_a_placeholder_or_none() {
        for (context, is_empty, is_none) in [
            ("- Plan:", true, false),
            ("- **Plan:** <paths>", true, false),
            ("- Plan:\n  - <path 1>", true, false),
            ("- Plan: <https://example.com/plan>", false, false),
            ("- Plan: N/A", false, true),
            ("- Plan: none (one-off)", false, true),
            ("- Plan: plan/none.md", false, false),
        ] {
            let label = &found(context)[0];
            assert_eq!((label.2, label.3), (is_empty, is_none), "{context}");
        }
    }

    #[test]
    fn a_value_ends_before_the_next_label() {
        assert_eq!(value("Plan: a/b.md\nOwner: Ada"), "a/b.md");
        assert_eq!(value("Plan: a/b.md,\n  later c.md"), "a/b.md,\n  later c.md");
        assert_eq!(value("Plan:\n\n- a/b.md\n- c\n\nMore"), "\n\n- a/b.md\n- c");
        assert_eq!(value("- Plan:\n  - a/b.md\n- c"), "\n  - a/b.md");
    }
}
