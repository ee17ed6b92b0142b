//! What work notes say: status, session log, decisions, commits.

use crate::{artifact::sections::Sections, markdown::Markdown};

mod commits;
pub mod decisions;
mod drafts;
mod labels;
mod log;
mod log_fields;
mod log_finding;
mod log_order;
pub mod phases;
mod status;

pub use self::{
    commits::CommitItem,
    decisions::{Decision, Reason, gives_reasons},
    drafts::draft_word,
    labels::Label,
    log::{Form, LogEntry, LogRegion},
    log_fields::{Field, FieldName},
    log_order::{Direction, LogOrder, comparable},
    status::{EMPTY_BOXES, Status, StatusBox, StatusMark},
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkNotes {
    /// Every status that the file states: ticked boxes, a line, front matter; in document order.
    pub statuses: Vec<StatusMark>,
    /// The boxes that name a status, ticked or not.
    pub status_boxes: Vec<StatusBox>,
    /// Whether a `Status:` line or front matter states one, in whatever words.
    pub states_status: bool,
    pub log: Vec<LogEntry>,
    /// Where the log stands, or its first entry will.
    pub log_region: Option<LogRegion>,
    /// What the file says of the order of its log.
    pub stated_direction: Option<Direction>,
    pub commits: Vec<CommitItem>,
}

impl WorkNotes {
    pub fn read(text: &str, markdown: &Markdown, sections: &Sections) -> Self {
        let reader = Reader { text, markdown, sections };
        let (statuses, status_boxes) = reader.statuses();
        let (log, log_region) = reader.log();
        Self {
            statuses,
            status_boxes,
            states_status: reader.states_status(),
            stated_direction: reader.stated_direction(log_region.as_ref()),
            log,
            log_region,
            commits: reader.commits(),
        }
    }

    /// The status in force; of several, the one furthest on.
    pub fn status(&self) -> Option<Status> {
        self.status_mark().map(|mark| mark.status)
    }

    /// Where that status stands.
    pub fn status_mark(&self) -> Option<&StatusMark> {
        self.statuses.iter().max_by_key(|mark| mark.status)
    }

    /// How the log is ordered, and which entries break that order.
    pub fn log_order(&self) -> LogOrder {
        LogOrder::of(&self.log, self.stated_direction)
    }

    /// The newest entry: of the latest date, else the last in the file's own direction.
    pub fn newest_entry(&self) -> Option<&LogEntry> {
        let latest = self.log.iter().filter_map(LogEntry::moment).max();
        let mut newest = self.log.iter().filter(|entry| entry.moment() == latest);
        let (first, last) = (newest.next()?, newest.next_back());
        let Some(last) = last else { return Some(first) };
        Some(if self.log_order().direction == Direction::NewestFirst { first } else { last })
    }
}

/// What the readers of the single sections share.
#[derive(Clone, Copy)]
struct Reader<'a> {
    text: &'a str,
    markdown: &'a Markdown,
    sections: &'a Sections,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{convention::Kind, testing::document};

    /// Reads work notes.
    pub(super) fn read(text: &str) -> WorkNotes {
        document(Kind::WorkNotes, text).artifact.notes
    }
}
