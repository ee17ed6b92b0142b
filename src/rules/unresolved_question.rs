use std::{cell::LazyCell, collections::HashMap, rc::Rc};

use super::{Context, Sink};
use crate::{
    artifact::{Artifact, questions::Question, suppressions::Suppression},
    convention::SectionName,
    diagnostic::Fix,
    markdown::BlockId,
};

rule! {
    /// Open questions are answered before the work goes on.
    ///
    /// ### Why
    ///
    /// The next person or model that works on the phase answers an open question by guessing. Items, sub-headings and table rows under Open questions count; anywhere
    /// `[NEEDS CLARIFICATION: …]` and what is labelled as one: `Open question: …`. A question is resolved when it is ticked, struck through, or says so: `Resolved`, `Decision:`,
    /// `Answer:`, `-> …`, `(DEFERRED)`, `[LOCKED]`, on its own line or in a nested item; the heading may say it of all.
    /// An answer that its author recommends, suggests or leans to is the default that the work goes on with.
    /// A file that is there to collect open questions says so itself.
    /// What its author has put off is no open question: under a heading such as `Questions to revisit`, in a file whose
    /// title or status keeps it for later (`Parking lot`, `Future …`), or `Decide when …` behind the question.
    /// Topics and statements below the heading are left alone: what is marked asks, says that something is undecided, or
    /// has an open box or label; where more of them are topics, all are. The questions below one heading are one finding,
    /// at the first of them; code actions answer each where it stands.
    ///
    /// Only where the work is now: in a phase that says that it is in progress, else in the last one that has begun, by
    /// its status, a ticked box, a log entry or a commit; where none has, and among plans with a date, in the last one.
    /// Later phases have time to answer, earlier ones were gone past, and a draft is there to settle its own. In a log
    /// only the newest entry is looked at, and a handoff or the record of a session hands its questions on.
    ///
    /// ### Fires
    ///
    /// ```md
    /// ## Open questions
    /// - How are names resolved?
    /// ```
    ///
    /// ### Quiet
    ///
    /// ```md
    /// ## Open questions
    /// - [x] Which port does the probe use?
    /// - ~~Do we need an ingress?~~
    /// - Which namespace? **Decision:** the team's own
    /// - Who signs the image?
    ///   - Answer: the build
    /// - Embedded or separate? Recommend embedded
    /// ```
    "unresolved-question", severity = Information, check = Artifact(check)
}

fn check<'a>(ctx: &Context<'a>, artifact: &'a Artifact, out: &mut Sink<'a>) {
    let (document, workspace) = (ctx.document, ctx.workspace);
    if document.collects_questions() {
        return;
    }
    let is_settling = || document.is_of_its_day() || document.draft_word().is_some();
    let is_current = LazyCell::new(|| !is_settling() && workspace.is_current(document));
    let changes =
        Rc::new(LazyCell::new(|| (document.question_changes(), document.move_to_decisions(&workspace.vocabulary))));
    let open = || artifact.questions.iter().filter(|question| !question.resolved);
    // Where most questions below a heading are topics, one that seems to ask is a topic, too.
    let heading = |question: &Question| {
        let mut around = artifact.sections.around(question.range.start);
        around.find(|section| section.is(SectionName::OpenQuestions)).map(|section| section.block)
    };
    let mut surplus: HashMap<_, isize> = HashMap::new();
    for question in open().filter(|question| !question.is_mark) {
        *surplus.entry(heading(question)).or_default() += if question.is_asked { 1 } else { -1 };
    }
    let is_due = |question: &&Question| match question.is_mark {
        true => question.is_asked,
        false => question.is_asked && surplus[&heading(question)] >= 0 && *is_current,
    };
    // The questions below a heading are one thing to see to: the first speaks, the others are related.
    let mut lists: Vec<(Option<BlockId>, Vec<&Question>)> = Vec::new();
    for question in open().filter(is_due) {
        // A comment silences the question that it stands at, not those below.
        let names_rule = |comment: &Suppression| {
            comment.rules.is_empty() || comment.rules.iter().any(|name| document.slice(name.clone()) == RULE.name())
        };
        let mut comments = artifact.suppressions.iter().filter(|comment| names_rule(comment));
        let is_alone = question.is_mark || comments.any(|comment| comment.covers(question.range.start));
        let list = heading(question).filter(|_| !is_alone);
        match lists.iter_mut().find(|(other, _)| list.is_some() && *other == list) {
            Some((_, questions)) => questions.push(question),
            None => lists.push((list, vec![question])),
        }
    }
    for (_, questions) in lists {
        let question = questions[0];
        let changes = changes.clone();
        out.report_lazily(question.range.clone(), move |finding| {
            let (changes, decisions) = &**changes;
            finding.message = match questions.len() {
                _ if question.is_mark => "This needs clarification: replace the mark with the answer.".to_owned(),
                1 => "This question is open: answer it, or mark it as resolved.".to_owned(),
                all => format!(
                    "This question and {} more below its heading are open: answer them, or mark them as resolved.",
                    all - 1
                ),
            };
            for other in &questions[1..] {
                finding.relate(&document.path, other.range.clone(), "Also open.");
            }
            if let Some((edits, cursor)) = changes.answer(question) {
                finding.fix(Fix::new("Answer the question", edits).with_cursor(cursor));
            }
            if let Some((edits, cursor)) = decisions.as_ref().and_then(|decisions| decisions.change(question)) {
                finding.fix(Fix::new("Move the question to Decisions", edits).with_cursor(cursor));
            }
            if let Some(edits) = changes.resolve(question) {
                finding.fix(Fix::new("Mark the question as resolved", edits));
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix_titled, check_with_related, findings};

    #[test]
    fn open_questions_of_every_kind_and_form_are_marked() {
        check_with_related(
            "unresolved-question",
            r#"
//- plan/phase-1.md
## 7. Open Questions ❓
1. 😀 Which port?
   ^^^^^^^^^^^^^ unresolved-question
2. [x] Which host?
//- prompts/phase-1.md
**Open questions:**

- [ ] 索引はどこに置くか？
      ^^^^^^^^^^ unresolved-question
- 駅名は？ -> 残す
//- work-notes/phase-1.md
## Outstanding questions {#open}

| # | Question | Answer |
|---|---|---|
| 1 | Who renews? | TBD |
      ^^^^^^^^^^^ unresolved-question

### Q1: Who pays?
    ^^^^^^^^^^^^^ unresolved-question

We asked twice.

### Q2: Portrait? (resolved)

```
## Open questions
- In code?
```
"#,
        );
    }

    #[test]
    fn a_list_of_topics_asks_nothing() {
        let plan = "//- plan/phase-1.md\n# Till\n\n## Open decisions\n- Drop order of the chunks\n- Turning demand\n";
        check_with_related("unresolved-question", &format!("{plan}- Confirm the encoding\n"));
        let marked = "\
- Confirm the encoding
  ^^^^^^^^^^^^^^^^^^^^ unresolved-question
- Which drawer?
  ^^^^^^^^^^^^^ unresolved-question
";
        check_with_related("unresolved-question", &format!("{plan}{marked}"));
        // Each list by itself.
        let list = "\n## Open questions\n- Which drawer?\n  ^^^^^^^^^^^^^ unresolved-question\n";
        check_with_related("unresolved-question", &format!("{plan}{list}"));
    }

    #[test]
    fn the_questions_below_a_heading_are_one_finding() {
        let text = "//- plan/phase-1.md\n## Open questions\n- Which port?\n- Which host?\n- [x] Which user?\n- Which key?\n";
        let found = findings(text);
        let [(_, finding)] = &*found else { panic!("{found:?}") };
        assert_eq!(finding.message, "This question and 2 more below its heading are open: answer them, or mark them as resolved.");
        assert_eq!(finding.related.len(), 2);
        // One that a comment silences is not among them.
        let silenced = text.replace("port?", "port? <!-- phasemark-ignore unresolved-question -->");
        let found = findings(&silenced);
        let [(_, finding)] = &*found else { panic!("{found:?}") };
        assert!(finding.message.starts_with("This question and 1 more"), "{}", finding.message);
        let other = text.replace("port?", "port? <!-- phasemark-ignore leftover-placeholder -->");
        let found = findings(&other).into_iter().filter(|(_, finding)| finding.rule == "unresolved-question");
        assert_eq!(found.count(), 1);
    }

    #[test]
    fn a_handoff_hands_its_questions_on() {
        let text = "# Till\n\n## Decisions\n\n## Assumptions\n\n## Open questions\n- Which port?\n";
        check("unresolved-question", &format!("//- work-notes/handoffs/2026-10-02-till.md\n{text}"));
        let marked = "  ^^^^^^^^^^^ unresolved-question\n";
        check("unresolved-question", &format!("//- work-notes/notes/2026-10-02-till.md\n{text}{marked}"));
        // Notes of a day, but for those that follow the template.
        check("unresolved-question", &format!("//- work-notes/2026-10-02-till-notes.md\n{text}{marked}"));
        let few = text.replace("## Assumptions\n\n", "");
        check("unresolved-question", &format!("//- phasemark.toml\n//- work-notes/2026-10-02-till-notes.md\n{few}"));
    }

    #[test]
    fn a_label_makes_a_question_anywhere() {
        check(
            "unresolved-question",
            r#"
//- plan/phase-1.md
# Till
## Tasks
- **Open question**: prebuilt file or live lookup
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ unresolved-question
- [ ] **Open question:** who signs (TBD)
      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ unresolved-question
- [x] **Open question:** who signs
- **Open question:** none
- ~~**Open question:** who pays~~
- **Open question:** who signs? **Decision:** the build
- The open question: nobody sells here

**[ ] Question ouverte : qui signe** *(groupe 2)* - à trancher avant la phase 4
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ unresolved-question

**Open question:** Confirm whether the page is routed.
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ unresolved-question

**Question:** Where are the keys? In the drawer.

> **Next:** add the drawer.
> **Open question (unanswered):** is it oak
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ unresolved-question

> **Blockers:** none.
//- work-notes/phase-1.md
# Till
## 2026-01-02
- Open question: which key opens the drawer
## 2026-01-03
- The small one.
- Open question: who has it
  ^^^^^^^^^^^^^^^^^^^^^^^^^ unresolved-question
"#,
        );
    }

    #[test]
    fn a_mark_is_a_question_anywhere() {
        check(
            "unresolved-question",
            "
//- plan/phase-1.md
# Spec
- FR-1: sign in via [NEEDS CLARIFICATION: which provider?]
                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ unresolved-question
- [x] No [NEEDS CLARIFICATION] markers remain
",
        );
    }

    #[test]
    fn an_answer_comes_first_and_a_tick_last() {
        let found = findings("//- work-notes/phase-1.md\n## Decisions\n\n## Questions\n- [ ] Port?\n");
        let (_, finding) = found.iter().find(|(_, finding)| finding.rule == "unresolved-question").unwrap();
        let titles: Vec<_> = finding.fixes.iter().map(|fix| &*fix.title).collect();
        assert_eq!(titles, ["Answer the question", "Move the question to Decisions", "Mark the question as resolved"]);
    }

    #[test]
    fn the_fix_ticks_or_says_resolved() {
        for (before, after) in [
            ("- [ ] Port?\r\n- [x] Host?\r\n", "- [x] Port?\r\n- [x] Host?\r\n"),
            ("* Port?\n  - maybe 80\n", "* [x] Port?\n  - maybe 80\n"),
            ("1. Port?\n", "1. [x] Port?\n"),
            ("### Port? ###\n", "### Port? (resolved) ###\n"),
            ("| Question |\n|---|\n| Port? |\n", "| Question |\n|---|\n| Port? (resolved) |\n"),
        ] {
            let text = |body: &str| format!("# P\n\n## Questions\n\n{body}");
            let fixture = format!("//- work-notes/phase-1.md\n{}", text(before));
            check_fix_titled("unresolved-question", "Mark the question", &fixture, &text(after));
        }
    }

    #[test]
    fn what_states_or_decides_asks_nothing() {
        check_with_related(
            "unresolved-question",
            "
//- plan/phase-1.md
## Open questions
- The add-back is only seen when that year's own planner has the split; a bare total is treated as all-employer.
- Round trip of literal blocks
- Hosting: to be decided
  ^^^^^^^^^^^^^^^^^^^^^^ unresolved-question
- Hébergement : à trancher
  ^^^^^^^^^^^^^^^^^^^^^^^^ unresolved-question
- Hosting: on the shop's own server
- Round trip of literal blocks: TBD
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ unresolved-question
- Region of the bucket - needed for the login. Confirm it when ready.
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ unresolved-question
- [ ] Try the drawer with a real key
      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ unresolved-question
## Open questions for the owner
Choose one of these:
1. Stop here (recommended).
2. Weigh the fruit at the till.
## Open questions (defaults in bold)
1. **Postgres** or SQLite?
//- plan/till/phase-2.md
## Decisions & open questions
### Settled with the team
- Toggle: white
### Open questions
- Which red?
  ^^^^^^^^^^ unresolved-question
### Trade-offs we accept
- One slice
",
        );
    }

    #[test]
    fn a_register_of_questions_says_so_itself() {
        check(
            "unresolved-question",
            "
//- work-notes/OPEN_QUESTIONS.md
# To ask
## Open questions
- Which port?
//- work-notes/ask.md
# Open questions / TBD
## 1. Open questions on data
- Which feed?
//- work-notes/phase-1.md
## Open questions
- Which host?
  ^^^^^^^^^^^ unresolved-question
",
        );
    }

    #[test]
    fn what_the_author_has_put_off_is_left_alone() {
        check(
            "unresolved-question",
            "
//- plan/scope.md
# Future product scope
Status: Parking lot

## Questions
- Which countries?
//- plan/phase-1.md
# Phase 1
## Open questions to revisit
- English only?
## Later
### Open questions
- Accounts?
## Open questions
- Which heading? Decide when the feature is built.
- Which store? Is it decided later?
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ unresolved-question
",
        );
    }

    #[test]
    fn questions_are_asked_where_the_work_is() {
        check(
            "unresolved-question",
            "
//- plan/phase-1.md
# Phase 1, which was gone past
## Tasks
- [x] Build the till
## Open questions
- Which port?
//- plan/phase-2.md
# Phase 2, which was passed over
## Open questions
- Which host?
//- plan/shop/phase-1.md
# Phase 1, the last that has begun
## Tasks
- [x] Build the drawer
## Open questions
- Which drawer?
  ^^^^^^^^^^^^^ unresolved-question
//- plan/shop/phase-2.md
# Phase 2
**Status:** Not started
## Open questions
- Which key?
//- work-notes/phase-3.md
# Notes
**Status:** In progress
## Open questions
- Which table?
  ^^^^^^^^^^^^ unresolved-question
//- plan/phase-3.md
# Phase 3
## Open questions
- Which chair?
  ^^^^^^^^^^^^ unresolved-question
//- plan/phase-4.md
# Phase 4
## Open questions
- Which lamp?
## Tasks
- Hang it [NEEDS CLARIFICATION: where?]
          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ unresolved-question
//- plan/kitchen/phase-1.md
# Phase 1, before any has begun
## Open questions
- Which pan?
//- plan/kitchen/phase-2.md
# Phase 2
## Open questions
- Which stove?
  ^^^^^^^^^^^^ unresolved-question
//- plan/2026-01-02-oak.md
# Oak
## Open questions
- Which oak?
//- plan/2026-01-09-pine.md
# Pine
## Open questions
- Which pine?
  ^^^^^^^^^^^ unresolved-question
//- plan/2026-01-05-elm.md
# Elm
**Status:** Blocked
## Open questions
- Which elm?
  ^^^^^^^^^^ unresolved-question
//- plan/shed/phase-9.md
# Phase 9
*Status: Draft, the order is not confirmed*
## Open questions
- Which roof?
",
        );
    }
}
