//! A line of dashes that says that a private key begins, and what follows. RFC 7468, RFC 9580; gitleaks private-key.

use memchr::memmem;

use super::{Secret, examples, shapes::BASE64};

/// Characters of base64 that the smallest key has: Ed25519 in PKCS 8.
const LEAST_BODY: usize = 64;

/// No label between the dashes is longer.
const LONGEST_LABEL: usize = 60;

const DASHES: &str = "-----";

pub fn find(text: &str) -> Vec<Secret> {
    memmem::find_iter(text.as_bytes(), "PRIVATE KEY").filter_map(|at| key(text, at)).collect()
}

fn key(text: &str, at: usize) -> Option<Secret> {
    let from = at.saturating_sub(LONGEST_LABEL);
    let begin = from + memmem::rfind(&text.as_bytes()[from..at], b"-----BEGIN ")?;
    let label = &text[begin..at];
    let rest = &text[at..];
    let after = rest.strip_prefix("PRIVATE KEY BLOCK-----").or_else(|| rest.strip_prefix("PRIVATE KEY-----"))?;
    let body_start = text.len() - after.len();
    if label.contains(['\n', '\r']) {
        return None;
    }
    let range = begin..end(text, body_start);
    let (name, variable) = ("a private key", "PRIVATE_KEY".to_owned());
    is_real(&text[body_start..range.end]).then_some(Secret { range, name, shown: body_start - begin, variable })
}

/// Where the key ends: after its last line of dashes, or where its lines stop to look like one.
fn end(text: &str, body_start: usize) -> usize {
    let next = memmem::find(&text.as_bytes()[body_start..], DASHES.as_bytes()).map(|at| body_start + at);
    if let Some(next) = next.filter(|next| text[*next..].starts_with("-----END ")) {
        let label = next + DASHES.len();
        let close = text[label..].lines().next().and_then(|line| line.find(DASHES));
        return close.map_or(label, |close| label + close + DASHES.len());
    }
    let mut end = body_start;
    for line in text[body_start..next.unwrap_or(text.len())].split_inclusive('\n') {
        let words = line.trim_matches([' ', '\t', '>', '\r', '\n', '|', '+', '"', ',']);
        if !words.is_empty() && !words.bytes().all(|byte| BASE64.has(byte) || byte == b'\\') {
            break;
        }
        end += line.len();
    }
    body_start + text[body_start..end].trim_end().len()
}

/// A key, not the beginning of one with dots after it.
fn is_real(body: &str) -> bool {
    let body = body.split("-----END ").next().unwrap_or_default();
    let key: Vec<u8> = body.bytes().filter(|byte| BASE64.has(*byte)).collect();
    let lower = body.to_ascii_lowercase();
    let is_shortened = ["...", "…", "<", "[", "***"].iter().any(|mark| body.contains(mark));
    key.len() >= LEAST_BODY && !is_shortened && !examples::has_word(&lower) && examples::entropy(&key) >= 3.0
}
