//! `--select` and `--ignore`: which rules have a say.

use crate::{
    cli::{explain, report::Report},
    config,
    diagnostic::Diagnostic,
    rules,
};

/// Rules that were named; by default, all of them count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    selected: Vec<&'static str>,
    ignored: Vec<&'static str>,
}

impl Filter {
    /// # Errors
    /// What to say of a name that no rule has.
    pub fn new(select: &[String], ignore: &[String]) -> Result<Self, String> {
        let known = |name: &String| match rules::find(name.trim()) {
            Some(rule) => Ok(rule.name()),
            None => Err(explain::unknown(name.trim(), rules::all())),
        };
        let all = |names: &[String]| names.iter().map(known).collect::<Result<Vec<_>, _>>();
        Ok(Self { selected: all(select)?, ignored: all(ignore)? })
    }

    pub fn keeps(&self, rule: &str) -> bool {
        (self.selected.is_empty() || self.selected.contains(&rule)) && !self.ignored.contains(&rule)
    }

    /// Removes the findings of other rules. A configuration that does not apply as it is written explains the exit
    /// code, and stays.
    pub fn apply(&self, report: &mut Report) {
        let is_bad = report.has_bad_config;
        let keeps = |found: &Diagnostic| self.keeps(found.rule) || is_bad && found.rule == config::RULE;
        report.files.iter_mut().for_each(|file| file.diagnostics.retain(keeps));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::samples;

    fn filter(select: &[&str], ignore: &[&str]) -> Result<Filter, String> {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        Filter::new(&owned(select), &owned(ignore))
    }

    fn left(filter: &Filter, mut report: Report) -> Vec<&'static str> {
        filter.apply(&mut report);
        report.findings().map(|(_, found)| found.rule).collect()
    }

    #[test]
    fn what_is_selected_and_not_ignored_is_left() {
        let chosen = filter(&["missing-section", " premature-complete"], &["missing-section"]).unwrap();
        assert_eq!(left(&chosen, samples::messy()), ["premature-complete"]);
        let all = filter(&[], &["premature-complete"]).unwrap();
        assert_eq!(left(&all, samples::messy()).len(), 4);
    }

    #[test]
    fn a_bad_configuration_stays() {
        let report = |has_bad_config| Report { has_bad_config, ..samples::of_rule(config::RULE) };
        let chosen = filter(&["missing-section"], &[]).unwrap();
        assert_eq!(left(&chosen, report(true)), [config::RULE]);
        assert!(left(&chosen, report(false)).is_empty(), "a warning about the layout");
    }

    #[test]
    fn unknown_names_lead_to_the_nearest() {
        let error = filter(&[], &["missing-sections"]).unwrap_err();
        assert_eq!(error, "no rule is called 'missing-sections'; did you mean 'missing-section'?");
    }
}
