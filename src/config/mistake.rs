//! What is wrong in a configuration, and how it is told: as a diagnostic of the file, or as a line
//! for the client's log.

use std::ops::Range;

use super::{
    Config, Level, RuleSpec,
    tree::{Entry, LONGEST_WORD, Node, Place, shorten},
};
use crate::{
    convention::Kind,
    diagnostic::{Diagnostic, Fix, MOST_FINDINGS, Severity, say_how_many_more},
    text::{Edit, words::listed},
};

/// The rule that speaks about `phasemark.toml`.
pub const RULE: &str = "invalid-config";

#[derive(Debug)]
pub(super) struct Mistake {
    pub place: Place,
    pub message: String,
    pub change: Option<Change>,
}

/// What should stand at the place instead.
#[derive(Debug)]
pub(super) struct Change {
    /// As the title shows it.
    pub name: String,
    /// As TOML writes it.
    pub toml: String,
}

impl Change {
    pub fn key(name: &str) -> Self {
        Self { name: name.to_owned(), toml: key_text(name) }
    }

    pub fn text(name: &str) -> Self {
        Self { name: name.to_owned(), toml: quoted(name) }
    }

    /// A number or a boolean.
    pub fn literal(name: impl ToString) -> Self {
        Self { name: name.to_string(), toml: name.to_string() }
    }
}

/// A key as TOML writes it.
pub fn key_text(key: &str) -> String {
    let is_bare = !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if is_bare { key.to_owned() } else { quoted(key) }
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// Mistakes that are kept: with a template of each kind that cannot be read, which the disk tells, there are
/// no more findings than any file may have.
const MOST_MISTAKES: usize = MOST_FINDINGS - Kind::ALL.len();

/// Collects mistakes while a configuration is read.
#[derive(Debug, Default)]
pub(super) struct Mistakes {
    kept: Vec<Mistake>,
    /// How many there are besides.
    more: usize,
}

impl Mistakes {
    pub fn add(&mut self, place: &Place, message: impl Into<String>, change: Option<Change>) {
        if !self.is_one_more() {
            self.kept.push(Mistake { place: place.clone(), message: message.into(), change });
        }
    }

    /// Counts a mistake that is not kept, if there are enough.
    fn is_one_more(&mut self) -> bool {
        let is_full = self.kept.len() == MOST_MISTAKES;
        self.more += usize::from(is_full);
        is_full
    }

    /// A key that is not among `known`, of which a message lists a handful; `what` goes before its
    /// name: "Unknown key".
    pub fn unknown<'k>(&mut self, what: &str, entry: &Entry<'_>, known: impl Iterator<Item = &'k str> + Clone) {
        if self.is_one_more() {
            return;
        }
        let key = shorten(&entry.key);
        let near = nearest(&entry.key, known.clone());
        let message = match (near, known.clone().count()) {
            (Some(near), _) => format!("{what} `{key}`, did you mean `{near}`?"),
            (None, 1..10) => format!("{what} `{key}`, expected {}", either(known.map(|name| format!("`{name}`")))),
            (None, _) => format!("{what} `{key}`"),
        };
        self.add(&entry.place, message, near.map(Change::key));
    }

    /// A value of a type that its key does not take.
    pub fn wrong_type(&mut self, node: &Node<'_>, expected: &str) {
        self.add(&node.place, format!("Expected {expected}, found {}", node.value.describe()), None);
    }

    /// As findings in `text`, in its order, with the severity that `config` gives them.
    pub fn diagnostics(self, text: &str, rules: &[&RuleSpec], config: &Config) -> Vec<Diagnostic> {
        let spec = rules.iter().find(|spec| spec.name == RULE);
        let severity = match spec.map(|spec| config.rules_for("phasemark.toml").severity(spec)) {
            Some(None) => return Vec::new(),
            Some(Some(Level::At(severity))) => severity,
            _ => Severity::Error,
        };
        let mut found: Vec<_> =
            self.kept.into_iter().filter_map(|mistake| mistake.diagnostic(text, severity)).collect();
        found.sort_by_key(|diagnostic| (diagnostic.range.start, diagnostic.range.end));
        say_how_many_more(&mut found, self.more);
        found
    }

    /// As lines that name the client's setting.
    pub fn lines(self) -> Vec<String> {
        let line = |mistake: Mistake| match mistake.place {
            Place::Client(name) => format!("{name}: {}", mistake.message),
            Place::File(_) => mistake.message,
        };
        let more = (self.more > 0).then(|| format!("{} more mistakes are not shown", self.more));
        self.kept.into_iter().map(line).chain(more).collect()
    }
}

impl Mistake {
    fn diagnostic(self, text: &str, severity: Severity) -> Option<Diagnostic> {
        let Place::File(range) = self.place else { return None };
        let range = visible(text, range);
        let fix = |change: Change| {
            Fix::new(format!("Change to `{}`", change.name), vec![Edit::replace(range.clone(), change.toml)])
        };
        let fixes = self.change.map(fix).into_iter().collect();
        Some(Diagnostic { rule: RULE, severity, range, message: self.message, related: Vec::new(), fixes })
    }
}

/// `range` within `text`, on character boundaries and, where the line has one, over a character: a
/// parser puts what is missing between two of them, where an editor would show nothing.
fn visible(text: &str, range: Range<usize>) -> Range<usize> {
    let (start, end) = (text.floor_char_boundary(range.start), text.ceil_char_boundary(range.end));
    if start < end && !matches!(&text[start..end], "\n" | "\r" | "\r\n") {
        return start..end;
    }
    let seen = |c: &char| !matches!(c, '\n' | '\r' | '\u{feff}');
    if let Some(next) = text[start..].chars().next().filter(seen) {
        return start..start + next.len_utf8();
    }
    match text[..start].chars().next_back().filter(seen) {
        Some(before) => start - before.len_utf8()..start,
        None => start..start,
    }
}

/// The candidate that `word` was probably meant to be: a few letters off, or cut short at an end.
pub fn nearest<'c>(word: &str, candidates: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    if word.len() > LONGEST_WORD {
        return None;
    }
    let word = word.trim().to_lowercase().replace(['_', ' '], "-");
    let score = |candidate: &str| {
        let at_end = || candidate.strip_suffix(&word).is_some_and(|before| before.ends_with('-'));
        let cut_short = word.len() >= 3 && (candidate.starts_with(&word) || at_end());
        let alike = strsim::normalized_damerau_levenshtein(&word, candidate);
        if cut_short { 0.9 + alike / 10.0 } else { alike }
    };
    let scored = candidates.map(|candidate| (score(candidate), candidate)).filter(|(score, _)| *score >= 0.6);
    scored.reduce(|best, next| if next.0 > best.0 { next } else { best }).map(|(_, candidate)| candidate)
}

/// "a, b or c".
pub(super) fn either(names: impl Iterator<Item = String>) -> String {
    listed(&names.collect::<Vec<_>>(), "or")
}
