//! Decisions, and whether they say why.

use std::ops::Range;

use super::Reader;
use crate::{
    artifact::{
        dates,
        entries::{self, Entry},
        sections::{Section, SectionStyle},
    },
    markdown::{BlockId, BlockKind},
    template::SectionName,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Bytes of its words, on its first line; of a row, the cell that says it.
    pub range: Range<usize>,
    pub has_rationale: bool,
}

/// Columns that hold the decision itself, and those that give the reason.
const DECISION_COLUMNS: &[&str] = &["decision", "decisions", "choice", "decided", "what"];
pub const REASON_COLUMNS: &[&str] = &[
    "why",
    "rationale",
    "reason",
    "reasons",
    "reasoning",
    "because",
    "justification",
    "motivation",
    "notes",
    "note",
    "context",
    "remarks",
    "comment",
    "comments",
];

impl Reader<'_> {
    pub fn decisions(&self) -> Vec<Decision> {
        let sections = self.sections.named(SectionName::Decisions);
        sections.flat_map(|section| self.decisions_of(section)).collect()
    }

    fn decisions_of(&self, section: &Section) -> Vec<Decision> {
        let children: Vec<&Section> = self.sections.children(section).collect();
        let own_end = children.first().map_or(section.body.end, |child| child.block);
        let mut found = self.listed_decisions(section.body.start..own_end);
        for group in children.iter().filter(|child| self.groups_decisions(child)) {
            found.extend(self.listed_decisions(group.body.clone()));
        }
        let is_decision = |child: &&&Section| child.style == SectionStyle::Heading && child.name.is_none();
        found.extend(children.iter().filter(is_decision).map(|child| {
            // A body of its own is where people explain.
            let has_body = child.body.start < child.body.end;
            let heading = child.heading.clone();
            Decision { has_rationale: has_body || explains(&self.text[heading.clone()]), range: heading }
        }));
        found
    }

    /// The items and rows of `blocks`; a list that a sentence introduces is part of what that says.
    fn listed_decisions(&self, blocks: Range<BlockId>) -> Vec<Decision> {
        let mut found = Vec::new();
        let mut is_introduced = false;
        for (id, block) in self.markdown.siblings(blocks) {
            if !is_introduced {
                let entries = entries::of(self.text, self.markdown, id..self.markdown.next(id));
                found.extend(entries.iter().filter_map(|entry| self.decision(entry)));
            }
            let is_paragraph = block.kind == BlockKind::Paragraph;
            is_introduced = is_paragraph && self.text[block.range()].ends_with([':', '：']);
        }
        found
    }

    /// A lead-in above decisions names a day or calls them so; others, such as `**Use Postgres**`, are
    /// explained by what is below them.
    fn groups_decisions(&self, child: &Section) -> bool {
        let is_dated = || dates::find(&self.text[child.heading.clone()]).is_some();
        child.style == SectionStyle::LeadIn && (child.normalized.contains("decision") || is_dated())
    }

    fn decision(&self, entry: &Entry) -> Option<Decision> {
        if entry.is_none(self.text) {
            return None;
        }
        if entry.is_row {
            return self.decision_in_row(entry);
        }
        let end = self.markdown.block(entry.block).range().end.max(entry.range.end);
        let is_explained_below = self.text[entry.range.end..end].contains(char::is_alphanumeric);
        let has_rationale = is_explained_below || explains(entry.text(self.text));
        Some(Decision { range: entries::first_line(self.text, &entry.range), has_rationale })
    }

    fn decision_in_row(&self, row: &Entry) -> Option<Decision> {
        let range = entries::main_cell(self.text, self.markdown, row.block, DECISION_COLUMNS)?;
        let header = entries::header(self.text, self.markdown, row.block);
        let is_reason =
            |name: &String| name.split(|c: char| !c.is_alphanumeric()).any(|word| REASON_COLUMNS.contains(&word));
        let mut reasons = header.iter().zip(row.cells(self.text, self.markdown)).filter(|(name, _)| is_reason(name));
        let has_rationale = reasons.any(|(_, cell)| !entries::says_none(cell)) || explains(&self.text[range.clone()]);
        Some(Decision { range, has_rationale })
    }
}

/// Whether the words of a decision give a reason.
fn explains(text: &str) -> bool {
    says_why(text) || has_explanation(without_head(text))
}

/// Words that hardly ever stand in a decision unless a reason follows.
const REASONS: &[&str] = &[
    "because",
    "rationale",
    "reason",
    "reasons",
    "reasoning",
    "why",
    "otherwise",
    "therefore",
    "hence",
    "thereby",
    "weil",
    "damit",
    "denn",
    "sonst",
    "porque",
    "puisque",
];
/// `so that`, `so we`: a reason; `so far`: none.
const AFTER_SO: &[&str] =
    &["that", "we", "it", "they", "the", "no", "you", "there", "this", "these", "each", "every", "nobody", "nothing"];
/// `to avoid X` says what for; `decided to keep X` does not.
const PURPOSES: &[&str] = &[
    "avoid", "prevent", "keep", "reduce", "ensure", "stay", "match", "minimise", "minimize", "make", "allow", "save",
    "let",
];
const CHOOSING: &[&str] =
    &["decided", "agreed", "want", "chose", "choose", "plan", "going", "decision", "need", "have", "not"];
const AFTER_WHICH: &[&str] = &["keeps", "lets", "avoids", "makes", "means", "allows", "gives", "saves", "prevents"];
/// In scripts that put no spaces between words.
const UNSPACED_REASONS: &[&str] = &["理由", "ため", "ので", "因为", "由于", "때문"];

/// Whether words give a reason: because, since, so that, and the like.
fn says_why(text: &str) -> bool {
    let lower = text.to_lowercase();
    let is_word = |c: char| c.is_alphanumeric() || c == '\'';
    let mut words = lower.split(|c: char| !is_word(c)).filter(|word| !word.is_empty()).peekable();
    let mut before = "";
    while let Some(word) = words.next() {
        let after = words.peek().copied().unwrap_or_default();
        let is_reason = match word {
            // In force since 2024.
            "since" => !after.is_empty() && !after.starts_with(|c: char| c.is_ascii_digit()),
            "so" => AFTER_SO.contains(&after),
            "due" | "thanks" | "owing" => after == "to",
            "given" => ["that", "the", "how", "our"].contains(&after),
            "order" => before == "in" && after == "to",
            "to" => PURPOSES.contains(&after) && !before.is_empty() && !CHOOSING.contains(&before),
            "which" => AFTER_WHICH.contains(&after),
            "parce" => after == "que",
            _ => REASONS.contains(&word),
        };
        if is_reason {
            return true;
        }
        before = word;
    }
    lower.contains(", as ") || UNSPACED_REASONS.iter().any(|reason| lower.contains(reason))
}

/// Whether a second part explains the first: `X: why`, `X — why`, `X. Why.`
fn has_explanation(text: &str) -> bool {
    // `Log format: JSON` names its topic, `Use port 80: the old chart does` explains.
    const BREAKS: [(&str, usize); 10] = [
        (": ", 2),
        (":\n", 2),
        ("：", 2),
        (" — ", 3),
        (" – ", 3),
        (" - ", 3),
        ("——", 2),
        ("; ", 3),
        (". ", 4),
        ("。", 2),
    ];
    let text = text.replace("**", "").replace("\r\n", "\n");
    BREAKS.iter().any(|(mark, enough)| {
        text.split_once(mark).is_some_and(|(head, rest)| count_words(head) >= 2 && count_words(rest) >= *enough)
    })
}

/// Words, also of scripts that put no spaces between them: two of their letters count as one.
fn count_words(text: &str) -> usize {
    let count = |word: &str| {
        let unspaced = word.chars().filter(|c| c.is_alphabetic() && *c >= '\u{2e80}').count();
        usize::from(word.contains(char::is_alphanumeric)).max(unspaced.div_ceil(2))
    };
    text.split_whitespace().map(count).sum()
}

/// A decision without what is put in front of it: a date, an id, the word `Decision`.
fn without_head(text: &str) -> &str {
    let mut rest = text.trim_start_matches(is_markup);
    loop {
        let date = dates::find(rest).filter(|date| date.range.start == 0).map(|date| date.range.end);
        let Some(end) = date.or_else(|| id(rest)) else { return rest };
        let after = rest[end..].trim_start_matches(|c: char| is_markup(c) || ":：.—–-".contains(c));
        if after.len() == rest.len() {
            return rest;
        }
        rest = after;
    }
}

fn is_markup(c: char) -> bool {
    matches!(c, '*' | '_' | '[' | ']' | '(' | ')' | '#' | '~' | ' ' | '\t')
}

/// The end of an id such as `D3`, `ADR-12`, `4.` or `Decision 3` that a mark sets off.
fn id(text: &str) -> Option<usize> {
    let length = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(text.len());
    let word = &text[..length];
    let letters = word.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-');
    let is_name = ["decision", "decided", "adr"].iter().any(|name| word.eq_ignore_ascii_case(name));
    let is_id = letters.len() < word.len() && letters.len() <= 4 && letters.bytes().all(|b| b.is_ascii_uppercase());
    let next = text[length..].trim_start_matches(is_markup);
    let is_set_off = next.starts_with([':', '：', '.', '—', '–', '-']) || text[length..].starts_with([']', ')']);
    let is_numbered = is_name && next.starts_with(|c: char| c.is_ascii_digit());
    (!word.is_empty() && (is_id || is_name) && (is_set_off || is_numbered)).then_some(length)
}

#[cfg(test)]
mod tests {
    use super::super::tests::read;

    fn bare(text: &str) -> Vec<&str> {
        let decisions = read(text).decisions;
        decisions.iter().filter(|d| !d.has_rationale).map(|d| &text[d.range.clone()]).collect()
    }

    #[test]
    fn reasons_are_recognised() {
        for decision in [
            "Use port 80: the old chart does",
            "Use y because z",
            "Use `f64` so that the tables can be reproduced",
            "The port stays out of the mesh, since Prometheus scrapes it",
            "Use a — the operators know it",
            "2026-01-02: Use port 82 - the old chart does",
            "**D3:** Use x: the mesh needs it",
            "[P01] Use port 82 (it is free, so nobody notices)",
            "Pin versions to keep builds stable",
            "**Use Postgres.** The team has run it for years",
            "Two replicas, as the old chart has",
            "A3 statt A4: die Schaukästen sind so groß.",
            "二文字単位で分割する: 形態素解析の辞書は大きすぎる",
            "片仮名で持つ。検索が速いため",
            "Use z\n  - Why: it is there",
            "Use z\n\n  It is there",
            "None",
            "No decisions yet",
            "<Decision>: <Rationale>",
        ] {
            assert_eq!(bare(&format!("## Decisions\n- {decision}\n")), [""; 0], "{decision}");
        }
    }

    #[test]
    fn decisions_without_a_reason_are_seen() {
        for decision in [
            "Use port 81",
            "2026-01-02: Use port 82",
            "2026-01-02 — Use port 82 for the probes",
            "D3: Use x",
            "**Decision 3:** Use port 80",
            "Storage: Postgres",
            "Use the proxy as the default",
            "One replica per zone",
            "We decided to keep the old chart",
            "Reasonable timeouts everywhere",
            "Acknowledge every eighth piece (not each one)",
            "In force since 2024",
            "🈁 読みは片仮名で持つ",
            "Not every chart is linted",
        ] {
            assert_eq!(bare(&format!("## Decisions\n- {decision}\n")), [decision], "{decision}");
        }
    }

    #[test]
    fn headings_and_rows_are_decisions() {
        assert_eq!(bare("## Decisions\n### Use b\nIt is faster.\n### Use c\n### Use d because e\n"), ["Use c"]);
        let text = "## Decisions\n\n| # | Decision | Rationale |\n|---|---|---|\n| 1 | Static files | No server |\n| 2 | Atom `a \\| b` | - |\n| - | - | - |\n";
        assert_eq!(bare(text), ["Atom `a \\| b`"]);
        assert_eq!(bare("## Decisions\n\n**2026-01-02**\n\n- Use b\n\n**Use c**\n\n- It is there\n"), ["Use b"]);
        let introduced = "One container, two processes\nfor us:\n- the core\n- the executor\n";
        assert_eq!(bare(&format!("## Decisions\n{introduced}")), [""; 0]);
        assert_eq!(bare("## Decisions\n\n| Date | Choice |\n|---|---|\n| 2026-01-02 | Atom |\n"), ["Atom"]);
    }
}
