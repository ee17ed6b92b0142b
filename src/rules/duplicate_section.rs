use std::collections::HashMap;

use super::{Context, Sink};
use crate::{
    artifact::{
        Artifact,
        sections::{Section, SectionStyle, Sections},
    },
    template::SectionName,
};

rule! {
    /// A section must not be there twice in one place.
    ///
    /// ### Why
    ///
    /// Two sections `Open questions` are two lists: a reader answers one and never sees the other,
    /// and a model writes into the one that it finds first.
    ///
    /// The same heading below different headings is fine. So is a group of sections that is repeated
    /// for each part of a document (`Loop 1`, `Overview`, `Inputs`, `Loop 2`, `Overview`, `Inputs`).
    ///
    /// ### Fires
    ///
    /// ```md
    /// # Phase 1: Gateway chart
    ///
    /// ## Goals
    /// - A chart that installs
    ///
    /// ## Constraints
    ///
    /// ## 3. Goals:
    /// - Probes like those of the reference chart
    /// ```
    ///
    /// ### Quiet
    ///
    /// ```md
    /// # Phase 1: Gateway chart
    ///
    /// ## Chart 1: gateway
    /// ## Goals
    /// - It installs
    ///
    /// ## Chart 2: probes
    /// ## Goals
    /// - They answer
    /// ```
    "duplicate-section", severity = Warning, check = Artifact(check)
}

fn check(ctx: &Context, artifact: &Artifact, out: &mut Sink) {
    let groups = Groups::read(&artifact.sections);
    let mut seen: HashMap<_, usize> = HashMap::new();
    for (index, section) in artifact.sections.all.iter().enumerate() {
        let Some(name) = section.name.filter(|_| section.style == SectionStyle::Heading) else { continue };
        let heading = ctx.slice(section.heading.clone());
        let key = (section.parent, name, &*section.normalized, remark(heading));
        let Some(first) = seen.get(&key).copied().filter(|first| !groups.repeat(*first, index)) else {
            seen.insert(key, index);
            continue;
        };
        let title = ctx.workspace.vocabulary.name(artifact.kind, name);
        let first = artifact.sections.all[first].heading.clone();
        out.report(section.heading.clone(), format!("The section `{title}` is already there: put both into one."))
            .relate(&ctx.document.path, first, "The first one.");
    }
}

/// What a heading says in brackets: `Acceptance criteria (v2)` is not `Acceptance criteria (v1)`.
fn remark(heading: &str) -> String {
    let start = heading.find(['(', '（']).unwrap_or(heading.len());
    heading[start..].chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Parts of a document: headings that no kind knows, each with the canonical ones that follow it on
/// the same level.
struct Groups<'a> {
    /// The group of each section; sections before the first such heading have none.
    of: Vec<Option<usize>>,
    /// Each group's heading and the names of its sections.
    all: Vec<(&'a Section, Vec<SectionName>)>,
}

impl<'a> Groups<'a> {
    fn read(sections: &'a Sections) -> Self {
        let mut groups = Self { of: Vec::with_capacity(sections.all.len()), all: Vec::new() };
        // By parent: the group that its next child belongs to.
        let mut current: HashMap<Option<usize>, usize> = HashMap::new();
        for section in &sections.all {
            if section.style == SectionStyle::Heading {
                match section.name {
                    None => {
                        current.insert(section.parent, groups.all.len());
                        groups.all.push((section, Vec::new()));
                    }
                    Some(name) => {
                        if let Some(group) = current.get(&section.parent) {
                            groups.all[*group].1.push(name);
                        }
                    }
                }
            }
            groups.of.push(current.get(&section.parent).copied());
        }
        groups
    }

    /// Whether both sections belong to a group of their own: groups with headings alike, or that
    /// repeat more than one section.
    fn repeat(&self, first: usize, second: usize) -> bool {
        let (Some(a), Some(b)) = (self.of[first], self.of[second]) else { return false };
        let (heading, names) = &self.all[a];
        let (other, others) = &self.all[b];
        let shared = || names.iter().filter(|name| others.contains(name)).take(2).count();
        a != b && (shape(&heading.normalized) == shape(&other.normalized) || shared() > 1)
    }
}

/// What headings of one series share: `loop #` for `Loop 013: Schemas`, `part` for `Part: A`.
fn shape(normalized: &str) -> String {
    let words = normalized.split([':', '：', '—', '–']).next().unwrap_or_default();
    let digits = words.find(|c: char| c.is_ascii_digit());
    let words = digits.map_or(words, |at| &words[..at]).trim();
    if digits.is_some() { format!("{words}#") } else { words.to_owned() }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, findings};

    #[test]
    fn the_same_heading_twice_under_one_parent() {
        check(
            "duplicate-section",
            "
//- plan/phase-1.md
# Phase 1

Goals
-----

- a

## Risks

## 🎯 GOALS {#again}
   ^^^^^^^^^^^^^^^^ duplicate-section

### Non-goals

### 2.1 Non-goals:
    ^^^^^^^^^^^^^^ duplicate-section
//- work-notes/phase-1.md
## Open questions
## Session log
### 2026-01-02
#### Decisions
### 2026-01-03
#### Decisions
## Open questions
   ^^^^^^^^^^^^^^ duplicate-section
## Open questions
   ^^^^^^^^^^^^^^ duplicate-section
",
        );
    }

    #[test]
    fn other_headings_of_the_same_section_are_no_duplicates() {
        for headings in [
            ["## Acceptance criteria", "## Definition of done"],
            ["## Overview", "## Summary"],
            ["## Acceptance criteria (v1)", "## Acceptance criteria (v2)"],
            ["## Open questions", "## Open questions (resolved)"],
            ["## Goals: first half", "## Goals: second half"],
            ["**Verification:** a", "**Verification:** b"],
            ["## Goals", "> ## Goals"],
            ["## Goals", "```\n## Goals\n```"],
        ] {
            check("duplicate-section", &format!("//- plan/phase-1.md\n# P\n\n{}\n", headings.join("\n\n")));
        }
    }

    #[test]
    fn groups_of_sections_may_repeat() {
        for groups in [
            "## Loop 013: Gates\n## Overview\n## Success criteria\n## Loop 014: Agents\n## Overview\n## Success criteria\n",
            "## Auth\n### Why\n## Overview\n## Goals\n## Billing\n## Overview\n## Goals\n",
            "## Phase 1: A\n## Verification\n## Phase 2\n## Verification\n",
            "## Feature: A\n## Goals\n## Feature: B\n## Goals\n",
            "## 2026-01-02\n## Goals\n## 2026-01-03\n## Goals\n",
        ] {
            check("duplicate-section", &format!("//- plan/phase-1.md\n# P\n\n{groups}"));
        }
    }

    #[test]
    fn a_section_twice_in_one_group_is_a_duplicate() {
        check(
            "duplicate-section",
            "
//- plan/phase-1.md
## Loop 1
## Overview
## Loop 2
## Overview
## Goals
## Overview
   ^^^^^^^^ duplicate-section
",
        );
    }

    #[test]
    fn the_first_one_is_related() {
        let found = findings("//- plan/phase-1.md\n## DoD\n- a\n\n## DoD\n- b\n");
        let (_, finding) = found.iter().find(|(_, finding)| finding.rule == "duplicate-section").unwrap();
        assert_eq!(finding.message, "The section `Definition of done` is already there: put both into one.");
        assert_eq!((finding.related.len(), finding.related[0].range.clone()), (1, 3..6));
    }
}
