// Makes the README's picture anew, after `tests/run vscode`:  bash -c '. tests/editors/tools.sh && need_code_server && need_chromium && VSIX=editors/vscode/phasemark.vsix PHASEMARK_BIN=target/debug/phasemark node tests/editors/vscode/picture.mjs'
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { eventually, Machine, sleep } from './code-server.mjs';

const repository = path.resolve(import.meta.dirname, '../../..');
const example = path.join(repository, 'tests/workspaces/helm-chart');
const picture = path.join(repository, '.github/vscode.png');
const FILE = 'prompts/phase-2-templates.md'; // an error and a warning, far enough from each other for a hover

// First line in the editor, and heights in pixels, which cut no line of text and cover no finding.
const FIRST_LINE = 7;
const PANEL = 197;
const HOVER = 266;

const files = fs
  .readdirSync(example, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => path.join(entry.parentPath, entry.name));

const machine = new Machine({
  files: Object.fromEntries(files.map((file) => [path.relative(example, file), fs.readFileSync(file, 'utf8')])),
  settings: {
    'window.title': '${activeEditorMedium}',
    'window.menuBarVisibility': 'hidden',
    'workbench.activityBar.location': 'hidden',
    'workbench.layoutControl.enabled': false,
    'workbench.editor.editorActionsLocation': 'hidden',
    'workbench.editor.labelFormat': 'short',
    'breadcrumbs.enabled': false,
    'editor.fontSize': 14,
    'editor.lineHeight': 19,
    'editor.lineNumbersMinChars': 3,
    'editor.folding': false,
    'editor.cursorBlinking': 'solid',
    'editor.hover.hidingDelay': 60_000, // it is still there while the mouse goes for its edge
    'editor.hover.above': false,
    'editor.renderLineHighlight': 'none',
    'editor.occurrencesHighlight': 'off',
    'editor.scrollbar.vertical': 'hidden',
    'editor.stickyScroll.enabled': false,
    'editor.overviewRulerBorder': false,
    'editor.hideCursorInOverviewRuler': true,
  },
});

try {
  const page = await machine.open({ file: FILE });
  const { keyboard } = page;
  const gone = (locator) => locator.waitFor({ state: 'hidden', timeout: 1000 }).then(() => true, () => false);
  const error = page.locator('.monaco-editor .squiggly-error');
  const warning = page.locator('.monaco-editor .squiggly-warning');
  await error.first().waitFor({ timeout: 60_000 });

  await eventually('no side bar', async () => {
    await keyboard.press('Control+B');
    return gone(page.locator('.part.sidebar'));
  });
  await page.locator('.monaco-editor .view-line').first().click();
  await eventually('the Problems panel', async () => {
    await keyboard.press('Control+Shift+M');
    return page.locator('.markers-panel .monaco-list-row').first().waitFor({ timeout: 3000 }).then(() => true, () => false);
  });

  const drag = async (x, y, by) => {
    await page.mouse.move(x, y, { steps: 5 });
    await sleep(500);
    await page.mouse.down();
    await page.mouse.move(x, y + by, { steps: 10 });
    await page.mouse.up();
  };
  const panel = await page.locator('.part.panel').boundingBox();
  await drag(panel.x + panel.width / 2, panel.y - 2, panel.height - PANEL);

  const named = page.locator('.view-line', { hasText: 'disruption budget' }).locator('span', { hasText: 'pdb.yaml' }).last();
  await named.click();
  await keyboard.press('End');
  for (let line = 1; line < FIRST_LINE; line += 1) await keyboard.press('Control+ArrowDown');
  await warning.first().waitFor();
  await sleep(1000);
  await named.hover();
  const hover = page.locator('.monaco-resizable-hover, .monaco-hover').filter({ hasText: 'undeclared-reference' }).first();
  await hover.waitFor();
  await sleep(1500); // the server's part may come after the finding itself, and the scroll bars fade
  const box = await hover.boundingBox();
  await drag(box.x + box.width / 2, box.y + box.height - 2, HOVER - box.height);
  await named.hover(); // and off the hover, which would show its scroll bar
  await sleep(1500);
  fs.mkdirSync(path.dirname(picture), { recursive: true });
  await page.screenshot({ path: picture });
  // A third of the size, where it is installed: the window has few colours.
  spawnSync('pngquant', ['--force', '--skip-if-larger', '--strip', '--quality=85-100', '--ext=.png', picture], { stdio: 'inherit' });
} finally {
  await machine.close();
  fs.rmSync(machine.root, { recursive: true, force: true, maxRetries: 5 });
}
