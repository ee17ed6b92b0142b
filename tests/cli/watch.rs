//! `check --watch`.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::Duration,
};

use super::{phasemark, project::Project};

const PLAN: &str = "# Phase 1: Plan\n\n## Goals\n\n- <Goal 1>\n";

struct Watched {
    running: Child,
    lines: Receiver<String>,
}

impl Drop for Watched {
    fn drop(&mut self) {
        let _ = self.running.kill();
        let _ = self.running.wait();
    }
}

impl Watched {
    fn new(project: &Project, args: &[&str]) -> Self {
        let mut command = phasemark(&[&["check", "--watch"], args].concat());
        command.current_dir(project.folder()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut running = command.spawn().expect("it starts");
        let out = BufReader::new(running.stdout.take().expect("a pipe"));
        let (tell, lines) = channel();
        thread::spawn(move || out.lines().map_while(Result::ok).try_for_each(|line| tell.send(line)));
        Self { running, lines }
    }

    fn line(&self) -> String {
        self.lines.recv_timeout(Duration::from_secs(30)).expect("another line")
    }
}

#[test]
fn every_change_is_checked() {
    let project = Project::new(&[("phasemark.toml", ""), ("plan/phase-1.md", PLAN)]);
    let watched = Watched::new(&project, &["--format", "concise", "--select", "leftover-placeholder,invalid-config"]);
    let placeholder = |path: &str, goal| {
        format!("{path}:5:3: warning[leftover-placeholder] Placeholder `<Goal {goal}>` is not filled in.")
    };
    assert_eq!(watched.line(), placeholder("plan/phase-1.md", 1));
    project.write("plan/phase-1.md", PLAN.replace("<Goal 1>", "<Goal 22>"));
    assert_eq!(watched.line(), placeholder("plan/phase-1.md", 22));
    // A new file, then a configuration that is broken and mended.
    project.write("plan/phase-1.md", PLAN.replace("<Goal 1>", "Render the chart"));
    project.write("plan/phase-2.md", PLAN);
    assert_eq!(watched.line(), placeholder("plan/phase-2.md", 1));
    project.write("phasemark.toml", "[layuot]\n");
    assert!(watched.line().starts_with("phasemark.toml:1:2: error[invalid-config] "));
}

#[test]
fn nothing_is_watched_that_would_be_written() {
    for other in ["--fix", "--diff", "--write-baseline"] {
        let ran = Project::empty().run(&["check", "--watch", other]);
        assert_eq!((ran.code, &*ran.out), (2, ""), "{other}");
    }
}
