//! How a file writes its headings: what the new one has to look like.

use std::ops::Range;

use crate::{
    artifact::{
        Artifact,
        sections::{LEAD_IN_LEVEL, Section, SectionStyle},
    },
    convention::{SectionName, normalize_heading},
    text::{is_apart, start_of_line},
};

/// Words that stay small within a title.
const SMALL_WORDS: &[&str] =
    &["a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "per", "the", "to", "vs", "with"];

/// The style of the headings beside a new one.
#[derive(Clone, Debug, Default)]
pub struct HeadingStyle<'a> {
    /// 1 to 6, and [`LEAD_IN_LEVEL`].
    level: u8,
    /// Whether headings have a line below them instead of `#`s.
    is_underlined: bool,
    case: Case,
    /// Whether headings end with an anchor such as `{#goals}`, and the text that has them.
    anchored: Option<&'a str>,
    /// What closes a lead-in: `:**`, `**:` or `**`.
    lead_in_end: Option<&'a str>,
    /// Whether the body begins right below the heading.
    is_tight: bool,
    /// The rule that stands above most headings.
    pub divider: Option<&'a str>,
    /// Only if every heading has a number.
    last_number: Option<LastNumber<'a>>,
}

/// The number of the last heading.
#[derive(Clone, Debug)]
struct LastNumber<'a> {
    number: u32,
    /// What stands behind it.
    mark: &'a str,
    /// Where that heading begins, and where the part of the file ends that it stands in.
    part: Range<usize>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Case {
    /// As the template has it.
    #[default]
    Sentence,
    /// `Out of Scope`
    Title,
    /// `OUT OF SCOPE`
    Upper,
}

impl<'a> HeadingStyle<'a> {
    /// The style of this level beside `neighbour`, which alone shows whether there are lines below headings.
    pub fn beside(self, text: &str, neighbour: Option<&Section>) -> Self {
        Self { is_underlined: neighbour.is_some_and(|section| is_underlined(text, section)), ..self }
    }

    /// The style of the headings of `level`, of all where none of these shows it; a heading that begins within
    /// the bytes `without` is not asked: it is being written.
    pub fn of_level(text: &'a str, artifact: &Artifact, level: u8, without: Range<usize>) -> Self {
        let others = || artifact.sections.all.iter().filter(|section| !without.contains(&section.range.start));
        if level == LEAD_IN_LEVEL {
            let peers = others().filter(|section| section.level == level && section.parent.is_none());
            let words: Vec<&str> = peers.map(|section| &text[section.heading.clone()]).collect();
            let last = others().rfind(|section| section.level == level && section.parent.is_none());
            let lead_in_end = last.and_then(|section| {
                let words = text[section.heading.clone()].trim_end_matches(':');
                lead_in_end(&text[section.heading.start + words.len()..])
            });
            return Self { level, lead_in_end, case: case(&words).unwrap_or_default(), ..Self::default() };
        }
        let headings = || others().filter(|section| section.style == SectionStyle::Heading);
        let of_all_levels = || headings().map(|section| &text[section.heading.clone()]).collect::<Vec<_>>();
        let mut peers: Vec<&Section> = headings().filter(|section| section.level == level).collect();
        let has_peers = !peers.is_empty();
        if !has_peers {
            peers = headings().collect();
        }
        let words: Vec<&str> = peers.iter().map(|section| &text[section.heading.clone()]).collect();
        let most = |count: usize| count * 2 > peers.len();
        let divided = peers.iter().filter_map(|section| {
            let above = text[..section.range.start].trim_end().len();
            last_rule(text, above).map(|rule| text[rule..above].trim())
        });
        let divided: Vec<&str> = divided.collect();
        let anchored = words.iter().filter(|words| words.ends_with('}') && words.contains("{#")).count();
        let are_tight = peers.iter().filter_map(|section| is_tight(text, section));
        let (tight, loose): (Vec<bool>, Vec<bool>) = are_tight.partition(|is_tight| *is_tight);
        let end_of_part = |from: usize| {
            let mut around = others().filter(|section| section.range.start > from && section.level < level);
            around.next().map_or(text.len(), |around| around.range.start)
        };
        Self {
            level,
            is_underlined: most(peers.iter().filter(|section| is_underlined(text, section)).count()),
            case: case(&words).or_else(|| case(&of_all_levels())).unwrap_or_default(),
            lead_in_end: None,
            anchored: Some(text).filter(|_| peers.len() > 1 && most(anchored)),
            is_tight: tight.len() > loose.len(),
            divider: divided.first().copied().filter(|_| divided.len() > 1 && most(divided.len())),
            last_number: last_number(&peers, &words).filter(|_| has_peers).map(|(number, mark, start)| LastNumber {
                number,
                mark,
                part: start..end_of_part(start),
            }),
        }
    }

    /// 1 to 6, and [`LEAD_IN_LEVEL`].
    pub fn level(&self) -> u8 {
        self.level
    }

    pub fn is_lead_in(&self) -> bool {
        self.level == LEAD_IN_LEVEL
    }

    /// Whether headings are underlined, where they can be.
    pub fn is_underlined(&self) -> bool {
        self.is_underlined && self.level <= 2
    }

    /// Whether what stands below a heading begins on the next line.
    pub fn is_tight(&self) -> bool {
        self.is_tight && !self.is_lead_in()
    }

    /// The words `name` with the capitals of the others. A name of the team's own is left as it is.
    pub fn cased(&self, name: &str, section: Option<SectionName>) -> String {
        let words = match (self.case, section) {
            (_, Some(SectionName::Custom(_))) | (Case::Sentence, _) => name.to_owned(),
            (Case::Title, _) => title_case(name),
            (Case::Upper, _) => name.to_uppercase(),
        };
        // `ß` has no capital to come back from.
        if normalize_heading(&words) == normalize_heading(name) { words } else { name.to_owned() }
    }

    /// The words of a heading: `number`, `words`, and where the others have one an anchor, named after
    /// `name`.
    pub fn heading(&self, number: &str, words: &str, name: &str) -> String {
        // A number might become a part of words that begin with digits.
        let is_same = normalize_heading(&format!("{number}{words}")) == normalize_heading(words);
        let number = if is_same { number } else { "" };
        let anchor = format!("{{#{}}}", name.to_lowercase().replace(' ', "-"));
        match self.anchored {
            Some(text) if !text.contains(&anchor) => format!("{number}{words} {anchor}"),
            _ => format!("{number}{words}"),
        }
    }

    /// The number of the `n`-th new heading at byte `at`, counted from 0, with a blank behind it: only
    /// behind all others, the one after theirs. In between, a number would be there twice, and those behind
    /// it have been referred to.
    pub fn number_behind(&self, at: usize, n: usize) -> Option<String> {
        let last = self.last_number.as_ref().filter(|last| last.part.start < at && at <= last.part.end)?;
        Some(format!("{}{} ", last.number as usize + 1 + n, last.mark))
    }

    /// A heading with what stands below it; an empty body follows later.
    pub fn fresh(&self, words: &str, can_underline: bool, body: Option<&str>) -> String {
        let heading = match usize::from(self.level) {
            _ if self.is_lead_in() => format!("**{words}{}", self.lead_in_end.unwrap_or(":**")),
            level if self.is_underlined() && can_underline => {
                format!("{words}\n{}", ["=", "-"][level.clamp(1, 2) - 1].repeat(words.chars().count().max(3)))
            }
            level => format!("{} {words}", "#".repeat(level)),
        };
        let gap = if self.is_tight() { "\n" } else { "\n\n" };
        match body {
            Some(body) => format!("{heading}{gap}{body}"),
            None => heading,
        }
    }
}

/// The level of the outermost headings but those that begin within the bytes `without`; never 1, which
/// is the title's.
pub fn outermost_level(artifact: &Artifact, without: Range<usize>) -> u8 {
    let headings = artifact.sections.all.iter().filter(|section| section.style == SectionStyle::Heading);
    let others = headings.filter(|section| !without.contains(&section.range.start));
    others.map(|section| section.level).min().unwrap_or(2).clamp(2, 6)
}

/// What closes the lead-in whose words stand before `after`, if another could be closed alike.
fn lead_in_end(after: &str) -> Option<&str> {
    let length = after.find(|c| !matches!(c, ':' | '*')).unwrap_or(after.len());
    let end = &after[..length];
    // Without a colon it stands on a line alone.
    let is_alone = || after[length..].trim_start_matches([' ', '\t']).starts_with(['\n', '\r']);
    ([":**", "**:"].contains(&end) || end == "**" && is_alone()).then_some(end)
}

fn is_underlined(text: &str, section: &Section) -> bool {
    section.style == SectionStyle::Heading && !text[section.range.start..].starts_with('#')
}

/// Where the rule begins that ends at byte `at`: on a line of its own, below a blank one.
pub fn last_rule(text: &str, at: usize) -> Option<usize> {
    let above = text[..at].trim_end();
    let start = start_of_line(text, above.len());
    let line = &above[start..];
    let mark = line.trim_start().chars().next().filter(|mark| "-*_".contains(*mark))?;
    let is_rule = line.chars().filter(|c| *c == mark).count() >= 3
        && line.chars().all(|c| c == mark || c == ' ')
        && line.len() - line.trim_start().len() <= 3;
    (is_rule && is_apart(text, start)).then_some(start)
}

/// Whether what stands below a heading begins on the next line; `None` if nothing does.
fn is_tight(text: &str, section: &Section) -> Option<bool> {
    let below = &text[section.heading.end..section.range.end.max(section.heading.end)];
    let mut lines = below.split('\n').map(|line| line.trim_matches(['\r', ' ', '\t', '#'])).skip(1);
    let first = lines.find(|line| !(line.len() > 2 && line.chars().all(|c| matches!(c, '-' | '='))))?;
    if first.is_empty() {
        return lines.any(|line| !line.is_empty()).then_some(false);
    }
    Some(true)
}

/// How most headings are written; `None` where none shows it.
fn case(headings: &[&str]) -> Option<Case> {
    let has_letters = |words: &&&str| words.chars().any(char::is_alphabetic);
    let all: Vec<&&str> = headings.iter().filter(has_letters).collect();
    let is_upper = |words: &&&str| {
        words.chars().filter(|c| c.is_uppercase()).count() > 3 && !words.chars().any(char::is_lowercase)
    };
    if all.len() > 1 && all.iter().all(is_upper) {
        return Some(Case::Upper);
    }
    let (mut title, mut sentence) = (0, 0);
    for words in all {
        // Names, and what stands behind a colon, begin with a capital in any case.
        let words = words.split([':', '—', '–', '(']).next().unwrap_or_default();
        let main = words.split(' ').filter(|word| word.starts_with(char::is_alphabetic) && !SMALL_WORDS.contains(word));
        let is_plain = |word: &&str| word.len() > 1 && !word.chars().skip(1).any(char::is_uppercase);
        let main: Vec<&str> = main.skip(1).filter(is_plain).collect();
        if main.iter().any(|word| word.starts_with(char::is_lowercase)) {
            sentence += 1;
        } else if !main.is_empty() {
            title += 1;
        }
    }
    (title + sentence > 0).then_some(if title > sentence { Case::Title } else { Case::Sentence })
}

/// Small words stay small but at the ends: `Out of Scope`, `Depends On`.
fn title_case(name: &str) -> String {
    let last = name.split(' ').count() - 1;
    let words = name.split(' ').enumerate().map(|(n, word)| {
        let mut chars = word.chars();
        match chars.next() {
            Some(first) if n == 0 || n == last || !SMALL_WORDS.contains(&word) => {
                first.to_uppercase().chain(chars).collect()
            }
            _ => word.to_owned(),
        }
    });
    words.collect::<Vec<String>>().join(" ")
}

fn last_number<'a>(peers: &[&Section], words: &[&'a str]) -> Option<(u32, &'a str, usize)> {
    let numbers: Vec<(u32, &str)> = words.iter().map(|words| number(words)).collect::<Option<_>>()?;
    let (last, section) = (numbers.last()?, peers.last()?);
    let counts_up = numbers.len() > 1 && numbers.windows(2).all(|pair| pair[0].0.checked_add(1) == Some(pair[1].0));
    (counts_up && last.0 < 1000).then_some((last.0, last.1, section.range.start))
}

/// The number that a heading begins with, and what stands behind it: `.` or `)`.
fn number(words: &str) -> Option<(u32, &str)> {
    let digits = words.len() - words.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let rest = &words[digits..];
    let is_number = rest.starts_with(['.', ')']) && rest[1..].starts_with(' ');
    is_number.then(|| Some((words[..digits].parse().ok()?, &rest[..1])))?
}
