//! The baseline: findings that are known, so that only new ones are told.
//!
//! An entry has no line number: a finding stays known when its line moves, and is new when its line says something else.

use std::{
    collections::{BTreeMap, HashSet},
    io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::filter::Filter;
use crate::{
    cli::report::{FileReport, Known, Report},
    diagnostic::Diagnostic,
    disk::{self, Bounds},
};

/// Beside `phasemark.toml`, unless another file is named.
pub const DEFAULT: &str = ".phasemark-baseline.json";

const VERSION: u32 = 1;
/// Characters of a line that are compared; a paragraph may be one line.
const LONGEST_LINE: usize = 200;

/// How many findings of each kind are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline(BTreeMap<Key, usize>);

/// What findings have in common that cannot be told apart. The order is that of the file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Key {
    file: String,
    rule: String,
    line: String,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    #[serde(flatten)]
    key: Key,
    count: usize,
}

#[derive(Deserialize)]
struct Written {
    version: u32,
    findings: Vec<Entry>,
}

/// Where a baseline is, and what the paths in it are relative to.
#[derive(Clone, Debug)]
pub struct Place {
    pub path: PathBuf,
    /// As messages have it.
    pub shown: String,
    folder: PathBuf,
}

impl Place {
    /// The file that was named, or the one beside the configuration of what was checked.
    ///
    /// # Errors
    /// If the current folder is unknown.
    pub fn new(named: Option<&Path>, report: &Report) -> io::Result<Self> {
        let path = match named {
            Some(named) => disk::absolute(named)?,
            None => report.outermost.join(DEFAULT),
        };
        let shown = named.map_or_else(|| report.from_here.path(DEFAULT), |named| named.display().to_string());
        let around = path.parent().unwrap_or(&path).to_path_buf();
        // One that lies elsewhere, such as where CI keeps it, goes by the folder that was checked.
        let folder = if report.outermost.starts_with(&around) { around } else { report.outermost.clone() };
        Ok(Self { path, shown, folder })
    }

    /// Reads the baseline there; `None` if there is no file.
    ///
    /// # Errors
    /// What to say of a file that cannot be read, with its line.
    pub fn read(&self) -> Result<Option<Baseline>, String> {
        let bounds = Bounds::of(self.path.parent().unwrap_or(&self.path).to_path_buf());
        match disk::read_text(&bounds, &self.path) {
            Ok(text) => Baseline::parse(&text).map(Some).map_err(|(line, why)| {
                format!("{}:{line}: not a baseline: {why}; delete the file to write a new one", self.shown)
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(format!("{}: {error}", self.shown)),
        }
    }

    /// The file of a report as entries name it.
    fn name(&self, file: &FileReport, report: &Report) -> String {
        disk::relative(&self.folder, &report.outermost.join(&file.path)).unwrap_or_else(|| file.path.clone())
    }
}

impl Baseline {
    /// # Errors
    /// The line of a mistake, and what it is.
    fn parse(text: &str) -> Result<Self, (usize, String)> {
        let written: Written = serde_json::from_str(text).map_err(|error| {
            let message = error.to_string();
            let why = message.rsplit_once(" at line ").map_or(&*message, |(why, _)| why);
            (error.line().max(1), why.to_owned())
        })?;
        if written.version != VERSION {
            let line = text.lines().position(|line| line.contains("\"version\"")).unwrap_or_default() + 1;
            return Err((line, format!("version {} is not known here", written.version)));
        }
        let mut known = Self::default();
        for Entry { key, count } in written.findings {
            // A merge may have left two.
            *known.0.entry(key).or_default() += count;
        }
        Ok(known)
    }

    /// One line an entry, for diffs and merges.
    pub fn write(&self) -> String {
        let entry = |(key, count): (&Key, &usize)| {
            let entry = Entry { key: key.clone(), count: *count };
            format!("\n    {}", serde_json::to_string(&entry).expect("an entry is plain JSON"))
        };
        let entries: Vec<String> = self.0.iter().map(entry).collect();
        let end = if entries.is_empty() { "" } else { "\n  " };
        format!("{{\n  \"version\": {VERSION},\n  \"findings\": [{}{end}]\n}}\n", entries.join(","))
    }

    /// How many findings are known.
    pub fn len(&self) -> usize {
        self.0.values().sum()
    }

    /// Removes the known findings of a report, and counts them.
    pub fn apply(&self, report: &mut Report, filter: &Filter, place: &Place) {
        let covered = Covered::new(report, filter, place);
        let mut left = self.0.clone();
        let mut hidden = 0;
        let names: Vec<String> = report.files.iter().map(|file| place.name(file, report)).collect();
        for (file, name) in report.files.iter_mut().zip(names) {
            let mut diagnostics = std::mem::take(&mut file.diagnostics);
            diagnostics.retain(|found| match left.get_mut(&key(&name, file, found)) {
                Some(count) if *count > 0 => {
                    *count -= 1;
                    hidden += 1;
                    false
                }
                _ => true,
            });
            file.diagnostics = diagnostics;
        }
        // What could not be read may hold what seems gone.
        let is_whole = report.failures.is_empty();
        let outdated = left.iter().filter(|(key, count)| is_whole && **count > 0 && covered.has(key)).count();
        report.known = Some(Known { hidden, outdated });
    }

    /// The same baseline with what a report found in place of what it covers.
    pub fn renewed(&self, report: &Report, filter: &Filter, place: &Place) -> Self {
        let covered = Covered::new(report, filter, place);
        let mut new = self.clone();
        new.0.retain(|key, _| !covered.has(key));
        for (file, found) in report.findings() {
            *new.0.entry(key(&place.name(file, report), file, found)).or_default() += 1;
        }
        new
    }
}

/// The entries that a run could have met again.
struct Covered<'a> {
    files: HashSet<String>,
    /// At and below these, all files were looked at, be they there or not.
    folders: Vec<PathBuf>,
    filter: &'a Filter,
    place: &'a Place,
}

impl<'a> Covered<'a> {
    fn new(report: &Report, filter: &'a Filter, place: &'a Place) -> Self {
        let files = report.files.iter().map(|file| place.name(file, report)).collect();
        Self { files, folders: report.covered.clone(), filter, place }
    }

    fn has(&self, key: &Key) -> bool {
        let is_below = || {
            let path = self.place.folder.join(&key.file);
            self.folders.iter().any(|folder| path.starts_with(folder))
        };
        self.filter.keeps(&key.rule) && (self.files.contains(&key.file) || is_below())
    }
}

fn key(name: &str, file: &FileReport, found: &Diagnostic) -> Key {
    let bytes = file.lines().range(&file.text, file.lines().line(found.range.start));
    // What no output may show is no business of the repository's either.
    let masked = file.text[bytes.clone()].char_indices().map(|(at, c)| {
        let is_secret = file.secrets.iter().any(|secret| secret.contains(&(bytes.start + at)));
        if is_secret { '*' } else { c }
    });
    let line: String = masked.collect();
    let line = line.trim().chars().take(LONGEST_LINE).collect();
    Key { file: name.to_owned(), rule: found.rule.to_owned(), line }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::{
        cli::samples::{diagnostic, file, report},
        diagnostic::Severity,
    };

    fn open(text: &str) -> Report {
        let found = text.match_indices('?').map(|(at, _)| diagnostic("r", Severity::Warning, at..at + 1, "open"));
        Report {
            outermost: "/p".into(),
            covered: vec!["/p".into()],
            ..report(vec![file("plan/a.md", text, found.collect())])
        }
    }

    fn place() -> Place {
        Place::new(Some(Path::new("/p/known.json")), &open("")).unwrap()
    }

    fn renewed(text: &str) -> Baseline {
        Baseline::default().renewed(&open(text), &Filter::default(), &place())
    }

    /// How many findings of `after` are new, and what is said of the rest.
    fn new(before: &str, after: &str) -> (usize, Known) {
        let mut report = open(after);
        renewed(before).apply(&mut report, &Filter::default(), &place());
        (report.counts().total(), report.known.unwrap())
    }

    fn known(hidden: usize, outdated: usize) -> Known {
        Known { hidden, outdated }
    }

    #[test]
    fn findings_stay_known_when_their_lines_move() {
        assert_eq!(new("why?\nhow?\n", "# New\n\n  how?\r\n\r\nwhy?\r\n"), (0, known(2, 0)));
        assert_eq!(new("why?\n", "why?\nwhy?\n"), (1, known(1, 0)), "one more than is known");
        assert_eq!(new("why?\nwhy?\n", "why?\n"), (0, known(1, 1)));
        assert_eq!(new("why?\n", "why not?\n"), (1, known(0, 1)), "the line is another");
        assert_eq!(new("", "why?"), (1, known(0, 0)));
    }

    #[test]
    fn the_file_is_sorted_and_has_a_line_for_each_entry() {
        let written = renewed("b?\na?\n\"b\" é\t?\nb?\n").write();
        assert_eq!(
            written,
            r#"{
  "version": 1,
  "findings": [
    {"file":"plan/a.md","rule":"r","line":"\"b\" é\t?","count":1},
    {"file":"plan/a.md","rule":"r","line":"a?","count":1},
    {"file":"plan/a.md","rule":"r","line":"b?","count":2}
  ]
}
"#
        );
        assert_eq!(Baseline::parse(&written), Ok(renewed("b?\na?\n\"b\" é\t?\nb?\n")));
        assert_eq!(Baseline::parse(&Baseline::default().write()), Ok(Baseline::default()));
    }

    #[test]
    fn mistakes_have_their_line() {
        let written = renewed("a?\nb?\n").write();
        let conflict = written.replacen("    {", "<<<<<<< HEAD\n    {", 1);
        assert_eq!(Baseline::parse(&conflict).unwrap_err().0, 4);
        let newer = Baseline::parse(&written.replace("\"version\": 1", "\"version\": 9"));
        assert_eq!(newer, Err((2, "version 9 is not known here".to_owned())));
        assert_eq!(Baseline::parse("").unwrap_err().0, 1);
    }

    #[test]
    fn what_a_run_did_not_look_at_is_kept() {
        let before = renewed("a?\n");
        let mut other = open("c?\n");
        other.files[0].path = "plan/b.md".into();
        other.covered = vec!["/p/plan/b.md".into()];
        let both = before.renewed(&other, &Filter::default(), &place());
        assert_eq!(both.len(), 2);
        other.files.clear();
        assert_eq!(both.renewed(&other, &Filter::default(), &place()), before, "the file is gone");
        let filter = Filter::new(&[], &["missing-section".into()]).unwrap();
        let nothing = open("");
        assert_eq!(before.renewed(&nothing, &filter, &place()).len(), 0);
        let filter = Filter::new(&["missing-section".into()], &[]).unwrap();
        assert_eq!(before.renewed(&nothing, &filter, &place()), before, "its rule had no say");
    }

    #[test]
    fn no_secret_is_written_down() {
        let mut report = open("the key is s3cr3t?\n");
        report.files[0].secrets.push(11..17);
        let written = Baseline::default().renewed(&report, &Filter::default(), &place()).write();
        assert!(written.contains("the key is ******?"), "{written}");
    }

    #[test]
    fn files_are_named_as_seen_from_the_baseline() {
        let report = Report { outermost: "/p/services/a".into(), ..open("a?\n") };
        let name = |at: &str| Place::new(Some(Path::new(at)), &report).unwrap().name(&report.files[0], &report);
        assert_eq!(name("/p/known.json"), "services/a/plan/a.md");
        assert_eq!(name("/p/services/a/known.json"), "plan/a.md");
        assert_eq!(name("/tmp/known.json"), "plan/a.md");
        assert_eq!(name("/p/services/a/ci/known.json"), "plan/a.md");
    }
}
