use super::{Context, Sink};
use crate::artifact::{Artifact, notes::CommitItem};

rule! {
    /// A commit is listed with its hash and its message, as the others of its list are.
    ///
    /// ### Why
    ///
    /// The hash leads to the change, the message says what it was without looking it up. An item
    /// with an empty box is a commit that is yet to be made, and needs neither; a list is looked at in which three commits
    /// of four have one, and three at least, or half of them in notes that follow the template; what stands below a heading with a hash tells of that commit.
    ///
    /// ### Fires
    ///
    /// ```md
    /// ## Commits
    /// - `0c3d5e1` Add the chart
    /// - `77aa0d2` Add the probe
    /// - `4be91f0` Add the ingress
    /// - Add the values
    /// ```
    ///
    /// ### Quiet
    ///
    /// ```md
    /// ## Commits
    /// - `5b1e0c7` Add the chart
    /// - [ ] Add the values
    /// ```
    "malformed-commit", severity = Hint, check = Artifact(check), law = Habit
}

fn check(ctx: &Context, artifact: &Artifact, out: &mut Sink) {
    for list in artifact.notes.commits.chunk_by(|a, b| a.list == b.list) {
        let count = |has: fn(&CommitItem) -> bool| list.iter().filter(|commit| has(commit)).count();
        let has_hashes = ctx.is_habit(count(|commit| commit.hash.is_some()), list.len());
        let has_messages = ctx.is_habit(count(|commit| commit.has_message), list.len());
        for commit in list {
            let lacks_hash = has_hashes && commit.hash.is_none();
            let lacks_message = has_messages && !commit.has_message;
            let lacking = match (lacks_hash, lacks_message) {
                (false, false) => continue,
                (true, false) => "hash",
                (false, true) => "message",
                (true, true) => "hash and message",
            };
            out.report(commit.range.clone(), format!("Add the {lacking} of this commit, as others here have."));
        }
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
- `1c3d5e1` Add the chart
- `2c3d5e1` Add the probe
- `3c3d5e1` Add the ingress
- `4c3d5e1` Add the table
- [`8fa2b1c`](https://example.com/c/8fa2b1c)
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ malformed-commit
- 😀 wip, squash later
  ^^^^^^^^^^^^^^^^^^^ malformed-commit
- [ ] Add the values
- 8fa2b1c
  the message on its second line
//- work-notes/phase-2.md
## Commits

| Hash | Message |
| --- | --- |
| `e1e2e3e` | site: template |
| `e2e2e3e` | site: style |
| `e3e2e3e` | site: feed |
| `f4f5f6f` | |
^^^^^^^^^^^^^^^ malformed-commit
//- work-notes/phase-3.md
## Commits

None yet.
//- work-notes/phase-4.md
## Commits
- `0c3d5e1` Add the chart
- Add the values
- Add the probe
//- work-notes/phase-6.md
## Commits

| `0c3d5e1` | Add the chart |
|---|---|
| `1c3d5e1` | Add the probe |
| `2c3d5e1` | Add the table |
| `3c3d5e1` | Add the feed |

### `0c3d5e1` - Add the chart
- `charts/gateway`
//- plan/phase-5.md
## Commits
- 1A2B3C4 Add the chart
- +6 docs
- acme/api@1a2b3c4 Add the route
- `2c3d5e1` Add the probe
- Add the values
  ^^^^^^^^^^^^^^ malformed-commit
"#,
        );
    }
}
