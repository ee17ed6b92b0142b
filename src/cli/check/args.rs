//! The arguments of `check`.

use std::path::PathBuf;

use clap::{Args, ValueEnum, builder::PossibleValue};

use crate::{cli::terminal::Color, diagnostic::Severity};

#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Files and folders to check [default: the whole root around this folder]
    ///
    /// A file may be followed by a line and a column, as in our own output: plan/phase-1.md:4:1.
    pub paths: Vec<PathBuf>,
    /// Read the text from standard input and judge it as the artifact at this path; nothing is written
    ///
    /// The rest of the root is read from disk. With --fix, the fixed text goes to standard output.
    #[arg(long, value_name = "PATH", conflicts_with = "paths")]
    pub stdin_filename: Option<PathBuf>,
    /// Fail if a named file is no artifact, instead of skipping it
    #[arg(long)]
    pub strict_paths: bool,
    /// Leave out files that the configuration excludes even if they are named
    #[arg(long)]
    pub force_exclude: bool,
    /// Check only what changed since the merge base with REF [default: the upstream of the branch, else the default
    /// branch of origin]
    ///
    /// Files that are not committed, or not yet known to git, count as changed. What they say is judged with the whole
    /// root in view.
    #[arg(
        long,
        value_name = "REF",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "",
        conflicts_with = "stdin_filename"
    )]
    pub changed: Option<String>,
    /// Apply the fixes that are safe, then report what remains
    ///
    /// Findings in phasemark.toml and in files that are not UTF-8 are never fixed here.
    #[arg(long)]
    pub fix: bool,
    /// Write nothing; show what --fix would change as a unified diff
    ///
    /// The exit code is 1 if there is a difference, 0 if there is none; findings are not reported and
    /// --fail-on has no say.
    #[arg(long)]
    pub diff: bool,
    /// Check again whenever an artifact or the configuration changes
    #[arg(long, conflicts_with_all = ["fix", "diff", "write_baseline", "stdin_filename"])]
    pub watch: bool,
    /// How findings are written
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// Write to a file instead of standard output
    #[arg(long, short, value_name = "FILE", conflicts_with = "diff")]
    pub output: Option<PathBuf>,
    /// When text is coloured
    #[arg(long, value_enum, value_name = "WHEN", default_value_t)]
    pub color: Color,

    /// Report only these rules; repeat it, or separate names with commas
    #[arg(long, value_name = "RULE", value_delimiter = ',', help_heading = FINDINGS)]
    pub select: Vec<String>,
    /// Leave out these rules
    #[arg(long, value_name = "RULE", value_delimiter = ',', help_heading = FINDINGS)]
    pub ignore: Vec<String>,
    /// The least severity that is listed; the rest is counted
    ///
    /// Text lists warnings and errors unless --fail-on asks for less; every other format lists everything.
    #[arg(long, value_enum, value_name = "SEVERITY", help_heading = FINDINGS)]
    pub show: Option<Severity>,
    /// Count the findings of each rule instead of listing them
    #[arg(long, help_heading = FINDINGS)]
    pub statistics: bool,

    /// Hide the findings that are known to this file [default: .phasemark-baseline.json beside phasemark.toml, if it
    /// is there]
    #[arg(long, value_name = "FILE", help_heading = KNOWN)]
    pub baseline: Option<PathBuf>,
    /// Show known findings, too
    #[arg(long, conflicts_with_all = ["baseline", "write_baseline"], help_heading = KNOWN)]
    pub no_baseline: bool,
    /// Write all findings to the baseline, so that from now on only new ones are reported
    ///
    /// Entries of files and rules that are not checked are kept.
    #[arg(long, conflicts_with_all = ["fix", "diff", "statistics", "output", "stdin_filename"], help_heading = KNOWN)]
    pub write_baseline: bool,

    /// The least severity that makes the exit code 1
    #[arg(long, value_enum, value_name = "SEVERITY", default_value_t, help_heading = RESULT)]
    pub fail_on: FailOn,
    /// Exit with 0 even if there are findings
    #[arg(long, help_heading = RESULT)]
    pub exit_zero: bool,
}

const FINDINGS: &str = "Findings";
const KNOWN: &str = "Known findings";
const RESULT: &str = "Result";

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Findings with the lines that they are about
    #[default]
    Text,
    /// A line for each finding: path:line:column: severity[rule] message
    Concise,
    /// One object; --format json-schema says what is in it
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Workflow commands, for annotations on GitHub
    Github,
    /// A Code Quality report, for merge requests on GitLab
    Gitlab,
    /// JUnit XML, for CI that shows test results: what --fail-on does not ask for is a skipped test
    Junit,
    /// Check nothing; print the JSON Schema of --format json
    JsonSchema,
}

/// For --show, gravest first.
impl ValueEnum for Severity {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Error, Self::Warning, Self::Information, Self::Hint]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()))
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    Error,
    #[default]
    Warning,
    Information,
    Hint,
    /// Findings never fail the run
    Never,
}

impl FailOn {
    pub fn least(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Information => Some(Severity::Information),
            Self::Hint => Some(Severity::Hint),
            Self::Never => None,
        }
    }
}

impl CheckArgs {
    /// The least severity that is listed; `None` for all.
    pub fn least_shown(&self) -> Option<Severity> {
        let by_default = || {
            let failing = self.fail_on.least().unwrap_or(Severity::Warning);
            (self.format.is_for_people() && !self.statistics).then(|| failing.min(Severity::Warning))
        };
        self.show.or_else(by_default)
    }

    /// What makes the run fail, as far as findings do.
    pub fn fails_on(&self) -> Option<Severity> {
        self.fail_on.least().filter(|_| !self.exit_zero)
    }
}

impl Format {
    /// Whether paths are relative to the current folder, and the least severities left out.
    pub fn is_for_people(self) -> bool {
        matches!(self, Self::Text | Self::Concise)
    }

    /// Whether it says at its end what was recognised and found.
    pub fn has_summary(self) -> bool {
        matches!(self, Self::Text | Self::Github)
    }
}
