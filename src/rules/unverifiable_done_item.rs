use super::{Context, Sink};
use crate::artifact::plan::Plan;

rule! {
    /// A done item should have a command and say what it should show.
    ///
    /// ### Why
    ///
    /// Whoever executes the plan, a person or a model, should be able to find out alone whether it
    /// is done. "Works well" is an opinion; a command without an expected outcome leaves open what
    /// is good. The command is inline code or a fenced block, the outcome words beside it.
    ///
    /// ### Fires
    ///
    /// ```md
    /// ## Definition of done
    /// - [ ] The chart looks like the reference chart
    /// - [ ] Run `helm lint charts/gateway`
    /// ```
    ///
    /// ### Quiet
    ///
    /// ```md
    /// ## Definition of done
    /// - [ ] `helm lint charts/gateway` prints no warning
    /// ```
    "unverifiable-done-item", severity = Hint, check = Plan(check), law = Habit
}

fn check(_: &Context, plan: &Plan, out: &mut Sink) {
    for item in plan.done.iter().filter(|item| !item.is_placeholder) {
        let message = match (item.has_command, item.has_outcome) {
            (true, true) => continue,
            (false, true) => "This item names no command that would show whether it is done.",
            (true, false) => "This item does not say what its command should show.",
            (false, false) => "This item names neither a command nor what it should show.",
        };
        out.report(item.range.clone(), message);
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn items_in_every_form() {
        check(
            "unverifiable-done-item",
            "
//- plan/phase-1.md
## Acceptance criteria
- [ ] 😀 It works
      ^^^^^^^^^^ unverifiable-done-item
- [x] `make` passes
* Run `make test`
  ^^^^^^^^^^^^^^^ unverifiable-done-item
1. `make`
   ^^^^^^ unverifiable-done-item
2. `make` → 0
3. `wc -l` = 29
4. `curl -I localhost`: 200
5. `grep -c x`
   ```
   12
   ```
   prints a dozen
6. <Verification command + expected outcome>
7. Run: `make`
   ^^^^^^^^^^^ unverifiable-done-item
8. `fn a() -> b`
   ^^^^^^^^^^^^^ unverifiable-done-item
9. ~~~sh
   ^^^^^ unverifiable-done-item
   make night
   ~~~
10. `make` <!-- it passes -->
    ^^^^^^^^^^^^^^^^^^^^^^^^^ unverifiable-done-item

| # | How | Expected |
|---|---|---|
| 1 | `ls` | 29 |
| 2 | `ls` | |
^^^^^^^^^^^^^^ unverifiable-done-item
| 3 | look | all is well |
^^^^^^^^^^^^^^^^^^^^^^^^^^ unverifiable-done-item
//- plan/phase-2.md
**Done when:** everybody is happy
               ^^^^^^^^^^^^^^^^^^ unverifiable-done-item
//- plan/phase-3.md
## 完了条件

- 何も数えない
  ^^^^^^ unverifiable-done-item
//- plan/phase-4.md
## Acceptance criteria
### Scenario: a probe fails
- **WHEN** the probe fails three times
- **THEN** the pod restarts
",
        );
    }

    #[test]
    fn boxes_in_an_item_are_items_and_the_item_only_groups_them() {
        check(
            "unverifiable-done-item",
            "
//- plan/phase-1.md
## DoD
- The numbers are right
  - [ ] `make check` prints 0
  - [ ] they look right
        ^^^^^^^^^^^^^^^ unverifiable-done-item
- [ ] With a command below
  - `make` passes
",
        );
    }

    #[test]
    fn what_is_no_done_item_is_left_alone() {
        check(
            "unverifiable-done-item",
            "//- plan/phase-1.md\n## Goals\n- a\n## DoD\n- `a` passes\n### Out of scope\n- b\n//- work-notes/phase-1.md\n## DoD\n- a\n",
        );
    }
}
