// Starts `phasemark server` and keeps it running. What is checked, offered and shown is the server's business.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';
import { Commands } from './commands';

let output: vscode.LogOutputChannel;
let client: LanguageClient | undefined;
const commands = new Commands(() => client);

// Starts and stops follow one another, however fast they are asked for.
let turn: Promise<void> = Promise.resolve();
const inTurn = (step: () => Promise<void>): Promise<void> =>
  (turn = turn.then(step).catch((error: unknown) => output.error(String(error))));

export function activate(context: vscode.ExtensionContext): Promise<void> {
  output = vscode.window.createOutputChannel('phasemark', { log: true });
  context.subscriptions.push(
    output,
    vscode.commands.registerCommand('phasemark.restartServer', restart),
    vscode.commands.registerCommand('phasemark.showOutput', () => output.show()),
    commands.register(),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('phasemark.server')) void restart();
    }),
  );
  return inTurn(start);
}

export function deactivate(): Promise<void> {
  return inTurn(stop);
}

function restart(): Promise<void> {
  return inTurn(async () => {
    await stop();
    await start();
  });
}

async function start(): Promise<void> {
  const settings = vscode.workspace.getConfiguration('phasemark.server');
  const command = settings.get('path', '').trim() || 'phasemark';
  const args = ['server', ...settings.get<string[]>('extraArgs', [])];

  // Asked first, because the client's own words for a missing binary do not say what to do about it.
  try {
    const { stdout } = await promisify(execFile)(command, ['--version'], { timeout: 10_000 });
    output.info(`${command}: ${stdout.trim()}`);
  } catch (error) {
    void explain(command, error as NodeJS.ErrnoException);
    return;
  }

  client = new LanguageClient(
    'phasemark',
    'phasemark',
    { command, args, transport: TransportKind.stdio },
    {
      documentSelector: [
        { scheme: 'file', language: 'markdown' },
        { scheme: 'file', pattern: '**/phasemark.toml' },
      ],
      synchronize: { configurationSection: 'phasemark' },
      outputChannel: output,
      middleware: { executeCommand: commands.execute },
    },
  );
  // The server may then have suggestions follow the choice of a folder.
  client.registerFeature({
    fillClientCapabilities: (capabilities) => {
      capabilities.experimental = { ...capabilities.experimental, commands: { commands: ['editor.action.triggerSuggest'] } };
    },
    initialize: () => undefined,
    getState: () => ({ kind: 'static' }),
    clear: () => undefined,
  });
  await client.start();
}

async function stop(): Promise<void> {
  const stopping = client;
  client = undefined;
  if (stopping?.needsStop()) await stopping.stop();
}

async function explain(command: string, error: NodeJS.ErrnoException): Promise<void> {
  output.error(`${command} --version: ${error.message}`);
  const why = error.code === 'ENOENT' ? 'was not found' : `does not run (${error.message})`;
  const openSettings = 'Open Settings';
  const showOutput = 'Show Output';
  const choice = await vscode.window.showErrorMessage(
    `The phasemark server "${command}" ${why}. Install phasemark, or say where it is in "phasemark.server.path".`,
    openSettings,
    showOutput,
  );
  if (choice === openSettings) {
    // In a remote window the path is that of the remote machine, and the user's own tab does not show it.
    const where = vscode.env.remoteName ? 'openRemoteSettings' : 'openSettings';
    await vscode.commands.executeCommand(`workbench.action.${where}`, { query: 'phasemark.server.path' });
  } else if (choice === showOutput) {
    output.show();
  }
}
