//! The command from its arguments to its output and exit code.

use std::io::{self, IsTerminal, Write};

use anstream::AutoStream;

use super::{
    args::{CheckArgs, Format},
    baseline::Place,
    check,
    filter::Filter,
    watch::watch,
};
use crate::{
    cli::{
        Ran, adopt,
        chosen::Scope,
        ci::{self, Escape},
        concise,
        fix::{self, Fixes},
        github, gitlab, json, junit,
        report::Report,
        sarif, statistics,
        stdin::Stdin,
        terminal::{self, Color, complain, note, warn, write_plain},
        text, write,
    },
    rules,
    text::words::counted,
};

/// # Errors
/// Why nothing was checked.
pub fn run(args: &CheckArgs) -> Result<Ran, String> {
    if args.format == Format::JsonSchema {
        return Ok((write_plain(json::SCHEMA.as_bytes()), 0));
    }
    let request = Request::new(args)?;
    if args.watch {
        Ok((request.watch(), 0))
    } else if args.diff {
        request.diff()
    } else if args.write_baseline {
        request.write_baseline()
    } else {
        request.check()
    }
}

/// The arguments, understood.
struct Request<'a> {
    args: &'a CheckArgs,
    scope: Scope,
    filter: Filter,
}

impl<'a> Request<'a> {
    /// # Errors
    /// What to say of arguments that make no sense.
    fn new(args: &'a CheckArgs) -> Result<Self, String> {
        for (is_set, flag, does) in
            [(args.diff, "--diff", "writes a unified diff"), (args.statistics, "--statistics", "writes a table")]
        {
            if is_set && args.format != Format::Text {
                return Err(format!("{flag} {does}; --format does not go with it"));
            }
        }
        let filter = Filter::new(&args.select, &args.ignore)?;
        let stdin = args.stdin_filename.as_deref().map(Stdin::read).transpose();
        let stdin = stdin.map_err(|error| format!("standard input: {error}"))?;
        let changed = args.changed.clone().map(|name| Some(name).filter(|name| !name.is_empty()));
        let scope = Scope { paths: args.paths.clone(), force_exclude: args.force_exclude, stdin, changed };
        Ok(Self { args, scope, filter })
    }

    /// # Errors
    /// What to say of a baseline that cannot be read.
    fn check(&self) -> Result<Ran, String> {
        let fixes = self.args.fix.then(|| fix::fixes(&self.scope, &self.filter)).transpose()?;
        match (fixes, &self.scope.stdin) {
            (Some(fixes), Some(stdin)) => self.fix_stdin(fixes, stdin),
            (Some(mut fixes), None) => {
                fixes.write();
                self.report(Some(&fixes))
            }
            (None, _) => self.report(None),
        }
    }

    /// Ends when it is interrupted, or its output is closed.
    fn watch(&self) -> io::Result<()> {
        watch(&self.scope, self.args.baseline.as_deref(), &|| match self.check() {
            Ok((written, _)) => written,
            Err(mistake) => {
                complain(&mistake);
                Ok(())
            }
        })
    }

    /// Checks and writes what was found; `fixes` were written before.
    fn report(&self, fixes: Option<&Fixes>) -> Result<Ran, String> {
        let report = self.found(&self.scope)?;
        let (mut written, is_lost) = self.write(&report);
        let mut code = if is_lost { 2 } else { 0 }.max(self.finish(&report));
        // What cannot be read is reported by the check itself.
        if let Some(fixes) = fixes {
            if !fixes.refused.is_empty() {
                code = 2;
            }
            complain_about(fixes);
            let line = fixed_line(fixes, report.counts().fixable);
            match self.args.format {
                Format::Text if self.args.output.is_none() => {
                    written = written.and_then(|()| write_plain(format!("{line}\n").as_bytes()))
                }
                _ => note(&line),
            }
        }
        Ok((written, code))
    }

    /// Writes the fixed text to standard output, and what is left to standard error.
    fn fix_stdin(&self, fixes: Fixes, stdin: &Stdin) -> Result<Ran, String> {
        let after = fixes.files.first().map_or(&*stdin.bytes, |file| file.after.as_bytes());
        let written = match io::stdout().is_terminal() {
            true => write_plain(terminal::shown(&String::from_utf8_lossy(after)).as_bytes()),
            // A program gets the bytes as they are.
            false => write_plain(after),
        };
        let fixed = Stdin { path: stdin.path.clone(), bytes: after.into() };
        let report = self.found(&Scope { stdin: Some(fixed), ..self.scope.clone() })?;
        let code = self.finish(&report);
        complain_about(&fixes);
        note(&fixed_line(&fixes, report.counts().fixable));
        Ok((written, if fixes.refused.is_empty() { code } else { 2 }))
    }

    /// What a check of `scope` finds, as far as it is wanted and not known.
    fn found(&self, scope: &Scope) -> Result<Report, String> {
        let mut report = check(scope, &self.filter)?;
        report.least_shown = self.args.least_shown();
        if !self.args.no_baseline {
            let place = self.baseline(&report)?;
            match place.read()? {
                Some(baseline) => baseline.apply(&mut report, &self.filter, &place),
                None if self.args.baseline.is_none() => {}
                None => return Err(format!("{}: no such file; --write-baseline makes it", place.shown)),
            }
        }
        Ok(report)
    }

    fn baseline(&self, report: &Report) -> Result<Place, String> {
        Place::new(self.args.baseline.as_deref(), report).map_err(|error| format!("the current folder: {error}"))
    }

    /// Makes what is found now known.
    fn write_baseline(&self) -> Result<Ran, String> {
        let report = check(&self.scope, &self.filter)?;
        if self.finish(&report) == 2 {
            return Err("no baseline written; 'phasemark check' says what has to be put right first".to_owned());
        }
        let place = self.baseline(&report)?;
        let before = place.read()?.unwrap_or_default();
        let after = before.renewed(&report, &self.filter, &place);
        write::put(&place.path, after.write().as_bytes()).map_err(|error| format!("{}: {error}", place.shown))?;
        let known = counted(after.len(), "known finding", "known findings");
        let line = ci::escaped(&terminal::harmless(&format!("Wrote {}: {known}", place.shown)));
        Ok((write_plain(format!("{line}\n").as_bytes()), 0))
    }

    /// Says on standard error what is no finding; the exit code.
    fn finish(&self, report: &Report) -> u8 {
        let is_refused = self.note_skipped(&report.skipped);
        report.complaints().iter().for_each(|complaint| complain(complaint));
        if let Some(name) = &report.changed_since {
            let changed = counted(report.summary.artifacts, "artifact", "artifacts");
            note(&format!("{changed} changed since the merge base with {name}"));
        }
        if let (Format::Concise, Some(hidden)) = (self.args.format, text::hidden(report)) {
            note(&hidden);
        }
        if !self.args.format.has_summary() || self.args.output.is_some() {
            report.about_known().iter().for_each(|line| note(line));
        }
        if is_refused { 2 } else { report.exit_code(self.args.fails_on()) }
    }

    /// Tells of files that were named and are no artifacts; whether that is a mistake.
    fn note_skipped(&self, paths: &[String]) -> bool {
        let is_strict = self.args.strict_paths;
        for path in paths {
            match is_strict {
                true => complain(&format!("{path}: not an artifact")),
                false => note(&format!("{path}: skipped, not an artifact")),
            }
        }
        is_strict && !paths.is_empty()
    }

    fn diff(&self) -> Result<Ran, String> {
        let fixes = fix::fixes(&self.scope, &self.filter)?;
        let styled = self.args.color.on_stdout();
        let mut out = ci::guarded(terminal::stdout(styled), Escape::Text);
        let written = fixes.write_diff(styled, io::stdout().is_terminal(), &mut out).and_then(|()| out.flush());
        fixes.failures.iter().for_each(|failure| complain(&failure.to_string()));
        complain_about(&fixes);
        let is_refused = self.note_skipped(&fixes.skipped);
        let found_nothing = fixes.artifacts == 0 && fixes.skipped.is_empty() && !fixes.may_be_empty;
        if found_nothing && fixes.failures.is_empty() {
            complain(&adopt::no_artifact());
        }
        // Silence could be taken for a run that looked at nothing.
        let extent = if fixes.files.is_empty() { "nothing".to_owned() } else { fixes.extent() };
        if fixes.artifacts > 0 {
            note(&format!("Would fix {extent}"));
        }
        let is_whole = !found_nothing && !is_refused && fixes.failures.is_empty() && fixes.refused.is_empty();
        let differs = !fixes.files.is_empty() && !self.args.exit_zero;
        Ok((written, if is_whole { u8::from(differs) } else { 2 }))
    }

    /// Writes to standard output, or to the file that was named; whether that file could not be written.
    fn write(&self, report: &Report) -> (io::Result<()>, bool) {
        let Some(path) = &self.args.output else { return (self.write_stdout(report), false) };
        let mut bytes = Vec::new();
        let is_styled = self.args.format == Format::Text && self.args.color == Color::Always;
        let written =
            self.write_to(report, is_styled, &mut AutoStream::new(&mut bytes, terminal::color_choice(is_styled)));
        match written.and_then(|()| write::put(path, &bytes)) {
            Ok(()) => {
                note(&format!("Wrote {}: {}", path.display(), text::found(&report.counts(), None)));
                (Ok(()), false)
            }
            Err(error) => {
                complain(&format!("{}: {error}", path.display()));
                (Ok(()), true)
            }
        }
    }

    fn write_stdout(&self, report: &Report) -> io::Result<()> {
        let styled = matches!(self.args.format, Format::Text) && self.args.color.on_stdout();
        let plain = || io::BufWriter::new(io::stdout().lock());
        let mut out: Box<dyn Write> = match self.args.format {
            Format::Text | Format::Concise => ci::guarded(terminal::stdout(styled), Escape::Text),
            Format::Json | Format::JsonSchema | Format::Gitlab | Format::Sarif => ci::guarded(plain(), Escape::Json),
            Format::Junit => ci::guarded(plain(), Escape::Xml),
            // Commands are what it writes.
            Format::Github => Box::new(plain()),
        };
        self.write_to(report, styled, &mut *out)?;
        out.flush()
    }

    fn write_to(&self, report: &Report, styled: bool, out: &mut dyn Write) -> io::Result<()> {
        match self.args.format {
            Format::Text if self.args.statistics => statistics::write(report, out),
            Format::Text => text::write(report, styled, out),
            Format::Concise => concise::write(report, out),
            Format::Json | Format::JsonSchema => json::write(report, rules::all(), out),
            Format::Sarif => sarif::write(report, rules::all(), out),
            Format::Github => github::write(report, out),
            Format::Gitlab => gitlab::write(report, out),
            Format::Junit => junit::write(report, self.args.fails_on(), out),
        }
    }
}

/// Says what fixing left as it is.
fn complain_about(fixes: &Fixes) {
    fixes.refused.iter().for_each(|refused| complain(refused));
    fixes.left.iter().for_each(|left| warn(&left.to_string()));
}

/// `remaining`: how many findings an editor could still fix.
fn fixed_line(fixes: &Fixes, remaining: usize) -> String {
    let fixed = if fixes.files.is_empty() { "No safe fixes".to_owned() } else { format!("Fixed {}", fixes.extent()) };
    match remaining {
        0 => fixed,
        _ => format!("{fixed}; {remaining} fixable in an editor"),
    }
}
