//! The sections in another order: that of the template.

use super::{containers, section::last_rule};
use crate::{
    artifact::{Document, Vocabulary, sections::SectionStyle},
    convention::SectionName,
    text::{self, Edit},
};

/// A section with what stands below it, up to the next one that is moved by itself.
struct Piece {
    /// Its place in the order of the template.
    place: usize,
    start: usize,
    /// What its heading begins with, such as the 2 of `2. Goals`.
    number: Option<u32>,
}

/// Whether the sections stand in another order than the template's.
pub fn is_unsorted(document: &Document, vocabulary: &Vocabulary) -> bool {
    pieces(document, vocabulary).is_some_and(|pieces| !pieces.is_sorted_by_key(|piece| piece.place))
}

/// Edits that sort the outermost canonical sections with all that is below them. An unknown section
/// stays behind the known one that it follows; what stands before the first known one stays on top.
pub fn sort_sections(document: &Document, vocabulary: &Vocabulary) -> Vec<Edit> {
    let text = &*document.text;
    let Some(pieces) = pieces(document, vocabulary) else { return Vec::new() };
    let ends = pieces.iter().skip(1).map(|piece| piece.start).chain([text.len()]);
    // The words of each piece, and the blank lines and rules between it and the next one.
    let parts: Vec<(&str, &str)> = pieces.iter().zip(ends).map(|(piece, end)| split(&text[piece.start..end])).collect();
    let mut order: Vec<usize> = (0..pieces.len()).collect();
    order.sort_by_key(|n| pieces[*n].place);
    // A rule divides what stands there, whatever that is.
    let has_rules = parts.iter().any(|(_, seam)| !seam.trim().is_empty());
    let start = pieces.first().map_or(text.len(), |piece| piece.start);
    let mut sorted = text[..start].to_owned();
    for (n, piece) in order.iter().enumerate() {
        sorted.push_str(parts[*piece].0);
        let (is_last, is_same_seam) = (n + 1 == order.len(), !has_rules && order.get(n + 1) == Some(&(piece + 1)));
        let seam = parts[if is_same_seam { *piece } else { n }].1;
        sorted.push_str(seam);
        // Without a blank line what ends here might go on there.
        if !is_last && !is_same_seam && line_ends(seam) < 2 {
            // Another kind of line end might make one of two.
            let own = if seam.is_empty() { (text, pieces[n].start) } else { (seam, seam.len()) };
            sorted.push_str(&text::line_end_at(own.0, own.1).repeat(2 - line_ends(seam)));
        }
    }
    text::differences(text, &sorted)
}

fn split(piece: &str) -> (&str, &str) {
    let words = piece.trim_end_matches(['\n', '\r']);
    let words = last_rule(piece, words.len()).map_or(words, |rule| piece[..rule].trim_end_matches(['\n', '\r']));
    piece.split_at(words.len())
}

fn line_ends(seam: &str) -> usize {
    seam.matches(['\n', '\r']).count() - seam.matches("\r\n").count()
}

/// The pieces; `None` if the document is no plain row of sections: some hold the others, `<details>` go
/// from one to the next, or numbers would not be in order.
fn pieces(document: &Document, vocabulary: &Vocabulary) -> Option<Vec<Piece>> {
    let Document { text, artifact, .. } = document;
    let order = vocabulary.order(artifact.kind);
    let place = |name: SectionName| order.iter().position(|other| *other == name);
    let headings = || artifact.sections.all.iter().filter(|section| section.style == SectionStyle::Heading);
    let level = headings().filter(|section| section.name.is_some()).map(|section| section.level).min()?;
    let mut pieces = Vec::new();
    for section in headings().filter(|section| section.level <= level) {
        // A part of its own, with sections of its own.
        if section.level < level {
            return None;
        }
        if let Some(place) = section.name.and_then(place) {
            let start = crate::text::start_of_line(text, section.range.start);
            let start = start.max(artifact.content_start);
            // At the top it would be a byte order mark.
            if text[start..].starts_with('\u{feff}') {
                return None;
            }
            let heading = &text[section.heading.clone()];
            let digits = heading.find(|c: char| !c.is_ascii_digit()).unwrap_or_default();
            pieces.push(Piece { place, start, number: heading[..digits].parse().ok() });
        }
    }
    let ends = pieces.iter().skip(1).map(|piece| piece.start).chain([text.len()]);
    let are_whole = pieces.iter().zip(ends).all(|(piece, end)| containers::are_whole(&text[piece.start..end]));
    let mut numbered: Vec<&Piece> = pieces.iter().filter(|piece| piece.number.is_some()).collect();
    numbered.sort_by_key(|piece| piece.place);
    (are_whole && numbered.is_sorted_by_key(|piece| piece.number)).then_some(pieces)
}
