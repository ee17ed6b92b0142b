//! The architecture's directions: who may name whom, and no file one that names it. Tests inside the crate may name
//! anybody.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    fs,
    path::{Path, PathBuf},
};

/// Modules with those that they may name. One that is new has to be added here, on purpose.
const MAY_NAME: &[(&str, &[&str])] = &[
    ("text", &[]),
    ("diagnostic", &["text"]),
    ("secrets", &["text", "diagnostic"]),
    ("convention", &["text"]),
    ("config", &["text", "diagnostic", "convention"]),
    ("markdown", &["text"]),
    ("artifact", &["text", "markdown", "config", "convention"]),
    ("edit", &["text", "markdown", "config", "convention", "artifact"]),
    ("workspace", &["text", "markdown", "artifact", "config", "convention", "diagnostic"]),
    ("rules", &["text", "markdown", "artifact", "edit", "workspace", "config", "convention", "diagnostic", "secrets"]),
    ("actions", &["text", "markdown", "artifact", "edit", "workspace", "config", "convention", "diagnostic", "rules"]),
    (
        "completion",
        &[
            "text",
            "markdown",
            "syntax_tree",
            "artifact",
            "edit",
            "workspace",
            "config",
            "convention",
            "diagnostic",
            "rules",
        ],
    ),
    (
        "navigation",
        &["text", "markdown", "artifact", "edit", "workspace", "config", "convention", "diagnostic", "rules"],
    ),
    (
        "overview",
        &[
            "text",
            "markdown",
            "artifact",
            "edit",
            "workspace",
            "config",
            "convention",
            "diagnostic",
            "secrets",
            "rules",
        ],
    ),
    (
        "disk",
        &["text", "markdown", "artifact", "workspace", "config", "convention", "diagnostic", "rules", "repository"],
    ),
    ("syntax_tree", &["text"]),
    ("repository", &["text", "workspace"]),
];

/// Those at the top may name everybody but each other.
const TOP: &[&str] = &["server", "cli"];

/// What is asked of the outside, with the modules or files that may ask.
const OUTSIDE: &[(&str, &[&str])] = &[
    ("tower_lsp", &["server"]),
    ("lsp_types", &["server"]),
    ("tokio", &["server"]),
    ("pulldown_cmark", &["markdown"]),
    ("tree_sitter", &["syntax_tree"]),
    ("tree_sitter_md", &["syntax_tree"]),
    ("gix", &["repository"]),
    ("clap", &["cli"]),
    ("std::fs", &["disk", "cli/write", "server/transport/outgoing"]),
    ("std::process", &["server", "cli"]),
    ("std::net", &[]),
    ("std::env", &["server", "cli"]),
    ("std::time", &["server", "cli", "disk"]),
    ("std::thread", &["server", "cli", "disk"]),
    ("std::io", &["server", "cli", "disk"]),
];

/// Longer files hold more than one thing.
const MOST_LINES: usize = 700;

struct Source {
    /// Relative to `src`, with `/`.
    path: String,
    /// The module at the top of the crate that it belongs to.
    module: String,
    /// Without comments, texts and tests.
    code: String,
    lines: usize,
}

fn sources() -> Vec<Source> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    walk(&src, &mut files);
    let all = files.into_iter().map(|file| {
        let path = file.strip_prefix(&src).expect("below src").to_str().expect("UTF-8").replace('\\', "/");
        let text = fs::read_to_string(&file).expect("the file is there");
        let module = path.split('/').next().unwrap_or_default().trim_end_matches(".rs").to_owned();
        Source { module, lines: text.lines().count(), code: code(&text), path }
    });
    all.filter(|source| !is_test(&source.path)).collect()
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            walk(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn is_test(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    path.contains("/tests/") || path.starts_with("testing/") || ["tests.rs", "testing.rs", "samples.rs"].contains(&name)
}

/// Code without comments and texts, up to the tests at its end.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.map(|line| without_texts(line) + "\n").collect()
}

fn without_texts(line: &str) -> String {
    let mut parts = line.split('"');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.skip(1).step_by(2).fold(first, |code, part| code + "\"\"" + part)
}

/// Every path in the code that begins with `start::`, as far as it has names, groups opened:
/// `use std::{fs, path::Path}` has `std::fs` and `std::path::Path`, but not `std::path`.
fn paths(code: &str, start: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let begin = format!("{start}::");
    for (at, _) in code.match_indices(&begin) {
        let is_within = code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':');
        if !is_within {
            open(&code[at + begin.len()..], start, &mut found);
        }
    }
    found
}

fn open(rest: &str, before: &str, found: &mut BTreeSet<String>) {
    if let Some(group) = rest.strip_prefix('{') {
        let mut depth = 0;
        let mut start = 0;
        for (at, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' | ',' if depth == 0 => {
                    open(group[start..at].trim(), before, found);
                    start = at + 1;
                    if c == '}' {
                        return;
                    }
                }
                '}' => depth -= 1,
                _ => {}
            }
        }
        return;
    }
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    let path = format!("{before}::{}", &rest[..end]);
    if let Some(more) = rest[end..].strip_prefix("::") {
        open(more, &path, found);
    } else if end > 0 {
        found.insert(path);
    } else if !rest.is_empty() {
        // A star, or the types of a call.
        found.insert(before.to_owned());
    }
}

/// The names right below `start` that the code mentions.
fn named(code: &str, start: &str) -> BTreeSet<String> {
    let name = |path: &String| path.split("::").nth(start.split("::").count()).map(str::to_owned);
    paths(code, start).iter().filter_map(name).collect()
}

/// The files among `files` that a file imports, as [`Source::path`] without `.rs`. Those of its own folder, and those
/// whose folder it is in, do not count: they are one thing in parts.
fn imports<'a>(file: &str, code: &str, files: &BTreeSet<&'a str>) -> BTreeSet<&'a str> {
    let mut found: BTreeSet<&str> = BTreeSet::new();
    for path in ["crate", "super", "self"].iter().flat_map(|start| paths(code, start)) {
        let mut names: Vec<&str> = if path.starts_with("crate") { Vec::new() } else { file.split('/').collect() };
        for name in path.split("::") {
            match name {
                "crate" | "self" => {}
                "super" => drop(names.pop()),
                name => names.push(name),
            }
        }
        // The last names are those of what is in the file.
        let named = (1..=names.len()).rev().find_map(|n| files.get(&*names[..n].join("/")));
        found.extend(named);
    }
    let is_below = |a: &str, b: &str| a.strip_prefix(b).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    found.retain(|other| !is_below(other, file) && !is_below(file, other));
    found
}

/// The shortest way from a file over its imports back to it.
fn circle<'a>(file: &'a str, imports: &BTreeMap<&'a str, BTreeSet<&'a str>>) -> Option<Vec<&'a str>> {
    let mut ways = VecDeque::from([vec![file]]);
    let mut seen = BTreeSet::new();
    while let Some(way) = ways.pop_front() {
        for next in imports.get(way[way.len() - 1]).into_iter().flatten() {
            if *next == file {
                return Some([&way[..], &[file]].concat());
            }
            if seen.insert(next) {
                ways.push_back([&way[..], &[*next]].concat());
            }
        }
    }
    None
}

#[test]
fn paths_are_read_with_their_groups() {
    let code = "use crate::{a, b::{C, d::e}, f as g};\nlet x = crate::h::i(my_crate::no, $crate::j::k);";
    let expected = ["a", "b", "f", "h", "j"];
    assert_eq!(named(code, "crate").into_iter().collect::<Vec<_>>(), expected);
    assert!(paths(code, "crate").contains("crate::b::d::e") && !paths(code, "crate").contains("crate::b"));
    let code = "use crate::{\n    a::*,\n    b::{self, c},\n};\nlet x = crate::d::e::<u8>();";
    let expected = ["crate::a", "crate::b::c", "crate::b::self", "crate::d::e"];
    assert_eq!(paths(code, "crate").into_iter().collect::<Vec<_>>(), expected);
    let code = self::code("// use crate::a;\nlet a = \"crate::b\";\n#[cfg(test)]\nmod tests {\nuse crate::c;\n}");
    assert!(named(&code, "crate").is_empty(), "{code}");
}

#[test]
fn what_a_file_imports_is_the_file_that_has_it() {
    let files = BTreeSet::from(["a", "a/b", "a/b/c", "a/d", "a/e", "f"]);
    let code = "use super::{State, d::{self, Place}};\nuse crate::{a::{b::c::C, e}, f};";
    assert_eq!(imports("a/b", code, &files), BTreeSet::from(["a/d", "a/e", "f"]));
    let imports: BTreeMap<_, _> = [("a", "d"), ("b", "c"), ("c", "d"), ("d", "b")].map(|(a, b)| (a, [b].into())).into();
    assert_eq!(circle("c", &imports), Some(vec!["c", "d", "b", "c"]));
    assert_eq!(circle("a", &imports), None);
}

#[test]
fn no_file_imports_one_that_imports_it() {
    let sources = sources();
    let sources: BTreeMap<&str, &str> =
        sources.iter().map(|source| (source.path.trim_end_matches(".rs"), &*source.code)).collect();
    let files = sources.keys().copied().collect();
    let imports = sources.iter().map(|(file, code)| (*file, imports(file, code, &files))).collect();
    for file in sources.keys() {
        let circle = circle(file, &imports);
        assert!(circle.is_none(), "imports go in a circle: {}", circle.unwrap_or_default().join(" -> "));
    }
}

#[test]
fn modules_name_only_what_stands_before_them() {
    let sources = sources();
    let modules: BTreeSet<&str> = sources.iter().map(|source| &*source.module).collect();
    for source in sources.iter().filter(|source| !["lib", "main"].contains(&&*source.module)) {
        let module = &*source.module;
        let allowed = MAY_NAME.iter().find(|(name, _)| *name == module).map(|(_, allowed)| *allowed);
        assert!(allowed.is_some() || TOP.contains(&module), "{module} is new: say in MAY_NAME whom it may name");
        for other in named(&source.code, "crate").iter().filter(|other| modules.contains(&***other)) {
            let is_allowed = match allowed {
                Some(allowed) => allowed.contains(&&**other),
                None => !TOP.contains(&&**other),
            };
            assert!(is_allowed || other == module, "{} names {other}", source.path);
        }
    }
}

#[test]
fn the_outside_is_met_in_one_place() {
    for source in sources().iter().filter(|source| !["lib", "main"].contains(&&*source.module)) {
        for (outside, allowed) in OUTSIDE {
            let is_part = |of: &&str| source.path.strip_prefix(*of).is_some_and(|rest| rest.starts_with(['/', '.']));
            if allowed.iter().any(is_part) {
                continue;
            }
            let is_named = match outside.split_once("::") {
                Some((start, name)) => named(&source.code, start).contains(name),
                None => !paths(&source.code, outside).is_empty(),
            };
            assert!(!is_named, "{} names {outside}", source.path);
        }
        // Today's date is handed in; rules have it from `Files`, which the disk implements.
        let is_edge = TOP.contains(&&*source.module) || source.module == "repository";
        for clock in ["Zoned::now", "Timestamp::now", "SystemTime::now", "Instant::now", "TimeZone::system"] {
            let is_clock_of_disk = source.module == "disk" && ["Instant::now", "Zoned::now"].contains(&clock);
            assert!(is_edge || is_clock_of_disk || !source.code.contains(clock), "{} reads {clock}", source.path);
        }
    }
}

#[test]
fn rules_do_not_name_one_another() {
    let sources = sources();
    let of_rules = |source: &&Source| source.path.starts_with("rules/");
    let names: BTreeSet<&str> =
        sources.iter().filter(of_rules).filter_map(|source| source.path.split(['/', '.']).nth(1)).collect();
    let shared = ["documentation", "missing_path", "suppression"];
    for source in sources.iter().filter(of_rules) {
        let own = source.path.split(['/', '.']).nth(1).unwrap_or_default();
        let is_at_top = source.path.matches('/').count() == 1;
        let mut mentioned = named(&source.code, "crate::rules");
        mentioned.extend(named(&source.code, if is_at_top { "super" } else { "super::super" }));
        for other in mentioned {
            let is_rule = names.contains(&*other) && !shared.contains(&&*other);
            assert!(!is_rule || other == own || shared.contains(&own), "{} names the rule {other}", source.path);
        }
    }
}

#[test]
fn files_hold_one_thing() {
    for source in sources() {
        assert!(source.lines <= MOST_LINES, "{} has {} lines", source.path, source.lines);
    }
}
