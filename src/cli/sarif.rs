//! `--format sarif`: SARIF 2.1.0, for code scanning. Property names and their meaning are the standard's.

use std::{
    collections::HashMap,
    io::{self, Write},
    ops::Range,
};

use self::model::*;
use super::{
    fingerprint::Fingerprints,
    report::{ByPath, FileReport, Report},
};
use crate::{
    config::Level,
    diagnostic::{Diagnostic, Fix, Related, Severity},
    rules::{Rule, documentation},
    text::Edit,
};

mod model;

pub fn write(report: &Report, rules: &[&Rule], out: &mut dyn Write) -> io::Result<()> {
    let log = Log {
        schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        version: "2.1.0",
        runs: [run(report, rules)],
    };
    serde_json::to_writer_pretty(&mut *out, &log)?;
    writeln!(out)
}

fn run<'a>(report: &'a Report, rules: &'a [&Rule]) -> Run<'a> {
    let version = env!("CARGO_PKG_VERSION");
    let rule_index: HashMap<&str, usize> = rules.iter().enumerate().map(|(at, rule)| (rule.name(), at)).collect();
    let driver = Driver {
        name: "phasemark",
        version,
        semantic_version: version,
        rules: rules.iter().map(|rule| descriptor(rule)).collect(),
    };
    let root = ArtifactDescription { description: Text::new("The root of the repository.") };
    Run {
        tool: Tool { driver },
        invocations: [invocation(report.complaints())],
        column_kind: "unicodeCodePoints",
        newline_sequences: ["\r\n", "\n", "\r"],
        original_uri_base_ids: HashMap::from([(SOURCE_ROOT, root)]),
        results: results(report, &rule_index),
        properties: properties(report),
    }
}

fn properties(report: &Report) -> Properties {
    let summary = report.summary;
    Properties {
        phases: report.units.len(),
        artifacts: summary.artifacts,
        done_items: summary.done_items,
        done_ticked: summary.done_ticked,
        open_questions: summary.open_questions,
        references: summary.references,
    }
}

fn descriptor<'a>(rule: &'a Rule) -> ReportingDescriptor<'a> {
    let configuration = match rule.spec.severity {
        Level::Off => Configuration { enabled: false, level: None },
        Level::ByFinding => Configuration { enabled: true, level: None },
        Level::At(severity) => Configuration { enabled: true, level: Some(level(severity)) },
    };
    let (summary, help) = (rule.summary(), documentation::markdown(rule));
    ReportingDescriptor {
        id: rule.name(),
        short_description: Text::new(summary.clone()),
        full_description: Text::new(summary),
        help: MarkdownText { text: help.clone(), markdown: help },
        default_configuration: configuration,
    }
}

fn invocation<'a>(complaints: Vec<String>) -> Invocation<'a> {
    let notification = |complaint| Notification { level: "error", message: Text::new(complaint) };
    Invocation {
        execution_successful: complaints.is_empty(),
        tool_execution_notifications: complaints.into_iter().map(notification).collect(),
    }
}

fn results<'a>(report: &'a Report, rule_index: &HashMap<&str, usize>) -> Vec<SarifResult<'a>> {
    let files = report.by_path();
    let mut fingerprints = Fingerprints::default();
    let result = |(file, found): (&'a FileReport, &'a Diagnostic)| SarifResult {
        rule_id: found.rule,
        rule_index: rule_index.get(found.rule).copied(),
        level: level(found.severity),
        baseline_state: report.known.map(|_| "new"),
        message: Text::new(found.message.as_str()),
        locations: [location(file, &found.range)],
        related_locations: found.related.iter().map(|related| related_location(file, related, &files)).collect(),
        partial_fingerprints: HashMap::from([(FINGERPRINT, fingerprints.next(file, found))]),
        fixes: found.fixes.iter().filter_map(|fix| sarif_fix(file, fix)).collect(),
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

fn location<'a>(file: &FileReport, range: &Range<usize>) -> Location<'a> {
    let artifact_location = artifact(&file.repository_path);
    let region = Some(region(file, range));
    Location { physical_location: PhysicalLocation { artifact_location, region }, message: None }
}

fn related_location<'a>(from: &FileReport, related: &'a Related, files: &ByPath<'_>) -> Location<'a> {
    let mut found = match files.related(from, related) {
        Some(file) => location(file, &related.range),
        None => {
            // Both paths of a file end in its path below the root.
            let below_root = from.path.len() - from.root.len();
            let root = &from.repository_path[..from.repository_path.len().saturating_sub(below_root)];
            let artifact_location = artifact(&format!("{root}{}", related.path));
            Location { physical_location: PhysicalLocation { artifact_location, region: None }, message: None }
        }
    };
    found.message = Some(Text::new(related.message.as_str()));
    found
}

fn artifact(repository_path: &str) -> ArtifactLocation {
    ArtifactLocation { uri: percent_encoded(repository_path), uri_base_id: SOURCE_ROOT }
}

fn region(file: &FileReport, range: &Range<usize>) -> Region {
    let place = file.place(range);
    Region {
        start_line: place.line,
        start_column: place.column,
        end_line: place.end_line,
        end_column: place.end_column,
    }
}

/// `None` for a fix that changes no text, which the format cannot express.
fn sarif_fix<'a>(file: &FileReport, fix: &'a Fix) -> Option<SarifFix<'a>> {
    let mut edits: Vec<&Edit> = fix.edits().iter().collect();
    edits.sort_by_key(|edit| edit.range.start);
    let replacement = |edit: &&'a Edit| Replacement {
        deleted_region: region(file, &edit.range),
        inserted_content: (!edit.replacement.is_empty()).then(|| Text::new(edit.replacement.as_str())),
    };
    let change = ArtifactChange {
        artifact_location: artifact(&file.repository_path),
        replacements: edits.iter().map(replacement).collect(),
    };
    (!change.replacements.is_empty())
        .then(|| SarifFix { description: Text::new(fix.title.as_str()), artifact_changes: [change] })
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
