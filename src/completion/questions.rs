//! Open questions as the beginning of a decision: in the Decisions section of work notes.
//!
//! The decision names the question, with places for the answer and its reason, written as the decision
//! above is; where the question stands it is marked as resolved.

use std::ops::Range;

use super::{Item, ItemKind, List, Request, cursor::TypedEntry, fenced};
use crate::{
    artifact::{
        Document,
        entries::{self, Entry},
        notes,
        questions::Question,
    },
    convention::SectionName,
    markdown::{Inline, InlineKind, Markdown},
};

pub fn offer(request: &Request, list: &mut List) {
    let Some(section) = request.section_around(&[SectionName::Decisions]) else { return };
    let line = request.line();
    let is_elsewhere = |range: &Range<usize>| range.end < line.start || line.end < range.start;
    let open = request.document.artifact.questions.iter().filter(|question| !question.resolved);
    let mut open = open.filter(|question| is_elsewhere(&question.range)).peekable();
    if open.peek().is_none() {
        return;
    }
    let others = request.other_entries(section);
    let columns = others.last().filter(|entry| entry.is_row).map(|row| columns(request, row));
    let entry = if columns.is_some() { request.row() } else { request.entry() };
    let Some(entry) = entry else { return };
    let (marks, typed) = entry.typed(request, &['|', ' ']);
    let style = Style::of(request, &others);
    let changes = request.document.question_changes();
    for question in open {
        let words = words_of(request, question);
        if words.is_empty() || !entry.begins(&words, typed) {
            continue;
        }
        let Some(resolved) = changes.resolve(question) else { continue };
        let text = match &columns {
            Some(columns) => row(&words, columns),
            None => request.as_item(&style.decision(&words), entry.marker, "", &others),
        };
        let label = request.text()[question.range.clone()].to_owned();
        let filter = Some(format!("{marks}{words}"));
        list.items.push(Item { label, filter, also: resolved, ..item(request, &words, &entry, text) });
    }
}

fn item(request: &Request, words: &str, entry: &TypedEntry, text: String) -> Item {
    let shown = format!("Starts a decision, and marks the question as resolved.\n\n{}", fenced(text.trim()));
    Item::new(ItemKind::Question, words, entry.range.clone(), request.skeleton(text))
        .with_detail("resolves the question")
        .with_documentation(shown)
}

/// What a question asks, on one line, without its mark and what sets it off.
fn words_of(request: &Request, question: &Question) -> String {
    let Document { text, markdown, .. } = request.document;
    let all = request.document.words_of_question(question);
    let range = match end_of_asking(text, markdown, all.clone()) {
        Some(end) => all.start..end,
        None => question.range.clone(),
    };
    let is_mark = |kind| matches!(kind, InlineKind::Emphasis | InlineKind::Strong | InlineKind::Strikethrough);
    let inlines = markdown.inlines_in(all).iter().filter(|inline| is_mark(inline.kind));
    // Marks around all of it set it off, and those that go on behind it would lose their ends.
    let is_last = |end: usize| text[end.min(range.end)..range.end].trim_matches(['?', '？']).is_empty();
    let sets_off = |inline: &&Inline| inline.range().start == range.start && is_last(inline.range().end);
    let removed = inlines.filter(|inline| sets_off(inline) || inline.range().end > range.end);
    let removed = removed
        .flat_map(|inline| [inline.range().start..inline.content().start, inline.content().end..inline.range().end]);
    let removed: Vec<Range<usize>> = removed.collect();
    let kept = text[range.clone()].char_indices().map(|(at, c)| (range.start + at, c));
    let kept = kept.filter(|(at, _)| !removed.iter().any(|mark| mark.contains(at))).map(|(_, c)| c);
    let words = kept.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ");
    let words = words.trim_end_matches(['?', '？']).trim_end();
    // `Q3: Which port` is the question of that number.
    let is_number = |label: &str| label.len() <= 4 && label.starts_with(['Q', 'q']);
    let named = words.split_once([':', '：', '.']).filter(|(label, rest)| is_number(label) && !rest.trim().is_empty());
    named.map_or(words, |(_, rest)| rest.trim_start_matches([' ', '*'])).to_owned()
}

/// The byte behind the question mark that ends what is asked: the first one, or the last of several questions
/// in a row. Those in code and addresses end nothing.
fn end_of_asking(text: &str, markdown: &Markdown, words: Range<usize>) -> Option<usize> {
    let is_whole =
        |kind: InlineKind| !matches!(kind, InlineKind::Emphasis | InlineKind::Strong | InlineKind::Strikethrough);
    let mut end = None;
    for (at, mark) in text[words.clone()].match_indices(['?', '？']) {
        let at = words.start + at;
        let behind = at + mark.len();
        let goes_on = text[behind..words.end].starts_with(|c: char| c.is_alphanumeric() || "=&/".contains(c));
        let mut inlines = markdown.inlines_in(words.clone()).iter();
        if mark == "?" && goes_on || inlines.any(|inline| is_whole(inline.kind) && inline.range().contains(&at)) {
            continue;
        }
        let between = end.map_or("", |end| &text[end..at]);
        if [". ", ": ", " — ", " – ", " - ", "。"].iter().any(|other| between.contains(other)) {
            break;
        }
        end = Some(behind);
    }
    end
}

/// How the decisions of a section are written.
struct Style {
    is_bold: bool,
    /// Between the decision and what is said of it.
    mark: &'static str,
}

impl Style {
    fn of(request: &Request, others: &[Entry]) -> Self {
        let last = others.iter().rev().find(|entry| !entry.is_row && !entry.is_none(request.text()));
        let words = last.map_or("", |entry| entry.text(request.text()));
        let is_bold = words.starts_with("**");
        let behind = if is_bold { words.splitn(3, "**").nth(2).unwrap_or_default() } else { words };
        let marks = [": ", " — ", " – ", " - "];
        let first = |mark: &&str| behind.find(*mark);
        let mark = marks.into_iter().filter(|mark| first(mark).is_some()).min_by_key(first).unwrap_or(": ");
        Self { is_bold, mark }
    }

    /// `Which port: <Decision>, because <Rationale>`.
    fn decision(&self, words: &str) -> String {
        let is_bold = self.is_bold && !words.contains("**");
        let stars = if is_bold { "**" } else { "" };
        format!("{stars}{words}{stars}{}<Decision>, because <Rationale>", self.mark)
    }
}

/// What a column of the decisions' table is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    Question,
    Decision,
    Reason,
    Other,
}

const COLUMNS: [(Column, &[&str]); 2] = [
    (Column::Question, &["question", "topic", "issue"]),
    (Column::Decision, &["decision", "choice", "decided", "what", "answer"]),
];

fn columns(request: &Request, row: &Entry) -> Vec<Column> {
    let header = entries::header(request.text(), &request.document.markdown, row.block);
    let column = |name: &String| {
        let is_called = |(_, words): &&(Column, &[&str])| name.split_whitespace().any(|word| words.contains(&word));
        let other = if notes::gives_reasons(name) { Column::Reason } else { Column::Other };
        COLUMNS.iter().find(is_called).map_or(other, |(column, _)| *column)
    };
    header.iter().map(column).collect()
}

fn row(words: &str, columns: &[Column]) -> String {
    let has = |column: Column| columns.contains(&column);
    let words = words.replace('|', "\\|");
    let mut out = "|".to_owned();
    for column in columns {
        let reason = if has(Column::Reason) { "" } else { ", because <Rationale>" };
        let cell = match column {
            Column::Question => words.clone(),
            Column::Decision if has(Column::Question) => format!("<Decision>{reason}"),
            Column::Decision => format!("{words}: <Decision>{reason}"),
            Column::Reason => "<Rationale>".to_owned(),
            Column::Other => String::new(),
        };
        out.push_str(&format!(" {cell} |"));
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::{
        completion::tests::{accepted, check_silent, labels},
        testing::findings,
    };

    const NOTES: &str = "work-notes/phase-1.md";
    const QUESTIONS: &str =
        "\n## Open questions\n- [ ] Which port?\n- [x] Which host?\n- **Who pays?** Ann asked\n\n### Q1: 索引は\n\nb\n";

    fn with_questions(text: &str) -> String {
        format!("{text}{QUESTIONS}")
    }

    #[test]
    fn open_questions_are_offered() {
        let all = ["Which port?", "**Who pays?** Ann asked", "Q1: 索引は"];
        for text in ["## Decisions\n- $0\n", "## Decisions\n\n$0\n", "## Decisions\n- a: b\n-$0\n"] {
            assert_eq!(labels(NOTES, &with_questions(text))[..3], all, "{text}");
        }
        assert_eq!(labels(NOTES, &with_questions("## Decisions\n- po$0\n")), all[..1]);
        assert_eq!(labels(NOTES, &with_questions("## Decisions\n- 索$0\n")), all[2..]);
    }

    #[test]
    fn the_decision_is_begun_and_the_question_marked() {
        let questions = "
## Open questions
- [x] Which port?
- [x] Which host?
- **Who pays?** Ann asked

### Q1: 索引は

b
";
        for (before, after) in [
            ("- wh$0\n", "- Which port: ${1:<Decision>}, because ${2:<Rationale>}\n"),
            ("\n$0\n", "\n- Which port: ${1:<Decision>}, because ${2:<Rationale>}\n"),
            ("wh$0\n", "- Which port: ${1:<Decision>}, because ${2:<Rationale>}\n"),
            ("* a — b\n* $0\n", "* a — b\n* Which port — ${1:<Decision>}, because ${2:<Rationale>}\n"),
            ("1. **a**: b\n2. $0\n", "1. **a**: b\n2. **Which port**: ${1:<Decision>}, because ${2:<Rationale>}\n"),
            ("1. a: b\n$0\n", "1. a: b\n2. Which port: ${1:<Decision>}, because ${2:<Rationale>}\n"),
            (
                "\n| # | Decision | Why |\n|---|---|---|\n| 1 | a | b |\n$0\n",
                "
| # | Decision | Why |
|---|---|---|
| 1 | a | b |
|  | Which port: ${1:<Decision>} | ${2:<Rationale>} |
",
            ),
        ] {
            let (before, after) =
                (format!("## Decisions\n{before}{QUESTIONS}"), format!("## Decisions\n{after}{questions}"));
            assert_eq!(accepted(NOTES, &before, "Which port?").1, after);
            let (before, after) = (before.replace('\n', "\r\n"), after.replace('\n', "\r\n"));
            assert_eq!(accepted(NOTES, &before, "Which port?").1, after);
        }
        let (text, _) = accepted(NOTES, &with_questions("## Decisions\n- $0\n"), "**Who pays?** Ann asked");
        assert!(text.starts_with("## Decisions\n- Who pays: <") && text.contains("\n- [x] **Who pays?** Ann asked\n"));
        let (text, _) = accepted(NOTES, &with_questions("## Decisions\n- $0\n"), "Q1: 索引は");
        assert!(
            text.starts_with("## Decisions\n- 索引は: <") && text.contains("\n### Q1: 索引は (resolved)\n"),
            "{text}"
        );
    }

    #[test]
    fn what_is_asked_is_neither_cut_nor_left_with_half_of_its_marks() {
        for (question, words) in [
            ("*Which* port?", "*Which* port"),
            ("**Which port?** Ann asked", "Which port"),
            ("**Which port**?", "Which port"),
            ("Do we *need it?* Ann", "Do we need it"),
            ("~~Old~~ new port?", "~~Old~~ new port"),
            ("Which port should\n  the server use? Or two?", "Which port should the server use? Or two"),
            ("Two hosts. Which one? Ann: both?", "Two hosts. Which one"),
            ("Is `a?` or /b?c=d right?", "Is `a?` or /b?c=d right"),
            ("[Which port?](a.md)", "[Which port?](a.md)"),
        ] {
            let text = format!("## Decisions\n- $0\n\n## Open questions\n- {question}\n");
            let all = labels(NOTES, &text);
            let (after, _) = accepted(NOTES, &text, &all[0]);
            assert!(after.starts_with(&format!("## Decisions\n- {words}: <")), "{after}");
        }
    }

    #[test]
    fn once_it_is_filled_in_the_decision_has_its_reason() {
        let reasoned = "- a, because b\n- c, because d\n- e, because f\n- g\n- $0\n";
        for before in ["- $0\n", reasoned, "\n| Decision |\n|---|\n| a because b |\n$0\n"] {
            let (text, _) = accepted(NOTES, &with_questions(&format!("## Decisions\n{before}")), "Which port?");
            let filled = text.replace("<Decision>", "80").replace("<Rationale>", "it is free");
            let strict = "//- phasemark.toml\n[sections.work-notes]\nstrict = true\n";
            let found = findings(&format!("{strict}//- {NOTES}\n{filled}"));
            // Open questions of a list are one finding, with the others as related places.
            let about = |rule: &str| -> usize {
                let of_rule = found.iter().filter(|(_, finding)| finding.rule == rule);
                of_rule.map(|(_, finding)| 1 + finding.related.len()).sum()
            };
            let bare = usize::from(before.contains("- g"));
            assert_eq!((about("decision-without-rationale"), about("unresolved-question")), (bare, 2), "{filled}");
        }
    }

    #[test]
    fn sentences_and_other_places_are_left_alone() {
        for text in [
            "## Decisions\n- Use it$0\n",
            "## Decisions\n- $0 Use it\n",
            "## Decisions\n- a\n  - wh$0\n",
            "## Decisions\nport$0\n",
            "## Decisions\n- a\nwh$0\n",
            "## Decisions\nwh$0\nat\n",
            "## Decisions\n- `wh$0`\n",
            "## Decisions\n- `wh$0\n",
            "## Assumptions\n- wh$0\n",
            "## Decisions\n```\n- wh$0\n```\n",
            "## Decisions\n<!--\n- wh$0\n-->\n",
            "# Decisions of wh$0\n",
        ] {
            check_silent(NOTES, &with_questions(text));
        }
        check_silent(NOTES, "## Decisions\n- wh$0\n\n## Open questions\n- [x] Which port?\n");
    }
}
