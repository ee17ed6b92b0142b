//! `phasemark.toml`: typed configuration with its defaults, read key by key so that one mistake
//! spoils one key.
//!
//! Architecture invariant: rules are known here only by the [`RuleSpec`]s that the caller hands in,
//! and no file is ever opened.

mod entries;
mod layout;
mod mistake;
mod path;
mod read;
mod reader;
mod schema;
mod tree;

#[cfg(test)]
mod tests;

pub use self::{
    entries::{Entry, Layout, is_about_its_folder, is_never_entered, markdown_stem},
    mistake::{RULE, key_text, nearest},
    path::folder_globs,
    read::{from_client, read},
    schema::schema,
    tree::{overlong_key, parse_manifest},
};

use std::{collections::BTreeMap, ops::Range};

use serde::Serialize;

use crate::{
    convention::{Kind, PerKind},
    diagnostic::Severity,
    text::nfc,
};

/// What configuration has to know about a rule.
#[derive(Debug)]
pub struct RuleSpec {
    pub name: &'static str,
    /// `None`: the rule decides finding by finding.
    pub severity: Level,
    pub options: &'static [OptionSpec],
}

/// A rule's severity before configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    Off,
    At(Severity),
    /// The rule decides finding by finding.
    ByFinding,
}

/// One option of a rule, beside `severity`.
#[derive(Debug, Serialize)]
pub struct OptionSpec {
    #[serde(skip)]
    pub name: &'static str,
    pub default: OptionValue,
    /// One sentence for the schema and the documentation.
    pub description: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum OptionValue {
    Integer(u32),
    Boolean(bool),
}

/// What `[rules]` says of one rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleSetting {
    /// `None`: the default. `Some(None)`: off.
    pub severity: Option<Option<Severity>>,
    pub options: BTreeMap<&'static str, OptionValue>,
}

/// By the name of the rule, or [`ALL`].
pub type RuleSettings = BTreeMap<&'static str, RuleSetting>;

/// The key for every rule that a table does not name.
pub const ALL: &str = "all";

/// What `[sections.KIND]` says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SectionSettings {
    /// Whether every file of that kind is held against the template.
    pub strict: bool,
    /// Replaces the built-in list; canonical names, aliases or names of the team's own.
    pub required: Option<Vec<String>>,
    /// Section name to further headings that mean the same, in the file's order.
    pub aliases: Vec<(String, Vec<String>)>,
}

/// `[[overrides]]`: rules for some files only.
#[derive(Clone, Debug, Default)]
pub struct Override {
    pub files: globset::GlobSet,
    pub rules: RuleSettings,
}

/// A root's configuration; paths are relative to the root, with `/`.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// Where artifacts are, at least one entry for each kind.
    pub layout: Layout,
    /// Patterns of folders, seen from this root, that are roots of their own; `*` matches no `/`.
    pub roots: Vec<String>,
    /// Files that are no artifacts.
    pub exclude: globset::GlobSet,
    pub rules: RuleSettings,
    pub sections: PerKind<SectionSettings>,
    pub templates: PerKind<Option<String>>,
    /// Where the file names them (bytes): whether they are there is not known here.
    pub template_places: PerKind<Option<Range<usize>>>,
    /// References that no rule looks at.
    pub ignored_references: globset::GlobSet,
    pub overrides: Vec<Override>,
    /// Whether a `phasemark.toml` is in force at the root.
    pub from_file: bool,
    /// Where the root lies below the folder of that file, which patterns of paths are written for:
    /// empty, or ending in `/`.
    pub prefix: String,
}

/// What a configuration says of the rules for one file, the most specific first: the last override that names
/// a rule wins.
#[derive(Clone, Debug)]
pub struct RulesForFile<'a>(Vec<&'a RuleSettings>);

impl RulesForFile<'_> {
    /// The severity of a rule; `None` where it is off.
    pub fn severity(&self, rule: &RuleSpec) -> Option<Level> {
        match self.set_severity(rule.name) {
            Some(severity) => severity.map(Level::At),
            None if rule.severity == Level::Off => None,
            None => Some(rule.severity),
        }
    }

    /// The severity that is set for a rule, without its default; `Some(None)`: off.
    pub fn set_severity(&self, rule: &str) -> Option<Option<Severity>> {
        let set = |rules: &&RuleSettings| [rule, ALL].iter().find_map(|name| rules.get(name)?.severity);
        self.0.iter().find_map(set)
    }

    /// The value of a rule's option.
    ///
    /// # Panics
    /// If the rule has no such option.
    pub fn option(&self, rule: &RuleSpec, option: &str) -> OptionValue {
        let spec = rule.options.iter().find(|spec| spec.name == option).expect("an option that the rule declares");
        let mut settings = self.0.iter().filter_map(|rules| rules.get(rule.name));
        settings.find_map(|setting| setting.options.get(option).copied()).unwrap_or(spec.default)
    }
}

impl Config {
    /// What it says of the rules for the file `path`.
    pub fn rules_for(&self, path: &str) -> RulesForFile<'_> {
        let overrides = self.overrides.iter().rev().filter(|other| self.matches(&other.files, path));
        RulesForFile(overrides.map(|other| &other.rules).chain([&self.rules]).collect())
    }

    /// The kind and the stem of the artifact at `path`; `None` if it is none. Whether a file counts
    /// that stands in such a folder by chance is the workspace's to say.
    ///
    /// The most exact entry of `[layout]` that holds the path decides. The stem is the path below that folder, or below
    /// the longest folder that a file or pattern spells, without `.md`: `plan/billing/phase-1.md` has the stem
    /// `billing/phase-1`, and so it has by `plan/*/*.md`.
    pub fn artifact<'p>(&self, path: &'p str) -> Option<(Kind, &'p str)> {
        self.layout.find(path).filter(|_| !self.matches(&self.exclude, path))
    }

    /// Where a new artifact belongs: in the first folder of its kind; without folders, where the first pattern is that
    /// holds it. `None` if a file there would be no such artifact, be it by its name or because it is excluded.
    pub fn path_of(&self, kind: Kind, stem: &str) -> Option<Box<str>> {
        let is_own = |path: &String| self.artifact(path) == Some((kind, stem));
        let mut places = self.layout.places(kind, stem);
        let path = match self.layout.first_folder(kind) {
            Some(_) => places.next().filter(is_own),
            None => places.find(is_own),
        };
        path.map(Into::into)
    }

    /// Whether patterns of this configuration match `path`, which is relative to the root.
    pub fn matches(&self, patterns: &globset::GlobSet, path: &str) -> bool {
        let path = &*nfc(path);
        if self.prefix.is_empty() {
            patterns.is_match(path)
        } else {
            patterns.is_match(format!("{}{path}", nfc(&self.prefix)))
        }
    }

    /// Whether `[references] ignore` names `path`, which is relative to the root.
    pub fn ignores_reference(&self, path: &str) -> bool {
        self.matches(&self.ignored_references, path)
    }

    /// Whether a folder at `path` would hold artifacts, or lie among them.
    pub fn concerns_folder(&self, path: &str) -> bool {
        self.layout.concerns_folder(path)
    }

    /// Which kind of artifact `path` is; see [`Self::artifact`].
    pub fn kind_of(&self, path: &str) -> Option<Kind> {
        self.artifact(path).map(|(kind, _)| kind)
    }

    /// What the files of one phase have in common; see [`Self::artifact`].
    pub fn stem<'p>(&self, path: &'p str) -> Option<&'p str> {
        self.artifact(path).map(|(_, stem)| stem)
    }
}
