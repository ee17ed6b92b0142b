//! Where an entry goes, and what stands between it and its neighbours.

use std::ops::Range;

use super::{
    NewEntry,
    body::is_apart,
    compose::Composer,
    shape::{Form, Shape},
    source::Source,
    writer::Writer,
};
use crate::{
    artifact::{
        dates::style,
        notes::Direction,
        sections::{Section, SectionStyle},
    },
    edit::{
        seam::runs_on,
        section::{Body, insert_section},
    },
    markdown::BlockKind,
    template::SectionName,
    text::{bom_length, end_of_line, start_of_line},
};

/// A byte of the text, and what is written before and after the entry; lines end with `\n`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub at: usize,
    pub before: String,
    pub after: String,
}

impl Place {
    fn behind(at: usize, before: impl Into<String>) -> Self {
        Self { at, before: before.into(), after: String::new() }
    }

    fn in_front(at: usize, after: impl Into<String>) -> Self {
        Self { at, before: String::new(), after: after.into() }
    }

    /// With a blank line between what Markdown would join: a rule makes a heading of the paragraph above
    /// it, and words, those of an underlined heading, too, go on with those above.
    pub fn kept_apart(mut self, source: &Source, words: &Writer) -> Self {
        let begins_with_rule = |gap: &str| {
            let first = gap.strip_prefix('\n').and_then(|lines| lines.lines().next()).unwrap_or_default();
            let dashes = first.trim_start_matches([' ', '\t', '>']).trim_end();
            !dashes.is_empty() && dashes.bytes().all(|byte| byte == b'-')
        };
        let blank = format!("\n{}", words.quote);
        if begins_with_rule(&self.before) && source.has_paragraph_above(self.at) {
            self.before.insert_str(0, &blank);
        }
        let ends_in_words = words.ends_in_paragraph() || words.ends_in_item();
        let line_end = match &*self.after {
            "\n" => self.at.checked_sub(1),
            "" => Some(self.at),
            _ => None,
        };
        let goes_on = |end| runs_on(source.document, end, words.ends_in_item()) && !source.has_row_below(end);
        if begins_with_rule(&self.after) && words.ends_in_paragraph() || ends_in_words && line_end.is_some_and(goes_on)
        {
            self.after.insert_str(0, &blank);
        }
        self
    }
}

impl Composer<'_> {
    /// Beside the newest entry, in the group of its month; in an empty log at the end of the section.
    pub fn place(&self, entry: &NewEntry) -> Place {
        let Some(model) = self.near.first() else { return self.place_of_first() };
        let mut gap = self.gap(model);
        let above = self.source.text[..model.end].trim_end().len().checked_sub(1);
        let above = above.and_then(|last| self.source.markdown.block_at(last));
        // A tag takes the lines below it, up to a blank one.
        let is_below_tag = above.is_some_and(|id| self.source.markdown.block(id).kind == BlockKind::Html);
        if is_below_tag && gap == "\n" {
            gap.push('\n');
        }
        let group = self.other_month(model, entry);
        match (self.direction, group) {
            (Direction::NewestLast, None) => Place::behind(model.end, gap),
            (Direction::NewestFirst, None) => {
                let block = self.source.markdown.block(model.block).range().start;
                let opens_body = matches!(model.form, Form::Heading(_) | Form::Paragraph);
                let end = if opens_body { end_of_list(self.source.text, block) } else { "" };
                Place::in_front(model.start, format!("{end}{gap}"))
            }
            (Direction::NewestLast, Some((section, heading))) => {
                let is_apart = is_below_tag || is_apart(self.source.text, section.range.start);
                let before = if is_apart { "\n\n" } else { "\n" };
                Place::behind(model.end, format!("{before}{heading}"))
            }
            (Direction::NewestFirst, Some((section, heading))) => {
                let after = if self.is_spaced { "\n\n" } else { "\n" };
                Place {
                    before: heading,
                    ..Place::in_front(start_of_line(self.source.text, section.range.start), after)
                }
            }
        }
    }

    /// Behind what stands in the section, before a rule that ends it.
    fn place_of_first(&self) -> Place {
        if let Some(header) = self.empty_table {
            let table = self.source.markdown.parent(header).unwrap_or(header);
            if let Some((_, blank)) = self.source.markdown.children(table).nth(1) {
                return Place::in_front(start_of_line(self.source.text, blank.range().start), "\n");
            }
            let end = self.source.markdown.block(table).range().end;
            return Place::behind(end_of_line(self.source.text, end), "\n");
        }
        self.place_at_end()
    }

    pub fn place_at_end(&self) -> Place {
        let (text, markdown) = (self.source.text, self.source.markdown);
        let swallowing = self.source.swallowing();
        let blocks = markdown.siblings(self.region.body.clone());
        let says = |range: Range<usize>| swallowing.as_ref().is_none_or(|other| range.start < other.start);
        let last = blocks.filter(|(_, block)| block.kind != BlockKind::Rule && says(block.range())).last();
        let end = last.map_or(self.region.heading_end, |(_, block)| end_of_line(text, block.range().end));
        let is_in_list = last.is_some_and(|(_, block)| matches!(block.kind, BlockKind::List { .. }))
            && self.near.is_empty()
            && self.list_prefix().is_some();
        Place::behind(end, if is_in_list || !self.is_spaced && last.is_none() { "\n" } else { "\n\n" })
    }

    /// Right below the heading.
    pub fn place_at_start(&self) -> Place {
        Place::behind(self.region.heading_end, if self.is_spaced { "\n\n" } else { "\n" })
    }

    /// What stands between two entries, as between those beside the new one.
    fn gap(&self, model: &Shape) -> String {
        let text = self.source.text;
        let between = self.near.windows(2).find_map(|pair| {
            let (upper, lower) =
                if pair[0].start < pair[1].start { (&pair[0], &pair[1]) } else { (&pair[1], &pair[0]) };
            let gap = text.get(upper.end..lower.start)?.replace("\r\n", "\n").replace('\r', "\n");
            let is_blank = |line: &str| line.trim_start_matches([' ', '\t', '>']).chars().all(|c| "-*_ \t".contains(c));
            gap.lines().all(is_blank).then_some(gap)
        });
        // A paragraph right below another line would continue that.
        let is_blank = |line: &str| line.trim_start_matches([' ', '\t', '>']).is_empty();
        let is_joined = |gap: &str| gap.matches('\n').count() < 2 || !gap.split('\n').nth(1).is_some_and(is_blank);
        let between = between.map(|gap| match model.form {
            Form::Paragraph if is_joined(&gap) => format!("\n{gap}"),
            _ => gap,
        });
        let is_underlined =
            matches!(model.form, Form::Heading(_)) && !text[model.start..].trim_start().starts_with('#');
        between.unwrap_or_else(|| {
            let is_apart = match model.form {
                // A list whose items hold blank lines has them between the items, too.
                Form::Item => {
                    text[model.words.end..model.end].lines().nth(1).is_some_and(|line| line.trim().is_empty())
                }
                Form::Row => false,
                Form::Heading(_) => is_underlined || self.near.len() > 1 || is_apart(text, model.start),
                Form::Paragraph => true,
            };
            if is_apart { "\n\n".to_owned() } else { "\n".to_owned() }
        })
    }

    /// The heading of the month around the newest entry, and one like it for this month, if that is another.
    fn other_month(&self, model: &Shape, entry: &NewEntry) -> Option<(&Section, String)> {
        let (text, sections) = (self.source.text, &self.source.artifact.sections);
        let parent = &sections.all[sections.opened_by(model.block)?.parent?];
        if Some(parent.block) == self.region.block {
            return None;
        }
        let words = &text[parent.heading.clone()];
        let (range, year, month) = style::find_month(words)?;
        let date = entry.now.date();
        if (year, month) == (date.year(), date.month()) {
            return None;
        }
        let start = start_of_line(text, parent.range.start);
        let line = &text[start..end_of_line(text, parent.heading.end)];
        let at = parent.heading.start - start;
        let (before, after) = (&line[..at + range.start], &line[at + range.end..]);
        let gap =
            if is_apart(text, self.source.markdown.block(parent.body.start).range().start) { "\n\n" } else { "\n" };
        Some((parent, format!("{before}{}{after}{gap}", style::month_and_year_like(&words[range], date))))
    }
}

/// Where the missing section belongs, and the level of headings in it.
pub fn with_section(source: &Source) -> Option<(Place, Option<u8>)> {
    let edit = insert_section(source.document, source.vocabulary, SectionName::SessionLog, Body::None).edit;
    let lines = edit.replacement.replace("\r\n", "\n").replace('\r', "\n");
    let title = lines.trim();
    let level = title.len() - title.trim_start_matches('#').len();
    let headings = || source.artifact.sections.all.iter().filter(|section| section.style == SectionStyle::Heading);
    if level == 0 && headings().next().is_some() {
        // A line such as `**Status:**` above the sections does not make one of the log.
        return Some(with_section_at_end(source));
    }
    let is_in_front = lines.ends_with('\n');
    let text = source.text;
    let has_content = edit.range.start > bom_length(text);
    let gap = if source.is_spaced() { "\n\n" } else { "\n" };
    let before = if is_in_front || !has_content { "" } else { "\n\n" };
    let mut place = Place {
        at: if is_in_front { edit.range.start } else { end_of_line(text, edit.range.start) },
        before: format!("{before}{title}{gap}"),
        after: if is_in_front { "\n\n".to_owned() } else { String::new() },
    };
    let divider = divider(source, level).filter(|_| !is_in_front);
    match (rule_before(source, edit.range.start).filter(|_| !is_in_front), divider) {
        (Some(rule), Some(_)) => place.after = format!("\n\n{}", &text[rule]),
        (Some(rule), None) => place.at = end_of_line(text, text[..rule.start].trim_end().len()),
        (None, Some(divider)) => place.before = format!("\n\n{divider}{}", place.before),
        (None, None) => {}
    }
    let level = u8::try_from(level).ok().filter(|level| (1..6).contains(level)).map(|level| level + 1);
    Some((place, level))
}

/// The rule that ends at byte `at`.
fn rule_before(source: &Source, at: usize) -> Option<Range<usize>> {
    let block = source.markdown.block(source.markdown.block_at(at.checked_sub(1)?)?);
    (block.kind == BlockKind::Rule).then(|| block.range())
}

/// The rule that stands above most headings of `level`; none where it would close what is no front matter.
fn divider<'a>(source: &Source<'a>, level: usize) -> Option<&'a str> {
    let content = &source.text[source.artifact.content_start..];
    if source.markdown.front_matter.is_none() && content.starts_with("---") {
        return None;
    }
    let headings = source
        .artifact
        .sections
        .all
        .iter()
        .filter(|section| section.style == SectionStyle::Heading && usize::from(section.level) == level);
    let rule = |section: &Section| {
        let above = source.markdown.block(source.markdown.previous_sibling_leaf(section.block)?);
        (above.kind == BlockKind::Rule).then(|| source.text[above.range()].trim_end())
    };
    let mut rules = headings.clone().filter_map(rule);
    let first = rules.next()?;
    ((1 + rules.count()) * 2 > headings.count()).then_some(first)
}

/// What keeps an indented block at byte `at` out of the items above it.
fn end_of_list(text: &str, at: usize) -> &'static str {
    if start_of_line(text, at).max(bom_length(text)) < at { "\n\n***" } else { "" }
}

/// A section of its own at the end, as deep as the others.
pub fn with_section_at_end(source: &Source) -> (Place, Option<u8>) {
    let text = source.text;
    let headings = source.artifact.sections.all.iter().filter(|section| section.style == SectionStyle::Heading);
    let level = headings.map(|section| section.level).min().unwrap_or(2).clamp(2, 5);
    let last = source.markdown.top_level().filter(|(_, block)| block.kind != BlockKind::Rule).last();
    let end =
        last.map_or(0, |(_, block)| block.range().end).max(text[..source.artifact.content_start].trim_end().len());
    let is_spaced = source.is_spaced();
    let title = format!("{} {}", "#".repeat(level.into()), name(source));
    let before = if end > bom_length(text) { "\n\n" } else { "" };
    let gap = if is_spaced { "\n\n" } else { "\n" };
    let place = Place::behind(end_of_line(text, end), format!("{before}{title}{gap}"));
    (place, Some(level + 1))
}

fn name<'a>(source: &Source<'a>) -> &'a str {
    source.vocabulary.name(source.artifact.kind, SectionName::SessionLog)
}
