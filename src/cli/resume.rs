//! `resume`: the text that restarts work on a phase.

use serde_json::json;

use super::{
    ResumeFormat,
    outcome::Outcome,
    roots::{PhaseReading, Root},
};
use crate::{
    artifact::Document,
    convention::PerKind,
    overview::{self, Part, Resume},
};

/// Without a name, that of the phase in progress. `budget`: characters that it may have.
///
/// # Errors
/// If there is no such phase.
pub fn resume(name: Option<&str>, budget: Option<usize>, format: ResumeFormat) -> Result<Outcome, String> {
    let root = Root::of(name.unwrap_or("."))?;
    let name = name.map(|name| root.name(name));
    let PhaseReading { workspace, documents, phase, unread } = root.read_phase(name.as_deref())?;
    let of = |kind| {
        let path = phase.artifact(kind)?;
        documents.iter().find(|document: &&Document| document.path == *path)
    };
    let mut resume = overview::resume(&PerKind::from_fn(of), &workspace, &root.files());
    if let Some(budget) = budget {
        resume.keep_to(budget);
    }
    let text = match format {
        ResumeFormat::Markdown => resume.text(),
        ResumeFormat::Json => as_json(&resume),
    };
    let mut outcome = Outcome { text, ..Outcome::default() };
    // Whoever goes on must not take such a file for one that is missing.
    unread.iter().for_each(|failure| outcome.complain(failure.to_string()));
    if let Some(mistake) = root.mistake() {
        outcome.complain(mistake);
    }
    Ok(outcome)
}

fn as_json(resume: &Resume) -> String {
    let part = |part: &Part| json!({ "heading": part.heading, "text": part.text });
    let left_out = |part: &Part| json!({ "heading": part.heading, "characters": part.text.chars().count() });
    let object = json!({
        "version": 1,
        "phase": resume.phase,
        "next_phase": resume.next_phase.as_ref().map(|next| &next.stem),
        "parts": resume.parts.iter().map(part).collect::<Vec<_>>(),
        "left_out": resume.left_out.iter().map(left_out).collect::<Vec<_>>(),
    });
    serde_json::to_string_pretty(&object).expect("plain JSON") + "\n"
}
