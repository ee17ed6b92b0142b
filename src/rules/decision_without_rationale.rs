use super::{Context, Sink};
use crate::artifact::notes::WorkNotes;

rule! {
    /// A decision must say why it was made.
    ///
    /// ### Why
    ///
    /// Without the reason nobody can tell later whether the decision still holds, and a model
    /// that was not there will happily undo it. A reason is a second part (`X: why`, `X — why`), words such
    /// as because, since or so that, a nested item, or a filled column such as `Why`.
    ///
    /// ### Fires
    ///
    /// ```md
    /// ## Decisions
    /// - The chart scales on CPU only
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
    "decision-without-rationale", severity = Hint, check = WorkNotes(check), law = Habit
}

fn check(_: &Context, notes: &WorkNotes, out: &mut Sink) {
    for decision in notes.decisions.iter().filter(|decision| !decision.has_rationale) {
        out.report(decision.range.clone(), "This decision does not say why: add its reason, such as `because …`.");
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
//- work-notes/phase-1.md
## Key decisions 🧭
- **2026-01-08** 😀 Degrees everywhere
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ decision-without-rationale
- Use `f64` so that the tables can be reproduced
- 二文字単位で分割する：辞書は大きすぎる
- None

### One typeface
    ^^^^^^^^^^^^ decision-without-rationale
### Sundays in bold
The printer has no red.
//- work-notes/phase-2.md
## Decisions

| Decision | Rationale |
| --- | --- |
| Static files | No server to look after |
| Atom before iCalendar | |
  ^^^^^^^^^^^^^^^^^^^^^ decision-without-rationale
//- work-notes/phase-3.md
## Assumptions
- Degrees everywhere
"#,
        );
    }
}
