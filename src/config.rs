//! `phasemark.toml`: typed configuration with its defaults, read key by key so that one mistake
//! spoils one key.
//!
//! Architecture invariant: rules are known here only by the [`RuleSpec`]s that the caller hands in,
//! and no file is ever opened.

mod layout;
mod mistake;
mod path;
mod read;
mod schema;
mod tree;

#[cfg(test)]
mod tests;

pub use self::{
    mistake::{RULE, nearest},
    read::{from_client, read},
    schema::schema,
    tree::parse_manifest,
};

use std::{collections::BTreeMap, ops::Range};

use crate::{
    diagnostic::Severity,
    template::{Kind, PerKind},
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
#[derive(Debug)]
pub struct OptionSpec {
    pub name: &'static str,
    pub default: OptionValue,
    /// One sentence for the schema and the documentation.
    pub description: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

pub type RuleSettings = BTreeMap<&'static str, RuleSetting>;

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
#[derive(Clone, Debug)]
pub struct Override {
    pub files: globset::GlobSet,
    pub rules: RuleSettings,
}

/// A root's configuration; paths are relative to the root, with `/`.
#[derive(Clone, Debug)]
pub struct Config {
    /// Artifact folders, at least one of each kind.
    pub layout: PerKind<Vec<String>>,
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

impl Default for Config {
    fn default() -> Self {
        Self {
            layout: PerKind::from_fn(|kind: Kind| vec![kind.folder().to_owned()]),
            roots: Vec::new(),
            exclude: globset::GlobSet::empty(),
            rules: RuleSettings::new(),
            sections: PerKind::default(),
            templates: PerKind::default(),
            template_places: PerKind::default(),
            ignored_references: globset::GlobSet::empty(),
            overrides: Vec::new(),
            from_file: false,
            prefix: String::new(),
        }
    }
}

/// What a configuration says of the rules for one file, the most specific first: the last override that names
/// a rule wins.
#[derive(Clone, Debug)]
pub struct RulesForFile<'a>(Vec<&'a RuleSettings>);

impl RulesForFile<'_> {
    /// The severity of a rule; `None` where it is off.
    pub fn severity(&self, rule: &RuleSpec) -> Option<Level> {
        match self.of(rule).find_map(|setting| setting.severity) {
            Some(severity) => severity.map(Level::At),
            None if rule.severity == Level::Off => None,
            None => Some(rule.severity),
        }
    }

    /// The value of a rule's option.
    ///
    /// # Panics
    /// If the rule has no such option.
    pub fn option(&self, rule: &RuleSpec, option: &str) -> OptionValue {
        let spec = rule.options.iter().find(|spec| spec.name == option).expect("an option that the rule declares");
        self.of(rule).find_map(|setting| setting.options.get(option).copied()).unwrap_or(spec.default)
    }

    fn of(&self, rule: &RuleSpec) -> impl Iterator<Item = &RuleSetting> {
        self.0.iter().filter_map(|rules| rules.get(rule.name))
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
    /// The longest folder that holds the path decides. The stem is the path below it without
    /// `.md`: `plan/billing/phase-1.md` has the stem `billing/phase-1`.
    pub fn artifact<'p>(&self, path: &'p str) -> Option<(Kind, &'p str)> {
        let below = |folder: &String| path::strip_folder(path, folder).filter(|below| !below.is_empty());
        let folders = Kind::ALL.into_iter().flat_map(|kind| self.layout.get(kind).iter().map(move |f| (kind, f)));
        let held = folders.filter_map(|(kind, folder)| Some((kind, below(folder)?)));
        let (kind, below) = held.min_by_key(|(_, below)| below.len())?;
        let stem = artifact_stem(below)?;
        (!self.matches(&self.exclude, path)).then_some((kind, stem))
    }

    /// Where a new artifact belongs: in the first folder of its kind. `None` if a file there would be no
    /// such artifact, be it by its name or because it is excluded.
    pub fn path_of(&self, kind: Kind, stem: &str) -> Option<Box<str>> {
        let path = format!("{}/{stem}.md", self.layout.get(kind).first()?);
        (self.artifact(&path) == Some((kind, stem))).then(|| path.into())
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
        let mut folders = Kind::ALL.into_iter().flat_map(|kind| self.layout.get(kind));
        folders.any(|folder| path::strip_folder(path, folder).or_else(|| path::strip_folder(folder, path)).is_some())
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

/// The stem of a path below an artifact folder. Names that begin with `_`, of a file or of a folder
/// around it, are set aside by their owner; those that begin with a dot are an editor's or a system's.
fn artifact_stem(below: &str) -> Option<&str> {
    let stem_length = below.len().checked_sub(".md".len())?;
    let extension = below.get(stem_length..)?;
    let stem = &below[..stem_length];
    let name = stem.rsplit('/').next().unwrap_or(stem);
    let about_the_folder = ["readme", "index"].iter().any(|other| name.eq_ignore_ascii_case(other));
    let set_aside = stem.split('/').any(|part| part.starts_with(['_', '.']));
    let is_artifact = extension.eq_ignore_ascii_case(".md") && !name.is_empty() && !about_the_folder && !set_aside;
    is_artifact.then_some(stem)
}
