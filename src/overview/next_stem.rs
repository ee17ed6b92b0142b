//! What the next phase is likely to be called.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use jiff::civil::Date;

use super::phases;
use crate::{
    artifact::dates,
    workspace::{Workspace, laws},
};

/// What separates the words of a stem.
const SEPARATORS: &[char] = &['-', '_', ' '];

/// The beginning of the next phase's stem, in the form that the others have: `phase-4-` after `phase-3-api`, `005-`
/// after `004-auth`, the day after other days. Empty where phases have names only; `phase-1` where there are none.
///
/// `near`: an artifact whose folder it belongs to, if that has a form.
pub fn next_stem(workspace: &Workspace, near: Option<&str>, today: Date) -> String {
    let phases = phases(workspace);
    if phases.is_empty() {
        return "phase-1".to_owned();
    }
    let mut series: BTreeMap<Form, Vec<Member>> = BTreeMap::new();
    for phase in &phases {
        if let Some((form, member)) = read(&phase.stem) {
            series.entry(form).or_default().push(member);
        }
    }
    let near = near.and_then(|path| workspace.config.stem(path)).map(folder_of);
    let last = series.iter().filter(|(form, members)| form.is_series(members)).max_by_key(|(form, members)| {
        let is_near = near.is_some_and(|near| form.folder == near);
        (is_near, members.len(), Reverse(form.folder.len()))
    });
    last.map_or_else(String::new, |(form, members)| form.next(members, today))
}

/// What the stems of a series share.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Form<'s> {
    /// With a slash at its end; empty at the top.
    folder: &'s str,
    /// How their dates are written, with what follows.
    date: Option<&'static str>,
    /// What stands before the number; `None` if there is no number.
    prefix: Option<&'s str>,
}

/// What tells the stems of a series apart.
struct Member<'s> {
    number: &'s str,
    separator: &'s str,
}

impl Member<'_> {
    fn value(&self) -> u32 {
        self.number.parse().unwrap_or_default()
    }
}

impl Form<'_> {
    /// Stems may begin with the same words and number by chance, or after their folder: `oauth2-login` and
    /// `oauth2-logout`, `01-core/01-01-plan` and `01-core/01-02-plan`.
    fn is_series(&self, members: &[Member]) -> bool {
        let Some(prefix) = self.prefix else { return true };
        let numbers: BTreeSet<u32> = members.iter().map(Member::value).collect();
        let is_phase = prefix.trim_end_matches(SEPARATORS).eq_ignore_ascii_case("phase");
        is_phase || numbers.len() > 1 || prefix.is_empty() && members.len() == 1
    }

    fn next(&self, members: &[Member], today: Date) -> String {
        let Self { folder, date, prefix } = self;
        let date = date.map(|format| today.strftime(format).to_string()).unwrap_or_default();
        let last = members.iter().max_by_key(|member| member.value());
        let (Some(prefix), Some(last)) = (prefix, last) else { return format!("{folder}{date}") };
        let padded = members.iter().map(|member| member.number).filter(|number| number.starts_with('0'));
        let width = padded.map(str::len).max().unwrap_or(0);
        format!("{folder}{date}{prefix}{:0width$}{}", last.value() + 1, last.separator)
    }
}

/// The form of a stem that has a number or a date.
fn read(stem: &str) -> Option<(Form<'_>, Member<'_>)> {
    let folder = folder_of(stem);
    let name = &stem[stem.rfind('/').map_or(0, |at| at + 1)..];
    let (date, rest) = dated(name).map_or((None, name), |(format, rest)| (Some(format), rest));
    if let Some((prefix, member)) = numbered(rest).filter(|(prefix, _)| date.is_none() || !prefix.is_empty()) {
        return Some((Form { folder, date, prefix: Some(prefix) }, member));
    }
    date.map(|_| (Form { folder, date, prefix: None }, Member { number: "", separator: "" }))
}

/// The folder of a stem; what is over has left that of its series.
fn folder_of(stem: &str) -> &str {
    let ends = stem.match_indices('/').map(|(at, slash)| at + slash.len());
    ends.take_while(|end| !laws::is_archived(&stem[..*end])).last().map_or("", |end| &stem[..end])
}

/// How the day at the start of a name is written, with the separator that follows it; and what comes then.
fn dated(name: &str) -> Option<(&'static str, &str)> {
    let day = dates::at_start(name).filter(|date| date.moment.is_some())?;
    let is_iso = name.get(4..5) == Some("-");
    let rest = name.get(if is_iso { 10 } else { 8 }..).filter(|_| day.range.len() >= 8)?;
    let format = match (is_iso, rest.chars().next()) {
        (true, None | Some('-')) => "%Y-%m-%d-",
        (true, Some('_')) => "%Y-%m-%d_",
        (true, Some(' ')) => "%Y-%m-%d ",
        (false, None | Some('-')) => "%Y%m%d-",
        (false, Some('_')) => "%Y%m%d_",
        _ => return None,
    };
    Some((format, rest.trim_start_matches(SEPARATORS)))
}

/// What stands before the first number of a name, and the number: `phase-` and `2` in `phase-2.1b-api`.
fn numbered(name: &str) -> Option<(&str, Member<'_>)> {
    let start = name.find(|c: char| c.is_ascii_digit())?;
    let (prefix, rest) = name.split_at(start);
    let digits = |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, mut rest) = rest.split_at(digits(rest));
    number.parse::<u32>().ok().filter(|_| number.len() < 9)?;
    while let Some(part) = rest.strip_prefix('.').filter(|part| digits(part) > 0) {
        rest = &part[digits(part)..];
    }
    rest = rest.strip_prefix(|c: char| c.is_ascii_alphabetic()).unwrap_or(rest);
    let separator = &rest[..rest.len() - rest.trim_start_matches(SEPARATORS).len()];
    (rest.is_empty() || !separator.is_empty()).then_some((prefix, Member { number, separator }))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::testing::Fixture;

    fn next(stems: &[&str], near: Option<&str>) -> String {
        let files = |stem: &&str| format!("//- plan/{stem}.md\n# P\n//- work-notes/{stem}.md\n# N\n");
        let fixture: String = stems.iter().map(files).collect();
        next_stem(&Fixture::parse(&fixture).workspace().0, near, date(2026, 11, 28))
    }

    #[test]
    fn the_next_phase_is_called_as_the_others_are() {
        for (stems, expected) in [
            (&[] as &[&str], "phase-1"),
            (&["phase-3-api"], "phase-4-"),
            (&["phase-1", "phase-2"], "phase-3"),
            (&["phase-1", "phase-2-gateway"], "phase-3-"),
            (&["phase-9", "phase-10"], "phase-11"),
            (&["phase-1-a", "phase-1b-values-parity", "phase-2.1-x"], "phase-3-"),
            (&["Phase_2_api"], "Phase_3_"),
            (&["003-ui", "004-auth"], "005-"),
            (&["009-x"], "010-"),
            (&["99-y", "100-z"], "101-"),
            (&["0009", "0010"], "0011"),
            (&["epic-1-foundation", "epic-2-meetings"], "epic-3-"),
            (&["m1-core", "m2-shell"], "m3-"),
            (&["段階-1", "段階-2"], "段階-3"),
        ] {
            assert_eq!(next(stems, None), expected, "{stems:?}");
        }
    }

    #[test]
    fn days_are_followed_by_today() {
        for (stems, expected) in [
            (&["2026-01-15-auth"] as &[&str], "2026-11-28-"),
            (&["20260115_auth"], "20261128_"),
            (&["2026-06-06-001-authoring-plan", "2026-07-02-alignment"], "2026-11-28-"),
            (&["2026-01-15-phase-1-x", "2026-01-20-phase-2-y"], "2026-11-28-phase-3-"),
            (&["2026-01-15-auth", "2026-02-01-shop", "1222-stop-run"], "2026-11-28-"),
        ] {
            assert_eq!(next(stems, None), expected, "{stems:?}");
        }
    }

    #[test]
    fn a_number_in_a_name_is_no_series() {
        for stems in [
            &["auth", "billing"] as &[&str],
            &["oauth2-login", "oauth2-logout"],
            &["01-core/01-01-plan", "01-core/01-02-plan"],
            &["001-auth/plan", "002-shop/plan"],
            &["add-2-factor-login"],
            &["http2"],
            &["3rd-party", "2fa-login"],
            &["99999999999-x"],
        ] {
            assert_eq!(next(stems, None), "", "{stems:?}");
        }
    }

    #[test]
    fn folders_have_series_of_their_own_and_archives_have_none() {
        let stems = ["phase-7", "phase-8", "billing/phase-2", "archive/phase-6", "billing/done/phase-5"];
        assert_eq!(next(&stems, None), "phase-9");
        assert_eq!(next(&stems, Some("plan/billing/phase-2.md")), "billing/phase-6");
        assert_eq!(next(&stems, Some("plan/phase-7.md")), "phase-9");
        assert_eq!(next(&stems, Some("README.md")), "phase-9");
        assert_eq!(next(&["archive/phase-1", "archive/phase-2"], None), "phase-3");
        assert_eq!(next(&["web/phase-1", "shop/phase-4", "shop/phase-5"], None), "shop/phase-6");
    }
}
