//! What a new entry says.

use jiff::Zoned;

use crate::artifact::notes::FieldName;

/// The words of an entry, whatever form it takes.
#[derive(Clone, Copy, Debug)]
pub struct NewEntry<'a> {
    /// In the zone of the person who writes; where the log is in UTC, so is the entry.
    pub now: &'a Zoned,
    /// One line for each thing that was done, such as the subject of a commit; there may be none.
    pub what_changed: &'a [String],
    /// What other fields say; where the log has no place for one, it stands beside what was done.
    pub fields: &'a [(FieldName, String)],
}

impl<'a> NewEntry<'a> {
    /// What the field says, as lines.
    pub fn field(&self, name: Option<FieldName>) -> &'a [String] {
        let field = self.fields.iter().find(|(field, _)| Some(*field) == name);
        field.map_or(&[], |(_, text)| std::slice::from_ref(text))
    }

    /// What was done, and what the fields say that `has_place` is not true of.
    pub fn lines(&self, has_place: impl Fn(FieldName) -> bool) -> Vec<String> {
        let others = self.fields.iter().filter(|(name, _)| !has_place(*name));
        let others = others.map(|(name, text)| format!("{}: {text}", name.name()));
        self.what_changed.iter().cloned().chain(others).collect()
    }
}
