//! The files that a phase has, and those that it lacks.

use super::{check_stem, stem::existing_phase};
use crate::{convention::Kind, workspace::Workspace};

/// The files of a phase: one of each kind, unless the configuration excludes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhaseFiles {
    pub stem: Box<str>,
    /// Plan, prompt, work notes.
    pub files: Vec<PhaseFile>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhaseFile {
    pub kind: Kind,
    /// Relative to the root.
    pub path: Box<str>,
    /// Whether it is an artifact already; else it is yet to be made.
    pub is_there: bool,
}

/// The files of the phase that `name` stands for, be it there or not. Of a suggestion that ends where a name was to
/// follow, such as `phase-4-`, the end is dropped.
///
/// # Errors
/// If no phase may have that name, or several have it.
pub fn phase_files(workspace: &Workspace, name: &str) -> Result<PhaseFiles, String> {
    let name = name.trim_end_matches(['-', '_']);
    let phase = existing_phase(workspace, name)?;
    let stem = match &phase {
        Some(phase) => phase.stem.clone(),
        None => check_stem(workspace, name)?,
    };
    let file = |kind: Kind| {
        if let Some(path) = phase.as_ref().and_then(|phase| phase.artifact(kind)) {
            return Some(PhaseFile { kind, path: (**path).into(), is_there: true });
        }
        let path = workspace.config.path_of(kind, &stem)?;
        Some(PhaseFile { kind, path, is_there: false })
    };
    let files = Kind::ALL.into_iter().filter_map(file).collect();
    Ok(PhaseFiles { stem, files })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Fixture;

    /// Missing files in brackets.
    fn listed(fixture: &str, name: &str) -> String {
        let found = phase_files(&Fixture::parse(fixture).workspace().0, name);
        let show = |file: &PhaseFile| if file.is_there { file.path.to_string() } else { format!("[{}]", file.path) };
        found.map_or_else(
            |refusal| refusal.to_string(),
            |found| found.files.iter().map(show).collect::<Vec<_>>().join(" "),
        )
    }

    #[test]
    fn what_a_phase_has_is_kept_and_the_rest_follows_its_stem() {
        let fixture = "//- plan/phase-2-gateway.md\n# P\n//- work-notes/phase_02.md\n# N\n";
        let files = "plan/phase-2-gateway.md [prompts/phase-2-gateway.md] work-notes/phase_02.md";
        assert_eq!(listed(fixture, "2"), files);
        assert_eq!(listed(fixture, "work-notes/phase_02.md"), files);
        assert_eq!(listed(fixture, "phase-2-"), files);
        assert_eq!(listed(fixture, "phase-4-"), listed(fixture, "phase-4"));
        assert_eq!(listed(fixture, "-"), "the name of a phase is empty");
        assert_eq!(
            listed(fixture, "索引/phase-3"),
            "[plan/索引/phase-3.md] [prompts/索引/phase-3.md] [work-notes/索引/phase-3.md]"
        );
        assert_eq!(
            listed("//- plan/1.md\n# P\n//- work-notes/1.md\n# N\n", "2"),
            "[plan/2.md] [prompts/2.md] [work-notes/2.md]"
        );
        assert_eq!(listed(fixture, "../x"), "'../x' leads out of the artifact folders");
    }

    #[test]
    fn what_the_configuration_excludes_is_not_missing() {
        let toml = "//- phasemark.toml\n[layout]\nplan = [\"docs/plans\", \"plan\"]\nexclude = [\"prompts/**\"]\n";
        let fixture = format!("{toml}//- work-notes/x.md\n# N\n");
        assert_eq!(listed(&fixture, "x"), "[docs/plans/x.md] work-notes/x.md");
        assert!(listed(&fixture, "y").contains("cannot name a prompt"));
    }
}
