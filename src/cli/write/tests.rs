use super::*;

fn around(root: &tempfile::TempDir) -> Bounds {
    Bounds::around(root.path())
}

#[test]
fn a_new_file_replaces_nothing() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("plan/billing/phase-1.md");
    assert_eq!(create(&around(&root), &path, "one").unwrap(), Created::Yes);
    assert_eq!(create(&around(&root), &path, "two").unwrap(), Created::Existed);
    assert_eq!(fs::read_to_string(&path).unwrap(), "one");
    assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "no temporary file stays");
}

#[test]
fn a_file_that_is_not_what_was_read_is_left() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("a.md");
    fs::write(&path, "read").unwrap();
    replace(&around(&root), &path, "read", "written").unwrap();
    assert!(matches!(replace(&around(&root), &path, "read", "again"), Err(Refusal::Changed)));
    assert_eq!(fs::read_to_string(&path).unwrap(), "written");
    let permissions = |readonly| {
        let mut permissions = fs::metadata(&path).unwrap().permissions();
        permissions.set_readonly(readonly);
        permissions
    };
    fs::set_permissions(&path, permissions(true)).unwrap();
    assert!(matches!(replace(&around(&root), &path, "written", "again"), Err(Refusal::ReadOnly)));
    #[allow(clippy::permissions_set_readonly_false, reason = "a temporary file of our own")]
    fs::set_permissions(&path, permissions(false)).unwrap();
    fs::write(&path, b"caf\xe9").unwrap();
    assert!(matches!(replace(&around(&root), &path, "caf\u{fffd}", "coffee"), Err(Refusal::NotUtf8)));
    assert_eq!(fs::read(&path).unwrap(), b"caf\xe9");
    assert_eq!(fs::read_dir(root.path()).unwrap().count(), 1, "no temporary file stays");
}

#[test]
fn what_a_killed_process_left_goes_with_the_next_write() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("a.md");
    fs::write(root.path().join(".phasemark.tmp"), "half of a te").unwrap();
    create(&around(&root), &path, "one").unwrap();
    fs::write(root.path().join(".phasemark.tmp"), "half of a te").unwrap();
    replace(&around(&root), &path, "one", "two").unwrap();
    assert_eq!(fs::read_dir(root.path()).unwrap().count(), 1);
    assert_eq!(fs::read_to_string(&path).unwrap(), "two");
}

#[test]
fn writers_of_one_folder_take_turns() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("log.md");
    fs::write(&path, "").unwrap();
    let append = |line: String| {
        let mut tries = 0..1000;
        while tries.next().is_some() {
            let before = fs::read_to_string(&path).unwrap();
            match replace(&around(&root), &path, &before, &format!("{before}{line}\n")) {
                Ok(()) => return,
                Err(Refusal::Changed) => {}
                Err(refusal) => panic!("{refusal}"),
            }
        }
        panic!("always another was first");
    };
    std::thread::scope(|scope| {
        for writer in 0..4 {
            scope.spawn(move || (0..20).for_each(|line| append(format!("{writer}-{line}"))));
        }
    });
    let written = fs::read_to_string(&path).unwrap();
    assert_eq!(written.lines().count(), 80, "{written}");
}

#[cfg(unix)]
mod on_unix {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

    use super::*;

    #[test]
    fn links_and_permissions_stay_and_nothing_outside_is_written() {
        let (root, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (real, link) = (root.path().join("real.md"), root.path().join("link.md"));
        fs::write(&real, "a").unwrap();
        fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
        symlink(&real, &link).unwrap();
        replace(&around(&root), &link, "a", "b").unwrap();
        assert!(link.is_symlink());
        assert_eq!(fs::read_to_string(&real).unwrap(), "b");
        assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);

        symlink(outside.path(), root.path().join("plan")).unwrap();
        assert!(create(&around(&root), &root.path().join("plan/x/phase-1.md"), "").is_err());
        symlink(outside.path().join("gone.md"), root.path().join("dangling.md")).unwrap();
        assert_eq!(create(&around(&root), &root.path().join("dangling.md"), "").unwrap(), Created::Existed);
        fs::write(outside.path().join("b.md"), "a").unwrap();
        symlink(outside.path().join("b.md"), root.path().join("b.md")).unwrap();
        assert!(replace(&around(&root), &root.path().join("b.md"), "a", "b").is_err());
        assert_eq!(fs::read_to_string(outside.path().join("b.md")).unwrap(), "a");
        assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 1);
    }

    #[test]
    fn hard_links_stay() {
        let root = tempfile::tempdir().unwrap();
        let (one, other) = (root.path().join("one.md"), root.path().join("other.md"));
        fs::write(&one, "a longer text").unwrap();
        fs::hard_link(&one, &other).unwrap();
        replace(&around(&root), &one, "a longer text", "short").unwrap();
        assert_eq!(fs::read_to_string(&other).unwrap(), "short");
        assert_eq!(fs::metadata(&one).unwrap().ino(), fs::metadata(&other).unwrap().ino());
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 2);
    }

    #[cfg(any(target_os = "linux", target_os = "macos"))]
    #[test]
    fn owner_and_extended_attributes_stay() {
        use rustix::fs::{XattrFlags, getxattr, setxattr};

        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("a.md");
        fs::write(&path, "a").unwrap();
        let has_attributes = setxattr(&path, c"user.author", b"Ada", XattrFlags::empty()).is_ok();
        // Only root may give a file away.
        let is_given = std::os::unix::fs::chown(&path, Some(1234), Some(1235)).is_ok();
        replace(&around(&root), &path, "a", "b").unwrap();
        let found = fs::metadata(&path).unwrap();
        if is_given {
            assert_eq!((found.uid(), found.gid()), (1234, 1235));
        }
        if has_attributes {
            let mut value = [0; 10];
            assert_eq!(getxattr(&path, c"user.author", &mut value), Ok(3));
            assert_eq!(&value[..3], b"Ada");
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), "b");
    }

    /// No other user may read what the owner alone may, not even for a moment.
    #[test]
    fn a_temporary_file_is_private_from_the_start() {
        let root = tempfile::tempdir().unwrap();
        let lock = FolderLock::take(root.path()).unwrap();
        let temporary = Temporary::create(root.path(), &lock, &metadata::private()).unwrap();
        assert_eq!(temporary.file.metadata().unwrap().mode() & 0o777, 0o600);
        let shared = root.path().join("shared.md");
        fs::write(&shared, "").unwrap();
        fs::set_permissions(&shared, fs::Permissions::from_mode(0o644)).unwrap();
        metadata::copy(&shared, &temporary.file).unwrap();
        assert_eq!(temporary.file.metadata().unwrap().mode() & 0o777, 0o644);
    }

    #[test]
    fn a_temporary_file_that_cannot_be_removed_is_passed_by() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join(".phasemark.tmp")).unwrap();
        let path = root.path().join("phase-1.md");
        assert_eq!(create(&around(&root), &path, "one").unwrap(), Created::Yes);
        replace(&around(&root), &path, "one", "two").unwrap();
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 2);
    }
}

#[test]
fn a_report_takes_the_place_of_another() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("report.json");
    put(&path, b"{}\n").unwrap();
    put(&path, b"[]\n").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"[]\n");
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).unwrap();
    assert_eq!(put(&path, b"{}\n").unwrap_err().kind(), ErrorKind::PermissionDenied);
    assert_eq!(fs::read(&path).unwrap(), b"[]\n");
    assert!(put(root.path(), b"{}\n").is_err());
    assert!(put(&root.path().join("no/report.json"), b"{}\n").is_err());
    assert_eq!(fs::read_dir(root.path()).unwrap().count(), 1, "no temporary file stays");
}

#[cfg(unix)]
#[test]
fn a_report_follows_links_and_keeps_the_mode() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let root = tempfile::tempdir().unwrap();
    let [path, link] = ["report.json", "link.json"].map(|name| root.path().join(name));
    put(&path, b"{}\n").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("report.json", &link).unwrap();
    put(&link, b"[]\n").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"[]\n");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(link.is_symlink());
    put(Path::new("/dev/null"), b"[]\n").unwrap();
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
}
