//! Texts made of what artifacts are made of, in any mix: more of them meet than in any one file.

use proptest::{collection::vec, prelude::*, sample::select};

use crate::convention::Kind;

/// What opens a section, most often of work notes.
const HEADINGS: &[&str] = &[
    "## Status\n",
    "## Status\n\n",
    "## Decisions\n",
    "## Decisions\n\n",
    "## Assumptions\n\n",
    "## Open questions\n",
    "## 4. Open questions ❓\n\n",
    "## Session log\n",
    "## Commits\n",
    "# Phase 1: 😀\n",
    "## Goals\n",
    "## 2. Done when {#d}\n",
    "## Constraints\n\n",
    "## Non-goals\n- z\n\n",
    "## Role\nx\n\n",
    "## Context\n",
    "## Context\n\n",
    "## Task\n",
    "## References\n\n",
    "## Files\n### New\n",
    "## Phase 2: é\n",
    "**Definition of done:**\n",
    "**Open questions:** none\n",
];

/// What stands below them.
const PIECES: &[&str] = &[
    "### 2026-01-02 10:00\n",
    "### 2026-02-30\n",
    "### Which port?\n",
    "### ~~Host?~~\n",
    "### Resolved\n",
    "#### Use é\n",
    "- Plan: plan/phase-2.md\n",
    "Plan: <path>\n",
    "- Plan:\n",
    "- **Work notes:**\n",
    "- Work notes: work-notes/other.md\n",
    "1. Work notes: ../work-notes/phase-7.md\r\n",
    "- Reference implementation(s): <paths>\n",
    "- Reference implementation(s): `src/a.rs`\n",
    "- [ ] `make` passes\n",
    "- [ ] Not started\n- [ ] In progress\n",
    "- [x] Complete\n",
    "- [x] Blocked\n",
    "- [X] Done (2026)\n",
    "- [ ] Host?\n",
    "* [x] Wann?\n",
    "- Port?\n",
    "- Port?\n\n",
    "- Port? Resolved: 80\n",
    "- Host? (resolved)\n",
    "- ✅ Host 1 or 2?\n",
    "- **Resolved** — which host?\n",
    "- ~~Wer?~~\n",
    "- Wer?\n  - é\n",
    "- Wer? → é\n",
    "1. Which 漢\n   port? <!-- a -->\n   1) maybe 80\n\n      or 81\n",
    "2) **Use b**: it is there\n",
    "- None yet.\n",
    "None\n",
    "Use é, e.g. here. Is 😀 free? We wait.\n",
    "- Next: ask. See `src/a.rs`!\n",
    "Verification:\n",
    "**Answer:** 80\n\n",
    "- ",
    "  - ",
    "> ",
    "> - Quoted?\n> - b\n",
    "\n",
    "\n",
    "\r",
    "| a | b |\n|---|---|\n| [ ] | c |\n",
    "| Question | Status |\n|---|---|\n| Port? | |\n",
    "| Q | Status |\n|:--|--:|\n| Host? | ✅ |\n| Port 漢? | open |\n",
    "| Decision | Why |\n|---|---|\n| a | b |\n",
    "| Status | Done |\n|---|---|\n",
    "```\nx\n```\n",
    "```\n",
    "  ```\n  y\n",
    "    code\n",
    "<Goal 1>",
    "<paths>\n",
    "[x](../src/a.rs#b)\n",
    "[x]: src/a.rs\n",
    "[^1]: é\n",
    "a[^1] ",
    "See `src/a.rs` and src/é.rs.\n",
    "`src/sub/` ",
    "`src/none.rs:3`\n",
    "---\nstatus: done\n---\n",
    "---\n",
    "Status: wip\n",
    "**Status:** 🚧 In progress\n",
    "\n**Which 漢 port?**\n\n",
    "**Q1: Host?**\n",
    "☐ Not started\n☑ In progress\n",
    "<!-- phasemark-ignore a: b -->\n",
    "<!-- phasemark-ignore possible-secret, log-order -->\n",
    "x <!-- phasemark-ignore leftover-placeholder -->\n",
    "<!-- phasemark-ignore-file missing-section nonsense -->\n",
    "<!-- ",
    "-->\n",
    "<div>\n",
    "1a2b3c4 ",
    "MUST NOT ",
    "漢字",
    "\u{feff}",
    "Why:\n",
    "- Next:\n",
    "~~",
    "**",
    "word ",
    "word\n",
    "a:\n",
];

/// Any mix: with all line ends, with and without byte order mark and final line end.
pub fn artifact_texts() -> impl Strategy<Value = String> {
    (mixed(0..30), frame()).prop_map(|(text, frame)| frame.around(&text))
}

/// Any mix with `\n` alone.
pub fn plain_artifact_texts() -> impl Strategy<Value = String> {
    mixed(0..40).prop_map(|text| text.replace("\r\n", "\n").replace('\r', "\n"))
}

/// A few pieces below each heading, so that sections are long enough to hold what they are for. Of work
/// notes these are mostly their own.
pub fn sectioned_texts(kind: Kind) -> impl Strategy<Value = String> {
    let headings = if kind == Kind::WorkNotes { &HEADINGS[..10] } else { HEADINGS };
    let section = (select(headings), vec(select(PIECES), 0..6))
        .prop_map(|(heading, pieces)| heading.to_owned() + &pieces.concat());
    (vec(section, 0..6), frame()).prop_map(|(sections, frame)| frame.around(&sections.concat()))
}

fn mixed(count: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    let all: Vec<&str> = HEADINGS.iter().chain(PIECES).copied().collect();
    vec(select(all), count).prop_map(|pieces| pieces.concat())
}

/// How a file is written around its words.
#[derive(Clone, Copy, Debug)]
struct Frame {
    line_ends: u8,
    has_bom: bool,
    is_cut: bool,
}

fn frame() -> impl Strategy<Value = Frame> {
    (0..4u8, any::<bool>(), any::<bool>()).prop_map(|(line_ends, has_bom, is_cut)| Frame { line_ends, has_bom, is_cut })
}

impl Frame {
    fn around(self, text: &str) -> String {
        let text = match self.line_ends {
            0 => text.to_owned(),
            1 => text.replace("\r\n", "\n").replace('\n', "\r\n"),
            2 => text.replace("\r\n", "\n").replace('\n', "\r"),
            _ => text
                .split_inclusive('\n')
                .enumerate()
                .map(|(n, line)| if n % 3 == 0 { line.replace('\n', "\r\n") } else { line.to_owned() })
                .collect(),
        };
        let text = if self.is_cut { text.trim_end_matches(['\n', '\r']) } else { &text };
        if self.has_bom { format!("\u{feff}{text}") } else { text.to_owned() }
    }
}
