//! `--format sarif`: SARIF 2.1.0, for code scanning. Property names and their meaning are the standard's.

use std::{
    collections::HashMap,
    io::{self, Write},
    ops::Range,
};

use serde_json::{Value, json};

use super::{
    fingerprint::Fingerprints,
    report::{ByPath, FileReport, Place, Report},
};
use crate::{
    config::Level,
    diagnostic::{Diagnostic, Fix, Related, Severity},
    rules::{Rule, documentation},
    text::Edit,
};

/// The symbolic name of the directory that paths are relative to; code scanning knows it by this name.
const SOURCE_ROOT: &str = "%SRCROOT%";
/// The number changes whenever the way to compute fingerprints does.
const FINGERPRINT: &str = "phasemarkFinding/v1";

pub fn write(report: &Report, rules: &[&Rule], out: &mut dyn Write) -> io::Result<()> {
    let log = json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [run(report, rules)],
    });
    serde_json::to_writer_pretty(&mut *out, &log)?;
    writeln!(out)
}

fn run(report: &Report, rules: &[&Rule]) -> Value {
    let version = env!("CARGO_PKG_VERSION");
    let (complaints, summary) = (report.complaints(), report.summary);
    let notification = |complaint: &String| json!({ "level": "error", "message": text(complaint) });
    json!({
        "tool": { "driver": {
            "name": "phasemark",
            "version": version,
            "semanticVersion": version,
            "rules": rules.iter().map(|rule| descriptor(rule)).collect::<Value>(),
        } },
        "invocations": [{
            "executionSuccessful": complaints.is_empty(),
            "toolExecutionNotifications": complaints.iter().map(notification).collect::<Value>(),
        }],
        "columnKind": "unicodeCodePoints",
        "newlineSequences": ["\r\n", "\n", "\r"],
        "originalUriBaseIds": { (SOURCE_ROOT): { "description": text("The root of the repository.") } },
        "results": results(report, rules),
        "properties": {
            "phases": report.units.len(),
            "artifacts": summary.artifacts,
            "doneItems": summary.done_items,
            "doneTicked": summary.done_ticked,
            "openQuestions": summary.open_questions,
            "references": summary.references,
        },
    })
}

fn descriptor(rule: &Rule) -> Value {
    let level = match rule.spec.severity {
        Level::At(severity) => Some(level(severity)),
        Level::Off | Level::ByFinding => None,
    };
    let (summary, help) = (rule.summary(), documentation::markdown(rule));
    json!({
        "id": rule.name(),
        "shortDescription": text(&summary),
        "fullDescription": text(&summary),
        "help": { "text": help, "markdown": help },
        "defaultConfiguration": present(json!({ "enabled": rule.spec.severity != Level::Off, "level": level })),
    })
}

fn results(report: &Report, rules: &[&Rule]) -> Value {
    let rule_index: HashMap<&str, usize> = rules.iter().enumerate().map(|(at, rule)| (rule.name(), at)).collect();
    let files = report.by_path();
    let mut fingerprints = Fingerprints::default();
    let result = |(file, found): (&FileReport, &Diagnostic)| {
        let related = found.related.iter().map(|related| related_location(file, related, &files));
        present(json!({
            "ruleId": found.rule,
            "ruleIndex": rule_index.get(found.rule),
            "level": level(found.severity),
            // Where a baseline applies; what is known to it is left out.
            "baselineState": report.known.map(|_| "new"),
            "message": text(&found.message),
            "locations": [location(&file.repository_path, Some(region(file, &found.range)), None)],
            "relatedLocations": related.collect::<Value>(),
            "partialFingerprints": { (FINGERPRINT): fingerprints.next(file, found) },
            "fixes": found.fixes.iter().filter_map(|fix| sarif_fix(file, fix)).collect::<Value>(),
        }))
    };
    report.shown().map(result).collect()
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Information | Severity::Hint => "note",
    }
}

/// A `message`, a `multiformatMessageString` or an `artifactContent` of plain text only.
fn text(words: &str) -> Value {
    json!({ "text": words })
}

/// An object without the properties that have nothing to say.
fn present(mut object: Value) -> Value {
    if let Value::Object(properties) = &mut object {
        properties.retain(|_, value| !value.is_null() && *value != json!([]));
    }
    object
}

fn location(repository_path: &str, region: Option<Value>, message: Option<&str>) -> Value {
    let physical = present(json!({ "artifactLocation": artifact(repository_path), "region": region }));
    present(json!({ "physicalLocation": physical, "message": message.map(text) }))
}

fn related_location(from: &FileReport, related: &Related, files: &ByPath<'_>) -> Value {
    let message = Some(&*related.message);
    if let Some(file) = files.related(from, related) {
        return location(&file.repository_path, Some(region(file, &related.range)), message);
    }
    // Both paths of a file end in its path below the root.
    let below_root = from.path.len() - from.root.len();
    let root = &from.repository_path[..from.repository_path.len().saturating_sub(below_root)];
    location(&format!("{root}{}", related.path), None, message)
}

fn artifact(repository_path: &str) -> Value {
    json!({ "uri": percent_encoded(repository_path), "uriBaseId": SOURCE_ROOT })
}

/// Lines and columns from 1; the end is exclusive.
fn region(file: &FileReport, range: &Range<usize>) -> Value {
    let Place { line, column, end_line, end_column } = file.place(range);
    json!({ "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column })
}

/// `None` for a fix that changes no text, which the format cannot express.
fn sarif_fix(file: &FileReport, fix: &Fix) -> Option<Value> {
    let mut edits: Vec<&Edit> = fix.edits().iter().collect();
    edits.sort_by_key(|edit| edit.range.start);
    let replacement = |edit: &&Edit| {
        let inserted = (!edit.replacement.is_empty()).then(|| text(&edit.replacement));
        present(json!({ "deletedRegion": region(file, &edit.range), "insertedContent": inserted }))
    };
    let replacements: Value = edits.iter().map(replacement).collect();
    let change = json!({ "artifactLocation": artifact(&file.repository_path), "replacements": replacements });
    (!edits.is_empty()).then(|| json!({ "description": text(&fix.title), "artifactChanges": [change] }))
}

/// A relative path as a URI reference: RFC 3986, everything but unreserved characters and `/` encoded.
fn percent_encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(byte.into()),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::cli::samples;

    fn written(report: &Report) -> Value {
        let mut out = Vec::new();
        write(report, samples::RULES, &mut out).unwrap();
        serde_json::from_slice(&out).unwrap()
    }

    fn validator() -> jsonschema::Validator {
        // Two patterns for language codes have a bracket too many, which only lenient readers accept.
        let schema = include_str!("../../tests/data/sarif-schema-2.1.0.json").replace("]?$", "$");
        let schema = serde_json::from_str(&schema).unwrap();
        jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
    }

    fn assert_valid(log: &Value) {
        let validator = validator();
        let errors = validator.iter_errors(log).map(|error| format!("{}: {error}", error.instance_path()));
        assert_eq!(errors.collect::<Vec<_>>(), Vec::<String>::new());
    }

    #[test]
    fn logs_are_valid() {
        assert_valid(&written(&samples::messy()));
        assert_valid(&written(&Report::default()));
    }

    #[test]
    fn the_schema_refuses_what_is_wrong() {
        let mut log = written(&samples::messy());
        log["runs"][0]["results"][0]["level"] = "hint".into();
        assert!(!validator().is_valid(&log));
    }

    #[test]
    fn rules_are_described() {
        let log = written(&Report::default());
        insta::assert_snapshot!(serde_json::to_string_pretty(&log["runs"][0]["tool"]["driver"]["rules"]).unwrap(), @r###"
        [
          {
            "defaultConfiguration": {
              "enabled": true,
              "level": "error"
            },
            "fullDescription": {
              "text": "A declared reference must lead somewhere."
            },
            "help": {
              "markdown": "# broken-reference\n\nDefault: error · Looks at: all artifacts · Law: none\n\nA declared reference must lead\nsomewhere.\n\n### Why\nNobody can read it.\n\n### Fires\n```md\n## Context\n- `gone.rs`\n```\n",
              "text": "# broken-reference\n\nDefault: error · Looks at: all artifacts · Law: none\n\nA declared reference must lead\nsomewhere.\n\n### Why\nNobody can read it.\n\n### Fires\n```md\n## Context\n- `gone.rs`\n```\n"
            },
            "id": "broken-reference",
            "shortDescription": {
              "text": "A declared reference must lead somewhere."
            }
          },
          {
            "defaultConfiguration": {
              "enabled": false
            },
            "fullDescription": {
              "text": "A plan holds no code."
            },
            "help": {
              "markdown": "# code-in-plan\n\nDefault: off · Looks at: all artifacts · Law: none\n\nA plan holds no code.\n\n### Why\nCode goes stale.\n",
              "text": "# code-in-plan\n\nDefault: off · Looks at: all artifacts · Law: none\n\nA plan holds no code.\n\n### Why\nCode goes stale.\n"
            },
            "id": "code-in-plan",
            "shortDescription": {
              "text": "A plan holds no code."
            }
          },
          {
            "defaultConfiguration": {
              "enabled": true
            },
            "fullDescription": {
              "text": "A required section is there."
            },
            "help": {
              "markdown": "# missing-section\n\nDefault: varies · Looks at: all artifacts · Law: none\n\nA required section is there.\n\n### Why\nIt is asked for.\n",
              "text": "# missing-section\n\nDefault: varies · Looks at: all artifacts · Law: none\n\nA required section is there.\n\n### Why\nIt is asked for.\n"
            },
            "id": "missing-section",
            "shortDescription": {
              "text": "A required section is there."
            }
          }
        ]
        "###);
    }

    #[test]
    fn a_finding_with_fixes() {
        let log = written(&samples::messy());
        insta::assert_snapshot!(serde_json::to_string_pretty(&log["runs"][0]["results"][0]).unwrap(), @r###"
        {
          "fixes": [
            {
              "artifactChanges": [
                {
                  "artifactLocation": {
                    "uri": "sub%20dir/plan/ph%20%231%2C%20%E6%BC%A2%3A%C3%A9.md",
                    "uriBaseId": "%SRCROOT%"
                  },
                  "replacements": [
                    {
                      "deletedRegion": {
                        "endColumn": 1,
                        "endLine": 3,
                        "startColumn": 1,
                        "startLine": 3
                      },
                      "insertedContent": {
                        "text": "## Overview\r\n\r\n"
                      }
                    }
                  ]
                }
              ],
              "description": {
                "text": "Insert the heading \"Overview\""
              }
            },
            {
              "artifactChanges": [
                {
                  "artifactLocation": {
                    "uri": "sub%20dir/plan/ph%20%231%2C%20%E6%BC%A2%3A%C3%A9.md",
                    "uriBaseId": "%SRCROOT%"
                  },
                  "replacements": [
                    {
                      "deletedRegion": {
                        "endColumn": 1,
                        "endLine": 1,
                        "startColumn": 1,
                        "startLine": 1
                      },
                      "insertedContent": {
                        "text": "x"
                      }
                    },
                    {
                      "deletedRegion": {
                        "endColumn": 11,
                        "endLine": 5,
                        "startColumn": 3,
                        "startLine": 5
                      }
                    }
                  ]
                }
              ],
              "description": {
                "text": "Insert all"
              }
            }
          ],
          "level": "note",
          "locations": [
            {
              "physicalLocation": {
                "artifactLocation": {
                  "uri": "sub%20dir/plan/ph%20%231%2C%20%E6%BC%A2%3A%C3%A9.md",
                  "uriBaseId": "%SRCROOT%"
                },
                "region": {
                  "endColumn": 10,
                  "endLine": 1,
                  "startColumn": 3,
                  "startLine": 1
                }
              }
            }
          ],
          "message": {
            "text": "No \"Overview\""
          },
          "partialFingerprints": {
            "phasemarkFinding/v1": "9876ddbea7ac0b2e:1"
          },
          "ruleId": "missing-section",
          "ruleIndex": 2
        }
        "###);
    }

    #[test]
    fn a_finding_about_other_files() {
        let log = written(&samples::messy());
        let results = log["runs"][0]["results"].as_array().unwrap();
        let related = &results.last().unwrap()["relatedLocations"];
        insta::assert_snapshot!(serde_json::to_string_pretty(related).unwrap(), @r#"
        [
          {
            "message": {
              "text": "the goals"
            },
            "physicalLocation": {
              "artifactLocation": {
                "uri": "sub%20dir/plan/ph%20%231%2C%20%E6%BC%A2%3A%C3%A9.md",
                "uriBaseId": "%SRCROOT%"
              },
              "region": {
                "endColumn": 9,
                "endLine": 3,
                "startColumn": 1,
                "startLine": 3
              }
            }
          },
          {
            "message": {
              "text": "not checked itself"
            },
            "physicalLocation": {
              "artifactLocation": {
                "uri": "sub%20dir/src/lib.rs",
                "uriBaseId": "%SRCROOT%"
              }
            }
          }
        ]
        "#);
    }

    #[test]
    fn failures_are_notifications() {
        let log = written(&samples::messy());
        insta::assert_snapshot!(serde_json::to_string_pretty(&log["runs"][0]["invocations"]).unwrap(), @r#"
        [
          {
            "executionSuccessful": false,
            "toolExecutionNotifications": [
              {
                "level": "error",
                "message": {
                  "text": "plan/locked.md: Permission denied (os error 13)"
                }
              }
            ]
          }
        ]
        "#);
    }

    #[test]
    fn fingerprints_survive_a_move_and_tell_equal_lines_apart() {
        let prints = |text: &str| {
            let found =
                text.match_indices('?').map(|(at, _)| samples::diagnostic("r", Severity::Hint, at..at + 1, "open"));
            let log = written(&samples::report(vec![samples::file("plan/a.md", text, found.collect())]));
            let results = log["runs"][0]["results"].as_array().unwrap().clone();
            let print = |result: &Value| result["partialFingerprints"][FINGERPRINT].as_str().unwrap().to_owned();
            results.iter().map(print).collect::<Vec<_>>()
        };
        let (before, after) = (prints("why?\nwhy?\nhow?\n"), prints("# New\n\n  why?\r\nwhy?\r\n\r\nhow?"));
        assert_eq!(before, after);
        assert_ne!(before[0], before[1]);
        assert_eq!(before[0][..16], before[1][..16]);
    }
}
