//! What stands below the first line of an entry: labels with their values, or free items.

use std::ops::Range;

use jiff::Zoned;

use super::{
    NewEntry,
    labels::{kept, labels},
    shape::{Form, Shape},
    source::Source,
    writer::{Writer, escaped, joined},
};
use crate::{
    artifact::{
        dates::{
            self,
            style::{DateHabits, with_case_of},
        },
        entries::margin,
        notes::{FieldName, LabelStyle},
    },
    markdown::{Block, BlockId, BlockKind},
    text::start_of_line,
};

/// `**What changed:**` of an entry, with the form of its line and of its value.
#[derive(Clone, Debug)]
pub struct Label<'a> {
    pub name: Option<FieldName>,
    pub key: String,
    /// What stands on the line before and right after the label's words.
    pub style: LabelStyle<'a>,
    pub words: &'a str,
    /// How deep it stands: headings, then lines, then items inside items.
    pub depth: usize,
    /// Whether a blank line stands above.
    pub is_apart: bool,
    /// Whether one stands between a heading and what it holds.
    pub is_value_apart: bool,
    /// Two spaces or a backslash that break the line.
    pub line_break: &'a str,
    pub value: Value<'a>,
    /// What all entries say there: `COMPLETED`.
    pub shared: Option<&'a str>,
    /// A date on the same line.
    pub date: Option<&'a str>,
    /// How many items were put before it that its number does not count yet.
    pub added_before: usize,
}

#[derive(Clone, Debug)]
pub enum Value<'a> {
    /// On the same line, or nothing.
    Inline,
    Items(Items<'a>),
    /// Paragraphs, code, a table.
    Blocks,
}

/// A list as somebody writes it.
#[derive(Clone, Copy, Debug)]
pub struct Items<'a> {
    /// What its lines begin with: `  - `.
    prefix: &'a str,
    /// Whether a blank line stands above.
    is_apart: bool,
}

/// The form of an entry below its first line.
#[derive(Debug, Default)]
pub struct Body<'a> {
    /// A list before the labels, behind a date, or without any.
    items: Option<Items<'a>>,
    labels: Vec<Label<'a>>,
    /// Whether what was done is said behind the labels, which say something about it.
    labels_first: bool,
    is_prose: bool,
    /// What the lines below the first one begin with.
    indent: String,
    /// Whether a blank line stands above.
    pub is_apart: bool,
}

/// Labels of what was done, beside those of the field `What changed`.
const DONE: &[&str] = &[
    "done",
    "completed",
    "summary",
    "what i did",
    "what we did",
    "did",
    "what",
    "work done",
    "work completed",
    "accomplished",
    "accomplishments",
    "progress",
    "changes made",
    "actions",
    "activities",
    "outcome",
    "outcomes",
    "result",
    "results",
    "what happened",
    "details",
    "what shipped",
    "shipped",
    "delivered",
    "implemented",
    "tasks completed",
    "completed tasks",
    "work",
    "decision",
    "what we decided",
    "完成",
    "完成内容",
    "已完成",
    "改动范围",
    "变更内容",
    "摘要",
    "决策",
    "决定",
    "決定",
    "やったこと",
    "実施内容",
    "作業内容",
    "erledigt",
];

impl<'a> Body<'a> {
    /// The form of the newest entry that has labels, as far as its neighbours share it; `entries`
    /// begin with the newest.
    pub fn of(source: &Source<'a>, entries: &[Shape<'a>]) -> Self {
        let all: Vec<Vec<Label<'a>>> = entries.iter().map(|entry| labels(source, entry)).collect();
        let kept: Vec<Vec<Label<'a>>> = (0..all.len()).map(|n| kept(&all, n)).collect();
        let most = kept.iter().map(Vec::len).max().unwrap_or(0);
        let Some(model) = kept.iter().position(|labels| labels.len() == most) else { return Self::default() };
        // Without labels any entry shows the form that has a body.
        let has_body = |entry: &&Shape| says(source, entry);
        let model = if most > 0 { entries.get(model) } else { entries.iter().find(has_body).or(entries.first()) };
        let Some(entry) = model else { return Self::default() };
        let labels = kept.into_iter().find(|labels| labels.len() == most && most > 0).unwrap_or_default();
        Self::read(source, entry, labels)
    }

    fn read(source: &Source<'a>, entry: &Shape<'a>, labels: Vec<Label<'a>>) -> Self {
        let (text, markdown) = (source.text, source.markdown);
        let mut own = markdown.siblings(entry.body.clone()).filter(|(id, block)| {
            let is_first_line = block.range().start <= entry.words.start && *id <= entry.body.start;
            let is_short = block.range().end <= entry.words.end.max(entry.words.start);
            !is_first_line || !is_short
        });
        let first = own.clone().next();
        let is_dated_only = labels.iter().all(|label| label.date.is_some());
        let list = own.find(|(_, block)| matches!(block.kind, BlockKind::List { .. }));
        let list_start = list.map_or(0, |(_, block)| start_of_line(text, block.range().start));
        // `Author: Ada` and its like say who and how long, and the list below them what was done.
        let is_about =
            |label: &Label| label.name.is_none() && !label.says_done() && matches!(label.value, Value::Inline);
        let is_behind = |label: &Label| label.style.line_start() < list_start;
        let is_behind_labels = is_dated_only || labels.iter().all(|label| is_about(label) && is_behind(label));
        let stands_free = is_behind_labels || list_start < labels[0].style.line_start();
        let items = list.filter(|_| stands_free).and_then(|(id, _)| Items::read(source, id));
        let is_prose = first.is_some_and(|(_, block)| block.kind == BlockKind::Paragraph);
        let is_apart = first.is_some_and(|(_, block)| match block.range().start {
            // The paragraph of the date goes on.
            start if start <= entry.words.start => false,
            start => is_apart(text, start),
        });
        Self {
            is_apart: labels.first().map_or(is_apart, |label| label.is_apart || is_apart && items.is_some()),
            labels_first: is_dated_only || is_behind_labels && items.is_some(),
            items,
            labels,
            is_prose,
            indent: indent(source, entry),
        }
    }

    /// Whether what was done goes on right below the first line, in its paragraph.
    pub fn continues(&self) -> bool {
        self.is_prose && !self.is_apart
    }

    pub fn is_empty(&self) -> bool {
        self.items.is_none() && self.labels.is_empty() && !self.is_prose
    }

    pub fn has_date(&self) -> bool {
        self.labels.iter().any(|label| label.date.is_some())
    }

    pub fn has_items(&self) -> bool {
        self.items.is_some()
    }

    pub fn has_field(&self, name: FieldName) -> bool {
        self.labels.iter().any(|label| label.name == Some(name))
    }

    pub fn has_labels(&self) -> bool {
        !self.labels.is_empty()
    }

    /// Whether it says what was done somewhere, or can.
    pub fn takes_lines(&self) -> bool {
        self.labels.is_empty() || self.labels_first || self.items.is_some() || self.done().is_some()
    }

    /// Whether a label of its own says what was done.
    pub fn says_done(&self) -> bool {
        self.done().is_some()
    }

    /// The label of what was done.
    fn done(&self) -> Option<usize> {
        let is_done = |label: &Label| label.name == Some(FieldName::WhatChanged);
        self.labels.iter().position(is_done).or_else(|| self.labels.iter().position(Label::says_done))
    }

    /// Writes the body; `lines`: what was done.
    pub fn write(&self, out: &mut Writer, entry: &NewEntry, habits: DateHabits, lines: &[String]) {
        let now = entry.now;
        if self.labels.is_empty() {
            return self.write_free(out, lines);
        }
        if !lines.is_empty() && !self.takes_lines() {
            // Labels that say nothing of a session's work are the business of a machine.
            let says_fields = self.labels.iter().any(|label| label.name.is_some() || label.date.is_some());
            let free = Self { labels: Vec::new(), is_prose: false, indent: self.indent.clone(), ..*self };
            return match says_fields {
                true => self.with_what_changed().write(out, entry, habits, lines),
                false => free.write_free(out, lines),
            };
        }
        let done = self.done();
        if self.items.is_some() && !self.labels_first {
            self.write_free(out, if done.is_none() { lines } else { &[] });
        }
        for (n, label) in self.labels.iter().enumerate() {
            let is_first = n == 0 && (self.items.is_none() || self.labels_first);
            label.end_line_above(out, if is_first { Some(self.is_apart) } else { None });
            let is_done = done == Some(n) || done.is_none() && n == 0 && entry.what_changed.is_empty();
            let lines = if done == Some(n) { lines } else { entry.field(label.name) };
            label.write(out, now, habits, is_done, lines);
        }
        if self.labels_first {
            self.write_free(out, lines);
        }
    }

    /// The same form with a field for what was done, the first one and like the others.
    fn with_what_changed(&self) -> Self {
        let mut labels = self.labels.clone();
        let place = labels.iter().position(|label| label.date.is_none()).unwrap_or(0);
        let next = &labels[place];
        let own = Label {
            name: Some(FieldName::WhatChanged),
            key: "what changed".to_owned(),
            words: match with_case_of(next.words, "what changed").as_str() {
                "what changed" => "what changed",
                "WHAT CHANGED" => "WHAT CHANGED",
                _ => FieldName::WhatChanged.name(),
            },
            ..next.clone()
        };
        // What stood above the first field stands above the new one.
        let is_single = next.style.is_line() || next.style.prefix.contains('#');
        let is_apart = labels.get(place + 1).map_or(is_single && next.is_apart, |other| other.is_apart);
        labels[place].is_apart = if place == 0 { is_apart } else { next.is_apart };
        let number = labels[place].style.number();
        let counts =
            labels[place + 1..].iter().find_map(|label| label.style.number()).is_none_or(|n| Some(n) != number);
        labels[place..]
            .iter_mut()
            .filter(|label| counts && label.depth == own.depth)
            .for_each(|label| label.added_before = 1);
        labels.insert(place, own);
        Self { labels, indent: self.indent.clone(), ..*self }
    }

    fn write_free(&self, out: &mut Writer, lines: &[String]) {
        out.end_line(self.is_apart || lines.is_empty() && out.ends_in_paragraph());
        if self.items.is_none() && self.is_prose && lines.len() == 1 {
            out.push(&self.indent);
            out.push(&escaped(&lines[0]));
            return;
        }
        let prefix = format!("{}- ", self.indent);
        let items = self.items.unwrap_or(Items { prefix: &prefix, is_apart: false });
        items.write(out, lines);
    }
}

impl<'a> Items<'a> {
    fn plain() -> Self {
        Self { prefix: "- ", is_apart: true }
    }

    /// The list `id`.
    pub fn read(source: &Source<'a>, id: BlockId) -> Option<Self> {
        let (item, block) = source.markdown.children(id).next()?;
        let start = block.range().start;
        let words = source.markdown.children(item).next().map_or(start, |(_, words)| words.range().start);
        // What is done is ticked, where every item is.
        let ticked = |block: &Block| block.task_marker().filter(|marker| !source.text[marker.clone()].contains("[ ]"));
        let all_ticked = source.markdown.children(id).all(|(_, block)| ticked(block).is_some());
        let after_box = |marker: Range<usize>| source.text[marker.end..].starts_with(' ').then_some(marker.end + 1);
        let words = match ticked(block).filter(|_| all_ticked).and_then(after_box) {
            Some(end) => words.max(end),
            None => block.task_marker().map_or(words, |marker| words.min(marker.start)),
        };
        let line = start_of_line(source.text, start);
        // A list right behind another marker (`- - a`) has no line of its own.
        let prefix = source.text.get(line..words).filter(|prefix| words > start && !prefix.contains(['\n', '\r']))?;
        Some(Self { prefix, is_apart: is_apart(source.text, start) })
    }

    /// One item for each line, or an empty one.
    pub fn write(&self, out: &mut Writer, lines: &[String]) {
        for (n, line) in lines.iter().enumerate() {
            if n > 0 {
                out.end_line(false);
            }
            out.push(&numbered(self.prefix, n));
            out.push(&escaped(line));
        }
        if lines.is_empty() {
            out.push(&numbered(self.prefix, 0));
            out.stop();
        }
    }
}

/// The marker of the item at `place`: `2. ` after `1. `.
fn numbered(prefix: &str, place: usize) -> String {
    let Some(start) = prefix.find(|c: char| c.is_ascii_digit()) else { return prefix.to_owned() };
    let length = prefix[start..].find(|c: char| !c.is_ascii_digit()).unwrap_or(prefix.len() - start);
    format!("{}{}{}", &prefix[..start], place + 1, &prefix[start + length..])
}

impl Label<'_> {
    /// Whether it is one for what was done, though not a field.
    pub fn says_done(&self) -> bool {
        DONE.contains(&self.key.as_str())
    }

    /// Ends the line above it; `first`: whether a blank line follows the first line of the entry.
    fn end_line_above(&self, out: &mut Writer, first: Option<bool>) {
        let is_apart = || self.is_apart || self.style.is_line() && out.ends_in_item();
        let is_apart = first.unwrap_or_else(is_apart);
        out.end_line(is_apart);
    }

    fn write(&self, out: &mut Writer, now: &Zoned, habits: DateHabits, is_done: bool, lines: &[String]) {
        let is_line = self.style.is_line();
        match self.style.number() {
            Some(number) if self.added_before > 0 => {
                let number = number.saturating_add(self.added_before);
                out.push(&numbered(self.style.prefix, number.saturating_sub(1)));
            }
            _ => out.push(self.style.prefix),
        }
        out.push(self.words);
        out.push(self.style.suffix);
        if let Some(date) = self.date {
            out.push(" ");
            out.push(&dates::style::like(date, now.datetime(), habits));
            out.push(self.line_break);
            return;
        }
        let is_heading = self.style.prefix.contains('#');
        let is_spaced = match &self.value {
            Value::Items(items) => items.is_apart,
            _ => self.is_value_apart,
        };
        match &self.value {
            Value::Items(items) if !lines.is_empty() => {
                out.end_line(items.is_apart);
                items.write(out, lines);
            }
            // The first item of what was done; other labels wait by themselves.
            Value::Items(items) if is_done && is_heading => {
                out.end_line(items.is_apart);
                items.write(out, &[]);
            }
            _ if is_heading && lines.is_empty() => {
                if is_done {
                    out.end_line(self.is_apart);
                    Items::plain().write(out, &[]);
                }
            }
            Value::Blocks if is_heading && lines.len() == 1 => {
                out.end_line(is_spaced);
                out.push(&escaped(&lines[0]));
            }
            _ if is_heading => {
                out.end_line(is_spaced);
                Items::plain().write(out, lines);
            }
            _ if lines.len() > 1 && (self.is_apart || !is_line) => {
                let nested = nested_prefix(self.style.prefix);
                out.end_line(false);
                Items { prefix: &nested, is_apart: false }.write(out, lines);
            }
            _ => {
                out.space();
                match self.shared {
                    Some(shared) if lines.is_empty() => out.push(shared),
                    _ if lines.is_empty() => out.stop(),
                    _ => out.push(&joined(lines)),
                }
                // Blanks alone would break no line.
                out.push(if out.text.ends_with(' ') { self.line_break.trim() } else { self.line_break });
            }
        }
    }
}

/// The marker of items below a line that begins with `prefix`.
fn nested_prefix(prefix: &str) -> String {
    let prefix = prefix.trim_end_matches(['*', '_']);
    let marker = prefix.trim_start_matches([' ', '\t', '>']).chars().next().filter(|c| matches!(c, '-' | '*' | '+'));
    format!("{}{} ", margin(prefix), marker.unwrap_or('-'))
}

/// What the lines below the first one of `entry` begin with, so that they are its own.
fn indent(source: &Source, entry: &Shape) -> String {
    let text = source.text;
    let is_mark = [' ', '\t', '>'];
    let below = text.get(entry.words.end..entry.end).unwrap_or("").split(['\n', '\r']).skip(1);
    let mut own = below.filter(|line| !line.trim_matches(is_mark).is_empty());
    let own = own.next().map(|line| &line[..line.len() - line.trim_start_matches(is_mark).len()]);
    match entry.form {
        Form::Item => own
            .filter(|own| !own.is_empty())
            .map_or_else(|| margin(&text[entry.start..entry.words.start]), str::to_owned),
        _ => own.filter(|own| own.contains('>')).unwrap_or_default().to_owned(),
    }
}

/// Whether the entry says anything below its first line.
fn says(source: &Source, entry: &Shape) -> bool {
    source.markdown.within(entry.body.clone()).any(|(_, block)| block.range().start > entry.words.end)
}

/// Whether a blank line stands above the line of byte `at`.
pub fn is_apart(text: &str, at: usize) -> bool {
    let above = text[..start_of_line(text, at)].trim_end_matches(|c: char| c.is_whitespace() || c == '>');
    let gap = &text[above.len()..at];
    gap.matches('\n').count().max(gap.matches('\r').count()) > 1
}
