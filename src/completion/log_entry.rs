//! Another entry of the session log, dated now, in the style of the file's own.
//!
//! In the Session log section: at `#`, at `-` where entries are items, at `|` where they are rows, and on
//! an empty line. What changed is filled in with the commits since the newest entry; the empty fields
//! are tab stops.

use super::{Item, ItemKind, List, Request, Snippet, cursor::Typed, fenced};
use crate::{
    artifact::{Document, notes::Direction},
    convention::SectionName,
    edit::{
        Fragment,
        log_entry::{NewEntry, entry_text},
    },
    text::Edit,
    workspace::what_changed::what_changed,
};

pub fn offer(request: &Request, list: &mut List) {
    let is_in_log = |section| section == Some(SectionName::SessionLog);
    if !request.sections_around().any(|section| is_in_log(section.name)) || !may_begin(request) {
        return;
    }
    let Some(entry) = entry(request) else { return };
    let line = request.line();
    let first = entry.text.lines().next().unwrap_or_default().to_owned();
    let level = first.len() - first.trim_start_matches('#').len();
    let is_outside = |inner: u8| level > 0 && usize::from(inner) >= level;
    let mut around = request.sections_around().filter(|section| !is_outside(section.level));
    let named = around.find(|section| section.name.is_some()).and_then(|section| section.name);
    let typed = request.text()[line.clone()].trim();
    let heading = first.trim_start_matches(['#', '-', '*', '+', '|', ' ']).trim_end_matches(['|', ' ']);
    let begins = |words: &str| words.get(..typed.len()).is_some_and(|head| head.eq_ignore_ascii_case(typed));
    // Words alone stand for the heading.
    let Some(filter) = [&first, heading].into_iter().find(|words| begins(words)).map(str::to_owned) else { return };
    if !is_in_log(named) {
        return;
    }
    let label = format!("Session log entry {}", heading.replace("**", ""));
    let shown = format!("A new session, now.\n\n{}", fenced(&entry.text));
    let item = Item::new(ItemKind::Entry, label.trim_end(), line, snippet(request, entry));
    list.items.push(item.with_detail("entry").with_documentation(shown).with_filter(filter));
}

/// The entry as the others show it. What is typed on the line would be read as one of them.
fn entry(request: &Request) -> Option<Fragment> {
    let line = request.line();
    if line.is_empty() {
        return entry_of(request, request.document);
    }
    entry_of(request, &request.document.after(&[Edit::delete(line)], &request.workspace.vocabulary))
}

fn entry_of(request: &Request, document: &Document) -> Option<Fragment> {
    let what_changed = what_changed(document, request.workspace, request.files.commits(), request.now);
    let new = NewEntry { now: request.now, what_changed: &what_changed, fields: &[] };
    let (entry, direction) = entry_text(document, &request.workspace.vocabulary, &new);
    // At the other end it would break the order of the log.
    let line = request.line().start;
    let is_behind = document.artifact.notes.log.iter().map(|other| other.heading.start < line);
    let is_in_order = { is_behind }.all(|is_behind| is_behind == (direction == Direction::NewestLast));
    is_in_order.then_some(entry)
}

/// Whether the line is empty or no more than the beginning of an entry.
fn may_begin(request: &Request) -> bool {
    let is_at_end = request.text()[request.offset..request.line().end].trim().is_empty();
    match request.typed() {
        Typed::Heading { .. } | Typed::Row => is_at_end && request.before().contains(['#', '|']),
        Typed::Nothing | Typed::Item(_) | Typed::Words => request.entry().is_some(),
    }
}

/// The entry with the blank lines that it needs here, its empty fields as tab stops.
fn snippet(request: &Request, entry: Fragment) -> Snippet {
    let is_item = entry.text.starts_with(['-', '*', '+', '|', ' ']) && !entry.text.starts_with("**");
    let (before, after) = if is_item { ("", "") } else { request.blank_lines() };
    let mut entry = entry.below(before);
    entry.push(after);
    Snippet::of_fragment(&entry)
}

#[cfg(test)]
mod tests {
    use crate::completion::tests::{accepted, check_silent, item, labels};

    const NOTES: &str = "work-notes/phase-1.md";
    const LABEL: &str = "Session log entry 2026-01-23 12:30";

    fn only_entries(text: &str) -> Vec<String> {
        labels(NOTES, text).into_iter().filter(|label| label.starts_with("Session log entry")).collect()
    }

    #[test]
    fn the_entry_has_the_style_of_the_others_and_its_fields_are_tab_stops() {
        let fields = "- What changed: ${1}\n- Why: ${2}\n- Blockers: ${3}\n- Next: ${4}";
        for (before, after) in [
            ("## Session log\n\n#$0\n", format!("## Session log\n\n### 2026-01-23 12:30\n\n{fields}\n")),
            (
                "## Session log\n###$0\n## Commits\n",
                format!("## Session log\n\n### 2026-01-23 12:30\n\n{fields}\n\n## Commits\n"),
            ),
            ("## Session log\n\n### 20$0", format!("## Session log\n\n### 2026-01-23 12:30\n\n{fields}")),
            (
                "## Session log\r\n\r\n$0\r\n",
                format!("## Session log\n\n### 2026-01-23 12:30\n\n{fields}\n").replace('\n', "\r\n"),
            ),
        ] {
            assert_eq!(accepted(NOTES, before, LABEL).1, after, "{before}");
        }
    }

    #[test]
    fn what_changed_is_filled_in_with_the_commits_since_the_newest_entry() {
        let text = "\
## Session log

### 2026-01-22 11:00

- What changed: x
- Why: y
- Blockers: none
- Next: z

### $0
";
        let (plain, snippet) = accepted(NOTES, text, LABEL);
        assert!(plain.contains("### 2026-01-23 12:30\n\n- What changed: Escape | in cells\n- Why:"), "{plain}");
        assert!(snippet.contains("- Why: ${1}\n"), "{snippet}");
    }

    #[test]
    fn entries_that_are_items_are_offered_at_a_bullet() {
        let text = "## Log\n\n- 2026-01-20: Lint\n- 2026-01-21: Probe\n";
        for typed in ["-$0\n", "- $0\n", "- 2026$0\n", "$0\n"] {
            let before = format!("{text}{typed}");
            let (plain, _) = accepted(NOTES, &before, &only_entries(&before)[0]);
            assert!(plain.starts_with(&format!("{text}- 2026-01-23: ")), "{plain}");
        }
        assert_eq!(
            item(NOTES, &format!("{text}- $0\n"), &only_entries(&format!("{text}-$0"))[0]).filter.unwrap()[..7],
            *"- 2026-"
        );
        check_silent(NOTES, &format!("{text}- Lint$0\n"));
        check_silent(NOTES, &format!("{text}* $0\n"));
    }

    #[test]
    fn an_entry_may_begin_without_its_mark_and_where_the_log_grows() {
        let (plain, _) = accepted(NOTES, "## Session log\n\n2026-$0\n", LABEL);
        assert!(plain.starts_with("## Session log\n\n### 2026-01-23 12:30\n\n- What changed"), "{plain}");
        for log in ["### 2026-01-22\n- a\n\n### 2026-01-21\n- a\n", "### Session 2\n- a\n\n### Session 1\n- a\n"] {
            assert_eq!(only_entries(&format!("## Log\n\n$0\n\n{log}")).len(), 1, "{log}");
        }
    }

    #[test]
    fn other_places_are_left_alone() {
        for text in [
            "## Session log\n\n### 2026-01-22\n- $0\n",
            "## Session log\n\n### 2026-01-22\n- Next: $0\n",
            "## Session log\n\n2025$0\n",
            "## Session log\n\n### Notes$0\n",
            "## Session log\n\n### $0 2026-01-22\n",
            "## Session log\n\n$0### 2026-01-22\n",
            "## Session log\n\n```\n### $0\n```\n",
            "## Session log\n\n```\n\n$0",
            "## Session log\n\n<!--\n### $0\n-->\n",
            "## Decisions\n\n### 20$0\n",
            "# Session log of 20$0\n",
        ] {
            check_silent(NOTES, text);
        }
        for text in [
            "## Session log\n\n### 2026-01-22\n- a\n\n### 2026-01-21\n- a\n\n$0\n",
            "## Session log\n\n$0\n\n### 2026-01-21\n- a\n\n### 2026-01-22\n- a\n",
        ] {
            assert!(only_entries(text).is_empty(), "{text}");
        }
        // A plan may keep the log.
        assert_eq!(labels("plan/phase-1.md", "## Session log\n\n### 20$0\n"), [LABEL]);
        assert_eq!(
            only_entries("## Session log\n\n### 2026-01-22\n- a\n\n#### Decisions\n\n###$0\n"),
            ["Session log entry 2026-01-23"]
        );
    }
}
