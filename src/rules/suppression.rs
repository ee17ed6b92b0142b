//! Suppression comments: what they silence, and what is wrong with them.

use crate::{
    diagnostic::Diagnostic,
    workspace::{Document, Workspace},
};

/// Removes what the document's comments silence.
pub fn apply(_workspace: &Workspace, _document: &Document, _found: &mut Vec<Diagnostic>) {}
