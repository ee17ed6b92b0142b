//! File metadata: mode, owner, extended attributes, hard links.

use std::{
    fs::{File, Metadata, OpenOptions},
    io,
    path::Path,
};

/// How to create a file that its owner alone may read.
pub fn private() -> OpenOptions {
    #[cfg(unix)]
    {
        let mut private = OpenOptions::new();
        std::os::unix::fs::OpenOptionsExt::mode(&mut private, 0o600);
        private
    }
    #[cfg(not(unix))]
    OpenOptions::new()
}

/// Whether the file has other names, which a file that takes its place would not have.
pub fn has_other_names(found: &Metadata) -> bool {
    #[cfg(unix)]
    return std::os::unix::fs::MetadataExt::nlink(found) > 1;
    #[cfg(not(unix))]
    {
        let _ = found;
        false
    }
}

/// Gives `copy` the owner, the extended attributes and the mode of `original`. Access control lists are such attributes
/// on Linux; elsewhere those of the folder hold.
///
/// # Errors
/// If it cannot be given one of them, and so must not take the place of `original`.
#[cfg(unix)]
pub fn copy(original: &Path, copy: &File) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};

    let original = File::open(original)?;
    let (wanted, own) = (original.metadata()?, copy.metadata()?);
    if (wanted.uid(), wanted.gid()) != (own.uid(), own.gid()) {
        fchown(copy, Some(wanted.uid()), Some(wanted.gid()))?;
    }
    #[cfg(any(target_os = "linux", target_os = "macos"))]
    copy_attributes(&original, copy)?;
    // Last: a change of owner takes some bits away.
    copy.set_permissions(wanted.permissions())
}

#[cfg(not(unix))]
pub fn copy(original: &Path, copy: &File) -> io::Result<()> {
    copy.set_permissions(original.metadata()?.permissions())
}

#[cfg(any(target_os = "linux", target_os = "macos"))]
fn copy_attributes(original: &File, copy: &File) -> io::Result<()> {
    use rustix::fs::{XattrFlags, fgetxattr, flistxattr, fremovexattr, fsetxattr};

    /// No name list and no value is larger, by the limits of Linux.
    const LARGEST: usize = 64 << 10;

    let names_of = |file: &File| {
        let mut names = Vec::with_capacity(LARGEST);
        // None on a file system without them.
        let listed = flistxattr(file, rustix::buffer::spare_capacity(&mut names)).is_ok();
        let names = names.split(|byte| *byte == 0).filter(|name| listed && !name.is_empty());
        names.map(<[u8]>::to_vec).collect::<Vec<_>>()
    };
    let names = names_of(original);
    // What a new file inherits from its folder, such as a default access control list.
    for inherited in names_of(copy).iter().filter(|name| !names.contains(name) && !name.starts_with(b"security.")) {
        fremovexattr(copy, &**inherited)?;
    }
    for name in &names {
        let name = &**name;
        let mut value = Vec::with_capacity(LARGEST);
        fgetxattr(original, name, rustix::buffer::spare_capacity(&mut value))?;
        let given = fsetxattr(copy, name, &value, XattrFlags::empty());
        // Security labels, such as those of SELinux, are assigned by the system.
        if name.starts_with(b"user.") || name.starts_with(b"system.") {
            given?;
        }
    }
    Ok(())
}
