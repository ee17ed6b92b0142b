//! What phasemark writes into an artifact, as its author writes it: one file a thing that is written.
//!
//! Architecture invariant: edits are made from a document that was read, and nothing here reads Markdown a second time but
//! to see what an edit makes of it.

pub mod another;
pub mod commit;
pub(crate) mod containers;
pub mod log_insertion;
pub mod merge;
pub mod numbering;
pub mod order;
pub mod question;
pub mod reference;
pub(crate) mod seam;
pub mod section;
pub mod status;
pub mod take;
