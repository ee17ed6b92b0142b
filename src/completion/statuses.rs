//! Where a phase stands: in the Status section of work notes, after `Status:` and in front matter.
//!
//! Among boxes, those that the section has not yet are offered, as it writes its own; without boxes the
//! words alone. After a label, what is typed is replaced.

use std::ops::Range;

use super::{Inside, Item, ItemKind, List, Request, Snippet, cursor::Marker};
use crate::{
    artifact::{entries::Entry, notes::Status, sections::Section},
    convention::{Kind, SectionName, normalize_heading},
};

pub fn offer(request: &Request, list: &mut List) {
    if request.document.kind != Kind::WorkNotes {
        return;
    }
    if let Some(value) = labelled_value(request) {
        let of_value = |status| status_item(status, value.clone(), case(request, status));
        let is_whole = Status::read(&request.text()[value.clone()]).is_some();
        let typed = if is_whole { "" } else { &request.text()[value.start..request.offset] };
        list.items.extend(fitting(typed).map(of_value));
    } else if request.inside == Inside::Words
        && let Some(section) = request.section_around(&[SectionName::Status])
    {
        offer_in_section(request, section, list);
    }
}

fn status_item(status: Status, range: Range<usize>, insert: String) -> Item {
    let meaning = match status {
        Status::NotStarted => "Nobody has begun.",
        Status::InProgress => "Sessions are under way.",
        Status::Blocked => "Something has to happen first: the session log's Blockers say what.",
        Status::Complete => "Everything in the plan's definition of done holds, and no question is open.",
    };
    Item::new(ItemKind::Status, status.name(), range, Snippet::plain(insert)).with_documentation(meaning)
}

/// Front matter is written in lower case.
fn case(request: &Request, status: Status) -> String {
    if request.inside == Inside::FrontMatter { status.name().to_lowercase() } else { status.name().to_owned() }
}

/// The statuses that what is typed so far may become.
fn fitting(typed: &str) -> impl Iterator<Item = Status> {
    let typed = typed.to_lowercase();
    Status::ALL.into_iter().filter(move |status| status.name().to_lowercase().starts_with(&typed))
}

/// Bytes of the value that the cursor is in, of a line such as `- **Status:** in progress · Owner: x`.
fn labelled_value(request: &Request) -> Option<Range<usize>> {
    let (text, line) = (request.text(), request.line());
    let (label, _) = request.before().split_once([':', '：'])?;
    let is_short = label.len() <= 40;
    let label_name = normalize_heading(label.trim_start_matches(['>', ' ', '#', '-', '*']));
    let section = request.workspace.vocabulary.section(Kind::WorkNotes, &label_name);
    let is_front_matter = request.inside == Inside::FrontMatter;
    let is_key = !is_front_matter || label.eq_ignore_ascii_case("status");
    if !is_short || section != Some(SectionName::Status) || !is_key || !is_front_matter && !counts(request) {
        return None;
    }
    let after = line.start + label.len();
    let markup = [':', '：', '*', '_', ' ', '\t', '"', '\''];
    let marks = &text[after..request.offset];
    let start = after + (marks.len() - marks.trim_start_matches(markup).len());
    // A closing `**` or the like is passed only if a blank follows, or nothing.
    let is_open_markup = marks.matches("**").count() + label.matches("**").count() == 1;
    if is_open_markup || !marks.contains([' ', '\t']) {
        return None;
    }
    let is_word = |c: char| c.is_alphanumeric() || c == ' ' || c == '-';
    let value = &text[start..line.end];
    let end = value.find(|c| !is_word(c)).map_or(line.end, |at| start + at);
    let end = (start + text[start..end].trim_end().len()).max(request.offset);
    let is_plain = text[start..request.offset].chars().all(is_word) && !request.document.markdown.is_code(start);
    let is_status = end == request.offset || Status::read(&text[start..end]).is_some();
    (is_plain && is_status).then_some(start..end)
}

/// Whether a `Status:` line here is read as one: before the first section, in Status, or as a heading.
fn counts(request: &Request) -> bool {
    let is_heading = request.before().starts_with('#');
    let mut around = request.sections_around();
    is_heading
        || around.next().is_none_or(|inner| {
            inner.name == Some(SectionName::Status) || around.any(|section| section.name == Some(SectionName::Status))
        })
}

/// Another item or the words of an empty section.
fn offer_in_section(request: &Request, section: &Section, list: &mut List) {
    let Some(typed) = request.entry() else { return };
    let mut others = request.other_entries(section);
    others.retain(|entry| !entry.is_row);
    let read = |entry: &Entry| Status::read(entry.text(request.text()));
    let listed: Vec<Status> = others.iter().filter_map(read).collect();
    let words = &request.text()[typed.range.clone()];
    let has_text =
        others.is_empty() && request.document.artifact.work_notes().is_some_and(|notes| notes.status().is_some());
    let is_bare = matches!(typed.marker, Marker::There { is_set_off: false, .. });
    if has_text || is_bare && words.trim().is_empty() && !others.is_empty() && listed.is_empty() {
        return;
    }
    let has_boxes = others.iter().any(|entry| entry.task.is_some());
    let is_listed = |status: &Status| listed.contains(status);
    let is_begun = |status: &Status| status.name().to_lowercase().starts_with(&words.trim().to_lowercase());
    for status in Status::ALL.into_iter().filter(|status| !is_listed(status) && is_begun(status)) {
        let insert = match typed.marker {
            // Alone, the words say it.
            Marker::Missing if others.is_empty() => status.name().to_owned(),
            // Another box is empty, whatever those beside it are.
            marker => request.as_item(status.name(), marker, if has_boxes { "[ ] " } else { "" }, &others),
        };
        list.items.push(status_item(status, typed.range.clone(), insert));
    }
}

#[cfg(test)]
mod tests {
    use crate::completion::tests::{accepted, check_silent, labels};

    const NOTES: &str = "work-notes/phase-1.md";
    const ALL: [&str; 4] = ["Not started", "In progress", "Blocked", "Complete"];

    #[test]
    fn after_a_label_the_value_is_replaced() {
        for (before, after) in [
            ("# N\n\nStatus: $0\n", "# N\n\nStatus: Blocked\n"),
            ("# N\n\nStatus: bl$0\n", "# N\n\nStatus: Blocked\n"),
            ("# N\r\n\r\n**Status:** In$0 progress\r\n", "# N\r\n\r\n**Status:** Blocked\r\n"),
            ("# N\n\n**Status**: $0In progress · **Owner:** 漢\n", "# N\n\n**Status**: Blocked · **Owner:** 漢\n"),
            ("# N\n\n- Owner: 😀\n- Status: Done$0", "# N\n\n- Owner: 😀\n- Status: Blocked"),
            ("# N\n\n> Status: $0\n", "# N\n\n> Status: Blocked\n"),
            ("# N\n## Status: b$0\n", "# N\n## Status: Blocked\n"),
            ("# N\n## Status\nCurrent status: b$0  \n", "# N\n## Status\nCurrent status: Blocked  \n"),
            ("---\ntitle: x\nstatus: $0\n---\n# N\n", "---\ntitle: x\nstatus: blocked\n---\n# N\n"),
            ("---\r\nStatus: \"d$0one\" # May\r\n---\r\n", "---\r\nStatus: \"blocked\" # May\r\n---\r\n"),
        ] {
            assert_eq!(accepted(NOTES, before, "Blocked"), (after.to_owned(), after.to_owned()), "{before}");
        }
        assert_eq!(labels(NOTES, "# N\n\nStatus: $0\n"), ALL);
        assert_eq!(labels(NOTES, "# N\n\nStatus: in pr$0\n"), ["In progress"]);
    }

    #[test]
    fn items_are_written_as_their_neighbours() {
        for (before, after) in [
            ("## Status\n- $0\n", "## Status\n- Blocked\n"),
            ("## Status\n- [x] $0", "## Status\n- [x] Blocked"),
            ("## Status\n* [ ] In progress\n* $0", "## Status\n* [ ] In progress\n* [ ] Blocked"),
            ("## Status\n- [x] In progress\n-$0", "## Status\n- [x] In progress\n- [ ] Blocked"),
            ("## Status\r\n* [x] In progress\r\n$0", "## Status\r\n* [x] In progress\r\n* [ ] Blocked"),
            ("## Status\n\n$0\n\n## Log\n", "## Status\n\nBlocked\n\n## Log\n"),
            ("## Status\n\nbl$0\n\n## Log\n", "## Status\n\nBlocked\n\n## Log\n"),
        ] {
            assert_eq!(accepted(NOTES, before, "Blocked").0, after, "{before}");
        }
        let text = "## Status\n\n- [ ] Not started\n- [x] b$0\n- [ ] Complete\n";
        assert_eq!(labels(NOTES, text), ["Blocked"]);
        assert_eq!(labels(NOTES, &text.replace("b$0", "$0")), ["In progress", "Blocked"]);
    }

    #[test]
    fn sentences_and_other_places_are_left_alone() {
        for text in [
            "# N\n\nStatus: we are i$0\n",
            "# N\n\nStatus: In$0 the middle\n",
            "# N\n\nStatus: $0we\n",
            "# N\n\nStatus:$0\n",
            "# N\n\n**Status:$0**\n",
            "# N\n\nThe status: b$0\n",
            "## Decisions\n\nStatus: b$0\n",
            "## Status\n\nWe are b$0\n",
            "## Status\n\nwaiting$0\n",
            "## Status\n- [ ] Blocked by $0\n",
            "## Status\n- a\n  - b$0\n",
            "```\nStatus: b$0\n```\n",
            "```\nStatus: b$0\n",
            "<!--\nStatus: b$0\n-->\n",
            "# Status: `b$0`\n",
            "---\nsubstatus: b$0\n---\n",
            "---\nx:\n  status: b$0\n---\n",
        ] {
            check_silent(NOTES, text);
        }
        check_silent("plan/phase-1.md", "# P\n\nStatus: b$0\n");
        check_silent("prompts/phase-1.md", "---\nstatus: b$0\n---\n");
    }
}
