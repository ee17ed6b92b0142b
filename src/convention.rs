//! Conventions: where artifacts are, what their sections are called, which words are used.
//!
//! They are data: TOML files in `builtin/`, read once. What the engine does with a section is code; that it is called
//! "Definition of done" or "Exit criteria" is not. `common.toml` has the names and words that every convention begins
//! with.

use std::{fmt, sync::LazyLock};

use foldhash::HashMap;
use serde::Deserialize;

mod headings;
mod read;
mod words;

pub use self::{headings::normalize_heading, words::Words};

/// What an artifact is for; each kind lives in folders of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Plan,
    Prompt,
    WorkNotes,
}

impl Kind {
    pub const ALL: [Self; 3] = [Self::Plan, Self::Prompt, Self::WorkNotes];

    /// As a person says it: "plan", "prompt", "work notes".
    pub fn name(self) -> &'static str {
        &role(self).noun
    }

    /// As `phasemark.toml` writes it in `[layout]`, also the default folder.
    pub fn folder(self) -> &'static str {
        &role(self).folder
    }

    /// As `phasemark.toml` writes it in `[sections.*]` and `[templates]`.
    pub fn key(self) -> &'static str {
        ["plan", "prompt", "work-notes"][self as usize]
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One value for each kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PerKind<T> {
    pub plan: T,
    pub prompt: T,
    pub work_notes: T,
}

impl<T> PerKind<T> {
    pub fn from_fn(mut make: impl FnMut(Kind) -> T) -> Self {
        Self { plan: make(Kind::Plan), prompt: make(Kind::Prompt), work_notes: make(Kind::WorkNotes) }
    }

    pub fn get(&self, kind: Kind) -> &T {
        match kind {
            Kind::Plan => &self.plan,
            Kind::Prompt => &self.prompt,
            Kind::WorkNotes => &self.work_notes,
        }
    }

    pub fn get_mut(&mut self, kind: Kind) -> &mut T {
        match kind {
            Kind::Plan => &mut self.plan,
            Kind::Prompt => &mut self.prompt,
            Kind::WorkNotes => &mut self.work_notes,
        }
    }
}

/// A section that phasemark knows, by what it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SectionName {
    Overview,
    Goals,
    Constraints,
    DefinitionOfDone,
    OutOfScope,
    References,
    DependsOn,
    Files,
    FilesNew,
    FilesModified,
    FilesReferenced,
    RequiredReading,
    Deliverables,
    Verification,
    /// Says whether a plan is verified; its items are no done items.
    Testing,
    Role,
    Context,
    Task,
    SessionManagement,
    CommitDiscipline,
    Status,
    Decisions,
    Assumptions,
    OpenQuestions,
    SessionLog,
    Commits,
    /// A section that only the configuration names, by its place in that list.
    #[serde(skip)]
    Custom(u8),
}

/// A convention: its own data and what all begin with.
#[derive(Debug)]
pub struct Convention {
    roles: PerKind<Role>,
    pub blocks: Blocks,
    /// Without their brackets; `N` at the end stands for any number.
    placeholders: Vec<Box<str>>,
    pub headings: HeadingWords,
    pub statuses: StatusWords,
    words: HashMap<Box<str>, Vec<Box<str>>>,
}

/// One kind of artifact.
#[derive(Debug)]
pub struct Role {
    noun: Box<str>,
    folder: Box<str>,
    /// The words of a fresh artifact's first heading; `{title}` is the phase.
    title: Box<str>,
    /// In template order.
    sections: Vec<SectionSpec>,
}

/// A section of one kind of artifact.
#[derive(Clone, Debug)]
pub struct SectionSpec {
    pub section: SectionName,
    /// The canonical heading.
    pub name: Box<str>,
    /// Other headings that mean the same, in any case; one after `^` only where it begins the heading.
    pub aliases: Vec<Box<str>>,
    pub required: bool,
    /// What the section is for, one sentence.
    pub purpose: Box<str>,
    /// Its body in a fresh artifact, without the heading; may be empty.
    pub skeleton: Box<str>,
}

/// Markdown that is inserted as a whole.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Blocks {
    phase: Box<str>,
    /// The label that says how a phase is verified, and one way to do so.
    pub verification: Box<str>,
}

/// The words that headings are read by, beside the names of sections.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct HeadingWords {
    qualifiers: Vec<Box<str>>,
    negations: Vec<Box<str>>,
    prepositions: Vec<Box<str>>,
    freely_qualified: Vec<Box<str>>,
    units_of_work: Vec<Box<str>>,
    tags: HashMap<Box<str>, Box<str>>,
}

impl HeadingWords {
    /// Whether `word` may stand before a name of a single word: `Project status`.
    pub fn qualifies(&self, word: &str) -> bool {
        has(&self.qualifiers, word)
    }

    /// Whether a heading that has `word` before a name speaks of something else.
    pub fn negates(&self, word: &str) -> bool {
        has(&self.negations, word)
    }

    /// Whether `word` may follow a name: `Definition of done for phase 1`.
    pub fn follows(&self, word: &str) -> bool {
        has(&self.prepositions, word)
    }

    /// Whether a name of a single word, in the plural, takes any words before it.
    pub fn is_freely_qualified(&self, name: &str) -> bool {
        has(&self.freely_qualified, name)
    }

    /// Whether `word` and a number are a piece of work: `phase 2`.
    pub fn is_unit_of_work(&self, word: &str) -> bool {
        has(&self.units_of_work, word)
    }

    /// The heading that an XML-like tag stands for, if that is another one.
    pub fn of_tag(&self, tag: &str) -> Option<&str> {
        self.tags.get(tag).map(|heading| &**heading)
    }
}

fn has(words: &[Box<str>], word: &str) -> bool {
    words.iter().any(|known| **known == *word)
}

/// How people say where the work stands, in lower case.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct StatusWords {
    pub not_started: Vec<Box<str>>,
    pub in_progress: Vec<Box<str>>,
    pub blocked: Vec<Box<str>>,
    pub complete: Vec<Box<str>>,
}

/// The convention that is built in.
pub fn built_in() -> &'static Convention {
    static BUILT_IN: LazyLock<Convention> = LazyLock::new(|| {
        let [common, own] =
            [include_str!("convention/builtin/common.toml"), include_str!("convention/builtin/phasemark.toml")];
        read::read(common, own).unwrap_or_else(|error| panic!("a built-in convention is not readable: {error}"))
    });
    &BUILT_IN
}

fn role(kind: Kind) -> &'static Role {
    built_in().roles.get(kind)
}

/// The built-in sections of a kind, in template order.
pub fn sections(kind: Kind) -> &'static [SectionSpec] {
    &role(kind).sections
}

/// Whether a normalised label or heading is a name of the status, in any language.
pub fn is_status(normalized: &str) -> bool {
    let spec = sections(Kind::WorkNotes).iter().find(|spec| spec.section == SectionName::Status);
    spec.is_some_and(|spec| {
        let mut names = [&spec.name].into_iter().chain(&spec.aliases);
        // Few labels need more than a look at their length.
        names.any(|name| match normalized.is_ascii() {
            true => name.eq_ignore_ascii_case(normalized),
            false => name.to_lowercase() == normalized,
        })
    })
}

/// The body of a plan's `Phase N: Name`, without its heading.
pub fn phase_skeleton() -> String {
    let Blocks { phase, verification } = &built_in().blocks;
    [&**phase, verification].concat()
}

/// The words of a fresh artifact's first heading.
pub fn heading(kind: Kind, stem: &str) -> String {
    role(kind).title.replace("{title}", &title(stem))
}

/// `phase-2-scaffold` as people write it in a heading: `Phase 2 scaffold`.
pub fn title(stem: &str) -> String {
    let name = stem.rsplit('/').next().unwrap_or(stem).replace(['-', '_'], " ");
    let mut chars = name.trim().chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// Whether `text`, the inside of `<…>`, is a placeholder of the built-in templates.
pub fn is_placeholder(text: &str) -> bool {
    built_in().placeholders.iter().any(|placeholder| match placeholder.strip_suffix(" N") {
        Some(stem) => text
            .strip_prefix(stem)
            .and_then(|rest| rest.strip_prefix(' '))
            .is_some_and(|number| number == "N" || !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())),
        None => **placeholder == *text,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_take_any_number() {
        for known in ["Goal 1", "Goal N", "Goal 12", "paths", "YYYY-MM-DD HH:MM"] {
            assert!(is_placeholder(known), "{known}");
        }
        for other in ["Goal", "Goal one", "div", "goal 1", "details", ""] {
            assert!(!is_placeholder(other), "{other}");
        }
    }
}
