//! MUST, MUST NOT, SHOULD, SHOULD NOT, MAY in a constraint.
//!
//! They are offered where an item under Constraints begins, and replace the word that is typed there,
//! in any case: `mus` becomes `MUST `. Further on in the item only a word in capitals is one of them.

use super::{Item, ItemKind, List, Request, Snippet, cursor::Typed};
use crate::convention::{Kind, SectionName};

/// The words as RFC 2119 has them, and what each says.
const WORDS: [(&str, &str); 5] = [
    ("MUST", "Has to hold, without exception."),
    ("MUST NOT", "Is forbidden, without exception."),
    ("SHOULD", "Holds unless there is a good reason, which is then written down."),
    ("SHOULD NOT", "Is avoided unless there is a good reason, which is then written down."),
    ("MAY", "Is allowed, and left to whoever does the work."),
];

pub fn offer(request: &Request, list: &mut List) {
    let Typed::Item(item) = request.typed() else { return };
    let first = if item.words.is_empty() { request.offset } else { item.words.start };
    let (line, text) = (request.line(), request.text());
    if !item.is_set_off || request.offset < first || request.document.kind == Kind::WorkNotes {
        return;
    }
    let start = first + capitals(&text[first..request.offset]).unwrap_or_default();
    let (typed, rest) = (&text[start..request.offset], &text[request.offset..line.end]);
    let is_in_word = rest.starts_with(|c: char| !c.is_whitespace());
    if is_in_word || typed.is_empty() && !rest.trim().is_empty() {
        return;
    }
    if request.section_around(&[SectionName::Constraints]).is_none() {
        return;
    }
    for (word, meaning) in WORDS {
        let is_begun = word.get(..typed.len()).is_some_and(|head| head.eq_ignore_ascii_case(typed));
        if is_begun {
            let blank = if rest.starts_with([' ', '\t']) { "" } else { " " };
            let insert = Snippet::plain(format!("{word}{blank}"));
            let item = Item::new(ItemKind::Word, word, start..request.offset, insert);
            list.items.push(item.with_documentation(meaning));
        }
    }
}

/// Where the capitals begin that `words` end with: two or more, behind a blank.
fn capitals(words: &str) -> Option<usize> {
    let start = words.trim_end_matches(|c: char| c.is_ascii_uppercase()).len();
    (words.len() - start > 1 && words[..start].ends_with(' ')).then_some(start)
}

#[cfg(test)]
mod tests {
    use crate::completion::tests::{accepted, check_silent, labels};

    const PLAN: &str = "plan/phase-1.md";
    const PROMPT: &str = "prompts/phase-1.md";

    #[test]
    fn a_word_that_is_begun_is_replaced() {
        for (before, after) in [
            ("## Constraints\n- mus$0\n- a", "## Constraints\n- MUST \n- a"),
            ("## Constraints (follow exactly)\r\n\r\n* $0\r\n", "## Constraints (follow exactly)\r\n\r\n* MUST \r\n"),
            ("## Constraints\n1. Must$0 follow 漢字\n", "## Constraints\n1. MUST follow 漢字\n"),
            ("**Constraints:**\n\n- a\n- m$0", "**Constraints:**\n\n- a\n- MUST "),
            ("**Constraints:**\n- $0", "**Constraints:**\n- MUST "),
            ("## Rules\n\n- [ ] m$0\n", "## Rules\n\n- [ ] MUST \n"),
            ("## Constraints\n\n### Code 😀\n\n- a\n  - M$0\n", "## Constraints\n\n### Code 😀\n\n- a\n  - MUST \n"),
        ] {
            assert_eq!(accepted(PROMPT, before, "MUST"), (after.to_owned(), after.to_owned()), "{before}");
        }
        assert_eq!(
            accepted(PLAN, "## Constraints\n- The app MU$0 start", "MUST").0,
            "## Constraints\n- The app MUST start"
        );
        assert_eq!(accepted(PLAN, "## Constraints\n- must n$0", "MUST NOT").0, "## Constraints\n- MUST NOT ");
    }

    #[test]
    fn words_that_fit_are_offered_in_order() {
        assert_eq!(labels(PROMPT, "## Constraints\n- $0\n"), ["MUST", "MUST NOT", "SHOULD", "SHOULD NOT", "MAY"]);
        assert_eq!(labels(PROMPT, "## Constraints\n- S$0\n"), ["SHOULD", "SHOULD NOT"]);
    }

    #[test]
    fn sentences_and_other_sections_are_left_alone() {
        for text in [
            "## Constraints\n- Keep it$0\n",
            "## Constraints\n- MUST follow$0\n",
            "## Constraints\n- MUST m$0\n",
            "## Constraints\n- The M$0\n",
            "## Constraints\n- Keep `a MU$0`\n",
            "## Constraints\n- The MU$0X\n",
            "## Constraints\n- m$0ust\n",
            "## Constraints\n- $0 follow\n",
            "## Constraints\n-$0\n",
            "## Constraints\nm$0\n",
            "## Constraints\n| m$0 |\n",
            "## Task\n- m$0\n",
            "## Constraints\n\n## Task\n- m$0\n",
            "- m$0\n",
            "## Constraints\n```\n- m$0\n```\n",
            "## Constraints\n```\n- m$0\n",
            "## Constraints\n\n      - m$0\n",
            "## Constraints\n<!--\n- m$0\n-->\n",
        ] {
            check_silent(PROMPT, text);
        }
        check_silent("work-notes/phase-1.md", "## Constraints\n- m$0\n");
    }
}
