// A real VS Code: code-server on the loopback, looked at through a headless chromium. Nothing else is ever reached.
//   CODE_SERVER  its command, with Node 24 first on PATH     CHROMIUM  the browser
//   VSIX         the extension under test                    PHASEMARK_BIN  the server's binary
//   OUT          folder for screenshots and logs
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';

const { CODE_SERVER, CHROMIUM, VSIX, PHASEMARK_BIN } = process.env;
export const OUT = process.env.OUT;

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export async function eventually(what, get, ms = 40_000) {
  for (const end = Date.now() + ms; ; await sleep(50)) {
    const value = await get();
    if (value) return value;
    if (Date.now() > end) throw new Error(`never happened: ${what}`);
  }
}

/** Runs tests in order, prints a line for each, and the counts at the end. */
export class Report {
  passed = 0;
  failed = 0;

  async test(name, body) {
    try {
      await body();
      this.passed += 1;
      console.log(`PASS ${name}`);
    } catch (error) {
      this.failed += 1;
      console.log(`FAIL ${name}: ${error.stack ?? error}`);
      return false;
    }
    return true;
  }

  end() {
    console.log(`${this.passed} passed, ${this.failed} failed`);
    process.exitCode = this.failed > 0 || this.passed === 0 ? 1 : 0;
  }
}

/** Whatever could steal the focus or call out is off. */
const QUIET = {
  'security.workspace.trust.enabled': false,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'workbench.enableExperiments': false,
  'workbench.editor.empty.hint': 'hidden',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'window.commandCenter': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'chat.disableAIFeatures': true,
  'editor.minimap.enabled': false,
  'editor.wordBasedSuggestions': 'off',
  'files.autoSave': 'off',
  'git.enabled': false,
};

/** A machine of its own for one run: home, workspace, settings, and the server's binary first on PATH. */
export class Machine {
  constructor({ files, settings = {} }) {
    this.root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'phasemark-vscode-')));
    for (const name of ['bin', 'home', 'data', 'extensions', 'workspace']) fs.mkdirSync(path.join(this.root, name));
    fs.symlinkSync(fs.realpathSync(PHASEMARK_BIN), this.at('bin/phasemark'));
    // VS Code takes its environment from a login shell, whose /etc/profile forgets the PATH that it is given.
    this.write({ 'home/.profile': `PATH='${this.at('bin')}':$PATH\n` });
    this.write(Object.fromEntries(Object.entries(files).map(([name, text]) => [`workspace/${name}`, text])));
    this.settings(settings);
    this.workspace = this.at('workspace');
    this.env = {
      ...process.env,
      SHELL: '/bin/bash',
      HOME: this.at('home'),
      XDG_CONFIG_HOME: this.at('home/config'),
      XDG_DATA_HOME: this.at('home/data'),
      XDG_CACHE_HOME: this.at('home/cache'),
      EXTENSIONS_GALLERY: '{}', // without it, code-server asks a marketplace at every start
      PHASEMARK_TEST_MACHINE: this.root,
    };
  }

  at(name) {
    return path.join(this.root, name);
  }

  write(files) {
    for (const [name, text] of Object.entries(files)) {
      fs.mkdirSync(path.dirname(this.at(name)), { recursive: true });
      fs.writeFileSync(this.at(name), text);
    }
  }

  /**
   * The window's own settings are the user's, those under test the remote machine's: where the server is, is a setting
   * of a machine, which a window with a remote reads from the user's only until it has seen the extension's schema.
   */
  settings(settings) {
    this.write({
      'data/User/settings.json': JSON.stringify(QUIET, null, 2),
      'data/Machine/settings.json': JSON.stringify(settings, null, 2),
    });
  }

  /** Whether a value stands in the machine's settings that VS Code has saved. */
  hasSetting(value) {
    return fs.readFileSync(this.at('data/Machine/settings.json'), 'utf8').includes(JSON.stringify(value));
  }

  /** Process ids of the language servers that run on this machine. */
  servers() {
    return this.processes((args) => args.some((arg, i) => path.basename(arg) === 'phasemark' && args[i + 1] === 'server'));
  }

  /** Process ids of this machine, by their arguments: they have inherited its environment. */
  processes(matches) {
    return fs.readdirSync('/proc').filter((pid) => {
      try {
        const args = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
        return matches(args) && fs.readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`PHASEMARK_TEST_MACHINE=${this.root}\0`);
      } catch {
        return false; // not a process, or it has ended meanwhile
      }
    });
  }

  /** Starts code-server with the extensions and opens its window; the extension host starts with the window. */
  async open({ extensions = [], file }) {
    const common = ['--user-data-dir', this.at('data'), '--extensions-dir', this.at('extensions')];
    for (const extension of [VSIX, ...extensions]) {
      execFileSync(CODE_SERVER, [...common, '--install-extension', path.resolve(extension)], { env: this.env, stdio: 'pipe' });
    }
    const port = await freePort();
    this.process = spawn(
      CODE_SERVER,
      [...common, '--bind-addr', `127.0.0.1:${port}`, '--auth', 'none', '--disable-telemetry', '--disable-update-check',
        '--disable-workspace-trust', '--disable-getting-started-override', this.workspace],
      { env: this.env, stdio: 'ignore', detached: true }, // a process group of its own, ended as one
    );
    const url = `http://127.0.0.1:${port}`;
    await eventually('code-server answers', async () => {
      if (this.process.exitCode !== null) throw new Error('code-server has ended');
      return fetch(`${url}/healthz`).then((answer) => answer.ok, () => false);
    }, 60_000);
    this.browser = await chromium.launchPersistentContext(this.at('chromium'), {
      executablePath: CHROMIUM,
      headless: true,
      env: this.env,
      viewport: { width: 1400, height: 900 },
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
        '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'],
    });
    // VS Code in a browser has the clipboard of the browser, and waits for a permission.
    await this.browser.grantPermissions(['clipboard-read', 'clipboard-write']);
    await this.browser.route((target) => target.hostname !== '127.0.0.1', (route) => route.abort());
    const page = await this.browser.newPage();
    page.setDefaultTimeout(40_000);
    const query = new URLSearchParams({ folder: this.workspace });
    if (file) query.set('payload', JSON.stringify([['openFile', `vscode-remote://127.0.0.1:${port}${this.workspace}/${file}`]]));
    await page.goto(`${url}/?${query}`);
    await page.waitForSelector('.monaco-workbench .part.editor', { timeout: 60_000 });
    return page;
  }

  /** Ends window and code-server, as a crash would: `shutdown` is never sent. */
  async close() {
    await this.browser?.close();
    const { process: server } = this;
    if (server && server.exitCode === null && server.signalCode === null) {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      process.kill(-server.pid, 'SIGTERM');
      if ((await Promise.race([ended, sleep(5000).then(() => 'late')])) === 'late') process.kill(-server.pid, 'SIGKILL');
    }
  }

  /** Removes all of it; the extension's own output, with the traffic if it is traced, is kept in the folder. */
  remove(logs) {
    if (fs.existsSync(this.at('data/logs'))) fs.cpSync(this.at('data/logs'), logs, { recursive: true });
    fs.rmSync(this.root, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Runs a command from the palette, as "category: title". */
export async function runCommand(page, name) {
  const input = page.locator('.quick-input-widget input');
  await eventually('the command palette', async () => {
    await page.keyboard.press('F1'); // keys that are pressed while the focus moves are lost
    return input.waitFor({ timeout: 2000 }).then(() => true, () => false);
  });
  await input.fill(`>${name}`);
  await page.locator('.quick-input-list .monaco-list-row', { hasText: name.split(': ')[1] }).first().waitFor({ timeout: 40_000 });
  await page.keyboard.press('Enter');
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
