//! The text that restarts work on a phase after a break.
//!
//! Nothing in it is invented: it says what the files say, the most useful first. What is quoted keeps
//! its words; only its headings move below ours.

use std::collections::HashSet;

use jiff::tz::TimeZone;

use self::source::{LEADING, Source, code, demoted, items_once, with_plain_line_ends};
use super::{
    Phase, Standing, phases,
    status::{PhaseStatus, phase_status, without_secrets},
};
use crate::{
    artifact::{
        Document,
        entries::{self, says_none},
        notes::{FieldName, LogEntry, Status},
        paths::Role,
        sections::Section,
    },
    convention::{self, Kind, PerKind, SectionName},
    edit::log_entry::has_log,
    markdown::{BlockKind, Markdown},
    workspace::{
        Files, Workspace,
        resolve::{Resolution, Resolver},
        what_changed::what_changed,
    },
};

mod source;

const LAST_SESSION: &str = "Last session";

/// What restarts work on a phase.
#[derive(Clone, Debug)]
pub struct Resume {
    title: String,
    /// Its files, an item each.
    files: String,
    pub phase: Option<PhaseStatus>,
    /// Where to go on, for a phase that is complete.
    pub next_phase: Option<PhaseStatus>,
    pub parts: Vec<Part>,
    /// What does not fit into `budget` characters.
    pub left_out: Vec<Part>,
    budget: usize,
}

/// A part of it, Markdown with `\n` line ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub heading: String,
    pub text: String,
    /// Each is that of one part only.
    worth: Worth,
}

/// What is kept first where not all of it fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Worth {
    Stopped,
    Left,
    Questions,
    Constraints,
    Goals,
    LastSession,
    CommitsSince,
    Prompt,
    Decisions,
    Overview,
    OutOfScope,
    Assumptions,
    References,
    Commits,
}

impl Part {
    fn written(&self) -> String {
        let marks = if self.worth == Worth::LastSession { "###" } else { "##" };
        let text = if self.text.is_empty() { String::new() } else { format!("\n{}\n", self.text) };
        format!("\n{marks} {}\n{text}", self.heading)
    }
}

impl Resume {
    /// The text of what is there.
    pub fn text(&self) -> String {
        let mut text = format!("# Resume: {}\n\n{}", self.title, self.files);
        if !self.left_out.is_empty() {
            text.push_str(&left_out_line(self.left_out.iter(), self.budget));
        }
        text.extend(self.parts.iter().map(Part::written));
        text
    }

    /// Takes whole parts out, those that are worth least, until the text has no more characters than `budget`. Where
    /// we stopped stays.
    pub fn keep_to(&mut self, budget: usize) {
        if self.text().chars().count() <= budget {
            return;
        }
        let head = format!("# Resume: {}\n\n{}", self.title, self.files).chars().count();
        let length_with = |kept: &[Worth]| {
            let (shown, left_out): (Vec<&Part>, Vec<&Part>) =
                self.parts.iter().partition(|part| kept.contains(&part.worth));
            let shown: usize = shown.iter().map(|part| part.written().chars().count()).sum();
            head + shown + left_out_line(left_out.into_iter(), budget).chars().count()
        };
        let mut by_worth: Vec<Worth> = self.parts.iter().map(|part| part.worth).collect();
        by_worth.sort();
        let mut kept = Vec::new();
        for worth in by_worth {
            kept.push(worth);
            if worth != Worth::Stopped && length_with(&kept) > budget {
                kept.pop();
            }
        }
        let parts = std::mem::take(&mut self.parts).into_iter();
        (self.parts, self.left_out) = parts.partition(|part| kept.contains(&part.worth));
        self.budget = budget;
    }
}

fn left_out_line<'p>(parts: impl Iterator<Item = &'p Part>, budget: usize) -> String {
    let names: Vec<&str> = parts.map(|part| part.heading.split([':', '(']).next().unwrap_or_default().trim()).collect();
    format!("- Left out to keep to {budget} characters: {}\n", names.join(", "))
}

/// What restarts work on a phase. `documents`: its artifacts, as far as it has them.
pub fn resume(documents: &PerKind<Option<&Document>>, workspace: &Workspace, files: &dyn Files) -> Resume {
    let sources: Vec<Source> = Kind::ALL
        .into_iter()
        .filter_map(|kind| documents.get(kind).map(|document| Source::new(document, workspace, files)))
        .collect();
    let path = sources.first().map_or("", |source| &*source.document.path);
    let title = convention::title(workspace.config.stem(path).unwrap_or_default()).to_string();
    let phases = phases(workspace);
    let at = phases.iter().position(|phase| phase.artifacts.iter().any(|(_, own)| **own == *path));
    let today = files.now().map(|now| now.date());
    let status_of = |phase: &Phase| phase_status(phase, workspace, today);
    let mut writer = Writer {
        parts: Vec::new(),
        workspace,
        files,
        status: at.map(|at| status_of(&phases[at])),
        next_phase: None,
        sources,
    };
    if let Some(at) = at.filter(|_| writer.is_complete()) {
        writer.next_phase = next_phase(&phases, at, &status_of);
    }
    writer.where_we_stopped();
    if writer.is_complete() {
        writer.left_to_do();
        writer.open_questions();
        writer.section(Kind::WorkNotes, SectionName::Decisions, Worth::Decisions);
        writer.section(Kind::WorkNotes, SectionName::Commits, Worth::Commits);
    } else {
        writer.all_that_is_needed();
    }
    let files = writer.files_of_phase();
    let Writer { parts, status: phase, next_phase, .. } = writer;
    Resume { title, files, phase, next_phase, parts, left_out: Vec::new(), budget: usize::MAX }
}

/// Where to go on after the phase at `at`: where work has begun, else with the first that waits, rather after it than
/// before.
fn next_phase(phases: &[Phase], at: usize, status_of: &dyn Fn(&Phase) -> PhaseStatus) -> Option<PhaseStatus> {
    let (before, after) = phases.split_at(at);
    let statuses: Vec<PhaseStatus> = after.iter().skip(1).chain(before).map(status_of).collect();
    let first = |standing: Standing| statuses.iter().find(|status| status.standing == standing);
    first(Standing::Begun).or_else(|| first(Standing::Waiting)).cloned()
}

/// What a plan says of the whole of the work.
const OF_PLAN: [(SectionName, Worth); 4] = [
    (SectionName::Overview, Worth::Overview),
    (SectionName::Goals, Worth::Goals),
    (SectionName::Constraints, Worth::Constraints),
    (SectionName::OutOfScope, Worth::OutOfScope),
];

struct Writer<'a> {
    parts: Vec<Part>,
    workspace: &'a Workspace,
    files: &'a dyn Files,
    status: Option<PhaseStatus>,
    next_phase: Option<PhaseStatus>,
    sources: Vec<Source<'a>>,
}

impl Writer<'_> {
    fn source(&self, kind: Kind) -> Option<&Source<'_>> {
        self.sources.iter().find(|source| source.document.kind == kind)
    }

    fn part(&mut self, worth: Worth, heading: &str, body: &str) {
        if !body.trim().is_empty() {
            self.parts.push(Part { heading: heading.to_owned(), text: body.trim_end().to_owned(), worth });
        }
    }

    fn all_that_is_needed(&mut self) {
        self.commits_since();
        for (name, worth) in OF_PLAN {
            self.section(Kind::Plan, name, worth);
        }
        self.left_to_do();
        self.open_questions();
        self.section(Kind::WorkNotes, SectionName::Decisions, Worth::Decisions);
        self.section(Kind::WorkNotes, SectionName::Assumptions, Worth::Assumptions);
        self.references();
        self.section(Kind::WorkNotes, SectionName::Commits, Worth::Commits);
        // Last: whatever a prompt leaves open, a fence or a comment, swallows nothing of ours.
        self.prompt();
    }

    fn is_complete(&self) -> bool {
        self.status.as_ref().is_some_and(|status| status.standing == Standing::Over)
    }

    fn files_of_phase(&self) -> String {
        let mut files = String::new();
        for (kind, label) in [(Kind::Plan, "Plan"), (Kind::Prompt, "Prompt"), (Kind::WorkNotes, "Work notes")] {
            let path = self.source(kind).map(|source| code(&source.document.path));
            files.push_str(&format!("- {label}: {}\n", path.as_deref().unwrap_or("missing")));
        }
        files
    }

    fn where_we_stopped(&mut self) {
        let status = self.status.as_ref().and_then(|status| status.status).map_or("not stated", Status::name);
        let mut body = format!("- Status: {status}\n");
        if self.is_complete() {
            body.push_str(&match &self.next_phase {
                Some(next) => {
                    let status = if next.status.is_some() { next.status_name() } else { "no status" };
                    format!("- Next phase: {} ({})\n", code(&next.stem), status.to_lowercase())
                }
                None => "- Next phase: none; every phase is complete\n".to_owned(),
            });
        }
        let entry = self.newest_entry();
        if let Some((source, entry)) = &entry {
            body.push_str(&self.fields(source, entry));
        }
        let names_next = body.contains("\n- Next: ");
        if let Some(next) = self.status.as_ref().and_then(|status| status.next_step.as_ref()).filter(|_| !names_next) {
            body.push_str(&format!("- Next, by the definition of done: {next}\n"));
        }
        let last = entry.map(|(source, entry)| {
            let heading = source.text[entry.heading.clone()].trim();
            let (heading, content) = match source.entry_content(entry) {
                Some(content) => (heading, source.quoted(content, 3)),
                None => ("", source.entry_block(entry)),
            };
            (if heading.is_empty() { LAST_SESSION.to_owned() } else { format!("{LAST_SESSION}: {heading}") }, content)
        });
        if last.is_none() && self.source(Kind::WorkNotes).is_some() {
            body.push_str("- Session log: no entry\n");
        }
        self.part(Worth::Stopped, "Where we stopped", &body);
        if let Some((heading, content)) = last {
            // With nothing below it, too: the heading is what the entry says.
            self.parts.push(Part { heading, text: content.trim_end().to_owned(), worth: Worth::LastSession });
        }
    }

    /// The subjects of the commits that the log does not tell of yet.
    fn commits_since(&mut self) {
        let Some(now) = self.files.now().and_then(|now| now.to_zoned(TimeZone::UTC).ok()) else { return };
        let notes = self.source(Kind::WorkNotes);
        let Some(source) = notes.or_else(|| self.sources.iter().find(|source| has_log(&source.document.artifact)))
        else {
            return;
        };
        let subjects = what_changed(source.document, self.workspace, self.files.commits(), &now);
        let body: String = subjects.iter().map(|subject| format!("- {}\n", without_secrets(subject))).collect();
        let has_entry = source.document.artifact.notes.newest_entry().is_some();
        self.part(Worth::CommitsSince, if has_entry { "Commits since then" } else { "Commits so far" }, &body);
    }

    fn newest_entry(&self) -> Option<(&Source<'_>, &LogEntry)> {
        let source = self.source(Kind::WorkNotes)?;
        Some((source, source.document.artifact.work_notes()?.newest_entry()?))
    }

    /// The date, next step and blockers of an entry, one line each.
    fn fields(&self, source: &Source, entry: &LogEntry) -> String {
        let date =
            entry.moment().map(|moment| format!("- Last session: {}\n", super::status::iso(moment).replace('T', " ")));
        let mut lines = date.unwrap_or_default();
        // Of a phase that is complete both are history.
        let names = if self.is_complete() { &[][..] } else { &[FieldName::Next, FieldName::Blockers] };
        for name in names.iter().copied() {
            let field = entry.fields.iter().find(|field| field.name == name && !field.is_empty);
            let Some(field) = field.filter(|field| field.range != field.label) else { continue };
            let value = source.text[field.label.end..field.range.end].trim_start_matches([':', '：', '*', '_']);
            let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
            if !says_none(&value) {
                lines.push_str(&format!("- {}: {value}\n", name.name()));
            }
        }
        lines
    }

    fn left_to_do(&mut self) {
        let Some(source) = self.source(Kind::Plan) else { return };
        let done = source.document.artifact.plan().map(|plan| plan.done.as_slice()).unwrap_or_default();
        let items: Vec<_> = done.iter().filter(|item| !item.is_placeholder).collect();
        let has_boxes = items.iter().any(|item| item.task.is_some());
        let ticked = items.iter().filter(|item| item.task.as_ref().is_some_and(|task| task.ticked)).count();
        let heading = if has_boxes {
            format!("Left of the definition of done ({ticked} of {} done)", items.len())
        } else {
            "Definition of done".to_owned()
        };
        let is_left = |task: &Option<entries::Task>| !has_boxes || task.as_ref().is_some_and(|task| !task.ticked);
        let left = items.iter().filter(|item| is_left(&item.task)).map(|item| item.range.start);
        let body = items_once(source, left, if has_boxes { "- [ ] " } else { "- " });
        self.part(Worth::Left, &heading, &body);
    }

    fn open_questions(&mut self) {
        let mut body = String::new();
        for kind in [Kind::WorkNotes, Kind::Plan, Kind::Prompt] {
            let Some(source) = self.source(kind) else { continue };
            let artifact = &source.document.artifact;
            let open = artifact.questions.iter().filter(|question| !question.resolved);
            let (asked, listed): (Vec<_>, Vec<_>) = open.partition(|question| {
                matches!(
                    source.document.markdown.block(question.block).kind,
                    BlockKind::Heading(_) | BlockKind::Paragraph
                )
            });
            body.push_str(&items_once(source, listed.iter().map(|question| question.range.start), "- "));
            for question in asked {
                body.push_str(&format!("- {}\n", source.text[question.range.clone()].trim()));
                let section = artifact.sections.opened_by(question.block);
                let content = section.map(|section| source.quoted(source.content(section), 6)).unwrap_or_default();
                if !content.is_empty() {
                    body.push_str(&format!("\n  {}\n", content.replace('\n', "\n  ").replace("\n  \n", "\n\n")));
                }
            }
        }
        self.part(Worth::Questions, "Open questions", &body);
    }

    /// A section as it stands, if it says anything, and does not stand in another one that is shown.
    fn section(&mut self, kind: Kind, name: SectionName, worth: Worth) {
        let Some(source) = self.source(kind) else { return };
        let sections = &source.document.artifact.sections;
        let is_of_plan = |outer: &Section| OF_PLAN.iter().any(|(own, _)| outer.name == Some(*own));
        let is_shown = |outer: &Section| outer.name == Some(name) || kind == Kind::Plan && is_of_plan(outer);
        let outermost = sections.named(name).filter(|section| !sections.enclosing(section).skip(1).any(is_shown));
        let said =
            outermost.map(|section| source.content(section)).filter(|content| source.says_something(content.clone()));
        let body: Vec<String> = said.map(|content| source.quoted(content, 2)).collect();
        let heading = self.workspace.vocabulary.name(kind, name).to_owned();
        self.part(worth, &heading, &body.join("\n\n"));
    }

    fn references(&mut self) {
        let resolver = Resolver { workspace: self.workspace, files: self.files };
        let mut seen: HashSet<String> = self.sources.iter().map(|source| source.document.path.to_string()).collect();
        let mut body = String::new();
        for kind in [Kind::Prompt, Kind::Plan] {
            let Some(source) = self.source(kind) else { continue };
            let references = source.document.artifact.references();
            for reference in resolver
                .counting(&source.document.path, references)
                .filter(|reference| reference.role == Role::Declared)
            {
                let (path, remark) = match resolver.resolve(&source.document.path, reference) {
                    Resolution::Found(target) => (target.path, ""),
                    Resolution::Missing => (reference.path.to_string(), " (does not exist)"),
                    Resolution::Somewhere | Resolution::Unknown => (reference.path.to_string(), ""),
                };
                if seen.insert(path.clone()) {
                    body.push_str(&format!("- {}{remark}\n", code(&path)));
                }
            }
        }
        self.part(Worth::References, "References", &body);
    }

    fn prompt(&mut self) {
        let Some(source) = self.source(Kind::Prompt) else { return };
        let start = source.document.artifact.content_start;
        let text = with_plain_line_ends(&source.text[start..]);
        let text = text.trim_start_matches(LEADING).trim_end();
        let body = demoted(text, &Markdown::parse(text, &|_| false), 2);
        self.part(Worth::Prompt, "Prompt", &body);
    }
}

#[cfg(test)]
mod tests;
