// Which program a setting means, and which versions will do, on Unix and on Windows; what the server sees of settings.
import assert from 'node:assert/strict';
import { candidates, isOlder, oldestFor, versionIn } from '../../../editors/vscode/src/program.ts';
import { withRuleOptions } from '../../../editors/vscode/src/settings.ts';
import { Report } from './code-server.mjs';

const report = new Report();
const unix = (name, PATH) => candidates(name, { platform: 'linux', env: { PATH }, home: '/home/me' });
const windows = (name, env) => candidates(name, { platform: 'win32', env, home: 'C:\\Users\\me' });

await report.test('a bare name is looked up in the absolute folders of PATH', () => {
  assert.deepEqual(unix('phasemark', '/usr/bin:/opt/bin/'), ['/usr/bin/phasemark', '/opt/bin/phasemark']);
  assert.deepEqual(unix('phasemark', ':.:bin:../bin:~/bin:/usr/bin'), ['/usr/bin/phasemark']);
  assert.deepEqual(unix('phasemark', ''), []);
  assert.deepEqual(unix('phasemark', undefined), []);
});

await report.test('on Windows, neither the current folder nor the current drive counts', () => {
  const PATH = 'C:\\Tools;.;;bin;..\\bin;C:;C:bin;\\bin;/bin;"D:\\My Tools";\\\\host\\share';
  assert.deepEqual(windows('phasemark', { PATH, PATHEXT: '.EXE' }), [
    'C:\\Tools\\phasemark.exe',
    'D:\\My Tools\\phasemark.exe',
    '\\\\host\\share\\phasemark.exe',
  ]);
  assert.deepEqual(windows('phasemark', { Path: 'C:\\Tools' }), ['C:\\Tools\\phasemark.com', 'C:\\Tools\\phasemark.exe']);
});

await report.test('on Windows, an extension is added that starts without a shell', () => {
  const env = { PATH: 'C:\\T', PATHEXT: '.COM;.EXE;.BAT;.CMD;.JS' };
  assert.deepEqual(windows('phasemark', env), ['C:\\T\\phasemark.com', 'C:\\T\\phasemark.exe']);
  assert.equal(windows('phasemark.EXE', env)[0], 'C:\\T\\phasemark.EXE');
  assert.deepEqual(windows('phasemark-0.1', env), ['C:\\T\\phasemark-0.1.com', 'C:\\T\\phasemark-0.1.exe']);
  assert.equal(windows('D:\\x\\phasemark.exe', env)[0], 'D:\\x\\phasemark.exe');
  assert.deepEqual(windows('D:/x/phasemark', env), ['D:/x/phasemark.com', 'D:/x/phasemark.exe']);
});

await report.test('an absolute path is what it says, and ~ is the home folder', () => {
  assert.deepEqual(unix('/opt/phase mark', '/usr/bin'), ['/opt/phase mark']);
  assert.deepEqual(unix('~/.cargo/bin/phasemark', ''), ['/home/me/.cargo/bin/phasemark']);
  assert.equal(windows('~\\bin\\phasemark.exe', {})[0], 'C:\\Users\\me\\bin\\phasemark.exe');
  assert.equal(windows('~/bin/phasemark.exe', {})[0], 'C:\\Users\\me\\bin\\phasemark.exe');
  assert.equal(windows('\\\\host\\share\\phasemark.exe', {})[0], '\\\\host\\share\\phasemark.exe');
});

await report.test('a path that is relative is refused', () => {
  for (const name of ['./phasemark', 'target/debug/phasemark', '../phasemark']) assert.equal(unix(name, '/usr/bin'), undefined, name);
  const relative = ['.\\phasemark', './phasemark', 'bin\\phasemark', '\\bin\\phasemark', '/bin/phasemark', 'C:phasemark', 'a:b'];
  for (const name of relative) assert.equal(windows(name, { PATH: 'C:\\T' }), undefined, name);
});

await report.test('the version is that of phasemark, and of no other program', () => {
  assert.equal(versionIn('phasemark 0.1.0\n'), '0.1.0');
  assert.equal(versionIn('phasemark 1.20.3-rc.1 (abc1234)\r\n'), '1.20.3-rc.1');
  for (const answer of ['', 'ls (GNU coreutils) 9.1\n', 'phasemark\n', 'phasemarker 1.0.0', 'not phasemark 1.0.0']) {
    assert.equal(versionIn(answer), undefined, answer);
  }
});

await report.test('any server of the minor version of the extension, or later, will do', () => {
  assert.equal(oldestFor('0.1.7'), '0.1.0');
  assert.equal(oldestFor('1.12.0'), '1.12.0');
  for (const version of ['0.0.1', '0.0.99', '0.0.9-rc.1']) assert.ok(isOlder(version, '0.1.0'), version);
  for (const version of ['0.1.0', '0.1.0-dev', '0.1.12', '0.10.0', '1.0.0']) assert.ok(!isOlder(version, '0.1.0'), version);
});

await report.test('the server finds options and severity of a rule in one place', () => {
  const rules = { 'stale-notes': 'warning', 'log-order': 'off', 'code-in-plan': { severity: 'hint' } };
  const ruleOptions = { 'stale-notes': { days: 3 }, 'plan-too-long': { 'max-lines': 9 }, 'code-in-plan': { 'max-lines': 5 }, x: 1 };
  assert.deepEqual(withRuleOptions({ rules, ruleOptions, layout: {} }), {
    rules: {
      'stale-notes': { days: 3, severity: 'warning' },
      'log-order': 'off',
      'code-in-plan': { 'max-lines': 5, severity: 'hint' },
      'plan-too-long': { 'max-lines': 9 },
    },
    layout: {},
  });
  assert.deepEqual(withRuleOptions({ ruleOptions: {} }), { rules: {} });
  for (const settings of [null, undefined, 5, [], { rules: 5 }]) assert.deepEqual(withRuleOptions(settings), settings);
});

report.end();
