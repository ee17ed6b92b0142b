//! `init` and `new`: files of a phase from the templates, never in place of others.

use super::{
    outcome::{Outcome, or_failed},
    roots::Root,
    write::{self, Created},
};
use crate::{
    overview::{self, UnknownPhase},
    template::Kind,
    workspace::Workspace,
};

/// The phase that `init` begins with.
const FIRST_STEM: &str = "phase-1";

/// The artifact folders of the root around the current folder, each with a file of a first phase.
pub fn init() -> Outcome {
    or_failed(try_init())
}

fn try_init() -> Result<Outcome, String> {
    let root = Root::here()?;
    let creator = Creator::open(root)?;
    let phases = overview::phases(&creator.workspace);
    let stem = phases.first().map_or(FIRST_STEM, |phase| &*phase.stem).to_owned();
    let mut outcome = creator.begin();
    let mut created = Vec::new();
    for kind in Kind::ALL {
        let of_kind = phases.iter().flat_map(|phase| &phase.artifacts).filter(|(own, _)| *own == kind);
        match (of_kind.clone().count(), of_kind.clone().find(|(_, path)| creator.stem(path) == Some(&*stem))) {
            (0, _) => created.extend(creator.create(kind, &stem, &mut outcome)),
            (_, Some((_, path))) => outcome.say(&format!("left {path} as it is")),
            (count, None) => {
                let folder = creator.folder(kind);
                let artifacts = if count == 1 { "an artifact".to_owned() } else { format!("{count} artifacts") };
                outcome.say(&format!("left {folder}/ as it is: it holds {artifacts}"));
            }
        }
    }
    if outcome.code == 0 {
        outcome.say("");
        outcome.say(match created.first() {
            Some(_) => "Fill in what stands in <angle brackets>, the plan first; 'phasemark check' shows what is left.",
            None => {
                "Nothing to do. 'phasemark new STEM' begins another phase, 'phasemark status' shows those there are."
            }
        });
    }
    Ok(outcome)
}

/// The files that a phase lacks. Exit code 1 if it lacks none.
pub fn new(name: &str) -> Outcome {
    or_failed(try_new(name))
}

fn try_new(name: &str) -> Result<Outcome, String> {
    let root = Root::of(name)?;
    let name = root.name(name);
    let creator = Creator::open(root)?;
    let (stem, phase) = match overview::find_phase(&creator.workspace, &name) {
        Ok(phase) => (phase.stem.clone(), Some(phase)),
        Err(UnknownPhase::Refused(refusal)) => return Err(refusal.to_string()),
        Err(_) => (overview::check_stem(&creator.workspace, &name).map_err(|refusal| refusal.to_string())?, None),
    };
    let mut outcome = creator.begin();
    let mut created = 0;
    for kind in Kind::ALL {
        match phase.as_ref().and_then(|phase| phase.artifact(kind)) {
            Some(path) => outcome.say(&format!("left {path} as it is")),
            None => created += usize::from(creator.create(kind, &stem, &mut outcome).is_some()),
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
}

impl Creator {
    /// # Errors
    /// If the configuration has mistakes: its folders and templates may not be the ones that were meant.
    fn open(root: Root) -> Result<Self, String> {
        if let (Some(path), Some(mistake)) = (root.location.config_path(), root.loaded.diagnostics.first()) {
            return Err(format!("nothing is written because of {}: {}", path.display(), mistake.message));
        }
        let (workspace, _) = root.read(&[], root.path(), &mut Vec::new());
        Ok(Self { root, workspace })
    }

    fn begin(&self) -> Outcome {
        let mut outcome = Outcome::default();
        if let Some(place) = self.root.place() {
            outcome.say(&place);
        }
        outcome
    }

    fn folder(&self, kind: Kind) -> &str {
        self.workspace.config.layout.get(kind).first().map(String::as_str).unwrap_or_default()
    }

    fn stem<'p>(&self, path: &'p str) -> Option<&'p str> {
        self.workspace.config.stem(path)
    }

    /// Creates the artifact of a phase; the answer is its path if it was not there yet.
    fn create(&self, kind: Kind, stem: &str, outcome: &mut Outcome) -> Option<String> {
        let path = format!("{}/{stem}.md", self.folder(kind));
        let text = self.workspace.vocabulary.fresh(kind, stem);
        match write::create(self.root.path(), &self.root.path().join(&path), &text) {
            Ok(Created::Yes) => {
                outcome.say(&format!("created {path}"));
                Some(path)
            }
            Ok(Created::Existed) => {
                outcome.say(&format!("left {path} as it is"));
                None
            }
            Err(error) => {
                outcome.complain(format!("{path}: {error}"));
                None
            }
        }
    }
}
