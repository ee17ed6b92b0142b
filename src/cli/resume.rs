//! `resume`: the text that restarts work on a phase.

use super::{
    outcome::{Outcome, or_failed},
    roots::{PhaseReading, Root},
};
use crate::{overview, template::PerKind, workspace::Document};

pub fn resume(name: Option<&str>) -> Outcome {
    or_failed(try_resume(name))
}

fn try_resume(name: Option<&str>) -> Result<Outcome, String> {
    let root = Root::of_phase(name)?;
    let name = name.map(|name| root.name(name));
    let PhaseReading { workspace, documents, phase, unread } = root.read_phase(name.as_deref())?;
    let of = |kind| {
        let path = phase.artifact(kind)?;
        documents.iter().find(|document: &&Document| document.path == *path)
    };
    let text = overview::resume(&PerKind::from_fn(of), &workspace, &root.files());
    let mut outcome = Outcome { text, ..Outcome::default() };
    // Whoever goes on must not take such a file for one that is missing.
    unread.iter().for_each(|failure| outcome.complain(failure.to_string()));
    if let Some(mistake) = root.mistake() {
        outcome.complain(mistake);
    }
    Ok(outcome)
}
