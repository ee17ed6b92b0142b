//! Where a section that is missing belongs, and the text that puts it there.

use std::cmp::Reverse;

use super::{
    Artifact, Vocabulary, end_of_blanks,
    sections::{Section, SectionStyle},
};
use crate::{
    template::SectionName,
    text::{Edit, line_end_at},
};

/// Edits that insert the sections `names` in template order, each after the one that it follows
/// there, in the style of its neighbour. With `skeletons_for`, the stem of the phase, each gets
/// its skeleton, else it is a bare heading.
pub fn insert_sections(
    text: &str,
    artifact: &Artifact,
    vocabulary: &Vocabulary,
    names: &[SectionName],
    skeletons_for: Option<&str>,
) -> Vec<Edit> {
    let order = vocabulary.order(artifact.kind);
    let inserter = Inserter { text, artifact, vocabulary, anchors: anchors(artifact, vocabulary, &order), order };
    let mut names = names.to_vec();
    names.sort_by_key(|name| inserter.place(*name));
    let body = skeletons_for.map_or(Body::None, Body::Skeleton);
    names.into_iter().map(|name| inserter.insert(name, body).edit).collect()
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

/// The section `name` where it belongs.
pub fn insert_section(
    text: &str,
    artifact: &Artifact,
    vocabulary: &Vocabulary,
    name: SectionName,
    body: Body,
) -> NewSection {
    let order = vocabulary.order(artifact.kind);
    Inserter { text, artifact, vocabulary, anchors: anchors(artifact, vocabulary, &order), order }.insert(name, body)
}

struct Inserter<'a> {
    text: &'a str,
    artifact: &'a Artifact,
    vocabulary: &'a Vocabulary,
    order: Vec<SectionName>,
    anchors: Vec<(usize, &'a Section)>,
}

impl Inserter<'_> {
    fn place(&self, name: SectionName) -> usize {
        self.order.iter().position(|other| *other == name).unwrap_or(self.order.len())
    }

    fn insert(&self, name: SectionName, body: Body) -> NewSection {
        let (text, anchors, own) = (self.text, &self.anchors, self.place(name));
        let before =
            anchors.iter().filter(|(at, _)| *at < own).max_by_key(|(at, section)| (*at, Reverse(section.range.start)));
        let after = anchors.iter().filter(|(at, _)| *at > own).min_by_key(|(at, section)| (*at, section.range.start));
        let neighbour = before.or(after).map(|(_, section)| *section);
        let at = match (before, after) {
            (Some((_, section)), _) => self.artifact.end_of(section, text),
            (None, Some((_, section))) => section.range.start,
            (None, None) => end_of_blanks(text, text.trim_end().len()),
        };
        let words = fresh(self.artifact, self.vocabulary, name, neighbour, body);
        let is_first = before.is_none() && after.is_some();
        let is_lead_in = neighbour.is_some_and(|section| section.style == SectionStyle::LeadIn);
        let (opening, closing) = match is_first {
            true => ("", "\n\n"),
            // A line right below would continue the paragraph.
            false if is_lead_in && has_line_below(text, at) => ("\n\n", "\n"),
            false => ("\n\n", ""),
        };
        let line_end = line_end_at(text, at);
        let words = format!("{opening}{words}").replace('\n', line_end);
        let body = words.len();
        NewSection { edit: Edit::insert(at, words + &closing.replace('\n', line_end)), body }
    }
}

/// Whether something stands on the line below that of byte `at`, at whose end that is.
fn has_line_below(text: &str, at: usize) -> bool {
    let rest = &text[at..];
    let below = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix(['\n', '\r'])).unwrap_or_default();
    let words = below.trim_start_matches([' ', '\t']);
    !words.is_empty() && !words.starts_with(['\n', '\r'])
}

/// The sections that others can be put beside, with their places in the order: the outermost
/// headings of canonical sections, else lead-ins at the top. What stands inside a phase or another
/// canonical section is that one's own.
fn anchors<'a>(artifact: &'a Artifact, vocabulary: &Vocabulary, order: &[SectionName]) -> Vec<(usize, &'a Section)> {
    let (sections, required) = (&artifact.sections, vocabulary.required(artifact.kind));
    let is_own = |section: &Section| {
        sections.enclosing(section).skip(1).any(|around| around.name.is_some() || around.phase().is_some())
    };
    let of_style = |style: SectionStyle| -> Vec<(usize, &'a Section)> {
        let all = sections.all.iter().filter(|section| section.style == style && !is_own(section));
        all.filter_map(|section| {
            let name = section.name?;
            let counts = required.contains(&name) || section.parent.is_none();
            Some((order.iter().position(|other| *other == name)?, section)).filter(|_| counts)
        })
        .collect()
    };
    let mut headings = of_style(SectionStyle::Heading);
    let outermost = headings.iter().map(|(_, section)| section.level).min();
    headings.retain(|(_, section)| Some(section.level) == outermost);
    if headings.is_empty() {
        headings = of_style(SectionStyle::LeadIn);
        headings.retain(|(_, section)| section.parent.is_none());
    }
    headings
}

/// The heading of a section, as its neighbour writes it, perhaps with the skeleton.
fn fresh(
    artifact: &Artifact,
    vocabulary: &Vocabulary,
    name: SectionName,
    neighbour: Option<&Section>,
    body: Body,
) -> String {
    let words = vocabulary.name(artifact.kind, name);
    let heading = match neighbour {
        Some(section) if section.style == SectionStyle::LeadIn => format!("**{words}:**"),
        Some(section) => format!("{} {words}", "#".repeat(section.level.into())),
        None => format!("## {words}"),
    };
    match body {
        Body::None => heading,
        Body::Following => format!("{heading}\n\n"),
        Body::Skeleton(stem) => match vocabulary.skeleton(artifact.kind, name, stem) {
            skeleton if skeleton.is_empty() => heading,
            skeleton => format!("{heading}\n\n{skeleton}"),
        },
    }
}
