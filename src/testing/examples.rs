//! The examples in the documentation of rules.

use crate::{
    config::Level,
    convention::Kind,
    rules::{Rule, documentation},
};

/// The fenced examples below a heading of a rule's documentation.
pub fn examples(rule: &Rule, heading: &str) -> Vec<String> {
    let documentation = documentation::text(rule);
    let mut found = Vec::new();
    let mut open: Option<(String, String)> = None;
    let mut is_inside = false;
    for line in documentation.lines() {
        let ticks: String = line.chars().take_while(|c| *c == '`').collect();
        match &mut open {
            None if line.starts_with("### ") => is_inside = line == format!("### {heading}"),
            None if !is_inside => {}
            None if ticks.len() >= 3 => open = Some((ticks, String::new())),
            Some((fence, _)) if line == fence => found.push(open.take().expect("open").1),
            Some((_, example)) => *example += &format!("{line}\n"),
            None => {}
        }
    }
    found
}

/// The path that an example stands for unless it names its files.
fn default_path(rule: &Rule) -> &'static str {
    match rule.kind() {
        Some(Kind::Prompt) => "prompts/phase-1.md",
        Some(Kind::WorkNotes) => "work-notes/phase-1.md",
        _ => "plan/phase-1.md",
    }
}

/// An example with the names of its files; a rule that is off by default is on.
pub fn example_fixture(rule: &Rule, example: &str) -> String {
    let fixture =
        if example.contains("//- ") { example.to_owned() } else { format!("//- {}\n{example}", default_path(rule)) };
    if rule.spec.severity == Level::Off && !example.contains("//- phasemark.toml") {
        format!("{fixture}\n//- phasemark.toml\n[rules]\n{} = \"warning\"\n", rule.name())
    } else {
        fixture
    }
}
