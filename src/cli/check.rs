//! Runs the engine over files on disk.

use std::path::PathBuf;

use super::report::Report;

/// Checks the artifacts at and below `paths`.
pub fn check(_paths: &[PathBuf]) -> Report {
    Report::default()
}
