//! `log`: another entry for the session log of a phase.

use std::path::Path;

use jiff::Zoned;

use super::{
    outcome::{Outcome, or_failed},
    roots::Root,
    write,
};
use crate::{
    actions::log_entry,
    artifact::log_insertion::{NewEntry, insert_log_entry},
    overview,
    template::Kind,
    text,
    workspace::{Document, Files, Workspace},
};

/// Inserts an entry that says `messages`, or the commits since the last one.
pub fn log(name: &str, messages: &[String], now: &Zoned) -> Outcome {
    or_failed(try_log(name, messages, now))
}

fn try_log(name: &str, messages: &[String], now: &Zoned) -> Result<Outcome, String> {
    let root = Root::of(name)?;
    let name = root.name(name);
    let (workspace, documents) = root.read(&[], root.path(), &mut Vec::new());
    let phase = overview::find_phase(&workspace, &name).map_err(|unknown| unknown.message(&name))?;
    // Of several work notes, the one that was named.
    let is_named = |path: &str| path == name && workspace.config.kind_of(path) == Some(Kind::WorkNotes);
    let named = phase.artifacts.iter().map(|(_, path)| path).find(|path| is_named(path));
    let Some(path) = named.or_else(|| phase.artifact(Kind::WorkNotes)) else {
        let stem = &phase.stem;
        return Err(format!("'{stem}' has no work notes; 'phasemark new {stem}' creates them"));
    };
    let document = documents.iter().find(|document| document.path == *path);
    let document = document.ok_or_else(|| format!("{path}: cannot be read"))?;
    let mut what_changed = lines(messages);
    if messages.is_empty() {
        what_changed = log_entry::what_changed(document, &workspace, root.files().commits(), now);
    }
    insert(root.path(), document, &workspace, &NewEntry { now, what_changed: &what_changed })
}

/// What was said, a line each.
fn lines(messages: &[String]) -> Vec<String> {
    let lines = messages.iter().flat_map(|message| message.lines());
    let clean = lines.map(|line| line.replace(|c: char| c.is_control(), " ").trim().to_owned());
    clean.filter(|line| !line.is_empty()).collect()
}

fn insert(root: &Path, document: &Document, workspace: &Workspace, entry: &NewEntry) -> Result<Outcome, String> {
    let path = root.join(&*document.path);
    if let Some(obstacle) = write::obstacle(root, &path, &document.text) {
        return Err(format!("{}: {obstacle}", document.path));
    }
    let insertion =
        insert_log_entry(&document.text, &document.markdown, &document.artifact, &workspace.vocabulary, entry)
            .ok_or_else(|| format!("{} is no file of work notes", document.path))?;
    let edit = insertion.edit;
    let after = text::apply(&document.text, std::slice::from_ref(&edit));
    write::replace(root, &path, &document.text, &after).map_err(|error| format!("{}: {error}", document.path))?;
    let mut outcome = Outcome::default();
    let before_words = edit.replacement.len() - edit.replacement.trim_start().len();
    let at = edit.range.start + before_words;
    let line = text::LineIndex::new(&after).line(at) + 1;
    outcome.say(&format!("{}:{line}", path_from_here(&path)));
    outcome.say("");
    outcome.say(&edit.replacement.trim().replace("\r\n", "\n").replace('\r', "\n"));
    Ok(outcome)
}

/// A path that an editor opens from the current folder.
fn path_from_here(path: &Path) -> String {
    let here = crate::disk::absolute(Path::new(".")).ok();
    here.and_then(|here| crate::disk::relative(&here, path)).unwrap_or_else(|| path.display().to_string())
}
