//! The only place where the command line writes files.
//!
//! New files never replace others; a changed file is replaced whole, so that nobody ever sees half of it.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use crate::disk;

/// Whether a file was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Created {
    Yes,
    /// Something is there already, and was left as it is.
    Existed,
}

/// Creates a file with the folders around it, unless something is there.
///
/// # Errors
/// Those of the file system, and for a place whose links lead out of the root's repository.
pub fn create(root: &Path, path: &Path, text: &str) -> io::Result<Created> {
    let folder = path.parent().unwrap_or(root);
    // Links are followed before anything is made behind them.
    let existing = folder.ancestors().find(|folder| folder.symlink_metadata().is_ok()).unwrap_or(root);
    if !disk::is_own(root, existing) {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "a link leads out of the repository"));
    }
    fs::create_dir_all(folder)?;
    match OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(mut file) => file.write_all(text.as_bytes()).map(|()| Created::Yes),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(Created::Existed),
        Err(error) => Err(error),
    }
}

/// Why a file cannot be changed, if so: it is not UTF-8, or no longer holds `text`, or is read-only, or is
/// not the root's.
pub fn obstacle(root: &Path, path: &Path, text: &str) -> Option<String> {
    if !disk::is_own(root, path) {
        return Some("a link leads out of the repository".to_owned());
    }
    match fs::read(path) {
        Err(error) => Some(error.to_string()),
        // Another file could take its place all the same, which is not what its owner asked for.
        Ok(_) if fs::metadata(path).is_ok_and(|found| found.permissions().readonly()) => {
            Some("read-only, so it is left as it is".to_owned())
        }
        Ok(bytes) if bytes == text.as_bytes() => None,
        Ok(bytes) if std::str::from_utf8(&bytes).is_err() => Some("not UTF-8, so it is left as it is".to_owned()),
        Ok(_) => Some("changed meanwhile, so it is left as it is".to_owned()),
    }
}

/// Replaces the text `before` of a file by `after`: a whole file beside it takes its place. Its
/// permissions stay; a link stays, and the file that it leads to is replaced.
///
/// # Errors
/// Those of the file system, and whatever [`obstacle`] says.
pub fn replace(root: &Path, path: &Path, before: &str, after: &str) -> io::Result<()> {
    let target = fs::canonicalize(path)?;
    let (temporary, mut file) = file_beside(&target)?;
    let written = fill(&mut file, &target, after).and_then(|()| match obstacle(root, path, before) {
        Some(obstacle) => Err(io::Error::other(obstacle)),
        None => fs::rename(&temporary, &target),
    });
    if written.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    written
}

fn fill(file: &mut File, target: &Path, text: &str) -> io::Result<()> {
    file.write_all(text.as_bytes())?;
    file.set_permissions(fs::metadata(target)?.permissions())?;
    file.sync_data()
}

/// A new hidden file in the same folder, so that it can take the other's place at once.
fn file_beside(target: &Path) -> io::Result<(PathBuf, File)> {
    for attempt in 0..100 {
        let path = target.with_file_name(format!(".phasemark-{}-{attempt}.tmp", std::process::id()));
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            other => return other.map(|file| (path, file)),
        }
    }
    Err(io::Error::new(io::ErrorKind::AlreadyExists, "no free name for a temporary file"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_file_replaces_nothing() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("plan/billing/phase-1.md");
        assert_eq!(create(root.path(), &path, "one").unwrap(), Created::Yes);
        assert_eq!(create(root.path(), &path, "two").unwrap(), Created::Existed);
        assert_eq!(fs::read_to_string(&path).unwrap(), "one");
    }

    #[test]
    fn a_file_that_is_not_what_was_read_is_left() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("a.md");
        fs::write(&path, "read").unwrap();
        replace(root.path(), &path, "read", "written").unwrap();
        assert!(replace(root.path(), &path, "read", "again").is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "written");
        let permissions = |readonly| {
            let mut permissions = fs::metadata(&path).unwrap().permissions();
            permissions.set_readonly(readonly);
            permissions
        };
        fs::set_permissions(&path, permissions(true)).unwrap();
        assert!(replace(root.path(), &path, "written", "again").unwrap_err().to_string().starts_with("read-only"));
        #[allow(clippy::permissions_set_readonly_false, reason = "a temporary file of our own")]
        fs::set_permissions(&path, permissions(false)).unwrap();
        fs::write(&path, b"caf\xe9").unwrap();
        assert!(replace(root.path(), &path, "caf\u{fffd}", "coffee").is_err());
        assert_eq!(fs::read(&path).unwrap(), b"caf\xe9");
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 1, "no temporary file stays");
    }

    #[cfg(unix)]
    #[test]
    fn links_and_permissions_stay_and_nothing_outside_is_written() {
        use std::os::unix::fs::{PermissionsExt, symlink};

        let (root, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (real, link) = (root.path().join("real.md"), root.path().join("link.md"));
        fs::write(&real, "a").unwrap();
        fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
        symlink(&real, &link).unwrap();
        replace(root.path(), &link, "a", "b").unwrap();
        assert!(link.is_symlink());
        assert_eq!(fs::read_to_string(&real).unwrap(), "b");
        assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);

        symlink(outside.path(), root.path().join("plan")).unwrap();
        assert!(create(root.path(), &root.path().join("plan/x/phase-1.md"), "").is_err());
        symlink(outside.path().join("gone.md"), root.path().join("dangling.md")).unwrap();
        assert_eq!(create(root.path(), &root.path().join("dangling.md"), "").unwrap(), Created::Existed);
        fs::write(outside.path().join("b.md"), "a").unwrap();
        symlink(outside.path().join("b.md"), root.path().join("b.md")).unwrap();
        assert!(replace(root.path(), &root.path().join("b.md"), "a", "b").is_err());
        assert_eq!(fs::read_to_string(outside.path().join("b.md")).unwrap(), "a");
        assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 1);
    }
}
