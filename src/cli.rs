//! The command line: arguments, output formats, exit codes.
//!
//! Architecture invariant: nothing here knows of LSP, and the server knows nothing of this. Formats
//! get a finished [`report::Report`] and do no more than write it.

use std::{
    io::{self, IsTerminal, Write},
    path::PathBuf,
    process::ExitCode,
};

use clap::{Parser, Subcommand, ValueEnum};
use jiff::Zoned;

use self::{
    ci::Escape,
    outcome::Outcome,
    terminal::{Color, complain, note, warn, write_plain},
};
use crate::{
    artifact::notes::FieldName,
    config,
    convention::{Kind, PerKind},
    rules,
};

mod adopt;
pub mod check;
mod chosen;
mod ci;
mod completions;
mod concise;
mod create;
mod excerpt;
mod explain;
mod fingerprint;
mod fix;
mod from_here;
mod github;
mod gitlab;
mod help;
mod json;
mod junit;
mod log;
mod man;
mod outcome;
pub mod report;
mod resume;
mod roots;
#[cfg(test)]
mod samples;
mod sarif;
mod statistics;
mod status;
mod stdin;
mod terminal;
mod text;
mod write;

/// Language server and checker for the Markdown artifacts of LLM-assisted development: plans,
/// prompts and work notes.
#[derive(Debug, Parser)]
#[command(name = "phasemark", version, arg_required_else_help = true, after_help = help::EXIT_CODES, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

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
    #[command(after_help = help::CHECK_EXAMPLES)]
    Check(Box<check::CheckArgs>),

    /// Create the artifact folders with the files of a first phase
    ///
    /// A folder that holds artifacts is left as it is; no file is ever overwritten. With --plan, --prompts or --work-notes
    /// it writes the phasemark.toml that names them instead.
    #[command(after_help = help::INIT_EXAMPLES)]
    Init(InitArgs),

    /// Create the files that a phase lacks, from the templates
    ///
    /// No file is ever overwritten. The exit code is 1 if the phase has all its files already.
    #[command(after_help = help::NEW_EXAMPLES)]
    New {
        /// The phase's name: phase-2, billing/phase-2, or the number alone
        stem: String,
    },

    /// Insert an entry into a phase's session log, in the style of the file
    #[command(after_help = help::LOG_EXAMPLES)]
    Log {
        /// The phase's name, its number, how either ends, or the path of one of its files [default: the phase in progress]
        stem: Option<String>,
        /// What changed; may be given several times [default: the subjects of the commits since the last entry]
        #[arg(short, long, value_name = "TEXT", allow_hyphen_values = true)]
        message: Vec<String>,
        /// Why it changed
        #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
        why: Option<String>,
        /// What is in the way
        #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
        blockers: Option<String>,
        /// What is next
        #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
        next: Option<String>,
    },

    /// Show where every phase stands
    ///
    /// What is in progress or blocked comes first, what is complete last. On a terminal the table fits its width.
    #[command(after_help = help::STATUS_EXAMPLES)]
    Status {
        /// Phases by name or number, files or folders [default: the whole root around this folder]
        #[arg(value_name = "PHASE|PATH")]
        names: Vec<PathBuf>,
        /// Only phases in progress whose session log has no entry of the last days, as many as the rule stale-notes allows
        #[arg(long)]
        stale: bool,
        /// Only phases that are not complete
        #[arg(long)]
        open: bool,
        /// How phases are written to standard output
        #[arg(long, value_enum, default_value_t)]
        format: StatusFormat,
        /// When text is coloured
        #[arg(long, value_enum, value_name = "WHEN", default_value_t)]
        color: Color,
    },

    /// Print the text that restarts work on a phase after a break
    ///
    /// Where it stopped, the commits since then, overview, goals and constraints, what is left, open questions,
    /// decisions, references and the prompt: Markdown, to be pasted to a model or read by a person. Of a phase that is
    /// complete: what came of it, and which one is next.
    #[command(after_help = help::RESUME_EXAMPLES)]
    Resume {
        /// The phase's name, its number, how either ends, or the path of one of its files [default: the phase in progress]
        stem: Option<String>,
        /// Leave out whole parts, the least useful first, until no more characters than these are left
        #[arg(long, value_name = "CHARACTERS")]
        budget: Option<usize>,
        /// How it is written to standard output
        #[arg(long, value_enum, default_value_t)]
        format: ResumeFormat,
    },

    /// Explain a rule, or list them all
    #[command(after_help = help::EXPLAIN_EXAMPLES)]
    Explain {
        /// The rule's name, as findings show it in brackets
        rule: Option<String>,
        /// How rules are written to standard output
        #[arg(long, value_enum, default_value_t)]
        format: ExplainFormat,
        /// When text is coloured
        #[arg(long, value_enum, value_name = "WHEN", default_value_t)]
        color: Color,
    },

    /// Print the JSON Schema of phasemark.toml
    ConfigSchema,

    /// Print the script that completes commands, options, phases and rules in a shell
    #[command(after_help = help::COMPLETIONS_EXAMPLES)]
    Completions { shell: clap_complete::Shell },

    /// Print the manual page, or that of a command
    #[command(after_help = help::MAN_EXAMPLES)]
    Man {
        /// The command that the page is about
        command: Option<String>,
    },
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub enum StatusFormat {
    /// A table
    #[default]
    Text,
    /// One object; see the documentation for its fields
    Json,
    /// A table for a document
    Markdown,
    /// A page for a browser
    Html,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub enum ExplainFormat {
    /// A line for each rule, or one rule in full
    #[default]
    Text,
    /// One object: name, summary, default_severity, looks_at, law, options, fixes and documentation of each rule
    Json,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ResumeFormat {
    /// A text
    #[default]
    Markdown,
    /// One object with the phase's status and the parts of the text
    Json,
}

#[derive(Debug, clap::Args)]
pub struct InitArgs {
    /// A folder, file or pattern of plans that are there
    #[arg(long, value_name = "PATH")]
    plan: Vec<PathBuf>,

    /// A folder, file or pattern of prompts
    #[arg(long, value_name = "PATH")]
    prompts: Vec<PathBuf>,

    /// A folder, file or pattern of work notes
    #[arg(long, value_name = "PATH")]
    work_notes: Vec<PathBuf>,

    /// Write a phasemark.toml that names what looks like artifacts, as 'init' alone lists it
    #[arg(long, conflicts_with_all = ["plan", "prompts", "work_notes", "fresh"])]
    adopt: bool,

    /// Start with plan/, prompts/ and work-notes/ although other folders look like artifacts
    #[arg(long, conflicts_with_all = ["plan", "prompts", "work_notes"])]
    fresh: bool,
}

impl InitArgs {
    /// What `[layout]` is to name.
    fn entries(&self) -> PerKind<&[PathBuf]> {
        PerKind::from_fn(|kind| match kind {
            Kind::Plan => &*self.plan,
            Kind::Prompt => &self.prompts,
            Kind::WorkNotes => &self.work_notes,
        })
    }
}

/// Reads the arguments; ends the process where they are wrong or ask for help, and after an answer to a shell.
pub fn parse() -> Cli {
    completions::answer();
    terminal::heed_force_color();
    Cli::parse()
}

/// What a run came to: whether it could be written, and the exit code.
type Ran = (io::Result<()>, u8);

pub fn run(command: &Run) -> ExitCode {
    let ran = match command {
        Run::Check(args) => check::run(args),
        Run::Init(args) => finish(create::init(args), Escape::Text),
        Run::New { stem } => finish(create::new(stem), Escape::Text),
        Run::Log { stem, message, why, blockers, next } => {
            let names = [FieldName::Why, FieldName::Blockers, FieldName::Next];
            let said = names.into_iter().zip([why, blockers, next]);
            let fields: Vec<_> = said.filter_map(|(name, text)| Some((name, text.clone()?))).collect();
            finish(log::log(stem.as_deref(), message, &fields, &Zoned::now()), Escape::Text)
        }
        Run::Status { names, stale, open, format, color } => {
            let selection = status::Selection { names: names.clone(), stale_only: *stale, open_only: *open };
            Ok(run_status(&selection, *format, *color))
        }
        Run::Resume { stem, budget, format } => {
            let escape = if *format == ResumeFormat::Json { Escape::Json } else { Escape::Text };
            finish(resume::resume(stem.as_deref(), *budget, *format), escape)
        }
        Run::Explain { rule, format, color } => run_explain(rule.as_deref(), *format, *color),
        Run::ConfigSchema => Ok((write_plain(config_schema().as_bytes()), 0)),
        Run::Completions { shell } => Ok((write_plain(completions::script(*shell).as_bytes()), 0)),
        Run::Man { command } => run_man(command.as_deref()),
    };
    let (written, code) = ran.unwrap_or_else(|why| {
        complain(&why);
        (Ok(()), 2)
    });
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

fn run_status(selection: &status::Selection, format: StatusFormat, color: Color) -> Ran {
    let today = Zoned::now().date();
    let status::Found { report, notes, complaints, project } = status::status(selection, today);
    let styled = matches!(format, StatusFormat::Text) && color.on_stdout();
    let escape = match format {
        StatusFormat::Text | StatusFormat::Markdown => Escape::Text,
        StatusFormat::Json => Escape::Json,
        StatusFormat::Html => Escape::Xml,
    };
    let mut out = ci::guarded(terminal::stdout(styled), escape);
    let written = match format {
        StatusFormat::Text => status::write_text(&report, terminal::width(), &mut out),
        StatusFormat::Json => status::write_json(&report, &mut out),
        StatusFormat::Markdown => out.write_all(report.markdown().as_bytes()),
        StatusFormat::Html => status::write_html(&report, &project, today, &mut out),
    };
    notes.iter().for_each(|it| note(it));
    complaints.iter().for_each(|complaint| complain(complaint));
    (written.and_then(|()| out.flush()), if complaints.is_empty() { 0 } else { 2 })
}

/// Writes what a command has to say.
fn finish(outcome: Result<Outcome, String>, escape: Escape) -> Result<Ran, String> {
    let outcome = outcome?;
    let to_terminal = io::stdout().is_terminal();
    let text = if to_terminal { terminal::shown(&outcome.text) } else { outcome.text };
    let mut out = ci::guarded(io::stdout().lock(), escape);
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    outcome.warnings.iter().for_each(|warning| warn(warning));
    outcome.complaints.iter().for_each(|complaint| complain(complaint));
    Ok((written, outcome.code))
}

fn run_explain(name: Option<&str>, format: ExplainFormat, color: Color) -> Result<Ran, String> {
    let find = |name| rules::find(name).ok_or_else(|| explain::unknown(name, rules::all()));
    let rule = name.map(find).transpose()?;
    let is_json = matches!(format, ExplainFormat::Json);
    let mut out = terminal::stdout(color.on_stdout() && !is_json);
    let written = match rule {
        _ if is_json => explain::write_json(rule.as_ref().map_or(rules::all(), std::slice::from_ref), &mut out),
        Some(rule) => explain::write_documentation(&rules::documentation::with_fixes(rule), &mut out),
        None => explain::write_table(rules::all(), &mut out),
    };
    Ok((written.and_then(|()| out.flush()), 0))
}

/// The JSON Schema of `phasemark.toml`.
fn config_schema() -> String {
    let rules: Vec<_> = rules::all().iter().map(|rule| (&rule.spec, rule.summary())).collect();
    let rules = rules.iter().map(|(spec, summary)| (*spec, summary.as_str()));
    let schema = serde_json::to_string_pretty(&config::schema(rules)).expect("a schema is plain JSON");
    schema + "\n"
}

fn run_man(command: Option<&str>) -> Result<Ran, String> {
    let unknown = || format!("no command is called '{}'; 'phasemark --help' lists them", command.unwrap_or_default());
    Ok((write_plain(&man::page(command).ok_or_else(unknown)?), 0))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

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
