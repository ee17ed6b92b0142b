use super::{Context, Sink};
use crate::artifact::notes::WorkNotes;

rule! {
    /// A commit is listed with its hash and its message.
    ///
    /// ### Why
    ///
    /// The hash leads to the change, the message says what it was without looking it up. An item
    /// with an empty box is a commit that is yet to be made, and needs neither.
    ///
    /// ### Fires
    ///
    /// ```md
    /// ## Commits
    /// - Add the chart
    /// - `5b1e0c7`
    /// ```
    ///
    /// ### Quiet
    ///
    /// ```md
    /// ## Commits
    /// - `5b1e0c7` Add the chart
    /// - [ ] Add the values
    /// ```
    "malformed-commit", severity = Hint, check = WorkNotes(check), law = Habit
}

fn check(_: &Context, notes: &WorkNotes, out: &mut Sink) {
    for commit in &notes.commits {
        let lacking = match (&commit.hash, commit.has_message) {
            (Some(_), true) => continue,
            (Some(_), false) => "message",
            (None, true) => "hash",
            (None, false) => "hash and no message",
        };
        out.report(commit.range.clone(), format!("This commit has no {lacking}; list each with its hash and its message."));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn commits_without_hash_or_message_are_marked() {
        check(
            "malformed-commit",
            r#"
//- work-notes/phase-1.md
## Commits
- `0c3d5e1` 索引を追加
- [`8fa2b1c`](https://example.com/c/8fa2b1c)
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ malformed-commit
- 😀 wip, squash later
  ^^^^^^^^^^^^^^^^^^^ malformed-commit
- 42
  ^^ malformed-commit
- [ ] Add the values
- 8fa2b1c
  the message on its second line
//- work-notes/phase-2.md
## Commits

| Hash | Message |
| --- | --- |
| `e1e2e3e` | site: template |
| `f4f5f6f` | |
^^^^^^^^^^^^^^^ malformed-commit
//- work-notes/phase-3.md
## Commits

None yet.
"#,
        );
    }
}
