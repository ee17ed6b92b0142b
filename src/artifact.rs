//! What an artifact says: its sections, and what stands in them.
//!
//! Reading never fails. A [`Document`] is an artifact read whole. An [`Artifact`] holds what every kind has; its [`View`] what only a plan or a
//! prompt has. Each field knows its bytes in the text.
//!
//! Architecture invariant: no I/O and no clock here; rules ask the views and never parse Markdown.

use std::ops::Range;

use crate::{
    convention::{Kind, SectionName},
    markdown::Markdown,
    text::{bom_length, end_of_blanks},
};

pub mod boxes;
pub mod dates;
pub mod document;
pub mod entries;
mod heading_names;
pub mod labels;
pub mod notes;
pub mod paths;
pub mod plan;
pub mod prompt;
pub mod questions;
pub mod sections;
pub mod suppressions;
mod vocabulary;

pub use self::{
    document::{Document, Encoding, encoding_of},
    vocabulary::Vocabulary,
};
use self::{
    entries::Placeholder,
    notes::WorkNotes,
    plan::Plan,
    prompt::Prompt,
    questions::Question,
    sections::{Section, Sections},
    suppressions::Suppression,
};

/// An artifact as it was read.
#[derive(Clone, Debug)]
pub struct Artifact {
    pub kind: Kind,
    pub sections: Sections,
    /// Items, sub-headings and rows under Open questions.
    pub questions: Vec<Question>,
    pub placeholders: Vec<Placeholder>,
    pub suppressions: Vec<Suppression>,
    /// How many of the required sections of its kind it has as the template does, and of how many: outermost, and
    /// not by names that other templates have as well.
    pub template_sections: (usize, usize),
    /// The required sections of its kind that it has, in any form.
    pub required_there: Box<[SectionName]>,
    /// Where the content begins: after a byte order mark and front matter (bytes).
    pub content_start: usize,
    /// Status, log, decisions and commits: read wherever they stand, whatever the kind.
    pub notes: WorkNotes,
    pub view: View,
}

#[derive(Clone, Debug)]
pub enum View {
    Plan(Plan),
    Prompt(Prompt),
    WorkNotes,
}

impl Artifact {
    pub fn read(kind: Kind, text: &str, markdown: &Markdown, vocabulary: &Vocabulary) -> Self {
        let suppressions = suppressions::read(text, markdown);
        let text = &*suppressions::blanked(text, &suppressions);
        let sections = Sections::read(kind, text, markdown, vocabulary);
        let view = match kind {
            Kind::Plan => View::Plan(Plan::read(text, markdown, &sections)),
            Kind::Prompt => View::Prompt(Prompt::read(text, markdown, &sections)),
            Kind::WorkNotes => View::WorkNotes,
        };
        let bom = bom_length(text);
        let required = vocabulary.required(kind);
        let has = required.iter().filter(|name| sections.has_as_in_template(kind, **name, vocabulary)).count();
        let required_there = required.iter().copied().filter(|name| sections.has(*name)).collect();
        let notes = WorkNotes::read(text, markdown, &sections);
        let mut questions = questions::read(text, markdown, &sections);
        if questions.iter().any(|question| !question.resolved) && questions::are_put_off(text, &sections, &notes) {
            questions.iter_mut().for_each(|question| question.resolved = true);
        }
        Self {
            template_sections: (has, required.len()),
            required_there,
            kind,
            notes,
            questions,
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

    /// The parts of work notes, in an artifact of that kind.
    pub fn work_notes(&self) -> Option<&WorkNotes> {
        (self.kind == Kind::WorkNotes).then_some(&self.notes)
    }

    /// The paths that the artifact names; work notes declare none.
    pub fn references(&self) -> &[paths::Reference] {
        match &self.view {
            View::Plan(plan) => &plan.references,
            View::Prompt(prompt) => &prompt.references,
            View::WorkNotes => &[],
        }
    }

    /// Whether it has at least half of the required sections of its kind.
    pub fn has_half_of_template(&self) -> bool {
        let (has, of) = self.template_sections;
        has > 0 && 2 * has >= of
    }

    /// Whether a heading, a label or the title names a section of its kind, or a phase.
    pub fn has_known_section(&self) -> bool {
        let is_known = |section: &Section| section.name.is_some() || section.phase().is_some();
        self.sections.titled.is_some() || self.sections.all.iter().any(is_known)
    }

    /// Whether a label or a Context item says where the counterpart of `kind` is: `Plan: PLAN.md`.
    pub fn names_counterpart(&self, kind: Kind, text: &str) -> bool {
        use prompt::LabelName;
        let (names, label): (&[&str], _) = match kind {
            Kind::Plan => (&["plan", "spec", "design"], Some(LabelName::Plan)),
            Kind::Prompt => (&["prompt", "prompts"], None),
            Kind::WorkNotes => (&["work notes", "notes", "session log", "log", "handoff"], Some(LabelName::WorkNotes)),
        };
        let is_labelled = |section: &Section| {
            names.contains(&&*section.normalized) && text[section.after_label.clone()].contains(['/', '.'])
        };
        let in_context = || {
            let prompt = self.prompt()?;
            prompt.labels.iter().find(|found| Some(found.name) == label && !found.is_empty)
        };
        self.sections.all.iter().any(is_labelled) || in_context().is_some()
    }

    /// Sections of that name, in document order.
    pub fn sections_named(&self, name: SectionName) -> impl Iterator<Item = &Section> {
        self.sections.named(name)
    }

    /// The required sections that it has in no accepted form, in the order of the configuration.
    pub fn missing_sections(&self, vocabulary: &Vocabulary) -> Vec<SectionName> {
        let is_said = |name: SectionName| match (name, &self.view) {
            (SectionName::Status, _) => self.notes.states_status,
            (SectionName::Overview, _) => self.sections.has(SectionName::Goals),
            (SectionName::DefinitionOfDone, View::Plan(plan)) => plan.says_when_done,
            _ => false,
        };
        // A file that is titled `Session log` is one.
        let is_there = |name: SectionName| self.sections.has(name) || self.sections.is_titled(name);
        let is_missing = |name: &SectionName| !is_there(*name) && !is_said(*name);
        vocabulary.required(self.kind).iter().copied().filter(is_missing).collect()
    }

    /// Where a finding about something absent belongs: at the section that should hold it, else at
    /// the title, else on the first line of the content. Bytes.
    pub fn place_of_absence(&self, section: Option<SectionName>, text: &str) -> Range<usize> {
        let section = section.and_then(|name| self.sections.named(name).next()).map(|section| section.heading.clone());
        section.or_else(|| self.sections.title.clone()).unwrap_or_else(|| self.first_line(text, self.content_start))
    }

    /// The first suppression that shares a byte with `range`.
    pub fn suppression_in(&self, range: &Range<usize>) -> Option<&Suppression> {
        let first = self.suppressions.partition_point(|suppression| suppression.range.end <= range.start);
        self.suppressions.get(first).filter(|suppression| suppression.range.start < range.end)
    }

    /// The suppression that ends at byte `end`.
    pub fn suppression_before(&self, end: usize) -> Option<&Suppression> {
        let before = self.suppressions.partition_point(|suppression| suppression.range.end < end);
        self.suppressions.get(before).filter(|suppression| suppression.range.end == end)
    }

    /// The end of a section's last line, with the suppressions behind its words: to the reader of sections
    /// these are blanks. Bytes.
    pub fn end_of(&self, section: &Section, text: &str) -> usize {
        let mut end = section.range.end;
        let after = self.suppressions.partition_point(|suppression| suppression.range.start < end);
        for comment in &self.suppressions[after..] {
            if !text[end..comment.range.start].trim_matches([' ', '\t']).is_empty() {
                break;
            }
            end = comment.range.end;
        }
        end_of_blanks(text, end)
    }

    /// Whether the file is blank; front matter is content.
    pub fn is_empty(&self, text: &str) -> bool {
        text[bom_length(text)..].trim().is_empty()
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

/// The id of a phase by its stem: `2a` for `phase-2a-scaffolding` and `2026-01-15-phase-2a`. Elsewhere in a stem
/// a number says only what the file is about: `CR-001-phase0-approval`.
pub fn phase_id(stem: &str) -> Option<String> {
    phase_at_start(stem).map(|(id, _)| id)
}

/// The name of a phase behind its id: `-scaffolding` in `phase-2a-scaffolding`; perhaps nothing.
pub fn phase_name(stem: &str) -> Option<&str> {
    phase_at_start(stem).map(|(_, rest)| rest)
}

/// The id of the phase that a heading or a title names anywhere.
pub fn phase_named_in(title: &str) -> Option<String> {
    let lower = title.to_ascii_lowercase();
    lower.match_indices(PHASE).find_map(|(at, _)| phase(&title[at..])).map(|(id, _)| id)
}

const PHASE: &str = "phase";

/// The id at the start of a stem or after its date, and what follows it.
fn phase_at_start(stem: &str) -> Option<(String, &str)> {
    let name = stem.rsplit('/').next().unwrap_or(stem);
    phase(name).or_else(|| {
        let date = dates::at_start(name)?;
        phase(name[date.range.end..].trim_start_matches(['-', '_', ' ']))
    })
}

/// `phase-2a` or `Phase 2.1` at the start of `text`: the id, and what follows it.
fn phase(text: &str) -> Option<(String, &str)> {
    let rest = text.get(PHASE.len()..).filter(|_| text[..PHASE.len()].eq_ignore_ascii_case(PHASE))?;
    let rest = rest.strip_prefix(['-', '_', ' ']).unwrap_or(rest);
    let digits = |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let mut length = digits(rest);
    if length == 0 {
        return None;
    }
    while let Some(part) = rest[length..].strip_prefix('.').map(digits).filter(|part| *part > 0) {
        length += 1 + part;
    }
    length += usize::from(rest[length..].starts_with(|c: char| c.is_ascii_alphabetic()));
    if rest[length..].starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return None;
    }
    let mut id = rest[..length].trim_start_matches('0').to_ascii_lowercase();
    if !id.starts_with(|c: char| c.is_ascii_digit()) {
        id.insert(0, '0');
    }
    Some((id, &rest[length..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phase_names() {
        for (stem, name) in [
            ("phase-2a-scaffolding", Some("-scaffolding")),
            ("漢/Phase_03 Auth", Some(" Auth")),
            ("phase-1", Some("")),
            ("2026-01-15-phase-2a-scaffolding", Some("-scaffolding")),
            ("gateway", None),
        ] {
            assert_eq!(phase_name(stem), name, "{stem}");
        }
    }

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
            ("2026-01-01-phase-2", Some("2")),
            ("phase-6.5", Some("6.5")),
            ("phase-02.10a-auth", Some("2.10a")),
            ("phase-1.", Some("1")),
            ("phase-00", Some("0")),
            ("phase-1st", None),
            ("CR-001-phase0-approval", None),
            ("streaming-phase-1", None),
        ] {
            assert_eq!(phase_id(stem).as_deref(), id, "{stem}");
        }
    }

    #[test]
    fn a_title_names_a_phase_anywhere() {
        assert_eq!(phase_named_in("Till: Phase 2b - Receipts").as_deref(), Some("2b"));
        assert_eq!(phase_named_in("Phases of the moon, phase 3").as_deref(), Some("3"));
        assert_eq!(phase_named_in("Phases of the moon"), None);
    }
}
