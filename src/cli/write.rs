//! The only place where the command line writes files: whole or not at all, and never over what it has not read.
//!
//! A text is written to a temporary file beside its place, flushed, and then put there in one step. A writer holds the
//! folder's [lock](lock::FolderLock) from its last look at the file until that step.

use std::{
    fmt,
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Seek, Write},
    path::{Path, PathBuf},
};

use self::lock::FolderLock;
use crate::disk::Bounds;

mod lock;
mod metadata;

/// Whether a file was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Created {
    Yes,
    /// Something is there already, and was left as it is.
    Existed,
}

/// Why a file was left as it is.
#[derive(Debug)]
pub enum Refusal {
    /// It no longer says what was read.
    Changed,
    NotUtf8,
    ReadOnly,
    Io(io::Error),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed => f.write_str("changed meanwhile, so it is left as it is"),
            Self::NotUtf8 => f.write_str("not UTF-8, so it is left as it is"),
            Self::ReadOnly => f.write_str("read-only, so it is left as it is"),
            Self::Io(error) => error.fmt(f),
        }
    }
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Creates a file with the folders around it, unless something is there.
///
/// # Errors
/// Those of the file system, and for a place whose links lead out of the root's repository. Nothing is left behind.
pub fn create(bounds: &Bounds, path: &Path, text: &str) -> io::Result<Created> {
    let folder = path.parent().unwrap_or(bounds.root());
    // Links are followed before anything is made behind them.
    let existing = folder.ancestors().find(|folder| folder.symlink_metadata().is_ok()).unwrap_or(folder);
    bounds.resolve(existing)?;
    let missing: Vec<_> = folder.ancestors().take_while(|folder| *folder != existing).collect();
    fs::create_dir_all(folder)?;
    let created = create_in(folder, path, text);
    if !matches!(created, Ok(Created::Yes)) {
        // Those that hold something by now stay.
        missing.iter().for_each(|folder| drop(fs::remove_dir(folder)));
    }
    created
}

fn create_in(folder: &Path, path: &Path, text: &str) -> io::Result<Created> {
    let lock = FolderLock::take(folder)?;
    if path.symlink_metadata().is_ok() {
        return Ok(Created::Existed);
    }
    let mut temporary = Temporary::create(folder, &lock, &OpenOptions::new())?;
    temporary.fill(text.as_bytes())?;
    // A link is never put in place of another file, a rename is; but not all file systems have links.
    match fs::hard_link(&temporary.path, path) {
        Ok(()) => flush_folder(folder),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(Created::Existed),
        Err(_) => temporary.put(path)?,
    }
    Ok(Created::Yes)
}

/// Why `path` cannot be changed, if so; `text` is what was read of it.
pub fn obstacle(bounds: &Bounds, path: &Path, text: &str) -> Option<Refusal> {
    let bytes = match bounds.read(path, u64::MAX - 1) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound && has_foreign_name(path) => return Some(Refusal::NotUtf8),
        Err(error) => return Some(error.into()),
    };
    // Another file could take its place all the same, which is not what its owner asked for.
    if fs::metadata(path).is_ok_and(|found| found.permissions().readonly()) {
        return Some(Refusal::ReadOnly);
    }
    match bytes == text.as_bytes() {
        true => None,
        false if std::str::from_utf8(&bytes).is_err() => Some(Refusal::NotUtf8),
        false => Some(Refusal::Changed),
    }
}

/// Whether a path is only like the one that was read, whose name is not UTF-8.
fn has_foreign_name(path: &Path) -> bool {
    path.to_string_lossy().contains('\u{fffd}')
}

/// Replaces the text `before` of a file by `after`. Mode, owner, extended attributes, links and hard links stay.
///
/// # Errors
/// Whatever [`obstacle`] says, and those of the file system; the file is as it was then.
pub fn replace(bounds: &Bounds, path: &Path, before: &str, after: &str) -> Result<(), Refusal> {
    let (target, found) = bounds.resolve(path)?;
    let folder = target.parent().unwrap_or(bounds.root());
    let lock = FolderLock::take(folder)?;
    let mut temporary = Temporary::create(folder, &lock, &metadata::private())?;
    let can_be_renamed = !metadata::has_other_names(&found) && metadata::copy(&target, &temporary.file).is_ok();
    temporary.fill(after.as_bytes())?;
    if let Some(obstacle) = obstacle(bounds, path, before) {
        return Err(obstacle);
    }
    if can_be_renamed {
        temporary.put(&target)?
    } else {
        overwrite(&target, before, after)?
    }
    Ok(())
}

/// Writes a report to a file that the user named, wherever that is, in place of what it held. What is no regular file,
/// such as a pipe, is written to as it is.
///
/// # Errors
/// Those of the file system; the file is as it was then.
pub fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let target = match fs::canonicalize(path) {
        Ok(target) => target,
        Err(error) if error.kind() == ErrorKind::NotFound => std::path::absolute(path)?,
        Err(error) => return Err(error),
    };
    let found = fs::metadata(&target).ok();
    if found.as_ref().is_some_and(|found| !found.is_file()) {
        return OpenOptions::new().write(true).open(&target)?.write_all(bytes);
    }
    if found.as_ref().is_some_and(|found| found.permissions().readonly()) {
        return Err(io::Error::new(ErrorKind::PermissionDenied, "the file is read-only"));
    }
    let folder = target.parent().unwrap_or(Path::new("/"));
    let lock = FolderLock::take(folder)?;
    let mut temporary = Temporary::create(folder, &lock, &OpenOptions::new())?;
    if found.is_some() {
        // Its content is ours, whoever it belonged to.
        let _ = metadata::copy(&target, &temporary.file);
    }
    temporary.fill(bytes)?;
    temporary.put(&target)
}

/// Overwrites in place, where a replacement could not keep what the file is to its owner. The temporary file has shown
/// that there is room; an error is rolled back.
fn overwrite(target: &Path, before: &str, after: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).open(target)?;
    let mut write = |text: &str| {
        file.rewind()?;
        file.write_all(text.as_bytes())?;
        file.set_len(text.len() as u64)?;
        file.sync_all()
    };
    write(after).inspect_err(|_| drop(write(before)))
}

/// A rename is durable once its folder is flushed. Not all systems can do that.
fn flush_folder(folder: &Path) {
    if cfg!(unix) {
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
}

/// A hidden file beside those that are written, gone when it is dropped.
struct Temporary {
    path: PathBuf,
    file: File,
}

impl Temporary {
    fn create(folder: &Path, lock: &FolderLock, options: &OpenOptions) -> io::Result<Self> {
        let mut path = folder.join(".phasemark.tmp");
        // With the lock held, a temporary file that exists was left by a process that was killed.
        let is_free =
            lock.is_held() && !matches!(fs::remove_file(&path), Err(error) if error.kind() != ErrorKind::NotFound);
        if !is_free {
            path = folder.join(format!(".phasemark-{}.tmp", std::process::id()));
        }
        let file = options.clone().write(true).create_new(true).open(&path)?;
        Ok(Self { path, file })
    }

    fn fill(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.file.sync_all()
    }

    fn put(&self, target: &Path) -> io::Result<()> {
        fs::rename(&self.path, target)?;
        self.path.parent().into_iter().for_each(flush_folder);
        Ok(())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // Renamed, it is no longer there; another's cannot be, as the lock is still held.
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests;
