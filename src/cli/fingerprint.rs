//! Names of findings that outlive a change elsewhere in the file.

use std::collections::HashMap;

use super::report::FileReport;
use crate::diagnostic::Diagnostic;

/// Tells findings apart without their line numbers, so that text inserted above does not make all of
/// them new.
#[derive(Default)]
pub struct Fingerprints {
    /// How often each hash was seen: the same finding on an equal line.
    seen: HashMap<u64, usize>,
}

impl Fingerprints {
    pub fn next(&mut self, file: &FileReport, found: &Diagnostic) -> String {
        let line = file.lines().range(&file.text, file.lines().line(found.range.start));
        let hash = fnv1a([found.rule, &file.repository_path, file.text[line].trim()]);
        let ordinal = self.seen.entry(hash).or_default();
        *ordinal += 1;
        format!("{hash:016x}:{ordinal}")
    }
}

/// FNV-1a, 64 bits: unlike the standard library's hashes the same in every version and on every platform.
fn fnv1a(parts: [&str; 3]) -> u64 {
    let bytes = parts.iter().flat_map(|part| part.bytes().chain([0]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
