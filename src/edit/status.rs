//! Another status, written wherever an artifact states its own and as it writes it.

use std::ops::Range;

use super::seam::{Seam, runs_on};
use crate::{
    artifact::{
        Artifact, Document,
        notes::{Status, StatusBox, StatusMark},
        sections::Section,
    },
    convention::SectionName,
    text::{Edit, line_end_at, start_of_line},
};

/// What goes with each status, for those who draw theirs.
const EMOJI: [&str; 4] = ["⚪", "🚧", "⛔", "✅"];

impl Document {
    /// Edits after which the artifact states the status `to`: boxes are ticked and unticked, a line, a
    /// heading or front matter gets other words. Empty if nothing states a status yet, but for an empty
    /// Status section, which gets its boxes.
    pub fn set_status(&self, to: Status) -> Vec<Edit> {
        let notes = &self.artifact.notes;
        let groups = notes.status_boxes.chunk_by(|a, b| a.group == b.group);
        let mut edits: Vec<Edit> = groups.flat_map(|boxes| tick(self, boxes, to)).collect();
        edits.extend(self.reword(to));
        let is_stated = notes.states_status || !notes.statuses.is_empty();
        if edits.is_empty() && !is_stated {
            let section = self.artifact.sections_named(SectionName::Status).next();
            edits.extend(section.and_then(|section| fresh(self, section, to)));
        }
        edits
    }

    /// Edits of what states another status than `to` in words, without a box: a line, a heading, front matter.
    fn reword(&self, to: Status) -> impl Iterator<Item = Edit> {
        let in_front = |mark: &StatusMark| mark.range.start < self.artifact.content_start;
        let others = self.artifact.notes.statuses.iter().filter(move |mark| mark.task.is_none() && mark.status != to);
        others.flat_map(move |mark| {
            let words = worded(self.slice(mark.range.clone()), to, in_front(mark));
            let emoji = emoji_behind(&self.text, mark.range.end);
            let emoji = emoji.map(|range| Edit::replace(range, EMOJI[to as usize]));
            std::iter::once(Edit::replace(mark.range.clone(), words)).chain(emoji)
        })
    }
}

/// The emoji that stand right behind the words of a status: `**Complete** ✅`.
fn emoji_behind(text: &str, end: usize) -> Option<Range<usize>> {
    let is_emoji =
        |c| matches!(c, '\u{2300}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}' | '\u{1f300}'..='\u{1faff}' | '\u{fe0f}');
    let rest = text[end..].trim_start_matches(['*', '_', '`', ' ']);
    let start = text.len() - rest.len();
    let length = rest.len() - rest.trim_start_matches(is_emoji).len();
    (length > 0).then_some(start..start + length)
}

/// The status whose box, typed or drawn, stands on the line at bytes `line`.
pub fn boxed_on(artifact: &Artifact, line: &Range<usize>) -> Option<Status> {
    let mut boxes = artifact.notes.status_boxes.iter();
    boxes.find(|own| line.start <= own.task.marker.start && own.task.marker.start <= line.end).map(|own| own.status)
}

/// Ticks the first box of the status `to` and no other one of its group; a box for it is added if there is none.
fn tick(document: &Document, boxes: &[StatusBox], to: Status) -> Vec<Edit> {
    let text = &*document.text;
    let chosen = boxes.iter().position(|own| own.status == to);
    let drawn = |ticked: bool, other: &'static str| {
        let alike = boxes.iter().find(|own| own.task.ticked == ticked && !is_typed(text, own));
        alike.map_or(other, |own| &text[own.task.marker.clone()])
    };
    let mark = |own: &StatusBox, ticked: bool| match (is_typed(text, own), ticked) {
        (true, true) => "[x]",
        (true, false) => "[ ]",
        (false, true) => drawn(true, "☑"),
        (false, false) => drawn(false, "☐"),
    };
    let mut edits = Vec::new();
    for (n, own) in boxes.iter().enumerate() {
        let ticked = Some(n) == chosen;
        if own.task.ticked != ticked {
            edits.push(Edit::replace(own.task.marker.clone(), mark(own, ticked)));
        }
    }
    if let (None, Some(last)) = (chosen, boxes.last()) {
        edits.push(added(document, boxes, last, mark(last, true), to));
    }
    edits
}

fn is_typed(text: &str, own: &StatusBox) -> bool {
    text[own.task.marker.clone()].starts_with('[')
}

/// A ticked box behind the last one, as an item, a line, or on its line.
fn added(document: &Document, boxes: &[StatusBox], last: &StatusBox, mark: &str, to: Status) -> Edit {
    let text = &*document.text;
    let end = last.words.start + text[last.words.clone()].trim_end().len();
    if let Some(item) = last.item {
        return Seam::below_item(document, item).put(&format!("{mark} {to}"));
    }
    let is_one_line =
        boxes.len() > 1 && start_of_line(text, boxes[0].words.start) == start_of_line(text, last.words.start);
    let separator = if is_one_line || is_typed(text, last) { " " } else { line_end_at(text, last.words.end) };
    Edit::insert(end, format!("{separator}{mark} {to}"))
}

/// The status in the manner of `words`: their emoji, case and hyphens, and the markup inside them.
fn worded(words: &str, to: Status, is_front_matter: bool) -> String {
    let start = words.find(char::is_alphanumeric).unwrap_or(words.len());
    let (head, own) = words.split_at(start);
    let is_drawn = |c: char| !c.is_ascii();
    let head = match (head.find(is_drawn), head.rfind(is_drawn)) {
        (Some(first), Some(last)) => {
            let end = last + head[last..].chars().next().map_or(0, char::len_utf8);
            format!("{}{}{}", &head[..first], EMOJI[to as usize], &head[end..])
        }
        _ => head.to_owned(),
    };
    let is_small = own.starts_with(char::is_lowercase);
    let is_shouted = own.len() > 3 && !own.contains(char::is_lowercase);
    let name = match to.name() {
        name if is_small => name.to_lowercase(),
        name if is_shouted => name.to_uppercase(),
        name => name.to_owned(),
    };
    let separator = if own.contains('_') {
        "_"
    } else if own.contains('-') || is_front_matter && is_small && !own.contains(' ') {
        "-"
    } else {
        " "
    };
    head + &name.replace(' ', separator)
}

/// The boxes of the template with one of them ticked.
fn fresh(document: &Document, section: &Section, to: Status) -> Option<Edit> {
    let is_empty = section.after_label.is_empty() && section.body.is_empty();
    let line_end = line_end_at(&document.text, section.range.end);
    let item = |status: Status| format!("{line_end}- [{}] {status}", if status == to { "x" } else { " " });
    let items: String = Status::ALL.into_iter().map(item).collect();
    let closing = if runs_on(document, section.range.end, true) { line_end } else { "" };
    is_empty.then(|| Edit::insert(section.range.end, format!("{line_end}{items}{closing}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        convention::Kind,
        testing::{check_cases, document},
        text,
    };

    fn set(before: &str, to: Status) -> String {
        text::apply(before, &document(Kind::WorkNotes, before).set_status(to))
    }

    #[test]
    fn every_form_keeps_its_form() {
        check_cases("status", |case| {
            let wanted = case.the("status");
            set(&case.before, Status::ALL.into_iter().find(|status| status.name() == wanted).expect("a status"))
        });
    }

    #[test]
    fn the_status_is_read_back() {
        for before in [
            "## Status\n- [ ] Not started\n- [x] In progress\n- [x] Complete\n",
            "---\nstatus: todo\n---\n# P\n\n**Status**: 🟡 On hold until May\n",
            "\u{feff}# P\r\r## Status\r\r- [x] Done\r",
            "## Status\n⬜ Not started\n⬜ Blocked\n✅ Complete\n",
            "## Status\r\n☐ Not started\r\n☑ In progress\r\n",
            "## Status\n",
        ] {
            for to in Status::ALL {
                let after = set(before, to);
                let read = document(Kind::WorkNotes, &after);
                assert_eq!(read.artifact.notes.status(), Some(to), "{before:?} became {after:?}");
                assert_eq!(set(&after, to), after, "setting it again changes nothing");
            }
        }
    }
}
