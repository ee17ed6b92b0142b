//! A sentence as an open question or an assumption.
//!
//! What is selected on a line, or else the sentence at the cursor, is copied: a session log and prose
//! have to stay as they are. An item of Decisions, Assumptions or Open questions is such a statement by
//! itself, so with nothing selected it is moved, with all that is nested in it.

use std::ops::Range;

use super::{ActionKind, Context, Offers};
use crate::{
    artifact::{Document, entries, questions},
    convention::{Kind, SectionName},
    edit::{question::together, take::NewEntry},
    markdown::{BlockId, BlockKind, Inline, Markdown},
    text::{Edit, offset_after, split_lines},
};

const TARGETS: [(SectionName, &str); 2] =
    [(SectionName::OpenQuestions, "an open question"), (SectionName::Assumptions, "an assumption")];

/// Sections whose items are statements.
const OF_STATEMENTS: [SectionName; 3] = [SectionName::Decisions, SectionName::Assumptions, SectionName::OpenQuestions];

/// Sections of which nothing is a sentence.
const OF_FACTS: [SectionName; 2] = [SectionName::Status, SectionName::Commits];

pub fn offer(ctx: &Context, offers: &mut Offers) {
    let Document { markdown, artifact, kind, .. } = ctx.document;
    if *kind != Kind::WorkNotes || ctx.document.has_open_end() {
        return;
    }
    let (Some(statement), Some(paragraph)) = (statement(ctx), paragraph(ctx)) else { return };
    let at = markdown.block(paragraph).range().start;
    let is_open = questions::is_open(&statement.entry.words.join("\n"));
    for (name, what) in TARGETS {
        if artifact.sections.is_within(at, &[name]) || name == SectionName::OpenQuestions && !is_open {
            continue;
        }
        let place = ctx.document.place_of_another(&ctx.workspace.vocabulary, name);
        let (insertion, end) = place.fill(&statement.entry);
        let (title, change) = match &statement.removal {
            Some(removal) => {
                let Some(change) = together(vec![insertion, removal.clone()], end) else { continue };
                (format!("Turn the item into {what}"), change)
            }
            None => {
                let edits = vec![insertion];
                let cursor = offset_after(&edits, 0, end);
                (format!("Note the sentence as {what}"), (edits, cursor))
            }
        };
        offers.offer(ActionKind::Rewrite, title, change);
    }
}

struct Statement {
    entry: NewEntry,
    removal: Option<Edit>,
}

fn statement(ctx: &Context) -> Option<Statement> {
    let Document { text, markdown, artifact, .. } = ctx.document;
    let selected = ctx.selection.start..ctx.last_selected();
    let paragraph = paragraph(ctx)?;
    let block = markdown.block(paragraph).range();
    let sections = &artifact.sections;
    let is_label = sections.opened_by(paragraph).is_some() || sections.is_within(block.start, &OF_FACTS);
    if is_label || text[selected.clone()].trim().contains(['\n', '\r']) {
        return None;
    }
    let item = markdown.parent(paragraph).filter(|id| markdown.block(*id).kind == BlockKind::Item);
    if selected.is_empty()
        && let Some(item) = item.filter(|item| markdown.inside(*item).start == paragraph)
        && sections.is_within(block.start, &OF_STATEMENTS)
    {
        let entry = ctx.document.entry_of(item).filter(|entry| says_something(&entry.words.join("\n")))?;
        return Some(Statement { entry, removal: Some(ctx.document.removal(item)) });
    }
    let range = match selected.is_empty() {
        true => sentence(text, markdown, without_label(ctx, block), selected.start),
        false => selected.start.max(block.start)..selected.end.min(block.end).max(selected.start.max(block.start)),
    };
    // What the comment silences stays behind, and the comment with it.
    let comment = artifact.suppression_in(&range).map(|comment| &comment.range);
    let range = range.start..comment.map_or(range.end, |comment| comment.start.max(range.start));
    let words = split_lines(&text[range]).map(|line| line.trim_start_matches([' ', '\t', '>']).trim_end());
    let words = words.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
    // A mark that opens before the words or closes behind them is none.
    let is_whole = |mark: &str| words.matches(mark).count() % 2 == 0;
    let is_sentence = says_something(&words) && is_plain(&words) && is_whole("**") && is_whole("`") && is_whole("~~");
    is_sentence.then(|| Statement { entry: NewEntry { words: vec![words], ..NewEntry::default() }, removal: None })
}

/// Whether words stay words behind an item's marker: they begin no list, heading, box and so on, and are
/// no row of a table.
fn is_plain(words: &str) -> bool {
    let item = format!("- {words}");
    let markdown = Markdown::parse(&item, &|_| false);
    let is_expected = |kind| matches!(kind, BlockKind::List { .. } | BlockKind::Item | BlockKind::Paragraph);
    let is_box = ["[ ]", "[x]", "[X]"].contains(&words);
    !is_box
        && !words.starts_with('|')
        && markdown.all().count() == 3
        && markdown.all().all(|(_, block)| is_expected(block.kind) && block.task_marker().is_none())
}

fn says_something(words: &str) -> bool {
    let says_none = |words: &str| entries::says_none(words.trim());
    let is_none = says_none(words) || words.split_once(':').is_some_and(|(_, value)| says_none(value));
    words.contains(char::is_alphanumeric) && !is_none && !entries::is_placeholder(words)
}

/// The paragraph at the cursor; on an item's marker the item's first one.
fn paragraph(ctx: &Context) -> Option<BlockId> {
    let markdown = &ctx.document.markdown;
    let block = ctx.block_at_cursor()?;
    let is_paragraph = |id: &BlockId| markdown.block(*id).kind == BlockKind::Paragraph;
    match markdown.block(block).kind {
        BlockKind::Item => Some(markdown.children(block).next()?.0).filter(is_paragraph),
        _ => Some(block).filter(is_paragraph),
    }
}

/// The paragraph without its box, and of a field of the log the words behind its name.
fn without_label(ctx: &Context, block: Range<usize>) -> Range<usize> {
    let Document { text, markdown, artifact, .. } = ctx.document;
    let entries = artifact.work_notes().map(|notes| &notes.log[..]).unwrap_or_default();
    let mut fields = entries.iter().flat_map(|entry| &entry.fields);
    let label = fields.find(|field| block.contains(&field.label.start)).map(|field| field.label.end);
    let item = markdown.block_at(block.start).and_then(|id| markdown.parent(id));
    let task = item.and_then(|id| markdown.block(id).task_marker()).map(|task| task.end);
    let start = label.or(task).unwrap_or(block.start).clamp(block.start, block.end);
    let words =
        text[start..block.end].trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '：' | '*' | '_'));
    let is_field = label.is_some();
    if is_field { block.end - words.len()..block.end } else { start..block.end }
}

/// The sentence of a paragraph that byte `at` is in, or the nearest one. Code, links and emphasis stay whole.
fn sentence(text: &str, markdown: &Markdown, paragraph: Range<usize>, at: usize) -> Range<usize> {
    let words = &text[paragraph.clone()];
    let mut inlines = markdown.inlines_in(paragraph.clone()).iter().map(Inline::range).peekable();
    let mut inline_end = 0;
    let ends = words.char_indices().filter_map(|(n, c)| {
        let behind = words[n + c.len_utf8()..].trim_start_matches(['*', '_', '"', '\'', ')', '”', '’', '」', '）']);
        let end = words.len() - behind.len();
        let is_spaced = words[end..].starts_with(char::is_whitespace);
        let is_end = matches!(c, '。' | '？' | '！')
            || matches!(c, '.' | '?' | '!') && is_spaced && !is_abbreviation(&words[..n]);
        while let Some(inline) = inlines.next_if(|inline| inline.start < paragraph.start + end) {
            inline_end = inline.end.max(inline_end);
        }
        (is_end && paragraph.start + end >= inline_end).then_some(end)
    });
    let mut start = 0;
    for end in ends.chain([words.len()]) {
        let is_last = words[end..].trim().is_empty();
        if paragraph.start + end > at || is_last {
            let own = &words[start..end];
            let blank = own.len() - own.trim_start().len();
            return paragraph.start + start + blank..paragraph.start + end;
        }
        start = end;
    }
    paragraph
}

/// Whether the dot behind `before` ends no sentence: `e.g.`, `3.`, `A.`.
fn is_abbreviation(before: &str) -> bool {
    let word = before.rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or_default();
    word.contains('.') && word.len() <= 4
        || word.chars().count() == 1 && !word.starts_with(|c: char| c.is_ascii_digit())
        || ["etc", "vs", "cf", "no", "approx", "dr", "prof", "mr", "mrs", "ms", "bzw", "ca", "nr"]
            .iter()
            .any(|short| word.eq_ignore_ascii_case(short))
}

#[cfg(test)]
mod tests {
    use proptest::{prelude::*, sample::Index};

    use super::*;
    use crate::testing::{Reading, Scene, action_titles, check_action, sectioned_texts, words};

    #[track_caller]
    fn notes(title: &str, before: &str, after: &str) {
        check_action(title, &format!("//- work-notes/phase-1.md\n{before}"), after);
    }

    #[test]
    fn a_byte_order_mark_stays_in_front() {
        let title = "Note the sentence as an assumption";
        notes(title, "\u{feff}a$0\n\n## Assumptions\n", "\u{feff}a\n\n## Assumptions\n\n- a$0\n");
    }

    #[test]
    fn a_sentence_goes_on_after_what_only_looks_like_its_end() {
        for (sentence, after) in [
            ("See$0 [RFC 9110, no. 5. Rev](https://x.y/z) for this.", " More."),
            ("Because of `src/a.rs` and *this$0 one. Yes*, we wait.", " More."),
            ("Prof. Dr. Mei$0er says so.", ""),
            ("Because `x. y` is$0 slow.", " More."),
            ("We assume **Redis$0 is up. Always.**", ""),
            ("**Redis$0 is up.**", " More."),
        ] {
            let plain = sentence.replace("$0", "");
            notes(
                "Note the sentence as an assumption",
                &format!("## Assumptions\n\n- a\n\n## Log\n\nBefore. {sentence}{after}\n"),
                &format!("## Assumptions\n\n- a\n- {plain}$0\n\n## Log\n\nBefore. {plain}{after}\n"),
            );
        }
    }

    #[test]
    fn a_question_is_written_as_the_others_are() {
        for (others, own) in [
            ("- **Q1**: Which port?\n- **Q2**: Which host?\n", "- **Q3**: Is it free.$0\n"),
            ("- **Q9:** Which host?\n", "- **Q10:** Is it free.$0\n"),
            ("- OQ-1: Which host?\n", "- OQ-2: Is it free.$0\n"),
            ("- [ ] **Q1: Which host?** Anke knows\n", "- [ ] **Q2: Is it free.**$0\n"),
            ("- **Hosts:** which one?\n", "- Is it free.$0\n"),
            ("- **Which host?** Anke knows\n", "- **Is it free.**$0\n"),
            ("- TLS 1.3 or not?\n", "- Is it free.$0\n"),
            ("| Q | Status |\n|---|---|\n| Which host is it? | open |\n", "| Is it free.$0 | |\n"),
            ("| Q | What | Status |\n|---|---|---|\n| Q1 | Which host is it? | open |\n", "| | Is it free.$0 | |\n"),
        ] {
            let log = "\n## Log\n\nIs it";
            notes(
                "Note the sentence as an open question",
                &format!("## Open questions\n\n{others}{log}$0 free.\n"),
                &format!("## Open questions\n\n{others}{own}{log} free.\n"),
            );
        }
    }

    #[test]
    fn an_answer_is_no_open_question_and_an_assumption_is_not_turned_into_one() {
        for (text, title) in [
            ("## Log\n\nAnswer: 8$00\n", "Note the sentence as an open question"),
            ("## Decisions\n- ~~Port?~~$0\n", "Turn the item into an open question"),
            ("## Log\n\n~$0~Port?~$0~\n", "Note the sentence as an open question"),
            ("## Assumptions\n- a <!--$0 phasemark-ignore log-order -->\n", "Turn the item into an assumption"),
        ] {
            let titles = action_titles(&format!("//- work-notes/phase-1.md\n{text}"));
            assert!(!titles.iter().any(|offered| offered == title), "{text}: {titles:?}");
        }
    }

    #[test]
    fn what_is_no_sentence_is_not_offered() {
        for text in [
            "# No$0tes\n",
            "## Log\n\n```\na$0\n```\n",
            "---\na: b$0\n---\n# N\n",
            "| a$0 | b |\n|---|---|\n",
            "## Status\n- [x] Block$0ed\n",
            "## Log\n\n$0a\nb$0\n",
            "## Log\n\na\n$0\nb\n",
            "## Decisions\n- N$0one\nNone\n",
            "Some words.\n\nBlockers: no$0ne\n",
            "**Owner:** m$0e\n",
            "## Log\n- N$0one\n",
            "<div>\na$0\n</div>\n",
            "a$0\n\n```\nb\n",
            "a $0- b$0\n",
            "a $0[x]$0\n",
            "Port $0| open$0 |\n",
        ] {
            let titles = action_titles(&format!("//- work-notes/phase-1.md\n{text}"));
            assert!(
                !titles.iter().any(|title| title.contains("into a") || title.contains("sentence")),
                "{text}: {titles:?}"
            );
        }
        let titles = action_titles("//- plan/phase-1.md\nA sen$0tence.\n");
        assert!(!titles.iter().any(|title| title.contains("sentence")), "{titles:?}");
    }

    /// What the reading has more than before; `None` if something else changed.
    fn added(before: &[String], after: &[String]) -> Option<String> {
        let at = before.iter().zip(after).take_while(|(a, b)| a == b).count();
        let is_one_more = after.len() == before.len() + 1 && after[at + 1..] == before[at..];
        is_one_more.then(|| after[at].clone())
    }

    proptest! {
        #[test]
        fn a_statement_is_one_entry_more_and_no_word_is_lost(
            text in sectioned_texts(Kind::WorkNotes),
            (a, b, is_cursor) in any::<(Index, Index, bool)>(),
        ) {
            let scene = Scene::new("work-notes/phase-1.md", &text);
            let paragraphs = scene.document.markdown.all().filter(|(_, block)| block.kind == BlockKind::Paragraph);
            let paragraphs: Vec<Range<usize>> = paragraphs.map(|(_, block)| block.range()).collect();
            prop_assume!(!paragraphs.is_empty());
            let place = |index: &Index| {
                let paragraph = a.get(&paragraphs);
                let boundaries: Vec<usize> = paragraph.clone().filter(|at| text.is_char_boundary(*at)).collect();
                *index.get(&boundaries)
            };
            let (a, b) = (place(&a), place(&b));
            let selection = if is_cursor { a..a } else { a.min(b)..a.max(b) };
            for offered in scene.offered(selection.clone(), ActionKind::Rewrite) {
                let is_moved = offered.title.starts_with("Turn the item");
                if !is_moved && !offered.title.starts_with("Note the sentence") {
                    continue;
                }
                let after = scene.after(&offered)?;
                let (old, new) = (scene.reading(), after.reading());
                let what = format!("{} at {selection:?}: {text:?} became {:?}", offered.title, after.text());
                let is_question = offered.title.ends_with("an open question");
                let questions = |reading: &Reading| reading.questions.iter().map(|(words, _)| words.clone()).collect::<Vec<_>>();
                let entries = |reading: &Reading| if is_question { questions(reading) } else { reading.assumptions.clone() };
                let insertion = &offered.change.edits[0];
                let name = if is_question { SectionName::OpenQuestions } else { SectionName::Assumptions };
                // Below `Answer:` it is part of that.
                let added = added(&entries(&old), &entries(&new));
                prop_assert!(added.is_some() || scene.introduces_list(name), "{}", what);
                let open = |reading: &Reading| reading.questions.iter().filter(|(_, resolved)| !resolved).count();
                // A column may be one of answers, and an answer may stand right below.
                let may_be_answered = insertion.replacement.contains('|') || text.contains("**Answer:**") || scene.introduces_list(name);
                if is_question && !is_moved && added.is_some() && !may_be_answered {
                    prop_assert_eq!(open(&new), open(&old) + 1, "{}", what);
                }
                prop_assert_eq!((&new.statuses, &new.log, &new.commits), (&old.statuses, &old.log, &old.commits), "{}", what);
                let gone = words(&text[insertion.range.clone()]);
                let mut expected = words(&text);
                for word in gone {
                    expected.remove(expected.binary_search(&word).expect("it is there"));
                }
                let heading = if is_question { "Open questions" } else { "Assumptions" };
                let is_missing = scene.document.artifact.sections_named(name).next().is_none();
                if is_moved {
                    expected.extend(words(if is_missing { heading } else { "" }));
                } else {
                    prop_assert_eq!(&new.decisions, &old.decisions, "{}", what);
                    // An entry may be a heading, and a label above a list is one.
                    prop_assert!(new.sections.len() - old.sections.len() <= 1, "{}", what);
                    expected.extend(words(&insertion.replacement));
                }
                expected.sort_unstable();
                prop_assert_eq!(words(after.text()), expected, "{}", what);
            }
        }
    }
}
