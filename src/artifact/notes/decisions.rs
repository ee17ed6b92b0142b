//! Decisions, and whether they say why.

use std::ops::Range;

use super::Reader;
use crate::{
    artifact::{
        dates,
        entries::{self, Entry},
        labels::label_on,
        sections::{Section, SectionStyle, Sections},
    },
    convention::{SectionName, Words, normalize_heading},
    markdown::{BlockId, BlockKind, Markdown},
    text::{is_among, lines_in},
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Bytes of its words, on its first line; of a row, the cell that says it.
    pub range: Range<usize>,
    pub reason: Reason,
    /// Whether its form has a place for the reason: a row with a column for it, a heading.
    pub has_place: bool,
    /// Decisions of one section share it.
    pub list: usize,
}

impl Decision {
    fn explain(&mut self) {
        self.reason = self.reason.max(Reason::Perhaps);
    }
}

/// How plainly a decision says why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    None,
    /// Words that may be one: what follows a colon or a bracket, a purpose.
    Perhaps,
    Stated,
}

/// What a reason is called: in a sentence, as a label and as a column.
const NAMES_OF_REASONS: [&str; 5] = ["why", "rationale", "reason", "reasoning", "because"];
/// Columns that hold the decision itself, and others that give the reason.
const DECISION_COLUMNS: &[&str] = &["decision", "decisions", "choice", "decided", "what"];
const REASON_COLUMNS: &[&str] = &["justification", "motivation", "note", "context", "remarks", "comment"];

/// Whether a column called `name`, in lower case, gives reasons.
pub fn gives_reasons(name: &str) -> bool {
    has_word(name, &NAMES_OF_REASONS) || has_word(name, REASON_COLUMNS)
}

fn has_word(name: &str, words: &[&str]) -> bool {
    name.split(|c: char| !c.is_alphanumeric()).any(|word| is_among(words, word))
}

/// Other labels behind which a record of one decision says why.
static REASON_LABELS: Words = Words::new("reasons");

/// Every decision, in document order; only the rule and the edits about them ask.
pub fn read(text: &str, markdown: &Markdown, sections: &Sections) -> Vec<Decision> {
    Reader { text, markdown, sections }.decisions()
}

impl Reader<'_> {
    fn decisions(&self) -> Vec<Decision> {
        let sections = self.sections.named(SectionName::Decisions);
        let mut found: Vec<Decision> = sections.flat_map(|section| self.decisions_of(section)).collect();
        if self.sections.is_titled(SectionName::Decisions) {
            let top = self.sections.all.iter().filter(|section| section.parent.is_none());
            found.extend(self.decision_headings(top, 0));
        }
        found.sort_by_key(|decision| decision.range.start);
        found
    }

    fn decisions_of(&self, section: &Section) -> Vec<Decision> {
        let list = section.range.start;
        // `Decision: keep it`, and a section of that name in a record: what stands below is part of that one.
        let is_one = section.style == SectionStyle::LeadIn && !section.after_label.is_empty()
            || ["decision", "entscheidung", "décision", "decisión", "решение"].contains(&&*section.normalized);
        if is_one {
            let words =
                if section.after_label.is_empty() { section.heading.clone() } else { section.after_label.clone() };
            let is_explained =
                section.body.start < section.body.end || explains(&self.text[words.clone()]) > Reason::None;
            let reason = if is_explained { Reason::Perhaps } else { Reason::None };
            return vec![Decision { range: entries::first_line(self.text, &words), reason, has_place: true, list }];
        }
        let children: Vec<&Section> = self.sections.children(section).collect();
        let own_end = children.first().map_or(section.body.end, |child| child.block);
        let mut found = self.listed_decisions(section.body.start..own_end, list);
        for group in children.iter().filter(|child| self.groups_decisions(child)) {
            found.extend(self.listed_decisions(group.body.clone(), list));
        }
        found.extend(self.decision_headings(children.into_iter(), list));
        found
    }

    /// The headings among the sections that are decisions: those without a meaning of their own.
    fn decision_headings<'a>(&self, sections: impl Iterator<Item = &'a Section>, list: usize) -> Vec<Decision> {
        let is_decision = |section: &&Section| section.style == SectionStyle::Heading && section.name.is_none();
        let decision = |section: &Section| {
            let range = section.heading.clone();
            let reason = explains(&self.text[range.clone()]).max(self.reason_below(section));
            Decision { range, reason, has_place: true, list }
        };
        sections.filter(is_decision).map(decision).collect()
    }

    /// Whether what stands below the heading of a decision says why: behind a label, or in words; a text of its own
    /// is where people explain.
    fn reason_below(&self, section: &Section) -> Reason {
        let text_blocks = self.markdown.within(section.body.clone()).filter(|(_, block)| {
            matches!(
                block.kind,
                BlockKind::Paragraph | BlockKind::Cell | BlockKind::Heading(_) | BlockKind::Fence { .. }
            )
        });
        let (mut blocks, mut reason) = (0, Reason::None);
        for (_, block) in text_blocks {
            let is_heading = matches!(block.kind, BlockKind::Heading(_));
            for line in lines_in(self.text, block.range()) {
                let label = label_on(self.text, line.clone()).map(|(label, _)| label);
                let label = label.or(is_heading.then_some(line)).map(|label| normalize_heading(&self.text[label]));
                match label.as_deref() {
                    Some(label) if is_among(&NAMES_OF_REASONS, label) || REASON_LABELS.contains(label) => {
                        return Reason::Stated;
                    }
                    Some("date" | "status" | "owner" | "by" | "decided by" | "scope" | "tags") => {}
                    _ => blocks += 1,
                }
            }
            reason = reason.max(explains(&self.text[block.range()]));
        }
        if blocks > 0 { reason.max(Reason::Perhaps) } else { reason }
    }

    /// The items and rows of `blocks`; a list that a sentence introduces is part of what that says, and a sentence that
    /// says why stands for the whole list beside it.
    fn listed_decisions(&self, blocks: Range<BlockId>, list: usize) -> Vec<Decision> {
        let mut found: Vec<Decision> = Vec::new();
        let (mut is_introduced, mut is_explained) = (false, false);
        let mut last = 0;
        for (id, block) in self.markdown.siblings(blocks) {
            if block.kind == BlockKind::Paragraph {
                let words = &self.text[block.range()];
                is_introduced = words.ends_with([':', '：']);
                is_explained = says_why(words) == Reason::Stated;
                if is_explained {
                    found[last..].iter_mut().for_each(Decision::explain);
                }
                continue;
            }
            last = found.len();
            if !is_introduced {
                let entries = entries::of(self.text, self.markdown, id..self.markdown.next(id));
                found.extend(entries.iter().filter_map(|entry| self.decision(entry, list)));
            }
            if is_explained {
                found[last..].iter_mut().for_each(Decision::explain);
            }
            (is_introduced, is_explained) = (false, false);
        }
        found
    }

    /// A lead-in above decisions names a day or calls them so; others, such as `**Use Postgres**`, are
    /// explained by what is below them.
    fn groups_decisions(&self, child: &Section) -> bool {
        child.style == SectionStyle::LeadIn && (child.normalized.contains("decision") || child.date.is_some())
    }

    fn decision(&self, entry: &Entry, list: usize) -> Option<Decision> {
        if entry.is_none(self.text) || entries::is_struck(self.text, self.markdown, &entry.range) {
            return None;
        }
        if entry.is_row {
            return self.decision_in_row(entry, list);
        }
        let end = self.markdown.block(entry.block).range().end.max(entry.range.end);
        let is_explained_below = self.text[entry.range.end..end].contains(char::is_alphanumeric);
        let reason = if is_explained_below { Reason::Stated } else { explains(entry.text(self.text)) };
        Some(Decision { range: entries::first_line(self.text, &entry.range), reason, has_place: false, list })
    }

    /// A row of a table that has a column for decisions or for reasons; others compare options.
    fn decision_in_row(&self, row: &Entry, list: usize) -> Option<Decision> {
        let header = entries::header(self.text, self.markdown, row.block);
        if !header.iter().any(|name| has_word(name, DECISION_COLUMNS) || gives_reasons(name)) {
            return None;
        }
        let range = entries::main_cell(self.text, self.markdown, row.block, DECISION_COLUMNS)?;
        let cells = row.cells(self.text, self.markdown);
        let mut reasons = header.iter().zip(cells).filter(|(name, _)| gives_reasons(name)).peekable();
        let has_place = reasons.peek().is_some();
        let is_stated = reasons.any(|(_, cell)| !entries::says_none(cell));
        let reason = if is_stated { Reason::Stated } else { explains(&self.text[range.clone()]) };
        Some(Decision { range, reason, has_place, list })
    }
}

/// Whether the words of a decision give a reason.
fn explains(text: &str) -> Reason {
    let reason = says_why(text);
    if reason == Reason::Stated {
        return reason;
    }
    let rest = without_head(text);
    reason.max(has_explanation(rest)).max(in_brackets(rest))
}

/// Some words in brackets tell why; a date, a reference or an exception does not.
fn in_brackets(text: &str) -> Reason {
    let mut inside = text.split(['(', '（']).skip(1).filter_map(|rest| rest.split([')', '）']).next());
    let tells = |inside: &str| {
        let others = ["not ", "see ", "e.g", "i.e", "or ", "and "];
        count_words(inside) >= 3 && !others.iter().any(|start| inside.starts_with(start))
    };
    if inside.any(tells) { Reason::Perhaps } else { Reason::None }
}

/// Words that hardly ever stand in a decision unless a reason follows.
const REASONS: &[&str] =
    &["otherwise", "therefore", "hence", "thereby", "weil", "damit", "denn", "sonst", "porque", "puisque"];
/// `so that`, `so modules share it`: a reason; `so far`: none.
const NO_REASON_AFTER_SO: &[&str] =
    &["", "far", "as", "on", "much", "many", "long", "called", "forth", "is", "be", "it's"];
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

/// Whether words give a reason: because, since, so that, and the like; perhaps in `to …` or `after …`.
fn says_why(text: &str) -> Reason {
    let lower = text.to_lowercase();
    let is_word = |c: char| c.is_alphanumeric() || c == '\'';
    let mut words = lower.split(|c: char| !is_word(c)).filter(|word| !word.is_empty()).peekable();
    let (mut before, mut found) = ("", Reason::None);
    while let Some(word) = words.next() {
        let after = words.peek().copied().unwrap_or_default();
        let is_reason = match word {
            // In force since 2024.
            "since" => !after.is_empty() && !after.starts_with(|c: char| c.is_ascii_digit()),
            "so" => !NO_REASON_AFTER_SO.contains(&after),
            "instead" | "rather" => ["of", "than"].contains(&after),
            "due" | "thanks" | "owing" => after == "to",
            "given" => ["that", "the", "how", "our"].contains(&after),
            "order" => before == "in" && after == "to",
            "to" => PURPOSES.contains(&after) && !before.is_empty() && !CHOOSING.contains(&before),
            "which" => AFTER_WHICH.contains(&after),
            "parce" => after == "que",
            _ => is_among(&NAMES_OF_REASONS, word) || REASONS.contains(&word),
        };
        if is_reason {
            return Reason::Stated;
        }
        if found == Reason::None && HINTS.contains(word) && !before.is_empty() {
            found = Reason::Perhaps;
        }
        let is_thing = || ARTICLES.contains(&after);
        let is_occasion = word == "after" && is_thing();
        let is_purpose = word == "to" && !is_thing() && after.len() > 2 && !CHOOSING.contains(&before);
        if is_occasion || is_purpose && after.bytes().all(|b| b.is_ascii_lowercase()) {
            found = Reason::Perhaps;
        }
        before = word;
    }
    // A search for a byte spares those for words, which would take longer than all the above.
    let has_pause = lower.contains([',', ';']);
    if has_pause && [", not ", ", never ", "; not "].iter().any(|contrast| lower.contains(contrast)) {
        found = found.max(Reason::Perhaps);
    }
    let is_unspaced = !lower.is_ascii() && UNSPACED_REASONS.iter().any(|reason| lower.contains(reason));
    let is_stated = is_unspaced || has_pause && lower.contains(", as ");
    if is_stated { Reason::Stated } else { found }
}

/// Words that may begin a reason.
static HINTS: Words = Words::new("begins-reason");

/// Words that stand before a thing: `to the chart` is a direction.
const ARTICLES: &[&str] =
    &["a", "an", "the", "this", "that", "these", "its", "our", "their", "one", "two", "each", "every", "all"];

/// Whether a second part explains the first: `X: why`, `X — why`, `X. Why.`
fn has_explanation(text: &str) -> Reason {
    // `Log format: JSON` names its topic, `Use port 80: the old chart does` explains.
    const BREAKS: [(&str, usize); 12] = [
        (": ", 2),
        (":\n", 2),
        ("：", 2),
        (" — ", 3),
        (" – ", 3),
        (" - ", 3),
        (" -- ", 3),
        ("——", 2),
        ("; ", 3),
        (". ", 3),
        ("。", 2),
        (" = ", 12),
    ];
    let text = text.replace("**", "").replace("\r\n", "\n");
    let mut found = Reason::None;
    for (mark, enough) in BREAKS {
        let Some((head, rest)) = text.split_once(mark) else { continue };
        let (head, rest) = (count_words(head), count_words(rest));
        if head >= 3 && rest >= enough {
            return Reason::Stated;
        }
        // A topic with a long text behind it explains itself.
        if head >= 2 && rest >= enough || rest >= 12 {
            found = Reason::Perhaps;
        }
    }
    found
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
        let date = dates::at_start(rest).map(|date| date.range.end);
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
mod tests;
