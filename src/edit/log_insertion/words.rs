//! The words of an entry's first line, cut where one thing ends and another begins.

use std::ops::Range;

use jiff::civil::{Date, Weekday};

use super::first_line::FirstLine;
use crate::artifact::dates::style::with_case_of;

/// A part of a first line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// A bracket or emphasis that opens before the date and closes behind it.
    Mark(&'a str),
    Date(&'a str),
    /// `<YYYY-MM-DD HH:MM>` of a template.
    Slot {
        has_time: bool,
    },
    /// Words in front of the date, with what stands between them and it.
    Before {
        words: &'a str,
        gap: &'a str,
    },
    After {
        gap: &'a str,
        words: &'a str,
    },
}

impl<'a> Piece<'a> {
    pub fn words(&self) -> Option<&'a str> {
        match self {
            Self::Before { words, .. } | Self::After { words, .. } => Some(words),
            _ => None,
        }
    }
}

pub fn pieces<'a>(line: &FirstLine<'a>) -> Vec<Piece<'a>> {
    let (date, piece) = match (&line.date, slot(line.words)) {
        (Some(date), _) => (date.clone(), Some(Piece::Date(&line.words[date.clone()]))),
        (None, Some((range, has_time))) => (range, Some(Piece::Slot { has_time })),
        (None, None) => (line.words.len()..line.words.len(), None),
    };
    let (before, after) = (&line.words[..date.start], &line.words[date.end..]);
    let marks = marks(before, after);
    let mut found = Vec::new();
    let mut at = 0;
    for (open, _) in &marks {
        push_before(&before[at..open.start], &mut found);
        found.push(Piece::Mark(&before[open.clone()]));
        at = open.end;
    }
    push_before(&before[at..], &mut found);
    found.extend(piece);
    at = 0;
    for (_, close) in marks.iter().rev() {
        push_after(&after[at..close.start], &mut found);
        found.push(Piece::Mark(&after[close.clone()]));
        at = close.end;
    }
    push_after(&after[at..], &mut found);
    found
}

/// The place of the date in a template's line, and whether it takes a time.
fn slot(words: &str) -> Option<(Range<usize>, bool)> {
    let at = words.find("YYYY-MM-DD")?;
    let mut end = at + "YYYY-MM-DD".len();
    let has_time = words[end..].starts_with(" HH:MM");
    end += if has_time { " HH:MM".len() } else { 0 };
    let is_tagged = words[..at].ends_with('<') && words[end..].starts_with('>');
    Some((if is_tagged { at - 1..end + 1 } else { at..end }, has_time))
}

const BRACKETS: [(char, char); 4] = [('(', ')'), ('[', ']'), ('（', '）'), ('【', '】')];
const EMPHASIS: [&str; 6] = ["**", "__", "~~", "*", "_", "`"];

/// What opens in `before` and closes in `after`, outermost first.
fn marks(before: &str, after: &str) -> Vec<(Range<usize>, Range<usize>)> {
    let mut open: Vec<(Range<usize>, &str)> = Vec::new();
    let mut at = 0;
    while let Some(c) = before[at..].chars().next() {
        let rest = &before[at..];
        let mut length = c.len_utf8();
        let bracket = BRACKETS.iter().find(|(opening, closing)| c == *opening || c == *closing);
        if let Some((opening, closing)) = bracket {
            if c == *closing {
                open.pop_if(|(range, _)| before[range.clone()].starts_with(*opening));
            } else if open.len() < 8 {
                open.push((at..at + length, &rest[..length]));
            }
        } else if let Some(mark) = EMPHASIS.into_iter().find(|mark| rest.starts_with(mark)) {
            length = mark.len();
            let is_in_word = before[..at].ends_with(char::is_alphanumeric)
                && rest[length..].starts_with(char::is_alphanumeric)
                && mark.starts_with('_');
            if !is_in_word && open.pop_if(|(range, _)| &before[range.clone()] == mark).is_none() && open.len() < 8 {
                open.push((at..at + length, mark));
            }
        }
        at += length;
    }
    let mut from = 0;
    let mut found: Vec<_> = Vec::new();
    for (range, mark) in open.into_iter().rev() {
        let closing = BRACKETS.iter().find(|(opening, _)| mark.starts_with(*opening)).map(|(_, closing)| *closing);
        let place = closing.map_or_else(|| after[from..].find(mark), |closing| after[from..].find(closing));
        let length = closing.map_or(mark.len(), char::len_utf8);
        if let Some(place) = place.map(|place| from + place) {
            from = place + length;
            found.push((range, place..from));
        }
    }
    found.reverse();
    found
}

fn push_before<'a>(text: &'a str, found: &mut Vec<Piece<'a>>) {
    let mut at = 0;
    let gaps = gaps(text);
    for gap in gaps.iter().chain([&(text.len()..text.len())]) {
        let words = &text[at..gap.start];
        if !words.is_empty() || !gap.is_empty() {
            found.push(Piece::Before { words, gap: &text[gap.clone()] });
        }
        at = gap.end;
    }
}

fn push_after<'a>(text: &'a str, found: &mut Vec<Piece<'a>>) {
    let gaps = gaps(text);
    let mut gap = 0..0;
    for next in gaps.iter().chain([&(text.len()..text.len())]) {
        let words = &text[gap.end..next.start];
        if !words.is_empty() || !gap.is_empty() {
            found.push(Piece::After { gap: &text[gap.clone()], words });
        }
        gap = next.clone();
    }
}

/// What stands between the words of `text`: dashes, colons, the white space around brackets and at
/// either end, and that behind a weekday, a zone or a number.
fn gaps(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let is_space = |c: char| c == ' ' || c == '\t';
    let mut at = text.len() - text.trim_start_matches(is_space).len();
    push(&mut found, 0..at);
    // Words in brackets are one thing; a bracket that nobody closes is searched for once.
    let last_close = BRACKETS.map(|(_, close)| text.rfind(close).unwrap_or(0));
    while let Some(c) = text[at..].chars().next().filter(|_| found.len() < MOST_GAPS) {
        let next = at + c.len_utf8();
        let before = text[..at].trim_end_matches(is_space).len();
        let after = text.len() - text[next..].trim_start_matches(is_space).len();
        let is_apart = after > next || next == text.len();
        let is_gap = match c {
            '—' | '–' | '|' | '·' | '•' | '：' | '，' | '、' | '→' => true,
            ':' | ',' | ';' => is_apart,
            '-' => is_apart && before < at,
            _ => false,
        };
        if is_gap {
            push(&mut found, before..after);
            at = after;
        } else if let Some(kind) = BRACKETS.iter().position(|(open, _)| *open == c)
            && at < last_close[kind]
            && let Some(length) = text[next..].find(BRACKETS[kind].1)
        {
            push(&mut found, before..at);
            at = next + length + BRACKETS[kind].1.len_utf8();
            let after = text.len() - text[at..].trim_start_matches(is_space).len();
            push(&mut found, at..after);
            at = after;
        } else if is_space(c) {
            let start = found.last().map_or(0, |gap| gap.end);
            if after == text.len() || at - start <= LONGEST_UNIT && is_unit(&text[start..at]) {
                push(&mut found, at..after);
            }
            at = after;
        } else {
            at = next;
        }
    }
    found
}

fn push(gaps: &mut Vec<Range<usize>>, gap: Range<usize>) {
    match gaps.last_mut() {
        Some(last) if last.end >= gap.start => last.end = last.end.max(gap.end),
        _ if gap.is_empty() => {}
        _ => gaps.push(gap),
    }
}

/// What stands further on is one piece.
const MOST_GAPS: usize = 16;

/// No weekday, zone or numbered session takes more bytes.
const LONGEST_UNIT: usize = 32;

/// What a few words are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Class {
    Weekday,
    Zone,
    /// Bytes of the number.
    Counter(Range<usize>),
    Plain,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum WeekdayForm {
    Full,
    Short,
    Japanese,
    Chinese,
}

const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const JAPANESE: [&str; 7] = ["月", "火", "水", "木", "金", "土", "日"];
const CHINESE: [&str; 7] = ["一", "二", "三", "四", "五", "六", "日"];
const ZONES: &[&str] = &[
    "UTC", "GMT", "Z", "CET", "CEST", "EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT", "JST", "KST", "IST",
    "BST", "WET", "WEST", "EET", "EEST", "AEST", "AEDT", "ACST", "AWST", "MSK", "SGT", "HKT", "NZST", "NZDT", "PT",
    "ET", "CT", "MT",
];

/// Things that are counted as sessions are.
const COUNTED: &[&str] = &[
    "session",
    "sessions",
    "day",
    "entry",
    "log",
    "log entry",
    "run",
    "iteration",
    "update",
    "work session",
    "s",
    "no",
    "nr",
    "セッション",
    "会话",
    "第",
    "sitzung",
];
const COUNTED_BEHIND: &[&str] = &["回", "次", "日目", "目"];

/// Words that say nothing about one session alone.
const GENERIC: &[&str] = &[
    "session",
    "day",
    "entry",
    "log",
    "update",
    "work",
    "working",
    "progress",
    "notes",
    "note",
    "date",
    "dated",
    "on",
    "of",
    "for",
    "the",
    "at",
    "started",
    "start",
    "セッション",
    "会话",
    "作業",
    "日志",
];

/// Words without brackets and marks around them.
pub fn bare(words: &str) -> &str {
    words.trim_matches(|c: char| !c.is_alphanumeric() && c != '+' && c != '-')
}

pub fn class(words: &str) -> Class {
    let word = bare(words);
    if weekday(word, words).is_some() {
        return Class::Weekday;
    }
    if ZONES.contains(&word) || is_offset(word) {
        return Class::Zone;
    }
    counter(words).map_or(Class::Plain, Class::Counter)
}

fn weekday(word: &str, words: &str) -> Option<WeekdayForm> {
    if word.len() > 12 {
        return None;
    }
    let lower = word.to_ascii_lowercase();
    let lower = lower.as_str();
    if WEEKDAYS.contains(&lower) {
        return Some(WeekdayForm::Full);
    }
    if WEEKDAYS.iter().any(|name| lower.len() == 3 && name[..3] == *lower) {
        return Some(WeekdayForm::Short);
    }
    let is_bracketed = words.starts_with(['(', '（']);
    let day = |word: &'_ str, days: &[&str]| days.contains(&word);
    if day(word.trim_end_matches("曜日"), &JAPANESE) && (is_bracketed || word.ends_with("曜日")) {
        return Some(WeekdayForm::Japanese);
    }
    let chinese = word.strip_prefix("周").or_else(|| word.strip_prefix("星期"));
    let is_chinese = chinese.is_some_and(|rest| day(rest, &CHINESE)) || is_bracketed && day(word, &CHINESE);
    is_chinese.then_some(WeekdayForm::Chinese)
}

fn is_offset(word: &str) -> bool {
    let digits = word.strip_prefix(['+', '-']).unwrap_or_default();
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match digits.split_once(':') {
        Some((hours, minutes)) => hours.len() == 2 && minutes.len() == 2 && is_digits(hours) && is_digits(minutes),
        None => digits.len() == 4 && is_digits(digits),
    }
}

/// The number of `Session 3`, `#3`, `3.`, `第3回`.
fn counter(words: &str) -> Option<Range<usize>> {
    let end = words.rfind(|c: char| c.is_ascii_digit())? + 1;
    let start = words[..end].trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let label = bare(&words[..start]).to_lowercase();
    let behind = bare(&words[end..]);
    let is_numbered =
        label.is_empty() && (words[..start].contains('#') || ['.', ')'].iter().any(|c| words[end..].starts_with(*c)));
    // `5.2` is the second session of the fifth phase.
    let is_numbered = is_numbered || is_two_level(&words[..start]) && behind.is_empty();
    let label = label.trim_end_matches(['-', '+']).trim_end();
    // `Plan #4 session 10`.
    let last = label.rsplit(' ').next().filter(|_| label.len() <= LONGEST_UNIT).unwrap_or_default();
    let is_counted = is_numbered || COUNTED.contains(&label) || last.len() > 2 && COUNTED.contains(&last);
    let is_end = behind.is_empty() || COUNTED_BEHIND.contains(&behind);
    (is_counted && is_end && end - start <= 5).then_some(start..end)
}

/// Whether a year stands among words: they are a date that we do not read, such as `5. Januar 2026`, and
/// what is counted there is no session.
pub fn names_year(words: &str) -> bool {
    let mut numbers = words.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() == 4);
    numbers.any(|word| word.bytes().all(|byte| byte.is_ascii_digit()) && ["19", "20"].contains(&&word[..2]))
}

/// Whether a number and a dot stand in front of another number.
fn is_two_level(words: &str) -> bool {
    let number = words.trim_start_matches(['[', '(', '*', '_']).strip_suffix('.').unwrap_or_default();
    (1..=3).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether the label in front of a number counts days.
pub fn is_day(label: &str) -> bool {
    bare(label).eq_ignore_ascii_case("day")
}

/// Whether these words alone are one thing, so that further ones are another.
fn is_unit(words: &str) -> bool {
    !words.is_empty() && (class(words) != Class::Plain || is_emoji(words))
}

/// Whether the words are a pictogram.
pub fn is_emoji(words: &str) -> bool {
    !words.is_empty() && words.chars().all(|c| c >= '\u{2190}' && !c.is_alphanumeric() && !c.is_whitespace())
}

/// `Session B`: the words without the letter that tells it from others of its day, and the letter.
pub fn letter(words: &str) -> (&str, Option<char>) {
    let letter = words.rsplit_once(' ').filter(|(stem, letter)| letter.len() == 1 && is_generic(stem));
    match letter.and_then(|(stem, letter)| Some((stem, letter.chars().next().filter(|c| ('B'..'Z').contains(c))?))) {
        Some((stem, letter)) => (stem, Some(letter)),
        None => (words, None),
    }
}

/// Words as they are compared: any weekday, any number of a session and any zone are alike.
pub fn key(words: &str) -> String {
    match class(words) {
        Class::Weekday => "weekday".to_owned(),
        Class::Zone => "zone".to_owned(),
        Class::Counter(number) => format!("{}#{}", words[..number.start].to_lowercase(), &words[number.end..]),
        Class::Plain => letter(words).0.to_lowercase(),
    }
}

/// Whether words can stand in any entry.
pub fn is_generic(words: &str) -> bool {
    let mut all = words.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    class(words) != Class::Plain || all.all(|word| GENERIC.contains(&&*word.to_lowercase()))
}

/// The weekday of `date` in the form of `sample`.
pub fn weekday_like(sample: &str, date: Date) -> String {
    let day = date.weekday().since(Weekday::Monday) as usize;
    let word = bare(sample);
    let Some(form) = weekday(word, sample) else { return sample.to_owned() };
    let written = match form {
        WeekdayForm::Full => with_case_of(word, WEEKDAYS[day]),
        WeekdayForm::Short => with_case_of(word, &WEEKDAYS[day][..3]),
        WeekdayForm::Japanese => word.replacen(word.trim_end_matches("曜日"), JAPANESE[day], 1),
        WeekdayForm::Chinese => {
            let last = word.trim_start_matches("周").trim_start_matches("星期");
            word.replacen(last, CHINESE[day], 1)
        }
    };
    sample.replacen(word, &written, 1)
}
