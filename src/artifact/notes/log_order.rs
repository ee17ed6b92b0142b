//! The order in which the entries of a session log stand.

use std::ops::Range;

use super::{LogEntry, LogRegion, Reader};
use crate::{
    artifact::dates::Moment,
    convention::SectionName,
    markdown::{BlockId, BlockKind},
};

/// The way a log grows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    NewestFirst,
    #[default]
    NewestLast,
}

/// How a log is ordered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogOrder {
    pub direction: Direction,
    /// Indices of the entries that stand in the wrong place; none if the file has no clear direction.
    pub misplaced: Vec<usize>,
}

impl LogOrder {
    /// The direction that most entries follow; of two equally common ones, that from the first entry to the last;
    /// where these do not tell, what is `stated`.
    pub fn of(log: &[LogEntry], stated: Option<Direction>) -> Self {
        let dated: Vec<(usize, Moment)> = comparable(log);
        let stated = Self { direction: stated.unwrap_or_default(), misplaced: Vec::new() };
        let (Some(first), Some(last)) = (dated.first(), dated.last()) else { return stated };
        let rising = longest_run(&dated, |a, b| a <= b);
        let falling = longest_run(&dated, |a, b| a >= b);
        let run_length = rising.len().max(falling.len());
        let is_even = falling.len() == rising.len();
        if is_even && first.1 == last.1 {
            return stated;
        }
        // Most entries follow either direction: newer ones were put at the other end of older ones.
        let latest = dated.iter().map(|(_, moment)| *moment).max();
        let opposite = if falling.len() > rising.len() { last.1 } else { first.1 };
        let is_both = rising.len().min(falling.len()) * 2 > dated.len() && Some(opposite) == latest;
        let is_clear = dated.len() == 3 || dated.len() > 3 && !is_even && !is_both && run_length * 2 > dated.len();
        // Where most entries follow no direction, the end at which the newest stand tells.
        let is_mixed = !is_clear && dated.len() > 3 && (Some(first.1) == latest) != (Some(last.1) == latest);
        let falls = match is_mixed {
            true => Some(first.1) == latest,
            false => falling.len() > rising.len() || is_even && first.1 > last.1,
        };
        let run = if falls { falling } else { rising };
        let direction = if falls { Direction::NewestFirst } else { Direction::NewestLast };
        let outside = dated.iter().map(|(index, _)| *index).filter(|index| run.binary_search(index).is_err());
        Self { direction, misplaced: if is_clear { outside.collect() } else { Vec::new() } }
    }
}

/// What people say of the order above a log.
const STATED: &[(&str, Direction)] = &[
    ("newest first", Direction::NewestFirst),
    ("latest first", Direction::NewestFirst),
    ("most recent first", Direction::NewestFirst),
    ("newest on top", Direction::NewestFirst),
    ("newest at the top", Direction::NewestFirst),
    ("reverse chronological", Direction::NewestFirst),
    ("newest at top", Direction::NewestFirst),
    ("reverse order", Direction::NewestFirst),
    ("never prepend", Direction::NewestLast),
    ("append only", Direction::NewestLast),
    ("append new entries", Direction::NewestLast),
    ("at the bottom", Direction::NewestLast),
    ("entries will be added below", Direction::NewestLast),
    ("追加在底部", Direction::NewestLast),
    ("新しい順", Direction::NewestFirst),
    ("oldest first", Direction::NewestLast),
    ("newest last", Direction::NewestLast),
    ("newest at the bottom", Direction::NewestLast),
    ("古い順", Direction::NewestLast),
];
/// What is longer, in bytes, is no remark about the order.
const LONGEST_REMARK: usize = 300;

/// Blocks above a log that may say something of its order.
const MOST_REMARKS: usize = 6;

impl Reader<'_> {
    /// What the heading of the log, or what stands between it and the first entry, says of its order.
    pub(super) fn stated_direction(&self, region: Option<&LogRegion>) -> Option<Direction> {
        let stated = |range: Range<usize>| {
            let words = self.text[range].to_lowercase().replace('-', " ");
            let said = STATED.iter().find(|(said, _)| words.len() <= LONGEST_REMARK && words.contains(said));
            said.map(|(_, direction)| *direction)
        };
        let remarks = |body: Range<BlockId>| {
            let blocks = self.markdown.siblings(body).map(|(_, block)| block);
            let is_remark = |kind| matches!(kind, BlockKind::Paragraph | BlockKind::Html | BlockKind::Quote);
            let remarks = blocks.take_while(|block| !matches!(block.kind, BlockKind::Heading(_))).take(MOST_REMARKS);
            { remarks }.filter(|block| is_remark(block.kind)).find_map(|block| stated(block.range()))
        };
        let mut sections = self.sections.named(SectionName::SessionLog);
        let named =
            sections.find_map(|section| stated(section.heading.clone()).or_else(|| remarks(section.body.clone())));
        named.or_else(|| {
            let region = region?;
            let heading = region.heading.and_then(|heading| stated(self.markdown.block(heading).range()));
            heading.or_else(|| remarks(region.body.clone()))
        })
    }
}

/// The dated entries with what can be compared: times count only on days whose entries all have one.
pub fn comparable(log: &[LogEntry]) -> Vec<(usize, Moment)> {
    let mut dated: Vec<(usize, Moment)> =
        log.iter().enumerate().filter_map(|(index, entry)| Some((index, entry.moment()?))).collect();
    let mut timeless: Vec<_> =
        dated.iter().filter(|(_, moment)| moment.time.is_none()).map(|(_, moment)| moment.date).collect();
    timeless.sort_unstable();
    for (_, moment) in &mut dated {
        moment.time = moment.time.filter(|_| timeless.binary_search(&moment.date).is_err());
    }
    dated
}

/// The indices of the longest subsequence whose neighbours are in order; of several, the one that keeps
/// entries that stand earlier.
fn longest_run(dated: &[(usize, Moment)], in_order: impl Fn(Moment, Moment) -> bool) -> Vec<usize> {
    if dated.is_sorted_by(|(_, a), (_, b)| in_order(*a, *b)) {
        return dated.iter().map(|(index, _)| *index).collect();
    }
    // For each length, the entry that ends a run of that length and is easiest to continue, and all that end one.
    let mut ends: Vec<Moment> = Vec::new();
    let mut by_length: Vec<Vec<usize>> = Vec::new();
    for (at, (_, moment)) in dated.iter().enumerate() {
        let length = ends.partition_point(|end| in_order(*end, *moment));
        if length == ends.len() {
            ends.push(*moment);
            by_length.push(Vec::new());
        }
        ends[length] = *moment;
        by_length[length].push(at);
    }
    let mut run: Vec<usize> = Vec::new();
    for candidates in by_length.iter().rev() {
        let fits = |at: &&usize| run.last().is_none_or(|next| **at < *next && in_order(dated[**at].1, dated[*next].1));
        let chosen = candidates.iter().find(fits).copied();
        run.extend(chosen);
    }
    run.reverse();
    run.into_iter().map(|at| dated[at].0).collect()
}

#[cfg(test)]
mod tests {
    use super::{super::tests::read, *};

    fn order(dates: &[&str]) -> LogOrder {
        let text: String = dates.iter().map(|date| format!("### {date}\n")).collect();
        read(&format!("## Session log\n{text}")).log_order()
    }

    #[test]
    fn what_is_said_above_the_log_counts_where_its_entries_do_not_tell() {
        let direction = |text: &str| read(text).log_order().direction;
        let (first, last) = (Direction::NewestFirst, Direction::NewestLast);
        for (text, expected) in [
            ("## Session log (newest first)\n### 2026-01-14\n", first),
            ("## Session log\n\nReverse-chronological.\n\n### 2026-01-14\n", first),
            ("## Session log — newest first\n\n### 2026-01-14\n\n### 2026-01-15\n", last),
            ("## Session log\n\nNewest last, please.\n\n### 2026-01-15\n\n### 2026-01-15\n", last),
            ("## Session log (newest first)\n", first),
            ("## Decisions\n\nNewest first.\n\n## Log\n### 2026-01-14\n", last),
        ] {
            assert_eq!(direction(text), expected, "{text}");
        }
    }

    #[test]
    fn entries_that_break_the_files_own_order_are_found() {
        for (dates, falls, misplaced) in [
            (&["2026-01-14", "2026-01-16", "2026-01-17", "2026-01-15", "2026-01-19"][..], false, &[3][..]),
            (&["2026-01-16", "2026-01-13", "2026-01-12", "2026-01-15", "2026-01-09"], true, &[3]),
            (&["2026-01-09", "2026-01-16", "2026-01-13", "2026-01-12"], true, &[0]),
            (&["2026-01-01", "2026-01-03", "2026-01-02"], false, &[2]),
            (&["2026-01-01", "2026-01-01", "2026-01-01"], false, &[]),
            (&["2026-01-02", "2026-01-01"], true, &[]),
            (&["2026-03-09", "2026-03-09", "2026-03-11", "2026-03-08", "2026-03-05"], true, &[2]),
            (
                &["2026-01-09", "2026-01-08", "2026-01-02", "2026-01-02", "2026-01-02", "2026-01-05", "2026-01-06"],
                true,
                &[],
            ),
            (&["2026-01-01 14:00", "2026-01-01", "2026-01-01 09:00"], false, &[]),
            (&["2026-01-01 09:00", "2026-01-01 14:00", "2026-01-01 12:00", "2026-01-01 15:00"], false, &[2]),
            (&["no date", "2026-01-03", "soon", "2026-01-02", "2026-01-04", "2026-01-01"], true, &[4]),
            (&["2026-01-03", "2026-01-04", "2026-01-01", "2026-01-02"], true, &[]),
            (&["2026-01-01", "2026-01-02", "2026-01-01", "2026-01-02", "2026-01-01"], false, &[]),
            (&[], false, &[]),
        ] {
            let direction = if falls { Direction::NewestFirst } else { Direction::NewestLast };
            assert_eq!(order(dates), LogOrder { direction, misplaced: misplaced.to_vec() }, "{dates:?}");
        }
    }

    #[test]
    fn the_newest_entry_is_the_latest_or_stands_where_the_newest_do() {
        let newest = |text: &str| {
            let notes = read(text);
            text[notes.newest_entry().unwrap().heading.clone()].to_owned()
        };
        assert_eq!(newest("## Log\n### 2026-01-02 b\n### 2026-01-02 a\n### 2026-01-01\n"), "2026-01-02 b");
        assert_eq!(newest("## Log\n### 2026-01-01\n### 2026-01-02 a\n### 2026-01-02 b\n"), "2026-01-02 b");
        assert_eq!(newest("## Log\n### 2026-01-02\n### 2026-01-04\n### 2026-01-03\n### later\n"), "2026-01-04");
        assert_eq!(newest("## Log\n### first\n### second\n"), "second");
    }

    proptest::proptest! {
        #[test]
        fn the_kept_run_is_in_order_and_as_long_as_any(days in proptest::collection::vec(1i8..20, 0..12)) {
            let dated: Vec<(usize, Moment)> = days.iter().enumerate()
                .map(|(n, day)| (n, Moment { date: jiff::civil::date(2026, 1, *day), time: None })).collect();
            let run = longest_run(&dated, |a, b| a <= b);
            assert!(run.is_sorted() && run.is_sorted_by_key(|at| days[*at]));
            let mut best = vec![1; days.len()];
            for at in 0..days.len() {
                best[at] = 1 + (0..at).filter(|before| days[*before] <= days[at]).map(|before| best[before]).max().unwrap_or(0);
            }
            assert_eq!(run.len(), best.into_iter().max().unwrap_or(0));
        }
    }
}
