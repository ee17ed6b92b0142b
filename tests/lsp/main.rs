//! Whole sessions with the built server, as an editor has them.

mod actions;
mod client;
mod commands;
mod completion;
mod configuration;
mod disk;
#[path = "../history/mod.rs"]
mod history;
mod hostile;
mod lifecycle;
mod pull;
mod repository;
mod requests;
mod roots;
mod sync;
