// Documents that are only looked at: they are never saved, and closing them asks nothing.

import * as vscode from 'vscode';

const SCHEME = 'phasemark';

/** Where the documentation of a rule is shown. */
export const ruleUri = (rule: string) => Documents.uri(`/rules/${rule}.md`);

export const ruleAt = (path: string) => /^\/rules\/([a-z-]+)\.md$/.exec(path)?.[1];

export class Documents implements vscode.Disposable {
  private readonly texts = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly registered: vscode.Disposable;

  /** `find` has the text of a document that was not shown by us, such as one that a link leads to. */
  constructor(find: (path: string) => Promise<string | undefined>) {
    this.registered = vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      onDidChange: this.changed.event,
      provideTextDocumentContent: async ({ path }) => this.texts.get(path) ?? (await find(path)) ?? '',
    });
  }

  static uri(path: string): vscode.Uri {
    return vscode.Uri.from({ scheme: SCHEME, path });
  }

  /** As text, to be copied from. */
  async show(path: string, text: string): Promise<void> {
    const document = await vscode.workspace.openTextDocument(this.set(path, text));
    await vscode.window.showTextDocument(document, { preview: true });
  }

  /** As Markdown is rendered. */
  async preview(path: string, text: string): Promise<void> {
    await vscode.commands.executeCommand('markdown.showPreview', this.set(path, text));
  }

  private set(path: string, text: string): vscode.Uri {
    const uri = Documents.uri(path);
    this.texts.set(path, text);
    this.changed.fire(uri);
    return uri;
  }

  dispose(): void {
    this.registered.dispose();
    this.changed.dispose();
  }
}
