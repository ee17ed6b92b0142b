//! Reading from both sources. What a mistake says and where is in [`mistakes`], the schema in [`schema`].

mod layout;
mod mistakes;
mod schema;

use proptest::prelude::*;
use serde_json::json;

use super::*;

pub(super) static RULES: [RuleSpec; 4] = [
    RuleSpec { name: "invalid-config", severity: Level::At(Severity::Error), options: &[] },
    RuleSpec { name: "missing-section", severity: Level::ByFinding, options: &[] },
    RuleSpec {
        name: "plan-too-long",
        severity: Level::At(Severity::Hint),
        options: &[
            OptionSpec { name: "max-lines", default: OptionValue::Integer(200), description: "Lines of a plan." },
            OptionSpec {
                name: "blank",
                default: OptionValue::Boolean(true),
                description: "Whether blank lines count.",
            },
        ],
    },
    RuleSpec { name: "unresolved-question", severity: Level::At(Severity::Information), options: &[] },
];

/// As product.md shows it.
pub(super) const SAMPLE: &str = r#"[layout]
plan = ["plan"]              # each kind: folders, files, patterns
prompts = ["prompts"]
work-notes = ["work-notes"]
roots = ["services/*"]       # more roots below this one
exclude = ["**/archive/**"]

[rules]
unresolved-question = "warning"                              # off | hint | information | warning | error
plan-too-long = { severity = "information", max-lines = 300 }

[sections.plan]                                              # also prompt, work-notes
required = ["Goals", "Definition of done", "Risks"]          # replaces the built-in list
"Definition of done" = { aliases = ["Ready when"] }          # adds to the built-in ones
"Risks" = { aliases = [] }

[templates]
plan = "docs/templates/plan.md"

[references]
ignore = ["generated/**"]

[[overrides]]
files = ["docs/plans/legacy/**"]
rules = { missing-section = "off" }
"#;

pub(super) fn rules() -> Vec<&'static RuleSpec> {
    RULES.iter().collect()
}

pub(super) fn read_alone(text: &str) -> (Config, Vec<crate::diagnostic::Diagnostic>) {
    read(text, &rules(), &Config::default(), None)
}

/// The configuration of a file without a mistake.
fn good(text: &str) -> Config {
    let (config, diagnostics) = read_alone(text);
    assert_eq!(diagnostics, [], "{text}");
    config
}

fn severity(config: &Config, rule: usize, path: &str) -> Option<Level> {
    config.rules_for(path).severity(&RULES[rule])
}

#[test]
fn the_sample_is_read_whole() {
    for text in [SAMPLE.to_owned(), SAMPLE.replace('\n', "\r\n"), format!("\u{feff}{SAMPLE}")] {
        let config = good(&text);
        assert!(config.from_file);
        assert_eq!(config.layout, Config::default().layout);
        assert_eq!(config.roots, ["services/*"]);
        assert!(config.exclude.is_match("plan/archive/phase-1.md"));
        assert_eq!(severity(&config, 3, "plan/a.md"), Some(Level::At(Severity::Warning)));
        assert_eq!(severity(&config, 2, "plan/a.md"), Some(Level::At(Severity::Information)));
        assert_eq!(config.rules_for("plan/a.md").option(&RULES[2], "max-lines"), OptionValue::Integer(300));
        assert_eq!(config.rules_for("plan/a.md").option(&RULES[2], "blank"), OptionValue::Boolean(true));
        assert_eq!(severity(&config, 1, "plan/a.md"), Some(Level::ByFinding));
        assert_eq!(severity(&config, 1, "docs/plans/legacy/a.md"), None);
        let sections = &config.sections.plan;
        assert_eq!(sections.required.as_deref().unwrap(), ["Goals", "Definition of done", "Risks"]);
        let aliases = [("Definition of done".to_owned(), vec!["Ready when".to_owned()]), ("Risks".to_owned(), vec![])];
        assert_eq!(sections.aliases, aliases);
        assert_eq!(config.templates.plan.as_deref(), Some("docs/templates/plan.md"));
        assert!(config.ignored_references.is_match("generated/api/a.rs"));
    }
}

#[test]
fn an_empty_file_is_the_base_and_a_file() {
    for text in ["", "\u{feff}", "\r\n", "# nothing\n", "[layout]\n[rules]\n[sections]\n[templates]\n[references]\n"] {
        let config = good(text);
        assert!(config.from_file);
        assert_eq!(config.layout, Config::default().layout);
    }
}

#[test]
fn toml_may_be_written_in_every_way() {
    for text in [
        "layout.plan = \"docs/plans\"\nrules.plan-too-long.max-lines = 9",
        "layout = { plan = ['./docs/plans/'] }\nrules = { plan-too-long = { max-lines = 0x9 } }",
        "[rules.plan-too-long]\nmax-lines = 9\n[layout]\nplan = ['docs\\plans', 'docs/plans']",
        "[rules]\n\"plan-too-long\".'max-lines' = +9\n[layout]\n\"plan\" = [\n  \"\"\"docs/plans\"\"\", # here\n]",
    ] {
        let config = good(text);
        assert_eq!(config.layout.written(Kind::Plan), ["docs/plans"], "{text}");
        assert_eq!(config.rules_for("").option(&RULES[2], "max-lines"), OptionValue::Integer(9), "{text}");
        assert_eq!(severity(&config, 2, ""), Some(Level::At(Severity::Hint)), "{text}");
    }
    let config = good("[[overrides]]\nfiles = 'a.md'\nrules.missing-section = 'off'\n");
    assert_eq!(severity(&config, 1, "plan/a.md"), None);
    let config = good("overrides = [{ files = ['a/'], rules = { missing-section.severity = 'error' } }]");
    assert_eq!(severity(&config, 1, "a/b.md"), Some(Level::At(Severity::Error)));
}

#[test]
fn sections_keep_the_order_of_the_file_and_one_entry_each() {
    let text =
        "[sections.work-notes]\n'Zeta' = {}\n'受け入れ' = { aliases = '基準' }\n'Alpha' = { aliases = ['A', 'a'] }\n";
    let names = |config: &Config| -> Vec<String> {
        config.sections.work_notes.aliases.iter().map(|(name, _)| name.clone()).collect()
    };
    let config = good(text);
    assert_eq!(names(&config), ["Zeta", "受け入れ", "Alpha"]);
    let again = read("[sections.work-notes]\n'alpha:' = { aliases = ['B'] }\n", &rules(), &config, None).0;
    assert_eq!(names(&again), ["Zeta", "受け入れ", "alpha:"]);
    assert_eq!(again.sections.work_notes.aliases[2].1, ["B"]);
}

#[test]
fn kinds_may_swap_folders_and_lie_in_one_another() {
    let config = good("[layout]\nplan = 'prompts'\nprompts = 'plan'\nwork-notes = 'plan/notes'\n");
    assert_eq!(config.artifact("prompts/a.md"), Some((Kind::Plan, "a")));
    assert_eq!(config.artifact("plan/a.md"), Some((Kind::Prompt, "a")));
    assert_eq!(config.artifact("plan/notes/a.md"), Some((Kind::WorkNotes, "a")));
}

#[test]
fn absent_keys_follow_the_base_and_wrong_ones_the_last_good() {
    let base = from_client(&json!({ "rules": { "unresolved-question": "hint" } }), &rules(), &Config::default()).0;
    let last_good = good(
        "\
[layout]
plan = 'last'
roots = 'last/*'
exclude = 'last'
[rules]
plan-too-long = { severity = 'error', max-lines = 7 }
unresolved-question = 'off'
[sections.plan]
required = ['Last']
Last = { aliases = ['L'] }
[templates]
plan = 'last.md'
[references]
ignore = 'last'
[[overrides]]
files = 'last'
rules = { missing-section = 'off' }",
    );
    let config = read("", &rules(), &base, Some(&last_good)).0;
    assert_eq!((config.layout.written(Kind::Plan)[0], config.roots.len(), config.overrides.len()), ("plan", 0, 0));
    assert_eq!(severity(&config, 3, ""), Some(Level::At(Severity::Hint)));

    for wrong in [
        "[layout]\nplan = 3\nroots = 3\nexclude = 3\n[rules]\nplan-too-long = { severity = 3, max-lines = -3 }\n\
         unresolved-question = 3\n[sections.plan]\nrequired = 3\nLast = 3\n[templates]\nplan = 3\n[references]\n\
         ignore = 3\n[[overrides]]\nfiles = 3\nrules = { missing-section = 3 }",
        "[layout]\nplan = []\nroots = ['[', '..']\nexclude = '['\n[rules]\nplan-too-long = { severity = 'x', \
         max-lines = '3' }\nunresolved-question = 'x'\n[sections.plan]\nrequired = [1, '']\nLast = { aliases = 3 }\n\
         [templates]\nplan = ''\n[references]\nignore = ['{']\n[[overrides]]\nfiles = [[]]\nrules = 3",
        "layout = 3\nrules = 3\nsections = 3\ntemplates = 3\nreferences = 3\noverrides = 3\n",
        "layout = 3\nrules = 3\nsections.plan = 3\ntemplates = 3\nreferences = 3\noverrides = [3]\n",
        "layout = \"not closed",
    ] {
        let (config, diagnostics) = read(wrong, &rules(), &base, Some(&last_good));
        assert!(!diagnostics.is_empty());
        assert_eq!(config.layout, last_good.layout, "{wrong}");
        assert_eq!(config.roots, last_good.roots, "{wrong}");
        assert!(config.exclude.is_match("last") && config.ignored_references.is_match("last"), "{wrong}");
        assert_eq!(severity(&config, 3, ""), None, "{wrong}");
        assert_eq!(severity(&config, 2, ""), Some(Level::At(Severity::Error)), "{wrong}");
        assert_eq!(config.rules_for("").option(&RULES[2], "max-lines"), OptionValue::Integer(7), "{wrong}");
        assert_eq!(config.sections, last_good.sections, "{wrong}");
        assert_eq!(config.templates, last_good.templates, "{wrong}");
        assert_eq!(severity(&config, 1, "last"), None, "{wrong}");
    }
}

#[test]
fn one_mistake_spoils_one_key() {
    let text = "[layout]\nplan = ['a', 3, '../b', 'c']\n[rules]\nnone = 'off'\nmissing-section = 'off'\n\
                plan-too-long = { max-lines = 'x', blank = false, severity = 'warning' }\n";
    let (config, diagnostics) = read_alone(text);
    assert_eq!(diagnostics.len(), 4);
    assert_eq!(config.layout.written(Kind::Plan), ["a", "c"]);
    assert_eq!(severity(&config, 1, ""), None);
    assert_eq!(severity(&config, 2, ""), Some(Level::At(Severity::Warning)));
    assert_eq!(config.rules_for("").option(&RULES[2], "blank"), OptionValue::Boolean(false));
    assert_eq!(config.rules_for("").option(&RULES[2], "max-lines"), OptionValue::Integer(200));
}

#[test]
fn the_rule_that_speaks_has_a_severity_too() {
    let mistakes = |severity: &str| read_alone(&format!("rules.invalid-config = '{severity}'\nx = 1\n")).1;
    assert_eq!(mistakes("off"), []);
    assert_eq!(mistakes("warning")[0].severity, Severity::Warning);
    assert_eq!(read("x = 1", &[], &Config::default(), None).1[0].severity, Severity::Error);
}

#[test]
fn the_client_says_the_same_and_the_file_wins() {
    let settings = json!({
        "layout": { "plan": "docs/plans", "prompts": null, "exclude": [null, "old"] },
        "rules": { "unresolved-question": "warning", "plan-too-long": { "max-lines": 300.0, "severity": null } },
        "sections": { "plan": { "required": ["Goals"], "Risks": { "aliases": ["Dangers"] } } },
        "templates": [],
        "overrides": {},
        "server": { "path": 3 },
        "trace": { "server": "verbose" },
    });
    for settings in [settings.clone(), json!({ "phasemark": settings })] {
        let (client, mistakes) = from_client(&settings, &rules(), &Config::default());
        assert_eq!(mistakes, Vec::<String>::new());
        assert!(!client.from_file);
        assert_eq!(client.layout.written(Kind::Plan), ["docs/plans"]);
        assert!(client.exclude.is_match("plan/old/a.md"));
        assert_eq!(client.sections.plan.aliases, [("Risks".to_owned(), vec!["Dangers".to_owned()])]);
        let file = "[rules]\nplan-too-long = 'error'\n[layout]\nplan = 'plan'\n";
        let (config, diagnostics) = read(file, &rules(), &client, None);
        assert_eq!(diagnostics, []);
        assert_eq!(config.layout.written(Kind::Plan), ["plan"]);
        assert_eq!(severity(&config, 2, ""), Some(Level::At(Severity::Error)));
        assert_eq!(config.rules_for("").option(&RULES[2], "max-lines"), OptionValue::Integer(300));
        assert_eq!(severity(&config, 3, ""), Some(Level::At(Severity::Warning)));
    }
}

#[test]
fn mistakes_of_the_client_name_the_setting() {
    let settings = json!({
        "layout": { "plan": ["plan", null, 3], "prompt": "prompts" },
        "rules": { "plan-too-long": { "max-lines": 0.5 }, "missing-section": true },
        "overrides": [{ "files": ["["], "rules": [] }],
        "sever": 1,
    });
    let (config, mut mistakes) = from_client(&settings, &rules(), &Config::default());
    mistakes.sort();
    assert_eq!(config.layout.written(Kind::Plan), ["plan"]);
    insta::assert_snapshot!(mistakes.join("\n"), @r#"
    phasemark.layout.plan[2]: Expected a string, found an integer
    phasemark.layout.prompt: Unknown key `prompt`, did you mean `prompts`?
    phasemark.overrides[0].files[0]: Not a valid pattern: unclosed character class; missing ']'
    phasemark.rules.missing-section: Expected "off", "hint", "information", "warning" or "error", found a boolean
    phasemark.rules.plan-too-long.max-lines: Expected an integer, found a float
    phasemark.sever: Unknown key `sever`, expected `layout`, `rules`, `sections`, `templates`, `references` or `overrides`
    "#);
    assert_eq!(from_client(&json!(3), &rules(), &Config::default()).1.len(), 1);
    for nothing in [json!(null), json!({}), json!([]), json!({ "phasemark": null })] {
        assert_eq!(from_client(&nothing, &rules(), &Config::default()).1.len(), 0, "{nothing}");
    }
}

#[test]
fn the_layout_may_name_a_folder_that_begins_with_a_dot() {
    let config = good("[layout]\nplan = ['.github/plans']\n");
    assert_eq!(config.artifact(".github/plans/phase-1.md"), Some((Kind::Plan, "phase-1")));
    assert_eq!(config.artifact(".github/plans/.old/phase-1.md"), None);
}

#[test]
fn folders_and_patterns_are_compared_however_unicode_is_normalised() {
    for (written, found) in [("pl\u{e4}ne", "pla\u{308}ne"), ("pla\u{308}ne", "pl\u{e4}ne")] {
        let config = good(&format!("[layout]\nplan = ['{written}/a', 'pla']\nexclude = ['{written}-alt.md']\n"));
        assert_eq!(config.artifact(&format!("{found}/a/b/c.md")), Some((Kind::Plan, "b/c")));
        assert_eq!(config.artifact(&format!("{found}/ab/c.md")), None);
        assert_eq!(config.artifact(&format!("pla/{found}-alt.md")), None);
        assert!(config.concerns_folder(found) && config.concerns_folder(&format!("{found}/a/b")));
        assert!(!config.concerns_folder(&format!("{found}/ab")));
    }
}

#[test]
fn artifacts_are_known_by_their_folder_and_name() {
    let config = good(
        "\
[layout]
plan = ['plan', 'docs/plans']
prompts = ['docs']
exclude = ['**/archive/**', 'draft-*', '/docs/x.md']
",
    );
    for (path, expected) in [
        ("plan/phase-1.md", Some((Kind::Plan, "phase-1"))),
        ("plan/billing/phase-1.md", Some((Kind::Plan, "billing/phase-1"))),
        ("docs/plans/phase-1.MD", Some((Kind::Plan, "phase-1"))),
        ("docs/plans.md", Some((Kind::Prompt, "plans"))),
        ("docs/plansfoo/a.md", Some((Kind::Prompt, "plansfoo/a"))),
        ("docs/plan/a.md", Some((Kind::Prompt, "plan/a"))),
        ("work-notes/段階.é.md", Some((Kind::WorkNotes, "段階.é"))),
        ("work-notes/readme-first.md", Some((Kind::WorkNotes, "readme-first"))),
        ("plan/a_b.md", Some((Kind::Plan, "a_b"))),
        ("plan/readme/a.md", Some((Kind::Plan, "readme/a"))),
        ("plan/README.md", None),
        ("plan/billing/Index.md", None),
        ("plan/_template.md", None),
        ("plan/_old/a.md", None),
        ("plan/.#phase-1.md", None),
        ("plan/._phase-1.md", None),
        ("plan/billing/.obsidian/a.md", None),
        ("plan/a.markdown", Some((Kind::Plan, "a"))),
        ("plan/a.mdx", None),
        ("plan/a.txt", None),
        ("plan/.md", None),
        ("plan/md", None),
        ("plan/a/.md", None),
        ("plan/é", None),
        ("plan/", None),
        ("plan", None),
        ("plan.md", None),
        ("planning/a.md", None),
        ("src/plan/a.md", None),
        ("prompts/a.md", None),
        ("README.md", None),
        ("", None),
        ("plan/archive/a.md", None),
        ("plan/draft-1.md", None),
        ("plan/billing/draft-1.md", None),
        ("docs/x.md", None),
        ("docs/plans/x.md", Some((Kind::Plan, "x"))),
    ] {
        assert_eq!(config.artifact(path), expected, "{path}");
        assert_eq!(config.kind_of(path), expected.map(|(kind, _)| kind), "{path}");
        assert_eq!(config.stem(path), expected.map(|(_, stem)| stem), "{path}");
    }
}

#[test]
fn nesting_of_any_depth_is_read() {
    let inline = |key: &str| "{".to_owned() + &format!("{key} = {{").repeat(70) + &"}".repeat(71);
    let list = "[".repeat(70) + &"]".repeat(70);
    let tables = [["a"; 79].join("."), ["a"; 10].join("."), "'a' . \"a\"".to_owned()].map(|key| inline(&key));
    for value in tables.iter().chain([&list, &"[".repeat(100_000), &"{a=".repeat(100_000)]) {
        for key in ["layout", "x", "rules.missing-section", "sections.plan.Goals", "layout.plan"] {
            let _ = read_alone(&format!("{key} = {value}"));
        }
    }
    let _ = from_client(&serde_json::from_str(&list).unwrap(), &rules(), &Config::default());
}

/// Text that comes close to a configuration.
fn almost_toml() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => prop::sample::select(vec![
            "[layout]", "[rules]", "[sections.plan]", "[[overrides]]", "[templates]", "\n", "\r\n", " = ", "\"", "'",
            "plan", "PLAN.md", "docs/*.md", "roots", "exclude", "files", "required", "aliases", "rules", "severity", "max-lines", "ignore",
            "[", "]", "{", "}", ",", ".", "*", "**/", "..", "3", "-1", "true", "\"off\"", "plan-too-long", "é", "🎯", "\u{feff}",
            "missing-sectoin = \"of\"", "plan = [\"é\", 3]", "# x", "\"\"\"", "1979-05-27", "\\u00e9",
        ]).prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

/// The sample with a stretch replaced.
fn broken_sample() -> impl Strategy<Value = String> {
    (0..SAMPLE.len(), 0..12_usize, "\\PC{0,4}").prop_map(|(at, length, new)| {
        let end = (at + length).min(SAMPLE.len());
        format!("{}{new}{}", &SAMPLE[..at], &SAMPLE[end..])
    })
}

fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let key = || {
        prop_oneof![
            prop::sample::select(vec![
                "phasemark",
                "layout",
                "rules",
                "sections",
                "overrides",
                "templates",
                "references",
                "plan",
                "work-notes",
                "files",
                "exclude",
                "roots",
                "plan-too-long",
                "max-lines",
                "severity",
                "required",
                "aliases",
                "ignore",
            ])
            .prop_map(str::to_owned),
            any::<String>(),
        ]
    };
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(|b| json!(b)),
        any::<f64>().prop_map(|f| json!(f)),
        any::<i64>().prop_map(|i| json!(i)),
        key().prop_map(|text| json!(text)),
    ];
    leaf.prop_recursive(6, 64, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(serde_json::Value::from),
            prop::collection::hash_map(key(), inner, 0..8)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_text_is_read(text in prop_oneof![almost_toml(), broken_sample(), any::<String>()]) {
        let (config, diagnostics) = read_alone(&text);
        prop_assert!(Kind::ALL.into_iter().all(|kind| !config.layout.get(kind).is_empty()));
        for diagnostic in &diagnostics {
            prop_assert!(text.get(diagnostic.range.clone()).is_some(), "{diagnostic:?}");
            prop_assert!(!diagnostic.message.contains(['\n', '\r']), "{diagnostic:?}");
            for edit in diagnostic.fixes.iter().flat_map(|fix| fix.edits()) {
                prop_assert!(text.get(edit.range.clone()).is_some(), "{diagnostic:?}");
            }
        }
        let _ = config.artifact(&text);
    }

    #[test]
    fn any_settings_are_read(settings in any_json()) {
        let (config, _) = from_client(&settings, &rules(), &Config::default());
        prop_assert!(Kind::ALL.into_iter().all(|kind| !config.layout.get(kind).is_empty()));
    }

    #[test]
    fn any_path_has_a_kind_or_none(path in "(plan|prompts|docs)?/?[^A-Z]{0,12}(\\.md)?") {
        let config = Config::default();
        if let Some((kind, stem)) = config.artifact(&path) {
            prop_assert_eq!(format!("{}/{stem}.md", config.layout.written(kind)[0]), path);
        }
    }
}

#[test]
fn all_is_every_rule_that_the_table_does_not_name() {
    let config = good(
        r#"
[rules]
missing-section = "error"

[[overrides]]
files = ["docs/legacy/**"]
rules = { invalid-config = "error", all = "off" }

[[overrides]]
files = ["docs/legacy/now.md"]
rules = { missing-section = "hint", plan-too-long = { max-lines = 9 } }
"#,
    );
    let of = |path: &str| [0, 1, 2, 3].map(|rule| severity(&config, rule, path));
    let (error, hint) = (Some(Level::At(Severity::Error)), Some(Level::At(Severity::Hint)));
    assert_eq!(of("docs/legacy/a.md"), [error, None, None, None]);
    assert_eq!(of("docs/legacy/now.md"), [error, hint, None, None]);
    assert_eq!(of("docs/a.md"), [error, error, hint, Some(Level::At(Severity::Information))]);
    let (config, mistakes) = read_alone("[rules]\nall = \"of\"\n");
    assert_eq!(severity(&config, 0, "a.md"), error);
    assert_eq!(mistakes.len(), 1);
}
