//! Detects whether a file has changed, without reading it.

use std::{
    fs::Metadata,
    time::{Duration, SystemTime},
};

/// Disks that count seconds, or two of them, may give what is written right after a look the same time.
const COARSE: Duration = Duration::from_secs(2);

/// The size of a file and when it was written, links followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    size: u64,
    written: SystemTime,
}

impl Stamp {
    /// To be asked for before the file is read, with the time. `None` for one that cannot be told from a later one.
    pub fn of(found: &Metadata, now: SystemTime) -> Option<Self> {
        let written = found.modified().ok()?;
        let is_settled = now.duration_since(written).is_ok_and(|age| age > COARSE);
        is_settled.then_some(Self { size: found.len(), written })
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn only_a_file_that_was_not_written_just_now_is_known_again() {
        let (folder, now) = (tempfile::tempdir().unwrap(), SystemTime::now());
        let path = folder.path().join("a.md");
        fs::write(&path, "a").unwrap();
        let stamp = |now| Stamp::of(&fs::metadata(&path).unwrap(), now);
        assert_eq!(stamp(now), None);
        let file = fs::File::options().write(true).open(&path).unwrap();
        let written = |written: SystemTime| {
            file.set_modified(written).unwrap();
            stamp(now)
        };
        let before = written(now - 2 * COARSE);
        assert!(before.is_some());
        assert_eq!(stamp(now + COARSE), before);
        assert_ne!(written(now - 3 * COARSE), before);
        assert_eq!(written(now + COARSE), None);
    }
}
