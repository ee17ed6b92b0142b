//! Another date, written as somebody wrote theirs.

use jiff::civil::{Date, DateTime};

use super::{
    DASHES, MONTHS, SlashOrder, compact, day_first, end_of_range, month_first, month_in, month_name, slash_order,
    slashed_numbers, year_first, yearless,
};

/// What one date alone cannot tell: `2026/11/21` may belong to somebody who writes `2026/1/5`.
#[derive(Clone, Copy, Debug, Default)]
pub struct DateHabits {
    /// Somewhere a day or month has a single digit.
    bare_days: bool,
    /// Somewhere a day or month begins with a zero.
    padded_days: bool,
    bare_hours: bool,
    short_months: bool,
    /// The index of the months' language, where a name of one alone tells it.
    language: Option<usize>,
    /// What `2/1/2026` says.
    slash_order: Option<SlashOrder>,
}

impl DateHabits {
    /// `dates`: texts as [`super::find`] found them.
    pub fn of<'a>(dates: impl Iterator<Item = &'a str> + Clone) -> Self {
        let mut habits = Self { slash_order: slash_order(dates.clone()), ..Self::default() };
        for text in dates {
            let Some((order, length)) = order(text, habits) else { continue };
            let numbers = tokens(&text[..length]).filter(|token| token.starts_with(|c: char| c.is_ascii_digit()));
            let days = numbers.filter(|token| token.len() < 4);
            for day in days {
                habits.bare_days |= day.len() == 1;
                habits.padded_days |= day.starts_with('0');
            }
            let words = tokens(&text[..length]).filter(|token| token.starts_with(char::is_alphabetic));
            habits.short_months |=
                order != Order::Year && { words }.any(|word| month_name(word).is_some() && is_short(word));
            let names = tokens(&text[..length]).filter_map(month_in).map(|(_, language, _)| language);
            habits.language = habits.language.or(names.max().filter(|language| *language > 0));
            let hour = tokens(&text[length..]).find(|token| token.starts_with(|c: char| c.is_ascii_digit()));
            habits.bare_hours |= hour.is_some_and(|hour| hour.len() == 1);
        }
        habits
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Year,
    Day,
    Month,
    /// `20260121`
    Compact,
}

/// The order of a date's parts, and the bytes that it takes without its time.
fn order(text: &str, habits: DateHabits) -> Option<(Order, usize)> {
    let year = || Some((Order::Year, year_first(text)?.3));
    let day = || Some((Order::Day, day_first(text)?.3));
    let slashed = || {
        let (_, _, length) = slashed_numbers(text)?;
        // Where the log has both orders, not even `21/1/2026` tells how another one is read.
        match habits.slash_order? {
            SlashOrder::Day => Some((Order::Day, length)),
            SlashOrder::Month => Some((Order::Month, length)),
        }
    };
    let month = || Some((Order::Month, month_first(text)?.3));
    let compact = || Some((Order::Compact, compact(text)?.3));
    let yearless = || {
        let order = if text.starts_with(|c: char| c.is_ascii_digit()) { Order::Day } else { Order::Month };
        Some((order, yearless(text)?.2))
    };
    year().or_else(day).or_else(slashed).or_else(month).or_else(compact).or_else(yearless)
}

/// `now`, written like `sample`, which is a text that [`super::find`] found.
pub fn like(sample: &str, now: DateTime, habits: DateHabits) -> String {
    let Some((order, length)) = order(sample, habits) else { return plain(now) };
    let (day, time) = sample.split_at(length);
    let mut out = match order {
        Order::Compact => now.strftime("%Y%m%d").to_string(),
        _ => date_like(day, order, now.date(), habits),
    };
    if time.strip_prefix(['/', '–']).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit())) {
        return out;
    }
    // Of a range of days only the first is written: what is logged now has no other end.
    let rest = time.trim_start_matches(' ');
    if let Some(rest) = DASHES.iter().find_map(|dash| rest.strip_prefix(dash))
        && self::order(rest.trim_start_matches(' '), habits).is_some()
        && super::find(rest).is_some()
    {
        return out;
    }
    out.push_str(&time_like(time, now, habits));
    out
}

/// The form for those who showed none: `2026-01-21 14:05`.
pub fn plain(now: DateTime) -> String {
    now.strftime("%Y-%m-%d %H:%M").to_string()
}

fn date_like(sample: &str, order: Order, date: Date, habits: DateHabits) -> String {
    let numbers: Vec<&str> = tokens(sample).filter(|token| token.starts_with(|c: char| c.is_ascii_digit())).collect();
    let days = || numbers.iter().filter(|number| number.len() < 4);
    let is_bare = if days().any(|day| day.len() == 1) {
        true
    } else if days().any(|day| day.starts_with('0')) {
        false
    } else if habits.bare_days != habits.padded_days {
        habits.bare_days
    } else {
        sample.contains('年') || sample.contains(|c: char| c.is_ascii_alphabetic())
    };
    let pad = |number: i8| if is_bare { number.to_string() } else { format!("{number:02}") };
    let has_name = tokens(sample).any(|token| month_name(token).is_some_and(|(_, rest)| rest.is_empty()));
    let parts = match (order, has_name) {
        (Order::Year, _) => [Part::Year, Part::Month, Part::Day],
        (Order::Day, false) => [Part::Day, Part::Month, Part::Year],
        (Order::Month, false) => [Part::Month, Part::Day, Part::Year],
        (Order::Compact, _) => [Part::Year; 3],
        _ => [Part::Day, Part::Year, Part::Year],
    };
    let mut parts = parts.into_iter();
    let mut after_day = false;
    let mut out = String::new();
    for token in tokens(sample) {
        let is_after_day = std::mem::take(&mut after_day);
        if token.starts_with(|c: char| c.is_ascii_digit()) {
            match parts.next() {
                Some(Part::Day) => {
                    out.push_str(&pad(date.day()));
                    after_day = true;
                }
                Some(Part::Month) => out.push_str(&pad(date.month())),
                _ => out.push_str(&format!("{:04}", date.year())),
            }
        } else if is_after_day && ["st", "nd", "rd", "th"].contains(&token) {
            out.push_str(ordinal(date.day()));
        } else if month_name(token).is_some_and(|(_, rest)| rest.is_empty()) {
            out.push_str(&month_like(token, date, habits));
        } else {
            out.push_str(token);
        }
    }
    out
}

#[derive(Clone, Copy)]
enum Part {
    Year,
    Month,
    Day,
}

fn ordinal(day: i8) -> &'static str {
    match day {
        11..=13 => "th",
        _ => ["th", "st", "nd", "rd", "th", "th", "th", "th", "th", "th"][(day % 10) as usize],
    }
}

/// Whether a month's name is its abbreviation; `May` is not known to be.
fn is_short(word: &str) -> bool {
    let word = word.to_lowercase();
    word != "may" && !MONTHS.iter().any(|names| names.contains(&word.as_str()))
}

/// The month's name in the case, length and language of `sample`.
pub fn month_like(sample: &str, date: Date, habits: DateHabits) -> String {
    let own = month_in(sample).map_or(0, |(_, language, _)| language);
    let names = MONTHS[if own == 0 && !is_short(sample) { habits.language.unwrap_or(0) } else { own }];
    let name = names[(date.month() - 1) as usize];
    let is_may = sample.eq_ignore_ascii_case("may");
    let length = match is_short(sample) || is_may && habits.short_months {
        true if sample.eq_ignore_ascii_case("sept") && date.month() == 9 => 4,
        true => 3,
        false => name.len(),
    };
    with_case_of(sample, &name[..length])
}

/// `name` (lower case, its first letter ASCII) in capitals, with a capital or without, as `sample` is.
pub fn with_case_of(sample: &str, name: &str) -> String {
    let mut letters = sample.chars();
    let first_is_upper = letters.next().is_some_and(char::is_uppercase);
    let rest_is_upper = sample.len() > 1 && letters.all(char::is_uppercase);
    match (first_is_upper, rest_is_upper) {
        (true, true) => name.to_uppercase(),
        (true, false) => name[..1].to_ascii_uppercase() + &name[1..],
        _ => name.to_owned(),
    }
}

/// `sample`: what stands behind the day, such as `T14:05:09` or ` at 2:05 pm`; perhaps nothing. Of a range
/// only the start is written: what is logged now has no other end.
pub fn time_like(sample: &str, now: DateTime, habits: DateHabits) -> String {
    let has_start = |at: &usize| sample[..*at].contains(|c: char| c.is_ascii_digit());
    let mut ends = sample.char_indices().map(|(at, _)| at).filter(has_start);
    let start = ends.find(|at| end_of_range(&sample[..*at], &sample[*at..]) > 0).unwrap_or(sample.len());
    let sample = &sample[..start];
    let is_half = |token: &str| ["am", "pm"].contains(&token.to_ascii_lowercase().as_str());
    let has_half = tokens(sample).any(is_half);
    let mut place = 0;
    let mut out = String::new();
    for token in tokens(sample) {
        if token.starts_with(|c: char| c.is_ascii_digit()) {
            let hour = if has_half { (now.hour() + 11) % 12 + 1 } else { now.hour() };
            let is_bare = token.len() == 1 || !token.starts_with('0') && (habits.bare_hours || has_half);
            out.push_str(&match place {
                0 if token.len() == 4 => format!("{hour:02}{:02}", now.minute()),
                0 if is_bare => hour.to_string(),
                0 => format!("{hour:02}"),
                1 => format!("{:02}", now.minute()),
                _ => format!("{:02}", now.second()),
            });
            place += 1;
        } else if is_half(token) {
            let half = if now.hour() < 12 { "am" } else { "pm" };
            out.push_str(&with_case_of(token, half));
        } else {
            out.push_str(token);
        }
    }
    out
}

/// `January 2026`, `2026-01`, `2026/1`, `2026年1月` anywhere in `text`: its bytes, year and month.
pub fn find_month(text: &str) -> Option<(std::ops::Range<usize>, i16, i8)> {
    let parts: Vec<&str> = tokens(text).collect();
    let mut at = 0;
    for (n, token) in parts.iter().enumerate() {
        let end = |count: usize| at + parts[n..n + count].iter().map(|part| part.len()).sum::<usize>();
        let [Some(gap), Some(second)] = [1, 2].map(|after| parts.get(n + after).copied()) else { break };
        let is_year = |token: &str| token.len() == 4 && token.bytes().all(|b| b.is_ascii_digit());
        let month = |token: &str| month_name(token).filter(|(_, rest)| rest.is_empty()).map(|(month, _)| month);
        if let Some(month) = month(token).filter(|_| is_year(second) && matches!(gap, " " | ", ")) {
            return Some((at..end(3), second.parse().ok()?, month as i8));
        }
        if is_year(token) {
            let named = month(second).filter(|_| matches!(gap, " " | ", "));
            let number = second.parse().ok().filter(|number| (1..=12).contains(number) && second.len() <= 2);
            let numbered = number.filter(|_| matches!(gap, "-" | "/" | "." | "年"));
            if let Some(month) = named.or(numbered) {
                return Some((at..end(3), token.parse().ok()?, month as i8));
            }
        }
        at += token.len();
    }
    None
}

/// The month of `date`, written like `sample`, which is a text that [`find_month`] found.
pub fn month_and_year_like(sample: &str, date: Date) -> String {
    let write = |token: &str| match token {
        year if year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit()) => format!("{:04}", date.year()),
        month if month.starts_with(|c: char| c.is_ascii_digit()) => {
            let is_bare = month.len() == 1 || sample.contains('年') && !month.starts_with('0');
            if is_bare { date.month().to_string() } else { format!("{:02}", date.month()) }
        }
        name if month_name(name).is_some_and(|(_, rest)| rest.is_empty()) => {
            month_like(name, date, DateHabits::default())
        }
        other => other.to_owned(),
    };
    tokens(sample).map(write).collect()
}

/// Runs of digits, of letters and of anything else.
fn tokens(text: &str) -> impl Iterator<Item = &str> {
    let class = |c: char| (c.is_ascii_digit(), c.is_alphabetic() && !matches!(c, '年' | '月' | '日'));
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = class(rest.chars().next()?);
        let end = rest.find(|c| class(c) != first).unwrap_or(rest.len());
        let (token, after) = rest.split_at(end);
        rest = after;
        Some(token)
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::artifact::dates::find;

    #[test]
    fn another_date_is_written_in_the_same_style() {
        let now = date(2027, 3, 2).at(14, 5, 9, 0);
        for (sample, expected) in [
            ("2026-01-21", "2027-03-02"),
            ("2026-11-21 14:05", "2027-03-02 14:05"),
            ("2026-01-21T09:00:00", "2027-03-02T14:05:09"),
            ("2026-01-21, 9:00", "2027-03-02, 14:05"),
            ("2026/1/21", "2027/3/2"),
            ("2026/01/21", "2027/03/02"),
            ("2026.01.21", "2027.03.02"),
            ("January 21, 2026", "March 2, 2027"),
            ("Jan 21 2026", "Mar 2 2027"),
            ("JAN 05 2026", "MAR 02 2027"),
            ("Sept. 3 2026", "Mar. 2 2027"),
            ("21 January 2026", "2 March 2027"),
            ("21st of January, 2026", "2nd of March, 2027"),
            ("21.01.2026", "02.03.2027"),
            ("21/01/2026", "02/03/2027"),
            ("1/21/2026 14:30", "3/2/2027 14:05"),
            ("5/2/2026", "2027-03-02 14:05"),
            ("2026年1月21日", "2027年3月2日"),
            ("2026年11月21日", "2027年3月2日"),
            ("2026-05-20 1430", "2027-03-02 1405"),
            ("Jan 21st 2026, 2:05 pm", "Mar 2nd 2027, 2:05 pm"),
            ("2026-01-21 12:15 AM", "2027-03-02 2:05 PM"),
            ("2026-01-21 (08:00–09:30", "2027-03-02 (14:05"),
            ("2026-01-21 8:00 am to 9:30 am", "2027-03-02 2:05 pm"),
            ("2026-01-21 — 08:00 - 09:30", "2027-03-02 — 14:05"),
        ] {
            assert_eq!(find(sample).unwrap().range, 0..sample.len(), "{sample}");
            assert_eq!(like(sample, now, DateHabits::of([sample].into_iter())), expected, "{sample}");
        }
    }

    #[test]
    fn what_one_date_leaves_open_the_others_tell() {
        let now = date(2027, 3, 2).at(7, 5, 0, 0);
        let like = |dates: &[&str]| like(dates[0], now, DateHabits::of(dates.iter().copied()));
        assert_eq!(like(&["2026/11/21", "2026/1/5"]), "2027/3/2");
        assert_eq!(like(&["2026/11/21"]), "2027/03/02");
        assert_eq!(like(&["May 12, 2026", "Apr 3, 2026"]), "Mar 2, 2027");
        assert_eq!(like(&["May 12, 2026"]), "March 2, 2027");
        assert_eq!(like(&["05/02/2026", "05/21/2026"]), "03/02/2027");
        assert_eq!(like(&["05/02/2026", "21/05/2026"]), "02/03/2027");
        assert_eq!(like(&["2026-01-21 14:00", "2026-01-20 9:30"]), "2027-03-02 7:05");
        assert_eq!(like(&["2026-01-21 14:00"]), "2027-03-02 07:05");
    }

    #[test]
    fn months_are_found_and_written_in_the_same_style() {
        for (text, sample, expected) in [
            ("📅 January 2026", "January 2026", "March 2027"),
            ("Jan, 2026", "Jan, 2026", "Mar, 2027"),
            ("2026-01", "2026-01", "2027-03"),
            ("2026年1月", "2026年1", "2027年3"),
            ("2026 January", "2026 January", "2027 March"),
        ] {
            let (range, year, month) = find_month(text).unwrap();
            assert_eq!((&text[range], year, month), (sample, 2026, 1), "{text}");
            assert_eq!(month_and_year_like(sample, date(2027, 3, 2)), expected);
        }
        for text in ["January", "2026", "Week 3", "May the 2026 tests", "v2026.13", ""] {
            assert_eq!(find_month(text), None, "{text}");
        }
    }

    #[test]
    fn ordinals_follow_the_day() {
        let days = [1, 2, 3, 4, 11, 12, 13, 21, 22, 23, 30].map(|day| format!("{day}{}", ordinal(day)));
        assert_eq!(days.join(" "), "1st 2nd 3rd 4th 11th 12th 13th 21st 22nd 23rd 30th");
    }

    proptest::proptest! {
        #[test]
        fn what_is_written_reads_as_that_day(
            text in "(2026-1?[1-2]-[12]?[1-9]|2026/[1-9]/[12]?[1-9]|(Jan|May|march|JUNE)\\.? [12]?[1-9](st|th)?,? 2026|[12]?[1-9] (of )?(Sept|july) 2026)((T|, | )(09:1[05](:30)?|2:05 ?pm))?",
            day in 1i8..29, month in 1i8..13, hour in 0i8..24,
        ) {
            let found = find(&text).unwrap();
            let sample = &text[found.range];
            let now = date(2027, month, day).at(hour, 7, 0, 0);
            let written = like(sample, now, DateHabits::of([sample].into_iter()));
            let moment = find(&written).unwrap().moment.unwrap();
            assert_eq!(moment.date, now.date(), "{sample} {written}");
            assert!(moment.time.is_none_or(|time| time == now.time()), "{sample} {written}");
        }
    }
}
