//! The two walks through folders: over everything in one, and over what git does not ignore.
//!
//! Links are found and never entered: they may loop, or lead elsewhere. However deep folders lie, one is open at a time.

use std::{
    fs::{self, FileType},
    io,
    ops::ControlFlow,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{bounds::Bounds, ignores::Ignores};

/// What was found in a folder.
pub struct Found {
    pub path: PathBuf,
    pub kind: FileType,
}

/// What is directly in a folder, as it is read.
fn children(folder: &Path) -> io::Result<impl Iterator<Item = io::Result<Found>>> {
    let found = |entry: io::Result<fs::DirEntry>| {
        let entry = entry?;
        Ok(Found { kind: entry.file_type()?, path: entry.path() })
    };
    Ok(fs::read_dir(folder)?.map(found))
}

/// Visits what lies below `folder`, but for folders, until `each` breaks off. A folder is entered if `enters` says so of
/// it and of how deep it lies: 1 for one right below `folder`. One that cannot be read is an error beside its path.
pub fn all(
    folder: PathBuf,
    enters: &dyn Fn(&Path, usize) -> bool,
    each: &mut dyn FnMut(Result<Found, (PathBuf, io::Error)>) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let mut folders = vec![(folder, 0)];
    while let Some((folder, depth)) = folders.pop() {
        let (found, closed) = match children(&folder) {
            Ok(found) => (Some(found), None),
            Err(error) => (None, Some(Err(error))),
        };
        for found in found.into_iter().flatten().chain(closed) {
            match found {
                Ok(found) if !found.kind.is_dir() => each(Ok(found))?,
                Ok(found) if enters(&found.path, depth + 1) => folders.push((found.path, depth + 1)),
                Ok(_) => {}
                Err(error) => each(Err((folder.clone(), error)))?,
            }
        }
    }
    ControlFlow::Continue(())
}

/// Visits what lies below the root, folders before what they hold, without what git ignores, until `each` breaks off.
/// A folder is entered if `each` says so; one that cannot be read is empty.
pub fn unignored(bounds: &Bounds, each: &mut dyn FnMut(&Found) -> ControlFlow<(), bool>) {
    let mut folders: Vec<(PathBuf, Arc<Ignores>)> = vec![(bounds.root().to_path_buf(), Ignores::of_root(bounds))];
    while let Some((folder, ignores)) = folders.pop() {
        for found in children(&folder).into_iter().flatten().flatten() {
            if ignores.ignore(&found.path, found.kind.is_dir()) {
                continue;
            }
            match each(&found) {
                ControlFlow::Break(()) => return,
                ControlFlow::Continue(true) if found.kind.is_dir() => {
                    let below = ignores.enter(bounds, &found.path);
                    folders.push((found.path, below));
                }
                ControlFlow::Continue(_) => {}
            }
        }
    }
}

/// The children of `folder` that git does not ignore, folders that it does not enter aside.
pub fn unignored_children(bounds: &Bounds, folder: &Path) -> Vec<Found> {
    let Some(ignores) = Ignores::below_root(bounds, folder) else { return Vec::new() };
    let found = children(folder).into_iter().flatten().flatten();
    found.filter(|found| !ignores.ignore(&found.path, found.kind.is_dir())).collect()
}

pub fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
}
