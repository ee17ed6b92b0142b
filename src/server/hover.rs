//! Hover: what a rule is about, in two lines at a diagnostic, whole at its name in a suppression or in `phasemark.toml`.

use std::ops::Range;

use tower_lsp::lsp_types::{Hover, HoverContents, MarkupContent, MarkupKind, Position};

use super::{
    convert::Place,
    features::Features,
    open_document::{Analysis, Subject},
};
use crate::rules::{self, Rule};

pub fn hover(analysis: &Analysis, features: &Features, position: Position) -> Option<Hover> {
    let place = analysis.place(features)?;
    let offset = place.offset(position);
    let (value, range) = match rule_name(analysis, place, offset) {
        Some((rule, range)) => (rules::documentation::markdown(rule), range),
        None => {
            let (rules, range) = diagnosed(analysis, offset)?;
            (rules.into_iter().map(in_two_lines).collect::<Vec<_>>().join("\n\n"), range)
        }
    };
    let kind = if features.markdown_hover { MarkupKind::Markdown } else { MarkupKind::PlainText };
    let contents = HoverContents::Markup(MarkupContent { kind, value });
    Some(Hover { contents, range: Some(place.range(&range)) })
}

/// The editor shows the message of the diagnostic itself.
fn in_two_lines(rule: &Rule) -> String {
    format!("**{0}**: {1}\n\nReasons, examples and fixes: `phasemark explain {0}`", rule.name(), rule.summary())
}

/// The rules that found something at `offset`, and the smallest range of theirs.
fn diagnosed(analysis: &Analysis, offset: usize) -> Option<(Vec<&'static Rule>, Range<usize>)> {
    let here = |range: &Range<usize>| range.contains(&offset) || range.is_empty() && range.start == offset;
    let found = analysis.diagnostics.iter().filter(|diagnostic| here(&diagnostic.range));
    let range = found.clone().map(|diagnostic| diagnostic.range.clone()).min_by_key(Range::len)?;
    let mut rules: Vec<_> = found.filter_map(|diagnostic| rules::find(diagnostic.rule)).collect();
    rules.dedup_by_key(|rule| rule.name());
    Some((rules, range))
}

/// The rule whose name stands at `offset`, where names of rules stand.
fn rule_name(analysis: &Analysis, place: Place, offset: usize) -> Option<(&'static Rule, Range<usize>)> {
    let range = match &analysis.subject {
        Subject::Artifact { document, .. } => {
            let mut names = document.artifact.suppressions.iter().flat_map(|suppression| &suppression.rules);
            names.find(|name| name.contains(&offset) || name.end == offset)?.clone()
        }
        Subject::Config { .. } => {
            let is_part = |c: char| c.is_ascii_lowercase() || c == '-';
            let start = place.text[..offset].rfind(|c| !is_part(c)).map_or(0, |at| at + 1);
            let end = place.text[offset..].find(|c| !is_part(c)).map_or(place.text.len(), |at| offset + at);
            start.min(end)..end
        }
        Subject::Other => return None,
    };
    rules::find(place.text.get(range.clone())?).map(|rule| (rule, range))
}
