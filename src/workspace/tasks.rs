//! Tasks that an overview lists as well as the plan of their phase: a box has one state.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    ops::Range,
    sync::Arc,
};

use super::{Document, Workspace};
use crate::{
    artifact::{
        boxes::is_work,
        entries::{self, Task},
    },
    convention::normalize_heading,
    markdown::BlockKind,
};

/// A task with a box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedTask {
    /// Tells tasks of the same words.
    words: u64,
    pub is_ticked: bool,
    /// Bytes of its words, on their first line.
    pub range: Range<usize>,
}

/// The tasks of a document that another artifact lists in another state.
pub struct OtherState {
    pub path: Arc<str>,
    /// Whether they are ticked in the document.
    pub are_ticked: bool,
    /// The task here, with its box, and its bytes there; at least one.
    pub tasks: Vec<(ListedTask, Task, Range<usize>)>,
}

impl Document {
    /// The tasks that have words enough to be told from others, once each.
    pub(super) fn listed_tasks(&self) -> Vec<(ListedTask, Task)> {
        let Document { text, markdown, artifact, .. } = self;
        let items = markdown.all().filter(|(_, block)| block.kind == BlockKind::Item);
        let mut tasks: Vec<(ListedTask, Task)> = items
            .filter_map(|(id, _)| {
                let entry = entries::item(text, markdown, id)?;
                let task = entry.task.filter(|task| !task.dropped)?;
                let range = entries::first_line(text, &entry.range);
                let words = is_work(text, markdown, artifact, &entry.range).then(|| key(&text[range.clone()]))??;
                Some((ListedTask { words, is_ticked: task.ticked, range }, task))
            })
            .collect();
        tasks.sort_by_key(|(task, _)| (task.words, task.range.start));
        let same = tasks.chunk_by(|(one, _), (other, _)| one.words == other.words);
        same.filter(|tasks| tasks.len() == 1).flatten().cloned().collect()
    }
}

/// `None` for words that may name several things: `Update the docs`.
fn key(words: &str) -> Option<u64> {
    let words = normalize_heading(without_tags(words));
    let is_telling = words.split(' ').count() >= 4 && words.len() >= 20 || !words.is_ascii() && words.len() >= 30;
    let mut hasher = DefaultHasher::new();
    words.hash(&mut hasher);
    is_telling.then(|| hasher.finish())
}

/// Words without what is tagged to their end: `Ask for the date [Priority: High]`.
fn without_tags(words: &str) -> &str {
    let mut words = words.trim_end();
    while let Some(start) = words.strip_suffix(']').and_then(|rest| rest.rfind('[')).filter(|start| *start > 0) {
        words = words[..start].trim_end();
    }
    words
}

impl Workspace {
    /// The tasks of a phase that overviews beside or above it list in another state. Of two overviews the one that has a
    /// task open is behind.
    pub fn tasks_in_other_states(&self, document: &Document) -> Vec<OtherState> {
        let overviews = self.overviews_of(document);
        let listed = overviews.filter_map(|(path, facts)| Some((path, &facts.overview.as_ref()?.tasks)));
        let mut overviews = listed.filter(|(_, tasks)| !tasks.is_empty()).peekable();
        let states: &[bool] = match () {
            () if document.is_phase() => &[false, true],
            () if document.is_overview() => &[false],
            () => &[],
        };
        if states.is_empty() || overviews.peek().is_none() {
            return Vec::new();
        }
        let own = document.listed_tasks();
        let mut found = Vec::new();
        for (path, listed) in overviews {
            for &are_ticked in states {
                let here = own.iter().filter(|(task, _)| task.is_ticked == are_ticked);
                let mut tasks: Vec<_> = here
                    .filter_map(|(task, own_box)| {
                        let at = listed.binary_search_by_key(&task.words, |other| other.words).ok()?;
                        let other = &listed[at];
                        let differs = other.is_ticked != are_ticked;
                        differs.then(|| (task.clone(), own_box.clone(), other.range.clone()))
                    })
                    .collect();
                tasks.sort_by_key(|(task, ..)| task.range.start);
                if !tasks.is_empty() {
                    found.push(OtherState { path: path.clone(), are_ticked, tasks });
                }
            }
        }
        found.sort_by(|one, other| one.path.cmp(&other.path));
        found
    }
}
