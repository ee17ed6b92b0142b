use crate::{convention::Kind, testing::document};

fn bare(text: &str) -> Vec<&str> {
    let document = document(Kind::WorkNotes, text);
    let decisions = super::read(text, &document.markdown, &document.artifact.sections);
    decisions.iter().filter(|d| d.reason == super::Reason::None).map(|d| &text[d.range.clone()]).collect()
}

#[test]
fn reasons_are_recognised() {
    for decision in [
        "Use port 80: the old chart does",
        "Use y because z",
        "Use `f64` so that the tables can be reproduced",
        "The port stays out of the mesh, since Prometheus scrapes it",
        "Use a — the operators know it",
        "2026-01-02: Use port 82 - the old chart does",
        "**D3:** Use x: the mesh needs it",
        "[P01] Use port 82 (it is free, so nobody notices)",
        "Pin versions to keep builds stable",
        "**Use Postgres.** The team has run it for years",
        "Two replicas, as the old chart has",
        "A3 statt A4: die Schaukästen sind so groß.",
        "二文字単位で分割する: 形態素解析の辞書は大きすぎる",
        "片仮名で持つ。検索が速いため",
        "Use z\n  - Why: it is there",
        "Use z\n\n  It is there",
        "Second try = a new empty commit, no start by hand (that start sees no request)",
        "`judge.md` is now `chair.md` to match the name in the runner",
        "The reviewer may stay silent after a wrong FAIL on a build change",
        "Squash the commits to tell one story",
        "Use Postgres. The team runs it.",
        "~~Use MySQL~~",
        "None",
        "No decisions yet",
        "<Decision>: <Rationale>",
    ] {
        assert_eq!(bare(&format!("## Decisions\n- {decision}\n")), [""; 0], "{decision}");
    }
}

#[test]
fn decisions_without_a_reason_are_seen() {
    for decision in [
        "Use port 81",
        "2026-01-02: Use port 82",
        "2026-01-02 — Use port 82",
        "D3: Use x",
        "**Decision 3:** Use port 80",
        "Storage: Postgres",
        "Use the proxy as the default",
        "One replica per zone",
        "We decided to keep the old chart",
        "Reasonable timeouts everywhere",
        "Acknowledge every eighth piece (not each one)",
        "In force since 2024",
        "🈁 読みは片仮名で持つ",
        "Not every chart is linted",
        "Add the probe to the chart",
        "Use port 80 (see ADR 3 below)",
    ] {
        assert_eq!(bare(&format!("## Decisions\n- {decision}\n")), [decision], "{decision}");
    }
}

#[test]
fn headings_and_rows_are_decisions() {
    assert_eq!(bare("## Decisions\n### Use b\nIt is faster.\n### Use c\n### Use d because e\n"), ["Use c"]);
    let text = "\
## Decisions

| # | Decision | Rationale |
|---|---|---|
| 1 | Static files | No server |
| 2 | Atom `a \\| b` | - |
| - | - | - |
";
    assert_eq!(bare(text), ["Atom `a \\| b`"]);
    assert_eq!(bare("## Decisions\n\n**2026-01-02**\n\n- Use b\n\n**Use c**\n\n- It is there\n"), ["Use b"]);
    let introduced = "One container, two processes\nfor us:\n- the core\n- the executor\n";
    assert_eq!(bare(&format!("## Decisions\n{introduced}")), [""; 0]);
    assert_eq!(bare("## Decisions\n\n| Date | Choice |\n|---|---|\n| 2026-01-02 | Atom |\n"), ["Atom"]);
}

#[test]
fn what_stands_below_one_decision_is_part_of_it() {
    for text in [
        "## Decision\n- Postgres is the only database.\n- Changes are migrations.\n",
        "## Notes\n\n**Decision:** keep samples out by a script. Two rules:\n- **A**: b\n- c\n",
        "## Decisions\n- Use a\n- Use b\n\nBoth because the team knows them.\n",
        "## Decisions\n\n| Option | Cost |\n|---|---|\n| **A. file** | low |\n| B. table | high |\n",
        "# Decisions\n## D1 - One store\n**Date:** 2026-03-02\n\nWhy: two drift apart.\n",
    ] {
        assert_eq!(bare(text), [""; 0], "{text}");
    }
}

#[test]
fn headings_of_a_record_are_decisions() {
    let text =
        "# Decisions\n## D1 - One store\nBecause two drift apart.\n## D2 - No cache\nDate: 2026-03-02\n## D3 - Two\n";
    assert_eq!(bare(text), ["D2 - No cache", "D3 - Two"]);
}
