use super::{Context, Sink};
use crate::artifact::Artifact;

rule! {
    /// Template text is filled in.
    ///
    /// ### Why
    ///
    /// A model reads `<Goal 1>` as a goal like any other, and a reader cannot tell whether it was
    /// forgotten or is not known yet. Other words in angle brackets, HTML and code are left alone.
    ///
    /// ### Fires
    ///
    /// ```md
    /// ## Goals
    /// - <Goal 1>
    /// ```
    ///
    /// ### Quiet
    ///
    /// ```md
    /// ## Goals
    /// - Generic `Vec<T>`, <kbd>Enter</kbd> and `<Goal 1>` in code
    /// ```
    "leftover-placeholder", severity = Warning, check = Artifact(check)
}

fn check(ctx: &Context, artifact: &Artifact, out: &mut Sink) {
    for placeholder in &artifact.placeholders {
        let words = ctx.slice(placeholder.range.clone());
        out.report(placeholder.range.clone(), format!("Placeholder `{words}` is not filled in."));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn placeholders_are_found_in_messy_places() {
        check(
            "leftover-placeholder",
            r#"
//- plan/phase-1.md
# Phase 1

## Goals
- 😀 <Goal 1>
    ^^^^^^^^ leftover-placeholder
1. <Goal 2> and <Constraint 12>
   ^^^^^^^^ leftover-placeholder
                ^^^^^^^^^^^^^^^ leftover-placeholder

| Name | Task |
|---|---|
| é | <Name> |
      ^^^^^^ leftover-placeholder

The port [NEEDS CLARIFICATION: which one?] and `<Goal 3>`, a <Name> in a sentence, <div>html</div>.
"#,
        );
    }

    #[test]
    fn one_word_counts_as_a_whole_value_only() {
        check(
            "leftover-placeholder",
            r#"
//- prompts/phase-1.md
## Context
- Reference implementation(s): <paths>
                               ^^^^^^^ leftover-placeholder
- See <paths> for more

<Command>
^^^^^^^^^ leftover-placeholder

<Name>inside a tag</Name>
"#,
        );
    }

    #[test]
    fn one_word_is_the_value_of_a_label_with_its_colon_inside() {
        check(
            "leftover-placeholder",
            r#"
//- prompts/phase-1.md
## Context
- **Reference implementation(s):** <paths>
                                   ^^^^^^^ leftover-placeholder
- *Name:* <Name>
          ^^^^^^ leftover-placeholder
- Name： <Name>
        ^^^^^^ leftover-placeholder
- **Name**: <Name>
            ^^^^^^ leftover-placeholder
- **Name:** see <Name> there

**Name:** <Name>
          ^^^^^^ leftover-placeholder
"#,
        );
    }
}
