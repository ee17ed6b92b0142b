use std::{
    cell::LazyCell,
    collections::{HashMap, HashSet},
    rc::Rc,
};

use super::{Context, Sink};
use crate::{
    artifact::{
        Artifact,
        sections::{SectionStyle, Sections},
    },
    diagnostic::{Diagnostic, Fix},
    convention::SectionName,
};

rule! {
    /// A section is there once in one place.
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

fn check<'a>(ctx: &Context<'a>, artifact: &'a Artifact, out: &mut Sink<'a>) {
    if !artifact.sections.has_twins() {
        return;
    }
    let groups = Groups::read(&artifact.sections);
    // What comes four times or more below one parent is the form of the file's entries.
    let mut count: HashMap<_, usize> = HashMap::new();
    artifact.sections.all.iter().for_each(|section| *count.entry((section.parent, &*section.normalized)).or_default() += 1);
    let mut seen: HashMap<_, usize> = HashMap::new();
    let document = ctx.document;
    let is_closed = Rc::new(LazyCell::new(|| !document.has_open_end()));
    for (index, section) in artifact.sections.all.iter().enumerate() {
        let Some(name) = section.name.filter(|_| section.style == SectionStyle::Heading) else { continue };
        let heading = ctx.slice(section.heading.clone());
        let key = (section.parent, name, &*section.normalized, remark(heading));
        let Some(first) = seen.get(&key).copied().filter(|first| !groups.repeat(*first, index) && count[&(section.parent, &*section.normalized)] < 4) else {
            seen.insert(key, index);
            continue;
        };
        let title = ctx.workspace.vocabulary.name(artifact.kind, name);
        let first = &artifact.sections.all[first];
        let is_closed = is_closed.clone();
        let describe = move |finding: &mut Diagnostic| {
            finding.message = format!("Duplicate section `{title}`: merge the two.");
            let edits = if **is_closed { document.merge_sections(first, section) } else { None };
            finding.fixes.extend(edits.map(|edits| Fix::new(format!("Merge into the first `{title}`"), edits)));
        };
        let finding = out.report_lazily(section.heading.clone(), describe);
        finding.relate(&document.path, first.heading.clone(), "The first one.");
    }
}

/// What a heading says in brackets: `Acceptance criteria (v2)` is not `Acceptance criteria (v1)`.
fn remark(heading: &str) -> String {
    let start = heading.find(['(', '（']).unwrap_or(heading.len());
    heading[start..].chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Where a section stands in a document that repeats its sections.
#[derive(Clone, Copy, Default)]
struct Place {
    /// The last heading before it that belongs to a series: `Loop 013: Schemas`, `Loop 014: Agents`.
    part: Option<usize>,
    /// The last heading before it that no kind knows.
    head: Option<usize>,
}

/// The places of all sections; headings count for those on their own level, below the same parent.
struct Groups<'a> {
    places: Vec<Place>,
    /// The canonical sections that follow each heading that no kind knows.
    below: HashMap<usize, Vec<SectionName>>,
    /// In how many parts of a series a heading is found.
    parts_with: HashMap<(Option<usize>, &'a str), usize>,
    sections: &'a Sections,
}

impl<'a> Groups<'a> {
    fn read(sections: &'a Sections) -> Self {
        let series = series(sections);
        let mut groups = Self { places: Vec::new(), below: HashMap::new(), parts_with: HashMap::new(), sections };
        let mut current: HashMap<Option<usize>, Place> = HashMap::new();
        let mut counted = HashMap::new();
        for (index, section) in sections.all.iter().enumerate() {
            let place = current.entry(section.parent).or_default();
            match (section.style, section.name) {
                (SectionStyle::LeadIn, _) => {}
                (_, None) => {
                    place.head = Some(index);
                    if series.contains(&(section.parent, shape(&section.normalized))) {
                        place.part = Some(index);
                    }
                }
                (_, Some(name)) => {
                    if let Some(head) = place.head {
                        groups.below.entry(head).or_default().push(name);
                    }
                    let key = (section.parent, &*section.normalized);
                    if place.part.is_some() && counted.insert(key, place.part) != Some(place.part) {
                        *groups.parts_with.entry(key).or_default() += 1;
                    }
                }
            }
            groups.places.push(*place);
        }
        groups
    }

    /// Whether both sections belong to parts of their own: parts of a series, or groups of more
    /// than one section that are repeated under another heading.
    fn repeat(&self, first: usize, second: usize) -> bool {
        let (a, b) = (self.places[first], self.places[second]);
        let section = &self.sections.all[second];
        let is_in_parts = || self.parts_with.get(&(section.parent, &*section.normalized)).is_some_and(|parts| *parts > 1);
        let shared = || {
            let (a, b) = (a.head.and_then(|head| self.below.get(&head)), b.head.and_then(|head| self.below.get(&head)));
            a.zip(b).is_some_and(|(a, b)| a.iter().filter(|name| b.contains(name)).take(2).count() > 1)
        };
        a.part != b.part && (a.part.is_some() || is_in_parts()) || a.head != b.head && shared()
    }
}

/// The shapes, by parent, that differing headings share.
fn series(sections: &Sections) -> HashSet<(Option<usize>, String)> {
    let mut first: HashMap<_, &str> = HashMap::new();
    let unknown = sections.all.iter().filter(|s| s.name.is_none() && s.style == SectionStyle::Heading);
    unknown
        .filter_map(|section| {
            let key = (section.parent, shape(&section.normalized));
            let other = *first.entry(key.clone()).or_insert(&section.normalized);
            (other != &*section.normalized).then_some(key)
        })
        .collect()
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
    use crate::testing::{check, check_cases, findings, fixed};

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
            "\
## Loop 013: Gates
## Overview
## Success criteria
## Loop 014: Agents
## Overview
## Success criteria
",
            "## Auth\n### Why\n## Overview\n## Goals\n## Billing\n## Overview\n## Goals\n",
            "## Phase 1: A\n## Verification\n## Phase 2\n## Verification\n",
            "## Feature: A\n## Goals\n## Feature: B\n## Goals\n",
            "\
## Loop 1: A
## Skills
## Inputs
## Dependencies
## Loop 2: B
## Skills
## Dependencies
## Inputs
",
            "## Overview\n## Loop 1\n## Overview\n## Loop 2\n## Overview\n",
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
    fn a_section_of_the_plan_after_its_phases_is_no_part_of_them() {
        check(
            "duplicate-section",
            "
//- plan/phase-1.md
## Goals
## Phase 1: A
## Phase 2: B
## Goals
   ^^^^^ duplicate-section
",
        );
    }

    #[test]
    fn the_first_one_is_related() {
        let found = findings("//- plan/phase-1.md\n## DoD\n- a\n\n## DoD\n- b\n");
        let (_, finding) = found.iter().find(|(_, finding)| finding.rule == "duplicate-section").unwrap();
        assert_eq!(finding.message, "Duplicate section `Definition of done`: merge the two.");
        assert_eq!((finding.related.len(), finding.related[0].range.clone()), (1, 3..6));
    }

    #[test]
    fn the_second_goes_behind_the_first() {
        check_cases("fixes/duplicate-section", |case| {
            fixed("duplicate-section", &format!("//- plan/phase-1.md\n{}", case.before))
        });
    }

    #[test]
    fn what_would_be_read_in_another_way_is_left_to_its_author() {
        for text in [
            "### Goals\n- a\n\n## Goals\n- b\n",
            "## Goals\n1. a\n\n## Goals\n1. b\n",
            "## Goals\n- a\n\n## Goals\n\n    code\n",
            "## Goals\n- a\n\n### A\n\n- x\n\n## Goals\n\n- b\n",
            "## Goals\n- a\n\n### A\n\n- x\n\n## Goals\n\n### A\n\n- y\n",
            "## Goals\n- a\n\n**Why:** x\n\n## Goals\n\n- b\n",
            "## Goals\n<details>\n\n- a\n\n## Goals\n\n- b\n\n</details>\n",
            "## Goals\n- a\n\n## Goals\n\n- b\n\n```\n",
        ] {
            let found = findings(&format!("//- plan/phase-1.md\n# P\n\n{text}"));
            let found = found.iter().filter(|(_, finding)| finding.rule == "duplicate-section");
            assert!(found.clone().all(|(_, finding)| finding.fixes.is_empty()), "{text}");
            assert!(found.count() > 0, "{text}");
        }
    }
}
