//! The text that restarts work on a phase after a break.
//!
//! Nothing in it is invented: it says what the files say, the most useful first. What is quoted keeps
//! its words; only its headings move below ours.

use std::{collections::HashSet, ops::Range};

use super::{
    phases,
    status::{PhaseStatus, phase_status},
};
use crate::{
    artifact::{
        entries::{self, says_none},
        notes::{FieldName, LogEntry, Status},
        paths::Role,
        sections::{Section, SectionStyle},
    },
    markdown::{BlockKind, Markdown},
    rules::{self, possible_secret},
    template::{self, Kind, PerKind, SectionName},
    text::start_of_line,
    workspace::{
        Document, Files, Workspace,
        resolve::{Resolution, Resolver},
    },
};

/// The text for a phase, Markdown with `\n` line ends. `documents`: its artifacts, as far as it has them.
pub fn resume(documents: &PerKind<Option<&Document>>, workspace: &Workspace, files: &dyn Files) -> String {
    let sources: Vec<Source> = Kind::ALL
        .into_iter()
        .filter_map(|kind| documents.get(kind).map(|document| Source::new(document, workspace, files)))
        .collect();
    let Some(first) = sources.first() else { return String::new() };
    let stem = workspace.config.stem(&first.document.path).unwrap_or_default();
    let phases = phases(workspace);
    let phase = phases.iter().find(|phase| phase.artifacts.iter().any(|(_, path)| *path == first.document.path));
    let mut writer = Writer {
        out: format!("# Resume: {}\n", template::title(stem)),
        workspace,
        files,
        status: phase.map(|phase| phase_status(phase, workspace, None)),
        sources,
    };
    writer.files_of_phase();
    writer.where_we_stopped();
    writer.left_to_do();
    writer.open_questions();
    for name in [SectionName::Decisions, SectionName::Assumptions] {
        writer.section_of_notes(name);
    }
    writer.references();
    writer.section_of_notes(SectionName::Commits);
    // Last: whatever a prompt leaves open, a fence or a comment, swallows nothing of ours.
    writer.prompt();
    writer.out
}

/// A document that may be shown.
struct Source<'a> {
    document: &'a Document,
    /// Its text with every secret masked; places are the same.
    text: String,
}

impl<'a> Source<'a> {
    fn new(document: &'a Document, workspace: &Workspace, files: &dyn Files) -> Self {
        let findings = rules::run(workspace, document, files);
        let hidden = possible_secret::hidden(&document.text, &findings);
        Self { document, text: possible_secret::masked(&document.text, &hidden) }
    }

    /// Bytes of a section's content, without its heading.
    fn content(&self, section: &Section) -> Range<usize> {
        let heading_end = self.document.markdown.block(section.block).range().end;
        let start = if section.after_label.is_empty() { heading_end } else { section.after_label.start };
        start.min(section.range.end)..section.range.end
    }

    /// Bytes of the item around `offset`, or of the block there; whole lines of a row.
    fn block_around(&self, offset: usize) -> (BlockKind, Range<usize>) {
        let markdown = &self.document.markdown;
        let Some(block) = markdown.block_at(offset) else { return (BlockKind::Paragraph, offset..offset) };
        let around = std::iter::once(block).chain(markdown.ancestors(block));
        let mut outer = around.filter(|id| matches!(markdown.block(*id).kind, BlockKind::Item | BlockKind::Row { .. }));
        let block = markdown.block(outer.next().unwrap_or(block));
        (block.kind, block.range())
    }

    /// A range with `\n` line ends, its further lines as far to the left as its first.
    fn dedented(&self, range: Range<usize>) -> String {
        let line_start = start_of_line(&self.text, range.start);
        let indent = self.text[line_start..range.start].chars().count();
        let mut lines = Vec::new();
        for (n, line) in with_plain_line_ends(&self.text[range]).lines().enumerate() {
            let cut =
                line.char_indices().take_while(|(at, c)| *at < indent && n > 0 && matches!(c, ' ' | '\t')).count();
            lines.push(line[cut..].trim_end().to_owned());
        }
        lines.join("\n").trim_end().to_owned()
    }

    /// What an item, a row or a block says, as an item of a list that begins with `marker`.
    fn as_item(&self, offset: usize, marker: &str) -> (String, Range<usize>) {
        let (kind, range) = self.block_around(offset);
        let item = match kind {
            BlockKind::Item => self.dedented(range.clone()),
            BlockKind::Row { .. } => {
                let row = self.text[range.clone()].trim().trim_matches('|');
                let cells: Vec<&str> = row.split('|').map(str::trim).filter(|cell| !cell.is_empty()).collect();
                format!("{marker}{}", cells.join(" | "))
            }
            BlockKind::Fence { .. } | BlockKind::IndentedCode => self.quoted(range.clone(), 6),
            _ => format!("{marker}{}", self.dedented(range.clone()).replace('\n', "\n  ")),
        };
        (item, range)
    }

    /// A range as it may stand in another document: its headings below level `below`; in a fence where
    /// it would swallow what follows.
    fn quoted(&self, range: Range<usize>, below: u8) -> String {
        let text = with_plain_line_ends(&self.text[range]);
        let text = text.trim_start_matches(LEADING).trim_end();
        let markdown = Markdown::parse(text, &|_| false);
        let text = demoted(text, &markdown, below);
        let end = format!("{text}\n\n# End\n");
        let stands_alone = Markdown::parse(&end, &|_| false)
            .top_level()
            .last()
            .is_some_and(|(_, block)| block.kind == BlockKind::Heading(1) && block.range().start > text.len());
        if stands_alone { text } else { fenced(&text) }
    }
}

/// What goes in front of a quotation: the mark, behind blank lines, is words as well.
const LEADING: [char; 2] = ['\n', '\u{feff}'];

/// With `\n` line ends, and without a mark at its start that would be words in the middle of a text.
fn with_plain_line_ends(text: &str) -> String {
    text.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n")
}

/// Moves the headings of `text` below level `below`, those above others still above them.
fn demoted(text: &str, markdown: &Markdown, below: u8) -> String {
    let headings = || {
        markdown.all().filter_map(|(_, block)| match block.kind {
            BlockKind::Heading(level) => Some((level, block.range())),
            _ => None,
        })
    };
    let Some(highest) = headings().map(|(level, _)| level).min() else { return text.to_owned() };
    let shift = (below + 1).saturating_sub(highest);
    let (mut out, mut at) = (String::with_capacity(text.len() + 64), 0);
    for (level, range) in headings().filter(|_| shift > 0) {
        let hashes = "#".repeat(usize::from((level + shift).min(6)));
        out.push_str(&text[at..range.start]);
        let heading = text[range.clone()].trim_end();
        if heading.starts_with('#') {
            out.push_str(&hashes);
            out.push_str(heading.trim_start_matches('#'));
        } else {
            // An underline says the level of its words; they may take several lines.
            let words = heading.rsplit_once('\n').map_or(heading, |(words, _)| words);
            let words: Vec<&str> = words.lines().map(|line| line.trim_start_matches(['>', ' ']).trim_end()).collect();
            out.push_str(&format!("{hashes} {}", words.join(" ")));
        }
        at = range.end;
    }
    out + &text[at..]
}

/// In a fence that nothing inside it ends.
fn fenced(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}md\n{text}\n{fence}")
}

/// A path as inline code, whatever is in its name.
fn code(path: &str) -> String {
    if path.contains('`') { format!("`` {path} ``") } else { format!("`{path}`") }
}

struct Writer<'a> {
    out: String,
    workspace: &'a Workspace,
    files: &'a dyn Files,
    status: Option<PhaseStatus>,
    sources: Vec<Source<'a>>,
}

impl Writer<'_> {
    fn source(&self, kind: Kind) -> Option<&Source<'_>> {
        self.sources.iter().find(|source| source.document.kind == kind)
    }

    fn part(&mut self, heading: &str, body: &str) {
        if !body.trim().is_empty() {
            self.out.push_str(&format!("\n## {heading}\n\n{}\n", body.trim_end()));
        }
    }

    fn files_of_phase(&mut self) {
        self.out.push('\n');
        for (kind, label) in [(Kind::Plan, "Plan"), (Kind::Prompt, "Prompt"), (Kind::WorkNotes, "Work notes")] {
            let path = self.source(kind).map(|source| code(&source.document.path));
            self.out.push_str(&format!("- {label}: {}\n", path.as_deref().unwrap_or("missing")));
        }
    }

    fn where_we_stopped(&mut self) {
        let status = self.status.as_ref().and_then(|status| status.status).map_or("not stated", Status::name);
        let mut body = format!("- Status: {status}\n");
        let entry = self.newest_entry();
        if let Some((source, entry)) = &entry {
            body.push_str(&self.fields(source, entry));
        }
        let names_next = body.contains("\n- Next: ");
        if let Some(next) = self.status.as_ref().and_then(|status| status.next_step.as_ref()).filter(|_| !names_next) {
            body.push_str(&format!("- Next, by the definition of done: {next}\n"));
        }
        match entry {
            Some((source, entry)) => {
                let heading = source.text[entry.heading.clone()].trim();
                let (heading, content) = match source.entry_content(entry) {
                    Some(content) => (heading, source.quoted(content, 3)),
                    None => ("", source.entry_block(entry)),
                };
                let heading = if heading.is_empty() { String::new() } else { format!(": {heading}") };
                body.push_str(&format!("\n### Last session{heading}\n\n{content}\n"));
            }
            None if self.source(Kind::WorkNotes).is_some() => body.push_str("- Session log: no entry\n"),
            None => {}
        }
        self.part("Where we stopped", &body);
    }

    fn newest_entry(&self) -> Option<(&Source<'_>, &LogEntry)> {
        let source = self.source(Kind::WorkNotes)?;
        Some((source, source.document.artifact.work_notes()?.newest_entry()?))
    }

    /// The date, next step and blockers of an entry, one line each.
    fn fields(&self, source: &Source, entry: &LogEntry) -> String {
        let date =
            entry.moment().map(|moment| format!("- Last session: {}\n", super::status::iso(moment).replace('T', " ")));
        let mut lines = date.unwrap_or_default();
        for name in [FieldName::Next, FieldName::Blockers] {
            let field = entry.fields.iter().find(|field| field.name == name && !field.is_empty);
            let Some(field) = field.filter(|field| field.range != field.label) else { continue };
            let value = source.text[field.label.end..field.range.end].trim_start_matches([':', '：', '*', '_']);
            let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
            if !says_none(&value) {
                lines.push_str(&format!("- {}: {value}\n", name.name()));
            }
        }
        lines
    }

    fn left_to_do(&mut self) {
        let Some(source) = self.source(Kind::Plan) else { return };
        let done = source.document.artifact.plan().map(|plan| plan.done.as_slice()).unwrap_or_default();
        let items: Vec<_> = done.iter().filter(|item| !item.is_placeholder).collect();
        let has_boxes = items.iter().any(|item| item.task.is_some());
        let ticked = items.iter().filter(|item| item.task.as_ref().is_some_and(|task| task.ticked)).count();
        let heading = if has_boxes {
            format!("Left of the definition of done ({ticked} of {} done)", items.len())
        } else {
            "Definition of done".to_owned()
        };
        let is_left = |task: &Option<entries::Task>| !has_boxes || task.as_ref().is_some_and(|task| !task.ticked);
        let left = items.iter().filter(|item| is_left(&item.task)).map(|item| item.range.start);
        let body = items_once(source, left, if has_boxes { "- [ ] " } else { "- " });
        self.part(&heading, &body);
    }

    fn open_questions(&mut self) {
        let mut body = String::new();
        for kind in [Kind::WorkNotes, Kind::Plan, Kind::Prompt] {
            let Some(source) = self.source(kind) else { continue };
            let artifact = &source.document.artifact;
            let open = artifact.questions.iter().filter(|question| !question.resolved);
            let (asked, listed): (Vec<_>, Vec<_>) = open.partition(|question| {
                matches!(
                    source.document.markdown.block(question.block).kind,
                    BlockKind::Heading(_) | BlockKind::Paragraph
                )
            });
            body.push_str(&items_once(source, listed.iter().map(|question| question.range.start), "- "));
            for question in asked {
                body.push_str(&format!("- {}\n", source.text[question.range.clone()].trim()));
                let section = artifact.sections.opened_by(question.block);
                let content = section.map(|section| source.quoted(source.content(section), 6)).unwrap_or_default();
                if !content.is_empty() {
                    body.push_str(&format!("\n  {}\n", content.replace('\n', "\n  ").replace("\n  \n", "\n\n")));
                }
            }
        }
        self.part("Open questions", &body);
    }

    /// A section of the work notes as it stands, if it says anything.
    fn section_of_notes(&mut self, name: SectionName) {
        let Some(source) = self.source(Kind::WorkNotes) else { return };
        let sections = &source.document.artifact.sections;
        let outermost = sections
            .named(name)
            .filter(|section| sections.enclosing(section).skip(1).all(|outer| outer.name != Some(name)));
        let said =
            outermost.map(|section| source.content(section)).filter(|content| source.says_something(content.clone()));
        let body: Vec<String> = said.map(|content| source.quoted(content, 2)).collect();
        let heading = self.workspace.vocabulary.name(Kind::WorkNotes, name).to_owned();
        self.part(&heading, &body.join("\n\n"));
    }

    fn references(&mut self) {
        let resolver = Resolver { workspace: self.workspace, files: self.files };
        let mut seen: HashSet<String> = self.sources.iter().map(|source| source.document.path.to_string()).collect();
        let mut body = String::new();
        for kind in [Kind::Prompt, Kind::Plan] {
            let Some(source) = self.source(kind) else { continue };
            let references = source.document.artifact.references();
            for reference in resolver
                .counting(&source.document.path, references)
                .filter(|reference| reference.role == Role::Declared)
            {
                let (path, remark) = match resolver.resolve(&source.document.path, reference) {
                    Resolution::Found(target) => (target.path, ""),
                    Resolution::Missing => (reference.path.to_string(), " (does not exist)"),
                    Resolution::Somewhere | Resolution::Unknown => (reference.path.to_string(), ""),
                };
                if seen.insert(path.clone()) {
                    body.push_str(&format!("- {}{remark}\n", code(&path)));
                }
            }
        }
        self.part("References", &body);
    }

    fn prompt(&mut self) {
        let Some(source) = self.source(Kind::Prompt) else { return };
        let start = source.document.artifact.content_start;
        let text = with_plain_line_ends(&source.text[start..]);
        let text = text.trim_start_matches(LEADING).trim_end();
        let body = demoted(text, &Markdown::parse(text, &|_| false), 2);
        self.part("Prompt", &body);
    }
}

/// The items around `offsets`, each once: one that stands inside another is shown with it.
fn items_once(source: &Source, offsets: impl Iterator<Item = usize>, marker: &str) -> String {
    let (mut out, mut end) = (String::new(), 0);
    for offset in offsets {
        if offset < end {
            continue;
        }
        let (item, range) = source.as_item(offset, marker);
        end = range.end;
        out.push_str(&item);
        out.push('\n');
    }
    out
}

impl Source<'_> {
    /// Bytes below an entry's heading; `None` for an entry that is no heading.
    fn entry_content(&self, entry: &LogEntry) -> Option<Range<usize>> {
        let sections = &self.document.artifact.sections;
        let section = sections.all.iter().find(|section| section.heading == entry.heading)?;
        (section.style == SectionStyle::Heading).then(|| self.content(section))
    }

    /// An entry that is an item, a paragraph or a row.
    fn entry_block(&self, entry: &LogEntry) -> String {
        let markdown = &self.document.markdown;
        let (kind, range) = self.block_around(entry.heading.start);
        if let (BlockKind::Row { .. }, Some(block)) = (kind, markdown.block_at(entry.heading.start)) {
            let mut around = std::iter::once(block).chain(markdown.ancestors(block));
            let row = around.find(|id| matches!(markdown.block(*id).kind, BlockKind::Row { .. })).unwrap_or(block);
            let cells = |row| entries::cells(&self.text, markdown, row).into_iter().map(|cell| &self.text[cell]);
            let header =
                markdown.parent(row).and_then(|table| markdown.children(table).next()).map_or(row, |(id, _)| id);
            let named = cells(header).zip(cells(row)).filter(|(_, cell)| !cell.is_empty());
            return named.map(|(name, cell)| format!("- {name}: {cell}")).collect::<Vec<_>>().join("\n");
        }
        let end = entry.fields.iter().map(|field| field.range.end).max().unwrap_or_default().max(range.end);
        self.quoted(range.start..end, 3)
    }

    /// Whether anything stands there but placeholders and words such as `None`.
    fn says_something(&self, range: Range<usize>) -> bool {
        let mut rest = self.text[range.clone()].to_owned();
        let placeholders =
            self.document.markdown.placeholders().filter(|at| range.start <= at.start && at.end <= range.end);
        for placeholder in placeholders.collect::<Vec<_>>().into_iter().rev() {
            rest.replace_range(placeholder.start - range.start..placeholder.end - range.start, "");
        }
        let comments = self.document.artifact.suppressions.iter().map(|suppression| &suppression.range);
        let is_comment_only = comments.clone().any(|comment| rest.trim() == self.text[comment.clone()].trim());
        !is_comment_only && rest.lines().any(|line| line.contains(char::is_alphanumeric) && !says_none(line))
    }
}

#[cfg(test)]
mod tests;
