//! What only looks like a credential: values that documentation shows.

/// Words that keys do not have: by chance, one in a thousand holds one of them.
const WORDS: [&str; 22] = [
    "example",
    "sample",
    "dummy",
    "fake",
    "placeholder",
    "change",
    "redacted",
    "replace",
    "your",
    "insert",
    "xxxx",
    "token",
    "secret",
    "here",
    "demo",
    "invalid",
    "real",
    "test",
    "abcdef",
    "qwerty",
    "lorem",
    "foobar",
];

/// Keys that their issuers print in their own documentation.
const WELL_KNOWN: [&str; 2] = ["4eC39HqLyjWDarjtT1zdp7dc", "BQokikJOvBiI2HlWgH4olfQ2"];

/// As many steps of a sequence such as `123456`, or as many equal characters, as chance does not make.
const LONGEST_RUN: usize = 6;

/// Bits for each character: below, the characters repeat.
const LEAST_ENTROPY: f32 = 2.8;

/// Whether `token` is an obvious example. `body` is the part that should be random.
pub fn is_example(token: &str, body: &str) -> bool {
    let is_plain = !body.bytes().any(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
    let lower = token.to_ascii_lowercase();
    let body_lower = &lower[lower.len() - body.len()..];
    is_plain
        || shows_word(body, body_lower)
        || WELL_KNOWN.iter().any(|known| token.contains(known))
        || longest_run(body_lower.as_bytes()) >= LONGEST_RUN
        || entropy(body.as_bytes()) < LEAST_ENTROPY
}

/// Whether it holds one of the words as people write it: chance mixes the cases.
fn shows_word(body: &str, lower: &str) -> bool {
    let is_written = |found: &str| {
        let rest = &found[1..];
        rest.bytes().all(|b| b.is_ascii_lowercase()) || found.bytes().all(|b| b.is_ascii_uppercase())
    };
    has_word(lower)
        && WORDS.iter().any(|word| lower.match_indices(word).any(|(at, _)| is_written(&body[at..at + word.len()])))
}

pub fn has_word(lower: &str) -> bool {
    // A long key holds a short word by chance.
    let least = if lower.len() > 64 { 6 } else { 0 };
    WORDS.iter().any(|word| word.len() >= least && lower.contains(word))
}

/// The most characters on end that are equal, or that count up.
pub fn longest_run(bytes: &[u8]) -> usize {
    let (mut equal, mut rising, mut longest) = (1, 1, 1);
    for pair in bytes.windows(2) {
        let next = if pair[0] == b'9' { b'0' } else { pair[0].wrapping_add(1) };
        equal = if pair[1] == pair[0] { equal + 1 } else { 1 };
        rising = if pair[1] == next { rising + 1 } else { 1 };
        longest = longest.max(equal).max(rising);
    }
    longest
}

/// Shannon's, in bits for each byte.
pub fn entropy(bytes: &[u8]) -> f32 {
    let mut counts = [0_u32; 256];
    for byte in bytes {
        counts[usize::from(*byte)] += 1;
    }
    let length = bytes.len() as f32;
    counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| *count as f32 / length)
        .map(|share| -share * share.log2())
        .sum()
}

/// Whether a JSON web token has a header, and says nothing that shows it to be an example, or
/// public by design like Supabase's key for anonymous visitors.
pub fn is_real_jwt(token: &str) -> bool {
    let mut parts = token.split('.').map(base64);
    let (Some(header), Some(payload)) = (parts.next(), parts.next()) else { return false };
    let has = |bytes: &[u8], word: &str| memchr::memmem::find(bytes, word.as_bytes()).is_some();
    let shown = ["1234567890", "John Doe", "example", "\"some\":\"payload\"", "\"anon\""];
    has(&header, "\"alg\"") && !shown.iter().any(|word| has(&payload, word))
}

/// Decodes base64 of either alphabet, up to the first character that is none of it.
pub fn base64(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let (mut bits, mut count) = (0_u32, 0);
    for byte in text.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => break,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    bytes
}
