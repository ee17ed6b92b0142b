//! `status`: a table of all phases.

use std::{
    io::{self, Write},
    path::PathBuf,
};

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::{
    adopt,
    chosen::{Chosen, Scope},
    report::Failure,
    roots::shown_folder,
    terminal::one_line,
};
use crate::{
    artifact::notes::Status,
    overview::{self, PhaseStatus, StatusReport},
};

const BOLD: &str = "\u{1b}[1m";
const DIM: &str = "\u{1b}[2m";
const RESET: &str = "\u{1b}[0m";
/// Columns between two cells.
const GAP: usize = 2;
/// The last column, which is cut first, keeps so many columns.
const LEAST: usize = 12;
/// A stem is shown no wider.
const WIDEST: usize = 48;

/// All phases at and below `paths`, with what could not be read.
pub fn status(paths: &[PathBuf]) -> (StatusReport, Vec<String>) {
    let mut failures: Vec<Failure> = Vec::new();
    let mut mistakes = Vec::new();
    let mut report = StatusReport { version: 1, phases: Vec::new() };
    match Chosen::open(&Scope::of(paths), &mut failures) {
        Ok(chosen) => collect(&chosen, &mut report, &mut failures, &mut mistakes),
        Err(mistake) => mistakes.push(mistake),
    }
    let mut complaints: Vec<String> = failures.iter().map(Failure::to_string).chain(mistakes).collect();
    if report.phases.is_empty() && complaints.is_empty() {
        complaints.push(adopt::no_artifact());
    }
    complaints.dedup();
    (report, complaints)
}

fn collect(chosen: &Chosen, report: &mut StatusReport, failures: &mut Vec<Failure>, mistakes: &mut Vec<String>) {
    for root in chosen.roots.values() {
        let (workspace, _) = chosen.read(root, failures);
        mistakes.extend(root.mistake());
        let folder = shown_folder(&chosen.outermost, root.path());
        let phases = overview::status(&workspace).phases.into_iter();
        let is_chosen =
            |phase: &PhaseStatus| phase.artifacts.iter().any(|artifact| root.is_chosen(&artifact.path, &chosen.paths));
        report.phases.extend(phases.filter(is_chosen).map(|phase| phase.below(&folder)));
    }
}

/// Writes the report as one object.
pub fn write_json(report: &StatusReport, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, report)?;
    writeln!(out)
}

/// Writes a table for each root. `width`: the terminal's columns, if there is one; longer lines are cut.
pub fn write_text(report: &StatusReport, width: Option<usize>, out: &mut dyn Write) -> io::Result<()> {
    for (n, of_root) in report.phases.chunk_by(|a, b| a.root == b.root).enumerate() {
        if n > 0 {
            writeln!(out)?;
        }
        if let Some(root) = of_root.first().map(|phase| &phase.root).filter(|root| !root.is_empty()) {
            writeln!(out, "{BOLD}{}{RESET}", one_line(root))?;
        }
        write_table(of_root, width, out)?;
    }
    Ok(())
}

fn write_table(phases: &[PhaseStatus], width: Option<usize>, out: &mut dyn Write) -> io::Result<()> {
    let rows: Vec<[String; 6]> = phases.iter().map(|phase| phase.cells().map(|cell| one_line(&cell))).collect();
    let heads = StatusReport::COLUMNS.map(str::to_owned);
    let mut widths = [0; 6];
    for (column, widest) in widths.iter_mut().enumerate() {
        let cells = rows.iter().chain([&heads]).map(|row| row[column].width());
        *widest = cells.max().unwrap_or_default();
    }
    widths[0] = widths[0].min(WIDEST);
    let before_last: usize = widths[..5].iter().map(|width| width + GAP).sum();
    if let Some(width) = width {
        widths[5] = widths[5].min(width.saturating_sub(before_last).max(LEAST));
    }
    let style = |column: usize, phase: Option<&PhaseStatus>| match (column, phase) {
        (_, None) | (0, _) => BOLD,
        (1, Some(phase)) => color(phase.status),
        (4, _) => DIM,
        _ => "",
    };
    let rows = rows.iter().zip(phases).map(|(row, phase)| (row, Some(phase)));
    for (row, phase) in std::iter::once((&heads, None)).chain(rows) {
        let last = row.iter().rposition(|cell| !cell.is_empty()).unwrap_or_default();
        for (column, cell) in row[..=last].iter().enumerate() {
            let cell = cut(cell, widths[column]);
            let padding = if column == last { 0 } else { widths[column] - cell.width() + GAP };
            let style = if cell.is_empty() { "" } else { style(column, phase) };
            let reset = if style.is_empty() { "" } else { RESET };
            write!(out, "{style}{cell}{reset}{:padding$}", "")?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn color(status: Option<Status>) -> &'static str {
    match status {
        Some(Status::Complete) => "\u{1b}[32m",
        Some(Status::InProgress) => "\u{1b}[36m",
        Some(Status::Blocked) => "\u{1b}[31m",
        Some(Status::NotStarted) | None => "",
    }
}

/// As much of a text as fits, with `…` where it was cut.
fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 1;
    for c in text.chars() {
        used += c.width().unwrap_or_default();
        if used > width {
            break;
        }
        out.push(c);
    }
    out.truncate(out.trim_end().len());
    out.push('…');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Fixture;

    const PHASES: &str = "\
//- plan/phase-2-gateway.md
## Definition of done

- [x] `make lint` passes
- [ ] `make test` passes
//- work-notes/phase-2-gateway.md
- Status: blocked

## Open questions

- Which port?

## Session log

### 2026-01-21 14:30

- What changed: a
- Next: ask the mesh team 😀 which label they want, and write it down
//- plan/索引.md
## Definition of done

- [ ] 検索 が `make search` で通る
//- plan/phase-10.md
# Ten
";

    fn table(width: Option<usize>) -> String {
        let mut report = overview::status(&Fixture::parse(PHASES).workspace().0);
        let more = report.phases[0].clone().below("services/漢/");
        report.phases.push(more);
        let mut out = Vec::new();
        write_text(&report, width, &mut out).unwrap();
        anstream::adapter::strip_str(std::str::from_utf8(&out).unwrap()).to_string()
    }

    #[test]
    fn columns_are_aligned_by_what_a_terminal_shows() {
        insta::assert_snapshot!(table(None), @r"
        Phase            Status   Done    Open questions  Last entry        Next step
        phase-2-gateway  Blocked  1 of 2  1               2026-01-21 14:30  ask the mesh team 😀 which label they want, and write it down
        phase-10
        索引                      0 of 1                                    検索 が make search で通る

        services/漢/
        Phase            Status   Done    Open questions  Last entry        Next step
        phase-2-gateway  Blocked  1 of 2  1               2026-01-21 14:30  ask the mesh team 😀 which label they want, and write it down
        ");
    }

    #[test]
    fn a_line_fits_the_terminal() {
        for line in table(Some(90)).lines() {
            assert!(line.width() <= 90, "{line}");
        }
        assert!(table(Some(90)).contains('…'));
        assert!(table(Some(10)).contains("ask the mes…"));
        assert_eq!(cut("漢字", 4), "漢字");
        assert_eq!(cut("漢字漢", 4), "漢…");
    }
}
