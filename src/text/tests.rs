use proptest::prelude::*;

use super::*;

const ENCODINGS: [PositionEncoding; 3] = [PositionEncoding::Utf8, PositionEncoding::Utf16, PositionEncoding::Utf32];

fn messy() -> impl Strategy<Value = String> {
    proptest::collection::vec(
        prop_oneof![Just("\n"), Just("\r\n"), Just("\r"), Just("a"), Just("é"), Just("漢"), Just("😀"), Just("\u{85}")],
        0..40,
    )
    .prop_map(|parts| parts.concat())
}

#[test]
fn columns_count_what_the_encoding_says() {
    let text = "# Tïtle 😀!\r\nnext";
    let lines = LineIndex::new(text);
    let at = text.find('!').unwrap();
    let columns = ENCODINGS.map(|e| lines.position(text, at, e).column);
    assert_eq!(columns, [13, 10, 9]);
    assert_eq!(lines.position(text, text.len(), PositionEncoding::Utf16), Position { line: 1, column: 4 });
}

#[test]
fn the_line_end_of_a_place_is_that_of_its_line() {
    for (text, at, expected) in [
        ("a\r\nb", 0, "\r\n"),
        ("a\r\nb", 4, "\r\n"),
        ("a\rb\nc", 0, "\r"),
        ("a\rb\nc", 2, "\n"),
        ("a\rb", 3, "\r"),
        ("a\nb", 3, "\n"),
        ("ab", 1, "\n"),
    ] {
        assert_eq!(line_end_at(text, at), expected, "{text:?} at {at}");
    }
}

#[test]
fn a_column_inside_an_astral_character_is_its_start() {
    let mut buffer = EditBuffer::new("😀x");
    let inside = Position { line: 0, column: 1 };
    buffer.change(Some((inside, inside)), "-", PositionEncoding::Utf16);
    assert_eq!(buffer.text(), "-😀x");
}

#[test]
fn a_new_text_replaces_every_byte() {
    let mut buffer = EditBuffer::new("é\r\n");
    let edit = buffer.change(None, "漢", PositionEncoding::Utf16);
    assert_eq!(edit, ByteEdit { start: 0, old_end: 4, new_end: 3 });
    assert_eq!(buffer.text(), "漢");
}

#[test]
fn edits_touch_if_nothing_is_between_them() {
    let typed = ByteEdit { start: 5, old_end: 5, new_end: 6 };
    for (start, old_end, touches) in [(6, 6, true), (5, 6, true), (3, 5, true), (7, 7, false), (3, 4, false)] {
        assert_eq!(typed.touches(ByteEdit { start, old_end, new_end: start }), touches, "{start}..{old_end}");
    }
}

proptest! {
    #[test]
    fn offsets_survive_the_way_there_and_back(text in messy()) {
        let lines = LineIndex::new(&text);
        for encoding in ENCODINGS {
            for (at, _) in text.char_indices() {
                let position = lines.position(&text, at, encoding);
                let back = lines.offset(&text, position, encoding);
                // Between the two bytes of a line end there is no position of its own.
                let inside_line_end = text[at..].starts_with('\n') && text[..at].ends_with('\r');
                prop_assert_eq!(back, at - usize::from(inside_line_end));
            }
        }
    }

    #[test]
    fn no_edit_begins_or_ends_between_carriage_return_and_line_feed(
        text in messy(),
        cuts in proptest::collection::btree_set(0usize..60, 0..12),
        new in proptest::collection::vec(messy(), 6),
    ) {
        let cuts: Vec<usize> = cuts.into_iter().filter(|at| text.is_char_boundary(*at)).collect();
        let pairs = cuts.chunks_exact(2).map(|pair| pair[0]..pair[1]).chain(cuts.iter().map(|at| *at..*at).take(1));
        let mut edits: Vec<Edit> = pairs.zip(new).map(|(range, new)| Edit::replace(range, new)).collect();
        // An insertion where a replacement begins is meant to be in front of it.
        edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
        let sent = at_positions(&text, &edits);
        prop_assert_eq!(apply(&text, &sent), apply(&text, &edits));
        let lines = LineIndex::new(&text);
        for edit in &sent {
            for at in [edit.range.start, edit.range.end] {
                let position = lines.position(&text, at, PositionEncoding::Utf16);
                prop_assert_eq!(lines.offset(&text, position, PositionEncoding::Utf16), at);
            }
        }
        prop_assert!(sent.windows(2).all(|pair| pair[0].range.end <= pair[1].range.start));
    }

    #[test]
    fn differences_lead_from_one_text_to_the_other(before in messy(), after in messy()) {
        let edits = differences(&before, &after);
        prop_assert_eq!(apply(&before, &edits), after);
        let splits = |at: &usize| before[..*at].ends_with('\r') && before[*at..].starts_with('\n');
        prop_assert!(!edits.iter().flat_map(|edit| [edit.range.start, edit.range.end]).any(|at| splits(&at)));
    }

    #[test]
    fn edits_equal_the_text_they_stand_for(
        text in messy(),
        edits in proptest::collection::vec((0u32..9, 0u32..9, 0u32..9, 0u32..9, messy()), 0..8),
    ) {
        for encoding in ENCODINGS {
            let mut buffer = EditBuffer::new(&text);
            let mut plain = text.clone();
            let mut all: Option<ByteEdit> = None;
            for (line, column, line2, column2, new) in &edits {
                let range = (Position { line: *line, column: *column }, Position { line: *line2, column: *column2 });
                let lines = LineIndex::new(&plain);
                let (a, b) = (lines.offset(&plain, range.0, encoding), lines.offset(&plain, range.1, encoding));
                plain.replace_range(a.min(b)..a.max(b), new);
                let edit = buffer.change(Some(range), new, encoding);
                prop_assert_eq!(&buffer.text(), &plain);
                let expected = ByteEdit { start: a.min(b), old_end: a.max(b), new_end: a.min(b) + new.len() };
                prop_assert_eq!(edit, expected);
                all = Some(all.map_or(edit, |all| all.then(edit)));
            }
            // Outside of an edit that covers them all, nothing differs.
            if let Some(ByteEdit { start, old_end, new_end }) = all {
                prop_assert_eq!(&text[..start], &plain[..start]);
                prop_assert_eq!(&text[old_end..], &plain[new_end..]);
            }
        }
    }
}
