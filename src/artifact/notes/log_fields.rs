//! The fields of a log entry: `What changed`, `Why`, `Blockers`, `Next`.

use std::{ops::Range, sync::LazyLock};

use foldhash::HashMap;

use super::Reader;
use crate::{
    artifact::{
        entries,
        labels::{colons, label_on},
    },
    convention::{Words, normalize_heading},
    markdown::{BlockId, BlockKind},
    text::lines_in,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FieldName {
    WhatChanged,
    Why,
    Blockers,
    Next,
}

impl FieldName {
    pub const ALL: [Self; 4] = [Self::WhatChanged, Self::Why, Self::Blockers, Self::Next];

    pub fn name(self) -> &'static str {
        ["What changed", "Why", "Blockers", "Next"][self as usize]
    }

    /// The field that people label so.
    pub fn read(label: &str) -> Option<Self> {
        const LONGEST: usize = 40;
        if label.len() > LONGEST {
            return None;
        }
        // Most labels are words alone, which are compared as they are.
        if label.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            let mut lower = [0; LONGEST];
            let lower = &mut lower[..label.len()];
            lower.copy_from_slice(label.as_bytes());
            lower.make_ascii_lowercase();
            return LABELS.get(&*lower).copied();
        }
        LABELS.get(normalize_heading(label).as_bytes()).copied()
    }
}

/// How people label the fields, normalised.
static LABELS: LazyLock<HashMap<&[u8], FieldName>> = LazyLock::new(|| {
    let lists = [
        (FieldName::WhatChanged, Words::new("what-changed")),
        (FieldName::Why, Words::new("why")),
        (FieldName::Blockers, Words::new("blockers")),
        (FieldName::Next, Words::new("next")),
    ];
    lists.iter().flat_map(|(name, labels)| labels.iter().map(|label| (label.as_bytes(), *name))).collect()
});

/// `- Next: …` of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub name: FieldName,
    /// Bytes of the label's words.
    pub label: Range<usize>,
    /// Bytes from the label to the end of its value, nested items included.
    pub range: Range<usize>,
    pub is_empty: bool,
}

impl Reader<'_> {
    /// The fields among the blocks of `body`.
    pub(super) fn fields(&self, body: Range<BlockId>) -> Vec<Field> {
        let labels = self.labels_within(&body);
        let has_labels = |id| labels.binary_search_by_key(&id, |(id, ..)| *id).is_ok();
        let field = |(n, (id, _, label)): (usize, &(BlockId, usize, Label))| {
            let id = *id;
            let next = labels.get(n + 1).filter(|(other, ..)| *other == id);
            let end = next.map_or(self.markdown.block(id).range().end, |(.., next)| next.words.start);
            let value = self.text[label.value..end].trim_matches(VALUE_MARKUP);
            let more = if next.is_none() { self.continuation(id, &body, &has_labels) } else { None };
            let is_blank = value.is_empty() || entries::is_placeholder(value);
            Field {
                name: label.name,
                label: label.words.clone(),
                range: label.words.start..more.unwrap_or(end),
                is_empty: is_blank && more.is_none(),
            }
        };
        labels.iter().enumerate().map(field).collect()
    }

    /// The labels in the blocks of `body`, in order, with how deep they stand. One that stands deeper than another of its name is part of what
    /// is said there: `Next: button moved` below `What changed`.
    fn labels_within(&self, body: &Range<BlockId>) -> Vec<(BlockId, usize, Label)> {
        let mut found: Vec<(BlockId, usize, Label)> = Vec::new();
        let mut shallowest = [usize::MAX; FieldName::ALL.len()];
        for (id, block) in self.markdown.within(body.clone()) {
            let labels = match block.kind {
                BlockKind::Paragraph => self.labels(block.range()),
                BlockKind::Heading(_) => {
                    let line = entries::first_line(self.text, &block.range());
                    let colon = self.text[line.clone()].find([':', '：']).map_or(line.end, |at| line.start + at);
                    self.label(line.start..colon, colon).into_iter().collect()
                }
                _ => continue,
            };
            let depth = if labels.is_empty() { 0 } else { self.markdown.ancestors(id).count() };
            for label in labels {
                let least = &mut shallowest[label.name as usize];
                *least = (*least).min(depth);
                found.push((id, depth, label));
            }
        }
        found.retain(|(_, depth, label)| shallowest[label.name as usize] == *depth);
        found
    }

    /// The fields of a table's row: its columns of such names.
    pub(super) fn row_fields(&self, row: BlockId) -> Vec<Field> {
        let header = entries::header(self.text, self.markdown, row);
        let cells = entries::cells(self.text, self.markdown, row);
        let fields = header.iter().zip(cells).filter_map(|(name, cell)| {
            let name = FieldName::read(name)?;
            Some(Field { name, is_empty: cell.is_empty(), label: cell.clone(), range: cell })
        });
        fields.collect()
    }

    /// Labels in a paragraph: any at the start of a line, the canonical ones also inside it.
    fn labels(&self, block: Range<usize>) -> Vec<Label> {
        let mut found = Vec::new();
        for line in lines_in(self.text, block) {
            let first = label_on(self.text, line.clone()).and_then(|(words, style)| {
                let label = self.label(words.clone(), words.end + style.suffix.len())?;
                // `Changes — a` may be a sentence.
                let is_sure = style.suffix.contains([':', '：', '*']) || label.is_canonical(self.text);
                is_sure.then_some(label)
            });
            let start = first.as_ref().map_or(line.start, |label| label.value);
            found.extend(first);
            for (at, length) in colons(&self.text[start..line.end]) {
                let end = start + at;
                let words = self.text[start..end].rsplit([':', '：', '.', ';', '|', '·', '(', '—']).next();
                let label = self.label(end - words.map_or(0, str::len)..end, end + length);
                found.extend(label.filter(|label| label.is_canonical(self.text)));
            }
        }
        found
    }

    /// The label in `range`, whose value begins at byte `value`.
    fn label(&self, range: Range<usize>, value: usize) -> Option<Label> {
        let is_picture = |c: char| c >= '\u{2190}' && !c.is_alphanumeric();
        let words = self.text[range.clone()].trim_start_matches(|c| LABEL_MARKUP.contains(&c) || is_picture(c));
        let start = range.end - words.len();
        let words = words.trim_end_matches(LABEL_MARKUP);
        Some(Label { name: FieldName::read(words)?, words: start..start + words.len(), value })
    }

    /// Where the blocks end that hold the value of a label in block `id`: nested items, or the list or text after it.
    fn continuation(&self, id: BlockId, body: &Range<BlockId>, has_labels: &dyn Fn(BlockId) -> bool) -> Option<usize> {
        let next = self.markdown.next(id);
        if next >= body.end || self.markdown.parent(next) != self.markdown.parent(id) {
            return None;
        }
        let following = self.markdown.block(next);
        let continues = match following.kind {
            BlockKind::Heading(_) | BlockKind::Rule => false,
            BlockKind::Paragraph => !has_labels(next),
            // A list of further fields.
            BlockKind::List { .. } => {
                let blocks = self.markdown.descendants(next).take(2);
                let mut words = blocks.filter(|(_, block)| block.kind == BlockKind::Paragraph);
                words.all(|(id, _)| !has_labels(id))
            }
            _ => true,
        };
        continues.then(|| following.range().end)
    }
}

const VALUE_MARKUP: [char; 8] = [':', '：', '*', '_', ' ', '\t', '\n', '\r'];
const LABEL_MARKUP: [char; 9] = ['#', '*', '_', ' ', '\t', '-', '+', '>', ','];

struct Label {
    name: FieldName,
    words: Range<usize>,
    /// Where its value begins.
    value: usize,
}

impl Label {
    fn is_canonical(&self, text: &str) -> bool {
        text[self.words.clone()].eq_ignore_ascii_case(self.name.name())
    }
}

#[cfg(test)]
mod tests {
    use super::{super::tests::read, *};

    fn fields(text: &str) -> Vec<(FieldName, bool)> {
        read(text).log[0].fields.iter().map(|field| (field.name, field.is_empty)).collect()
    }

    #[test]
    fn fields_know_whether_they_are_empty() {
        use FieldName::*;
        let entry = |body: &str| fields(&format!("## Session log\n### 2026-01-02\n{body}"));
        assert_eq!(
            entry("- What changed: a\n- **Why:**\n- Blockers:\n  - b\n- Next: \n"),
            [(WhatChanged, false), (Why, true), (Blockers, false), (Next, true)]
        );
        assert_eq!(
            entry("**What changed**\n\n- a\n\n**Next:**\n\n#### Why\n"),
            [(WhatChanged, false), (Next, true), (Why, true)]
        );
        assert_eq!(
            entry("What changed: a\r\nWhy: <X>\r\nBlockers: -\r\nNext: c\r\n"),
            [(WhatChanged, false), (Why, true), (Blockers, false), (Next, false)]
        );
        assert_eq!(entry("- What changed: a. Why: b; Next: c\n"), [(WhatChanged, false), (Why, false), (Next, false)]);
        assert_eq!(entry("- Fixed the reason: it was late. Changes: none\n"), []);
        assert_eq!(entry("#### What changed\n\ntext\n\n#### Next\n"), [(WhatChanged, false), (Next, true)]);
        assert_eq!(entry("**Next**:\n- a\n"), [(Next, false)]);
        assert_eq!(
            entry("- **Changes** — a: b\n- Why – <X>\n- Next —\n"),
            [(WhatChanged, false), (Why, true), (Next, true)]
        );
        assert_eq!(
            entry("- **Changes** - a\n- **Why** -- b\n- **Next** -\n- **Blockers** --\n"),
            [(WhatChanged, false), (Why, false), (Next, true), (Blockers, true)]
        );
        // What stands deeper is part of what is said.
        assert_eq!(entry("- What changed:\n  - Next: button\n- Next: \n"), [(WhatChanged, false), (Next, true)]);
        assert_eq!(entry("- Today\n  - What changed: a\n  - Next: b\n"), [(WhatChanged, false), (Next, false)]);
        assert_eq!(entry("- Changes — a\n- The next — b\n- Next-door — c\n- Why—not\n"), []);
        assert_eq!(entry("- ✅ Done: a\n- ➡️ Next: go\n"), [(WhatChanged, false), (Next, false)]);
        assert_eq!(entry("**What shipped:** a\n\n**What's next:** b\n"), [(WhatChanged, false), (Next, false)]);
        assert_eq!(entry("- 変更：あ\n- 下一步：\n"), [(WhatChanged, false), (Next, true)]);
        assert_eq!(entry("- Next:\n\n  tomorrow\n"), [(Next, false)]);
        assert_eq!(entry("- Next:\n\nAn unrelated paragraph.\n"), [(Next, true)]);
        let row = "## Log\n\n| Date | What changed | Next |\n|---|---|---|\n| 2026-01-02 | a | |\n";
        assert_eq!(fields(row), [(WhatChanged, false), (Next, true)]);
        assert_eq!(fields("## Log\n- 2026-01-02: a\n  - Why: b\n  - Next:\n"), [(Why, false), (Next, true)]);
        assert_eq!(fields("## Log\n\n**2026-01-02**\n\nWhy: b\n\n**2026-01-03**\n\nNext: c\n"), [(Why, false)]);
    }
}
