//! Where a path may be typed, and what is typed of it.

use std::ops::Range;

use super::super::{
    Request,
    place::{self, Open},
};
use crate::{
    artifact::{
        paths::{self, Role},
        prompt::{Label, LabelName},
        sections::Section,
    },
    convention::SectionName,
    text::words::closing_ticks,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Code,
    Link,
    /// `](<a b.md>)`.
    LinkInAngles,
    Bare,
}

impl Style {
    pub fn is_link(self) -> bool {
        matches!(self, Self::Link | Self::LinkInAngles)
    }
}

/// A place for a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Location<'a> {
    /// Bytes of what is written of the path, without line suffix and anchor.
    pub range: Range<usize>,
    /// What stands before the cursor of it.
    pub typed: &'a str,
    pub style: Style,
    /// What closes the markup behind a file, if nothing does yet.
    pub closing: String,
    /// A blank that is missing before it.
    pub lead: &'static str,
    /// The label of the Context that it is a value of.
    pub label: Option<LabelName>,
    /// What stands here is a declared reference.
    pub declares: bool,
    /// Only something with a slash is a path here.
    needs_slash: bool,
}

impl Location<'_> {
    /// Takes the last word of what is typed alone; says whether that makes a difference.
    pub fn narrow(&mut self) -> bool {
        let Some((at, blank)) = self.typed.char_indices().rfind(|(_, c)| c.is_whitespace()) else { return false };
        let before = at + blank.len_utf8();
        self.typed = &self.typed[before..];
        self.range.start += before;
        self.closing.clear();
        self.typed.contains(['/', '\\'])
    }
}

/// The place at the cursor; `None` where no path is expected.
pub(super) fn find<'a>(request: &Request<'a>) -> Option<Location<'a>> {
    if !place::is_in_text(request) {
        return None;
    }
    let line = request.line();
    let text: &'a str = &request.document.text;
    let words = &text[line.clone()];
    let cursor = request.offset - line.start;
    let section = request.sections_around().next();
    let label = label(request);
    let sections = &request.document.artifact.sections;
    let role = section.map_or(Role::Mentioned, |section| paths::role_in(text, sections, section));
    let mut location = match place::open_markup(words, cursor) {
        Some(Open::Code { content, ticks }) => in_code(words, content, cursor, ticks),
        Some(Open::Link { content, is_in_angles }) => in_link(words, content, cursor, is_in_angles)?,
        None => {
            let found = bare(words, cursor);
            let is_entry = || begins_entry(request, line.start + found.range.start, label, section, role);
            let may_declare = label.is_some() || role != Role::Mentioned;
            let is_path = found.typed.contains('/') || found.typed.contains('\\');
            if !(may_declare && (is_path || is_entry())) {
                return None;
            }
            found
        }
    };
    location.needs_slash = location.style == Style::Code && expects_other_code(request, section);
    if location.needs_slash && !location.typed.contains('/') {
        return None;
    }
    location.range = line.start + location.range.start..line.start + location.range.end;
    location.label = label.map(|label| label.name);
    location.declares = role != Role::Mentioned || location.label == Some(LabelName::Reference);
    if location.style == Style::Bare && text[..location.range.start].ends_with(':') {
        location.lead = " ";
    }
    Some(location)
}

/// Commits and commands are code, too.
fn expects_other_code(request: &Request, section: Option<&Section>) -> bool {
    const OTHER: &[SectionName] = &[SectionName::Commits, SectionName::DefinitionOfDone, SectionName::Verification];
    let sections = &request.document.artifact.sections;
    let mut around = section.into_iter().flat_map(|section| sections.enclosing(section));
    around.any(|section| section.name.is_some_and(|name| OTHER.contains(&name)))
}

fn at(words: &str, range: Range<usize>, cursor: usize, style: Style, closing: String) -> Location<'_> {
    let typed = &words[range.start..cursor];
    Location { range, typed, style, closing, lead: "", label: None, declares: false, needs_slash: false }
}

fn in_code(words: &str, content: usize, cursor: usize, ticks: usize) -> Location<'_> {
    let start = content + words[content..cursor].len() - words[content..cursor].trim_start().len();
    // Backticks behind a blank begin something else.
    let close =
        closing_ticks(words, cursor, ticks).filter(|close| !words[cursor..*close].contains(char::is_whitespace));
    let rest = &words[cursor..close.unwrap_or(words.len())];
    let is_end = |c: char| c.is_whitespace() || c == '`' || close.is_none() && ",;)|".contains(c);
    let end = cursor + rest.find(is_end).unwrap_or(rest.len());
    let end = cursor.max(start + without_suffix(&words[start..end]));
    let closing = if close.is_none() && !words[cursor..].contains('`') { "`".repeat(ticks) } else { String::new() };
    at(words, start..end, cursor, Style::Code, closing)
}

/// The length of a path without `:12-40` or `#anchor`; a `#` before an extension belongs to a name.
fn without_suffix(word: &str) -> usize {
    let line = word.match_indices(':').find(|(at, _)| word[at + 1..].starts_with(|c: char| c.is_ascii_digit()));
    let end = line.map_or(word.len(), |(at, _)| at);
    match word[..end].find('#') {
        Some(anchor) if !word[anchor..end].contains('.') => anchor,
        _ => end,
    }
}

fn in_link(words: &str, content: usize, cursor: usize, is_in_angles: bool) -> Option<Location<'_>> {
    let typed = &words[content..cursor];
    if typed.contains(['#', '?']) || !is_in_angles && typed.contains(char::is_whitespace) {
        return None;
    }
    let mut depth = 0;
    let is_end = |c: char| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        match c {
            '#' | '?' | '>' => true,
            _ if is_in_angles => false,
            c => c.is_whitespace() || depth < 0,
        }
    };
    let rest = &words[cursor..];
    let end = cursor + rest.find(is_end).unwrap_or(rest.len());
    let style = if is_in_angles { Style::LinkInAngles } else { Style::Link };
    let closing = match style {
        Style::LinkInAngles if !rest.contains('>') => ">",
        Style::Link if !rest.contains(')') => ")",
        _ => "",
    };
    Some(at(words, content..end, cursor, style, closing.to_owned()))
}

fn bare(words: &str, cursor: usize) -> Location<'_> {
    let is_part = |c: char| c.is_alphanumeric() || "._-/\\+@~#%=$".contains(c);
    let start = cursor - words[..cursor].chars().rev().take_while(|c| is_part(*c)).map(char::len_utf8).sum::<usize>();
    let rest = &words[cursor..];
    let end = cursor + rest.find(|c| !is_part(c)).unwrap_or(rest.len());
    let written = words[start..end].trim_end_matches('.').len();
    let end = cursor.max(start + without_suffix(&words[start..start + written]));
    at(words, start..end, cursor, Style::Bare, String::new())
}

/// Whether a word at byte `start` is what its item or value is about, not part of a sentence.
fn begins_entry(request: &Request, start: usize, label: Option<&Label>, section: Option<&Section>, role: Role) -> bool {
    let text = request.text();
    let head = &text[request.line().start..start];
    let is_first = |before: &str| {
        let before = before.trim();
        before.is_empty() || before.ends_with([',', '、', '，'])
    };
    if let Some(label) = label.filter(|label| label.range.start >= request.line().start) {
        return is_first(&text[label.value.start.min(start)..start]);
    }
    let marker = place::marker(head);
    let is_context = section.is_some_and(|section| section.name == Some(SectionName::Context));
    let may_begin = label.is_some() || role != Role::Mentioned && !is_context;
    may_begin && marker.is_some_and(|marker| head.ends_with([' ', '\t', ',', '、']) && is_first(&head[marker.words..]))
}

/// The label of the Context whose value goes on up to the cursor.
fn label<'a>(request: &Request<'a>) -> Option<&'a Label> {
    let labels = &request.document.artifact.prompt()?.labels;
    let label = labels.iter().rfind(|label| label.range.end < request.offset)?;
    let text = request.text();
    let end = label.value.end.max(label.range.end);
    let is_on_line =
        label.range.start >= request.line().start && text[label.range.end..request.offset].contains([':', '：']);
    let gap = text.get(end..request.offset).unwrap_or_default();
    let goes_on = request.offset <= label.value.end || gap.trim_matches([' ', '\t']).is_empty();
    (is_on_line || goes_on).then_some(label)
}
