use std::{
    fmt::Write as _,
    ops::Range,
    sync::{Arc, Mutex},
};

use jiff::Zoned;
use proptest::prelude::*;

use super::*;
use crate::{
    artifact::Document,
    completion::{Documentation, Inside, ItemKind, complete},
    testing::Fixture,
    text::{self, Edit},
    workspace::{FileKind, Files, SuffixMatch, Workspace},
};

const FILES: &str = "\
//- README.md
//- .github/workflows/ci.yml
//- Makefile
//- charts/gateway/Chart.yaml
//- charts/gateway/values.yaml
//- docs/a b.md
//- docs/a#b.md
//- docs/a`b.md
//- docs/並び順.md
//- docs/😀.md
//- src/gateway/tide.rs
//- src/gateway.rs
//- src/server/state.rs
//- src/server.rs
//- src-old/server.rs
//- plan/phase-1.md
# P
//- plan/phase-2.md
# P
//- plan/phase-1-api.md
# P
//- work-notes/phase-1.md
# N
";

/// A document with the cursor at `$0`, beside the other files.
fn document(path: &str, marked: &str) -> (Fixture, Workspace, Document, usize) {
    let offset = marked.find("$0").expect("a cursor");
    let text = marked.replacen("$0", "", 1);
    let mut fixture = Fixture::parse(FILES);
    fixture.files.insert(path.to_owned(), text.clone());
    let (workspace, _) = fixture.workspace();
    let kind = workspace.config.kind_of(path).expect("an artifact");
    let document = Document::read(path.into(), kind, text.into(), &workspace.vocabulary);
    (fixture, workspace, document, offset)
}

fn ask(path: &str, marked: &str) -> (List, String) {
    let (fixture, workspace, document, offset) = document(path, marked);
    let now = Zoned::default();
    let request = Request {
        document: &document,
        workspace: &workspace,
        files: &fixture,
        offset,
        inside: Inside::of(&document, offset),
        now: &now,
    };
    let mut list = List::default();
    offer(&request, &mut list);
    (list, document.text.to_string())
}

fn labels(path: &str, marked: &str) -> String {
    ask(path, marked).0.items.iter().map(|item| item.label.clone()).collect::<Vec<_>>().join(" | ")
}

/// The line of the cursor after the item called `label` was accepted.
fn accept(path: &str, marked: &str, label: &str) -> String {
    let (list, text) = ask(path, marked);
    let item = list.items.iter().find(|item| item.label == label).unwrap_or_else(|| panic!("no {label} in {marked:?}"));
    let after = text::apply(&text, &[Edit::replace(item.range.clone(), item.insert.text())]);
    let start = text[..item.range.start].rfind(['\n', '\r']).map_or(0, |at| at + 1);
    after[start..].split(['\n', '\r']).next().unwrap_or_default().to_owned()
}

const PROMPT: &str = "prompts/phase-1.md";

#[test]
fn after_a_backtick_it_goes_step_by_step() {
    for (line, expected) in [
        ("Use `src/se$0`.", "server/ | server.rs"),
        ("Use `src/se$0", "server/ | server.rs"),
        ("Use `src/$0", "gateway/ | server/ | gateway.rs | server.rs"),
        ("Use `src/gw$0", "gateway/ | gateway.rs"),
        ("Use `src/server/$0", "state.rs"),
        ("Use `charts/gateway/v$0", "values.yaml"),
        ("Use `$0`", "charts/ | docs/ | src-old/ | src/ | plan/ | prompts/ | work-notes/ | Makefile | README.md"),
        ("Use `.g$0", ".github/ | .github/workflows/ | .github/workflows/ci.yml"),
        ("Use `tide$0`", "src/gateway/tide.rs"),
        ("Use `src/tide$0`", "src/gateway/tide.rs"),
        ("Use `docs/並$0`", "並び順.md"),
        ("Use `docs/a$0`", "a b.md | a#b.md"),
        ("Use `docs/a $0`", "a b.md"),
        ("Use ``src/se$0``", "server/ | server.rs"),
        ("Run `cat src/se$0`", "server/ | server.rs"),
        ("Run `cat $0`", ""),
        ("Use `nowhere/zzz$0`", ""),
        ("Use `https://src/se$0`", ""),
        ("Use `~/src/se$0`", ""),
        ("Use `/src/se$0`", ""),
        ("Use `../src/se$0`", "server/ | server.rs"),
        ("Use `./src/se$0`", "server/ | server.rs"),
        ("Use `../../x$0`", ""),
        ("Use `src\\se$0`", "server/ | server.rs"),
        ("- a\n  - b\n\t- `src/se$0", "server/ | server.rs"),
        ("| a | `src/se$0` |\n|---|---|", "server/ | server.rs"),
        ("> `src/se$0", "server/ | server.rs"),
    ] {
        assert_eq!(labels(PROMPT, &format!("# T\r\n\r\n## Task\r\n\r\n{line}\r\nmore\r\n")), expected, "{line}");
    }
}

#[test]
fn elsewhere_nothing_is_offered() {
    for text in [
        "# T\n\n## Task\n\nUse src/se$0",
        "# T\n\n## Task\n\n- src/se$0",
        "# T\n\n## Task\n\n`src` and se$0",
        "# `src/se$0`",
        "## Task `src/se$0",
        "Task `src/se$0\n====",
        "```\n`src/se$0\n```",
        "```\n`src/se$0",
        "- ```\n  `src/se$0`\n  ```",
        "~~~\n\n`src/se$0",
        "para\n\n    `src/se$0`",
        "<!-- `src/se$0` -->",
        "a <!-- `src/se$0` --> b",
        "---\nx: `src/se$0`\n---\n",
        "```$0",
        "[a](../src/se#$0)",
        "[a](x y$0)",
        "[a]($0",
    ] {
        let expected = if text == "[a]($0" { labels(PROMPT, text) } else { String::new() };
        assert_eq!(labels(PROMPT, text), expected, "{text}");
    }
    // Only a prompt has labels, and other code is written in these sections.
    assert_eq!(labels("plan/phase-9.md", "## Context\n- Plan: $0"), "");
    assert_eq!(labels("plan/phase-9.md", "## Definition of done\n- [ ] `se$0`"), "");
    assert_eq!(labels("plan/phase-9.md", "## Definition of done\n- [ ] `cat src/se$0`"), "server/ | server.rs");
    assert_eq!(labels("work-notes/phase-9.md", "## Commits\n- `se$0`"), "");
    assert_eq!(labels("work-notes/phase-9.md", "## Decisions\n- `src/se$0`"), "server/ | server.rs");
}

#[test]
fn links_are_seen_from_their_file() {
    for (line, label, expected) in [
        ("[a](../src/se$0)", "server.rs", "[a](../src/server.rs)"),
        ("[a](../src/se$0", "server.rs", "[a](../src/server.rs)"),
        ("[a](../src/se$0", "server/", "[a](../src/server/"),
        ("[a]($0)", "../", "[a](../)"),
        ("[a](../$0)", "src/", "[a](../src/)"),
        ("[a](tide$0)", "src/gateway/tide.rs", "[a](../src/gateway/tide.rs)"),
        ("[a](../docs/a$0)", "a b.md", "[a](../docs/a%20b.md)"),
        ("[a](../docs/a%20$0)", "a b.md", "[a](../docs/a%20b.md)"),
        ("[a](../docs/a$0)", "a#b.md", "[a](../docs/a%23b.md)"),
        ("[a](<../docs/a $0>)", "a b.md", "[a](<../docs/a b.md>)"),
        ("[a](</src/se$0", "server.rs", "[a](</src/server.rs>"),
        ("[a](/src/se$0)", "server.rs", "[a](/src/server.rs)"),
        ("[a](/tide$0)", "src/gateway/tide.rs", "[a](/src/gateway/tide.rs)"),
        ("[a](../src/s$0erver.rs#L3) b", "server.rs", "[a](../src/server.rs#L3) b"),
        ("![a](..\\src\\se$0)", "server.rs", "![a](..\\src\\server.rs)"),
        ("[`a`](../docs/並$0)", "並び順.md", "[`a`](../docs/並び順.md)"),
    ] {
        assert_eq!(accept(PROMPT, &format!("# T\n\n{line}"), label), expected, "{line}");
    }
}

#[test]
fn accepting_replaces_the_whole_path() {
    for (line, label, expected) in [
        ("`src/se$0`.", "server.rs", "`src/server.rs`."),
        ("`src/se$0 and more", "server.rs", "`src/server.rs` and more"),
        ("`src/se$0, `b`", "server.rs", "`src/server.rs, `b`"),
        ("`src/se$0", "server/", "`src/server/"),
        ("`src/g$0ateway/tide.rs:12-40`", "gateway.rs", "`src/gateway.rs:12-40`"),
        ("`sr$0c/gateway.rs#anchor`", "src/", "`src/#anchor`"),
        ("`$0README.md` x", "Makefile", "`Makefile` x"),
        ("`SRC/se$0`", "src/server.rs", "`src/server.rs`"),
        ("`./src/se$0`", "server.rs", "`./src/server.rs`"),
        ("`./tide$0`", "src/gateway/tide.rs", "`./src/gateway/tide.rs`"),
        ("`../src/se$0`", "server.rs", "`../src/server.rs`"),
        ("`src\\se$0`", "server/", "`src\\server\\`"),
        ("`docs/a $0b.md`", "a b.md", "`docs/a b.md`"),
        ("😀 `docs/😀$0`", "😀.md", "😀 `docs/😀.md`"),
        ("``src/se$0", "server.rs", "``src/server.rs``"),
        ("`cat src/se$0 x`", "server.rs", "`cat src/server.rs x`"),
    ] {
        assert_eq!(accept(PROMPT, &format!("# T\n\n{line}\n"), label), expected, "{line}");
    }
}

#[test]
fn labels_of_a_context_lead_to_artifacts_of_their_kind() {
    for (context, expected) in [
        ("- Plan: $0", "plan/phase-1.md | plan/phase-1-api.md | plan/phase-2.md"),
        ("- **Plan:** $0", "plan/phase-1.md | plan/phase-1-api.md | plan/phase-2.md"),
        ("- Plan:$0", "plan/phase-1.md | plan/phase-1-api.md | plan/phase-2.md"),
        ("Plan: api$0", "plan/phase-1-api.md"),
        ("- Plan: plan/phase-2$0", "plan/phase-2.md"),
        ("- Plan: `$0`", "plan/phase-1.md | plan/phase-1-api.md | plan/phase-2.md"),
        ("- Plan: [p](../plan/$0)", "plan/phase-1.md | plan/phase-1-api.md | plan/phase-2.md"),
        ("- Plan:\n  - $0", "plan/phase-1.md | plan/phase-1-api.md | plan/phase-2.md"),
        ("- Plan: plan/phase-1.md, $0", "plan/phase-1.md | plan/phase-1-api.md | plan/phase-2.md"),
        ("- Plan: plan/phase-2.md\n- Work notes: $0\n", "work-notes/phase-1.md"),
        ("- Plan: the plan $0", ""),
        ("- Plan: src/se$0", ""),
        ("- Owner: $0", ""),
        ("- Reference implementation(s): src/se$0", "server/ | server.rs"),
        ("- Reference implementation(s): tide$0", "src/gateway/tide.rs"),
        ("- Read src/se$0", "server/ | server.rs"),
        ("- Read se$0", ""),
    ] {
        assert_eq!(labels(PROMPT, &format!("# T\n\n## Context\n\n{context}")), expected, "{context}");
    }
    let context = "# T\n\n## Context\n\n";
    assert_eq!(accept(PROMPT, &format!("{context}- Plan:$0"), "plan/phase-1.md"), "- Plan: plan/phase-1.md");
    assert_eq!(accept(PROMPT, &format!("{context}- Plan: p$0\r\nx"), "plan/phase-2.md"), "- Plan: plan/phase-2.md");
    let link = format!("{context}- Plan: [p](../plan/$0)");
    assert_eq!(accept(PROMPT, &link, "plan/phase-1.md"), "- Plan: [p](../plan/phase-1.md)");
}

#[test]
fn where_references_are_declared_the_missing_ones_come_first() {
    let plan = "plan/phase-9.md";
    let marked = "\
# P

## Goals
- Like `src/gateway.rs` and `src/server.rs`.
- Don't touch `charts/gateway/values.yaml`

## References
- `src/server.rs`
- $0";
    let found = labels(plan, marked);
    assert!(found.starts_with("src/gateway.rs | charts/ | docs/"), "{found}");
    let marked = "## References\n- `src/server.rs`\n- src/se$0";
    assert_eq!(labels(plan, marked), "server/");
    for (text, expected) in [
        ("## Required reading\n1. readm$0", "README.md"),
        ("## Files\n### New\n* src/gat$0", "gateway/ | gateway.rs"),
        ("## References\nfor se$0", ""),
        ("## References\n- for se$0", ""),
        ("## References\n- `README.md`, Make$0", "Makefile"),
        ("## Files\n\n| a | src/se$0 |\n|---|---|\n", "server/ | server.rs"),
        ("## Files\n\n| a | se$0 |\n|---|---|\n", ""),
        ("## Goals\n- $0", ""),
    ] {
        assert_eq!(labels(plan, text), expected, "{text}");
    }
    assert_eq!(accept(plan, "## References\n- docs/a$0", "a b.md"), "- `docs/a b.md`");
    assert_eq!(accept(plan, "## References\n- Make$0", "Makefile"), "- `Makefile`");
    assert_eq!(accept(plan, "## References\n- src/se$0", "server.rs"), "- src/server.rs");
    assert_eq!(accept(plan, "## References\n- (src/se$0)", "server/"), "- (src/server/)");
}

#[test]
fn folders_go_on_and_files_show_their_head() {
    let (list, _) = ask(PROMPT, "# T\n\n`src/se$0`");
    let [folder, file] = &list.items[..] else { panic!("{list:?}") };
    assert!(folder.goes_on && !file.goes_on && list.is_incomplete);
    assert_eq!(folder.documentation, Documentation::None);
    assert_eq!(file.documentation, Documentation::FileHead("src/server.rs".into()));
    assert_eq!((folder.kind, file.kind), (ItemKind::Folder, ItemKind::File));
    assert_eq!(file.filter.as_deref(), Some("src/server.rs"));
    // What does not begin with what is typed is kept by what is typed.
    let (list, _) = ask(PROMPT, "# T\n\n`tide$0`");
    assert_eq!(list.items[0].filter.as_deref(), Some("tide"));
}

/// A disk whose tree nobody has read yet.
struct Unread(Mutex<Vec<String>>);

impl Files for Unread {
    fn kind(&self, _: &str) -> Option<FileKind> {
        None
    }

    fn with_suffix(&self, _: &str) -> SuffixMatch {
        SuffixMatch::Unknown
    }

    fn nearest(&self, _: &str) -> Option<String> {
        None
    }

    fn children(&self, folder: &str) -> Vec<Box<str>> {
        self.0.lock().unwrap().push(folder.to_owned());
        [".git/", "a.rs", "b/"].map(|name| format!("{folder}{name}").into()).into()
    }
}

#[test]
fn without_the_tree_the_folder_itself_is_listed() {
    let (_, workspace, document, offset) = document(PROMPT, "# T\n\n`src/$0`");
    let (files, now) = (Unread(Mutex::default()), Zoned::default());
    let list = complete(&Request {
        document: &document,
        workspace: &workspace,
        files: &files,
        offset,
        inside: Inside::of(&document, offset),
        now: &now,
    });
    assert_eq!(list.items.iter().map(|item| &*item.label).collect::<Vec<_>>(), ["b/", "a.rs"]);
    assert_eq!(*files.0.lock().unwrap(), ["src/"]);
}

#[test]
fn of_many_the_best_are_offered() {
    let mut many = String::from(FILES);
    for n in 0..200 {
        let _ = writeln!(many, "//- gen/module_{n}/tide_{n}.rs");
    }
    let fixture = Fixture::parse(&many);
    let (workspace, _) = fixture.workspace();
    let text: Arc<str> = "# T\n\n`tide`".into();
    let offset = text.len() - 1;
    let kind = workspace.config.kind_of(PROMPT).unwrap();
    let document = Document::read(PROMPT.into(), kind, text, &workspace.vocabulary);
    let now = Zoned::default();
    let list = complete(&Request {
        document: &document,
        workspace: &workspace,
        files: &fixture,
        offset,
        inside: Inside::of(&document, offset),
        now: &now,
    });
    assert_eq!((list.items.len(), &*list.items[0].label), (MOST, "src/gateway/tide.rs"));
    assert!(list.is_incomplete);
}

proptest! {
    #[test]
    fn any_cursor_gets_items_on_its_own_line(
        pieces in prop::collection::vec(prop::sample::select(vec![
            "## Context", "## References", "## Definition of done", "\n", "\r\n", "\r", "- ", "- [ ] ", "1. ", "`", "``", "```",
            "[a](", "(<", ")", ">", "src/", "se", "docs/a ", "並び", "😀", "Plan:", "Work notes: ", "**", "../", "./", "\\", "#", ":12",
            "%20", "%", "<!--", "-->", "---\n", "| ", "\t", "    ", " ", "/", ".", "cargo", ",",
        ]), 0..14),
        at in 0.0..1.0f64,
        is_prompt: bool,
    ) {
        let text: String = pieces.concat();
        let mut offset = (text.len() as f64 * at) as usize;
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let marked = format!("{}$0{}", &text[..offset], &text[offset..]);
        let path = if is_prompt { PROMPT } else { "plan/phase-7.md" };
        let (fixture, workspace, document, offset) = document(path, &marked);
        let now = Zoned::default();
        let request = Request { document: &document, workspace: &workspace, files: &fixture, offset, inside: Inside::of(&document, offset), now: &now };
        let line = request.line();
        let mut list = List::default();
        offer(&request, &mut list);
        for item in list.items {
            let Range { start, end } = item.range;
            // Between `\r` and `\n` there is no place for a cursor.
            let last = line.end.max(offset);
            prop_assert!(line.start <= start && start <= offset && offset <= end && end <= last, "{item:?}");
            prop_assert!(text.is_char_boundary(start) && text.is_char_boundary(end));
            prop_assert!(!item.insert.text().contains(['\n', '\r']));
        }
    }
}
