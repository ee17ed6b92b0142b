//! The words by which plans name tasks and say how they are verified.

/// What a heading says whose phase is over.
pub const CLOSED: &[&str] = &[
    "✅",
    "✔",
    "☑",
    "(done",
    "DONE",
    "(complete",
    "COMPLETE",
    "(shipped",
    "SHIPPED",
    "(closed",
    "CLOSED",
    "[x]",
    "[X]",
];

/// What headings of tasks begin with, in the singular or plural.
pub const TASK_HEADINGS: &[&str] = &[
    "task",
    "step",
    "milestone",
    "phase",
    "stage",
    "sprint",
    "slice",
    "wave",
    "todo",
    "aufgabe",
    "aufgaben",
    "tâches",
    "tareas",
    "задачи",
    "タスク",
    "任务",
    "작업",
];

/// Headings of all tasks.
pub const ALL_TASKS: &[&str] = &[
    "task list",
    "task breakdown",
    "implementation",
    "implementation plan",
    "implementation steps",
    "implementation tasks",
    "implementation order",
    "work breakdown",
    "work items",
    "action items",
    "to do",
    "to-do",
    "execution plan",
    "rollout plan",
    "phases",
    "order of work",
    "build order",
    "work order",
    "sequence",
];

/// What the words of a task that verifies contain.
pub const VERIFIES: &[&str] =
    &["verif", "validat", "test", "smoke", "check that", "acceptance", "qa", "验证", "測試", "测试", "検証", "검증"];

/// What a heading or label begins with that says how something is verified.
pub const VERIFICATION: &[&str] = &[
    "verification",
    "verify",
    "acceptance",
    "exit criteria",
    "definition of done",
    "dod",
    "done when",
    "done criteria",
    "success criteria",
    "completion criteria",
    "how to verify",
    "how to test",
    "test plan",
    "test strategy",
    "independent test",
    "validate",
    "gate",
    "checkpoint",
    "success gating",
    "success metric",
    "success check",
    "automated verification",
    "manual verification",
    "tests",
    "testing",
];

/// Words beside a command that say nothing of its outcome.
pub const EMPTY_WORDS: &[&str] = &[
    "run",
    "runs",
    "execute",
    "command",
    "commands",
    "verify",
    "check",
    "with",
    "via",
    "and",
    "then",
    "using",
    "by",
    "the",
    "a",
    "an",
    "on",
    "in",
    "to",
    "of",
    "test",
    "verification",
    "cmd",
    "or",
    "for",
];
