use super::{Context, Sink};
use crate::{
    artifact::Artifact,
    diagnostic::Fix,
    template,
    text::Edit,
};

rule! {
    /// An artifact must not be empty.
    ///
    /// ### Why
    ///
    /// An empty file looks like a finished step in a listing, and a model that is pointed at it
    /// starts with nothing.
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
    let text = ctx.text();
    let start = artifact.content_start;
    if !text[start..].trim().is_empty() || text.len() > start && start > 3 {
        return;
    }
    let stem = ctx.workspace.config.stem(&ctx.document.path).unwrap_or_default();
    let fresh = template::artifact(artifact.kind, stem).replace('\n', ctx.line_end());
    out.report(start..start, format!("This {} is empty.", artifact.kind))
        .fix(Fix::new(format!("Insert the {} template", artifact.kind), vec![Edit::replace(start..text.len(), fresh)]));
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn white_space_is_no_content() {
        check("empty-artifact", "//- plan/phase-1.md\n^ empty-artifact\n\n  \n//- plan/phase-2.md\n# Phase 2\n");
    }

    #[test]
    fn the_fix_inserts_the_template() {
        check_fix(
            "empty-artifact",
            "//- work-notes/phase-1.md\n",
            "# Phase 1 - Work Notes\n\n## Status\n\n- [ ] Not started\n- [ ] In progress\n- [ ] Blocked\n- [ ] Complete\n\n\
             ## Decisions\n\n## Assumptions\n\n## Open questions\n\n## Session log\n\n## Commits\n",
        );
    }
}
