//! The rules: what they have in common, the alphabetical list, and how a document is run through it.

use crate::{config::RuleSpec, template::Kind};

/// One rule: its name, documentation and defaults. What it does stands in its own file.
#[derive(Debug)]
pub struct Rule {
    pub spec: RuleSpec,
    /// The kinds of artifact it looks at; empty for all.
    pub kinds: &'static [Kind],
    /// Markdown: a sentence, then `### Why`, `### Fires`, `### Quiet` and perhaps `### Options`.
    pub documentation: &'static str,
}

impl Rule {
    pub fn name(&self) -> &'static str {
        self.spec.name
    }

    /// The documentation's first sentence.
    pub fn summary(&self) -> &'static str {
        self.documentation.split("\n\n").next().unwrap_or_default().trim()
    }
}

/// Every rule, by name.
pub fn all() -> &'static [&'static Rule] {
    &[]
}

/// The rule called `name`.
pub fn find(name: &str) -> Option<&'static Rule> {
    all().iter().copied().find(|rule| rule.name() == name)
}
