//! Repositories for tests, made without the `git` program.

use std::{
    fs,
    path::{Path, PathBuf},
};

use gix::{ObjectId, actor::Signature, objs::Tree};

/// The repository of a folder.
pub struct History {
    folder: PathBuf,
}

impl History {
    /// A new one, without commits.
    pub fn new(folder: &Path) -> Self {
        gix::init(folder).expect("a repository");
        Self { folder: folder.to_path_buf() }
    }

    fn git(&self) -> gix::Repository {
        gix::open_opts(&self.folder, gix::open::Options::isolated()).expect("the repository")
    }

    /// A path below `.git`.
    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.join(".git").join(path)
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("below .git")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    /// Commits on top of what is checked out; `time` as in `2026-01-20T10:00:00+01:00`. Returns the hash.
    pub fn commit(&self, time: &str, message: &str) -> String {
        let parent = self.git().head_id().ok().map(|id| id.to_string());
        let hash = self.commit_on(time, message, parent.as_slice());
        self.write(&self.branch(), &format!("{hash}\n"));
        hash
    }

    /// Writes a commit that nothing leads to.
    pub fn commit_on(&self, time: &str, message: &str, parents: &[String]) -> String {
        let git = self.git();
        let tree = git.write_object(Tree::empty()).expect("a tree").detach();
        let who = Signature { name: "A".into(), email: "a@example.com".into(), time: at(time) };
        let commit = gix::objs::Commit {
            message: message.into(),
            tree,
            author: who.clone(),
            committer: who,
            encoding: None,
            parents: parents.iter().map(|parent| id(parent)).collect(),
            extra_headers: Vec::new(),
        };
        git.write_object(commit).expect("a commit").to_string()
    }

    /// What HEAD leads to, below `.git`.
    pub fn branch(&self) -> String {
        let head = fs::read_to_string(self.path("HEAD")).expect("HEAD");
        head.trim().strip_prefix("ref: ").unwrap_or("HEAD").to_owned()
    }
}

fn id(hash: &str) -> ObjectId {
    ObjectId::from_hex(hash.as_bytes()).expect("a hash")
}

fn at(time: &str) -> gix::date::Time {
    let (civil, offset) = time.split_at(time.len() - 6);
    let instant: jiff::Timestamp = format!("{civil}{offset}").parse().expect("a time");
    let minutes = |text: &str| text.parse::<i32>().expect("a number");
    let sign = if offset.starts_with('-') { -1 } else { 1 };
    let offset = sign * (minutes(&offset[1..3]) * 3600 + minutes(&offset[4..6]) * 60);
    gix::date::Time { seconds: instant.as_second(), offset }
}
