//! Decodes a message body leniently, so that no edit is lost to how a client encodes it.

use memchr::{memchr, memmem};

const BOM: &str = "\u{feff}";

/// A body as text. What is no character becomes U+FFFD, one for each UTF-16 unit: a lone surrogate, as
/// `JSON.stringify` escapes it and as others encode it, and bytes that are not UTF-8.
pub fn text(mut body: Vec<u8>) -> String {
    replace_lone_surrogates(&mut body);
    let mut text = String::from_utf8(body).unwrap_or_else(|error| {
        let mut body = error.into_bytes();
        replace_encoded_surrogates(&mut body);
        String::from_utf8_lossy(&body).into_owned()
    });
    if text.starts_with(BOM) {
        text.drain(..BOM.len());
    }
    text
}

/// In place, as `\ufffd` is as long as the escape of a surrogate.
fn replace_lone_surrogates(body: &mut [u8]) {
    if memmem::find(body, br"\u").is_none() {
        return;
    }
    let mut at = 0;
    while let Some(found) = body.get(at..).and_then(|rest| memchr(b'\\', rest)) {
        let escape = at + found;
        at = match (escaped_unit(body, escape), escaped_unit(body, escape + 6)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => escape + 12,
            (Some(0xd800..=0xdfff), _) => {
                body[escape + 2..escape + 6].copy_from_slice(b"fffd");
                escape + 6
            }
            _ => escape + 2,
        };
    }
}

/// The UTF-16 unit that is escaped there.
fn escaped_unit(body: &[u8], at: usize) -> Option<u16> {
    let digits = body.get(at..at + 6)?.strip_prefix(br"\u")?;
    digits.iter().try_fold(0, |unit, digit| Some(unit << 4 | char::from(*digit).to_digit(16)? as u16))
}

/// Surrogates in the three bytes that UTF-8 would have for them; U+FFFD has as many.
fn replace_encoded_surrogates(body: &mut [u8]) {
    for at in 0..body.len().saturating_sub(2) {
        if matches!(body[at..at + 3], [0xed, 0xa0..=0xbf, 0x80..=0xbf]) {
            body[at..at + 3].copy_from_slice("\u{fffd}".as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The string in a body.
    fn read(body: &[u8]) -> String {
        serde_json::from_str(&text(body.to_vec())).expect("JSON")
    }

    #[test]
    fn half_a_pair_is_one_replacement_character() {
        assert_eq!(read(br#""- \ud83d x""#), "- \u{fffd} x");
        assert_eq!(read(br#""\uDC00\uD83D""#), "\u{fffd}\u{fffd}");
        assert_eq!(read(br#""\ud83d\ud83d\ude00""#), "\u{fffd}😀");
        assert_eq!(read(br#""\ud83d\n\ude00""#), "\u{fffd}\n\u{fffd}");
    }

    #[test]
    fn what_is_a_character_or_no_escape_stays() {
        assert_eq!(read(br#""\ud83d\ude00 \u00e9 \\ud83d \u0000""#), "😀 é \\ud83d \0");
        assert_eq!(read(br#""\\\ud83d""#), "\\\u{fffd}");
        for cut_off in [r"\", r"\u", r"\ud8", r"\ud83", r"\uzzzz", r"\ud83d\u", r"\ud83d\ude0"] {
            let body = text(cut_off.into());
            assert_eq!(body.replace("fffd", "d83d"), cut_off);
        }
    }

    #[test]
    fn bytes_that_are_not_utf_8_are_replaced() {
        assert_eq!(read(b"\"\xed\xa0\xbd \xed\xbf\xbf\""), "\u{fffd} \u{fffd}");
        assert_eq!(read(b"\"\xff \xf0\x9f\x98 x\""), "\u{fffd} \u{fffd} x");
        assert_eq!(read("\"\u{d7ff}\u{e000}\"".as_bytes()), "\u{d7ff}\u{e000}");
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_message() {
        assert_eq!(read("\u{feff}\"a\u{feff}\"".as_bytes()), "a\u{feff}");
    }

    proptest! {
        /// Each unit by itself as an escape, or as the text that it is.
        #[test]
        fn any_sequence_of_units_keeps_its_length(
            units in prop::collection::vec(
                (prop_oneof![0xd7f0u16..0xe010, 0x20u16..0x7f, any::<u16>()], any::<bool>()),
                0..24,
            ),
        ) {
            let mut body = String::from("\"");
            for (unit, is_escaped) in &units {
                match char::from_u32(u32::from(*unit)) {
                    Some(c) if !is_escaped && !c.is_control() && !['"', '\\'].contains(&c) => body.push(c),
                    _ => body += &format!(r"\u{unit:04x}"),
                }
            }
            body.push('"');
            let units: Vec<u16> = units.into_iter().map(|(unit, _)| unit).collect();
            let text = read(body.as_bytes());
            prop_assert_eq!(&text, &String::from_utf16_lossy(&units));
            prop_assert_eq!(text.encode_utf16().count(), units.len());
        }
    }
}
