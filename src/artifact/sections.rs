//! The sections of an artifact: headings, bold lead-ins and label lines.

use std::ops::Range;

use super::{Vocabulary, dates, heading_names::split_value};
use crate::{
    convention::{self, Kind, SectionName, normalize_heading},
    markdown::{BlockId, BlockKind, Inline, InlineKind, Markdown},
    text::blanked,
};

/// How a section is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SectionStyle {
    /// A Markdown heading.
    Heading,
    /// `**Definition of done:**`, or `Verification:` before a list.
    LeadIn,
    /// `<success_criteria>` on a line of its own, up to the tag that closes it.
    Tag,
}

/// The level of a tag: no heading inside it ends it.
const TAG_LEVEL: u8 = 0;
/// The level of a lead-in: below every heading.
pub const LEAD_IN_LEVEL: u8 = 7;
/// The level of a dated lead-in in a log that a lead-in opens: its entry.
const ENTRY_LEVEL: u8 = 8;
/// No section is deeper.
pub const MOST_LEVEL: u8 = ENTRY_LEVEL;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// `None` for a heading that phasemark does not know; the first of several that are joined.
    pub name: Option<SectionName>,
    /// The other one of two that are joined: `Assumptions & open questions`.
    pub also: Option<SectionName>,
    /// The heading as it is compared.
    pub normalized: Box<str>,
    pub style: SectionStyle,
    /// 0 for tags, 1 to 6 for headings, 7 for lead-ins, 8 for the entries of a log that is one.
    pub level: u8,
    /// Bytes of the heading's words, without its markup.
    pub heading: Range<usize>,
    /// The first date in the heading; its range in bytes of the text.
    pub date: Option<Box<dates::DateText>>,
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
    /// The section that the title names, in a file that is nothing else: `# Session log`.
    pub titled: Option<SectionName>,
    pub all: Vec<Section>,
    /// Their names, in order, each with its places in `all`.
    by_name: Vec<(SectionName, usize)>,
    /// The blocks before the first section.
    pub preamble: Option<Range<BlockId>>,
}

/// What opens a section, before it is known which one.
struct Opening {
    level: u8,
    style: SectionStyle,
    heading: Range<usize>,
    /// Empty for headings.
    after_label: Range<usize>,
    start: usize,
}

impl Opening {
    fn new(level: u8, style: SectionStyle, heading: Range<usize>, start: usize) -> Self {
        Self { level, style, after_label: heading.end..heading.end, heading, start }
    }
}

impl Sections {
    pub fn read(kind: Kind, text: &str, markdown: &Markdown, vocabulary: &Vocabulary) -> Self {
        let mut sections = Self::default();
        // Tags, comments and images are no words of a heading.
        let is_none = |inline: &&Inline| matches!(inline.kind, InlineKind::Html | InlineKind::Image { .. });
        let others = markdown.inlines_in(0..text.len()).iter().filter(is_none);
        let words = &*blanked(text, others.map(Inline::range));
        let mut open: Vec<usize> = Vec::new();
        let mut blocks = markdown.top_level().peekable();
        // Where the list ends that the open label holds.
        let mut label_end: Option<BlockId> = None;
        while let Some((id, block)) = blocks.next() {
            let start = block.range().start;
            if label_end.take_if(|end| *end <= id).is_some() {
                sections.close(&mut open, LEAD_IN_LEVEL, id, start, text);
            }
            match block.kind {
                BlockKind::Heading(level) => {
                    label_end = None;
                    let heading = heading_text(text, block.range());
                    sections.close(&mut open, level, id, start, text);
                    if level == 1 && sections.title.is_none() {
                        let named = vocabulary.sections_in(kind, &normalize_heading(&words[heading.clone()]));
                        sections.titled = named.first().copied();
                        sections.title = Some(heading);
                        continue;
                    }
                    let opening = Opening::new(level, SectionStyle::Heading, heading, start);
                    sections.open(&mut open, opening, id, (kind, words, markdown, vocabulary));
                }
                BlockKind::Rule => {
                    let Some(tag) = markdown.tag(id) else { continue };
                    label_end = None;
                    sections.close(&mut open, LEAD_IN_LEVEL, id, start, text);
                    let name = tag.name(text);
                    if tag.closes {
                        sections.close_tag(&mut open, name, markdown.next(id), block.range().end, text);
                    } else {
                        let heading = start + 1..start + 1 + name.len();
                        let opening = Opening::new(TAG_LEVEL, SectionStyle::Tag, heading, start);
                        sections.open(&mut open, opening, id, (kind, words, markdown, vocabulary));
                    }
                }
                BlockKind::Paragraph => {
                    let before_list =
                        blocks.peek().is_some_and(|(_, next)| matches!(next.kind, BlockKind::List { .. }));
                    let known = |label: &str| !vocabulary.sections_in(kind, &normalize_heading(label)).is_empty();
                    for mut opening in lead_ins(words, markdown, id, before_list, &known) {
                        let is_first = opening.start == start;
                        if sections.is_lead_in_log(&open) && dates::find(&text[opening.heading.clone()]).is_some() {
                            opening.level = ENTRY_LEVEL;
                        }
                        sections.close(&mut open, opening.level, id, opening.start, text);
                        // Inside a canonical section a further label is that section's own text.
                        if is_first || open.last().is_none_or(|around| !sections.is_canonical(*around)) {
                            let is_heading = is_like_heading(text, &opening, block.range().end);
                            sections.open(&mut open, opening, id, (kind, words, markdown, vocabulary));
                            let holds_list = !is_heading && !sections.is_lead_in_log(&open);
                            label_end = holds_list.then(|| end_of_label(text, markdown, markdown.next(id)));
                        }
                    }
                }
                _ => {}
            }
        }
        sections.close(&mut open, 0, markdown.end(), text.len(), text);
        let names = sections
            .all
            .iter()
            .enumerate()
            .flat_map(|(at, section)| section.name.into_iter().chain(section.also).map(move |name| (name, at)));
        sections.by_name = names.collect();
        sections.by_name.sort_unstable();
        let end = sections.all.first().map_or(markdown.end(), |section| section.block);
        sections.preamble = markdown.top_level().next().map(|(first, _)| first..end);
        sections
    }

    fn open(
        &mut self,
        open: &mut Vec<usize>,
        opening: Opening,
        id: BlockId,
        (kind, text, markdown, vocabulary): (Kind, &str, &Markdown, &Vocabulary),
    ) {
        let Opening { level, style, heading, mut after_label, start } = opening;
        let mut normalized = normalize_heading(&text[heading.clone()]);
        if style == SectionStyle::Tag
            && let Some(name) = convention::built_in().headings.of_tag(&normalized)
        {
            normalized = name.to_owned();
        }
        let parent = open.last().copied();
        let is_inner = parent.is_some_and(|parent| self.is_canonical(parent));
        let mut names = match vocabulary.section(kind, &normalized) {
            Some(name) if is_inner => vec![name],
            None if is_inner => Vec::new(),
            _ => vocabulary.sections_in(kind, &normalized),
        };
        if text[heading.clone()].trim_end_matches(['`', '*', ' ']).ends_with('/') {
            // `references/` is a folder.
            names.clear();
        }
        let is_in_files = parent.is_some_and(|parent| self.all[parent].name == Some(SectionName::Files));
        names.retain(|name| !is_part_of_files(*name) || is_in_files);
        // The inputs of a task are no context of the whole.
        names.retain(|name| *name != SectionName::Context || !is_inner);
        let date = dates::find_in(text, heading.clone()).map(Box::new);
        if names.contains(&SectionName::SessionLog) && style == SectionStyle::Heading && date.is_some() {
            // `Session log: 2026-01-02` is an entry.
            names.clear();
        }
        let name = names.first().copied();
        if name == Some(SectionName::Status)
            && style == SectionStyle::Heading
            && let Some(value) = value_of(text, heading.clone())
        {
            after_label = value;
        }
        let also = names.get(1).copied();
        open.push(self.all.len());
        self.all.push(Section {
            name,
            also,
            date,
            normalized: normalized.into(),
            style,
            level,
            after_label,
            heading,
            block: id,
            body: markdown.next(id)..markdown.end(),
            range: start..text.len(),
            parent,
        });
    }

    /// Ends the open sections that a heading of `level` at block `id` ends.
    fn close(&mut self, open: &mut Vec<usize>, level: u8, id: BlockId, at: usize, text: &str) {
        while let Some(last) = open.pop_if(|last| self.all[*last].level >= level) {
            let section = &mut self.all[last];
            section.body.end = id.max(section.body.start);
            let start = section.range.start;
            section.range.end = start + text[start..at].trim_end().len();
        }
    }

    /// Ends the open section of the tag `name`, and those inside it, at the block `id`; `end`: bytes, behind the
    /// tag that closes it.
    fn close_tag(&mut self, open: &mut Vec<usize>, name: &str, id: BlockId, end: usize, text: &str) {
        let is_own = |section: &Section| section.style == SectionStyle::Tag && text[section.heading.clone()] == *name;
        let Some(own) = open.iter().rposition(|section| is_own(&self.all[*section])) else { return };
        for section in open.drain(own..).rev() {
            let section = &mut self.all[section];
            section.body.end = id.max(section.body.start);
            section.range.end = end;
        }
    }

    /// Whether a log is open whose heading is a lead-in.
    fn is_lead_in_log(&self, open: &[usize]) -> bool {
        let is_log =
            |section: &Section| section.name == Some(SectionName::SessionLog) && section.level == LEAD_IN_LEVEL;
        open.iter().any(|section| is_log(&self.all[*section]))
    }

    /// Whether the section or one around it has a name.
    fn is_canonical(&self, section: usize) -> bool {
        self.enclosing(&self.all[section]).any(|section| section.name.is_some())
    }

    /// Sections of that name, in document order.
    pub fn named(&self, name: SectionName) -> impl Iterator<Item = &Section> {
        self.places_of(name).iter().map(|(_, at)| &self.all[*at])
    }

    pub fn has(&self, name: SectionName) -> bool {
        !self.places_of(name).is_empty()
    }

    fn places_of(&self, name: SectionName) -> &[(SectionName, usize)] {
        let from = self.by_name.partition_point(|(other, _)| *other < name);
        let count = self.by_name[from..].partition_point(|(other, _)| *other == name);
        &self.by_name[from..from + count]
    }

    /// Whether there is such a section that is outermost and named as in the template: `Goals`, `Goals of phase 2`.
    /// `Objectives` and `Mission` are names of other templates.
    pub fn has_as_in_template(&self, kind: Kind, name: SectionName, vocabulary: &Vocabulary) -> bool {
        // Labels in a file of headings are what other templates begin with: `**Goal:**`; with their text behind them
        // they are the form of a prompt that is used once.
        let has_headings =
            self.all.iter().any(|section| section.style == SectionStyle::Heading && section.name.is_some());
        let is_own = |section: &Section| {
            let is_label = section.style == SectionStyle::LeadIn && (has_headings || !section.after_label.is_empty());
            !is_label && vocabulary.names_as_template(kind, name, &section.normalized)
        };
        self.named(name).any(|section| section.parent.is_none() && is_own(section)) || self.is_titled(name)
    }

    /// Whether two sections of one name stand below the same parent.
    pub fn has_twins(&self) -> bool {
        let is_twin = |places: &[(SectionName, usize)]| {
            let of = |(_, at): &(SectionName, usize)| self.all[*at].parent;
            places.iter().enumerate().any(|(n, at)| places[..n].iter().any(|other| of(other) == of(at)))
        };
        // Longer lists have twins, most likely; what is asked for is cheap only for the short ones.
        self.by_name.chunk_by(|(a, _), (b, _)| a == b).any(|places| places.len() > 20 || is_twin(places))
    }

    /// Whether the whole file is such a section, by its title, and has no other of that name.
    pub fn is_titled(&self, name: SectionName) -> bool {
        self.titled == Some(name) && !self.has(name)
    }

    /// The section that block `id` opens.
    pub fn opened_by(&self, id: BlockId) -> Option<&Section> {
        let at = self.all.partition_point(|section| section.block < id);
        self.all.get(at).filter(|section| section.block == id)
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

    /// The sections that hold byte `offset`, innermost first.
    pub fn around(&self, offset: usize) -> impl Iterator<Item = &Section> {
        self.at(offset).into_iter().flat_map(|section| self.enclosing(section))
    }

    /// The place of a section in `all`: they stand in the order of their first bytes.
    fn index(&self, section: &Section) -> usize {
        self.all.partition_point(|other| other.range.start < section.range.start)
    }

    /// Whether byte `offset` is inside a section of one of these names, at any depth.
    pub fn is_within(&self, offset: usize, names: &[SectionName]) -> bool {
        self.around(offset).any(|section| names.iter().any(|name| section.is(*name)))
    }
}

impl Section {
    /// Whether it is the section of that name, or one joined with it.
    pub fn is(&self, name: SectionName) -> bool {
        self.name == Some(name) || self.also == Some(name)
    }

    /// The id in a heading such as `Phase 2a: Scaffold`; `Phase overview` and `Phases 1 to 3` have none.
    pub fn phase(&self) -> Option<String> {
        let after = self.normalized.strip_prefix("phase")?.trim_start_matches([' ', '-', '_']);
        let is_phase = self.style == SectionStyle::Heading && after.starts_with(|c: char| c.is_ascii_digit());
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

/// The value in a heading such as `Status: accepted` (bytes).
fn value_of(text: &str, heading: Range<usize>) -> Option<Range<usize>> {
    let words = &text[heading.clone()];
    let value = split_value(words).1?;
    let start = heading.start + (value.as_ptr() as usize - words.as_ptr() as usize);
    Some(start..start + value.len())
}

/// Whether a label is a heading in bold type: nothing stands on its line but its words.
fn is_like_heading(text: &str, opening: &Opening, end: usize) -> bool {
    let label = text[opening.start..end].trim_end();
    opening.after_label.is_empty() && label.starts_with("**") && label.ends_with("**") && !label.contains([':', '：'])
}

/// Where the blocks end that a label holds: its list or table, or the paragraphs and code before the next label
/// or list. `first`: the block below the label.
fn end_of_label(text: &str, markdown: &Markdown, first: BlockId) -> BlockId {
    let mut introduces = true;
    for (id, block) in markdown.siblings(first..markdown.end()) {
        match block.kind {
            BlockKind::List { .. } | BlockKind::Table => return if introduces { markdown.next(id) } else { id },
            BlockKind::Heading(_) | BlockKind::Rule => return id,
            BlockKind::Paragraph => introduces = text[block.range()].trim_end().ends_with([':', '：']),
            _ => introduces = false,
        }
    }
    markdown.end()
}

/// The labels of a paragraph that open sections: the one that begins it, and those of known
/// sections (`known`) that begin its further lines.
fn lead_ins(
    text: &str,
    markdown: &Markdown,
    id: BlockId,
    before_list: bool,
    known: &dyn Fn(&str) -> bool,
) -> Vec<Opening> {
    let range = markdown.block(id).range();
    let mut found: Vec<Opening> = Vec::new();
    for strong in markdown.inlines(id).iter().filter(|inline| inline.kind == InlineKind::Strong) {
        let start = strong.range().start;
        let is_first = start == range.start;
        let begins_line = || text[range.start..start].trim_end_matches([' ', '\t']).ends_with(['\n', '\r']);
        let Some((label, value)) = label_of(text, strong, &range).filter(|_| is_first || begins_line()) else {
            continue;
        };
        let has_colon = text[label.start..value.start].contains([':', '：']);
        if !(is_first || has_colon && known(&text[label.clone()])) {
            continue;
        }
        if let Some(last) = found.last_mut() {
            let from = last.after_label.start.min(start);
            last.after_label = from..from + text[from..start].trim_end().len();
        }
        let opening = Opening::new(LEAD_IN_LEVEL, SectionStyle::LeadIn, label, start);
        found.push(Opening { after_label: value, ..opening });
    }
    // A suppression at its end was blanked.
    let line = text[range.clone()].trim_end();
    let is_label = before_list && line.ends_with([':', '：']) && !line.contains(['\n', '\r']) && line.len() <= 80;
    if is_label && found.is_empty() && !line.starts_with("**") {
        let heading = range.start..range.start + line.len();
        found.push(Opening::new(LEAD_IN_LEVEL, SectionStyle::LeadIn, heading, range.start));
    }
    found
}

/// The label and the value of `**Label:** value`; bold words alone are a label, too.
fn label_of(text: &str, strong: &Inline, paragraph: &Range<usize>) -> Option<(Range<usize>, Range<usize>)> {
    let label = strong.content();
    let rest = &text[strong.range().end..paragraph.end];
    let inside_colon = text[label.clone()].trim_end().ends_with([':', '：']);
    let outside_colon = rest.trim_start().starts_with([':', '：']);
    // Not `trim`: the blanks of a long suppression at the end would be passed for each label.
    if !(inside_colon || outside_colon || rest.trim_start().is_empty()) {
        return None;
    }
    let value = rest.trim_start_matches([':', '：', ' ', '\t']);
    Some((label, paragraph.end - value.len()..paragraph.end))
}

#[cfg(test)]
mod tests;
