use super::{Context, Sink};
use crate::{artifact::plan::Plan, markdown::BlockKind};

rule! {
    /// A plan should not hold long blocks of code.
    ///
    /// ### Why
    ///
    /// Code in a plan is written before anybody has tried it, is copied without thought, and is
    /// wrong as soon as the file it was meant for changes. A path to that file stays right. The rule
    /// is off unless the configuration gives it a severity.
    ///
    /// ### Fires
    ///
    /// ````md
    /// //- phasemark.toml
    /// [rules]
    /// code-in-plan = { severity = "hint", max-lines = 2 }
    /// //- plan/phase-1.md
    /// ## Goals
    ///
    /// ```yaml
    /// probes:
    ///   liveness: /healthz
    ///   readiness: /ready
    /// ```
    /// ````
    ///
    /// ### Quiet
    ///
    /// ````md
    /// ## Goals
    ///
    /// ```sh
    /// helm lint charts/gateway
    /// ```
    /// ````
    "code-in-plan", severity = Off, check = Plan(check),
    options = ["max-lines": Integer(15) = "How many lines a block may have between its fences."]
}

fn check(ctx: &Context, _: &Plan, out: &mut Sink) {
    let lines = ctx.document.lines();
    let most = ctx.integer("max-lines");
    for (_, block) in ctx.document.markdown.all() {
        let BlockKind::Fence { closed } = block.kind else { continue };
        let range = block.range();
        let first = lines.line(range.start);
        let inside = (lines.line(range.end) - first).saturating_sub(usize::from(closed));
        if inside > most {
            let opening = range.start..lines.range(ctx.text(), first).end;
            let advice = "put it into a file and name the path";
            out.report(opening, format!("This block has {inside} lines of code, more than {most}: {advice}."));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    const ON: &str = "//- phasemark.toml\n[rules]\ncode-in-plan = \"hint\"\n";

    #[test]
    fn blocks_of_more_than_15_lines() {
        let (fits, long) = ("x\n".repeat(15), "x\n".repeat(16));
        let indented = "  x\n".repeat(16);
        check(
            "code-in-plan",
            &format!(
                "\
{ON}//- plan/phase-1.md
```
{fits}```

~~~~ rust
^^^^^^^^^ code-in-plan
{long}~~~~

- 😀

  ```
  ^^^ code-in-plan
{indented}  ```
"
            ),
        );
    }

    #[test]
    fn it_is_off_and_about_fences_in_plans() {
        let long = format!("```\n{}```\n", "x\n".repeat(16));
        check("code-in-plan", &format!("//- plan/phase-1.md\n{long}"));
        check("code-in-plan", &format!("{ON}//- prompts/phase-1.md\n{long}"));
        check("code-in-plan", &format!("{ON}//- plan/phase-1.md\n# P\n\n{}", "    x\n".repeat(16)));
    }
}
