use super::*;

#[test]
fn only_an_x_ticks_a_box() {
    let read = |item: &str| {
        let text = format!("- {item}\n");
        let markdown = Markdown::parse(&text, &|_| false);
        let entry = of(&text, &markdown, markdown.top_level().next().unwrap().0..markdown.end()).remove(0);
        (entry.text(&text).to_owned(), entry.task.map(|task| (task.ticked, task.dropped)))
    };
    for (item, words, expected) in [
        ("[x] a", "a", Some((true, false))),
        ("[X] a", "a", Some((true, false))),
        ("[ ] a", "a", Some((false, false))),
        ("[\t] a", "a", Some((false, false))),
        ("[/] a", "a", Some((false, false))),
        ("[~] a", "a", Some((false, false))),
        ("[>] a", "a", Some((false, false))),
        ("[?] a", "a", Some((false, false))),
        ("[-] a", "a", Some((false, true))),
        ("[1] a", "[1] a", None),
        ("[?](y) a", "[?](y) a", None),
        ("[LOCKED] a", "[LOCKED] a", None),
    ] {
        assert_eq!(read(item), (words.to_owned(), expected), "{item}");
    }
}

#[test]
fn struck_words_are_gone_unless_others_stand_in_their_place() {
    for (item, expected) in [
        ("~~`make doc` exits 0~~ (dropped)", true),
        ("~~a~~", true),
        ("**~~a~~** Moved to phase 3", true),
        ("~~a~~ — n/a", true),
        ("~~`make lint`~~ `make check` exits 0", false),
        ("a ~~b~~", false),
        ("a", false),
    ] {
        let markdown = Markdown::parse(item, &|_| false);
        assert_eq!(is_struck(item, &markdown, &(0..item.len())), expected, "{item}");
    }
}

#[test]
fn nothing_is_said_in_many_ways() {
    for text in [
        "None",
        "_None yet._",
        "N/A",
        "n/a (greenfield)",
        "-",
        "—",
        "",
        "None at this time",
        "No open questions remain.",
        "None — all resolved in the review",
        "Nothing committed yet",
        "Not yet",
        "There are none",
        "なし",
        "Keine.",
        "TBD",
        "No.",
        "Currently none",
        "None blocking for the client.",
    ] {
        assert!(says_none(text), "{text}");
    }
    for text in [
        "None of the probes answers",
        "No restart is needed for the probe",
        "Not every chart",
        "Not",
        "Nonetheless",
        "Nobody",
        "Now",
        "Are there any?",
        "80",
    ] {
        assert!(!says_none(text), "{text}");
    }
}

#[test]
fn placeholders_are_nothing_but_placeholders() {
    assert!(
        is_placeholder("<Decision>: <Rationale>")
            && is_placeholder("**<Question>**")
            && is_placeholder("`<hash>` - <message>")
    );
    assert!(
        !is_placeholder("`Vec<T>`")
            && !is_placeholder("")
            && !is_placeholder("a < b")
            && !is_placeholder("<a> b")
            && !is_placeholder("<https://example.com>")
    );
}

#[test]
fn clarifications_may_wrap_inside_their_block() {
    let found = |text: &str| -> Vec<String> {
        let markdown = Markdown::parse(text, &|_| false);
        clarifications(text, &markdown).into_iter().map(|found| text[found].to_owned()).collect()
    };
    let wrapped = "[NEEDS CLARIFICATION: which é\r\n  port?]";
    assert_eq!(found(&format!("- Port {wrapped} is open\n- b\n")), [wrapped]);
    assert_eq!(found("> [NEEDS CLARIFICATION: a\n> b]\n"), ["[NEEDS CLARIFICATION: a\n> b]"]);
    for text in [
        "- [NEEDS CLARIFICATION: which\n- port?]\n".to_owned(),
        "[NEEDS CLARIFICATION: which\n\nport?]\n".to_owned(),
        format!("[NEEDS CLARIFICATION: {}\nport?]\n", "a ".repeat(140)),
        "[NEEDS CLARIFICATION: which\nport".to_owned(),
    ] {
        assert!(found(&text).is_empty(), "{text}");
    }
    let long = format!("[NEEDS CLARIFICATION: {}]", "a ".repeat(200));
    assert_eq!(found(&long), [long]);
}
