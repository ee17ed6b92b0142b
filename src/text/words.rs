//! Numbers and lists of things in words, and code in them.

/// `1 file`, `3 files`.
pub fn counted(number: usize, one: &str, several: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { several })
}

/// `a, b or c`, with another word than "or" as `last`.
pub fn listed(names: &[impl AsRef<str>], last: &str) -> String {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    match names.split_last() {
        Some((end, before)) if !before.is_empty() => format!("{} {last} {end}", before.join(", ")),
        _ => names.concat(),
    }
}

/// The first run of exactly so many backticks at or after byte `from`: what closes a code span.
pub fn closing_ticks(text: &str, from: usize, ticks: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += text[at..].find('`')?;
        let run = ticks_at(text, at);
        if run == ticks {
            return Some(at);
        }
        at += run;
    }
}

/// How many backticks stand at byte `at`.
pub fn ticks_at(text: &str, at: usize) -> usize {
    text[at..].bytes().take_while(|byte| *byte == b'`').count()
}

/// The longest run of backticks.
pub fn longest_ticks(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or_default()
}

/// Markdown in a fence that nothing inside it ends.
pub fn fenced(text: &str) -> String {
    let fence = "`".repeat(longest_ticks(text).max(2) + 1);
    format!("{fence}md\n{}\n{fence}", text.trim_end())
}
