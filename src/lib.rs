pub mod cli;
pub mod config;
pub mod diagnostic;
pub mod rules;
pub mod template;
pub mod text;
