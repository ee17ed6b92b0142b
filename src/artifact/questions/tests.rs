use crate::{convention::Kind, testing::document};

/// The words of the questions that are open.
fn open(text: &str) -> Vec<String> {
    let questions = document(Kind::WorkNotes, text).artifact.questions;
    questions
        .iter()
        .filter(|question| !question.resolved)
        .map(|question| text[question.range.clone()].to_owned())
        .collect()
}

#[test]
fn every_style_of_resolution_counts() {
    let resolved = "\
## Open questions

- [x] Ticked?
- ~~Struck?~~
- Which port? Resolved: 8080.
- Port? **Decision:** 80
- Port? -> 80
- Port? (DEFERRED)
- Port?
  - A: 80
- Port? [resolved 2026-01-02]
- **Resolved** (2026-01-02): port is 80
- ✅ Resolved: yes
- Port — resolved, 80.
- None
- N/A
- <Question>
- Port?

  Answer: 80
- Decided 2026-01-02: 80
- **RESOLVED** Which port? 8080
- **Resolved** — which port? 8080
- Resolved — which port? 8080
- Resolved 2026-01-02: which port?
- Port? ✅
- Port? ✔\u{fe0f}
  8080
### Resolved: which port?
8080
### ✅ Decided: port?
### Resolved - which port?
### Which port? ✅
### ☑\u{fe0f} Which port? ###
";
    assert_eq!(open(resolved), Vec::<String>::new());
}

#[test]
fn words_that_only_look_like_a_resolution_stay_open() {
    let text = "\
## Questions
- How are names resolved?
- Resolved names are cached where?
- Is `Resolved:` a header?
- Has the team decided?
- A port or a socket?
- x -
### Which ✅ is meant?
### Resolved names are kept where?
";
    assert_eq!(
        open(text),
        [
            "How are names resolved?",
            "Resolved names are cached where?",
            "Is `Resolved:` a header?",
            "Has the team decided?",
            "A port or a socket?",
            "x -",
            "Which ✅ is meant?",
            "Resolved names are kept where?"
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
    let text = "\
## Open questions

| # | Question | Answer |
|---|---|---|
| 1 | Which port? | TBD |
| 2 | Host? | localhost |
";
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

#[test]
fn answers_beside_a_question_resolve_it() {
    for text in [
        "## Questions\n- Q: Port?\n- A: 80\n",
        "## Questions\n\n**Q1: Which port?**\n\n**Options:**\n- 80\n- 81\n\n**Answer:** 80\n",
        "## Questions\n\n**Which port?**\n\n**Decision:**\n\n80\n",
        "## Questions\n1. Port?\n\n**Resolution:** 80\n",
        "## Questions\n### Port?\n**Resolution (2026-04-25):** 80\n",
        "## Questions\n### Port?\n\n**Decision:**\n\n- 80\n",
        "## Questions\r\n- Port?\r\n  Answer: 80\r\n",
        "## Questions\n- ✅ Port 80 or 81?\n- All resolved.\n",
    ] {
        assert_eq!(open(text), [""; 0], "{text}");
    }
}

#[test]
fn an_answer_that_is_not_there_yet_resolves_nothing() {
    for text in [
        "## Questions\n- Port?\n  - Answer:\n- [x] Host?\n",
        "## Questions\n- Port?\n  - Decision: TBD\n",
        "## Questions\n### Port?\n**Resolution:** OPEN — Anke decides\n",
        "## Questions\n### Port?\n**Answer:**\n\n### Host? (resolved)\n",
        "## Questions\n- Port?\n  - A: 80\n  - B: 81\n",
        "## Questions\n- ~~Which host?~~ Port?\n".replace("Port?", "Which port is it?").as_str(),
        "## Questions\n\n**Port?**\n\n**Answer:**\n",
    ] {
        assert_eq!(open(text).len(), 1, "{text}: {:?}", open(text));
    }
    assert_eq!(open("## Questions\n1. Port?\n\n**Resolution:** 80\n\n2. Host?\n"), ["Host?"]);
}

#[test]
fn boxes_below_a_plain_item_are_the_questions() {
    assert_eq!(open("## Questions\n- Fonts\n  - [x] Which?\n  - [ ] Where from?\n"), ["Where from?"]);
    assert_eq!(open("## Questions\n- Which font?\n  - [ ] Arial\n  - [ ] Times\n"), ["Which font?"]);
    assert_eq!(open("## Questions\n- [ ] Which font?\n  - [x] asked\n"), ["Which font?"]);
}

#[test]
fn a_mark_that_asks_for_clarification_is_a_question() {
    let text = "# Spec\n- FR-1: users sign in via [NEEDS CLARIFICATION: which provider?]\n\n\
        Retention is [NEEDS CLARIFICATION].\n\n## Open questions\n- Port? [NEEDS CLARIFICATION: which?]\n";
    assert_eq!(
        open(text),
        ["[NEEDS CLARIFICATION: which provider?]", "[NEEDS CLARIFICATION]", "Port? [NEEDS CLARIFICATION: which?]"]
    );
    for text in [
        "- [x] No [NEEDS CLARIFICATION] markers remain\n",
        "- [x] 无 `[NEEDS CLARIFICATION]` 残留\n",
        "Mark what is unclear with [NEEDS CLARIFICATION: specific question].\n",
        "All [NEEDS CLARIFICATION] marks are gone.\n",
        "~~[NEEDS CLARIFICATION: which?]~~ Sign in with a mail address.\n",
    ] {
        assert_eq!(open(text), [""; 0], "{text}");
    }
}

#[test]
fn the_heading_may_resolve_all() {
    for heading in [
        "Open questions (RESOLVED — deferred to execution: Q1 → Plan 01, Q2 → later)",
        "Open questions (all resolved)",
        "Open questions — resolved 2026-03-02",
        "Open questions: none",
        "Open questions [CLOSED]",
    ] {
        assert_eq!(open(&format!("## {heading}\n\n1. **Does one round fill every place?**\n")), [""; 0], "{heading}");
    }
    assert_eq!(open("## Notes\n\nOpen questions (resolved):\n\n- Who sees a list: its owner\n"), [""; 0]);
    for heading in ["Open questions (MUST RESOLVE OR EXPLICITLY DEFER)", "Open questions (for Anke)"] {
        assert_eq!(open(&format!("## {heading}\n\n- Which port?\n")), ["Which port?"], "{heading}");
    }
}

#[test]
fn a_label_asks_by_itself() {
    assert_eq!(open("## Notes\n\n**Open question:** which port?\n\n- 80\n- 81\n"), ["which port?"]);
    assert_eq!(open("## R1\n\n**Question**: Which sizes?\n\n**Findings**:\n- H2: 28px\n"), [""; 0]);
    let joined = "\
## Risks, open questions, recommendation

**Risks**
- Slow: why?

**Open questions**
1. Keep `?tags=`

**Recommended**
- Phase 2: `?key=`
";
    assert_eq!(open(joined), ["Keep `?tags=`"]);
}

#[test]
fn of_a_log_only_the_newest_entry_leaves_questions() {
    let log =
        "# Journal\n## 2026-03-01 — A\n### Open questions\n- Old?\n## 2026-03-04 — B\n### Open questions\n- New?\n";
    assert_eq!(open(log), ["New?"]);
}

#[test]
fn paragraphs_that_ask_are_questions_where_there_is_no_item() {
    assert_eq!(open("## Open questions\n\nWhich port does it use?\n\nWe ask Anke.\n"), ["Which port does it use?"]);
    assert_eq!(open("## Open questions\n\nWhich port? Answer: 80\n"), [""; 0]);
    assert_eq!(open("## Open questions\n\nWhat follows is for later?\n\n- Port?\n"), ["Port?"]);
}

#[test]
fn beside_risks_only_what_asks_is_a_question() {
    let text = "\
## Open questions and risks
- The shop may be slow
- Decide on a test shop now or next month
- Which quota holds?
";
    assert_eq!(open(text), ["Decide on a test shop now or next month", "Which quota holds?"]);
}

#[test]
fn remarks_are_no_questions() {
    assert!(open("## Questions\n\n**Note:** reviewed every week.\n\nWe collect them here.\n").is_empty());
    assert!(open("## Questions\n- None at the moment.\n- There are no open questions\n").is_empty());
    assert_eq!(
        open("## Questions\n- Question 1?\n- **Question 2**\n- Question 3: which port?\n"),
        ["Question 3: which port?"]
    );
    assert_eq!(open("## Questions\n- None of the probes answers. Why?\n- Not every probe answers\n").len(), 2);
}

#[test]
fn only_answers_in_a_column_of_answers_count() {
    let table = |head: &str, cell: &str| {
        open(&format!("## Questions\n\n| # | Question | {head} |\n|---|---|---|\n| Q1 | Port `a \\| b`? | {cell} |\n"))
    };
    for (head, cell) in [
        ("Answer", "80"),
        ("Status", "✅ Resolved"),
        ("Remarks", "Resolved: 80"),
        ("Resolution (final)", "80"),
        ("Proposed answer", "80"),
        ("Recommended", "80"),
    ] {
        assert_eq!(table(head, cell), [""; 0], "{head}");
    }
    for (head, cell) in [
        ("Answer", "TBD"),
        ("Answer", ""),
        ("Proposed answer", "TBD"),
        ("Proposed by", "Anke"),
        ("Decision needed by", "Friday"),
        ("Status", "open"),
        ("Remarks", "asked Anke"),
    ] {
        assert_eq!(table(head, cell), ["Port `a \\| b`?"], "{head}");
    }
    assert_eq!(open("## Questions\n\n| # | Question |\n|---|---|\n| 3 | ~~Port?~~ |\n| 4 | Host? |\n"), ["Host?"]);
}
