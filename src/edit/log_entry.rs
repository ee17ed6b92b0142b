//! Another entry for the session log, as if the file's author had written it.
//!
//! The newest entry and its neighbours show the form: heading, item, row or paragraph, how dates are
//! written, which words and labels all entries share, where blank lines stand. What is written is
//! read again: an entry that would not be found as the newest one goes to a place, or takes a form,
//! where it is.

use std::ops::Range;

use jiff::{Zoned, tz::TimeZone};

use self::log::Log;
pub use self::new_entry::NewEntry;
use super::{fragment::Fragment, seam::Insertion};
use crate::{
    artifact::{Artifact, Document, Vocabulary, notes::Direction},
    convention::Kind,
    text::Edit,
};

mod body;
mod first_line;
mod log;
mod new_entry;
mod place;
mod row;
mod words;

/// Why there is no place for an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// It is no file of work notes, and holds no log.
    NoLog,
    /// What begins at this byte never closes: an entry behind it would be swallowed, and one before it would
    /// tear apart what stands there.
    NeverClosed(usize),
}

/// The edit that adds the entry where it belongs, in the style of the log, with the section if that is
/// missing.
///
/// # Errors
/// If there is no place for it.
pub fn insert_log_entry(document: &Document, vocabulary: &Vocabulary, new: &NewEntry) -> Result<Insertion, Obstacle> {
    let log = log_of(document, vocabulary, new.now)?;
    let mut first = None;
    // Places and forms, the best first.
    for n in 0..4 {
        let (spot, entry) = match n {
            0 | 1 => (log.spot(new.now), log.entry(new, n == 1)),
            _ => (log.spot_at_end(), log.plain(new, n == 3)),
        };
        let insertion = spot.insert(document, entry);
        if is_found(document, vocabulary, &insertion.edit, new.now) {
            return Ok(insertion);
        }
        first.get_or_insert(insertion);
    }
    match document.unclosed() {
        Some(unclosed) => Err(Obstacle::NeverClosed(unclosed.start)),
        None => first.ok_or(Obstacle::NoLog),
    }
}

/// Why [`insert_log_entry`] would be refused, without making the entry; `None` where it would hardly be.
pub fn obstacle(document: &Document, vocabulary: &Vocabulary, now: &Zoned) -> Option<Obstacle> {
    log_of(document, vocabulary, now).err()
}

/// Whether there is a log in it, or a section that waits for one.
pub fn has_log(artifact: &Artifact) -> bool {
    artifact.notes.log_region.is_some()
}

/// The entry that [`insert_log_entry`] inserts, without its surroundings, and at which end of the log it belongs.
pub fn entry_text(document: &Document, vocabulary: &Vocabulary, new: &NewEntry) -> (Fragment, Direction) {
    let log = Log::of(document, vocabulary);
    (log.entry(new, false), log.direction)
}

/// The log, unless what never closes would swallow its next entry.
fn log_of<'a>(document: &'a Document, vocabulary: &'a Vocabulary, now: &Zoned) -> Result<Log<'a>, Obstacle> {
    if document.kind != Kind::WorkNotes && !has_log(&document.artifact) {
        return Err(Obstacle::NoLog);
    }
    let log = Log::of(document, vocabulary);
    match document.unclosed() {
        Some(unclosed) if log.spot(now).range.start > unclosed.start => Err(Obstacle::NeverClosed(unclosed.start)),
        _ => Ok(log),
    }
}

/// Whether the text with the edit has exactly one entry more, the newest, in its right place.
fn is_found(document: &Document, vocabulary: &Vocabulary, edit: &Edit, now: &Zoned) -> bool {
    let after = document.after(std::slice::from_ref(edit), vocabulary);
    let (notes, old) = (&after.artifact.notes, &document.artifact.notes);
    let inserted: Range<usize> = edit.range.start..edit.range.start + edit.replacement.len();
    let Some(index) = notes.log.iter().position(|entry| inserted.contains(&entry.heading.start)) else { return false };
    let days = [now.date(), now.with_time_zone(TimeZone::UTC).date()];
    let Some(moment) = notes.log[index].moment().filter(|moment| days.contains(&moment.date)) else { return false };
    // What is indented below a list is part of it.
    let sections = |document: &Document, without: Range<usize>| {
        let sections = &document.artifact.sections.all;
        sections.iter().filter(|section| !without.contains(&section.range.start)).count()
    };
    let moments = || old.log.iter().map(|entry| entry.moment());
    let others = notes.log.iter().enumerate().filter(|(n, _)| *n != index).map(|(_, entry)| entry.moment());
    if sections(&after, inserted) != sections(document, 0..0) || !moments().eq(others) {
        return false;
    }
    let is_latest = moments().flatten().max().is_none_or(|latest| latest.date < moment.date || latest <= moment);
    !is_latest || notes.newest_entry() == Some(&notes.log[index]) && !notes.log_order().misplaced.contains(&index)
}

#[cfg(test)]
mod tests;
