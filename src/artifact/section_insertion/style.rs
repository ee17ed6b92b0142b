//! How a file writes its headings: what the new one has to look like.

use crate::{
    artifact::{
        Artifact,
        sections::{Section, SectionStyle},
    },
    template::SectionName,
};

/// Words that stay small within a title.
const SMALL_WORDS: &[&str] =
    &["a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "per", "the", "to", "vs", "with"];

/// The style of the headings beside a new one.
#[derive(Debug, Default)]
pub struct HeadingStyle<'a> {
    /// 0 for a lead-in.
    level: usize,
    /// Whether the neighbour's heading has a line below it instead of `#`s.
    is_underlined: bool,
    case: Case,
    /// Whether headings end with an anchor such as `{#goals}`, and the text that has them.
    anchored: Option<&'a str>,
    /// Whether the body begins right below the heading.
    is_tight: bool,
    /// The rule that stands above most headings.
    pub divider: Option<&'a str>,
    /// The last heading's number with what stands behind it, and where that heading begins; only if
    /// every heading has one.
    last_number: Option<(u32, &'a str, usize)>,
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
    /// The style beside `neighbour`; without one, that of the outermost sections.
    pub fn of(text: &'a str, artifact: &Artifact, neighbour: Option<&Section>) -> Self {
        let headings = || artifact.sections.all.iter().filter(|section| section.style == SectionStyle::Heading);
        let level = match neighbour {
            Some(section) if section.style == SectionStyle::LeadIn => return Self::default(),
            Some(section) => section.level,
            None => headings().map(|section| section.level).min().unwrap_or(2).clamp(2, 6),
        };
        let peers: Vec<&Section> = headings().filter(|section| section.level == level).collect();
        let words: Vec<&str> = peers.iter().map(|section| &text[section.heading.clone()]).collect();
        let most = |count: usize| count * 2 > peers.len();
        let divided = peers.iter().filter_map(|section| {
            let above = text[..section.range.start].trim_end().len();
            last_rule(text, above).map(|rule| text[rule..above].trim())
        });
        let anchored = words.iter().filter(|words| words.ends_with('}') && words.contains("{#")).count();
        let (tight, loose) = peers
            .iter()
            .filter_map(|section| is_tight(text, section))
            .fold((0, 0), |(tight, loose), is| if is { (tight + 1, loose) } else { (tight, loose + 1) });
        let (is_underlined, divided): (_, Vec<&str>) =
            (neighbour.is_some_and(|section| !text[section.range.start..].starts_with('#')), divided.collect());
        Self {
            level: level.into(),
            is_underlined: is_underlined && level <= 2,
            case: case(&words),
            anchored: Some(text).filter(|_| peers.len() > 1 && most(anchored)),
            is_tight: tight > loose,
            divider: divided.first().copied().filter(|_| divided.len() > 1 && most(divided.len())),
            last_number: last_number(&peers, &words),
        }
    }

    /// The name of a section as the others are written.
    pub fn words(&self, name: &str, section: SectionName) -> String {
        let words = match (self.case, section) {
            (_, SectionName::Custom(_)) | (Case::Sentence, _) => name.to_owned(),
            (Case::Title, _) => name.split(' ').map(capitalized).collect::<Vec<_>>().join(" "),
            (Case::Upper, _) => name.to_uppercase(),
        };
        let anchor = format!("{{#{}}}", name.to_lowercase().replace(' ', "-"));
        match self.anchored {
            Some(text) if !text.contains(&anchor) => format!("{words} {anchor}"),
            _ => words,
        }
    }

    /// The numbers of headings at byte `at`, counted from 0: only behind all others, as the next ones. In
    /// between, a number would be there twice, and those behind it have been referred to.
    pub fn number_behind(&self, at: usize) -> Option<impl Fn(usize) -> String + use<'a>> {
        let (last, mark, _) = self.last_number.filter(|(_, _, start)| at > *start)?;
        Some(move |n: usize| format!("{}{mark} ", last as usize + 1 + n))
    }

    /// A heading with what stands below it; an empty body follows later.
    pub fn fresh(&self, words: &str, can_underline: bool, body: Option<String>) -> String {
        let heading = match self.level {
            0 => format!("**{words}:**"),
            level if self.is_underlined && can_underline => {
                format!("{words}\n{}", ["=", "-"][level.clamp(1, 2) - 1].repeat(words.chars().count().max(3)))
            }
            level => format!("{} {words}", "#".repeat(level)),
        };
        let gap = if self.is_tight && self.level > 0 { "\n" } else { "\n\n" };
        body.map_or_else(|| heading.clone(), |body| format!("{heading}{gap}{body}"))
    }
}

/// Where the rule begins that ends at byte `at`: on a line of its own, below a blank one.
pub fn last_rule(text: &str, at: usize) -> Option<usize> {
    let above = text[..at].trim_end();
    let start = above.rfind(['\n', '\r']).map_or(0, |end| end + 1);
    let line = &above[start..];
    let mark = line.trim_start().chars().next().filter(|mark| "-*_".contains(*mark))?;
    let is_rule = line.chars().filter(|c| *c == mark).count() >= 3
        && line.chars().all(|c| c == mark || c == ' ')
        && line.len() - line.trim_start().len() <= 3;
    (is_rule && super::is_apart(&text[..start])).then_some(start)
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

fn case(headings: &[&str]) -> Case {
    let has_letters = |words: &&&str| words.chars().any(char::is_alphabetic);
    let all: Vec<&&str> = headings.iter().filter(has_letters).collect();
    let is_upper = |words: &&&str| {
        words.chars().filter(|c| c.is_uppercase()).count() > 3 && !words.chars().any(char::is_lowercase)
    };
    if all.len() > 1 && all.iter().all(is_upper) {
        return Case::Upper;
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
    if title > sentence { Case::Title } else { Case::Sentence }
}

fn capitalized(word: &str) -> String {
    let mut chars = word.chars();
    match chars.next() {
        Some(first) if !SMALL_WORDS.contains(&word) => first.to_uppercase().chain(chars).collect(),
        _ => word.to_owned(),
    }
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
