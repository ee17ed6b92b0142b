//! The words of an entry's first line, cut where one thing ends and another begins.

use std::{iter, ops::Range};

use jiff::civil::{Date, Weekday};

use crate::artifact::dates::style::with_case_of;

/// A part of a first line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece<'a> {
    pub kind: Kind,
    pub words: &'a str,
    /// What stands between the words and those nearer to the date.
    pub gap: &'a str,
    pub class: Class,
    /// The words as they are compared: any weekday, any number of a session and any zone are alike.
    pub key: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A bracket or emphasis that opens before the date and closes behind it.
    Mark,
    /// Or `<YYYY-MM-DD HH:MM>` of a template.
    Date,
    Before,
    After,
}

/// What a few words are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Class {
    Weekday,
    Zone,
    /// Bytes of the number.
    Counter(Range<usize>),
    Emoji,
    /// Words that can stand in any entry.
    Generic,
    Plain,
}

impl<'a> Piece<'a> {
    fn new(kind: Kind, words: &'a str, gap: &'a str) -> Self {
        let class = if matches!(kind, Kind::Before | Kind::After) { class(words) } else { Class::Plain };
        let key = match &class {
            Class::Weekday => "weekday".to_owned(),
            Class::Zone => "zone".to_owned(),
            Class::Counter(number) => format!("{}#{}", words[..number.start].to_lowercase(), &words[number.end..]),
            _ => letter(words).0.to_lowercase(),
        };
        Self { kind, words, gap, class, key }
    }

    /// The number of a counter.
    pub fn number(&self) -> Option<u32> {
        if let Class::Counter(number) = &self.class { self.words[number.clone()].parse().ok() } else { None }
    }

    /// Whether the words are an annotation in brackets.
    pub fn is_bracketed(&self) -> bool {
        self.words.starts_with(['(', '[', '（', '【']) && self.words.ends_with([')', ']', '）', '】'])
    }
}

/// `date`: its bytes within `words`.
pub fn pieces(words: &str, date: Option<Range<usize>>) -> Vec<Piece<'_>> {
    let date = date.or_else(|| slot(words));
    let place = date.clone().unwrap_or(words.len()..words.len());
    let (before, after) = (&words[..place.start], &words[place.end..]);
    let marks = marks(before, after);
    let mut found = Vec::new();
    let mut at = 0;
    for (open, _) in &marks {
        push(&before[at..open.start], Kind::Before, &mut found);
        found.push(Piece::new(Kind::Mark, &before[open.clone()], ""));
        at = open.end;
    }
    push(&before[at..], Kind::Before, &mut found);
    found.extend(date.map(|date| Piece::new(Kind::Date, &words[date], "")));
    at = 0;
    for (_, close) in marks.iter().rev() {
        push(&after[at..close.start], Kind::After, &mut found);
        found.push(Piece::new(Kind::Mark, &after[close.clone()], ""));
        at = close.end;
    }
    push(&after[at..], Kind::After, &mut found);
    found
}

/// The place of the date in a template's line.
fn slot(words: &str) -> Option<Range<usize>> {
    let slots = ["<YYYY-MM-DD HH:MM>", "YYYY-MM-DD HH:MM", "<YYYY-MM-DD>", "YYYY-MM-DD"];
    slots.iter().find_map(|slot| words.find(slot).map(|at| at..at + slot.len()))
}

/// Brackets first, and longer marks before those that begin them.
const OPENING: [&str; 10] = ["(", "[", "（", "【", "**", "__", "~~", "*", "_", "`"];
const CLOSING: [&str; 10] = [")", "]", "）", "】", "**", "__", "~~", "*", "_", "`"];
const BRACKETS: usize = 4;
const MOST_MARKS: usize = 8;

/// What opens in `before` and closes in `after`, outermost first.
fn marks(before: &str, after: &str) -> Vec<(Range<usize>, Range<usize>)> {
    let mut open: Vec<(Range<usize>, &str)> = Vec::new();
    let mut at = 0;
    while let Some(c) = before[at..].chars().next() {
        let rest = &before[at..];
        let is_in_word = c == '_' && before[..at].ends_with(char::is_alphanumeric);
        let closing = open.last().map(|(_, close)| *close).filter(|close| rest.starts_with(*close));
        let opening = OPENING.iter().position(|mark| rest.starts_with(mark)).filter(|_| open.len() < MOST_MARKS);
        at += match (closing, opening) {
            _ if is_in_word => 1,
            (Some(close), _) => {
                open.pop();
                close.len()
            }
            (None, Some(kind)) => {
                open.push((at..at + OPENING[kind].len(), CLOSING[kind]));
                OPENING[kind].len()
            }
            (None, None) => c.len_utf8(),
        };
    }
    let mut from = 0;
    let pairs = open.into_iter().rev().filter_map(|(range, close)| {
        let at = from + after[from..].find(close)?;
        from = at + close.len();
        Some((range, at..from))
    });
    let mut found: Vec<_> = pairs.collect();
    found.reverse();
    found
}

fn push<'a>(text: &'a str, kind: Kind, found: &mut Vec<Piece<'a>>) {
    let mut last = 0..0;
    for next in gaps(text).into_iter().chain(iter::once(text.len()..text.len())) {
        let (words, gap) = (&text[last.end..next.start], if kind == Kind::Before { next.clone() } else { last });
        if !words.is_empty() || !gap.is_empty() {
            found.push(Piece::new(kind, words, &text[gap]));
        }
        last = next;
    }
}

/// What stands further on is one piece.
const MOST_GAPS: usize = 16;
/// No weekday, zone or numbered session takes more bytes.
const LONGEST_UNIT: usize = 32;

/// What stands between the words of `text`: dashes, colons, the white space around brackets and at
/// either end, and that behind a weekday, a zone or a number.
fn gaps(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let push = |found: &mut Vec<Range<usize>>, gap: Range<usize>| match found.last_mut() {
        Some(last) if last.end >= gap.start => last.end = last.end.max(gap.end),
        _ if gap.is_empty() => {}
        _ => found.push(gap),
    };
    let is_space = |c: char| c == ' ' || c == '\t';
    let end_of_space = |at: usize| text.len() - text[at..].trim_start_matches(is_space).len();
    let mut at = end_of_space(0);
    push(&mut found, 0..at);
    // Words in brackets are one thing; a bracket that never closes is searched for once.
    let last_close: Vec<usize> = CLOSING[..BRACKETS].iter().map(|close| text.rfind(close).unwrap_or(0)).collect();
    while let Some(c) = text[at..].chars().next().filter(|_| found.len() < MOST_GAPS) {
        let next = at + c.len_utf8();
        let (before, after) = (text[..at].trim_end_matches(is_space).len(), end_of_space(next));
        let is_apart = after > next || next == text.len();
        let is_gap = match c {
            '—' | '–' | '|' | '·' | '•' | '：' | '，' | '、' | '→' => true,
            ':' | ',' | ';' => is_apart,
            '-' => is_apart && before < at,
            _ => false,
        };
        let bracket = OPENING[..BRACKETS].iter().position(|open| text[at..].starts_with(open));
        if is_gap {
            push(&mut found, before..after);
            at = after;
        } else if let Some(kind) = bracket.filter(|kind| at < last_close[*kind])
            && let Some(length) = text[next..].find(CLOSING[kind])
        {
            push(&mut found, before..at);
            let close = next + length + CLOSING[kind].len();
            at = end_of_space(close);
            push(&mut found, close..at);
        } else if is_space(c) {
            let unit = &text[found.last().map_or(0, |gap| gap.end)..at];
            if after == text.len()
                || unit.len() <= LONGEST_UNIT && !matches!(class(unit), Class::Plain | Class::Generic)
            {
                push(&mut found, at..after);
            }
            at = after;
        } else {
            at = next;
        }
    }
    found
}

const WEEKDAYS: [[&str; 7]; 4] = [
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
    ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
    ["月", "火", "水", "木", "金", "土", "日"],
    ["一", "二", "三", "四", "五", "六", "日"],
];
#[rustfmt::skip]
const ZONES: &[&str] = &[
    "UTC", "GMT", "Z", "CET", "CEST", "EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT", "JST", "KST", "IST",
    "BST", "WET", "WEST", "EET", "EEST", "AEST", "AEDT", "ACST", "AWST", "MSK", "SGT", "HKT", "NZST", "NZDT", "PT",
    "ET", "CT", "MT",
];
/// Things that are counted as sessions are.
#[rustfmt::skip]
const COUNTED: &[&str] = &[
    "session", "sessions", "day", "entry", "log", "log entry", "run", "iteration", "update", "work session", "s", "no",
    "nr", "セッション", "会话", "第", "sitzung",
];
const COUNTED_BEHIND: [&str; 4] = ["回", "次", "日目", "目"];
/// Words that say nothing about one session alone.
#[rustfmt::skip]
const GENERIC: &[&str] = &[
    "session", "day", "entry", "log", "update", "work", "working", "progress", "notes", "note", "date", "dated", "on",
    "of", "for", "the", "at", "started", "start", "セッション", "会话", "作業", "日志",
];

/// Words without brackets and marks around them.
pub fn bare(words: &str) -> &str {
    words.trim_matches(|c: char| !c.is_alphanumeric() && c != '+' && c != '-')
}

fn class(words: &str) -> Class {
    let word = bare(words);
    let is_picture = |c: char| c >= '\u{2190}' && !c.is_alphanumeric() && !c.is_whitespace();
    let mut all = words.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    match counter(words) {
        _ if weekday(words).is_some() => Class::Weekday,
        _ if !word.is_empty() && ZONES.contains(&word) || is_offset(word) => Class::Zone,
        Some(number) => Class::Counter(number),
        None if !words.is_empty() && words.chars().all(is_picture) => Class::Emoji,
        None if all.all(|word| GENERIC.contains(&&*word.to_lowercase())) => Class::Generic,
        None => Class::Plain,
    }
}

/// The name of a weekday, and which of [`WEEKDAYS`] has it.
fn weekday(words: &str) -> Option<(&str, usize)> {
    let word = bare(words);
    let chinese = word.strip_prefix("周").or_else(|| word.strip_prefix("星期"));
    let name = chinese.unwrap_or(word).trim_end_matches("曜日");
    if name.len() > 9 {
        return None;
    }
    let is_marked = name.len() < word.len() || words.starts_with(['(', '（']);
    let lower = name.to_ascii_lowercase();
    let has_name = |names: &&[&str; 7]| names.contains(&&*lower);
    let row = if chinese.is_some() { 3 } else { WEEKDAYS.iter().position(|names| has_name(&names))? };
    (has_name(&&WEEKDAYS[row]) && (row < 2 || is_marked)).then_some((name, row))
}

/// The weekday of `date` in the form of `sample`.
pub fn weekday_like(sample: &str, date: Date) -> String {
    let Some((name, row)) = weekday(sample) else { return sample.to_owned() };
    let day = date.weekday().since(Weekday::Monday) as usize;
    sample.replacen(name, &with_case_of(name, WEEKDAYS[row][day]), 1)
}

/// `+02:00`, `-0700`.
fn is_offset(word: &str) -> bool {
    let digits = word.strip_prefix(['+', '-']).unwrap_or_default().replacen(':', "", 1);
    digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// The number of `Session 3`, `#3`, `3.`, `第3回`.
fn counter(words: &str) -> Option<Range<usize>> {
    let end = words.rfind(|c: char| c.is_ascii_digit())? + 1;
    let start = words[..end].trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let label = bare(&words[..start]).to_lowercase();
    let behind = bare(&words[end..]);
    let is_numbered = label.is_empty() && (words[..start].contains('#') || words[end..].starts_with(['.', ')']));
    let label = label.trim_end_matches(['-', '+']).trim_end();
    // `Plan #4 session 10`.
    let last = label.rsplit(' ').next().filter(|last| last.len() > 2 && label.len() <= LONGEST_UNIT);
    let is_counted = |label: &str| COUNTED.contains(&label);
    let is_end = behind.is_empty() || COUNTED_BEHIND.contains(&behind);
    let counts = is_numbered || is_counted(label) || last.is_some_and(is_counted);
    (counts && is_end && end - start <= 5).then_some(start..end)
}

/// `Session B`: the words without the letter that tells it from others of its day, and the letter.
pub fn letter(words: &str) -> (&str, Option<char>) {
    let parts = words.rsplit_once(' ').filter(|(stem, _)| class(stem) == Class::Generic);
    let letter = parts.and_then(|(_, letter)| letter.parse().ok()).filter(|letter| ('B'..'Z').contains(letter));
    (parts.filter(|_| letter.is_some()).map_or(words, |(stem, _)| stem), letter)
}
