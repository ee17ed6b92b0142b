use jiff::Zoned;

use super::*;
use crate::{
    artifact::Document,
    completion::Inside,
    testing::Fixture,
    text::{self, Edit},
    workspace::{FileKind, Files, SuffixMatch},
};

const RUST: &str = "\
//- Cargo.toml
[package]
name = \"x\"
[workspace]
members = [\"crates/*\"]
exclude = [\"crates/old\"]
//- crates/store/Cargo.toml
[package]
name = \"gateway-store\"
//- crates/old/Cargo.toml
[package]
name = \"old\"
//- crates/broken/Cargo.toml
[package
";

fn commands(fixture: &str) -> Vec<String> {
    manifests::commands(&Fixture::parse(fixture), &[]).into_iter().map(|command| command.words).collect()
}

fn ask(fixture: &str, path: &str, marked: &str) -> (List, String) {
    let mut fixture = Fixture::parse(fixture);
    let offset = marked.find("$0").expect("a cursor");
    let text = marked.replacen("$0", "", 1);
    fixture.files.insert(path.to_owned(), text.clone());
    let (workspace, _) = fixture.workspace();
    let kind = workspace.config.kind_of(path).expect("an artifact");
    let document = Document::read(path.into(), kind, text.as_str().into(), &workspace.vocabulary);
    let now = Zoned::default();
    let mut list = List::default();
    offer(
        &Request {
            document: &document,
            workspace: &workspace,
            files: &fixture,
            offset,
            inside: Inside::of(&document, offset),
            now: &now,
        },
        &mut list,
    );
    (list, text)
}

/// The text after the first item was accepted, and its snippet.
fn accept_first(marked: &str) -> Option<(String, String)> {
    let (list, text) = ask(RUST, "plan/phase-1.md", marked);
    let item = list.items.first()?;
    let after = text::apply(&text, &[Edit::replace(item.range.clone(), item.insert.text())]);
    assert!(item.range.start <= marked.find("$0").unwrap() && marked.find("$0").unwrap() <= item.range.end);
    Some((after, item.insert.syntax()))
}

#[test]
fn cargo_knows_its_members() {
    assert_eq!(
        commands(RUST),
        [
            "cargo test",
            "cargo clippy --all-targets -- -D warnings",
            "cargo fmt --check",
            "cargo build",
            "cargo test --manifest-path crates/old/Cargo.toml",
            "cargo test -p gateway-store",
        ]
    );
    let alone = "//- tools/x/Cargo.toml\n[package]\nname = \"x\"\n//- a/b/c/Cargo.toml\n[package]\nname = \"y\"\n";
    assert_eq!(commands(alone), ["cargo test --manifest-path tools/x/Cargo.toml"]);
    let inner = "//- app/Cargo.toml\n[workspace]\n//- app/core/Cargo.toml\n[package]\nname = \"core\"\n";
    assert_eq!(commands(inner), ["cargo test --manifest-path app/Cargo.toml"]);
}

#[test]
fn a_table_gets_a_row() {
    for (table, row) in [
        (
            "| # | Command | Expected | Done |\n|---|---|---|---|\n| 1 | `make` | exits 0 | [x] |\n",
            "| | `cargo test` | ${1:passes} | [ ] |",
        ),
        ("| Check |\n|---|\n| `make` exits 0 |\n", "| `cargo test` ${1:passes} |"),
        ("|Test|Owner|\n|-|-|\n|make|Ann|\n", "| `cargo test` ${1:passes} | |"),
    ] {
        for typed in ["$0", "|$0", "| $0"] {
            let before = format!("# P\n\n## Definition of done\n\n{table}");
            let (after, snippet) = accept_first(&format!("{before}{typed}\n")).expect("a command");
            assert_eq!(snippet, row);
            assert!(after.starts_with(&format!("{before}| ")), "{after}");
        }
    }
    let table = "# P\n\n## Definition of done\n\n| Check |\n|---|\n| `make` exits 0 |\n";
    assert_eq!(accept_first(&format!("{table}\n$0\n")), None);
    assert_eq!(accept_first(&format!("{table}| a | $0 |\n")), None);
}

#[test]
fn scripts_run_with_the_manager_of_the_lock_file() {
    let manifest = "{\"scripts\": {\"build\": \"x\", \"lint\": \"x\", \"test\": \"x\", \"dev\": \"x\", \"pretest\": \"x\", \
                    \"e2e\": \"x\", \"odd name\": \"x\", \"$(rm)\": \"x\", \"n\": 3, \"docs\": \"x\", \"type-check\": \"x\", \"watch:css\": \"x\"}}";
    let npm = format!("//- package.json\n{manifest}\n");
    assert_eq!(
        commands(&npm),
        ["npm test", "npm run e2e", "npm run lint", "npm run type-check", "npm run build", "npm run docs"]
    );
    for (lock_file, first) in
        [("pnpm-lock.yaml", "pnpm test"), ("yarn.lock", "yarn test"), ("bun.lockb", "bun run test")]
    {
        assert_eq!(commands(&format!("{npm}//- {lock_file}\n"))[0], first);
    }
    let inside = format!("//- web/package.json\n{manifest}\n//- web/node_modules/a/package.json\n{manifest}\n");
    assert_eq!(commands(&inside)[..2], ["npm --prefix web test", "npm --prefix web run e2e"]);
    assert_eq!(commands(&format!("{inside}//- pnpm-lock.yaml\n"))[0], "pnpm --dir web test");
    let named = "//- package.json\n{\"packageManager\": \"yarn@4\", \"scripts\": {\"test\": \"x\"}}\n";
    assert_eq!(commands(named), ["yarn test"]);
    let placeholder =
        "//- package.json\n{\"scripts\": {\"test\": \"echo \\\"Error: no test specified\\\" && exit 1\"}}\n";
    assert!(commands(placeholder).is_empty());
    for broken in ["{", "[]", "{\"scripts\": []}", ""] {
        assert!(commands(&format!("//- package.json\n{broken}\n")).is_empty(), "{broken}");
    }
}

#[test]
fn a_chart_that_the_plan_names_comes_first() {
    let charts = "//- charts/processor/Chart.yaml\n//- charts/README.md\n//- README.md\n";
    for (named, expected) in [
        ("Write `charts/gateway`.", &["helm lint charts/gateway", "helm template charts/gateway"][..]),
        ("- `charts/gateway/templates/deployment.yaml`", &["helm lint charts/gateway", "helm template charts/gateway"]),
        ("- `charts/processor/values.yaml`, `charts/README.md`, `charts/notes.md`", &[]),
        ("- `src/gateway`", &[]),
    ] {
        let text = format!("# P\n\n## Goals\n\n{named}\n\n## Definition of done\n\n- [ ] $0\n");
        let (list, _) = ask(charts, "plan/phase-1.md", &text);
        let labels: Vec<&str> = list.items.iter().map(|item| &*item.label).collect();
        let known = ["helm lint charts/processor", "helm template charts/processor"];
        assert_eq!(labels, [expected, &known].concat(), "{named}");
    }
    let (list, _) = ask(charts, "plan/phase-1.md", "# P\n\n`charts/gateway`\n\n## Done when\n\n- [ ] $0\n");
    assert_eq!(list.items[0].detail.as_deref(), Some("charts/gateway (not there yet)"));
}

/// The same disk while its tree is not known yet.
struct Unread(Fixture);

impl Files for Unread {
    fn kind(&self, path: &str) -> Option<FileKind> {
        self.0.kind(path)
    }

    fn with_suffix(&self, _: &str) -> SuffixMatch {
        SuffixMatch::Unknown
    }

    fn nearest(&self, _: &str) -> Option<String> {
        None
    }

    fn children(&self, folder: &str) -> Vec<Box<str>> {
        let all = self.0.tree().unwrap_or_default();
        let is_inside = |path: &str| {
            let rest = path.strip_prefix(folder).unwrap_or_default().trim_end_matches('/');
            !rest.is_empty() && !rest.contains('/')
        };
        all.iter().filter(|path| is_inside(path)).cloned().collect()
    }
}

#[test]
fn charts_are_found_before_the_tree_is_known() {
    let fixture = Fixture::parse("//- charts/gateway/Chart.yaml\n//- plan/phase-1.md\n# P\n\n## Done when\n\n- [ ] \n");
    let (workspace, documents) = fixture.workspace();
    let (document, now, mut list) = (&documents[0], Zoned::default(), List::default());
    let (files, offset) = (Unread(fixture), document.text.len() - 1);
    let inside = Inside::of(document, offset);
    offer(&Request { document, workspace: &workspace, files: &files, offset, inside, now: &now }, &mut list);
    assert_eq!(
        list.items.iter().map(|item| &*item.label).collect::<Vec<_>>(),
        ["helm lint charts/gateway", "helm template charts/gateway"]
    );
    assert!(list.is_incomplete, "the tree may have more");
}

#[test]
fn make_just_helm_pytest_and_go_are_known() {
    for (fixture, expected) in [
        ("//- Makefile\nbuild:\n\techo\nclean:\ntest: build\n", &["make test", "make build"][..]),
        ("//- ops/Makefile\nlint:\n", &["make -C ops lint"]),
        ("//- justfile\ncheck:\n  x\n", &["just check"]),
        ("//- ops/justfile\ncheck:\n  x\n", &["just --justfile ops/justfile --working-directory ops check"]),
        (
            "//- charts/gateway/Chart.yaml\n//- charts/gateway/charts/db/Chart.yaml\n",
            &["helm lint charts/gateway", "helm template charts/gateway"],
        ),
        ("//- pyproject.toml\n[tool.pytest.ini_options]\n", &["pytest"]),
        ("//- pyproject.toml\n[project]\n//- tests/test_a.py\n//- uv.lock\n", &["uv run pytest"]),
        ("//- pyproject.toml\n[project]\n", &[]),
        ("//- pytest.ini\n//- poetry.lock\n", &["poetry run pytest"]),
        ("//- api/pyproject.toml\n# pytest\n", &["pytest api"]),
        ("//- api/pyproject.toml\n# pytest\n//- api/uv.lock\n", &["uv run --directory api pytest"]),
        ("//- go.mod\n", &["go test ./...", "go vet ./...", "go build ./..."]),
        ("//- svc/go.mod\n", &["go -C svc test ./...", "go -C svc vet ./...", "go -C svc build ./..."]),
        ("//- odd dir/go.mod\n//- $(x)/go.mod\n//- .hidden/go.mod\n//- vendor/a/go.mod\n//- -x/go.mod\n", &[]),
        ("//- README.md\n", &[]),
    ] {
        assert_eq!(commands(fixture), expected, "{fixture}");
    }
}

#[test]
fn a_new_item_looks_like_those_beside_it() {
    for (marked, after, syntax) in [
        ("## DoD\n- [ ] $0", "## DoD\n- [ ] `cargo test` passes", "`cargo test` ${1:passes}"),
        ("## DoD\n- [ ] car$0\n", "## DoD\n- [ ] `cargo test` passes\n", "`cargo test` ${1:passes}"),
        ("## DoD\r\n- $0\r\n", "## DoD\r\n- [ ] `cargo test` passes\r\n", "[ ] `cargo test` ${1:passes}"),
        ("## DoD\n- `a` is b\n- $0", "## DoD\n- `a` is b\n- `cargo test` passes", "`cargo test` ${1:passes}"),
        (
            "## DoD\n* [x] `a` is b\n* $0\n* [ ] c",
            "## DoD\n* [x] `a` is b\n* [ ] `cargo test` passes\n* [ ] c",
            "[ ] `cargo test` ${1:passes}",
        ),
        ("## DoD\n1. `a` is b\n2. $0", "## DoD\n1. `a` is b\n2. `cargo test` passes", "`cargo test` ${1:passes}"),
        ("## DoD\n1. `a` is b\n$0", "## DoD\n1. `a` is b\n2. `cargo test` passes", "2. `cargo test` ${1:passes}"),
        ("## DoD\n\n$0\n\n## X", "## DoD\n\n- [ ] `cargo test` passes\n\n## X", "- [ ] `cargo test` ${1:passes}"),
        ("## DoD\n- [ ]$0", "## DoD\n- [ ] `cargo test` passes", " `cargo test` ${1:passes}"),
        ("## DoD\n- 並\n  - [ ] $0", "## DoD\n- 並\n  - [ ] `cargo test` passes", "`cargo test` ${1:passes}"),
        (
            "## DoD\n- [ ] 並\n  - `a` is b\n  - $0",
            "## DoD\n- [ ] 並\n  - `a` is b\n  - `cargo test` passes",
            "`cargo test` ${1:passes}",
        ),
        (
            "## DoD\n- `a` is b\n- $0\n\n| A | B |\n|---|---|\n| c | d |",
            "## DoD\n- `a` is b\n- `cargo test` passes\n\n| A | B |\n|---|---|\n| c | d |",
            "`cargo test` ${1:passes}",
        ),
        ("## DoD\n- [ ] `$0`", "## DoD\n- [ ] `cargo test`", "cargo test"),
        ("## DoD\n- [ ] `car$0 passes", "## DoD\n- [ ] `cargo test` passes", "cargo test`"),
        ("## DoD\n- [ ] `car$0go build` x", "## DoD\n- [ ] `cargo test` x", "cargo test"),
        ("## DoD\n- [ ] Run `$0", "## DoD\n- [ ] Run `cargo test`", "cargo test`"),
        (
            "## Phase 1: a\n- x\n\nVerification:\n- $0",
            "## Phase 1: a\n- x\n\nVerification:\n- `cargo test` passes",
            "`cargo test` ${1:passes}",
        ),
    ] {
        assert_eq!(accept_first(marked), Some((after.to_owned(), syntax.to_owned())), "{marked}");
    }
}

#[test]
fn elsewhere_and_in_the_middle_of_an_item_nothing_is_offered() {
    for marked in [
        "## Goals\n- [ ] $0",
        "## DoD\n- [ ] It answers $0",
        "## DoD\n- [ ] $0 `x` passes",
        "## DoD\n- $0[ ] a",
        "$0## DoD\n- [ ] a",
        "## DoD$0\n",
        "## DoD\n```\n- [ ] $0\n```",
        "## DoD\n<!-- - [ ] $0 -->",
        "## DoD\nprose c$0",
        "## DoD\n- [a](c$0",
        "## DoD\n- a\n\n## Out of scope\n- $0",
        "## DoD\n- [ ] a\n### Out of scope\n- $0",
        "",
    ] {
        let marked = if marked.is_empty() { "$0" } else { marked };
        assert_eq!(accept_first(marked), None, "{marked}");
    }
    assert!(ask(RUST, "work-notes/phase-1.md", "## Definition of done\n- [ ] $0").0.items.is_empty());
    assert!(!ask(RUST, "prompts/phase-1.md", "## Verification\n- $0").0.items.is_empty());
    assert!(ask("//- README.md\n", "plan/phase-1.md", "## DoD\n- [ ] $0").0.items.is_empty());
}

#[test]
fn what_is_listed_is_left_out() {
    let (list, _) =
        ask(RUST, "plan/phase-1.md", "## DoD\n- [ ] `cargo test` passes\n- [ ] $0\n- [ ] `cargo build` exits 0\n");
    let labels: Vec<_> = list.items.iter().map(|item| &*item.label).collect();
    assert_eq!(labels[0], "cargo clippy --all-targets -- -D warnings");
    assert!(!labels.contains(&"cargo build") && !labels.contains(&"cargo test"));
    assert_eq!(list.items[0].detail.as_deref(), Some("Cargo.toml"));
}

#[test]
fn every_item_satisfies_the_rule_about_done_items() {
    let all = "\
//- Cargo.toml
[package]
name=\"x\"
//- package.json
{\"scripts\":{\"lint\":\"x\",\"docs\":\"x\"}}
//- Makefile
all:
//- go.mod
//- pytest.ini
//- c/Chart.yaml
//- plan/phase-1.md
## Definition of done
";
    let mut fixture = all.to_owned();
    for command in manifests::commands(&Fixture::parse(all), &[]) {
        fixture.push_str(&format!("- [ ] `{}` {}\n", command.words, command.outcome));
    }
    assert!(fixture.contains("`helm template c` renders without errors"));
    crate::testing::check("unverifiable-done-item", &fixture);
}
