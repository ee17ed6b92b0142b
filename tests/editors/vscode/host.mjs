// Runs suite.cjs inside VS Code's real extension host and repeats its lines.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually, Machine, OUT, Report, sleep } from './code-server.mjs';

const machine = new Machine({
  files: {
    'plan/phase-1.md': '# Phase 1: Engine\n\n## Goals\n\n- 😀 <Goal 1>\n- Ship it.\n',
    'plan/README.md': '# Plans\n\n- <Goal 1>\n',
    'work-notes/phase-1.md': '# Notes\n\n## Status\n\n- [x] In progress\n\n## Session log\n',
    'README.md': '# Readme\n\n- <Goal 1>\n',
  },
});
const log = machine.at('suite.log');
// Until the suite says so, the server does not even tell its version.
const go = machine.at('go');
machine.write({ server: `#!/bin/sh\nuntil [ -e '${go}' ]; do sleep 0.1; done\nexec '${machine.at('bin/phasemark')}' "$@"\n` });
fs.chmodSync(machine.at('server'), 0o755);
machine.settings({ 'phasemark.server.path': machine.at('server') });
machine.env.PHASEMARK_SUITE_GO = go;
machine.env.PHASEMARK_SUITE = fileURLToPath(new URL('suite.cjs', import.meta.url));
machine.env.PHASEMARK_SUITE_LOG = log;

const report = new Report();
let page;
try {
  page = await machine.open({ extensions: [process.env.RUNNER_VSIX] });
  const end = Date.now() + 240_000;
  for (let shown = 0, ended = false; !ended; await sleep(100)) {
    const lines = fs.existsSync(log) ? fs.readFileSync(log, 'utf8').split('\n').slice(0, -1) : [];
    for (const line of lines.slice(shown)) {
      if (line.startsWith('PASS ')) report.passed += 1;
      if (line.startsWith('FAIL ')) report.failed += 1;
      if (line === 'END') ended = true;
      else console.log(line);
    }
    shown = lines.length;
    if (Date.now() > end) throw new Error('the suite did not end');
  }
  await report.test('no server is left when VS Code is killed', async () => {
    await machine.close();
    await eventually('the server has ended', () => machine.servers().length === 0);
  });
} catch (error) {
  fs.mkdirSync(OUT, { recursive: true });
  await page?.screenshot({ path: path.join(OUT, 'host.png') }).catch(() => undefined);
  await report.test('the suite runs', () => Promise.reject(error));
} finally {
  await machine.close();
  machine.remove(path.join(OUT, 'host-logs'));
}
report.end();
