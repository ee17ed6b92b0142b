//! Where another reference goes, written as the document writes its own.

use std::ops::Range;

use super::seam::{Seam, margin};
use crate::{
    artifact::{
        Document,
        entries::{marker_below, next_marker},
        paths::{self, Reference, ReferenceStyle, Role},
        prompt::{Label, LabelName},
        sections::{Section, SectionStyle},
    },
    convention::SectionName,
    markdown::{Block, BlockId, BlockKind},
    text::{Edit, end_of_blanks, end_of_line, line_end_at, start_of_line, words_below},
};

/// A place for one path, and what stands around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    seam: Seam,
    /// What stands between the path and another one, where that is not `before`.
    between: String,
    /// Where in `before` a label has a table's cell of its own.
    label_cell: Option<usize>,
    style: ReferenceStyle,
}

impl Slot {
    fn of(seam: Seam, style: ReferenceStyle) -> Self {
        Self { seam, between: String::new(), label_cell: None, style }
    }

    fn at(offset: usize, before: impl Into<String>, style: ReferenceStyle) -> Self {
        Self::of(Seam::at(offset, before), style)
    }

    fn instead_of(placeholder: Range<usize>, between: impl Into<String>, style: ReferenceStyle) -> Self {
        Self { between: between.into(), ..Self::of(Seam { range: placeholder, ..Seam::default() }, style) }
    }

    fn ending_in(mut self, after: &str) -> Self {
        after.clone_into(&mut self.seam.after);
        self
    }

    /// The place for another path, so that both edits can be applied.
    pub fn following(&self) -> Self {
        match self.seam.range.is_empty() && self.between.is_empty() {
            true => self.clone(),
            false => Self::at(self.seam.range.end, &*self.between, self.style).ending_in(&self.seam.after),
        }
    }

    /// Puts `path`, relative to the root, there; `file` is the document's own path.
    pub fn fill(&self, file: &str, path: &str, is_folder: bool) -> Edit {
        self.fill_with(&paths::spell(self.style, file, path, is_folder))
    }

    pub fn fill_with(&self, text: &str) -> Edit {
        self.seam.put(text)
    }
}

impl Document {
    /// The place for another declared reference: after a prompt's reference label, else in a
    /// References section, else in the Context, else in any other section that declares.
    pub fn slot_for_reference(&self) -> Option<Slot> {
        if self.has_open_end() {
            return None;
        }
        let label = self.artifact.prompt().and_then(|prompt| prompt.label(LabelName::Reference));
        label.and_then(|label| self.in_label(label)).or_else(|| {
            [SectionName::References, SectionName::Context, SectionName::RequiredReading, SectionName::FilesReferenced]
                .into_iter()
                .find_map(|name| self.artifact.sections_named(name).next())
                .map(|section| self.labelled(section).unwrap_or_else(|| self.in_section(section)))
        })
    }

    /// A reference label of its own behind the other labels of a Context, if all paths there are labelled; or
    /// if one without a value comes last, which would take what is put below it.
    fn labelled(&self, section: &Section) -> Option<Slot> {
        let prompt = self.artifact.prompt().filter(|prompt| prompt.label(LabelName::Reference).is_none())?;
        let last = prompt.labels.last().filter(|_| section.name == Some(SectionName::Context))?;
        let is_labelled = |reference: &Reference| {
            let at = reference.place.start;
            reference.is_guess
                || !section.range.contains(&at)
                || prompt.labels.iter().any(|label| label.value.contains(&at))
        };
        let is_all = prompt.references.iter().all(is_labelled);
        (is_all || last.is_empty)
            .then(|| Slot { between: ", ".to_owned(), ..self.line_after(last, LabelName::Reference) })
    }

    /// The place for the value of a label in the Context that is missing or has no value. `place`: where the
    /// Context gets another label, both to be applied; what this one takes is put there.
    pub fn slot_for_label(&self, name: LabelName, place: &mut Option<Slot>) -> Option<Slot> {
        if self.has_open_end() {
            return None;
        }
        let prompt = self.artifact.prompt()?;
        if let Some(label) = prompt.label(name) {
            return label.is_empty.then(|| self.in_value(label, self.style_of(ReferenceStyle::Bare)));
        }
        let Some(context) = self.artifact.sections_named(SectionName::Context).next() else {
            let mut slot = place.as_ref().map_or_else(|| self.below_title(), |slot| Some(slot.following()))?;
            *place = Some(slot.clone());
            slot.seam.before.extend([words(name), ": "]);
            return Some(slot);
        };
        let first = prompt.labels.first();
        let last = prompt.labels.last();
        match (name, first, last) {
            (LabelName::Plan, Some(first), _) => Some(self.line_before(first, name)),
            (LabelName::WorkNotes, Some(first), _) => Some(match prompt.label(LabelName::Plan) {
                Some(plan) => self.line_after(plan, name),
                None => self.line_before(first, name),
            }),
            (LabelName::Reference, _, Some(last)) => Some(self.line_after(last, name)),
            _ => {
                let mut slot = place.as_ref().map_or_else(|| self.in_section(context), Slot::following);
                *place = Some(slot.clone());
                match slot.label_cell {
                    Some(cell) => slot.seam.before.insert_str(cell, words(name)),
                    None => slot.seam.before.extend([words(name), ": "]),
                }
                Some(Slot { style: self.style_of(ReferenceStyle::Bare), ..slot })
            }
        }
    }

    /// A list of its own below the title.
    fn below_title(&self) -> Option<Slot> {
        let title = self.artifact.sections.title.as_ref()?;
        let end = self.markdown.block(self.markdown.block_at(title.start)?).range().end;
        let line_end = line_end_at(&self.text, end);
        let is_apart = words_below(&self.text, end).is_none();
        let slot = Slot::at(end, format!("{line_end}{line_end}- "), self.style_of(ReferenceStyle::Code));
        is_apart.then(|| Slot { between: format!("{line_end}- "), ..slot })
    }

    fn in_label(&self, label: &Label) -> Option<Slot> {
        if label.is_none {
            let says_no_more = self.text[label.value.clone()].chars().all(|c| c.is_alphabetic() || c == '/');
            let style = self.style_of(ReferenceStyle::Code);
            return says_no_more.then(|| Slot::instead_of(label.value.clone(), ", ", style));
        }
        let last = self.artifact.prompt().and_then(|prompt| prompt.references_of(label).last());
        let style = last.map_or_else(|| self.style_of(ReferenceStyle::Code), |last| last.style);
        // What follows a placeholder on further lines may have nothing to do with it.
        let line_end = end_of_line(&self.text, label.value.start).min(label.value.end);
        if label.is_empty || last.is_none() && self.is_placeholder(label.value.start..line_end) {
            return Some(self.in_value(label, style));
        }
        let Some(last) = last else { return Some(self.after_words(label.value.clone(), style)) };
        let own = self.item_at(label.range.start);
        match self.item_at(last.place.start) {
            Some(item) if Some(item) != own => Some(self.item_after(item, style)),
            _ => {
                let block = self.markdown.block_at(last.place.start)?;
                let end = self.markdown.block(block).range().end.min(label.value.end);
                Some(self.after_words(last.place.start..end, style))
            }
        }
    }

    /// In the place of a placeholder, or of nothing.
    fn in_value(&self, label: &Label, style: ReferenceStyle) -> Slot {
        let value = &self.text[label.value.clone()];
        if let Some(open) = value.find('<') {
            // What follows on further lines is no part of the placeholder.
            let start = label.value.start + open;
            let end = end_of_line(&self.text, start).min(label.value.end);
            return Slot::instead_of(start..end, ", ", style);
        }
        let is_spaced = self.text[..label.value.start].ends_with([' ', '\t']);
        Slot::at(label.value.start, if is_spaced { "" } else { " " }, style)
    }

    /// After what an enumeration in running text says last.
    fn after_words(&self, words: Range<usize>, style: ReferenceStyle) -> Slot {
        let end = self.text[words.clone()].trim_end().trim_end_matches(['.', '。', ';']).len();
        Slot::at(words.start + end, ", ", style)
    }

    /// After the last item or row of a section's own, else in a list of its own.
    fn in_section(&self, section: &Section) -> Slot {
        let style = self.style_in(section).unwrap_or_else(|| self.style_of(ReferenceStyle::Code));
        let own = section.body.start..self.end_of_own(section);
        let is_list = |kind| matches!(kind, BlockKind::List { .. } | BlockKind::Table);
        let blocks: Vec<_> = self.markdown.siblings(own).collect();
        // A Context may have lists of anything else; one that ends it would go on with what is put below.
        let is_context = section.name == Some(SectionName::Context);
        let takes_any = !is_context || blocks.last().is_some_and(|(_, block)| is_list(block.kind));
        let is_open = |block: &Block| takes_any || self.names_path(block.range()) || self.has_label(block.range());
        let lists = blocks.iter().copied().filter(|(_, block)| is_list(block.kind) && is_open(block));
        // The last list that names paths, else the last one.
        if let Some((id, block)) = lists.max_by_key(|(id, block)| (self.names_path(block.range()), *id)) {
            let Some((last, _)) = self.markdown.children(id).last() else {
                return Slot::at(block.range().end, "", style);
            };
            return match block.kind {
                BlockKind::Table => self.row_after(last, style),
                _ => self.item_after(last, style),
            };
        }
        let end = blocks.last().map_or_else(
            || self.markdown.block(section.block).range().end.max(section.after_label.end),
            |(_, block)| block.range().end,
        );
        let end = end_of_blanks(&self.text, end);
        let line_end = line_end_at(&self.text, end);
        let between = format!("{line_end}- ");
        Slot { between, ..Slot::at(end, format!("{line_end}{line_end}- "), style) }
    }

    fn has_label(&self, range: Range<usize>) -> bool {
        let labels = self.artifact.prompt().map(|prompt| &prompt.labels[..]).unwrap_or_default();
        labels.iter().any(|label| range.contains(&label.range.start))
    }

    fn names_path(&self, range: Range<usize>) -> bool {
        let references = self.artifact.references();
        let after = references.partition_point(|reference| reference.place.start < range.start);
        let mut inside = references[after..].iter().take_while(|reference| reference.place.start < range.end);
        inside.any(|reference| !reference.is_guess)
    }

    /// Where the first section inside it begins; a Context's lead-ins are its own text.
    fn end_of_own(&self, section: &Section) -> BlockId {
        let is_lead_in = |child: &&Section| child.style == SectionStyle::LeadIn;
        let mut children = self.artifact.sections.children(section).filter(|child| !is_lead_in(child));
        children.next().map_or(section.body.end, |child| child.block)
    }

    fn item_after(&self, item: BlockId, style: ReferenceStyle) -> Slot {
        let range = self.markdown.block(item).range();
        let (_, marker) = marker_below(self.slice(range.clone()));
        let words = range.start + marker..range.end;
        let seam = Seam::below_item(self, item);
        if self.is_placeholder(words.clone()) {
            Slot::instead_of(words, seam.before, style)
        } else {
            Slot::of(seam, style)
        }
    }

    fn row_after(&self, row: BlockId, style: ReferenceStyle) -> Slot {
        let range = self.markdown.block(row).range();
        let cells: Vec<_> = self.markdown.children(row).map(|(_, cell)| cell.range()).collect();
        let of_path = self.artifact.references().iter().find(|reference| range.contains(&reference.place.start));
        let column =
            of_path.and_then(|path| cells.iter().position(|cell| cell.contains(&path.place.start))).unwrap_or_default();
        let start = format!("{}{}| ", line_end_at(&self.text, range.end), margin(self, range.start));
        let has_words = |cell: &Range<usize>| self.text[cell.clone()].contains(char::is_alphabetic);
        let label_cell = (column > 0 && cells.first().is_some_and(has_words)).then_some(start.len());
        let before = start + &" | ".repeat(column);
        let after = " | ".to_owned() + &" |".repeat(cells.len().saturating_sub(column + 1));
        let slot = Slot::at(end_of_line(&self.text, range.end), before, style).ending_in(after.trim_end());
        Slot { label_cell, ..slot }
    }

    /// A line for `name` in the form of another label's line, above it.
    fn line_before(&self, other: &Label, name: LabelName) -> Slot {
        let at = start_of_line(&self.text, other.range.start);
        let before = self.line_like(other, name, false);
        Slot::at(at, before, self.style_of_label(other)).ending_in(line_end_at(&self.text, at))
    }

    fn line_after(&self, other: &Label, name: LabelName) -> Slot {
        let item = self.item_at(other.range.start).map(|item| self.markdown.block(item).range().end);
        let is_last = |end: usize| {
            let labels = self.artifact.prompt().map(|prompt| &prompt.labels[..]).unwrap_or_default();
            !labels.iter().any(|label| label.range.start > other.range.start && label.range.start < end)
        };
        let end = item.filter(|end| is_last(*end)).unwrap_or(other.value.end.max(other.range.end));
        let before = format!("{}{}", line_end_at(&self.text, end), self.line_like(other, name, true));
        Slot::at(end_of_line(&self.text, end), before, self.style_of_label(other))
    }

    /// The start of a label's line with another name in it.
    fn line_like(&self, other: &Label, name: LabelName, is_after: bool) -> String {
        let head = &self.text[start_of_line(&self.text, other.range.start)..other.range.start];
        let head = if is_after { next_marker(head) } else { head.to_owned() };
        let tail = self.text[other.range.end..other.value.start].trim_end();
        format!("{head}{}{tail} ", words(name))
    }

    fn is_placeholder(&self, range: Range<usize>) -> bool {
        let words = self.text[range].trim();
        words.starts_with('<') && words.ends_with('>') && !words.contains("://") && words.matches('<').count() == 1
    }

    /// The item whose own text byte `offset` is in.
    fn item_at(&self, offset: usize) -> Option<BlockId> {
        let block = self.markdown.block_at(offset)?;
        let is_item = |id: &BlockId| self.markdown.block(*id).kind == BlockKind::Item;
        std::iter::once(block).chain(self.markdown.ancestors(block)).find(is_item)
    }

    fn style_of_label(&self, label: &Label) -> ReferenceStyle {
        let own = self.artifact.prompt().and_then(|prompt| prompt.references_of(label).first());
        own.map_or(ReferenceStyle::Bare, |reference| reference.style)
    }

    fn style_in(&self, section: &Section) -> Option<ReferenceStyle> {
        let mut inside =
            self.artifact.references().iter().filter(|reference| section.range.contains(&reference.place.start));
        inside.next_back().map(|reference| reference.style)
    }

    /// As the last declared reference is written.
    fn style_of(&self, default: ReferenceStyle) -> ReferenceStyle {
        let is_declared = |reference: &&Reference| reference.role == Role::Declared;
        let last = self.artifact.references().iter().rfind(is_declared);
        last.map_or(default, |reference| reference.style)
    }
}

/// A label as the template writes it.
fn words(name: LabelName) -> &'static str {
    match name {
        LabelName::Plan => "Plan",
        LabelName::WorkNotes => "Work notes",
        LabelName::Reference => "Reference implementation(s)",
    }
}
