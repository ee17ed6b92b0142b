use crate::diagnostic::{Diagnostic, Fix};

rule! {
    /// A suppression comment silences something.
    ///
    /// ### Why
    ///
    /// The text that it was written for has changed. What is left hides the next finding in that
    /// place.
    ///
    /// Names of rules that are switched off are left alone. So are all comments while a fence is
    /// open, since it swallows what they silence.
    ///
    /// ### Fires
    ///
    /// ```md
    /// # Phase 1
    ///
    /// ## Goals
    ///
    /// - A chart that installs <!-- phasemark-ignore leftover-placeholder: not known yet -->
    /// ```
    ///
    /// ### Quiet
    ///
    /// ```md
    /// # Phase 1
    ///
    /// ## Goals
    ///
    /// - <Goal 1> <!-- phasemark-ignore leftover-placeholder: not known yet -->
    /// ```
    "unused-suppression", severity = Warning, check = Elsewhere, law = Always
}

/// `name` is empty for a comment without names. Found by `suppression::apply`.
pub(super) fn describe(name: &str, fix: Fix, finding: &mut Diagnostic) {
    finding.message = match name {
        "" => "This comment names no rule, so it silences nothing.".to_owned(),
        name => format!("There is nothing here for `{name}` to silence."),
    };
    finding.fix(fix);
}
