//! The labels of an entry, and which of them another entry has, too.

use std::{collections::HashSet, ops::Range};

use super::{
    body::{Items, Label, Value, is_apart},
    shape::{Form, Shape},
    source::Source,
};
use crate::{
    artifact::{
        dates,
        notes::{FieldName, LabelStyle},
    },
    markdown::{BlockId, BlockKind},
    template::normalize_heading,
    text::end_of_line,
};

const LONGEST_LABEL: usize = 48;
/// Characters of a value that is one of a few words.
const LONGEST_SHARED: usize = 40;

/// The labels of entry `n` that the new entry has, too: those of fields, and those that others share
/// or that look like the fields.
pub fn kept<'a>(all: &[Vec<Label<'a>>], n: usize) -> Vec<Label<'a>> {
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
    let form = |label: &Label<'a>| (label.depth, label.style.markup());
    let says_done: HashSet<_> = own.iter().filter(|label| label.says_done()).map(form).collect();
    let forms: HashSet<_> = fields.iter().map(|field| form(field)).chain(says_done.iter().copied()).collect();
    let looks_like_field = |label: &Label<'a>| {
        let stands_out = uses_fields || label.style.suffix.contains('*') || says_done.contains(&form(label));
        stands_out && forms.contains(&form(label))
    };
    let counts = |label: &&Label<'a>| match label.name {
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
    let mut kept: Vec<Label> = candidates.into_iter().filter(fits).cloned().collect();
    for label in &mut kept {
        let same = |other: &Label| (&other.key, other.depth, other.shared) == (&label.key, label.depth, label.shared);
        let is_shared = !others.is_empty() && others.iter().all(|labels| labels.iter().any(same));
        label.shared = label.shared.filter(|_| is_shared && label.name.is_none() && !label.says_done());
    }
    kept
}

/// Every label that begins a line of the entry, behind its first line.
pub fn labels<'a>(source: &Source<'a>, entry: &Shape<'a>) -> Vec<Label<'a>> {
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
            let end = end_of_line(source.text, at).min(range.end);
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
        let dash = || {
            let hyphen = || words[..near].find("** -").map(|at| at + "** ".len());
            let label = words[..words[..near].find(['—', '–']).or_else(hyphen)?].strip_suffix(' ')?;
            let is_label = label.ends_with("**") || FieldName::read(label).is_some();
            is_label.then_some(label)
        };
        let label = dash().or_else(|| colon.map(|at| &words[..at])).or_else(bold)?;
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
    let date = if is_dated { dates::find(rest).map(|date| &rest[date.range]) } else { None };
    let is_last = line.end >= block.range().end;
    let is_bare = rest.trim().is_empty() || is_heading;
    let value = if is_last && is_bare { value(source, id) } else { Value::Inline };
    let is_apart = is_apart(text, line.start);
    let name = FieldName::read(label);
    let is_whole = is_last && !is_bare && matches!(value, Value::Inline) || line.end < block.range().end && !is_bare;
    let shared = Some(rest.trim()).filter(|words| is_whole && words.chars().count() <= LONGEST_SHARED);
    let is_value_apart = match source.markdown.next(id) {
        next if is_heading && next < source.markdown.end() => {
            super::body::is_apart(text, source.markdown.block(next).range().start)
        }
        _ => is_apart,
    };
    Some(Label {
        name,
        key,
        style,
        words: label,
        depth,
        is_apart,
        is_value_apart,
        line_break,
        value,
        shared,
        date,
        added_before: 0,
    })
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
