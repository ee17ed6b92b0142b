use super::{Context, Sink};
use crate::artifact::Artifact;

rule! {
    /// Boxes are ticked while the work goes on.
    ///
    /// ### Why
    ///
    /// When every file that a plan creates is there and not one of its boxes is ticked, the plan no longer says what is
    /// left: the next session would begin again. One or two files may have been there before; from three on the work
    /// was done. Documents do not count: most phases write on in those that are there. Where other files beside it have
    /// boxes and never a tick, boxes are part of the text. Where a status says how far the phase is, `stale-status`
    /// looks at that instead.
    ///
    /// ### Fires
    ///
    /// ```md
    /// //- src/till.rs
    /// //- src/receipt.rs
    /// //- src/tax.rs
    /// //- plan/phase-1.md
    /// # Phase 1: Till
    ///
    /// ## Tasks
    /// - [ ] Create `src/till.rs`
    /// - [ ] Create `src/receipt.rs`
    /// - [ ] Create `src/tax.rs`
    /// ```
    ///
    /// ### Quiet
    ///
    /// ```md
    /// //- src/till.rs
    /// //- src/receipt.rs
    /// //- src/tax.rs
    /// //- plan/phase-1.md
    /// # Phase 1: Till
    ///
    /// ## Tasks
    /// - [x] Create `src/till.rs`
    /// - [ ] Create `src/receipt.rs`
    /// - [ ] Create `src/tax.rs`
    /// ```
    "untracked-progress", severity = Information, check = Artifact(check)
}

fn check(ctx: &Context, artifact: &Artifact, out: &mut Sink) {
    let unit = ctx.unit();
    let own = unit.worked_on().find(|part| part.path == ctx.document.path);
    let has_open = own.is_some_and(|own| !own.boxes.open.is_empty());
    let is_tracked = unit.stating().is_some() || unit.ticked() > 0 || ctx.document.has_tick();
    if !has_open || is_tracked || ctx.workspace.leaves_boxes_alone(ctx.document) {
        return;
    }
    if let Some(count) = ctx.resolver().all_made(&ctx.document.path, artifact.references()) {
        let message = format!("No box is ticked, but the {count} files that the plan creates exist: tick what is done.");
        out.report(ctx.place_of_absence(None), message);
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    const FILES: &str = "//- src/a.rs\n//- src/b.rs\n//- src/c.rs\n//- docs/a.md\n//- docs/b.md\n";

    fn checked(artifacts: &str) {
        check("untracked-progress", &format!("{FILES}{artifacts}"));
    }

    #[test]
    fn a_plan_whose_files_are_there_has_ticks() {
        checked(
            "//- plan/phase-1.md
# Phase 1
  ^^^^^^^ untracked-progress
## Files
| Path | Milestone |
|---|---|
| `src/a.rs` *(new)* | 1 |
| `src/b.rs` *(new)* | 2 |
| `src/c.rs` *(new)* | 2 |
## Exit criteria
- [ ] `make` passes
//- plan/phase-2.md
# Phase 2
  ^^^^^^^ untracked-progress
**Status:** Draft, awaiting approval
- [ ] **Step 1:** Create `src/a.rs` and `src/b.rs`
- [ ] **Step 2:** Create `src/c.rs`
//- plan/phase-0.md
# Phase 0
- [x] Create `src/lib.rs`
",
        );
        let first = "# Phase 1\n- [ ] Create `src/a.rs` and `src/b.rs`\n- [ ] Create `src/c.rs`\n";
        checked(&format!("//- plan/phase-1.md\n{first}//- plan/phase-2.md\n{first}"));
        let marked = first.replacen('\n', "\n  ^^^^^^^ untracked-progress\n", 1);
        checked(&format!("//- plan/phase-1.md\n{marked}"));
    }

    #[test]
    fn a_file_counts_once_and_one_without_an_extension_has_to_be_there() {
        checked("//- plan/phase-1.md\n# Phase 1\n- [ ] Create `src/a.rs`, `src/b.rs`\n- [ ] Create `a.rs` and `b.rs`\n");
        let plan = "# Phase 1\n- [ ] Create `src/a.rs`, `src/b.rs`, `src/c.rs`, `docs/LICENSE` and `build/Dockerfile`\n";
        checked(&format!("//- plan/phase-1.md\n{plan}"));
        let marked = plan.replacen('\n', "\n  ^^^^^^^ untracked-progress\n", 1);
        checked(&format!("//- build/Dockerfile\n//- plan/phase-1.md\n{marked}"));
    }

    #[test]
    fn others_keep_track_or_have_time() {
        checked(
            "//- plan/phase-1.md
# Phase 1
- [ ] Create `src/a.rs` and `src/b.rs`
- [ ] Create `src/c.rs` and `src/d.rs`
//- plan/phase-2.md
# Phase 2
- [ ] Create `docs/a.md` and `docs/b.md`
- [ ] Create `src/a.rs` and `src/b.rs`
//- plan/phase-3.md
# Phase 3
- Create `src/a.rs`, `src/b.rs` and `src/c.rs`
//- plan/phase-4.md
# Phase 4
**Status:** Done
- [ ] Create `src/a.rs`, `src/b.rs` and `src/c.rs`
//- plan/phase-5.md
# Phase 5
**Status:** In progress
- [ ] Create `src/a.rs`, `src/b.rs` and `src/c.rs`
//- plan/phase-0.md
# Phase 0
- [x] Create `src/lib.rs`
",
        );
    }
}
