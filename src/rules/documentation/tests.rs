use super::*;
use crate::rules::{
    all, find,
    tests::{examples, found},
};

const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/rules/README.md");

/// The best fix that the findings of a rule's own examples have.
fn fixes(rule: &Rule) -> &'static str {
    let found: Vec<_> = examples(rule, "Fires").iter().flat_map(|example| found(rule, example)).collect();
    let fixes: Vec<_> = found.iter().flat_map(|finding| &finding.fixes).collect();
    match fixes.iter().any(|fix| fix.safe) {
        true => "safe",
        false if fixes.is_empty() => "–",
        false => "yes",
    }
}

fn readme() -> String {
    let mut out = "# Rules\n\n\
        One file each, with its documentation, what it checks and its tests. To add one, write the file and add a line to\n\
        `list!` in [`../rules.rs`](../rules.rs).\n\n\
        This file is written by `UPDATE=1 cargo test --lib rules::documentation`; the test fails where it is out of date.\n\
        A fix that is *safe* is part of fix-all.\n\n\
        | rule | looks at | default | law | what | fix |\n\
        | --- | --- | --- | --- | --- | --- |\n"
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
            fixes(rule)
        );
    }
    out
}

#[test]
fn the_table_of_rules_is_up_to_date() {
    let expected = readme();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(README, &expected).unwrap();
    }
    let actual = std::fs::read_to_string(README).unwrap_or_default().replace("\r\n", "\n");
    assert_eq!(actual, expected, "write it anew: UPDATE=1 cargo test --lib rules::documentation");
}

#[test]
fn a_rule_explains_itself() {
    let page = markdown(find("possible-secret").unwrap());
    let start = "# possible-secret\n\nDefault: error · Looks at: all artifacts · Law: always\n\nA credential must not stand in an artifact.\n\n### Why\n\n";
    assert!(page.starts_with(start), "{page}");
    assert!(page.ends_with("| Option | Default | |\n| --- | --- | --- |\n| `generic` | `false` | Report the values of names such as `password` or `api_key`, too. |\n"), "{page}");
    assert!(page.contains("\n```md\n# Phase 1\n"), "examples are not indented: {page}");
    assert!(markdown(find("invalid-config").unwrap()).contains("Looks at: phasemark.toml · Law: "));
    assert!(markdown(find("undeclared-reference").unwrap()).contains("Looks at: plan, prompt · Law: "));
    assert!(markdown(find("premature-complete").unwrap()).contains("Looks at: work notes · Law: "));
}
