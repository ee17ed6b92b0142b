//! Paths: after a backtick, in a link, after `Plan:` and its like, and where references are declared.
//!
//! Step by step: of `src/se` the children of `src/` that begin like this come first, folders before
//! files, and a folder goes on with its own children. What has no folder yet, or finds nothing below
//! it, is looked for in the whole tree by its letters: `tide` finds `src/gateway/tide.rs`.
//!
//! What a client does with the list: VS Code compares the text from the start of the range to the
//! cursor with the filter text, wants the first letter to begin a word, and asks again at each key
//! while the list is incomplete. Neovim keeps what begins with that text, and asks again likewise.
//! So an item whose path begins with what is typed is filtered by that path, any other by what is
//! typed itself, and a list of paths is always incomplete: with the next letter another folder, or
//! the whole tree, may have better ones. All items of a place share one range, because Neovim takes
//! that of the first for all.

use std::collections::HashSet;

use super::{Item, List, Request, Snippet};
use crate::{
    artifact::{
        paths::{self, Reference, ReferenceStyle, Role},
        prompt::LabelName,
    },
    convention::Kind,
    workspace::resolve::{End, Resolver, readings},
};

mod candidates;
mod location;

#[cfg(test)]
mod tests;

pub(super) use self::candidates::entries_in;
use self::{
    candidates::{Candidate, Candidates},
    location::{Location, Style},
};

/// The most items: nobody reads on.
const MOST: usize = 50;
/// Of the files that the document mentions, so many are looked at.
const MOST_MENTIONED: usize = 20;

pub(super) fn offer(request: &Request, list: &mut List) {
    let Some(mut location) = location::find(request) else { return };
    let mut items = items_at(request, &location);
    // What is typed may be a command with a path in it.
    if items.is_empty() && location.narrow() {
        items = items_at(request, &location);
    }
    if !items.is_empty() {
        items.truncate(MOST);
        list.items.append(&mut items);
        list.is_incomplete = true;
    }
}

fn items_at(request: &Request, location: &Location) -> Vec<Item> {
    let file = &*request.document.path;
    let Some(typed) = Typed::read(location, file) else { return Vec::new() };
    let writer = Writer { location, typed: &typed, file };
    let kind = match location.label {
        Some(LabelName::Plan) => Some(Kind::Plan),
        Some(LabelName::WorkNotes) => Some(Kind::WorkNotes),
        _ => None,
    };
    if let Some(kind) = kind {
        let found = candidates::artifacts(request, kind, &typed.rest);
        return found.iter().filter_map(|path| writer.item(&Candidate::file(path), Form::Whole)).collect();
    }
    let known = Known::read(request, location);
    let tree = request.files.tree();
    let candidates = Candidates::new(request, tree.as_deref().map(Vec::as_slice), &known.left_out);
    let mut items: Vec<Item> = Vec::new();
    let mut seen = HashSet::new();
    let mut add = |candidate: &Candidate, form: Form| {
        if !seen.contains(candidate.path.as_ref())
            && let Some(item) = writer.item(candidate, form)
        {
            seen.insert(candidate.path.to_string());
            items.push(item);
        }
    };
    for path in candidates::matching(&known.first, &typed.rest) {
        add(&Candidate::file(path), Form::Whole);
    }
    let has_folder = typed.rest.contains('/');
    let has_blank = typed.rest.contains(char::is_whitespace);
    let mut steps = candidates.children(&typed.folder, typed.name(), has_folder && !has_blank);
    // The code is what people point at; the files of the phase are named by their labels.
    let layout = &request.workspace.config.layout;
    let is_of_artifacts = |path: &str| {
        layout.all().any(|(_, entry)| entry.written == path || entry.is_pattern() && entry.folder() == path)
    };
    steps.sort_by_key(|step| (!step.is_folder, is_of_artifacts(&step.path)));
    for step in &steps {
        add(step, Form::Step);
    }
    if !typed.name().is_empty() && !has_blank && (steps.is_empty() || !has_folder) {
        for found in candidates.anywhere(&typed.rest, MOST) {
            add(&found, Form::Whole);
        }
    }
    if let Some(up) = writer.up() {
        items.push(up);
    }
    items
}

/// What is typed, taken apart.
struct Typed {
    /// `./`, `../../` or `/`, with `/` for any separator.
    prefix: String,
    /// What follows, decoded, with `/` for any separator.
    rest: String,
    /// Where the next step goes down from, relative to the root: empty, or ending in `/`.
    folder: String,
    /// The path is seen from the folder of the file that names it.
    is_relative: bool,
    has_backslashes: bool,
}

impl Typed {
    /// `None` where it leaves the root, or can be no path.
    fn read(location: &Location, file: &str) -> Option<Self> {
        let is_link = location.style.is_link();
        let written = location.typed;
        if written.contains("://") || written.starts_with(['~', '$', '@', '#', '%']) {
            return None;
        }
        let has_backslashes = written.contains('\\') && !written.contains('/');
        let slashed = if has_backslashes { written.replace('\\', "/") } else { written.to_owned() };
        let mut rest = &*slashed;
        while let Some(after) = rest.strip_prefix("./").or_else(|| rest.strip_prefix("../")) {
            rest = after;
        }
        // `/docs/a.md` begins at the root in a link; elsewhere it is a route.
        if let Some(after) = rest.strip_prefix('/') {
            if !is_link || rest.len() < slashed.len() {
                return None;
            }
            rest = after;
        }
        let prefix = slashed[..slashed.len() - rest.len()].to_owned();
        let is_relative = prefix.contains("..") || is_link && !prefix.starts_with('/');
        let rest = if location.style == Style::Link { paths::decode(rest).into_owned() } else { rest.to_owned() };
        let below = rest.rfind('/').map_or("", |at| &rest[..=at]);
        let base = if is_relative { paths::join(file, &format!("{prefix}."))? } else { String::new() };
        let folder = [&*base, "/", below].concat();
        let folder = paths::join("", folder.trim_start_matches('/'))?;
        let folder = if folder.is_empty() { folder } else { folder + "/" };
        Some(Self { prefix, rest, folder, is_relative, has_backslashes })
    }

    /// What follows the last separator.
    fn name(&self) -> &str {
        self.rest.rsplit('/').next().unwrap_or_default()
    }
}

/// How much of a path an item says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// The next name; the folders are typed already.
    Step,
    /// All of it.
    Whole,
}

/// Writes items as the document writes its paths.
struct Writer<'a> {
    location: &'a Location<'a>,
    typed: &'a Typed,
    file: &'a str,
}

impl Writer<'_> {
    fn item(&self, candidate: &Candidate, form: Form) -> Option<Item> {
        let path = &*candidate.path;
        let name = path.rsplit('/').next().unwrap_or(path);
        let spelled = match form {
            Form::Step => {
                let typed = self.location.typed;
                let separator = if self.typed.has_backslashes { '\\' } else { '/' };
                let folders = typed.rfind(separator).map_or("", |at| &typed[..=at]);
                let name = if self.location.style == Style::Link { paths::encode(name) } else { name.to_owned() };
                folders.to_owned() + &name
            }
            Form::Whole => self.whole(path),
        };
        let written = self.written(path, spelled, candidate.is_folder)?;
        let slash = if candidate.is_folder { "/" } else { "" };
        let label = if form == Form::Step { name } else { path };
        Some(self.plain(&format!("{path}{slash}"), format!("{label}{slash}"), written))
    }

    fn plain(&self, path: &str, label: String, written: String) -> Item {
        let typed = self.location.typed;
        let filter = if written.starts_with(typed) { written.clone() } else { typed.to_owned() };
        Item::of_path(path, label, self.location.range.clone(), Snippet::plain(written)).with_filter(filter)
    }

    /// A path relative to the root as it is written here.
    fn whole(&self, path: &str) -> String {
        let prefix = &*self.typed.prefix;
        let seen = if self.typed.is_relative { paths::from_folder_of(self.file, path) } else { path.to_owned() };
        let begins_here = prefix.starts_with('/') || prefix.starts_with("./") && !seen.starts_with("../");
        let seen = if begins_here { prefix[..=prefix.find('/').unwrap_or(0)].to_owned() + &seen } else { seen };
        let seen = if self.location.style == Style::Link { paths::encode(&seen) } else { seen };
        if self.typed.has_backslashes { seen.replace('/', "\\") } else { seen }
    }

    /// With what belongs before and behind it; `None` for a name that cannot be written here.
    fn written(&self, path: &str, spelled: String, is_folder: bool) -> Option<String> {
        let is_unwritable = |c: char| {
            c == '`' || c.is_control() || self.location.style == Style::LinkInAngles && matches!(c, '<' | '>')
        };
        if path.contains(is_unwritable) {
            return None;
        }
        let separator = if self.typed.has_backslashes { "\\" } else { "/" };
        let end = if is_folder { separator } else { &*self.location.closing };
        let lead = self.location.lead;
        if self.location.style != Style::Bare {
            return Some(format!("{lead}{spelled}{end}"));
        }
        // In running text, a name that would not be read back needs a code span; a folder leaves it
        // open for the next step.
        let is_bare = |c: char| c.is_ascii_alphanumeric() || "/._-\\".contains(c);
        let reads_back = paths::spell(ReferenceStyle::Bare, self.file, path, is_folder).starts_with(is_bare);
        Some(match (is_folder, spelled.chars().all(is_bare) && (is_folder || reads_back)) {
            (_, true) => format!("{lead}{spelled}{end}"),
            (true, false) => format!("{lead}`{spelled}{end}"),
            (false, false) => format!("{lead}`{spelled}`"),
        })
    }

    /// The folder above, for a link.
    fn up(&self) -> Option<Item> {
        let is_start = matches!(&*self.typed.rest, "" | "." | "..");
        let is_possible = is_start && self.typed.is_relative && !self.typed.folder.is_empty();
        let prefix = self.typed.prefix.trim_start_matches("./");
        let separator = if self.typed.has_backslashes { "\\" } else { "/" };
        let written = format!("{}{prefix}../", self.location.lead).replace('/', separator);
        is_possible.then(|| self.plain("../", "../".to_owned(), written))
    }
}

/// What the document says of paths already.
struct Known {
    /// Declared: not offered where references are declared.
    left_out: HashSet<String>,
    /// Mentioned, and not declared: offered there first.
    first: Vec<String>,
}

impl Known {
    fn read(request: &Request, location: &Location) -> Self {
        let document = request.document;
        let file = &*document.path;
        let mut known = Self { left_out: HashSet::from([file.to_owned()]), first: Vec::new() };
        if !location.declares {
            return known;
        }
        let resolver = Resolver { workspace: request.workspace, files: request.files };
        let all: Vec<&Reference> = resolver.counting(file, document.artifact.references()).collect();
        let is_here = |reference: &Reference| {
            reference.place.start <= location.range.end && location.range.start <= reference.place.end
        };
        let mut declared = resolver.path_set();
        for reference in all.iter().filter(|reference| reference.role != Role::Mentioned && !is_here(reference)) {
            let places = readings(file, reference);
            places.iter().for_each(|place| declared.insert(place, End::IfMissing));
            known.left_out.extend(places);
        }
        let mentioned = all.iter().filter(|reference| {
            reference.role == Role::Mentioned && reference.path.contains('/') && !is_here(reference)
        });
        for reference in mentioned.take(MOST_MENTIONED) {
            let places = readings(file, reference);
            let Some(target) = places.iter().find_map(|place| resolver.at(place)) else { continue };
            let is_forbidden = reference.is_forbidden(&document.text, &document.artifact.sections);
            let is_artifact = request.workspace.config.kind_of(&target.path).is_some();
            if !is_forbidden && !is_artifact && !declared.covers(&target.path) && !known.first.contains(&target.path) {
                known.first.push(target.path);
            }
        }
        known
    }
}
