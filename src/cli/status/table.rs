//! The report as a table for a terminal.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use crate::{
    artifact::notes::Status,
    cli::terminal::{BOLD, DIM, RESET, one_line},
    overview::{PhaseStatus, StatusReport},
};

const YELLOW: &str = "\u{1b}[33m";
/// Columns of the terminal between two of the table.
const GAP: usize = 2;
/// The next step is not cut further while another column may still go,
const LEAST_NEXT: usize = 20;
/// and goes where it would be shorter.
const SHORTEST_NEXT: usize = 10;
/// A stem is not cut further before others go.
const LEAST_STEM: usize = 12;

/// Writes a table for each root. `width`: the terminal's columns, if there is one: no line is longer.
pub fn write_text(report: &StatusReport, width: Option<usize>, out: &mut dyn Write) -> io::Result<()> {
    for (n, of_root) in report.phases.chunk_by(|a, b| a.root == b.root).enumerate() {
        if n > 0 {
            writeln!(out)?;
        }
        if let Some(root) = of_root.first().map(|phase| &phase.root).filter(|root| !root.is_empty()) {
            writeln!(out, "{BOLD}{}{RESET}", cut(&one_line(root), width.unwrap_or(usize::MAX)))?;
        }
        let mut table = Table::new(of_root);
        if let Some(width) = width {
            table.fit(width);
        }
        table.write(of_root, out)?;
    }
    Ok(())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Name {
    Phase,
    Status,
    Done,
    Questions,
    Unfilled,
    LastEntry,
    Next,
}

/// What goes first where a terminal is narrow.
const FIRST_TO_GO: [Name; 6] = [Name::LastEntry, Name::Questions, Name::Unfilled, Name::Next, Name::Done, Name::Status];

struct Column {
    name: Name,
    head: &'static str,
    cells: Vec<String>,
    width: usize,
}

impl Column {
    fn new(name: Name, phases: &[PhaseStatus], is_short: bool) -> Self {
        let cells = phases.iter().map(|phase| one_line(&cell(name, phase, is_short)));
        let head = match (name, is_short) {
            (Name::Phase, _) => "Phase",
            (Name::Status, _) => "Status",
            (Name::Done, _) => "Done",
            (Name::Questions, false) => "Open questions",
            (Name::Questions, true) => "Questions",
            (Name::Unfilled, false) => "Left to fill in",
            (Name::Unfilled, true) => "Unfilled",
            (Name::LastEntry, _) => "Last entry",
            (Name::Next, _) => "Next step",
        };
        Self::of(name, head, cells.collect())
    }

    fn of(name: Name, head: &'static str, cells: Vec<String>) -> Self {
        let widest = cells.iter().map(|cell| cell.width()).max().unwrap_or_default();
        Self { name, head, width: widest.max(head.len()), cells }
    }
}

fn cell(name: Name, phase: &PhaseStatus, is_short: bool) -> String {
    let number = |number: usize| if number > 0 { number.to_string() } else { String::new() };
    match name {
        Name::Phase => phase.stem.clone(),
        Name::Status => phase.status_name().to_owned(),
        Name::Done => phase.done(),
        Name::Questions => number(phase.open_questions),
        Name::Unfilled if is_short => number(phase.placeholders),
        Name::Unfilled => phase.unfilled(),
        Name::LastEntry if is_short => phase.last_ago(),
        Name::LastEntry => phase.last_day_and_ago(),
        Name::Next => phase.next_step.clone().unwrap_or_default(),
    }
}

struct Table<'p> {
    phases: &'p [PhaseStatus],
    columns: Vec<Column>,
}

impl<'p> Table<'p> {
    fn new(phases: &'p [PhaseStatus]) -> Self {
        let mut table = Self { phases, columns: Vec::new() };
        table.fill(false);
        table
    }

    /// All columns but those that say nothing.
    fn fill(&mut self, is_short: bool) {
        use Name::*;
        let all = [Phase, Status, Done, Questions, Unfilled, LastEntry, Next];
        let columns = all.into_iter().map(|name| Column::new(name, self.phases, is_short));
        self.columns = columns.filter(|column| column.cells.iter().any(|cell| !cell.is_empty())).collect();
    }

    fn column(&mut self, name: Name) -> Option<&mut Column> {
        self.columns.iter_mut().find(|column| column.name == name)
    }

    fn width(&self) -> usize {
        let widths: usize = self.columns.iter().map(|column| column.width + GAP).sum();
        widths.saturating_sub(GAP)
    }

    /// Makes it fit: the next step is cut, then columns say the same in fewer words, then they go, then the stem is
    /// cut.
    fn fit(&mut self, width: usize) {
        if self.fits_with_next_cut(width, LEAST_NEXT) {
            return;
        }
        self.fill(true);
        if let Some(stem) = self.column(Name::Phase) {
            stem.width = stem.width.min((width * 2 / 5).max(LEAST_STEM));
        }
        for name in FIRST_TO_GO {
            let least = if name == Name::Next { SHORTEST_NEXT } else { LEAST_NEXT };
            if self.fits_with_next_cut(width, least) {
                return;
            }
            self.remove(name);
        }
        if let Some(stem) = self.column(Name::Phase) {
            stem.width = stem.width.min(width);
        }
    }

    /// Cuts the next step if all fits then, and at least so much of it is left.
    fn fits_with_next_cut(&mut self, width: usize, least: usize) -> bool {
        let too_much = self.width().saturating_sub(width);
        if too_much == 0 {
            return true;
        }
        match self.column(Name::Next).filter(|next| next.width >= too_much + least) {
            Some(next) => {
                next.width -= too_much;
                true
            }
            None => false,
        }
    }

    fn remove(&mut self, name: Name) {
        self.columns.retain(|column| column.name != name);
        if name != Name::Unfilled {
            return;
        }
        // A template says what is left elsewhere.
        let phases = self.phases;
        let unfilled = |(cell, phase): (String, &PhaseStatus)| if cell.is_empty() { phase.unfilled() } else { cell };
        let next =
            Column::new(Name::Next, phases, true).cells.into_iter().zip(phases).map(unfilled).collect::<Vec<_>>();
        if next.iter().any(|cell| !cell.is_empty()) {
            self.columns.retain(|column| column.name != Name::Next);
            self.columns.push(Column::of(Name::Next, "Next step", next));
        }
    }

    fn write(&self, phases: &[PhaseStatus], out: &mut dyn Write) -> io::Result<()> {
        self.write_row(None, out)?;
        phases.iter().enumerate().try_for_each(|(n, phase)| self.write_row(Some((n, phase)), out))
    }

    fn write_row(&self, row: Option<(usize, &PhaseStatus)>, out: &mut dyn Write) -> io::Result<()> {
        let mut padding = 0;
        for column in &self.columns {
            let whole = row.map_or(column.head, |(n, _)| &column.cells[n]);
            let shown =
                if column.name == Name::Phase { cut_stem(whole, column.width) } else { cut(whole, column.width) };
            if !shown.is_empty() {
                let style = style(column.name, row.map(|(_, phase)| phase));
                let reset = if style.is_empty() { "" } else { RESET };
                write!(out, "{:padding$}{style}{shown}{reset}", "")?;
                padding = 0;
            }
            padding += column.width.saturating_sub(shown.width()) + GAP;
        }
        writeln!(out)
    }
}

fn style(name: Name, phase: Option<&PhaseStatus>) -> &'static str {
    match (name, phase) {
        (_, None) | (Name::Phase, _) => BOLD,
        (Name::Status, Some(phase)) => color(phase.status),
        (Name::LastEntry, Some(phase)) if phase.stale => YELLOW,
        (Name::LastEntry, _) => DIM,
        _ => "",
    }
}

fn color(status: Option<Status>) -> &'static str {
    match status {
        Some(Status::Complete) => "\u{1b}[32m",
        Some(Status::InProgress) => "\u{1b}[36m",
        Some(Status::Blocked) => "\u{1b}[31m",
        Some(Status::NotStarted) | None => "",
    }
}

/// The same for a stem: what tells it from others stands behind its folders, so these go first.
fn cut_stem(stem: &str, width: usize) -> String {
    let mut folders = stem.match_indices('/').map(|(at, _)| &stem[at..]);
    match folders.find(|rest| rest.width() < width) {
        Some(rest) if stem.width() > width => format!("…{rest}"),
        _ if stem.width() <= width => stem.to_owned(),
        _ => match stem.rsplit_once('/') {
            Some((_, name)) if width > LEAST_STEM / 2 => cut(&format!("…/{name}"), width),
            _ => cut(stem, width),
        },
    }
}

/// As much of a text as fits, with `…` where it was cut.
fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    if width == 0 {
        return String::new();
    }
    let is_inside_code = |kept: &str| kept.matches('`').count() % 2 == 1;
    let kept = beginning(text, width - 1);
    if !is_inside_code(kept) {
        return format!("{kept}…");
    }
    // A code span that is cut still ends.
    let kept = beginning(text, width.saturating_sub(2));
    match kept.strip_suffix('`') {
        _ if !is_inside_code(kept) => format!("{kept}…"),
        Some(before) => format!("{}…", before.trim_end()),
        None => format!("{kept}…`"),
    }
}

/// As much of a text as fits.
fn beginning(text: &str, width: usize) -> &str {
    // Signs join: the width of a text is not the sum of theirs.
    let ends = text.char_indices().map(|(at, c)| at + c.len_utf8());
    let end = ends.take_while(|end| text[..*end].width() <= width).last().unwrap_or_default();
    text[..end].trim_end_matches(|c: char| c == '\u{200d}' || c.is_whitespace())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::{overview, testing::Fixture};

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
- Next: ask the mesh team 😀 which `label` they want, and write it down
//- plan/索引.md
## Definition of done

- [ ] 検索 が `make search` で通る
//- plan/phase-10.md
# Phase <N>: <Phase name>

## Overview

- <Goal 1>
//- plan/phase-1.md
# One
//- work-notes/phase-1.md
- Status: complete

## Session log

### 2025-09-01

- Next: an old step
";

    fn report() -> StatusReport {
        let mut report = overview::status(&Fixture::parse(PHASES).workspace().0, date(2026, 1, 24));
        let more = report.phases[0].clone().below("services/漢/");
        report.phases.push(more);
        report
    }

    fn table(width: Option<usize>) -> String {
        let mut out = Vec::new();
        write_text(&report(), width, &mut out).unwrap();
        anstream::adapter::strip_str(std::str::from_utf8(&out).unwrap()).to_string()
    }

    #[test]
    fn columns_are_aligned_by_what_a_terminal_shows() {
        insta::assert_snapshot!(table(None), @r"
        Phase            Status    Done    Open questions  Left to fill in  Last entry                 Next step
        phase-2-gateway  Blocked   1 of 2  1                                2026-01-21 (3 days ago)    ask the mesh team 😀 which `label` they want, and write it down
        phase-10                                           1 placeholder
        索引                       0 of 1                                                              検索 が `make search` で通る
        phase-1          Complete                                           2025-09-01 (4 months ago)

        services/漢/
        Phase            Status   Done    Open questions  Last entry               Next step
        phase-2-gateway  Blocked  1 of 2  1               2026-01-21 (3 days ago)  ask the mesh team 😀 which `label` they want, and write it down
        ");
    }

    #[test]
    fn a_narrow_terminal_gets_fewer_words_then_fewer_columns() {
        insta::assert_snapshot!(table(Some(100)), @r"
        Phase            Status    Done    Questions  Unfilled  Last entry    Next step
        phase-2-gateway  Blocked   1 of 2  1                    3 days ago    ask the mesh team 😀 which…
        phase-10                                      1
        索引                       0 of 1                                     検索 が `make search` で通る
        phase-1          Complete                               4 months ago

        services/漢/
        Phase            Status   Done    Open questions  Last entry               Next step
        phase-2-gateway  Blocked  1 of 2  1               2026-01-21 (3 days ago)  ask the mesh team 😀 whi…
        ");
        insta::assert_snapshot!(table(Some(60)), @r"
        Phase            Status    Done    Next step
        phase-2-gateway  Blocked   1 of 2  ask the mesh team 😀 whi…
        phase-10                           1 placeholder
        索引                       0 of 1  検索 が `make search` で…
        phase-1          Complete

        services/漢/
        Phase            Status   Done    Next step
        phase-2-gateway  Blocked  1 of 2  ask the mesh team 😀 whic…
        ");
        insta::assert_snapshot!(table(Some(30)), @r"
        Phase         Status    Done
        phase-2-gat…  Blocked   1 of 2
        phase-10
        索引                    0 of 1
        phase-1       Complete

        services/漢/
        Phase         Status   Done
        phase-2-gat…  Blocked  1 of 2
        ");
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        for width in 1..=200 {
            for line in table(Some(width)).lines() {
                assert!(line.width() <= width, "{width}: {line}");
            }
        }
    }

    #[test]
    fn of_a_stem_the_folders_go_first() {
        assert_eq!(cut_stem("billing/api/phase-2", 19), "billing/api/phase-2");
        assert_eq!(cut_stem("billing/api/phase-2", 18), "…/api/phase-2");
        assert_eq!(cut_stem("billing/api/phase-2", 12), "…/phase-2");
        assert_eq!(cut_stem("billing/api/phase-2-gateway", 12), "…/phase-2-g…");
        assert_eq!(cut_stem("phase-2-gateway", 12), "phase-2-gat…");
        assert_eq!(cut_stem("a/b", 2), "a…");
    }

    #[test]
    fn what_is_cut_is_marked() {
        assert_eq!(cut("漢字", 4), "漢字");
        assert_eq!(cut("漢字漢", 4), "漢…");
        assert_eq!(cut("run `make test` now", 10), "run `mak…`");
        assert_eq!(cut("run `make test` now", 6), "run…");
        assert_eq!(cut("`a` `b`", 6), "`a`…");
        assert_eq!(cut("👩‍💻👩‍💻👩‍💻", 5), "👩‍💻👩‍💻…");
        assert_eq!(cut("abc", 1), "…");
        assert_eq!(cut("abc", 0), "");
    }
}
