//! A small LSP client over the pipes of a real server: as much of an editor as the tests need.

use std::{
    collections::HashMap,
    fs,
    io::{BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::{
        Arc, Mutex,
        mpsc::{Receiver, channel},
    },
    thread,
    time::{Duration, Instant},
};

use phasemark::text::{self, Edit, LineIndex, Position, PositionEncoding};
use serde_json::{Value, json};

#[path = "client/capabilities.rs"]
mod capabilities;
#[path = "client/wire.rs"]
mod wire;

pub use self::capabilities::*;
use self::wire::{answer, read_message, send};

/// Far more than anything takes; only a hang gets there.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A folder that goes with the test. Contains no `.git`, so nothing around it matters.
pub struct Folder {
    _home: tempfile::TempDir,
    path: PathBuf,
}

impl Folder {
    pub fn new(files: &[(&str, &str)]) -> Self {
        let home = tempfile::tempdir().expect("a temporary folder");
        // A name that URIs have to encode, below a folder without links.
        let path = home.path().canonicalize().expect("the folder is there").join("my project é");
        let folder = Self { _home: home, path };
        fs::create_dir_all(&folder.path).expect("the folder is made");
        files.iter().for_each(|(path, text)| folder.write(path, text));
        folder
    }

    /// A copy of one of `tests/workspaces`.
    pub fn copy_of(workspace: &str) -> Self {
        let folder = Self::new(&[]);
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/workspaces").join(workspace), &folder.path);
        folder
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.path.join(path);
        fs::create_dir_all(path.parent().expect("below the folder")).expect("the folder is made");
        fs::write(path, text).expect("the file is written");
    }

    pub fn remove(&self, path: &str) {
        let path = self.path.join(path);
        if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }.expect("removed");
    }

    pub fn uri(&self, path: &str) -> String {
        uri(&self.path.join(path))
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("copied");
        }
    }
}

pub fn uri(path: &Path) -> String {
    tower_lsp::lsp_types::Url::from_file_path(path).expect("an absolute path").to_string()
}

/// A text after LSP text edits, whose columns count UTF-16 units.
pub fn edited(text: &str, edits: &Value) -> String {
    edited_in(text, edits, PositionEncoding::Utf16)
}

pub fn edited_in(text: &str, edits: &Value, encoding: PositionEncoding) -> String {
    let lines = LineIndex::new(text);
    let offset = |position: &Value| {
        let number = |key: &str| position[key].as_u64().expect("a number") as u32;
        lines.offset(text, Position { line: number("line"), column: number("character") }, encoding)
    };
    let edits = edits.as_array().expect("edits").iter().map(|edit| {
        let range = offset(&edit["range"]["start"])..offset(&edit["range"]["end"]);
        Edit::replace(range, edit["newText"].as_str().expect("text"))
    });
    text::apply(text, &edits.collect::<Vec<_>>())
}

/// One server with its client.
pub struct Client {
    pub server: Child,
    to_server: Arc<Mutex<Option<ChildStdin>>>,
    inbox: Receiver<Value>,
    /// What `workspace/configuration` is answered with; `None` if nothing is answered at all.
    settings: Arc<Mutex<Option<Value>>>,
    last_id: i64,
    /// Replies that were not asked for yet, by id.
    pub replies: HashMap<String, Value>,
    versions: HashMap<String, i64>,
    /// Requests and notifications of the server, in order.
    pub log: Vec<Value>,
    root: PathBuf,
}

impl Client {
    /// A server that was not talked to yet.
    pub fn spawn(folder: &Folder) -> Self {
        Self::spawn_with(folder, "off", Stdio::null())
    }

    /// As [`Client::spawn`], with a log that is not read if it is piped.
    pub fn spawn_with(folder: &Folder, log: &str, stderr: Stdio) -> Self {
        // One that writes down what is said: tests/conformance.
        let server = std::env::var_os("PHASEMARK_TEST_SERVER");
        let mut command = Command::new(server.unwrap_or_else(|| env!("CARGO_BIN_EXE_phasemark").into()));
        command.args(["server", "--stdio"]).current_dir(folder.path()).env("PHASEMARK_TEST_COMMANDS", "1");
        command.env("PHASEMARK_LOG", log).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(stderr);
        let mut server = command.spawn().expect("the server starts");
        let to_server = Arc::new(Mutex::new(server.stdin.take()));
        let settings = Arc::new(Mutex::new(Some(Value::Null)));
        let (sender, inbox) = channel();
        let (output, answering) = (server.stdout.take().expect("piped"), (to_server.clone(), settings.clone()));
        thread::spawn(move || {
            let mut output = BufReader::new(output);
            while let Some(message) = read_message(&mut output) {
                if let (Some(id), Some(method)) = (message.get("id"), message["method"].as_str())
                    && let Some(settings) = &*answering.1.lock().unwrap()
                {
                    let result = answer(method, &message["params"], settings);
                    send(&answering.0, &json!({ "jsonrpc": "2.0", "id": id, "result": result }));
                }
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        Self {
            server,
            to_server,
            inbox,
            settings,
            last_id: 0,
            replies: HashMap::new(),
            versions: HashMap::new(),
            log: Vec::new(),
            root: folder.path().to_path_buf(),
        }
    }

    /// A session past `initialized`.
    pub fn start(folder: &Folder, capabilities: Value) -> Self {
        Self::start_with(folder, capabilities, json!({}), Value::Null)
    }

    /// As [`Client::start`], with further params of `initialize` and the user's settings.
    pub fn start_with(folder: &Folder, capabilities: Value, params: Value, settings: Value) -> Self {
        let mut client = Self::spawn(folder);
        client.set_settings(settings);
        let usual = json!({
            "processId": std::process::id(),
            "rootUri": uri(folder.path()),
            "workspaceFolders": [{ "uri": uri(folder.path()), "name": "test" }],
            "capabilities": capabilities,
        });
        client.request("initialize", merged(usual, params)).expect("initialized");
        client.notify("initialized", json!({}));
        client
    }

    pub fn set_settings(&self, settings: Value) {
        *self.settings.lock().unwrap() = Some(settings);
    }

    /// Leaves all requests of the server unanswered from now on.
    pub fn stop_answering(&self) {
        *self.settings.lock().unwrap() = None;
    }

    // Messages.

    /// Writes bytes as they are.
    pub fn write(&self, bytes: &[u8]) {
        let mut to_server = self.to_server.lock().unwrap();
        let _ = to_server.as_mut().expect("stdin is open").write_all(bytes);
    }

    pub fn close_stdin(&self) {
        *self.to_server.lock().unwrap() = None;
    }

    pub fn notify(&self, method: &str, params: Value) {
        send(&self.to_server, &json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Sends a request; its id is for [`Client::reply`].
    pub fn send(&mut self, method: &str, params: Value) -> i64 {
        self.last_id += 1;
        send(&self.to_server, &json!({ "jsonrpc": "2.0", "id": self.last_id, "method": method, "params": params }));
        self.last_id
    }

    pub fn reply(&mut self, id: impl Into<Value>) -> Result<Value, Value> {
        let key = id.into().to_string();
        let mut reply = self.until(&format!("the reply to {key}"), |client| client.replies.remove(&key));
        match reply.get_mut("error") {
            Some(error) => Err(error.take()),
            None => Ok(reply["result"].take()),
        }
    }

    pub fn has_reply(&self, id: i64) -> bool {
        self.replies.contains_key(&id.to_string())
    }

    pub fn request(&mut self, method: &str, params: Value) -> Result<Value, Value> {
        let id = self.send(method, params);
        self.reply(id)
    }

    /// The code actions for a range: lines and characters from 0.
    pub fn actions(&mut self, path: &str, (start, end): ((u32, u32), (u32, u32)), only: Option<&[&str]>) -> Vec<Value> {
        let position = |(line, character): (u32, u32)| json!({ "line": line, "character": character });
        let mut diagnostics = self.latest(path).map_or(json!([]), |published| published["diagnostics"].clone());
        // Those of the lines, as Neovim has it.
        let is_on_lines = |diagnostic: &Value| {
            let line = |end: &str| diagnostic["range"][end]["line"].as_u64().expect("a line");
            line("start") <= u64::from(end.0) && u64::from(start.0) <= line("end")
        };
        diagnostics.as_array_mut().expect("diagnostics").retain(is_on_lines);
        let mut context = json!({ "diagnostics": diagnostics });
        if let Some(only) = only {
            context["only"] = json!(only);
        }
        let params = json!({
            "textDocument": { "uri": self.uri(path) },
            "range": { "start": position(start), "end": position(end) },
            "context": context,
        });
        let found = self.request("textDocument/codeAction", params).expect("actions");
        found.as_array().expect("a list").clone()
    }

    /// The action of that title with its edit.
    pub fn action(&mut self, path: &str, at: (u32, u32), title: &str) -> Value {
        let found = self.actions(path, (at, at), None);
        let titles: Vec<_> = found.iter().map(|action| action["title"].to_string()).collect();
        let action = found.into_iter().find(|action| action["title"] == title);
        let action = action.unwrap_or_else(|| panic!("no {title:?} among {titles:#?}"));
        if action.get("edit").is_some() {
            return action;
        }
        self.request("codeAction/resolve", action).expect("resolved")
    }

    /// The code of the error that a request is answered with.
    pub fn refusal(&mut self, method: &str, params: Value) -> i64 {
        let error = self.request(method, params).expect_err(method);
        error["code"].as_i64().expect("a code")
    }

    /// Receives until `look` sees what it looks for; fails after a long time.
    pub fn until<T>(&mut self, what: &str, look: impl FnMut(&mut Self) -> Option<T>) -> T {
        self.try_until(look).unwrap_or_else(|| {
            let tail: Vec<_> = self.log.iter().rev().take(5).map(Value::to_string).collect();
            panic!("no {what}; the last messages were {tail:#?}");
        })
    }

    /// As [`Client::until`]; `None` after a long time.
    pub fn try_until<T>(&mut self, mut look: impl FnMut(&mut Self) -> Option<T>) -> Option<T> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let found = look(self);
            if found.is_some() {
                return found;
            }
            let message = self.inbox.recv_timeout(deadline.saturating_duration_since(Instant::now())).ok()?;
            if message.get("method").is_some() {
                self.log.push(message);
            } else {
                self.replies.insert(message["id"].to_string(), message);
            }
        }
    }

    /// The params of every message of that method so far.
    pub fn all(&self, method: &str) -> Vec<&Value> {
        self.log.iter().filter(|message| message["method"] == method).map(|message| &message["params"]).collect()
    }

    pub fn count(&self, method: &str) -> usize {
        self.all(method).len()
    }

    /// Waits for the first message of that method.
    pub fn first(&mut self, method: &str) -> Value {
        self.until(method, |client| client.all(method).first().map(|params| (*params).clone()))
    }

    // Documents. Paths are relative to the folder.

    pub fn uri(&self, path: &str) -> String {
        if path.contains("://") || path.starts_with("untitled:") { path.to_owned() } else { uri(&self.root.join(path)) }
    }

    pub fn open(&mut self, path: &str, text: &str) {
        let uri = self.uri(path);
        self.versions.insert(uri.clone(), 1);
        let language = if path.ends_with(".toml") { "toml" } else { "markdown" };
        let document = json!({ "uri": uri, "languageId": language, "version": 1, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
    }

    /// Opens what is on disk, as an editor does: without the BOM.
    pub fn open_file(&mut self, path: &str) {
        let text = fs::read(self.root.join(path)).expect("the file is there");
        let text = String::from_utf8_lossy(&text).into_owned();
        self.open(path, text.trim_start_matches('\u{feff}'));
    }

    /// Sends changes as one new version, and returns it.
    pub fn change(&mut self, path: &str, changes: Value) -> i64 {
        let uri = self.uri(path);
        let version = self.versions.get_mut(&uri).expect("open");
        *version += 1;
        let version = *version;
        let document = json!({ "uri": uri, "version": version });
        self.notify("textDocument/didChange", json!({ "textDocument": document, "contentChanges": changes }));
        version
    }

    pub fn replace(&mut self, path: &str, text: &str) -> i64 {
        self.change(path, json!([{ "text": text }]))
    }

    pub fn save(&mut self, path: &str) {
        self.notify("textDocument/didSave", json!({ "textDocument": { "uri": self.uri(path) } }));
    }

    pub fn close(&mut self, path: &str) {
        self.notify("textDocument/didClose", json!({ "textDocument": { "uri": self.uri(path) } }));
    }

    /// Types until the last diagnostics are as they should be, as changes that are not watched are looked for now and then.
    pub fn type_until(&mut self, path: &str, text: &str, what: &str, is_right: impl Fn(&[Value]) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let version = self.replace(path, text);
            if is_right(&self.version(path, version)) {
                return;
            }
            assert!(Instant::now() < deadline, "{what} never comes");
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// What a watcher saw: 1 created, 2 changed, 3 deleted.
    pub fn watched(&mut self, path: &str, kind: u8) {
        self.notify("workspace/didChangeWatchedFiles", json!({ "changes": [{ "uri": self.uri(path), "type": kind }] }));
    }

    pub fn hover(&mut self, path: &str, line: u32, character: u32) -> Option<String> {
        let position = json!({ "line": line, "character": character });
        let params = json!({ "textDocument": { "uri": self.uri(path) }, "position": position });
        let hover = self.request("textDocument/hover", params).expect("an answer");
        hover["contents"]["value"].as_str().map(str::to_owned)
    }

    // Diagnostics.

    /// What was published for a document, oldest first.
    pub fn published(&self, path: &str) -> Vec<&Value> {
        let uri = self.uri(path);
        self.all("textDocument/publishDiagnostics").into_iter().filter(|params| params["uri"] == uri).collect()
    }

    pub fn latest(&self, path: &str) -> Option<Value> {
        self.published(path).last().map(|params| (*params).clone())
    }

    /// Waits for the diagnostics of a version.
    pub fn version(&mut self, path: &str, version: i64) -> Vec<Value> {
        self.until(&format!("version {version} of {path}"), |client| {
            let latest = client.latest(path).filter(|params| params["version"] == version)?;
            latest["diagnostics"].as_array().cloned()
        })
    }

    /// Waits until the findings of a rule in a document are these, written as `line:start-end`.
    pub fn until_found(&mut self, path: &str, rule: &str, places: &[&str]) {
        self.until(&format!("{rule} of {path} at {places:?}"), |client| {
            let latest = client.latest(path)?;
            (found(latest["diagnostics"].as_array()?, rule) == places).then_some(())
        });
    }

    /// `textDocument/diagnostic`, the whole report.
    pub fn pull(&mut self, path: &str, previous: Option<&str>) -> Value {
        let mut params = json!({ "textDocument": { "uri": self.uri(path) }, "identifier": "phasemark" });
        if let Some(previous) = previous {
            params["previousResultId"] = previous.into();
        }
        self.request("textDocument/diagnostic", params).expect("a report")
    }

    /// Pulls, again after each refresh, until the findings of a rule are these.
    pub fn until_pulled(&mut self, path: &str, rule: &str, places: &[&str]) -> Value {
        loop {
            let refreshes = self.count("workspace/diagnostic/refresh");
            let report = self.pull(path, None);
            if found(report["items"].as_array().expect("items"), rule) == places {
                return report;
            }
            self.until(&format!("a refresh before {rule} of {path} is at {places:?}, not {report:#}"), |client| {
                (client.count("workspace/diagnostic/refresh") > refreshes).then_some(())
            });
        }
    }

    // The end.

    /// Waits for the process to end by itself.
    pub fn exit_code(&mut self) -> i32 {
        // The reading thread ends with the server's output.
        let deadline = Instant::now() + PATIENCE;
        while self.inbox.recv_timeout(deadline.saturating_duration_since(Instant::now())).is_ok() {}
        assert!(Instant::now() < deadline, "the server goes on");
        self.server.wait().expect("a child").code().expect("no signal")
    }

    /// The polite end of a session.
    pub fn finish(mut self) {
        assert_eq!(self.request("shutdown", Value::Null), Ok(Value::Null));
        self.notify("exit", Value::Null);
        assert_eq!(self.exit_code(), 0);
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// The places of a rule's findings, written as `line:start-end`, from 0.
pub fn found(diagnostics: &[Value], rule: &str) -> Vec<String> {
    let of_rule = diagnostics.iter().filter(|diagnostic| diagnostic["code"] == rule);
    let place = |diagnostic: &Value| {
        let (start, end) = (&diagnostic["range"]["start"], &diagnostic["range"]["end"]);
        let over = if end["line"] == start["line"] { String::new() } else { format!("{}:", end["line"]) };
        format!("{}:{}-{over}{}", start["line"], start["character"], end["character"])
    };
    of_rule.map(place).collect()
}
