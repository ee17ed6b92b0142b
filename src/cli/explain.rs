//! `explain`: the rules' documentation, for people at a terminal and for programs.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use serde::Serialize;

use super::terminal::{BOLD, DIM, RESET};
use crate::{
    config::OptionSpec,
    rules::{
        Rule,
        documentation::{self, KnownFix},
    },
};

/// A name that is less alike than this is no likely slip of the fingers.
const ALIKE: f64 = 0.4;

/// Version 1. Fields may be added; a field that changes or goes makes a new version.
#[derive(Serialize)]
struct Json<'a> {
    version: u32,
    rules: Vec<JsonRule<'a>>,
}

#[derive(Serialize)]
struct JsonRule<'a> {
    name: &'a str,
    summary: String,
    /// `off`, `hint`, `information`, `warning`, `error`, or `varies`: the rule decides finding by finding.
    default_severity: &'a str,
    looks_at: &'a str,
    /// What earns it the right to speak.
    law: &'a str,
    options: BTreeMap<&'a str, &'a OptionSpec>,
    /// As findings of the examples have them.
    fixes: Vec<KnownFix>,
    /// All of it as Markdown.
    documentation: String,
}

/// What there is to say about rules, as one object.
pub fn write_json(rules: &[&Rule], out: &mut dyn Write) -> io::Result<()> {
    let json = Json { version: 1, rules: rules.iter().map(|rule| json(rule)).collect() };
    serde_json::to_writer_pretty(&mut *out, &json)?;
    writeln!(out)
}

fn json<'a>(rule: &'a Rule) -> JsonRule<'a> {
    JsonRule {
        name: rule.name(),
        summary: rule.summary(),
        default_severity: documentation::severity(rule.spec.severity),
        looks_at: documentation::subject(rule),
        law: rule.law.name(),
        options: rule.spec.options.iter().map(|option| (option.name, option)).collect(),
        fixes: documentation::fixes(rule).collect(),
        documentation: documentation::with_fixes(rule),
    }
}

/// Every rule with its default severity and what it is about, one line each.
pub fn write_table(rules: &[&Rule], out: &mut dyn Write) -> io::Result<()> {
    let width = rules.iter().map(|rule| rule.name().len()).max().unwrap_or_default();
    for rule in rules {
        let (name, severity) = (rule.name(), documentation::severity(rule.spec.severity));
        let summary = rule.summary();
        writeln!(out, "{BOLD}{name:width$}{RESET}  {severity:11}  {summary}")?;
    }
    Ok(())
}

/// Headings in bold, examples indented, the rest as it was written: Markdown that is read as such.
pub fn write_documentation(documentation: &str, out: &mut dyn Write) -> io::Result<()> {
    let mut fence: Option<&str> = None;
    for line in documentation.trim().lines() {
        let ticks = &line[..line.len() - line.trim_start_matches('`').len()];
        match fence {
            Some(open) if ticks.len() >= open.len() && ticks.len() == line.trim_end().len() => fence = None,
            Some(_) if line.is_empty() => writeln!(out)?,
            Some(_) => writeln!(out, "    {DIM}{line}{RESET}")?,
            None if ticks.len() >= 3 => fence = Some(ticks),
            None => match line.strip_prefix("### ").or_else(|| line.strip_prefix("# ")) {
                Some(heading) => writeln!(out, "{BOLD}{heading}{RESET}")?,
                None => writeln!(out, "{line}")?,
            },
        }
    }
    Ok(())
}

/// What to say of a name that no rule has.
pub fn unknown(name: &str, rules: &[&Rule]) -> String {
    let alike = |rule: &&&Rule| strsim::normalized_damerau_levenshtein(rule.name(), name);
    let nearest = rules.iter().max_by(|a, b| alike(a).total_cmp(&alike(b))).filter(|rule| alike(rule) >= ALIKE);
    match nearest {
        Some(rule) => format!("no rule is called '{name}'; did you mean '{}'?", rule.name()),
        None => format!("no rule is called '{name}'; 'phasemark explain' lists them"),
    }
}

#[cfg(test)]
mod tests {
    use anstream::adapter::strip_str;

    use super::*;
    use crate::{cli::samples, rules};

    fn plain(write: impl Fn(&mut dyn Write) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        write(&mut out).unwrap();
        strip_str(std::str::from_utf8(&out).unwrap()).to_string()
    }

    #[test]
    fn the_table_has_a_line_for_each_rule() {
        insta::assert_snapshot!(plain(|out| write_table(samples::RULES, out)), @"
        broken-reference  error        A declared reference must lead somewhere.
        code-in-plan      off          A plan holds no code.
        missing-section   varies       A required section is there.
        ");
    }

    #[test]
    fn a_rule_is_explained_in_full() {
        insta::assert_snapshot!(plain(|out| write_documentation(&documentation::markdown(&samples::BROKEN_REFERENCE), out)), @"
        broken-reference

        Default: error · Looks at: all artifacts · Law: none

        A declared reference must lead
        somewhere.

        Why
        Nobody can read it.

        Fires
            ## Context
            - `gone.rs`
        ");
    }

    #[test]
    fn programs_get_what_is_known_of_a_rule() {
        let read = |rules: &[&Rule]| {
            let mut out = Vec::new();
            write_json(rules, &mut out).unwrap();
            serde_json::from_slice::<serde_json::Value>(&out).unwrap()
        };
        let rule = rules::find("stale-notes").unwrap();
        let mut json = read(&[rule]);
        let page = json["rules"][0]["documentation"].take();
        assert!(page.as_str().unwrap().starts_with("# stale-notes\n\nDefault: hint"), "{page}");
        assert_eq!(
            json,
            serde_json::json!({ "version": 1, "rules": [{
                "name": "stale-notes",
                "summary": rule.summary(),
                "default_severity": "hint",
                "looks_at": "work notes",
                "law": "none",
                "options": { "days": { "default": 3, "description": "How many days younger a commit may be." } },
                "fixes": [{ "title": "Insert session log entry", "safe": false }],
                "documentation": null,
            }] })
        );
        let all = read(rules::all());
        let names = all["rules"].as_array().unwrap().iter().map(|rule| rule["name"].as_str().unwrap());
        assert!(names.eq(rules::all().iter().map(|rule| rule.name())));
    }

    #[test]
    fn a_fence_within_an_example_stays() {
        let text = "x\n\n````md\n```\n### no heading\n```\n````\nend";
        insta::assert_snapshot!(plain(|out| write_documentation(text, out)), @"
        x

            ```
            ### no heading
            ```
        end
        ");
    }

    #[test]
    fn unknown_names_lead_to_the_nearest() {
        let named = |name| unknown(name, samples::RULES);
        assert_eq!(named("missing-sections"), "no rule is called 'missing-sections'; did you mean 'missing-section'?");
        assert_eq!(named("zzz"), "no rule is called 'zzz'; 'phasemark explain' lists them");
        assert_eq!(unknown("x", &[]), "no rule is called 'x'; 'phasemark explain' lists them");
    }
}
