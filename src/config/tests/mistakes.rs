//! What is said about a mistake, and where: the text between `«` and `»`.

use std::{collections::BTreeMap, ops::Range};

use super::{read_alone, rules};
use crate::{
    config::{Config, from_client, nearest},
    convention::Kind,
    text,
};

/// The text without its marks, and the ranges that they enclose.
fn unmark(marked: &str) -> (String, Vec<Range<usize>>) {
    let (mut text, mut ranges) = (String::new(), Vec::new());
    for piece in marked.split_inclusive(['«', '»']) {
        text.push_str(piece.trim_end_matches(['«', '»']));
        match piece.chars().next_back() {
            Some('«') => ranges.push(text.len()..text.len()),
            Some('»') => ranges.last_mut().unwrap().end = text.len(),
            _ => {}
        }
    }
    (text, ranges)
}

/// Each mark has one message, in order; after ` => ` what a fix puts there.
fn check(marked: &str, expected: &[&str]) {
    let (text, ranges) = unmark(marked);
    let (_, found) = read_alone(&text);
    let said: Vec<String> = found
        .iter()
        .map(|diagnostic| match diagnostic.fixes.first() {
            Some(fix) => {
                assert!(fix.title.starts_with("Change to `"), "{}", fix.title);
                format!("{} => {}", diagnostic.message, fix.edits()[0].replacement)
            }
            None => diagnostic.message.clone(),
        })
        .collect();
    assert_eq!(said, expected, "{marked}");
    assert_eq!(found.iter().map(|d| d.range.clone()).collect::<Vec<_>>(), ranges, "{marked}");
    assert!(found.iter().all(|d| d.rule == "invalid-config" && d.related.is_empty()));
    for diagnostic in found.iter().filter(|d| !d.fixes.is_empty()) {
        let (_, left) = read_alone(&text::apply(&text, diagnostic.fixes[0].edits()));
        assert!(left.iter().all(|d| d.message != diagnostic.message), "{marked}: {left:?}");
    }
}

#[test]
fn text_that_is_no_toml() {
    for (marked, expected) in [
        ("layout.plan = \"«p»", "Not valid TOML: invalid basic string, expected `\"`"),
        ("layout.plan = \"pla«n»\nx = 1", "Not valid TOML: invalid basic string, expected `\"`"),
        ("layout.plan = 'plan é«é»", "Not valid TOML: invalid literal string, expected `'`"),
        ("layout.plan = ['plan«'»\n", "Not valid TOML: unclosed array, expected `]`"),
        ("layout.plan =« »", "Not valid TOML: a value is missing"),
        ("[layout]\nplan «=»\n", "Not valid TOML: a value is missing"),
        ("\u{feff}layout.plan = «🎯»\r\n", "Not valid TOML: string values must be quoted, expected literal string"),
        ("[layout]\r\nplan = 'a'\r\n«plan» = 'b'\r\n", "`plan` is set twice"),
        ("[layout]\nplan = 'a'\n[rules]\n[«layout»]\nroots = []\n", "`layout` is set twice"),
        ("layout.plan = 'a'\n[«layout»]\nroots = []\n", "`layout` is set twice"),
        ("[[overrides]]\nfiles = 'a'\nrules = {}\n[«overrides»]\n", "`overrides` is set twice"),
        ("rules = { missing-section = 'off', «missing-section» = 'hint' }", "`missing-section` is set twice"),
        ("[rule«s»", "Not valid TOML: unclosed table, expected `]`"),
        ("pla«n»", "Not valid TOML: key with no value, expected `=`"),
        ("<<<<<<< «H»EAD\n[layout]\n=======\n", "Not valid TOML: key with no value, expected `=`"),
        ("x = 1\n«a.b.c.d.'é' .f.g.h.i.j.»k = 1", "Expected a key of at most 10 parts"),
    ] {
        check(marked, &[expected]);
    }
}

#[test]
fn a_syntax_error_leaves_everything_in_force() {
    let last_good = super::good("[layout]\nplan = 'docs'\n");
    let text = "[layout]\nplan = 'x'\n[rules";
    let (config, found) = super::read(text, &rules(), &super::Config::default(), Some(&last_good));
    assert_eq!(config.layout.written(Kind::Plan), ["docs"]);
    assert_eq!(found.len(), 1);
    assert!(config.from_file);
}

#[test]
fn unknown_names() {
    for (marked, expected) in [
        ("«rule» = {}", "Unknown key `rule`, did you mean `rules`? => rules"),
        ("[«override»]\n", "Unknown key `override`, did you mean `overrides`? => overrides"),
        ("[[«overide»]]\nfiles = 'a'\nrules = {}", "Unknown key `overide`, did you mean `overrides`? => overrides"),
        (
            "«x» = 1",
            "Unknown key `x`, expected `layout`, `rules`, `sections`, `templates`, `references` or `overrides`",
        ),
        (
            "\u{feff}«server» = 1\r\n",
            "Unknown key `server`, expected `layout`, `rules`, `sections`, `templates`, `references` or `overrides`",
        ),
        ("[layout]\n«\"prompt\"» = 'é'", "Unknown key `prompt`, did you mean `prompts`? => prompts"),
        ("layout.«Work_Notes» = 'x'", "Unknown key `Work_Notes`, did you mean `work-notes`? => work-notes"),
        ("layout . «notes» = 'x'", "Unknown key `notes`, did you mean `work-notes`? => work-notes"),
        ("layout . «'é'» = 'x'", "Unknown key `é`, expected `plan`, `prompts`, `work-notes`, `roots` or `exclude`"),
        (
            "['rules']\r\n«'missing-sectoin'» = 'off'\r\n",
            "Unknown rule `missing-sectoin`, did you mean `missing-section`? => missing-section",
        ),
        (
            "rules = { plan-too-long = 'off', «nothing» = 'é' }",
            "Unknown rule `nothing`, expected `invalid-config`, `missing-section`, `plan-too-long`, `unresolved-question` or `all`",
        ),
        (
            "[rules.«plan-to-long»]\nmax-lines = 3",
            "Unknown rule `plan-to-long`, did you mean `plan-too-long`? => plan-too-long",
        ),
        (
            "[rules.plan-too-long]\n«max_lines» = 3",
            "`plan-too-long` has no option `max_lines`, did you mean `max-lines`? => max-lines",
        ),
        (
            "rules.missing-section = { «max-lines» = 3 }",
            "`missing-section` has no option `max-lines`, expected `severity`",
        ),
        ("[sections.«plans»]\n", "Unknown key `plans`, did you mean `plan`? => plan"),
        ("[sections.plan]\nGoals = { «alias» = [] }", "Unknown key `alias`, did you mean `aliases`? => aliases"),
        ("[sections.plan]\n«'##'» = {}", "Expected a heading with a letter or a digit"),
        ("[templates]\n«x» = 'x'", "Unknown key `x`, expected `plan`, `prompt` or `work-notes`"),
        ("[references]\n«ignored» = []", "Unknown key `ignored`, did you mean `ignore`? => ignore"),
        (
            "[[overrides]]\nfiles = 'é'\nrules = {}\n«file» = 'b'\n",
            "Unknown key `file`, did you mean `files`? => files",
        ),
        (
            "[[overrides]]\nfiles = 'é'\nrules.«plan-too-lon» = 'off'\n",
            "Unknown rule `plan-too-lon`, did you mean `plan-too-long`? => plan-too-long",
        ),
        (
            "«\"a\\nb\"» = 1",
            "Unknown key `a b`, expected `layout`, `rules`, `sections`, `templates`, `references` or `overrides`",
        ),
        (
            "«'é'» = 1",
            "Unknown key `é`, expected `layout`, `rules`, `sections`, `templates`, `references` or `overrides`",
        ),
    ] {
        check(marked, &[expected]);
    }
    let long = "x".repeat(10_000);
    let message = &read_alone(&format!("{long} = 1")).1[0].message;
    assert!(message.len() < 250, "{message}");
}

#[test]
fn wrong_values() {
    for (marked, expected) in [
        ("layout = «3»", "Expected a table of folders, files and patterns, found an integer"),
        ("«[[layout]]»\nplan = 'a'", "Expected a table of folders, files and patterns, found a list"),
        ("layout.plan = «3»", "Expected a folder, a file or a pattern, or a list of them, found an integer"),
        ("layout.plan = «[]»", "Expected at least one folder, file or pattern"),
        ("layout.plan = ['é', «'docs/[a'»]", "Not a valid pattern: unclosed character class; missing ']'"),
        (
            "layout.plan = ['é', «'docs/{a'»]",
            "Not a valid pattern: unclosed alternate group; missing '}' (maybe escape '{' with '[{]'?)",
        ),
        ("layout.plan = ['é', «'/docs/*.md'»]", "Expected a path relative to the root, found an absolute one"),
        ("layout.plan = ['é', «'../*.md'»]", "Expected a path below the root, found one with `..`"),
        ("layout.plan = ['é', «'!docs/*.md'»]", "Expected a pattern without `!`: `exclude` takes files out"),
        ("layout.plan = ['é', «3.5», 'b']", "Expected a string, found a float"),
        ("layout.plan = ['é', «['c']», 'b']", "Expected a string, found a list"),
        ("layout.plan = «'/plan'»", "Expected a path relative to the root, found an absolute one"),
        ("layout.plan = «'C:\\plan'»", "Expected a path relative to the root, found an absolute one"),
        ("layout.plan = [«\"../plan\"»]", "Expected a path below the root, found one with `..`"),
        ("layout.plan = «\"\"\"\n.\"\"\"»", "Expected a path below the root"),
        ("layout.roots = [«'a[b'»]", "Not a valid pattern: unclosed character class; missing ']'"),
        (
            "layout.exclude = [\n  'a', # é\r\n  «'{a'»,\n]",
            "Not a valid pattern: unclosed alternate group; missing '}' (maybe escape '{' with '[{]'?)",
        ),
        ("layout.exclude = «'!a.md'»", "Expected a pattern without `!`: no pattern takes another one back"),
        ("layout.exclude = «true»", "Expected a list of patterns, found a boolean"),
        ("rules = «'off'»", "Expected a table of rules, found a string"),
        (
            "rules.missing-section = «'warn'»",
            "Unknown severity `warn`, expected \"off\", \"hint\", \"information\", \"warning\" or \"error\" => \"warning\"",
        ),
        (
            "rules.missing-section = «\"Error\"»",
            "Unknown severity `Error`, expected \"off\", \"hint\", \"information\", \"warning\" or \"error\" => \"error\"",
        ),
        (
            "rules.missing-section = «\"\"»",
            "Unknown severity ``, expected \"off\", \"hint\", \"information\", \"warning\" or \"error\"",
        ),
        (
            "rules.missing-section = «false»",
            "Expected \"off\", \"hint\", \"information\", \"warning\" or \"error\", found a boolean => \"off\"",
        ),
        (
            "rules.missing-section = «1979-05-27»",
            "Expected \"off\", \"hint\", \"information\", \"warning\" or \"error\", found a date or time",
        ),
        (
            "rules.plan-too-long = «300»",
            "Expected \"off\", \"hint\", \"information\", \"warning\" or \"error\", or a table with `severity`, `max-lines`, `blank`, found an integer",
        ),
        (
            "rules.plan-too-long = { severity = «2», max-lines = 3 }",
            "Expected \"off\", \"hint\", \"information\", \"warning\" or \"error\", found an integer",
        ),
        ("rules.plan-too-long.max-lines = «-1»", "Expected an integer of at least 0, found -1"),
        ("rules.plan-too-long.max-lines = «4294967296»", "Expected an integer of at most 4294967295, found 4294967296"),
        ("rules.plan-too-long.max-lines = «99999999999999999999»", "Expected an integer, found a number out of range"),
        ("rules.plan-too-long.max-lines = «'300'»", "Expected an integer, found a string => 300"),
        ("rules.plan-too-long.blank = «\"false\"»", "Expected true or false, found a string => false"),
        ("rules.plan-too-long.blank = «0»", "Expected true or false, found 0"),
        ("sections = «[]»", "Expected a table of kinds, found a list"),
        ("sections.plan = «['Goals']»", "Expected a table of sections, found a list"),
        ("sections.plan.required = «true»", "Expected a list of section names, found a boolean"),
        ("sections.plan.required = ['Goals', «''»]", "Expected a heading with a letter or a digit"),
        ("sections.plan.Goals = «['Aims']»", "Expected a table with `aliases`, found a list"),
        ("sections.plan.Goals.aliases = «{}»", "Expected a list of headings, found a table"),
        ("templates = «''»", "Expected a table of paths, found a string"),
        ("templates.plan = «['a.md']»", "Expected a path, found a list"),
        ("templates.plan = «'/etc/plan.md'»", "Expected a path relative to the root, found an absolute one"),
        ("references = «['a']»", "Expected a table with `ignore`, found a list"),
        ("references.ignore = [«1»]", "Expected a string, found an integer"),
        ("«[overrides]»\nfiles = 'a'", "Expected a list of tables, each under `[[overrides]]`, found a table"),
        ("overrides = [«'a'»]", "Expected a table with `files` and `rules`, found a string"),
        ("[[overrides]]\nfiles = 'a'\nrules = {}\n«[[overrides]]»\nfiles = 'a'", "An override needs `rules`"),
        ("overrides = [«{}»]", "An override needs `files` and `rules`"),
        ("[[overrides]]\nfiles = «{ a = 1 }»\nrules = {}", "Expected a list of patterns, found a table"),
    ] {
        check(marked, &[expected]);
    }
}

#[test]
fn a_folder_of_two_kinds() {
    check("[layout]\nplan = 'docs'\nwork-notes = ['notes', «'./docs/'»]", &["`docs` is already the folder of `plan`"]);
    check("[layout]\nwork-notes = 'docs'\nplan = «'docs'»", &["`docs` is already the folder of `work-notes`"]);
    check("[layout]\nplan = [«'prompts'»]", &["`prompts` is already the folder of `prompts`"]);
    check("[layout]\nplan = ['a', 'b', 'a/']", &[]);
    check("[layout]\nplan = 'a/*.md'\nprompts = «'./a/*.md'»", &["`a/*.md` is already the pattern of `plan`"]);
    check("[layout]\nplan = 'a.md'\nprompts = «'a.md'»", &["`a.md` is already the file of `plan`"]);
}

#[test]
fn mistakes_come_in_the_order_of_the_file() {
    check(
        "[rules]\r\n«none» = 'off'\r\nmissing-section = «3»\r\n[layout]\r\nplan = [«1», «2»]\r\n«x» = 1\r\n",
        &[
            "Unknown rule `none`, expected `invalid-config`, `missing-section`, `plan-too-long`, `unresolved-question` or `all`",
            "Expected \"off\", \"hint\", \"information\", \"warning\" or \"error\", found an integer",
            "Expected a string, found an integer",
            "Expected a string, found an integer",
            "Unknown key `x`, expected `plan`, `prompts`, `work-notes`, `roots` or `exclude`",
        ],
    );
}

#[test]
fn a_file_has_as_many_findings_as_others_and_the_last_one_says_so() {
    let keys: String = (0..5000).map(|n| format!("k{n} = 1\n")).collect();
    let (_, found) = read_alone(&keys);
    assert!((900..=1000).contains(&found.len()), "{}", found.len());
    let more = 5000 - found.len();
    let last = &found.last().unwrap().message;
    assert!(last.ends_with(&format!(" ({more} more findings in this file are not shown)")), "{last}");
    assert!(found.iter().rev().skip(1).all(|finding| !finding.message.contains("not shown")));

    let settings = serde_json::json!((0..5000).map(|n| (format!("k{n}"), 1)).collect::<BTreeMap<_, _>>());
    let (_, lines) = from_client(&settings, &rules(), &Config::default());
    assert!(lines.len() <= 1000 && lines.last().unwrap().ends_with("more mistakes are not shown"), "{lines:?}");
}

#[test]
fn more_than_real_configurations_list() {
    let list = |n: usize| (0..n).map(|n| format!("'a{n}'")).collect::<Vec<_>>().join(", ");
    let ignored =
        |most: &str, found: usize| format!("Expected at most {most}, found {found}: those after them are ignored");
    for (marked, expected) in [
        (format!("[layout]\nplan = «[{}]»", list(1001)), ignored("1000 entries", 1001)),
        (format!("[layout]\nroots = «[{}]»", list(3000)), ignored("1000 elements", 3000)),
        (format!("[layout]\nexclude = «[{}]»", list(3000)), ignored("1000 elements", 3000)),
        (format!("[references]\nignore = «[{}]»", list(3000)), ignored("1000 elements", 3000)),
        (format!("[sections.plan]\nrequired = «[{}]»", list(101)), ignored("100 sections", 101)),
        (format!("[sections.plan]\nRisks = {{ aliases = «[{}]» }}", list(1001)), ignored("1000 elements", 1001)),
        (
            format!("[sections.«plan»]\n{}", (0..101).map(|n| format!("a{n} = {{}}\n")).collect::<String>()),
            ignored("100 sections", 101),
        ),
        (format!("overrides = «[{}]»", "{ files = 'a', rules = {} },".repeat(1001)), ignored("1000 overrides", 1001)),
        (
            format!(
                "overrides = [{}]",
                ["'a'".to_owned(), format!("[{}]", list(1000)), format!("«[{}]»", list(1000))]
                    .map(|files| format!("{{ files = {files}, rules = {{}} }}"))
                    .join(", ")
            ),
            "Expected at most 2000 patterns in all".to_owned(),
        ),
    ] {
        check(&marked, &[&expected]);
    }
    for fits in [
        format!("[layout]\nplan = [{}]\nexclude = [{}]", list(1000), list(1000)),
        format!(
            "[sections.plan]\nrequired = [{}]\n{}",
            list(100),
            (0..100).map(|n| format!("a{n} = {{}}\n")).collect::<String>()
        ),
    ] {
        check(&fits, &[]);
    }
    let (config, _) = read_alone(&format!("layout.plan = [{}]", list(1001)));
    assert_eq!(config.layout.written(Kind::Plan).len(), 1000, "the others count");
}

#[test]
fn the_nearest_name() {
    let known = ["missing-section", "missing-counterpart", "information", "off", "plan"];
    for (word, expected) in [
        ("missing-sections", Some("missing-section")),
        ("MISSING_SECTION", Some("missing-section")),
        ("info", Some("information")),
        ("of", Some("off")),
        ("plna", Some("plan")),
        ("missing", Some("missing-section")),
        ("in", None),
        ("", None),
        ("é", None),
        ("counterpart", Some("missing-counterpart")),
        ("sect", None),
        ("section", Some("missing-section")),
    ] {
        assert_eq!(nearest(word, known.into_iter()), expected, "{word}");
    }
    assert_eq!(nearest(&"off".repeat(1_000_000), known.into_iter()), None);
}
