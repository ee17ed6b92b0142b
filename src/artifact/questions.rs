//! Open questions, and how people mark them resolved.

use std::ops::Range;

use super::{
    entries::{self, Entry},
    sections::{Section, SectionStyle, Sections},
};
use crate::{
    markdown::{BlockId, BlockKind, InlineKind, Markdown},
    template::SectionName,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Bytes of its words, on its first line.
    pub range: Range<usize>,
    /// The item, row or heading.
    pub block: BlockId,
    pub resolved: bool,
}

/// Every question under Open questions, resolved or not.
pub fn read(text: &str, markdown: &Markdown, sections: &Sections) -> Vec<Question> {
    let mut reader = Reader { text, markdown, sections, found: Vec::new() };
    for section in sections.named(SectionName::OpenQuestions) {
        let nested = sections.enclosing(section).skip(1).any(|outer| outer.name == Some(SectionName::OpenQuestions));
        if !nested {
            reader.section(section, says_resolved(&text[section.heading.clone()]));
        }
    }
    reader.found
}

struct Reader<'a> {
    text: &'a str,
    markdown: &'a Markdown,
    sections: &'a Sections,
    found: Vec<Question>,
}

impl Reader<'_> {
    /// The questions of a section, or of a sub-heading that groups questions.
    fn section(&mut self, section: &Section, settled: bool) {
        let children: Vec<&Section> = self.sections.children(section).collect();
        let own_end = children.first().map_or(section.body.end, |child| child.block);
        for entry in entries::of(self.text, self.markdown, section.body.start..own_end) {
            self.entry(&entry, settled);
        }
        for child in children {
            self.sub_heading(child, settled);
        }
    }

    fn sub_heading(&mut self, section: &Section, settled: bool) {
        let heading = &self.text[section.heading.clone()];
        let settled = settled || is_resolved_group(&section.normalized) || says_resolved(heading);
        if section.name.is_some_and(|name| name != SectionName::OpenQuestions) {
            return;
        }
        let is_label =
            section.style == SectionStyle::LeadIn && section.after_label.is_empty() && !heading.contains(['?', '？']);
        let is_group = is_label
            || is_open_group(&section.normalized)
            || is_resolved_group(&section.normalized)
            || self.has_boxes(section);
        if is_group {
            return self.section(section, settled);
        }
        if entries::says_none(heading) {
            return;
        }
        let resolved =
            settled || has_marker(heading, true) || self.is_struck(&section.heading) || self.body_resolves(section);
        self.found.push(Question { range: section.heading.clone(), block: section.block, resolved });
    }

    fn has_boxes(&self, section: &Section) -> bool {
        self.markdown.within(section.body.clone()).any(|(_, block)| block.task_marker().is_some())
    }

    /// Whether a paragraph or item of the body begins with a marker.
    fn body_resolves(&self, section: &Section) -> bool {
        let after = &self.text[section.after_label.clone()];
        has_marker(after, true) || self.any_marker(section.body.clone())
    }

    fn any_marker(&self, blocks: Range<BlockId>) -> bool {
        self.markdown
            .within(blocks)
            .filter(|(_, block)| matches!(block.kind, BlockKind::Paragraph | BlockKind::Heading(_) | BlockKind::Cell))
            .any(|(_, block)| has_marker(&self.text[block.range()], true))
    }

    fn entry(&mut self, entry: &Entry, settled: bool) {
        let words = entry.text(self.text);
        let is_placeholder = self.text[entry.range.clone()].starts_with('<') && words.ends_with('>');
        if entry.is_none(self.text) || is_placeholder || !words.contains(char::is_alphanumeric) {
            return;
        }
        let nested = entry.block..self.markdown.next(entry.block);
        let resolved = settled
            || entry.task.as_ref().is_some_and(|task| task.ticked)
            || self.is_struck(&entry.range)
            || if entry.is_row { self.row_resolves(entry) } else { self.any_marker(nested) };
        let range = if entry.is_row { self.question_cell(entry) } else { first_line(self.text, &entry.range) };
        self.found.push(Question { range, block: entry.block, resolved });
    }

    /// Whether the words begin with struck-through text that holds most of them.
    fn is_struck(&self, range: &Range<usize>) -> bool {
        let struck = self.markdown.inlines_in(range.clone()).iter().filter(|i| i.kind == InlineKind::Strikethrough);
        let first_line = first_line(self.text, range);
        struck.map(|inline| inline.range()).any(|struck| {
            let before = &self.text[range.start..struck.start];
            !before.contains(char::is_alphanumeric) && struck.len() * 2 >= first_line.len().min(struck.len() * 2)
        })
    }

    fn row_resolves(&self, row: &Entry) -> bool {
        let header = entries::header(self.text, self.markdown, row.block);
        let cells = row.cells(self.text, self.markdown);
        cells.iter().enumerate().any(|(n, cell)| {
            let column = header.get(n).map_or("", String::as_str);
            let answered = ["answer", "resolution", "decision", "outcome"].iter().any(|name| column.contains(name));
            let state = ["status", "state", "resolved"].iter().any(|name| column.contains(name));
            has_marker(cell, true) || answered && !is_pending(cell) || state && says_settled(cell)
        })
    }

    /// The cell that holds the question: the first that is no number or id.
    fn question_cell(&self, row: &Entry) -> Range<usize> {
        let cells: Vec<_> = self.markdown.children(row.block).map(|(_, cell)| cell.range()).collect();
        let is_id = |range: &Range<usize>| {
            let cell = self.text[range.clone()].trim();
            cell.len() <= 5 && !cell.contains(' ')
        };
        let cell = cells.iter().find(|range| !is_id(range)).or(cells.first()).cloned().unwrap_or(row.range.clone());
        let trimmed = self.text[cell.clone()].trim_start_matches(['|', ' ', '\t']);
        let start = cell.end - trimmed.len();
        start..start + trimmed.trim_end_matches(['|', ' ', '\t']).len()
    }
}

fn first_line(text: &str, range: &Range<usize>) -> Range<usize> {
    let line = text[range.clone()].lines().next().unwrap_or_default();
    range.start..range.start + line.trim_end().len()
}

/// A sub-heading that only sorts questions: `Open`, `Unresolved`.
fn is_open_group(normalized: &str) -> bool {
    ["open", "unresolved", "outstanding", "pending", "still open", "active"].contains(&normalized)
}

/// A sub-heading whose questions are all settled: `Resolved`, `Answered questions`.
fn is_resolved_group(normalized: &str) -> bool {
    ["resolved", "answered", "closed", "decided", "deferred"]
        .iter()
        .any(|word| normalized.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with(" question")))
}

/// A heading that says that nothing below is open: `Open questions (all resolved)`.
fn says_resolved(heading: &str) -> bool {
    let lower = heading.to_lowercase();
    let tail =
        lower.rfind(['(', '—', '–', ':', '[']).map(|at| lower[at..].trim_start_matches(|c: char| !c.is_alphanumeric()));
    tail.filter(|tail| !tail.is_empty()).is_some_and(|tail| {
        let tail = tail.strip_prefix("all ").unwrap_or(tail);
        tail.starts_with("resolved")
            || tail.starts_with("answered")
            || tail.starts_with("closed")
            || entries::says_none(tail)
    })
}

fn is_pending(cell: &str) -> bool {
    let cell = cell.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    cell.is_empty()
        || ["tbd", "open", "pending", "unknown", "undecided", "n/a", "todo", "none yet", "unresolved"]
            .iter()
            .any(|word| cell == *word || cell.starts_with(&format!("{word} ")))
}

/// A status cell that closes its question.
fn says_settled(cell: &str) -> bool {
    let cell_words = cell.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    cell.contains(['✅', '☑', '✔'])
        || ["resolved", "closed", "decided", "answered", "done", "deferred", "yes"]
            .iter()
            .any(|word| cell_words.starts_with(word))
}

/// Whether a marker such as `Resolved`, `Answer:` or `-> yes` stands in `text` where it counts: at
/// the start of a line or sentence, in brackets, after a dash or after a question mark.
pub fn has_marker(text: &str, at_start: bool) -> bool {
    let mut may_start = at_start;
    let mut in_code = false;
    for (at, c) in text.char_indices() {
        if c == '`' {
            in_code = !in_code;
        }
        if may_start && !in_code && is_marker(text, at) {
            return true;
        }
        may_start = match c {
            '\n' | '\r' | '?' | '？' | '(' | '[' | '（' | '—' | '–' | '。' | '|' => true,
            '.' | '!' | ';' => text[at + 1..].starts_with([' ', '\n', '\r']),
            '-' => text[at + 1..].starts_with([' ', '>']) && (at == 0 || text[..at].ends_with([' ', '\n'])),
            ' ' | '\t' | '*' | '_' | '~' | '✅' | '☑' | '✔' | '\u{fe0f}' | '>' | ':' | '"' => {
                may_start && c != ':'
            }
            _ => false,
        };
    }
    false
}

/// Whether a marker begins at byte `at`.
fn is_marker(text: &str, at: usize) -> bool {
    let rest = &text[at..];
    if ["->", "→", "=>", "⇒"]
        .iter()
        .any(|arrow| rest.strip_prefix(arrow).is_some_and(|answer| !answer.trim().is_empty()))
    {
        return true;
    }
    let length = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
    let after = rest[length..].trim_start_matches(['*', '_']);
    match rest[..length].to_lowercase().as_str() {
        "resolution" | "decision" | "answer" | "answered" | "a" => after.trim_start().starts_with([':', '：']),
        "resolved" | "decided" | "deferred" => {
            // "Resolved names: who caches them?" asks; a marker states.
            let sentence_end = after.find(['.', '?', '!', '\n', ')', ']']).unwrap_or(after.len());
            !after[sentence_end..].starts_with('?') || after.trim_start().starts_with([':', '—', '–', '-'])
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{artifact::Vocabulary, config::Config, template::Kind};

    /// The words of the questions that are open.
    fn open(text: &str) -> Vec<String> {
        let vocabulary = Vocabulary::new(&Config::default(), &[]);
        let markdown = Markdown::parse(text, &|text| vocabulary.is_placeholder(text));
        let sections = Sections::read(Kind::WorkNotes, text, &markdown, &vocabulary);
        let questions = read(text, &markdown, &sections);
        questions
            .iter()
            .filter(|question| !question.resolved)
            .map(|question| text[question.range.clone()].to_owned())
            .collect()
    }

    #[test]
    fn every_style_of_resolution_counts() {
        let resolved = "## Open questions\n\n- [x] Ticked?\n- ~~Struck?~~\n- Which port? Resolved: 8080.\n- Port? **Decision:** 80\n\
            - Port? -> 80\n- Port? (DEFERRED)\n- Port?\n  - A: 80\n- Port? [resolved 2026-01-02]\n- **Resolved** (2026-01-02): port is 80\n\
            - ✅ Resolved: yes\n- Port — resolved, 80.\n- None\n- N/A\n- <Question>\n- Port?\n\n  Answer: 80\n- Decided 2026-01-02: 80\n";
        assert_eq!(open(resolved), Vec::<String>::new());
    }

    #[test]
    fn words_that_only_look_like_a_resolution_stay_open() {
        let text = "## Questions\n- How are names resolved?\n- Resolved names are cached where?\n- Is `Resolved:` a header?\n\
            - Has the team decided?\n- A port or a socket?\n- x -\n";
        assert_eq!(
            open(text),
            [
                "How are names resolved?",
                "Resolved names are cached where?",
                "Is `Resolved:` a header?",
                "Has the team decided?",
                "A port or a socket?",
                "x -"
            ]
        );
    }

    #[test]
    fn a_sub_heading_is_a_question_or_a_group() {
        let text = "## Open questions\n### Which port?\nWe think 80.\n- maybe 81\n### Which host?\nDecision: localhost\n\
            ### Storage\n- [ ] Where?\n- [x] How much?\n### Resolved\n- Who?\n### Open\n- When?\n## Other\n- no?\n";
        assert_eq!(open(text), ["Which port?", "Where?", "When?"]);
    }

    #[test]
    fn rows_are_questions() {
        let text = "## Open questions\n\n| # | Question | Answer |\n|---|---|---|\n| 1 | Which port? | TBD |\n| 2 | Host? | localhost |\n";
        assert_eq!(open(text), ["Which port?"]);
        let text = "## Open questions\n\n| Question | Status |\n|---|---|\n| Port? | open |\n| Host? | ✅ |\n";
        assert_eq!(open(text), ["Port?"]);
    }

    #[test]
    fn nothing_is_open_where_the_heading_or_the_body_says_so() {
        assert!(open("## Open questions (all resolved)\n- Port?\n").is_empty());
        assert!(open("## Open questions: none\n").is_empty());
        assert!(open("## Open questions\n\nNone at this time.\n").is_empty());
        assert!(open("## Open questions\n- None yet.\n").is_empty());
    }

    #[test]
    fn lead_ins_open_a_group_of_questions() {
        assert_eq!(open("**Open questions:**\n\n- Port?\n"), ["Port?"]);
        assert_eq!(open("Open questions:\n- 😀 Port?\n"), ["😀 Port?"]);
    }
}
