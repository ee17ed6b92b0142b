use std::{
    collections::{HashMap, HashSet},
    ops::Range,
};

use super::{
    Context, Sink,
    missing_path::{MissingPaths, Standing},
};
use crate::{
    artifact::{
        Artifact, Document,
        paths::{self, Reference, ReferenceStyle, Role},
    },
    convention::{Kind, SectionName},
    diagnostic::Severity,
    text::start_of_line,
    workspace::resolve::{Resolution, readings},
};

rule! {
    /// Declared references exist.
    ///
    /// ### Why
    ///
    /// A model that is told to follow a file and does not find it invents one. A path is looked for
    /// from the root, then by its end anywhere below the root, then beside the file that names it (for
    /// a link: beside the file first). Files that the plan or the prompt will create need not exist, nor those that the
    /// words beside them call new, generated or removed, nor those that a plan lists without a word under `Files`: it
    /// may touch or make them. A file that git knows to have moved is no finding in a task that is ticked, and a hint
    /// elsewhere in a phase that has begun. Paths that match `ignore` in `[references]` are left alone.
    ///
    /// ### Fires
    ///
    /// ```md
    /// //- src/queue.rs
    /// //- prompts/phase-1.md
    /// # Phase 1 - Execution Prompt
    ///
    /// ## Context
    /// - Reference implementation(s): `src/queu.rs`
    /// ```
    ///
    /// ### Quiet
    ///
    /// ```md
    /// //- src/queue.rs
    /// //- prompts/phase-1.md
    /// # Phase 1 - Execution Prompt
    ///
    /// ## Context
    /// - Reference implementation(s): `src/queue.rs:12-40`
    /// - Follow the pattern of `src/retry.rs` (new)
    ///
    /// ## Deliverables
    /// - `src/worker.rs`
    /// ```
    "broken-reference", severity = Error, check = Declaring(check)
}

fn check<'a>(ctx: &Context<'a>, artifact: &'a Artifact, out: &mut Sink<'a>) {
    let (resolver, file) = (ctx.resolver(), &*ctx.document.path);
    let counting = resolver.counting(file, artifact.references());
    let declared = counting.filter(|reference| reference.role == Role::Declared);
    let mut missing = MissingPaths::new(ctx, artifact);
    let mut reported = HashSet::new();
    let mut uses = uses_of_definitions(artifact);
    for reference in declared.filter(|reference| is_meant_as_path(ctx, reference)) {
        let places = readings(file, reference);
        if resolver.resolve(file, reference) != Resolution::Missing || missing.is_expected(reference, &places) || is_touched(ctx, reference) {
            continue;
        }
        let standing = missing.standing(reference, &places);
        // One file that is missing is one finding, however often it is named.
        if standing == Standing::Past || !reported.insert(ctx.slice(reference.range.clone())) {
            continue;
        }
        let describe = missing.describe(reference.clone());
        let finding = out.report_lazily(reference.range.clone(), describe);
        if standing == Standing::Begun {
            finding.severity = Severity::Hint;
        }
        for place in uses.remove(&reference.range.start).into_iter().flatten() {
            finding.relate(file, place, "Used here.");
        }
    }
}

/// Whether a plan names the file among those that the work touches, with no word before it: it may be there or be made.
fn is_touched(ctx: &Context, reference: &Reference) -> bool {
    let Document { text, artifact, kind, .. } = ctx.document;
    if *kind != Kind::Plan || reference.style == ReferenceStyle::Link {
        return false;
    }
    let before = &text[start_of_line(text, reference.place.start)..reference.place.start];
    let is_bare = !before.contains(|c: char| c.is_alphabetic() || c == '|');
    let section = is_bare.then(|| artifact.sections.at(reference.place.start)).flatten();
    let named = section.and_then(|section| artifact.sections.enclosing(section).find_map(|section| section.name));
    named == Some(SectionName::Files)
}

/// Where links refer to the definitions of their destinations, by where those are.
fn uses_of_definitions(artifact: &Artifact) -> HashMap<usize, Vec<Range<usize>>> {
    let mut uses: HashMap<_, Vec<_>> = HashMap::new();
    for reference in artifact.references().iter().filter(|reference| reference.place != reference.range) {
        uses.entry(reference.range.start).or_default().push(reference.place.clone());
    }
    uses
}

/// Whether the words can only be a path: `owner/name` may be a repository or a branch, `read/write` two words,
/// `http.Client` a type, `config.toml` in a sentence or behind `Memory:` a file on one machine.
fn is_meant_as_path(ctx: &Context, reference: &Reference) -> bool {
    let path = &*reference.path;
    if reference.style == ReferenceStyle::Link || path.starts_with("..") {
        return true;
    }
    let is_entry = || reference.is_entry && reference.is_labelled_as_path(ctx.text());
    let Some((first, _)) = path.split_once('/') else { return is_entry() };
    // `Node.js/Express.js`, `api.v2/users.list`.
    let is_dotted = first.trim_start_matches('.').contains('.');
    // In running text a first word without blanks around it may be no folder.
    let is_apart = first.is_ascii() || reference.style == ReferenceStyle::Code || reference.is_entry;
    // In a sentence it may be what a program writes, or a file of another project.
    let is_below_root = || ctx.files.kind(first).is_some();
    if paths::is_known_file(path) {
        return !is_dotted && is_apart && (reference.is_entry || is_below_root());
    }
    let is_symbol = path.rsplit_once('.').is_some_and(|(_, last)| !last.contains('/') && is_camel_case(last));
    !is_symbol && is_entry() && (reference.is_folder || is_below_root())
}

fn is_camel_case(word: &str) -> bool {
    word.contains(char::is_uppercase) && word.contains(char::is_lowercase)
}

#[cfg(test)]
mod tests;
