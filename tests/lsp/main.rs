//! Whole sessions with the built server, as an editor has them.

mod actions;
mod client;
mod configuration;
mod disk;
mod hostile;
mod lifecycle;
mod pull;
mod requests;
mod roots;
mod sync;
