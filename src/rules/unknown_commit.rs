use super::{Context, MOST_RELATED, Sink};
use crate::{
    artifact::{Artifact, Document, notes::CommitItem},
    edit::commit::message,
    diagnostic::Fix,
    text::Edit,
    workspace::commits::{Commits, Lookup},
};

rule! {
    /// Listed commits are in the repository.
    ///
    /// ### Why
    ///
    /// The hash is how a reader gets from the notes to the change. One that was mistyped, made up, or left
    /// behind by a rebase leads nowhere. Where more than half of a list is unknown, the list itself is marked: its
    /// commits belong to another repository, or to history that was rewritten. Nothing is said without a repository, while it has no commit, and in
    /// a shallow clone, which does not know its own past.
    /// The hash of the commit with the same message is offered, where there is exactly one.
    ///
    /// ### Fires
    ///
    /// If `git log` shows this commit, the notes mean another one:
    ///
    /// ```md
    /// //- git log
    /// 5b1e0c7 2026-01-15 Add the chart
    /// //- work-notes/phase-1.md
    /// ## Commits
    /// - `5b1e0d8` Add the chart
    /// ```
    ///
    /// ### Quiet
    ///
    /// ```md
    /// //- git log
    /// 5b1e0c7 2026-01-15 Add the chart
    /// //- work-notes/phase-1.md
    /// ## Commits
    /// - `5b1e0c7` Add the chart
    /// ```
    "unknown-commit", severity = Information, check = Artifact(check)
}

fn check<'a>(ctx: &Context<'a>, artifact: &'a Artifact, out: &mut Sink<'a>) {
    let (document, commits) = (ctx.document, ctx.files.commits());
    for list in artifact.notes.commits.chunk_by(|a, b| a.list == b.list) {
        let hashes = list.iter().filter(|commit| !commit.is_foreign).filter_map(|commit| Some((commit, commit.hash.as_ref()?)));
        let looked_up: Vec<_> = hashes.map(|(commit, hash)| (commits.find(ctx.slice(hash.clone())), commit, hash)).collect();
        let missing: Vec<_> = looked_up.iter().filter(|(found, ..)| *found == Lookup::Missing).map(|(_, commit, hash)| (*commit, *hash)).collect();
        let heading = artifact.sections.at(list[0].list).map(|section| section.heading.clone());
        if let (true, Some(heading)) = (missing.len() > 1 && missing.len() * 2 > looked_up.len(), heading) {
            let message = format!("{} of {} commits listed here are not in this repository.", missing.len(), looked_up.len());
            let finding = out.report(heading, message);
            for (_, hash) in missing.iter().take(MOST_RELATED) {
                finding.relate(&ctx.document.path, (*hash).clone(), "Not in this repository.");
            }
            continue;
        }
        for (commit, hash) in missing {
            out.report_lazily(hash.clone(), move |finding| {
                let words = document.slice(hash.clone());
                finding.message = format!("No commit `{words}` is in this repository.");
                finding.fixes.extend(replacement(document, commits, commit, words));
            });
        }
    }
}

/// The hash of the only commit that has the message of the item, where its own stands once.
fn replacement(document: &Document, commits: &dyn Commits, commit: &CommitItem, own: &str) -> Option<Fix> {
    let range = commit.hash.clone().filter(|_| document.slice(commit.range.clone()).matches(own).count() == 1)?;
    let hash = commits.titled(message(&document.text, commit))?;
    let short = hash.get(..own.len()).unwrap_or(&hash);
    Some(Fix::new(format!("Replace with `{short}`"), vec![Edit::replace(range, short)]))
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix, findings};

    #[test]
    fn hashes_that_are_not_there_are_marked() {
        check(
            "unknown-commit",
            r#"
//- git log
1a2b3c4 2026-01-20 索引を追加
0c3d5e1f00 2026-01-19 Add the chart
//- work-notes/phase-1.md
## Commits
- `1a2b3c4` 索引を追加
- 😀 8fa2b1c: wip
    ^^^^^^^ unknown-commit
- 0c3d5e1 short
- 0C3D5E1 the same
- 1a2b3c4 again
- acme/api@1a2b3c5 elsewhere
- 0c3d5e1f99 longer, and another one
  ^^^^^^^^^^ unknown-commit
- [`dead123`](https://example.com/commit/dead123) Add
    ^^^^^^^ unknown-commit
- [ ] 7777777 yet to be made
- no hash
//- plan/phase-3.md
## Commits
   ^^^^^^^ unknown-commit
- `1a2b3c4` ours
- `8fa2b1c` x
- `8fa2b1d` y
//- work-notes/phase-2.md
## Commits

| Hash | Message |
| --- | --- |
| `e1e2e3e` | site |
   ^^^^^^^ unknown-commit
| `1a2b3c4` | |
"#,
        );
        let found = findings("//- git log\n1a2b3c4 2026-01-20 x\n//- work-notes/phase-1.md\n## Commits\r\n- 8fa2b1c x\r\n");
        let finding = &found.iter().find(|(_, finding)| finding.rule == "unknown-commit").unwrap().1;
        assert_eq!((finding.message.as_str(), finding.range.clone()), ("No commit `8fa2b1c` is in this repository.", 14..21));
    }

    #[test]
    fn the_commit_with_that_message_is_meant() {
        let log = "\
//- git log
1a2b3c4d5e 2026-01-20 索引を追加
2a2b3c4d5e 2026-01-20 Twice
3a2b3c4d5e 2026-01-20 Twice
";
        let notes = |item: &str| format!("## Commits\r\n- `1a2b3c4` a\r\n- `2a2b3c4` b\r\n{item}\r\n");
        let fixture = |item: &str| format!("{log}//- work-notes/phase-1.md\n{}", notes(item));
        for (before, after) in [
            ("- `8fa2b1c` 索引を追加", "- `1a2b3c4` 索引を追加"),
            ("- **8FA2B1C99**: 索引を追加", "- **1a2b3c4d5**: 索引を追加"),
            ("- 索引を追加 (8fa2b1c)", "- 索引を追加 (1a2b3c4)"),
            ("\r\n| Hash | What |\r\n|---|---|\r\n| `8fa2b1c` | 索引を追加 |", "\r\n| Hash | What |\r\n|---|---|\r\n| `1a2b3c4` | 索引を追加 |"),
        ] {
            check_fix("unknown-commit", &fixture(before), &notes(after));
        }
        for item in ["- `8fa2b1c` Twice", "- `8fa2b1c` wip", "- `8fa2b1c`", "- [8fa2b1c](https://a.b/8fa2b1c) 索引を追加"] {
            let found = findings(&fixture(item));
            let finding = found.iter().find(|(_, finding)| finding.rule == "unknown-commit");
            assert!(finding.is_some_and(|(_, finding)| finding.fixes.is_empty()), "{item}");
        }
    }

    #[test]
    fn nothing_is_known_without_a_repository_and_in_an_empty_one() {
        check("unknown-commit", "//- work-notes/phase-1.md\n## Commits\n- `8fa2b1c` Add\n");
        check("unknown-commit", "//- git log\n//- work-notes/phase-1.md\n## Commits\n- `8fa2b1c` Add\n");
    }

    #[test]
    fn a_suppression_is_not_unused_where_the_repository_is_another_one() {
        for log in ["", "//- git log\n", "//- git log\n8fa2b1c 2026-01-20 Add\n", "//- git log\n1a2b3c4 2026-01-20 x\n"] {
            let comment = "<!-- phasemark-ignore unknown-commit: of the library -->";
            let notes = format!("{log}//- work-notes/phase-1.md\n## Commits\n- `8fa2b1c` Add {comment}\n");
            check("unknown-commit", &notes);
            check("unused-suppression", &notes);
        }
    }
}
