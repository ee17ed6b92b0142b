//! The report as a document for editors and for people.

use unicode_width::UnicodeWidthStr;

use super::{PhaseStatus, StatusReport, Words, in_words};
use crate::text::words::longest_ticks;

const COLUMNS: [&str; 7] = ["Phase", "Status", "Done", "Open questions", "Left to fill in", "Last entry", "Next step"];

impl StatusReport {
    /// A table for each root.
    pub fn markdown(&self) -> String {
        let mut out = String::from("# Status\n");
        if !self.phases.is_empty() {
            out.push_str(&format!("\n{}.\n", self.summary()));
        }
        for of_root in self.phases.chunk_by(|a, b| a.root == b.root) {
            if let Some(root) = of_root.first().map(|phase| &phase.root).filter(|root| !root.is_empty()) {
                out.push_str(&format!("\n## {}\n", cell(root)));
            }
            out.push('\n');
            out.push_str(&table(of_root));
        }
        if self.phases.is_empty() {
            out.push_str("\nNo phase yet.\n");
        }
        out
    }
}

/// Its columns are padded, but for the last one: it is read as it is, too.
fn table(phases: &[PhaseStatus]) -> String {
    let rows: Vec<_> = [COLUMNS.map(str::to_owned)].into_iter().chain(phases.iter().map(cells)).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].width()).max().unwrap_or_default().max(3);
    let widths: [usize; 6] = std::array::from_fn(width);
    let mut out = String::new();
    for (n, row) in rows.iter().enumerate() {
        for (cell, width) in row.iter().zip(widths) {
            out.push_str(&format!("| {cell}{:padding$} ", "", padding = width - cell.width()));
        }
        out.push_str(&format!("| {} |\n", row[6]));
        if n == 0 {
            widths.iter().for_each(|width| out.push_str(&format!("| {} ", "-".repeat(*width))));
            out.push_str("| --- |\n");
        }
    }
    out
}

fn cells(phase: &PhaseStatus) -> [String; 7] {
    let questions = if phase.open_questions > 0 { phase.open_questions.to_string() } else { String::new() };
    [
        text(&phase.stem),
        phase.status_name().to_owned(),
        phase.done(),
        questions,
        phase.unfilled(),
        phase.last_day_and_ago(),
        cell(phase.next_step.as_deref().unwrap_or_default()),
    ]
}

/// A line in a table, its code as code.
fn cell(line: &str) -> String {
    let part = |part| match part {
        Words::Text(words) => text(words),
        Words::Code(code) => inline_code(code),
    };
    in_words(line).into_iter().map(part).collect()
}

/// In backticks that nothing inside them ends; a table takes a bar only behind a backslash, in code, too.
fn inline_code(code: &str) -> String {
    let longest = longest_ticks(code);
    let ticks = "`".repeat(longest + 1);
    let code: String = code.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let code = code.replace('|', "\\|");
    if longest > 0 { format!("{ticks} {code} {ticks}") } else { format!("{ticks}{code}{ticks}") }
}

/// Text that is nothing but text in a Markdown table.
fn text(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for c in words.chars() {
        if matches!(c, '|' | '*' | '_' | '`' | '<' | '[' | ']' | '\\' | '~' | '&') {
            out.push('\\');
        }
        out.push(if c.is_control() { ' ' } else { c });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_stays_a_cell() {
        assert_eq!(cell("a | `b | c` *d* &amp; <e>\n"), r"a \| `b \| c` \*d\* \&amp; \<e> ");
        assert_eq!(cell("`` a`b ``"), "`` a`b ``");
        assert_eq!(cell("a ` b"), r"a \` b");
    }
}
