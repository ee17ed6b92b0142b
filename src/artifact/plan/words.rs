//! The words by which plans name tasks and say how they are verified.

use crate::convention::Words;

/// What a heading says whose phase is over.
pub static CLOSED: Words = Words::new("closed-work");

/// What headings of tasks begin with, in the singular or plural.
pub static TASK_HEADINGS: Words = Words::new("tasks");

/// Headings of all tasks.
pub static ALL_TASKS: Words = Words::new("all-tasks");

/// What the words of a task that verifies contain.
pub const VERIFIES: &[&str] =
    &["verif", "validat", "test", "smoke", "check that", "acceptance", "qa", "验证", "測試", "测试", "検証", "검증"];

/// What a heading or label begins with that says how something is verified.
pub static VERIFICATION: Words = Words::new("verification");

/// Words beside a command that say nothing of its outcome.
pub static EMPTY_WORDS: Words = Words::new("says-nothing");
