//! The boundary of all reading: no path, through any link, leads out of a root and the repository around it.

use std::{
    ffi::OsString,
    fs::{self, File, Metadata, OpenOptions},
    io::{self, ErrorKind, Read},
    path::{Component, Path, PathBuf},
};

use super::repository;
use crate::text::nfc;

/// A longer chain of links is taken for a loop, as Linux does.
const MOST_LINKS: usize = 40;

/// A root, and the folder that nothing is read outside of.
#[derive(Clone, Debug)]
pub struct Bounds {
    root: PathBuf,
    /// The folder as callers spell it.
    spelled: PathBuf,
    /// The same folder with its links followed.
    real: PathBuf,
}

impl Bounds {
    /// Of a root without configuration: the repository around it, else the root itself.
    pub fn around(root: &Path) -> Self {
        Self::new(root.to_path_buf(), repository(root).unwrap_or_else(|| root.to_path_buf()))
    }

    /// Of a folder on its own.
    pub fn of(folder: PathBuf) -> Self {
        Self::new(folder.clone(), folder)
    }

    /// Of a root, with the folder that is read at most.
    pub fn new(root: PathBuf, spelled: PathBuf) -> Self {
        // A folder that does not exist holds nothing to read.
        let real = fs::canonicalize(&spelled).unwrap_or_else(|_| spelled.clone());
        Self { root, spelled, real }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The folder as paths spell it.
    pub fn folder(&self) -> &Path {
        &self.spelled
    }

    /// The place that `path` leads to, and what is there. Links are followed one by one: nothing outside is looked
    /// at.
    ///
    /// # Errors
    /// [`ErrorKind::PermissionDenied`] for what is outside; see [`is_outside`]. Otherwise those of the file system.
    pub fn resolve(&self, path: &Path) -> io::Result<(PathBuf, Metadata)> {
        self.resolve_in(&self.real, self.inside(path).ok_or_else(outside)?)
    }

    /// The same for a path seen from `folder`, a place that was resolved before.
    ///
    /// # Errors
    /// As [`Self::resolve`].
    pub fn resolve_in(&self, folder: &Path, path: &Path) -> io::Result<(PathBuf, Metadata)> {
        let mut to_follow = Vec::new();
        push_parts(&mut to_follow, path);
        let mut place = folder.to_path_buf();
        let mut links = 0;
        let mut found = None;
        while let Some(part) = to_follow.pop() {
            if part == ".." {
                place.pop();
                found = None;
                if !place.starts_with(&self.real) {
                    return Err(outside());
                }
                continue;
            }
            place.push(part);
            let metadata = match fs::symlink_metadata(&place) {
                Err(error) if error.kind() == ErrorKind::NotFound => {
                    place = same_name(&place).ok_or(error)?;
                    fs::symlink_metadata(&place)?
                }
                found => found?,
            };
            if !metadata.is_symlink() {
                found = Some(metadata);
                continue;
            }
            links += 1;
            if links > MOST_LINKS {
                return Err(io::Error::other("too many links"));
            }
            let target = fs::read_link(&place)?;
            place.pop();
            found = None;
            if target.is_absolute() {
                place.clone_from(&self.real);
                push_parts(&mut to_follow, self.inside_by_any_name(&target).ok_or_else(outside)?);
            } else {
                push_parts(&mut to_follow, &target);
            }
        }
        let metadata = found.map_or_else(|| fs::symlink_metadata(&place), Ok)?;
        Ok((place, metadata))
    }

    /// A path as the disk spells it, where only the normalisation of Unicode differs.
    pub fn spelling(&self, path: PathBuf) -> PathBuf {
        if path.symlink_metadata().is_ok() {
            return path;
        }
        let place = self.resolve(&path).ok().map(|(place, _)| place);
        let inside = place.as_ref().and_then(|place| place.strip_prefix(&self.real).ok());
        inside.map_or(path, |inside| self.spelled.join(inside))
    }

    /// The path as seen from the folder, if it begins as one inside does.
    fn inside<'p>(&self, path: &'p Path) -> Option<&'p Path> {
        path.strip_prefix(&self.spelled).or_else(|_| path.strip_prefix(&self.real)).ok()
    }

    /// The same for a link's target, which may reach the folder over links outside, such as that of a home folder.
    fn inside_by_any_name<'p>(&self, target: &'p Path) -> Option<&'p Path> {
        let is_folder = |other: &&Path| {
            other.file_name() == self.real.file_name() && fs::canonicalize(other).is_ok_and(|other| other == self.real)
        };
        self.inside(target).or_else(|| target.strip_prefix(target.ancestors().find(is_folder)?).ok())
    }

    /// Opens a regular file.
    ///
    /// # Errors
    /// As [`Self::resolve`], and for anything but a regular file: a pipe would block, a device never ends.
    pub fn open(&self, path: &Path) -> io::Result<File> {
        open(self.resolve(path)?).map(|(file, _)| file)
    }

    /// The bytes of a regular file.
    ///
    /// # Errors
    /// As [`Self::open`], and for a file of more than `most` bytes.
    pub fn read(&self, path: &Path, most: u64) -> io::Result<Vec<u8>> {
        read(self.resolve(path)?, most)
    }
}

/// The bytes of the regular file at a place that was resolved.
///
/// # Errors
/// As [`Bounds::read`].
pub fn read(resolved: (PathBuf, Metadata), most: u64) -> io::Result<Vec<u8>> {
    let (file, metadata) = open(resolved)?;
    let mut bytes = Vec::with_capacity(metadata.len().min(most) as usize);
    // It may grow while it is read.
    file.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(io::Error::new(ErrorKind::FileTooLarge, format!("larger than {} MB", most / 1_000_000)));
    }
    Ok(bytes)
}

fn open((place, metadata): (PathBuf, Metadata)) -> io::Result<(File, Metadata)> {
    let no_file = || io::Error::new(ErrorKind::InvalidInput, "not a regular file");
    if !metadata.is_file() {
        return Err(no_file());
    }
    let mut options = OpenOptions::new();
    options.read(true);
    // Another may have taken its place meanwhile: no link is followed, no pipe waited for.
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed());
    }
    let file = options.open(place)?;
    let metadata = file.metadata()?;
    if metadata.is_file() { Ok((file, metadata)) } else { Err(no_file()) }
}

/// What is there instead of `place` and has the same name to a reader: macOS may spell `é` as two characters.
fn same_name(place: &Path) -> Option<PathBuf> {
    let name = place.file_name()?.to_str().filter(|name| !name.is_ascii())?;
    let folder = place.parent()?;
    let other = names(folder).find(|other| nfc(other) == nfc(name))?;
    Some(folder.join(other))
}

const OUTSIDE: &str = "a link leads out of the repository";

fn outside() -> io::Error {
    io::Error::new(ErrorKind::PermissionDenied, OUTSIDE)
}

/// Whether reading ended at the bounds, rather than at what the file system allows.
pub fn is_outside(error: &io::Error) -> bool {
    error.kind() == ErrorKind::PermissionDenied && error.raw_os_error().is_none()
}

/// Adds the parts of a path so that the first is taken first.
fn push_parts(to_follow: &mut Vec<OsString>, path: &Path) {
    let parts = path.components().filter(|part| matches!(part, Component::Normal(_) | Component::ParentDir));
    to_follow.extend(parts.rev().map(|part| part.as_os_str().to_owned()));
}

/// The names in a folder that are UTF-8.
pub fn names(folder: &Path) -> impl Iterator<Item = String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().into_string().ok())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn repository() -> (tempfile::TempDir, Bounds) {
        let folder = tempfile::tempdir().unwrap();
        for inner in ["docs", "app/plan", ".git"] {
            fs::create_dir_all(folder.path().join(inner)).unwrap();
        }
        fs::write(folder.path().join("docs/a.md"), "inside").unwrap();
        let bounds = Bounds::around(&folder.path().join("app"));
        (folder, bounds)
    }

    #[test]
    fn links_inside_are_followed() {
        let (folder, bounds) = repository();
        let app = folder.path().join("app");
        symlink("../../docs/a.md", app.join("plan/relative.md")).unwrap();
        symlink(folder.path().join("docs/a.md"), app.join("plan/absolute.md")).unwrap();
        symlink("relative.md", app.join("plan/twice.md")).unwrap();
        symlink("../docs", app.join("folder")).unwrap();
        for path in ["plan/relative.md", "plan/absolute.md", "plan/twice.md", "folder/a.md", "folder/../docs/a.md"] {
            assert_eq!(bounds.read(&app.join(path), 100).unwrap(), b"inside", "{path}");
        }
        assert!(bounds.resolve(&app.join("folder")).unwrap().1.is_dir());
    }

    /// As with `/home -> /data/home`.
    #[test]
    fn a_link_may_spell_the_repository_by_another_name() {
        let (folder, bounds) = repository();
        let elsewhere = tempfile::tempdir().unwrap();
        symlink(folder.path().parent().unwrap(), elsewhere.path().join("home")).unwrap();
        let other_name = elsewhere.path().join("home").join(folder.path().file_name().unwrap());
        symlink(other_name.join("docs/a.md"), folder.path().join("link.md")).unwrap();
        assert_eq!(bounds.read(&folder.path().join("link.md"), 100).unwrap(), b"inside");
    }

    #[test]
    fn names_are_compared_as_they_are_read() {
        let (folder, bounds) = repository();
        let [composed, decomposed] = ["caf\u{e9}", "cafe\u{301}"];
        fs::create_dir(folder.path().join(decomposed)).unwrap();
        fs::write(folder.path().join(decomposed).join("\u{e9}.md"), "inside").unwrap();
        let at = |part: &str| folder.path().join(part);
        assert_eq!(bounds.read(&at(&format!("{composed}/e\u{301}.md")), 100).unwrap(), b"inside");
        assert!(bounds.read(&at(&format!("{composed}/e.md")), 100).is_err());
        assert_eq!(bounds.spelling(at(composed)), at(decomposed));
        assert_eq!(bounds.spelling(at("caf")), at("caf"));
    }

    #[test]
    fn no_link_leads_out() {
        let (folder, bounds) = repository();
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("a.md"), "outside").unwrap();
        let at = |path: &str| folder.path().join(path);
        symlink(outside.path().join("a.md"), at("file.md")).unwrap();
        symlink(outside.path(), at("folder")).unwrap();
        symlink("..", at("up")).unwrap();
        symlink("file.md", at("twice.md")).unwrap();
        let name = folder.path().file_name().unwrap().to_str().unwrap();
        let around = format!("up/{name}/docs/a.md");
        for path in ["file.md", "twice.md", "folder", "folder/a.md", "folder/nowhere", "up", &around, "../x"] {
            let error = bounds.resolve(&at(path)).unwrap_err();
            assert!(is_outside(&error), "{path}: {error}");
        }
        assert!(is_outside(&bounds.resolve(&outside.path().join("a.md")).unwrap_err()));
    }

    #[test]
    fn only_regular_files_of_moderate_size_are_read() {
        let (folder, bounds) = repository();
        let at = |path: &str| folder.path().join(path);
        symlink("/dev/zero", at("device")).unwrap();
        symlink("loop", at("loop")).unwrap();
        rustix::fs::mknodat(rustix::fs::CWD, at("pipe"), rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
        for (path, message) in [
            ("device", OUTSIDE),
            ("loop", "too many links"),
            ("pipe", "not a regular file"),
            ("docs", "not a regular file"),
        ] {
            assert_eq!(bounds.read(&at(path), 100).unwrap_err().to_string(), message, "{path}");
        }
        assert_eq!(bounds.read(&at("docs/a.md"), 6).unwrap(), b"inside");
        assert!(bounds.read(&at("docs/a.md"), 5).is_err());
        assert_eq!(bounds.read(&at("nowhere"), 5).unwrap_err().kind(), ErrorKind::NotFound);
    }
}
