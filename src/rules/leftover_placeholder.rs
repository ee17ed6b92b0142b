use std::ops::Range;

use super::{Context, Sink};
use crate::{
    artifact::{Artifact, Document},
    diagnostic::Fix,
    edit::take::removal_of_lines,
    markdown::{BlockId, BlockKind},
    text::{end_of_line, start_of_line},
};

rule! {
    /// Template text is filled in.
    ///
    /// ### Why
    ///
    /// A model reads `<Goal 1>` as a goal like any other, and a reader cannot tell whether it was
    /// forgotten or is not known yet. Other words in angle brackets, HTML and code are left alone.
    ///
    /// ### Fires
    ///
    /// ```md
    /// ## Goals
    /// - A chart that installs
    /// - <Goal 1>
    /// ```
    ///
    /// ### Quiet
    ///
    /// ```md
    /// ## Goals
    /// - Generic `Vec<T>`, <kbd>Enter</kbd> and `<Goal 1>` in code
    /// ```
    "leftover-placeholder", severity = Warning, check = Artifact(check)
}

fn check<'a>(ctx: &Context<'a>, artifact: &'a Artifact, out: &mut Sink<'a>) {
    let document = ctx.document;
    for placeholder in &artifact.placeholders {
        let range = &placeholder.range;
        out.report_lazily(range.clone(), move |finding| {
            finding.message = format!("Placeholder `{}` is not filled in.", document.slice(range.clone()));
            finding.fixes.extend(deletion(document, range));
        });
    }
}

/// Takes away the item or paragraph that says nothing else, where others are left.
fn deletion(document: &Document, placeholder: &Range<usize>) -> Option<Fix> {
    let Document { text, markdown, .. } = document;
    let paragraph = markdown.block_at(placeholder.start)?;
    let block = markdown.block(paragraph);
    let words = block.range();
    let is_alone = || {
        let around = [words.start..placeholder.start, placeholder.end..words.end];
        around.into_iter().all(|range| !text.get(range).is_some_and(|text| text.contains(char::is_alphanumeric)))
    };
    if block.kind != BlockKind::Paragraph || !is_alone() {
        return None;
    }
    let Some(item) = markdown.parent(paragraph) else {
        let lines = start_of_line(text, words.start)..end_of_line(text, words.end);
        let can_go = stands_beside_others(document, paragraph);
        return can_go.then(|| Fix::new("Delete this paragraph", vec![removal_of_lines(text, lines)]));
    };
    let is_item = markdown.block(item).kind == BlockKind::Item;
    let removal = is_item.then(|| document.removal_of_one(item)).flatten()?;
    Some(Fix::new("Delete this item", vec![removal]))
}

/// Whether the section of a paragraph says more than that, and what is above and below does not become one without it.
fn stands_beside_others(document: &Document, paragraph: BlockId) -> bool {
    let Document { text, markdown, artifact, .. } = document;
    let start = markdown.block(paragraph).range().start;
    let above = start.checked_sub(1).and_then(|at| markdown.last_begun(at));
    let above = above.map(|id| markdown.ancestors(id).last().unwrap_or(id));
    let below = Some(markdown.next(paragraph)).filter(|below| *below < markdown.end());
    let kind = |id: Option<BlockId>| id.map(|id| markdown.block(id).kind);
    let is_text = |id: &BlockId| match markdown.block(*id).kind {
        BlockKind::Paragraph => artifact.sections.opened_by(*id).is_none(),
        BlockKind::List { .. } | BlockKind::Table | BlockKind::Fence { .. } | BlockKind::Quote => true,
        _ => false,
    };
    let is_introduced = above.is_some_and(|id| text[markdown.block(id).range()].trim_end().ends_with([':', '：']));
    let is_below_list = matches!(kind(above), Some(BlockKind::List { .. }));
    let would_join = below.is_some_and(|id| {
        let block = markdown.block(id);
        let is_indented = start_of_line(text, block.range().start) < block.range().start;
        is_below_list && (matches!(block.kind, BlockKind::List { .. }) || is_indented)
    });
    let is_label = artifact.sections.opened_by(paragraph).is_some();
    !is_label && !is_introduced && !would_join && [above, below].iter().flatten().any(is_text)
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix_titled, findings};

    #[test]
    fn placeholders_are_found_in_messy_places() {
        check(
            "leftover-placeholder",
            r#"
//- plan/phase-1.md
# Phase 1

## Goals
- 😀 <Goal 1>
    ^^^^^^^^ leftover-placeholder
1. <Goal 2> and <Constraint 12>
   ^^^^^^^^ leftover-placeholder
                ^^^^^^^^^^^^^^^ leftover-placeholder

| Name | Task |
|---|---|
| é | <Name> |
      ^^^^^^ leftover-placeholder

The port [NEEDS CLARIFICATION: which one?] and `<Goal 3>`, a <Name> in a sentence, <div>html</div>.
"#,
        );
    }

    #[test]
    fn one_word_counts_as_a_whole_value_only() {
        check(
            "leftover-placeholder",
            r#"
//- prompts/phase-1.md
## Context
- Reference implementation(s): <paths>
                               ^^^^^^^ leftover-placeholder
- See <paths> for more

<Command>
^^^^^^^^^ leftover-placeholder

<Name>inside a tag</Name>
"#,
        );
    }

    #[test]
    fn one_word_is_the_value_of_a_label_with_its_colon_inside() {
        check(
            "leftover-placeholder",
            r#"
//- prompts/phase-1.md
## Context
- **Reference implementation(s):** <paths>
                                   ^^^^^^^ leftover-placeholder
- *Name:* <Name>
          ^^^^^^ leftover-placeholder
- Name： <Name>
        ^^^^^^ leftover-placeholder
- **Name**: <Name>
            ^^^^^^ leftover-placeholder
- **Name:** see <Name> there

**Name:** <Name>
          ^^^^^^ leftover-placeholder
"#,
        );
    }

    #[test]
    fn an_item_or_paragraph_that_says_nothing_else_can_go() {
        let plan = |text: &str| format!("//- plan/phase-1.md\n# P\n\n{text}");
        for (title, before, after) in [
            ("Delete this item", "## Goals\r\n- 漢\r\n- [ ] <Goal 1>\r\n- b\r\n", "## Goals\r\n- 漢\r\n- b\r\n"),
            ("Delete this item", "## Goals\n1. a\n2. <Goal 1>", "## Goals\n1. a"),
            ("Delete this item", "## Goals\n1. <Goal 1>\n1. a\n", "## Goals\n1. a\n"),
            ("Delete this item", "## Goals\n- a\n  - b\n  - **<Goal 1>**\n- c\n", "## Goals\n- a\n  - b\n- c\n"),
            ("Delete this paragraph", "## Goals\n\n<Goal 1>\n\n- é\n", "## Goals\n\n- é\n"),
            ("Delete this paragraph", "## Goals\r\n<Goal 1>\r\n\r\nIt is.\r\n", "## Goals\r\n\r\nIt is.\r\n"),
            ("Delete this paragraph", "## Goals\n\n- a\n\n<Goal 1>\n\n## Constraints\n", "## Goals\n\n- a\n\n## Constraints\n"),
        ] {
            check_fix_titled("leftover-placeholder", title, &plan(before), &format!("# P\n\n{after}"));
        }
        for text in [
            "## Goals\n- <Goal 1>\n",
            "## Goals\n- a\n- <Goal 1>\n  - b\n",
            "## Goals\n- a\n- The <Goal 1>\n",
            "## Goals\n1. a\n2. <Goal 1>\n3. b\n",
            "## Goals\n> - a\n> - <Goal 1>\n",
            "## Goals\n- - <Goal 1>\n  - b\n",
            "## Goals\n\n<Goal 1>\n\n## Constraints\n- a\n",
            "## Goals\n\n**Why:**\n\n<Goal 1>\n",
            "## Goals\n\n- a\n\n<Goal 1>\n\n- b\n",
            "## Goals\n\nThey are:\n\n<Goal 1>\n",
            "## Goals\n\n| a |\n|---|\n| <Goal 1> |\n",
            "## Goals\n- a\n\n### <Goal 1>\n",
        ] {
            let found = findings(&plan(text));
            let finding = found.iter().find(|(_, finding)| finding.rule == "leftover-placeholder");
            assert!(finding.is_some_and(|(_, finding)| finding.fixes.is_empty()), "{text}");
        }
    }
}
