//! How long an editor waits for diagnostics, hovers, completions and code actions, asked of the built server over its
//! pipes, and how often one of its threads waits meanwhile, which a busy machine does not blur.
//!
//! `cargo bench --bench latency`. Every request follows a key, so that the document is read anew.

use std::{
    fs,
    time::{Duration, Instant},
};

use phasemark::convention::Kind;
use serde_json::{Value, json};

#[allow(dead_code)]
#[path = "../lsp/client.rs"]
mod client;
mod generate;

use self::client::{Client, Folder, editing, push};

const SAMPLES: usize = 200;

/// What is typed on a line of its own at the end of a document, and what is asked there.
const CASES: [(&str, Kind, &str, Ask); 9] = [
    ("a key", Kind::WorkNotes, "## Notes\n\nSome words", Ask::Nothing),
    ("hover", Kind::WorkNotes, "## Notes\n\nSome words", Ask::Hover),
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
    /// Only diagnostics, which come by themselves.
    Nothing,
    Hover,
    Completion,
    Action,
}

fn main() {
    // `cargo test --benches` only wants to know that it runs.
    let is_test = std::env::args().all(|argument| argument != "--bench");
    let (samples, artifacts, others) = if is_test { (2, 30, 50) } else { (SAMPLES, 10_000, 50_000) };
    println!("{:<28} {:>9} {:>9} {:>9} {:>9}   (ms, {samples} samples)", "", "p50", "p99", "items", "switches");
    let small = workspace(1, 20);
    let large = workspace(artifacts / 3, others);
    for (name, folder, size) in [
        ("3 KB", &small, 3_000),
        ("100 KB", &small, 100_000),
        (&format!("3 KB, {artifacts} artifacts, {others} others") as &str, &large, 3_000),
    ] {
        println!("{name}");
        for (what, kind, typed, ask) in CASES {
            let (mut times, items, switches) = measure(folder, kind, &text(kind, size, typed), ask, samples);
            times.sort_unstable();
            let at = |part: usize| times[(times.len() * part / 100).min(times.len() - 1)].as_secs_f64() * 1000.0;
            let switches = switches.map_or_else(|| "?".to_owned(), |all| format!("{:.2}", all as f64 / samples as f64));
            println!("  {what:<26} {:>9.2} {:>9.2} {items:>9} {switches:>9}", at(50), at(99));
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

/// How often threads of a process waited so far, on Linux.
fn switches(process: u32) -> Option<u64> {
    let tasks = fs::read_dir(format!("/proc/{process}/task")).ok()?.flatten();
    let waits = tasks.filter_map(|task| {
        let status = fs::read_to_string(task.path().join("status")).ok()?;
        status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:")?.trim().parse::<u64>().ok())
    });
    Some(waits.sum())
}

/// How long each request takes, how many items come, and how often threads waited for all of them.
fn measure(folder: &Folder, kind: Kind, text: &str, ask: Ask, samples: usize) -> (Vec<Duration>, usize, Option<u64>) {
    let path = path(kind, 1);
    let mut client = Client::start(folder, editing(push()));
    client.open(&path, text);
    client.version(&path, 1);
    let line = text.lines().count() - 1;
    let end = text.lines().last().unwrap_or_default().len();
    let ask_once = |client: &mut Client, n: usize| {
        // A key far away from the cursor, on the first line.
        let at = json!({ "line": 0, "character": 2 });
        let to = json!({ "line": 0, "character": if n == 0 { 2 } else { 3 } });
        let started = Instant::now();
        let version = client.change(
            &path,
            json!([{ "range": { "start": at, "end": to }, "text": if n.is_multiple_of(2) { "x" } else { "y" } }]),
        );
        let position = json!({ "line": line, "character": end });
        let document = json!({ "uri": client.uri(&path) });
        let started = if let Ask::Nothing = ask { started } else { Instant::now() };
        let reply = match ask {
            Ask::Nothing => Ok(client.version(&path, version).into()),
            Ask::Hover => {
                client.request("textDocument/hover", json!({ "textDocument": document, "position": position }))
            }
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
        ask_once(&mut client, n);
    });
    std::thread::sleep(Duration::from_millis(if samples == SAMPLES { 1_500 } else { 0 }));
    let before = switches(client.server.id());
    let answers: Vec<_> = (0..samples).map(|n| ask_once(&mut client, n + 20)).collect();
    let after = switches(client.server.id());
    client.finish();
    let items = answers.last().map_or(0, |(_, items)| *items);
    (answers.iter().map(|(took, _)| *took).collect(), items, before.zip(after).map(|(before, after)| after - before))
}

fn count(reply: &Value) -> usize {
    reply.as_array().or_else(|| reply["items"].as_array()).map_or(0, Vec::len)
}
