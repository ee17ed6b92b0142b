//! phasemark reads the Markdown artifacts of LLM-assisted development and says what is missing,
//! undeclared, unresolved or contradictory in them: in an editor, and on the command line.
//!
//! # The map
//!
//! ```text
//! text <- markdown <- artifact <- edit <- workspace <- rules <- actions, completion, overview <- server, cli
//!          config, convention, diagnostic: facts that all of them share
//!          disk: the only reader of files
//! text <- syntax_tree <- server
//! ```
//!
//! - [`text`]: byte ranges, positions in three encodings, edits
//! - [`markdown`]: what a document says: blocks and inlines (the only user of pulldown-cmark)
//! - [`syntax_tree`]: what is being edited: the blocks around a cursor (the only user of tree-sitter)
//! - [`artifact`]: a document, and what it says: sections, done items, questions, log entries, references
//! - [`edit`]: what is written into a document, as its author writes it: one file a thing that is written
//! - [`convention`]: section names, aliases, skeletons, statuses, placeholders and words, which are data
//! - [`config`] reads `phasemark.toml`; [`secrets`] keeps credentials out of all that is shown
//! - [`workspace`]: one root as an immutable snapshot
//! - [`rules`]: one file a rule, documentation and tests included; to add one, start there
//! - [`actions`]: what a key may do to a document: one file an action
//! - [`overview`]: phases as a whole: where each stands, and what restarts it
//! - [`completion`]: what may be typed at a cursor: one file a provider
//! - [`disk`]: roots, files and folders as they are now; [`repository`]: commits (the only user of gix)
//! - [`server`]: LSP; [`cli`]: the command line
//!
//! # Invariants
//!
//! - Arrows are never reversed, `server` and `cli` never import each other, and no file imports one that imports it,
//!   directly or over others (`tests/directions.rs`).
//! - The core, up to `rules`, does no I/O, reads no clock and never fails: reading yields a value, always.
//! - Inside, a place is a byte range; lines and columns exist at the edges only.
//! - Server and command line call the same [`rules::run`] on the same snapshot, so they cannot disagree.

pub mod actions;
pub mod artifact;
pub mod cli;
pub mod completion;
pub mod config;
pub mod convention;
pub mod diagnostic;
pub mod disk;
pub mod edit;
#[cfg(test)]
#[path = "../tests/history/mod.rs"]
mod history;
pub mod markdown;
pub mod overview;
pub mod repository;
pub mod rules;
pub mod secrets;
pub mod server;
pub mod syntax_tree;
#[cfg(test)]
mod testing;
pub mod text;
pub mod workspace;
