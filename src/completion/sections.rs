//! Sections that are still missing, with their skeletons: at `#`, in half a heading, on an empty line.
//!
//! The one that belongs at the cursor, between its neighbours in the order of the template, comes
//! first; required ones come before the others. A heading keeps the level that is typed, unless that
//! is 1: then it gets the level of the canonical headings that are there. Where sections are opened by
//! bold lead-ins, an empty line offers lead-ins. A plan is offered its next `Phase N`, too, and a file
//! with nothing in it the whole template.

use std::ops::Range;

use super::{
    Documentation, Item, ItemKind, List, Request, Snippet,
    cursor::{Typed, begins},
};
use crate::{
    artifact::sections::{Section, SectionStyle},
    markdown::BlockKind,
    template::{self, Kind, SectionName},
};

pub fn offer(request: &Request, list: &mut List) {
    let Some(place) = Place::of(request) else { return };
    if place.is_first_of_file(request) {
        return list.items.push(place.whole_template(request));
    }
    if place.is_title(request) {
        list.items.extend(place.title(request));
        // Words of one's own.
        if !place.words.is_empty() && request.canonical_level() != Some(1) {
            return;
        }
    }
    let missing = place.missing(request);
    let (required, optional): (Vec<_>, Vec<_>) = missing.into_iter().partition(|candidate| candidate.is_required);
    list.items.extend(required.iter().filter_map(|candidate| place.section(request, candidate)));
    list.items.extend(place.phase(request));
    list.items.extend(optional.iter().filter_map(|candidate| place.section(request, candidate)));
}

/// Where a heading may go.
struct Place {
    /// What is replaced: the whole line.
    range: Range<usize>,
    /// The words that are typed so far; on an empty line none.
    words: String,
    style: Style,
    /// Hashes that are typed.
    typed_level: u8,
    /// Whether what is below would become the body of the section.
    has_body: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    Heading(u8),
    LeadIn,
}

/// A section that is missing.
struct Candidate {
    name: SectionName,
    is_required: bool,
    /// Whether the cursor is between its neighbours.
    fits: bool,
}

impl Place {
    fn of(request: &Request) -> Option<Self> {
        let range = request.line();
        let canonical = request.canonical_level();
        let below = request.block_below();
        let opens = |id| {
            let is_heading = matches!(request.document.markdown.block(id).kind, BlockKind::Heading(_));
            is_heading || request.document.artifact.sections.opened_by(id).is_some()
        };
        let has_body = below.is_some_and(|id| !opens(id));
        let place = match request.typed() {
            Typed::Heading { level, words } => {
                let is_at_end = request.text()[request.offset..range.end].trim().is_empty();
                let is_behind = request.before().contains('#');
                let shown = if level == 1 { canonical.unwrap_or(2) } else { level };
                let words = request.text()[words].to_owned();
                let style = Style::Heading(shown);
                (is_at_end && is_behind).then_some(Self { range, words, style, typed_level: level, has_body })?
            }
            Typed::Nothing if request.line().is_empty() && is_between_blocks(request) => {
                let has_lead_ins = || {
                    let mut all = request.document.artifact.sections.all.iter();
                    all.any(|section| section.style == SectionStyle::LeadIn && is_canonical(section))
                };
                let style = match canonical {
                    None if has_lead_ins() => Style::LeadIn,
                    level => Style::Heading(level.unwrap_or(2)),
                };
                // It would take what is below away from its own section.
                let is_whole = !has_body || request.document.artifact.sections.all.is_empty();
                is_whole.then_some(Self { range, words: String::new(), style, typed_level: 0, has_body })?
            }
            _ => return None,
        };
        Some(place)
    }

    fn is_first_of_file(&self, request: &Request) -> bool {
        let start = request.document.artifact.content_start;
        let text = request.text();
        let is_rest_blank = || {
            let around = [start..self.range.start, self.range.end..text.len()];
            around.into_iter().all(|range| text[range].trim().is_empty())
        };
        self.words.is_empty() && start <= self.range.start && is_rest_blank()
    }

    fn whole_template(&self, request: &Request) -> Item {
        let kind = request.document.kind;
        let mut text = request.workspace.vocabulary.fresh(kind, request.stem());
        if self.range.end < request.text().len() {
            text.truncate(text.trim_end().len());
        }
        let label = format!("Template of a {}", if kind == Kind::WorkNotes { "work-notes file" } else { kind.name() });
        let mut item = Item::new(ItemKind::Section, label, self.range.clone(), request.skeleton(text.clone()));
        item.detail = Some("whole file".to_owned());
        item.documentation = Documentation::AtHand(format!("All required sections.\n\n{}", fenced(&text)));
        item.filter = Some(text.lines().next().unwrap_or_default().to_owned());
        item
    }

    /// Whether the heading that is typed would be the title of a file without one.
    fn is_title(&self, request: &Request) -> bool {
        let start = request.document.artifact.content_start.min(self.range.start);
        self.typed_level == 1 && request.text()[start..self.range.start].trim().is_empty()
    }

    fn title(&self, request: &Request) -> Option<Item> {
        let words = template::heading(request.document.kind, request.stem());
        if !begins(&words, &self.words) {
            return None;
        }
        let text = format!("# {words}");
        let insert = Snippet::plain(request.set_apart(&text));
        let mut item = Item::new(ItemKind::Section, words, self.range.clone(), insert);
        item.detail = Some("title".to_owned());
        item.documentation = Documentation::AtHand("The title of this file, named after its phase.".to_owned());
        item.filter = Some(text);
        Some(item)
    }

    /// The sections that are missing and may stand here, the most fitting first.
    fn missing(&self, request: &Request) -> Vec<Candidate> {
        let (document, vocabulary) = (request.document, &request.workspace.vocabulary);
        let sections = &document.artifact.sections;
        let order = vocabulary.order(document.kind);
        let place = |section: &Section| order.iter().position(|other| Some(*other) == section.name);
        let is_elsewhere = |section: &&Section| !self.opens(section);
        let canonical = sections.all.iter().filter(is_elsewhere).filter(|section| section.parent.is_none());
        let before = canonical.clone().filter(|section| section.range.start < self.range.start);
        let above = before.filter_map(place).next_back();
        let below = canonical.clone().filter(|section| section.range.start > self.range.start).find_map(place);
        let around = self.around(request);
        let has_status = document.artifact.work_notes().is_some_and(|notes| notes.states_status);
        let is_missing = |name: &SectionName| {
            let is_there = |section: &Section| section.name == Some(*name) && !self.opens(section);
            let is_combined = sections.covers(*name) && !sections.has(*name);
            let is_stated = *name == SectionName::Status && has_status;
            self.may_hold(around, *name) && !is_combined && !is_stated && !sections.all.iter().any(is_there)
        };
        let candidate = |(at, name): (usize, SectionName)| Candidate {
            name,
            is_required: vocabulary.required(document.kind).contains(&name),
            fits: above.is_none_or(|above| above < at) && below.is_none_or(|below| at < below),
        };
        let missing = order.iter().copied().enumerate().filter(|(_, name)| is_missing(name));
        let mut missing: Vec<_> = missing.map(candidate).collect();
        missing.sort_by_key(|candidate| !candidate.fits);
        missing
    }

    /// Whether the section is the one that the cursor's line opens.
    fn opens(&self, section: &Section) -> bool {
        (self.range.start..=self.range.end).contains(&section.range.start)
    }

    /// The named section or phase that a heading here would be part of.
    fn around<'a>(&self, request: &'a Request) -> Option<&'a Section> {
        let Style::Heading(level) = self.style else { return None };
        let mut around = request.sections_around().filter(|section| section.level < level);
        around.find(|section| section.name.is_some() || section.phase().is_some())
    }

    /// Whether `around` may have a section of that name inside it.
    fn may_hold(&self, around: Option<&Section>, name: SectionName) -> bool {
        use SectionName as S;
        let is_part_of_files = matches!(name, S::FilesNew | S::FilesModified | S::FilesReferenced);
        match around {
            None => !is_part_of_files,
            Some(section) if section.name == Some(S::Files) => is_part_of_files,
            Some(section) => section.phase().is_some() && name == S::Verification,
        }
    }

    fn section(&self, request: &Request, candidate: &Candidate) -> Option<Item> {
        let (kind, vocabulary) = (request.document.kind, &request.workspace.vocabulary);
        let name = vocabulary.name(kind, candidate.name);
        let spec = template::sections(kind).iter().find(|spec| spec.section == candidate.name);
        let mut aliases = spec.map_or(&[][..], |spec| spec.aliases).iter().copied();
        let is_begun = |alias: &&str| alias.to_lowercase().starts_with(&self.words.to_lowercase());
        let called = if begins(name, &self.words) { name } else { aliases.find(is_begun)? };
        let skeleton = vocabulary.skeleton(kind, candidate.name, request.stem());
        let mut item = self.item(request, name, &skeleton, Some(called));
        item.detail = Some(if candidate.is_required { "section" } else { "optional section" }.to_owned());
        let purpose = vocabulary.purpose(kind, candidate.name);
        let shown = fenced(&self.block(name, &skeleton));
        item.documentation = Documentation::AtHand(format!("{purpose}\n\n{shown}").trim_start().to_owned());
        Some(item)
    }

    /// The next phase of a plan.
    fn phase(&self, request: &Request) -> Option<Item> {
        let plan = request.document.artifact.plan().filter(|_| self.around(request).is_none())?;
        let sections = &request.document.artifact.sections;
        let phases = plan.phases.iter().map(|phase| &sections.all[phase.section]);
        let phases: Vec<_> = phases.filter(|section| !self.opens(section)).collect();
        let number = |section: &&Section| section.phase()?.trim_end_matches(char::is_alphabetic).parse::<u32>().ok();
        let next = phases.iter().filter_map(number).max().unwrap_or(0).checked_add(1)?;
        let name = format!("Phase {next}");
        if !begins(&name, &self.words) || self.style == Style::LeadIn {
            return None;
        }
        let level = phases.last().map(|section| section.level).filter(|_| self.typed_level < 2);
        let style = level.map_or(self.style, Style::Heading);
        let place = Self { style, words: self.words.clone(), range: self.range.clone(), ..*self };
        let separator = phases.last().and_then(|section| separator(&request.text()[section.heading.clone()]));
        let words = format!("{name}{}<Name>", separator.unwrap_or(": "));
        let skeleton = template::phase_skeleton();
        let mut item = place.item(request, &words, &skeleton, None);
        item.label = name;
        item.detail = Some("section".to_owned());
        let purpose = "The next phase of this plan: its tasks, and how to see that they are done.";
        item.documentation = Documentation::AtHand(format!("{purpose}\n\n{}", fenced(&place.block(&words, &skeleton))));
        Some(item)
    }

    /// `called`: the name that fits what is typed, if it is not the one that is inserted.
    fn item(&self, request: &Request, name: &str, skeleton: &str, called: Option<&str>) -> Item {
        let skeleton = if self.has_body { "" } else { skeleton };
        let text = request.set_apart(&self.block(name, skeleton));
        let mut item = Item::new(ItemKind::Section, name, self.range.clone(), request.skeleton(text));
        let level = self.typed_level.max(if let Style::Heading(level) = self.style { level } else { 0 });
        let hashes = "#".repeat(level.into());
        item.filter = Some(format!("{hashes} {}", called.unwrap_or(name)).trim_start().to_owned());
        item
    }

    fn block(&self, name: &str, skeleton: &str) -> String {
        let heading = match self.style {
            Style::Heading(level) => format!("{} {name}", "#".repeat(level.into())),
            Style::LeadIn => format!("**{name}:**"),
        };
        if skeleton.is_empty() { heading } else { format!("{heading}\n\n{skeleton}") }
    }
}

fn is_canonical(section: &Section) -> bool {
    section.name.is_some() && section.parent.is_none()
}

/// Whether an empty line is not in the middle of a list, a quote or other block.
fn is_between_blocks(request: &Request) -> bool {
    let markdown = &request.document.markdown;
    let Some(last) = markdown.last_begun(request.offset) else { return true };
    let outermost = markdown.ancestors(last).last().unwrap_or(last);
    markdown.block(outermost).range().end <= request.offset
}

/// What stands between number and name of a phase: `: `, ` — `.
fn separator(heading: &str) -> Option<&str> {
    let digits = heading.find(|c: char| c.is_ascii_digit())?;
    let rest = heading[digits..].trim_start_matches(char::is_alphanumeric);
    let name = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
    let separator = &rest[..rest.len() - name.len()];
    let is_plain = [": ", " - ", " – ", " — ", ". "].contains(&separator);
    is_plain.then_some(separator)
}

fn fenced(text: &str) -> String {
    format!("```md\n{}\n```", text.trim_end())
}

#[cfg(test)]
mod tests;
