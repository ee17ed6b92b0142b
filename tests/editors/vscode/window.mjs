// The real window, as a user sees it. Leaves screenshots in $OUT.
import fs from 'node:fs';
import path from 'node:path';
import { eventually, Machine, OUT, Report, runCommand, sleep } from './code-server.mjs';

fs.mkdirSync(OUT, { recursive: true });

const machine = new Machine({
  files: {
    'plan/phase-1.md': '# Phase 1: Engine\n\n## Goals\n\n- 😀 <Goal 1>\n- Ship it.\n',
    'README.md': '# Readme\n\n- <Goal 1>\n',
  },
  settings: { 'phasemark.server.path': 'no-such-phasemark' },
});

const report = new Report();
try {
  const page = await machine.open({ file: 'plan/phase-1.md' });
  const { keyboard } = page;
  const seen = (locator, timeout = 40_000) => locator.first().waitFor({ timeout });

  const lines = page.locator('.monaco-editor .view-lines').first();
  const goal = page.locator('.view-line', { hasText: 'Goal 1' });
  const warnings = page.locator('.monaco-editor .squiggly-warning');
  const rows = page.locator('.markers-panel .monaco-list-row', { hasText: 'leftover-placeholder' });

  const command = (name) => runCommand(page, name);

  const closeSettings = () =>
    eventually('the settings are closed', async () => {
      await keyboard.press('Escape');
      return page.locator('.settings-editor').waitFor({ state: 'detached', timeout: 1000 }).then(() => true, () => false);
    });

  const step = async (name, body) => {
    const number = String(report.passed + report.failed + 1).padStart(2, '0');
    const file = `${number}-${name.replace(/[^a-z]+/gi, '-').toLowerCase()}.png`;
    const passed = await report.test(name, async () => {
      try {
        await body();
      } finally {
        await page.screenshot({ path: path.join(OUT, file) });
      }
    });
    if (!passed) throw new Error(`the steps after "${name}" build on it`);
  };

  await seen(lines, 60_000);

  await step('a missing binary is explained', async () => {
    const toast = page.locator('.notification-list-item', { hasText: 'no-such-phasemark' });
    await seen(toast, 60_000);
    const text = await toast.first().innerText();
    if (!/was not found/.test(text) || !/phasemark\.server\.path/.test(text)) throw new Error(text);
    const toasts = await page.locator('.notifications-toasts .notification-list-item', { hasText: 'phasemark' }).count();
    if (toasts !== 1) throw new Error(`${toasts} notifications`);
  });

  await step('its button opens the setting', async () => {
    await page.locator('.notification-list-item .monaco-button', { hasText: 'Open Settings' }).first().click();
    await seen(page.locator('.settings-editor .setting-item', { hasText: 'The phasemark binary' }));
  });

  await step('the server starts once the setting is right', async () => {
    const binary = machine.at('bin/phasemark');
    await eventually('the setting is saved', async () => {
      // The editor may still be drawing itself, and forgets what was typed meanwhile.
      await page.locator('.settings-editor .setting-item-control input').first().fill(binary);
      return eventually('saved', () => machine.hasSetting(binary), 3000).catch(() => false);
    });
    await closeSettings();
    await seen(warnings);
    await eventually('one server', () => machine.servers().length === 1);
  });

  await step('the Problems panel names rule and place', async () => {
    await lines.click();
    await eventually('the panel', async () => {
      await keyboard.press('Control+Shift+M');
      return rows.first().waitFor({ timeout: 3000 }).then(() => true, () => false);
    });
    const text = (await rows.first().innerText()).replace(/\s+/g, ' ');
    if (!/ phasemark leftover-placeholder \[Ln 5, Col 6\]$/.test(text)) throw new Error(text);
  });

  await step('hover explains the rule', async () => {
    await goal.locator('span', { hasText: 'Goal 1' }).last().hover();
    const box = page.locator('.monaco-hover', { hasText: 'leftover-placeholder' });
    await seen(box);
    const link = box.locator('a', { hasText: 'leftover-placeholder' });
    await seen(link); // the server's part may come after the finding itself
    await page.screenshot({ path: path.join(OUT, 'hover.png') });
    await link.first().click();
    await seen(page.locator('.tab', { hasText: 'leftover-placeholder.md' }));
    await seen(page.locator('.view-line', { hasText: 'Template text is filled in' }));
    await page.locator('.tab', { hasText: 'phase-1.md' }).first().click();
    await seen(goal);
  });

  await step('typing over the placeholder removes the squiggle, undo brings it back', async () => {
    await rows.first().dblclick(); // selects the finding's range in the editor
    await seen(page.locator('.statusbar-item', { hasText: '8 selected' }));
    await seen(page.locator('.part.editor .monaco-editor.focused'));
    await sleep(300);
    await keyboard.type('It reads a plan.');
    await eventually('no finding', async () => (await rows.count()) === 0);
    await page.screenshot({ path: path.join(OUT, 'typed.png') });
    const text = (await lines.innerText()).replaceAll('\u00a0', ' ');
    if (!text.includes('- 😀 It reads a plan.')) throw new Error(text);
    await eventually('the finding again', async () => {
      await keyboard.press('Control+Z');
      return rows.first().waitFor({ timeout: 1000 }).then(() => true, () => false);
    });
  });

  const suggestions = page.locator('.suggest-widget.visible .monaco-list-row');

  await step('# offers the missing sections, and the skeleton is filled in', async () => {
    await page.locator('.view-line', { hasText: 'Ship it' }).first().click();
    await keyboard.press('Control+End');
    await keyboard.type('\n#');
    await seen(suggestions.filter({ hasText: 'Overview' }));
    await page.screenshot({ path: path.join(OUT, 'sections.png') });
    await suggestions.filter({ hasText: 'Out of scope' }).first().click();
    await sleep(300);
    await keyboard.type('A web page.'); // over the placeholder, which is selected
    const text = () => lines.innerText().then((all) => all.replaceAll('\u00a0', ' '));
    await eventually('the section', async () => /## Out of scope\s+- A web page\./.test(await text()));
    await keyboard.press('Escape');
    for (let i = 0; i < 20 && (await text()).includes('#\n## Out'); i += 1) await keyboard.press('Control+Z');
  });

  /** The box that asks for the name of a new phase, and what stands below it. */
  const nameBox = async () => {
    await command('phasemark: New Phase...');
    const box = page.locator('.quick-input-widget', { hasText: 'New Phase' });
    await seen(box);
    const message = (text) => seen(box.locator('.quick-input-message', { hasText: text }));
    return { box, input: box.locator('input.input'), message };
  };

  await step('New Phase judges a name while it is typed', async () => {
    const { box, input, message } = await nameBox();
    for (const [name, text] of [
      ['../out', 'leads out of the artifact folders'],
      ['a:b', 'which not every file system takes'],
      ['phase-1', "'phase-1' exists already; Enter creates prompts/phase-1.md and work-notes/phase-1.md."],
      ['../out', 'leads out of the artifact folders'],
    ]) {
      await input.fill(name);
      await message(text);
    }
    await page.screenshot({ path: path.join(OUT, 'name.png') });
    await keyboard.press('Enter');
    await sleep(500);
    if (!(await box.isVisible())) throw new Error('a wrong name is accepted');
    await keyboard.press('Escape');
    await box.waitFor({ state: 'hidden' });
    const toasts = await page.locator('.notifications-toasts .notification-list-item').count();
    if (toasts !== 0) throw new Error(`${toasts} notifications`);
  });

  await step('New Phase suggests the next name, and leads to the first blank of a new plan', async () => {
    const { input } = await nameBox();
    await eventually('a suggestion', async () => (await input.inputValue()) === 'phase-2');
    await keyboard.type('-shop'); // the cursor is at the end
    await eventually('the whole name', async () => (await input.inputValue()) === 'phase-2-shop');
    await keyboard.press('Enter');
    await seen(page.locator('.tab', { hasText: 'phase-2-shop.md' }));
    await seen(page.locator('.view-line', { hasText: 'One sentence' }));
    await seen(page.locator('.statusbar-item', { hasText: '36 selected' }));
  });

  await step('New Phase opens the plan of a phase that has all its files', async () => {
    await page.locator('.tab', { hasText: 'phase-1.md' }).first().click();
    await seen(goal);
    const { input, message } = await nameBox();
    await eventually('a name follows', async () => (await input.inputValue()) === 'phase-3-');
    await input.fill('2');
    await message("'phase-2-shop' exists already; Enter opens it.");
    await keyboard.press('Enter');
    await seen(page.locator('.tab.active', { hasText: 'phase-2-shop.md' }));
  });

  await step('Status Report is a preview', async () => {
    await command('phasemark: Status Report');
    await seen(page.locator('.tab', { hasText: 'Status Report' }));
    await sleep(1500);
  });

  await step('back to the first plan', async () => {
    await eventually('its tab', async () => {
      await page.locator('.tab', { hasText: 'phase-1.md' }).first().click();
      return goal.first().waitFor({ timeout: 1000 }).then(() => true, () => false);
    });
  });

  await step('Restart Server brings the findings back', async () => {
    const [before] = machine.servers();
    await command('phasemark: Restart Server');
    await eventually('another server', () => machine.servers().length === 1 && machine.servers()[0] !== before);
    await seen(rows);
    await seen(goal);
  });

  await step('Create Them makes the work notes that a log entry lacks, and inserts it', async () => {
    await command('phasemark: Insert Session Log Entry');
    const toast = page.locator('.notification-list-item', { hasText: "'phase-1' has no work notes" });
    await seen(toast);
    await toast.locator('.monaco-button', { hasText: 'Create Them' }).first().click();
    await seen(page.locator('.view-line', { hasText: '- What changed:' }));
    await eventually('it is saved', () => fs.existsSync(machine.at('workspace/work-notes/phase-1.md')) && fs.readFileSync(machine.at('workspace/work-notes/phase-1.md'), 'utf8').includes('- Next:'));
    if (fs.existsSync(machine.at('workspace/prompts/phase-1.md'))) throw new Error('a prompt, too');
  });

  await step('Resume Phase asks which one, with no editor open', async () => {
    await command('File: Save All');
    await eventually('all is saved', async () => (await page.locator('.tab.dirty').count()) === 0);
    await command('View: Close All Editors');
    await eventually('no editor', async () => (await page.locator('.tabs-container .tab').count()) === 0);
    await command('phasemark: Resume Phase');
    const phases = page.locator('.quick-input-list .monaco-list-row');
    await seen(phases.filter({ hasText: 'phase-2-shop' }));
    await page.screenshot({ path: path.join(OUT, 'phases.png') });
    await phases.filter({ hasText: 'phase-1' }).first().click();
    await seen(page.locator('.tab', { hasText: 'Resume' }));
  });

  await step('the settings form offers rules and levels', async () => {
    await command('Preferences: Open Settings (UI)');
    const search = page.locator('.settings-editor .suggest-input-container');
    await seen(search);
    await search.click();
    await keyboard.type('@id:phasemark.rules');
    const add = page.locator('.settings-editor .setting-item .monaco-button', { hasText: 'Add Item' });
    await seen(add);
    await add.first().click();
    const [rule, level] = await page.locator('.settings-editor .setting-list-edit-row select').all();
    const options = (select) => select.locator('option').allInnerTexts();
    await eventually('the lists', async () => (await options(rule)).includes('broken-link') && (await options(level)).includes('off'));
    await page.screenshot({ path: path.join(OUT, 'settings.png') });
    await closeSettings();
  });

  await step('Explain Rule shows its documentation', async () => {
    await command('phasemark: Explain Rule...');
    const input = page.locator('.quick-input-widget input');
    await seen(page.locator('.quick-input-list .monaco-list-row', { hasText: 'broken-link' }));
    await input.fill('stale-notes');
    await keyboard.press('Enter');
    await seen(page.locator('.tab', { hasText: 'stale-notes.md' }));
  });

  await step('Initialize Workspace adopts plans that are elsewhere, and phasemark.toml has colours', async () => {
    for (const folder of ['plan', 'prompts', 'work-notes']) fs.rmSync(machine.at(`workspace/${folder}`), { recursive: true, force: true });
    machine.write({ 'workspace/docs/plans/phase-1.md': '# Phase 1\n\n## Goals\n\n- Sell.\n' });
    await command('phasemark: Initialize Workspace');
    const dialog = page.locator('.monaco-dialog-box');
    await seen(dialog);
    const text = await dialog.innerText();
    if (!text.includes('docs/plans (plan, 1 file)') || text.includes('phasemark init')) throw new Error(text);
    await page.screenshot({ path: path.join(OUT, 'init.png') });
    await dialog.locator('.monaco-button', { hasText: 'Name Them in phasemark.toml' }).click();
    await seen(page.locator('.tab', { hasText: 'phasemark.toml' }));
    const line = page.locator('.view-line', { hasText: 'docs/plans' }).first();
    await eventually('colours', async () => {
      const spans = await line.locator('span > span').evaluateAll((all) => all.map((span) => span.className));
      return new Set(spans).size > 2;
    });
  });

  await step('Show Output shows what the server said', async () => {
    const line = page.locator('.output-view .view-line', { hasText: 'phasemark' }).first();
    await eventually('the output', async () => {
      await command('phasemark: Show Output');
      return line.waitFor({ timeout: 5000 }).then(() => true, () => false);
    });
  });
} catch (error) {
  await report.test('the window', () => Promise.reject(error));
} finally {
  await machine.close();
  machine.remove(path.join(OUT, 'window-logs'));
}
report.end();
