//! The built-in sections of each kind, in template order.

use super::{SectionName, SectionSpec};

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

impl SectionSpec {
    const fn required(self) -> Self {
        Self { required: true, ..self }
    }
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

const REFERENCES: SectionSpec = section(
    SectionName::References,
    "References",
    REFERENCE_ALIASES,
    false,
    "Existing code and documents to follow.",
    "- <path 1>\n",
);

const REQUIRED_READING: SectionSpec = section(
    SectionName::RequiredReading,
    "Required reading",
    &["Must read", "Read first"],
    false,
    "What to read before starting.",
    "",
);

const OPEN_QUESTIONS: SectionSpec =
    section(SectionName::OpenQuestions, "Open questions", QUESTION_ALIASES, false, "What is not decided yet.", "");

const STATUS: SectionSpec = section(
    SectionName::Status,
    "Status",
    &["Current status", "Phase status", "状態", "ステータス", "状态"],
    false,
    "Where the phase stands: exactly one of four.",
    "- [ ] Not started\n- [ ] In progress\n- [ ] Blocked\n- [ ] Complete\n",
);

const DECISIONS: SectionSpec = section(
    SectionName::Decisions,
    "Decisions",
    &["Decision", "Decision log", "Decisions made", "Key decisions", "Design decisions"],
    false,
    "What was decided, and why.",
    "",
);

const ASSUMPTIONS: SectionSpec = section(
    SectionName::Assumptions,
    "Assumptions",
    &["Assumption"],
    false,
    "What we take for granted until somebody checks it.",
    "",
);

const SESSION_LOG: SectionSpec = section(
    SectionName::SessionLog,
    "Session log",
    &["Log", "Work log", "Progress log", "Sessions", "Session logs", "Session notes"],
    false,
    "One entry for each session: what changed, why, blockers, next.",
    "",
);

const COMMITS: SectionSpec = section(
    SectionName::Commits,
    "Commits",
    &["Commit", "Commit log", "Commit history"],
    false,
    "The commits of this phase: hash and message.",
    "",
);

pub const PLAN: &[SectionSpec] = &[
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
    REFERENCES,
    REQUIRED_READING,
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
    OPEN_QUESTIONS,
    STATUS,
    DECISIONS,
    ASSUMPTIONS,
    SESSION_LOG,
    COMMITS,
];

pub const PROMPT: &[SectionSpec] = &[
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
    REFERENCES,
    REQUIRED_READING,
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
    OPEN_QUESTIONS,
    STATUS,
    DECISIONS,
    ASSUMPTIONS,
    SESSION_LOG,
];

pub const WORK_NOTES: &[SectionSpec] = &[
    STATUS.required(),
    DECISIONS.required(),
    ASSUMPTIONS.required(),
    OPEN_QUESTIONS.required(),
    SESSION_LOG.required(),
    COMMITS.required(),
];
