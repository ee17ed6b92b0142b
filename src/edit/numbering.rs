//! Renumbers ordered lists that edits insert items into.
//!
//! A fix knows one item and its neighbour. What stands below it, and what other fixes put at the same
//! place, is seen here, where edits are made to be applied together.

use std::{cmp::Reverse, iter, ops::Range};

use crate::{
    artifact::entries::number,
    markdown::{BlockId, BlockKind, Markdown},
    text::{self, Edit},
};

/// `edits` with the numbers of new items, and of those below them, counted on: `2.`, `3.`, `4.`. Lists
/// that did not count before are left as they are.
pub fn counted_on(text: &str, edits: Vec<Edit>, is_placeholder: &dyn Fn(&str) -> bool) -> Vec<Edit> {
    let has_number = |line: &str| number(line.trim_start_matches([' ', '\t', '>'])).is_some();
    if !edits.iter().any(|edit| edit.replacement.split(['\n', '\r']).any(has_number)) {
        return edits;
    }
    let after = text::apply(text, &edits);
    let markdown = Markdown::parse(&after, is_placeholder);
    let replaced = Replaced::new(&edits);
    let mut numbers: Vec<(Range<usize>, String)> = Vec::new();
    for (list, _) in markdown.all().filter(|(_, block)| block.kind == BlockKind::List { ordered: true }) {
        let items = Items::read(&after, &markdown, list, &replaced);
        for (item, next) in items.0.iter().zip(items.numbers()) {
            // Another width would move what is indented below the words.
            if next.len() != item.number.len() && item.has_more {
                break;
            }
            numbers.push((item.number.clone(), next));
        }
    }
    numbers.retain(|(range, next)| after[range.clone()] != **next);
    // From the end, so that what is in front stays where it is.
    numbers.sort_by_key(|(range, _)| Reverse(range.start));
    let mut edits = edits;
    for (range, next) in numbers {
        match replaced.at(range.start) {
            Place::Inside { which, start } => {
                edits[which].replacement.replace_range(range.start - start..range.end - start, &next);
            }
            Place::Before(at) => edits.push(Edit::replace(at..at + range.len(), next)),
        }
    }
    edits
}

struct Item {
    /// Bytes of its number.
    number: Range<usize>,
    value: u32,
    is_new: bool,
    /// Whether it has a second line.
    has_more: bool,
}

/// The items of a numbered list that has new ones, else none.
struct Items(Vec<Item>);

impl Items {
    fn read(text: &str, markdown: &Markdown, list: BlockId, replaced: &Replaced) -> Self {
        let item = |range: Range<usize>| {
            let words = &text[range.clone()];
            let number = range.start..range.start + number(words)?.len();
            let value = text[number.clone()].parse().ok()?;
            let is_new = matches!(replaced.at(range.start), Place::Inside { .. });
            Some(Item { number, value, is_new, has_more: words.contains(['\n', '\r']) })
        };
        let items: Vec<Item> = markdown.children(list).filter_map(|(_, block)| item(block.range())).collect();
        Self(if items.iter().any(|item| item.is_new) { items } else { Vec::new() })
    }

    /// What the items are to be numbered, in their order.
    fn numbers(&self) -> impl Iterator<Item = String> {
        let mut old = self.0.iter().filter(|item| !item.is_new).map(|item| item.value).peekable();
        let first = old.peek().or(self.0.first().map(|item| &item.value)).copied().unwrap_or(1);
        let old: Vec<u32> = old.collect();
        let counts = old.windows(2).all(|pair| pair[1] == pair[0].saturating_add(1));
        let is_same = old.len() > 1 && old.iter().all(|number| *number == first);
        let length = if !old.is_empty() && (counts || is_same) { self.0.len() } else { 0 };
        let step = u32::from(counts);
        iter::successors(Some(first), move |number| Some(number.saturating_add(step)))
            .take(length)
            .map(|number| number.to_string())
    }
}

/// Where replacements stand in the text after the edits.
struct Replaced {
    /// Bytes of a replacement, its edit, and the byte of the text before that follows it; in order.
    all: Vec<(Range<usize>, usize, usize)>,
}

/// Where a byte of the text after the edits comes from.
enum Place {
    /// The replacement of this edit, which starts at this byte of the text after.
    Inside { which: usize, start: usize },
    /// This byte of the text before.
    Before(usize),
}

impl Replaced {
    fn new(edits: &[Edit]) -> Self {
        let mut order: Vec<usize> = (0..edits.len()).collect();
        order.sort_by_key(|which| edits[*which].range.start);
        let (mut at, mut before) = (0, 0);
        let all = order.into_iter().map(|which| {
            let Edit { range, replacement } = &edits[which];
            let start = at + range.start - before;
            (at, before) = (start + replacement.len(), range.end);
            (start..at, which, before)
        });
        Self { all: all.collect() }
    }

    fn at(&self, offset: usize) -> Place {
        let last = self.all.partition_point(|(range, ..)| range.start <= offset).checked_sub(1);
        match last.map(|last| &self.all[last]) {
            Some((range, which, _)) if offset < range.end => Place::Inside { which: *which, start: range.start },
            Some((range, _, before)) => Place::Before(before + offset - range.end),
            None => Place::Before(offset),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `text` with each `+` line put in by an edit of its own, in front of the line below it.
    fn inserted(text: &str) -> String {
        let mut before = String::new();
        let mut edits = Vec::new();
        for line in text.split_inclusive('\n') {
            match line.strip_prefix('+') {
                Some(line) => edits.push(Edit::insert(before.len(), line)),
                None => before.push_str(line),
            }
        }
        text::apply(&before, &counted_on(&before, edits, &|_| false))
    }

    #[test]
    fn the_numbers_go_on() {
        for (text, expected) in [
            ("1. a\n+2. b\n2. c\n3. d\n", "1. a\n2. b\n3. c\n4. d\n"),
            ("1. a\n+2. b\n+2. c\n2. d\n", "1. a\n2. b\n3. c\n4. d\n"),
            ("1) a\n+2) b\n+2) c\n", "1) a\n2) b\n3) c\n"),
            ("+1. a\n1. b\n2. c\n", "1. a\n2. b\n3. c\n"),
            ("7. a\n+8. b\n8. c\n", "7. a\n8. b\n9. c\n"),
            ("9. a\n+10. b\n10. c\n", "9. a\n10. b\n11. c\n"),
            ("> 1. a\n+> 2. b\n> 2. c\n", "> 1. a\n> 2. b\n> 3. c\n"),
            ("- x\n  1. a\n+  2. b\n  2. c\n", "- x\n  1. a\n  2. b\n  3. c\n"),
            ("1. a\n\n+2. b\n\n2. c\n   d\n", "1. a\n\n2. b\n\n3. c\n   d\n"),
            ("1. a\n+2. b\n2. c\n   - d\n\nx\n\n1. e\n", "1. a\n2. b\n3. c\n   - d\n\nx\n\n1. e\n"),
        ] {
            assert_eq!(inserted(text), expected, "{text}");
        }
    }

    #[test]
    fn lists_that_do_not_count_are_left_as_they_are() {
        for (text, expected) in [
            ("1. a\n+2. b\n1. c\n", "1. a\n1. b\n1. c\n"),
            ("1. a\n+2. b\n5. c\n3. d\n", "1. a\n2. b\n5. c\n3. d\n"),
            ("- a\n+- b 2. c\n1. d\n1. e\n", "- a\n- b 2. c\n1. d\n1. e\n"),
            ("1. a\n1. b\n\n+2. Words\n", "1. a\n1. b\n\n1. Words\n"),
            ("+1. a\n+1. b\n", "1. a\n1. b\n"),
            // `10.` would leave the list below it.
            ("8. a\n+9. b\n9. c\n   - d\n", "8. a\n9. b\n9. c\n   - d\n"),
        ] {
            assert_eq!(inserted(text), expected, "{text}");
        }
    }
}
