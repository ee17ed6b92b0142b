//! Another status, written wherever the work notes state theirs and as they write it.

use std::ops::Range;

use super::{
    Artifact,
    entries::{self, Entry},
    entry_insertion::runs_on,
    notes::{EMPTY_BOXES, Status, StatusMark},
    sections::Section,
};
use crate::{
    markdown::{BlockKind, Markdown},
    template::SectionName,
    text::{Edit, line_end_at, start_of_line},
};

/// What goes with each status, for those who draw theirs.
const EMOJI: [&str; 4] = ["⚪", "🚧", "⛔", "✅"];

/// Edits after which work notes state the status `to`: boxes are ticked and unticked, a line, a
/// heading or front matter gets other words. Empty if nothing states a status yet, but for an empty
/// Status section, which gets its boxes.
pub fn set_status(text: &str, markdown: &Markdown, artifact: &Artifact, to: Status) -> Vec<Edit> {
    let Some(notes) = artifact.work_notes() else { return Vec::new() };
    let mut edits = Vec::new();
    for section in artifact.sections_named(SectionName::Status) {
        let boxes = boxes(text, markdown, section);
        if boxes.is_empty() {
            edits.extend(tick_drawn(text, &drawn_boxes(text, markdown, section), to));
        } else if !artifact.sections.enclosing(section).skip(1).any(|around| around.name == Some(SectionName::Status)) {
            // The section around has the same boxes.
            edits.extend(tick(text, markdown, &boxes, to));
        }
    }
    edits.extend(reword(text, markdown, artifact, to));
    let is_stated = notes.states_status || !notes.statuses.is_empty();
    if edits.is_empty() && !is_stated {
        edits.extend(
            artifact.sections_named(SectionName::Status).next().and_then(|section| fresh(text, markdown, section, to)),
        );
    }
    edits
}

/// Edits of what states another status than `to` in words, without a box: a line, a heading, front matter.
pub fn reword(text: &str, markdown: &Markdown, artifact: &Artifact, to: Status) -> Vec<Edit> {
    let sections = artifact.sections_named(SectionName::Status);
    let drawn: Vec<_> = sections.flat_map(|section| drawn_boxes(text, markdown, section)).collect();
    let is_drawn = |mark: &StatusMark| drawn.iter().any(|(line, _)| line.contains(&mark.range.start));
    let in_front = |mark: &StatusMark| mark.range.start < artifact.content_start;
    let statuses = artifact.work_notes().map(|notes| &notes.statuses[..]).unwrap_or_default();
    let others = statuses.iter().filter(|mark| mark.task.is_none() && !is_drawn(mark) && mark.status != to);
    let edits = others.flat_map(|mark| {
        let words = Edit::replace(mark.range.clone(), worded(&text[mark.range.clone()], to, in_front(mark)));
        let emoji = emoji_behind(text, mark.range.end).map(|range| Edit::replace(range, EMOJI[to as usize]));
        std::iter::once(words).chain(emoji)
    });
    edits.collect()
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

/// The items with boxes that name a status.
fn boxes(text: &str, markdown: &Markdown, section: &Section) -> Vec<(Entry, Status)> {
    let entries = entries::of(text, markdown, section.body.clone()).into_iter();
    let boxes = entries.filter(|entry| entry.task.is_some());
    boxes.filter_map(|entry| Status::read(entry.text(text)).map(|status| (entry, status))).collect()
}

/// The status whose box, typed or drawn, stands on the line at bytes `line`.
pub fn boxed_on(text: &str, markdown: &Markdown, artifact: &Artifact, line: &Range<usize>) -> Option<Status> {
    artifact.sections_named(SectionName::Status).find_map(|section| {
        let typed = boxes(text, markdown, section).into_iter().map(|(entry, status)| (entry.range, status));
        let mut all = typed.chain(drawn_boxes(text, markdown, section));
        all.find(|(range, _)| line.start <= range.start && range.start <= line.end).map(|(_, status)| status)
    })
}

fn tick(text: &str, markdown: &Markdown, boxes: &[(Entry, Status)], to: Status) -> Vec<Edit> {
    let chosen = boxes.iter().position(|(_, status)| *status == to);
    let mut edits = Vec::new();
    for (n, (entry, _)) in boxes.iter().enumerate() {
        let Some(task) = &entry.task else { continue };
        if task.ticked != (Some(n) == chosen) {
            edits.push(Edit::replace(task.marker.clone(), if task.ticked { "[ ]" } else { "[x]" }));
        }
    }
    if let (None, Some((last, _))) = (chosen, boxes.last()) {
        let (item, task) = (markdown.block(last.block).range(), last.task.as_ref().map(|task| task.marker.start));
        let line = start_of_line(text, item.start);
        let marker = &text[line..task.unwrap_or(item.start)];
        let line_end = line_end_at(text, item.end);
        let closing = if runs_on(text, markdown, item.end, true) { line_end } else { "" };
        edits.push(Edit::insert(item.end, format!("{line_end}{marker}[x] {to}{closing}")));
    }
    edits
}

/// The lines with a box that is drawn, not typed, and a status, that the section begins with: others are
/// not read.
fn drawn_boxes(text: &str, markdown: &Markdown, section: &Section) -> Vec<(Range<usize>, Status)> {
    // Beside boxes that are typed, drawn ones are not read.
    if entries::of(text, markdown, section.body.clone()).iter().any(|entry| entry.task.is_some()) {
        return Vec::new();
    }
    let first = markdown.siblings(section.body.clone()).next().map(|(_, first)| first);
    let Some(first) = first.filter(|first| first.kind == BlockKind::Paragraph) else { return Vec::new() };
    let own = &text[first.range()];
    if !own.contains(EMPTY_BOXES) {
        return Vec::new();
    }
    let mut at = first.range().start;
    let lines = own.split_inclusive(['\n', '\r']).map(|line| {
        at += line.len();
        at - line.trim_start().len()..at - line.len() + line.trim_end().len()
    });
    let named = lines.filter(|line| line.start < line.end).map_while(|line| {
        let words = text[line.clone()].trim_start_matches(EMPTY_BOXES);
        let is_boxed = !words.starts_with(|c: char| c.is_ascii());
        let is_empty = words.len() < line.len();
        Status::read(words).filter(|_| is_boxed || is_empty).map(|status| (line, status))
    });
    named.collect()
}

/// Draws the boxes so that only that of the status `to` is ticked; a line for it is added if there is none.
fn tick_drawn(text: &str, lines: &[(Range<usize>, Status)], to: Status) -> Vec<Edit> {
    let drawing = |line: &Range<usize>| {
        let words = &text[line.clone()];
        line.start..line.end - words.trim_start_matches(|c: char| !c.is_ascii()).len()
    };
    let is_empty = |line: &Range<usize>| text[line.clone()].starts_with(EMPTY_BOXES);
    let chosen = lines.iter().find(|(_, status)| *status == to).map(|(line, _)| line);
    let empty = lines.iter().find(|(line, _)| is_empty(line)).map(|(line, _)| &text[drawing(line)]);
    let full = lines.iter().find(|(line, _)| !is_empty(line)).map_or("☑", |(line, _)| &text[drawing(line)]);
    let (Some((last, _)), Some(empty)) = (lines.last(), empty) else { return Vec::new() };
    let change = |line: &Range<usize>| match (is_empty(line), Some(line) == chosen) {
        (true, true) => Some(Edit::replace(drawing(line), full)),
        (false, false) => Some(Edit::replace(drawing(line), empty)),
        _ => None,
    };
    let added = || Edit::insert(last.end, format!("{}{full} {to}", line_end_at(text, last.end)));
    lines.iter().filter_map(|(line, _)| change(line)).chain(chosen.is_none().then(added)).collect()
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
fn fresh(text: &str, markdown: &Markdown, section: &Section, to: Status) -> Option<Edit> {
    let is_empty = section.after_label.is_empty() && section.body.is_empty();
    let line_end = line_end_at(text, section.range.end);
    let item = |status: Status| format!("{line_end}- [{}] {status}", if status == to { "x" } else { " " });
    let items: String = Status::ALL.into_iter().map(item).collect();
    let closing = if runs_on(text, markdown, section.range.end, true) { line_end } else { "" };
    is_empty.then(|| Edit::insert(section.range.end, format!("{line_end}{items}{closing}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{artifact::Vocabulary, template::Kind, text};

    fn read(text: &str) -> (Markdown, Artifact) {
        let vocabulary = Vocabulary::built_in();
        let markdown = Markdown::parse(text, &|inside| vocabulary.is_placeholder(inside));
        let artifact = Artifact::read(Kind::WorkNotes, text, &markdown, &vocabulary);
        (markdown, artifact)
    }

    fn set(before: &str, to: Status) -> String {
        let (markdown, artifact) = read(before);
        text::apply(before, &set_status(before, &markdown, &artifact, to))
    }

    #[test]
    fn every_form_keeps_its_form() {
        use Status::*;
        for (before, to, after) in [
            (
                "## Status\r\n- [ ] Not started\r\n- [X] In progress\r\n- [ ] Blocked",
                Blocked,
                "## Status\r\n- [ ] Not started\r\n- [ ] In progress\r\n- [x] Blocked",
            ),
            ("## Status\n* [x] Done (2026)\n* [x] WIP\n", InProgress, "## Status\n* [ ] Done (2026)\n* [x] WIP\n"),
            (
                "## Status\n- [ ] WIP\n  ```\n  y\nNone\n",
                Blocked,
                "## Status\n- [ ] WIP\n  ```\n  y\n- [x] Blocked\n\nNone\n",
            ),
            ("## Status\n  - [x] Done\n", Blocked, "## Status\n  - [ ] Done\n  - [x] Blocked\n"),
            ("**Status:** ✅ Done · **Owner:** x\n", InProgress, "**Status:** 🚧 In progress · **Owner:** x\n"),
            ("---\nstatus: \"done\"\n---\n# P\n", InProgress, "---\nstatus: \"in-progress\"\n---\n# P\n"),
            ("---\r\nstatus: in_progress\r\n---\r\n", NotStarted, "---\r\nstatus: not_started\r\n---\r\n"),
            ("# P\nOwner: x\nStatus: `blocked`\n", InProgress, "# P\nOwner: x\nStatus: `in progress`\n"),
            ("# P\n\nStatus: IN PROGRESS\n", Complete, "# P\n\nStatus: COMPLETE\n"),
            ("# P\n\nStatus: **Complete** ✅\n", InProgress, "# P\n\nStatus: **In progress** 🚧\n"),
            ("## Status\n\nComplete ✔\u{fe0f}🎉 (2026-01-02)\n", Blocked, "## Status\n\nBlocked ⛔ (2026-01-02)\n"),
            ("# P\n\nStatus: done — see ✅ below\n", Blocked, "# P\n\nStatus: blocked — see ✅ below\n"),
            (
                "| Status | Done |\n|---|---|\n| a | b |\n",
                NotStarted,
                "| Status | Not started |\n|---|---|\n| a | b |\n",
            ),
            ("## Status: WIP\n", Complete, "## Status: Complete\n"),
            ("## Status\n\n🚧 **In progress** since Monday\n", Complete, "## Status\n\n✅ **Complete** since Monday\n"),
            (
                "## Status\n☐ Not started\n☑ In progress\n☐ Complete\n",
                Complete,
                "## Status\n☐ Not started\n☐ In progress\n☑ Complete\n",
            ),
            (
                "---\nstatus: wip\n---\n## Status\n- [x] In progress\n- [ ] Complete\n",
                Complete,
                "---\nstatus: complete\n---\n## Status\n- [ ] In progress\n- [x] Complete\n",
            ),
            (
                "# P\n\n## Status\n\n## Decisions\n",
                Blocked,
                "# P\n\n## Status\n\n- [ ] Not started\n- [ ] In progress\n- [x] Blocked\n- [ ] Complete\n\n## Decisions\n",
            ),
            (
                "## Status\nOwner\n---\n",
                Complete,
                "## Status\n\n- [ ] Not started\n- [ ] In progress\n- [ ] Blocked\n- [x] Complete\n\nOwner\n---\n",
            ),
            ("# P\n\nStatus: accepted\n\n## Status\n", Blocked, "# P\n\nStatus: accepted\n\n## Status\n"),
            ("## Status\nNearly there\n", Blocked, "## Status\nNearly there\n"),
        ] {
            assert_eq!(set(before, to), after);
        }
    }

    #[test]
    fn only_boxes_that_are_read_are_ticked_and_each_once() {
        for (before, after) in [
            (
                "## Status\n\n### Status\n- [x] In progress\n- [ ] Blocked\n",
                "## Status\n\n### Status\n- [ ] In progress\n- [x] Blocked\n",
            ),
            (
                "## Status\nStatus: done\n<!--\n☐ Blocked\n☑ Done\n-->\n",
                "## Status\nStatus: blocked\n<!--\n☐ Blocked\n☑ Done\n-->\n",
            ),
            (
                "## Status\nx\n\n**Status:** 🚧 In progress\n☐ Blocked\n☑ Done\n",
                "## Status\nx\n\n**Status:** ⛔ Blocked\n☐ Blocked\n☑ Done\n",
            ),
            ("## Status\n☐ Blocked\n☑ Done\n- [ ] a\n", "## Status\n☐ Blocked\n☑ Done\n- [ ] a\n"),
            ("## Status\nx\n☐ Blocked\n☑ Done\n", "## Status\nx\n☐ Blocked\n☑ Done\n"),
        ] {
            assert_eq!(set(before, Status::Blocked), after);
        }
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
                let (_, artifact) = read(&after);
                assert_eq!(artifact.work_notes().unwrap().status(), Some(to), "{before:?} became {after:?}");
                assert_eq!(set(&after, to), after, "setting it again changes nothing");
            }
        }
    }
}
