//! What a file is by its name and title: one with a purpose of its own, or a report.

use std::ops::Range;

use super::Document;
use crate::{
    artifact::{dates, notes::draft_word, phase_id, sections::SectionStyle},
    convention::{Kind, SectionName, normalize_heading},
    text::without_end,
};

impl Document {
    /// Whether a file with a purpose of its own: a log, a record of decisions, a handoff. It is judged by that
    /// alone.
    pub fn has_one_purpose(&self) -> bool {
        const PURPOSES: &[&str] = &["handoff", "handover", "progress", "changelog", "memory", "learnings", "lessons"];
        if self.kind != Kind::WorkNotes {
            return false;
        }
        let name = normalize_heading(file_stem(&self.path)).replace('-', " ");
        let is_named = || {
            PURPOSES.contains(&name.as_str())
                || ["log", "journal", "worklog", "devlog", "decisions", "questions"]
                    .iter()
                    .any(|word| name.ends_with(word))
        };
        self.is_of_its_day() || phase_id(&name).is_none() && (self.artifact.sections.titled.is_some() || is_named())
    }

    /// Whether it says how things were on one day: the record of a session, or what was handed over.
    pub fn is_of_its_day(&self) -> bool {
        self.kind == Kind::WorkNotes && (self.is_of_one_session() || self.hands_over())
    }

    /// Where its head says that it is a draft (bytes).
    pub fn draft_word(&self) -> Option<Range<usize>> {
        let mut sections = self.artifact.sections.all.iter();
        let first = sections.find(|section| section.style == SectionStyle::Heading);
        let end = first.map_or(self.text.len(), |first| first.range.start);
        draft_word(&self.text, 0..end)
    }

    /// Whether it was written at the end of a phase, for those who go on: `phase-1-report.md`, `# Phase 8 Handoff`.
    fn hands_over(&self) -> bool {
        let title = self.artifact.sections.title.clone().map(|title| words(self.slice(title))).unwrap_or_default();
        let is_handoff = |word: &String| ["handoff", "handoffs", "handover", "handovers"].contains(&word.as_str());
        names_report(&self.path)
            || self.path.split('/').any(|part| words(part).iter().any(is_handoff))
            || title.iter().any(is_handoff)
            || title.last().is_some_and(|word| word == "report")
    }

    /// Whether it is the plan, the prompt or the notes of one phase, by its stem or by how its title begins.
    pub fn is_phase(&self) -> bool {
        phase_id(file_stem(&self.path)).is_some() || self.titled_phase().is_some()
    }

    /// Whether it is a register of open questions or of decisions, pending ones among them, by its name or title.
    pub fn collects_questions(&self) -> bool {
        let name = normalize_heading(file_stem(&self.path)).replace(['-', '_'], " ");
        let names = [SectionName::OpenQuestions, SectionName::Decisions];
        ["questions", "offene fragen", "decisions"].iter().any(|register| name.ends_with(register))
            || names.into_iter().any(|name| self.artifact.sections.titled == Some(name))
    }

    /// The id that its title begins with: `Phase 2: …`.
    pub fn titled_phase(&self) -> Option<String> {
        phase_id(&normalize_heading(self.slice(self.artifact.sections.title.clone()?)))
    }

    /// Whether it is the record of one session among others: `docs/sessions/2026-06-08-sync.md`.
    fn is_of_one_session(&self) -> bool {
        const SESSIONS: &[&str] =
            &["session", "sessions", "log", "logs", "devlog", "devlogs", "journal", "daily", "diary", "standup"];
        let mut segments = self.path.rsplit('/').skip(1);
        let name = file_stem(&self.path);
        let Some(date) = dates::at_start(name) else { return false };
        let title = self.artifact.sections.title.clone().map_or("", |title| self.slice(title));
        let of_sessions = |text: &str| words(text).iter().any(|word| SESSIONS.contains(&&**word));
        // Notes of a phase follow the template.
        let are_notes =
            || words(name).last().is_some_and(|word| word == "notes") && !self.artifact.has_half_of_template();
        date.range.end == name.len() || segments.any(of_sessions) || of_sessions(title) || are_notes()
    }

    /// Whether its name or title says that it reports what was done or found: it plans nothing.
    pub fn is_report(&self) -> bool {
        #[rustfmt::skip]
        const REPORTS: &[&str] = &[
            "summary", "report", "review", "research", "context", "analysis", "findings", "retrospective", "retro",
            "postmortem", "audit", "verification", "validation", "uat", "template", "changelog", "readme", "glossary",
            "discussion", "brainstorm", "checklist", "notes", "roadmap", "backlog", "index", "todo", "progress", "background", "adr", "results", "benchmark",
        ];
        let name = words(file_stem(&self.path));
        let title = self.artifact.sections.title.clone().map(|title| words(self.slice(title))).unwrap_or_default();
        let is_one = |word: Option<&String>| word.is_some_and(|word| REPORTS.contains(&word.as_str()));
        is_one(name.last()) || is_one(title.last()) || is_one(title.first())
    }
}

/// Whether a file's name says that it reports on a phase that was worked on: `phase-1-report.md`.
pub fn names_report(path: &str) -> bool {
    const REPORTS: &[&str] = &[
        "report",
        "summary",
        "completion",
        "completed",
        "status",
        "retro",
        "retrospective",
        "postmortem",
        "recap",
        "results",
    ];
    words(file_stem(path)).last().is_some_and(|word| REPORTS.contains(&word.as_str()))
}

/// The name of a file without its extension.
pub fn file_stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    without_end(without_end(name, ".md"), ".markdown")
}

/// The folder of a file, without a `/` at its end; empty for the root.
pub fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}
