use super::{Context, Sink};
use crate::{
    artifact::{Artifact, Document, notes::CommitItem},
    diagnostic::Fix,
    edit::commit::{ListStyle, message},
    workspace::commits::{Commits, Lookup},
};

rule! {
    /// A commit is listed with its hash and its message, as the others of its list are.
    ///
    /// ### Why
    ///
    /// The hash leads to the change, the message says what it was without looking it up. An item
    /// with an empty box is a commit that is yet to be made, and needs neither; a list is looked at in which three commits
    /// of four have one, and three at least, or half of them in notes that follow the template; what stands below a heading with a hash tells of that commit.
    /// What is missing is offered where the repository has exactly one such commit.
    ///
    /// ### Fires
    ///
    /// ```md
    /// //- git log
    /// 5d02c1a 2026-01-15 Add the values
    /// //- work-notes/phase-1.md
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

fn check<'a>(ctx: &Context<'a>, artifact: &'a Artifact, out: &mut Sink<'a>) {
    let (document, commits) = (ctx.document, ctx.files.commits());
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
            out.report_lazily(commit.range.clone(), move |finding| {
                finding.message = format!("Add the {lacking} of this commit, as others here have.");
                finding.fixes.extend(if lacks_hash { add_hash(document, commits, list, commit) } else { add_message(document, commits, list, commit) });
            });
        }
    }
}

/// The hash of the only commit that has the message of the item.
fn add_hash(document: &Document, commits: &dyn Commits, list: &[CommitItem], commit: &CommitItem) -> Option<Fix> {
    let text = &*document.text;
    let style = ListStyle::of(text, list).filter(|_| commit.has_message)?;
    let hash = commits.titled(message(text, commit))?;
    let is_listed = |other: &CommitItem| other.hash.clone().is_some_and(|other| hash.starts_with(&text[other].to_ascii_lowercase()));
    let short = style.short(&hash);
    (!list.iter().any(is_listed)).then(|| Fix::new(format!("Add its hash `{short}`"), vec![style.add_hash(text, commit, short)]))
}

fn add_message(document: &Document, commits: &dyn Commits, list: &[CommitItem], commit: &CommitItem) -> Option<Fix> {
    let text = &*document.text;
    let hash = commit.hash.clone().filter(|_| !commit.is_foreign && !text[commit.range.clone()].starts_with('|'))?;
    let style = ListStyle::of(text, list)?;
    let Lookup::Known(known) = commits.find(&text[hash]) else { return None };
    // Others would be read as markup, or as a placeholder.
    let is_plain = !known.subject.is_empty() && !known.subject.contains(['<', '[', '|']);
    let edit = style.add_message(text, commit, &known.subject).filter(|_| is_plain)?;
    Some(Fix::new("Add its message", vec![edit]))
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix, findings};

    const LOG: &str = "\
//- git log
4be91f0aa1 2026-01-15 Add the ingress 漢
8be91f0aa1 2026-01-15 Twice
9be91f0aa1 2026-01-15 Twice
";

    fn notes(lead: &str, between: &str, item: &str) -> String {
        let others: String = (1..4).map(|n| format!("- {lead}{n}c3d5e1{between}Add {n}\r\n")).collect();
        format!("## Commits\r\n{others}{item}\r\n")
    }

    #[test]
    fn what_is_missing_is_taken_from_the_repository() {
        for (lead, between, before, after) in [
            ("`", "` ", "- Add the ingress 漢", "- `4be91f0` Add the ingress 漢"),
            ("**", "**: ", "- [x] Add the ingress 漢", "- [x] **4be91f0**: Add the ingress 漢"),
            ("`", "` — ", "- `4be91f0`", "- `4be91f0` — Add the ingress 漢"),
            ("", " ", "- [4BE91F0](https://a.b/4be91f0)", "- [4BE91F0](https://a.b/4be91f0) Add the ingress 漢"),
        ] {
            check_fix("malformed-commit", &format!("{LOG}//- work-notes/phase-1.md\n{}", notes(lead, between, before)), &notes(lead, between, after));
        }
        let last = |item: &str| format!("## Commits\n- Add a (`1c3d5e1`)\n- Add b (`2c3d5e1`)\n- Add c (`3c3d5e1`)\n- {item}\n");
        let fixture = format!("{LOG}//- work-notes/phase-1.md\n{}", last("Add the ingress 漢"));
        check_fix("malformed-commit", &fixture, &last("Add the ingress 漢 (`4be91f0`)"));
    }

    #[test]
    fn nothing_is_added_that_is_not_known_for_sure() {
        for item in ["- Twice", "- Add something", "- `7be91f0`", "- wip `x`", "- Add the ingress 漢\r\n- `4be91f0` the same"] {
            let found = findings(&format!("{LOG}//- work-notes/phase-1.md\n{}", notes("`", "` ", item)));
            let found: Vec<_> = found.iter().filter(|(_, finding)| finding.rule == "malformed-commit").collect();
            assert!(found.len() == 1 && found[0].1.fixes.is_empty(), "{item}: {found:?}");
        }
    }

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
- Live: `shop.example.com` (behind a login)
- Branch: [till](https://example.com/tree/till)
- Fix: `parser` drops spaces
  ^^^^^^^^^^^^^^^^^^^^^^^^^^ malformed-commit
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
