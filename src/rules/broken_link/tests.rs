use crate::testing::{check, check_fix, findings};

#[test]
fn dead_links_are_found_in_every_kind_of_artifact() {
    check(
        "broken-link",
        r#"
//- docs/roadmap.md
//- docs/a b.md
//- img/a.png
//- plan/phase-1.md
# Plan
As [the roadmap](../docs/ROADMAPP.md#goals) and [it](../docs/roadmap.md#goals) say, see [a](<../docs/a b.md>).
                 ^^^^^^^^^^^^^^^^^^^ broken-link
![the board](../img/b.png) ![the board](../img/a.png) [![x](../img/c.png)](../docs/roadmap.md)
             ^^^^^^^^^^^^ broken-link
                                                            ^^^^^^^^^^^^ broken-link

| What | Where |
|---|---|
| it | [m](FEATURES.md) |
           ^^^^^^^^^^^ broken-link
//- work-notes/phase-1.md
# Notes
## References
- [r](none.md), [from the root](docs/roadmap.md), [s][s]
      ^^^^^^^ broken-link

[s]: ../docs/none/
     ^^^^^^^^^^^^^ broken-link
"#,
    );
}

#[test]
fn what_is_declared_made_or_no_file_is_left_alone() {
    check(
        "broken-link",
        r#"
//- docs/guide.md
//- plan/phase-1.md
# Plan
## References
- [declared](none.md)
## Tasks
- Create [the report](../docs/report.md), then read [it](../docs/report.md)
- [new](../docs/new.md) (new), ~~[gone](gone.md)~~
- [page](/docs/none), [anchor](#none), [site](https://a.b/c.md), [mail](mailto:a@b.c), [issue](../issues/12), [x](y)
- [up](../../other/a.md), [built](../target/doc/a.html), [guide](../docs/guide), [spec](../specs/[###-name]/spec.md)
- `[code](none.md)` <!-- [comment](none.md) -->

```
[fence](none.md)
```
"#,
    );
}

#[test]
fn of_links_to_one_machine_the_first_is_reported() {
    check(
        "broken-link",
        r#"
//- plan/phase-1.md
[a](file:///c:/Users/me/app/src/a.ts) and [b](file:///c:/Users/me/app/src/b.ts)
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ broken-link
//- plan/phase-2.md
[a](/Users/me/app/src/a.ts) and [b](</Users/me/app/src/b c.ts>)
    ^^^^^^^^^^^^^^^^^^^^^^ broken-link
//- plan/phase-3.md
[a](C:\\app\\src\\a.ts)
    ^^^^^^^^^^^^^^^^^^ broken-link
"#,
    );
    check_fix(
        "broken-link",
        "\
//- src/a.ts
//- src/b c.ts
//- plan/phase-1.md
[a](file:///c:/Users/me/app/src/a.ts#L3) and [b](/Users/me/app/src/b%20c.ts)
",
        "[a](../src/a.ts#L3) and [b](../src/b%20c.ts)\n",
    );
}

#[test]
fn the_nearest_file_takes_its_place() {
    for (link, fixed) in [
        ("[r](../docs/raodmap.md#goals)", "[r](../docs/roadmap.md#goals)"),
        ("![i](../docs/raodmap.md \"t\")", "![i](../docs/roadmap.md \"t\")"),
        ("[r](<../docs/raod map.md>)", "[r](<../docs/road map.md>)"),
        ("[r][1]\n\n[1]: ../docs/raodmap.md", "[r][1]\n\n[1]: ../docs/roadmap.md"),
    ] {
        let files = "//- docs/roadmap.md\n//- docs/road map.md\n//- work-notes/phase-1.md\n# Notes\n\n";
        check_fix("broken-link", &format!("{files}{link}\n"), &format!("# Notes\n\n{fixed}\n"));
    }
}

#[test]
fn what_git_knows_to_have_moved_is_history() {
    let severities = |plan: &str, gone: &str| -> Vec<_> {
        let fixture = format!("//- src/b.rs\n{gone}//- plan/phase-1.md\n# Plan\n## Task 2\n- [ ] z\n## Task 1\n{plan}");
        let found = findings(&fixture).into_iter().filter(|(_, finding)| finding.rule == "broken-link");
        found.map(|(_, finding)| finding.severity.name()).collect()
    };
    let moved = "//- git gone\nsrc/a.rs src/b.rs\n";
    assert_eq!(severities("- [ ] [a](../src/a.rs)\n", moved), ["warning"]);
    assert_eq!(severities("- [x] [a](../src/a.rs)\n", moved), [""; 0]);
    assert_eq!(severities("- [x] x\n## Then\n[a](../src/a.rs)\n", moved), ["hint"]);
    assert_eq!(severities("- [x] x\n## Then\n[c](../src/c.rs)\n", moved), ["warning"]);
}
