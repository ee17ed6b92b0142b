// The server's commands in the palette: what they are about is added here, and what they answer is shown.

import * as vscode from 'vscode';
import { type BaseLanguageClient, type ExecuteCommandMiddleware, ExecuteCommandRequest } from 'vscode-languageclient';

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

  constructor(private readonly client: () => BaseLanguageClient | undefined) {}

  register(): vscode.Disposable {
    return vscode.Disposable.from(
      this.reported,
      vscode.workspace.registerTextDocumentContentProvider(REPORT.scheme, {
        onDidChange: this.reported.event,
        provideTextDocumentContent: () => this.report,
      }),
    );
  }

  /** The client registers each command of the server, and calls this for it. */
  readonly execute: NonNullable<ExecuteCommandMiddleware['executeCommand']> = async (command, args, next) => {
    switch (command) {
      case 'phasemark.newPhase': {
        const about = args.length > 0 ? args : await newPhase();
        return about && this.run(command, about);
      }
      case 'phasemark.insertSessionLogEntry':
        return this.run(command, args.length > 0 ? args : [{ uri: activeFile() }]);
      case 'phasemark.resumePrompt': {
        const text = await this.run(command, args.length > 0 ? args : [{ uri: activeFile() }]);
        if (typeof text === 'string') await showPrompt(text);
        return text;
      }
      case 'phasemark.statusReport': {
        const about = args.length > 0 ? args : await somewhere();
        const report = about && ((await this.run(command, about)) as { markdown: string } | undefined);
        if (report) this.showReport(report.markdown);
        return report;
      }
      default:
        return next(command, args);
    }
  };

  /** Not by `next`, which hides the words of the server behind those of the client. */
  private async run(command: string, args: unknown[]): Promise<unknown> {
    try {
      return await this.client()?.sendRequest(ExecuteCommandRequest.type, { command, arguments: args });
    } catch (error) {
      void vscode.window.showErrorMessage(`phasemark: ${(error as Error).message}`);
      return undefined;
    }
  }

  private showReport(markdown: string): void {
    this.report = markdown;
    this.reported.fire(REPORT);
    void vscode.commands.executeCommand('markdown.showPreview', REPORT);
  }
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

function activeFile(): string | undefined {
  return vscode.window.activeTextEditor?.document.uri.toString();
}

async function showPrompt(text: string): Promise<void> {
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: 'markdown', content: text }));
  await vscode.env.clipboard.writeText(text); // last: in a browser, it may wait for a permission
  vscode.window.setStatusBarMessage('phasemark: the text is copied, ready to be pasted', 5000);
}
