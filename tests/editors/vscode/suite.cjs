// Runs inside VS Code's extension host: the real API, the real extension, the real server.
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function eventually(what, get, describe = () => '') {
  for (const end = Date.now() + 30_000; ; await sleep(50)) {
    const value = await get();
    if (value) return value;
    if (Date.now() > end) throw new Error(`never happened: ${what} ${describe()}`);
  }
}

/** Language servers below this extension host. */
function servers() {
  return fs.readdirSync('/proc').filter((pid) => {
    try {
      const args = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      const parent = /^PPid:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
      return Number(parent) === process.pid && args.some((arg, i) => path.basename(arg) === 'phasemark' && args[i + 1] === 'server');
    } catch {
      return false;
    }
  });
}

exports.run = async (vscode, say) => {
  const test = async (name, body) => {
    let timer;
    // A dialog that nobody answers would hold up everything.
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error('it does not end')), 60_000);
    });
    try {
      await Promise.race([body(), late]);
      say(`PASS ${name}`);
    } catch (error) {
      say(`FAIL ${name}: ${error.stack ?? error}`);
    } finally {
      clearTimeout(timer);
    }
  };

  const folder = vscode.workspace.workspaceFolders[0].uri;
  const at = (name) => vscode.Uri.joinPath(folder, name);
  const plan = at('plan/phase-1.md');
  const rule = (diagnostic) => diagnostic.code?.value ?? diagnostic.code;
  const findings = (uri) => vscode.languages.getDiagnostics(uri);
  const placeholders = (uri) => findings(uri).filter((d) => rule(d) === 'leftover-placeholder');
  const expectPlaceholders = (count, uri = plan) =>
    eventually(
      `${count} placeholder findings`,
      () => placeholders(uri).length === count && [placeholders(uri)],
      () => JSON.stringify(findings(uri)),
    ).then(([found]) => found);
  const show = async (uri) => vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
  const set = (key, value) => vscode.workspace.getConfiguration('phasemark').update(key, value, vscode.ConfigurationTarget.Workspace);
  const hover = async (uri, line, character) => {
    const hovers = await vscode.commands.executeCommand('vscode.executeHoverProvider', uri, new vscode.Position(line, character));
    return hovers.flatMap((h) => h.contents.map((c) => c.value ?? c)).join('\n');
  };
  const config = path.join(folder.fsPath, 'phasemark.toml');

  let editor;

  await test('the extension activates for an artifact', async () => {
    const extension = vscode.extensions.getExtension('phasemark.phasemark');
    assert.ok(extension, 'it is installed');
    editor = await show(plan);
    await eventually('it is active', () => extension.isActive);
  });

  await test('activation does not wait for the server', async () => {
    assert.deepEqual(servers(), []);
    fs.writeFileSync(process.env.PHASEMARK_SUITE_GO, '');
    await eventually('the server', () => servers().length === 1);
  });

  await test('a finding stands at the right place behind an emoji', async () => {
    const [finding] = await expectPlaceholders(1);
    const { start, end } = finding.range;
    assert.deepEqual([start.line, start.character, end.line, end.character], [4, 5, 4, 13]);
    assert.equal(editor.document.getText(finding.range), '<Goal 1>');
    assert.equal(finding.severity, vscode.DiagnosticSeverity.Warning);
  });

  await test('every finding has a source and a rule as its code, and is there once', async () => {
    await sleep(500);
    const all = findings(plan);
    for (const finding of all) {
      assert.equal(finding.source, 'phasemark');
      assert.match(rule(finding), /^[a-z-]+$/);
      assert.equal(finding.code.target.toString(), `phasemark:/rules/${rule(finding)}.md`);
    }
    const keys = all.map((d) => JSON.stringify([rule(d), d.range, d.message]));
    assert.equal(new Set(keys).size, keys.length, keys.join('\n'));
  });

  await test('an edit removes the finding, and undo brings it back', async () => {
    const [finding] = placeholders(plan);
    assert.ok(await editor.edit((edit) => edit.replace(finding.range, 'The engine reads a plan.')));
    await expectPlaceholders(0);
    await vscode.commands.executeCommand('undo');
    const [again] = await expectPlaceholders(1);
    assert.equal(editor.document.getText(again.range), '<Goal 1>');
  });

  await test('hover on a finding says in two lines what its rule is about', async () => {
    const text = await hover(plan, 4, 7);
    assert.match(text, /^\*\*leftover-placeholder\*\*: .+\n\n.+$/);
  });

  await test('the rule of a finding leads to its documentation', async () => {
    const document = await vscode.workspace.openTextDocument(placeholders(plan)[0].code.target);
    assert.equal(document.languageId, 'markdown');
    assert.match(document.getText(), /^# leftover-placeholder\n[^]+\n### Fixes\n/);
  });

  await test('Markdown that is no artifact gets nothing', async () => {
    for (const uri of [at('README.md'), at('plan/README.md')]) {
      await show(uri);
      await hover(uri, 0, 0);
      await sleep(500);
      assert.deepEqual(findings(uri), [], uri.path);
    }
    editor = await show(plan);
  });

  await test('settings apply without a restart', async () => {
    const before = servers();
    await set('rules', { 'leftover-placeholder': 'off' });
    await expectPlaceholders(0);
    await set('rules', { 'leftover-placeholder': { severity: 'error' } });
    assert.equal((await expectPlaceholders(1))[0].severity, vscode.DiagnosticSeverity.Error);
    await set('rules', undefined);
    await eventually('the default severity', () => placeholders(plan)[0]?.severity === vscode.DiagnosticSeverity.Warning);
    assert.deepEqual(servers(), before);
  });

  await test('options of rules are a setting of their own', async () => {
    const tooLong = () => findings(plan).filter((d) => rule(d) === 'plan-too-long');
    await set('rules', { 'plan-too-long': 'error' });
    await set('ruleOptions', { 'plan-too-long': { 'max-lines': 2 } });
    await eventually('a finding', () => tooLong()[0]?.severity === vscode.DiagnosticSeverity.Error, () => JSON.stringify(findings(plan)));
    await set('ruleOptions', undefined);
    await eventually('none', () => tooLong().length === 0);
    await set('rules', undefined);
  });

  await test('phasemark.toml applies when it changes on disk', async () => {
    fs.writeFileSync(config, '[rules]\nleftover-placeholder = "off"\n');
    await expectPlaceholders(0);
    fs.writeFileSync(config, '[rules]\nleftover-placeholder = "error"\n');
    assert.equal((await expectPlaceholders(1))[0].severity, vscode.DiagnosticSeverity.Error);
  });

  await test('phasemark.toml wins over settings', async () => {
    await set('rules', { 'leftover-placeholder': 'off' });
    await sleep(500);
    await expectPlaceholders(1);
    await set('rules', undefined);
    fs.rmSync(config);
    await eventually('the default severity', () => placeholders(plan)[0]?.severity === vscode.DiagnosticSeverity.Warning);
  });

  await test('a mistake in phasemark.toml is shown there', async () => {
    fs.writeFileSync(config, '[rulez]\n');
    const uri = at('phasemark.toml');
    await show(uri);
    const [finding] = await eventually('a finding', () => findings(uri).length > 0 && findings(uri), () => JSON.stringify(findings(uri)));
    assert.equal(rule(finding), 'invalid-config');
    const document = await vscode.workspace.openTextDocument(uri);
    assert.equal(document.getText(finding.range), 'rulez');
    assert.equal(document.languageId, 'phasemark-toml', 'no other TOML is ours');
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    fs.rmSync(config);
    editor = await show(plan);
    await expectPlaceholders(1);
  });

  const notes = at('work-notes/phase-1.md');
  const cursor = () => vscode.window.activeTextEditor.selection.active;
  const selected = () => vscode.window.activeTextEditor.document.getText(vscode.window.activeTextEditor.selection);
  const unsaved = () => vscode.workspace.textDocuments.filter((document) => document.isDirty).map((document) => document.uri.path);
  const lineAtCursor = () => vscode.window.activeTextEditor.document.lineAt(cursor().line).text;

  await test('sections are completed at #', async () => {
    const end = editor.document.lineAt(editor.document.lineCount - 1).range.end;
    assert.ok(await editor.edit((edit) => edit.insert(end, '\n#')));
    const position = new vscode.Position(end.line + 1, 1);
    const list = await vscode.commands.executeCommand('vscode.executeCompletionItemProvider', plan, position, '#');
    const labels = list.items.map((item) => item.label.label ?? item.label);
    // The one that belongs there comes first, whatever the order of the template is.
    assert.deepEqual(labels.slice(0, 4), ['Constraints', 'Definition of done', 'Out of scope', 'Overview']);
    assert.ok(list.items[0].insertText instanceof vscode.SnippetString);
    await vscode.commands.executeCommand('undo');
  });

  await test('the item of a folder asks for completions again', async () => {
    const end = editor.document.lineAt(editor.document.lineCount - 1).range.end;
    assert.ok(await editor.edit((edit) => edit.insert(end, '`')));
    const list = await vscode.commands.executeCommand('vscode.executeCompletionItemProvider', plan, end.translate(0, 1), '`');
    const folder = list.items.find((item) => item.kind === vscode.CompletionItemKind.Folder);
    assert.equal(folder?.command?.command, 'editor.action.triggerSuggest', JSON.stringify(list.items));
    await vscode.commands.executeCommand('undo');
  });

  await test('a quick fix is applied, and undone', async () => {
    const before = editor.document.getText();
    const [finding] = await eventually('a finding', () => {
      const found = findings(plan).filter((d) => rule(d) === 'missing-definition-of-done');
      return found.length > 0 && found;
    });
    const kind = vscode.CodeActionKind.QuickFix.value;
    const actions = await vscode.commands.executeCommand('vscode.executeCodeActionProvider', plan, finding.range, kind, 10);
    const action = actions.find((a) => a.title === 'Insert the section `Definition of done`');
    assert.ok(action?.isPreferred, actions.map((a) => `${a.title} ${a.isPreferred}`).join());
    assert.ok(await vscode.workspace.applyEdit(action.edit));
    assert.match(editor.document.getText(), /^## Definition of done$/m);
    await eventually('the finding has gone', () => !findings(plan).some((d) => rule(d) === 'missing-definition-of-done'));
    await vscode.commands.executeCommand('undo');
    assert.equal(editor.document.getText(), before);
  });

  await test('what is safe is fixed at a save', async () => {
    const all = vscode.workspace.getConfiguration('editor', { uri: plan, languageId: 'markdown' });
    const target = vscode.ConfigurationTarget.Workspace;
    await all.update('codeActionsOnSave', { 'source.fixAll.phasemark': 'explicit' }, target, true);
    const before = editor.document.getText();
    const comment = ' <!-- phasemark-ignore log-order -->';
    assert.ok(await editor.edit((edit) => edit.insert(editor.document.lineAt(0).range.end, comment)));
    assert.ok(await editor.document.save());
    await eventually('the comment goes, no heading comes', () => editor.document.getText() === before);
    await all.update('codeActionsOnSave', undefined, target, true);
    fs.writeFileSync(plan.fsPath, before);
    await eventually('the file is as before', () => editor.document.getText() === before);
  });

  await test('the command inserts a log entry, with the cursor in its first empty field', async () => {
    await show(notes);
    await vscode.commands.executeCommand('phasemark.insertSessionLogEntry');
    await eventually('the cursor', () => lineAtCursor() === '- What changed: ' && cursor().character === 16, lineAtCursor);
    const before = vscode.window.activeTextEditor.document.getText();
    assert.match(before, /^### \d{4}-\d\d-\d\d \d\d:\d\d$/m);
    // No finding for what is about to be typed.
    await eventually('the entry is seen', () => !findings(notes).some((d) => rule(d) === 'missing-session-log-entry'));
    await sleep(500);
    assert.deepEqual(findings(notes).filter((d) => rule(d) === 'incomplete-log-entry'), []);
    await vscode.commands.executeCommand('undo');
    assert.equal(vscode.window.activeTextEditor.document.getText(), fs.readFileSync(notes.fsPath, 'utf8'));
  });

  await test('the empty places of a log entry are tab stops, wherever the entry goes', async () => {
    editor = await show(notes);
    const before = editor.document.getText();
    const logs = [
      ['### 2026-01-02\n- Why: $x\n- Next: y\n', '### DATE\n- Why: $x\n- Next: y\n\n### DATE\n- Why: a$\n- Next: b}\n'],
      ['- 2026-01-02\n\t- Why: $x\n\t- Next: y\n', '- DATE\n\t- Why: $x\n\t- Next: y\n- DATE\n\t- Why: a$\n\t- Next: b}\n'],
    ];
    // As VS Code finds it in a file with tabs when that is opened.
    editor.options = { ...editor.options, insertSpaces: false };
    for (const [log, expected] of logs) {
      const whole = new vscode.Range(0, 0, editor.document.lineCount, 0);
      assert.ok(await editor.edit((edit) => edit.replace(whole, `## Log\n\n${log}`)));
      const kind = 'refactor.insert';
      const start = new vscode.Range(0, 0, 0, 0);
      const action = await eventually('the action', async () => {
        const actions = await vscode.commands.executeCommand('vscode.executeCodeActionProvider', notes, start, kind, 10);
        return actions.find((action) => action.title === 'Insert session log entry');
      });
      await vscode.commands.executeCommand(action.command.command, ...action.command.arguments);
      await eventually('the first place', () => lineAtCursor().endsWith('- Why: '), lineAtCursor);
      await vscode.commands.executeCommand('type', { text: 'a$' });
      await vscode.commands.executeCommand('jumpToNextSnippetPlaceholder');
      await eventually('the second place', () => lineAtCursor().endsWith('- Next: '), lineAtCursor);
      await vscode.commands.executeCommand('type', { text: 'b}' });
      assert.equal(editor.document.getText().replaceAll(/\d{4}-\d\d-\d\d/g, 'DATE'), `## Log\n\n${expected}`);
    }
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await eventually('the notes are as before', () => editor.document.getText() === before);
  });

  await test('a workspace is initialized, and what is there is kept', async () => {
    await vscode.commands.executeCommand('phasemark.init');
    const prompt = at('prompts/phase-1.md');
    assert.equal(vscode.window.activeTextEditor.document.uri.path, prompt.path);
    assert.match(selected(), /^<.+>$/);
    assert.equal(fs.readFileSync(notes.fsPath, 'utf8').includes('In progress'), true);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    fs.rmSync(prompt.fsPath);
  });

  await test('a new phase gets its three files, and its plan is shown', async () => {
    await vscode.commands.executeCommand('phasemark.newPhase', { stem: 'phase-2', uri: plan.toString() });
    const names = ['plan', 'prompts', 'work-notes'].map((name) => at(`${name}/phase-2.md`));
    await eventually('the files', () => names.every((uri) => fs.existsSync(uri.fsPath)));
    await eventually('the plan', () => vscode.window.activeTextEditor?.document.uri.path === names[0].path);
    await eventually('the first blank, to be typed over', () => /^<One sentence.*>$/.test(selected()), selected);
    await eventually('all is saved', () => unsaved().length === 0, unsaved);
    for (const uri of names) assert.ok(fs.readFileSync(uri.fsPath, 'utf8').startsWith('# Phase 2'), uri.path);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.commands.executeCommand('phasemark.newPhase', { stem: 'phase-2', uri: plan.toString() });
    await eventually('it is there, and shown', () => vscode.window.activeTextEditor?.document.uri.path === names[0].path);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  await test('resume opens the text and copies it', async () => {
    editor = await show(plan);
    await vscode.commands.executeCommand('phasemark.resumePrompt');
    const { document } = vscode.window.activeTextEditor;
    assert.equal(document.uri.scheme, 'phasemark');
    assert.equal(document.languageId, 'markdown');
    assert.match(document.getText(), /^# Resume: /);
    assert.equal(await vscode.env.clipboard.readText(), document.getText());
    assert.deepEqual(unsaved(), []);
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  });

  /** Runs a command that asks, and takes the first answer. */
  const runAndAccept = async (command) => {
    let hasEnded = false;
    const run = vscode.commands.executeCommand(command).then(() => (hasEnded = true));
    await eventually('an answer is taken', async () => {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return hasEnded;
    });
    return run;
  };

  await test('resume and the log entry ask which phase is meant, where the active file does not say', async () => {
    for (const open of [() => show(at('README.md')), () => vscode.commands.executeCommand('workbench.action.closeAllEditors')]) {
      await open();
      await runAndAccept('phasemark.resumePrompt');
      // Where work went on last comes first.
      assert.match(vscode.window.activeTextEditor.document.getText(), /^# Resume: Phase 1\n/);
    }
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await runAndAccept('phasemark.insertSessionLogEntry');
    await eventually('the notes', () => vscode.window.activeTextEditor?.document.uri.path === notes.path);
    await eventually('the cursor', () => lineAtCursor() === '- What changed: ', lineAtCursor);
    await vscode.commands.executeCommand('undo');
    await eventually('the notes are as before', () => unsaved().length === 0, unsaved);
  });

  await test('the status report is shown as a preview', async () => {
    editor = await show(plan);
    const report = await vscode.commands.executeCommand('phasemark.statusReport');
    assert.deepEqual(report.phases.map((phase) => phase.stem), ['phase-1', 'phase-2']);
    const labels = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs.map((tab) => tab.label));
    await eventually('a preview', () => labels().some((label) => label.includes('Status Report')), () => labels().join());
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    await vscode.window.tabGroups.close(tabs.filter((tab) => tab.label.includes('Status Report')));
    editor = await show(plan);
    await expectPlaceholders(1);
  });

  await test('the restart command starts a new server and ends the old one', async () => {
    const [before, ...others] = servers();
    assert.ok(before);
    assert.deepEqual(others, []);
    await vscode.commands.executeCommand('phasemark.restartServer');
    await eventually('one other server', () => servers().length === 1 && servers()[0] !== before, () => JSON.stringify(servers()));
    await expectPlaceholders(1);
  });

  await test('restarts that are asked for at once leave one server', async () => {
    await Promise.all([1, 2, 3].map(() => vscode.commands.executeCommand('phasemark.restartServer')));
    await expectPlaceholders(1);
    await eventually('one server', () => servers().length === 1, () => JSON.stringify(servers()));
  });

  await test('a server that is killed is started again', async () => {
    const [before] = servers();
    process.kill(Number(before), 'SIGKILL');
    await eventually('another server', () => servers().length === 1 && servers()[0] !== before, () => JSON.stringify(servers()));
    await expectPlaceholders(1);
  });

  await test('a new server path takes effect at once', async () => {
    await set('server.path', '/no/such/phasemark');
    await eventually('no server', () => servers().length === 0);
    await expectPlaceholders(0);
    await set('server.path', undefined);
    await expectPlaceholders(1);
  });
};
