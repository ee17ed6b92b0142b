//! The command line: arguments, output formats, exit codes.
//!
//! Architecture invariant: nothing here knows of LSP, and the server knows nothing of this. Formats
//! get a finished [`report::Report`] and do no more than write it.

use std::{
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use clap::{CommandFactory, Parser, Subcommand, ValueEnum};

use self::{
    report::Report,
    terminal::{Color, complain},
};
use crate::{config, diagnostic::Severity, rules};

pub mod check;
mod excerpt;
mod explain;
mod github;
mod json;
mod junit;
pub mod report;
mod roots;
#[cfg(test)]
mod samples;
mod sarif;
mod terminal;
mod text;
mod write;

/// Language server and checker for the Markdown artifacts of LLM-assisted development: plans,
/// prompts and work notes.
#[derive(Debug, Parser)]
#[command(name = "phasemark", version, arg_required_else_help = true, after_help = EXIT_CODES, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "Exit codes:
  0  nothing found that --fail-on asks for
  1  something found
  2  bad usage, unreadable input, bad configuration or no artifact at all";

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Speak the Language Server Protocol over standard input and output
    Server {
        /// Accepted because editors pass it; there is no other transport
        #[arg(long)]
        stdio: bool,
    },
    #[command(flatten)]
    Run(Run),
}

/// What runs to its end and writes to the terminal.
#[derive(Debug, Subcommand)]
pub enum Run {
    /// Check plans, prompts and work notes
    #[command(after_help = CHECK_EXAMPLES)]
    Check(CheckArgs),

    /// Explain a rule, or list them all
    #[command(after_help = EXPLAIN_EXAMPLES)]
    Explain {
        /// The rule's name, as findings show it in brackets
        rule: Option<String>,
        #[arg(long, value_enum, value_name = "WHEN", default_value_t)]
        color: Color,
    },

    /// Print the JSON Schema of phasemark.toml
    ConfigSchema,

    /// Print a completion script for a shell
    #[command(after_help = COMPLETIONS_EXAMPLES)]
    Completions { shell: clap_complete::Shell },
}

const CHECK_EXAMPLES: &str = "Examples:
  phasemark check                          everything below the root around this folder
  phasemark check plan/phase-1.md          one file
  phasemark check --fail-on error          findings below error do not fail
  phasemark check --format github          annotations in a workflow run
  phasemark check --format sarif > phasemark.sarif";
const EXPLAIN_EXAMPLES: &str = "Examples:
  phasemark explain
  phasemark explain missing-definition-of-done";
const COMPLETIONS_EXAMPLES: &str = "Examples:
  phasemark completions bash > ~/.local/share/bash-completion/completions/phasemark
  phasemark completions fish > ~/.config/fish/completions/phasemark.fish";

#[derive(Debug, clap::Args)]
pub struct CheckArgs {
    /// Files and folders to check
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,
    /// How findings are written to standard output
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// The least severity that makes the exit code 1
    #[arg(long, value_enum, value_name = "SEVERITY", default_value_t)]
    fail_on: FailOn,
    /// When text is coloured
    #[arg(long, value_enum, value_name = "WHEN", default_value_t)]
    color: Color,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Format {
    /// Findings with the lines that they are about
    #[default]
    Text,
    /// One object; see the documentation for its fields
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Workflow commands, for annotations on GitHub
    Github,
    /// JUnit XML, for CI that shows test results
    Junit,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum FailOn {
    Error,
    #[default]
    Warning,
    Information,
    Hint,
    /// Findings never fail the run
    Never,
}

impl FailOn {
    fn least(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Information => Some(Severity::Information),
            Self::Hint => Some(Severity::Hint),
            Self::Never => None,
        }
    }
}

/// Reads the arguments; ends the process where they are wrong or ask for help.
pub fn parse() -> Cli {
    Cli::parse()
}

pub fn run(command: &Run) -> ExitCode {
    let (written, code) = match command {
        Run::Check(args) => run_check(args),
        Run::Explain { rule, color } => run_explain(rule.as_deref(), *color),
        Run::ConfigSchema => (write_plain(config_schema().as_bytes()), 0),
        Run::Completions { shell } => (write_plain(&completions(*shell)), 0),
    };
    match written {
        // Whoever read our output has seen enough: `phasemark check | head`.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => code.into(),
        Err(error) => {
            complain(&format!("standard output: {error}"));
            ExitCode::from(2)
        }
        Ok(()) => code.into(),
    }
}

fn run_check(args: &CheckArgs) -> (io::Result<()>, u8) {
    let report = check::check(&args.paths);
    let written = write_report(&report, args);
    for complaint in report.complaints() {
        complain(&complaint);
    }
    (written, report.exit_code(args.fail_on.least()))
}

fn write_report(report: &Report, args: &CheckArgs) -> io::Result<()> {
    let styled = matches!(args.format, Format::Text) && args.color.on_stdout();
    let mut out: Box<dyn Write> = match args.format {
        Format::Text => Box::new(terminal::stdout(styled)),
        _ => Box::new(io::BufWriter::new(io::stdout().lock())),
    };
    match args.format {
        Format::Text => text::write(report, styled, &mut out),
        Format::Json => json::write(report, &mut out),
        Format::Sarif => sarif::write(report, rules::all(), &mut out),
        Format::Github => github::write(report, &mut out),
        Format::Junit => junit::write(report, &mut out),
    }?;
    out.flush()
}

fn run_explain(name: Option<&str>, color: Color) -> (io::Result<()>, u8) {
    let mut out = terminal::stdout(color.on_stdout());
    let written = match name.map(|name| (name, rules::find(name))) {
        None => explain::write_table(rules::all(), &mut out),
        Some((_, Some(rule))) => explain::write_rule(rule, &mut out),
        Some((name, None)) => {
            complain(&explain::unknown(name, rules::all()));
            return (Ok(()), 2);
        }
    };
    (written.and_then(|()| out.flush()), 0)
}

/// The JSON Schema of `phasemark.toml`.
fn config_schema() -> String {
    let rules: Vec<_> = rules::all().iter().map(|rule| (&rule.spec, rule.summary())).collect();
    let rules = rules.iter().map(|(spec, summary)| (*spec, summary.as_str()));
    let schema = serde_json::to_string_pretty(&config::schema(rules)).expect("a schema is plain JSON");
    schema + "\n"
}

fn completions(shell: clap_complete::Shell) -> Vec<u8> {
    // Into memory first: the generator panics where it cannot write.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "phasemark", &mut script);
    script
}

fn write_plain(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn editors_may_pass_stdio() {
        let cli = Cli::try_parse_from(["phasemark", "server", "--stdio"]).unwrap();
        assert!(matches!(cli.command, Command::Server { stdio: true }));
    }
}
