use super::{Context, Sink};
use crate::{
    artifact::Artifact,
    diagnostic::{Fix, Severity},
    convention::{Kind, SectionName},
};

rule! {
    /// An artifact that follows the template has all of its required sections.
    ///
    /// ### Why
    ///
    /// The next session looks for things where the template puts them. A prompt without a task, or
    /// notes without a session log, leave the model to guess.
    ///
    /// It speaks only about a file that follows the template: one of a phase that has at least half of the required
    /// sections under the template's own names (`Goals`, not `Mission`; those of `[sections]` count) and is not beside two
    /// others that have none, or two of them where most other files of its kind have half, or that still holds placeholders,
    /// or whose kind says `strict = true` in `phasemark.toml`. All missing sections are one finding. It is a
    /// warning for Role, Context, Task and Constraints of a prompt and for Status, Open questions and Session log
    /// of work notes, else information. A plan's Definition of done has a rule of its own,
    /// `missing-definition-of-done`; Overview is not missed where Goals are there, nor what none of the other
    /// files that follow the template has.
    /// A `Status:` line and a `status` in front matter stand for the section Status.
    ///
    /// ### Fires
    ///
    /// ```md
    /// //- work-notes/phase-1.md
    /// # Phase 1 - Work Notes
    ///
    /// ## Decisions
    /// - Port 8080, because the probe expects it
    ///
    /// ## Open questions
    ///
    /// ## Session log
    /// ```
    ///
    /// ### Quiet
    ///
    /// ```md
    /// //- work-notes/phase-1.md
    /// ---
    /// status: in progress
    /// ---
    /// # Phase 1 - Work Notes
    ///
    /// ## Decisions and assumptions
    /// - Port 8080, because the probe expects it
    ///
    /// ## Unresolved questions
    ///
    /// ## Work log
    ///
    /// ## Commits
    /// //- work-notes/handoff.md
    /// # Handoff
    ///
    /// ## Open questions
    /// ```
    "missing-section", severity = ByFinding, check = Artifact(check), law = Template, about_absence = true
}

fn check(ctx: &Context, artifact: &Artifact, out: &mut Sink) {
    let vocabulary = &ctx.workspace.vocabulary;
    // `missing-definition-of-done` speaks of that one; inserting all sections inserts it, too.
    let mut missing = artifact.missing_sections(vocabulary);
    let lacks_done = missing.contains(&SectionName::DefinitionOfDone);
    missing.retain(|name| *name != SectionName::DefinitionOfDone);
    if !ctx.workspace.config.sections.get(artifact.kind).strict {
        missing.retain(|name| !ctx.workspace.does_without(ctx.document, *name));
    }
    if missing.is_empty() || ctx.document.has_one_purpose() {
        return;
    }
    let names: Vec<_> = missing.iter().map(|name| format!("`{}`", vocabulary.name(artifact.kind, *name))).collect();
    let severity = missing.iter().map(|name| severity(artifact.kind, *name)).max().unwrap_or(Severity::Information);
    let subject = match artifact.kind {
        Kind::Plan => "This plan lacks",
        Kind::Prompt => "This prompt lacks",
        Kind::WorkNotes => "These work notes lack",
    };
    let noun = if names.len() == 1 { "the section" } else { "the sections" };
    let finding =
        out.report_at(severity, ctx.place_of_absence(None), format!("{subject} {noun} {}.", enumerate(&names)));
    let mut all = missing.clone();
    if lacks_done {
        all.push(SectionName::DefinitionOfDone);
    }
    if ctx.document.has_open_end() {
        return;
    }
    let title = match all.len() {
        1 => format!("Insert the section {}", names[0]),
        many => format!("Insert all {many} missing sections"),
    };
    let mut insert = ctx.insert_sections();
    finding.fix(Fix::new(title, insert(&all, false)));
    if all.len() > 1 {
        for (name, words) in missing.iter().zip(&names) {
            finding.fix(Fix::new(format!("Insert the section {words}"), insert(&[*name], false)));
        }
    }
    let with_skeletons = insert(&all, true);
    if finding.fixes[0].edits() != with_skeletons {
        let what = if all.len() == 1 { "the missing section" } else { "all missing sections" };
        finding.fix(Fix::new(format!("Insert {what} from the template"), with_skeletons));
    }
}

fn severity(kind: Kind, name: SectionName) -> Severity {
    use SectionName as S;
    match (kind, name) {
        (Kind::Prompt, S::Role | S::Context | S::Task | S::Constraints)
        | (Kind::WorkNotes, S::Status | S::OpenQuestions | S::SessionLog) => Severity::Warning,
        _ => Severity::Information,
    }
}

/// `a`, `a and b`, `a, b and c`.
fn enumerate(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        testing::{check, check_cases, check_fix, findings, fixed},
        text,
    };

    const STRICT: &str = "//- phasemark.toml\n[sections.plan]\nstrict = true\n[sections.prompt]\nstrict = true\n";

    fn finding(fixture: &str) -> Option<crate::diagnostic::Diagnostic> {
        findings(&if fixture.contains("phasemark.toml") { fixture.to_owned() } else { format!("{STRICT}{fixture}") }).into_iter().map(|(_, finding)| finding).find(|finding| finding.rule == "missing-section")
    }

    #[test]
    fn one_finding_lists_all_and_has_the_highest_severity() {
        for (fixture, severity, message) in [
            (
                "//- plan/phase-1.md\n## Goals\n## DoD\n",
                Severity::Information,
                "This plan lacks the sections `Constraints` and `Out of scope`.",
            ),
            (
                "//- plan/phase-1.md\n## Goals\n## Summary\n## Rules\n### Constraints\n",
                Severity::Information,
                "This plan lacks the section `Out of scope`.",
            ),
            (
                "//- prompts/phase-1.md\n## Role\n## Context\n## Task\n## Rules\n",
                Severity::Information,
                "This prompt lacks the sections `Session management` and `Commit discipline`.",
            ),
            (
                "//- prompts/phase-1.md\n## Role\n## Context\n## Rules\n## Commits\n",
                Severity::Warning,
                "This prompt lacks the sections `Task` and `Session management`.",
            ),
            (
                "//- work-notes/phase-1.md\n## Open questions\n## Log\n## Decisions\n## Commits\n## Assumptions\n",
                Severity::Warning,
                "These work notes lack the section `Status`.",
            ),
        ] {
            let found = finding(fixture).unwrap_or_else(|| panic!("quiet on {fixture}"));
            assert_eq!((found.severity, &*found.message), (severity, message));
        }
    }

    #[test]
    fn every_accepted_form_counts() {
        let rest = "## Decisions\n## Assumptions\n## Open questions\n## Session log\n## Commits\n";
        for status in [
            "---\nstatus: done\n---\n",
            "---\r\ntitle: x\r\nstatus: whatever\r\n---\r\n",
            "# N\n\n**Owner:** me\n**Status:** 🚧 In progress\n",
            "# N\n\n**Owner:** me  \n**Status**: Accepted\n",
            "# N\n\nStatus: done\n",
            "# N\n\n- Owner: me\n- Status: accepted\n",
            "# N\n\n> Status: in progress\n",
            "# N\n\n| Status | Done |\n|---|---|\n| Owner | me |\n",
            "## Status: accepted\n",
            "## 1. ⏳ Current STATUS (of 2026-01-02): {#s}\n",
            "Status\n------\n",
        ] {
            check("missing-section", &format!("//- work-notes/phase-1.md\n{status}\n{rest}"));
        }
        for form in [
            "\
**Role:** engineer

**Context:** plan

**Task:** x

**Constraints:**
- a

**Sessions:** y

**Commits:** z
",
            "**Role:** engineer\n**Context:** plan\n**Task:** x\n**Constraints:** a\n**Sessions:** y\n**Commits:** z\n",
            "## Role & Context\n## Task: build it\n## Constraints — follow exactly\n## Session rules, commit rules\n",
        ] {
            check("missing-section", &format!("//- prompts/phase-1.md\n# P\n\n{form}"));
        }
        check("missing-section", "//- plan/phase-1.md\n# P\n## Overview\n## Goals / Non-goals\n## Constraints\n");
    }

    #[test]
    fn what_is_no_section_does_not_count() {
        for form in ["```\n## Goals\n```", "<!--\n## Goals\n-->", "> ## Goals", "Goals are hard.", "- Goals"] {
            check(
                "missing-section",
                &format!(
                    "\
//- plan/phase-1.md
# Phase 1: 目標 😀
  ^^^^^^^^^^^^^ missing-section

## Overview
## Constraints
## Out of scope
{form}
"
                ),
            );
        }
    }

    #[test]
    fn a_file_earns_it_by_following_the_template() {
        let quiet = |file: &str| assert!(findings(file).iter().all(|(_, finding)| finding.rule != "missing-section"), "{file}");
        quiet("//- plan/a.md\n# Report\n\n## Results\n- a\n");
        quiet("//- plan/a.md\n# P\n\n## Goals\n- a\n\n## Constraints\n- b\n");
        // A design document of no template of ours.
        quiet("//- plan/a.md\n# P\n\n## Overview\n## Strategic objectives\n## Acceptance criteria\n## Non-goals\n");
        quiet("//- work-notes/SESSION_LOG.md\n# Session log\n\n## 2026-03-02\n- a\n");
        let others = "\
//- plan/b.md
## Goals
## Constraints
## Definition of done
## Non-goals
//- plan/c.md
## Goals
## Global constraints
## Definition of done
## Non-goals
";
        assert!(finding(&format!("//- phasemark.toml\n//- plan/a.md\n# P\n\n## Goals\n- a\n\n## Constraints\n- b\n{others}")).is_some());
        assert!(finding("//- phasemark.toml\n//- plan/a.md\n# P\n\n## Goals\n- <Goal 1>\n").is_some());
    }

    #[test]
    fn an_open_fence_may_have_swallowed_them() {
        check("missing-section", "//- plan/phase-1.md\n# P\n\n## Goals\n\n```sh\nmake\n");
    }

    #[test]
    fn the_configuration_says_what_is_required() {
        let config = "//- phasemark.toml\n[sections.plan]\nrequired = [\"Goals\", \"Definition of done\", \"Risks\"]\n";
        let found = finding(&format!("{config}//- plan/phase-1.md\n# P\n\n## Goals\n- a\n\n## Definition of done\n- b\n\n## Notes\n"));
        let found = found.unwrap();
        assert_eq!((found.severity, &*found.message), (Severity::Information, "This plan lacks the section `Risks`."));
        check_fix(
            "missing-section",
            &format!("{config}strict = true\n//- plan/phase-1.md\n## Done when\n- b\n\n## Notes\n"),
            "## Goals\n\n## Done when\n- b\n\n## Risks\n\n## Notes\n",
        );
    }

    #[test]
    fn all_are_inserted_as_their_neighbours_are_written() {
        check_cases("fixes/missing-section", |case| {
            fixed("missing-section", &format!("{STRICT}//- {}\n{}", case.the("file"), case.before))
        });
        let old_mac = "\u{feff}## Context\rx\r\r## Rules\ry\r\r## Sessions\r\r## Commits\r";
        let after = old_mac.replace("## Context", "## Role\r\r## Context").replace("## Rules", "## Task\r\r## Rules");
        check_fix("missing-section", &format!("{STRICT}//- prompts/phase-1.md\n{old_mac}"), &after);
    }

    #[test]
    fn one_can_be_inserted_alone_and_all_with_their_skeletons() {
        let before = "## Overview\n- a\n\n## Constraints\n- b\n\n## Out of scope\n- c\n";
        let found = finding(&format!("//- plan/phase-1.md\n{before}")).unwrap();
        let titles: Vec<_> = found.fixes.iter().map(|fix| (&*fix.title, fix.safe)).collect();
        assert_eq!(
            titles,
            [
                ("Insert all 2 missing sections", false),
                ("Insert the section `Goals`", false),
                ("Insert all missing sections from the template", false)
            ]
        );
        assert_eq!(text::apply(before, found.fixes[1].edits()), before.replace("## Constraints", "## Goals\n\n## Constraints"));
        assert_eq!(
            text::apply(before, found.fixes[2].edits()),
            "\
## Overview
- a

## Goals
- <Goal 1>
- <Goal 2>

## Constraints
- b

## Definition of done
- [ ] <Verification command + expected outcome>
- [ ] <Verification command + expected outcome>

## Out of scope
- c
"
        );
    }

    #[test]
    fn a_phase_that_was_reported_on_and_a_session_of_one_day_are_left_alone() {
        let plan = "\
# Phase 1

## Goals
- a

## Overview
A till.

## Definition of done
- [ ] `make` exits 0
";
        check("missing-section", &format!("//- plan/phase-1.md\n{plan}//- work-notes/phase-1-report.md\n# Report\n"));
        let notes = "# Session\n\n## Status\nIn progress\n\n## Decisions\n- a: b\n\n## Commits\n";
        check("missing-section", &format!("//- work-notes/sessions/2026-06-08-phase-4-sync.md\n{notes}"));
        let marked = notes.replacen("Session\n", "Session\n  ^^^^^^^ missing-section\n", 1);
        check("missing-section", &format!("//- work-notes/2026-06-08-phase-4-sync.md\n{}", marked.replace("Session", "Phase 4").replace("Session", "")));
    }

    #[test]
    fn a_document_of_the_whole_project_is_no_plan_of_a_phase() {
        let text = "\
# Project

## Overview
A till.

## Goals
- a

## Definition of done
- [ ] `make` exits 0
";
        check("missing-section", &format!("//- plan/PROJECT.md\n{text}"));
        let phase = text.replace("# Project", "# Phase 1\n  ^^^^^^^ missing-section");
        check("missing-section", &format!("//- plan/phase-1.md\n{phase}"));
    }

    #[test]
    fn labels_with_their_text_behind_them_are_another_form() {
        let prompt = "\
# One shot

**Role:** a product manager

**Context:** a hackathon

**Task:** say what is feasible
";
        check("missing-section", &format!("//- prompts/phase-1.md\n{prompt}"));
        let lists = "**Role:**\n- a\n\n**Context:**\n- b\n\n**Task:**\n- c\n";
        let marked = format!("# Phase 1\n  ^^^^^^^ missing-section\n\n{lists}");
        check("missing-section", &format!("//- prompts/phase-1.md\n{marked}"));
    }
}
