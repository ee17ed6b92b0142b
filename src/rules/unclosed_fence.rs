use std::ops::Range;

use super::{Context, Sink};
use crate::{
    artifact::{Artifact, Document},
    diagnostic::Fix,
    markdown::{Block, BlockKind},
    convention::normalize_heading,
    text::{Edit, lines_in, start_of_line},
};

rule! {
    /// A code block is closed.
    ///
    /// ### Why
    ///
    /// All that follows an open fence is code: its headings are no sections, its boxes no tasks, and
    /// a reader of the rendered page sees one grey block. A block that quotes another one needs the longer fence. While a fence is open, nothing in the file
    /// is called missing.
    ///
    /// ### Fires
    ///
    /// ````md
    /// ## Verification
    ///
    /// ```sh
    /// helm lint charts/gateway
    ///
    /// ## Out of scope
    /// ````
    ///
    /// ### Quiet
    ///
    /// ````md
    /// ## Verification
    ///
    /// ```sh
    /// helm lint charts/gateway
    /// ```
    ///
    /// ## Out of scope
    /// ````
    "unclosed-fence", severity = Warning, check = Artifact(check)
}

fn check(ctx: &Context, artifact: &Artifact, out: &mut Sink) {
    let text = ctx.text();
    // A closing fence that stands too far left opens a block of its own: one mistake, one finding.
    let mut strayed = report_torn(ctx, out);
    for (_, block) in ctx.document.markdown.all() {
        if block.kind != (BlockKind::Fence { closed: false }) || strayed == Some(block.range().start) {
            continue;
        }
        let fence = Fence::read(ctx, block);
        if let Some(line) = fence.stray_line(ctx) {
            let finding = out.report(fence.opening.clone(), "Stray closing fence: it opens a code block of its own.");
            finding.fix(Fix::new("Delete the stray fence", vec![Edit::replace(line, "")]));
            continue;
        }
        let is_followed = !text[block.range().end..].trim_start().is_empty();
        let message = if is_followed {
            "This code block is never closed: it ends with the list or quote around it."
        } else {
            "This code block is never closed: the text after it counts as code."
        };
        let finding = out.report(fence.opening.clone(), message);
        strayed = fence.strayed(text);
        if let Some(at) = strayed {
            let line = start_of_line(text, at);
            let edit = Edit::replace(line..at, fence.indent.clone());
            finding.fix(Fix::new("Indent the closing fence", vec![edit]));
            continue;
        }
        if let Some(at) = fence.swallowed_heading(ctx, artifact) {
            finding.fix(Fix::new("Close the code block before the next heading", vec![fence.close(ctx, at)]));
        }
        finding.fix(Fix::new("Close the code block", vec![fence.close(ctx, block.range().end)]));
    }
}

/// Says that a code block ends where one inside it does. Returns where its intended end begins, which opens a block of
/// its own.
fn report_torn(ctx: &Context, out: &mut Sink) -> Option<usize> {
    let Document { text, markdown, .. } = ctx.document;
    let (id, inner) = ctx.document.torn_fence()?;
    let fence = Fence::read(ctx, markdown.block(id));
    let line = ctx.document.lines().line(inner) + 1;
    let is_bare = text[fence.opening.clone()].trim() == fence.marker;
    let Some(end) = fence.intended_end(text).filter(|_| !is_bare) else {
        if !ctx.document.has_open_fence() {
            let message = format!("A code block begins inside this one, on line {line}: a fence above is missing, or is one too many.");
            out.report(fence.opening.clone(), message);
        }
        return None;
    };
    let message = format!("This code block ends with the one inside it on line {line}: give it a longer fence.");
    let longer = |at: usize| Edit::insert(at, fence.marker[..1].to_owned());
    out.report(fence.opening.clone(), message)
        .fix(Fix::new("Lengthen the outer fence", vec![longer(fence.block.start), longer(end)]));
    Some(end)
}

/// An open fence.
struct Fence<'a> {
    /// Bytes of the block.
    block: Range<usize>,
    /// Bytes of the opening line, from the fence on.
    opening: Range<usize>,
    /// The backticks or tildes.
    marker: &'a str,
    /// What a line of the same list item or quote begins with.
    indent: String,
}

impl<'a> Fence<'a> {
    fn read(ctx: &Context<'a>, block: &Block) -> Self {
        let (text, block) = (ctx.text(), block.range());
        let line = ctx.document.lines().range(text, ctx.document.lines().line(block.start));
        let opening = block.start..line.end;
        let words = &text[opening.clone()];
        let marker = &words[..words.len() - words.trim_start_matches(['`', '~']).len()];
        // In the item's further lines, spaces stand where the first one has its marker.
        let indent = text[line.start..block.start].chars().filter(|c| *c != '\u{feff}');
        let indent = indent.map(|c| if matches!(c, '>' | '\t') { c } else { ' ' }).collect();
        Self { block, opening, marker, indent }
    }

    /// Where the fence that is meant to close it begins (byte): the first one without language that closes no block
    /// which began inside.
    fn intended_end(&self, text: &str) -> Option<usize> {
        let mut depth = 1;
        for line in lines_in(text, self.opening.end..text.len()) {
            let words = text[line.clone()].trim_start_matches([' ', '\t', '>']);
            if let Some(rest) = words.strip_prefix(self.marker) {
                let is_bare = rest.trim_start_matches(&self.marker[..1]).trim().is_empty();
                depth = if is_bare { depth - 1 } else { depth + 1 };
                if depth == 0 {
                    return Some(line.end - words.len());
                }
            }
        }
        None
    }

    /// The edit that closes the fence after byte `at`, the end of a line.
    fn close(&self, ctx: &Context, at: usize) -> Edit {
        Edit::insert(at, format!("{}{}{}", ctx.line_end_at(at), self.indent, self.marker))
    }

    /// Bytes of the fence with the line end before it, where it is the last line of the text and one without
    /// language: all other fences are pairs.
    fn stray_line(&self, ctx: &Context) -> Option<Range<usize>> {
        let text = ctx.text();
        let is_bare = text[self.opening.clone()].trim() == self.marker;
        let is_last = text[self.opening.end..].trim().is_empty() && self.indent.trim().is_empty();
        let has_others = || ctx.document.markdown.all().any(|(_, block)| block.kind == BlockKind::Fence { closed: true });
        if !(is_bare && is_last && has_others()) {
            return None;
        }
        let line = start_of_line(text, self.block.start);
        Some(text[..line].trim_end_matches(['\n', '\r']).len()..self.opening.end)
    }

    /// A closing fence on the next line that is not indented like the item which holds this one.
    fn strayed(&self, text: &str) -> Option<usize> {
        let rest = &text[self.block.end..];
        let next = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix(['\n', '\r']))?;
        let line = next.lines().next()?;
        let words = line.trim_start_matches([' ', '\t']);
        let indent = line.len() - words.len();
        let is_fence = words.trim_end() == self.marker && indent < self.indent.len() && !self.indent.contains('>');
        is_fence.then(|| text.len() - next.len() + indent)
    }

    /// The end of the last words before a heading that surely is no code: one of a section that
    /// this kind knows, or of level 2 and below, after a blank line.
    fn swallowed_heading(&self, ctx: &Context, artifact: &Artifact) -> Option<usize> {
        let (text, lines) = (ctx.text(), ctx.document.lines());
        let info = text[self.opening.clone()].trim_start_matches(['`', '~']).trim().to_ascii_lowercase();
        if matches!(info.as_str(), "md" | "markdown" | "mdx" | "diff" | "text") {
            return None;
        }
        let mut after_blank = false;
        let mut end = self.opening.end;
        for line in lines.line(self.block.start) + 1..=lines.line(self.block.end) {
            let range = lines.range(text, line);
            let words = &text[range.clone()];
            let level = words.len() - words.trim_start_matches('#').len();
            let is_heading = after_blank && (1..=6).contains(&level) && words[level..].starts_with(' ');
            let name = || ctx.workspace.vocabulary.section(artifact.kind, &normalize_heading(&words[level..]));
            if is_heading && (level > 1 || name().is_some()) {
                return Some(end);
            }
            after_blank = words.trim_matches([' ', '\t', '>']).is_empty();
            end = if after_blank { end } else { range.end };
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix, findings};

    #[test]
    fn open_fences_in_every_place() {
        for fixture in [
            "# P\n\n```sh\n^^^^^ unclosed-fence\nmake\n",
            "# P\n\n~~~\n^^^ unclosed-fence\n```\n",
            "````md\n^^^^^^ unclosed-fence\n```\n## x\n```\n",
            "- 😀\n\n  ``` sh\n  ^^^^^^ unclosed-fence\n  make\n\n# Next\n",
            "1. ```\n   ^^^ unclosed-fence\n",
            "> > ```\n    ^^^ unclosed-fence\n> > x\n\nafter\n",
            "```\n^^^ unclosed-fence",
            "```\na\n```\n\n```\n^^^ unclosed-fence\nb\n``` c\n",
        ] {
            check("unclosed-fence", &format!("//- plan/phase-1.md\n{fixture}"));
        }
    }

    #[test]
    fn a_fence_in_an_item_swallows_no_more_than_that() {
        for (text, end) in [
            ("- a\n\n  ```sh\n  make\n\n# Next\n", "ends with the list or quote around it."),
            ("- a\n\n  ```sh\n  make\n", "the text after it counts as code."),
            ("```sh\nmake\n", "the text after it counts as code."),
        ] {
            let found = findings(&format!("//- plan/phase-1.md\n{text}"));
            assert!(found.iter().any(|(_, finding)| finding.message.ends_with(end)), "{text}: {found:?}");
        }
    }

    #[test]
    fn a_block_that_quotes_another_needs_the_longer_fence() {
        check_fix(
            "unclosed-fence",
            "//- plan/phase-1.md\n# P\n\n```md\n# Usage\n\n```sh\nmake\n```\n\nDone.\n```\n\n## Goals\n- a\n",
            "# P\n\n````md\n# Usage\n\n```sh\nmake\n```\n\nDone.\n````\n\n## Goals\n- a\n",
        );
        // Which fence is wrong cannot be told.
        let stray = "# P\n- a\n```\n^^^ unclosed-fence\n\n## Task\n- a\n\n```sh\nmake\n```\n\n## Context\n";
        check("unclosed-fence", &format!("//- prompts/phase-1.md\n{stray}"));
        check("unclosed-fence", "//- plan/phase-1.md\n````md\n```sh\nmake\n```\n````\n\n```ts\nlet a = `\n```js`\n```\n");
    }

    #[test]
    fn closed_fences_and_what_is_none() {
        for text in [
            "```sh\nmake\n```",
            "```sh\r\nmake\r\n```\r\n",
            "```\r~~~\r`````   \r",
            "- a\n  ```\n  b\n  ```\n- c\n",
            "> ```\n> b\n> ```",
            "> - ```\n>   b\n>   ```\n",
            "`` ``` ``\n",
            "    ```\n",
            "<!--\n```\n-->\n",
            "```a`b\n",
        ] {
            check("unclosed-fence", &format!("//- plan/phase-1.md\n{text}"));
        }
    }

    #[test]
    fn the_fix_closes_it_where_it_stands() {
        for (before, after) in [
            ("# P\n\n```sh\nmake\n", "# P\n\n```sh\nmake\n```\n"),
            ("~~~~\r\nmake\r\n\r\n", "~~~~\r\nmake\r\n~~~~\r\n\r\n"),
            ("```", "```\n```"),
            ("- a\n\n  ```\n  b\n\n# Next\n", "- a\n\n  ```\n  b\n  ```\n\n# Next\n"),
            ("- a\n   1. ```\n      b\n- c\n", "- a\n   1. ```\n      b\n      ```\n- c\n"),
            ("> - ```\n>   b\n\nafter\n", "> - ```\n>   b\n>   ```\n\nafter\n"),
            ("> ```\n> b\n", "> ```\n> b\n> ```\n"),
            ("```sh\nmake\n\n## Goals\n- a\n", "```sh\nmake\n```\n\n## Goals\n- a\n"),
            ("```\r\nmake\r\n\r\n# Goals\r\n- a\r\n", "```\r\nmake\r\n```\r\n\r\n# Goals\r\n- a\r\n"),
            ("```sh\nmake\n\n# all of it\nmake all\n", "```sh\nmake\n\n# all of it\nmake all\n```\n"),
            ("```md\nx\n\n## Goals\n", "```md\nx\n\n## Goals\n```\n"),
        ] {
            check_fix("unclosed-fence", &format!("//- plan/phase-1.md\n{before}"), after);
        }
    }

    #[test]
    fn a_closing_fence_too_far_left_is_indented() {
        let text = "- a\n\n  ```sh\n  ^^^^^ unclosed-fence\n  make\n```\n\n## Goals\n";
        check("unclosed-fence", &format!("//- plan/phase-1.md\n{text}"));
        check_fix(
            "unclosed-fence",
            "//- plan/phase-1.md\n1. a\r\n   ```sh\r\n   make\r\n ```\r\n\r\n## Goals\r\n",
            "1. a\r\n   ```sh\r\n   make\r\n   ```\r\n\r\n## Goals\r\n",
        );
    }
}
