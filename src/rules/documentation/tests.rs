use std::fmt::Write;

use serde_json::json;

use super::*;
use crate::{
    config::{OptionSpec, OptionValue},
    rules::{all, find, tests::found},
    testing::examples,
};

const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/rules/README.md");
const EXTENSION: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/editors/vscode/package.json");
const FIXES_FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/rules/fixes.txt");

/// The fixes that the findings of a rule's own examples have: titles, and whether they are safe.
fn fixes_of_examples(rule: &Rule) -> Vec<(String, bool)> {
    let found = examples(rule, "Fires").into_iter().flat_map(|example| found(rule, &example));
    let mut fixes: Vec<(String, bool)> = Vec::new();
    for fix in found.flat_map(|finding| finding.fixes) {
        if fixes.iter().all(|(title, _)| *title != fix.title) {
            fixes.push((fix.title, fix.safe));
        }
    }
    fixes
}

/// The best fix of a rule.
fn best_fix(rule: &Rule) -> &'static str {
    let fixes = fixes_of_examples(rule);
    match fixes.iter().any(|(_, is_safe)| *is_safe) {
        true => "safe",
        false if fixes.is_empty() => "–",
        false => "yes",
    }
}

fn readme() -> String {
    let mut out = "\
# Rules

One file each, with its documentation, what it checks and its tests. To add one, write the file and add a line to
`list!` in [`../rules.rs`](../rules.rs).

This file is written by `UPDATE=1 cargo test --lib rules::documentation`; the test fails where it is out of date.
A fix that is *safe* is part of fix-all.

| rule | looks at | default | law | what | fix |
| --- | --- | --- | --- | --- | --- |
"
    .to_owned();
    for rule in all() {
        let name = rule.name();
        let file = name.replace('-', "_");
        let law = rule.law.name();
        let (severity, summary) = (severity(rule.spec.severity), rule.summary().replace('|', "\\|"));
        let _ = writeln!(
            out,
            "| [`{name}`]({file}.rs) | {} | {severity} | {law} | {summary} | {} |",
            subject(rule),
            best_fix(rule)
        );
    }
    out
}

fn list_of_fixes() -> String {
    let of = |rule: &&'static Rule| {
        let name = rule.name();
        let line = move |(title, is_safe)| format!("{name}\t{title}{}\n", if is_safe { "\tsafe" } else { "" });
        fixes_of_examples(rule).into_iter().map(line).collect::<String>()
    };
    all().iter().map(of).collect()
}

/// The manifest of the VS Code extension, whose settings offer every rule in a form.
fn extension() -> String {
    let manifest = std::fs::read_to_string(EXTENSION).unwrap_or_default().replace("\r\n", "\n");
    let levels = r#"["error", "warning", "information", "hint", "off"]"#;
    let level = |name: &str, default: Option<&str>, about: &str| {
        let default = default.map_or(String::new(), |default| format!(", \"default\": \"{default}\""));
        format!(
            "{}: {{ \"type\": \"string\", \"enum\": {levels}{default}, \"description\": {} }}",
            json!(name),
            json!(about)
        )
    };
    let of_rule = |rule: &&'static Rule| {
        let severity = severity(rule.spec.severity);
        let default = (rule.spec.severity != Level::ByFinding).then_some(severity);
        let default_in_words = default.unwrap_or("depends on the finding");
        level(rule.name(), default, &format!("{} Default: {default_in_words}.", rule.summary()))
    };
    let others = level(crate::config::ALL, None, "Every rule that is not listed.");
    let severities = all().iter().map(of_rule).chain([others]);
    let option = |option: &OptionSpec| {
        let (kind, default) = match option.default {
            OptionValue::Integer(default) => (r#""integer", "minimum": 0"#, json!(default)),
            OptionValue::Boolean(default) => (r#""boolean""#, json!(default)),
        };
        let (name, about) = (json!(option.name), json!(option.description));
        format!(r#"{name}: {{ "type": {kind}, "default": {default}, "description": {about} }}"#)
    };
    let options = all().iter().filter(|rule| !rule.spec.options.is_empty()).map(|rule| {
        let options = rule.spec.options.iter().map(option).collect::<Vec<_>>().join(", ");
        let (name, about) = (json!(rule.name()), json!(rule.summary()));
        format!(r#"{name}: {{ "type": "object", "description": {about}, "additionalProperties": false, "properties": {{ {options} }} }}"#)
    });
    let manifest = with_properties(&manifest, "phasemark.rules", severities);
    with_properties(&manifest, "phasemark.ruleOptions", options)
}

/// Puts lines between those that open and close the properties of a setting.
fn with_properties(manifest: &str, setting: &str, properties: impl Iterator<Item = String>) -> String {
    const OPEN: &str = "\"properties\": {\n";
    let setting = manifest.find(&format!("\"{setting}\": {{")).expect("the setting");
    let open = setting + manifest[setting..].find(OPEN).expect("its properties") + OPEN.len();
    let close = open + manifest[open..].find("\n          }").expect("their end");
    let lines: Vec<String> = properties.map(|property| format!("            {property}")).collect();
    format!("{}{}{}", &manifest[..open], lines.join(",\n"), &manifest[close..])
}

#[test]
fn what_is_written_about_rules_is_up_to_date() {
    for (path, expected) in [(README, readme()), (FIXES_FILE, list_of_fixes()), (EXTENSION, extension())] {
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(path, &expected).unwrap();
        }
        let actual = std::fs::read_to_string(path).unwrap_or_default().replace("\r\n", "\n");
        assert_eq!(actual, expected, "write it anew: UPDATE=1 cargo test --lib rules::documentation");
    }
}

#[test]
fn a_rule_explains_itself() {
    let page = with_fixes(find("possible-secret").unwrap());
    let start = "\
# possible-secret

Default: error · Looks at: all artifacts · Law: always

Artifacts contain no credentials.

### Why

";
    assert!(page.starts_with(start), "{page}");
    assert!(
        page.contains("\n### Options\n\n- `generic` (default: `false`): ") && page.contains("\n### Fixes\n\n- "),
        "{page}"
    );
    assert!(page.contains("\n```md\n# Phase 1\n"), "examples are not indented: {page}");
    let end = "
```

### Options

- `max-lines` (default: `400`): How many lines are still fine.

### Fixes

None.
";
    let page = with_fixes(find("plan-too-long").unwrap());
    assert!(page.ends_with(end), "{page}");
    assert!(markdown(find("invalid-config").unwrap()).contains("Looks at: phasemark.toml · Law: "));
    assert!(markdown(find("undeclared-reference").unwrap()).contains("Looks at: plan, prompt · Law: "));
    assert!(markdown(find("stale-notes").unwrap()).contains("Looks at: work notes · Law: "));
}
