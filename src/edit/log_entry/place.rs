//! Where an entry goes, and what stands between it and its neighbours.

use jiff::Zoned;

use super::log::Log;
use crate::{
    artifact::{
        dates::style,
        notes::{Direction, Form, LogEntry},
        sections::Section,
    },
    edit::seam::{Seam, plain_lines},
    markdown::BlockKind,
    text::{end_of_line, is_apart, start_of_line},
};

impl Log<'_> {
    /// Beside the newest entry, in the group of its month; in an empty log at the end of the section.
    pub fn spot(&self, now: &Zoned) -> Seam {
        let text = &*self.document.text;
        let Some(model) = self.near.first() else { return self.spot_of_first() };
        let month = self.other_month(model, now);
        let gap = match &month {
            Some((month, _)) => if is_apart(text, month.range.start) { "\n\n" } else { "\n" }.to_owned(),
            None => self.gap(model),
        };
        let start = month.as_ref().map_or(model.range.start, |(month, _)| start_of_line(text, month.range.start));
        let heading = month.map_or_else(String::new, |(_, heading)| heading);
        match self.direction {
            Direction::NewestLast => Seam::at(model.range.end, gap + &heading),
            Direction::NewestFirst => Seam { range: start..start, before: heading, after: gap },
        }
    }

    /// Behind what stands in the section, before a rule that ends it; or in the rows of an empty table.
    fn spot_of_first(&self) -> Seam {
        let (text, markdown) = (&self.document.text, &self.document.markdown);
        let Some(table) = self.empty_table() else { return self.spot_at_end() };
        match markdown.children(table).nth(1) {
            Some((_, blank)) => {
                Seam { after: "\n".to_owned(), ..Seam::at(start_of_line(text, blank.range().start), "") }
            }
            None => Seam::at(end_of_line(text, markdown.block(table).range().end), "\n"),
        }
    }

    /// At the end of the log, but before what never closes.
    pub fn spot_at_end(&self) -> Seam {
        let (text, markdown) = (&self.document.text, &self.document.markdown);
        let Some(region) = self.region else { return self.spot_in_new_section().0 };
        let unclosed = self.document.unclosed().map_or(usize::MAX, |unclosed| unclosed.start);
        let blocks = markdown.siblings(region.body.clone()).map(|(_, block)| block);
        let words = blocks.filter(|block| block.kind != BlockKind::Rule && block.range().start < unclosed);
        let last = words.last();
        let heading = region.heading.map(|heading| markdown.block(heading).range().end);
        let end = last.map(|block| block.range().end).or(heading);
        let end = end.map_or(self.document.artifact.content_start, |end| end_of_line(text, end));
        Seam::at(end, if self.is_spaced || last.is_some() { "\n\n" } else { "\n" })
    }

    /// What stands between two entries, as between those beside the new one.
    fn gap(&self, model: &LogEntry) -> String {
        let text = &*self.document.text;
        let between = self.near.windows(2).find_map(|pair| {
            let (upper, lower) = if pair[0].range.start < pair[1].range.start { (0, 1) } else { (1, 0) };
            let gap = plain_lines(text.get(pair[upper].range.end..pair[lower].range.start)?);
            gap.chars().all(|c| " \t>-*_\n".contains(c)).then_some(gap)
        });
        let is_apart = match model.form {
            // A list whose items hold blank lines has them between the items, too.
            Form::Item => {
                plain_lines(&text[model.heading.end..model.range.end]).trim_start_matches(' ').starts_with("\n\n")
            }
            Form::Row => false,
            Form::Heading(_) => self.near.len() > 1 || is_apart(text, model.range.start),
            Form::Paragraph => true,
        };
        match between {
            // A paragraph right below another line would continue that.
            Some(gap) if model.form == Form::Paragraph && !gap.starts_with("\n\n") => format!("\n{gap}"),
            Some(gap) => gap,
            None => if is_apart { "\n\n" } else { "\n" }.to_owned(),
        }
    }

    /// The section of the month around the newest entry, and a heading like it for this month, if that is another.
    fn other_month(&self, model: &LogEntry, now: &Zoned) -> Option<(&Section, String)> {
        let (text, sections) = (&*self.document.text, &self.document.artifact.sections);
        let month = &sections.all[sections.opened_by(model.block)?.parent?];
        let words = &text[month.heading.clone()];
        let (range, year, number) = style::find_month(words)?;
        if Some(month.block) == self.region?.heading || (year, number) == (now.year(), now.month()) {
            return None;
        }
        let line = start_of_line(text, month.range.start)..end_of_line(text, month.heading.end);
        let at = month.heading.start - line.start;
        let mut heading = text[line].to_owned();
        heading.replace_range(
            at + range.start..at + range.end,
            &style::month_and_year_like(&words[range.clone()], now.date()),
        );
        let below = self.document.markdown.block(month.body.start).range().start;
        Some((month, heading + if is_apart(text, below) { "\n\n" } else { "\n" }))
    }
}
