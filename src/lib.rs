//! phasemark: a language server and checker for Markdown planning artifacts.

pub mod server;
