//! The JSON Schema of `phasemark.toml`, for editors that complete and explain it.
//!
//! The structs below are its shape, and their comments what a user reads. What rules and templates
//! know is added to it; a test holds it against the reader.

#![expect(dead_code, reason = "the structs are never filled")]

use schemars::{JsonSchema, generate::SchemaSettings};
use serde_json::{Map, Value, json};

use super::{ALL, Level, OptionValue, RuleSpec};
use crate::{
    convention::{self, Kind},
    diagnostic::Severity,
};

/// The schema (draft 2020-12), with every rule and the sentence that sums it up.
pub fn schema<'a>(rules: impl IntoIterator<Item = (&'a RuleSpec, &'a str)>) -> Value {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<File>().to_value();
    let all = json!({ "$ref": "#/$defs/Severity", "description": "Every rule that this table does not name." });
    let named = rules.into_iter().map(|(rule, summary)| (rule.name.to_owned(), rule_schema(rule, summary)));
    let properties: Map<String, Value> = named.chain([(ALL.to_owned(), all)]).collect();
    schema["$defs"]["Rules"]["properties"] = properties.into();
    let severities: Vec<_> = ["off"].into_iter().chain(Severity::ALL.map(Severity::name)).collect();
    schema["$defs"]["Severity"] = json!({
        "description": "How much the findings of a rule matter, or off.",
        "enum": severities,
    });
    for kind in Kind::ALL {
        schema["$defs"]["Sections"]["properties"][kind.key()]["properties"] = built_in_sections(kind);
    }
    schema
}

/// What is known of a kind's sections beyond the shape.
fn built_in_sections(kind: Kind) -> Value {
    let sections = convention::sections(kind);
    let required: Vec<_> = sections.iter().filter(|spec| spec.required).map(|spec| &spec.name).collect();
    let mut properties = Map::from_iter([("required".to_owned(), json!({ "default": required }))]);
    for spec in sections {
        let schema = json!({ "$ref": "#/$defs/Section", "description": spec.purpose });
        properties.insert(spec.name.to_string(), schema);
    }
    properties.into()
}

fn rule_schema(rule: &RuleSpec, summary: &str) -> Value {
    let severity = json!({ "$ref": "#/$defs/Severity" });
    let mut properties = Map::from_iter([("severity".to_owned(), severity.clone())]);
    for option in rule.options {
        let mut schema = match option.default {
            OptionValue::Integer(default) => {
                json!({ "type": "integer", "minimum": 0, "maximum": u32::MAX, "default": default })
            }
            OptionValue::Boolean(default) => json!({ "type": "boolean", "default": default }),
        };
        schema["description"] = option.description.into();
        properties.insert(option.name.to_owned(), schema);
    }
    let table = json!({ "type": "object", "properties": properties, "additionalProperties": false });
    let mut schema = json!({ "description": summary, "anyOf": [severity, table] });
    match rule.severity {
        Level::Off => schema["default"] = "off".into(),
        Level::At(severity) => schema["default"] = severity.name().into(),
        Level::ByFinding => {}
    }
    schema
}

/// Configuration of phasemark for the root that this file stands in. All paths are relative to it.
#[derive(Default, JsonSchema)]
#[schemars(default, deny_unknown_fields, rename = "phasemark.toml")]
struct File {
    /// The folders, files and patterns that hold artifacts.
    layout: Layout,
    /// How much each rule's findings matter, and the options of rules.
    rules: Rules,
    /// The sections of each kind of artifact.
    sections: Sections,
    /// The files that new artifacts are made from.
    templates: Templates,
    /// The paths that artifacts mention.
    references: References,
    /// Other rules for some files. Of several that match a file, the last one that names the rule wins.
    overrides: Vec<Override>,
}

/// Of several entries that hold a file the most exact one wins: a file, then a pattern, then the longest folder. A file
/// named by itself counts whatever it is called; folders and patterns leave out README.md, index.md and names that begin
/// with `_` or a dot, unless the pattern spells them.
#[derive(Default, JsonSchema)]
#[schemars(default, deny_unknown_fields, rename_all = "kebab-case")]
struct Layout {
    /// Folders, files and patterns of plans, such as `plan`, `PLAN.md`, `docs/plans/*.md`. New plans go to the first folder.
    #[schemars(extend("default" = ["plan"], "minItems" = 1, "minLength" = 1))]
    plan: Strings,
    /// Folders, files and patterns of prompts, as for plans.
    #[schemars(extend("default" = ["prompts"], "minItems" = 1, "minLength" = 1))]
    prompts: Strings,
    /// Folders, files and patterns of work notes, as for plans.
    #[schemars(extend("default" = ["work-notes"], "minItems" = 1, "minLength" = 1))]
    work_notes: Strings,
    /// Patterns of folders below this root that are roots of their own, such as `services/*`.
    #[schemars(extend("default" = []))]
    roots: Strings,
    /// Files that are no artifacts. With a `/` a pattern is seen from the root, without it matches at any depth.
    #[schemars(extend("default" = []))]
    exclude: Strings,
}

#[derive(Default, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Rules {}

/// `[sections.KIND]` for each kind.
#[derive(Default, JsonSchema)]
#[schemars(default, deny_unknown_fields, rename_all = "kebab-case")]
struct Sections {
    /// Sections of plans.
    plan: SectionsOfKind,
    /// Sections of prompts.
    prompt: SectionsOfKind,
    /// Sections of work notes.
    work_notes: SectionsOfKind,
}

/// `required`, and one key for each section that has further headings or is the team's own.
#[derive(Default, JsonSchema)]
#[schemars(default)]
struct SectionsOfKind {
    /// The sections that must be there. Replaces the built-in list.
    required: Strings,
    /// Whether every file of that kind is held against the template, also one that does not follow it.
    strict: bool,
    #[schemars(flatten)]
    sections: std::collections::BTreeMap<String, Section>,
}

/// A section, by its heading.
#[derive(Default, JsonSchema)]
#[schemars(default, deny_unknown_fields)]
struct Section {
    /// Other headings that mean the same, in any case and language. Adds to the built-in ones.
    #[schemars(extend("default" = []))]
    aliases: Strings,
}

#[derive(Default, JsonSchema)]
#[schemars(default, deny_unknown_fields, rename_all = "kebab-case")]
struct Templates {
    /// The file that a new plan is made from.
    plan: FilePath,
    /// The file that a new prompt is made from.
    prompt: FilePath,
    /// The file that new work notes are made from.
    work_notes: FilePath,
}

#[derive(Default, JsonSchema)]
#[schemars(default, deny_unknown_fields)]
struct References {
    /// Patterns of paths that no rule looks at, such as `generated/**`.
    #[schemars(extend("default" = []))]
    ignore: Strings,
}

#[derive(Default, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Override {
    /// Patterns of the files that these rules are for, such as `docs/plans/legacy/**`.
    files: Strings,
    /// Severities and options, as in `[rules]`.
    rules: Rules,
}

/// A path below the root.
#[derive(Default, JsonSchema)]
#[schemars(transparent)]
struct FilePath(#[schemars(length(min = 1))] String);

/// One string, or several.
#[derive(JsonSchema)]
#[schemars(untagged)]
enum Strings {
    One(String),
    Several(Vec<String>),
}

impl Default for Strings {
    fn default() -> Self {
        Self::Several(Vec::new())
    }
}
