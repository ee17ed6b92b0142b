//! Whether a file is the one that was read, without reading it.

use std::{
    path::Path,
    time::{Duration, SystemTime},
};

use super::Bounds;

/// Disks that count seconds, or two of them, may give what is written right after a look the same time.
const COARSE: Duration = Duration::from_secs(2);

/// The size of a file and when it was written, links followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    size: u64,
    written: SystemTime,
}

impl Stamp {
    /// To be asked for before the file is read. `None` for one that cannot be told from a later one.
    pub fn of(bounds: &Bounds, path: &Path) -> Option<Self> {
        let (_, found) = bounds.resolve(path).ok()?;
        let written = found.modified().ok()?;
        let is_settled = SystemTime::now().duration_since(written).is_ok_and(|age| age > COARSE);
        is_settled.then_some(Self { size: found.len(), written })
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn only_a_file_that_was_not_written_just_now_is_known_again() {
        let folder = tempfile::tempdir().unwrap();
        let (path, bounds) = (folder.path().join("a.md"), Bounds::around(folder.path()));
        assert_eq!(Stamp::of(&bounds, &path), None);
        fs::write(&path, "a").unwrap();
        assert_eq!(Stamp::of(&bounds, &path), None);
        let file = fs::File::options().write(true).open(&path).unwrap();
        file.set_modified(SystemTime::now() - 2 * COARSE).unwrap();
        let before = Stamp::of(&bounds, &path);
        assert!(before.is_some());
        assert_eq!(Stamp::of(&bounds, &path), before);
        file.set_modified(SystemTime::now() - 3 * COARSE).unwrap();
        assert_ne!(Stamp::of(&bounds, &path), before);
        file.set_modified(SystemTime::now() + COARSE).unwrap();
        assert_eq!(Stamp::of(&bounds, &path), None);
    }
}
