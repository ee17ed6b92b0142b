//! The rules of ignore files, from those of the repository alone: the user's own, and those above the repository, say
//! what one person does not want to see, not what is there.

use std::{path::Path, sync::Arc};

use ignore::{
    Match,
    gitignore::{Gitignore, GitignoreBuilder},
};

use super::bounds::Bounds;

/// A larger ignore file, in bytes, was not written by hand.
const LARGEST: u64 = 1_000_000;
/// Compiling more patterns would take seconds.
const MOST_PATTERNS: usize = 10_000;

/// The ignore files that hold in one folder.
#[derive(Debug)]
pub struct Ignores {
    own: Gitignore,
    /// Those around it, which have a say where `own` has none.
    around: Option<Arc<Ignores>>,
}

impl Ignores {
    /// What holds in the root, whether it is ignored itself or not: whoever works there wants to see it.
    pub fn of_root(bounds: &Bounds) -> Arc<Self> {
        let mut place = bounds.folder().to_path_buf();
        let exclude = read(bounds, &place, &place.join(".git/info/exclude"));
        let mut ignores = Arc::new(Self { own: exclude, around: None }).enter(bounds, &place);
        for part in bounds.root().strip_prefix(bounds.folder()).into_iter().flat_map(Path::components) {
            place.push(part);
            ignores = ignores.enter(bounds, &place);
        }
        ignores
    }

    /// What holds in a folder below the root; `None` if it is ignored, or behind a link.
    pub fn below_root(bounds: &Bounds, folder: &Path) -> Option<Arc<Self>> {
        let mut place = bounds.root().to_path_buf();
        let mut ignores = Self::of_root(bounds);
        for part in folder.strip_prefix(bounds.root()).ok()?.components() {
            place.push(part);
            if ignores.ignore(&place, true) || place.is_symlink() {
                return None;
            }
            ignores = ignores.enter(bounds, &place);
        }
        Some(ignores)
    }

    /// What holds in a folder right below the one that these hold in.
    pub fn enter(self: &Arc<Self>, bounds: &Bounds, folder: &Path) -> Arc<Self> {
        // A nested repository has its own rules; its `.git` may be a file.
        let is_repository = folder != bounds.folder() && folder.join(".git").symlink_metadata().is_ok();
        let own = read(bounds, folder, &folder.join(".gitignore"));
        match (own.is_empty(), is_repository) {
            (true, false) => self.clone(),
            (_, is_repository) => Arc::new(Self { own, around: (!is_repository).then(|| self.clone()) }),
        }
    }

    /// Whether git ignores what is directly in the folder that these hold in. Its own folder counts as ignored.
    pub fn ignore(&self, path: &Path, is_folder: bool) -> bool {
        if path.file_name().is_some_and(|name| name == ".git") {
            return true;
        }
        let mut next = Some(self);
        while let Some(ignores) = next {
            match ignores.own.matched(path, is_folder) {
                Match::Ignore(_) => return true,
                Match::Whitelist(_) => return false,
                Match::None => next = ignores.around.as_deref(),
            }
        }
        false
    }
}

/// An ignore file, whose patterns are about `folder`. Links are not followed, as in git.
fn read(bounds: &Bounds, folder: &Path, path: &Path) -> Gitignore {
    // Most folders have none: one look is enough.
    if !path.symlink_metadata().is_ok_and(|found| found.is_file()) {
        return Gitignore::empty();
    }
    let Ok(bytes) = bounds.read(path, LARGEST) else { return Gitignore::empty() };
    let mut builder = GitignoreBuilder::new(folder);
    for line in String::from_utf8_lossy(&bytes).trim_start_matches('\u{feff}').lines().take(MOST_PATTERNS) {
        // What is no pattern ignores nothing.
        let _ = builder.add_line(None, line);
    }
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn repository(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    /// The files among `paths` that are ignored in the repository `folder`, seen from its `root`.
    fn ignored<'p>(folder: &Path, root: &str, paths: &[&'p str]) -> Vec<&'p str> {
        let bounds = Bounds::around(&folder.join(root));
        let is_ignored = |path: &&&str| {
            let path = folder.join(path);
            Ignores::below_root(&bounds, path.parent().unwrap()).is_none_or(|ignores| ignores.ignore(&path, false))
        };
        paths.iter().filter(is_ignored).copied().collect()
    }

    #[test]
    fn the_nearest_ignore_file_with_an_opinion_wins() {
        let folder = repository(&[
            (".git/info/exclude", "private.md\n"),
            (".gitignore", "*.log\n/build/\n"),
            ("app/.gitignore", "!keep.log\nprivate/\n"),
            ("vendor/other/.git", "gitdir: elsewhere\n"),
            ("vendor/other/.gitignore", "*.md\n"),
        ]);
        let paths = [
            "a.log",
            "a.md",
            "private.md",
            "build/a.md",
            "app/build/a.md",
            "app/keep.log",
            "app/x/a.log",
            "app/private/a.md",
            "vendor/other/a.log",
            "vendor/other/a.md",
            ".git/config",
        ];
        let expected = [
            "a.log",
            "private.md",
            "build/a.md",
            "app/x/a.log",
            "app/private/a.md",
            "vendor/other/a.md",
            ".git/config",
        ];
        assert_eq!(ignored(folder.path(), "", &paths), expected);
        // From a root inside, the files above it have their say, too.
        let in_app = |path: &&&str| path.starts_with("app/");
        let [paths, expected] =
            [&paths[..], &expected].map(|all| all.iter().filter(in_app).copied().collect::<Vec<_>>());
        assert_eq!(ignored(folder.path(), "app", &paths), expected);
    }

    #[test]
    fn a_root_that_is_ignored_itself_is_seen() {
        let folder =
            repository(&[(".git/HEAD", ""), (".gitignore", "/private/\n*.log\n"), ("private/.gitignore", "x/\n")]);
        let paths = ["private/a.md", "private/a.log", "private/x/a.md"];
        assert_eq!(ignored(folder.path(), "private", &paths), ["private/a.log", "private/x/a.md"]);
    }

    #[test]
    fn ignore_files_above_the_repository_have_no_say() {
        let folder = repository(&[(".gitignore", "*\n"), ("app/.git/HEAD", ""), ("app/a.md", "")]);
        assert!(ignored(folder.path(), "app", &["app/a.md"]).is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_regular_file_ignores_nothing() {
        use std::os::unix::fs::symlink;

        let folder = repository(&[("rules", "*\n"), ("a/b.md", ""), ("c/d.md", ""), ("e/f.md", "")]);
        symlink("/dev/zero", folder.path().join(".gitignore")).unwrap();
        symlink("../rules", folder.path().join("a/.gitignore")).unwrap();
        fs::create_dir(folder.path().join("c/.gitignore")).unwrap();
        let pipe = folder.path().join("e/.gitignore");
        rustix::fs::mknodat(rustix::fs::CWD, pipe, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
        assert!(ignored(folder.path(), "", &["a/b.md", "c/d.md", "e/f.md"]).is_empty());
    }
}
