//! "Insert session log entry": in the style of the file, with the commits since the last one.
//!
//! Offered anywhere in work notes; the quick fixes of `missing-session-log-entry` and `stale-notes`,
//! the command of the server and `phasemark log` write the same.

use jiff::Zoned;

use super::{Action, ActionKind, Change, Context, Offers};
use crate::{
    artifact::{Document, notes::FieldName, phase_id, sections::SectionStyle},
    convention::{Kind, Words},
    edit::{
        Insertion,
        log_entry::{NewEntry, Obstacle, has_log, insert_log_entry, obstacle},
    },
    workspace::{Files, Workspace, what_changed::what_changed},
};

pub fn offer(ctx: &Context, offers: &mut Offers) {
    if keeps_log(ctx.document, ctx.workspace) {
        offer_as(ActionKind::Insert, "Insert session log entry", ctx, offers);
    }
}

/// Offers the entry as an action of that kind, unless there is no place for it.
pub fn offer_as<'o>(kind: ActionKind, title: &str, ctx: &Context, offers: &'o mut Offers) -> Option<&'o mut Action> {
    if obstacle(ctx.document, &ctx.workspace.vocabulary, ctx.now).is_some() {
        return None;
    }
    let insert = || insert(ctx.document, ctx.workspace, ctx.files, ctx.now, None, &[]).ok().map(Change::from);
    let action = offers.offer_costly(kind, title, insert)?;
    action.is_template = true;
    Some(action)
}

/// Words in the name of a file that is about one thing, which is no log.
static OTHER_PURPOSES: Words = Words::new("no-log-files");

/// Whether the document has a log, or is work notes that should have one: those of a phase, those that follow the
/// template in part, and those that say nothing yet.
fn keeps_log(document: &Document, workspace: &Workspace) -> bool {
    let artifact = &document.artifact;
    if has_log(artifact) {
        return true;
    }
    let stem = workspace.config.artifact(&document.path).map_or("", |(_, stem)| stem);
    let name = stem.rsplit('/').next().unwrap_or_default().to_lowercase();
    let mut words = name.split(|c: char| !c.is_alphanumeric());
    if document.kind != Kind::WorkNotes || words.any(|word| OTHER_PURPOSES.contains(word)) {
        return false;
    }
    let mut headings = artifact.sections.all.iter().filter(|section| section.style == SectionStyle::Heading);
    let named = artifact.sections.all.iter().filter(|section| section.name.is_some()).count();
    phase_id(stem).is_some() || named >= 2 || headings.next().is_none()
}

/// Adds an entry that says `message`, else what changed since the last one; the message may have several
/// lines and hold what no file should. Reads the repository, so it is for requests that may wait.
///
/// # Errors
/// Why there is no place for it: the file is no log, or something in it never closes.
pub fn insert(
    document: &Document,
    workspace: &Workspace,
    files: &dyn Files,
    now: &Zoned,
    message: Option<&[String]>,
    fields: &[(FieldName, String)],
) -> Result<Insertion, String> {
    let no_log = || format!("{} has no session log; add a heading `Session log` where entries belong", document.path);
    if !keeps_log(document, workspace) {
        return Err(no_log());
    }
    let what_changed = match message {
        Some(message) => message_lines(message),
        None => what_changed(document, workspace, files.commits(), now),
    };
    let said = |(name, text): &(FieldName, String)| (*name, message_lines(std::slice::from_ref(text)).join("; "));
    let fields: Vec<_> = fields.iter().map(said).filter(|(_, text)| !text.is_empty()).collect();
    let entry = NewEntry { now, what_changed: &what_changed, fields: &fields };
    insert_log_entry(document, &workspace.vocabulary, &entry).map_err(|obstacle| match obstacle {
        Obstacle::NoLog => no_log(),
        Obstacle::NeverClosed(at) => {
            let what = if document.text[at..].starts_with('<') { "HTML" } else { "code block" };
            let line = document.lines().line(at) + 1;
            format!("{}:{line}: unclosed {what}: close it, then add the entry", document.path)
        }
    })
}

/// The lines of what somebody typed that say something, without what would end a line, steer a terminal
/// or turn the direction of text around.
fn message_lines(messages: &[String]) -> Vec<String> {
    let is_line_end = |c: char| matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}');
    let is_direction = |c: &char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let lines = messages.iter().flat_map(|message| message.split(is_line_end));
    let clean = lines.map(|line| {
        let shown = line.chars().filter(|c| !is_direction(c)).map(|c| if c.is_control() { ' ' } else { c });
        shown.collect::<String>().trim().to_owned()
    });
    clean.filter(|line| !line.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check_no_action;

    #[test]
    fn a_message_is_cleaned_wherever_it_comes_from() {
        let typed = ["a\u{1b}[31m\u{202e}b\t\r\n\r  c  d\u{2028}漢\u{85}".to_owned(), " \u{2066}\n".to_owned()];
        assert_eq!(message_lines(&typed), ["a [31mb", "c  d", "漢"]);
    }

    #[test]
    fn where_no_log_belongs_no_entry_is_offered() {
        check_no_action("Insert session log entry", "//- plan/phase-1.md\n# P$0\n## Goals\n");
        check_no_action("Insert session log entry", "//- work-notes/phase-1.md\n# N$0\n\n<pre>\na\n");
    }
}
