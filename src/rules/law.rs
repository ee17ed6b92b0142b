//! When a rule may speak: the laws that rules stand under, and which finding silences which.
//!
//! A rule states its law and its condition; whether a file, a project or an author has earned it, whether the
//! unit is over, and what one cause may say is decided here, for all rules.

use std::ops::Range;

use super::{Found, Rule};
use crate::{
    artifact::Document,
    convention::{Kind, SectionName},
    diagnostic::Diagnostic,
    workspace::Workspace,
};

/// What earns a rule the right to speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Law {
    /// Nothing: it speaks about what is there. Silent once the unit is over.
    None,
    /// The file follows the template.
    Template,
    /// The project has pairs: nearly all other units have that role.
    Pair,
    /// The author does it elsewhere in the same list.
    Habit,
    /// It is about the end of a unit, and speaks when that is over, too.
    End,
    /// It speaks always: secrets, encodings, suppressions, the configuration.
    Always,
}

impl Law {
    /// For `explain` and the table of rules.
    pub fn description(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Template => "template: only in files that follow the template",
            Self::Pair => "pair: only where most other units have that file",
            Self::Habit => "habit: only where most others of the same list do it",
            Self::End => "end: also when the unit is over",
            Self::Always => "always",
        }
    }

    /// The same in a word.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Template => "template",
            Self::Pair => "pair",
            Self::Habit => "habit",
            Self::End => "end",
            Self::Always => "always",
        }
    }
}

/// The law that a rule states, or none.
macro_rules! law {
    () => {
        $crate::rules::law::Law::None
    };
    ($law:ident) => {
        $crate::rules::law::Law::$law
    };
}
pub(super) use law;

/// What the laws ask of a document, found out once for all rules.
#[derive(Clone, Copy)]
pub struct Earned {
    pub follows_template: bool,
    /// Whether a heading or label of it is known.
    pub is_known: bool,
    /// Whether something never closes, or cannot be read: what follows may hold what seems absent.
    pub hides_text: bool,
    pub is_over: bool,
}

impl Earned {
    pub fn of(workspace: &Workspace, document: &Document) -> Self {
        Self {
            follows_template: workspace.follows_template(document),
            is_known: document.artifact.has_known_section(),
            hides_text: document.hides_text(),
            is_over: workspace.is_over(document),
        }
    }

    /// Whether what `rule` finds can be relied on: nothing hides what it may miss.
    pub fn knows(&self, rule: &Rule) -> bool {
        !(rule.is_about_absence && self.hides_text)
    }

    /// Whether `rule` may speak at all.
    pub fn allows(&self, rule: &Rule) -> bool {
        let is_known = !rule.is_about_absence || self.is_known || self.follows_template;
        let has_template = rule.law != Law::Template || self.follows_template;
        let is_timely = !self.is_over || matches!(rule.law, Law::End | Law::Always);
        self.knows(rule) && is_known && has_template && is_timely
    }
}

/// Where a finding must be for another to silence it.
#[derive(Clone, Copy)]
enum Scope {
    /// Anywhere in the file.
    File,
    /// In the same section, or one inside it.
    Section,
    /// At the same bytes.
    Place,
    /// A path below the one that is marked.
    PathBelow,
}

/// One cause, one finding: the first speaks, the others are silent.
const SILENCES: &[(&str, Scope, &[&str])] = &[
    ("missing-definition-of-done", Scope::File, &["phase-without-verification"]),
    ("empty-definition-of-done", Scope::Section, &["leftover-placeholder"]),
    (
        "leftover-placeholder",
        Scope::Section,
        &["no-declared-references", "empty-section", "incomplete-log-entry", "decision-without-rationale"],
    ),
    ("phase-mismatch", Scope::Place, &["broken-reference"]),
    ("broken-reference", Scope::PathBelow, &["broken-reference", "undeclared-reference"]),
    ("broken-reference", Scope::Place, &["broken-link"]),
    ("conflicting-status", Scope::File, &["premature-complete", "stale-status"]),
    ("malformed-log-entry", Scope::Place, &["log-order"]),
    ("duplicate-section", Scope::File, &["log-order"]),
    ("missing-session-log-entry", Scope::File, &["stale-notes"]),
];

/// What the findings of a document silence. Those that a comment ignores silence as well: their cause is known.
pub(super) struct Silences<'a> {
    found: Vec<(&'static [&'static str], Reach<'a>)>,
}

impl<'a> Silences<'a> {
    pub fn of(document: &'a Document, found: &[Found]) -> Self {
        let of_rule = |rule: &str| -> Vec<Range<usize>> {
            let found = found.iter().map(|found| &found.diagnostic).filter(|finding| finding.rule == rule);
            found.map(|finding| finding.range.clone()).collect()
        };
        let mut silences = Vec::new();
        for (speaker, scope, silenced) in SILENCES {
            let ranges = of_rule(speaker);
            if !ranges.is_empty() {
                silences.push((*silenced, Reach::of(*scope, document, ranges)));
            }
        }
        // A prompt that lacks its Context is told so once.
        let artifact = &document.artifact;
        let lacks_context = artifact.kind == Kind::Prompt && !artifact.sections.has(SectionName::Context);
        if lacks_context && !of_rule("missing-section").is_empty() {
            silences.push((&["missing-context-link", "no-declared-references"], Reach::File));
        }
        Self { found: silences }
    }

    /// Whether another finding tells the cause of this one. `text`: the document's.
    pub fn cover(&self, finding: &Diagnostic, text: &str) -> bool {
        self.found.iter().any(|(rules, reach)| rules.contains(&finding.rule) && reach.covers(&finding.range, text))
    }
}

/// The bytes or paths that some findings speak for.
enum Reach<'a> {
    File,
    /// In order, without overlap.
    Ranges(Vec<Range<usize>>),
    /// Folders, ending in `/`, in order.
    Folders(Vec<&'a str>),
}

impl<'a> Reach<'a> {
    fn of(scope: Scope, document: &'a Document, ranges: Vec<Range<usize>>) -> Self {
        let ranges = ranges.into_iter();
        let section_of = |range: Range<usize>| {
            document.artifact.sections.at(range.start).map_or(range, |section| section.range.clone())
        };
        let mut ranges: Vec<_> = match scope {
            Scope::File => return Self::File,
            Scope::Section => ranges.map(section_of).collect(),
            Scope::Place => ranges.collect(),
            Scope::PathBelow => {
                let paths = ranges.map(|range| document.text[range].trim_matches('`'));
                let mut folders: Vec<_> = paths.filter(|path| path.ends_with('/')).collect();
                folders.sort_unstable();
                return Self::Folders(folders);
            }
        };
        ranges.sort_unstable_by_key(|range| (range.start, range.end));
        let mut joined: Vec<Range<usize>> = Vec::new();
        for range in ranges {
            match joined.last_mut().filter(|last| range.start < last.end) {
                Some(last) => last.end = last.end.max(range.end),
                None => joined.push(range),
            }
        }
        Self::Ranges(joined)
    }

    fn covers(&self, range: &Range<usize>, text: &str) -> bool {
        match self {
            Self::File => true,
            Self::Ranges(ranges) => {
                let after = ranges.partition_point(|other| other.start <= range.start);
                after > 0 && range.start < ranges[after - 1].end
                    || ranges.get(after).is_some_and(|other| other.start < range.end)
            }
            Self::Folders(folders) => {
                // Every folder that a path begins with sorts before it.
                let path = text[range.clone()].trim_matches('`');
                let mut end = path.len();
                while let Some(at) = path[..end].rfind('/') {
                    if at + 1 < path.len() && folders.binary_search(&&path[..=at]).is_ok() {
                        return true;
                    }
                    end = at;
                }
                false
            }
        }
    }
}
