//! A folder with files, and the program run in it.

use std::{
    collections::BTreeMap,
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Output, Stdio},
};

pub struct Project {
    folder: tempfile::TempDir,
}

/// What a run came to.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Project {
    pub fn empty() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }

    pub fn new(files: &[(&str, &str)]) -> Self {
        let project = Self::empty();
        files.iter().for_each(|(path, text)| project.write(path, text));
        project
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.folder().join(path)
    }

    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a folder around it")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).expect("a file")
    }

    /// Every file below the folder but those of git, with its bytes.
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut found = BTreeMap::new();
        collect(self.folder(), self.folder(), &mut found);
        found
    }

    pub fn names(&self) -> Vec<String> {
        self.files().into_keys().collect()
    }

    pub fn run(&self, args: &[&str]) -> Ran {
        self.run_in("", args)
    }

    /// Runs the program in a sub-folder.
    pub fn run_in(&self, folder: &str, args: &[&str]) -> Ran {
        let mut command = super::phasemark(args);
        ran(command.current_dir(self.path(folder)).env("TZ", "UTC").output().expect("the program starts"))
    }

    /// Runs the program with a text on standard input.
    pub fn pipe(&self, text: impl AsRef<[u8]>, args: &[&str]) -> Ran {
        let mut command = super::phasemark(args);
        command.current_dir(self.folder()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut running = command.spawn().expect("the program starts");
        // It may end without having read everything.
        let _ = running.stdin.take().expect("a pipe").write_all(text.as_ref());
        ran(running.wait_with_output().expect("it ends"))
    }
}

fn ran(output: Output) -> Ran {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    let Output { stdout, stderr, status } = output;
    let ran = Ran { code: status.code().expect("an exit code"), out: text(&stdout), err: text(&stderr) };
    assert!(!ran.err.contains("panicked"), "{}", ran.err);
    ran
}

fn collect(root: &Path, folder: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() && !path.is_symlink() {
            if entry.file_name() != ".git" {
                collect(root, &path, found);
            }
        } else {
            let name = path.strip_prefix(root).expect("below").to_str().expect("UTF-8").replace('\\', "/");
            found.insert(name, fs::read(&path).unwrap_or_default());
        }
    }
}
