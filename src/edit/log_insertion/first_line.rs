//! The line that opens an entry: its date, the words that all entries share, the number of the session.

use std::ops::Range;

use jiff::{Zoned, civil::Date, tz::TimeZone};

use super::words::{self, Class, Piece};
use crate::artifact::dates::style::{self, DateHabits};

/// The first line of an entry, without the markers in front of it.
#[derive(Clone, Debug)]
pub struct FirstLine<'a> {
    pub words: &'a str,
    /// Bytes of the date within the words.
    pub date: Option<Range<usize>>,
}

/// What the lines of a log have in common.
pub struct Lines<'a> {
    /// The newest one, which is followed, and up to two neighbours.
    pub samples: Vec<FirstLine<'a>>,
    /// All of them, in document order.
    pub all: Vec<FirstLine<'a>>,
    /// The day of the newest.
    pub newest: Option<Date>,
    pub habits: DateHabits,
}

/// The first line of the new entry.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct NewLine {
    pub text: String,
    /// Where an entry that says something on its first line says it.
    pub content: Option<usize>,
}

impl NewLine {
    /// What stood between the words that go and the date now follows those that stay.
    fn end_kept_words(&mut self, gap: &str) {
        let kept = self.text.trim_end_matches(' ').len();
        if kept > 0 && kept < self.text.len() {
            self.text.truncate(kept);
            self.text.push_str(gap);
        }
    }

    /// Adds the date that the model's pieces do not have, unless a line below has it.
    fn end_without_date(&mut self, pieces: &[Piece], now: &Zoned, is_dated_below: bool) {
        let date = style::plain(now.datetime());
        if pieces.iter().filter_map(Piece::words).any(words::names_year) {
            *self = Self { text: date, content: None };
            return;
        }
        self.text.truncate(self.text.trim_end_matches([' ', ':', '—', '–', '-', '|', '·', ',']).len());
        if !is_dated_below {
            self.text.push_str(if self.text.is_empty() { "" } else { " — " });
            self.text.push_str(&date);
        }
    }
}

/// What the line says besides the date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// A topic, which a new entry has not got.
    Topic,
    /// What was done, where other entries have a topic.
    Title,
    /// What was done, behind the date.
    Behind,
    /// What was done; in front of a date that ends the line, too.
    Anywhere,
}

impl Lines<'_> {
    /// `content`: what other words on this line are.
    /// `is_dated_below`: whether a field of its own has the date.
    pub fn next(&self, now: &Zoned, content: Content, is_dated_below: bool) -> NewLine {
        let takes_content = matches!(content, Content::Behind | Content::Anywhere);
        let Some(model) = self.model(content) else {
            return NewLine { text: style::plain(now.datetime()), content: None };
        };
        let pieces = words::pieces(&self.samples[model]);
        let keys = self.keys_beside(model);
        let now = in_zone_of(&pieces, now);
        let has_date = pieces.iter().any(|piece| matches!(piece, Piece::Date(_) | Piece::Slot { .. }));
        // Of a date that nobody reads, such as `Mon Jan 5`, the weekday is no more than the rest.
        let is_dated = |words: &str| has_date || is_dated_below || words::class(words) != Class::Weekday;
        let is_kept = |words: &str| is_kept(words, &keys, takes_content) && is_dated(words) && self.is_common(words);
        let is_title = |words: &str| content == Content::Title && may_be_title(words, &keys);
        let content_start = start_of_content(&pieces);
        let is_in_front = match content {
            Content::Title => !pieces.iter().any(|p| matches!(p, Piece::After { words, .. } if is_title(words))),
            _ => content == Content::Anywhere && ends_with_date(&pieces),
        };
        let takes_front = |words: &str| is_in_front && (content != Content::Title || is_title(words));
        let mut out = NewLine::default();
        let (mut gap_end, mut bracket) = (0, None);
        for (n, piece) in pieces.iter().enumerate() {
            match piece {
                Piece::Mark(mark) => out.text.push_str(mark),
                Piece::Date(date) => out.text.push_str(&style::like(date, now.datetime(), self.habits)),
                Piece::Slot { has_time } => {
                    let date = style::plain(now.datetime());
                    out.text.push_str(if *has_time { &date } else { &date[..10] });
                }
                // `: ` of `2026-01-05 (Ada): ports` stands in front of what is said.
                Piece::After { gap, .. } if bracket.is_some_and(|at| at + 1 == n) && !gap.trim().is_empty() => {
                    out.text.truncate(out.text.trim_end().len());
                    out.text.push_str(gap);
                    out.content = Some(out.text.len());
                }
                _ if out.content.is_some() && !is_in_front => {}
                Piece::Before { words, gap } if is_kept(words) => {
                    out.text.push_str(&self.write(words, &now));
                    out.text.push_str(gap);
                }
                Piece::Before { gap, words } if out.content.is_some() || takes_front(words) => {
                    let content = *out.content.get_or_insert(out.text.len());
                    // Of the gaps between words that go, the last one stays.
                    if gap_end == out.text.len() {
                        out.text.truncate(content);
                    }
                    out.text.push_str(gap);
                    gap_end = out.text.len();
                }
                Piece::Before { gap, .. } => out.end_kept_words(gap),
                Piece::After { gap, words } if words.is_empty() || is_kept(words) => {
                    out.text.push_str(gap);
                    out.text.push_str(&self.write(words, &now));
                }
                Piece::After { gap, words } if takes_content && n >= content_start || is_title(words) => {
                    out.text.push_str(gap);
                    out.content = Some(out.text.len());
                    let is_bracket = words.starts_with(['(', '[']) && words.ends_with([')', ']']);
                    bracket = (is_bracket && gap.trim().is_empty()).then_some(n);
                }
                Piece::After { .. } => {}
            }
        }
        if !has_date {
            out.end_without_date(&pieces, &now, is_dated_below);
        }
        if out.content.is_none() {
            out.text.truncate(out.text.trim_end().len());
        }
        out
    }

    /// The line that is followed: the newest, but where most others have a title, one that has one.
    fn model(&self, content: Content) -> Option<usize> {
        let has_title = |n: &usize| {
            let keys = self.keys_beside(*n);
            words::pieces(&self.samples[*n]).iter().filter_map(Piece::words).any(|words| may_be_title(words, &keys))
        };
        let titled = || (0..self.samples.len()).filter(has_title);
        let is_most = content == Content::Title && titled().count() * 2 > self.samples.len();
        let first = (!self.samples.is_empty()).then_some(0);
        if is_most { titled().next() } else { first }
    }

    /// Whether words that say something are those of most entries; three may begin alike by chance.
    fn is_common(&self, words: &str) -> bool {
        if words::class(words) != Class::Plain || words::is_generic(words) || words::is_emoji(words) {
            return true;
        }
        let key = words::key(words);
        let has_it =
            |line: &&FirstLine| words::pieces(line).iter().filter_map(Piece::words).any(|w| words::key(w) == key);
        self.all.iter().filter(has_it).count() * 2 > self.all.len()
    }

    /// The words of the other samples, as they are compared.
    fn keys_beside(&self, n: usize) -> Vec<Vec<String>> {
        let others = self.samples.iter().enumerate().filter(|(other, _)| *other != n);
        others.map(|(_, line)| keys(&words::pieces(line))).collect()
    }

    fn write(&self, words: &str, now: &Zoned) -> String {
        match words::class(words) {
            Class::Weekday => words::weekday_like(words, now.date()),
            Class::Zone => zone_like(words, now),
            Class::Counter(number) => self.count(words, number, now.date()),
            Class::Plain => self.lettered(words, now.date()),
        }
    }

    /// `Session C` after `Session B` of the same day; the first one of a day is a bare `Session`.
    fn lettered(&self, words: &str, today: Date) -> String {
        let (stem, letter) = words::letter(words);
        let is_lettered = || {
            let pieces = self.all.iter().flat_map(words::pieces).collect::<Vec<_>>();
            pieces.iter().filter_map(Piece::words).any(|other| words::letter(other).1.is_some())
        };
        match letter {
            Some(letter) if self.newest == Some(today) => format!("{stem} {}", (letter as u8 + 1) as char),
            None if self.newest == Some(today) && words::is_generic(words) && is_lettered() => format!("{stem} B"),
            _ => stem.to_owned(),
        }
    }

    /// `Session 4` after `Session 3`, wherever in the file the highest number stands; a number that begins
    /// again each day does so, and `Day 3` stays on the third day.
    fn count(&self, words: &str, number: Range<usize>, today: Date) -> String {
        let key = words::key(words);
        let mut numbers: Vec<u32> = self.all.iter().filter_map(|line| number_of(line, &key)).collect();
        numbers.sort_unstable();
        let own: u32 = words[number.clone()].parse().unwrap_or(0);
        let is_repeated = numbers.windows(2).any(|pair| pair[0] == pair[1]);
        let begins_again = numbers.last().is_some_and(|highest| own < *highest) || is_repeated;
        let next = match (begins_again, self.newest == Some(today)) {
            (true, false) => 1,
            (false, true) if words::is_day(&words[..number.start]) => own,
            _ => own.saturating_add(1),
        };
        let width = if words[number.clone()].starts_with('0') { number.len() } else { 1 };
        format!("{}{next:0width$}{}", &words[..number.start], &words[number.end..])
    }
}

/// Whether nothing is said behind the date.
fn ends_with_date(pieces: &[Piece]) -> bool {
    let date = pieces.iter().rposition(|piece| matches!(piece, Piece::Date(_)));
    let says = |piece: &Piece| matches!(piece, Piece::After { words, .. } if !words.is_empty());
    date.is_some_and(|date| !pieces[date..].iter().any(says))
}

/// The pieces before this one are a topic, inside the emphasis of a date that words follow.
fn start_of_content(pieces: &[Piece]) -> usize {
    let mark = pieces.iter().rposition(|piece| matches!(piece, Piece::Mark(_))).unwrap_or(0);
    let follows = pieces[mark..].iter().any(|piece| matches!(piece, Piece::After { words, .. } if !words.is_empty()));
    if follows { mark } else { 0 }
}

fn number_of(line: &FirstLine, key: &str) -> Option<u32> {
    let pieces = words::pieces(line);
    let mut all = pieces.iter().filter_map(Piece::words);
    let words = all.find(|words| words::key(words) == *key)?;
    let Class::Counter(number) = words::class(words) else { return None };
    words[number].parse().ok()
}

fn keys(pieces: &[Piece]) -> Vec<String> {
    pieces.iter().filter_map(Piece::words).map(words::key).collect()
}

/// Whether a title may stand in the place of these words: no other entry has them, and they are no annotation
/// in brackets.
fn may_be_title(words: &str, neighbours: &[Vec<String>]) -> bool {
    let is_bracket = words.starts_with(['(', '[', '（', '【']) && words.ends_with([')', ']', '）', '】']);
    let is_plain =
        words::class(words) == Class::Plain && !words::is_emoji(words) && words.contains(char::is_alphanumeric);
    is_plain && !is_bracket && !words::names_year(words) && !is_kept(words, neighbours, false)
}

/// Words that every neighbour has, too; where there is none, those that say nothing of their own.
fn is_kept(words: &str, neighbours: &[Vec<String>], takes_content: bool) -> bool {
    let class = words::class(words);
    if words::is_emoji(words) {
        let sharing = neighbours.iter().filter(|keys| keys.iter().any(|key| key == words)).count();
        return sharing * 2 >= neighbours.len() || words.starts_with(['✅', '✔', '☑']);
    }
    if neighbours.is_empty() || class == Class::Zone {
        return class != Class::Plain || !takes_content && words::is_generic(words);
    }
    let key = words::key(words);
    neighbours.iter().all(|keys| keys.contains(&key))
}

/// `now` in UTC where the entry is, else in the zone that it came in.
fn in_zone_of(pieces: &[Piece], now: &Zoned) -> Zoned {
    let mut zones = pieces.iter().filter_map(|piece| match piece {
        Piece::After { words, .. } if words::class(words) == Class::Zone => Some(words::bare(words)),
        _ => None,
    });
    let is_utc = zones.next().is_some_and(|zone| ["UTC", "GMT", "Z"].contains(&zone));
    if is_utc { now.with_time_zone(TimeZone::UTC) } else { now.clone() }
}

/// The zone of `now` in the form of `sample`: `UTC`, `Z`, `+02:00`, `+0200`, `CET`.
fn zone_like(sample: &str, now: &Zoned) -> String {
    let bare = words::bare(sample);
    let abbreviation = now.strftime("%Z").to_string();
    let is_named = abbreviation.bytes().all(|b| b.is_ascii_alphabetic());
    let zone = match bare {
        "UTC" | "GMT" | "Z" => bare.to_owned(),
        _ if bare.starts_with(['+', '-']) && !bare.contains(':') => now.strftime("%z").to_string(),
        _ if bare.starts_with(['+', '-']) || !is_named => now.strftime("%:z").to_string(),
        // `PT` stands for either of `PST` and `PDT`.
        _ if bare.len() == 2 && abbreviation.len() == 3 && abbreviation[..1] == bare[..1] => bare.to_owned(),
        _ => abbreviation,
    };
    sample.replace(bare, &zone)
}
