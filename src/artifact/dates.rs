//! Dates as people write them in headings.

use std::ops::Range;

use jiff::civil::{Date, Time};

pub mod style;

/// A day, perhaps with a time; a day without one comes before its times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    pub date: Date,
    pub time: Option<Time>,
}

/// Text that has the shape of a date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateText {
    /// Bytes within the text that was searched.
    pub range: Range<usize>,
    /// `None` for a date that cannot be, such as 2026-02-30, and after [`Self::settle`] for one of
    /// which nobody can tell the day from the month.
    pub moment: Option<Moment>,
}

impl DateText {
    /// Reads the date again among dates of that order, if it is written with slashes or hyphens. `text`: its own.
    pub fn settle(&mut self, text: &str, order: Option<SlashOrder>) {
        let Some((numbers, ..)) = slashed_numbers(text) else { return };
        let is_either = numbers[0] == numbers[1];
        let order = own_order(numbers).or(order).or(is_either.then_some(SlashOrder::Day));
        self.moment = order.and_then(|order| find_with(text, order)?.moment);
    }
}

/// The names of the months, English first: those of other languages are written in full.
const MONTHS: [[&str; 12]; 5] = [
    [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ],
    [
        "januar",
        "februar",
        "märz",
        "april",
        "mai",
        "juni",
        "juli",
        "august",
        "september",
        "oktober",
        "november",
        "dezember",
    ],
    [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    [
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ],
    [
        "janeiro",
        "fevereiro",
        "março",
        "abril",
        "maio",
        "junho",
        "julho",
        "agosto",
        "setembro",
        "outubro",
        "novembro",
        "dezembro",
    ],
];

/// Which number comes first in a date such as `2/1/2026`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlashOrder {
    Day,
    Month,
}

/// The first date in `text`. Of `2/1/2026` the day is taken to come first: see [`DateText::settle`].
pub fn find(text: &str) -> Option<DateText> {
    find_with(text, SlashOrder::Day)
}

/// The first date in those bytes of `text`; its range is one of `text`.
pub fn find_in(text: &str, place: Range<usize>) -> Option<DateText> {
    let mut date = find(&text[place.clone()])?;
    date.range = place.start + date.range.start..place.start + date.range.end;
    Some(date)
}

/// Whether no word stands before the first date of a line.
pub fn heads(line: &str) -> bool {
    find(line).is_some_and(|date| !line[..date.range.start].contains(char::is_alphanumeric))
}

/// The date that `text` begins with.
pub fn at_start(text: &str) -> Option<DateText> {
    let (year, month, day, length) = day_at_start(text, SlashOrder::Day)?;
    Some(with_time(text, 0, length, civil(year, month, day)))
}

fn find_with(text: &str, order: SlashOrder) -> Option<DateText> {
    // Every date has a digit; most headings have none.
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut at = 0;
    while let Some(offset) = text[at..].find(|c: char| c.is_ascii_alphanumeric()) {
        let start = at + offset;
        let rest = &text[start..];
        let word = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric()).len();
        if let Some((year, month, day, length)) = day_at_start(rest, order) {
            return Some(with_time(text, start, length, civil(year, month, day)));
        }
        at = start + word;
    }
    None
}

/// Year, month and day at the start of `text`, and the bytes read.
fn day_at_start(text: &str, order: SlashOrder) -> Option<(u32, u32, u32, usize)> {
    if !text.starts_with(|c: char| c.is_ascii_digit()) {
        return month_first(text);
    }
    let compact = || compact(text).filter(|(year, month, day, _)| civil(*year, *month, *day).is_some());
    year_first(text).or_else(|| day_first(text)).or_else(|| slashed(text, order)).or_else(compact)
}

/// The order of those of `dates` that are written with slashes or hyphens, which a number over 12 tells for all of
/// them; `None` without one, and where they disagree.
pub fn slash_order<'a>(dates: impl Iterator<Item = &'a str>) -> Option<SlashOrder> {
    let mut orders = dates.filter_map(|text| own_order(slashed_numbers(text)?.0));
    let first = orders.next()?;
    orders.all(|order| order == first).then_some(first)
}

fn civil(year: u32, month: u32, day: u32) -> Option<Date> {
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// `2026-01-21`, `2026/1/21`, `2026.01.21`, `2026年1月21日`: year, month, day, bytes read.
fn year_first(text: &str) -> Option<(u32, u32, u32, usize)> {
    let (year, rest) = number(text, 4..=4)?;
    let separator = rest.chars().next().filter(|c| "-/.年‑–".contains(*c))?;
    let (month, rest) = number(&rest[separator.len_utf8()..], 1..=2)?;
    let next = rest.chars().next().filter(|c| *c == if separator == '年' { '月' } else { separator })?;
    let (day, rest) = number(&rest[next.len_utf8()..], 1..=2)?;
    let rest = rest.strip_prefix('日').unwrap_or(rest);
    Some((year, month, day, text.len() - rest.len()))
}

/// `20260121`, which no other digit or letter follows.
fn compact(text: &str) -> Option<(u32, u32, u32, usize)> {
    let (digits, rest) = number(text, 8..=8)?;
    let is_year = (1900..2200).contains(&(digits / 10_000)) && !rest.starts_with(|c: char| c.is_alphanumeric());
    is_year.then_some((digits / 10_000, digits / 100 % 100, digits % 100, 8))
}

/// `21 January 2026`, `21st of January, 2026`, `21. Januar 2026`, `21.01.2026`, `21. 1. 2026`.
fn day_first(text: &str) -> Option<(u32, u32, u32, usize)> {
    let (day, rest) = number(text, 1..=2)?;
    let dotted = rest.strip_prefix('.').map(|rest| rest.strip_prefix(' ').unwrap_or(rest));
    if let Some((month, rest)) = dotted.and_then(|rest| number(rest, 1..=2)) {
        let rest = rest.strip_prefix('.')?;
        let (year, rest) = number(rest.strip_prefix(' ').unwrap_or(rest), 4..=4)?;
        return Some((year, month, day, text.len() - rest.len()));
    }
    let rest = ordinal(rest).trim_start_matches([' ', '.', '-']);
    let rest = rest.strip_prefix("of ").or_else(|| rest.strip_prefix("de ")).unwrap_or(rest);
    let (month, rest) = month_name(rest)?;
    let rest = rest.strip_prefix(" de ").unwrap_or(rest);
    let (year, rest) = number(rest.trim_start_matches([' ', ',', '-', '.']), 4..=4)?;
    Some((year, month, day, text.len() - rest.len()))
}

/// `21/01/2026`, `1/21/2026`, `01-21-2026`.
fn slashed(text: &str, order: SlashOrder) -> Option<(u32, u32, u32, usize)> {
    let ([first, second], year, length) = slashed_numbers(text)?;
    match own_order([first, second]).unwrap_or(order) {
        SlashOrder::Day => Some((year, second, first, length)),
        SlashOrder::Month => Some((year, first, second, length)),
    }
}

/// The numbers before the year, the year, and the bytes read.
fn slashed_numbers(text: &str) -> Option<([u32; 2], u32, usize)> {
    let (first, rest) = number(text, 1..=2)?;
    let separator = rest.chars().next().filter(|c| matches!(c, '/' | '-'))?;
    let (second, rest) = number(rest.strip_prefix(separator)?, 1..=2)?;
    let (year, rest) = number(rest.strip_prefix(separator)?, 4..=4)?;
    Some(([first, second], year, text.len() - rest.len()))
}

/// The order that the numbers tell by themselves: there are twelve months.
fn own_order([first, second]: [u32; 2]) -> Option<SlashOrder> {
    match (first > 12, second > 12) {
        (true, _) => Some(SlashOrder::Day),
        (false, true) => Some(SlashOrder::Month),
        (false, false) => None,
    }
}

/// `January 21, 2026`, `Jan 21 2026`.
fn month_first(text: &str) -> Option<(u32, u32, u32, usize)> {
    // Few words stand before a number.
    let word = text.trim_start_matches(char::is_alphabetic);
    if !word.trim_start_matches([' ', '.']).starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let (month, rest) = month_name(text)?;
    let (day, rest) = number(rest.trim_start_matches([' ', '.']), 1..=2)?;
    let (year, rest) = number(ordinal(rest).trim_start_matches([' ', ',']), 4..=4)?;
    Some((year, month, day, text.len() - rest.len()))
}

fn ordinal(text: &str) -> &str {
    ["st", "nd", "rd", "th"].iter().find_map(|suffix| text.strip_prefix(suffix)).unwrap_or(text)
}

/// A month's name, in English also its first three letters, and what follows.
fn month_name(text: &str) -> Option<(u32, &str)> {
    let (month, _, rest) = month_in(text)?;
    Some((month, rest))
}

/// A month, the index of its language, and what follows.
fn month_in(text: &str) -> Option<(u32, usize, &str)> {
    let length = text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len());
    let word = text[..length].to_lowercase();
    let is_short = |name: &str| word == name[..3] || word == "sept" && name.starts_with("sept");
    MONTHS.iter().enumerate().find_map(|(language, names)| {
        let place = names.iter().position(|name| word == *name || language == 0 && is_short(name))?;
        Some((place as u32 + 1, language, &text[length..]))
    })
}

/// The first day and month in `text` that have no year, such as `Jan 21`, as one of `year`.
pub fn find_without_year(text: &str, year: i16) -> Option<DateText> {
    let starts =
        text.char_indices().filter(|(at, c)| c.is_alphanumeric() && !text[..*at].ends_with(char::is_alphanumeric));
    starts.map(|(at, _)| at).find_map(|start| {
        let (month, day, length) = yearless(&text[start..])?;
        Some(with_time(text, start, length, civil(u32::try_from(year).ok()?, month, day)?.into()))
    })
}

/// `January 21`, `Jan 21st`, `21. Januar`: month, day, bytes read.
fn yearless(text: &str) -> Option<(u32, u32, usize)> {
    let is_end = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric());
    if let Some((month, rest)) = month_name(text) {
        let (day, rest) = number(rest.trim_start_matches([' ', '.']), 1..=2)?;
        let rest = ordinal(rest);
        return is_end(rest).then_some((month, day, text.len() - rest.len()));
    }
    let (day, rest) = number(text, 1..=2)?;
    let (month, rest) = month_name(ordinal(rest).trim_start_matches([' ', '.']))?;
    is_end(rest).then_some((month, day, text.len() - rest.len()))
}

/// The first number in `text` that is a year of our time.
pub fn year_in(text: &str) -> Option<i16> {
    let numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|number| number.len() == 4);
    numbers.filter_map(|number| number.parse().ok()).find(|year| (1990..2100).contains(year))
}

/// Digits of that many places that no further digit follows, and what follows.
fn number(text: &str, places: std::ops::RangeInclusive<usize>) -> Option<(u32, &str)> {
    let length = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let number = text[..length].parse().ok().filter(|_| places.contains(&length))?;
    Some((number, &text[length..]))
}

/// Adds a time that follows the date, with the end of a time range: `14:30`, `T14:30:05Z`, `1430 UTC`,
/// `(2:30 pm)`, `14:30–15:00`.
fn with_time(text: &str, start: usize, length: usize, date: Option<Date>) -> DateText {
    let (date, length) = match last_of_range(&text[start..], length) {
        Some((last, length)) => (date.map(|date| date.max(last)), length),
        None => (date, length),
    };
    let end = start + length;
    let rest = text[end..].trim_start_matches([' ', 'T', ',', '@', ']', '[', '(', '—', '–', '-', ':', '*', '|', '·']);
    let rest = rest.strip_prefix("at ").unwrap_or(rest);
    // Digits without a colon are a time only right after the day: `2026-01-21 — 2026 goals`.
    let gap = &text[end..text.len() - rest.len()];
    let is_far = |used: usize| !rest[..used].contains(':') && !matches!(gap, " " | "T");
    let read = clock(rest).filter(|(_, used)| !gap.is_empty() && !is_far(*used));
    // Further from the day, `25:61` may be a ratio or a verse.
    let is_close = matches!(gap, " " | "T" | ", " | " (" | " at ");
    let impossible = if read.is_none() && is_close { impossible_clock(rest) } else { None };
    let used = impossible.or(read.map(|(_, used)| used));
    let end = used.map_or(end, |used| text.len() - rest.len() + used);
    let end = if read.is_some() { end + end_of_range(&text[start..end], &text[end..]) } else { end };
    let date = date.filter(|_| impossible.is_none());
    DateText { range: start..end, moment: date.map(|date| Moment { date, time: read.map(|(time, _)| time) }) }
}

/// The last day of `2026-08-21 → 2026-08-22`, and the bytes of the range; `length`: those of its first day.
fn last_of_range(text: &str, length: usize) -> Option<(Date, usize)> {
    // `2026-08-14/15`, `2026-08-14–15`
    if let Some((day, rest)) = text[length..].strip_prefix(['/', '–']).and_then(|rest| number(rest, 2..=2))
        && !rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, ':' | '.' | '-' | '/'))
        && let Some((year, month, ..)) = year_first(&text[..length])
    {
        return Some((civil(year, month, day)?, text.len() - rest.len()));
    }
    let rest = text[length..].trim_start_matches(' ');
    let rest = DASHES.iter().find_map(|dash| rest.strip_prefix(dash))?.trim_start_matches(' ');
    let (year, month, day, used) = year_first(rest).or_else(|| day_first(rest)).or_else(|| month_first(rest))?;
    Some((civil(year, month, day)?, text.len() - rest.len() + used))
}

/// What stands between the ends of a range.
const DASHES: [&str; 7] = ["-", "–", "—", "~", "→", "to ", "until "];

/// `14:30` or `14:30:05`, whether or not a day has that time, and what follows.
fn numbers_of_clock(text: &str) -> Option<([u32; 3], &str)> {
    let (hour, rest) = number(text, 1..=2)?;
    let (minute, rest) = number(rest.strip_prefix(':')?, 2..=2)?;
    let (second, rest) = rest.strip_prefix(':').and_then(|rest| number(rest, 2..=2)).unwrap_or((0, rest));
    Some(([hour, minute, second], rest))
}

/// A time of day and the bytes it takes.
fn clock(text: &str) -> Option<(Time, usize)> {
    if let Some((compact, rest)) = number(text, 4..=4) {
        let is_word_end = !rest.starts_with(|c: char| c.is_alphanumeric() || "-/.:".contains(c));
        let time = Time::new((compact / 100) as i8, (compact % 100) as i8, 0, 0).ok().filter(|_| is_word_end)?;
        return Some((time, 4));
    }
    let ([hour, minute, second], rest) = numbers_of_clock(text)?;
    let after = rest.trim_start_matches(' ');
    let half = after.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    let (hour, rest) = match half.to_ascii_lowercase().as_str() {
        "pm" => (hour % 12 + 12, &after[2..]),
        "am" => (hour % 12, &after[2..]),
        _ => (hour, rest),
    };
    let time = Time::new(hour as i8, minute as i8, second as i8, 0).ok()?;
    Some((time, text.len() - rest.len()))
}

/// The bytes at the start of `text` that say when what begins at `moment` ended, such as `–15:00`; 0 without
/// any. `-05:00` behind seconds or a `T` is an offset.
fn end_of_range(moment: &str, text: &str) -> usize {
    let rest = text.trim_start_matches(' ');
    let Some(end) = DASHES.iter().find_map(|separator| rest.strip_prefix(separator)) else { return 0 };
    let end = end.trim_start_matches(' ');
    let may_be_offset = text.starts_with('-') && (moment.contains('T') || moment.matches(':').count() > 1);
    match clock(end).filter(|(_, used)| end[..*used].contains(':') && !may_be_offset) {
        Some((_, used)) => text.len() - end.len() + used,
        None => 0,
    }
}

/// The bytes of a clock that no day has, such as `25:61`. Midnight at the end of a day and leap
/// seconds are possible.
fn impossible_clock(text: &str) -> Option<usize> {
    let ([hour, minute, second], rest) = numbers_of_clock(text)?;
    let is_midnight = (hour, minute, second) == (24, 0, 0);
    let is_impossible = hour > 23 || minute > 59 || second > 60;
    (is_impossible && !is_midnight).then_some(text.len() - rest.len())
}

#[cfg(test)]
mod tests;
