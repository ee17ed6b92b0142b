pub mod artifact;
pub mod config;
pub mod diagnostic;
pub mod markdown;
pub mod rules;
pub mod server;
pub mod template;
#[cfg(test)]
mod testing;
pub mod text;
pub mod workspace;
