//! Folder names and patterns as people write them, in the one form that the rest compares.

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};

use crate::text::nfc;

/// Bytes of a path or pattern.
const LONGEST: usize = 1024;

/// Braces in one another; the compiler of patterns takes a few dozen.
const DEEPEST_BRACES: usize = 10;

/// A path below the root: `./docs\plans/` is `docs/plans`. The error says what was expected.
pub(super) fn normalize(path: &str) -> Result<String, String> {
    let path = path.trim().replace('\\', "/");
    if path.len() > LONGEST {
        return Err(format!("Expected a path of at most {LONGEST} bytes"));
    }
    let drive = path.as_bytes().get(1) == Some(&b':') && path.as_bytes()[0].is_ascii_alphabetic();
    if path.starts_with('/') || drive {
        return Err("Expected a path relative to the root, found an absolute one".to_owned());
    }
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    if parts.contains(&"..") {
        return Err("Expected a path below the root, found one with `..`".to_owned());
    }
    if parts.is_empty() {
        return Err("Expected a path below the root".to_owned());
    }
    if path.contains(char::is_control) {
        return Err("Expected a path without control characters".to_owned());
    }
    Ok(parts.join("/"))
}

/// What is left of `path` below `folder`: nothing for the folder itself, `None` for what is elsewhere.
pub(super) fn strip_folder<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    let below = |length: usize| match path.get(length..)?.strip_prefix('/') {
        None if path.len() > length => None,
        rest => Some(rest.unwrap_or_default()),
    };
    if path.starts_with(folder) || path.is_ascii() && folder.is_ascii() {
        return below(folder.len()).filter(|_| path.starts_with(folder));
    }
    // As long as the folder, in parts; bytes may differ by how Unicode is normalised.
    let parts = folder.matches('/').count();
    let end = path.match_indices('/').nth(parts).map_or(path.len(), |(at, _)| at);
    below(end).filter(|_| nfc(&path[..end]) == nfc(folder))
}

/// What makes a pattern of a path.
pub(super) const IN_PATTERNS: &[char] = &['*', '?', '[', '{'];

/// A folder or file below the root, or a pattern of files seen from it.
pub(super) fn layout_entry(written: &str) -> Result<(String, Option<Glob>), String> {
    if written.trim_start().starts_with('!') {
        return Err("Expected a pattern without `!`: `exclude` takes files out".to_owned());
    }
    let path = normalize(written)?;
    let pattern = path.contains(IN_PATTERNS).then(|| glob(&path)).transpose()?;
    Ok((path, pattern))
}

/// A pattern of folders, seen from the root: for `roots`.
pub(super) fn folder_pattern(pattern: &str) -> Result<String, String> {
    let pattern = normalize(pattern)?;
    glob(&pattern).map(|_| pattern)
}

/// Patterns of folders as one set, without those that are none.
pub fn folder_globs<P: AsRef<str>>(patterns: impl IntoIterator<Item = P>) -> GlobSet {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let pattern = pattern.as_ref().trim_start_matches("./").trim_end_matches('/');
        if let Ok(glob) = GlobBuilder::new(pattern).literal_separator(true).build() {
            set.add(glob);
        }
    }
    set.build().unwrap_or_default()
}

/// A pattern of files, read much as `.gitignore` does: one with a `/` (other than a last one) is
/// seen from the root, one without matches a name at any depth, and a folder that matches takes all
/// below it along. `*` and `?` never match a `/`, `**` does; `\` is a separator on every system.
pub(super) fn file_pattern(pattern: &str) -> Result<[Glob; 2], String> {
    if pattern.trim_start().starts_with('!') {
        return Err("Expected a pattern without `!`: no pattern takes another one back".to_owned());
    }
    let slashes = pattern.trim().replace('\\', "/");
    let below_root = slashes.strip_prefix('/').filter(|rest| !rest.starts_with('/'));
    let anchored = below_root.is_some() || slashes.trim_end_matches('/').contains('/');
    let path = normalize(below_root.unwrap_or(&slashes))?;
    let path = if anchored { path } else { format!("**/{path}") };
    let below = glob(&format!("{path}/**"))?;
    // `archive/` says folder, so a file of that name is not meant.
    let itself = if slashes.ends_with('/') { below.clone() } else { glob(&path)? };
    Ok([itself, below])
}

fn glob(pattern: &str) -> Result<Glob, String> {
    // Paths are compared so.
    let glob = GlobBuilder::new(&nfc(pattern))
        .literal_separator(true)
        .backslash_escape(false)
        .build()
        .map_err(|error| format!("Not a valid pattern: {}", error.kind()))?;
    // Others fail only when they are compiled, which is costly and done once for all.
    if depth_of_braces(pattern) > DEEPEST_BRACES {
        return Err("Not a valid pattern: too large".to_owned());
    }
    Ok(glob)
}

fn depth_of_braces(pattern: &str) -> usize {
    let (mut depth, mut deepest) = (0usize, 0);
    for byte in pattern.bytes() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// All patterns as one; `None` where they are too large together.
pub(super) fn set(patterns: &[[Glob; 2]]) -> Option<GlobSet> {
    GlobSet::new(patterns.iter().flatten()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_have_one_form() {
        for (path, expected) in [
            ("plan", "plan"),
            ("./docs/plans/", "docs/plans"),
            (r"docs\plans", "docs/plans"),
            (r".\docs\\plans\", "docs/plans"),
            ("docs//./plans", "docs/plans"),
            (" plan ", "plan"),
            ("...", "..."),
            ("計画/段階", "計画/段階"),
        ] {
            assert_eq!(normalize(path).as_deref(), Ok(expected), "{path}");
        }
    }

    #[test]
    fn paths_stay_below_the_root() {
        for path in ["", " ", ".", "./", "/", "/plan", r"\plan", r"\\server\plan", "C:/plan", r"c:\plan", "C:plan"] {
            assert!(normalize(path).is_err(), "{path}");
        }
        for path in ["..", "../plan", "plan/..", r"plan\..\..\x", "a\0b", "a\nb", &"a/".repeat(600)] {
            assert!(normalize(path).is_err(), "{path}");
        }
    }

    #[test]
    fn patterns_match_as_people_expect() {
        for (pattern, path, expected) in [
            ("**/archive/**", "plan/archive/a.md", true),
            ("**/archive/**", "plan/archived/a.md", false),
            ("draft-*.md", "plan/billing/draft-1.md", true),
            ("draft-*.md", "draft-1.md", true),
            ("draft-*.md", "plan/my-draft-1.md", false),
            ("archive", "plan/archive/deep/a.md", true),
            ("archive/", "plan/archive/deep/a.md", true),
            ("archive/", "plan/archive", false),
            ("/archive", "plan/archive/a.md", false),
            ("/archive", "archive/a.md", true),
            ("plan/*.md", "plan/a.md", true),
            ("plan/*.md", "plan/billing/a.md", false),
            ("plan/*.md", "docs/plan/a.md", false),
            ("./plan/old", "plan/old/a.md", true),
            (r"plan\old\**", "plan/old/a.md", true),
            ("plan/{old,legacy}/**", "plan/legacy/a.md", true),
            ("plan/[[]x].md", "plan/[x].md", true),
            ("計画/*", "計画/a.md", true),
        ] {
            let set = set(&[file_pattern(pattern).unwrap()]).unwrap();
            assert_eq!(set.is_match(path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn bad_patterns_are_named() {
        for pattern in ["[", "{a", "a}", "[z-a]", "!plan/a.md", "../x/**", "C:/x", "//x", "", "/", "**/../x"] {
            assert!(file_pattern(pattern).is_err(), "{pattern}");
        }
        let braces = "{".repeat(100_000) + &"}".repeat(100_000);
        assert!(file_pattern(&braces).is_err());
        let nested = |depth: usize| file_pattern(&("{a,".repeat(depth) + "b" + &"}".repeat(depth)));
        assert!(nested(11).is_err() && nested(400).is_err());
        assert!(set(&[nested(10).unwrap()]).unwrap().is_match("b"));
        assert!(folder_pattern("services/*").is_ok());
        assert!(folder_pattern("services/[").is_err());
    }
}
