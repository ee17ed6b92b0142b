//! What stands below the first line of an entry: labels with their values, or free items.

use std::{cmp::Reverse, collections::HashSet};

use super::new_entry::NewEntry;
use crate::{
    artifact::{
        Document,
        dates::style::{self, DateHabits, with_case_of},
        entries::margin,
        notes::{FieldName, Form, Label, LogEntry},
    },
    edit::fragment::{Fragment, escaped},
    markdown::{Block, BlockId, BlockKind},
    text::{is_apart, start_of_line},
};

/// The form of an entry below its first line.
pub struct Body<'a> {
    document: &'a Document,
    /// A list before the labels, behind a date, or without any.
    items: Option<Items<'a>>,
    /// With what all entries say behind them: `COMPLETED`.
    pub labels: Vec<Label<'a>>,
    /// Whether what was done is said behind the labels, which say something about it.
    labels_first: bool,
    is_prose: bool,
    /// What the lines below the first one begin with.
    indent: String,
    /// Whether a blank line stands above.
    is_apart: bool,
}

/// A list as its author writes it.
#[derive(Clone, Copy)]
struct Items<'a> {
    /// What its lines begin with: `  - `.
    marker: &'a str,
    /// Whether a blank line stands above.
    is_apart: bool,
}

/// Labels of what was done, beside those of the field `What changed`.
#[rustfmt::skip]
const DONE: &[&str] = &[
    "summary", "did", "what", "accomplishments", "progress", "changes made", "actions", "activities", "outcome",
    "outcomes", "result", "results", "what happened", "details", "delivered", "implemented", "tasks completed",
    "completed tasks", "work", "decision", "what we decided", "完成", "改动范围", "变更内容", "摘要", "决策", "决定", "決定", "作業内容",
];
/// Characters of a value that is one of a few words.
const LONGEST_SHARED: usize = 40;

fn says_done(label: &Label) -> bool {
    label.field == Some(FieldName::WhatChanged) || DONE.contains(&&*label.key)
}

impl<'a> Body<'a> {
    /// The form of the newest entry that has most labels, as far as its neighbours share them; without any,
    /// of one that says something below its first line. `entries`: at least one, the newest first.
    pub fn of(document: &'a Document, entries: &[&LogEntry]) -> Self {
        let (text, markdown) = (&document.text, &document.markdown);
        let all: Vec<Vec<Label>> = entries.iter().map(|entry| entry.labels(text, markdown)).collect();
        let mut kept: Vec<Vec<Label>> = (0..all.len()).map(|n| kept(&all, n)).collect();
        let has_body = |entry: &LogEntry| {
            markdown.within(entry.body.clone()).any(|(_, block)| block.range().start > entry.heading.end)
        };
        let worth = |n: &usize| (kept[*n].len(), has_body(entries[*n]), Reverse(*n));
        let model = (0..entries.len()).max_by_key(worth).unwrap_or(0);
        let (entry, labels) = (entries[model], kept.swap_remove(model));
        // A paragraph whose first line heads the entry goes on below it.
        let says_more = |(_, block): &(BlockId, &Block)| block.range().end > entry.heading.end;
        let mut own = markdown.siblings(entry.body.clone()).filter(says_more);
        let first = own.clone().next().map(|(_, block)| block);
        let list = own.find(|(_, block)| matches!(block.kind, BlockKind::List { .. }));
        let list_start = list.map_or(0, |(_, block)| start_of_line(text, block.range().start));
        let is_dated_only = labels.iter().all(|label| label.date.is_some());
        // `Author: Ada` and its like say who and how long, and the list below them what was done.
        let is_about = |label: &Label| {
            let says_nothing = label.field.is_none() && !says_done(label) && label.value.is_none();
            says_nothing && label.style.line_start < list_start
        };
        let is_behind = is_dated_only || labels.iter().all(is_about);
        let stands_free = is_behind || list_start < labels[0].style.line_start;
        let items = list.filter(|_| stands_free).and_then(|(id, _)| Items::read(document, id));
        let below = first.map(|block| block.range().start).filter(|start| *start > entry.heading.start);
        let first_is_apart = below.is_some_and(|start| is_apart(text, start));
        let label_is_apart = labels.first().map(|label| label.is_apart || first_is_apart && items.is_some());
        Self {
            document,
            is_apart: label_is_apart.unwrap_or(first_is_apart),
            labels_first: is_dated_only || is_behind && items.is_some(),
            items,
            labels,
            is_prose: first.is_some_and(|block| block.kind == BlockKind::Paragraph),
            indent: match entry.form {
                Form::Item => margin(&text[entry.range.start..entry.heading.start]),
                _ => String::new(),
            },
        }
    }

    /// Whether something goes on right below the first line, in its paragraph.
    pub fn continues(&self) -> bool {
        self.is_prose && !self.is_apart || !self.labels.is_empty()
    }

    pub fn is_empty(&self) -> bool {
        self.items.is_none() && self.labels.is_empty() && !self.is_prose
    }

    pub fn has_date(&self) -> bool {
        self.labels.iter().any(|label| label.date.is_some())
    }

    pub fn has_field(&self, name: FieldName) -> bool {
        self.labels.iter().any(|label| label.field == Some(name))
    }

    /// Whether what was done belongs on the first line, as nothing below it says so.
    pub fn leaves_to_first_line(&self, lines: &[String]) -> bool {
        if self.labels.is_empty() { lines.len() <= 1 || self.items.is_none() } else { !self.takes_lines() }
    }

    fn takes_lines(&self) -> bool {
        self.labels.is_empty() || self.labels_first || self.items.is_some() || self.done().is_some()
    }

    /// The label of what was done.
    pub fn done(&self) -> Option<usize> {
        let field = self.labels.iter().position(|label| label.field == Some(FieldName::WhatChanged));
        field.or_else(|| self.labels.iter().position(says_done))
    }

    /// Writes the body; `lines`: what was done.
    pub fn write(mut self, out: &mut Fragment, new: &NewEntry, habits: DateHabits, lines: &[String]) {
        if !lines.is_empty() && !self.takes_lines() {
            // Labels that say nothing of a session's work are the business of a machine.
            match self.labels.iter().any(|label| label.field.is_some() || label.date.is_some()) {
                true => self.add_what_changed(),
                false => (self.labels, self.is_prose) = (Vec::new(), false),
            }
        }
        let done = self.done();
        if self.labels.is_empty() || self.items.is_some() && !self.labels_first {
            self.write_items(out, if done.is_none() { lines } else { &[] });
        }
        for (n, label) in self.labels.iter().enumerate() {
            let is_first = n == 0 && (self.items.is_none() || self.labels_first);
            let may_join = label.style.is_line() && out.ends_in_item();
            out.end_line(if is_first { self.is_apart } else { label.is_apart || may_join });
            let is_done = done == Some(n) || done.is_none() && n == 0 && new.what_changed.is_empty();
            let lines = if done == Some(n) { lines } else { new.field(label.field) };
            out.push(&format!("{}{}{}", label.style.prefix, label.words, label.style.suffix));
            match label.date {
                Some(date) => {
                    let date = style::like(date, new.now.datetime(), habits);
                    out.push(&format!(" {date}{}", label.line_break));
                }
                None => self.write_value(out, label, is_done, lines),
            }
        }
        if self.labels_first && !self.labels.is_empty() {
            self.write_items(out, lines);
        }
    }

    /// Adds a field for what was done, the first one and like the others.
    fn add_what_changed(&mut self) {
        let place = self.labels.iter().position(|label| label.date.is_none()).unwrap_or(0);
        let mut label = self.labels[place].clone();
        (label.field, label.rest) = (Some(FieldName::WhatChanged), "");
        label.words = with_case_of(&label.words, "what changed").into();
        // What stood above the first field stands above the new one.
        let is_paragraph = !label.style.is_item() && label.is_apart;
        let is_apart = self.labels.get(place + 1).map_or(is_paragraph, |next| next.is_apart);
        self.labels[place].is_apart = if place == 0 { is_apart } else { label.is_apart };
        self.labels.insert(place, label);
    }

    fn write_items(&self, out: &mut Fragment, lines: &[String]) {
        out.end_line(self.is_apart || lines.is_empty() && out.ends_in_paragraph());
        match (self.items, lines) {
            (Some(items), _) => out.push_items(items.marker, lines),
            (None, [line]) if self.is_prose => out.push(&format!("{}{}", self.indent, escaped(line))),
            _ => out.push_items(&format!("{}- ", self.indent), lines),
        }
    }

    fn write_value(&self, out: &mut Fragment, label: &Label, is_done: bool, lines: &[String]) {
        let Document { text, markdown, .. } = self.document;
        let (is_heading, next) = (label.style.is_heading(), markdown.next(label.block));
        let is_value_apart = match is_heading && next < markdown.end() {
            true => is_apart(text, markdown.block(next).range().start),
            false => label.is_apart,
        };
        match label.value.and_then(|id| Items::read(self.document, id)) {
            // An empty item right below words would underline them: other labels wait by themselves.
            _ if is_heading && lines.is_empty() && !is_done => {}
            None if is_heading && lines.len() == 1 && label.value.is_some() => {
                out.end_line(is_value_apart);
                out.push(&escaped(&lines[0]));
            }
            items if is_heading || items.is_some() && !lines.is_empty() => {
                let items = items.unwrap_or(Items { marker: "- ", is_apart: is_value_apart });
                out.end_line(items.is_apart);
                out.push_items(items.marker, lines);
            }
            _ if lines.len() > 1 && (label.is_apart || label.style.is_item()) => {
                out.end_line(false);
                let prefix = label.style.prefix.trim_end_matches(['*', '_']);
                out.push_items(&format!("{}- ", margin(prefix)), lines);
            }
            _ => {
                out.push(if out.text.ends_with('：') { "" } else { " " });
                match label.rest {
                    shared if lines.is_empty() && !shared.is_empty() => out.push(shared),
                    _ => out.push_or_stop(lines),
                }
                // Blanks alone would break no line.
                out.push(if out.text.ends_with(' ') { label.line_break.trim() } else { label.line_break });
            }
        }
    }
}

impl<'a> Items<'a> {
    /// The list `id`.
    fn read(document: &'a Document, id: BlockId) -> Option<Self> {
        let Document { text, markdown, .. } = document;
        let is_list = matches!(markdown.block(id).kind, BlockKind::List { .. });
        let (item, block) = markdown.children(id).next().filter(|_| is_list)?;
        let start = block.range().start;
        let words = markdown.children(item).next().map_or(start, |(_, words)| words.range().start);
        // What is done is ticked, where every item is.
        let is_ticked = |block: &Block| block.task_marker().is_some_and(|marker| !text[marker].contains("[ ]"));
        let words = match block.task_marker() {
            Some(marker) if markdown.children(id).all(|(_, block)| is_ticked(block)) => words.max(marker.end + 1),
            Some(marker) => words.min(marker.start),
            None => words,
        };
        // A list right behind another marker (`- - a`) has no line of its own.
        let marker = text.get(start_of_line(text, start)..words);
        let marker = marker.filter(|marker| words > start && !marker.contains(['\n', '\r']))?;
        Some(Self { marker, is_apart: is_apart(text, start) })
    }
}

/// The labels of entry `n` that the new entry has, too: those of fields, and those that others share
/// or that look like the fields; with what all say there.
fn kept<'a>(all: &[Vec<Label<'a>>], n: usize) -> Vec<Label<'a>> {
    let own = &all[n];
    let others =
        || all.iter().enumerate().filter(|(m, labels)| *m != n && !labels.is_empty()).map(|(_, labels)| labels);
    let keys = |labels: &'_ Vec<Label<'a>>| -> HashSet<(String, usize)> {
        labels.iter().map(|label| (label.key.clone(), label.depth)).collect()
    };
    let others_keys: Vec<_> = others().map(keys).collect();
    let is_shared = |label: &Label| {
        let key = (label.key.clone(), label.depth);
        others_keys.iter().filter(|keys| keys.contains(&key)).count() * 2 > others_keys.len()
    };
    let is_done = own.iter().any(|label| label.field == Some(FieldName::WhatChanged));
    let uses_fields = is_done || own.iter().filter(|label| label.field.is_some()).count() >= 2;
    let form = |label: &Label<'a>| (label.depth, label.style.prefix.trim_start(), label.style.suffix);
    let forms: HashSet<_> = own.iter().filter(|label| label.field.is_some() || says_done(label)).map(form).collect();
    let counts = |label: &&Label<'a>| match label.field {
        _ if label.date.is_some() => true,
        Some(_) if uses_fields || others_keys.is_empty() => true,
        None if others_keys.is_empty() => forms.contains(&form(label)),
        _ => is_shared(label),
    };
    let candidates: Vec<&Label<'a>> = own.iter().filter(counts).collect();
    let outermost = candidates.iter().filter(|label| label.date.is_none()).map(|label| label.depth).min();
    let field = candidates.iter().find(|label| uses_fields && label.field.is_some()).map(|label| label.depth);
    let depth = field.or(outermost).unwrap_or(usize::MAX);
    let mut seen = HashSet::new();
    let fitting = candidates.into_iter().filter(|label| label.depth <= depth && seen.insert(&label.key));
    let mut kept: Vec<Label> = fitting.cloned().collect();
    for label in &mut kept {
        let words = label.rest.trim();
        let says_it = |other: &Label| (&other.key, other.depth, other.rest.trim()) == (&label.key, label.depth, words);
        let may_be_shared = label.field.is_none() && !says_done(label) && words.chars().count() <= LONGEST_SHARED;
        let is_said = !others_keys.is_empty() && others().all(|labels| labels.iter().any(says_it));
        label.rest = if may_be_shared && is_said { words } else { "" };
    }
    kept
}
