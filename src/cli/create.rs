//! `init` and `new`: files of a phase from the templates, never in place of others.

use super::{
    InitArgs, adopt,
    outcome::Outcome,
    roots::{Failure, Root},
    write::{self, Created},
};
use crate::{
    convention::Kind,
    overview::{self, PhaseFile, PhaseFiles},
    workspace::Workspace,
};

/// The phase that `init` begins with.
const FIRST_STEM: &str = "phase-1";

/// The artifact folders of the root around the current folder, each with a file of a first phase; or, where the
/// arguments name what is there, the configuration that does.
///
/// # Errors
/// Why nothing is created.
pub fn init(args: &InitArgs) -> Result<Outcome, String> {
    let root = Root::here()?;
    if args.adopt {
        return adopt::adopt(&root);
    }
    let entries = args.entries();
    if Kind::ALL.into_iter().any(|kind| !entries.get(kind).is_empty()) {
        return adopt::write_layout(&root, &entries);
    }
    let creator = Creator::open(root)?;
    if !args.fresh
        && creator.workspace.index.iter().next().is_none()
        && let Some(rivals) = adopt::rivals(&creator.root)
    {
        return Err(rivals);
    }
    let phases = overview::phases(&creator.workspace);
    let stem = phases.first().map_or(FIRST_STEM, |phase| &*phase.stem).to_owned();
    let mut outcome = creator.begin();
    let mut created = false;
    for kind in Kind::ALL {
        let of_kind = phases.iter().flat_map(|phase| &phase.artifacts).filter(|(own, _)| *own == kind);
        match (
            of_kind.clone().count(),
            of_kind.clone().find(|(_, path)| creator.workspace.config.stem(path) == Some(&*stem)),
        ) {
            (0, _) => match creator.workspace.config.path_of(kind, &stem) {
                Some(path) => created |= creator.create(kind, &stem, &path, &mut outcome),
                None if creator.workspace.config.layout.first_folder(kind).is_some() => {
                    outcome.say(&format!("no {kind} for '{stem}': the configuration excludes it"));
                }
                None => outcome.say(&format!("no {kind} for '{stem}': [layout] names no folder for it")),
            },
            (_, Some((_, path))) => outcome.say(&format!("kept {path}")),
            (count, None) => match creator.workspace.config.layout.first_folder(kind) {
                Some(folder) => {
                    let artifacts = if count == 1 { "an artifact".to_owned() } else { format!("{count} artifacts") };
                    outcome.say(&format!("kept {folder}/: it has {artifacts}"));
                }
                None => of_kind.for_each(|(_, path)| outcome.say(&format!("kept {path}"))),
            },
        }
    }
    if outcome.code == 0 {
        outcome.say("");
        outcome.say(if created {
            "Next: fill in the <placeholders>, the plan first; 'phasemark check' lists those that are left."
        } else {
            "Nothing to do. 'phasemark new STEM' starts another phase, 'phasemark status' lists the phases."
        });
    }
    Ok(outcome)
}

/// The files that a phase lacks. Exit code 1 if it lacks none.
///
/// # Errors
/// If no phase may have that name, or the configuration has mistakes.
pub fn new(name: &str) -> Result<Outcome, String> {
    let root = Root::of(name)?;
    let name = root.name(name);
    let creator = Creator::open(root)?;
    let PhaseFiles { stem, files } = overview::phase_files(&creator.workspace, &name)?;
    let mut outcome = creator.begin();
    let mut created = 0;
    for PhaseFile { kind, path, is_there } in files {
        if is_there {
            outcome.say(&format!("kept {path}"));
        } else {
            created += usize::from(creator.create(kind, &stem, &path, &mut outcome));
        }
    }
    if created == 0 && outcome.code == 0 {
        outcome.complaints.push(format!("'{stem}' has all its files already"));
        outcome.code = 1;
    }
    Ok(outcome)
}

/// Creates artifacts in one root.
struct Creator {
    root: Root,
    workspace: Workspace,
    /// What is there and cannot be read, by path relative to the root.
    unread: Vec<Failure>,
}

impl Creator {
    /// # Errors
    /// If the configuration has mistakes.
    fn open(root: Root) -> Result<Self, String> {
        root.may_be_written()?;
        let mut unread = Vec::new();
        let (workspace, _) = root.read_all(&mut unread);
        Ok(Self { root, workspace, unread })
    }

    fn begin(&self) -> Outcome {
        let mut outcome = Outcome::default();
        if let Some(place) = self.root.place() {
            outcome.say(&place);
        }
        outcome
    }

    /// Creates the artifact of a phase; says whether it was not there yet.
    fn create(&self, kind: Kind, stem: &str, path: &str, outcome: &mut Outcome) -> bool {
        let text = self.workspace.vocabulary.fresh(kind, stem);
        let written = write::create(&self.root.location.bounds(), &self.root.path().join(path), &text);
        match &written {
            Ok(Created::Yes) => outcome.say(&format!("created {path}")),
            Ok(Created::Existed) => match self.unread.iter().find(|unread| unread.path == path) {
                Some(unread) => outcome.complain(unread.to_string()),
                None => outcome.say(&format!("kept {path}")),
            },
            Err(error) => outcome.complain(format!("{path}: {error}")),
        }
        matches!(written, Ok(Created::Yes))
    }
}
