//! The report as one page that a browser opens: no scripts, nothing from the network.

use std::io::{self, Write};

use jiff::civil::Date;

use crate::{
    artifact::notes::Status,
    cli::terminal::one_line,
    overview::{PhaseStatus, StatusReport, Words, in_words},
};

const STYLE: &str = include_str!("page.css");

/// Writes the page. `project`: the folder that it is about, by its name.
pub fn write_html(report: &StatusReport, project: &str, today: Date, out: &mut dyn Write) -> io::Result<()> {
    let title = if project.is_empty() { "Where we stand".to_owned() } else { format!("{project}: where we stand") };
    let title = escaped(&title);
    writeln!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<header>\n<h1>{title}</h1>\n\
         <p class=\"about\"><time datetime=\"{today}\">{}</time></p>\n<p class=\"about\">{}</p>\n</header>\n<main>",
        today.strftime("%-d %B %Y"),
        escaped(&report.summary()),
    )?;
    for of_root in report.phases.chunk_by(|a, b| a.root == b.root) {
        if let Some(root) = of_root.first().map(|phase| &phase.root).filter(|root| !root.is_empty()) {
            writeln!(out, "<h2>{}</h2>", escaped(root))?;
        }
        write_table(of_root, out)?;
    }
    writeln!(out, "</main>\n</body>\n</html>")
}

fn write_table(phases: &[PhaseStatus], out: &mut dyn Write) -> io::Result<()> {
    let heads = ["Phase", "Status", "Done", "Open questions", "Left to fill in", "Last entry", "Next step"];
    let heads: String = heads.iter().map(|head| format!("<th scope=\"col\">{head}</th>")).collect();
    writeln!(out, "<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>")?;
    for phase in phases {
        writeln!(out, "<tr>\n<th scope=\"row\">{}</th>", escaped(&phase.stem))?;
        writeln!(out, "<td>{}</td>", status(phase))?;
        writeln!(out, "<td class=\"done\" data-label=\"Done\">{}</td>", done(phase))?;
        writeln!(out, "<td>{}</td>", questions(phase))?;
        writeln!(out, "<td data-label=\"Left to fill in\">{}</td>", phase.unfilled())?;
        writeln!(out, "<td data-label=\"Last entry\">{}</td>", last_entry(phase))?;
        let next = phase.next_step.as_deref().map(line).unwrap_or_default();
        writeln!(out, "<td data-label=\"Next step\">{next}</td>\n</tr>")?;
    }
    writeln!(out, "</tbody>\n</table>")
}

fn status(phase: &PhaseStatus) -> String {
    let class = match phase.status {
        Some(Status::InProgress) => "going",
        Some(Status::Blocked) => "blocked",
        Some(Status::Complete) => "complete",
        Some(Status::NotStarted) => "waiting",
        None => return "<span class=\"soft\">Not stated</span>".to_owned(),
    };
    format!("<span class=\"status {class}\">{}</span>", phase.status_name())
}

fn done(phase: &PhaseStatus) -> String {
    if phase.done_items == 0 {
        return String::new();
    }
    let percent = phase.done_ticked * 100 / phase.done_items;
    let bar = format!("<span class=\"bar\" aria-hidden=\"true\"><span style=\"width:{percent}%\"></span></span>");
    format!("<span>{}</span>{bar}", phase.done())
}

fn questions(phase: &PhaseStatus) -> String {
    if phase.open_questions == 0 {
        return String::new();
    }
    let noun = if phase.open_questions == 1 { "question" } else { "questions" };
    let summary = format!("{} open<span class=\"narrow\"> {noun}</span>", phase.open_questions);
    let items: String = phase.questions.iter().map(|question| format!("<li>{}</li>", line(question))).collect();
    format!("<details><summary>{summary}</summary><ul>{items}</ul></details>")
}

fn last_entry(phase: &PhaseStatus) -> String {
    let ago = phase.last_ago();
    match (ago.is_empty(), phase.stale) {
        (true, false) => String::new(),
        (true, true) => "<span class=\"late\">none yet</span>".to_owned(),
        (false, is_late) => {
            let class = if is_late { "late" } else { "soft" };
            let late = if is_late { ", out of date" } else { "" };
            format!("<span class=\"day\">{}</span> <span class=\"{class}\">{ago}{late}</span>", phase.last_day())
        }
    }
}

/// A line with its code as code.
fn line(words: &str) -> String {
    let part = |part| match part {
        Words::Text(words) => escaped(words),
        Words::Code(code) => format!("<code>{}</code>", escaped(code)),
    };
    in_words(words).into_iter().map(part).collect()
}

/// Text that is nothing but text, in an element and in an attribute.
fn escaped(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for c in one_line(words).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::{overview, testing::Fixture};

    fn page(fixture: &str) -> String {
        let today = date(2026, 1, 24);
        let (workspace, documents) = Fixture::parse(fixture).workspace();
        let mut report = overview::status(&workspace, today);
        report.ask(&documents);
        let mut out = Vec::new();
        write_html(&report, "a & <b>", today, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_row_says_what_there_is() {
        let page = page(
            "//- plan/phase-2.md\n## Definition of done\n\n- [x] a\n- [ ] `b` is <i>c</i>\n- [ ] d\n\
             //- work-notes/phase-2.md\nStatus: in progress\n\n## Open questions\n\n- Is `a < b`?\n- [x] Old?\n\n\
             ## Session log\n\n### 2026-01-14\n\n- What changed: x\n",
        );
        let row = page.split("<tbody>\n").nth(1).and_then(|rest| rest.split("</tbody>").next()).unwrap();
        insta::assert_snapshot!(row, @r#"
        <tr>
        <th scope="row">phase-2</th>
        <td><span class="status going">In progress</span></td>
        <td class="done" data-label="Done"><span>1 of 3</span><span class="bar" aria-hidden="true"><span style="width:33%"></span></span></td>
        <td><details><summary>1 open<span class="narrow"> question</span></summary><ul><li>Is <code>a &lt; b</code>?</li></ul></details></td>
        <td data-label="Left to fill in"></td>
        <td data-label="Last entry"><span class="day">2026-01-14</span> <span class="late">10 days ago, out of date</span></td>
        <td data-label="Next step"><code>b</code> is c</td>
        </tr>
        "#);
        assert!(page.contains("<h1>a &amp; &lt;b&gt;: where we stand</h1>"));
        assert!(page.contains(
            "24 January 2026</time></p>\n<p class=\"about\">1 phase: 1 in progress; 1 of 3 done items ticked, 1 open question, 1 session log out of date</p>"
        ));
    }

    #[test]
    fn text_stays_text_and_nothing_is_fetched() {
        let page = page(
            "\
//- plan/<img src=x onerror=alert(1)>.md
## Open questions

- <script>alert(1)</script> \u{1b}[31m?
//- work-notes/phase-1.md
## Session log

### 2026-01-05

- Next: \"><style>*{}</style> `</code><b>`
",
        );
        for html in ["<script", "<img", "<b>", "http:", "https:", "url(", "@import", "\u{1b}", "javascript"] {
            assert!(!page.contains(html), "{html}");
        }
        assert_eq!(page.matches("<style>").count(), 1);
        assert!(!page.contains(" src=x onerror=alert(1)>"), "{page}");
    }
}
