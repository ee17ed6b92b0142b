use NodeKind::{
    Cell, Fence, FrontMatter, Heading, Html, IndentedCode, Item, LinkDefinition, List, Paragraph, Quote, Row, Rule,
    Section, Table,
};
use proptest::{prelude::*, sample::Index};

use super::*;
use crate::text::{EditBuffer, LineIndex, PositionEncoding};

fn never() -> impl FnMut() -> bool {
    || false
}

fn read(text: &str) -> SyntaxTree {
    let mut tree = SyntaxTree::new();
    assert!(tree.update(text, &mut never()));
    tree
}

/// What the `|` of a text stands in, sections aside, with the text of each; `¦` is a bar of the text.
fn around(marked: &str) -> Vec<(NodeKind, String)> {
    let offset = marked[..marked.find('|').expect("a cursor")].replace('¦', "|").len();
    let text = marked.replacen('|', "", 1).replace('¦', "|");
    let nodes = read(&text).around(offset);
    assert_eq!(nodes[0], Node { kind: NodeKind::Document, range: 0..text.len() });
    let inner = nodes.into_iter().filter(|node| !matches!(node.kind, NodeKind::Document | Section));
    inner.map(|node| (node.kind, text[node.range].to_owned())).collect()
}

fn kinds(marked: &str) -> Vec<NodeKind> {
    around(marked).into_iter().map(|(kind, _)| kind).collect()
}

#[test]
fn a_fence_holds_its_lines_and_no_other() {
    for marked in ["|```\na\n```\nb", "``|`rust\na\n```\nb", "```\n|a\n```\nb", "```\na|\n```\nb", "```\na\n```|\nb"] {
        assert_eq!(kinds(marked), [Fence], "{marked:?}");
    }
    assert_eq!(around("```\r\n|a\r\n```\r\nb"), [(Fence, "```\r\na\r\n```\r\n".to_owned())]);
    assert_eq!(kinds("```\na\n```\n|b"), [Paragraph]);
    assert_eq!(kinds("```\na\n```\n|"), []);
    assert_eq!(kinds("a\n|~~~\n```\n"), [Fence]);
    assert_eq!(kinds("~~~\n```\n|~~~\n"), [Fence]);
    assert_eq!(kinds("   ```\n   a|\n   ```\n"), [Fence]);
    assert_eq!(kinds("````\n```\na|\n````\n"), [Fence]);
}

#[test]
fn an_unclosed_fence_holds_the_end() {
    for marked in ["```\na|", "```\na\n|", "```\n\n\n|", "```|", "~~~\n```\n|", "```\r\na\r\n|", "a\n```\n# b\n|"] {
        assert_eq!(kinds(marked), [Fence], "{marked:?}");
    }
}

#[test]
fn a_fence_may_be_in_an_item_or_a_quote() {
    assert_eq!(kinds("- a\n\n  ```\n  b|\n  ```\n"), [List, Item, Fence]);
    assert_eq!(kinds("- ```\n  b\n  |"), [List, Item, Fence]);
    assert_eq!(kinds("1. a\n   - ~~~\n     b|\n\n     c\n"), [List, Item, List, Item, Fence]);
    assert_eq!(kinds("> ```\n> b|\n> ```\n> c"), [Quote, Fence]);
    // The marks of the quote belong to the line that they begin.
    assert_eq!(kinds("> ```\n> b\n> ```\n>| c"), [Quote]);
    assert_eq!(kinds("> ```\n> b\n> ```\n> |c"), [Quote, Paragraph]);
    assert_eq!(kinds("> ```\n> b\n|c"), [Paragraph]);
    assert_eq!(around("> ```\n> b|\n> ```\n> c")[1], (Fence, "```\n> b\n> ```\n".to_owned()));
}

#[test]
fn front_matter_is_at_the_very_top() {
    let front = |text: &str| vec![(FrontMatter, text.to_owned())];
    assert_eq!(around("---\na: |b\n---\n# T\n"), front("---\na: b\n---\n"));
    assert_eq!(around("---\r\na: |b\r\n---\r\n# T\r\n"), front("---\r\na: b\r\n---\r\n"));
    assert_eq!(around("\u{feff}---\na: |b\n---\n"), front("---\na: b\n---\n"));
    assert_eq!(around("---\na: b\n---|"), front("---\na: b\n---"));
    assert_eq!(kinds("+++\na = |1\n+++\n"), [FrontMatter]);
    assert_eq!(kinds("---\na: b\n---\n|"), []);
    assert_eq!(kinds("---\na: |b\n"), [Paragraph]);
    assert_eq!(kinds("x\n\n---\na: |b\n\n---\n"), [Paragraph]);
    assert_eq!(kinds("x\n\n-|--\n"), [Rule]);
}

#[test]
fn a_comment_ends_where_it_is_closed() {
    assert_eq!(around("<!-- a\n|\nb -->\nc\n"), [(Html, "<!-- a\n\nb -->\n".to_owned())]);
    assert_eq!(kinds("<!-- a -->|\nc\n"), [Html]);
    assert_eq!(kinds("<!-- a -->\n|c\n"), [Paragraph]);
    assert_eq!(kinds("<!-- a\n\n# b\n|"), [Html]);
    assert_eq!(kinds("- a\n  <!-- b| -->\n"), [List, Item, Html]);
    // An inline one is text to the block grammar.
    assert_eq!(kinds("a <!-- b| -->\n"), [Paragraph]);
}

#[test]
fn a_heading_is_one_line_or_underlined() {
    for marked in
        ["|# a\nb", "#| a\nb", "# a|\nb", "#|", "##|\n", "## |", "## |\nb", "   ## a|\r\n", "a|\n---\n", "a\n===|"]
    {
        assert_eq!(kinds(marked), [Heading], "{marked:?}");
    }
    assert_eq!(kinds("# a\n|b"), [Paragraph]);
    assert_eq!(kinds("# a\n|\nb"), []);
    assert_eq!(kinds("#a|"), [Paragraph]);
    assert_eq!(kinds("```\n# a|\n```"), [Fence]);
}

#[test]
fn sections_nest_by_their_headings() {
    let text = "# A\n\n## B\n\nb\n\n# C\n";
    let sections = |offset| {
        let nodes = read(text).around(offset).into_iter().filter(|node| node.kind == Section);
        nodes.map(|node| &text[node.range]).collect::<Vec<_>>()
    };
    assert_eq!(sections(0), ["# A\n\n## B\n\nb\n\n"]);
    assert_eq!(sections(4), ["# A\n\n## B\n\nb\n\n"]);
    assert_eq!(sections(11), ["# A\n\n## B\n\nb\n\n", "## B\n\nb\n\n"]);
    assert_eq!(sections(13), ["# A\n\n## B\n\nb\n\n", "## B\n\nb\n\n"]);
    assert_eq!(sections(text.len()), ["# C\n"]);
}

#[test]
fn an_empty_line_is_in_no_paragraph() {
    assert_eq!(kinds("a|\n\nb"), [Paragraph]);
    assert_eq!(kinds("a\n|\nb"), []);
    assert_eq!(kinds("a\r\n|\r\nb"), []);
    assert_eq!(kinds("a\n\n|b"), [Paragraph]);
    assert_eq!(kinds("a\n|"), []);
    assert_eq!(kinds("|"), []);
    assert_eq!(kinds("\n|\n"), []);
    assert_eq!(kinds("a\r|b"), [Paragraph]);
    assert_eq!(kinds("a\r\r|\rb"), []);
}

#[test]
fn an_item_goes_on_over_empty_lines() {
    assert_eq!(kinds("- |"), [List, Item]);
    assert_eq!(kinds("-|"), [List, Item]);
    assert_eq!(kinds("- [ ] |a\n"), [List, Item, Paragraph]);
    assert_eq!(kinds("- [|x] a\n"), [List, Item]);
    assert_eq!(kinds("- a\n|\n- b"), [List, Item]);
    assert_eq!(around("- a\n- |b\n\nc")[1], (Item, "- b\n\n".to_owned()));
    assert_eq!(kinds("- a\n\n  |b\n"), [List, Item, Paragraph]);
    assert_eq!(kinds("- a\n  - b|\n- c"), [List, Item, List, Item, Paragraph]);
    assert_eq!(kinds("- a\n\n|b"), [Paragraph]);
    assert_eq!(kinds("1. a\n2) b|"), [List, Item, Paragraph]);
    assert_eq!(kinds("- a\n\n      b|\n"), [List, Item, IndentedCode]);
}

#[test]
fn a_cell_reaches_from_bar_to_bar() {
    let nodes = around("¦ a ¦ b ¦\n¦---¦---¦\n¦ c|¦  ¦\n¦  ¦ d\n");
    assert_eq!(nodes.iter().map(|(kind, _)| *kind).collect::<Vec<_>>(), [Table, Row, Cell]);
    assert_eq!(nodes[1].1, "| c|  |");
    assert_eq!(nodes[2].1, " c");
    assert_eq!(around("¦ a ¦ b ¦\n¦---¦---¦\n¦ c¦ | ¦\n")[2].1, "  ");
    assert_eq!(around("¦ a ¦ b ¦\n¦---¦---¦\n¦  ¦ d|\n")[2].1, " d");
    assert_eq!(around("¦ a ¦ b ¦\n¦---¦---¦\n¦| c ¦ d ¦")[2].1, " c ");
    assert_eq!(around("a ¦ b|\n---¦---\n")[2].1, " b");
    assert_eq!(around("a| ¦ b\n---¦---\n")[2].1, "a ");
    assert_eq!(kinds("¦ a ¦ b ¦|\n¦---¦---¦\n"), [Table, Row]);
    assert_eq!(kinds("|¦ a ¦ b ¦\n¦---¦---¦\n"), [Table, Row]);
    assert_eq!(kinds("¦ a ¦ b ¦\n¦--|-¦---¦\n"), [Table, Row]);
    assert_eq!(kinds("- ¦ a ¦ b ¦\r\n  ¦---¦---¦\r\n  ¦ c| ¦ d ¦\r\n"), [List, Item, Table, Row, Cell]);
    assert_eq!(kinds("> ¦ a ¦\n> ¦---¦\n> ¦ c| ¦\n> \n"), [Quote, Table, Row, Cell]);
    assert_eq!(kinds("¦ a ¦\n¦---¦\n\n|b"), [Paragraph]);
}

#[test]
fn other_blocks_are_named_too() {
    assert_eq!(kinds("    a|\n\n    b\n"), [IndentedCode]);
    assert_eq!(kinds("[a]: |b.md\n\nc"), [LinkDefinition]);
    assert_eq!(kinds("> a\n> > b|\nlazy"), [Quote, Quote, Paragraph]);
    assert_eq!(kinds("> a\nla|zy"), [Quote, Paragraph]);
    assert_eq!(kinds("* |* *\n"), [Rule]);
}

#[test]
fn an_offset_past_the_end_counts_as_the_end() {
    assert_eq!(read("```\na").around(usize::MAX), read("```\na").around(5));
    assert_eq!(read("").around(7), read("").around(0));
}

#[test]
fn a_byte_order_mark_is_in_the_document() {
    assert_eq!(read("\u{feff}# a").around(0), [Node { kind: NodeKind::Document, range: 0..6 }]);
}

#[test]
fn there_is_no_tree_once_it_was_stopped_until_the_text_changes() {
    for text in ["\n".repeat(1_000_000), ">".repeat(10_000), "- a\n".repeat(10_000)] {
        let mut tree = SyntaxTree::new();
        let mut asked = 0;
        assert!(!tree.update(&text, &mut || {
            asked += 1;
            true
        }));
        assert_eq!(asked, 1);
        assert_eq!(tree.around(0), []);
        assert!(!tree.update(&text, &mut || unreachable!("nothing changed")));
        tree.note_edit(ByteEdit { start: 0, old_end: text.len(), new_end: 1 });
        assert!(tree.update("a", &mut never()));
        assert_eq!(tree.around(0), read("a").around(0));
    }
}

#[test]
fn a_tree_that_was_stopped_after_an_edit_is_read_anew() {
    let text = "- a\n".repeat(10_000);
    let mut tree = read(&text);
    tree.note_edit(ByteEdit { start: 0, old_end: 0, new_end: 6 });
    assert!(!tree.update(&format!("> ---\n{text}"), &mut || true));
    tree.note_edit(ByteEdit { start: 0, old_end: 6, new_end: 0 });
    assert!(tree.update(&text, &mut never()));
    assert_eq!(dump(&tree), dump(&read(&text)));
}

#[test]
fn there_are_no_nodes_of_a_text_that_was_edited_since() {
    let mut tree = read("a");
    tree.note_edit(ByteEdit { start: 0, old_end: 0, new_end: 1 });
    assert_eq!(tree.around(0), []);
}

#[test]
fn a_text_of_another_length_than_the_edits_led_to_is_read_anew() {
    let mut tree = read("a\n");
    assert!(tree.update("```\na", &mut never()));
    assert_eq!(dump(&tree), dump(&read("```\na")));
    for (start, old_end, new_end) in [(90, 80, 100), (1, 1, usize::MAX), (3, 9, 4)] {
        tree.note_edit(ByteEdit { start, old_end, new_end });
        assert!(tree.update("# a", &mut never()));
        assert_eq!(dump(&tree), dump(&read("# a")));
    }
}

#[test]
fn pending_edits_stay_few() {
    let mut pending = PendingEdits::default();
    for n in 0..10 {
        pending.push(ByteEdit { start: n, old_end: n, new_end: n + 1 });
    }
    assert_eq!(pending.edits, [ByteEdit { start: 0, old_end: 0, new_end: 10 }]);
    for n in 0..1000 {
        pending.push(ByteEdit { start: 20 + n * 2, old_end: 20 + n * 2, new_end: 21 + n * 2 });
    }
    assert_eq!(pending.edits.len(), PendingEdits::MOST);
}

/// Every node with its bytes, rows and columns, and whether something is wrong with it.
fn dump(tree: &SyntaxTree) -> String {
    let Some(tree) = &tree.tree else { return String::new() };
    let mut out = String::new();
    let mut cursor = tree.walk();
    loop {
        let node = cursor.node();
        let (range, mistakes) = (node.range(), (node.is_error(), node.has_error(), node.is_missing()));
        out += &format!("{:1$}{2} {range:?} {mistakes:?}\n", "", cursor.depth() as usize, node.kind());
        if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return out;
            }
        }
    }
}

/// The kinds around an offset, found by looking at all children.
fn kinds_by_hand(tree: &SyntaxTree, offset: usize) -> Vec<NodeKind> {
    let mut found = vec![NodeKind::Document];
    let Some(inner) = &tree.tree else { return Vec::new() };
    let mut cursor = inner.walk();
    'down: while found.last().is_some_and(|kind| kind.is_container()) && cursor.goto_first_child() {
        loop {
            let range = cursor.node().start_byte()..end(&cursor);
            let holds = range.contains(&offset) || found.ends_with(&[Table]) && range.end == offset;
            if let Some(kind) = NodeKind::of(cursor.node().kind()).filter(|_| holds) {
                found.push(kind);
                continue 'down;
            }
            if !cursor.goto_next_sibling() {
                break 'down;
            }
        }
    }
    found
}

const ENCODINGS: [PositionEncoding; 3] = [PositionEncoding::Utf8, PositionEncoding::Utf16, PositionEncoding::Utf32];

#[rustfmt::skip]
const PIECES: &[&str] = &[
    "\n", "\n", "\n\n", "\r\n", "\r", " ", "  ", "    ", "\t", "a", "word ", "é", "漢", "😀", "\u{feff}", "\0", "\u{85}", "\\",
    "# ", "## ", "### ", "#", "\n===\n", "\n---\n", "---\n", "+++\n", "a: b\n", "***\n", "- ", "* ", "+ ", "1. ", "2) ",
    "- [ ] ", "- [x] ", "\n  - ", "```", "```\n", "\n```rust\n", "~~~\n", "````", "`", "> ", ">", "\n> - ", "> ```\n",
    "| a | b |\n|---|---|\n| c | d |\n", "|--|\n", "\n| x", "|", "<!--", "-->", "<!-- a\n", "<div>\n", "</div>", "<pre>", "</script>",
    "<?", "<![CDATA[", "]]>", "<a href='x'>", "[a]: b\n", "[a]: <b> 'c\n", "**", "*", "_", "[a](b)", "&amp;", "^",
];

fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        30 => prop::sample::select(PIECES).prop_map(str::to_owned),
        1 => (1usize..300).prop_map(|depth| ">".repeat(depth)),
        1 => (1usize..40).prop_map(|depth| "- ".repeat(depth)),
        1 => (1usize..40).prop_map(|width| " ".repeat(width)),
    ]
}

fn pieces(most: usize) -> impl Strategy<Value = String> {
    proptest::collection::vec(piece(), 0..most).prop_map(|pieces| pieces.concat())
}

/// Where, how many bytes are deleted, what is typed, and whether the tree is asked for then.
type RandomEdit = (Index, usize, String, bool);

fn edit() -> impl Strategy<Value = RandomEdit> {
    let deleted = prop_oneof![3 => Just(0usize), 3 => 1usize..5, 1 => 5usize..200];
    (any::<Index>(), deleted, pieces(4), any::<bool>())
}

/// Edits a text through the positions of an encoding, and compares with trees that are read anew.
fn compare(text: &str, edits: &[RandomEdit], encoding: PositionEncoding) -> Result<(), TestCaseError> {
    let mut buffer = EditBuffer::new(text);
    let mut tree = read(text);
    let mut pending = PendingEdits::default();
    for (at, deleted, typed, is_asked) in edits {
        let before = buffer.text();
        let lines = LineIndex::new(&before);
        let start = at.index(before.len() + 1);
        let [from, to] = [start, start + deleted].map(|offset| lines.position(&before, offset, encoding));
        pending.push(buffer.change(Some((from, to)), typed, encoding));
        if !is_asked {
            continue;
        }
        std::mem::take(&mut pending).note_in(&mut tree);
        let text = buffer.text();
        prop_assert!(tree.update(&text, &mut never()));
        let fresh = read(&text);
        prop_assert_eq!(dump(&tree), dump(&fresh), "{:?} became {:?}", before, text);
        let offset = start.min(text.len());
        let kinds = tree.around(offset).into_iter().map(|node| node.kind).filter(|kind| *kind != Cell);
        prop_assert_eq!(kinds.collect::<Vec<_>>(), kinds_by_hand(&fresh, offset), "{:?} at {}", text, offset);
    }
    Ok(())
}

/// How the parser goes on after what it cannot read depends on what it kept of the tree before.
#[test]
fn a_tree_with_mistakes_is_the_one_that_is_read_anew() {
    let before = format!("> ```\n\n    ```` \n\n\n{}<!-- a\n\n===\n+ ```\n+ word \n", ">".repeat(42));
    let after = before.replacen("\n\n\n", "~~~\n", 1).replace("word ", "word \0");
    let mut tree = read(&before);
    let end = before.len() - 1;
    tree.note_edit(ByteEdit { start: end, old_end: end, new_end: end + 1 });
    let start = before.find("\n\n\n").unwrap();
    tree.note_edit(ByteEdit { start, old_end: start + 3, new_end: start + 4 });
    assert!(tree.update(&after, &mut never()));
    assert!(tree.tree.as_ref().unwrap().root_node().has_error());
    assert_eq!(dump(&tree), dump(&read(&after)));
}

proptest! {
    // Some 5,000 edits in all.
    #[test]
    fn an_edited_tree_is_the_one_that_is_read_anew(
        text in pieces(40),
        edits in proptest::collection::vec(edit(), 0..40),
        encoding in prop::sample::select(&ENCODINGS[..]),
    ) {
        compare(&text, &edits, encoding)?;
    }

    #[test]
    fn nodes_lie_within_one_another_and_on_characters(text in pieces(40)) {
        let tree = read(&text);
        for (offset, _) in text.char_indices().chain([(text.len(), ' ')]) {
            let nodes = tree.around(offset);
            for pair in nodes.windows(2) {
                let (outer, inner) = (&pair[0].range, &pair[1].range);
                prop_assert!(outer.start <= inner.start && inner.end <= outer.end, "{:?}", nodes);
            }
            for node in nodes {
                prop_assert!(text.get(node.range.clone()).is_some());
                prop_assert!(node.range.start <= offset && offset <= node.range.end);
            }
        }
    }
}
