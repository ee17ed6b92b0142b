//! The words that headings are read by, beside the names of sections.

/// Words that may stand before a name of a single word, and leave the heading a section of that name:
/// `Project status`, `Hard rules`. Before other words it is something else: `Build status`, `Last 3 commits`.
#[rustfmt::skip]
pub const QUALIFIERS: &[&str] = &[
    "a", "additional", "agent", "all", "automated", "coding", "critical", "current", "daily", "dev", "development",
    "end-to-end", "execution", "feature", "final", "general", "global", "hard", "implementation", "important", "key",
    "local", "main", "mandatory", "manual", "my", "our", "overall", "phase", "plan", "progress", "project", "release",
    "remaining", "rolling", "running", "session", "sprint", "strict", "team", "the", "work", "working", "your",
    "总", "总体", "整体", "最终", "最終", "全体", "전체", "최종",
];

/// A heading that has one of these before a name speaks of something else.
#[rustfmt::skip]
pub const NEGATIONS: &[&str] = &[
    "answered", "anti", "archived", "closed", "earlier", "former", "future", "historical", "how", "next", "no", "non",
    "not", "old", "optional", "other", "past", "previous", "prior", "resolved", "stretch", "when", "where", "who",
    "why", "without",
];

/// What may follow a name, and leave the heading a section of that name: `Definition of done for phase 1`.
#[rustfmt::skip]
pub const PREPOSITIONS: &[&str] = &[
    "about", "after", "already", "and", "as", "at", "before", "by", "de", "during", "for", "from", "für", "in", "of",
    "on", "or", "para", "per", "pour", "so", "still", "locked", "taken", "that", "this", "to", "until", "we", "when", "with", "для",
    "zu", "до",
];

/// Names of a single word that take any words before them: `Non-negotiable constraints`, `Key decisions`.
pub const FREELY_QUALIFIED: &[&str] =
    &["goals", "objectives", "constraints", "decisions", "assumptions", "deliverables", "non-goals", "non-negotiables"];

/// Names that the templates of other conventions have, too: they do not tell that a file follows this one.
#[rustfmt::skip]
pub const FOREIGN: &[&str] = &[
    "summary", "executive summary", "introduction", "description", "purpose", "tl;dr", "tldr", "problem statement",
    "success criteria", "acceptance criteria", "acceptance checklist", "success metrics", "background", "requirements",
    "instructions", "objective", "verification", "validation", "test plan", "future work", "state", "commit history",
    "task commits", "decision log", "sessions", "概要", "概述",
];

/// A heading that begins with one of these and a number is a piece of work, and what follows its colon the
/// name of that piece: `Phase 2: Verification`.
#[rustfmt::skip]
pub const UNITS_OF_WORK: &[&str] = &[
    "phase",
    "step",
    "task",
    "part",
    "milestone",
    "story",
    "sprint",
    "stage",
    "wave",
    "slice",
    "epic",
    "iteration",
    "day",
    "week",
];

/// Names of XML-like tags that are no headings: `<done>` in a task.
#[rustfmt::skip]
pub const TAGS: &[(&str, &str)] =
    &[("done", "definition of done"), ("verify", "verification"), ("acceptance", "acceptance criteria")];
