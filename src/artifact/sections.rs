//! The sections of an artifact: headings, bold lead-ins and label lines.

use std::ops::Range;

use super::Vocabulary;
use crate::{
    markdown::{BlockId, BlockKind, InlineKind, Markdown},
    template::{Kind, SectionName, normalize_heading},
};

/// How a section is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SectionStyle {
    /// A Markdown heading.
    Heading,
    /// `**Definition of done:**`, or `Verification:` before a list.
    LeadIn,
}

/// The level of a lead-in: below every heading.
pub const LEAD_IN_LEVEL: u8 = 7;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// `None` for a heading that phasemark does not know.
    pub name: Option<SectionName>,
    /// The heading as it is compared.
    pub normalized: Box<str>,
    pub style: SectionStyle,
    /// 1 to 6 for headings, 7 for lead-ins.
    pub level: u8,
    /// Bytes of the heading's words, without its markup.
    pub heading: Range<usize>,
    /// The block that opens the section.
    pub block: BlockId,
    /// The blocks below it, those of its subsections included.
    pub body: Range<BlockId>,
    /// Text in a lead-in's own paragraph after the label (bytes); empty for headings.
    pub after_label: Range<usize>,
    /// Bytes from the heading to the end of the body.
    pub range: Range<usize>,
    /// Index of the section around it.
    pub parent: Option<usize>,
}

/// All sections, in document order, a parent before its children.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sections {
    /// Bytes of the title's words: the first level-1 heading.
    pub title: Option<Range<usize>>,
    pub all: Vec<Section>,
    /// The blocks before the first section.
    pub preamble: Option<Range<BlockId>>,
}

impl Sections {
    pub fn read(kind: Kind, text: &str, markdown: &Markdown, vocabulary: &Vocabulary) -> Self {
        let mut sections = Self::default();
        let mut open: Vec<usize> = Vec::new();
        let mut blocks = markdown.top_level().peekable();
        while let Some((id, block)) = blocks.next() {
            let opened = match block.kind {
                BlockKind::Heading(level) => {
                    Some((level, SectionStyle::Heading, heading_text(text, block.range()), None))
                }
                BlockKind::Paragraph => {
                    let before_list =
                        blocks.peek().is_some_and(|(_, next)| matches!(next.kind, BlockKind::List { .. }));
                    lead_in(text, markdown, id, before_list)
                        .map(|(label, value)| (LEAD_IN_LEVEL, SectionStyle::LeadIn, label, Some(value)))
                }
                _ => None,
            };
            let Some((level, style, heading, after_label)) = opened else { continue };
            sections.close(&mut open, level, id, block.range().start, text);
            if level == 1 && sections.title.is_none() {
                sections.title = Some(heading);
                continue;
            }
            let normalized = normalize_heading(&text[heading.clone()]);
            let parent = open.last().copied();
            let name = vocabulary
                .section(kind, &normalized)
                .filter(|name| !is_part_of_files(*name) || parent.is_some_and(|parent| sections.is_files(parent)));
            open.push(sections.all.len());
            sections.all.push(Section {
                name,
                normalized: normalized.into(),
                style,
                level,
                after_label: after_label.unwrap_or(heading.end..heading.end),
                heading,
                block: id,
                body: markdown.next(id)..markdown.end(),
                range: block.range().start..text.len(),
                parent,
            });
        }
        sections.close(&mut open, 0, markdown.end(), text.len(), text);
        sections.preamble = sections.read_preamble(markdown);
        sections
    }

    /// Ends the open sections that a heading of `level` at block `id` ends.
    fn close(&mut self, open: &mut Vec<usize>, level: u8, id: BlockId, at: usize, text: &str) {
        while let Some(last) = open.pop_if(|last| self.all[*last].level >= level) {
            let section = &mut self.all[last];
            section.body.end = id;
            let start = section.range.start;
            section.range.end = start + text[start..at].trim_end().len();
        }
    }

    fn is_files(&self, section: usize) -> bool {
        self.all[section].name == Some(SectionName::Files)
    }

    fn read_preamble(&self, markdown: &Markdown) -> Option<Range<BlockId>> {
        let (first, _) = markdown.top_level().next()?;
        Some(first..self.all.first().map_or(markdown.end(), |section| section.block))
    }

    /// Sections of that name, in document order.
    pub fn named(&self, name: SectionName) -> impl Iterator<Item = &Section> {
        self.all.iter().filter(move |section| section.name == Some(name))
    }

    pub fn has(&self, name: SectionName) -> bool {
        self.named(name).next().is_some()
    }

    /// The sections directly inside `section`.
    pub fn children<'a>(&'a self, section: &'a Section) -> impl Iterator<Item = &'a Section> {
        let index = self.index(section);
        self.all[index + 1..]
            .iter()
            .take_while(|child| child.range.start < section.range.end.max(section.range.start + 1))
            .filter(move |child| child.parent == Some(index))
    }

    /// The section and those around it, innermost first.
    pub fn enclosing<'a>(&'a self, section: &'a Section) -> impl Iterator<Item = &'a Section> {
        std::iter::successors(Some(section), |section| section.parent.map(|parent| &self.all[parent]))
    }

    /// The innermost section that holds byte `offset`.
    pub fn at(&self, offset: usize) -> Option<&Section> {
        let before = self.all.partition_point(|section| section.range.start <= offset);
        let last = self.all[..before].last()?;
        self.enclosing(last).find(|section| offset < section.range.end.max(section.heading.end))
    }

    /// The place of a section in `all`: they stand in the order of their first bytes.
    fn index(&self, section: &Section) -> usize {
        self.all.partition_point(|other| other.range.start < section.range.start)
    }

    /// Whether byte `offset` is inside a section of one of these names, at any depth.
    pub fn is_within(&self, offset: usize, names: &[SectionName]) -> bool {
        self.at(offset).is_some_and(|section| {
            self.enclosing(section).any(|section| section.name.is_some_and(|name| names.contains(&name)))
        })
    }
}

impl Section {
    /// The id in a heading such as `Phase 2a: Scaffold`.
    pub fn phase(&self) -> Option<String> {
        let is_phase = self.style == SectionStyle::Heading && self.normalized.starts_with("phase");
        if is_phase { super::phase_id(&self.normalized) } else { None }
    }
}

fn is_part_of_files(name: SectionName) -> bool {
    matches!(name, SectionName::FilesNew | SectionName::FilesModified | SectionName::FilesReferenced)
}

/// Bytes of a heading's words: without `#`, closing `#`s or the line under a setext heading.
pub fn heading_text(text: &str, block: Range<usize>) -> Range<usize> {
    let source = &text[block.clone()];
    if !source.starts_with('#') {
        let words = source.trim_end().rfind(['\n', '\r']).map_or(source, |at| &source[..at]);
        return block.start..block.start + words.trim_end().len();
    }
    let words = source.trim_start_matches('#');
    let start = block.start + source.len() - words.trim_start().len();
    let words = words.trim();
    let unclosed = words.trim_end_matches('#');
    let words = if unclosed.is_empty() || unclosed.ends_with([' ', '\t']) { unclosed.trim_end() } else { words };
    let end = start + words.len();
    start.min(end)..end
}

/// The label and the value of a paragraph that opens a section.
fn lead_in(text: &str, markdown: &Markdown, id: BlockId, before_list: bool) -> Option<(Range<usize>, Range<usize>)> {
    let range = markdown.block(id).range();
    if let Some(strong) = markdown.inlines(id).first().filter(|inline| inline.kind == InlineKind::Strong) {
        if strong.range().start != range.start {
            return None;
        }
        let label = strong.content();
        let rest = &text[strong.range().end..range.end];
        let inside_colon = text[label.clone()].trim_end().ends_with([':', '：']);
        let outside_colon = rest.trim_start().starts_with([':', '：']);
        if !(inside_colon || outside_colon || rest.trim().is_empty()) {
            return None;
        }
        let value = rest.trim_start_matches([':', '：', ' ', '\t']);
        return Some((label, range.end - value.len()..range.end));
    }
    let line = text[range.clone()].trim_end();
    let is_label = before_list && line.ends_with([':', '：']) && !line.contains(['\n', '\r']) && line.len() <= 80;
    let end = range.start + line.len();
    is_label.then_some((range.start..end, end..end))
}
