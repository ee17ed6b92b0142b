use super::all;
use crate::{
    config,
    diagnostic::{Diagnostic, Fix},
    text::Edit,
};

rule! {
    /// A suppression comment names rules that exist.
    ///
    /// ### Why
    ///
    /// A mistyped name silences nothing. A reason follows the names after a
    /// colon.
    ///
    /// ### Fires
    ///
    /// ```md
    /// # Phase 1
    ///
    /// ## Goals
    ///
    /// - <Goal 1> <!-- phasemark-ignore leftover-placeholders: not known yet -->
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
    "unknown-rule", severity = Warning, check = Elsewhere, law = Always
}

/// Found by `suppression::apply`, which knows how to `remove` the name.
pub(super) fn describe(name: &str, remove: Fix, finding: &mut Diagnostic) {
    let nearest = config::nearest(name, all().iter().map(|rule| rule.name()));
    finding.message = match nearest {
        Some(nearest) => format!("There is no rule `{name}`. Did you mean `{nearest}`?"),
        None => format!("There is no rule `{}`. A reason follows a colon.", shortened(name)),
    };
    if let Some(nearest) = nearest {
        let edit = Edit::replace(finding.range.clone(), nearest);
        finding.fix(Fix::new(format!("Replace by `{nearest}`"), vec![edit]));
    }
    finding.fix(remove);
}

fn shortened(name: &str) -> String {
    match name.char_indices().nth(60) {
        Some((at, _)) => format!("{}…", &name[..at]),
        None => name.to_owned(),
    }
}
