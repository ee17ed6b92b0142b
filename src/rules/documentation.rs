//! The documentation of a rule, as hover, `explain` and SARIF show it, and the table of all rules.

use super::{Check, Level, Rule};

/// Each fix that the examples of a rule get: the rule, the title, and whether it is safe; written by a test.
const FIXES: &str = include_str!("fixes.txt");

/// [`markdown`], and which fixes the examples get.
pub fn with_fixes(rule: &Rule) -> String {
    format!("{}\n### Fixes\n\n{}", markdown(rule), fixes(rule))
}

/// A rule's documentation as Markdown: its name, default severity, what it looks at, and what its file
/// says of it.
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
    format!("# {}\n\n{about}\n\n{text}", rule.name())
}

/// The list of a rule's fixes.
fn fixes(rule: &Rule) -> String {
    let own = FIXES.lines().filter_map(|line| line.strip_prefix(rule.name())?.strip_prefix('\t'));
    let items: String = own
        .map(|fix| match fix.strip_suffix("\tsafe") {
            Some(title) => format!("- {title} (safe: also by `check --fix` and fix-all)\n"),
            None => format!("- {fix}\n"),
        })
        .collect();
    if items.is_empty() { "None.\n".to_owned() } else { items }
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
