// Servers that do not start, or do not stay: what the window says, once, and that putting it right is enough.
// Leaves screenshots in $OUT.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { eventually, Machine, OUT, Report, runCommand, sleep } from './code-server.mjs';

fs.mkdirSync(OUT, { recursive: true });

const machine = new Machine({ files: { 'plan/phase-1.md': '# Phase 1: Engine\n\n## Goals\n\n- <Goal 1>\n' } });
machine.env.PHASEMARK_TEST_START_LIMIT = '5000';

/** A server that is a shell script; `$real` is phasemark. */
const server = (name, script) => {
  const file = machine.at(`servers/${name}`);
  machine.write({ [`servers/${name}`]: `#!/bin/sh\nreal='${machine.at('bin/phasemark')}'\n${script}\n` });
  fs.chmodSync(file, 0o755);
  return file;
};
// What must never run: a program of the workspace, which relative folders in PATH would lead to.
const RAN = machine.at('ran');
machine.write({
  'workspace/phasemark': `#!/bin/sh\ntouch '${RAN}'\nexec '${machine.at('bin/phasemark')}' "$@"\n`,
  'home/.profile': `PATH='.::${machine.at('bin')}':$PATH\n`,
});
fs.chmodSync(machine.at('workspace/phasemark'), 0o755);

const GOOD = machine.at('bin/phasemark');
const VERSION = '[ "$1" = --version ] && exec "$real" --version';
const AFTER_RESTART = `[ -e '${machine.at('mended')}' ] && exec "$real" "$@"`;
const MUTE = server('mute', 'exec sleep 601');
const HANGING = server('hanging', `${VERSION}\nexec sleep 601`);

const report = new Report();
let page;
try {
  page = await machine.open({ file: 'plan/phase-1.md' });
  const seen = (locator, timeout = 40_000) => locator.first().waitFor({ timeout });
  const warnings = page.locator('.monaco-editor .squiggly-warning');
  const toasts = page.locator('.notifications-toasts .notification-list-item');
  const clear = () =>
    eventually('no message', async () => {
      await page.keyboard.press('Escape');
      return eventually('it is hidden', async () => (await toasts.count()) === 0, 1000).catch(() => false);
    });
  const use = (server) => machine.settings({ 'phasemark.server.path': server });
  const hanging = () => machine.processes(([program, time]) => program === 'sleep' && time === '601');

  const works = async () => {
    await eventually('one server', () => machine.servers().length === 1);
    await seen(warnings);
  };

  let picture;

  /** There is this message, in full, and no other of any kind. */
  const only = async (text, ...buttons) => {
    await seen(toasts);
    await eventually(`no server that is left: ${machine.servers()}`, () => machine.servers().length + hanging().length === 0);
    await sleep(700); // for whatever else has something to say
    await page.screenshot({ path: picture });
    const messages = await toasts.locator('.notification-list-item-message').allInnerTexts();
    assert.equal(messages.length, 1, messages.join('\n'));
    if (typeof text === 'string') assert.equal(messages[0], text);
    else assert.match(messages[0], text);
    assert.deepEqual(await toasts.locator('.notification-list-item-buttons-container .monaco-button').allInnerTexts(), buttons);
    assert.equal(await page.locator('.monaco-dialog-box, .quick-input-widget:visible').count(), 0, 'a dialog');
  };

  const step = (name, body) =>
    report.test(name, async () => {
      picture = path.join(OUT, `fault-${name.replace(/[^a-z]+/gi, '-').toLowerCase()}.png`);
      try {
        await body();
      } catch (error) {
        await page.screenshot({ path: picture });
        throw error;
      } finally {
        use(GOOD);
        await clear();
      }
    });

  const commands = ['Status Report', 'New Phase...', 'Insert Session Log Entry', 'Resume Phase'];

  /** The server is explained, on its own account and to a command; the right path is enough. */
  const fault = (name, server, ...message) =>
    step(name, async () => {
      use(server);
      await only(...message);
      await clear();
      await runCommand(page, `phasemark: ${commands[(report.passed + report.failed) % commands.length]}`);
      await only(...message);
      use(GOOD);
      await works();
    });

  /** The same without a command, which would add nothing. */
  const variant = (name, server, ...message) =>
    step(name, async () => {
      use(server);
      await only(...message);
      use(GOOD);
      await works();
    });

  await seen(page.locator('.monaco-editor .view-lines'), 60_000);
  await report.test('a server that is fine says nothing', async () => {
    await works();
    assert.equal(await toasts.count(), 0);
  });
  await report.test('a phasemark in the workspace is not what runs', () => assert.equal(fs.existsSync(RAN), false));

  const toSettings = ['Open Settings', 'Show Output'];
  const toRestart = ['Restart Server', 'Show Output'];
  const crash = server('crash', `${VERSION}\n${AFTER_RESTART}\necho boom >&2\nexit 101`);
  const old = server('old', 'echo phasemark 0.0.1');

  await fault('no server', '/no/such/phasemark', /^The phasemark server "\/no\/such\/phasemark" was not found\./, ...toSettings);
  await variant('a relative path', 'bin/phasemark', /is the relative path "bin\/phasemark"/, ...toSettings);
  await variant('no program', machine.at('workspace/plan/phase-1.md'), /phase-1\.md is no program that may be executed\./, ...toSettings);
  await fault('another program', '/bin/ls', /^\/bin\/ls is not phasemark\./, ...toSettings);
  await fault('a program that echoes', '/bin/cat', /^\/bin\/cat is not phasemark\./, ...toSettings);
  await fault('a server that is too old', old, /^phasemark 0\.0\.1 is too old; this extension needs 0\.1\.0 or later\./, ...toRestart);
  await fault('a server that crashes at once', server('dead', 'echo boom >&2\nexit 101'),
    `${machine.at('servers/dead')} --version failed with exit code 101. It last said: "boom"`, ...toRestart);
  await fault('a server that crashes as it starts', crash, 'phasemark ended with exit code 101. It last said: "boom"', ...toRestart);
  await variant('a server that talks nonsense', server('nonsense', `${VERSION}\nprintf 'Hello: world\\r\\n\\r\\n'; exec sleep 601`),
    'phasemark sent something that is not LSP.', ...toRestart);
  const refusal = '{"jsonrpc":"2.0","id":0,"error":{"code":-32602,"message":"not today"}}';
  await variant('a server that refuses', server('refusing', `${VERSION}\nprintf 'Content-Length: ${refusal.length}\\r\\n\\r\\n${refusal}'; exec sleep 601`),
    'phasemark refuses to start: not today', ...toRestart);
  await fault('a server that never answers', HANGING, 'phasemark did not answer within 5 seconds and was stopped.', ...toRestart);

  await variant('a server that never tells its version', MUTE, `${MUTE} --version did not end within 5 seconds.`, ...toRestart);

  await step('a path that is being typed', async () => {
    for (const end of [8, 12, 16, 20]) {
      use('/no/such/folder/phasemark'.slice(0, end));
      await sleep(250);
    }
    await only(/"\/no\/such\/folder\/phas" was not found/, ...toSettings);
  });

  await step('Restart Server in the message', async () => {
    use(crash);
    await only('phasemark ended with exit code 101. It last said: "boom"', ...toRestart);
    machine.write({ mended: '' });
    await toasts.locator('.monaco-button', { hasText: 'Restart Server' }).click();
    await works();
    fs.rmSync(machine.at('mended'));
  });

  await step('a restart does not wait for a start that hangs', async () => {
    for (const server of [HANGING, MUTE]) {
      use(server);
      const [first] = await eventually('it hangs', () => hanging().length === 1 && hanging());
      await runCommand(page, 'phasemark: Restart Server');
      await eventually('another one', () => hanging().length === 1 && hanging()[0] !== first);
      use(GOOD);
      await works();
      assert.equal(hanging().length, 0);
      assert.equal(await toasts.count(), 0);
    }
  });

  await step('a restart does not wait for a server that hangs', async () => {
    await works();
    const [first] = machine.servers();
    process.kill(Number(first), 'SIGSTOP');
    await runCommand(page, 'phasemark: Restart Server');
    await eventually('another one', () => machine.servers().length === 1 && machine.servers()[0] !== first);
    await works();
    assert.equal(await toasts.count(), 0);
  });

  await step('a command whose server ends', async () => {
    await works();
    const [first] = machine.servers();
    process.kill(Number(first), 'SIGSTOP');
    await runCommand(page, 'phasemark: Status Report');
    await sleep(500);
    process.kill(Number(first), 'SIGKILL');
    await seen(toasts.filter({ hasText: 'phasemark: The server ended before it answered. Try again.' }));
    await works();
    assert.equal(await toasts.count(), 1);
  });

  await step('a command waits for a start in progress', async () => {
    use(server('slow', '[ "$1" = --version ] && sleep 1\nexec "$real" "$@"'));
    await eventually('the old server has ended', () => machine.servers().length === 0);
    await runCommand(page, 'phasemark: Status Report');
    await seen(page.locator('.tab', { hasText: 'Status Report' }));
    assert.equal(await toasts.count(), 0);
    await page.locator('.tab', { hasText: 'phase-1.md' }).first().click();
  });

  await step('a server that crashes again and again', async () => {
    const mended = machine.at('mended');
    use(server('restless', `${VERSION}\n${AFTER_RESTART}\n(sleep 0.5; echo boom >&2; kill -9 $$) &\nexec "$real" "$@"`));
    const text = 'phasemark crashed 5 times within 3 minutes and is not started again. It was ended by SIGKILL. It last said: "boom"';
    await only(text, ...toRestart);
    await clear();
    await runCommand(page, 'phasemark: Status Report');
    await only(text, ...toRestart);
    fs.writeFileSync(mended, '');
    await toasts.locator('.monaco-button', { hasText: 'Restart Server' }).click();
    await works();
  });
} catch (error) {
  await report.test('the window', () => Promise.reject(error));
} finally {
  await machine.close();
  machine.remove(path.join(OUT, 'faults-logs'));
}
report.end();
