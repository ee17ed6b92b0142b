//! The one source of section names, aliases, skeletons and placeholders.
//!
//! Reading, rules, completions, fixes and `init` all ask here, so a section is spelled in one place.

use std::fmt;

mod headings;
mod sections;

pub use self::headings::normalize_heading;
pub use self::sections::{FOREIGN, FREELY_QUALIFIED, NEGATIONS, PREPOSITIONS, QUALIFIERS, TAGS, UNITS_OF_WORK};
use self::sections::{PLAN, PROMPT, WORK_NOTES};

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
        ["plan", "prompt", "work notes"][self as usize]
    }

    /// As `phasemark.toml` writes it in `[layout]`, also the default folder.
    pub fn folder(self) -> &'static str {
        ["plan", "prompts", "work-notes"][self as usize]
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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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

/// A section that phasemark knows by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    Custom(u8),
}

/// A built-in section of one kind of artifact.
#[derive(Debug)]
pub struct SectionSpec {
    pub section: SectionName,
    /// The canonical heading.
    pub name: &'static str,
    /// Other headings that mean the same, in any case.
    pub aliases: &'static [&'static str],
    pub required: bool,
    /// What the section is for, one sentence.
    pub purpose: &'static str,
    /// Its body in a fresh artifact, without the heading; may be empty.
    pub skeleton: &'static str,
}

/// The built-in sections of a kind, in template order.
pub fn sections(kind: Kind) -> &'static [SectionSpec] {
    match kind {
        Kind::Plan => PLAN,
        Kind::Prompt => PROMPT,
        Kind::WorkNotes => WORK_NOTES,
    }
}

/// Whether a normalised label or heading is a name of the status, in any language.
pub fn is_status(normalized: &str) -> bool {
    let spec = WORK_NOTES.iter().find(|spec| spec.section == SectionName::Status);
    spec.is_some_and(|spec| {
        let mut names = [spec.name].into_iter().chain(spec.aliases.iter().copied());
        names.any(|name| name.to_lowercase() == normalized)
    })
}

/// The label that says how a phase is verified, and one way to do so.
pub const VERIFICATION: &str = "**Verification:**\n\n- [ ] <Verification command + expected outcome>";

/// The body of a plan's `Phase N: Name`, without its heading.
pub fn phase_skeleton() -> String {
    format!("1. <Task 1>\n2. <Task 2>\n\n{VERIFICATION}")
}

/// The words of a fresh artifact's first heading.
pub fn heading(kind: Kind, stem: &str) -> String {
    let title = title(stem);
    match kind {
        Kind::Plan => format!("{title}: Plan"),
        Kind::Prompt => format!("{title} - Execution Prompt"),
        Kind::WorkNotes => format!("{title} - Work Notes"),
    }
}

/// `phase-2-scaffold` as people write it in a heading: `Phase 2 scaffold`.
pub fn title(stem: &str) -> String {
    let name = stem.rsplit('/').next().unwrap_or(stem).replace(['-', '_'], " ");
    let mut chars = name.trim().chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// Placeholders of the built-in templates without their brackets; `N` stands for any number.
pub const PLACEHOLDERS: &[&str] = &[
    "One sentence: what we are building",
    "Goal N",
    "Constraint N",
    "Verification command + expected outcome",
    "Thing we will not do in this phase",
    "paths",
    "path N",
    "Path to reference implementation N",
    "Command",
    "Task N",
    "Name",
    "Decision",
    "Rationale",
    "Assumption",
    "Question",
    "YYYY-MM-DD HH:MM",
    "hash",
    "message",
    "Phase Name",
    "X",
    "phase",
];

/// Whether `text`, the inside of `<…>`, is a placeholder of the built-in templates.
pub fn is_placeholder(text: &str) -> bool {
    PLACEHOLDERS.iter().any(|placeholder| match placeholder.strip_suffix(" N") {
        Some(stem) => text
            .strip_prefix(stem)
            .and_then(|rest| rest.strip_prefix(' '))
            .is_some_and(|number| number == "N" || !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())),
        None => *placeholder == text,
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
