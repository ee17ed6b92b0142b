//! Paths as people write them.

use super::*;
use crate::{convention::Kind, testing::document};

fn references(text: &str) -> Vec<Reference> {
    references_and_sections(text).0
}

fn references_and_sections(text: &str) -> (Vec<Reference>, Sections) {
    let artifact = document(Kind::Prompt, text).artifact;
    (artifact.references().to_vec(), artifact.sections)
}

fn found(text: &str) -> Vec<String> {
    let folder = |reference: &Reference| if reference.is_folder { "/" } else { "" };
    let sure = references(text).into_iter().filter(|reference| !reference.is_guess);
    sure.map(|reference| format!("{}{}", reference.path, folder(&reference))).collect()
}

/// What is a path only if there is such a file.
fn guessed(text: &str) -> Vec<String> {
    let guesses = references(text).into_iter().filter(|reference| reference.is_guess);
    guesses.map(|reference| text[reference.range].to_owned()).collect()
}

#[test]
fn paths_are_found_in_code_links_and_text() {
    let text = "See `src/a.rs:12-40`, [b](../docs/b%20c.md#top \"t\"), charts/x/values.yaml, and charts/y/.\n\
        Also `./src/c.rs#L3`, `src\\win\\d.rs`, `README.md`, `src/e.rs::Type` and (src/é/f.py).";
    assert_eq!(
        found(text),
        [
            "src/a.rs",
            "../docs/b c.md",
            "charts/x/values.yaml",
            "charts/y/",
            "src/c.rs",
            "src/win/d.rs",
            "README.md",
            "src/e.rs",
            "src/é/f.py"
        ]
    );
}

#[test]
fn what_only_looks_like_a_path_is_none() {
    let text = "`https://a.b/c.html` https://a.b/c.html `src/**/*.rs` `a/{b,c}.rs` `@scope/pkg` `~/x.rs` `$HOME/x.rs` `/api/v1`\n\
        /api/v1/x.json `cargo test src/a.rs` `foo.bar` and/or client/server `github.com/a/b.md` `text/plain` 1/2 24/7 `v1/v2`\n\
        `plan/<phase>.md` `.../x.rs` `-f/x.rs` `a=b/c.rs` `--out=x/y.md` n/a `1.2.3` `path/to/file.rs` `%APPDATA%/x.rs` `C:\\x\\y.rs`\n\n\
        ```\nsrc/fenced.rs\n```\n<a href=\"src/html.rs\">x</a>\n";
    assert_eq!(found(text), Vec::<String>::new());
}

#[test]
fn ranges_hold_the_path_alone() {
    let text = "é [x](docs/a.md#b) `src/a.rs:3` `src/b.rs (new)`";
    let ranges: Vec<_> = references(text).iter().map(|reference| &text[reference.range.clone()]).collect();
    assert_eq!(ranges, ["docs/a.md", "src/a.rs", "src/b.rs"]);
}

#[test]
fn roles_follow_the_sections() {
    let text = "\
# P

## Context
- `a/b.rs`

## Task
use `c/d.rs`
- MUST NOT change `e/f.rs`

## Files
### New
- `g/h.rs`
### Modified
- `i/j.rs`

## Deliverables
- `k/l.rs`
";
    let (references, sections) = references_and_sections(text);
    let roles: Vec<_> =
        references.iter().map(|reference| (reference.role, reference.is_forbidden(text, &sections))).collect();
    let (mentioned, declared, created) = (Role::Mentioned, Role::Declared, Role::Created);
    assert_eq!(
        roles,
        [
            (declared, false),
            (mentioned, false),
            (mentioned, true),
            (created, false),
            (declared, false),
            (created, false)
        ]
    );
}

#[test]
fn paths_are_joined_inside_the_root() {
    assert_eq!(join("plan/a.md", "../src/b.rs").as_deref(), Some("src/b.rs"));
    assert_eq!(join("plan/a.md", "b.md").as_deref(), Some("plan/b.md"));
    assert_eq!(join("a.md", "./b.md").as_deref(), Some("b.md"));
    assert_eq!(join("plan/a.md", "../../b.md"), None);
    assert_eq!(normalize("a//b/./c/../d/"), "a/b/d");
}

proptest::proptest! {
    #[test]
    fn ranges_lie_in_the_text(text in "[a-c`/.:#()\\[\\]é😀 \\n-]{0,60}") {
        for reference in references(&text) {
            assert!(text.get(reference.range.clone()).is_some(), "{reference:?}");
        }
    }
}

#[test]
fn windows_paths_escapes_and_scripts_without_blanks() {
    for (text, expected) in [
        ("Plan: plan\\phase-1.md.", vec!["plan/phase-1.md"]),
        ("`..\\src\\a.rs:3`", vec!["../src/a.rs"]),
        ("src/foo\\_bar.md and src/\\_x/b.md", vec!["src/foo_bar.md", "src/_x/b.md"]),
        ("\\*not\\*/a `C:\\x\\y.rs` `\\\\server\\share\\a.md`", vec![]),
        (
            "仕様はdocs/並び順.mdにある。work-notes/phase-1-検索.md、",
            vec!["docs/並び順.md", "work-notes/phase-1-検索.md"],
        ),
        ("기준은 docs/기준.md를 본다", vec!["docs/기준.md"]),
        ("docs/cafe\u{301}/u\u{308}.md", vec!["docs/cafe\u{301}/u\u{308}.md"]),
        ("😀src/a.rs😀 (src/b.rs), “src/c.rs”", vec!["src/a.rs", "src/b.rs", "src/c.rs"]),
        (
            "**src/a.rs** _docs/b.md_ <b>src/c.rs</b> ~~src/d.rs~~ ~~`src/e.rs`~~",
            vec!["src/a.rs", "docs/b.md", "src/c.rs"],
        ),
        ("[`src/a.rs`](https://example.com/a) [src/b.rs](../src/c.rs) ![i](x/y.png)", vec!["../src/c.rs"]),
        (
            "`src/a.rs (lines 1-3)` `src/b.rs [new]` `text/readme.md` `run.sh`",
            vec!["src/a.rs", "src/b.rs", "text/readme.md", "run.sh"],
        ),
        ("`Node.js` `plan/phase-N.md` `log/YYYY-MM-DD.md` `XX/a.md` `tasks/phase-NUMBER.md`", vec![]),
        ("| a/b.rs | `c/d.rs` |\n|---|---|\n| e/f.rs | g |", vec!["a/b.rs", "c/d.rs", "e/f.rs"]),
        ("a/b.rs\rc/d.rs\r\r- e/f.rs\r", vec!["a/b.rs", "c/d.rs", "e/f.rs"]),
    ] {
        assert_eq!(found(text), expected, "{text}");
    }
}

#[test]
fn overlong_and_deep_words_are_no_paths() {
    assert_eq!(found(&format!("`{}b.rs` `a/{}.rs`", "a/".repeat(100), "b".repeat(2000))), Vec::<String>::new());
}

#[test]
fn what_the_line_says_of_a_path() {
    // Forbidden, fleeting, entry.
    for (line, expected) in [
        ("- `src/a.rs`", (false, false, true)),
        ("- [ ] **src/a.rs** (the standard)", (false, false, true)),
        ("1. Pattern: `src/a.rs`", (false, false, true)),
        ("| x | src/a.rs |\n|---|---|", (false, false, true)),
        ("See `src/a.rs` for more", (false, false, false)),
        ("- MUST NOT touch `src/a.rs`", (true, false, false)),
        ("- Don’t edit `src/a.rs`", (true, false, false)),
        ("MUST NOT stop.\n`src/a.rs`", (false, false, true)),
        ("MUST NOT stop!\r`src/a.rs`", (false, false, true)),
        ("- `src/a.rs` (NEW)", (false, true, true)),
        ("- `src/a.rs` — new module", (false, true, true)),
        ("- `src/a.rs`: adds a module", (false, false, true)),
        ("- Create: `src/a.rs`", (false, true, true)),
        ("- `src/a.rs` will be written by step 2", (false, true, true)),
        ("- A helper, e.g. `src/a.rs`", (false, true, false)),
        ("- In the news: `src/a.rs`", (false, false, true)),
    ] {
        let (references, sections) = references_and_sections(line);
        let reference = &references[0];
        let forbidden = reference.is_forbidden(line, &sections);
        assert_eq!((forbidden, reference.is_fleeting(line, &sections), reference.is_entry), expected, "{line}");
    }
}

#[test]
fn new_files_are_created_under_labels_headings_and_columns() {
    for files in [
        "## Files\n- **New:**\n  - src/z.rs",
        "## Files\n- New:\n  - src/z.rs",
        "## Files\n- New\n  - src/z.rs",
        "## Files\n- **New files:**\n  - src/z.rs",
        "## Files\n* New files\n  * src/z.rs\n",
        "## Files\n- New:\n\n  1. worker\n     - `src/z.rs`",
        "## Files (New)\n- src/z.rs",
        "## Files (new)\n- src/z.rs",
        "### Files (New)\n- src/z.rs",
        "## Files (New) ##\n- src/z.rs",
        "**Files (new):**\n- src/z.rs",
        "**Files (new):** src/z.rs",
        "## Files\n| New | Modified |\n|---|---|\n| src/z.rs | |",
        "## Files\n| Modified | New files |\n|---|---|\n| | src/z.rs |",
    ] {
        let roles: Vec<_> = references(files).iter().map(|reference| reference.role).collect();
        assert_eq!(roles, [Role::Created], "{files}");
    }
    for files in [
        "## Files\n- New:\n  - x\n- Modified:\n  - src/z.rs",
        "## Files\n- New\n- src/z.rs",
        "## Files\n| New | Modified |\n|---|---|\n| | src/z.rs |",
        "## Files\n| New | Modified |\n|---|---|\n\n- src/z.rs",
        "## Files (modified)\n- src/z.rs",
        "## Files\n- News:\n  - src/z.rs",
    ] {
        let roles: Vec<_> = references(files).iter().map(|reference| reference.role).collect();
        assert_eq!(roles, [Role::Declared], "{files}");
    }
}

#[test]
fn a_prohibition_may_be_wrapped_or_stand_above_the_list() {
    for (text, expected) in [
        ("- MUST NOT change anything that is in the file called\n  `src/b.rs`", true),
        ("Do not\nchange what is in\n`src/b.rs`", true),
        ("- **MUST NOT** change:\n  - `src/b.rs`", true),
        ("- **Do not change these:**\n\n  1. x\n     - `src/b.rs`", true),
        ("- This phase\n  MUST NOT change:\n  - `src/b.rs`", true),
        ("- MUST NOT stop. Follow:\n  - `src/b.rs`", false),
        ("- MUST NOT stop\n  - `src/b.rs`", false),
        ("- MUST NOT change:\n  - x\n- `src/b.rs`", false),
        ("MUST NOT stop early. Then follow\n`src/b.rs`", false),
        ("MUST NOT stop  \n`src/b.rs`", false),
        ("It MUST NOT stop\n**Plan:** `src/b.rs`", false),
        ("MUST NOT stop\nPlan: `src/b.rs`", false),
        ("MUST NOT stop\n\n`src/b.rs`", false),
    ] {
        let (references, sections) = references_and_sections(text);
        assert_eq!(references[0].is_forbidden(text, &sections), expected, "{text}");
    }
}

#[test]
fn entries_stand_in_a_row() {
    let text = "- `src/new/a.rs` (x), src/b.rs and `c.rs`, which is like `d.rs`\n- e `f.rs`, `g.rs`";
    let (references, sections) = references_and_sections(text);
    let entries: Vec<_> =
        references.iter().map(|reference| (reference.is_entry, reference.is_fleeting(text, &sections))).collect();
    assert_eq!(entries, [(true, false), (true, false), (true, false), (false, false), (false, false), (false, false)]);
}

#[test]
fn paths_are_written_as_the_document_does() {
    use ReferenceStyle::{Bare, Code, Link};
    for (style, path, is_folder, expected) in [
        (Bare, "src/a.rs", false, "src/a.rs"),
        (Bare, "charts/x", true, "charts/x/"),
        (Bare, "src/Makefile", false, "`src/Makefile`"),
        (Bare, "src/my file.rs", false, "`src/my file.rs`"),
        (Bare, "src/__tests__/a.rs", false, "`src/__tests__/a.rs`"),
        (Bare, "src/a`b.rs", false, "`` src/a`b.rs ``"),
        (Code, "charts/x", true, "`charts/x/`"),
        (Link, "plan/my file.md", false, "[my file.md](../my%20file.md)"),
        (Link, "plan/billing/b.md", false, "[b.md](b.md)"),
        (Link, "src/a.rs", false, "[a.rs](../../src/a.rs)"),
    ] {
        assert_eq!(spell(style, "plan/billing/phase-1.md", path, is_folder), expected);
    }
}

#[test]
fn underscores_belong_to_names_unless_they_emphasise_the_path() {
    for (text, expected) in [
        ("_includes/head.html and __tests__/a.ts", vec!["_includes/head.html", "__tests__/a.ts"]),
        ("src/__init__.py, src/_x/y.rs and a/_b_/c_d_.rs", vec!["src/__init__.py", "src/_x/y.rs", "a/_b_/c_d_.rs"]),
        ("_x/a.rs or y_", vec!["x/a.rs"]),
        (
            "_docs/a.md_ __docs/b.md__ ***docs/c.md*** _**docs/d.md**_",
            vec!["docs/a.md", "docs/b.md", "docs/c.md", "docs/d.md"],
        ),
        ("_see docs/a.md_, **see _docs/b.md**", vec!["docs/a.md", "_docs/b.md"]),
        ("**_docs/a.md** *docs/b.md", vec!["_docs/a.md", "docs/b.md"]),
        ("_site/ and __tests__/", vec!["_site/", "__tests__/"]),
    ] {
        let references = references(text);
        let found: Vec<_> =
            references.iter().map(|reference| text[reference.range.clone()].trim_end_matches('/')).collect();
        let expected: Vec<_> = expected.into_iter().map(|path| path.trim_end_matches('/')).collect();
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn what_is_one_path_if_there_is_such_a_file() {
    for (text, expected) in [
        (
            "`docs/a b.md` `R&D/x.md` `my file.md` `docs/a (copy).md`",
            vec!["docs/a b.md", "R&D/x.md", "my file.md", "docs/a (copy).md"],
        ),
        ("`docs/a b.md:12` `my plans/`", vec!["docs/a b.md", "my plans/"]),
        ("- my docs/a.md", vec!["my docs/a.md"]),
        ("- my docs/a b.md (the guide)\n- it's/b.md — c", vec!["my docs/a b.md", "it's/b.md"]),
        (
            "Plan: **plan/phase 1.md**.\r\n**Work notes:** work-notes/phase 1.md",
            vec!["plan/phase 1.md", "work-notes/phase 1.md"],
        ),
        ("| docs/a b.md | c |\n|---|---|", vec!["docs/a b.md"]),
        (
            "See docs/a b.md\n\n# docs/a b.md\n\n`docs/a.md` `cargo test` `C:/a b.md` `/x/a b.md` `https://x.y/a b.md`",
            vec![],
        ),
        ("- docs/a.md\n- Plan: docs/a.md (new)\n- [a b](../a%20b.md)\n- docs/*.md and b.md", vec![]),
    ] {
        assert_eq!(guessed(text), expected, "{text}");
    }
}

#[test]
fn the_target_of_a_link_is_a_path_whatever_its_signs() {
    let text = "[a](a,b.md) [b](../R&D.md) [c](it's/x(1).md#y) [d](<my docs/a b.md>) [e](a\\_b.md)\n\
        [f](mailto:a@b.md) [g]({{x}}/a.md) [h](https://a.b/c.md) [i](<path>/a.md)";
    assert_eq!(found(text), ["a,b.md", "../R&D.md", "it's/x(1).md", "my docs/a b.md", "a_b.md"]);
    let ranges: Vec<_> = references(text).iter().map(|reference| &text[reference.range.clone()]).collect();
    assert_eq!(ranges, ["a,b.md", "../R&D.md", "it's/x(1).md", "my docs/a b.md", "a\\_b.md"]);
}

#[test]
fn a_link_that_refers_to_a_definition_has_its_path_there() {
    for definition in
        ["[r 1]: docs/a.md", "[R  1]: <docs/a.md> \"t\"", "> [r 1]:\n> docs/a.md#b", "- [r 1]:\n  docs/a.md"]
    {
        for link in ["[the guide][r 1]", "[r 1][]", "[r 1]"] {
            for text in [format!("See {link}.\n\n{definition}\n"), format!("{definition}\n\nSee {link}.\n")] {
                let references = references(&text);
                let found: Vec<_> =
                    references.iter().map(|found| (&text[found.range.clone()], &text[found.place.clone()])).collect();
                assert_eq!(found, [("docs/a.md", link[1..].split(']').next().unwrap())], "{text}");
                assert!(references[0].range.start > text.find("]:").unwrap(), "{text}");
            }
        }
    }
}

#[test]
fn a_step_below_a_list_of_files_is_none_of_them() {
    let text = "\
## Files
- `src/a.rs`

- [ ] Copy `src/b.rs`

  - `src/c.rs`
- `src/d.rs`

## Files
- [ ] `src/e.rs`
- `src/f.rs`
";
    let roles: Vec<_> = references(text).iter().map(|reference| reference.role).collect();
    let (mentioned, declared) = (Role::Mentioned, Role::Declared);
    assert_eq!(roles, [declared, mentioned, mentioned, declared, declared, declared]);
}
