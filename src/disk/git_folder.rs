//! Where a repository keeps its commits, and whether that place is its own.
//!
//! `.git` is a file in worktrees and submodules, and may lead anywhere. An archive can bring one that leads to another
//! repository of whoever unpacks it, whose commits are not to be told. So a place outside is taken only if it knows
//! this repository, too. Lent objects (`objects/info/alternates`) are the repository's own, as for git.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::bounds::Bounds;

/// The longest path, in bytes, that is read from a file.
const LONGEST_PATH: u64 = 10_000;
const LARGEST_CONFIG: u64 = 1_000_000;
/// Refs of a million branches.
const LARGEST_REFS: u64 = 100_000_000;

/// `.git` of the repository at `home`, unless it leads to another's, or to what is no file where one should be.
pub fn git_folder(home: &Path) -> Option<PathBuf> {
    let git = home.join(".git");
    let bounds = Bounds::of(home.to_path_buf());
    // A link that leads out was not made by git.
    let (place, found) = bounds.resolve(&git).ok()?;
    let own = if found.is_file() { home.join(line(&bounds, &git)?.strip_prefix("gitdir:")?.trim()) } else { place };
    let own = Bounds::of(fs::canonicalize(own).ok()?);
    let home = fs::canonicalize(home).ok()?;
    let common = match line(&own, &own.folder().join("commondir")) {
        Some(common) => Bounds::of(fs::canonicalize(own.folder().join(common)).ok()?),
        None => own.clone(),
    };
    let is_own = own.folder().starts_with(&home) || knows_worktree(&own, &home) || knows_submodule(&own, &home);
    let is_common_own = common.folder().starts_with(&home) || own.folder().starts_with(common.folder());
    (is_own && is_common_own && is_sound(&own, &common)).then_some(git)
}

/// Whether the git folder says that `home` is a worktree of it.
fn knows_worktree(own: &Bounds, home: &Path) -> bool {
    let back = line(own, &own.folder().join("gitdir"));
    let back = back.and_then(|git| fs::canonicalize(own.folder().join(git).parent()?).ok());
    back.is_some_and(|back| back == home)
}

/// Whether the git folder's configuration says that `home` is checked out from it.
fn knows_submodule(own: &Bounds, home: &Path) -> bool {
    let Ok(config) = own.read(&own.folder().join("config"), LARGEST_CONFIG) else { return false };
    let config = String::from_utf8_lossy(&config);
    let mut worktrees =
        config.lines().filter_map(|line| line.split_once('=')).filter(|(key, _)| key.trim() == "worktree");
    let leads_home = |path: &str| fs::canonicalize(own.folder().join(path)).is_ok_and(|place| place == home);
    worktrees.any(|(_, path)| leads_home(path.trim().trim_matches('"')))
}

/// Whether what is read first is what it should be: a device would be read for ever.
fn is_sound(own: &Bounds, common: &Bounds) -> bool {
    let is = |bounds: &Bounds, path: &str, fits: &dyn Fn(&fs::Metadata) -> bool| match bounds
        .resolve(&bounds.folder().join(path))
    {
        Ok((_, found)) => fits(&found),
        Err(error) => error.kind() == std::io::ErrorKind::NotFound,
    };
    let is_file = |found: &fs::Metadata| found.is_file() && found.len() <= LARGEST_REFS;
    let Some(head) = line(own, &own.folder().join("HEAD")) else { return false };
    let branch = head.strip_prefix("ref:").map(str::trim);
    let files = ["config", "packed-refs", "shallow", "objects/info/alternates"];
    files.iter().all(|file| is(common, file, &is_file))
        && ["refs", "objects", "objects/pack", "objects/info"]
            .iter()
            .all(|folder| is(common, folder, &fs::Metadata::is_dir))
        && branch.is_none_or(|branch| is(own, branch, &is_file) && is(common, branch, &is_file))
}

/// A file of one line.
fn line(bounds: &Bounds, path: &Path) -> Option<String> {
    Some(String::from_utf8(bounds.read(path, LONGEST_PATH).ok()?).ok()?.trim_end().to_owned())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    /// A repository with what git makes of it, as far as it is looked at.
    fn repository(git: &Path) {
        for folder in ["refs/heads", "objects/pack", "objects/info"] {
            fs::create_dir_all(git.join(folder)).unwrap();
        }
        fs::write(git.join("HEAD"), "ref: refs/heads/main\n").unwrap();
        fs::write(git.join("config"), "[core]\n\tbare = false\n").unwrap();
    }

    fn folder() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = fs::canonicalize(folder.path()).unwrap();
        (folder, path)
    }

    #[test]
    fn worktrees_and_submodules_are_followed() {
        let (_folder, at) = folder();
        repository(&at.join("main/.git"));
        assert!(git_folder(&at.join("main")).is_some());

        let worktree = at.join("main/.git/worktrees/other");
        fs::create_dir_all(&worktree).unwrap();
        fs::create_dir(at.join("other")).unwrap();
        fs::write(at.join("other/.git"), format!("gitdir: {}\n", worktree.display())).unwrap();
        fs::write(worktree.join("HEAD"), "ref: refs/heads/other\n").unwrap();
        fs::write(worktree.join("commondir"), "../..\n").unwrap();
        fs::write(worktree.join("gitdir"), format!("{}\n", at.join("other/.git").display())).unwrap();
        assert!(git_folder(&at.join("other")).is_some());
        fs::write(worktree.join("gitdir"), format!("{}\n", at.join("moved/.git").display())).unwrap();
        assert!(git_folder(&at.join("other")).is_none(), "it is another's");

        repository(&at.join("main/.git/modules/lib"));
        fs::create_dir(at.join("main/lib")).unwrap();
        fs::write(at.join("main/lib/.git"), "gitdir: ../.git/modules/lib\n").unwrap();
        assert!(git_folder(&at.join("main/lib")).is_none(), "it does not know of it");
        fs::write(at.join("main/.git/modules/lib/config"), "[core]\n\tworktree = ../../../lib\n").unwrap();
        assert!(git_folder(&at.join("main/lib")).is_some());
    }

    #[test]
    fn what_leads_to_another_repository_is_none() {
        let (_folder, at) = folder();
        repository(&at.join("secret/.git"));
        for home in ["link", "file", "common"] {
            fs::create_dir(at.join(home)).unwrap();
        }
        symlink("../secret/.git", at.join("link/.git")).unwrap();
        fs::write(at.join("file/.git"), "gitdir: ../secret/.git\n").unwrap();
        repository(&at.join("common/.git"));
        fs::write(at.join("common/.git/commondir"), "../../secret/.git\n").unwrap();
        for home in ["link", "file", "common"] {
            assert!(git_folder(&at.join(home)).is_none(), "{home}");
        }
    }

    #[test]
    fn what_is_no_file_is_not_read() {
        for path in ["HEAD", "config", "packed-refs", "refs/heads/main", "objects/info/alternates"] {
            let (_folder, at) = folder();
            repository(&at.join(".git"));
            assert!(git_folder(&at).is_some());
            let file = at.join(".git").join(path);
            let _ = fs::remove_file(&file);
            symlink("/dev/zero", &file).unwrap();
            assert!(git_folder(&at).is_none(), "{path}");
        }
        let (_folder, at) = folder();
        repository(&at.join(".git"));
        fs::write(at.join(".git/HEAD"), "ref: ../../../etc/passwd\n").unwrap();
        assert!(git_folder(&at).is_none());
    }
}
