//! The one reader of configuration: walks what was written key by key, so that a mistake spoils its
//! key and nothing else.
//!
//! Of a list, a wrong element spoils itself only; a list of nothing but wrong elements is a wrong
//! value. A key whose value is wrong keeps the last good one.

use super::{
    ALL, Config, OptionSpec, OptionValue, Override, RuleSetting, RuleSettings, RuleSpec, SectionSettings, layout,
    mistake::{Change, nearest},
    path,
    reader::{MOST_ELEMENTS, Reader},
    tree::{self, Entry, Node, Place, Value, shorten},
};
use crate::{
    convention::{PerKind, normalize_heading},
    diagnostic::{Diagnostic, Severity},
};

const ROOT: &[&str] = &["layout", "rules", "sections", "templates", "references", "overrides"];
const REFERENCES: &[&str] = &["ignore"];
const SECTION: &[&str] = &["aliases"];
const OVERRIDE: &[&str] = &["files", "rules"];
/// Settings of the client itself.
const OF_CLIENT: &[&str] = &["server", "trace"];
/// Sections that the team names for one kind, and those that it requires.
const MOST_SECTIONS: usize = 100;
const SEVERITIES: &str = "\"off\", \"hint\", \"information\", \"warning\" or \"error\"";

/// Reads `phasemark.toml`.
///
/// A key that is absent has the value of `base`: the client's settings, or the defaults. A key
/// whose value is wrong keeps that of `last_good`, the configuration in force until now, or else
/// that of `base`. What is no TOML at all leaves all of it in force, with one diagnostic.
pub fn read(text: &str, rules: &[&RuleSpec], base: &Config, last_good: Option<&Config>) -> (Config, Vec<Diagnostic>) {
    let last_good = last_good.unwrap_or(base);
    let mut reader = Reader::new(rules, last_good, false);
    let mut config = match tree::parse(text) {
        Ok(table) => {
            let mut config = base.clone();
            reader.root(&tree::from_toml(table.get_ref()), &mut config);
            config
        }
        Err((range, message)) => {
            reader.mistakes.add(&Place::File(range), message, None);
            Config { layout: last_good.layout.without_places(), ..last_good.clone() }
        }
    };
    config.from_file = true;
    let diagnostics = reader.mistakes.diagnostics(text, rules, &config);
    (config, diagnostics)
}

/// Reads the client's settings: the section `phasemark`, or an object that holds it.
///
/// They have the keys of `phasemark.toml`. A null counts as absent. What is absent or wrong keeps
/// the value of `base`. Each string names a mistake's setting and says what was expected.
pub fn from_client(settings: &serde_json::Value, rules: &[&RuleSpec], base: &Config) -> (Config, Vec<String>) {
    let settings = settings.get("phasemark").unwrap_or(settings);
    let mut config = base.clone();
    let mut reader = Reader::new(rules, base, true);
    if !settings.is_null() {
        let root = tree::from_json(settings, "phasemark".to_owned());
        if let Some(entries) = reader.table(&root, "a table of settings") {
            reader.root(entries, &mut config);
        }
    }
    (config, reader.mistakes.lines())
}

impl Reader<'_> {
    fn root(&mut self, entries: &[Entry<'_>], config: &mut Config) {
        let last_good = self.last_good;
        for entry in entries {
            let node = &entry.node;
            match &*entry.key {
                "layout" => layout::read(self, node, config),
                "rules" => self.rules(node, &mut config.rules, Some(&last_good.rules)),
                "sections" => self.sections(node, &mut config.sections),
                "templates" => self.templates(node, config),
                "references" => self.references(node, config),
                "overrides" => self.overrides(node, config),
                key if self.of_client && OF_CLIENT.contains(&key) => {}
                _ => self.mistakes.unknown("Unknown key", entry, ROOT.iter().copied()),
            }
        }
    }

    fn rules(&mut self, node: &Node<'_>, rules: &mut RuleSettings, last_good: Option<&RuleSettings>) {
        let Some(entries) = self.table(node, "a table of rules") else {
            return rules.clone_from(last_good.unwrap_or(&RuleSettings::new()));
        };
        for entry in entries {
            if entry.key == ALL {
                let last_severity = last_good.and_then(|rules| rules.get(ALL)?.severity);
                rules.entry(ALL).or_default().severity = self.severity(&entry.node, SEVERITIES).or(last_severity);
                continue;
            }
            let Some(spec) = self.rules.iter().find(|spec| spec.name == entry.key) else {
                let known = self.rules.iter().map(|spec| spec.name).chain([ALL]);
                self.mistakes.unknown("Unknown rule", entry, known);
                continue;
            };
            let setting = rules.entry(spec.name).or_default();
            self.rule(spec, &entry.node, setting, last_good.and_then(|rules| rules.get(spec.name)));
        }
    }

    fn rule(&mut self, spec: &RuleSpec, node: &Node<'_>, setting: &mut RuleSetting, last_good: Option<&RuleSetting>) {
        let last_severity = last_good.and_then(|good| good.severity);
        let Value::Table(entries) = &node.value else {
            let options: String = spec.options.iter().map(|option| format!(", `{}`", option.name)).collect();
            let expected = match &*options {
                "" => SEVERITIES.to_owned(),
                options => format!("{SEVERITIES}, or a table with `severity`{options}"),
            };
            setting.severity = self.severity(node, &expected).or(last_severity);
            return;
        };
        for entry in entries {
            if entry.key == "severity" {
                setting.severity = self.severity(&entry.node, SEVERITIES).or(last_severity);
                continue;
            }
            let Some(option) = spec.options.iter().find(|option| option.name == entry.key) else {
                let known = std::iter::once("severity").chain(spec.options.iter().map(|option| option.name));
                self.mistakes.unknown(&format!("`{}` has no option", spec.name), entry, known);
                continue;
            };
            match self.option(option, &entry.node).or_else(|| last_good?.options.get(option.name).copied()) {
                Some(value) => _ = setting.options.insert(option.name, value),
                None => _ = setting.options.remove(option.name),
            }
        }
    }

    /// `Some(None)` is off, `None` a mistake.
    fn severity(&mut self, node: &Node<'_>, expected: &str) -> Option<Option<Severity>> {
        match &node.value {
            Value::Text(name) if name == "off" => return Some(None),
            Value::Text(name) => {
                if let Ok(severity) = name.parse() {
                    return Some(Some(severity));
                }
                let known = Severity::ALL.iter().map(|severity| severity.name()).chain(["off"]);
                let near = nearest(name, known).map(Change::text);
                let message = format!("Unknown severity `{}`, expected {expected}", shorten(name));
                self.mistakes.add(&node.place, message, near);
            }
            value => {
                let change = matches!(value, Value::Boolean(false)).then(|| Change::text("off"));
                let message = format!("Expected {expected}, found {}", value.describe());
                self.mistakes.add(&node.place, message, change);
            }
        }
        None
    }

    fn option(&mut self, option: &OptionSpec, node: &Node<'_>) -> Option<OptionValue> {
        let meant = match &node.value {
            Value::Text(text) => &**text,
            _ => "",
        };
        let (expected, change) = match (option.default, &node.value) {
            (OptionValue::Boolean(_), Value::Boolean(boolean)) => return Some(OptionValue::Boolean(*boolean)),
            (OptionValue::Boolean(_), _) => ("true or false", meant.parse::<bool>().ok().map(Change::literal)),
            (OptionValue::Integer(_), Value::Integer(integer)) => match u32::try_from(*integer) {
                Ok(integer) => return Some(OptionValue::Integer(integer)),
                Err(_) if *integer < 0 => ("an integer of at least 0", None),
                Err(_) => ("an integer of at most 4294967295", None),
            },
            (OptionValue::Integer(_), _) => ("an integer", meant.parse::<u32>().ok().map(Change::literal)),
        };
        let found = match &node.value {
            Value::Integer(integer) => integer.to_string(),
            value => value.describe().to_owned(),
        };
        self.mistakes.add(&node.place, format!("Expected {expected}, found {found}"), change);
        None
    }

    fn sections(&mut self, node: &Node<'_>, sections: &mut PerKind<SectionSettings>) {
        let last_good = &self.last_good.sections;
        let Some(entries) = self.table(node, "a table of kinds") else { return sections.clone_from(last_good) };
        for entry in entries {
            let Some(kind) = self.kind(entry) else { continue };
            let (settings, last_good) = (sections.get_mut(kind), last_good.get(kind));
            let Some(entries) = self.table(&entry.node, "a table of sections") else {
                settings.clone_from(last_good);
                continue;
            };
            let (required, named): (Vec<_>, Vec<_>) = entries.iter().partition(|entry| entry.key == "required");
            let (strict, named): (Vec<_>, Vec<_>) = named.into_iter().partition(|entry| entry.key == "strict");
            for entry in strict {
                settings.strict = match &entry.node.value {
                    Value::Boolean(strict) => *strict,
                    value => {
                        let message = format!("Expected true or false, found {}", value.describe());
                        self.mistakes.add(&entry.node.place, message, None);
                        last_good.strict
                    }
                };
            }
            for entry in required {
                settings.required = match self.list(&entry.node, "a list of section names", heading) {
                    Some(required) => Some(self.few(&required, MOST_SECTIONS, "sections", &entry.node.place).to_vec()),
                    None => last_good.required.clone(),
                };
            }
            for entry in self.few(&named, MOST_SECTIONS, "sections", &entry.place) {
                self.section(entry, settings, last_good);
            }
        }
    }

    fn section(&mut self, entry: &Entry<'_>, settings: &mut SectionSettings, last_good: &SectionSettings) {
        if let Err(message) = heading(&entry.key) {
            return self.mistakes.add(&entry.place, message, None);
        }
        let normalized = normalize_heading(&entry.key);
        let same = |(name, _): &&(String, Vec<String>)| normalize_heading(name) == normalized;
        let last_aliases = || last_good.aliases.iter().find(same).map(|(_, aliases)| aliases.clone());
        let mut aliases = Some(Vec::new());
        match self.table(&entry.node, "a table with `aliases`") {
            None => aliases = last_aliases(),
            Some(entries) => {
                for entry in entries {
                    if entry.key == "aliases" {
                        aliases = self.list(&entry.node, "a list of headings", heading).or_else(last_aliases);
                    } else {
                        self.mistakes.unknown("Unknown key", entry, SECTION.iter().copied());
                    }
                }
            }
        }
        let aliases = aliases.unwrap_or_default();
        let named = (entry.key.trim().to_owned(), aliases);
        match settings.aliases.iter().position(|known| same(&known)) {
            Some(known) => settings.aliases[known] = named,
            None => settings.aliases.push(named),
        }
    }

    fn templates(&mut self, node: &Node<'_>, config: &mut Config) {
        let (last_good, templates) = (&self.last_good.templates, &mut config.templates);
        let Some(entries) = self.table(node, "a table of paths") else { return templates.clone_from(last_good) };
        for entry in entries {
            let Some(kind) = self.kind(entry) else { continue };
            if let Place::File(place) = &entry.node.place {
                *config.template_places.get_mut(kind) = Some(place.clone());
            }
            *templates.get_mut(kind) = match self.text(&entry.node, "a path", path::normalize) {
                Some(path) => Some(path),
                None => last_good.get(kind).clone(),
            };
        }
    }

    fn references(&mut self, node: &Node<'_>, config: &mut Config) {
        let last_good = &self.last_good.ignored_references;
        let Some(entries) = self.table(node, "a table with `ignore`") else {
            return config.ignored_references.clone_from(last_good);
        };
        for entry in entries {
            match &*entry.key {
                "ignore" => {
                    config.ignored_references = self.patterns(&entry.node).unwrap_or_else(|| last_good.clone());
                }
                _ => self.mistakes.unknown("Unknown key", entry, REFERENCES.iter().copied()),
            }
        }
    }

    fn overrides(&mut self, node: &Node<'_>, config: &mut Config) {
        let list = match &node.value {
            Value::List(list) => list.as_slice(),
            Value::Empty => &[],
            _ => {
                self.mistakes.wrong_type(node, "a list of tables, each under `[[overrides]]`");
                return config.overrides.clone_from(&self.last_good.overrides);
            }
        };
        config.overrides.clear();
        for (place, node) in self.few(list, MOST_ELEMENTS, "overrides", &node.place).iter().enumerate() {
            // A wrong key of an override falls back on the override at the same place, so even
            // one that matches nothing keeps its own.
            let last_good = self.last_good.overrides.get(place);
            let read = self.override_(node, last_good);
            config.overrides.push(read);
        }
    }

    fn override_(&mut self, node: &Node<'_>, last_good: Option<&Override>) -> Override {
        let Some(entries) = self.table(node, "a table with `files` and `rules`") else {
            return last_good.cloned().unwrap_or_default();
        };
        let mut read = Override::default();
        for entry in entries {
            match &*entry.key {
                "files" => {
                    let last_files = || last_good.map(|good| good.files.clone());
                    read.files = self.patterns(&entry.node).or_else(last_files).unwrap_or_default();
                }
                "rules" => self.rules(&entry.node, &mut read.rules, last_good.map(|good| &good.rules)),
                _ => self.mistakes.unknown("Unknown key", entry, OVERRIDE.iter().copied()),
            }
        }
        let missing = OVERRIDE.iter().filter(|key| entries.iter().all(|entry| entry.key != **key));
        let missing: Vec<_> = missing.map(|key| format!("`{key}`")).collect();
        if !missing.is_empty() {
            self.mistakes.add(&node.place, format!("An override needs {}", missing.join(" and ")), None);
        }
        read
    }
}

fn heading(name: &str) -> Result<String, String> {
    if normalize_heading(name).is_empty() {
        return Err("Expected a heading with a letter or a digit".to_owned());
    }
    Ok(name.trim().to_owned())
}
