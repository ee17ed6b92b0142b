//! Repositories for tests, made without the `git` program.

#![allow(dead_code)]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use gix::{
    ObjectId,
    actor::Signature,
    objs::{
        Tree,
        tree::{Entry, EntryKind},
    },
};

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

    /// Commits these files, by path and text, and no others.
    pub fn commit_files(&self, time: &str, message: &str, files: &[(&str, &str)]) -> String {
        let tree = self.tree(files);
        let parent = self.git().head_id().ok().map(|id| id.to_string());
        let hash = self.commit_tree(time, message, parent.as_slice(), tree);
        self.write(&self.branch(), &format!("{hash}\n"));
        hash
    }

    fn tree(&self, files: &[(&str, &str)]) -> ObjectId {
        let git = self.git();
        let mut entries: Vec<Entry> = Vec::new();
        for (name, text) in files.iter().filter(|(path, _)| !path.contains('/')) {
            let oid = git.write_blob(text).expect("a blob").detach();
            entries.push(Entry { mode: EntryKind::Blob.into(), filename: (*name).into(), oid });
        }
        let folders: BTreeSet<&str> = files.iter().filter_map(|(path, _)| Some(path.split_once('/')?.0)).collect();
        for folder in folders {
            let inside =
                files.iter().filter_map(|(path, text)| Some((path.strip_prefix(folder)?.strip_prefix('/')?, *text)));
            let oid = self.tree(&inside.collect::<Vec<_>>());
            entries.push(Entry { mode: EntryKind::Tree.into(), filename: folder.into(), oid });
        }
        entries.sort();
        git.write_object(Tree { entries }).expect("a tree").detach()
    }

    /// Writes a commit that nothing leads to.
    pub fn commit_on(&self, time: &str, message: &str, parents: &[String]) -> String {
        let tree = self.git().write_object(Tree::empty()).expect("a tree").detach();
        self.commit_tree(time, message, parents, tree)
    }

    fn commit_tree(&self, time: &str, message: &str, parents: &[String], tree: ObjectId) -> String {
        let git = self.git();
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
