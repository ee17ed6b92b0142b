// The server's commands in the palette: what they are about is added here, and what they answer is shown.

import * as vscode from 'vscode';
import { type BaseLanguageClient, ExecuteCommandRequest } from 'vscode-languageclient';
import { isFromServer } from './errors';

/** Registered here, and not by the client: without a server, too, they answer. */
export const SERVED: readonly string[] = [
  'phasemark.newPhase',
  'phasemark.insertSessionLogEntry',
  'phasemark.resumePrompt',
  'phasemark.statusReport',
];

/** The argument that the server takes. */
interface About {
  uri?: string;
  stem?: string;
}

/** A document that is only looked at. */
const REPORT = vscode.Uri.from({ scheme: 'phasemark', path: 'Status Report.md' });

export class Commands {
  private report = '';
  private readonly reported = new vscode.EventEmitter<vscode.Uri>();

  /** `client` is that of a server that is ready; where there is none, it has told the user why. */
  constructor(private readonly client: () => Promise<BaseLanguageClient | undefined>) {}

  register(): vscode.Disposable {
    return vscode.Disposable.from(
      this.reported,
      vscode.workspace.registerTextDocumentContentProvider(REPORT.scheme, {
        onDidChange: this.reported.event,
        provideTextDocumentContent: () => this.report,
      }),
      ...SERVED.map((command) => vscode.commands.registerCommand(command, (...args) => this.execute(command, args))),
    );
  }

  private async execute(command: string, args: unknown[]): Promise<unknown> {
    const client = await this.client();
    const about = client && (args.length > 0 ? args : await subjectOf(command));
    if (!about) return undefined;
    const answer = await run(client, command, about);
    if (command === 'phasemark.resumePrompt' && typeof answer === 'string') await showPrompt(answer);
    if (command === 'phasemark.statusReport' && answer) this.showReport((answer as { markdown: string }).markdown);
    return answer;
  }

  private showReport(markdown: string): void {
    this.report = markdown;
    this.reported.fire(REPORT);
    void vscode.commands.executeCommand('markdown.showPreview', REPORT);
  }
}

/** Not by the client's own means, which hide the words of the server behind those of the client. */
async function run(client: BaseLanguageClient, command: string, args: unknown[]): Promise<unknown> {
  try {
    return await client.sendRequest(ExecuteCommandRequest.type, { command, arguments: args });
  } catch (error) {
    const why = isFromServer(error) ? error.message : 'The server ended before it answered. Try again.';
    void vscode.window.showErrorMessage(`phasemark: ${why}`);
    return undefined;
  }
}

/** What a command from the palette is about; `undefined` if the user does not say. */
async function subjectOf(command: string): Promise<[About] | undefined> {
  if (command === 'phasemark.newPhase') return newPhase();
  if (command === 'phasemark.statusReport') return somewhere();
  const uri = vscode.window.activeTextEditor?.document.uri.toString();
  return [uri === undefined ? {} : { uri }];
}

/** Whether a stem will do, the server knows. */
async function newPhase(): Promise<[About] | undefined> {
  const about = await somewhere();
  if (!about) return undefined;
  const stem = await vscode.window.showInputBox({
    title: 'New Phase',
    prompt: 'The name that its plan, prompt and work notes share',
    placeHolder: 'phase-2-billing',
  });
  return stem ? [{ ...about[0], stem }] : undefined;
}

/** Something in the root that is meant: the active file, else the only folder, else one that is asked for. */
async function somewhere(): Promise<[About] | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const file = vscode.window.activeTextEditor?.document.uri;
  if (file?.scheme === 'file' && vscode.workspace.getWorkspaceFolder(file)) return [{ uri: file.toString() }];
  const folder = folders.length > 1 ? await vscode.window.showWorkspaceFolderPick() : folders[0];
  if (folder) return [{ uri: folder.uri.toString() }];
  return folders.length > 1 ? undefined : [{}];
}

async function showPrompt(text: string): Promise<void> {
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: 'markdown', content: text }));
  await vscode.env.clipboard.writeText(text); // last: in a browser, it may wait for a permission
  vscode.window.setStatusBarMessage('phasemark: the text is copied, ready to be pasted', 5000);
}
