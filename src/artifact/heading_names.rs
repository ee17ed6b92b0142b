//! Which sections a heading names: by itself, with words around the name, or joined with others.

use super::Vocabulary;
use crate::{
    convention::{self, HeadingWords, Kind, SectionName},
    text::{holds, places_of},
};

/// No name has more words.
const MOST_WORDS: usize = 7;
/// A heading with more words before a name is a sentence.
const MOST_WORDS_BEFORE: usize = 4;

impl Vocabulary {
    /// The sections that a normalised heading names, the one that it begins with first; several where it joins
    /// them: `Assumptions & open questions`.
    pub fn sections_in(&self, kind: Kind, heading: &str) -> Vec<SectionName> {
        let mut found = Vec::new();
        let mut push = |name: SectionName| {
            if !found.contains(&name) {
                found.push(name);
            }
        };
        if let Some(name) = self.section(kind, heading) {
            push(name);
        }
        // As most headings: nothing joins names or introduces a value.
        if is_plain(heading) {
            if found.is_empty() {
                found.extend(self.section_within(kind, heading));
            }
            return found;
        }
        let (head, value) = split_value(heading);
        // `5 commands (list, status) done` is a sentence.
        let is_joined = !head.contains(['(', '（', '[']) && JOINTS.iter().any(|joint| holds(head, joint));
        if is_joined {
            parts(head).filter_map(|part| self.section_within(kind, part)).for_each(&mut push);
        }
        if !found.is_empty() {
            return found;
        }
        // `Step 4: Acceptance criteria` is a piece of work, `Appendix: Open questions` is not.
        let of_value = || {
            let is_work = is_unit_of_work(head) || self.section_within(kind, head).is_some();
            value.filter(|value| !is_work && value.contains(' ')).and_then(|value| self.section(kind, value))
        };
        let found_within = self.section_within(kind, heading).or_else(of_value);
        found.extend(found_within.or_else(|| self.section_at_end(kind, heading)));
        found
    }

    /// The section whose name stands in `heading`, with nothing around it that changes what it is: of several,
    /// the longest name.
    fn section_within(&self, kind: Kind, heading: &str) -> Option<SectionName> {
        if let Some(name) = self.section(kind, heading) {
            return Some(name);
        }
        let words: Vec<&str> = heading.split([' ', '：']).map(trim_word).collect();
        // Few words begin a name; all others are passed quickly.
        let starts: Vec<usize> =
            (0..words.len().min(MOST_WORDS_BEFORE + 1)).filter(|first| self.begins_name(kind, words[*first])).collect();
        if starts.is_empty() {
            return None;
        }
        let at = |word: &str| word.as_ptr() as usize - heading.as_ptr() as usize;
        for length in (1..=MOST_WORDS.min(words.len())).rev() {
            for first in starts.iter().copied().filter(|first| first + length <= words.len()) {
                let (start, last) = (at(words[first]), words[first + length - 1]);
                let end = (at(last) + last.len()).max(start);
                let name = &heading[start..end];
                let Some(section) = self.section(kind, name) else { continue };
                let is_free = length > 1
                    || matches!(section, SectionName::Custom(_))
                    || known().is_freely_qualified(&plural(name));
                let may_precede = !(self.is_anchored(kind, name) && first > 0)
                    && precedes(&heading[..start], &words[..first], is_free);
                if may_precede && follows(&heading[end..], name, section) && !is_status_of_phase(heading, section) {
                    return Some(section);
                }
            }
        }
        None
    }

    /// The section of an unspaced script whose name ends the heading: `最终验收标准`.
    fn section_at_end(&self, kind: Kind, heading: &str) -> Option<SectionName> {
        if heading.is_ascii() {
            return None;
        }
        let is_unspaced = |c: char| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}');
        let chars: Vec<(usize, char)> = heading.char_indices().collect();
        let is_short = chars.len() <= 12 && chars.iter().all(|(_, c)| is_unspaced(*c));
        let starts = chars.iter().enumerate().skip(1).filter(|(n, _)| is_short && chars.len() - n >= 3);
        starts
            .filter(|(n, _)| !"非不无無未旧前".contains(chars[n - 1].1))
            .find_map(|(_, (at, _))| self.section(kind, &heading[*at..]))
    }
}

fn known() -> &'static HeadingWords {
    &convention::built_in().headings
}

/// What joins two names in a heading.
const JOINTS: [&str; 9] = [" and ", " & ", "/", " + ", ", ", " und ", " et ", " y ", "・"];

/// Whether a heading is ASCII words alone, none of which joins two others.
fn is_plain(heading: &str) -> bool {
    heading.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b' ')
        && !heading.split(' ').any(|word| ["and", "und", "et", "y"].contains(&word))
}

fn parts(head: &str) -> impl Iterator<Item = &str> {
    let pieces = head.split(['/', '&', '+', ',', '・']);
    pieces.flat_map(|piece| piece.split(" and ")).flat_map(|piece| piece.split(" und ")).map(|piece| {
        let piece = piece.trim();
        piece.strip_prefix("and ").unwrap_or(piece)
    })
}

/// A heading without what its colon or dash introduces, and that.
pub(super) fn split_value(heading: &str) -> (&str, Option<&str>) {
    let separators = [": ", "：", " — ", " – ", " - "];
    let place = |separator: &str| Some((places_of(heading, separator).next()?, separator.len()));
    let found = separators.into_iter().filter_map(place).min();
    found.map_or((heading, None), |(at, length)| (&heading[..at], Some(heading[at + length..].trim())))
}

/// Whether a heading begins with `phase 2`, `task a1`.
fn is_unit_of_work(heading: &str) -> bool {
    let mut words = heading.split([' ', '：']).map(trim_word);
    let is_unit = words
        .next()
        .is_some_and(|word| known().is_unit_of_work(word.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-')));
    is_unit && (heading.contains(|c: char| c.is_ascii_digit()) || words.next().is_some_and(|word| word.len() == 1))
}

fn trim_word(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric())
}

fn plural(name: &str) -> String {
    if name.ends_with('s') { name.to_owned() } else { format!("{name}s") }
}

/// Whether `before`, with its `words`, may stand before a name.
fn precedes(before: &str, words: &[&str], is_free: bool) -> bool {
    let is_number = |word: &&&str| word.starts_with(|c: char| c.is_ascii_digit());
    let has_phase = words.first().is_some_and(|word| known().is_unit_of_work(word));
    // `Phase 2: Verification` is a phase.
    let is_title = before.contains([':', '：', '—', '–', '|']) || before.contains(" - ");
    let is_negated = words.iter().any(|word| known().negates(word));
    let qualifies = |word: &&str| known().qualifies(word) || has_phase && (is_number(&word) || *word == words[0]);
    !is_title && !is_negated && (is_free || words.iter().all(qualifies))
}

/// Whether `after` may follow `name`: punctuation, or a word such as `for`.
fn follows(after: &str, name: &str, section: SectionName) -> bool {
    let rest = after.trim_start();
    let Some(first) = rest.chars().next() else { return true };
    if first.is_alphanumeric() {
        // `Logs for all requests` are those of a program.
        let is_of_program = section == SectionName::SessionLog && name == "logs";
        return !is_of_program && known().follows(rest.split(' ').next().map_or(rest, trim_word));
    }
    // `Decision: use TLS` is one decision, `Question 3 — why?` one question.
    let is_one_of_many = matches!(
        section,
        SectionName::Decisions
            | SectionName::OpenQuestions
            | SectionName::Assumptions
            | SectionName::Commits
            | SectionName::CommitDiscipline
            | SectionName::SessionLog
            | SectionName::SessionManagement
            | SectionName::Constraints
    );
    !(is_one_of_many && !name.ends_with('s') && !name.contains(' ') && name.is_ascii() && name != "log")
}

/// `Phase 6 status` is that phase's, not the artifact's.
fn is_status_of_phase(heading: &str, section: SectionName) -> bool {
    section == SectionName::Status && is_unit_of_work(heading)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convention::normalize_heading;

    #[test]
    fn headings_name_their_sections() {
        use SectionName::*;
        let vocabulary = Vocabulary::built_in();
        for (kind, heading, expected) in [
            (Kind::Plan, "5. Definition of done for Phase 1", &[DefinitionOfDone][..]),
            (Kind::Plan, "Release acceptance criteria", &[DefinitionOfDone]),
            (Kind::Plan, "Exit criteria: phase B", &[DefinitionOfDone]),
            (Kind::Plan, "Success Criteria *(mandatory)*", &[DefinitionOfDone]),
            (Kind::Plan, "7. Phase 2 acceptance criteria", &[DefinitionOfDone]),
            (Kind::Plan, "Final verification", &[Verification]),
            (Kind::Plan, "Phase 总 DoD", &[DefinitionOfDone]),
            (Kind::Plan, "Verification (all of it)", &[Verification]),
            (Kind::Plan, "Verification results", &[]),
            (Kind::WorkNotes, "Logs for all four requests", &[]),
            (Kind::WorkNotes, "Logs", &[SessionLog]),
            (Kind::WorkNotes, "Session log for phase 2", &[SessionLog]),
            (Kind::Plan, "Validation rules", &[]),
            (Kind::Plan, "Status codes", &[]),
            (Kind::Plan, "Build status", &[]),
            (Kind::Plan, "Phase 6 status", &[]),
            (Kind::Plan, "Project status", &[Status]),
            (Kind::Plan, "Goal", &[Goals]),
            (Kind::Plan, "Goal: one list", &[Goals]),
            (Kind::Plan, "Previous goals", &[]),
            (Kind::Plan, "Non-goals", &[OutOfScope]),
            (Kind::Plan, "Goals and non-goals", &[Goals, OutOfScope]),
            (Kind::Plan, "Goals / Non-Goals", &[Goals, OutOfScope]),
            (Kind::Plan, "Non-negotiable constraints (repeated)", &[Constraints]),
            (Kind::Plan, "Global Constraints", &[Constraints]),
            (Kind::Plan, "Not doing (locked)", &[OutOfScope]),
            (Kind::Plan, "Deferred to phase 3", &[OutOfScope]),
            (Kind::Plan, "Future work (not in scope)", &[OutOfScope]),
            (Kind::Plan, "Open Questions For Refinement", &[OpenQuestions]),
            (Kind::Plan, "Risks / Open Questions", &[OpenQuestions]),
            (Kind::Plan, "Assumptions & Open Questions", &[Assumptions, OpenQuestions]),
            (Kind::Plan, "Resolved open questions", &[]),
            (Kind::Plan, "How the open questions were resolved", &[]),
            (Kind::Plan, "How to decide", &[]),
            (Kind::Plan, "Appendix: Open questions", &[OpenQuestions]),
            (Kind::Plan, "Step 4: Acceptance criteria", &[]),
            (Kind::Plan, "Phase 2: Verification", &[]),
            (Kind::Plan, ":dart: Goals", &[Goals]),
            (Kind::Plan, "二、目标", &[Goals]),
            (Kind::Plan, "３．Constraints", &[Constraints]),
            (Kind::WorkNotes, "Need a decision on", &[OpenQuestions]),
            (Kind::WorkNotes, "Need a decision on the store", &[OpenQuestions]),
            (Kind::WorkNotes, "What’s still open", &[OpenQuestions]),
            (Kind::WorkNotes, "Open decisions", &[OpenQuestions]),
            (Kind::WorkNotes, "Decision: use TLS", &[]),
            (Kind::WorkNotes, "Question 3", &[]),
            (Kind::WorkNotes, "Last 3 commits", &[]),
            (Kind::WorkNotes, "Working tree status", &[]),
            (Kind::WorkNotes, "Key decisions", &[Decisions]),
            (Kind::WorkNotes, "SESSION_LOG — Atlas", &[SessionLog]),
            (Kind::Prompt, "Context menu", &[]),
            (Kind::Prompt, "Inputs", &[]),
            (Kind::Prompt, "Task 3: Parser", &[]),
            (Kind::Prompt, "Context for the agent", &[Context]),
        ] {
            assert_eq!(vocabulary.sections_in(kind, &normalize_heading(heading)), expected, "{heading}");
        }
    }
}
