use super::{Context, Sink};
use crate::{
    artifact::{entries::says_none, plan::Plan, sections::Section},
    diagnostic::Fix,
    markdown::BlockKind,
    text::Edit,
};

rule! {
    /// A definition of done has items.
    ///
    /// ### Why
    ///
    /// A heading without items looks as if the question had been settled. Each item should be
    /// something that can be found true or false: a command, and what it should show. Check boxes,
    /// bullets, numbers, table rows and lines that begin with a tick are items, without any of them the sentences
    /// are one; placeholders are none.
    ///
    /// ### Fires
    ///
    /// ```md
    /// ## Definition of done
    ///
    /// - [ ] <Verification command + expected outcome>
    /// ```
    ///
    /// ### Quiet
    ///
    /// ```md
    /// ## Definition of done
    ///
    /// | Command | Expected |
    /// |---|---|
    /// | `helm lint charts/gateway` | no warning |
    /// ```
    "empty-definition-of-done", severity = Warning, check = Plan(check), about_absence = true
}

fn check(ctx: &Context, plan: &Plan, out: &mut Sink) {
    for done in &plan.done_sections {
        let items = &plan.done[done.items.clone()];
        if items.iter().any(|item| !item.is_placeholder) {
            continue;
        }
        let section = &ctx.artifact().sections.all[done.section];
        let heading = section.heading.clone();
        let name = ctx.slice(heading.clone()).trim_end_matches([':', '：', ' ']);
        if !items.is_empty() {
            out.report(heading, format!("`{name}` holds placeholders only: list commands to run, each with what it should show."));
            continue;
        }
        if does_without(ctx, section) {
            continue;
        }
        let message = format!("`{name}` has no item: list commands to run, each with what it should show.");
        out.report(heading, message).fix(Fix::new("Insert an item", vec![insert_item(ctx, section)]));
    }
}

/// Whether the section says that it does not apply; `TBD` leaves it open.
fn does_without(ctx: &Context, section: &Section) -> bool {
    let mut own = ctx.document.markdown.siblings(section.body.clone());
    own.next().is_some_and(|(_, first)| {
        let words = ctx.slice(first.range());
        says_none(words) && !["tbd", "todo", "to be"].iter().any(|open| words.to_lowercase().contains(open))
    })
}

/// An item after the section's own text, before the headings inside it.
fn insert_item(ctx: &Context, section: &Section) -> Edit {
    let markdown = &ctx.document.markdown;
    let own = markdown.siblings(section.body.clone());
    let own = own.take_while(|(_, block)| !matches!(block.kind, BlockKind::Heading(_)));
    let last = own.last().map_or(section.block, |(id, _)| id);
    let at = markdown.block(last).range().end;
    Edit::insert(at, "\n\n- [ ] <Verification command + expected outcome>".replace('\n', ctx.line_end_at(at)))
}

#[cfg(test)]
mod tests {
    use crate::{
        testing::{check, findings},
        text,
    };

    #[test]
    fn every_form_of_nothing() {
        check(
            "empty-definition-of-done",
            "
//- plan/phase-1.md
## ✅ Done when {#dod}
   ^^^^^^^^^^^^^^^^^^ empty-definition-of-done

- [ ] <Verification command + expected outcome>
- [ ]
//- plan/phase-2.md
## Acceptance criteria
   ^^^^^^^^^^^^^^^^^^^ empty-definition-of-done
To be written.
//- plan/phase-3.md
## Goals

**Done when:**
  ^^^^^^^^^^ empty-definition-of-done

## Constraints
//- plan/phase-4.md
## Exit criteria
   ^^^^^^^^^^^^^ empty-definition-of-done

| # | Check | Expected |
|---|---|---|
| 1 | <Command> | <X> |
//- plan/phase-5.md
## DoD
   ^^^ empty-definition-of-done
### Out of scope
- a
//- plan/phase-6.md
## DoD
   ^^^ empty-definition-of-done
",
        );
    }

    #[test]
    fn every_form_of_an_item() {
        for body in [
            "- a",
            "1. a",
            "- [ ] <Verification command + expected outcome>\n- [x] `make` passes",
            "| a | b |\n|---|---|\n| `make` | passes |",
            "> - 目標を達成する",
            "### Gates\n- a",
            "### Verification\n\n```sh\nmake\n```",
            "`make check` passes, and nothing else counts.",
            "✅ Every page loads\n✅ Both teams are listed",
            "☐ Every page loads",
            "> The page loads in a second.",
            "A user can sign up.",
            "### AC1: a user can sign up",
            "- <https://example.com/checks>",
            "- [-] a\n- [ ] b",
        ] {
            check("empty-definition-of-done", &format!("//- plan/phase-1.md\n# P\n\n## Exit criteria\n\n{body}\n\n## Goals\n"));
        }
        check("empty-definition-of-done", "//- plan/phase-1.md\n# P\n\n**Done when:** the tide is right\n\n## Goals\n");
        check("empty-definition-of-done", "//- plan/phase-1.md\n# P\n\n## Done when\n\nNot applicable yet.\n");
        check("empty-definition-of-done", "//- plan/phase-1.md\n# P\n\n## Goals\n- a\n");
        check("empty-definition-of-done", "//- plan/phase-1.md\n# P\n\n## Exit criteria\n\n```sh\nmake\n");
    }

    #[test]
    fn the_fix_inserts_an_item_below_the_sections_own_words() {
        for (before, after) in [
            ("## DoD\n\n## Goals\n", "## DoD\n\n- [ ] <Verification command + expected outcome>\n\n## Goals\n"),
            ("## DoD\r\nTBD 😀\r\n\r\n## A\r\nx\r\n", "## DoD\r\nTBD 😀\r\n\r\n- [ ] <Verification command + expected outcome>\r\n\r\n## A\r\nx\r\n"),
            ("DoD\n---", "DoD\n---\n\n- [ ] <Verification command + expected outcome>"),
            ("**DoD:**\n\n## Goals", "**DoD:**\n\n- [ ] <Verification command + expected outcome>\n\n## Goals"),
        ] {
            let found = findings(&format!("//- plan/phase-1.md\n{before}"));
            let (_, finding) = found.iter().find(|(_, finding)| finding.rule == "empty-definition-of-done").unwrap();
            assert_eq!(text::apply(before, finding.fixes[0].edits()), after);
        }
    }
}
