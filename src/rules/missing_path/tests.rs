use crate::{diagnostic::Repair, testing::findings, text};

/// Of each finding of these rules, every fix removes it.
#[test]
fn every_fix_removes_its_finding() {
    const OTHERS: &str = "\
//- src/a.rs
//- src/b.rs
//- docs/road map.md
//- docs/guide.md
//- plan/phase-2.md
# P
//- plan/phase-1.md
# P
## References
- src/b.rs
//- work-notes/phase-1.md
# N
";
    for (rule, prompt) in [
        ("broken-reference", "## Context\n- `src/aa.rs`\n"),
        ("broken-reference", "## Context\n- Plan: plan/phase-9.md\n"),
        ("broken-reference", "## Context\n- Reference: [g](<../docs/road mapp.md#top>), docs/gude.md.\n"),
        ("broken-reference", "## Context\n- [g][1]\n\n[1]: ../docs/gude.md 't'\n"),
        ("broken-reference", "## Context\n- `../src/aa.rs`, `src\\\\aa.rs:3`\n"),
        ("broken-link", "## Task\nSee [g](../docs/gude.md#top).\n"),
        ("broken-link", "## Task\nSee ![g](<../docs/road mapp.md>) and [x][y].\n\n[y]: ../docs/none.md\n"),
        ("broken-link", "## Task\n[a](file:///c:/x/src/a.rs) [b](/Users/x/src/b.rs)\n"),
        ("undeclared-reference", "## Context\n- Reference: src/b.rs\n## Task\nFollow `src/a.rs`.\n"),
        ("undeclared-reference", "## Context\n- Reference: <paths>\n## Task\nSee [x](../docs/road%20map.md).\n"),
        ("undeclared-reference", "## Context\n- Reference: src/b.rs\n## Task\nSee [[docs/guide]] and @src/a.rs.\n"),
        ("undeclared-reference", "## Files to read\n1. src/b.rs\n## Task\nSee docs/guide.md.\n"),
        (
            "no-declared-references",
            "## Role\nX\n## Context\n- Plan: plan/phase-1.md\n- Reference implementation(s):\n## Task\nGo\n",
        ),
        ("missing-context-link", "## Context\n- Reference: src/b.rs\n"),
        ("missing-context-link", "## Context\n1. x\n2. Reference: src/b.rs\n"),
        ("missing-context-link", "# One\n## Context\n- Plan:\n- Work notes: <path>\n"),
        ("missing-context-link", "# One\n\n## Task\nGo\n"),
        ("phase-mismatch", "## Context\n- Plan: plan/phase-2.md\n"),
        ("phase-mismatch", "## Context\n- Plan: [[plan/phase-2]]\n"),
        ("phase-mismatch", "## Context\n- Plan: @plan/phase-2.md\n"),
        ("phase-mismatch", "## Context\n- Plan: [p][p]\n\n[p]: </plan/phase-2.md>\n"),
    ] {
        let is_of_template = rule == "undeclared-reference";
        let config = if is_of_template { "//- phasemark.toml\n[sections]\nprompt.strict = true\n" } else { "" };
        let fixture = |more: &str, prompt: &str| format!("{config}{OTHERS}{more}//- prompts/phase-1.md\n{prompt}");
        let count = |fixture: &str| {
            findings(fixture)
                .iter()
                .filter(|(path, finding)| path == "prompts/phase-1.md" && finding.rule == rule)
                .count()
        };
        let all = findings(&fixture("", prompt));
        let mut fixes =
            all.iter().filter(|(_, finding)| finding.rule == rule).flat_map(|(_, finding)| &finding.fixes).peekable();
        assert!(fixes.peek().is_some(), "{rule} has no fix: {prompt}");
        for fix in fixes {
            let after = match &fix.repair {
                Repair::CreateFiles(paths) => {
                    let more: String = paths.iter().map(|path| format!("//- {path}\n")).collect();
                    count(&fixture(&more, prompt))
                }
                _ => count(&fixture("", &text::apply(prompt, fix.edits()))),
            };
            assert!(after < count(&fixture("", prompt)), "{rule}, {}: {prompt}", fix.title);
        }
    }
}
