//! Where another entry of a section goes, written as the section writes its own.

use std::ops::Range;

use super::{
    Artifact, Vocabulary, end_of_blanks,
    entries::{self, Entry},
    notes, questions,
    section_insertion::{self, Body},
    sections::Section,
    words_below,
};
use crate::{
    markdown::{BlockId, BlockKind, Markdown},
    template::SectionName,
    text::{Edit, end_of_line, line_end_at, start_of_line},
};

/// What is put into a section: lines without indentation and line ends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewEntry {
    /// The lines of its first paragraph; at least one.
    pub words: Vec<String>,
    /// What stands below them, such as nested items.
    pub rest: Vec<String>,
    /// What is still to be written behind the words, with the reason for it.
    pub to_write: Option<(&'static str, &'static str)>,
}

/// A place for one entry, and how its neighbours are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryPlace {
    /// Bytes that the entry replaces: mostly none, else words that say that there is nothing.
    range: Range<usize>,
    before: String,
    after: String,
    style: Style,
    line_end: &'static str,
    /// Whether the line below would go on with an entry that no blank line follows.
    runs_on: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Style {
    Item {
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
    },
    Row {
        margin: String,
        cells: usize,
        column: usize,
        reason: Option<usize>,
    },
    Heading(u8),
}

impl Style {
    /// As the templates write it.
    fn plain() -> Self {
        Self::Item {
            margin: String::new(),
            marker: "- ".to_owned(),
            has_box: false,
            is_bold: false,
            counter: String::new(),
            is_begun: false,
        }
    }
}

/// The place for another entry of the section `name`: after the last one, instead of `None`, or in
/// a section of its own.
pub fn place(
    text: &str,
    markdown: &Markdown,
    artifact: &Artifact,
    vocabulary: &Vocabulary,
    name: SectionName,
) -> EntryPlace {
    let mut place = place_in(text, markdown, artifact, vocabulary, name);
    place.runs_on =
        place.after.is_empty() && runs_on(text, markdown, place.range.end, !matches!(place.style, Style::Heading(_)));
    place
}

fn place_in(
    text: &str,
    markdown: &Markdown,
    artifact: &Artifact,
    vocabulary: &Vocabulary,
    name: SectionName,
) -> EntryPlace {
    let Some(section) = artifact.sections_named(name).next() else {
        let heading = section_insertion::insert_section(text, artifact, vocabulary, name, Body::Following);
        let (range, line_end) = (heading.edit.range.clone(), line_end_at(text, heading.edit.range.start));
        let (before, after) = heading.edit.replacement.split_at(heading.body);
        return EntryPlace {
            range,
            before: before.to_owned(),
            after: after.to_owned(),
            style: Style::plain(),
            line_end,
            runs_on: false,
        };
    };
    let finder = Finder { text, markdown, artifact };
    match finder.last_entry(section) {
        Some(entry) => finder.after_entry(entry),
        None => finder.in_section(section),
    }
}

impl EntryPlace {
    /// The edit that puts the entry there, and the byte of its replacement where what is still to be
    /// written begins, else where the entry ends.
    pub fn fill(&self, entry: &NewEntry) -> (Edit, usize) {
        let (lines, margin, at, column) = match &self.style {
            Style::Item { margin, marker, has_box, is_bold, counter, is_begun } => {
                let (lines, at, column) = item(entry, marker, *has_box, *is_bold, counter);
                let skipped = if *is_begun { marker.len() + if *has_box { 4 } else { 0 } } else { 0 };
                let mut lines = lines;
                lines[0].drain(..skipped);
                (lines, &**margin, at, column - if at == 0 { skipped } else { 0 })
            }
            Style::Row { margin, cells, column, reason } if entry.rest.is_empty() => {
                let (line, at) = row(entry, *cells, *column, *reason);
                (vec![line], &**margin, 0, at)
            }
            Style::Row { .. } => {
                let (lines, at, column) = item(entry, "- ", false, false, "");
                ([vec![String::new()], lines].concat(), "", at + 1, column)
            }
            Style::Heading(level) => {
                let (lines, at, column) = heading(entry, *level);
                (lines, "", at, column)
            }
        };
        let mut replacement = self.before.clone();
        let mut cursor = 0;
        for (n, line) in lines.iter().enumerate() {
            if n > 0 {
                replacement.push_str(self.line_end);
                // A quote's blank lines are quoted, too.
                replacement.push_str(if line.is_empty() { margin.trim_end() } else { margin });
            }
            if n == at {
                cursor = replacement.len() + column;
            }
            replacement.push_str(line);
        }
        replacement.push_str(&self.after);
        let is_row = matches!(self.style, Style::Row { .. }) && entry.rest.is_empty();
        if self.runs_on && !is_row {
            replacement.push_str(self.line_end);
        }
        (Edit::replace(self.range.clone(), replacement), cursor)
    }
}

/// The lines of an item, and line and byte of what is still to be written.
fn item(entry: &NewEntry, marker: &str, has_box: bool, is_bold: bool, counter: &str) -> (Vec<String>, usize, usize) {
    let mut words = entry.words.clone();
    let at = words.len() - 1;
    let is_marked = words[0].starts_with(['*', '_']) || words.iter().any(|line| line.contains("**"));
    words[0].insert_str(0, counter);
    if is_bold && !is_marked {
        words[0].insert_str(0, "**");
        words[at].push_str("**");
    }
    if let Some((what, why)) = entry.to_write {
        words[at].push_str(&format!(" {what}: {why}"));
    }
    let column = words[at].len() - entry.to_write.map_or(0, |(what, why)| what.len() + why.len() + 2);
    let mark = if has_box { format!("{marker}[ ] ") } else { marker.to_owned() };
    let column = column + if at == 0 { mark.len() } else { marker.chars().count() };
    let indent = " ".repeat(marker.chars().count());
    let further = words.drain(1..).chain(entry.rest.iter().cloned()).collect::<Vec<_>>();
    let mut lines = vec![format!("{mark}{}", words[0])];
    lines.extend(further.into_iter().map(|line| if line.is_empty() { line } else { format!("{indent}{line}") }));
    (lines, at, column)
}

fn row(entry: &NewEntry, cells: usize, column: usize, reason: Option<usize>) -> (String, usize) {
    let words = escaped(&entry.words.join(" "));
    let mut contents = vec![String::new(); cells.max(column + 1)];
    let mut at = words.len();
    contents[column] = words;
    if let Some((what, why)) = entry.to_write {
        contents[column].push_str(&format!(" {what}"));
        at += 1;
        match reason.filter(|reason| *reason < contents.len()) {
            Some(reason) => why.clone_into(&mut contents[reason]),
            None => contents[column].push_str(&format!(": {why}")),
        }
    }
    let mut line = "|".to_owned();
    let mut cursor = 0;
    for (n, cell) in contents.iter().enumerate() {
        if n == column {
            cursor = line.len() + 1 + at;
        }
        line.push_str(&if cell.is_empty() { " |".to_owned() } else { format!(" {cell} |") });
    }
    (line, cursor)
}

/// Words with their pipes escaped: in a row even those in code end a cell.
fn escaped(words: &str) -> String {
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

fn heading(entry: &NewEntry, level: u8) -> (Vec<String>, usize, usize) {
    let mut lines = vec![format!("{} {}", "#".repeat(level.into()), entry.words.join(" "))];
    let (mut at, mut column) = (0, lines[0].len());
    if let Some((what, why)) = entry.to_write {
        lines.extend([String::new(), format!("{what}: {why}")]);
        (at, column) = (2, 0);
    }
    if !entry.rest.is_empty() {
        lines.push(String::new());
        lines.extend(entry.rest.iter().cloned());
    }
    (lines, at, column)
}

/// Whether the line below byte `at` would go on with a paragraph that ends there, or with that of an item:
/// it holds words, and no block that may interrupt a paragraph.
pub fn runs_on(text: &str, markdown: &Markdown, at: usize, is_item: bool) -> bool {
    let Some(words) = words_below(text, at) else { return false };
    let start = text.len() - words.len();
    let block = markdown.last_begun(start).map(|id| markdown.block(id)).filter(|block| block.range().start == start);
    !block.is_some_and(|block| match block.kind {
        BlockKind::Heading(_) => words.starts_with('#'),
        BlockKind::Html => words.starts_with("<!--"),
        // Below a paragraph it would be an underline.
        BlockKind::Rule => is_item,
        BlockKind::Item | BlockKind::Quote | BlockKind::Fence { .. } => true,
        _ => false,
    })
}

/// Whether the words of an item begin in bold; a topic in bold in front of a question is none of its own.
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

struct Finder<'a> {
    text: &'a str,
    markdown: &'a Markdown,
    artifact: &'a Artifact,
}

impl Finder<'_> {
    /// The block of the last entry that others may follow: of decisions the last one, of questions the
    /// last open one, so that none gets below `Resolved`.
    fn last_entry(&self, section: &Section) -> Option<BlockId> {
        let is_inside = |range: &Range<usize>| section.range.start < range.start && range.end <= section.range.end;
        match section.name {
            Some(SectionName::Decisions) => {
                let decisions = notes::decisions::read(self.text, self.markdown, &self.artifact.sections);
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
        match block.kind {
            BlockKind::Heading(level) => {
                let section = self.artifact.sections.opened_by(entry);
                let end = section.map_or(block.range().end, |section| self.artifact.end_of(section, self.text));
                self.place(end..end, 2, Style::Heading(level))
            }
            BlockKind::Row { .. } => {
                let end = end_of_line(self.text, block.range().end);
                self.place(end..end, 1, self.row_style(entry))
            }
            _ => {
                let style = self.item_style(entry, block.range().start);
                let Style::Item { margin, .. } = &style else { return self.place(0..0, 0, style) };
                let blank = if self.is_loose(entry) { 2 } else { 1 };
                let margin = margin.clone();
                let mut place = self.place(block.range().end..block.range().end, blank, style);
                let blank_line = format!("{}{}", place.line_end, margin.trim_end());
                place.before = format!("{}{}{margin}", blank_line.repeat(blank - 1), place.line_end);
                place
            }
        }
    }

    /// In a section without an entry that counts.
    fn in_section(&self, section: &Section) -> EntryPlace {
        if entries::says_none(&self.text[section.after_label.clone()]) && !section.after_label.is_empty() {
            return self.place(section.after_label.clone(), 2, Style::plain());
        }
        let sections = &self.artifact.sections;
        let own_end = sections.children(section).next().map_or(section.body.end, |child| child.block);
        let own = section.body.start..own_end;
        let last = self.markdown.siblings(own.clone()).filter(|(_, block)| block.kind != BlockKind::Rule).last();
        let is_list = |kind| matches!(kind, BlockKind::List { .. } | BlockKind::Table);
        let last_list = self.markdown.siblings(own).filter(|(_, block)| is_list(block.kind)).last();
        if let Some((list, block)) = last_list {
            let entries = entries::of(self.text, self.markdown, list..self.markdown.next(list));
            return match entries.last() {
                Some(entry) if !entry.is_row && entry.is_none(self.text) => self.instead_of(entry),
                Some(entry) => self.after_entry(entry.block),
                None => match self.markdown.children(list).last() {
                    Some((head, _)) if block.kind == BlockKind::Table => {
                        let end = block.range().end;
                        self.place(end..end, 1, self.row_style(head))
                    }
                    _ => self.place(block.range().end..block.range().end, 2, Style::plain()),
                },
            };
        }
        let opening = self.markdown.block(section.block).range().end.max(section.after_label.end);
        let Some((_, block)) = last else { return self.place(opening..opening, 2, Style::plain()) };
        let words = block.range();
        if block.kind == BlockKind::Paragraph && entries::says_none(&self.text[words.clone()]) {
            return self.place(words, 0, Style::plain());
        }
        self.place(words.end..words.end, 2, Style::plain())
    }

    /// In the place of an item's words that say that there is nothing.
    fn instead_of(&self, entry: &Entry) -> EntryPlace {
        let mut style = self.item_style(entry.block, self.markdown.block(entry.block).range().start);
        if let Style::Item { is_begun, has_box, is_bold, .. } = &mut style {
            *is_begun = true;
            *has_box = entry.task.is_some();
            *is_bold = false;
        }
        self.place(entry.range.clone(), 0, style)
    }

    /// `line_ends`: how many stand before the entry.
    fn place(&self, range: Range<usize>, line_ends: usize, style: Style) -> EntryPlace {
        let at = end_of_blanks(self.text, range.end);
        let range = if range.is_empty() { at..at } else { range };
        let line_end = line_end_at(self.text, range.start);
        let before = line_end.repeat(line_ends);
        EntryPlace { range, before, after: String::new(), style, line_end, runs_on: false }
    }

    fn item_style(&self, item: BlockId, start: usize) -> Style {
        let block = self.markdown.block(item);
        let item = &self.text[block.range()];
        let (marker, length) = entries::marker_below(item);
        let line = start_of_line(self.text, start);
        let margin = entries::margin(self.text[line..start].trim_start_matches('\u{feff}'));
        let task = block.task_marker();
        let own = item[length..].strip_prefix(task.clone().map_or("", |task| &self.text[task]));
        let own = own.unwrap_or_default().trim_start();
        let counter = next_counter(own).unwrap_or_default();
        let is_counter_bold = counter.matches("**").count() == 2;
        Style::Item {
            margin,
            marker,
            has_box: task.is_some(),
            is_bold: is_bold(own) && !is_counter_bold,
            counter: if is_counter_bold { counter } else { counter.trim_start_matches("**").to_owned() },
            is_begun: false,
        }
    }

    fn row_style(&self, row: BlockId) -> Style {
        let cells = self.markdown.children(row).count();
        let header = entries::header(self.text, self.markdown, row);
        let named = |names: &[&str]| {
            let is_named = |cell: &String| cell.split(|c: char| !c.is_alphanumeric()).any(|word| names.contains(&word));
            header.iter().position(is_named)
        };
        let subjects =
            ["question", "questions", "issue", "topic", "assumption", "assumptions", "decision", "decisions", "choice"];
        let first = entries::cells(self.text, self.markdown, row).into_iter().next();
        let is_sentence = first.is_some_and(|cell| self.text[cell].split_whitespace().nth(2).is_some());
        let is_counter = header.first().is_some_and(|cell| cell.len() <= 3 && !is_sentence || cell.contains("date"));
        let column = named(&subjects).unwrap_or(usize::from(is_counter && cells > 1));
        let reason = named(notes::REASON_COLUMNS).filter(|reason| *reason != column);
        let start = self.markdown.block(row).range().start;
        let line = start_of_line(self.text, start);
        let margin = self.text[line..start].trim_start_matches('\u{feff}').trim_end_matches('|');
        Style::Row { margin: margin.to_owned(), cells, column, reason }
    }

    /// Whether blank lines stand between the items.
    fn is_loose(&self, item: BlockId) -> bool {
        let Some(list) = self.markdown.parent(item) else { return false };
        let mut items = self.markdown.children(list);
        let (Some((_, first)), Some((_, second))) = (items.next(), items.next()) else { return false };
        let between = &self.text[first.range().end..second.range().start];
        between.matches('\n').count().max(between.matches('\r').count()) > 1
    }
}
