use std::{
    collections::{HashMap, HashSet},
    ops::Range,
};

use super::{Context, Sink};
use crate::{
    artifact::{
        Artifact,
        paths::{self, Reference, ReferenceStyle, Role},
        prompt::LabelName,
    },
    diagnostic::{Diagnostic, Fix},
    template::Kind,
    text::Edit,
    workspace::resolve::{End, PathSet, Resolution, readings},
};

rule! {
    /// A declared reference must exist.
    ///
    /// ### Why
    ///
    /// A model that is told to follow a file and does not find it invents one. A path is looked for
    /// from the root, then by its end anywhere below the root, then beside the file that names it (for
    /// a link: beside the file first). Files that a Files / New or Deliverables list will create need
    /// not exist, nor those that the words beside them call new, generated or removed. Paths that
    /// match `ignore` in `[references]` are left alone.
    ///
    /// ### Fires
    ///
    /// ```md
    /// //- src/queue.rs
    /// //- prompts/phase-1.md
    /// # Phase 1 - Execution Prompt
    ///
    /// ## Context
    /// - Reference implementation(s): `src/queu.rs`
    /// ```
    ///
    /// ### Quiet
    ///
    /// ```md
    /// //- src/queue.rs
    /// //- prompts/phase-1.md
    /// # Phase 1 - Execution Prompt
    ///
    /// ## Context
    /// - Reference implementation(s): `src/queue.rs:12-40`
    /// - Follow the pattern of `src/retry.rs` (new)
    ///
    /// ## Deliverables
    /// - `src/worker.rs`
    /// ```
    "broken-reference", severity = Error, check = Declaring(check)
}

fn check<'a>(ctx: &Context<'a>, artifact: &'a Artifact, out: &mut Sink<'a>) {
    let (resolver, file) = (ctx.resolver(), &*ctx.document.path);
    let counting = resolver.counting(file, artifact.references());
    let declared = counting.filter(|reference| reference.role == Role::Declared);
    let mut created = None;
    let mut reported = HashSet::new();
    let mut uses = uses_of_definitions(artifact);
    for reference in declared.filter(|reference| is_meant_as_path(ctx, reference)) {
        let places = readings(file, reference);
        let is_ignored = places.iter().any(|place| ctx.workspace.config.ignores_reference(place));
        if is_ignored || resolver.resolve(file, reference) != Resolution::Missing {
            continue;
        }
        if reference.is_fleeting(ctx.text(), &artifact.sections) {
            continue;
        }
        let created = created.get_or_insert_with(|| created_by_phase(ctx, artifact));
        if places.iter().any(|place| created.covers(place) || ctx.workspace.will_create(place)) {
            continue;
        }
        // Several links may refer to one definition.
        if !reported.insert(reference.range.start) {
            continue;
        }
        let ctx = *ctx;
        let describe = move |finding: &mut Diagnostic| describe(&ctx, artifact, reference, finding);
        let finding = out.report_lazily(reference.range.clone(), describe);
        for place in uses.remove(&reference.range.start).into_iter().flatten() {
            finding.relate(file, place, "Used here.");
        }
    }
}

/// Where links refer to the definitions of their destinations, by where those are.
fn uses_of_definitions(artifact: &Artifact) -> HashMap<usize, Vec<Range<usize>>> {
    let mut uses: HashMap<_, Vec<_>> = HashMap::new();
    for reference in artifact.references().iter().filter(|reference| reference.place != reference.range) {
        uses.entry(reference.range.start).or_default().push(reference.place.clone());
    }
    uses
}

fn describe(ctx: &Context, artifact: &Artifact, reference: &Reference, finding: &mut Diagnostic) {
    let (file, written) = (&*ctx.document.path, ctx.slice(reference.range.clone()));
    let places = readings(file, reference);
    finding.message = format!("`{written}` does not exist.");
    let nearest = nearest(ctx, artifact, reference, &places);
    if let Some(nearest) = nearest.filter(|nearest| nearest != file) {
        let spelled = paths::respell(file, written, reference, &nearest);
        finding.message = format!("`{written}` does not exist; the nearest path is `{nearest}`.");
        let title = format!("Replace by `{spelled}`");
        finding.fix(Fix::new(title, vec![Edit::replace(reference.range.clone(), spelled)]));
    }
    if let Some(path) = places.iter().find(|place| can_be_created(ctx, reference, place)) {
        finding.fix(Fix::create_files(format!("Create `{path}`"), vec![path.as_str().into()]));
    }
}

/// The path that is most likely meant.
fn nearest(ctx: &Context, artifact: &Artifact, reference: &Reference, places: &[String]) -> Option<String> {
    // The range ends before a `#`, so that a suggestion is for what stands there.
    let mut near = places.iter().filter(|place| reference.whole.is_none() || !place.contains('#'));
    let mut by_letters = || near.find_map(|place| ctx.files.nearest(place));
    if let Some(kind) = kind_of_label(artifact, reference) {
        let own = ctx.workspace.counterpart(&ctx.document.path, kind).map(|own| own.to_string());
        // One of another phase would be wrong as well.
        let is_of_kind = |path: &String| ctx.workspace.config.kind_of(path) == Some(kind);
        return own.or_else(|| by_letters().filter(|path| !is_of_kind(path)));
    }
    places.iter().find_map(|place| nearest_of_phase(ctx, place)).or_else(by_letters)
}

/// Of which kind the artifact is that the label around a reference asks for.
fn kind_of_label(artifact: &Artifact, reference: &Reference) -> Option<Kind> {
    let prompt = artifact.prompt()?;
    let kinds = [(LabelName::Plan, Kind::Plan), (LabelName::WorkNotes, Kind::WorkNotes)];
    let holds = |name| prompt.label(name).is_some_and(|label| label.value.contains(&reference.place.start));
    kinds.into_iter().find(|(name, _)| holds(*name)).map(|(_, kind)| kind)
}

/// The only artifact of the phase that a missing one is named after: a phase is nearer than a letter.
fn nearest_of_phase(ctx: &Context, place: &str) -> Option<String> {
    let (kind, stem) = ctx.workspace.config.artifact(place)?;
    match &ctx.workspace.all_with_id_of(stem, kind)[..] {
        [only] => Some(only.to_string()),
        _ => None,
    }
}

/// Whether a file may be made at `place`: it looks like one, its folder is no guess, and every system
/// takes its name.
fn can_be_created(ctx: &Context, reference: &Reference, place: &str) -> bool {
    let is_placed = reference.style == ReferenceStyle::Link || reference.path.contains('/');
    let is_name = |part: &str| {
        !matches!(part, "" | "." | "..")
            && !part.ends_with(['.', ' '])
            && !part.contains(|c: char| c.is_control() || "<>:\"|?*\\#".contains(c))
    };
    let is_file = paths::extension(place).is_some() && !reference.is_folder;
    is_placed && is_file && place.split('/').all(is_name) && ctx.files.kind(place).is_none()
}

/// What this document and its plan say will be created, under any shorter name, too.
fn created_by_phase<'a>(ctx: &Context<'a>, artifact: &Artifact) -> PathSet<'a> {
    let file = &*ctx.document.path;
    let own = artifact.references().iter().filter(|reference| reference.role == Role::Created);
    let mut paths: Vec<String> = own.flat_map(|reference| readings(file, reference)).collect();
    if let Some((_, plan)) = ctx.workspace.counterpart_facts(file, Kind::Plan) {
        paths.extend(plan.created.iter().map(|path| path.to_string()));
    }
    let mut created = ctx.resolver().path_set();
    for path in &paths {
        created.insert(path, End::Always);
        created.insert_short_forms(path);
    }
    created
}

/// Whether the words can only be a path: `owner/name` may be a repository, `read/write` two words,
/// `config.toml` in a sentence a file on somebody's machine.
fn is_meant_as_path(ctx: &Context, reference: &Reference) -> bool {
    if reference.style == ReferenceStyle::Link || reference.path.starts_with("..") {
        return true;
    }
    let Some((first, _)) = reference.path.split_once('/') else { return reference.is_entry };
    let is_below_root = || ctx.files.kind(first).is_some();
    // `Node.js/Express.js`, `api.v2/users.list`.
    let is_dotted = first.trim_start_matches('.').contains('.');
    let is_file = paths::extension(&reference.path).is_some() && !is_dotted && first.is_ascii();
    is_file || reference.is_folder && reference.is_entry || is_below_root()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::{
        config::Config,
        testing::{Fixture, action_titles, check, check_action, check_fix, findings},
        workspace::{FileKind, Files, SuffixMatch, Workspace},
    };

    #[test]
    fn a_path_is_looked_for_from_the_root_then_by_its_end_then_beside_the_file() {
        check(
            "broken-reference",
            r#"
//- charts/a/values.yaml
//- prompts/billing/api.md
//- src/größe.py
//- prompts/billing/phase-1.md
## Context
- Plan: plan/billing/phase-1.md
        ^^^^^^^^^^^^^^^^^^^^^^^ broken-reference
- 😀 `charts/a/values.yaml`, `a/values.yaml`, `values.yaml`, charts/a/, `charts/a`, `./charts/a`, `src\größe.py`
- `b/values.yaml`, charts/b/, `charts/b`, `src\groesse.py:3`
   ^^^^^^^^^^^^^ broken-reference
                   ^^^^^^^^^ broken-reference
                               ^^^^^^^^ broken-reference
                                           ^^^^^^^^^^^^^^ broken-reference
- `api.md`, `../../src/größe.py`, [beside](api.md), [up](../../src/größe.py#L3), [root](charts/a/values.yaml)
- [x](../src/größe.py), [y](/charts/b.yaml "t"), `../charts/none.yaml`
      ^^^^^^^^^^^^^^^ broken-reference
                            ^^^^^^^^^^^^^^ broken-reference

| What | Where |
|---|---|
| the standard | docs/standard.md |
                 ^^^^^^^^^^^^^^^^ broken-reference
"#,
        );
    }

    #[test]
    fn of_artifacts_that_of_the_phase_is_nearest() {
        for (named, nearest) in [
            ("Plan: plan/phase-3.md", "Plan: plan/phase-3-pump.md"),
            ("Plan: plan/pump.md", "Plan: plan/phase-3-pump.md"),
            ("- Follow `plan/phase-4.md`", "- Follow `plan/phase-4-valve.md`"),
        ] {
            let file = |named: &str| format!("## Context\n{named}\n");
            let others = "//- plan/phase-3-pump.md\n//- plan/phase-4-valve.md\n//- plan/phase-5.md\n//- work-notes/phase-13.md\n";
            check_fix(
                "broken-reference",
                &format!("{others}//- prompts/phase-3-pump.md\n{}", file(named)),
                &file(nearest),
            );
        }
        let notes = "//- work-notes/phase-13.md\n//- prompts/phase-3.md\n## Context\nWork notes: work-notes/phase-3.md\n";
        let messages: Vec<String> = findings(notes).into_iter().map(|(_, finding)| finding.message).collect();
        assert!(messages.contains(&"`work-notes/phase-3.md` does not exist.".to_owned()), "{messages:?}");
    }

    #[test]
    fn a_name_may_have_a_hash() {
        check(
            "broken-reference",
            r#"
//- docs/a#b.md
//- docs/c.md
//- prompts/phase-1.md
## Context
- `docs/a#b.md`, `../docs/a#b.md`, `docs/c.md#top`, `docs/c.md#v1.x`
- [x](../docs/a%23b.md), [x](../docs/a%23b.md#top), [y](../docs/c.md#b.md)
- `docs/c#b.md`, [z](../docs/a#b.md), [x](../docs/c%23b.md)
   ^^^^^^ broken-reference
                     ^^^^^^^^^ broken-reference
                                          ^^^^^^^^^^^^^^^^ broken-reference
"#,
        );
    }

    #[test]
    fn only_declared_references_are_looked_at() {
        check(
            "broken-reference",
            r#"
//- plan/phase-1.md
## Goals
- `src/none.rs` and [none](none.md)
## References
- `src/none.rs`
   ^^^^^^^^^^^ broken-reference
## Files
### Modified
- src/none.rs
  ^^^^^^^^^^^ broken-reference
## Required reading
1. `docs/none.md#top` (all of it)
    ^^^^^^^^^^^^ broken-reference
//- work-notes/phase-1.md
## Decisions
- Follow `src/none.rs`, because it is short
"#,
        );
    }

    #[test]
    fn what_will_be_created_need_not_exist() {
        check(
            "broken-reference",
            r#"
//- plan/phase-1.md
## Files
### New
- `src/queue/worker.rs`
- charts/gateway/
### Modified
- `src/queue/worker.rs`
- `src/queue/`
- `worker.rs`

**Deleted:**
- `src/old.rs`
//- prompts/phase-1.md
## Context
- `charts/gateway/Chart.yaml`
- `docs/report.md`
- `queue/worker.rs`
- Create `src/made.rs`
- `src/also.rs` (NEW)
- ~~`src/struck.rs`~~
- `src/other.rs` is not new
   ^^^^^^^^^^^^ broken-reference
| File | What |
|---|---|
| `src/cell.rs` | new |
## Deliverables
- `docs/report.md`
//- prompts/phase-2.md
## Context
- Reference implementation(s): `src/queue/worker.rs` of phase 1
"#,
        );
    }

    #[test]
    fn what_is_no_path_is_left_alone() {
        check(
            "broken-reference",
            r#"
//- prompts/phase-1.md
## Context
- Plan: plan/<phase>.md, then `plan/phase-N.md` and `work-notes/YYYY-MM-DD.md`
- A `client/server` split, see `owner/name`, `feature/x`, `origin/main`, `node:fs/promises`, Node.js/Express.js
- Users keep `config.toml` in `~/.app/config.toml`; `@scope/pkg`, `**/*.rs`, `$HOME/a.rs`, `GET /api/v1`, 1/2
- [`src/none.rs`](https://example.com/src/none.rs), <https://example.com/a.md>, `../other-repository/src/a.rs`
- 仕様は`config`を参照、入出力/設定.x

```
src/none.rs
```
"#,
        );
    }

    /// What the rule finds after the workspace was changed, without its own marks.
    fn count(fixture: &str, files: &dyn Files, change: impl Fn(&mut Workspace)) -> usize {
        let (mut workspace, documents) = Fixture::parse(fixture).workspace();
        change(&mut workspace);
        let found = documents.iter().flat_map(|document| crate::rules::run(&workspace, document, files));
        found.filter(|finding| finding.rule == "broken-reference").count()
    }

    #[test]
    fn open_documents_exist_though_no_disk_has_them() {
        let prompt = "//- prompts/phase-1.md\n## Context\n- Plan: plan/phase-1.md\n- [p](../plan/phase-1.md), `phase-1.md`\n- x/y.md\n";
        let disk = Fixture::parse("//- README.md\n");
        let open = |workspace: &mut Workspace| {
            let (other, _) = Fixture::parse("//- plan/phase-1.md\n# P\n").workspace();
            workspace.open = other.index;
        };
        assert_eq!(count(prompt, &disk, |_| {}), 3);
        assert_eq!(count(prompt, &disk, open), 1);
    }

    #[test]
    fn an_unknown_tree_and_ignored_paths_are_quiet() {
        struct Unknown;
        impl Files for Unknown {
            fn kind(&self, _: &str) -> Option<FileKind> {
                None
            }
            fn with_suffix(&self, _: &str) -> SuffixMatch {
                SuffixMatch::Unknown
            }
            fn nearest(&self, _: &str) -> Option<String> {
                None
            }
        }
        let prompt = "//- prompts/phase-1.md\n## Context\n- `generated/a.rs`\n- [g](../generated/b.rs)\n- src/c.rs\n";
        let ignore = |workspace: &mut Workspace| {
            let glob = globset::Glob::new("generated/**").unwrap();
            let ignored_references = globset::GlobSetBuilder::new().add(glob).build().unwrap();
            workspace.config = Arc::new(Config { ignored_references, ..Config::default() });
        };
        let disk = Fixture::parse("//- README.md\n");
        // A link upwards can only be in one place.
        assert_eq!(count(prompt, &Unknown, |_| {}), 1);
        assert_eq!(count(prompt, &disk, |_| {}), 3);
        assert_eq!(count(prompt, &disk, ignore), 1);
    }

    #[test]
    fn the_file_can_be_created_where_the_path_says() {
        let prompt = |line: &str| format!("//- src/a.rs\n//- prompts/x/phase-1.md\n## Context\n- {line}\n");
        for (written, path) in [
            ("`src/none$0.rs:3`", "src/none.rs"),
            ("[a](../../src/none$0.rs#b)", "src/none.rs"),
            ("[a](none$0.txt)", "prompts/x/none.txt"),
            ("src\\none$0.rs", "src/none.rs"),
        ] {
            check_action(&format!("Create `{path}`"), &prompt(written), &format!("//- {path}\n"));
        }
        let titles = action_titles(&prompt("Plan: plan/phase-2$0.md"));
        assert!(titles.contains(&"Create `plan/phase-2.md`".to_owned()), "{titles:?}");
        for written in ["`src/none$0/`", "[a](../../../none$0.md)", "`none$0.rs`", "`src/none$0`", "`src/a:b$0.rs`"] {
            let titles = action_titles(&prompt(written));
            assert!(!titles.iter().any(|title| title.starts_with("Create `")), "{written}: {titles:?}");
        }
    }

    #[test]
    fn of_a_link_that_refers_to_a_definition_the_definition_is_marked_once_and_repaired() {
        check(
            "broken-reference",
            r#"
//- docs/guide.md
//- prompts/phase-1.md
## Context
- [the guide][r1], [r1][], [r1] and [right][r2]

## Task
Read [another][r3].

[r1]: ../docs/guidde.md "t"
      ^^^^^^^^^^^^^^^^^ broken-reference
[r2]: ../docs/guide.md
[r3]: ../docs/none.md
"#,
        );
        let ignore = "<!-- phasemark-ignore broken-reference -->";
        check_action(
            "Ignore `broken-reference` here",
            "//- prompts/phase-1.md\n## Context\n- [x][r]\n\n[r]: ../no$0ne.md\n",
            &format!("## Context\n- [x][r] {ignore}\n\n[r]: ../none.md\n"),
        );
        // Whichever of several uses it is at.
        let ignored = format!("//- prompts/phase-1.md\n## Context\n- [x][r]\n- [y][r] {ignore}\n\n[r]: ../none.md\n");
        check("broken-reference", &ignored);
        check("unused-suppression", &ignored);
        for (link, definition, fixed) in [
            ("[the guide][r1]", "[r1]: ../docs/guidde.md", "[r1]: ../docs/guide.md"),
            ("[r1][]", "[R1]: <../docs/guidde.md#top> 'x'", "[R1]: <../docs/guide.md#top> 'x'"),
            ("[r1]", "> [r1]:\n> ../docs/guidde.md", "> [r1]:\n> ../docs/guide.md"),
            ("[x](../docs/gui\\_de.md)", "y", "y"),
        ] {
            let file = |link: &str, definition: &str| format!("## Context\n- {link}\n\n## Task\n\n{definition}\n");
            let after = if definition == fixed { "[x](../docs/guide.md)" } else { link };
            check_fix(
                "broken-reference",
                &format!("//- docs/guide.md\n//- prompts/phase-1.md\n{}", file(link, definition)),
                &file(after, fixed),
            );
        }
    }

    #[test]
    fn names_with_blanks_signs_and_underscores_are_read_as_they_are_written() {
        check(
            "broken-reference",
            r#"
//- my docs/a b.md
//- docs/R&D.md
//- _includes/head.html
//- __tests__/a.ts
//- prompts/phase-1.md
## Context
- my docs/a b.md
- Reference: my docs/a b.md (all of it)
- `my docs/a b.md`, `docs/R&D.md:3`, `my docs/`, `no docs/a b.md`, `cargo test src/a.rs`
- your docs/a b.md, your docs/c.md
                         ^^^^^^^^^ broken-reference
- _includes/head.html, __tests__/a.ts and _includes/none.html
                                          ^^^^^^^^^^^^^^^^^^^ broken-reference
- [x](<../my docs/a b.md>), [y](../my%20docs/a%20b.md), [z](../docs/R&D.md), [z](../docs/R&E.md)
                                                                                 ^^^^^^^^^^^^^^ broken-reference
"#,
        );
        check_fix(
            "broken-reference",
            "//- _includes/head.html\n//- prompts/phase-1.md\n## Context\n- See _includes/haed.html.\n",
            "## Context\n- See _includes/head.html.\n",
        );
    }

    #[test]
    fn paths_are_compared_however_unicode_is_normalised() {
        let (composed, decomposed) = ("caf\u{e9}", "cafe\u{301}");
        for (disk, text) in [(composed, decomposed), (decomposed, composed), (composed, composed)] {
            let context = format!("- `docs/{text}.md`, `{text}/x.md`, [l](../docs/{text}.md)\n- Plan: plan/{text}.md\n");
            check(
                "broken-reference",
                &format!("//- docs/{disk}.md\n//- docs/{disk}/x.md\n//- plan/{disk}.md\n//- prompts/phase-1.md\n## Context\n{context}"),
            );
        }
    }

    #[test]
    fn the_fix_keeps_the_spelling() {
        for (written, fixed) in [
            ("- `src/quue.rs:3` (a)", "- `src/queue.rs:3` (a)"),
            ("- `src\\quue.rs`", "- `src\\queue.rs`"),
            ("- [q](../src/quue.rs#L3)\r", "- [q](../src/queue.rs#L3)\r"),
            ("Plan: ../src/quue.rs.", "Plan: ../src/queue.rs."),
        ] {
            let file = |line: &str| format!("## Context\r\n{line}\r\n");
            check_fix(
                "broken-reference",
                &format!("//- src/queue.rs\n//- prompts/phase-1.md\n{}", file(written)),
                &file(fixed),
            );
        }
    }
}
