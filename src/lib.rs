pub mod artifact;
pub mod config;
pub mod diagnostic;
pub mod markdown;
pub mod rules;
pub mod template;
pub mod text;
