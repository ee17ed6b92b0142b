//! The repository around a root, as rules, actions and completions may ask it.

use jiff::civil::DateTime;

/// One commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// In full, lower-case hexadecimal.
    pub hash: Box<str>,
    /// The first line of its message.
    pub subject: Box<str>,
    /// When it was committed, on the clock of whoever did: log entries are written by that clock, too.
    pub time: DateTime,
    /// Where it touched Markdown below the root and nothing else: those files. Not told by [`Commits::find`].
    pub markdown: Option<Box<[Box<str>]>>,
}

impl Commit {
    /// Whether it touched artifacts and nothing else; `is_artifact` is asked for paths from the root.
    pub fn is_of_artifacts(&self, is_artifact: impl Fn(&str) -> bool) -> bool {
        self.markdown.as_ref().is_some_and(|paths| paths.iter().all(|path| is_artifact(path)))
    }
}

/// What is known of a hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    Known(Commit),
    Missing,
    /// There is no repository or no commit in it, its history is cut short, or nobody has looked yet.
    Untold,
}

/// What is known of a path that is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whereabouts {
    /// It is at this path now, relative to the root.
    Moved(Box<str>),
    Removed,
    /// No commit had it.
    Never,
    /// As for [`Lookup::Untold`].
    Untold,
}

/// The repository of a root.
pub trait Commits: Send + Sync {
    /// The commit whose hash begins with `hash`, in any case; never waits where a key waits for it.
    fn find(&self, hash: &str) -> Lookup;

    /// The commit that is checked out and those behind it, newest first, up to the first that touches more than
    /// Markdown, as far as they are known; never waits where a key waits for them.
    fn recent(&self) -> Vec<Commit>;

    /// Commits behind the one that is checked out, newest first, merges left out: those later than
    /// `after`, at most `most`. Reads the repository, so it is for requests that may wait.
    fn since(&self, after: Option<DateTime>, most: usize) -> Vec<Commit>;

    /// When the first of `paths` came to be, which are relative to the root; `None` if none of them is
    /// committed. Reads the repository.
    fn added(&self, paths: &[&str]) -> Option<DateTime>;

    /// The hash, in full, of the one commit with that subject among the one that is checked out and many behind it;
    /// `None` if there is no such commit, or several, and while that is not known; never waits where a key waits for
    /// it.
    fn titled(&self, _subject: &str) -> Option<Box<str>> {
        None
    }

    /// What became of the file or folder at `path`, relative to the root, that is not there now; never waits where
    /// a key waits for it.
    fn whereabouts(&self, _path: &str) -> Whereabouts {
        Whereabouts::Untold
    }
}

/// Where nothing is known of any commit.
pub struct NoRepository;

impl Commits for NoRepository {
    fn find(&self, _: &str) -> Lookup {
        Lookup::Untold
    }

    fn recent(&self) -> Vec<Commit> {
        Vec::new()
    }

    fn since(&self, _: Option<DateTime>, _: usize) -> Vec<Commit> {
        Vec::new()
    }

    fn added(&self, _: &[&str]) -> Option<DateTime> {
        None
    }
}
