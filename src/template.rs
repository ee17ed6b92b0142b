//! The one source of section names, aliases, skeletons and placeholders.
//!
//! Reading, rules, completions, fixes and `init` all ask here, so a section is spelled in one place.

use std::fmt;

/// What an artifact is for; each kind lives in folders of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Plan,
    Prompt,
    WorkNotes,
}

impl Kind {
    pub const ALL: [Self; 3] = [Self::Plan, Self::Prompt, Self::WorkNotes];

    /// As a person says it: "plan", "prompt", "work notes".
    pub fn name(self) -> &'static str {
        ["plan", "prompt", "work notes"][self as usize]
    }

    /// As `phasemark.toml` writes it in `[layout]`, also the default folder.
    pub fn folder(self) -> &'static str {
        ["plan", "prompts", "work-notes"][self as usize]
    }

    /// As `phasemark.toml` writes it in `[sections.*]` and `[templates]`.
    pub fn key(self) -> &'static str {
        ["plan", "prompt", "work-notes"][self as usize]
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One value for each kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PerKind<T> {
    pub plan: T,
    pub prompt: T,
    pub work_notes: T,
}

impl<T> PerKind<T> {
    pub fn from_fn(mut make: impl FnMut(Kind) -> T) -> Self {
        Self { plan: make(Kind::Plan), prompt: make(Kind::Prompt), work_notes: make(Kind::WorkNotes) }
    }

    pub fn get(&self, kind: Kind) -> &T {
        match kind {
            Kind::Plan => &self.plan,
            Kind::Prompt => &self.prompt,
            Kind::WorkNotes => &self.work_notes,
        }
    }

    pub fn get_mut(&mut self, kind: Kind) -> &mut T {
        match kind {
            Kind::Plan => &mut self.plan,
            Kind::Prompt => &mut self.prompt,
            Kind::WorkNotes => &mut self.work_notes,
        }
    }
}

/// A section that phasemark knows by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SectionName {
    Overview,
    Goals,
    Constraints,
    DefinitionOfDone,
    OutOfScope,
    References,
    DependsOn,
    Files,
    FilesNew,
    FilesModified,
    FilesReferenced,
    RequiredReading,
    Deliverables,
    Verification,
    Role,
    Context,
    Task,
    SessionManagement,
    CommitDiscipline,
    Status,
    Decisions,
    Assumptions,
    OpenQuestions,
    SessionLog,
    Commits,
    /// A section that only the configuration names, by its place in that list.
    Custom(u8),
}

/// A built-in section of one kind of artifact.
#[derive(Debug)]
pub struct SectionSpec {
    pub section: SectionName,
    /// The canonical heading.
    pub name: &'static str,
    /// Other headings that mean the same, in any case.
    pub aliases: &'static [&'static str],
    pub required: bool,
    /// What the section is for, one sentence.
    pub purpose: &'static str,
    /// Its body in a fresh artifact, without the heading; may be empty.
    pub skeleton: &'static str,
}

const fn section(
    section: SectionName,
    name: &'static str,
    aliases: &'static [&'static str],
    required: bool,
    purpose: &'static str,
    skeleton: &'static str,
) -> SectionSpec {
    SectionSpec { section, name, aliases, required, purpose, skeleton }
}

const DONE_ALIASES: &[&str] = &[
    "DoD",
    "Definition of done (DoD)",
    "Done when",
    "Done criteria",
    "Exit criteria",
    "Exit criterion",
    "Acceptance",
    "Acceptance criteria",
    "Acceptance criterion",
    "Acceptance checklist",
    "Acceptance tests",
    "Acceptance gates",
    "Success criteria",
    "Completion criteria",
    "Completion checklist",
    "Exit gates",
    "受け入れ基準",
    "受入基準",
    "完了条件",
    "完了の定義",
    "验收标准",
    "完成标准",
    "완료 조건",
];
const QUESTION_ALIASES: &[&str] = &[
    "Open question",
    "Questions",
    "Unresolved questions",
    "Outstanding questions",
    "Open questions and risks",
    "Open issues and questions",
    "Unresolved",
    "未解決の質問",
    "未解決事項",
    "未决问题",
    "待解决问题",
];
const REFERENCE_ALIASES: &[&str] = &[
    "Reference",
    "Reference implementation",
    "Reference implementations",
    "Reference implementation(s)",
    "Reference files",
];
const FILE_NAMES: [(SectionName, &str, &[&str]); 4] = [
    (SectionName::Files, "Files", &["File changes", "Files to change", "Affected files", "Files touched"]),
    (SectionName::FilesNew, "New", &["New files", "Files to create", "Created", "Files created", "Create"]),
    (
        SectionName::FilesModified,
        "Modified",
        &["Modified files", "Files to modify", "Changed", "Changed files", "Modify"],
    ),
    (SectionName::FilesReferenced, "Referenced", &["Referenced files", "Files referenced"]),
];

const fn file_section(n: usize, purpose: &'static str) -> SectionSpec {
    section(FILE_NAMES[n].0, FILE_NAMES[n].1, FILE_NAMES[n].2, false, purpose, "")
}

const PLAN: &[SectionSpec] = &[
    section(
        SectionName::Overview,
        "Overview",
        &[
            "Summary",
            "Goal statement",
            "Goal",
            "Objective",
            "Purpose",
            "Executive summary",
            "TL;DR",
            "Introduction",
            "Description",
            "概要",
            "概述",
        ],
        true,
        "What this phase builds, in a sentence or two.",
        "<One sentence: what we are building>\n",
    ),
    section(
        SectionName::Goals,
        "Goals",
        &["Objectives", "目標", "目标", "Goals and non-goals", "Goals / Non-goals"],
        true,
        "The outcomes that the phase is judged by.",
        "- <Goal 1>\n- <Goal 2>\n",
    ),
    section(
        SectionName::Constraints,
        "Constraints",
        &["Constraint", "Ground rules", "Non-negotiables", "制約", "约束"],
        true,
        "What must hold however the work is done.",
        "- <Constraint 1>\n- <Constraint 2>\n",
    ),
    section(
        SectionName::References,
        "References",
        REFERENCE_ALIASES,
        false,
        "Existing code and documents to follow.",
        "- <path 1>\n",
    ),
    section(
        SectionName::RequiredReading,
        "Required reading",
        &["Must read", "Read first"],
        false,
        "What to read before starting.",
        "",
    ),
    section(
        SectionName::DependsOn,
        "Depends on",
        &["Dependencies", "Prerequisites"],
        false,
        "Phases that must be complete before this one.",
        "",
    ),
    file_section(0, "The files that the phase touches."),
    file_section(1, "Files that the phase will create."),
    file_section(2, "Existing files that the phase will change."),
    file_section(3, "Existing files that are only read."),
    section(
        SectionName::Deliverables,
        "Deliverables",
        &["Key deliverables", "Outputs"],
        false,
        "What the phase hands over.",
        "",
    ),
    section(
        SectionName::DefinitionOfDone,
        "Definition of done",
        DONE_ALIASES,
        true,
        "How we will know that the phase is finished: commands to run and what they should show.",
        "- [ ] <Verification command + expected outcome>\n- [ ] <Verification command + expected outcome>\n",
    ),
    section(
        SectionName::Verification,
        "Verification",
        &["Verify", "Verification steps", "How to verify", "Verification commands"],
        false,
        "The commands that check a phase, and what they should show.",
        "- [ ] <Verification command + expected outcome>\n",
    ),
    section(
        SectionName::OutOfScope,
        "Out of scope",
        &[
            "Non-goals",
            "Non goals",
            "Not in scope",
            "Explicitly not included",
            "Explicitly out of scope",
            "Out-of-scope",
            "非目標",
            "対象外",
            "非目标",
            "不在范围内",
        ],
        true,
        "What a reader might expect and this phase leaves out.",
        "- <Thing we will not do in this phase>\n",
    ),
    section(SectionName::OpenQuestions, "Open questions", QUESTION_ALIASES, false, "What nobody has decided yet.", ""),
];

const PROMPT: &[SectionSpec] = &[
    section(
        SectionName::Role,
        "Role",
        &["Your role", "Persona"],
        true,
        "Who the model should be.",
        "You are a senior software engineer.\n",
    ),
    section(
        SectionName::Context,
        "Context",
        &["Background", "Inputs"],
        true,
        "The plan, the work notes and the reference implementations that the work follows.",
        "- Plan: plan/<phase>.md\n- Work notes: work-notes/<phase>.md\n- Reference implementation(s): <paths>\n",
    ),
    section(
        SectionName::Task,
        "Task",
        &["Tasks", "Your task", "The task", "Instructions"],
        true,
        "The unit of work to do now.",
        "<Task 1>\n",
    ),
    section(
        SectionName::Constraints,
        "Constraints",
        &["Constraint", "Rules", "Requirements", "Ground rules"],
        true,
        "What the model must and must not do.",
        "- MUST follow the patterns of the reference implementation.\n- MUST say how each change is verified.\n- MUST NOT change files outside this phase.\n",
    ),
    section(
        SectionName::References,
        "References",
        REFERENCE_ALIASES,
        false,
        "Existing code and documents to follow.",
        "- <path 1>\n",
    ),
    section(
        SectionName::RequiredReading,
        "Required reading",
        &["Must read", "Read first"],
        false,
        "What to read before starting.",
        "",
    ),
    file_section(0, "The files that the phase touches."),
    file_section(1, "Files that the phase will create."),
    file_section(2, "Existing files that the phase will change."),
    file_section(3, "Existing files that are only read."),
    section(
        SectionName::Deliverables,
        "Deliverables",
        &["Key deliverables", "Outputs", "Output"],
        false,
        "What the phase hands over.",
        "",
    ),
    section(
        SectionName::Verification,
        "Verification",
        &["Verify", "Verification steps", "How to verify", "Verification commands"],
        false,
        "The commands that check the work, and what they should show.",
        "- [ ] <Verification command + expected outcome>\n",
    ),
    section(
        SectionName::SessionManagement,
        "Session management",
        &["Session handling", "Sessions", "Session rules"],
        true,
        "What to write into the work notes, and when.",
        "Keep work-notes/<phase>.md current: decisions with their reasons, assumptions, open questions, a session log entry.\n",
    ),
    section(
        SectionName::CommitDiscipline,
        "Commit discipline",
        &["Commits", "Commit rules", "Committing", "Commit policy"],
        true,
        "How the work is cut into commits.",
        "1. Stop after each logical unit and say what changed.\n2. Propose a commit message.\n3. Wait for approval.\n",
    ),
    section(SectionName::OpenQuestions, "Open questions", QUESTION_ALIASES, false, "What nobody has decided yet.", ""),
];

const WORK_NOTES: &[SectionSpec] = &[
    section(
        SectionName::Status,
        "Status",
        &["Current status", "Phase status"],
        true,
        "Where the phase stands: exactly one of four.",
        "- [ ] Not started\n- [ ] In progress\n- [ ] Blocked\n- [ ] Complete\n",
    ),
    section(
        SectionName::Decisions,
        "Decisions",
        &["Decision", "Decision log", "Decisions made", "Key decisions", "Design decisions"],
        true,
        "What was decided, and why.",
        "",
    ),
    section(
        SectionName::Assumptions,
        "Assumptions",
        &["Assumption"],
        true,
        "What we take for granted until somebody checks it.",
        "",
    ),
    section(SectionName::OpenQuestions, "Open questions", QUESTION_ALIASES, true, "What nobody has decided yet.", ""),
    section(
        SectionName::SessionLog,
        "Session log",
        &["Log", "Work log", "Progress log", "Sessions", "Session logs", "Session notes"],
        true,
        "One entry for each session: what changed, why, blockers, next.",
        "",
    ),
    section(
        SectionName::Commits,
        "Commits",
        &["Commit", "Commit log", "Commit history"],
        true,
        "The commits of this phase: hash and message.",
        "",
    ),
];

/// The built-in sections of a kind, in template order.
pub fn sections(kind: Kind) -> &'static [SectionSpec] {
    match kind {
        Kind::Plan => PLAN,
        Kind::Prompt => PROMPT,
        Kind::WorkNotes => WORK_NOTES,
    }
}

/// A whole fresh artifact for the phase `stem`, with `\n` line ends.
pub fn artifact(kind: Kind, stem: &str) -> String {
    let title = title(stem);
    let mut out = match kind {
        Kind::Plan => format!("# {title}: Plan\n"),
        Kind::Prompt => format!("# {title} - Execution Prompt\n"),
        Kind::WorkNotes => format!("# {title} - Work Notes\n"),
    };
    for spec in sections(kind).iter().filter(|spec| spec.required) {
        out.push_str(&format!("\n## {}\n", spec.name));
        if !spec.skeleton.is_empty() {
            out.push('\n');
            out.push_str(&spec.skeleton.replace("<phase>", stem));
        }
    }
    out
}

/// `phase-2-scaffold` as people write it in a heading: `Phase 2 scaffold`.
fn title(stem: &str) -> String {
    let name = stem.rsplit('/').next().unwrap_or(stem).replace(['-', '_'], " ");
    let mut chars = name.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// Placeholders of the built-in templates without their brackets; `N` stands for any number.
pub const PLACEHOLDERS: &[&str] = &[
    "One sentence: what we are building",
    "Goal N",
    "Constraint N",
    "Verification command + expected outcome",
    "Thing we will not do in this phase",
    "paths",
    "path N",
    "Path to reference implementation N",
    "Command",
    "Task N",
    "Name",
    "Decision",
    "Rationale",
    "Assumption",
    "Question",
    "YYYY-MM-DD HH:MM",
    "hash",
    "message",
    "Phase Name",
    "X",
    "phase",
];

/// Whether `text`, the inside of `<…>`, is a placeholder of the built-in templates.
pub fn is_placeholder(text: &str) -> bool {
    PLACEHOLDERS.iter().any(|placeholder| match placeholder.strip_suffix(" N") {
        Some(stem) => text
            .strip_prefix(stem)
            .and_then(|rest| rest.strip_prefix(' '))
            .is_some_and(|number| number == "N" || !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())),
        None => *placeholder == text,
    })
}

/// A heading as it is compared: case, numbering, emoji, anchors, a trailing parenthesis, markup and
/// punctuation around it are dropped.
pub fn normalize_heading(text: &str) -> String {
    let mut text = text.trim();
    if text.ends_with('}')
        && let Some(open) = text.rfind("{#")
    {
        text = text[..open].trim_end();
    }
    text = text.trim_end_matches(is_decoration);
    // Not for `Reference implementation(s)`: a parenthesis that hangs on a word belongs to it.
    while text.ends_with([')', '）'])
        && let Some(open) = text.rfind(['(', '（']).filter(|open| *open > 0)
    {
        if !text[..open].ends_with([' ', '*', '_', '`']) && !text[open..].starts_with('（') {
            break;
        }
        text = text[..open].trim_end_matches(is_decoration);
    }
    text = strip_numbering(text.trim_start_matches(is_decoration));
    text = text.trim_start_matches(is_decoration);
    let mut out = String::with_capacity(text.len());
    let mut space = false;
    for c in text.chars().filter(|c| !matches!(c, '*' | '`' | '\u{fe0f}' | '\u{200d}')) {
        if c.is_whitespace() || c == '_' {
            space = true;
            continue;
        }
        if std::mem::take(&mut space) && !out.is_empty() {
            out.push(' ');
        }
        if c.is_ascii() {
            out.push(c.to_ascii_lowercase());
        } else {
            out.extend(c.to_lowercase());
        }
    }
    out
}

/// Punctuation, symbols and emoji around a heading's words. Brackets that close stay.
fn is_decoration(c: char) -> bool {
    !c.is_alphanumeric() && !matches!(c, '(' | ')' | '（' | '）' | '?' | '？' | ']' | '[' | '{' | '}' | '<' | '>')
}

/// Drops `3.`, `3.1`, `3)`, `§3`, `A.`, `IV.` in front of words.
fn strip_numbering(text: &str) -> &str {
    let body = text.trim_start_matches('(');
    let number = body.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(body.len());
    let (number, rest) = if number > 0 && body.starts_with(|c: char| c.is_ascii_digit()) {
        body.split_at(number)
    } else {
        let letters = body.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(body.len());
        let roman = !body[..letters].is_empty() && body[..letters].bytes().all(|b| b"IVXivx".contains(&b));
        match body[letters..].chars().next() {
            Some('.' | ')') if letters == 1 || roman => body.split_at(letters),
            _ => return text,
        }
    };
    let stripped = rest.trim_start_matches(|c: char| c.is_whitespace() || ".):-–—\u{fe0f}\u{20e3}".contains(c));
    // `3D models` is a word, `2026-01-15` a date; both keep their digits.
    let is_number = !stripped.is_empty() && (stripped.len() < rest.len() || number.ends_with('.'));
    if is_number && !stripped.starts_with(|c: char| c.is_ascii_digit()) { stripped } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_compared_without_their_ornaments() {
        for (heading, expected) in [
            ("## 3. Exit criteria".trim_start_matches("## "), "exit criteria"),
            ("Exit Criteria {#dod}", "exit criteria"),
            ("✅ Definition of **Done**:", "definition of done"),
            ("Constraints (follow exactly)", "constraints"),
            ("Constraints (follow exactly):", "constraints"),
            ("3.1) Goals", "goals"),
            ("A. Goals", "goals"),
            ("IV. Goals", "goals"),
            ("Reference implementation(s)", "reference implementation(s)"),
            ("Reference implementation(s):", "reference implementation(s)"),
            ("OPEN  QUESTIONS ❓", "open questions"),
            ("3D models", "3d models"),
            ("2026-01-15", "2026-01-15"),
            ("受け入れ基準（必須）", "受け入れ基準"),
            ("Goals 🎯 {#goals}", "goals"),
            ("1️⃣ Goals", "goals"),
            ("`Status`", "status"),
            ("I think so", "i think so"),
            ("5", "5"),
            ("", ""),
        ] {
            assert_eq!(normalize_heading(heading), expected, "{heading}");
        }
    }

    #[test]
    fn placeholders_take_any_number() {
        for known in ["Goal 1", "Goal N", "Goal 12", "paths", "YYYY-MM-DD HH:MM"] {
            assert!(is_placeholder(known), "{known}");
        }
        for other in ["Goal", "Goal one", "div", "goal 1", "details", ""] {
            assert!(!is_placeholder(other), "{other}");
        }
    }

    #[test]
    fn every_placeholder_of_a_skeleton_is_known() {
        for kind in Kind::ALL {
            let text = artifact(kind, "phase-1");
            for (at, _) in text.match_indices('<') {
                let end = at + text[at..].find('>').unwrap();
                assert!(is_placeholder(&text[at + 1..end]), "{}", &text[at..=end]);
            }
        }
    }
}
