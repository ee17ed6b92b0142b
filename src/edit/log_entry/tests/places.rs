use super::*;

#[test]
fn the_section_is_created_where_it_belongs() {
    for (before, after) in [
        (
            "# N\n\n## Status\n\n- [x] In progress\n\n## Commits\n\n- x\n",
            "# N\n\n## Status\n\n- [x] In progress\n\n## Session log\n\n### 2026-02-03 14:05\n\n- What changed:$0\n- Why:\n- Blockers:\n- Next:\n\n## Commits\n\n- x\n",
        ),
        (
            "### Commits\n- x",
            "### Session log\n#### 2026-02-03 14:05\n- What changed:$0\n- Why:\n- Blockers:\n- Next:\n\n### Commits\n- x",
        ),
        (
            "\u{feff}",
            "\u{feff}## Session log\n\n### 2026-02-03 14:05\n\n- What changed:$0\n- Why:\n- Blockers:\n- Next:",
        ),
        (
            "---\na: b\n---\n",
            "---\na: b\n---\n\n## Session log\n\n### 2026-02-03 14:05\n\n- What changed:$0\n- Why:\n- Blockers:\n- Next:\n",
        ),
        (
            "**Status:** done\n\n## Tasks\n\n- a\n",
            "**Status:** done\n\n## Tasks\n\n- a\n\n## Session log\n\n### 2026-02-03 14:05\n\n- What changed:$0\n- Why:\n- Blockers:\n- Next:\n",
        ),
        (
            "# N\n\n## Status\n\na\n\n---\n\n## Risks\n\nb\n",
            "# N\n\n## Status\n\na\n\n---\n\n## Risks\n\nb\n\n## Session log\n\n### 2026-02-03 14:05\n\n- What changed:$0\n- Why:\n- Blockers:\n- Next:\n",
        ),
        // A second rule would make front matter of what is above it.
        (
            "---\n## Status\n\na\n",
            "---\n## Status\n\na\n\n## Session log\n\n### 2026-02-03 14:05\n\n- What changed:$0\n- Why:\n- Blockers:\n- Next:\n",
        ),
        (
            "# N\n\n---\n\n## Status\n\na\n\n---\n\n## Risks\n\nb\n",
            "# N\n\n---\n\n## Status\n\na\n\n---\n\n## Risks\n\nb\n\n---\n\n## Session log\n\n### 2026-02-03 14:05\n\n- What changed:$0\n- Why:\n- Blockers:\n- Next:\n",
        ),
        (
            "**Decisions:**\n\n- a  \n",
            "**Decisions:**\n\n- a  \n\n**Session log:**\n\n- 2026-02-03 14:05\n  - What changed:$0\n  - Why:\n  - Blockers:\n  - Next:\n",
        ),
    ] {
        assert_eq!(inserted(before, &[]), after, "{before}");
    }
}

#[test]
fn what_never_closes_swallows_no_entry() {
    for (before, after) in [
        (
            "## Log\n\n### 2026-01-20\n\n- a\n\n<!-- b\n",
            "## Log\n\n### 2026-01-20\n\n- a\n\n### 2026-02-03\n\n-$0\n\n<!-- b\n",
        ),
        (
            "## Log\n\n### 2026-01-20\n\n- a\n\n### 2026-01-19\n\n```\n\n## Commits\n",
            "## Log\n\n### 2026-02-03\n\n-$0\n\n### 2026-01-20\n\n- a\n\n### 2026-01-19\n\n```\n\n## Commits\n",
        ),
    ] {
        assert_eq!(inserted(before, &[]), after, "{before}");
    }
}

#[test]
fn an_entry_tears_nothing_apart_that_never_closes() {
    for before in [
        "text\n```\ncode\n",
        "## Log\n### 2026-01-20\n- a\n```\ncargo test\n",
        "## Log\n\n### 2026-01-20\n\n- a\n\n```\ncargo test\n\n## Commits\n",
        "# N\n\n## Risks\n\n```yaml\na: b\n\n## Session log\n",
        "# N\n\n<pre>\nx\n",
        "# N\n\n## Risks\n\n<STYLE>\nx\n\n## Session log\n",
    ] {
        let at = before.find(['`', '<']).expect("a fence or a tag");
        assert_eq!(try_insert_at(before, &now(), &[]), Err(Obstacle::NeverClosed(at)), "{before}");
    }
}

#[test]
fn what_closes_at_the_end_of_the_log_is_left_above_the_entry() {
    for block in ["<pre>\nx\n</pre>", "<script>\nx\n</script>", "<style>\n\nx\n</style>"] {
        let log = format!("## Log\n\n### 2026-01-19\n\n- a\n\n### 2026-01-20\n\n- b\n\n{block}\n");
        assert_eq!(inserted(&log, &[]), format!("{log}\n### 2026-02-03\n\n-$0\n"));
    }
}

#[test]
fn the_end_of_the_file_stays_as_it_is() {
    assert_eq!(
        inserted("## Log\r\n- 2026-01-20: a\r\n- 2026-01-21: b", &[]),
        "## Log\r\n- 2026-01-20: a\r\n- 2026-01-21: b\r\n- 2026-02-03:$0"
    );
    assert_eq!(
        inserted("## Log\n\n### 2026-01-20\n\n- a", &[]),
        "## Log\n\n### 2026-01-20\n\n- a\n\n### 2026-02-03\n\n-$0"
    );
    assert_eq!(
        inserted("\u{feff}## 2026-01-21 — b\n\n- x\n\n## 2026-01-20 — a\n", &["c"]),
        "\u{feff}## 2026-02-03 — c$0\n\n## 2026-01-21 — b\n\n- x\n\n## 2026-01-20 — a\n"
    );
    assert_eq!(
        inserted("\u{feff}## Log\r\r- 2026-01-20: a\r", &[]),
        "\u{feff}## Log\r\r- 2026-01-20: a\r- 2026-02-03:$0\r"
    );
}
