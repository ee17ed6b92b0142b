//! Another entry of a section, written as the section writes its own.

use std::ops::Range;

use super::{
    fragment::Fragment,
    seam::{Seam, is_loose, margin, plain_lines, runs_on},
    section::{self, Body},
    take::NewEntry,
};
use crate::{
    artifact::{
        Document, Vocabulary,
        entries::{self, Entry},
        notes, questions,
        sections::Section,
    },
    convention::SectionName,
    markdown::{BlockId, BlockKind},
    text::{Edit, end_of_blanks, end_of_line, is_among, line_end_at, start_of_line},
};

/// A place for one entry, and how its neighbours are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryPlace {
    seam: Seam,
    style: Style,
    line_end: &'static str,
    /// Whether the line below would go on with an entry that no blank line follows.
    runs_on: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Style {
    Item(ItemStyle),
    Row { cells: usize, column: usize, reason: Option<usize> },
    Heading(u8),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct ItemStyle {
    /// What its further lines begin with, up to the marker's column.
    margin: String,
    /// The marker with the blanks behind it.
    marker: String,
    has_box: bool,
    is_bold: bool,
    /// What counts the entries in front of their words: `**Q3:** `.
    counter: String,
    /// Whether the marker, and the box if there is one, are there already.
    is_begun: bool,
}

impl ItemStyle {
    /// As the templates write it.
    fn plain() -> Self {
        Self { marker: "- ".to_owned(), ..Self::default() }
    }
}

impl Style {
    fn plain() -> Self {
        Self::Item(ItemStyle::plain())
    }
}

impl Document {
    /// The place for another entry of the section `name`: after the last one, instead of `None`, or in a section of its
    /// own.
    pub fn place_of_another(&self, vocabulary: &Vocabulary, name: SectionName) -> EntryPlace {
        let section = self.artifact.sections_named(name).next();
        let entry = section.and_then(|section| self.last_entry(section));
        let mut place = match (section, entry) {
            (_, Some(entry)) => self.after_entry(entry),
            (Some(section), None) => self.place_of_first(section),
            (None, None) => self.place_with_section(vocabulary, name),
        };
        let is_paragraph = matches!(place.style, Style::Heading(_));
        place.runs_on = place.seam.after.is_empty() && runs_on(self, place.seam.range.end, !is_paragraph);
        place
    }

    fn place_with_section(&self, vocabulary: &Vocabulary, name: SectionName) -> EntryPlace {
        let heading = section::insert_section(self, vocabulary, name, Body::Following);
        let (before, after) = heading.edit.replacement.split_at(heading.body);
        let seam = Seam { range: heading.edit.range.clone(), before: before.to_owned(), after: after.to_owned() };
        let line_end = line_end_at(&self.text, seam.range.start);
        EntryPlace { seam, style: Style::plain(), line_end, runs_on: false }
    }
}

impl EntryPlace {
    /// The edit that puts the entry there, and the byte of its replacement where what is still to be
    /// written begins, else where the entry ends.
    pub fn fill(&self, entry: &NewEntry) -> (Edit, usize) {
        let is_row = matches!(self.style, Style::Row { .. }) && entry.rest.is_empty();
        let lines = match &self.style {
            Style::Item(style) => item(entry, style),
            Style::Row { cells, column, reason } if is_row => row(entry, *cells, *column, *reason),
            Style::Row { .. } => item(entry, &ItemStyle::plain()).below("\n"),
            Style::Heading(level) => heading(entry, *level),
        };
        let mut lines = lines.below(&plain_lines(&self.seam.before));
        lines.push(if self.runs_on && !is_row { "\n" } else { "" });
        let lines = lines.with_line_ends(self.line_end);
        let cursor = lines.cursor();
        (Edit::replace(self.seam.range.clone(), lines.text + &self.seam.after), cursor)
    }
}

fn item(entry: &NewEntry, style: &ItemStyle) -> Fragment {
    let ItemStyle { margin, marker, has_box, counter, .. } = style;
    let words = entry.words.join("\n");
    let is_marked = words.starts_with(['*', '_']) || words.contains("**");
    let stars = if style.is_bold && !is_marked { "**" } else { "" };
    let mut out = Fragment::new(&format!("{stars}{counter}{words}{stars}"));
    push_to_write(&mut out, entry, " ");
    entry.rest.iter().for_each(|line| out.push(&format!("\n{line}")));
    let opening = if *has_box { format!("{marker}[ ] ") } else { marker.clone() };
    let item = out.within(&" ".repeat(marker.chars().count()));
    if style.is_begun { item.within(margin) } else { item.below(&opening).within(margin) }
}

fn row(entry: &NewEntry, cells: usize, column: usize, reason: Option<usize>) -> Fragment {
    let mut contents = vec![String::new(); cells.max(column + 1)];
    contents[column] = escaped(&entry.words.join(" "));
    let mut at = contents[column].len();
    if let Some((what, why)) = entry.to_write {
        at += 1;
        contents[column].push_str(&format!(" {what}"));
        match reason.filter(|reason| *reason < contents.len()) {
            Some(reason) => why.clone_into(&mut contents[reason]),
            None => contents[column].push_str(&format!(": {why}")),
        }
    }
    let mut out = Fragment::default();
    out.push("|");
    for (n, cell) in contents.iter().enumerate() {
        if n == column {
            out.stops.push(out.text.len() + 1 + at);
        }
        out.push(&if cell.is_empty() { " |".to_owned() } else { format!(" {cell} |") });
    }
    out
}

fn heading(entry: &NewEntry, level: u8) -> Fragment {
    let mut out = Fragment::new(&format!("{} {}", "#".repeat(level.into()), entry.words.join(" ")));
    push_to_write(&mut out, entry, "\n\n");
    if !entry.rest.is_empty() {
        out.push(&format!("\n\n{}", entry.rest.join("\n")));
    }
    out
}

/// Where a person goes on, and what is still to be written there.
fn push_to_write(out: &mut Fragment, entry: &NewEntry, gap: &str) {
    let to_write = entry.to_write.map(|(what, why)| format!("{what}: {why}"));
    out.push(if to_write.is_some() { gap } else { "" });
    out.stop();
    out.push(&to_write.unwrap_or_default());
}

/// Words with their pipes escaped: in a row even those in code end a cell.
pub fn escaped(words: &str) -> String {
    let mut out = String::new();
    let mut is_escaped = false;
    for c in words.chars() {
        if c == '|' && !is_escaped {
            out.push('\\');
        }
        is_escaped = c == '\\' && !is_escaped;
        out.push(c);
    }
    out
}

/// Whether the words of an item begin in bold; not where a bold topic stands in front of a question.
fn is_bold(words: &str) -> bool {
    let Some(bold) = words.strip_prefix("**") else { return false };
    let Some((bold, after)) = bold.split_once("**") else { return false };
    questions::asks(bold) || !questions::asks(after.split(['\n', '\r']).next().unwrap_or_default())
}

/// What counts the entry after the one with these words: `**Q3:** ` after `**Q2:** Which port?`.
fn next_counter(words: &str) -> Option<String> {
    let (counter, _) = words.split_once(' ')?;
    let bare = counter.trim_start_matches('*');
    let letters = bare.len() - bare.trim_start_matches(|c: char| c.is_ascii_uppercase()).len();
    let number = bare[letters..].trim_start_matches('-');
    let after = number.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_counter = (1..=3).contains(&letters)
        && after.len() < number.len()
        && !after.is_empty()
        && after.chars().all(|c| ".:)*".contains(c));
    is_counter.then(|| entries::next_marker(counter) + " ")
}

impl Document {
    /// The block of the last entry that others may follow: of decisions the last one, of questions the
    /// last open one, so that none gets below `Resolved`.
    fn last_entry(&self, section: &Section) -> Option<BlockId> {
        let is_inside = |range: &Range<usize>| section.range.start < range.start && range.end <= section.range.end;
        match section.name {
            Some(SectionName::Decisions) => {
                let decisions = self.decisions();
                let last = decisions.iter().map(|decision| &decision.range).rfind(|range| is_inside(range))?;
                self.outermost_entry(last.start)
            }
            Some(SectionName::OpenQuestions) => {
                let questions = || self.artifact.questions.iter().filter(|question| is_inside(&question.range));
                let is_flat = self.artifact.sections.children(section).next().is_none();
                let open = questions().rfind(|question| !question.resolved);
                let last = open.or_else(|| questions().next_back().filter(|_| is_flat))?;
                // A bold lead-in asks as well; nothing is like it.
                Some(last.block).filter(|block| self.markdown.block(*block).kind != BlockKind::Paragraph)
            }
            _ => None,
        }
    }

    /// The item, row or heading at byte `at` that stands in no other.
    fn outermost_entry(&self, at: usize) -> Option<BlockId> {
        let block = self.markdown.block_at(at)?;
        let is_entry = |id: &BlockId| {
            let kind = self.markdown.block(*id).kind;
            matches!(kind, BlockKind::Item | BlockKind::Row { .. } | BlockKind::Heading(_))
        };
        std::iter::once(block).chain(self.markdown.ancestors(block)).filter(is_entry).last()
    }

    fn after_entry(&self, entry: BlockId) -> EntryPlace {
        let block = self.markdown.block(entry);
        let end = block.range().end;
        match block.kind {
            BlockKind::Heading(level) => {
                let section = self.artifact.sections.opened_by(entry);
                let end = section.map_or(end, |section| self.artifact.end_of(section, &self.text));
                self.place(end..end, "\n\n", Style::Heading(level))
            }
            BlockKind::Row { .. } => self.place_of_row(entry, end_of_line(&self.text, end)),
            _ => {
                let margin = margin(self, block.range().start);
                let is_loose = self.markdown.parent(entry).is_some_and(|list| is_loose(self, list));
                let blank_line = if is_loose { format!("\n{}", margin.trim_end()) } else { String::new() };
                self.place(end..end, &format!("{blank_line}\n{margin}"), Style::Item(self.item_style(entry)))
            }
        }
    }

    /// `row`: a row of the table, of whose style another one is put behind byte `end`.
    fn place_of_row(&self, row: BlockId, end: usize) -> EntryPlace {
        let start = self.markdown.block(row).range().start;
        let line = start_of_line(&self.text, start);
        let margin = self.text[line..start].trim_start_matches('\u{feff}').trim_end_matches('|');
        self.place(end..end, &format!("\n{margin}"), self.row_style(row))
    }

    /// In a section without an entry that counts.
    fn place_of_first(&self, section: &Section) -> EntryPlace {
        if entries::says_none(&self.text[section.after_label.clone()]) && !section.after_label.is_empty() {
            return self.place(section.after_label.clone(), "\n\n", Style::plain());
        }
        let sections = &self.artifact.sections;
        let own_end = sections.children(section).next().map_or(section.body.end, |child| child.block);
        let own = section.body.start..own_end;
        let last = self.markdown.siblings(own.clone()).filter(|(_, block)| block.kind != BlockKind::Rule).last();
        let is_list = |kind| matches!(kind, BlockKind::List { .. } | BlockKind::Table);
        let last_list = self.markdown.siblings(own).filter(|(_, block)| is_list(block.kind)).last();
        if let Some((list, block)) = last_list {
            let entries = entries::of(&self.text, &self.markdown, list..self.markdown.next(list));
            return match entries.last() {
                Some(entry) if !entry.is_row && entry.is_none(&self.text) => self.instead_of(entry),
                Some(entry) => self.after_entry(entry.block),
                None => match self.markdown.children(list).last() {
                    Some((head, _)) if block.kind == BlockKind::Table => self.place_of_row(head, block.range().end),
                    _ => self.place(block.range().end..block.range().end, "\n\n", Style::plain()),
                },
            };
        }
        let opening = self.markdown.block(section.block).range().end.max(section.after_label.end);
        let Some((_, block)) = last else { return self.place(opening..opening, "\n\n", Style::plain()) };
        let words = block.range();
        if block.kind == BlockKind::Paragraph && entries::says_none(&self.text[words.clone()]) {
            return self.place(words, "", Style::plain());
        }
        self.place(words.end..words.end, "\n\n", Style::plain())
    }

    /// In the place of an item's words that say that there is nothing.
    fn instead_of(&self, entry: &Entry) -> EntryPlace {
        let mut style = self.item_style(entry.block);
        (style.is_begun, style.has_box, style.is_bold) = (true, entry.task.is_some(), false);
        self.place(entry.range.clone(), "", Style::Item(style))
    }

    fn place(&self, range: Range<usize>, before: &str, style: Style) -> EntryPlace {
        let at = end_of_blanks(&self.text, range.end);
        let range = if range.is_empty() { at..at } else { range };
        let line_end = line_end_at(&self.text, range.start);
        let seam = Seam { range, before: before.to_owned(), after: String::new() };
        EntryPlace { seam, style, line_end, runs_on: false }
    }

    fn item_style(&self, item: BlockId) -> ItemStyle {
        let block = self.markdown.block(item);
        let item = self.slice(block.range());
        let (marker, length) = entries::marker_below(item);
        let task = block.task_marker();
        let own = item[length..].strip_prefix(task.clone().map_or("", |task| self.slice(task)));
        let own = own.unwrap_or_default().trim_start();
        let counter = next_counter(own).unwrap_or_default();
        let is_counter_bold = counter.matches("**").count() == 2;
        ItemStyle {
            margin: margin(self, block.range().start),
            marker,
            has_box: task.is_some(),
            is_bold: is_bold(own) && !is_counter_bold,
            counter: if is_counter_bold { counter } else { counter.trim_start_matches("**").to_owned() },
            is_begun: false,
        }
    }

    fn row_style(&self, row: BlockId) -> Style {
        const SUBJECTS: [&str; 6] = ["question", "issue", "topic", "assumption", "decision", "choice"];
        let header = entries::header(&self.text, &self.markdown, row);
        let cells = entries::cells(&self.text, &self.markdown, row);
        let is_sentence =
            cells.first().is_some_and(|cell| self.slice(cell.clone()).split_whitespace().nth(2).is_some());
        let is_counter = header.first().is_some_and(|cell| cell.len() <= 3 && !is_sentence || cell.contains("date"));
        let is_subject =
            |name: &String| name.split(|c: char| !c.is_alphanumeric()).any(|word| is_among(&SUBJECTS, word));
        let column = header.iter().position(is_subject).unwrap_or(usize::from(is_counter && cells.len() > 1));
        let reason = header.iter().position(|name| notes::gives_reasons(name)).filter(|reason| *reason != column);
        Style::Row { cells: cells.len(), column, reason }
    }
}
