//! Paths as people write them.

use super::*;
use crate::{artifact::Vocabulary, config::Config, template::Kind};

fn references(text: &str) -> Vec<Reference> {
    let vocabulary = Vocabulary::new(&Config::default(), &[]);
    let markdown = Markdown::parse(text, &|text| vocabulary.is_placeholder(text));
    read(text, &markdown, &Sections::read(Kind::Prompt, text, &markdown, &vocabulary))
}

fn found(text: &str) -> Vec<String> {
    let folder = |reference: &Reference| if reference.is_folder { "/" } else { "" };
    references(text).iter().map(|reference| format!("{}{}", reference.path, folder(reference))).collect()
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
    let text = "# P\n\n## Context\n- `a/b.rs`\n\n## Task\nuse `c/d.rs`\n- MUST NOT change `e/f.rs`\n\n## Files\n### New\n- `g/h.rs`\n### Modified\n- `i/j.rs`\n\n## Deliverables\n- `k/l.rs`\n";
    let roles: Vec<_> = references(text).iter().map(|reference| (reference.role, reference.is_forbidden)).collect();
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
