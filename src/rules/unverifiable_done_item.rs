use std::cell::LazyCell;

use super::{Context, Sink};
use crate::{
    artifact::plan::{DoneItem, Plan},
    diagnostic::Fix,
    edit::take::{end_of_words, whole_words},
    markdown::InlineKind,
    text::{Edit, is_latin},
};

rule! {
    /// A done item should have a command and say what it should show, as the others of its list do.
    ///
    /// ### Why
    ///
    /// A person or a model that executes the plan can then find out alone whether it is done. "Works well" is an opinion; a command without an expected outcome leaves open what
    /// is good. The command is inline code or a fenced block, the outcome words beside it. Only sections are looked
    /// at where three items of four, and three at least, have a command to run, or half of them in a plan
    /// that follows the template; an item that names its test or tool in
    /// words, or what people do (explain, agree, approve), is left alone, and an outcome is asked for only where most
    /// other commands have one.
    ///
    /// ### Fires
    ///
    /// ```md
    /// ## Definition of done
    /// - [ ] `helm lint charts/gateway` prints no warning
    /// - [ ] `helm template charts/gateway` prints 3 documents
    /// - [ ] `make test` exits 0
    /// - [ ] The chart is like the reference chart
    /// - [ ] `make docs`
    /// ```
    ///
    /// ### Quiet
    ///
    /// ```md
    /// ## Definition of done
    /// - [ ] `helm lint charts/gateway` prints no warning
    /// - [ ] `helm template charts/gateway` prints 3 documents
    /// ```
    "unverifiable-done-item", severity = Hint, check = Plan(check), law = Habit
}

fn check(ctx: &Context, plan: &Plan, out: &mut Sink) {
    for section in &plan.done_sections {
        let items = || plan.done[section.items.clone()].iter().filter(|item| !item.is_placeholder && !item.is_step);
        let in_words = |item: &DoneItem| !item.has_command && names_check(words(ctx, item));
        let asked = || items().filter(|item| !in_words(item));
        if !ctx.is_habit(asked().filter(|item| item.can_be_run).count(), asked().count()) {
            continue;
        }
        let commands = || items().filter(|item| item.has_command);
        let has_outcomes = ctx.is_habit(commands().filter(|item| item.has_outcome).count(), commands().count());
        let outcomes = LazyCell::new(|| {
            let told = commands().filter(|item| item.has_outcome).map(|item| words(ctx, item));
            Outcomes::of(&told.collect::<Vec<_>>())
        });
        for item in asked() {
            if let Some(message) = lacks(item, has_outcomes) {
                let finding = out.report(item.range.clone(), message);
                if item.has_command {
                    finding.fixes.extend(say_outcome(ctx, item, &outcomes));
                }
            }
        }
    }
}

/// An item may go on below its first line.
fn words<'a>(ctx: &Context<'a>, item: &DoneItem) -> &'a str {
    let block = ctx.document.markdown.block_at(item.range.start);
    let end = block.map_or(0, |block| ctx.document.markdown.block(block).range().end);
    ctx.slice(item.range.start..end.max(item.range.end))
}

/// Words that say how something is checked, without a command.
const CHECKS: &[&str] = &[
    "test", "tests", "tested", "testing", "grep", "lint", "ci", "verified", "verify", "review", "reviewed", "benchmark",
    "screenshot", "snapshot", "fixture", "e2e", "smoke", "manually", "manual", "audit", "build", "explained", "approved",
    "approves", "agreed", "signed", "documented", "understood", "demo", "demonstrated",
];

fn names_check(words: &str) -> bool {
    // A threshold is measured: `slack ≥ 0`, `below 60 %`.
    let has_threshold = words.contains(['≥', '≤', '<', '>', '%']) && words.contains(|c: char| c.is_ascii_digit());
    let lower = words.to_lowercase();
    let has_threshold = has_threshold || ["zero ", "at least ", "at most ", "no more than "].iter().any(|count| lower.contains(count));
    has_threshold || lower.split(|c: char| !c.is_alphanumeric()).any(|word| CHECKS.contains(&word))
}

fn lacks(item: &DoneItem, has_outcomes: bool) -> Option<&'static str> {
    match (item.has_command, item.has_outcome) {
        (true, false) if has_outcomes => Some("Say what the command should show, as other items do."),
        (false, _) => Some("Name a command that shows whether this is done, as other items do."),
        _ => None,
    }
}

/// How people say that a command succeeds.
const SUCCESSES: &[&str] = &["exits 0", "exits with 0", "passes", "succeeds", "is green"];

/// What the items of a section say that their commands show.
struct Outcomes {
    is_latin: bool,
    /// How most of them say that a command succeeds.
    usual: Option<&'static str>,
}

impl Outcomes {
    fn of(told: &[&str]) -> Self {
        let is_usual = |success: &&&str| 2 * told.iter().filter(|words| words.contains(**success)).count() > told.len();
        Self { is_latin: told.iter().all(|words| is_latin(words)), usual: SUCCESSES.iter().find(is_usual).copied() }
    }
}

/// Fixes for an item that ends with its command: what most others say of theirs, and words to go on with.
fn say_outcome(ctx: &Context, item: &DoneItem, outcomes: &Outcomes) -> Vec<Fix> {
    let own = whole_words(&ctx.document.markdown, &item.range);
    let Some(own) = own.filter(|_| outcomes.is_latin) else { return Vec::new() };
    let at = end_of_words(ctx.text(), own.clone());
    let mut inlines = ctx.document.markdown.inlines_in(own).iter();
    let command = inlines.rfind(|inline| inline.kind == InlineKind::Code).map(|code| code.range().end);
    let is_last = |end: &usize| ctx.text().get(*end..at).is_some_and(|rest| rest.trim_matches(['*', '_']).is_empty());
    if command.filter(is_last).is_none() {
        return Vec::new();
    }
    let insert = |words: &str| vec![Edit::insert(at, format!(" {words}"))];
    let as_others = outcomes.usual.map(|success| Fix::new(format!("Say that it {success}"), insert(success)));
    let words = "shows ";
    let own = Fix::new("Say what it shows", insert(words)).with_cursor(at + 1 + words.len());
    as_others.into_iter().chain([own]).collect()
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix, check_fix_titled, findings};

    #[test]
    fn a_command_gets_the_outcome_that_others_have_or_room_for_its_own() {
        let section = |others: &[&str], item: &str| {
            let others: String = others.iter().map(|other| format!("- [ ] {other}\r\n")).collect();
            format!("## Done when\r\n{others}{item}\r\n")
        };
        let successes = &["`make a` exits 0", "`make b` exits 0, é", "`make c` exits 0", "`make d` prints 3"][..];
        let check = |title: &str, others: &[&str], before: &str, after: &str| {
            let fixture = format!("//- plan/phase-1.md\n# P\n\n{}", section(others, before));
            check_fix_titled("unverifiable-done-item", title, &fixture, &format!("# P\n\n{}", section(others, after)));
        };
        check("", successes, "- [ ] `make lint`", "- [ ] `make lint` exits 0");
        check("Say what it shows", successes, "- [ ] Run **`make lint`**.", "- [ ] Run **`make lint`** shows .");
        let others = &["`make a` passes", "`make b` prints 3", "`make c` shows a, b"][..];
        check("", others, "- [ ] Run\r\n  `make lint` <!-- no -->", "- [ ] Run\r\n  `make lint` shows  <!-- no -->");
        check_fix(
            "unverifiable-done-item",
            "\
//- plan/phase-1.md
# P

## Done when
✅ `make a` passes
✅ `make b` passes
✅ `make c`
✅ `make d` passes
",
            "# P\n\n## Done when\n✅ `make a` passes\n✅ `make b` passes\n✅ `make c` passes\n✅ `make d` passes\n",
        );
        for (others, item) in [
            (successes, "- [ ] It works"),
            (successes, "- [ ] Run:\r\n  ```\r\n  make\r\n  ```"),
            (&["`make a` が 0 を出す", "`make b` が 0 を出す", "`make c` が 0 を出す"], "- [ ] `make lint`"),
        ] {
            let found = findings(&format!("//- plan/phase-1.md\n# P\n\n{}", section(others, item)));
            let found: Vec<_> = found.iter().filter(|(_, finding)| finding.rule == "unverifiable-done-item").collect();
            assert!(found.len() == 1 && found[0].1.fixes.is_empty(), "{item}");
        }
    }

    #[test]
    fn items_in_every_form() {
        check(
            "unverifiable-done-item",
            "
//- plan/phase-1.md
## Acceptance criteria
- [ ] 😀 It works
      ^^^^^^^^^^ unverifiable-done-item
- [x] `make all` passes
* Run `make test`
  ^^^^^^^^^^^^^^^ unverifiable-done-item
1. `make all` → 0
2. `wc -l` = 29
3. `curl -I localhost`: 200
4. `grep -c x`
   ```
   12
   ```
   prints a dozen
5. <Verification command + expected outcome>
6. `fn a() -> b`
   ^^^^^^^^^^^^^ unverifiable-done-item
7. `ls -a` prints 29
8. `ls docs` prints 2
9. `make lint` prints nothing
10. `make docs` exits 0
11. `make a` <!-- it passes -->
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^ unverifiable-done-item

| # | How | Expected |
|---|---|---|
| 1 | `ls a` | 29 |
| 2 | `ls b` | 30 |
| 3 | `ls c` | 31 |
| 4 | `ls d` | |
^^^^^^^^^^^^^^^^ unverifiable-done-item
| 5 | see | all is well |
^^^^^^^^^^^^^^^^^^^^^^^^^ unverifiable-done-item
//- plan/phase-2.md
**Done when:** everybody is happy
//- plan/phase-3.md
## 完了条件

- 何も数えない
  ^^^^^^ unverifiable-done-item
- `make check` が 0 を出す
- `make lint` が 0 を出す
- `make test` が 0 を出す
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
  - [ ] they are right
        ^^^^^^^^^^^^^^ unverifiable-done-item
  - [ ] `make lint` prints 0
- [ ] With a command below
  - `make` passes
",
        );
    }

    #[test]
    fn what_is_no_done_item_is_left_alone() {
        check(
            "unverifiable-done-item",
            "\
//- plan/phase-1.md
## Goals
- a
## DoD
- `a` passes
### Out of scope
- b
//- work-notes/phase-1.md
## DoD
- a
",
        );
    }

    #[test]
    fn only_where_another_item_has_a_command() {
        let commands = "- [ ] `make test` exits 0\n- [ ] `make e2e` exits 0\n- [ ] `make docs` exits 0\n";
        for (items, findings) in [
            ("- [ ] The page loads\n- [ ] The form opens\n".to_owned(), 0),
            ("- [ ] `make test` exits 0\n- [ ] The page loads\n".to_owned(), 0),
            (format!("{commands}- [ ] Isolation grep (constraint 1) returns nothing\n"), 0),
            (format!("{commands}- [ ] The life of a request has been explained\n"), 0),
            (format!("{commands}- [ ] The page loads\n- [ ] The form opens\n"), 0),
            ("- [ ] `docs/guide.md` names the port\n- [ ] `Till` has a drawer\n- [ ] The page loads\n".to_owned(), 0),
            (format!("{commands}- [ ] The page loads\n"), 1),
            // No command has an outcome.
            ("- [ ] `make test`\n- [ ] `make lint`\n- [ ] `make docs`\n".to_owned(), 0),
            (format!("{commands}- [ ] `make lint`\n"), 1),
            (format!("{commands}- [-] The page loads\n- ~~The form opens~~\n"), 0),
            ("All of these exit 0:\n\n```sh\nmake test\nmake lint\n```\n".to_owned(), 0),
        ] {
            let found = crate::testing::findings(&format!("//- plan/phase-1.md\n# P\n\n## Done when\n{items}"));
            let found = found.iter().filter(|(_, finding)| finding.rule == "unverifiable-done-item").count();
            assert_eq!(found, findings, "{items}");
        }
    }

    #[test]
    fn an_item_may_name_its_test_below_its_first_line() {
        check(
            "unverifiable-done-item",
            "
//- plan/phase-1.md
## Exit criteria
1. `make test` exits 0
2. A plugin that crashes is benched and the daemon stays
   healthy: pinned by a host test.
3. Timing: zero violations
4. `make lint` exits 0
5. `make docs` exits 0
6. The pads are
   ^^^^^^^^^^^^ unverifiable-done-item
   as before
",
        );
    }
}
