//! The sections of an artifact: headings, bold lead-ins and label lines.

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
};

use super::{Vocabulary, dates};
use crate::{
    markdown::{BlockId, BlockKind, Inline, InlineKind, Markdown},
    template::{Kind, SectionName, normalize_heading},
    text::blanked,
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
/// The level of a dated lead-in in a log that a lead-in opens: its entry.
const ENTRY_LEVEL: u8 = 8;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// `None` for a heading that phasemark does not know.
    pub name: Option<SectionName>,
    /// The heading as it is compared.
    pub normalized: Box<str>,
    pub style: SectionStyle,
    /// 1 to 6 for headings, 7 for lead-ins, 8 for the entries of a log that is one.
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
    /// The section that the title names, in a file that is nothing else: `# Session log`.
    titled: Option<SectionName>,
    pub all: Vec<Section>,
    /// Which of `all` have each name.
    by_name: HashMap<SectionName, Vec<usize>>,
    /// The blocks before the first section.
    pub preamble: Option<Range<BlockId>>,
    /// Sections that share a heading with another: `Goals and non-goals`.
    combined: HashSet<SectionName>,
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

impl Sections {
    pub fn read(kind: Kind, text: &str, markdown: &Markdown, vocabulary: &Vocabulary) -> Self {
        let mut sections = Self::default();
        // Tags, comments and images are no words of a heading.
        let is_none = |inline: &&Inline| matches!(inline.kind, InlineKind::Html | InlineKind::Image { .. });
        let others = markdown.inlines_in(0..text.len()).iter().filter(is_none);
        let words = &*blanked(text, others.map(Inline::range));
        let mut open: Vec<usize> = Vec::new();
        let mut blocks = markdown.top_level().peekable();
        while let Some((id, block)) = blocks.next() {
            match block.kind {
                BlockKind::Heading(level) => {
                    let heading = heading_text(text, block.range());
                    sections.close(&mut open, level, id, block.range().start, text);
                    if level == 1 && sections.title.is_none() {
                        sections.titled = vocabulary.section(kind, &normalize_heading(&words[heading.clone()]));
                        sections.title = Some(heading);
                        continue;
                    }
                    let after_label = heading.end..heading.end;
                    let start = block.range().start;
                    let opening = Opening { level, style: SectionStyle::Heading, heading, after_label, start };
                    sections.open(&mut open, opening, id, (kind, words, markdown, vocabulary));
                }
                BlockKind::Paragraph => {
                    let before_list =
                        blocks.peek().is_some_and(|(_, next)| matches!(next.kind, BlockKind::List { .. }));
                    let known = |label: &str| vocabulary.section(kind, &normalize_heading(label)).is_some();
                    for mut opening in lead_ins(words, markdown, id, before_list, &known) {
                        let is_first = opening.start == block.range().start;
                        if sections.is_lead_in_log(&open) && dates::find(&text[opening.heading.clone()]).is_some() {
                            opening.level = ENTRY_LEVEL;
                        }
                        sections.close(&mut open, opening.level, id, opening.start, text);
                        // Inside a canonical section a further label is that section's own text.
                        if is_first || open.last().is_none_or(|around| !sections.is_canonical(*around)) {
                            sections.open(&mut open, opening, id, (kind, words, markdown, vocabulary));
                        }
                    }
                }
                _ => {}
            }
        }
        sections.close(&mut open, 0, markdown.end(), text.len(), text);
        sections.preamble = sections.read_preamble(markdown);
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
        let normalized = normalize_heading(&text[heading.clone()]);
        let parent = open.last().copied();
        let mut name = vocabulary
            .section(kind, &normalized)
            .filter(|name| !is_part_of_files(*name) || parent.is_some_and(|parent| self.is_files(parent)));
        if parent.is_none_or(|parent| !self.is_canonical(parent)) {
            if name.is_none()
                && style == SectionStyle::Heading
                && let Some((found, value)) = named_before_a_value(kind, text, heading.clone(), vocabulary)
            {
                name = Some(found);
                if found == SectionName::Status {
                    after_label = value;
                }
            }
            self.combined.extend(parts(&normalized).filter_map(|part| vocabulary.section(kind, part)));
        }
        let index = self.all.len();
        if let Some(name) = name {
            self.by_name.entry(name).or_default().push(index);
        }
        open.push(index);
        self.all.push(Section {
            name,
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

    /// Whether a log is open whose heading is a lead-in.
    fn is_lead_in_log(&self, open: &[usize]) -> bool {
        let is_log =
            |section: &Section| section.name == Some(SectionName::SessionLog) && section.level == LEAD_IN_LEVEL;
        open.iter().any(|section| is_log(&self.all[*section]))
    }

    fn is_files(&self, section: usize) -> bool {
        self.all[section].name == Some(SectionName::Files)
    }

    /// Whether the section or one around it has a name.
    fn is_canonical(&self, section: usize) -> bool {
        self.enclosing(&self.all[section]).any(|section| section.name.is_some())
    }

    fn read_preamble(&self, markdown: &Markdown) -> Option<Range<BlockId>> {
        let (first, _) = markdown.top_level().next()?;
        Some(first..self.all.first().map_or(markdown.end(), |section| section.block))
    }

    /// Sections of that name, in document order.
    pub fn named(&self, name: SectionName) -> impl Iterator<Item = &Section> {
        self.by_name.get(&name).into_iter().flatten().map(|index| &self.all[*index])
    }

    pub fn has(&self, name: SectionName) -> bool {
        self.by_name.contains_key(&name)
    }

    /// Whether the whole file is such a section, by its title, and has no other of that name.
    pub fn is_titled(&self, name: SectionName) -> bool {
        self.titled == Some(name) && !self.has(name)
    }

    /// Whether there is such a section, perhaps together with another: `Goals and non-goals`.
    pub fn covers(&self, name: SectionName) -> bool {
        self.has(name) || self.combined.contains(&name)
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

/// The section that a heading such as `Status: accepted` or `Open questions — none` names, and the
/// bytes after its name. Only the canonical name counts: `Decision: use TLS` is one decision.
fn named_before_a_value(
    kind: Kind,
    text: &str,
    heading: Range<usize>,
    vocabulary: &Vocabulary,
) -> Option<(SectionName, Range<usize>)> {
    let words = &text[heading.clone()];
    let (at, separator) = [": ", "：", " — ", " – ", " - "]
        .into_iter()
        .filter_map(|separator| words.find(separator).map(|at| (at, separator)))
        .min()?;
    let label = normalize_heading(&words[..at]);
    let name = vocabulary.section(kind, &label)?;
    let value = &words[at + separator.len()..];
    let is_whole = label == normalize_heading(vocabulary.name(kind, name));
    let is_section = is_whole && !is_part_of_files(name) && dates::find(value).is_none();
    is_section.then(|| (name, heading.end - value.trim_start().len()..heading.end))
}

/// What a heading joins: `goals` and `non-goals` of `goals and non-goals`.
fn parts(normalized: &str) -> impl Iterator<Item = &str> {
    let joined = [" and ", " & ", "/", " + ", ", "].iter().any(|joint| normalized.contains(joint));
    let pieces = joined.then(|| normalized.split(['/', '&', '+', ',']).flat_map(|piece| piece.split(" and ")));
    pieces.into_iter().flatten().map(|piece| piece.trim().trim_start_matches("and "))
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
        found.push(Opening {
            level: LEAD_IN_LEVEL,
            style: SectionStyle::LeadIn,
            heading: label,
            after_label: value,
            start,
        });
    }
    // A suppression at its end was blanked.
    let line = text[range.clone()].trim_end();
    let is_label = before_list && line.ends_with([':', '：']) && !line.contains(['\n', '\r']) && line.len() <= 80;
    if is_label && found.is_empty() && !line.starts_with("**") {
        let heading = range.start..range.start + line.len();
        let after_label = heading.end..heading.end;
        let (level, style) = (LEAD_IN_LEVEL, SectionStyle::LeadIn);
        found.push(Opening { level, style, start: range.start, heading, after_label });
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
mod tests {
    use super::*;

    fn read(kind: Kind, text: &str) -> Sections {
        let vocabulary = Vocabulary::built_in();
        Sections::read(kind, text, &Markdown::parse(text, &|_| false), &vocabulary)
    }

    #[test]
    fn headings_with_links_and_anchors_are_known() {
        for heading in [
            "Definition of done <a id=\"dod\"></a>",
            "<a name=\"dod\"></a>Definition of done",
            "[Definition of done](#x)",
            "Definition&nbsp;of done",
            "Definition of done <!-- omit in toc -->",
            "<!-- 4 --> Definition of done",
            "<!-- a: b --> 4. <span id=\"x\">Definition of done</span><br/> (all)",
            "![](done.svg) Definition <!-- c -->of done",
            "Definition of done <!-- c -->\n---",
        ] {
            let sections = read(Kind::Plan, &format!("# P\n\n## {heading}\n\n- x\n"));
            assert!(sections.has(SectionName::DefinitionOfDone), "{heading}");
        }
    }

    #[test]
    fn labels_with_comments_are_known() {
        for label in [
            "**Definition of done** <!-- a -->\n\n- x",
            "**Definition of done <!-- a -->:** x",
            "Definition of done: <!-- a -->\n\n- x",
            "## Definition of done <!-- a --> — x",
        ] {
            let sections = read(Kind::Plan, &format!("# P\n\n{label}\n"));
            assert!(sections.has(SectionName::DefinitionOfDone), "{label}");
        }
        let text = "# P <!-- a -->\n\n## Goals <!-- b -->";
        let sections = read(Kind::Plan, text);
        assert_eq!(sections.named(SectionName::Goals).next().map(|goals| goals.range.end), Some(text.len()));
    }

    #[test]
    fn labels_of_one_paragraph_open_a_section_each() {
        let text =
            "# P\n\n**Owner:** 😀\r\n**Role:** engineer\r\nof charts\r\n**Note:** none\n**Task**: build\n\n- x\n";
        let sections = read(Kind::Prompt, text);
        let found: Vec<_> =
            sections.all.iter().map(|s| (s.name, &text[s.heading.clone()], &text[s.after_label.clone()])).collect();
        assert_eq!(
            found,
            [
                (None, "Owner:", "😀"),
                (Some(SectionName::Role), "Role:", "engineer\r\nof charts\r\n**Note:** none"),
                (Some(SectionName::Task), "Task", "build"),
            ]
        );
        assert!(sections.all.windows(2).all(|pair| pair[0].range.end <= pair[1].range.start));
        assert!(sections.all[0].body.is_empty() && !sections.all[2].body.is_empty());
    }

    #[test]
    fn labels_in_a_canonical_section_are_its_own_words() {
        let sections = read(Kind::WorkNotes, "## Open questions\n\n**Q1:** which?\n**Decision:** this one\n");
        assert_eq!(sections.all.len(), 2);
    }

    #[test]
    fn a_value_after_a_canonical_name_leaves_it_a_section() {
        for (heading, name) in [
            ("## Status: accepted", Some(SectionName::Status)),
            ("## 2. Open questions — none", Some(SectionName::OpenQuestions)),
            ("## Assumptions：没有", Some(SectionName::Assumptions)),
            ("## Decision: use TLS", None),
            ("## Session log: 2026-01-02", None),
            ("## Statuses: two", None),
            ("## Next - Status", None),
        ] {
            assert_eq!(read(Kind::WorkNotes, &format!("{heading}\n")).all[0].name, name, "{heading}");
        }
    }

    #[test]
    fn a_heading_may_cover_two_sections() {
        let covers = |heading: &str| {
            let sections = read(Kind::Plan, &format!("## {heading}\n"));
            (sections.covers(SectionName::Goals), sections.covers(SectionName::OutOfScope))
        };
        assert_eq!(covers("Goals and non-goals"), (true, true));
        assert_eq!(covers("4. Goals / Non-Goals:"), (true, true));
        assert_eq!(covers("Risks & Out of scope"), (false, true));
        assert_eq!(covers("Goals"), (true, false));
        assert_eq!(covers("Stretch goals"), (false, false));
    }

    #[test]
    fn phases_have_a_number_right_after_the_word() {
        for (heading, id) in [
            ("Phase 2a: Scaffold", Some("2a")),
            ("3. PHASE-07", Some("7")),
            ("Phase overview for phase 2", None),
            ("Phases 1 to 3", None),
            ("Phased 1", None),
        ] {
            assert_eq!(read(Kind::Plan, &format!("## {heading}\n")).all[0].phase().as_deref(), id, "{heading}");
        }
    }
}
