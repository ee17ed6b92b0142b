// Starts `phasemark server` and keeps it running. What is checked, offered and shown is the server's business.

import * as vscode from 'vscode';
import { Commands } from './commands';
import { Server } from './server';

let server: Server | undefined;

/** Returns at once: VS Code reports what it has to wait for as slow. */
export function activate(context: vscode.ExtensionContext): void {
  const output = vscode.window.createOutputChannel('phasemark', { log: true });
  const started = (server = new Server(output, (context.extension.packageJSON as { version: string }).version));
  context.subscriptions.push(
    output,
    vscode.commands.registerCommand('phasemark.restartServer', () => started.restart()),
    vscode.commands.registerCommand('phasemark.showOutput', () => output.show()),
    new Commands(started).register(),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('phasemark.server')) void started.restart();
    }),
  );
  void started.restart();
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}
