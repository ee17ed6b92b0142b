//! The language server: LSP in, plain types out.

pub mod transport;
