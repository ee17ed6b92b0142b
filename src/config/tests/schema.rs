//! The schema against the reader: both know the same keys.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{RULES, SAMPLE, read_alone};
use crate::{
    config::{self, mistake::either},
    convention::{self, Kind},
};

fn schema() -> Value {
    config::schema(RULES.iter().map(|rule| (rule, "What it looks for.")))
}

/// A table that a file may hold.
struct Table<'s> {
    /// The keys that lead to it.
    path: Vec<&'s str>,
    properties: Vec<(&'s str, &'s Value)>,
}

/// The places of `schema` that `node` stands for: through references, list elements, alternatives.
fn resolved<'s>(schema: &'s Value, node: &'s Value) -> Vec<&'s Value> {
    let mut found = Vec::new();
    let mut waiting = vec![node];
    while let Some(node) = waiting.pop() {
        found.push(node);
        let reference = node["$ref"].as_str().map(|to| schema.pointer(&to[1..]).expect("a place in the schema"));
        waiting.extend(reference);
        waiting.extend(node["anyOf"].as_array().into_iter().flatten());
        waiting.extend(node.get("items"));
    }
    found
}

/// Every table of the schema; for a section that anybody may name, one called `Own`.
fn tables(schema: &Value) -> Vec<Table<'_>> {
    let mut tables = Vec::new();
    let mut waiting = vec![(Vec::new(), schema)];
    while let Some((path, node)) = waiting.pop() {
        for table in resolved(schema, node).into_iter().filter(|node| node["type"] == "object") {
            let entries = || table["properties"].as_object().unwrap().iter().map(|(key, node)| (key.as_str(), node));
            let own = Some(&table["additionalProperties"]).filter(|own| **own != false).map(|own| ("Own", own));
            waiting.extend(entries().chain(own).map(|(key, node)| ([path.as_slice(), &[key]].concat(), node)));
            tables.push(Table { path: path.clone(), properties: entries().collect() });
        }
    }
    tables
}

impl Table<'_> {
    /// As TOML opens it.
    fn header(&self) -> String {
        match self.path.as_slice() {
            [] => String::new(),
            ["overrides"] => "[[overrides]]\n".to_owned(),
            path if path[0] == "overrides" => format!("[[overrides]]\n[{}]\n", path.join(".")),
            path => format!("[{}]\n", path.join(".")),
        }
    }
}

fn messages(text: &str) -> String {
    read_alone(text).1.into_iter().map(|diagnostic| diagnostic.message + "\n").collect()
}

#[test]
fn every_key_of_the_schema_is_read() {
    let schema = schema();
    let tables = tables(&schema);
    assert!(tables.len() > 20);
    for table in &tables {
        for (key, _) in &table.properties {
            // No key takes a date, so one that is known says so.
            let text = format!("{}{key} = 1979-05-27\n", table.header());
            assert!(messages(&text).contains("found a date"), "{text}{}", messages(&text));
        }
    }
}

#[test]
fn every_key_of_the_reader_is_in_the_schema() {
    for table in tables(&schema()) {
        let text = format!("{}qqqqqq = 3\n", table.header());
        let keys: BTreeSet<String> = table.properties.iter().map(|(key, _)| format!("`{key}`")).collect();
        let found = messages(&text);
        let any_name = table.path.len() == 2 && table.path[0] == "sections";
        // What the reader knows it lists when a key is none of it.
        let Some((_, listed)) = found.lines().find_map(|line| line.split_once("`qqqqqq`, expected ")) else {
            assert!(any_name, "{text}{found}");
            continue;
        };
        let listed: BTreeSet<String> = listed.replace(" or ", ", ").split(", ").map(str::to_owned).collect();
        assert_eq!(listed, keys, "{text}");
    }
}

#[test]
fn everything_is_explained() {
    let schema = schema();
    for table in tables(&schema) {
        for (key, node) in table.properties {
            let explained = resolved(&schema, node).iter().any(|node| node["description"].is_string());
            assert!(explained, "{}{key}", table.path.join("."));
        }
    }
    let plan = &schema["$defs"]["Rules"]["properties"]["plan-too-long"];
    assert_eq!(plan["default"], "hint");
    assert_eq!(plan["description"], "What it looks for.");
    assert_eq!(plan["anyOf"][1]["properties"]["max-lines"]["default"], 200);
    for kind in Kind::ALL {
        let sections = &schema["$defs"]["Sections"]["properties"][kind.key()]["properties"];
        assert!(convention::sections(kind).iter().all(|spec| sections[&*spec.name]["description"] == *spec.purpose));
    }
}

/// Why `value` is not what `node` allows: the part of JSON Schema that the schema uses.
fn violation(schema: &Value, node: &Value, value: &Value) -> Option<String> {
    if let Some(reference) = node["$ref"].as_str()
        && let Some(why) = violation(schema, schema.pointer(&reference[1..]).unwrap(), value)
    {
        return Some(why);
    }
    if let Some(choices) = node["enum"].as_array().filter(|choices| !choices.contains(value)) {
        return Some(format!("{value} is none of {choices:?}"));
    }
    if let Some(choices) = node["anyOf"].as_array() {
        let all: Option<Vec<String>> = choices.iter().map(|choice| violation(schema, choice, value)).collect();
        if let Some(all) = all {
            return Some(either(all.into_iter()));
        }
    }
    let fits = match node["type"].as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("integer") => value.as_i64().is_some_and(|n| n >= node["minimum"].as_i64().unwrap_or(n)),
        Some("boolean") => value.is_boolean(),
        Some(other) => panic!("{other} is not checked"),
        None => true,
    };
    let too_few = value.as_array().is_some_and(|list| (list.len() as u64) < node["minItems"].as_u64().unwrap_or(0));
    if !fits || too_few {
        return Some(format!("{value} is no {node}"));
    }
    for element in value.as_array().into_iter().flatten().filter(|_| node.get("items").is_some()) {
        if let Some(why) = violation(schema, &node["items"], element) {
            return Some(why);
        }
    }
    for required in node["required"].as_array().into_iter().flatten() {
        if value.get(required.as_str().unwrap()).is_none() {
            return Some(format!("{required} is missing"));
        }
    }
    for (key, value) in value.as_object().into_iter().flatten() {
        let inner = node["properties"].get(key).unwrap_or(&node["additionalProperties"]);
        let why = if *inner == false { Some(format!("unknown {key}")) } else { violation(schema, inner, value) };
        if why.is_some() {
            return why;
        }
    }
    None
}

fn as_json(text: &str) -> Value {
    serde_json::to_value(toml::from_str::<toml::Table>(text).unwrap()).unwrap()
}

#[test]
fn the_schema_takes_what_the_reader_takes() {
    let schema = schema();
    assert_eq!(violation(&schema, &schema, &as_json(SAMPLE)), None);
    for (text, good) in [
        ("layout.plan = 'a'", true),
        ("layout.plan = []", false),
        ("layout.plan = 3", false),
        ("layout.plans = 'a'", false),
        ("rules.missing-section = 'off'", true),
        ("rules.missing-section = 'of'", false),
        ("rules.missing-section = { severity = 'hint' }", true),
        ("rules.missing-section = { max-lines = 3 }", false),
        ("rules.plan-too-long = { max-lines = -3 }", false),
        ("rules.nothing = 'off'", false),
        ("sections.plan.required = []", true),
        ("sections.plan.Goals = {}", true),
        ("sections.plan.Goals = []", false),
        ("sections.plan.Own.aliases = 'a'", true),
        ("sections.plan.Own.alias = 'a'", false),
        ("sections.notes = {}", false),
        ("templates.prompt = 'a.md'", true),
        ("templates.prompt = ['a.md']", false),
        ("[[overrides]]\nfiles = 'a'\nrules = {}", true),
        ("[overrides]\nfiles = 'a'\nrules = {}", false),
        ("[[overrides]]\nfiles = 'a'", false),
        ("x = 1", false),
    ] {
        assert_eq!(violation(&schema, &schema, &as_json(text)).is_none(), good, "schema: {text}");
        assert_eq!(read_alone(text).1.is_empty(), good, "reader: {text}");
    }
}
