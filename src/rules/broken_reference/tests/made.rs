//! What need not be there: it is to be made, or was.

use crate::testing::check;

#[test]
fn what_will_be_created_need_not_exist() {
    check(
        "broken-reference",
        r#"
//- src/a.rs
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
fn labels_verbs_rows_and_notes_say_what_is_made() {
    check(
        "broken-reference",
        r#"
//- src/a.rs
//- plan/phase-1.md
## Task 1
**Files:**
- Create: `src/b.rs`, `src/c/mod.rs`, `src/d.rs`, `src/eeeeeeeeeeeeeeeeeeeeee.rs`, `src/ffffffffffffffffffffff.rs`
- Create: `src/long_name_of_a_module.rs`,
  `src/g.rs`; Modify: `src/none.rs`
                       ^^^^^^^^^^^ broken-reference
- Test: `src/b_test.rs`
- Regenerate: `src/schema.rs`
- `src/h.rs` — new module
- `src/i.rs` (to be created)
- Add `src/j.rs` and `src/k.rs`
- Add a field to `src/none.rs`, which is like `src/l.rs`
- Modify: `src/c/other.rs`
- Modify: `src/m.rs`
           ^^^^^^^^ broken-reference
## Task 2
Then create the new file `src/n.rs`. A test goes below `tests/`:

- [ ] Write the failing test `tests/o.rs`

**Files:**
- Modify: `src/b.rs`, `src/g.rs`, `src/h.rs`, `src/j.rs`, `src/k.rs`, `src/n.rs`, `tests/p.rs`
- Modify: `src/q.rs`
           ^^^^^^^^ broken-reference
## Files
| File | Action | Why |
|---|---|---|
| `src/r/mod.rs` | edit (exports) | |
| `src/r/cost.rs` | **Create** | |
| `src/s.rs` | edit | create |
| `src/t.rs` | edit | it creates rows |
   ^^^^^^^^ broken-reference
//- prompts/phase-1.md
## Context
- `src/b.rs`, `src/c/x.rs`
- `src/m.rs`
   ^^^^^^^^ broken-reference
"#,
    );
}

#[test]
fn a_log_says_what_was_done_and_a_name_behind_another_label_is_elsewhere() {
    check(
        "broken-reference",
        r#"
//- docs/a.md
//- plan/phase-1.md
## 2026-03-01 - First
**Files:**
- `src/none.rs`
## Session log
### Files
- `src/none.rs`
**Files changed:**
- `src/none.rs`
## References
- Memory: `team_close.md`,
  `advice.md`
- Branch: `docs/update-a`
- `docs/update-b`
   ^^^^^^^^^^^^^ broken-reference
- Pattern: `none.md`
            ^^^^^^^ broken-reference
"#,
    );
}
