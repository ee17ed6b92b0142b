use proptest::prelude::*;

use super::*;
use crate::{
    config::Config,
    rules,
    testing::Fixture,
    text::{self, Edit},
};

fn ask(marked: &str) -> (List, String) {
    let offset = marked.find("$0").expect("a cursor");
    let text = marked.replacen("$0", "", 1);
    let summaries: Vec<String> = rules::all().iter().map(|rule| rule.summary()).collect();
    let rules: Vec<_> =
        rules::all().iter().zip(&summaries).map(|(rule, summary)| (&rule.spec, summary.as_str())).collect();
    let files = "\
//- README.md
//- .agent/plans/a.md
//- docs/plans/a.md
//- docs/templates/plan.md
//- docs/[x]/a.md
//- docs/logo.svg
//- docs/work notes/a.md
//- src/a.rs
";
    (complete_config(&text, offset, &rules, &Fixture::parse(files)), text)
}

fn labels(marked: &str) -> String {
    ask(marked).0.items.iter().map(|item| item.label.clone()).collect::<Vec<_>>().join(" ")
}

fn accept(marked: &str, label: &str) -> String {
    let (list, text) = ask(marked);
    let item = list.items.iter().find(|item| item.label == label);
    let item = item.unwrap_or_else(|| panic!("no {label} at {marked:?}: {}", labels(marked)));
    text::apply(&text, &[Edit::replace(item.range.clone(), item.insert.text())])
}

const HEADERS: &str =
    "[layout] [[overrides]] [references] [rules] [sections.plan] [sections.prompt] [sections.work-notes] [templates]";
const SEVERITIES: &str = "off hint information warning error";

#[test]
fn headers_are_those_that_are_not_there_yet() {
    for (marked, expected) in [
        ("$0", HEADERS),
        ("[$0", HEADERS),
        ("[$0]", HEADERS),
        ("[[$0]]", "[[overrides]]"),
        ("[layout]\nplan = [\"a\"]\n\n[$0\n[rules]", &HEADERS.replace("[layout] ", "").replace(" [rules]", "")),
        ("[[overrides]]\n\n[[$0", "[[overrides]]"),
        ("[sections.$0]", "[sections.plan] [sections.prompt] [sections.work-notes]"),
        ("[sections.plan]\r\n[sections.$0", "[sections.prompt] [sections.work-notes]"),
        ("[layout] $0", ""),
        ("[layout] # [$0", ""),
        ("$0[layout]", &HEADERS.replace("[layout] ", "")),
    ] {
        assert_eq!(labels(marked), expected, "{marked}");
    }
    let options = labels("[rules.$0");
    assert!(options.contains("[rules.plan-too-long]") && !options.contains("[rules.log-order]"), "{options}");
}

#[test]
fn keys_are_those_of_their_table() {
    for (marked, expected) in [
        ("[layout]\n$0", "exclude plan prompts roots work-notes"),
        ("[layout]\nplan = [\"a\"]\npl$0\nroots = []", "exclude prompts work-notes"),
        ("[layout]\nro$0 = []", "exclude plan prompts roots work-notes"),
        ("[templates]\n$0", "plan prompt work-notes"),
        ("[references]\n$0", "ignore"),
        ("[[overrides]]\nfiles = [\"a\"]\n$0", "rules"),
        ("[[overrides]]\nfiles = [\"a\"]\nrules = {}\n[[overrides]]\n$0", "files rules"),
        ("[sections.plan]\n\"Goals\" = { $0 }", "aliases"),
        ("[sections]\n$0", "plan prompt work-notes"),
        ("[rules]\nplan-too-long = { $0 }", "max-lines severity"),
        ("[rules]\nplan-too-long = { severity = \"off\", $0", "max-lines"),
        ("[rules.plan-too-long]\n$0", "max-lines severity"),
        ("[nowhere]\n$0", ""),
        ("[layout]\nplan $0", ""),
        ("[layout]\nplan = \"a\" $0", ""),
        ("[layout]\n# $0", ""),
    ] {
        assert_eq!(labels(marked), expected, "{marked}");
    }
    let rules = labels("[rules]\nlog-order = \"off\"\n$0");
    assert!(rules.starts_with("all broken-link ") && !rules.contains("log-order") && rules.contains("unclosed-fence"));
    assert!(labels("[[overrides]]\nfiles = []\nrules = { $0").contains("missing-section"));
    assert!(labels("[overrides.rules]\n$0").contains("missing-section"));
    assert!(labels("[sections.plan]\n$0").contains("Definition of done"));
}

#[test]
fn values_are_those_of_their_key() {
    for (marked, expected) in [
        ("[rules]\nlog-order = $0", SEVERITIES),
        ("[rules]\nlog-order = wa$0", SEVERITIES),
        ("[rules]\nlog-order = \"$0\"", SEVERITIES),
        ("[rules]\nlog-order = \"wa$0", SEVERITIES),
        ("[rules]\r\nlog-order = 'wa$0\r\nx = 1", SEVERITIES),
        ("[rules]\nplan-too-long = $0", "off hint information warning error { severity, … }"),
        ("[rules]\nplan-too-long = { severity = $0", SEVERITIES),
        ("[rules]\nplan-too-long = { severity = \"$0\", max-lines = 3 }", SEVERITIES),
        ("[rules]\nplan-too-long = { max-lines = $0 }", "400"),
        ("[rules]\npossible-secret.$0", "generic severity"),
        ("[[overrides]]\nfiles = []\nrules = { log-order = \"$0\" }", SEVERITIES),
        ("[rules]\nlog-order = \"off\"$0", ""),
        ("[rules]\nlog-order = \"off\" $0", ""),
        ("[rules]\nlog-order = \"\"\"\n$0", ""),
        ("[rules]\nnowhere = $0", ""),
        ("[rules]\na = { b = \nlog-order = $0", SEVERITIES),
        ("[sections.plan]\nrequired = [\"\n[rules]\nlog-order = $0", SEVERITIES),
    ] {
        assert_eq!(labels(marked), expected, "{marked}");
    }
    let names = labels("[sections.plan]\n\"Risks\" = { aliases = [] }\nrequired = [\"Goals\", \n  \"$0\"]");
    assert!(names.starts_with("Overview Constraints ") && names.ends_with(" Risks"), "{names}");
    let booleans = labels("[rules]\npossible-secret = { generic = $0 }");
    assert_eq!(booleans, "true false");
}

#[test]
fn paths_are_typed_step_by_step() {
    for (marked, expected) in [
        ("[layout]\nplan = [\"$0\"]", "docs/ src/ README.md"),
        ("[layout]\nplan = [\"src\", \"$0\"]", "docs/ README.md"),
        ("[layout]\nplan = [\"src/\", \"./$0", "docs/ README.md"),
        ("[layout]\nplan = \"docs/$0\"", "plans/ templates/ work notes/"),
        ("[layout]\nplan = [\"docs/P$0", "plans/"),
        ("[layout]\nplan = [$0]", "docs/ src/ README.md"),
        ("[layout]\nplan = $0", "[\"\"] docs/ src/ README.md"),
        ("[layout]\nroots = [\".$0\"]", ".agent/"),
        ("[layout]\nroots = [\"../$0\"]", ""),
        ("[layout]\nroots = [\"/$0\"]", ""),
        ("[layout]\nroots = [\"docs\\\\$0\"]", ""),
        ("[layout]\nexclude = [\"$0\"]", "docs/ src/ README.md"),
        ("[references]\nignore = [\"docs/$0", "plans/ templates/ work notes/ logo.svg"),
        ("[[overrides]]\nfiles = [\"s$0\"]", "src/"),
        ("[templates]\nplan = \"$0\"", "docs/ src/ README.md"),
        ("[templates]\nwork-notes = $0", "docs/ src/ README.md"),
        ("[templates]\nplan = \"docs/l$0\"", ""),
    ] {
        assert_eq!(labels(marked), expected, "{marked}");
    }
    for (marked, label, after) in [
        ("[layout]\nplan = [\"do$0\"]", "docs/", "[layout]\nplan = [\"docs/\"]"),
        ("[layout]\nplan = [\"./do$0]", "docs/", "[layout]\nplan = [\"./docs/]"),
        ("[layout]\nplan = [do$0]", "docs/", "[layout]\nplan = [\"docs/\"]"),
        ("[templates]\nplan = \"docs/templates/$0", "plan.md", "[templates]\nplan = \"docs/templates/plan.md\""),
    ] {
        assert_eq!(accept(marked, label), after, "{marked}");
    }
    let (list, _) = ask("[templates]\nplan = \"docs/templates/$0\"");
    assert_eq!(list.items[0].documentation, Documentation::FileHead("docs/templates/plan.md".into()));
    assert!(list.is_incomplete && !list.items[0].goes_on);
}

#[test]
fn accepting_writes_toml_in_the_quotes_that_are_there() {
    for (marked, label, after) in [
        ("[rules]\nlog-order = $0", "warning", "[rules]\nlog-order = \"warning\""),
        ("[rules]\nlog-order = wa$0", "warning", "[rules]\nlog-order = \"warning\""),
        ("[rules]\nlog-order = \"wa$0", "warning", "[rules]\nlog-order = \"warning\""),
        ("[rules]\r\nlog-order = 'wa$0\r\n", "warning", "[rules]\r\nlog-order = 'warning'\r\n"),
        ("[rules]\nlog-order = \"o$0ff\"", "warning", "[rules]\nlog-order = \"warning\""),
        ("[rules]\nlog$0", "log-order", "[rules]\nlog-order = "),
        ("[rules]\nlog$0 = 1", "log-order", "[rules]\nlog-order = 1"),
        ("[rul$0", "[rules]", "[rules]"),
        ("[ru$0les]\nx = 1", "[rules]", "[rules]\nx = 1"),
        ("[$0", "[[overrides]]", "[[overrides]]"),
        ("ov$0", "[[overrides]]", "[[overrides]]"),
        (
            "[sections.plan]\nDef$0",
            "Definition of done",
            "[sections.plan]\n\"Definition of done\" = { aliases = [\"\"] }",
        ),
        (
            "[sections.plan]\n\"Def$0\"",
            "Definition of done",
            "[sections.plan]\n\"Definition of done\" = { aliases = [\"\"] }",
        ),
        ("[sections.plan]\nreq$0", "required", "[sections.plan]\nrequired = [\"\"]"),
        ("[sections.plan]\nrequired = [$0]", "Goals", "[sections.plan]\nrequired = [\"Goals\"]"),
        ("[sections.plan]\nrequired = [\"Go$0]", "Goals", "[sections.plan]\nrequired = [\"Goals\"]"),
        ("[layout]\n$0", "plan", "[layout]\nplan = [\"\"]"),
        ("[templates]\n$0", "plan", "[templates]\nplan = \"\""),
        ("[[overrides]]\n$0", "rules", "[[overrides]]\nrules = {  }"),
        (
            "[rules]\nplan-too-long = $0",
            "{ severity, … }",
            "[rules]\nplan-too-long = { severity = \"warning\", max-lines = 400 }",
        ),
        ("[rules]\nplan-too-long = { max$0 }", "max-lines", "[rules]\nplan-too-long = { max-lines = 400 }"),
    ] {
        assert_eq!(accept(marked, label), after, "{marked}");
    }
}

#[test]
fn documentation_is_that_of_the_schema() {
    let (list, _) = ask("[rules]\nplan-too-long = { $0 }");
    assert!(list.items.iter().all(|item| item.documentation != Documentation::None), "{list:?}");
    let (list, _) = ask("[rules]\n$0");
    for (item, rule) in list.items.iter().filter(|item| item.label != config::ALL).zip(rules::all()) {
        assert_eq!(item.documentation, Documentation::AtHand(rule.summary()), "{}", item.label);
    }
    let (list, _) = ask("[rules]\nlog-order = $0");
    let of = |label: &str| list.items.iter().find(|item| item.label == label).unwrap().detail.as_deref();
    assert_eq!((of("hint"), of("off")), (Some("default"), None));
    assert!(ask("$0").0.items.iter().all(|item| item.documentation != Documentation::None));
}

#[test]
fn what_is_offered_is_read_without_a_mistake() {
    for (marked, skipped) in [("[rules]\n$0\"off\"", ""), ("[sections.plan]\n$0", "required strict")] {
        for item in ask(marked).0.items {
            if !skipped.contains(&item.label) {
                let text = accept(marked, &item.label).replace("[\"\"]", "[\"x\"]");
                let (_, mistakes) = config::read(&text, &rules::specs(), &Config::default(), None);
                assert_eq!(mistakes, [], "{text}");
            }
        }
    }
}

proptest! {
    #[test]
    fn any_cursor_gets_items_on_its_own_line(
        pieces in prop::collection::vec(prop::sample::select(vec![
            "[", "]", "[[", "{", "}", "=", ",", ".", "\"", "'", "\"\"\"", "'''", "\n", "\r\n", "\r", " ", "\t", "#", "\\", "rules",
            "sections", "plan", "required", "overrides", "layout", "off", "plan-too-long", "severity", "files", "並", "😀", "\u{feff}", "1",
        ]), 0..16),
        at in 0.0..1.0f64,
    ) {
        let text: String = pieces.concat();
        let mut offset = (text.len() as f64 * at) as usize;
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let marked = format!("{}$0{}", &text[..offset], &text[offset..]);
        for item in ask(&marked).0.items {
            let Range { start, end } = item.range;
            prop_assert!(start <= offset && offset <= end && end <= text.len(), "{item:?}");
            prop_assert!(!text[start..end].contains('\n'), "{item:?}");
        }
    }
}
