//! What stands below the first line of an entry: labels with their values, or free items.

use std::{collections::HashSet, ops::Range};

use jiff::Zoned;

use super::{
    shape::{Form, Shape, line_end, line_start},
    source::Source,
    writer::{Writer, escaped, joined},
};
use crate::{
    artifact::{
        dates::{self, style::DateHabits},
        notes::{FieldName, LabelStyle},
    },
    markdown::{BlockId, BlockKind},
    template::normalize_heading,
};

/// `**What changed:**` of an entry, with the form of its line and of its value.
#[derive(Clone, Debug)]
pub struct Label<'a> {
    name: Option<FieldName>,
    key: String,
    /// What stands on the line before and right after the label's words.
    style: LabelStyle<'a>,
    words: &'a str,
    /// How deep it stands: headings, then lines, then items inside items.
    depth: usize,
    /// Whether a blank line stands above.
    is_apart: bool,
    /// Two spaces or a backslash that break the line.
    line_break: &'a str,
    value: Value<'a>,
    /// A date on the same line.
    date: Option<&'a str>,
}

#[derive(Clone, Debug)]
enum Value<'a> {
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
    is_prose: bool,
    /// Whether a blank line stands above.
    pub is_apart: bool,
}

const LONGEST_LABEL: usize = 48;

/// Labels of what was done, beside those of the field `What changed`.
const DONE: &[&str] = &[
    "done",
    "completed",
    "summary",
    "what i did",
    "what we did",
    "did",
    "work done",
    "work completed",
    "accomplished",
    "accomplishments",
    "progress",
    "changes made",
    "actions",
    "activities",
    "what happened",
    "完成",
    "やったこと",
    "実施内容",
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
        let before_labels = |start: usize| is_dated_only || start < labels[0].style.line_start();
        let list = own.find(|(_, block)| matches!(block.kind, BlockKind::List { .. }));
        let items = list
            .filter(|(_, block)| before_labels(line_start(text, block.range().start)))
            .and_then(|(id, _)| Items::read(source, id));
        let is_prose = first.is_some_and(|(_, block)| block.kind == BlockKind::Paragraph);
        let is_apart = first.is_some_and(|(_, block)| is_apart(text, block.range().start));
        Self {
            is_apart: labels.first().map_or(is_apart, |label| label.is_apart || is_apart && items.is_some()),
            items,
            labels,
            is_prose,
        }
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

    pub fn has_labels(&self) -> bool {
        !self.labels.is_empty()
    }

    /// Writes the body; `lines`: what was done.
    pub fn write(&self, out: &mut Writer, now: &Zoned, habits: DateHabits, lines: &[String]) {
        if self.labels.is_empty() {
            return self.write_free(out, lines);
        }
        let is_done = |label: &Label| label.name == Some(FieldName::WhatChanged);
        let says_done = |label: &Label| DONE.contains(&label.key.as_str());
        let done = self.labels.iter().position(is_done).or_else(|| self.labels.iter().position(says_done));
        let done = done.or_else(|| {
            let is_open = |label: &Label| label.name.is_none() && label.date.is_none();
            self.labels.iter().position(is_open).filter(|_| self.items.is_none())
        });
        let is_dated_only = self.labels.iter().all(|label| label.date.is_some());
        if self.items.is_some() && !is_dated_only {
            self.write_free(out, if done.is_none() { lines } else { &[] });
        }
        for (n, label) in self.labels.iter().enumerate() {
            label.write(
                out,
                now,
                habits,
                n == 0 && (self.items.is_none() || is_dated_only),
                self.is_apart,
                if done == Some(n) { lines } else { &[] },
            );
        }
        if is_dated_only {
            self.write_free(out, lines);
        }
    }

    fn write_free(&self, out: &mut Writer, lines: &[String]) {
        out.end_line(self.is_apart);
        if self.items.is_none() && self.is_prose && lines.len() == 1 {
            out.push(&escaped(&lines[0]));
            return;
        }
        let items = self.items.unwrap_or(Items { prefix: "- ", is_apart: false });
        items.write(out, lines);
    }
}

impl<'a> Items<'a> {
    /// The list `id`.
    fn read(source: &Source<'a>, id: BlockId) -> Option<Self> {
        let (item, block) = source.markdown.children(id).next()?;
        let start = block.range().start;
        let words = source.markdown.children(item).next().map_or(start, |(_, words)| words.range().start);
        let line = line_start(source.text, start);
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
    fn write(
        &self,
        out: &mut Writer,
        now: &Zoned,
        habits: DateHabits,
        is_first: bool,
        is_apart: bool,
        lines: &[String],
    ) {
        let is_line = self.style.is_line();
        out.end_line(if is_first { is_apart } else { self.is_apart || is_line && out.ends_in_item() });
        out.push(self.style.prefix);
        out.push(self.words);
        out.push(self.style.suffix);
        if let Some(date) = self.date {
            out.push(" ");
            out.push(&dates::style::like(date, now.datetime(), habits));
            out.push(self.line_break);
            return;
        }
        let is_heading = self.style.prefix.contains('#');
        match &self.value {
            Value::Items(items) if !lines.is_empty() => {
                out.end_line(items.is_apart);
                items.write(out, lines);
            }
            // An empty item right below a line would make a heading of it.
            Value::Items(items) if items.is_apart || is_heading => {
                out.end_line(items.is_apart);
                items.write(out, &[]);
            }
            _ if is_heading => {
                out.end_line(self.is_apart);
                Items { prefix: "- ", is_apart: true }.write(out, lines);
            }
            _ if lines.len() > 1 && !(is_line && !self.is_apart) => {
                let nested = nested_prefix(self.style.prefix);
                out.end_line(false);
                Items { prefix: &nested, is_apart: false }.write(out, lines);
            }
            _ => {
                out.space();
                if lines.is_empty() {
                    out.stop();
                } else {
                    out.push(&joined(lines));
                }
                out.push(self.line_break);
            }
        }
    }
}

/// The marker of items below a line that begins with `prefix`.
fn nested_prefix(prefix: &str) -> String {
    let prefix = prefix.trim_end_matches(['*', '_']);
    let marker = prefix.trim_start_matches([' ', '\t', '>']).chars().next().filter(|c| matches!(c, '-' | '*' | '+'));
    let indent: String = prefix.chars().map(|c| if matches!(c, '\t' | '>') { c } else { ' ' }).collect();
    format!("{indent}{} ", marker.unwrap_or('-'))
}

/// Whether the entry says anything below its first line.
fn says(source: &Source, entry: &Shape) -> bool {
    source.markdown.within(entry.body.clone()).any(|(_, block)| block.range().start > entry.words.end)
}

/// Whether a blank line stands above the line of byte `at`.
pub fn is_apart(text: &str, at: usize) -> bool {
    let above = text[..line_start(text, at)].trim_end_matches(|c: char| c.is_whitespace() || c == '>');
    let gap = &text[above.len()..at];
    gap.matches('\n').count().max(gap.matches('\r').count()) > 1
}

/// The labels of entry `n` that the new entry has, too: those of fields, and those that others share
/// or that look like the fields.
fn kept<'a>(all: &[Vec<Label<'a>>], n: usize) -> Vec<Label<'a>> {
    let own = &all[n];
    let others: Vec<&Vec<Label>> =
        all.iter().enumerate().filter(|(m, labels)| *m != n && !labels.is_empty()).map(|(_, labels)| labels).collect();
    let keys = |labels: &&Vec<Label<'a>>| -> HashSet<(String, usize)> {
        labels.iter().map(|label| (label.key.clone(), label.depth)).collect()
    };
    let others_keys: Vec<_> = others.iter().map(keys).collect();
    let is_shared = |label: &Label| {
        let key = (label.key.clone(), label.depth);
        others_keys.iter().filter(|keys| keys.contains(&key)).count() * 2 > others.len()
    };
    let fields: Vec<&Label> = own.iter().filter(|label| label.name.is_some()).collect();
    let uses_fields = fields.len() >= 2 || fields.iter().any(|label| label.name == Some(FieldName::WhatChanged));
    let forms: HashSet<_> = fields.iter().map(|field| (field.depth, field.style.markup())).collect();
    let looks_like_field = |label: &Label| uses_fields && forms.contains(&(label.depth, label.style.markup()));
    let counts = |label: &&Label| match label.name {
        _ if label.date.is_some() => true,
        Some(_) => uses_fields || others.is_empty() || is_shared(label),
        None if others.is_empty() => looks_like_field(label),
        None => is_shared(label),
    };
    let candidates: Vec<&Label<'a>> = own.iter().filter(counts).collect();
    let outermost = candidates.iter().filter(|label| label.date.is_none()).map(|label| label.depth).min();
    let field = candidates.iter().find(|label| uses_fields && label.name.is_some()).map(|label| label.depth);
    let depth = field.or(outermost).unwrap_or(usize::MAX);
    let mut seen = HashSet::new();
    let fits = |label: &&Label| label.depth <= depth && seen.insert(label.key.clone());
    candidates.into_iter().filter(fits).cloned().collect()
}

/// Every label that begins a line of the entry, behind its first line.
fn labels<'a>(source: &Source<'a>, entry: &Shape<'a>) -> Vec<Label<'a>> {
    let mut found = Vec::new();
    if entry.form == Form::Row {
        return found;
    }
    for (id, block) in source.markdown.within(entry.body.clone()) {
        let depth = match block.kind {
            BlockKind::Heading(level) => usize::from(level),
            BlockKind::Paragraph => {
                10 + source
                    .markdown
                    .ancestors(id)
                    .filter(|id| source.markdown.block(*id).kind == BlockKind::Item)
                    .count()
            }
            _ => continue,
        };
        let range = block.range();
        let mut at = range.start;
        while at < range.end {
            let end = line_end(source.text, at).min(range.end);
            if at > entry.words.end {
                found.extend(label(source, id, at..end, depth));
            }
            at = end + 1;
            if block.kind != BlockKind::Paragraph {
                break;
            }
        }
    }
    found
}

/// The label that begins `line`, a line of block `id`.
fn label<'a>(source: &Source<'a>, id: BlockId, line: Range<usize>, depth: usize) -> Option<Label<'a>> {
    let text = source.text;
    let block = source.markdown.block(id);
    let is_heading = matches!(block.kind, BlockKind::Heading(_));
    let content = &text[line.clone()];
    let words = content.trim_start_matches([' ', '\t', '>', '#', '*', '_']);
    let start = line.end - words.len();
    let end = if is_heading {
        start + words.trim_end_matches(['#', ' ', '\t', ':', '：', '*', '_']).len()
    } else {
        let near = words.char_indices().map(|(at, _)| at).find(|at| *at > LONGEST_LABEL).unwrap_or(words.len());
        let colon = words[..near].find([':', '：']);
        let bold = || {
            words
                .trim_end()
                .strip_suffix("**")
                .filter(|bold| content.trim_start().starts_with("**") && !bold.contains('*'))
        };
        let label = colon.map(|at| &words[..at]).or_else(bold)?;
        start + label.trim_end_matches(['*', '_', ' ']).len()
    };
    let label = &text[start..end];
    let style = LabelStyle::of(text, start..end);
    let rest = &text[end + style.suffix.len()..line.end.max(end + style.suffix.len())];
    let is_label = is_heading || rest.is_empty() || rest.starts_with([' ', '\t']) || style.suffix.ends_with('：');
    let is_short = label.split_whitespace().count() <= 6 && !label.contains(['.', '`', '<', '[', '|', '"']);
    if !is_label || label.len() > 2 * LONGEST_LABEL || !(is_heading || is_short) || !label.contains(char::is_alphabetic)
    {
        return None;
    }
    let key = normalize_heading(label);
    let line_break = match rest.trim_end() {
        words if words.ends_with('\\') => "\\",
        words if rest.len() >= words.len() + 2 && line.end < block.range().end => &rest[words.len()..],
        _ => "",
    };
    let is_dated = matches!(key.as_str(), "date" | "when");
    let date = dates::find(rest).filter(|date| is_dated && date.moment.is_some()).map(|date| &rest[date.range]);
    let is_last = line.end >= block.range().end;
    let is_bare = rest.trim().is_empty() || is_heading;
    let value = if is_last && is_bare { value(source, id) } else { Value::Inline };
    let is_apart = is_apart(text, line.start);
    Some(Label { name: FieldName::read(label), key, style, words: label, depth, is_apart, line_break, value, date })
}

/// What follows a label that ends block `id`.
fn value<'a>(source: &Source<'a>, id: BlockId) -> Value<'a> {
    let markdown = source.markdown;
    let next = markdown.next(id);
    if next >= markdown.end() || markdown.parent(next) != markdown.parent(id) {
        return Value::Inline;
    }
    match markdown.block(next).kind {
        BlockKind::List { .. } => Items::read(source, next).map_or(Value::Blocks, Value::Items),
        BlockKind::Heading(_) | BlockKind::Rule => Value::Inline,
        _ => Value::Blocks,
    }
}
