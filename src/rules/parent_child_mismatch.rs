use super::{Context, MOST_RELATED, Sink};
use crate::{
    artifact::{
        Artifact, Document, boxes,
        entries::{self, Entry, Task},
    },
    diagnostic::Fix,
    markdown::BlockId,
    text::Edit,
};

rule! {
    /// A task with tasks below it is ticked when all of them are.
    ///
    /// ### Why
    ///
    /// Who looks for what is left reads the outermost boxes. An open one above two or more that are all ticked, and
    /// nothing without a box, sends them to work that is done. A ticked one hides what is open below it; that is said
    /// only where half of the boxes below are open and another task of the file has all of its own ticked, as some
    /// people keep boxes for later there. What is put off or struck does not count.
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
    "parent-child-mismatch", severity = Information, check = Artifact(check)
}

/// A task above others.
struct Parent {
    words: std::ops::Range<usize>,
    task: Task,
    ticked: usize,
    open: Vec<Entry>,
    /// Whether an item below has no box: then the boxes do not tell whether all is done.
    has_plain_item: bool,
}

fn check(ctx: &Context, artifact: &Artifact, out: &mut Sink) {
    let Document { text, markdown, .. } = ctx.document;
    if ctx.document.is_archived() || !ctx.document.has_tick() {
        return;
    }
    let parents: Vec<Parent> = markdown.tasks().iter().filter_map(|id| parent(ctx.document, artifact, *id)).collect();
    let is_habit =
        parents.iter().any(|parent| parent.task.ticked && parent.ticked > 1 && parent.open.is_empty());
    for Parent { words, task, ticked, open, has_plain_item } in parents {
        let all = ticked + open.len();
        if !task.ticked && open.is_empty() && ticked > 1 && !has_plain_item {
            let boxes = if ticked == 2 { "Both".to_owned() } else { format!("All {ticked}") };
            let message = format!("{boxes} boxes below this task are ticked: tick it, too.");
            out.report(words, message).fix(Fix::new("Tick the task", vec![Edit::replace(task.marker, "[x]")]));
        } else if task.ticked && all > 1 && 2 * open.len() >= all && is_habit {
            let are = if open.len() == 1 { "is" } else { "are" };
            let message = format!("This task is ticked, but {} of the {all} boxes below it {are} open.", open.len());
            let finding = out.report(words, message);
            for child in open.iter().take(MOST_RELATED) {
                finding.relate(&ctx.document.path, entries::first_line(text, &child.range), "Not ticked.");
            }
            finding.fix(Fix::new("Untick the task", vec![Edit::replace(task.marker, "[ ]")]));
        }
    }
}

/// A task with others below it, at any depth.
fn parent(document: &Document, artifact: &Artifact, id: BlockId) -> Option<Parent> {
    let Document { text, markdown, .. } = document;
    let below = markdown.tasks_within(markdown.inside(id));
    if below.is_empty() {
        return None;
    }
    let counts = |entry: &Entry| boxes::counts(text, markdown, artifact, entry);
    let entry = entries::item(text, markdown, id).filter(counts)?;
    let below = below.iter().filter_map(|id| entries::item(text, markdown, *id)).filter(counts);
    let (ticked, open): (Vec<_>, Vec<_>) = below.partition(Entry::is_ticked);
    let has_plain_item = entries::nested(text, markdown, id).iter().any(|entry| entry.task.is_none());
    Some(Parent {
        words: entries::first_line(text, &entry.range),
        task: entry.task?,
        ticked: ticked.len(),
        open,
        has_plain_item,
    })
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
- [ ] Print bills
  - [x] Read the template
    - [ ] Ask the owner
  - [x] Print the sum
- [ ] Print lists
  - [x] Read the template
  - [x] Print the sum
  - Try it at the till
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
