//! What a file is by its name and title: one with a purpose of its own, or a report.

use super::Document;
use crate::{
    artifact::phase_id,
    template::{Kind, normalize_heading},
};

impl Document {
    /// Whether a file with a purpose of its own: a log, a record of decisions, a handoff. It is judged by that
    /// alone.
    pub fn has_one_purpose(&self) -> bool {
        const PURPOSES: &[&str] = &["handoff", "handover", "progress", "changelog", "memory", "learnings", "lessons"];
        let name = self.path.rsplit('/').next().unwrap_or(&self.path);
        let name = normalize_heading(name.trim_end_matches(".md").trim_end_matches(".markdown")).replace('-', " ");
        let is_named = || {
            PURPOSES.contains(&name.as_str())
                || ["log", "journal", "worklog", "devlog", "decisions", "questions"]
                    .iter()
                    .any(|word| name.ends_with(word))
        };
        self.kind == Kind::WorkNotes
            && phase_id(&name).is_none()
            && (self.artifact.sections.names_title() || is_named())
    }

    /// Whether its name or title says that it reports what was done or found: it plans nothing.
    pub fn is_report(&self) -> bool {
        #[rustfmt::skip]
        const REPORTS: &[&str] = &[
            "summary", "report", "review", "research", "context", "analysis", "findings", "retrospective", "retro",
            "postmortem", "audit", "verification", "validation", "uat", "template", "changelog", "readme", "glossary",
            "discussion", "brainstorm", "notes", "roadmap", "backlog", "index", "todo", "progress", "background", "adr", "results", "benchmark",
        ];
        let words = |text: &str| -> Vec<String> {
            text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
        };
        let name = self.path.rsplit('/').next().unwrap_or(&self.path);
        let name = words(name.trim_end_matches(".md").trim_end_matches(".markdown"));
        let title = self.artifact.sections.title.clone().map(|title| words(self.slice(title))).unwrap_or_default();
        let is_one = |word: Option<&String>| word.is_some_and(|word| REPORTS.contains(&word.as_str()));
        is_one(name.last()) || is_one(title.last()) || is_one(title.first())
    }
}
