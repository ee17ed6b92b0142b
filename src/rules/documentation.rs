//! The documentation of a rule, as hover, `explain` and SARIF show it, and the table of all rules.

use serde::Serialize;

use super::{Check, Level, Rule};
use crate::config::{OptionSpec, OptionValue};

/// Each fix that the examples of a rule get: the rule, the title, and whether it is safe; written by a test.
const FIXES: &str = include_str!("fixes.txt");

/// What a finding may offer, as the rule's examples show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct KnownFix {
    pub title: &'static str,
    /// Whether fix-all applies it.
    pub safe: bool,
}

/// [`markdown`], and which fixes the examples get.
pub fn with_fixes(rule: &Rule) -> String {
    let items: String = fixes(rule)
        .map(|fix| match fix.safe {
            true => format!("- {} (safe: also by `check --fix` and fix-all)\n", fix.title),
            false => format!("- {}\n", fix.title),
        })
        .collect();
    let items = if items.is_empty() { "None.\n".to_owned() } else { items };
    format!("{}\n### Fixes\n\n{items}", markdown(rule))
}

/// A rule's documentation as Markdown: its name, default severity, what it looks at, what its file says of it, and its
/// options.
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

/// The list of a rule's options under its heading, if it has any.
fn options(rule: &Rule) -> String {
    if rule.spec.options.is_empty() {
        return String::new();
    }
    let item = |option: &OptionSpec| {
        let default = match option.default {
            OptionValue::Integer(number) => number.to_string(),
            OptionValue::Boolean(is_on) => is_on.to_string(),
        };
        format!("- `{}` (default: `{default}`): {}\n", option.name, option.description)
    };
    format!("\n### Options\n\n{}", rule.spec.options.iter().map(item).collect::<String>())
}

/// The fixes that the examples of a rule get.
pub fn fixes(rule: &Rule) -> impl Iterator<Item = KnownFix> {
    let own = FIXES.lines().filter_map(|line| line.strip_prefix(rule.name())?.strip_prefix('\t'));
    own.map(|fix| match fix.strip_suffix("\tsafe") {
        Some(title) => KnownFix { title, safe: true },
        None => KnownFix { title: fix, safe: false },
    })
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
pub fn subject(rule: &Rule) -> &'static str {
    match rule.kind() {
        _ if matches!(rule.check, Check::Declaring(_)) => "plan, prompt",
        Some(kind) => kind.name(),
        None if rule.name() == crate::config::RULE => "phasemark.toml",
        None => "all artifacts",
    }
}

#[cfg(test)]
mod tests;
