use crate::{convention::Kind, testing::document};

#[test]
fn rows_with_a_box_are_tasks() {
    let rows = [
        ("| 1 | `x` prints y | [ ] |", Some(("[ ]", false))),
        ("| 2 | `x` prints é | [x] |", Some(("[x]", true))),
        ("| 3 | `x` prints y | ☐ |", Some(("☐", false))),
        ("| 4 | `x` prints y | ☑\u{fe0f} |", Some(("☑", true))),
        ("| ✅ | `x` prints y | by Anke |", Some(("✅", true))),
        ("| [x] | `x` prints y | [ ] later |", Some(("[ ]", false))),
        ("| 7 | `x` prints y | `[ ]` |", None),
        ("| 8 | `x` prints y | [x](y) |", None),
        ("| 9 | `x` prints y | |", None),
    ];
    let lines: String = rows.iter().map(|(row, _)| format!("{row}\n")).collect();
    let text = format!("## Definition of done\n\n| # | Check | Done |\n|---|---|---|\n{lines}");
    let document = document(Kind::Plan, &text);
    let done = &document.artifact.plan().expect("a plan").done;
    assert_eq!(done.len(), rows.len());
    for (item, (row, expected)) in done.iter().zip(rows) {
        let task = item.task.as_ref().map(|task| (&text[task.marker.clone()], task.ticked));
        assert_eq!(task, expected, "{row}");
    }
}
