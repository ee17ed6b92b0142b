use proptest::prelude::*;

use super::*;
use crate::convention;

fn parse(text: &str) -> Markdown {
    Markdown::parse(text, &convention::is_placeholder)
}

/// One line a block: kind, depth by indentation, and its text with line ends shown.
fn outline(text: &str) -> String {
    let markdown = parse(text);
    let mut out = String::new();
    for (id, block) in markdown.all() {
        let depth = markdown.ancestors(id).count();
        out.push_str(&format!("{}{:?} {:?}\n", "  ".repeat(depth), block.kind, &text[block.range()]));
    }
    out
}

#[test]
fn a_tight_item_has_a_paragraph_of_its_own() {
    insta::assert_snapshot!(outline("- [x] a `b`\n  - c\n- d\n"), @r#"
    List { ordered: false } "- [x] a `b`\n  - c\n- d"
      Item "- [x] a `b`\n  - c"
        Paragraph "a `b`"
        List { ordered: false } "- c"
          Item "- c"
            Paragraph "c"
      Item "- d"
        Paragraph "d"
    "#);
}

#[test]
fn blocks_begin_behind_their_indentation() {
    insta::assert_snapshot!(outline("  - a\n     - b\n  -\n* c\n\t- d\n # e\n"), @r##"
    List { ordered: false } "- a\n     - b\n  -"
      Item "- a\n     - b"
        Paragraph "a"
        List { ordered: false } "- b"
          Item "- b"
            Paragraph "b"
      Item "-"
    List { ordered: false } "* c\n\t- d"
      Item "* c\n\t- d"
        Paragraph "c"
        List { ordered: false } "- d"
          Item "- d"
            Paragraph "d"
    Heading(1) "# e"
    "##);
    for text in ["- ", "  *", "-\t\n", "> 1."] {
        let markdown = parse(text);
        let (_, item) = markdown.all().find(|(_, block)| block.kind == BlockKind::Item).unwrap();
        assert!(!text[item.range()].starts_with(char::is_whitespace), "{text:?}");
    }
}

#[test]
fn no_block_ends_outside_the_one_around_it() {
    // A blank line to people, words to Markdown.
    insta::assert_snapshot!(outline("- a\n\u{a0}\n"), @r#"
    List { ordered: false } "- a"
      Item "- a"
        Paragraph "a"
    "#);
    // The cells that a row lacks.
    insta::assert_snapshot!(outline("| a | b |\n|---|---|\n[\n"), @r#"
    Table "| a | b |\n|---|---|\n["
      Row { header: true } "| a | b |"
        Cell " a"
        Cell " b"
      Row { header: false } "["
        Cell "["
        Cell ""
    "#);
}

#[test]
fn a_placeholder_alone_on_its_line_swallows_nothing() {
    insta::assert_snapshot!(outline("<One sentence: what we are building>\n## Goals\n- <Goal 1>\n"), @r###"
    Paragraph "<One sentence: what we are building>"
    Heading(2) "## Goals"
    List { ordered: false } "- <Goal 1>"
      Item "- <Goal 1>"
        Paragraph "<Goal 1>"
    "###);
}

#[test]
fn front_matter_is_no_content_and_rules_later_are_no_front_matter() {
    let text = "\u{feff}---\r\nstatus: done\r\n---\r\n# A\r\n---\r\nb\r\n---\r\n";
    let front = parse(text).front_matter.unwrap();
    assert_eq!(&text[front.content], "status: done\r\n");
    insta::assert_snapshot!(outline(text), @r##"
    Heading(1) "# A"
    Rule "---"
    Heading(2) "b\r\n---"
    "##);
}

#[test]
fn only_a_block_that_begins_with_a_key_is_front_matter() {
    for front in [
        "---\ntitle: x\n---\n",
        "---\ntitle:\n  - x\n...\n",
        "---\n\ntitle: x\n---\n",
        "---\n# by a tool\n# 2\n\"a b\": x\n\n# c\n---\n",
        "---\nsentence that is no yaml: x\nat all\n---\n",
        // Nothing to read in it, and nothing may be put above it.
        "---\n---\n",
        "---\n\n---\n",
    ] {
        let range = parse(&format!("{front}# P\n")).front_matter.map(|front| front.range);
        assert_eq!(range, Some(0..front.len()), "{front}");
    }
    for text in [
        "---\n\n# P\n\n## Goals\n- a\n\n---\n\n## Constraints\n",
        "---\n\n# P\n\nStatus: draft\n\n---\n",
        "---\n# P\n---\n",
        "---\nWords.\nStatus: draft\n---\n",
        "---\n- a: b\n---\n",
        "---\nsee https://a.b\n---\n",
        "---\ntitle: x\n",
        "***\ntitle: x\n***\n",
    ] {
        assert_eq!(parse(text).front_matter, None, "{text}");
    }
}

#[test]
fn fences_know_whether_they_are_closed() {
    let kinds = |text: &str| -> Vec<BlockKind> {
        let markdown = parse(text);
        let kinds = markdown.all().map(|(_, block)| block.kind).filter(|kind| matches!(kind, BlockKind::Fence { .. }));
        kinds.collect()
    };
    let (closed, open) = (BlockKind::Fence { closed: true }, BlockKind::Fence { closed: false });
    assert_eq!(kinds("```sh\na\n```\n"), [closed]);
    assert_eq!(kinds("~~~~\n~~~\n"), [open]);
    assert_eq!(kinds("```\n"), [open]);
    assert_eq!(kinds("> ```\n> a\n> ```\n"), [closed]);
    assert_eq!(kinds("> ```\n> a\n>\n"), [open]);
    assert_eq!(kinds("```\na\n    ```\n"), [open]);
    assert_eq!(kinds("```\n   ``` \n"), [closed]);
    assert_eq!(kinds("```\n> ```\n"), [open]);
    assert_eq!(kinds("```\r\n```\r"), [closed]);
    assert_eq!(kinds("```\r    ```\r\r"), [open]);
    assert_eq!(kinds("~~~\n\n~~~~~\n\n"), [closed]);
    assert_eq!(kinds("- ```\n  a\n  ````\n- ~~~\n  b\n"), [closed, open]);
    let markdown = parse("```  sh x\r\na\r\n```");
    let fence = markdown.block(BlockId(0));
    assert_eq!(fence.info().map(|range| &"```  sh x\r\na\r\n```"[range]), Some("sh x"));
}

#[test]
fn inlines_know_their_content() {
    let text = "a `` b`c `` **d _e_** ~~f~~ [g `h`](i/j.md#k \"l\") ![m](n.png) <https://o.p> <br/>";
    let markdown = parse(text);
    let contents: Vec<_> = markdown.inlines(BlockId(0)).iter().map(|inline| &text[inline.content()]).collect();
    assert_eq!(contents, ["b`c", "d _e_", "e", "f", "g `h`", "h", "m", "https://o.p", "<br/>"]);
    let link = &markdown.inlines(BlockId(0))[4];
    assert_eq!(markdown.destination(link), "i/j.md#k");
}

#[test]
fn placeholders_count_outside_code_only() {
    let text =
        "<Goal 1> `<Goal 2>`\n\n```\n<Goal 3>\n```\n\n    <Goal 4>\n\n<div> <Command></Command>\n\n- é <path N>\n";
    let found: Vec<_> = parse(text).placeholders().map(|range| &text[range]).collect();
    assert_eq!(found, ["<Goal 1>", "<path N>"]);
}

fn messy() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just("\n"),
        Just("\r\n"),
        Just("\n\n"),
        Just("# "),
        Just("- "),
        Just("- [x] "),
        Just("1. "),
        Just("> "),
        Just("```"),
        Just("`"),
        Just("**"),
        Just("~~"),
        Just("[a]("),
        Just(")"),
        Just("| a | b |\n|---|---|\n"),
        Just("|"),
        Just("<!-- "),
        Just(" -->"),
        Just("---"),
        Just("    "),
        Just("  "),
        Just("<Goal 1>"),
        Just("<paths>"),
        Just("é"),
        Just("😀"),
        Just("\t"),
        Just("\u{a0}"),
        Just("\u{2028}"),
        Just("word"),
        Just("\u{feff}"),
        Just("\\"),
        Just("<div>"),
        Just("["),
        Just("]"),
        Just("_"),
        Just(":"),
    ];
    proptest::collection::vec(part, 0..60).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn any_text_is_read_with_ranges_on_character_boundaries(text in messy()) {
        let markdown = parse(&text);
        for (id, block) in markdown.all() {
            prop_assert!(text.get(block.range()).is_some(), "{:?}", block);
            prop_assert!(block.info().is_none_or(|range| text.get(range).is_some()));
            prop_assert!(block.task_marker().is_none_or(|range| text.get(range).is_some()));
            prop_assert!(markdown.next(id) > id);
            for child in markdown.children(id) {
                prop_assert_eq!(markdown.parent(child.0), Some(id));
                let (outer, inner) = (block.range(), child.1.range());
                prop_assert!(outer.start <= inner.start && inner.end <= outer.end, "{:?} {:?} {:?}", text, block, child.1);
            }
        }
        for inline in markdown.inlines_in(0..text.len()) {
            prop_assert!(text.get(inline.range()).is_some() && text.get(inline.content()).is_some(), "{:?}", inline);
        }
        for range in markdown.placeholders() {
            prop_assert!(text.get(range).is_some());
        }
    }

    #[test]
    fn line_ends_change_only_offsets(text in messy()) {
        let text = text.replace('\r', "");
        let crlf = text.replace('\n', "\r\n");
        let kinds = |text: &str| parse(text).all().map(|(_, block)| (block.kind, text[block.range()].replace('\r', ""))).collect::<Vec<_>>();
        prop_assert_eq!(kinds(&text), kinds(&crlf));
    }

    #[test]
    fn any_string_is_read(text in any::<String>()) {
        parse(&text);
    }
}
