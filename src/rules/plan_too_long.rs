use super::{Context, Sink};
use crate::artifact::plan::Plan;

rule! {
    /// A plan is short enough to be read in one go.
    ///
    /// ### Why
    ///
    /// A plan is read at the start of every session. The longer it is, the less of it is kept in
    /// mind, and the more likely it describes several phases that should each have a plan. Off by default, and
    /// only in plans that follow the template: many conventions write plans of thousands of lines on purpose.
    ///
    /// ### Fires
    ///
    /// ```md
    /// //- phasemark.toml
    /// [rules]
    /// plan-too-long = { max-lines = 4, severity = "hint" }
    /// //- plan/phase-1.md
    /// # Phase 1: Gateway chart
    ///
    /// ## Goals
    /// - A chart that installs
    ///
    /// ## Constraints
    /// - No new image
    ///
    /// ## Definition of done
    /// - [ ] `helm lint charts/gateway` prints no warning
    /// ```
    ///
    /// ### Quiet
    ///
    /// ```md
    /// # Phase 1: Gateway chart
    ///
    /// ## Goals
    ///
    /// - A chart that installs
    /// ```
    "plan-too-long", severity = Off, check = Plan(check), law = Template,
    options = ["max-lines": Integer(400) = "How many lines are still fine."]
}

fn check(ctx: &Context, _: &Plan, out: &mut Sink) {
    let lines = ctx.document.lines().line(ctx.text().trim_end().len()) + 1;
    let most = ctx.integer("max-lines");
    if lines > most {
        let advice = "split it into phases with plans of their own";
        out.report(ctx.place_of_absence(None), format!("This plan has {lines} lines, more than {most}: {advice}."));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, findings};

    const ON: &str = "//- phasemark.toml\n[sections.plan]\nstrict = true\n[rules]\n";

    #[test]
    fn more_lines_than_the_limit_are_too_many() {
        for line_end in ["\n", "\r\n", "\r"] {
            let config = format!("{ON}plan-too-long = \"hint\"\n");
            let fits = format!("{config}//- plan/phase-1.md\n# 計画{}", format!("{line_end}- a").repeat(399));
            check("plan-too-long", &fits);
            check("plan-too-long", &format!("{fits}{}", line_end.repeat(9)));
            let found = findings(&format!("{fits}{line_end}- a"));
            let found: Vec<_> = found.iter().filter(|(_, finding)| finding.rule == "plan-too-long").collect();
            assert_eq!(found.len(), 1, "{line_end:?}");
            assert_eq!(found[0].1.range, 2..8);
            assert!(found[0].1.message.starts_with("This plan has 401 lines, more than 400:"));
        }
    }

    #[test]
    fn it_is_off_and_about_plans_that_follow_the_template() {
        check("plan-too-long", &format!("//- plan/phase-1.md\n# P\n## Goals\n## DoD\n## Rules\n{}", "- a\n".repeat(500)));
        let on = "//- phasemark.toml\n[rules]\nplan-too-long = \"hint\"\n";
        check("plan-too-long", &format!("{on}//- plan/phase-1.md\n# P\n{}", "- a\n".repeat(500)));
        check("plan-too-long", &format!("{on}//- work-notes/phase-1.md\n# N\n{}", "- a\n".repeat(500)));
    }

    #[test]
    fn the_limit_is_an_option() {
        let config = format!("{ON}plan-too-long = {{ max-lines = 300, severity = \"hint\" }}\n");
        check("plan-too-long", &format!("{config}//- plan/phase-1.md\n# P\n{}", "- a\n".repeat(299)));
        let config = format!("{ON}plan-too-long = {{ max-lines = 2, severity = \"error\" }}\n");
        check("plan-too-long", &format!("{config}//- plan/phase-1.md\n\n# P\n  ^ plan-too-long\n\na\n"));
    }
}
