use jiff::SignedDuration;

use super::{Context, Sink};
use crate::{
    artifact::{
        Document,
        labels::LabelStyle,
        notes::{Field, FieldName, LogEntry, WorkNotes},
    },
    diagnostic::Fix,
    markdown::BlockKind,
    text::Edit,
};

rule! {
    /// The newest log entry says what is next, and leaves no field empty.
    ///
    /// ### Why
    ///
    /// The newest entry is where the next session resumes: without `Next` it has to be worked out
    /// again, and an empty `Blockers` may mean none or forgotten. Entries that use other forms than these
    /// fields are left alone, and so are older ones and one that is less than an hour old. `Next` is missed
    /// where most other entries have it; in a log of one or two, where the labels are those of the template.
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

/// How long an entry may stay unfinished.
const FRESH: SignedDuration = SignedDuration::from_hours(1);

fn check(ctx: &Context, notes: &WorkNotes, out: &mut Sink) {
    let Some(entry) = notes.newest_entry().filter(|entry| entry.uses_fields()) else { return };
    let empty: Vec<&Field> = entry.fields.iter().filter(|field| field.is_empty).collect();
    let others = || notes.log.iter().filter(|other| other.heading != entry.heading && other.uses_fields());
    let next = others().flat_map(|other| &other.fields).find(|field| field.name == FieldName::Next);
    let with_next = others().filter(|other| other.has(FieldName::Next)).count();
    let is_habit = if others().count() > 1 { with_next * 2 > others().count() } else { is_canonical(ctx, entry) };
    let lacks_next = !entry.has(FieldName::Next) && is_habit;
    if empty.is_empty() && !lacks_next || is_fresh(ctx, entry) {
        return;
    }
    let label = |field: &Field| match field.label.is_empty() {
        true => field.name.name(),
        false => ctx.slice(field.label.clone()),
    };
    let quoted = |field: &&Field| format!("`{}`", label(field));
    let named = empty.iter().map(quoted).collect::<Vec<_>>();
    let says = match (&named[..], lacks_next) {
        ([], _) => "has no `Next`".to_owned(),
        ([one], false) => format!("leaves {one} empty"),
        ([before @ .., last], false) => format!("leaves {} and {last} empty", before.join(", ")),
        (all, true) => format!("leaves {} empty and has no `Next`", all.join(", ")),
    };
    let place = match empty.first().filter(|field| !lacks_next && !field.label.is_empty()) {
        Some(field) => field.label.clone(),
        None => entry.heading.clone(),
    };
    let finding = out.report(place.clone(), format!("The newest log entry {says}."));
    for field in empty.iter().filter(|field| field.label != place && !field.label.is_empty()) {
        finding.relate(&ctx.document.path, field.label.clone(), "Empty.");
    }
    let next = next.map_or(FieldName::Next.name(), label);
    let edits = if lacks_next { missing_fields(ctx, entry, next) } else { Vec::new() };
    if !edits.is_empty() {
        finding.fix(Fix::new("Add the missing fields", edits));
    }
}

/// Whether the entry was begun just now; of one without a time, today.
fn is_fresh(ctx: &Context, entry: &LogEntry) -> bool {
    let Some((now, written)) = ctx.files.now().zip(entry.moment()) else { return false };
    match written.time {
        Some(time) => now.duration_since(written.date.to_datetime(time)).abs() < FRESH,
        None => now.date() == written.date,
    }
}

/// Whether it follows the form of the template, whose fields are four.
fn is_canonical(ctx: &Context, entry: &LogEntry) -> bool {
    let is_own = |field: &&Field| ctx.slice(field.label.clone()).eq_ignore_ascii_case(field.name.name());
    entry.fields.iter().any(|field| field.name == FieldName::WhatChanged && is_own(&field))
        || entry.fields.iter().filter(is_own).count() > 1
        || entry.fields.iter().any(|field| field.label.is_empty())
}

/// Each missing field after the one that comes before it, in that one's style; of another form `Next` alone.
fn missing_fields(ctx: &Context, entry: &LogEntry, next: &str) -> Vec<Edit> {
    let is_canonical = is_canonical(ctx, entry);
    let is_due = |name: &FieldName| !entry.has(*name) && (is_canonical || *name == FieldName::Next);
    let edits = FieldName::ALL.into_iter().filter(is_due).map(|name| {
        let before = entry.fields.iter().filter(|field| field.name < name).max_by_key(|field| field.name);
        let model = before.or(entry.fields.first())?;
        // A line more cannot continue every form.
        let style = Some(LabelStyle::of(ctx.text(), model.label.clone())).filter(LabelStyle::can_be_repeated)?;
        let words = if name == FieldName::Next { next } else { name.name() };
        let line = format!("{}{words}{}", style.prefix, style.suffix);
        let line_end = ctx.line_end();
        Some(if before.is_some() {
            Edit::insert(end_of_field(ctx, model, &style), format!("{}{line}", separator(ctx, entry, &style)))
        } else {
            Edit::insert(style.line_start, format!("{line}{line_end}"))
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
        let is_apart = ctx.slice(0..style.line_start).ends_with(&ctx.line_end().repeat(2));
        return ctx.line_end().repeat(if is_apart { 2 } else { 1 });
    }
    let gap = entry.fields.windows(2).map(|pair| ctx.slice(pair[0].range.end..pair[1].range.start.max(pair[0].range.end)));
    let is_apart = gap.map(|gap| gap.matches('\n').count() > 1).next().unwrap_or(!style.is_item());
    ctx.line_end().repeat(if is_apart { 2 } else { 1 })
}

#[cfg(test)]
mod tests {
    use crate::{
        rules,
        testing::{Fixture, check, check_cases, check_fix, findings, fixed},
    };

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
//- work-notes/phase-7.md
# Session log
## 2026-01-16 - a
**Done:** a
## 2026-01-15 - b
**Done:** b
//- work-notes/phase-8.md
# Session log
## 2026-01-16 - a
   ^^^^^^^^^^^^^^ incomplete-log-entry
**Done:** a
## 2026-01-15 - b
**Done:** b
**Planned next:** c
## 2026-01-14 - c
**Done:** b
**Planned next:** c
//- work-notes/phase-9.md
## Session log
### 2026-01-16
- What changed: a
- Why:
  ^^^ incomplete-log-entry
- Blockers:
- ➡️ Next: go
"#,
        );
    }

    #[test]
    fn the_fix_follows_the_entrys_own_style() {
        check_cases("fixes/incomplete-log-entry", |case| {
            fixed("incomplete-log-entry", &format!("//- work-notes/phase-1.md\n{}", case.before))
        });
    }

    #[test]
    fn an_entry_of_the_last_hour_may_wait() {
        let found = |date: &str, now: &str| {
            let text = format!("## Session log\n### {date}\n- What changed: a\n");
            let files = Fixture::parse("").at(now);
            let (workspace, documents) = Fixture::parse(&format!("//- work-notes/phase-1.md\n{text}")).workspace();
            let found = rules::run(&workspace, &documents[0], &files);
            found.iter().any(|finding| finding.rule == "incomplete-log-entry")
        };
        assert!(!found("2026-01-16 10:00", "2026-01-16T10:59"));
        assert!(found("2026-01-16 10:00", "2026-01-16T11:01"));
        assert!(!found("2026-01-16", "2026-01-16T23:00"));
        assert!(found("2026-01-16", "2026-01-17T00:00"));
    }

    #[test]
    fn the_author_s_own_word_for_next_is_added() {
        let text = "# Session log\n## 2026-01-16\n**Done:** a\n## 2026-01-15\n**Done:** b\n**Planned next:** c\n\
                    ## 2026-01-14\n**Done:** b\n**Planned next:** c\n";
        let after = text.replacen("**Done:** a\n", "**Done:** a\n**Planned next:**\n", 1);
        let after = after.replace("a\n**Planned", "a\n\n**Planned");
        check_fix("incomplete-log-entry", &format!("//- work-notes/phase-1.md\n{text}"), &after);
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
