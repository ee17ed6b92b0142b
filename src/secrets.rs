//! Credentials by their shape, and how they are kept out of all that is shown.

use std::ops::Range;

use aho_corasick::AhoCorasick;

use crate::diagnostic::Diagnostic;

mod examples;
mod generic;
mod private_key;
mod scan;
mod shapes;

pub use self::generic::add as add_generic;

/// The rule that reports them: what it finds is hidden, whatever its shape.
pub const RULE: &str = "possible-secret";

/// Something that looks like a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    /// Bytes of the whole.
    pub range: Range<usize>,
    /// What it is, as a sentence ends.
    pub name: &'static str,
    /// How many bytes at its start tell what it is, and nothing else.
    pub shown: usize,
    /// What to call the placeholder.
    pub variable: String,
}

/// Bytes of `text` that no output may show: whatever is a credential by its shape, even where the
/// rule is off or suppressed, and what the rule found. In order, without overlap.
pub fn hidden(text: &str, findings: &[Diagnostic]) -> Vec<Range<usize>> {
    with_findings(by_shape(text), findings).into_iter().map(|secret| secret.range).collect()
}

/// `text` with `*` for every byte of `hidden`, so that places stay what they are.
pub fn masked(text: &str, hidden: &[Range<usize>]) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut at = 0;
    for range in hidden {
        masked.push_str(&text[at..range.start]);
        let stars = text[range.clone()].bytes().map(|b| if matches!(b, b'\n' | b'\r') { b as char } else { '*' });
        masked.extend(stars);
        at = range.end;
    }
    masked + &text[at..]
}

/// Every credential of `text` by its shape, in order, without overlap.
pub fn by_shape(text: &str) -> Vec<Secret> {
    scan::secrets(text)
}

/// Adds those that only a finding knows of.
fn with_findings(mut secrets: Vec<Secret>, findings: &[Diagnostic]) -> Vec<Secret> {
    for finding in findings.iter().filter(|finding| finding.rule == RULE) {
        secrets.push(Secret { range: finding.range.clone(), name: "", shown: 0, variable: String::new() });
    }
    scan::without_overlap(secrets)
}

/// Takes the secrets of `text`, those by shape and those found, out of all that its findings say.
pub fn mask(text: &str, by_shape: Vec<Secret>, findings: &mut [Diagnostic]) {
    let secrets = with_findings(by_shape, findings);
    if secrets.is_empty() {
        return;
    }
    let Ok(finder) = AhoCorasick::new(secrets.iter().map(|secret| secret.beginning(text))) else { return };
    for finding in findings {
        let related = finding.related.iter_mut().map(|related| &mut related.message);
        let titles = finding.fixes.iter_mut().map(|fix| &mut fix.title);
        for words in related.chain(titles).chain([&mut finding.message]) {
            mask_words(words, text, &secrets, &finder);
        }
    }
}

/// As many characters of a secret as tell nothing.
const HARMLESS: usize = 6;

impl Secret {
    /// So much of it that it can be told from other words.
    fn beginning<'t>(&self, text: &'t str) -> &'t str {
        let value = &text[self.range.clone()];
        let end = value[self.shown..].char_indices().nth(HARMLESS);
        end.map_or(value, |(at, _)| &value[..self.shown + at])
    }
}

/// Cuts each secret, or as much of it as is quoted, down to what may be shown.
fn mask_words(words: &mut String, text: &str, secrets: &[Secret], finder: &AhoCorasick) {
    let mut from = 0;
    while let Some(place) = finder.find(&words[from..]) {
        let secret = &secrets[place.pattern()];
        let at = from + place.start();
        let quoted = words[at..].chars().zip(text[secret.range.clone()].chars()).take_while(|(a, b)| a == b);
        let end = at + quoted.map(|(c, _)| c.len_utf8()).sum::<usize>();
        words.replace_range(at + secret.shown..end, "…");
        from = at + secret.shown + '…'.len_utf8();
    }
}

#[cfg(test)]
mod tests;
