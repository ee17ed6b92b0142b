//! How long an editor waits for completions and code actions, asked of the built server over its pipes.
//!
//! `cargo bench --bench latency`. Every request follows a key, so that the document is read anew.

use std::{
    fs,
    time::{Duration, Instant},
};

use phasemark::template::Kind;
use serde_json::{Value, json};

#[allow(dead_code)]
#[path = "../lsp/client.rs"]
mod client;
mod generate;

use self::client::{Client, Folder, editing, push};

const SAMPLES: usize = 200;

/// What is typed on a line of its own at the end of a document, and what is asked there.
const CASES: [(&str, Kind, &str, Ask); 7] = [
    ("sections at `#`", Kind::Plan, "#", Ask::Completion),
    ("words of prose", Kind::Plan, "Some words", Ask::Completion),
    ("commands", Kind::Plan, "## Exit criteria\n\n- [ ] ", Ask::Completion),
    ("a folder's paths", Kind::Prompt, "## References\n\n- `other/part-0/", Ask::Completion),
    ("paths by some letters", Kind::Prompt, "## References\n\n- `file1", Ask::Completion),
    ("a log entry", Kind::WorkNotes, "## Session log\n\n#", Ask::Completion),
    ("code actions", Kind::WorkNotes, "## Status\n\n- [ ] Blocked", Ask::Action),
];

#[derive(Clone, Copy)]
enum Ask {
    Completion,
    Action,
}

fn main() {
    // `cargo test --benches` only wants to know that it runs.
    let is_test = std::env::args().all(|argument| argument != "--bench");
    let (samples, artifacts, others) = if is_test { (2, 30, 50) } else { (SAMPLES, 10_000, 50_000) };
    println!("{:<28} {:>9} {:>9} {:>9}   (ms, {samples} samples)", "", "p50", "p99", "items");
    let small = workspace(1, 20);
    let large = workspace(artifacts / 3, others);
    for (name, folder, size) in [
        ("3 KB", &small, 3_000),
        ("100 KB", &small, 100_000),
        (&format!("3 KB, {artifacts} artifacts, {others} others") as &str, &large, 3_000),
    ] {
        println!("{name}");
        for (what, kind, typed, ask) in CASES {
            let (mut times, items) = measure(folder, kind, &text(kind, size, typed), ask, samples);
            times.sort_unstable();
            let at = |part: usize| times[(times.len() * part / 100).min(times.len() - 1)].as_secs_f64() * 1000.0;
            println!("  {what:<26} {:>9.2} {:>9.2} {items:>9}", at(50), at(99));
        }
    }
}

fn path(kind: Kind, phase: usize) -> String {
    format!("{}/phase-{phase}.md", kind.folder())
}

fn workspace(phases: usize, others: usize) -> Folder {
    let folder = Folder::new(&[("Cargo.toml", "[package]\nname = \"bench\"\n"), ("Makefile", "check:\n\ttrue\n")]);
    for kind in Kind::ALL {
        fs::create_dir_all(folder.path().join(kind.folder())).expect("a folder");
        for phase in 1..=phases {
            fs::write(folder.path().join(path(kind, phase)), generate::artifact(kind, phase, 2_000)).expect("written");
        }
    }
    for n in 0..others {
        let part = folder.path().join(format!("other/part-{}", n / 500));
        if n % 500 == 0 {
            fs::create_dir_all(&part).expect("a folder");
        }
        fs::write(part.join(format!("file{n}.rs")), "").expect("written");
    }
    folder
}

fn text(kind: Kind, size: usize, typed: &str) -> String {
    format!("{}\n\n{typed}", generate::artifact(kind, 1, size).trim_end())
}

/// How long each request takes, and how many items come.
fn measure(folder: &Folder, kind: Kind, text: &str, ask: Ask, samples: usize) -> (Vec<Duration>, usize) {
    let path = path(kind, 1);
    let mut client = Client::start(folder, editing(push()));
    client.open(&path, text);
    client.version(&path, 1);
    let line = text.lines().count() - 1;
    let end = text.lines().last().unwrap_or_default().len();
    let mut ask_once = |n: usize| {
        // A key far away from the cursor, on the first line.
        let at = json!({ "line": 0, "character": 2 });
        let to = json!({ "line": 0, "character": if n == 0 { 2 } else { 3 } });
        client.change(
            &path,
            json!([{ "range": { "start": at, "end": to }, "text": if n.is_multiple_of(2) { "x" } else { "y" } }]),
        );
        let position = json!({ "line": line, "character": end });
        let document = json!({ "uri": client.uri(&path) });
        let started = Instant::now();
        let reply = match ask {
            Ask::Completion => {
                client.request("textDocument/completion", json!({ "textDocument": document, "position": position }))
            }
            Ask::Action => {
                let range = json!({ "start": position, "end": position });
                let context = json!({ "diagnostics": [] });
                client.request(
                    "textDocument/codeAction",
                    json!({ "textDocument": document, "range": range, "context": context }),
                )
            }
        };
        let took = started.elapsed();
        (took, count(&reply.expect("a reply")))
    };
    // The first answers come while files are still being looked through.
    (0..20).for_each(|n| {
        ask_once(n);
    });
    std::thread::sleep(Duration::from_millis(if samples == SAMPLES { 1_500 } else { 0 }));
    let answers: Vec<_> = (0..samples).map(|n| ask_once(n + 20)).collect();
    client.finish();
    (answers.iter().map(|(took, _)| *took).collect(), answers.last().map_or(0, |(_, items)| *items))
}

fn count(reply: &Value) -> usize {
    reply.as_array().or_else(|| reply["items"].as_array()).map_or(0, Vec::len)
}
