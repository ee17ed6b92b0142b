//! Reads a convention from its TOML.

use foldhash::HashMap;
use serde::Deserialize;

use super::{Blocks, Convention, HeadingWords, Kind, PerKind, Role, SectionName, SectionSpec, StatusWords};

type Names = HashMap<SectionName, Vec<Box<str>>>;

/// What every convention begins with.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Common {
    names: Names,
    /// By the key of a kind: names that take the place of those in `names`.
    names_in: HashMap<Box<str>, Names>,
    headings: HeadingWords,
    statuses: StatusWords,
    words: HashMap<Box<str>, Vec<Box<str>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Own {
    placeholders: Vec<Box<str>>,
    roles: PerKind<OwnRole>,
    blocks: Blocks,
    sections: HashMap<SectionName, OwnSection>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OwnRole {
    noun: Box<str>,
    folder: Box<str>,
    title: Box<str>,
    sections: Vec<SectionName>,
    required: Vec<SectionName>,
    /// Sections that differ here from what they are elsewhere.
    #[serde(default)]
    own: HashMap<SectionName, OwnSection>,
}

#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct OwnSection {
    name: Option<Box<str>>,
    purpose: Option<Box<str>>,
    skeleton: Option<Box<str>>,
}

/// Reads a convention of its own file and the common one.
pub(super) fn read(common: &str, own: &str) -> Result<Convention, toml::de::Error> {
    let Common { names, names_in, headings, statuses, words } = toml::from_str(common)?;
    let Own { placeholders, roles, blocks, sections } = toml::from_str(own)?;
    let role = |kind: Kind| {
        let OwnRole { noun, folder, title, sections: order, required, own } = roles.get(kind);
        let spec = |section: &SectionName| {
            let [own, general] = [own, &sections].map(|sections| sections.get(section).cloned().unwrap_or_default());
            let aliases = names_in.get(kind.key()).and_then(|names| names.get(section)).or_else(|| names.get(section));
            SectionSpec {
                section: *section,
                name: own.name.or(general.name).unwrap_or_default(),
                aliases: aliases.cloned().unwrap_or_default(),
                required: required.contains(section),
                purpose: own.purpose.or(general.purpose).unwrap_or_default(),
                skeleton: own.skeleton.or(general.skeleton).unwrap_or_default(),
            }
        };
        let (noun, folder, title) = (noun.clone(), folder.clone(), title.clone());
        Role { noun, folder, title, sections: order.iter().map(spec).collect() }
    };
    Ok(Convention { roles: PerKind::from_fn(role), blocks, placeholders, headings, statuses, words })
}
