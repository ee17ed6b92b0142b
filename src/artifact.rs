//! What an artifact says: its sections, and what stands in them.
//!
//! Reading never fails. An [`Artifact`] holds what every kind has; its [`View`] what only a plan, a
//! prompt or work notes have. Each field knows its bytes in the text.
//!
//! Architecture invariant: no I/O and no clock here; rules ask the views and never parse Markdown.

use std::{collections::HashMap, ops::Range};

use crate::{
    config::Config,
    markdown::Markdown,
    template::{self, Kind, PerKind, SectionName, normalize_heading},
    text::bom_length,
};

pub mod dates;
pub mod entries;
pub mod log_insertion;
pub mod notes;
pub mod paths;
pub mod plan;
pub mod prompt;
pub mod questions;
pub mod reference_insertion;
pub mod section_insertion;
pub mod sections;
pub mod suppressions;

use self::{
    entries::Placeholder,
    notes::WorkNotes,
    plan::Plan,
    prompt::Prompt,
    questions::Question,
    sections::{Section, Sections},
    suppressions::Suppression,
};

/// Headings and placeholders in force at one root: the built-in ones and the configuration's.
#[derive(Clone, Debug, Default)]
pub struct Vocabulary {
    kinds: PerKind<KindVocabulary>,
    /// Placeholders of the team's own templates, without brackets.
    placeholders: Vec<String>,
}

#[derive(Clone, Debug, Default)]
struct KindVocabulary {
    /// Normalised heading to section.
    headings: HashMap<String, SectionName>,
    names: Vec<(SectionName, String)>,
    required: Vec<SectionName>,
}

impl Vocabulary {
    /// `templates`: the texts of the team's own templates.
    pub fn new(config: &Config, templates: &[&str]) -> Self {
        let kinds = PerKind::from_fn(|kind| KindVocabulary::new(kind, config));
        let placeholders = templates.iter().flat_map(|text| placeholders_of(text)).collect();
        Self { kinds, placeholders }
    }

    /// The section that a normalised heading opens.
    pub fn section(&self, kind: Kind, heading: &str) -> Option<SectionName> {
        self.kinds.get(kind).headings.get(heading).copied()
    }

    /// The canonical heading of a section of this kind.
    pub fn name(&self, kind: Kind, section: SectionName) -> &str {
        let names = &self.kinds.get(kind).names;
        names.iter().find(|(candidate, _)| *candidate == section).map_or("", |(_, name)| name)
    }

    /// The sections that an artifact of this kind must have, in template order.
    pub fn required(&self, kind: Kind) -> &[SectionName] {
        &self.kinds.get(kind).required
    }

    /// Whether the inside of `<…>` is a placeholder of a template in force.
    pub fn is_placeholder(&self, text: &str) -> bool {
        template::is_placeholder(text) || self.placeholders.iter().any(|placeholder| placeholder == text)
    }
}

impl KindVocabulary {
    fn new(kind: Kind, config: &Config) -> Self {
        let specs = template::sections(kind);
        let mut vocabulary = Self::default();
        for spec in specs {
            vocabulary.names.push((spec.section, spec.name.to_owned()));
            // `Files / New` is found below `Files` only: see `Sections::read`.
            for heading in std::iter::once(&spec.name).chain(spec.aliases) {
                vocabulary.headings.entry(normalize_heading(heading)).or_insert(spec.section);
            }
        }
        let settings = config.sections.get(kind);
        for (name, aliases) in &settings.aliases {
            let section = vocabulary.section_called(name);
            for alias in aliases {
                vocabulary.headings.insert(normalize_heading(alias), section);
            }
        }
        vocabulary.required = match &settings.required {
            Some(names) => names.iter().map(|name| vocabulary.section_called(name)).collect(),
            None => specs.iter().filter(|spec| spec.required).map(|spec| spec.section).collect(),
        };
        vocabulary
    }

    /// The section of that name; a new one if no section has it.
    fn section_called(&mut self, name: &str) -> SectionName {
        let heading = normalize_heading(name);
        if let Some(section) = self.headings.get(&heading) {
            return *section;
        }
        let custom = self.names.iter().filter(|(section, _)| matches!(section, SectionName::Custom(_))).count();
        let section = SectionName::Custom(u8::try_from(custom).unwrap_or(u8::MAX));
        self.names.push((section, name.trim().to_owned()));
        self.headings.insert(heading, section);
        section
    }
}

/// The placeholders of a template: what stands in angle brackets and is no HTML.
fn placeholders_of(template: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (open, _) in template.match_indices('<') {
        let rest = &template[open + 1..];
        let Some(close) = rest.find(['>', '<', '\n']).filter(|at| rest[*at..].starts_with('>')) else { continue };
        let inside = &rest[..close];
        let is_html = inside.starts_with(['/', '!', '?']) || inside.contains(['=', '@']) || inside.contains("://");
        if !inside.trim().is_empty() && !is_html {
            found.push(inside.to_owned());
        }
    }
    found
}

/// An artifact as it was read.
#[derive(Clone, Debug)]
pub struct Artifact {
    pub kind: Kind,
    pub sections: Sections,
    /// Items, sub-headings and rows under Open questions.
    pub questions: Vec<Question>,
    pub placeholders: Vec<Placeholder>,
    pub suppressions: Vec<Suppression>,
    /// Where the content begins: after a byte order mark and front matter (bytes).
    pub content_start: usize,
    pub view: View,
}

#[derive(Clone, Debug)]
pub enum View {
    Plan(Plan),
    Prompt(Prompt),
    WorkNotes(WorkNotes),
}

impl Artifact {
    pub fn read(kind: Kind, text: &str, markdown: &Markdown, vocabulary: &Vocabulary) -> Self {
        let suppressions = suppressions::read(text, markdown);
        let text = &*suppressions::blanked(text, &suppressions);
        let sections = Sections::read(kind, text, markdown, vocabulary);
        let view = match kind {
            Kind::Plan => View::Plan(Plan::read(text, markdown, &sections)),
            Kind::Prompt => View::Prompt(Prompt::read(text, markdown, &sections)),
            Kind::WorkNotes => View::WorkNotes(WorkNotes::read(text, markdown, &sections)),
        };
        let bom = bom_length(text);
        Self {
            kind,
            questions: questions::read(text, markdown, &sections),
            placeholders: entries::placeholders(text, markdown),
            content_start: markdown.front_matter.as_ref().map_or(bom, |front| front.range.end),
            suppressions,
            sections,
            view,
        }
    }

    pub fn plan(&self) -> Option<&Plan> {
        if let View::Plan(plan) = &self.view { Some(plan) } else { None }
    }

    pub fn prompt(&self) -> Option<&Prompt> {
        if let View::Prompt(prompt) = &self.view { Some(prompt) } else { None }
    }

    pub fn work_notes(&self) -> Option<&WorkNotes> {
        if let View::WorkNotes(notes) = &self.view { Some(notes) } else { None }
    }

    /// The paths that the artifact names; work notes declare none.
    pub fn references(&self) -> &[paths::Reference] {
        match &self.view {
            View::Plan(plan) => &plan.references,
            View::Prompt(prompt) => &prompt.references,
            View::WorkNotes(_) => &[],
        }
    }

    /// Sections of that name, in document order.
    pub fn sections_named(&self, name: SectionName) -> impl Iterator<Item = &Section> {
        self.sections.named(name)
    }

    /// Where a finding about something absent belongs: at the section that should hold it, else at
    /// the title, else on the first line of the content. Bytes.
    pub fn place_of_absence(&self, section: Option<SectionName>, text: &str) -> Range<usize> {
        let section = section.and_then(|name| self.sections.named(name).next()).map(|section| section.heading.clone());
        section.or_else(|| self.sections.title.clone()).unwrap_or_else(|| self.first_line(text, self.content_start))
    }

    /// Whether nothing stands in the file but perhaps front matter.
    pub fn is_empty(&self, text: &str) -> bool {
        text[self.content_start..].trim().is_empty()
    }

    /// The first line that is not blank and no suppression, else the place where it would stand.
    /// `start`: the byte to look from.
    pub fn first_line(&self, text: &str, start: usize) -> Range<usize> {
        let mut suppressions = self.suppressions.iter().map(|suppression| &suppression.range).peekable();
        let mut start = start;
        loop {
            let body = &text[start..];
            let at = start + (body.len() - body.trim_start().len());
            let Some(comment) = suppressions.next_if(|range| range.start == at) else {
                let line = text[at..].lines().next().unwrap_or_default();
                return if at == text.len() { start..start } else { at..at + line.trim_end().len() };
            };
            start = comment.end;
        }
    }
}

/// The id of a phase in a stem or a title: `2a` in `phase-2a-scaffolding`.
pub fn phase_id(stem: &str) -> Option<String> {
    let lower = stem.to_ascii_lowercase();
    lower.match_indices("phase").find_map(|(at, word)| {
        let rest = &lower[at + word.len()..];
        let rest = rest.strip_prefix(['-', '_', ' ']).unwrap_or(rest);
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        if digits == 0 {
            return None;
        }
        let number = rest[..digits].trim_start_matches('0');
        let number = if number.is_empty() { "0" } else { number };
        let letter = rest[digits..].chars().next().filter(char::is_ascii_lowercase);
        Some(letter.map_or_else(|| number.to_owned(), |letter| format!("{number}{letter}")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phase_ids() {
        for (stem, id) in [
            ("phase-1", Some("1")),
            ("phase-2a-scaffolding", Some("2a")),
            ("Phase_007", Some("7")),
            ("phase 10B", Some("10b")),
            ("billing/phase3", Some("3")),
            ("phase-0", Some("0")),
            ("phases", None),
            ("phase-one", None),
            ("2026-01-01-plan", None),
        ] {
            assert_eq!(phase_id(stem).as_deref(), id, "{stem}");
        }
    }
}
