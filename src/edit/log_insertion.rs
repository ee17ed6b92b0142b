//! Another entry for the session log, as if the file's author had written it.
//!
//! The newest entry and its neighbours show the form: heading, item, row or paragraph, how dates are
//! written, which words and labels all entries share, where blank lines stand. What is written is
//! read again: an entry that would not be found as the newest one goes to a place, or takes a form,
//! where it is.

use std::ops::Range;

use jiff::Zoned;

mod body;
mod compose;
mod first_line;
mod labels;
mod moves;
mod place;
mod row;
mod shape;
mod source;
mod words;
mod writer;

pub use self::moves::Moves;
use self::{compose::Composer, place::Place, source::Source, writer::Writer};
use crate::{
    artifact::{
        Artifact, Document, Vocabulary,
        notes::{Direction, FieldName},
    },
    markdown::Markdown,
    template::{Kind, SectionName},
    text::{self, Edit, line_end_at},
};

/// What a new entry says.
#[derive(Clone, Copy, Debug)]
pub struct NewEntry<'a> {
    /// In the zone of the person who writes; where the log is in UTC, so is the entry.
    pub now: &'a Zoned,
    /// One line for each thing that was done, such as the subject of a commit; there may be none.
    pub what_changed: &'a [String],
    /// What other fields say; where the log has no place for one, it stands beside what was done.
    pub fields: &'a [(FieldName, String)],
}

impl<'a> NewEntry<'a> {
    /// What the field says, as lines.
    fn field(&self, name: Option<FieldName>) -> &'a [String] {
        let field = self.fields.iter().find(|(field, _)| Some(*field) == name);
        field.map_or(&[], |(_, text)| std::slice::from_ref(text))
    }
}

/// The edit that inserts an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogInsertion {
    /// Its range is empty: no other byte changes.
    pub edit: Edit,
    /// The first empty field, or the end of the entry: a byte of the text after the edit.
    pub cursor: usize,
}

/// An entry by itself. Its lines end with `\n`, the last one has no end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntryText {
    pub text: String,
    /// Bytes in `text` where a person writes: the empty fields, in order.
    pub stops: Vec<usize>,
    /// At which end of the log it belongs.
    pub direction: Direction,
}

/// Why there is no place for an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// It is no file of work notes, and holds no log.
    NoLog,
    /// What begins at this byte never closes: an entry behind it would be swallowed, and one before it would
    /// tear apart what stands there.
    NeverClosed(usize),
}

/// The edit that adds `entry` where it belongs, in the style of the log, with the section if that is
/// missing.
///
/// # Errors
/// If there is no place for it.
pub fn insert_log_entry(
    document: &Document,
    vocabulary: &Vocabulary,
    entry: &NewEntry,
) -> Result<LogInsertion, Obstacle> {
    if document.kind != Kind::WorkNotes && !has_log(&document.artifact) {
        return Err(Obstacle::NoLog);
    }
    let source = Source::new(document, vocabulary);
    if let Some(obstacle) = swallowing_obstacle(&source, entry) {
        return Err(obstacle);
    }
    let mut first = None;
    for (place, words) in candidates(&source, entry) {
        let insertion = insertion(source.text, &place.kept_apart(&source, &words), words.trimmed());
        if is_found(&source, &insertion.edit, entry.now) {
            return Ok(insertion);
        }
        first.get_or_insert(insertion);
    }
    match source.swallowing() {
        Some(swallowing) => Err(Obstacle::NeverClosed(swallowing.start)),
        None => first.ok_or(Obstacle::NoLog),
    }
}

/// Why [`insert_log_entry`] would be refused, without making the entry; `None` where it would hardly be.
pub fn obstacle(document: &Document, vocabulary: &Vocabulary, now: &Zoned) -> Option<Obstacle> {
    if document.kind != Kind::WorkNotes && !has_log(&document.artifact) {
        return Some(Obstacle::NoLog);
    }
    let source = Source::new(document, vocabulary);
    swallowing_obstacle(&source, &NewEntry { now, what_changed: &[], fields: &[] })
}

/// Whether there is a log in it, or a section that waits for one.
pub fn has_log(artifact: &Artifact) -> bool {
    artifact.notes.log_region.is_some() || artifact.sections_named(SectionName::SessionLog).next().is_some()
}

/// What never closes before the place of the entry, and cannot be closed there.
fn swallowing_obstacle(source: &Source, entry: &NewEntry) -> Option<Obstacle> {
    let swallowing = source.swallowing()?;
    let place = match source.region() {
        Some(region) => Composer::new(source, region).place(entry),
        None => place::with_section(source)?.0,
    };
    let is_swallowed = place.at > swallowing.start && source.behind_fence(place).is_none();
    is_swallowed.then_some(Obstacle::NeverClosed(swallowing.start))
}

/// The entry that [`insert_log_entry`] inserts, without its surroundings.
pub fn entry_text(document: &Document, vocabulary: &Vocabulary, entry: &NewEntry) -> Option<EntryText> {
    let source = Source::new(document, vocabulary);
    let (words, direction) = match source.region() {
        Some(region) => {
            let composer = Composer::new(&source, region);
            (composer.entry(entry), composer.direction)
        }
        None => (compose::plain(Some(3), true, entry), Direction::NewestLast),
    };
    Some(EntryText { text: words.text, stops: words.stops, direction })
}

/// Places and forms, the best first; made one after the other, as they are needed.
fn candidates<'a>(source: &'a Source<'a>, entry: &'a NewEntry<'a>) -> impl Iterator<Item = (Place, Writer)> + 'a {
    let composer = source.region().map(|region| Composer::new(source, region));
    let has_region = composer.is_some();
    // What nobody closed leaves no other place in the log.
    let is_swallowed = source.swallowing().is_some();
    let known = (0..6).filter_map(move |n| {
        let composer = composer.as_ref()?;
        match n {
            0 => Some((composer.place(entry), composer.entry(entry))),
            1 => Some((source.behind_fence(composer.place(entry))?, composer.entry(entry))),
            2 => Some((composer.place(entry), composer.labelled(entry)?)),
            3 if !is_swallowed => Some((composer.place_at_end(), composer.plain(entry))),
            4 if !is_swallowed => Some((composer.place_at_start(), composer.plain(entry))),
            5 => Some((composer.place_at_end(), compose::worded(composer.level(), composer.is_spaced, entry))),
            _ => None,
        }
    });
    let is_spaced = source.is_spaced();
    let missing = (0..4).filter_map(move |n| {
        let (place, level) = match n {
            0 | 2 if !has_region => place::with_section(source)?,
            1 if !has_region => {
                let (place, level) = place::with_section(source)?;
                (source.behind_fence(place)?, level)
            }
            3 => place::with_section_at_end(source),
            _ => return None,
        };
        let write = if n == 2 { compose::worded } else { compose::plain };
        Some((place, write(level, is_spaced, entry)))
    });
    known.chain(missing)
}

fn insertion(text: &str, place: &Place, words: Writer) -> LogInsertion {
    let lines = format!("{}{}{}", place.before, words.text, place.after);
    let stop = place.before.len() + words.stops.first().copied().unwrap_or(words.text.len());
    let line_end = line_end_at(text, place.at);
    let cursor = place.at + lines[..stop].replace('\n', line_end).len();
    LogInsertion { edit: Edit::insert(place.at, lines.replace('\n', line_end)), cursor }
}

/// Whether the text with the edit has exactly one entry more, the newest, in its right place.
fn is_found(source: &Source, edit: &Edit, now: &Zoned) -> bool {
    let after = text::apply(source.text, std::slice::from_ref(edit));
    let markdown = Markdown::parse(&after, &|text| source.vocabulary.is_placeholder(text));
    let artifact = Artifact::read(source.artifact.kind, &after, &markdown, source.vocabulary);
    let notes = &artifact.notes;
    let inserted: Range<usize> = edit.range.start..edit.range.start + edit.replacement.len();
    let Some(index) = notes.log.iter().position(|entry| inserted.contains(&entry.heading.start)) else { return false };
    let days = [now.date(), now.with_time_zone(jiff::tz::TimeZone::UTC).date()];
    let Some(moment) = notes.log[index].moment().filter(|moment| days.contains(&moment.date)) else { return false };
    let old = || source.notes.log.iter().map(|entry| entry.moment());
    let others = notes.log.iter().enumerate().filter(|(n, _)| *n != index).map(|(_, entry)| entry.moment());
    let is_newest = || {
        let newest = notes.newest_entry().map(|entry| entry.heading.start);
        newest == Some(notes.log[index].heading.start) && !notes.log_order().misplaced.contains(&index)
    };
    // What is indented below a list is part of it.
    let others_left = artifact.sections.all.iter().filter(|section| !inserted.contains(&section.range.start));
    if others_left.count() != source.artifact.sections.all.len() {
        return false;
    }
    let is_latest = old().flatten().max().is_none_or(|latest| latest.date < moment.date || latest <= moment);
    old().eq(others) && (!is_latest || is_newest())
}

#[cfg(test)]
mod tests;
