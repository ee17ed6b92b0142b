//! Finds a repository's git folder, and checks that it belongs to that repository.
//!
//! `.git` is a file in worktrees and submodules, and may lead anywhere. An unpacked archive can contain one that leads to
//! another repository of the user, whose commits must not be told. So a git folder outside is accepted if it points back,
//! or belongs to no other working tree. Alternates are followed, as git does.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use super::bounds::Bounds;

/// The longest path, in bytes, that is read from a file.
const LONGEST_PATH: u64 = 10_000;
const LARGEST_CONFIG: u64 = 1_000_000;
/// Refs of a million branches.
const LARGEST_REFS: u64 = 100_000_000;

/// `.git` of the repository at `home`; `None` if it leads to another repository, or is malformed.
pub fn git_folder(home: &Path) -> Option<PathBuf> {
    let git = home.join(".git");
    let bounds = Bounds::of(home.to_path_buf());
    // A link that leads out was not made by git.
    let (place, found) = bounds.resolve(&git).ok()?;
    let own = if found.is_file() { home.join(git_dir(&line(&bounds, &git)?)?) } else { place };
    let own = Bounds::of(fs::canonicalize(own).ok()?);
    let home = fs::canonicalize(home).ok()?;
    let common = match line(&own, &own.folder().join("commondir")) {
        Some(common) => Bounds::of(fs::canonicalize(own.folder().join(path(&common)?)).ok()?),
        None => own.clone(),
    };
    let is_own = own.folder().starts_with(&home)
        || match line(&own, &own.folder().join("gitdir")) {
            Some(back) => is_worktree(&own, &home, &back),
            None => is_of_no_other(&own, &home),
        };
    let is_common_own = common.folder().starts_with(&home) || own.folder().starts_with(common.folder());
    (is_own && is_common_own && is_sound(&own, &common)).then_some(git)
}

/// The place that a `.git` file names.
fn git_dir(line: &[u8]) -> Option<PathBuf> {
    path(line.strip_prefix(b"gitdir:")?.trim_ascii_start())
}

/// Whether the git folder points back to `home`, or to a place that is gone: a worktree may be moved.
fn is_worktree(own: &Bounds, home: &Path, back: &[u8]) -> bool {
    let Some(back) = path(back) else { return false };
    match fs::canonicalize(own.folder().join(back)) {
        Ok(git) => git.parent() == Some(home),
        Err(error) => error.kind() == ErrorKind::NotFound,
    }
}

/// Whether the git folder is that of a submodule at `home`, or one that was made apart from its working tree, and
/// neither another's `.git` nor a bare repository.
fn is_of_no_other(own: &Bounds, home: &Path) -> bool {
    let mut is_bare = false;
    for file in ["config", "config.worktree"] {
        let config = own.read(&own.folder().join(file), LARGEST_CONFIG).unwrap_or_default();
        for (key, value) in config.split(|byte| *byte == b'\n').filter_map(setting) {
            match key.to_ascii_lowercase().as_slice() {
                b"worktree" => {
                    let place = path(&value).map(|place| own.folder().join(place));
                    return place.is_some_and(|place| fs::canonicalize(place).is_ok_and(|place| place == home));
                }
                b"bare" => is_bare = value.eq_ignore_ascii_case(b"true"),
                _ => {}
            }
        }
    }
    !is_bare && own.folder().file_name().is_some_and(|name| name != ".git")
}

/// `key = value` of a configuration, the value without its quotes.
fn setting(line: &[u8]) -> Option<(&[u8], Vec<u8>)> {
    let equals = line.iter().position(|byte| *byte == b'=')?;
    let mut value = Vec::new();
    let mut bytes = line[equals + 1..].trim_ascii().iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => {}
            b'\\' => value.extend(bytes.next()),
            byte => value.push(*byte),
        }
    }
    Some((line[..equals].trim_ascii(), value))
}

/// Whether what is read first is what it should be: a device would be read for ever.
fn is_sound(own: &Bounds, common: &Bounds) -> bool {
    let is = |bounds: &Bounds, path: &Path, fits: &dyn Fn(&fs::Metadata) -> bool| match bounds
        .resolve(&bounds.folder().join(path))
    {
        Ok((_, found)) => fits(&found),
        Err(error) => error.kind() == ErrorKind::NotFound,
    };
    let is_file = |found: &fs::Metadata| found.is_file() && found.len() <= LARGEST_REFS;
    // Git passes over a folder where a ref could be.
    let is_ref = |found: &fs::Metadata| found.is_dir() || is_file(found);
    let Some(head) = line(own, &own.folder().join("HEAD")) else { return false };
    let branch = head.strip_prefix(b"ref:").map(|name| path(name.trim_ascii()).unwrap_or_default());
    ["config", "packed-refs", "shallow", "objects/info/alternates"]
        .iter()
        .all(|file| is(common, file.as_ref(), &is_file))
        && ["refs", "objects", "objects/pack", "objects/info"]
            .iter()
            .all(|folder| is(common, folder.as_ref(), &fs::Metadata::is_dir))
        && branch.is_none_or(|branch| is(own, &branch, &is_ref) && is(common, &branch, &is_ref))
}

/// A file of one line.
fn line(bounds: &Bounds, path: &Path) -> Option<Vec<u8>> {
    Some(bounds.read(path, LONGEST_PATH).ok()?.trim_ascii_end().to_vec())
}

#[cfg(unix)]
fn path(bytes: &[u8]) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStrExt;
    Some(std::ffi::OsStr::from_bytes(bytes).into())
}

#[cfg(not(unix))]
fn path(bytes: &[u8]) -> Option<PathBuf> {
    Some(std::str::from_utf8(bytes).ok()?.into())
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
        fs::write(worktree.join("gitdir"), format!("{}\n", at.join("main/.git").display())).unwrap();
        assert!(git_folder(&at.join("other")).is_none(), "it is another's");
        fs::write(worktree.join("gitdir"), "/gone/.git\n").unwrap();
        assert!(git_folder(&at.join("other")).is_some(), "it was moved");

        repository(&at.join("main/.git/modules/lib"));
        fs::create_dir(at.join("main/lib")).unwrap();
        fs::write(at.join("main/lib/.git"), "gitdir: ../.git/modules/lib\n").unwrap();
        let config = at.join("main/.git/modules/lib/config");
        fs::write(&config, "[core]\n\tworktree = ../../../other\n").unwrap();
        assert!(git_folder(&at.join("main/lib")).is_none(), "it is another's");
        for value in ["../../../lib", "\"../../../li\\b\""] {
            fs::write(&config, format!("[core]\n\tworktree = {value}\n")).unwrap();
            assert!(git_folder(&at.join("main/lib")).is_some(), "{value}");
        }
        fs::rename(&config, config.with_extension("worktree")).unwrap();
        assert!(git_folder(&at.join("main/lib")).is_some(), "as with a sparse checkout");
    }

    #[test]
    fn a_git_folder_may_be_made_apart_and_a_ref_may_be_packed() {
        let (_folder, at) = folder();
        repository(&at.join("apart.git"));
        fs::create_dir(at.join("home")).unwrap();
        fs::write(at.join("home/.git"), "gitdir: ../apart.git\n").unwrap();
        assert!(git_folder(&at.join("home")).is_some());
        fs::create_dir(at.join("apart.git/refs/heads/main")).unwrap();
        assert!(git_folder(&at.join("home")).is_some(), "an empty folder");
        fs::write(at.join("apart.git/config"), "[core]\n\tbare = true\n").unwrap();
        assert!(git_folder(&at.join("home")).is_none(), "a bare repository has no working tree");
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
