//! Artifacts as people write them, any length, the same on every run.

use phasemark::convention::Kind;

const SERVICES: &[&str] = &["metrics-gateway", "event-processor", "billing-api", "auth-proxy", "search-indexer"];
const FILES: &[&str] = &["Chart.yaml", "values.yaml", "templates/_helpers.tpl", "src/main.rs", "tests/smoke.rs"];
const VERBS: &[&str] = &["Add", "Extract", "Rename", "Replace", "Split", "Document", "Harden", "Migrate", "Cache"];
const NOUNS: &[&str] = &[
    "the retry policy",
    "readiness probes",
    "the config loader",
    "request tracing",
    "the rate limiter",
    "error mapping",
    "the index writer",
    "pagination",
    "structured logs",
];
const REASONS: &[&str] = &[
    "it matches the reference implementation",
    "the old path has no test",
    "reviewers asked for smaller diffs",
    "it can be reverted on its own",
    "the vendor limit is 100 per minute",
    "latency at p99 is above the budget — naïvely measured 😀",
];
const COMMANDS: &[&str] =
    &["cargo test -p {}", "helm lint charts/{}", "pytest tests/{} -q", "kubectl diff -f deploy/{}.yaml"];
const OUTCOMES: &[&str] = &["exits 0", "prints no warning", "all tests pass", "no diff is shown"];
const LIMITS: &[&str] = &[
    "MUST follow patterns in the reference implementation.",
    "MUST NOT change files outside this phase scope.",
    "SHOULD keep each commit under 200 lines.",
];

/// An artifact of phase `phase`, at least `size` bytes long.
pub fn artifact(kind: Kind, phase: usize, size: usize) -> String {
    let mut writer = Writer { state: (phase * 3 + kind as usize) as u64, out: String::new(), phase };
    match kind {
        Kind::Plan => writer.plan(size),
        Kind::Prompt => writer.prompt(size),
        Kind::WorkNotes => writer.work_notes(size),
    }
    writer.out
}

struct Writer {
    state: u64,
    out: String,
    phase: usize,
}

impl Writer {
    fn plan(&mut self, size: usize) {
        let title = self.deed();
        self.line(&format!("# Phase {}: {title}", self.phase));
        self.heading("Overview");
        let overview = self.sentence();
        self.line(&overview);
        self.heading("Goals");
        self.grow(3, size, |writer| {
            let goal = writer.sentence();
            writer.line(&format!("- {goal}"));
        });
        self.heading("Constraints");
        self.limits();
        self.heading("Definition of done");
        for _ in 0..5 {
            let (command, outcome) = (self.command(), self.pick(OUTCOMES));
            let tick = self.pick(&["x", " "]);
            self.line(&format!("- [{tick}] `{command}`: {outcome}"));
        }
        self.heading("Out of scope");
        let deed = self.deed();
        self.line(&format!("- {deed}"));
    }

    fn prompt(&mut self, size: usize) {
        let phase = self.phase;
        self.line(&format!("# Phase {phase} - Execution Prompt"));
        self.heading("Role");
        self.line("You are a senior software engineer.");
        self.heading("Context");
        self.line(&format!("- Plan: plan/phase-{phase}.md\n- Work notes: work-notes/phase-{phase}.md"));
        let (first, second) = (self.path(), self.path());
        self.line(&format!("- Reference implementation(s): `{first}`, {second}"));
        self.heading("Task");
        self.grow(3, size, |writer| {
            let task = writer.sentence();
            writer.line(&format!("1. {task}"));
        });
        self.heading("Constraints (follow exactly)");
        self.limits();
        self.heading("Verification");
        let commands = [self.command(), self.command()].join("\n");
        self.line(&format!("```bash\n{commands}\n```"));
        self.heading("Commit discipline");
        self.line("After each logical unit:\n1. Stop and summarize what changed.\n2. Wait for approval.");
    }

    fn work_notes(&mut self, size: usize) {
        self.line(&format!("# Phase {} - Work Notes", self.phase));
        self.heading("Status");
        self.line("- [ ] Not started\n- [x] In progress\n- [ ] Blocked\n- [ ] Complete");
        self.heading("Decisions");
        for day in 10..13 {
            let (decision, why) = (self.sentence(), self.pick(REASONS));
            self.line(&format!("- 2026-01-{day}: {decision} Rationale: {why}."));
        }
        self.heading("Open questions");
        let (noun, why) = (self.pick(NOUNS), self.pick(REASONS));
        self.line(&format!("- Do we need {noun}? Resolved: {why}.\n- Who owns {noun}?"));
        self.heading("Session log");
        let mut day = 0;
        self.grow(3, size, |writer| {
            let (did, command, next) = (writer.sentence(), writer.command(), writer.deed());
            writer.line(&format!(
                "\n### 20{:02}-{:02}-{:02}\n\n- Did: {did}\n- Verified: `{command}`\n- Next: {next}",
                26 + day / 336 % 70,
                day / 28 % 12 + 1,
                day % 28 + 1
            ));
            day += 1;
        });
        self.heading("Commits");
        let deed = self.deed();
        self.line(&format!("- `1a2b3c4` {deed}"));
    }

    /// Repeats `write` at least `least` times, and until the artifact is long enough.
    fn grow(&mut self, least: usize, size: usize, mut write: impl FnMut(&mut Self)) {
        // What follows is about this long.
        const REST: usize = 400;
        let mut written = 0;
        while written < least || self.out.len() + REST < size {
            write(self);
            written += 1;
        }
    }

    fn limits(&mut self) {
        for limit in LIMITS {
            self.line(&format!("- {limit}"));
        }
    }

    fn heading(&mut self, name: &str) {
        self.line(&format!("\n## {name}\n"));
    }

    fn line(&mut self, line: &str) {
        self.out.push_str(line);
        self.out.push('\n');
    }

    fn sentence(&mut self) -> String {
        let (deed, path, why, noun) = (self.deed(), self.path(), self.pick(REASONS), self.pick(NOUNS));
        format!("{deed} in `{path}` because {why}; see also [{noun}](../plan/phase-{}.md).", self.phase)
    }

    fn deed(&mut self) -> String {
        format!("{} {}", self.pick(VERBS), self.pick(NOUNS))
    }

    fn path(&mut self) -> String {
        format!("charts/{}/{}", self.pick(SERVICES), self.pick(FILES))
    }

    fn command(&mut self) -> String {
        let service = self.pick(SERVICES);
        self.pick(COMMANDS).replace("{}", service)
    }

    /// SplitMix64: small, and the same everywhere.
    fn pick(&mut self, choices: &[&'static str]) -> &'static str {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        choices[((z ^ (z >> 31)) % choices.len() as u64) as usize]
    }
}
