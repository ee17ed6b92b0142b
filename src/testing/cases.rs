//! Edits as files of `tests/edits`, where a case is read like the Markdown that it is about.
//!
//! A file says what it is about; then its cases follow, each with a title and a text.
//!
//! ```text
//! === the newest is last
//! : what changed: Add it
//! ## Log
//!
//! - 2026-01-21: b
//! »- 2026-02-03: Add it$0
//! ```
//!
//! Lines that an edit writes begin with `»`, those that it takes out with `«`, and `$0` is the cursor. `: name: value`
//! says more about the case. Blanks at the end of a line are written `␠`, and `\ no line end` follows a last line that
//! does not end. The blank line in front of a title belongs to no case.

use std::{
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
};

use crate::convention::Kind;

/// One text before and after an edit.
#[derive(Clone)]
pub struct Case {
    pub title: String,
    /// What is said of it, by name.
    said: Vec<(String, String)>,
    pub before: String,
    /// With `$0` where the cursor goes.
    pub after: String,
    pub line_end: &'static str,
}

impl Case {
    /// All that is said by that name.
    pub fn all(&self, name: &str) -> Vec<String> {
        self.said.iter().filter(|(said, _)| said == name).map(|(_, value)| value.clone()).collect()
    }

    /// What is said by that name, which has to be said once.
    pub fn the(&self, name: &str) -> String {
        match &self.all(name)[..] {
            [only] => only.clone(),
            other => panic!("{name} is said {} times", other.len()),
        }
    }

    /// What it is `of`.
    pub fn kind(&self) -> Kind {
        let key = self.the("of");
        Kind::ALL.into_iter().find(|kind| kind.key() == key).expect("plan, prompt or work-notes")
    }

    /// The cases of a file.
    fn parse(text: &str) -> Vec<Self> {
        // Each ends with the blank line in front of the next title.
        let text = text.replace("\n\n=== ", "\n=== ");
        let mut parts = text.split_inclusive("\n=== ").map(|part| part.strip_suffix("=== ").unwrap_or(part));
        assert!(!parts.next().unwrap_or_default().trim().is_empty(), "what the file is about");
        parts.map(Self::of).collect()
    }

    fn of(part: &str) -> Self {
        let (title, before, after) = (String::new(), String::new(), String::new());
        let mut case = Self { title, said: Vec::new(), before, after, line_end: "\n" };
        for (n, line) in part.split_inclusive('\n').enumerate() {
            let said = line.strip_prefix(": ").and_then(|said| said.trim_end().split_once(": "));
            if n == 0 {
                line.trim_end().clone_into(&mut case.title);
            } else if let Some((name, value)) = said {
                case.said.push((name.to_owned(), value.to_owned()));
            } else if line == "\\ no line end\n" {
                case.each(|text| assert_eq!(text.pop(), Some('\n')));
            } else if let Some(removed) = line.strip_prefix('«') {
                case.before.push_str(&removed.replace('␠', " "));
            } else if let Some(inserted) = line.strip_prefix('»') {
                case.after.push_str(&inserted.replace('␠', " "));
            } else {
                case.each(|text| text.push_str(&line.replace('␠', " ")));
            }
        }
        case
    }

    fn each(&mut self, change: impl Fn(&mut String)) {
        change(&mut self.before);
        change(&mut self.after);
    }

    fn with_crlf(&self) -> Self {
        let crlf = |text: &str| text.replace('\n', "\r\n");
        Self { before: crlf(&self.before), after: crlf(&self.after), line_end: "\r\n", ..self.clone() }
    }
}

/// Asserts that `edit` makes of every case of a file, or of the files of a folder, what it should be, with each line
/// end that there is.
#[track_caller]
pub fn check_cases(name: &str, edit: impl Fn(&Case) -> String) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/edits");
    let mut files = match fs::read_dir(folder.join(name)) {
        Ok(entries) => entries.map(|entry| entry.expect("an entry").path()).collect(),
        Err(_) => vec![folder.join(format!("{name}.md"))],
    };
    files.sort();
    let (mut wrong, mut count) = (Vec::new(), 0);
    for file in files {
        let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let cases = Case::parse(&text);
        assert!(!cases.is_empty(), "{}: no case", file.display());
        for case in cases {
            count += 1;
            let name = file.strip_prefix(&folder).unwrap_or(&file).display();
            let failed = [("", case.clone()), (" with CRLF", case.with_crlf())].into_iter().find_map(|(how, case)| {
                let why = failure(&case, &edit)?;
                Some(format!("{name}: {}{how}\n{why}", case.title))
            });
            wrong.extend(failed);
        }
    }
    assert!(wrong.is_empty(), "{} of {count} cases:\n\n{}", wrong.len(), wrong.join("\n\n"));
}

/// What is wrong with a case.
fn failure(case: &Case, edit: &impl Fn(&Case) -> String) -> Option<String> {
    let Ok(actual) = catch_unwind(AssertUnwindSafe(|| edit(case))) else { return Some("it panics".to_owned()) };
    let shown = |text: &str| text.replace('\r', "␍");
    let (expected, actual) = (shown(&case.after), shown(&actual));
    (actual != expected).then(|| format!("--- expected\n{expected}\n--- actual\n{actual}\n---"))
}

#[test]
fn a_case_is_its_lines() {
    let text = "About.\n\n=== one\n: a: b: c\n: a: d\nx\n«- y$0␠\n»- z␠␠\n\n=== two\n\nx\n\\ no line end\n";
    let cases = Case::parse(text);
    let texts: Vec<_> = cases.iter().map(|case| (&*case.title, &*case.before, &*case.after)).collect();
    assert_eq!(texts, [("one", "x\n- y$0 \n", "x\n- z  \n"), ("two", "\nx", "\nx")]);
    assert_eq!(cases[0].all("a"), ["b: c", "d"]);
    assert_eq!(cases[0].with_crlf().after, "x\r\n- z  \r\n");
}

#[test]
fn every_file_is_read_by_a_test() {
    fn files(folder: &Path) -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
        entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sources = files(&root.join("src")).into_iter().map(|path| fs::read_to_string(path).unwrap_or_default());
    let sources: String = sources.collect();
    let folder = root.join("tests/edits");
    for file in files(&folder) {
        let name = file.strip_prefix(&folder).expect("below it").with_extension("");
        let mut names = name.ancestors().filter(|name| *name != Path::new(""));
        let is_read = |name: &Path| sources.contains(&format!("check_cases({:?}", name.to_string_lossy()));
        assert!(names.any(is_read), "{}", file.display());
    }
}
