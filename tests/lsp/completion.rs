//! Completions, as a client gets and resolves them.

use phasemark::text::PositionEncoding;
use serde_json::{Value, json};

use crate::client::{Client, Folder, edited_in, editing, encoded, push};

const PLAN: &str = "plan/phase-1.md";

fn complete(client: &mut Client, path: &str, (line, character): (u32, u32)) -> Vec<Value> {
    let position = json!({ "line": line, "character": character });
    let params = json!({ "textDocument": { "uri": client.uri(path) }, "position": position });
    let list = client.request("textDocument/completion", params).expect("a reply");
    list["items"].as_array().cloned().unwrap_or_default()
}

fn labels(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["label"].as_str().expect("a label")).collect()
}

#[test]
fn ranges_are_right_in_every_encoding() {
    let text = "# P\n\n## References\n- 😀 é `src/ga";
    for (name, encoding, column) in [
        ("utf-8", PositionEncoding::Utf8, 17),
        ("utf-16", PositionEncoding::Utf16, 14),
        ("utf-32", PositionEncoding::Utf32, 13),
    ] {
        let folder = Folder::new(&[("src/gateway.rs", "fn main() {}\n")]);
        let mut client = Client::start(&folder, editing(encoded(name)));
        client.open(PLAN, text);
        let items = complete(&mut client, PLAN, (3, column));
        assert_eq!(labels(&items)[0], "gateway.rs", "{name}: {items:#?}");
        let after = edited_in(text, &json!([items[0]["textEdit"]]), encoding);
        assert_eq!(after, "# P\n\n## References\n- 😀 é `src/gateway.rs`", "{name}");
        let resolved = client.request("completionItem/resolve", items[0].clone()).expect("resolved");
        assert_eq!(resolved["documentation"]["value"], "```rs\nfn main() {}\n```");
        client.finish();
    }
}

#[test]
fn skeletons_are_snippets_where_the_client_has_them() {
    let folder = Folder::new(&[]);
    let text = "# P\r\n\r\n#";
    let section = |client: &mut Client| {
        client.open(PLAN, text);
        let items = complete(client, PLAN, (2, 1));
        assert_eq!(labels(&items)[..2], ["Overview", "Goals"], "{items:#?}");
        items[1].clone()
    };
    let mut client = Client::start(&folder, editing(push()));
    let item = section(&mut client);
    assert_eq!(item["insertTextFormat"], 2);
    assert!(item["textEdit"]["newText"].as_str().expect("text").contains("- ${1:<Goal 1>}\r\n"), "{item}");
    assert_eq!(item["documentation"]["kind"], "markdown");
    client.finish();
    let mut client = Client::start(&folder, push());
    let item = section(&mut client);
    assert_eq!(item["insertTextFormat"], 1);
    assert!(item["textEdit"]["newText"].as_str().expect("text").contains("- <Goal 1>\r\n"), "{item}");
    client.finish();
}

#[test]
fn text_of_several_words_is_a_snippet_too() {
    const NOTES: &str = "# N\n\nStatus: \n";
    let folder = Folder::new(&[("plan/phase-1.md", "# P\n")]);
    for (snippets, format) in [(true, 2), (false, 1)] {
        let mut client = Client::start(&folder, if snippets { editing(push()) } else { push() });
        client.open("work-notes/phase-1.md", NOTES);
        let items = complete(&mut client, "work-notes/phase-1.md", (2, 8));
        let format_of = |label: &str| {
            items.iter().find(|item| item["label"] == label).expect("offered")["insertTextFormat"].clone()
        };
        assert_eq!(format_of("In progress"), format, "{items:#?}");
        assert_eq!(format_of("Complete"), 1);
        client.finish();
    }
}

#[test]
fn the_configuration_is_completed_too() {
    let folder = Folder::new(&[("docs/plan.md", "# A plan\n")]);
    let mut client = Client::start(&folder, editing(push()));
    client.open("phasemark.toml", "# 😀\n[rules]\nlog-or");
    let items = complete(&mut client, "phasemark.toml", (2, 6));
    let item = items.iter().find(|item| item["label"] == "log-order").expect("the rule");
    let after = edited_in("# 😀\n[rules]\nlog-or", &json!([item["textEdit"]]), PositionEncoding::Utf16);
    assert!(after.starts_with("# 😀\n[rules]\nlog-order"), "{after}");
    client.replace("phasemark.toml", "[templates]\nplan = \"docs/\"");
    let items = complete(&mut client, "phasemark.toml", (1, 13));
    assert_eq!(labels(&items), ["plan.md"]);
    let resolved = client.request("completionItem/resolve", items[0].clone()).expect("resolved");
    assert_eq!(resolved["documentation"]["value"], "```md\n# A plan\n```");
    client.finish();
}

#[test]
fn code_prose_and_other_files_get_nothing() {
    let folder = Folder::new(&[]);
    let mut client = Client::start(&folder, editing(push()));
    client.open(PLAN, "# P\n\nSome words\n\n```\n#");
    assert_eq!(labels(&complete(&mut client, PLAN, (2, 10))), [""; 0]);
    assert_eq!(labels(&complete(&mut client, PLAN, (5, 1))), [""; 0]);
    // The fence is closed while it is typed.
    let end = json!({ "line": 5, "character": 1 });
    client.change(PLAN, json!([{ "range": { "start": end, "end": end }, "text": "\n```\n\n#" }]));
    assert!(!complete(&mut client, PLAN, (8, 1)).is_empty());
    client.open("README.md", "# R\n\n#");
    assert_eq!(labels(&complete(&mut client, "README.md", (2, 1))), [""; 0]);
    client.finish();
}
