//! The rules: what they have in common, the alphabetical list, and how a document is run through it.
//!
//! To add a rule: one file in `rules/`, one line in [`list`]. Documentation, `explain`, hover and the
//! table in `rules/README.md` follow from it.
//!
//! Architecture invariant: a rule is a pure function of a [`Context`] and never calls another rule.

use std::{cell::OnceCell, ops::Range};

use self::law::{Earned, Law};
use crate::{
    artifact::{
        Artifact, Document, Encoding,
        notes::{Status, WorkNotes},
        plan::Plan,
        prompt::Prompt,
    },
    config::{Level, OptionValue, RuleSpec, RulesForFile},
    convention::{Kind, SectionName},
    diagnostic::{self, Diagnostic, Fix, MOST_FINDINGS, Severity},
    edit::section::Inserter,
    secrets::{self, Secret},
    text::Edit,
    workspace::{Files, Workspace, resolve::Resolver, unit::Unit},
};

pub mod documentation;
pub mod law;
mod missing_path;
pub mod suppression;

/// One rule: its name, documentation and defaults, and what it does.
#[derive(Debug)]
pub struct Rule {
    pub spec: RuleSpec,
    /// Markdown: a sentence, then `### Why`, `### Fires` and `### Quiet`.
    pub documentation: &'static str,
    /// What earns it the right to speak.
    pub law: Law,
    /// Whether it speaks about something absent: then what hides text silences it, and a file none of whose
    /// headings is known.
    pub is_about_absence: bool,
    pub check: Check,
}

/// What a rule looks at.
#[derive(Debug)]
pub enum Check {
    Artifact(for<'a> fn(&Context<'a>, &'a Artifact, &mut Sink<'a>)),
    /// An artifact whose kind declares references: a plan or a prompt.
    Declaring(for<'a> fn(&Context<'a>, &'a Artifact, &mut Sink<'a>)),
    Plan(for<'a> fn(&Context<'a>, &'a Plan, &mut Sink<'a>)),
    Prompt(for<'a> fn(&Context<'a>, &'a Prompt, &mut Sink<'a>)),
    WorkNotes(for<'a> fn(&Context<'a>, &'a WorkNotes, &mut Sink<'a>)),
    /// Found where suppressions or the configuration are read.
    Elsewhere,
}

impl Rule {
    pub fn name(&self) -> &'static str {
        self.spec.name
    }

    /// The documentation's first sentence, on one line.
    pub fn summary(&self) -> String {
        let paragraph = self.documentation.split("\n\n").next().unwrap_or_default();
        paragraph.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The kind of artifact it looks at; `None` for several, or for the configuration.
    pub fn kind(&self) -> Option<Kind> {
        match self.check {
            Check::Plan(_) => Some(Kind::Plan),
            Check::Prompt(_) => Some(Kind::Prompt),
            Check::WorkNotes(_) => Some(Kind::WorkNotes),
            Check::Artifact(_) | Check::Declaring(_) | Check::Elsewhere => None,
        }
    }
}

/// Declares a rule: documentation, name, default severity, what it checks.
macro_rules! rule {
    (
        $(#[doc = $documentation:expr])*
        $name:literal, severity = $severity:ident, check = $check:expr
        $(, law = $law:ident)?
        $(, about_absence = $absence:literal)?
        $(, options = [$($option:literal: $kind:ident($default:literal) = $description:literal),* $(,)?])?
        $(,)?
    ) => {
        pub static RULE: $crate::rules::Rule = $crate::rules::Rule {
            spec: $crate::config::RuleSpec {
                name: $name,
                severity: $crate::rules::level::$severity,
                options: &[$($($crate::config::OptionSpec {
                    name: $option,
                    default: $crate::config::OptionValue::$kind($default),
                    description: $description,
                }),*)?],
            },
            documentation: concat!($($documentation, "\n"),*),
            law: $crate::rules::law::law!($($law)?),
            is_about_absence: false $(|| $absence)?,
            check: { use $crate::rules::Check::*; $check },
        };
    };
}

/// The severities that [`rule!`] takes.
#[allow(non_upper_case_globals, dead_code)]
mod level {
    use crate::{config::Level, diagnostic::Severity};

    pub const Off: Level = Level::Off;
    pub const Hint: Level = Level::At(Severity::Hint);
    pub const Information: Level = Level::At(Severity::Information);
    pub const Warning: Level = Level::At(Severity::Warning);
    pub const Error: Level = Level::At(Severity::Error);
    pub const ByFinding: Level = Level::ByFinding;
}

macro_rules! list {
    ($($name:ident),* $(,)?) => {
        $(pub mod $name;)*

        static ALL: &[&Rule] = &[$(&$name::RULE),*];
    };
}

list! {
    broken_link,
    broken_reference,
    code_in_plan,
    conflicting_box,
    conflicting_status,
    decision_without_rationale,
    duplicate_section,
    empty_artifact,
    empty_definition_of_done,
    empty_section,
    incomplete_log_entry,
    invalid_config,
    leftover_placeholder,
    log_order,
    malformed_commit,
    malformed_log_entry,
    missing_context_link,
    missing_counterpart,
    missing_definition_of_done,
    missing_section,
    missing_session_log_entry,
    no_declared_references,
    not_utf_8,
    parent_child_mismatch,
    phase_mismatch,
    phase_without_verification,
    plan_too_long,
    possible_secret,
    premature_complete,
    stale_notes,
    stale_status,
    status_not_stated,
    unclosed_fence,
    undeclared_reference,
    unknown_commit,
    unknown_rule,
    unresolved_question,
    untracked_progress,
    unused_suppression,
    unverifiable_done_item,
}

/// Every rule, by name.
pub fn all() -> &'static [&'static Rule] {
    ALL
}

/// What configuration has to know of every rule.
pub fn specs() -> Vec<&'static RuleSpec> {
    ALL.iter().map(|rule| &rule.spec).collect()
}

/// The rule called `name`.
pub fn find(name: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|rule| rule.name() == name)
}

/// As many related places of a finding as a reader will follow.
const MOST_RELATED: usize = 10;

/// All that a rule may know.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    pub document: &'a Document,
    pub workspace: &'a Workspace,
    pub files: &'a dyn Files,
    rule: &'static Rule,
    known: &'a Known<'a>,
}

/// What is found out once for all rules.
struct Known<'a> {
    settings: RulesForFile<'a>,
    /// Searched for when first asked for.
    secrets: OnceCell<Vec<Secret>>,
    /// Read when first asked for: several rules about a status do.
    unit: OnceCell<Unit>,
}

impl<'a> Known<'a> {
    fn new(workspace: &'a Workspace, document: &Document) -> Self {
        Self { settings: workspace.config.rules_for(&document.path), secrets: OnceCell::new(), unit: OnceCell::new() }
    }
}

impl<'a> Context<'a> {
    /// Whether an author does something by habit in a list: in half of the cases where the file follows the template,
    /// which asks for it; elsewhere at least three times, and in three cases of four.
    fn is_habit(&self, with: usize, all: usize) -> bool {
        with >= 3 && 4 * with >= 3 * all
            || with >= 1 && 2 * with >= all && self.workspace.follows_template(self.document)
    }

    /// Every credential of the text by its shape.
    pub fn secrets(&self) -> &'a [Secret] {
        self.known.secrets.get_or_init(|| secrets::by_shape(self.text()))
    }

    /// The document's unit, the document as it is now.
    pub fn unit(&self) -> &'a Unit {
        self.known.unit.get_or_init(|| Unit::of(self.workspace, self.document))
    }

    pub fn text(&self) -> &'a str {
        &self.document.text
    }

    pub fn slice(&self, range: Range<usize>) -> &'a str {
        &self.document.text[range]
    }

    pub fn artifact(&self) -> &'a Artifact {
        &self.document.artifact
    }

    /// The fix that states another status; `None` where nothing would change.
    fn status_fix(&self, status: Status) -> Option<Fix> {
        let edits = self.document.set_status(status);
        (!edits.is_empty()).then(|| Fix::new(format!("Set the status to `{status}`"), edits))
    }

    /// Finds what references lead to.
    pub fn resolver(&self) -> Resolver<'a> {
        Resolver { workspace: self.workspace, files: self.files }
    }

    /// Where a finding about something absent belongs: the section that should hold it, else the
    /// title, else the first line. Bytes.
    pub fn place_of_absence(&self, section: Option<SectionName>) -> Range<usize> {
        self.document.artifact.place_of_absence(section, &self.document.text)
    }

    /// The value of one of the rule's own number options.
    pub fn integer(&self, option: &str) -> usize {
        match self.known.settings.option(&self.rule.spec, option) {
            OptionValue::Integer(value) => value as usize,
            OptionValue::Boolean(value) => usize::from(value),
        }
    }

    /// The value of one of the rule's own switches.
    pub fn boolean(&self, option: &str) -> bool {
        self.integer(option) != 0
    }

    /// The line end to use at byte `at`, where a file mixes them.
    pub fn line_end_at(&self, at: usize) -> &'static str {
        crate::text::line_end_at(&self.document.text, at)
    }

    /// Whether the rule of that name is on for this document.
    pub fn is_on(&self, rule: &str) -> bool {
        find(rule).is_some_and(|rule| self.known.settings.severity(&rule.spec).is_some())
    }

    /// Makes edits that insert bare headings of the sections where they belong, or with their skeletons.
    pub fn insert_sections(&self) -> impl FnMut(&[SectionName], bool) -> Vec<Edit> {
        let mut inserter = Inserter::new(self.document, &self.workspace.vocabulary);
        let stem = self.workspace.config.stem(&self.document.path);
        move |names, with_skeletons| inserter.insert_all(names, stem.filter(|_| with_skeletons))
    }

    /// The line end that the document uses.
    pub fn line_end(&self) -> &'static str {
        let text = &*self.document.text;
        if text.contains("\r\n") {
            "\r\n"
        } else if text.contains('\r') && !text.contains('\n') {
            "\r"
        } else {
            "\n"
        }
    }
}

/// Takes a rule's findings.
pub struct Sink<'a> {
    rule: &'static str,
    severity: Level,
    found: Vec<Found<'a>>,
}

/// A finding, and what makes its message and fixes once they are wanted: most files have a few findings, some
/// have more than are shown.
struct Found<'a> {
    diagnostic: Diagnostic,
    rest: Rest<'a>,
}

enum Rest<'a> {
    None,
    /// Nothing in it can be applied unasked.
    ToShow(Box<dyn FnOnce(&mut Diagnostic) + 'a>),
    WithSafeFix(Box<dyn FnOnce(&mut Diagnostic) + 'a>),
}

impl Found<'_> {
    /// `to_show`: for a reader, not only for fix-all.
    fn complete(mut self, to_show: bool) -> Diagnostic {
        match self.rest {
            Rest::ToShow(make) if to_show => make(&mut self.diagnostic),
            Rest::WithSafeFix(make) => make(&mut self.diagnostic),
            Rest::ToShow(_) | Rest::None => {}
        }
        self.diagnostic
    }
}

impl<'a> Sink<'a> {
    /// Reports a finding. `range`: bytes, the smallest that shows it.
    pub fn report(&mut self, range: Range<usize>, message: impl Into<String>) -> &mut Diagnostic {
        self.report_at(Severity::Warning, range, message)
    }

    /// Reports a finding of a rule that decides finding by finding; a configured severity wins.
    pub fn report_at(
        &mut self,
        severity: Severity,
        range: Range<usize>,
        message: impl Into<String>,
    ) -> &mut Diagnostic {
        self.push(severity, range, message.into(), Rest::None)
    }

    /// Reports a finding of which `rest` makes the message and the fixes, none of them safe, if it is shown.
    pub fn report_lazily(&mut self, range: Range<usize>, rest: impl FnOnce(&mut Diagnostic) + 'a) -> &mut Diagnostic {
        self.push(Severity::Warning, range, String::new(), Rest::ToShow(Box::new(rest)))
    }

    /// As [`Self::report_lazily`], but some of the fixes may be safe.
    fn report_lazily_with_safe_fix(&mut self, range: Range<usize>, rest: impl FnOnce(&mut Diagnostic) + 'a) {
        self.push(Severity::Warning, range, String::new(), Rest::WithSafeFix(Box::new(rest)));
    }

    fn push(&mut self, severity: Severity, range: Range<usize>, message: String, rest: Rest<'a>) -> &mut Diagnostic {
        let severity = if let Level::At(configured) = self.severity { configured } else { severity };
        self.found.push(Found { diagnostic: Diagnostic::new(self.rule, severity, range, message), rest });
        &mut self.found.last_mut().expect("a finding was just pushed").diagnostic
    }
}

/// The findings of a document, in the order of their places; no more than [`MOST_FINDINGS`].
pub fn run(workspace: &Workspace, document: &Document, files: &dyn Files) -> Vec<Diagnostic> {
    run_kept(workspace, document, files, &|_| true)
}

/// As [`run`], but only the findings of rules whose names `keeps` accepts.
pub fn run_kept(
    workspace: &Workspace,
    document: &Document,
    files: &dyn Files,
    keeps: &dyn Fn(&str) -> bool,
) -> Vec<Diagnostic> {
    let known = Known::new(workspace, document);
    let mut found = find_all(workspace, document, files, &known);
    found.retain(|found| keeps(found.diagnostic.rule));
    let more = found.len().saturating_sub(MOST_FINDINGS);
    found.truncate(MOST_FINDINGS);
    let mut found: Vec<Diagnostic> = found.into_iter().map(|found| found.complete(true)).collect();
    diagnostic::say_how_many_more(&mut found, more);
    if !found.is_empty() {
        let secrets = known.secrets.into_inner().unwrap_or_else(|| secrets::by_shape(&document.text));
        secrets::mask(&document.text, secrets, &mut found);
    }
    found
}

/// Every finding of a document with its safe fixes, in the order of their places, however many there are. What
/// they say is left out.
pub fn run_for_fixes(workspace: &Workspace, document: &Document, files: &dyn Files) -> Vec<Diagnostic> {
    let known = Known::new(workspace, document);
    let found = find_all(workspace, document, files, &known);
    found.into_iter().map(|found| found.complete(false)).collect()
}

fn find_all<'a>(
    workspace: &'a Workspace,
    document: &'a Document,
    files: &'a dyn Files,
    known: &'a Known<'a>,
) -> Vec<Found<'a>> {
    let context = |rule| Context { document, workspace, files, rule, known };
    let mut found = Vec::new();
    if document.encoding == Encoding::Utf16 {
        found.append(&mut run_rule(&context(&not_utf_8::RULE)));
    } else if document.artifact.is_empty(&document.text) {
        // A credential in front matter is one all the same.
        let is_over = workspace.is_over(document);
        for rule in [&empty_artifact::RULE, &possible_secret::RULE].into_iter().skip(usize::from(is_over)) {
            found.append(&mut run_rule(&context(rule)));
        }
    } else {
        let earned = Earned::of(workspace, document);
        // A comment that silences what is not shown is in use.
        let has_comments = !document.artifact.suppressions.is_empty();
        for rule in ALL.iter().filter(|rule| has_comments && earned.knows(rule) || earned.allows(rule)) {
            found.append(&mut run_rule(&context(rule)));
        }
        let silences = law::Silences::of(document, &found);
        suppression::apply(workspace, document, &known.settings, &mut found);
        found.retain(|found| {
            let rule = find(found.diagnostic.rule);
            rule.is_none_or(|rule| earned.allows(rule)) && !silences.cover(&found.diagnostic, &document.text)
        });
    }
    found.sort_by_key(|Found { diagnostic, .. }| (diagnostic.range.start, diagnostic.range.end, diagnostic.rule));
    found
}

fn run_rule<'a>(context: &Context<'a>) -> Vec<Found<'a>> {
    let Context { document, rule, known, .. } = context;
    let Some(severity) = known.settings.severity(&rule.spec) else { return Vec::new() };
    let mut sink = Sink { rule: rule.name(), severity, found: Vec::new() };
    let artifact = &document.artifact;
    match rule.check {
        Check::Artifact(check) => check(context, artifact, &mut sink),
        Check::Declaring(check) if artifact.kind != Kind::WorkNotes => check(context, artifact, &mut sink),
        Check::Plan(check) => artifact.plan().into_iter().for_each(|plan| check(context, plan, &mut sink)),
        Check::Prompt(check) => artifact.prompt().into_iter().for_each(|prompt| check(context, prompt, &mut sink)),
        Check::WorkNotes(check) => artifact.work_notes().into_iter().for_each(|notes| check(context, notes, &mut sink)),
        Check::Declaring(_) | Check::Elsewhere => {}
    }
    sink.found
}

#[cfg(test)]
mod growth;
#[cfg(test)]
mod tests;
