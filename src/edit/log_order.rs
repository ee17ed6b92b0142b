//! Entries that stand in the wrong place of a log, moved to where its own order wants them.

use std::ops::Range;

use super::{containers, seam::runs_on};
use crate::{
    artifact::{
        Document,
        dates::Moment,
        notes::{Direction, Form, LogEntry, LogOrder, comparable},
    },
    markdown::{BlockId, BlockKind},
    text::{Edit, start_of_line, words_below},
};

/// What is needed to move any entry of a log.
pub struct Moves<'a> {
    document: &'a Document,
    direction: Direction,
    dated: Vec<(usize, Moment)>,
    /// The dated entries that stand in order.
    kept: Vec<(usize, Moment)>,
    /// Each entry of the log; `None` for one that cannot be moved.
    pieces: Vec<Option<Piece<'a>>>,
}

/// An entry with all that belongs to it, in whole lines.
struct Piece<'a> {
    range: Range<usize>,
    kind: Kind<'a>,
    /// Entries that may take each other's places share it: they follow one another with nothing but blank lines and
    /// rules between.
    row: usize,
    /// Whether a rule stands between its blocks: what is behind it may be no part of it.
    is_divided: bool,
}

/// What entries must share to take each other's places: their form, the block around them and their margin.
type Kind<'a> = (Form, Option<BlockId>, &'a str);

impl<'a> Moves<'a> {
    pub fn of(document: &'a Document, order: &LogOrder) -> Self {
        let log = &document.artifact.notes.log;
        let dated = comparable(log);
        let is_kept = |(index, _): &&(usize, Moment)| order.misplaced.binary_search(index).is_err();
        let kept = dated.iter().filter(is_kept).copied().collect();
        let mut pieces: Vec<Option<Piece>> = Vec::with_capacity(log.len());
        for (n, entry) in log.iter().enumerate() {
            let mut piece = Piece::of(document, entry, n);
            if let (Some(piece), Some(Some(above))) = (&mut piece, pieces.last()) {
                let seam = document.text.get(above.range.end..piece.range.start);
                if above.kind == piece.kind && seam.is_some_and(|seam| may_stand_below(entry.form, seam)) {
                    piece.row = above.row;
                }
            }
            pieces.push(piece);
        }
        Self { document, direction: order.direction, dated, kept, pieces }
    }

    /// The edits that move the entries `group` of the log, which stand together, to their place; `None` where that
    /// cannot be done without touching anything else.
    pub fn to_place(&self, group: Range<usize>) -> Option<Vec<Edit>> {
        let moments: Vec<Moment> = group.clone().map(|index| self.moment(index)).collect::<Option<_>>()?;
        let in_order = |a: Moment, b: Moment| match self.direction {
            Direction::NewestLast => a <= b,
            Direction::NewestFirst => a >= b,
        };
        let (first, last) = (*moments.first()?, *moments.last()?);
        let at = self.kept.partition_point(|(_, other)| in_order(*other, first));
        let below = self.kept.get(at);
        let fits = below.is_none_or(|(_, below)| in_order(last, *below));
        if !fits || !moments.is_sorted_by(|a, b| in_order(*a, *b)) {
            return None;
        }
        let above = at.checked_sub(1).map(|at| self.kept[at].0);
        // Without a date it belongs to the entry above it.
        let is_undated = |index: &usize| below.is_none() && self.moment(*index).is_none();
        let behind = above.map(|above| (above + 1..self.pieces.len()).find(|index| !is_undated(index)));
        let behind = behind.map(|behind| behind.unwrap_or(self.pieces.len()));
        let places = [below.map(|(index, _)| *index), behind];
        places.into_iter().flatten().find_map(|place| self.moved_before(&group, place))
    }

    fn moment(&self, index: usize) -> Option<Moment> {
        let at = self.dated.binary_search_by_key(&index, |(index, _)| *index).ok()?;
        Some(self.dated[at].1)
    }

    fn piece(&self, index: usize, row: usize) -> Option<&Piece<'a>> {
        self.pieces.get(index)?.as_ref().filter(|piece| piece.row == row)
    }

    /// The entries `group` in front of the entry `place`, or behind the last one.
    fn moved_before(&self, group: &Range<usize>, place: usize) -> Option<Vec<Edit>> {
        if (group.start..=group.end).contains(&place) {
            return None;
        }
        let text = &*self.document.text;
        let first = self.pieces[group.start].as_ref()?;
        let row = first.row;
        let last = self.piece(group.end - 1, row)?;
        let words = &text[first.range.start..last.range.end];
        // What stood between the group and its neighbour goes along, so that there is as much of it as before.
        let (edits, above, lowest) = if place < group.start {
            let (target, above) = (self.piece(place, row)?, self.piece(group.start - 1, row)?);
            let seam = above.range.end..first.range.start;
            let insertion = Edit::insert(target.range.start, format!("{words}{}", &text[seam.clone()]));
            (vec![insertion, Edit::delete(seam.start..last.range.end)], above, group.end - 1)
        } else {
            let (target, below) = (self.piece(place - 1, row)?, self.piece(group.end, row)?);
            let seam = last.range.end..below.range.start;
            let insertion = Edit::insert(target.range.end, format!("{}{words}", &text[seam.clone()]));
            (vec![insertion, Edit::delete(first.range.start..seam.end)], target, place - 1)
        };
        let mut moved = self.pieces[group.clone()].iter().flatten().chain((place > group.end).then_some(above));
        if moved.any(|piece| piece.is_divided) || !containers::are_whole(words) {
            return None;
        }
        // Items and rows end with their lines; what else is lowest may be gone on with.
        let (form, ..) = first.kind;
        let ends = [last.range.end, above.range.end];
        let is_tight = ends.iter().any(|end| words_below(text, *end).is_some());
        let markdown = &self.document.markdown;
        let is_tag =
            |end: &usize| self.document.block_above(*end).map(|id| markdown.block(id).kind) == Some(BlockKind::Html);
        // A tag takes the lines below it, up to a blank one.
        let is_joined = is_tight && ends.iter().any(is_tag);
        let lowest = if self.piece(lowest + 1, row).is_none() { self.piece(lowest, row) } else { None };
        let is_swallowed = lowest.is_some_and(|lowest| {
            let below = text[lowest.range.end..].trim_start_matches(['\n', '\r']);
            // What is indented below a list is part of it.
            runs_on(self.document, lowest.range.end, form == Form::Item) || below.starts_with([' ', '\t'])
        });
        let is_safe = match form {
            Form::Row => true,
            Form::Item => !is_swallowed,
            _ => !is_swallowed && !is_joined,
        };
        is_safe.then_some(edits)
    }
}

impl<'a> Piece<'a> {
    /// `None` for an entry that stands in no lines of its own, or whose number counts.
    fn of(document: &'a Document, entry: &LogEntry, row: usize) -> Option<Self> {
        let Document { text, markdown, .. } = document;
        let block = markdown.block(entry.block).range();
        let range = start_of_line(text, block.start)..entry.range.end;
        let margin = &text[range.start..block.start];
        let parent = markdown.parent(entry.block);
        let is_numbered = parent.is_some_and(|list| markdown.block(list).kind == BlockKind::List { ordered: true });
        let is_line = range.start != entry.range.start || entry.range.end < block.end;
        let is_own_line = match entry.form {
            Form::Item | Form::Row => margin.chars().all(|c| matches!(c, ' ' | '\t')),
            Form::Heading(_) => margin.is_empty() && text[block].starts_with('#'),
            Form::Paragraph => margin.is_empty() && !is_line,
        };
        let mut blocks = markdown.siblings(entry.body.clone()).map(|(_, block)| block);
        let is_divided = blocks.any(|block| block.kind == BlockKind::Rule && block.range().start < range.end);
        let kind = (entry.form, parent, margin);
        (is_own_line && !is_numbered).then_some(Self { range, kind, row, is_divided })
    }
}

/// Whether an entry begins behind `seam`, whatever ends above that.
fn may_stand_below(form: Form, seam: &str) -> bool {
    let lines: Vec<&str> = seam.split('\n').map(|line| line.trim_matches(['\r', ' ', '\t'])).collect();
    let is_rule = |line: &str| line.len() >= 3 && line.chars().all(|c| "-*_ ".contains(c));
    let is_blank = lines.iter().all(|line| line.is_empty() || is_rule(line));
    let is_apart = lines.len() > 2 && lines[1].is_empty();
    is_blank && (is_apart || lines.len() == 2 && form != Form::Paragraph)
}

#[cfg(test)]
mod tests {
    use crate::{
        convention::Kind,
        edit::log_order::Moves,
        testing::{check_cases, document},
        text,
    };

    /// The log after the first group of misplaced entries was moved; the same text if none can be.
    fn moved(log: &str) -> String {
        let document = document(Kind::WorkNotes, log);
        let order = document.artifact.notes.log_order();
        let Some(index) = order.misplaced.first().copied() else { return log.to_owned() };
        let moves = Moves::of(&document, &order);
        text::apply(log, &moves.to_place(index..index + 1).unwrap_or_default())
    }

    #[test]
    fn entries_go_up_and_down_with_all_that_is_theirs() {
        check_cases("log-order", |case| moved(&case.before));
    }

    #[test]
    fn what_cannot_be_moved_by_itself_stays() {
        let dates = ["2026-01-02", "2026-01-05", "2026-01-03", "2026-01-09"];
        let log = |entries: [&str; 4]| {
            let entries: String = entries.iter().zip(dates).map(|(entry, date)| entry.replace('D', date)).collect();
            format!("## Log\n\n{entries}")
        };
        assert_ne!(moved(&log(["### D\n\n"; 4])), log(["### D\n\n"; 4]));
        for entries in [
            // In months of their own.
            ["### A\n#### D\n", "#### D\n", "### B\n#### D\n", "#### D\n"],
            ["1. D: a\n", "2. D: a\n", "3. D: a\n", "4. D: a\n"],
            ["> - D: a\n"; 4],
            ["- D: a\n", " - D: a\n", "  - D: a\n", "- D: a\n"],
            ["[D] a\n"; 4],
            ["### D\n\n", "### D\n\n<!-- a -->\n\n", "### D\n\n", "### D\n\n"],
            ["### D\n\n", "### D\n\n", "### D\n\n<details>\n\n", "### D\n\n</details>\n\n"],
            ["### D\n\n", "### D\n\na\n\n---\n\nb\n\n", "### D\n\na\n\n---\n\nb\n\n", "### D\n\n"],
            ["### D\n\n", "### D\n\n", "D\n---\n\n", "### D\n\n"],
        ] {
            assert_eq!(moved(&log(entries)), log(entries));
        }
        // The last words are perhaps those of the file.
        let footer =
            "## Log\n### 2026-01-09\n\n### 2026-01-02\n\n### 2026-01-05\n\n### 2026-01-03\n\na\n\n---\n\nEnd.\n";
        assert_eq!(moved(footer), footer);
    }
}
