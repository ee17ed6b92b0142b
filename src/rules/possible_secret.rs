use std::ops::Range;

use aho_corasick::AhoCorasick;

use super::{Context, Sink};
use crate::{
    artifact::Artifact,
    diagnostic::{Diagnostic, Fix},
    text::Edit,
};

mod examples;
mod generic;
mod private_key;
mod scan;
mod shapes;

rule! {
    /// Artifacts contain no credentials.
    ///
    /// ### Why
    ///
    /// Artifacts are handed to models, pasted into chats and committed. A key in one of them is
    /// known to all of these, and has to be revoked. Found by their shape are private keys, JSON web
    /// tokens, and the keys and tokens of clouds, forges, chats, package registries, payment and
    /// model providers, wherever they stand: in code, front matter and comments, too. Values that
    /// documentation shows (`AKIA...EXAMPLE`, `xxxx`, `${TOKEN}`, `<token>`, `123456`) are left
    /// alone. No output shows the value.
    ///
    /// ### Fires
    ///
    /// ```md
    /// # Phase 1
    ///
    #[doc = concat!(" Deploy with `gh", "p_k3Vt9QmZx2LrB7wNc5YdHs8Jf4GpTqKu6EaR`.")]
    /// ```
    ///
    /// ### Quiet
    ///
    /// ```md
    /// # Phase 1
    ///
    /// Deploy with `ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx`, `${GITHUB_TOKEN}`,
    /// AKIAIOSFODNN7EXAMPLE and `password = "hunter2-but-longer"`.
    /// ```
    "possible-secret", severity = Error, check = Artifact(check), law = Always,
    options = ["generic": Boolean(false) = "Values of names such as `password`, `api_key` or `client_secret`, and passwords in URLs, count whatever \
                           their shape."]
}

/// Something that looks like a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    /// Bytes of the whole.
    pub range: Range<usize>,
    /// What it is, as a sentence ends.
    name: &'static str,
    /// How many bytes at its start tell what it is, and nothing else.
    shown: usize,
    /// What to call the placeholder.
    variable: String,
}

fn check(ctx: &Context, _: &Artifact, out: &mut Sink) {
    let text = ctx.text();
    let mut secrets = ctx.secrets().to_vec();
    if ctx.boolean("generic") {
        generic::add(text, &mut secrets);
    }
    for secret in secrets {
        let placeholder = format!("${{{}}}", secret.variable);
        let beginning = match &text[secret.range.start..][..secret.shown] {
            "" => String::new(),
            shown => format!(" (`{shown}…`)"),
        };
        let message = format!(
            "This looks like {}{beginning}. Remove it from the file, and revoke it if it was shared.",
            secret.name
        );
        let title = format!("Replace by `{placeholder}`");
        out.report(secret.range.clone(), message)
            .fix(Fix::new(title, vec![Edit::replace(secret.range, placeholder)]));
    }
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
    for finding in findings.iter().filter(|finding| finding.rule == RULE.name()) {
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
