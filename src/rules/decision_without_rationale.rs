use std::cell::LazyCell;

use super::{Context, Sink};
use crate::{
    artifact::{
        Artifact, Document,
        notes::{Decision, Reason},
    },
    diagnostic::{Diagnostic, Fix},
    edit::{
        seam::runs_on,
        take::{end_of_words, whole_words},
    },
    markdown::BlockKind,
    text::{Edit, end_of_line, is_apart, is_latin, line_end_at},
};

rule! {
    /// A decision should say why it was made, as the others of its list do.
    ///
    /// ### Why
    ///
    /// Without the reason it cannot be told later whether the decision still holds, and a model
    /// that was not there will happily undo it. A reason is a second part (`X: why`, `X — why`), words such
    /// as because, since or so that, some words in brackets, a purpose (`to …`), a nested item, text below a
    /// heading, or a filled column such as `Why`. Where three decisions of four state one plainly, and three
    /// at least, headings and the rows of a table with such a column are marked; items, which often mix decisions with
    /// facts, only in a file that follows the template, where half of them state one.
    ///
    /// ### Fires
    ///
    /// ```md
    /// ## Decisions
    /// | Decision | Why |
    /// |---|---|
    /// | No ingress | traffic stays inside the cluster |
    /// | One replica | the queue is short |
    /// | Port 8080 | the reference chart has it |
    /// | The chart scales on CPU only | |
    /// ```
    ///
    /// ```md
    /// ## Decisions
    /// ### No ingress
    /// Because traffic stays inside the cluster.
    /// ### One replica
    /// Because the queue is short.
    /// ### Port 8080
    /// Because the reference chart has it.
    /// ### The chart scales on CPU only
    /// ```
    ///
    /// ### Quiet
    ///
    /// ```md
    /// ## Decisions
    /// - The chart scales on CPU only, because memory hardly moves
    /// - Port 8080: the reference chart has it
    /// - No ingress
    ///   - Why: traffic stays inside the cluster
    /// ```
    "decision-without-rationale", severity = Hint, check = Artifact(check), law = Habit
}

fn check<'a>(ctx: &Context<'a>, _: &'a Artifact, out: &mut Sink<'a>) {
    let document = ctx.document;
    let follows_template = LazyCell::new(|| ctx.workspace.follows_template(ctx.document));
    for list in ctx.document.decisions().chunk_by(|a, b| a.list == b.list) {
        let stated = list.iter().filter(|decision| decision.reason == Reason::Stated).count();
        if ctx.is_habit(stated, list.len()) {
            let is_bare = |decision: &&Decision| decision.reason == Reason::None;
            let bare = list.iter().filter(is_bare).filter(|decision| decision.has_place || *follows_template);
            for decision in bare {
                let decision = decision.clone();
                out.report_lazily(decision.range.clone(), move |finding: &mut Diagnostic| {
                    "Add why this was decided, as other decisions here do.".clone_into(&mut finding.message);
                    finding.fixes.extend(add_reason(document, &decision));
                });
            }
        }
    }
}

/// Words to go on with: behind those of an item or label, below a heading.
fn add_reason(document: &Document, decision: &Decision) -> Option<Fix> {
    let Document { text, markdown, artifact, .. } = document;
    if !is_latin(document.slice(decision.range.clone())) {
        return None;
    }
    let block = markdown.block_at(decision.range.start)?;
    let (at, words, closing) = if let BlockKind::Heading(_) = markdown.block(block).kind {
        let section = artifact.sections.opened_by(block)?;
        let end = end_of_line(text, artifact.end_of(section, text).max(markdown.block(block).range().end));
        let line_end = line_end_at(text, end);
        // What is below, such as an underlined heading, would go on with these words.
        let closing = if runs_on(document, end, false) { line_end } else { "" };
        let is_tight = section.body.is_empty() && is_tight(text, markdown.block(block).range().start, end);
        (end, format!("{}Because ", line_end.repeat(if is_tight { 1 } else { 2 })), closing)
    } else {
        (end_of_words(text, whole_words(markdown, &decision.range)?), " because ".to_owned(), "")
    };
    let cursor = at + words.len();
    Some(Fix::new("Add the reason", vec![Edit::insert(at, words + closing)]).with_cursor(cursor))
}

/// Whether no blank line follows a heading from `start` to `end`; where nothing does, whether none is above.
fn is_tight(text: &str, start: usize, end: usize) -> bool {
    let below = &text[end..];
    let next = below.strip_prefix("\r\n").or_else(|| below.strip_prefix(['\n', '\r'])).unwrap_or_default();
    if next.trim().is_empty() { !is_apart(text, start) } else { !next.starts_with(['\n', '\r']) }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix, findings};

    /// Notes that follow the template, where most decisions have a reason.
    fn notes(decision: &str) -> String {
        let others: String = ["One feed", "One store", "One font"].map(|other| format!("- {other}, because two drift apart\r\n")).concat();
        format!("## Decisions\r\n{others}{decision}\r\n\r\n## Status\r\n\r\n## Open questions\r\n")
    }

    #[test]
    fn an_item_goes_on_with_because() {
        for (before, after) in [
            ("- Use é as the default", "- Use é as the default because "),
            ("- [x] Use the default.", "- [x] Use the default because ."),
            ("- Use the proxy\r\n  as the default <!-- or not -->", "- Use the proxy\r\n  as the default because  <!-- or not -->"),
        ] {
            check_fix("decision-without-rationale", &format!("//- work-notes/phase-1.md\n{}", notes(before)), &notes(after));
        }
    }

    #[test]
    fn a_heading_gets_a_paragraph() {
        let others = |gap: &str| ["A", "B", "C"].map(|name| format!("### {name}\n{gap}Because two are loud.\n{gap}")).concat();
        for (gap, before, after) in [
            ("\n", "### One é\n\n## Status\n", "### One é\n\nBecause \n\n## Status\n"),
            ("", "### One é\n## Status\n", "### One é\nBecause \n## Status\n"),
            ("", "### One é\nStatus\n---\n", "### One é\nBecause \n\nStatus\n---\n"),
            ("\n", "### One é", "### One é\n\nBecause "),
            ("", "### One é\nDate: 2026-01-02\n", "### One é\nDate: 2026-01-02\n\nBecause \n"),
        ] {
            let text = |decision: &str| format!("## Decisions\n{}{decision}", others(gap));
            check_fix("decision-without-rationale", &format!("//- work-notes/phase-1.md\n{}", text(before)), &text(after));
        }
    }

    #[test]
    fn no_words_are_put_into_rows_and_other_scripts() {
        let table = "\
## Decisions

| Decision | Why |
|---|---|
| a | b |
| c | d |
| e | f |
| One feed | |
".to_owned();
        for text in [notes("- 読みは片仮名で持つ"), notes("- Использовать Postgres"), table] {
            let found = findings(&format!("//- work-notes/phase-1.md\n{text}"));
            let found: Vec<_> = found.iter().filter(|(_, finding)| finding.rule == "decision-without-rationale").collect();
            assert!(found.len() == 1 && found[0].1.fixes.is_empty(), "{text}: {found:?}");
        }
    }

    #[test]
    fn decisions_without_a_reason_are_marked() {
        check(
            "decision-without-rationale",
            r#"
//- work-notes/phase-7.md
## Key decisions
### One typeface
    ^^^^^^^^^^^^ decision-without-rationale
### Sundays in bold
Because the printer has no red.
### Feasts in bold
Because the printer has no red.
### Saints in italics
Because bold is taken.
//- work-notes/phase-2.md
## Decisions

| Decision | Rationale |
| --- | --- |
| Static files | No server to look after |
| One feed | Two drift apart |
| One store | The same |
| Atom before iCalendar | |
  ^^^^^^^^^^^^^^^^^^^^^ decision-without-rationale
//- work-notes/phase-3.md
## Assumptions
- Degrees everywhere
//- work-notes/phase-4.md
## Decisions
- Degrees everywhere, because the sky has them
- One typeface
- Sundays in bold
//- work-notes/phase-5.md
# Decisions
## D1 - One store (2026-03-02)
Because two drift apart.
## D2 - One feed (2026-03-02)
Because two drift apart.
## D3 - One typeface (2026-03-02)
Because two are loud.
## D4 - No cache
   ^^^^^^^^^^^^^ decision-without-rationale
//- plan/phase-6.md
## Decisions
- Postgres, because the team runs it
- One region, because the team sits there
- One queue, since two drift apart
- The probe has no cache
"#,
        );
    }

    #[test]
    fn items_are_decisions_where_the_file_follows_the_template() {
        check(
            "decision-without-rationale",
            r#"
//- work-notes/phase-1.md
## Key decisions 🧭
- **2026-01-08** 😀 Degrees everywhere
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ decision-without-rationale
- Use `f64` so that the tables can be reproduced
- Ship it static, because a server wants looking after
- One feed, since two drift apart
- One store, since two drift apart
- One font, because two are loud
- One queue, because two drift apart
- One region, because the team sits there
- 二文字単位で分割する：辞書は大きすぎる
- None
## Status
## Open questions
"#,
        );
    }
}
