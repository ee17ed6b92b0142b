//! The line that opens an entry: its date, the words that all entries share, the number of the session.

use std::ops::Range;

use jiff::{Zoned, civil::Date, tz::TimeZone};

use super::words::{self, Class, Kind, Piece};
use crate::artifact::dates::style::{self, DateHabits};

/// What the first lines of a log have in common.
pub struct Lines<'a> {
    /// The newest one, which is followed, and up to two neighbours.
    pub samples: Vec<Vec<Piece<'a>>>,
    /// All of them, in document order.
    pub all: Vec<Vec<Piece<'a>>>,
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
        let Some(model) = self.model(content) else {
            return NewLine { text: style::plain(now.datetime()), content: None };
        };
        let pieces = &self.samples[model];
        let now = &in_zone_of(pieces, now);
        let is_dated = pieces.iter().any(|piece| piece.kind == Kind::Date);
        let is_topic = matches!(content, Content::Topic | Content::Title);
        // Of a date that we do not read, such as `Mon Jan 5`, the weekday is no more than the rest.
        let counts = |piece: &Piece| is_dated || is_dated_below || piece.class != Class::Weekday;
        let is_kept = |piece: &Piece| counts(piece) && self.is_kept(model, piece, is_topic);
        let content = self.place(model, content, &is_kept);
        let mut out = NewLine::default();
        for (n, piece) in pieces.iter().enumerate() {
            let is_behind = content.is_some_and(|place| place < n && pieces[place].kind == Kind::After);
            match piece.kind {
                Kind::Mark => out.text += piece.words,
                Kind::Date => out.text += &date_like(piece.words, now, self.habits),
                Kind::Before if is_kept(piece) => out.text += &(self.write(piece, now) + piece.gap),
                Kind::Before if content == Some(n) => {
                    out.content = Some(out.text.len());
                    out.text += piece.gap;
                }
                // What stood between the words that go and the date now follows those that stay.
                Kind::Before if content.is_none_or(|place| pieces[place].kind != Kind::Before) => {
                    let kept = out.text.trim_end_matches(' ').len();
                    if kept > 0 && kept < out.text.len() {
                        out.text.replace_range(kept.., piece.gap);
                    }
                }
                Kind::After if content == Some(n) => {
                    out.text += piece.gap;
                    out.content = Some(out.text.len());
                }
                Kind::After if !is_behind && (piece.words.is_empty() || is_kept(piece)) => {
                    out.text += &(piece.gap.to_owned() + &self.write(piece, now));
                }
                Kind::Before | Kind::After => {}
            }
        }
        if !is_dated {
            if out.content.is_none() {
                out.text.truncate(out.text.trim_end_matches([' ', ':', '—', '–', '-', '|', '·', ',']).len());
            }
            let gap = if out.text.is_empty() && out.content.is_none() { "" } else { " — " };
            out.text += &if is_dated_below { String::new() } else { gap.to_owned() + &style::plain(now.datetime()) };
        }
        if out.content.is_none() {
            out.text.truncate(out.text.trim_end().len());
        }
        out
    }

    /// The piece in whose place the content stands.
    fn place(&self, model: usize, content: Content, is_kept: &dyn Fn(&Piece) -> bool) -> Option<usize> {
        let pieces = &self.samples[model];
        let says = |piece: &Piece| piece.kind == Kind::After && !piece.words.is_empty();
        let all = || pieces.iter().enumerate();
        if content == Content::Title {
            let titles = || all().filter(|(_, piece)| self.may_be_title(model, piece)).map(|(n, _)| n);
            return titles().find(|n| pieces[*n].kind == Kind::After).or_else(|| titles().next_back());
        }
        let takes = |piece: &Piece| content != Content::Topic && !is_kept(piece);
        // The pieces before this one are a topic, inside the emphasis of a date that words follow.
        let mark = pieces.iter().rposition(|piece| piece.kind == Kind::Mark).unwrap_or(0);
        let is_apart = |piece: &Piece| says(piece) && !piece.gap.is_empty();
        let start = if pieces[mark..].iter().any(is_apart) { mark } else { 0 };
        let behind = all().find(|(n, piece)| *n >= start && says(piece) && takes(piece)).map(|(n, _)| n);
        let date = pieces.iter().rposition(|piece| piece.kind == Kind::Date);
        let is_last = content == Content::Anywhere && date.is_some_and(|date| !pieces[date..].iter().any(says));
        match behind {
            // `: ` of `2026-01-05 (Ada): ports` stands in front of what is said.
            Some(n) if pieces[n].is_bracketed() && pieces[n].gap.trim().is_empty() => {
                let next = pieces.get(n + 1).filter(|next| next.kind == Kind::After && !next.gap.trim().is_empty());
                Some(if next.is_some() { n + 1 } else { n })
            }
            None if is_last => all().rfind(|(_, piece)| piece.kind == Kind::Before && takes(piece)).map(|(n, _)| n),
            behind => behind,
        }
    }

    /// The line that is followed: the newest, but where most others have a title, one that has one.
    fn model(&self, content: Content) -> Option<usize> {
        let has_title = |n: &usize| self.samples[*n].iter().any(|piece| self.may_be_title(*n, piece));
        let titled: Vec<usize> = (0..self.samples.len()).filter(has_title).collect();
        let is_most = content == Content::Title && titled.len() * 2 > self.samples.len();
        if is_most { titled.first().copied() } else { (!self.samples.is_empty()).then_some(0) }
    }

    /// Whether a title may stand in the place of these words: no other entry has them, and they are no annotation
    /// in brackets.
    fn may_be_title(&self, model: usize, piece: &Piece) -> bool {
        let is_dated = self.samples[model].iter().any(|piece| piece.kind == Kind::Date);
        let is_apart = match piece.kind {
            Kind::Before => !is_dated || !piece.gap.is_empty(),
            kind => kind == Kind::After,
        };
        is_apart && piece.class == Class::Plain && !piece.is_bracketed() && !self.is_kept(model, piece, true)
    }

    /// Words that every neighbour of the model has, too; where there is none, those that say nothing of their own.
    fn is_kept(&self, model: usize, piece: &Piece, is_topic: bool) -> bool {
        let has_it = |line: &&Vec<Piece>| line.iter().any(|other| other.key == piece.key);
        let others = self.samples.iter().enumerate().filter(|(n, _)| *n != model).map(|(_, line)| line);
        let (count, sharing) = (others.clone().count(), others.filter(has_it).count());
        match piece.class {
            Class::Emoji => sharing * 2 >= count || piece.words.starts_with(['✅', '✔', '☑']),
            Class::Zone => true,
            Class::Plain if count == 0 => false,
            Class::Generic if count == 0 => is_topic,
            // Three may begin alike by chance.
            Class::Plain => sharing == count && self.all.iter().filter(has_it).count() * 2 > self.all.len(),
            _ => sharing == count,
        }
    }

    fn write(&self, piece: &Piece, now: &Zoned) -> String {
        match &piece.class {
            Class::Weekday => words::weekday_like(piece.words, now.date()),
            Class::Zone => zone_like(piece.words, now),
            Class::Counter(number) => self.count(piece, number.clone(), now.date()),
            // `Session C` after `Session B` of the same day; the first one of a day is a bare `Session`.
            _ => match words::letter(piece.words) {
                (stem, Some(letter)) if self.newest == Some(now.date()) => {
                    format!("{stem} {}", (letter as u8 + 1) as char)
                }
                (stem, _) => stem.to_owned(),
            },
        }
    }

    /// `Session 4` after `Session 3`, wherever in the file the highest number stands; a number that begins
    /// again each day does so, and `Day 3` stays on the third day.
    fn count(&self, piece: &Piece, number: Range<usize>, today: Date) -> String {
        let of_line = |line: &Vec<Piece>| line.iter().find(|other| other.key == piece.key)?.number();
        let mut numbers: Vec<u32> = self.all.iter().filter_map(of_line).collect();
        numbers.sort_unstable();
        let own = piece.number().unwrap_or(0);
        let is_repeated = numbers.windows(2).any(|pair| pair[0] == pair[1]);
        let begins_again = numbers.last().is_some_and(|highest| own < *highest) || is_repeated;
        let (before, after) = (&piece.words[..number.start], &piece.words[number.end..]);
        let next = match (begins_again, self.newest == Some(today)) {
            (true, false) => 1,
            (false, true) if words::bare(before).eq_ignore_ascii_case("day") => own,
            _ => own.saturating_add(1),
        };
        let width = if piece.words[number.clone()].starts_with('0') { number.len() } else { 1 };
        format!("{before}{next:0width$}{after}")
    }
}

/// `now` as `sample` is written, a date or the `YYYY-MM-DD` of a template.
fn date_like(sample: &str, now: &Zoned, habits: DateHabits) -> String {
    match sample.contains("YYYY") {
        true if !sample.contains("HH") => now.date().to_string(),
        true => style::plain(now.datetime()),
        false => style::like(sample, now.datetime(), habits),
    }
}

/// `now` in UTC where the entry is, else in the zone that it came in.
fn in_zone_of(pieces: &[Piece], now: &Zoned) -> Zoned {
    let zone = pieces.iter().find(|piece| piece.kind == Kind::After && piece.class == Class::Zone);
    let is_utc = zone.is_some_and(|zone| matches!(words::bare(zone.words), "UTC" | "GMT" | "Z"));
    if is_utc { now.with_time_zone(TimeZone::UTC) } else { now.clone() }
}

/// The zone of `now` in the form of `sample`: `UTC`, `Z`, `+02:00`, `+0200`, `CET`.
fn zone_like(sample: &str, now: &Zoned) -> String {
    let bare = words::bare(sample);
    let name = now.strftime("%Z").to_string();
    let is_named = name.bytes().all(|byte| byte.is_ascii_alphabetic());
    let zone = match bare {
        "UTC" | "GMT" | "Z" => bare.to_owned(),
        // `PT` stands for either of `PST` and `PDT`.
        _ if is_named && bare.len() == 2 && name.len() == 3 && name[..1] == bare[..1] => bare.to_owned(),
        _ if bare.len() == 5 && bare.starts_with(['+', '-']) => now.strftime("%z").to_string(),
        _ if bare.starts_with(['+', '-']) || !is_named => now.strftime("%:z").to_string(),
        _ => name,
    };
    sample.replace(bare, &zone)
}
