use super::{Context, Sink};
use crate::{
    artifact::notes::{Field, FieldName, LabelStyle, LogEntry, WorkNotes},
    diagnostic::Fix,
    markdown::BlockKind,
    text::Edit,
    workspace::Document,
};

rule! {
    /// The newest entry of the session log must say what is next, and leave no field empty.
    ///
    /// ### Why
    ///
    /// The newest entry is where the next session resumes: without `Next` it has to be worked out
    /// again, and an empty `Blockers` may mean none or forgotten. Entries that use other forms than the four
    /// fields are left alone, and so are older ones.
    ///
    /// ### Fires
    ///
    /// ```md
    /// ## Session log
    /// ### 2026-01-15 10:00
    /// - What changed: the chart renders
    /// - Why: phase 2 needs it
    /// - Blockers:
    /// ```
    ///
    /// ### Quiet
    ///
    /// ```md
    /// ## Session log
    /// ### 2026-01-15 10:00
    /// - What changed: the chart renders
    /// - Why: phase 2 needs it
    /// - Blockers: none
    /// - Next: the values
    /// ```
    "incomplete-log-entry", severity = Information, check = WorkNotes(check)
}

fn check(ctx: &Context, notes: &WorkNotes, out: &mut Sink) {
    let Some(entry) = notes.newest_entry().filter(|entry| entry.uses_fields()) else { return };
    for field in entry.fields.iter().filter(|field| field.is_empty) {
        let place = if field.label.is_empty() { entry.heading.clone() } else { field.label.clone() };
        out.report(place, format!("The newest log entry leaves `{}` empty.", field.name.name()));
    }
    if !entry.has(FieldName::Next) {
        let message = "The newest log entry does not say what is next: it has no `Next`.";
        let finding = out.report(entry.heading.clone(), message);
        let edits = missing_fields(ctx, entry);
        if !edits.is_empty() {
            finding.fix(Fix::new("Add the missing fields", edits));
        }
    }
}

/// Each missing field after the one that comes before it, in that one's style.
fn missing_fields(ctx: &Context, entry: &LogEntry) -> Vec<Edit> {
    let missing = FieldName::ALL.into_iter().filter(|name| !entry.has(*name));
    let edits = missing.map(|name| {
        let before = entry.fields.iter().filter(|field| field.name < name).max_by_key(|field| field.name);
        let model = before.or(entry.fields.first())?;
        // A line more cannot continue every form.
        let style = Some(LabelStyle::of(ctx.text(), model.label.clone())).filter(LabelStyle::can_be_repeated)?;
        let line = format!("{}{}{}", style.prefix, name.name(), style.suffix);
        let line_end = ctx.line_end();
        Some(if before.is_some() {
            Edit::insert(end_of_field(ctx, model, &style), format!("{}{line}", separator(ctx, entry, &style)))
        } else {
            Edit::insert(style.line_start(), format!("{line}{line_end}"))
        })
    });
    // All of them or none.
    edits.collect::<Option<_>>().unwrap_or_default()
}

/// Where what a field says ends; below a heading that is all up to the next one, but for a rule.
fn end_of_field(ctx: &Context, field: &Field, style: &LabelStyle) -> usize {
    let Document { markdown, artifact, .. } = ctx.document;
    let Some(section) = artifact.sections.at(field.label.start).filter(|_| style.is_heading()) else {
        return field.range.end;
    };
    let blocks = markdown.siblings(section.block..section.body.end);
    let words = blocks.filter(|(_, block)| block.kind != BlockKind::Rule);
    words.last().map_or(field.range.end, |(_, block)| block.range().end)
}

/// Paragraphs stand apart; items, lines and headings do so where the entry's own fields do.
fn separator(ctx: &Context, entry: &LogEntry, style: &LabelStyle) -> String {
    if style.is_heading() {
        let is_apart = ctx.slice(0..style.line_start()).ends_with(&ctx.line_end().repeat(2));
        return ctx.line_end().repeat(if is_apart { 2 } else { 1 });
    }
    let gap = entry.fields.windows(2).map(|pair| ctx.slice(pair[0].range.end..pair[1].range.start.max(pair[0].range.end)));
    let is_apart = gap.map(|gap| gap.matches('\n').count() > 1).next().unwrap_or(!style.is_item());
    ctx.line_end().repeat(if is_apart { 2 } else { 1 })
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix, findings};

    #[test]
    fn only_the_newest_entry_counts_wherever_it_stands() {
        check(
            "incomplete-log-entry",
            r#"
//- work-notes/phase-1.md
## Session log
### 2026-01-16 索引 😀
    ^^^^^^^^^^^^^^^ incomplete-log-entry
- **What changed:** a
- **Why:**
    ^^^ incomplete-log-entry
- **Blockers:**
  - the mesh
### 2026-01-15
- What changed:
//- work-notes/phase-2.md
## Session log
### 2026-01-15
- What changed: a
### 2026-01-16
Prose, not fields. Next week we go on.
//- work-notes/phase-3.md
## Session log
- 2026-01-15: a
  - What changed: b
  - Next:
    ^^^^ incomplete-log-entry
- no date
  - What changed: b
//- work-notes/phase-4.md
## Session log

| Date | What changed | Next |
|---|---|---|
| 2026-01-15 | a | b |
| 2026-01-16 | | b |
^^^^^^^^^^^^^^^^^^^^ incomplete-log-entry
//- work-notes/phase-5.md
## Session log
### 2026-01-16
What changed: a
Why: b
Blockers: -
Next: c
//- work-notes/phase-6.md
## Session log
### 2026-01-16
**Done:** a
**Next steps:**
1. b
"#,
        );
    }

    #[test]
    fn the_fix_follows_the_entrys_own_style() {
        for (before, after) in [
            ("- What changed: a\n", "- What changed: a\n- Why:\n- Blockers:\n- Next:\n"),
            (
                "* **What changed**: a\r\n  - b\r\n* **Why**: c\r\n* **Blockers**: d\r\n\r\n## Commits\r\n",
                "* **What changed**: a\r\n  - b\r\n* **Why**: c\r\n* **Blockers**: d\r\n* **Next**:\r\n\r\n## Commits\r\n",
            ),
            (
                "**What changed:**\n\n- a\n\n**Blockers:** none",
                "**What changed:**\n\n- a\n\n**Why:**\n\n**Blockers:** none\n\n**Next:**",
            ),
            ("- Why: a\n- Blockers: b\n", "- What changed:\n- Why: a\n- Blockers: b\n- Next:\n"),
            ("What changed: a\nWhy: b\n", "What changed: a\nWhy: b\nBlockers:\nNext:\n"),
            (
                "\n#### What changed\n\n- a\n- b\n\n#### Why\n\nc\n\n## Commits\n",
                "\n#### What changed\n\n- a\n- b\n\n#### Why\n\nc\n\n#### Blockers\n\n#### Next\n\n## Commits\n",
            ),
            ("#### What changed:\na\n\nb\n#### Blockers\n", "#### What changed:\na\n\nb\n#### Why:\n#### Blockers\n#### Next\n"),
            (
                "#### Blockers\r\n#### Why\r\na\r\n\r\n---\r\n",
                "#### What changed\r\n#### Blockers\r\n#### Next\r\n#### Why\r\na\r\n\r\n---\r\n",
            ),
            ("#### What changed\na\n\n---\n", "#### What changed\na\n#### Why\n#### Blockers\n#### Next\n\n---\n"),
        ] {
            let text = |body: &str| format!("## Session log\n### 2026-01-15\n{body}");
            check_fix("incomplete-log-entry", &format!("//- work-notes/phase-1.md\n{}", text(before)), &text(after));
        }
    }

    #[test]
    fn no_fix_is_offered_where_a_line_cannot_be_added() {
        for body in ["1. What changed: a\n", "> What changed: a\n"] {
            let found = findings(&format!("//- work-notes/phase-1.md\n## Log\n### 2026-01-15\n{body}"));
            let (_, finding) = found.iter().find(|(_, finding)| finding.rule == "incomplete-log-entry").unwrap();
            assert_eq!(finding.fixes, [], "{body}");
        }
    }
}
