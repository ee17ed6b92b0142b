//! What was done since the newest entry of a session log: the commits that no entry tells of yet.

use jiff::{
    Zoned,
    civil::{Date, DateTime, time},
};

use super::{Document, Workspace, commits::Commits};
use crate::{
    artifact::{dates::Moment, notes::LogEntry},
    convention::{Kind, SectionName},
};

/// Subjects that one entry lists.
const MOST_LISTED: usize = 10;
/// Commits that are looked at.
const MOST_READ: usize = 1_000;
/// Digits of a hash that people write.
const SHORT_HASH: usize = 7;

/// The subjects of the commits since the newest entry of this document, oldest first; without a dated one, since
/// the notes or the plan of its unit were committed or the newest entry of any other was written. Those that the
/// document mentions already are left out, and those that touch artifacts alone, and what is older than one that the newest entry mentions; of many the newest are listed
/// and the others counted.
///
/// An entry with a day but no time covers that day, unless the new one is of the same day: then what
/// is not mentioned yet counts. Reads the repository, so it is for requests that may wait.
pub fn what_changed(document: &Document, workspace: &Workspace, commits: &dyn Commits, now: &Zoned) -> Vec<String> {
    let Some(last) = last_entry(document, workspace, commits, now.date()) else { return Vec::new() };
    let mut found = commits.since(Some(last), MOST_READ);
    found.retain(|commit| !commit.is_of_artifacts(|path| workspace.config.kind_of(path).is_some()));
    let newest_entry = newest_entry(document);
    let mut subjects: Vec<String> = Vec::new();
    for commit in &found {
        let subject = on_one_line(&commit.subject);
        let short = commit.hash.get(..SHORT_HASH).unwrap_or(&commit.hash);
        let written = kept_as_words(&subject, workspace);
        let is_mentioned_in =
            |text: &str| mentions(text, short) || mentions(text, &subject) || mentions(text, &written);
        // Whoever wrote that had the older ones before them, too, if only as `and 4 more`.
        if is_mentioned_in(newest_entry) {
            break;
        }
        let is_mentioned = is_mentioned_in(&document.text);
        if !subject.is_empty() && !is_mentioned && !subjects.contains(&written) {
            subjects.push(written);
        }
    }
    let more = subjects.len().saturating_sub(MOST_LISTED);
    subjects.truncate(MOST_LISTED);
    subjects.reverse();
    if more > 0 {
        subjects.push(format!("and {more} more"));
    }
    subjects
}

/// The text of the newest entry, up to the next one or the end of the log.
fn newest_entry(document: &Document) -> &str {
    let notes = &document.artifact.notes;
    let Some(start) = notes.newest_entry().map(|entry| entry.heading.start) else { return "" };
    let next = notes.log.iter().map(|entry| entry.heading.start).filter(|other| *other > start);
    let logs = document.artifact.sections_named(SectionName::SessionLog).map(|section| section.range.end);
    let end = next.chain(logs.filter(|end| *end > start)).min().unwrap_or(document.text.len());
    &document.text[start..end]
}

/// The last moment that is told of already: by the newest entry of these notes; else that at which the unit came
/// to be, or the newest entry of others.
fn last_entry(document: &Document, workspace: &Workspace, commits: &dyn Commits, today: Date) -> Option<DateTime> {
    let own = document.artifact.notes.newest_entry().and_then(LogEntry::moment);
    let of_others = || {
        let all = workspace.index.iter().chain(workspace.open.iter()).map(|(path, _)| path);
        let others = all.filter(|path| **path != document.path).filter_map(|path| workspace.facts(path));
        others.filter(|facts| facts.kind == Kind::WorkNotes).filter_map(|facts| facts.newest_entry).max()
    };
    let begun = || {
        let stem = workspace.config.artifact(&document.path).map(|(_, stem)| stem);
        let all = workspace.index.iter().map(|(path, _)| path);
        let is_of_unit = |path: &&std::sync::Arc<str>| {
            **path == document.path || workspace.config.artifact(path).map(|(_, stem)| stem) == stem
        };
        commits.added(&all.filter(is_of_unit).map(|path| &**path).chain([&*document.path]).collect::<Vec<_>>())
    };
    match own {
        Some(own) => Some(end_of(own, today)),
        None => begun().max(of_others().map(|moment| end_of(moment, today))),
    }
}

/// A subject in which no placeholder is read that somebody named.
fn kept_as_words(subject: &str, workspace: &Workspace) -> String {
    let mut out = String::new();
    let mut rest = subject;
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(before);
        match after.split_once('>').filter(|(inside, _)| workspace.vocabulary.is_placeholder(inside)) {
            Some((inside, behind)) => {
                out.push_str(&format!("\\<{inside}\\>"));
                rest = behind;
            }
            None => {
                out.push('<');
                rest = after;
            }
        }
    }
    out + rest
}

/// The last moment that an entry covers; commits later than that are news.
fn end_of(entry: Moment, today: Date) -> DateTime {
    let last_of_day = time(23, 59, 59, 999_999_999);
    match entry.time {
        Some(time) => entry.date.to_datetime(time),
        None if entry.date != today => entry.date.to_datetime(last_of_day),
        None => entry.date.yesterday().unwrap_or(entry.date).to_datetime(last_of_day),
    }
}

/// Words with spaces between them, and nothing that would end the line.
fn on_one_line(subject: &str) -> String {
    let words = subject.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// Whether `words` stand in `text`, not as part of longer ones; a hash may go on.
fn mentions(text: &str, words: &str) -> bool {
    let is_hash = words.len() == SHORT_HASH && words.bytes().all(|byte| byte.is_ascii_hexdigit());
    text.match_indices(words).any(|(at, _)| {
        let is_part = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let goes_on = text[at + words.len()..].chars().next();
        !words.is_empty() && !is_part(text[..at].chars().next_back()) && (is_hash || !is_part(goes_on))
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::{
        testing::Fixture,
        workspace::commits::{Commit, Lookup},
    };

    /// Commits by time, newest first.
    struct Made(Vec<Commit>);

    impl Made {
        fn new(commits: &[(&str, &str, &str)]) -> Self {
            let commit = |(hash, time, subject): &(&str, &str, &str)| Commit {
                hash: format!("{hash}{}", "0".repeat(40 - hash.len())).into(),
                subject: (*subject).into(),
                time: time.parse().unwrap(),
                markdown: subject.strip_prefix("notes: ").map(|_| ["work-notes/phase-1.md".into()].into()),
            };
            Self(commits.iter().map(commit).collect())
        }
    }

    impl Commits for Made {
        fn find(&self, _: &str) -> Lookup {
            Lookup::Untold
        }

        fn recent(&self) -> Vec<Commit> {
            self.0.clone()
        }

        fn added(&self, paths: &[&str]) -> Option<DateTime> {
            assert!(paths.contains(&"work-notes/phase-1.md"));
            self.0.iter().find(|commit| &*commit.subject == "Begin").map(|commit| commit.time)
        }

        fn since(&self, after: Option<DateTime>, most: usize) -> Vec<Commit> {
            self.0.iter().filter(|commit| Some(commit.time) > after).take(most).cloned().collect()
        }
    }

    fn changed(fixture: &str, commits: &Made) -> Vec<String> {
        let (workspace, documents) = Fixture::parse(fixture).workspace();
        let document = documents.iter().find(|document| &*document.path == "work-notes/phase-1.md").unwrap();
        let now = date(2026, 1, 22).at(18, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC).unwrap();
        what_changed(document, &workspace, commits, &now)
    }

    fn three() -> Made {
        Made::new(&[
            ("ccccccc", "2026-01-22T09:00:00", "Third"),
            ("bbbbbbb", "2026-01-21T16:00:00", "Second"),
            ("aaaaaaa", "2026-01-21T10:00:00", "First"),
        ])
    }

    fn since(entry: &str) -> Vec<String> {
        changed(&format!("//- work-notes/phase-1.md\n## Session log\n\n{entry}\n"), &three())
    }

    #[test]
    fn commits_after_the_newest_entry_count() {
        assert_eq!(since("### 2026-01-21 14:30\r\n"), ["Second", "Third"]);
        assert_eq!(since("### 2026-01-21\n"), ["Third"]);
        assert_eq!(since("### 2026-01-22\n"), ["Third"]);
        assert_eq!(since("### 2026-01-20\n"), ["First", "Second", "Third"]);
        assert_eq!(since("### 2026-02-01\n"), [""; 0]);
    }

    #[test]
    fn what_is_mentioned_is_left_out() {
        assert_eq!(since("### 2026-01-22\n\n- What changed: `ccccccc00` pushed"), [""; 0]);
        assert_eq!(since("### 2026-01-20\n\n- What changed: First, then Seconds"), ["Second", "Third"]);
    }

    #[test]
    fn what_the_newest_entry_counted_is_not_listed_by_the_next() {
        assert_eq!(since("### 2026-01-20\n\n- What changed: Second, and 1 more"), ["Third"]);
        assert_eq!(since("### 2026-01-20\n\n- a\n\n### 2026-01-19\n\n- Second"), ["First", "Third"]);
        assert_eq!(since("### 2026-01-20\n\n- a\n\n## Commits\n\n- `bbbbbbb`: Second"), ["First", "Third"]);
    }

    #[test]
    fn without_an_entry_the_newest_of_other_notes_counts() {
        assert_eq!(since(""), [""; 0]);
        let other = "//- work-notes/phase-2.md\n## Session log\n\n### 2026-01-21 12:00\n";
        assert_eq!(changed(&format!("//- work-notes/phase-1.md\n# Notes\n{other}"), &three()), ["Second", "Third"]);
    }

    #[test]
    fn the_first_entry_tells_of_what_came_after_the_unit_itself() {
        let commits = Made::new(&[
            ("ccccccc", "2026-01-21T16:00:00", "Second"),
            ("bbbbbbb", "2026-01-21T10:00:00", "First"),
            ("aaaaaaa", "2026-01-20T10:00:00", "Begin"),
            ("0aaaaaa", "2026-01-19T10:00:00", "Before"),
        ]);
        let notes = "//- work-notes/phase-1.md\n# Notes\n";
        assert_eq!(changed(notes, &commits), ["First", "Second"]);
        // What the notes of another unit told of.
        let other = format!("{notes}//- work-notes/phase-2.md\n## Session log\n\n### 2026-01-21 12:00\n");
        assert_eq!(changed(&other, &commits), ["Second"]);
    }

    #[test]
    fn commits_of_artifacts_alone_are_left_out_and_placeholders_stay_words() {
        let commits = Made::new(&[
            ("ccccccc", "2026-01-22T09:00:00", "notes: log"),
            ("bbbbbbb", "2026-01-21T16:00:00", "Replace <Goal 1> and <b>"),
        ]);
        let notes = "//- work-notes/phase-1.md\n## Session log\n\n### 2026-01-20\n";
        let subject = "Replace \\<Goal 1\\> and <b>";
        assert_eq!(changed(notes, &commits), [subject]);
        assert_eq!(changed(&format!("{notes}\n- {subject}\n"), &commits), [""; 0]);
    }

    #[test]
    fn many_are_counted_and_each_is_listed_once() {
        let times: Vec<(String, String)> =
            (0..15).map(|n| (format!("2026-01-22T09:{:02}:00", 59 - n), format!("Subject {}", 15 - n))).collect();
        let mut commits: Vec<(&str, &str, &str)> = times.iter().map(|(time, s)| ("abc", &**time, &**s)).collect();
        commits.push(("abc", "2026-01-22T09:00:00", "Subject 15"));
        commits.push(("abc", "2026-01-22T09:00:00", "\u{1b}[31m\n red"));
        let listed = changed("//- work-notes/phase-1.md\n## Log\n\n### 2026-01-21\n", &Made::new(&commits));
        assert_eq!(listed.len(), 11);
        assert_eq!((&*listed[0], &*listed[9], &*listed[10]), ("Subject 6", "Subject 15", "and 6 more"));
        let last = Made::new(&commits[15..]);
        assert_eq!(changed("//- work-notes/phase-1.md\n## Log\n\n### 2026-01-21\n", &last), ["[31m red", "Subject 15"]);
    }
}
