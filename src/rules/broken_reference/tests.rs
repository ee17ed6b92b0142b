use std::sync::Arc;

use crate::{
    config::Config,
    testing::{Fixture, action_titles, check, check_action, check_fix, findings},
    workspace::{FileKind, Files, SuffixMatch, Workspace},
};

mod made;

#[test]
fn a_path_is_looked_for_from_the_root_then_by_its_end_then_beside_the_file() {
    check(
        "broken-reference",
        r#"
//- charts/a/values.yaml
//- prompts/billing/api.md
//- src/größe.py
//- prompts/billing/phase-1.md
## Context
- Plan: plan/billing/phase-1.md
        ^^^^^^^^^^^^^^^^^^^^^^^ broken-reference
- 😀 `charts/a/values.yaml`, `a/values.yaml`, `values.yaml`, charts/a/, `charts/a`, `./charts/a`, `src\größe.py`
- `b/values.yaml`, charts/b/, `charts/b`, `src\groesse.py:3`
   ^^^^^^^^^^^^^ broken-reference
                   ^^^^^^^^^ broken-reference
                               ^^^^^^^^ broken-reference
                                           ^^^^^^^^^^^^^^ broken-reference
- `api.md`, `../../src/größe.py`, [beside](api.md), [up](../../src/größe.py#L3), [root](charts/a/values.yaml)
- [x](../src/größe.py), [y](/charts/b.yaml "t"), `../charts/none.yaml`
      ^^^^^^^^^^^^^^^ broken-reference
                            ^^^^^^^^^^^^^^ broken-reference

| What | Where |
|---|---|
| the standard | docs/standard.md |
                 ^^^^^^^^^^^^^^^^ broken-reference
"#,
    );
}

#[test]
fn of_artifacts_that_of_the_phase_is_nearest() {
    for (named, nearest) in [
        ("Plan: plan/phase-3.md", "Plan: plan/phase-3-pump.md"),
        ("Plan: plan/pump.md", "Plan: plan/phase-3-pump.md"),
        ("- Follow `plan/phase-4.md`", "- Follow `plan/phase-4-valve.md`"),
    ] {
        let file = |named: &str| format!("## Context\n{named}\n");
        let others = "\
//- plan/phase-3-pump.md
//- plan/phase-4-valve.md
//- plan/phase-5.md
//- work-notes/phase-13.md
";
        check_fix(
            "broken-reference",
            &format!("{others}//- prompts/phase-3-pump.md\n{}", file(named)),
            &file(nearest),
        );
    }
    let notes = "//- work-notes/phase-13.md\n//- prompts/phase-3.md\n## Context\nWork notes: work-notes/phase-3.md\n";
    let messages: Vec<String> = findings(notes).into_iter().map(|(_, finding)| finding.message).collect();
    assert!(messages.contains(&"`work-notes/phase-3.md` does not exist.".to_owned()), "{messages:?}");
}

#[test]
fn a_name_may_have_a_hash() {
    check(
        "broken-reference",
        r#"
//- docs/a#b.md
//- docs/c.md
//- prompts/phase-1.md
## Context
- `docs/a#b.md`, `../docs/a#b.md`, `docs/c.md#top`, `docs/c.md#v1.x`
- [x](../docs/a%23b.md), [x](../docs/a%23b.md#top), [y](../docs/c.md#b.md)
- `docs/c#b.md`, [z](../docs/a#b.md), [x](../docs/c%23b.md)
   ^^^^^^ broken-reference
                     ^^^^^^^^^ broken-reference
                                          ^^^^^^^^^^^^^^^^ broken-reference
"#,
    );
}

#[test]
fn only_declared_references_are_looked_at() {
    check(
        "broken-reference",
        r#"
//- plan/phase-1.md
## Goals
- `src/none.rs` and [none](none.md)
## References
- `src/none.rs`
   ^^^^^^^^^^^ broken-reference
## Files
### Modified
- src/nine.rs
  ^^^^^^^^^^^ broken-reference
- `docs/tables/`: find or create the table of variables
### references/
- `docs/REFERENCE.md` of any skill
## Required reading
1. `docs/none.md#top` (all of it)
    ^^^^^^^^^^^^ broken-reference
//- work-notes/phase-1.md
## Decisions
- Follow `src/none.rs`, because it is short
"#,
    );
}

#[test]
fn symbols_ranges_and_versions_are_no_paths() {
    check(
        "broken-reference",
        r#"
//- net/a.go
//- app/a.rb
//- prompts/phase-1.md
## Context
- `net/http.Client`, `app/models.User`, `net/http.ResponseWriter`, `origin/main..HEAD`, `app/v1..v2.md`
- `/api/users`, `/net/users.json`, `@scope/pkg`, `@app/none.md`, `net/http.{a,b}`, `~/app/a.md`, `$HOME/a.md`
- `net/http.go`
   ^^^^^^^^^^^ broken-reference
- `設計/api.md` の詳細、設計/入出力.mdを見る
   ^^^^^^^^^ broken-reference
"#,
    );
}

#[test]
fn what_git_knows_to_have_moved_is_history() {
    let gone = "//- git gone\nsrc/old.rs src/new.rs\nsrc/dead.rs\n";
    let severities = |plan: &str, gone: &str| -> Vec<_> {
        let fixture = format!("//- src/new.rs\n{gone}//- plan/phase-1.md\n# Plan\n{plan}");
        let found = findings(&fixture).into_iter().filter(|(_, finding)| finding.rule == "broken-reference");
        found.map(|(_, finding)| finding.severity.name()).collect()
    };
    let task = |mark: &str, path: &str| format!("\
## Task 9
- [ ] z
## Task 1
**Files:**
- Modify: `{path}`

### Steps
- [{mark}] x
");
    for path in ["src/old.rs", "src/dead.rs"] {
        assert_eq!(severities(&task(" ", path), gone), ["error"]);
        assert_eq!(severities(&task("x", path), gone), [""; 0]);
        assert_eq!(severities(&format!("{}## Task 2\n- [x] y\n", task(" ", path)), gone), ["hint"]);
        // Where git does not tell, done work is not called wrong.
        assert_eq!(severities(&task("x", path), ""), ["hint"]);
        let notes = "//- work-notes/phase-1.md\n## Status\n- [x] In progress\n";
        assert_eq!(severities(&format!("{}{notes}", task(" ", path)), gone), ["hint"]);
    }
    let begun = format!("{}## Task 2\n- [x] y\n", task(" ", "src/typo.rs"));
    // No commit ever had it, or all of them do not tell.
    assert_eq!(severities(&begun, gone), ["error"]);
    assert_eq!(severities(&begun, "//- git gone\nshallow\n"), ["hint"]);
    let moved = format!("//- src/new.rs\n{gone}//- plan/phase-1.md\n# Plan\n{}", task(" ", "src/old.rs"));
    let found = findings(&moved);
    let (_, finding) = found.iter().find(|(_, finding)| finding.rule == "broken-reference").expect("a finding");
    assert_eq!(finding.message, "`src/old.rs` does not exist; it was moved to `src/new.rs`.");
    assert_eq!(finding.fixes[0].title, "Replace with `src/new.rs`");
}

#[test]
fn a_missing_folder_speaks_for_what_is_below_it() {
    check(
        "broken-reference",
        r#"
//- src/a.rs
//- prompts/phase-1.md
## Context
- `charts/x/`, `charts/x/values.yaml`, `charts/y/values.yaml`
   ^^^^^^^^^ broken-reference
                                        ^^^^^^^^^^^^^^^^^^^^ broken-reference
"#,
    );
}

#[test]
fn what_is_no_path_is_left_alone() {
    check(
        "broken-reference",
        r#"
//- prompts/phase-1.md
## Context
- Plan: plan/<phase>.md, then `plan/phase-N.md` and `work-notes/YYYY-MM-DD.md`
- A `client/server` split, see `owner/name`, `feature/x`, `origin/main`, `node:fs/promises`, Node.js/Express.js
- Users keep `config.toml` in `~/.app/config.toml`; `@scope/pkg`, `**/*.rs`, `$HOME/a.rs`, `GET /api/v1`, 1/2
- [`src/none.rs`](https://example.com/src/none.rs), <https://example.com/a.md>, `../other-repository/src/a.rs`
- 仕様は`config`を参照、入出力/設定.x

```
src/none.rs
```
"#,
    );
}

/// What the rule finds after the workspace was changed, without its own marks.
fn count(fixture: &str, files: &dyn Files, change: impl Fn(&mut Workspace)) -> usize {
    let (mut workspace, documents) = Fixture::parse(fixture).workspace();
    change(&mut workspace);
    let found = documents.iter().flat_map(|document| crate::rules::run(&workspace, document, files));
    found.filter(|finding| finding.rule == "broken-reference").count()
}

#[test]
fn open_documents_exist_though_no_disk_has_them() {
    let prompt = "\
//- prompts/phase-1.md
## Context
- Plan: plan/phase-1.md
- [p](../plan/phase-1.md), `phase-1.md`
- x/y.md
";
    let disk = Fixture::parse("//- README.md\n");
    let open = |workspace: &mut Workspace| {
        let (other, _) = Fixture::parse("//- plan/phase-1.md\n# P\n").workspace();
        workspace.open = other.index;
    };
    assert_eq!(count(prompt, &disk, |_| {}), 3);
    assert_eq!(count(prompt, &disk, open), 1);
}

#[test]
fn an_unknown_tree_and_ignored_paths_are_quiet() {
    struct Unknown;
    impl Files for Unknown {
        fn kind(&self, _: &str) -> Option<FileKind> {
            None
        }
        fn with_suffix(&self, _: &str) -> SuffixMatch {
            SuffixMatch::Unknown
        }
        fn nearest(&self, _: &str) -> Option<String> {
            None
        }
    }
    let prompt = "//- prompts/phase-1.md\n## Context\n- `generated/a.rs`\n- [g](../generated/b.rs)\n- src/c.rs\n";
    let ignore = |workspace: &mut Workspace| {
        let glob = globset::Glob::new("generated/**").unwrap();
        let ignored_references = globset::GlobSetBuilder::new().add(glob).build().unwrap();
        workspace.config = Arc::new(Config { ignored_references, ..Config::default() });
    };
    let disk = Fixture::parse("//- README.md\n");
    // A link upwards can only be in one place.
    assert_eq!(count(prompt, &Unknown, |_| {}), 1);
    assert_eq!(count(prompt, &disk, |_| {}), 3);
    assert_eq!(count(prompt, &disk, ignore), 1);
}

#[test]
fn the_file_can_be_created_where_the_path_says() {
    let prompt = |line: &str| format!("//- src/a.rs\n//- prompts/x/phase-1.md\n## Context\n- {line}\n");
    for (written, path) in [
        ("`src/none$0.rs:3`", "src/none.rs"),
        ("[a](../../src/none$0.rs#b)", "src/none.rs"),
        ("[a](none$0.txt)", "prompts/x/none.txt"),
        ("src\\none$0.rs", "src/none.rs"),
    ] {
        check_action(&format!("Create `{path}`"), &prompt(written), &format!("//- {path}\n"));
    }
    let titles = action_titles(&prompt("Plan: plan/phase-2$0.md"));
    assert!(titles.contains(&"Create `plan/phase-2.md`".to_owned()), "{titles:?}");
    for written in ["`src/none$0/`", "[a](../../../none$0.md)", "`none$0.rs`", "`src/none$0`", "`src/a:b$0.rs`"] {
        let titles = action_titles(&prompt(written));
        assert!(!titles.iter().any(|title| title.starts_with("Create `")), "{written}: {titles:?}");
    }
}

#[test]
fn of_a_link_that_refers_to_a_definition_the_definition_is_marked_once_and_repaired() {
    check(
        "broken-reference",
        r#"
//- docs/guide.md
//- prompts/phase-1.md
## Context
- [the guide][r1], [r1][], [r1] and [right][r2]

## Task
Read [another][r3].

[r1]: ../docs/guidde.md "t"
      ^^^^^^^^^^^^^^^^^ broken-reference
[r2]: ../docs/guide.md
[r3]: ../docs/none.md
"#,
    );
    let ignore = "<!-- phasemark-ignore broken-reference -->";
    check_action(
        "Ignore `broken-reference` here",
        "//- prompts/phase-1.md\n## Context\n- [x][r]\n\n[r]: ../no$0ne.md\n",
        &format!("## Context\n- [x][r] {ignore}\n\n[r]: ../none.md\n"),
    );
    // Whichever of several uses it is at.
    let ignored = format!("//- prompts/phase-1.md\n## Context\n- [x][r]\n- [y][r] {ignore}\n\n[r]: ../none.md\n");
    check("broken-reference", &ignored);
    check("unused-suppression", &ignored);
    for (link, definition, fixed) in [
        ("[the guide][r1]", "[r1]: ../docs/guidde.md", "[r1]: ../docs/guide.md"),
        ("[r1][]", "[R1]: <../docs/guidde.md#top> 'x'", "[R1]: <../docs/guide.md#top> 'x'"),
        ("[r1]", "> [r1]:\n> ../docs/guidde.md", "> [r1]:\n> ../docs/guide.md"),
        ("[x](../docs/gui\\_de.md)", "y", "y"),
    ] {
        let file = |link: &str, definition: &str| format!("## Context\n- {link}\n\n## Task\n\n{definition}\n");
        let after = if definition == fixed { "[x](../docs/guide.md)" } else { link };
        check_fix(
            "broken-reference",
            &format!("//- docs/guide.md\n//- prompts/phase-1.md\n{}", file(link, definition)),
            &file(after, fixed),
        );
    }
}

#[test]
fn names_with_blanks_signs_and_underscores_are_read_as_they_are_written() {
    check(
        "broken-reference",
        r#"
//- my docs/a b.md
//- docs/R&D.md
//- _includes/head.html
//- __tests__/a.ts
//- prompts/phase-1.md
## Context
- my docs/a b.md
- Reference: my docs/a b.md (all of it)
- `my docs/a b.md`, `docs/R&D.md:3`, `my docs/`, `no docs/a b.md`, `cargo test src/a.rs`
- your docs/a b.md, your docs/c.md
                         ^^^^^^^^^ broken-reference
- _includes/head.html, __tests__/a.ts and _includes/none.html
                                          ^^^^^^^^^^^^^^^^^^^ broken-reference
- [x](<../my docs/a b.md>), [y](../my%20docs/a%20b.md), [z](../docs/R&D.md), [z](../docs/R&E.md)
                                                                                 ^^^^^^^^^^^^^^ broken-reference
"#,
    );
    check_fix(
        "broken-reference",
        "//- _includes/head.html\n//- prompts/phase-1.md\n## Context\n- See _includes/haed.html.\n",
        "## Context\n- See _includes/head.html.\n",
    );
}

#[test]
fn paths_are_compared_however_unicode_is_normalised() {
    let (composed, decomposed) = ("caf\u{e9}", "cafe\u{301}");
    for (disk, text) in [(composed, decomposed), (decomposed, composed), (composed, composed)] {
        let context = format!("- `docs/{text}.md`, `{text}/x.md`, [l](../docs/{text}.md)\n- Plan: plan/{text}.md\n");
        check(
            "broken-reference",
            &format!("\
//- docs/{disk}.md
//- docs/{disk}/x.md
//- plan/{disk}.md
//- prompts/phase-1.md
## Context
{context}"),
        );
    }
}

#[test]
fn the_fix_keeps_the_spelling() {
    for (written, fixed) in [
        ("- `src/quue.rs:3` (a)", "- `src/queue.rs:3` (a)"),
        ("- `src\\quue.rs`", "- `src\\queue.rs`"),
        ("- [q](../src/quue.rs#L3)\r", "- [q](../src/queue.rs#L3)\r"),
        ("Plan: ../src/quue.rs.", "Plan: ../src/queue.rs."),
    ] {
        let file = |line: &str| format!("## Context\r\n{line}\r\n");
        check_fix(
            "broken-reference",
            &format!("//- src/queue.rs\n//- prompts/phase-1.md\n{}", file(written)),
            &file(fixed),
        );
    }
}

#[test]
fn what_is_in_a_submodule_may_not_be_checked_out() {
    check(
        "broken-reference",
        r#"
//- .gitmodules
[submodule "engine"]
    path = vendor/engine
    url = ../engine.git
//- prompts/phase-1.md
## Context
- Reference implementation(s): `vendor/engine/src/a.c`, `vendor/engines/src/a.c`
                                                         ^^^^^^^^^^^^^^^^^^^^^^ broken-reference
"#,
    );
}
