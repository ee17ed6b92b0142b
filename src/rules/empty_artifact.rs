use super::{Context, Sink};
use crate::{
    artifact::Artifact,
    diagnostic::Fix,
    text::{Edit, bom_length},
};

rule! {
    /// An artifact is not empty.
    ///
    /// ### Why
    ///
    /// An empty file looks like a finished step in a listing, and a model that is pointed at it
    /// starts with nothing. Front matter is content: a prompt may be nothing else.
    ///
    /// ### Fires
    ///
    /// ```md
    /// ```
    ///
    /// ### Quiet
    ///
    /// ```md
    /// # Phase 1: Plan
    /// ```
    "empty-artifact", severity = Warning, check = Artifact(check)
}

fn check(ctx: &Context, artifact: &Artifact, out: &mut Sink) {
    if !artifact.is_empty(ctx.text()) {
        return;
    }
    let (text, start) = (ctx.text(), artifact.content_start);
    let stem = ctx.workspace.config.stem(&ctx.document.path).unwrap_or_default();
    let fresh = ctx.workspace.vocabulary.fresh(artifact.kind, stem).replace('\n', ctx.line_end());
    let bom = bom_length(text);
    out.report(artifact.first_line(text, bom), format!("This {} is empty.", artifact.kind))
        .fix(Fix::new(format!("Insert the {} template", artifact.kind), vec![Edit::replace(start..text.len(), fresh)]));
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix, findings};

    #[test]
    fn white_space_is_no_content() {
        check("empty-artifact", "//- plan/phase-1.md\n^ empty-artifact\n\n  \n//- plan/phase-2.md\n# Phase 2\n");
    }

    #[test]
    fn front_matter_is_content() {
        for rest in ["", "\n\n"] {
            assert_eq!(findings(&format!("//- prompts/phase-1.md\n---\nagent: kit.plan\n---\n{rest}")), []);
        }
    }

    #[test]
    fn history_is_quiet_about_it() {
        let notes = "//- work-notes/phase-1.md\nStatus: complete\n## Log\n### 2026-01-01\n";
        let plan = "//- plan/phase-1.md\n## DoD\n- [x] `a` prints b\n";
        let found = findings(&format!("//- prompts/phase-1.md\n{plan}{notes}"));
        assert!(found.iter().all(|(_, finding)| finding.rule != "empty-artifact"), "{found:?}");
    }

    #[test]
    fn the_fix_inserts_the_template() {
        check_fix(
            "empty-artifact",
            "//- work-notes/phase-1.md\n",
            "\
# Phase 1 - Work Notes

## Status

- [ ] Not started
- [ ] In progress
- [ ] Blocked
- [ ] Complete

## Decisions

## Assumptions

## Open questions

## Session log

## Commits
",
        );
    }
}
