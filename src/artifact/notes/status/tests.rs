use super::{super::tests::read, *};

#[test]
fn a_status_is_read_wherever_people_write_it() {
    for (text, status, words) in [
        ("## Status\n- [ ] Not started\n- [x] In progress\n", Status::InProgress, "In progress"),
        ("## Status\r\n\r\n- [X] ✅ Complete (2026-01-02)\r\n", Status::Complete, "✅ Complete"),
        ("## Status\n\n🚧 **In progress** since Monday\n", Status::InProgress, "🚧 **In progress"),
        ("## Status: Blocked\n", Status::Blocked, "Blocked"),
        ("# P\n\n**Status:** ✅ Done · **Owner:** x\n", Status::Complete, "✅ Done"),
        ("# P\n\n**Status:** ✅ Done with some deferrals.\n", Status::Complete, "✅ Done"),
        ("# P\n\n- Owner: x\n- **Status**: WIP\n", Status::InProgress, "WIP"),
        ("# P\nOwner: x\nStatus: `blocked`\n", Status::Blocked, "blocked"),
        ("# P\n\n| Key | Value |\n|---|---|\n| Status | Done |\n", Status::Complete, "Done"),
        // Behind other fields, in the title, or without a label.
        ("# P\n\n> [总览](../PLAN.md) · 状态：⏳ 未开始 · 前置：阶段 2 完成\n", Status::NotStarted, "⏳ 未开始"),
        ("# P\n\n**Status: done**\n\n## Tasks\n", Status::Complete, "done"),
        ("# P\n\n**Size:** M · **Depends on:** S01 · **Status:** done\n\n## Goal\n", Status::Complete, "done"),
        ("# P\n\n**状态：完成**\n", Status::Complete, "完成"),
        ("# Phase 1: Till (Complete)\n", Status::Complete, "Complete"),
        ("# P\n\n**Status:** 🔨 Built — awaiting a test\n", Status::InProgress, "🔨 Built"),
        ("# Phase 1: Till · STATUS: todo\n", Status::NotStarted, "todo"),
        ("# P\n\nIn progress, 2026-09-23.\n", Status::InProgress, "In progress"),
        ("# P\n\n**Completed** for the preview, 2026-09-23.\n", Status::Complete, "Completed"),
        ("---\ntitle: x\nstatus: \"done\"\n---\n# P\n", Status::Complete, "done"),
        ("---\r\nStatus: in-progress 🚧 # since May\r\n---\r\n# P\r\n", Status::InProgress, "in-progress"),
        ("# P\n\n## Metadata\n\n- Owner: x\n- Status: WIP\n", Status::InProgress, "WIP"),
        ("## 状態\n\nStatus: done\n", Status::Complete, "done"),
        ("## Status\n- Blocked on review\n", Status::Blocked, "Blocked"),
        ("## Status\n☐ Not started\n☑ In progress\n☐ Complete\n", Status::InProgress, "In progress"),
        // Boxes side by side.
        ("## Status\n[ ] Not started [ ] In progress [ ] Blocked [x] Complete\n", Status::Complete, "Complete"),
        ("## Status\n- [ ] Not started [ ] In progress [x] Complete (May)\n", Status::Complete, "Complete"),
        ("**Status:** [ ] Not started | [x] In progress\n", Status::InProgress, "In progress"),
        ("**Status:** [x] Complete | **Prerequisite:** Phase 1 complete\n", Status::Complete, "Complete"),
        ("## Status\n☐ Not started ☑ In progress ☐ Complete\n", Status::InProgress, "In progress"),
        // Struck words do not count.
        ("## Status\n~~Complete~~ In progress\n", Status::InProgress, "In progress"),
        ("**Status:** ~~Complete~~ In progress\n", Status::InProgress, "In progress"),
        ("## Status\n- [x] ~~Complete~~ In progress\n", Status::InProgress, "In progress"),
        ("## Status\n- [ ] Done\n- [/] WIP\n- [x] Blocked\n", Status::Blocked, "Blocked"),
        ("## Status\n\nComplete.\n", Status::Complete, "Complete"),
        ("> Status: COMPLETED\n", Status::Complete, "COMPLETED"),
        ("---\nstatus: To Do\n---\n", Status::NotStarted, "To Do"),
        ("# CR-2\n## Status\n- [x] Proposed\n- [x] Approved\n- [x] Applied\n", Status::Complete, "Applied"),
        ("**Status:** 進行中\n", Status::InProgress, "進行中"),
        ("# N\n\n状態: Blocked\n", Status::Blocked, "Blocked"),
        ("**Status:** À faire\n", Status::NotStarted, "À faire"),
        ("## 状態\n\n## Status\n- [x] In progress （索引まで）\n", Status::InProgress, "In progress"),
    ] {
        let notes = read(text);
        let found: Vec<_> = notes.statuses.iter().map(|mark| (mark.status, &text[mark.range.clone()])).collect();
        assert_eq!(found, [(status, words)], "{text}");
    }
}

#[test]
fn sentences_are_no_statuses() {
    for text in [
        // That of a part.
        "# P\n\n## Ground\n\n**Owner:** x\n**Status:** done\n\n## Walls\n\n**Status:** todo\n",
        "**Task 1:** a · **Status:** done\n\n**Task 2:** b · **Status:** todo\n\n**Task 3:** c · **Status:** todo\n",
        "## Status\n- [ ] Not started\n",
        "## Status\nNearly done\n",
        "## Status\nComplete rewrite of the parser is under way\n",
        "## Status\nDone?\n",
        "## Status\n80% complete\n",
        "## Status\n- [x] Complete the chart\n- [x] Started the helper\n",
        "## Decisions\nStatus: done\n",
        "## Status: Accepted\n",
        "---\nstatus: approved\n---\n",
        "**Status**: Draft\n",
        "**Status:** Ready for planning\n",
        "**Status:** Approved (design); pending implementation plan\n",
        "**Status:** Approved | Issues Found\n",
        "**Status**: In Progress | Design Complete | Implemented\n",
        "Status: Not started / In progress / Complete\n",
        "Status: Not started → In progress → Complete\n",
        "## Status\n[ ] Not started [ ] In progress [ ] Complete\n",
        "## Status\n- [-] Complete\n- [\t] Blocked\n",
        "## Status\n~~Complete~~\n",
        "## Status\n- [x] Proposed\n- [ ] Approved\n- [ ] Applied\n",
        "## Status\nComplete and reviewed: tasks 0 to 5, the chart\n",
        "# Phase 7\n## Phase 6 status\nDone\n",
        "# P\n## 2026-01-02\n### Status\nAll done.\nDone\n",
        "# P\n## Step 1\n### Status\nDone\n## Step 2\n### Status\nTodo\n",
        "- **Status:** \nOwner: x\n",
        "# P\n\nStarted as an experiment.\n",
        "# Till (Complete)\n",
        "# Phase 1: What is done\n",
        "**Status:** Built with care\n",
        "# P\n\nIdea. Sell tickets at the till.\n",
        "# P\n\nThe till was completed, 2026-09-23.\n",
        "# P\n\n[09:00] Began\n- Status: done\n\n[09:30] Went on\n- Status: done\n\n[10:00] Ended\n- Status: WIP\n",
        "## Phase 1: Till · Status: done\n## Phase 2: Tax · Status: todo\n",
        "Status: \r\n`",
        "---\nsubstatus: done\n---\n",
        "```\nStatus: done\n```\n",
        "<!--\nStatus: done\n-->\n",
        "",
    ] {
        assert_eq!(read(text).statuses, [], "{text}");
    }
}

#[test]
fn every_canonical_name_is_read() {
    for status in Status::ALL {
        assert_eq!(Status::read(status.name()), Some(status));
    }
}
