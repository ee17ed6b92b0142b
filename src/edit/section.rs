//! Where a section that is missing belongs, and the text that puts it there.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    ops::Range,
};

use super::{
    containers,
    seam::{Seam, is_spaced, plain_lines},
};
use crate::{
    artifact::{
        Artifact, Document, Vocabulary,
        sections::{LEAD_IN_LEVEL, Section, SectionStyle},
    },
    convention::SectionName,
    text::{Edit, bom_length, end_of_blanks, is_apart, line_end_at, words_below},
};

mod style;

use self::style::outermost_level;
pub use self::style::{HeadingStyle, last_rule};

/// Edits that insert the sections `names` in template order, each after the one that it follows
/// there, in the style of its neighbour, and apart from it by a rule where the others are. With
/// `skeletons_for`, the stem of the phase, each gets its skeleton, else it is a bare heading.
pub fn insert_sections(
    document: &Document,
    vocabulary: &Vocabulary,
    names: &[SectionName],
    skeletons_for: Option<&str>,
) -> Vec<Edit> {
    Inserter::new(document, vocabulary).insert_all(names, skeletons_for)
}

/// What stands below a new heading.
#[derive(Clone, Copy, Debug)]
pub enum Body<'a> {
    None,
    /// The template's, for the phase of this stem.
    Skeleton(&'a str),
    /// Whatever is put at [`NewSection::body`], after a blank line.
    Following,
}

/// A section that is put into a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSection {
    pub edit: Edit,
    /// The byte of the replacement where the heading and what follows it end.
    pub body: usize,
}

/// The section `name` where it belongs, without a rule.
pub fn insert_section(document: &Document, vocabulary: &Vocabulary, name: SectionName, body: Body) -> NewSection {
    Inserter::new(document, vocabulary).insert(name, body)
}

/// Below a new heading of the section `name`, where that belongs; and the level of the heading, unless it is
/// a lead-in.
pub fn seam_in_new_section(document: &Document, vocabulary: &Vocabulary, name: SectionName) -> (Seam, Option<u8>) {
    let text = &*document.text;
    let heading = insert_section(document, vocabulary, name, Body::None).edit.replacement;
    let heading = heading.trim();
    let edit = insert_sections(document, vocabulary, &[name], None).remove(0);
    let end = edit.replacement.find(heading).map_or(edit.replacement.len(), |at| at + heading.len());
    let (before, after) = edit.replacement.split_at(end);
    let is_first = edit.range.start <= bom_length(text);
    let before = if is_first { before.trim_start() } else { before };
    let gap = if is_spaced(document) { "\n\n" } else { "\n" };
    let level = heading.len() - heading.trim_start_matches('#').len();
    let range = edit.range.start..edit.range.start;
    let seam = Seam { range, before: plain_lines(before) + gap, after: plain_lines(after) };
    (seam, u8::try_from(level).ok().filter(|level| *level > 0))
}

/// The level of a section that is opened on `line`, bytes with the line's end: that of
/// the outermost canonical headings, or of the section around them where the line is outside of that one;
/// else [`LEAD_IN_LEVEL`] where lead-ins open them, else that of the outermost headings of any name. What
/// begins on the line is not asked.
pub fn level_of_sections(artifact: &Artifact, vocabulary: &Vocabulary, line: Range<usize>) -> u8 {
    let sections = &artifact.sections;
    let anchors = anchors(artifact, vocabulary, &vocabulary.order(artifact.kind), line.clone());
    let is_lone = |section: &Section| is_lone_lead_in(artifact, &anchors, section, line.clone());
    if anchors.first().is_none_or(|(_, section)| is_lone(section)) {
        return outermost_level(artifact, line);
    }
    let above = sections.all.iter().rev().find(|section| section.range.start < line.start);
    let around: Vec<&Section> = above.into_iter().flat_map(|above| sections.enclosing(above)).collect();
    let is_shared = |parent: usize| {
        let parent = &sections.all[parent];
        line.contains(&parent.range.start) || around.iter().any(|around| std::ptr::eq(*around, parent))
    };
    // The section with what is around it, up to what the line is in, too.
    let beside = |section| sections.enclosing(section).find(|section| section.parent.is_none_or(is_shared));
    let levels = anchors.iter().filter_map(|(_, section)| beside(section)).map(|section| section.level);
    levels.max().unwrap_or(2)
}

/// The level at which a heading opens a section: as [`level_of_sections`], but never a lead-in's.
pub fn level_of_headings(artifact: &Artifact, vocabulary: &Vocabulary, line: Range<usize>) -> u8 {
    match level_of_sections(artifact, vocabulary, line.clone()) {
        LEAD_IN_LEVEL => outermost_level(artifact, line),
        level => level,
    }
}

/// Puts sections into a text. It looks at all headings once, whatever is inserted and how often.
pub struct Inserter<'a> {
    text: &'a str,
    artifact: &'a Artifact,
    vocabulary: &'a Vocabulary,
    order: Vec<SectionName>,
    anchors: Vec<(usize, &'a Section)>,
    /// Whether new sections get rules like those between the others.
    divides: bool,
    /// How many were put behind all others.
    appended: usize,
    /// How headings of a level are written.
    styles: HashMap<u8, HeadingStyle<'a>>,
}

/// Where a new section goes.
struct Place<'a> {
    at: usize,
    /// Whether it is put in front of a heading, not behind what stands above.
    is_in_front: bool,
    /// The heading that it looks like; `None`: as deep as the others.
    neighbour: Option<&'a Section>,
}

impl<'a> Inserter<'a> {
    pub fn new(document: &'a Document, vocabulary: &'a Vocabulary) -> Self {
        let Document { text, artifact, .. } = document;
        let order = vocabulary.order(artifact.kind);
        let anchors = anchors(artifact, vocabulary, &order, 0..0);
        Self { text, artifact, vocabulary, order, anchors, divides: false, appended: 0, styles: HashMap::new() }
    }

    /// See [`insert_sections`]; what was inserted before is not there.
    pub fn insert_all(&mut self, names: &[SectionName], skeletons_for: Option<&str>) -> Vec<Edit> {
        (self.divides, self.appended) = (true, 0);
        let mut names = names.to_vec();
        names.sort_by_key(|name| self.place(*name));
        let body = skeletons_for.map_or(Body::None, Body::Skeleton);
        names.into_iter().map(|name| self.insert(name, body).edit).collect()
    }

    /// The style beside `neighbour`; without one, that of the outermost sections.
    fn style_beside(&mut self, neighbour: Option<&Section>) -> HeadingStyle<'a> {
        let level = neighbour.map_or_else(|| outermost_level(self.artifact, 0..0), |section| section.level);
        let of_level = || HeadingStyle::of_level(self.text, self.artifact, level, 0..0);
        self.styles.entry(level).or_insert_with(of_level).clone().beside(self.text, neighbour)
    }

    fn place(&self, name: SectionName) -> usize {
        self.order.iter().position(|other| *other == name).unwrap_or(self.order.len())
    }

    fn insert(&mut self, name: SectionName, body: Body) -> NewSection {
        let place = self.place_of(name);
        let place = Place { at: self.before_container(&place), ..place };
        let style = self.style_beside(place.neighbour);
        let divider = style.divider.filter(|_| self.divides);
        let at = if place.is_in_front { place.at } else { self.end_before_rule(&place, style.divider.is_some()) };
        let canonical = self.vocabulary.name(self.artifact.kind, name);
        let number = style.number_behind(at, self.appended);
        self.appended += usize::from(number.is_some());
        let heading = style.heading(&number.unwrap_or_default(), &style.cased(canonical, Some(name)), canonical);
        let can_underline = !place.is_in_front || is_apart(self.text, at);
        let words = style.fresh(&heading, can_underline, self.body_of(name, body).as_deref());
        let (opening, closing) = match (place.is_in_front, divider) {
            (true, None) => (String::new(), "\n\n".to_owned()),
            (true, Some(rule)) => (String::new(), format!("\n\n{rule}\n\n")),
            (false, None) => ("\n\n".to_owned(), String::new()),
            (false, Some(rule)) if last_rule(self.text, at).is_some() => ("\n\n".to_owned(), format!("\n\n{rule}")),
            (false, Some(rule)) => (format!("\n\n{rule}\n\n"), String::new()),
        };
        let is_lead_in = place.neighbour.is_some_and(|section| section.style == SectionStyle::LeadIn);
        // A line right below would continue the paragraph.
        let runs_on = !place.is_in_front && is_lead_in && words_below(self.text, at).is_some();
        let closing = if runs_on { closing + "\n" } else { closing };
        let line_end = line_end_at(self.text, at);
        let words = format!("{opening}{words}").replace('\n', line_end);
        let body = words.len();
        NewSection { edit: Edit::insert(at, words + &closing.replace('\n', line_end)), body }
    }

    fn place_of(&self, name: SectionName) -> Place<'a> {
        let text = self.text;
        let (before, after) = self.neighbours(name);
        let behind = |at: usize, neighbour| Place { at: end_of_blanks(text, at), is_in_front: false, neighbour };
        match (before, after) {
            // A line such as `**Status:**` above the sections does not make one of all others.
            (Some(section), _) | (None, Some(section))
                if is_lone_lead_in(self.artifact, &self.anchors, section, 0..0) =>
            {
                let first = self.headings().find(|heading| heading.range.start > section.range.start);
                match first.filter(|_| !is_journal(name)) {
                    Some(first) => Place { at: first.range.start, is_in_front: true, neighbour: Some(first) },
                    None => behind(text.trim_end().len(), None),
                }
            }
            (Some(section), None) if is_journal(name) => behind(self.end_of_part(section), Some(section)),
            (Some(section), _) => behind(self.artifact.end_of(section, text), Some(section)),
            (None, Some(section)) => Place { at: section.range.start, is_in_front: true, neighbour: Some(section) },
            (None, None) => behind(text.trim_end().len(), None),
        }
    }

    /// The sections between which fewest stand on the wrong side of a new one; a required one counts more
    /// than all others.
    fn neighbours(&self, name: SectionName) -> (Option<&'a Section>, Option<&'a Section>) {
        let (own, required) = (self.place(name), self.vocabulary.required(self.artifact.kind));
        // Of sections of one name the first tells.
        let mut seen = HashSet::new();
        let anchors: Vec<_> = self.anchors.iter().filter(|(at, _)| seen.insert(*at)).copied().collect();
        let weight = |(_, section): &(usize, &Section)| {
            if section.name.is_some_and(|name| required.contains(&name)) { anchors.len() + 1 } else { 1 }
        };
        let cost = |gap: usize| -> usize {
            let too_early = anchors[gap..].iter().filter(|(at, _)| *at < own).map(weight);
            let too_late = anchors[..gap].iter().filter(|(at, _)| *at > own).map(weight);
            too_early.chain(too_late).sum()
        };
        let nearest_below = anchors.iter().map(|(at, _)| *at).filter(|at| *at < own).max();
        let before = |gap: usize| gap.checked_sub(1).and_then(|n| anchors.get(n));
        let is_nearest = |gap: usize| before(gap).map(|(at, _)| *at) == nearest_below;
        let gap = (0..=anchors.len()).min_by_key(|gap| (cost(*gap), !is_nearest(*gap))).unwrap_or_default();
        (before(gap).map(|(_, section)| *section), anchors.get(gap).map(|(_, section)| *section))
    }

    fn headings(&self) -> impl Iterator<Item = &'a Section> {
        self.artifact.sections.all.iter().filter(|section| section.style == SectionStyle::Heading)
    }

    /// The end of the last section that stands beside this one.
    fn end_of_part(&self, section: &Section) -> usize {
        let is_around = |other: &&Section| other.range.start > section.range.start && other.level < section.level;
        let stop = self.headings().find(is_around).map_or(self.text.len(), |around| around.range.start);
        self.text[..stop].trim_end().len().max(self.artifact.end_of(section, self.text))
    }

    /// The place, or that before the rule which ends there: unless rules stand between all sections, it
    /// belongs to what follows.
    fn end_before_rule(&self, place: &Place, divides_all: bool) -> usize {
        let start = place.neighbour.map_or(self.artifact.content_start, |section| section.heading.end);
        let above = last_rule(self.text, place.at).map(|rule| self.text[..rule].trim_end().len());
        match above.filter(|above| !divides_all && *above >= start && *above > bom_length(self.text)) {
            Some(above) => end_of_blanks(self.text, above),
            None => place.at,
        }
    }

    /// The place, or that before the `<details>` which is open there and holds what follows.
    fn before_container(&self, place: &Place) -> usize {
        let at = place.at;
        let above = place.neighbour.filter(|_| !place.is_in_front);
        let start = above.map_or(self.artifact.content_start, |section| section.heading.end).min(at);
        match containers::first_open(&self.text[start..at], &self.text[at..]) {
            Some(open) if place.is_in_front => start + open,
            Some(open) => end_of_blanks(self.text, start + self.text[start..start + open].trim_end().len()),
            None => at,
        }
    }

    /// What stands below the heading of `name`; `None` for nothing.
    fn body_of(&self, name: SectionName, body: Body) -> Option<String> {
        match body {
            Body::None => None,
            Body::Following => Some(String::new()),
            Body::Skeleton(stem) => {
                let skeleton = self.vocabulary.skeleton(self.artifact.kind, name, stem);
                Some(skeleton).filter(|skeleton| !skeleton.is_empty())
            }
        }
    }
}

/// Whether this is the only lead-in that names a section, in a file that has headings, too.
fn is_lone_lead_in(
    artifact: &Artifact,
    anchors: &[(usize, &Section)],
    section: &Section,
    without: Range<usize>,
) -> bool {
    let is_other = |other: &Section| !without.contains(&other.range.start);
    let mut headings = artifact.sections.all.iter().filter(|section| section.style == SectionStyle::Heading);
    section.style == SectionStyle::LeadIn && anchors.len() == 1 && headings.any(is_other)
}

/// Whether the section grows as the work goes on: such a one stands at the end.
fn is_journal(name: SectionName) -> bool {
    matches!(name, SectionName::SessionLog | SectionName::Commits)
}

/// The sections that others can be put beside, with their places in the order: the outermost
/// headings of canonical sections, or those within one section that holds most of the required ones, else
/// lead-ins at the top. What stands inside a phase or another canonical section is that one's own otherwise,
/// and so is what every part of the file has: the acceptance criteria of each requirement. What begins within
/// the bytes `without` is as if it were not there.
fn anchors<'a>(
    artifact: &'a Artifact,
    vocabulary: &Vocabulary,
    order: &[SectionName],
    without: Range<usize>,
) -> Vec<(usize, &'a Section)> {
    let is_there = |section: &&Section| !without.contains(&section.range.start);
    let (sections, required) = (&artifact.sections, vocabulary.required(artifact.kind));
    let is_own = |section: &Section| {
        let mut around = sections.enclosing(section).skip(1).filter(is_there);
        around.any(|around| around.name.is_some() || around.phase().is_some())
    };
    // The section around each, by name and level; `None` where they differ.
    let mut around: HashMap<_, Option<Option<usize>>> = HashMap::new();
    for section in sections.all.iter().filter(|section| section.name.is_some()) {
        let parent = around.entry((section.name, section.level)).or_insert(Some(section.parent));
        *parent = parent.filter(|parent| *parent == section.parent);
    }
    let is_of_parts = |section: &Section| section.parent.is_some() && around[&(section.name, section.level)].is_none();
    let of_style = |style: SectionStyle| -> Vec<(usize, &'a Section)> {
        let all = sections.all.iter().filter(|section| section.style == style && !is_own(section));
        all.filter(is_there)
            .filter_map(|section| {
                let name = section.name?;
                let counts = required.contains(&name) || section.parent.is_none();
                let place = order.iter().position(|other| *other == name)?;
                (counts && !is_of_parts(section)).then_some((place, section))
            })
            .collect()
    };
    let mut headings = of_style(SectionStyle::Heading);
    let outermost = headings.iter().map(|(_, section)| section.level).min();
    headings.retain(|(_, section)| Some(section.level) == outermost);
    let is_required = |section: &Section| section.name.is_some_and(|name| required.contains(&name));
    let names = |group: &[(usize, &Section)]| -> usize {
        let places = group.iter().filter(|(_, section)| is_required(section)).map(|(place, _)| *place);
        places.collect::<HashSet<_>>().len()
    };
    let mut held: BTreeMap<usize, Vec<(usize, &'a Section)>> = BTreeMap::new();
    for section in sections.all.iter().filter(is_there).filter(|section| section.style == SectionStyle::Heading) {
        let place = section.name.and_then(|name| order.iter().position(|other| *other == name));
        let is_of_phase = || sections.enclosing(section).any(|around| around.phase().is_some());
        if let (Some(place), Some(parent)) = (place, section.parent)
            && !is_of_parts(section)
            && !is_of_phase()
        {
            held.entry(parent).or_default().push((place, section));
        }
    }
    let fullest = held.into_values().max_by_key(|group| names(group));
    if let Some(group) = fullest.filter(|group| names(group) > names(&headings).max(1)) {
        headings = group;
    }
    if headings.is_empty() {
        headings = of_style(SectionStyle::LeadIn);
        headings.retain(|(_, section)| section.parent.is_none());
    }
    headings
}

#[cfg(test)]
mod tests;
