use std::ops::Range;

use super::{Context, Sink};
use crate::{
    artifact::{
        Artifact, Document,
        boxes::is_work,
        entries::{self, Entry, Task},
        questions::puts_off,
    },
    diagnostic::Fix,
    text::Edit,
};

rule! {
    /// A task with tasks below it is ticked when all of them are.
    ///
    /// ### Why
    ///
    /// Who looks for what is left reads the outermost boxes. An open one above two or more that are all ticked sends them
    /// to work that is done. A ticked one hides what is open below it; that is said only where half of the boxes below are
    /// open and another task of the file has all of its own ticked, as some people keep boxes for later there. What is
    /// put off or struck does not count.
    ///
    /// ### Fires
    ///
    /// ```md
    /// //- plan/phase-1.md
    /// ## Tasks
    /// - [ ] Print receipts
    ///   - [x] Read the template
    ///   - [x] Print the sum
    /// ```
    ///
    /// ### Quiet
    ///
    /// ```md
    /// //- plan/phase-1.md
    /// ## Tasks
    /// - [x] Print receipts
    ///   - [x] Read the template
    ///   - [x] Print the sum
    /// - [ ] Print labels
    ///   - [x] Read the template
    ///   - [ ] Print the price
    /// ```
    "parent-child-mismatch", severity = Information, check = Artifact(check), law = End
}

/// A task and what becomes of those right below it.
struct Parent {
    words: Range<usize>,
    task: Task,
    ticked: usize,
    open: Vec<Entry>,
}

fn check(ctx: &Context, artifact: &Artifact, out: &mut Sink) {
    let Document { text, markdown, .. } = ctx.document;
    if ctx.document.is_archived() || !ctx.document.has_tick() {
        return;
    }
    let counts = |entry: &Entry| {
        let task = entry.task.as_ref().filter(|task| !task.dropped);
        task.is_some_and(|task| task.ticked || !puts_off(entry.text(text))) && is_work(text, markdown, artifact, &entry.range)
    };
    let parents = markdown.tasks().iter().filter_map(|id| {
        let entry = entries::item(text, markdown, *id).filter(counts)?;
        let children = entries::nested(text, markdown, *id).into_iter().filter(counts);
        let is_ticked = |entry: &Entry| entry.task.as_ref().is_some_and(|task| task.ticked);
        let (ticked, open): (Vec<_>, Vec<_>) = children.partition(is_ticked);
        Some(Parent { words: entries::first_line(text, &entry.range), task: entry.task?, ticked: ticked.len(), open })
    });
    let parents: Vec<Parent> = parents.filter(|parent| parent.ticked + parent.open.len() > 0).collect();
    let is_habit = parents.iter().any(|parent| parent.task.ticked && parent.ticked > 1 && parent.open.is_empty());
    for Parent { words, task, ticked, open } in parents {
        if !task.ticked && open.is_empty() && ticked > 1 {
            let message = format!("All {ticked} boxes below this task are ticked: tick it, too.");
            out.report(words, message).fix(Fix::new("Tick the task", vec![Edit::replace(task.marker, "[x]")]));
        } else if task.ticked && 2 * open.len() >= ticked + open.len() && is_habit {
            let message = format!("This task is ticked, but {} of {} boxes below it are open.", open.len(), ticked + open.len());
            let finding = out.report(words, message);
            for child in &open {
                finding.relate(&ctx.document.path, entries::first_line(text, &child.range), "Not ticked.");
            }
            finding.fix(Fix::new("Untick the task", vec![Edit::replace(task.marker, "[ ]")]));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn an_open_task_above_ticked_ones_is_done() {
        check(
            "parent-child-mismatch",
            "\
//- plan/phase-1.md
## Tasks
- [ ] Print receipts
      ^^^^^^^^^^^^^^ parent-child-mismatch
  - [x] Read the template
  - [x] Print the sum
  - [ ] Print in colour (deferred)
- [ ] Print labels
  - [x] Read the template
- [ ] Print bills (moved to phase 2)
  - [x] Read the template
  - [x] Print the sum
",
        );
        let plan = |mark: &str| format!("# P\r\n\r\n* [{mark}] a\r\n  * [x] b\r\n  * [X] c\r\n");
        check_fix("parent-child-mismatch", &format!("//- plan/phase-1.md\n{}", plan(" ")), &plan("x"));
    }

    #[test]
    fn a_ticked_task_above_an_open_one_is_told_where_others_are_ticked_throughout() {
        let open = "//- plan/phase-1.md\n## Tasks\n- [x] Print labels\n";
        let below = "  - [x] Read the template\n  - [ ] Print the price\n";
        check("parent-child-mismatch", &[open, below].concat());
        let marked = "      ^^^^^^^^^^^^ parent-child-mismatch\n";
        let other = "- [x] Print receipts\n  - [x] Read the template\n  - [x] Print the sum\n";
        check("parent-child-mismatch", &[open, marked, below, other].concat());
    }
}
