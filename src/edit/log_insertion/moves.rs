//! Entries that stand in the wrong place of a log, moved to where its own order wants them.

use std::ops::Range;

use super::{
    shape::{Form, Shape},
    source::Source,
};
use crate::{
    artifact::{
        Document, Vocabulary,
        dates::Moment,
        notes::{Direction, LogEntry, LogOrder, comparable},
    },
    edit::{containers, seam::runs_on},
    markdown::{BlockId, BlockKind},
    text::{Edit, start_of_line, words_below},
};

/// What is needed to move any entry of a log.
pub struct Moves<'a> {
    source: Source<'a>,
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

/// What entries must share to take each other's places.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Kind<'a> {
    form: Form,
    parent: Option<BlockId>,
    margin: &'a str,
    is_underlined: bool,
}

impl<'a> Moves<'a> {
    pub fn of(document: &'a Document, vocabulary: &'a Vocabulary, order: &LogOrder) -> Self {
        let source = Source::new(document, vocabulary);
        let log = &source.notes.log;
        let dated = comparable(log);
        let is_kept = |(index, _): &&(usize, Moment)| order.misplaced.binary_search(index).is_err();
        let kept = dated.iter().filter(is_kept).copied().collect();
        let mut pieces: Vec<Option<Piece>> = Vec::with_capacity(log.len());
        for (n, entry) in log.iter().enumerate() {
            let mut piece = Piece::of(&source, entry, log.get(n + 1));
            if let Some(piece) = &mut piece {
                let above = pieces.last().and_then(Option::as_ref);
                let is_beside = |above: &&Piece| {
                    let seam = source.text.get(above.range.end..piece.range.start);
                    above.kind == piece.kind && seam.is_some_and(|seam| piece.kind.may_stand_below(seam))
                };
                piece.row = above.filter(is_beside).map_or(n, |above| above.row);
            }
            pieces.push(piece);
        }
        Self { source, direction: order.direction, dated, kept, pieces }
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
        let text = self.source.text;
        let first = self.pieces[group.start].as_ref()?;
        let row = first.row;
        let last = self.piece(group.end - 1, row)?;
        let words = &text[first.range.start..last.range.end];
        let is_divided = self.pieces[group.clone()].iter().flatten().any(|piece| piece.is_divided);
        if is_divided || !containers::are_whole(words) {
            return None;
        }
        // What stood between the group and its neighbour goes along, so that there is as much of it as before.
        let (edits, above, lowest) = if place < group.start {
            let (target, above) = (self.piece(place, row)?, self.piece(group.start - 1, row)?);
            let seam = above.range.end..first.range.start;
            let insertion = Edit::insert(target.range.start, format!("{words}{}", &text[seam.clone()]));
            (vec![insertion, Edit::delete(seam.start..last.range.end)], above, group.end - 1)
        } else if place > group.end {
            let (target, below) = (self.piece(place - 1, row)?, self.piece(group.end, row)?);
            let seam = last.range.end..below.range.start;
            let insertion = Edit::insert(target.range.end, format!("{}{words}", &text[seam.clone()]));
            if target.is_divided {
                return None;
            }
            (vec![insertion, Edit::delete(first.range.start..seam.end)], target, place - 1)
        } else {
            return None;
        };
        // A tag takes the lines below it, up to a blank one.
        let ends = || [last, above].into_iter().map(|piece| piece.range.end);
        let kind_above = |end: usize| {
            let last = text[..end].trim_end().len().checked_sub(1).and_then(|at| self.source.markdown.block_at(at));
            last.map(|id| self.source.markdown.block(id).kind)
        };
        let is_tag = ends().any(|end| kind_above(end) == Some(BlockKind::Html));
        let is_tight = ends().any(|end| words_below(text, end).is_some());
        let is_kept_apart = matches!(first.kind.form, Form::Item | Form::Row) || !is_tag || !is_tight;
        let lowest = (self.piece(lowest + 1, row).is_none()).then(|| self.piece(lowest, row)).flatten();
        let is_item = first.kind.form == Form::Item;
        let goes_on = |end: usize| runs_on(self.source.document, end, is_item);
        // What is indented below a list is part of it.
        let is_indented = |end: usize| text[end..].trim_start_matches(['\n', '\r']).starts_with([' ', '\t']);
        let is_swallowed = lowest.is_some_and(|lowest| {
            first.kind.form != Form::Row && (goes_on(lowest.range.end) || is_indented(lowest.range.end))
        });
        (is_kept_apart && !is_swallowed).then_some(edits)
    }
}

impl<'a> Piece<'a> {
    /// `None` for an entry that stands in no lines of its own, or whose number counts.
    fn of(source: &Source<'a>, entry: &'a LogEntry, next: Option<&LogEntry>) -> Option<Self> {
        let (text, markdown, sections) = (source.text, source.markdown, &source.artifact.sections);
        let own = markdown.block_at(entry.heading.start);
        let around = sections.at(entry.heading.start).and_then(|section| {
            sections.enclosing(section).find(|section| Some(section.block) != own).map(|section| section.body.end)
        });
        let following = next.and_then(|next| markdown.block_at(next.heading.start)).unwrap_or(markdown.end());
        let limit = around.map_or(following, |around| around.min(following));
        let next = next.map_or(text.len(), |next| next.heading.start);
        let Shape { form, block, body, start: line, end, .. } = Shape::of(source, entry, limit, next)?;
        let words = markdown.block(block).range();
        let start = start_of_line(text, words.start);
        let margin = &text[start..words.start];
        let parent = markdown.parent(block);
        let is_numbered = parent.is_some_and(|list| markdown.block(list).kind == BlockKind::List { ordered: true });
        let is_line = form == Form::Paragraph && (line != start || words.end > next);
        let may_be_indented = matches!(form, Form::Item | Form::Row);
        let is_own_line = margin.is_empty() || may_be_indented && margin.chars().all(|c| matches!(c, ' ' | '\t'));
        let is_rule =
            |(_, block): (BlockId, &crate::markdown::Block)| block.kind == BlockKind::Rule && block.range().start < end;
        let is_underlined = matches!(form, Form::Heading(_)) && !text[words.clone()].starts_with('#');
        let is_divided = markdown.siblings(body).any(is_rule);
        let kind = Kind { form, parent, margin, is_underlined };
        (is_own_line && !is_line && !is_numbered && start < end).then_some(Self {
            range: start..end,
            kind,
            row: 0,
            is_divided,
        })
    }
}

impl Kind<'_> {
    /// Whether such an entry begins behind `seam`, whatever ends above that.
    fn may_stand_below(self, seam: &str) -> bool {
        let lines: Vec<&str> = seam.split('\n').map(|line| line.trim_matches(['\r', ' ', '\t'])).collect();
        let is_rule = |line: &str| line.len() >= 3 && line.chars().all(|c| "-*_ ".contains(c));
        let is_blank = lines.iter().all(|line| line.is_empty() || is_rule(line));
        let is_apart = lines.len() > 2 && lines[1].is_empty();
        let may_be_tight = match self.form {
            Form::Item | Form::Row => true,
            Form::Heading(_) => !self.is_underlined,
            Form::Paragraph => false,
        };
        is_blank && (is_apart || lines.len() == 2 && may_be_tight)
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        artifact::{Document, Vocabulary},
        edit::log_insertion::Moves,
        template::Kind,
        text,
    };

    /// The log after the first group of misplaced entries was moved; the same text if none can be.
    fn moved(log: &str) -> String {
        let vocabulary = Vocabulary::built_in();
        let document = Document::read("work-notes/phase-1.md".into(), Kind::WorkNotes, log.into(), &vocabulary);
        let order = document.artifact.notes.log_order();
        let Some(index) = order.misplaced.first().copied() else { return log.to_owned() };
        let moves = Moves::of(&document, &vocabulary, &order);
        text::apply(log, &moves.to_place(index..index + 1).unwrap_or_default())
    }

    #[test]
    fn entries_go_up_and_down_with_all_that_is_theirs() {
        for (before, after) in [
            (
                "## Log\n\n### 2026-01-02\n\na\n\n### 2026-01-05\n\n- b\n\n#### Next\n\nc\n\n### 2026-01-03 é\n\n```\n# x\n```\n\n### 2026-01-09\n\nd\n",
                "## Log\n\n### 2026-01-02\n\na\n\n### 2026-01-03 é\n\n```\n# x\n```\n\n### 2026-01-05\n\n- b\n\n#### Next\n\nc\n\n### 2026-01-09\n\nd\n",
            ),
            (
                "## Log\n- 2026-01-09: a\n- 2026-01-03: b\n  - c\n- 2026-01-05: d\n- 2026-01-02: e",
                "## Log\n- 2026-01-09: a\n- 2026-01-05: d\n- 2026-01-03: b\n  - c\n- 2026-01-02: e",
            ),
            (
                "## Log\n### 2026-01-09\na\n### 2026-01-02\nb\n### 2026-01-05\nc\n### 2026-01-03\nd",
                "## Log\n### 2026-01-09\na\n### 2026-01-05\nc\n### 2026-01-03\nd\n### 2026-01-02\nb",
            ),
            (
                "## Log\n\n| Date | What |\n|---|---|\n| 2026-01-02 | a |\n| 2026-01-05 | b |\n| 2026-01-03 | c |\n| 2026-01-09 | d |\n\nEnd.\n",
                "## Log\n\n| Date | What |\n|---|---|\n| 2026-01-02 | a |\n| 2026-01-03 | c |\n| 2026-01-05 | b |\n| 2026-01-09 | d |\n\nEnd.\n",
            ),
            (
                "## Log\r\n\r\n**2026-01-02** a\r\n\r\n- 漢\r\n\r\n**2026-01-05** b\r\n\r\n**2026-01-03** c\r\n\r\n\r\n## Commits\r\n",
                "## Log\r\n\r\n**2026-01-02** a\r\n\r\n- 漢\r\n\r\n**2026-01-03** c\r\n\r\n**2026-01-05** b\r\n\r\n\r\n## Commits\r\n",
            ),
            (
                "## Log\n\n### 2026-01-02\n\na\n\n---\n\n### 2026-01-05\n\nb\n\n---\n\n### 2026-01-03\n\nc\n\n---\n\n### 2026-01-09\n\nd\n\n---\n\n## Commits\n",
                "## Log\n\n### 2026-01-02\n\na\n\n---\n\n### 2026-01-03\n\nc\n\n---\n\n### 2026-01-05\n\nb\n\n---\n\n### 2026-01-09\n\nd\n\n---\n\n## Commits\n",
            ),
        ] {
            assert_eq!(moved(before), after);
        }
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
