//! `log`: another entry for the session log of a phase.

use std::path::Path;

use jiff::Zoned;

use super::{
    outcome::Outcome,
    roots::{Failure, PhaseReading, Root, shown_from_here},
    write::{self, Refusal},
};
use crate::{
    actions::log_entry,
    artifact::{Document, notes::FieldName},
    convention::Kind,
    disk,
    edit::log_entry::has_log,
    text::{self, Edit},
};

const NO_COMMITS: &str = "the entry names no commits: .git leads to another repository, or is malformed";

/// Attempts before giving up: each failed one means that another writer succeeded.
const MOST_TRIES: usize = 100;

/// Inserts an entry that says `messages`, or the commits since the last one, and what `fields` say.
///
/// # Errors
/// Why there is no place for it.
pub fn log(
    name: Option<&str>,
    messages: &[String],
    fields: &[(FieldName, String)],
    now: &Zoned,
) -> Result<Outcome, String> {
    let root = Root::of(name.unwrap_or("."))?;
    root.may_be_written()?;
    let name = name.map(|name| root.name(name));
    let message = (!messages.is_empty()).then_some(messages);
    let mut tries = 1..=MOST_TRIES;
    loop {
        let reading = root.read_phase(name.as_deref())?;
        let document = notes(&reading, name.as_deref())?;
        let edit = log_entry::insert(document, &reading.workspace, &root.files(), now, message, fields)?.edit;
        let after = text::apply(&document.text, std::slice::from_ref(&edit));
        let path = root.path().join(&*document.path);
        match write::replace(&root.location.bounds(), &path, &document.text, &after) {
            Ok(()) => {
                let mut outcome = inserted(&path, &after, &edit);
                if message.is_none() && disk::has_closed_repository(root.path()) {
                    outcome.warnings.push(NO_COMMITS.to_owned());
                }
                return Ok(outcome);
            }
            // Another entry came in between. Each time one of those who write is done.
            Err(Refusal::Changed) if tries.next().is_some() => {}
            Err(refusal) => return Err(format!("{}: {refusal}", document.path)),
        }
    }
}

/// The work notes of a phase, of several those that were named; without any, what else keeps a log.
fn notes<'r>(reading: &'r PhaseReading, name: Option<&str>) -> Result<&'r Document, String> {
    let PhaseReading { workspace, documents, phase, unread } = reading;
    let is_notes = |path: &str| workspace.config.kind_of(path) == Some(Kind::WorkNotes);
    let named = phase.artifacts.iter().map(|(_, path)| path).find(|path| Some(&***path) == name && is_notes(path));
    let path = named.or_else(|| phase.artifact(Kind::WorkNotes));
    let document = |path: &std::sync::Arc<str>| documents.iter().find(|document| document.path == *path);
    let keeps_log = |document: &&Document| has_log(&document.artifact);
    let others = || phase.artifacts.iter().filter_map(|(_, path)| document(path)).find(keeps_log);
    let found = match path {
        Some(path) => document(path),
        None => others(),
    };
    found.ok_or_else(|| match unread.iter().find(|failure| is_notes(&failure.path)) {
        Some(unread) => Failure::to_string(unread),
        None => format!("'{0}' has no work notes; 'phasemark new {0}' creates them", phase.stem),
    })
}

/// Says where the entry is, and what it is.
fn inserted(path: &Path, after: &str, edit: &Edit) -> Outcome {
    let mut outcome = Outcome::default();
    let before_words = edit.replacement.len() - edit.replacement.trim_start().len();
    let line = text::LineIndex::new(after).line(edit.range.start + before_words) + 1;
    outcome.say(&format!("{}:{line}", shown_from_here(path)));
    outcome.say("");
    outcome.say(&edit.replacement.trim().replace("\r\n", "\n").replace('\r', "\n"));
    outcome
}
