//! One writer at a time in a folder.

use std::{
    fs::File,
    io::{self, ErrorKind},
    path::Path,
    thread,
    time::{Duration, Instant},
};

/// Longer than any healthy writer holds the lock.
const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(2);

/// Held while files of a folder are written: among all processes of this program, one holds it.
pub struct FolderLock(Option<File>);

impl FolderLock {
    /// Waits for the lock.
    ///
    /// # Errors
    /// If another process keeps it.
    pub fn take(folder: &Path) -> io::Result<Self> {
        let began = Instant::now();
        loop {
            match try_lock(folder) {
                Ok(file) => return Ok(Self(Some(file))),
                Err(error) if error.kind() != ErrorKind::WouldBlock => {
                    // Some network file systems have no locks: go on without.
                    return Ok(Self(None));
                }
                Err(_) if began.elapsed() > PATIENCE => {
                    return Err(io::Error::new(ErrorKind::TimedOut, "another phasemark is writing here; try again"));
                }
                Err(_) => thread::sleep(PAUSE),
            }
        }
    }

    /// Whether there is a lock at all.
    pub fn is_held(&self) -> bool {
        self.0.is_some()
    }
}

/// Locks the folder itself, so that no file is left beside those in it.
#[cfg(unix)]
fn try_lock(folder: &Path) -> io::Result<File> {
    let folder = File::open(folder)?;
    folder.try_lock()?;
    Ok(folder)
}

/// Windows cannot lock a folder; a file in it that goes with its handle stands in.
#[cfg(windows)]
fn try_lock(folder: &Path) -> io::Result<File> {
    use std::os::windows::fs::OpenOptionsExt;

    const HIDDEN: u32 = 0x2;
    const DELETE_ON_CLOSE: u32 = 0x0400_0000;
    const DELETE: u32 = 0x0001_0000;
    const GENERIC_WRITE: u32 = 0x4000_0000;
    const SHARING_VIOLATION: i32 = 32;
    const ACCESS_DENIED: i32 = 5;
    let mut options = File::options();
    options.write(true).create(true).truncate(true).access_mode(GENERIC_WRITE | DELETE).share_mode(0);
    let locked = options.attributes(HIDDEN).custom_flags(DELETE_ON_CLOSE).open(folder.join(".phasemark.lock"));
    locked.map_err(|error| match error.raw_os_error() {
        // It is held, or about to go; or the folder may not be written to, which the writer is told next.
        Some(SHARING_VIOLATION) => ErrorKind::WouldBlock.into(),
        Some(ACCESS_DENIED) if folder.join(".phasemark.lock").exists() => ErrorKind::WouldBlock.into(),
        _ => error,
    })
}
