//! Suppression comments: what they silence, what is wrong with them, and how to add one.

use std::{cell::LazyCell, cmp::Reverse, collections::HashMap, ops::Range, rc::Rc};

use super::{
    Found, Rule, Sink, broken_reference, empty_artifact, find, phase_mismatch, stale_notes, unknown_commit,
    unknown_rule, unused_suppression,
};
use crate::{
    artifact::{Document, suppressions::Suppression},
    config::RulesForFile,
    diagnostic::{Diagnostic, Fix},
    workspace::Workspace,
};

mod insert;
mod remove;

pub use self::insert::{has_block, ignore_here, ignore_in_file};
use self::remove::Remover;

/// Removes what the document's comments silence, and adds what is wrong with the comments.
///
/// It must see every finding, also those that are not shown later: a comment that silences one of
/// them is in use.
pub(super) fn apply<'a>(
    workspace: &Workspace,
    document: &'a Document,
    settings: &RulesForFile,
    found: &mut Vec<Found<'a>>,
) {
    if document.artifact.suppressions.is_empty() {
        return;
    }
    let mut covers = Covers::new(document);
    let mut is_silenced =
        |found: &Found| places(document, &found.diagnostic).any(|place| covers.silences(found.diagnostic.rule, place));
    found.retain(|found| !is_silenced(found));
    let mut comments: Vec<_> = document.artifact.suppressions.iter().map(|s| Comment::new(document, s)).collect();
    judge_unknown(&mut comments, &mut covers);
    // While the index is incomplete or a fence is open, findings are absent that will be back.
    if workspace.is_indexed && !document.has_open_fence() {
        judge_unused(document, settings, &mut comments, &mut covers);
    }
    report(document, settings, comments, found);
}

/// Where a comment silences a finding: at its own place, and where a link refers to the definition that
/// it is about.
fn places<'f>(document: &'f Document, finding: &'f Diagnostic) -> impl Iterator<Item = usize> + 'f {
    let is_of_link = [broken_reference::RULE.name(), phase_mismatch::RULE.name()].contains(&finding.rule);
    let related = finding.related.iter().filter(move |related| is_of_link && *related.path == *document.path);
    std::iter::once(finding.range.start).chain(related.map(|related| related.range.start))
}

/// A comment and what is thought of each of its names.
struct Comment<'d> {
    suppression: &'d Suppression,
    names: Vec<Name<'d>>,
}

struct Name<'d> {
    range: Range<usize>,
    /// Empty in a comment that names nothing.
    word: &'d str,
    verdict: Verdict,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Kept,
    Unknown,
    Unused,
}

impl<'d> Comment<'d> {
    fn new(document: &'d Document, suppression: &'d Suppression) -> Self {
        let name = |range: &Range<usize>, word| Name { range: range.clone(), word, verdict: Verdict::Kept };
        let mut names: Vec<_> =
            suppression.rules.iter().map(|range| name(range, document.slice(range.clone()))).collect();
        if names.is_empty() {
            names.push(name(&suppression.range, ""));
        }
        Self { suppression, names }
    }

    /// Gives each name that `is_wrong` a verdict, unless `rule` is silenced there: by a comment
    /// around it, or by the comment itself.
    fn judge(&mut self, rule: &Rule, verdict: Verdict, covers: &mut Covers, is_wrong: impl Fn(&Name, &Covers) -> bool) {
        let names_it = self.names.iter().any(|name| name.word == rule.name());
        for name in &mut self.names {
            if !is_wrong(name, covers) {
                continue;
            }
            // A comment that names the rule speaks of its other names, not of this one.
            if name.word == rule.name() {
                name.verdict = verdict;
            } else if names_it {
                covers.mark(rule.name(), self.suppression.scope.as_ref());
            } else if !covers.silences(rule.name(), name.range.start) {
                name.verdict = verdict;
            }
        }
    }
}

fn judge_unknown(comments: &mut [Comment], covers: &mut Covers) {
    for comment in comments {
        comment.judge(&unknown_rule::RULE, Verdict::Unknown, covers, |name, _| {
            !name.word.is_empty() && find(name.word).is_none()
        });
    }
}

/// A name that silences nothing, though its rule looks at this file.
fn judge_unused(document: &Document, settings: &RulesForFile, comments: &mut [Comment], covers: &mut Covers) {
    let rule = &unused_suppression::RULE;
    // What would fire as soon as the comment is gone.
    let is_bare = LazyCell::new(|| remove::all(document).trim_matches('\u{feff}').trim().is_empty());
    // What one clone of the repository says, another one may not.
    let is_of_repository = |name: &str| [stale_notes::RULE.name(), unknown_commit::RULE.name()].contains(&name);
    let is_waiting = |name: &str| is_of_repository(name) || name == empty_artifact::RULE.name() && *is_bare;
    let is_on = |rule: &Rule| settings.severity(&rule.spec).is_some();
    let is_unused = |name: &Name, scope: Option<&Range<usize>>, covers: &Covers| {
        let is_judged = find(name.word).is_some_and(is_on) && !is_waiting(name.word);
        name.word.is_empty() || is_judged && !covers.is_used(name.word, scope)
    };
    // Which comments on unused comments are in use is known only after all others.
    for itself in [false, true] {
        for comment in &mut *comments {
            let scope = comment.suppression.scope.as_ref();
            comment.judge(rule, Verdict::Unused, covers, |name, covers| {
                (name.word == rule.name()) == itself && is_unused(name, scope, covers)
            });
        }
    }
}

fn report<'a>(document: &'a Document, settings: &RulesForFile, comments: Vec<Comment<'a>>, found: &mut Vec<Found<'a>>) {
    let sink = |rule: &'static Rule| {
        let severity = settings.severity(&rule.spec)?;
        Some(Sink { rule: rule.name(), severity, found: Vec::new() })
    };
    let (mut unknown, mut unused) = (sink(&unknown_rule::RULE), sink(&unused_suppression::RULE));
    for comment in comments {
        let fixes = Rc::new(Remover::new(document, comment));
        for (n, name) in fixes.names().iter().enumerate() {
            let (out, describe): (_, fn(&str, Fix, &mut Diagnostic)) = match name.verdict {
                Verdict::Unknown => (&mut unknown, unknown_rule::describe),
                Verdict::Unused => (&mut unused, unused_suppression::describe),
                Verdict::Kept => continue,
            };
            let Some(out) = out else { continue };
            let (word, fixes) = (name.word, fixes.clone());
            out.report_lazily_with_safe_fix(name.range.clone(), move |finding| {
                describe(word, fixes.remove(n), finding);
            });
        }
    }
    found.extend([unknown, unused].into_iter().flatten().flat_map(|sink| sink.found));
}

/// What each rule is silenced for.
struct Covers<'d> {
    rules: HashMap<&'d str, Vec<Cover>>,
}

struct Cover {
    scope: Range<usize>,
    /// The cover around it: scopes are blocks, so two of them are nested or apart.
    around: Option<usize>,
    is_used: bool,
}

/// Covers of a whole file have it.
const EVERYTHING: Range<usize> = 0..usize::MAX;

fn key(scope: &Range<usize>) -> (usize, Reverse<usize>) {
    (scope.start, Reverse(scope.end))
}

impl<'d> Covers<'d> {
    fn new(document: &'d Document) -> Self {
        let mut rules: HashMap<_, Vec<Cover>> = HashMap::new();
        for suppression in &document.artifact.suppressions {
            let scope = suppression.scope.clone().unwrap_or(EVERYTHING);
            for name in suppression.rules.iter().filter(|_| !scope.is_empty()) {
                let cover = Cover { scope: scope.clone(), around: None, is_used: false };
                rules.entry(document.slice(name.clone())).or_default().push(cover);
            }
        }
        for covers in rules.values_mut() {
            covers.sort_by_key(|cover| key(&cover.scope));
            covers.dedup_by(|a, b| a.scope == b.scope);
            let mut open: Vec<usize> = Vec::new();
            for n in 0..covers.len() {
                while open.pop_if(|last| covers[*last].scope.end < covers[n].scope.start).is_some() {}
                covers[n].around = open.last().copied();
                open.push(n);
            }
        }
        Self { rules }
    }

    /// Whether a finding of `rule` that begins at `offset` is silenced.
    fn silences(&mut self, rule: &str, offset: usize) -> bool {
        let Some(covers) = self.rules.get_mut(rule) else { return false };
        let mut at = covers.partition_point(|cover| cover.scope.start <= offset).checked_sub(1);
        let mut is_silenced = false;
        while let Some(cover) = at.map(|at| &mut covers[at]) {
            // The end counts: a finding of something absent may stand there.
            if offset <= cover.scope.end {
                cover.is_used = true;
                is_silenced = true;
            }
            at = cover.around;
        }
        is_silenced
    }

    fn cover(&self, rule: &str, scope: Option<&Range<usize>>) -> Option<usize> {
        let scope = scope.cloned().unwrap_or(EVERYTHING);
        self.rules.get(rule)?.binary_search_by_key(&key(&scope), |cover| key(&cover.scope)).ok()
    }

    fn mark(&mut self, rule: &str, scope: Option<&Range<usize>>) {
        if let Some(at) = self.cover(rule, scope) {
            self.rules.get_mut(rule).expect("it has covers")[at].is_used = true;
        }
    }

    fn is_used(&self, rule: &str, scope: Option<&Range<usize>>) -> bool {
        self.cover(rule, scope).is_some_and(|at| self.rules[rule][at].is_used)
    }
}

#[cfg(test)]
mod tests;
