//! `resume`: the text that restarts work on a phase.

use super::{
    outcome::{Outcome, or_failed},
    roots::Root,
};
use crate::{overview, template::PerKind, workspace::Document};

pub fn resume(name: &str) -> Outcome {
    or_failed(try_resume(name))
}

fn try_resume(name: &str) -> Result<Outcome, String> {
    let root = Root::of(name)?;
    let name = root.name(name);
    let (mut outcome, mut failures) = (Outcome::default(), Vec::new());
    let (workspace, documents) = root.read(&[root.path().to_path_buf()], root.path(), &mut failures);
    let phase = overview::find_phase(&workspace, &name).map_err(|unknown| unknown.message(&name));
    // A file of the phase that cannot be read may be what was asked for.
    let phase = phase.map_err(|message| {
        let unread = failures.first().map(|failure| format!(" ({}: {})", failure.path, failure.message));
        message + &unread.unwrap_or_default()
    })?;
    let of = |kind| {
        let path = phase.artifact(kind)?;
        documents.iter().find(|document: &&Document| document.path == *path)
    };
    outcome.text = overview::resume(&PerKind::from_fn(of), &workspace, &root.files());
    Ok(outcome)
}
