//! What phasemark writes into an artifact, as its author writes it: one file a thing that is written.
//!
//! A [`Fragment`] is what is written, a [`Seam`] the place that it goes to, with what Markdown needs between neighbours.
//!
//! Architecture invariant: edits are made from a document that was read, and nothing here reads Markdown a second time but
//! to see what an edit makes of it.

pub mod another;
pub mod commit;
pub(crate) mod containers;
mod fragment;
pub mod log_entry;
pub mod log_order;
pub mod merge;
pub mod numbering;
pub mod order;
pub mod question;
pub mod reference;
pub(crate) mod seam;
pub mod section;
pub mod status;
pub mod take;

pub use self::{
    fragment::Fragment,
    seam::{Insertion, Seam},
};
