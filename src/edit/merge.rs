//! Two sections of one name made one.

use std::collections::HashSet;

use super::{
    containers,
    seam::{is_loose, runs_on},
    section::last_rule,
    take::removal_of_lines,
};
use crate::{
    artifact::{
        Document,
        sections::{Section, SectionStyle},
    },
    markdown::{BlockId, BlockKind},
    text::{Edit, end_of_line, line_end_at, start_of_line, words_below},
};

/// What stands in a section: bytes of whole lines, without a rule at the end.
struct Lines {
    heading_end: usize,
    end: usize,
}

impl Document {
    /// The edits that put what stands in the section `second` behind what stands in `first`, and take its heading
    /// away. `None` where either would be read in another way than before. Of a document of which nothing is left open.
    pub fn merge_sections(&self, first: &Section, second: &Section) -> Option<Vec<Edit>> {
        let is_heading = |section: &Section| section.style == SectionStyle::Heading;
        let (into, from) = (self.lines_of(first), self.lines_of(second));
        let is_whole =
            |section: &Section, lines: &Lines| containers::are_whole(&self.text[section.range.start..lines.end]);
        let are_alike = is_heading(first) && is_heading(second) && first.level == second.level;
        // What is indented below a list is part of it.
        let is_indented = |end: usize| self.text[end..].trim_start_matches(['\n', '\r']).starts_with([' ', '\t']);
        let can_go = !self.share_a_child(first, second) && !is_indented(from.end);
        if !are_alike || !is_whole(first, &into) || !is_whole(second, &from) || !can_go {
            return None;
        }
        let removal = self.removal_of_section(second, &from);
        let below = &self.text[from.heading_end..from.end];
        let words = from.end - below.trim_start().len();
        if words == from.end {
            return Some(vec![removal]);
        }
        let start = start_of_line(&self.text, words);
        let line_end = line_end_at(&self.text, into.end);
        let gap = match self.joint(first, second, start, &into)? {
            Joint::Below => self.text[from.heading_end..start].to_owned(),
            Joint::Tight => line_end.to_owned(),
            Joint::Apart => line_end.repeat(2),
        };
        // A tag takes the lines below it, up to a blank one.
        let last = self.markdown.block_at(from.end - 1).map(|last| self.markdown.block(last).kind);
        let is_tag = last == Some(BlockKind::Html) && words_below(&self.text, into.end).is_some();
        let goes_on = runs_on(self, into.end, false) || is_tag;
        if goes_on || is_indented(into.end) {
            return None;
        }
        Some(vec![Edit::insert(into.end, format!("{gap}{}", &self.text[start..from.end])), removal])
    }

    fn lines_of(&self, section: &Section) -> Lines {
        let heading_end = end_of_line(&self.text, self.markdown.block(section.block).range().end);
        let end = self.artifact.end_of(section, &self.text).max(heading_end);
        let rule = last_rule(&self.text, end).filter(|rule| *rule > heading_end);
        let end = rule.map_or(end, |rule| self.text[..rule].trim_end().len().max(heading_end));
        Lines { heading_end, end }
    }

    /// Whether something in both would be there twice.
    fn share_a_child(&self, first: &Section, second: &Section) -> bool {
        let sections = &self.artifact.sections;
        let own: HashSet<&str> = sections.children(first).map(|child| &*child.normalized).collect();
        sections.children(second).any(|child| own.contains(&*child.normalized))
    }

    /// Takes the lines of a section away, and one of the rules around it.
    fn removal_of_section(&self, section: &Section, lines: &Lines) -> Edit {
        let start = start_of_line(&self.text, section.range.start);
        let above = last_rule(&self.text, start);
        let end = self.artifact.end_of(section, &self.text).max(lines.heading_end);
        let is_last = self.text[end..].trim().is_empty();
        let (start, end) = match above {
            Some(_) if end > lines.end => (start, end),
            Some(rule) if is_last => (rule, lines.end),
            _ => (start, lines.end),
        };
        removal_of_lines(&self.text, start..end)
    }

    /// How the words that begin on the line at `start` follow what stands in `first`.
    fn joint(&self, first: &Section, second: &Section, start: usize, into: &Lines) -> Option<Joint> {
        let (markdown, sections) = (&self.markdown, &self.artifact.sections);
        let next = Some(second.body.start).filter(|next| *next < second.body.end);
        let is_sub_heading = |id: BlockId| matches!(markdown.block(id).kind, BlockKind::Heading(_));
        let ends_open = |child: &Section| child.style == SectionStyle::Heading || child.body.end >= first.body.end;
        // Words of its own would be those of what is last in the first one.
        if !next.is_some_and(is_sub_heading) && sections.children(first).any(ends_open) {
            return None;
        }
        if into.end == into.heading_end {
            return Some(Joint::Below);
        }
        let own = markdown.siblings(first.body.clone()).filter(|(_, block)| block.range().start < into.end);
        let Some((last, block)) = own.last() else { return Some(Joint::Apart) };
        let is_indented = self.text[start..].starts_with([' ', '\t']);
        // The target of a link is no block.
        let is_first = |at: usize| self.text.get(start..at).is_none_or(|between| between.trim().is_empty());
        let next = next.map(|next| markdown.block(next));
        let next = next.filter(|next| next.kind == block.kind && is_first(next.range().start));
        match (block.kind, next) {
            (BlockKind::List { ordered: true }, Some(_)) => None,
            (BlockKind::List { .. }, Some(next)) => {
                let marker = |at: usize| self.text[at..].chars().next();
                let is_one = marker(next.range().start) == marker(block.range().start);
                Some(if is_one && !is_loose(self, last) { Joint::Tight } else { Joint::Apart })
            }
            // It would be part of the last item, or of the code.
            (BlockKind::List { .. } | BlockKind::IndentedCode, _) if is_indented => None,
            _ => Some(Joint::Apart),
        }
    }
}

/// What stands between the two.
enum Joint {
    /// What stood between its own heading and it.
    Below,
    /// One list.
    Tight,
    Apart,
}
