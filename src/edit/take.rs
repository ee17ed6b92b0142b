//! Taking an item out of its list: its words without indentation, and the edit that removes it.

use std::ops::Range;

use crate::{
    artifact::{Document, entries, questions},
    markdown::{BlockId, BlockKind, Markdown},
    text::{Edit, end_of_blanks, end_of_line, is_apart, line_end_at, next_line, split_lines, start_of_line},
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

impl Document {
    /// Whether a paragraph stands right behind the item's marker and box: the target of a reference link is no
    /// block.
    pub fn begins_with_words(&self, item: BlockId) -> bool {
        let block = self.markdown.block(item);
        let Some((_, first)) = self.markdown.children(item).next() else { return false };
        let marker = block.range().start + entries::marker_width(self.slice(block.range()));
        let start = block.task_marker().map_or(marker, |task| task.end);
        first.kind == BlockKind::Paragraph
            && self.text.get(start..first.range().start).is_none_or(|between| between.trim().is_empty())
    }

    /// The item's lines as a new entry, without its marker and box. `None` if it does not begin with words,
    /// stands in a quote or on the line of another item, or would leave its sub-heading behind as a question.
    pub fn entry_of(&self, item: BlockId) -> Option<NewEntry> {
        let (text, markdown) = (&*self.text, &self.markdown);
        let block = markdown.block(item);
        let (_, first) = markdown.children(item).next().filter(|(_, first)| first.kind == BlockKind::Paragraph)?;
        let is_quoted = markdown.ancestors(item).any(|around| markdown.block(around).kind == BlockKind::Quote);
        let line = start_of_line(text, block.range().start);
        let margin = text[line..block.range().start].trim_start_matches('\u{feff}');
        let leaves_question = || questions::is_group_by_boxes_of(item, text, markdown, &self.artifact.sections);
        if !self.begins_with_words(item)
            || is_quoted
            || leaves_question()
            || !margin.chars().all(|c| matches!(c, ' ' | '\t'))
        {
            return None;
        }
        let start = block.task_marker().map_or(first.range().start, |task| task.end.max(first.range().start));
        let start = end_of_blanks(text, start);
        // What the comment silenced stays behind.
        let comment = self.artifact.suppression_before(first.range().end);
        let end = comment.map_or(first.range().end, |comment| comment.range.start).max(start);
        let marker = entries::marker_width(self.slice(block.range()));
        let indent = columns(&text[line..block.range().start + marker]);
        let words: Vec<String> = split_lines(&text[start..end]).map(|line| line.trim().to_owned()).collect();
        let rest = text[first.range().end..block.range().end].trim_end();
        let mut rest: Vec<String> = split_lines(rest).skip(1).map(|line| dedented(line, indent)).collect();
        if rest.iter().all(String::is_empty) {
            rest.clear();
        }
        words[0].contains(char::is_alphanumeric).then_some(NewEntry { words, rest, to_write: None })
    }

    /// The edit that removes an item with its lines, and of the blank lines around it those that are too many.
    pub fn removal(&self, item: BlockId) -> Edit {
        let (text, markdown) = (&*self.text, &self.markdown);
        let range = markdown.block(item).range();
        let start = start_of_line(text, range.start);
        let end = start + text[start..range.end].trim_end().len();
        let mut end = next_line(text, end_of_line(text, end));
        let is_blank_before = is_apart(text, start);
        let next = end_of_line(text, end);
        if is_blank_before && next < text.len() && text[end..next].trim().is_empty() {
            end = next_line(text, next);
        }
        // A paragraph right above takes `2.` and `---` below it for its own, and so does the target of a link.
        let list = markdown.parent(item);
        let is_first = list.is_some_and(|list| markdown.inside(list).start == item);
        let above = markdown.block_at(before_line_end(text, start).saturating_sub(1));
        let is_below_words =
            !is_blank_before && above.is_none_or(|above| !ends_with_its_line(markdown.block(above).kind));
        let is_ordered = list.is_some_and(|list| markdown.block(list).kind == BlockKind::List { ordered: true });
        let is_only = list.is_some_and(|list| markdown.next(item) == markdown.next(list));
        if is_first && is_below_words && (is_only || is_ordered) && next < text.len() && next > end {
            // One `\n` behind a `\r` would be half of the line end above.
            let line_end = if text[..start].ends_with('\r') { "\r" } else { line_end_at(text, start) };
            return Edit::replace(start..end, line_end);
        }
        // Without a line end at its end the text keeps to that.
        let is_last = end == text.len() && !text.ends_with(['\n', '\r']);
        Edit::delete(if is_last { text[..start].trim_end().len()..end } else { start..end })
    }

    /// The edit that removes an item which has lines of its own and nothing nested, if others are left in its list and
    /// keep their numbers.
    pub fn removal_of_one(&self, item: BlockId) -> Option<Edit> {
        let markdown = &self.markdown;
        let list = markdown.parent(item)?;
        let range = markdown.block(item).range();
        let margin = self.slice(start_of_line(&self.text, range.start)..range.start);
        let is_own_line = margin.chars().all(|c| matches!(c, ' ' | '\t'));
        let is_bare = markdown.children(item).nth(1).is_none() && markdown.descendants(item).nth(1).is_none();
        let has_others = markdown.children(list).nth(1).is_some();
        let number = |item: BlockId| entries::number(self.slice(markdown.block(item).range()));
        let next = markdown.next(item);
        let is_counted = next < markdown.next(list) && number(item) != number(next);
        (is_own_line && is_bare && has_others && !is_counted).then(|| self.removal(item))
    }
}

/// Where more words go behind those in `range` (byte): before a full stop, and a comment behind that.
pub fn end_of_words(text: &str, range: Range<usize>) -> usize {
    let mut words = text[range.clone()].trim_end();
    while words.ends_with("-->")
        && let Some(comment) = words.rfind("<!--")
    {
        words = words[..comment].trim_end();
    }
    let bare = words.strip_suffix('.').filter(|bare| !bare.ends_with('.')).unwrap_or(words);
    range.start + bare.trim_end().len()
}

/// The paragraph of an item or a label whose words begin in `words` (bytes), to its end; what is a line among others
/// ends with that.
pub fn whole_words(markdown: &Markdown, words: &Range<usize>) -> Option<Range<usize>> {
    let paragraph = markdown.block_at(words.start)?;
    let block = markdown.block(paragraph);
    let is_item = markdown.parent(paragraph).is_some_and(|item| markdown.block(item).kind == BlockKind::Item);
    let end = if is_item { block.range().end } else { words.end };
    (block.kind == BlockKind::Paragraph && words.start <= end).then_some(words.start..end)
}

/// The edit that removes whole lines, with the blank ones below them.
pub fn removal_of_lines(text: &str, lines: Range<usize>) -> Edit {
    let below = &text[lines.end..];
    let after = text.len() - below.trim_start_matches(['\n', '\r']).len();
    if after == text.len() {
        let before = text[..lines.start].trim_end().len();
        Edit::delete(before..lines.end)
    } else if is_apart(text, lines.start) || text[after..].starts_with('#') {
        Edit::delete(lines.start..after)
    } else {
        // What is below, such as an underlined heading, would go on with the line above.
        Edit::replace(lines.start..after, line_end_at(text, lines.start))
    }
}

/// Whether no line below it can go on with such a block.
fn ends_with_its_line(kind: BlockKind) -> bool {
    matches!(kind, BlockKind::Heading(_) | BlockKind::Rule | BlockKind::Fence { .. } | BlockKind::IndentedCode)
}

fn before_line_end(text: &str, start: usize) -> usize {
    let before = &text[..start];
    before.strip_suffix("\r\n").or_else(|| before.strip_suffix(['\n', '\r'])).unwrap_or(before).len()
}

/// The column behind `text`, which begins a line.
fn columns(text: &str) -> usize {
    text.chars().fold(0, |column, c| match c {
        '\t' => column / 4 * 4 + 4,
        '\u{feff}' => column,
        _ => column + 1,
    })
}

/// The line without so many columns of indentation, as far as it has them.
fn dedented(line: &str, indent: usize) -> String {
    let words = line.trim_start_matches([' ', '\t']);
    if words.trim_end().is_empty() {
        return String::new();
    }
    let mut column = 0;
    for (at, c) in line[..line.len() - words.len()].char_indices() {
        if column >= indent {
            return " ".repeat(column - indent) + &line[at..];
        }
        column = if c == '\t' { column / 4 * 4 + 4 } else { column + 1 };
    }
    " ".repeat(column.saturating_sub(indent)) + words
}

/// Whether two ranges of bytes share a byte, or one begins or ends inside the other.
pub fn meet(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}
