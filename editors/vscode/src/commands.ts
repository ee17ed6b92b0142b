// The server's commands in the palette: what they are about is added here, and what they answer is shown.

import * as vscode from 'vscode';
import { type BaseLanguageClient, ExecuteCommandRequest } from 'vscode-languageclient';
import { Documents, ruleAt, ruleUri } from './documents';
import { isFromServer } from './errors';
import { initialize } from './init';
import { newPhase } from './new-phase';
import { type About, allPhases, pickFolder, pickPhase } from './phases';
import type { Server } from './server';

/** Registered here, and not by the client: without a server, too, they answer. */
export const SERVED: readonly string[] = [
  'phasemark.newPhase',
  'phasemark.insertSessionLogEntry',
  'phasemark.resumePrompt',
  'phasemark.statusReport',
  'phasemark.explainRule',
];

export class Commands {
  private readonly documents = new Documents(async (path) => {
    const rule = ruleAt(path);
    const client = rule && (await this.server.client());
    const text = client && (await this.run(client, 'phasemark.explainRule', [rule]));
    return typeof text === 'string' ? text : undefined;
  });

  constructor(private readonly server: Server) {}

  register(): vscode.Disposable {
    return vscode.Disposable.from(
      this.documents,
      vscode.commands.registerCommand('phasemark.init', () => initialize(this.server)),
      ...SERVED.map((command) => vscode.commands.registerCommand(command, (...args) => this.execute(command, args))),
    );
  }

  private async execute(command: string, args: unknown[]): Promise<unknown> {
    const client = await this.server.client();
    if (!client) return undefined;
    const answer = await (args.length > 0 ? this.run(client, command, args) : this.ask(client, command));
    if (answer === undefined) return undefined;
    if (command === 'phasemark.resumePrompt') await this.showPrompt(String(answer));
    if (command === 'phasemark.statusReport') await this.documents.preview('/Status Report.md', (answer as { markdown: string }).markdown);
    return answer;
  }

  /** Runs a command from the palette; what it is about, the user says or shows. */
  private async ask(client: BaseLanguageClient, command: string): Promise<unknown> {
    if (command === 'phasemark.explainRule') return this.explainRule(client);
    if (command === 'phasemark.newPhase') return this.about(client, command, await this.newPhase(client));
    if (command === 'phasemark.statusReport') return this.about(client, command, await pickFolder());
    const uri = vscode.window.activeTextEditor?.document.uri;
    if (uri?.scheme === 'file') {
      try {
        return await request(client, command, [{ uri: uri.toString() }]);
      } catch (error) {
        if (lacks(error) !== 'phase') return this.explain(client, error);
      }
    }
    const ask = (about: About) => request(client, 'phasemark.statusReport', [about]);
    return this.about(client, command, await pickPhase(await allPhases(ask)));
  }

  private async newPhase(client: BaseLanguageClient): Promise<About | undefined> {
    const about = await pickFolder();
    return about && newPhase(about, (about) => request(client, 'phasemark.namePhase', [about]));
  }

  private about(client: BaseLanguageClient, command: string, about: About | undefined): Promise<unknown> | undefined {
    return about && this.run(client, command, [about]);
  }

  private async explainRule(client: BaseLanguageClient): Promise<undefined> {
    const rules = (await this.run(client, 'phasemark.explainRule', [])) as { name: string; summary: string }[] | undefined;
    const items = rules?.map(({ name, summary }) => ({ label: name, detail: summary }));
    const choice = items && (await vscode.window.showQuickPick(items, { title: 'Explain Rule', matchOnDetail: true }));
    if (choice) await vscode.commands.executeCommand('markdown.showPreview', ruleUri(choice.label));
  }

  /** Not by the client's own means, which hide the words of the server behind those of the client. */
  private async run(client: BaseLanguageClient, command: string, args: unknown[]): Promise<unknown> {
    try {
      return await request(client, command, args);
    } catch (error) {
      return this.explain(client, error);
    }
  }

  private async explain(client: BaseLanguageClient, error: unknown): Promise<undefined> {
    const why = isFromServer(error) ? error.message : 'The server ended before it answered. Try again.';
    const create = lacks(error) === 'work-notes' ? ['Create Them'] : [];
    // Not waited for: a command ends when there is nothing more to do.
    void vscode.window.showErrorMessage(`phasemark: ${why}`, ...create).then((choice) => {
      if (choice) void this.run(client, 'phasemark.insertSessionLogEntry', [dataOf(error)?.about]);
    });
    return undefined;
  }

  private async showPrompt(text: string): Promise<void> {
    const title = /^# (Resume: [^\n/]+)/.exec(text)?.[1] ?? 'Resume';
    await this.documents.show(`/${title.replaceAll(':', '')}.md`, text);
    await vscode.env.clipboard.writeText(text); // last: in a browser, it may wait for a permission
    vscode.window.setStatusBarMessage('phasemark: the text is copied, ready to be pasted', 5000);
  }
}

/** What an error of the server is about. */
interface ErrorData {
  lacks?: string;
  about?: About;
}

function dataOf(error: unknown): ErrorData | undefined {
  return isFromServer(error) ? ((error.data ?? undefined) as ErrorData | undefined) : undefined;
}

const lacks = (error: unknown) => dataOf(error)?.lacks;

function request(client: BaseLanguageClient, command: string, args: unknown[]): Promise<unknown> {
  return client.sendRequest(ExecuteCommandRequest.type, { command, arguments: args });
}
