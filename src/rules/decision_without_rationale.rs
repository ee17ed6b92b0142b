use std::cell::LazyCell;

use super::{Context, Sink};
use crate::artifact::{Artifact, notes::{Decision, Reason}};

rule! {
    /// A decision should say why it was made, as the others of its list do.
    ///
    /// ### Why
    ///
    /// Without the reason it cannot be told later whether the decision still holds, and a model
    /// that was not there will happily undo it. A reason is a second part (`X: why`, `X — why`), words such
    /// as because, since or so that, some words in brackets, a purpose (`to …`), a nested item, text below a
    /// heading, or a filled column such as `Why`. Where three decisions of four state one plainly, and three
    /// at least, headings and the rows of a table with such a column are marked; items, which often mix decisions with
    /// facts, only in a file that follows the template, where half of them state one.
    ///
    /// ### Fires
    ///
    /// ```md
    /// ## Decisions
    /// | Decision | Why |
    /// |---|---|
    /// | No ingress | traffic stays inside the cluster |
    /// | One replica | the queue is short |
    /// | Port 8080 | the reference chart has it |
    /// | The chart scales on CPU only | |
    /// ```
    ///
    /// ### Quiet
    ///
    /// ```md
    /// ## Decisions
    /// - The chart scales on CPU only, because memory hardly moves
    /// - Port 8080: the reference chart has it
    /// - No ingress
    ///   - Why: traffic stays inside the cluster
    /// ```
    "decision-without-rationale", severity = Hint, check = Artifact(check), law = Habit
}

fn check(ctx: &Context, _: &Artifact, out: &mut Sink) {
    let follows_template = LazyCell::new(|| ctx.workspace.follows_template(ctx.document));
    for list in ctx.document.decisions().chunk_by(|a, b| a.list == b.list) {
        let stated = list.iter().filter(|decision| decision.reason == Reason::Stated).count();
        if ctx.is_habit(stated, list.len()) {
            let is_bare = |decision: &&Decision| decision.reason == Reason::None;
            let bare = list.iter().filter(is_bare).filter(|decision| decision.has_place || *follows_template);
            bare.for_each(|decision| _ = out.report(decision.range.clone(), "Add why this was decided, as other decisions here do."));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn decisions_without_a_reason_are_marked() {
        check(
            "decision-without-rationale",
            r#"
//- work-notes/phase-7.md
## Key decisions
### One typeface
    ^^^^^^^^^^^^ decision-without-rationale
### Sundays in bold
Because the printer has no red.
### Feasts in bold
Because the printer has no red.
### Saints in italics
Because bold is taken.
//- work-notes/phase-2.md
## Decisions

| Decision | Rationale |
| --- | --- |
| Static files | No server to look after |
| One feed | Two drift apart |
| One store | The same |
| Atom before iCalendar | |
  ^^^^^^^^^^^^^^^^^^^^^ decision-without-rationale
//- work-notes/phase-3.md
## Assumptions
- Degrees everywhere
//- work-notes/phase-4.md
## Decisions
- Degrees everywhere, because the sky has them
- One typeface
- Sundays in bold
//- work-notes/phase-5.md
# Decisions
## D1 - One store (2026-03-02)
Because two drift apart.
## D2 - One feed (2026-03-02)
Because two drift apart.
## D3 - One typeface (2026-03-02)
Because two are loud.
## D4 - No cache
   ^^^^^^^^^^^^^ decision-without-rationale
//- plan/phase-6.md
## Decisions
- Postgres, because the team runs it
- One region, because the team sits there
- One queue, since two drift apart
- The probe has no cache
"#,
        );
    }

    #[test]
    fn items_are_decisions_where_the_file_follows_the_template() {
        check(
            "decision-without-rationale",
            r#"
//- work-notes/phase-1.md
## Key decisions 🧭
- **2026-01-08** 😀 Degrees everywhere
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ decision-without-rationale
- Use `f64` so that the tables can be reproduced
- Ship it static, because a server wants looking after
- One feed, since two drift apart
- One store, since two drift apart
- One font, because two are loud
- One queue, because two drift apart
- One region, because the team sits there
- 二文字単位で分割する：辞書は大きすぎる
- None
## Status
## Open questions
"#,
        );
    }
}
