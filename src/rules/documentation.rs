//! A rule's documentation as people read it: on hover, by `explain`, in SARIF.

use super::Rule;

pub fn markdown(rule: &Rule) -> String {
    format!("# {}\n\n{}", rule.name(), rule.documentation)
}
