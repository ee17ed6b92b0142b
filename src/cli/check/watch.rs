//! `--watch`: checks again whenever an artifact changes, until it is interrupted.

use std::{
    collections::BTreeMap,
    io::{self, IsTerminal, Write},
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant, SystemTime},
};

use super::baseline;
use crate::{
    cli::{
        chosen::{Chosen, Scope},
        terminal::{self, note},
    },
    disk,
    text::words::counted,
};

/// Between two looks at the files.
const PAUSE: Duration = Duration::from_millis(500);
/// A look that takes long is taken less often: at most this part of the time.
const MOST_BUSY: u32 = 10;
/// Clears the screen, and goes to its beginning.
const CLEAR: &str = "\u{1b}[2J\u{1b}[H";

/// What is watched: the size of each file and when it was written.
type Seen = BTreeMap<PathBuf, Option<(u64, SystemTime)>>;

/// Calls `check` now and after each change of what `scope` means or of the file `baseline`.
///
/// # Errors
/// Those of `check`.
pub fn watch(scope: &Scope, baseline: Option<&Path>, check: &dyn Fn() -> io::Result<()>) -> io::Result<()> {
    // Looked at before the check, so that no change during it is missed.
    let mut seen = look(scope, baseline);
    loop {
        clear()?;
        check()?;
        let files = seen.values().flatten().count();
        note(&format!("Watching {}; Ctrl-C ends", counted(files, "file", "files")));
        seen = next(&seen, scope, baseline);
    }
}

/// Waits until something is different.
fn next(seen: &Seen, scope: &Scope, baseline: Option<&Path>) -> Seen {
    let mut pause = PAUSE;
    loop {
        thread::sleep(pause);
        let began = Instant::now();
        let now = look(scope, baseline);
        if now != *seen {
            return now;
        }
        pause = PAUSE.max(began.elapsed() * MOST_BUSY);
    }
}

fn look(scope: &Scope, baseline: Option<&Path>) -> Seen {
    // What cannot be opened is told by the check.
    let scope = Scope { changed: None, ..scope.clone() };
    let Ok(chosen) = Chosen::open(&scope, &mut Vec::new()) else { return Seen::new() };
    let named = baseline.map_or_else(|| chosen.outermost.join(baseline::DEFAULT), Path::to_path_buf);
    let mut paths = vec![named];
    paths.extend(chosen.paths.iter().filter(|path| path.is_file()).cloned());
    for root in chosen.roots.values() {
        paths.extend(root.location.config_path());
        let (candidates, _) = disk::candidates(&root.location.bounds(), &root.loaded.config);
        paths.extend(candidates.iter().map(|candidate| root.path().join(&*candidate.path)));
    }
    let stamp = |path: &Path| {
        let found = path.metadata().ok()?;
        Some((found.len(), found.modified().ok()?))
    };
    let stamped = |path: PathBuf| {
        let stamp = stamp(&path);
        (path, stamp)
    };
    paths.into_iter().map(stamped).collect()
}

fn clear() -> io::Result<()> {
    if io::stdout().is_terminal() {
        let mut out = terminal::stdout(true);
        out.write_all(CLEAR.as_bytes())?;
        out.flush()?;
    }
    Ok(())
}
