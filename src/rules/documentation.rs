//! The documentation of a rule, as hover, `explain` and SARIF show it, and the table of all rules.

use std::fmt::Write;

use super::{Check, Level, Rule};
use crate::config::OptionValue;

/// A rule's documentation as Markdown: its name, default severity, what it looks at, what its file
/// says of it, and its options.
pub fn markdown(rule: &Rule) -> String {
    let about = format!(
        "Default: {} · Looks at: {} · Law: {}",
        severity(rule.spec.severity),
        subject(rule),
        rule.law.description()
    );
    // In examples, a line with the path of the file that follows.
    let text: String = text(rule)
        .lines()
        .map(|line| match line.strip_prefix("//- ") {
            Some(path) => format!("<!-- {path} -->\n"),
            None => format!("{line}\n"),
        })
        .collect();
    format!("# {}\n\n{about}\n\n{text}{}", rule.name(), options(rule))
}

/// The table of a rule's options; empty if it has none.
fn options(rule: &Rule) -> String {
    let mut out = String::new();
    if !rule.spec.options.is_empty() {
        out += "\n| Option | Default | |\n| --- | --- | --- |\n";
    }
    for option in rule.spec.options {
        let default = match option.default {
            OptionValue::Integer(number) => number.to_string(),
            OptionValue::Boolean(switch) => switch.to_string(),
        };
        let _ = writeln!(out, "| `{}` | `{default}` | {} |", option.name, option.description);
    }
    out
}

/// What the rule's file says, without the blank that `///` leaves before each line.
pub fn text(rule: &Rule) -> String {
    let lines = rule.documentation.lines().map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end());
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// The default severity in a word.
pub fn severity(level: Level) -> &'static str {
    match level {
        Level::Off => "off",
        Level::At(severity) => severity.name(),
        Level::ByFinding => "varies",
    }
}

/// The files that it looks at.
fn subject(rule: &Rule) -> &'static str {
    match rule.kind() {
        _ if matches!(rule.check, Check::Declaring(_)) => "plan, prompt",
        Some(kind) => kind.name(),
        None if rule.name() == crate::config::RULE => "phasemark.toml",
        None => "all artifacts",
    }
}

#[cfg(test)]
mod tests;
