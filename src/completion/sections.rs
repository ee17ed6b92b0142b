//! Sections that are still missing, with their skeletons: at `#`, in half a heading, on an empty line.
//!
//! The one that belongs at the cursor, between its neighbours in the order of the template, comes
//! first; required ones come before the others. Headings look like those that are there: their level,
//! capitals, numbers, anchors, and the line below them. What is typed stays: a level but 1, a number.
//! Where sections are opened by bold lead-ins, an empty line and `**` offer lead-ins. A plan is offered its
//! next `Phase N`, too, and a file with nothing in it the whole template.

use std::ops::Range;

use super::{
    Item, ItemKind, List, Request, Snippet,
    cursor::{Typed, begin_of, begins},
    fenced,
};
use crate::{
    artifact::sections::{LEAD_IN_LEVEL, Section},
    convention::{self, Kind, SectionName},
    edit::section::{HeadingStyle, level_of_headings, level_of_sections},
    markdown::BlockKind,
};

pub fn offer(request: &Request, list: &mut List) {
    let Some(place) = Place::of(request) else { return };
    if place.is_first_of_file(request) {
        return list.items.push(place.whole_template(request));
    }
    if place.is_title(request) {
        list.items.extend(place.title(request));
        // Words of one's own.
        if !place.words.is_empty() {
            return;
        }
    }
    if place.would_be_title(request) {
        return;
    }
    let missing = place.missing(request);
    let (required, optional): (Vec<_>, Vec<_>) = missing.into_iter().partition(|candidate| candidate.is_required);
    list.items.extend(required.iter().filter_map(|candidate| place.section(request, candidate)));
    list.items.extend(place.phase(request));
    list.items.extend(optional.iter().filter_map(|candidate| place.section(request, candidate)));
}

/// Where a heading may go.
struct Place<'a> {
    /// What is replaced: the whole line.
    range: Range<usize>,
    /// What is typed in front of the words: hashes, a number, blanks.
    lead: &'a str,
    /// A number that is typed.
    number: &'a str,
    /// The words that are typed so far; on an empty line none.
    words: &'a str,
    style: HeadingStyle<'a>,
    /// Hashes that are typed.
    typed_level: u8,
    /// Whether what is below would become the body of the section.
    has_body: bool,
}

/// A section that is missing.
struct Candidate {
    name: SectionName,
    is_required: bool,
    /// Whether the cursor is between its neighbours.
    fits: bool,
}

/// Whether a section of that name may stand inside those, the innermost first.
fn may_hold(around: &[&Section], name: SectionName) -> bool {
    use SectionName as S;
    let is_part_of_files = matches!(name, S::FilesNew | S::FilesModified | S::FilesReferenced);
    match named(around) {
        None => !is_part_of_files,
        Some(section) if section.name == Some(S::Files) => is_part_of_files && around[0].name == section.name,
        Some(section) => section.phase().is_some() && name == S::Verification,
    }
}

/// The innermost that the template knows, or that is a phase.
fn named<'a>(around: &[&'a Section]) -> Option<&'a Section> {
    around.iter().copied().find(|section| section.name.is_some() || section.phase().is_some())
}

impl<'a> Place<'a> {
    fn of(request: &'a Request) -> Option<Self> {
        let (text, range) = (request.text(), request.line());
        let (artifact, vocabulary) = (&request.document.artifact, &request.workspace.vocabulary);
        let own = own_line(&range);
        let below = request.block_below();
        let opens = |id| {
            let is_heading = matches!(request.document.markdown.block(id).kind, BlockKind::Heading(_));
            is_heading || artifact.sections.opened_by(id).is_some()
        };
        let has_body = below.is_some_and(|id| !opens(id));
        let place = |start: usize, number, words, typed_level, level| Self {
            range: range.clone(),
            lead: &text[range.start..start],
            number,
            words,
            style: HeadingStyle::of_level(text, artifact, level, own.clone()),
            typed_level,
            has_body,
        };
        match request.typed() {
            Typed::Heading { level, words } => {
                // Hashes may close the heading, too.
                let closing = text[request.offset..range.end].trim_end_matches([' ', '\t', '#']);
                let end = if closing.is_empty() { request.offset } else { words.end };
                let words = words.start..end.min(words.end).max(words.start);
                let is_at_end = closing.trim().is_empty();
                let is_behind = request.before().contains('#');
                let shown = if level == 1 { level_of_headings(artifact, vocabulary, own.clone()) } else { level };
                let number = number_length(&text[words.clone()]);
                let start = (words.start + number.end).min(request.offset);
                let number = &text[words.start..][..number.start];
                let words = &text[start..words.end.max(start)];
                (is_at_end && is_behind).then(|| place(start, number, words, level, shown))
            }
            Typed::Words => {
                let level = level_of_sections(artifact, vocabulary, own.clone());
                let start = range.start + "**".len();
                let words = text.get(start..request.offset)?;
                let is_begun = request.before().starts_with("**") && !words.contains('*') && !words.starts_with(' ');
                let is_at_end = ["", "**", ":**", "**:"].contains(&text[request.offset..range.end].trim_end());
                let is_lead_in = level == LEAD_IN_LEVEL && request.begins_paragraph();
                (is_begun && is_at_end && is_lead_in).then(|| place(start, "", words, 0, level))
            }
            Typed::Nothing if range.is_empty() && is_between_blocks(request) => {
                // It would take what is below away from its own section.
                let is_whole = !has_body || artifact.sections.all.is_empty();
                let level = level_of_sections(artifact, vocabulary, own.clone());
                is_whole.then(|| place(range.start, "", "", 0, level))
            }
            _ => None,
        }
    }

    fn is_first_of_file(&self, request: &Request) -> bool {
        let start = request.document.artifact.content_start;
        let text = request.text();
        let is_rest_blank = || {
            let around = [start..self.range.start, self.range.end..text.len()];
            around.into_iter().all(|range| text[range].trim().is_empty())
        };
        self.words.is_empty() && self.number.is_empty() && start <= self.range.start && is_rest_blank()
    }

    fn whole_template(&self, request: &Request) -> Item {
        let kind = request.document.kind;
        let mut text = request.workspace.vocabulary.fresh(kind, request.stem());
        if self.range.end < request.text().len() {
            text.truncate(text.trim_end().len());
        }
        let label = format!("Template of a {}", if kind == Kind::WorkNotes { "work-notes file" } else { kind.name() });
        let first = text.lines().next().unwrap_or_default();
        let filter = self.filter(1, first.trim_start_matches('#').trim_start());
        let shown = format!("All required sections.\n\n{}", fenced(&text));
        let item = self.item(label, request.skeleton(text), filter);
        item.with_detail("whole file").with_documentation(shown)
    }

    fn item(&self, label: impl Into<String>, insert: Snippet, filter: Option<String>) -> Item {
        Item { filter, ..Item::new(ItemKind::Section, label, self.range.clone(), insert) }
    }

    /// Whether the heading that is typed would be the title of a file without one.
    fn is_title(&self, request: &Request) -> bool {
        let start = request.document.artifact.content_start.min(self.range.start);
        self.typed_level == 1 && request.text()[start..self.range.start].trim().is_empty()
    }

    /// Whether a heading here would be what this file is called by, and no section.
    fn would_be_title(&self, request: &Request) -> bool {
        let title = request.document.artifact.sections.title.as_ref();
        self.style.level() == 1 && title.is_none_or(|title| title.start >= self.range.start)
    }

    fn title(&self, request: &Request) -> Option<Item> {
        let words = convention::heading(request.document.kind, request.stem());
        let filter = Some(self.filter(1, &words)?);
        let (above, below) = request.blank_lines();
        let insert = Snippet::plain(format!("{above}# {words}{below}"));
        let item = self.item(words, insert, filter).with_detail("title");
        Some(item.with_documentation("The title of this file, named after its phase."))
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
            let is_there = |section: &Section| section.is(*name) && !self.opens(section);
            let is_stated = *name == SectionName::Status && has_status;
            // What plans call their tests in many ways is offered as Verification.
            *name != SectionName::Testing
                && may_hold(&around, *name)
                && !is_stated
                && !sections.all.iter().any(is_there)
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

    /// The sections that a heading here would be part of, from the innermost.
    fn around<'r>(&self, request: &'r Request) -> Vec<&'r Section> {
        request.sections_around().filter(|section| section.level < self.style.level()).collect()
    }

    fn section(&self, request: &Request, candidate: &Candidate) -> Option<Item> {
        let (kind, vocabulary) = (request.document.kind, &request.workspace.vocabulary);
        let name = vocabulary.name(kind, candidate.name);
        let spec = convention::sections(kind).iter().find(|spec| spec.section == candidate.name);
        let mut aliases = spec.map_or(&[][..], |spec| &spec.aliases).iter().map(|alias| &**alias);
        let is_begun = |alias: &&str| alias.to_lowercase().starts_with(&self.words.to_lowercase());
        let called = if begins(name, self.words) { name } else { aliases.find(is_begun)? };
        let skeleton = vocabulary.skeleton(kind, candidate.name, request.stem());
        // Whoever writes another language goes on in it.
        let name_here = if called.is_ascii() { name } else { called };
        let words = self.style.cased(name_here, Some(candidate.name));
        let text = self.block(&words, name, &skeleton);
        let documentation = format!("{}\n\n{}", vocabulary.purpose(kind, candidate.name), fenced(&text));
        let filter = self.filter(self.style.level(), &self.style.cased(called, Some(candidate.name)));
        let detail = if candidate.is_required { "section" } else { "optional section" };
        let item = self.item(name, self.insert(request, &words, name, &skeleton), filter);
        Some(item.with_detail(detail).with_documentation(documentation.trim_start()))
    }

    /// The next phase of a plan.
    fn phase(&self, request: &Request) -> Option<Item> {
        let plan = request.document.artifact.plan().filter(|_| named(&self.around(request)).is_none())?;
        let sections = &request.document.artifact.sections;
        let phases = plan.phases.iter().map(|phase| &sections.all[phase.section]);
        let phases: Vec<_> = phases.filter(|section| !self.opens(section)).collect();
        let number = |section: &&Section| section.phase()?.trim_end_matches(char::is_alphabetic).parse::<u32>().ok();
        let next = phases.iter().filter_map(number).max().unwrap_or(0).checked_add(1)?;
        let name = format!("Phase {next}");
        if !begins(&name, self.words) || self.style.is_lead_in() {
            return None;
        }
        let level = phases.last().map(|section| section.level).filter(|_| self.typed_level < 2);
        let (text, artifact) = (request.text(), &request.document.artifact);
        let style = level.map(|level| HeadingStyle::of_level(text, artifact, level, own_line(&self.range)));
        let place = Place { style: style.unwrap_or_else(|| self.style.clone()), range: self.range.clone(), ..*self };
        if place.would_be_title(request) {
            return None;
        }
        let separator = phases.last().and_then(|section| separator(&text[section.heading.clone()]));
        let words = format!("{}{}<Name>", place.style.cased(&name, None), separator.unwrap_or(": "));
        let skeleton = convention::phase_skeleton();
        let filter = place.filter(place.style.level(), &place.style.cased(&name, None));
        let purpose = "The next phase of this plan: its tasks, and how to see that they are done.";
        let shown = format!("{purpose}\n\n{}", fenced(&place.block(&words, &name, &skeleton)));
        let item = place.item(&*name, place.insert(request, &words, &name, &skeleton), filter);
        Some(item.with_detail("section").with_documentation(shown))
    }

    /// What is compared with the line up to the cursor, also where only what begins like it is shown: what
    /// is typed, then the rest of `called`. `None`: what is typed is something else.
    fn filter(&self, level: u8, called: &str) -> Option<String> {
        let rest = &called[begin_of(called, self.words)?..];
        let typed = self.words.chars().flat_map(char::to_lowercase).count();
        let mut seen = 0;
        let behind = rest.find(|c: char| {
            let is_behind = seen >= typed;
            seen += c.to_lowercase().count();
            is_behind
        });
        let rest = &rest[behind.unwrap_or(rest.len())..];
        let is_marked = self.typed_level > 0 || !self.style.is_underlined() && !self.style.is_lead_in();
        let more = if self.lead.trim_start().len() == usize::from(self.typed_level) && is_marked {
            "#".repeat(level.saturating_sub(self.typed_level).into())
        } else {
            String::new()
        };
        let is_apart = !is_marked || self.lead.ends_with([' ', '\t']);
        Some(format!("{}{more}{}{}{rest}", self.lead, if is_apart { "" } else { " " }, self.words))
    }

    /// The section with the blank lines around it. `words`: those of its heading; `name`: what it is called.
    fn insert(&self, request: &Request, words: &str, name: &str, skeleton: &str) -> Snippet {
        let (above, below) = request.blank_lines();
        // The body may stand right below.
        let below = if self.has_body && self.style.is_tight() { "" } else { below };
        let text = self.block(words, name, if self.has_body { "" } else { skeleton });
        request.skeleton(format!("{above}{}{below}", text.trim_end()))
    }

    fn block(&self, words: &str, name: &str, skeleton: &str) -> String {
        let number = match self.number {
            "" => self.style.number_behind(self.range.start, 0).unwrap_or_default(),
            typed => format!("{typed} "),
        };
        let heading = self.style.heading(&number, words, name);
        self.style.fresh(&heading, self.typed_level == 0, Some(skeleton).filter(|skeleton| !skeleton.is_empty()))
    }
}

/// Bytes of a line with its end: where what stands on it may begin.
fn own_line(line: &Range<usize>) -> Range<usize> {
    line.start..line.end + 1
}

/// The number or emoji that words begin with, `3.`, `2.1` or `🎯`: where it ends, and where what follows begins.
fn number_length(words: &str) -> Range<usize> {
    let end = words.find([' ', '\t']).unwrap_or(words.len());
    let sign = &words[..end];
    if !sign.is_ascii() && !sign.contains(char::is_alphanumeric) {
        return end..words.len() - words[end..].trim_start_matches([' ', '\t']).len();
    }
    let rest = words.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let rest = rest.strip_prefix(')').unwrap_or(rest);
    let number = &words[..words.len() - rest.len()];
    let is_apart = rest.starts_with([' ', '\t']) || rest.is_empty() && number.ends_with(['.', ')']);
    if !(is_apart && number.starts_with(|c: char| c.is_ascii_digit())) {
        return 0..0;
    }
    number.len()..words.len() - rest.trim_start_matches([' ', '\t']).len()
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

#[cfg(test)]
mod tests;
