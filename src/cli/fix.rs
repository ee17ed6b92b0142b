//! `check --fix` and `check --diff`: every safe fix of every file.
//!
//! A fix in one file may change what is found in another, so files are looked at until none changes.

use std::{
    borrow::Cow,
    collections::HashSet,
    io::{self, Write},
    path::PathBuf,
    sync::Arc,
};

use super::{
    check::Filter,
    chosen::{Chosen, Scope},
    roots::{Failure, Root},
    terminal::visible,
    write::{self, Refusal},
};
use crate::{
    actions::fix_all::fix_some,
    artifact::Document,
    diagnostic::Diagnostic,
    disk::{Bounds, RootFiles, pool},
    rules, secrets,
    text::words::counted,
    workspace::Workspace,
};

/// More rounds than fixes of one file can keep others busy.
const MOST_ROUNDS: usize = 10;
/// Lines around a change.
const CONTEXT: usize = 3;

/// What fixing came to.
#[derive(Debug, Default)]
pub struct Fixes {
    /// The files that differ, in the order in which they are shown.
    pub files: Vec<FixedFile>,
    /// Files that have fixes and cannot be written, with why; they are left as they are.
    pub left: Vec<Failure>,
    /// Input that cannot be read.
    pub failures: Vec<Failure>,
    /// Why files that have fixes could not be written, or a root must not be touched.
    pub refused: Vec<String>,
    /// Files that were named and are no artifacts.
    pub skipped: Vec<String>,
    /// How many artifacts were looked at.
    pub artifacts: usize,
    /// Whether no artifact at all is no mistake.
    pub may_be_empty: bool,
}

/// A file before and after its fixes.
#[derive(Debug)]
pub struct FixedFile {
    bounds: Bounds,
    path: PathBuf,
    /// Relative to the current folder, with `/`.
    pub shown: String,
    before: Arc<str>,
    pub after: Arc<str>,
    /// How many findings were repaired.
    pub repaired: usize,
    /// Bytes of both texts that no output may show.
    hidden: [Vec<std::ops::Range<usize>>; 2],
}

/// Finds out what fixing the artifacts that are meant would change, as far as `filter` keeps their findings; writes
/// nothing.
///
/// # Errors
/// As [`Chosen::open`].
pub fn fixes(scope: &Scope, filter: &Filter) -> Result<Fixes, String> {
    let mut fixes = Fixes::default();
    let chosen = Chosen::open(scope, &mut fixes.failures)?;
    fixes.may_be_empty = chosen.changed_since().is_some();
    let mut artifacts = HashSet::new();
    for root in chosen.roots.values() {
        let (workspace, documents) = chosen.read(root, &mut fixes.failures);
        let documents = chosen.select(root, documents, &mut artifacts);
        fixes.artifacts += documents.len();
        if let Err(why) = root.may_be_written() {
            fixes.refused.push(why);
            continue;
        }
        let files = root.files();
        let mut fixer = Fixer { root, workspace, files: &files, entries: Vec::new(), chosen: &chosen, filter };
        fixer.entries.extend(documents.into_iter().map(Entry::new));
        fixer.run(&mut fixes);
    }
    fixes.skipped = chosen.skipped(&artifacts);
    // Roots may share a configuration.
    fixes.refused.dedup();
    Ok(fixes)
}

/// A document as it is fixed.
struct Entry {
    document: Document,
    /// As it was read.
    before: Arc<str>,
    repaired: usize,
    /// It cannot be written.
    is_left: bool,
}

impl Entry {
    fn new(document: Document) -> Self {
        Self { before: document.text.clone(), document, repaired: 0, is_left: false }
    }
}

struct Fixer<'a> {
    root: &'a Root,
    workspace: Workspace,
    files: &'a RootFiles,
    entries: Vec<Entry>,
    chosen: &'a Chosen,
    filter: &'a Filter,
}

impl Fixer<'_> {
    fn run(mut self, fixes: &mut Fixes) {
        for _ in 0..MOST_ROUNDS {
            let mut changed = false;
            for (at, findings) in self.fixable() {
                changed |= self.fix(at, &findings, fixes);
            }
            if !changed {
                break;
            }
        }
        let changed = self.entries.iter().filter(|entry| entry.before != entry.document.text);
        for entry in changed {
            let path = self.root.path().join(&*entry.document.path);
            let findings = rules::run(&self.workspace, &entry.document, self.files);
            fixes.files.push(FixedFile {
                bounds: self.files.bounds().clone(),
                shown: self.chosen.seen(&path),
                path,
                hidden: [secrets::hidden(&entry.before, &[]), secrets::hidden(&entry.document.text, &findings)],
                before: entry.before.clone(),
                after: entry.document.text.clone(),
                repaired: entry.repaired,
            });
        }
    }

    /// The entries with safe fixes, and their findings.
    fn fixable(&self) -> Vec<(usize, Vec<Diagnostic>)> {
        let (workspace, files, filter) = (&self.workspace, self.files, self.filter);
        let fixable = |(at, entry): (usize, &Entry)| {
            let findings = rules::run_kept(workspace, &entry.document, files, &|rule| filter.keeps(rule));
            let is_fixable = findings.iter().any(|finding| finding.fixes.iter().any(|fix| fix.safe));
            (is_fixable && !entry.is_left).then_some((at, findings))
        };
        pool::on_all_processors(self.entries.iter().enumerate().collect(), fixable).into_iter().flatten().collect()
    }

    /// Fixes one entry; says whether that changed it.
    fn fix(&mut self, at: usize, findings: &[Diagnostic], fixes: &mut Fixes) -> bool {
        let entry = &mut self.entries[at];
        let document = &entry.document;
        let keeps = |finding: &Diagnostic| self.filter.keeps(finding.rule);
        let fixed = fix_some(&self.workspace, document, self.files, findings, &keeps);
        if *fixed.text == *document.text {
            return false;
        }
        let path = self.root.path().join(&*document.path);
        let obstacle = match &self.chosen.stdin {
            Some(stdin) => (!stdin.is_utf_8()).then_some(Refusal::NotUtf8),
            None => write::obstacle(self.files.bounds(), &path, &entry.before),
        };
        if let Some(obstacle) = obstacle {
            fixes.left.push(Failure::new(self.chosen.seen(&path), obstacle.to_string()));
            entry.is_left = true;
            return false;
        }
        let (path, kind) = (document.path.clone(), document.kind);
        entry.document = Document::read(path, kind, fixed.text.into(), &self.workspace.vocabulary);
        entry.repaired += fixed.repaired;
        self.workspace.set_open(&entry.document.path, Some(entry.document.facts()));
        true
    }
}

impl Fixes {
    /// Writes every changed file; one that cannot be written is refused.
    pub fn write(&mut self) {
        let refused = &mut self.refused;
        self.files.retain(|file| {
            let written = write::replace(&file.bounds, &file.path, &file.before, &file.after);
            if let Err(error) = &written {
                refused.push(format!("{}: {error}", file.shown));
            }
            written.is_ok()
        });
    }

    /// `5 findings in 3 files`.
    pub fn extent(&self) -> String {
        let files = counted(self.files.len(), "file", "files");
        let repaired = self.files.iter().map(|file| file.repaired).sum();
        format!("{} in {files}", counted(repaired, "finding", "findings"))
    }

    /// Writes what would change as a unified diff. `to_terminal`: control characters are made visible.
    pub fn write_diff(&self, styled: bool, to_terminal: bool, out: &mut dyn Write) -> io::Result<()> {
        for file in &self.files {
            let [before, after] = [(&file.before, &file.hidden[0]), (&file.after, &file.hidden[1])]
                .map(|(text, hidden)| secrets::masked(text, hidden));
            // Not `from_lines`: a lone CR ends no line of a patch.
            let [old, new] = [&before, &after].map(|text| text.split_inclusive('\n').collect::<Vec<_>>());
            let diff = similar::TextDiff::configure().newline_terminated(true).diff_slices(&old, &new);
            let name = quoted(&file.shown);
            let unified = diff.unified_diff().context_radius(CONTEXT).header(&name, &name).to_string();
            for line in unified.split_inclusive('\n') {
                let style = match line.as_bytes().first() {
                    _ if !styled => "",
                    Some(b'+') => "\u{1b}[32m",
                    Some(b'-') => "\u{1b}[31m",
                    Some(b'@') => "\u{1b}[36m",
                    _ => "",
                };
                let shown = |c: char| if to_terminal && !matches!(c, '\n' | '\r' | '\t') { visible(c) } else { c };
                let line: String = line.chars().map(shown).collect();
                if style.is_empty() {
                    write!(out, "{line}")?;
                } else {
                    writeln!(out, "{style}{}\u{1b}[0m", line.trim_end_matches('\n'))?;
                }
            }
        }
        Ok(())
    }
}

/// A path as git writes it in a patch: in quotes if it would end the line otherwise, or hide there.
fn quoted(path: &str) -> Cow<'_, str> {
    if !path.contains(|c: char| c.is_control() || visible(c) != c) {
        return path.into();
    }
    let mut quoted = String::from("\"");
    for c in path.chars() {
        match c {
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '"' | '\\' => quoted.extend(['\\', c]),
            c if visible(c) != c => {
                c.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| quoted.push_str(&format!("\\{byte:03o}")));
            }
            c => quoted.push(c),
        }
    }
    (quoted + "\"").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stays_on_its_line() {
        assert_eq!(quoted("plan/phase 1.md"), "plan/phase 1.md");
        assert_eq!(quoted("plan/\n::error::\"\u{1b}é.md"), r#""plan/\n::error::\"\033é.md""#);
    }
}
