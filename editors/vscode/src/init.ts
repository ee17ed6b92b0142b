// `phasemark init` in the window: the program writes the files, and what it says is shown.

import { execFile } from 'node:child_process';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Server } from './server';

interface Answer {
  failed: boolean;
  stdout: string;
  stderr: string;
}

/** Begins in a workspace folder, as the command line does. */
export async function initialize(server: Server): Promise<void> {
  // Its version is checked then, and the user is told where there is none.
  const program = (await server.client()) && server.program;
  if (!program) return;
  const folder = await whichFolder();
  if (!folder) return;
  const init = (...options: string[]) => run(program, ['init', ...options], folder.uri.fsPath);
  const answer = await init();
  if (!answer.failed) return show(answer, folder.uri.fsPath);
  if (!answer.stderr.includes(RIVALS)) return complain(answer);
  const adopt = 'Name Them in phasemark.toml';
  const fresh = 'Start Fresh';
  // Its end says what to type in a terminal.
  const detail = answer.stderr.slice(answer.stderr.indexOf(RIVALS) + RIVALS.length).split('\nor run: ', 1)[0]?.trim() ?? '';
  const choice = await vscode.window.showInformationMessage('There may be plans, prompts or work notes already.', { modal: true, detail }, adopt, fresh);
  if (!choice) return;
  const second = await init(choice === adopt ? '--adopt' : '--fresh');
  return second.failed ? complain(second) : show(second, folder.uri.fsPath);
}

const RIVALS = 'nothing created: there may be artifacts already\n';

async function whichFolder(): Promise<vscode.WorkspaceFolder | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length > 1) return vscode.window.showWorkspaceFolderPick();
  if (folders.length === 0) {
    const open = 'Open Folder';
    const choice = await vscode.window.showInformationMessage('phasemark: open the folder of your project first.', open);
    if (choice) await vscode.commands.executeCommand('vscode.openFolder');
  }
  return folders[0];
}

function run(program: string, args: string[], cwd: string): Promise<Answer> {
  return new Promise((resolve) => {
    execFile(program, args, { cwd, windowsHide: true, timeout: 30_000 }, (error, stdout, stderr) => {
      resolve({ failed: error !== null, stdout, stderr: stderr || (error?.message ?? '') });
    });
  });
}

/** Opens the first of the files that were created, at the first blank to fill in. */
async function show({ stdout }: Answer, folder: string): Promise<void> {
  const root = /^root: (.+)$/m.exec(stdout)?.[1] ?? folder;
  const created = [...stdout.matchAll(/^created (.+)$/gm)].map(([, file]) => path.resolve(root, file ?? ''));
  const [first] = created;
  if (first === undefined) {
    void vscode.window.showInformationMessage('phasemark: nothing to do, this is a workspace already.');
    return;
  }
  const document = await vscode.workspace.openTextDocument(first);
  const blank = /<[^<>\n]+>/.exec(document.getText());
  const [start, end] = blank ? [blank.index, blank.index + blank[0].length] : [0, 0];
  const selection = new vscode.Range(document.positionAt(start), document.positionAt(end));
  await vscode.window.showTextDocument(document, { selection });
  const files = created.length === 1 ? '1 file' : `${created.length} files`;
  vscode.window.setStatusBarMessage(`phasemark: ${files} created`, 5000);
}

function complain({ stderr, stdout }: Answer): void {
  const why = (stderr || stdout).trim().replace(/^error: /, '');
  void vscode.window.showErrorMessage(`phasemark: ${why}`);
}
