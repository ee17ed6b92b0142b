//! The headings, placeholders and templates in force at one root: the built-in ones and the team's own.

use std::{ops::Range, sync::LazyLock};

use foldhash::{HashMap, HashSet, HashSetExt};

use super::{
    phase_id, phase_name,
    sections::{SectionStyle, Sections},
};
use crate::{
    config::{Config, Layout},
    convention::{self, Kind, PerKind, SectionName, SectionSpec, normalize_heading},
    markdown::Markdown,
};

/// What is known by name at one root.
#[derive(Clone, Debug, Default)]
pub struct Vocabulary {
    kinds: PerKind<KindVocabulary>,
    /// Placeholders of the team's own templates, without brackets.
    placeholders: Vec<String>,
    /// Where artifacts are.
    layout: Layout,
}

#[derive(Clone, Debug, Default)]
struct KindVocabulary {
    built_in: Option<&'static Names>,
    /// The team's own names, normalised, which win.
    own: HashMap<Box<str>, SectionName>,
    /// The words that those begin with.
    own_first_words: HashSet<Box<str>>,
    names: Vec<(SectionName, String)>,
    required: Vec<SectionName>,
    template: Option<TeamTemplate>,
}

/// The built-in names of each kind: the same at every root.
static BUILT_IN: LazyLock<PerKind<Names>> = LazyLock::new(|| PerKind::from_fn(Names::of));

/// Names of sections, normalised.
#[derive(Debug, Default)]
struct Names {
    /// By the [`singular`]: what is named in the plural is known in the singular, and the reverse.
    sections: HashMap<Box<str>, SectionName>,
    /// The words that names begin with, in the singular.
    first_words: HashSet<Box<str>>,
    /// Headings that are a name only where they begin one.
    anchored: HashSet<Box<str>>,
}

impl Names {
    fn of(kind: Kind) -> Self {
        let mut names = Self::default();
        for spec in convention::sections(kind) {
            // `Files / New` is found below `Files` only: see `Sections::read`.
            for written in std::iter::once(&spec.name).chain(&spec.aliases) {
                let alias = written.strip_prefix('^');
                let name = normalize_heading(alias.unwrap_or(written));
                let other = if singular(&name) == name { [&name, "s"].concat() } else { name.clone() };
                for word in [first_word(&name), first_word(&other)].map(singular) {
                    if !names.first_words.contains(word) {
                        names.first_words.insert(word.into());
                    }
                }
                names.sections.entry(singular(&name).into()).or_insert(spec.section);
                if alias.is_some() {
                    names.anchored.insert(name.into());
                }
            }
        }
        names
    }

    fn section(&self, heading: &str) -> Option<SectionName> {
        let find = |name: &str| self.sections.get(name).copied();
        // Some words end like a plural: `statuss`.
        find(singular(heading)).or_else(|| find(heading.strip_suffix('s')?))
    }
}

/// A team's own template of one kind.
#[derive(Clone, Debug)]
struct TeamTemplate {
    /// Without byte order mark, with `\n` line ends.
    text: String,
    /// Its sections in order, with their bodies (bytes of `text`).
    sections: Vec<(SectionName, Range<usize>)>,
}

impl Vocabulary {
    /// `templates`: the texts of the team's own templates.
    pub fn new(config: &Config, templates: PerKind<Option<String>>) -> Self {
        let mut vocabulary = Self {
            kinds: PerKind::from_fn(|kind| KindVocabulary::new(kind, config)),
            placeholders: Vec::new(),
            layout: config.layout.clone(),
        };
        for kind in Kind::ALL {
            if let Some(text) = templates.get(kind) {
                vocabulary.add_template(kind, text);
            }
        }
        vocabulary
    }

    /// Without any configuration.
    pub fn built_in() -> Self {
        Self::new(&Config::default(), PerKind::default())
    }

    fn add_template(&mut self, kind: Kind, text: &str) {
        let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n");
        self.placeholders.extend(placeholders_of(&text));
        let markdown = Markdown::parse(&text, &|inside| self.is_placeholder(inside));
        let headings = Sections::read(kind, &text, &markdown, self);
        // A section that only the template has is as good as any.
        let names = self.kinds.get_mut(kind);
        let outermost = headings.all.iter().map(|section| section.level).min();
        for section in headings.all.iter().filter(|section| section.style == SectionStyle::Heading) {
            let is_fixed = section.name.is_none() && section.phase().is_none() && Some(section.level) == outermost;
            if is_fixed && !text[section.heading.clone()].contains(['<', '[', '{']) {
                names.section_called(&text[section.heading.clone()]);
            }
        }
        let read = Sections::read(kind, &text, &markdown, self);
        let mut seen = HashSet::new();
        let bodies = read.all.iter().filter(|section| Some(section.level) == outermost).filter_map(|section| {
            let heading_end = markdown.block(section.block).range().end.max(section.after_label.end);
            let body = text.get(heading_end..section.range.end)?.trim();
            let start = heading_end + text[heading_end..].find(body)?;
            Some((section.name?, start..start + body.len()))
        });
        // Of several sections of one name the first one counts.
        let bodies = bodies.filter(|(name, _)| seen.insert(*name));
        let sections = bodies.collect();
        self.kinds.get_mut(kind).template = Some(TeamTemplate { text, sections });
    }

    /// The section that a normalised heading opens.
    pub fn section(&self, kind: Kind, heading: &str) -> Option<SectionName> {
        self.kinds.get(kind).section(heading)
    }

    /// Whether some name may begin with `word`: no name begins with others.
    pub(super) fn begins_name(&self, kind: Kind, word: &str) -> bool {
        let own = self.kinds.get(kind);
        let is_built_in = || own.built_in.is_some_and(|names| names.first_words.contains(singular(word)));
        own.own_first_words.contains(word) || is_built_in()
    }

    /// Whether that name is one only where it begins a heading.
    pub(super) fn is_anchored(&self, kind: Kind, heading: &str) -> bool {
        self.kinds.get(kind).built_in.is_some_and(|names| names.anchored.contains(heading))
    }

    /// The canonical heading of a section of this kind.
    pub fn name(&self, kind: Kind, section: SectionName) -> &str {
        let names = &self.kinds.get(kind).names;
        names.iter().find(|(candidate, _)| *candidate == section).map_or("", |(_, name)| name)
    }

    /// Whether a normalised heading has the canonical name of the section in it, or is one of the team's own.
    pub fn names_as_template(&self, kind: Kind, section: SectionName, heading: &str) -> bool {
        let canonical = normalize_heading(self.name(kind, section));
        heading.contains(singular(&canonical)) || self.kinds.get(kind).own.get(heading) == Some(&section)
    }

    /// The sections that an artifact of this kind must have, in template order.
    pub fn required(&self, kind: Kind) -> &[SectionName] {
        &self.kinds.get(kind).required
    }

    /// All sections of this kind in the order of the template: the team's own, else that of the
    /// configuration where it requires sections of its own, else the built-in one.
    pub fn order(&self, kind: Kind) -> Vec<SectionName> {
        let own = self.kinds.get(kind);
        let built_in: Vec<_> = convention::sections(kind).iter().map(|spec| spec.section).collect();
        let mut order: Vec<SectionName> = match &own.template {
            Some(template) => template.sections.iter().map(|(name, _)| *name).collect(),
            None if own.required.iter().all(|name| built_in.contains(name)) => return built_in,
            None => own.required.clone(),
        };
        // A section that is not in it follows the one before it in the other lists.
        for others in [&own.required, &built_in] {
            for (n, name) in others.iter().enumerate() {
                if order.contains(name) {
                    continue;
                }
                let before = others[..n].iter().rev().find_map(|before| order.iter().position(|other| other == before));
                order.insert(before.map_or(0, |at| at + 1), *name);
            }
        }
        order
    }

    /// What a section is for, one sentence; empty for one that only the team knows.
    pub fn purpose(&self, kind: Kind, section: SectionName) -> &'static str {
        spec(kind, section).map_or("", |spec| &spec.purpose)
    }

    /// The body of a section in a fresh artifact of the phase `stem`, with `\n` line ends and none at
    /// its end; may be empty.
    pub fn skeleton(&self, kind: Kind, section: SectionName, stem: &str) -> String {
        let own = self.kinds.get(kind).template.as_ref();
        let of_team = own.and_then(|template| {
            let (_, body) = template.sections.iter().find(|(name, _)| *name == section)?;
            Some(&template.text[body.clone()])
        });
        let skeleton = of_team.or_else(|| Some(&*spec(kind, section)?.skeleton)).unwrap_or_default();
        self.fill(skeleton.trim_end(), stem)
    }

    /// A whole fresh artifact of the phase `stem`, with `\n` line ends.
    pub fn fresh(&self, kind: Kind, stem: &str) -> String {
        if let Some(template) = &self.kinds.get(kind).template {
            return self.fill(&named(&template.text, stem), stem);
        }
        let mut out = format!("# {}\n", convention::heading(kind, stem));
        for name in self.order(kind).into_iter().filter(|name| self.required(kind).contains(name)) {
            out.push_str(&format!("\n## {}\n", self.name(kind, name)));
            let skeleton = self.skeleton(kind, name, stem);
            if !skeleton.is_empty() {
                out.push_str(&format!("\n{skeleton}\n"));
            }
        }
        out
    }

    /// Names the phase, and its files where this root keeps them.
    fn fill(&self, text: &str, stem: &str) -> String {
        let path = |text: String, kind: Kind| {
            let path = self.layout.path_in_texts(kind, stem);
            text.replace(&format!("{}/<phase>.md", kind.folder()), path.as_deref().unwrap_or("<paths>"))
        };
        Kind::ALL.into_iter().fold(text.to_owned(), path).replace("<phase>", stem)
    }

    /// Whether the inside of `<…>` is a placeholder of a template in force.
    pub fn is_placeholder(&self, text: &str) -> bool {
        convention::is_placeholder(text) || self.placeholders.iter().any(|placeholder| placeholder == text)
    }
}

/// A template with the phase's name and id. Beside the id, the name is what stands behind it in the stem; if
/// that is nothing, somebody has to write it.
fn named(template: &str, stem: &str) -> String {
    let id = phase_id(stem).filter(|_| template.contains("<X>"));
    let name = convention::title(id.as_ref().and(phase_name(stem)).unwrap_or(stem));
    let text = if name.is_empty() { template.to_owned() } else { template.replace("<Phase Name>", &name) };
    id.map_or(text.clone(), |id| text.replace("<X>", &id))
}

impl KindVocabulary {
    fn new(kind: Kind, config: &Config) -> Self {
        let specs = convention::sections(kind);
        let mut vocabulary = Self {
            built_in: Some(BUILT_IN.get(kind)),
            names: specs.iter().map(|spec| (spec.section, spec.name.to_string())).collect(),
            ..Self::default()
        };
        let settings = config.sections.get(kind);
        for (name, aliases) in &settings.aliases {
            let section = vocabulary.section_called(name);
            for alias in aliases {
                vocabulary.add(normalize_heading(alias), section);
            }
        }
        vocabulary.required = match &settings.required {
            Some(names) => names.iter().map(|name| vocabulary.section_called(name)).collect(),
            None => specs.iter().filter(|spec| spec.required).map(|spec| spec.section).collect(),
        };
        vocabulary
    }

    /// The section of that name; a new one if no section has it.
    fn section_called(&mut self, name: &str) -> SectionName {
        let heading = normalize_heading(name);
        if let Some(section) = self.section(&heading) {
            return section;
        }
        let custom = self.names.iter().filter(|(section, _)| matches!(section, SectionName::Custom(_))).count();
        // Those of a template may be too many to tell apart.
        let section = SectionName::Custom(u8::try_from(custom).unwrap_or(u8::MAX));
        if custom <= u8::MAX.into() {
            self.names.push((section, name.trim().to_owned()));
        }
        self.add(heading, section);
        section
    }

    fn section(&self, heading: &str) -> Option<SectionName> {
        self.own.get(heading).copied().or_else(|| self.built_in?.section(heading))
    }

    fn add(&mut self, heading: String, section: SectionName) {
        self.own_first_words.insert(first_word(&heading).into());
        self.own.insert(heading.into(), section);
    }
}

/// The first word of a name, without the punctuation around it.
fn first_word(heading: &str) -> &str {
    heading.split([' ', '：']).next().unwrap_or_default().trim_matches(|c: char| !c.is_alphanumeric())
}

/// `goal` for `goals`; `status` is no plural.
fn singular(heading: &str) -> &str {
    let is_singular = ["ss", "us", "is"].iter().any(|end| heading.ends_with(end));
    heading.strip_suffix('s').filter(|_| !is_singular).unwrap_or(heading)
}

fn spec(kind: Kind, section: SectionName) -> Option<&'static SectionSpec> {
    convention::sections(kind).iter().find(|spec| spec.section == section)
}

/// The placeholders of a template: what stands in angle brackets and is no HTML.
fn placeholders_of(template: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (open, _) in template.match_indices('<') {
        let rest = &template[open + 1..];
        let Some(close) = rest.find(['>', '<', '\n']).filter(|at| rest[*at..].starts_with('>')) else { continue };
        let inside = &rest[..close];
        let is_html = inside.starts_with(['/', '!', '?']) || inside.contains(['=', '@']) || inside.contains("://");
        if !inside.trim().is_empty() && !is_html {
            found.push(inside.to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules;

    const PLAN: &str = "\u{feff}# <Phase Name>: plan\r\n\r\n## Why\r\n<Why now>\r\n\r\n## Goals\r\n\r\n- <Outcome>\r\n\r\n\
        ## Ready when\r\n- [ ] `make check` passes\r\n\r\n## Risks\r\n\r\nSee notes/<phase>.md\r\n";

    fn with_plan_template(config: &str) -> Vocabulary {
        let (config, mistakes) = crate::config::read(config, &rules::specs(), &Config::default(), None);
        assert_eq!(mistakes, []);
        Vocabulary::new(&config, PerKind { plan: Some(PLAN.to_owned()), ..PerKind::default() })
    }

    #[test]
    fn built_in_names_are_known_in_the_singular_and_the_plural() {
        let vocabulary = Vocabulary::built_in();
        for kind in Kind::ALL {
            let specs = convention::sections(kind).iter();
            let written = |spec: &'static SectionSpec| std::iter::once(&spec.name).chain(&spec.aliases);
            let names = specs.flat_map(|spec| written(spec).map(|name| (name, spec.section)));
            let names = names.map(|(name, section)| (normalize_heading(name.trim_start_matches('^')), section));
            // Of several sections that a heading may mean, the first.
            let mut known: HashMap<String, SectionName> = HashMap::default();
            names.clone().for_each(|(name, section)| _ = known.entry(name).or_insert(section));
            let others = names.map(|(name, section)| match singular(&name) {
                singular if singular != name => (singular.to_owned(), section),
                _ => (format!("{name}s"), section),
            });
            others.for_each(|(name, section)| _ = known.entry(name).or_insert(section));
            for (name, section) in known {
                assert_eq!(vocabulary.section(kind, &name), Some(section), "{name}");
                assert!(vocabulary.begins_name(kind, first_word(&name)), "{name}");
            }
            assert_eq!(vocabulary.section(kind, "goalss"), None);
        }
    }

    #[test]
    fn every_placeholder_of_a_skeleton_is_known() {
        let vocabulary = Vocabulary::built_in();
        for kind in Kind::ALL {
            let text = vocabulary.fresh(kind, "phase-1");
            for (at, _) in text.match_indices('<') {
                let end = at + text[at..].find('>').unwrap();
                assert!(convention::is_placeholder(&text[at + 1..end]), "{}", &text[at..=end]);
            }
        }
    }

    #[test]
    fn a_fresh_artifact_names_its_phase_and_the_folders_of_this_root() {
        let (config, _) =
            crate::config::read("[layout]\nplan = [\"docs/plans\"]\n", &rules::specs(), &Config::default(), None);
        let prompt = Vocabulary::new(&config, PerKind::default()).fresh(Kind::Prompt, "billing/phase-2-api");
        assert!(prompt.starts_with("# Phase 2 api - Execution Prompt\n\n## Role\n"), "{prompt}");
        assert!(
            prompt
                .contains("- Plan: docs/plans/billing/phase-2-api.md\n- Work notes: work-notes/billing/phase-2-api.md")
        );
    }

    #[test]
    fn a_teams_template_gives_skeletons_order_and_placeholders() {
        let vocabulary =
            with_plan_template("[sections.plan]\n\"Definition of done\" = { aliases = [\"Ready when\"] }\n");
        assert!(vocabulary.is_placeholder("Why now") && vocabulary.is_placeholder("Goal 1"));
        assert_eq!(vocabulary.skeleton(Kind::Plan, SectionName::Goals, "phase-1"), "- <Outcome>");
        assert_eq!(
            vocabulary.skeleton(Kind::Plan, SectionName::DefinitionOfDone, "phase-1"),
            "- [ ] `make check` passes"
        );
        assert_eq!(
            vocabulary.skeleton(Kind::Plan, SectionName::OutOfScope, "phase-1"),
            "- <Thing we will not do in this phase>"
        );
        let names: Vec<_> =
            vocabulary.order(Kind::Plan).into_iter().map(|name| vocabulary.name(Kind::Plan, name).to_owned()).collect();
        let place = |name: &str| names.iter().position(|other| other == name).unwrap();
        assert!(place("Why") < place("Goals") && place("Goals") < place("Definition of done"));
        assert!(place("Definition of done") < place("Risks"));
        assert_eq!(
            vocabulary.fresh(Kind::Plan, "phase-3-gateway"),
            "# Phase 3 gateway: plan\n\n## Why\n<Why now>\n\n## Goals\n\n- <Outcome>\n\n## Ready when\n\
             - [ ] `make check` passes\n\n## Risks\n\nSee notes/phase-3-gateway.md\n"
        );
    }

    #[test]
    fn the_name_of_a_phase_does_not_repeat_its_id() {
        for (stem, heading) in [
            ("phase-2-pay", "# Phase 2: Pay"),
            ("billing/Phase_03-Auth-Flow", "# Phase 3: Auth Flow"),
            ("phase-1", "# Phase 1: <Phase Name>"),
            ("gateway", "# Phase <X>: Gateway"),
        ] {
            assert_eq!(named("# Phase <X>: <Phase Name>", stem), heading);
        }
        assert_eq!(named("# <Phase Name>", "phase-2-pay"), "# Phase 2 pay");
    }

    #[test]
    fn sections_that_the_configuration_requires_are_in_a_fresh_artifact() {
        let text = "[sections.work-notes]\nrequired = [\"Status\", \"Risks\", \"Log\"]\n";
        let (config, _) = crate::config::read(text, &rules::specs(), &Config::default(), None);
        let fresh = Vocabulary::new(&config, PerKind::default()).fresh(Kind::WorkNotes, "phase-1");
        assert_eq!(
            fresh,
            "# Phase 1 - Work Notes\n\n## Status\n\n- [ ] Not started\n- [ ] In progress\n- [ ] Blocked\n\
             - [ ] Complete\n\n## Risks\n\n## Session log\n"
        );
    }
}
