//! Names of phases as people give them to commands.

use super::{Phase, phases};
use crate::{
    artifact::phase_id,
    config::markdown_stem,
    convention::Kind,
    text::{nfc, words::listed},
    workspace::Workspace,
};

/// A name that leads to no phase, or to several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnknownPhase {
    Refused(String),
    /// With the stems most like it, likeliest first.
    Missing(Vec<Box<str>>),
    /// With the stems that it may mean.
    Ambiguous(Vec<Box<str>>),
}

/// Names that Windows keeps for devices.
const DEVICES: &[&str] = &["con", "prn", "aux", "nul"];
/// Bytes of a file's name without `.md`; file systems take 255.
const LONGEST_NAME: usize = 200;
/// A name that is less alike than this is no likely slip of the fingers.
const ALIKE: f64 = 0.4;
/// How many are offered instead.
const MOST_OFFERED: usize = 3;

/// The stem that a name stands for in new files: `phase-2`, `billing/phase-2`, `plan/phase-2.md`, or
/// the number of a phase alone.
///
/// # Errors
/// If no artifact may have that name: it would leave the artifact folders, be none of the artifacts
/// that phasemark reads, or be a file that some system cannot hold.
pub fn check_stem(workspace: &Workspace, name: &str) -> Result<Box<str>, String> {
    let stem = without_folder(workspace, name);
    if stem.is_empty() {
        return Err("the name of a phase is empty".to_owned());
    }
    let is_drive = stem.get(1..2) == Some(":") && stem[2..].starts_with(['/', '\\']);
    if stem.starts_with('/') || is_drive {
        return Err(format!("'{name}' is an absolute path; a phase is named as in 'phase-2'"));
    }
    if let Some(c) = stem.chars().find(|c| c.is_control() || r#"\<>:"|?*"#.contains(*c)) {
        return Err(format!("'{name}' holds {c:?}, which not every file system takes"));
    }
    for part in stem.split('/') {
        check_part(name, part)?;
    }
    // Where numbers are whole names, the next one is.
    let are_bare = || phases(workspace).iter().any(|phase| numbered(&phase.stem).is_some());
    let stem = numbered(&stem).filter(|_| !are_bare()).unwrap_or_else(|| stem.into_owned());
    let config = &workspace.config;
    // A kind without folders has files under certain names only.
    let is_refused =
        |kind: &Kind| config.layout.first_folder(*kind).is_some() && config.path_of(*kind, &stem).is_none();
    if let Some(kind) = Kind::ALL.into_iter().find(is_refused) {
        let why = "README, index and excluded files are not artifacts";
        return Err(format!("'{name}' cannot name a {kind}: {why}"));
    }
    if Kind::ALL.into_iter().all(|kind| config.path_of(kind, &stem).is_none()) {
        return Err(format!("'{name}' has no place: [layout] names no folder, and no pattern matches it"));
    }
    Ok(stem.into())
}

fn check_part(name: &str, part: &str) -> Result<(), String> {
    let refuse = |why: &str| Err(format!("'{name}' {why}"));
    let lower = part.to_ascii_lowercase();
    let device = lower.split('.').next().unwrap_or_default().trim_end();
    let is_port = (device.starts_with("com") || device.starts_with("lpt"))
        && device.len() == 4
        && device.ends_with(|c: char| c.is_ascii_digit());
    match part {
        "" => refuse("has an empty part"),
        "." | ".." => refuse("leads out of the artifact folders"),
        _ if part.starts_with('.') => refuse("begins with a dot"),
        _ if part.starts_with('_') => refuse("begins with '_': such files are not artifacts"),
        _ if part.starts_with('-') => refuse("begins with '-', as options do"),
        _ if part.starts_with(' ') => refuse("begins with a space"),
        _ if part.ends_with(['.', ' ']) => refuse("ends in a dot or a space, which not every file system keeps"),
        _ if DEVICES.contains(&device) || is_port => refuse("is a name that Windows keeps for a device"),
        _ if part.len() > LONGEST_NAME => Err("the name of a phase is too long".to_owned()),
        _ => Ok(()),
    }
}

/// `phase-2` of `plan/phase-2.md`, whichever folder it is, and of `phase-2.md`.
fn without_folder<'n>(workspace: &Workspace, name: &'n str) -> std::borrow::Cow<'n, str> {
    let name = name.strip_prefix("./").unwrap_or(name);
    let bare = markdown_stem(name);
    let path = if bare.is_some() { name.to_owned() } else { format!("{name}.md") };
    match workspace.config.stem(&path) {
        Some(stem) => stem.to_owned().into(),
        None => bare.unwrap_or(name).into(),
    }
}

/// The phase that a name stands for: its stem, the path of one of its artifacts, its id, or the end of one of
/// these where no other phase ends so; in any case.
///
/// # Errors
/// If no phase, or more than one, may be meant.
pub fn find_phase(workspace: &Workspace, name: &str) -> Result<Phase, UnknownPhase> {
    let phases = phases(workspace);
    let mut found = meant(workspace, &phases, name).1;
    match found.len() {
        1 => Ok(found.remove(0).clone()),
        0 => match check_stem(workspace, &nfc(name)) {
            Err(refusal) => Err(UnknownPhase::Refused(refusal)),
            Ok(stem) => Err(UnknownPhase::Missing(nearest(&phases, &stem))),
        },
        _ => Err(UnknownPhase::Ambiguous(found.into_iter().map(|phase| phase.stem.clone()).collect())),
    }
}

/// The phase that is there under the name of one that may be new: a name in full is that of a new phase although
/// others end so, a number alone is not.
///
/// # Errors
/// If several may be meant.
pub(super) fn existing_phase(workspace: &Workspace, name: &str) -> Result<Option<Phase>, String> {
    let phases = phases(workspace);
    let (match_, mut found) = meant(workspace, &phases, name);
    let new = numbered(&without_folder(workspace, &nfc(name)));
    if match_ == Match::End && new.is_none() {
        return Ok(None);
    }
    if found.len() > 1 {
        let message = UnknownPhase::Ambiguous(found.iter().map(|phase| phase.stem.clone()).collect()).message(name);
        let way_out = new.filter(|_| match_ == Match::End).map(|new| format!("; '{new}' is a new one"));
        return Err(message + &way_out.unwrap_or_default());
    }
    Ok(found.pop().cloned())
}

/// How a name says which phase it is, the closest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Match {
    Exact,
    InAnyCase,
    Id,
    End,
}

/// The phases that `name` may stand for by the closest match that there is.
fn meant<'p>(workspace: &Workspace, phases: &'p [Phase], name: &str) -> (Match, Vec<&'p Phase>) {
    let name = &*nfc(name);
    let stem = without_folder(workspace, name);
    let (folded_name, folded_stem) = (name.to_lowercase(), stem.to_lowercase());
    let (numbered, id) = (numbered(&folded_stem), bare_id(&folded_stem));
    let is = |match_: Match, own: &str| {
        if match_ == Match::Exact {
            return own == name || own == stem;
        }
        let own = own.to_lowercase();
        let own_id = || id.as_ref().and_then(|id| Some((full_id(&own)?, id)));
        match match_ {
            Match::Exact | Match::InAnyCase => {
                own == folded_name || own == folded_stem || numbered.as_ref() == Some(&own)
            }
            Match::Id => own_id().is_some_and(|(own, id)| own == *id),
            Match::End => {
                let is_end = |end: &str| ends_in(&own, end, numbered.is_some());
                is_end(&folded_name)
                    || is_end(&folded_stem)
                    || own_id().is_some_and(|(own, id)| ends_in(&own, id, true))
            }
        }
    };
    for match_ in [Match::Exact, Match::InAnyCase, Match::Id, Match::End] {
        let has = |phase: &&Phase| {
            let is = |own: &str| is(match_, &nfc(own));
            phase.artifacts.iter().any(|(_, path)| is(path) || workspace.config.stem(path).is_some_and(is))
        };
        let found: Vec<&Phase> = phases.iter().filter(has).collect();
        if !found.is_empty() {
            return (match_, found);
        }
    }
    (Match::End, Vec::new())
}

/// Whether `end` is what follows a folder in `own`, or a whole word there.
fn ends_in(own: &str, end: &str, after_folder: bool) -> bool {
    let before = own.strip_suffix(end).and_then(|before| before.chars().next_back());
    end.starts_with(char::is_alphanumeric)
        && before.is_some_and(|c| c == '/' || !after_folder && !c.is_alphanumeric() && c != '.')
}

/// `billing/` and `phase-2` of `billing/phase-2`.
fn split_folder(stem: &str) -> (&str, &str) {
    stem.split_at(stem.rfind('/').map_or(0, |at| at + 1))
}

/// `billing/2` for `billing/phase-2-api`.
fn full_id(stem: &str) -> Option<String> {
    let (folder, name) = split_folder(stem);
    Some(format!("{folder}{}", phase_id(name)?))
}

/// The same for a name that says no more than the id: `2`, `phase-02`, `billing/phase_2`.
fn bare_id(name: &str) -> Option<String> {
    let (folder, last) = split_folder(name);
    let lower = last.to_ascii_lowercase();
    let number = lower.strip_prefix("phase").map_or(&*lower, |rest| rest.strip_prefix(['-', '_', ' ']).unwrap_or(rest));
    let id = phase_id(&format!("phase-{number}"))?;
    let is_bare = number.trim_start_matches('0') == id || number.bytes().all(|byte| byte == b'0') && id == "0";
    is_bare.then(|| format!("{folder}{id}"))
}

/// `billing/phase-2.1` for `billing/2.1`, a number alone.
fn numbered(name: &str) -> Option<String> {
    let (folder, last) = split_folder(name);
    let number = last.strip_suffix(|c: char| c.is_ascii_lowercase()).unwrap_or(last);
    let is_number = number.split('.').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    is_number.then(|| format!("{folder}phase-{last}"))
}

fn nearest(phases: &[Phase], stem: &str) -> Vec<Box<str>> {
    let alike = |phase: &Phase| strsim::normalized_damerau_levenshtein(&phase.stem, stem);
    let mut near: Vec<(f64, &Phase)> = phases.iter().map(|phase| (alike(phase), phase)).collect();
    near.retain(|(alike, _)| *alike >= ALIKE);
    // Stable: those that are as much alike keep their natural order.
    near.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    near.into_iter().take(MOST_OFFERED).map(|(_, phase)| phase.stem.clone()).collect()
}

fn quoted(stems: &[Box<str>], last: &str) -> String {
    listed(&stems.iter().map(|stem| format!("'{stem}'")).collect::<Vec<_>>(), last)
}

impl UnknownPhase {
    /// What to say to whoever gave the name.
    pub fn message(&self, name: &str) -> String {
        match self {
            Self::Refused(refusal) => refusal.clone(),
            Self::Missing(near) if near.is_empty() => format!("no phase is called '{name}'"),
            Self::Missing(near) => format!("no phase is called '{name}'; did you mean {}?", quoted(near, "or")),
            Self::Ambiguous(stems) => format!("'{name}' may be {}", listed(stems, "or")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Fixture;

    fn workspace() -> Workspace {
        let files = ["plan/phase-1.md", "plan/phase-2-gateway.md", "prompts/phase-2.md", "plan/phase-3-a.md"];
        let more = [
            "plan/phase-3-b.md",
            "plan/billing/phase-2.md",
            "plan/索引.md",
            "work-notes/phase-1.md",
            "plan/shop/web/phase-7-cart.md",
            "plan/shop/phase-8.md",
            "plan/billing/phase-8-x.md",
            "plan/été.md",
            "plan/phase-4-e\u{301}tude-1.md",
        ];
        let fixture: String = files.iter().chain(&more).map(|path| format!("//- {path}\n# P\n")).collect();
        Fixture::parse(&fixture).workspace().0
    }

    #[test]
    fn a_phase_is_found_by_every_name_it_has() {
        let workspace = workspace();
        for (name, stem) in [
            ("phase-1", "phase-1"),
            ("phase-1.md", "phase-1"),
            ("plan/phase-1.md", "phase-1"),
            ("work-notes/phase-1", "phase-1"),
            ("./plan/phase-1.md", "phase-1"),
            ("1", "phase-1"),
            ("01", "phase-1"),
            ("2", "phase-2-gateway"),
            ("phase-2", "phase-2-gateway"),
            ("Phase_02", "phase-2-gateway"),
            ("prompts/phase-2.md", "phase-2-gateway"),
            ("billing/phase-2", "billing/phase-2"),
            ("billing/2", "billing/phase-2"),
            ("索引", "索引"),
            ("PHASE-2-Gateway", "phase-2-gateway"),
            ("Plan/Phase-1.md", "phase-1"),
            ("2-gateway", "phase-2-gateway"),
            ("gateway", "phase-2-gateway"),
            ("3-A", "phase-3-a"),
            ("Billing/2", "billing/phase-2"),
            ("7", "shop/web/phase-7-cart"),
            ("phase-7", "shop/web/phase-7-cart"),
            ("web/7", "shop/web/phase-7-cart"),
            ("web/phase-7-cart", "shop/web/phase-7-cart"),
            ("e\u{301}te\u{301}", "été"),
            ("E\u{301}TÉ", "été"),
            ("étude-1", "phase-4-e\u{301}tude-1"),
        ] {
            assert_eq!(find_phase(&workspace, name).map(|phase| phase.stem).as_deref(), Ok(stem), "{name}");
        }
    }

    #[test]
    fn a_name_that_leads_nowhere_says_where_it_may_have_wanted_to_go() {
        let workspace = workspace();
        let message = |name: &str| find_phase(&workspace, name).unwrap_err().message(name);
        assert_eq!(
            message("phase-2-gatway"),
            "no phase is called 'phase-2-gatway'; did you mean 'phase-2-gateway', 'phase-3-a' or 'phase-3-b'?"
        );
        assert!(message("1.1").starts_with("no phase is called '1.1'; did you mean 'phase-1',"), "{}", message("1.1"));
        assert_eq!(message("3"), "'3' may be phase-3-a or phase-3-b");
        assert_eq!(message("zzzzzzzzzzzz"), "no phase is called 'zzzzzzzzzzzz'");
        assert!(message("../phase-1").contains("leads out"), "{}", message("../phase-1"));
    }

    #[test]
    fn of_several_that_end_so_none_is_guessed() {
        let workspace = workspace();
        let message = |name: &str| find_phase(&workspace, name).unwrap_err().message(name);
        assert_eq!(message("8"), "'8' may be billing/phase-8-x or shop/phase-8");
        assert_eq!(message("phase-8"), "'phase-8' may be billing/phase-8-x or shop/phase-8");
        for part_of_word in ["ateway", "art", "ase-8", "0", "md"] {
            assert!(find_phase(&workspace, part_of_word).is_err(), "{part_of_word}");
        }
    }

    #[test]
    fn a_new_phase_may_end_as_others_do_and_a_number_is_an_id() {
        let workspace = workspace();
        let existing = |name: &str| match existing_phase(&workspace, name) {
            Ok(phase) => phase.map_or("new".to_owned(), |phase| phase.stem.into()),
            Err(refusal) => refusal.to_string(),
        };
        assert_eq!(existing("gateway"), "new");
        assert_eq!(existing("phase-7"), "new");
        assert_eq!(existing("7"), "shop/web/phase-7-cart");
        assert_eq!(existing("9"), "new");
        assert_eq!(existing("phase-2"), "phase-2-gateway");
        assert_eq!(existing("3"), "'3' may be phase-3-a or phase-3-b");
        assert_eq!(existing("phase-3"), "'phase-3' may be phase-3-a or phase-3-b");
        assert_eq!(existing("phase-3-c"), "new");
        assert_eq!(existing("8"), "'8' may be billing/phase-8-x or shop/phase-8; 'phase-8' is a new one");
    }

    #[test]
    fn new_names_are_stems() {
        let workspace = workspace();
        for (name, stem) in [
            ("phase-9", "phase-9"),
            ("7", "phase-7"),
            ("2a", "phase-2a"),
            ("2.1", "phase-2.1"),
            ("01", "phase-01"),
            ("billing/7", "billing/phase-7"),
            ("billing/plan", "billing/plan"),
            ("billing/phase-9-漢字-😀", "billing/phase-9-漢字-😀"),
            ("plan/phase-9.md", "phase-9"),
            ("plan/phase-9", "phase-9"),
            ("phase 9", "phase 9"),
            ("a.b", "a.b"),
        ] {
            assert_eq!(check_stem(&workspace, name).as_deref(), Ok(stem), "{name}");
        }
    }

    #[test]
    fn hostile_names_are_refused() {
        let workspace = workspace();
        for name in [
            "",
            ".md",
            " ",
            "../x",
            "a/../../x",
            "plan/../x.md",
            "a/./b",
            "/etc/passwd",
            "C:/x",
            "c:x",
            "a//b",
            "a/",
            "/",
            ".",
            "..",
            "README",
            "readme.md",
            "plan/README.md",
            "a/index",
            "_x",
            "_a/b",
            ".hidden",
            "a\\b",
            "..\\x",
            "a\nb",
            "a\0b",
            "a\u{1b}[31m",
            "con",
            "NUL.txt",
            "com1",
            "a/lpt9",
            "x.",
            "x ",
            "-x",
            "a:b",
            "<phase>",
            "a|b",
        ] {
            assert!(check_stem(&workspace, name).is_err(), "{name:?}");
            assert!(find_phase(&workspace, name).is_err(), "{name:?}");
        }
        let refusal = |name: &str| check_stem(&workspace, name).unwrap_err().to_string();
        assert!(refusal("a:b").contains("':'"), "{}", refusal("a:b"));
        assert!(refusal("C:/x").contains("absolute"), "{}", refusal("C:/x"));
        assert!(check_stem(&workspace, &"a".repeat(300)).is_err());
    }

    proptest::proptest! {
        #[test]
        fn an_accepted_name_stays_in_its_folder(name in "[a-c./\\\\_:é漢 -]{0,12}|\\PC{0,12}") {
            let workspace = Workspace::default();
            if let Ok(stem) = check_stem(&workspace, &name) {
                proptest::prop_assert!(stem.split('/').all(|part| !part.is_empty() && !part.starts_with('.')));
                let is_artifact = workspace.config.artifact(&format!("plan/{stem}.md")) == Some((Kind::Plan, &*stem));
                proptest::prop_assert!(is_artifact);
                // Given again, it stands for itself.
                proptest::prop_assert_eq!(check_stem(&workspace, &stem), Ok(stem.clone()));
            }
        }
    }
}
