//! Where a section that is missing belongs, and the text that puts it there.

use std::cmp::Reverse;

use super::{
    Artifact, Vocabulary,
    sections::{Section, SectionStyle, Sections},
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
    let anchors = anchors(&artifact.sections, &order, vocabulary.required(artifact.kind));
    let place = |name: SectionName| order.iter().position(|other| *other == name).unwrap_or(order.len());
    let mut names = names.to_vec();
    names.sort_by_key(|name| place(*name));
    let insert = |name: SectionName| {
        let own = place(name);
        let before =
            anchors.iter().filter(|(at, _)| *at < own).max_by_key(|(at, section)| (*at, Reverse(section.range.start)));
        let after = anchors.iter().filter(|(at, _)| *at > own).min_by_key(|(at, section)| (*at, section.range.start));
        let neighbour = before.or(after).map(|(_, section)| *section);
        let at = match (before, after) {
            (Some((_, section)), _) => section.range.end,
            (None, Some((_, section))) => section.range.start,
            (None, None) => text.trim_end().len(),
        };
        let words = fresh(artifact, vocabulary, name, neighbour, skeletons_for);
        let words = if before.is_none() && after.is_some() { format!("{words}\n\n") } else { format!("\n\n{words}") };
        Edit::insert(at, words.replace('\n', line_end_at(text, at)))
    };
    names.into_iter().map(insert).collect()
}

/// The sections that others can be put beside, with their places in the order: the outermost
/// headings of canonical sections, else lead-ins at the top. What stands inside a phase or another
/// canonical section is that one's own.
fn anchors<'a>(sections: &'a Sections, order: &[SectionName], required: &[SectionName]) -> Vec<(usize, &'a Section)> {
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
    skeletons_for: Option<&str>,
) -> String {
    let words = vocabulary.name(artifact.kind, name);
    let heading = match neighbour {
        Some(section) if section.style == SectionStyle::LeadIn => format!("**{words}:**"),
        Some(section) => format!("{} {words}", "#".repeat(section.level.into())),
        None => format!("## {words}"),
    };
    let skeleton = skeletons_for.map(|stem| vocabulary.skeleton(artifact.kind, name, stem)).unwrap_or_default();
    if skeleton.is_empty() { heading } else { format!("{heading}\n\n{skeleton}") }
}
