//! The names of rules in a suppression comment, and the comment itself.
//!
//! After `<!-- phasemark-ignore ` come the rules that look at this kind of artifact: first those that
//! fire where the comment is for, without those that are named already. At `<!--` the comment is offered.

use std::ops::Range;

use super::{Item, ItemKind, List, Request, Snippet, fenced};
use crate::{
    config,
    diagnostic::Diagnostic,
    rules::{self, Rule, documentation},
    text::Edit,
};

const OPEN: &str = "<!--";
const CLOSE: &str = "-->";
const MARK: &str = "phasemark-ignore";
/// A comment is looked for as far as this before the cursor (bytes).
const FARTHEST: usize = 2000;

pub fn offer(request: &Request, list: &mut List) {
    if request.document.markdown.is_code(request.offset) {
        return;
    }
    match named_so_far(request) {
        Some((comment, named)) => offer_names(request, comment, named, list),
        None => offer_comment(request, list),
    }
}

/// The byte where the comment around the cursor begins, and what stands between `phasemark-ignore` and the
/// cursor, if that is in the names.
fn named_so_far<'a>(request: &Request<'a>) -> Option<(usize, &'a str)> {
    let text = &*request.document.text;
    let before = &text[..request.offset];
    let from = text.ceil_char_boundary(request.offset.saturating_sub(FARTHEST));
    let start = from + before[from..].rfind(OPEN)?;
    let rest = before[start + OPEN.len()..].trim_start().strip_prefix(MARK)?;
    let names = rest.strip_prefix("-file").unwrap_or(rest);
    let is_set_off = names.starts_with(char::is_whitespace);
    // The reason begins behind a colon, a dash or a bracket.
    let is_reason = names.contains([':', '(', '–', '—']) || names.contains(" -");
    (is_set_off && !is_reason && !names.contains('>') && !names.contains("\n\n")).then_some((start, names))
}

/// What is found where the comment at byte `start` silences: as if it named no rule and were closed.
fn found_there(request: &Request, start: usize) -> Vec<Diagnostic> {
    let text = request.text();
    let typed = text[start..request.offset].trim_start_matches(OPEN).trim_start();
    let mark = if typed.starts_with("phasemark-ignore-file") { "phasemark-ignore-file" } else { MARK };
    let behind = &text[request.offset..];
    let next = behind.find(OPEN).unwrap_or(behind.len());
    let close = behind[..next].find(CLOSE).map(|close| request.offset + close + CLOSE.len());
    let comment = format!("{OPEN} {mark} {CLOSE}");
    let end = start + comment.len();
    let edit = Edit::replace(start..close.unwrap_or(request.line().end), comment);
    let rest = request.document.after(&[edit], &request.workspace.vocabulary);
    let mut found = rules::run(request.workspace, &rest, request.files);
    let own = rest.artifact.suppressions.iter().find(|suppression| suppression.range.start == start);
    let is_own = |at: usize| (start..end).contains(&at);
    found.retain(|finding| {
        let at = finding.range.start;
        own.is_some_and(|own| own.covers(at)) && !is_own(at)
    });
    found
}

fn offer_names(request: &Request, comment: usize, named: &str, list: &mut List) {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let typed = named.len() - named.trim_end_matches(is_part).len();
    let rest = &request.text()[request.offset..request.line().end];
    let close = rest.find(CLOSE).unwrap_or(rest.len());
    let ahead = rest[..close].find(|c| !is_part(c)).unwrap_or(close);
    let range = request.offset - typed..request.offset + ahead;
    let separators = [' ', ',', '\n', '\r', '\t', '`'];
    let reason = rest[..close].find([':', '(']).unwrap_or(close);
    let others = named[..named.len() - typed].split(separators).chain(rest[ahead..reason.max(ahead)].split(separators));
    let others: Vec<&str> = others.collect();
    let found = found_there(request, comment);
    let fires = |rule: &Rule| found.iter().filter(|found| found.rule == rule.name()).count();
    let looks_here = |rule: &Rule| rule.kind().is_none_or(|kind| kind == request.document.kind);
    let offered = rules::all()
        .iter()
        .copied()
        .filter(|rule| looks_here(rule) && rule.name() != config::RULE && !others.contains(&rule.name()));
    let (firing, quiet): (Vec<_>, Vec<_>) = offered.partition(|rule| fires(rule) > 0);
    for rule in firing {
        let times = match fires(rule) {
            1 => "fires here".to_owned(),
            times => format!("fires {times} times here"),
        };
        list.items.push(name(rule, &range, Some(times)));
    }
    list.items.extend(quiet.into_iter().map(|rule| name(rule, &range, None)));
}

fn name(rule: &Rule, range: &Range<usize>, detail: Option<String>) -> Item {
    let text = documentation::text(rule);
    let item = Item::new(ItemKind::Rule, rule.name(), range.clone(), Snippet::plain(rule.name()))
        .with_documentation(text.split("\n### Fires").next().unwrap_or_default().trim());
    Item { detail, ..item }
}

/// The comment itself, where one begins.
fn offer_comment(request: &Request, list: &mut List) {
    let (before, line) = (request.before(), request.line());
    let Some(start) = before.rfind("<!") else { return };
    let typed = before[start + "<!".len()..].trim_start_matches('-');
    let word = typed.trim_start();
    let rest = &request.text()[request.offset..line.end];
    // An editor may have closed the comment already.
    let closed = rest.trim_start().strip_prefix(CLOSE);
    if !MARK.starts_with(word) || !closed.unwrap_or(rest).trim().is_empty() {
        return;
    }
    let end = closed.map_or(request.offset, |behind| line.end - behind.len());
    let range = line.start + start..end;
    for (mark, meaning) in [
        (MARK, "Silences rules for the block that it stands in or, alone on its line, for the next one."),
        ("phasemark-ignore-file", "Silences rules for the whole file."),
    ] {
        let text = format!("{OPEN} {mark}  {CLOSE}");
        let stop = text.len() - " -->".len();
        let example = fenced(&format!("{OPEN} {mark} RULE: reason {CLOSE}"));
        let item = Item::new(ItemKind::Rule, mark, range.clone(), Snippet::with_stop(text, stop..stop))
            .with_detail("comment")
            .with_documentation(format!("{meaning}\n\n{example}"))
            .with_filter(format!("{OPEN} {mark}"));
        list.items.push(Item { goes_on: true, ..item });
    }
}

#[cfg(test)]
mod tests {
    use crate::completion::tests::{accepted, check_silent, item, labels};

    const NOTES: &str = "work-notes/phase-1.md";
    const PLAN: &str = "plan/phase-1.md";

    #[test]
    fn a_name_that_is_begun_is_replaced() {
        for (before, after) in [
            ("<!-- phasemark-ignore $0 -->\n", "<!-- phasemark-ignore log-order -->\n"),
            ("<!-- phasemark-ignore lo$0g -->\n", "<!-- phasemark-ignore log-order -->\n"),
            ("<!-- phasemark-ignore $0", "<!-- phasemark-ignore log-order"),
            ("x <!-- phasemark-ignore $0--> y\n", "x <!-- phasemark-ignore log-order--> y\n"),
            ("x <!-- phasemark-ignore log$0\n", "x <!-- phasemark-ignore log-order\n"),
            (
                "- 漢 <!-- phasemark-ignore-file a,lo$0: 😀 -->\r\n",
                "- 漢 <!-- phasemark-ignore-file a,log-order: 😀 -->\r\n",
            ),
            ("<!--\r\nphasemark-ignore\r\n  l$0\r\n-->", "<!--\r\nphasemark-ignore\r\n  log-order\r\n-->"),
            ("## a\n<!-- phasemark-ignore l$0 -->\n- b", "## a\n<!-- phasemark-ignore log-order -->\n- b"),
        ] {
            assert_eq!(accepted(NOTES, before, "log-order"), (after.to_owned(), after.to_owned()), "{before}");
        }
    }

    #[test]
    fn only_what_the_comment_would_silence_fires_there() {
        let firing = |text: &str| -> Vec<(String, String)> {
            let named = labels(NOTES, text).into_iter();
            named.filter_map(|label| Some((label.clone(), item(NOTES, text, &label).detail?))).collect()
        };
        let fires = |rule: &str, detail: &str| (rule.to_owned(), detail.to_owned());
        let once = [fires("unresolved-question", "fires here")];
        for comment in [
            "- a? <!-- phasemark-ignore $0 -->",
            "- a? <!-- phasemark-ignore unre$0",
            "<!-- phasemark-ignore $0-->\n- a?",
        ] {
            assert_eq!(
                firing(&format!("# N\n\n## Open questions\n{comment}\n- b?\n\nx <!-- a -->\n")),
                once,
                "{comment}"
            );
        }
        assert_eq!(
            firing("# N\n\n## Open questions\n- a?\n- b?\n\n<!-- phasemark-ignore-file $0 -->\n"),
            [fires("unresolved-question", "fires 2 times here")]
        );
    }

    #[test]
    fn those_that_fire_come_first_and_those_of_other_kinds_and_named_ones_not_at_all() {
        let text =
            "# N\n\n## Open questions\n- a?\n- b?\n\n<!-- phasemark-ignore-file log-order $0 malformed-commit: x -->\n";
        let labels = labels(NOTES, text);
        assert_eq!(labels[0], "unresolved-question");
        assert!(!labels.iter().any(|label| ["log-order", "malformed-commit", "plan-too-long"].contains(&&**label)));
        assert!(
            labels.iter().any(|label| label == "possible-secret")
                && !labels.iter().any(|label| label == "invalid-config")
        );
        let item = item(NOTES, text, "unresolved-question");
        assert_eq!(item.detail.as_deref(), Some("fires 2 times here"));
        assert!(format!("{:?}", item.documentation).contains("Open questions are answered"));
    }

    #[test]
    fn the_comment_is_offered_where_one_begins() {
        for (before, after) in [
            ("# P\n\n<!$0\n", "# P\n\n<!-- phasemark-ignore ${1} -->\n"),
            ("# P\n\n<!--$0", "# P\n\n<!-- phasemark-ignore ${1} -->"),
            ("# P\n\na <!-- pha$0\n", "# P\n\na <!-- phasemark-ignore ${1} -->\n"),
            ("# P\n\n- a <!--$0-->\r\n", "# P\n\n- a <!-- phasemark-ignore ${1} -->\r\n"),
            ("# P\n\n<!-- $0 -->\n", "# P\n\n<!-- phasemark-ignore ${1} -->\n"),
        ] {
            assert_eq!(accepted(PLAN, before, "phasemark-ignore").1, after, "{before}");
        }
        assert_eq!(labels(PLAN, "# P\n\n<!--$0\n"), ["phasemark-ignore", "phasemark-ignore-file"]);
    }

    #[test]
    fn reasons_other_comments_and_code_are_left_alone() {
        for text in [
            "<!-- phasemark-ignore log-order: r$0 -->\n",
            "<!-- phasemark-ignore log-order - r$0 -->\n",
            "<!-- phasemark-ignore log-order (r$0) -->\n",
            "<!-- phasemark-ignored $0 -->\n",
            "<!-- phasemark-ignore log-order --> $0\n",
            "<!-- see $0 -->\n",
            "<!-- phasemark-ignore$0 log-order -->\n",
            "phasemark-ignore $0\n",
            "`<!-- phasemark-ignore $0 -->`\n",
            "```\n<!-- phasemark-ignore $0 -->\n```\n",
            "```\n<!--$0\n",
            "    <!--$0\n",
            "---\na: <!--$0\n---\n",
            "a <! b$0\n",
        ] {
            check_silent(NOTES, text);
        }
    }
}
